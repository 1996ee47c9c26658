"""Keeps how many steps a program runs, as a line that yields to what is given: `tau: 7 unless given` of `range(7)`."""

from __future__ import annotations

import ast
from dataclasses import replace

from app.language.pasted.every_line import AT_EVERY_STEP
from app.language.pasted.lines import PastedLine, PastedReading, SaidSteps
from app.language.pasted.python_indices import StepIndices
from app.language.pasted.python_sizes import SizesReader
from app.language.pasted.python_source import PythonProgram
from app.language.pasted.python_trees import called_name, variable_name
from app.language.typeset import steps_line
from app.limits import limit

KEPT = "{} step{}, unless tau is given"
TOO_MANY = "its {} steps are not kept: a run has at most {} here"


def steps_of_program(program: PythonProgram, indices: StepIndices, sizes: SizesReader) -> SaidSteps | None:
    """How many steps the loops of a program run and where that is said, if all that are told say the same."""
    if program.length and (number := sizes.number(program.length[1])):
        return SaidSteps(number, getattr(program.length[0], "lineno", 1))
    found = dict[int, int]()
    for end in program.ends if not (program.mirrored or program.mirrored_loops or len(program.firsts) > 1) else ():
        batch_first = program.batch_first
        stop = _length(end.over, sizes, batch_first) if end.along else _number(end.over, sizes, batch_first)
        if stop is not None:
            steps = stop + (program.first if end.along else 0) - indices.first
            found[steps] = min(found.get(steps, end.line), end.line)
    told = [(steps, line) for steps, line in found.items() if steps > 0]
    return SaidSteps(*told[0]) if len(told) == 1 else None


def _number(stop: ast.expr, sizes: SizesReader, batch_first: bool) -> int | None:
    """The number at which a range ends: `7`, `T + 1` after `T = 6`, the length of an array that the text makes."""
    match stop:
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, ast.Constant(int() as more)):
            before = _number(left, sizes, batch_first)
            return None if before is None else before + (more if isinstance(sign, ast.Add) else -more)
        case ast.Call(ast.Name("len"), [sequence]):
            return _length(sequence, sizes, batch_first)
        case ast.Subscript(ast.Attribute(sequence, "shape"), ast.Constant(0)):
            return _length(sequence, sizes, batch_first)
        case ast.Call(ast.Attribute(sequence, "size"), [ast.Constant(0)]):
            return _length(sequence, sizes, batch_first)
    return sizes.number(stop)


def _length(sequence: ast.expr, sizes: SizesReader, batch_first: bool) -> int | None:
    """How many entries a sequence has along the axis that a loop goes along, the first behind that of a batch."""
    if isinstance(sequence, ast.Call) and called_name(sequence) in ("list", "iter", "tqdm") and sequence.args:
        return _length(sequence.args[0], sizes, batch_first)
    axes = sizes.axes(sequence) or sizes.known.get(variable_name(sequence) or "")
    return axes[batch_first and len(axes) > 2] if axes else None


def with_steps(text: str, reading: PastedReading) -> PastedReading:
    """A reading whose text says how many steps are run unless it is given, and whose line of the loop says so too."""
    said = reading.steps
    if said is None:
        return reading
    kept = said.steps <= limit("tau")
    note = KEPT.format(said.steps, "s" * (said.steps != 1)) if kept else TOO_MANY.format(said.steps, limit("tau"))
    own = sorted((line for line in reading.lines if line.line == said.line), key=lambda line: bool(line.text))
    lines = tuple(
        replace(line, note="; ".join(filter(None, (line.note, note)))) if line in own[:1] else line
        for line in reading.lines
    )
    if not own:
        source = text.split("\n")[said.line - 1].strip()
        loop = PastedLine(source, said.line, "", f"{AT_EVERY_STEP}; {note}")
        lines = tuple(sorted((*lines, loop), key=lambda line: line.line))
    heads = [steps_line(said.steps)] if kept and reading.text.strip() else []
    return replace(reading, text="\n".join([*heads, reading.text]), lines=lines, steps=None)
