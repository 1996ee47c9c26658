"""A label as a tree of boxes, the same as that of typeset equations, so that one writer has the LaTeX of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.drawing.lettering.labels import Label
from app.language import GREEK
from app.language.typeset import Letters, MathBox, Numeral, Row, Scripts, Sign, box_tex, has_tex, row, words_tex

CLOSE = frozenset("−×·∙⊙,~")
"""Signs around which LaTeX sets space, and a label none."""
PIECES = re.compile(r"[^\W\d_]+|[\d.]+|.", re.DOTALL)


def labels_tex(labels: Sequence[Label]) -> str | None:
    """One label, or several with commas between them; None where one has a character that not every LaTeX knows."""
    if not all(has_tex("".join((label.prefix, label.stem, label.sub, _named(label.sup)))) for label in labels):
        return None
    if len(labels) == 1 and _is_words(labels[0]):
        return words_tex(labels[0].stem)
    return "$" + r",\,".join(filter(None, (box_tex(label_box(label)) for label in labels))) + "$"


def label_box(label: Label) -> MathBox:
    """The mathematics that a label is; scripts stand at the last piece of its stem."""
    if label.style == "upright" and not label.accent:
        *before, stem = [*_boxes(label.stem, "upright")] or [Row(())]
    else:
        before, stem = [], Letters(_named(label.stem), label.style, label.accent)
    below, above = (row(*_boxes(_named(text), "italic")) if text else None for text in (label.sub, label.sup))
    base = Scripts(stem, below, above) if below or above else stem
    return row(*_boxes(label.prefix, "upright"), *before, base)


def _is_words(label: Label) -> bool:
    """True if it is running text and not mathematics."""
    bare = label.style == "upright" and not (label.sub or label.sup or label.accent or label.prefix)
    return bare and any(map(str.isalpha, label.stem)) and not any(map(str.isdigit, label.stem))


def _boxes(text: str, style: str) -> Iterator[MathBox]:
    """Letters, digits and signs side by side: letters in scripts are italic, each a symbol; else they are words."""
    for piece in PIECES.findall(text):
        if not piece[0].isalpha():
            yield Numeral(piece) if piece[0].isdigit() else Sign(piece, "close" if piece in CLOSE else "none")
        elif style == "italic":
            yield from map(Letters, piece)
        else:
            yield Letters(piece, "upright")


def _named(text: str) -> str:
    """`tau` by its letter."""
    return text.replace("tau", GREEK["tau"])
