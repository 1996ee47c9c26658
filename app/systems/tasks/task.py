"""The parts of a task: its name in a link, the request for data, its fit to a recurrence, and the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from app.arrays import Array
from app.engine.execution import drawn_even, drawn_whole, streams
from app.language import Problem, Recurrence, Subject
from app.systems.tasks.data_roles import DataSlot

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TaskWord:
    """A task as a link writes it: a name, and after a colon what it is about (`next-character:hello`)."""

    name: str
    about: str = ""

    @classmethod
    def parse(cls, text: str) -> TaskWord:
        """`echo:2` → Word("echo", "2")."""
        name, _, about = text.partition(":")
        return cls(name, about)

    def __str__(self) -> str:
        return f"{self.name}:{self.about}" if self.about else self.name


@dataclass(frozen=True, slots=True)
class DataRequest:
    """A request for `batch` sequences of τ steps, the k-th `window` of a training run, or so many `windows` from it on.

    Several windows are one long batch, the sequences of one after those of another. What a task draws comes from a
    stream of its own for each (seed, task, window); sequence i of window k of a task that draws nothing is what
    sequence 0 is i windows later.
    """

    tau: int
    word: TaskWord
    seed: int = 0
    batch: int = 1
    window: int = 0
    windows: int = 1

    @property
    def sequences(self) -> int:
        """How many there are in all windows."""
        return self.batch * self.windows

    @property
    def turns(self) -> Integers:
        """The window that each sequence is at."""
        return (self.window + np.arange(self.windows)[:, None] + np.arange(self.batch)).ravel()

    def drawn(self, draw: Callable[[np.random.Generator], Array], part: str = "") -> Array:
        """What is drawn of one part of the data for the sequences of each window, one after another.

        Drawn sequence by sequence, a longer batch begins as a shorter one.
        """
        return np.concatenate([draw(rng) for rng in streams(self.seed, self._names(part))])

    def whole_numbers(self, below: int, steps: int = 1, part: str = "") -> Integers:
        """Whole numbers from 0 on that are drawn so, (sequences, steps)."""
        return drawn_whole(self.seed, self._names(part), [below] * (self.batch * steps)).reshape(-1, steps)

    def whole_apart(self, below: Sequence[int], part: str) -> Integers:
        """One below each of some bounds, by a stream for each sequence, (sequences, bounds)."""
        return drawn_whole(self.seed, self._names(part), below, self.batch)

    def numbers(self, *shape: int, part: str = "") -> Array:
        """Numbers between -1 and 1 that are drawn so, (sequences, *shape)."""
        found = drawn_even(self.seed, self._names(part), self.batch * prod(shape))
        return (2.0 * found - 1.0).reshape(-1, *shape)

    def _names(self, part: str) -> list[str]:
        return [f"{self.word.name} {self.window + k} {part}" for k in range(self.windows)]


@dataclass(frozen=True)
class TaskFit:
    """How a task meets a recurrence: the places that take its data, and the shapes it gives them.

    `started`: the variables that begin with what the start takes.
    """

    input: DataSlot | None = None
    target: DataSlot | None = None
    memory: DataSlot | None = None
    start: DataSlot | None = None
    started: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        """The dimensions that the shapes fix, by name."""
        return dict(self._fixed)

    @property
    def clash(self) -> str:
        """A dimension that two shapes fix to different sizes, if there is one."""
        return next((dim for dim, size in self._fixed if self.sizes[dim] != size), "")

    @property
    def _fixed(self) -> list[tuple[str, int]]:
        places = [p for p in (self.input, self.target, self.memory, self.start) if p and p.name in self.shapes]
        return [pair for p in places for pair in zip(p.dims, self.shapes[p.name], strict=True)]

    def fed(self, to: DataSlot | None, data: Array) -> dict[str, Array]:
        """A sequence for a place; one that takes a single value takes the last step's. Nothing where none is."""
        return {} if to is None else {to.name: data if to.indexed else data[-1]}

    def spelled(self, symbols: tuple[str, ...], *places: DataSlot | None) -> dict[str, tuple[str, ...]]:
        """The symbols of one-hot sequences, by the name of each slot that takes one."""
        return {place.name: symbols for place in places if place is not None and place.indexed}


@dataclass(frozen=True)
class TaskData:
    """Arrays by name: (tau, batch, size) for a sequence, (batch, size) for one value, (batch, m, n) for a matrix.

    `symbols` says what the entries of a one-hot vector stand for, `pictures` which vectors are points in rows and
    columns, and how many of these; `lengths` (batch) how many steps each sequence has, where not all are τ in every
    window.
    """

    inputs: Mapping[str, Array]
    symbols: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    lengths: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class TaskArgument:
    """The text that may follow a task's colon: its pattern, the same in words, and its default."""

    pattern: str
    meaning: str
    default: str


@dataclass(frozen=True, slots=True)
class TaskDelay:
    """The task at one distance in time: what that is called, what stands after its colon, how many steps it takes."""

    title: str
    about: str
    tau: int


@dataclass(frozen=True)
class Task:
    """A row of the table: `meet` gives its fit to a recurrence or the problem, `make` its data for a fit.

    `drawn`: the seed chooses the data. `delays`: the task as a test of memory, the shortest delay first, and
    `back(about, tau)` how many steps before the last one the earliest stands that its answer is made of.
    `hidden(about, tau)`: the pattern that stands in every window, and where it may begin, counted from 0.
    `keeps_patterns`: what stands after the colon is kept by the network, and one of it to be recalled.
    `price`: what a sequence of the data takes to make beside its numbers, as so many multiply-adds.
    """

    name: str
    title: str
    about: str
    meet: Callable[[Recurrence, TaskWord], TaskFit | Problem]
    make: Callable[[TaskFit, DataRequest], TaskData]
    option: TaskArgument | None = None
    drawn: bool = True
    delays: tuple[TaskDelay, ...] = ()
    back: Callable[[str, int], int] | None = None
    hidden: Callable[[str, int], tuple[Integers, range]] | None = None
    keeps_patterns: bool = False
    price: int = 5_000

    def fit(self, recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
        """How the task meets a recurrence, or a problem on the task that says what is allowed."""
        if word.about and self.option is None:
            return Problem(f"{self.name} takes nothing after a colon", Subject.TASK, [self.name])
        if word.about and self.option and not re.fullmatch(self.option.pattern, word.about):
            example = f"for example {self.name}:{self.option.default}"
            return Problem(f"{self.name} takes {self.option.meaning}", Subject.TASK, self.option.meaning, example)
        return self.meet(recurrence, self.spelled_out(word))

    def data(self, fit: TaskFit, asked: DataRequest) -> TaskData:
        """The data for a recurrence that the task fits."""
        return self.make(fit, replace(asked, word=self.spelled_out(asked.word)))

    def spelled_out(self, word: TaskWord) -> TaskWord:
        """The word with what is left out put in."""
        return word if word.about or self.option is None else replace(word, about=self.option.default)
