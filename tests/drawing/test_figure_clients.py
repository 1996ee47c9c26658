"""The figure in real renderers: Chromium, librsvg and resvg show the same pixels, a page what the file shows."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page

from app.drawing import THEMES, page_legend, png, stylesheet, svg
from app.drawing.scene.scene import Ink, Item, ItemGroup, Scene
from app.engine.graph import Detail
from tests.browsers import BROWSER_FLAGS
from tests.figures import figure
from tests.paths import ROOT
from tests.tiers import long, tiered

Pixels = NDArray[np.int16]

FAR, FEW = 64, 0.0005
"""Two pictures are alike when no channel is further off than FAR in more than this share of the pixels."""
CASES = [
    ("rnn", 3, "both", None, "light"),
    ("rnn", 3, "both", "backward", "dark"),
    ("lstm", 3, "both", "backward", "light"),
    ("bidirectional", 3, "both", "forward", "print"),
    ("two lags", 8, "unfolded", "forward", "light"),
    *long(
        ("two lags", 20, "unfolded", "forward", "light"),
        ("rnn", 3, "unfolded", "forward", "light"),
        ("rnn", 3, "unfolded", "backward", "light"),
        ("rnn", 3, "both", "backward", "print"),
        ("vector-to-sequence", 3, "unfolded", None, "light"),
        ("narx", 3, "both", None, "dark"),
        ("lstm", 20, "unfolded", "backward", "dark"),
        ("deep", 20, "unfolded", "backward", "print"),
        ("hopfield", 3, "unfolded", "forward", "print"),
    ),
]


def pixels(data: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=np.int16)


def size(svg: str) -> tuple[int, int]:
    width, height = (re.search(rf'{side}="(\d+)"', svg) for side in ("width", "height"))
    assert width
    assert height
    return int(width[1]), int(height[1])


@pytest.fixture(scope="module")
def camera(browser: Browser) -> Iterator[Page]:
    """A page whose pictures have two pixels a point."""
    page = browser.new_page(device_scale_factor=2)
    yield page
    page.close()


def in_chromium(camera: Page, svg: str, around: str = "", scheme: str = "light") -> Pixels:
    """The SVG in a page without margins, as pixels at twice its size."""
    width, height = size(svg)
    camera.set_viewport_size({"width": width, "height": height})
    camera.set_content(
        f"<!doctype html><style>html{{color-scheme:{scheme}}}body{{margin:0}}svg{{display:block}}{around}</style>{svg}"
    )
    return pixels(camera.screenshot())


def in_rsvg(rsvg: str, svg: str) -> Pixels:
    width, _ = size(svg)
    done = subprocess.run([rsvg, "-w", str(2 * width)], input=svg.encode(), capture_output=True, check=True, timeout=60)
    return pixels(done.stdout)


ONE_FAMILY = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"""
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")


@pytest.fixture
def dejavu(tmp_path: Path) -> dict[str, str]:
    """An environment in which programs find no fonts but DejaVu, and whatever they remember of others is gone."""
    config = tmp_path / "fonts.conf"
    config.write_text(ONE_FAMILY.format(fonts=DEJAVU, cache=tmp_path / "cache"))
    return {**os.environ, "FONTCONFIG_FILE": str(config), "HOME": str(tmp_path)}


def check_alike(one: Pixels, other: Pixels, names: str) -> None:
    assert one.shape == other.shape, names
    far = (np.abs(one - other).max(axis=2) > FAR).mean()
    assert far <= FEW, f"{names}: {far:.4%} of the pixels differ"


@pytest.mark.one_in(5)
@pytest.mark.parametrize(("name", "tau", "view", "phase", "theme"), CASES)
def test_renderers_agree(
    camera: Page, rsvg: str, name: str, tau: int, view: str, phase: str | None, theme: str
) -> None:
    it = figure(name, tau)
    svg = it.svg(view, it.cursor(phase), theme=theme)  # type: ignore[arg-type]
    chromium, resvg = in_chromium(camera, svg), pixels(png(svg, 2 * size(svg)[0]))
    check_alike(chromium, in_rsvg(rsvg, svg), "Chromium and rsvg")
    check_alike(chromium, resvg, "Chromium and resvg")


def test_fonts_change_no_pixel(chromium: str, rsvg: str, dejavu: dict[str, str], tmp_path: Path) -> None:
    it = figure("rnn", 3)
    file = tmp_path / "figure.svg"
    file.write_text(it.svg("both", it.cursor("backward")))
    shot, wide = tmp_path / "shot.png", size(file.read_text())
    photo = [f"--screenshot={shot}", f"--window-size={wide[0]},{wide[1]}", f"--user-data-dir={tmp_path / 'profile'}"]
    clients = {
        "Chromium": ([chromium, *BROWSER_FLAGS, *photo, file.as_uri()], shot),
        "rsvg": ([rsvg, "-o", str(shot), str(file)], shot),
        "resvg": ([sys.executable, "-c", RESVG, str(file), str(shot)], shot),
    }
    for name, (command, picture) in clients.items():
        seen = [photographed(command, picture, environment) for environment in (dict(os.environ), dejavu)]
        assert (seen[0] == seen[1]).all(), name
        assert len(np.unique(seen[0])) > 50, f"{name} drew hardly anything"


RESVG = (
    "import sys, pathlib, app.drawing as d; f, t = map(pathlib.Path, sys.argv[1:]); t.write_bytes(d.png(f.read_text()))"
)


def photographed(command: list[str], picture: Path, environment: dict[str, str]) -> Pixels:
    picture.unlink(missing_ok=True)
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60)
    return pixels(picture.read_bytes())


CANVAS = re.compile(r'width="\d+" height="\d+" viewBox="[^"]*"')


def on_canvas_of(file: str, live: str) -> str:
    """A page's figure as large as the file, which has room for its legend: a page enlarges it."""
    shown = CANVAS.search(file)
    assert shown
    return CANVAS.sub(shown[0], live, count=1)


PIECE = re.compile(
    r'<svg[^>]* class="legend-part"[^>]* viewBox="([^ ]+) ([^ ]+) ([^ ]+) ([^"]+)"[^>]*>(.*?)</svg>', re.DOTALL
)


def legend_over(file: Scene, live: Scene, phase: str) -> str:
    """The pieces of a page's legend on a canvas of their own, each laid where the file has the same entry."""
    entries = next(item for item in file.items if isinstance(item, ItemGroup) and item.role == "legend").items
    pictures = dict(live.legend)[phase]
    own = by_roles(entry for entry in entries if isinstance(entry, ItemGroup))
    groups = by_roles(it for picture in pictures for it in picture.items if isinstance(it, ItemGroup))
    assert own.keys() == groups.keys()
    ways = [place_of_word(own[role]) - place_of_word(it) for role, it in groups.items()]
    pieces = PIECE.findall(page_legend(replace(live, legend=((phase, pictures),))))
    laid = [
        f'<svg class="legend-part" x="{float(left) + way.real}" y="{float(top) + way.imag}" width="{width}" '
        f'height="{height}" viewBox="{left} {top} {width} {height}">{piece}</svg>'
        for way, (left, top, width, height, piece) in zip(ways, pieces, strict=True)
    ]
    canvas = CANVAS.search(svg(file))
    assert canvas
    return f'<svg style="position:absolute;top:0;left:0" {canvas[0]}>{"".join(laid)}</svg>'


def by_roles(entries: Iterable[ItemGroup]) -> dict[tuple[str, int], ItemGroup]:
    """Entries by their roles, several of one in the order in which they come."""
    found, count = dict[tuple[str, int], ItemGroup](), Counter[str]()
    for entry in entries:
        found[entry.role, count[entry.role]] = entry
        count[entry.role] += 1
    return found


def place_of_word(entry: Item) -> complex:
    """Where the word of an entry of a legend begins."""
    assert isinstance(entry, ItemGroup)
    word = entry.items[0]
    assert isinstance(word, Ink)
    return complex(word.x, word.y)


LOOKED_AT = {
    ("forward", 0.5, "rnn", 3, "cells", "light"),
    ("forward", None, "rnn", 3, "cells", "dark"),
    ("backward", 0.4, "rnn", 20, "cells", "dark"),
    ("backward", None, "lstm", 3, "gates", "light"),
}
PLACES = (("forward", 0.5), ("forward", None), ("backward", 0.4), ("backward", None))
"""How far through a phase."""
SHOWN = (("rnn", 3, "cells"), ("rnn", 20, "cells"), ("lstm", 3, "gates"))


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("phase", "share", "name", "tau", "detail", "theme"),
    tiered(((*place, *look, theme) for place, look, theme in product(PLACES, SHOWN, ("light", "dark"))), LOOKED_AT),
)
def test_a_page_shows_what_the_file_shows(
    camera: Page, phase: str, share: float | None, name: str, tau: int, detail: Detail, theme: str
) -> None:
    it = figure(name, tau, detail)
    place = it.cursor(phase, share)
    paper = f"body{{background:{THEMES[theme].paper}}}"
    file = it.svg("both", place, theme=theme)
    live = on_canvas_of(file, it.svg("both", place, live=True))
    live += legend_over(it.scene("both", place), it.scene("both", place, live=True), phase)
    page, drawn = in_chromium(camera, live, stylesheet() + paper, theme), in_chromium(camera, file)
    check_alike(page, drawn, "page and file")


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("name", "detail"), [("rnn", "cells"), ("lstm", "gates"), ("gru", "operations")])
def test_before_the_first_step_a_page_shows_what_the_file_shows(camera: Page, name: str, detail: Detail) -> None:
    it = figure(name, 2, detail)
    file = it.svg("both")
    live = on_canvas_of(file, it.svg("both", live=True))
    page = in_chromium(camera, live, stylesheet() + f"body{{background:{THEMES['light'].paper}}}")
    check_alike(page, in_chromium(camera, file), "page and file")


def test_a_page_without_a_phase_shows_the_structure_and_what_is_given(page: Page) -> None:
    it = figure("rnn", 2)
    page.set_content(f"<style>{stylesheet()}</style>{it.svg(place=it.cursor(None), live=True)}")
    for layer in ("gradient", "dash", "ring", "backward"):
        assert page.locator(f".{layer} >> visible=true").count() == 0, layer
    shown = page.locator(".node > .value >> visible=true")
    valued = shown.evaluate_all("(all) => all.map((it) => it.parentElement.dataset.node)")
    assert sorted(valued) == ["h[0]", "x[1]", "x[2]", "y[1]", "y[2]"]
    disc, name = (page.locator(f'[data-node="h[1]"] .{part}').bounding_box() for part in ("disc", "unnumbered"))
    assert disc
    assert name
    assert abs(disc["x"] + disc["width"] / 2 - name["x"] - name["width"] / 2) < 0.6
    assert abs(disc["y"] + disc["height"] / 2 - name["y"] - name["height"] / 2) < 5


def test_png_is_1920_wide_and_not_empty() -> None:
    image = Image.open(io.BytesIO(png(figure("rnn").svg("both"))))
    assert image.width == 1920
    assert len(image.convert("RGB").getcolors(1 << 20) or []) > 50


def test_margins_are_even() -> None:
    image = pixels(png(figure("rnn").svg("both")))
    ink = np.argwhere((image < 250).any(axis=2))
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
    margins = left, top, image.shape[1] - 1 - right, image.shape[0] - 1 - bottom
    assert max(margins) - min(margins) <= 8
