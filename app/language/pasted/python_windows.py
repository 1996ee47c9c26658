"""Writes out what a step reads of the few steps before it: `np.mean(x[t-2:t])`, `a @ y[t-2:t][::-1]`.

A window is as long as its bounds say with numbers, or with names that have one; its sum, its mean, the largest of it
and its product with a vector are terms at their moments. The entries of that vector have names of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import reduce

from app.language.pasted.names_elsewhere import name_here
from app.language.pasted.python_axes import axis_of
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name, clocked_index, is_module, literal_of, variable_name
from app.language.pasted.python_written_out import MOST_TERMS, known_numbers, with_numbers

PRODUCTS = frozenset(("dot", "inner", "vdot"))


def write_out_windows(tree: ast.Module) -> None:
    """Put terms in place of what loops compute of windows."""
    numbers, vectors = known_numbers(tree), set(_vectors(tree))
    for loop in [it for it in every_node(tree) if isinstance(it, ast.For) and isinstance(it.target, ast.Name)]:
        if isinstance(loop.iter, ast.Call) and called_name(loop.iter) in ("range", "trange", "reversed"):
            writer = _WindowWriter(loop.target.id, numbers, vectors) if isinstance(loop.target, ast.Name) else None
            loop.body = [writer.visit(s) for s in loop.body] if writer else loop.body


def _vectors(tree: ast.Module) -> Iterator[str]:
    """The sequences whose steps are vectors: a matrix is applied to one of them, or they are made with two axes."""
    for node in every_node(tree):
        match node:
            case ast.BinOp(left, ast.MatMult(), right):
                yield from (name for it in (left, right) if (name := _at_step(it)))
            case ast.Assign([ast.Name(name)], ast.Call(_, [ast.Tuple([_, _, *_]), *_])):
                yield name


def _at_step(node: ast.expr) -> str:
    """The sequence of which a value is one step: x of `x[t]`."""
    whole = isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice)
    return variable_name(node.value) or "" if whole and isinstance(node, ast.Subscript) else ""


class _WindowWriter(ast.NodeTransformer):
    """Terms in place of windows over the index of one loop."""

    def __init__(self, clock: str, numbers: Mapping[str, int], vectors: Collection[str]) -> None:
        self.clock, self.numbers, self.vectors = clock, numbers, vectors

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        of_module = not isinstance(node.func, ast.Attribute) or is_module(node.func.value)
        args = node.args if of_module else [node.func.value, *node.args]  # type: ignore[attr-defined]
        here = called_name(node)
        if here in PRODUCTS and len(args) == 2:
            return self.product(node, args[0], args[1])
        pool = POOLS.get(name_here(here) or here)
        if pool is None or not args:
            return node
        if isinstance(args[0], ast.BinOp) and isinstance(args[0].op, ast.Mult) and pool is _sum:
            return self.product(node, args[0].left, args[0].right)
        terms, axis = self.terms(args[0]), axis_of(node, args)
        if not terms or axis not in (None, 0) or (axis is None and self.name(args[0]) in self.vectors):
            return node
        return self.placed(pool(terms), node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        return self.product(node, node.left, node.right) if isinstance(node.op, ast.MatMult) else node

    def product(self, node: ast.expr, left: ast.expr, right: ast.expr) -> ast.expr:
        """The product of a vector with a window, entry by entry."""
        for window, vector in ((left, right), (right, left)):
            name, terms = variable_name(vector), self.terms(window)
            if terms and name and self.name(window) not in self.vectors:
                entries = [
                    ast.Subscript(ast.Name(name, ast.Load()), ast.Constant(k), ast.Load()) for k in range(len(terms))
                ]
                pairs = zip(entries, terms, strict=True)
                return self.placed(_sum([ast.BinOp(entry, ast.Mult(), term) for entry, term in pairs]), node)
        return node

    def placed(self, value: ast.expr, node: ast.expr) -> ast.expr:
        for part in every_node(value):
            ast.copy_location(part, node)
        return value

    def name(self, node: ast.expr) -> str:
        """The sequence that a window is of."""
        while isinstance(node, ast.Subscript):
            node = node.value
        return variable_name(node) or ""

    def terms(self, node: ast.expr) -> list[ast.expr]:
        """The steps of a window, in its order; none where it is no window."""
        match node:
            case ast.Subscript(inner, ast.Slice(None, None, step)) if step and _is_minus_one(step):
                return self.terms(inner)[::-1]
            case ast.Subscript(sequence, ast.Slice(lower, upper, step)) if lower and upper and variable_name(sequence):
                bounds = [clocked_index(with_numbers(it, self.numbers)) for it in (lower, upper)]
                if None in bounds or any(it and it[0] != self.clock for it in bounds):
                    return []
                first, end = (it[1] for it in bounds if it)
                back = step is not None and _is_minus_one(step)
                lags = range(first, end, -1 if back else 1) if step is None or back else range(0)
                return [self.at(sequence, lag) for lag in lags] if 1 < len(lags) <= MOST_TERMS else []
        return []

    def at(self, sequence: ast.expr, lag: int) -> ast.expr:
        now: ast.expr = ast.Name(self.clock, ast.Load())
        index = ast.BinOp(now, ast.Add() if lag > 0 else ast.Sub(), ast.Constant(abs(lag))) if lag else now
        return ast.Subscript(deepcopy(sequence), index, ast.Load())


def _is_minus_one(step: ast.expr) -> bool:
    return isinstance(step, ast.UnaryOp) and isinstance(step.op, ast.USub) and literal_of(step.operand) == 1


def _sum(terms: Sequence[ast.expr]) -> ast.expr:
    return reduce(lambda one, other: ast.BinOp(one, ast.Add(), other), terms)


def _mean(terms: Sequence[ast.expr]) -> ast.expr:
    return ast.BinOp(_sum(terms), ast.Div(), ast.Constant(len(terms)))


def _of_two(function: str) -> Callable[[Sequence[ast.expr]], ast.expr]:
    """What picks one of two, applied to all of them in turn."""
    called = ast.Attribute(ast.Name("np", ast.Load()), function, ast.Load())
    return lambda terms: reduce(lambda one, other: ast.Call(deepcopy(called), [one, other], []), terms)


POOLS: Mapping[str, Callable[[Sequence[ast.expr]], ast.expr]] = {
    "sum": _sum, "mean": _mean, "max": _of_two("maximum"), "min": _of_two("minimum"),
}  # fmt: skip
"""What a program computes of a window."""
