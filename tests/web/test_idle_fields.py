"""A field of a menu that changes nothing beside the others says so in place of a value."""

from __future__ import annotations

import pytest

from app.language import Problems
from app.link import options, parse, resolve
from app.outputs import output
from app.web.core.controls import IDLE, controls

NONE_LEARNT = "system=hopfield&tau=1"
OF_NUMBERS = "system=rnn-regression&tau=1&sizes=h:2"
CASES = {
    "trained": (NONE_LEARNT, OF_NUMBERS, "1"),
    "trained_tau": (OF_NUMBERS, f"{OF_NUMBERS}&trained=2", "2"),
    "forced": (f"{OF_NUMBERS}&trained=2", f"{OF_NUMBERS}&trained=2&feed=x:o", "true"),
    "optimizer": (NONE_LEARNT, OF_NUMBERS, "sgd"),
    "lr": (NONE_LEARNT, OF_NUMBERS, "0.5"),
    "momentum": (OF_NUMBERS, f"{OF_NUMBERS}&optimizer=momentum&trained=2", "0.1"),
    "clip": (NONE_LEARNT, f"{OF_NUMBERS}&optimizer=sgd", "0.001"),
    "carry_state": (NONE_LEARNT, f"{OF_NUMBERS}&trained=1", "true"),
    "open": ("tau=1&detail=operations", "tau=1", "1:operations"),
    "parameters": ("tau=1&detail=states", "tau=1", "nodes"),
}
"""For each field a link in which it means nothing, one in which it means something, and a value."""


def answers(query: str) -> list[bytes] | None:
    """The figure and all numbers; None of a link that is refused."""
    try:
        return [output("figure.svg", parse(f"{query}&phase=update")), output("trace", parse(query))]
    except Problems:
        return None


def idle(query: str, name: str) -> str:
    link = parse(query)
    return controls(options(), {}, link, resolve(link), dict.fromkeys(options(), ()))[name].idle


@pytest.mark.dear
def test_a_field_is_idle_where_it_changes_nothing_and_only_there() -> None:
    assert {*CASES} == {*IDLE}
    for name, (without, having, value) in CASES.items():
        assert answers(f"{without}&{name}={value}") in (None, answers(without)), name
        assert idle(without, name), name
        assert answers(f"{having}&{name}={value}") not in (None, answers(having)), name
        assert not idle(having, name), name
