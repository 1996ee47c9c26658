"""The two networks of the first page: their links, what is left at each step of the gradient, and why, in a sentence.

Both are fed the same data, and of both the loss of the last step is differentiated. All that is said of them is
computed from their passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from markupsafe import Markup

from app.cache import cached
from app.drawing import Chain
from app.engine import by_hand
from app.language import node_id
from app.language.typeset import Typesetter, math_element, share_words
from app.link import FarBack, FieldStage, Link, Resolved, resolve
from app.outputs import ALIKE, OPEN, FollowedGradient, times_words
from app.web.core import page_address

STEPS = 30
FAR_APART = 3.0
"""Where an LSTM keeps more than so many times what its gate alone lets through, most of it has come another way."""
SHARED = {"sizes": "h:8", "tau": STEPS, "task": "adding", "of": f"L[{STEPS}]"}

FROM_THE_NEXT = "What comes to step t from the step after it: the gradient that is there, ∇ of the loss L by"
PLAIN_FACTOR = (
    f"{FROM_THE_NEXT} h(t+1), entry by entry (⊙) times the slope of tanh, 1 − h², then times W transposed (⊤)."
)
GATED_FACTOR = f"{FROM_THE_NEXT} c(t+1), entry by entry (⊙) times the forget gate f. No matrix is on the way."


@dataclass(frozen=True)
class FarBackNetwork:
    """One of the two as the page shows it: its link, the state that is followed, and the field that it is set by."""

    name: str
    title: str
    state: str
    field: str
    link: Link
    factor_said: str
    """What its `factor` says, in words: each sign by its name."""

    @cached_property
    def resolved(self) -> Resolved:
        """Its pass, drawn as whole states."""
        return resolve(self.link.model_copy(update={"detail": "states"}))

    @cached_property
    def chain(self) -> Chain:
        run = self.resolved.run
        return Chain(run.graph, self.resolved.numbers, self.state, run.of)

    @cached_property
    def followed(self) -> FollowedGradient:
        """Its gradient along that state."""
        return FollowedGradient(self.title, self.resolved, self.state)

    @property
    def left(self) -> float:
        """The share of the last step's gradient that is left at the first one."""
        return self.chain.kept.left

    @property
    def words(self) -> str:
        """The same in words."""
        return share_words(self.left)

    @property
    def symbol(self) -> str:
        """The state that is followed, at any step."""
        return self.resolved.notation.plain(self.state, "t")

    @property
    def href(self) -> str:
        """The page of its link, where the gradient has come to the first step of the chain."""
        return page_address(self.link.model_copy(update={"phase": "backward", "at": f"{self.state}[1]"}))

    @property
    def factor(self) -> Markup:
        """What comes to a state along the chain from the step after it."""
        return _factor(self.link.up_to(FieldStage.SYSTEM), self.state)


@dataclass(frozen=True)
class FarBackPair:
    """Both networks of the page's fields."""

    asked: FarBack

    @cached_property
    def plain(self) -> FarBackNetwork:
        link = _link(self.asked, system="rnn-regression", radius=self.asked.radius)
        return FarBackNetwork("plain", "Plain", "h", "radius", link, PLAIN_FACTOR)

    @cached_property
    def gated(self) -> FarBackNetwork:
        link = _link(self.asked, system="lstm", set=f"b_f:{self.asked.forget:g}")
        return FarBackNetwork("gated", "LSTM", "c", "forget", link, GATED_FACTOR)

    @property
    def networks(self) -> tuple[FarBackNetwork, FarBackNetwork]:
        return self.plain, self.gated

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is seen and why: of either network, and of both."""
        return self._of_plain, self._of_gated, self._of_both

    @property
    def _slope(self) -> float:
        """The mean slope of tanh, 1 − h²."""
        return float(1 - (self.plain.resolved.run.trace.values["h"][1:] ** 2).mean())

    @property
    def _of_plain(self) -> str:
        by = f"Wᵀ, of spectral radius {self.asked.radius:g}, and by 1 − h², {self._slope:.2g} on average"
        return f"Plain: {self.plain.followed.faded}; at every step it is multiplied by {by}."

    @property
    def _of_gated(self) -> str:
        seen, by = f"LSTM: {self.gated.followed.faded}", f"f, {self._gate:.2g} on average"
        alone = self._left_by_the_gate
        if self.gated.left > FAR_APART * alone:
            return (
                f"{seen}; along c, multiplied by {by}, only {share_words(alone)} is: the rest came through h and gates."
            )
        holds = "which its bias holds open" if self._gate >= OPEN else "which its bias leaves half shut"
        return f"{seen}; along c it is only multiplied by {by}, {holds}."

    @property
    def _left_by_the_gate(self) -> float:
        """The share that is left at the first step of what comes along c alone, where f multiplies it at every step."""
        trace = self.gated.resolved.run.trace
        at_the_end = trace.gradients["c"][-1]
        along = at_the_end * trace.values["f"][1:].prod(axis=0)
        return float(np.linalg.norm(along) / np.linalg.norm(at_the_end))

    @property
    def _gate(self) -> float:
        """How far the forget gate is open on average."""
        gate = self.gated.followed.gate
        assert gate is not None
        return gate.mean

    @property
    def _of_both(self) -> str:
        plain, gated = self.plain.left, self.gated.left
        if gated >= ALIKE * plain:
            return f"The LSTM keeps {times_words(gated, plain)} as much."
        if plain < ALIKE * gated:
            return "Both keep about as much."
        lost = f"f lets only {self._gate:.2g} through at a step"
        stretched = "Wᵀ stretches what 1 − h² shrinks"
        why = lost if self._gate < OPEN else stretched
        return f"Here the plain network keeps {times_words(plain, gated)} as much: {why}."


def links_at_first() -> tuple[Link, Link]:
    """The links of both as they are before a slider is moved."""
    plain, gated = FarBackPair(FarBack()).networks
    return plain.link, gated.link


@cached(8)
def _factor(system: Link, state: str) -> Markup:
    """The term of the chain's own arrow in a state's gradient, as the engine derives it; no number changes it."""
    run = resolve(system.model_copy(update={"tau": 2, "of": "L[2]", "detail": "states"})).run
    made = by_hand(run.trace, run.graph, "backward", node_id(state, 1))
    found = next(term.expr for term in made.terms if term.edge and term.edge.target == node_id(state, 2))
    assert found is not None
    return Markup(math_element(Typesetter(run.graph.ranks, "L").expression(found)))


def _link(asked: FarBack, **own: object) -> Link:
    return Link.model_validate(SHARED | {"seed": asked.seed} | own)
