"""The symbol that a textbook prints for a variable's name.

`yhat` and `y_hat` are a y with a hat, `W_hh` a W with a subscript, `alpha` the letter; printers and figures ask here.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import Literal

from app.cache import cached

Accent = Literal["", "hat", "bar", "tilde", "dot"]

NABLA = "∇"
MINUS = "\N{MINUS SIGN}"

_SMALL = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi "
    "omicron pi rho sigma tau upsilon phi chi psi omega"
)
_CAPITAL = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = dict(zip(_SMALL.split(), "αβγδεζηθικλμνξοπρστυφχψω", strict=True)) | dict(
    zip(_CAPITAL.split(), "ΓΔΘΛΞΠΣΥΦΨΩ", strict=True)
)
GREEK_NAMES = {letter: name for name, letter in GREEK.items()}

OTHER_LETTERS = frozenset(
    char
    for first, last in (("À", "ſ"), ("Ѐ", "џ"))
    for char in map(chr, range(ord(first), ord(last) + 1))
    if char.isalpha()
)
"""Letters of names besides those of formulas: ö, ß, ł, я. The fonts have each of them upright, bold and italic."""
NAME_CHARACTERS = OTHER_LETTERS | {*string.ascii_letters, *string.digits, *GREEK_NAMES, "ς", "_", NABLA}
"""What names are written with."""

ACCENT_MARKS: dict[Accent, str] = {"": "", "hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}
"""Every accent as the combining character that follows its letter."""

ARROW_MARK = "\N{COMBINING RIGHT ARROW ABOVE}"
"""Of a vector, where it has an arrow."""

PRINTED_AS = {"loss": "L"}
"""Goodfellow et al. (2016), section 10.2: L is the total loss, its parts are the L of each step."""

PLAIN_WORDS = {"that", "what"}
"""They end like an accent and are read as English all the same."""

_NAME = re.compile(r"(?P<stem>[^\W\d_]+)(?P<digits>\d*)(?:_(?P<sub>\w+))?")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name as it is printed: a letter or a word, a subscript, an accent.

    `stem` holds Greek letters as letters. `sub` is empty, or the subscript's parts with commas between them.
    `adjoint` marks the gradient with respect to the variable, `∇h`.
    """

    stem: str
    sub: str = ""
    accent: Accent = ""
    adjoint: bool = False

    @property
    def word(self) -> bool:
        """True if the stem is a word and not a single letter."""
        return len(self.stem) > 1


@cached(4096)
def symbol(name: str) -> Symbol:
    """The symbol of a name; a name that has no parts (`x2h`) is a word as it stands.

    Results within equations have names for programs alone: they are written as the expressions that they are.
    """
    bare = name.removeprefix(NABLA)
    if "." in bare:
        raise ValueError(f"{bare} is what a program calls a result within an equation: it has no symbol")
    adjoint = bare != name
    match = _NAME.fullmatch(bare)
    if match is None:
        return Symbol(bare, adjoint=adjoint)
    stem, accent = _accented(match["stem"])
    below = [part for part in (match["digits"], *(match["sub"] or "").split("_")) if part]
    if len(stem) == 1 and not accent:
        accent = _taken_accent(below)
    return Symbol(stem, ",".join(GREEK.get(part, part) for part in below), accent, adjoint)


def _taken_accent(below: list[str]) -> Accent:
    """The accent that stands among the parts below, which it is no longer: c_tilde, y_hat_1, mu_x_bar."""
    for accent in ACCENT_MARKS:
        if accent in below:
            below.remove(accent)
            return accent
    return ""


def _accented(stem: str) -> tuple[str, Accent]:
    """The letter and its accent: `yhat` is y and hat, `that` and `chassis` are words."""
    for accent in ACCENT_MARKS:
        letter = _single_letter(stem.removesuffix(accent)) if accent and stem.endswith(accent) else None
        if letter and stem not in PLAIN_WORDS:
            return letter, accent
    return PRINTED_AS.get(stem, _single_letter(stem) or stem), ""


def _single_letter(stem: str) -> str | None:
    return GREEK.get(stem) or (stem if len(stem) == 1 else None)


def unknown_letter(name: str) -> str | None:
    """The first character of a name that formulas cannot be set with."""
    return next((char for char in name if char not in NAME_CHARACTERS), None)


def is_greek(name: str) -> bool:
    """True if the stem is a lower-case Greek letter, spelled out or as itself: `alpha`, `lambda_1`, `λ`."""
    stem = symbol(name).stem
    return stem in GREEK_NAMES and stem.islower()


def plain_symbol(name: str) -> str:
    """The symbol in one line of ordinary characters, for titles and terminals: ŷ, α, W_hh."""
    it = symbol(name)
    below = f"_{it.sub}" if it.sub else ""
    return NABLA * it.adjoint + it.stem + ACCENT_MARKS[it.accent] + below


def bold(text: str) -> str:
    """Letters and digits as Unicode's upright bold mathematical ones; others stay as they are."""
    return "".join(map(_bold, text))


def italic(text: str) -> str:
    """Letters as Unicode's italic mathematical ones; others, digits too, stay as they are."""
    return "".join(map(_italic, text))


@cached(512)
def _bold(char: str) -> str:
    return _in_alphabet(char, latin=0x1D400, capital_greek=0x1D6A8, small_greek=0x1D6C2, digit=0x1D7CE)


@cached(512)
def _italic(char: str) -> str:
    if char == "h":  # Unicode keeps it apart, as Planck's constant
        return "ℎ"
    return _in_alphabet(char, latin=0x1D434, capital_greek=0x1D6E2, small_greek=0x1D6FC)


def _in_alphabet(char: str, latin: int, capital_greek: int, small_greek: int, digit: int | None = None) -> str:
    """A character moved into an alphabet whose blocks start at these code points."""
    blocks = (("A", "Z", latin), ("a", "z", latin + 26), ("Α", "Ω", capital_greek), ("α", "ω", small_greek))
    for first, last, start in (*blocks, ("0", "9", digit)):
        if start is not None and first <= char <= last:
            return chr(start + ord(char) - ord(first))
    return char


def minus_signs(text: str) -> str:
    """Numbers with a true minus sign in place of each hyphen."""
    return text.replace("-", MINUS)
