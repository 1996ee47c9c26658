"""Has what a loop runs over be data, or a line of its steps: `for x in xs @ U` is `x[t] = xs[t] @ U`.

What goes row by row is computed at every step. Of anything else that a loop is given the line says that it is data.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy

from app.language import rank_by_spelling
from app.language.elsewhere import DATA_NAMES
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.names_elsewhere import UNCHANGED, name_here
from app.language.pasted.python_mirrored import turned
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import (
    SWAPS,
    called_name,
    every_name,
    index_of,
    is_module,
    names_in,
    variable_name,
)
from app.ops import OPS

ALONG = frozenset(("zip", "enumerate"))
COUNTING = frozenset(("range", "xrange", "trange", "arange"))
KEPT = frozenset(("list", "tuple", "iter", "unbind", "unstack", "split", "flip", "reversed", *SWAPS))
"""What only keeps a sequence in another way, or has it from its end."""
ROW_BY_ROW = frozenset(("same", "elementwise"))
IS_DATA = "{} is data: what {} gives at each step"


def put_steps_for_computed_data(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Have a line of each step compute what a loop runs over, where it can; the heads of the others, with a note."""
    taken, said = set(every_name(tree)), list[tuple[ast.stmt, str]]()
    for loop in [it for it in every_node(tree) if isinstance(it, ast.For)]:
        for target, sequence, put in list(runs_along(loop)):
            whole, core = turned(sequence) or sequence, _core(sequence)
            if variable_name(core) or counts(core) or isinstance(core, ast.List | ast.Tuple):
                continue
            data = data_of(core, target.id)
            own = moment_of_name(target.id)[0] == data
            name = target.id if own or not data else _free(data, taken)
            if not data or not _goes_by_rows(core, data):
                said.append((loop, IS_DATA.format(target.id, ast.unparse(whole)[:60])))
                continue
            computed = _Put(data, name).visit(deepcopy(core))
            line = ast.Assign([ast.Name(target.id, ast.Store())], computed)
            loop.body.insert(0, ast.fix_missing_locations(ast.copy_location(line, core)))
            named = ast.copy_location(ast.Name(data, ast.Load()), core)
            put(ast.copy_location(ast.Name(name, ast.Store()), target), put_in_place(sequence, core, named))
    return said


def put_sequences_in_loops(tree: ast.Module) -> None:
    """Have loops compute the sequences that lines before them compute of data, row by row: `e = self.embed(x)`."""
    stored = [it.id for it in every_node(tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)]
    for node in every_node(tree):
        block = getattr(node, "body", None)
        if not isinstance(block, list) or isinstance(node, ast.For):
            continue
        for line in [it for it in block if isinstance(it, ast.Assign)]:
            match line:
                case ast.Assign([ast.Name(name)], value) if stored.count(name) == 1 and not variable_name(value):
                    loops = [it for it in block[block.index(line) :] if isinstance(it, ast.For)]
                    computed = [loop for loop in loops if _computes_along(loop, line, name, value)]
                    if computed:
                        block[:] = [it for it in block if it is not line or _reads(block, name)]


def _computes_along(loop: ast.For, line: ast.Assign, name: str, value: ast.expr) -> bool:
    """Have a loop compute a sequence that it runs over, or reads at its index; False where it does neither."""
    data = data_of(value, name.removesuffix("s"))
    if not data or isinstance(value, ast.Constant | ast.List | ast.Tuple) or not _goes_by_rows(value, data):
        return False
    along = [it for it in runs_along(loop) if variable_name(_core(it[1])) == name]
    for target, sequence, put in along:
        put(target, put_in_place(sequence, _core(sequence), deepcopy(value)))
    if along:
        return True
    clock = loop.target.id if isinstance(loop.target, ast.Name) and counts(loop.iter) else ""
    reads = [it for s in loop.body for it in every_node(s) if isinstance(it, ast.Subscript) and _is_at(it, name, clock)]
    if not clock or not reads:
        return False
    now = ast.Subscript(ast.Name(data, ast.Load()), ast.Name(clock, ast.Load()), ast.Load())
    computed = _AtIndex(data, now).visit(deepcopy(value))
    left = ast.Subscript(ast.Name(name, ast.Store()), ast.Name(clock, ast.Load()), ast.Store())
    loop.body.insert(0, ast.fix_missing_locations(ast.copy_location(ast.Assign([left], computed), line)))
    return True


def _is_at(node: ast.Subscript, name: str, clock: str) -> bool:
    index = index_of(node)
    return variable_name(node.value) == name and isinstance(index, ast.Name) and index.id == clock


def _reads(block: list[ast.stmt], name: str) -> bool:
    """True where a line of a block still reads a sequence as a whole."""
    within = [it for line in block for it in every_node(line)]
    indexed = {id(it.value) for it in within if isinstance(it, ast.Subscript)}
    return any(_is_loaded(it, name) and id(it) not in indexed for it in within) and not any(
        isinstance(it, ast.Subscript) and isinstance(it.ctx, ast.Store) and variable_name(it.value) == name
        for it in within
    )


def _is_loaded(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


Put = Callable[[ast.expr, ast.expr], None]


def runs_along(loop: ast.For) -> Iterator[tuple[ast.Name, ast.expr, Put]]:
    """The names that a loop gives to what it runs over, that, and what puts others in place of both."""

    def put(target: ast.expr, sequence: ast.expr) -> None:
        loop.target, loop.iter = target, sequence

    yield from _pairs(loop.target, loop.iter, put)


def _pairs(target: ast.expr, over: ast.expr, put: Put) -> Iterator[tuple[ast.Name, ast.expr, Put]]:
    if isinstance(over, ast.Call) and called_name(over) in ALONG and isinstance(over.func, ast.Name):
        if isinstance(target, ast.Tuple):
            first = 1 if over.func.id == "enumerate" else 0
            for k, one in enumerate(over.args[: len(target.elts) - first]):
                yield from _pairs(target.elts[k + first], one, _putting(target.elts, over.args, k, first))
    elif isinstance(target, ast.Name):
        yield target, over, put


def _putting(targets: list[ast.expr], sequences: list[ast.expr], place: int, first: int) -> Put:
    def put(target: ast.expr, sequence: ast.expr) -> None:
        targets[place + first], sequences[place] = target, sequence

    return put


def _core(sequence: ast.expr) -> ast.expr:
    """What a loop runs over, without what only keeps it in another way."""
    while (kept := _kept(sequence)) is not None:
        sequence = kept
    return sequence


def _kept(sequence: ast.expr) -> ast.expr | None:
    if (back := turned(sequence)) is not None:
        return back
    if not isinstance(sequence, ast.Call) or called_name(sequence) not in KEPT | UNCHANGED:
        return None
    if isinstance(sequence.func, ast.Attribute) and not is_module(sequence.func.value):
        return sequence.func.value
    return sequence.args[0] if sequence.args else None


def counts(over: ast.expr) -> bool:
    """True for `range(9)`: a loop that counts."""
    return isinstance(over, ast.Call) and called_name(over) in COUNTING


def data_of(value: ast.expr, row: str) -> str:
    """Which of the names of what a loop runs over has the rows; nothing where that is not said."""
    functions = {id(it.func) for it in every_node(value) if isinstance(it, ast.Call)}
    within = (it for it in every_node(value) if isinstance(it, ast.Name) and id(it) not in functions)
    names = list(dict.fromkeys(it.id for it in within if it.id != "self" and not is_module(it)))
    likely = [it for it in names if it.lower().removesuffix("s") == row or it.removesuffix("s") in DATA_NAMES]
    vectors = [it for it in names if rank_by_spelling(it) < 2]
    found = next((its for its in (likely, names, vectors) if len(its) == 1), [""])
    return found[0]


def _goes_by_rows(value: ast.expr, data: str) -> bool:
    """True for what has one row for each row of the data, which reads that row alone."""
    if data not in set(names_in(value)):
        return True
    match value:
        case ast.Name():
            return True
        case ast.BinOp(left, ast.MatMult(), right):
            return data not in set(names_in(right)) and _goes_by_rows(left, data)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow(), right):
            return _goes_by_rows(left, data) and _goes_by_rows(right, data)
        case ast.UnaryOp(ast.USub(), inner):
            return _goes_by_rows(inner, data)
        case ast.Subscript(table, ast.Name(index)):
            return index == data and variable_name(table) is not None
        case ast.Call(ast.Attribute(ast.Name("self"), name), [inner], []) if name_here(name) is None:
            return _goes_by_rows(inner, data)
        case ast.Call(ast.Attribute(inner, name)) if name in UNCHANGED and not is_module(inner):
            return _goes_by_rows(inner, data)
        case ast.Call(_, args, []):
            return _is_by_entries(value) and all(_goes_by_rows(it, data) for it in args)
    return False


def _is_by_entries(call: ast.Call) -> bool:
    row = OPS.get(name_here(called_name(call)) or "")
    return row is not None and row.shape in ROW_BY_ROW


def _free(data: str, taken: set[str]) -> str:
    """A name for a row of the data; what it is a moment of are the data."""
    likely = (f"{data}_t", f"{data}_now", *(f"{data}_{k}_t" for k in range(1, 999)))
    found = next(it for it in likely if it not in taken)
    taken.add(found)
    return found


class _AtIndex(ast.NodeTransformer):
    """A sequence at an index in place of the whole."""

    def __init__(self, name: str, now: ast.expr) -> None:
        self.name, self.now = name, now

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.copy_location(deepcopy(self.now), node) if _is_loaded(node, self.name) else node


class _Put(ast.NodeTransformer):
    """One name in place of another."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.new, node.ctx), node) if node.id == self.old else node


def put_in_place(sequence: ast.expr, core: ast.expr, put: ast.expr) -> ast.expr:
    """What a loop runs over, with something else in place of its core."""
    if sequence is core:
        return put
    put_within(sequence, core, put)
    return sequence


def put_within(tree: ast.AST, part: ast.expr, put: ast.expr) -> None:
    """Put something else in place of a part of a tree."""
    _Core(part, put).visit(tree)


class _Core(ast.NodeTransformer):
    """Something else in place of one part."""

    def __init__(self, core: ast.expr, data: ast.expr) -> None:
        self.core, self.data = core, data

    def visit(self, node: ast.AST) -> ast.AST:
        return self.data if node is self.core else self.generic_visit(node)
