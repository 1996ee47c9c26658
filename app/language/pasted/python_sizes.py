"""Finds how large a program says its arrays are: 4 and 3 of `np.zeros((4, 3))`, of `nn.Linear(n, 4)` after `n = 3`.

What is known is said by name, axis by axis. Which of the axes are those of the steps or of a batch the equations that
were read tell; until then they stand among the others (declared_sizes.py).
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.language.pasted.lines import Axes, SaidSizes
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_records import fields_of
from app.language.pasted.python_trees import (
    IDENTITY,
    TENSORS,
    TRANSPOSES,
    assigned_pairs,
    called_name,
    clocked_index,
    entries_of,
    is_module,
    kept_within,
    literal_of,
    variable_name,
)

OF_SIZES = frozenset((
    "zeros", "empty", "ones", "randn", "rand", "standard_normal", "random_sample", "new_zeros", "new_ones", "full",
    "random", "add_weight", "truncated_normal", "variance_scaling", "xavier_normal", "glorot_uniform", "get_variable",
    "placeholder",
))  # fmt: skip
"""Functions whose arguments are sizes, or one tuple of them."""
OF_TUPLE = frozenset(("normal", "uniform", "randint", "binomial", "orthogonal", "exponential", "choice", "beta"))
"""Functions that are told a tuple of sizes among other numbers; as numbers by themselves those come third."""
LIKE = frozenset(("zeros_like", "ones_like", "full_like", "empty_like", "rand_like", "randn_like"))
RESHAPED = frozenset(("reshape", "view", "flatten", "ravel"))
SHAPES = frozenset(("size", "shape"))
MOST_PASSES = 3
OF_OBJECT = "self."


class SizesReader:
    """One program: its whole numbers, and the arrays that it makes with them."""

    def __init__(self, tree: ast.AST) -> None:
        self.tree = tree
        self.numbers = dict[str, int | None]()
        """The whole number of each name throughout, None where it has none; `self.n` has its own beside that of n."""
        for _ in range(MOST_PASSES):
            self.numbers = self._whole_numbers()
        self.known = dict[str, Axes]()

    def _whole_numbers(self) -> dict[str, int | None]:
        """The names, and the one whole number each has throughout: assigned, given to a function, or by default."""
        found = defaultdict[str, set[int | None]](set)
        functions = {it.name: it for it in every_node(self.tree) if isinstance(it, ast.FunctionDef)}
        for node in every_node(self.tree):
            for target, value in assigned_pairs(node):
                name = _own_name(target)
                remade = isinstance(value, ast.Call) and any(_own_name(it) == name for it in value.args)
                if name and _own_name(value) != name and not remade:
                    found[name].add(self.number(value))
            if isinstance(node, ast.ClassDef):
                made = next((it for it in node.body if isinstance(it, ast.FunctionDef) and it.name == "__init__"), None)
                functions |= {node.name: made} if made else {}
        calls = [it for it in every_node(self.tree) if isinstance(it, ast.Call)]
        for name, function in functions.items():
            own = [it for it in calls if called_name(it) == name]
            for argument, number in self._arguments(function, own):
                found[argument].add(number)
        for record in (it for it in every_node(self.tree) if isinstance(it, ast.ClassDef) and it.name not in functions):
            annotated = [it.target for it in record.body if isinstance(it, ast.AnnAssign)]
            fields = [it.id for it in annotated if isinstance(it, ast.Name)]
            for call in (it for it in calls if fields and called_name(it) == record.name):
                for field, value in (*zip(fields, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)):
                    found[str(field)] = {self.number(value)}
        return {name: next(iter(its)) if len(its) == 1 else None for name, its in found.items()}

    def _arguments(self, function: ast.FunctionDef, calls: Iterable[ast.Call]) -> Iterator[tuple[str, int | None]]:
        """What a function is called with; where no call says it, what is taken when it is left out."""
        names = [it.arg for it in function.args.args if it.arg not in ("self", "cls")]
        told = set[str]()
        for call in calls:
            for name, value in (*zip(names, call.args, strict=False), *((it.arg, it.value) for it in call.keywords)):
                if name in names and (number := self.number(value)) is not None:
                    told.add(str(name))
                    yield str(name), number
        defaults = zip(reversed(names), reversed(function.args.defaults), strict=False)
        yield from ((name, self.number(value)) for name, value in defaults if name not in told)

    def number(self, node: ast.expr) -> int | None:
        """A whole number that a program writes: 4, `4 * n` after `n = 3`."""
        match node:
            case ast.Constant(bool()):
                return None
            case ast.Constant(int() as number):
                return number
            case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv() as sign, right):
                one, other = self.number(left), self.number(right)
                if one is None or other is None:
                    return None
                if isinstance(sign, ast.FloorDiv):
                    return one // other if other else None
                return {ast.Add: one + other, ast.Sub: one - other, ast.Mult: one * other}[type(sign)]
            case ast.Call(ast.Name("int"), [inner]):
                return self.number(inner)
        bare = variable_name(node) or ""
        alike = (_own_name(node), bare, f"{OF_OBJECT}{bare}")
        return next((self.numbers[name] for name in alike if name in self.numbers), None)

    def axes(self, value: ast.expr) -> Axes | None:
        """How long the axes of an array are; None for what makes none."""
        match value:
            case ast.Call():
                return self._made(value)
            case ast.BinOp(left, ast.MatMult(), right):
                one, other = self.axes(left), self.axes(right)
                return (*one[:-1], *other[1:]) if one and other else None
            case ast.BinOp(left, _, right):
                several = [its for it in (left, right) if (its := self.axes(it))]
                return max(several, key=len) if several else None
            case ast.UnaryOp(_, inner):
                return self.axes(inner)
            case ast.List() if _is_of_numbers(value):
                return _axes_of_list(value)
            case ast.Attribute(inner, name) if name in TRANSPOSES and not is_module(value):
                found = self.axes(inner)
                return found[::-1] if found else None
        return self.known.get(variable_name(value) or "")

    def _made(self, call: ast.Call) -> Axes | None:
        name, args = called_name(call), call.args
        told = next((it.value for it in call.keywords if it.arg in SHAPES), None)
        if name in RESHAPED:
            own = args if isinstance(call.func, ast.Attribute) and not is_module(call.func.value) else args[1:]
            axes = self._numbers(_several(own[0]) if len(own) == 1 else own)
            return axes if axes and None not in axes and min(it or 0 for it in axes) > 0 else None
        if name == "diag" and args and isinstance(args[0], ast.List) and _is_of_numbers(args[0]):
            return (len(args[0].elts),) * 2
        if inner := kept_within(call):
            return _axes_of_list(inner) if entries_of(inner) or isinstance(inner, ast.List) else self.axes(inner)
        if name in LIKE and args:
            return self.axes(args[0])
        if name in IDENTITY and args:
            return self._numbers([args[0], args[1] if len(args) > 1 else args[0]])
        if told is not None and (name in OF_SIZES | OF_TUPLE):
            return self._numbers(_several(told))
        if name in OF_SIZES | TENSORS and args:
            first = args[0]
            if name == "add_weight" or (name in TENSORS and entries_of(first)):
                return None
            if isinstance(first, ast.Tuple | ast.List):
                return self._numbers(first.elts)
            return self._numbers(args[:1] if name == "full" else [it for it in args if not isinstance(it, ast.Starred)])
        if name in OF_TUPLE:
            several = next((it for it in args if isinstance(it, ast.Tuple | ast.List)), None)
            return self._numbers(several.elts) if several else self._numbers(args[2:3]) if args[2:] else None
        return None

    def _numbers(self, sizes: Iterable[ast.expr]) -> Axes:
        return tuple(self.number(it) for it in sizes)

    def said(self, tree: ast.AST) -> Iterator[SaidSizes]:
        """What the assignments in a tree say."""
        for node in every_node(tree):
            for target, value in assigned_pairs(node):
                for name, its in ((variable_name(target), value), *fields_of(value).items()):
                    if name and (axes := self.axes(its)):
                        self.known[name] = axes
                        yield self.said_of(name, axes, node)

    def said_of(self, name: str, axes: Axes, node: ast.AST) -> SaidSizes:
        return SaidSizes(name, axes, getattr(node, "lineno", 1), self.steps_of(name))

    def said_as(self, name: str, sizes: Iterable[ast.expr], node: ast.AST) -> SaidSizes:
        """What a line says of a name with expressions of sizes."""
        return self.said_of(name, self._numbers(sizes), node)

    def steps_of(self, name: str) -> int | None:
        """The place of the index of time among the indices of a variable: 1 of `x[:, t]`."""
        for node in every_node(self.tree):
            if isinstance(node, ast.Subscript) and variable_name(node.value) == name:
                indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                found = next((k for k, it in enumerate(indices) if clocked_index(it)), None)
                if found is not None:
                    return found
        return None


def _own_name(node: ast.expr) -> str:
    """The name of a variable, that of an attribute apart from the argument which is called so too: `self.n`, n."""
    match node:
        case ast.Attribute(ast.Name("self"), name):
            return f"{OF_OBJECT}{name}"
    return variable_name(node) or ""


def _several(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple | ast.List) else [node]


def _is_of_numbers(node: ast.expr) -> bool:
    """True for numbers as they stand, and for lists of them."""
    if isinstance(node, ast.List):
        return bool(node.elts) and all(map(_is_of_numbers, node.elts))
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def _axes_of_list(node: ast.expr) -> Axes | None:
    """The axes of what is written out entry by entry: 2 and 3 of [[1, 2, 3], [4, 5, x]]."""
    if not isinstance(node, ast.List | ast.Tuple):
        return None if isinstance(node, ast.Dict | ast.ListComp) or isinstance(literal_of(node), str) else ()
    inner = {_axes_of_list(it) for it in node.elts}
    within = next(iter(inner)) if len(inner) == 1 else None
    return None if within is None else (len(node.elts), *within)
