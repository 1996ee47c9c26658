"""Writes out what a program says in fewer words: sums over a few numbers, bounds that have names, lists of arrays.

`sum(phi[i] * y[t-1-i] for i in range(p))` after `p = 2` is `phi[0] * y[t-1] + phi[1] * y[t-2]`, and `W[0]` after
`W = [A, B]` is A. What is no number of the text, or more than a few, stays as it is.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name, entries_of, whole_index

MOST_TERMS = 16
"""So many terms of a sum are written out."""


def write_out_sums_and_lists(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Put the terms in place of sums in loops, numbers for the names of bounds, and arrays for entries of their lists.

    Returns what is said of the lines that nothing needs then.
    """
    _put_numbers_for_lengths(tree)
    numbers = known_numbers(tree)
    for loop in [it for it in every_node(tree) if isinstance(it, ast.For)]:
        match loop.iter:
            case ast.Call(ast.Name("range"), [first, _]) if (number := _number(first, numbers)) is not None:
                loop.iter.args[0] = ast.copy_location(ast.Constant(number), first)
        loop.body = [_Sums(numbers).visit(s) for s in loop.body]
    return _put_arrays_for_lists(tree)


def _put_numbers_for_lengths(tree: ast.Module) -> None:
    """Put 2 in place of `len(phi)` in `p = len(phi)`, where phi is written out as an array of two numbers."""
    assigned = _assigned(tree)
    for line in [it for it in every_node(tree) if isinstance(it, ast.Assign)]:
        match line.value:
            case ast.Call(ast.Name("len"), [ast.Name(name)]) if len(assigned.get(name, [])) == 1:
                value = getattr(assigned[name][0], "value", None)
                inner = value.args[0] if isinstance(value, ast.Call) and called_name(value) == "array" else value
                if isinstance(inner, ast.expr) and (entries := entries_of(inner)):
                    line.value = ast.copy_location(ast.Constant(len(entries)), line.value)


def _assigned(tree: ast.AST) -> Mapping[str, list[ast.stmt]]:
    """By its name all lines that assign a variable."""
    found = defaultdict[str, list[ast.stmt]](list)
    for line in every_node(tree):
        if isinstance(line, ast.stmt):
            targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
            for node in (it for target in targets if target is not None for it in every_node(target)):
                if isinstance(node, ast.Name):
                    found[node.id].append(line)
    return found


def known_numbers(tree: ast.AST) -> dict[str, int]:
    """The names that are one whole number throughout."""
    found = dict[str, int]()
    for name, lines in _assigned(tree).items():
        match lines:
            case [ast.Assign([ast.Name()], ast.Constant(int() as number))] if not isinstance(number, bool):
                found[name] = number
    return found


def _number(node: ast.expr, numbers: Mapping[str, int]) -> int | None:
    match node:
        case ast.Constant(int() as number) if not isinstance(number, bool):
            return number
        case ast.Name(name):
            return numbers.get(name)
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right):
            one, other = _number(left, numbers), _number(right, numbers)
            if one is not None and other is not None:
                return one + other if isinstance(sign, ast.Add) else one - other
    return None


def with_numbers(node: ast.expr, numbers: Mapping[str, int]) -> ast.expr:
    """An index with numbers in place of names that have one: `t - 2` for `t - p` after `p = 2`."""
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right) if (number := _number(right, numbers)) is not None:
            signed = number if isinstance(sign, ast.Add) else -number
            base, more = _sum_of(left)
            if base is not None and more is not None:
                whole = more + signed
                return (
                    ast.BinOp(base, ast.Add() if whole > 0 else ast.Sub(), ast.Constant(abs(whole))) if whole else base
                )
    return node


class _Sums(ast.NodeTransformer):
    """The terms of sums over `range` with numbers."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self.numbers = numbers

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if called_name(node) != "sum" or len(node.args) != 1 or node.keywords:
            return node
        match node.args[0]:
            case ast.GeneratorExp(term, [one]) | ast.ListComp(term, [one]) if not one.ifs:
                over = self.bounds(one.iter)
                if over is not None and isinstance(one.target, ast.Name) and 0 < len(over) <= MOST_TERMS:
                    terms: list[ast.expr] = [_Indexed(one.target.id, k).visit(deepcopy(term)) for k in over]
                    whole = terms[0]
                    for it in terms[1:]:
                        whole = ast.BinOp(whole, ast.Add(), it)
                    for part in every_node(whole):
                        ast.copy_location(part, node)
                    return whole
        return node

    def bounds(self, over: ast.expr) -> range | None:
        if not isinstance(over, ast.Call) or called_name(over) != "range" or not 1 <= len(over.args) <= 2:
            return None
        told = [_number(it, self.numbers) for it in over.args]
        return None if None in told else range(*(it for it in told if it is not None))


class _Indexed(ast.NodeTransformer):
    """A term with a number in place of its index, and `t - 1 - 1` as t - 2."""

    def __init__(self, index: str, number: int) -> None:
        self.index, self.number = index, number

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self.number) if node.id == self.index else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        base, more = _sum_of(node.slice)
        if base is None:
            node.slice = ast.Constant(more) if more is not None else node.slice
        elif more is not None:
            sign = ast.Add() if more > 0 else ast.Sub()
            node.slice = ast.BinOp(base, sign, ast.Constant(abs(more))) if more else base
        return node


def _sum_of(index: ast.expr) -> tuple[ast.expr | None, int | None]:
    """A name and the number that is added to it: t and -2 of `t - 1 - 1`; no number where it is nothing such."""
    match index:
        case ast.Constant(int() as number):
            return None, number
        case ast.Name():
            return index, 0
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right):
            (one, first), (other, second) = _sum_of(left), _sum_of(right)
            if first is None or second is None or (one and other) or (other and isinstance(sign, ast.Sub)):
                return index, None
            return one or other, first + second if isinstance(sign, ast.Add) else first - second
    return index, None


def _put_arrays_for_lists(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    said = list[tuple[ast.stmt, str]]()
    for name, lines in _assigned(tree).items():
        match lines:
            case [ast.Assign([ast.Name()], ast.List() | ast.Tuple() as whole) as line] if line in tree.body:
                arrays = entries_of(whole)
            case _:
                continue
        picked = [it for it in every_node(tree) if isinstance(it, ast.Subscript) and _is_named(it.value, name)]
        read = [it for it in every_node(tree) if isinstance(it, ast.Name) and it.id == name]
        places = [whole_index(it.slice) for it in picked]
        inside = all(k is not None and 0 <= k < len(arrays) for k in places)
        if not arrays or not all(isinstance(it, ast.Name) for it in arrays) or not picked or not inside:
            continue
        if len(read) == len(picked) + 1 and all(isinstance(it.ctx, ast.Load) for it in picked):
            _Entries(name, arrays).visit(tree)
            tree.body.remove(line)
            said.append((line, "its entries are read by their own names"))
    return said


class _Entries(ast.NodeTransformer):
    """The arrays of a list in place of its entries."""

    def __init__(self, name: str, arrays: list[ast.expr]) -> None:
        self.name, self.arrays = name, arrays

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        place = whole_index(node.slice)
        if not _is_named(node.value, self.name) or place is None:
            return node
        return ast.copy_location(deepcopy(self.arrays[place]), node)


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
