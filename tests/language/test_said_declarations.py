"""What lines say of names in words or as sets is read as declarations, and told with the line to write."""

import pytest

from app.language import Problems, parse, with_lines
from app.language.pasted import read_pasted
from app.language.said_declarations import LONGEST, said_declaration

SAID = {
    "W ∈ ℝ^{3×4}": "W: 3 x 4",
    "W ∈ ℝ³ˣ⁴": "W: 3 x 4",
    "where W, U ∈ R^{3x4}.": "W, U: 3 x 4",
    r"W \in \mathbb{R}^{3\times 4}": "W: 3 x 4",
    "x[t] ∈ ℝ⁴": "x: 4",
    "W ∈ ℝⁿˣᵐ": "W: n x m",
    "W in R^(3x4)": "W: 3 x 4",
    "p ∈ ℝ": "p: scalar",
    "scalar p": "p: scalar",
    "scalars p, q": "p, q: scalar",
    "matrix W 3x4": "W: 3 x 4",
    "W is 3 x 4": "W: 3 x 4",
    "W is 3 by 4": "W: 3 x 4",
    "W is a 3x4 matrix": "W: 3 x 4",
    "W is a 3×4-matrix": "W: 3 x 4",
    "W and U are matrices": "W, U: matrix",
    "b is a vector of size 3": "b: 3",
    "h is a 3-dimensional vector": "h: 3",
    "W has shape (3, 4)": "W: 3 x 4",
    "b has shape (3,)": "b: 3",
}
"""What people write, and the line that declares it."""
OTHER = (
    "p is 3",
    "p is 0.5",
    "h is x",
    "W is a good matrix",
    "x ∈ {0, 1}",
    "x in range",
    "b is a 3x4 vector",
    "W: 3 x 4",
)
"""Lines that say no size: a value, another word, another set, what contradicts itself."""
EQUATIONS = {
    "h[t] = tanh(W @ x[t] + U @ h[t-1] + b)": ("W ∈ ℝ^{3×4}", "W is a 3x4 matrix", "W has shape (3, 4)"),
    "hₜ = tanh(W xₜ + U hₜ₋₁ + b)": ("W ∈ ℝ^{3×4}", "W ∈ ℝ³ˣ⁴", "W ∈ ℝ^{3x4}", "W is a 3x4 matrix"),
    "for t in range(T):\n    h = np.tanh(W @ x[t] + U @ h + b)": ("W ∈ ℝ³ˣ⁴", "W is 3 x 4"),
}
"""Equations in the language, in mathematics and as a program, with lines that say how large W is."""


def test_what_is_said_of_names_is_a_declaration() -> None:
    found = {line: said_declaration(line) for line in (*SAID, *OTHER)}
    assert found == SAID | dict.fromkeys(OTHER)


@pytest.mark.parametrize("line", SAID)
def test_the_line_to_write_is_told_and_mends_the_text(line: str) -> None:
    names = [name for name in ("W", "U", "p", "q", "b") if name in SAID[line].partition(":")[0].split(", ")]
    text = "\n".join([f"y_{name}[t] = tanh({name})" for name in names] or ["y[t] = tanh(h + x[t])"])
    with pytest.raises(Problems) as wrong:
        parse(f"{text}\n{line.strip('.')}")
    assert wrong.value.problems[0].hint == f"write {SAID[line]}"
    assert SAID[line] in wrong.value.problems[0].mendings
    assert with_lines(f"{text}\n{line.strip('.')}", SAID[line]) == f"{text}\n{SAID[line]}"
    parse(f"{text}\n{SAID[line]}")


@pytest.mark.parametrize(("equation", "line"), [(text, line) for text, lines in EQUATIONS.items() for line in lines])
def test_a_line_beside_equations_of_any_notation_declares_its_names(equation: str, line: str) -> None:
    for text in (f"{line}\n{equation}", f"{equation}\n{line}"):
        found = read_pasted(text)
        assert not found.problems
        assert set(found.text.split("\n")) == {"W: 3 x 4", "h[t] = tanh(W @ x[t] + U @ h[t-1] + b)"}
        assert any(it.source.strip() == line and it.text == "W: 3 x 4" for it in found.lines)


def test_names_that_no_equation_has_are_left_out_and_told() -> None:
    found = read_pasted("h[t] = tanh(W @ h[t-1])\nW, Q ∈ ℝ³ˣ³\nk ∈ ℝ")
    assert (found.text, found.problems) == ("h[t] = tanh(W @ h[t-1])\nW: 3 x 3", ())
    assert [line.note for line in found.lines] == ["", "", "no equation has it"]


def test_sizes_that_do_not_fit_are_a_problem_at_the_pasted_line() -> None:
    text = "W is 3 x 4\nh[t] = W @ h[t-1] + x[t]"
    problem = read_pasted(text).problems[0]
    assert (text[slice(*problem.span or (0, 0))], "vector of 4" in problem.message) == (text.split("\n")[1], True)


SENTENCES = (
    r"$h_t = \tanh(W h_{t-1} + U x_t)$ where $W \in \mathbb{R}^{3\times 3}$",
    "where $W \\in \\mathbb{R}^{3\\times 3}$\n\\[h_t = \\tanh(W h_{t-1} + U x_t)\\]",
    "$$h_t = \\tanh(W h_{t-1} + U x_t)$$\nHere $x_t$ is the input and $W \\in \\mathbb R^{3 \\times 3}$ is learnt.",
    r"h_t = \tanh(W h_{t-1} + U x_t) where \(W \in \mathbb{R}^{3\times 3}\)",
    "h_t = \\tanh(W h_{t-1} + U x_t)\nwhere $W \\in \\R^{3\\times 3}$.",
    r"h_t = \tanh(W h_{t-1} + U x_t), \quad W \in \mathbb{R}^{3\times 3}",
    "hₜ = tanh(W hₜ₋₁ + U xₜ)\nW ∈ ℝ³ˣ³",
)
"""One cell with a sentence that says how large W is."""


@pytest.mark.parametrize("text", SENTENCES)
def test_a_set_within_a_sentence_declares_its_letters(text: str) -> None:
    found = read_pasted(text)
    assert not found.problems
    assert sorted(found.text.split("\n")) == ["W: 3 x 3", "h[t] = tanh(W @ h[t-1] + U @ x[t])"]


def test_a_set_in_a_sentence_with_which_the_equations_are_not_read_is_left_out_and_told() -> None:
    found = read_pasted(r"$$h_t = \tanh(W h_{t-1} + U x_t)$$ where $W \in \mathbb{R}^{3 \times 4}$")
    told = [line.note for line in found.lines if line.source.startswith(r"$W \in")]
    assert (found.text, found.problems) == ("h[t] = tanh(W @ h[t-1] + U @ x[t])", ())
    assert told == ["it is left out, since the equations are not read with it"]


def test_small_letters_above_are_above() -> None:
    assert read_pasted("hₜ = aⁿ hₜ₋₁ + xₜ").text == read_pasted("h_t = a^n h_{t-1} + x_t").text


SEVERAL = (
    "h[t] = tanh(W @ h[t-1] + U @ x[t]), W ∈ ℝ^{3×3}, U ∈ ℝ^{3×4}",
    "h[t] = tanh(W @ h[t-1] + U @ x[t]) where W ∈ ℝ³ˣ³ and U ∈ ℝ³ˣ⁴.",
    "h[t] = tanh(W @ h[t-1] + U @ x[t])\nwith W ∈ ℝ^{3×3} and U ∈ ℝ^{3×4}",
    "h[t] = tanh(W @ h[t-1] + U @ x[t]),\nW ∈ ℝ³ˣ³, U ∈ ℝ³ˣ⁴, Q ∈ ℝ",
)
"""A line of the language with several sets, behind it or below."""


@pytest.mark.parametrize("text", SEVERAL)
def test_several_sets_in_a_line_declare_each_its_names(text: str) -> None:
    found = read_pasted(text)
    assert not found.problems
    assert found.text == "h[t] = tanh(W @ h[t-1] + U @ x[t])\nW: 3 x 3\nU: 3 x 4"


def test_a_set_behind_an_equation_is_told_with_the_whole_line_to_write() -> None:
    with pytest.raises(Problems) as wrong:
        parse("h[t] = tanh(W @ h[t-1]), W ∈ ℝ³ˣ³")
    assert wrong.value.problems[0].hint == "write h[t] = tanh(W @ h[t-1]); W: 3 x 3"


def test_what_a_remark_says_stays_in_it() -> None:
    found = read_pasted("h[t] = tanh(W @ h[t-1]) # where W ∈ ℝ³ˣ³\nscalar k")
    assert "W: 3 x 3" not in found.text.split("\n")


def test_a_very_long_line_is_not_looked_at() -> None:
    assert said_declaration(f"{', '.join(['W'] * LONGEST)} ∈ ℝ") is None
    assert said_declaration(f"{', '.join(['W'] * (LONGEST // 4))} ∈ ℝ") is not None
