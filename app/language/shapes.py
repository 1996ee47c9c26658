"""Ranks and dimensions of every name, by unification over all equations.

Rank of what is not computed comes from its spelling: upper case a matrix, lower case a vector, a lower-case Greek
stem a scalar. Ranks of the computed follow; then each axis is a dimension, and equations make dimensions equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.language.problems import Problem
from app.language.resolve import Meaning, near
from app.language.symbols import is_greek
from app.language.syntax import Apply, Call, Expr, Function, Moment, Number, Read, Span, Variable, reads
from app.limits import limit
from app.ops import OPS

DEFAULT_SIZE = 4
RANK_NAMES = ("a scalar", "a vector", "a matrix")


@dataclass(eq=False)
class Dim:
    """An axis' length: equal dimensions share a root, and the root may know its size and who set it."""

    parent: Dim | None = None
    size: int | None = None
    origin: str = ""

    def root(self) -> Dim:
        while self.parent is not None:
            self = self.parent
        return self


Type = tuple[Dim, ...]
Environment = Mapping[str, Type]


@dataclass
class Shapes:
    """What unification found: `dims` names each variable's axes, `sizes` gives each dimension's length."""

    variables: dict[str, Variable] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    defaulted: tuple[str, ...] = ()


class Clash(Exception):
    """Two shapes that one operation needs equal are not."""


def measure(meaning: Meaning, sizes: Mapping[str, int], defaults: Mapping[str, int]) -> Shapes:
    """Ranks, then dimensions, then names for them; what does not fit is added to `meaning.problems`."""
    _known_names(meaning, sizes)
    ranks = _ranks(meaning, sizes)
    if meaning.problems:
        return Shapes()
    types = {name: tuple(Dim() for _ in range(rank)) for name, rank in ranks.items()}
    names = _aliases(meaning, types)
    _assign(meaning, names, sizes)
    _unify_all(meaning, types)
    return Shapes() if meaning.problems else _name(meaning, types, names, defaults)


def by_spelling(name: str) -> int:
    """The rank that a name's spelling gives to what is not computed."""
    stem = name.lstrip("∇").split("_")[0]
    return 0 if is_greek(name) else 2 if stem[:1].isupper() else 1


# ranks


def _ranks(meaning: Meaning, sizes: Mapping[str, int]) -> dict[str, int]:
    ranks: dict[str, int | None] = {}
    for name, kind in meaning.kinds.items():
        spelled = by_spelling(name)
        ranks[name] = None if kind == "computed" else max(spelled, 1) if name in sizes else spelled
    inner = _Ranks(meaning)
    for _ in range(len(meaning.kinds) + 1):
        before = dict(ranks)
        for s in meaning.lines:
            if ranks.get(s.name) is None:
                ranks[s.name] = inner.of(s.expr, ranks)
        if ranks == before:
            stuck = next((n for n, r in ranks.items() if r is None), None)
            if stuck is None:
                break
            ranks[stuck] = by_spelling(stuck)
    return {name: by_spelling(name) if rank is None else rank for name, rank in ranks.items()}


class _Ranks:
    def __init__(self, meaning: Meaning) -> None:
        self.functions = {f.name: f for f in meaning.functions}

    def of(self, expr: Expr, env: Mapping[str, int | None]) -> int | None:
        match expr:
            case Read(name):
                return 0 if name == "tau" else env.get(name)
            case Call(function, args):
                f = self.functions[function]
                inner = {**env, **dict(zip(f.arguments, (self.of(a, env) for a in args), strict=True))}
                return self.of(f.body, inner)
            case Apply(op, args):
                return RULES[OPS[op].shape].rank([self.of(a, env) for a in args])
            case _:
                return 0


# dimensions


def _unify_all(meaning: Meaning, types: dict[str, Type]) -> None:
    """Walk every equation with a unifier; each clash is a problem at the place where it showed."""
    unifier = _Unifier(meaning)
    for s in meaning.lines:
        found = unifier.of(s.expr, types)
        if found is not None:
            if len(found) != len(types[s.name]):
                lengths = f"{shown(types[s.name])} by its other uses, and {shown(found)} here"
                meaning.problem(s.span, f"{s.name} is {lengths}")
            else:
                unifier.equal(types[s.name], found, s.span, f"{s.name} and its right side")
    if not meaning.problems and "loss" in types and types["loss"]:
        span = next(e.span for e in meaning.equations if e.name == "loss")
        meaning.problem(span, f"loss is {shown(types['loss'])}; it is to be a scalar", "wrap it in sum(…) or mean(…)")


class _Unifier:
    """Types of expressions; None where a clash was reported inside, so that it is reported once."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.functions: dict[str, Function] = {f.name: f for f in meaning.functions}
        self.place: Span | None = None

    def of(self, expr: Expr, env: Environment) -> Type | None:
        match expr:
            case Read(name):
                return () if name == "tau" else env[name]
            case Call(function, args):
                inner = [self.of(a, env) for a in args]
                return self.call(self.functions[function], inner, env, expr.span)
            case Apply(op, args):
                types = [self.of(a, env) for a in args]
                known = [t for t in types if t is not None]
                return self.apply(op, known, expr) if len(known) == len(types) else None
            case Number() | Moment():
                return ()

    def call(self, f: Function, args: list[Type | None], env: Environment, span: Span | None) -> Type | None:
        if any(a is None for a in args):
            return None
        outer, self.place = self.place, self.place or span
        inner = dict(zip(f.arguments, (a for a in args if a is not None), strict=True))
        found = self.of(f.body, {**env, **inner})
        self.place = outer
        return found

    def apply(self, op: str, args: list[Type], expr: Apply) -> Type | None:
        row = OPS[op]
        try:
            return RULES[row.shape].dims(args)
        except Clash as clash:
            word = row.spelling or row.name
            self.meaning.problem(self.place or expr.span, f"{word}: {clash}", RULES[row.shape].hint)
            return None

    def equal(self, a: Type, b: Type, span: Span | None, what: str) -> None:
        try:
            unify(a, b)
        except Clash as clash:
            self.meaning.problem(span, f"{what}: {clash}")


def unify(a: Type, b: Type) -> None:
    """Make two types one; raises Clash with both shapes and where each came from."""
    for left, right in zip(a, b, strict=True):
        one, other = left.root(), right.root()
        if one is other:
            continue
        if one.size is not None and other.size is not None and one.size != other.size:
            raise Clash(f"{shown(a)} meets {shown(b)}")
        if one.size is None:
            one, other = other, one
        other.parent = one


def shown(type_: Type) -> str:
    """A type in words, with who set each size: `a vector of 4 (x)`."""
    sizes = [d.root() for d in type_]
    known = " × ".join(f"{d.size} ({d.origin})" if d.size is not None else "any" for d in sizes)
    return RANK_NAMES[len(type_)] + (f" of {known}" if any(d.size is not None for d in sizes) else "")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table of shape rules: rank from ranks (None: not known yet), dimensions from dimensions."""

    rank: Callable[[list[int | None]], int | None]
    dims: Callable[[list[Type]], Type]
    hint: str | None = None


def shape_of(op: str, shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape of an operation's result for arguments of known shapes (already checked)."""
    types = [tuple(Dim(size=n) for n in shape) for shape in shapes]
    return tuple(d.root().size or 0 for d in RULES[OPS[op].shape].dims(types))


def _broadcast_rank(ranks: list[int | None]) -> int | None:
    known = [r for r in ranks if r is not None]
    return max(known) if len(known) == len(ranks) or any(known) else None


def _broadcast(types: list[Type]) -> Type:
    shaped = [t for t in types if t]
    for other in shaped[1:]:
        if len(other) != len(shaped[0]):
            raise Clash(f"{shown(shaped[0])} meets {shown(other)}; only true scalars broadcast")
        unify(shaped[0], other)
    return shaped[0] if shaped else ()


PRODUCT = {(2, 1): 1, (1, 2): 1, (1, 1): 0, (2, 2): 2}


def _matmul_rank(ranks: list[int | None]) -> int | None:
    a, b = ranks
    return PRODUCT.get((a, b)) if a is not None and b is not None else None


def _matmul(types: list[Type]) -> Type:
    a, b = types
    if not a or not b:
        raise Clash(f"{shown(a)} meets {shown(b)}; a scalar multiplies with *")
    try:
        unify(a[-1:], b[:1])
    except Clash:
        raise Clash(
            f"{shown(a)} meets {shown(b)}; the last of one and the first of the other are to be equal"
        ) from None
    return (*a[:-1], *b[1:])


def _exactly(rank: int, count: int, result: Callable[[list[Type]], Type]) -> Callable[[list[Type]], Type]:
    """Arguments of one rank only."""

    def dims(types: list[Type]) -> Type:
        for t in types[:count]:
            if len(t) != rank:
                raise Clash(f"takes {RANK_NAMES[rank]}, not {shown(t)}")
        return result(types)

    return dims


def _pair(types: list[Type]) -> Type:
    a, b = types
    if len(a) != len(b):
        raise Clash(f"{shown(a)} meets {shown(b)}")
    unify(a, b)
    return ()


def _square(types: list[Type]) -> Type:
    unify(types[0][:1], types[0][1:])
    return types[0]


RULES: Mapping[str, Rule] = {
    "elementwise": Rule(_broadcast_rank, _broadcast),
    "same": Rule(lambda r: r[0], lambda t: t[0]),
    "power": Rule(lambda r: r[0], lambda t: t[0]),
    "matmul": Rule(_matmul_rank, _matmul, "M @ v needs as many columns in M as entries in v"),
    "vector": Rule(lambda r: 1, _exactly(1, 1, lambda t: t[0])),
    "pair": Rule(lambda r: 0, _exactly(1, 2, _pair), "both are vectors of one size"),
    "total": Rule(lambda r: 0, lambda t: ()),
    "outer": Rule(lambda r: 2, _exactly(1, 2, lambda t: (*t[0], *t[1]))),
    "transpose": Rule(lambda r: 2, _exactly(2, 1, lambda t: (t[0][1], t[0][0]))),
    "first": Rule(lambda r: r[0], lambda t: t[0]),
    "square": Rule(lambda r: 2, _exactly(2, 1, _square)),
}


# names of dimensions


def _aliases(meaning: Meaning, types: Mapping[str, Type]) -> dict[str, Dim]:
    """Every name a dimension can be called by, the best first: data, states, computed, parameters, matrix axes."""
    vectors = {n: t[0] for n, t in types.items() if len(t) == 1}
    states = {
        r.name for e in meaning.equations for r in reads(e.expr) if r.time and r.time.base == "t" and r.time.offset
    }

    def place(name: str) -> tuple[int, int]:
        kind = meaning.kinds[name]
        order = (
            kind == "given" and meaning.indexed[name],
            kind == "given",
            name in states,
            kind == "computed",
            True,
        )
        return order.index(True), -list(vectors).index(name) if kind == "computed" else 0

    names = {n: vectors[n] for n in sorted(vectors, key=place)}
    for name, type_ in types.items():
        if len(type_) == 2:
            names |= {f"{name}_rows": type_[0], f"{name}_columns": type_[1]}
    return names


def _known_names(meaning: Meaning, sizes: Mapping[str, int]) -> None:
    greatest = limit("size")
    for name, value in sizes.items():
        if not 1 <= value <= greatest:
            message = f"{name} is to be a whole number from 1 to {greatest}, not {value}"
            meaning.problems.append(Problem(message, "sizes", allowed={"minimum": 1, "maximum": greatest}))


def _assign(meaning: Meaning, names: Mapping[str, Dim], sizes: Mapping[str, int]) -> None:
    for name, size in sizes.items():
        if name not in names:
            free = [n for n in names if meaning.kinds.get(n, "parameter") != "parameter"] or list(names)
            message = f"there is no dimension called {name}"
            meaning.problems.append(Problem(message, "sizes", free, near(name, names)))
        else:
            dim = names[name].root()
            dim.size, dim.origin = size, f"{name}:{size}"


def _name(meaning: Meaning, types: Mapping[str, Type], names: Mapping[str, Dim], defaults: Mapping[str, int]) -> Shapes:
    """Call each dimension by its best name and give the open ones their default."""
    called: dict[Dim, str] = {}
    for name, dim in names.items():
        called.setdefault(dim.root(), name)
    for name, size in defaults.items():
        root = names[name].root() if name in names else None
        if root is not None and root.size is None:
            root.size, root.origin = size, "default"
    open_ = [n for d, n in called.items() if d.size is None or d.origin == "default"]
    variables = {
        name: Variable(name, meaning.kinds[name], meaning.indexed[name], tuple(called[d.root()] for d in type_))
        for name, type_ in types.items()
    }
    sizes = {name: dim.size or DEFAULT_SIZE for dim, name in called.items()}
    return Shapes(variables, sizes, tuple(open_))
