"""Reads what people paste, NumPy, PyTorch and LaTeX, as text in the language, and says what it could not read.

A text that is in the language already stays as it is, to the last space. The readers are loaded with the first text
that is read: they are a tenth of all that a service loads, and no figure needs them.
"""

from __future__ import annotations

from app.language.pasted.examples import PASTED, PastedExample
from app.language.pasted.lines import FORMULAS, LATEX, OWN, PYTHON, PastedLine, PastedReading
from app.language.pasted.mended_source import with_line

__all__ = [
    "FORMULAS",
    "LATEX",
    "OWN",
    "PASTED",
    "PYTHON",
    "PastedExample",
    "PastedLine",
    "PastedReading",
    "read_pasted",
    "with_line",
]


def read_pasted(text: str) -> PastedReading:
    """A text in the language, however it was written; raises Problems where it is too long to be read."""
    from app.language.pasted.any_reading import read_however_written

    return read_however_written(text)
