"""One graph of a figure with its layout, its numbers and its cursor: nodes and arrows are drawn from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from app.drawing.layout import Layout, ShownGraph
from app.drawing.scene.alt_text import Sentences
from app.drawing.scene.bitmaps import BitmapNode, bitmap_nodes
from app.drawing.scene.options import FigureOptions
from app.drawing.scene.overview_strip import Strips, strips
from app.drawing.scene.scales import Numbers, Scales, scales
from app.drawing.scene.themes import Theme
from app.drawing.scene.waiting import Reached, waiting_sentences
from app.engine.graph import Graph, Node

LAYERS: Mapping[str, frozenset[str]] = {
    "forward": frozenset({"value", "norm-value"}),
    "backward": frozenset({"value", "gradient", "arrows", "norm-gradient"}),
}
"""The layers below the figure in each phase."""


class Position(Reached, Protocol):
    """Where the cursor is and all that it has reached: a `Cursor` has it."""

    @property
    def flowed(self) -> frozenset[str]: ...
    @property
    def lit(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class NotStarted:
    """The cursor before the first step."""

    phase: None = None
    at: None = None
    valued: frozenset[str] = frozenset()
    graded: frozenset[str] = frozenset()
    flowed: frozenset[str] = frozenset()
    lit: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Panel:
    """A graph to paint. Without a trace it shows structure alone; `labels` are so much larger than usual."""

    shown: ShownGraph
    layout: Layout
    options: FigureOptions
    trace: Numbers | None = None
    cursor: Position = NotStarted()
    labels: float = 1.0

    @cached_property
    def theme(self) -> Theme:
        return self.options.palette

    @property
    def prefix(self) -> str:
        """The beginning of every XML id."""
        return self.options.prefix

    @cached_property
    def live(self) -> bool:
        """True if every layer of every step is drawn."""
        return self.options.live

    @cached_property
    def graph(self) -> Graph:
        """The part of it that is drawn."""
        return self.shown.graph

    @cached_property
    def scales(self) -> Scales | None:
        """Those of the whole run, whatever part of it is shown."""
        if self.trace is None:
            return None
        return scales(self.shown.whole, self.trace).joined(self.shown.joined)

    @property
    def numbered(self) -> Iterator[Node]:
        """The nodes that show numbers of their own: none that stands for hidden ones or repeats one."""
        return (n for n in self.graph.nodes if n.id not in self.shown.stubs and n.id not in self.shown.repeated)

    @cached_property
    def bitmaps(self) -> Mapping[str, BitmapNode]:
        """The nodes that are drawn as bitmaps, by their ids."""
        return bitmap_nodes(self.graph.nodes, self.trace)

    def shown_bitmap(self, node: Node) -> BitmapNode | None:
        """The bitmap that is drawn in the node's card; on a page one of the forms that it has there."""
        return None if self.live or node.id not in self.cursor.valued else self.bitmaps.get(node.id)

    @cached_property
    def strips(self) -> Strips | None:
        return strips(self.shown, self.trace)

    @cached_property
    def sentences(self) -> Sentences:
        """What is said of its nodes and arrows."""
        return Sentences(self.shown)

    @cached_property
    def waiting(self) -> Mapping[str, str]:
        """Why nodes have no number yet; where nothing is drawn of the pass, none is to come."""
        return waiting_sentences(self.shown.whole, self.cursor) if self.trace else {}

    @cached_property
    def first(self) -> str:
        """The node that the Tab key comes to while the cursor is at none."""
        ids = [n.id for n in self.graph.nodes if n.id not in self.shown.stubs]
        return "" if self.cursor.at in ids else ids[0]

    @cached_property
    def origins(self) -> frozenset[str]:
        """The nodes that the lit arrows come from: what the current step is made of; or those that use a parameter."""
        if self.cursor.phase == "update":
            return self.graph.uses.get(self.cursor.at or "", frozenset())
        lit = (e for e in self.graph.edges if e.id in self.cursor.lit)
        ends = (self.shown.behind(e)[0] for e in lit)
        return frozenset(e.target if self.backward else e.source for e in ends)

    @cached_property
    def backward(self) -> bool:
        """Whether gradients are shown: the pass is on its way back, or has come back."""
        return self.cursor.phase in ("backward", "update")

    @property
    def layers(self) -> Mapping[str, frozenset[str]]:
        """The layers that are drawn below the figure in each phase that it shows: on a page those of both."""
        phase = "backward" if self.backward else self.cursor.phase
        return LAYERS if self.live else {phase: LAYERS[phase]} if phase else {}

    def shows(self, reached: bool) -> bool:
        """True if a layer is drawn: all of them on a page, else those the cursor has reached."""
        return self.live or reached


def roles(*always: str, **sometimes: bool) -> str:
    """The classes of a group: some always, others where they hold."""
    return " ".join([*always, *[name for name, holds in sometimes.items() if holds]])
