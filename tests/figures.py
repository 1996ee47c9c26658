"""Figures of recurrences for tests: graph, circuit, numbers and cursors, as the drawing takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any
from zlib import crc32

import pytest

from app.drawing import THEMES, FigureOptions, View, draw, page_svg, svg
from app.drawing.scene.scene import Scene
from app.engine import Cursor, Graph, Trace, bind, contributions, cursor, fold, run, steps, unfold
from app.engine.graph.graph import Detail
from app.language import Recurrence, parse
from tests.recurrences import RECURRENCES
from tests.tiers import long

VIEWS: tuple[View, ...] = ("folded", "unfolded", "both")
PHASES = (None, "forward", "backward")
LOOKS = tuple(product(VIEWS, PHASES, THEMES))
"""Every way in which one graph can be drawn."""
EVERY_LOOK = pytest.mark.parametrize("every", [False, *long(True)], ids=["a look", "every look"])


def looks(every: bool, *case: object) -> Iterable[tuple[View, Any, Any]]:
    """All looks, or one, which differs from case to case, so that many cases see them all."""
    return LOOKS if every else (LOOKS[crc32(repr(case).encode()) % len(LOOKS)],)


@dataclass(frozen=True)
class Numbers:
    """What drawing reads of a pass."""

    trace: Trace

    @property
    def symbols(self) -> Mapping[str, tuple[str, ...]]:
        return self.trace.symbols

    @property
    def pictures(self) -> Mapping[str, tuple[int, int]]:
        return self.trace.pictures

    def value(self, node: str) -> Any:
        return self.trace.value(node)

    def gradient(self, node: str) -> Any:
        return self.trace.gradient(node)

    def contributions(self, graph: Graph) -> Mapping[str, Any]:
        return contributions(self.trace, graph)


@dataclass(frozen=True)
class Figure:
    """A recurrence for τ steps at a detail."""

    text: str
    tau: int = 4
    detail: Detail = "cells"
    sizes: str = ""
    """`h:5,x:2`"""

    @cached_property
    def recurrence(self) -> Recurrence:
        pairs = (size.split(":") for size in self.sizes.split(",") if size)
        return parse(self.text, {name: int(size) for name, size in pairs})

    @cached_property
    def graph(self) -> Graph:
        return unfold(self.recurrence, self.tau, self.detail)

    @cached_property
    def circuit(self) -> Graph:
        return fold(self.recurrence, self.detail)

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(run(self.recurrence, self.tau, bind(self.recurrence, self.tau)))

    def cursor(self, phase: Any, share: float | None = 0.5) -> Cursor:
        """A place so far through a phase; None for the phase complete."""
        places = [s.at for s in steps(self.graph) if s.phase == phase]
        at = places[int(share * (len(places) - 1))] if places and share is not None else None
        return cursor(self.graph, phase, at)

    def scene(self, view: View = "unfolded", place: Cursor | None = None, **options: Any) -> Scene:
        return draw(self.graph, self.circuit, self.numbers, place, FigureOptions(view=view, **options))

    def svg(self, view: View = "unfolded", place: Cursor | None = None, **options: Any) -> str:
        write = page_svg if options.get("live") else svg
        return write(self.scene(view, place, **options))


@lru_cache(maxsize=64)
def figure(name: str, tau: int = 4, detail: Detail = "cells", sizes: str = "") -> Figure:
    """The figure of a recurrence by its name."""
    return Figure(RECURRENCES[name], tau, detail, sizes)
