"""The instruments held against finite differences of the state, sums, eigenvalues, and what truncation leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from app.arrays import Array, any_numbers
from app.engine import Bindings, Trace, bind, run
from app.engine.execution import edge_gradients
from app.engine.graph.cursor import steps
from app.engine.measure.instruments import (
    first_below,
    gradient_check,
    gradient_norms,
    jacobians,
    parts_by_step,
    recurrent_matrices,
    spectral_radii,
    state_jacobians,
    truncation_loss,
    with_radius,
)
from app.engine.measure.truncation import untruncated
from app.engine.training import set_data, set_entries
from app.language import Problems, Subject, parse
from app.language.syntax import Recurrence
from app.link import parse as parse_link
from app.link import resolve
from tests.plain import Plain
from tests.recurrences import ELMAN, HEAD, RECURRENCES

SKIPPING = {
    **RECURRENCES,
    "what one loop reads of another": f"{ELMAN}; e[t] = Q @ h[t]; z[t] = tanh(R @ z[t-1] + e[t-1] + P @ h[t-2]); "
    + HEAD.replace("V @ h", "V @ z"),
    "a scalar": "sigma[t] = alpha * sigma[t-1] + beta * sin(sigma[t-1]) + x[t] @ u; loss = sigma[tau]",
    "a start within the run": "h[1] = h0; h[t] = tanh(W @ h[t-1] + x[t]); loss = sum(h[tau])",
}
WITHOUT = ("dense", "teacher-forcing", "convolution", "bidirectional", "from the end")
THROUGH_STARTS = ("an encoder into a decoder", "a backward encoder")
"""A loop whose start is what another has come to: that is held fixed, as all that is read at one moment."""
REACHING = [n for n in SKIPPING if n not in (*WITHOUT, *THROUGH_STARTS)]


def traced(text: str, tau: int = 5, seed: int = 1, **sizes: int) -> Trace:
    recurrence = parse(text, sizes)
    return run(recurrence, tau, bind(recurrence, tau, seed))


# norms


def test_the_norm_of_a_gradient_is_that_of_its_entries_at_each_step() -> None:
    trace = traced(RECURRENCES["lstm"])
    norms = gradient_norms(trace)
    assert set(norms) == {n for n, v in trace.recurrence.variables.items() if v.indexed}
    for t in range(5):
        assert norms["c"][t] == pytest.approx(np.sqrt(sum(g * g for g in trace.gradients["c"][t])))


def test_a_matrix_counts_with_all_its_entries() -> None:
    trace = traced(RECURRENCES["fast weights"])
    np.testing.assert_allclose(gradient_norms(trace)["A"][2], np.linalg.norm(trace.gradients["A"][2], "fro"))


# how far a state reaches


def stacked(name: str, lags: int, t: int, sign: int) -> list[tuple[str, int]]:
    return [(name, t - sign * j) for j in range(lags)]


def check_reach(text: str, states: dict[str, int], direction: int = 1) -> None:
    """Every norm is that of the matrix which central differences of the joint state give."""
    tau, eps = 5, 1e-5
    trace = traced(text, tau)
    triangle = jacobians(trace, direction=direction)
    assert len(triangle.states) == sum(states.values())
    assert triangle.steps == (tuple(range(1, tau + 1)) if direction > 0 else tuple(range(tau, 0, -1)))
    for j, k in enumerate(triangle.steps):
        # What is read before the first step is no part of the run: the first steps reach back to starts.
        for i, t in enumerate(triangle.steps):
            if i < j:
                assert np.isnan(triangle.norms[i, j])
            else:
                wanted = np.linalg.norm(differences(trace, states, k, t, direction, eps), 2)
                assert triangle.norms[i, j] == pytest.approx(wanted, rel=1e-5, abs=1e-7)


def differences(trace: Trace, states: dict[str, int], k: int, t: int, sign: int, eps: float) -> Array:
    """∂s(t)/∂s(k): one entry of the state at k moved, all others of it held, and the rest read from the equations."""
    held = [node for name, lags in states.items() for node in stacked(name, lags, k, sign)]
    seen = [node for name, lags in states.items() for node in stacked(name, lags, t, sign)]
    columns = []
    for name, step in held:
        for place in np.ndindex(*trace.recurrence.shape(name)):
            above, below = (moved(trace, held, seen, (name, step), place, by) for by in (eps, -eps))
            columns.append((above - below) / (2 * eps))
    return np.stack(columns, axis=1)


def moved(
    trace: Trace,
    held: list[tuple[str, int]],
    seen: list[tuple[str, int]],
    node: tuple[str, int],
    place: tuple[int, ...],
    by: float,
) -> Array:
    still, plain = (Plain(trace.recurrence, trace.tau, trace.bindings) for _ in range(2))
    for name, step in held:
        plain.known[name, step] = np.array(still.value(name, step))
    plain.known[node][place] += by
    return np.concatenate([plain.value(name, step).reshape(-1) for name, step in seen])


STATES = {
    "dynamics": {"s": 1},
    "lstm": {"c": 1, "h": 1},
    "two lags": {"h": 3},
    "output-recurrence": {"o": 1},
    "deep": {"h": 1, "z": 1},
    "narx": {"o": 2},
    "fast weights": {"A": 1, "h": 1},
    "what one loop reads of another": {"h": 2, "e": 1, "z": 1},
    "a scalar": {"sigma": 1},
    "a mean so far": {"m": 1},
}


@pytest.mark.one_in(8)
@pytest.mark.parametrize("name", REACHING)
def test_the_reach_of_a_state_agrees_with_finite_differences(name: str) -> None:
    check_reach(SKIPPING[name], STATES.get(name, {"s": 1} if "hopfield" in name else {"h": 1}))


def test_a_state_alone_reaches_as_its_block_of_what_is_stacked_does() -> None:
    trace = traced(RECURRENCES["lstm"])
    whole, *alone = state_jacobians(trace)
    assert [triangle.states for triangle in (whole, *alone)] == [("h[t]", "c[t]"), ("h[t]",), ("c[t]",)]
    size = trace.recurrence.shape("h")[0]
    for k, t in ((1, trace.tau), (2, 3)):
        moves = differences(trace, {"h": 1, "c": 1}, k, t, 1, 1e-6)
        for i, triangle in enumerate(alone):
            block = moves[i * size : (i + 1) * size, i * size : (i + 1) * size]
            assert triangle.norms[t - 1, k - 1] == pytest.approx(np.linalg.norm(block, 2), rel=1e-5)
    assert len(state_jacobians(traced(RECURRENCES["rnn"]))) == 1


def test_a_loop_from_the_end_is_measured_in_mirrored_time() -> None:
    check_reach(RECURRENCES["from the end"], {"g": 2}, -1)
    assert jacobians(traced(RECURRENCES["from the end"])).states == ("g[t]", "g[t+1]")


@pytest.mark.parametrize(("direction", "states"), [(1, {"h": 1}), (-1, {"g": 1})])
def test_of_two_directions_each_is_measured_by_itself(direction: int, states: dict[str, int]) -> None:
    check_reach(RECURRENCES["bidirectional"], states, direction)


@pytest.mark.parametrize("name", ["dense", "teacher-forcing", "convolution"])
def test_without_a_loop_nothing_reaches(name: str) -> None:
    triangle = jacobians(traced(RECURRENCES[name]))
    assert (triangle.states, triangle.steps, triangle.norms.size) == ((), (), 0)


def test_a_sequence_shorter_than_others_is_measured_by_its_own_end() -> None:
    """After its end a backward loop holds its starts, and nothing reaches from there."""
    recurrence = parse("g[t] = tanh(R @ g[t+1] + Q @ x[t]); loss = sum(g[1])")
    trace = run(recurrence, 5, bind(recurrence, 5, 1, batch=2, lengths=(3, 5)))
    short = run(recurrence, 3, Bindings(trace.parameters, {"x": trace.bindings.inputs["x"][:3, :1]}))
    whole, alone = jacobians(trace), jacobians(short)
    np.testing.assert_allclose(whole.norms[2:, 2:], alone.norms, rtol=1e-9)


def test_long_runs_are_measured_at_fewer_steps_and_say_which() -> None:
    trace = traced(RECURRENCES["rnn"], 60)
    every, some = jacobians(trace), jacobians(trace, most_work=800_000)
    assert not every.sampled and every.steps == tuple(range(1, 61))
    assert some.sampled and some.steps[0] == 1 and some.steps[-1] == 60 and 2 < len(some.steps) < 60
    rows = [k - 1 for k in some.steps]
    np.testing.assert_allclose(some.norms, every.norms[np.ix_(rows, rows)], rtol=1e-9)


@pytest.mark.long
def test_a_thousand_steps_are_quick() -> None:
    triangle = jacobians(traced(RECURRENCES["rnn"], 1000, h=5))
    assert triangle.steps[-1] == 1000 and np.isfinite(triangle.back).all()


def test_what_grows_beyond_all_bounds_is_infinite_and_no_error() -> None:
    recurrence = parse("h[t] = W @ h[t-1] + x[t]; loss = sum(h[tau])")
    bindings = bind(recurrence, 400, params={"W": 1e3 * np.eye(4)})
    with any_numbers():
        assert jacobians(run(recurrence, 400, bindings)).norms[-1, 0] == np.inf


def test_a_state_too_large_to_measure_is_a_problem() -> None:
    with pytest.raises(Problems) as error:
        jacobians(traced("h[t] = alpha * h[t-1] + x[t]; loss = sum(h[tau])", 40, h=500))
    assert error.value.problems[0].about is Subject.STEPS


def test_the_reach_of_a_linear_state_is_the_power_of_its_matrix() -> None:
    recurrence = parse("h[t] = W @ h[t-1] + x[t]; loss = sum(h[tau])")
    trace = run(recurrence, 9, bind(recurrence, 9, seed=3))
    matrix = trace.parameters["W"]
    wanted = [np.linalg.norm(np.linalg.matrix_power(matrix, n), 2) for n in range(9)]
    np.testing.assert_allclose(jacobians(trace).back, wanted, rtol=1e-9)


def test_how_many_steps_until_one_percent_is_left() -> None:
    assert first_below([1, 0.5, 0.009, 0.5]) == 2
    assert first_below([1, 0.5, 0.25]) is None
    assert first_below([]) is None
    assert first_below([1, 0.5, 0.25], share=0.3) == 2
    assert first_below([1, 0.5, 0.005], distances=(0, 7, 14)) == 14


# a parameter's gradient by step


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", RECURRENCES)
def test_what_the_steps_add_is_the_gradient(name: str) -> None:
    trace = traced(RECURRENCES[name])
    for parameter in trace.parameters:
        found = parts_by_step(trace, parameter)
        np.testing.assert_allclose(found.parts.sum(axis=0), trace.gradients[parameter], atol=1e-10)
        np.testing.assert_allclose(found.norms[1], np.linalg.norm(found.parts[1]))
        whole = np.linalg.norm(trace.gradients[parameter])
        along = [np.vdot(part, trace.gradients[parameter]) / whole if whole else 0 for part in found.parts]
        np.testing.assert_allclose(found.along, along, atol=1e-10)
        far, near = (-1, 0) if found.begins == 1 else (0, -1)
        np.testing.assert_allclose(found.together[[far, near]], [whole, found.along[near]], atol=1e-10)


def test_a_gradient_that_is_zero_has_a_stack_of_nothing() -> None:
    recurrence = parse(RECURRENCES["rnn"], {})
    found = parts_by_step(run(recurrence, 5, bind(recurrence, 5, 1), of="h[1]"), "V")
    assert (found.along == 0).all() and (found.together == 0).all()


SHARED_BY_LOOPS = """
h[t] = tanh(W @ h[t-1] + U @ x[t])
g[t] = tanh(W @ g[t+1] + U @ x[t])
L[t] = h[t] @ g[t]
loss = sum(L[t])
"""


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2)])
def test_of_loops_that_share_a_parameter_the_one_walked_last_says_where_its_parts_begin(order: tuple[int, ...]) -> None:
    lines = SHARED_BY_LOOPS.strip().splitlines()
    run = resolve(parse_link(urlencode({"equations": "\n".join(lines[i] for i in (*order, 3)), "tau": 5}))).run
    walk = [step.at for step in steps(run.graph) if step.phase == "backward"]
    whole = [max(walk.index(f"h[{t}]"), walk.index(f"g[{t}]")) for t in range(1, 6)]
    assert parts_by_step(run.trace, "W").begins == 1 + whole.index(min(whole))


def test_the_stack_begins_where_the_backward_pass_does() -> None:
    found = traced(RECURRENCES["bidirectional"])
    begins = {name: parts_by_step(found, name).begins for name in found.parameters}
    assert set(begins.values()) == {1, found.tau}


def test_the_parts_of_all_parameters_are_found_at_once_as_of_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    lstm = resolve(parse_link("system=lstm&tau=5&batch=3")).run
    programs, made = list[object](), edge_gradients._EdgePrograms

    def counted(*wanted: Any) -> edge_gradients._EdgePrograms:
        programs.append(wanted)
        return made(*wanted)

    monkeypatch.setattr(edge_gradients, "_EdgePrograms", counted)
    found = {}
    for room in (0, edge_gradients.TOGETHER):
        monkeypatch.setattr(edge_gradients, "TOGETHER", room)
        trace = run(lstm.recurrence, lstm.tau, lstm.bindings, lstm.of)
        found[room] = {name: parts_by_step(trace, name).parts for name in trace.parameters}
        assert len(programs) == (1 if room else len(trace.parameters))
        programs.clear()
    for name, together in found[edge_gradients.TOGETHER].items():
        assert np.array_equal(together, found[0][name])


def test_only_parameters_have_parts() -> None:
    with pytest.raises(Problems) as error:
        parts_by_step(traced(RECURRENCES["rnn"]), "h")
    problem = error.value.problems[0]
    assert problem.about is Subject.PARAMETERS and problem.allowed == ["b", "W", "U", "c", "V"]


# recurrent matrices

RECURRENT = {
    "rnn": ("W",),
    "lstm": ("W_i", "W_f", "W_o", "W_g"),
    "gru": ("W_r", "W_z", "W_n"),
    "deep": ("W", "R"),
    "bidirectional": ("W", "R"),
    "two lags": ("W", "S"),
    "output-recurrence": (),
    "teacher-forcing": (),
    "driven": ("W",),
}


@pytest.mark.parametrize("name", RECURRENT)
def test_recurrent_matrices_are_read_from_the_equations(name: str) -> None:
    assert recurrent_matrices(parse(RECURRENCES[name])) == RECURRENT[name]


def test_a_matrix_counts_wherever_on_the_way_it_stands() -> None:
    assert recurrent_matrices(parse("u[t] = h[t-1]; h[t] = tanh(W @ u[t] + x[t])")) == ("W",)


def test_the_spectral_radius_is_the_largest_eigenvalue() -> None:
    recurrence = parse(RECURRENCES["driven"], {"h": 2})
    angle = 0.3 * np.array([[np.cos(1.0), -np.sin(1.0)], [np.sin(1.0), np.cos(1.0)]])
    assert spectral_radii(recurrence, {"W": angle})["W"] == pytest.approx(0.3)


def test_a_radius_is_set_and_the_rest_stays() -> None:
    recurrence = parse(RECURRENCES["gru"])
    parameters = bind(recurrence, 3).parameters
    scaled = with_radius(recurrence, parameters, 1.25)
    assert spectral_radii(recurrence, scaled) == pytest.approx(dict.fromkeys(("W_r", "W_z", "W_n"), 1.25))
    np.testing.assert_allclose(scaled["W_n"] / parameters["W_n"], (scaled["W_n"] / parameters["W_n"])[0, 0])
    assert scaled["U_n"] is parameters["U_n"]
    assert not with_radius(recurrence, parameters, 0.0)["W_z"].any()


@pytest.mark.parametrize(
    ("name", "matrix"), [("driven", np.zeros((4, 4))), ("driven", np.eye(4, k=1)), ("dense", np.eye(4))]
)
def test_a_radius_that_cannot_be_set_is_a_problem(name: str, matrix: Array) -> None:
    with pytest.raises(Problems) as error:
        with_radius(parse(RECURRENCES[name]), {"W": matrix}, 0.9)
    assert error.value.problems[0].about is Subject.SPECTRAL_RADIUS


# truncation


def test_what_truncation_removed_is_the_difference_of_two_passes() -> None:
    recurrence = parse(RECURRENCES["rnn"])
    bindings = bind(recurrence, 6, seed=4)
    found = truncation_loss(recurrence, 6, bindings, None, frozenset({3}))
    whole, cut = run(recurrence, 6, bindings), run(recurrence, 6, bindings, cuts=frozenset({3}))
    assert found.cuts == (3,) and list(found.states) == ["h"]
    lost = np.linalg.norm(whole.gradients["W"] - cut.gradients["W"])
    assert found.parameters["W"].lost == pytest.approx(lost) and lost > 0
    assert found.parameters["W"].share == pytest.approx(lost / np.linalg.norm(whole.gradients["W"]))
    assert found.states["h"].lost.shape == (6,) and not found.states["h"].lost[3:].any()
    assert found.states["h"].lost[:3].all() and not found.parameters["V"].lost.any()


def test_without_a_cut_nothing_is_removed() -> None:
    recurrence = parse(RECURRENCES["lstm"])
    found = truncation_loss(recurrence, 4, bind(recurrence, 4), "L[3]", frozenset())
    assert set(found.states) == {"c", "h"}
    assert not any(r.lost.any() or r.share.any() for r in (*found.parameters.values(), *found.states.values()))


# the gradient check


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", RECURRENCES)
def test_adjoints_pass_the_check(name: str) -> None:
    trace = traced(RECURRENCES[name], 3)
    check = gradient_check(trace, most=10_000)
    assert check.ok and not check.sampled and check.worst < 2e-5
    assert check.entries == sum(trace.gradients[n].size for n in check.by_name)


def test_of_many_entries_a_drawn_sample_is_checked_and_it_says_so() -> None:
    trace = traced(RECURRENCES["rnn"], 4, h=12)
    check = gradient_check(trace, most=50)
    assert check.ok and check.sampled and check.checked <= 50 < check.entries
    assert set(check.by_name) >= {"W", "U", "V", "b", "c", "x", "y", "h[0]"}
    assert check == gradient_check(trace, most=50)
    assert check != gradient_check(trace, most=50, seed=1)


@pytest.mark.one_in(6)
@pytest.mark.parametrize("name", RECURRENCES)
def test_truncated_adjoints_pass_the_check_of_what_truncation_takes_a_pass_for(name: str) -> None:
    recurrence = parse(RECURRENCES[name])
    bindings = bind(recurrence, 5, seed=1, batch=2)
    cut = run(recurrence, 5, bindings, cuts=frozenset({2, 3}))
    check = gradient_check(cut, most=10_000)
    assert check.ok and check.worst < 2e-5
    made, given = untruncated(cut)
    same = run(made, 5, given)
    for variable in recurrence.names("computed"):
        np.testing.assert_allclose(same.arrays[variable], cut.arrays[variable], atol=1e-12)


def test_a_whole_gradient_does_not_pass_the_check_of_a_truncated_one() -> None:
    recurrence = parse(RECURRENCES["rnn"])
    whole = run(recurrence, 5, bind(recurrence, 5))
    assert gradient_check(whole).ok
    assert not gradient_check(replace(whole, cuts=frozenset({2}))).ok


def test_the_check_moves_starts_and_scalars_and_a_batch() -> None:
    recurrence = parse("given x; sigma[t] = tanh(alpha * sigma[t-1] + beta * x @ x); loss = sum(sigma[t] ** 2)")
    check = gradient_check(run(recurrence, 3, bind(recurrence, 3, seed=2, initial={"sigma": 0.4}, batch=3)))
    assert check.ok and set(check.by_name) == {"alpha", "beta", "x", "sigma[0]"}
    ragged = parse(RECURRENCES["from the end"])
    assert gradient_check(run(ragged, 5, bind(ragged, 5, batch=2, lengths=(3, 5)))).ok


def test_the_rounding_of_a_large_objective_is_no_wrong_gradient() -> None:
    found = resolve(parse_link([("tau", "1000"), ("sizes", "h:8")])).run.trace
    assert gradient_check(found, most=40).ok


def test_the_check_leaves_the_trace_as_it_was() -> None:
    trace = traced(RECURRENCES["rnn"])
    before = {name: array.copy() for name, array in trace.arrays.items()}
    gradient_check(trace)
    for name, array in before.items():
        np.testing.assert_array_equal(array, trace.arrays[name])


# entries


def fresh(name: str = "leaky") -> tuple[Recurrence, dict[str, Array]]:
    recurrence = parse(RECURRENCES[name], {"h": 3, "x": 2})
    return recurrence, dict(bind(recurrence, 2).parameters)


def test_entries_are_set_as_mathematics_counts_them() -> None:
    recurrence, parameters = fresh()
    changed = set_entries(recurrence, parameters, "W[2,1]:0.7, b[1]:-1e-1,alpha:.5")
    assert (changed["W"][1, 0], changed["b"][0], float(changed["alpha"])) == (0.7, -0.1, 0.5)
    untouched = np.ones((3, 3), dtype=bool)
    untouched[1, 0] = False
    np.testing.assert_array_equal(changed["W"][untouched], parameters["W"][untouched])
    assert parameters["W"][1, 0] != 0.7
    assert set_entries(recurrence, parameters, "").keys() == parameters.keys()


def test_a_name_alone_is_all_of_its_entries_and_the_last_word_holds() -> None:
    changed = set_entries(*fresh(), "b:3,W:0,W[1,2]:2")
    assert changed["b"].tolist() == [3, 3, 3]
    assert changed["W"].tolist() == [[0, 2, 0], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("W[4,1]:1", "no entry W[4,1]"),
        ("W[0,1]:1", "no entry W[0,1]"),
        ("W[1]:1", "no entry W[1]"),
        ("alpha[1]:1", "no entry alpha[1]"),
        ("x[0,1]:1", "no entry x[0,1]"),
        ("x[1,3]:1", "no entry x[1,3]"),
        ("h[0,4]:1", "no entry h[0,4]"),
        ("b[x]:1", "no entry b[x]"),
        ("h[1]:1", "h[1] is no parameter of these equations, no data and no start"),
        ("b[1]:inf", "finite"),
        ("b[1]:1e999", "finite"),
        ("b[1]", "is no entry with its number"),
        ("b[1]:1 2", "is no entry with its number"),
        (",", "is no entry with its number"),
    ],
)
def test_what_cannot_be_set_is_a_problem(text: str, message: str) -> None:
    with pytest.raises(Problems) as error:
        set_entries(*fresh(), text)
    (problem,) = error.value.problems
    assert problem.about is Subject.ENTRIES and message in problem.message and problem.allowed


def test_entries_of_data_and_of_starts_are_set_at_their_step_and_nothing_else_moves() -> None:
    recurrence = parse(RECURRENCES["leaky"], {"h": 3, "x": 2})
    plain = bind(recurrence, 3, batch=2)
    changed = set_data(recurrence, plain, "x[2,1]:0.5,x[3]:7,x[9]:1,h[0,3]:-1")
    assert changed.inputs["x"][1, :, 0].tolist() == [0.5, 0.5] and (changed.inputs["x"][2] == 7).all()
    same = np.ones((3, 2, 2), dtype=bool)
    same[1, :, 0] = same[2] = False
    np.testing.assert_array_equal(changed.inputs["x"][same], plain.inputs["x"][same])
    np.testing.assert_array_equal(run(recurrence, 3, changed).value("h[0]"), [0, 0, -1])
    assert changed.parameters is plain.parameters


def test_every_wrong_entry_is_told_at_once() -> None:
    with pytest.raises(Problems) as error:
        set_entries(*fresh(), "W[9,9]:1,q:2,b[1]:3")
    assert [p.message.split()[-1] for p in error.value.problems] == ["W[9,9]", "start"]


def test_a_name_like_another_is_hinted_at() -> None:
    with pytest.raises(Problems) as error:
        set_entries(*fresh(), "alfa:1")
    assert error.value.problems[0].hint == "did you mean alpha?"


def test_traces_of_single_precision_can_be_measured() -> None:
    recurrence = parse(RECURRENCES["gru"])
    bindings = bind(recurrence, 4, seed=1)
    single, double = run(recurrence, 4, bindings, dtype=np.float32), run(recurrence, 4, bindings)
    np.testing.assert_allclose(jacobians(single).norms, jacobians(double).norms, rtol=1e-4)
    assert gradient_check(replace(single)).ok
