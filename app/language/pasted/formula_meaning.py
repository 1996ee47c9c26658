"""Gives a formula's letters their meaning: which scripts are moments, which products go by rows.

It is known from the whole text at once: the index of time is the letter that indices such as t-1 are made of, and a
letter that has a moment anywhere is a sequence, so that h_0 is its start and not a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from app.language import rank_by_spelling
from app.language.pasted.formula_parts import Applied, Bracket, Formula, Operation, Summed, WrittenLetter, WrittenNumber
from app.language.pasted.lines import Unread
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.names_elsewhere import expression_here, name_here, own_name
from app.language.pasted.python_expressions import binary
from app.language.resolve import has_free_t
from app.language.rewrite import plus
from app.language.symbols import is_greek
from app.language.syntax import Apply, Call, Condition, Expr, Number, Read, Span, Time
from app.limits import limit
from app.ops import OPS

_LAGGED = re.compile(r"[(<\[]?([a-zA-Z])[+-]\d+[)>\]]?")
_ALONE = re.compile(r"[(<\[]?([a-zA-Z])[)>\]]?")
_WRAPS = re.compile(r"\([^()]*\)|<[^<>]*>|\[[^\[\]]*\]")
_WRAPPED = re.compile(r"([(<\[])(.*)[)>\]]")
LOSSES = frozenset(("L", "J", "loss"))
"""Letters that stand for what is made small: of one step with a moment, else of all."""
DATA = ("x", "y", "u")
"""Letters that are data by custom where they have no moment."""
MOMENT_WORDS = {"prev": -1, "previous": -1, "old": -1, "next": 0, "new": 0}
"""Words below a letter that say its moment."""
POOLED = frozenset(name for name, row in OPS.items() if row.shape in ("total", "pair"))
"""Functions whose result is one number."""
COMPARED = {"<": "<", ">": ">", "≤": "<=", "≥": ">="}
ENDS = frozenset(("T", "tau", "N", "n"))


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
    assumed: dict[str, str] = field(default_factory=dict)
    """Functions that the text does not say, and what is read for them."""
    notes: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    defined: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    """The variables of all lines."""
    declared: dict[str, int] = field(default_factory=dict)
    """The ranks that the text says of its letters."""
    bound: frozenset[str] = frozenset()
    """The arguments of the function whose line is read."""


def context_of(sides: Iterable[tuple[tuple[Formula, ...], ...]]) -> FormulaContext:
    """What the statements of a text say together."""
    every = list(sides)
    parts = [p for line in every for side in line for formula in side for p in walk_formula(formula)]
    glyphs = [p for p in parts if isinstance(p, WrittenLetter)]
    context = FormulaContext(_clock(glyphs))
    lefts = [side[0] for line in every for side in line[:-1] if len(side) == 1]
    for left in lefts:
        if isinstance(left, Applied) and (own := own_name(left.function, len(left.arguments))):
            context.functions["_".join(filter(None, (left.function, left.below)))] = "_".join(
                filter(None, (own, left.below))
            )
    bare = {written_name(g) for g in glyphs if not g.above}
    context.primed = {written_name(g) for g in lefts if isinstance(g, WrittenLetter) and g.above == ("'",)} & bare
    below = (replace(g, above=()) for g in glyphs)
    context.indexed_below = {name for name, time in _readable(context, below) if time is not None}
    context.sequences = {name for name, time in _readable(context, glyphs) if time is not None}
    context.cell = not context.clock and bool(context.sequences)
    context.names = {name for name, _ in _readable(context, glyphs)}
    context.defined = {name for name, _ in _readable(context, [g for g in lefts if isinstance(g, WrittenLetter)])}
    return context


def _readable(context: FormulaContext, glyphs: Iterable[WrittenLetter]) -> Iterator[tuple[str, Time | None]]:
    """The names and moments of the letters that can be read; the others are named where they stand in a line."""
    for glyph in glyphs:
        if FormulaReader(context).is_power_of_time(glyph):
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
            case Summed(_, body):
                waiting.append(body)


def _clock(glyphs: list[WrittenLetter]) -> str:
    """The index of time: of the letters with a lag the most usual one, else t alone."""
    scripts = [script for g in glyphs for script in (*g.below, *g.above)]
    texts = [text for script in scripts for text in (*re.split("[,|]", script), *_WRAPS.findall(script))]
    lagged = Counter(m[1] for text in texts if (m := _LAGGED.fullmatch(text)))
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
        return "_".join((glyph.stem, *(_identifier(p, glyph.span) for p in parts if p))), time

    def pieces(self, script: str) -> list[str]:
        """What stands below a letter, piece by piece; k|k-1 is what is expected at k, k|k what is known then."""
        at, bar, known = script.partition("|")
        first, second = self.moment(at), self.moment(known)
        if not bar or first is None or second is None:
            return script.split(",")
        return [at] if first == second else [at, "pred"]

    def moment(self, text: str) -> Time | None:
        """A moment on the index of time; a number or an end is one only at what has moments elsewhere."""
        if text in MOMENT_WORDS:
            return Time("t", MOMENT_WORDS[text])
        clock = re.escape(self.context.clock) or "(?!)"
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
    text = re.sub(r"\W+", "_", part).strip("_")
    if not text:
        raise Unread(f"{part!r} at a letter is not read", span)
    return text


@dataclass
class FormulaReader:
    """Reads formulas as expressions of the language; products go by the ranks that are known so far."""

    context: FormulaContext
    pooling: bool = False
    """True in a line of one value, where a sum runs over the steps."""

    def read(self, formula: Formula) -> Expr:
        match formula:
            case WrittenNumber(text):
                return _number(text)
            case WrittenLetter():
                return self.glyph(formula)
            case Operation():
                return self.operation(formula)
            case Applied():
                return self.applied(formula)
            case Summed():
                return self.summed(formula)
            case Bracket(clock, moment):
                return self.condition(clock, moment, formula.span)

    def glyph(self, glyph: WrittenLetter) -> Expr:
        if self.is_power_of_time(glyph):
            return Apply("**", (self.glyph(replace(glyph, above=())), Read("t")))
        if (written := written_name(glyph)) in self.context.bound:
            return Read(written)
        name, time = LetterReader(self.context).named(glyph)
        if time is None and name in self.context.sequences and name not in LOSSES:
            raise Unread(f"{name} has no moment here, elsewhere it has one", glyph.span, f"write {name}_t")
        if time is None and self.context.cell and name in (*DATA, *self.context.defined):
            time = Time("t")
        if time is None and name in DATA and name not in (*self.context.given, *self.context.defined):
            self.context.given.append(name)
        if name == "tau" or (time is None and name == "T" and self.context.clock):
            return Read("tau")
        return Read(name if glyph.stem != self.context.clock or glyph.below else "t", time)

    def sum(self, parts: tuple[Formula, ...]) -> Expr:
        """Terms as they group, from the left; of many, those that are taken away are terms with a minus."""
        many, terms = len(parts) > limit("nesting"), list[Expr]()
        for part in parts:
            if not (isinstance(part, Operation) and part.sign == "-"):
                terms.append(self.read(part))
            elif many:
                terms.append(Apply("neg", (self.read(part.parts[0]),)))
            else:
                terms = [Apply("-", (plus(*terms), self.read(part.parts[0])))]
        return plus(*terms)

    def is_power_of_time(self, glyph: WrittenLetter) -> bool:
        """True for β^t, a Greek letter to the power of t; of other letters it is the moment."""
        return glyph.above == (self.context.clock,) and is_greek(glyph.stem)

    def operation(self, formula: Operation) -> Expr:
        sign, parts = formula.sign, formula.parts
        if sign in "·⊙":
            return self.product(formula)
        if sign in COMPARED:
            return self.comparison(formula)
        if sign == "⊤":
            inner = self.read(parts[0])
            return Call("transpose", (inner,))
        if sign == "+":
            return self.sum(parts)
        if sign == "neg":
            return Apply("neg", (self.read(parts[0]),))
        if sign == "**":
            return self.power(formula)
        return binary(sign, self.read(parts[0]), self.read(parts[1]))

    def comparison(self, formula: Operation) -> Expr:
        name = COMPARED[formula.sign]
        if name not in OPS:
            raise Unread(f"{formula.sign} is not read", formula.span, "conditions on t are written [t = 1]")
        return Apply(name, tuple(map(self.read, formula.parts)))

    def power(self, formula: Operation) -> Expr:
        base, exponent = self.read(formula.parts[0]), self.read(formula.parts[1])
        inverted = exponent in (Number(-1.0), Apply("neg", (Number(1.0),)))
        if inverted and self.rank(base) == 2:
            return Call("inverse", (base,))
        return Apply("**", (base, exponent))

    def product(self, formula: Operation) -> Expr:
        """A product: entry by entry with ⊙, else by the ranks; what is transposed on the left is a row."""
        left, right = self.read(formula.parts[0]), self.read(formula.parts[1])
        if formula.sign == "⊙":
            return Apply("*", (left, right))
        if isinstance(right, Call) and right.function == "sum" and _is_mean(left, formula.parts[1]):
            return Call("mean", right.args)
        ranks = self.rank(left), self.rank(right)
        if self.is_row(right) and not self.is_row(left) and ranks == (1, 1):
            if isinstance(left, Apply) and left.op == "*" and self.rank(left.args[0]) == 0:
                return Apply("*", (left.args[0], Call("outer", (left.args[1], right))))
            return Call("outer", (left, right))
        if (self.is_row(left) and ranks == (1, 1)) or (2 in ranks and 0 not in ranks):
            return Apply("@", (left, right))
        return Apply("*", (left, right))

    def is_row(self, expr: Expr) -> bool:
        """True for a transposed vector, whatever scales it or stands behind it."""
        match expr:
            case Call("transpose", (inner,)):
                return self.rank(inner) == 1
            case Apply("neg", (inner,)) | Apply("/", (inner, _)):
                return self.is_row(inner)
            case Apply("*", (a, b)):
                return self.is_row(b if self.rank(a) == 0 else a)
            case Apply("@", (a, b)):
                return self.rank(b) == 2 and self.is_row(a)
        return False

    def whole(self, formula: Formula) -> Expr:
        """A right side: a vector is a row or a column by its place alone, so nothing is left of its transposition."""
        return self.untransposed(self.read(formula))

    def untransposed(self, expr: Expr) -> Expr:
        if isinstance(expr, Call) and expr.function == "transpose" and self.rank(expr.args[0]) < 2:
            return self.untransposed(expr.args[0])
        return replace(expr, args=tuple(map(self.untransposed, expr.args))) if isinstance(expr, Apply | Call) else expr

    def condition(self, clock: str, moment: str, span: Span) -> Expr:
        if clock == (self.context.clock or "t"):
            if re.fullmatch(r"-?\d+", moment):
                return Condition(Time("", int(moment)))
            if match := re.fullmatch(r"(?:T|tau)([+-]\d+)?", moment):
                return Condition(Time("tau", int(match[1] or 0)))
        raise Unread("this condition is not read", span, "conditions on t are written [t = 1]")

    def summed(self, formula: Summed) -> Expr:
        """A sum over time; over entries only where it names the whole of a vector."""
        if formula.over not in ("", "t", self.context.clock):
            hint = "write sum(…) of the whole vector: a sum over entries has no index here"
            raise Unread(f"a sum over {formula.over} is not read", formula.span, hint)
        return Call("sum", (self.read(formula.body),))

    def applied(self, formula: Applied) -> Expr:
        args = tuple(map(self.read, formula.arguments))
        name = formula.function
        if (own := "_".join(filter(None, (name, formula.below)))) in self.context.functions:
            return Call(self.context.functions[own], args)
        if name in ("max", "min") and len(args) == 2:
            name = f"{name}imum"
        here = name_here(name)
        if here is None:
            return expression_here(name, args) or self.unsaid(formula, args)
        if formula.below and here == "sigmoid":
            if formula.below != "g":
                self.context.notes.append(f"σ_{formula.below} is read as sigmoid; write tanh where that is meant")
        elif formula.below:
            raise Unread(f"{name} with {formula.below} below it is not read", formula.span)
        row = OPS[here]
        if row.arity is not None and row.arity != len(args):
            raise Unread(f"{here} takes {row.arity} argument{'s' * (row.arity > 1)}", formula.span)
        return Call(here, args)

    def unsaid(self, formula: Applied, args: tuple[Expr, ...]) -> Expr:
        """A function that the text does not say: of one argument tanh stands for it, of several it is to be written."""
        name = formula.function
        if len(args) != 1 or (len(name) > 3 and name not in ("sigma", "phi", "psi", "rho")):
            hint = f"write what it computes as a line of its own: {name}(s, x) = tanh(b + W @ s + U @ x)"
            raise Unread(f"the text does not say what {name} is", formula.span, hint)
        self.context.assumed[name] = "tanh"
        return Call(name, args)

    # ranks

    def rank(self, expr: Expr) -> int:
        found = self.known_rank(expr)
        return 1 if found is None else found

    def known_rank(self, expr: Expr) -> int | None:
        """0, 1 or 2; None where it follows from an equation that is not known yet."""
        match expr:
            case Number() | Condition():
                return 0
            case Read(name):
                return self.rank_of(name)
            case Apply("@", (a, b)):
                return {(2, 2): 2, (1, 1): 0}.get((self.rank(a), self.rank(b)), 1)
            case Apply("**", (a, _)):
                return self.known_rank(a)
            case Apply(_, args):
                return max((r for a in args if (r := self.known_rank(a)) is not None), default=None)
            case Call(function, args):
                return self.rank_of_call(function, args)

    def rank_of(self, name: str) -> int | None:
        if name in ("tau", "t", "loss"):
            return 0
        if name in self.context.declared:
            return self.context.declared[name]
        if name in self.context.ranks:
            return self.context.ranks[name]
        return None if name in self.context.defined else rank_by_spelling(name)

    def rank_of_call(self, function: str, args: tuple[Expr, ...]) -> int | None:
        if function in ("sum", "mean") and self.pooling and has_free_t(args[0]):
            return replace(self, pooling=False).known_rank(args[0])
        if function in POOLED:
            return 0
        if function == "outer":
            return 2
        if function == "concat":
            return 1
        return max((r for a in args if (r := self.known_rank(a)) is not None), default=None)


def _number(text: str) -> Expr:
    sign = text.startswith("-")
    over, _, under = text.removeprefix("-").partition("/")
    first: Expr = Number(float(over), over)
    first = Apply("neg", (first,)) if sign else first
    return Apply("/", (first, Number(float(under), under))) if under else first


def _is_mean(left: Expr, right: Formula) -> bool:
    """True for one over the number of steps before a sum over time."""
    match left:
        case Apply("/", (Number(1.0), Read(name))):
            return isinstance(right, Summed) and name in ENDS
    return False
