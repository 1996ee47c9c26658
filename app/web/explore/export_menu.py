"""The menu “Export”: the link as text to paste, the figure as a file of each format."""

from __future__ import annotations

from dataclasses import dataclass

from app.drawing import FORMATS, Format
from app.language import Problems
from app.link import Option, Resolved, options
from app.outputs import notice_of_figure
from app.web.explore.link_summary import as_suffix

TEXTS = (
    ("image", "HTML", "an <img> that draws itself"),
    ("markdown", "Markdown", "the figure, with a link to this page"),
    ("latex", "LaTeX", "\\includegraphics, and where to get it"),
)
"""The forms in which scripts copy the link."""


@dataclass(frozen=True)
class ExportMenu:
    """The menu as the template reads it."""

    files: list[tuple[Format, str]]
    """Every format with the address of the figure in it; empty where there is no figure."""
    fit: str = ""
    """What the files of the link are made for."""
    filmed: bool = False
    """Whether those that can have every step have it."""
    notice: str = ""
    """That they have no room there, and what to write."""
    texts: tuple[tuple[str, str, str], ...] = TEXTS

    @property
    def boxes(self) -> Option:
        """What files can be made for."""
        return options()["fit"]

    @property
    def frames(self) -> Option:
        """Whether files have every step."""
        return options()["frames"]


def export_menu(resolved: Resolved | None) -> ExportMenu:
    """The menu of a link; of a query that leaves nothing to draw, without files."""
    if resolved is None:
        return ExportMenu([])
    files = [(row, f"/figure{row.suffix}{as_suffix(resolved)}") for row in FORMATS.values()]
    return ExportMenu(files, resolved.link.fit or "", resolved.link.frames, _notice(resolved))


def _notice(resolved: Resolved) -> str:
    """What is said of the files; of those that are refused nothing."""
    try:
        return notice_of_figure(resolved)
    except Problems:
        return ""
