"""Trees → LaTeX, for a document that loads amsmath."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import singledispatch

from app.language.symbols import GREEK_NAMES, NABLA
from app.language.syntax import Expr, Recurrence
from app.language.typeset.boxes import (
    Big,
    Box,
    Fenced,
    Fraction,
    Gap,
    Letters,
    Marked,
    Numeral,
    Operator,
    Root,
    Row,
    Scripts,
    Sign,
    Table,
)
from app.language.typeset.expressions import Line, Typesetter, equation, ranks_of

SIGNS = {
    "−": "-", "⊙": r"\odot", "·": r"\cdot", "∙": r"\cdot", "×": r"\times", "⊤": r"\top", NABLA: r"\nabla",
    "∂": r"\partial", "⋯": r"\cdots", "⋮": r"\vdots", "⋱": r"\ddots",
}  # fmt: skip
SIZES: Mapping[int | None, tuple[str, str]] = {
    0: ("", ""),
    1: (r"\bigl", r"\bigr"),
    2: (r"\Bigl", r"\Bigr"),
    None: (r"\mathopen{}\left", r"\right"),
}
STYLES = {"italic": "%s", "bold": r"\boldsymbol{%s}", "upright": r"\mathrm{%s}"}
BOLD_WORD = r"\mathbf{%s}"
SPACED = ("binary", "relation")


def tex(x: Recurrence | Line | Expr, ranks: Mapping[str, int] | None = None, of: str = "loss") -> str:
    """LaTeX of an expression or a line, or of a whole recurrence as an aligned block.

    `ranks` says what is bold: 0 for scalars, 1 for vectors, 2 for matrices (a recurrence brings its own).
    """
    if isinstance(x, Recurrence):
        return _aligned(x, Typesetter(ranks_of(x) | dict(ranks or {}), of))
    setter = Typesetter(ranks or {}, of)
    return render(equation(*setter.line(x)) if isinstance(x, Line) else setter.expression(x))


def _aligned(x: Recurrence, setter: Typesetter) -> str:
    lines: list[Line] = [*x.functions, *x.starts, *x.equations]
    sides = (f"  {render(left)} &= {render(right)}" for left, right in map(setter.line, lines))
    return "\\begin{aligned}\n" + " \\\\\n".join(sides) + "\n\\end{aligned}"


@singledispatch
def render(box: Box) -> str:
    """One box as LaTeX."""
    raise TypeError(f"no LaTeX for {type(box).__name__}")


@render.register
def _(box: Letters) -> str:
    style = BOLD_WORD if box.style == "bold" and len(box.text) > 1 else STYLES[box.style]
    letters = style % _escaped(box.text)
    return rf"\{box.accent}{{{letters}}}" if box.accent else letters


@render.register
def _(box: Numeral) -> str:
    return box.text


@render.register
def _(box: Sign) -> str:
    sign = SIGNS.get(box.text, box.text)
    return f" {sign} " if box.spacing in SPACED else sign + " " * (box.spacing == "comma")


@render.register
def _(box: Operator) -> str:
    return box.tex or rf"\operatorname{{{_escaped(box.text)}}}"


@render.register
def _(box: Row) -> str:
    text = ""
    for part in box.parts:
        text = _joined(text, render(part))
    return text.strip()


@render.register
def _(box: Scripts) -> str:
    base = f"{{{render(box.base)}}}" if isinstance(box.base, Scripts | Row) else render(box.base)
    sub = f"_{{{_tight(box.sub)}}}" if box.sub else ""
    return base + sub + (f"^{{{_tight(box.sup)}}}" if box.sup else "")


@render.register
def _(box: Fenced) -> str:
    left, right = SIZES[box.size]
    return f"{left}{box.opening}{render(box.body)}{right}{box.closing}"


@render.register
def _(box: Fraction) -> str:
    return rf"\frac{{{render(box.over)}}}{{{render(box.under)}}}"


@render.register
def _(box: Root) -> str:
    return rf"\sqrt{{{render(box.body)}}}"


@render.register
def _(box: Big) -> str:
    return rf"\sum_{{{_tight(box.below)}}}^{{{_tight(box.above)}}}"


@render.register
def _(box: Table) -> str:
    rows = r" \\ ".join(" & ".join(map(render, cells)) for cells in box.rows)
    return rf"\left[\begin{{array}}{{{'r' * len(box.rows[0])}}} {rows} \end{{array}}\right]"


@render.register
def _(box: Gap) -> str:
    return "" if box.given else r"\,"


@render.register
def _(box: Marked) -> str:
    return render(box.body)


def _joined(left: str, right: str) -> str:
    """A command's name ends where a letter does not follow."""
    runs = re.search(r"\\[A-Za-z]+$", left) and right[:1].isalpha()
    return f"{left} {right}" if runs else left + right


def _tight(box: Box) -> str:
    """In scripts TeX sets no space, so neither does the text."""
    return re.sub(r"(?<![A-Za-z]) | (?![A-Za-z])", "", render(box))


_SPECIAL = {"\\": r"\backslash ", "^": r"\hat{}", "~": r"\sim "} | {c: rf"\{c}" for c in "_{}$&#%"}


def _escaped(text: str) -> str:
    """A Greek letter as its command, other characters so that they stand for themselves."""
    if text in GREEK_NAMES:
        return "o" if text == "ο" else rf"\{GREEK_NAMES[text]}"
    return "".join(_SPECIAL.get(c, c) for c in text)
