"""The printers: names → symbols, trees → text, TeX and MathML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latex2mathml.converter import convert

import app
from app.arrays import Array
from app.language import parse
from app.language.parse import parse_statements
from app.language.rewrite import plus
from app.language.symbols import OTHER_LETTERS, Symbol, bold, is_greek, italic, plain_symbol, symbol
from app.language.syntax import NOW, Apply, Call, Condition, Equation, Expr, Number, Read, Time
from app.language.typeset import boxes
from app.language.typeset.boxes import MathBox
from app.language.typeset.expressions import Typesetter, equated, ranks_of
from app.language.typeset.mathml_writer import (
    box_mathml,
    equation_mathml,
    math_display,
    math_element,
    mathml,
    sum_mathml,
    value_mathml,
)
from app.language.typeset.numerals import numeral
from app.language.typeset.tex_writer import box_tex, tex
from app.language.typeset.text_writer import show
from app.ops import OPS, Op
from app.systems import SYSTEMS

STATIC = Path(app.__file__).parents[1] / "static"
RANKS = {"alpha": 0, "L": 0, "E": 0, "score": 0}

NETWORK = """\
a[t] = b + W @ h[t-1] + U @ x[t]
h[t] = tanh(a[t])
o[t] = c + V @ h[t]
L[t] = cross_entropy(o[t], y[t])
loss = sum(L[t])
yhat[t] = softmax(o[t])"""
EXAMPLES = {
    "a function and a start": "f(s, x) = tanh(b + W @ s + U @ x)\ns[1] = s1\ns[t] = f(s[t-1], x[t])",
    "a softmax readout": NETWORK,
    "backward in time": "h[t] = tanh(W @ x[t])\ng[tau+1] = g0\ng[t] = tanh(R @ g[t+1] + h[t] - (b - h[t]))",
    "the last output": "given y\nh[t] = tanh(W @ h[t-1])\no = c + V @ h[tau]\nloss = cross_entropy(o, y)",
    "leaky units": "h[t] = alpha * h[t-1] + (1 - alpha) * tanh(W @ h[t-1])\nv[t] = b * h[t]"
    "\nalpha ~ 0.9\nW ~ normal(0.5)\nb ~ -1",
    "gates": "f[t] = sigmoid(b_f + W_f @ h[t-1])\nh[t] = f[t] * h[t-1] + (1 - f[t]) * tanh(x[t])\nb_f ~ 1"
    "\nW_f ~ orthogonal\nloss = mean(mse(h[t], y[t]))",
    "attractors": "given P, s0\nW = offdiagonal(transpose(P) @ P)\ns[0] = s0\ns[t] = sign(W @ s[t-1])"
    "\nE[t] = -1/2 * s[t] @ W @ s[t]",
    "declarations": "Kp: scalar unless given\nh: vector\nW: n x 2\nU: matrix\nx: 2 unless given"
    "\nh[t] = Kp * tanh(W @ x[t] + U @ h[t-1])",
    "several starts, the step, what is fixed": "y[0] = a\ny[1] = x[2] - t_0\ny[t] = y[t-2] / t + (1 - t) * W @ y[t-1]"
    "\ns[tau+1] = y[tau]\ns[t] = tanh(W @ s[t+1])\nfixed W, a",
    "fast weights": "A[t] = lambda * A[t-1] + eta * outer(h[t-1], h[t-1])\nh[t] = tanh(A[t] @ x[t])",
}
TEXTS = EXAMPLES | {name: system.equations for name, system in SYSTEMS.items()}


def expression(text: str) -> Expr:
    """An expression as people write it, its names not resolved."""
    (line,), problems = parse_statements(f"z = {text}")
    assert isinstance(line, Equation)
    assert not problems
    return line.expr


def tree(text: str) -> Expr:
    """An expression whose calls are the table's operations."""

    def named(x: Expr) -> Expr:
        if isinstance(x, Call) and x.function in OPS:
            return Apply(x.function, tuple(map(named, x.args)))
        return Apply(x.op, tuple(map(named, x.args))) if isinstance(x, Apply) else x

    return named(expression(text))


# symbols


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("h", Symbol("h")),
        ("yhat", Symbol("y", accent="hat")),
        ("alphabar", Symbol("α", accent="bar")),
        ("ctilde", Symbol("c", accent="tilde")),
        ("sdot", Symbol("s", accent="dot")),
        ("y_hat", Symbol("y", accent="hat")),
        ("c_tilde", Symbol("c", accent="tilde")),
        ("mu_bar", Symbol("μ", accent="bar")),
        ("x_dot_1", Symbol("x", "1", "dot")),
        ("W_f_hat", Symbol("W", "f", "hat")),
        ("red_hat", Symbol("red", "hat")),
        ("yhat_bar", Symbol("y", "bar", "hat")),
        ("größe", Symbol("größe")),
        ("that", Symbol("that")),
        ("hat", Symbol("hat")),
        ("redhat", Symbol("redhat")),
        ("b_f", Symbol("b", "f")),
        ("W_hh", Symbol("W", "hh")),
        ("h_tau", Symbol("h", "τ")),
        ("h0", Symbol("h", "0")),
        ("W1_in", Symbol("W", "1,in")),
        ("lambda", Symbol("λ")),
        ("Gamma", Symbol("Γ")),
        ("score", Symbol("score")),
        ("x2h", Symbol("x2h")),
        ("loss", Symbol("L")),
        ("∇yhat", Symbol("y", accent="hat", adjoint=True)),
    ],
)
def test_a_name_has_the_symbol_a_textbook_prints(name: str, expected: Symbol) -> None:
    assert symbol(name) == expected


def test_only_small_greek_stems_are_greek() -> None:
    assert [n for n in ("alpha", "lambda_1", "etahat", "λ", "Gamma", "a", "alpaca") if is_greek(n)] == [
        "alpha",
        "lambda_1",
        "etahat",
        "λ",
    ]


def test_symbols_have_bold_italic_and_plain_characters() -> None:
    assert (bold("hWα1"), italic("hWα1")) == ("𝐡𝐖𝛂𝟏", "ℎ𝑊𝛼1")
    assert plain_symbol("∇yhat_1") == "∇y\u0302_1"


def test_letters_that_formulas_lack_are_bold_or_slanted_text() -> None:
    größe, ö = Read("größe"), Read("ö")
    assert '<mi mathvariant="bold">𝐠𝐫öß𝐞</mi>' in mathml(größe, {"größe": 1})
    assert "<mi>größe</mi>" in mathml(größe, {"größe": 0})
    assert '<mi mathvariant="italic">ö</mi>' in mathml(ö, {"ö": 0})
    assert (tex(größe, {"größe": 1}), tex(größe, {"größe": 0})) == (r"\textbf{größe}", r"\textrm{größe}")
    assert tex(ö, {"ö": 0}) == r"\textit{ö}"


def test_the_pages_fonts_have_every_letter_of_names() -> None:
    sheet = (STATIC / "css" / "math.css").read_text()
    for face in ("regular", "bold", "italic"):
        assert f"STIXTwoText-{face}.woff2" in sheet
        assert (STATIC / "fonts" / f"STIXTwoText-{face}.woff2").read_bytes()[:4] == b"wOF2"
    ranges = [[int(end, 16) for end in found] for found in re.findall(r"U\+(\w+)-(\w+)", sheet)]
    assert all(any(first <= ord(char) <= last for first, last in ranges) for char in OTHER_LETTERS)


# text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_system_shown_reads_back_as_the_same_system(text: str) -> None:
    once = parse(text)
    again = parse(show(once))
    assert (again.equations, again.functions, again.starts, again.initials) == (
        once.equations,
        once.functions,
        once.starts,
        once.initials,
    )
    assert (again.declarations, again.fixed) == (once.declarations, once.fixed)
    assert {n: replace(v, why=None) for n, v in again.variables.items()} == {
        n: replace(v, why=None) for n, v in once.variables.items()
    }
    assert show(again) == show(once)


times = st.builds(Time, st.just("t"), st.integers(-3, 3)) | st.sampled_from([Time("tau"), Time("", 0)])
leaves = st.one_of(
    st.builds(Number, st.integers(0, 20).map(float) | st.floats(0, 1e6, allow_subnormal=False)),
    st.builds(Read, st.sampled_from(["h", "x", "yhat", "∇a"]), times),
    st.builds(Read, st.sampled_from(["b", "W_hh", "alpha"])),
    st.just(Read("t", NOW)),
    st.builds(Condition, st.sampled_from([Time("tau"), Time("tau", -1), Time("", 2)])),
)


def _larger(part: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    def apply(op: str, *args: Expr) -> Expr:
        return Apply(op, args)

    calls = st.builds(
        lambda f, args: Call(f, tuple(args)), st.sampled_from("fg"), st.lists(part, min_size=1, max_size=3)
    )
    sums = st.lists(part, min_size=2, max_size=4).map(lambda terms: plus(terms[0], *map(_kept, terms[1:])))
    binary = st.builds(apply, st.sampled_from("-*/@"), part, part)
    powers = st.builds(apply, st.just("**"), part, st.integers(-8, 8).map(lambda n: Number(float(n))))
    return st.one_of(calls, sums, binary, powers, st.builds(apply, st.just("neg"), part))


def _kept(term: Expr) -> Expr:
    """A sum on the right of a sum stays one of its own: here, under a minus."""
    return Apply("neg", (term,)) if isinstance(term, Apply) and term.op == "+" else term


trees = st.recursive(leaves, _larger, max_leaves=12)


@given(trees)
def test_any_tree_shown_reads_back_as_itself(x: Expr) -> None:
    assert expression(show(x)) == x


@pytest.mark.parametrize(
    "text",
    [
        "a - (b - c) + d",
        "a * (b * c) / d",
        "-(a + b) * c ** 2",
        "(-a) ** 2",
        "-1/2 * s[t] @ W @ s[t]",
        "(1 - z[t]) * h[t-1]",
        "[t = tau] * ∇loss",
    ],
)
def test_text_has_no_bracket_too_many(text: str) -> None:
    assert show(expression(text)) == text


# TeX, and with it what both typesetting printers share


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("b + W @ h[t-1]", r"B{b} + B{W}B{h}^{(t-1)}"),
        ("f[t] * c[t-1]", r"B{f}^{(t)} \odot B{c}^{(t-1)}"),
        ("alpha * h[t] * 2", r"\alphaB{h}^{(t)} \cdot 2"),
        ("(1 - alpha) * tanh(x[t])", r"(1 - \alpha)\tanh(B{x}^{(t)})"),
        ("tanh(b + f[t] * (a + b))", r"\tanh\bigl(B{b} + B{f}^{(t)} \odot (B{a} + B{b})\bigr)"),
        ("h[t] ** 2", r"(B{h}^{(t)})^{2}"),
        ("alpha ** 2", r"\alpha^{2}"),
        ("a - (-b)", r"B{a} - (-B{b})"),
        ("a + -b", r"B{a} - B{b}"),
        ("a + (b + c)", r"B{a} + B{b} + B{c}"),
        ("-a * b", r"-B{a} \odot B{b}"),
        ("-1/2 * s[t] @ W @ s[t]", r"-\frac{1}{2}\,B{s}^{(t)\top}B{W}B{s}^{(t)}"),
        ("h[t] @ W_hh", r"B{W}_{hh}^{\top}B{h}^{(t)}"),
        ("transpose(W @ V)", r"(B{W}B{V})^{\top}"),
        ("outer(∇a[t], h[t-1])", r"(\nabla_{B{a}^{(t)}}L)B{h}^{(t-1)\top}"),
        ("transpose(V) @ ∇o[t]", r"B{V}^{\top}\,\nabla_{B{o}^{(t)}}L"),
        ("∇loss / tau * y[t]", r"\frac{1}{\tau}\,B{y}^{(t)}"),
        ("∇loss * (y - b)", r"B{y} - B{b}"),
        (
            "2 * ∇L[t] / size(b) * b",
            r"\frac{2}{\operatorname{size}(B{b})}\,\frac{\partial L}{\partial L^{(t)}}\,B{b}",
        ),
        ("∇L[t] / tau", r"\frac{1}{\tau}\,\frac{\partial L}{\partial L^{(t)}}"),
        ("sum_t(L[t])", r"\sum_{t=1}^{\tau}L^{(t)}"),
        ("mean_t(L[t])", r"\frac{1}{\tau}\sum_{t=1}^{\tau}L^{(t)}"),
        ("sum_t(L[t] - 1)", r"\sum_{t=1}^{\tau}(L^{(t)} - 1)"),
        ("sqrt(abs(x[t]))", r"\sqrt{|B{x}^{(t)}|}"),
        ("softmax(yhat)", r"\operatorname{softmax}(\hat{B{y}})"),
        ("sigmoid(b_out)", r"\sigma(B{b}_{\mathrm{out}})"),
        ("ones(b) - a", r"B{1} - B{a}"),
        ("[t = tau] * score", r"[t = \tau]\mathrm{score}"),
        ("score * error", r"\mathrm{score}\,\mathbf{error}"),
        ("alpha * score * h[t]", r"\alpha\,\mathrm{score}\,B{h}^{(t)}"),
        ("2 * score", r"2\,\mathrm{score}"),
        ("exp(a / b)", r"\exp\mathopen{}\left(\frac{B{a}}{B{b}}\right)"),
    ],
)
def test_an_expression_is_set_as_in_the_textbook(text: str, expected: str) -> None:
    assert tex(tree(text), RANKS) == expected.replace("B{", r"\boldsymbol{")


def test_a_recurrence_is_an_aligned_block_with_its_starts_in_place() -> None:
    lines = tex(parse(EXAMPLES["a function and a start"])).replace(r"\boldsymbol{", "B{").splitlines()
    assert lines == [
        r"\begin{aligned}",
        r"  f(B{s}, B{x}) &= \tanh(B{b} + B{W}B{s} + B{U}B{x}) \\",
        r"  B{s}^{(1)} &= B{s}_{1} \\",
        r"  B{s}^{(t)} &= f(B{s}^{(t-1)}, B{x}^{(t)})",
        r"\end{aligned}",
    ]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_tex_of_a_system_is_understood_by_a_reader_of_tex(text: str) -> None:
    system = parse(text)
    for line in system.equations:
        read = "".join(ElementTree.fromstring(convert(tex(line, ranks_of(system)))).itertext())
        assert not set(read) & set("\\{}&")


@given(trees)
def test_the_tex_of_any_tree_is_balanced(x: Expr) -> None:
    text = tex(x)
    assert text.count("{") == text.count("}")
    assert len(re.findall(r"\\left\b", text)) == len(re.findall(r"\\right\b", text))


def test_the_gradient_is_of_what_is_differentiated() -> None:
    assert tex(Read("∇h", Time("t", 1)), RANKS, of="L[3]") == r"\nabla_{\boldsymbol{h}^{(t+1)}}L^{(3)}"


# MathML

LEAVES = {"mi", "mn", "mo", "mspace", "mtext"}
CHILDREN = {"msub": 2, "msup": 2, "mfrac": 2, "msubsup": 3, "munderover": 3}
CORE = {"math", "mrow", "msqrt", "mtable", "mtr", "mtd", *LEAVES, *CHILDREN}


def check(markup: str, expected: str | None = None) -> ElementTree.Element:
    """The markup is MathML Core; its text, without what has no ink, is as expected."""
    root = ElementTree.fromstring(markup)
    assert {element.tag for element in root.iter()} <= CORE
    assert all(len(element) == CHILDREN.get(element.tag, len(element)) for element in root.iter())
    if expected is not None:
        assert "".join(root.itertext()).replace("\u2061", "") == expected
    return root


def numbers(read: Read) -> Array | None:
    table: dict[str, Array] = {
        "W": np.array([[1.0, -0.5], [0.25, 2.0]]),
        "h": np.array([0.5, -1.126]),
        "L": np.array(0.366),
        "alpha": np.array(-0.3),
        "long": np.arange(20.0),
    }
    return table.get(read.name)


@given(trees)
def test_the_mathml_of_any_tree_is_mathml_core(x: Expr) -> None:
    check(mathml(x, RANKS))
    check(mathml(x, RANKS, at=2, tau=3, display=True))


@pytest.mark.parametrize("op", OPS.values(), ids=OPS)
def test_every_operation_is_shown_and_set(op: Op) -> None:
    args = tuple(Read(name, Time()) for name in "xyz"[: op.arity or 3])
    x = Apply(op.name, (args[0], Number(2.0)) if op.name == "**" else args)
    assert show(x)
    assert tex(x)
    check(mathml(x, {}))


def test_both_printers_know_every_box() -> None:
    for printer in (box_tex, box_mathml):
        assert set(get_args(MathBox)) <= set(printer.registry)


def test_scalars_are_italic_and_vectors_bold() -> None:
    check(mathml(tree("alpha * h[t-1]"), RANKS), "α𝐡(t−1)")
    check(mathml(Read("yhat"), RANKS), "𝐲\u0302")
    check(mathml(Read("ahat"), {"ahat": 0}), "𝑎\u0302")


def test_an_occurrence_says_which_variable_it_is() -> None:
    root = check(mathml(tree("h[t-1] + ∇h[t+1] + y[tau] + b"), RANKS))
    found = [
        {k: v for k, v in e.attrib.items() if k.startswith("data-")}
        for e in root.iter("mrow")
        if "data-name" in e.attrib
    ]
    assert found == [
        {"data-name": "h", "data-time": "-1"},
        {"data-name": "h", "data-time": "1", "data-adjoint": "true"},
        {"data-name": "y", "data-time": "=tau"},
        {"data-name": "b"},
    ]


def test_with_a_step_it_says_which_node() -> None:
    root = check(mathml(tree("h[t-1] + y[tau] + b + sum_t(L[t])"), RANKS, at=2, tau=5), "𝐡(1)+𝐲(5)+𝐛+∑t=15L(t)")
    assert [e.get("data-node") for e in root.iter("mrow") if "data-name" in e.attrib] == [
        "h[1]",
        "y[5]",
        "b",
        None,
    ]


def test_the_backward_pass_begins_with_one() -> None:
    assert tex(Equation("∇loss", False, Number(1.0))) == r"\frac{\partial L}{\partial L} = 1"
    check(mathml(tree("[t = 3] * ∇L[t]"), RANKS, of="L", at=3), "[3=3]∂L∂L(3)")


def test_an_equation_is_a_display() -> None:
    network = parse(NETWORK)
    markup = equation_mathml(network.equation("h"), ranks_of(network), at=3)
    assert markup.startswith('<math display="block">')
    check(markup, "𝐡(3)=tanh(𝐚(3))")


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_display_in_parts_says_what_it_says_in_one(name: str) -> None:
    network = SYSTEMS[name].recurrence
    setter = Typesetter(ranks_of(network))
    for line in network.equations:
        left, right = setter.line(line)
        whole, parts = math_element(equated(left, right), display=True), math_display(equated(left, right))
        assert re.sub("<.*?>", "", parts) == re.sub("<.*?>", "", whole)
        for part in re.findall("<math.*?</math>", parts)[1:]:
            assert re.sub("<.*?>", "", part)[0] in "+−="


def test_numbers_stand_where_their_symbols_stood() -> None:
    line = Equation("h", True, tree("W @ h[t-1] + b"))
    check(equation_mathml(line, {}, at=2, values=numbers), "[0.50−1.13]=[1.00−0.500.252.00][0.50−1.13]+𝐛")
    check(mathml(tree("L[t] + alpha + 2 * L[t]"), RANKS, values=numbers), "0.366+(−0.3)+2·0.366")


def test_a_transposed_table_is_laid_across() -> None:
    root = check(mathml(tree("transpose(W) @ h[t] + h[t] @ h[t]"), {}, values=numbers))
    assert [len(table) for table in root.iter("mtable")] == [2, 2, 1, 2]
    assert "".join(next(root.iter("mtable")).itertext()) == "1.000.25−0.502.00"


def test_a_sum_over_time_is_written_out() -> None:
    check(mathml(tree("sum_t(L[t])"), RANKS, tau=3, values=numbers), "0.366+0.366+0.366")
    check(mathml(tree("mean_t(L[t])"), RANKS, tau=2, values=numbers), "12(0.366+0.366)")
    check(mathml(tree("sum_t(L[t])"), RANKS, tau=90, values=numbers, limit=3), "0.366+⋯+0.366")
    check(mathml(tree("2 / size(W) * b"), RANKS, values=numbers), "24𝐛")


def test_numbers_are_asked_for_at_literal_moments() -> None:
    asked: list[Read] = []
    mathml(tree("W @ h[t-1] + sum_t(x[t])"), {}, at=2, tau=2, values=lambda read: asked.append(read))
    assert asked == [Read("W"), *(Read(n, Time("", t)) for n, t in (("h", 1), ("x", 1), ("x", 2)))]


def test_a_moment_with_numbers_is_one_or_nothing() -> None:
    x = tree("[t = tau] * L[t]")
    assert [check(mathml(x, RANKS, at=t, tau=3, values=numbers)).findtext("mn") for t in (2, 3)] == ["0", "1"]


def test_long_tables_leave_their_middle_out() -> None:
    check(value_mathml(np.arange(20.0), limit=5), "[01⋮1819]")
    root = check(value_mathml(np.ones((9, 9))))
    assert [len(row) for row in root.iter("mtr")] == [8] * 8
    assert "⋱" in "".join(root.itertext())


def test_what_arrived_adds_up_on_the_page() -> None:
    parts = [np.array([-0.2, -0.55]), np.array([0.25, -0.58])]
    check(sum_mathml(np.array([0.05, -1.13]), parts), "[0.05−1.13]=[−0.20−0.55]+[0.25−0.58]")


def test_very_small_arrays_share_a_power_of_ten() -> None:
    check(value_mathml(np.array([1.234e-5, -2e-6])), "10−5[1.23−0.20]")
    check(value_mathml(np.array(-1.5e-7)), "−1.5×10−7")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, "0"), (3.0, "3"), (0.3664, "0.366"), (-12.345, "−12.3"), (0.0123, "0.0123"), (54321.5, "5.43×10⁴"),
     (9.999, "10.0"),
     (0.9, "0.9"), (1.2345e-5, "1.23×10⁻⁵"), (5e-324, "4.94×10⁻³²⁴"), (float("nan"), "NaN"), (float("-inf"), "−∞")],
)  # fmt: skip
def test_a_number_has_three_digits_and_a_true_minus(value: float, expected: str) -> None:
    assert numeral(value) == expected


def test_nothing_in_a_name_becomes_markup() -> None:
    for name in ("<script>", 'a"b', "a&b"):
        root = check(mathml(Read(name, Time()), {name: 0}))
        assert name in "".join(root.itertext())
    assert tex(Read("a%b{"), {}) == r"\mathbf{a\%b\{}"


# the font


def test_the_font_is_small_and_carries_its_licence() -> None:
    font = (STATIC / "fonts" / "STIXTwoMath-subset.woff2").read_bytes()
    assert font[:4] == b"wOF2"
    assert len(font) < 120_000
    licence = (STATIC / "fonts" / "OFL.txt").read_text()
    assert "The STIX Fonts Project Authors" in licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "STIXTwoMath-subset.woff2" in (STATIC / "css" / "math.css").read_text()


def test_the_dots_of_a_long_table_turn_with_it() -> None:
    column = mathml(Apply("transpose", (Read("V"),)), {"V": 2}, values=lambda _: np.ones((1, 20)))
    assert "⋮" in column and "⋯" not in column


def test_brackets_in_brackets_are_each_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, usual, deep = list[boxes.MathBox](), boxes.boxes_on_line, 60

    def counted(box: boxes.MathBox, *more: bool, **named: bool) -> Iterator[boxes.MathBox]:
        looked.append(box)
        return usual(box, *more, **named)

    monkeypatch.setattr(boxes, "boxes_on_line", counted)
    found: boxes.MathBox = boxes.Letters("a")
    for _ in range(deep):
        found = boxes.fence(boxes.row(found, boxes.Sign("+", "binary"), boxes.Letters("b")))
    assert isinstance(found, boxes.Fenced) and found.size == 2 and len(looked) < 8 * deep
