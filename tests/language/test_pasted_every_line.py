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


@pytest.mark.dear
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
        "h0 = jnp.zeros(32)\nwhile :\n    pass\n    h = np.tanh(h)",
        r"y_t = \sum_{k=0}^{2} \gamma^k x_{t-k++1-1} + y_{t-k",
        "x'() = A x(t)\nx'(t) = A x(t) + B u(t)",
        "for a in x:\n    M = M + np.outer(a, a)\n    h = np.tanh(M @ h + )",
        "h = reduce(cell, , h0)\nh = reduce(lambda: h, xs)\n_, h = lax.scan(lambda h: (), h0, xs)",
    ],
)
def test_what_is_half_written_is_answered(text: str) -> None:
    assert read_pasted(text).problems and not list(lines_without_a_word(text))


NOTEBOOKS = {
    "data = open('a.txt').read()\nchars = list(set(data))\nn = len(chars)\nlr = 1e-1\n"
    "h = np.zeros((n, 1))\nfor x in xs:\n    h = np.tanh(W @ h + U @ x)": "h[t] = tanh(W @ h[t-1] + U @ x[t])",
    "make = lambda *shape: nn.Parameter(torch.randn(*shape) * 0.1)\nboth = lambda: (make(3, 3), torch.zeros(3))\n"
    "W, b = both()\nfor x in xs:\n    h = torch.tanh(W @ h + b + x)": (
        "h: 3 unless given\nW ~ normal(0.1)\nb ~ 0\nh[t] = tanh(W @ h[t-1] + b + x[t])"
    ),
    "def step(x, prev_h):\n    next_h, cache = None, None\n"
    "    next_h = np.tanh(x @ U + prev_h @ W)\n    return next_h, cache": ("h[t] = tanh(x[t] @ U + h[t-1] @ W)"),
    "def loss_fn(h, xs):\n    for x in xs:\n        h = np.tanh(W @ h + U @ x)\n    return np.sum(h ** 2)": (
        "h[t] = tanh(W @ h[t-1] + U @ x[t])\nloss = sum(h[tau] ** 2)"
    ),
    "def step(carry, x):\n    h, c = carry\n    c = c + U @ x\n    h = jnp.tanh(W @ h + c)\n    return (h, c), h\n"
    "init = (jnp.zeros(8), jnp.ones(8))\n_, hs = lax.scan(step, init, xs)": (
        "c: 8 unless given\nc[t] = c[t-1] + U @ x[t]\nh[t] = tanh(W @ h[t-1] + c[t])\nc[0] = 1"
    ),
    "num_layers = 2\ndef forward(x, hx):\n    if batch_first:\n        x = x.transpose(0, 1)\n"
    "    h_t_minus_1 = hx\n    h_t = hx\n"
    "    for t in range(T):\n        for layer in range(num_layers):\n"
    "            h_t[layer] = torch.tanh(x[t] @ U[layer].T\n"
    "                + h_t_minus_1[layer] @ W[layer].T)\n        h_t_minus_1 = h_t\n    return h_t": (
        "h_1[0] = hx_1\nh_2[0] = hx_2\nh_1[t] = tanh(x[t] @ transpose(U_1) + h_1[t-1] @ transpose(W_1))\n"
        "h_2[t] = tanh(x[t] @ transpose(U_2) + h_2[t-1] @ transpose(W_2))"
    ),
    "\\begin{align}\nh_t &= \\tanh(W h_{t-1} + U x_t) \\\\\n&= \\tanh(a_t)\n\\end{align}": "h[t] = tanh(a[t])",
}
"""Pieces of notebooks with what they have around their equations."""


@pytest.mark.parametrize("text", NOTEBOOKS)
def test_what_a_notebook_has_around_its_equations_is_no_problem(text: str) -> None:
    found = read_pasted(text)
    assert found.text == NOTEBOOKS[text] and not found.problems and not list(lines_without_a_word(text))


def test_a_row_that_is_no_equation_leaves_the_one_above_as_it_is() -> None:
    for row in BESIDE:
        assert read_pasted(rf"{STEP} \\ {row}").text.startswith("h[t] = tanh(W @ h[t-1] + U @ x[t])"), row
