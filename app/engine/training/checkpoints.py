"""Places of a training run from which it can go on, evenly spread and bounded in room."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from zipfile import BadZipFile

import numpy as np

from app.arrays import Array, HoldsArrays, read_only

MOST, ROOM = 128, 4_000_000
"""A run has so many checkpoints, of so many bytes together."""
SHARED = 256_000
"""Bytes of them that are kept elsewhere."""


@dataclass(frozen=True)
class Checkpoint(HoldsArrays):
    """Everything that step k of a run begins with, but for its window: from here the run goes on, bit for bit."""

    step: int
    theta: Array
    kept: tuple[Array, ...]
    starts: Mapping[str, Array]

    @cached_property
    def size(self) -> int:
        """Bytes."""
        return int(self.theta.nbytes + sum(a.nbytes for a in (*self.kept, *self.starts.values())))


class KeptElsewhere(Protocol):
    """Where the checkpoints of one run are kept for other processes, as bytes."""

    def find(self) -> bytes | None: ...

    def keep(self, packed: bytes) -> None: ...


class Checkpoints:
    """Places of one run from which it can go on: at most `most` of them, evenly spread, of at most `room` bytes.

    Where there are too many, every second one is dropped, and from then on half as many are left. What a run needs is
    looked for elsewhere first, once, and told there whenever twice as many were left, and at the end.
    """

    def __init__(self, most: int = MOST, room: int = ROOM, elsewhere: KeptElsewhere | None = None) -> None:
        self.most, self.room, self.every = most, room, 1
        self.found: dict[int, Checkpoint] = {}
        self.lock = threading.Lock()
        self.elsewhere, self.asked, self.told, self.due = elsewhere, elsewhere is None, 0, 2

    def wanted(self, step: int) -> bool:
        """Whether one is to be left here."""
        return step > 0 and step % self.every == 0 and step not in self.found

    def following(self, step: int, least: int = 0) -> int:
        """The next one after a step that is to be left, not before a least one."""
        after = max(step // self.every + 1, -(-least // self.every)) * self.every
        while after in self.found:
            after += self.every
        return after

    def expect(self, steps: int) -> None:
        """Leave no more than a run of so many steps keeps at its end: between two of them steps are done at once."""
        self.ask()
        with self.lock:
            while self.every * self.most < steps:
                self._thin()

    def leave(self, made: Checkpoint) -> None:
        """Keep it, and make room."""
        with self.lock:
            self.found = self.found | {made.step: read_only(made)}
            while len(self.found) > min(self.most, max(1, self.room // made.size)):
                self._thin()
        if len(self.found) >= self.due:
            self.due *= 2
            self.tell()

    def ask(self) -> None:
        """Take in what is kept elsewhere, the first time."""
        with self.lock:
            asked, self.asked = self.asked, True
        if not asked and self.elsewhere and (packed := self.elsewhere.find()):
            with self.lock:
                self.found = {it.step: read_only(it) for it in unpack(packed)} | self.found
                self.told = max(self.found, default=0)

    def tell(self) -> None:
        """Keep elsewhere what is here, if it leads further."""
        found = self.found
        if self.elsewhere and max(found, default=0) > self.told:
            self.told = max(found)
            self.elsewhere.keep(pack(found.values()))

    def _thin(self) -> None:
        """Keep every second one."""
        self.every *= 2
        self.found = {k: c for k, c in self.found.items() if k % self.every == 0}

    def before(self, step: int) -> Checkpoint | None:
        """The last one at or before a step."""
        self.ask()
        found = self.found
        return max((c for k, c in found.items() if k <= step), key=lambda c: c.step, default=None)

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(c.size for c in self.found.values())


def pack(checkpoints: Iterable[Checkpoint], room: int = SHARED) -> bytes:
    """As many as there is room for, evenly spread, the last among them; none where it alone is too large."""
    found = sorted(checkpoints, key=lambda it: -it.step)
    most = room // max(found[0].size, 1)
    arrays = dict[str, Array]()
    for it in found[:: -(-len(found) // most)] if most else ():
        parts = {"theta": it.theta, **{f"starts/{name}": array for name, array in it.starts.items()}}
        parts |= {f"kept/{i}": array for i, array in enumerate(it.kept)}
        arrays |= {f"{it.step}/{name}": array for name, array in parts.items()}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack(packed: bytes) -> list[Checkpoint]:
    """The checkpoints of which these are the bytes; none where they are broken, since others may write there too."""
    found = dict[int, dict[str, Array]]()
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            for path in arrays.files:
                step, _, name = path.partition("/")
                found.setdefault(int(step), {})[name] = arrays[path]
        return [_unpacked(step, parts) for step, parts in found.items()]
    except (AttributeError, EOFError, KeyError, OSError, ValueError, BadZipFile):
        return []


def _unpacked(step: int, parts: Mapping[str, Array]) -> Checkpoint:
    starts = {name.removeprefix("starts/"): array for name, array in parts.items() if name.startswith("starts/")}
    kept = sum(name.startswith("kept/") for name in parts)
    return Checkpoint(step, parts["theta"], tuple(parts[f"kept/{i}"] for i in range(kept)), starts)
