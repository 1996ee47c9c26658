"""Every cache of the process in one registry: how many values each keeps, how many bytes they take, and one reset.

`cached` keeps the values of a function, `LruStore` what is stored by a key, `ByteStore` as many bytes of it as there is
room for. Whoever asks shares what is kept, so it
must not change: tuples, frozen rows and text, no lists and no dictionaries, and arrays are made read-only as they are
taken in. What is unused longest makes room. All together take as many bytes as `UNFOLD_CACHE_MB` allows (`Total`).
"""

from __future__ import annotations

import gc
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from itertools import islice
from mmap import mmap
from threading import Lock, RLock
from time import process_time, thread_time
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, cast

import numpy as np

from app.arrays import read_only
from app.limits import limit
from app.readers import stop_for_nobody

P = ParamSpec("P")
K = TypeVar("K")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

USED_LAST = 8
"""So many values may have grown since they were measured: threads use a few at once."""
CODE = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)
"""What a value may refer to and does not hold: the program itself."""
LEAVES = frozenset({int, float, complex, str, bytes, bool, type(None)})
"""What refers to nothing."""
ALIGNED, MARKS = 16, 1 << 26
"""Objects begin at multiples of so many bytes; so many marks are told apart, a gigabyte of objects."""


FULL, AIM, LEFT = 0.75, 0.9, 0.4
"""The caches are full from such a part of their room on, are measured again before they take such a part, and are left
such a part of it once they are full."""
SELDOM, AT_MOST = 4_000, 2_000_000
"""They are measured after so many new values at the earliest, and at the latest."""
ASKS = 8
"""So many new values later it is asked whether their reader is still there, and whether they are to be measured."""
SOON = 1_000
"""So many values later it is asked again whether enough other work was done: the clock is dear beside a value."""
RESTS, SPENDS = 12, 1e-8
"""So many times as long as it will take to measure them other work is done before; at first a byte takes so long."""


class CachedFunction(Protocol[P, T_co]):
    """A function whose values are kept."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T_co: ...

    def cache_info(self) -> Any: ...

    def cache_clear(self) -> None: ...


@dataclass(frozen=True)
class Registered:
    """A cache as the registry knows it: how to count its values, to look at them, to empty it, to make it smaller."""

    name: str
    count: Callable[[], int]
    held: Callable[[], Iterable[object]]
    clear: Callable[[], None]
    spare: Callable[[], float]
    """Let go of some, and say about what part is left: of a store the half that was used last."""
    lasting: bool = False
    """Whether it keeps what follows from the program alone, fonts or kernels: no room is made of it, since the next
    request would make it again."""


@dataclass(frozen=True)
class CacheState:
    """How many values a cache keeps, and the bytes that they take; what two caches share counts for the first."""

    count: int
    bytes: int


_registry: dict[str, Registered] = {}


class Total:
    """Holds all caches together within their room.

    What they take is found by looking at it, a microsecond a thing. So that is done whenever as many values are new as
    would fill the room, as fast as it was filled before; and seldom enough that other work is hardly slower for it.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.new, self.due, self.left, self.each = 0, SELDOM, 0, 0.0
        self.looked, self.spends = 0.0, SPENDS

    def one_more(self) -> None:
        """A value is new: hold the total where it is time to, unless somebody is at it. No lock of a cache is held.

        What is drawn, read and written makes values all the time, so this is where such work asks for its reader.
        """
        self.new += 1
        if self.new % ASKS:
            return
        stop_for_nobody()
        if self.new < self.due:
            return
        if not self.may_look():
            self.due = self.new + SOON
        elif self.lock.acquire(blocking=False):
            begun = thread_time()
            try:
                taken = self.hold()
                self.spends = (thread_time() - begun) / max(taken, 1)
            finally:
                self.looked = process_time()
                self.lock.release()

    def may_look(self) -> bool:
        """Whether enough other work was done meanwhile.

        There is hardly more than has room, however many values were new: most take the place of others.
        """
        found = min(self.left + self.each * self.new, 1_000_000 * limit("cache_mb"))
        return process_time() - self.looked >= RESTS * self.spends * found

    def hold(self) -> int:
        """Measure all caches, and let go of the largest until there is room again; the bytes that there were."""
        room, found = 1_000_000 * limit("cache_mb"), caches()
        taken = sum(state.bytes for state in found.values())
        if self.new:
            self.each = (taken - self.left if taken > self.left else taken) / self.new
        measured = taken
        if taken > FULL * room:
            taken = self.spare({name: float(state.bytes) for name, state in found.items()}, LEFT * room)
        self.new, self.left = 0, taken
        self.due = AT_MOST if not self.each else round((AIM * room - taken) / self.each)
        self.due = min(max(self.due, SELDOM), AT_MOST)
        return measured

    def spare(self, sizes: dict[str, float], room: float) -> int:
        """Make the largest caches smaller, until what is left of all fits; the bytes of that."""
        lasting = sum(size for name, size in sizes.items() if _registry[name].lasting)
        sizes = {name: size for name, size in sizes.items() if not _registry[name].lasting}
        while sum(sizes.values()) > max(room - lasting, 1):
            largest = max(sizes, key=lambda name: sizes[name])
            sizes[largest] *= _registry[largest].spare()
        return round(lasting + sum(sizes.values()))


TOTAL = Total()
"""Of all caches of this process."""


def cached(most: int | None = None, lasting: bool = False) -> Callable[[Callable[P, T]], CachedFunction[P, T]]:
    """Keep the values of a function, at most so many; for a few functions without arguments or with few, all.

    `lasting` is for what takes long to make and follows from the program alone: its files and the machine.
    """

    def decorate(function: Callable[P, T]) -> CachedFunction[P, T]:
        @lru_cache(maxsize=most)
        @wraps(function)
        def kept(*args: P.args, **kwargs: P.kwargs) -> T:
            value = read_only(function(*args, **kwargs))
            TOTAL.one_more()
            return value

        def spare() -> float:
            kept.cache_clear()
            return 0.0

        name = f"{function.__module__}.{function.__qualname__}"
        _register(
            Registered(name, lambda: kept.cache_info().currsize, lambda: [kept], kept.cache_clear, spare, lasting)
        )
        return cast(CachedFunction[P, T], kept)

    return decorate


class _Store(Generic[K, T]):
    """Values by their keys, those used last at the end, in the registry under a name."""

    def __init__(self, name: str) -> None:
        self.lock = RLock()
        self.values: OrderedDict[K, T] = OrderedDict()
        _register(Registered(name, lambda: len(self.values), lambda: [self.values], self.clear, self.spare))

    def get(self, key: K) -> T | None:
        """The value, used just now; None if there is none."""
        with self.lock:
            if key in self.values:
                self.values.move_to_end(key)
            return self.values.get(key)

    def keep(self, key: K, value: T) -> T:
        """Keep a value, and let go of others until there is room."""
        with self.lock:
            value = self.take(key, value)
        TOTAL.one_more()
        return value

    def take(self, key: K, value: T) -> T:
        """The same, where the store is held already."""
        raise NotImplementedError

    def drop(self) -> None:
        """Let go of what is unused longest."""
        raise NotImplementedError

    def spare(self) -> float:
        """Let go of the half that is unused longest."""
        with self.lock:
            before = len(self.values)
            for _ in range((before + 1) // 2):
                self.drop()
            return len(self.values) / before if before else 0.0

    def clear(self) -> None:
        """Let go of all."""
        with self.lock:
            while self.values:
                self.drop()


class LruStore(_Store[K, T]):
    """Values by their keys: at most so many, or as much by a measure of the values, which may grow meanwhile.

    What was used last is what grows, so that alone is measured again whenever a value is kept.
    """

    def __init__(self, name: str, most: int, measure: Callable[[T], int] = lambda _: 1) -> None:
        super().__init__(name)
        self.most, self.measure = most, measure
        self.sizes: dict[K, int] = {}
        self.taken = 0

    def get_or_make(self, key: K, make: Callable[[], T]) -> T:
        """The value, made and kept if there is none."""
        with self.lock:
            value = self.get(key)
            return self.take(key, make() if value is None else value)

    def take(self, key: K, value: T) -> T:
        """The last stays, however large it is."""
        value = self.values[key] = read_only(value)
        self.values.move_to_end(key)
        for used in islice(reversed(self.values), USED_LAST):
            size = self.measure(self.values[used])
            self.taken += size - self.sizes.get(used, 0)
            self.sizes[used] = size
        while len(self.values) > 1 and self.taken > self.most:
            self.drop()
        return value

    def drop(self) -> None:
        self.taken -= self.sizes.pop(self.values.popitem(last=False)[0])


class ByteStore(_Store[K, T]):
    """Values by their keys, as many bytes of them as there is room for; a value keeps its size."""

    def __init__(self, name: str, room: Callable[[], int], size: Callable[[T], int]) -> None:
        super().__init__(name)
        self.room, self.size, self.taken = room, size, 0

    def take(self, key: K, value: T) -> T:
        """None stays that is larger than the room."""
        if key in self.values:
            self.taken -= self.size(self.values.pop(key))
        self.values[key] = value
        self.taken += self.size(value)
        while self.values and self.taken > self.room():
            self.drop()
        return value

    def drop(self) -> None:
        self.taken -= self.size(self.values.popitem(last=False)[1])


def registered() -> tuple[Registered, ...]:
    """The caches of the modules loaded so far, by name."""
    return tuple(row for _, row in sorted(_registry.items()))


def caches() -> Mapping[str, CacheState]:
    """Every cache of the modules loaded so far. It looks at all that is kept, which takes a moment."""
    with mmap(-1, MARKS) as seen:
        return {row.name: CacheState(row.count(), _bytes(row.held(), seen)) for row in registered()}


def cached_bytes() -> int:
    """The bytes that all caches take together, what they share counted once."""
    return sum(state.bytes for state in caches().values())


def clear_caches(*modules: str) -> None:
    """Empty every cache, or some by name or by the modules they are in or below; the next call is as the first."""
    for row in registered():
        if not modules or any(f"{row.name}.".startswith(f"{module}.") for module in modules):
            row.clear()


def _register(row: Registered) -> None:
    _registry[row.name] = row


def _bytes(roots: Iterable[object], seen: mmap) -> int:
    """The bytes of all that can be reached and has not been seen: an estimate, as `sys.getsizeof` has it.

    What was seen has a mark at its address in a map of its own, of which only what is marked takes memory: a set of the
    addresses of a million objects would take as much as these.
    """
    total, waiting = 0, list(roots)
    while waiting:
        value = waiting.pop()
        place = id(value) // ALIGNED % MARKS
        if seen[place]:
            continue
        seen[place] = 1
        if type(value) in LEAVES:
            total += sys.getsizeof(value)
        elif not isinstance(value, CODE):
            total += sys.getsizeof(value)
            waiting += gc.get_referents(value)
            if isinstance(value, np.ndarray) and value.base is not None:
                waiting.append(value.base)
    return total
