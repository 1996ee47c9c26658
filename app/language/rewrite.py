"""Rewrites expressions: substitutes reads, shifts them in time, writes out function calls, simplifies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from app.language.syntax import NOW, Apply, Call, Condition, Expr, Function, Number, Read, Time, with_args


def substitute(expr: Expr, put: Callable[[Read], Expr]) -> Expr:
    """Replace every read by what `put` makes of it."""
    if isinstance(expr, Read):
        return put(expr)
    if isinstance(expr, Apply | Call):
        return with_args(expr, (substitute(a, put) for a in expr.args))
    return expr


def shift(expr: Expr, steps: int) -> Expr:
    """The same expression seen `steps` later: every `v[t+k]` becomes `v[t+k+steps]`."""
    if steps == 0:
        return expr
    if isinstance(expr, Condition) and expr.at == NOW:
        return replace(expr, time=Time(expr.time.base, expr.time.offset - steps))
    if isinstance(expr, Apply | Call):
        return with_args(expr, (shift(a, steps) for a in expr.args))
    if isinstance(expr, Read) and expr.time is not None and expr.time.base == "t":
        return Read(expr.name, Time("t", expr.time.offset + steps), expr.span)
    return expr


def expand(expr: Expr, functions: Iterable[Function]) -> Expr:
    """Write out every call of a function: its body with the arguments put in.

    An argument is written out once, where the body first reads it; one that it does not read may be long without end.
    """
    return _expanded(expr, {f.name: f for f in functions}, {})


def _expanded(expr: Expr, table: Mapping[str, Function], arguments: Mapping[str, Callable[[], Expr]]) -> Expr:
    match expr:
        case Read(name) if name in arguments:
            return arguments[name]()
        case Apply(_, args):
            return with_args(expr, (_expanded(arg, table, arguments) for arg in args))
        case Call(function, args):
            f = table[function]
            put_in = (_when_read(arg, table, arguments) for arg in args)
            return _expanded(f.body, table, dict(zip(f.arguments, put_in, strict=True)))
    return expr


def _when_read(
    arg: Expr, table: Mapping[str, Function], arguments: Mapping[str, Callable[[], Expr]]
) -> Callable[[], Expr]:
    written: list[Expr] = []

    def read() -> Expr:
        if not written:
            written.append(_expanded(arg, table, arguments))
        return written[0]

    return read


def plus(*terms: Expr) -> Expr:
    """The n-ary sum of terms; of none, the number 0."""
    flat = [t for term in terms for t in (term.args if isinstance(term, Apply) and term.op == "+" else (term,))]
    return Apply("+", tuple(flat)) if len(flat) > 1 else flat[0] if flat else Number(0.0, "0")


def simplify(expr: Expr) -> Expr:
    """Fold what is constant and drop factors 1, terms 0 and double negations."""
    if not isinstance(expr, Apply):
        return expr
    args = tuple(map(simplify, expr.args))
    match expr.op, args:
        case "**", (a, Number(1.0)):
            return a
        case "*", (Number(1.0), a) | (a, Number(1.0)):
            return a
        case "/", (a, Number(1.0)):
            return a
        case "neg", (Apply("neg", (a,)),):
            return a
        case "-", (Number(a), Number(b)):
            return Number(a - b, f"{a - b:g}")
        case "*", (Apply("neg", (a,)), b):
            return Apply("neg", (Apply("*", (a, b)),))
        case "*" | "@", (a, Apply("neg", (b,))):
            return Apply("neg", (Apply(expr.op, (a, b)),))
        case "+", _:
            return plus(*together(a for a in args if a != Number(0.0)))
        case _:
            return with_args(expr, args)


def together(terms: Iterable[Expr]) -> list[Expr]:
    """Terms that differ only in the part of a vector that they place, as one: all parts side by side are the whole.

    `U @ place(f, 1, 2) + U @ place(g, 2, 2)` is `U @ concat(f, g)`: gradients are sums and products around the part.
    """
    found = list(terms)
    alike: dict[Expr, dict[float, int]] = {}
    for i, term in enumerate(found):
        if (placed := _placed(term)) is not None:
            alike.setdefault(_with(term, placed, Apply("place", (HOLE, HOLE, placed.args[2]))), {})[_which(placed)] = i
    gone: set[int] = set()
    for places in alike.values():
        parts = {i: placed for _, i in sorted(places.items()) if (placed := _placed(found[i])) is not None}
        first = min(parts)
        if parts[first].args[2] == Number(float(len(parts))):
            whole = Apply("concat", tuple(part.args[0] for part in parts.values()))
            found[first] = _with(found[first], parts[first], whole)
            gone |= parts.keys() - {first}
    return [term for i, term in enumerate(found) if i not in gone]


HOLE = Number(0.0, "∙")
"""Stands where terms differ."""


def _placed(expr: Expr) -> Apply | None:
    """The outermost part that is placed within a term."""
    if isinstance(expr, Apply) and expr.op == "place":
        return expr
    inner = expr.args if isinstance(expr, Apply) else ()
    return next((found for arg in inner if (found := _placed(arg)) is not None), None)


def _which(placed: Apply) -> float:
    """The number of the part."""
    return placed.args[1].value if isinstance(placed.args[1], Number) else 0.0


def _with(expr: Expr, part: Expr, other: Expr) -> Expr:
    """An expression with another in the place of one of its parts."""
    if expr is part:
        return other
    return with_args(expr, (_with(a, part, other) for a in expr.args)) if isinstance(expr, Apply) else expr
