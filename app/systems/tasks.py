"""The tasks, one row each: the data that a system is fed, by the part its data plays in the equations.

A task names no system: it finds the inputs and the targets of any recurrence and says what sizes they need.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.engine.fold import folding
from app.language.problems import Problem
from app.language.syntax import Recurrence

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Word:
    """A task as a link writes it: a name, and after a colon what it is about (`next-character:hello`)."""

    name: str
    about: str = ""

    @classmethod
    def parse(cls, text: str) -> Word:
        name, _, about = text.partition(":")
        return cls(name, about)

    def __str__(self) -> str:
        return f"{self.name}:{self.about}" if self.about else self.name


@dataclass(frozen=True)
class Fit:
    """How a task meets a recurrence: the sequences that take its input and its target, and the sizes they need."""

    input: str | None
    target: str | None
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Data:
    """(tau, batch, size) arrays by name; `symbols` says what the entries of a one-hot vector stand for."""

    inputs: Mapping[str, Array]
    symbols: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """A row: `fit(recurrence, word)` → Fit or why not; `data(fit, tau, word)` → Data."""

    name: str
    title: str
    about: str
    fit: Callable[[Recurrence, Word], Fit | Problem]
    data: Callable[[Fit, int, Word], Data]


def _roles(recurrence: Recurrence) -> tuple[list[str], list[str]]:
    """The given sequences of vectors: inputs and targets."""
    kinds = folding(recurrence).kinds
    names = [
        n for n in recurrence.names("given") if recurrence.variables[n].indexed and recurrence.variables[n].rank == 1
    ]
    return [n for n in names if kinds.get(n) == "input"], [n for n in names if kinds.get(n) == "target"]


def _one_each(recurrence: Recurrence, word: Word, size: int) -> Fit | Problem:
    """One input and one target, both of this size."""
    inputs, targets = _roles(recurrence)
    if len(inputs) != 1 or len(targets) != 1:
        found = f"{len(inputs)} inputs and {len(targets)} targets"
        return Problem(f"the task {word} feeds one input sequence and one target; these equations have {found}", "task")
    return Fit(inputs[0], targets[0], {inputs[0]: size, targets[0]: size})


# random


def _anything(recurrence: Recurrence, word: Word) -> Fit | Problem:
    return Fit(None, None)


def _nothing(fit: Fit, tau: int, word: Word) -> Data:
    """No data of its own: what nobody gives is drawn from the link's seed."""
    return Data({})


# sine-to-cosine


def _waves_fit(recurrence: Recurrence, word: Word) -> Fit | Problem:
    return _one_each(recurrence, word, 1)


def _waves(fit: Fit, tau: int, word: Word, window: int = 0) -> Data:
    """Window k of the article: τ points from kπ to (k+1)π, both ends included; what is 0 is 0, not 6e-17."""
    steps = np.linspace(window * np.pi, (window + 1) * np.pi, tau)[:, None, None]
    return Data({str(fit.input): _round(np.sin(steps)), str(fit.target): _round(np.cos(steps))})


def _round(wave: Array) -> Array:
    return np.asarray(np.round(wave, 12) + 0.0)


# next-character

WORD = "hello"
LONGEST = 32


def _letters(word: Word) -> str:
    return word.about or WORD


def _characters_fit(recurrence: Recurrence, word: Word) -> Fit | Problem:
    text = _letters(word)
    if not re.fullmatch(rf"[^\W_]{{2,{LONGEST}}}", text):
        return Problem(f"the word of {word.name} is to have 2 to {LONGEST} letters or digits", "task", "a word")
    return _one_each(recurrence, word, len(set(text)))


def _characters(fit: Fit, tau: int, word: Word) -> Data:
    """Letters as one-hot vectors, each with the next as its target; after the last comes the first."""
    text = _letters(word)
    alphabet = tuple(dict.fromkeys(text))
    codes = [alphabet.index(text[t % len(text)]) for t in range(tau + 1)]
    hot = np.eye(len(alphabet))[codes][:, None]
    symbols = {str(fit.input): alphabet, str(fit.target): alphabet}
    return Data({str(fit.input): hot[:-1], str(fit.target): hot[1:]}, symbols)


TASKS: Mapping[str, Task] = {
    row.name: row
    for row in (
        Task(
            "next-character",
            "Next character",
            "The letters of a word, one-hot; the target is the letter that comes next. "
            "`next-character:banana` spells another word.",
            _characters_fit,
            _characters,
        ),
        Task(
            "sine-to-cosine",
            "Sine to cosine",
            "The input is a sine from 0 to π, the target the cosine of the same points.",
            _waves_fit,
            _waves,
        ),
        Task(
            "random",
            "Random numbers",
            "Standard normal data, one-hot where a target is a class.",
            _anything,
            _nothing,
        ),
    )
}
