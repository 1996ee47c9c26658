"""Finds what a hint says to write as lines for the text, so that a problem is mended by one press.

A hint names a whole line, or what is to stand in place of a part of the line; what is found is tried before it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.language.elsewhere import as_operand
from app.language.parse import parse_statements
from app.language.problems import Problem
from app.language.syntax import Span
from app.language.written_lines import replaced_span, statement_at

WRITE = re.compile(r"\bwrite (.+)$")
MEANT = re.compile(r"\bdid you mean (.+?)(?:, or define.*)?\?$")
ENDS = re.compile(r": |; | for |, ")
"""Where what a hint says to write may end."""


def hinted_lines(text: str, problem: Problem) -> Iterator[Iterator[str]]:
    """For each way to mend a problem that its hint says, the lines that it may mean in place of those of the text."""
    hint = problem.hint or ""
    if problem.span is None:
        return
    if found := MEANT.search(hint):
        yield from (_lines(text, problem.span, [name]) for name in found[1].split(" or "))
    if found := WRITE.search(hint):
        ends = reversed(list(ENDS.finditer(found[1])))
        yield _lines(text, problem.span, [found[1], *(found[1][: end.start()] for end in ends)])


def _lines(text: str, place: Span, readings: Iterable[str]) -> Iterator[str]:
    """What is to be written, by each reading of a hint, where it takes the place of what is wrong."""
    for written in readings:
        read, unread = parse_statements(written)
        for lines in [written] if read and not unread else _put(text, place, written):
            start, end = replaced_span(text, lines)
            if start <= place[0] <= end and end:
                yield lines


def _put(text: str, span: Span, written: str) -> Iterator[str]:
    """The statement around a place with something else there: in place of it, or of the call or the moment it is in."""
    whole = statement_at(text, span[0])
    if whole is None or "…" in written:
        return
    for start, end in dict.fromkeys((span, _with_brackets(text, span), _whole_moment(text, span))):
        if whole[0] <= start < end <= whole[1]:
            before, after = text[whole[0] : start], text[end : whole[1]]
            alone = before.rstrip()[-1:] in ("=", "(", ",") and after.lstrip()[:1] in ("", ")", ",")
            yield f"{before}{written if alone else as_operand(written)}{after}"


def _with_brackets(text: str, span: Span) -> Span:
    """A name with the arguments behind it."""
    depth, end = 0, span[1]
    while end < len(text):
        depth += (text[end] == "(") - (text[end] == ")")
        end += 1
        if depth <= 0:
            break
    return span[0], end if text[span[1] : span[1] + 1] == "(" else span[1]


def _whole_moment(text: str, span: Span) -> Span:
    """A name with the moment behind it that a place is in."""
    found = (it.span() for it in re.finditer(r"\w+\s*\[[^\[\]]*\]", text))
    return next(((start, end) for start, end in found if start <= span[0] < end), span)
