"""A bound program → `PassPlan`: what was bound once, for arrays that lie otherwise in memory.

Which kernels run, on which lengths and strides, follows from the equations and the shapes alone. So a plan keeps the
records with places in regions of memory for their addresses: a pass has a region of its own for all that it computes,
as it is when nothing has run, and says where the regions are that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from app.arrays import Array
from app.engine.execution.calls import BoundProgram
from app.engine.execution.numpy_calls import Call
from app.engine.jit import Instruction, Perform, Records, address, by_kind, performing

MOST = 2**20
"""Bytes of its own that a pass has at most, so that its plan is kept: of a longer one binding is a small part."""
FEW = 256
"""Calls of a pass that is kept at most."""
APART = 64
"""Arrays begin at multiples of so many bytes."""
PLAIN, CALL = 20_000, 1_000
"""About how many bytes a plan takes beside what it says, and a call of NumPy."""


def memory_owner(array: Array) -> Array:
    """The array whose memory this one is a part of."""
    found, base = array, array.base
    while base is not None:
        found, base = base if isinstance(base, np.ndarray) else found, getattr(base, "base", None)
    return found


class Part(NamedTuple):
    """An array as a part of a region."""

    region: int
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: Any

    def of(self, regions: Sequence[Array]) -> Array:
        return np.ndarray(self.shape, self.dtype, regions[self.region], self.start, self.strides)


class Regions:
    """The regions that a pass is given, in the order in which its arrays need them."""

    def __init__(self, known: Mapping[str, Array], names: Iterable[str]) -> None:
        self.arrays: list[Array] = []
        self.starts: list[int] = []
        numbers: dict[int, int] = {}
        layout = []
        for name in names:
            if name in known:
                array = known[name]
                whole = memory_owner(array)
                number = numbers.setdefault(id(whole), len(numbers))
                if number == len(self.arrays):
                    self.arrays.append(whole)
                    self.starts.append(address(whole))
                start = address(array) - self.starts[number]
                layout.append((name, number, start, array.shape, array.strides, array.dtype.char))
        self.layout = tuple(layout)
        """What a plan follows from, beside the program: how the arrays lie in them."""


@dataclass
class Room:
    """Where the arrays of a pass are to be: in the regions that it is given, or one after another in its own."""

    given: Regions
    size: int
    owners: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Region, and what addresses have more than places there."""
    owned: list[tuple[int, Array]] = field(default_factory=list)
    """What lies in its own, from where on."""
    parts: dict[int, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for i, (array, start) in enumerate(zip(self.given.arrays, self.given.starts, strict=True)):
            self.owners[id(array)] = i + 1, start

    def part(self, array: Array) -> Part:
        """Where an array is to be."""
        found = self.parts.get(id(array))
        if found is None:
            whole = memory_owner(array)
            if id(whole) not in self.owners:
                self.owners[id(whole)] = 0, address(whole) - self.size
                self.owned.append((self.size, whole))
                self.size += whole.nbytes + -whole.nbytes % APART
            region, start = self.owners[id(whole)]
            found = Part(region, address(array) - start, array.shape, array.strides, array.dtype)
            self.parts[id(array)] = found
        return found

    def put_in(self, value: Any) -> Any:
        """A call, or what it is given, with parts in the place of arrays."""
        match value:
            case np.ndarray():
                return self.part(value)
            case tuple():
                return tuple(map(self.put_in, value))
            case partial():
                return Made(_partial, self.put_in((value.func, value.args, *value.keywords.items())))
        whose = getattr(value, "__self__", None)
        return Made(getattr, (self.part(whose), value.__name__)) if isinstance(whose, np.ndarray) else value


@dataclass(frozen=True, slots=True)
class Made:
    """A function that arrays are a part of, made anew for others."""

    function: Callable[..., Any]
    args: tuple[Any, ...]


def _partial(function: Callable[..., Any], args: tuple[Any, ...], *keywords: tuple[str, Any]) -> Any:
    return partial(function, *args, **dict(keywords))


def taken_out(value: Any, regions: Sequence[Array]) -> Any:
    """The same with arrays again."""
    match value:
        case Part():  # A tuple itself.
            return value.of(regions)
        case tuple():
            return tuple(taken_out(each, regions) for each in value)
        case Made():
            return value.function(*taken_out(value.args, regions))
    return value


@dataclass(frozen=True, slots=True)
class Listed:
    """Records that are one call: the place of their list, and how many there are; `apart` as an instruction is."""

    place: int
    count: int
    apart: bool = False


@dataclass(frozen=True, slots=True)
class PassPlan:
    """What is bound for one program and one layout of its arrays."""

    own: Array
    """The pass's own region as it begins: words of records, then arrays."""
    places: Array
    """Which of the words are addresses; these are what they have beyond their region's."""
    regions: Array
    """Of which region each."""
    arrays: tuple[tuple[str, Part], ...]
    calls: tuple[Listed | Call, ...]
    perform: Perform
    kept: tuple[Any, ...]

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return PLAIN + self.own.nbytes + self.places.nbytes + self.regions.nbytes + CALL * len(self.calls)

    def __post_init__(self) -> None:
        for array in (self.own, self.places, self.regions):
            array.setflags(write=False)


def pass_plan(bound: BoundProgram, known: Mapping[str, Array], given: Regions) -> PassPlan | None:
    """The plan of what is bound; None where it would be large."""
    own = {name: array for name, array in bound.arrays.items() if known.get(name) is not array}
    groups = by_kind(bound.bound)
    if sum(array.nbytes for array in own.values()) > MOST or len(groups) > FEW:
        return None
    records = Records(bound.addresses)
    programs = [_as_listed(records, it) for it in groups]
    words = np.array(records.words, np.int64)
    room = Room(given, words.nbytes + -words.nbytes % APART)
    calls = tuple(it if isinstance(it, Listed) else room.put_in(it) for it in programs)
    arrays = tuple((name, room.part(array)) for name, array in own.items())
    parts = [room.part(array) for _, array in records.arrays]
    if room.size > MOST:
        return None
    at = [i for i, _ in records.arrays]
    words[at] = [part.start for part in parts]
    places, regions = np.array([*records.own, *at], np.intp), [0] * len(records.own) + [part.region for part in parts]
    content = np.zeros(room.size, np.uint8)
    content[: words.nbytes] = words.view(np.uint8)
    for start, array in room.owned:
        content[start : start + array.nbytes] = array.ravel(order="K").view(np.uint8)
    perform = performing(bound.addresses) if bound.addresses else _no_records
    return PassPlan(
        content, places, np.array(regions, np.intp), arrays, calls, perform, (bound.addresses, *records.kept)
    )


def _as_listed(records: Records, group: Call | Instruction | list[Instruction]) -> Call | Listed:
    """Instructions as records; another call as it is."""
    match group:
        case Instruction(inner=parts):
            return Listed(*records.program(parts), apart=True)
        case list():
            return Listed(*records.program(group))
    return group


def _no_records(*_: int) -> None:
    """Where there is no machine code there are no records."""
