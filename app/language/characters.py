"""Reads Unicode as the characters of the language: −, ⊙, ½, ŷ, hₜ₋₁, full-width brackets, spaces that nobody sees.

What people paste from books, pages and chats is written with them. The text itself stays as it was written: beside the
plain characters stands where each of them came from, so that a problem points at what the person sees.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.cache import cached
from app.language.symbols import ACCENT_MARKS

TRANSPOSED = "⊤"
"""Stands behind what is transposed, however that was written: Wᵀ, W⊤."""

SIGNS: Mapping[str, str] = {
    **dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{SMALL HYPHEN-MINUS}", "-"),
    **dict.fromkeys("·⋅∙×∗⊙∘◦⨀\N{INVISIBLE TIMES}", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∑": "sum",
    "√": "sqrt",
    "⊤": TRANSPOSED,
    "⊺": TRANSPOSED,
    "ᵀ": TRANSPOSED,
    **dict.fromkeys("\u2028\u2029\x85\x0b\x0c", "\n"),
}
"""Signs that have one meaning here."""

MEANT: Mapping[str, str] = {
    "^": "powers are written **",
    **dict.fromkeys("←≔⟵", "a line is an equation: write ="),
    **dict.fromkeys("'’′‘´`", "a transposed matrix is transpose(W); another variable has another name"),
    **dict.fromkeys('"“”″', "the language has no quotation marks"),
    "⊗": "write outer(a, b), or * for the product entry by entry",
    "⊕": "write + for the sum entry by entry, concat(a, b) for one vector behind the other",
    **dict.fromkeys("≈≡≜", "a line is an equation: write ="),
    **dict.fromkeys("‖∥|", "the length of a vector is norm(x), the magnitude of every entry abs(x)"),
    **dict.fromkeys("{}", "brackets are round, and a moment stands in square ones: h[t-1]"),
    "…": "write out what the dots stand for",
    "\\": "a formula in LaTeX is turned into the language by “read”: unfold read, /api/read, or paste it on the page",
}
"""What to write in place of signs that the language does not know."""

_ACCENTS = {mark: word for word, mark in ACCENT_MARKS.items() if mark} | {"\u0305": "bar"}
_BELOW = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₔₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥᵦᵧᵨᵩᵪ"
_ABOVE = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵗᵀ"
_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
_FOREIGN = re.compile(
    rf"(?P<remark>\#[^\n]*)|(?P<below>[{_BELOW}]+)|(?P<above>[{_ABOVE}]+)|(?P<fraction>[{_FRACTIONS}])"
    rf"|_\{{(?P<braced>[^{{}}\n]*)\}}|(?P<name>[^\W\d{_BELOW}{_ABOVE}{_FRACTIONS}]"
    rf"(?:(?!_\{{)[^\W{_BELOW}{_ABOVE}{_FRACTIONS}]|[\u0300-\u036f])*)|(?P<other>.)",
    re.DOTALL,
)
_MOMENT = re.compile(r"(?P<before>\w*?),?(?P<moment>(?:tau|t|τ)(?:[+-]\d+)?)")


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text in plain characters; character i stands for those from `starts[i]` to `ends[i]` of what was written."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place of a piece, which is not empty, in what was written."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def plain_characters(text: str) -> PlainText:
    """The text in the characters of the language, and where each came from."""
    return PlainText(text) if text.isascii() and "_{" not in text else _read(text)


@cached(256)
def _read(text: str) -> PlainText:
    pieces = list(_pieces(text))
    if any("[" in plain for name, plain, _ in pieces if name in ("below", "above", "braced")):
        pieces = [(name, _at_its_moment(plain) if name == "name" else plain, span) for name, plain, span in pieces]
    return PlainText(
        "".join(plain for _, plain, _ in pieces),
        tuple(start for _, plain, (start, _) in pieces for _ in plain),
        tuple(end for _, plain, (_, end) in pieces for _ in plain),
    )


def plain_name(name: str) -> str:
    """A name in plain characters: `ŷ` is yhat, 𝐡 is h, `größe` stays as it is."""
    composed = unicodedata.normalize("NFKC", name)
    stem = re.match(r"[^\W\d_][\u0300-\u036f]*", unicodedata.normalize("NFD", composed))
    if stem and len(stem[0]) == 2 and (accent := _ACCENTS.get(stem[0][1])):
        rest = unicodedata.normalize("NFC", unicodedata.normalize("NFD", composed)[2:])
        if not rest or rest[0] in "_0123456789":
            return stem[0][0] + accent + rest
    return composed


def _pieces(text: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """What was written piece by piece: its kind, its plain characters, its place."""
    for match in _FOREIGN.finditer(text):
        kind = str(match.lastgroup)
        yield kind, _PLAIN[kind](match[kind]), match.span()


def _below(run: str) -> str:
    """Subscripts: `ₜ₋₁` is a moment, `ₕₕ` belongs to the name."""
    return _subscript(unicodedata.normalize("NFKC", run).replace("\N{MINUS SIGN}", "-")) or run


def _subscript(inner: str) -> str:
    """A subscript as the language writes it: a moment in brackets, else a part of the name; empty if it is neither."""
    inner = inner.replace("\N{MINUS SIGN}", "-").replace(" ", "")
    if moment := _MOMENT.fullmatch(inner):
        before = f"_{moment['before']}" if moment["before"] else ""
        return f"{before}[{moment['moment'].replace('τ', 'tau')}]"
    return f"_{inner}" if re.fullmatch(r"\w+", inner) else ""


def _above(run: str) -> str:
    """Superscripts: `⁽ᵗ⁾` is a moment, `²` a power, `ᵀ` transposes."""
    inner = unicodedata.normalize("NFKC", run).replace("\N{MINUS SIGN}", "-")
    if found := re.fullmatch(r"\((t(?:[+-]\d+)?|\d+)\)(T?)", inner):
        return f"[{found[1]}]{TRANSPOSED if found[2] else ''}"
    if inner == "T":
        return TRANSPOSED
    return f"**{inner}" if re.fullmatch(r"[+-]?\d+", inner) else run


def _fraction(sign: str) -> str:
    return f"({unicodedata.normalize('NFKC', sign).replace('⁄', '/')})"


def _other(char: str) -> str:
    """A sign, a full-width character, a space of any width, or what nobody sees."""
    if char in SIGNS:
        return SIGNS[char]
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return ""
    return chr(ord(char) - 0xFEE0) if "\uff01" <= char <= "\uff5e" else char


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "remark": str,
    "below": _below,
    "above": _above,
    "braced": lambda inner: _subscript(inner) or f"_{{{inner}}}",
    "fraction": _fraction,
    "name": plain_name,
    "other": _other,
}


def _at_its_moment(name: str) -> str:
    """`x_t` beside `h_{t-1}` is a moment too; in a text that writes moments in brackets alone it is a name."""
    stem, _, last = name.rpartition("_")
    return f"{stem}[t]" if stem and last == "t" else name
