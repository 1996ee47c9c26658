"""Parses one statement of mathematics as it is written, before it is known which scripts are moments.

From the loosest to the tightest: + and -; signs of products and /; what stands side by side; a function and its
argument; scripts. A function without brackets takes what stands side by side behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from itertools import pairwise
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
    with_letters,
)
from app.language.pasted.formula_places import (
    ACCENTS,
    CLOSING,
    DECORATIONS,
    SHORT_MOMENT,
    SIDES,
    STYLES,
    VARIANTS,
    plain_stem,
    script_text,
    word_of,
)
from app.language.pasted.formula_tokens import BOLD, FormulaToken
from app.language.pasted.lines import CLOSE_IT, GO_ON, IN_PARTS
from app.language.pasted.names_elsewhere import misspelt_hint, name_here
from app.language.symbols import GREEK

NUMBER = re.compile(r"\d+(?:\.\d+)?")
STACKED = frozenset(("overset", "stackrel"))
SIGNS_ABOVE = {"-": "minus", "+": "plus"}
"""Before and after what is measured at a step, as books on filters have it above a letter."""
KEYWORDS = frozenset(("if", "else", "for", "in", "and", "or", "not", "is", "where", "otherwise", "lambda"))
MOMENT = re.compile(rf"{SHORT_MOMENT.pattern}|tau(?:[+-]\d+)?|\d+|T")
INDEX = re.compile(r"[a-z](?:[+-]\d+)?")
CLOCKED = re.compile(rf"(?=[tnk])(?:{SHORT_MOMENT.pattern})")
MOMENT_ENDS = {"(": ")", "[": "]", "<": ">"}
"""The brackets that a moment stands in: `x(t)`, `x[n]`, and `x<t>` of courses."""
DERIVED = "leave the line out: every gradient is derived from the equations, and shown"
DRAWN = "what is drawn at random is data: leave the line out, and read the letter where it is needed, as n_t"
NOT_READ_AT_ALL = "leave the command out, or write the line in the language: h[t] = tanh(W @ h[t-1] + U @ x[t])"
LETTERS_OF_FUNCTIONS = frozenset(("f", "g", "phi", "psi", "sigma", "rho", "Theta", "S"))
"""Letters that are functions where a bracket follows them."""
NOT_READ: Mapping[str, tuple[str, str]] = {
    "prod": ("a product over an index is not read", "write its factors; one over all steps is p[t] = p[t-1] * x[t]"),
    "int": ("an integral is not read", "an integral over time is a state that adds up: s[t] = s[t-1] + dt * x[t]"),
    "partial": ("a derivative is not read", DERIVED),
    "nabla": ("a gradient is not read: gradients are derived from the equations", DERIVED),
    "ddot": ("a second derivative is not read", "write two lines: \\dot{x} = v and \\dot{v} = …"),
    "lim": ("a limit is not read", "write the value at the last step, as h_T"),
    "arg": ("arg is not read", "write argmax(x), which is a one-hot vector"),
    "neq": ("\\neq is not read", "write 1 - (a \\le b)(a \\ge b)"),
    "ne": ("\\ne is not read", "write 1 - (a \\le b)(a \\ge b)"),
    "otimes": ("\\otimes is not read", "the outer product is a b^\\top, entry by entry it is \\odot"),
    "oplus": ("\\oplus is not read", "one vector behind another is [a, b], a sum is a + b"),
    "pm": ("\\pm is not read", "write one line for each sign"),
    "approx": ("\\approx is not read", "write ="),
    "propto": ("\\propto is not read", "write = and the factor"),
    "to": ("an arrow is not read", "write = "),
    "rightarrow": ("an arrow is not read", "write ="),
    "mapsto": ("an arrow is not read", "write ="),
    "forall": ("a condition on all steps is not read", "every line holds at every step: leave it out"),
    "underbrace": ("\\underbrace is not read", "write what it stands under alone"),
    "overbrace": ("\\overbrace is not read", "write what it stands over alone"),
}
"""What has no counterpart, and what to write in its place."""


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
        self.fail(f"{token.text!r} is not read" if token.text else "the line ends too early", GO_ON)

    # expressions

    def sum(self) -> Formula:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"nested deeper than {DEEPEST}", IN_PARTS)
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
        group = self.script()
        text = script_text(group)
        if text in ("⊤", "T"):
            return Operation("⊤", (base,), self.since(start))
        return Operation("**", (base, self.inside(group)), self.since(start))

    def inside(self, group: list[FormulaToken]) -> Formula:
        """The expression that a group holds."""
        if not group:
            self.fail("an empty group is not read", "leave the empty braces out")
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
            "something is missing at the end of the line" if missing else f"expected a value, found {token.text!r}",
            GO_ON,
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
            sides, compared = [inner[0]], list[str]()
            while self.at("<", ">", "≤", "≥"):
                compared.append(self.take().text)
                sides.append(self.sum())
            pairs = zip(compared, pairwise(sides), strict=True)
            held = [Operation(sign, pair, self.since(start)) for sign, pair in pairs]
            inner = [reduce(lambda one, other: Operation("⊙", (one, other), self.since(start)), held)]
        while self.at(",", ";") and opening.text != "{":
            self.take()
            inner.append(self.sum())
        if not self.accept(CLOSING[opening.text]):
            self.fail(f"the bracket {opening.text} is not closed", CLOSE_IT, opening.span)
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
                self.fail("the bracket [ is not closed", CLOSE_IT, (start, start + 1))
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
            self.fail(f"the bar {opening.text} is not closed", "write |x| for abs(x), ‖x‖ for norm(x)", opening.span)
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
            self.fail("only the square of a length is read", "write norm(x) ** 3")
        return Applied("norm", (inner,), self.since(start))

    def summed(self, sign: FormulaToken) -> Formula:
        below = above = ""
        while self.at("_", "^"):
            where, text = self.take().text, script_text(self.script())
            below, above = (text, above) if where == "_" else (below, text)
        body, (index, _, first) = self.product(), below.partition("=")
        return Summed(index, body, self.since(sign.span[0]), first, above)

    def integral(self, start: int) -> Formula | None:
        """`\\int_0^t e(\\tau) d\\tau`; None where it does not say what it is over."""
        before, below, above = self.place, "", ""
        while self.at("_", "^"):
            where, text = self.take().text, script_text(self.script())
            below, above = (text, above) if where == "_" else (below, text)
        rest = self.tokens[self.place :]
        ends = (
            (k, width, script_text(rest[k + width : k + width + 1]))
            for k in range(1, len(rest))
            for width in (1, 4)
            if script_text(rest[k : k + width]) == "d" and rest[k : k + width][-1].text in ("d", "}")
        )
        place, width, over = next((it for it in ends if it[2]), (0, 0, ""))
        if not place or not above:
            self.place = before
            return None
        inside = [replace(it, kind="letter", text="t") if script_text([it]) == over else it for it in rest[:place]]
        self.place += place + width + 1
        body = with_letters(self.inside(inside), lambda it: replace(it, above=_over(it.above, over)))
        return Summed(over, body, self.since(start), below, above, integral=True)

    def letters(self) -> Formula:
        """A letter, or the word that letters make: a function's name, in running text any name."""
        run = [self.take()]
        while self.token.kind == "letter" and self.token.span[0] == run[-1].span[1]:
            run.append(self.take())
        word = "".join(t.text for t in run)
        if self.plain and word in KEYWORDS:
            self.fail(
                f"{word} is not read", "what is chosen is where(condition, a, b); words stand behind #", run[0].span
            )
        if word == "sum" and self.at("_", "^"):
            return self.summed(run[0])
        if len(run) > 2 and self.at("("):
            return self.applied(word, run[0].span[0])
        if len(run) > 1 and not self.is_function(word) and (not self.plain or self.is_product(run)):
            self.place -= len(run) - 1
            run, word = run[:1], run[0].text
        called = len(word) > 1 and self.at("(") and name_here(word) is not None
        if called or (self.is_function(word) and len(word) > 1) or (word in self.functions and self.at("(")):
            return self.applied(word, run[0].span[0])
        return self.glyph(word, run[0].span[0])

    def is_product(self, run: list[FormulaToken]) -> bool:
        """True for letters of running text that touch and are no name: `xy` beside x and y, `βz`, `Wx_t`."""
        texts = [token.text for token in run]
        greek = [plain_stem(text) in GREEK for text in texts]
        if any(greek):
            return texts[0] != "Δ"
        weighted = len(run) == 2 and texts[0] in "WUV" and texts[1].islower() and self.at("_")
        called = len(run) == 2 and self.at("(") and texts[1] in self.known.single
        return weighted or called or self.known.single.issuperset(texts)

    def is_function(self, word: str) -> bool:
        return word in self.functions or (len(word) > 1 and function_here(word) is not None)

    def command(self, token: FormulaToken) -> Formula:
        name, start = VARIANTS.get(token.text, token.text), token.span[0]
        if name in ("frac", "tfrac", "dfrac", "cfrac"):
            return self.fraction(start)
        if name == "sqrt":
            return self.root(start)
        if name in DECORATIONS:
            self.place -= 1
            return self.styled(start)
        if name in STACKED:
            return self.stacked(start)
        if name == "begin":
            return self.matrix(token)
        if name in GREEK or token.text in VARIANTS:
            return self.glyph(name, start)
        if name in ("max", "min") and self.at("("):
            return self.applied(name, start)
        if name_here(name) is not None:
            return self.applied(name, start)
        if name in MATRICES:
            self.refuse_entries("matrix", token.span)
        if name == "int" and (found := self.integral(start)):
            return found
        message, hint = NOT_READ.get(name, ("", misspelt_hint(name) or NOT_READ_AT_ALL))
        return self.fail(message or f"\\{token.text} is not read", hint, token.span)

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
        stem, bold, side = self.stem()
        if NUMBER.fullmatch(stem):
            return WrittenNumber(stem, self.since(start))
        if operator and not self.at("="):
            return self.applied(stem, start)
        if self.is_function(stem) and len(stem) > 1 and self.starts_factor():
            return self.applied(stem, start)
        if self.at("_") and len(stem) > 1 and self.is_function(stem) and self.is_called_behind_script():
            return self.applied(stem, start)
        if self.at("(") and len(stem) > 1 and stem not in GREEK and not _is_accented(stem):
            return self.applied(stem, start)
        return self.glyph(stem, start, bold, side)

    def is_called_behind_script(self) -> bool:
        """True for a script with a bracket behind it: `\\mathrm{softmax}_j(e_{ij})`."""
        before = self.place
        self.take()
        self.script()
        called = self.at("(")
        self.place = before
        return called

    def stem(self) -> tuple[str, bool, str]:
        """A letter or a word, whether it is bold, and the direction that an arrow over it says."""
        name = self.take().text
        inner = self.group()
        if inner and inner[0].kind == "command" and inner[0].text in DECORATIONS:
            below = FormulaParser(inner, self.known)
            stem, bold, side = below.stem()
            if below.token.kind != "end":
                self.fail("only a letter or a word has an accent or a style", "leave it out", inner[0].span)
        else:
            stem, bold, side = word_of(inner), name in BOLD, ""
        if not stem:
            self.fail(
                f"\\{name} is read at a letter or a word alone", f"leave \\{name} out, or name what it stands over"
            )
        side = SIDES.get(name, side) if self.known.directed else side
        return stem + ACCENTS.get(name, ""), bold or name in BOLD, side

    def stacked(self, start: int) -> Formula:
        """`\\overset{\\rightarrow}{h}`: what stands above a letter is part of its name."""
        over, (stem, bold, side) = script_text(self.group()), self.base()
        return self.glyph(stem, start, bold, side or over)

    def base(self) -> tuple[str, bool, str]:
        """The letter that something is set above."""
        group = self.group()
        if group and group[0].kind == "command" and group[0].text in DECORATIONS:
            return FormulaParser(group, self.known).stem()
        hint = "write what stands below it alone"
        return word_of(group) or self.fail("what is set above something is read at a letter alone", hint), False, ""

    def glyph(self, stem: str, start: int, bold: bool = False, side: str = "") -> Formula:
        """A letter with its scripts; a bracket behind it may be a moment or a function's arguments."""
        stem = plain_stem(stem)
        below: list[str] = [side] if side else []
        above: list[str] = []
        power: Formula | None = None
        transposed = False
        while True:
            if self.accept("_"):
                below.append(script_text(self.script()))
            elif self.accept("^"):
                group = self.script()
                text = script_text(group)
                if stem in ("e", "exp") and not above and not re.fullmatch(r"\(([tnk]|tau)([+-]\d+)?\)", text):
                    return Applied("exp", (self.inside(group),), self.since(start))
                text, transposed = _without_transposition(SIGNS_ABOVE.get(text, text), transposed)
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
            elif indices := self.indices_in_brackets():
                below.append(indices)
            else:
                break
        glyph: Formula = WrittenLetter(stem, self.since(start), tuple(below), tuple(above), bold)
        called = self.is_letter_of_function(stem, below, above) or self.has_several_arguments(below, above)
        if self.at("(") and called:
            return self.applied(stem, start, "_".join(below))
        glyph = Operation("⊤", (glyph,), self.since(start)) if transposed else glyph
        return glyph if power is None else Operation("**", (glyph, power), self.since(start))

    def is_letter_of_function(self, stem: str, below: list[str], above: list[str]) -> bool:
        if above or any(CLOCKED.fullmatch(text) for text in below):
            return False
        if "_".join((stem, *below)) in self.functions:
            return True
        if stem == "g" and below and below[0][:1].isupper():
            return False  # A conductance: g_L (V - E_L).
        if stem not in LETTERS_OF_FUNCTIONS or stem in self.known.factors:
            return False
        return stem == "sigma" or stem not in self.known.values

    def has_several_arguments(self, below: list[str], above: list[str]) -> bool:
        """True for a name with brackets behind it that hold a comma: only functions have arguments."""
        if above or any(CLOCKED.fullmatch(text) for text in below):
            return False
        depth = 0
        for token in self.tokens[self.place :] if self.at("(") else ():
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
            if depth == 0 or (depth == 1 and token.text == ","):
                return depth == 1
        return False

    def moment_follows(self) -> bool:
        """True where a bracket with an index of time follows: `h[t-1]`, `x(k+1)`, and `h<t>` where it touches."""
        if self.at("{") and self.place + 1 < len(self.tokens) and self.tokens[self.place + 1].text == "(":
            return self.within_braces()
        touches = self.place > 0 and self.tokens[self.place - 1].span[1] == self.token.span[0]
        if not (self.at("[", "(") or (self.at("<") and touches)):
            return False
        closing = MOMENT_ENDS[self.token.text]
        inside = self.tokens[self.place + 1 : self.place + 6]
        end = next((k for k, t in enumerate(inside) if t.kind == "sign" and t.text == closing), None)
        text = script_text(inside[:end]) if end else ""
        return bool(text) and bool((CLOCKED if closing == ")" else MOMENT).fullmatch(text))

    def indices_in_brackets(self) -> str:
        """The indices in a bracket that touches a letter, `W[i, j]` and `h[t-1, j]`; nothing for any other bracket."""
        touches = self.place > 0 and self.tokens[self.place - 1].span[1] == self.token.span[0]
        if not (self.at("[", "(") and touches and self.known.indices):
            return ""
        rest = self.tokens[self.place + 1 :]
        end = next((k for k, it in enumerate(rest) if it.text == MOMENT_ENDS[self.token.text]), 0)
        text = script_text(rest[:end])
        pieces = text.split(",")
        if not end or not all(map(INDEX.fullmatch, pieces)) or self.known.indices.isdisjoint(pieces):
            return ""
        self.place += end + 2
        return text

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
        closing = MOMENT_ENDS[self.take().text]
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
                self.fail(f"the bracket {opening.text} is not closed", CLOSE_IT, opening.span)
        elif self.starts_factor():
            arguments = [self.side_by_side()]
        else:
            self.fail(f"{name} has no argument", f"write what it is applied to in brackets: {name}(x_t)")
        expr: Formula = Applied(name, tuple(arguments), self.since(start), below)
        expr = expr if power is None else Operation("**", (expr, power), self.since(start))
        return self.powers(expr, start) if self.at("^", "⊤") else expr


def _over(scripts: tuple[str, ...], index: str) -> tuple[str, ...]:
    """The scripts of a letter within an integral, at its own index."""
    return tuple(f"({index})" if it == "(t)" else it for it in scripts)


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
    styles = [t for t in bare if t.kind == "command" and t.text in DECORATIONS]
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
