"""A recurrence → the gate that says how much of a state stays, and what its bias was started at.

Along a state that is only multiplied by a gate, `c[t] = f[t] * c[t-1] + …`, a gradient fades as that gate does. So an
LSTM whose forget gate is started half shut forgets as fast as a plain network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.engine.execution import Trace
from app.engine.ir import Analysis, analyse
from app.language import NOW, Apply, Expr, Read


@dataclass(frozen=True)
class KeepingGate:
    """A gate along a state: the `mean` of its values after the first step, and its `bias`, whose entries are all one.

    `reversed`: one minus it is what multiplies, and `mean` is that of one minus it. `bias` is "" where there is none
    of one number; then `bias_value` is 0.
    """

    name: str
    reversed: bool
    mean: float
    bias: str
    bias_value: float


def keeping_gate(trace: Trace, state: str) -> KeepingGate | None:
    """The first gate that multiplies a state entry by entry on its way from step to step."""
    analysis = analyse(trace.recurrence)
    if state not in analysis.equations:
        return None
    found = next(_gates(analysis, state, analysis.equations[state].expr), None)
    if found is None:
        return None
    name, turned = found
    values = trace.values[name]
    mean = float((values[1:] if len(values) > 1 else values).mean())
    bias = next(_one_number_biases(analysis, trace, name), "")
    value = float(np.ravel(trace.parameters[bias])[0]) if bias else 0.0
    return KeepingGate(name, turned, 1 - mean if turned else mean, bias, value)


def _gates(analysis: Analysis, state: str, expr: Expr) -> Iterator[tuple[str, bool]]:
    """The gates, and whether one minus them multiplies, on the ways that lead to the state by sums and products."""
    if isinstance(expr, Read) and expr.time == NOW and expr.name in analysis.equations and expr.name != state:
        expr = analysis.equations[expr.name].expr
    if not isinstance(expr, Apply) or expr.op not in ("+", "-", "*"):
        return
    for i, arg in enumerate(expr.args):
        if expr.op == "*" and _leads_to(analysis, state, arg):
            others = (other for j, other in enumerate(expr.args) if j != i)
            yield from (gate for other in others if (gate := _named_gate(analysis, other)))
        yield from _gates(analysis, state, arg)


def _leads_to(analysis: Analysis, state: str, expr: Expr) -> bool:
    """Whether an expression is the state at another step, or made of it by sums and products."""
    if isinstance(expr, Read) and expr.name == state:
        return expr.time is not None and expr.time.base == "t" and expr.time.offset != 0
    if isinstance(expr, Read) and expr.time == NOW and expr.name in analysis.equations:
        expr = analysis.equations[expr.name].expr
    return (
        isinstance(expr, Apply)
        and expr.op in ("+", "-", "*")
        and any(_leads_to(analysis, state, arg) for arg in expr.args)
    )


def _named_gate(analysis: Analysis, expr: Expr) -> tuple[str, bool] | None:
    """The variable that a gate is, or that it is one minus."""
    if not analysis.is_gate(expr):
        return None
    turned = isinstance(expr, Apply) and expr.op == "-"
    inner = expr.args[1] if isinstance(expr, Apply) and turned else expr
    return (inner.name, turned) if isinstance(inner, Read) and inner.time == NOW else None


def _one_number_biases(analysis: Analysis, trace: Trace, gate: str) -> Iterator[str]:
    """The parameters that are added within a gate and whose entries are all one number."""
    squashed = analysis.equations[gate].expr
    summed = list(squashed.args) if isinstance(squashed, Apply) else []
    while summed:
        expr = summed.pop()
        if isinstance(expr, Apply) and expr.op == "+":
            summed += reversed(expr.args)
        elif isinstance(expr, Read) and expr.name in trace.parameters and np.ptp(trace.parameters[expr.name]) == 0:
            yield expr.name
