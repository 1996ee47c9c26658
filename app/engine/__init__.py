"""The engine: a `Recurrence` becomes a `Graph` (fold, unfold) and, run forward and back, a `Trace`."""

from __future__ import annotations

from app.engine.execution.bindings import bind
from app.engine.execution.contributions import contributions, seeds
from app.engine.execution.passes import Bindings, target_of
from app.engine.execution.session import Session, forward, run
from app.engine.execution.trace import Trace
from app.engine.explain.derivation import ByHand, Term, by_hand
from app.engine.graph.cursor import Cursor, Phase, Step, cursor, steps
from app.engine.graph.graph import Detail, Edge, Graph, Node
from app.engine.graph.unfold import fold, unfold
from app.engine.ir.analysis import objective
from app.engine.measure.estimates import work
from app.engine.measure.gradient_check import worst
from app.engine.training.checkpoints import Checkpoints
from app.engine.training.optimizers import OPTIMIZERS, Optimizer
from app.engine.training.train import Diverged, Recipe, TrainingRun, TrainingStep, state_at, train

__all__ = [
    "OPTIMIZERS",
    "Bindings",
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
    "Session",
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
