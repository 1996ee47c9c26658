"""Gives the entries of a parameter that a program picks by fixed numbers names of their own: phi_0 for `phi[0]`.

So an autoregression keeps its coefficients, `phi = [0.6, -0.3]`, and so a smoothed price begins, `ema = prices[0]`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import entries_of, whole_index

OF_THEIR_OWN = "its entries are numbers of their own: {}"


def put_names_for_fixed_entries(tree: ast.Module, taken: set[str]) -> list[tuple[ast.stmt, str]]:
    """Put names for entries, and lines that set them for the one that sets all; what is said of those lines."""
    said = list[tuple[ast.stmt, str]]()
    for name in dict.fromkeys(_picked(tree)):
        entries, lines = _entries(tree, name), _setting(tree, name)
        if entries is None or len(lines) > 1 or not _within_a_loop(tree, entries):
            continue
        numbers = [number for it in entries if (number := whole_index(it.slice)) is not None]
        values = [value for line in lines for value in _numbers(line.value)]
        fits = bool(values) and max(numbers) < len(values) if lines else len(set(numbers)) > 1
        names = {number: f"{name}_{number}" for number in sorted({*numbers, *range(len(values))})}
        if not fits or not taken.isdisjoint(names.values()):
            continue
        taken |= {*names.values()}
        _EntriesByName(entries, names).visit(tree)
        listed = OF_THEIR_OWN.format(", ".join(names[number] for number in sorted(set(numbers))))
        for line in lines:
            _set_each(tree, line, [(names[number], values[number]) for number in sorted(set(numbers))])
            said.append((line, listed))
    return said


def put_steps_for_first_entries(tree: ast.Module) -> None:
    """`p[0]` for `prices[0]` where a loop goes over prices by the name p: it is the same data at the first step."""
    for loop in (it for it in every_node(tree) if isinstance(it, ast.For)):
        match loop:
            case ast.For(ast.Name(one), ast.Name(whole)):
                pass
            case ast.For(
                ast.Tuple([ast.Name(), ast.Name(one)]), ast.Call(ast.Name("enumerate"), [ast.Name(whole)], [])
            ):
                pass
            case _:
                continue
        picked = [it for it in _subscripts(tree, whole) if whole_index(it.slice) is not None]
        for node in picked:
            assert isinstance(node.value, ast.Name)
            node.value.id = one


def _subscripts(tree: ast.AST, name: str) -> Iterator[ast.Subscript]:
    for node in every_node(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
            yield node


def _picked(tree: ast.AST) -> Iterator[str]:
    """The names of which an entry is picked by a number."""
    for node in every_node(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and whole_index(node.slice) is not None:
            yield node.value.id


def _entries(tree: ast.AST, name: str) -> list[ast.Subscript] | None:
    """The places where entries of a name are picked; None where it is read or changed in another way too."""
    found = list(_subscripts(tree, name))
    inside = {id(it.value) for it in found}
    setting = {id(line.targets[0]) for line in _setting(tree, name)}
    for node in every_node(tree):
        if isinstance(node, ast.Name) and node.id == name and id(node) not in inside | setting:
            return None
    plain = all(isinstance(it.ctx, ast.Load) and (whole_index(it.slice) or 0) >= 0 for it in found)
    fixed = all(whole_index(it.slice) is not None for it in found)
    return found if found and plain and fixed else None


def _setting(tree: ast.AST, name: str) -> list[ast.Assign]:
    """The lines that set a name to numbers that are written out."""
    lines = (it for it in every_node(tree) if isinstance(it, ast.Assign) and len(it.targets) == 1)
    return [
        it for it in lines if isinstance(it.targets[0], ast.Name) and it.targets[0].id == name and _numbers(it.value)
    ]


def _numbers(value: ast.expr) -> Sequence[ast.expr]:
    """The numbers of a list, or of an array made of one; none where it has anything else."""
    match value:
        case ast.Call(ast.Attribute(attr="array" | "asarray" | "tensor"), [ast.List() | ast.Tuple() as inner, *_]):
            value = inner
    found = entries_of(value) if isinstance(value, ast.List | ast.Tuple) else []
    return found if all(_is_number(it) for it in found) else []


def _is_number(value: ast.expr) -> bool:
    inner = value.operand if isinstance(value, ast.UnaryOp) else value
    return isinstance(inner, ast.Constant) and type(inner.value) in (int, float)


def _within_a_loop(tree: ast.AST, entries: Sequence[ast.Subscript]) -> bool:
    """True where each is picked in a loop: before one, a number says a moment."""
    loops = [it for it in every_node(tree) if isinstance(it, ast.For | ast.While)]
    inside = {id(node) for loop in loops for node in every_node(loop)}
    return all(id(it) in inside for it in entries)


def _set_each(tree: ast.AST, line: ast.Assign, values: Sequence[tuple[str, ast.expr]]) -> None:
    """Lines that set single numbers in place of the one that sets all."""
    each = [ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], value), line) for name, value in values]
    for one in each:
        ast.copy_location(one.targets[0], line.targets[0])
    for node in every_node(tree):
        block = getattr(node, "body", None)
        if isinstance(block, list) and line in block:
            place = block.index(line)
            block[place : place + 1] = each


class _EntriesByName(ast.NodeTransformer):
    """Names in place of picked entries."""

    def __init__(self, entries: Sequence[ast.Subscript], names: dict[int, str]) -> None:
        self.entries, self.names = {id(it) for it in entries}, names

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        number = whole_index(node.slice)
        if id(node) in self.entries and number is not None:
            return ast.copy_location(ast.Name(self.names[number], ast.Load()), node)
        self.generic_visit(node)
        return node
