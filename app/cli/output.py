"""Writes the bytes of an answer to a file, or to the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path


def write_output(path: str, data: bytes) -> None:
    """Write to the file at `path`; `-` is the terminal."""
    if path != "-":
        Path(path).write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def write_notes(said: Iterable[tuple[int | None, str]]) -> None:
    """Write what is perhaps not as it was meant beside the answer, each with its line of the text."""
    for line, note in said:
        place = f"line {line}: " if line else ""
        print(f"unfold: {place}{note}", file=sys.stderr)
