"""Writes a label as LaTeX: its box as mathematics, words alone as running text."""

from __future__ import annotations

from collections.abc import Iterator

from app.language.typeset import (
    Letters,
    MathBox,
    Numeral,
    Row,
    Scripts,
    Sign,
    box_tex,
    has_tex,
    has_words_tex,
    words_tex,
)


def label_tex(box: MathBox) -> str | None:
    """The label in a document's own font; None where it has a character that not every LaTeX knows."""
    text = "".join(_texts(box))
    if _is_words(box):
        return words_tex(text) if has_words_tex(text) else None
    return f"${box_tex(box)}$" if has_tex(text) else None


def _texts(box: MathBox) -> Iterator[str]:
    """All that is written in a box, from left to right."""
    match box:
        case Letters(text) | Numeral(text) | Sign(text):
            yield text
        case Row(parts):
            for part in parts:
                yield from _texts(part)
        case Scripts(base, sub, sup):
            yield from (text for part in (base, sub, sup) if part for text in _texts(part))
        case _:
            return


def _is_words(box: MathBox) -> bool:
    """True if it is running text and not mathematics: upright letters with what stands between them, but no digits.

    One run of upright letters is text whatever they are, as a line of a caption.
    """
    if isinstance(box, Letters):
        return _is_upright(box)
    parts = box.parts if isinstance(box, Row) else (box,)
    plain = all(
        (isinstance(p, Sign) and p.spacing != "prefix") or (isinstance(p, Letters) and _is_upright(p)) for p in parts
    )
    return plain and any(isinstance(p, Letters) for p in parts) and not any(map(str.isdigit, "".join(_texts(box))))


def _is_upright(letters: Letters) -> bool:
    return letters.style == "upright" and not letters.accent
