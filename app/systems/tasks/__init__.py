"""Feeds the systems: a task meets a recurrence by the part that its data plays in the equations."""
