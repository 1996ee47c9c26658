"""The themes: every word and line stands out from its ground, and on paper without colours kinds and signs are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from app.drawing import THEMES, draw, stylesheet
from app.drawing.scene.scene import Cells, Disc, Ink, ItemGroup, Rect, Scene
from app.drawing.scene.slots import VALUE
from app.drawing.scene.themes import CLASSIC, LIGHT, PALETTES, PRINT, Colours, Theme, ThemeName, themed
from app.drawing.scene.values import squares
from app.engine import Cursor, cursor
from app.link import parse, resolve
from app.outputs.table import inline, scene
from tests.figures import figure

TEXT, GRAPHICS = 4.5, 3.0
"""The least contrast of text and of lines (WCAG 2.2, 1.4.3 and 1.4.11)."""
KINDS = ("input", "state", "output", "loss", "target")


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs(theme: Theme) -> Iterator[tuple[str, str, float]]:
    """What is drawn on what, and how much it has to stand out."""
    fills = [look.fill for look in theme.kinds.values()]
    yield from ((theme.ink, ground, TEXT) for ground in (theme.paper, *fills))
    yield from ((theme.backward, ground, TEXT) for ground in fills)
    yield from ((c, g, GRAPHICS) for c, g in product((theme.muted, theme.frame, theme.gradient_frame), fills))
    yield from ((look.stroke, ground, GRAPHICS) for look in theme.kinds.values() for ground in (look.fill, theme.paper))
    for line in (theme.line, theme.forward, theme.backward, theme.flow, theme.muted, theme.frame, theme.mark_edge):
        yield line, theme.paper, GRAPHICS
    yield from ((line, theme.mark, GRAPHICS) for line in (theme.line, theme.forward, theme.backward, theme.mark_edge))


LOOKS = [themed(theme.name, colours) for theme in THEMES.values() for colours in get_args(Colours)]
"""Every theme in every palette."""


@pytest.mark.parametrize("theme", LOOKS, ids=lambda theme: f"{theme.name}-{theme.colours}")
def test_every_word_and_line_stands_out_from_its_ground(theme: Theme) -> None:
    for drawn, ground, least in pairs(theme):
        assert contrast(drawn, ground) >= least, f"{drawn} on {ground}"


def test_a_theme_has_every_palette_but_on_paper_there_is_none() -> None:
    assert {colours for colours, _ in PALETTES} == {*get_args(Colours)} - {CLASSIC}
    for colours in get_args(Colours):
        assert themed("print", colours) is PRINT
        assert (themed("light", colours) is LIGHT) == (colours == CLASSIC)


SEEN = {
    "all colours": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""How linear colours look to people who lack a kind of cones (Machado, Oliveira and Fernandes 2009, severity 1)."""
CONES = np.array(
    [[0.41222147, 0.53633254, 0.05144599], [0.2119035, 0.68069955, 0.10739696], [0.08830246, 0.28171884, 0.6299787]]
)
OPPONENTS = np.array(
    [[0.21045426, 0.79361779, -0.00407205], [1.9779985, -2.42859221, 0.45059371], [0.02590404, 0.78277177, -0.80867577]]
)
"""From linear colours to Oklab (Ottosson 2020), in which a distance of about 0.02 is just seen."""
APART = 0.1


def perceived(colour: str, eye: str) -> NDArray[np.float64]:
    """A colour as a kind of eye sees it, in Oklab."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return np.asarray(OPPONENTS @ np.cbrt(CONES @ np.clip(np.array(SEEN[eye]) @ linear, 0, 1)))


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("look", PALETTES, ids="-".join)
def test_kinds_are_told_apart_by_every_kind_of_eye(look: tuple[Colours, ThemeName], eye: str) -> None:
    strokes = [perceived(row.stroke, eye) for row in PALETTES[look]]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(strokes, 2)) >= APART


@pytest.mark.parametrize("look", PALETTES, ids="-".join)
def test_an_output_and_a_loss_beside_it_have_hues_of_their_own(look: tuple[Colours, ThemeName]) -> None:
    kinds = dict(zip(KINDS, PALETTES[look], strict=True))
    places = [perceived(kinds[kind].stroke, "all colours")[1:] for kind in ("output", "loss")]
    one, other = (float(np.degrees(np.arctan2(*place[::-1]))) for place in places)
    assert abs(one - other) > 45


def test_the_kinds_of_a_figure_have_the_colours_of_its_palette() -> None:
    for theme in ("light", "dark"):
        drawn = scene(resolve(parse(f"tau=1&colours=tol&theme={theme}"))).walk()
        strokes = {i.paint.stroke for i in drawn if isinstance(i, Disc) and i.paint.role == "disc"}
        assert strokes == {look.stroke for look in PALETTES["tol", "light" if theme == "light" else "dark"]}


def test_a_page_s_figure_names_its_palette_and_the_style_sheet_has_it() -> None:
    assert 'class="figure dusk"' in inline(resolve(parse("tau=1&colours=dusk"))).drawn
    assert 'class="figure"' in inline(resolve(parse("tau=1"))).drawn
    for colours, theme in PALETTES:
        assert all(look.fill in stylesheet() and look.stroke in stylesheet() for look in PALETTES[colours, theme])
        assert f".figure:where(.{colours}) .kind-state .disc" in stylesheet()


def test_on_paper_everything_is_a_grey() -> None:
    theme, grey = PRINT, {look.fill for look in PRINT.kinds.values()} | {look.stroke for look in PRINT.kinds.values()}
    grey |= {theme.paper, theme.ink, theme.line, theme.muted, theme.forward, theme.backward, theme.flow, theme.frame}
    assert all(c[1:3] == c[3:5] == c[5:7] for c in grey)


def test_on_paper_every_kind_has_an_outline_of_its_own() -> None:
    """Whatever a photocopier makes of greys and of thin lines."""
    looks = [PRINT.kinds[kind] for kind in KINDS]
    assert len({(look.sides, bool(look.inner), look.width > 2) for look in looks}) == len(KINDS)


@pytest.mark.parametrize("system", ["rnn", "lstm", "hopfield", "hopfield-asynchronous"])
def test_on_paper_no_value_is_said_by_a_colour(system: str) -> None:
    for phase in ("forward", "backward"):
        drawn = scene(resolve(parse(f"system={system}&tau=20&phase={phase}&theme=print")))
        assert not [i for i in drawn.walk() if isinstance(i, Cells)]


def test_on_paper_a_square_is_filled_above_zero_and_hollow_below() -> None:
    shares = np.array([[1.0, -1.0], [0.0, 0.1]])
    drawn = [r for r in squares(shares, VALUE, PRINT) if isinstance(r, Rect) and r.paint.role != "paper"]
    assert [r.paint.role for r in drawn] == ["bar", "hollow", "bar"]
    assert drawn[0].width > drawn[2].width


# pictures and letters


def slots(drawn: Scene, id: str) -> ItemGroup:
    return next(g for g in drawn.walk() if isinstance(g, ItemGroup) and g.id == f"fig-{id}")


def test_a_state_of_points_is_a_bitmap_and_says_so_by_its_data() -> None:
    resolved = resolve(parse("system=hopfield&tau=2&phase=forward"))
    assert resolved.run.trace.pictures == {"s": (5, 5)}
    cells = [
        i
        for g in slots(scene(resolved), "s-1").items
        if isinstance(g, ItemGroup)
        for i in g.items
        if isinstance(i, Cells)
    ]
    assert [(c.rows, len(c.colours)) for c in cells] == [(5, 25)]
    assert cells[0].width == pytest.approx(cells[0].height)
    points = resolved.run.trace.value("s[1]").ravel() > 0
    red = [int(c[1:3], 16) > int(c[5:7], 16) for c in cells[0].colours]
    assert red == points.tolist()


def test_points_of_ones_own_equations_are_a_bitmap_too() -> None:
    own = "given A, q; z[0] = q; z[t] = sign(transpose(A) @ (A @ z[t-1]))"
    resolved = resolve(parse([("equations", own), ("task", "patterns"), ("tau", "2")]))
    assert resolved.run.trace.pictures == {"z": (5, 5)}


def test_a_letter_is_written_where_a_vector_is_one_hot() -> None:
    drawn = scene(resolve(parse("task=next-character:hi&tau=2&phase=forward")))
    assert not [
        i for g in slots(drawn, "x-1").items if isinstance(g, ItemGroup) for i in g.items if isinstance(i, Cells)
    ]


def test_colours_do_not_depend_on_where_the_cursor_is() -> None:
    it = figure("rnn", 3)

    def strips(place: Cursor) -> set[tuple[str, ...]]:
        drawn = draw(it.graph, None, it.numbers, place)
        return {
            c.colours
            for g in slots(drawn, "h-1").items
            if isinstance(g, ItemGroup)
            for c in g.items
            if isinstance(c, Cells)
        }

    assert strips(cursor(it.graph, "forward", "h[1]")) == strips(cursor(it.graph, "forward", None))


@pytest.mark.parametrize("query", ["system=rnn-regression&detail=cells", "system=gru&detail=gates"])
def test_on_paper_nothing_that_is_written_meets_the_second_circle_of_its_node(query: str) -> None:
    drawn = scene(resolve(parse(f"{query}&tau=2&phase=backward&theme=print")))
    groups = (it for it in drawn.walk() if isinstance(it, ItemGroup) and it.fact("node"))
    rings = 0
    for items in (tuple(replace(drawn, items=group.items).walk()) for group in groups):
        for ring in (it for it in items if isinstance(it, Disc) and it.paint.role == "inner"):
            rings += 1
            inks = [it for it in items if isinstance(it, Ink)]
            assert all(it.outline.reach(it.x - ring.x, it.y - ring.y) < ring.radius - 0.4 for it in inks)
    assert rings == 2
