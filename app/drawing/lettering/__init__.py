"""Sets labels as outlines of STIX Two Math, since text in an SVG looks different in every program."""

from app.drawing.lettering.glyphs import Glyph
from app.drawing.lettering.label_tex import labels_tex
from app.drawing.lettering.labels import Label, Outline, bare, fitted, number, outline, variable

__all__ = ["Glyph", "Label", "Outline", "bare", "fitted", "labels_tex", "number", "outline", "variable"]
