"""What trained networks come to in a task at a delay, in sentences: who answers best, who feels what is asked for.

All are trained alike: the same sequences, as many updates and hidden units, the same loss. How strongly a state feels
an earlier one is the norm of the Jacobian between them, as in the triangles beside these sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.engine.measure import HUNDREDTH, jacobians
from app.language import Problems
from app.language.typeset import numeral, share_words
from app.link import Link, Resolved, Training, parse, query, resolve
from app.outputs.followed_gradients import OPEN, FollowedGradient, last_state
from app.systems import SYSTEMS, TASKS, System
from app.systems.tasks import TaskWord

AHEAD = 1.25
"""Whose loss is less than so many times that of the best answers about as well."""


def after_training(run: Training) -> Link:
    """The network as its run leaves it, with the sequences that would come next."""
    return parse(query(run.model_copy(update={"trained": run.steps})))


@dataclass(frozen=True, eq=False)
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
    def start(self) -> FollowedGradient:
        """Its state before its training."""
        begun = resolve(parse(query(self.run)))
        return FollowedGradient(self.title, begun, last_state(begun.run.recurrence, ["h"]))

    @property
    def learned(self) -> bool:
        """Whether it answers better than before its training."""
        return self.loss < (self.start.resolved.run.trace.loss or 0.0)

    @cached_property
    def felt(self) -> float | None:
        """How strongly the last state feels that of the step that is asked for; None where that is too dear."""
        try:
            norms = jacobians(self.after.run.trace).norms
        except Problems:
            return None
        return float(norms[-1, asked_step(self.run) - 1]) if len(norms) == self.run.tau else None


def asked_step(run: Training) -> int:
    """The earliest step at which what a task asks for at the last one is heard; of what no task draws, the first."""
    word = TaskWord.parse(run.task or "")
    task = TASKS.get(word.name)
    return run.tau - task.back(task.spelled_out(word).about, run.tau) if task and task.back else 1


def remembered_sentences(link: Training, systems: list[System]) -> tuple[str, ...]:
    """What is seen of all networks that a training's task was taught to; one that diverged is left out."""
    found = list(_trained(link, systems))
    return (_losses_sentence(found, link.steps), *_felt_sentences(found, link)) if len(found) > 1 else ()


def _trained(link: Training, systems: list[System]) -> Iterator[TrainedNetwork]:
    for system in systems:
        network = TrainedNetwork(link.model_copy(update={"system": system.name}))
        try:
            network.after  # noqa: B018
        except Problems:
            continue
        yield network


def _alike(found: Sequence[TrainedNetwork], best: TrainedNetwork) -> list[TrainedNetwork]:
    """Those that answer about as well as the best one."""
    return [one for one in found if one is not best and one.loss < AHEAD * best.loss]


def _losses_sentence(found: Sequence[TrainedNetwork], steps: int) -> str:
    """The losses, who answers best, and how a network with gates was started that does not."""
    listed = ", ".join(f"{numeral(one.loss, 2)} ({one.title})" for one in found)
    said = f"After {steps} updates the loss on new sequences is {listed}"
    best = min(found, key=lambda one: one.loss)
    if not any(one.learned for one in found):
        return f"{said}: none answers better than before its training."
    if others := _alike(found, best):
        alike = [one.title for one in found if one is best or one in others]
        named = "all" if len(alike) == len(found) else " and ".join(alike)
        return f"{said}: {named} answer about as well."
    gated = [one for one in found if one.start.gate]
    if not gated or best in gated:
        return f"{said}: {best.title} answers best."
    starts = "; ".join(f"in {one.title} {one.start.gate_words}" for one in gated)
    forget = all(one.start.gate and one.start.gate.mean < OPEN for one in gated)
    why = ", so that a gate forgets at every step until it has learned not to" if forget else ""
    return f"{said}: {best.title}, which has no gate, answers best. At the start {starts}{why}."


def _felt_sentences(found: Sequence[TrainedNetwork], link: Training) -> Iterator[str]:
    """How strongly each feels the step that is asked for, and what that has to do with how well they answer."""
    felt = {one: one.felt for one in found}
    known = {one: share for one, share in felt.items() if share is not None}
    step = asked_step(link)
    if len(known) < len(found):
        return
    listed = ", ".join(f"{share_words(share)} ({one.title})" for one, share in known.items())
    yield (
        f"What step {link.tau} is asked for was heard as early as step {step}; "
        f"of a change of the state there it still feels {listed}."
    )
    best = min(found, key=lambda one: one.loss)
    alone = [one for one, share in known.items() if share >= HUNDREDTH]
    if not alone:
        yield "None feels a hundredth of it: what is not felt cannot be answered."
    elif len(alone) == len(found):
        yield "All feel more than a hundredth of it: that is needed for a good answer, and not enough."
    else:
        feels = "feels" if len(alone) == 1 else "feel"
        its = "" if alone == [best] else f"{best.title} "
        wins = best in alone and best.learned and not _alike(found, best)
        answer = f", and {its}answers best" if wins else ""
        yield f"{' and '.join(one.title for one in alone)} alone {feels} more than a hundredth of it{answer}."
