"""Reads loops over the entries of arrays as lines for whole arrays: `for i: for j: h[i] += U[i, j] * x[j]` is U @ x.

An index is one of entries where a loop or a list goes over it and it stands beside another one in brackets, with no lag
anywhere: a loop that reads `h[i-1]` is time. What is changed while its other entries are read is left as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from app.language.pasted.entry_products import WHOLE, Axes, EntryProducts, NoProduct
from app.language.pasted.names_elsewhere import name_here
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import EMPTY, called_name, clocked_index, literal_of, made_anew, variable_name
from app.ops import OPS

TIMES = frozenset(("t", "time", "step", "tt", "ts"))
"""What the number of a step is called: never an index of entries."""
BY_ENTRIES = frozenset(("same", "elementwise"))
GOES_ON = "{} goes on below"
BEGINS_AT_ZERO = "what is added up below begins at 0"
SUMS = frozenset(("sum", "fsum"))
DOTS = frozenset(("dot", "matmul", "inner", "vdot"))


@dataclass
class ArraysOfProgram:
    """What became of the loops over entries of a program."""

    said: list[tuple[ast.stmt, str]] = field(default_factory=list)
    """The lines that are no loops now, each with a note."""
    ranks: dict[str, int] = field(default_factory=dict)
    """How many indices of entries the arrays have that stand right of =."""


def put_arrays_for_entries(tree: ast.Module) -> ArraysOfProgram:
    """Put lines for whole arrays in place of loops over their entries."""
    indices, result = _indices_of_entries(tree), ArraysOfProgram()
    stored = [it.id for it in every_node(tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)]
    for node in list(every_node(tree)) if indices else ():
        block = getattr(node, "body", None)
        if isinstance(block, list):
            _put_arrays(block, indices, set(stored), result)
    return result


def _put_arrays(block: list[ast.stmt], indices: frozenset[str], stored: set[str], result: ArraysOfProgram) -> None:
    """Put lines for whole arrays in place of those of one block that are about entries and can be read so."""
    found = list[ast.stmt]()
    for line in block:
        lists = isinstance(line, ast.Assign) and any(isinstance(it, ast.comprehension) for it in every_node(line.value))
        of_entries = isinstance(line, ast.For) and _index_of_loop(line.target, line.iter) in indices
        of_entries = of_entries and not _reads_what_it_changes(line, indices)
        zeros = {name: it for it in found for name in _set_to_zero(it)}
        reader = _EntryReader(indices, set(zeros), stored)
        try:
            put = reader.lines([deepcopy(line)], ()) if lists or of_entries else [line]
        except NoProduct:
            put = [line]
        if put != [line]:
            result.said += [(line, WHOLE)] if of_entries else []
            result.said += [(it, BEGINS_AT_ZERO) for name, it in zeros.items() if name in reader.replaced]
            found = [it for it in found if it not in [zeros[name] for name in zeros if name in reader.replaced]]
            result.ranks |= reader.ranks
            result.said += reader.goes_on
        found += map(ast.fix_missing_locations, put)
    block[:] = found


def _indices_of_entries(tree: ast.Module) -> frozenset[str]:
    """The names that loops and lists count by, which stand beside each other in brackets and have no lag."""
    nodes = list(every_node(tree))
    counted = {_index_of_loop(it.target, it.iter) for it in nodes if isinstance(it, ast.For | ast.comprehension)}
    indices = [_indices_at(it) for it in nodes if isinstance(it, ast.Subscript)]
    lagged = {found[0] for its in indices for it in its if (found := clocked_index(it)) and found[1]}
    counted -= {"", *lagged, *TIMES}
    names = [[it.id for it in its if isinstance(it, ast.Name)] for its in indices]
    paired = {one for its in names if len(counted & {*its}) > 1 for one in counted & {*its}}
    rows = (it for it in nodes if isinstance(it, ast.BinOp | ast.Call))
    return frozenset(paired | {name for it in rows if (name := _index_of_row(it)) in counted})


def _index_of_loop(target: ast.expr, over: ast.expr) -> str:
    """The name that a loop counts by from 0; nothing for any other loop."""
    if isinstance(target, ast.Name) and isinstance(over, ast.Call) and called_name(over) in ("range", "xrange"):
        return target.id if len(over.args) == 1 else ""
    return ""


def _index_of_row(node: ast.AST) -> str:
    """i of `W[i] @ x`, `np.dot(W[i], x)` and `W[i, :] @ x`, with a matrix by its letter."""
    match node:
        case ast.BinOp(left, ast.MatMult(), right):
            sides = [left, right]
        case ast.Call(_, [left, right]) if called_name(node) in DOTS:
            sides = [left, right]
        case ast.Call(ast.Attribute(left), [_]) if called_name(node) in DOTS:
            sides = [left]
        case _:
            return ""
    for side in sides:
        if isinstance(side, ast.Subscript) and (name := variable_name(_array_of(side))) and name[:1].isupper():
            found = [it.id for it in _indices_at(side) if isinstance(it, ast.Name)]
            if len(found) == 1:
                return found[0]
    return ""


def _array_of(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Subscript) and literal_of(node.slice) is None:
        node = node.value
    return node


def _indices_at(node: ast.Subscript) -> list[ast.expr]:
    """What stands in the brackets behind an array, in order: i and j of `W[i, j]` and of `W[i][j]`."""
    inner = _indices_at(node.value) if isinstance(node.value, ast.Subscript) else []
    return [*inner, *(node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])]


def _reads_what_it_changes(loop: ast.stmt, indices: frozenset[str]) -> bool:
    """True where a loop sets an array entry by entry and reads other entries of it: each sees those before it."""
    entries = [(_without(it, indices), it) for it in every_node(loop) if isinstance(it, ast.Subscript)]
    changed = {(whole, ast.unparse(it)) for whole, it in entries if isinstance(it.ctx, ast.Store)}
    arrays = {whole for whole, _ in changed}
    return any(
        whole in arrays and (whole, ast.unparse(it)) not in changed for whole, it in entries if _is_whole(it, loop)
    )


def _is_whole(node: ast.Subscript, within: ast.stmt) -> bool:
    """True for an array with all of its indices: not for `W[i]` within `W[i][j]`."""
    return not any(isinstance(it, ast.Subscript) and it.value is node for it in every_node(within))


def _without(node: ast.Subscript, indices: frozenset[str]) -> str:
    """An array with the indices that are not of its entries, as it is written."""
    kept = [it for it in _indices_at(node) if not (isinstance(it, ast.Name) and it.id in indices)]
    return ", ".join(map(ast.unparse, (_array_of(node), *kept)))


def _set_to_zero(line: ast.stmt) -> Iterator[str]:
    """The variable that a line makes as an array of zeros."""
    match line:
        case ast.Assign([target], value) if made_anew(value) in EMPTY or literal_of(value) == 0:
            yield ast.unparse(target)


Found = tuple[ast.expr, Axes]


@dataclass
class _EntryReader:
    """The lines of one loop, and what the variables within it are so far."""

    indices: frozenset[str]
    zero: set[str]
    """What is 0 so far."""
    stored: set[str]
    """The names that the program assigns as a whole."""
    own: dict[str, Axes] = field(default_factory=dict)
    """The axes of the variables that have one number a pass, as s of `s = 0`."""
    replaced: set[str] = field(default_factory=set)
    """What was 0 before, and is now the sum that is added to it."""
    ranks: dict[str, int] = field(default_factory=dict)
    """How many indices the arrays have that are read."""
    found: list[ast.stmt] = field(default_factory=list)
    """The lines for whole arrays so far."""
    goes_on: list[tuple[ast.stmt, str]] = field(default_factory=list)
    """The lines that those below take in, each with a note."""

    def lines(self, block: Sequence[ast.stmt], over: Axes) -> list[ast.stmt]:
        for line in block:
            self.line(line, over)
        return self.found

    def line(self, line: ast.stmt, over: Axes) -> None:
        match line:
            case ast.For(target, its, body) if (name := _index_of_loop(target, its)) in self.indices:
                self.goes_on += [(line, WHOLE)] if over else []
                self.lines(body, (*over, name))
            case ast.Assign([target], value):
                self.assigned(line, target, value, over)
            case ast.AugAssign(target, ast.Add(), value):
                self.added(line, target, value, over)
            case ast.Expr(ast.Constant()) | ast.Pass():
                pass
            case _:
                raise NoProduct

    def assigned(self, line: ast.stmt, target: ast.expr, value: ast.expr, over: Axes) -> None:
        whole, axes = self.target(target, over)
        name = ast.unparse(whole)
        if literal_of(value) == 0:
            self.zero.add(name)
            self.goes_on.append((line, GOES_ON.format(name)))
            return
        found, its = self.read(value, name if over else "", axes)
        if set(axes) != set(over):
            raise NoProduct
        if not over:
            axes = its  # A list of entries makes a whole array.
        self.zero.discard(name)
        right = _PROGRAMS.turned(found, its, axes) if its else found
        self.found.append(ast.copy_location(ast.Assign([_stored(whole)], ast.copy_location(right, value)), line))

    def added(self, line: ast.stmt, target: ast.expr, value: ast.expr, over: Axes) -> None:
        """What is added in a loop is summed over the indices that the target does not have."""
        if isinstance(target, ast.Name):
            self.own.setdefault(target.id, ())
        whole, axes = self.target(target, over)
        name = ast.unparse(whole)
        bound = [it for it in over if it not in axes]
        factors = list(self.factors(value, name, axes))
        for index in reversed(bound):
            factors = _PROGRAMS.summed(factors, index)
        found, its = _PROGRAMS.product(factors, ast.Constant(1))
        right = _PROGRAMS.turned(found, its, axes) if its else found
        right = ast.copy_location(right, value)
        self.replaced |= {name} & self.zero
        before = self.value_so_far(name, right)
        if before is not None:
            right = ast.copy_location(ast.BinOp(before, ast.Add(), right), value)
        elif name not in self.zero and not (bound and variable_name(_array_of(whole)) not in self.stored):
            right = ast.copy_location(ast.BinOp(_loaded(whole), ast.Add(), right), value)
        self.zero.discard(name)
        self.found.append(ast.copy_location(ast.Assign([_stored(whole)], right), line))

    def value_so_far(self, name: str, more: ast.expr) -> ast.expr | None:
        """What this loop made of a variable, which more is added to; None where lines between are about it."""
        place = next((k for k, it in enumerate(self.found) if _is_set(it, name)), None)
        if place is None:
            return None
        between = self.found[place + 1 :]
        read = {ast.unparse(it) for s in between for it in every_node(s) if isinstance(it, ast.expr)}
        needed = {ast.unparse(it) for it in every_node(more) if isinstance(it, ast.Name | ast.Subscript)}
        line = self.found[place]
        if name in read or any(_is_set(s, it) for s in between for it in needed) or not isinstance(line, ast.Assign):
            return None
        self.goes_on.append((line, GOES_ON.format(name)))
        del self.found[place]
        return line.value

    def target(self, target: ast.expr, over: Axes) -> Found:
        """What stands left of =: an array without the indices of its entries, or a number of each pass."""
        if isinstance(target, ast.Name):
            if target.id not in self.own:
                self.own[target.id] = over
            return target, self.own[target.id]
        if not isinstance(target, ast.Subscript):
            raise NoProduct
        return self.array(target)

    def array(self, node: ast.Subscript) -> Found:
        """An array without the indices of its entries, which are its axes."""
        indices = _indices_at(node)
        axes = tuple(it.id for it in indices if isinstance(it, ast.Name) and it.id in self.indices)
        kept = [it for it in indices if not (isinstance(it, ast.Name) and it.id in self.indices)]
        if (
            len(axes) > 2
            or len(set(axes)) < len(axes)
            or len(kept) > 1
            or any(isinstance(it, ast.Slice) for it in kept)
        ):
            raise NoProduct
        inside = {it.id for part in kept for it in every_node(part) if isinstance(it, ast.Name)}
        array = _array_of(node)
        if inside & self.indices or variable_name(array) is None:
            raise NoProduct
        whole = ast.Subscript(array, kept[0], ast.Load()) if kept else array
        return ast.copy_location(whole, node), axes

    def read(self, node: ast.expr, name: str, own: Axes) -> Found:
        """An expression for whole arrays; `name` is what is being changed, with its axes."""
        match node:
            case ast.Constant():
                return node, ()
            case ast.Name(id):
                if id in self.indices:
                    raise NoProduct
                return node, self.own.get(id, ())
            case ast.Subscript():
                whole, axes = self.array(node)
                self.ranks[str(variable_name(_array_of(whole)))] = len(axes)
                if ast.unparse(whole) == name and axes != own:
                    raise NoProduct  # Its other entries are read while it is changed.
                return whole, axes
            case ast.BinOp(_, ast.Mult() | ast.MatMult(), _):
                return self.product(node, name, own)
            case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Div() | ast.Pow() as sign, right):
                (one, axes), (other, its) = self.read(left, name, own), self.read(right, name, own)
                if axes and its and axes != its:
                    other = _PROGRAMS.turned(other, its, axes)
                return ast.copy_location(ast.BinOp(one, sign, other), node), axes or its
            case ast.UnaryOp(ast.USub() as sign, inner):
                one, axes = self.read(inner, name, own)
                return ast.copy_location(ast.UnaryOp(sign, one), node), axes
            case ast.Call(args=[ast.GeneratorExp() | ast.ListComp()]):
                return self.product(node, name, own)
            case ast.Call() if called_name(node) in DOTS:
                return self.product(node, name, own)
            case ast.ListComp(inner, [ast.comprehension(target, its, [], 0)]):
                index = _index_of_loop(target, its)
                found, axes = self.read(inner, name, own)
                if index not in self.indices or index not in axes:
                    raise NoProduct
                order = (index, *(it for it in axes if it != index))
                return _PROGRAMS.turned(found, axes, order), order
            case ast.Call(function, args, []) if self.goes_by_entries(node):
                read = [self.read(it, name, own) for it in args]
                axes = next((its for _, its in read if its), ())
                if any(its and its != axes for _, its in read):
                    raise NoProduct
                return ast.copy_location(ast.Call(function, [it for it, _ in read], []), node), axes
            case ast.Attribute() if variable_name(node):
                return node, ()
        raise NoProduct

    def product(self, node: ast.expr, name: str, own: Axes) -> Found:
        found, axes = _PROGRAMS.product(list(self.factors(node, name, own)), ast.Constant(1))
        return ast.copy_location(found, node), axes

    def goes_by_entries(self, call: ast.Call) -> bool:
        row = OPS.get(name_here(called_name(call)) or "")
        known = row is not None and row.shape in BY_ENTRIES
        return known or (row is None and len(call.args) == 1 and isinstance(call.func, ast.Name))

    def factors(self, node: ast.expr, name: str, own: Axes) -> Iterator[Found]:
        """The factors of a product, and those of a sum over a list, one by one."""
        match node:
            case ast.BinOp(left, ast.Mult(), right):
                yield from self.factors(left, name, own)
                yield from self.factors(right, name, own)
            case ast.BinOp(ast.BinOp(_, ast.Mult(), _) as left, ast.Div(), right):
                under, its = self.read(right, name, own)
                if its:
                    raise NoProduct
                yield _at(ast.BinOp(ast.Constant(1), ast.Div(), under), right), ()
                yield from self.factors(left, name, own)
            case ast.BinOp(left, ast.MatMult(), right):
                yield self.rows(left, right, name)
            case ast.Call(_, [left, right], []) if called_name(node) in DOTS:
                yield self.rows(left, right, name)
            case ast.Call(ast.Attribute(left, _), [right], []) if called_name(node) in DOTS:
                yield self.rows(left, right, name)
            case ast.Call(args=[ast.GeneratorExp(inner, over) | ast.ListComp(inner, over)]) if (
                called_name(node) in SUMS
            ):
                found = list(self.factors(inner, name, own))
                for it in reversed(over):
                    index = _index_of_loop(it.target, it.iter)
                    if it.ifs or index not in self.indices:
                        raise NoProduct
                    found = _PROGRAMS.summed(found, index)
                yield from found
            case ast.Call(args=[ast.ListComp() as inner]) if called_name(node) in (
                "array",
                "asarray",
                "list",
                "tensor",
            ):
                yield self.read(inner, name, own)
            case _:
                yield self.read(node, name, own)

    def rows(self, left: ast.expr, right: ast.expr, name: str) -> Found:
        """`W[i] @ x`: a row of a matrix times a vector that has no index."""
        if not isinstance(left, ast.Subscript):
            raise NoProduct
        indices = [it for it in _indices_at(left) if not isinstance(it, ast.Slice)]
        other, axes = self.read(right, name, ())
        if len(indices) != 1 or not isinstance(indices[0], ast.Name) or indices[0].id not in self.indices or axes:
            raise NoProduct
        if ast.unparse(other) == name or isinstance(_indices_at(left)[0], ast.Slice):
            raise NoProduct
        return _PROGRAMS.joined_by(_array_of(left), other, (2, 1)), (indices[0].id,)


class _ProgramProducts(EntryProducts[ast.expr]):
    """Products of expressions of Python."""

    def times(self, one: ast.expr, other: ast.expr) -> ast.expr:
        return _at(ast.BinOp(one, ast.Mult(), other), one)

    def joined_by(self, one: ast.expr, other: ast.expr, ranks: tuple[int, int]) -> ast.expr:
        return _at(ast.BinOp(one, ast.MatMult(), other), one)

    def outer(self, one: ast.expr, other: ast.expr) -> ast.expr:
        return _at(ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "outer", ast.Load()), [one, other], []), one)

    def total(self, vector: ast.expr) -> ast.expr:
        return _at(ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "sum", ast.Load()), [vector], []), vector)

    def transposed(self, matrix: ast.expr) -> ast.expr:
        return _at(ast.Attribute(matrix, "T", ast.Load()), matrix)


_PROGRAMS = _ProgramProducts()


def _at(node: ast.expr, place: ast.expr) -> ast.expr:
    return ast.copy_location(node, place)


def _is_set(line: ast.stmt, name: str) -> bool:
    return isinstance(line, ast.Assign) and any(ast.unparse(it) == name for it in line.targets)


def _stored(node: ast.expr) -> ast.expr:
    stored = deepcopy(node)
    if isinstance(stored, ast.Name | ast.Subscript | ast.Attribute):
        stored.ctx = ast.Store()
    return stored


def _loaded(node: ast.expr) -> ast.expr:
    loaded = deepcopy(node)
    if isinstance(loaded, ast.Name | ast.Subscript | ast.Attribute):
        loaded.ctx = ast.Load()
    return loaded
