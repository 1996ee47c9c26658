"""Puts lines into a text, each in place of the one that says the same of the same name: a declaration, an equation.

So a rank is changed, or a problem mended, in the text itself, where it can be read and undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from app.cache import cached
from app.language.characters import SIGNS
from app.language.elsewhere import DATA_NAMES
from app.language.parse import Statement, UnreadLine, parse_statements
from app.language.said_declarations import said_declaration
from app.language.syntax import RANK_WORDS, Apply, Declaration, Equation, Span, reads

TIMES = re.compile(f"[*{''.join(sign for sign, plain in SIGNS.items() if plain == '*')}]")
"""Between two factors, however it is written."""
MOST_DECLARATIONS = 8
"""For so many declarations others are tried where something is wrong with a text."""
Said = frozenset[tuple[type[Statement], str]]


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Lines to write, and what stands in the text instead of them so far; where nothing does, they come first."""

    lines: str
    instead: str

    @property
    def last(self) -> str:
        """The line that says something new."""
        return self.lines.rpartition("\n")[2]


def line_edit(text: str, lines: str) -> LineEdit:
    """Lines for a text, with the statement there that they take the place of."""
    return LineEdit(lines, text[slice(*replaced_span(text, lines))])


def rank_edit(text: str, name: str, rank: int) -> LineEdit:
    """A declaration of a name's rank."""
    return declaration_edit(text, name, f"{name}: {RANK_WORDS[rank]}")


def declaration_edit(text: str, name: str, own: str) -> LineEdit:
    """A line that declares a name; what another declares of it and of other names is kept for these alone."""
    instead = next((text[slice(*span)] for span, said in _statements(text) if (Declaration, name) in said), "")
    names, _, sizes = instead.partition(":")
    kept = [other for other in map(str.strip, names.split(",")) if other not in ("", name)]
    return LineEdit(f"{', '.join(kept)}: {sizes.strip()}\n{own}" if kept else own, instead)


def with_lines(text: str, lines: str) -> str:
    """The text with these lines put into it."""
    start, end = replaced_span(text, lines)
    return f"{text[:start]}{lines}{text[end:] if end > start else chr(10) + text}"


def other_declarations(text: str, declarations: Iterable[Declaration]) -> list[str]:
    """Each declaration of a rank without a size as it would be of another rank, as lines for the text."""
    plain = [it for it in declarations if not any(it.sizes)]
    others = (
        (it.name, rank) for it in plain[:MOST_DECLARATIONS] for rank in range(len(RANK_WORDS)) if rank != len(it.sizes)
    )
    return [rank_edit(text, name, rank).lines for name, rank in others]


def product_lines(text: str, equations: Iterable[Equation], expr: Apply) -> list[str]:
    """The equation that two factors stand in, with @ between them; none for a function, whose line is no equation."""
    before, after = expr.args[0].span, expr.args[-1].span
    sign = TIMES.search(text, before[1], after[0]) if before and after else None
    spans = (e.span for e in equations if e.span and sign and e.span[0] <= sign.start() < e.span[1])
    if sign is None or (whole := next(spans, None)) is None:
        return []
    return [f"{text[whole[0] : sign.start()]}@{text[sign.end() : whole[1]]}"]


def stepwise_lines(text: str, equations: Iterable[Equation]) -> str:
    """Equations of bare names that read each other, as a recurrence in one line; nothing where one has moments.

    What a line above defines is read at the step, what is defined below, or by itself, one step back; data by custom
    are read at the step.
    """
    ordered = sorted((e for e in equations if e.span), key=lambda e: e.span or (0, 0))
    written, above, names = list[str](), set[str](), {e.name for e in ordered}
    for e in ordered:
        found = [it for it in reads(e.expr) if it.span]
        if e.indexed or e.span is None or any(it.time for it in found):
            return ""
        line = text[slice(*e.span)]
        for it in sorted(found, key=lambda it: it.span or (0, 0), reverse=True):
            end = (it.span or (0, 0))[1] - e.span[0]
            now = it.name in above or it.name in DATA_NAMES - names
            moment = "[t]" if now else "[t-1]" if it.name in names else ""
            line = f"{line[:end]}{moment}{line[end:]}"
        written.append(re.sub(rf"^\s*{re.escape(e.name)}", f"{e.name}[t]", line))
        above.add(e.name)
    return "; ".join(written)


def statement_at(text: str, place: int) -> Span | None:
    """The statement that a place in the text belongs to."""
    return next((span for span, _ in _statements(text) if span[0] <= place < span[1]), None)


def replaced_span(text: str, lines: str) -> Span:
    """The place in the text of the statements that the lines say anew, one below the other; else the beginning."""
    new = {said for _, found in _statements(lines) for said in found}
    again = dropwhile(lambda it: not it[1] <= new, _statements(text))
    spans = [span for span, _ in takewhile(lambda it: it[1] <= new, again)]
    return (spans[0][0], spans[-1][1]) if spans else (0, 0)


def _about(text: str, line: UnreadLine) -> Said:
    """What a line is about that cannot be read."""
    declared = said_declaration(text[line.tokens[0].span[0] : line.tokens[-1].span[1]])
    said = parse_statements(declared)[0] if declared else []
    names: list[tuple[type[Statement], str]] = [(Declaration, it.name) for it in said if isinstance(it, Declaration)]
    return frozenset(names or [(Equation, line.tokens[0].text)])


@cached(256)
def _statements(text: str) -> tuple[tuple[Span, Said], ...]:
    """Each declaration and equation with its place and what it is about; one line may declare several names.

    A line that cannot be read is about the names that it says the size of, or about the name that it begins with.
    """
    read, unread = parse_statements(text)
    found: dict[int, tuple[Span, Said]] = {
        line.tokens[-1].span[1]: (
            (line.tokens[0].span[0], line.tokens[-1].span[1]),
            _about(text, line),
        )
        for line in unread
    }
    for s in read:
        if isinstance(s, Declaration | Equation) and s.span:
            (start, end), said = s.span, frozenset({(type(s), s.name)})
            span, before = found.get(end, (s.span, frozenset()))
            found[end] = (min(start, span[0]), end), before | said
    return tuple(sorted(found.values(), key=lambda it: it[0]))
