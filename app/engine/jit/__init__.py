"""Runs lines over arrays as machine code, since NumPy needs a call for each operation of each step."""

from app.engine.jit.instructions import Instruction
from app.engine.jit.kept_code import SOURCES, folder
from app.engine.jit.loops import (
    bulk,
    chosen,
    copied,
    has_function,
    kernel_addresses,
    loop,
    moment,
    row_copied,
    unfinished,
    warm,
)
from app.engine.jit.plan import LoopLine, Operand, address, possible
from app.engine.jit.programs import (
    WORD,
    MachineProgram,
    Perform,
    Records,
    RepeatedPrograms,
    by_kind,
    divided,
    packed,
    performing,
)
from app.engine.jit.threads import WORTH_A_THREAD, helpers

__all__ = [
    "SOURCES",
    "WORD",
    "WORTH_A_THREAD",
    "Instruction",
    "LoopLine",
    "MachineProgram",
    "Operand",
    "Perform",
    "Records",
    "RepeatedPrograms",
    "address",
    "bulk",
    "by_kind",
    "chosen",
    "copied",
    "cores",
    "divided",
    "folder",
    "has_function",
    "helpers",
    "kernel_addresses",
    "loop",
    "moment",
    "packed",
    "performing",
    "possible",
    "row_copied",
    "unfinished",
    "warm",
]
