"""What a pass would cost, estimated before any of it is done: multiply-adds, operations, bytes."""

from __future__ import annotations

from math import prod

from app.cache import cached
from app.engine.ir import SEQUENCE, analyse, flat
from app.language import Apply, Recurrence
from app.ops import OPS


def work(recurrence: Recurrence, tau: int, batch: int = 1) -> int:
    """Multiply-adds of one forward and backward pass: thrice the forward ones."""
    return 3 * tau * batch * sum(_multiply_adds(recurrence))


def operations_of(recurrence: Recurrence, tau: int) -> int:
    """Operations of one forward and backward pass, whatever their size."""
    return 3 * tau * len(flat(analyse(recurrence)).equations)


def bytes_of(recurrence: Recurrence, tau: int, batch: int = 1) -> int:
    """Room for every value and gradient of a pass, inner results among them."""
    system = flat(analyse(recurrence))
    shapes = system.shapes.items()
    return 16 * batch * sum(prod(shape) * (tau if system.levels[n] == SEQUENCE else 1) for n, shape in shapes)


def starts_reached(recurrence: Recurrence) -> int:
    """How often what begins before the run is read: a read reaches as many starts as it goes back, or ahead."""
    return sum(abs(reading.lag) for readings in analyse(recurrence).readings.values() for reading in readings)


@cached(64)
def _multiply_adds(recurrence: Recurrence) -> tuple[int, ...]:
    """Those of each equation at one step."""
    system = flat(analyse(recurrence))
    costs = []
    for e in system.equations:
        args = e.expr.args if isinstance(e.expr, Apply) else (e.expr,)
        shapes, shape = [system.shape(a) for a in args], system.shapes[e.name]
        work = OPS[e.expr.op].work if isinstance(e.expr, Apply) else None
        costs.append(max(work(shapes, shape) if work else prod(shape), *(prod(s) for s in shapes), 1))
    return tuple(costs)
