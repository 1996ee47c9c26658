"""Writes boxes as LaTeX, for a document that loads amsmath."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import singledispatch
from itertools import chain, pairwise

from app.language.symbols import GREEK_NAMES, MINUS, NABLA, OTHER_LETTERS
from app.language.syntax import Expr, Recurrence
from app.language.typeset.boxes import (
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
from app.language.typeset.expressions import Definition, Typesetter, ranks_of, relation_of, written_lines
from app.language.typeset.notation import USUAL_NOTATION, Notation

TEX_SIGNS = {
    MINUS: "-", "⊙": r"\odot", "·": r"\cdot", "∙": r"\cdot", "×": r"\times", "⊤": r"\top", NABLA: r"\nabla",
    "∂": r"\partial", "⋯": r"\cdots", "⋮": r"\vdots", "⋱": r"\ddots", "…": r"\ldots", "∞": r"\infty", "→": r"\to",
    "⟨": r"\langle ", "⟩": r"\rangle ", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "‖": r"\|",
    "\N{SIX-PER-EM SPACE}": r"\,", " ": r"\ ", "∈": r"\in", "ℝ": r"\mathbf{R}",
}  # fmt: skip
TEX_FENCES: Mapping[int | None, tuple[str, str]] = {
    0: ("", ""),
    1: (r"\bigl", r"\bigr"),
    2: (r"\Bigl", r"\Bigr"),
    None: (r"\mathopen{}\left", r"\right"),
}
STYLES = {"italic": "%s", "bold": r"\boldsymbol{%s}", "upright": r"\mathrm{%s}"}
WORD_STYLES = STYLES | {"italic": r"\mathit{%s}", "bold": r"\mathbf{%s}"}
"""How a letter is set, and a word."""
TEXT_STYLES = {"italic": r"\textit{%s}", "bold": r"\textbf{%s}", "upright": r"\textrm{%s}"}
"""How letters are set that the fonts of mathematics lack: ö, ß."""
TEXT_SIGNS = {
    "\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", "<": "$<$", ">": "$>$", "|": "$|$", '"': r"\textquotedbl{}",
    "–": "--", "—": "---", "“": "``", "”": "''", "‘": "`", "’": "'",
    "…": r"\ldots{}", MINUS: "$-$", "×": r"$\times$", "∞": r"$\infty$", "\N{SIX-PER-EM SPACE}": r"\,",
} | {c: rf"\{c}" for c in "{}$&#%_"}  # fmt: skip
"""Characters of running text that do not stand for themselves."""
SPACED = ("binary", "relation")
COMMAND = re.compile(r"\\[A-Za-z]+$")


def tex(
    x: Recurrence | Definition | Expr,
    ranks: Mapping[str, int] | None = None,
    of: str = "loss",
    notation: Notation = USUAL_NOTATION,
) -> str:
    """LaTeX of an expression or a line, or of a whole recurrence as an aligned block.

    `ranks` says what is bold: 0 for scalars, 1 for vectors, 2 for matrices (a recurrence brings its own).
    """
    if isinstance(x, Recurrence):
        return _aligned(x, Typesetter(ranks_of(x) | dict(ranks or {}), of, notation=notation))
    setter = Typesetter(ranks or {}, of, notation=notation)
    return box_tex(setter.statement(x) if isinstance(x, Definition) else setter.expression(x))


def _aligned(x: Recurrence, setter: Typesetter) -> str:
    sides = [f"  {_side_by_side(line, setter)}" for line in written_lines(x)]
    sides += [f"  &{box_tex(setter.steps(x.steps))}"] if x.steps is not None else []
    sides += [f"  &{box_tex(setter.fixed(x.fixed))}"] if x.fixed else []
    return "\\begin{aligned}\n" + " \\\\\n".join(sides) + "\n\\end{aligned}"


def _side_by_side(line: Definition, setter: Typesetter) -> str:
    """A row of an aligned block."""
    left, right = setter.line(line)
    return f"{box_tex(left)} &{box_tex(relation_of(line)).strip()} {box_tex(right)}"


def has_tex(text: str) -> bool:
    """True if every LaTeX knows all of these characters."""
    return all((c.isascii() and c.isprintable()) or c in GREEK_NAMES or c in TEX_SIGNS for c in text)


def has_words_tex(text: str) -> bool:
    """True if every LaTeX knows all of these characters in running text."""
    return has_tex("".join(c for c in text if c not in TEXT_SIGNS))


def words_tex(text: str) -> str:
    """Running text: letters of Greek are mathematics in it."""
    return "".join(TEXT_SIGNS.get(c) or (f"${_escaped(c)}$" if c in GREEK_NAMES else c) for c in text)


@singledispatch
def box_tex(box: MathBox) -> str:
    """One box as LaTeX."""
    raise TypeError(f"no LaTeX for {type(box).__name__}")


@box_tex.register
def _(box: Letters) -> str:
    if box.style == "arrow":
        arrow = r"\vec" if len(box.text) == 1 else r"\overrightarrow"
        return f"{arrow}{{{box_tex(box._replace(style='italic'))}}}"
    other = OTHER_LETTERS.intersection(box.text)
    style = (TEXT_STYLES if other else WORD_STYLES if len(box.text) > 1 else STYLES)[box.style]
    letters = style % _escaped(box.text)
    return rf"\{box.accent}{{{letters}}}" if box.accent else letters


@box_tex.register
def _(box: Numeral) -> str:
    return box.text


@box_tex.register
def _(box: Sign) -> str:
    sign = TEX_SIGNS.get(box.text) or _escaped(box.text)
    if box.spacing == "close":
        return f"{{{sign.strip()}}}"
    return f" {sign} " if box.spacing in SPACED else sign + " " * (box.spacing == "comma")


@box_tex.register
def _(box: Operator) -> str:
    name = _escaped(box.text)
    if OTHER_LETTERS.intersection(box.text):
        name = TEXT_STYLES["upright"] % name
    return box.tex or rf"\operatorname{{{name}}}"


@box_tex.register
def _(box: Row) -> str:
    """A command's name ends where a letter does not follow; it stands within one part."""
    written = [text for text in map(box_tex, box.parts) if text]
    spaces = (" " * bool(COMMAND.search(left) and right[0].isalpha()) for left, right in pairwise(["", *written]))
    return "".join(chain.from_iterable(zip(spaces, written, strict=True))).strip()


@box_tex.register
def _(box: Scripts) -> str:
    base = f"{{{box_tex(box.base)}}}" if isinstance(box.base, Scripts | Row) else box_tex(box.base)
    sub = f"_{{{_tight(box.sub)}}}" if box.sub else ""
    return base + sub + (f"^{{{_tight(box.sup)}}}" if box.sup else "")


@box_tex.register
def _(box: Fenced) -> str:
    left, right = TEX_FENCES[box.size]
    opening, closing = (TEX_SIGNS.get(sign, sign) for sign in (box.opening, box.closing))
    return f"{left}{opening}{box_tex(box.body)}{right}{closing}"


@box_tex.register
def _(box: Fraction) -> str:
    return rf"\frac{{{box_tex(box.over)}}}{{{box_tex(box.under)}}}"


@box_tex.register
def _(box: Root) -> str:
    return rf"\sqrt{{{box_tex(box.body)}}}"


@box_tex.register
def _(box: SumSign) -> str:
    return rf"\sum_{{{_tight(box.below)}}}^{{{_tight(box.above)}}}"


@box_tex.register
def _(box: Table) -> str:
    rows = r" \\ ".join(" & ".join(map(box_tex, cells)) for cells in box.rows)
    return rf"\left[\begin{{array}}{{{'r' * len(box.rows[0])}}} {rows} \end{{array}}\right]"


@box_tex.register
def _(box: Cases) -> str:
    lines = (
        rf"{box_tex(value)} & " + (r"\text{otherwise}" if holds is None else rf"\text{{if }} {box_tex(holds)}")
        for value, holds in box.rows
    )
    return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}"


@box_tex.register
def _(box: ThinSpace) -> str:
    return "" if box.given else r"\,"


@box_tex.register
def _(box: Marked) -> str:
    return box_tex(box.body)


def _tight(box: MathBox) -> str:
    """In scripts TeX sets no space, so neither does the text."""
    return re.sub(r"(?<![A-Za-z]) | (?![A-Za-z])", "", box_tex(box))


_SPECIAL = {"\\": r"\backslash ", "^": r"\hat{}", "~": r"\sim "} | {c: rf"\{c}" for c in "_{}$&#%"}


def _escaped(text: str) -> str:
    """A Greek letter as its command, other characters so that they stand for themselves."""
    if text in GREEK_NAMES:
        return "o" if text == "ο" else rf"\{GREEK_NAMES[text]}"
    return "".join(_SPECIAL.get(c, c) for c in text)
