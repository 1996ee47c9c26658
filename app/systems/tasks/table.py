"""The tasks, one row each: the data that a system is fed, by the part its data plays in the equations.

A task names no system: it finds the places of any recurrence's data and says what sizes they need.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.language import Problem, Recurrence
from app.systems.tasks.bitmaps import MOST_PATTERNS, SPELLING, patterns, patterns_fit
from app.systems.tasks.signals import (
    adding,
    adding_fit,
    detector,
    detector_fit,
    echo,
    echo_fit,
    parse_pattern,
    pulse,
    pulse_fit,
    waves,
    waves_fit,
)
from app.systems.tasks.task import DataRequest, Task, TaskArgument, TaskData, TaskDelay, TaskFit, TaskWord
from app.systems.tasks.words import LONGEST, characters, characters_fit
from app.systems.tasks.words import SPELLING as WORD

__all__ = ["TASKS", "DataRequest", "Task", "TaskArgument", "TaskData", "TaskDelay", "TaskFit", "TaskWord"]


def _fits_anything(recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
    """It fits whatever there is."""
    return TaskFit()


def _no_data(fit: TaskFit, asked: DataRequest) -> TaskData:
    """No data of its own: what nobody gives is drawn from the link's seed, the same in every window."""
    return TaskData({})


TASKS: Mapping[str, Task] = {
    row.name: row
    for row in (
        Task(
            "next-character",
            "Next character",
            "The letters of a word, one-hot; the target is the letter that comes next. `next-character:banana` spells "
            "another word, `next-character:hello,hi` several, of unequal length. Where the letters come in by "
            "themselves, because the equations read the target one step later, the input says which word it is.",
            characters_fit,
            characters,
            TaskArgument(rf"{WORD}(,{WORD})*", f"words of 2 to {LONGEST} letters or digits, with commas", "hello"),
            drawn=False,
            price=30_000,
        ),
        Task(
            "sine-to-cosine",
            "Sine to cosine",
            "The input is a sine from 0 to π, the target the cosine of the same points; training goes on from π to 2π, "
            "and so forth.",
            waves_fit,
            waves,
            drawn=False,
            price=30_000,
        ),
        Task(
            "pulse",
            "Pulse",
            "The input is 1 at the first step and 0 ever after: what is left of it later is memory. Where there is a "
            "target, it asks for the pulse again at the last step.",
            pulse_fit,
            pulse,
            drawn=False,
        ),
        Task(
            "echo",
            "Echo",
            "Random letters, or numbers where no class is asked for; the target is what was heard two steps ago. "
            "`echo:5` waits five steps; `echo:-1` asks for what is heard one step later, which only a network that "
            "reads from the end as well can know.",
            echo_fit,
            echo,
            TaskArgument(r"-?[1-9][0-9]?", "a number of steps from 1 to 99, or from -1 to -99", "2"),
            delays=tuple(TaskDelay(f"{k} steps later", f"{k}", 20) for k in (2, 5, 10)),
            back=lambda about, tau: min(abs(int(about)), tau - 1),
        ),
        Task(
            "detector",
            "Pattern detector",
            "Random bits with the pattern 101 hidden at a random place; the target is 1 where it ends. A network that "
            "has learned the pattern finds it wherever it starts. `detector:0110` hides another pattern, "
            "`detector:101@1-4` hides it where it begins at steps 1 to 4 alone. Where the input is one value, it is "
            "the whole window.",
            detector_fit,
            detector,
            TaskArgument(
                r"[01]{1,16}(@[1-9][0-9]{0,3}(-[1-9][0-9]{0,3})?)?",
                "1 to 16 bits, and after @ the first and the last step at which they may begin",
                "101",
            ),
            hidden=parse_pattern,
        ),
        Task(
            "adding",
            "Adding problem",
            "Pairs of a random value and a mark, which is 1 at two steps of the first half and -1 at both ends. At the "
            "end the sum of the two marked values is asked for (Hochreiter & Schmidhuber 1997).",
            adding_fit,
            adding,
            delays=tuple(TaskDelay(f"over {tau} steps", "", tau) for tau in (10, 20, 40)),
            back=lambda about, tau: max(tau - 2, 0),
            price=150_000,
        ),
        Task(
            "patterns",
            "Recall of letters",
            "The letters L, T and X as 5×5 points of +1 and -1, kept by Hebb's rule; the start is one of them with "
            "four points flipped. `patterns:AU` keeps others. A pattern that is drawn is written as its points: a "
            "number of 25 bits, in seven hexadecimal digits, as in `patterns:L1f8421f`; so is the start, after @. "
            "Where units take turns, their order is random.",
            patterns_fit,
            patterns,
            TaskArgument(
                SPELLING,
                f"1 to {MOST_PATTERNS} patterns, each a capital letter or 7 hexadecimal digits from 0000000 to 1ffffff"
                ", and after @ 7 such digits for the start",
                "LTX",
            ),
            keeps_patterns=True,
        ),
        Task(
            "random",
            "Random numbers",
            "Standard normal data, one-hot where a target is a class.",
            _fits_anything,
            _no_data,
        ),
    )
}
