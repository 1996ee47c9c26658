"""Writes out sums whose bounds are numbers, term by term: the sum over k from 1 to 3 of a_k y_{t-k} is three terms."""

from __future__ import annotations

import re
from dataclasses import replace

from app.language.pasted.formula_letters import walk_formula
from app.language.pasted.formula_parts import (
    Applied,
    Formula,
    FormulaLine,
    FunctionColumn,
    Operation,
    Summed,
    WrittenLetter,
    WrittenNumber,
    with_letters,
)
from app.language.pasted.lines import Unread
from app.language.syntax import Span

MOST_TERMS = 32
"""So many terms of a sum are written out; a longer one is a state that adds up."""
_OFFSETS = re.compile(r"([A-Za-z]?)(\d*)((?:[+-]{1,2}\d+)+)")


def with_sums_written_out(line: FormulaLine, clock: str) -> FormulaLine:
    """A statement in which sums whose bounds are numbers are their terms; a sum over time stays one."""
    return replace(line, sides=tuple(tuple(_written_out(it, clock) for it in side) for side in line.sides))


def _written_out(formula: Formula, clock: str) -> Formula:
    match formula:
        case Operation(_, parts):
            return replace(formula, parts=tuple(_written_out(it, clock) for it in parts))
        case Applied(_, arguments):
            return replace(formula, arguments=tuple(_written_out(it, clock) for it in arguments))
        case FunctionColumn(_, argument):
            return replace(formula, argument=_written_out(argument, clock))
        case Summed(over, body):
            inner = _written_out(body, clock)
            whole = replace(formula, body=inner)
            if over in ("t", clock) or not over.isalpha():
                return whole
            if re.fullmatch(r"-?\d+", formula.first) and re.fullmatch(r"-?\d+", formula.last):
                return _terms(whole)
            return _over_entries(whole, clock or "t")
    return formula


def _over_entries(sum_: Summed, clock: str) -> Formula:
    """A sum over the entries of vectors, `\\sum_j y_{t,j}`: every letter with the index has a moment beside it."""
    letters = [it for it in walk_formula(sum_.body) if isinstance(it, WrittenLetter)]
    scripts = {it: [piece for text in (*it.below, *it.above) for piece in re.split(r"[,()]", text)] for it in letters}
    indexed = [it for it in letters if sum_.over in scripts[it]]
    within = (piece for pieces in scripts.values() for piece in pieces if re.fullmatch(r"[a-z]{2,3}", piece))
    if any(sum_.over in piece and clock not in piece for piece in within):
        return sum_
    if not indexed or not all(clock in scripts[it] for it in indexed):
        return sum_

    def whole(letter: WrittenLetter) -> Formula:
        below = (",".join(it for it in text.split(",") if it != sum_.over) for text in letter.below)
        return replace(letter, below=tuple(filter(None, below))) if letter in indexed else letter

    return Applied("sum", (with_letters(sum_.body, whole),), sum_.span)


def _terms(sum_: Summed) -> Formula:
    """The terms of a sum from a number to a number."""
    numbers = range(int(sum_.first), int(sum_.last) + 1)
    if not 0 < len(numbers) <= MOST_TERMS:
        hint = (
            f"of 1 to {MOST_TERMS} terms each is written out; what adds up for longer is a state: s[t] = s[t-1] + x[t]"
        )
        raise Unread(f"a sum of {len(numbers)} terms is not written out", sum_.span, hint)
    terms = [_term(sum_, number) for number in numbers]
    return terms[0] if len(terms) == 1 else Operation("+", tuple(terms), sum_.span)


def _term(sum_: Summed, number: int) -> Formula:
    functions = _functions_at(sum_.body, sum_.over, number)
    return with_letters(functions, lambda letter: _letter(letter, sum_.over, number))


def _functions_at(formula: Formula, index: str, number: int) -> Formula:
    """A formula in which the functions with the index below them have its number."""
    match formula:
        case Operation(_, parts):
            return replace(formula, parts=tuple(_functions_at(it, index, number) for it in parts))
        case Applied(_, arguments):
            inner = tuple(_functions_at(it, index, number) for it in arguments)
            return replace(formula, arguments=inner, below=_script(formula.below, index, number))
    return formula


def _letter(letter: WrittenLetter, index: str, number: int) -> Formula:
    """A letter with a number in place of the index: in its scripts, as its power, or all of it."""
    if letter.stem == index and not letter.below and not letter.above:
        return _number(number, letter.span)
    power = letter.above == (index,)
    above = () if power else tuple(_script(it, index, number) for it in letter.above)
    named = replace(letter, below=tuple(_script(it, index, number) for it in letter.below), above=above)
    return Operation("**", (named, _number(number, letter.span)), letter.span) if power else named


def _number(number: int, span: Span) -> Formula:
    return WrittenNumber(str(number), span)


def _script(script: str, index: str, number: int) -> str:
    """What stands at a letter, with a number in place of the index: t-k is t-2, k is 2, and ik is i2."""
    alone = re.sub(rf"(?<![A-Za-z\d]){index}(?![A-Za-z])", str(number), script)
    within = re.sub(r"(?<![A-Za-z])[ijkl]{2,}(?![A-Za-z])", lambda m: m[0].replace(index, str(number)), alone)
    return _OFFSETS.sub(_settled, within)


def _settled(found: re.Match[str]) -> str:
    """A place that is counted in one number: t-1 of t-2+1, and t of t-0."""
    offsets = (
        int(it.replace("+-", "-").replace("--", "").replace("++", "+")) for it in re.findall(r"[+-]{1,2}\d+", found[3])
    )
    whole = sum(offsets, int(found[2] or 0)) if not (found[1] and found[2]) else None
    if whole is None:
        return found[0]
    return f"{found[1]}{whole:+d}" if found[1] and whole else found[1] or str(whole)
