"""Values that are made once for an object and live as long as it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.arrays import read_only

Owner = TypeVar("Owner", bound="Derives")
MOST = 128
"""So many values stay with one object: of a long run every node may be differentiated, each by programs of its own."""
P = ParamSpec("P")
T = TypeVar("T")


class Derives:
    """An object that never changes, so that what follows from it can stay with it."""

    @cached_property
    def _derived(self) -> dict[object, Any]:
        return {}


def once(function: Callable[Concatenate[Owner, P], T]) -> Callable[Concatenate[Owner, P], T]:
    """A function of an object that does its work once for the same further arguments; its arrays are read-only."""

    @wraps(function)
    def found(owner: Owner, /, *args: P.args, **kwargs: P.kwargs) -> T:
        known, key = owner._derived, (function, args, *kwargs.items())
        value: T = known.get(key, known)
        if value is not known:
            return value
        made = known[key] = read_only(function(owner, *args, **kwargs))
        for oldest in list(known)[:-MOST]:
            known.pop(oldest, None)
        return made

    return found
