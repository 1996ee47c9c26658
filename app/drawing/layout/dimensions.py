"""How large nodes, squares and arrows are drawn, in points unless said otherwise."""

from __future__ import annotations

DIAMETER = 0.76
"""Of a node's circle, in inches."""
RADIUS = DIAMETER * 36
"""Of a node's circle."""
SQUARE = 15.0
"""The side of a delay's black square."""
NODE_WIDTH, EDGE_WIDTH = 1.25, 1.15
"""The lines of circles and of arrows."""
HEAD_SIZE = 0.7
"""An arrowhead's usual size."""
HEAD_LENGTH, HEAD_HALF = 10.0, 3.5
"""The length of an arrowhead of size 1 and half its width: those of Graphviz."""
TOUCH = RADIUS + 0.38
"""Where lines end: Graphviz lets an arrow's tip reach into a circle's stroke by this much less than its half."""
