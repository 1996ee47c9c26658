"""The gallery: every system at every detail, each figure with its link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.cache import cached
from app.link import Link, options, query, resolve
from app.outputs import table as answers
from app.systems import SYSTEMS, System
from app.web.core import answer, page_address, preview_path, render

VIEW = "both"
SCALE = 0.6
"""All pictures are as much smaller than their files, so that a node is of one size everywhere."""
WIDE = 730
"""Pixels from which a picture would be too small in half of a row."""
THEMES = ("light", "dark")
"""Both are on the page; its style sheet shows one."""


def gallery_page(request: Request) -> Response:
    """Every figure, as pictures that are fetched when they come into sight."""
    return answer(request, lambda: gallery_html().encode(), "text/html")


def gallery_html() -> str:
    """The page; its pictures' sizes are known before they come."""
    preview = preview_path(_gallery_link(Link().system, "cells"))
    return render("gallery.html", systems=gallery_sections(), preview=preview)


@dataclass(frozen=True)
class GalleryFigure:
    """A system's figure at one detail: the page that it leads to, its picture for each theme, its size in pixels."""

    detail: str
    href: str
    pictures: Mapping[str, str]
    width: int
    height: int
    says: str
    alone: bool = False
    """Whether it has a row of its own."""


@dataclass(frozen=True)
class GallerySection:
    """A system with all its figures."""

    name: str
    title: str
    source: str
    figures: tuple[GalleryFigure, ...]


@cached(1, lasting=True)
def gallery_sections() -> tuple[GallerySection, ...]:
    """Every system with its figures, which are always the same."""
    return tuple(
        GallerySection(
            row.name,
            row.title,
            row.source,
            tuple(_in_rows([_gallery_figure(row, detail) for detail in options()["detail"].choices])),
        )
        for row in SYSTEMS.values()
    )


def _in_rows(figures: list[GalleryFigure]) -> Iterator[GalleryFigure]:
    """Two in a row where both have room in half of it; so no row has a gap."""
    for pair in (figures[i : i + 2] for i in range(0, len(figures), 2)):
        alone = len(pair) == 1 or any(figure.width > WIDE for figure in pair)
        yield from (replace(figure, alone=alone) for figure in pair)


def gallery_links() -> list[Link]:
    """The links of all figures in the gallery."""
    return [_gallery_link(row.name, detail) for row in SYSTEMS.values() for detail in options()["detail"].choices]


def _gallery_link(name: str, detail: str, **more: Any) -> Link:
    return Link.model_validate({"system": name, "detail": detail, "view": VIEW, **more})


def _gallery_figure(row: System, detail: str) -> GalleryFigure:
    link = _gallery_link(row.name, detail)
    scene = answers.scene(resolve(link))
    return GalleryFigure(
        detail,
        href=page_address(link),
        pictures={theme: "/figure.svg?" + query(_gallery_link(row.name, detail, theme=theme)) for theme in THEMES},
        width=round(SCALE * scene.width),
        height=round(SCALE * scene.height),
        says=scene.title,
    )


ROUTES = [Route("/gallery", gallery_page)]
