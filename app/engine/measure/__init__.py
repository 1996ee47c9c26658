"""Measures gradients: norms and Jacobians through time, what truncation takes away, finite differences."""
