"""Matches the steps of two links, so that one cursor goes through both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.engine import Step
from app.engine.graph import PHASES


def paired_steps(a: Sequence[Step], b: Sequence[Step]) -> tuple[tuple[Step, int, int], ...]:
    """Both walks as one: each step with the step, counted from 1, that either link is at then.

    A step that both have is one; where only one link has it, the other waits at its step before.
    """
    found, i, j = [], 0, 0
    mine, theirs = ({step: i for i, step in enumerate(steps, 1)} for steps in (a, b))
    for step in _in_common_order(a, b):
        i, j = mine.get(step, i), theirs.get(step, j)
        found.append((step, i, j))
    return tuple(found)


def _in_common_order(a: Sequence[Step], b: Sequence[Step]) -> Iterator[Step]:
    """Every step of either, forward before backward, in an order that agrees with both wherever they agree."""
    for phase in PHASES:
        mine, theirs = ([step for step in steps if step.phase == phase] for steps in (a, b))
        shared, done = set(mine) & set(theirs), 0
        for step in mine:
            if step in shared and (place := theirs.index(step)) >= done:
                yield from (other for other in theirs[done:place] if other not in shared)
                done = place + 1
            yield step
        yield from (other for other in theirs[done:] if other not in shared)
