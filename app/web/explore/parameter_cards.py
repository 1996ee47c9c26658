"""A card for each parameter: the number of its uses, its numbers, its gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from app.engine import Trace
from app.engine.ir import Adjoint, analyse
from app.language import Equation, Read
from app.language.typeset import Marked, Notation, array_piece, math_display, mathml, numeral, ranks_of
from app.link import Resolved

LIMIT = 6
"""Rows and columns of a matrix before it is elided."""


@dataclass(frozen=True)
class ParameterCard:
    """A parameter's card as the template reads it."""

    symbol: Markup
    uses: int
    fixed: bool
    value: Markup
    nabla: Markup
    gradient: Markup
    norm: str


def parameter_cards(resolved: Resolved) -> dict[str, ParameterCard]:
    """Every parameter by its name."""
    trace = resolved.run.trace
    return {n: _parameter_card(trace, n, resolved.notation) for n in trace.recurrence.names("parameter")}


def _parameter_card(trace: Trace, name: str, notation: Notation) -> ParameterCard:
    own, gradient = np.asarray(trace.parameters[name]), np.asarray(trace.gradient(name))
    recurrence, analysis = trace.recurrence, analyse(trace.recurrence)
    readers = dict.fromkeys(r.by for r in analysis.readings.get(name, ()))
    uses = sum(1 if by in analysis.starts else _times_computed(trace, analysis.equations[by]) for by in readers)
    numbers, parts = (array_piece(array, LIMIT, notation.across).signed for array in (own, gradient))
    shown = [Markup(math_display(box)) for box in (Marked(numbers, name, node=name), parts)]
    symbol, nabla = (
        Markup(mathml(Read(n), ranks_of(recurrence), of=trace.of, notation=notation)) for n in (name, Adjoint(name))
    )
    norm = float(gradient if not gradient.ndim else np.linalg.norm(gradient))
    return ParameterCard(symbol, uses, name in recurrence.fixed, shown[0], nabla, shown[1], numeral(norm))


def _times_computed(trace: Trace, e: Equation) -> int:
    """The number of steps at which an equation is computed; a start within the run takes the place of one."""
    begun = sum(s.name == e.name and 1 <= s.time.at(0, trace.tau) <= trace.tau for s in trace.recurrence.starts)
    return trace.tau - begun if e.indexed else 1
