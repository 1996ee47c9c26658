"""Reads what runs along with time as states: a sum up to t, an integral from 0 to t, and de/dt on the right of =.

So the ∫ of a controller is a state that adds up, `sum_e[t] = sum_e[t-1] + dt * e[t]`, and its derivative a difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.language.pasted.formula_letters import walk_formula
from app.language.pasted.formula_parts import (
    Applied,
    Formula,
    FormulaLine,
    Operation,
    Summed,
    WrittenLetter,
    WrittenNumber,
    with_letters,
)
from app.language.pasted.formula_tokens import STEP
from app.language.syntax import Span


def with_running_values(lines: Sequence[FormulaLine], clock: str, left_alone: frozenset[Span]) -> list[FormulaLine]:
    """The statements with states for what adds up, each of which has a statement before the one that it came from."""
    found, names = list[FormulaLine](), set[str]()
    for line in lines:
        settled = line.span in left_alone or len(line.sides) < 2 or not clock
        if settled or not any(_varies(part, clock) for part in _parts(line)):
            found.append(line)
            continue
        runs = [part for part in _parts(line) if isinstance(part, Summed) and _runs(part, clock)]
        for run in runs:
            if (name := _state(run, clock)) not in names:
                names.add(name)
                found.append(_adding_up(run, name, clock))
        found.append(replace(line, sides=(*line.sides[:-1], tuple(_put(it, clock) for it in line.sides[-1]))))
    return found


def _parts(line: FormulaLine) -> Iterator[Formula]:
    return (part for formula in line.sides[-1] for part in walk_formula(formula))


def _varies(part: Formula, clock: str) -> bool:
    """True for what is put another way: a running sum, a derivative."""
    if isinstance(part, Summed):
        return _runs(part, clock)
    return isinstance(part, Operation) and part.sign == "/" and _differentiated(*part.parts) is not None


def _runs(sum_: Summed, clock: str) -> bool:
    """True for a sum or an integral up to the running step, whose terms fade by a factor a step or not at all."""
    if sum_.last != clock or sum_.over in ("", clock):
        return False
    _, rest = _faded(sum_.body, sum_, clock)
    bare = {it.stem for it in walk_formula(rest) if isinstance(it, WrittenLetter) and not (it.below or it.above)}
    return bare.isdisjoint((clock, sum_.over))


def _faded(body: Formula, sum_: Summed, clock: str) -> tuple[Formula | None, Formula]:
    """The factor by which terms fade in a step, λ of `λ^{t-i} x_i` or exp(-1/τ), and what it multiplies."""
    match body:
        case Operation("·", (left, right)):
            for one, other in ((left, right), (right, left)):
                if factor := _fading(one, sum_, clock):
                    return factor, other
            factor, rest = _faded(left, sum_, clock)
            return factor, replace(body, parts=(rest, right)) if factor else body
    return None, body


def _fading(part: Formula, sum_: Summed, clock: str) -> Formula | None:
    unit: Formula = WrittenLetter(STEP, sum_.span) if sum_.integral else WrittenNumber("1", sum_.span)
    match part:
        case Operation("**", (base, exponent)) if _is_age(exponent, sum_.over, clock):
            return Operation("**", (base, unit), part.span) if sum_.integral else base
        case Applied("exp", (argument,)) if (scaled := _with_unit(argument, unit, sum_.over, clock)) is not None:
            return replace(part, arguments=(scaled,))
    return None


def _with_unit(part: Formula, unit: Formula, over: str, clock: str) -> Formula | None:
    """What is proportional to how long ago a term was, t - i, with one step in place of that."""
    if _is_age(part, over, clock):
        return unit
    match part:
        case Operation("neg" | "-", (inner,)) if (found := _with_unit(inner, unit, over, clock)) is not None:
            return replace(part, parts=(found,))
        case Operation("·" | "/", (left, right)) if (found := _with_unit(left, unit, over, clock)) is not None:
            return replace(part, parts=(found, right))
        case Operation("·", (left, right)) if (found := _with_unit(right, unit, over, clock)) is not None:
            return replace(part, parts=(left, found))
    return None


def _is_age(part: Formula, over: str, clock: str) -> bool:
    match part:
        case Operation("+", (WrittenLetter() as now, Operation("-" | "neg", (WrittenLetter() as then,)))):
            return (now.stem, then.stem) == (clock, over) and not (now.below or now.above or then.below or then.above)
    return False


def _state(sum_: Summed, clock: str) -> str:
    _, body = _faded(sum_.body, sum_, clock)
    letters = [it.stem for it in walk_formula(body) if isinstance(it, WrittenLetter)]
    return f"sum_{letters[0]}" if letters else "sum_1"


def _adding_up(sum_: Summed, name: str, clock: str) -> FormulaLine:
    """The statement of a state that adds up."""
    now, before = (WrittenLetter(name, sum_.span, (moment,)) for moment in (clock, f"{clock}-1"))
    factor, body = _faded(sum_.body, sum_, clock)
    earlier = before if factor is None else Operation("·", (factor, before), sum_.span)
    added = with_letters(body, lambda it: _at(it, sum_.over, clock))
    if sum_.integral:
        added = Operation("·", (WrittenLetter(STEP, sum_.span), added), sum_.span)
    return FormulaLine(((now,), (Operation("+", (earlier, added), sum_.span),)), sum_.span)


def _at(letter: WrittenLetter, index: str, clock: str) -> WrittenLetter:
    """A letter at the running step, in place of the index that a sum goes over."""
    below, above = (
        tuple(re.sub(rf"(?<![A-Za-z]){index}(?![A-Za-z])", clock, it) for it in scripts)
        for scripts in (letter.below, letter.above)
    )
    return replace(letter, below=below, above=above)


def _put(formula: Formula, clock: str) -> Formula:
    """A value with states and differences in place of running sums and derivatives."""
    match formula:
        case Summed() if _runs(formula, clock):
            return WrittenLetter(_state(formula, clock), formula.span, (clock,))
        case Operation("/", (over, under)) if (state := _differentiated(over, under)) is not None:
            earlier = replace(state, below=_one_back(state.below, clock), above=_one_back(state.above, clock))
            difference = Operation("+", (state, Operation("-", (earlier,), state.span)), formula.span)
            return Operation("/", (difference, WrittenLetter(STEP, formula.span)), formula.span)
        case Operation(_, parts):
            return replace(formula, parts=tuple(_put(it, clock) for it in parts))
        case Applied(_, arguments):
            return replace(formula, arguments=tuple(_put(it, clock) for it in arguments))
    return formula


def _differentiated(over: Formula, under: Formula) -> WrittenLetter | None:
    """The letter of d e(t) over d t."""
    match over, under:
        case (
            Operation("·", (WrittenLetter("d", below=(), above=()), WrittenLetter() as state)),
            Operation("·", (WrittenLetter("d", below=(), above=()), WrittenLetter("t"))),
        ):
            return state
    return None


def _one_back(scripts: tuple[str, ...], clock: str) -> tuple[str, ...]:
    return tuple(re.sub(rf"^([(<\[]?){clock}([)>\]]?)$", rf"\g<1>{clock}-1\g<2>", it) for it in scripts)
