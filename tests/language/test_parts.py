"""Vectors put together and split: sizes that are sums of others, lines with several names on the left."""

from __future__ import annotations

import pytest

from app.language import Problems, parse
from app.language.typeset import show, tex

FUSED = "i[t], f[t], o[t], g[t] = split(W @ h[t-1] + U @ x[t] + b)"
CELL = f"{FUSED}; c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t]) * tanh(g[t]); h[t] = sigmoid(o[t]) * tanh(c[t])"


def sizes_of(text: str, sizes: dict[str, int] | None = None, *names: str) -> list[tuple[int, ...]]:
    recurrence = parse(text, sizes)
    return [recurrence.shape(name) for name in names]


def refused(text: str, sizes: dict[str, int]) -> list[str]:
    with pytest.raises(Problems) as raised:
        parse(text, sizes)
    return [problem.message for problem in raised.value.problems]


def test_the_whole_has_the_size_of_its_parts_together() -> None:
    text = "f[t] = sigmoid(W @ concat(h[t-1], x[t]) + b); h[t] = f[t] * h[t-1]"
    assert sizes_of(text, {"h": 3, "x": 2}, "W", "b") == [(3, 5), (3,)]
    assert sizes_of(CELL, {"h": 3, "x": 2}, "W", "U", "b", "i") == [(12, 3), (12, 2), (12,), (3,)]


def test_a_part_has_what_the_whole_and_the_others_leave() -> None:
    text = "f[t] = sigmoid(W @ concat(h[t-1], x[t]) + b); h[t] = f[t] * h[t-1]"
    assert sizes_of(text, {"h": 3, "W_columns": 8}, "x") == [(5,)]
    assert sizes_of(CELL, {"b": 20}, "h", "c", "W") == [(5,), (5,), (20, 5)]
    assert sizes_of("y = concat(a, b); z = concat(c, d); loss = y @ z", {"a": 5, "b": 2, "c": 3}, "d") == [(4,)]


def test_parts_take_their_defaults_before_the_sums_that_they_make() -> None:
    recurrence = parse(CELL)
    assert recurrence.shape("W") == (16, 4) and set(recurrence.defaulted) == {"x", "c"}
    assert sizes_of("y = W @ concat(a, b)", {"W_columns": 5}, "a", "b") == [(2,), (3,)]
    assert sizes_of("y = W @ concat(a, concat(b, c))", None, "W") == [(4, 12)]


@pytest.mark.parametrize(
    ("text", "sizes", "words"),
    [
        (CELL, {"b": 10}, "split: 10 entries are not 4 equal parts (b:10)"),
        ("y = W @ concat(a, b)", {"W_columns": 3, "a": 3}, "concat: 3 (a:3) + any entries do not make 3 (W_columns:3)"),
        ("y = concat(a, b) + c", {"a": 2, "b": 2, "c": 5}, "concat: 2 (a:2) + 2 (b:2) entries do not make 5 (c:5)"),
        ("y = concat(a, b) + a", {}, "concat: any + any entries do not make as many as here"),
    ],
)
def test_sizes_that_cannot_be_are_told(text: str, sizes: dict[str, int], words: str) -> None:
    assert refused(text, sizes) == [words]


@pytest.mark.parametrize(
    "text",
    [
        CELL,
        "u, v = split(W @ a); loss = u @ v",
        "i[t], f[t] = split(concat(x[t], y[t])); h[t] = where(i[t] <= f[t], h[t-1], x[t] ** beta)",
        "h[t] = (x[t] > 0) * (h[t-1] >= x[t]) + (1 < alpha)",
        "h[t] = alpha ** (beta ** gamma) + (alpha ** beta) ** -2.5 + alpha ** (-beta)",
    ],
)
def test_what_is_shown_is_read_again_as_it_was(text: str) -> None:
    recurrence = parse(text)
    again = parse(show(recurrence))
    assert again.equations == recurrence.equations and show(again) == show(recurrence)


def test_a_line_with_several_names_is_shown_and_set_as_one() -> None:
    recurrence = parse(CELL)
    assert show(recurrence).splitlines()[0] == FUSED
    vectors = "; ".join(rf"\boldsymbol{{{name}}}^{{(t)}}" for name in "ifog")
    assert f"[{vectors}] &= " in tex(recurrence)


def test_a_mistake_in_such_a_line_is_told_once() -> None:
    assert refused("i[t], f[t] = split(W @ x[t] + V)", {"x": 3}) == [
        "+: a vector meets a matrix; only true scalars broadcast"
    ]


def test_a_vector_is_added_to_every_row_of_a_matrix_with_as_many_columns() -> None:
    assert sizes_of("given X; H = tanh(X @ W + b)", {"X_rows": 7, "X_columns": 2, "b": 3}, "H") == [(7, 3)]
    (wrong,) = refused("given X; H = X @ W + b; o = X @ b", {"X_columns": 2, "b": 3})
    assert "a matrix of any × 2 (X_columns:2) meets a vector of 3 (b:3)" in wrong


def test_a_parameter_that_lacks_its_product_is_no_sum_of_rows() -> None:
    assert refused("h[t] = tanh(W + U @ x[t])", {}) == ["+: a matrix meets a vector; only true scalars broadcast"]


def test_the_larger_of_two_is_written_as_in_books_too() -> None:
    recurrence = parse("h[t] = max(0, W @ h[t-1] + x[t]); g[t] = min(h[t], 1)")
    assert show(recurrence) == "h[t] = maximum(0, W @ h[t-1] + x[t])\ng[t] = minimum(h[t], 1)"


def test_a_list_of_vectors_in_brackets_is_led_to_concat() -> None:
    for text in ("f[t] = sigmoid(W @ [h[t-1], x[t]])", "f[t] = sigmoid(W @ [a, b])"):
        with pytest.raises(Problems) as raised:
            parse(text)
        assert "concat(a, b)" in (raised.value.problems[0].hint or "")


def test_a_text_may_have_a_function_of_its_own_called_like_an_operation() -> None:
    recurrence = parse("elu(x) = 2 * x; h[t] = elu(x[t]) + where(h[t-1] < 0, 1, 2)")
    assert show(recurrence).startswith("elu(x) = 2 * x")


def test_of_matrices_each_row_is_put_together_and_split() -> None:
    text = "I[t], F[t] = split(concat(H[t-1], X[t]) @ W + b); H[t] = I[t] * F[t]"
    sizes = {"H_rows": 3, "H_columns": 2, "X_columns": 5}
    assert sizes_of(text, sizes, "X", "W", "b", "F") == [(3, 5), (7, 4), (4,), (3, 2)]
    recurrence = parse(text)
    assert r"[\boldsymbol{H}^{(t-1)}, \boldsymbol{X}^{(t)}]\boldsymbol{W}" in tex(recurrence)
    assert show(parse(show(recurrence))) == show(recurrence)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y = concat(W, x)", "concat: a matrix meets a vector"),
        ("alpha: scalar; y = concat(x, alpha)", "concat: takes vectors or matrices, not a scalar"),
        (
            "A: 2 x 3; B: 4 x 3; y = concat(A, B)",
            "concat: a matrix of 2 (line 1) × 3 (line 1) meets a matrix of 4 (line 1) × 3 (line 1)",
        ),
    ],
)
def test_what_cannot_be_put_together_says_so(text: str, message: str) -> None:
    assert refused(text, {}) == [message]
