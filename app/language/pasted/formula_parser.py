"""Parses one statement of mathematics as it is written, before it is known which scripts are moments.

From the loosest to the tightest: + and -; signs of products and /; what stands side by side; a function and its
argument; scripts. A function without brackets takes what stands side by side behind it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NoReturn

from app.language.elsewhere import function_here
from app.language.parse import DEEPEST
from app.language.pasted.formula_arrays import MATRICES, ArrayParser
from app.language.pasted.formula_parts import (
    Applied,
    Bracket,
    Formula,
    FormulaLine,
    Operation,
    Summed,
    WrittenLetter,
    WrittenNumber,
)
from app.language.pasted.formula_places import (
    ACCENTS,
    CLOSING,
    STYLES,
    VARIANTS,
    plain_stem,
    script_text,
    word_of,
)
from app.language.pasted.formula_tokens import FormulaToken
from app.language.pasted.names_elsewhere import name_here
from app.language.symbols import GREEK

BOLD = frozenset(("mathbf", "boldsymbol", "bm", "textbf", "pmb", "bold", "symbf"))
KEYWORDS = frozenset(("if", "else", "for", "in", "and", "or", "not", "is", "where", "otherwise", "lambda"))
MOMENT = re.compile(r"(?:[a-z]|tau)(?:[+-]\d+)?|\d+|tau|T")
CLOCKED = re.compile(r"[tnk](?:[+-]\d+)?")
LETTERS_OF_FUNCTIONS = frozenset(("f", "g", "phi", "psi", "sigma", "rho"))
"""Letters that are functions where a bracket follows them."""
NOT_READ = {
    "prod": "a product over an index is not read", "int": "an integral is not read",
    "partial": "a derivative is not read",
    "nabla": "a gradient is not read: gradients are derived from the equations", "lim": "a limit is not read",
    "begin": "this environment is not read", "arg": "arg is not read",
}  # fmt: skip


class FormulaParser(ArrayParser):
    """The parser of one statement."""

    # a statement

    def line(self) -> FormulaLine:
        """All sides of a statement; a side of several names separated by commas is a list."""
        start = self.tokens[0].span[0]
        sides = [self.side()]
        while self.accept("="):
            sides.append(self.side())
        if self.token.kind != "end":
            self.refuse()
        return FormulaLine(tuple(sides), (start, self.tokens[-1].span[1]))

    def side(self) -> tuple[Formula, ...]:
        found = [self.sum()]
        while self.accept(","):
            found.append(self.sum())
        return tuple(found)

    def refuse(self) -> NoReturn:
        token = self.token
        if token.text in "≤≥<>":
            self.fail(f"{token.text} is not read", "write where(a < b, x, y) in the language")
        self.fail(f"{token.text!r} is not read" if token.text else "the line ends too early")

    # expressions

    def sum(self) -> Formula:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"nested deeper than {DEEPEST}")
        start = self.token.span[0]
        terms = [self.signed()]
        while self.at("+", "-", "±"):
            if self.at("±"):
                self.fail("± is not read", "write one line for each")
            minus = self.take().text == "-"
            term = self.signed()
            terms.append(Operation("-", (term,), term.span) if minus else term)
        self.depth -= 1
        return Operation("+", tuple(terms), self.since(start)) if len(terms) > 1 else terms[0]

    def signed(self) -> Formula:
        start, minus = self.token.span[0], False
        while self.at("-", "+"):
            minus ^= self.take().text == "-"
        expr = self.product()
        return _negative(expr, start) if minus else expr

    def product(self) -> Formula:
        """Factors with signs between them, each made of factors side by side."""
        start = self.token.span[0]
        expr = self.side_by_side()
        while self.at("·", "⊙", "/", "."):
            sign = self.take().text.replace(".", "·")
            right = self.signed() if self.at("-") else self.side_by_side()
            expr = Operation(sign, (expr, right), self.since(start))
        return expr

    def side_by_side(self) -> Formula:
        start = self.token.span[0]
        expr = self.factor()
        while self.starts_factor():
            expr = Operation("·", (expr, self.factor()), self.since(start))
        return expr

    def starts_factor(self) -> bool:
        token = self.token
        if token.kind == "sign":
            return token.text in ("(", "[", "{", "∑", "√") or (token.text in ("|", "‖") and not self.bars)
        if token.kind == "command" and token.text in STYLES and self.case_word(self.place):
            return False
        return token.kind in ("letter", "number", "command") and token.text != "end"

    def factor(self) -> Formula:
        """A value with the scripts that stand at it."""
        start = self.token.span[0]
        return self.powers(self.value(), start)

    def powers(self, base: Formula, start: int) -> Formula:
        while True:
            if self.accept("^"):
                base = self.raised(base, start)
            elif self.accept("⊤"):
                base = Operation("⊤", (base,), self.since(start))
            elif self.at("_"):
                self.fail("a subscript at a bracket is not read", "entries are not read one by one")
            else:
                return base

    def raised(self, base: Formula, start: int) -> Formula:
        group = self.group()
        text = script_text(group)
        if text in ("⊤", "T"):
            return Operation("⊤", (base,), self.since(start))
        return Operation("**", (base, self.inside(group)), self.since(start))

    def inside(self, group: list[FormulaToken]) -> Formula:
        """The expression that a group holds."""
        if not group:
            self.fail("an empty group is not read")
        inner = FormulaParser(group, self.known)
        inner.depth = self.depth + 1
        expr = inner.sum()
        if inner.token.kind != "end":
            inner.refuse()
        return expr

    # values

    def value(self) -> Formula:
        token = self.token
        if token.kind == "number":
            return self.number(self.take())
        if token.kind == "letter":
            return self.letters()
        if token.kind == "command":
            return self.command(self.take())
        if self.at("(", "[") and self.begins_matrix(self.place + 1):
            return self.braced_matrix()
        if self.at("{") and self.unbraced_letter():
            return self.value()
        if token.text in CLOSING:
            return self.bracketed(self.take())
        if token.text in "|‖" and token.text:
            return self.magnitude(self.take())
        if self.accept("∑"):
            return self.summed(token)
        if self.accept("√"):
            return Applied("sqrt", (self.factor(),), self.since(token.span[0]))
        missing = token.kind == "end"
        return self.fail(
            "something is missing at the end of the line" if missing else f"expected a value, found {token.text!r}"
        )

    def number(self, token: FormulaToken) -> Formula:
        """A number; with a number below it, written 1/2, one number."""
        if self.at("/") and self.place + 1 < len(self.tokens) and self.tokens[self.place + 1].kind == "number":
            after = self.tokens[self.place + 2] if self.place + 2 < len(self.tokens) else self.end
            if after.text != "^":
                self.take()
                under = self.take()
                return WrittenNumber(f"{token.text}/{under.text}", (token.span[0], under.span[1]))
        return WrittenNumber(token.text, token.span)

    def unbraced_letter(self) -> bool:
        """Take away the braces around a letter whose scripts stand behind them, `{\\tilde {c}}_{t}`; False if none."""
        start = self.place
        group = self.group()
        if self.at("_", "^", "'", "⊤") and _is_one_letter(group):
            self.tokens[start : self.place] = group
            self.place = start
            return True
        self.place = start
        return False

    def bracketed(self, opening: FormulaToken) -> Formula:
        start = opening.span[0]
        inner = [self.sum()]
        if opening.text == "[" and self.at("=") and isinstance(inner[0], WrittenLetter):
            return self.condition(inner[0], start)
        if self.at("<", ">", "≤", "≥") and opening.text != "{":
            sign = self.take().text
            inner = [Operation(sign, (inner[0], self.sum()), self.since(start))]
        while self.at(",", ";") and opening.text != "{":
            self.take()
            inner.append(self.sum())
        if not self.accept(CLOSING[opening.text]):
            self.fail(f"the bracket {opening.text} is not closed", span=opening.span)
        if len(inner) == 1:
            return inner[0]
        if all(isinstance(it, WrittenNumber) for it in inner):
            signs = {it.text for it in self.tokens if opening.span[0] < it.span[0] < self.since(start)[1]}
            self.refuse_entries("matrix" if {",", ";"} <= signs else "vector", self.since(start))
        return Applied("concat", tuple(inner), self.since(start))

    def condition(self, clock: WrittenLetter, start: int) -> Formula:
        self.take()
        group = []
        while not self.at("]"):
            if self.token.kind == "end":
                self.fail("the bracket [ is not closed", span=(start, start + 1))
            group.append(self.take())
        self.take()
        return Bracket(clock.stem, script_text(group), self.since(start))

    def magnitude(self, opening: FormulaToken) -> Formula:
        """|x| is the magnitude of every entry, ‖x‖ the length."""
        start = opening.span[0]
        self.bars += 1
        inner = self.sum()
        self.bars -= 1
        if not self.accept(opening.text):
            self.fail(f"the bar {opening.text} is not closed", span=opening.span)
        if opening.text == "|":
            return Applied("abs", (inner,), self.since(start))
        if self.at("_"):
            self.take()
            if script_text(self.group()) not in ("2", "F"):
                self.fail("only the length ‖x‖ is read", "write the norm as sum(abs(x))")
        if self.at("^"):
            self.take()
            if script_text(self.group()) == "2":
                square = Operation("**", (inner, WrittenNumber("2", opening.span)), self.since(start))
                return Applied("sum", (square,), self.since(start))
            self.fail("only the square of a length is read")
        return Applied("norm", (inner,), self.since(start))

    def summed(self, sign: FormulaToken) -> Formula:
        below = above = ""
        while self.at("_", "^"):
            where, text = self.take().text, script_text(self.group())
            below, above = (text, above) if where == "_" else (below, text)
        body = self.product()
        return Summed(below.partition("=")[0], body, self.since(sign.span[0]))

    def letters(self) -> Formula:
        """A letter, or the word that letters make: a function's name, in running text any name."""
        run = [self.take()]
        while self.token.kind == "letter" and self.token.span[0] == run[-1].span[1]:
            run.append(self.take())
        word = "".join(t.text for t in run)
        if self.plain and word in KEYWORDS:
            self.fail(
                f"{word} is not read", "write where(condition, a, b)" if word in ("if", "else") else None, run[0].span
            )
        if len(run) > 2 and self.at("("):
            return self.applied(word, run[0].span[0])
        if len(run) > 1 and not (self.plain or self.is_function(word)):
            self.place -= len(run) - 1
            run, word = run[:1], run[0].text
        called = len(word) > 1 and self.at("(") and name_here(word) is not None
        if called or (self.is_function(word) and len(word) > 1) or (word in self.functions and self.at("(")):
            return self.applied(word, run[0].span[0])
        return self.glyph(word, run[0].span[0])

    def is_function(self, word: str) -> bool:
        return word in self.functions or (len(word) > 1 and function_here(word) is not None)

    def command(self, token: FormulaToken) -> Formula:
        name, start = VARIANTS.get(token.text, token.text), token.span[0]
        if name in ("frac", "tfrac", "dfrac", "cfrac"):
            return self.fraction(start)
        if name == "sqrt":
            return self.root(start)
        if name in ("top", "sum"):
            self.fail(f"\\{name} stands alone")
        if name in ACCENTS or name in STYLES:
            self.place -= 1
            return self.styled(start)
        if name == "begin":
            return self.matrix(token)
        if name in GREEK:
            return self.glyph(name, start)
        if name in ("max", "min") and self.at("("):
            return self.applied(name, start)
        if name_here(name) is not None:
            return self.applied(name, start)
        if name in MATRICES:
            self.refuse_entries("matrix", token.span)
        return self.fail(NOT_READ.get(name, f"\\{token.text} is not read"), span=token.span)

    def fraction(self, start: int) -> Formula:
        over, under = self.inside(self.group()), self.inside(self.group())
        if isinstance(over, WrittenNumber) and isinstance(under, WrittenNumber) and "/" not in over.text + under.text:
            return WrittenNumber(f"{over.text}/{under.text}", self.since(start))
        return Operation("/", (over, under), self.since(start))

    def root(self, start: int) -> Formula:
        if self.at("["):
            self.fail("only square roots are read", "write x ** (1/3)")
        return Applied("sqrt", (self.inside(self.group()),), self.since(start))

    def styled(self, start: int) -> Formula:
        """A letter or a word with accents and styles, whichever way they nest."""
        operator = self.token.text == "operatorname"
        stem, bold = self.stem()
        if operator and not self.at("="):
            return self.applied(stem, start)
        if self.is_function(stem) and len(stem) > 1 and self.starts_factor():
            return self.applied(stem, start)
        if self.at("(") and len(stem) > 1 and stem not in GREEK and not _is_accented(stem):
            return self.applied(stem, start)
        return self.glyph(stem, start, bold)

    def stem(self) -> tuple[str, bool]:
        name = self.take().text
        inner = self.group()
        if inner and inner[0].kind == "command" and inner[0].text in STYLES | ACCENTS.keys():
            below = FormulaParser(inner, self.known)
            stem, bold = below.stem()
            if below.token.kind != "end":
                self.fail("only a letter or a word has an accent or a style", span=inner[0].span)
        else:
            stem, bold = word_of(inner), name in BOLD
        if not stem:
            self.fail(f"\\{name} is read at a letter or a word alone")
        return stem + ACCENTS.get(name, ""), bold or name in BOLD

    def glyph(self, stem: str, start: int, bold: bool = False) -> Formula:
        """A letter with its scripts; a bracket behind it may be a moment or a function's arguments."""
        stem = plain_stem(stem)
        below: list[str] = []
        above: list[str] = []
        power: Formula | None = None
        transposed = False
        while True:
            if self.accept("_"):
                below.append(script_text(self.group()))
            elif self.accept("^"):
                group = self.group()
                text = script_text(group)
                if stem in ("e", "exp") and not above and not re.fullmatch(r"\(([tnk]|tau)([+-]\d+)?\)", text):
                    return Applied("exp", (self.inside(group),), self.since(start))
                text, transposed = _without_transposition(text, transposed)
                if _is_script(text):
                    above.append(text)
                elif text:
                    power = self.inside(group)
            elif self.accept("'"):
                above.append("'")
            elif self.accept("⊤"):
                transposed = True
            elif self.moment_follows():
                above.append(self.moment())
            else:
                break
        glyph: Formula = WrittenLetter(stem, self.since(start), tuple(below), tuple(above), bold)
        if self.at("(") and self.is_letter_of_function(stem, below, above):
            return self.applied(stem, start, "_".join(below))
        glyph = Operation("⊤", (glyph,), self.since(start)) if transposed else glyph
        return glyph if power is None else Operation("**", (glyph, power), self.since(start))

    def is_letter_of_function(self, stem: str, below: list[str], above: list[str]) -> bool:
        if above or any(CLOCKED.fullmatch(text) for text in below):
            return False
        if "_".join((stem, *below)) in self.functions:
            return True
        return stem in LETTERS_OF_FUNCTIONS and (stem == "sigma" or stem not in self.known.values)

    def moment_follows(self) -> bool:
        """True where a bracket with an index of time follows: `h[t-1]`, `x(k+1)`."""
        if self.at("{") and self.place + 1 < len(self.tokens) and self.tokens[self.place + 1].text == "(":
            return self.within_braces()
        if not self.at("[", "("):
            return False
        closing = CLOSING[self.token.text]
        inside = self.tokens[self.place + 1 : self.place + 6]
        end = next((k for k, t in enumerate(inside) if t.kind == "sign" and t.text == closing), None)
        text = script_text(inside[:end]) if end else ""
        return bool(text) and bool((MOMENT if closing == "]" else CLOCKED).fullmatch(text))

    def within_braces(self) -> bool:
        """The same for a bracket within braces, `h{(t-1)}`, as some programs write it."""
        before = self.place
        self.take()
        found = self.moment_follows()
        if found:
            self.moment()
            found = self.at("}")
        self.place = before
        return found

    def moment(self) -> str:
        if self.accept("{"):
            inner = self.moment()
            self.take()
            return inner
        closing = CLOSING[self.take().text]
        group = []
        while not self.at(closing):
            group.append(self.take())
        self.take()
        return f"({script_text(group)})"

    def applied(self, name: str, start: int, below: str = "") -> Formula:
        """A function with its arguments: in brackets, or what stands side by side behind it."""
        power: Formula | None = None
        while self.at("_", "^"):
            if self.take().text == "_":
                below = script_text(self.group())
            else:
                power = self.inside(self.group())
        if self.at("(", "[", "{"):
            opening = self.take()
            arguments = [self.sum()]
            while self.at(",", "|", ";"):
                parameters = self.take().text == ";"
                argument = self.sum()
                if not parameters:
                    arguments.append(argument)
            if not self.accept(CLOSING[opening.text]):
                self.fail(f"the bracket {opening.text} is not closed", span=opening.span)
        elif self.starts_factor():
            arguments = [self.side_by_side()]
        else:
            self.fail(f"{name} has no argument")
        expr: Formula = Applied(name, tuple(arguments), self.since(start), below)
        expr = expr if power is None else Operation("**", (expr, power), self.since(start))
        return self.powers(expr, start) if self.at("^", "⊤") else expr


def _negative(expr: Formula, start: int) -> Formula:
    """A minus before a product belongs to its first factor, as in the language."""
    if isinstance(expr, Operation) and expr.sign in "·⊙/":
        return replace(expr, parts=(_negative(expr.parts[0], start), *expr.parts[1:]))
    if isinstance(expr, WrittenNumber):
        return WrittenNumber(expr.text.removeprefix("-") if expr.text.startswith("-") else f"-{expr.text}", expr.span)
    return Operation("neg", (expr,), (start, expr.span[1]))


def _is_one_letter(group: list[FormulaToken]) -> bool:
    """True for a letter alone, whatever braces, accents and styles are around it."""
    bare = [t for t in group if not (t.kind == "sign" and t.text in "{}")]
    styles = [t for t in bare if t.kind == "command" and t.text in STYLES | ACCENTS.keys()]
    letters = [t for t in bare if t not in styles]
    greek = [t for t in letters if t.kind == "command" and VARIANTS.get(t.text, t.text) in GREEK]
    return (
        bool(letters) and all(t.kind == "letter" or t in greek for t in letters) and (bool(styles) or len(letters) == 1)
    )


def _is_accented(stem: str) -> bool:
    return any(accent and stem.endswith(accent) for accent in ACCENTS.values())


def _is_script(text: str) -> bool:
    """True for what stands above a letter and is no power: a moment, a layer, a prime."""
    if re.fullmatch(r"[(<\[].*[)>\]]", text):
        return True
    return bool(re.fullmatch(r"[a-z]|[tknl][+-]\d+|tau|'+|\*|[A-Za-z]{2,}", text))


def _without_transposition(text: str, transposed: bool) -> tuple[str, bool]:
    for sign in ("⊤", "T"):
        if text == sign or (text.endswith(sign) and len(text) > 1 and text[-2] in ")>]"):
            return text[: -len(sign)], True
    return text, transposed
