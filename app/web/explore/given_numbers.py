"""What a link is given: the numbers of one node, as its card in the figure shows them, and a sequence at every step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from app.engine import Trace
from app.engine.training import settable
from app.language import Problem, Problems, parse_node
from app.language.typeset import Marked, array_piece, math_display, mathml, ranks_of
from app.link import Resolved
from app.web.core import read_of
from app.web.explore.long_arrays import LIMIT


@dataclass(frozen=True)
class GivenCard:
    """A node that nothing computes, as the template reads it."""

    symbol: Markup
    start: bool
    """A start, and no data."""
    letter: str
    """The letter that a one-hot vector stands for, or nothing."""
    value: Markup


def given_card(resolved: Resolved, node: str) -> GivenCard:
    """The card of data at a step or of a start; a problem for every other node."""
    trace, notation = resolved.run.trace, resolved.notation
    it = parse_node(node)
    data = it.name in trace.recurrence.names("given") and (it.t is None or 1 <= it.t <= trace.tau)
    if not data and node not in settable(trace.recurrence, trace.tau):
        raise Problems(Problem(f"there is no {node} that is given", "node"))
    value = np.asarray(trace.value(node))
    numbers = Marked(array_piece(value, LIMIT, notation.across).signed, it.name, node=node)
    return GivenCard(
        Markup(mathml(read_of(node), ranks_of(trace.recurrence), of=trace.of, notation=notation)),
        not data,
        letter_of_one_hot(trace, node),
        Markup(math_display(numbers)),
    )


def letter_of_one_hot(trace: Trace, node: str) -> str:
    """The letter that a one-hot vector stands for; nothing for other values."""
    letters = trace.symbols.get(parse_node(node).name, ())
    flat = np.ravel(trace.value(node))
    hot = flat.size == len(letters) and np.count_nonzero(flat) == 1 and flat.max() == 1
    return letters[int(flat.argmax())] if hot else ""


def given_sequence(resolved: Resolved, name: str) -> dict[str, str | list[list[float]] | list[int]]:
    """Every entry of data at every step: {label, shape, steps}."""
    trace = resolved.run.trace
    names = [n for n in trace.recurrence.names("given") if trace.recurrence.variables[n].indexed]
    if name not in names:
        raise Problems(Problem(f"there is no sequence {name} that is given", "name", names))
    steps = [np.ravel(trace.value(f"{name}[{t}]")).tolist() for t in range(1, trace.tau + 1)]
    return {"label": resolved.notation.plain(name), "shape": list(trace.recurrence.shape(name)), "steps": steps}
