"""The gradients of two links as chains on one time axis, with one plot of what is left and a sentence that says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from app.drawing import Chain, FigureOptions, draw_chain, page_svg
from app.drawing.plots import PlotPlaces, kept_places, kept_plot
from app.drawing.scene import ChainDrawing
from app.engine.measure import GROWN
from app.language import Problems
from app.language.typeset import share_words
from app.link import Link, Resolved, resolve
from app.outputs import FollowedGradient, follow, last_state, left_sentence, longest_sentence, read_at_the_end
from app.web.compare.set_fields import told_apart

WIDTHS = {"wide": 732, "narrow": 250}
"""Of a chain and of the plot in points, on a page with room beside them and on a narrow one."""
LABELS = 26
"""The width of the powers of ten before the plot."""
LONGEST = 24
"""The most letters of what tells two links apart in their names; of more they are the first and the second."""


@dataclass(frozen=True)
class ComparedChain:
    """One of the two, as the template reads it; `most` is how many steps the longer of both has."""

    side: str
    followed: FollowedGradient
    chain: Chain
    most: int

    @property
    def words(self) -> str:
        """What is left of its gradient at the first step, or what it has grown to."""
        return f"{self.share}{'' if self.followed.kept.left > GROWN else ' is left'} at step 1"

    @property
    def share(self) -> str:
        """How much that is, in words."""
        left = self.followed.kept.left
        return f"{'grown to ' if left > GROWN else ''}{share_words(left)}"

    @property
    def chains(self) -> dict[str, Markup]:
        return {name: self._drawn(name, width) for name, width in WIDTHS.items()}

    def _drawn(self, name: str, width: int) -> Markup:
        look = FigureOptions(prefix=f"chain-{self.side}-{name}")
        return Markup(page_svg(draw_chain(self.chain, width, look, self.most, LABELS)))

    def axis(self, width: int) -> tuple[float, float]:
        """Where the first step stands in a drawing of a width, and the last."""
        return ChainDrawing(self.chain, width - LABELS, FigureOptions(), LABELS, steps=self.most).axis


@dataclass(frozen=True)
class ComparedChains:
    """Both links; where they say what is differentiated each keeps that, else both are read alike at the end."""

    sides: tuple[tuple[str, Resolved], ...]

    @cached_property
    def cards(self) -> tuple[ComparedChain, ...]:
        """Both chains; none where a gradient of either does not run through time."""
        found = list(self._followed())
        most = max((len(chain.nodes) for _, _, chain in found), default=0)
        whole = len(found) == len(self.sides) and all(len(c.nodes) == f.resolved.run.tau for _, f, c in found)
        return tuple(ComparedChain(*one, most) for one in found) if whole else ()

    def _followed(self) -> Iterator[tuple[str, FollowedGradient, Chain]]:
        for (side, _), title, asked in zip(self.sides, self._titles, self._asked, strict=True):
            try:
                resolved = resolve(asked.model_copy(update={"detail": "states", "open": None}))
                if found := follow(title, resolved):
                    run = resolved.run
                    yield side, found, Chain(run.graph, resolved.numbers, found.state, run.of)
            except Problems:
                return

    @property
    def _asked(self) -> list[Link]:
        """The links, with what is differentiated in either."""
        links = [resolved.link.bare for _, resolved in self.sides]
        if self._own_objectives:
            return links
        return [read_at_the_end(link, state) for link, state in zip(links, self._states, strict=True)]

    @property
    def _own_objectives(self) -> bool:
        return any(resolved.link.of for _, resolved in self.sides) or not all(self._states)

    @cached_property
    def _states(self) -> tuple[str, str]:
        """What is read at the end: the second link's state of the same name where it has one."""
        first, second = (resolved.run.recurrence for _, resolved in self.sides)
        state = last_state(first)
        return state, last_state(second, [state])

    @property
    def _titles(self) -> list[str]:
        """What either network is called, and where that is alike what else tells one from the other."""
        (_, first), (_, second) = self.sides
        names = [it.run.system.called if it.run.system else "the written network" for it in (first, second)]
        if names[0] != names[1]:
            return names
        apart = told_apart(first, second), told_apart(second, first)
        if not 0 < max(map(len, apart)) <= LONGEST:
            return ["the first", "the second"]
        return [f"{name} ({by})" for name, by in zip(names, apart, strict=True)]

    @property
    def asks(self) -> str:
        """What is differentiated in both, and why that."""
        if self._own_objectives:
            ofs = [resolved.notation.node(resolved.run.of) for _, resolved in self.sides]
            return f"Differentiated: {_of_either(*ofs)}. {self._measured_at}"
        first, second = (
            f"Σ{resolved.notation.plain(state, resolved.run.tau)}"
            for (_, resolved), state in zip(self.sides, self._states, strict=True)
        )
        return (
            f"Differentiated is a sum of what is held at the end, {_of_either(first, second)}: losses of different "
            f"kinds cannot be compared. {self._measured_at}"
        )

    @property
    def _measured_at(self) -> str:
        """The state at which its length is taken, which may be another than what is differentiated, and its scale."""
        first, second = (card.followed.symbol for card in self.cards)
        return f"What comes back, on every way, is measured at {_of_either(first, second)}; it is 1 where it sets out."

    @property
    def plots(self) -> dict[str, tuple[Markup, PlotPlaces]]:
        """What is left in both by the width of the page, drawn, and where it answers."""
        kept = [(card.followed.title, card.followed.kept) for card in self.cards]
        axes = {name: self.cards[0].axis(width) for name, width in WIDTHS.items()}
        return {
            name: (
                Markup(page_svg(kept_plot(kept, wide, f"kept-{name}", axes[name]))),
                kept_places(kept, wide, axes[name]),
            )
            for name, wide in WIDTHS.items()
        }

    @property
    def sentence(self) -> str:
        """What is seen: after how many steps a hundredth is left of either, and which keeps it longest."""
        found = [card.followed for card in self.cards]
        return " ".join(filter(None, (left_sentence(found), longest_sentence(found))))


def _of_either(first: str, second: str) -> str:
    """What either has, by its place; what both have, once."""
    return f"{first} in both" if first == second else f"{first} in the first, {second} in the second"
