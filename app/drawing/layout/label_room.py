"""How much room labels of arrows need, in points, wherever a place for one is looked for."""

from __future__ import annotations

LABEL_ROOM, WORD_SPACE, NODE_ROOM = 1.6, 4.2, 3.5
"""The least room between a label and another above or below it, and beside it, and between it and a node."""
LINE_ROOMS = (9.0, 5.8, 3.8, 2.7)
"""The room between a label and the middle of others' lines, from the best to the least; its own has the gap. The widest
line of the way back takes 2 of it."""
SMALLER = (0.9, 0.8, 0.7)
"""The sizes that a label shrinks to where there is no room for it."""
HEAD_ROOM = 4.5
"""Half the width that is kept free for an arrow's head, at both ends: in the backward pass it is at the other."""
FARTHER, FAR = 1.25, 1.6
"""How much farther from a label than its own line others are, so that nobody takes it for theirs: at least, and so that
it is seen at once."""


def room_around(up: bool) -> tuple[float, float]:
    """The room between a label and others, along the rows and across them; running `up`, what is written runs across
    time."""
    return (LABEL_ROOM, WORD_SPACE) if up else (WORD_SPACE, LABEL_ROOM)
