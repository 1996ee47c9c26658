"""The lengths of a gradient by step → what is left of it on its way back, relative to where it sets out.

Losses differ in kind and in scale, a mean of squares and a sum of cross-entropies. What two networks keep can only be
compared where each is measured by its own end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.arrays import Array

GROWN = 1.005
"""From here on a share is said to have grown."""
HUNDREDTH = 0.01
"""What is below this share of a gradient is as good as gone."""


@dataclass(frozen=True)
class KeptGradient:
    """How much of a gradient is left at each step; `norms` (tau) are its lengths there."""

    norms: Array

    @cached_property
    def end(self) -> int:
        """The step where it sets out, the last one at which there is any; 0 where there is none."""
        return int(np.flatnonzero(self.norms)[-1]) + 1 if self.norms.any() else 0

    @cached_property
    def shares(self) -> Array:
        """(tau): its length relative to that at its end, where it is 1."""
        if not self.end:
            return np.zeros(len(self.norms))
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(self.norms / self.norms[self.end - 1])

    @property
    def left(self) -> float:
        """The share that is left at the first step."""
        return float(self.shares[0])

    @cached_property
    def faded(self) -> int:
        """The last step from which on back to the first one less than a hundredth is left; 0 where there is none."""
        enough = np.flatnonzero(~(self.shares < HUNDREDTH))
        return int(enough[0]) if len(enough) else len(self.shares)

    @property
    def steps(self) -> int | None:
        """After how many steps on the way back less than a hundredth is left for good; None where it never is."""
        return max(self.end - self.faded, 0) if self.faded else None
