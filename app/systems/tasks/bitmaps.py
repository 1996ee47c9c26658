"""The task of patterns: letters of 5×5 points, or drawn ones, that a network keeps, and one that it is to recall."""

from __future__ import annotations

import re

import numpy as np

from app.arrays import Array
from app.language import Problem, Recurrence, Subject, reads
from app.systems.tasks.data_roles import data_slots
from app.systems.tasks.task import DataRequest, Integers, TaskData, TaskFit, TaskWord

LETTERS = {
    "A": ".XXX. X...X XXXXX X...X X...X",
    "B": "XXXX. X...X XXXX. X...X XXXX.",
    "C": ".XXXX X.... X.... X.... .XXXX",
    "D": "XXXX. X...X X...X X...X XXXX.",
    "E": "XXXXX X.... XXXX. X.... XXXXX",
    "F": "XXXXX X.... XXXX. X.... X....",
    "G": ".XXXX X.... X..XX X...X .XXXX",
    "H": "X...X X...X XXXXX X...X X...X",
    "I": ".XXX. ..X.. ..X.. ..X.. .XXX.",
    "J": "..XXX ...X. ...X. X..X. .XX..",
    "K": "X...X X..X. XXX.. X..X. X...X",
    "L": "X.... X.... X.... X.... XXXXX",
    "M": "X...X XX.XX X.X.X X...X X...X",
    "N": "X...X XX..X X.X.X X..XX X...X",
    "O": ".XXX. X...X X...X X...X .XXX.",
    "P": "XXXX. X...X XXXX. X.... X....",
    "Q": ".XXX. X...X X.X.X X..X. .XX.X",
    "R": "XXXX. X...X XXXX. X..X. X...X",
    "S": ".XXXX X.... .XXX. ....X XXXX.",
    "T": "XXXXX ..X.. ..X.. ..X.. ..X..",
    "U": "X...X X...X X...X X...X .XXX.",
    "V": "X...X X...X X...X .X.X. ..X..",
    "W": "X...X X...X X.X.X XX.XX X...X",
    "X": "X...X .X.X. ..X.. .X.X. X...X",
    "Y": "X...X .X.X. ..X.. ..X.. ..X..",
    "Z": "XXXXX ...X. ..X.. .X... XXXXX",
}
"""Each letter's five rows, X for +1 and a dot for -1."""

ROWS, COLUMNS = 5, 5
POINTS = ROWS * COLUMNS
FLIPPED = 4
"""The number of points of the start that are wrong."""


MOST_PATTERNS = 8
"""The greatest number of patterns; with 25 units recall fails well before."""
DRAWN = "[01][0-9a-f]{6}"
"""A bitmap of one's own: its points as the bits of a number, the first one the highest."""
SPELLING = rf"([A-Z]|{DRAWN}){{1,{MOST_PATTERNS}}}(@{DRAWN})?"
"""The patterns one after another, and after @ the start where it is drawn too."""


def bitmap(pattern: str) -> Array:
    """A letter, or the number of what was drawn, as a vector of ±1, row by row."""
    points = LETTERS[pattern].replace(" ", "") if pattern in LETTERS else f"{int(pattern, 16):0{POINTS}b}"
    return np.array([1.0 if point in "X1" else -1.0 for point in points])


def bitmap_pattern(points: Array) -> str:
    """The pattern of a bitmap: a letter if it is one."""
    named = (letter for letter in LETTERS if np.array_equal(bitmap(letter), points))
    return next(named, None) or bitmap_number(points)


def bitmap_number(points: Array) -> str:
    """The number of a bitmap, also of one that is a letter."""
    bits = "".join("1" if point > 0 else "0" for point in points)
    return f"{int(bits, 2):07x}"


def parse_patterns(about: str) -> tuple[list[str], str | None]:
    """The patterns that a task names after its colon, and the start if it names one."""
    kept, _, start = about.partition("@")
    return re.findall(f"[A-Z]|{DRAWN}", kept), start or None


def patterns_fit(recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
    """A given matrix whose rows are as long as the given start, and at most one input sequence of that length."""
    memories, starts = data_slots(recurrence, "memory"), data_slots(recurrence, "start")
    inputs, targets = data_slots(recurrence, "input"), data_slots(recurrence, "target")
    alike = {p.dims[-1] for p in (*memories, *starts, *inputs)}
    if len(memories) != 1 or len(starts) != 1 or len(inputs) > 1 or targets or len(alike) != 1:
        needs = "a given matrix, a given start as long as its rows, and at most one input of that length"
        return Problem(f"the task {word} feeds {needs}; these equations have other data", Subject.TASK)
    shapes = {memories[0].name: (len(parse_patterns(word.about)[0]), POINTS), starts[0].name: (POINTS,)}
    started = tuple(s.name for s in recurrence.starts if any(r.name == starts[0].name for r in reads(s.expr)))
    return TaskFit(inputs[0] if inputs else None, None, memories[0], starts[0], started, shapes)


def patterns(fit: TaskFit, asked: DataRequest) -> TaskData:
    """The patterns as rows, what was drawn or one of them with some points flipped as the start, and whose turn it is
    at each step.
    """
    kept, drawn = parse_patterns(asked.word.about)
    rows = np.stack([bitmap(pattern) for pattern in kept])
    units = np.tile(np.arange(POINTS), (asked.batch, 1))
    starts = rows[asked.turns % len(rows)]
    wrong = asked.drawn(lambda rng: rng.permuted(units, axis=1)[:, :FLIPPED], "noise")
    np.put_along_axis(starts, wrong, -_entries_at(starts, wrong), axis=1)
    if drawn:
        starts = np.tile(bitmap(drawn), (asked.sequences, 1))
    memory = np.broadcast_to(rows, (asked.sequences, *rows.shape))
    turns = asked.drawn(lambda rng: rng.permuted(units, axis=1), "order")[:, np.arange(asked.tau) % POINTS]
    fed = {place.name: array for place, array in ((fit.memory, memory), (fit.start, starts)) if place}
    shown = (*fit.started, *([fit.input.name] if fit.input else []))
    data = fed | fit.fed(fit.input, np.eye(POINTS)[turns].swapaxes(0, 1))
    return TaskData(data, pictures=dict.fromkeys(shown, (ROWS, COLUMNS)))


def _entries_at(rows: Array, places: Integers) -> Array:
    return np.take_along_axis(rows, places, axis=1)
