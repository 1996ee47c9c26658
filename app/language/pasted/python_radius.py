"""Leaves out the lines that scale a matrix to a spectral radius: this is a setting of a run here, no equation."""

from __future__ import annotations

import ast

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import assigned_pairs, called_name, literal_of, names_in, variable_name

EIGENVALUES = frozenset(("eig", "eigvals", "eigh", "eigvalsh", "eigs"))


def without_spectral_radius(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Take such lines out of a program, each with what to set instead."""
    radii, said = set[str](), list[tuple[ast.stmt, str]]()
    for owner in [it for it in every_node(tree) if isinstance(it, ast.Module | ast.FunctionDef)]:
        kept = []
        for node in owner.body:
            if note := _said(node, radii):
                said.append((node, note))
            else:
                kept.append(node)
        if len(kept) < len(owner.body):
            owner.body = kept or [ast.copy_location(ast.Pass(), owner.body[0])]
    return said


def _said(node: ast.stmt, radii: set[str]) -> str:
    """What is said of a line that finds a spectral radius or scales a matrix to one, nothing of any other."""
    pairs = list(assigned_pairs(node))
    if not pairs or not (_finds_eigenvalues(node) or radii & {name for _, value in pairs for name in names_in(value)}):
        return ""
    names = {variable_name(target) for target, _ in pairs}
    scaled = next((name for name in names if name and any(name in names_in(value) for _, value in pairs)), "")
    number = _number(pairs[0][1], radii) if scaled else None
    if scaled and _divides(pairs[0][1], radii):
        radius = f"to {number:g}" if number is not None else "to what stands here"
        return f"left out: set the spectral radius (field radius) {radius}"
    if _finds_eigenvalues(node) or not scaled:
        radii |= {name for name in names if name}
        return "the spectral radius is a field of a run: radius"
    return ""


def _finds_eigenvalues(node: ast.AST) -> bool:
    return any(isinstance(it, ast.Call) and called_name(it) in EIGENVALUES for it in every_node(node))


def _divides(value: ast.expr, radii: set[str]) -> bool:
    """True for a value that is divided by a spectral radius."""
    quotients = (it for it in every_node(value) if isinstance(it, ast.BinOp) and isinstance(it.op, ast.Div))
    return any(_is_radius(it.right, radii) for it in quotients)


def _is_radius(node: ast.expr, radii: set[str]) -> bool:
    return _finds_eigenvalues(node) or variable_name(node) in radii


def _number(value: ast.expr, radii: set[str]) -> float | None:
    """The radius that a matrix is scaled to: 1.25 of `W * (1.25 / rho)` and `W / rho * 1.25`, 1 of `W / rho`."""
    match value:
        case ast.BinOp(left, ast.Mult(), right):
            numbers = [_number(it, radii) for it in (left, right)]
            return None if None in numbers else float(numbers[0] or 1) * float(numbers[1] or 1)
        case ast.BinOp(left, ast.Div(), right) if _is_radius(right, radii):
            return _number(left, radii)
    number = literal_of(value)
    if isinstance(number, int | float):
        return float(number)
    return 1.0 if isinstance(value, ast.Name) and value.id[:1].isupper() else None
