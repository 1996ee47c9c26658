"""Compiles loops over small arrays to machine code, since NumPy needs a call for each operation of each step."""

from app.engine.jit.loops import loop, warm
from app.engine.jit.plan import LoopLine, Operand

__all__ = ["LoopLine", "Operand", "loop", "warm"]
