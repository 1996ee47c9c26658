"""The place reached in the tokens of a formula, and what its groups and scripts say as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from app.language.characters import plain_name
from app.language.pasted.formula_tokens import FormulaToken
from app.language.pasted.lines import CLOSE_IT, GO_ON, Unread
from app.language.symbols import ACCENT_MARKS, GREEK, GREEK_NAMES
from app.language.syntax import Span

STYLES = frozenset((
    "mathbf", "boldsymbol", "bm", "mathrm", "mathit", "mathsf", "mathtt", "mathcal", "mathbb", "mathscr",
    "mathfrak", "text", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "operatorname", "pmb",
    "vec", "underline", "ensuremath", "mbox", "hbox", "bold", "symbf",
))  # fmt: skip
SIDES = {"overrightarrow": "f", "vec": "f", "overleftarrow": "b", "cev": "b"}
"""Arrows over a letter, and what its name has for the direction in which a sequence is read: forward or backward."""
ARROWS = {"rightarrow": "f", "longrightarrow": "f", "to": "f", "longleftarrow": "b"}
"""The same where an arrow stands by itself above or below a letter; the short one to the left is a sign, =."""
ACCENTS = {
    **dict.fromkeys(("hat", "widehat"), "hat"),
    **dict.fromkeys(("bar", "overline", "widebar"), "bar"),
    **dict.fromkeys(("tilde", "widetilde"), "tilde"),
    "dot": "dot",
}
DECORATIONS = STYLES | ACCENTS.keys() | SIDES.keys()
"""Commands that say how the letter behind them looks."""
MARKS = {mark: word for word, mark in ACCENT_MARKS.items() if mark}
VARIANTS = {
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varrho": "rho",
    "varsigma": "sigma",
    "ell": "l",
}
CLOSING = {"(": ")", "[": "]", "{": "}"}
SHORT_MOMENT = re.compile(r"[a-z](?:[+-](?:\d+|[a-z]))?")
"""An index of time as it stands in brackets: t, t-1, and t-k within a sum over k."""


@dataclass(frozen=True, slots=True)
class LettersOfText:
    """What is known of a text's letters before it is parsed."""

    plain: bool
    """True for running text without commands, where letters that touch are one name."""
    functions: frozenset[str] = frozenset()
    """The functions that it defines."""
    values: frozenset[str] = frozenset()
    """What is no function, since it stands without an argument somewhere."""
    single: frozenset[str] = frozenset()
    """In running text, the letters that stand by themselves somewhere: where they touch they are a product."""
    factors: frozenset[str] = frozenset()
    """Letters of functions that are numbers here, whatever bracket stands behind them."""
    indices: frozenset[str] = frozenset()
    """The letters that sums go over: in brackets behind a letter they are its indices, `W[i, j]`."""
    directed: bool = False
    """True where letters with arrows over them are two directions of one sequence; else an arrow marks a vector."""


class TokenReader:
    """One statement's tokens and the place reached in them."""

    def __init__(self, tokens: Sequence[FormulaToken], letters: LettersOfText) -> None:
        self.tokens, self.known = list(tokens), letters
        self.plain, self.functions = letters.plain, letters.functions
        self.place, self.depth, self.bars = 0, 0, 0
        last = tokens[-1].span[1]
        self.end = FormulaToken("end", "", (last, last))

    @property
    def token(self) -> FormulaToken:
        return self.tokens[self.place] if self.place < len(self.tokens) else self.end

    def take(self) -> FormulaToken:
        token = self.token
        self.place += 1
        return token

    def at(self, *texts: str) -> bool:
        return self.token.kind == "sign" and self.token.text in texts

    def accept(self, text: str) -> bool:
        if not self.at(text):
            return False
        self.place += 1
        return True

    def since(self, start: int) -> Span:
        return start, self.tokens[self.place - 1].span[1] if self.place else start

    def fail(self, message: str, hint: str, span: Span | None = None) -> NoReturn:
        raise Unread(message, span or self.token.span, hint)

    def group(self) -> list[FormulaToken]:
        """The tokens of an argument: what braces hold, or one token with what belongs to it."""
        if not self.at("{"):
            token = self.take()
            if token.kind == "end":
                self.fail("something is missing at the end of the line", GO_ON)
            if token.kind == "command" and token.text in DECORATIONS:
                return [
                    token,
                    FormulaToken("sign", "{", token.span),
                    *self.group(),
                    FormulaToken("sign", "}", token.span),
                ]
            if token.kind == "number" and not self.plain and len(token.text) > 1 and token.text.isdigit():
                self.place -= 1
                first, rest = token.text[0], token.text[1:]
                middle = token.span[0] + 1
                self.tokens[self.place : self.place + 1] = [
                    FormulaToken("number", first, (token.span[0], middle)),
                    FormulaToken("number", rest, (middle, token.span[1])),
                ]
                return [self.take()]
            return [token, *self.rest_of_word(token)]
        self.take()
        found, depth = [], 0
        while not (depth == 0 and self.at("}")):
            token = self.take()
            if token.kind == "end":
                self.fail("a brace is not closed", CLOSE_IT)
            depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "sign" else 0
            found.append(token)
        self.take()
        return found

    def script(self) -> list[FormulaToken]:
        """What stands below or above a letter: a group, and where people write no TeX, brackets: `h_(t-1)`, `h^(t)`."""
        if not self.at("("):
            return self.group()
        above, start = self.tokens[self.place - 1].text == "^", self.place
        bracket = next((k for k in range(start + 1, len(self.tokens)) if self.tokens[k].text in ("(", ")")), start + 1)
        inside = self.tokens[start + 1 : bracket]
        if not inside or self.tokens[bracket].text != ")":
            return self.group()
        self.place = bracket + 1
        return self.tokens[start : self.place] if above and SHORT_MOMENT.fullmatch(script_text(inside)) else inside

    def rest_of_word(self, first: FormulaToken) -> list[FormulaToken]:
        """In running text, the letters and digits that touch the first: `W_hh`."""
        found = [first]
        while self.plain and self.token.kind in ("letter", "number") and self.token.span[0] == found[-1].span[1]:
            if first.kind not in ("letter", "number"):
                break
            found.append(self.take())
        return found[1:]


def script_text(tokens: Sequence[FormulaToken]) -> str:
    """What stands below or above a letter, as plain text: `t-1`, `(t)`, `hh`."""
    text = ""
    for token in tokens:
        if token.kind == "command":
            text += "" if token.text in STYLES else (ARROWS | VARIANTS).get(token.text, token.text)
        elif token.text not in "{}" or token.kind != "sign":
            text += plain_stem(token.text) if token.kind == "letter" else token.text
    return {"=": "b", "→": "f", "·": "star"}.get(text, text)


def plain_stem(stem: str) -> str:
    """A Greek letter by its name, an accent of Unicode as a word."""
    if len(stem) == 2 and stem[1] in MARKS:
        return GREEK_NAMES.get(stem[0], stem[0]) + MARKS[stem[1]]
    return GREEK_NAMES.get(stem, plain_name(stem))


def word_of(tokens: Sequence[FormulaToken]) -> str:
    """Letters, digits and a Greek command as one word; empty if anything else stands there."""
    text = ""
    for token in tokens:
        if token.kind in ("letter", "number"):
            text += plain_stem(token.text)
        elif token.kind == "command" and VARIANTS.get(token.text, token.text) in GREEK:
            text += VARIANTS.get(token.text, token.text)
        elif token.kind != "sign" or token.text not in "{} -":
            return ""
    return text
