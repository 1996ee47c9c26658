"""Places nodes, routes edges and finds room for labels."""

from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement, Direction, Spacing
from app.drawing.layout.arrows import Arrow, draw_arrows
from app.drawing.layout.circuit_block import lay_out_circuit_cell
from app.drawing.layout.circuit_column import lay_out_circuit
from app.drawing.layout.dimensions import DIAMETER, EDGE_WIDTH, RADIUS, SQUARE
from app.drawing.layout.edge_labels import PlacedLabel
from app.drawing.layout.graphviz import DrawnArrow, circle_radius
from app.drawing.layout.grid import Layout, Leg, Load, PlacedNode, RoutedEdge, lay_out_steps, rows
from app.drawing.layout.lay_out_gates import lay_out_gates
from app.drawing.layout.node_shapes import (
    BARE_ROOM,
    BOX_ROOM,
    LAYER_SIZE,
    SIGN_SIZE,
    SMALL,
    SUMS,
    TAG_SIZE,
    WEIGHT_SIZE,
    WORDS_APART,
    is_bare,
    node_shape,
    shaped,
    sign_ink,
    weight_words,
)
from app.drawing.layout.window import ELLIPSIS, LEGIBLE, ShownGraph, Span, StubId, spans, spelled, window, with_rows
from app.drawing.layout.wire_cells import lay_out_wired_cells
from app.drawing.layout.wrap import columns_of, lay_out_lines, wrapped

__all__ = [
    "BARE_ROOM",
    "BOX_ROOM",
    "DIAMETER",
    "EDGE_WIDTH",
    "ELLIPSIS",
    "LAYER_SIZE",
    "LEGIBLE",
    "RADIUS",
    "SIGN_SIZE",
    "SMALL",
    "SQUARE",
    "SUMS",
    "TAG_SIZE",
    "USUAL_ARRANGEMENT",
    "WEIGHT_SIZE",
    "WORDS_APART",
    "Arrangement",
    "Arrow",
    "Direction",
    "DrawnArrow",
    "Layout",
    "Leg",
    "Load",
    "PlacedLabel",
    "PlacedNode",
    "RoutedEdge",
    "ShownGraph",
    "Spacing",
    "Span",
    "StubId",
    "circle_radius",
    "columns_of",
    "draw_arrows",
    "is_bare",
    "lay_out_circuit",
    "lay_out_circuit_cell",
    "lay_out_gates",
    "lay_out_lines",
    "lay_out_steps",
    "lay_out_wired_cells",
    "node_shape",
    "rows",
    "shaped",
    "sign_ink",
    "spans",
    "spelled",
    "weight_words",
    "window",
    "with_rows",
    "wrapped",
]
