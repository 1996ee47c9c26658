"""The slope of an objective in one number that goes into it, from its values beside that number, and how sure it is.

A central difference is wrong by the bend of the objective if the step is wide, and by rounding if it is narrow. So the
step is relative to the number. Where one step does not settle a question, steps from an eighth of the number down are
tried, what their bend leaves in them is taken out (Richardson 1911; Ridders 1982), and the best is kept with its error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

EPSILON = float(np.finfo(float).eps)
STEP = EPSILON ** (1 / 3)
"""Of the number itself: where the errors by bend and by rounding of a central difference are alike."""
FACTOR = 8.0
"""From one of many steps to the next."""
STEPS = tuple(FACTOR**-k for k in range(1, 13))
ORDERS = 4
"""So many powers of the step are taken out of a difference."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What the objective does on both sides of a number at one step; `noise` is what rounding may make of a slope."""

    step: float
    before: float
    after: float
    noise: float

    @property
    def central(self) -> float:
        return (self.before + self.after) / 2

    @property
    def gap(self) -> float:
        """How far the slopes on both sides are apart."""
        return abs(self.after - self.before)

    @property
    def steepest(self) -> float:
        return max(abs(self.before), abs(self.after))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A slope, and how far off it may be."""

    slope: float
    error: float


@dataclass
class Moved:
    """A number of the objective's, to be moved: `objective` has its value with the number at another place.

    `scale` is how large such a number is; `rounding` how far off the objective's value may be.
    """

    objective: Callable[[float], float]
    number: float
    value: float
    scale: float
    rounding: float
    known: dict[float, Difference] = field(default_factory=dict)

    def difference(self, share: float) -> Difference:
        """The slopes on both sides at a step that is a share of the scale."""
        if share not in self.known:
            self.known[share] = self._difference(share * self.scale)
        return self.known[share]

    def _difference(self, step: float) -> Difference:
        below, above = self.number - step, self.number + step
        lower, upper = self.objective(below), self.objective(above)
        before = (self.value - lower) / (self.number - below)
        after = (upper - self.value) / (above - self.number)
        return Difference(step, before, after, max(self.rounding, EPSILON * abs(lower), EPSILON * abs(upper)) / step)

    @property
    def differences(self) -> list[Difference]:
        """At every one of the many steps, the widest first."""
        return [self.difference(share) for share in STEPS]

    @property
    def best(self) -> Estimate:
        """The slope with the smallest error that the many steps give."""
        return min(_estimates(self.differences), key=lambda e: e.error, default=Estimate(np.nan, np.inf))

    def bent(self, tolerance: float, share: float = STEP) -> bool:
        """Whether the slopes on both sides seem apart, by more than a bend leaves at a narrower step."""
        wide = self.difference(share)
        if not wide.gap > tolerance * wide.steepest + 4 * wide.noise:
            return not np.isfinite(wide.gap)
        narrow = self.difference(share / FACTOR)
        left = narrow.gap - wide.gap / FACTOR
        return not left <= tolerance * narrow.steepest + 5 * narrow.noise

    def kinked(self, tolerance: float) -> Difference | None:
        """Where the slopes on both sides stay apart however narrow the step is: a kink, a jump, an end of all values.

        Of two steps the narrower has an eighth of the gap if the objective is smooth; the narrowest pair that rounding
        lets tell it decides.
        """
        found = self.differences
        if not any(np.isfinite(d.gap) for d in found):
            return found[-1]
        pairs = [(w, n) for w, n in pairwise(found) if 4 * 2 * n.noise < w.gap / 2 < np.inf]
        if not pairs:
            return None
        wide, narrow = pairs[-1]
        apart = narrow.gap > wide.gap / 2 and narrow.gap > tolerance * narrow.steepest
        return narrow if apart else None


def _estimates(found: Sequence[Difference]) -> Iterator[Estimate]:
    """Central differences at ever narrower steps, and what is left of them without their first powers of the step.

    An estimate is off by what is between it and those that it is made of, by what is between it and the differences at
    narrower steps, as far as that is no rounding, and by the last place of the steepest slope around.
    """
    last = EPSILON * max((d.steepest for d in found if np.isfinite(d.steepest)), default=0.0)
    above: list[float] = []
    for i, d in enumerate(found):
        row = [d.central]
        for order, wider in enumerate(above[: ORDERS - 1]):
            row.append(row[order] + (row[order] - wider) / (FACTOR ** (2 * order + 2) - 1))
        for order, slope in enumerate(row):
            beside = [abs(slope - other) for other in (*above[max(order - 1, 0) : order + 1], *row[:order][-1:])]
            narrower = [abs(slope - n.central) - n.noise for n in found[i + 1 :]]
            error = max(beside, default=np.inf) + d.noise + last
            if np.isfinite(error):
                yield Estimate(slope, max([error, *narrower]))
        above = row
