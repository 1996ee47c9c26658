"""What a hint says to write is told as lines too, and with them in the text the problem is gone."""

from __future__ import annotations

import pytest

from app.language import Problem, Problems, line_edit, parse, with_lines

BEFORE = "V[t] = A @ V[t-1]"
MENDED = [
    # words and calls
    ("h[t] = tahn(W @ h[t-1])", "h[t] = tanh(W @ h[t-1])"),
    ("h[t] = 2 * inv(W @ W) @ h[t-1]", "h[t] = 2 * inverse(W @ W) @ h[t-1]"),
    ("h[t] = detach(h[t-1])", "h[t] = stop(h[t-1])"),
    ("h[t] = W(h[t-1])", "h[t] = W @ h[t-1]"),
    ("h[t] = g * W(h[t-1])", "h[t] = g * (W @ h[t-1])"),
    ("h[t] = x(t-1)", "h[t] = x[t-1]"),
    ("h[t] = np.tanh(h[t-1])", "h[t] = tanh(h[t-1])"),
    # brackets and signs
    ("h[t] = tanh(W @ h[t-1]", "h[t] = tanh(W @ h[t-1])"),
    ("h[t] = tanh(W @ h[t-1]))", "h[t] = tanh(W @ h[t-1])"),
    ("h[t] = tanh(W h[t-1])", "h[t] = tanh(W @ h[t-1])"),
    ("h[t] = h[t-1]^2", "h[t] = h[t-1]**2"),
    ("h[t] := tanh(W @ h[t-1])", "h[t] = tanh(W @ h[t-1])"),
    ("h[t] += x[t]", "h[t] = h[t-1] + x[t]"),
    # moments
    ("h(t) = tanh(W @ h(t-1) + U @ x(t))", "h[t] = tanh(W @ h[t-1] + U @ x[t])"),
    ("h(t) = tanh(W h(t-1) + U x(t))", "h[t] = tanh(W @ h[t-1] + U @ x[t])"),
    ("h[t+1] = tanh(W @ h[t] + U @ x[t])", "h[t] = tanh(W @ h[t-1] + U @ x[t-1])"),
    ("o = C @ V[T]", "o = C @ V[tau]"),
    ("o = C @ V[-1]", "o = C @ V[tau]"),
    # bare names that read each other
    ("h = tanh(W @ h + U @ x)", "h[t] = tanh(W @ h[t-1] + U @ x[t])"),
    ("z = W @ h + U @ x + b\nh = tanh(z)", "z[t] = W @ h[t-1] + U @ x[t] + b\nh[t] = tanh(z[t])"),
    ("h = tanh(z)\nz = W @ h + U @ x", "h[t] = tanh(z[t-1])\nz[t] = W @ h[t] + U @ x[t]"),
]


def first_problem(text: str) -> Problem:
    with pytest.raises(Problems) as raised:
        parse(text)
    return raised.value.problems[0]


@pytest.mark.parametrize(("line", "mended"), MENDED, ids=[line for line, _ in MENDED])
@pytest.mark.parametrize("text", ["{}", BEFORE + "\n{}", "{}\n" + BEFORE], ids=["alone", "last", "first"])
def test_what_a_hint_says_to_write_takes_the_place_of_its_line(text: str, line: str, mended: str) -> None:
    if text == "{}" and "V[" in line:
        text = BEFORE + "\n{}"
    problem = first_problem(text.format(line))
    assert mended in problem.mendings, (problem.message, problem.hint, problem.mendings)
    assert line_edit(text.format(line), mended).instead == line
    found = with_lines(text.format(line), mended)
    assert found == text.format(mended)
    parse(found)


HIDDEN = [
    ("h[t] = tahn(W @ h[t-1]", "h[t] = tanh(W @ h[t-1])"),
    ("h[t] = tahn(W h[t-1])", "h[t] = tanh(W @ h[t-1])"),
    ("h[t] := tahn(W @ h[t-1])", "h[t] = tanh(W @ h[t-1])"),
    ("h(t) = tahn(W h(t-1))", "h[t] = tanh(W @ h[t-1])"),
    ("h[t] = tahn(inv(W) h[t-1])", "h[t] = tanh(inverse(W) @ h[t-1])"),
]


def test_a_mistake_that_stands_in_a_line_which_cannot_be_read_is_not_said_to_be_written() -> None:
    for line, mended in HIDDEN:
        for text in ("{}", "{}\no = V @ h[tau"):
            problem = first_problem(text.format(line))
            assert mended in (problem.hint or ""), (line, problem.hint)
            assert problem.mendings == (mended,), line
    lost = first_problem("h[t] = tahn(W @ h[t-1]   U @ x[t])")
    assert "tanh(" in (lost.hint or "")
    assert not lost.mendings, "the product does not fit: the sign that was lost is a plus"
    own = first_problem("h[t] = g(W h[t-1])")
    assert "g(W @ h[t-1])" in (own.hint or ""), "it may be meant to be defined"


@pytest.mark.parametrize(
    "line",
    [
        "h[t] = x[t-k]",
        "h[t] = dropout(x[t])",
        "h[t] = tanh(x[t]",
        "h[t] = conv2d(x[t], W)",
        "h[t] = x[t] and y[t]",
        "h[t] = tahn(x[t]) + inv(W) @ x[t]",
        "for t in range(T): h = 1",
        "h[t], c[t] = lstm(x[t])",
        "o = W @ z; z = W @ o + h[tau]; h[t] = x[t]",
    ],
)
def test_no_line_is_told_that_leaves_as_much_wrong_as_there_was(line: str) -> None:
    with pytest.raises(Problems) as raised:
        parse(line)
    for problem in raised.value.problems:
        for lines in problem.mendings:
            try:
                parse(with_lines(line, lines))
            except Problems as left:
                messages = {p.message for p in left.problems}
                assert messages < {p.message for p in raised.value.problems}, (lines, messages)
