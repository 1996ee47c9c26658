"""Arrays of numbers: what one is to the type checker, and how those that are shared are kept from being written to."""

from __future__ import annotations

from copy import copy
from math import sqrt
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""Of either precision, of any shape."""
T = TypeVar("T")


def any_numbers() -> np.errstate:
    """Around whatever makes answers: numbers that are not finite are numbers like others, and NumPy warns of none."""
    return np.errstate(all="ignore")


def length_of(array: Array) -> float:
    """The Euclidean norm, as `numpy.linalg.norm` finds it, which takes several times as long for a few numbers."""
    flat = array.ravel()
    return sqrt(flat.dot(flat))


class HoldsArrays:
    """A dataclass with arrays in its fields, which `read_only` goes into."""


def read_only(value: T) -> T:
    """The value with arrays that nobody can write to: views, so that who owns the arrays may go on filling them."""
    made: object = value
    if isinstance(value, np.ndarray):
        if value.flags.writeable:
            made = value.view()
            made.setflags(write=False)
    elif isinstance(value, tuple) and type(value) is tuple:
        made = tuple(map(read_only, value))
    elif isinstance(value, dict):
        made = {name: read_only(part) for name, part in value.items()}
    elif isinstance(value, HoldsArrays):
        made = copy(value)
        vars(made).update(read_only(vars(value)))
    return cast(T, made)
