"""Gradients of several networks followed back through time, each relative to its own end, and what is said of them.

All that compares how long networks remember speaks in these words: the first page, the curves beside each other, two
links side by side, the trainings at growing delays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf

from app.engine.measure import GROWN, KeepingGate, KeptGradient, instruments, keeping_gate, reached_back
from app.language import Recurrence, node_id
from app.language.typeset import share_words
from app.link import Link, Resolved

ALIKE = 1.25
"""Where one keeps less than so many times what the other keeps, both keep about as much."""
ARTICLES = ("the ", "this ")
"""With these begins what a network without a name is called: one thing, as all verbs in the sentences have it."""
OPEN, EXPLAINED = 0.9, 0.3
"""Where a gate's mean is below the one it forgets, if that tells of so much of the loss in powers of ten."""


@dataclass(frozen=True)
class FollowedGradient:
    """A gradient along one state of a pass; `title` is what its network is called."""

    title: str
    resolved: Resolved
    state: str

    @cached_property
    def kept(self) -> KeptGradient:
        """What is left of it at each step."""
        return KeptGradient(instruments.gradient_norms(self.resolved.run.trace)[self.state])

    @cached_property
    def gate(self) -> KeepingGate | None:
        """The gate that it passes at every step; where that state has none, of another state of the network."""
        trace = self.resolved.run.trace
        states = (self.state, *_states(trace.recurrence))
        return next((gate for name in states if (gate := keeping_gate(trace, name))), None)

    @property
    def symbol(self) -> str:
        """The state, as it is written."""
        return self.resolved.notation.plain(self.state)

    @property
    def sole(self) -> bool:
        """Whether the network has no other state."""
        return len(_states(self.resolved.run.recurrence)) == 1

    @property
    def named(self) -> str:
        """The state and its network."""
        return f"{self.symbol} of {self.title}"

    @property
    def faded(self) -> str:
        """From where on back less than a hundredth is left, or how much is left at the first step."""
        kept, words = self.kept, share_words(self.kept.left)
        if kept.faded:
            return (
                f"below one hundredth from step {kept.faded} back"
                if kept.faded > 1
                else "below one hundredth at step 1"
            )
        return f"at step 1 it has grown to {words}" if kept.left > GROWN else f"{words} is left at step 1"

    @property
    def lasting(self) -> tuple[float, float]:
        """After how many steps less than a hundredth is left, and what is left at the first; what has grown is all."""
        return inf if self.kept.steps is None else self.kept.steps, min(self.kept.left, 1.0)

    @property
    def forgets(self) -> bool:
        """Whether its gate is shut so far on average that this alone tells why so little is left."""
        steps = self.kept.end - 1
        open_by = self.gate.mean if self.gate else 1.0
        return open_by < OPEN and self.kept.left <= open_by ** (EXPLAINED * steps)

    @property
    def gate_words(self) -> str:
        """How far its gate is open, and why: `f lets 0.73 through on average, with b_f = 1`."""
        if not (gate := self.gate):
            return ""
        plain = self.resolved.notation.plain
        letter = plain(gate.name)
        with_bias = f", with {plain(gate.bias)} = {gate.bias_value:.3g}" if gate.bias else ""
        return f"{f'1 − {letter}' if gate.reversed else letter} lets {gate.mean:.2g} through on average{with_bias}"


def follow(title: str, resolved: Resolved, state: str = "") -> FollowedGradient | None:
    """The gradient of a pass along a state; without one along the state where the most of it is left at the first step.

    None where nothing of it runs through time.
    """
    names = (
        [state]
        if state
        else [n for n in resolved.run.recurrence.variables if n in reached_back(resolved.run.recurrence)]
    )
    found = [FollowedGradient(title, resolved, name) for name in names]
    running = [one for one in found if one.kept.end]
    return max(running, key=lambda one: one.lasting, default=None)


def _states(recurrence: Recurrence) -> list[str]:
    return [name for name in recurrence.variables if name in reached_back(recurrence)]


def last_state(recurrence: Recurrence, preferred: Iterable[str] = ()) -> str:
    """A state to be asked for at the end: the first of the preferred ones that a network has, else its first."""
    names = _states(recurrence)
    return next((name for name in preferred if name in names), names[0] if names else "")


def read_at_the_end(link: Link, state: str) -> Link:
    """The link with the sum of a state's last entries differentiated: a readout that is the same for every network.

    A loss is not: a mean of squares and a sum of cross-entropies pull in different ways, and at every step anew.
    """
    return link.model_copy(update={"of": node_id(state, link.tau), "phase": None, "at": None})


# Sentences


def left_sentence(compared: Sequence[FollowedGradient]) -> str:
    """After how many steps one hundredth is left, of all: what is seen of their curves."""
    fading = [one for one in compared if one.kept.steps is not None]
    lasting = [one for one in compared if one.kept.steps is None]
    said = []
    if fading:
        count = fading[0].kept.steps or 0
        first, *others = (f"{one.kept.steps} {{}}in {one.named}" for one in fading)
        after = [first.format("step " if count == 1 else "steps "), *(other.format("") for other in others)]
        said.append(f"Less than one hundredth is left after {_listed(after)}")
    said += [f"{one.named} {_at_first(one)}" for one in lasting]
    return f"{'; '.join(said)}." if said else ""


def brief_sentence(compared: Sequence[FollowedGradient]) -> str:
    """The same where there is little room: `Below 1 % after 8 steps (rnn), 9 (gru); at step 1 still 4 % (leaky).`"""
    said = []
    if fading := [one for one in compared if one.kept.steps is not None]:
        steps = "step" if fading[0].kept.steps == 1 else "steps"
        first, *others = (f"{one.kept.steps} {{}}({one.title})" for one in fading)
        said.append(f"Below 1 % after {', '.join((first.format(f'{steps} '), *(one.format('') for one in others)))}")
    if lasting := [one for one in compared if one.kept.steps is None]:
        grown = [one for one in lasting if one.kept.left > GROWN]
        groups = (("still", [one for one in lasting if one not in grown]), ("grown to", grown))
        left = (
            f"{word} {', '.join(f'{share_words(one.kept.left)} ({one.title})' for one in ones)}"
            for word, ones in groups
            if ones
        )
        said.append(f"{'at' if said else 'At'} step 1 {', '.join(left)}")
    return f"{'; '.join(said)}."


def longest_sentence(compared: Sequence[FollowedGradient]) -> str:
    """Which keeps it longest; where that is none with a gate, why the gates of others do not help."""
    gated = [one for one in compared if one.gate]
    if len(compared) < 2:
        return ""
    first, second, *_ = ordered = sorted(compared, key=lambda one: one.lasting, reverse=True)
    if _alike(first, second):
        return _alike_sentence([one for one in ordered if _alike(first, one)], len(compared))
    longest = _ahead(first, second, len(compared))
    if first.gate:
        return _sentence(f"{first.title} {longest}: {first.gate_words}")
    if not gated:
        return _sentence(f"{first.title} {longest}")
    best = max(gated, key=lambda one: one.lasting)
    forgets = ", so that it forgets at every step" if best.forgets else ""
    return f"Here {first.title}, which has no gate, {longest}: in {best.title} {best.gate_words}{forgets}."


def _sentence(words: str) -> str:
    """Words that begin with what a network is called: a name of a system stays as it is, `the first` begins large."""
    return f"{words[0].upper() if words.startswith(ARTICLES) else words[0]}{words[1:]}."


def _ahead(first: FollowedGradient, second: FollowedGradient, count: int) -> str:
    """By what the first is ahead: it keeps it longer or, where both do as long, more of it; how much is said once."""
    if first.kept.steps != second.kept.steps:
        return "keeps it longest"
    words = "keeps more of it" if count == 2 else "keeps the largest share of it"
    if first.kept.steps is None:
        return words
    return f"{words}, {share_words(first.kept.left)} at step 1 beside {share_words(second.kept.left)}"


def _alike_sentence(alike: Sequence[FollowedGradient], count: int) -> str:
    """That several keep about as much, or how much they lose at most: what has grown is not kept."""
    words = _lost(alike) if any(one.kept.left > GROWN for one in alike) else "keep about as much"
    more = ", more than the others" if len(alike) < count else ""
    return _sentence(f"{_listed([one.title for one in alike])} {words}{more}")


def _lost(alike: Sequence[FollowedGradient]) -> str:
    percent = ceil(100 * (1 - min(one.lasting[1] for one in alike)))
    return f"lose at most {percent} % of it" if percent else "lose nothing of it"


def _alike(one: FollowedGradient, other: FollowedGradient) -> bool:
    """Whether of both about as much is left as late."""
    (late, much), (steps, left) = one.lasting, other.lasting
    return late == steps and much < ALIKE * left


def times_words(more: float, less: float) -> str:
    """How many times as much one is as another."""
    if not less:
        return "infinitely many times"
    ratio = more / less
    return share_words(ratio) if ratio >= 10 else f"{ratio:.2g} times"


def _at_first(one: FollowedGradient) -> str:
    words = share_words(one.kept.left)
    return f"has grown to {words} at step 1" if one.kept.left > GROWN else f"keeps {words} back to step 1"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
