"""What trained networks come to in a task at a delay, in sentences: who answers best, how far each can feel, and why.

All are trained alike: the same sequences, as many steps and hidden units, the same loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.language import Problems
from app.language.typeset import numeral
from app.link import Link, Resolved, Training, parse, query, resolve
from app.outputs.followed_gradients import (
    FollowedGradient,
    brief_sentence,
    follow,
    last_state,
    longest_sentence,
    read_at_the_end,
)
from app.systems import SYSTEMS, System

AHEAD = 1.25
"""Whose loss is less than so many times that of the best answers about as well."""


def after_training(run: Training) -> Link:
    """The network as its run leaves it, with the sequences that would come next."""
    return parse(query(run.model_copy(update={"trained": run.steps})))


@dataclass(frozen=True)
class TrainedNetwork:
    """A network before and after its training."""

    run: Training

    @property
    def title(self) -> str:
        return SYSTEMS[self.run.system].called

    @cached_property
    def after(self) -> Resolved:
        return resolve(after_training(self.run))

    @property
    def loss(self) -> float:
        """Of sequences that it was not trained on."""
        return self.after.run.trace.loss or 0.0

    @cached_property
    def followed(self) -> FollowedGradient | None:
        """Its gradient of what stands in its state at the end."""
        return self._followed(self.after.link)

    @cached_property
    def start(self) -> FollowedGradient | None:
        """The same before its training."""
        return self._followed(parse(query(self.run)))

    def _followed(self, link: Link) -> FollowedGradient | None:
        state = last_state(self.after.run.recurrence, ["h"])
        return follow(self.title, resolve(read_at_the_end(link, state)))


def remembered_sentences(link: Training, systems: list[System]) -> tuple[str, ...]:
    """What is seen of all networks that a training's task was taught to; one that diverged is left out."""
    found = list(_trained(link, systems))
    if len(found) < 2:
        return ()
    followed = [one.followed for one in found if one.followed]
    kept = " ".join(filter(None, (brief_sentence(followed), longest_sentence(followed))))
    return _losses_sentence(
        found, link.steps
    ), f"The gradient of the last state, going back, is {kept[:1].lower()}{kept[1:]}"


def _trained(link: Training, systems: list[System]) -> Iterator[TrainedNetwork]:
    for system in systems:
        network = TrainedNetwork(link.model_copy(update={"system": system.name}))
        try:
            network.after  # noqa: B018
        except Problems:
            continue
        yield network


def _losses_sentence(found: list[TrainedNetwork], steps: int) -> str:
    """The losses, who answers best, and how a network with gates was started that does not."""
    listed = ", ".join(f"{numeral(one.loss, 2)} ({one.title})" for one in found)
    said = f"After {steps} steps the loss on new sequences is {listed}"
    best = min(found, key=lambda one: one.loss)
    alike = [one.title for one in found if one.loss < AHEAD * best.loss]
    if len(alike) > 1:
        named = "all" if len(alike) == len(found) else " and ".join(alike)
        return f"{said}: {named} answer about as well."
    gated = [one for one in found if one.start and one.start.gate]
    if not gated or best in gated:
        return f"{said}: {best.title} answers best."
    starts = "; ".join(f"in {one.title} {one.start.gate_words}" for one in gated if one.start)
    return f"{said}: {best.title}, which has no gate, answers best. At the start {starts}."
