"""The notation of a text: the same recurrence as other books print it, in TeX, MathML and plain characters."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.language import Read, Time, parse, symbol
from app.language.pasted import read_pasted
from app.language.typeset import (
    USUAL_NOTATION,
    Notation,
    Typesetter,
    array_piece,
    box_tex,
    mathml,
    orientation_of,
    ranks_of,
    recurrence_mathml,
    tex,
)
from app.systems import SYSTEMS

READOUT = parse("""
    h[t] = tanh(b + W @ h[t-1] + U @ x[t])
    o = c + V @ h[tau]
    loss = sum(o ** 2)
""")
ROWS = parse(
    "h[t] = tanh(x[t] @ U + h[t-1] @ W + b)\ns = h[tau] @ h[1]\nA[t] = outer(h[t], x[t])\nz[t] = concat(h[t], x[t])"
)
RANKS = {"h": 1, "W": 2, "x": 1, "U": 2, "W_hh": 2}


def printed(notation: Notation) -> list[str]:
    """The lines of the readout in LaTeX, without what says that letters are bold."""
    lines = tex(READOUT, notation=notation).splitlines()[1:-1]
    return [re.sub(r"\\boldsymbol\{(\w)\}", r"\1", line.strip().removesuffix(r" \\")) for line in lines]


@pytest.mark.parametrize(
    ("notation", "lines"),
    [
        (
            USUAL_NOTATION,
            [
                r"h^{(t)} &= \tanh(b + Wh^{(t-1)} + Ux^{(t)})",
                r"o &= c + Vh^{(\tau)}",
                r"L &= \operatorname{sum}(o^{2})",
            ],
        ),
        (
            Notation(time="subscript", last="T"),
            [r"h_{t} &= \tanh(b + Wh_{t-1} + Ux_{t})", r"o &= c + Vh_{T}", r"L &= \operatorname{sum}(o^{2})"],
        ),
        (
            Notation(time="angle", last="n", names=(("W", "W_hh"), ("h", "s"), ("loss", "J"))),
            [
                r"s^{\langle t\rangle} &= \tanh(b + W_{hh}s^{\langle t-1\rangle} + Ux^{\langle t\rangle})",
                r"o &= c + Vs^{\langle n\rangle}",
                r"J &= \operatorname{sum}(o^{2})",
            ],
        ),
        (
            Notation(vectors="arrow"),
            [
                r"\vec{h}^{(t)} &= \tanh(\vec{b} + W\vec{h}^{(t-1)} + U\vec{x}^{(t)})",
                r"\vec{o} &= \vec{c} + V\vec{h}^{(\tau)}",
                r"L &= \operatorname{sum}(\vec{o}^{2})",
            ],
        ),
        (
            Notation(orientation="rows"),
            [
                r"h^{(t)} &= \tanh(b + h^{(t-1)}W^{\top} + x^{(t)}U^{\top})",
                r"o &= c + h^{(\tau)}V^{\top}",
                r"L &= \operatorname{sum}(o^{2})",
            ],
        ),
    ],
    ids=["usual", "below, T", "angle, n, other names", "arrows", "rows"],
)
def test_a_recurrence_is_printed_as_a_book_prints_it(notation: Notation, lines: list[str]) -> None:
    assert printed(notation) == lines


def test_plain_vectors_are_letters_like_any_other() -> None:
    assert r"\boldsymbol" not in tex(READOUT, notation=Notation(vectors="plain"))
    assert r"\vec" not in tex(READOUT, notation=Notation(vectors="plain"))
    assert "𝐡" not in "".join(recurrence_mathml(READOUT, Notation(vectors="plain")))


def test_a_text_of_row_vectors_is_printed_as_it_is_written() -> None:
    notation = Notation(vectors="plain", orientation="rows")
    lines = tex(ROWS, notation=notation).splitlines()[1:-1]
    assert [line.strip().removesuffix(r" \\") for line in lines] == [
        r"h^{(t)} &= \tanh(x^{(t)}U + h^{(t-1)}W + b)",
        r"s &= h^{(\tau)}h^{(1)\top}",
        r"A^{(t)} &= h^{(t)\top}x^{(t)}",
        r"z^{(t)} &= [h^{(t)}, x^{(t)}]",
    ]


def test_rows_and_columns_turn_every_product_so_that_its_shapes_fit() -> None:
    nested = parse("h[t] = A @ (B @ h[t-1]) + (x[t] @ C) @ D")
    plain = {way: tex(nested, notation=Notation(vectors="plain", orientation=way)) for way in ("columns", "rows")}
    assert r"ABh^{(t-1)} + D^{\top}C^{\top}x^{(t)}" in plain["columns"]
    assert r"h^{(t-1)}B^{\top}A^{\top} + x^{(t)}CD" in plain["rows"]


def test_the_orientation_of_a_text_is_that_of_most_of_its_products() -> None:
    assert orientation_of(ROWS) == "rows"
    assert orientation_of(READOUT) == "columns"
    assert orientation_of(parse("h[t] = tanh(h[t-1])")) == "columns"


def test_numbers_of_a_vector_lie_as_the_vector_does() -> None:
    numbers = np.array([1.0, 2.0])
    assert r"1 \\ 2" in box_tex(array_piece(numbers).signed)
    assert "1 & 2" in box_tex(array_piece(numbers, across=True).signed)
    setter = Typesetter(RANKS, values=lambda read: numbers, notation=Notation(orientation="rows"))
    assert "1 & 2" in box_tex(setter.expression(Read("h", Time("t"))))


def test_a_declared_row_is_an_element_of_a_space_of_rows() -> None:
    declared = parse("x: 4\nh[t] = tanh(h[t-1] + x[t])")
    assert r"\mathbf{R}^{4}" in tex(declared)
    assert r"\mathbf{R}^{1\times4}" in tex(declared, notation=Notation(orientation="rows"))


def test_mathml_has_time_and_arrows_where_the_notation_has_them() -> None:
    at = Read("h", Time("", 2))
    assert "<msub><mi>𝐡</mi><mn>2</mn></msub>" in mathml(at, RANKS, notation=Notation(time="subscript"))
    assert "<mtext>⟨2⟩</mtext>" in mathml(at, RANKS, notation=Notation(time="angle"))
    arrow = mathml(at, RANKS, notation=Notation(vectors="arrow"))
    assert "<mi>ℎ\N{COMBINING RIGHT ARROW ABOVE}</mi>" in arrow
    word = mathml(Read("gates"), {"gates": 1}, notation=Notation(vectors="arrow"))
    assert '<mover accent="true"><mi>gates</mi><mo>→</mo></mover>' in word


def test_a_page_still_finds_a_renamed_variable_by_its_own_name() -> None:
    renamed = mathml(Read("h", Time("t")), RANKS, notation=Notation(names=(("h", "s"),)))
    assert 'data-name="h"' in renamed
    assert "𝐬" in renamed


@pytest.mark.parametrize(
    ("notation", "said"),
    [
        (USUAL_NOTATION, ["h(2)", "W_hh(2)", "y\N{COMBINING CIRCUMFLEX ACCENT}", "h(-1)"]),
        (Notation(time="subscript"), ["h_2", "W_hh,2", "y\N{COMBINING CIRCUMFLEX ACCENT}", "h_-1"]),
        (
            Notation(time="angle", names=(("h", "sigma"),)),
            ["σ⟨2⟩", "W_hh⟨2⟩", "y\N{COMBINING CIRCUMFLEX ACCENT}", "σ⟨-1⟩"],
        ),
    ],
)
def test_plain_characters_say_the_same(notation: Notation, said: list[str]) -> None:
    assert [notation.plain("h", 2), notation.plain("W_hh", 2), notation.plain("yhat"), notation.node("h[-1]")] == said


def test_what_stands_below_a_symbol_stays_before_its_step() -> None:
    assert tex(Read("W_hh", Time("t")), RANKS, notation=Notation(time="subscript")) == r"\boldsymbol{W}_{hh,t}"


def test_an_accent_stays_under_the_arrow() -> None:
    assert tex(Read("yhat"), {"yhat": 1}, notation=Notation(vectors="arrow")) == r"\vec{\hat{y}}"
    assert tex(Read("gates"), {"gates": 1}, notation=Notation(vectors="arrow")) == r"\overrightarrow{\mathit{gates}}"


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_usual_notation_prints_every_system_as_ever(name: str) -> None:
    recurrence = SYSTEMS[name].recurrence
    assert tex(recurrence, notation=Notation()) == tex(recurrence)
    assert recurrence_mathml(recurrence, Notation()) == recurrence_mathml(recurrence)


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_is_printed_in_every_notation(name: str) -> None:
    recurrence = SYSTEMS[name].recurrence
    lines = len(tex(recurrence).splitlines())
    for notation in (
        Notation("subscript", "T", "arrow", "rows"),
        Notation("angle", "n", "plain", "columns", tuple((n, f"{n}_0") for n in ranks_of(recurrence))),
    ):
        assert len(tex(recurrence, notation=notation).splitlines()) == lines
        assert len(recurrence_mathml(recurrence, notation)) == len(recurrence_mathml(recurrence))


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    "notation",
    [
        Notation(time="subscript"),
        Notation(time="subscript", last="T"),
        Notation(time="angle"),
        Notation(vectors="arrow"),
    ],
    ids=["below", "below, T", "angle", "arrows"],
)
@pytest.mark.parametrize("name", SYSTEMS)
def test_what_is_copied_as_latex_reads_back_in_other_notations_too(name: str, notation: Notation) -> None:
    """Where a name's own digits, s1, are set as a moment is, nobody could tell them apart."""
    recurrence = SYSTEMS[name].recurrence
    if notation.time == "subscript" and any(symbol(given).sub.isdigit() for given in recurrence.variables):
        return
    back = parse(read_pasted(tex(recurrence, notation=notation)).text)
    assert tex(back) == tex(recurrence)
