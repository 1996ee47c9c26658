"""The gallery: every system at every detail, each figure with its link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.cache import cached
from app.link import Link, options, query, resolve
from app.outputs import table as answers
from app.systems import SYSTEMS, System
from app.web.core import answer, page_address, preview_path, render

router = APIRouter(include_in_schema=False)

VIEW = "both"
SCALE = 0.6
"""All pictures are as much smaller than their files, so that a node is of one size everywhere."""
THEMES = ("light", "dark")
"""Both are on the page; its style sheet shows one."""


@router.get("/gallery")
def gallery_page(request: Request) -> Response:
    """Every figure, as pictures that are fetched when they come into sight."""
    return answer(request, gallery_html().encode(), "text/html")


def gallery_html() -> str:
    """The page; its pictures' sizes are known before they come."""
    preview = preview_path(_gallery_link(Link().system, "cells"))
    return render("gallery.html", systems=gallery_sections(), preview=preview)


@cached(1)
def gallery_sections() -> list[dict[str, Any]]:
    """Every system with its figures, which are always the same."""
    return [_gallery_section(row) for row in SYSTEMS.values()]


def gallery_links() -> list[Link]:
    """The links of all figures in the gallery."""
    return [_gallery_link(row.name, detail) for row in SYSTEMS.values() for detail in options()["detail"].choices]


@dataclass(frozen=True)
class Thumbnail:
    """A system by the picture of its circuit, as a page offers it; `pictures` has an address for each theme."""

    name: str
    title: str
    tau: int
    href: str
    pictures: dict[str, str]


@cached(1)
def thumbnails() -> tuple[Thumbnail, ...]:
    """Every system, to be chosen on a page."""
    return tuple(
        Thumbnail(
            row.name,
            row.title,
            row.tau,
            href=f"/?system={row.name}&tau={row.tau}",
            pictures={theme: f"/figure.svg?system={row.name}&view=folded&theme={theme}" for theme in THEMES},
        )
        for row in SYSTEMS.values()
    )


def _gallery_link(name: str, detail: str, **more: Any) -> Link:
    return Link.model_validate({"system": name, "detail": detail, "view": VIEW, **more})


def _gallery_section(row: System) -> dict[str, Any]:
    figures = [_gallery_figure(row, detail) for detail in options()["detail"].choices]
    return {"name": row.name, "title": row.title, "source": row.source, "figures": figures}


def _gallery_figure(row: System, detail: str) -> dict[str, Any]:
    """A picture's link, its addresses by theme, its size."""
    link = _gallery_link(row.name, detail)
    scene = answers.scene(resolve(link))
    pictures = {theme: "/figure.svg?" + query(_gallery_link(row.name, detail, theme=theme)) for theme in THEMES}
    return {
        "detail": detail,
        "href": page_address(link),
        "pictures": pictures,
        "width": round(SCALE * scene.width),
        "height": round(SCALE * scene.height),
        "says": scene.title,
    }
