"""The dimensions of every name, by unification over all equations, and the size of each with what settled it.

Each axis of a name is a dimension, and equations make dimensions equal. Where vectors are put together or split, a
dimension is the sum of others: what is open in it follows from the rest. A size is settled by a link or a line of the
text, else by an array that is given, else by a default.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from app.cache import cached
from app.language.given_shapes import AXES, GivenArray
from app.language.hints import over_time_hint, spelling_hint
from app.language.problems import Problem, Subject
from app.language.resolve import Meaning, has_free_t
from app.language.sums import Dimension, DimensionSum, give_defaults, settle
from app.language.syntax import (
    CLOCK,
    Apply,
    Call,
    Condition,
    Equation,
    Evidence,
    Expr,
    Function,
    Number,
    Read,
    Span,
    Start,
    Variable,
    reads,
)
from app.language.written_lines import product_lines
from app.limits import limit
from app.ops import OPS

DEFAULT_SIZE = 4
FIRM = ("declaration", "size", "array")
"""Evidence that no equation can change."""
SIZES_IN_WORDS = "a whole number from 1 to {}"
ONE_RANK = "a name has one rank in all lines; sum(…) makes a scalar of entries, outer(a, b) a matrix of vectors"
ONE_SHAPE = "entries go with entries: both have one shape, or one is a scalar; a matrix changes the size, W @ x[t]"
SUM_OF_PARTS = "the sizes of the parts make that of the whole; leave one of them open, and it follows"
RANK_NAMES = ("a scalar", "a vector", "a matrix")


ShapeType = tuple[Dimension, ...]
Environment = Mapping[str, ShapeType]


@dataclass
class Shapes:
    """The result of unification: every variable with the names of its axes, and the size of each dimension."""

    variables: dict[str, Variable] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)


class ShapeClash(Exception):
    """Two shapes that one operation needs equal are not."""


def infer_shapes(
    meaning: Meaning,
    ranks: Mapping[str, tuple[int, Evidence]],
    sizes: Mapping[str, int],
    defaults: Mapping[str, int],
    arrays: Sequence[GivenArray],
) -> Shapes:
    """Dimensions for names of known ranks, and names for them; what does not fit is added to `meaning.problems`."""
    types = {name: tuple(Dimension() for _ in range(rank)) for name, (rank, _) in ranks.items()}
    yielding = list[YieldingSize]()
    declared = _declared_dimensions(meaning, types, yielding)
    names = declared | _dimension_names(meaning, types, declared)
    _set_sizes(meaning, names, sizes)
    sums = _unify_all(meaning, types, ranks)
    if not meaning.problems:
        _measure_arrays(meaning, types, arrays, sums)
    if meaning.problems:
        return Shapes()
    wanted = {its.dimension.root(): (its.size, its.why) for its in reversed(yielding)} | _wanted(names, defaults)
    found = _name_dimensions(meaning, ranks, types, names, wanted, sums)
    _tell_what_does_not_fit(meaning, yielding, bool(sizes or defaults or arrays))
    return found


def check_size_range(meaning: Meaning, sizes: Mapping[str, int]) -> None:
    """Sizes beyond the limits are problems."""
    for name, value in sizes.items():
        if not _allowed_size(value):
            message = f"{name} is to be {SIZES_IN_WORDS.format(limit('size'))}, not {value}"
            allowed = {"minimum": 1, "maximum": limit("size")}
            meaning.problems.append(Problem(message, Subject.SIZES, allowed=allowed))


# dimensions


def _unify_all(
    meaning: Meaning, types: dict[str, ShapeType], ranks: Mapping[str, tuple[int, Evidence]]
) -> list[DimensionSum]:
    """Walk every equation with a unifier; each clash is a problem at the place where it showed."""
    unifier = _Unifier(meaning)
    for s in meaning.lines:
        found = unifier.of(s.expr, types)
        if found is not None:
            if isinstance(s, Start) and not found:
                continue  # One number for every entry.
            if len(found) != len(types[s.name]):
                _, why = ranks[s.name]
                known = f" ({why.words})" if why.source in FIRM else " by its other uses"
                here = f"{type_in_words(types[s.name])}{known}, and {type_in_words(found)} here"
                meaning.problem(s.span, f"{s.name} is {here}", ONE_RANK)
            else:
                unifier.equal(types[s.name], found, s.span, f"{s.name} and its right side")
    if not meaning.problems and "loss" in types and types["loss"]:
        loss = next(e for e in meaning.equations if e.name == "loss")
        message = f"loss is {type_in_words(types['loss'])}; it is to be a scalar"
        meaning.problem(loss.span, message, "wrap it in sum(…) or mean(…)", *_summed(meaning.text, loss))
    _tell_wrong_sums(meaning, settle(unifier.sums))
    return unifier.sums


def _tell_wrong_sums(meaning: Meaning, sums: Iterable[DimensionSum]) -> None:
    """Sums that cannot be are a problem of the sizes that are set, else of the line where they stand."""
    for wrong in sums:
        of_sizes = Problem(wrong.in_words, Subject.SIZES, None, SUM_OF_PARTS)
        if not wrong.by_sizes:
            meaning.problem(wrong.span, wrong.in_words, SUM_OF_PARTS)
        elif of_sizes not in meaning.problems:
            meaning.problems.append(of_sizes)


def _summed(text: str, e: Equation) -> list[str]:
    """An equation as it stands in the text, with its entries summed: at each step, where it pools over steps."""
    pooled = isinstance(e.expr, Apply) and OPS[e.expr.op].internal
    inner = e.expr.args[0] if isinstance(e.expr, Apply) and pooled else e.expr
    if e.span is None or isinstance(inner, Condition) or inner.span is None:
        return []
    (start, end), (first, last) = e.span, inner.span
    return [f"{text[start:first]}sum({text[first:last]}){text[last:end]}"]


class _Unifier:
    """Types of expressions; None where a clash was reported inside, so that it is reported once."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.functions: dict[str, Function] = {f.name: f for f in meaning.functions}
        self.parameters = meaning.names("parameter")
        self.place: Span | None = None
        self.sums: list[DimensionSum] = []

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
        rule = RULES[OPS[op].shape]
        try:
            if is_no_bias(expr, [len(type_) for type_ in args], self.parameters):
                _broadcast_dims(args)
            found = rule.dims(args)
        except ShapeClash as clash:
            hints, mendings = self.other_rank(expr, args)
            hint = "; ".join(hints) or self.over_time(expr, args) or rule.hint
            self.meaning.problem(self.place or expr.span, f"{OPS[op].written}: {clash}", hint, *mendings)
            return None
        if rule.total:
            span = self.place or expr.span
            whole, parts = rule.total(args, found, expr.args)
            self.sums.append(DimensionSum(whole, parts, op, span, self.meaning.line_number(span)))
        return found

    def other_rank(self, expr: Apply, types: list[ShapeType]) -> tuple[list[str], list[str]]:
        """What to write where operands of these ranks do not go together, in words and as lines.

        It is the product that does, or a declaration.
        """
        ranks = [len(t) for t in types]
        place = next((i for i, rank in enumerate(ranks) if rank == 2), None)
        if place is None or 1 not in ranks or not OPS[expr.op].broadcasts:
            return [], []
        other = ranks.index(1)
        matrix, vector = self.written(expr.args[place]), self.written(expr.args[other])
        hints, lines = list[str](), list[str]()
        if expr.op == "*" and matrix and vector:
            product = f"{matrix} @ {vector}" if place < other else f"{vector} @ {matrix}"
            hints.append(f"a matrix times a vector is {product}")
            lines += product_lines(self.meaning.text, self.meaning.equations, expr)
        if isinstance(read := expr.args[place], Read) and self.meaning.kinds.get(read.name) != "computed":
            declared = "vector" if expr.op in ("+", "-") else "scalar"
            lines.append(f"{read.name}: {declared}")
            hints.append(f"for {read.name} as a {declared} add the line {lines[-1]}")
        return hints, lines

    def over_time(self, expr: Apply, types: list[ShapeType]) -> str | None:
        """What to write where an operation on entries is asked for the steps of a scalar sequence."""
        if types[0] or not has_free_t(expr.args[0]):
            return None
        return over_time_hint(expr.op, self.written(expr.args[0]), self.meaning.kinds)

    def written(self, expr: Expr) -> str:
        """An operand as it stands in the text, in brackets unless it is a name or a call."""
        text = self.meaning.text[slice(*expr.span)] if expr.span else ""
        return f"({text})" if isinstance(expr, Apply) and OPS[expr.op].precedence else text

    def equal(self, a: ShapeType, b: ShapeType, span: Span | None, what: str) -> None:
        try:
            unify_types(a, b)
        except ShapeClash as clash:
            self.meaning.problem(span, f"{what}: {clash}", ONE_SHAPE)


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
    """A type in words, with what settled each size: `a vector of 4 (x:4)`."""
    sizes = [d.root() for d in type_]
    known = " × ".join(f"{d.size} ({d.why.words if d.why else ''})" if d.size is not None else "any" for d in sizes)
    return RANK_NAMES[len(type_)] + (f" of {known}" if any(d.size is not None for d in sizes) else "")


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """A row of the table of shape rules: the result's dimensions from those of the arguments, of every rank it takes.

    `entrywise`: whether each entry is made on its own, so that one number can stand for equal entries.
    `total`: of arguments, result and the arguments' expressions, the dimension that is the sum of others, and those.
    """

    dims: Callable[[list[ShapeType]], ShapeType]
    hint: str | None = None
    total: Callable[[list[ShapeType], ShapeType, Sequence[Expr]], tuple[Dimension, list[Dimension]]] | None = None
    entrywise: bool = False


def is_entrywise(op: str) -> bool:
    """Whether an operation makes each entry on its own, so that one number can stand for equal entries."""
    return RULES[OPS[op].shape].entrywise


@cached(4096)
def rank_of_result(op: str, ranks: tuple[int, ...]) -> int | None:
    """The rank of an operation's result for arguments of these ranks; None where it takes none such."""
    try:
        return len(RULES[OPS[op].shape].dims([tuple(Dimension() for _ in range(rank)) for rank in ranks]))
    except ShapeClash:
        return None


def shape_of(expr: Apply, shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape of an operation's result for arguments of known shapes (already checked)."""
    total = RULES[OPS[expr.op].shape].total
    if not total:
        return _shape_of_result(expr.op, tuple(shapes))
    types, found = _result(expr.op, shapes)
    settle([DimensionSum(*total(types, found, expr.args), expr.op)])
    return _sizes(found)


@cached(4096)
def _shape_of_result(op: str, shapes: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    return _sizes(_result(op, shapes)[1])


def _result(op: str, shapes: Iterable[tuple[int, ...]]) -> tuple[list[ShapeType], ShapeType]:
    """The dimensions of arguments, and of an operation's result."""
    types: list[ShapeType] = [tuple(Dimension(size=n) for n in shape) for shape in shapes]
    return types, RULES[OPS[op].shape].dims(types)


def _sizes(dims: ShapeType) -> tuple[int, ...]:
    return tuple(d.root().size or 0 for d in dims)


def _broadcast_dims(types: list[ShapeType]) -> ShapeType:
    shaped = [t for t in types if t]
    for other in shaped[1:]:
        if len(other) != len(shaped[0]):
            raise ShapeClash(f"{type_in_words(shaped[0])} meets {type_in_words(other)}; only true scalars broadcast")
        unify_types(shaped[0], other)
    return shaped[0] if shaped else ()


def _sum_dims(types: list[ShapeType]) -> ShapeType:
    """As entry by entry, but that a vector is added to every row of a matrix."""
    matrix = next((t for t in types if len(t) == 2), None)
    if matrix is None:
        return _broadcast_dims(types)
    rows = [t for t in types if len(t) == 1]
    for row in rows:
        try:
            unify_types(matrix[1:], row)
        except ShapeClash:
            words = f"{type_in_words(matrix)} meets {type_in_words(row)}"
            raise ShapeClash(f"{words}; a vector is added to every row where it has as many entries as these") from None
    return _broadcast_dims([t for t in types if len(t) != 1])


def is_no_bias(expr: Apply, ranks: Sequence[int | None], parameters: Collection[str]) -> bool:
    """Whether it adds a vector to a matrix otherwise than a bias is: `X @ W + b`.

    A bias is a name without a moment, and the matrix no parameter by itself: `W + b` and `W + x[t]` lack a product.
    """
    if expr.op != "+" or 1 not in ranks or 2 not in ranks:
        return False
    vectors, matrices = ([arg for arg, r in zip(expr.args, ranks, strict=True) if r == rank] for rank in (1, 2))
    named = all(isinstance(arg, Read) and arg.time is None for arg in vectors)
    return not named or all(isinstance(arg, Read) and arg.name in parameters for arg in matrices)


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


def _solve_dims(types: list[ShapeType]) -> ShapeType:
    a, b = types
    if len(a) != 2 or not b:
        raise ShapeClash(f"takes a matrix and a vector or matrix, not {type_in_words(a)} and {type_in_words(b)}")
    unify_types(a[:1], a[1:])
    unify_types(a[:1], b[:1])
    return b


def _new_last_axis(count: int | None) -> Callable[[list[ShapeType]], ShapeType]:
    """Vectors, or matrices with as many rows, as one with a last axis of its own: the first `count`, or all."""

    def dims(types: list[ShapeType]) -> ShapeType:
        first, *others = types[:count]
        for t in (first, *others):
            if len(t) not in (1, 2):
                raise ShapeClash(f"takes vectors or matrices, not {type_in_words(t)}")
        for t in others:
            try:
                unify_types(first[:-1], t[:-1])
            except (ShapeClash, ValueError):
                raise ShapeClash(f"{type_in_words(first)} meets {type_in_words(t)}") from None
        return (*first[:-1], Dimension())

    return dims


def _equal_parts(whole: Dimension, part: Dimension, args: Sequence[Expr]) -> tuple[Dimension, list[Dimension]]:
    """A whole of so many equal parts as the third argument of `split` says."""
    count = args[2]
    return whole, [part] * (int(count.value) if isinstance(count, Number) else 1)


RULES: Mapping[str, ShapeRule] = {
    "elementwise": ShapeRule(_broadcast_dims, ONE_SHAPE, entrywise=True),
    "sum": ShapeRule(_sum_dims, ONE_SHAPE, entrywise=True),
    "same": ShapeRule(lambda t: t[0], entrywise=True),
    "power": ShapeRule(lambda t: t[0], entrywise=True),
    "concat": ShapeRule(
        _new_last_axis(None),
        "it takes vectors, or matrices with as many rows, whose rows it puts one after another",
        lambda types, found, args: (found[-1], [t[-1] for t in types]),
    ),
    "split": ShapeRule(
        _new_last_axis(1),
        "it takes a vector, or a matrix whose rows it splits",
        lambda types, found, args: _equal_parts(types[0][-1], found[-1], args),
    ),
    "place": ShapeRule(_new_last_axis(1), None, lambda types, found, args: _equal_parts(found[-1], types[0][-1], args)),
    "slice": ShapeRule(lambda t: t[1]),
    "matmul": ShapeRule(_matmul_dims, "M @ v needs as many columns in M as entries in v"),
    "vector": ShapeRule(_arguments_of_rank(1, 1, lambda t: t[0]), "it goes over the entries of a vector"),
    "pair": ShapeRule(_arguments_of_rank(1, 2, _pair_dims), "both are vectors of one size"),
    "total": ShapeRule(lambda t: ()),
    "entries": ShapeRule(_arguments_of_rank(1, 1, lambda t: ()), "it goes over the entries of a vector"),
    "rows": ShapeRule(_arguments_of_rank(2, 1, lambda t: t[0][1:])),
    "solve": ShapeRule(_solve_dims, "solve(A, b) is the x with A @ x = b; A has as many rows as columns"),
    "outer": ShapeRule(_arguments_of_rank(1, 2, lambda t: (*t[0], *t[1])), "both are vectors"),
    "transpose": ShapeRule(
        _arguments_of_rank(2, 1, lambda t: (t[0][1], t[0][0])), "a vector needs none: v @ W is a row times W"
    ),
    "first": ShapeRule(lambda t: t[0]),
    "square": ShapeRule(_arguments_of_rank(2, 1, _square_dims), "it takes a matrix with as many rows as columns"),
}


# names of dimensions


def _dimension_names(
    meaning: Meaning, types: Mapping[str, ShapeType], declared: Collection[str]
) -> dict[str, Dimension]:
    """Every name a dimension can be called by, the best first: data, states, computed, parameters, matrix axes.

    An axis is called W_rows where the text calls nothing so, a variable or a size that it declares, else W_rows_2.
    """
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
        for axis, dimension in zip(("rows", "columns"), type_ if len(type_) == 2 else (), strict=False):
            numbered = chain((f"{name}_{axis}",), (f"{name}_{axis}_{number}" for number in count(2)))
            free = next(called for called in numbered if called not in types and called not in declared)
            names[free] = dimension
    return names


def _allowed_size(size: int) -> bool:
    return 1 <= size <= limit("size")


@dataclass(frozen=True, slots=True)
class YieldingSize:
    """A size that a line declares of a dimension `unless given`: behind all that is given, as a default."""

    dimension: Dimension
    size: int
    words: str
    span: Span | None
    line: int | None

    @property
    def why(self) -> Evidence:
        return Evidence("default", f"line {self.line} says so, unless it is given", self.line)


def _declared_dimensions(
    meaning: Meaning, types: Mapping[str, ShapeType], yielding: list[YieldingSize]
) -> dict[str, Dimension]:
    """The sizes that lines declare, by number or by name; a vector's name is the name of its size.

    Those that yield to what is given are added to `yielding`.
    """
    named: dict[str, Dimension] = {}
    for s in meaning.declarations:
        line = meaning.line_number(s.span)
        for number, (size, axis) in enumerate(zip(s.sizes, types[s.name], strict=False)):
            if isinstance(size, int) and s.unless_given:
                words = f"{s.name} has {size} {AXES[len(s.sizes)][number][size != 1]}"
                yielding.append(YieldingSize(axis, size, words, s.span, line))
            elif isinstance(size, int):
                root = axis.root()
                root.size, root.why = size, Evidence("declaration", f"line {line}", line)
            elif size is not None and size not in types:
                unify_types((axis,), (named.setdefault(size, Dimension()),))
            elif size is not None and len(types[size]) == 1:
                unify_types((axis,), types[size])
            elif size is not None:
                message = f"{size} is {type_in_words(types[size])}, so it names no size"
                meaning.problem(s.span, message, "the name of a vector is the name of its size; or take another letter")
    return named


def _set_sizes(meaning: Meaning, names: Mapping[str, Dimension], sizes: Mapping[str, int]) -> None:
    for name, size in sizes.items():
        if name not in names:
            free = [n for n in names if meaning.kinds.get(n, "parameter") != "parameter"] or list(names)
            message = f"there is no dimension called {name}"
            meaning.problems.append(Problem(message, Subject.SIZES, free, spelling_hint(name, names)))
            continue
        dim = names[name].root()
        if dim.size not in (None, size) and dim.why and dim.why.source == "declaration":
            message = f"sizes has {name}:{size}, and {dim.why.words} declares {dim.size}"
            meaning.problems.append(Problem(message, Subject.SIZES, [dim.size]))
        dim.size, dim.why = size, Evidence("size", f"{name}:{size}")


def _measure_arrays(
    meaning: Meaning, types: Mapping[str, ShapeType], arrays: Sequence[GivenArray], sums: Sequence[DimensionSum]
) -> None:
    """Arrays settle the sizes that nothing else has settled; two that disagree on a size are one problem."""
    told: set[Dimension] = set()
    for array in arrays:
        type_ = types[array.name]
        for axis, size in enumerate(array.sizes(len(type_))):
            dim, words = type_[axis].root(), array.axis_words(len(type_), axis)
            if dim in told or dim.size == size:
                continue
            if dim.size is not None and dim.why:
                message = f"{dim.why.words}, {words}" if dim.why.source == "array" else f"{words}, {_set_by(dim)}"
                hint = "these equations make the two one size"
                meaning.problems.append(array.problem(meaning.text, message, dim.size, hint))
            elif not _allowed_size(size):
                message = f"{words}; a size is {SIZES_IN_WORDS.format(limit('size'))}"
                meaning.problems.append(array.problem(meaning.text, message, limit("size")))
            else:
                dim.size, dim.why = size, Evidence("array", words, array.line)
                _tell_wrong_sums(meaning, settle(sums))
                continue
            told.add(dim)


def _set_by(dim: Dimension) -> str:
    assert dim.why is not None
    if dim.why.source == "size":
        return f"sizes has {dim.why.words}"
    return f"{dim.why.words} {'declares' if dim.why.source == 'declaration' else 'makes it'} {dim.size}"


def _wanted(names: Mapping[str, Dimension], defaults: Mapping[str, int]) -> dict[Dimension, tuple[int, Evidence]]:
    """The defaults of those who ask for the text, by the dimension of each."""
    return {
        names[name].root(): (size, Evidence("default", f"{name}:{size} unless it is set"))
        for name, size in defaults.items()
        if name in names
    }


def _tell_what_does_not_fit(meaning: Meaning, yielding: Iterable[YieldingSize], given: bool) -> None:
    """Sizes of the text that yield to nothing that is given and still are others are problems of their lines."""
    for its in yielding:
        dimension = its.dimension.root()
        why = dimension.why or its.why
        of_text = why.source == "declaration" or (why.source == "default" and why.line is not None)
        if dimension.size != its.size and (of_text or not given) and not meaning.problems:
            message = f"{its.words} here, and these equations make that {dimension.size} ({why.words})"
            meaning.problem(its.span, message, "these equations make the two one size: leave one of them out")


def _name_dimensions(
    meaning: Meaning,
    ranks: Mapping[str, tuple[int, Evidence]],
    types: Mapping[str, ShapeType],
    names: Mapping[str, Dimension],
    wanted: Mapping[Dimension, tuple[int, Evidence]],
    sums: Sequence[DimensionSum],
) -> Shapes:
    """Call each dimension by its best name and give the open ones their default."""
    called: dict[Dimension, str] = {}
    for name, dim in names.items():
        called.setdefault(dim.root(), name)
    _tell_wrong_sums(meaning, give_defaults([*called], sums, wanted, DEFAULT_SIZE))
    variables = {
        name: Variable(
            name, meaning.kinds[name], meaning.indexed[name], tuple(called[d.root()] for d in type_), ranks[name][1]
        )
        for name, type_ in types.items()
    }
    sizes = {name: dim.size or DEFAULT_SIZE for dim, name in called.items()}
    return Shapes(variables, sizes, {name: dim.why for dim, name in called.items() if dim.why})
