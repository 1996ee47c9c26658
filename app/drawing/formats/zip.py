"""Packs the SVG files of all frames as a ZIP, named so that they sort in the order of a presentation."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Every file's date, so that the same frames are the same bytes."""


def bundle(svgs: Iterable[str], count: int) -> bytes:
    """`001.svg`, `002.svg`, …, so many; each is packed before the next one is drawn."""
    digits = max(3, len(str(count)))
    data = BytesIO()
    with ZipFile(data, "w") as file:
        for number, svg in enumerate(svgs, 1):
            file.writestr(ZipInfo(f"{number:0{digits}}.svg", EPOCH), svg, ZIP_DEFLATED, 6)
    return data.getvalue()
