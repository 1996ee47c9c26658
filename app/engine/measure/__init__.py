"""Measures gradients: norms and Jacobians through time, what truncation takes away, finite differences."""

from app.engine.measure.estimates import bytes_of, operations_of, starts_reached, work
from app.engine.measure.gradient_check import worst
from app.engine.measure.instruments import jacobians, reached_back
from app.engine.measure.keeping_gate import KeepingGate, keeping_gate
from app.engine.measure.kept_gradient import GROWN, HUNDREDTH, KeptGradient

__all__ = [
    "GROWN",
    "HUNDREDTH",
    "KeepingGate",
    "KeptGradient",
    "bytes_of",
    "jacobians",
    "keeping_gate",
    "operations_of",
    "reached_back",
    "starts_reached",
    "work",
    "worst",
]
