"""Finds what a hint says to write as lines for the text, so that a problem is mended by one press.

A hint names a whole line, or what is to stand in place of a part of the line; what is found is tried before it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.language.elsewhere import as_operand
from app.language.parse import parse_statements
from app.language.problems import Problem
from app.language.syntax import Span
from app.language.written_lines import replaced_span, statement_at

WRITE = re.compile(r"\bwrite (.+)$")
MEANT = re.compile(r"\bdid you mean (.+?)(?:, or define.*)?\?$")
ENDS = re.compile(r": |; | for |, ")
"""Where what a hint says to write may end."""


def hinted_lines(text: str, problem: Problem) -> Iterator[str]:
    """The lines that a problem's hint may mean in place of its own, from the whole to what is said of a part."""
    if (place := problem.span) is None:
        return
    for written in _written(problem.hint or ""):
        read, unread = parse_statements(written)
        lines = [written] if read and not unread else _put(text, place, written)
        spans = ((it, replaced_span(text, it)) for it in lines)
        yield from (it for it, span in spans if span[0] <= place[0] <= span[1] != 0)


def _written(hint: str) -> Iterator[str]:
    """What a hint says to write, the longest first, and the names that it takes for the one meant."""
    if found := MEANT.search(hint):
        yield from found[1].split(" or ")
    if found := WRITE.search(hint):
        yield found[1]
        yield from (found[1][: end.start()] for end in reversed(list(ENDS.finditer(found[1]))))


def _put(text: str, span: Span, written: str) -> Iterator[str]:
    """The statement around a place with something else there: in place of it, or of the call or the moment it is in."""
    whole = statement_at(text, span[0])
    if whole is None or "…" in written:
        return
    for start, end in (span, _with_brackets(text, span), _whole_moment(text, span)):
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
