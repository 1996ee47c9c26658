"""What a link adds to its figure: bands behind what it marks, and words below."""

from __future__ import annotations

import json
from itertools import combinations, product
from math import dist
from pathlib import Path
from urllib.parse import quote

import pytest

from app.drawing.formats.tikz import TEXTS
from app.drawing.geometry import Box, Point
from app.drawing.layout.edge_labels import PlacedLabel
from app.drawing.scene.scene import Curve, Disc, Ink, ItemGroup, Rect, Scene
from app.language.typeset import Letters
from app.link import parse, resolve
from app.outputs import table as answers
from app.outputs.table import ANSWERS
from tests.drawing.test_formats import compiled
from tests.lint import reasons

WRITTEN = {"weights", "edge"}
"""Groups with what is written beside nodes and arrows."""
CAPTION = "What x leaves in h: 50% of $it$, & <more> – “once” \\ done_"


def scene(link: str) -> Scene:
    return answers.scene(resolve(parse(link)))


def banded(link: str) -> set[str]:
    """The nodes and edges with a band behind them."""
    groups = (item for item in scene(link).walk() if isinstance(item, ItemGroup))
    return {
        group.fact("node") or group.fact("edge")
        for group in groups
        for item in group.items
        if isinstance(item, Disc | Rect | Curve) and item.paint.role == "marked"
    }


def caption_lines(link: str) -> list[str]:
    inks = (item for item in scene(link).walk() if isinstance(item, Ink) and item.paint.role == "caption")
    return [ink.outline.box.text for ink in inks if isinstance(ink.outline.box, Letters)]


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("phase", ["", "&phase=forward", "&phase=backward"])
def test_what_is_marked_has_a_band_in_every_theme_and_phase(theme: str, phase: str) -> None:
    assert banded(f"tau=3&mark=h[2],h[2]->h[3]&theme={theme}{phase}") == {"h[2]", "h[2]->h[3]"}
    assert banded(f"tau=3&theme={theme}{phase}") == set()


def test_a_node_that_stands_alone_is_marked() -> None:
    assert banded("system=dynamics&tau=1&detail=states&mark=s[1]") == {"s[1]"}


def test_operations_are_marked_as_boxes_are() -> None:
    assert banded("tau=2&detail=operations&mark=h[1]->h[2]") >= {"h[1]", "h[2]"}


@pytest.mark.parametrize(
    "link",
    [
        "system=lstm&detail=cells&tau=3&parameters=copies&mark=W_g[3]->c[3]",
        "system=lstm&detail=cells&tau=3&parameters=nodes&mark=W_g->c[3]",
    ],
)
def test_an_edge_on_the_line_of_another_has_its_band_along_that_and_below_it(link: str) -> None:
    roles = [item.paint.role for item in scene(link).walk() if isinstance(item, Curve)]
    bands = [i for i, role in enumerate(roles) if role == "marked"]
    assert len(bands) > 1
    assert bands[-1] < roles.index("line")


@pytest.mark.one_in(3)
@pytest.mark.parametrize("direction", ["right", "up"])
@pytest.mark.parametrize("system", ["lstm", "gru", "deep"])
def test_no_band_of_a_node_meets_that_of_another_or_lies_behind_what_is_written(system: str, direction: str) -> None:
    fields = f"system={system}&tau=1&detail=gates&direction={direction}"
    ids = [node.id for node in resolve(parse(fields)).run.graph.nodes]
    it = scene(f"{fields}&mark={','.join(ids)}")
    shapes = [item for item in it.walk() if isinstance(item, Disc | Rect)]
    bands = [_bounds_of(shape) for shape in shapes if shape.paint.role == "mark-edge"]
    assert len(bands) == len(ids)
    assert not any(one.meets(other) for one, other in combinations(bands, 2))
    beside = [group for group in it.walk() if isinstance(group, ItemGroup) and group.role.split()[0] in WRITTEN]
    inks = [item for group in beside for item in group.items if isinstance(item, Ink)]
    written = [PlacedLabel(ink.outline, ink.x, ink.y).box for ink in inks]
    assert written and not any(band.meets(box) for band in bands for box in written)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("detail", ["cells", "gates", "operations"])
@pytest.mark.parametrize("system", ["lstm", "gru", "bidirectional"])
def test_the_band_of_an_arrow_leads_from_node_to_node_and_lies_on_no_outline(system: str, detail: str) -> None:
    fields = f"system={system}&tau=2&detail={detail}"
    edges = resolve(parse(fields)).run.graph.edges[::3]
    it = scene(f"{fields}&mark={','.join(edge.id for edge in edges)}")
    groups = [item for item in it.walk() if isinstance(item, ItemGroup)]
    nodes = {group.fact("node"): _discs(group) for group in groups if group.fact("node")}
    bands = {group.fact("edge"): _bands(group) for group in groups if group.fact("edge")}
    for edge in edges:
        reached, rest = bands[edge.id][:1], bands[edge.id][1:]
        while near := [band for band in rest if any(_meet(band, other) for other in reached)]:
            reached += near
            rest = [band for band in rest if band not in near]
        assert reached and not rest, edge.id
        ends = [(band[0], band[-1]) for band in reached]
        taps = detail == "gates" and not edge.lag  # Of a state some read its line, before it comes to the circle.
        for node in (edge.target,) if taps else (edge.source, edge.target):
            rooms = [_room(disc, end) for disc in nodes[node] for both in ends for end in both]
            assert 0.6 < min(rooms) < 4.5, (edge.id, node)


def test_every_arrow_of_a_circuit_has_its_band() -> None:
    fields = "system=lstm&detail=gates&view=folded"
    ids = {edge.id for edge in resolve(parse(fields)).run.folded.edges}
    assert banded(f"{fields}&mark={','.join(ids)}") == ids


def _discs(group: ItemGroup) -> list[Disc | Rect]:
    return [item for item in group.items if isinstance(item, Disc | Rect) and item.paint.role == "disc"]


def _bands(group: ItemGroup) -> list[list[Point]]:
    """The corners of each stroke of a band."""
    curves = (item for item in group.items if isinstance(item, Curve) and item.paint.role == "marked")
    return [[(it.x + x, it.y + y) for x, y in it.points[::3]] for it in curves]


def _meet(one: list[Point], other: list[Point]) -> bool:
    return any(dist(p, q) < 1.5 for p, q in product((one[0], one[-1]), (other[0], other[-1])))


def _room(shape: Disc | Rect, at: Point) -> float:
    """How far a point is from the middle of a shape's outline."""
    if isinstance(shape, Disc):
        return abs(dist((shape.x, shape.y), at) - shape.radius)
    return abs(Box(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height).gap(Box(*at, *at)))


def _bounds_of(shape: Disc | Rect) -> Box:
    """What a shape covers with its line."""
    width = shape.paint.width / 2
    if isinstance(shape, Disc):
        return Box(shape.x, shape.y, shape.x, shape.y).grown(shape.radius + width)
    return Box(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height).grown(width)


def test_a_line_that_stands_for_hidden_ones_is_marked_if_one_of_them_is() -> None:
    assert banded("tau=40&mark=h[4]->h[5]") == {"h[4]->h[5]"}
    assert banded("tau=40&mark=h[20]") == set()


def test_a_mark_is_told_to_those_who_hear_the_figure_and_in_its_data() -> None:
    svg = ANSWERS["figure.svg"].make(resolve(parse("tau=2&mark=h[2]"))).decode()
    assert svg.count(", marked</title>") == 1
    data = json.loads(ANSWERS["figure.json"].make(resolve(parse("tau=2&mark=h[2],h[1]->h[2]"))))
    assert [node["id"] for node in data["nodes"] if node.get("marked")] == ["h[2]"]
    assert [edge["id"] for edge in data["edges"] if edge.get("marked")] == ["h[1]->h[2]"]


def test_a_band_moves_nothing() -> None:
    plain, other = (
        json.loads(ANSWERS["figure.json"].make(resolve(parse(f"tau=3{more}")))) for more in ("", "&mark=h[1]->h[3]")
    )
    for part in ("nodes", "edges"):
        assert plain[part] == [{k: v for k, v in row.items() if k != "marked"} for row in other[part]]


def test_a_caption_stands_below_and_is_said() -> None:
    link = f"tau=3&caption={quote(CAPTION)}"
    assert " ".join(caption_lines(link)) == CAPTION
    assert scene(link).description.startswith(f"{CAPTION}. ")
    assert "Two steps. h feeds" in scene("tau=2&caption=Two steps.").description
    assert scene(link).height > scene("tau=3").height


def test_a_long_caption_has_as_many_lines_as_it_needs() -> None:
    lines = caption_lines(f"tau=3&caption={quote('word ' * 60)}")
    assert len(lines) > 3
    assert " ".join(lines).split() == ["word"] * 60
    assert scene(f"tau=3&caption={quote('word ' * 60)}").width == scene("tau=3").width


def test_a_word_without_end_is_cut() -> None:
    link = f"tau=1&caption={'w' * 400}"
    assert "".join(caption_lines(link)) == "w" * 400
    assert scene(link).width < 400


@pytest.mark.parametrize("system", ["rnn", "lstm", "hopfield"])
def test_latex_colours_the_letters_of_words_and_not_what_lies_behind_them(system: str) -> None:
    it = scene(f"system={system}&tau=3&phase=backward&view=both&caption=What it is")
    assert {i.paint.role for i in it.walk() if isinstance(i, Ink)} <= TEXTS


def test_a_caption_is_safe_on_a_slide() -> None:
    svg = ANSWERS["figure.svg"].make(resolve(parse(f"caption={quote(CAPTION)}"))).decode()
    assert not reasons(svg)
    assert "<more>" not in svg


def test_latex_sets_a_caption_as_running_text(latex: str, tmp_path: Path) -> None:
    written = ANSWERS["figure.tex"].make(resolve(parse(f"mark=h[1]->h[3]&caption={quote(CAPTION)}"))).decode()
    assert r"50\% of \$it\$" in written
    compiled(latex, tmp_path, written)
