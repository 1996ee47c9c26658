"""`Recurrence` → its equations as written, one operation each, `h.0`, `h.1`, … for those within h's.

They are numbered in the order in which they are computed. A sum of several terms is one operation; what is made of
literals alone stays with the operation that reads it. An argument of a function is computed once, before its body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from app.engine.ir import StartName, analyse
from app.language import (
    CLOCK,
    NOW,
    Apply,
    Call,
    Condition,
    Equation,
    Expr,
    Function,
    Read,
    Recurrence,
    has_free_t,
    node_id,
    shape_of,
    substitute,
    walk,
)
from app.ops import OPS

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CallBox:
    """One call of a function of the text: the box around its operations, within the box `parent` or none."""

    id: str
    function: str
    parent: str = ""


@dataclass(frozen=True)
class OperationEquations:
    """Equations, each after those of the operations that it reads; starts under their names, `h[0]`.

    `shapes` are those of the inner operations; `calls` says in which call of a function an operation stands.
    """

    equations: tuple[Equation, ...]
    starts: tuple[Equation, ...]
    shapes: Mapping[str, Shape]
    boxes: tuple[CallBox, ...]
    calls: Mapping[str, str]


def operation_equations(recurrence: Recurrence, names: Iterable[str]) -> OperationEquations:
    """Open the equations of these variables, in this order, and all starts."""
    opener = _OperationNamer(recurrence)
    table = {e.name: e for e in recurrence.equations}
    equations = [e for name in names for e in opener.open(table[name])]
    starts = [e for s in start_equations(recurrence) for e in opener.open(s)]
    return OperationEquations(tuple(equations), tuple(starts), opener.shapes, tuple(opener.boxes), opener.calls)


def start_equations(recurrence: Recurrence) -> list[Equation]:
    """The starts that the text sets as one-value equations under their internal names."""
    return [Equation(StartName(s.name, s.time), False, s.expr) for s in recurrence.starts]


def is_literal(expr: Expr) -> bool:
    """Whether an expression is made of numbers alone, t and τ among them; what a function reads is seen in its body."""
    return all(
        not isinstance(e, Condition | Call) and not (isinstance(e, Read) and e.name not in CLOCK) for e in walk(expr)
    )


@dataclass
class _OperationNamer:
    recurrence: Recurrence
    shapes: dict[str, Shape] = field(default_factory=dict)
    boxes: list[CallBox] = field(default_factory=list)
    calls: dict[str, str] = field(default_factory=dict)
    found: list[Equation] = field(default_factory=list)
    called: Counter[tuple[str, str]] = field(default_factory=Counter)
    wholes: dict[tuple[Expr, int | None], Expr] = field(default_factory=dict)
    """What lines with several names on the left take parts of, by the loop: drawn once, with the first of them."""

    def open(self, e: Equation) -> list[Equation]:
        """The equation's operations, its own last."""
        self.found, self.count = [], 0
        expr, box = self.top(self.with_whole(e), e, "")
        if box:
            self.calls[e.name] = box
        return [*self.found, replace(e, expr=expr)]

    def with_whole(self, e: Equation) -> Expr:
        """The right side; of a part the whole is one operation for all parts of it."""
        if not (isinstance(e.expr, Apply) and OPS[e.expr.op].by_line):
            return e.expr
        whole, *rest = e.expr.args
        key = whole, analyse(self.recurrence).loops.get(e.name)
        if key not in self.wholes:
            self.wholes[key] = self.atom(whole, e, "")
        return replace(e.expr, args=(self.wholes[key], *rest))

    def top(self, expr: Expr, e: Equation, box: str) -> tuple[Expr, str]:
        """An operation on atoms, and the box it stands in."""
        if isinstance(expr, Call):
            return self.call(expr, e, box)
        if isinstance(expr, Apply) and not is_literal(expr):
            return replace(expr, args=tuple(self.atom(a, e, box) for a in expr.args), span=None), box
        return expr, box

    def call(self, expr: Call, e: Equation, box: str) -> tuple[Expr, str]:
        f: Function = next(f for f in self.recurrence.functions if f.name == expr.function)
        args = dict(zip(f.arguments, (self.atom(a, e, box) for a in expr.args), strict=True))
        self.called[e.name, f.name] += 1
        inner = CallBox(node_id(e.name, None, f"{f.name}:{self.called[e.name, f.name]}"), f.name, box)
        self.boxes.append(inner)
        return self.top(substitute(f.body, lambda r: args.get(r.name, r)), e, inner.id)

    def atom(self, expr: Expr, e: Equation, box: str) -> Expr:
        """A read or a literal that stands for the expression."""
        if not isinstance(expr, Apply | Call) or is_literal(expr):
            return expr
        expr, box = self.top(expr, e, box)
        return self.name(expr, e, box) if isinstance(expr, Apply) and not is_literal(expr) else expr

    def name(self, expr: Apply, e: Equation, box: str) -> Read:
        name = node_id(e.name, None, self.count)
        self.count += 1
        self.shapes[name] = self.shape(expr)
        if box:
            self.calls[name] = box
        self.found.append(Equation(name, e.indexed or has_free_t(expr), expr))
        return Read(name, NOW if self.found[-1].indexed else None)

    def shape(self, expr: Expr) -> Shape:
        match expr:
            case Read(name):
                return () if name in CLOCK else self.shapes.get(name) or self.known(name)
            case Apply(_, args):
                return shape_of(expr, [self.shape(a) for a in args])
        return ()

    def known(self, name: str) -> Shape:
        return self.recurrence.shape(name) if name in self.recurrence.variables else ()
