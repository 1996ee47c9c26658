"""Reads differential equations as Euler's steps: dx/dt = f(x, u) is x(t) = x(t-1) + dt · f(x(t-1), u(t)).

The states of derivatives, and what is computed on the way to one, are those of the step before; all others are now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.language.pasted.formula_letters import DATA, letters_on_left, walk_formula, written_name
from app.language.pasted.formula_parts import Formula, FormulaLine, Operation, WrittenLetter, with_letters
from app.language.pasted.formula_places import ACCENTS
from app.language.pasted.formula_tokens import STEP
from app.language.syntax import Span

WIDTH = 0.1
NOW_ALONE = frozenset(("t", "(t)"))
EULER = f"a derivative is read as Euler's step, as wide as {STEP}"


@dataclass(frozen=True)
class DerivativeSide:
    """A left side: the state whose derivative it is, and the factors and divisors that stand at it."""

    state: WrittenLetter
    factors: tuple[Formula, ...] = ()
    divisors: tuple[Formula, ...] = ()

    @property
    def name(self) -> str:
        return written_name(self.state)


def with_eulers_steps(lines: Sequence[FormulaLine]) -> tuple[list[FormulaLine], dict[Span, DerivativeSide]]:
    """The statements with a step in place of every derivative, and by their places those that were derivatives."""
    lines = [replace(line, sides=(*map(_width_alone, line.sides[:-1]), line.sides[-1])) for line in lines]
    read = {written_name(_undated(it)) for line in lines for it in _letters(line.sides[-1])}
    read |= {written_name(_undated(it)) for line in lines for side in line.sides[:-1] for it in _letters(side)}
    found = {line.span: it for line in lines if (it := _derivative(line, read, False))}
    if not found:
        return list(lines), {}
    found |= {line.span: it for line in lines if line.span not in found and (it := _derivative(line, read, True))}
    states = {it.name for it in found.values()}
    before = _on_the_way(lines, found)
    return [_discrete(line, found.get(line.span), states, line.span in before) for line in lines], found


def _width_alone(side: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The width of a step by its name, where a text sets it: dt, or Δt."""
    match side:
        case (Operation("·", (WrittenLetter("d" | "Delta"), WrittenLetter("t") as t)),):
            return (replace(t, stem=STEP),)
    return side


# what is a derivative


def _derivative(line: FormulaLine, read: set[str], primes: bool) -> DerivativeSide | None:
    """What a statement says the derivative of; `primes` reads x′ so too, as in a text that has other derivatives."""
    if len(line.sides) < 2 or len(line.sides[0]) != 1 or len(line.sides[-1]) != 1:
        return None
    over, under = _factors(line.sides[0][0])
    for place, factor in enumerate(over):
        if state := _marked(factor, read, primes):
            return DerivativeSide(state, (*over[:place], *over[place + 1 :]), tuple(under))
    words = [_word(it) for it in under]
    ends = next((k for k, word in enumerate(words) if word == "dt"), None)
    twice = next((k for k, pair in enumerate(pairwise(words)) if pair == ("d", "t")), None)
    taken = _differential(over)
    if taken is None or (ends is None and twice is None):
        return None
    state, others = taken
    start, count = (ends, 1) if ends is not None else (twice or 0, 2)
    return DerivativeSide(state, tuple(others), (*under[:start], *under[start + count :]))


def _factors(formula: Formula) -> tuple[list[Formula], list[Formula]]:
    """What stands above and what stands below the bar of a product."""
    if not isinstance(formula, Operation) or formula.sign not in ("·", "⊙", "/"):
        return [formula], []
    (over, under), (second, third) = map(_factors, formula.parts)
    return ([*over, *third], [*under, *second]) if formula.sign == "/" else ([*over, *second], [*under, *third])


def _marked(factor: Formula, read: set[str], primes: bool) -> WrittenLetter | None:
    """The state of ẋ, of x′(t), and of x′ where the text says other derivatives."""
    if not isinstance(factor, WrittenLetter):
        return None
    bare = factor.stem.removesuffix(ACCENTS["dot"])
    if bare != factor.stem and (state := _undated(replace(factor, stem=bare))) and written_name(state) in read:
        return state
    if "'" in factor.above and (primes or "(t)" in factor.above):
        return _undated(replace(factor, above=tuple(it for it in factor.above if it != "'")))
    return None


def _differential(over: Sequence[Formula]) -> tuple[WrittenLetter, list[Formula]] | None:
    """The state of dx, d x or d/dt x, and what stands beside it."""
    for place, factor in enumerate(over):
        if not isinstance(factor, WrittenLetter):
            continue
        if factor.stem.startswith("d") and len(factor.stem) > 1 and factor.stem != "delta":
            return _undated(replace(factor, stem=factor.stem[1:])), [*over[:place], *over[place + 1 :]]
        behind = over[place + 1] if place + 1 < len(over) else None
        if _word(factor) == "d" and isinstance(behind, WrittenLetter):
            return _undated(behind), [*over[:place], *over[place + 2 :]]
    return None


def _word(formula: Formula) -> str:
    return formula.stem if isinstance(formula, WrittenLetter) and not (formula.below or formula.above) else ""


def _undated(letter: WrittenLetter) -> WrittenLetter:
    """A letter without the moment t."""
    below, above = (tuple(it for it in scripts if it not in NOW_ALONE) for scripts in (letter.below, letter.above))
    return replace(letter, below=below, above=above)


# the steps


def _on_the_way(lines: Sequence[FormulaLine], found: dict[Span, DerivativeSide]) -> set[Span]:
    """The places of the derivatives and of what is computed on the way to them."""
    spans, names = set(found), set[str]()
    while True:
        names = {written_name(_undated(it)) for line in lines if line.span in spans for it in _letters(line.sides[-1])}
        more = {line.span for line in lines if names & set(_defined(line))} - spans
        if not more:
            return spans
        spans |= more


def _discrete(line: FormulaLine, derivative: DerivativeSide | None, states: set[str], before: bool) -> FormulaLine:
    """A statement on steps: its states at the step before, or now, and its data now."""
    constant = derivative.name if derivative else ""

    def put(letter: WrittenLetter) -> Formula:
        bare = _undated(letter)
        name = written_name(bare)
        if name in states:
            return replace(bare, below=(*bare.below, "t-1" if before else "t"))
        if name == "t":
            step = WrittenLetter(STEP, letter.span)
            return Operation("·", (letter, step), letter.span)
        if name == "tau":
            return replace(letter, below=(constant or "0",))
        undated_data = name in DATA and bare == letter
        return replace(letter, below=(*letter.below, "t")) if undated_data else letter

    value = tuple(with_letters(it, put) for it in line.sides[-1])
    if derivative is None:
        lefts = tuple(tuple(map(_dated_on_left, side)) for side in line.sides[:-1])
        return replace(line, sides=(*lefts, value))
    scale: Formula = WrittenLetter(STEP, line.span)
    for factor in derivative.factors:
        scale = Operation("/", (scale, with_letters(factor, put)), line.span)
    for divisor in derivative.divisors:
        scale = Operation("·", (scale, with_letters(divisor, put)), line.span)
    state = derivative.state
    now, earlier = (replace(state, below=(*state.below, moment)) for moment in ("t", "t-1"))
    moved = Operation("+", (earlier, Operation("·", (scale, value[0]), line.span)), line.span)
    return replace(line, sides=((now,), (moved,)))


def _dated_on_left(formula: Formula) -> Formula:
    """A left side of data's letters, y = C x, is that of every step."""
    if not isinstance(formula, WrittenLetter) or formula != _undated(formula) or written_name(formula) not in DATA:
        return formula
    return replace(formula, below=(*formula.below, "t"))


def _defined(line: FormulaLine) -> Iterator[str]:
    for side in line.sides[:-1]:
        for left in side:
            yield from (written_name(_undated(letter)) for letter in letters_on_left(left))


def _letters(side: tuple[Formula, ...]) -> Iterator[WrittenLetter]:
    return (part for formula in side for part in walk_formula(formula) if isinstance(part, WrittenLetter))
