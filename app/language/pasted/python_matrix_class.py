"""Reads NumPy's class matrix: what is made by `np.matrix` is an array whose `*` is the product of matrices."""

from __future__ import annotations

import ast

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import assigned_pairs, called_name, is_module, variable_name

MAKERS = frozenset(("matrix", "mat", "asmatrix", "bmat"))


def put_arrays_for_matrices(tree: ast.AST) -> None:
    """Put `np.array` for `np.matrix`, and `@` for `*` where both factors are matrices or made of them."""
    makers = [it for it in every_node(tree) if isinstance(it, ast.Call) and _makes_matrix(it)]
    if not makers:
        return
    names = set[str]()
    while True:
        found = {
            name
            for node in every_node(tree)
            for target, value in assigned_pairs(node)
            if (name := variable_name(target)) and _is_matrix(value, names)
        }
        if found <= names:
            break
        names |= found
    for node in every_node(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            numbers = any(isinstance(it, ast.Constant) or _is_number(it) for it in (node.left, node.right))
            if not numbers and (_is_matrix(node.left, names) or _is_matrix(node.right, names)):
                node.op = ast.MatMult()
    for call in makers:
        if isinstance(call.func, ast.Attribute):
            call.func.attr = "array"


def _makes_matrix(call: ast.Call) -> bool:
    return called_name(call) in MAKERS and isinstance(call.func, ast.Attribute) and is_module(call.func.value)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)


def _is_matrix(value: ast.expr, names: set[str]) -> bool:
    """Whether an expression has a matrix among its factors and terms."""
    match value:
        case ast.Call():
            return _makes_matrix(value)
        case ast.BinOp(left, _, right):
            return _is_matrix(left, names) or _is_matrix(right, names)
        case ast.UnaryOp(_, inner) | ast.Attribute(inner):
            return _is_matrix(inner, names)
    return variable_name(value) in names
