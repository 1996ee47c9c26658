"""The scales of a pass: what colour, height or width a number has, the same at every step of the cursor.

Values go by a power of their share of the largest. Gradients and what flows along arrows go by logarithm: they vanish
and explode by powers of ten, and a millionth is to be seen as what it is beside one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, isfinite, log10, prod, sqrt
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from app.arrays import Array, length_of
from app.drawing.layout import Load
from app.engine.graph import Edge, Graph

STRETCH = 0.6
"""The power of its share of the largest that a value shows as: a pale state beside bright data still shows."""
BEYOND = 1.1
"""Where a number is that lies beyond the end of a scale: a loss among states."""
FAINTEST = 0.15
"""Where the smallest numbers of a logarithmic scale are on it: beside zero, and told from it."""
SMALLEST = 1e-323
"""No number is nearer to zero."""
FEWEST, MOST = 2, 12
"""The decades that a logarithmic scale goes down by, at least and at most."""
THINNEST, THICKEST = 1.2, 4.0
"""The width of an arrow that carries one hundredth of the largest, and of one that carries the largest."""
HOLLOW_BELOW = 0.01
"""The share of the largest below which an arrow is hollow."""
NARROWEST, WIDEST, NARROWING = 1.6, 2.6, 0.2
"""The width of a hollow arrow: the least, that just below the limit, and what each decade takes from it."""
RING_DECADES = 8
"""The decades through which the ring of a weak gradient shrinks; what is weaker is smallest."""
LARGEST_RING, SMALLEST_RING = 0.62, 0.2
"""The radius of a ring just under one hundredth, and of the smallest, in radii of a circle."""
COMPUTED = frozenset({"state", "output", "loss", "operation", "parameter"})
"""The kinds of node whose gradient is drawn: all but data."""


class Numbers(Protocol):
    """What drawing reads of a pass: a `Trace` has it."""

    @property
    def symbols(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def pictures(self) -> Mapping[str, tuple[int, int]]: ...
    def value(self, node: str) -> Any: ...
    def gradient(self, node: str) -> Any: ...
    def contributions(self, graph: Graph) -> Mapping[str, Any]: ...


class ScaleMark(NamedTuple):
    """A number that a legend writes at its place on a scale, from -1 to 1."""

    place: float
    number: float


class Scale(Protocol):
    """Numbers → places from -1 to 1, 0 for zero and none else; no number for what is not finite.

    What lies beyond the ends of a scale that says so is at ±`BEYOND`.
    """

    @property
    def most(self) -> float: ...
    @property
    def beyond(self) -> bool: ...
    @property
    def marks(self) -> tuple[ScaleMark, ...]: ...
    def places(self, numbers: Any) -> Array: ...


@dataclass(frozen=True)
class PowerScale:
    """A scale that ends at ±most, with small numbers drawn apart by a power."""

    most: float
    beyond: bool = False
    """True if some number of the pass lies beyond its ends."""

    @property
    def marks(self) -> tuple[ScaleMark, ...]:
        return ScaleMark(-1, -self.most), ScaleMark(0, 0.0), ScaleMark(1, self.most)

    def places(self, numbers: Any) -> Array:
        it = np.asarray(numbers, dtype=float)
        share = np.abs(it) / self.most if self.most else np.zeros(it.shape)
        return np.where(np.isfinite(it), np.sign(it) * np.where(share > 1, BEYOND, share**STRETCH), np.nan)


@dataclass(frozen=True)
class SymmetricLogScale:
    """A scale that ends at ±most and goes down by this many decades on both sides of zero; smaller ones are lowest."""

    most: float
    decades: int = FEWEST
    beyond: ClassVar[bool] = False

    @cached_property
    def marks(self) -> tuple[ScaleMark, ...]:
        """The ends, zero, and on both sides a number of one digit near the middle."""
        half = float(f"{self.most * 10.0 ** (-self.decades / 2):.0e}")
        inner = float(self.places(half))
        below, above = ScaleMark(-inner, -half), ScaleMark(inner, half)
        return ScaleMark(-1, -self.most), below, ScaleMark(0, 0.0), above, ScaleMark(1, self.most)

    def places(self, numbers: Any) -> Array:
        it = np.asarray(numbers, dtype=float)
        if not self.most:
            return np.where(np.isfinite(it), 0.0, np.nan)
        decades = np.log10(np.maximum(np.abs(it), SMALLEST)) - log10(self.most)
        height = np.minimum(np.maximum(1 + decades / self.decades, 0), 1)
        return np.where(np.isfinite(it), np.sign(it) * (FAINTEST + (1 - FAINTEST) * height), np.nan)


class Flow(NamedTuple):
    """How an arrow shows what flows along it: its width, and whether it is full or hollow; without width, nothing."""

    width: float
    hollow: bool = False


NOTHING = Flow(0.0)
"""Exactly nothing flows."""


@dataclass(frozen=True)
class FlowScale:
    """Norms → arrows, by the logarithm of their share of the largest, in steps of a tenth of a point."""

    most: float
    hollow: bool = False
    """True if some of what flows in the pass is less than a hundredth of the largest."""
    nothing: bool = False
    """True if along some arrow exactly nothing flows."""

    def flow(self, norm: float) -> Flow:
        if norm == 0:
            return NOTHING
        if not (isfinite(norm) and self.most):
            return Flow(THICKEST)
        decades = max(0.0, log10(self.most) - log10(norm))
        if norm >= HOLLOW_BELOW * self.most:
            return Flow(round(THICKEST - (THICKEST - THINNEST) * min(decades, 2) / 2, 1))
        return Flow(round(max(NARROWEST, WIDEST - NARROWING * (decades - 2)), 1), hollow=True)

    def bead(self, norm: float) -> float:
        """How large a norm is on its way, in radii of a circle."""
        return bead_size(norm / self.most) if self.most else 0.0


@dataclass(frozen=True)
class Scales:
    """The whole pass's scales, so that every step of the cursor is drawn on the same ones, in a file as on a page.

    Gradients count where they are drawn: at what is computed and at starts. Data is nobody's to change. Those of single
    entries count too, as a logarithm has room for all. Values of single entries, losses and energies, may be hundreds
    of times as large as states, which would be pale beside them: they lie beyond the end.
    """

    value: PowerScale
    gradient: SymmetricLogScale
    norms: Mapping[str, float]
    """The norm of the gradient that flows back through each edge."""
    arrows: FlowScale
    """It ends at the largest norm, those of the gradients that gather at parameters among them."""
    flows: Mapping[str, Array] = field(default_factory=dict)
    cells: frozenset[str] = frozenset()
    """Which of the two, `value` and `gradient`, are of some numbers with several entries: cells everywhere."""
    bitmaps: PowerScale | None = None
    """That of bitmaps, where other values are so large that these would be pale: a picture is to be recognized."""
    _totals: dict[Load, Array | float] = field(default_factory=dict)

    def joined(self, edges: Mapping[str, tuple[Edge, ...]]) -> Scales:
        """The same scales; the arrow that several edges share is, by its id, as wide as the widest of them."""
        shared = {id: max(self.norms[e.id] for e in them) for id, them in edges.items() if id in self.norms}
        return replace(self, norms={**self.norms, **shared})

    def of_edges(self, names: Mapping[str, str]) -> Scales:
        """The same scales for other names of some edges, each with what flows along its own."""
        norms = {name: self.norms[edge] for name, edge in names.items() if edge in self.norms}
        return replace(self, norms=norms, flows={name: self.flows[edge] for name, edge in names.items()}, _totals={})

    def flow(self, edge: str) -> Flow:
        """What an edge's arrow back shows."""
        return self.arrows.flow(self.norms.get(edge, 0.0))

    def loaded(self, load: Load) -> Flow:
        """What a stretch that several edges share shows: their summed gradient, of several sources the norm of all."""
        norms = [float(np.linalg.norm(self._total(it))) for it in (load, *load.beside)]
        return self.arrows.flow(norms[0] if len(norms) == 1 else float(np.linalg.norm(norms)))

    def _total(self, load: Load) -> Array | float:
        """The sum of a load and of all that lies beyond, the farthest first."""
        work = [load]
        while work:
            unknown = [it for it in work[-1].beyond if it not in self._totals]
            if unknown:
                work += unknown
                continue
            it = work.pop()
            parts = (*(self.flows.get(id, 0.0) for id in it.edges), *(self._totals[b] for b in it.beyond))
            self._totals[it] = sum(parts, 0.0)
        return self._totals[load]


def scales(graph: Graph, trace: Numbers) -> Scales:
    """The scales of a pass over a graph."""
    vectors = [n for n in graph.nodes if prod(n.shape) != 1]
    moved = {n.id for n in graph.nodes if n.kind in COMPUTED}
    flows = trace.contributions(graph)
    norms = {e.id: length_of(flows[e.id]) for e in graph.edges if e.source in moved}
    seen = [n for n in vectors if prod(trace.pictures.get(n.var, (0, 0))) == prod(n.shape)]
    numbers = [n for n in graph.nodes if n.var not in trace.symbols]
    sized = [n for n in numbers if prod(n.shape) != 1]
    scaled = sized or [n for n in numbers if n.kind != "loss"] or numbers
    most, whole = (max(largest_entries(trace.value(n.id) for n in them), default=0.0) for them in (scaled, numbers))
    cells = {"value": sized, "gradient": [n for n in vectors if n.id in moved]}
    brightest = max(largest_entries(trace.value(n.id) for n in seen), default=most)
    gathered = [length_of(trace.gradient(n.id)) for n in graph.nodes if n.kind == "parameter"]
    return Scales(
        PowerScale(most, whole > most),
        gradient_scale(graph, trace),
        norms,
        _flow_scale([*norms.values(), *gathered]),
        flows,
        frozenset(layer for layer, them in cells.items() if them),
        PowerScale(brightest) if brightest < most else None,
    )


def gradient_scale(graph: Graph, trace: Numbers) -> SymmetricLogScale:
    """The scale of the gradients of a pass alone."""
    return symmetric_log(largest_entries(trace.gradient(n.id) for n in graph.nodes if n.kind in COMPUTED))


def symmetric_log(peaks: Sequence[float]) -> SymmetricLogScale:
    """The scale on which the largest entries of arrays are told apart, those of the smallest a decade above its end."""
    some = [peak for peak in peaks if peak]
    if not some:
        return SymmetricLogScale(0.0)
    most = max(some)
    return SymmetricLogScale(most, min(max(FEWEST, ceil(log10(most) - log10(min(some))) + 1), MOST))


def _flow_scale(norms: Sequence[float]) -> FlowScale:
    most = max((n for n in norms if isfinite(n)), default=0.0)
    return FlowScale(most, any(0 < n < HOLLOW_BELOW * most for n in norms), 0.0 in norms)


def largest_entries(arrays: Iterable[Any]) -> list[float]:
    """The largest size of a finite entry in each array."""
    found = [flat for a in arrays if (flat := np.asarray(a).ravel()).size]
    if not found:
        return []
    whole = np.abs(np.concatenate(found))
    starts = np.cumsum([0, *(a.size for a in found[:-1])])
    peaks: list[float] = np.maximum.reduceat(np.where(np.isfinite(whole), whole, 0.0), starts).tolist()
    return peaks


def bead_size(share: float) -> float:
    """How large what is left is on its way, in radii of a circle: its area goes by the logarithm of its share, more
    slowly under one hundredth, as a ring; 0 for nothing."""
    if not share or not isfinite(share):
        return float(not isfinite(share))
    below = (log10(HOLLOW_BELOW) - log10(share)) / RING_DECADES
    above = 1 - log10(share) / log10(HOLLOW_BELOW)
    part, least, most = (1 - below, SMALLEST_RING, LARGEST_RING) if below > 0 else (above, LARGEST_RING, 1.0)
    return sqrt(least**2 + (most**2 - least**2) * min(max(part, 0.0), 1.0))
