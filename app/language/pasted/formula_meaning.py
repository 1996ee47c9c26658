"""Reads parsed formulas as expressions of the language: products by the ranks, sums over time, functions by meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.language import rank_by_spelling
from app.language.elsewhere import is_data_by_custom, meaning_hint
from app.language.pasted.formula_letters import (
    DATA,
    LOSSES,
    FormulaContext,
    LetterReader,
    is_power_of_time,
    walk_formula,
    written_name,
)
from app.language.pasted.formula_parts import (
    Applied,
    Bracket,
    Formula,
    FunctionColumn,
    Operation,
    Summed,
    WrittenLetter,
    WrittenNumber,
)
from app.language.pasted.lines import ONE, TIME_CONSTANT, Unread, arguments_hint
from app.language.pasted.names_elsewhere import SQUASHINGS, expression_here, misspelt_hint, name_here
from app.language.pasted.python_expressions import binary
from app.language.resolve import has_free_t
from app.language.rewrite import plus
from app.language.syntax import NOW, Apply, Call, Condition, Expr, Number, Read, Span, Time
from app.limits import limit
from app.ops import OPS

POOLED = frozenset(name for name, row in OPS.items() if row.shape in ("total", "pair"))
"""Functions whose result is one number."""
COMPARED = {"<": "<", ">": ">", "≤": "<=", "≥": ">="}
SIZE = re.compile(r"[a-z]|\d+")
"""What stands below an identity matrix."""
ENDS = frozenset(("T", "tau", "N", "n"))
LAYER_WORDS = frozenset(("Linear", "Dense", "MLP", "Affine"))
"""Words that stand for a layer whose weights a text does not name."""
OWN_WEIGHTS = r"write weights of its own for each: z_t = \sigma(W_z x_t + b_z)"
OWN_LAYERS = r"write its layers, with weights of their own: V \tanh(W x_t + b) + c"
ENTRY_BY_ENTRY = (
    "exp goes entry by entry, and the product is that of matrices: for a diagonal A write a in small letters"
)
"""What is said of `exp(A) h`, which books mean as the exponential of a matrix, or of its diagonal."""


OF_MATRIX = "exp goes entry by entry: it is the exponential of a diagonal matrix where that is a vector, a"


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
            case FunctionColumn():
                hint = "put brackets around what they are applied to, or write a line for each: i_t = \\sigma(W_i x_t)"
                raise Unread("a column of functions is read where it is all that is right of =", formula.span, hint)
            case Summed():
                return self.summed(formula)
            case Bracket(clock, moment):
                return self.condition(clock, moment, formula.span)

    def glyph(self, glyph: WrittenLetter) -> Expr:
        if is_power_of_time(glyph, self.context):
            return Apply("**", (self.glyph(replace(glyph, above=())), Read("t")))
        if (written := written_name(glyph)) in self.context.bound:
            return Read(written)
        if glyph.stem in LAYER_WORDS and written not in self.context.defined:
            raise Unread(f"{glyph.stem} is another map wherever it stands, with no names", glyph.span, OWN_WEIGHTS)
        name, time = LetterReader(self.context).named(glyph)
        if time is None and name in self.context.factors:
            self.context.notes.append(f"{name} is read as a number, not as the sigmoid: its bracket is multiplied")
        if time is None and name in self.context.sequences and name not in LOSSES:
            raise Unread(f"{name} has no moment here, elsewhere it has one", glyph.span, f"write {name}_t")
        stepwise = name in self.context.stepwise
        if time is None and (stepwise or (self.context.cell and name in (*DATA, *self.context.defined))):
            time = NOW
        data = name in DATA and is_data_by_custom(name, self.context.sequences - self.context.defined)
        if time is None and data and name not in (*self.context.given, *self.context.defined):
            self.context.given.append(name)
        if name == "tau" and self.context.time_constant:
            self.context.notes.append(f"τ is read as a time constant, {TIME_CONSTANT}: tau is the number of steps")
            return Read(TIME_CONSTANT)
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
        whole = plus(*terms)
        if self.known_rank(whole) == 2:
            self.find_identity(parts)
        return whole

    def find_identity(self, parts: tuple[Formula, ...]) -> None:
        """An I in a sum of matrices, or as the value of one, is the identity, whatever size stands below it."""
        for letter in (letter for part in parts for letter in self.letters_alone(part)):
            sized = letter.stem == "I" and not letter.above and all(map(SIZE.fullmatch, letter.below))
            name, time = LetterReader(self.context).named(letter) if sized else ("", None)
            if not sized or time or self.context.continuous or name in self.context.identities:
                continue
            if name not in self.context.defined | self.context.sequences:
                self.context.identities.append(name)
                self.context.notes.append(f"{name} is the identity matrix")

    def letters_alone(self, part: Formula) -> Iterator[WrittenLetter]:
        """The letters that are terms by themselves, or that numbers scale."""
        match part:
            case WrittenLetter():
                yield part
            case Operation("-" | "neg" | "+", parts):
                yield from (letter for it in parts for letter in self.letters_alone(it))
            case Operation("·", (scale, WrittenLetter() as letter)) if self.known_rank(self.read(scale)) == 0:
                yield letter

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
        return Apply(COMPARED[formula.sign], tuple(map(self.read, formula.parts)))

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
        if isinstance(left, Call) and left.function == "exp" and ranks[0] == 2:
            self.context.notes.append(ENTRY_BY_ENTRY)
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

    def right_side(self, formula: Formula) -> Expr:
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
            raise Unread(f"a sum over {formula.over} is not read", formula.span, self.instead_of_sum(formula))
        if formula.first not in ("", "0", "1"):
            self.context.notes.append(f"the sum from {formula.over} = {formula.first} on is over all steps")
        return Call("sum", (self.read(formula.body),))

    def instead_of_sum(self, formula: Summed) -> str:
        """What to write for a sum over entries or up to a letter, with the names of the text."""
        over, clock = formula.over, self.context.clock or "t"
        if formula.last.isalpha() and any(f"{clock}-{over}" in it.below for it in _letters_of(formula.body)):
            return f"write a number as its bound: \\sum_{{{over}={formula.first or 1}}}^{{3}}"
        if formula.last == clock:
            return rf"write what it adds up to as a state: s_{clock} = \lambda s_{{{clock}-1}} + x_{clock}"
        match formula.body:
            case Operation("·", (WrittenLetter() as score, WrittenLetter(stem) as row)) if _indices_at(row) == {
                over
            } and _indices_at(score) == {clock, over}:
                rows = stem[:1].upper() + stem[1:]
                return f"with {stem}_{over} as the rows of a matrix: given {rows}, and {score.stem}[t] @ {rows}"
            case Operation("·", (WrittenLetter() as weight, WrittenLetter() as state)):
                indices = [index for text in weight.below for index in text.replace(",", "")]
                places = [piece for text in state.below for piece in text.split(",")]
                if len(indices) == 2 and over in indices and over in places:
                    return f"for whole vectors it is a product: write {weight.stem.upper()} {state.stem}_{clock}"
        return f"write numbers as its bounds, {over}=1 to 3, or for whole vectors a product, W x_t, and sum(…)"

    def applied(self, formula: Applied) -> Expr:
        return self.applied_to(formula, tuple(map(self.read, formula.arguments)))

    def applied_to(self, formula: Applied, args: tuple[Expr, ...]) -> Expr:
        """A function by our name of it, of arguments that have been read."""
        name = formula.function
        if (own := "_".join(filter(None, (name, formula.below)))) in self.context.functions:
            return Call(self.context.functions[own], args)
        if name in ("max", "min") and len(args) == 2:
            name = f"{name}imum"
        if name == "concat" and Number(1.0) in args:
            self.context.has_one = True
            self.context.notes.append(f"{ONE} is a vector of one entry, 1: its column of weights is the bias")
            args = tuple(Read(ONE) if it == Number(1.0) else it for it in args)
        if name == "concat" and any(isinstance(it, Number) for it in args):
            hint = "a 1 is a vector of one entry; another number is that times a weight: leave it out"
            raise Unread("a number in a vector is not read", formula.span, hint)
        here = name_here(name)
        if here is None:
            return expression_here(name, args) or self.unsaid(formula, args)
        if formula.below and here == "sigmoid":
            if formula.below != "g":
                self.context.notes.append(f"σ_{formula.below} is read as sigmoid; write tanh where that is meant")
        elif here == "sigmoid" and name == "sigma" and self.context.continuous:
            self.context.notes.append("σ is read as the sigmoid; with a line such as σ = 10 it is a number")
        elif here == "step" and name == "Theta":
            self.context.notes.append("Θ is read as the step function")
        elif formula.below:
            hint = f"leave out what stands below: {name} is of all entries; log to the base of 2 is log(x) / log(2)"
            raise Unread(f"{name} with {formula.below} below it is not read", formula.span, hint)
        row = OPS[here]
        if row.arity is not None and row.arity != len(args):
            said = f"{here} takes {row.arity} argument{'s' * (row.arity > 1)}"
            raise Unread(said, formula.span, arguments_hint(here, row.arity))
        if here == "exp" and self.rank(args[0]) == 2:
            self.context.notes.append(OF_MATRIX)
        return Call(here, args)

    def unsaid(self, formula: Applied, args: tuple[Expr, ...]) -> Expr:
        """A function that the text does not say: of one argument tanh stands for it, of several it is to be written."""
        if formula.function in LAYER_WORDS:
            said = f"{formula.function} is another map wherever it stands, with no names"
            raise Unread(said, formula.span, OWN_LAYERS if formula.function == "MLP" else OWN_WEIGHTS)
        numbered = formula.below.isalnum() and formula.below.isascii()
        name = f"{formula.function}_{formula.below}" if numbered else formula.function
        if len(args) != 1 or (len(formula.function) > 3 and formula.function not in SQUASHINGS):
            own = f"write what it computes as a line of its own: {name}(s, x) = tanh(b + W @ s + U @ x)"
            hint = misspelt_hint(name) or meaning_hint(name, ["x", "y", "z"][: len(args)]) or own
            raise Unread(f"the text does not say what {name} is", formula.span, hint)
        if name not in self.context.assumed:
            self.context.assumed.append(name)
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


def _letters_of(formula: Formula) -> Iterator[WrittenLetter]:
    return (part for part in walk_formula(formula) if isinstance(part, WrittenLetter))


def _indices_at(letter: WrittenLetter) -> set[str]:
    """The letters and digits that stand at a letter."""
    return set(re.findall(r"\w", "".join((*letter.below, *letter.above))))


def _is_mean(left: Expr, right: Formula) -> bool:
    """True for one over the number of steps before a sum over time."""
    match left:
        case Apply("/", (Number(1.0), Read(name))):
            return isinstance(right, Summed) and name in ENDS
    return False
