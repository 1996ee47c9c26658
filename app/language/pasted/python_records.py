"""What one value keeps under names: dictionaries, named tuples and data classes, `{"h": h}` and `State(h, c)`."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from app.language.pasted.python_trees import literal_of

CHANGING = frozenset(("_replace", "replace"))
"""Methods that give a record with other values under some of its names."""


def fields_of(node: ast.expr) -> dict[str, ast.expr]:
    """The values of a record by their names, without those that it takes from another one."""
    match node:
        case ast.Dict(keys, values) if all(it is None or isinstance(literal_of(it), str) for it in keys):
            named = zip(keys, values, strict=True)
            return {str(literal_of(it)): value for it, value in named if it is not None}
        case ast.BinOp(ast.Name(), ast.BitOr(), more):
            return fields_of(more)
        case ast.Call(ast.Name(name), [], [_, *_] as named) if name == "dict" or name[:1].isupper():
            return {it.arg: it.value for it in named if it.arg}
        case ast.Call(ast.Attribute(ast.Name(), method), [], [_, *_] as named) if method in CHANGING:
            return {it.arg: it.value for it in named if it.arg}
    return {}


def name_fields_of_records(tree: ast.Module) -> None:
    """Have records say the name of each of their values: `State(h=h, c=c)` for `State(h, c)`."""
    records = dict(filter(None, map(_record, ast.walk(tree))))
    for node in ast.walk(tree) if records else ():
        match node:
            case ast.Call(ast.Name(name), args) if name in records and len(args) <= len(records[name]):
                named = zip(records[name], args, strict=False)
                node.args, node.keywords = [], [*(ast.keyword(*it) for it in named), *node.keywords]


def _record(node: ast.AST) -> tuple[str, Sequence[str]] | None:
    """The name of a class of records, and those of its values."""
    match node:
        case ast.ClassDef(name, body=body):
            fields = [it.target.id for it in body if isinstance(it, ast.AnnAssign) and isinstance(it.target, ast.Name)]
            methods = any(isinstance(it, ast.FunctionDef) for it in body)
            return (name, fields) if fields and not methods else None
        case ast.Assign([ast.Name(name)], ast.Call(ast.Name("namedtuple") | ast.Attribute(_, "namedtuple"), [_, said])):
            if isinstance(said, ast.List | ast.Tuple):
                return name, [str(literal_of(it)) for it in said.elts]
            return name, str(literal_of(said)).replace(",", " ").split()
    return None


class FieldNamed(ast.NodeTransformer):
    """Names for the values of a record: of `carry["h"]` and `carry.h`."""

    def __init__(self, whole: str, names: Mapping[str, str]) -> None:
        self.whole, self.names = whole, names

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match node:
            case ast.Subscript(ast.Name(name), ast.Constant(str() as field)) if name == self.whole:
                return ast.copy_location(ast.Name(self.names.get(field, field), node.ctx), node)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node:
            case ast.Attribute(ast.Name(name), field) if name == self.whole and field in self.names:
                return ast.copy_location(ast.Name(self.names[field], node.ctx), node)
        return self.generic_visit(node)


def with_fields_named(lines: Sequence[ast.stmt], whole: ast.expr | None, names: Mapping[str, str]) -> None:
    """Have lines read the values of a record that has a name each by itself."""
    if names and isinstance(whole, ast.Name):
        for line in lines:
            FieldNamed(whole.id, names).visit(line)
