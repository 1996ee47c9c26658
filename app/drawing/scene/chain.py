"""Draws one state through a whole run as a chain: what is left at each step of the gradient that the last step has.

A run of thirty steps has no room for numbers in its circles. So a circle is small and says one thing, by the
logarithm: it is the fuller, the more is left; under one hundredth it is a hollow ring, and the smaller, the less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, isfinite, log10

import numpy as np

from app.drawing.geometry import straight_path
from app.drawing.layout import Arrow, draw_arrows
from app.drawing.lettering import outline, upright, variable
from app.drawing.scene.edges import flowing
from app.drawing.scene.options import USUAL, FigureOptions
from app.drawing.scene.scales import NOTHING, FlowScale, Numbers, bead_size
from app.drawing.scene.scene import Disc, Ink, Item, ItemGroup, Paint, Polyline, Scene
from app.drawing.scene.themes import SHARES, Look, Theme, share_colour
from app.engine.graph import Graph, Node
from app.engine.measure import HUNDREDTH, KeptGradient
from app.language import parse_node
from app.language.typeset import share_words

WIDEST, FILLING = 8.4, 0.36
"""The radius of a circle at most, and in distances of two steps."""
LOSS, BESIDE = 11.0, 5.0
"""The radius of the circle of what is differentiated at most, and how much larger than the others it is."""
LOSS_RISE, LETTER = 3.4, 1.1
"""How far above the last step it stands, and the em of the letter there, in radii of that circle."""
TICK, TICK_DROP = 9.5, 13.0
"""The em of the steps' numbers, and how far they stand below the circles."""
TICKS = 10
"""From one numbered step to the next."""
TRAIL = 0.6, (1.2, 2.4)
"""The line between two steps before anything has come: its width and its dashes."""
GAP = 1.0
"""Between a circle and the end of an arrow."""
HEAD, SHORTEST = 0.42, 4.5
"""The size of an arrow's head, and the room below which there is none but a line."""
NARROWED = 0.8
"""How wide arrows are, compared with those of a figure."""
BORDER = 0.16
"""The line of a circle at most, in its radii."""


@dataclass(frozen=True)
class Chain:
    """A state of a graph at every step, and what of `of` arrives there; `graph` is one of whole states."""

    graph: Graph
    numbers: Numbers
    name: str
    of: str

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The state at the steps of the run, the first one first."""
        return tuple(n for n in self.graph.nodes if n.var == self.name and not n.start and n.t is not None)

    @cached_property
    def kept(self) -> KeptGradient:
        """What is left of the gradient at each step."""
        return KeptGradient(np.array([np.linalg.norm(np.ravel(self.numbers.gradient(n.id))) for n in self.nodes]))

    @property
    def whole(self) -> float:
        """The norm of the gradient where it sets out."""
        return float(self.kept.norms[self.kept.end - 1])

    @property
    def sums_entries(self) -> bool:
        """Whether what is differentiated is no number by itself but the sum of a node's entries."""
        return self.graph.ranks.get(parse_node(self.of).name, 0) > 0

    @cached_property
    def flows(self) -> tuple[float, ...]:
        """The norm of what goes back from each step to the one before it, the second step's first."""
        contributions = self.numbers.contributions(self.graph)
        pairs = zip(self.nodes, self.nodes[1:], strict=False)
        edges = {(e.source, e.target): contributions[e.id] for e in self.graph.edges if not e.cut}
        return tuple(float(np.linalg.norm(edges.get((a.id, b.id), 0.0))) for a, b in pairs)


def draw_chain(chain: Chain, width: float, options: FigureOptions = USUAL, steps: int = 0, left: float = 0.0) -> Scene:
    """The chain in so many points, the first step at the left, behind so much room.

    Chains of one width are on one axis where they have as many steps, or `steps` says how many the longest has.
    """
    drawing = ChainDrawing(chain, width - left, options, left, steps=steps)
    top, bottom = -drawing.rise - drawing.loss - 2, drawing.radius + TICK_DROP + 4
    name = options.notation.plain(chain.name)
    words, end = share_words(chain.kept.left), chain.kept.end
    title = f"{name} over {len(chain.nodes)} steps: of the gradient at step {end}, {words} is left at the first"
    about = f"Circles are the fuller, the more is left at a step; under one hundredth they are hollow rings. {title}."
    high = 3 * ceil((bottom - top) / 3)
    return Scene(
        round(width), high, title, about, tuple(drawing.items()), options.palette, options.prefix, top=top,
        background=options.palette.paper,
    )  # fmt: skip


@dataclass(frozen=True)
class ChainDrawing:
    """A chain as shapes, with its circles on the height `level`, from `left` on."""

    chain: Chain
    width: float
    options: FigureOptions
    left: float = 0.0
    level: float = 0.0
    steps: int = 0

    @property
    def theme(self) -> Theme:
        return self.options.palette

    @cached_property
    def pitch(self) -> float:
        """From one step to the next."""
        return (self.width - 2 * (self.loss + 2)) / max(1, self.most - 1)

    @property
    def most(self) -> int:
        """How many steps the axis has."""
        return max(self.steps, len(self.chain.nodes))

    @cached_property
    def radius(self) -> float:
        return min(WIDEST, FILLING * self.width / self.most)

    @cached_property
    def loss(self) -> float:
        """The radius of the circle of what is differentiated."""
        return min(LOSS, BESIDE + self.radius)

    @property
    def rise(self) -> float:
        """How far above the last step that stands."""
        return LOSS_RISE * self.loss

    @cached_property
    def look(self) -> Look:
        """How the circle of a step is drawn."""
        look = self.theme.kinds["state"]
        return replace(look, width=min(look.width, BORDER * self.radius))

    @cached_property
    def scale(self) -> FlowScale:
        """Arrows by what they carry of the gradient at the last step."""
        return FlowScale(self.chain.whole)

    def across(self, i: int) -> float:
        """Where the i-th step stands."""
        return self.left + self.loss + 2 + i * self.pitch

    @property
    def axis(self) -> tuple[float, float]:
        """Where the first step stands, and the last one of the longest chain."""
        return self.across(0), self.across(self.most - 1)

    def items(self) -> Iterator[Item]:
        """From the left to the right, so that what comes first on the way back is painted last."""
        yield from self._arrows()
        yield from (self._node(i) for i in range(len(self.chain.nodes)))
        yield self._objective()
        yield from self._ticks()

    def _arrows(self) -> Iterator[Item]:
        """The way from each step to the one before it; a faint line before anything has come."""
        room = self.pitch - 2 * self.radius - 2 * GAP
        scale, theme = self.scale, self.theme
        loaded = [scale.flow(norm) for norm in self.chain.flows]
        path = straight_path((0.0, 0.0), (-room, 0.0))
        heads = room >= SHORTEST
        wanted = [Arrow((-room, 0.0), size=HEAD, head=heads and flow != NOTHING, path=path) for flow in loaded]
        drawn = draw_arrows(wanted)
        for i, (arrow, flow) in enumerate(zip(wanted, loaded, strict=True)):
            x = self.across(i + 1) - self.radius - GAP
            faint = Paint("trail", "none", theme.muted, *TRAIL)
            trail = Polyline((((x, self.level), (x - room, self.level)),), faint)
            narrow = flow._replace(width=flow.width * NARROWED)
            carried = flowing(drawn[arrow], x, self.level, narrow, theme.flow, theme)
            yield ItemGroup((trail, ItemGroup(tuple(carried), "arrived")), "edge", data=(("t", str(i + 1)),))

    def _node(self, i: int) -> ItemGroup:
        """A circle with what has arrived in it, and in words how much that is."""
        node, share, look = self.chain.nodes[i], float(self.chain.kept.shares[i]), self.look
        empty = Disc(self.across(i), self.level, self.radius, Paint("disc", look.fill, look.stroke, look.width))
        said = share_words(share)
        title = f"{self.options.notation.node(node.id)}: {said} of the gradient where it sets out"
        arrived = ItemGroup(tuple(self._arrived(self.across(i), share)), "arrived")
        facts = ("t", str(node.t)), ("left", said), ("bead", bead_size(share))
        return ItemGroup((empty, arrived), f"node kind-{node.kind}", title=title, data=facts)

    def _arrived(self, x: float, share: float) -> Iterator[Item]:
        """What is left: a full circle, or a ring that shrinks; nothing where nothing is left."""
        if share >= HUNDREDTH or not isfinite(share):
            step, look = share_step(share), self.look
            paint = Paint(f"share-{step}", share_colour(self.theme, step), look.stroke, look.width)
            yield Disc(x, self.level, self.radius, paint)
        elif share:
            paint = Paint("ring-left", "none", self.theme.flow, self.look.width)
            yield Disc(x, self.level, self.radius * bead_size(share), paint)

    def _objective(self) -> ItemGroup:
        """What is differentiated, above the last step, and the arrow from there."""
        x, loss, look = self.across(max(self.chain.kept.end, 1) - 1), self.loss, self.theme.kinds["loss"]
        y, sums = self.level - self.rise, self.chain.sums_entries
        name = parse_node(self.chain.of).name
        symbol = upright("Σ") if sums else variable(name, 0, notation=self.options.notation)
        letter = outline(symbol, LETTER * loss)
        pen = x - (letter.left + letter.right) / 2, y - letter.middle
        end = (0.0, self.rise - loss - self.radius - 2 * GAP)
        arrow = Arrow(end, size=HEAD + 0.1, path=straight_path((0.0, 0.0), end))
        whole = self.scale.flow(self.chain.whole)
        line = flowing(draw_arrows([arrow])[arrow], x, y + loss + GAP, whole, self.theme.flow, self.theme)
        parts = (
            Disc(x, y, loss, Paint("disc", look.fill, look.stroke, look.width)),
            Ink(letter, *pen, Paint("label", self.theme.ink)),
            ItemGroup(tuple(line), "arrived"),
        )
        said = self.options.notation.node(self.chain.of)
        title = (
            f"the sum of the entries of {said}, which is differentiated" if sums else f"{said}, which is differentiated"
        )
        return ItemGroup(parts, "node kind-loss", title=title)

    def _ticks(self) -> Iterator[Item]:
        """The numbers of the first step and of every tenth."""
        for i, node in enumerate(self.chain.nodes):
            if i == 0 or (node.t is not None and node.t % TICKS == 0):
                word = outline(upright(str(node.t)), TICK)
                x = self.across(i) - (word.left + word.right) / 2
                yield Ink(word, x, self.level + self.radius + TICK_DROP, Paint("tick-number", self.theme.muted))


def share_step(share: float) -> int:
    """The place of a share among the shades, by its logarithm: 0 for one hundredth, the last for all and more."""
    if not isfinite(share):
        return SHARES
    return round(SHARES * min(1.0, max(0.0, 1 + log10(share) / -log10(HUNDREDTH))))
