"""Pictures of few pixels, for tests that ask for pictures and look at none: most of a PNG's time is its pixels."""

from __future__ import annotations

import pytest

WIDTH = 160


@pytest.fixture
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """How wide they are asked for is checked as ever; `tests/drawing/` has those of the usual width."""

    # What starts the tests needs no drawing, and all wait for it.
    from app.drawing import png

    def small(svg: str, width: int = WIDTH) -> bytes:
        return png(svg, WIDTH)

    monkeypatch.setattr("app.drawing.png", small)
