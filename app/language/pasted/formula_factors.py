"""Decides whether σ before a bracket is the sigmoid, or a number as the σ of Lorenz, by what else the text says.

A text that gives σ a value, or has it without an argument, means a number. So does one that has no weights, other
Greek letters as numbers, and a difference of two letters in the bracket: σ (y - x).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.language.pasted.formula_places import script_text
from app.language.pasted.formula_tokens import FormulaToken, without_scripts
from app.language.symbols import GREEK

SIGMA = "sigma"
BEHIND_A_NUMBER = frozenset(("+", "-", "=", ",", "/", "\N{MIDDLE DOT}"))
TIMES = frozenset(("t", "tau"))
"""Greek and other letters that are times, and say nothing of the rest."""


def sigma_is_a_factor(statements: Sequence[list[FormulaToken]]) -> bool:
    """True where σ is a number in a text, whatever brackets stand behind it."""
    lines = [without_scripts(tokens) for tokens in statements]
    ends = FormulaToken("end", "", (0, 0))
    pairs = [pair for line in lines for pair in pairwise([*line, ends])]
    if any(_is_sigma(token) and after.text in BEHIND_A_NUMBER for token, after in pairs):
        return True
    brackets = [inside for line in lines for inside in _behind_sigma(line)]
    numbers = {name for token, _ in pairs if (name := script_text([token])) in GREEK} - TIMES - {SIGMA}
    computed = {name for line in lines for name in _computed(line)}
    weights = {token.text for token, _ in pairs if token.kind == "letter" and token.text.isupper()} - computed
    return bool(brackets and numbers and not weights) and all(map(_is_difference, brackets))


def _is_sigma(token: FormulaToken) -> bool:
    return token.kind in ("letter", "command") and script_text([token]) == SIGMA


def _behind_sigma(line: Sequence[FormulaToken]) -> Iterator[Sequence[FormulaToken]]:
    """What stands in the brackets behind each σ."""
    for place, token in enumerate(line[:-1]):
        if _is_sigma(token) and line[place + 1].text == "(":
            inside = line[place + 2 :]
            yield inside[: next((k for k, it in enumerate(inside) if it.text == ")"), len(inside))]


def _is_difference(inside: Sequence[FormulaToken]) -> bool:
    """True for one letter less another, with whatever scripts."""
    letters = [token for token in inside if token.kind == "letter"]
    signs = [token.text for token in inside if token.kind != "letter" and token.text not in ("_", "^")]
    return len(letters) == 2 and signs == ["-"]


def _computed(line: Sequence[FormulaToken]) -> Iterator[str]:
    """The capital letters that a statement computes."""
    equals = next((k for k, token in enumerate(line) if token.text == "="), 0)
    return (token.text for token in line[:equals] if token.kind == "letter")
