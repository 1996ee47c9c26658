"""Draws the strip of all steps below a figure that shows only some: how large the states are, and where one is.

A row a state, a cell a step, coloured by the norm of its value or of its gradient on one scale, which is logarithmic
where norms span decades. A frame stands around the steps that are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Any

import numpy as np

from app.arrays import Array
from app.drawing.geometry import Point
from app.drawing.layout import ShownGraph
from app.drawing.lettering import Outline, outline, upright, variable
from app.drawing.scene.scales import COMPUTED, Numbers
from app.drawing.scene.scene import Cells, Ink, Item, ItemGroup, Paint, Polygon, Rect
from app.drawing.scene.themes import BACKWARD_SCALE, FORWARD_SCALE, NOT_FINITE, Theme
from app.engine.graph import Graph
from app.language import is_operation

ROW, ROW_GAP = 8.0, 5.0
"""The height of a row, and between two."""
NAME, NAME_GAP = 12.0, 7.0
"""The em of a row's name, and the gap between it and the row."""
STEPS, STEPS_DROP, STEPS_GAP = 10.5, 12.0, 7.0
"""The em of the steps' numbers, how far below the rows they stand, and the least gap between two."""
FRAME, FRAME_ROOM, NARROWEST = 1.3, 1.8, 3.0
"""The frame around the steps that are shown: its line, its room to the rows, its least width."""
DECADES, LOWEST = 2.0, 12
"""More decades than the first make a scale logarithmic; it goes down by no more than the second."""


@dataclass(frozen=True)
class Norms:
    """Norms by variable, a number a step, and the scale from `low` to `high` that they share."""

    name: str
    rows: Mapping[str, Array]
    low: float
    high: float
    log: bool

    def shares(self, norms: Any) -> Array:
        """Where norms are on the scale, from 0 to 1; not a number where they are not finite."""
        it = np.asarray(norms, dtype=float)
        share = it / self.high
        if self.log:
            share = np.log10(np.maximum(it, self.low) / self.low) / log10(self.high / self.low)
        return np.where(np.isfinite(it), np.clip(share, 0, 1), np.nan)


@dataclass(frozen=True)
class Strips:
    """The norms of the values and of the gradients of a run; none where there are no numbers."""

    shown: ShownGraph
    norms: tuple[Norms, ...] = ()

    @property
    def names(self) -> list[str]:
        return _drawn_states(self.shown)

    @property
    def height(self) -> float:
        """Its height under the figure."""
        return len(self.names) * (ROW + ROW_GAP) - ROW_GAP + STEPS_DROP + 2


def _drawn_states(shown: ShownGraph) -> list[str]:
    """Those of the states that the figure shows."""
    return [name for name in _states(shown.whole) if name not in shown.left_out]


def strips(shown: ShownGraph, trace: Numbers | None) -> Strips | None:
    """The strip of a run of which not all is shown; None where all is."""
    if shown.whole_run or not _drawn_states(shown):
        return None
    if trace is None:
        return Strips(shown)
    return Strips(shown, (norms("value", shown.whole, trace.value), norms("gradient", shown.whole, trace.gradient)))


def norms(name: str, graph: Graph, read: Callable[[str], Any]) -> Norms:
    """The norms of a run's states, by their values or their gradients."""
    rows = {var: np.zeros(graph.tau or 0) for var in _states(graph)}
    for node in graph.nodes:
        if node.var in rows and node.t is not None and 1 <= node.t <= len(rows[node.var]):
            rows[node.var][node.t - 1] = np.linalg.norm(np.ravel(read(node.id)))
    every = np.concatenate([*rows.values()]) if rows else np.zeros(0)
    some = every[np.isfinite(every) & (every > 0)]
    if not some.size:
        return Norms(name, rows, 0.0, 1.0, log=False)
    high, low = float(some.max()), float(some.min())
    if log10(high) - log10(low) <= DECADES:
        return Norms(name, rows, 0.0, high, log=False)
    top = ceil(log10(high))
    return Norms(name, rows, 10.0 ** max(floor(log10(low)), top - LOWEST, -307), 10.0 ** min(top, 308), log=True)


def _states(graph: Graph) -> list[str]:
    """The variables with a row, the top one first: what is read at another step, else all that is computed.

    Results within equations have none, and neither have losses, whose sum runs over the steps.
    """
    made = [n for n in graph.nodes if n.id != n.var and n.kind in COMPUTED and not is_operation(n.id)]
    var = {n.id: n.var for n in made if n.kind != "loss"}
    read = {var[e.source] for e in graph.edges if e.source in var and e.lag}
    rows = read or {n.var for n in made}
    return [name for name in reversed(graph.rows) if name in rows]


def strip(it: Strips, left: float, right: float, top: float, theme: Theme, layers: frozenset[str]) -> ItemGroup:
    """The strip from `left` to `right`; of its layers of norms those that are named."""
    graph = it.shown.whole
    names = [outline(variable(n, graph.ranks.get(n, 1), notation=graph.notation), NAME) for n in it.names]
    start = left + max(n.width for n in names) + NAME_GAP
    groups = [ItemGroup(tuple(_frames(it, names, start, right, top, theme)), "overview-rows")]
    shown = (row for row in it.norms if f"norm-{row.name}" in layers)
    groups += [ItemGroup(tuple(_cells(row, it.names, start, right, top, theme)), f"norm-{row.name}") for row in shown]
    groups.append(ItemGroup((*_marks(it, start, right, top, theme),), "overview-marks"))
    return ItemGroup(tuple(groups), "overview")


def _frames(it: Strips, names: list[Outline], left: float, right: float, top: float, theme: Theme) -> Iterator[Item]:
    """The rows' names and their empty frames."""
    for name, y in zip(names, _tops(it.names, top), strict=True):
        yield Ink(name, left - NAME_GAP - name.right, y + ROW / 2 - name.middle, Paint("label", theme.ink))
        yield Rect(left, y, right - left, ROW, Paint("frame", "none", theme.frame, 0.6))


def _cells(norms: Norms, names: list[str], left: float, right: float, top: float, theme: Theme) -> Iterator[Item]:
    for name, y in zip(names, _tops(names, top), strict=True):
        yield from ramp(norms.shares(norms.rows[name]).tolist(), norms.name, left, y, right - left, ROW, theme)
        yield Rect(left, y, right - left, ROW, Paint("frame", "none", theme.frame, 0.6))


def ramp(
    shares: list[float], name: str, left: float, top: float, width: float, height: float, theme: Theme
) -> Iterator[Item]:
    """Shares of a scale as cells side by side; on paper, where colours may be lost, as heights."""
    if not theme.bars:
        scale = BACKWARD_SCALE if name == "gradient" else FORWARD_SCALE
        colours = (scale[round(s * (len(scale) - 1))] if isfinite(s) else NOT_FINITE for s in shares)
        yield Cells(left, top, width, height, tuple(colours))
        return
    yield Rect(left, top, width, height, Paint("paper", theme.paper))
    step = width / len(shares)
    corners: list[Point] = [(0.0, height)]
    for i, share in enumerate(shares):
        y = height * (1 - share) if isfinite(share) else 0.0
        corners += [(i * step, y), ((i + 1) * step, y)]
    yield Polygon((*corners, (width, height)), left, top, Paint("bar", theme.ink))


def _tops(names: list[str], top: float) -> list[float]:
    return [top + i * (ROW + ROW_GAP) for i in range(len(names))]


def _marks(it: Strips, left: float, right: float, top: float, theme: Theme) -> Iterator[Item]:
    """A frame around each part that is shown, and its first and last step below."""
    tau = it.shown.whole.tau or 1
    step, low = (right - left) / tau, top + it.height - STEPS_DROP - 2
    words: list[tuple[Outline, float]] = []
    for first, last in it.shown.spans:
        middle, wide = left + (first + last - 1) / 2 * step, max(NARROWEST, (last - first + 1) * step)
        x = min(max(middle - wide / 2, left), right - wide)
        box = x - FRAME_ROOM, top - FRAME_ROOM, wide + 2 * FRAME_ROOM, low - top + 2 * FRAME_ROOM
        yield Rect(*box, Paint("mark", "none", theme.ink, FRAME))
        words.append((outline(upright(f"{first}–{last}" if first < last else f"{first}"), STEPS), x + wide / 2))
    for word, x in _spread(words, left, right):
        yield Ink(word, x - word.left, low + STEPS_DROP, Paint("number", theme.ink))


def _spread(words: list[tuple[Outline, float]], left: float, right: float) -> list[tuple[Outline, float]]:
    """Words with where they begin: centred on their places, as far apart as they need, between the ends."""
    starts = []
    pen = left
    for word, middle in words:
        starts.append(max(pen, middle - word.width / 2))
        pen = starts[-1] + word.width + STEPS_GAP
    pen = right
    for i in reversed(range(len(words))):
        starts[i] = min(starts[i], pen - words[i][0].width)
        pen = starts[i] - STEPS_GAP
    return [(word, start) for (word, _), start in zip(words, starts, strict=True)]
