"""Caches emptied between tests, so that what is asked is made as it is the first time."""

from __future__ import annotations

from app.cache import registered


def forget_what_was_asked() -> None:
    """Empty all caches but those of what no request decides, which would be read from files again for every test."""
    for row in registered():
        if not row.lasting:
            row.clear()
