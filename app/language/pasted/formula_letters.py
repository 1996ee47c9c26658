"""Gives a formula's letters their meaning: which scripts are moments, and which belong to the name.

It is known from the whole text at once: the index of time is the letter that indices such as t-1 are made of, and a
letter that has a moment anywhere is a sequence, so that h_0 is its start and not a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.language.pasted.formula_parts import (
    Applied,
    Formula,
    FormulaLine,
    FunctionColumn,
    Operation,
    Summed,
    WrittenLetter,
)
from app.language.pasted.lines import Unread
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.names_elsewhere import own_name
from app.language.symbols import is_greek
from app.language.syntax import Span, Time
from app.ops import OPS

_LAGGED = re.compile(r"[(<\[]?([a-zA-Z])[+-](\d+|[a-z])[)>\]]?")
_ALONE = re.compile(r"[(<\[]?([a-zA-Z])[)>\]]?")
_WRAPS = re.compile(r"\([^()]*\)|<[^<>]*>|\[[^\[\]]*\]")
_WRAPPED = re.compile(r"([(<\[])(.*)[)>\]]")
LOSSES = frozenset(("L", "J", "loss"))
"""Letters that stand for what is made small: of one step with a moment, else of all."""
POOLED = frozenset(("sum", "mean"))
"""Functions that go over the steps in a line of one value."""
DATA = ("x", "y", "u")
"""Letters that are data by custom where they have no moment."""
PICKED = r"write the product with what is one-hot: -\log(x_{t+1}^\top \hat{y}_t)"
"""How an entry is written that data pick."""
MOMENT_WORDS = {"prev": -1, "previous": -1, "old": -1, "next": 0, "new": 0}
"""Words below a letter that say its moment."""


@dataclass
class FormulaContext:
    """What the text as a whole says: the index of time, what has moments, functions of its own, ranks."""

    clock: str = ""
    sequences: set[str] = field(default_factory=set)
    indexed_below: set[str] = field(default_factory=set)
    """Those whose moments stand below, so that h_0 is one of them; beside h^{(t)} it is a name."""
    functions: dict[str, str] = field(default_factory=dict)
    """The functions that the text itself defines, and what they are called here."""
    primed: set[str] = field(default_factory=set)
    """The states that a cell's equations write h′ for, the next, and h, the one before."""
    cell: bool = False
    """True where the text has no index of time, but says which of its states is the one before."""
    ranks: dict[str, int] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    """The squashings that the text does not say."""
    notes: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    continuous: bool = False
    """True for differential equations, where I is a current."""
    time_constant: bool = False
    """True where τ is no number of steps: something is divided by it, and no step is called so."""
    factors: frozenset[str] = frozenset()
    """Letters of functions that are numbers here."""
    has_one: bool = False
    """True where a 1 stands above a vector."""
    identities: list[str] = field(default_factory=list)
    """The letters that are the identity matrix."""
    defined: set[str] = field(default_factory=set)
    stepwise: set[str] = field(default_factory=set)
    """Those that have no moment anywhere, but are computed of what has one: they have a value at every step."""
    names: set[str] = field(default_factory=set)
    """The variables of all lines."""
    declared: dict[str, int] = field(default_factory=dict)
    """The ranks that the text says of its letters."""
    bound: frozenset[str] = frozenset()
    """The arguments of the function whose line is read."""


def clock_of(lines: Iterable[FormulaLine]) -> str:
    """The index of time of a text, by all its letters; in a sum over k, t-k is a moment of t."""
    parts = [p for line in lines for side in line.sides for formula in side for p in walk_formula(formula)]
    over = {part.over for part in parts if isinstance(part, Summed)}
    letters = [part for part in parts if isinstance(part, WrittenLetter)]
    return _clock(letters, over) or _end_of_a_running_sum(parts, letters)


def _end_of_a_running_sum(parts: Iterable[Formula], letters: Iterable[WrittenLetter]) -> str:
    """The index of time of a text that only says it by a sum up to it, as that of e_j up to k beside e_k."""
    below = {script for letter in letters for script in letter.below}
    ends = (part.last for part in parts if isinstance(part, Summed) and part.over != part.last)
    return next((end for end in ends if end in ("t", "n", "k", "i") and end in below), "")


def context_of(sides: Iterable[tuple[tuple[Formula, ...], ...]], clock: str) -> FormulaContext:
    """What the statements of a text say together."""
    every = list(sides)
    parts = [p for line in every for side in line for formula in side for p in walk_formula(formula)]
    glyphs = [p for p in parts if isinstance(p, WrittenLetter)]
    context = FormulaContext(clock)
    lefts = [side[0] for line in every for side in line[:-1] if len(side) == 1]
    for left in lefts:
        if isinstance(left, Applied) and (own := _own_name(left)):
            context.functions["_".join(filter(None, (left.function, left.below)))] = "_".join(
                filter(None, (own, left.below))
            )
    bare = {written_name(g) for g in glyphs if not g.above}
    nexts = {written_name(g) for g in lefts if isinstance(g, WrittenLetter) and g.above == ("'",)}
    context.primed = set() if clock else nexts & bare
    below = (replace(g, above=()) for g in glyphs)
    context.indexed_below = {name for name, time in _readable(context, below) if time is not None}
    context.sequences = {name for name, time in _readable(context, glyphs) if time is not None}
    context.time_constant = _has_time_constant(parts)
    context.cell = not context.clock and bool(context.sequences)
    context.names = {name for name, _ in _readable(context, glyphs)}
    context.defined = {name for left in lefts for name, _ in _readable(context, letters_on_left(left))}
    context.stepwise = _stepwise(context, every)
    return context


def _own_name(left: Applied) -> str:
    """What a function that a text defines is called; σ of `σ(x) = tanh(x)` keeps its name, as it is none of ours."""
    own = own_name(left.function, len(left.arguments))
    return own or ("" if left.function in OPS else left.function)


def _has_time_constant(parts: Sequence[Formula]) -> bool:
    """True where something is divided by τ, other than t and the sum of a mean, and neither a step nor a bound is τ."""
    letters = [part for part in parts if isinstance(part, WrittenLetter)]
    scripts = {_bare(script) for it in letters for script in (*it.below, *it.above)}
    bounds = {_bare(text) for part in parts if isinstance(part, Summed) for text in (part.first, part.last)}
    quotients = [part.parts for part in parts if isinstance(part, Operation) and part.sign == "/"]
    over, under = (
        {it.stem for quotient in quotients for it in walk_formula(quotient[side]) if isinstance(it, WrittenLetter)}
        for side in (0, 1)
    )
    means = "t" in over or any(isinstance(part, Summed) for part in parts)
    return "tau" in under and not means and "tau" not in scripts | bounds


def _bare(script: str) -> str:
    """What stands at a letter, without brackets and what is added to it."""
    return re.sub(r"[-+]\d+$", "", script.strip("()<>[]"))


def letters_on_left(left: Formula) -> list[WrittenLetter]:
    """The letters that a left side defines: one, or several in a column."""
    parts = left.arguments if isinstance(left, Applied) and left.function == "concat" else (left,)
    return [part for part in parts if isinstance(part, WrittenLetter)]


def _stepwise(context: FormulaContext, lines: Sequence[tuple[tuple[Formula, ...], ...]]) -> set[str]:
    """The letters without a moment whose lines read, directly or by others of them, what has one."""
    found, grown = set[str](), -1
    while len(found) > grown:
        grown = len(found)
        for *lefts, value in lines:
            parts = [part for formula in value for part in walk_formula(formula)]
            pooled = any(isinstance(it, Summed) or (isinstance(it, Applied) and it.function in POOLED) for it in parts)
            read = _readable(context, [it for it in parts if isinstance(it, WrittenLetter)])
            if not pooled and any(name in found or (time and time.base == "t") for name, time in read):
                letters = [it for side in lefts for left in side for it in letters_on_left(left)]
                found |= {name for name, time in _readable(context, letters) if time is None}
    return found - context.sequences - LOSSES


def _readable(context: FormulaContext, glyphs: Iterable[WrittenLetter]) -> Iterator[tuple[str, Time | None]]:
    """The names and moments of the letters that can be read; the others are named where they stand in a line."""
    for glyph in glyphs:
        if is_power_of_time(glyph, context):
            continue
        try:
            yield LetterReader(context).named(glyph)
        except Unread:
            continue


def walk_formula(formula: Formula) -> Iterator[Formula]:
    """A formula and all within it."""
    waiting: list[Formula] = [formula]
    while waiting:
        part = waiting.pop()
        yield part
        match part:
            case Operation(_, parts) | Applied(_, parts):
                waiting.extend(parts)
            case Summed(_, inner) | FunctionColumn(_, inner):
                waiting.append(inner)


def _clock(glyphs: list[WrittenLetter], summed_over: set[str]) -> str:
    """The index of time: of the letters with a lag the most usual one, else t alone."""
    scripts = [script for g in glyphs for script in (*g.below, *g.above)]
    texts = [text for script in scripts for text in (*re.split("[,|]", script), *_WRAPS.findall(script))]
    found = (m for text in texts if (m := _LAGGED.fullmatch(text)))
    lagged = Counter(m[1] for m in found if m[2].isdigit() or m[2] in summed_over)
    for letter in ("t", "n", "k", "i"):
        if letter in lagged:
            return letter
    alone = {m[1] for text in texts if (m := _ALONE.fullmatch(text))}
    return "t" if "t" in alone else ""


def written_name(glyph: WrittenLetter) -> str:
    """The name that a letter and what stands below it make, whatever moment that may be."""
    return "_".join((glyph.stem, *glyph.below))


@dataclass
class LetterReader:
    """Reads the scripts of a letter as a name and a moment."""

    context: FormulaContext

    def named(self, glyph: WrittenLetter) -> tuple[str, Time | None]:
        """The variable, and the moment if one stands at it."""
        stem, back = moment_of_name(glyph.stem) if "_" in glyph.stem else (glyph.stem, None)
        glyph = replace(glyph, stem=stem)
        parts: list[str] = []
        time: Time | None = None if back is None else Time("t", -back)
        for script in glyph.below:
            for piece in self.pieces(script):
                found = self.moment(piece)
                time, parts = (found, parts) if found and time is None else (time, [*parts, piece])
        for script in glyph.above:
            for piece in _WRAPS.findall(script) if _WRAPS.sub("", script) == "" else [script]:
                time = self.above(glyph, piece, parts, time)
        time, parts = self.numbered(glyph, parts, time)
        return "_".join((glyph.stem, *(self.identifier(p, glyph) for p in parts if p))), time

    def identifier(self, part: str, glyph: WrittenLetter) -> str:
        """What stands at a letter as a part of its name."""
        if self.context.clock and re.fullmatch(rf"{self.context.clock}[+-][A-Za-z]+", part):
            hint = f"a lag is a number of steps: write {glyph.stem}_{{{self.context.clock}-2}} for two"
            raise Unread(f"a lag of {part[2:]} steps is not read", glyph.span, hint)
        return _identifier(part, glyph.span)

    def pieces(self, script: str) -> list[str]:
        """What stands below a letter, piece by piece; k|k-1 is what is expected at k, k|k what is known then."""
        at, bar, known = script.partition("|")
        if bar and at == known and at.isdigit():
            return [at]
        first, second = self.moment(at), self.moment(known)
        if not bar or first is None or second is None:
            return script.split(",")
        return [at] if first == second else [at, "pred"]

    def moment(self, text: str) -> Time | None:
        """A moment on the index of time; a number or an end is one only at what has moments elsewhere."""
        if text in MOMENT_WORDS:
            return Time("t", MOMENT_WORDS[text])
        clock = re.escape(self.context.clock) or "(?!)"
        text = wrapped[2] if (wrapped := _WRAPPED.fullmatch(text)) else text
        if match := re.fullmatch(rf"{clock}([+-]\d+)?", text):
            return Time("t", int(match[1] or 0))
        return None

    def above(self, glyph: WrittenLetter, script: str, parts: list[str], time: Time | None) -> Time | None:
        """A script above: a moment, a layer, a prime; what is no moment is appended to the parts of the name."""
        if script == "'":
            if written_name(glyph) in self.context.primed:
                return Time("t", 0)
            parts.append("prime")
            return time
        wrapped = _WRAPPED.fullmatch(script)
        inner = wrapped[2] if wrapped else script
        found = self.moment(inner)
        if found and time is None:
            return found
        known = "_".join((glyph.stem, *parts)) in self.context.sequences or not inner.isdigit()
        if known and wrapped and wrapped[1] in "(<" and time is None and (end := self.ending(inner)):
            return end
        if not wrapped and time is not None and inner in ("k", "i", "j", "n"):
            raise Unread(
                f"an entry {inner} is not read", glyph.span, "write the equation for whole vectors, or a line for each"
            )
        if re.fullmatch(r"[lL]([+-]\d+)?", inner):
            raise Unread("layers are not counted here", glyph.span, "write a line for each layer: h_1[t], h_2[t]")
        parts.append(inner)
        return time

    def ending(self, text: str) -> Time | None:
        if re.fullmatch(r"-?\d+", text) and self.context.clock:
            return Time("", int(text))
        if match := re.fullmatch(r"(T|tau)([+-]\d+)?", text):
            return Time("tau", int(match[2] or 0))
        return None

    def numbered(self, glyph: WrittenLetter, parts: list[str], time: Time | None) -> tuple[Time | None, list[str]]:
        """A number or an end below a letter that has moments elsewhere is a moment: h_0, h_T."""
        if time is not None or not parts:
            if time is None and not glyph.above and not glyph.below and glyph.stem in self.context.primed:
                return Time("t", -1), parts
            return time, parts
        name = "_".join((glyph.stem, *parts[:-1]))
        if name in self.context.indexed_below and (end := self.ending(parts[-1])):
            return end, parts[:-1]
        if "_".join((glyph.stem, *parts)) in self.context.primed:
            return Time("t", -1), parts
        return time, parts


def _identifier(part: str, span: Span) -> str:
    if re.fullmatch(r"[a-z]_[(<]?[tnk](?:[+-]\d+)?[)>]?", part):
        raise Unread("an entry that data pick is not read", span, PICKED)
    text = re.sub(r"\W+", "_", part).strip("_")
    if not text:
        raise Unread(f"{part!r} at a letter is not read", span, "letters and digits make a name: W_1, h_out")
    return text


def is_power_of_time(glyph: WrittenLetter, context: FormulaContext) -> bool:
    """True for β^t, a Greek letter to the power of t; of other letters it is the moment."""
    return glyph.above == (context.clock,) and is_greek(glyph.stem)
