"""The last act of a pass: gradients by step come together, all parameters move, and the next pass has another loss."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import pytest

from app.engine import OPTIMIZERS, cursor, forward, run, steps, unfold
from app.engine.execution import steps_used
from app.engine.explain import part_by_hand
from app.engine.training import LastAct, Recipe
from app.language import MOVED, AfterUpdate, Apply, Expr, Number, Read
from app.link import Link, Training, resolve
from app.ops import OPS
from app.systems import SYSTEMS

LEARNING = [name for name, row in SYSTEMS.items() if row.recurrence.names("parameter")]
TRAINED = [name for name in LEARNING if "loss" in SYSTEMS[name].recurrence.variables]


def link(**fields: Any) -> Link:
    return Link(**{"tau": 4, **fields})


@pytest.mark.parametrize("system", LEARNING)
def test_what_every_step_adds_sums_to_the_gradient(system: str) -> None:
    act = resolve(link(system=system)).run.last_act
    for name in act.trace.recurrence.names("parameter"):
        found = act.gathered(name)
        np.testing.assert_allclose(found.parts.sum(axis=0), found.whole, rtol=1e-10, atol=1e-13)
        assert not found.lost.any()


@pytest.mark.parametrize("system", ["rnn", "lstm", "dynamics", "last-output", "bidirectional"])
def test_gathered_gradients_agree_with_finite_differences(system: str) -> None:
    act = resolve(link(system=system)).run.last_act
    trace, step = act.trace, 1e-6

    def objective(name: str, moved: float) -> float:
        entry = trace.parameters[name].copy()
        entry.flat[0] += moved
        bindings = replace(trace.bindings, parameters={**trace.parameters, name: entry})
        return float(np.sum(forward(trace.recurrence, trace.tau, bindings)[trace.of]))

    for name in trace.parameters:
        slope = (objective(name, step) - objective(name, -step)) / (2 * step)
        assert act.gathered(name).parts.sum(axis=0).flat[0] == pytest.approx(slope, rel=1e-6, abs=1e-9)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("carry", [False, True])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("trained", [0, 3])
def test_parameters_move_and_the_loss_changes_bit_for_bit_as_in_training(
    optimizer: str, trained: int, carry: bool
) -> None:
    """A training that goes on by two steps from there has the same parameters after one, and the same two losses."""
    said = {"system": "rnn-regression", "optimizer": optimizer, "trained": trained, "carry_state": carry, "lr": 0.02}
    act = resolve(link(**said)).run.last_act
    once = resolve(Training(**{**said, "tau": 4, "steps": 1})).train()
    twice = resolve(Training(**{**said, "tau": 4, "steps": 2})).train()
    for name, move in act.update.moves.items():
        np.testing.assert_array_equal(move.after, once.parameters[name])
        np.testing.assert_allclose(move.before - 0.02 * move.way, move.after, rtol=1e-12, atol=1e-15)
    assert [act.update.before, act.update.following] == twice.losses.tolist()
    assert act.update.fed_anew


@pytest.mark.parametrize("system", TRAINED)
def test_the_next_loss_is_that_of_a_forward_pass_with_the_moved_parameters(system: str) -> None:
    act = resolve(link(system=system, optimizer="sgd", lr=1e-3)).run.last_act
    trace = act.trace
    moved = {**trace.parameters, **{name: move.after for name, move in act.update.moves.items()}}
    again = forward(trace.recurrence, trace.tau, replace(trace.bindings, parameters=moved))["loss"]
    assert act.update.again == pytest.approx(float(np.mean(again)), rel=1e-12)
    assert act.update.again is not None
    assert act.update.again < act.update.before == pytest.approx(trace.loss)


def test_gradient_descent_moves_along_the_gradient_that_came_together() -> None:
    act = resolve(link(system="rnn", optimizer="sgd", lr=0.5)).run.last_act
    for name, move in act.update.moves.items():
        whole = act.gathered(name).whole
        np.testing.assert_allclose(move.way, whole, rtol=1e-12)
        np.testing.assert_allclose(move.after, move.before - 0.5 * whole, rtol=1e-14, atol=1e-16)


def test_a_clipped_gradient_is_shortened_to_the_norm_of_the_clip() -> None:
    act = resolve(link(system="rnn", optimizer="sgd", clip=0.25)).run.last_act
    norm = np.sqrt(sum(float(np.sum(move.gradient**2)) for move in act.update.moves.values()))
    whole = np.sqrt(sum(float(np.sum(act.gathered(name).whole ** 2)) for name in act.update.moves))
    assert norm == pytest.approx(0.25)
    assert act.update.shortened == pytest.approx(0.25 / whole)


def test_truncation_keeps_a_part_of_every_step_and_loses_the_rest() -> None:
    whole, cut = (resolve(link(system="rnn", truncate=k)).run.last_act for k in (None, "2"))
    for name in ("W", "U", "b"):
        found, full = cut.gathered(name), whole.gathered(name)
        np.testing.assert_allclose(found.parts + found.lost, full.parts, rtol=1e-12, atol=1e-15)
        assert [bool(np.any(lost)) for lost in found.lost] == [name != "W" or t > 1 for t in (1, 2)] + [False, False]
    assert not cut.gathered("V").lost.any()


def test_a_parameter_is_gathered_from_the_steps_that_use_it() -> None:
    act = resolve(link(system="last-output")).run.last_act
    assert [act.gathered(name).steps for name in ("W", "V")] == [(1, 2, 3, 4), (4,)]
    start = resolve(link(equations="h[0] = h0\nh[t] = tanh(W @ h[t-1])\nloss = sum(h[tau] ** 2)", sizes={"h": 2}))
    assert start.run.last_act.gathered("h0").steps == (1,)
    of = resolve(link(system="rnn", of="h[2]")).run.last_act
    assert of.gathered("V").steps == ()
    assert not of.gathered("V").whole.any()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("system", LEARNING)
def test_a_part_written_by_hand_has_the_numbers_of_the_pass(system: str) -> None:
    trace = resolve(link(system=system)).run.trace

    def evaluated(expr: Expr, t: int | None) -> Any:
        if isinstance(expr, Read):
            return trace.read(expr, t)
        if isinstance(expr, Apply):
            first, *others = (evaluated(arg, t) for arg in expr.args)
            return reduce(OPS[expr.op].forward, others, first) if others else OPS[expr.op].forward(first)
        assert isinstance(expr, Number)
        return expr.value

    for name in trace.recurrence.names("parameter"):
        for t in steps_used(trace, name):
            made = part_by_hand(trace, name, t)
            if made.equation is not None and made.result is not None:
                np.testing.assert_allclose(evaluated(made.equation.expr, t), made.result, rtol=1e-9, atol=1e-12)
        assert made.equation is not None


def test_what_training_leaves_does_not_move_but_is_gathered() -> None:
    text = "fixed W\nh[t] = tanh(W @ h[t-1] + U @ x[t])\nloss = sum(h[tau] ** 2)"
    run_of = resolve(link(equations=text, sizes={"h": 2, "x": 1})).run
    assert [*run_of.last_act.update.moves] == ["U"]
    assert [s.at for s in run_of.steps if s.phase == "update"] == ["W", "U", MOVED, AfterUpdate("loss")]
    still = resolve(link(equations=f"fixed U\n{text}", sizes={"h": 2, "x": 1})).run
    assert [s.at for s in still.steps if s.phase == "update"] == ["W", "U"]


def test_without_parameters_the_pass_ends_with_the_way_back() -> None:
    assert {s.phase for s in resolve(link(equations="s[t] = s[t-1] * x[t]")).run.steps} == {"forward", "backward"}


def test_where_a_gradient_is_not_finite_nothing_moves() -> None:
    act = resolve(link(equations="s[t] = sqrt(alpha * s[t-1])\nloss = s[tau]")).run.last_act
    assert (act.update.moves, act.update.again, act.update.following) == ({}, None, None)


@pytest.mark.parametrize("detail", ["states", "cells", "gates", "operations"])
@pytest.mark.parametrize("system", ["rnn", "lstm"])
def test_at_every_detail_the_pass_ends_with_the_same_update(system: str, detail: Any) -> None:
    recurrence = SYSTEMS[system].recurrence
    graph = unfold(recurrence, 3, detail)
    update = [s.at for s in steps(graph) if s.phase == "update"]
    assert update == [*recurrence.names("parameter"), MOVED, AfterUpdate("loss")]
    for name in recurrence.names("parameter"):
        now = cursor(graph, "update", name)
        assert now.graded == cursor(graph, "backward", None).graded
        assert now.gathered == set(update[: update.index(name) + 1])
        users = {graph.node(id) for id in graph.uses[name]}
        assert {n.t for n in users} == {1, 2, 3} or (detail == "states" and not users)


def test_a_pass_can_go_on_with_any_recipe() -> None:
    trace = run(SYSTEMS["rnn"].recurrence, 3, resolve(link(tau=3)).run.bindings)
    act = LastAct(trace, Recipe(1, "sgd", 0.1))
    assert act.update.following == act.update.again
    assert not act.update.fed_anew
