"""Ranks and sizes: what settles them, that ranks are the least there are, and that arrays say what sizes would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.engine import bind, run, worst
from app.engine.execution.bindings import places_of_starts
from app.language import (
    CLOCK,
    Apply,
    Evidence,
    Expr,
    GivenShapes,
    Problem,
    Problems,
    Read,
    Recurrence,
    Source,
    Subject,
    expand,
    parse,
    rank_edit,
    with_lines,
)
from app.language.shapes import rank_of_result
from app.language.typeset import mathml, show, tex
from app.systems import SYSTEMS, System
from tests.fuzz.grammar import invent

Arrays = Mapping[str, Mapping[str, Any]]
SEEDS = st.integers(0, 10**9)
ELMAN = "h[t] = tanh(W @ h[t-1] + U @ x[t])"
SMOOTHING = "S[t] = alpha * S[t-1] + (1 - alpha) * xi[t]"


def ranks(text: str, arrays: Arrays | None = None, **sizes: int) -> dict[str, int]:
    return {name: v.rank for name, v in parse(text, sizes, None, shapes(arrays)).variables.items()}


def shapes(arrays: Arrays | None) -> GivenShapes:
    return GivenShapes.of(**(arrays or {}))


def source(text: str, name: str, arrays: Arrays | None = None, **sizes: int) -> Source:
    why = parse(text, sizes, None, shapes(arrays)).variables[name].why
    assert why is not None
    return why.source


def only(text: str, arrays: Arrays | None = None, **sizes: int) -> Problem:
    with pytest.raises(Problems) as found:
        parse(text, sizes, None, shapes(arrays))
    assert len(found.value.problems) == 1, found.value.problems
    return found.value.problems[0]


# loops


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SMOOTHING, {"S": 0}),
        ("s[0] = 0; s[t] = alpha * s[t-1] + xi[t]", {"s": 0}),
        ("F[t] = F[t-1] + F[t-2]", {"F": 0}),
        ("N[t] = N[t-1] + rho * N[t-1] * P[t-1]; P[t] = P[t-1] - N[t-1] * P[t-1]", {"N": 0, "P": 0}),
        ("s[0] = s0; s[t] = alpha * s[t-1]", {"s": 1, "s0": 1}),
        ("s[t] = alpha * s[t-1] + x[t]", {"s": 1}),
        ("h[t] = tanh(h[t-1]); o[t] = V @ h[t]", {"h": 1, "o": 1}),
        ("h[t] = tanh(h[t-1]); loss = h[tau] @ h[tau]", {"h": 1}),
        ("h[t] = softmax(h[t-1])", {"h": 1}),
        ("A[t] = lambda * A[t-1] + outer(h[t-1], h[t-1]); h[t] = tanh(A[t] @ h[t-1] + x[t])", {"A": 2, "h": 1}),
        ("h[0] = 0; h[t] = tanh(W @ h[t-1])", {"h": 1}),
        ("h[0] = alpha; h[t] = tanh(W @ h[t-1])", {"h": 1, "alpha": 0}),
        ("f(s) = alpha * s; s[t] = f(s[t-1])", {"s": 0}),
        ("h[t] = 1; g[t] = g[t-1] + h[t]", {"h": 0, "g": 0}),
    ],
)
def test_a_loop_has_the_least_rank_with_which_all_equations_can_be_read(text: str, expected: dict[str, int]) -> None:
    assert ranks(text).items() >= expected.items()


def consistent(recurrence: Recurrence, chosen: Mapping[str, int]) -> bool:
    """Whether every equation can be read with these ranks, by trying its operations one by one."""

    def rank(expr: Expr) -> int:
        if isinstance(expr, Read):
            return 0 if expr.name in CLOCK else chosen[expr.name]
        if not isinstance(expr, Apply):
            return 0
        found = rank_of_result(expr.op, tuple(map(rank, expr.args)))
        if found is None:
            raise ValueError
        return found

    try:
        sides = [(e.name, rank(expand(e.expr, recurrence.functions))) for e in recurrence.equations]
        starts = [(s.name, rank(expand(s.expr, recurrence.functions))) for s in recurrence.starts]
    except ValueError:
        return False
    return (
        all(chosen[name] == found for name, found in sides)
        and all(found in (0, chosen[name]) for name, found in starts)
        and chosen.get("loss", 0) == 0
    )


def below(recurrence: Recurrence) -> Iterator[dict[str, int]]:
    """All ranks of the computed variables that are nowhere greater than those that were settled."""
    own = {name: v.rank for name, v in recurrence.variables.items()}
    names = recurrence.names("computed")
    for lower in product(*(range(own[name] + 1) for name in names)):
        yield {**own, **dict(zip(names, lower, strict=True))}


@given(SEEDS)
def test_the_ranks_of_an_invented_program_are_right_and_none_could_be_less(seed: int) -> None:
    try:
        recurrence = parse(invent(seed).text)
    except Problems:
        assume(False)
    assume(len(recurrence.equations) <= 5)
    settled = {name: v.rank for name, v in recurrence.variables.items()}
    assert [found for found in below(recurrence) if consistent(recurrence, found)] == [settled]


# what settles a rank


def test_the_strongest_evidence_settles_a_rank_and_is_kept() -> None:
    given = {"params": {"W": 0.5}}
    assert source("h[t] = W * h[t-1]", "W") == "spelling"
    assert source("h[t] = W * h[t-1]", "W", given) == "array"
    assert source("W: scalar; h[t] = W * h[t-1]", "W", given) == "declaration"
    assert source("h[t] = alpha * x[t]", "alpha", alpha=3) == "size"
    assert source("h[t] = W * h[t-1]", "h") == "least"
    assert source("h[t] = W * h[t-1]; y = h[tau]", "y") == "equation"


def test_the_reason_says_its_line() -> None:
    why = parse("# a comment\nKp: scalar\nu[t] = Kp * xi[t]").variables
    assert why["Kp"].why is not None and (why["Kp"].why.line, why["Kp"].why.words) == (2, "line 2 declares it")
    assert why["u"].why is not None and why["u"].why.line == 3


@pytest.mark.parametrize(
    ("arrays", "expected"),
    [
        ({"params": {"W": 0.5, "b": 1}}, {"W": 0, "b": 0, "h": 0}),
        ({"params": {"W": [0.5, 1.0], "b": 1}}, {"W": 1, "b": 0, "h": 1}),
        ({"params": {"W": [[0.5]], "b": 1}}, {"W": 2, "h": 2}),
        ({"params": {"W": 1, "b": 1}, "initial": {"h": [1.0, 2.0]}}, {"W": 0, "h": 1}),
    ],
)
def test_what_is_given_has_the_rank_of_its_array(arrays: Arrays, expected: dict[str, int]) -> None:
    assert ranks("h[t] = W * h[t-1] + b", arrays).items() >= expected.items()


def test_one_number_a_step_is_a_scalar_or_a_vector_of_one_as_the_equations_need() -> None:
    text = "h[t] = alpha * h[t-1] + x[t]"
    listed, columns = {"inputs": {"x": [1, 2]}}, {"inputs": {"x": [[1], [2]]}}
    assert ranks(text, listed)["x"] == ranks(text, columns)["x"] == 1
    assert ranks(text.replace("x", "xi"), listed)["xi"] == 0
    assert ranks(f"{text}; loss = sum(h[t] ** 2)", columns)["x"] == 0
    assert ranks(f"{text}; loss = sum(sum(h[t] ** 2))", columns)["x"] == 1
    least_mean_squares = "e[t] = d[t] - w[t-1] @ x[t]; w[t] = w[t-1] + mu * e[t] * x[t]"
    assert ranks(least_mean_squares, {"inputs": {"d": [1, 2], "x": [[1, 2], [3, 4]]}})["d"] == 0


def test_a_single_number_is_an_entry_of_one_where_the_equations_need_a_matrix() -> None:
    recurrence = parse(ELMAN, None, None, shapes({"params": {"W": 0.5, "U": 1}}))
    assert recurrence.shape("W") == (1, 1) and recurrence.shape("x") == (1,)


def test_two_that_disagree_are_one_problem_that_names_both() -> None:
    assert only("alpha: scalar; h[t] = alpha * x[t]", alpha=3).message == (
        "sizes has alpha:3, and line 1 says that alpha is a scalar"
    )
    problem = only("b: scalar; h[t] = b * xi[t]", {"params": {"b": [1, 2]}})
    assert problem.message == "params.b has 2 entries, and b is a scalar: line 1 declares it"
    assert (problem.about, problem.part) == (Subject.PARAMETERS, "b")
    assert (
        "params.b is 2 × 2, and these equations make b a vector"
        in only(f"{ELMAN[:-1]} + b)", {"params": {"b": [[1, 2], [2, 1]]}}).message
    )
    assert only("h: scalar; h[t] = W @ x[t]").message == "h is a scalar (line 1 declares it), and a vector here"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("h[t] = tanh(W * x[t])", "a matrix times a vector is W @ x[t]; for W as a scalar add the line W: scalar"),
        ("h[t] = x[t] * (W + U)", "a matrix times a vector is x[t] @ (W + U)"),
        ("h[t] = x[t] + W", "for W as a vector add the line W: vector"),
        ("f(s) = W * s; h[t] = f(x[t])", "a matrix times a vector is W @ s; for W as a scalar add the line W: scalar"),
    ],
)
def test_where_a_matrix_meets_a_vector_the_hint_is_the_line_that_mends_it(text: str, hint: str) -> None:
    problem = only(text)
    assert problem.hint == hint
    if "add the line" in hint:
        parse(f"{hint.rpartition('add the line ')[2]}; {text}")


def test_every_such_place_is_told_and_nothing_that_follows_from_it() -> None:
    text = "h[t] = tanh(Wx * x[t] + Wh * h[t-1] + b)\ny[t] = Wy * h[t]\nL[t] = (y[t] - z[t]) ** 2"
    with pytest.raises(Problems) as found:
        parse(text)
    assert [(p.line, p.column) for p in found.value.problems] == [(1, 13), (1, 25), (2, 8)]


def test_many_open_ranks_are_settled_one_by_one() -> None:
    names = [f"q{i}" for i in range(60)]
    lines = [*(f"{name}[t] = {name}[t-1]" for name in names), "loss = softmax(q59[tau]) @ softmax(q0[tau])"]
    assert ranks("\n".join(lines)).items() >= {"q0": 1, "q1": 0, "q58": 0, "q59": 1}.items()


def test_what_would_take_too_long_to_settle_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.language.ranks.MOST_TRIES", 3)
    problem = only("p[t] = p[t-1]; q[t] = q[t-1]; loss = p[tau] @ q[tau]")
    assert problem.message == "the ranks of p, q can be chosen in too many ways"
    parse("p: vector; p[t] = p[t-1]; q[t] = q[t-1]; loss = p[tau] @ q[tau]")


# declarations


def test_a_declaration_sets_ranks_and_sizes() -> None:
    recurrence = parse("Kp, Ki: scalar; W: 3 x 4; x: n; h[t] = Kp * tanh(W @ x[t]) + Ki * h[t-1]")
    assert recurrence.shape("W") == (3, 4) and recurrence.sizes == {"n": 4, "h": 3}
    assert [recurrence.variables[name].rank for name in ("Kp", "Ki", "h")] == [0, 0, 1]
    assert recurrence.size_evidence["h"].source == "declaration"


@pytest.mark.parametrize("number", [0.5, [0.5, 0.1, 0.2]])
def test_a_declaration_yields_to_what_is_given_where_it_says_so(number: float | list[float]) -> None:
    text, given = "a, Kp: scalar unless given; h[t] = a * h[t-1] + Kp * x[t]", {"params": {"a": number}}
    assert ranks(text)["a"] == 0 and ranks(text, given)["a"] == np.ndim(number) and ranks(text, a=3)["a"] == 1
    assert [source(text, "a"), source(text, "Kp", given)] == ["declaration", "declaration"]
    firm = text.replace(" unless given", "")
    assert ranks(firm, given)["a"] == 0 if np.ndim(number) == 0 else "a is a scalar" in only(firm, given).message


@pytest.mark.parametrize("matrix", ["3 x 2", "3x2", "3 × 2", "3 * 2"])
def test_the_sizes_of_a_matrix_may_be_written_as_people_write_them(matrix: str) -> None:
    assert parse(f"W: {matrix}\nh[t] = W @ x[t]").shape("W") == (3, 2)


def test_a_size_has_the_name_that_a_line_gives_it_or_that_of_its_vector() -> None:
    recurrence = parse(f"W: n x n; U: n x x; {ELMAN}", {"n": 5, "x": 2})
    assert recurrence.shape("U") == (5, 2) and recurrence.shape("h") == (5,)
    assert parse(f"W: n x n; {ELMAN}", {"h": 6}).sizes["n"] == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("W: 3 x 4; W: matrix; h[t] = W @ x[t]", "declared a second time"),
        ("Q: matrix; h[t] = x[t]", "nothing reads it"),
        ("W: 0 x 4; h[t] = W @ x[t]", "a size is a whole number"),
        ("W: 3 y 4; h[t] = W @ x[t]", "expected x between two sizes"),
        ("W: ; h[t] = W @ x[t]", "expected scalar, vector, matrix"),
        ("x: 2 3; h[t] = x[t]", "expected x between"),
        ("x: W; h[t] = W @ x[t]", "names no size"),
        ("h: scalar; h[t] = tanh(W @ x[t])", "line 1 declares it"),
        ("x: 2; y: 3; h[t] = x[t] + y[t]", "2 (line 1) meets a vector of 3 (line 1)"),
    ],
)
def test_a_declaration_that_cannot_be_is_told(text: str, words: str) -> None:
    assert words in only(text).message


def test_a_declared_size_and_one_that_is_set_disagree_in_one_problem() -> None:
    assert only("x: 2; h[t] = tanh(x[t])", x=3).message == "sizes has x:3, and line 1 declares 2"


def test_a_declaration_is_typeset_as_an_element_of_its_space() -> None:
    recurrence = parse("K_p: scalar; W: 3 x n; h: vector; h[t] = K_p * tanh(W @ h[t-1])")
    scalar, matrix, vector = tex(recurrence).splitlines()[1:4]
    assert scalar.strip() == r"K_{p} &\in \mathbf{R} \\"
    assert matrix.strip() == r"\boldsymbol{W} &\in \mathbf{R}^{3\times n} \\"
    assert vector.strip() == r"\boldsymbol{h} &\in \mathbf{R}^{n_{h}} \\"
    assert "∈" in mathml(recurrence.declarations[0], {}) and "ℝ" in mathml(recurrence.declarations[0], {})
    assert parse(show(recurrence)).declarations == recurrence.declarations


# sizes from arrays


def numbers(recurrence: Recurrence, tau: int) -> dict[str, dict[str, Any]]:
    """All that a person can give for a recurrence, drawn from a seed."""
    bound = bind(recurrence, tau, 3)
    inputs = {n: a[:, 0] if recurrence.variables[n].indexed else a[0] for n, a in bound.inputs.items()}
    return {"params": dict(bound.parameters), "inputs": inputs}


@given(SEEDS, SEEDS)
def test_arrays_settle_the_sizes_that_they_have_and_the_numbers_stay(seed: int, chosen: int) -> None:
    text, rng = invent(seed).text, Random(chosen)
    try:
        sized = parse(text, {name: rng.randint(2, 5) for name in parse(text).sizes})
    except Problems:
        assume(False)
    arrays = numbers(sized, 3)
    told = {d for v in sized.variables.values() if v.kind != "computed" for d in v.dims}
    found = parse(text, {d: n for d, n in sized.sizes.items() if d not in told}, None, shapes(arrays))
    assert found.sizes == sized.sizes
    assert {n: v.dims for n, v in found.variables.items()} == {n: v.dims for n, v in sized.variables.items()}
    # A size that is the sum of others follows from the arrays of those.
    assert all(found.size_evidence[d].source != "default" for d in told)
    with np.errstate(all="ignore"):
        ours, theirs = (
            run(r, 3, bind(r, 3, 3, params=arrays["params"], inputs=arrays["inputs"])) for r in (found, sized)
        )
    assert all(np.array_equal(ours.values[n], theirs.values[n], equal_nan=True) for n in theirs.values)


def test_a_size_is_that_of_a_link_before_an_array_before_a_default() -> None:
    arrays = shapes({"params": {"U": np.zeros((5, 2))}})
    recurrence = parse(f"{ELMAN}; o[t] = V @ h[t]", {"h": 5}, {"x": 7, "h": 7}, arrays)
    assert dict(recurrence.sizes) == {"x": 2, "h": 5, "o": 4}
    assert [recurrence.size_evidence[d].source for d in ("x", "h", "o")] == ["array", "size", "default"]
    assert recurrence.size_evidence["x"].words == "params.U has 2 columns" and recurrence.defaulted == ("o",)


def test_arrays_that_disagree_are_one_problem_that_names_both_fields_and_the_dimension() -> None:
    arrays: Arrays = {"params": {"U": np.zeros((3, 2)), "W": np.zeros((3, 3))}, "inputs": {"x": np.zeros((4, 1))}}
    problem = only(ELMAN, arrays)
    assert problem.message == "params.U has 2 columns, inputs.x has 1 entry a step"
    assert (problem.about, problem.part) == (Subject.DATA, "x")
    square: Arrays = {"params": {"W": np.zeros((3, 3)), "U": np.zeros((2, 2))}, "initial": {"h": np.zeros(2)}}
    assert only(ELMAN, square).message == "params.U has 2 rows, params.W has 3 rows"
    assert only(ELMAN, {"params": {"W": np.zeros((3, 3))}}, h=4).message == "params.W has 3 rows, sizes has h:4"


def test_an_array_that_is_too_large_is_told_with_the_limit() -> None:
    assert "from 1 to 512" in only("h[t] = b * x[t]", {"params": {"b": np.zeros(600)}}).message
    assert "from 1 to 512" in only("h[t] = b * x[t]", {"params": {"b": []}}).message


@pytest.mark.parametrize(
    "text",
    [
        "h[t] = tanh(h[t-1])",
        "h[t] = tanh(h[t-1] + h[t-3])",
        "h[t] = tanh(h[t+2])",
        "h[1] = h1; h[t] = tanh(h[t-1])",
        "h[1] = h1; h[2] = h2; h[t] = tanh(h[t-1])",
        "h[1] = h1; h[2] = h2; h[t] = tanh(h[t-1] + h[t-2])",
        "h[1] = h1; h[t] = tanh(h[t-2])",
        "h[tau] = h1; h[t] = tanh(h[t+1])",
        "h[1] = h1; h[t] = tanh(h[t-1]); o[t] = h[t-1] * 2",
    ],
)
def test_the_starts_that_are_given_are_counted_as_they_are_taken(text: str) -> None:
    count = len(places_of_starts(parse(f"h: vector; {text}"))["h"])
    given = np.zeros((count, 3) if count > 1 else 3)
    recurrence = parse(text, None, None, GivenShapes.of(initial={"h": given}))
    assert recurrence.shape("h") == (3,)
    assert bind(recurrence, 4, initial={"h": given})


# a start that is one number


@pytest.mark.parametrize("start", ["0", "-1", "1/2", "alpha", "2 * alpha - 1", "kappa", "exp(kappa)"])
@pytest.mark.parametrize("batch", [1, 3])
def test_one_number_at_the_start_stands_for_every_entry_and_has_its_gradient(start: str, batch: int) -> None:
    given = "given kappa; " if "kappa" in start else ""
    recurrence = parse(f"{given}h[0] = {start}; {ELMAN}; loss = sum(h[tau] ** 2)", {"h": 3, "x": 2})
    trace = run(recurrence, 3, bind(recurrence, 3, batch=batch))
    assert trace.value("h[0]").shape == (3,) and np.ptp(trace.value("h[0]")) == 0
    assert worst(trace) < 1e-5


def test_pi_without_a_line_is_a_parameter_and_its_reason_says_how_to_write_the_number() -> None:
    for spelled in ("pi", "π"):
        why = parse(f"h[t] = sin({spelled} * x[t])").variables[spelled].why
        assert why and f"{spelled} is a parameter, for the number write {spelled} = 3.14159" in why.words
    assert parse("h[t] = sin(pi * x[t]); pi = 3.141592653589793").variables["pi"].kind == "computed"
    for settled in ("h[t] = sin(pi * x[t]); pi ~ 3", "given pi; h[t] = sin(pi * x[t])"):
        why = parse(settled).variables["pi"].why
        assert why and why.words == "a small Greek letter is a scalar"


# capital data in a loop, Greek letters that begin as a number


def ranks_of(text: str) -> dict[str, int]:
    return {name: it.rank for name, it in parse(text).variables.items()}


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("dt = 0.1; v[t] = v[t-1] + dt * (I[t] - v[t-1])", 0),
        ("V[t] = V[t-1] + alpha * (I[t] - V[t-1])", 0),
        ("u[t] = beta * u[t-1] + I[t]; s[t] = step(u[t] - 1)", 0),
        ("u[t] = beta * u[t-1] + where(I[t] > 0, tanh(I[t]), 0)", 0),
        ("f(a, b) = a + b; v[t] = f(beta * v[t-1], I[t])", 0),
        ("v[t] = v[t-1] + dt * (I[t] - v[t-1])", 1),
        ("v[t] = tanh(W @ v[t-1] + I[t])", 1),
        ("p[t] = beta * p[t-1] + I[t]; q[t] = W @ q[t-1] + I[t]", 1),
        ("h[t] = W * h[t-1] + I[t]", 2),
        ("I: matrix; v[t] = beta * v[t-1] + I[t]", 2),
        # what is not taken entry by entry, or not by a loop, is as it is spelled
        ("H[t] = tanh(I[t] @ W + H[t-1] @ U + b)", 2),
        ("v[t] = beta * v[t-1] + sum(I[t])", 2),
        ("v[t] = beta * v[t-1] + I[t]; o[t] = W @ I[t]", 2),
        ("o[t] = tanh(I[t])", 2),
    ],
)
def test_capital_data_that_a_loop_takes_by_entries_have_its_rank(text: str, rank: int) -> None:
    assert ranks_of(text)["I"] == rank


def test_why_capital_data_have_the_rank_of_their_loop_is_said() -> None:
    why = parse("beta ~ 0.9\nv[t] = beta * v[t-1] + I[t]").variables["I"].why
    assert why == Evidence("least", "as v in line 2, which takes it entry by entry", 2)


@pytest.mark.parametrize(
    "name", ["eps", "lam", "Alpha", "BETA", "Lambda", "eps_1", "Gamma", "sig", "varepsilon", "alpha"]
)
def test_a_greek_letter_that_begins_as_one_number_is_a_scalar(name: str) -> None:
    assert ranks_of(f"{name} ~ 0.9; h[t] = {name} * h[t-1] + W @ x[t]")[name] == 0


@pytest.mark.parametrize(("name", "rank"), [("b", 1), ("W", 2), ("b_f", 1), ("epsilon2x", 1)])
def test_other_names_that_begin_as_one_number_have_it_in_every_entry(name: str, rank: int) -> None:
    assert ranks_of(f"{name} ~ 1; h[t] = W @ x[t] + b + b_f + epsilon2x + V @ x[t]").get(name, rank) == rank


@pytest.mark.one_in(4)
@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
def test_from_every_rank_that_a_control_declares_a_press_leads_back(system: System) -> None:
    for name, variable in parse(system.equations).variables.items():
        for rank in {0, 1, 2} - {variable.rank}:
            changed = rank_edit(system.equations, name, rank)
            text = with_lines(system.equations, changed.lines)
            try:
                parse(text)
            except Problems as error:
                back = [
                    lines for problem in error.problems for lines in problem.mendings if lines.startswith(f"{name}: ")
                ]
                assert back, (name, rank, error.problems)
                assert all(line in " ".join(str(problem.hint) for problem in error.problems) for line in back)
                for lines in back:
                    parse(with_lines(text, lines))


def test_one_number_that_is_given_for_data_is_a_scalar() -> None:
    text, number = "given setpoint\ny[t] = y[t-1] + 0.1 * (setpoint - y[t-1])", GivenShapes.of(inputs={"setpoint": 1.0})
    recurrence = parse(text, None, None, number)
    assert {name: recurrence.variables[name].rank for name in ("setpoint", "y")} == {"setpoint": 0, "y": 0}


@pytest.mark.parametrize(
    "given", [{"params": {"b": [[1], [2]]}}, {"params": {"b": [[1, 2]]}}, {"initial": {"h": [[1], [2]]}}]
)
def test_one_column_or_one_row_is_a_vector_where_a_vector_is_spelled(given: Arrays) -> None:
    recurrence = parse(f"{ELMAN[:-1]} + b)", {"x": 1}, None, shapes(given))
    assert ranks(f"{ELMAN[:-1]} + b)", given)["b"] == 1 and recurrence.shape("h") == (2,)
    bindings = bind(recurrence, 2, params=given.get("params"), initial=given.get("initial"))
    assert next(iter([*bindings.initial.values()] or [bindings.parameters["b"]])).ravel().tolist() == [1, 2]
    assert ranks("y[t] = W @ x[t]", {"params": {"W": [[1], [2]]}})["W"] == 2


def test_the_axes_of_a_matrix_take_no_name_that_the_text_has() -> None:
    declared = parse("V: W_rows x 3\nh[t] = W @ V @ h[t-1]", {"W_rows": 5, "W_rows_2": 3})
    assert (declared.shape("V"), declared.shape("W")) == ((5, 3), (3, 5))
    vector = parse("c[t], W_rows[t] = split(R @ c[t-1])\np[t], l[t] = split(W @ c[t])", {"W_rows": 3, "W_rows_2": 8})
    assert (vector.shape("W_rows"), vector.shape("W"), vector.shape("p")) == ((3,), (8, 3), (4,))
