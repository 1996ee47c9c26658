"""Runs a program on numbers: bindings, the passes forward and back, and what flows along each edge."""

from app.engine.execution.bindings import Arrays, bind, data_of_starts, places_of_starts
from app.engine.execution.contributions import contributions, folding_of, seeds, stopped
from app.engine.execution.edge_gradients import operations, parts, steps_used
from app.engine.execution.execute import Execution
from app.engine.execution.formulas import copy_of, formula, one_value
from app.engine.execution.numpy_calls import Call, make
from app.engine.execution.passes import Bindings, keeps, target_of
from app.engine.execution.session import Session, fed_by, forward, run
from app.engine.execution.stopping import BEYOND, UPDATED, Stopped, equation_owner
from app.engine.execution.streams import drawn_even, drawn_whole, stream, streams
from app.engine.execution.trace import Trace

__all__ = [
    "BEYOND",
    "UPDATED",
    "Arrays",
    "Bindings",
    "Call",
    "Execution",
    "Session",
    "Stopped",
    "Trace",
    "bind",
    "contributions",
    "copy_of",
    "data_of_starts",
    "drawn_even",
    "drawn_whole",
    "equation_owner",
    "fed_by",
    "folding_of",
    "formula",
    "forward",
    "keeps",
    "make",
    "one_value",
    "operations",
    "parts",
    "places_of_starts",
    "run",
    "seeds",
    "steps_used",
    "stopped",
    "stream",
    "streams",
    "target_of",
]
