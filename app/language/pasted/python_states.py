"""Takes apart states that a program keeps as one: `h, c = state` at the head of a step, `state = (h, c)` at its end.

Which state is which follows from the places: what is put together in one step is what the next one takes apart.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.language.elsewhere import DATA_NAMES
from app.language.pasted.lines import NO_COMPUTATION
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import assigned_pairs, names_in, variable_name

Scope = ast.Module | ast.FunctionDef


@dataclass
class PackedState:
    """Where one variable is taken apart and put together, in the order of the lines, and what is done at every step."""

    step: frozenset[int]
    """The nodes of what happens at every step."""
    taken: list[ast.Assign] = field(default_factory=list)
    put: list[ast.Assign] = field(default_factory=list)
    returned: Sequence[ast.expr] = ()
    """As many variables that the function returns."""

    @property
    def ends_as(self) -> Sequence[ast.expr]:
        """The variables that a step leaves in it."""
        ends = [node for node in self.put if node.lineno > self.taken[0].lineno]
        return _several(ends[-1].value) if ends else self.returned


def without_packed_states(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Have each state stand for itself in a program; the statements that say nothing new, each with a note."""
    states = _packed_states(tree)
    whole = [node for state in states.values() for node in (*state.taken, *state.put)]
    others = (node for node in every_node(tree) if node not in whole)
    assigned = {_base(it) for node in others for target, _ in assigned_pairs(node) for it in names_in(target)}
    said = {id(node): instead for state in states.values() for node, instead in _said_apart(state)}
    notes = {id(node): (node, _nothing_new(node, assigned)) for node in whole if id(node) not in said}
    _Replaced(said, notes.keys()).visit(tree)
    return list(notes.values())


def _packed_states(tree: ast.Module) -> Mapping[str, PackedState]:
    """The variables that are taken apart somewhere and that no step computes as one value."""
    found, scopes = dict[str, PackedState](), _scopes(tree)
    assignments = [node for node in every_node(tree) if isinstance(node, ast.Assign) and len(node.targets) == 1]
    for node in assignments:
        if (name := _taken_apart(node)) and _base(name) not in DATA_NAMES:
            scope = next(it for it in scopes if any(inner is node for inner in every_node(it)))
            returned = _returned(scope, len(_several(node.targets[0])))
            found.setdefault(name, PackedState(_step(scope), returned=returned)).taken.append(node)
    for node in assignments:
        state = found.get(variable_name(node.targets[0]) or "")
        if state and len(_several(node.value)) == len(_several(state.taken[0].targets[0])):
            state.put.append(node)
        elif state and id(node) in state.step:
            del found[str(variable_name(node.targets[0]))]
    return found


def _scopes(tree: ast.Module) -> list[Scope]:
    """The functions of a program, the inner ones first, and the program itself."""
    functions = [node for node in every_node(tree) if isinstance(node, ast.FunctionDef)]
    return [*reversed(functions), tree]


def _step(scope: Scope) -> frozenset[int]:
    """What happens at every step: the loops, and where there is none, all."""
    loops: list[ast.AST] = [node for node in every_node(scope) if isinstance(node, ast.For)]
    return frozenset(id(node) for part in loops or [scope] for node in every_node(part))


def _said_apart(state: PackedState) -> Iterator[tuple[ast.Assign, ast.Assign]]:
    """The statements that say something, and what each says of the single states."""
    for node in state.taken:
        names = _several(node.targets[0])
        ends = map(_base, map(variable_name, state.ends_as))
        renamed = any(name != end for name, end in zip(map(_base, map(variable_name, names)), ends, strict=False))
        if id(node) in state.step and renamed:
            yield node, _assigned(node, names, state.ends_as)
    first = state.taken[0]
    for node in state.put:
        if node.lineno < first.lineno:
            yield node, _assigned(node, state.ends_as or _several(first.targets[0]), _several(node.value))


def _nothing_new(node: ast.Assign, assigned: set[str]) -> str:
    """Why a statement says nothing new."""
    if _several(node.value):
        return f"{variable_name(node.targets[0])} is {' and '.join(map(ast.unparse, _several(node.value)))}"
    names = [_base(variable_name(it)) for it in _several(node.targets[0])]
    return f"{' and '.join(names)} are as the step before left them" if assigned.issuperset(names) else NO_COMPUTATION


def _taken_apart(node: ast.Assign) -> str | None:
    """The variable whose parts have names: hidden of `h, c = hidden`."""
    names = _several(node.targets[0])
    return variable_name(node.value) if names and all(map(variable_name, names)) else None


def _returned(scope: Scope, count: int) -> Sequence[ast.expr]:
    """The variables that a function returns together, so many: of `return h, (h, c)` the pair."""
    returns = (node.value for node in every_node(scope) if isinstance(node, ast.Return) and node.value)
    tuples = [node.elts for value in returns for node in every_node(value) if isinstance(node, ast.Tuple)]
    fitting = [elts for elts in tuples if len(elts) == count and all(map(variable_name, elts))]
    return fitting[-1] if isinstance(scope, ast.FunctionDef) and fitting else ()


def _several(node: ast.expr) -> Sequence[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple | ast.List) else ()


def _base(name: str | None) -> str:
    return moment_of_name(name or "")[0]


def _assigned(node: ast.Assign, targets: Sequence[ast.expr], values: Sequence[ast.expr]) -> ast.Assign:
    """Several assignments at once, where another statement stood."""
    left = ast.Tuple(list(targets), ast.Store())
    return ast.copy_location(ast.Assign([left], ast.Tuple(list(values), ast.Load())), node)


class _Replaced(ast.NodeTransformer):
    """Puts other assignments in place of some, and leaves some out."""

    def __init__(self, said: Mapping[int, ast.Assign], left_out: Collection[int]) -> None:
        self.said, self.left_out = said, left_out

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | None:
        return None if id(node) in self.left_out else self.said.get(id(node), node)
