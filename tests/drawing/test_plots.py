"""Every plot in a client that reads it: a slide-safe SVG, a PDF that poppler shows alike, TikZ that LaTeX compiles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.drawing import png
from app.drawing.plots.line_plot import compared
from app.drawing.scene import THEMES, Disc, Ink, Item, ItemGroup, Polyline
from app.link import parse
from app.outputs import OUTPUTS, output
from app.outputs.plots import PLOT_KINDS
from tests.drawing.test_formats import check_alike, compiled, pixels, rendered, told
from tests.lint import reasons
from tests.snapshots import spelled


def made(kind: str, suffix: str, more: str = "") -> bytes:
    """A plot of its row's example, or of a short training."""
    row = OUTPUTS[f"{kind}.{suffix}"]
    return output(row.name, parse((row.example or "system=lstm&steps=4") + more, row.asks))


@pytest.mark.parametrize(
    "values",
    [
        (0, 0),
        (3e17, 3e17),
        (3e17, 3e17 + 64),
        (1.7e308, 0),
        (-8e307, 8e307),
        (0, 5e-324),
        (1, 1 + 2e-16),
        (-7e-310, 0),
    ],
)
def test_an_axis_has_room_for_any_numbers(values: tuple[float, float]) -> None:
    plot = compared("loss", [("J", np.arange(2.0), np.array(values, float))], (48, 34, 566, 150), "light")
    places = [
        y for item in plot.items(THEMES["light"]) if isinstance(item, Polyline) for line in item.runs for _, y in line
    ]
    assert len({*places}) > 1 and all(-200 < y < 400 for y in places)


@pytest.mark.parametrize("marks", [True, False])
@pytest.mark.parametrize("count", [6, 3000])
def test_what_is_exactly_0_is_drawn_below_all_powers_of_ten_and_is_said_to_be(marks: bool, count: int) -> None:
    """In every theme a log plot loses no point that is 0; one without any is drawn as before."""

    def drawn(values: np.ndarray) -> tuple[float, set[str], int]:
        curves = [("J", np.arange(float(count)), values)]
        plot = compared("loss", curves, (48, 34, 566, 150), "light", marks=marks, log=True)
        items = [*plot.items(THEMES["light"])]
        own = [i for group in items if isinstance(group, ItemGroup) for i in group.items]
        below: list[Item] = [i for i in own if isinstance(i, Disc) and i.y > plot.bottom]
        below += [i for i in own if isinstance(i, Polyline) and all(y > plot.bottom for run in i.runs for _, y in run)]
        assert all(y <= plot.on_floor for _, y in plot.points(plot.curves[0])), "each place has a height that is drawn"
        return plot.bottom, {spelled(i.outline.box) for i in items if isinstance(i, Ink)}, len(below)

    values = np.full(count, 0.5)
    whole, words, none = drawn(values)
    assert none == 0 and "exactly 0" not in words
    values[-2:] = 0
    bottom, words, zeros = drawn(values)
    assert bottom < whole and "exactly 0" in words and 0 < zeros <= 2
    assert drawn(0 * values)[2] > 0


@pytest.mark.one_in(4)
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("kind", PLOT_KINDS)
def test_a_plot_is_slide_safe(kind: str, theme: str) -> None:
    assert reasons(made(kind, "svg", f"&theme={theme}").decode(), "run") == []


@pytest.mark.one_in(3)
@pytest.mark.parametrize("kind", PLOT_KINDS)
def test_poppler_shows_a_plot_as_the_picture_and_finds_no_font(poppler: Path, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "plot.pdf"
    file.write_bytes(made(kind, "pdf"))
    shown = rendered(
        poppler, file, larger=6
    )  # A line of the grid is thinner than a pixel at less, and poppler thickens it.
    check_alike(shown, pixels(png(made(kind, "svg").decode(), shown.shape[1])))
    assert told(poppler, "pdffonts", file).count("\n") == 2, "a head and a line below it"


@pytest.mark.one_in(3)
@pytest.mark.parametrize("kind", PLOT_KINDS)
def test_latex_sets_a_plot_on_a_page_of_its_size(latex: str, poppler: Path, tmp_path: Path, kind: str) -> None:
    file = compiled(latex, tmp_path, made(kind, "tex").decode())
    width, height = (float(side) for side in made(kind, "svg").decode().split('viewBox="0 0 ')[1].split('"')[0].split())
    assert f"{width:g} x {height:g} pts" in told(poppler, "pdfinfo", file).replace(".00", "")
