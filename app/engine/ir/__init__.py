"""Turns a recurrence into flat equations, their adjoints and a schedule: what every later stage of the engine reads."""
