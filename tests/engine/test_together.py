"""Steps of a training that are done in one call give, to the bit, what they give one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from app.engine import Checkpoints, Recipe, TrainingRun, TrainingStep, train
from app.engine import run as passed
from app.engine.execution import Session, bind
from app.engine.training import OPTIMIZERS, state_at
from app.engine.training.together import StepsTogether
from app.engine.training.train import Trainer, TrainingBlock
from app.language import Problems, parse
from app.link import ResolvedPass, Training, resolve
from app.systems import SYSTEMS, TASKS

STEPS = 40
RECIPES = [
    *(Recipe(STEPS, name, 0.02) for name in OPTIMIZERS),
    Recipe(STEPS, "momentum", 0.02, 0.8, clip=0.05),
    Recipe(STEPS, carry_state=True),
    Recipe(STEPS, cuts=frozenset({2})),
]
TRAINING = [name for name, system in SYSTEMS.items() if system.trains]


@pytest.fixture
def one_by_one() -> Iterator[pytest.MonkeyPatch]:
    """No step is done together with others, until that is undone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StepsTogether, "done", lambda *_: None)
        yield patch


def of_system(system: str, recipe: Recipe, **more: Any) -> Callable[..., TrainingRun]:
    run = resolve(Training(system=system, steps=1, **more)).run
    return lambda **how: train(run.recurrence, run.tau, recipe, run.window, **how)


def check_same(one: TrainingRun, other: TrainingRun) -> None:
    assert one.stopped == other.stopped
    for name in ("losses", "predictions", "targets"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)
    for name in ("norms", "parameters", "final_state"):
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine.keys() == theirs.keys()
        for part, array in mine.items():
            np.testing.assert_array_equal(array, theirs[part], part)


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
@pytest.mark.parametrize("system", ["rnn-regression", "last-output"])
def test_every_recipe_gives_the_same_together(system: str, recipe: Recipe, one_by_one: pytest.MonkeyPatch) -> None:
    go = of_system(system, recipe)
    alone = go()
    one_by_one.undo()
    check_same(go(), alone)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("system", TRAINING)
def test_every_system_gives_the_same_together(system: str, batch: int, one_by_one: pytest.MonkeyPatch) -> None:
    go = of_system(system, Recipe(STEPS, carry_state=True), batch=batch)
    alone = go()
    one_by_one.undo()
    check_same(go(), alone)


@pytest.mark.parametrize("tau", [1, 2, 3, 5])
@pytest.mark.parametrize("lag", [1, 2, 4])
def test_windows_that_carry_the_state_are_one_long_run(lag: int, tau: int) -> None:
    source = f"h[t] = tanh(2 * h[t-{lag}] + tanh(h[t-1]) * w); loss = sum(h[tau])"
    run = resolve(Training(equations=source, tau=tau, steps=1, sizes={"h": 3}, seed=4)).run
    for steps in (1, 2, STEPS):
        windows = train(run.recurrence, tau, Recipe(steps, "sgd", 0.0, carry_state=True), run.window)
        whole = passed(run.recurrence, tau * steps, run.window(0))
        read = [*(whole.arrays[f"h[{-i}]"][0] for i in reversed(range(lag))), *whole.values["h"]]
        np.testing.assert_array_equal(np.atleast_2d(windows.final_state["h"]), read[-lag:])


@pytest.mark.parametrize("system", [name for name in TRAINING if "hopfield" not in name])
def test_all_steps_but_the_last_are_done_together(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted, alone = list[int](), Trainer.alone

    def noted(trainer: Trainer, k: int) -> TrainingBlock:
        counted.append(k)
        return alone(trainer, k)

    monkeypatch.setattr(Trainer, "alone", noted)
    kept = Checkpoints()
    of_system(system, Recipe(STEPS))(checkpoints=kept)
    assert counted == [STEPS - 1] and len(kept.found) > 2, "though there are places to go on from between them"


def test_every_task_and_every_recipe_is_done_together() -> None:
    fed = {
        task: run for task in TASKS for run in [next(filter(None, (fitting(it, task) for it in TRAINING)), None)] if run
    }
    assert TASKS.keys() - fed.keys() == {"patterns"}, "which feed what is not trained"
    tried = {task: (run, Recipe(STEPS)) for task, run in fed.items()}
    tried |= {str(recipe): (fed["sine-to-cosine"], recipe) for recipe in RECIPES}
    trainers = {name: Trainer(run.recurrence, run.tau, recipe, run.window) for name, (run, recipe) in tried.items()}
    assert not [name for name, it in trainers.items() if it.together.done(0, STEPS - 1) is None]


WORDS = "next-character:hello,hi,abc"


@pytest.mark.parametrize("recipe", RECIPES[1:], ids=str)
@pytest.mark.parametrize("batch", [1, 3])
def test_words_of_other_lengths_at_every_step_are_done_together_and_bound_once(
    batch: int, recipe: Recipe, one_by_one: pytest.MonkeyPatch
) -> None:
    go = of_system("lstm", recipe, task=WORDS, tau=4, batch=batch)
    alone = go()
    one_by_one.undo()
    with pytest.MonkeyPatch.context() as patch:
        bind = Session._bind
        bound = Mock(side_effect=lambda session, given: bind(session, given))
        patch.setattr(Session, "_bind", lambda session, given: bound(session, given))
        check_same(go(), alone)
    assert bound.call_count == 1


@pytest.mark.parametrize("system", ["lstm", "bidirectional", "rnn", "last-output", "deep"])
def test_words_are_trained_on_as_if_each_step_were_bound_for_its_own_lengths(system: str) -> None:
    run = resolve(Training(system=system, task=WORDS, tau=4, batch=2, steps=1)).run
    recipe, anew = Recipe(STEPS, "sgd", 0.02, carry_state=True), list[dict[str, Any]]()
    told = train(run.recurrence, run.tau, recipe, run.window)
    for k in range(STEPS):
        bindings = run.window(k)
        given = {**bindings.initial, **(anew[-1]["starts"] if anew else {})}
        parameters = anew[-1]["parameters"] if anew else bindings.parameters
        session = Session(run.recurrence, run.tau, replace(bindings, parameters=parameters, initial=given))
        session.run()
        learnt = {name: array - 0.02 * session.gradients[name] for name, array in session.parameters.items()}
        np.testing.assert_allclose(told.losses[k], session.loss, rtol=1e-10)
        session.carry()
        anew.append({"parameters": learnt, "starts": session.initial()})
    assert len({run.window(k).lengths for k in range(STEPS)}) > 2


@pytest.mark.parametrize("lag", [1, 3])
def test_each_sequence_carries_its_own_last_steps_on(lag: int) -> None:
    recurrence = parse(f"h[t] = tanh(h[t-{lag}] + tanh(h[t-1]) * w + x[t]); loss = sum(h[tau])", {"h": 2, "x": 2})
    lengths = [(4, 1), (2, 3), (1, 1), (3, 4)]
    windows = [
        bind(recurrence, 4, seed=k, params={"w": [0.3, 0.2]}, batch=2, lengths=it) for k, it in enumerate(lengths)
    ]
    told = train(recurrence, 4, Recipe(4, "sgd", 0.0, carry_state=True), windows.__getitem__)
    heard = np.concatenate([it.inputs["x"][: it.lengths[0], :1] for it in windows if it.lengths])
    whole = passed(
        recurrence, len(heard), bind(recurrence, len(heard), params={"w": [0.3, 0.2]}, inputs={"x": heard[:, 0]})
    )
    np.testing.assert_allclose(np.atleast_2d(told.final_state["h"]), whole.values["h"][-lag:], rtol=1e-12)


def fitting(system: str, task: str) -> ResolvedPass | None:
    """A system with a task that feeds it."""
    try:
        return resolve(Training(system=system, task=task, steps=1)).run
    except Problems:
        return None


@pytest.mark.parametrize("at", [0, 1, 5, 20, STEPS - 1])
@pytest.mark.parametrize("keep", [True, False])
def test_a_run_stopped_by_who_is_told_is_where_it_was_told(at: int, keep: bool, one_by_one: pytest.MonkeyPatch) -> None:
    def told(step: TrainingStep) -> bool:
        return step.step < at

    go = of_system("rnn-regression", Recipe(STEPS, carry_state=True))
    alone = go(callback=told, keep=keep)
    assert len(alone.losses) == (at + 1 if keep else 0)
    one_by_one.undo()
    check_same(go(callback=told, keep=keep), alone)
    ends = list[int]()

    def told_together(block: TrainingBlock) -> bool:
        ends.append(block.first + len(block))
        return ends[-1] <= at

    ended = go(told=told_together, keep=keep)
    check_same(ended, go(callback=lambda step: step.step + 1 < ends[-1], keep=keep))


def test_a_run_that_diverges_stops_at_the_same_step(one_by_one: pytest.MonkeyPatch) -> None:
    go = of_system("rnn-regression", Recipe(STEPS, "sgd", 1e40))
    alone = go()
    assert alone.stopped is not None and 0 < alone.stopped.step < STEPS - 1
    one_by_one.undo()
    check_same(go(), alone)


def test_from_a_checkpoint_a_run_goes_on_to_the_same_numbers() -> None:
    run = resolve(Training(system="gru", steps=1)).run
    recipe, kept = Recipe(300, carry_state=True), Checkpoints()
    whole = train(run.recurrence, run.tau, recipe, run.window, checkpoints=kept)
    assert len(kept.found) > 30
    rest = train(run.recurrence, run.tau, recipe, run.window, checkpoints=kept, first=217)
    np.testing.assert_array_equal(rest.losses, whole.losses[217:])
    for step in (1, 150, 299):
        fresh, found = (
            state_at(run.recurrence, run.tau, replace(recipe, steps=step), run.window, step, checkpoints=it)
            for it in (None, kept)
        )
        for name, array in fresh.parameters.items():  # type: ignore[union-attr]
            np.testing.assert_array_equal(array, found.parameters[name], name)  # type: ignore[union-attr]
