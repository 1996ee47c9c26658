"""Has the methods of an object be functions where a program calls them: `h = cell(x[t], h)` after `cell = Cell(3, 4)`.

What the object keeps, `self.h`, has its name throughout. A class of which there are several objects stays as it is:
each of them would have weights of its own.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from app.language.pasted.python_nodes import every_node

CALLED = ("forward", "__call__", "call", "step")
"""The methods that an object which is called itself stands for, the likeliest first."""
Methods = Mapping[str, ast.FunctionDef]


def put_functions_for_methods(tree: ast.Module) -> None:
    """Put the methods that are called of objects beside their class, as functions without `self`."""
    classes = {it.name: it for it in tree.body if isinstance(it, ast.ClassDef)}
    objects = dict(_objects(tree, classes)) if classes else {}
    several = Counter(it.name for it in objects.values())
    for name, own in objects.items():
        methods = {it.name: it for it in own.body if isinstance(it, ast.FunctionDef)}
        called = dict.fromkeys(_methods_called(tree, name, own, methods))
        within = [methods[it] for it in called]
        if several[own.name] > 1 or not called:
            continue
        names = {it: f"{name.split('.')[-1]}_{it.strip('_')}" for it in methods}
        _Functions(name, methods, names).visit(tree)
        place = tree.body.index(own)
        own.body = [it for it in own.body if it not in within] or [ast.copy_location(ast.Pass(), own)]
        tree.body[place + 1 : place + 1] = [_function(it, names) for it in within]


def _objects(tree: ast.AST, classes: Mapping[str, ast.ClassDef]) -> Iterator[tuple[str, ast.ClassDef]]:
    """The objects that a program makes of its own classes, by their names."""
    for node in every_node(tree):
        match node:
            case ast.Assign([ast.Name() | ast.Attribute() as target], ast.Call(ast.Name(kind))) if kind in classes:
                yield ast.unparse(target), classes[kind]


def _methods_called(tree: ast.AST, name: str, own: ast.ClassDef, methods: Methods) -> Iterator[str]:
    """The methods of an object that calls name, and those that these call in turn."""
    within = {id(it) for it in every_node(own)}
    found = [
        it
        for node in every_node(tree)
        if isinstance(node, ast.Call) and id(node) not in within and (it := _method(node, name, methods))
    ]
    for it in found:
        yield it
        for node in every_node(methods[it]):
            match node:
                case ast.Call(ast.Attribute(ast.Name("self"), inner)) if inner in methods and inner not in found:
                    found.append(inner)


def _method(call: ast.Call, name: str, methods: Methods) -> str:
    """The method that a call of an object stands for."""
    match call.func:
        case ast.Attribute(inner, method) if ast.unparse(inner) == name and method in methods:
            return method
        case ast.Name() | ast.Attribute() as func if ast.unparse(func) == name:
            return next((it for it in CALLED if it in methods), "")
    return ""


class _Functions(ast.NodeTransformer):
    """Calls of functions in place of those of an object."""

    def __init__(self, name: str, methods: Methods, names: Mapping[str, str]) -> None:
        self.name, self.methods, self.names = name, methods, names

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if method := _method(node, self.name, self.methods):
            node.func = ast.copy_location(ast.Name(self.names[method], ast.Load()), node.func)
        return node


def _function(method: ast.FunctionDef, names: Mapping[str, str]) -> ast.FunctionDef:
    """A method without the object that it is one of."""
    for node in every_node(method):
        match node:
            case ast.Call(ast.Attribute(ast.Name("self"), inner) as func) if inner in names:
                node.func = ast.copy_location(ast.Name(names[inner], ast.Load()), func)
    method.name = names[method.name]
    method.args.args = [it for it in method.args.args if it.arg != "self"]
    return method
