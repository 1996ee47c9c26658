"""Puts the figures of all built-in systems on sheets, to be looked at after the layout has changed.

`python -m tools.contact_sheet DIRECTORY` writes a sheet for each detail, without numbers, forward and backward, each
figure a slide of 1280 × 720 pixels; `--view both` has the circuits too. With `--zoom` each figure is a file of its own,
four times as large.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import get_args

from PIL import Image

from app.drawing import View, png, svg
from app.engine.graph import Detail
from app.link import Link, resolve
from app.outputs.table import scene
from app.systems import SYSTEMS

WIDTH, HEIGHT, ACROSS, ZOOM = 1280, 720, 4, 4


def slide(link: Link, width: int) -> bytes:
    """A figure that fills a slide, so many pixels wide."""
    return png(svg(scene(resolve(link))), width)


def links(tau: int, view: View) -> Iterator[tuple[str, list[Link]]]:
    """What each sheet is called, and what is on it."""
    for detail, phase in product(get_args(Detail), (None, "forward", "backward")):
        if view != "folded" or phase is None:
            about = {"tau": tau, "view": view, "detail": detail, "phase": phase, "fit": "16:9"}
            yield f"{detail}-{phase or 'plain'}-{view}", [Link(system=system, **about) for system in SYSTEMS]


def sheet(figures: list[Link]) -> Image.Image:
    """Figures beside and below each other."""
    rows = -(-len(figures) // ACROSS)
    whole = Image.new("RGB", (ACROSS * WIDTH, rows * HEIGHT), "white")
    for i, link in enumerate(figures):
        tile = Image.open(BytesIO(slide(link, WIDTH))).convert("RGB")
        whole.paste(tile, (i % ACROSS * WIDTH, i // ACROSS * HEIGHT))
    return whole


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--tau", type=int, default=3)
    parser.add_argument("--view", choices=get_args(View), default="unfolded")
    parser.add_argument("--zoom", action="store_true")
    asked = parser.parse_args()
    asked.directory.mkdir(parents=True, exist_ok=True)
    for name, figures in links(asked.tau, asked.view):
        if not asked.zoom:
            sheet(figures).save(asked.directory / f"{name}.png")
        for link in figures if asked.zoom else ():
            (asked.directory / f"{link.system}-{name}.png").write_bytes(slide(link, ZOOM * WIDTH))


if __name__ == "__main__":
    main()
