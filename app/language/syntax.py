"""The parts of a recurrence as frozen data: expressions, equations, and the variables that they name.

`parse` makes them, `engine` rewrites them, the printers show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

Span = tuple[int, int]
Kind = Literal["computed", "given", "parameter"]


class Time(NamedTuple):
    """A moment: `t-1` is Time("t", -1), `tau` is Time("tau", 0), the literal `0` is Time("", 0).

    In a batch of sequences of unequal length `tau` is each one's own end; "end", which nobody writes, is the last.
    """

    base: Literal["t", "tau", "", "end"] = "t"
    offset: int = 0

    def __str__(self) -> str:
        """As the language writes it: `t-1`, `tau`, `0`."""
        if not self.base:
            return str(self.offset)
        return f"{self.base}{self.offset:+d}" if self.offset else self.base

    def at(self, t: int, tau: int) -> int:
        """The step this moment names when the running step is `t` of `tau`."""
        return self.offset + {"t": t, "tau": tau, "end": tau, "": 0}[self.base]

    @property
    def outside(self) -> bool:
        """True if the moment is before the first step or after the last, whatever τ is."""
        return self.offset < 1 if not self.base else self.base == "tau" and self.offset > 0

    def later(self, steps: int) -> Time:
        """The moment that is `steps` later."""
        return Time(self.base, self.offset + steps)

    def meets(self, other: Time) -> bool:
        """True if two moments can be one step: `tau-1` is 0 where τ = 1."""
        if self.base == other.base:
            return self.offset == other.offset
        literal, ending = (other, self) if self.base else (self, other)
        return literal.offset - ending.offset >= 1


NOW = Time("t", 0)
CLOCK = ("t", "tau")
"""The names of numbers of steps: of the running one, and of how many there are. Nothing computes them or gives them."""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; `text` keeps the writer's spelling (`1/2` is a division of two numbers)."""

    value: float
    text: str = field(default="", compare=False)
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Read:
    """A variable read at a moment; a bare name (a parameter, a one-value variable) has no moment.

    The number of the running step is `t` at the moment t, so that an expression which is moved in time takes it along.
    """

    name: str
    time: Time | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """Iverson's bracket `[t = tau]`: 1 at that moment, 0 at every other; a scalar sequence.

    In derived equations `at` may be a moment too, `[tau-1 = 0]`: one value.
    """

    time: Time
    span: Span | None = field(default=None, compare=False)
    at: Time = NOW


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation of the table `app.ops` applied to its arguments."""

    op: str
    args: tuple[Expr, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function that the text itself defines, applied to its arguments."""

    function: str
    args: tuple[Expr, ...]
    span: Span | None = field(default=None, compare=False)


Expr = Number | Read | Condition | Apply | Call


@dataclass(frozen=True, slots=True)
class Equation:
    """`name[t] = expr` (indexed) or `name = expr` (one value)."""

    name: str
    indexed: bool
    expr: Expr
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PartsLine:
    """`i[t], f[t] = split(expr)`: how equations that take the equal parts of one vector are written."""

    names: tuple[str, ...]
    indexed: bool
    expr: Expr
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Function:
    """`f(s, x) = body`; the body's bare names are its arguments or parameters of the whole system."""

    name: str
    arguments: tuple[str, ...]
    body: Expr
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Start:
    """`h[0] = h0`: what the variable is at a moment before (or after) the recurrence runs."""

    name: str
    time: Time
    expr: Expr
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """What it sets, as the language writes it: `h[0]`."""
        return f"{self.name}[{self.time}]"


Entries = tuple[float, ...] | tuple[tuple[float, ...], ...]
"""Numbers as they are written out: of a vector, or of a matrix row by row; of data step by step."""
WRITTEN_OUT = "entries"
"""How something begins whose numbers the text writes out."""


@dataclass(frozen=True, slots=True)
class Initial:
    """`W ~ normal(0.5)`: how a parameter begins, a distribution's name with its argument, or a constant.

    `W ~ [[1, 0.5], [0, 1]]` has the numbers themselves in `entries`; they may be those of data.
    """

    name: str
    rule: str
    value: float = 1.0
    span: Span | None = field(default=None, compare=False)
    entries: Entries | None = None


RANK_WORDS = ("scalar", "vector", "matrix")
"""What a declaration calls each rank."""
Size = int | str | None
"""What a declaration says of an axis: its length, a name for its length, or nothing."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """`Kp: scalar`, `W: 3 x 4`: how many axes a name has, and how long they are where the line says so."""

    name: str
    sizes: tuple[Size, ...]
    span: Span | None = field(default=None, compare=False)
    unless_given: bool = False
    """True where what is given for the name has the last word: `A: scalar unless given`."""


Source = Literal["declaration", "size", "array", "spelling", "equation", "least", "default"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What settled the rank of a variable or the size of a dimension: its kind, the same in words, and its line."""

    source: Source
    words: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A name's one meaning. `dims` names each axis by its dimension (a key of `Recurrence.sizes`)."""

    name: str
    kind: Kind
    indexed: bool
    dims: tuple[str, ...]
    why: Evidence | None = None
    """What settled its rank; none for what no text names."""

    @property
    def rank(self) -> int:
        return len(self.dims)


@dataclass(frozen=True)
class Recurrence:
    """A checked system of equations: names resolved, ranks and sizes unified."""

    text: str
    equations: tuple[Equation, ...]
    functions: tuple[Function, ...]
    starts: tuple[Start, ...]
    initials: tuple[Initial, ...]
    variables: Mapping[str, Variable]
    sizes: Mapping[str, int]
    """Every dimension by its name; `x: 4` is the length of the vector x."""
    declarations: tuple[Declaration, ...] = ()
    size_evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """What settled the size of each dimension."""
    fixed: tuple[str, ...] = ()
    """The parameters that training leaves as they are."""
    steps: int | None = None
    """How many steps a run has by the text, where nothing that is given says it."""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.text, tuple(self.sizes.items()), tuple(self.size_evidence.items())))

    @property
    def defaulted(self) -> tuple[str, ...]:
        """The dimensions that nobody set: they took a default."""
        return tuple(name for name, why in self.size_evidence.items() if why.source == "default")

    @property
    def unsaid(self) -> tuple[str, ...]:
        """Those of them of which no line says how long they are unless they are given."""
        return tuple(name for name in self.defaulted if self.size_evidence[name].line is None)

    def equation(self, name: str) -> Equation:
        return next(e for e in self.equations if e.name == name)

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(self.sizes[d] for d in self.variables[name].dims)

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The names of one kind in the order of their first appearance."""
        return tuple(n for n, v in self.variables.items() if v.kind == kind)


def with_args(expr: Apply | Call, args: Iterable[Expr]) -> Apply | Call:
    """The same operation or function of other arguments."""
    each = tuple(args)
    return Apply(expr.op, each, expr.span) if isinstance(expr, Apply) else Call(expr.function, each, expr.span)


COMPOUND = (Apply, Call)
"""What has parts."""


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of an expression."""
    return expr.args if isinstance(expr, COMPOUND) else ()


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything inside it, outermost first, left to right."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, COMPOUND):
            waiting.extend(reversed(part.args))


def reads(expr: Expr) -> Iterator[Read]:
    """Every read inside an expression, left to right."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Read):
            yield part
        elif isinstance(part, COMPOUND):
            waiting.extend(reversed(part.args))


def variable_reads(expr: Expr) -> Iterator[Read]:
    """Every read of something that has a gradient: all but the numbers of steps."""
    return (r for r in reads(expr) if r.name not in CLOCK)


def number_of(time: Time) -> Expr:
    """The number of the step that a moment is."""
    if not time.base:
        return Number(float(time.offset), str(time.offset))
    base = Read("t", NOW) if time.base == "t" else Read("tau")
    steps = Number(float(abs(time.offset)), str(abs(time.offset)))
    return Apply("-" if time.offset < 0 else "+", (base, steps)) if time.offset else base
