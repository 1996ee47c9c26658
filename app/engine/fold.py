"""`Recurrence` + detail → `Folded`: which variables are drawn, and each one's right side with the others put in.

The rules are DESIGN's: leave out what the objective does not depend on and the final pooling; fold a computed sequence
that lies in a loop and is read only inside it, at the same step, with no matrix applied to it directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from app.engine.flat import SHARED, Flat, flat
from app.engine.graph import Detail, NodeKind
from app.engine.trace import objective, split
from app.language.loops import Component, components, reachable
from app.language.rewrite import expand, shift, substitute
from app.language.syntax import Apply, Call, Equation, Expr, Read, Recurrence, children, reads, walk
from app.ops import OPS


@dataclass(frozen=True)
class Folded:
    """Every equation that stays, in program order, what is drawn of them, and the kind of each drawn variable.

    `hidden` equations take part in the gradient but are not drawn (the pooling; at `states` the readout).
    `loops` numbers the loop a variable is in, for truncation.
    """

    recurrence: Recurrence
    detail: Detail
    drawn: tuple[Equation, ...]
    hidden: tuple[Equation, ...]
    kinds: Mapping[str, NodeKind]
    rows: tuple[str, ...]
    loops: Mapping[str, int]
    functions: Mapping[str, str]
    """At `states`: the function each drawn variable's equation calls."""
    inside: Mapping[str, Expr]
    """What is folded into others, each with the others put in."""
    pooled: str
    """`loss`, where the picture leaves it out."""

    _factors: dict[tuple[str, Read], tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)

    def is_node(self, name: str) -> bool:
        """Whether a name is drawn as a node."""
        return name in self.kinds

    def factors(self, e: Equation, read: Read) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What multiplies a read in a drawn equation: all parameters and matrices, and the matrices alone."""
        if (e.name, read) not in self._factors:
            params = along(self.recurrence, e.expr, read.name, read)
            matrices = tuple(p for p in params if self.recurrence.variables[p].rank == 2)
            self._factors[e.name, read] = (params, matrices)
        return self._factors[e.name, read]


def folding(recurrence: Recurrence, detail: Detail = "cells", of: str | None = None) -> Folded:
    """Fold a recurrence for a detail; `of` keeps what that node depends on."""
    return _folding(recurrence, detail, split(of)[0] if of else objective(recurrence))


@lru_cache(maxsize=256)
def _folding(recurrence: Recurrence, detail: Detail, of: str) -> Folded:
    return _Folder(recurrence, detail, of).folded()


class _Folder:
    def __init__(self, recurrence: Recurrence, detail: Detail, of: str) -> None:
        self.recurrence, self.of = recurrence, of
        written = [replace(e, expr=expand(e.expr, recurrence.functions)) for e in recurrence.equations]
        self.equations = {e.name: e for e in written}
        groups = [g for g in components(written) if isinstance(g, Component)]
        self.order = [n for g in groups for n in g.names]
        self.loops = {n: i for i, g in enumerate(groups) if g.direction for n in g.names}
        self.system: Flat = flat(recurrence)
        self.readers: dict[str, list[tuple[str, Read]]] = {}
        for e in written:
            for r in reads(e.expr):
                self.readers.setdefault(r.name, []).append((e.name, r))
        self.needed = self.ancestors({"loss", of} & self.equations.keys())
        if "loss" not in self.equations:
            self.needed |= self.equations.keys()
        self.detail: Detail = detail if detail != "states" or self.states() else "cells"

    def ancestors(self, names: Iterable[str]) -> set[str]:
        found: set[str] = set()
        work = list(names)
        while work:
            name = work.pop()
            if name not in found and name in self.equations:
                found.add(name)
                work.extend(r.name for r in reads(self.equations[name].expr))
        return found

    def folded(self) -> Folded:
        inside = {n for n in self.needed if self.folds(n)}
        targets = [n for n in self.order if n in self.needed and n not in inside and not self.factor(n)]
        visible = [n for n in targets if self.visible(n)]
        put_in = {n: self.put_in(n, inside) for n in targets}
        drawn, hidden = [put_in[n] for n in visible], [put_in[n] for n in targets if n not in visible]
        kinds = _kinds(self, drawn, hidden)
        rows = [n for n, k in kinds.items() if k == "input"] + visible + [n for n, k in kinds.items() if k == "target"]
        names = {n: _called(self.recurrence.equation(n).expr) for n in visible} if self.detail == "states" else {}
        within = {n: self.put_in(n, inside).expr for n in self.order if n in inside}
        pooled = "loss" if "loss" in self.equations and "loss" not in visible else ""
        return Folded(
            self.recurrence,
            self.detail,
            tuple(drawn),
            tuple(hidden),
            kinds,
            tuple(rows),
            self.loops,
            names,
            within,
            pooled,
        )

    def states(self) -> set[str]:
        """What is reached back to inside a loop."""
        return {
            name
            for name, readers in self.readers.items()
            for reader, read in readers
            if name in self.loops and self.loops.get(reader) == self.loops[name] and read.time and read.time.offset
        }

    def factor(self, name: str) -> bool:
        """A computed matrix, or what is made of parameters alone, multiplies on arrows and is no node."""
        v = self.recurrence.variables[name]
        if v.indexed or name in ("loss", self.of) or self.detail == "operations":
            return False
        return v.rank == 2 or (self.system.levels[name] == SHARED and name in self.readers)

    def folds(self, name: str) -> bool:
        if self.detail == "operations":
            return False
        if self.detail == "states":
            return self.feeds_states(name)
        readers = self.readers.get(name, [])
        within = name in self.loops and all(self.loops.get(r) == self.loops[name] for r, _ in readers)
        now = all(read.time is not None and not read.time.offset for _, read in readers)
        return within and now and name != self.of and not any(self.multiplied(name, r) for r, _ in readers)

    def feeds_states(self, name: str) -> bool:
        """At `states`: what the states are computed from, and is not a state itself, is put into them."""
        states = self.states()
        e = self.equations[name]
        whole = any(r.time is None or r.time.base != "t" for _, r in self.readers.get(name, []))
        return name not in states and e.indexed and not whole and name in self.ancestors(states)

    def multiplied(self, name: str, reader: str) -> bool:
        """Whether a matrix is applied to the variable directly."""
        for part in walk(self.equations[reader].expr):
            if isinstance(part, Apply) and part.op == "@":
                for arg, other in (part.args, part.args[::-1]):
                    if isinstance(arg, Read) and arg.name == name and len(self.system.shape(other)) == 2:
                        return True
        return False

    def visible(self, name: str) -> bool:
        if self.detail == "states":
            return name in self.states()
        return not self.is_pooling(name)

    def is_pooling(self, name: str) -> bool:
        """The final `loss` where there is a loss of each step."""
        match self.equations[name].expr:
            case Apply(op, (Read(inner),)) if name == "loss" and OPS[op].internal:
                return inner in self.equations
        return False

    def put_in(self, name: str, inside: set[str]) -> Equation:
        def put(read: Read) -> Expr:
            if read.name not in inside:
                return read
            steps = read.time.offset if read.time is not None else 0
            return shift(substitute(self.equations[read.name].expr, put), steps)

        e = self.equations[name]
        return replace(e, expr=substitute(e.expr, put))


def _called(expr: Expr) -> str:
    return next((e.function for e in walk(expr) if isinstance(e, Call)), "f")


# kinds


def _kinds(folder: _Folder, drawn: list[Equation], hidden: list[Equation]) -> dict[str, NodeKind]:
    """target, input, loss, output, state: DESIGN's rules, from the flow of data and parameters alone."""
    variables = folder.recurrence.variables
    data = [n for n in _read_names(drawn) if variables[n].kind == "given" and not _is_matrix_data(folder, n)]
    losses = _losses(folder, [*drawn, *hidden], data)
    kinds: dict[str, NodeKind] = {}
    for name in data:
        readers = [e.name for e in drawn if any(r.name == name and _now(r) for r in reads(e.expr))]
        kinds[name] = "target" if readers and all(r in losses for r in readers) else "input"
    outputs = {r.name for e in drawn if e.name in losses for r in reads(e.expr) if _now(r)}
    for e in drawn:
        kinds[e.name] = "loss" if e.name in losses else "output" if e.name in outputs else "state"
    return kinds


def _read_names(equations: Iterable[Equation]) -> list[str]:
    return list(dict.fromkeys(r.name for e in equations for r in reads(e.expr) if r.name != "tau"))


def _now(read: Read) -> bool:
    """Read at the same step, or as a whole."""
    return read.time is None or read.time.base != "t" or not read.time.offset


def _is_matrix_data(folder: _Folder, name: str) -> bool:
    v = folder.recurrence.variables[name]
    return not v.indexed and v.rank == 2


def _losses(folder: _Folder, equations: list[Equation], data: list[str]) -> set[str]:
    """What lies between a given and `loss` with no parameter multiplying on the way; never what is in a loop."""
    free: dict[str, list[str]] = {}
    for e in (e for e in equations if e.name not in folder.loops):
        for name in _read_names([e]):
            if not along(folder.recurrence, e.expr, name):
                free.setdefault(name, []).append(e.name)
    after = reachable(data, free)
    found = {n for n in after if n in folder.equations and "loss" in reachable([n], free)}
    return found | ({"loss"} & folder.equations.keys())


# what multiplies along an edge


def along(recurrence: Recurrence, expr: Expr, name: str, read: Read | None = None) -> tuple[str, ...]:
    """The matrices and parameters that multiply a read on its way to the top of an expression, not the biases.

    With `read` only that read counts, else every read of `name`. In the order of the program.
    """

    def wanted(e: Expr) -> bool:
        return isinstance(e, Read) and (e == read if read is not None else e.name == name)

    found = set(_along(recurrence, expr, wanted) or ())
    return tuple(n for n in recurrence.variables if n in found)


def _along(recurrence: Recurrence, expr: Expr, wanted: object) -> list[str] | None:
    """The factors on all ways from a wanted read up to here; None where there is none below."""
    assert callable(wanted)
    if wanted(expr):
        return []
    below = [_along(recurrence, child, wanted) for child in children(expr)]
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
    names = [r.name for r in reads(expr) if r.name != "tau"]
    if all(_multiplies(recurrence, n) for n in names):
        yield from names


def _multiplies(recurrence: Recurrence, name: str) -> bool:
    v = recurrence.variables[name]
    return v.kind == "parameter" or (not v.indexed and (v.rank == 2 or flat(recurrence).levels[name] == SHARED))
