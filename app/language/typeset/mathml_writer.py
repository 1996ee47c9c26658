"""Writes boxes as MathML Core, which browsers set without a script.

Every occurrence of a variable carries `data-name`, `data-time` (its offset from t, or a moment such as
`=tau`), `data-adjoint` where it is a gradient, and where the step is known `data-node`, the id of a node. Signs and
names of functions carry `data-term`, so that a page can explain them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatch
from html import escape
from itertools import pairwise
from typing import Any

from app.arrays import Array
from app.language.symbols import ACCENT_MARKS, ARROW_MARK, MINUS, OTHER_LETTERS, bold, italic
from app.language.syntax import Expr, Recurrence
from app.language.typeset.boxes import (
    MINUS_SIGN,
    Cases,
    Fenced,
    Fraction,
    Letters,
    Marked,
    MathBox,
    Numeral,
    Operator,
    Root,
    Row,
    Scripts,
    Sign,
    SumSign,
    Table,
    ThinSpace,
)
from app.language.typeset.expressions import Definition, Typesetter, Values, equated, ranks_of, written_lines
from app.language.typeset.notation import USUAL_NOTATION, Notation
from app.language.typeset.numerals import array_piece
from app.language.typeset.pieces import sum_of_pieces

MATHML_FENCES: Mapping[int | None, str] = {
    0: ' stretchy="false"',
    1: ' stretchy="true" minsize="1.25em" maxsize="1.25em"',
    2: ' stretchy="true" minsize="1.75em" maxsize="1.75em"',
    None: ' stretchy="true"',
}
SPACES = {
    "binary": ' lspace="0.222em" rspace="0.222em"',
    "prefix": ' form="prefix"',
    "none": ' lspace="0" rspace="0"',
}
EQUAL, SUM_SIGNS = Sign("=", "relation"), (Sign("+", "binary"), Sign(MINUS, "binary"))
EXPLAINED = "⊙⊤∇∂→⋯⋮⋱"
"""The signs that a page explains; beside them stand that of the sum, with its bounds, and Iverson's bracket."""
SIGNS = {sign: f' data-term="{sign}"' for sign in EXPLAINED} | {"⊙": ' data-term="⊙" largeop="false"'}
"""More of a sign: that a page explains it, and that ⊙ is not to be drawn as large as a sum, which Firefox would."""
GAP = '<mspace width="0.167em"/>'


def mathml(
    x: Definition | Expr,
    ranks: Mapping[str, int],
    *,
    of: str = "loss",
    at: int | None = None,
    tau: int | None = None,
    values: Values | None = None,
    limit: int = 8,
    display: bool = False,
    notation: Notation = USUAL_NOTATION,
) -> str:
    """A `<math>` element for an expression or a line; the options are those of `Typesetter`."""
    setter = Typesetter(ranks, of, at, tau, values, limit, notation)
    return math_element(setter.statement(x) if isinstance(x, Definition) else setter.expression(x), display)


def recurrence_mathml(x: Recurrence, notation: Notation = USUAL_NOTATION) -> list[str]:
    """Every line of a recurrence as a display of its own, then which steps there are and which parameters are fixed."""
    setter = Typesetter(ranks_of(x), notation=notation)
    lines = [setter.statement(line) for line in written_lines(x)]
    lines += [setter.steps(x.steps)] if x.steps is not None else []
    return list(map(math_display, (*lines, *([setter.fixed(x.fixed)] if x.fixed else []))))


def equation_mathml(x: Definition, ranks: Mapping[str, int], **options: Any) -> str:
    """A line as a display of its own; the options are those of `mathml`."""
    return mathml(x, ranks, display=True, **options)


def value_mathml(array: Array, limit: int = 8) -> str:
    """A scalar, a vector or a matrix of numbers."""
    return math_element(array_piece(array, limit).signed)


def sum_mathml(result: Array, terms: Sequence[Array], limit: int = 8) -> str:
    """Numbers that add up, as a display: the result, and the terms it is the sum of."""
    right = sum_of_pieces([array_piece(term, limit) for term in terms])
    return math_element(equated(array_piece(result, limit).signed, right.signed), display=True)


def math_element(box: MathBox, display: bool = False) -> str:
    """The whole formula, in a line of text or as a display of its own."""
    block = ' display="block"' if display else ""
    return f"<math{block}>{box_mathml(box)}</math>"


def math_display(box: MathBox) -> str:
    """A formula as a display that is broken before its signs where a line has no room for it. Each part is an element
    of its own: browsers break no line within one."""
    line = box.parts if isinstance(box, Row) else (box,)
    begins = [0, *_breaks(line), len(line)]
    if len(begins) == 2:
        return math_element(box, display=True)
    inner = ("".join(map(box_mathml, line[first:last])) for first, last in pairwise(begins))
    parts = "<wbr>".join(f"<math>{part}</math>" for part in inner)
    return f'<div class="formula">{parts}</div>'


def _breaks(line: Sequence[MathBox]) -> list[int]:
    """Where a formula may be broken: before each sign of a sum, and of equality but the first one."""
    signs = [i for i, part in enumerate(line) if isinstance(part, Sign)]
    equal = [i for i in signs if line[i] == EQUAL]
    return sorted([*equal[1:], *(i for i in signs if line[i] in SUM_SIGNS)])


@singledispatch
def box_mathml(box: MathBox) -> str:
    """One box as one MathML element, a row as its elements one after another."""
    raise TypeError(f"no MathML for {type(box).__name__}")


@box_mathml.register
def _(box: Letters) -> str:
    if box.style == "arrow":
        return _under_arrow(box)
    text = bold(box.text) if box.style == "bold" else italic(box.text) if box.accent else box.text
    return f"<mi{_variant(box)}>{escape(text)}{ACCENT_MARKS[box.accent]}</mi>"


def _under_arrow(box: Letters) -> str:
    """A letter with its arrow as one character more; what is wider, or has an accent already, under an arrow."""
    plain = box._replace(style="italic")
    if len(box.text) == 1 and not box.accent and box.text not in OTHER_LETTERS:
        return f"<mi>{italic(box.text)}{ARROW_MARK}</mi>"
    stretchy = ' stretchy="false"' * (len(box.text) == 1)
    return f'<mover accent="true">{box_mathml(plain)}<mo{stretchy}>→</mo></mover>'


def _variant(box: Letters) -> str:
    """What the characters do not say: that one letter is upright, or that ö and ß are bold, or slanted."""
    if box.style == "upright":
        return ' mathvariant="normal"' if len(box.text) == 1 else ""
    return f' mathvariant="{box.style}"' if OTHER_LETTERS.intersection(box.text) else ""


@box_mathml.register
def _(box: Numeral) -> str:
    return f"<mn>{escape(box.text)}</mn>"


@box_mathml.register
def _(box: Sign) -> str:
    return f"<mo{SPACES.get(box.spacing, '')}{SIGNS.get(box.text, '')}>{escape(box.text)}</mo>"


@box_mathml.register
def _(box: Operator) -> str:
    return f'<mi data-term="{escape(box.text)}">{escape(box.text)}</mi><mo>\u2061</mo>'


@box_mathml.register
def _(box: Row) -> str:
    return "".join(map(box_mathml, box.parts))


@box_mathml.register
def _(box: Scripts) -> str:
    tag = "m" + "sub" * (box.sub is not None) + "sup" * (box.sup is not None)
    return f"<{tag}>{''.join(_script_element(b) for b in (box.base, box.sub, box.sup) if b is not None)}</{tag}>"


def _script_element(box: MathBox) -> str:
    """A base or what stands at it. A step, (2), is one element: browsers take long over brackets of their own."""
    match box:
        case Fenced(Numeral(digits), opening, closing):
            return f"<mtext>{opening}{digits}{closing}</mtext>"
    return _single_element(box)


@box_mathml.register
def _(box: Fenced) -> str:
    size = MATHML_FENCES[box.size]
    opening = f'<mo form="prefix"{size}>{box.opening}</mo>'
    return f'<mrow>{opening}{box_mathml(box.body)}<mo form="postfix"{size}>{box.closing}</mo></mrow>'


@box_mathml.register
def _(box: Fraction) -> str:
    return f"<mfrac>{_single_element(box.over)}{_single_element(box.under)}</mfrac>"


@box_mathml.register
def _(box: Root) -> str:
    return f"<msqrt>{box_mathml(box.body)}</msqrt>"


@box_mathml.register
def _(box: SumSign) -> str:
    bounds = f"{_single_element(box.below)}{_single_element(box.above)}"
    return f'<munderover data-term="∑"><mo>∑</mo>{bounds}</munderover>'


@box_mathml.register
def _(box: Table) -> str:
    rows = "".join(f"<mtr>{''.join(map(_table_cell, cells))}</mtr>" for cells in box.rows)
    size = MATHML_FENCES[None]
    return f'<mrow><mo form="prefix"{size}>[</mo><mtable>{rows}</mtable><mo form="postfix"{size}>]</mo></mrow>'


@box_mathml.register
def _(box: Cases) -> str:
    lines = (
        f'<mtr><mtd class="case">{box_mathml(value)}</mtd><mtd class="case">'
        + ("<mtext>otherwise</mtext>" if holds is None else f"<mtext>if\u00a0</mtext>{box_mathml(holds)}")
        + "</mtd></mtr>"
        for value, holds in box.rows
    )
    return f'<mrow><mo form="prefix"{MATHML_FENCES[None]}>{{</mo><mtable>{"".join(lines)}</mtable></mrow>'


@box_mathml.register
def _(_: ThinSpace) -> str:
    return GAP


@box_mathml.register
def _(box: Marked) -> str:
    told = {"name": box.name, "time": box.time, "node": box.node, "adjoint": "true" * box.adjoint}
    told |= {"edge": box.edge, "answer": "true" * box.answer, "term": box.term, "turned": "true" * box.turned}
    data = "".join(f' data-{key}="{escape(said)}"' for key, said in told.items() if said)
    return f"<mrow{data}>{box_mathml(box.body)}</mrow>"


def _single_element(box: MathBox) -> str:
    """Where MathML counts its children, a row is one of them."""
    inner = box_mathml(box)
    return f"<mrow>{inner}</mrow>" if isinstance(box, Row | Operator) else inner


def _table_cell(box: MathBox) -> str:
    """An entry of a table. A number keeps its sign in one element, which browsers lay out in a third of the time."""
    match box:
        case Row((Sign() as sign, Numeral(digits))) if sign == MINUS_SIGN:
            return f"<mtd><mn>{sign.text}{digits}</mn></mtd>"
        case Sign():
            return f'<mtd class="dots">{box_mathml(box)}</mtd>'
    return f"<mtd>{box_mathml(box)}</mtd>"
