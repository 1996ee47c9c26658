"""Free running: where a network was fed what is given, it reads its own output; the loss reads on."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine import bind, run, unfold, worst
from app.engine.training.free_running import fed
from app.language import GivenShapes, Problem, Problems, Recurrence, Subject, parse
from app.language.typeset.text_writer import show
from tests.recurrences import HEAD, RECURRENCES


def check(text: str, feed: str = "y:o", **sizes: int) -> dict[str, str]:
    """The equations after feeding, by their left sides; what comes out reads back as itself."""
    found = fed(parse(text, sizes), feed)
    assert parse(show(found), found.sizes).equations == found.equations
    lines = (show(e).partition(" = ") for e in found.equations)
    return {left: right for left, _, right in lines}


def test_teacher_forcing_becomes_the_network_that_hears_itself() -> None:
    found = check(RECURRENCES["teacher-forcing"])
    assert found["h[t]"] == "tanh(b + W @ o[t-1] + U @ x[t])"
    assert found["L[t]"] == "cross_entropy(o[t], y[t])"


def test_fed_it_is_the_recurrence_from_the_output() -> None:
    """Figure 10.6 fed is figure 10.4: values and gradients are the same."""
    fed_one, other = fed(parse(RECURRENCES["teacher-forcing"]), "y:o"), parse(RECURRENCES["output-recurrence"])
    bindings = bind(other, 5, seed=3)
    ours, theirs = run(fed_one, 5, bindings), run(other, 5, bindings)
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-12)
    for name in ("W", "U", "V", "b", "c", "o", "h[0]", "o[0]"):
        if name in ours.gradients and name in theirs.gradients:
            np.testing.assert_allclose(ours.gradients[name], theirs.gradients[name], atol=1e-12)
    assert worst(ours) < 2e-5
    assert "o[1]->h[2]" in {e.id for e in unfold(fed_one, 3).edges}


@pytest.mark.parametrize(
    ("read", "becomes"), [("y[t]", "o[t-1]"), ("y[t-1]", "o[t-1]"), ("y[t-3]", "o[t-3]"), ("y[t+2]", "o[t-1]")]
)
def test_a_read_at_lag_k_becomes_the_output_at_lag_k_or_1(read: str, becomes: str) -> None:
    assert check(f"h[t] = tanh(W @ h[t-1] + U @ {read}); {HEAD}")["h[t]"] == f"tanh(W @ h[t-1] + U @ {becomes})"


def test_a_moment_stays_what_is_given() -> None:
    found = check("h[t] = tanh(W @ h[t-1] + U @ y[t-1] + R @ y[1]); o[t] = V @ h[t]; loss = mean(mse(o[t], y[t]))")
    assert found["h[t]"] == "tanh(W @ h[t-1] + U @ o[t-1] + R @ y[1])"
    assert found["loss"] == "mean(mse(o[t], y[t]))"


def test_what_a_function_is_given_is_fed_too() -> None:
    found = check(f"f(h, y) = tanh(W @ h + U @ y); h[t] = f(h[t-1], y[t-1]); {HEAD}")
    assert found["h[t]"] == "f(h[t-1], o[t-1])"


def test_without_a_loss_what_the_output_does_not_need_keeps_its_target() -> None:
    found = check("h[t] = tanh(W @ h[t-1] + U @ y[t-1]); o[t] = V @ h[t]; L[t] = cross_entropy(o[t], y[t])")
    assert found["L[t]"] == "cross_entropy(o[t], y[t])"
    assert found["h[t]"] == "tanh(W @ h[t-1] + U @ o[t-1])"


def test_another_output_may_be_fed_back() -> None:
    found = check(RECURRENCES["teacher-forcing"] + "; yhat[t] = softmax(o[t])", "y : yhat")
    assert found["h[t]"] == "tanh(b + W @ yhat[t-1] + U @ x[t])"


def test_sizes_that_were_set_stay_and_those_left_open_are_still_reported() -> None:
    recurrence = fed(parse(RECURRENCES["teacher-forcing"], {"y": 3, "h": 5}, {"x": 2}), "y:o")
    assert (recurrence.shape("W"), recurrence.shape("U")) == ((5, 3), (5, 2))
    assert recurrence.defaulted == ("x",)


def test_where_the_given_is_gone_its_size_stays() -> None:
    recurrence = fed(parse("h[t] = tanh(W @ h[t-1] + U @ y[t-1]); o[t] = V @ h[t] + y[t]", {"y": 3, "h": 5}), "y:o")
    assert "y" not in recurrence.variables and recurrence.shape("V") == (3, 5)


def test_sizes_of_matrices_and_of_greek_vectors_stay() -> None:
    text = "h[t] = lambda * tanh(P @ Q @ h[t-1] + U @ y[t-1]); o[t] = V @ h[t]; loss = mean(mse(o[t], y[t]))"
    recurrence = fed(parse(text, {"lambda": 6, "P_columns": 2, "y": 3}), "y:o")
    assert (recurrence.shape("lambda"), recurrence.shape("Q"), recurrence.shape("U")) == ((6,), (2, 6), (6, 3))


def test_ranks_stay_whatever_settled_them() -> None:
    text = "h[t] = tanh(W * h[t-1] + U * y[t-1]); o[t] = V * h[t]; L[t] = mse(o[t], y[t]); loss = sum(L[t])"
    before = parse(text, {"y": 3}, None, GivenShapes.of(params={"W": 0.5, "U": 1, "V": 2}))
    recurrence = fed(before, "y:o")
    assert {n: recurrence.shape(n) for n in "hoyW"} == {"h": (3,), "o": (3,), "y": (3,), "W": ()}
    assert {n: v.why for n, v in recurrence.variables.items()} == {n: v.why for n, v in before.variables.items()}


def test_starts_given_names_and_beginnings_stay() -> None:
    text = "given k; o[0] = k; h[t] = tanh(b + W @ y[t-1]); o[t] = V @ h[t]; loss = mean(mse(o[t], y[t])); b ~ 2"
    recurrence = fed(parse(text), "y:o")
    assert recurrence.starts and recurrence.initials
    trace = run(recurrence, 3, bind(recurrence, 3))
    assert worst(trace) < 2e-5 and abs(trace.gradients["k"]).max() > 0


def problem(recurrence: Recurrence, feed: str) -> Problem:
    with pytest.raises(Problems) as error:
        fed(recurrence, feed)
    (found,) = error.value.problems
    assert found.about is Subject.FREE_RUNNING
    return found


@pytest.mark.parametrize("feed", ["y", "y:", ":o", "y:o:p", "", "y->o", "1:2"])
def test_a_feed_is_two_names(feed: str) -> None:
    assert problem(parse(RECURRENCES["teacher-forcing"]), feed).allowed


def test_what_can_be_fed_is_named() -> None:
    recurrence = parse(RECURRENCES["teacher-forcing"])
    assert problem(recurrence, "o:y").allowed == ["y", "x"]
    assert problem(recurrence, "y:loss").allowed == ["h", "o", "L"]
    assert problem(recurrence, "y:W").allowed == ["h", "o", "L"]
    assert "ranks" in problem(recurrence, "y:L").message


def test_a_target_alone_cannot_be_fed() -> None:
    assert "nothing but the loss reads y" in problem(parse(RECURRENCES["rnn"]), "y:o").message


def test_sizes_that_do_not_fit_are_a_problem_of_the_feed() -> None:
    text = "h[t] = tanh(W @ h[t-1] + U @ x[t]); o[t] = V @ h[t]; loss = mean(mse(o[t], y[t]))"
    assert "shape (4, 2) for x" in problem(parse(text, {"x": 2, "o": 3, "h": 4}), "x:o").message
    assert fed(parse(text, {"o": 3, "h": 4}), "x:o").shape("U") == (4, 3)


def test_a_loop_that_cannot_run_is_a_problem_of_the_feed() -> None:
    text = "g[t] = tanh(R @ g[t+1] + Q @ y[t-1]); o[t] = V @ g[t]; loss = mean(mse(o[t], y[t]))"
    assert "cycle" in problem(parse(text), "y:o").message


def test_what_a_function_takes_and_does_not_read_keeps_its_rank() -> None:
    text = "f(u, s) = u; g[t] = x[t-3]; h[t] = f(0.5, p); p: matrix"
    assert fed(parse(text), "x:g").variables["p"].rank == 2
