"""Gives every name its one meaning: an operation, a function, data, a parameter or a computed variable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.language.call_sizes import ExpandedSize, FunctionCycle, expanded_size, function_sizes
from app.language.hints import call_hint, second_line_hint, spelling_hint
from app.language.initials import INITIALS
from app.language.parse import DEEPEST, FixedLine, GivenLine, Statement, StepsLine, UnreadLine
from app.language.problems import Problem, problem_at
from app.language.syntax import (
    CLOCK,
    Apply,
    Call,
    Condition,
    Declaration,
    Equation,
    Expr,
    Function,
    Initial,
    Kind,
    Read,
    Span,
    Start,
    children,
    reads,
    walk,
    with_args,
)
from app.limits import limit
from app.ops import OPS, Op

Line = TypeVar("Line", Start, Initial, Declaration)
RESERVED = {"t": "the running step", "tau": "the number of steps"}
OTHER_SIGNS = {"σ": "sigmoid", "sigma": "sigmoid"}
"""Functions by the letter that books write for them; a text that defines a function of that name means its own."""
UNREAD = "leave it out, or read it on the right of a line"
OF_TWO = {"max": "maximum", "min": "minimum"}
"""Functions that are other operations of two arguments: `max(0, x)`."""
POOLS = {op.spelling: op.name for op in OPS.values() if op.pools}
"""The row of each pooling over time by its name in the text: sum → sum_t."""


@dataclass
class Meaning:
    """The statements sorted by kind, and every name's kind in the order of first appearance."""

    text: str
    equations: tuple[Equation, ...] = ()
    functions: tuple[Function, ...] = ()
    starts: tuple[Start, ...] = ()
    initials: tuple[Initial, ...] = ()
    fixed: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    steps: int | None = None
    kinds: dict[str, Kind] = field(default_factory=dict)
    indexed: dict[str, bool] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    defined: frozenset[str] = frozenset()
    unread: tuple[UnreadLine, ...] = ()
    """Lines that cannot be read: each defines and reads something too, so that what follows from it is no problem."""

    def may_define(self, name: str) -> bool:
        """Whether a line that cannot be read may define the name."""
        return any(line.heads is None or name in line.heads for line in self.unread)

    @property
    def lines(self) -> list[Equation | Start]:
        """Everything with a left and a right side, starts first."""
        return [*self.starts, *self.equations]

    def line_number(self, span: Span | None) -> int:
        """The line of the text that a span begins on, from 1."""
        return self.text.count("\n", 0, span[0] if span else 0) + 1

    def names(self, kind: Kind) -> frozenset[str]:
        """The names of one kind."""
        return frozenset(name for name, known in self.kinds.items() if known == kind)

    def problem(self, span: Span | None, message: str, hint: str | None = None, *mendings: str) -> None:
        """What does not fit, told once: lines with several names on the left are several equations."""
        found = problem_at(self.text, span or (0, 0), message, hint, mendings=mendings)
        if found not in self.problems:
            self.problems.append(found)


def resolve_names(
    text: str,
    statements: Iterable[Statement],
    unread: Iterable[UnreadLine] = (),
    problems: Iterable[Problem] = (),
) -> Meaning:
    """Sort the statements, give every name its kind, and say all that does not fit, after the `problems` so far."""
    lines = list(statements)
    meaning = Meaning(text, unread=tuple(unread), problems=list(problems))
    meaning.functions = tuple(s for s in lines if isinstance(s, Function))
    defined = [s for s in lines if isinstance(s, Equation)]
    meaning.indexed = {e.name: e.indexed for e in defined}
    meaning.defined = frozenset(meaning.indexed)
    givens = {r.name: r for s in lines if isinstance(s, GivenLine) for r in s.names}
    _check_definitions(meaning, lines)
    meaning.functions = tuple(_resolve_function(meaning, f) for f in meaning.functions)
    functions = _sizes_of_functions(meaning)
    meaning.equations = tuple(_resolve_equation(meaning, e, givens) for e in defined)
    meaning.starts = tuple(_resolve_start(meaning, s, givens) for s in lines if isinstance(s, Start))
    _check_started_once(meaning)
    _check_starts_follow_each_other(meaning)
    if not meaning.problems:
        _check_written_out_size(meaning, functions)
    _check_givens(meaning, givens)
    meaning.initials = tuple(s for s in lines if isinstance(s, Initial))
    _check_initials(meaning)
    fixed = [r for s in lines if isinstance(s, FixedLine) for r in s.names]
    _check_fixed(meaning, fixed)
    meaning.fixed = tuple(dict.fromkeys(r.name for r in fixed))
    meaning.declarations = tuple(s for s in lines if isinstance(s, Declaration))
    _check_declarations(meaning)
    for repeated in (steps := [s for s in lines if isinstance(s, StepsLine)])[1:]:
        meaning.problem(repeated.span, "tau is declared a second time", "leave out one of the two lines")
    meaning.steps = steps[0].steps if steps else None
    if not meaning.equations and not meaning.problems:
        meaning.problem(None, "there is no equation", "for example h[t] = tanh(b + W @ h[t-1] + U @ x[t])")
    return meaning


def _check_definitions(meaning: Meaning, lines: list[Statement]) -> None:
    named = [s for s in lines if isinstance(s, Equation | Function)]
    counts = Counter(s.name for s in named)
    seen: set[str] = set()
    for s in named:
        if s.name in RESERVED:
            meaning.problem(s.span, f"{s.name} is reserved: it is {RESERVED[s.name]}", "choose another name")
        elif s.name.startswith("∇"):
            message = "names beginning with ∇ are the adjoints that are derived from the text"
            meaning.problem(s.span, message, "choose another name")
        elif s.name == "given" or (isinstance(s, Function) and s.name in OPS and OPS[s.name].internal):
            meaning.problem(s.span, f"{s.name} has a meaning already", "choose another name")
        elif counts[s.name] > 1 and s.name in seen:
            hint = second_line_hint(meaning.text, s, counts) if isinstance(s, Equation) else "choose another name"
            meaning.problem(s.span, f"{s.name} is defined a second time; one name has one meaning", hint)
        seen.add(s.name)
        if s.name == "loss" and isinstance(s, Equation) and s.indexed:
            meaning.problem(s.span, "loss is one value", "name the loss of a step L[t] and write loss = sum(L[t])")


def _resolve_function(meaning: Meaning, f: Function) -> Function:
    for name, count in Counter(f.arguments).items():
        if count > 1:
            meaning.problem(f.span, f"{f.name} has two arguments called {name}", "give one of them another name")
        if name in RESERVED:
            meaning.problem(f.span, f"{name} is reserved: it is {RESERVED[name]}", "choose another argument's name")
    return replace(f, body=_resolve_calls(meaning, f.body))


def _sizes_of_functions(meaning: Meaning) -> Mapping[str, tuple[Function, ExpandedSize]]:
    """What each function is by itself; none may reach itself."""
    try:
        return function_sizes(meaning.functions)
    except FunctionCycle as cycle:
        f = next(f for f in meaning.functions if f.name == cycle.name)
        meaning.problem(f.span, str(cycle), "a recurrence is written with h[t-1]")
        return {}


def _check_written_out_size(meaning: Meaning, functions: Mapping[str, tuple[Function, ExpandedSize]]) -> None:
    """Functions written out may not grow beyond the limits; counted before anything is written out."""
    total, most = 0, limit("operations")
    for e in meaning.lines:
        it = expanded_size(e.expr, functions)
        total += max(it.size, it.walked)
        if it.depth > DEEPEST:
            message = f"with its functions written out this is more than {DEEPEST} operations within one another"
        elif total > most:
            message = f"with its functions written out this is more than {most} operations"
        else:
            continue
        meaning.problem(e.span, message, "write a part of it as a line of its own")
        return


def _all_calls(expr: Expr) -> Iterable[Call]:
    return (e for e in walk(expr) if isinstance(e, Call))


def _resolve_calls(meaning: Meaning, expr: Expr) -> Expr:
    """Every call becomes an operation of the table or a call of a function that the text defines."""
    if isinstance(expr, Apply):
        return with_args(expr, (_resolve_calls(meaning, a) for a in expr.args))
    if not isinstance(expr, Call):
        return expr
    args = tuple(_resolve_calls(meaning, a) for a in expr.args)
    own = next((f for f in meaning.functions if f.name == expr.function), None)
    if own is not None:
        _check_argument_count(meaning, expr, len(own.arguments), own.arguments)
        return with_args(expr, args)
    name = OTHER_SIGNS.get(expr.function, expr.function)
    name = OF_TWO.get(name, name) if len(args) == 2 else name
    _check_operation(meaning, expr, OPS.get(name))
    return Apply(name, args, expr.span)


def _check_operation(meaning: Meaning, call: Call, row: Op | None) -> None:
    """What is called and is no function of the text is an operation, with as many arguments as it takes."""
    if row is not None and row.by_line:
        hint = f"write a[t], b[t] = {row.name}(…), as many names as there are equal parts"
        meaning.problem(call.span, f"{row.name} is the right side of a line with several names on the left", hint)
    elif row is not None and not row.internal:
        _check_argument_count(meaning, call, row.arity, "abc"[: row.arity or 2])
    elif not meaning.may_define(call.function):
        names = [
            *(f.name for f in meaning.functions),
            *(o.name for o in OPS.values() if not (o.precedence or o.internal)),
        ]
        start = call.span[0] if call.span else 0
        place = (start, start + len(call.function))
        meaning.problem(place, f"there is no function {call.function}", call_hint(meaning.text, call, names))


def _check_argument_count(meaning: Meaning, call: Call, count: int | None, names: Iterable[str]) -> None:
    """A call has as many arguments as are wanted; None is two or more."""
    given = len(call.args)
    if given == count or (count is None and given > 1):
        return
    wanted = "two arguments or more" if count is None else f"{count} argument{'s' * (count > 1)}"
    meaning.problem(
        call.span, f"{call.function} takes {wanted}, not {given}", f"write {call.function}({', '.join(names)})"
    )


def _resolve_equation(meaning: Meaning, e: Equation, givens: Mapping[str, Read]) -> Equation:
    expr = _resolve_calls(meaning, e.expr)
    if not e.indexed:
        expr = _pool_over_time(expr)
        _check_no_free_t(meaning, e, expr)
    for read in reads(expr):
        _resolve_read(meaning, read, givens)
    _resolve_called_bodies(meaning, expr, givens)
    if e.name in givens:
        meaning.problem(
            e.span, f"{e.name} is given and cannot be defined too", "leave out the line, or its name in given"
        )
    meaning.kinds.setdefault(e.name, "computed")
    return replace(e, expr=expr)


def _resolve_called_bodies(meaning: Meaning, expr: Expr, givens: Mapping[str, Read]) -> None:
    """The parameters that a function's body names belong to the whole system."""
    table = {f.name: f for f in meaning.functions}
    seen: set[str] = set()
    waiting = [*_all_calls(expr)]
    while waiting:
        f = table.get(waiting.pop(0).function)
        if f is None or f.name in seen:
            continue
        seen.add(f.name)
        for read in reads(f.body):
            if read.name not in f.arguments:
                _resolve_body_read(meaning, f, read, givens)
        waiting = [*_all_calls(f.body), *waiting]


def _resolve_body_read(meaning: Meaning, f: Function, read: Read, givens: Mapping[str, Read]) -> None:
    if read.time is not None:
        argument = "k" if read.name in CLOCK else read.name
        hint = f"make it an argument: {f.name}({', '.join((*f.arguments, argument))})"
        if read.name in CLOCK:
            meaning.problem(read.span, f"{f.name} reads t; a function has no time of its own", f"{hint}, called with t")
            return
        meaning.problem(read.span, f"{f.name} reads {read.name} at a moment; a function has no time of its own", hint)
    else:
        _resolve_read(meaning, read, givens)


def _resolve_read(meaning: Meaning, read: Read, givens: Mapping[str, Read]) -> None:
    name, timed = read.name, read.time is not None
    if name in CLOCK:
        return
    if name.startswith("∇"):
        message = f"{name} is an adjoint; adjoints are derived from the equations, not read by them"
        meaning.problem(read.span, message, f"leave it out: the gradient by {name[1:]} is shown beside its values")
    elif name == "loss" and name not in meaning.defined and not meaning.may_define(name):
        meaning.problem(read.span, "loss is read but not defined", "write loss = sum(L[t])")
    elif any(f.name == name for f in meaning.functions) or (
        name in OPS and name not in meaning.indexed and not meaning.may_define(name)
    ):
        meaning.problem(read.span, f"{name} is a function", f"write {name}(…)")
    else:
        data: Kind = "given" if timed or name in givens else "parameter"
        known = meaning.indexed.setdefault(name, timed)
        meaning.kinds.setdefault(name, "computed" if name in meaning.defined else data)
        if known != timed and not meaning.may_define(name):
            hint = f"write {name}[t]" if known else f"write {name} without a moment"
            meaning.problem(read.span, f"{name} is {'a sequence' if known else 'one value'} elsewhere", hint)


def _pool_over_time(expr: Expr) -> Expr:
    """In a one-value equation the outermost sum or mean around a free t runs over t."""
    if isinstance(expr, Apply) and expr.op in POOLS and has_free_t(expr):
        return replace(expr, op=POOLS[expr.op])
    return with_args(expr, map(_pool_over_time, expr.args)) if isinstance(expr, Apply | Call) else expr


def has_free_t(expr: Expr) -> bool:
    """True if an expression depends on the running step t, so that it has a value at each step."""
    if isinstance(expr, Apply) and expr.op in POOLS.values():
        return False
    if isinstance(expr, Read):
        return expr.time is not None and expr.time.base == "t"
    return isinstance(expr, Condition) or any(map(has_free_t, children(expr)))


def _check_no_free_t(meaning: Meaning, e: Equation, expr: Expr) -> None:
    if has_free_t(expr):
        right = meaning.text[slice(*e.expr.span)] if e.expr.span else "…"
        one = f"{e.name} = sum({right}), or mean(…), or read moments such as [tau]"
        hint = (
            f"write {one}" if e.name == "loss" else f"write {e.name}[t] = {right} for a sequence; for one value {one}"
        )
        meaning.problem(e.span, f"{e.name} is one value, but t is free on the right", hint)


def _resolve_start(meaning: Meaning, s: Start, givens: Mapping[str, Read]) -> Start:
    """A start is one value: what it reads of sequences it reads at a moment."""
    expr = _resolve_calls(meaning, s.expr)
    if has_free_t(expr):
        hint = f"write a moment such as [1] or [tau]; or a line of its own, v = mean(…), and {s} = v"
        meaning.problem(s.span, f"{s} is one value, but t is free on the right", hint)
    for read in reads(expr):
        _resolve_read(meaning, read, givens)
    _resolve_called_bodies(meaning, expr, givens)
    if not (s.name in meaning.defined and meaning.indexed[s.name]) and not meaning.may_define(s.name):
        hint = f"add {s.name}[t] = …, or write {s.name} = … for one value"
        meaning.problem(s.span, f"{s.name} has a start but no equation {s.name}[t] = …", hint)
    return replace(s, expr=expr)


def _check_started_once(meaning: Meaning) -> None:
    """A moment has one start. Moments that are one at some τ alone are seen where τ is known, in `bind`."""
    for s in _again(meaning.starts, lambda s: (s.name, s.time)):
        message = f"{s.name}[{s.time}] is set a second time; a moment has one start"
        meaning.problem(s.span, message, "leave out one of the two lines")


def _check_starts_follow_each_other(meaning: Meaning) -> None:
    """What is set are the first steps and those right before them, or the last and those right after them."""
    moments = {(s.name, s.time) for s in meaning.starts}
    for s in meaning.starts:
        step = 1 if s.time.outside == (s.time.base == "") else -1
        neighbour = s.time.later(step)
        alone = neighbour.outside == s.time.outside and (s.name, neighbour) not in moments
        if alone and not meaning.may_define(s.name):
            message = f"{s.name}[{s.time}] is set, but {s.name}[{neighbour}] is not; starts follow each other"
            meaning.problem(s.span, message, f"write a line for {s.name}[{neighbour}] too")


def _again(lines: Iterable[Line], key: Callable[[Line], object]) -> Iterator[Line]:
    """The lines with the key of an earlier one."""
    seen: set[object] = set()
    for line in lines:
        if key(line) in seen:
            yield line
        seen.add(key(line))


def _check_givens(meaning: Meaning, givens: Mapping[str, Read]) -> None:
    for name, read in givens.items():
        if name not in meaning.kinds and not meaning.unread:
            hint = spelling_hint(name, meaning.kinds) or UNREAD
            meaning.problem(read.span, f"{name} is given but nothing reads it", hint)


def _check_fixed(meaning: Meaning, fixed: Iterable[Read]) -> None:
    for read in fixed:
        if meaning.kinds.get(read.name) != "parameter" and not meaning.unread:
            names = [n for n, k in meaning.kinds.items() if k == "parameter"]
            known = read.name in meaning.kinds
            message = f"{read.name} is no parameter" + (", so training leaves it as it is anyway" if known else "")
            meaning.problem(read.span, message, spelling_hint(read.name, names) or f"parameters are {', '.join(names)}")


def _check_declarations(meaning: Meaning) -> None:
    for s in _again(meaning.declarations, lambda s: s.name):
        meaning.problem(s.span, f"{s.name} is declared a second time", "leave out one of the two lines")
    for s in meaning.declarations:
        if s.name not in meaning.kinds and not meaning.problems:
            message = f"{s.name} is declared but nothing reads it"
            meaning.problem(s.span, message, spelling_hint(s.name, meaning.kinds) or UNREAD)


def _check_initials(meaning: Meaning) -> None:
    for s in _again(meaning.initials, lambda s: s.name):
        meaning.problem(s.span, f"{s.name} begins a second time", "leave out one of the two lines")
    for s in meaning.initials:
        kind = meaning.kinds.get(s.name)
        if kind != "parameter" and not (s.entries and kind == "given") and not meaning.unread:
            names = [n for n, k in meaning.kinds.items() if k == "parameter"]
            hint = spelling_hint(s.name, names) or f"parameters are {', '.join(names) or 'names without a moment'}"
            meaning.problem(s.span, f"{s.name} is no parameter, so it has nothing to begin with", hint)
        if s.rule not in INITIALS and s.entries is None:
            hint = spelling_hint(s.rule, INITIALS) or f"known are {', '.join(INITIALS)}"
            meaning.problem(s.span, f"a parameter cannot begin as {s.rule}", hint)
