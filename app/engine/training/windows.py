"""The data of a run: window by window, or that of many steps in one array, so that a step only takes its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.arrays import Array
from app.engine.execution import Bindings, fed_by

Window = Callable[[int], Bindings]
"""The data of step k; its parameters begin the run at step 0 and are not read after."""
MOST, ROOM = 1024, 1 << 20
"""So many steps have their data made at once, of so many bytes together."""


@dataclass(frozen=True)
class Windows:
    """The data of every step: `at` one, or what changes from step to step of `together(first, count)` of them.

    Where sequences are of `unequal` length in some window, their lengths are among this, by the name `tau`.
    """

    at: Window
    together: Callable[[int, int], Mapping[str, Array]]
    unequal: bool = False

    def __call__(self, k: int) -> Bindings:
        return self.at(k)


class DataAhead:
    """What the steps of a run are fed, made for some steps before they come to it: few at first, then more.

    `rows(k)` is what step k puts in place, by name; None where its window is to be bound: where lengths are unequal of
    a sudden, or more sequences come, and no `Windows` have said so.
    """

    def __init__(self, window: Window, tau: int, steps: int) -> None:
        self.window, self.tau, self.steps = window, tau, steps
        self.unequal = isinstance(window, Windows) and window.unequal
        self.like = self.at(0)
        self.unequal = self.like.lengths is not None
        bytes_ = sum(array.nbytes for array in self.like.inputs.values())
        self.most = max(1, min(MOST, ROOM // max(bytes_, 1)))
        self.first, self.count, self.made = 0, 0, dict[str, Array]()
        self.possible = True

    def at(self, k: int) -> Bindings:
        """The window of step k, with lengths where some window has them."""
        found = self.window(k)
        if found.lengths is None and self.unequal:
            return replace(found, lengths=(self.tau,) * found.batch)
        return found

    def rows(self, k: int) -> Mapping[str, Array] | None:
        """The data of step k."""
        found = self.block(k)
        return None if found is None else {name: array[k - self.first] for name, array in found.items()}

    def block(self, k: int) -> Mapping[str, Array] | None:
        """The data of the steps that are made together with step k, from `first` on."""
        if not self.first <= k < self.first + self.count:
            if not self.possible:
                return None
            self.first, self.count = k, max(1, min(self.most, 2 * self.count + 8, self.steps - k))
            made = self.together(k, self.count)
            self.possible = made is not None
            self.made = dict(made or {})
        return self.made if self.possible else None

    def together(self, first: int, count: int) -> Mapping[str, Array] | None:
        """As the windows have it; of a function that says one window alone, one after another."""
        if isinstance(self.window, Windows):
            return self.window.together(first, count)
        found = [self.at(k) for k in range(first, first + count)]
        if any((it.lengths is None, it.batch) != (not self.unequal, self.like.batch) for it in found):
            return None
        rows = list(map(fed_by, found))
        return {name: np.stack([row[name] for row in rows]) for name in rows[0]}
