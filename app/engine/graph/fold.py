"""`Recurrence` + detail → `Folded`: which variables are drawn, and each one's right side with the others put in.

The rules, which ARCHITECTURE.md lists too: leave out what the objective does not depend on and the final pooling; fold
a computed sequence that lies in a loop and is read only inside it, at the same step, with no matrix applied to it
directly. At `gates` the same is left out, and what works for a loop is drawn as the parts of a cell (`cell_parts`). At
`operations` nothing is left out and nothing is put in: every equation of the text is drawn, one operation a node, the
final pooling and what the objective does not depend on among them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from app.engine.graph.cell_parts import CellPart, cell_parts
from app.engine.graph.edge_parameters import factor_on_arrow, factors_along, weights_along
from app.engine.graph.graph import DETAILS, Detail, Group, NodeKind, Opened, Parameters
from app.engine.graph.operations import OperationEquations, operation_equations
from app.engine.ir import SHARED, Analysis, analyse, node_at, objective, once
from app.language import (
    CLOCK,
    Apply,
    Call,
    Condition,
    Equation,
    Expr,
    NodeId,
    Read,
    Recurrence,
    children,
    is_operation,
    owner,
    parse_node,
    reachable,
    reads,
    shift,
    substitute,
    variable_reads,
    walk,
)
from app.language.typeset import operation_sign, operation_sign_tex
from app.ops import OPS

Factors = tuple[tuple[str, ...], tuple[Expr, ...]]
"""The names of what multiplies along an arrow, and the weights that are written on it."""


@dataclass(frozen=True, eq=False)
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
    of: str
    """What is differentiated."""
    parameters: Parameters = "arrows"
    starts: tuple[Equation, ...] = ()
    """What the text sets starts to, where something that it reads is drawn: data, parameters as nodes."""
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Those of the operations within equations."""
    groups: tuple[Group, ...] = ()
    calls: Mapping[str, str] = field(default_factory=dict)
    """The group that an operation stands in."""
    parts: Mapping[str, CellPart] = field(default_factory=dict)
    """At `gates`: what each part of a cell is."""
    tops: Mapping[str, Expr] = field(default_factory=dict)
    """At `gates`: the outermost operation of each part, as it is written."""
    opened: Mapping[int, Folded] = field(default_factory=dict)
    """The steps that are drawn at another detail, each with its own folding."""
    elsewhere: frozenset[str] = frozenset()
    """What is a node at opened steps alone."""

    _reads: dict[str, list[Read]] = field(default_factory=dict)
    _felt: dict[str, set[Expr] | None] = field(default_factory=dict)
    _factors: dict[tuple[str, Read], Factors] = field(default_factory=dict)

    def at(self, t: int | None) -> Folded:
        """The folding of a step; what has no step is drawn as most steps are."""
        return self if t is None else self.opened.get(t, self)

    def by_steps(self, tau: int) -> Iterator[tuple[Folded, tuple[int, ...]]]:
        """Each folding with its steps, first that of most steps."""
        for here in dict.fromkeys((self, *self.opened.values())):
            yield here, tuple(t for t in range(1, tau + 1) if self.at(t) is here)

    def lines(self, steps: int) -> int:
        """About how many edges so many of its steps have."""
        several = (
            (e.indexed or (r.time is not None and r.time.base == "t")) for e in self.drawn for r in self.node_reads(e)
        )
        return sum(steps if each else 1 for each in several)

    @cached_property
    def unjoined(self) -> tuple[str, ...]:
        """What opened steps draw and the others put into what reads it, though a step reads it of another: there is
        nothing to join then."""
        readings = analyse(self.recurrence).readings
        return tuple(n for n in self.inside if n in self.elsewhere and any(not r.timed or r.lag for r in readings[n]))

    def is_node(self, name: str) -> bool:
        """Whether a name is drawn as a node."""
        return name in self.kinds

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a variable or an operation."""
        return self.shapes[name] if name in self.shapes else self.recurrence.shape(name)

    def is_sequence(self, name: str) -> bool:
        """Whether a drawn variable or operation has a value at each step."""
        if is_operation(name):
            return name in self._equations and self._equations[name].indexed
        return self.recurrence.variables[name].indexed

    def node_reads(self, e: Equation) -> list[Read]:
        """The distinct reads of drawn (or hidden) variables and data in an equation, left to right."""
        if e.name not in self._reads:
            self._reads[e.name] = self.reads_in(e.expr)
        return self._reads[e.name]

    def reads_in(self, expr: Expr) -> list[Read]:
        """The same of an expression."""
        known = self.elsewhere.union(h.name for h in self.hidden)
        found = (Read(r.name, r.time) for r in reads(expr))
        return list(dict.fromkeys(r for r in found if self.is_node(r.name) or r.name in known))

    def equation(self, name: str) -> Equation:
        """The equation of a variable or an operation that is drawn, or hidden."""
        return self._equations[name]

    def equation_at(self, node: NodeId, tau: int) -> tuple[Equation, int | None]:
        """The equation that computes a node, and the step it is written for."""
        for start in self.starts:
            if node_at(start.name, tau) == node:
                return start, None
        return self.at(node.t).equation(node.name), node.t

    def name_at(self, node: NodeId, tau: int) -> tuple[str, int | None]:
        """What a node is called in equations, and at which step: an operation of a start has a name of its own."""
        name = self.operations_of_starts(tau).get(node)
        return (node.name, node.t) if name is None else (name, None)

    def operations_of_starts(self, tau: int) -> Mapping[NodeId, str]:
        """node → what it is called in equations: `M[2].0` may be `M[tau].0` there."""
        return {node_at(e.name, tau): e.name for e in self.starts if is_operation(e.name)}

    def is_rest(self, e: Equation) -> bool:
        """Whether an equation is what is left of one at a step, of which nothing is remembered by its name."""
        return self._equations.get(e.name, e) is not e

    def stops(self, e: Equation, read: Read) -> bool:
        """Whether no gradient comes back along a read: it stands within `stop` in every place."""
        whole = self._equations.get(e.name, e)
        if e.name not in self._felt:
            self._felt[e.name] = _felt_outside_stop(whole.expr)
        felt = self._felt[e.name]
        if felt is not None and whole is not e:  # What is left of an equation without a `stop` has none either.
            felt = _felt_outside_stop(e.expr)
        return felt is not None and Read(read.name, read.time) not in felt

    @cached_property
    def concerned(self) -> frozenset[str]:
        """The variables and operations that read the step, or something known that does."""
        found: set[str] = set()
        for e in (*self.drawn, *self.hidden):
            parts = list(walk(e.expr))
            step = any(isinstance(p, Condition) or (isinstance(p, Read) and p.name in CLOCK) for p in parts)
            if step or any(isinstance(p, Read) and p.name in found for p in parts):
                found.add(e.name)
        return frozenset(found)

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Rank of every variable and operation."""
        ranks = {name: v.rank for name, v in self.recurrence.variables.items()}
        return ranks | {name: len(shape) for name, shape in self.shapes.items()}

    def sign_of(self, name: str) -> tuple[str, str, str, str] | None:
        """At `operations`, and of a part of a cell: what computes it, its sign, that in LaTeX, and its group."""
        return self._signs.get(name)

    @cached_property
    def _signs(self) -> dict[str, tuple[str, str, str, str]]:
        tops = self.tops
        if self.detail == "operations":
            tops = {e.name: e.expr for e in (*self.drawn, *self.starts)}
        return {
            name: (
                expr.op if isinstance(expr, Apply) else "",
                operation_sign(expr, self.ranks), operation_sign_tex(expr, self.ranks), self.calls.get(name, ""),
            )
            for name, expr in tops.items()
        }  # fmt: skip

    @cached_property
    def inner_results(self) -> Mapping[str, Expr]:
        """The operations within equations by their names, for what writes mathematics: they have no symbol there."""
        return {e.name: e.expr for e in (*self.drawn, *self.hidden, *self.starts) if is_operation(e.name)}

    def inner_results_at(self, t: int | None) -> Mapping[str, Expr]:
        """The same for what is written at a step, which may name operations of an opened step beside it."""
        others = {name: expr for it in self.opened.values() for name, expr in it.inner_results.items()}
        return {**others, **self.inner_results, **self.at(t).inner_results}

    @cached_property
    def _equations(self) -> dict[str, Equation]:
        return {e.name: e for e in (*self.drawn, *self.hidden)}

    def factors(self, e: Equation, read: Read) -> Factors:
        """What multiplies a read in a drawn equation: all parameters and matrices, and the weights as they are written.

        Those that are nodes have arrows of their own.
        """
        if self.is_rest(e):
            return self.factors_in(e, read)
        if (e.name, read) not in self._factors:
            self._factors[e.name, read] = self.factors_in(e, read)
        return self._factors[e.name, read]

    def factors_in(self, e: Equation, read: Read) -> Factors:
        """The same, found anew."""
        if self.detail == "operations":
            found = factor_on_arrow(self.recurrence, e)
            weights: tuple[Expr, ...] = tuple(map(Read, found))
        else:
            found = factors_along(self.recurrence, e.expr, read.name, read)
            weights = weights_along(self.recurrence, e.expr, read, self.ranks)
        drawn = {name for name in self.kinds if name in self.recurrence.variables}
        return (
            tuple(name for name in found if name not in drawn),
            tuple(w for w in weights if drawn.isdisjoint(r.name for r in variable_reads(w))),
        )


def folding(
    recurrence: Recurrence,
    detail: Detail = "cells",
    of: str | None = None,
    parameters: Parameters | None = None,
    kept: frozenset[str] = frozenset(),
    opened: Opened = (),
) -> Folded:
    """Fold a recurrence for a detail; `of` keeps what that node depends on, `kept` are variables that stay.

    Parameters are on arrows unless told otherwise, at `operations` nodes; at `states` always on arrows, within f.
    There, on arrows, are those that multiply in every place where they are read; the others stay nodes. `opened` are
    the steps at another detail.
    """
    shown = parameters or usual_parameters(detail)
    wanted = parse_node(of).variable if of else objective(recurrence)
    found = _folding(analyse(recurrence), detail, wanted, shown, kept)
    return _with_opened(analyse(recurrence), found, opened, parameters) if opened else found


@once
def _with_opened(analysis: Analysis, folded: Folded, opened: Opened, parameters: Parameters | None) -> Folded:
    """The folding with those steps at another detail at which that shows more."""
    more = DETAILS[DETAILS.index(folded.detail) + 1 :]
    asked = dict.fromkeys(detail for _, detail in opened if detail in more)
    found = {detail: its for detail in asked if (its := _of_steps(folded, detail, parameters)).drawn}
    names = {name for it in found.values() for name, kind in it.kinds.items() if kind != "parameter"}
    elsewhere = frozenset(names - folded.kinds.keys())
    return replace(
        folded,
        opened={t: found[detail] for t, detail in opened if detail in found},
        elsewhere=elsewhere,
        _reads={},
        _felt={},
        _factors={},
    )


def _of_steps(folded: Folded, detail: Detail, parameters: Parameters | None) -> Folded:
    """The folding at another detail of what has steps. What has none is drawn as it is, and so is what made starts;
    what is a node at both details is of one kind."""
    variables = folded.recurrence.variables
    found = folding(folded.recurrence, detail, folded.of, parameters)

    def has_steps(name: str) -> bool:
        return owner(name) in variables and variables[owner(name)].indexed

    def is_drawn(name: str, kind: NodeKind) -> bool:
        if kind == "parameter" or folded.is_node(name) or has_steps(name):
            return True
        v = variables.get(name)
        return v is not None and v.kind == "given" and not (v.rank == 2 and folded.parameters == "arrows")

    kinds = {name: folded.kinds.get(name, kind) for name, kind in found.kinds.items() if is_drawn(name, kind)}
    drawn, hidden = (tuple(e for e in some if has_steps(e.name)) for some in (found.drawn, found.hidden))
    rows = tuple(name for name in found.rows if name in kinds)
    return replace(
        found, kinds=kinds, drawn=drawn, hidden=hidden, rows=rows, starts=(), _reads={}, _felt={}, _factors={}
    )


def usual_detail(recurrence: Recurrence, parameters: Parameters | None = None) -> Detail:
    """What a picture shows unless it is told: the gates of a recurrence that has some in a loop, else its variables.

    Parameters that are nodes have their place beside variables.
    """
    shown = analyse(recurrence).gated and parameters in (None, "arrows")
    return "gates" if shown else "cells"


def usual_parameters(detail: Detail) -> Parameters:
    """How a picture shows parameters unless it is told: at operations as nodes, else on arrows."""
    return "nodes" if detail == "operations" else "arrows"


@once
def _folding(analysis: Analysis, detail: Detail, of: str, parameters: Parameters, kept: frozenset[str]) -> Folded:
    folder = _Folder(analysis, detail, of, parameters, kept)
    if detail == "gates":
        return folder.gates()
    return folder.operations() if detail == "operations" else folder.folded()


class _Folder:
    def __init__(
        self, analysis: Analysis, detail: Detail, of: str, parameters: Parameters, kept: frozenset[str]
    ) -> None:
        self.analysis, self.recurrence, self.of, self.kept = analysis, analysis.recurrence, of, kept
        self.equations, self.order, self.loops = analysis.equations, analysis.order, analysis.loops
        self.readers, self.states = analysis.readings, analysis.reached_back
        self.begun = {start.variable for start in analysis.starts if not start.time.outside}
        """Those that a line sets at a step of the run: two equations cannot be put into another as one."""
        self.started_from = {
            r.name for e in analysis.starts.values() for r in reads(e.expr) if r.name in self.equations
        }
        """The computed variables that starts are made of."""
        everything = "loss" not in self.equations or detail == "operations"
        self.needed = set(self.equations) if everything else analysis.needed({"loss", of})
        self.detail: Detail = detail if detail != "states" or self.states & self.needed else "cells"
        self.parameters: Parameters = "arrows" if self.detail == "states" else parameters
        self.apart = self.parameters != "arrows" or detail == "operations"
        """Whether what multiplies is drawn as a node."""

    def folded(self) -> Folded:
        inside = {n for n in self.needed if self.folds(n)}
        targets = [n for n in self.order if n in self.needed and n not in inside and not self.factor(n)]
        visible = [n for n in targets if self.visible(n)]
        put_in = {n: self.put_in(n, inside) for n in targets}
        drawn, hidden = [put_in[n] for n in visible], [put_in[n] for n in targets if n not in visible]
        starts = [e for e in self.analysis.starts.values() if self.apart or self.comes_from(e)]
        kinds = _kinds(self, drawn, hidden, starts)
        if self.apart:
            kinds |= dict.fromkeys(self.read_parameters([*drawn, *starts]), "parameter")
        names = self.functions(visible) if self.detail == "states" else {}
        within = {n: self.put_in(n, inside).expr for n in self.order if n in inside}
        pooled = "loss" if "loss" in self.equations and "loss" not in visible else ""
        return Folded(
            self.recurrence,
            self.detail,
            tuple(drawn),
            tuple(hidden),
            kinds,
            _rows(kinds, visible),
            self.loops,
            names,
            within,
            pooled,
            self.of,
            self.parameters,
            tuple(starts),
        )

    def operations(self) -> Folded:
        """Every equation, one operation a node."""
        found: OperationEquations = operation_equations(self.recurrence, self.order)
        lines = [self.equations[name] for name in self.order]
        kinds = _kinds(self, lines, [], list(self.analysis.starts.values()))
        kinds = {n: kinds[n] for n in kinds if n in self.recurrence.variables}
        kinds |= {e.name: "operation" for e in (*found.equations, *found.starts) if is_operation(e.name)}
        free = self.read_parameters([*found.equations, *found.starts])
        if self.parameters == "arrows":
            free = [n for n in free if not self.multiplies(n, [*found.equations, *found.starts])]
        kinds |= dict.fromkeys(free, "parameter")
        inside = {e.name: self.loops[o] for e in found.equations if (o := owner(e.name)) in self.loops}
        loops = {**self.loops, **inside}
        inner = [e.name for e in found.starts if is_operation(e.name)]
        return Folded(
            self.recurrence, self.detail, found.equations, (), kinds,
            _rows(kinds, [*inner, *(e.name for e in found.equations)]), loops, {}, {}, "",
            self.of, self.parameters, found.starts, found.shapes,
            tuple(Group(b.id, b.function, b.parent) for b in found.boxes), found.calls,
        )  # fmt: skip

    def gates(self) -> Folded:
        """The parts of cells, and everything around them as at `cells`."""
        shown = [n for n in self.order if n in self.needed and not self.factor(n)]
        lines = [self.equations[n] for n in shown if self.visible(n)]
        hidden = [self.equations[n] for n in shown if not self.visible(n)]
        starts = [e for e in self.analysis.starts.values() if self.apart or self.comes_from(e)]
        kinds = _kinds(self, lines, hidden, starts)
        within = [e.name for e in lines if self.works_for_a_loop(e.name, kinds)]
        opened = operation_equations(self.recurrence, within)
        others = [e for e in (*lines, *hidden) if e.name not in within]
        circles = {n for n in within if self.is_circle(n, set(within))}
        factors = {n for n in self.equations if self.factor(n)} | set(self.given_matrices)
        found = cell_parts(self.analysis, opened.equations, others, circles, factors)
        parts = {e.name: e for e in found.equations}
        drawn = [*(e for e in others if e.name in kinds and self.visible(e.name)), *found.equations]
        place = {n: i for i, n in enumerate(self.order)}
        drawn.sort(key=lambda e: place[owner(e.name)])
        kinds = {n: k for n, k in kinds.items() if n in parts or n not in within}
        kinds |= {n: "operation" for n in parts if is_operation(n)}
        if self.apart:
            kinds |= dict.fromkeys(self.read_parameters([*drawn, *starts]), "parameter")
        shapes = {n: opened.shapes[n] for n in parts if n in opened.shapes}
        shapes |= {part: self.recurrence.shape(n) for n, part in found.own.items()}
        inside = {n: self.loops[o] for n in parts if (o := owner(n)) in self.loops}
        pooled = "loss" if "loss" in self.equations and not self.visible("loss") else ""
        return Folded(
            self.recurrence, self.detail, tuple(drawn), tuple(hidden), kinds, _rows(kinds, [e.name for e in drawn]),
            {**self.loops, **inside}, {}, {}, pooled, self.of, self.parameters, tuple(starts), shapes,
            parts=found.parts, tops=found.tops,
        )  # fmt: skip

    def works_for_a_loop(self, name: str, kinds: Mapping[str, NodeKind]) -> bool:
        """Whether a sequence is in a loop, feeds one at the same step, or is let through by gates."""
        if not self.equations[name].indexed or name in self.begun:
            return name in self.loops
        if name in self.loops:
            return True
        if kinds.get(name) != "state":
            return False
        now = [r.by for r in self.readers.get(name, ()) if r.timed and not r.lag]
        feeds = any(by in self.loops or (by in self.equations and self.works_for_a_loop(by, kinds)) for by in now)
        return feeds or any(self.is_valve(e) for e in walk(self.equations[name].expr))

    def is_valve(self, expr: Expr) -> bool:
        """Whether a gate, or a variable that is one, multiplies something."""
        return isinstance(expr, Apply) and expr.op == "*" and any(map(self.analysis.is_gate, expr.args))

    def is_circle(self, name: str, within: Collection[str]) -> bool:
        """Whether a variable is drawn apart from the part that makes it: a state, or what is read from outside."""
        readings = self.readers.get(name, ())
        inner = bool(readings) and all(r.timed and not r.lag and r.by in within for r in readings)
        return not inner or name in self.begun or name in self.kept or name == self.of or name in self.states

    @property
    def given_matrices(self) -> Iterable[str]:
        """The matrices of data that stand on arrows."""
        return (n for n, v in self.recurrence.variables.items() if v.kind == "given" and _is_factor(self, n))

    def comes_from(self, e: Equation) -> bool:
        """Whether a start is made of data or of what is computed, so that an arrow leads from there.

        A single given value that it only repeats, it shows itself.
        """
        found = [n for n in _read_names([e]) if self.recurrence.variables[n].kind != "parameter"]
        repeats = isinstance(e.expr, Read) and not e.expr.time and len(self.readers[e.expr.name]) == 1
        return bool(found) and not (repeats and self.recurrence.variables[found[0]].kind == "given")

    def read_parameters(self, equations: Iterable[Equation]) -> list[str]:
        found = set(_read_names(equations))
        return [n for n in self.recurrence.names("parameter") if n in found]

    def multiplies(self, name: str, equations: Iterable[Equation]) -> bool:
        """Whether a parameter stands on arrows alone: it multiplies something in every operation that reads it."""
        return all(
            name in factor_on_arrow(self.recurrence, e) for e in equations if any(r.name == name for r in reads(e.expr))
        )

    def factor(self, name: str) -> bool:
        """A computed matrix, or what is made of parameters alone, multiplies on arrows and is no node."""
        v = self.recurrence.variables[name]
        if v.indexed or name in ("loss", self.of) or self.apart:
            return False
        return v.rank == 2 or (self.analysis.levels[name] == SHARED and name in self.readers)

    def functions(self, names: Sequence[str]) -> dict[str, str]:
        """The function that each variable's equation calls; for one without a name f, of several each its own."""
        found = {n: _called_function(self.recurrence.equation(n).expr) for n in names}
        unnamed = [n for n, function in found.items() if not function]
        return {n: function or (f"f_{n}" if len(unnamed) > 1 else "f") for n, function in found.items()}

    def folds(self, name: str) -> bool:
        if name in self.begun or name in self.kept:
            return False
        if self.detail == "states":
            return self.feeds_states(name) and name != self.of
        readings = self.readers.get(name, ())
        within = name in self.loops and all(self.analysis.together(name, r.by) for r in readings)
        now = all(r.timed and not r.lag for r in readings)
        return within and now and name != self.of and not any(self.multiplied(name, r.by) for r in readings)

    def feeds_states(self, name: str) -> bool:
        """At `states`: what the states are computed from, and is not a state itself, is put into them."""
        whole = not all(r.timed for r in self.readers.get(name, ()))
        inner = name not in self.states and self.equations[name].indexed and not whole
        return inner and name in self.analysis.needed(self.states)

    def multiplied(self, name: str, reader: str) -> bool:
        """Whether a matrix is applied to the variable directly."""
        for part in walk(self.analysis.right_side(reader)):
            if isinstance(part, Apply) and part.op == "@":
                for arg, other in (part.args, part.args[::-1]):
                    if name in _side_by_side(arg) and len(self.analysis.shape(other)) == 2:
                        return True
        return False

    def visible(self, name: str) -> bool:
        if self.detail == "states":
            return name in self.states | self.started_from or (self.feeds_states(name) and not self.folds(name))
        return not self.is_pooling(name)

    def is_pooling(self, name: str) -> bool:
        """The final `loss` where there is a loss of each step."""
        match self.equations[name].expr:
            case Apply(op, (Read(inner),)) if name == "loss" and OPS[op].internal:
                return inner in self.equations
        return False

    def put_in(self, name: str, inside: set[str]) -> Equation:
        e = self.equations[name]
        return replace(e, expr=substitute(e.expr, partial(self._put, inside)))

    def _put(self, inside: set[str], read: Read) -> Expr:
        """What stands in the place of a read."""
        if read.name not in inside:
            return read
        steps = read.time.offset if read.time is not None else 0
        return shift(substitute(self.equations[read.name].expr, partial(self._put, inside)), steps)


def _side_by_side(expr: Expr) -> set[str]:
    """The variable that an expression is, or those that it puts one after another."""
    if isinstance(expr, Apply) and expr.op == "concat":
        return {name for arg in expr.args for name in _side_by_side(arg)}
    return {expr.name} if isinstance(expr, Read) else set()


def _is_stop(expr: Expr) -> bool:
    return isinstance(expr, Apply) and OPS[expr.op].stops


def _felt_outside_stop(expr: Expr) -> set[Expr] | None:
    """The reads along which a gradient comes back; None where no `stop` is in the expression, so that all are."""
    return _felt_reads(expr) if any(map(_is_stop, walk(expr))) else None


def _felt_reads(expr: Expr) -> set[Expr]:
    """The reads of an expression that stand outside `stop` somewhere."""
    if isinstance(expr, Read):
        return {Read(expr.name, expr.time)}
    return set() if _is_stop(expr) else {read for part in children(expr) for read in _felt_reads(part)}


def _rows(kinds: Mapping[str, NodeKind], computed: list[str]) -> tuple[str, ...]:
    """Parameters, inputs, what is computed in program order, targets."""
    of_kind = {kind: [n for n, k in kinds.items() if k == kind] for kind in ("parameter", "input", "target")}
    return (*of_kind["parameter"], *of_kind["input"], *computed, *of_kind["target"])


def _called_function(expr: Expr) -> str:
    return next((e.function for e in walk(expr) if isinstance(e, Call)), "")


# kinds


def _kinds(
    folder: _Folder, drawn: list[Equation], hidden: list[Equation], starts: list[Equation]
) -> dict[str, NodeKind]:
    """target, input, loss, output, state: by rules that read the flow of data and parameters alone."""
    variables = folder.recurrence.variables
    data = [n for n in _read_names([*drawn, *starts]) if variables[n].kind == "given" and not _is_factor(folder, n)]
    losses = _losses(folder, [*drawn, *hidden], data)
    kinds: dict[str, NodeKind] = {}
    for name in data:
        readers = [e.name for e in (*drawn, *hidden) if any(r.name == name and _now(r) for r in reads(e.expr))]
        kinds[name] = "target" if readers and all(r in losses for r in readers) else "input"
    outputs = {r.name for e in drawn if e.name in losses for r in reads(e.expr) if _now(r)}
    for e in drawn:
        kinds[e.name] = "loss" if e.name in losses else "output" if e.name in outputs else "state"
    return kinds


def _read_names(equations: Iterable[Equation]) -> list[str]:
    return list(dict.fromkeys(r.name for e in equations for r in variable_reads(e.expr)))


def _now(read: Read) -> bool:
    """Read at the same step, or as a whole."""
    return read.time is None or read.time.base != "t" or not read.time.offset


def _is_factor(folder: _Folder, name: str) -> bool:
    """A matrix that is given, where it stands on arrows."""
    v = folder.recurrence.variables[name]
    return not v.indexed and v.rank == 2 and not folder.apart


def _losses(folder: _Folder, equations: list[Equation], data: list[str]) -> set[str]:
    """What lies between a given and `loss` with no parameter multiplying on the way; never what is in a loop."""
    free: dict[str, list[str]] = {}
    for e in (e for e in equations if e.name not in folder.loops):
        for name in _read_names([e]):
            if not factors_along(folder.recurrence, e.expr, name):
                free.setdefault(name, []).append(e.name)
    after = reachable(data, free)
    found = {n for n in after if n in folder.equations and "loss" in reachable([n], free)}
    return found | ({"loss"} & folder.equations.keys())
