"""Has `lax.scan(step, h0, xs)` say what it does: the function is the step, the second argument the state's start."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.language.elsewhere import DATA_NAMES
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.python_trees import assigned_pairs, called_name, variable_name

Cell = ast.FunctionDef
PlacedNode = TypeVar("PlacedNode", bound=ast.stmt)


def put_starts_for_scans(tree: ast.Module) -> None:
    """Put the starts of states in place of the scans of a program, with the step of one that is a lambda before them.

    A function that scans is no step itself: its lines stand where it stood.
    """
    cells = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    tree.body = list(_said_by_all(tree.body, cells, tree))


def _said_by_all(body: list[ast.stmt], cells: Mapping[str, Cell], tree: ast.Module) -> list[ast.stmt]:
    found = list[ast.stmt]()
    for node in body:
        if isinstance(node, ast.FunctionDef) and any(map(_scan_of, node.body)):
            found += _said_by_all(node.body, cells, tree)
        else:
            scan = _scan_of(node)
            found += [node] if scan is None else _said(scan, node, cells, found, tree)
    return found


def _scan_of(node: ast.stmt) -> ast.Call | None:
    """The scan whose results a statement keeps or returns."""
    value = node.value if isinstance(node, ast.Assign | ast.Return) else None
    value = value.value if isinstance(value, ast.Subscript) else value
    return value if isinstance(value, ast.Call) and called_name(value) == "scan" and len(value.args) > 1 else None


def _said(
    scan: ast.Call, node: ast.stmt, cells: Mapping[str, Cell], before: list[ast.stmt], tree: ast.Module
) -> list[ast.stmt]:
    """The statements in place of one with a scan; itself where the step is not known."""
    step = scan.args[0]
    cell = _written_out(step) if isinstance(step, ast.Lambda) else cells.get(variable_name(step) or "")
    if cell:
        _name_state(cell)
    states = _states(cell) if cell else ()
    values = _several(scan.args[1]) if len(states) > 1 else [scan.args[1]]
    if cell is None or not states or len(values) != len(states):
        return [node]
    _read_state_before(cell, states)
    begun = [_value_before(value, before, tree) for value in values]
    starts = [_placed(ast.Assign([ast.Name(s, ast.Store())], v), node) for s, v in zip(states, begun, strict=True)]
    return [*([cell] if isinstance(step, ast.Lambda) else []), *starts]


def _read_state_before(cell: Cell, states: Sequence[str]) -> None:
    """Have what is carried, by another name than the state that a step returns, named as that state one step back."""
    names = [it.arg for it in cell.args.args if it.arg != "self"]
    _read_data_now(cell, names[1:2])
    stored = {it.id for it in ast.walk(cell) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
    state = moment_of_name(states[0])[0]
    if len(states) != 1 or not names or names[0] in stored or moment_of_name(names[0])[0] == state:
        return
    for node in ast.walk(cell):
        if isinstance(node, ast.Name) and node.id == names[0]:
            node.id = f"{state}_prev"


def _read_data_now(cell: Cell, names: Sequence[str]) -> None:
    """Have what a step is given beside the state named as data at that step, whatever it is called."""
    for line in [it for it in cell.body if isinstance(it, ast.Assign) and variable_name(it.value) in names]:
        parts = [variable_name(it) for it in _several(line.targets[0])]
        names = [*names, *(it for it in parts if it)]
        cell.body.remove(line)
    own = [it for it in names if it not in DATA_NAMES and moment_of_name(it)[1] is None]
    for node in ast.walk(cell):
        if isinstance(node, ast.Name) and node.id in own:
            node.id = f"{node.id}_t"


def _name_state(cell: Cell) -> None:
    """Have a step that returns its state as it computes it keep it first: under the name of what it is given."""
    names = [it.arg for it in cell.args.args if it.arg != "self"]
    match cell.body[-1], names:
        case ast.Return(ast.Tuple([ast.BinOp() | ast.Call() as state, given_out])) as last, [carried, *_]:
            kept = ast.Assign([ast.Name(carried, ast.Store())], state)
            lines: list[ast.stmt] = [kept]
            if ast.unparse(given_out) not in (ast.unparse(state), carried):
                lines.insert(0, ast.Assign([ast.Name("y", ast.Store())], given_out))
            own = ast.Name(carried, ast.Load())
            last.value = ast.Tuple([own, own], ast.Load())
            cell.body[-1:] = [*(_placed(it, last) for it in lines), _placed(last, last)]


def _value_before(begun: ast.expr, before: list[ast.stmt], tree: ast.Module) -> ast.expr:
    """What a name has been assigned that only says how a scan begins; the assignment is taken out."""
    name = variable_name(begun)
    reads = [it for it in ast.walk(tree) if isinstance(it, ast.Name) and it.id == name]
    for node in before:
        pairs = list(assigned_pairs(node))
        if name and len(pairs) == 1 and variable_name(pairs[0][0]) == name and len(reads) == 2:
            before.remove(node)
            return pairs[0][1]
    return begun


def _states(cell: Cell) -> Sequence[str]:
    """The states of a step, by what it returns first: h of `return h, y`, h and c of `return (h, c), y`."""
    last = cell.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Tuple) or len(last.value.elts) != 2:
        return ()
    names = [variable_name(it) for it in _several(last.value.elts[0])]
    return [name for name in names if name] if all(names) else ()


def _several(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple | ast.List) else [node]


def _written_out(step: ast.Lambda) -> Cell | None:
    """A lambda as a function whose lines assign what it gives: first what each step gives out, then the state."""
    carried = step.args.args[0].arg if step.args.args else ""
    match step.body:
        case ast.BinOp(ast.Tuple([state]), ast.Mult(), ast.Constant(2)):
            given_out = state
        case ast.Tuple([state, given_out]):
            pass
        case _:
            return None
    own = ast.Name(carried, ast.Load())
    lines: list[ast.stmt] = [ast.Assign([ast.Name(carried, ast.Store())], state)]
    if ast.unparse(given_out) not in (ast.unparse(state), carried):
        lines.insert(0, ast.Assign([ast.Name("y", ast.Store())], given_out))
    returned = ast.Return(ast.Tuple([own, own], ast.Load()))
    cell = ast.FunctionDef("scanned", step.args, [*lines, returned], [])
    return _placed(cell, step)


def _placed(node: PlacedNode, place: ast.AST) -> PlacedNode:
    """A node and what it is made of, where these have no place yet, at the place of another."""
    for part in ast.walk(node):
        if not hasattr(part, "lineno"):
            ast.copy_location(part, place)
    return node
