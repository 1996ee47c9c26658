"""Draws no picture yet: nodes and edges of a recurrence, folded or unfolded, and the cursor's walk through them."""

from app.engine.graph.cell_parts import CellPart
from app.engine.graph.cursor import PHASES, Cursor, Phase, Step, cursor, steps
from app.engine.graph.edge_parameters import in_program_order
from app.engine.graph.fold import Folded, folding, usual_detail, usual_parameters
from app.engine.graph.graph import DETAILS, GIVEN, Detail, Edge, Graph, Group, Node, NodeKind, Opened, Parameters
from app.engine.graph.nested import Nested, nested
from app.engine.graph.notated import notated
from app.engine.graph.unfold import fold, sources, step_named, unfold
from app.engine.graph.ways import ways

__all__ = [
    "DETAILS",
    "GIVEN",
    "PHASES",
    "CellPart",
    "Cursor",
    "Detail",
    "Edge",
    "Folded",
    "Graph",
    "Group",
    "Nested",
    "Node",
    "NodeKind",
    "Opened",
    "Parameters",
    "Phase",
    "Step",
    "cursor",
    "fold",
    "folding",
    "in_program_order",
    "nested",
    "notated",
    "sources",
    "step_named",
    "steps",
    "unfold",
    "usual_detail",
    "usual_parameters",
    "ways",
]
