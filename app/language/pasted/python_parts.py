"""Finds the vectors that a program cuts into equal parts by indices, as fused gates are: `a[:, :H]`, `a[:, H:2*H]`."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import index_of, indexed_variable

Bound = tuple[str, int]
"""So many times a size that has a name; the name is empty for plain numbers."""


def equal_parts(trees: Iterable[ast.AST]) -> Mapping[str, Mapping[str, int]]:
    """By the name of each vector that is cut into equal parts, the number of every part by the text of its index."""
    slices = defaultdict[str, dict[str, ast.Slice]](dict)
    for tree in trees:
        for node in every_node(tree):
            if isinstance(node, ast.Subscript) and isinstance(index := index_of(node), ast.Slice):
                name = indexed_variable(node)
                if name is not None:
                    slices[name][ast.unparse(index)] = index
    return {name: parts for name, found in slices.items() if (parts := _numbered(found))}


def _numbered(slices: Mapping[str, ast.Slice]) -> dict[str, int]:
    """The number of each part, from 0, if the parts are equal and there is one for each number."""
    bounds = {text: (_bound(s.lower), _bound(s.upper)) for text, s in slices.items() if s.step is None}
    known = [b for pair in bounds.values() for b in pair if b is not None]
    units = {name for name, _ in known}
    if len(bounds) != len(slices) or len(slices) < 2 or len(units) != 1:
        return {}
    unit = min(k for _, k in known if k > 0) if units == {""} else 1
    firsts = {text: lower[1] // unit if lower else 0 for text, (lower, _) in bounds.items()}
    lasts = {text: upper[1] // unit if upper else max(firsts.values()) + 1 for text, (_, upper) in bounds.items()}
    whole = all(k % unit == 0 for _, k in known)
    equal = all(lasts[text] == first + 1 for text, first in firsts.items())
    return firsts if whole and equal and sorted(firsts.values()) == list(range(len(firsts))) else {}


def _bound(node: ast.expr | None) -> Bound | None:
    match node:
        case ast.Constant(0):
            return None
        case ast.Constant(int() as number):
            return "", number
        case ast.Name(name):
            return name, 1
        case ast.BinOp(ast.Constant(int() as number), ast.Mult(), ast.Name(name)) | ast.BinOp(
            ast.Name(name), ast.Mult(), ast.Constant(int() as number)
        ):
            return name, number
    return None
