"""Finds the numbers of arrays that a program writes out, or computes of such: `np.array([[1, dt], [0, 1]])`, `[1] * 9`.

Nothing is run: what is known here of NumPy is a table of functions of numbers, and all else has no numbers.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np

from app.arrays import Array
from app.language.pasted.names_elsewhere import UNCHANGED
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import TRANSPOSES, assigned_pairs, called_name, is_module
from app.language.syntax import Entries

MOST_ENTRIES = 512
"""So many numbers are kept; with more, a text is no longer one that a person reads."""
DEEPEST = 24
MOST_WORK = 20_000
"""So many expressions are looked at in one program."""
Value = Array | list[Array]
"""An array, or a list of Python, whose sum with another is both one after the other."""
BY_ENTRIES: Mapping[str, Callable[[Array], Array]] = {
    name: getattr(np, name) for name in ("sin", "cos", "tan", "tanh", "exp", "log", "sqrt", "abs", "sign", "square")
}
COMPARED: Mapping[type[ast.cmpop], Callable[[Array, Array], Array]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
}  # fmt: skip
SIGNS: Mapping[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide, ast.Pow: np.power,
}  # fmt: skip
CHANGING = frozenset(("fill_diagonal", "shuffle", "copyto", "put", "place", "putmask"))
"""Functions that change what they are given."""
SHAPING = frozenset(("reshape", "view", "flatten", "ravel", "squeeze", "unsqueeze", "expand_dims"))
"""What changes the axes of an array."""


class NumbersOfProgram:
    """The numbers that names have, by what has been assigned so far."""

    def __init__(self, defined: Collection[str] = ()) -> None:
        self.known = dict[str, Value]()
        self.defined = defined
        """The functions that the program itself defines."""
        self.work = MOST_WORK

    def pass_over(self, line: ast.stmt) -> None:
        """Go on behind a line: what it assigns has its numbers, or none that are known."""
        match line:
            case ast.Assign([target], value):
                self.assign(target, value)
            case ast.FunctionDef() | ast.ClassDef():
                pass
            case _:
                self.forget(stored_names(line))

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(name) if (found := self.value(value)) is not None:
                self.known[name] = found
            case ast.Subscript(ast.Name(name), index) if name in self.known and self._set(name, index, value):
                pass
            case _:
                self.forget({it.id for it in every_node(target) if isinstance(it, ast.Name)})

    def forget(self, names: Iterable[str]) -> None:
        for name in names:
            self.known.pop(name, None)

    def _set(self, name: str, index: ast.expr, value: ast.expr) -> bool:
        """Set one entry, or a part of an array; whether that is known."""
        place, number = self._index(index), self.value(value)
        if place is None or isinstance(number, list) or number is None or number.ndim:
            return False
        whole = np.array(self.known[name], dtype=np.float64)
        try:
            whole[place] = number
        except IndexError:
            return False
        self.known[name] = list(whole) if isinstance(self.known[name], list) else whole
        return True

    def reads_arrays(self, value: ast.expr) -> bool:
        """Whether an expression reads names of arrays, and so says how one follows from another."""
        named = (it.id for it in every_node(value) if isinstance(it, ast.Name))
        return any(np.ndim(self.known[name]) > 0 for name in named if name in self.known)

    def array(self, value: ast.expr) -> Array | None:
        """A vector or a matrix of finite numbers, or None for anything else."""
        found = self.value(value)
        if found is None:
            return None
        try:
            array = np.array(found, dtype=np.float64)
        except ValueError:
            return None
        fits = array.ndim in (1, 2) and 0 < array.size <= MOST_ENTRIES and bool(np.isfinite(array).all())
        return array if fits else None

    def value(self, node: ast.expr, depth: int = 0) -> Value | None:
        """What an expression is in numbers, as far as that is known."""
        self.work -= 1
        if depth > DEEPEST or self.work < 0:
            return None
        with np.errstate(all="ignore"):
            try:
                found = self._value(node, depth + 1)
                size = 0 if found is None else np.size(found)
            except (ValueError, TypeError, OverflowError, ZeroDivisionError):
                return None
        return found if size <= MOST_ENTRIES else None

    def _value(self, node: ast.expr, depth: int) -> Value | None:
        match node:
            case ast.Constant(bool()):
                return None
            case ast.Constant(int() | float() as number):
                return np.array(float(number))
            case ast.Name(name):
                return self.known.get(name)
            case ast.Attribute(module, "pi" | "e" as name) if is_module(module):
                return np.array(getattr(math, name))
            case ast.Attribute(inner, name) if name in TRANSPOSES and not is_module(inner):
                found = self.value(inner, depth)
                return None if found is None or isinstance(found, list) else found.T
            case ast.List(entries) | ast.Tuple(entries):
                return self._listed(entries, depth)
            case ast.ListComp(entry, [ast.comprehension(ast.Name(name), over, [])]):
                return self._each(entry, name, over, depth)
            case ast.UnaryOp(ast.USub(), inner):
                found = self.value(inner, depth)
                return None if found is None or isinstance(found, list) else -found
            case ast.BinOp(left, sign, right):
                return self._joined(self.value(left, depth), sign, self.value(right, depth))
            case ast.Compare(left, [sign], [right]) if type(sign) in COMPARED:
                one, other = self.value(left, depth), self.value(right, depth)
                if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
                    return np.array(COMPARED[type(sign)](one, other), dtype=np.float64)
            case ast.Subscript(inner, index):
                found, place = self.value(inner, depth), self._index(index)
                return None if found is None or place is None else _part(found, place)
            case ast.Call():
                return self._called(node, depth)
        return None

    def _listed(self, entries: Sequence[ast.expr], depth: int) -> list[Array] | None:
        if len(entries) > MOST_ENTRIES:
            return None
        found = [self.value(it, depth) for it in entries]
        arrays = [np.array(it, dtype=np.float64) for it in found if it is not None]
        alike = len(arrays) == len(found) and len({it.shape for it in arrays}) == 1
        return arrays if alike else None

    def _each(self, entry: ast.expr, name: str, over: ast.expr, depth: int) -> list[Array] | None:
        """What stands in a list for each of some numbers."""
        numbers, before = self.value(over, depth), self.known.get(name)
        found = list[Array]()
        for number in () if numbers is None else numbers:
            self.known[name] = number
            value = self.value(entry, depth)
            if value is None:
                break
            found.append(np.array(value, dtype=np.float64))
        self.known.pop(name, None)
        if before is not None:
            self.known[name] = before
        return found if numbers is not None and 0 < len(found) == len(numbers) else None

    def _joined(self, left: Value | None, sign: ast.operator, right: Value | None) -> Value | None:
        if left is None or right is None:
            return None
        if isinstance(left, list) and isinstance(right, list):
            return [*left, *right] if isinstance(sign, ast.Add) else None
        for listed, other in ((left, right), (right, left)):
            if isinstance(listed, list) and not isinstance(other, list) and other.ndim == 0:
                times = int(other)
                fits = isinstance(sign, ast.Mult) and times == other and 0 < times * len(listed) <= MOST_ENTRIES
                return listed * times if fits else None
        one, other = np.array(left), np.array(right)
        if isinstance(sign, ast.MatMult):
            return np.array(one @ other) if one.ndim and other.ndim else None
        compute = SIGNS.get(type(sign))
        return None if compute is None else np.array(compute(one, other))

    def _called(self, call: ast.Call, depth: int) -> Value | None:
        """What a function of the tables gives; methods are called with what stands before the point."""
        name, arguments = called_name(call), list(call.args)
        if isinstance(call.func, ast.Attribute) and not is_module(call.func.value):
            arguments = [call.func.value, *arguments]
        own = isinstance(call.func, ast.Name) and name in self.defined
        if own or any(it.arg not in TYPES for it in call.keywords):
            return None
        if name in ONE_AFTER_ANOTHER and len(arguments) == 1 and isinstance(arguments[0], ast.List | ast.Tuple):
            values = [self.value(it, depth) for it in arguments[0].elts]
            parts = [np.atleast_1d(np.array(it)) for it in values if it is not None]
            return np.concatenate(parts) if len(parts) == len(values) else None
        if name in UNCHANGED - SHAPING:
            arguments = arguments[:1]
        values = [self.value(it, depth) for it in arguments]
        found = [it for it in values if it is not None]
        if not found or len(found) < len(values):
            return None
        first, *others = found
        if name in MADE:
            return MADE[name](*(float(np.array(it)) for it in found))
        if name in FILLED:
            return np.full(_sizes(first), FILLED[name])
        if name in SHAPED:
            return np.reshape(first, _sizes(others[0] if len(others) == 1 else list(map(np.array, others))))
        if name in OF_SEVERAL:
            return OF_SEVERAL[name](*map(np.array, found))
        if others:
            return None
        if name in OF_ONE:
            return OF_ONE[name](np.array(first))
        return list(first) if name == "list" else np.array(first) if name in UNCHANGED - SHAPING else None

    def _index(self, index: ast.expr) -> int | slice | None:
        """An index that is a number, or a part between two numbers."""
        if isinstance(index, ast.Slice):
            bounds = [None if it is None else self._whole(it) for it in (index.lower, index.upper, index.step)]
            told = [it is not None for it in (index.lower, index.upper, index.step)]
            return slice(*bounds) if told == [it is not None for it in bounds] else None
        return self._whole(index)

    def _whole(self, node: ast.expr) -> int | None:
        found = self.value(node)
        return int(found) if isinstance(found, np.ndarray) and found.ndim == 0 and found == int(found) else None


def stored_names(tree: ast.AST) -> set[str]:
    """The names that a line may change: what it assigns, and what a call that is a line of its own has to do with."""
    within = list(every_node(tree))
    targets = (target for it in within for target, _ in assigned_pairs(it))
    found = {it.id for target in targets for it in every_node(target) if isinstance(it, ast.Name)}
    found |= {it.id for it in within if isinstance(it, ast.Name) and not isinstance(it.ctx, ast.Load)}
    for call in (it.value for it in within if isinstance(it, ast.Expr) and isinstance(it.value, ast.Call)):
        owner = call.func.value if isinstance(call.func, ast.Attribute) and not is_module(call.func.value) else None
        changed = [owner] if owner else call.args if called_name(call) in CHANGING else []
        found |= {it.id for part in changed for it in every_node(part) if isinstance(it, ast.Name)}
    return found


def _sizes(value: Value) -> tuple[int, ...]:
    """Sizes as numbers: of `(3, 2)`, or of one number."""
    sizes = tuple(int(it) for it in np.ravel(value))
    if math.prod(map(abs, sizes)) > MOST_ENTRIES:
        raise ValueError
    return sizes


def _counted(*numbers: float) -> Array:
    first, stop, step = (0.0, *numbers, 1.0) if len(numbers) == 1 else (*numbers, 1.0)[:3]
    if not 0 < (stop - first) / step <= MOST_ENTRIES:
        raise ValueError
    return np.arange(first, stop, step)


def _evenly(first: float, last: float, many: float = 50) -> Array:
    if not 0 < many <= MOST_ENTRIES:
        raise ValueError
    return np.linspace(first, last, int(many))


def _identity(size: float) -> Array:
    rows, columns = _sizes(np.array([size, size]))
    return np.eye(rows, columns)


def _diagonal(array: Array) -> Array:
    if array.ndim != 1 or len(array) ** 2 > MOST_ENTRIES:
        raise ValueError
    return np.diag(array)


MADE: Mapping[str, Callable[..., Array]] = {
    "arange": _counted, "range": _counted, "linspace": _evenly, "eye": _identity, "identity": _identity,
}  # fmt: skip
"""Functions of numbers."""
FILLED = {"zeros": 0.0, "ones": 1.0}
SHAPED = frozenset(("reshape", "view"))
OF_ONE: Mapping[str, Callable[[Array], Array]] = {
    **BY_ENTRIES, "diag": _diagonal, "flatten": np.ravel, "ravel": np.ravel, "cumsum": np.cumsum, "float": np.array,
    "zeros_like": np.zeros_like, "ones_like": np.ones_like,
}  # fmt: skip
"""Functions of one array."""
ONE_AFTER_ANOTHER = frozenset(("concatenate", "hstack", "cat"))
OF_SEVERAL: Mapping[str, Callable[..., Array]] = {
    "full": lambda size, number: np.full(_sizes(size), number), "where": np.where,
    "maximum": np.maximum, "minimum": np.minimum,
    "repeat": lambda array, times: np.repeat(array, *_sizes(times)),
    "tile": lambda array, times: np.tile(array, *_sizes(times)),
}  # fmt: skip
"""Functions of several arrays."""
TYPES = frozenset(("dtype", "requires_grad", "device", "copy"))
"""Arguments that say how numbers are kept."""


def _part(found: Value, place: int | slice) -> Value | None:
    part = found[place] if -len(found) <= (place if isinstance(place, int) else 0) < len(found) else None
    return part if part is None or np.size(part) else None


def as_entries(array: Array) -> Entries:
    """An array as the language writes it."""
    if array.ndim == 1:
        return tuple(map(float, array))
    return tuple(tuple(map(float, row)) for row in array)
