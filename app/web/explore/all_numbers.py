"""The table of all numbers of a link: for every node and parameter its value and its gradient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from markupsafe import Markup

from app.arrays import Array
from app.cache import cached
from app.engine import Trace
from app.language import Recurrence, minus_signs
from app.language.typeset import Notation, mathml, ranks_of
from app.link import Resolved, query
from app.web.core import read_of

FIGURE_SPACE = "\u2007"
"""As wide as a digit; no line is broken there."""
ON_PAGE = 4000
"""A table of more numbers has a page of its own."""
COPIES = (("numpy", "NumPy"), ("csv", "CSV"), ("latex", "LaTeX"))
"""The forms in which scripts copy all numbers."""


@dataclass(frozen=True)
class NumbersRow:
    """A node or a parameter with its symbol, value and gradient; a vector is one line of text, a matrix several."""

    spoken: str
    symbol: Markup
    value: str
    gradient: str


@dataclass(frozen=True)
class NumbersSection:
    """The rows of one time step, of all parameters, or of all starts."""

    title: str
    rows: tuple[NumbersRow, ...]


@dataclass(frozen=True)
class AllNumbers:
    """The table as the explore page reads it."""

    count: int
    sections: tuple[NumbersSection, ...] | None
    """None for a table with a page of its own; empty where scripts ask for it once it is opened."""
    href: str
    copies: tuple[tuple[str, str], ...] = COPIES


def all_numbers(resolved: Resolved, inline: bool) -> AllNumbers:
    """The table on the explore page, where it is not too long for it."""
    count, href = count_numbers(resolved), "/numbers?" + query(resolved.link)
    if count > ON_PAGE:
        return AllNumbers(count, None, href)
    return AllNumbers(count, numbers_sections(resolved) if inline else (), href)


def count_numbers(resolved: Resolved) -> int:
    """The number of entries of all values and gradients."""
    recurrence, tau = resolved.run.recurrence, resolved.run.tau
    return 2 * sum(prod(recurrence.shape(n)) * (tau if v.indexed else 1) for n, v in recurrence.variables.items())


def numbers_sections(resolved: Resolved) -> tuple[NumbersSection, ...]:
    """The parameters, the variables with a single value, the starts, and then one time step after another."""
    trace = resolved.run.trace
    bare = [n for n, v in trace.recurrence.variables.items() if not v.indexed]
    parameters = [n for n in bare if n in trace.parameters]
    others = [n for n in bare if n not in trace.parameters]
    found: list[tuple[str, Sequence[str]]] = [
        ("Parameters", parameters),
        ("Once", others),
        ("Where it starts", [trace.key(s) for s in trace.starts]),
    ]
    indexed = [n for n, v in trace.recurrence.variables.items() if v.indexed]
    found += [(f"t = {t}", [f"{n}[{t}]" for n in indexed]) for t in range(1, trace.tau + 1)]
    return tuple(
        NumbersSection(title, tuple(_section_rows(trace, resolved.notation, ids))) for title, ids in found if ids
    )


def _section_rows(trace: Trace, notation: Notation, ids: Sequence[str]) -> Iterator[NumbersRow]:
    for node in ids:
        symbol = _node_mathml(trace.recurrence, trace.of, node, notation)
        yield NumbersRow(notation.node(node), symbol, array_lines(trace.value(node)), array_lines(trace.gradient(node)))


@cached(8192)
def _node_mathml(recurrence: Recurrence, of: str, node: str, notation: Notation) -> Markup:
    return Markup(mathml(read_of(node), ranks_of(recurrence), of=of, notation=notation))


def array_lines(array: Array) -> str:
    """Four digits of each number, as text: a matrix has a line for each row."""
    if array.ndim == 2:
        return "\n".join(map(array_lines, array))
    unsigned = np.ravel(array) + 0.0  # −0 is 0
    return minus_signs(" ".join(f"{v:{FIGURE_SPACE}>10.4g}" for v in unsigned.tolist()))
