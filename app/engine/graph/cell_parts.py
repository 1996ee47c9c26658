"""Equations → the parts of a cell: layers, what combines them entry by entry, and the lines that states run along.

An affine sum and the squashing around it is one layer, `sigmoid(b + U @ x + W @ h)`; what is added, multiplied or taken
from one entry by entry is a pointwise operation of its own. A state that reaches itself through these alone has a line,
which runs straight through all steps. Rules on the equations find them; no cell is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, NamedTuple

from app.engine.graph.operations import is_literal
from app.engine.ir import Analysis
from app.language import NOW, Apply, Condition, Equation, Expr, Read, is_operation, node_id, owner, reads, walk
from app.language.typeset import show
from app.ops import OPS

Form = Literal["layer", "pointwise"]

SUMS = frozenset({"+", "-", "neg"})
SCALING = frozenset({"*", "/"})
ALONG_A_LINE = SUMS | SCALING | {"where"}
"""What a state's line runs through."""


class CellPart(NamedTuple):
    """What a node is within a cell.

    `name`: the variable whose letter stands in it, or none; `weights`: the parameters, or what is made of parameters
    alone, that it adds or multiplies by; `line`: the state on whose line it lies; `cell`: the first state of the loop
    that it works for; `gate`: its values lie between 0 and 1; `valve`: a gate says how much passes through it.
    """

    form: Form
    name: str = ""
    weights: tuple[str, ...] = ()
    line: str = ""
    cell: str = ""
    gate: bool = False
    valve: bool = False


@dataclass(frozen=True)
class CellParts:
    """The equations of the parts, each after those that it reads, and what each part is.

    `tops`: the outermost operation of each part as it is written. `own`: the parts that make what a circle shows.
    """

    equations: tuple[Equation, ...]
    parts: Mapping[str, CellPart]
    tops: Mapping[str, Expr]
    own: Mapping[str, str]

    @property
    def gated(self) -> bool:
        """Whether a gate says how much of something passes."""
        return any(part.valve for part in self.parts.values())


def cell_parts(
    analysis: Analysis,
    opened: Sequence[Equation],
    others: Sequence[Equation],
    circles: Collection[str],
    factors: Collection[str],
) -> CellParts:
    """The parts that opened equations come to; `others` are read as they are.

    `circles` are the variables that are drawn apart from the part that makes them, `factors` the computed names that
    multiply as parameters do.
    """
    return _PartFinder(analysis, {e.name: e for e in opened}, others, circles, factors).found()


@dataclass
class _PartFinder:
    analysis: Analysis
    opened: dict[str, Equation]
    others: Sequence[Equation]
    circles: Collection[str]
    factors: Collection[str]
    absorbed: dict[str, str] = field(default_factory=dict)
    """name → the part that it is in."""
    _coefficients: dict[str, bool] = field(default_factory=dict)

    def found(self) -> CellParts:
        bodies: dict[str, Expr] = {}
        for name in reversed(self.opened):
            if name not in self.absorbed and not self.is_coefficient(Read(name)):
                bodies[name], taken = self.body(name)
                self.absorbed |= dict.fromkeys(taken, name)
        ordered = [name for name in self.opened if name in bodies]
        equations: list[Equation] = []
        parts: dict[str, CellPart] = {}
        tops: dict[str, Expr] = {}
        own: dict[str, str] = {}
        for name in ordered:
            e = replace(self.opened[name], expr=bodies[name])
            if not isinstance(e.expr, Apply):
                equations.append(e)
                continue
            part = node_id(name, None, self.count[name]) if name in self.circles else name
            if part != name:
                own[name] = part
                equations += [replace(e, name=part), replace(e, expr=Read(part, NOW if e.indexed else None))]
            else:
                equations.append(e)
            tops[part] = self.opened[name].expr
            parts[part] = self.part(name, part, e.expr)
        return CellParts(tuple(equations), self._with_valves(parts, equations), tops, own)

    # what is read where

    @cached_property
    def count(self) -> Counter[str]:
        """variable → how many operations are within its equation."""
        return Counter(owner(name) for name in self.opened if is_operation(name))

    @cached_property
    def readers(self) -> Mapping[str, list[tuple[str, Read]]]:
        found: dict[str, list[tuple[str, Read]]] = {}
        for e in (*self.opened.values(), *self.others, *self.analysis.starts.values()):
            for read in reads(e.expr):
                found.setdefault(read.name, []).append((e.name, read))
        return found

    def may_be_taken_in(self, arg: Expr) -> bool:
        """Whether an argument is an operation, or an inner variable, that nothing else reads."""
        if not isinstance(arg, Read) or arg.name not in self.opened or arg.name in self.lines:
            return False
        if arg.name in self.circles or arg.time not in (NOW, None):
            return False
        return len(self.readers.get(arg.name, ())) == 1

    # lines

    @cached_property
    def lines(self) -> Mapping[str, str]:
        """operation or variable → the state on whose line it lies: the shortest way back to itself entry by entry."""
        found: dict[str, str] = {}
        for state in self.opened:
            way = self._way_along(state, state, {}) if state in self.circles else None
            found |= {name: state for name in way or () if name not in found}
        return found

    def _way_along(self, name: str, state: str, known: dict[str, tuple[str, ...] | None]) -> tuple[str, ...] | None:
        """What lies between a state at another step and a name, if it leads there through such operations alone."""
        if name not in known:
            known[name] = None
            expr = self.opened[name].expr
            if isinstance(expr, Apply) and expr.op in ALONG_A_LINE:
                passed = expr.args[1:] if expr.op == "where" else expr.args[:1] if expr.op == "/" else expr.args
                ways = [way for arg in passed if (way := self._arg_along(arg, state, known)) is not None]
                known[name] = (*min(ways, key=len), name) if ways else None
        return known[name]

    def _arg_along(self, arg: Expr, state: str, known: dict[str, tuple[str, ...] | None]) -> tuple[str, ...] | None:
        if not isinstance(arg, Read):
            return None
        if arg.name == state:
            return () if arg.time is not None and arg.time.base == "t" and arg.time.offset != 0 else None
        inner = arg.name in self.opened and arg.name not in self.circles and arg.time == NOW
        return self._way_along(arg.name, state, known) if inner else None

    # coefficients and linear operations

    def is_coefficient(self, expr: Expr) -> bool:
        """Whether an expression is made of numbers, parameters and computed factors alone."""
        if isinstance(expr, Read):
            if expr.name not in self._coefficients:
                self._coefficients[expr.name] = self._is_coefficient_name(expr.name)
            return self._coefficients[expr.name]
        return is_literal(expr) or isinstance(expr, Condition)

    def _is_coefficient_name(self, name: str) -> bool:
        variables = self.analysis.recurrence.variables
        if name in self.opened:
            return is_operation(name) and all(map(self.is_coefficient, self._args(name)))
        if name not in variables:
            return True
        return variables[name].kind == "parameter" or name in self.factors

    def _args(self, name: str) -> tuple[Expr, ...]:
        expr = self.opened[name].expr
        return expr.args if isinstance(expr, Apply) else (expr,)

    def is_linear(self, expr: Expr) -> bool:
        """Whether an operation is linear in what it reads but coefficients: a sum, a scaling, a part, side by side."""
        if not isinstance(expr, Apply):
            return False
        free = [arg for arg in expr.args if not self.is_coefficient(arg)]
        if expr.op in SUMS or expr.op == "concat":
            return bool(free)
        if expr.op in ("*", "@"):
            return len(free) == 1
        if expr.op == "/":
            return len(free) == 1 and free[0] == expr.args[0]
        return len(free) == 1 and self.takes_part(expr)

    @staticmethod
    def takes_part(expr: Apply) -> bool:
        """Whether an operation leaves some entries out."""
        return expr.op == "slice" or OPS[expr.op].by_line

    def linear_body(self, expr: Expr, taken: list[str]) -> Expr:
        """The linear operation with the linear ones that it alone reads put in, and what is made of parameters."""
        assert isinstance(expr, Apply)
        args: list[Expr] = []
        for arg in expr.args:
            if self.is_coefficient(arg):
                args.append(self.written_out(arg))
            elif isinstance(arg, Read) and self.may_be_taken_in(arg) and self.is_linear(self.opened[arg.name].expr):
                taken.append(arg.name)
                args.append(self.linear_body(self.opened[arg.name].expr, taken))
            else:
                args.append(arg)
        return replace(expr, args=tuple(args))

    def written_out(self, expr: Expr) -> Expr:
        """A coefficient with its operations put in."""
        if isinstance(expr, Read) and expr.name in self.opened:
            return self.written_out(self.opened[expr.name].expr)
        if isinstance(expr, Apply):
            return replace(expr, args=tuple(map(self.written_out, expr.args)))
        return expr

    def has_weights(self, expr: Expr) -> bool:
        """Whether an expression reads a parameter or a computed factor."""
        return any(isinstance(e, Read) and e.name not in self.opened and self.is_coefficient(e) for e in walk(expr))

    # the parts

    def body(self, name: str) -> tuple[Expr, list[str]]:
        """What a part computes, and the operations that it takes in."""
        expr, taken = self.opened[name].expr, list[str]()
        if not isinstance(expr, Apply):
            return self.written_out(expr) if self.is_coefficient(expr) else expr, []
        if name in self.lines:
            return self.with_coefficients(expr), []
        if self.is_linear(expr):
            whole = self.linear_body(expr, taken)
            return (whole, taken) if self.is_layer(whole) else (self.with_coefficients(expr), [])
        free = [arg for arg in expr.args if not self.is_coefficient(arg)]
        if len(free) == 1 and isinstance(free[0], Read) and self.may_be_taken_in(free[0]):
            inner = self.opened[free[0].name].expr
            if self.is_linear(inner):
                whole = self.linear_body(inner, taken)
                if (
                    self.has_weights(whole)
                    or self.is_plain(whole)
                    or (isinstance(inner, Apply) and self.takes_part(inner))
                ):
                    args = (whole if a == free[0] else self.written_out(a) for a in expr.args)
                    return replace(expr, args=tuple(args)), [free[0].name, *taken]
        return self.with_coefficients(expr), []

    def with_coefficients(self, expr: Apply) -> Expr:
        return replace(expr, args=tuple(self.written_out(a) if self.is_coefficient(a) else a for a in expr.args))

    def is_layer(self, whole: Expr) -> bool:
        """Whether a linear operation is an affine sum or a product with a matrix, no scaling alone."""
        assert isinstance(whole, Apply)
        return whole.op not in SCALING and self.has_weights(whole)

    def is_plain(self, whole: Expr) -> bool:
        """Whether a sum is one of variables alone, whatever numbers they are scaled by."""
        return not any(isinstance(e, Read) and is_operation(e.name) for e in walk(whole))

    def part(self, name: str, part: str, whole: Apply) -> CellPart:
        letter = name if part == name and not is_operation(name) else ""
        form: Form = "pointwise" if self.is_pointwise(name, whole) else "layer"
        gate = OPS[whole.op].gate
        return CellPart(form, letter, self.weights(whole), self.lines.get(name, ""), self.cell_of(name), gate)

    def is_pointwise(self, name: str, whole: Apply) -> bool:
        """Whether an operation combines entry by entry, so that no layer is needed."""
        if not OPS[whole.op].broadcasts and whole.op != "neg":
            return False
        return name in self.lines or not (self.is_linear(self.opened[name].expr) and self.is_layer(whole))

    def weights(self, whole: Apply) -> tuple[str, ...]:
        """The parameters in the order in which they are written, those that multiply before those that are added."""
        if whole.op in SCALING:
            return tuple(show(a) for a in whole.args if self._made_of_weights(a) and not is_literal(a))
        multiplying: dict[str, None] = {}
        added: dict[str, None] = {}
        self._sort_weights(whole, multiplying, added)
        return (*multiplying, *(name for name in added if name not in multiplying))

    def _sort_weights(self, expr: Expr, multiplying: dict[str, None], added: dict[str, None]) -> None:
        if not isinstance(expr, Apply):
            if isinstance(expr, Read) and self.is_coefficient(expr) and expr.name in self._known:
                added[expr.name] = None
            return
        if expr.op in ("*", "@", "/"):
            for arg in expr.args:
                if self._made_of_weights(arg):
                    multiplying.update((r.name, None) for r in reads(arg) if r.name in self._known)
                else:
                    self._sort_weights(arg, multiplying, added)
            return
        for arg in expr.args:
            self._sort_weights(arg, multiplying, added)

    def _made_of_weights(self, expr: Expr) -> bool:
        return all(self.is_coefficient(r) for r in reads(expr))

    @cached_property
    def _known(self) -> Mapping[str, object]:
        return self.analysis.recurrence.variables

    def cell_of(self, name: str) -> str:
        """The first state of the loop that a part belongs to, or that it is there for."""
        return self._cells.get(owner(name), "")

    @cached_property
    def _cells(self) -> Mapping[str, str]:
        """variable → the first variable of its loop that is drawn as a circle; what feeds a loop goes with it."""
        loops = self.analysis.loops
        first: dict[int, str] = {}
        for name in self.opened:
            if name in loops and name in self.circles:
                first.setdefault(loops[name], name)
        found = {name: first.get(loops[name], name) for name in self.opened if name in loops}
        variables = [name for name in self.opened if not is_operation(name)]
        self._feed_cells(found, variables)
        for name in variables:
            if name not in found and (sources := [n for n in self._sources(name) if owner(n) in found]):
                found[name] = found[owner(sources[0])]
        self._feed_cells(found, variables)
        return {name: found.get(name, name) for name in variables}

    def _feed_cells(self, found: dict[str, str], variables: Sequence[str]) -> None:
        """What feeds a cell goes with it, and what feeds that."""
        for name in reversed(variables):
            by = [owner(reader) for reader, _ in self.readers.get(name, ())]
            if name not in found and (cell := next((found[r] for r in by if r in found), None)):
                found[name] = cell

    def _sources(self, name: str) -> Iterator[str]:
        for inner in self.opened:
            if owner(inner) == name:
                yield from (r.name for r in reads(self.opened[inner].expr))

    def _with_valves(self, parts: Mapping[str, CellPart], equations: Sequence[Equation]) -> dict[str, CellPart]:
        """The parts, those marked that a gate opens; one minus a gate is a gate."""
        found = dict(parts)
        for e in equations:
            part = found.get(e.name)
            if part is None or part.form != "pointwise" or not isinstance(e.expr, Apply):
                continue
            gates = [a for a in e.expr.args if isinstance(a, Read) and a.name in found and found[a.name].gate]
            free = [a for a in e.expr.args if not self.is_coefficient(a)]
            if e.expr.op == "-" and gates and is_literal(e.expr.args[0]):
                found[e.name] = part._replace(gate=True)
            elif e.expr.op == "*" and gates and len(free) > 1:
                found[e.name] = part._replace(valve=True)
        return found
