"""What is raced: one system of equations with its numbers, and those who can do a step of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from app.arrays import Array
from app.engine import bind
from app.language import parse
from app.language.syntax import Recurrence


def _nothing() -> None:
    return


@dataclass(frozen=True)
class Contestant:
    """`step` does the work once; `gradients` are those of the step done last; `ready` is called before it is timed."""

    step: Callable[[], object]
    gradients: Callable[[], Mapping[str, Array]]
    ready: Callable[[], None] = _nothing

    def on(self, count: int, set_threads: Callable[[int], None]) -> Contestant:
        """The same, with so many threads."""
        return replace(self, ready=partial(set_threads, count))


Party = tuple[str, int]
"""Who, and on how many threads."""


@dataclass(frozen=True)
class Size:
    """How long, how many at once, how wide."""

    tau: int
    batch: int
    hidden: int
    inputs: int

    def __str__(self) -> str:
        return f"({self.tau}, {self.batch}, {self.hidden}, {self.inputs})"


@dataclass(frozen=True)
class Problem:
    """Equations in which x becomes h and h is read out against y, and all their numbers in one type."""

    recurrence: Recurrence
    size: Size
    parameters: Mapping[str, Array]
    x: Array
    y: Array

    @property
    def dtype(self) -> Any:
        return self.x.dtype


Windows = list[tuple[Array, Array]]
"""x and y of each step of a training."""


def problem(text: str, size: Size, dtype: Any = np.float32, answers: int = 1) -> Problem:
    """The equations with drawn parameters and data as they are drawn; y has so many entries."""
    recurrence = parse(text, {"x": size.inputs, "h": size.hidden, "y": answers})
    drawn = bind(recurrence, size.tau, seed=1, batch=size.batch)
    x, y = (np.ascontiguousarray(drawn.inputs[name], dtype=dtype) for name in "xy")
    return Problem(recurrence, size, {n: np.asarray(a, dtype=dtype) for n, a in drawn.parameters.items()}, x, y)


def article(text: str, windows: int = 60, dtype: Any = np.float32) -> tuple[Problem, Windows]:
    """The article's example: 32 units, windows of ten steps of a sine and its cosine from kπ to (k+1)π."""
    steps = [np.linspace(k * np.pi, (k + 1) * np.pi, 10, dtype=dtype)[:, None, None] for k in range(windows)]
    return problem(text, Size(10, 1, 32, 1), dtype), [(np.sin(s), np.cos(s)) for s in steps]


def one_answer(text: str, windows: int = 60, dtype: Any = np.float32) -> tuple[Problem, Windows]:
    """The same network with one answer at the end, which of two it is being whether the first number is positive."""
    drawn = np.random.default_rng(1).normal(size=(windows, 10, 1, 1)).astype(dtype)
    return problem(text, Size(10, 1, 32, 1), dtype, 2), [
        (x, np.eye(2, dtype=dtype)[(x[0, :, 0] > 0) * 1]) for x in drawn
    ]
