"""A recurrence, data window by window, an optimizer → a run: losses, predictions, parameters.

Every step is a whole pass over one window; the state may be carried from window to window, detached, as the article's
example does. The programs are bound once, so that a step makes nothing anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from app.arrays import Array, any_numbers
from app.engine.execution import BEYOND, UPDATED, Bindings, Session, Stopped
from app.engine.graph import folding
from app.engine.ir import objective
from app.engine.training.checkpoints import Checkpoint, Checkpoints
from app.engine.training.optimizers import OPTIMIZERS
from app.engine.training.together import BothShown, Clipping, StepsTogether
from app.engine.training.windows import DataAhead, Window
from app.language import Recurrence
from app.readers import stop_for_nobody


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
    target: Array | None
    norms: Mapping[str, float]


@dataclass(frozen=True)
class Diverged(Stopped):
    """Where, and at which step of the run, the numbers were no longer finite."""

    step: int = field(kw_only=True)


@dataclass(frozen=True)
class TrainingRun:
    """A run. `predictions` are of the first sequence of each window, (steps, tau), or (steps, tau, size) above 1.

    `targets` are what the loss compares them with, in the same form; none where it compares them with nothing.
    """

    losses: Array
    predictions: Array
    targets: Array
    norms: Mapping[str, Array]
    parameters: Mapping[str, Array]
    final_state: Mapping[str, Array]
    stopped: Diverged | None


@any_numbers()
def train(
    recurrence: Recurrence,
    tau: int,
    recipe: Recipe,
    window: Window,
    of: str | None = None,
    callback: Callable[[TrainingStep], bool | None] | None = None,
    told: Callable[[TrainingBlock], bool | None] | None = None,
    dtype: Any = np.float64,
    checkpoints: Checkpoints | None = None,
    first: int = 0,
    keep: bool = True,
) -> TrainingRun:
    """Train for the recipe's steps, or until who is told says False or the numbers leave the finite range.

    The run has its steps from the first on; without `keep` they are told alone: to the callback one by one, and, to
    `told`, as many as were done at once.
    """
    trainer = Trainer(recurrence, tau, recipe, window, of, dtype)
    many = recipe.steps - first
    columns = [Column(many) for _ in range(4)]
    for block in trainer.blocks(checkpoints, first):
        count = len(block)
        stopped = None
        if callback is not None:
            stopped = next((i for i, step in enumerate(block.steps()) if callback(step) is False), None)
        if told is not None and told(block) is False and stopped is None:
            stopped = count - 1
        if stopped is not None:
            trainer.back_to(block, stopped)
            count = stopped + 1
        if keep:
            for column, rows in zip(columns, (block.losses, block.said, block.asked, block.norms), strict=True):
                column.add(rows, count)
        if stopped is not None:
            break
    losses, said, asked, norms = columns
    rows = norms.array((len(trainer.session.parameters),))
    return TrainingRun(
        losses.array(()),
        said.array((tau,)),
        asked.array((tau,)),
        {name: rows[:, i] for i, name in enumerate(trainer.session.parameters)},
        {name: array.copy() for name, array in trainer.session.parameters.items()},
        trainer.session.final_state(),
        trainer.stopped,
    )


class Column:
    """What every step of a run says of one thing, in one array, which is made with the first; None says nothing."""

    def __init__(self, steps: int) -> None:
        self.steps, self.count, self.values = steps, 0, np.zeros(0)

    def add(self, rows: Array | None, count: int) -> None:
        """The first of some rows."""
        if rows is None:
            return
        if not self.count:
            self.values = np.empty((self.steps, *rows.shape[1:]), rows.dtype)
        self.values[self.count : self.count + count] = rows[:count]
        self.count += count

    def array(self, shape: tuple[int, ...]) -> Array:
        """Every step's value; without any, none of this shape."""
        return self.values[: self.count] if self.count else np.zeros((0, *shape))


@dataclass(frozen=True)
class TrainingBlock:
    """Steps of a run after each other, from `first` on: a row for each in every array, in room that the next ones take.

    `norms` has a column for each of the `names`.
    """

    first: int
    names: tuple[str, ...]
    losses: Array
    said: Array | None
    asked: Array | None
    norms: Array

    def __len__(self) -> int:
        return len(self.losses)

    def copy(self) -> TrainingBlock:
        """The same in room of its own."""
        rows = self.losses, self.said, self.asked, self.norms
        copies = (None if it is None else it.copy() for it in rows)
        return TrainingBlock(self.first, self.names, *copies)  # type: ignore[arg-type]

    def steps(self) -> Iterator[TrainingStep]:
        """One after another."""
        norms = self.norms.tolist()
        for i, loss in enumerate(self.losses.tolist()):
            said, asked = (None if rows is None else rows[i].copy() for rows in (self.said, self.asked))
            yield TrainingStep(self.first + i, loss, said, asked, dict(zip(self.names, norms[i], strict=True)))


def state_at(
    recurrence: Recurrence,
    tau: int,
    recipe: Recipe,
    window: Window,
    step: int,
    of: str | None = None,
    checkpoints: Checkpoints | None = None,
) -> Bindings | Diverged:
    """What step k of a run begins with, or where it broke off before: parameters, window k, the state carried so far.

    With checkpoints there is only the way from the last of them to go.
    """
    trainer = _come_to(recurrence, tau, recipe, window, step, of, checkpoints)
    if trainer.stopped is not None:
        return trainer.stopped
    if not np.isfinite(trainer.session.theta).all():
        return Diverged(None, "", "update", why=UPDATED, step=step - 1)
    return trainer.bindings(step, checkpoints)


def kept_at(
    recurrence: Recurrence,
    tau: int,
    recipe: Recipe,
    window: Window,
    step: int,
    checkpoints: Checkpoints | None = None,
) -> tuple[Array, ...]:
    """What the optimizer has kept when step k of a run begins: its velocity, its running means."""
    return _come_to(recurrence, tau, recipe, window, step, None, checkpoints).kept(step, checkpoints)


def _come_to(
    recurrence: Recurrence,
    tau: int,
    recipe: Recipe,
    window: Window,
    step: int,
    of: str | None,
    checkpoints: Checkpoints | None,
) -> Trainer:
    """A run with all its steps before this one done."""
    trainer = Trainer(recurrence, tau, replace(recipe, steps=step), window, of)
    for _ in trainer.steps(checkpoints, step):
        pass
    return trainer


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
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = DataAhead(self.window, self.tau, self.recipe.steps)
        how = self.of, self.recipe.cuts, self.dtype
        self.session = Session(self.recurrence, self.tau, self.ahead.like, *how, learning=True)
        row, trained = OPTIMIZERS[self.recipe.optimizer], self.session.trained
        self.moving = np.zeros_like(trained)
        self.clipping = Clipping(self.recipe.clip, self.moving)
        self.update = row.begin(trained, self.moving, self.recipe.lr, self.recipe.momentum)
        said, asked = predicted_variable(self.recurrence), target_variable(self.recurrence)
        self.shown = BothShown(self.session, self.tau, said, asked)
        parts = self.moving, self.clipping, self.update, self.recipe.carry_state
        self.together = StepsTogether(self.session, self.ahead, *parts, self.shown)
        self.begun = 0

    def steps(self, checkpoints: Checkpoints | None = None, first: int = 0) -> Iterator[TrainingStep]:
        """Every step of the recipe from the first."""
        for block in self.blocks(checkpoints, first):
            yield from block.steps()

    def blocks(self, checkpoints: Checkpoints | None = None, first: int = 0) -> Iterator[TrainingBlock]:
        """The steps of the recipe from the first, as many at once as can be; ends early where numbers end.

        It begins at the last checkpoint that leads there, and leaves others on its way, not so near to each other that
        few steps are done at once. The last step is done alone, so that nothing is fed that is past the run.
        """
        if checkpoints:
            checkpoints.expect(self.recipe.steps)
        found = checkpoints.before(first) if checkpoints else None
        k = left = found.step if found else 0
        while k < self.recipe.steps and self.stopped is None:
            if found and k == found.step:
                self.go_on(found)
            else:
                self.begin(k)
            self.before = self.checkpoint(k)
            if checkpoints and checkpoints.wanted(k):
                checkpoints.leave(self.before)
                left = k
            stop_for_nobody()
            until = first if k < first else self.recipe.steps - 1
            following = checkpoints.following(k, left + self.together.apart) if checkpoints else until
            block = self.block(k, min(until, following) - k)
            if len(block) and k >= first:
                yield block
            k += len(block)
        if checkpoints:
            checkpoints.tell()

    def block(self, k: int, most: int) -> TrainingBlock:
        """Some steps from step k on, which has begun; as many as had finite numbers."""
        found = self.together.done(k, most)
        if found is None:
            return self.alone(k)
        done, rows = found
        self.begun = k + done
        if done < self.together.asked_for:
            self.stopped = self.diverged(k + done)
        parts = (None if it is None else it[:done] for it in (rows.losses, rows.said, rows.asked, rows.norms))
        return TrainingBlock(k, tuple(self.session.gradients), *parts)  # type: ignore[arg-type]

    def alone(self, k: int) -> TrainingBlock:
        """One step; none if its numbers are not finite."""
        self.session.run()
        gradient, loss = self.session.gather(), self.session.loss
        shown = (None if view is None else view[None].copy() for view in self.shown.views())
        finite = bool(np.isfinite(loss) and np.isfinite(gradient).all())
        if finite:
            norms = self.session.norms()[None].copy()
            said, asked = shown
            self.move()
            return TrainingBlock(k, tuple(self.session.gradients), np.full(1, loss), said, asked, norms)
        self.stopped = self.diverged(k)
        return TrainingBlock(k, (), np.zeros(0), None, None, np.zeros((0, 0)))

    def move(self) -> None:
        """The parameters along the gradient that was gathered last, clipped."""
        self.moving[...] = self.session.said.gradient[: self.moving.size]
        self.clipping()
        self.update()

    def back_to(self, block: TrainingBlock, i: int) -> None:
        """To where a step of the last block was told, before its update."""
        self.stopped = None
        self.go_on(self.before)
        k = block.first
        while k < block.first + i:
            k += len(self.block(k, block.first + i - k))
        self.begin(k)
        self.session.run()

    def begin(self, k: int) -> None:
        """Put the window's data, and the state carried from the last one, in place, unless they are."""
        if k == self.begun:
            return
        self.begun = k
        if k and self.recipe.carry_state:
            self.session.carry()
        if k:
            self.feed(k)

    def feed(self, k: int) -> None:
        """Put the window's data in place."""
        rows = self.ahead.rows(k)
        if rows is None:
            self.session.feed(self.ahead.at(k))
        else:
            self.session.put(rows)

    def checkpoint(self, k: int) -> Checkpoint:
        """What step k has begun with."""
        kept = tuple(array.copy() for array in self.update.kept)
        return Checkpoint(k, self.session.theta.copy(), kept, self.session.initial())

    def go_on(self, found: Checkpoint) -> None:
        """Begin the step of a checkpoint."""
        self.begun = found.step
        self.feed(found.step)
        self.session.theta[...] = found.theta
        for own, array in zip(self.update.kept, found.kept, strict=True):
            own[...] = array
        for name, start in found.starts.items():
            self.session.known[name][...] = start

    def kept(self, k: int, checkpoints: Checkpoints | None = None) -> tuple[Array, ...]:
        """What the optimizer has kept when step k begins, once all before it are done."""
        found = checkpoints.before(k) if checkpoints else None
        own = found.kept if found and found.step == k else self.update.kept
        return tuple(array.copy() for array in own)

    def diverged(self, k: int) -> Diverged:
        """Where it was: at a value or gradient, or, if all of these are finite, in the sum of the objective."""
        of = self.session.of
        summed = Stopped(of.t, of.name, "forward", "sum", of, f"its sum goes {BEYOND}")
        return Diverged(**asdict(self.session.trace().stopped or summed), step=k)

    def bindings(self, k: int, checkpoints: Checkpoints | None = None) -> Bindings:
        """What step k begins with, once all before it are done."""
        found = checkpoints.before(k) if checkpoints else None
        if found and found.step == k:
            self.go_on(found)
        else:
            self.begin(k)
        fresh = self.window(k)
        parameters = {name: array.copy() for name, array in self.session.parameters.items()}
        return replace(fresh, parameters=parameters, initial={**fresh.initial, **self.session.initial()})


def predicted_variable(recurrence: Recurrence) -> str | None:
    """The variable that predicts: an output, else what is differentiated if that is no loss."""
    kinds = folding(recurrence).kinds
    outputs = [n for n, k in kinds.items() if k == "output"]
    last = objective(recurrence)
    return outputs[0] if outputs else last if last != "loss" else None


def target_variable(recurrence: Recurrence) -> str | None:
    """The variable that the loss compares the prediction with."""
    return next((n for n, k in folding(recurrence).kinds.items() if k == "target"), None)
