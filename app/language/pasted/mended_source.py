"""Finds how a line of a pasted text is to be written, where the hint of its problem names what is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from app.language import Problem
from app.language.hinted_lines import ENDS, MEANT, WRITE
from app.language.notes import differ_by_a_letter
from app.language.pasted.lines import PastedReading
from app.ops import OPS

MOST_MENDED = 3
"""For so many problems of a text ways to mend them are tried."""
MOST_TRIED = 4
"""So many ways are tried for each."""
WORD = re.compile(r"[^\W\d]\w*")


def with_mended_lines(text: str, found: PastedReading, read: Callable[[str], PastedReading]) -> PastedReading:
    """A reading whose problems have the lines that mend them, each as it would stand in the text that was pasted."""
    if not found.problems:
        return found
    tried = (replace(it, mendings=_mended(text, it, found, read)) for it in found.problems[:MOST_MENDED])
    return replace(found, problems=(*tried, *found.problems[MOST_MENDED:]))


def _mended(text: str, problem: Problem, found: PastedReading, read: Callable[[str], PastedReading]) -> tuple[str, ...]:
    """The first way after which this problem is no more, and nothing else is wrong instead.

    Behind a name that is spelled right another may be misspelt.
    """
    if problem.line is None:
        return ()
    before = {it.message for it in found.problems}
    for line in islice(_lines(text, problem), MOST_TRIED):
        left = read(with_line(text, problem.line, line)).problems
        others = {it.message for it in left if MEANT.search(it.hint or "") is None}
        if problem.message not in {it.message for it in left} and others <= before and len(left) <= len(before):
            return (line,)
    return ()


def with_line(text: str, number: int, line: str) -> str:
    """A text with another line in place of one, counted from 1."""
    lines = text.split("\n")
    return "\n".join([*lines[: number - 1], line, *lines[number:]])


def _lines(text: str, problem: Problem) -> Iterator[str]:
    """The line of a problem with what its hint says to write in place of what is wrong."""
    if problem.span is None or problem.line is None:
        return
    line, begin = text.split("\n")[problem.line - 1], text.rfind("\n", 0, problem.span[0]) + 1
    start, end = problem.span[0] - begin, min(problem.span[1] - begin, len(line))
    if meant := MEANT.search(problem.hint or ""):
        words = [it for it in WORD.finditer(line, start, end) if differ_by_a_letter(it[0], meant[1])]
        yield from (f"{line[: it.start()]}{meant[1]}{line[it.end() :]}" for it in words)
    if written := WRITE.search(problem.hint or ""):
        ends = (written[1][: it.start()] for it in reversed(list(ENDS.finditer(written[1]))))
        known = {*re.findall(r"[^\W\d_]+", text), *OPS}
        sure = (it for it in (written[1], *ends) if "…" not in it and set(re.findall(r"[^\W\d_]+", it)) <= known)
        yield from (f"{line[:start]}{it}{line[end:]}" for it in sure if start < end)
