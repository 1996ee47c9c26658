"""Tasks of numbers and symbols over time: how each meets a recurrence, and the sequences it makes.

Random parts are drawn sequence by sequence and turned to (tau, batch, size) at the end.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.arrays import Array
from app.language import Problem, Recurrence, Subject
from app.systems.tasks.data_roles import DataSlot, data_slots
from app.systems.tasks.task import DataRequest, Integers, TaskData, TaskFit, TaskWord

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def one_each(recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
    """The one input sequence and the one target that most tasks feed."""
    inputs, targets = data_slots(recurrence, "input"), data_slots(recurrence, "target")
    if len(inputs) == len(targets) == 1 and inputs[0].indexed:
        return TaskFit(inputs[0], targets[0])
    found = f"{_counted_slots(inputs, 'input')} and {_counted_slots(targets, 'target')}"
    return Problem(
        f"the task {word} feeds one input sequence and one target; these equations have {found}", Subject.TASK
    )


def _counted_slots(found: list[DataSlot], what: str) -> str:
    sequences = sum(p.indexed for p in found)
    beside = f" and {len(found) - sequences} of one value" if sequences < len(found) else ""
    return f"{sequences} {what} sequence{'' if sequences == 1 else 's'}{beside}"


def _with_slot_sizes(fit: TaskFit, input: int, target: int) -> TaskFit:
    shapes = {p.name: (size,) for p, size in ((fit.input, input), (fit.target, target)) if p is not None}
    return TaskFit(fit.input, fit.target, shapes=shapes)


def _asks_for_classes(fit: TaskFit) -> bool:
    return fit.target is not None and fit.target.classes


def _shared_size(fit: TaskFit, numbers: int, classes: int) -> int:
    """One size for input and target: what somebody set, else the smallest that shows the task."""
    known = [size for p in (fit.input, fit.target) if p is not None and (size := p.size()) is not None]
    return known[0] if known else classes if _asks_for_classes(fit) else numbers


# sine-to-cosine


def waves_fit(recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
    """One number a step as input and one as target; classes do not fit."""
    fit = one_each(recurrence, word)
    if isinstance(fit, TaskFit) and fit.target and fit.target.classes:
        name = fit.target.name
        return Problem(f"the task {word} gives numbers, but cross_entropy reads {name} as classes", Subject.TASK)
    return fit if isinstance(fit, Problem) else _with_slot_sizes(fit, 1, 1)


def waves(fit: TaskFit, asked: DataRequest) -> TaskData:
    """Window k of the article: τ points from kπ to (k+1)π, both ends included; what is 0 is 0, not 6e-17."""
    steps = np.linspace(asked.turns * np.pi, (asked.turns + 1) * np.pi, asked.tau)[:, :, None]
    return TaskData(
        fit.fed(fit.input, _rounded_wave(np.sin(steps))) | fit.fed(fit.target, _rounded_wave(np.cos(steps)))
    )


def _rounded_wave(wave: Array) -> Array:
    return np.asarray(np.round(wave, 12) + 0.0)


# echo


def echo_fit(recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
    """Input and target of one size: letters where the target is a class, else numbers."""
    fit = one_each(recurrence, word)
    if isinstance(fit, Problem):
        return fit
    size = _shared_size(fit, 1, 4)
    return _with_slot_sizes(fit, size, size)


def echo(fit: TaskFit, asked: DataRequest) -> TaskData:
    """The input k steps later (earlier for k < 0); zero, which asks for nothing, where there is none to repeat."""
    size = fit.shapes[fit.input.name][0] if fit.input else 1
    heard = _random_letters(asked, size) if _asks_for_classes(fit) else _random_numbers(asked, size)
    said = _shifted_in_time(heard, int(asked.word.about))
    letters = tuple(LETTERS[:size]) if size <= len(LETTERS) else tuple(map(str, range(size)))
    return TaskData(
        fit.fed(fit.input, heard) | fit.fed(fit.target, said),
        fit.spelled(letters, fit.input, fit.target) if _asks_for_classes(fit) else {},
    )


def _random_letters(asked: DataRequest, size: int) -> Array:
    return np.eye(size)[asked.whole_numbers(size, asked.tau)].swapaxes(0, 1)


def _random_numbers(asked: DataRequest, size: int) -> Array:
    return asked.numbers(asked.tau, size).swapaxes(0, 1)


def _shifted_in_time(sequence: Array, steps: int) -> Array:
    later = np.zeros_like(sequence)
    if steps >= 0:
        later[steps:] = sequence[: max(len(sequence) - steps, 0)]
    else:
        later[:steps] = sequence[-steps:]
    return later


# adding

NEAR = 10
"""The first mark lies within this many steps, as in the paper."""


def adding_fit(recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
    """A value and a mark a step as input; as target the sum, a number or one of the classes 0, 1, 2."""
    fit = one_each(recurrence, word)
    return fit if isinstance(fit, Problem) else _with_slot_sizes(fit, 2, 3 if _asks_for_classes(fit) else 1)


def adding(fit: TaskFit, asked: DataRequest) -> TaskData:
    """Hochreiter & Schmidhuber (1997), experiment 4: the sum of the two marked values is asked for at the end.

    Values are uniform in [-1, 1], bits where the sum is a class; a mark is 1 at the two and -1 at both ends. The
    paper squeezes the sum for its sigmoid outputs; these readouts are linear, so it stays as it is.
    """
    bits, part = _asks_for_classes(fit), "values"
    values = asked.whole_numbers(2, asked.tau, part).astype(float) if bits else asked.numbers(asked.tau, part=part)
    marks = _random_marks(asked)
    sums = (values * (marks > 0)).sum(axis=1)
    last = np.eye(3)[sums.astype(int)] if bits else sums[:, None]
    target = np.zeros((asked.tau, *last.shape))
    target[-1] = last
    pairs = np.stack([values, marks], axis=-1).swapaxes(0, 1)
    symbols = fit.spelled(("0", "1", "2"), fit.target) if bits else {}
    return TaskData(fit.fed(fit.input, pairs) | fit.fed(fit.target, target), symbols)


def _random_marks(asked: DataRequest) -> Array:
    """Marks of -1 at both ends, and of 1 at two steps of the first half, or at fewer where sequences are short."""
    marks = np.zeros((asked.sequences, asked.tau))
    marks[:, [0, -1]] = -1.0
    half = min(max(3, asked.tau // 2), asked.tau - 1) - 1
    if half > 0:
        first, *rest = 1 + asked.whole_apart([min(NEAR, half), half - 1][:half], "marks").T
        for places in (first, *(other + (other >= first) for other in rest)):
            marks[np.arange(len(marks)), places] = 1.0
    return marks


# detector


WINDOW = 10
"""The length of a window that is fed as one value, where nobody sets its size."""


def detector_fit(recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
    """One bit a step as input, and 0 or 1 as target, a number or a class; or a whole window as input and as target."""
    inputs, targets = data_slots(recurrence, "input"), data_slots(recurrence, "target")
    if len(inputs) == len(targets) == 1 and not (inputs[0].indexed or targets[0].indexed or targets[0].classes):
        size = _shared_size(TaskFit(inputs[0], targets[0]), WINDOW, WINDOW)
        return _with_slot_sizes(TaskFit(inputs[0], targets[0]), size, size)
    fit = one_each(recurrence, word)
    return fit if isinstance(fit, Problem) else _with_slot_sizes(fit, 1, 2 if _asks_for_classes(fit) else 1)


def detector(fit: TaskFit, asked: DataRequest) -> TaskData:
    """Random bits with a pattern at a random place; the target is 1 where the pattern ends.

    A target of one value is 1 where the pattern is found at all, which is so in about half of the sequences; where
    the input is one value too, both are whole windows.
    """
    assert fit.input is not None and fit.target is not None
    if not fit.input.indexed:
        bits, found = _bits_with_pattern(replace(asked, tau=fit.shapes[fit.input.name][0]), False)
        return TaskData({fit.input.name: bits.astype(float), fit.target.name: found.astype(float)})
    once = not fit.target.indexed
    bits, found = _bits_with_pattern(asked, once)
    ends = np.any(found, axis=1, keepdims=True).T if once else found.T
    target = np.eye(2)[ends.astype(int)] if _asks_for_classes(fit) else ends[:, :, None].astype(float)
    symbols = fit.spelled(("0", "1"), fit.target) if _asks_for_classes(fit) else {}
    return TaskData(
        fit.fed(fit.input, bits.swapaxes(0, 1)[:, :, None].astype(float)) | fit.fed(fit.target, target), symbols
    )


def parse_pattern(about: str, tau: int) -> tuple[Integers, range]:
    """Read `101@1-4`: the bits, and the steps at which they may begin, counted from 0, where they fit into τ steps."""
    bits, _, where = about.partition("@")
    first, _, last = where.partition("-")
    room = tau - len(bits) + 1
    span = range(min(int(first) - 1, room - 1), min(int(last or first), room)) if where and room > 0 else range(room)
    return np.array([int(bit) for bit in bits]), span


def _bits_with_pattern(asked: DataRequest, by_chance: bool) -> tuple[Integers, NDArray[np.bool_]]:
    """Bits (batch, tau) with the pattern in each sequence, or by chance in half, and where it ends."""
    wanted, span = parse_pattern(asked.word.about, asked.tau)
    bits = _without_pattern(asked.whole_numbers(2, asked.tau, "bits"), wanted)
    if len(span):
        places = span.start + asked.whole_numbers(len(span), part="places").ravel()
        rows = np.arange(asked.sequences)
        if by_chance:
            rows = np.flatnonzero(asked.whole_numbers(2, part="coins"))
        bits[rows[:, None], places[rows, None] + np.arange(len(wanted))] = wanted
    return bits, _pattern_ends(bits, wanted)


def _without_pattern(bits: Integers, wanted: Integers) -> Integers:
    """The bits with the last of every occurrence turned, first to last: then the pattern occurs nowhere."""
    for end in range(len(wanted), bits.shape[1] + 1):
        bits[:, end - 1] ^= (bits[:, end - len(wanted) : end] == wanted).all(axis=1)
    return bits


def _pattern_ends(bits: Integers, wanted: Integers) -> NDArray[np.bool_]:
    """Where the pattern ends, (batch, tau)."""
    found = np.zeros(bits.shape, dtype=bool)
    for end in range(len(wanted), bits.shape[1] + 1):
        found[:, end - 1] = (bits[:, end - len(wanted) : end] == wanted).all(axis=1)
    return found


# pulse


def pulse_fit(recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
    """One input sequence; a target, where there is one, of the same size."""
    inputs, targets = data_slots(recurrence, "input"), data_slots(recurrence, "target")
    if len(inputs) != 1 or not inputs[0].indexed or len(targets) > 1:
        found = f"{_counted_slots(inputs, 'input')} and {_counted_slots(targets, 'target')}"
        return Problem(
            f"the task {word} feeds one input sequence and at most one target; these equations have {found}",
            Subject.TASK,
        )
    fit = TaskFit(inputs[0], targets[0] if targets else None)
    size = _shared_size(fit, 1, 2)
    return _with_slot_sizes(fit, size, size)


def pulse(fit: TaskFit, asked: DataRequest) -> TaskData:
    """1 at t = 1 in one entry of the input, which sequences take in turn, then 0; asked for again at t = τ."""
    size = fit.shapes[fit.input.name][0] if fit.input else 1
    first = np.zeros((asked.tau, asked.sequences, size))
    first[0] = np.eye(size)[asked.turns % size]
    return TaskData(fit.fed(fit.input, first) | fit.fed(fit.target, first[::-1]))
