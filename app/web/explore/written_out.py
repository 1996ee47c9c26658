"""Writes a state out: as f of f of f, and as a function g of all inputs so far, each part marked with its node."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.cache import cached
from app.engine import Trace
from app.engine.graph import Nested, nested
from app.language import Recurrence, parse_node
from app.language.typeset import (
    DOTS,
    Letters,
    Marked,
    MathBox,
    Notation,
    Sign,
    Typesetter,
    elided,
    equated,
    fence,
    function_name,
    math_display,
    ranks_of,
    row,
    whole_number,
)
from app.web.core import read_of

MOST_WRITTEN_OUT = 5
"""Nested applications of a function before they are elided, and arguments."""


def written_out(trace: Trace, node: str, notation: Notation) -> tuple[Markup, ...]:
    """A state as nested applications of f, and as a function g of all data up to it; nothing for what is no state."""
    return _nested_and_unrolled(trace.recurrence, trace.of, trace.tau, node, notation)


@cached(512)
def _nested_and_unrolled(
    recurrence: Recurrence, of: str, tau: int, node: str, notation: Notation
) -> tuple[Markup, ...]:
    found = nested(recurrence, node, tau)
    if found is None:
        return ()
    setter = Typesetter(ranks_of(recurrence), of, None, tau, notation=notation)
    left = setter.expression(read_of(node))
    lines = [equated(left, _nested_box(setter, found, elided(range(len(found.applications)), MOST_WRITTEN_OUT)))]
    data = [setter.expression(read_of(x)) for x in dict.fromkeys(x for a in found.applications for x in a.inputs)]
    if data:
        shown = [DOTS[0] if i is None else data[i] for i in elided(range(len(data)), MOST_WRITTEN_OUT)]
        step = notation.at_moment(Marked(Letters("g"), term="g"), None, whole_number(parse_node(node).t or 0))
        lines.append(equated(left, row(step, fence(_comma_row(shown)))))
    return tuple(Markup(math_display(line)) for line in lines)


def _nested_box(setter: Typesetter, it: Nested, shown: list[int | None]) -> MathBox:
    """f of the state before and of what comes in; what is left out stands as dots around the rest."""
    if not shown:
        return setter.expression(read_of(it.start))
    inner = _nested_box(setter, it, shown[1:])
    if shown[0] is None:
        return row(DOTS[0], inner, DOTS[0])
    application = it.applications[shown[0]]
    inside = _comma_row([inner, *(setter.expression(read_of(x)) for x in application.inputs)])
    theta = (Sign(";", "comma"), Marked(Letters("θ"), term="θ")) if it.shared else ()
    box = row(function_name(it.function, setter.notation), fence(row(inside, *theta)))
    return Marked(box, application.node.name, f"={application.node.t}", application.node)


def _comma_row(boxes: Sequence[MathBox]) -> MathBox:
    return row(*[box for each in boxes for box in (Sign(",", "comma"), each)][1:])
