"""Reads a loop that adds up over patterns as the product that it is: no time runs in it.

`for p in patterns: W += np.outer(p, p)` is `transpose(P) @ P`, where each row of P is a pattern. What a name is before
the steps, line after line, is one value, as W is after `W /= N`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.python_arrays import NumbersOfProgram
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import (
    EMPTY,
    added_value,
    assigned_pairs,
    called_name,
    literal_of,
    made_anew,
    names_in,
    summed_name,
    variable_name,
)

NO_TIME = "a loop over patterns that adds something up is not time"
AS_PRODUCT = "with the patterns as the rows of a matrix: given P, and W = transpose(P) @ P / N"

OUTER = frozenset(("outer", "ger"))
CLOCKS = frozenset(("t", "k", "n", "step", "time"))
"""What the number of a step is called: a loop over it is time."""
Rows = Mapping[str, str]
"""The rows that something is added up over, as they are written, each with the data that it is a row of."""
Tables = dict[str, str]
"""The data whose rows a program goes through, by their names in the text, and what they are called here."""


class _NoProduct(Exception):
    """Raised where what is added up over rows is no product of two tables."""


@dataclass
class SumsOverRows:
    """What has become of the sums of a program over rows of data."""

    tables: list[str]
    """What these data are called here."""
    said: list[tuple[ast.stmt, str]]
    """The statements that say nothing now, each with a note."""
    refused: list[ast.stmt]
    """The loops that are no sums of products."""


def put_products_for_sums(tree: ast.Module) -> SumsOverRows:
    """Put products for the sums of a program over rows of data."""
    if not any(isinstance(it, ast.Call) and called_name(it) in OUTER for it in every_node(tree)):
        return SumsOverRows([], [], [])
    sums = _Sums({it.id for it in every_node(tree) if isinstance(it, ast.Name)})
    with suppress(RecursionError):  # What is too deep is named where it is read.
        sums.visit(tree)
    _RowsCounted(sums.tables).visit(tree)
    of_refused = [s for s in tree.body if sums.unread.issuperset(_wholes(s)) and _wholes(s)]
    tree.body = [s for s in tree.body if s not in of_refused]
    said = [(s, f"{sums.tables[name]} is data: a pattern in each row") for s in tree.body if (name := sums.table_of(s))]
    tree.body = [it for s in tree.body for it in ([s] if not sums.table_of(s) else _numbers_of(s, sums))]
    said += [(s, "it belongs to the sum that is not read") for s in of_refused]
    return SumsOverRows(list(sums.tables.values()), [*said, *_settle_values(tree, sums.summed)], sums.refused)


def _numbers_of(line: ast.stmt, sums: _Sums) -> list[ast.stmt]:
    """The line that has the numbers of rows under their name here, where they are written out."""
    name = sums.table_of(line)
    if name and isinstance(line, ast.Assign) and NumbersOfProgram().array(line.value) is not None:
        return [ast.copy_location(ast.Assign([ast.Name(sums.tables[name], ast.Store())], line.value), line)]
    return []


class _Sums(ast.NodeTransformer):
    """Replaces what adds up over rows."""

    def __init__(self, taken: set[str]) -> None:
        self.taken, self.tables, self.summed = taken, Tables(), set[str]()
        self.refused: list[ast.stmt] = []
        """The loops over rows that add up something else than products."""
        self.unread = set[str]()
        """What these loops make, and the data that they go through."""

    def visit_For(self, node: ast.For) -> ast.stmt | list[ast.stmt] | None:
        """A loop over rows that adds to variables; where a line reads what the loop assigns, it is time."""
        self.generic_visit(node)
        rows, added = _rows_of_loop(node), list(filter(None, map(_added, node.body)))
        read = {name for _, value in added for name in names_in(value)}
        outer = any(_is_outer(it, rows) for _, value in added for it in every_node(value))
        others = [pair for s in node.body if not _added(s) for pair in assigned_pairs(s)]
        assigned = {name for name, _ in added} | {variable_name(target) or "" for target, _ in others}
        if not outer or assigned & (read | {name for _, value in others for name in names_in(value)}):
            return node
        try:
            if others:
                raise _NoProduct
            return [self.summing(s, *it, rows) for s in node.body if (it := _added(s))]
        except _NoProduct:
            self.refused.append(node)
            self.unread |= {*rows.values(), *(name for name, _ in added)}
            return None

    def summing(self, node: ast.stmt, name: str, value: ast.expr, rows: Rows) -> ast.stmt:
        whole = self.product(value, rows)
        self.summed.add(name)
        return ast.copy_location(ast.AugAssign(ast.Name(name, ast.Store()), ast.Add(), whole), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """`sum(np.outer(p, p) for p in patterns)`, and the same over a list."""
        self.generic_visit(node)
        match node.args:
            case [ast.GeneratorExp(inner, [made]) | ast.ListComp(inner, [made]), *_] if (
                called_name(node) == "sum" and not made.ifs and (rows := _rows(made.target, made.iter))
            ):
                with suppress(_NoProduct):
                    return self.product(inner, rows)
        return node

    def product(self, node: ast.expr, rows: Rows) -> ast.expr:
        """What the sum of an outer product over rows is, with the factors that are the same for all of them."""
        match node:
            case ast.BinOp(left, ast.Mult() | ast.Div() as sign, right) if not _has_row(right, rows):
                return ast.copy_location(ast.BinOp(self.product(left, rows), sign, right), node)
            case ast.BinOp(left, ast.Mult(), right) if not _has_row(left, rows):
                return ast.copy_location(ast.BinOp(left, ast.Mult(), self.product(right, rows)), node)
            case ast.Call(args=[first, second]) if _is_outer(node, rows):
                one, other = (ast.Name(self.table(rows[ast.unparse(it)]), ast.Load()) for it in (first, second))
                found = ast.BinOp(ast.Attribute(one, "T", ast.Load()), ast.MatMult(), other)
                for part in every_node(found):
                    ast.copy_location(part, node)
                return found
        raise _NoProduct

    def table(self, name: str) -> str:
        """The name here of data that have a row for each pattern: a capital letter, as a matrix has."""
        if name not in self.tables:
            letter = name if name[:1].isupper() else name[:1].upper()
            free = letter if letter == name or letter not in self.taken else name.capitalize()
            self.tables[name] = free
            self.taken.add(free)
        return self.tables[name]

    def table_of(self, node: ast.stmt) -> str:
        """The table that a statement fills with numbers, if it does that alone."""
        pairs = list(assigned_pairs(node))
        name = (variable_name(pairs[0][0]) or "") if len(pairs) == 1 else ""
        return name if name in self.tables else ""


class _RowsCounted(ast.NodeTransformer):
    """How many rows a table has, of what it has: the root of the entries of P Pᵀ, for `len(P)` and `P.shape[0]`."""

    def __init__(self, tables: Mapping[str, str]) -> None:
        self.tables = tables

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(ast.Name("len"), [ast.Name(data)]) if data in self.tables:
                return self.rows(node, data)
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match node:
            case ast.Subscript(ast.Attribute(ast.Name(data), "shape"), ast.Constant(0)) if data in self.tables:
                return self.rows(node, data)
        return self.generic_visit(node)

    def rows(self, node: ast.expr, data: str) -> ast.expr:
        found = ast.parse(f"np.sqrt(size({self.tables[data]} @ {self.tables[data]}.T))", mode="eval").body
        for part in every_node(found):
            ast.copy_location(part, node)
        return found


def _rows_of_loop(node: ast.For) -> Rows:
    """The rows that a loop goes through, by themselves or by their number: `P[mu]` of `for mu in range(M)`."""
    if isinstance(node.iter, ast.Call) and called_name(node.iter) == "range" and isinstance(node.target, ast.Name):
        number = node.target.id
        reads = (it for s in node.body for it in every_node(s) if isinstance(it, ast.Subscript))
        rows = {
            ast.unparse(it): name for it in reads if (name := variable_name(it.value)) and _is_name(it.slice, number)
        }
        return {} if number in CLOCKS else rows
    return _rows(node.target, node.iter)


def _rows(target: ast.expr, over: ast.expr) -> Rows:
    """By the names of rows the data that they are of: `p in patterns`, `x, y in zip(X, Y)`; none for steps of time."""
    match target, over:
        case ast.Name(row), ast.Name(data) if not _says_now(row):
            return {row: data}
        case ast.Tuple(names), ast.Call(ast.Name("zip"), several) if len(names) == len(several):
            rows, tables = map(variable_name, names), map(variable_name, several)
            return {row: data for row, data in zip(rows, tables, strict=True) if row and data and not _says_now(row)}
    return {}


def _says_now(name: str) -> bool:
    """True for what data are called at a step: `x_t`."""
    return moment_of_name(name)[1] is not None


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _has_row(node: ast.expr, rows: Rows) -> bool:
    return any(isinstance(it, ast.expr) and ast.unparse(it) in rows for it in every_node(node))


def _is_outer(node: ast.AST, rows: Rows) -> bool:
    """True for the outer product of two rows."""
    match node:
        case ast.Call(args=[first, second]) if called_name(node) in OUTER:
            return {ast.unparse(first), ast.unparse(second)} <= rows.keys()
    return False


def _added(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """The variable that a statement adds to, and what."""
    name, value = summed_name(node), added_value(node)
    return (name, value) if name and value else None


def _settle_values(tree: ast.Module, names: set[str]) -> list[tuple[ast.stmt, str]]:
    """Have one statement for each name that is summed, with all that the lines make of it one after another."""
    whole, kept, said = dict[str, ast.Assign](), list[ast.stmt](), list[tuple[ast.stmt, str]]()
    for node in tree.body:
        pairs = list(assigned_pairs(node)) or _diagonal_emptied(node)
        name = (variable_name(pairs[0][0]) or "") if len(pairs) == 1 else ""
        if name not in names:
            kept.append(node)
            continue
        target, value = pairs[0]
        before = whole.get(name)
        if made_anew(value) in EMPTY or literal_of(value) == 0:
            said.append((node, f"{name} begins at 0"))
            continue
        value = _Put(name, before.value if before else None).visit(value)
        settled = ast.copy_location(ast.Assign([target], value), node)
        if before:
            kept.remove(before)
            said.append((before, f"{name} goes on below"))
        whole[name] = settled
        kept.append(settled)
    tree.body = kept
    return said


def _wholes(node: ast.stmt) -> set[str]:
    """The variables that a statement assigns as a whole."""
    return {variable_name(target) or "" for target, _ in assigned_pairs(node)}


def _diagonal_emptied(node: ast.stmt) -> list[tuple[ast.expr, ast.expr]]:
    """What `np.fill_diagonal(W, 0)` makes of W."""
    match node:
        case ast.Expr(ast.Call(args=[ast.Name(name) as matrix, ast.Constant(0)]) as call) if (
            called_name(call) == "fill_diagonal"
        ):
            target = ast.copy_location(ast.Name(name, ast.Store()), matrix)
            function = ast.copy_location(ast.Name("offdiagonal", ast.Load()), matrix)
            return [(target, ast.copy_location(ast.Call(function, [matrix], []), call))]
    return []


class _Put(ast.NodeTransformer):
    """Puts a value for a name; where it has none yet it is 0, and what is added to it is all."""

    def __init__(self, name: str, value: ast.expr | None) -> None:
        self.name, self.value = name, value

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if self.value is None and isinstance(node.op, ast.Add) and variable_name(node.left) == self.name:
            return node.right
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.value if node.id == self.name and self.value is not None else node
