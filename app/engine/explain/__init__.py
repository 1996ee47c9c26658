"""Writes out what one would derive by hand: a step of the backward pass, and the backward recurrence as equations."""

from app.engine.explain.backward_equations import backward
from app.engine.explain.derivation import ByHand, Term, by_hand
from app.engine.explain.gathering import part_by_hand

__all__ = ["ByHand", "Term", "backward", "by_hand", "part_by_hand"]
