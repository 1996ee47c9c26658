"""Turns a recurrence into flat equations, their adjoints and a schedule: what every later stage of the engine reads."""

from app.engine.ir.adjoint import adjoint, applied, pullback, written_length
from app.engine.ir.analysis import Analysis, analyse, objective
from app.engine.ir.derived import Derives, once
from app.engine.ir.flat import Flat, Scope, begun, declared, ended, flat, within
from app.engine.ir.measured import BATCH, SEQUENCE, SHARED, Measured, Shape
from app.engine.ir.names import (
    INSIDE,
    Adjoint,
    Delay,
    HeldFast,
    Inner,
    Masked,
    Occurrence,
    Rewritten,
    StartName,
    TruncationMask,
    Unit,
    node_at,
)
from app.engine.ir.schedule import Program, Stage, schedule

__all__ = [
    "BATCH",
    "INSIDE",
    "SEQUENCE",
    "SHARED",
    "Adjoint",
    "Analysis",
    "Delay",
    "Derives",
    "Flat",
    "HeldFast",
    "Inner",
    "Masked",
    "Measured",
    "Occurrence",
    "Program",
    "Rewritten",
    "Scope",
    "Shape",
    "Stage",
    "StartName",
    "TruncationMask",
    "Unit",
    "adjoint",
    "analyse",
    "applied",
    "begun",
    "declared",
    "ended",
    "flat",
    "node_at",
    "objective",
    "once",
    "pullback",
    "schedule",
    "within",
    "written_length",
]
