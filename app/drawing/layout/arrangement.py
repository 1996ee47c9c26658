"""How the nodes of a figure are arranged, as a link may ask for it: which way time runs, how far apart they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Direction = Literal["right", "up"]
Spacing = Literal["compact", "normal", "wide"]


class Arrangement(NamedTuple):
    """Time runs to the right, variables standing above each other, or up, variables beside each other."""

    direction: Direction = "right"
    spacing: Spacing = "normal"

    @property
    def spread(self) -> float:
        """How many times as far apart as usual nodes stand."""
        return SPREAD[self.spacing]


SPREAD: Mapping[Spacing, float] = {"compact": 0.86, "normal": 1.0, "wide": 1.3}
USUAL_ARRANGEMENT = Arrangement()
