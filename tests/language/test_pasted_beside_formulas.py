"""What stands beside formulas: declarations, numbers of steps, prose, functions that are said to be another."""

from __future__ import annotations

import pytest

from app.language import parse
from app.language.pasted import read_pasted

ELMAN = "h[t] = tanh(W @ h[t-1] + U @ x[t])"
NEURON = "v[t] = v[t-1] + dt * (v[t-1] - v[t-1] ** 3 / 3 - w[t-1] + R * I_ext)"
RECOVERY = "w[t] = w[t-1] + dt / tau_w * (v[t-1] + a - b * w[t-1])"
NEURON_IN_LATEX = r"\dot v = v - \frac{v^3}{3} - w + R I_{\rm ext}" + "\n" + r"\tau \dot w = v + a - b w"
READ = {
    NEURON_IN_LATEX: f"R, I_ext, a, b: scalar unless given\ndt = 0.1\n{NEURON}\n{RECOVERY}",
    f"R: scalar\n{NEURON_IN_LATEX}": f"R: scalar\nI_ext, a, b: scalar unless given\ndt = 0.1\n{NEURON}\n{RECOVERY}",
    f"R, I_ext: scalar\n{NEURON_IN_LATEX}": (
        f"R: scalar\nI_ext: scalar\na, b: scalar unless given\ndt = 0.1\n{NEURON}\n{RECOVERY}"
    ),
    r"v_t = v_{t-1} + \alpha (I_{ext} - b v_{t-1})": (
        "I_ext, b: scalar unless given\nv[t] = v[t-1] + alpha * (I_ext - b * v[t-1])"
    ),
    r"P_t = A P_{t-1} A^\top + Q": "P[t] = A @ P[t-1] @ transpose(A) + Q",
    r"h_t = \tanh(W h_{t-1} + U x_t), \quad t = 1, \dots, T": ELMAN,
    r"h_t = \tanh(W h_{t-1} + U x_t) \qquad \text{for } t = 1, 2, \ldots, T": ELMAN,
    "h_t = tanh(W h_{t-1} + U x_t), t = 1, …, T": ELMAN,
    r"h_t = f(W h_{t-1} + U x_t) with $f = \tanh$": "f(a) = tanh(a)\nh[t] = f(W @ h[t-1] + U @ x[t])",
    r"f = \tanh, h_t = f(W h_{t-1} + U x_t)": "f(a) = tanh(a)\nh[t] = f(W @ h[t-1] + U @ x[t])",
    (
        "The hidden state is $h_t = \\tanh(W h_{t-1} + U x_t)$, with $n = 5$ units. The output is\n$$y_t = V h_t$$\n"
        "where $V$ is a matrix."
    ): f"{ELMAN}\ny[t] = V @ h[t]",
    r"s_t = \sum_{i=1}^{t} \lambda^{t-i} k_i v_i^\top": (
        "s[t] = sum_v[t]\nsum_v[t] = lambda * sum_v[t-1] + outer(k[t], v[t])"
    ),
    r"s_t = \sum_{i=0}^{t} x_i e^{-(t-i)/\tau_s}": "s[t] = sum_x[t]\nsum_x[t] = exp(-1 / tau_s) * sum_x[t-1] + x[t]",
    r"C \frac{dV}{dt} = I - g_L (V - E_L)": (
        "I, E_L, g_L, C: scalar unless given\ndt = 0.1\nV[t] = V[t-1] + dt / C * (I - g_L * (V[t-1] - E_L))"
    ),
    "hₜ = tanh(W·hₜ₋₁ + U·xₜ)": ELMAN,
    "# Elman\nh_t = tanh(W h_{t-1} + U x_t)  # state": ELMAN,
    r"\mathrm{step}(h, x) = \\ h_t = \tanh(W h_{t-1} + U x_t)": ELMAN,
}
ACTIVATION = r"h_t = \phi(W h_{t-1} + U x_t)"
SAID = {
    rf"{ACTIVATION}, where $\phi$ is the hyperbolic tangent.": "tanh",
    rf"We write ${ACTIVATION}$, where $\phi$ is the rectified linear unit.": "relu",
    rf"\[ {ACTIVATION} \]" + "\nwith $\\phi(\\cdot)$ denoting it; $\\phi$ is a softplus function.": "softplus",
    rf"\phi = \tanh \\ {ACTIVATION}": "tanh",
    rf"{ACTIVATION}" + "\nwhere \\phi = \\mathrm{ReLU}": "relu",
    rf"{ACTIVATION}" + "\nwith φ the logistic sigmoid": "sigmoid",
    rf"\phi(z) = \max(0, z) \\ {ACTIVATION}": "maximum",
}
"""What a text says that a function is."""
LED_ON = {
    r"X_t = c + \sum_{i=1}^{p} \varphi_i X_{t-i} + \varepsilon_t": r"write a number as its bound: \sum_{i=1}^{3}",
    r"c_t = \sum_s \alpha_{t,s} h_s": "given H, and alpha[t] @ H",
    "f t = σ g ( W f x t + U f h t − 1 + b f )": "h_{t-1} for h t − 1",
    r"h_t = \tanh(U x_t) \\ L = -\sum_t \log p(y_t \mid \{x_1, \ldots, x_t\})": "cross_entropy(o[t], y[t])",
    r"s_t = \sum_{i=1}^{t} i x_i + s_{t-1}": r"s_t = \lambda s_{t-1} + x_t",
    r"h_t^3 = \tanh(W_3 h_{t-1}^3 + U_3 x_t)": "h_t^{(1)}",
    'y = Dense(10, activation="softmax")(h)': "y[t] = softmax(V @ h[t] + b)",
}


@pytest.mark.parametrize(("text", "equations"), READ.items())
def test_what_stands_beside_formulas_is_taken_for_what_it_says(text: str, equations: str) -> None:
    reading = read_pasted(text)
    assert not reading.problems
    assert [line for line in reading.text.split("\n") if line] == equations.split("\n")
    parse(reading.text)


@pytest.mark.parametrize(("text", "name"), SAID.items())
@pytest.mark.parametrize("letter", ["phi", "sigma", "f"])
def test_a_function_is_what_the_text_says(text: str, name: str, letter: str) -> None:
    tex = letter if letter == "f" else rf"\{letter}"
    found = read_pasted(text.replace(r"\phi", tex).replace("φ", tex))
    function, equation = [line for line in found.text.split("\n") if line]
    assert not found.problems and function.startswith(f"{letter}(") and f"= {name}(" in function
    assert equation == f"h[t] = {letter}(W @ h[t-1] + U @ x[t])"
    assert all(line.line <= text.count("\n") + 1 for line in found.lines)


@pytest.mark.parametrize(("text", "written"), LED_ON.items())
def test_what_is_not_read_says_what_to_write_with_the_names_of_the_text(text: str, written: str) -> None:
    [problem] = read_pasted(text).problems
    assert written in (problem.hint or "")


@pytest.mark.parametrize("style", ["boldsymbol", "mathbf", "bm"])
def test_letters_apart_in_one_bold_group_are_several(style: str) -> None:
    bold = rf"\{style}"
    text = rf"{bold}{{h}}_t = \tanh({bold}{{W h}}_{{t-1}} + {bold}{{U x}}_t)"
    assert read_pasted(text).text == ELMAN


def test_what_a_line_that_is_not_read_would_compute_is_told_to_be_data() -> None:
    found = read_pasted(r"q_t = \prod_i x_i" + "\n" + r"h_t = \tanh(W h_{t-1} + U q_t)")
    assert found.problems
    assert [line.note for line in found.lines] == ["", "q is data here, since the line that computes it is not read"]


@pytest.mark.parametrize(
    "text",
    [
        "We " + "consider the map " * 1500 + " x_{n+1} = r x_n with r = 3",
        " " * 30_000 + "x_{n+1} = r x_n",
        "\\[ x_{n+1} = r x_n \\]\n" + " " * 30_000,
    ],
)
def test_long_sentences_and_wide_gaps_are_read(text: str) -> None:
    assert "x[t] = r * x[t-1]" in read_pasted(text).text


LOGISTIC = "x[t] = r * x[t-1] * (1 - x[t-1])\nr = 3.7\nx[0] = 0.1"
NUMBERS_IN_WORDS = {
    r"\begin{align} x_{n+1} &= r x_n (1 - x_n) \end{align} with $r = 3.7$ and $x_0 = 0.1$.": LOGISTIC,
    "\\[ x_{n+1} = r x_n (1 - x_n) \\]\nr = 3.7, x_0 = 0.1": LOGISTIC,
    "\\[ x_{n+1} = r x_n (1 - x_n) \\]\nwith r = 3.7 and x_0 = 0.1.": LOGISTIC,
    r"\[ x_{n+1} = r x_n (1 - x_n) \] with $r = 3.7$, $x_0 = 0.1$, $m = 100$ points": LOGISTIC,
    "x_{n+1} = r x_n (1 - x_n), where r = 3.7 and x_0 = 0.1": LOGISTIC,
    "The logistic map: x_{n+1} = r x_n (1 - x_n) with r = 3.7 and x_0 = 0.1": LOGISTIC,
    "Consider the map x_{n+1} = r x_n (1 - x_n)\nr = 3.7, x_0 = 0.1": LOGISTIC,
    "The AR(1) process y_t = φ y_{t-1} + ε_t with φ = 0.8": "y[t] = phi * y[t-1] + epsilon[t]\nphi = 0.8",
}
"""Formulas with the numbers of their letters beside them, in words, and their equations."""


@pytest.mark.parametrize("text", NUMBERS_IN_WORDS)
def test_numbers_that_stand_in_words_beside_formulas_are_kept(text: str) -> None:
    found = read_pasted(text)
    assert not found.problems and found.text == NUMBERS_IN_WORDS[text], found
