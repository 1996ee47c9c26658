"""Leaves out the numbers that a program writes where they do not go with what was read of it, and says so there.

A label that is a number there is a one-hot vector here: with other numbers the equations run all the same.
"""

from __future__ import annotations

from dataclasses import replace

from app.language import parse_or_none
from app.language.numbers_beside import AS_DATA
from app.language.parse import parse_statements
from app.language.pasted.lines import PastedLine, PastedReading
from app.language.syntax import Initial
from app.language.typeset import show

DO_NOT_FIT = "the numbers of {} do not go with the equations that were read: give others " + AS_DATA


def without_unfitting_numbers(reading: PastedReading) -> PastedReading | None:
    """A reading that can be run without one of its lines of numbers, or without all of them; None if none can."""
    written = [it for it in parse_statements(reading.text)[0] if isinstance(it, Initial) and it.entries is not None]
    for left_out in (*([it] for it in written), written):
        own = {show(it): it.name for it in left_out}
        text = "\n".join(line for line in reading.text.split("\n") if line not in own)
        if own and parse_or_none(text):
            return replace(reading, text=text, lines=tuple(_without(line, own) for line in reading.lines))
    return None


def _without(line: PastedLine, own: dict[str, str]) -> PastedLine:
    kept = [it for it in line.text.split("\n") if it not in own]
    names = [own[it] for it in line.text.split("\n") if it in own]
    return replace(line, text="\n".join(kept), note=DO_NOT_FIT.format(", ".join(names))) if names else line
