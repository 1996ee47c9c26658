"""Writes the bytes of an answer to a file, or to the terminal."""

from __future__ import annotations

import sys
from pathlib import Path


def write_output(path: str, data: bytes) -> None:
    """Write to the file at `path`; `-` is the terminal."""
    if path != "-":
        Path(path).write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
