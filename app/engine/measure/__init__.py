"""Measures gradients: norms and Jacobians through time, what truncation takes away, finite differences."""

from app.engine.measure.estimates import bytes_of, operations_of, work
from app.engine.measure.gradient_check import worst
from app.engine.measure.instruments import jacobians, reached_back

__all__ = ["bytes_of", "jacobians", "operations_of", "reached_back", "work", "worst"]
