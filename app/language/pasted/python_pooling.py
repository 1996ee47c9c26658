"""Reads what programs pool of whole sequences: over the steps, over the entries of each, or over both.

A program says it with the number of an axis, and which axis has the steps depends on how it keeps its arrays. Where the
text does not tell that, the line is a problem that says what to write for either.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from app.language.pasted.lines import Unread
from app.language.pasted.python_axes import WITH_AXES, axis_of
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import (
    SWAPS,
    TRANSPOSES,
    called_name,
    clocked_index,
    indexed_name,
    variable_name,
    whole_index,
)
from app.language.resolve import has_free_t
from app.language.syntax import NOW, Apply, Call, Equation, Expr, Number, Read, Span, Time, reads
from app.language.typeset import show

POOLING = frozenset(("sum", "mean", "max", "min"))
LAYERS_OF_TORCH = frozenset(("RNN", "LSTM", "GRU"))
STACKING = frozenset(("stack", "cat", "concatenate"))
TWO_IN_A_LINE = "{} is pooled along several axes in one line"

Over = Literal["steps", "entries"]
Layout = Mapping[int, Over]
"""What the axes of a sequence have, counted from either end, as far as that is known."""
STEPS_FIRST: Layout = {0: "steps", -2: "steps", 1: "entries", -1: "entries", 2: "entries"}
STEPS_BEFORE_A_BATCH: Layout = {0: "steps", -1: "entries", 2: "entries"}
BATCH_FIRST: Layout = {1: "steps", -2: "steps", 2: "entries", -1: "entries"}
STEPS_SECOND: Layout = {1: "steps", 2: "entries"}


@dataclass
class Layouts:
    """How a program keeps its sequences: by its own lines, else by what its layers and its other arrays say."""

    named: dict[str, Layout] = field(default_factory=dict)
    other: Layout = field(default_factory=lambda: STEPS_FIRST)

    def over(self, names: set[str], axis: int) -> Over | None:
        """What an axis goes over in what is computed of these sequences; None where that cannot be told."""
        found = {self.named.get(name, self.other).get(axis) for name in names}
        return found.pop() if len(found) == 1 else None


def layouts_of(tree: ast.Module, clock: str, base: Callable[[str], str]) -> Layouts:
    """What the lines of a program say of the axes of its sequences."""
    found, batch, batch_first = Layouts(), False, False
    for node in every_node(tree):
        match node:
            case ast.Subscript(value, ast.Tuple([first, index, *more])) if _is_whole(first) and _has(clock, index):
                batch = True
                found.named[base(variable_name(value) or "")] = BATCH_FIRST if more else STEPS_SECOND
            case ast.Subscript(value, index) if (indexed := clocked_index(index)) and indexed[0] == clock:
                found.named.setdefault(base(variable_name(value) or indexed_name(node) or ""), STEPS_FIRST)
            case ast.Assign([ast.Name(name)], ast.Call() as made) if called_name(made) in STACKING:
                if axis_of(made, made.args) == 1:
                    batch, found.named[base(name)] = True, BATCH_FIRST
            case ast.Call():
                batch |= called_name(node) in LAYERS_OF_TORCH
                batch_first |= any(it.arg == "batch_first" and _is_true(it.value) for it in node.keywords)
    if batch_first:
        found.other = BATCH_FIRST
    elif batch:
        found.other = STEPS_BEFORE_A_BATCH
        found.named = {n: STEPS_BEFORE_A_BATCH if it is STEPS_FIRST else it for n, it in found.named.items()}
    return found


def _is_whole(part: ast.expr) -> bool:
    return isinstance(part, ast.Slice) and part.lower is None and part.upper is None


def _has(clock: str, index: ast.expr) -> bool:
    return bool(clock) and any(isinstance(it, ast.Name) and it.id == clock for it in every_node(index))


def _is_true(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


@dataclass(frozen=True, slots=True)
class Along:
    """Which axis a call of a program goes along: a number, None for all of them, "" where it is not told."""

    axis: int | Literal[""] | None
    span: Span
    said: str


LAST_BY_ITSELF = frozenset(("softmax", "log_softmax"))
"""Functions that go along the last axis where no other is named; those of SciPy go over all entries."""
FIRST_BY_ITSELF = frozenset(("argmax", "cumsum"))
"""Functions of TensorFlow that go along the first axis where no other is named."""
OF_SCIPY = frozenset(("scipy", "special", "sp"))
OF_TENSORFLOW = frozenset(("tf", "tensorflow"))


def along_of(node: ast.expr, args: tuple[ast.expr, ...], span: Span, flat: Collection[str] = ()) -> Along:
    """The axis of one call; what has its axes swapped before is not told. `flat` are names that are SciPy's."""
    named = [it.value for it in node.keywords if it.arg in ("axis", "dim")] if isinstance(node, ast.Call) else []
    axis = axis_of(node, args)
    swapped = any(
        (isinstance(it, ast.Call) and called_name(it) in SWAPS)
        or (isinstance(it, ast.Attribute) and it.attr in TRANSPOSES)
        for it in every_node(args[0])
    )
    several = axis is None and any(whole_index(it) is None and not _is_none_or_all(it) for it in named)
    if axis is None and not named and isinstance(node, ast.Call):
        axis = _by_itself(node, flat)
    said = next((it.arg for it in node.keywords if it.arg in ("axis", "dim")), "axis") if named else "axis"  # type: ignore[attr-defined]
    return Along("" if several or (swapped and axis is not None) else axis, span, str(said))


def _by_itself(call: ast.Call, flat: Collection[str]) -> int | None:
    """The axis of a call that names none, as the library has it that the function is of."""
    name, within = called_name(call), {it.id for it in every_node(call.func) if isinstance(it, ast.Name)}
    if name in LAST_BY_ITSELF and name not in flat and within.isdisjoint(OF_SCIPY):
        return -1
    return 0 if name in FIRST_BY_ITSELF and not within.isdisjoint(OF_TENSORFLOW) else None


def _is_none_or_all(value: ast.expr) -> bool:
    """True for `None`, and for `(0, 1)`, which are all axes of a sequence."""
    if isinstance(value, ast.Tuple | ast.List):
        return len(value.elts) > 1
    return isinstance(value, ast.Constant) and value.value is None


@dataclass
class PooledLine:
    """One line behind or before the steps, with the lines above it that it needs."""

    axes: Mapping[Expr, set[Along]]
    """What the line takes along axes."""
    layouts: Layouts
    is_number: Callable[[str], bool]
    """True for a variable of one entry a step."""
    free: Callable[[str], str]
    """A name that nothing has, from one that would be apt."""
    lifted: dict[str, Expr] = field(default_factory=dict)
    """What is pooled over the steps within the line, by the names that stand for it."""
    running: list[Equation] = field(default_factory=list)
    """The sums up to each step."""
    unreduced: Collection[Expr] = ()
    """The losses that the program gives of each step by itself; others are the mean over the steps."""

    def of(self, expr: Expr) -> tuple[list[str], Expr, bool]:
        """The lines that stand above, what is left, and whether that has a value at each step."""
        found = without_empty_pools(self.read(expr))
        each = has_free_t(found)
        whole = found if each else self.put_back(found)
        above = [show(Equation(name, False, it)) for name, it in self.lifted.items()]
        return [*above, *map(show, self.running)], whole, each

    def put_back(self, expr: Expr) -> Expr:
        """A line of one value has what is pooled over the steps in itself, unless it is pooled once more."""
        if isinstance(expr, Read) and expr.time is None and expr.name in self.lifted:
            return self.lifted.pop(expr.name)
        if isinstance(expr, Apply) or (isinstance(expr, Call) and expr.function not in WITH_AXES):
            return replace(expr, args=tuple(map(self.put_back, expr.args)))
        return expr

    def read(self, expr: Expr) -> Expr:
        """An expression with a name for each part that is pooled over the steps."""
        if not isinstance(expr, Apply | Call) or not has_free_t(expr):
            return expr
        if isinstance(expr, Call) and expr.args and (expr.function in WITH_AXES or expr in self.axes):
            return self.pooled(expr)
        found = replace(expr, args=tuple(map(self.read, expr.args)))
        loss = isinstance(expr, Call) and expr.function in ("mse", "cross_entropy") and expr not in self.unreduced
        if loss and has_free_t(found):
            return self.lift(Call("mean", (found,)))
        return found

    def pooled(self, expr: Call) -> Expr:
        inner = self.read(expr.args[0])
        found = Call(expr.function, (inner,))
        whole = self.lifted.get(inner.name) if isinstance(inner, Read) and inner.time is None else None
        if isinstance(whole, Call) and is_one_number(whole.args[0]):
            return inner  # The mean of a loss that is one already.
        made_here = expr not in self.axes and not isinstance(inner, Read)
        if made_here or not has_free_t(inner):
            return found
        along = self.axis_of(expr)
        over = None if along.axis is None else self.over(expr, along)
        if expr.function not in POOLING:
            return found if over == "entries" else self.over_steps(expr.function, inner, over is None, along.span)
        if over is None:
            return self.both(expr.function, inner)
        return found if over == "entries" else self.lift(found)

    def over_steps(self, function: str, inner: Expr, entries: bool, span: Span) -> Expr:
        """What a function makes of all steps, and with `entries` of all entries of each as one long vector."""
        if function == "cumsum" and (not entries or self.has_one_entry(inner)):
            return self.run_on(inner)
        if entries and function == "norm":
            return Call("sqrt", (self.both("sum", Apply("**", (inner, Number(2.0)))),))
        if entries and function == "logsumexp":
            return Call("log", (self.both("sum", Call("exp", (inner,))),))
        if entries and function == "softmax":
            return Apply("/", (Call("exp", (inner,)), self.both("sum", Call("exp", (inner,)))))
        if entries and function == "log_softmax":
            return Apply("-", (inner, Call("log", (self.both("sum", Call("exp", (inner,))),))))
        if entries:
            hint = "name the axis that is meant: axis=1 is over the entries of each step, axis=0 over the steps"
            raise Unread(f"{function} without an axis goes over all entries of all steps", span, hint)
        raise Unread(f"{function} over the steps is not read", span, _instead(function))

    def run_on(self, inner: Expr) -> Expr:
        """The sum up to each step, as a line of its own."""
        within = next((it.name for it in reads(inner) if it.time == NOW), "steps")
        name = self.free(f"{within}_cumsum")
        self.running.append(Equation(name, True, Apply("+", (Read(name, Time("t", -1)), inner))))
        return Read(name, NOW)

    def has_one_entry(self, inner: Expr) -> bool:
        """True for what has one number at each step."""
        return is_one_number(inner) or all(self.is_number(it.name) for it in reads(inner))

    def both(self, function: str, inner: Expr) -> Expr:
        """What is pooled over the steps, and over the entries of each unless it has one alone."""
        if self.has_one_entry(inner):
            return self.lift(Call(function, (inner,)))
        return self.lift(Call(function, (Call(function, (inner,)),)))

    def lift(self, expr: Call) -> Expr:
        for name, known in self.lifted.items():
            if known == expr:
                return Read(name)
        within = next((it.name for it in reads(expr) if it.time == NOW), "steps")
        name = self.free(f"{within}_{expr.function}")
        self.lifted[name] = expr
        return Read(name)

    def axis_of(self, expr: Call) -> Along:
        """The axis of a call; two alike that go along different ones cannot be told apart."""
        found = list(self.axes.get(expr, {Along(None, (0, 0), "axis")}))
        if len({it.axis for it in found}) > 1:
            hint = "give each of them a line of its own"
            raise Unread(TWO_IN_A_LINE.format(show(expr.args[0])), found[0].span, hint)
        return found[0]

    def over(self, expr: Call, along: Along) -> Over:
        """What an axis goes over, where the text tells it."""
        names = {it.name for it in reads(expr) if it.time is not None and it.time.base == "t"}
        over = None if along.axis in ("", None) else self.layouts.over(names, int(along.axis or 0))
        if over is None and along.axis == 1 and expr.function in LAST_BY_ITSELF:
            return "entries"  # Axis 1 has a batch or, where none is kept, the entries; no softmax goes along a batch.
        if over is None:
            what = show(expr.args[0])
            said = f"{along.said}={along.axis}" if along.axis != "" else f"the {along.said}"
            hint = (
                f"write over the steps m = {expr.function}({what}), for each step over its entries"
                f" m[t] = {expr.function}({what}); one sequence is run, without a batch"
            )
            raise Unread(f"which axis of {what} {said} is cannot be told", along.span, hint)
        return over


def _instead(function: str) -> str:
    """What to write for a function that goes over the steps."""
    if function == "softmax":
        return "write m = max(a[t]), e[t] = exp(a[t] - m), s = sum(e[t]) and p[t] = e[t] / s"
    if function == "cumsum":
        return "write s[t] = s[t-1] + a[t]"
    if function == "norm":
        return "write n = sum(a[t] ** 2), and sqrt(n)"
    return f"{function}(a[t]) is over the entries of a step; over the steps there are sum, mean, max and min"


def is_one_number(expr: Expr) -> bool:
    """True for what pools entries already, as an entry that is picked does, whatever sign it has."""
    if isinstance(expr, Apply):
        return all(map(is_one_number, expr.args))
    pooled = ("sum", "mean", "max", "min", "norm", "logsumexp", "mse", "cross_entropy")
    return isinstance(expr, Number) or (isinstance(expr, Call) and expr.function in pooled)


def without_empty_pools(expr: Expr, at_a_step: bool = False) -> Expr:
    """An expression without sums and means of one number, as a loss of one row is; at a step that may read t."""
    if not isinstance(expr, Apply | Call):
        return expr
    found = replace(expr, args=tuple(without_empty_pools(it, at_a_step) for it in expr.args))
    if isinstance(found, Call) and found.function in POOLING and len(found.args) == 1:
        inner = found.args[0]
        if is_one_number(inner) and not isinstance(inner, Number) and (at_a_step or not has_free_t(inner)):
            return inner
    return found


def pools_of(expr: Expr, known: tuple[Expr, ...]) -> Iterator[Call]:
    """The calls in an expression that go along an axis, but for those in what is known."""
    if expr in known or not isinstance(expr, Apply | Call):
        return
    if isinstance(expr, Call) and expr.function in WITH_AXES:
        yield expr
    for it in expr.args:
        yield from pools_of(it, known)
