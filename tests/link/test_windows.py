"""The data of many training steps made at once is, to the bit, that of each step bound alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.link import Link
from app.link.windows import windows
from app.systems import SYSTEMS, TASKS, load
from app.systems.tasks import TaskFit, TaskWord

FIRST, COUNT = 3, 9
STARTED = "given P, s0; s[0] = s0; s[t] = tanh(offdiagonal(transpose(P) @ P) @ s[t-1]); loss = sum(s[tau])"
HEARD = {"inputs": {"x": [[1.0] * 8] * 6}}
FED = [
    (system, task.name)
    for system, row in SYSTEMS.items()
    for task in TASKS.values()
    if isinstance(task.fit(row.recurrence, TaskWord(task.name)), TaskFit)
]


def block_and_windows(given: dict[str, Any] | None = None, **fields: Any) -> tuple[Any, list[Any], Any]:
    link = Link(**fields)
    loaded = load(link.system, link.equations, dict(link.sizes), link.task)
    made = windows(loaded, link, given or {})
    return made.together(FIRST, COUNT), [made(k) for k in range(FIRST, FIRST + COUNT)], made(0)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize(("system", "task"), FED)
def test_a_block_has_the_numbers_of_its_windows(system: str, task: str, batch: int) -> None:
    block, alone, first = block_and_windows(system=system, task=task, tau=6, batch=batch, seed=4)
    assert block is not None
    for i, bindings in enumerate(alone):
        for name, array in bindings.inputs.items():
            np.testing.assert_array_equal(block[name][i] if name in block else first.inputs[name], array, name)


def test_what_a_person_gives_stays_in_every_window() -> None:
    given = {"inputs": {"x": [[0.5]] * 6}}
    block, alone, _ = block_and_windows(given, system="rnn-regression", tau=6)
    assert block is not None and block.keys() == {"y"}
    np.testing.assert_array_equal(block["y"], [bindings.inputs["y"] for bindings in alone])


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"system": "rnn", "task": "next-character:hello,hi", "batch": 2}),
        ({}, {"system": "lstm", "task": "next-character:hello,hi,abc", "set": "x[2,1]:0.5,y[4,1]:2"}),
        ({}, {"system": "rnn-regression", "set": "x[2,1]:0.5", "batch": 2}),
        ({}, {"system": "rnn-regression", "task": "adding", "sizes": {"x": 2}, "set": "x[2,1]:0.5,y[1]:3", "batch": 2}),
        ({"initial": {"h": [0.5] * 32}}, {"system": "rnn-regression"}),
        ({"initial": {"s": [0.5] * 25}}, {"equations": STARTED, "task": "patterns"}),
        (HEARD, {"system": "rnn", "task": "next-character:hello,hi,abc", "batch": 2}),
        (HEARD, {"system": "rnn", "task": "next-character:hello,hi,abc", "set": "y[2]:1"}),
    ],
    ids=["lengths", "entries-and-lengths", "entries", "drawn", "starts", "starts-given", "heard", "heard-and-set"],
)
def test_lengths_entries_and_starts_are_in_a_block_as_in_each_window(
    given: dict[str, Any], fields: dict[str, Any]
) -> None:
    block, alone, first = block_and_windows(given, tau=6, **fields)
    lengths = block.pop("tau", None)
    assert (lengths is None) == all(it.lengths is None for it in alone)
    for i, bindings in enumerate(alone):
        if lengths is not None:
            assert tuple(lengths[i]) == (bindings.lengths or (6,) * bindings.batch)
        for name, array in bindings.inputs.items():
            np.testing.assert_array_equal(block[name][i] if name in block else first.inputs[name], array, name)
