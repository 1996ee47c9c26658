"""Trains a recurrence: the loop over windows, the optimizers, checkpoints, and what changes parameters beforehand."""

from app.engine.training.checkpoints import Checkpoints, KeptElsewhere
from app.engine.training.entries import entries_in_data, set_data, set_entries, settable
from app.engine.training.free_running import fed
from app.engine.training.last_act import GatheredGradient, LastAct, ParameterMove, UpdatedLoss
from app.engine.training.optimizers import OPTIMIZERS, Optimizer
from app.engine.training.spectral_radius import recurrent_matrices, spectral_radii, with_radius
from app.engine.training.train import (
    Diverged,
    Recipe,
    TrainingBlock,
    TrainingRun,
    TrainingStep,
    kept_at,
    predicted_variable,
    state_at,
    target_variable,
    train,
)
from app.engine.training.windows import Window, Windows

__all__ = [
    "OPTIMIZERS",
    "Checkpoints",
    "Diverged",
    "GatheredGradient",
    "KeptElsewhere",
    "LastAct",
    "Optimizer",
    "ParameterMove",
    "Recipe",
    "TrainingBlock",
    "TrainingRun",
    "TrainingStep",
    "UpdatedLoss",
    "Window",
    "Windows",
    "entries_in_data",
    "fed",
    "kept_at",
    "predicted_variable",
    "recurrent_matrices",
    "set_data",
    "set_entries",
    "settable",
    "spectral_radii",
    "state_at",
    "target_variable",
    "train",
    "with_radius",
]
