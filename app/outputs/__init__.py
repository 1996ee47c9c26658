"""Computes what a link can be asked for, as bytes and without HTTP: the service and the command line share it."""

from __future__ import annotations

from app.arrays import any_numbers
from app.language import Problem, Problems, spelling_hint
from app.link import Link, Training, resolve
from app.outputs.followed_gradients import (
    ALIKE,
    OPEN,
    FollowedGradient,
    brief_sentence,
    follow,
    last_state,
    left_sentence,
    longest_sentence,
    read_at_the_end,
    times_words,
)
from app.outputs.measurements import instruments_json, lists, measurable, norms_json
from app.outputs.pasted import pasted_json
from app.outputs.plots import (
    DELAYED,
    OUTPUTS,
    PLOT_KINDS,
    energy_places,
    keeping,
    no_patterns,
    plot_preview,
    recall_places,
    remembering,
)
from app.outputs.remembered import after_training, asked_step, remembered_sentences
from app.outputs.table import (
    ANSWERS,
    BINARY,
    JSON,
    NAMED,
    Answer,
    InlineFigure,
    at_once,
    file_lead,
    inline,
    inline_for_scripts,
    inline_layers,
    json_bytes,
    notice_of_figure,
)

__all__ = [
    "ALIKE",
    "ANSWERS",
    "BINARY",
    "DELAYED",
    "JSON",
    "NAMED",
    "OPEN",
    "OUTPUTS",
    "PLOT_KINDS",
    "Answer",
    "FollowedGradient",
    "InlineFigure",
    "after_training",
    "asked_step",
    "at_once",
    "brief_sentence",
    "energy_places",
    "file_lead",
    "follow",
    "inline",
    "inline_for_scripts",
    "inline_layers",
    "instruments_json",
    "json_bytes",
    "keeping",
    "last_state",
    "left_sentence",
    "lists",
    "longest_sentence",
    "measurable",
    "no_patterns",
    "norms_json",
    "notice_of_figure",
    "output",
    "pasted_json",
    "plot_preview",
    "read_at_the_end",
    "recall_places",
    "remembered_sentences",
    "remembering",
    "times_words",
]


@any_numbers()
def output(name: str, link: Link) -> bytes:
    """What the service answers to a link: `figure.svg`, `trace` or another row of `OUTPUTS`. Raises Problems."""
    if name not in OUTPUTS:
        raise Problems(Problem(f"there is no output {name}", "", list(OUTPUTS), spelling_hint(name, OUTPUTS)))
    row = OUTPUTS[name]
    if issubclass(row.asks, Training) and not isinstance(link, row.asks):
        raise TypeError(f"{name} is asked for by a {row.asks.__name__}, not by a {type(link).__name__}")
    return row.chosen(link).make(resolve(row.meant(link)))
