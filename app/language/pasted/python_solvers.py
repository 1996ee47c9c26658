"""Has a solver of differential equations say its steps: `y = odeint(f, y0, t)` is Euler's step from y0, as wide as dt.

A solver takes finer steps than its caller sees; the equations have one step each, so that a line says what was taken.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name, entries_of, literal_of, variable_name

SOLVERS = frozenset(("odeint", "odeint_adjoint", "solve_ivp"))
STEP, WIDTH = "dt", 0.1
"""How wide a step is called, and how wide it is where the text does not say it."""
TIMES = ("t", "time", "_t", "t_")
"""What functions of a derivative call the time."""
STEPWISE = "a solver is read as Euler's step, as wide as dt: its own steps are finer"
ENTRIES_KEPT = "the entries of every step are there anyway"


@dataclass(frozen=True)
class SolvedFunction:
    """The function of a derivative: which of its arguments is the state, and which the time."""

    node: ast.FunctionDef
    state: int
    time: int | None

    @property
    def name_of_state(self) -> str:
        return self.node.args.args[self.state].arg


def put_steps_for_solvers(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Put a loop over Euler's steps in place of each solver of a program; the statements, each with a note."""
    found = list[tuple[ast.stmt, str]]()
    functions = {node.name: node for node in every_node(tree) if isinstance(node, ast.FunctionDef)}
    for node in list(every_node(tree)):
        block = getattr(node, "body", None)
        for statement in list(block) if isinstance(block, list) else []:
            call = _solver_of(statement)
            lines = _steps(statement, call, functions, tree) if call else []
            if lines and isinstance(block, list):
                place = block.index(statement)
                block[place : place + 1] = lines
                found.append((lines[-1], STEPWISE))
                apart = [it for it in block[place + 1 :] if _takes_apart(it, statement)]
                found += [(it, ENTRIES_KEPT) for it in apart]
                block[:] = [it for it in block if it not in apart]
    return found


def _takes_apart(line: ast.stmt, solved: ast.stmt) -> bool:
    """True for `x, y = solution.T`: the entries of what was solved, for a plot."""
    match line, solved:
        case ast.Assign([ast.Tuple()], ast.Attribute(ast.Name(name), "T" | "y")), ast.Assign([ast.Name(solution)]):
            return name == solution
    return False


def _solver_of(statement: ast.stmt) -> ast.Call | None:
    value = statement.value if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    while isinstance(value, ast.Attribute | ast.Subscript):
        value = value.value
    known = isinstance(value, ast.Call) and called_name(value) in SOLVERS and len(value.args) > 1
    return value if known and isinstance(value, ast.Call) else None


def _steps(
    statement: ast.stmt, call: ast.Call, functions: Mapping[str, ast.FunctionDef], tree: ast.Module
) -> list[ast.stmt]:
    """The start of the state, the width of a step, and the loop; none where the function is not in the text."""
    function = functions.get(variable_name(call.args[0]) or "")
    solved = _solved(function, called_name(call)) if function else None
    if solved is None or not isinstance(statement, ast.Assign):
        return []
    target = variable_name(statement.targets[0])
    state = solved.name_of_state if target is None or called_name(call) == "solve_ivp" else target
    begun = call.args[1] if called_name(call) != "solve_ivp" else call.args[2] if len(call.args) > 2 else None
    if begun is None:
        return []
    clock = next(it for it in ("step", "k", "i") if it not in {state, solved.node.name})
    derivative = ast.Call(ast.Name(solved.node.name, ast.Load()), _arguments(solved, state, clock, call), [])
    change = ast.BinOp(ast.Name(STEP, ast.Load()), ast.Mult(), derivative)
    step = ast.Assign([ast.Name(state, ast.Store())], ast.BinOp(ast.Name(state, ast.Load()), ast.Add(), change))
    count = ast.Call(ast.Name("range", ast.Load()), [ast.Name("T", ast.Load())], [])
    lines: list[ast.stmt] = [
        ast.Assign([ast.Name(state, ast.Store())], _as_array(_value_of(begun, tree))),
        ast.For(ast.Name(clock, ast.Store()), count, [step], []),
    ]
    if not any(isinstance(it, ast.Name) and it.id == STEP and isinstance(it.ctx, ast.Store) for it in every_node(tree)):
        lines.insert(0, ast.Assign([ast.Name(STEP, ast.Store())], ast.Constant(_width(call, tree))))
    _return_array(solved.node)
    for line in lines:
        for part in every_node(line):
            if not hasattr(part, "lineno"):
                ast.copy_location(part, statement)
    return lines


def _solved(function: ast.FunctionDef, solver: str) -> SolvedFunction | None:
    names = [it.arg for it in function.args.args]
    if len(names) < 2:
        return None
    named = next((k for k, name in enumerate(names[:2]) if name in TIMES), None)
    time = named if named is not None else 0 if solver == "solve_ivp" else 1
    read = {it.id for it in every_node(function) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Load)}
    return SolvedFunction(function, 1 - time, time if names[time] in read else None)


def _arguments(solved: SolvedFunction, state: str, clock: str, call: ast.Call) -> list[ast.expr]:
    """What the function is called with: its state, the time if it reads it, and what the solver hands on."""
    now = ast.BinOp(ast.Name(clock, ast.Load()), ast.Mult(), ast.Name(STEP, ast.Load()))
    first: list[ast.expr] = [ast.Name(state, ast.Load()), now]
    if solved.time is None:
        del solved.node.args.args[1 - solved.state]
        first = first[:1]
    elif solved.time == 0:
        first.reverse()
    handed = next((k.value for k in call.keywords if k.arg == "args"), None)
    others = list(handed.elts) if isinstance(handed, ast.Tuple | ast.List) else [handed] if handed else []
    return [*first, *others]


def _value_of(begun: ast.expr, tree: ast.Module) -> ast.expr:
    """What a start is that has a name, where the text says its entries or its number."""
    name = variable_name(begun)
    for node in every_node(tree):
        if isinstance(node, ast.Assign) and name and variable_name(node.targets[0]) == name:
            written = isinstance(node.value, ast.List | ast.Tuple | ast.Constant)
            return node.value if written else begun
    return begun


def _as_array(value: ast.expr) -> ast.expr:
    entries = entries_of(value) or (value.elts if isinstance(value, ast.List | ast.Tuple) else [])
    if len(entries) == 1:
        return entries[0]
    return _array(entries) if entries else value


def _array(entries: Sequence[ast.expr]) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "array", ast.Load()), [ast.List([*entries])], [])


def _return_array(function: ast.FunctionDef) -> None:
    """Have a function that returns a list or a tuple of entries, by a name or as it stands, return an array of them."""
    last = function.body[-1]
    name = variable_name(last.value) if isinstance(last, ast.Return) and last.value else None
    for line in function.body:
        named = isinstance(line, ast.Assign) and name is not None and variable_name(line.targets[0]) == name
        if isinstance(line, ast.Assign | ast.Return) and line.value and (named or line is last):
            entries = entries_of(line.value)
            line.value = _placed_at(_array(entries), line) if entries else line.value


def _placed_at(node: ast.expr, place: ast.stmt) -> ast.expr:
    for part in every_node(node):
        if not hasattr(part, "lineno"):
            ast.copy_location(part, place)
    return node


def _width(call: ast.Call, tree: ast.Module) -> float:
    """How far apart the times are that a program asks for, where `np.linspace(0, 10, 101)` says it in numbers."""
    names = {variable_name(it) for it in (*call.args, *(k.value for k in call.keywords))}
    for node in every_node(tree):
        if (
            isinstance(node, ast.Assign)
            and variable_name(node.targets[0]) in names
            and isinstance(node.value, ast.Call)
        ):
            numbers = [literal_of(it) for it in node.value.args]
            match called_name(node.value), numbers:
                case "linspace", [int() | float() as first, int() | float() as last, int() as count] if count > 1:
                    return float((last - first) / (count - 1))
                case "arange", [int() | float(), int() | float(), int() | float() as width]:
                    return float(width)
    return WIDTH
