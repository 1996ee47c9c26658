"""How a link trains: its recipe, its data window by window, and what a step of the training begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from app.arrays import Array, read_only
from app.cache import LruStore
from app.engine import Bindings, Checkpoints, Diverged, Recipe, TrainingStep, state_at
from app.engine.training import kept_at, recurrent_matrices, set_entries, with_radius
from app.language import Problem, Problems, Recurrence
from app.link.fields import Link
from app.link.rows import FieldStage, field_rows
from app.systems import Loaded
from app.systems.tasks import input_sequences

Window = Callable[[int], Bindings]
"""What goes through at a step of the training, counted from 0."""


def recipe(link: Link, steps: int, cuts: frozenset[int]) -> Recipe:
    """The fields of a link that say how it trains."""
    return Recipe(steps, link.optimizer, link.lr, link.momentum, link.clip, link.carry_state, cuts)


def windows(loaded: Loaded, link: Link, given: Mapping[str, Mapping[str, Any]]) -> Window:
    """The windows of a link; `given` (params, inputs, initial) is a person's own, in every one of them."""

    drawn = loaded.bind(link.tau, link.seed, **given, batch=link.batch, window=0)
    parameters = _changed(loaded.recurrence, link, drawn.parameters, given.get("params", {}))
    first = read_only(replace(drawn, parameters=parameters))
    arrays = {
        field: {name: np.asarray(value, dtype=float) for name, value in of.items()} for field, of in given.items()
    }

    def window(k: int) -> Bindings:
        numbers = arrays | {"params": first.parameters}
        return loaded.bind(link.tau, link.seed, **numbers, batch=link.batch, window=k) if k else first

    return window


def _changed(
    recurrence: Recurrence, link: Link, parameters: Mapping[str, Array], given: Mapping[str, Any]
) -> Mapping[str, Array]:
    """The parameters with the spectral radius and the single entries that a link sets; what is given is given."""
    changed = dict(parameters)
    if link.radius is not None:
        own = {name: np.eye(len(changed[name])) for name in recurrent_matrices(recurrence) if name in given}
        _refuse("radius", [] if set(recurrent_matrices(recurrence)) - own.keys() else [*own])
        changed = with_radius(recurrence, changed | own, link.radius) | {name: changed[name] for name in own}
    if link.set is not None:
        before, changed = changed, set_entries(recurrence, changed, link.set)
        _refuse("set", [name for name in given if not np.array_equal(before[name], changed[name])])
    return changed


def _refuse(field: str, names: Iterable[str]) -> None:
    problems = [Problem(f"params gives {name}, which {field} would change", field, ["params"]) for name in names]
    if problems:
        raise Problems(*problems)


OnStep = Callable[[TrainingStep], bool | None] | None
"""Called after each step of a training; False stops it there."""

_RUNS: LruStore[Link, Checkpoints] = LruStore(f"{__name__}.checkpoints_of", 12_000_000, lambda found: found.size)
"""The checkpoints of the runs asked for last, in bytes."""


def checkpoints_of(link: Link) -> Checkpoints:
    """Those of a link's run, whichever of its steps is asked for."""
    return _RUNS.get_or_make(link.up_to(FieldStage.RUN), Checkpoints)


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
    data = loaded.bind(link.tau, link.seed, params=there.parameters, batch=link.batch, window=link.trained)
    starts = {name: array for name, array in there.initial.items() if name in data.initial or link.carry_state}
    return replace(data, initial={**data.initial, **starts})


def hearing(recurrence: Recurrence, link: Link, bindings: Bindings) -> Bindings:
    """The same with the link's signal as the input."""
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
    return replace(bindings, inputs={**bindings.inputs, inputs[0].name: heard.reshape(*heard.shape, *inputs[0].shape)})


def trainable(recurrence: Recurrence, steps: int, field: str) -> None:
    """Refuse steps of a training where there is nothing to train."""
    if steps and not recurrence.names("parameter"):
        raise Problems(Problem("these equations have no parameters, so there is nothing to train", field, [0]))


def _diverged(found: Diverged) -> Problem:
    what = f"{found.variable or 'a parameter after it'} is no longer finite"
    message = f"the training diverges at step {found.step}: {what}: {found.why}"
    return Problem(message, "trained", {"minimum": 0, "maximum": found.step}, "or choose a smaller lr")
