"""Draws a graph with its numbers as a scene: circuit, unfolded graph or both, as large as it comes or to fill a box."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from math import ceil, inf

from app.drawing.layout import (
    LEGIBLE,
    USUAL_ARRANGEMENT,
    WEIGHT_SIZE,
    Arrangement,
    Layout,
    ShownGraph,
    Span,
    columns_of,
    lay_out_circuit,
    lay_out_circuit_cell,
    lay_out_gates,
    lay_out_lines,
    lay_out_steps,
    lay_out_wired_cells,
    shaped,
    spans,
    window,
    with_rows,
    wrapped,
)
from app.drawing.scene.circuit_panel import CircuitPanel, StepNumbers, edges_of_step, places_of_step, position_of_step
from app.drawing.scene.composition import Composition
from app.drawing.scene.fit import FIT_BOXES, LEAST, LONGEST_WRAPPED, FitBox, filling, no_room, smallest_letters
from app.drawing.scene.ground import without_paper
from app.drawing.scene.last_act import ComesOfPass, ShownUpdate
from app.drawing.scene.options import USUAL, FigureOptions
from app.drawing.scene.panel import NotStarted, Panel, Position
from app.drawing.scene.scales import Numbers, scales
from app.drawing.scene.scene import Scene
from app.engine.graph import DETAILS, Graph, notated
from app.language import AfterUpdate

WHITE = "#ffffff"
PATIENCE = 60_000
"""So much effort, as layouts tell it, ways to fill a box are tried for: two seconds or so."""
LARGEST = 18.0
"""Letters in a box are no larger than this, in points of the figure, for the sake of being read: as large as names."""
PASSING = 5
"""So many kinds of lines into one variable, past the nodes of others, may leave no room for each other."""
ROOMY, CROWDED = 1.3, 1.08
"""How much larger labels can be where they are, without numbers in the nodes and with them."""


def draw(
    graph: Graph,
    folded: Graph | None = None,
    trace: Numbers | None = None,
    cursor: Position | None = None,
    options: FigureOptions = USUAL,
    act: ComesOfPass | None = None,
) -> Scene:
    """Draw a graph, its circuit, or both with an arrow between.

    `folded` is needed for the views `folded` and `both`. Numbers are drawn where `trace` is given and the cursor is in
    a phase; in the update what comes of the pass is drawn below, where `act` is given. A page's figure fills no box:
    the page fits it into its window.
    """
    return next(draw_each(graph, folded, trace, [cursor or NotStarted()], options, act))


def draw_each(
    graph: Graph,
    folded: Graph | None,
    trace: Numbers | None,
    cursors: Iterable[Position],
    options: FigureOptions = USUAL,
    act: ComesOfPass | None = None,
) -> Iterator[Scene]:
    """The same for each of several cursors, which share what a box is filled with where they see the same steps."""
    ways, shared = dict[object, _Way](), _Shared()
    for place in cursors:
        drawing = _Drawing(graph, folded, trace, place, options, act, shared)
        sight = drawing.sight, drawing.usual_spans(), place.at if place.phase == "update" else None
        way = ways[sight] = (ways.get(sight) or drawing.way).at(place)
        yield way.painted()


@dataclass(frozen=True)
class _Way:
    """How a figure is put together, and how large it is in the box that it fills."""

    drawing: _Drawing
    composition: Composition
    box: FitBox | None = None
    scale: float = 1.0

    def at(self, place: Position) -> _Way:
        """The same with the cursor elsewhere, from where the same is in sight."""
        drawing = replace(self.drawing, place=place)
        return replace(self, drawing=drawing, composition=drawing.again(self.composition))

    def painted(self) -> Scene:
        """Its scene on its paper."""
        scene, options = self.drawn(), self.drawing.options
        palette = options.palette
        paper = {"paper": palette.paper, "white": WHITE}.get(options.background, options.background)
        larger = options.scale if self.box else round(options.scale * options.font_size / self.drawing.labels, 4)
        scene = replace(scene, scale=scene.scale * larger, background=paper)
        return scene if paper != "none" else replace(scene, items=without_paper(scene.items, palette.paper))

    def drawn(self) -> Scene:
        """Its scene, in the box if there is one; where it has no room in that, with words that say so."""
        if self.box is None:
            return self.composition.drawn()
        it = filling(self.composition.drawn(), self.box, self.scale)
        less = DETAILS[: DETAILS.index(self.drawing.graph.detail)][-1:]
        said = no_room(self.box, it.width * it.scale, it.height * it.scale, *less)
        return replace(it, notice=said, description=f"{said} {it.description}") if said else it


class _Patience:
    """What is left of the effort that is spent on one figure: a box can be filled in dozens of ways."""

    def __init__(self) -> None:
        self.left, self.dearest, self.known = PATIENCE, 0, frozenset[int]()

    def spend(self, layout: Layout) -> None:
        """Count what a layout took that none before it took, and what it takes to draw it."""
        effort = sum(layout.efforts - self.known) + layout.curves
        self.left, self.dearest, self.known = self.left - effort, max(self.dearest, effort), self.known | layout.efforts

    @property
    def is_spent(self) -> bool:
        """Whether another way, if it is as dear as any so far, takes more than is left."""
        return self.left < self.dearest


@dataclass(frozen=True)
class _Shared:
    """What was found of steps in lines, for every cursor that has the same in sight."""

    composed: dict[object, Composition] = field(default_factory=dict)
    """How they are put together."""
    letters: dict[object, float] = field(default_factory=dict)
    """The smallest in it."""


@dataclass(frozen=True)
class _Drawing:
    """What `draw` is asked for, and the ways in which it can be put together."""

    graph: Graph
    folded: Graph | None
    trace: Numbers | None
    place: Position
    options: FigureOptions
    act: ComesOfPass | None = None
    shared: _Shared = field(default_factory=_Shared)
    patience: _Patience = field(default_factory=_Patience)

    @cached_property
    def labels(self) -> float:
        """How much larger labels are where they are."""
        return min(self.options.font_size, CROWDED if self.numbers else ROOMY)

    @cached_property
    def words(self) -> float:
        """How much larger is what is written at arrows and at layers, which stand apart as far as it needs."""
        small = self.graph.has_parts or self.graph.has_operations
        least = self.options.readable_word(0.0) if small else self.options.least
        return max(self.labels, least / WEIGHT_SIZE)

    @cached_property
    def numbers(self) -> Numbers | None:
        return self.trace if self.options.live or self.place.phase else None

    @cached_property
    def circuit(self) -> Panel:
        if self.folded is None:
            raise ValueError(f"the view {self.options.view} needs the folded graph")
        options = self.options
        graph = self._with_room(self._written(self.folded))
        shown = with_rows(ShownGraph(graph, graph), options.rows)
        beside = replace(options, prefix=f"{options.prefix}-folded")
        layout = lay_out_panel(shown, self.words, options.arrangement)
        places = places_of_step(graph, self.graph, self.place)
        if self.numbers is None or len(places) < len(graph.nodes):
            return Panel(shown, layout, beside, labels=self.labels)
        edges = edges_of_step(graph, self.graph, places)
        here = position_of_step(graph, self.graph, self.place, places, edges)
        whole = scales(self.written, self.numbers).of_edges(edges)
        named = options if options.view == "folded" else beside
        return CircuitPanel(shown, layout, named, StepNumbers(self.numbers, places), here, self.labels, whole)

    @cached_property
    def written(self) -> Graph:
        return self._with_room(self._written(self.graph))

    def _with_room(self, graph: Graph) -> Graph:
        """The graph, crowded if rows and columns have no room for its lines: this is asked of the steps that are shown
        where the cursor is at none, so that it looks alike at every step of a pass."""
        if graph.wired or graph.passing < PASSING:
            return graph
        shown = window(graph, self._spans(graph, None)) if graph.tau else ShownGraph(graph, graph)
        layout = lay_out_panel(with_rows(shown, self.options.rows), self.words, self.options.arrangement)
        return replace(graph, crowded=True) if layout.is_tangled else graph

    def _spans(self, graph: Graph, at: str | None) -> tuple[Span, ...]:
        """The steps that are asked for, or those that are shown where none are."""
        return spans(graph.tau or 0, graph.detail, _step(graph, at), self.options.window, graph.opened)

    def _written(self, graph: Graph) -> Graph:
        """The graph with names as they are written, room for them in boxes, and tags where lines come in."""
        least, numbered = self.options.readable_word(0.0), self.numbers is not None
        return shaped(notated(graph, self.options.notation), least, numbered, self.options.arrangement.up)

    def usual_spans(self) -> tuple[Span, ...]:
        return self._spans(self.graph, self.place.at)

    def shown(self, parts: tuple[Span, ...]) -> ShownGraph:
        """These steps of the rows that are drawn."""
        return with_rows(window(self.written, parts), self.options.rows)

    def composed(self, shown: ShownGraph) -> Composition:
        """Part of the unfolded graph with all that stands around it."""
        known = self.sight, self.options, shown.spans, shown.steps
        if known not in self.shared.composed:
            self.shared.composed[known] = self._composed(shown)
        found = self.shared.composed[known]
        self.patience.spend(found.last.layout)
        it = replace(self.again(found), update=self.update(shown.spans or self.usual_spans()))
        return it.fitting() if self.options.live else it

    def _composed(self, shown: ShownGraph) -> Composition:
        """The same for any cursor that has the same in sight."""
        options, panels = self.options, list[Panel]()
        if options.view != "unfolded":
            panels.append(self.circuit)
        if options.view != "folded":
            layout = lay_out_panel(shown, self.words, options.arrangement)
            panels.append(Panel(shown, layout, options, self.numbers, self.place, self.labels))
        return Composition(tuple(panels), options)

    def again(self, it: Composition) -> Composition:
        """A composition as it is with this cursor, which has the same in sight."""
        panels = (self.circuit if p.graph.tau is None else replace(p, cursor=self.place) for p in it.panels)
        return replace(it, panels=tuple(panels), at=self.place.at or "")

    def update(self, spans: tuple[Span, ...]) -> ShownUpdate | None:
        """What the update has below the graph."""
        graph = self.written
        if self.act is None or not graph.gathering or self.place.phase != "update":
            return None
        last = AfterUpdate(graph.of) if graph.trained else graph.gathering[-1]
        return ShownUpdate(self.act, graph, self.place.at or last, spans)

    @property
    def sight(self) -> object:
        """What decides of a cursor how steps are put together: a circuit has the numbers of its step."""
        return self.place.phase, None if self.options.view == "unfolded" else _step(self.graph, self.place.at)

    @property
    def way(self) -> _Way:
        """How it is put together; a page's figure fills no box."""
        fit = self.options.fit
        return _Way(self, self.whole) if self.options.live or fit is None else self.fitted(FIT_BOXES[fit])

    def fitted(self, box: FitBox) -> _Way:
        """The first way that fills the box with letters that can be read; if none, the least, as large as they need.

        Nodes stand closer before anything is left out; and before the box is left, letters are larger than usual. Where
        all that is too small, or so crowded that no more can be tried, single steps are; and before these leave a
        column aside, all steps leave it at its lower edge.
        """
        again = list[tuple[_Drawing, ShownGraph, FitBox, float]]()
        for shown in self._with_nodes(self._parts()):
            for drawing in self._spacings(box):
                if self.patience.is_spent:
                    break
                if again and not box.slide and (most := box.width / drawing.narrowest.size[0]) < drawing.least_scale:
                    again.append((drawing, shown, box, most))
                    continue
                fits, best, scale = drawing._filled(shown, box)
                if fits:
                    return _Way(drawing, best, box, scale)
                again.append((drawing, shown, box, scale))
        if (larger := self._first_with_larger_letters(again)) is not None:
            return larger
        fewest = [*drawing._with_nodes(self._single_steps())]
        ways = (drawing, drawing.tight) if self.graph.has_operations else (drawing,)
        for way, shown in product(ways, fewest):
            fits, best, scale = way._filled(shown, box)
            if fits:
                return _Way(way, best, box, scale)
            if (larger := way._with_larger_letters(shown, box, scale)) is not None:
                return larger
        usual, endless = self.usual_spans(), box._replace(height=inf)
        lower = [(drawing, shown, endless, at) for drawing, shown, _, at in again if shown.spans == usual]
        if not box.slide and (larger := self._first_with_larger_letters(lower)) is not None:
            return replace(larger, box=box)
        return ways[-1]._with_largest_letters(fewest[-1] if fewest else drawing.least, box)

    def _first_with_larger_letters(self, again: Iterable[tuple[_Drawing, ShownGraph, FitBox, float]]) -> _Way | None:
        """The first of some ways that has room in its box with letters as large as they need to be there."""
        for drawing, shown, room, at in again:
            if self.patience.is_spent:
                break
            if (larger := drawing._with_larger_letters(shown, room, at)) is not None:
                return larger
        return None

    def _with_largest_letters(self, shown: ShownGraph, box: FitBox) -> _Way:
        """The same with letters as large as any; where it has no room even so, as large as these need, with words that
        say so."""
        drawing = replace(self, options=replace(self.options, least=LARGEST))
        fits, best, scale = drawing._filled(drawing.shown(shown.spans), box)
        if fits:
            return _Way(drawing, best, box, scale)
        return _Way(drawing, best, box, LEAST / drawing._smallest_letters(best))

    def _spacings(self, box: FitBox) -> Iterator[_Drawing]:
        """The drawing, and the same with its nodes closer, where it takes less room then."""
        yield self
        if self.patience.is_spent:
            return
        if self.options.spacing != "compact" and box.scale(*self.closer.whole.size) > box.scale(*self.whole.size):
            yield self.closer

    @cached_property
    def closer(self) -> _Drawing:
        return replace(self, options=replace(self.options, spacing="compact"))

    @cached_property
    def tight(self) -> _Drawing:
        return replace(self, options=replace(self.options, tight=True))

    @cached_property
    def whole(self) -> Composition:
        """The steps that are usually shown, in one line."""
        return self.composed(self.shown(self.usual_spans()))

    @cached_property
    def narrowest(self) -> Composition:
        """The same in lines of a step each, or, where it is not wrapped, the least: no part of the run is narrower. A
        run upwards is narrowest in one line."""
        if self.whole.last.layout.up:
            return self.whole
        return self.composed(wrapped(self.shown(self.usual_spans()), 1) or self.least)

    @cached_property
    def least(self) -> ShownGraph:
        """As few steps as are shown."""
        *_, shown = self._with_nodes(self._parts())
        return shown

    @cached_property
    def least_scale(self) -> float:
        """How small it can be for its letters to be read."""
        return LEAST / self._smallest_letters(self.narrowest)

    def _filled(self, shown: ShownGraph, box: FitBox) -> tuple[bool, Composition, float]:
        """Whether a part of the run fills the box as it should, how it is put together, and how large it is there."""
        best = self._best(shown, box)
        scale = box.scale(*best.size)
        return scale * self._smallest_letters(best) >= LEAST, best, scale

    def _with_larger_letters(self, shown: ShownGraph, box: FitBox, scale: float) -> _Way | None:
        """The same with letters as large as they need to be at its scale, which is smaller again for them; larger where
        names in circles have no room for what is asked."""
        drawing, wanted = self, LEAST / scale
        while wanted > drawing.options.least:
            least = ceil(2 * wanted) / 2
            if least > LARGEST:
                return None
            drawing = replace(self, options=replace(self.options, least=least))
            fits, best, scale = drawing._filled(drawing.shown(shown.spans), box)
            if fits:
                return _Way(drawing, best, box, scale)
            wanted = LEAST / scale * max(1.0, least / drawing._smallest_letters(best))
        return None

    def _best(self, shown: ShownGraph, box: FitBox) -> Composition:
        """In as few lines as make it as large as usual, or largest; in a column, as make its letters readable.

        What is left empty of the last line counts against it, so that none is begun for a single step without need.
        """
        best, largest = None, 0.0
        for part in _in_lines(shown, self.options):
            if best and self.patience.is_spent:
                break
            way = max(self._ways(part, box), key=lambda it: box.scale(*it.size))
            scale = box.scale(*way.size)
            worth = scale * fullness_of_lines(part)
            if scale < largest:
                break
            if best is None or worth > largest:  # The ends of a run have the same lines for several lengths of these.
                best, largest = way, worth
            if scale >= 1.0 or (not box.slide and scale >= LEAST / self._smallest_letters(way)):
                break
        assert best is not None
        return best

    def _with_nodes(self, parts: Iterable[tuple[Span, ...]]) -> Iterator[ShownGraph]:
        """Those of which something is drawn: of an opened step there may be more rows than of all others, and where the
        circuit is drawn alone the steps may have none of its rows."""
        alone = self.options.view == "folded"
        return (shown for shown in map(self.shown, dict.fromkeys(parts)) if alone or shown.graph.nodes)

    def _parts(self) -> Iterator[tuple[Span, ...]]:
        """What can be shown, most first: all of a run that is not too long, its usual parts, less of its ends."""
        asked, tau = self.options.window, self.graph.tau or 0
        if asked is None and tau <= LONGEST_WRAPPED:
            yield ((1, tau),)
        yield self.usual_spans()
        for steps in range(min(2 * LEGIBLE[self.graph.detail].ends, tau - 2), 1, -1) if asked is None else ():
            yield (1, -(-steps // 2)), (tau - steps // 2 + 1, tau)

    def _single_steps(self) -> Iterator[tuple[Span, ...]]:
        """Less still: the first step and the last one where that is less, and the first alone."""
        tau = self.graph.tau or 0
        if self.options.window is None and tau > 1:
            # Of a longer run both have been tried. In rows and columns one hidden step takes as much room.
            if tau == 3:
                yield ((1, 1), (tau, tau)) if self.written.wired else ((1, tau),)
            yield ((1, 1),)

    def _ways(self, shown: ShownGraph, box: FitBox) -> Iterator[Composition]:
        """The legend, and what comes of the pass, below or at the right."""
        below = self.composed(shown)
        yield below
        if box.slide and self.numbers:
            sides = product((False, True), (False, True) if below.update else (False,))
            yield from (replace(below, beside=beside, aside=aside) for beside, aside in sides if beside or aside)

    def _smallest_letters(self, it: Composition) -> float:
        """The least em of what is written at any step of the phase; in the update, at its place."""
        later = frozenset({"gradient"}) if self.place.phase == "forward" else frozenset[str]()
        known = self.sight, self.options, it.last.shown.spans, it.last.shown.steps, it.beside, it.aside
        if known not in self.shared.letters:
            every = replace(self.options, live=True)
            panels = tuple(replace(panel, options=every) for panel in it.panels)
            graphs = replace(it, panels=panels, update=None)
            self.shared.letters[known] = smallest_letters(graphs.drawn().items, later)
        below = [it.ledger.drawn(0.0, 0.0)] if it.ledger else []
        found = min(self.shared.letters[known], smallest_letters(below, later))
        return found if found < inf else LEAST


def _in_lines(shown: ShownGraph, options: FigureOptions) -> Iterator[ShownGraph]:
    """The graph in one line, then in two and more, each as long as the others, while there is something to wrap."""
    yield shown
    columns = columns_of(shown)
    if options.view == "folded":
        return
    for steps in dict.fromkeys(-(-columns // lines) for lines in range(2, columns + 1)):
        part = wrapped(shown, steps)
        if part is not None:
            yield part


def fullness_of_lines(shown: ShownGraph) -> float:
    """How much of its lines a graph fills."""
    lines = len({*shown.lines.values()})
    return columns_of(shown) / (lines * shown.steps) if lines else 1.0


def _step(graph: Graph, at: str | None) -> int | None:
    """The step that the cursor is at, if it is at one."""
    return next((n.t for n in graph.nodes if n.id == at and n.id != n.var), None)


def lay_out_panel(shown: ShownGraph, labels: float = 1.0, arrangement: Arrangement = USUAL_ARRANGEMENT) -> Layout:
    """Rows and columns, as in a textbook; where operations or parameters are nodes, cells that are wired."""
    graph = shown.graph
    if shown.lines:
        return lay_out_lines(shown, labels, arrangement)
    if graph.has_parts:
        return lay_out_gates(graph, shown.outside, labels, arrangement)
    if graph.tau is None:
        return lay_out_circuit_cell(graph, arrangement) if graph.wired else lay_out_circuit(graph, labels, arrangement)
    if graph.wired:
        return lay_out_wired_cells(graph, shown.outside, arrangement)
    return lay_out_steps(graph, shown.columns, labels, arrangement)
