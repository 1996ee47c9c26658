"""A recurrence, data window by window, an optimizer → a run: losses, predictions, parameters.

Every step is a whole pass over one window; the state may be carried from window to window, detached, as the article's
example does. The programs are bound once, so that a step makes nothing anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.bound import Bound
from app.engine.fold import folding
from app.engine.names import objective
from app.engine.optimizers import OPTIMIZERS
from app.engine.trace import Bindings
from app.language.syntax import Recurrence

Array = NDArray[Any]
Window = Callable[[int], Bindings]
"""The data of step k; its parameters begin the run at step 0 and are not read after."""


@dataclass(frozen=True)
class Recipe:
    """How to train: `steps` updates by an optimizer of the table; gradients longer than `clip` are scaled to it."""

    steps: int
    optimizer: str = "adam"
    lr: float = 0.01
    momentum: float = 0.9
    clip: float | None = None
    carry_state: bool = False
    cuts: frozenset[int] = frozenset()


@dataclass(frozen=True)
class TrainingStep:
    """One window: the loss before the update, what the network said of it, the norm of each parameter's gradient."""

    step: int
    loss: float
    prediction: Array | None
    norms: Mapping[str, float]


@dataclass(frozen=True)
class Diverged:
    """The step of the run, and the place in its window, at which the numbers were no longer finite."""

    step: int
    t: int | None
    variable: str


@dataclass(frozen=True)
class TrainingRun:
    """A run. `predictions` are of the first sequence of each window, (steps, tau), or (steps, tau, size) above 1."""

    losses: Array
    predictions: Array
    norms: Mapping[str, Array]
    parameters: Mapping[str, Array]
    final_state: Mapping[str, Array]
    stopped: Diverged | None


def train(
    recurrence: Recurrence,
    tau: int,
    recipe: Recipe,
    window: Window,
    of: str | None = None,
    callback: Callable[[TrainingStep], bool | None] | None = None,
    dtype: Any = np.float64,
) -> TrainingRun:
    """Train for the recipe's steps, or until the callback says False or the numbers leave the finite range."""
    trainer = Trainer(recurrence, tau, recipe, window, of, dtype)
    done: list[TrainingStep] = []
    for step in trainer.steps():
        done.append(step)
        if callback is not None and callback(step) is False:
            break
    said = [np.asarray(s.prediction) for s in done if s.prediction is not None]
    return TrainingRun(
        np.array([s.loss for s in done]),
        np.stack(said) if said else np.zeros((0, tau)),
        {name: np.array([s.norms[name] for s in done]) for name in trainer.bound.parameters},
        {name: array.copy() for name, array in trainer.bound.parameters.items()},
        trainer.bound.final_state(),
        trainer.stopped,
    )


def state_at(
    recurrence: Recurrence, tau: int, recipe: Recipe, window: Window, step: int, of: str | None = None
) -> Bindings:
    """What step k of a run begins with: the parameters after k updates, window k, the state carried so far."""
    trainer = Trainer(recurrence, tau, replace(recipe, steps=step), window, of)
    for _ in trainer.steps():
        pass
    return trainer.bindings(step)


@dataclass
class Trainer:
    """A run under way: the bound programs and the optimizer's update."""

    recurrence: Recurrence
    tau: int
    recipe: Recipe
    window: Window
    of: str | None = None
    dtype: Any = np.float64
    stopped: Diverged | None = field(default=None, init=False)
    bound: Bound = field(init=False)

    def __post_init__(self) -> None:
        first = self.window(0)
        self.bound = Bound(self.recurrence, self.tau, first, self.of, self.recipe.cuts, self.dtype)
        row = OPTIMIZERS[self.recipe.optimizer]
        self.update = row.begin(self.bound.theta.size, self.recipe.lr, self.recipe.momentum, self.dtype)
        self.said = _said(self.recurrence)

    def steps(self) -> Iterator[TrainingStep]:
        """Every step of the recipe; ends early where the numbers leave the finite range."""
        for k in range(self.recipe.steps):
            self.begin(k)
            self.bound.run()
            gradient = self.bound.gradient()
            loss = self.bound.loss
            if not np.isfinite(loss) or not np.isfinite(gradient).all():
                self.stopped = self.diverged(k)
                return
            yield TrainingStep(k, loss, self.prediction(), self.bound.norms())
            self.clip(gradient)
            self.update(self.bound.theta, gradient)

    def begin(self, k: int) -> None:
        """Put the window's data, and the state carried from the last one, in place."""
        if k and self.recipe.carry_state:
            self.bound.carry()
        if k:
            self.bound.feed(self.window(k))

    def clip(self, gradient: Array) -> None:
        if self.recipe.clip is not None:
            norm = float(np.linalg.norm(gradient))
            if norm > self.recipe.clip:
                gradient *= self.recipe.clip / norm

    def prediction(self) -> Array | None:
        if self.said is None:
            return None
        array = self.bound.arrays[self.said]
        one = array[: self.tau, 0] if self.recurrence.variables[self.said].indexed else array[0]
        return np.array(one[..., 0] if one.ndim and one.shape[-1] == 1 else one)

    def diverged(self, k: int) -> Diverged:
        found = self.bound.trace().stopped
        if found is None:
            worst = next(n for n, g in self.bound.gradients.items() if not np.isfinite(g).all())
            return Diverged(k, None, f"∇{worst}")
        return Diverged(k, found.t, found.variable)

    def bindings(self, k: int) -> Bindings:
        """What step k would begin with."""
        self.begin(k)
        fresh = self.window(k)
        parameters = {name: array.copy() for name, array in self.bound.parameters.items()}
        return replace(fresh, parameters=parameters, initial={**fresh.initial, **self.bound.initial()})


def _said(recurrence: Recurrence) -> str | None:
    """The variable that predicts: an output, else what is differentiated if that is no loss."""
    kinds = folding(recurrence).kinds
    outputs = [n for n, k in kinds.items() if k == "output"]
    last = objective(recurrence)
    return outputs[0] if outputs else last if last != "loss" else None
