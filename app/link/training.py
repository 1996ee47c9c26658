"""How a link trains: its recipe, and what a step of the training begins with."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from math import prod

import numpy as np

from app.arrays import Array
from app.cache import LruStore
from app.engine import Bindings, Checkpoints, Diverged, Recipe, TrainingBlock, state_at
from app.engine.training import (
    KeptElsewhere,
    Window,
    kept_at,
)
from app.language import Problem, Problems, Recurrence
from app.link.fields import Link
from app.link.named_fields import naming, plainly
from app.link.rows import FieldStage, field_rows
from app.link.windows import with_data_set
from app.systems import Loaded
from app.systems.tasks import input_sequences


def recipe(link: Link, steps: int, cuts: frozenset[int]) -> Recipe:
    """The fields of a link that say how it trains."""
    return Recipe(steps, link.optimizer, link.lr, link.momentum, link.clip, link.carry_state, cuts)


OnSteps = Callable[[TrainingBlock], bool | None] | None
"""Called after the steps of a training, with as many as were done at once; False ends it there."""

EMPTY = 4_000
"""Bytes of a run's entry before it has any checkpoint."""
_RUNS: LruStore[Link, Checkpoints] = LruStore(f"{__name__}.checkpoints_of", 6_000_000, lambda found: EMPTY + found.size)
"""The checkpoints of the runs asked for last, in bytes."""


RUNS_ELSEWHERE: ContextVar[Callable[[str], KeptElsewhere] | None] = ContextVar("runs_elsewhere", default=None)
"""Where other processes find the checkpoints of a run, by its link; of the request under way."""


def checkpoints_of(link: Link) -> Checkpoints:
    """Those of a link's run, whichever of its steps is asked for."""
    run = link.up_to(FieldStage.RUN)
    elsewhere = RUNS_ELSEWHERE.get()
    return _RUNS.get_or_make(run, lambda: Checkpoints(elsewhere=elsewhere and elsewhere(repr(run))))


def bindings_at_step(
    recurrence: Recurrence, link: Link, window: Window, cuts: frozenset[int], checkpoints: Checkpoints | None
) -> Bindings:
    """What the training step that a link is at begins with: the parameters, the window, the state carried so far."""
    if not link.trained:
        return window(0)
    how = recipe(link, link.trained, cuts)
    found = state_at(recurrence, link.tau, how, window, link.trained, checkpoints=checkpoints)
    if isinstance(found, Diverged):
        raise Problems(_diverged(found))
    return found


def window_after(link: Link, window: Window) -> Bindings | None:
    """The next window of a link's training; None where the pass that it shows is no step of one."""
    run = link_before(link)
    of_the_run = link.signal is None and (run.tau, run.feed) == (link.tau, link.feed)
    return window(link.trained + 1) if of_the_run else None


def optimizer_at_step(
    recurrence: Recurrence, link: Link, window: Window, cuts: frozenset[int], checkpoints: Checkpoints | None
) -> tuple[Array, ...]:
    """What the optimizer has kept from the training steps before the one that a link is at."""
    if not link.trained:
        return ()
    how = recipe(link, link.trained, cuts)
    return kept_at(recurrence, link.tau, how, window, link.trained, checkpoints)


def link_before(link: Link) -> Link:
    """The link of the run that came before: the lengths it had, and what was given in it."""
    after = [name for name, row in field_rows(Link).items() if row.after_training] + ["feed"] * link.forced
    changes = {name: Link.model_fields[name].default for name in after}
    return link.model_copy(update=changes | {"tau": link.trained_tau or link.tau})


def bindings_after(loaded: Loaded, link: Link, there: Bindings) -> Bindings:
    """What a trained network hears in another pass than its next window: other lengths, its own output, a signal."""
    bound = loaded.bind(link.tau, link.seed, params=there.parameters, batch=link.batch, window=link.trained)
    data = with_data_set(loaded.recurrence, link, bound)
    starts = {name: array for name, array in there.initial.items() if name in data.initial or link.carry_state}
    return replace(data, initial={**data.initial, **starts})


def hearing(recurrence: Recurrence, link: Link, bindings: Bindings) -> Bindings:
    """The same with the link's signal as the input, and in that the entries that it sets."""
    if link.signal is None:
        return bindings
    inputs = input_sequences(recurrence)
    if len(inputs) != 1 or prod(inputs[0].shape) != 1:
        found = ", ".join(f"{p.name} of {prod(p.shape)}" for p in inputs) or "none"
        lines = tuple(f"{p.name}: 1" for p in inputs) if len(inputs) == 1 else ()
        hint = f"write {lines[0]} among the equations" if lines else None
        message = f"a signal is heard by one input of one number a step; here is {found}"
        raise Problems(Problem(message, "signal", hint=hint, mendings=lines))
    numbers = np.array([float(part) for part in link.signal.split(",")][: link.tau])
    heard = np.zeros((link.tau, bindings.batch))
    heard[: len(numbers)] = numbers[:, None]
    numbers_heard = heard.reshape(*heard.shape, *inputs[0].shape)
    return with_data_set(recurrence, link, replace(bindings, inputs={**bindings.inputs, inputs[0].name: numbers_heard}))


def data_by_hand(recurrence: Recurrence, link: Link, bindings: Bindings) -> dict[str, Array]:
    """data → which of its numbers a link sets, by its entries or its signal; True in an array of their shape."""
    unknown = {name: np.full(array.shape, np.nan) for name, array in bindings.inputs.items()}
    marked = hearing(recurrence, link, with_data_set(recurrence, link, replace(bindings, inputs=unknown)))
    return {name: np.isfinite(array) for name, array in marked.inputs.items()}


def trainable(recurrence: Recurrence, steps: int, field: str) -> None:
    """Refuse steps of a training where there is nothing to train."""
    if steps and not recurrence.names("parameter"):
        raise Problems(Problem("these equations have no parameters, so there is nothing to train", field, [0]))


def _diverged(found: Diverged) -> Problem:
    what = f"{found.variable or 'a parameter after it'} is no longer finite"
    message = f"the training diverges at update {found.step}: {what}: {found.why}"
    return naming(plainly(message), "trained", {"minimum": 0, "maximum": found.step}, advice="or choose a smaller {lr}")
