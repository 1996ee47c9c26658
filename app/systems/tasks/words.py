"""The task of words: letters as one-hot vectors, and the letter that comes next."""

from __future__ import annotations

import numpy as np

from app.arrays import Array
from app.language import Problem, Recurrence, Subject
from app.systems.tasks.data_roles import DataSlot, data_slots
from app.systems.tasks.task import DataRequest, TaskData, TaskFit, TaskWord

LONGEST = 32
SPELLING = rf"[^\W_]{{2,{LONGEST}}}"


def characters_fit(recurrence: Recurrence, word: TaskWord) -> TaskFit | Problem:
    """Letters as input, the next one as target; where the equations read the target, the input names the word."""
    inputs, targets = data_slots(recurrence, "input"), data_slots(recurrence, "target")
    words = word.about.split(",")
    if len(inputs) != 1 or len(targets) != 1 or not (inputs[0].indexed or targets[0].indexed):
        found = f"{len(inputs)} inputs and {len(targets)} targets"
        return Problem(
            f"the task {word} feeds one input and one target of letters; these equations have {found}", Subject.TASK
        )
    letters = len(_alphabet(words))
    size = len(words) if _input_names_word(inputs[0], targets[0]) else letters
    return TaskFit(inputs[0], targets[0], shapes={inputs[0].name: (size,), targets[0].name: (letters,)})


def _input_names_word(input: DataSlot, target: DataSlot) -> bool:
    """True if the letters do not come in by the input: it is one value, or the equations read the target a step later.

    Then the input is the plan of Jordan (1986): the same at every step, another for each word.
    """
    return not input.indexed or target.fed_back


def _alphabet(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys("".join(words)))


def characters(fit: TaskFit, asked: DataRequest) -> TaskData:
    """One word goes round and round; of several words each sequence spells one to its end, and zeros follow."""
    assert fit.input is not None and fit.target is not None
    words = asked.word.about.split(",")
    alphabet, turns = _alphabet(words), asked.turns % len(words)
    planned = _input_names_word(fit.input, fit.target)
    spelled = [_word_letters(words[i], asked.tau + 1, len(words) == 1) for i in turns]
    hot = np.stack([_one_hot(text, asked.tau + 1, alphabet) for text in spelled], axis=1)
    ends = np.minimum([len(text) - (not planned) for text in spelled], asked.tau)
    now = np.broadcast_to(np.eye(len(words))[turns], (asked.tau, asked.sequences, len(words))) if planned else hot[:-1]
    then = hot[:-1] if planned else hot[1:]
    inside = (np.arange(asked.tau)[:, None] < ends)[:, :, None]
    last = then[ends - 1, np.arange(asked.sequences)]
    given = fit.fed(fit.input, now * inside if fit.input.indexed else now)
    asked_for = {fit.target.name: then * inside if fit.target.indexed else last}
    symbols = fit.spelled(alphabet, None if planned else fit.input, fit.target)
    shortest = min(len(word) for word in words) - (not planned)
    lengths = None if len(words) == 1 or shortest >= asked.tau else tuple(map(int, ends))
    return TaskData(given | asked_for, symbols, lengths=lengths)


def _word_letters(word: str, steps: int, again: bool) -> str:
    """The first letters of a word, as many as there are steps; the word begins `again` or ends."""
    return (word * (steps // len(word) + 1) if again else word)[:steps]


def _one_hot(text: str, steps: int, alphabet: tuple[str, ...]) -> Array:
    """(steps, letters): one-hot rows, zero after the end of the text."""
    rows = np.zeros((steps, len(alphabet)))
    rows[np.arange(len(text)), [alphabet.index(letter) for letter in text]] = 1.0
    return rows
