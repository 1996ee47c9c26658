"""Puts panels together: circuit and unfolded graph with an arrow between, strip, legend and caption beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil

from app.drawing.geometry import Box, Point, around, straight
from app.drawing.layout import WEIGHT_SIZE, Arrow, ShownGraph, draw_arrows, spelled, with_rows
from app.drawing.lettering import outline, upright
from app.drawing.scene.alt_text import description, title
from app.drawing.scene.caption import Caption, caption
from app.drawing.scene.edges import edges, stroke
from app.drawing.scene.enlarged import enlarged
from app.drawing.scene.last_act import NARROWEST, ON_PAGE, Ledger, ShownUpdate
from app.drawing.scene.legend import LegendKey, legend
from app.drawing.scene.nodes import frames, nodes, weight_labels
from app.drawing.scene.options import FigureOptions
from app.drawing.scene.overview_strip import strip
from app.drawing.scene.panel import Panel
from app.drawing.scene.scene import Ink, Item, ItemGroup, Paint, Scene
from app.drawing.scene.themes import Theme
from app.engine.graph import Graph

MARGIN = 12.0
"""Around all ink, with room for the cursor's ring."""
STRIP_GAP, LEGEND_GAP, CAPTION_GAP, UPDATE_GAP = 22.0, 18.0, 14.0, 16.0
ENDS = (".", "!", "?", "…")
"""What a sentence ends with."""
NAME_SIZE = 16.0
"""The em of the smallest names of circles and of what is written at arrows."""
BESIDE_GAP = 30.0
"""Between the graph and a legend, or what comes of the pass, on its right."""
ROOMS_ASIDE = 232.0, 340.0, 450.0, 660.0
"""The widths that what comes of the pass has at the right of a graph, the least in which it is no higher than that."""
FRAME, ROOM_ON_PAGE = 2.0, 640.0
"""How wide the frame of a page is, of its height; and of what comes of the pass below a graph there, in its own
measure, to be seen whole on a phone where its numbers can be read."""
ASIDE_ON_PAGE, BELOW_ON_PAGE = (14.0, 29.0), (15.5, 60.0)
"""The em of its smallest numbers there at most, and the height of the graph, or its width, of which they have one part:
the larger a graph is, the smaller it is seen."""
UNFOLD_GAP, UNFOLD_LENGTH = 32.0, 66.0
"""Beside the big arrow, and its length."""
SMALLEST = 9.5
"""The least em of what stands around the graphs: the numbers of the legend."""
UNFOLD_WIDTH, UNFOLD_HEAD, UNFOLD_SIZE, UNFOLD_RISE = 2.6, 1.4, 13.0, 9.5


@dataclass(frozen=True)
class Composition:
    """Panels, one or the circuit before the unfolded graph, with what stands below them or at their right.

    Its size is known before anything is drawn.
    """

    panels: tuple[Panel, ...]
    options: FigureOptions
    beside: bool = False
    update: ShownUpdate | None = None
    aside: bool = False
    """Whether what comes of the pass stands at the right of the graph, not below."""
    at: str = ""
    """Where in the run the cursor is: a circuit is drawn anew at each of its steps."""

    @property
    def last(self) -> Panel:
        return self.panels[-1]

    @cached_property
    def boxes(self) -> list[Box]:
        """The panels' boxes, each at its place."""
        boxes = [panel.layout.box for panel in self.panels]
        return [box.moved(x, 0) for box, x in zip(boxes, self.shifts, strict=True)]

    @cached_property
    def shifts(self) -> list[float]:
        """How far each panel is moved to the right."""
        boxes = [panel.layout.box for panel in self.panels]
        return [0.0, *(boxes[0].right + 2 * UNFOLD_GAP + UNFOLD_LENGTH - box.left for box in boxes[1:])]

    @cached_property
    def graphs(self) -> Box:
        return around(self.boxes)

    @cached_property
    def with_strip(self) -> Box:
        strips = self.last.strips
        return _lower(self.graphs, STRIP_GAP + self.larger * strips.height) if strips else self.graphs

    @cached_property
    def larger(self) -> float:
        """How many times as large as usual is what stands around the graphs, so that it can be read."""
        return self.options.readable(SMALLEST) / SMALLEST

    @cached_property
    def ledger(self) -> Ledger | None:
        """What comes of the pass, below the graph."""
        if self.update is None:
            return None
        if self.aside:
            high = (self.with_strip.bottom - self.with_strip.top) / self.larger_ledger
            ways = [Ledger(*self.update, {}, 0.0, room, self.options) for room in ROOMS_ASIDE]
            return next((it for it in ways if it.size[1] <= high), ways[-1])
        left, right, columns = self.graphs.left, self.graphs.right, self._columns()
        middle, room = (left + right) / 2 / self.larger_ledger, max((right - left) / self.larger_ledger, NARROWEST)
        if self.options.live:
            # In lines alone: to be read in any window it is so large that parts are wider than steps.
            return Ledger(*self.update, {}, middle, min(room, ROOM_ON_PAGE), self.options)
        places = {t: x / self.larger_ledger for t, x in columns.items()}
        return Ledger(*self.update, places, middle, room, self.options)

    @cached_property
    def larger_ledger(self) -> float:
        """How many times as large as usual it is, so that on a page its numbers can be read."""
        if not self.options.live:
            return 1.0
        box, (most, parts) = self.with_strip, ASIDE_ON_PAGE if self.aside else BELOW_ON_PAGE
        side = box.bottom - box.top if self.aside else box.right - box.left
        return max(1.0, min(most, (side + 2 * MARGIN) / parts) / ON_PAGE.number)

    def fitting(self) -> Composition:
        """The same with what comes of the pass where all of it is larger in a frame that is twice as wide as high."""
        ways = self, replace(self, aside=True)
        return max(ways, key=lambda it: min(FRAME / it.size[0], 1 / it.size[1])) if self.update else self

    def _columns(self) -> dict[int, float]:
        """Where steps stand, each below the others of its time; nothing where time does not run to the right."""
        last = self.last
        if last.shown.lines or last.graph.tau is None or last.layout.up:
            return {}
        places: dict[int, list[float]] = {}
        for spot in last.layout.spots:
            if spot.node.t is not None and spot.node.id not in last.shown.stubs:
                places.setdefault(spot.node.t, []).append(spot.x + self.shifts[-1])
        return {t: (min(xs) + max(xs)) / 2 for t, xs in places.items()}

    @cached_property
    def with_update(self) -> Box:
        if self.ledger is None:
            return self.with_strip
        width, height = (self.larger_ledger * side for side in self.ledger.size)
        box = self.with_strip
        if self.aside:
            return Box(box.left, box.top, box.right + BESIDE_GAP + width, max(box.bottom, box.top + height))
        return _wide(_lower(self.with_strip, UPDATE_GAP + height), width)

    @property
    def keys(self) -> dict[str, LegendKey]:
        """The legend of each phase, where it is in the figure."""
        return {} if self.options.live else self.all_keys

    @cached_property
    def all_keys(self) -> dict[str, LegendKey]:
        """The legend of each phase that is drawn, if there is something to explain."""
        last, room = self.last, 0.0 if self.beside else (self.graphs.right - self.graphs.left) / self.larger
        if last.scales is None:
            return {}
        gates = _has_gates(last.graph)
        keys = {
            phase: LegendKey(last.scales, last.strips, below, self.options, room, gates)
            for phase, below in last.layers.items()
        }
        return {phase: key for phase, key in keys.items() if key.lines}

    @cached_property
    def with_legend(self) -> Box:
        box = self.with_update
        if not self.keys:
            return box
        sizes = ((key.width, key.height) for key in self.keys.values())
        width, height = (self.larger * max(side) for side in zip(*sizes, strict=True))
        if not self.beside:
            return _wide(_lower(box, height), width)
        low = max(box.bottom, (box.top + box.bottom + height) / 2)
        return Box(box.left, min(box.top, box.top + box.bottom - low), box.right + BESIDE_GAP + width, low)

    @cached_property
    def words(self) -> Caption | None:
        graphs = self.graphs
        room = (graphs.right - graphs.left) / self.larger
        return caption(self.options.caption, room) if self.options.caption else None

    @cached_property
    def box(self) -> Box:
        """The bounds of all of it."""
        if self.words is None:
            return self.with_legend
        width, height = self.larger * self.words.width, self.larger * self.words.height
        return _wide(_lower(self.with_legend, CAPTION_GAP + height), width)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Its width and height, in whole pixels at their usual scale."""
        width, height = self.box.right - self.box.left, self.box.bottom - self.box.top
        return 3 * ceil((width + 2 * MARGIN) / 3), 3 * ceil((height + 2 * MARGIN) / 3)

    def drawn(self) -> Scene:
        """All of it as a scene."""
        box, (width, height), options, last = self.box, self.size, self.options, self.last
        whole = self.panels[0].shown.whole
        told = description(with_rows(ShownGraph(whole, whole), options.rows).graph)
        told = f"{_sentence(options.caption)} {told}" if options.caption else told
        return Scene(
            width, height, title(last.shown, options.view), told, tuple(self._items()), options.palette,
            options.prefix, left=(box.left + box.right - width) / 2, top=(box.top + box.bottom - height) / 2,
            data=self._facts() if last.live else (), legend=self._legend_apart(),
        )  # fmt: skip

    def _legend_apart(self) -> tuple[tuple[str, tuple[Scene, ...]], ...]:
        if not self.options.live:
            return ()
        return tuple(
            (phase, tuple(key.pictures(f"{self.options.prefix}-{phase}"))) for phase, key in self.all_keys.items()
        )

    def _facts(self) -> tuple[tuple[str, str], ...]:
        """Facts about the figure for a page's scripts; it is drawn anew where `window` or `update` is another."""
        cursor, update = self.last.cursor, self.update.at if self.update else ""
        place = ("phase", cursor.phase or ""), ("at", cursor.at or "")
        of, circuit = self.last.graph.notation.node(self.last.graph.of), self.panels[0].graph.tau is None
        at = f"{cursor.phase} {self.at}" if circuit and cursor.phase else ""
        window = f"{spelled(self.last.shown.spans)} {at}".strip()
        facts = *place, ("window", window), ("update", update), ("of", of), ("letters", f"{self._least_names():g}")
        canvas, least = (
            (self._canvas_of_graph(), f"{self.ledger.small.number * self.larger_ledger:g}") if self.ledger else ("", "")
        )
        return *facts, ("graph", canvas), ("ledger", least)

    def _canvas_of_graph(self) -> str:
        """What the figure shows without what comes of the pass: its left, its top, its width and its height."""
        it = replace(self, update=None, aside=False)
        box, (width, height) = it.box, it.size
        left, top = (box.left + box.right - width) / 2, (box.top + box.bottom - height) / 2
        return f"{left:g} {top:g} {width:g} {height:g}"

    def _least_names(self) -> float:
        """The em of the smallest names: those at layers and at operations, where there are some."""
        shown = self.last.graph
        details = {shown.detail, *(detail for _, detail in shown.opened)}
        words = self.options.readable_word(WEIGHT_SIZE)
        return min(words, NAME_SIZE) if details & {"gates", "operations"} else NAME_SIZE

    def _items(self) -> Iterator[Item]:
        last, theme, graphs = self.last, self.options.palette, self.graphs
        if len(self.panels) == 2:
            size = self.options.readable(UNFOLD_SIZE * last.labels)
            yield _unfold(self.boxes[0].right + UNFOLD_GAP, _height(self.panels[0]), theme, size)
        yield from (_drawn(panel, x) for panel, x in zip(self.panels, self.shifts, strict=True))
        if last.strips:
            left, right, top = self.boxes[-1].left, self.boxes[-1].right, graphs.bottom + STRIP_GAP
            layers = frozenset[str]().union(*last.layers.values())
            end = left + (right - left) / self.larger
            yield self._enlarged(strip(last.strips, left, end, top, theme, layers), (left, top))
        if self.ledger:
            times, width = self.larger_ledger, self.larger_ledger * self.ledger.size[0]
            middle, top = (graphs.left + graphs.right) / 2, self.with_strip.bottom + UPDATE_GAP
            if self.aside:
                middle, top = self.with_update.right - width / 2, self.with_strip.top
                if not self.options.live:
                    top += max(0.0, self.with_strip.bottom - top - times * self.ledger.size[1]) / 2
            it = self.ledger.drawn(middle / times, top / times)
            yield it if times == 1.0 else it._replace(items=enlarged(it.items, times, (0.0, 0.0)))
        for key in self.keys.values():
            place = self._legend_place(key)
            it = legend(key, *place)
            yield self._enlarged(it, place)
        if self.words:
            middle = (self.with_legend.left + self.with_legend.right) / 2
            place = middle, self.with_legend.bottom + CAPTION_GAP
            yield self._enlarged(self.words.drawn(*place, theme.ink), place)

    def _enlarged(self, it: ItemGroup, about: Point) -> ItemGroup:
        """What stands around the graphs, as large as can be read, a point of it where it is."""
        return it if self.larger == 1.0 else it._replace(items=enlarged(it.items, self.larger, about))

    def _legend_place(self, key: LegendKey) -> tuple[float, float]:
        """The middle of the legend, and its top."""
        box = self.with_update
        if not self.beside:
            return (box.left + box.right) / 2, box.bottom + LEGEND_GAP
        width, height = self.larger * key.width, self.larger * key.height
        return box.right + BESIDE_GAP + width / 2, (box.top + box.bottom - height) / 2


def _sentence(words: str) -> str:
    """Words that end as a sentence does."""
    return words if words.endswith(ENDS) else f"{words}."


def _has_gates(graph: Graph) -> bool:
    return any(n.part is not None and n.part.gate and n.part.form == "layer" for n in graph.nodes)


def _drawn(panel: Panel, x: float) -> ItemGroup:
    """Nodes first; arrows over them, so that the current node's ring is under their tips."""
    role = "circuit" if panel.graph.tau is None else "unfolded"
    items = *frames(panel, x), *nodes(panel, x), *weight_labels(panel, x), *edges(panel, x)
    return ItemGroup(items, role, data=(("crowded", "yes"),) if panel.shown.graph.crowded else ())


def _lower(box: Box, by: float) -> Box:
    return Box(box.left, box.top, box.right, box.bottom + by)


def _wide(box: Box, width: float) -> Box:
    """The box, made as wide as this around its middle if it is narrower."""
    more = max(0.0, width - (box.right - box.left)) / 2
    return Box(box.left - more, box.top, box.right + more, box.bottom)


def _height(panel: Panel) -> float:
    """The height of the big arrow: the row of the lowest state, else the middle."""
    layout = panel.layout
    states = [spot.y for spot in layout.spots if spot.node.kind == "state"]
    return max(states) if states and not layout.is_wired else (layout.box.top + layout.box.bottom) / 2


def _unfold(x: float, y: float, theme: Theme, size: float) -> ItemGroup:
    """The big arrow between the circuit and the unfolded graph."""
    end = (UNFOLD_LENGTH, 0.0)
    arrow = Arrow(end, straight(end), size=UNFOLD_HEAD, from_circle=False, to_circle=False)
    word = outline(upright("Unfold"), size)
    pen = x + (UNFOLD_LENGTH - word.width) / 2 - word.left
    ink = Ink(word, pen, y - UNFOLD_RISE, Paint("label", theme.ink))
    return ItemGroup((*stroke(draw_arrows([arrow])[arrow], x, y, theme.muted, UNFOLD_WIDTH), ink), "unfold")
