"""Writes expressions and lines in the language itself, with no bracket too many: `parse(show(x))` is x again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from app.language.lines import written_together
from app.language.syntax import (
    NOW,
    RANK_WORDS,
    Apply,
    Call,
    Condition,
    Declaration,
    Equation,
    Expr,
    Function,
    Initial,
    Number,
    PartsLine,
    Read,
    Recurrence,
    Start,
    Time,
    number_of,
)
from app.ops import OPS

PARTS = next(row.name for row in OPS.values() if row.by_line)
ATOM = 1 + max(row.precedence for row in OPS.values())
"""Binds more tightly than every operator: names, numbers, calls."""


@singledispatch
def show(x: object) -> str:
    """The text of an expression, of a line, of a whole recurrence."""
    raise TypeError(f"{type(x).__name__} has no text")


def steps_line(steps: int) -> str:
    """How many steps a run has unless it is said otherwise."""
    return f"tau: {steps} unless given"


@show.register
def _(x: Recurrence) -> str:
    """Ranks and data first, then functions, equations (each after its start), how parameters begin, which are fixed."""
    given = [v.name for v in x.variables.values() if v.kind == "given" and not v.indexed]
    steps = [steps_line(x.steps)] if x.steps is not None else []
    lines = [*steps, *map(show, x.declarations), *([f"given {', '.join(given)}"] if given else [])]
    lines += map(show, x.functions)
    for line in written_together(x.equations):
        names = line.names if isinstance(line, PartsLine) else (line.name,)
        lines += [show(s) for s in x.starts if s.name in names]
        lines.append(show(line))
    fixed = [f"fixed {', '.join(x.fixed)}"] if x.fixed else []
    return "\n".join([*lines, *map(show, x.initials), *fixed])


@show.register
def _(x: Equation) -> str:
    return f"{x.name}{'[t]' if x.indexed else ''} = {show(x.expr)}"


@show.register
def _(x: PartsLine) -> str:
    left = ", ".join(f"{name}{'[t]' if x.indexed else ''}" for name in x.names)
    return f"{left} = {PARTS}({show(x.expr)})"


@show.register
def _(x: Start) -> str:
    return f"{x.name}[{show(x.time)}] = {show(x.expr)}"


@show.register
def _(x: Function) -> str:
    return f"{x.name}({', '.join(x.arguments)}) = {show(x.body)}"


@show.register
def _(x: Declaration) -> str:
    said = RANK_WORDS[len(x.sizes)] if None in x.sizes or not x.sizes else " x ".join(map(str, x.sizes))
    return f"{x.name}: {said}{' unless given' * x.unless_given}"


@show.register
def _(x: Initial) -> str:
    if x.entries is not None:
        rows = [it if isinstance(it, tuple) else (it,) for it in x.entries]
        lists = (", ".join(map(shortest_decimal, row)) for row in rows)
        return f"{x.name} ~ [{', '.join(f'[{it}]' if isinstance(x.entries[0], tuple) else it for it in lists)}]"
    value = shortest_decimal(x.value)
    if x.rule == "constant":
        return f"{x.name} ~ {value}"
    return f"{x.name} ~ {x.rule}{'' if x.value == 1.0 else f'({value})'}"


@show.register
def _(x: Time) -> str:
    return str(x)


@show.register
def _(x: Number) -> str:
    return x.text or shortest_decimal(x.value)


@show.register
def _(x: Read) -> str:
    if x.name == "t" and x.time is not None:
        return show(number_of(x.time)) if x.time != NOW else x.name
    return x.name if x.time is None else f"{x.name}[{show(x.time)}]"


@show.register
def _(x: Condition) -> str:
    return f"[{show(x.at)} = {show(x.time)}]"


@show.register
def _(x: Call) -> str:
    return f"{x.function}({', '.join(map(show, x.args))})"


@show.register
def _(x: Apply) -> str:
    row = OPS[x.op]
    word = row.written
    if not row.precedence:
        return f"{word}({', '.join(map(show, x.args))})"
    if not row.infix:
        return word + _bracketed_below(x.args[0], row.precedence + 1)
    space = "" if _is_literal_ratio(x) else " "
    return f"{space}{word}{space}".join(_operand_texts(x, row.precedence))


def shortest_decimal(value: float) -> str:
    """The shortest text that reads back as this number; whole numbers have no point."""
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _operand_texts(x: Apply, precedence: int) -> Iterator[str]:
    """Operators group to the left, so the first operand alone may bind as loosely as the operator itself."""
    power = OPS[x.op].written == "**"
    yield _bracketed_below(x.args[0], ATOM if power else precedence)
    for arg in x.args[1:]:
        yield show(arg) if isinstance(arg, Number) and power else _bracketed_below(arg, precedence + 1)


def _bracketed_below(x: Expr, least: int) -> str:
    """The text of a part, in brackets where it binds more loosely than its place asks."""
    return show(x) if _precedence(x) >= least else f"({show(x)})"


def _precedence(x: Expr) -> int:
    if isinstance(x, Apply):
        return OPS[x.op].precedence or ATOM
    if isinstance(x, Read) and x.name == "t" and x.time is not None and x.time != NOW:
        return _precedence(number_of(x.time))
    return OPS["neg"].precedence if isinstance(x, Number) and show(x).startswith("-") else ATOM


def _is_literal_ratio(x: Apply) -> bool:
    """A quotient of two literals is one number to the eye: `1/2`, `-1/2`."""
    a, b = x.args[0], x.args[-1]
    bare = a.args[0] if isinstance(a, Apply) and a.op == "neg" else a
    return x.op == "/" and isinstance(bare, Number) and isinstance(b, Number)
