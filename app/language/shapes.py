"""Ranks and dimensions of every name, by unification over all equations.

Rank of what is not computed comes from its spelling: upper case a matrix, lower case a vector, a lower-case Greek
stem a scalar. Ranks of the computed follow; then each axis is a dimension, and equations make dimensions equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.language.problems import Problem, Subject
from app.language.resolve import Meaning, spelling_hint
from app.language.symbols import is_greek
from app.language.syntax import CLOCK, Apply, Call, Condition, Expr, Function, Number, Read, Span, Variable, reads
from app.limits import limit
from app.ops import OPS

DEFAULT_SIZE = 4
RANK_NAMES = ("a scalar", "a vector", "a matrix")


@dataclass(eq=False)
class Dimension:
    """An axis' length: equal dimensions share a root, and the root may know its size and who set it."""

    parent: Dimension | None = None
    size: int | None = None
    origin: str = ""

    def root(self) -> Dimension:
        while self.parent is not None:
            self = self.parent
        return self


ShapeType = tuple[Dimension, ...]
Environment = Mapping[str, ShapeType]


@dataclass
class Shapes:
    """The result of unification: every variable with the names of its axes, and the size of each dimension."""

    variables: dict[str, Variable] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    defaulted: tuple[str, ...] = ()


class ShapeClash(Exception):
    """Two shapes that one operation needs equal are not."""


def infer_shapes(meaning: Meaning, sizes: Mapping[str, int], defaults: Mapping[str, int]) -> Shapes:
    """Ranks, then dimensions, then names for them; what does not fit is added to `meaning.problems`."""
    _check_size_range(meaning, sizes)
    ranks = _infer_ranks(meaning, sizes)
    if meaning.problems:
        return Shapes()
    types = {name: tuple(Dimension() for _ in range(rank)) for name, rank in ranks.items()}
    names = _dimension_names(meaning, types)
    _set_sizes(meaning, names, sizes)
    _unify_all(meaning, types)
    return Shapes() if meaning.problems else _name_dimensions(meaning, types, names, defaults)


def rank_by_spelling(name: str) -> int:
    """The rank that a name's spelling gives to what is not computed."""
    stem = name.lstrip("∇").split("_")[0]
    return 0 if is_greek(name) else 2 if stem[:1].isupper() else 1


# ranks


def _infer_ranks(meaning: Meaning, sizes: Mapping[str, int]) -> dict[str, int]:
    ranks: dict[str, int | None] = {}
    for name, kind in meaning.kinds.items():
        spelled = rank_by_spelling(name)
        ranks[name] = None if kind == "computed" else max(spelled, 1) if name in sizes else spelled
    inner = _RankRules(meaning)
    for _ in range(len(meaning.kinds) + 1):
        before = dict(ranks)
        for s in meaning.lines:
            if ranks.get(s.name) is None:
                ranks[s.name] = inner.of(s.expr, ranks)
        if ranks == before:
            stuck = next((n for n, r in ranks.items() if r is None), None)
            if stuck is None:
                break
            ranks[stuck] = rank_by_spelling(stuck)
    return {name: rank_by_spelling(name) if rank is None else rank for name, rank in ranks.items()}


class _RankRules:
    def __init__(self, meaning: Meaning) -> None:
        self.functions = {f.name: f for f in meaning.functions}

    def of(self, expr: Expr, env: Mapping[str, int | None]) -> int | None:
        match expr:
            case Read(name):
                return 0 if name in CLOCK else env.get(name)
            case Call(function, args):
                f = self.functions[function]
                inner = {**env, **dict(zip(f.arguments, (self.of(a, env) for a in args), strict=True))}
                return self.of(f.body, inner)
            case Apply(op, args):
                return RULES[OPS[op].shape].rank([self.of(a, env) for a in args])
            case _:
                return 0


# dimensions


def _unify_all(meaning: Meaning, types: dict[str, ShapeType]) -> None:
    """Walk every equation with a unifier; each clash is a problem at the place where it showed."""
    unifier = _Unifier(meaning)
    for s in meaning.lines:
        found = unifier.of(s.expr, types)
        if found is not None:
            if len(found) != len(types[s.name]):
                lengths = f"{type_in_words(types[s.name])} by its other uses, and {type_in_words(found)} here"
                meaning.problem(s.span, f"{s.name} is {lengths}")
            else:
                unifier.equal(types[s.name], found, s.span, f"{s.name} and its right side")
    if not meaning.problems and "loss" in types and types["loss"]:
        span = next(e.span for e in meaning.equations if e.name == "loss")
        meaning.problem(
            span, f"loss is {type_in_words(types['loss'])}; it is to be a scalar", "wrap it in sum(…) or mean(…)"
        )


class _Unifier:
    """Types of expressions; None where a clash was reported inside, so that it is reported once."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.functions: dict[str, Function] = {f.name: f for f in meaning.functions}
        self.place: Span | None = None

    def of(self, expr: Expr, env: Environment) -> ShapeType | None:
        match expr:
            case Read(name):
                return () if name in CLOCK else env[name]
            case Call(function, args):
                inner = [self.of(a, env) for a in args]
                return self.call(self.functions[function], inner, env, expr.span)
            case Apply(op, args):
                types = [self.of(a, env) for a in args]
                known = [t for t in types if t is not None]
                return self.apply(op, known, expr) if len(known) == len(types) else None
            case Number() | Condition():
                return ()

    def call(self, f: Function, args: list[ShapeType | None], env: Environment, span: Span | None) -> ShapeType | None:
        if any(a is None for a in args):
            return None
        outer, self.place = self.place, self.place or span
        inner = dict(zip(f.arguments, (a for a in args if a is not None), strict=True))
        found = self.of(f.body, {**env, **inner})
        self.place = outer
        return found

    def apply(self, op: str, args: list[ShapeType], expr: Apply) -> ShapeType | None:
        row = OPS[op]
        try:
            return RULES[row.shape].dims(args)
        except ShapeClash as clash:
            word = row.spelling or row.name
            self.meaning.problem(self.place or expr.span, f"{word}: {clash}", RULES[row.shape].hint)
            return None

    def equal(self, a: ShapeType, b: ShapeType, span: Span | None, what: str) -> None:
        try:
            unify_types(a, b)
        except ShapeClash as clash:
            self.meaning.problem(span, f"{what}: {clash}")


def unify_types(a: ShapeType, b: ShapeType) -> None:
    """Make two types one; raises Clash with both shapes and where each came from."""
    for left, right in zip(a, b, strict=True):
        one, other = left.root(), right.root()
        if one is other:
            continue
        if one.size is not None and other.size is not None and one.size != other.size:
            raise ShapeClash(f"{type_in_words(a)} meets {type_in_words(b)}")
        if one.size is None:
            one, other = other, one
        other.parent = one


def type_in_words(type_: ShapeType) -> str:
    """A type in words, with who set each size: `a vector of 4 (x)`."""
    sizes = [d.root() for d in type_]
    known = " × ".join(f"{d.size} ({d.origin})" if d.size is not None else "any" for d in sizes)
    return RANK_NAMES[len(type_)] + (f" of {known}" if any(d.size is not None for d in sizes) else "")


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """A row of the table of shape rules: rank from ranks (None: not known yet), dimensions from dimensions."""

    rank: Callable[[list[int | None]], int | None]
    dims: Callable[[list[ShapeType]], ShapeType]
    hint: str | None = None


def shape_of(op: str, shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape of an operation's result for arguments of known shapes (already checked)."""
    types = [tuple(Dimension(size=n) for n in shape) for shape in shapes]
    return tuple(d.root().size or 0 for d in RULES[OPS[op].shape].dims(types))


def _broadcast_rank(ranks: list[int | None]) -> int | None:
    known = [r for r in ranks if r is not None]
    return max(known) if len(known) == len(ranks) or any(known) else None


def _broadcast_dims(types: list[ShapeType]) -> ShapeType:
    shaped = [t for t in types if t]
    for other in shaped[1:]:
        if len(other) != len(shaped[0]):
            raise ShapeClash(f"{type_in_words(shaped[0])} meets {type_in_words(other)}; only true scalars broadcast")
        unify_types(shaped[0], other)
    return shaped[0] if shaped else ()


MATMUL_RANKS = {(2, 1): 1, (1, 2): 1, (1, 1): 0, (2, 2): 2}


def _matmul_rank(ranks: list[int | None]) -> int | None:
    a, b = ranks
    return MATMUL_RANKS.get((a, b)) if a is not None and b is not None else None


def _matmul_dims(types: list[ShapeType]) -> ShapeType:
    a, b = types
    if not a or not b:
        raise ShapeClash(f"{type_in_words(a)} meets {type_in_words(b)}; a scalar multiplies with *")
    try:
        unify_types(a[-1:], b[:1])
    except ShapeClash:
        raise ShapeClash(
            f"{type_in_words(a)} meets {type_in_words(b)}; the last of one and the first of the other are to be equal"
        ) from None
    return (*a[:-1], *b[1:])


def _arguments_of_rank(
    rank: int, count: int, result: Callable[[list[ShapeType]], ShapeType]
) -> Callable[[list[ShapeType]], ShapeType]:
    """Arguments of one rank only."""

    def dims(types: list[ShapeType]) -> ShapeType:
        for t in types[:count]:
            if len(t) != rank:
                raise ShapeClash(f"takes {RANK_NAMES[rank]}, not {type_in_words(t)}")
        return result(types)

    return dims


def _pair_dims(types: list[ShapeType]) -> ShapeType:
    a, b = types
    if len(a) != len(b):
        raise ShapeClash(f"{type_in_words(a)} meets {type_in_words(b)}")
    unify_types(a, b)
    return ()


def _square_dims(types: list[ShapeType]) -> ShapeType:
    unify_types(types[0][:1], types[0][1:])
    return types[0]


RULES: Mapping[str, ShapeRule] = {
    "elementwise": ShapeRule(_broadcast_rank, _broadcast_dims),
    "same": ShapeRule(lambda r: r[0], lambda t: t[0]),
    "power": ShapeRule(lambda r: r[0], lambda t: t[0]),
    "matmul": ShapeRule(_matmul_rank, _matmul_dims, "M @ v needs as many columns in M as entries in v"),
    "vector": ShapeRule(lambda r: 1, _arguments_of_rank(1, 1, lambda t: t[0])),
    "pair": ShapeRule(lambda r: 0, _arguments_of_rank(1, 2, _pair_dims), "both are vectors of one size"),
    "total": ShapeRule(lambda r: 0, lambda t: ()),
    "outer": ShapeRule(lambda r: 2, _arguments_of_rank(1, 2, lambda t: (*t[0], *t[1]))),
    "transpose": ShapeRule(lambda r: 2, _arguments_of_rank(2, 1, lambda t: (t[0][1], t[0][0]))),
    "first": ShapeRule(lambda r: r[0], lambda t: t[0]),
    "square": ShapeRule(lambda r: 2, _arguments_of_rank(2, 1, _square_dims)),
}


# names of dimensions


def _dimension_names(meaning: Meaning, types: Mapping[str, ShapeType]) -> dict[str, Dimension]:
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


def _check_size_range(meaning: Meaning, sizes: Mapping[str, int]) -> None:
    greatest = limit("size")
    for name, value in sizes.items():
        if not 1 <= value <= greatest:
            message = f"{name} is to be a whole number from 1 to {greatest}, not {value}"
            meaning.problems.append(Problem(message, Subject.SIZES, allowed={"minimum": 1, "maximum": greatest}))


def _set_sizes(meaning: Meaning, names: Mapping[str, Dimension], sizes: Mapping[str, int]) -> None:
    for name, size in sizes.items():
        if name not in names:
            free = [n for n in names if meaning.kinds.get(n, "parameter") != "parameter"] or list(names)
            message = f"there is no dimension called {name}"
            meaning.problems.append(Problem(message, Subject.SIZES, free, spelling_hint(name, names)))
        else:
            dim = names[name].root()
            dim.size, dim.origin = size, f"{name}:{size}"


def _name_dimensions(
    meaning: Meaning, types: Mapping[str, ShapeType], names: Mapping[str, Dimension], defaults: Mapping[str, int]
) -> Shapes:
    """Call each dimension by its best name and give the open ones their default."""
    called: dict[Dimension, str] = {}
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
