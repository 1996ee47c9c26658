"""Parses what LaTeX sets as an array: a column of vectors, and cases with their conditions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from app.language.numbers_beside import AS_PARAMETERS
from app.language.pasted.formula_parts import (
    Applied,
    Bracket,
    Formula,
    FunctionColumn,
    Operation,
    WrittenLetter,
    WrittenNumber,
)
from app.language.pasted.formula_places import CLOSING, STYLES, TokenReader, script_text, word_of
from app.language.pasted.formula_tokens import FormulaToken
from app.language.pasted.names_elsewhere import name_here
from app.language.syntax import Span

MATRICES = frozenset(("bmatrix", "pmatrix", "matrix", "smallmatrix", "Bmatrix", "array", "vmatrix"))
CASES = frozenset(("cases", "dcases", "rcases"))
SQUASHING = frozenset(("sigma", "phi", "psi", "rho"))
"""Letters that are functions in a column of functions."""
CASE_WORDS = frozenset(("if", "for", "when", "otherwise", "else"))


class ArrayParser(TokenReader, ABC):
    """The part of the parser that reads arrays; how expressions are read, the whole parser says."""

    @abstractmethod
    def sum(self) -> Formula:
        """An expression."""

    @abstractmethod
    def product(self) -> Formula:
        """Factors with or without signs between them."""

    @abstractmethod
    def refuse(self) -> NoReturn:
        """Say that what stands here is not read."""

    def matrix(self, token: FormulaToken, closing: str = "") -> Formula:
        """A column of vectors is their concatenation, cases are choices; other environments are named.

        `closing` is the bracket behind it where it stands in brackets of its own.
        """
        name = word_of(self.group())
        if name not in MATRICES | CASES:
            self.fail(f"the environment {name} is not read", "write its lines by themselves, or in align", token.span)
        if name == "array" and self.at("{"):
            self.group()
        if functions := self.functions_in_rows():
            return self.function_column(functions, token.span[0], closing)
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

    def functions_in_rows(self) -> tuple[str, ...]:
        """The functions that an array has in its rows, and nothing else; none where it has anything else."""
        rows: list[list[FormulaToken]] = [[]]
        for token in self.tokens[self.place :]:
            if token.kind == "command" and token.text == "end":
                names = tuple(script_text(row) for row in rows if row)
                return names if len(names) > 1 and all(map(_is_function, names)) else ()
            if token.kind == "row":
                rows.append([])
            else:
                rows[-1].append(token)
        return ()

    def function_column(self, functions: tuple[str, ...], start: int, closing: str) -> Formula:
        """What stands behind a column of functions, with or without a sign between, is what they are applied to."""
        while not self.ends():
            self.take()
        self.take()
        self.group()
        self.accept(closing)
        if not self.accept("⊙"):
            self.accept("·")
        return FunctionColumn(functions, self.product(), self.since(start))

    def ends(self) -> bool:
        return self.token.kind == "command" and self.token.text == "end"

    def refuse_entries(self, kind: str, span: Span) -> NoReturn:
        """Say that an array is written out where a name is to stand."""
        name, product = ("A", "A @ x[t-1]") if kind == "matrix" else ("b", "x[t] + b")
        hint = f"write a name for it, as {name} in {product}; its numbers are given beside the text, {AS_PARAMETERS}"
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
        """An array in brackets, or behind a brace that stays open, as cases are written."""
        closing = CLOSING[self.take().text]
        inner = self.matrix(self.take(), closing)
        self.accept(closing)
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
                self.fail("a case without its condition is not read", "the last case alone is without one", value.span)
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


def _is_function(name: str) -> bool:
    return name in SQUASHING or (len(name) > 1 and name_here(name) is not None)
