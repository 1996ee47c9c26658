"""What a problem says to write instead: by meaning, with the signs that are missing, and text that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.language import Problem, Problems, parse
from app.language.elsewhere import INSTEAD, ROWS, WRITTEN, Elsewhere, filled, plain_spelling
from app.language.hints import LIKE, NEARLY, spelling_hint
from app.language.numbers_beside import AS_DATA, AS_PARAMETERS
from app.language.parse import _tokens, parse_statements
from app.ops import OPS
from app.systems import SYSTEMS
from tests.recurrences import RECURRENCES

FUNCTIONS = [row.name for row in OPS.values() if not row.internal and not row.precedence]


def problems(text: str, **sizes: int) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as found:
        parse(text, sizes)
    return found.value.problems


def only(text: str, **sizes: int) -> Problem:
    found = problems(text, **sizes)
    assert len(found) == 1, found
    return found[0]


def replacement(problem: Problem) -> str:
    """The text that a hint says to write."""
    found = re.match(
        r"(?:a line is an equation: |a product has its sign: |.*?: )?write (?P<text>.*?)(?:: .*)?$", problem.hint or ""
    )
    assert found, problem
    return found["text"]


# what the field calls it


def test_the_table_has_the_words_of_the_field() -> None:
    assert len(INSTEAD) >= 200 and len(ROWS) >= 80


def test_no_row_shadows_an_operation_and_no_name_stands_in_two() -> None:
    names = [plain_spelling(name) for row in ROWS for name in row.names.split()]
    assert sorted(names) == sorted(set(names))
    assert not set(names) & WRITTEN.keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.names.split()[0])
def test_what_a_row_says_to_write_is_read_and_knows_every_function_in_it(row: Elsewhere) -> None:
    lines = row.write if re.search(r"[^<>=]=[^=]", row.write) else f"z[t] = {row.write}"
    read, unread = parse_statements(lines)
    assert read and not unread
    called = re.findall(r"(\w+)\(", row.write)
    assert set(called) <= set(FUNCTIONS) - {None} | {"split"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.names.split()[0])
def test_with_the_arguments_of_the_call_it_is_still_read(row: Elsewhere) -> None:
    write = filled(row.write, ["W @ h[t-1]", "x[t] + d", "0"])
    lines = write if re.search(r"[^<>=]=[^=]", write) else f"z[t] = {write}"
    assert not parse_statements(lines)[1], lines


@pytest.mark.parametrize(
    ("called", "written"),
    [
        ("logistic(W @ h[t-1])", "sigmoid(W @ h[t-1])"),
        ("inv(A)", "inverse(A)"),
        ("detach(h[t-1])", "stop(h[t-1])"),
        ("mean_squared_error(h[t-1], y[t])", "mse(h[t-1], y[t])"),
        ("MSELoss(h[t-1], y[t])", "mse(h[t-1], y[t])"),
        ("ReLU(x[t])", "relu(x[t])"),
        ("LogSoftmax(x[t])", "log_softmax(x[t])"),
        ("LeakyReLU(x[t])", "leaky_relu(x[t])"),
        ("Heaviside(x[t])", "step(x[t])"),
        ("dot(W, h[t-1] + x[t])", "W @ (h[t-1] + x[t])"),
        ("matmul(W, x[t])", "W @ x[t]"),
        ("pow(x[t] + 1, 2)", "(x[t] + 1) ** 2"),
        ("exp2(x[t])", "2 ** x[t]"),
        ("ln(x[t])", "log(x[t])"),
        ("sgn(x[t])", "sign(x[t])"),
        ("cat(h[t-1], x[t])", "concat(h[t-1], x[t])"),
        ("hstack(h[t-1], x[t])", "concat(h[t-1], x[t])"),
        ("T(W)", "transpose(W)"),
        ("dropout(h[t-1])", "m[t] * h[t-1]"),
        ("W(h[t-1] + x[t])", "W @ (h[t-1] + x[t])"),
        ("b (h[t-1])+b", "b * h[t-1]"),
        ("x(t-1)", "x[t-1]"),
        ("h (t - 1)", "h[t-1]"),
    ],
)
def test_a_hint_goes_by_meaning_and_brings_the_arguments(called: str, written: str) -> None:
    problem = only(f"h[t] = {called}")
    assert replacement(problem) == written


def test_a_misspelt_function_is_found_by_its_spelling_and_an_own_one_by_its_line() -> None:
    assert only("h[t] = tahn(x[t])").hint == "did you mean tanh?"
    assert "phi(x) = …" in (only("h[t] = phi(x[t])").hint or "")


# a missing sign


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("tanh(W h[t-1])", "tanh(W @ h[t-1])"),
        ("tanh(W h[t-1] + U x[t] + b)", "tanh(W @ h[t-1] + U @ x[t] + b)"),
        ("2 x[t]", "2 * x[t]"),
        ("2x[t]", "2 * x[t]"),
        ("(1 - z[t]) h[t-1] + z[t] g[t]", "(1 - z[t]) * h[t-1] + z[t] * g[t]"),
        ("alpha W h[t-1]", "alpha * W @ h[t-1]"),
        ("alpha h[t-1]", "alpha * h[t-1]"),
        ("transpose(W) h[t-1]", "transpose(W) @ h[t-1]"),
        ("x[t] W", "x[t] @ W"),
        ("b c", "b * c"),
        ("W V h[t-1]", "W @ V @ h[t-1]"),
        ("h[t-1] [t = 1]", "h[t-1] * [t = 1]"),
        ("[t = 1] h[t-1]", "[t = 1] * h[t-1]"),
        ("sigmoid(tanh(W x[t]) y[t])", "sigmoid(tanh(W @ x[t]) * y[t])"),
        ("h[t-1] 2", "h[t-1] * 2"),
        ("(W + V) (x[t] + y[t])", "(W + V) @ (x[t] + y[t])"),
        ("tanh(x[t]) sigmoid(y[t])", "tanh(x[t]) * sigmoid(y[t])"),
    ],
)
def test_a_missing_product_sign_is_found_wherever_it_is_missing(written: str, mended: str) -> None:
    problem = only(f"h[t] = {written}")
    assert "expected an operator" in problem.message
    assert replacement(problem) == f"h[t] = {mended}"
    assert not parse_statements(f"h[t] = {mended}")[1]


# one mistake is one problem


BROKEN = ("", "$", ")", "]", "=", ",", "@", "(", "[", "1.", "h h", "t")


def broken_texts(text: str) -> Iterator[tuple[str, int]]:
    """A right text with one of its pieces replaced, and the line where that is."""
    for i, token in enumerate(_tokens(text)):
        start, end = token.span
        yield text[:start] + BROKEN[i % len(BROKEN)] + text[end:], text.count("\n", 0, start) + 1


TEXTS = RECURRENCES | {name: system.equations for name, system in SYSTEMS.items()}
FUNCTION_TEXT = """\
f(s, x) = tanh(b + W @ s + U @ x)
g(x) = relu(x)
given k
s[0] = k
s[t] = f(s[t-1], g(x[t]))
W ~ 2
loss = sum(s[t] @ s[t])
v = loss * 2"""


@pytest.mark.one_in(12)
@pytest.mark.parametrize("text", [*TEXTS.values(), FUNCTION_TEXT], ids=[*TEXTS, "functions"])
@pytest.mark.parametrize("shift", range(3))
def test_a_broken_piece_is_one_problem_on_its_line(text: str, shift: int) -> None:
    for i, (broken, line) in enumerate(broken_texts(" " * shift + text)):
        if i % 3 == shift and parse_statements(broken)[1]:
            problem = only(broken)
            assert problem.line == line, (broken, problem)


def test_a_line_that_cannot_be_read_still_defines_its_name() -> None:
    assert only("g(x) = relu(x, $)\nh[t] = g(W @ h[t-1])").line == 1
    assert only("h[0] = $\nh[t] = tanh(W @ h[t-1])").line == 1
    assert only("h[t] = tanh($\nh[0] = h0").line == 1
    assert only("loss = sum($\nv = loss + 1").line == 1
    assert only("h[t] = tanh(W $ h[t-1])\nW ~ 2\ngiven h0, W").line == 1


SIGNS = "( ) [ ] = , + - * @ / ** < > ~ : ^ . % ' & ! $ ; == +="
WORDS = (
    "h x t W alpha tau 1 0.5 T k 状 ŷ tanh split where and if else given for h[t] x[t-1] f(x) b[0] lstm( e[t][0:2] W.T"
)


@example(["v", "=", "h[t]", "[", "t"])
@given(st.lists(st.sampled_from([*SIGNS.split(), *WORDS.split(), "\n"]), max_size=24))
def test_whatever_is_written_is_read_or_told(pieces: list[str]) -> None:
    try:
        parse(" ".join(pieces))
    except Problems as error:
        assert all(problem.message for problem in error.problems)


# limits of the language, with the way around


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("h[t] = tanh(W @ h[t-k])", "whole number of steps"),
        ("y[t] = y[t-tau] + x[t]", "tau is the number of steps"),
        ("h[t] = tanh(h[t-1]); o = h[T]", "write h[tau]"),
        ("h[t] = x[i]", "write x[t]"),
        ("h[t+1] = tanh(W @ h[t] + U @ x[t])", "write h[t] = tanh(W @ h[t-1] + U @ x[t-1])"),
        ("h[t+2] = h[t+1] + [t = 1] * x[t]", "write h[t] = h[t-1] + [t = 3] * x[t-2]"),
        ("h^1[t] = tanh(h^1[t-1])", "write h_1[t]"),
        ("h[t] = h[t-1]^2", "powers are written **"),
        ("h[t] = 0,5 * h[t-1]", "write h[t] = 0.5 * h[t-1]"),
        ("h[t] = h[t-1] if m[t] else x[t]", "write h[t] = where(m[t], h[t-1], x[t])"),
        ("h[t] = [t % 2 = 0] * h[t-1]", "m given as 1 and 0"),
        ("i[t] = sigmoid(a[t][0:4])", "i[t], f[t], o[t], g[t] = split(a[t])"),
        ("i[t] = sigmoid(a[t][2])", "e @ a[t]"),
        ("h[t], c[t] = lstm(x[t], h[t-1], c[t-1])", "h[t] = sigmoid(o[t]) * tanh(c[t])"),
        ("for t in range(5): h[t] = x[t]", "a line with [t] is the loop"),
        ("if x[t] > 0: h[t] = x[t]", "where("),
        ("while true", "a line with [t] is the loop"),
        ("h[t] = x[t] and y[t]", "a * b"),
        ("h[t] = not x[t]", "1 - a"),
        ("h[t] = x[t] == y[t]", "(a <= b) * (a >= b)"),
        ("h[t] == tanh(x[t])", "write h[t] = tanh(x[t])"),
        ("h[t] := tanh(x[t])", "write h[t] = tanh(x[t])"),
        ("h[t] <- tanh(x[t])", "write h[t] = tanh(x[t])"),
        ("h[t] += x[t]", "write h[t] = h[t-1] + x[t]"),
        ("h[t] -= x[t] + y[t]", "write h[t] = h[t-1] - (x[t] + y[t])"),
        ("h[t] = W.T @ x[t]", "write h[t] = transpose(W) @ x[t]"),
        ("h[t] = torch.tanh(W @ h[t-1])", "write h[t] = tanh(W @ h[t-1])"),
        ("h[t] = nn.functional.relu(x[t])", "relu"),
        ("h[t] = W.dot(h[t-1] + x[t])", "write h[t] = W @ (h[t-1] + x[t])"),
        ("h[t] = tanh(x[t]", "write h[t] = tanh(x[t])"),
        ("h[t] = tanh(x[t]))", "write h[t] = tanh(x[t])"),
        ('h[t] = "a"', "no quotation marks"),
        ("h[t] = 'a' * x[t]", "no quotation marks"),
        ("h[t] = W' @ x[t]", "transpose(W)"),
        ("h[t] = W.T @ U.T @ x[t]", "write transpose(W)"),
        ("h[t] = x[t] if else y[t]", "where(condition, a, b)"),
        ("2 * h[t] = x[t]", "a name alone"),
        ("h(t) = tanh(W h(t-1) + U x(t))", "write h[t] = tanh(W @ h[t-1] + U @ x[t])"),
        ("h[t] = tanh(W h(t - 1))", "a moment stands in square brackets: write h[t] = tanh(W @ h[t-1])"),
        ("h[t] = |x[t]| + b", "write h[t] = abs(x[t]) + b"),
        ("h[t] = x[t] / ||x[t]||", "write h[t] = x[t] / norm(x[t])"),
        ("h[t] = x[t] // 2", "a remark begins with #"),
        ("-- an RNN", "a remark begins with #"),
        ("h[t] = x[t]; x = [1, 2]", "given beside the text"),
        ("given x = 3; h[t] = x + y[t]", f"given {AS_DATA}"),
        ("h[t] = W @ x[t]; W ~ N(0, 1)", "write W ~ normal(0.5)"),
        ("h[t] = sum(x[t], axis=0)", "leave out axis=…"),
        ("h[t] = W @ x[t]; W[1,2] = 3", f"as W[1,2]:3, {AS_PARAMETERS}"),
        ("h[t] = x[t", "write h[t] = x[t]"),
        ("i[t], f[t] = split(W @ x[t] + b, 2)", "write i[t], f[t] = split(W @ x[t] + b)"),
        ("i, f = split(v, 4, 1)", "write i, f = split(v)"),
        ("h[t] = tanh(h[t-1]); o = V @ h[-1]", "write h[tau]"),
        ("h[t] = tanh(h[t-1]); o = V @ h[-3]", "write h[tau-2]"),
        ("h[t] = tanh(h[t-1]); s[0] = h[-1]; s[t] = tanh(s[t-1] + x[t])", "write h[tau]"),
        ("h[0] = a; h[t] = tanh(W @ h[t-1]); q[t] = h[t] * h[-2]", "write h[tau-1]"),
        ("h[t] = x[t]; loss = mse(h[t], y[t])", "write loss = sum(mse(h[t], y[t]))"),
        ("h[t] = (x[t] - y[t])^2", "write h[t] = (x[t] - y[t])**2"),
        ("h[t] tanh(x[t])", "a line is an equation"),
        ("h[t] = x[t] = y[t]", "one sign of equality"),
    ],
)
def test_a_limit_is_told_with_the_way_around_it(text: str, hint: str) -> None:
    found = problems(text)
    assert hint in (found[0].hint or ""), found[0]
    assert len({problem.line for problem in found}) == len(found) == 1


@pytest.mark.parametrize(
    "text",
    [
        "h[t] = tanh(h[t-1]); o = h[0]",
        "h[t] = tanh(h[t-1]); o[t] = h[t-3]; v = h[-2]",
        "y[-1] = a; y[0] = b; y[t] = y[t-1] + x[t]; v = y[-1]",
        "h[t] = tanh(h[t-1] + x[-1])",
    ],
    ids=["before the first step", "reached by a lag", "set by a line", "data"],
)
def test_a_moment_before_the_run_that_something_is_at_may_be_read(text: str) -> None:
    assert parse(text)


def test_a_second_line_for_a_name_is_told_where_its_update_goes() -> None:
    reset = "V[t] = beta * V[t-1] + W @ x[t]\nspike[t] = step(V[t] - theta)\nV[t] = V[t] - spike[t] * theta"
    problem = only(reset)
    assert problem.line == 3
    assert "V_2[t] = V[t] - spike[t] * theta" in (problem.hint or "")
    assert "(V[t-1] - spike[t-1] * theta)" in (problem.hint or "")
    other = "V[t] = beta * (V[t-1] - spike[t-1] * theta) + W @ x[t]\nspike[t] = step(V[t] - theta)"
    assert set(parse(other).names("computed")) == {"V", "spike"}


@given(st.text("abcd", max_size=6), st.lists(st.text("abcd", max_size=6)))
def test_names_that_cannot_be_alike_are_left_out_and_nothing_else(name: str, names: list[str]) -> None:
    alike = {
        other: 1.0 if sorted(name) == sorted(other) else SequenceMatcher(None, name, other).ratio()
        for other in sorted(set(names))
    }
    least = max(LIKE, max(alike.values(), default=0.0) - NEARLY)
    close = sorted((other for other in alike if alike[other] >= least), key=alike.__getitem__, reverse=True)
    assert spelling_hint(name, names) == (f"did you mean {' or '.join(close[:3])}?" if close else None)
