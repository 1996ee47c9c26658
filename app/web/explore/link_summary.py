"""A line about what the figure shows, and the addresses of the same link as data."""

from __future__ import annotations

from dataclasses import dataclass

from app.language.typeset import numeral
from app.link import Resolved, data_by_hand, query
from app.outputs import ANSWERS
from app.systems import TASKS
from app.systems.tasks import TaskWord
from app.web.core import dimension_label, whole_in_words


@dataclass(frozen=True)
class LinkSummary:
    """The line as the template reads it."""

    of: str
    """What is differentiated, in words."""
    loss: str
    sizes: str
    data: str
    batch: int
    """The number of sequences that the network is run on at once."""
    defaulted: str
    """The sizes that one's own equations leave open."""
    twins: list[tuple[str, str]]
    """Every answer that is data: its name and its address."""


def link_summary(resolved: Resolved) -> LinkSummary:
    """The summary of a link, its numbers in the digits of the page."""
    run, recurrence = resolved.run, resolved.run.recurrence
    loss, said = run.trace.loss, resolved.notation

    def said_dimension(name: str) -> str:
        label = dimension_label(recurrence, name)
        return said.plain(name) if label == name else label

    return LinkSummary(
        of=whole_in_words(recurrence, run.of, said),
        loss="" if loss is None else numeral(loss),
        sizes=", ".join(f"{said_dimension(name)} {size}" for name, size in recurrence.sizes.items()),
        data=described_data(resolved) if recurrence.names("given") else "",
        batch=run.bindings.batch,
        defaulted="" if run.system else ", ".join(map(said_dimension, recurrence.unsaid)),
        twins=[(row.name + row.suffix, row.path + as_suffix(resolved)) for row in ANSWERS.values() if row.model],
    )


def as_suffix(resolved: Resolved) -> str:
    """The link as the end of an address, which the default link leaves empty."""
    return f"?{query(resolved.link)}".removesuffix("?")


def described_data(resolved: Resolved) -> str:
    """The data that a link is fed: the task, and the word that it spells; else numbers, drawn or set by hand."""
    run, link = resolved.run, resolved.link
    by_hand = [*data_by_hand(run.recurrence, link, run.bindings).values()]
    if by_hand and all(its.all() for its in by_hand):
        return "numbers set by hand"
    return _drawn_data(resolved) + (", some set by hand" if any(its.any() for its in by_hand) else "")


def _drawn_data(resolved: Resolved) -> str:
    """What the data are that nobody sets: the task, and the word that it spells."""
    named = resolved.run.loaded.task_name
    if named is None:
        written = {line.name for line in resolved.run.recurrence.initials if line.entries is not None}
        given = resolved.run.recurrence.names("given")
        return "numbers of the equations" if written.issuperset(given) else "random numbers"
    symbols = next(iter(resolved.run.trace.symbols), None)
    word = _spelled_word(resolved, symbols) if symbols else ""
    return TASKS[TaskWord.parse(named).name].title.lower() + (f", “{word}”" if word else "")


def _spelled_word(resolved: Resolved, name: str) -> str:
    """The letters that a one-hot sequence stands for, to its end, at most sixteen of them."""
    trace = resolved.run.trace
    letters = trace.symbols[name]
    steps = range(1, min(resolved.link.tau, 16) + 1)
    values = (trace.value(f"{name}[{t}]") for t in steps)
    return "".join(letters[int(value.argmax())] for value in values if value.any())
