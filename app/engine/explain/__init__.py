"""Writes out what one would derive by hand: a step of the backward pass, and the backward recurrence as equations."""
