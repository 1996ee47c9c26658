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

from app.language.pasted.python_source import PythonProgram
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
    """How many steps lie before the loop's first pass: starts alone set them."""

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

    def before_first_pass(self) -> Time:
        """The moment of what a variable without an index holds when the loop begins."""
        return Time("", self.starting_steps)


def step_indices(program: PythonProgram, data: Collection[str], ahead: Mapping[str, int]) -> StepIndices:
    """Align a program's data with its steps; `ahead` has, by name, how far before its index a variable is assigned."""
    first = program.first
    if not (program.looped and program.clock):
        return StepIndices(first, {name: first + steps for name, steps in ahead.items()})
    lags, numbers = _read_data(program, data)
    begins = {name: max(0, min([*(first + lag for lag in lags[name]), *numbers[name]])) for name in {**lags, **numbers}}
    starting = _starting_steps(program, lags, begins, ahead)
    if starting:
        begins |= {name: min(begins[name], max(0, first + max(lags[name]) - starting)) for name in lags}
    written = {name: first - starting + steps for name, steps in ahead.items()}
    return StepIndices(first - starting, {**written, **begins}, starting)


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
    """What a loop reads of each array of data: by steps from its index, and up to its end by numbers."""
    lags, numbers = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for region, node in _subscripts(program):
        name, index = variable_name(node.value), index_of(node)
        clocked, number = clocked_index(index), whole_index(index)
        if name is None or name not in data or isinstance(node.ctx, ast.Store) or region == "after":
            continue
        if clocked and clocked[0] == program.clock and region == "step":
            lags[name].append(clocked[1])
        elif number is not None and number >= 0:
            numbers[name].append(number)
    return lags, numbers


def _subscripts(program: PythonProgram) -> Iterator[tuple[str, ast.Subscript]]:
    for s in program.statements:
        yield from ((s.region, node) for node in ast.walk(s.node) if isinstance(node, ast.Subscript))


def _started(program: PythonProgram) -> Iterator[tuple[str, int]]:
    """The variables that are set at a number before the loop, with the number."""
    for s in program.statements:
        for target, _ in assigned_pairs(s.node) if s.region == "before" else ():
            number = whole_index(index_of(target)) if isinstance(target, ast.Subscript) else None
            if number is not None and (name := indexed_name(target)):
                yield name, number
