"""What people paste is read as what it says: NumPy, PyTorch, LaTeX, Unicode; the language itself is left alone."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import bind, run
from app.engine.execution.bindings import draw_parameter
from app.language import Problem, Problems, parse
from app.language.pasted import OWN, PASTED, PastedExample, read_pasted
from app.language.shapes import DEFAULT_SIZE
from app.language.symbols import symbol
from app.language.syntax import Apply, Call, Expr, Read, Recurrence
from app.language.typeset import show, tex
from app.systems import SYSTEMS
from tests.fuzz.grammar import invent
from tests.recurrences import RECURRENCES

TEXTS = {name: system.equations for name, system in SYSTEMS.items()} | {
    f"{name}, as the tests have it": text for name, text in RECURRENCES.items()
}


def read(text: str) -> str:
    """A text as it was read, with nothing left unread."""
    found = read_pasted(text)
    assert not found.problems, [problem.message for problem in found.problems]
    return found.text


@pytest.mark.one_in(2)
@pytest.mark.parametrize("row", PASTED, ids=lambda row: row.source.split("\n")[0])
def test_every_line_of_the_reference_is_read_as_it_says(row: PastedExample) -> None:
    assert read(row.source) == row.text
    assert parse(row.text).equations


# the language and its own LaTeX


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_language_is_never_changed(text: str) -> None:
    found = read_pasted(text)
    assert found.text == text and found.kind == OWN and not found.foreign


@pytest.mark.parametrize(
    "text", ["h[t] = thanh(W @ h[t-1]", "h[t] = W @ h[t]", "loss = sum(L[t])", "", "what is this?"]
)
def test_a_text_with_mistakes_of_its_own_keeps_them_and_names_them(text: str) -> None:
    found = read_pasted(text)
    assert found.text == text and found.kind == OWN and found.problems


def test_what_is_invented_in_the_language_is_not_changed_either() -> None:
    texts = [text for text in (invent(seed).text for seed in range(10)) if not problems_of(text)]
    assert len(texts) > 5
    for text in texts:
        assert read_pasted(text).text == text
        assert read_pasted(tex(parse(text))).foreign


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        parse(text)
    except Problems as error:
        return error.problems
    return ()


def by_symbols(expr: Expr) -> Expr:
    """An expression with its names as they are printed: `s0` and `s_0` are one symbol."""
    if isinstance(expr, Read):
        return Read(str(symbol(expr.name)), expr.time)
    return replace(expr, args=tuple(map(by_symbols, expr.args))) if isinstance(expr, Apply | Call) else expr


def lines_of(recurrence: Recurrence) -> set[tuple[str, str, Expr]]:
    """Every line with its left and its right side, by what is printed."""
    return {
        *((str(symbol(e.name)), "t" if e.indexed else "", by_symbols(e.expr)) for e in recurrence.equations),
        *((str(symbol(s.name)), str(s.time), by_symbols(s.expr)) for s in recurrence.starts),
        *((f.name, ", ".join(f.arguments), by_symbols(f.body)) for f in recurrence.functions),
    }


@pytest.mark.one_in(4)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_typeset_pastes_back_into_the_same_recurrence(text: str) -> None:
    recurrence = parse(text)
    assert lines_of(parse(read(tex(recurrence)))) == lines_of(recurrence)


WITH_NEW_ROWS = [
    "i[t], f[t] = split(a[t]); a[t] = W @ concat(i[t-1], x[t], f[t-1])",
    "h[t] = where(x[t] > 0, h[t-1], max(x[t]) * x[t]) + maximum(x[t], 0) + clip(x[t], 0, 1)",
    "h[t] = stop(h[t-1]) + inverse(W) @ x[t] + norm(x[t]) * x[t] + argmax(x[t])",
    "h[t] = x[t] ** alpha + (x[t] <= h[t-1])",
    "h[t] = leaky_relu(h[t-1]) + logsumexp(x[t]) * expm1(x[t]) + hard_sigmoid(x[t])",
    "h[t] = t / tau * h[t-1] + [t = 1] * x[t]",
    "F[1] = 1; F[2] = 1; F[t] = F[t-1] + F[t-2]",
    "fixed W, b; h[t] = tanh(W @ h[t-1] + b)",
    "W: 3 x 4; x: n; h[t] = tanh(W @ x[t]) + V @ h[t-1]",
    "a: scalar; theta: vector; h[t] = a * h[t-1] + theta",
]
"""Lines that no system of the gallery has."""


# other notations say the same


ELMAN = "h[t] = tanh(W @ h[t-1] + U @ x[t] + b)"


@pytest.mark.parametrize(
    "text",
    [
        "h_t = np.tanh(W @ h_prev + U @ x_t + b)",
        "h_next = np.tanh(np.matmul(W, prev_h) + np.dot(U, x) + b)",
        "h = torch.tanh(W.mv(h) + U @ x + b)",
        "self.h = np.tanh(np.dot(self.W, self.h) + np.dot(self.U, x) + self.b)",
        "for x_t in xs:\n    h = np.tanh(W @ h + U @ x_t + b)",
        "for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t] + b)",
        "for t in range(1, T + 1):\n    h[t, :] = np.tanh(W @ h[t - 1] + U @ x[:, t] + b)",
        "for t in range(T):\n    h[t+1] = np.tanh(W @ h[t] + U @ x[t] + b)",
        "for t, x in enumerate(xs):\n    h = jnp.tanh(W @ h + U @ x + b)",
        "h = np.zeros(n)\nhs = []\nfor x in xs:\n    h = np.tanh(W @ h + U @ x + b)\n    hs.append(h)",
        ">>> h = np.tanh(W @ h + U @ x + b)",
        r"h_t = \tanh(W h_{t-1} + U x_t + b)",
        r"$$h_t=\tanh\left(W h_{t-1}+U x_t+b\right)$$",
        r"\begin{equation} h_{t} = \tanh (W h_{t-1} + U x_{t} + b) \label{eq:h} \end{equation}",
        r"\[ \mathbf{h}_t = \mathrm{tanh}(\mathbf{W}\mathbf{h}_{t-1} + \mathbf{U}\mathbf{x}_t + \mathbf{b}) . \]",
        r"h^{(t)} = \text{tanh}(W \cdot h^{(t-1)} + U \cdot x^{(t)} + b)",
        r"h^{\langle t\rangle} = \tanh(Wh^{\langle t-1\rangle} + Ux^{\langle t\rangle} + b)",
        r"h^{<t>} = \operatorname{tanh}(W h^{<t-1>} + U x^{<t>} + b)",
        r"h(t) = \tanh(W h(t-1) + U x(t) + b)",
        "h_t = tanh(W h_{t-1} + U x_t + b)",
        "hₜ = tanh(W hₜ₋₁ + U xₜ + b)",
        "𝐡ₜ = tanh(𝐖 𝐡ₜ₋₁ + 𝐔 𝐱ₜ + 𝐛)",
        "h[t] = tanh(W h[t-1] + U x[t] + b)",
        r"h_{n} = \tanh(W h_{n-1} + U x_n + b)",
        r"h_{t} = \tanh \mathopen{}\left( W h_{t - 1} + U x_{t} + b \mathclose{}\right)",
        r"h{\left(t \right)} = \tanh{\left(W h{\left(t - 1 \right)} + U x{\left(t \right)} + b \right)}",
        r"h = \tanh(W h_{\text{prev}} + U x + b)",
        r"\mathrm{h\_t} = \tanh \left( W \mathrm{h\_prev} + U x + b \right)",
        r"h' = \tanh(W h + U x + b)",
    ],
)
def test_one_network_in_many_notations_is_one_text(text: str) -> None:
    assert read(text) == ELMAN


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (r"x_t \in \mathbb{R}^{d}, W \in \mathbb{R}^{3 \times d} \\ y_t = W x_t", "x: d\nW: 3 x d\ny[t] = W @ x[t]"),
        (r"\alpha \in \mathbb{R}, \quad y_t = \alpha x_t", "alpha: scalar\ny[t] = alpha * x[t]"),
        (r"y_t = \boldsymbol{\theta}^\top \mathbf{x}_t", "theta: vector\ny[t] = theta @ x[t]"),
        (r"y_t = \theta^T x_t", "theta: vector\ny[t] = theta @ x[t]"),
        (r"\mathbf{h}_t = a\, \mathbf{h}_{t-1} + \mathbf{x}_t", "a: scalar unless given\nh[t] = a * h[t-1] + x[t]"),
    ],
)
def test_what_a_text_says_of_its_letters_is_declared(text: str, same: str) -> None:
    assert read(text) == same
    assert parse(same).equations


@pytest.mark.parametrize("text", [*WITH_NEW_ROWS, "h[t] = where([t = 1], x[t], h[t-1])"])
def test_what_is_typeset_of_every_kind_of_line_pastes_back(text: str) -> None:
    recurrence = parse(text)
    back = read(tex(recurrence))
    assert lines_of(parse(back)) == lines_of(recurrence)
    assert {line for line in show(recurrence).split("\n") if ":" in line or "fixed" in line} <= set(back.split("\n"))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("y = torch.nn.functional.relu(scipy.special.expit(x))", "given x\ny = relu(sigmoid(x))"),
        ("y = np.square(x) + np.log2(x) - np.negative(x)", "given x\ny = x ** 2 + log(x) / log(2) - -x"),
        ("y = nn.MSELoss()(torch.clamp(x, 0, 1), target)", "given x, target\ny = mse(clip(x, 0, 1), target)"),
        ("y = x.matmul(W.t()).detach().sum()", "given x\ny = sum(stop(x @ transpose(W)))"),
        ("h[t] = h[t-1] if m[t] > 0 else x[t]", "h[t] = where(m[t] > 0, h[t-1], x[t])"),
        ("h = np.where(x > 0, x, 0.1 * h)", "h[t] = where(x[t] > 0, x[t], 0.1 * h[t-1])"),
        ("y = np.maximum(0, W @ x)", "given x\ny = maximum(0, W @ x)"),
        ("y = softmax(x.reshape(-1, 1))", "given x\ny = softmax(x)"),
    ],
)
def test_a_function_is_read_by_what_it_means(source: str, text: str) -> None:
    assert read(source) == text
    assert parse(text).equations


@pytest.mark.parametrize(
    ("made", "called"),
    [
        ("nn.Tanh()", "tanh({})"),
        ("nn.ReLU(inplace=True)", "relu({})"),
        ("torch.nn.Sigmoid()", "sigmoid({})"),
        ("Tanh()", "tanh({})"),
        ("torch.tanh", "tanh({})"),
        ("nn.LogSoftmax(dim=1)", "log_softmax({})"),
        ("nn.Softmax(dim=-1)", "softmax({})"),
        ("nn.Softmax(1)", "softmax({})"),
        ("nn.ReLU6()", "clip({}, 0, 6)"),
        ("nn.Identity()", "{}"),
        ("nn.Linear(3, 4, bias=False)", "W_softmax @ ({})"),
        ("nn.Sequential(nn.Linear(3, 4), nn.ReLU())", "relu(W_softmax @ ({}) + b_softmax)"),
        (
            "nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2, bias=False))",
            "W_softmax_2 @ tanh(W_softmax_0 @ ({}) + b_softmax_0)",
        ),
    ],
)
def test_a_module_that_is_kept_under_a_name_is_what_it_applies(made: str, called: str) -> None:
    source = f"""
class Cell(nn.Module):
    def __init__(self):
        self.softmax = {made}
    def forward(self, x, h):
        h = self.softmax(self.W @ x + self.U @ h)
        return h
"""
    equations = [line for line in read(source).split("\n") if "=" in line]
    assert equations == [f"h[t] = {called.format('W @ x[t] + U @ h[t-1]')}"]


LOOP = "loss = 0\nfor t in range(T):\n    h = np.tanh(W @ h + x[t])\n    {}\n{}"


@pytest.mark.parametrize(
    ("added", "after", "lines"),
    [
        ("loss += ((h - y[t])**2).sum()", "", ["L[t] = sum((h[t] - y[t]) ** 2)", "loss = sum(L[t])"]),
        ("loss = loss + F.mse_loss(h, y[t])", "loss = loss / T", ["L[t] = mse(h[t], y[t])", "loss = mean(L[t])"]),
        ("loss = F.mse_loss(h, y[t]) + loss", "loss /= len(x)", ["L[t] = mse(h[t], y[t])", "loss = mean(L[t])"]),
        ("loss -= np.sum(y[t] * np.log(h))", "", ["L[t] = -sum(y[t] * log(h[t]))", "loss = sum(L[t])"]),
        (
            "loss += np.sum(h)",
            "loss = loss / 2\nloss = loss + alpha",
            ["L[t] = sum(h[t])", "loss = sum(L[t]) / 2 + alpha"],
        ),
        ("loss += np.sum(h)", "y = V @ h", ["L[t] = sum(h[t])", "loss = sum(L[t])", "y = V @ h[tau]"]),
        ("cost += np.sum(h)", "", ["L[t] = sum(h[t])", "loss = sum(L[t])"]),
        ("energy += np.sum(h)", "", ["energy[t] = energy[t-1] + sum(h[t])"]),
    ],
)
def test_a_loss_that_the_steps_add_up_is_the_sum_of_theirs(added: str, after: str, lines: list[str]) -> None:
    text = read(LOOP.format(added, after))
    assert text.split("\n") == ["h[t] = tanh(W @ h[t-1] + x[t])", *lines]
    assert parse(text).equations


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (
            "y = V @ h[-1]\nloss = 0.5 * np.sum((y - target)**2)",
            ["y = V @ h[tau]", "loss = 0.5 * sum((y - target) ** 2)"],
        ),
        ("loss = 0.5 * np.sum((V @ h[-1] - target)**2)", ["loss = 0.5 * sum((V @ h[tau] - target) ** 2)"]),
    ],
)
def test_a_line_after_the_steps_that_is_made_of_one_value_is_one_value(after: str, lines: list[str]) -> None:
    text = read(f"for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + x[t])\n{after}")
    assert text.split("\n") == ["given target", "h[t] = tanh(W @ h[t-1] + x[t])", *lines]
    assert parse(text).equations


def test_a_loss_of_whole_sequences_is_summed_over_the_steps_whatever_scales_it() -> None:
    text = read("for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + x[t])\nloss = 0.5 * np.sum((h - y)**2)")
    assert text == "h[t] = tanh(W @ h[t-1] + x[t])\nloss = 0.5 * sum(sum((h[t] - y[t]) ** 2))"


@pytest.mark.parametrize("call", ["self.drop(W @ h)", "F.dropout(W @ h, p=0.5, training=self.training)"])
def test_what_is_dropped_at_random_is_kept_and_the_line_says_it(call: str) -> None:
    found = read_pasted(f"self.drop = nn.Dropout(0.5)\nfor t in range(T):\n    h = {call}")
    assert found.text == "h[t] = W @ h[t-1]" and not found.problems
    assert any("kept when a network runs" in line.note for line in found.lines)


def test_a_module_of_two_arguments_is_its_function() -> None:
    assert read("loss_of = nn.MSELoss()\ny = loss_of(V @ x, target)") == "given x, target\ny = mse(V @ x, target)"


@pytest.mark.parametrize(
    ("made", "line", "message"),
    [
        ("nn.LSTM(3, 4)", "# not read: h = self.act(W @ h)", "LSTM"),
        ("nn.LeakyReLU(0.2)", "# not read: h = self.act(W @ h)", "argument of LeakyReLU"),
        ("nn.Sequential(nn.Linear(3, 4), blocks)", "# not read: h = self.act(W @ h)", "blocks"),
    ],
)
def test_a_module_that_is_not_read_is_named_and_is_no_linear_layer(made: str, line: str, message: str) -> None:
    found = read_pasted(f"self.act = {made}\nfor t in range(T):\n    h = self.act(W @ h)")
    assert found.text.split("\n") == [f"# not read: self.act = {made}", line]
    assert [message in problem.message for problem in found.problems] == [True]


WRITTEN_OUT = r"\begin{ENV} a & b \\ c & d \end{ENV}"


@pytest.mark.parametrize(
    ("kind", "array"),
    [
        *(
            ("matrix", WRITTEN_OUT.replace("ENV", name))
            for name in ("pmatrix", "bmatrix", "matrix", "vmatrix", "smallmatrix")
        ),
        ("matrix", r"\left(\begin{array}{cc} 1 & 0 \\ 0 & 1 \end{array}\right)"),
        ("matrix", r"\begin{pmatrix} \cos\theta & -\sin\theta \\ \sin\theta & \cos\theta \end{pmatrix}"),
        ("matrix", r"\begin{bmatrix} a & b \end{bmatrix}"),
        ("matrix", r"\pmatrix{a & b \cr c & d}"),
        ("matrix", "[1, 2; 3, 4]"),
        ("vector", r"\begin{pmatrix} 1 \\ 0 \end{pmatrix}"),
        ("vector", "[1, 0]"),
    ],
)
def test_an_array_that_is_written_out_is_named_with_what_to_write(kind: str, array: str) -> None:
    (problem,) = read_pasted(rf"x_t = {array} x_{{t-1}}, \quad y_t = \tanh(x_t)").problems
    assert problem.message == f"a {kind} that is written out entry by entry is not read"
    assert problem.hint is not None and problem.hint.startswith("write a name for it, as ") and "params" in problem.hint


UNREAD_MODULES = [
    "nn.GRU(3, 4, num_layers=n)",
    "nn.LSTM(3, 4, proj_size=2)",
    "nn.TransformerEncoder(layer, 2)",
    "MyCell(3, 4)",
    "[Gate(n) for n in sizes]",
]
CALLS = ["h = self.cell(x, h)", "z, h = self.cell(x, h)", "h = self.cell(x, h)[0]", "h, (c, d) = self.cell(x)"]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("made", UNREAD_MODULES)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("loop", [False, True])
def test_a_class_whose_cell_is_not_read_is_one_problem(made: str, call: str, loop: bool) -> None:
    lines = [call, "y = self.out(h[:, -1, :])", "o = torch.softmax(self.out(y), dim=-1)"]
    step = "\n".join(f"        {'    ' * loop}{line}" for line in lines)
    text = f"""
class Net(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.cell = {made}
        self.out = nn.Linear(4, 1)

    def forward(self, x, h):
{"        for t in range(5):" if loop else ""}
{step}
        return o
"""
    (problem,) = read_pasted(text).problems
    assert problem.line in (5, 10) and (problem.hint or ": write" in problem.message)
    (same,) = problems_of(text)
    assert same.line == 2 and "unfold read" in str(same.hint)


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        (
            "def cell(x, hidden):\n    x = x.view(-1)\n    n = W @ x\n    hy = n + z * (hidden - n)\n    return hy",
            ["n[t] = W @ x[t]", "hy[t] = n[t] + z * (hy[t-1] - n[t])"],
        ),
        (
            "def cell(x, h, c):\n    cy = f * c + W @ x\n    hy = np.tanh(cy + h)\n    return hy, cy",
            ["cy[t] = f * cy[t-1] + W @ x[t]", "hy[t] = tanh(cy[t] + hy[t-1])"],
        ),
        (
            "def cell(x, h):\n    n = np.tanh(W @ x + h)\n    h = n * n\n    return h",
            ["n[t] = tanh(W @ x[t] + h[t-1])", "h[t] = n[t] * n[t]"],
        ),
        (
            (
                "def forward(self, x, state):\n    h_cur, c_cur = state\n    c_next = f * c_cur + self.W @ x\n"
                "    h_next = np.tanh(c_next + h_cur)\n    return h_next, c_next"
            ),
            ["c[t] = f * c[t-1] + W @ x[t]", "h[t] = tanh(c[t] + h[t-1])"],
        ),
        (
            (
                "class Cell:\n    def __init__(self, n):\n        self.W = np.random.randn(n, n)\n"
                "    def forward(self, x, hx):\n        return np.tanh(x + self.W @ hx)"
            ),
            ["W ~ normal", "hx[t] = tanh(x[t] + W @ hx[t-1])"],
        ),
        (
            "def cell(x, h):\n    h_new = np.tanh(W @ x + h)\n    d = h_new - h\n    return h_new",
            ["h[t] = tanh(W @ x[t] + h[t-1])", "d[t] = h[t] - h[t-1]"],
        ),
    ],
)
def test_what_a_cell_returns_is_its_state(cell: str, lines: list[str]) -> None:
    assert read(cell).split("\n") == lines


@pytest.mark.parametrize(
    ("braced", "plain"),
    [
        (r"{\tilde {c}}_{t}", r"\tilde{c}_t"),
        (r"{\hat {y}}_{t}", r"\hat{y}_t"),
        (r"{\boldsymbol {h}}_{t}", r"\boldsymbol{h}_t"),
        (r"{\hat {\mathbf {h}}}_{t}^{(2)}", r"\hat{\mathbf{h}}_t^{(2)}"),
        (r"{{\bar {\theta }}}_{t}", r"\bar{\theta}_t"),
        ("{h}_{t}", "h_t"),
    ],
)
def test_braces_around_a_letter_before_its_scripts_change_nothing(braced: str, plain: str) -> None:
    line = r"{} = \tanh(W_{{c}} x_{{t}} + U {})"
    assert read(line.format(braced, braced.replace("{t}", "{t-1}"))) == read(
        line.format(plain, plain.replace("_t", "_{t-1}"))
    )


def test_a_variable_that_a_step_assigns_several_times_has_a_name_for_each() -> None:
    text = "for x in xs:\n    z = W @ h + U @ x\n    z = z + b\n    h = np.tanh(z)"
    assert read(text) == "z_1[t] = W @ h[t-1] + U @ x[t]\nz[t] = z_1[t] + b\nh[t] = tanh(z[t])"


def test_what_is_assigned_only_sometimes_is_chosen_by_the_condition() -> None:
    text = """
v = 0
for t in range(T):
    v = beta * v + x[t]
    if v > 1:
        s[t] = 1
        v -= 1
    else:
        s[t] = 0
"""
    assert read(text).split("\n") == [
        "x: scalar unless given",
        "v_1[t] = beta * v[t-1] + x[t]",
        "s[t] = where(v_1[t] > 1, 1, 0)",
        "v[t] = where(v_1[t] > 1, v_1[t] - 1, v_1[t])",
    ]


def test_a_state_that_is_read_before_the_loop_names_it_anew_is_that_of_the_step_before() -> None:
    text = "for x_t in xs:\n    o_t = np.tanh(W @ x_t + U @ s_t)\n    s_t = o_t"
    assert read(text) == "o[t] = tanh(W @ x[t] + U @ s[t-1])\ns[t] = o[t]"


def test_a_cell_and_the_loop_that_calls_it_are_one_network() -> None:
    text = """
def cell(xt, a_prev, p):
    a_next = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev)
    cache = (a_next, xt)
    return a_next, cache

def forward(x, a0, p):
    caches = []
    n_x, m, T_x = x.shape
    a = np.zeros((n_a, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, cache = cell(x[:, :, t], a_next, p)
        a[:, :, t] = a_next
        caches.append(cache)
    return a, caches
"""
    assert read(text) == "a[t] = tanh(Wax @ x[t] + Waa @ a[t-1])\na[0] = a0"


@pytest.mark.parametrize(
    "text",
    [
        r"The state is $h_t = \tanh(W h_{t-1})$, where $W$ is a matrix.",
        "# Heading\n\n$$h_t = \\tanh(W h_{t-1})$$\n\nand so on, where $W$ = weights.",
        r"remember: \[ h_t = \tanh(W h_{t-1}) \] \noindent and nothing else",
        "We have\n\\begin{align}\nh_t = \\tanh(W h_{t-1})\n\\end{align}\nas above.",
    ],
)
def test_of_a_text_with_prose_the_formulas_are_read(text: str) -> None:
    assert read(text) == "h[t] = tanh(W @ h[t-1])"


def test_two_names_at_once_are_assigned_from_what_was_there_before() -> None:
    text = "for t in range(T):\n    a, b = b, a + b"
    assert read(text) == "a[t] = b[t-1]\nb[t] = a[t-1] + b[t-1]"


def test_a_loop_computes_what_its_reading_computes() -> None:
    source = "for t in range(T):\n    z = W @ h + U @ x[t]\n    z = z * 0.5\n    h = np.tanh(z) + 0.1 * h"
    recurrence = parse(read(source), {"x": 2, "h": 3})
    trace = run(recurrence, 5, bind(recurrence, 5, seed=3))
    h, W, U = np.zeros(3), trace.parameters["W"], trace.parameters["U"]
    for t in range(5):
        z = (W @ h + U @ trace.values["x"][t].reshape(2)) * 0.5
        h = np.tanh(z) + 0.1 * h
        np.testing.assert_allclose(trace.values["h"][t].reshape(3), h, rtol=1e-12)


def invented_loop(seed: int) -> str:
    """A loop of NumPy over three states, which are read before and after they are assigned."""
    rng = Random(seed)

    def value(depth: int = 0) -> str:
        state, other = rng.choice("hcz"), rng.choice("hcz")
        leaves = [state, f"W @ {state}", f"U @ x[t] + {state}", f"0.5 * {state}", f"np.dot(W, {state}) * {other}"]
        if depth > 1:
            return rng.choice(leaves)
        inner, second = value(depth + 1), value(depth + 1)
        wholes = [f"np.tanh({inner})", f"({inner}) - ({second})", f"1 / (1 + np.exp(-({inner})))", inner]
        return rng.choice([*wholes, f"np.where({state} > {other}, {inner}, {second})", f"np.maximum(0, {inner})"])

    def line() -> str:
        kind, state, other = rng.random(), rng.choice("hcz"), rng.choice("hcz")
        if kind < 0.15:
            return f"{state} += np.tanh({value()})"
        if kind < 0.3 and state != other:
            return f"{state}, {other} = {value()}, {value()}"
        return f"{state} = {value()}"

    lines = [*(line() for _ in range(rng.randrange(1, 6))), "y = W @ (h + c + z) + U @ x[t]"]
    starts = [f"{state} = np.zeros({DEFAULT_SIZE})" for state in "hcz"]
    return "\n".join([*starts, "for t in range(len(x)):", *(f"    {each}" for each in lines)])


@pytest.mark.one_in(5)
@pytest.mark.parametrize("seed", range(40))
def test_an_invented_loop_computes_what_python_computes(seed: int) -> None:
    source = invented_loop(seed)
    recurrence = parse(read(source), {"x": 2})
    trace = run(recurrence, 4, bind(recurrence, 4, seed=seed))
    scope: dict[str, Any] = {"np": np, "W": trace.parameters["W"], "U": trace.parameters["U"]}
    exec(source, scope | {"x": trace.values["x"].reshape(4, 2)}, scope)  # noqa: S102
    for state in (name for name in "hczy" if name in trace.values):
        np.testing.assert_allclose(trace.values[state][-1].reshape(-1), scope[state], rtol=1e-9, atol=1e-12)


# what is not read is named


NAMED = [
    (
        "loss = 1\nfor t in range(T):\n    h = np.tanh(h)\n    loss += h",
        "loss += h",
        "running sum",
        "loss = sum(L[t])",
    ),
    ("for t in range(T):\n    h = np.tanh(h)\n    loss += h[0]", "h[0]", "entries", ""),
    ("h = np.tanh(h) % 2", "np.tanh(h) % 2", "no such operator", ""),
    ("for x in xs:\n    if x > 0:\n        h, c = f(h)", "if x > 0:", "only sometimes", "where"),
    ("while h < 1:\n    h = np.tanh(h)", "while h < 1:", "while loop", "range"),
    (
        "h, c = self.lstm(x, (h, c))\ny = h + c + np.exp(c)",
        "h, c = self.lstm",
        "results of one call",
        "sigmoid(o[t]) * tanh(c[t])",
    ),
    ("h = np.fft.fft(h)", "np.fft.fft(h)", "there is no function fft", ""),
    (r"h_t^l = \tanh(W^l h_{t-1}^l)", "h_t^l", "layer", "h_1[t]"),
    (r"y_t = \sum_i w_i x_{t-i} \\ h_t = \tanh(W h_{t-1})", r"\sum_i w_i x_{t-i}", "sum over i", "sum(…)"),
    (r"\alpha x_t = -x_{t-1}", r"\alpha x_t", "one variable", "solve"),
    (r"h_t = \tanh(W h_{t-1}", "(", "not closed", ""),
    (r"h_t = \int x_t", r"\int", "integral", ""),
    (r"h_t = f(h_{t-1}, x_t; \theta)", r"f(h_{t-1}, x_t; \theta)", "what f is", "line of its own"),
    (r"h_t = \tanh(a_t ± b_t)", "±", "± is not read", "one line for each"),
    (r"h_t = \sqrt[3]{x_t}", "[3]", "only square roots", "1/3"),
    (r"h_t = \tanh(W_h[1 h_{t-1}", "[1", "not closed", ""),
    (r"h_t = \begin{tabular} x \end{tabular}", r"\begin", "tabular is not read", ""),
    (r"h_t = \tanh(x_t, y_t)", r"\tanh", "takes 1 argument", ""),
    (r"f(2 x) = x \\ h_t = f(h_{t-1})", "2 x", "arguments are names", "f(s, x)"),
    (r"\in \mathbb{R}^3 \\ h_t = \tanh(W h_{t-1})", r"\in", "what is in the set is missing", ""),
    ("for t in range(T):\n    h = np.tanh(W @ h, out=h)", "np.tanh", "argument out", ""),
    ("for t in range(T):\n    h = np.tanh(*h)", "np.tanh", "with a star", ""),
    ("for t in range(T):\n    h = np.tanh(W[0:3] @ h + W[t:])", "W[0:3]", "by its indices", "split"),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), NAMED)
def test_what_is_not_read_is_named_with_its_place_and_what_to_write(
    text: str, place: str, message: str, hint: str
) -> None:
    problem = read_pasted(text).problems[0]
    assert message in problem.message and hint in (problem.hint or "")
    assert problem.span and text[problem.span[0] :].startswith(place)
    assert problem.line == text.count("\n", 0, text.index(place)) + 1


@pytest.mark.parametrize(
    ("step", "lines"),
    [
        ("h: float = np.tanh(W @ h)", "h[t] = tanh(W @ h[t-1])"),
        ("h = np.tanh(self.fc.weight.data @ h)", "h[t] = tanh(W_fc @ h[t-1])"),
        ("h = np.pi * h", "h[t] = 3.141592653589793 * h[t-1]"),
        ("h = kept[str(t - 1)]", "h[t] = kept[t-1]"),
        ("loss = loss - a @ a", "L[t] = -(a[t] @ a[t])\nloss = sum(L[t])"),
    ],
)
def test_a_step_in_other_words_of_python_is_read(step: str, lines: str) -> None:
    assert read_pasted(f"loss = 0\nfor t in range(T):\n    a = np.tanh(a)\n    {step}").text.endswith(lines)


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        (r"h_t = [t = T-1] x_t", "h[t] = [t = tau-1] * x[t]"),
        (r"h_t = x_t - h_{t-1} - \alpha", "h[t] = x[t] - h[t-1] - alpha"),
        (r"h_t = -\tanh(x_t) - h_{t-1}", "h[t] = -tanh(x[t]) - h[t-1]"),
        (r"h{(t)} = \tanh(W h{(t-1)})", "h[t] = tanh(W @ h[t-1])"),
        (r"h_t = \tanh(W [h_{t-1}; x_t])", "h[t] = tanh(W @ concat(h[t-1], x[t]))"),
    ],
)
def test_a_formula_in_other_words_is_read(formula: str, line: str) -> None:
    assert read_pasted(formula).text == line


def test_the_lines_around_what_is_not_read_are_read() -> None:
    found = read_pasted("for t in range(T):\n    h = np.tanh(W @ h)\n    loss += h[0]\n    y = V @ h")
    assert found.text == "h[t] = tanh(W @ h[t-1])\n# not read: loss += h[0]\ny[t] = V @ h[t]"
    assert [(line.line, line.source) for line in found.lines][1] == (2, "h = np.tanh(W @ h)")


WRITTEN = [*(row.source for row in PASTED), *TEXTS.values(), *map(tex, map(parse, TEXTS.values()))]


@given(st.data())
def test_whatever_is_pasted_there_is_an_answer(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(WRITTEN))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    put = data.draw(
        st.sampled_from(
            [
                "",
                "\\",
                "{",
                "}",
                "(",
                ")",
                "_",
                "^",
                "[",
                "=",
                "\n",
                "½",
                "\u0303",
                "for t in x:",
                "\\frac",
                "&",
                "@",
                "'",
                ".",
            ]
        )
    )
    try:
        found = read_pasted(text[:start] + put + text[end:])
    except Problems:
        return
    assert found.problems or not problems_of(found.text)
    places = [p.span for p in found.problems if p.span]
    assert all(0 <= a <= len(text) + len(put) and a <= b for a, b in places)


I_LINES = "fixed I\nI ~ identity\n"
IDENTITIES = {
    "h = np.tanh((np.eye(n) + W) @ h + x)": f"{I_LINES}h[t] = tanh((I + W) @ h[t-1] + x[t])",
    "y = torch.eye(4) @ x": f"{I_LINES}given x\ny = I @ x",
    "I = np.eye(3)\nfor t in range(T):\n    h = (I + A) @ h + x[t]": (
        f"h: 3 unless given\n{I_LINES}h[t] = (I + A) @ h[t-1] + x[t]"
    ),
    "Q = np.identity(3)\nfor t in range(T):\n    h = Q @ h + x[t]": (
        "h: 3 unless given\nQ ~ identity\nh[t] = Q @ h[t-1] + x[t]"
    ),
    "W = 0.5 * np.eye(n)\nfor t in range(T):\n    h = W @ h + x[t]": "W ~ identity(0.5)\nh[t] = W @ h[t-1] + x[t]",
    "P = 500 * np.eye(3)\nfor t in range(T):\n    P = A @ P @ A.T": (
        f"A: 3 x 3 unless given\n{I_LINES}P[0] = 500 * I\nP[t] = A @ P[t-1] @ transpose(A)"
    ),
    "q = 0.1\nQ = q * np.eye(2)\nfor t in range(T):\n    P = A @ P @ A.T + Q": (
        f"I: 2 x 2 unless given\n{I_LINES}q = 0.1\nQ = q * I\nP[t] = A @ P[t-1] @ transpose(A) + Q"
    ),
    "P = (I - K @ H) @ P": f"{I_LINES}P[t] = (I - K @ H) @ P[t-1]",
    "for t in range(T):\n    h[t] = tanh(W @ h[t-1] + U @ np.eye(V)[x[t]])": "h[t] = tanh(W @ h[t-1] + U @ x[t])",
    r"P_t = (I - K_t H) P_{t-1}": f"{I_LINES}P[t] = (I - K[t] @ H) @ P[t-1]",
    r"P_{t|t} = (\mathbf{I} - K_t H) P_{t|t-1}": f"{I_LINES}P[t] = (I - K[t] @ H) @ P_pred[t]",
    r"P_0 = 2 I_n \\ P_t = A P_{t-1} A^T": (
        "fixed I_n\nI_n ~ identity\nP[0] = 2 * I_n\nP[t] = A @ P[t-1] @ transpose(A)"
    ),
    r"W = (X^T X + \lambda \mathbf{I})^{-1} X^T y": (
        f"given y\n{I_LINES}W = inverse(transpose(X) @ X + lambda * I) @ transpose(X) @ y"
    ),
    r"v_t = \alpha v_{t-1} + I_t": "v[t] = alpha * v[t-1] + I[t]",
    r"C \dot{V} = -g (V - E) + I": None,
}
"""Identity matrices, and currents, which have their letter."""


@pytest.mark.parametrize("text", IDENTITIES)
def test_the_identity_matrix_begins_as_it_and_stays_it_and_a_current_is_none(text: str) -> None:
    found = read_pasted(text)
    assert IDENTITIES[text] in (found.text, None) and (IDENTITIES[text] is None or not found.problems)
    assert ("identity" in found.text) == ("identity" in (IDENTITIES[text] or ""))


def test_an_identity_that_was_pasted_has_its_numbers() -> None:
    found = read_pasted("P = 3 * np.eye(2)\nfor t in range(T):\n    P = (np.eye(2) - K @ H) @ P")
    recurrence = parse(found.text)
    assert (draw_parameter(recurrence, "I", 0) == np.eye(2)).all() and recurrence.fixed == ("I",)


def test_a_start_that_is_not_read_leaves_the_steps_as_they_are() -> None:
    found = read_pasted("P = open(3)\nfor t in range(T):\n    P = A @ P")
    assert found.text == "# not read: P = open(3)\nP[t] = A @ P[t-1]"


def test_what_a_step_adds_to_in_place_is_that_of_the_step_before() -> None:
    assert read("s[t] += x[t]") == "s[t] = s[t-1] + x[t]"
    assert read("s[t] *= g[t]\ny[t] = s[t]") == "s[t] = s[t-1] * g[t]\ny[t] = s[t]"


def test_equations_that_cannot_run_are_named_at_the_lines_they_were_read_from() -> None:
    text = "for t in range(T):\n    h = np.tanh(W @ h)\n    loss += h"
    [problem] = read_pasted(text).problems
    assert problem.line == 3 and problem.span and text[slice(*problem.span)] == "loss += h"


@pytest.mark.one_in(27)
@pytest.mark.parametrize("row", PASTED, ids=lambda row: row.source.split("\n")[0])
@pytest.mark.parametrize("first", range(3))
def test_of_every_beginning_of_an_example_the_equations_run_or_a_problem_is_named(
    row: PastedExample, first: int
) -> None:
    for end in range(first, len(row.source) + 1, 3):
        found = read_pasted(row.source[:end])
        assert found.problems or not problems_of(found.text)


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "\\frac{" * 1000,
        "h = " + "-" * 4000 + "x",
        "h_t = " + "\\tanh(" * 900,
        "h = " + "+".join(["np.exp(x)"] * 700),
        "\x00np.tanh(h)",
        "h = np." + "[" * 3000,
    ],
)
def test_what_is_nested_too_deep_is_a_problem(text: str) -> None:
    assert read_pasted(text).problems or parse(read_pasted(text).text)


def test_a_text_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(Problems, match="longer than"):
        read_pasted("np." * 12_000)


# Unicode in the language itself


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("h[t] = σ(W @ h[t−1])", "h[t] = sigmoid(W @ h[t-1])"),
        ("h[t] = f[t] ⊙ h[t-1] · i[t] × 2", "h[t] = f[t] * h[t-1] * i[t] * 2"),
        ("h[t] = ½ * h[t-1] + x[t]²", "h[t] = 1/2 * h[t-1] + x[t] ** 2"),
        ("hₜ = tanh(W @ hₜ₋₁ + U @ xₜ)", "h[t] = tanh(W @ h[t-1] + U @ x[t])"),
        ("h⁽ᵗ⁾ = tanh(W @ h⁽ᵗ⁻¹⁾)", "h[t] = tanh(W @ h[t-1])"),
        ("h_t = tanh(W_{hh} @ h_{t-1} + x_t)", "h[t] = tanh(W_hh @ h[t-1] + x[t])"),
        ("h[t] = Wᵀ @ h[t-1]; y[t] = V⊤ @ h[t]", "h[t] = transpose(W) @ h[t-1]\ny[t] = transpose(V) @ h[t]"),
        ("h̃[t] = tanh(h̃[t-1] + ŷ[t])", "htilde[t] = tanh(htilde[t-1] + yhat[t])"),
        ("größe[t] = tanh(größe[t-1])", "größe[t] = tanh(größe[t-1])"),
        ("𝐡[t] = tanh(𝑾 @ 𝐡[t-1])", "h[t] = tanh(W @ h[t-1])"),
        ("h［t］ ＝ tanh（h［t－1］）", "h[t] = tanh(h[t-1])"),
        ("\ufeffh[t]\u00a0=\u2009tanh(\u200bh[t-1])\u2060", "h[t] = tanh(h[t-1])"),
        ("h[t] = √(x[t]) + ∑(h[t-1])", "h[t] = sqrt(x[t]) + sum(h[t-1])"),
        ("σ(x) = 2 * x; h[t] = σ(h[t-1])", "σ(x) = 2 * x\nh[t] = σ(h[t-1])"),
        ("y = W @ x_t + x_1", "y = W @ x_t + x_1"),
    ],
)
def test_unicode_is_read_as_what_it_is(text: str, same: str) -> None:
    assert show(parse(text)) == show(parse(same)) == same
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("ŷ[t] = h̃[t−1] + zap(x[t])", "zap", ""),
        ("hₜ = W ⊗ hₜ₋₁", "⊗", "outer"),
        ("h[t] ← tanh(h[t-1])", "←", "write ="),
        ("h[t] <- tanh(h[t-1])", "<", "write h[t] ="),
        ("h[t] = W’ @ h[t-1]", "’", "transpose(W)"),
        ("½½ = h[t]", "½", ""),
    ],
)
def test_a_problem_points_into_the_text_as_it_was_written(text: str, place: str, hint: str) -> None:
    with pytest.raises(Problems) as error:
        parse(text)
    problem = error.value.problems[0]
    assert problem.span and text[slice(*problem.span)] == place and hint in (problem.hint or "")


@given(st.text(alphabet="hWx_t₁ₜ₋½ŷ̃⊙−·×（）[]{}=+@ \u00a0\u200b\n;σ(√²ᵀ", max_size=40))
def test_every_place_is_one_of_the_text(text: str) -> None:
    try:
        parse(text)
    except Problems as error:
        assert all(0 <= a <= len(text) and b <= len(text) + 1 for p in error.problems if p.span for a, b in [p.span])


def test_no_remark_is_left_of_what_was_read() -> None:
    assert not [row for row in PASTED if re.search("# not read", row.text)]


FURTHER = {
    "n, m, T = 5, 3, 10\nW = np.random.randn(n, n) * 0.1\nU = np.random.randn(n, m)\nb = np.zeros((n, 1))\n"
    "x = np.random.randn(T, m)\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t] + b)": (
        "tau: 10 unless given\nx: 3 unless given\nh: 5 unless given\n"
        "W ~ normal(0.1)\nU ~ normal\nb ~ 0\nh[t] = tanh(W @ h[t-1] + U @ x[t] + b)"
    ),
    "for t in range(T):\n    x_t = x[t]\n    h = np.tanh(W @ h + U @ x_t)": "h[t] = tanh(W @ h[t-1] + U @ x[t])",
    "for t in range(T):\n    x_t = x[:, t, :]\n    a = x_t @ W + h_t @ U\n    h_t = torch.tanh(a)": (
        "a[t] = x[t] @ W + h[t-1] @ U\nh[t] = tanh(a[t])"
    ),
    "for t in range(T):\n    h_t = h[t-1]\n    h[t] = np.tanh(W @ h_t + U @ x[t])": (
        "h_1[t] = h[t-1]\nh[t] = tanh(W @ h_1[t] + U @ x[t])"
    ),
    "hs[-1] = np.copy(hprev)\nfor t in xrange(len(inputs)):\n    xs[t] = np.zeros((n, 1))\n    xs[t][inputs[t]] = 1\n"
    "    hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t-1])": "hs[0] = hprev\nhs[t] = tanh(Wxh @ xs[t] + Whh @ hs[t-1])",
    "x = np.random.randn(T, m)\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t])": (
        "h[t] = tanh(W @ h[t-1] + U @ x[t])"
    ),
    "a = x @ Wx + prev_h @ Wh + b\ni = sigmoid(a[:, :H])\nf = sigmoid(a[:, H:2*H])\nnext_h = f * prev_h + i": (
        "a[t] = x[t] @ Wx + h[t-1] @ Wh + b\na_1[t], a_2[t] = split(a[t])\ni[t] = sigmoid(a_1[t])\n"
        "f[t] = sigmoid(a_2[t])\nh[t] = f[t] * h[t-1] + i[t]"
    ),
    r"h_t = \tanh(W \begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix} + b)": "h[t] = tanh(W @ concat(h[t-1], x[t]) + b)",
    r"y_t = \begin{cases} x_t & x_t > 0 \\ 0.1 x_t & \text{otherwise} \end{cases}": (
        "y[t] = where(x[t] > 0, x[t], 0.1 * x[t])"
    ),
    r"h_t = \begin{cases} U x_t & t = 1 \\ \tanh(W h_{t-1}) & \text{else} \end{cases}": (
        "h[t] = where([t = 1], U @ x[t], tanh(W @ h[t-1]))"
    ),
    "def cell(h, x):\n    return np.tanh(W @ h + U @ x)": (
        "cell(h, x) = tanh(W @ h + U @ x)\nh[t] = cell(h[t-1], x[t])"
    ),
    "def cell(x, h):\n    a = W @ x + U @ h\n    return np.tanh(a)": "a[t] = W @ x[t] + U @ h[t-1]\nh[t] = tanh(a[t])",
    "for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n    loss += np.sum((h - y[t]) ** 2)": (
        "h[t] = tanh(W @ h[t-1] + U @ x[t])\nL[t] = sum((h[t] - y[t]) ** 2)\nloss = sum(L[t])"
    ),
}


@pytest.mark.parametrize("text", FURTHER)
def test_slices_columns_cases_cells_and_running_losses_are_read(text: str) -> None:
    found = read_pasted(text)
    assert (found.text, found.problems) == (FURTHER[text], ())
    parse(found.text)


WITHIN_ITSELF = (
    *((f"h {sign} ", "") for sign in ("+", "*", "/", "@", "**", "and", "or", "<", "if h else")),
    *((before, "") for before in ("not ", "lambda x: ", "2^")),
    *(("", after) for after in (".T", "[0]", "'")),
    *((rf"\{command}{{", "}") for command in ("sqrt", r"frac{1}", "hat")),
    ("h^{", "}"),
)
"""What stands before and behind what it is within, however often."""


@pytest.mark.one_in(6)
@pytest.mark.parametrize("many", [100, 250, 400, 2500])
@pytest.mark.parametrize("head", ["h = ", "import torch\nfor t in range(3):\n    h = ", "h_t = "])
@pytest.mark.parametrize(("before", "after"), WITHIN_ITSELF)
def test_however_deep_a_text_is_it_is_answered(head: str, before: str, after: str, many: int) -> None:
    read_pasted(f"{head}{before * many}h{after * many}")
