"""The language: what a text means, and what is said about one that has no meaning."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.language import Problem, Problems, Recurrence, Subject, caret, parse
from app.language.call_sizes import expanded_size, function_sizes
from app.language.parse import DEEPEST, depth_of
from app.language.rewrite import expand
from app.language.syntax import NOW, Apply, Call, Expr, Function, Number, Read, reads, walk
from app.limits import limit
from tests.recurrences import RECURRENCES


def check(text: str, **sizes: int) -> Recurrence:
    return parse(text, sizes)


def problems(text: str, **sizes: int) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as found:
        parse(text, sizes)
    return found.value.problems


def only(text: str, **sizes: int) -> Problem:
    found = problems(text, **sizes)
    assert len(found) == 1, found
    return found[0]


# meaning


@pytest.mark.parametrize("name", RECURRENCES)
def test_every_recurrence_of_the_chapter_is_read(name: str) -> None:
    assert check(RECURRENCES[name]).names("computed")


def test_names_get_their_kind_from_how_they_are_written() -> None:
    r = check("given m; h[t] = tanh(W @ h[t-1] + U @ x[t] + m)")
    assert (r.names("computed"), set(r.names("given")), set(r.names("parameter"))) == (("h",), {"x", "m"}, {"W", "U"})


def test_case_gives_the_rank_of_what_is_not_computed() -> None:
    r = check("h[t] = alpha * tanh(b + W @ h[t-1])")
    assert [r.variables[n].rank for n in ("alpha", "b", "W", "h")] == [0, 1, 2, 1]


def test_sizes_make_a_greek_name_a_vector() -> None:
    r = check("h[t] = alpha * h[t-1] + x[t]", alpha=5)
    assert r.shape("alpha") == (5,) == r.shape("x")


def test_dimensions_are_unified_over_all_equations() -> None:
    r = check(RECURRENCES["rnn"], x=4, h=5, y=2)
    assert {n: r.shape(n) for n in ("W", "U", "V", "b", "c", "o")} == {
        "W": (5, 5),
        "U": (5, 4),
        "V": (2, 5),
        "b": (5,),
        "c": (2,),
        "o": (2,),
    }
    assert dict(r.sizes) == {"x": 4, "y": 2, "h": 5}
    assert r.defaulted == ()


def test_a_dimension_may_be_called_by_any_vector_that_has_it() -> None:
    assert check(RECURRENCES["rnn"], a=7).shape("W") == (7, 7)


def test_what_nobody_sets_takes_a_default_and_is_reported() -> None:
    assert set(check(RECURRENCES["rnn"], x=4).defaulted) == {"h", "y"}


def test_a_plus_of_many_terms_is_one_sum() -> None:
    expr = check("h[t] = a[t] + b + c[t] + d").equation("h").expr
    assert len(expr.args) == 4  # type: ignore[union-attr]


def test_products_associate_to_the_left() -> None:
    r = check("E[t] = -1/2 * s[t] @ W @ s[t]")
    assert r.variables["E"].rank == 0


def test_the_outermost_sum_around_a_free_t_runs_over_time() -> None:
    assert check("h[t] = x[t]; v = mean(h[t])", x=3).shape("v") == (3,)
    assert check("h[t] = x[t]; loss = sum(sum(h[t]))", x=3).shape("loss") == ()


def test_functions_use_parameters_of_the_whole_system() -> None:
    r = check("f(s, x) = tanh(b + W @ s + U @ x); s[t] = f(s[t-1], x[t])", s=3, x=2)
    assert r.shape("U") == (3, 2)


def test_a_function_may_serve_a_start_alone() -> None:
    r = check("f(k) = tanh(P @ k); h[0] = f(h0); h[t] = tanh(W @ h[t-1])", h=3)
    assert r.variables["P"].kind == "parameter" and r.shape("P")[0] == 3


def test_lines_end_with_a_semicolon_too_and_comments_are_passed_over() -> None:
    assert check("# one\nh[t] = x[t]; g[t] = h[t]  # two\n\n").names("computed") == ("h", "g")


# problems


def test_a_mistake_shows_its_place_with_a_caret() -> None:
    text = "h[t] = tanh(b + W @@ h[t-1])"
    problem = only(text)
    assert (problem.line, problem.column) == (1, 20)
    assert caret(text, problem) == f"{text}\n{' ' * 19}^"


def test_one_mistake_hides_no_other() -> None:
    found = problems("h[t] = tanh(b +)\ng[t] = W @ $\nk[t] = 3 4\no[t] = V @ m[t]")
    assert [p.line for p in found] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("h[t] = tanhh(x[t])", "no function tanhh", "tanh"),
        ("h[t] = tanh(x[t], x[t])", "takes 1 argument", ""),
        ("f(a) = a; h[t] = f(x[t], x[t])", "f takes 1 argument, not 2", ""),
        ("h[t] = tanh(h[t])", "cycle: h", "h[t-1]"[1:]),
        ("h[t] = g[t]; g[t] = k[t]; k[t] = h[t]", "cycle: h, g, k", "[t-1]"),
        ("h[t] = h[t-1] + h[t+1]", "both back and ahead", ""),
        ("h[t] = h[t-1] + h[tau]", "as a whole", ""),
        ("h[t] = x[t]; h[t] = y[t]", "second time", ""),
        ("h[t] = x + x[t]", "one value elsewhere", "without"),
        ("t = x[tau]", "reserved", ""),
        ("loss[t] = x[t] @ x[t]", "loss is one value", "sum"),
        ("v = h[t]", "t is free", "[tau]"),
        ("h[t+1] = x[t]", "defines h at t", "shift"),
        ("h[t] = x[t] ** 1e400", "too large", ""),
        ("h[t] = a * h[t-1]; a ~ 1e400", "too large", ""),
        ("h[t] = 9007199254740993 * x[t]", "would be rounded", "a point"),
        ("h[t] = a * h[t-1]; a ~ [1, -9007199254740993]", "would be rounded", "a point"),
        ("h[t] = 0 < x[t] < 1", "not chained", "h[t] = (0 < x[t]) * (x[t] < 1)"),
        ("i[t], f[t] = x[t]", "equal parts of one vector", "i[t], f[t] = split(…)"),
        ("i[t], f = split(x[t])", "all defined at t", ""),
        ("i[0], f[0] = split(x)", "all defined at t", ""),
        ("h[t] = split(x[t])", "several names on the left", "a[t], b[t] = split"),
        ("h[t] = concat(x[t])", "two arguments or more", ""),
        ("i[t], f[t] = split(tanhh(x[t]))", "no function tanhh", "tanh"),
        ("h[t] = ∇h[t-1] + x[t]", "adjoint", ""),
        ("h[t] = x[t] + loss", "not defined", "loss = sum"),
        ("h[t] = x[t] ^ 2", "not part of the language", "**"),
        ("h[t] = 2 x[t]", "expected an operator", "@"),
        ("h[t] = x[q]", "not a moment", "t-1"),
        ("h[t] = x[t]; W ~ 3", "no parameter", ""),
        ("h[t] = W @ x[t]; W ~ orthogonall", "cannot begin", "orthogonal"),
        ("given z; h[t] = x[t]", "nothing reads it", ""),
        ("h[0] = a; h[0] = b; h[t] = h[t-1]", "h[0] is set a second time", "leave out"),
        ("g[tau] = a; g[tau+0] = b; g[t] = g[t+1]", "g[tau] is set a second time", "leave out"),
        ("h[t] = W @ x[t]; W ~ 3; W ~ uniform", "W begins a second time", "leave out"),
        ("g[0] = b; h[t] = x[t]", "no equation g[t]", ""),
        ("f(a) = f(a); h[t] = f(x[t])", "calls itself", "[t-1]"),
        ("f(a) = a + x[t]; h[t] = f(h[t-1])", "no time of its own", "argument"),
        ("", "no equation", "h[t]"),
        ("sum_t(x) = x; h[t] = sum_t(x[t])", "has a meaning already", "another"),
    ],
)
def test_a_problem_says_what_is_wrong_and_what_would_be_right(text: str, words: str, hint: str) -> None:
    found = problems(text)
    assert words in found[0].message, found
    assert hint in (found[0].hint or "")


@pytest.mark.parametrize("name", ["状态", "состоянијԁ", "حالة", "ख"])
def test_a_name_that_formulas_cannot_be_set_with_is_one_problem_where_it_first_stands(name: str) -> None:
    problem = only(f"{name}[t] = tanh(W @ {name}[t-1] + x[t])")
    assert (problem.line, problem.column) == (1, 1)
    assert "no letter" in problem.message and "Latin" in (problem.hint or "")


@pytest.mark.parametrize("name", ["größe", "Å", "naïve", "łódź", "состояние", "ёлка", "ς"])
def test_names_have_the_letters_of_europe(name: str) -> None:
    assert name in check(f"{name}[t] = tanh(W @ {name}[t-1])").variables


def test_a_sign_that_stands_for_a_thing_is_no_name() -> None:
    assert "Latin" in (only("h[t] = W @ 😀[t]").hint or "")


def test_shapes_that_clash_are_both_shown_with_where_they_came_from() -> None:
    message = only("h[t] = tanh(x[t] + W @ h[t-1])", x=4, h=5).message
    assert "4 (x:4)" in message and "5 (h:5)" in message


def test_a_matrix_beside_a_vector_is_no_sum() -> None:
    assert "a vector meets a matrix" in only("h[t] = x[t] + W").message


def test_a_scalar_is_no_factor_of_a_matrix_product() -> None:
    assert "scalar" in only("h[t] = alpha @ x[t]").message


def test_an_unknown_size_lists_the_names_there_are() -> None:
    problem = only(RECURRENCES["rnn"], hh=4)
    assert problem.about is Subject.SIZES and "h" in problem.allowed  # type: ignore[operator]


def test_a_size_out_of_bounds_says_the_bounds() -> None:
    for size in (0, limit("size") + 1):
        assert f"from 1 to {limit('size')}" in only(RECURRENCES["rnn"], h=size).message


def test_limits_are_kept_before_any_work() -> None:
    assert "characters" in only("#" * (limit("equations_length") + 1)).message
    assert "lines" in only(";".join(f"h{i}[t] = x[t]" for i in range(limit("equations_count") + 1))).message


NESTED = (
    *((before, "") for before in ("-", "+", "2 ** ", "2 ** -")),
    *((before, ")") for before in ("(", "cos(", "f(", "(2) ** (", "where(1, 2, ", "1 - (", "W @ (")),
)


@pytest.mark.parametrize(("before", "after"), NESTED)
def test_whatever_stands_within_another_is_nested_so_deep_and_no_deeper(before: str, after: str) -> None:
    most = 7000 // len(before + after)
    assert "nested deeper" in only(f"f(a) = a; h[t] = {before * most}x[t]{after * most}").message


@pytest.mark.parametrize("op", ["*", "/", "-", "+", "*-", "-*/"])
def test_a_long_chain_of_operators_is_no_deep_expression(op: str) -> None:
    chain = "".join(f" {op[i % len(op)]} x[t]" for i in range(600))
    (equation,) = check(f"h[t] = x[t]{chain}").equations
    assert depth_of(equation.expr) <= DEEPEST
    assert sum(read.name == "x" for read in reads(equation.expr)) == 601


def test_a_short_chain_is_read_from_the_left() -> None:
    (equation,) = check("h[t] = x[t]" + " * x[t]" * limit("nesting")).equations
    assert depth_of(equation.expr) == limit("nesting")


def test_what_stands_too_deep_is_refused_with_its_functions_written_out_too() -> None:
    long = "within one another"
    assert long in only("H[t] = W" + " @ W" * 200).message
    assert long in only("f(x) = " + "cos(" * 20 + "x" + ")" * 20 + "; h[t] = " + "f(" * 20 + "x[t]" + ")" * 20).message


def test_functions_that_double_each_other_are_refused_before_they_are_written_out() -> None:
    lines = ["f0(a) = a + a"] + [f"f{i}(a) = f{i - 1}(a) + f{i - 1}(a)" for i in range(1, 40)]
    assert "operations" in only("; ".join([*lines, "h[t] = f39(x[t])"])).message


def test_what_functions_do_not_read_is_no_work_or_is_refused_before_it_is_followed() -> None:
    halves = ["drop(a, b) = a", "f0(a) = a * a"] + [f"f{i}(a) = f{i - 1}(a) * f{i - 1}(a)" for i in range(1, 40)]
    assert "operations" in only("; ".join([*halves, "h[t] = drop(x[t], f39(x[t]))"])).message
    dropped = ["drop(a, b) = a", "f0(a) = a"]
    dropped += [f"f{i}(a) = drop(a, f{i - 1}(a) * f{i - 1}(a))" for i in range(1, 40)]
    assert "operations" in only("; ".join([*dropped, "h[t] = f39(x[t])"])).message
    few = check("drop(a, b) = a; f(a) = a * a; h[t] = drop(x[t], f(f(f(x[t]))))")
    assert expand(few.equations[0].expr, few.functions) == Read("x", NOW)


@given(program=st.integers(0, 2**32))
def test_the_size_of_a_call_is_that_of_what_is_written_out(program: int) -> None:
    rng = Random(program)
    functions: list[Function] = []
    for k in range(rng.randint(1, 6)):
        body = invented_body(rng, [f.name for f in functions], ("a", "b"))
        functions.append(Function(f"f{k}", ("a", "b"), body))
    expr = invented_body(rng, [f.name for f in functions], ())
    size, depth, uses, _ = expanded_size(expr, function_sizes(functions))
    assume(size < 10_000)  # It grows as a power of the calls within calls.
    written = expand(expr, functions)
    assert (size, depth, uses) == (sum(1 for _ in walk(written)), depth_of(written), {})


def invented_body(rng: Random, called: list[str], arguments: tuple[str, ...], deep: int = 3) -> Expr:
    """An expression of sums, numbers, arguments and calls of two arguments."""
    if not deep or rng.random() < 0.2:
        return Read(rng.choice((*arguments, "w"))) if rng.random() < 0.8 else Number(1.0, "1")
    parts = tuple(invented_body(rng, called, arguments, deep - 1) for _ in range(2))
    return Call(rng.choice(called), parts) if called and rng.random() < 0.6 else Apply("*", parts)


@pytest.mark.parametrize(
    "text", ["h[t] = __import__('os')", "h[t] = (lambda: 1)()", "h[t] = x.y", "h[t] = x[t] if 1 else 2", "h[t] = 'a'"]
)
def test_python_is_not_the_language(text: str) -> None:
    assert problems(text)
