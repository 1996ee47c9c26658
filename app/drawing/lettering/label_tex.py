"""A label in, the LaTeX that says the same out; None where it has a character that not every LaTeX knows."""

from __future__ import annotations

from collections.abc import Sequence

from app.drawing.lettering.labels import Label
from app.language.symbols import GREEK, GREEK_NAMES, MINUS, NABLA

SIGNS = {
    MINUS: "{-}", "×": r"{\times}", NABLA: r"\nabla", "∞": r"\infty", "…": r"\ldots", "⋯": r"\cdots", "·": r"{\cdot}",
    "\N{SIX-PER-EM SPACE}": r"\,", " ": r"\ ", ",": "{,}", "⊙": r"{\odot}", "∂": r"\partial", "→": r"\to", "⊤": r"\top",
    "\\": r"\backslash", "^": r"\hat{}", "~": r"{\sim}",
} | {c: rf"\{c}" for c in "{}$&#%_"}  # fmt: skip
"""Characters in mathematics; letters, digits and the other marks of ASCII stand for themselves."""
WORDS = {
    "\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", "<": "$<$", ">": "$>$", "|": "$|$", '"': r"\textquotedbl{}",
    "…": r"\ldots{}", MINUS: "$-$", "×": r"$\times$", "∞": r"$\infty$", "\N{SIX-PER-EM SPACE}": r"\,",
} | {c: rf"\{c}" for c in "{}$&#%_"}  # fmt: skip
"""Characters in running text."""
STYLES = {"italic": ("{}", r"\mathit{{{}}}"), "bold": (r"\boldsymbol{{{}}}", r"\mathbf{{{}}}")}
"""How a letter is set, and a word."""


def typeset(labels: Sequence[Label]) -> str | None:
    """One label, or several with commas between them."""
    parts = [_label(label) for label in labels]
    if any(part is None for part in parts):
        return None
    if len(parts) == 1 and _is_word(labels[0]):
        return parts[0]
    return "$" + r",\,".join(filter(None, parts)) + "$"


def _is_word(label: Label) -> bool:
    """Whether it is running text and not mathematics."""
    bare = label.style == "upright" and not (label.sub or label.sup or label.accent or label.prefix)
    return bare and any(map(str.isalpha, label.stem)) and not any(map(str.isdigit, label.stem))


def _label(label: Label) -> str | None:
    if _is_word(label):
        return _spelled(label.stem, WORDS)
    prefix, stem, sub, sup = (
        _spelled(t, SIGNS) for t in (label.prefix, _named(label.stem), label.sub, _named(label.sup))
    )
    if prefix is None or stem is None or sub is None or sup is None:
        return None
    text = _styled(stem, label)
    text = rf"\{label.accent}{{{text}}}" if label.accent else text
    return prefix + text + (f"_{{{sub}}}" if sub else "") + (f"^{{{sup}}}" if sup else "")


def _named(text: str) -> str:
    """`tau` by its letter."""
    return text.replace("tau", GREEK["tau"])


def _styled(stem: str, label: Label) -> str:
    if label.style == "upright":
        return rf"\mathrm{{{stem}}}" if any(c.isalpha() for c in label.stem) else stem
    return STYLES[label.style][len(label.stem) > 1].format(stem)


def _spelled(text: str, signs: dict[str, str]) -> str | None:
    """Every character as LaTeX has it; None if there is one of which that is not known."""
    found = ""
    for c in text:
        greek = rf"\{GREEK_NAMES[c]}" if c in GREEK_NAMES and c != "ο" else None
        plain = c if c.isascii() and c.isprintable() else None
        word = signs.get(c) or (greek if signs is SIGNS else f"${greek}$" if greek else None) or plain
        if word is None:
            return None
        found += (" " if found.rpartition("\\")[2].isalpha() and "\\" in found and word[0].isalpha() else "") + word
    return found
