"""Which step an index of a program means: the range of its loop, held against how each of its arrays is indexed.

The first pass of a loop is step 1, and data begin with the first entry that is read of them: `x[t-1]` in
`range(1, T + 1)` is x at t. Where a pass reads further than that allows, as `y[t]` does beside `S[0] = y[0]`, or where
starts go further back than a step, the arrays are counted alike, and the steps before the first pass are only starts.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_source import PythonProgram, PythonStatement
from app.language.pasted.python_trees import (
    assigned_pairs,
    clocked_index,
    index_of,
    indexed_name,
    variable_name,
    whole_index,
)
from app.language.syntax import Time


@dataclass(frozen=True)
class StepIndices:
    """The index that is step 1, for each array that has one of its own and for all others."""

    first: int
    own: Mapping[str, int] = field(default_factory=dict)
    starting_steps: int = 0
    """How many steps lie before the first pass of all loops: starts alone set them."""
    later: Mapping[str, int] = field(default_factory=dict)
    """How many more steps lie before the first pass of a variable's own loop."""

    def of_step_1(self, name: str) -> int:
        return self.own.get(name, self.first)

    def lag(self, name: str, steps: int) -> int:
        """How far from the running step an index is that is so many steps from the loop's."""
        return steps + self.first - self.of_step_1(name)

    def moment(self, name: str, number: int) -> Time:
        """The moment of an index that is a number."""
        return Time("", number - self.of_step_1(name) + 1)

    def last(self, name: str, beyond: int) -> Time:
        """The moment of an index that lies so far behind the one of the last pass."""
        return Time("tau", self.lag(name, beyond))

    def steps_before(self, name: str) -> int:
        """How many steps lie before the first pass of the loop that assigns a variable."""
        return self.starting_steps + self.later.get(name, 0)

    def before_first_pass(self, name: str) -> Time:
        """The moment of what a variable without an index holds when its loop begins."""
        return Time("", self.steps_before(name))


def step_indices(
    program: PythonProgram, data: Collection[str], ahead: Mapping[str, int], loops_of: Mapping[str, Collection[int]]
) -> StepIndices:
    """Align a program's data with its steps.

    `ahead` has, by name, how far before its index a variable is assigned, `loops_of` by which loops.
    """
    first = program.first
    later = {name: max(map(program.first_of, loops)) - first for name, loops in loops_of.items() if loops}
    if not (program.looped and program.clock):
        return StepIndices(first, {name: first + steps for name, steps in ahead.items()})
    lags, numbers = _read_data(program, data)
    begins = {name: max(0, min([*(first + lag for lag in lags[name]), *numbers[name]])) for name in {**lags, **numbers}}
    starting = _starting_steps(program, lags, begins, ahead)
    if any(later.values()):
        begins |= {name: min(begins[name], max(0, first - starting)) for name in lags}
    elif starting:
        begins |= {name: min(begins[name], max(0, first + max(lags[name]) - starting)) for name in lags}
    written = {name: first - starting + steps for name, steps in ahead.items()}
    return StepIndices(first - starting, {**written, **begins}, starting, later)


def _starting_steps(
    program: PythonProgram, lags: Mapping[str, list[int]], begins: Mapping[str, int], ahead: Mapping[str, int]
) -> int:
    """How many steps before the first pass data or starts need."""
    entries_before = program.first + max(0, *ahead.values(), 0)
    starts = [number - program.first - ahead.get(name, 0) for name, number in _started(program) if name not in begins]
    reading = [program.first + max(its) - begins[name] for name, its in lags.items()]
    needed = max(0, *reading, *(entries_before for start in starts if start < -1), 0)
    return needed if needed <= entries_before else 0


def _read_data(
    program: PythonProgram, data: Collection[str]
) -> tuple[Mapping[str, list[int]], Mapping[str, list[int]]]:
    """What loops read of each array of data: by steps from their index, and up to their end by numbers.

    The steps are those from the index of the loop that begins first.
    """
    lags, numbers = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for s, node in _subscripts(program):
        name, index = variable_name(node.value), index_of(node)
        clocked, number = clocked_index(index), whole_index(index)
        if name is None or name not in data or isinstance(node.ctx, ast.Store) or s.region == "after":
            continue
        if clocked and clocked[0] == program.clock and s.region == "step":
            lags[name].append(clocked[1] + program.first_of(s.loop) - program.first)
        elif number is not None and number >= 0:
            numbers[name].append(number)
    for name in _read_whole(program):
        if name in lags:
            lags[name].append(0)
    return lags, numbers


def _read_whole(program: PythonProgram) -> Iterator[str]:
    """The arrays that lines behind the steps read as they are: each entry at its own index."""
    for s in program.statements:
        within = list(every_node(s.node)) if s.region == "after" else []
        parts = {id(it.value) for it in within if isinstance(it, ast.Subscript)}
        yield from (it.id for it in within if isinstance(it, ast.Name) and id(it) not in parts)


def _subscripts(program: PythonProgram) -> Iterator[tuple[PythonStatement, ast.Subscript]]:
    for s in program.statements:
        yield from ((s, node) for node in every_node(s.node) if isinstance(node, ast.Subscript))


def _started(program: PythonProgram) -> Iterator[tuple[str, int]]:
    """The variables that are set at a number before the loop, with the number."""
    for s in program.statements:
        for target, _ in assigned_pairs(s.node) if s.region == "before" else ():
            number = whole_index(index_of(target)) if isinstance(target, ast.Subscript) else None
            if number is not None and (name := indexed_name(target)):
                yield name, number
