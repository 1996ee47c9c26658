"""Places of a training run from which it can go on, evenly spread and bounded in room."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.arrays import Array, HoldsArrays, read_only

MOST, ROOM = 128, 4_000_000
"""A run has so many checkpoints, of so many bytes together."""


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


class Checkpoints:
    """Places of one run from which it can go on: at most `most` of them, evenly spread, of at most `room` bytes.

    Where there are too many, every second one is dropped, and from then on half as many are left.
    """

    def __init__(self, most: int = MOST, room: int = ROOM) -> None:
        self.most, self.room, self.every = most, room, 1
        self.found: dict[int, Checkpoint] = {}
        self.lock = threading.Lock()

    def wanted(self, step: int) -> bool:
        """Whether one is to be left here."""
        return step > 0 and step % self.every == 0 and step not in self.found

    def following(self, step: int) -> int:
        """The next one after a step that is to be left."""
        after = step - step % self.every + self.every
        while after in self.found:
            after += self.every
        return after

    def expect(self, steps: int) -> None:
        """Leave no more than a run of so many steps keeps at its end: between two of them steps are done at once."""
        with self.lock:
            while self.every * self.most < steps:
                self._thin()

    def leave(self, made: Checkpoint) -> None:
        """Keep it, and make room."""
        with self.lock:
            self.found = self.found | {made.step: read_only(made)}
            while len(self.found) > min(self.most, max(1, self.room // made.size)):
                self._thin()

    def _thin(self) -> None:
        """Keep every second one."""
        self.every *= 2
        self.found = {k: c for k, c in self.found.items() if k % self.every == 0}

    def before(self, step: int) -> Checkpoint | None:
        """The last one at or before a step."""
        found = self.found
        return max((c for k, c in found.items() if k <= step), key=lambda c: c.step, default=None)

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(c.size for c in self.found.values())
