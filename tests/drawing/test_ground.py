"""What a figure stands on and what stands in for its circles: on nothing it has no paper; bitmaps are nodes."""

from __future__ import annotations

import re
import zlib
from typing import get_args

import pytest

from app.drawing import THEMES, Scene
from app.drawing.formats.pdf import pdf
from app.drawing.formats.svg import svg
from app.drawing.formats.tikz import tikz
from app.drawing.scene import channels
from app.drawing.scene.scene import Cells, Disc, Ink, ItemGroup, Polygon, Rect
from app.engine.graph.graph import Detail
from app.link import parse, resolve
from app.outputs.table import scene
from app.systems import SYSTEMS
from tests.figures import PHASES


def drawn(query: str, live: bool = False) -> Scene:
    return scene(resolve(parse(query)), live=live)


# the ground


@pytest.mark.one_in(34)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("detail", get_args(Detail))
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_figure_on_nothing_has_the_papers_colour_nowhere(system: str, detail: str, theme: str) -> None:
    paper = THEMES[theme].paper
    rgb = " ".join(f"{channel / 255:.4g}" for channel in channels(paper))
    for phase in PHASES:
        asked = f"system={system}&detail={detail}&theme={theme}&tau=2&view=both&background=none"
        it = drawn(f"{asked}&phase={phase}" if phase else asked)
        assert paper not in svg(it)
        assert not re.search(rf"(^|\s){rgb} (rg|RG)\b", _operators(pdf([it])))
        text = tikz([it]).decode()
        assert paper[1:].upper() not in text
        assert "UnfoldPaper" not in text


def _operators(file: bytes) -> str:
    """The operators of all pages and shapes of a PDF."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", file, re.DOTALL)
    return "\n".join(zlib.decompress(stream).decode("latin-1") for stream in streams)


def test_on_paper_it_has_the_papers_colour() -> None:
    """So the test above would see it."""
    it = drawn("tau=2")
    assert it.theme.paper in svg(it)
    assert re.search(r"1 1 1 rg", _operators(pdf([it])))
    assert "UnfoldPaper" in tikz([it]).decode()


# bitmaps


def node(it: Scene, id: str) -> ItemGroup:
    return next(g for g in it.walk() if isinstance(g, ItemGroup) and g.fact("node") == id)


@pytest.mark.parametrize("theme", ["light", "print"])
@pytest.mark.parametrize("detail", ["cells", "operations"])
@pytest.mark.parametrize("system", ["hopfield", "hopfield-asynchronous"])
def test_a_bitmap_is_the_node_and_all_of_it_stands_on_its_card(system: str, detail: str, theme: str) -> None:
    it = drawn(f"system={system}&detail={detail}&theme={theme}&tau=2&phase=backward")
    group = node(it, "s[1]")
    card = next(i for i in group.items if isinstance(i, Rect) and i.paint.role == "disc")
    assert not [i for i in group.items if isinstance(i, Disc)]
    value = next(g for g in group.items if isinstance(g, ItemGroup) and g.role == "value")
    frame = next(i for i in value.items if isinstance(i, Rect) and i.paint.role == "frame")
    assert frame.width > 0.65 * card.width
    label = next(i for i in group.items if isinstance(i, Ink) and i.paint.role == "label")
    right, low = card.x + card.width, card.y + card.height
    assert card.x < label.x + label.outline.left
    assert label.x + label.outline.right < right
    assert card.y < label.y - label.outline.ascent
    assert label.y < frame.y
    for part in group.items:
        shapes = part.items if isinstance(part, ItemGroup) else ()
        for shape in (i for i in shapes if isinstance(i, Rect | Cells)):
            assert card.x - 0.1 < shape.x
            assert shape.x + shape.width < right + 0.1
            assert card.y - 0.1 < shape.y
            assert shape.y + shape.height < low + 0.1


@pytest.mark.parametrize("live", [False, True])
def test_before_its_value_is_there_the_node_is_the_empty_card(live: bool) -> None:
    it = drawn("system=hopfield&tau=3&phase=forward&at=s[1]", live=live)
    cards = [next(i for i in node(it, id).items if isinstance(i, Rect) and i.paint.role == "disc") for id in CARDS]
    assert len({(card.width, card.height) for card in cards}) == 1
    assert not [i for id in CARDS for i in node(it, id).items if isinstance(i, Disc)]


CARDS = ("s[0]", "s[1]", "s[3]")
SLANTED = (
    "task=patterns&tau=3&equations=given A, q; z[0] = q; s[0] = q; "
    "z[t] = sign(transpose(A) @ (A @ s[t-1])); s[t] = sign(transpose(A) @ (A @ z[t-1]))"
)
"""Two states that read each other, so that arrows come in at corners."""


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("detail", ["states", "cells"])
@pytest.mark.parametrize("at", ["s[1]", "s[3]"])
def test_no_line_reaches_into_a_card_at_any_step(at: str, detail: str, live: bool) -> None:
    it = drawn(f"{SLANTED}&detail={detail}&phase=forward&at={at}", live=live)
    groups = [group for group in it.walk() if isinstance(group, ItemGroup)]
    forms = [i for g in groups if g.fact("node") for i in g.items if isinstance(i, Rect) and i.paint.role == "disc"]
    assert len(forms) >= 8
    heads = [i for g in groups if g.role == "forward" for i in g.items if isinstance(i, Polygon)]
    tips = [(head.x + x, head.y + y) for head in heads for x, y in head.points]
    assert len(heads) >= 6
    assert not [(x, y) for x, y in tips for it in forms if is_within(it, x, y)]


def is_within(card: Rect, x: float, y: float) -> bool:
    """Whether a point is in a card, by more than a head's own edge."""
    return card.x + 2 < x < card.x + card.width - 2 and card.y + 2 < y < card.y + card.height - 2


def test_on_a_page_the_card_comes_with_the_value() -> None:
    group = node(drawn("system=hopfield&tau=2&phase=forward", live=True), "s[1]")
    assert "bitmap" in group.role.split()
    value = next(g for g in group.items if isinstance(g, ItemGroup) and g.role == "value")
    assert {i.paint.role for i in value.items if not isinstance(i, ItemGroup | Cells)} == {"card", "frame", "label"}


# the legend's band


def test_without_a_legend_there_is_no_band_for_it() -> None:
    scalars = "equations=s[t] = alpha * s[t-1]&tau=3"
    structure, numbers = drawn(scalars), drawn(f"{scalars}&phase=forward")
    assert not [g for g in numbers.walk() if isinstance(g, ItemGroup) and g.role == "legend"]
    assert numbers.height == structure.height
