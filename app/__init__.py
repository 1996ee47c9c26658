"""Unfold: a recurrence in a few lines of text becomes a figure, numbers and gradients."""

__version__ = "0.1.0"
