"""Writes out the numbers of data that a program makes before its loop: `x = [0, …]` of `x = np.sin(np.arange(9))`.

So what a notebook computes of numbers is what its network is fed with, and no numbers of a seed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from app.arrays import Array
from app.language.pasted.python_arrays import NumbersOfProgram, stored_names
from app.language.pasted.python_data import counts, put_in_place, put_within, runs_along
from app.language.pasted.python_mirrored import turned
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_records import fields_of
from app.language.pasted.python_trees import called_name, entries_of, literal_of, made_anew, names_in, variable_name

FURTHER_BELOW = "the numbers that {} has in the loop stand in one line"
STEPS = (ast.For, ast.While, ast.FunctionDef, ast.ClassDef)
"""Lines that hold steps; in a text without such every line is one."""
ARRAYS = frozenset(("array", "asarray", "tensor", "Tensor", "matrix", "diag"))
OF_CLASSES = re.compile(r"entropy|one_?hot|embed|criterion|nll", re.IGNORECASE)
"""Functions whose arguments may be numbers of classes."""


@dataclass
class KnownData:
    """What became of the lines of data: what is said of those that are left out, and all that was read in numbers."""

    said: list[tuple[ast.stmt, str]] = field(default_factory=list)
    read: list[ast.AST] = field(default_factory=list)


def put_numbers_for_data(tree: ast.Module, taken: set[str]) -> KnownData:
    """Put lists of numbers for what loops go along."""
    defined = {it.name for it in every_node(tree) if isinstance(it, ast.FunctionDef)}
    numbers, found = NumbersOfProgram(defined), KnownData()
    _put_numbers_for_records(tree, numbers)
    steps = [it for it in tree.body if isinstance(it, STEPS)]
    for line in list(tree.body):
        if line in steps or not steps:
            found.read += _name_arrays_within(tree, line, numbers, taken)
        if isinstance(line, ast.For):
            found.read += _name_numbers(tree, line, numbers, taken)
            for name in sorted(_data_of(line)):
                array = numbers.array(ast.Name(name, ast.Load()))
                if array is not None:
                    _put_once(tree, line, name, array, found)
        numbers.pass_over(line)
    return found


def writes_numbers(line: ast.AST) -> bool:
    """Whether a line gives a name to numbers that it writes out: no step computes them."""
    match line:
        case ast.Assign([ast.Name()], value) if not made_anew(value):
            array = NumbersOfProgram().array(value)
            return array is not None and array.size > 1
    return False


def names_of_classes(tree: ast.AST) -> set[str]:
    """The names whose numbers pick entries, `p[y[t]]`, `E[x]`: they stand for one-hot vectors."""
    found = set[str]()
    for node in every_node(tree):
        if isinstance(node, ast.Subscript):
            found.update(names_in(node.slice))
        elif isinstance(node, ast.Call) and OF_CLASSES.search(called_name(node)):
            found.update(name for it in node.args for name in names_in(it))
    return found


def _put_numbers_for_records(tree: ast.Module, numbers: NumbersOfProgram) -> None:
    """`W = …` before `params = {"W": …}`, where the program reads `params["W"]` and sets no W by itself."""
    stored = stored_names(tree)
    for line in list(tree.body):
        match line:
            case ast.Assign([ast.Name(whole)], value):
                nodes = [it for it in every_node(tree) if isinstance(it, ast.Subscript)]
                read = {literal_of(it.slice) for it in nodes if isinstance(it.value, ast.Name) and it.value.id == whole}
                for name, its in fields_of(value).items():
                    if name in read and name not in stored and numbers.value(its) is not None:
                        own = ast.Assign([ast.Name(name, ast.Store())], its)
                        tree.body.insert(tree.body.index(line), ast.fix_missing_locations(ast.copy_location(own, its)))


def _name_arrays_within(
    tree: ast.Module, line: ast.stmt, numbers: NumbersOfProgram, taken: set[str]
) -> Iterator[ast.AST]:
    """Give arrays that are written out within a line, `A @ x + np.array([0, 1])`, lines of their own before it."""
    calls = [it for it in every_node(line) if isinstance(it, ast.Call) and called_name(it) in ARRAYS]
    values = (it.value for it in every_node(line) if isinstance(it, ast.Assign))
    own = {id(it) for value in values for it in (value, *entries_of(value), *fields_of(value).values())}
    around = {id(it) for loop in every_node(line) if isinstance(loop, ast.For) for it in every_node(loop.iter)}
    changed = stored_names(line) & numbers.known.keys()
    known = {name: numbers.known.pop(name) for name in changed}
    for call in calls:
        array = None if id(call) in own | around else numbers.array(call)
        if array is not None and array.size > 1:
            stem = "C" if array.ndim == 2 else "c"
            name = next(it for it in (f"{stem}_{k}" for k in count(1)) if it not in taken)
            taken.add(name)
            set_before = ast.Assign([ast.Name(name, ast.Store())], _written(array))
            tree.body.insert(tree.body.index(line), ast.fix_missing_locations(ast.copy_location(set_before, call)))
            put_within(line, call, ast.copy_location(ast.Name(name, ast.Load()), call))
            yield from every_node(call)
    numbers.known |= known


def _name_numbers(tree: ast.Module, loop: ast.For, numbers: NumbersOfProgram, taken: set[str]) -> Iterator[ast.AST]:
    """Give the numbers that a loop itself writes out, `for z in [1, 2]`, a line of their own before it."""
    for target, sequence, put in list(runs_along(loop)):
        whole = turned(sequence) or sequence
        if variable_name(whole) or counts(whole):
            continue
        array = numbers.array(whole)
        if array is not None:
            name = next(it for it in (f"{target.id}_{k}" for k in count(1)) if it not in taken)
            taken.add(name)
            line = ast.Assign([ast.Name(name, ast.Store())], _written(array))
            tree.body.insert(tree.body.index(loop), ast.fix_missing_locations(ast.copy_location(line, whole)))
            yield from every_node(whole)
            put(target, put_in_place(sequence, whole, ast.copy_location(ast.Name(name, ast.Load()), whole)))


def _data_of(loop: ast.For) -> Collection[str]:
    """The names that a loop goes along, or reads at its index, and does not change."""
    clock = {it.id for it in every_node(loop.target) if isinstance(it, ast.Name)}
    read = {name for _, over, _ in runs_along(loop) if (name := variable_name(turned(over) or over))}
    for node in (it for line in loop.body for it in every_node(line)):
        if isinstance(node, ast.Subscript) and not clock.isdisjoint(names_in(node.slice)):
            read |= {name} if (name := variable_name(node.value)) else set()
    return read - {name for line in loop.body for name in stored_names(line)}


def _put_once(tree: ast.Module, loop: ast.For, name: str, array: Array, found: KnownData) -> None:
    """Have one line set an array to its numbers, if nothing reads what it is in between."""
    before = tree.body[: tree.body.index(loop)]
    lines = [line for line in before if name in stored_names(line)]
    if not lines or (len(lines) == 1 and _is_written(lines[0])) or not all(_sets_alone(it, name) for it in lines):
        return
    first, last = before.index(lines[0]), before.index(lines[-1])
    between = [line for line in before[first:last] if line not in lines]
    if any(name in {it.id for it in every_node(line) if isinstance(it, ast.Name)} for line in between):
        return
    for line in lines[:-1]:
        tree.body.remove(line)
        found.said.append((line, FURTHER_BELOW.format(name)))
    found.read += (it for line in lines for it in every_node(line))
    line = ast.Assign([ast.Name(name, ast.Store())], _written(array))
    tree.body[tree.body.index(lines[-1])] = ast.fix_missing_locations(ast.copy_location(line, lines[-1]))


def _sets_alone(line: ast.stmt, name: str) -> bool:
    """Whether a line assigns an array, or a part of it, and nothing else."""
    match line:
        case ast.Assign([ast.Name(own) | ast.Subscript(ast.Name(own))]):
            return own == name
    return False


def _is_written(line: ast.stmt) -> bool:
    """Whether a line has a list as it stands."""
    return isinstance(line, ast.Assign) and bool(entries_of(line.value))


def _written(array: Array) -> ast.expr:
    if array.ndim == 0:
        return ast.Constant(float(array))
    return ast.List([_written(np.array(it)) for it in array], ast.Load())
