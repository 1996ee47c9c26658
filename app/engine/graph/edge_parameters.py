"""An expression and a read in it → what multiplies on the way: the names, and the weights that stand on an arrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from app.engine.ir import SHARED, Analysis, analyse
from app.language import (
    CLOCK,
    Apply,
    Condition,
    Equation,
    Expr,
    Number,
    Read,
    Recurrence,
    children,
    rank_of_result,
    reads,
    variable_reads,
    walk,
)
from app.ops import OPS

SUMS = frozenset({"+", "-", "neg", "concat"})
"""Through these a weight goes on: it multiplies every term."""
SHORT = frozenset({"+", "-", "neg", "*", "/", "@", "**", "transpose"})
LEAVES = 4
"""A weight that is no single name is written out if it is made with these of so few names and numbers; of a longer one
the names alone stand on the arrow."""


def factors_along(recurrence: Recurrence, expr: Expr, name: str, read: Read | None = None) -> tuple[str, ...]:
    """The matrices and parameters that multiply a read on its way to the top of an expression, not the biases.

    With `read` only that read counts, else every read of `name`. In the order of the program.
    """

    def wanted(e: Expr) -> bool:
        return isinstance(e, Read) and (e == read if read is not None else e.name == name)

    found = set(_factors_to_top(recurrence, expr, wanted) or ())
    return tuple(n for n in recurrence.variables if n in found)


def weights_along(recurrence: Recurrence, expr: Expr, read: Read, ranks: Mapping[str, int]) -> tuple[Expr, ...]:
    """What multiplies a read on its ways to the top of an expression, as it is written beside the arrow.

    What multiplies one after another, with no curve between, is one product: `D @ A`, `alpha * W`. A number counts
    where it is the coefficient of what is read. In the order of the program. `ranks` are of all names.
    """
    ways = _Ways(analyse(recurrence), ranks, read).through(expr)
    found = [weight for way in ways for weight in way.closed().before]
    return in_program_order(found, recurrence.variables)


def in_program_order(weights: Iterable[Expr], names: Iterable[str]) -> tuple[Expr, ...]:
    """Each weight once, in the order in which their first names come; what has no name stands first."""
    place = {name: i for i, name in enumerate(names)}
    return tuple(sorted(dict.fromkeys(weights), key=lambda w: next((place[r.name] for r in variable_reads(w)), -1)))


def factor_on_arrow(recurrence: Recurrence, e: Equation) -> tuple[str, ...]:
    """The parameter that multiplies something else in one operation: it may be written on that one's arrow."""
    if not (isinstance(e.expr, Apply) and OPS[e.expr.op].product):
        return ()
    known, args = recurrence.variables, [a.name for a in e.expr.args if isinstance(a, Read)]
    found = tuple(n for n in args if n in known and known[n].kind == "parameter")
    return found if len(args) == 2 and len(found) == 1 else ()


class _Way(NamedTuple):
    """A way from a read upwards: what multiplies since the last curve, and the weights before it."""

    factor: Expr | None = None
    before: tuple[Expr, ...] = ()
    curved: bool = False

    def closed(self, curved: bool = False) -> _Way:
        """The way with its factor told apart from what comes: a number only where nothing was done before."""
        said = self.factor is not None and (not self.curved or _is_named(self.factor))
        return _Way(None, (*self.before, self.factor) if said and self.factor else self.before, self.curved or curved)


class _Ways:
    """Finds the ways of one read to the top of an expression."""

    def __init__(self, analysis: Analysis, ranks: Mapping[str, int], read: Read) -> None:
        self.analysis, self.ranks, self.read = analysis, ranks, read

    def through(self, e: Expr, across: bool = False) -> Iterator[_Way]:
        """`across`: a vector is a row here, since another stands at its right."""
        if e == self.read:
            yield _Way()
        elif isinstance(e, Apply) and OPS[e.op].product:
            for place, arg in enumerate(e.args):
                other = e.args[1 - place]
                row = e.op == "@" and not place and (across or self.rank(e.args[1]) < 2)
                yield from (self.multiplied(way, e.op, other, place, across) for way in self.through(arg, row))
        else:
            curved = not (isinstance(e, Apply) and e.op in SUMS)
            for child in children(e):
                ways = self.through(child, across and not curved)
                parted = curved or (isinstance(e, Apply) and e.op == "concat")
                yield from (way.closed(curved) for way in ways) if parted else ways

    def rank(self, e: Expr) -> int:
        """The rank of what is left of an expression at a step: of a vector that is 0 there the number 0 is left."""
        if isinstance(e, Read):
            return 0 if e.name in CLOCK else self.ranks[e.name]
        if not isinstance(e, Apply):
            return 0
        ranks = [self.rank(arg) for arg in e.args]
        results = (rank_of_result(e.op, tuple(rank or least for rank in ranks)) for least in range(3))
        return next((rank for rank in results if rank is not None), max(ranks))

    def multiplied(self, way: _Way, op: str, other: Expr, place: int, across: bool) -> _Way:
        """The way through a product with `other`, the read being in the argument at this place."""
        other = _where_it_holds(other)
        under = _is_under(op, place)
        if not self.is_weight(other):
            return way.closed(curved=under)
        if not _is_short(other):
            passed = way.closed(curved=under)
            names = tuple(Read(n) for n in dict.fromkeys(r.name for r in variable_reads(other)))
            return passed._replace(before=(*passed.before, *names))
        if under:
            return way.closed(curved=True)._replace(factor=other)
        if op == "@":
            return self.transformed(way, other, place, across)
        joined = self.scaled(way.factor, op, other)
        return way._replace(factor=joined) if joined else way.closed()._replace(factor=_over(op, other))

    def transformed(self, way: _Way, other: Expr, place: int, across: bool) -> _Way:
        """Through a product with a matrix; what stands at the right of a column is turned."""
        turned = not place and not across and self.rank(other) == 2
        matrix = Apply("transpose", (other,)) if turned else other
        known = way.factor
        if known is None:
            return way._replace(factor=matrix)
        if not self.rank(known):
            return way._replace(factor=Apply("*", (known, matrix)))
        if (self.rank(known), self.rank(other)) != (2, 2):
            return way.closed()._replace(factor=matrix)
        first = (known, matrix) if not place and across else (matrix, known)
        return way._replace(factor=Apply("@", first))

    def scaled(self, factor: Expr | None, op: str, other: Expr) -> Expr | None:
        """A factor times, or over, another: one product where either is a scalar, else none."""
        if op not in ("*", "/") or (factor is not None and self.rank(factor) and self.rank(other)):
            return None
        if op == "/":
            return Apply("/", (factor or Number(1.0, "1"), other))
        return other if factor is None else Apply("*", (other, factor))

    def is_weight(self, e: Expr) -> bool:
        """Whether it is made of parameters, bare matrices and numbers alone."""
        names = {r.name for r in reads(e)}
        timed = "t" in names or any(isinstance(part, Condition) for part in walk(e))
        return not timed and all(_is_shared(self.analysis, n) for n in names - {"tau"})


def _where_it_holds(e: Expr) -> Expr:
    """What is left of a factor at the steps where the conditions hold that multiply in it."""
    match e:
        case Apply("*", (Condition(), other)) | Apply("*", (other, Condition())):
            return _where_it_holds(other)
        case _:
            return e


def _is_under(op: str, place: int) -> bool:
    """True for what stands under a fraction line, so that the quotient is a curve in it."""
    return op == "/" and place == 1


def _over(op: str, other: Expr) -> Expr:
    return Apply("/", (Number(1.0, "1"), other)) if op == "/" else other


def _is_named(e: Expr) -> bool:
    return any(True for _ in variable_reads(e))


def _is_short(e: Expr) -> bool:
    parts = list(walk(e))
    leaves = sum(not isinstance(part, Apply) for part in parts)
    return leaves <= LEAVES and all(part.op in SHORT for part in parts if isinstance(part, Apply))


def _factors_to_top(recurrence: Recurrence, expr: Expr, wanted: Callable[[Expr], bool]) -> list[str] | None:
    """The factors on all ways from a wanted read up to here; None where there is none below."""
    if wanted(expr):
        return []
    below = [_factors_to_top(recurrence, child, wanted) for child in children(expr)]
    found = [names for names in below if names is not None]
    if not found:
        return None
    factors = [n for names in found for n in names]
    if isinstance(expr, Apply) and OPS[expr.op].product:
        for arg, names in zip(expr.args, below, strict=True):
            if names is None:
                factors += _factors(recurrence, arg)
    return factors


def _factors(recurrence: Recurrence, expr: Expr) -> Iterator[str]:
    """The names of an operand made of parameters (or bare matrices) alone."""
    names = [r.name for r in variable_reads(expr)]
    if all(_is_shared(analyse(recurrence), n) for n in names):
        yield from names


def _is_shared(analysis: Analysis, name: str) -> bool:
    if name not in analysis.recurrence.variables:  # An operation within an equation is computed at every step.
        return False
    v = analysis.recurrence.variables[name]
    return v.kind == "parameter" or (not v.indexed and (v.rank == 2 or analysis.levels[name] == SHARED))
