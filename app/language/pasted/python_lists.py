"""Has states stand for themselves where a program keeps them in a list or a dictionary: `h = hs[-1]`, `h = {0: h0}`.

A list that each step appends a variable to holds, before it does, that variable of the step before.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import assigned_pairs, variable_name, whole_index


def put_states_for_lists(tree: ast.Module) -> None:
    """Put `h` in place of `hs[-1]` where a step appends h to hs behind that, and entries in place of a dictionary."""
    carried = _carried(tree)
    for node in list(every_node(tree)):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            _begin_states(node, carried)
        for name, value in list(ast.iter_fields(node)) if carried else ():
            if isinstance(value, list):
                value[:] = (_state_for(it, carried) for it in value)
            else:
                setattr(node, name, _state_for(value, carried))


def _carried(tree: ast.Module) -> Mapping[str, str]:
    """By each list that the next step reads a state from, the variable that is appended to it."""
    loops = [node for node in every_node(tree) if isinstance(node, ast.For)]
    appends = [it for loop in loops for it in _appends(loop)]
    count = Counter(name for name, _, _ in appends)
    found = {name: (variable, line) for name, variable, line in appends if count[name] == 1 and variable}
    reads = [read for loop in loops for node in every_node(loop) if (read := _last_entry(node))]
    return {name: it[0] for name, it in found.items() if any(name == read[0] and read[1] < it[1] for read in reads)}


def _appends(loop: ast.For) -> Iterator[tuple[str, str, int]]:
    """The lists that a loop appends to, each with the variable that it appends, nothing for another value."""
    for node in every_node(loop):
        match node:
            case ast.Call(ast.Attribute(ast.Name(name), "append"), [value]):
                yield name, variable_name(value) or "", node.lineno


def _last_entry(node: object) -> tuple[str, int] | None:
    """The list whose last entry is read, hs of `hs[-1]`, and the line."""
    match node:
        case ast.Subscript(ast.Name(name), index, ast.Load()) if whole_index(index) == -1:
            return name, node.lineno
    return None


def _state_for(node: object, carried: Mapping[str, str]) -> object:
    """The variable in place of the last entry of its list; anything else as it is."""
    entry = _last_entry(node)
    if entry is None or entry[0] not in carried or not isinstance(node, ast.expr):
        return node
    return ast.copy_location(ast.Name(carried[entry[0]], ast.Load()), node)


def _begin_states(node: ast.Assign, carried: Mapping[str, str]) -> None:
    """Have an assignment of lists and dictionaries set the states that these begin with."""
    pairs = list(assigned_pairs(node))
    single = [it for pair in pairs for it in _single_states(*pair, carried)]
    if single != pairs:
        targets, values = (list(side) for side in zip(*single, strict=True))
        tuples = _at(node, ast.Tuple(targets, ast.Store())), _at(node, ast.Tuple(values, ast.Load()))
        node.targets[0], node.value = single[0] if len(single) == 1 else tuples


def _single_states(
    target: ast.expr, value: ast.expr, carried: Mapping[str, str]
) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What an assignment sets of the states: the first of a list at its variable, the entries of a dictionary."""
    match value:
        case ast.List([first]) if name := carried.get(variable_name(target) or ""):
            own = variable_name(first) == name
            emptied, begun = (target, ast.List([], ast.Load())), (_at(target, ast.Name(name, ast.Store())), first)
            yield emptied if own else begun
        case ast.Dict([_, *_] as keys, values) if all(key and whole_index(key) is not None for key in keys):
            for key, entry in zip(keys, values, strict=True):
                if key:
                    yield _at(target, ast.Subscript(target, key, ast.Store())), entry
        case _:
            yield target, value


def _at(place: ast.AST, node: ast.expr) -> ast.expr:
    """A node at the place of another."""
    ast.copy_location(node, place)
    return node
