"""Unfold: a recurrence in a few lines of text becomes a figure, numbers and gradients."""

import os

__version__ = "0.1.0"

# Several small products at once are faster when each stays on one core. NumPy reads it as it is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
