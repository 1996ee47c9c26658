"""Reads attention: letters with two indices, e_{ij} and α_{t,s}, of which the second goes over what is remembered.

What has the second index alone, h_j, is a row of a matrix of data. So a score is a vector with an entry for each row,
and a sum over the index a product: e_{ij} = q_iᵀ h_j is `H @ q[t]`, the sum over j of α_{ij} h_j is `alpha[t] @ H`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from app.language.pasted.formula_letters import FormulaContext, walk_formula
from app.language.pasted.formula_meaning import FormulaReader
from app.language.pasted.formula_parts import (
    Applied,
    Formula,
    FormulaLine,
    Operation,
    Summed,
    WrittenLetter,
    with_letters,
)
from app.language.pasted.lines import Unread
from app.language.rewrite import plus
from app.language.syntax import NOW, Apply, Call, Equation, Expr, Read, Span, reads
from app.language.typeset import show

PAIR = re.compile(r"([a-z]),?([a-z])")
"""Two indices below a letter."""
UNCLOCKED = frozenset(("ij", "ts", "ti", "tj", "tk"))
"""Two indices where a text has no lag that says which of them is that of time."""
QUERY, KEYS = "query", "keys"
"""What the parts of an additive score are called."""


SCORES = "scores are q_i^\\top h_j or v^\\top \\tanh(W s_{i-1} + U h_j), what they weigh is \\sum_j \\alpha_{ij} h_j"
"""What is read of attention."""
OWN_SCORE = "write the score as a line of its own: e_{ij} = v^\\top \\tanh(W s_{i-1} + U h_j)"


@dataclass(frozen=True)
class RememberedLines:
    """The lines of a text whose letters have two indices, as lines in which each letter has one or none."""

    clock: str = ""
    lines: Sequence[FormulaLine] = ()
    places: frozenset[Span] = frozenset()
    """Where the lines stand that are about what is remembered."""
    scores: frozenset[str] = frozenset()
    """The letters with an entry for each row of what is remembered."""
    memories: frozenset[str] = frozenset()
    """The matrices of what is remembered."""


def remembered_lines(lines: Sequence[FormulaLine], clock: str) -> RememberedLines:
    """A text's lines without the index over what is remembered; where no line defines a score they stay as they are."""
    pairs = [pair for line in lines for left in _lefts(line) if (pair := _pair(left, clock))]
    if not pairs:
        return RememberedLines(clock, lines)
    clock = pairs[0][0]
    indices = {second for first, second in pairs if first == clock}
    places = {line.span for line in lines if _is_about(line, clock, indices)}
    within = [part for line in lines if line.span in places for part in _parts(line)]
    summed = {part.over for part in within if isinstance(part, Summed)} - {clock, "t", ""}
    letters = [part for part in within if isinstance(part, WrittenLetter)]
    if not _is_attention(letters, clock, indices | summed):
        return RememberedLines(clock, lines)
    scores = frozenset(it.stem for it in letters if _pair(it, clock))
    stems = dict.fromkeys(it.stem for it in letters if it.below and it.below[0] in indices | summed)
    taken = {part.stem for line in lines for part in _parts(line) if isinstance(part, WrittenLetter)}
    names = {stem: _matrix_name(stem, taken) for stem in stems}

    def without_index(letter: WrittenLetter) -> Formula:
        if letter.stem in scores and _pair(letter, clock):
            return replace(letter, below=(clock,))
        if letter.stem in names and letter.below and letter.below[0] in indices | summed:
            return replace(letter, stem=names[letter.stem], below=())
        return letter

    put = [_with_letters(line, without_index) if line.span in places else line for line in lines]
    return RememberedLines(clock, put, frozenset(places), scores, frozenset(names.values()))


def _is_attention(letters: Sequence[WrittenLetter], clock: str, indices: set[str]) -> bool:
    """True where rows or sums have an index of their own, and no weight has one for each of its entries, as w_{jk}."""
    below = [it.below[0] for it in letters if len(it.below) == 1]
    entries = any(
        (found := PAIR.fullmatch(it)) and found[1] != clock and indices.issuperset(found.groups()) for it in below
    )
    seconds = {found[2] for it in below if (found := PAIR.fullmatch(it)) and found[1] == clock}
    return not entries and bool(indices.intersection(below) or len(seconds) > 1)


def _with_letters(line: FormulaLine, put: Callable[[WrittenLetter], Formula]) -> FormulaLine:
    return replace(line, sides=tuple(tuple(with_letters(it, put) for it in side) for side in line.sides))


def _lefts(line: FormulaLine) -> Iterator[WrittenLetter]:
    return (it for side in line.sides[:-1] for it in side if isinstance(it, WrittenLetter))


def _parts(line: FormulaLine) -> Iterator[Formula]:
    return (part for side in line.sides for formula in side for part in walk_formula(formula))


def _pair(letter: WrittenLetter, clock: str) -> tuple[str, str] | None:
    """The two indices of a letter: that of time first, another behind it."""
    found = PAIR.fullmatch(letter.below[0]) if len(letter.below) == 1 and not letter.above else None
    if found is None or found[1] == found[2] or (clock or found[1]) != found[1]:
        return None
    return (found[1], found[2]) if clock or found[0].replace(",", "") in UNCLOCKED else None


def _is_about(line: FormulaLine, clock: str, indices: set[str]) -> bool:
    """True for a line that defines or reads a score, or a row of what is remembered."""
    letters = [part for part in _parts(line) if isinstance(part, WrittenLetter)]
    rows = any(left.below and left.below[0] in indices for left in _lefts(line))
    return rows or any(_pair(it, clock) for it in letters)


def _matrix_name(stem: str, taken: set[str]) -> str:
    """The name of the matrix whose rows are a letter with an index."""
    name = stem[:1].upper() + stem[1:]
    return name if name not in taken else f"{name}_all"


@dataclass
class MemoryReader:
    """Reads a line about what is remembered; what has a row or an entry for each of it is told apart."""

    reader: FormulaReader
    remembered: RememberedLines
    helpers: list[str] = field(default_factory=list)
    """Lines that name the parts of an additive score."""

    def right_side(self, formula: Formula) -> Expr:
        return self.read(formula)[0]

    def read(self, formula: Formula) -> tuple[Expr, int | None]:
        """The expression, and the rank that it has for each row: None where it is one for all rows."""
        if not self.varies(formula):
            return self.reader.right_side(formula), None
        match formula:
            case WrittenLetter(stem):
                return self.reader.read(formula), 0 if stem in self.remembered.scores else 1
            case Summed(_, body):
                return self.total(body), None
            case Operation("·" | "⊙", (left, right)):
                return self.product(left, right, formula.span)
            case Operation("/", (over, under)):
                return self.quotient(over, under, formula.span)
            case Operation("⊤" | "neg" | "-" as sign, (inner,)):
                expr, rank = self.read(inner)
                return (expr, rank) if sign == "⊤" else (Apply("neg", (expr,)), rank)
            case Operation("+", parts):
                return self.sum(parts, formula.span)
            case Applied(_, (argument,)):
                expr, rank = self.read(argument)
                return self.reader.applied_to(replace(formula, below=""), (expr,)), rank
            case Applied(name):
                raise Unread(f"the text does not say what {name} is", formula.span, OWN_SCORE)
        return self.refuse(formula.span)

    def varies(self, formula: Formula) -> bool:
        """True for what has a part for each row."""
        letters = (part for part in walk_formula(formula) if isinstance(part, WrittenLetter))
        return any(it.stem in self.remembered.scores | self.remembered.memories for it in letters)

    def refuse(self, span: Span) -> NoReturn:
        raise Unread("this is not read for every row of what is remembered", span, SCORES)

    def total(self, body: Formula) -> Expr:
        """A sum over the rows: of scores, or of rows with a score before each."""
        if isinstance(body, Operation) and body.sign in ("·", "⊙"):
            (left, first), (right, second) = map(self.read, body.parts)
            if {first, second} == {0, 1}:
                return Apply("@", (left, right) if first == 0 else (right, left))
        expr, rank = self.read(body)
        if rank != 0:
            self.refuse(body.span)
        return Call("sum", (expr,))

    def product(self, left: Formula, right: Formula, span: Span) -> tuple[Expr, int]:
        (one, first), (other, second) = self.read(left), self.read(right)
        if first is not None and second is not None:
            if first or second:
                self.refuse(span)
            return Apply("*", (one, other)), 0
        rows, rank, factor = (other, second, one) if first is None else (one, first, other)
        among = self.reader.rank(factor)
        if among == 0 or rank == 0:
            return Apply("*", (one, other)), rank or 0
        if among == 1:
            return Apply("@", (rows, factor)), 0
        return Apply("@", (rows, Call("transpose", (factor,)) if first is None else factor)), 1

    def quotient(self, over: Formula, under: Formula, span: Span) -> tuple[Expr, int]:
        (one, first), (other, second) = self.read(over), self.read(under)
        if second == 1 or (first is None and second is None):
            self.refuse(span)
        return Apply("/", (one, other)), first or 0

    def sum(self, parts: Sequence[Formula], span: Span) -> tuple[Expr, int]:
        """Terms of which some are the same for all rows: these are added to every row."""
        read = [self.read(part) for part in parts]
        ranks = {its for _, its in read if its is not None}
        if len(ranks) > 1:
            self.refuse(span)
        rank = ranks.pop()
        rows = [expr for expr, its in read if its is not None]
        same = [expr for expr, its in read if its is None]
        if rank == 0 or not same:
            return plus(*(expr for expr, _ in read)), rank
        keys, query = self.named(KEYS, plus(*rows)), self.named(QUERY, plus(*same))
        return plus(keys, Call("outer", (Call("ones", (Apply("@", (keys, query)),)), query))), rank

    def named(self, name: str, expr: Expr) -> Read:
        """A part of a score by its name, which a line of its own defines."""
        if isinstance(expr, Read):
            return expr
        timed = any(it.time is not None for it in reads(expr))
        self.helpers.append(show(Equation(name, timed, expr)))
        return Read(name, NOW if timed else None)


def given_memories(remembered: RememberedLines, context: FormulaContext, written: str) -> list[str]:
    """The matrices of what is remembered that lines read and none computes: data."""
    return sorted(it for it in remembered.memories - context.defined if re.search(rf"\b{it}\b", written))


def said_of_memory(remembered: RememberedLines, line: str) -> str:
    """What is said of a line that reads what is remembered."""
    named = sorted(it for it in remembered.memories if re.search(rf"\b{it}\b", line))
    return f"the rows of {' and '.join(named)} are what the second index goes over" if named else ""
