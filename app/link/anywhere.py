"""A training on a hidden pattern in, how well it is found at every place out: beside a network of one layer.

Fully connected to the whole flattened window, with about as many parameters and trained on the very same bits, that
network has weights of its own for each place; the recurrent one has the same weights at every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, prod

import numpy as np
from numpy.typing import NDArray

from app.arrays import Array
from app.engine import Bindings, Recipe, forward, train
from app.engine.training import Diverged, predicted_variable, target_variable
from app.language import Problem, Problems, Recurrence
from app.link.costs import afford_pass
from app.link.fields import Training
from app.link.resolved import Resolved, truncation_cuts
from app.link.training import OnSteps, recipe
from app.systems import TASKS, Loaded, load
from app.systems.tasks import TaskWord

HIDING = tuple(name for name, task in TASKS.items() if task.hidden)
"""The tasks that hide a pattern in every window."""
FLAT = """given x, y
h = tanh(b + W @ x)
o = c + V @ h
loss = mse(o, y)
"""
"""A fully connected layer over the whole window, and a readout with a number for each of its steps."""
TRIED = 256
"""Sequences at each place."""


@dataclass(frozen=True)
class Found:
    """How a network did: its parameters, its losses, and the share of sequences in which every step was right.

    `stopped` is where its training left the finite numbers; then nothing was tried, and the shares are NaN.
    """

    parameters: int
    losses: Array
    accuracy: tuple[float, ...]
    stopped: Diverged | None


@dataclass(frozen=True)
class Anywhere:
    """Both networks by the place at which the pattern begins, counted from 1; `seen` are those of the training."""

    bits: str
    places: tuple[int, ...]
    seen: tuple[bool, ...]
    network: Found
    dense: Found


def hidden(resolved: Resolved) -> tuple[TaskWord, NDArray[np.int64], range]:
    """The task, its pattern and the places where that may begin; a problem where none is hidden in every window."""
    loaded, tau = resolved.run.loaded, resolved.link.tau
    task, recurrence = loaded.task, loaded.recurrence
    pair = (predicted_variable(recurrence), target_variable(recurrence))
    told = all(name is not None and recurrence.variables[name].indexed for name in pair)
    if not (task and task.hidden and loaded.word and told):
        which = " or ".join(HIDING)
        message = f"choose the task {which}, and a network that answers at every step"
        raise Problems(Problem(message, "task", [*HIDING]))
    word = task.spelled_out(loaded.word)
    bits, span = task.hidden(word.about, tau)
    if not len(span):
        raise Problems(Problem(f"the pattern does not fit into {tau} steps", "tau", {"minimum": len(bits)}))
    return word, bits, span


def seen_places(resolved: Resolved) -> dict[int, bool]:
    """Of every place at which the pattern can begin, counted from 1, whether it does in the training."""
    _, bits, span = hidden(resolved)
    return {place + 1: place in span for place in range(resolved.link.tau - len(bits) + 1)}


def anywhere(resolved: Resolved, told: OnSteps = None) -> Anywhere:
    """Train both, then try them with the pattern at every place; `told` hears of the steps of either."""
    link, loaded = resolved.link, resolved.run.loaded
    assert isinstance(link, Training)
    word, bits, _ = hidden(resolved)
    spelled = "".join(map(str, bits))
    how = recipe(link, link.steps, truncation_cuts(link.truncate, link.tau))
    flat = _flat(_count(loaded.recurrence), link.tau, str(word))
    afford_pass(link.model_copy(update={"batch": TRIED}), loaded.recurrence)
    seen = seen_places(resolved)
    words = [f"{word.name}:{spelled}@{place}" for place in seen]
    return Anywhere(
        spelled,
        tuple(seen),
        tuple(seen.values()),
        _found(loaded, link.tau, link, how, words, told),
        _found(flat, 1, link, how, words, told),
    )


def _count(recurrence: Recurrence) -> int:
    return sum(prod(recurrence.shape(name)) for name in recurrence.names("parameter"))


def _flat(parameters: int, tau: int, task: str) -> Loaded:
    """The fully connected network whose number of parameters is nearest to this."""
    units = max(1, round((parameters - tau) / (2 * tau + 1)))
    return load(equations=FLAT, sizes={"x": tau, "h": units, "y": tau}, task=task)


def _found(loaded: Loaded, tau: int, link: Training, how: Recipe, words: list[str], told: OnSteps) -> Found:
    def window(k: int) -> Bindings:
        return loaded.bind(tau, link.seed, batch=link.batch, window=k)

    run = train(loaded.recurrence, tau, how, window, told=told)
    right = (nan if run.stopped else _accuracy(loaded, tau, link, word, dict(run.parameters)) for word in words)
    return Found(_count(loaded.recurrence), run.losses, tuple(right), run.stopped)


def _accuracy(loaded: Loaded, tau: int, link: Training, task: str, parameters: dict[str, Array]) -> float:
    """The share of fresh sequences whose every step is told right, the pattern at one place."""
    recurrence = loaded.recurrence
    other = Loaded(recurrence, loaded.task, loaded.fit, TaskWord.parse(task))
    data = other.bind(tau, link.seed, params=parameters, batch=TRIED, window=link.steps)
    arrays = forward(recurrence, tau, data)
    name, target = predicted_variable(recurrence), target_variable(recurrence)
    assert name is not None and target is not None
    found, wanted = arrays[name], arrays[target]
    if recurrence.variables[name].indexed:
        found, wanted = found[:tau].swapaxes(0, 1), wanted[:tau].swapaxes(0, 1)
    if wanted.shape[-1] == 2:
        found, wanted = found.argmax(axis=-1), wanted.argmax(axis=-1)
    return float(((found > 0.5) == (wanted > 0.5)).reshape(TRIED, -1).all(axis=1).mean())
