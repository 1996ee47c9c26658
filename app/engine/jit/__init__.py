"""Runs lines over arrays as machine code, since NumPy needs a call for each operation of each step."""

from app.engine.jit.instructions import Instruction
from app.engine.jit.kept_code import SOURCES, folder
from app.engine.jit.loops import bulk, chosen, copied, kernel_addresses, loop, row_copied, unfinished, warm
from app.engine.jit.plan import LoopLine, Operand, address
from app.engine.jit.programs import WORD, MachineProgram, Records, RepeatedPrograms, by_kind, packed, performing

__all__ = [
    "SOURCES",
    "WORD",
    "Instruction",
    "LoopLine",
    "MachineProgram",
    "Operand",
    "Records",
    "RepeatedPrograms",
    "address",
    "bulk",
    "by_kind",
    "chosen",
    "copied",
    "folder",
    "kernel_addresses",
    "loop",
    "packed",
    "performing",
    "row_copied",
    "unfinished",
    "warm",
]
