"""The engine: a `Recurrence` becomes a `Graph` (fold, unfold) and, run forward and back, a `Trace`."""

from __future__ import annotations

from app.engine.execution import Bindings, Session, Trace, bind, contributions, forward, run, seeds, target_of
from app.engine.explain import ByHand, Term, by_hand
from app.engine.graph import Cursor, Detail, Edge, Graph, Node, Phase, Step, cursor, fold, steps, unfold
from app.engine.ir import objective
from app.engine.measure import work, worst
from app.engine.training import (
    OPTIMIZERS,
    Checkpoints,
    Diverged,
    Optimizer,
    Recipe,
    TrainingBlock,
    TrainingRun,
    TrainingStep,
    state_at,
    train,
)

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
    "TrainingBlock",
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
