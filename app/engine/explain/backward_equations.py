"""`Recurrence` → the recurrence of its gradients, to be read: what one would derive by hand.

Each drawn variable gets one equation `∇v[t] = …`, with functions written out and folded variables put in, as at the
detail `cells` (Goodfellow et al. 2016, equations 10.18 to 10.21); a parameter's is a sum over time (10.22 to 10.28).
The parts of a vector that is split keep their lines. Where that is too long, as of a product of hundreds of factors,
each operation has an equation, as at `operations`. The engine itself differentiates the flat equations; these are for
the eye, and agree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.engine.execution import target_of
from app.engine.graph import Folded, folding
from app.engine.ir import (
    BATCH,
    INSIDE,
    SEQUENCE,
    SHARED,
    Adjoint,
    Scope,
    StartName,
    adjoint,
    analyse,
    declared,
    pullback,
    written_length,
)
from app.language import (
    NOW,
    Apply,
    Condition,
    Equation,
    Expr,
    Number,
    Problem,
    Problems,
    Read,
    Recurrence,
    Start,
    Subject,
    Time,
    is_entrywise,
    is_operation,
    number_of,
    parse_node,
    plus,
    reads,
    shift,
    simplify,
    substitute,
    variable_reads,
)
from app.limits import limit
from app.ops import OPS

LONGEST = 20_000
"""So many operations are written while equations stay whole: more take long to typeset, and nobody reads them."""
Line = Equation | Start
Lines = dict[str, Equation]
"""variable → `∇variable = …`."""
ZERO, ONE = Number(0.0, "0"), Number(1.0, "1")


def backward(recurrence: Recurrence, of: str | None = None, data: bool = False) -> tuple[Line, ...]:
    """The gradients of `of` (a variable or a node; by default the loss), in an order in which they can be read.

    First the objective's own 1, then the variables from the last to the first, then the parameters as sums over t;
    with `data` what is given too. A start before or after the run that the text sets has a line of its own,
    `∇h[0] = …`. What does not influence `of` has gradient 0 and no line; reads outside the run are 0, as everywhere.
    The lines are those of one sequence. Where each operation has a line, `∇h.2[t] = …` is that of its node, and the
    operations themselves come first, `h.2[t] = …`. Raises Problems on `of`, and on starts whose gradients are too long.
    """
    of = target_of(recurrence, limit("tau"), of)
    scope = _one_sequence(recurrence)
    _check_starts(scope, recurrence)
    folded = _readable(scope, recurrence, of)
    pulled = adjoint(scope, _equations(folded), _seeds(scope, folded, of))
    known = _names_of(folded)
    lines = {
        name: replace(e, expr=substitute(_begun(recurrence, _with_folded_names(e.expr, known)), _of_variables))
        for name, e in pulled.items()
    }
    ends = _start_lines(recurrence, scope, lines)
    _to_what_starts_are_made_of(scope, folded, lines)
    tidied = {name: replace(e, expr=_within(scope).tidy(e.expr)) for name, e in lines.items()}
    inner = (e for e in folded.drawn if is_operation(e.name))
    return (*inner, *_in_reading_order(recurrence, tidied, ends, data))


def _readable(scope: Scope, recurrence: Recurrence, of: str) -> Folded:
    """The equations whose adjoints are written; opened into operations, whose names the scope learns, if too long.

    With an equation whole, a factor's adjoint has all the other factors in it; opened, each operation's has one.
    """
    whole = folding(recurrence, "cells", of, kept=_parts(recurrence))
    if written_length(scope, _equations(whole)) <= LONGEST:
        return whole
    opened = folding(recurrence, "operations", of)
    for e in (e for e in opened.drawn if is_operation(e.name)):
        scope.declare(e.name, opened.shape(e.name), SEQUENCE if e.indexed else BATCH)
    return opened


def _parts(recurrence: Recurrence) -> frozenset[str]:
    """The parts of vectors that are split: their gradients have lines of their own, to be put together again."""
    return frozenset(e.name for e in recurrence.equations if isinstance(e.expr, Apply) and OPS[e.expr.op].by_line)


def _one_sequence(recurrence: Recurrence) -> Scope:
    """The variables of one sequence: parameters have no batch to be summed over."""
    scope = declared(analyse(recurrence))
    scope.levels.update({name: BATCH for name, level in scope.levels.items() if level == SHARED})
    return scope


def _equations(folded: Folded) -> list[Equation]:
    """What is drawn and what is not, and the computed matrices that multiply on arrows."""
    recurrence, written = folded.recurrence, analyse(folded.recurrence).equations
    found = {e.name: e for e in (*folded.drawn, *folded.hidden)}
    work, factors = list(found.values()), []
    while work:
        for read in reads(work.pop().expr):
            if read.name not in found and read.name in recurrence.names("computed"):
                found[read.name] = written[read.name]
                factors.append(found[read.name])
                work.append(found[read.name])
    return [replace(e, expr=_pooled(e.expr)) for e in (*reversed(factors), *folded.drawn, *folded.hidden)]


def _pooled(expr: Expr) -> Expr:
    """What is summed over time is multiplied by what is 1 inside the run, so that reads beside t know its ends."""
    if not isinstance(expr, Apply):
        return expr
    args = tuple(map(_pooled, expr.args))
    pools = OPS[expr.op].pools
    return replace(expr, args=(Apply("*", (Read(INSIDE, NOW), *args)),) if pools else args)


def _seed(recurrence: Recurrence, of: str) -> dict[str, Expr]:
    """Ones at what is differentiated; at a node of a sequence, or at every step of the run."""
    name, t = parse_node(of).name, parse_node(of).t
    v = recurrence.variables[name]
    ones = Apply("ones", (Read(name, NOW if v.indexed else None),)) if v.rank else ONE
    where = Condition(Time("", t)) if t is not None else Read(INSIDE, NOW)
    return {name: Apply("*", (where, ones)) if v.indexed else ones}


def _seeds(scope: Scope, folded: Folded, of: str) -> dict[str, Expr]:
    """What arrives from outside of the equations: at the objective, and at what starts are made of."""
    recurrence, analysis = folded.recurrence, analyse(folded.recurrence)
    seeds, seen = _seed(recurrence, of), set[StartName]()
    while True:
        active = analysis.needed(seeds)
        found = [start for start in analysis.starts if start.variable in active and start not in seen]
        if not found:
            return seeds
        seen.update(found)
        for start in found:
            for name, expr in _sent_back(scope, start, analysis.starts[start]):
                if name in analysis.equations:
                    seeds[name] = plus(seeds[name], expr) if name in seeds else expr


# what is folded, by its name


def _names_of(folded: Folded) -> dict[Expr, Read]:
    """The right sides of what is folded into others, as each may stand in a gradient → the name it has there."""
    steps = {-r.time.offset for e in _equations(folded) for r in reads(e.expr) if r.time and r.time.base == "t"}
    return {
        shift(right, k): Read(name, Time("t", k)) for name, right in folded.inside.items() for k in sorted({0, *steps})
    }


def _with_folded_names(expr: Expr, names: Mapping[Expr, Read]) -> Expr:
    if expr in names:
        return names[expr]
    return (
        replace(expr, args=tuple(_with_folded_names(a, names) for a in expr.args)) if isinstance(expr, Apply) else expr
    )


# what needs no writing


class _Absent(Read):
    """A read of what is 0 at its moment, which keeps the name for its entries."""


@dataclass(frozen=True)
class _Tidier:
    """Rewrites an expression as one would write it: no terms that are 0, one sum over t, a minus for a minus.

    `scope` knows shapes; `decide` says what a condition on t is worth, and `inside` what `INSIDE` is at a moment.
    """

    scope: Scope
    decide: Callable[[Condition], Expr]
    inside: Callable[[Time], Expr]

    def tidy(self, expr: Expr) -> Expr:
        return simplify(self.part(simplify(self.part(expr))))

    def part(self, expr: Expr) -> Expr:
        match expr:
            case Condition():
                return self.decide(expr)
            case Read(name, time) if name == INSIDE and time is not None:
                return self.inside(time)
            case _Absent():
                return ZERO
            case Apply(op, args):
                short = tuple(map(self.part, args))
                if any(short[i] == ZERO for i in OPS[op].vanishes):
                    return ZERO
                return self.applied(op, short if is_entrywise(op) else tuple(map(self.with_its_entries, args, short)))
        return expr

    def with_its_entries(self, expr: Expr, short: Expr) -> Expr:
        """The short form of an expression, unless it is one number where an operation wants all the equal entries."""
        if short == expr or self.scope.shape(short) == self.scope.shape(expr):
            return short
        return self.decided(expr)

    def decided(self, expr: Expr) -> Expr:
        """An expression as it is, but for what depends on the moment alone."""
        match expr:
            case Condition():
                return self.decide(expr)
            case Read(name, time) if name == INSIDE and time is not None:
                return self.inside(time)
            case Apply(op, args):
                return Apply(op, tuple(map(self.decided, args)))
            case _Absent(name, time):
                return Read(name, time)
        return expr

    def applied(self, op: str, args: tuple[Expr, ...]) -> Expr:
        match op, args:
            case "+", _:
                return _total([a for a in args if a != ZERO])
            case "-", (a, Number(0.0)):
                return a
            case "-", (Number(0.0), a):
                return Apply("neg", (a,))
            case "transpose", (Apply("transpose", (a,)),):
                return a
            case "outer", (Apply("neg", (a,)), b):
                return Apply("neg", (Apply("outer", (a, b)),))
            case "*", (a, b):
                return Apply("*", (self.without_ones(a, self.scope.shape(b)), b))
        return Apply(op, args)

    def without_ones(self, expr: Expr, shape: tuple[int, ...]) -> Expr:
        """A factor 1 beside a factor of its shape is left out."""
        match expr:
            case Apply("*", (a, Apply("ones") as ones)) if self.scope.shape(ones) == shape:
                return a
            case Apply("*", (a, b)):
                return Apply("*", (self.without_ones(a, shape), b))
        return expr


def _total(terms: list[Expr]) -> Expr:
    """A sum with one sum over t in it, and differences where a term is negative; of very many terms one plain sum."""
    pooled = [t.args[0] for t in terms if isinstance(t, Apply) and t.op == "sum_t"]
    joined = [Apply("sum_t", (_total(pooled),))] if pooled else []
    others = [t for t in terms if not (isinstance(t, Apply) and t.op == "sum_t")]
    found: Expr | None = None
    if len(others) > limit("nesting"):  # A difference nests once for each term.
        return plus(*others, *joined)
    for term in sorted((*others, *joined), key=_first_of(terms)):
        if found is not None and isinstance(term, Apply) and term.op == "neg":
            found = Apply("-", (found, term.args[0]))
        else:
            found = term if found is None else plus(found, term)
    return ZERO if found is None else found


def _first_of(terms: list[Expr]) -> Callable[[Expr], bool]:
    """Sorts a term with a minus behind the others where it would be the first."""
    begins = isinstance(terms[0], Apply) and terms[0].op == "neg" if terms else False
    return lambda term: begins and isinstance(term, Apply) and term.op == "neg"


def _within(scope: Scope) -> _Tidier:
    """For a line that holds at every step of the run."""
    return _Tidier(scope, lambda m: ZERO if m.time.outside else m, _while_inside)


def _while_inside(time: Time) -> Expr:
    """1 while t + k is a step of the run: for a read k steps back in a sum over t there is no such step at the end."""
    k = time.offset
    ends = [Condition(Time("tau", -j)) for j in range(k)] if k > 0 else [Condition(Time("", 1 + j)) for j in range(-k)]
    return _total([ONE, *(Apply("neg", (moment,)) for moment in ends)])


# starts


def _begun(recurrence: Recurrence, expr: Expr) -> Expr:
    """Where the text sets a variable's first steps, no gradient passes through its equation there."""
    first: dict[str, list[Time]] = {Adjoint(s.name): [] for s in recurrence.starts}
    for s in recurrence.starts:
        first[Adjoint(s.name)] += [] if s.time.outside else [s.time]

    def passed(read: Read) -> Expr:
        if read.name not in first or read.time is None or read.time.base != "t":
            return read
        begun = [Apply("neg", (Condition(time.later(-read.time.offset)),)) for time in first[read.name]]
        return Apply("*", (_total([ONE, *begun]), read)) if begun else read

    return substitute(expr, passed)


def _start_lines(recurrence: Recurrence, scope: Scope, lines: Lines) -> dict[str, list[Start]]:
    """variable → the gradients of its starts outside the run: the same equation at those moments."""
    found: dict[str, list[Start]] = {}
    for s in recurrence.starts:
        if s.name in lines and s.time.outside:
            expr = _at_moment(recurrence, scope, lines[s.name].expr, s.time)
            found.setdefault(s.name, []).append(Start(Adjoint(s.name), s.time, expr))
    return found


def _at_moment(recurrence: Recurrence, scope: Scope, expr: Expr, time: Time) -> Expr:
    """An expression at one moment outside the run, where all is 0 but the starts."""
    analysis = analyse(recurrence)
    known = {*analysis.every_start}

    def put(read: Read) -> Expr:
        if read.time is None or read.time.base != "t":
            return read
        there = Time(time.base, time.offset + read.time.offset)
        if read.name == "t":
            return number_of(there)
        if read.name == INSIDE:
            return ZERO if there.outside else ONE
        return (_Absent if there.outside and StartName(read.name, there) not in known else Read)(read.name, there)

    def decide(condition: Condition) -> Expr:
        met = Condition(condition.time, at=time) if condition.time.meets(time) else ZERO
        return ONE if condition.time == time else met

    return _Tidier(scope, decide, lambda there: ONE).tidy(substitute(expr, put))


def _check_starts(scope: Scope, recurrence: Recurrence) -> None:
    """Refuse starts whose gradients would be too long: their operations have no lines of their own."""
    if (length := written_length(scope, analyse(recurrence).starts.values())) > LONGEST:
        message = f"the gradients of the starts are too long to be read: about {length:,} operations"
        raise Problems(Problem(message, Subject.EQUATIONS, None, "make a start of fewer factors"))


def _to_what_starts_are_made_of(scope: Scope, folded: Folded, lines: Lines) -> None:
    """What arrives at a start goes on to the parameters and data that the text makes it of."""
    variables = folded.recurrence.variables
    for start, e in analyse(folded.recurrence).starts.items():
        if start.variable in lines:
            for name, expr in _sent_back(scope, start, e):
                if variables[name].kind != "computed":
                    known = lines.get(name, Equation(Adjoint(name), variables[name].indexed, ZERO))
                    lines[name] = replace(known, expr=plus(known.expr, substitute(expr, _of_variables)))


def _sent_back(scope: Scope, start: StartName, e: Equation) -> Iterator[tuple[str, Expr]]:
    """What each variable that a start is made of gets back from it. A number that fills a start has no name there."""
    variable = start.variable
    shape, filled = scope.shape(e.expr), scope.shapes[variable]
    for left in (start, Adjoint(start)):
        scope.declare(left, filled, BATCH)
    for name in dict.fromkeys(r.name for r in variable_reads(e.expr)):
        for term in pullback(scope, e, name):
            there = {
                start: Read(variable, start.time) if shape == filled else e.expr,
                Adjoint(start): Read(Adjoint(start), _seen_from(start.time, term)),
            }
            yield name, substitute(term, lambda r, there=there: there.get(r.name, r))  # type: ignore[misc]


def _of_variables(read: Read) -> Read:
    """The gradient at a start as its variable's at that moment."""
    of = read.name.of if isinstance(read.name, Adjoint) else None
    return replace(read, name=Adjoint(of.variable)) if isinstance(of, StartName) else read


def _seen_from(time: Time, term: Expr) -> Time:
    """A moment as it is told beside `[t = 1]`, so many steps later, where that can be said whatever τ is."""
    match term:
        case Apply("*", (Condition(now, at=at), _)) if at == NOW and now.base == time.base and not time.outside:
            return Time("t", time.offset - now.offset)
    return time


# the order


def _in_reading_order(
    recurrence: Recurrence, lines: Lines, ends: Mapping[str, list[Start]], data: bool
) -> Iterator[Line]:
    """What is computed as it came, each with its start after it; then parameters and data as the text names them."""
    for name, line in lines.items():
        if name in recurrence.names("computed") or is_operation(name):
            yield line
            yield from ends.get(name, ())
    for kind in ("parameter", "given") if data else ("parameter",):
        yield from (lines[name] for name in recurrence.names(kind) if name in lines)
