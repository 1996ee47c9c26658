"""Every place in the language that says a problem, and those that some texts reach: so that no message is untried."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import app.language as language
from app.language import Problem

HOME = Path(language.__file__).parent
PASTED_HOME = HOME / "pasted"
SAYS = {"fail", "problem", "problem_at", "Problem", "expect", "name"}
"""What is called to say a problem, or to go on only where there is none."""
PASTED_SAYS = {"Unread", "fail", "refuse", "refuse_entries", "problem_at"}
"""The same in the reader of pasted text."""
NOTES = "notes.py"
"""Where nothing is wrong: what is said there has tests of its own."""

Site = tuple[str, int, int]
"""A file and the lines of a call."""


def sites(home: Path = HOME, says: Set[str] = SAYS) -> dict[Site, str]:
    """Every call that says a problem, with its text; not the calls in the functions that all others go through."""
    found: dict[Site, str] = {}
    for file in sorted(it for it in home.glob("*.py") if it.name != NOTES):
        source = file.read_text(encoding="utf-8")
        for function in [f for f in ast.walk(ast.parse(source)) if isinstance(f, ast.FunctionDef)]:
            if function.name not in says:
                for call in calls(function, says):
                    found[file.name, call.lineno, call.end_lineno or call.lineno] = ast.unparse(call)
    return found


def calls(function: ast.FunctionDef, says: Set[str]) -> Iterator[ast.Call]:
    """The calls in a function that say a problem."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in says:
                yield node


def tried(place: Site, lines: set[tuple[str, int]]) -> bool:
    """True if one of a call's lines was run."""
    file, first, last = place
    return any((file, line) in lines for line in range(first, last + 1))


@contextmanager
def reached(patch: pytest.MonkeyPatch, home: Path = HOME, *said: type) -> Iterator[set[tuple[str, int]]]:
    """The lines of a folder that were being run whenever a problem was made, or what else of these is `said`."""
    import sys

    lines: set[tuple[str, int]] = set()
    known = str(home)

    def noticing(made: Callable[..., None]) -> Callable[..., None]:

        def noticed(self: object, *args: Any, **named: Any) -> None:
            frame: FrameType | None = sys._getframe(1)
            while frame is not None:
                folder, _, file = frame.f_code.co_filename.rpartition("/")
                if folder == known:
                    lines.add((file, frame.f_lineno))
                frame = frame.f_back
            made(self, *args, **named)

        return noticed

    with patch.context() as patched:
        for kind in said or (Problem,):
            patched.setattr(kind, "__init__", noticing(vars(kind)["__init__"]))
        yield lines
