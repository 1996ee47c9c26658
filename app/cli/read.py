"""The command `read`: NumPy, PyTorch or LaTeX of a file as text in the language."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from app.cli.output import write_notes, write_output
from app.language import Problem, Problems
from app.language.pasted import read_pasted
from app.outputs import json_bytes, pasted_json


def add_read_command(commands: Any) -> None:
    """Add the command."""
    about = "NumPy, PyTorch or LaTeX as text in the language; what is not read is named"
    parser = commands.add_parser("read", help=about, description=about, allow_abbrev=False)
    parser.add_argument("file", metavar="FILE", help="a file with equations or a loop in Python; - is the terminal")
    parser.add_argument("--json", action="store_true", help="line by line, as the service writes it")
    parser.set_defaults(run=_write_reading)


def _write_reading(args: argparse.Namespace) -> None:
    args.equations = text = _text_of(args.file)
    if args.json:
        write_output("-", json_bytes(pasted_json(text)) + b"\n")
        return
    reading = read_pasted(text)
    if reading.text:
        write_output("-", f"{reading.text.rstrip()}\n".encode())
    write_notes((line.line, note) for line in reading.lines for note in (line.note,) if note)
    if reading.problems:
        raise Problems(*reading.problems)


def _text_of(path: str) -> str:
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Problems(Problem(f"{path} holds no text", "file")) from None
