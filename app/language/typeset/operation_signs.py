"""The sign that an operation's node shows: `tanh`, `σ`, `×`, `1 −`, `(∙)^2`, and the same in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.language.symbols import GREEK, minus_signs
from app.language.syntax import CLOCK, Apply, Condition, Expr, Read
from app.language.typeset.tex_writer import TEX_SIGNS
from app.language.typeset.text_writer import show
from app.ops import OPS

DOT = "∙"
"""A product with a scalar, and the inner product of two vectors."""
MOST, FIRST, LEFT_OUT = 8, 3, "…"
"""Of more literals in a row than the most that can be taken in, so many stand there, what is left out, and the last."""


def operation_sign(expr: Expr, ranks: Mapping[str, int]) -> str:
    """The sign of an operation, its literals beside it, of many a few; a literal alone is its own, a read has none.

    What follows a ^ is raised.
    """
    if isinstance(expr, Read):
        return ""
    if not isinstance(expr, Apply):
        return _literal_text(expr)
    row, args = OPS[expr.op], expr.args
    if row.by_line:
        return "/".join(map(_literal_text, args[1:]))
    if row.written == "**":
        base, exponent = (DOT if _is_read(a) else _literal_text(a) for a in args)
        return f"{base}^{exponent}" if base != DOT else f"({DOT})^{exponent}"
    own = DOT if expr.op in ("*", "@") and _is_scalar_product(expr, ranks) else row.drawn
    literals = [_literal_text(a) if not _is_read(a) else "" for a in args]
    if not any(literals):
        return own
    if all(literals):
        return _literal_text(expr)
    if row.infix:
        beside = _few([text for text in literals if text])
        return f"{literals[0]} {own}" if literals[0] and len(beside) == 1 else f"{own} {' '.join(beside)}"
    return f"{own}({', '.join(text or DOT for text in literals)})"


def operation_sign_tex(expr: Expr, ranks: Mapping[str, int]) -> str:
    """The same for a document that loads amsmath."""
    text = operation_sign(expr, ranks)
    row = OPS[expr.op] if isinstance(expr, Apply) else None
    if row and text == row.drawn and row.tex and "%" not in row.tex:
        return row.tex
    for plain, command in TEX_SIGNS.items():
        text = text.replace(plain, command)
    return re.sub(r"\^(.{2,})$", r"^{\1}", text)


def _few(literals: Sequence[str]) -> Sequence[str]:
    return literals if len(literals) <= MOST else [*literals[:FIRST], LEFT_OUT, literals[-1]]


def _is_read(expr: Expr) -> bool:
    return isinstance(expr, Read) and expr.name not in CLOCK


def _literal_text(expr: Expr) -> str:
    """A number, τ, a condition on t, or what is made of them."""
    if isinstance(expr, Condition):
        return show(expr).strip("()").replace("tau", GREEK["tau"])
    if isinstance(expr, Apply) and OPS[expr.op].infix and len(expr.args) > MOST:
        return f" {OPS[expr.op].written} ".join(_few([*map(_literal_text, expr.args)]))
    return minus_signs(show(expr)).replace("tau", GREEK["tau"])


def _is_scalar_product(expr: Apply, ranks: Mapping[str, int]) -> bool:
    """True for a product with a scalar, and for the inner product of two vectors."""
    found = [ranks.get(a.name, 0) if isinstance(a, Read) else 0 for a in expr.args]
    return min(found) == 0 or (expr.op == "@" and found == [1, 1])
