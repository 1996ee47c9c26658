"""`Recurrence` → `Analysis`: what graph, programs, gradients and pages all have to know of the equations, found once.

Functions are written out, the loops and their order are there, and who reads whom. It holds no numbers and no τ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.cache import cached
from app.engine.ir.derived import Derives
from app.engine.ir.measured import BATCH, SEQUENCE, SHARED, Measured, Shape, level_of
from app.engine.ir.names import StartName
from app.language import (
    Apply,
    Component,
    Equation,
    Expr,
    Number,
    Read,
    Recurrence,
    Time,
    expand,
    ordered,
    reachable,
    reads,
    walk,
)
from app.ops import OPS


@dataclass(frozen=True, slots=True)
class Reading:
    """One read of a variable: in the equation of `by`, or where the start of that name is set."""

    by: str
    read: Read

    @property
    def lag(self) -> int:
        """How many steps back (negative: ahead) it reaches; 0 for a moment or the whole, too."""
        return -self.read.time.offset if self.timed and self.read.time else 0

    @property
    def timed(self) -> bool:
        """Whether it names a step beside the running one, or that one itself: no moment, and not the whole."""
        return self.read.time is not None and self.read.time.base == "t"


@dataclass(frozen=True, eq=False)
class Analysis(Measured, Derives):
    """A recurrence with its functions written out, in an order in which it can be computed.

    `shapes` and `levels` are those of the text's own names, of `t` and `tau`, for sequences of one length; `flat` has
    those of all inner names too. What a variable is in a picture (input, state, loss, …) depends on what the picture
    leaves out and puts together, so `folding` says that.
    """

    recurrence: Recurrence
    equations: Mapping[str, Equation]
    """By name, in the order of the text."""
    components: tuple[Component, ...]
    """What is computed together, in order: loops, and what is in none."""
    shapes: Mapping[str, Shape]
    levels: Mapping[str, int]

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The computed variables, each after what it reads."""
        return tuple(name for component in self.components for name in component.names)

    @property
    def in_order(self) -> list[Equation]:
        """The equations in that order."""
        return [self.equations[name] for name in self.order]

    @cached_property
    def loops(self) -> Mapping[str, int]:
        """variable → the number of the loop that it is in; what is in none is not there."""
        return {name: i for i, c in enumerate(self.components) if c.direction for name in c.names}

    @cached_property
    def starts(self) -> Mapping[StartName, Equation]:
        """The starts that the text sets, as equations of one value."""
        starts, functions = self.recurrence.starts, self.recurrence.functions
        names = [StartName(s.name, s.time) for s in starts]
        return {n: Equation(n, False, expand(s.expr, functions)) for n, s in zip(names, starts, strict=True)}

    def right_side(self, name: str) -> Expr:
        """What a variable or a start that the text sets is made of."""
        return self.starts[name].expr if isinstance(name, StartName) else self.equations[name].expr

    @cached_property
    def reached_starts(self) -> Mapping[str, tuple[StartName, ...]]:
        """computed variable → every moment outside the run at which it is read, whatever τ is, nearest first."""
        found = {}
        for name in (name for name in self.lags if name in self.equations):
            back = (Time("", 1 - k) for k in range(1, max(self.lags[name]) + 1))
            ahead = (Time("tau", k) for k in range(1, -min(self.lags[name]) + 1))
            found[name] = tuple(StartName(name, time) for time in (*back, *ahead))
        return found

    @cached_property
    def every_start(self) -> tuple[StartName, ...]:
        """Those that steps reach outside the run, then those that the text sets, whatever reads them."""
        reached = (start for starts in self.reached_starts.values() for start in starts)
        return tuple(dict.fromkeys((*reached, *self.starts)))

    @cached_property
    def outer_starts(self) -> tuple[StartName, ...]:
        """The starts outside the run."""
        return tuple(start for start in self.every_start if start.time.outside)

    def felt(self, start: StartName) -> bool:
        """Whether some equation reads a start outside the run at a step where it holds, or as a moment."""
        return any(
            r.read.time == start.time
            or (r.timed and not (then := start.time.later(r.lag)).outside and StartName(r.by, then) not in self.starts)
            for r in self.readings[start.variable]
        )

    @cached_property
    def readings(self) -> Mapping[str, tuple[Reading, ...]]:
        """name → every read of it in an equation or a start, in the order of the text, starts last."""
        found: dict[str, list[Reading]] = {}
        for e in (*self.equations.values(), *self.starts.values()):
            for read in reads(e.expr):
                found.setdefault(read.name, []).append(Reading(e.name, read))
        return {name: tuple(readings) for name, readings in found.items()}

    @cached_property
    def passed_on(self) -> frozenset[StartName]:
        """The starts within the run that another start is made of."""
        found = (StartName(r.name, r.time) for e in self.starts.values() for r in reads(e.expr) if r.time is not None)
        return frozenset(start for start in found if start in self.starts and not start.time.outside)

    @cached_property
    def lags(self) -> Mapping[str, set[int]]:
        """name → how far back (negative: ahead) equations read it, in the order in which they are computed."""
        found: dict[str, set[int]] = {}
        for read in (read for e in self.in_order for read in reads(e.expr)):
            if read.time is not None and read.time.base == "t" and read.time.offset:
                found.setdefault(read.name, set()).add(-read.time.offset)
        return found

    def together(self, name: str, other: str) -> bool:
        """Whether two variables are in one loop."""
        return name in self.loops and self.loops[name] == self.loops.get(other)

    @cached_property
    def reached_back(self) -> frozenset[str]:
        """The states: what a loop reads at another step of itself."""
        return frozenset(n for n, found in self.readings.items() for r in found if r.lag and self.together(n, r.by))

    @cached_property
    def gated(self) -> bool:
        """Whether in a loop something passes as far as gates are open: values between 0 and 1 that multiply."""
        parts = (part for name in self.loops for part in walk(self.equations[name].expr))
        return any(isinstance(p, Apply) and p.op == "*" and any(map(self.is_gate, p.args)) for p in parts)

    def is_gate(self, expr: Expr) -> bool:
        """Whether all values of an expression lie between 0 and 1 by what computes it, or 1 minus it."""
        seen: set[str] = set()
        while True:
            if isinstance(expr, Read) and expr.name in self.equations and expr.name not in seen:
                seen.add(expr.name)
                expr = self.equations[expr.name].expr
            elif isinstance(expr, Apply) and expr.op == "-" and expr.args[0] == Number(1.0):
                expr = expr.args[1]
            else:
                return isinstance(expr, Apply) and OPS[expr.op].gate

    def needed(self, names: Iterable[str]) -> set[str]:
        """These computed variables and all computed ones that they depend on, at whatever step."""
        return reachable(names, self._sources) & self.equations.keys()

    @cached_property
    def distributions(self) -> frozenset[str]:
        """What cross-entropy compares its logits with."""
        parts = (part for e in self.equations.values() for part in walk(e.expr))
        return frozenset(name for part in parts for name in _compared(part))

    @cached_property
    def _sources(self) -> Mapping[str, list[str]]:
        found = {e.name: [read.name for read in reads(e.expr)] for e in self.equations.values()}
        for start, e in self.starts.items():
            found[start.variable] += [read.name for read in reads(e.expr)]
        return found


@cached(256)
def analyse(recurrence: Recurrence) -> Analysis:
    """Find out once what everything else reads."""
    equations, components = ordered(recurrence.equations, recurrence.functions, recurrence.starts)
    legal = tuple(c for c in components if isinstance(c, Component))
    assert len(legal) == len(components), "parse lets no loop through that cannot run"
    table = {e.name: e for e in equations}
    shapes = {name: recurrence.shape(name) for name in recurrence.variables} | {"t": (), "tau": ()}
    levels = levels_in(recurrence, (table[name] for component in legal for name in component.names), SHARED)
    return Analysis(recurrence, table, legal, shapes, levels)


def levels_in(recurrence: Recurrence, equations: Iterable[Equation], tau: int) -> dict[str, int]:
    """The level of every name of the text, the equations in order; sequences of unequal length have a τ each, BATCH."""
    levels = {"t": SEQUENCE, "tau": tau} | {
        name: SHARED if v.kind == "parameter" else SEQUENCE if v.indexed else BATCH
        for name, v in recurrence.variables.items()
    }
    for e in equations:
        if not e.indexed:  # What is made of parameters alone is shared by the sequences of a batch.
            levels[e.name] = level_of(e.expr, levels)
    return levels


def _compared(expr: Expr) -> Iterator[str]:
    match expr:
        case Apply("cross_entropy", (_, Read(name))):
            yield name


def objective(recurrence: Recurrence) -> str:
    """What is differentiated unless a link says otherwise: the loss, else the last variable."""
    return "loss" if "loss" in recurrence.variables else recurrence.equations[-1].name
