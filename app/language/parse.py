"""Reads lines of text as equations: a tokenizer, and precedence climbing over the table of operations.

Every line is read for itself, so that one mistake hides no other. Names get their meaning in `resolve`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple, NoReturn

from app.cache import cached
from app.language.characters import MEANT, TRANSPOSED, plain_characters
from app.language.problems import Problem, problem_at
from app.language.symbols import unknown_letter
from app.language.syntax import (
    CLOCK,
    COMPOUND,
    NOW,
    RANK_WORDS,
    WRITTEN_OUT,
    Apply,
    Call,
    Condition,
    Declaration,
    Entries,
    Equation,
    Expr,
    Function,
    Initial,
    Number,
    Read,
    Size,
    Span,
    Start,
    Time,
)
from app.limits import limit
from app.numerals import rounding
from app.ops import OPS

TOKEN = re.compile(
    r"(?P<space>[ \t\r]+|\#[^\n]*)|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
    r"|(?P<name>∇?[^\W\d]\w*)|(?P<end>[\n;])|(?P<symbol>\*\*|!=|<=|>=|[-+*/@()\[\],=~<>:×⊤])|(?P<unknown>.)",
    re.DOTALL,
)
INFIX = {op.name: op for op in OPS.values() if op.infix and op.written != "**"}
LOOSEST = min(op.precedence for op in INFIX.values())
"""Comparisons: they stand between two sums."""
NAMES_IN_WORDS = "names are written in Latin, Greek or Cyrillic letters, digits and _: state for example, or x_1"
MINUS = OPS["neg"].precedence
DECLARED: Mapping[str, tuple[Size, ...]] = {word: (None,) * rank for rank, word in enumerate(RANK_WORDS)}
"""What a declaration may call a rank."""
UNLESS_GIVEN = ("unless", "given")
"""The words behind a declaration that yields to what is given for its name."""
EXAMPLE_OF_STEPS = "for example tau: 7 unless given"
TIMES = ("x", "×", "*")
"""What may stand between the two sizes of a matrix."""
PARTS = next(op.name for op in OPS.values() if op.by_line)
DEEPEST = 96
"""So many operations may stand within one another: whatever walks over an expression calls itself for each."""


class Token(NamedTuple):
    """A piece of the text: number, name, symbol, end (of a line) or unknown."""

    kind: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class GivenLine:
    """`given y, z`: these bare names are data."""

    names: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class FixedLine:
    """`fixed W, b`: training leaves these parameters as they are."""

    names: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class StepsLine:
    """`tau: 7 unless given`: how many steps a run has, where neither its link nor its data say that."""

    steps: int
    span: Span | None = field(default=None, compare=False)


class ChainLink(NamedTuple):
    """An operator of a chain such as `a + b - c`, with what stands right of it; `span` goes from the first operand."""

    op: str
    right: Expr
    span: Span


Statement = Equation | Function | Start | Initial | GivenLine | FixedLine | StepsLine | Declaration


class _UnreadableLine(Exception):
    """Raised where a line cannot be read, to take its problem to the loop over lines."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line that cannot be read: its pieces, and what is wrong with it."""

    tokens: tuple[Token, ...]
    problem: Problem

    @property
    def heads(self) -> frozenset[str] | None:
        """The names before its last sign of equality, which it may define; None, any name, where that is wrong."""
        signs = [i for i, token in enumerate(self.tokens) if token.text in ("=", "~", ":")]
        if not signs or self.problem.span is None or self.problem.span[0] <= self.tokens[signs[0]].span[0]:
            return None
        return frozenset(token.text for token in self.tokens[: signs[-1]] if token.kind == "name")


@cached(64)
def parse_statements(text: str) -> tuple[tuple[Statement, ...], tuple[UnreadLine, ...]]:
    """All the lines that can be read, and those that cannot; kept, since many ask what the lines of one text are."""
    read: list[Statement] = []
    unread: list[UnreadLine] = []
    for line in _token_lines(text):
        try:
            read += _LineParser(text, line).statements()
        except _UnreadableLine as wrong:
            unread.append(UnreadLine(tuple(line), wrong.problem))
    return tuple(read), tuple(unread)


def reads_as_line(text: str, tokens: Sequence[Token]) -> bool:
    """Whether pieces of a text are a line that can be read."""
    try:
        _LineParser(text, list(tokens)).statements()
    except _UnreadableLine:
        return False
    return True


def value_at(text: str, tokens: Sequence[Token]) -> Expr | None:
    """The value that some pieces of a text begin with, or None where they begin with none."""
    try:
        return _LineParser(text, list(tokens)).value()
    except _UnreadableLine:
        return None


def unknown_letters(text: str) -> Iterator[Problem]:
    """A problem for each name that formulas cannot be set with, where it first stands."""
    told: set[str] = set()
    for token in () if text.isascii() else _tokens(text):
        letter = unknown_letter(token.text) if token.kind == "name" and token.text not in told else None
        if letter is not None:
            told.add(token.text)
            message = f"{letter!r} in the name {token.text} is no letter that formulas are set with here"
            yield problem_at(text, token.span, message, NAMES_IN_WORDS)


def parse_expression(text: str) -> Expr:
    """Read a single expression and leave its names unresolved, as the rules in the table of operations are."""
    line = _LineParser(text, list(_tokens(text)), rule=True)
    expr = line.value_of_terms()
    line.finish()
    return expr


def _tokens(text: str) -> Iterator[Token]:
    """The pieces of the text in plain characters, each with its place in what was written."""
    plain = plain_characters(text)
    for match in TOKEN.finditer(plain.text):
        kind = match.lastgroup
        if kind == "unknown":
            span = plain.span(*match.span())
            yield Token("unknown", text[slice(*span)], span)
        elif kind != "space":
            yield Token(str(kind), match[0], plain.span(*match.span()))


def _token_lines(text: str) -> Iterator[list[Token]]:
    """The pieces of each line that has some."""
    line: list[Token] = []
    for token in _tokens(text):
        if token.kind != "end":
            line.append(token)
        elif line:
            yield line
            line = []
    if line:
        yield line


def _hint_of_sign(sign: str) -> str | None:
    """What to write in place of a sign that the language does not know."""
    things = sign and unicodedata.category(sign[0]) in ("So", "Lm", "Lo", "Mn", "Mc", "Cn", "Co")
    return MEANT.get(sign) or (NAMES_IN_WORDS if things else None)


class _LineParser:
    """One line's tokens and the place reached in them."""

    def __init__(self, text: str, tokens: list[Token], rule: bool = False) -> None:
        self.text, self.tokens, self.place, self.depth, self.rule = text, tokens, 0, 0, rule
        self.deepest = limit("nesting")
        end = tokens[-1].span[1] if tokens else 0
        self.to_end = (*tokens, Token("end", "", (end, end + 1)))

    @property
    def token(self) -> Token:
        return self.to_end[self.place]

    def fail(self, message: str, span: Span | None = None, hint: str | None = None) -> NoReturn:
        raise _UnreadableLine(problem_at(self.text, span or self.token.span, message, hint))

    def take(self) -> Token:
        token = self.to_end[self.place]
        self.place += token.kind != "end"
        return token

    def accept(self, text: str) -> bool:
        if self.to_end[self.place].text != text:
            return False
        self.place += 1
        return True

    def expect(self, text: str, where: str) -> None:
        if not self.accept(text):
            self.fail(f"expected {text!r} {where}, found {self.found()}")

    def found(self) -> str:
        return repr(self.token.text) if self.token.kind != "end" else "the end of the line"

    def name(self, what: str) -> Token:
        if self.token.kind != "name":
            self.fail(f"expected {what}, found {self.found()}")
        return self.take()

    def finish(self) -> None:
        if self.place < len(self.tokens):
            self.fail(f"expected an operator or the end of the line, found {self.found()}")

    # statements

    def check_signs(self) -> None:
        """Every piece is known."""
        for token in self.tokens:
            if token.kind == "unknown":
                self.fail(f"{token.text!r} is not part of the language", token.span, _hint_of_sign(token.text))

    def statements(self) -> Sequence[Statement]:
        """What the line says: of several names, one statement for each."""
        self.check_signs()
        if self.declares():
            return self.declarations()
        return self.parts(self.left_names()) if self.is_list() else [self.statement()]

    def declares(self) -> bool:
        """Whether names with commas between them and a colon begin the line."""
        colon = next((i for i, token in enumerate(self.tokens) if token.text == ":"), 0)
        between = [token.text for token in self.tokens[1:colon:2]]
        return colon % 2 == 1 and all(text == "," for text in between)

    def declarations(self) -> Sequence[Declaration | StepsLine]:
        if [token.text for token in self.tokens[:2]] == ["tau", ":"]:
            return [self.declared_steps()]
        names = [self.name("a name")]
        while self.accept(","):
            names.append(self.name("a name"))
        self.take()
        sizes = self.declared_sizes()
        yields = self.yields()
        self.finish()
        return [Declaration(n.text, sizes, (n.span[0], self.tokens[-1].span[1]), yields) for n in names]

    def declared_steps(self) -> StepsLine:
        """`tau: 7 unless given`: the link has the last word, so there is no line without these."""
        start, greatest = self.take().span[0], limit("tau")
        self.take()
        number = self.take() if self.token.kind == "number" else None
        if number is None or not number.text.isdigit() or not 1 <= int(number.text) <= greatest:
            said = number.text if number else self.found()
            self.fail(f"tau is a whole number of steps from 1 to {greatest}, not {said}", hint=EXAMPLE_OF_STEPS)
        if not self.yields():
            self.fail("how many steps are run the link says first", hint=f"write tau: {number.text} unless given")
        self.finish()
        return StepsLine(int(number.text), (start, self.tokens[-1].span[1]))

    def yields(self) -> bool:
        """Whether `unless given` stands behind what a line declares."""
        if not self.accept(UNLESS_GIVEN[0]):
            return False
        if not self.accept(UNLESS_GIVEN[1]):
            self.fail(f"expected 'given' after unless, found {self.found()}", hint="for example A: scalar unless given")
        return True

    def declared_sizes(self) -> tuple[Size, ...]:
        """`scalar`, `vector`, `matrix`, the size of a vector, or the two of a matrix."""
        if self.token.text in DECLARED:
            return DECLARED[self.take().text]
        first = self.declared_size()
        if self.place == len(self.tokens) or self.token.text == UNLESS_GIVEN[0]:
            return (first,)
        times = self.token
        if times.kind == "name" and re.fullmatch(r"x\d+", times.text):  # `3x4`
            self.take()
            return first, int(times.text[1:])
        if times.text not in TIMES:
            self.fail(f"expected x between two sizes, found {self.found()}", hint="a matrix is written W: 3 x 4")
        self.take()
        return first, self.declared_size()

    def declared_size(self) -> Size:
        greatest, token = limit("size"), self.token
        if token.kind == "name":
            return self.take().text
        if token.kind != "number":
            self.fail(f"expected scalar, vector, matrix or sizes, found {self.found()}", hint="for example W: 3 x 4")
        if not token.text.isdigit() or not 1 <= int(token.text) <= greatest:
            self.fail(f"a size is a whole number from 1 to {greatest}, not {token.text}")
        return int(self.take().text)

    def is_list(self) -> bool:
        """Whether a comma follows the first name, with its moment if it has one."""
        text = [token.text for token in self.tokens]
        after = text.index("]") + 1 if text[1:2] == ["["] and "]" in text else 1
        return self.token.kind == "name" and text[after : after + 1] == [","]

    def left_names(self) -> list[tuple[Token, bool]]:
        """The names before the sign of equality, each with whether it has an index."""
        names: list[tuple[Token, bool]] = []
        while not names or self.accept(","):
            name = self.name("a name that the line defines")
            time = self.time() if self.accept("[") else None
            if time not in (None, NOW):
                self.fail("several names on the left are all defined at t, or as one value each", name.span)
            names.append((name, time is not None))
        if len({indexed for _, indexed in names}) > 1:
            self.fail("several names on the left are all defined at t, or as one value each", self.tokens[0].span)
        return names

    def parts(self, names: list[tuple[Token, bool]]) -> list[Statement]:
        """`i[t], f[t] = split(…)`: an equation for each name, its part of one value."""
        self.expect("=", "after what the line defines")
        opening, expr = self.token, self.whole_side()
        span = (self.tokens[0].span[0], self.last())
        if not (isinstance(expr, Call) and expr.function == PARTS and len(expr.args) == 1):
            left = ", ".join(f"{name.text}{'[t]' * indexed}" for name, indexed in names)
            message = "several names on the left take the equal parts of one vector"
            self.fail(message, opening.span, f"write {left} = {PARTS}({self.parted(expr) or '…'})")
        count = _whole(len(names))
        return [
            Equation(name.text, indexed, Apply(PARTS, (*expr.args, _whole(k), count), expr.span), span)
            for k, (name, indexed) in enumerate(names, 1)
        ]

    def parted(self, expr: Expr) -> str | None:
        """What a call takes the parts of, as it is written; how many they are, the names on the left say."""
        whole = expr.args[0].span if isinstance(expr, Call) and expr.function == PARTS and expr.args else None
        return self.text[slice(*whole)] if whole else None

    def statement(self) -> Statement:
        first = self.name("a name at the start of the line")
        if first.text == "given" and self.token.kind == "name":
            return GivenLine(self.names())
        if first.text == "fixed" and self.token.kind == "name":
            return FixedLine(self.names())
        if self.accept("~"):
            return self.initial(first)
        if self.token.text == "(" and first.text in OPS and all(token.text != "=" for token in self.tokens):
            whole = self.text[first.span[0] : self.tokens[-1].span[1]]
            self.fail("the line says a value, and no name for it", first.span, f"write y[t] = {whole}")
        if self.accept("("):
            return self.function(first)
        time = self.time() if self.accept("[") else None
        self.expect("=", "after what the line defines")
        expr = self.whole_side()
        span = (first.span[0], self.tokens[-1].span[1])
        if time is None or time == Time("t", 0):
            return Equation(first.text, time is not None, expr, span)
        if time.base == "t":
            self.fail(
                f"a line defines {first.text} at t, not at another step",
                first.span,
                f"write {first.text}[t] = … and shift the reads on the right",
            )
        return Start(first.text, time, expr, span)

    def whole_side(self) -> Expr:
        expr = self.value_of_terms()
        self.finish()
        if depth_of(expr) > DEEPEST:
            hint = "write a part of it as a line of its own"
            self.fail(f"more than {DEEPEST} operations within one another", self.tokens[0].span, hint)
        return expr

    def names(self) -> tuple[Read, ...]:
        names = [self.take()]
        while self.accept(","):
            names.append(self.name("a name"))
        self.finish()
        return tuple(Read(n.text, None, n.span) for n in names)

    def initial(self, name: Token) -> Initial:
        span = (name.span[0], self.tokens[-1].span[1])
        if self.token.text == "[":
            entries = self.entries()
            self.finish()
            return Initial(name.text, WRITTEN_OUT, 1.0, span, entries)
        if self.token.kind == "name":
            rule = self.take().text
            value = 1.0
            if self.accept("("):
                value = self.signed()
                self.expect(")", "after the number")
        else:
            rule, value = "constant", self.signed()
        self.finish()
        return Initial(name.text, rule, value, span)

    def entries(self) -> Entries:
        """`[1, 0.5]`, or rows of equal length, `[[1, 0.5], [0, 1]]`."""
        opening = self.token.span[0]
        rows = list[tuple[float, ...]]()
        if self.tokens[self.place + 1 : self.place + 2] and self.tokens[self.place + 1].text == "[":
            self.take()
            while not rows or self.accept(","):
                rows.append(self.row())
            self.expect("]", "after the rows")
            if len({*map(len, rows)}) > 1:
                lengths = " and ".join(map(str, sorted({*map(len, rows)})))
                self.fail(f"the rows of a matrix are of one length, not {lengths}", (opening, self.last()))
            return tuple(rows)
        return self.row()

    def row(self) -> tuple[float, ...]:
        self.expect("[", "before a row")
        numbers = [self.signed()]
        while self.accept(","):
            numbers.append(self.signed())
        self.expect("]", "after the numbers")
        return tuple(numbers)

    def signed(self) -> float:
        sign = -1.0 if self.accept("-") else 1.0
        if self.token.kind != "number":
            self.fail(f"expected a number, found {self.found()}")
        return sign * self.number()

    def number(self) -> float:
        """The next token, a number: one that can be held as it is written."""
        token = self.take()
        if not abs(float(token.text)) < 1e300:
            self.fail("a number is too large", token.span)
        if rounded := rounding(token.text):
            self.fail(f"the number is {rounded}", token.span)
        return float(token.text)

    def function(self, name: Token) -> Function:
        if self.token.text == "t":
            self.fail("a moment stands in square brackets", hint=f"write {name.text}[t]")
        arguments = [self.name("an argument's name")]
        while self.accept(","):
            arguments.append(self.name("an argument's name"))
        self.expect(")", "after the arguments")
        self.expect("=", "after the function's head")
        body = self.whole_side()
        return Function(name.text, tuple(a.text for a in arguments), body, (name.span[0], self.tokens[-1].span[1]))

    # expressions

    def value_of_terms(self) -> Expr:
        """A whole expression, up to where its line or bracket ends."""
        return self.climb(LOOSEST)

    def climb(self, least: int) -> Expr:
        """Precedence climbing: read operators that bind at least as tightly as `least`."""
        self.deeper()
        start = self.token.span[0]
        first, chain = self.unary(), list[ChainLink]()
        while (row := INFIX.get(self.to_end[self.place].text)) is not None and row.precedence >= least:
            if row.precedence == LOOSEST and any(INFIX[link.op].precedence == LOOSEST for link in chain):
                self.fail("comparisons are not chained", hint="write (a < b) * (b < c) for a < b < c")
            self.take()
            chain.append(ChainLink(row.name, self.climb(row.precedence + 1), (start, self.last())))
        self.depth -= 1
        return _chained(first, chain) if len(chain) <= self.deepest else _flattened(first, chain)

    def deeper(self) -> None:
        """Whatever reads an expression within another says so first; it takes one off `depth` when it is read."""
        self.depth += 1
        if self.depth > self.deepest:
            self.fail(f"nested deeper than {self.deepest}")

    def last(self) -> int:
        return self.tokens[self.place - 1].span[1]

    def unary(self) -> Expr:
        start = self.token.span[0]
        if self.accept("-"):
            inner = self.climb(MINUS)
            return Apply("neg", (inner,), (start, self.last()))
        if self.accept("+"):
            return self.climb(MINUS)
        return self.power()

    def power(self) -> Expr:
        start = self.token.span[0]
        base = self.value()
        while self.accept(TRANSPOSED):
            base = Call("transpose", (base,), (start, self.last()))
        if not self.accept("**"):
            return base
        if self.rule:
            return Apply("**", (base, self.value()))
        exponent = self.exponent()
        op = "**" if isinstance(exponent, Number) else "power"
        return Apply(op, (base, exponent), (start, self.last()))

    def exponent(self) -> Expr:
        """What stands right of `**`: a number with its sign, or a value, which may be a power again."""
        self.deeper()
        start, minus = self.token.span[0], self.accept("-")
        inner = self.power()
        self.depth -= 1
        span = (start, self.last())
        if isinstance(inner, Number):
            value = -inner.value if minus else inner.value
            text = f"{value:g}" if value == int(value) and abs(value) < 1e6 else "-" * minus + inner.text
            return Number(value, text, span)
        return Apply("neg", (inner,), span) if minus else inner

    def value(self) -> Expr:
        token = self.token
        if token.kind == "number":
            return Number(self.number(), token.text, token.span)
        if token.kind == "name":
            return self.named(self.take())
        if self.accept("("):
            inner = self.value_of_terms()
            self.expect(")", "to close the bracket")
            return inner
        if not self.accept("["):
            self.fail(f"expected a value, found {self.found()}")
        return self.moment(token)

    def named(self, name: Token) -> Expr:
        if self.accept("("):
            args = [self.value_of_terms()]
            while self.accept(","):
                args.append(self.value_of_terms())
            self.expect(")", f"after the arguments of {name.text}")
            return Call(name.text, tuple(args), (name.span[0], self.last()))
        if name.text in CLOCK and self.token.text == "[":
            self.fail(f"{name.text} is a number and has no moment", hint=f"write {name.text}")
        time = NOW if name.text == "t" else self.time() if self.accept("[") else None
        if self.token.text == "[" and self.is_slice():
            self.no_slice(f"{name.text}[t]")
        return Read(name.text, time, (name.span[0], self.last()))

    def is_slice(self) -> bool:
        """Whether the bracket that opens here has entries in it, by their numbers: `[0:4]`, `[2]`, `[:, 1]`."""
        inside = [token.text for token in self.tokens[self.place + 1 :]]
        return ":" in inside[: inside.index("]") if "]" in inside else None] or inside[:1] != ["t"]

    def no_slice(self, vector: str) -> NoReturn:
        hint = f"equal parts have names of their own: i[t], f[t] = {PARTS}({vector})"
        self.fail("entries are not read by their numbers, as in [0:4]", hint=hint)

    def moment(self, opening: Token) -> Expr:
        if self.name("t").text != "t":
            listed = "vectors are put one after another by concat(a, b)"
            hint = listed if self.token.text in ("[", ",", ";", "]", "(") else None
            self.fail("a bracket by itself is a condition on t, as in [t = tau]", hint=hint)
        self.expect("=", "in the condition")
        time = self.time()
        if time.base == "t":
            self.fail("a condition on t names a fixed moment", hint="tau, or a number of steps")
        return Condition(time, (opening.span[0], self.last()))

    def time(self) -> Time:
        """Read a moment up to its closing bracket; the opening one has been read."""
        base = ""
        if self.token.kind == "name":
            word = self.take()
            if word.text not in ("t", "tau"):
                self.fail(f"{word.text!r} is not a moment", word.span, "a moment is t, t-1, t+1, tau or a number")
            base = word.text
        offset = self.offset(base)
        if self.token.text in (":", ","):
            self.no_slice("a[t]")
        self.expect("]", "after the moment")
        return Time("t" if base == "t" else "tau" if base == "tau" else "", offset)

    def offset(self, base: str) -> int:
        sign = -1 if self.accept("-") else 1 if self.accept("+") or not base else 0
        if not sign:
            return 0
        if self.token.kind == "name":
            hint = "tau is the number of steps of the run" if self.token.text == "tau" else f"as in [{base}-17]"
            self.fail(f"a lag is a literal whole number of steps, not {self.token.text}", hint=hint)
        if self.token.kind != "number" or not self.token.text.isdigit():
            self.fail(f"expected a whole number of steps, found {self.found()}")
        steps = int(self.take().text) if len(self.token.text) < 7 else limit("tau") + 1
        if steps > 1 and steps > limit("tau"):
            self.fail(f"a moment is at most {limit('tau')} steps away", self.tokens[self.place - 1].span)
        return sign * steps


def _whole(number: int) -> Number:
    return Number(float(number), str(number))


def depth_of(expr: Expr) -> int:
    """The depth of an expression, counted without a call for each level."""
    deepest, waiting = 0, [(expr, 0)]
    while waiting:
        part, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(part, COMPOUND):
            waiting += [(inner, depth + 1) for inner in part.args]
    return deepest


def _chained(first: Expr, chain: Sequence[ChainLink]) -> Expr:
    """A chain of operators as it is read, from the left."""
    for link in chain:
        first = _binary(link.op, first, link.right, link.span)
    return first


def _flattened(first: Expr, chain: Sequence[ChainLink]) -> Expr:
    """A long chain without one operation within another for each operator: terms become one sum, factors are halved.

    What is subtracted is added with its sign changed, which is the same number; what is divided by is one product.
    """
    for ops, links in ((ops, list(links)) for ops, links in groupby(chain, lambda link: ALIKE.get(link.op, link.op))):
        span = links[-1].span
        if ops == "+-":
            terms = (link.right if link.op == "+" else Apply("neg", (link.right,), link.span) for link in links)
            first = Apply("+", (*_terms(first), *terms), span)
        elif ops == "*/":
            first = _halved((first, *(link.right for link in links if link.op == "*")), span)
            if divisors := tuple(link.right for link in links if link.op == "/"):
                first = Apply("/", (first, _halved(divisors, span)), span)
        else:
            first = _chained(first, links)
    return first


ALIKE = {op: ops for ops in ("+-", "*/") for op in ops}
"""Operators that may be read in another order than from the left."""


def _terms(expr: Expr) -> tuple[Expr, ...]:
    return expr.args if isinstance(expr, Apply) and expr.op == "+" else (expr,)


def _halved(factors: tuple[Expr, ...], span: Span) -> Expr:
    """A product of factors as the product of its halves."""
    if len(factors) == 1:
        return factors[0]
    middle = len(factors) // 2
    return Apply("*", (_halved(factors[:middle], span), _halved(factors[middle:], span)), span)


def _binary(op: str, left: Expr, right: Expr, span: Span) -> Expr:
    """A binary node; a sum of sums is one n-ary sum."""
    return Apply(op, (*_terms(left), right), span) if op == "+" else Apply(op, (left, right), span)
