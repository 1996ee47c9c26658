"""Draws no picture yet: nodes and edges of a recurrence, folded or unfolded, and the cursor's walk through them."""
