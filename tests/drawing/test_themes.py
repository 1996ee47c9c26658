"""The themes: every word and line stands out from its ground, and on paper without colours kinds and signs are told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from app.drawing import THEMES, draw
from app.drawing.scene.scene import Cells, ItemGroup, Rect, Scene
from app.drawing.scene.themes import PRINT, Theme
from app.drawing.scene.values import VALUE, squares
from app.engine import Cursor, cursor
from app.link import parse, resolve
from app.outputs.table import scene
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
    for line in (theme.line, theme.forward, theme.backward, theme.flow, theme.muted, theme.frame):
        yield line, theme.paper, GRAPHICS


@pytest.mark.parametrize("name", THEMES)
def test_every_word_and_line_stands_out_from_its_ground(name: str) -> None:
    for drawn, ground, least in pairs(THEMES[name]):
        assert contrast(drawn, ground) >= least, f"{drawn} on {ground}"


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
