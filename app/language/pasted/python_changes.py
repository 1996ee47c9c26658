"""Has calls that change a variable in place assign what it becomes: `h.clamp_(0, 1)`, `np.add(a, b, out=a)`.

Such a call has no value that anything keeps, and yet what follows reads another number than before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import (
    MADE_ANEW,
    NORMAL,
    assigned_pairs,
    called_name,
    is_module,
    literal_of,
    names_in,
    variable_name,
    whole_name,
)

REORDERING = frozenset((
    "shuffle", "sort", "reverse", "insert", "extend", "pop", "remove", "put", "place", "putmask", "put_along_axis",
    "fill_diagonal", "fill_diagonal_", "appendleft", "update", "setdiag",
))  # fmt: skip
"""Functions and methods that change what they are given, and that no assignment stands for."""
OPERATORS = {"add": ast.Add, "sub": ast.Sub, "subtract": ast.Sub, "mul": ast.Mult, "multiply": ast.Mult, "div": ast.Div}
KEPT_SO = frozenset(("requires_grad_", "detach_", "share_memory_"))
IN_PLACE = "{} is changed in place, which is not read"
ASSIGN_IT = "assign what it becomes under a name of its own: {0}_new = …"


def put_assignments_for_changes(tree: ast.Module) -> None:
    """Put an assignment in place of each call that changes a variable, and one function for what empties a diagonal."""
    _Emptied().visit(tree)
    for node in list(every_node(tree)):
        within = isinstance(node, ast.For | ast.FunctionDef)
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                block[:] = [_assignment(it, within, tree) or it for it in block]


class _Emptied(ast.NodeTransformer):
    """One function in place of `W - np.diag(np.diag(W))`."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Sub) and _diagonal_of(node.right) == ast.unparse(node.left):
            return ast.copy_location(_of_module("offdiagonal", [node.left]), node)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if isinstance(node.op, ast.Sub) and _diagonal_of(node.value) == ast.unparse(node.target):
            read = ast.parse(ast.unparse(node.target), mode="eval").body
            emptied = ast.Assign([node.target], _of_module("offdiagonal", [read]))
            return ast.fix_missing_locations(ast.copy_location(emptied, node))
        return self.generic_visit(node)


def _diagonal_of(value: ast.expr) -> str:
    """What a matrix that has a diagonal alone has it of, as it is written."""
    match value:
        case ast.Call(args=[ast.Call(args=[matrix]) as inner]) if (called_name(value), called_name(inner)) == (
            "diag",
            "diag",
        ):
            return ast.unparse(matrix)
    return ""


def put_choices_for_masks(tree: ast.Module) -> None:
    """Put `V = np.where(s, 0, V)` in place of `V[s] = 0` where s is a comparison that has a name."""
    masks = {
        node.targets[0].id
        for node in every_node(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Compare)
        and isinstance(node.targets[0], ast.Name)
    }
    for node in every_node(tree) if masks else ():
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                block[:] = [_masked(it, masks) for it in block]


def _masked(line: ast.stmt, masks: set[str]) -> ast.stmt:
    """An assignment to the entries that a mask picks as one to all, by choice."""
    match line:
        case ast.Assign([ast.Subscript(ast.Name(name), ast.Name(mask))], value) if mask in masks:
            changed = value
        case ast.AugAssign(ast.Subscript(ast.Name(name), ast.Name(mask)), operator, value) if mask in masks:
            changed = ast.BinOp(ast.Name(name, ast.Load()), operator, value)
        case _:
            return line
    chosen = ast.IfExp(ast.Name(mask, ast.Load()), _Unmasked(mask).visit(changed), ast.Name(name, ast.Load()))
    whole = ast.Assign([ast.Name(name, ast.Store())], chosen)
    return ast.fix_missing_locations(ast.copy_location(whole, line))


class _Unmasked(ast.NodeTransformer):
    """Whole arrays in place of the entries that a mask picks."""

    def __init__(self, mask: str) -> None:
        self.mask = mask

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        picked = isinstance(node.slice, ast.Name) and node.slice.id == self.mask
        return node.value if picked else self.generic_visit(node)


def changed_in_place(node: ast.expr) -> str | None:
    """The variable that a call changes where no assignment stands for it; None for any other call."""
    if not isinstance(node, ast.Call) or called_name(node) not in REORDERING:
        return None
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if owner is not None and not is_module(owner) and variable_name(owner) != "random":
        return variable_name(owner)
    return variable_name(node.args[0]) if node.args else None


def _assignment(statement: ast.stmt, within: bool, tree: ast.Module) -> ast.stmt | None:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return None
    for target, value in _changes(statement.value, within, tree):
        stored = ast.Name(target.id, ast.Store()) if isinstance(target, ast.Name) else target
        return ast.fix_missing_locations(ast.copy_location(ast.Assign([stored], value), statement))
    return None


def _changes(call: ast.Call, within: bool, tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The variable that a call changes, and what it becomes."""
    name, args = called_name(call), call.args
    out = next((k.value for k in call.keywords if k.arg == "out"), None)
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if out is not None and variable_name(out):
        yield out, ast.Call(call.func, args, [k for k in call.keywords if k.arg != "out"])
    elif name == "copyto" and len(args) == 2:
        yield args[0], args[1]
    elif name == "fill_diagonal" and len(args) == 2 and literal_of(args[1]) == 0:
        yield from _without_diagonal(args[0], within, tree)
    elif owner is not None and variable_name(owner) and _is_changing(name) and not is_module(owner):
        yield owner, _becomes(owner, name.removesuffix("_"), args, call, within)


def _is_changing(name: str) -> bool:
    random = name in MADE_ANEW | NORMAL or name.removesuffix("_") in MADE_ANEW | NORMAL
    return name.endswith("_") and not name.endswith("__") and not random and name not in KEPT_SO | REORDERING


def _becomes(owner: ast.expr, name: str, args: list[ast.expr], call: ast.Call, within: bool) -> ast.expr:
    """What a variable is behind a method that changes it; within the steps a number keeps the variable's shape."""
    number = args[0] if name == "fill" and args else ast.Constant(0)
    if name in ("zero", "fill") and within:
        return ast.BinOp(number, ast.Add(), ast.BinOp(ast.Constant(0), ast.Mult(), owner))
    if name in ("zero", "fill"):
        return _of_module("full_like", [owner, number])
    if name == "copy" and args:
        return args[0]
    if name in OPERATORS and len(args) == 1 and not call.keywords:
        return ast.BinOp(owner, OPERATORS[name](), args[0])
    return ast.Call(_of_module(name, []).func, [owner, *args], call.keywords)


def _of_module(name: str, args: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name("torch", ast.Load()), name, ast.Load()), args, [])


def _without_diagonal(matrix: ast.expr, within: bool, tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """A matrix with zeros on its diagonal; what it was before has a name of its own, unless a step assigns it."""
    if not isinstance(matrix, ast.Name):
        return
    before = f"{matrix.id}_full"
    pairs = [pair for node in every_node(tree) for pair in assigned_pairs(node) if whole_name(pair[0]) == matrix.id]
    names = [target for target, _ in pairs if isinstance(target, ast.Name)]
    if within or len(names) != len(pairs):
        return
    if len(pairs) > 1 or any(matrix.id in names_in(value) for _, value in pairs):
        yield matrix, _of_module("offdiagonal", [ast.Name(matrix.id, ast.Load())])
        return
    for target in names:
        target.id = before
    yield matrix, _of_module("offdiagonal", [ast.Name(before, ast.Load())])
