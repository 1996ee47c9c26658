"""Writes out what one would derive by hand: a step of the backward pass, the backward recurrence, why nothing flows."""

from app.engine.explain.backward_equations import backward
from app.engine.explain.derivation import ByHand, Term, by_hand
from app.engine.explain.gathering import part_by_hand
from app.engine.explain.without_gradient import WithoutGradient, without_gradient

__all__ = ["ByHand", "Term", "WithoutGradient", "backward", "by_hand", "part_by_hand", "without_gradient"]
