"""What one value keeps under names: dictionaries, named tuples and data classes, `{"h": h}` and `State(h, c)`."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from app.language.pasted.python_nodes import every_node
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


def without_containers(tree: ast.Module) -> None:
    """Take away arguments that functions only take names out of, params of `params["W"]`: each name is known anyway."""
    functions = [it for it in every_node(tree) if isinstance(it, ast.FunctionDef)]
    named = {it.name: it for it in functions if sum(it.name == other.name for other in functions) == 1}
    calls = [it for it in every_node(tree) if isinstance(it, ast.Call)]
    called = {id(it.func) for it in calls}
    handed_on = {it.id for it in every_node(tree) if isinstance(it, ast.Name) and id(it) not in called}
    own = {name: it for name, it in named.items() if name not in handed_on}
    found = {(name, arg.arg) for name, it in own.items() for arg in it.args.args}
    while found != (left := {it for it in found if _only_names_taken(own[it[0]], it[1], own, found)}):
        found = left
    taken_from = {name for name, argument in found if _takes_names(own[name], argument)}
    for name in {name for name, _ in found}:
        places = [k for k, arg in enumerate(own[name].args.args) if (name, arg.arg) in found]
        if own[name].args.defaults or not taken_from:
            continue
        own[name].args.args = [arg for k, arg in enumerate(own[name].args.args) if k not in places]
        for call in (it for it in calls if isinstance(it.func, ast.Name) and it.func.id == name):
            call.args = [arg for k, arg in enumerate(call.args) if k not in places]


def _takes_names(function: ast.FunctionDef, argument: str) -> bool:
    nodes = (it for it in every_node(function) if isinstance(it, ast.Subscript))
    return any(isinstance(it.value, ast.Name) and it.value.id == argument for it in nodes)


def _only_names_taken(
    function: ast.FunctionDef, argument: str, own: Mapping[str, ast.FunctionDef], found: set[tuple[str, str]]
) -> bool:
    """True for an argument of which a function takes names, or which it hands on to one that does."""
    known, used = set[int](), list[ast.Name]()
    for node in every_node(function):
        match node:
            case ast.Subscript(ast.Name(name) as whole, ast.Constant(str())) if name == argument:
                known.add(id(whole))
            case ast.Call(ast.Name(called), args) if called in own:
                names = [it.arg for it in own[called].args.args]
                known |= {id(it) for it, its in zip(args, names, strict=False) if (called, its) in found}
            case ast.Name(name) if name == argument:
                used.append(node)
    return bool(used) and all(id(it) in known for it in used)


def name_fields_of_records(tree: ast.Module) -> None:
    """Have records say the name of each of their values: `State(h=h, c=c)` for `State(h, c)`."""
    records = dict(filter(None, map(_record, every_node(tree))))
    for node in every_node(tree) if records else ():
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
