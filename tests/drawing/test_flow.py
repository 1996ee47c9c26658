"""The backward pass tells the truth: arrows and cells go by the logarithm of what flows, and nothing is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from math import hypot
from typing import get_args

import numpy as np
import pytest

from app.drawing import THEMES, stylesheet
from app.drawing.formats.page_pieces import pieces
from app.drawing.geometry import parallel, rounded
from app.drawing.scene.edges import STOPPED
from app.drawing.scene.scales import FlowScale, PowerScale, SymmetricLogScale, symmetric_log
from app.drawing.scene.scene import Cells, Curve, Ink, Item, ItemGroup, Polygon, Scene
from app.drawing.scene.themes import NOTHING_DASH, SCALE, STEPS, colour
from app.engine import cursor
from app.engine.graph.graph import Detail
from app.link import parse, resolve
from app.outputs.table import WORDS, scene
from app.systems import SYSTEMS
from tests.figures import figure
from tests.recurrences import RECURRENCES
from tests.snapshots import spelled

VANISHING = "system=last-output&tau=12&phase=backward"
NOTHING_AT_ALL = {"nothing", STOPPED}
OF_THE_LAST = "tau=12&radius=2&of=L[12]&phase=backward"


def drawn(query: str) -> Scene:
    return scene(resolve(parse(query)))


def arrows_back(it: Scene) -> Iterator[ItemGroup]:
    return (g for g in it.walk() if isinstance(g, ItemGroup) and g.role == "backward")


def back(it: Scene) -> Iterator[tuple[float, ItemGroup]]:
    """The arrows back, each with the norm of what flows along it."""
    yield from ((float(g.fact("norm")), g) for g in arrows_back(it))


def parts(group: ItemGroup) -> set[str]:
    return {i.paint.role for i in group.items if isinstance(i, Curve | Polygon)}


def strokes(group: ItemGroup) -> list[Curve]:
    return [i for i in group.items if isinstance(i, Curve)]


# arrows


def test_the_width_of_a_full_arrow_goes_by_decades() -> None:
    scale = FlowScale(3.0)
    wide = [scale.flow(3.0 * 10 ** (-d / 2)).width for d in range(4)]
    steps = [b - a for a, b in pairwise(wide)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.1)
    assert steps[0] < -0.5


def test_below_one_hundredth_of_the_largest_an_arrow_is_hollow_and_thins_on_by_decades() -> None:
    scale = FlowScale(1.0)
    assert not scale.flow(0.01).hollow
    assert scale.flow(0.0099).hollow
    hollow = [scale.flow(10.0**-d).width for d in range(3, 8)]
    assert all(a > b for a, b in pairwise(hollow))
    assert scale.flow(1e-300).width > 0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "query", ["", VANISHING, OF_THE_LAST, "system=lstm&detail=cells&phase=backward", "system=hopfield&phase=backward"]
)
def test_an_arrow_shows_in_every_theme_what_flows_along_it(query: str, theme: str) -> None:
    arrows = list(back(drawn(f"{query or 'phase=backward'}&theme={theme}")))
    most = max(norm for norm, _ in arrows)
    for norm, group in arrows:
        if norm == 0:
            assert parts(group) == NOTHING_AT_ALL
        elif norm < 0.01 * most:
            assert parts(group) == {"rail", "hollow-head"}
        else:
            assert parts(group) == {"line", "head"}


def test_where_exactly_nothing_flows_a_grey_dashed_line_goes_all_the_way_to_a_bar_in_place_of_a_head() -> None:
    """A part of a line looks broken: this is as long as an arrow would be, and ends across where that has its head."""
    it, whole = drawn(OF_THE_LAST), drawn(OF_THE_LAST.replace("L[12]", "loss"))
    lines = {g.fact("edge"): g for g in whole.walk() if isinstance(g, ItemGroup) and g.fact("edge")}
    seen = 0
    for edge in (g for g in it.walk() if isinstance(g, ItemGroup) and g.fact("edge")):
        for group in (g for g in edge.items if isinstance(g, ItemGroup) and g.fact("norm") == "0"):
            line, bar = strokes(group)
            assert (line.paint.stroke, line.paint.dash) == (it.theme.muted, NOTHING_DASH)
            assert (bar.paint.stroke, bar.paint.dash) == (it.theme.muted, ())
            (x, y), (dx, dy) = line.points[-1], bar.points[-1]
            assert (bar.x + dx / 2, bar.y + dy / 2) == pytest.approx((line.x + x, line.y + y), abs=0.01)
            (full,) = (g for g in lines[edge.fact("edge")].items if isinstance(g, ItemGroup) and g.role == "backward")
            (tip,) = (i for i in full.items if isinstance(i, Polygon))
            assert min(hypot(tip.x + px - line.x - x, tip.y + py - line.y - y) for px, py in tip.points) < 4
            seen += 1
    assert seen == 22


def test_what_vanishes_thins_from_step_to_step() -> None:
    flows = [group for _, group in back(drawn(VANISHING))]
    chain = [(parts(g), strokes(g)) for g in flows[1:]]
    assert chain[0][0] == {"rail", "hollow-head"}
    assert chain[-1][0] == {"line", "head"}


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", RECURRENCES)
def test_on_paper_arrows_are_the_same_but_for_their_colours(name: str) -> None:
    it = figure(name)
    place = cursor(it.graph, "backward", None)

    def lines(theme: str) -> list[object]:
        groups = [group for _, group in back(it.scene(theme=theme, place=place))]
        return [_colourless(item) for group in groups for item in group.items]

    assert lines("print") == lines("light")


def _colourless(item: Item) -> object:
    assert isinstance(item, Curve | Polygon)
    paint = item.paint
    return item._replace(paint=paint._replace(fill=str(paint.fill != "none"), stroke=str(paint.stroke != "none")))


def test_a_hollow_arrow_is_hollow_on_any_ground() -> None:
    """Two lines and an outline: nothing is painted in the colour of the paper."""
    it = drawn(VANISHING)
    hollow = [g for _, g in back(it) if "rail" in parts(g)]
    assert hollow
    for group in hollow:
        assert {i.paint.fill for i in group.items if isinstance(i, Curve | Polygon)} == {"none"}
        assert len(strokes(group)) == 2


def test_a_page_colours_every_part_of_an_arrow_back() -> None:
    page = resolve(parse(OF_THE_LAST)), resolve(parse(VANISHING))
    roles = {role for it in page for group in arrows_back(scene(it, live=True)) for role in parts(group)}
    assert roles == {"line", "head", "rail", "hollow-head"} | NOTHING_AT_ALL
    rules = stylesheet()
    for role in roles - NOTHING_AT_ALL:
        assert f".figure .backward .{role}" in rules
    assert ".figure .nothing{stroke" in rules


# cells


def test_a_millionth_is_shown_as_what_it_is_beside_one() -> None:
    scale = symmetric_log([1.0, 1e-6])
    shades = [colour(place) for place in scale.places([1, 1e-2, 1e-4, 1e-6, 0]).tolist()]
    assert len(set(shades)) == 5
    assert shades[-1] == SCALE[STEPS]


def test_what_is_smaller_than_the_scale_goes_down_to_is_told_from_zero() -> None:
    low, zero = SymmetricLogScale(1.0, 2).places([1e-9, 0.0])
    assert colour(low) != colour(zero)


@pytest.mark.parametrize("scale", [PowerScale(2.0), SymmetricLogScale(2.0, 6)])
def test_a_scale_keeps_order_and_sign_and_shows_what_is_no_number(scale: PowerScale | SymmetricLogScale) -> None:
    numbers = [-3.0, -2.0, -1e-3, 0.0, 1e-3, 0.1, 2.0, 3.0]
    places = scale.places(numbers).tolist()
    assert places == sorted(places)
    assert [np.sign(p) for p in places] == [np.sign(n) for n in numbers]
    assert (places[1], places[-2]) == (-1, 1)
    assert np.isnan(scale.places([np.nan, np.inf])).all()


@pytest.mark.parametrize("most", [1e-250, 0.3, 1.0, 7e8])
@pytest.mark.parametrize("decades", [2, 5, 12])
def test_the_marks_of_a_scale_stand_where_their_numbers_are(most: float, decades: int) -> None:
    scale = SymmetricLogScale(most, decades)
    for mark in scale.marks:
        assert float(scale.places(mark.number)) == pytest.approx(mark.place)
    gaps = [b.place - a.place for a, b in pairwise(scale.marks)]
    assert min(gaps) > 0.25


def test_gradients_that_vanish_leave_colours_in_their_cells() -> None:
    """The last cells of a chain that lost five powers of ten are pale, not white."""
    it = drawn(VANISHING)
    first = next(g for g in it.walk() if isinstance(g, ItemGroup) and g.id == "fig-h-1")
    cells = [i for g in first.items if isinstance(g, ItemGroup) and g.role == "gradient" for i in g.items]
    colours = next(c.colours for c in cells if isinstance(c, Cells))
    assert SCALE[STEPS] not in colours
    assert not {SCALE[0], SCALE[-1]} & {*colours}


def keys_of(it: Scene, layer: str) -> tuple[float, set[tuple[str, ...]]]:
    """The number at the end of a layer's scale, and the cells of its legend."""
    shown = (it, *dict(it.legend).get("backward", ()))
    every = (g for s in shown for g in s.walk() if isinstance(g, ItemGroup) and g.role == f"legend-{layer}")
    items = next((g.items for g in every), ())
    ends = (spelled(i.outline.box) for i in items[1:] if isinstance(i, Ink))
    return max((float(e.replace("−", "-")) for e in ends), default=0.0), {
        i.colours for i in items if isinstance(i, Cells)
    }


def cells_alone(it: Scene, layer: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The cells that stand for single numbers, in their place or where these are seen from afar, with their nodes."""
    for node in (g for g in it.walk() if isinstance(g, ItemGroup) and g.fact("node")):
        for slot in (g for g in node.items if isinstance(g, ItemGroup) and g.role == layer):
            inner = [c for i in slot.items for c in (i.items if isinstance(i, ItemGroup) else (i,))]
            cells = [c.colours for c in inner if isinstance(c, Cells)]
            yield from ((node.fact("node"), c) for c in cells if len(c) == 1)


SCALAR = "equations=s[t]=alpha*s[t-1]%2Bxi[t];L[t]=(s[t]-3*zeta[t])**2;loss=sum(L[t])&tau=8"


@pytest.mark.one_in(16)
@pytest.mark.parametrize(("system", "detail"), [*product(SYSTEMS, get_args(Detail)), ("", "operations")])
def test_every_colour_of_a_number_is_on_the_printed_scale_which_pages_and_files_share(system: str, detail: str) -> None:
    """What lies beyond its ends has a colour of its own, which the legend has too, beyond the ends of the scale."""
    asked = parse(f"{f'system={system}' if system else SCALAR}&detail={detail}&phase=backward")
    ends: dict[str, set[float]] = {"value": set(), "gradient": set()}
    for fit in (None, "16:9", "column"):
        found = resolve(asked.model_copy(update={"fit": fit}))
        it = scene(found, live=not fit, words=0.0 if fit else WORDS)
        for layer in ends:
            most, key = keys_of(it, layer)
            ends[layer] |= {most} if most else set()
            for node, cell in cells_alone(it, layer):
                number = float(np.ravel(getattr(found.numbers, layer)(node))[0])
                beyond = abs(number) > 1.01 * most
                assert (cell[0] not in SCALE) == beyond, f"{layer} of {node}: {number} on a scale up to {most}"
                assert not beyond or cell in key
    assert all(len(them) <= 1 for them in ends.values()), ends


def test_no_line_lies_over_a_dot_where_lines_branch_in_a_file_or_on_a_page() -> None:
    for query, live in product(("system=lstm&detail=gates&view=both", "system=gru&detail=operations"), (False, True)):
        for part in scene(resolve(parse(f"{query}&tau=2&phase=backward")), live=live).parts:
            above = list[ItemGroup]()
            for group in (it for piece in pieces(part) for it in piece.items if isinstance(it, ItemGroup)):
                if group.role == "joint":
                    above.append(group)
                assert not (above and group.fact("edge")), query
            joined = {group.fact("joint") for group in above}
            assert joined < {it.fact("edge") for it in part.items if isinstance(it, ItemGroup)}
            assert joined


# the legend


def entry(it: Scene, name: str) -> ItemGroup | None:
    return next((g for g in it.walk() if isinstance(g, ItemGroup) and g.role == f"legend-{name}"), None)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("phase=backward&detail=cells&system=gru", {"line", "head"}),
        (VANISHING, {"line", "head", "rail", "hollow-head"}),
        (OF_THE_LAST, {"line", "head"} | NOTHING_AT_ALL),
        ("tau=40&of=L[40]&phase=backward", {"line", "head", "rail", "hollow-head"} | NOTHING_AT_ALL),
        ("system=hopfield&detail=states&phase=backward", NOTHING_AT_ALL),
    ],
)
def test_the_legend_explains_every_form_of_arrow_that_the_figure_has(query: str, shown: set[str]) -> None:
    it = drawn(query)
    legend = entry(it, "arrows")
    assert legend is not None
    assert parts(legend) == shown
    assert {part for _, group in back(it) for part in parts(group)} <= shown


def test_the_dashes_of_a_legend_stand_over_their_number() -> None:
    legend = entry(drawn(OF_THE_LAST), "arrows")
    assert legend is not None
    dashes = [it for it in legend.items if isinstance(it, Curve) and it.paint.role in NOTHING_AT_ALL]
    _, zero, *_ = (it for it in legend.items if isinstance(it, Ink))
    xs = [it.x + x for it in dashes for x, _ in it.points]
    assert (min(xs) + max(xs)) / 2 == pytest.approx(zero.x + (zero.outline.left + zero.outline.right) / 2, abs=0.1)


@pytest.mark.parametrize(
    "query", ["system=lstm&tau=20&phase=backward", "system=last-output&tau=20&phase=backward", OF_THE_LAST]
)
def test_the_numbers_of_a_scale_stand_apart(query: str) -> None:
    for name in ("value", "gradient", "arrows"):
        legend = entry(drawn(query), name)
        assert legend is not None
        _, *numbers = (item for item in legend.items if isinstance(item, Ink))
        ends = [(it.x + it.outline.left, it.x + it.outline.right) for it in numbers]
        assert all(left - right > 4 for (_, right), (left, _) in pairwise(ends)), name


@pytest.mark.parametrize("system", ["rnn", "lstm", "last-output", "dynamics"])
@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_a_legend_has_what_its_phase_shows_in_lines_as_wide_as_the_figure(system: str, phase: str) -> None:
    it = drawn(f"system={system}&phase={phase}&tau=3")
    assert (entry(it, "gradient") is None) or phase == "backward"
    assert (entry(it, "arrows") is not None) == (phase == "backward")
    structure = drawn(f"system={system}&tau=3")
    assert it.width <= max(structure.width, 330)


# geometry


def test_a_line_beside_another_is_everywhere_as_far_from_it() -> None:
    path = rounded([(0, 0), (60, 0), (60, 40), (100, 70)])
    for by in (-1.2, 1.2):
        for (x, y), (px, py) in zip(parallel(path, by)[::3], path[::3], strict=True):
            assert hypot(x - px, y - py) == pytest.approx(1.2, rel=0.05)
    assert parallel(path, 1.2)[0] == pytest.approx((0, 1.2))
