"""A finished pass and an optimizer → what the pass is for: gradients gathered, parameters moved, another loss.

The steps of a training do the same; here each number on the way can be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from app.arrays import Array, HoldsArrays, any_numbers, read_only
from app.engine.execution import Bindings, Session, Trace, parts, run, steps_used
from app.engine.training.optimizers import OPTIMIZERS
from app.engine.training.train import Recipe, Trainer


@dataclass(frozen=True)
class GatheredGradient(HoldsArrays):
    """A parameter's gradient and its parts by step: `parts` of `steps` sum to `whole` (Goodfellow et al. 2016, 10.26).

    `lost` is what truncation took from each part, 0 where there is none.
    """

    parameter: str
    steps: tuple[int, ...]
    parts: Array
    lost: Array
    whole: Array


@dataclass(frozen=True)
class ParameterMove(HoldsArrays):
    """A parameter before and after an update: it moves by -lr times `way`, which the optimizer makes of `gradient`.

    `gradient` is shortened where training clips it.
    """

    before: Array
    gradient: Array
    way: Array
    after: Array


class UpdatedLoss(NamedTuple):
    """What an update comes to. `shortened` is the share of every gradient that clipping leaves.

    `before` is what is differentiated, `again` the same of the same data with the moved parameters, `following` that
    of the next forward pass, whose data are others if `fed_anew`. Where a gradient is not finite nothing moves, and
    nothing follows.
    """

    moves: Mapping[str, ParameterMove]
    shortened: float
    before: float
    again: float | None
    following: float | None
    fed_anew: bool


@dataclass(frozen=True)
class LastAct:
    """What comes of a pass, each part computed when it is asked for.

    It goes on as a training does: `kept` is what its optimizer has kept so far, `following` are the next data, None
    where they are the same.
    """

    trace: Trace
    recipe: Recipe
    following: Callable[[], Bindings | None] = lambda: None
    kept: Callable[[], Sequence[Array]] = tuple

    @property
    def rate(self) -> float:
        """The learning rate."""
        return self.recipe.lr

    @property
    def moving(self) -> tuple[str, ...]:
        """The parameters that training moves."""
        recurrence = self.trace.recurrence
        return tuple(name for name in recurrence.names("parameter") if name not in recurrence.fixed)

    def shape_of(self, parameter: str) -> tuple[int, ...]:
        return self.trace.recurrence.shape(parameter)

    def steps_of(self, parameter: str) -> tuple[int, ...]:
        """The steps at which a parameter is used."""
        return steps_used(self.trace, parameter)

    def gathered(self, parameter: str) -> GatheredGradient:
        """A parameter's gradient by step."""
        steps = self.steps_of(parameter)
        rows = [t - 1 for t in steps]
        kept = parts(self.trace, parameter)[rows]
        lost = np.zeros_like(kept) if self._whole is None else parts(self._whole, parameter)[rows] - kept
        return GatheredGradient(parameter, steps, kept, lost, np.asarray(self.trace.gradients[parameter]))

    @cached_property
    def _whole(self) -> Trace | None:
        """The same pass without truncation; None where there is none."""
        it = self.trace
        return run(it.recurrence, it.tau, it.bindings, it.of) if it.cuts else None

    @cached_property
    @any_numbers()
    def update(self) -> UpdatedLoss:
        """All parameters as they move, and the losses before and after."""
        trace, recipe, following = self.trace, self.recipe, self.following()
        fed_anew = following is not None and (recipe.carry_state or not _alike(following, trace.bindings))
        data = following if fed_anew and following is not None else trace.bindings
        how = replace(recipe, carry_state=recipe.carry_state and fed_anew)
        trainer = Trainer(trace.recurrence, trace.tau, how, lambda k: data if k else trace.bindings, trace.of)
        for own, array in zip(trainer.update.kept, self.kept(), strict=False):
            own[...] = array
        session = trainer.session
        session.run()
        whole, loss = session.gather().copy(), session.loss
        trainer.moving[...] = whole[: session.trained.size]
        trainer.clipping()
        moving = trainer.moving.copy()
        if not np.isfinite(whole).all():
            return UpdatedLoss({}, 1.0, loss, None, None, fed_anew)
        moves, shortened = _moves(trainer, moving), _share(moving, whole[: moving.size])
        trainer.begin(1)
        session.run()
        again = _loss_after(trace, session) if fed_anew else session.loss
        return UpdatedLoss(read_only(moves), shortened, loss, again, session.loss, fed_anew)


def _moves(trainer: Trainer, gradient: Array) -> dict[str, ParameterMove]:
    """Move the parameters, and say how each has."""
    session = trainer.session
    before = {n: array.copy() for n, array in session.parameters.items() if n not in session.recurrence.fixed}
    gradients, ways = (_by_name(it, before) for it in (gradient, _way(trainer, gradient)))
    trainer.update()
    return {n: ParameterMove(before[n], gradients[n], ways[n], session.parameters[n].copy()) for n in before}


def _alike(a: Bindings, b: Bindings) -> bool:
    """Whether the next forward pass is fed the same: every number of data and of starts agrees."""
    pairs = ((a.inputs, b.inputs), (a.initial, b.initial))
    return a.lengths == b.lengths and all(
        mine.keys() == theirs.keys() and all(np.array_equal(mine[name], theirs[name]) for name in mine)
        for mine, theirs in pairs
    )


def _way(trainer: Trainer, gradient: Array) -> Array:
    """What is multiplied by the learning rate: where the optimizer moves parameters that are 0, without moving any."""
    recipe, there = trainer.recipe, np.zeros_like(gradient)
    update = OPTIMIZERS[recipe.optimizer].begin(there, gradient, recipe.lr, recipe.momentum)
    for own, array in zip(update.kept, trainer.update.kept, strict=True):
        own[...] = array
    update()
    return there / -recipe.lr


def _by_name(vector: Array, shaped: Mapping[str, Array]) -> dict[str, Array]:
    """All parameters as one vector → each by its name."""
    found, place = {}, 0
    for name, array in shaped.items():
        found[name], place = vector[place : place + array.size].reshape(array.shape), place + array.size
    return found


def _share(clipped: Array, whole: Array) -> float:
    """How long the clipped gradient is beside the whole."""
    norm = float(np.linalg.norm(whole))
    return min(1.0, float(np.linalg.norm(clipped)) / norm) if norm and not np.array_equal(clipped, whole) else 1.0


def _loss_after(trace: Trace, moved: Session) -> float:
    """The loss of the same data with parameters that have moved."""
    parameters = {name: array.copy() for name, array in moved.parameters.items()}
    again = Session(trace.recurrence, trace.tau, replace(trace.bindings, parameters=parameters), trace.of, trace.cuts)
    again.run()
    return again.loss
