"""Reads what a program says before its first step: starts, parameters that it fills, numbers that have names."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from copy import deepcopy

from app.arrays import Array
from app.language.numbers_beside import AS_DATA, AS_PARAMETERS
from app.language.pasted.declared_classes import class_numbers, classes_told
from app.language.pasted.lines import BY_ITSELF, NO_COMPUTATION, ClassNumbers, Unread
from app.language.pasted.python_arrays import NumbersOfProgram, as_entries
from app.language.pasted.python_expressions import ExpressionReader
from app.language.pasted.python_names import ProgramNames
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import (
    EMPTY,
    FORGETTING,
    IDENTITY,
    assigned_pairs,
    called_name,
    entries_of,
    index_of,
    indexed_name,
    is_module,
    kept_within,
    literal_of,
    made_anew,
    sizes_of,
    variable_name,
    whole_index,
)
from app.language.pasted.python_unread import stands_at
from app.language.syntax import WRITTEN_OUT, Expr, Initial, Number, Read, Start, Time
from app.language.typeset import show

RANDOM = frozenset(("randn", "standard_normal", "normal"))
IDENTITY_NAMES = frozenset(("i", "eye", "id", "ident", "identity"))
"""What programs call the identity matrix; under another name one is a parameter that begins so."""
MEANS, DEVIATIONS = ("loc", "mean"), ("scale", "std", "stddev")
SCALE_IS_LOST = ", and the scale that stands here is not kept"
MOST_OF_LOGARITHM = 100.0
"""Of a power: what is larger is no scale of weights."""
KEPT = "every step is kept anyway"
Said = tuple[str, str]
"""A line in the language, empty if none is needed, and a note on it."""

LONGEST_LINE = 4000
"""So many letters may have a line of numbers."""
IS_DATA = "{} is data, unless other numbers are given"
HOW_MANY = "it is how many steps are run"


class StartsReader:
    """Reads the assignments before the first step of a program."""

    def __init__(
        self,
        names: ProgramNames,
        expressions: ExpressionReader,
        whole: Callable[[str, ast.expr], str],
        number: Callable[[ast.expr], float | None],
        axis_of_steps: Callable[[str], int | None],
        run_along: Mapping[str, str],
    ) -> None:
        self.names, self.expressions, self.whole, self.number = names, expressions, whole, number
        self.arrays = NumbersOfProgram(expressions.defined)
        """The numbers of what has been assigned so far."""
        self.axis_of_steps, self.run_along = axis_of_steps, run_along
        self.vectors = dict[str, None]()
        """The variables that begin as a vector of one number."""
        self.matrices = dict[str, None]()
        """The variables that begin as a matrix of one number."""
        self.numbers = set[str]()
        """The variables that begin as a number, as `y = 0` says."""
        self.begun = set[str]()
        """The variables whose starts have been read."""
        self.classes = dict[str, ClassNumbers]()
        """The numbers of classes that data have at the steps."""

    def read(self, target: ast.expr, value: ast.expr) -> Said:
        """One assignment: a start, a parameter's beginning, a number, or nothing that matters."""
        said = self._read(target, value)
        if self.names.base(variable_name(target) or str(indexed_name(target)))[0] not in self.names.total:
            self.arrays.assign(target, value)
        return said

    def _read(self, target: ast.expr, value: ast.expr) -> Said:
        name = variable_name(target) or str(indexed_name(target))
        base, _ = self.names.base(name)
        of_steps = self.names.is_sequence(base)
        made = made_anew(value)
        if self.names.begins_with_entries(base):
            return self.listed(base, target, self.names.list_starts[base])
        data = self.names.base(self.run_along.get(name, name))[0]
        as_data = data in self.names.used and data not in self.names.total and self.names.is_sequence(data)
        if as_data and (told := _numbers_told(value)):
            return self.data(data, name, value, told)
        known = base not in self.names.used or base in self.names.total or of_steps
        if not known and not self.arrays.reads_arrays(value) and (array := self.array(value)) is not None:
            return show(line_of_numbers(base, array)), ""
        if not known and (written := _array_written(value)):
            if len(alike := _numbers_within(value)) == 1:
                return f"{base} ~ {alike.pop():g}", ""
            return "", f"{base} is {written}, a parameter: give its numbers {AS_PARAMETERS}"
        repeated = isinstance(value, ast.BinOp) and isinstance(value.left, ast.List)
        numbers = base in self.names.total and not of_steps and self.array(value) is not None
        storage = repeated or (not numbers and isinstance(value, ast.Dict | ast.List | ast.ListComp | ast.DictComp))
        if storage or (made in EMPTY and of_steps):
            self.numbers |= {base} if base in self.names.ahead and _has_one_axis(value) else set()
            told = f"{base} is data: it is given {AS_DATA}" if as_data else NO_COMPUTATION
            return "", KEPT if base in self.names.total else told
        if made in IDENTITY and base in self.names.used:
            return self.identity(base, target, value)
        if base in self.names.total:
            return self.start(base, target, value, made)
        if base not in self.names.used or variable_name(value) == name:
            read = f"{base} is a name of the equations already" if base in self.names.used else "nothing reads it"
            counts = name == self.names.program.steps
            return "", HOW_MANY if counts else "a size of arrays" if name in self.names.sizes else read
        if made and of_steps:
            return "", f"{base} is data: it is given {AS_DATA}"
        if made:
            return _parameter(base, _Numbers(self.number).in_place(value), made)
        return self.whole(base, value), ""

    def array(self, value: ast.expr) -> Array | None:
        """The different numbers that an array is written out with, or that follow from such; not those of a shape."""
        alike = bool(made_anew(value)) or filled_with(value) is not None or len(_numbers_within(value)) == 1
        found = None if alike else self.arrays.array(_Numbers(self.number).in_place(value))
        if found is not None:
            self.expressions.places |= {stands_at(it) for it in every_node(value)}
        return found

    def is_said_once(self, base: str) -> bool:
        """Whether one line alone assigns what has this name before the steps."""
        targets = (it for s in self.names.program.statements for it, _ in assigned_pairs(s.node))
        return sum(self.names.base(variable_name(it) or "")[0] == base for it in targets) == 1

    def data(self, base: str, name: str, value: ast.expr, told: str) -> Said:
        """Numbers of each step, from the one that is step 1 on."""
        along, indices = name in self.run_along, self.names.indices
        array, first = self.arrays.array(value), indices.own.get(base, 0) if along else indices.of_step_1(base)
        if array is not None and array.ndim == 2 and self.axis_of_steps(name) == 1:
            array = array.T
        of_classes = not self.names.program.of_classes.isdisjoint((name, self.run_along.get(name, name)))
        if of_classes and array is not None and (classes := class_numbers(base, array[first:])):
            self.classes[base] = classes
            return "", classes_told(base)
        if array is None or of_classes or len(array) <= first or not self.is_said_once(self.names.base(name)[0]):
            return "", f"{base} is data: give {told} {AS_DATA}"
        line = show(line_of_numbers(base, array[first:]))
        if len(line) > LONGEST_LINE:
            return "", f"{base} is data: give its {array.size} numbers {AS_DATA}"
        return line, IS_DATA.format(base)

    def identity(self, base: str, target: ast.expr, value: ast.expr) -> Said:
        """A start, a parameter or a value that is made with the identity matrix."""
        scale = _scale_of_identity(value)
        if base in self.names.total:
            return self.start(base, target, value, "")
        if scale is None:
            return f"{base} = {show(self.expressions.read(value))}", ""
        if scale == 1 and base.casefold() in IDENTITY_NAMES:
            self.expressions.identities[base] = base
            return "", f"{base} is the identity matrix"
        return f"{base} ~ identity{'' if scale == 1 else f'({scale:g})'}", ""

    def listed(self, base: str, target: ast.expr, starts: list[ast.expr]) -> Said:
        """What a list holds before the steps append to it."""
        places = (ast.Subscript(target, ast.Constant(k), ast.Store()) for k in range(len(starts)))
        lines, notes = zip(
            *(self.start(base, p, v, made_anew(v)) for p, v in zip(places, starts, strict=False)), strict=True
        )
        return "\n".join(filter(None, lines)), "; ".join(dict.fromkeys(filter(None, notes)))

    def start(self, base: str, target: ast.expr, value: ast.expr, made: str) -> Said:
        """What a variable of the steps is before them."""
        indexed = isinstance(target, ast.Subscript) and variable_name(target) is None
        number = whole_index(index_of(target)) if isinstance(target, ast.Subscript) and indexed else None
        indices = self.names.indices
        moment = indices.before_first_pass(base) if number is None else indices.moment(base, number)
        if variable_name(value) == base and base in self.begun:
            return "", f"{base} begins so already"
        self.begun.add(base)
        filled = filled_with(value)
        if filled is not None and _is_vector(value):
            self.vectors[base] = None
        if filled is not None and _is_matrix(value):
            self.matrices[base] = None
        if filled is not None and number is None and _is_written_number(value):
            self.numbers.add(base)
        if filled == 0 and moment == Time("", 0):
            return "", BY_ITSELF
        moment = self.names.begins_at(base, moment)
        self.names.begun[base] = moment
        if filled is not None:
            return show(Start(base, moment, Number(filled))), ""
        if (array := self.array(value)) is not None:
            own = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
            start = show(Start(base, moment, Read(f"{base}0")))
            return f"{show(line_of_numbers(f'{base}0', own))}\nfixed {base}0\n{start}", ""
        if made or variable_name(value) == base:
            return f"{base}[{moment}] = {base}0", f"{base}0 is a parameter: give its numbers {AS_PARAMETERS}"
        if entries := entries_of((kept_within(value) if isinstance(value, ast.Call) else value) or value):
            said = f"{base}0 is {', '.join(map(ast.unparse, entries))}, a parameter: give its numbers {AS_PARAMETERS}"
            return f"{base}[{moment}] = {base}0", said
        expr: Expr
        try:
            expr = self.expressions.read(value)
        except Unread:
            known = self.arrays.value(value)  # `prices[0]`, of numbers that no equation reads.
            if isinstance(known, list) or known is None or known.ndim:
                raise
            expr = Number(float(known))
        if isinstance(expr, Read) and expr.time is None and self.names.base(expr.name)[0] == base:
            expr = Read(f"{base}0")
        elif isinstance(expr, Read) and expr.time is None and expr.name in self.names.total:
            expr = Read(expr.name, self.names.begins_at(expr.name, indices.before_first_pass(expr.name)))
        return show(Start(base, moment, expr)), ""


def _is_vector(value: ast.expr) -> bool:
    """True for `np.zeros(n)`, `np.zeros((n, 1))` and `torch.zeros(1, n)`."""
    if not isinstance(value, ast.Call) or not value.args:
        return False
    if _numbers_listed(value):
        return True
    shape = value.args[0].elts if isinstance(value.args[0], ast.Tuple | ast.List) else value.args
    return len([size for size in shape if literal_of(size) != 1]) == 1


def _is_matrix(value: ast.expr) -> bool:
    """True for `np.zeros((3, n))`, of two axes neither of which has one entry."""
    sizes = sizes_of(value)
    return len(sizes) == 2 and all(literal_of(it) != 1 for it in sizes)


def _has_one_axis(value: ast.expr) -> bool:
    """True for `np.zeros(T)` and `[0] * T`: where its index is the step, it has one number at each."""
    if isinstance(value, ast.BinOp) and isinstance(value.left, ast.List):
        return len(value.left.elts) == 1 and isinstance(value.left.elts[0], ast.Constant)
    return isinstance(value, ast.Call) and called_name(value) in EMPTY and len(sizes_of(value)) == 1


def _is_written_number(value: ast.expr) -> bool:
    """True for a number as it stands, with a sign or without."""
    return isinstance(value.operand if isinstance(value, ast.UnaryOp) else value, ast.Constant)


def _scale_of_identity(value: ast.expr) -> float | None:
    """The number that an identity matrix is multiplied by, if a value is that and nothing else."""
    match value:
        case ast.BinOp(left, ast.Mult(), right):
            matrix, factor = (left, right) if made_anew(left) in IDENTITY else (right, left)
            return _times(_scale_of_identity(matrix), filled_with(factor))
        case ast.BinOp(left, ast.Div(), right) if divisor := filled_with(right):
            return _times(_scale_of_identity(left), 1 / divisor)
        case ast.UnaryOp(ast.USub(), operand):
            return _times(-1.0, _scale_of_identity(operand))
        case ast.Call() if called_name(value) in IDENTITY:
            return 1.0
        case ast.Call() if inner := kept_within(value):
            return _scale_of_identity(inner)
    return None


def _parameter(base: str, value: ast.expr, made: str) -> Said:
    """A parameter that the program fills with numbers."""
    filled, deviation = filled_with(value), _deviation(value)
    if filled is not None:
        return f"{base} ~ {filled:g}", ""
    if made == FORGETTING:
        return f"{base} ~ forget", ""
    if made in RANDOM and deviation is not None:
        return f"{base} ~ normal{'' if deviation == 1 else f'({deviation:g})'}", ""
    lost = SCALE_IS_LOST if made in {*RANDOM, "uniform"} or isinstance(value, ast.BinOp) else ""
    return "", f"{base} is a parameter; the seed draws its numbers{lost}"


class _Numbers(ast.NodeTransformer):
    """Numbers in place of what is computed of those that a program says: 2 for `np.sqrt(n)` after `n = 4`."""

    def __init__(self, number: Callable[[ast.expr], float | None]) -> None:
        self.number = number

    def in_place(self, value: ast.expr) -> ast.expr:
        found = self.visit(deepcopy(value))
        return found if isinstance(found, ast.expr) else value

    def visit(self, node: ast.AST) -> ast.AST:
        found = self.value(node) if isinstance(node, ast.expr) else None
        return self.generic_visit(node) if found is None else ast.copy_location(ast.Constant(found), node)

    def value(self, node: ast.expr) -> float | None:
        match node:
            case ast.Constant(int() | float()) | ast.Constant(str() | None):
                return None
            case ast.Call(args=[inner], keywords=[]) if called_name(node) == "sqrt":
                return self.power(inner, 0.5)
            case ast.BinOp(left, ast.Pow(), right):
                exponent = self.operand(right)
                return None if exponent is None else self.power(left, exponent)
            case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div() as sign, right):
                one, other = self.operand(left), self.operand(right)
                return None if one is None or other is None else filled_with(_of(one, sign, other))
            case ast.Name() | ast.Attribute():
                return self.number(node)
        return None

    def operand(self, node: ast.expr) -> float | None:
        return filled_with(node) if isinstance(node, ast.Constant | ast.UnaryOp) else self.value(node)

    def power(self, node: ast.expr, exponent: float) -> float | None:
        base = self.operand(node)
        if base is None or base <= 0 or abs(exponent * math.log(base)) > MOST_OF_LOGARITHM:
            return None
        return float(base**exponent)


def _of(one: float, sign: ast.operator, other: float) -> ast.expr:
    return ast.BinOp(ast.Constant(one), sign, ast.Constant(other))


def filled_with(value: ast.expr) -> float | None:
    """The one number that an array is made of: 0 of `np.zeros(3)`, 2 of `1 + np.ones(3)`, a number itself."""
    match value:
        case ast.Constant(int() | float() as number):
            return float(number)
        case ast.Attribute(module, "pi") if is_module(module):
            return math.pi
        case ast.UnaryOp(ast.USub(), operand):
            return _times(-1.0, filled_with(operand))
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right):
            first, second = filled_with(left), filled_with(right)
            sign_of = 1 if isinstance(sign, ast.Add) else -1
            return None if first is None or second is None else first + sign_of * second
        case ast.BinOp(left, ast.Mult(), right):
            return _times(filled_with(left), filled_with(right))
        case ast.BinOp(left, ast.Div(), right) if divisor := filled_with(right):
            return _times(filled_with(left), 1 / divisor)
        case ast.Call():
            return _filled_by(value)
    return None


def _filled_by(call: ast.Call) -> float | None:
    if len(alike := _numbers_within(call)) == 1:
        return alike.pop()
    name, inner = called_name(call), kept_within(call)
    if name in EMPTY:
        return 0.0
    if name in ("ones", "ones_like"):
        return 1.0
    if name in ("full", "full_like") and len(call.args) > 1:
        return filled_with(call.args[1])
    return filled_with(inner) if inner else None


def _numbers_listed(value: ast.expr) -> list[float]:
    """The numbers of an array that is written out, also as a column: 1, 2 of `np.array([1.0, 2.0])`."""
    array = kept_within(value) if isinstance(value, ast.Call) else None
    rows = entries_of(array) if array else []
    column = all(isinstance(it, ast.List) and len(it.elts) == 1 for it in rows)
    numbers = [filled_with(it.elts[0] if column and isinstance(it, ast.List) else it) for it in rows]
    return [it for it in numbers if it is not None] if None not in numbers else []


def _numbers_within(value: ast.expr) -> set[float]:
    """The different numbers of an array that is written out, in rows or not: 0.5 of `np.array([[0.5]])`."""
    array = kept_within(value) if isinstance(value, ast.Call) else value
    rows, found = list(array.elts) if isinstance(array, ast.List | ast.Tuple) else [], set[float | None]()
    for row in rows:
        if isinstance(row, ast.List | ast.Tuple):
            rows += row.elts
        else:
            found.add(filled_with(row))
    return {it for it in found if it is not None} if None not in found else set()


def _numbers_told(value: ast.expr) -> str:
    """Numbers that a text writes out, as they are written: of a list, or of an array of one."""
    inner = (kept_within(value) if isinstance(value, ast.Call) else value) or value
    within = every_node(inner) if entries_of(inner) else ()
    known = ast.List | ast.Tuple | ast.Constant | ast.UnaryOp | ast.unaryop | ast.expr_context
    return ast.unparse(inner) if entries_of(inner) and all(isinstance(it, known) for it in within) else ""


def _array_written(value: ast.expr) -> str:
    """An array whose entries a text writes out, as it is written: of `np.array([[1, dt], [0, 1]])`."""
    inner = (kept_within(value) if isinstance(value, ast.Call) else value) or value
    if isinstance(value, ast.Call) and called_name(value) == "diag" and value.args and _array_written(value.args[0]):
        return ast.unparse(value)
    rows = inner.elts if isinstance(inner, ast.List) else []
    nested = bool(rows) and all(isinstance(it, ast.List) for it in rows)
    entries = [entry for it in rows for entry in (it.elts if isinstance(it, ast.List) else [it])]
    plain = not any(
        isinstance(it, ast.List | ast.Tuple | ast.Dict | ast.Constant) and not _is_number(it) for it in entries
    )
    numbers = bool(entries) and all(map(_is_number, entries))
    several, made = len(entries) > 1, isinstance(value, ast.Call)
    said = nested or numbers or (several and made)
    return ast.unparse(inner) if plain and said else ""


def _is_number(node: ast.expr) -> bool:
    return filled_with(node) is not None


def line_of_numbers(name: str, array: Array) -> Initial:
    """The line that has the numbers of an array."""
    return Initial(name, WRITTEN_OUT, entries=as_entries(array))


def _deviation(value: ast.expr) -> float | None:
    """The standard deviation of normal numbers around 0, where a text says it: 0.1 of `0.1 * np.random.randn(3)`."""
    match value:
        case ast.BinOp(left, ast.Mult(), right):
            array, factor = (left, right) if made_anew(left) else (right, left)
            return _times(_deviation(array), filled_with(factor))
        case ast.BinOp(left, ast.Div(), right) if divisor := filled_with(right):
            return _times(_deviation(left), 1 / divisor)
        case ast.Call(args=[_, ast.Tuple() | ast.List()], keywords=[]) if called_name(value) == "normal":
            return 1.0
        case ast.Call(args=[mean, deviation, *_]) if called_name(value) == "normal":
            return filled_with(deviation) if filled_with(mean) == 0 else None
        case ast.Call(args=[mean]) if called_name(value) == "normal" and filled_with(mean):
            return None
        case ast.Call(keywords=keywords) if called_name(value) in RANDOM:
            told = {k.arg: filled_with(k.value) for k in keywords if k.arg in {*MEANS, *DEVIATIONS}}
            around = next((number for name, number in told.items() if name in MEANS), 0.0)
            return next((number for name, number in told.items() if name in DEVIATIONS), 1.0) if around == 0 else None
        case ast.Call() if inner := kept_within(value):
            return _deviation(inner)
    return None


def _times(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one * other
