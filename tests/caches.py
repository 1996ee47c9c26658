"""Caches emptied between tests, so that what is asked is made as it is the first time."""

from __future__ import annotations

from app.cache import registered

OF_THE_PROGRAM = (
    "app.drawing.lettering.glyphs._font",
    "app.engine.jit.llvm.library",
    "app.engine.jit.loops.compiler",
    "app.web.core.openapi.document",
    "app.web.core.static_address._version_of",
    "app.web.core.static_files._page_file",
    "app.web.core.validators.machine",
    "app.web.core.validators.program",
    "app.web.explore.system_choice._pictures",
    "app.web.gallery.gallery_sections",
)
"""What follows from the program's own files alone: fonts, kernels, pages of the textbook's systems."""


def forget_what_was_asked() -> None:
    """Empty all caches but those of what no request decides, which would be read from files again for every test."""
    for row in registered():
        if row.name not in OF_THE_PROGRAM:
            row.clear()
