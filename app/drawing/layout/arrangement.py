"""How the nodes of a figure are arranged, as a link may ask for it: which way time runs, how far apart they stand."""

from __future__ import annotations

from typing import Literal, NamedTuple

Direction = Literal["right", "up"]
Spacing = Literal["compact", "normal", "wide"]


class Arrangement(NamedTuple):
    """Time runs to the right, variables standing above each other, or up, variables beside each other."""

    direction: Direction = "right"
    spacing: Spacing = "normal"


USUAL_ARRANGEMENT = Arrangement()
