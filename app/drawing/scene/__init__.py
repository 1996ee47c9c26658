"""Paints a laid-out graph: shapes with their colours in named groups, which every format writes."""

from app.drawing.scene.draw import draw
from app.drawing.scene.edges import LIT_WIDTH
from app.drawing.scene.nodes import CURRENT_WIDTH, ORIGIN_WIDTH, RAISED
from app.drawing.scene.options import Background, FigureOptions, View
from app.drawing.scene.panel import Position
from app.drawing.scene.scene import (
    PARTS,
    Cells,
    Curve,
    Disc,
    Ink,
    Item,
    ItemGroup,
    Paint,
    Polygon,
    Polyline,
    Rect,
    Scene,
)
from app.drawing.scene.themes import (
    DARK,
    LIGHT,
    NOT_FINITE,
    SCALE,
    STEPS,
    THEMES,
    Dash,
    Theme,
    ThemeName,
    blended,
    channels,
    colour,
)
from app.drawing.scene.values import COMPUTED, Numbers, peaks, scales

__all__ = [
    "COMPUTED",
    "CURRENT_WIDTH",
    "DARK",
    "LIGHT",
    "LIT_WIDTH",
    "NOT_FINITE",
    "ORIGIN_WIDTH",
    "PARTS",
    "RAISED",
    "SCALE",
    "STEPS",
    "THEMES",
    "Background",
    "Cells",
    "Curve",
    "Dash",
    "Disc",
    "FigureOptions",
    "Ink",
    "Item",
    "ItemGroup",
    "Numbers",
    "Paint",
    "Polygon",
    "Polyline",
    "Position",
    "Rect",
    "Scene",
    "Theme",
    "ThemeName",
    "View",
    "blended",
    "channels",
    "colour",
    "draw",
    "peaks",
    "scales",
]
