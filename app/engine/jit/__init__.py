"""Runs lines over arrays as machine code, since NumPy needs a call for each operation of each step."""

from app.engine.jit.instructions import Instruction
from app.engine.jit.kept_code import SOURCES
from app.engine.jit.loops import bulk, copied, kernel_addresses, loop, row_copied, unfinished, warm
from app.engine.jit.plan import LoopLine, Operand
from app.engine.jit.programs import MachineProgram, RepeatedPrograms, packed

__all__ = [
    "SOURCES",
    "Instruction",
    "LoopLine",
    "MachineProgram",
    "Operand",
    "RepeatedPrograms",
    "bulk",
    "copied",
    "kernel_addresses",
    "loop",
    "packed",
    "row_copied",
    "unfinished",
    "warm",
]
