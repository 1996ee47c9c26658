"""The engine: a `Recurrence` becomes a `Graph` (fold, unfold) and, run forward and back, a `Trace`."""

from __future__ import annotations

from math import prod

from app.engine.execution.bindings import bind
from app.engine.execution.contributions import contributions, seeds
from app.engine.execution.passes import Bindings, target_of
from app.engine.execution.session import Bound, forward, run
from app.engine.execution.trace import Trace
from app.engine.explain.derivation import ByHand, Term, by_hand
from app.engine.graph.cursor import Cursor, Phase, Step, cursor, steps
from app.engine.graph.graph import Detail, Edge, Graph, Node
from app.engine.graph.unfold import fold, unfold
from app.engine.ir.analysis import analyse, objective
from app.engine.ir.flat import flat
from app.engine.measure.gradient_check import worst
from app.engine.training.checkpoints import Checkpoints
from app.engine.training.optimizers import OPTIMIZERS, Optimizer
from app.engine.training.train import Diverged, Recipe, TrainingRun, TrainingStep, state_at, train
from app.language.syntax import Apply, Recurrence

__all__ = [
    "OPTIMIZERS",
    "Bindings",
    "Bound",
    "ByHand",
    "Checkpoints",
    "Cursor",
    "Detail",
    "Diverged",
    "Edge",
    "Graph",
    "Node",
    "Optimizer",
    "Phase",
    "Recipe",
    "Step",
    "Term",
    "Trace",
    "TrainingRun",
    "TrainingStep",
    "bind",
    "by_hand",
    "contributions",
    "cursor",
    "fold",
    "forward",
    "objective",
    "run",
    "seeds",
    "state_at",
    "steps",
    "target_of",
    "train",
    "unfold",
    "work",
    "worst",
]


def work(recurrence: Recurrence, tau: int, batch: int = 1) -> int:
    """Multiply-adds of one forward and backward pass, estimated before any is done: thrice the forward ones."""
    return 3 * tau * batch * sum(_multiply_adds(recurrence))


def _multiply_adds(recurrence: Recurrence) -> list[int]:
    system = flat(analyse(recurrence))
    costs = []
    for e in system.equations:
        args = e.expr.args if isinstance(e.expr, Apply) else (e.expr,)
        shapes = [system.shape(a) for a in args]
        inner = shapes[0][-1] if isinstance(e.expr, Apply) and e.expr.op == "@" else 1
        costs.append(max(prod(system.shapes[e.name]) * inner, *(prod(s) for s in shapes), 1))
    return costs
