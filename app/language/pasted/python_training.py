"""Has the lines of one pass stand by themselves where a program trains: `for epoch in …: for x, y in loader: …`.

A loop that computes gradients or moves parameters repeats what is computed; the loop over time stands within it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from app.language.pasted.names_elsewhere import UNCHANGED, name_here
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import SWAPS, assigned_pairs, called_name, is_module, names_in, variable_name

ONE_PASS = "its lines are read once: how often they are run, and on what, is set where the network is trained"
MOVES = "how parameters are moved is set where the network is trained"
BY_THEMSELVES = "gradients follow from the equations, and how parameters are moved is set where the network is trained"
IS_DATA = "{} is data: what {} gives"
TRAINING = frozenset(("backward", "zero_grad", "zero_", "apply_gradients", "clip_grad_norm_", "clip_grad_value_"))
"""Methods that compute gradients or clear them."""
OF_OPTIMIZERS = frozenset(("optimizer", "optim", "opt", "scheduler", "optimiser"))
MODES = frozenset(("train", "eval"))


def without_training(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    """Put the lines of loops that train in place of them; the loops, and what is left out, with a note each."""
    said = list[tuple[ast.AST, str]]()
    for own in [it for it in tree.body if isinstance(it, ast.ClassDef)]:
        _bring_out_training_step(tree, own)
    defined = {it.name for it in every_node(tree) if isinstance(it, ast.FunctionDef | ast.ClassDef)}
    defined |= {it.id for it in every_node(tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
    emptied = set[int]()
    """The functions in which nothing else was computed than gradients and updates."""
    for node in list(every_node(tree)):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                kept = _without(block, defined, said)
                updates = isinstance(node, ast.FunctionDef) and any(map(_computes_gradients, block))
                emptied |= {id(node)} if updates and all(isinstance(it, ast.Return) for it in kept) else set()
                block[:] = kept or [ast.copy_location(ast.Pass(), block[0])]
    tree.body[:] = (it for it in tree.body if id(it) not in emptied)
    return said


def _bring_out_training_step(tree: ast.Module, node: ast.ClassDef) -> None:
    """Have what a module of Lightning computes in a step of training stand behind its class: its loss."""
    methods = {it.name: it for it in node.body if isinstance(it, ast.FunctionDef)}
    step = methods.get("training_step")
    if step is None or "forward" not in methods or len(step.args.args) < 2:
        return
    made = [it for it in tree.body if isinstance(it, ast.Assign) and _makes(it.value, node.name)]
    model = variable_name(made[0].targets[0]) if made else "model"
    lines: list[ast.stmt] = [] if made else [ast.parse(f"model = {node.name}()").body[0]]
    for line in step.body:
        unpacked = isinstance(line, ast.Assign) and variable_name(line.value) == step.args.args[1].arg
        if isinstance(line, ast.Assign) and not unpacked:
            lines.append(_OfObject(model or "model").visit(line))
    for it in lines[: 1 - len(made)]:
        for part in every_node(it):
            ast.copy_location(part, step)
    other = ("training_step", "validation_step", "test_step", "predict_step", "configure_optimizers")
    node.body[:] = (it for it in node.body if not (isinstance(it, ast.FunctionDef) and it.name in other))
    place = tree.body.index(node)
    tree.body[place + 1 : place + 1] = lines


def _makes(value: ast.expr, name: str) -> bool:
    return isinstance(value, ast.Call) and called_name(value) == name


class _OfObject(ast.NodeTransformer):
    """Calls of an object in place of those of self."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node.func:
            case ast.Name("self") | ast.Attribute(ast.Name("self"), "forward"):
                node.func = ast.copy_location(ast.Name(self.name, ast.Load()), node.func)
        return node


def _without(block: list[ast.stmt], defined: set[str], said: list[tuple[ast.AST, str]]) -> list[ast.stmt]:
    found = list[ast.stmt]()
    for line in block:
        if isinstance(line, ast.For) and _moves_parameters(line):
            said.append((line, MOVES))
        elif isinstance(line, ast.For) and _trains(line):
            said.append((line, ONE_PASS))
            of_loop = {it.id for it in every_node(line.target) if isinstance(it, ast.Name)}
            computed = [it for it in line.body if not _is_bookkeeping(it)]
            found += _without(list(_without_making_data(computed, of_loop, defined, said)), defined, said)
        elif _computes_gradients(line):
            said.append((line, BY_THEMSELVES))
        else:
            found.append(line)
    return found


def _computes_gradients(line: ast.stmt) -> bool:
    """True for `grads = tape.gradient(loss, weights)`, `loss, grads = jax.value_and_grad(f)(w)`, and for updates."""
    value = line.value if isinstance(line, ast.Assign | ast.Expr) else None
    called = value.func if isinstance(value, ast.Call) and isinstance(value.func, ast.Call) else value
    if not isinstance(called, ast.Call):
        return False
    owner = variable_name(called.func.value) if isinstance(called.func, ast.Attribute) else None
    if value is not called and re.search(r"\bgrad\(", ast.unparse(called)):
        return True
    return (
        (called_name(called), owner) == ("gradient", "tape")
        or (called_name(called) in ("grad", "value_and_grad") and value is not called)
        or called_name(called) in ("apply_updates", "apply_gradients", "autograd")
        or (called_name(called) in ("update", "init") and owner in OF_OPTIMIZERS)
    )


def _moves_parameters(loop: ast.For) -> bool:
    """True for a loop over the parameters of a model."""
    return isinstance(loop.iter, ast.Call) and called_name(loop.iter) in ("parameters", "named_parameters")


def _trains(loop: ast.For) -> bool:
    """True for a loop whose own lines compute gradients or move parameters, and which is none over time."""
    lines = [it for s in loop.body for it in _lines(s)]
    if not any(_is_training(it) for it in lines):
        return any(isinstance(it, ast.For) and _trains(it) for it in loop.body)
    targets = {it.id for it in every_node(loop.target) if isinstance(it, ast.Name)}
    indices = [it.slice for s in loop.body for it in every_node(s) if isinstance(it, ast.Subscript)]
    is_index = any(isinstance(it, ast.Name) and it.id in targets for index in indices for it in every_node(index))
    return not is_index and not set(_carried(lines)) - targets


def _lines(line: ast.stmt) -> Iterator[ast.stmt]:
    """A line, or those that stand in it under a condition."""
    if isinstance(line, ast.If | ast.With):
        for it in (*line.body, *getattr(line, "orelse", ())):
            yield from _lines(it)
    else:
        yield line


def _is_training(line: ast.stmt) -> bool:
    call = line.value if isinstance(line, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    owner = variable_name(call.func.value) if isinstance(call.func, ast.Attribute) else None
    return called_name(call) in TRAINING or (called_name(call) == "step" and owner in OF_OPTIMIZERS)


def _carried(lines: list[ast.stmt]) -> Iterator[str]:
    """The variables that a line makes of what the pass before left, other than sums of losses: states."""
    computed = [it for it in lines if not isinstance(it, ast.AugAssign | ast.Expr)]
    pairs = [pair for line in computed for pair in assigned_pairs(line)]
    later = {name for target, _ in pairs if (name := variable_name(target))}
    set_already = {name for line in computed if (name := _cut_off(line))}
    for target, value in pairs:
        yield from (set(names_in(value)) & later) - set_already
        set_already |= {name for it in every_node(target) if (name := getattr(it, "id", ""))}


def _cut_off(line: ast.stmt) -> str:
    """The state that a line hands to the next pass without its gradient: `h = h.detach()`, `h = h.data`."""
    match line:
        case ast.Assign(
            [ast.Name(name)], ast.Call(ast.Attribute(ast.Name(own), "detach")) | ast.Attribute(ast.Name(own), "data")
        ):
            return name if name == own else ""
    return ""


def _keeps_itself(line: ast.Assign) -> bool:
    """True for data that are kept in another way, `x = x.view(-1, 28, 28).to(device)`."""
    value, name = line.value, variable_name(line.targets[0])
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        if called_name(value) not in UNCHANGED | SWAPS | {"cuda", "type"}:
            return False
        value = value.func.value
    return isinstance(value, ast.Name) and value.id == name and value is not line.value


def _is_bookkeeping(line: ast.stmt) -> bool:
    """True for what goes with a training: sums of losses, what a state hands to the next pass, modes."""
    within = [it for it in every_node(line) if isinstance(it, ast.Call)]
    item = any(called_name(it) in ("item", "numpy", "size", "len") for it in within)
    own = isinstance(line, ast.Assign) and _keeps_itself(line)
    switched = isinstance(line, ast.Expr) and isinstance(line.value, ast.Call) and called_name(line.value) in MODES
    return _is_training(line) or switched or own or bool(_cut_off(line)) or (isinstance(line, ast.AugAssign) and item)


def _without_making_data(
    lines: list[ast.stmt], of_loop: set[str], defined: set[str], said: list[tuple[ast.AST, str]]
) -> Iterator[ast.stmt]:
    """Lines without those that make data of what a loop gives, by functions that the text does not have."""
    for line in lines:
        match line:
            case ast.Assign([ast.Name(name)], ast.Call(func, args) as call) if (
                isinstance(func, ast.Name)
                and func.id not in defined
                and name_here(func.id) is None
                and func.id not in UNCHANGED
                and args
                and isinstance(args[0], ast.Name)
                and args[0].id in of_loop
                and not is_module(func)
            ):
                said.append((line, IS_DATA.format(name, ast.unparse(call)[:60])))
            case _:
                yield line
