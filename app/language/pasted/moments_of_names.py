"""Which variable and moment a name in a program means: `h_prev` is h one step back, `x_t` and `h_next` are now."""

from __future__ import annotations

import re

_BEFORE = re.compile(
    r"(?:(?P<stem>.+?)(?:_(?:prev|previous|old|tm1|t_1|t_minus_1|tminus1)|prev|(?<!ls)tm1)"
    r"|(?:(?:previous|old|last)_|previous|prev_?)(?P<after>.+))"
)
_NOW = re.compile(r"(?:(?P<stem>.+?)_(?:t|next|new|cur|curr|current|now)|(?:next|new|cur|curr|current)_(?P<after>.+))")
_LETTER_NOW = re.compile(r"(?P<stem>[xhcsfiogzruyan])t")
"""`xt` and `ht`, as course assignments have them."""


def moment_of_name(name: str, letters: bool = False) -> tuple[str, int | None]:
    """The variable, and how many steps back; None where the name says nothing of time. `letters` also reads `xt`."""
    if match := _BEFORE.fullmatch(name):
        return match["stem"] or match["after"], 1
    if match := _NOW.fullmatch(name) or (letters and _LETTER_NOW.fullmatch(name)) or None:
        return match["stem"] or match.groupdict().get("after") or name, 0
    return name, None


STATE_NAMES = frozenset(("h", "s", "hx", "state", "hidden"))


def is_state_before(argument: str) -> bool:
    """True for an argument of a cell that is the state of the step before: `h_prev`, `hidden`."""
    return argument in STATE_NAMES or moment_of_name(argument)[1] == 1
