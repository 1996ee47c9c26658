"""No line of a pasted text disappears without a word: it is read, or a note or a problem says what became of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.language.pasted import FORMULAS, LATEX, PASTED, read_pasted

STEP = r"h_t = \tanh(W h_{t-1} + U x_t)"
BESIDE = (
    r"\mathrm{Retention}(X_n) = Q_n S_n", r"p(y_t | y_{<t}) = \mathrm{softmax}(V h_t)", r"\|h_t\| < 1", r"A \succ 0",
    r"\boxed{y_t = V h_t}", r"\Rightarrow y_t = V h_t", r"\forall t: y_t = V h_t", "where W is a matrix of weights",
    r"\mathrm{LSTM}: (h_{t-1}, x_t) \mapsto h_t", r"\mathrm{RNN}(x_{1:n}) = y_{1:n}", r"\mathbb{E}[h_t] = 0", r"\ldots",
    r"x_t \in \mathbb{R}^d", "x_1, x_2, x_3", r"\mathrm{out}(h) = V h", "Figure 3: the cell", "(3)", "y_t := V h_t",
)  # fmt: skip
"""Lines that stand beside an equation in books."""
PROGRAM = "import numpy as np\n\n{}\nh = np.zeros(4)\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{}\n"
AROUND = (
    "from x import y", "print('a')", "assert True", "del a", "global h", "'''Words.'''", "with a as b:\n    pass",
    "raise Late", "try:\n    pass\nexcept E:\n    pass", "if debug:\n    print(h)", "def f(a):\n    return a", "@jit",
    "class A:\n    pass", "while True:\n    y = V @ h", "lambda: 0", "plt.plot(h)", "x: int", "a, b = c, d", "h.shape",
    "async def f():\n    await g()",
    "match a:\n    case 1:\n        h = 2", "yield h", "nonlocal h", "W[0, 1] = 3", "...",
    "this is no program", "for l in range(L):\n    for t in range(T):\n        g[l] = g[l] + 1", "y = (V @\n     h)",
    "if __name__ == '__main__':\n    main()", "type A = int", "%matplotlib inline",
)  # fmt: skip
"""Lines that stand around a loop over time."""


def lines_without_a_word(text: str) -> Iterator[str]:
    """The lines of a text that no line and no problem of its reading is about."""
    found = read_pasted(text)
    told = {line.line + k for line in found.lines for k in range(line.source.count("\n") + 1)}
    told |= {problem.line or 0 for problem in found.problems}
    formulas = found.kind in (LATEX, FORMULAS)
    for number, line in enumerate(text.split("\n") if found.foreign else [], 1):
        remark = line.lstrip().startswith(("%", "#") if formulas else ("%", "#", "//", "..."))
        look = formulas and line.strip().startswith(("\\begin", "\\end", "\\[", "\\]", "$$"))
        if number not in told and line.strip(" \t{}&\\") and not remark and not look:
            yield line


@pytest.mark.parametrize("beside", BESIDE)
def test_a_line_beside_an_equation_has_a_word(beside: str) -> None:
    rows = f"{STEP} \\\\\n{beside}"
    for text in (f"{beside}\n{STEP}", rows, f"\\begin{{align}}\n{rows}\n\\end{{align}}"):
        assert not list(lines_without_a_word(text))


@pytest.mark.parametrize("around", AROUND)
def test_a_line_around_a_loop_has_a_word(around: str) -> None:
    for text in (PROGRAM.format(around, ""), PROGRAM.format("", around)):
        assert not list(lines_without_a_word(text))


def test_every_line_of_what_is_shown_as_pasted_has_a_word() -> None:
    assert not [line for row in PASTED for line in lines_without_a_word(row.source)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\mathrm{Retention}(X_n) = Q_n S_n \\ S_n = \gamma S_{n-1} + K_n^\top V_n", "Retention[t] = Q[t] @ S[t]"),
        (r"h_t = \tanh(W h_{t-1} + U x_t) \\ p(y_t | y_{<t}) = V h_t", "p[t] = V @ h[t]"),
        (r"s_i = R(s_{i-1}, x_i) \\ R(s_{i-1}, x_i) = \tanh(W s_{i-1} + U x_i)", "R(s, x) = tanh(W @ s + U @ x)"),
        (r"h_t = \tanh(W h_{t-1} + U x_t) \Rightarrow \boxed{y_t := V h_t}", "y[t] = V @ h[t]"),
    ],
)
def test_a_function_of_values_left_of_equality_is_a_name_unless_an_equation_calls_it(written: str, read: str) -> None:
    found = read_pasted(written)
    assert read in found.text.split("\n") and not found.problems


@pytest.mark.parametrize(
    "text",
    [
        "x'() = A x(t)\nx'(t) = A x(t) + B u(t)",
        "for a in x:\n    M = M + np.outer(a, a)\n    h = np.tanh(M @ h + )",
        "h = reduce(cell, , h0)\nh = reduce(lambda: h, xs)\n_, h = lax.scan(lambda h: (), h0, xs)",
    ],
)
def test_what_is_half_written_is_answered(text: str) -> None:
    assert read_pasted(text).problems and not list(lines_without_a_word(text))


def test_a_row_that_is_no_equation_leaves_the_one_above_as_it_is() -> None:
    for row in BESIDE:
        assert read_pasted(rf"{STEP} \\ {row}").text.startswith("h[t] = tanh(W @ h[t-1] + U @ x[t])"), row
