"""Parses what LaTeX sets as an array: a column of vectors, and cases with their conditions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from app.language.pasted.formula_parts import Applied, Bracket, Formula, Operation, WrittenLetter, WrittenNumber
from app.language.pasted.formula_places import STYLES, TokenReader, word_of
from app.language.pasted.formula_tokens import FormulaToken
from app.language.syntax import Span

MATRICES = frozenset(("bmatrix", "pmatrix", "matrix", "smallmatrix", "Bmatrix", "array", "vmatrix"))
CASES = frozenset(("cases", "dcases", "rcases"))
CASE_WORDS = frozenset(("if", "for", "when", "otherwise", "else"))


class ArrayParser(TokenReader, ABC):
    """The part of the parser that reads arrays; how expressions are read, the whole parser says."""

    @abstractmethod
    def sum(self) -> Formula:
        """An expression."""

    @abstractmethod
    def refuse(self) -> NoReturn:
        """Say that what stands here is not read."""

    def matrix(self, token: FormulaToken) -> Formula:
        """A column of vectors is their concatenation, cases are choices; other environments are named."""
        name = word_of(self.group())
        if name not in MATRICES | CASES:
            self.fail(f"the environment {name} is not read", span=token.span)
        if name == "array" and self.at("{"):
            self.group()
        first = self.sum()
        self.accept(",")
        if name in CASES or (self.at("&") and self.case_follows()):
            return self.cases(first, token.span[0])
        rows = [first]
        while self.token.kind == "row":
            self.take()
            if not self.ends():
                rows.append(self.sum())
        if not self.ends() or all(isinstance(row, WrittenNumber) for row in rows):
            self.refuse_entries("vector" if self.ends() else "matrix", self.since(token.span[0]))
        self.take()
        self.group()
        return rows[0] if len(rows) == 1 else Applied("concat", tuple(rows), self.since(token.span[0]))

    def ends(self) -> bool:
        return self.token.kind == "command" and self.token.text == "end"

    def refuse_entries(self, kind: str, span: Span) -> NoReturn:
        """Say that an array is written out where a name is to stand."""
        name, product = ("A", "A @ x[t-1]") if kind == "matrix" else ("b", "x[t] + b")
        hint = f"write a name for it, as {name} in {product}; its numbers are given beside the text, as params"
        self.fail(f"a {kind} that is written out entry by entry is not read", hint, span)

    def case_follows(self) -> bool:
        """Whether what stands behind & is a condition."""
        place = self.place + 1
        while (
            place < len(self.tokens)
            and self.tokens[place].kind != "row"
            and self.tokens[place].text not in ("&", "end")
        ):
            if self.tokens[place].text in ("<", ">", "≤", "≥", "=") or self.case_word(place):
                return True
            place += 1
        return False

    def begins_matrix(self, place: int) -> bool:
        token = self.tokens[place] if place < len(self.tokens) else self.end
        return token.kind == "command" and token.text == "begin"

    def braced_matrix(self) -> Formula:
        """An array behind a brace that stays open, as cases are written."""
        self.take()
        inner = self.matrix(self.take())
        self.accept(")")
        return inner

    def cases(self, value: Formula, start: int) -> Formula:
        """Values, each with its condition; the last is what there is otherwise."""
        pieces: list[tuple[Formula, Formula | None]] = [(value, self.condition_of_case())]
        while self.token.kind == "row":
            self.take()
            if not self.ends():
                value = self.sum()
                self.accept(",")
                pieces.append((value, self.condition_of_case()))
        if not self.ends():
            self.refuse()
        self.take()
        self.group()
        (expr, _), *others = reversed(pieces)
        for value, condition in others:
            if condition is None:
                self.fail("a case without its condition is not read", span=value.span)
            expr = Applied("where", (condition, value, expr), self.since(start))
        return expr

    def condition_of_case(self) -> Formula | None:
        """What stands behind a value: a comparison, or that it is otherwise."""
        self.accept("&")
        word = self.case_word(self.place)
        if word:
            self.take()
            self.group()
        if word in ("otherwise", "else") or self.token.kind in ("row", "end") or self.token.text == "end":
            return None
        start = self.token.span[0]
        left = self.sum()
        if self.at("=") and isinstance(left, WrittenLetter):
            self.take()
            moment = self.sum()
            text = moment.text if isinstance(moment, WrittenNumber) else getattr(moment, "stem", "")
            return Bracket(left.stem, text, self.since(start))
        if not self.at("<", ">", "≤", "≥"):
            self.refuse()
        sign = self.take().text
        return Operation(sign, (left, self.sum()), self.since(start))

    def case_word(self, place: int) -> str:
        """The word that begins a condition, if one stands there in a style of text: if, otherwise."""
        tokens = self.tokens[place : place + 14]
        if not tokens or tokens[0].kind != "command" or tokens[0].text not in STYLES:
            return ""
        inside = [t.text for t in tokens[2:]]
        word = "".join(inside[: inside.index("}")]) if "}" in inside else ""
        return word if word in CASE_WORDS else ""
