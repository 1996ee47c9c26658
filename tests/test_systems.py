"""The systems' files and the tasks that feed them, each row held to the same questions."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine import run, unfold, worst
from app.language import Problems
from app.systems import SYSTEMS, TASKS, load


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_says_what_it_is(name: str) -> None:
    system = SYSTEMS[name]
    assert system.title and system.source and len(system.about) > 80
    assert system.task is not None and load(name).task_name == system.task


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_runs_at_its_own_size_with_right_gradients(name: str) -> None:
    loaded = load(name)
    tau = SYSTEMS[name].tau
    assert worst(run(loaded.recurrence, tau, loaded.bind(tau))) < 2e-5


@pytest.mark.parametrize("name", SYSTEMS)
def test_no_system_leaves_a_node_without_a_kind(name: str) -> None:
    assert {n.kind for n in unfold(load(name).recurrence, 3).nodes} >= {"state"}


@pytest.mark.parametrize("name", TASKS)
def test_every_task_says_what_it_is(name: str) -> None:
    assert TASKS[name].title and TASKS[name].about


def test_sine_to_cosine_includes_both_ends() -> None:
    inputs = load("rnn-regression").bind(10).inputs
    np.testing.assert_allclose(inputs["x"][:, 0, 0], np.sin(np.linspace(0, np.pi, 10)), atol=1e-12)
    np.testing.assert_allclose(inputs["y"][:, 0, 0], np.cos(np.linspace(0, np.pi, 10)), atol=1e-12)


def spelled(name: str, tau: int, task: str | None = None) -> str:
    bindings = load("rnn", task=task).bind(tau)
    return "".join(bindings.symbols[name][int(row.argmax())] for row in bindings.inputs[name][:, 0])


def test_next_character_spells_a_word_and_asks_for_the_next_letter() -> None:
    assert (spelled("x", 4), spelled("y", 4)) == ("hell", "ello")
    assert spelled("x", 8, "next-character:tau") == "tautauta"


def test_a_task_fixes_the_sizes_it_needs() -> None:
    assert dict(load("rnn", task="next-character:banana").recurrence.sizes) == {"x": 3, "y": 3, "h": 4}


def test_a_task_that_is_asked_for_and_does_not_fit_is_a_problem() -> None:
    for sizes, task in (({"x": 3}, "next-character"), ({}, "sine"), ({}, "next-character:!")):
        with pytest.raises(Problems) as found:
            load("rnn", sizes=sizes, task=task)
        assert found.value.problems[0].field == "task"


def test_the_systems_own_task_gives_way_to_sizes() -> None:
    loaded = load("rnn", sizes={"x": 4, "h": 5, "y": 2})
    assert loaded.task_name is None
    targets = loaded.bind(7).inputs["y"]
    assert set(np.unique(targets)) == {0.0, 1.0} and (targets.sum(axis=-1) == 1).all()


def test_an_unknown_system_lists_those_there_are() -> None:
    with pytest.raises(Problems) as found:
        load("rmn")
    assert found.value.problems[0].allowed == list(SYSTEMS)
    assert "rnn" in (found.value.problems[0].hint or "")


def test_arrays_of_the_wrong_shape_are_named_with_the_right_one() -> None:
    loaded = load("rnn", sizes={"x": 4, "h": 5, "y": 2})
    wrong = {"U": [[1.0]], "W": [[float("nan")] * 5] * 5, "V": "no", "Q": 1}
    with pytest.raises(Problems) as found:
        loaded.bind(3, params=wrong, inputs={"x": [[1]]}, initial={"h": [1], "o": [1]})
    named = {p.field: p.message for p in found.value.problems}
    assert set(named) == {"params.U", "params.W", "params.V", "params.Q", "inputs.x", "initial.h", "initial.o"}
    assert "(5, 4)" in named["params.U"] and "not finite at [0, 0]" in named["params.W"]


def test_a_start_that_the_text_names_takes_the_initial_value() -> None:
    loaded = load(equations="s[0] = s0; s[t] = tanh(W @ s[t-1])", sizes={"s": 2})
    assert loaded.bind(2, initial={"s": [0.5, 0.25]}).parameters["s0"].tolist() == [0.5, 0.25]
