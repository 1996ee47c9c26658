"""The data of many training steps made at once is, to the bit, that of each step bound alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.link import Link
from app.link.training import windows
from app.systems import SYSTEMS, TASKS, load
from app.systems.tasks import TaskFit, TaskWord

FIRST, COUNT = 3, 9
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
        ({}, {"system": "rnn-regression", "set": "x[2,1]:0.5"}),
        ({"initial": {"h": [0.0] * 32}}, {"system": "rnn-regression"}),
    ],
    ids=["lengths", "entries", "starts"],
)
def test_windows_that_are_no_one_array_are_bound_alone(given: dict[str, Any], fields: dict[str, Any]) -> None:
    assert block_and_windows(given, tau=6, **fields)[0] is None
