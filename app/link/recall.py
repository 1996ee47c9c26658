"""A network of Hopfield's kind in, how well it recalls out: by how many random patterns it keeps for each unit.

Hopfield (1982) found about 0.15 patterns a unit; Amit, Gutfreund & Sompolinsky (1985) give 0.138 for many units.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np

from app.arrays import Array
from app.cache import cached
from app.engine import Trace, bind, forward
from app.engine.execution import stream
from app.language import Recurrence
from app.systems import SYSTEMS, TASKS, System, load
from app.systems.tasks import DataSlot, TaskFit, TaskWord, data_slots

TASK = next(name for name, task in TASKS.items() if task.keeps_patterns)
"""The task that says which patterns a network keeps."""
CRITICAL = 0.138
"""Patterns a unit, beyond which many units recall nothing."""
UNITS, TRIALS, WRONG, SWEEPS = 100, 24, 0.1, 5
"""Units; trials of each load; the share of the start that is flipped; how often each unit has its turn."""
TOGETHER = 4
"""Trials that are run at once: all of their steps are held."""
KEPT = (2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32)
"""How many patterns are kept."""
LOADS = tuple(kept / UNITS for kept in KEPT)
"""The same for each unit."""


@dataclass(frozen=True)
class RecallNames:
    """The names of what matters in such a network: what it keeps, its start, state and energy, and whose turn it is."""

    memory: str
    start: str
    state: str
    energy: str | None
    turns: str | None


@dataclass(frozen=True)
class Recall:
    """By load, patterns a unit: the mean overlap of where it rests with what was asked for, and the share in which
    no more than a twentieth of the points are wrong.
    """

    units: int
    load: tuple[float, ...]
    overlap: tuple[float, ...]
    recalled: tuple[float, ...]


def keeps_patterns(system: System) -> bool:
    """Whether a system keeps patterns."""
    return isinstance(TASKS[TASK].fit(system.recurrence, TaskWord(TASK)), TaskFit)


def recall_names(recurrence: Recurrence) -> RecallNames:
    """Told by what reads what."""
    memory, start = data_slots(recurrence, "memory")[0], data_slots(recurrence, "start")[0]
    state = next(s.name for s in recurrence.starts)
    computed = recurrence.names("computed")
    energy = [n for n in computed if recurrence.variables[n].indexed and recurrence.shape(n) == ()]
    turns = [place.name for place in data_slots(recurrence, "input") if place.indexed]
    return RecallNames(memory.name, start.name, state, energy[0] if energy else None, turns[0] if turns else None)


def _weights(trace: Trace) -> Array:
    variables = trace.recurrence.variables
    computed = trace.recurrence.names("computed")
    return np.asarray(trace.value(next(n for n in computed if variables[n].rank == 2 and not variables[n].indexed)))


def rests(trace: Trace) -> bool:
    """Whether no unit would change after the last step: each has the sign of what the others tell it, + for 0."""
    last = np.asarray(trace.value(f"{recall_names(trace.recurrence).state}[{trace.tau}]"))
    return bool((np.where(_weights(trace) @ last >= 0, 1.0, -1.0) == last).all())


def energies(trace: Trace) -> Array:
    """The energy of the state at every step from 0 to τ, -½ sᵀWs (Hopfield 1982, equation 7)."""
    named, w = recall_names(trace.recurrence), _weights(trace)
    states = np.stack([np.asarray(trace.value(f"{named.state}[{t}]")) for t in range(trace.tau + 1)])
    return np.asarray(-0.5 * ((states @ w) * states).sum(axis=1))


_one = Lock()
"""A page asks for the same curve more than once at the same time: it is made once, and the others wait for it."""


def recall(name: str, seed: int) -> Recall:
    """The curve of a system; the same for the same seed."""
    with _one:
        return _recall(name, seed)


@cached(8)
def _recall(name: str, seed: int) -> Recall:
    found = [_overlaps(SYSTEMS[name], kept, seed) for kept in KEPT]
    overlaps = [float(overlap.mean()) for overlap in found]
    recalled = [float((overlap >= 0.9).mean()) for overlap in found]
    return Recall(UNITS, LOADS, tuple(overlaps), tuple(recalled))


def _overlaps(system: System, kept: int, seed: int) -> Array:
    """The overlap of every trial with so many patterns kept."""
    memory: DataSlot = data_slots(system.recurrence, "memory")[0]
    sizes = dict(zip(memory.dims, (kept, UNITS), strict=True))
    recurrence, named = load(system.name, sizes=sizes, task="random").recurrence, recall_names(system.recurrence)
    rng = stream(seed, f"recall {kept}")
    rows = rng.choice([-1.0, 1.0], size=(TRIALS, kept, UNITS))
    flipped = np.where(rng.permuted(np.tile(np.arange(UNITS), (TRIALS, 1)), axis=1) < WRONG * UNITS, -1.0, 1.0)
    tau = SWEEPS * UNITS if named.turns else 2 * SWEEPS
    order = rng.permuted(np.tile(np.arange(UNITS), (SWEEPS, TRIALS, 1)), axis=2).swapaxes(1, 2).reshape(-1, TRIALS)
    overlaps = []
    for some in np.split(np.arange(TRIALS), TRIALS // TOGETHER):
        given = {named.memory: rows[some], named.start: rows[some, 0] * flipped[some]}
        if named.turns:
            given[named.turns] = np.eye(UNITS)[order[:, some]]
        arrays = forward(recurrence, tau, bind(recurrence, tau, seed, given, batch=TOGETHER))
        overlaps.append((arrays[named.state][tau - 1] * rows[some, 0]).mean(axis=1))
    return np.concatenate(overlaps)
