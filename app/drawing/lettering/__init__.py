"""Sets labels as outlines of STIX Two Math, since text in an SVG looks different in every program."""

from app.drawing.lettering.glyphs import Glyph
from app.drawing.lettering.label_tex import label_tex
from app.drawing.lettering.labels import (
    GRADIENT_SIGN,
    number,
    scripted,
    upright,
    variable,
    weight,
    with_commas,
)
from app.drawing.lettering.outlines import Outline, PlacedGlyph, fitted, outline

__all__ = [
    "GRADIENT_SIGN",
    "Glyph",
    "Outline",
    "PlacedGlyph",
    "fitted",
    "label_tex",
    "number",
    "outline",
    "scripted",
    "upright",
    "variable",
    "weight",
    "with_commas",
]
