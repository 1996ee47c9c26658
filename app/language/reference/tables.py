"""The reference of the language as data: every operation, beginnings, symbols, limits, mistakes.

All of it comes from the tables that the program runs on, so that the two cannot differ: shapes are found by trying
the shape rules, gradients are the rows' own, and the mistakes are explained by the parser. The words are in `guide`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from app.cache import cached
from app.language import Problem, Problems, caret, parse
from app.language.initials import INITIALS, InitialRule
from app.language.parse import parse_expression
from app.language.ranks import rank_by_spelling
from app.language.reference.guide import MISTAKES
from app.language.reference.refused import REFUSED
from app.language.rewrite import substitute
from app.language.shapes import RULES, ShapeClash, ShapeType, rank_of_result
from app.language.sums import Dimension
from app.language.symbols import plain_symbol
from app.language.syntax import WRITTEN_OUT, Apply, Call, Expr, Initial, PartsLine, Read
from app.language.typeset import mathml, show, tex
from app.limits import LIMITS, limit
from app.ops import OPS, Op, Ranks

LETTERS = "abc"
NAMES_OF_SIZES = "mnklp"
LANGUAGE_LIMITS = ("equations_length", "equations_count", "nesting", "operations", "size", "tau")
ALIKE = "s, s, s → s"
"""Of three arguments of one shape scalars may stand in the place of any."""
KINDS = ("a scalar", "a vector", "a matrix")
"""The names of ranks 0, 1 and 2."""


# operations


@dataclass(frozen=True)
class Formula:
    """One expression in the language's own words, as LaTeX and as MathML."""

    text: str
    tex: str
    mathml: str


@dataclass(frozen=True)
class OperationForm:
    """An operation for arguments of some ranks.

    `shapes`: sizes of the arguments and of the result, `m × n, n → m`, a scalar 1, s any shape. `vjp`: for each
    argument the gradient that it gets, where g is the gradient at the result y; `arguments` are their letters, capital
    for matrices. Of an operation with any number of arguments one stands for all; an exponent is a number and gets
    none.
    """

    formula: Formula
    shapes: tuple[str, ...]
    arguments: tuple[str, ...]
    vjp: tuple[Formula, ...]


@dataclass(frozen=True)
class DocumentedOperation:
    """A row of the table of operations that people can write; `arity` None takes two or more.

    `ends` says where it has no value, no finite slope, or a kink.
    """

    name: str
    arity: int | None
    precedence: int
    meaning: str
    ends: tuple[str, ...]
    forms: tuple[OperationForm, ...]


@cached(1)
def operation_reference() -> tuple[DocumentedOperation, ...]:
    """Every row that people can write, in the order of the table."""
    return tuple(_documented(row) for row in OPS.values() if not row.internal)


def _documented(row: Op) -> DocumentedOperation:
    if row.by_line:
        return DocumentedOperation(row.name, row.arity, 0, row.meaning, _ends(row), (_parts_form(row.name),))
    legal = {
        ranks: shapes for ranks in product(range(3), repeat=row.arity or 2) if (shapes := _shape_signature(row, ranks))
    }
    if isinstance(row.vjp, Mapping):
        forms = tuple(_operation_form(row, ranks, (legal[ranks],)) for ranks in row.vjp)
    else:
        forms = (_operation_form(row, _typical_ranks(row, list(legal)), _condensed(tuple(legal.values()))),)
    return DocumentedOperation(row.written, row.arity, row.precedence, row.meaning, _ends(row), forms)


def _ends(row: Op) -> tuple[str, ...]:
    """Where the operation has no value, no finite slope, or a kink, in the words with which a run says so."""
    none = [f"no number: {', '.join(end.words for end in row.no_value)}"] if row.no_value else []
    above = [f"{row.written} overflows {row.overflow}"] if row.overflow else []
    return (*none, *above, *(end.words for end in row.no_slope), *([row.crease.words] if row.crease else []))


def _shape_signature(row: Op, ranks: Ranks) -> str:
    """Sizes in and out for arguments of these ranks, found by the row's own rule; empty where it takes none such."""
    types = [tuple(Dimension() for _ in range(rank)) for rank in ranks]
    try:
        result = RULES[row.shape].dims(types)
    except ShapeClash:
        return ""
    if row.shape == "power" and ranks[1]:
        return ""
    names: dict[Dimension, str] = {}
    sides = [_sides(t, names) for t in types]
    if (total := RULES[row.shape].total) is not None:
        whole, parts = total(types, result, ())
        sum_of_parts = " + ".join(names[part.root()] for part in parts)
        names[whole.root()] = f"({sum_of_parts})" if len(result) > 1 else sum_of_parts
    return f"{', '.join(sides)} → {_sides(result, names)}"


def _sides(type_: ShapeType, names: dict[Dimension, str]) -> str:
    """The sizes of a type by their letters, which the first mention gives them."""
    return " × ".join(names.setdefault(d.root(), _size_letter(len(names))) for d in type_) or "1"


def _condensed(shapes: tuple[str, ...]) -> tuple[str, ...]:
    """The signatures with one line in place of those that differ in rank alone; s stands for any shape."""
    found = dict.fromkeys(shapes, "")
    for shape in shapes:
        like = [shape.replace("m × n", size) for size in ("m", "1")]
        if shape != like[0] and like[0] in found:
            found |= dict.fromkeys((shape, like[0]), shape.replace("m × n", "s"))
            found |= {like[1]: found[shape]} if like[1] in found else {}
    condensed = dict.fromkeys(general or shape for shape, general in found.items())
    if ALIKE in condensed:  # With two scalars among three it is as with one.
        condensed = {shape: None for shape in condensed if shape.count("1") < 2}
    return tuple(sorted(condensed, key=lambda shape: ("1," in shape or ", 1" in shape, shape)))


def _size_letter(place: int) -> str:
    return NAMES_OF_SIZES[place]


def _typical_ranks(row: Op, legal: list[Ranks]) -> Ranks:
    """The ranks that show an operation best: vectors, else the first that there are."""
    vectors = (1, 0) if row.shape == "power" else (1,) * (row.arity or 2)
    return vectors if vectors in legal else legal[0]


def _operation_form(row: Op, ranks: Ranks, shapes: tuple[str, ...]) -> OperationForm:
    result = rank_of_result(row.name, ranks) or 0
    letters = "an" if row.shape == "power" else LETTERS
    named = {old: new.upper() if r == 2 else new for old, new, r in zip(LETTERS, letters, ranks, strict=False)}
    named |= {letter: letter.upper() if result == 2 else letter for letter in "gy"}
    of = {named[letter]: rank for letter, rank in zip(LETTERS, ranks, strict=False)}
    of |= {named["g"]: result, named["y"]: result}
    arguments = tuple(named[letter] for letter in LETTERS[: len(ranks)])
    rules = row.rules(ranks)[: 1 if row.arity is None or row.shape == "power" else len(ranks)]
    vjp = tuple(_formula(_renamed(_without_like(parse_expression(text)), named), of) for text in rules)
    return OperationForm(
        _formula(Apply(row.name, tuple(map(Read, arguments))), of), shapes, arguments[: len(rules)], vjp
    )


def _parts_form(name: str) -> OperationForm:
    """Of a line with several names on the left: with two, and what arrives at them put together."""
    parts, whole = ("u", "v"), PartsLine(("u", "v"), False, Read("a"))
    back = _formula(Apply("concat", tuple(Read(f"∇{part}") for part in parts)), {})
    written = Formula(f"u, v = {name}(a)", tex(whole), mathml(whole, {}))
    return OperationForm(written, ("2m → m, m",), ("a",), (back,))


def _formula(expr: Expr, ranks: Mapping[str, int]) -> Formula:
    return Formula(show(expr), tex(expr, ranks), mathml(expr, ranks))


def _without_like(expr: Expr) -> Expr:
    """A rule as it is for arguments of one shape: where a scalar stood beside a vector, `like` sums what it is sent."""
    if not isinstance(expr, Call | Apply):
        return expr
    name, args = (expr.function if isinstance(expr, Call) else expr.op), tuple(map(_without_like, expr.args))
    return args[0] if name == "like" else Apply(name, args)


def _renamed(expr: Expr, names: Mapping[str, str]) -> Expr:
    return substitute(expr, lambda r: Read(names.get(r.name, r.name)))


# how a parameter begins, symbols, limits


@dataclass(frozen=True)
class Beginning:
    """How a parameter may begin: the line that says so, and what it means."""

    text: str
    meaning: str


def beginning_reference() -> tuple[Beginning, ...]:
    """Every rule of the table, as it is written."""
    rules = (Beginning(show(_beginning(rule)), rule.meaning) for rule in INITIALS.values())
    return (*rules, *(Beginning(show(line), meaning) for line, meaning in WRITTEN))


WRITTEN = (
    (Initial("b", WRITTEN_OUT, entries=(0.5, -1.0)), "the entries of a vector"),
    (Initial("W", WRITTEN_OUT, entries=((1.0, 0.5), (0.0, 1.0))), "the rows of a matrix; its sizes follow from them"),
    (Initial("x", WRITTEN_OUT, entries=(1.0, 0.0, 2.0)), "the steps of data, a number each; rows are vectors"),
)
"""Lines that write the numbers out."""


def _beginning(rule: InitialRule) -> Initial:
    return Initial("b" if rule.rank == 1 else "W", rule.name, 1.0 if rule.name == "uniform" else 0.5)


@dataclass(frozen=True)
class NameExample:
    """A name as it is written and as it is printed; `rank` says what it is taken for where nothing computes it."""

    text: str
    shown: str
    formula: Formula
    rank: str


def name_examples() -> tuple[NameExample, ...]:
    """A few names that show how spelling becomes a symbol and a rank."""
    written = ("x", "W", "alpha", "b_f", "W_hh", "x_1", "yhat", "c_tilde", "xbar", "größe", "Gamma", "hidden")
    return tuple(NameExample(n, plain_symbol(n), _formula(Read(n), {}), KINDS[rank_by_spelling(n)]) for n in written)


@dataclass(frozen=True)
class LanguageLimit:
    """A limit in force on this server."""

    name: str
    value: int
    meaning: str


def language_limits() -> tuple[LanguageLimit, ...]:
    """The limits of the language that are in force now."""
    return tuple(LanguageLimit(name, limit(name), LIMITS[name].meaning) for name in LANGUAGE_LIMITS)


# what is said of mistakes

LONGEST_SHOWN = 120
"""So many characters a text has that is shown in a line of a table."""


@dataclass(frozen=True)
class Mistake:
    """Equations that cannot be read, and all that the parser says of them."""

    equations: str
    problems: tuple[Problem, ...]

    @property
    def carets(self) -> tuple[str, ...]:
        return tuple(caret(self.equations, problem) for problem in self.problems)


def mistake_examples() -> Iterator[Mistake]:
    """Every wrong example with all that the parser finds in it."""
    for equations in MISTAKES:
        yield Mistake(equations, problems_of(equations))


@dataclass(frozen=True)
class Correction:
    """A text that is refused, what is said of it, and a text that is right."""

    wrong: str
    message: str
    hint: str
    right: str


@cached()
def corrections() -> tuple[Correction, ...]:
    """What can be wrong with a text by itself, each kind once, as far as it can be read on a page."""
    short = [row for row in REFUSED if not row.given and 0 < len(row.wrong) <= LONGEST_SHOWN]
    told = [(row, problems_of(row.wrong)[0]) for row in short]
    return tuple(Correction(row.wrong, problem.message, problem.hint or "", row.right) for row, problem in told)


def problems_of(equations: str) -> tuple[Problem, ...]:
    """All that is wrong with a text."""
    try:
        parse(equations)
    except Problems as error:
        return error.problems
    return ()
