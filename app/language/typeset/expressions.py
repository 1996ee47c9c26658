"""Sets expressions as boxes, in the manner of Goodfellow, Bengio and Courville (2016).

Time is a superscript in brackets, scalars are italic, vectors and matrices bold, unless a `Notation` says otherwise.
With `values` the numbers themselves stand where the variables stood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from app.arrays import Array
from app.language.lines import written_together
from app.language.node_ids import parse_node
from app.language.ranks import rank_by_spelling
from app.language.rewrite import shift
from app.language.shapes import RULES, rank_of_result
from app.language.symbols import MINUS, NABLA
from app.language.syntax import (
    CLOCK,
    NOW,
    Apply,
    Call,
    Condition,
    Declaration,
    Equation,
    Expr,
    Function,
    Number,
    PartsLine,
    Read,
    Recurrence,
    Size,
    Start,
    Time,
    walk,
)
from app.language.typeset.boxes import (
    DOTS,
    MINUS_SIGN,
    Cases,
    Fenced,
    Fraction,
    Letters,
    Marked,
    MathBox,
    Numeral,
    Operator,
    Root,
    Scripts,
    Sign,
    SumSign,
    ThinSpace,
    boxes_on_line,
    fence,
    leftmost,
    row,
    separated,
    squared,
)
from app.language.typeset.notation import USUAL_NOTATION, Notation, Orientation
from app.language.typeset.numerals import array_piece, elided, whole_number
from app.language.typeset.pieces import (
    ATOM,
    ENTRYWISE,
    POWER,
    PRODUCT,
    SUM,
    Piece,
    closed_gradient,
    function_name,
    operator_name,
    raised,
    side_by_side,
    subscript,
    sum_of_pieces,
    transposed,
)
from app.language.typeset.text_writer import shortest_decimal
from app.language.typeset.text_writer import show as text
from app.ops import OPS

Values = Callable[[Read], Array | None]
Definition = Equation | PartsLine | Start | Function | Declaration

PARTIAL = Sign("∂")
RELATIONS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}


@dataclass(frozen=True)
class Typesetter:
    """How expressions are to be set.

    `ranks` says what is bold (a name it lacks goes by its spelling); `of` is what adjoints differentiate, a
    name or a node. `at` puts the step t = at in, and `tau` the last step. `values` gives the numbers to put
    in, or None to keep the symbol; with `at` it is asked for reads at literal moments. Tables show at most
    `limit` rows and columns, written-out sums as many terms. `notation` says what symbols look like. `inner` has the
    results within equations by the names that a program gives them, each as the expression that is written for it.
    """

    ranks: Mapping[str, int] = field(default_factory=dict)
    of: str = "loss"
    at: int | None = None
    tau: int | None = None
    values: Values | None = None
    limit: int = 8
    notation: Notation = USUAL_NOTATION
    inner: Mapping[str, Expr] = field(default_factory=dict)

    def line(self, x: Definition) -> tuple[MathBox, MathBox]:
        """The two sides of a line."""
        if isinstance(x, Declaration):
            return self.named(Read(x.name)), self.space(x)
        if isinstance(x, Function):
            return self.expression(Call(x.name, tuple(map(Read, x.arguments)))), self.expression(x.body)
        if isinstance(x, PartsLine):
            return self.stacked([Read(name, NOW if x.indexed else None) for name in x.names]).box, self.expression(
                x.expr
            )
        left = Read(x.name, x.time if isinstance(x, Start) else NOW if x.indexed else None)
        bare = self.one(left) and not self.values
        return self.marked(left, self.named(left)) if bare else self.expression(left), self.expression(x.expr)

    def statement(self, x: Definition) -> MathBox:
        """The whole of a line."""
        left, right = self.line(x)
        return row(left, relation_of(x), right)

    def steps(self, steps: int) -> MathBox:
        """Which steps there are."""
        listed = Numeral("1"), Sign(",", "comma"), Sign("…"), Sign(",", "comma"), Numeral(str(steps))
        return row(self.expression(Read("t", NOW)), Sign("=", "relation"), *listed)

    def fixed(self, names: Sequence[str]) -> MathBox:
        """In words, which parameters training leaves as they are."""
        listed = [box for name in names for box in (Sign(",", "comma"), self.named(Read(name)))][1:]
        said = [box for word in ("fixed", "in", "training") for box in (ThinSpace(), Letters(word, "upright"))]
        return row(*listed, *said)

    def expression(self, x: Expr) -> MathBox:
        """The whole of an expression."""
        return self.piece(x).signed

    def piece(self, x: Expr) -> Piece:
        match x:
            case Number():
                return Piece(Numeral(shortest_decimal(abs(x.value)) if x.value < 0 else text(x)), ATOM, x.value < 0)
            case Read():
                return self.read(x)
            case Condition():
                return self.bracket(x)
            case Call(function, args):
                return self.applied(function_name(function, self.notation), args)
            case Apply(op, args):
                form = FORMS.get(op) or FORMS.get(OPS[op].tex)
                return form(self, args) if form else self.applied(operator_name(OPS[op].tex, op), args)

    def rank(self, x: Expr) -> int:
        """0 for a scalar, 1 for a vector, 2 for a matrix."""
        match x:
            case Read(name):
                return self.rank_of(name)
            case Call(function):
                return self.ranks.get(function, 1)
            case Apply(op, args):
                if OPS[op].shape not in RULES:
                    return self.rank(args[-1])
                ranks = tuple(map(self.rank, args))
                rank = rank_of_result(op, ranks)
                return max(ranks) if rank is None else rank
            case _:
                return 0

    def rank_of(self, name: str) -> int:
        bare = name.removeprefix(NABLA)
        if bare in (*CLOCK, "loss"):
            return 0
        return self.ranks[bare] if bare in self.ranks else rank_by_spelling(bare)

    # what a variable looks like

    def read(self, x: Read) -> Piece:
        if self.one(x):
            return Piece(self.marked(x, Numeral("1")))
        if x.name == "t" and x.time is not None:
            number = self.step_number(x.time)
            return replace(number, box=Marked(number.box, term="t"))
        if x.name == "tau" and self.values and self.tau is not None:
            return Piece(Numeral(str(self.tau)))
        put = self.numbers(x)
        if put is None and x.name in self.inner:
            written = self.written_out(x)
            return replace(written, box=self.marked(x, written.box))
        if put is None:
            return Piece(self.marked(x, self.named(x)), PRODUCT if x.name.startswith(NABLA) else ATOM)
        shown = array_piece(put, self.limit, self.notation.across)
        return replace(shown, box=self.marked(x, shown.box))

    def written_out(self, x: Read) -> Piece:
        """The expression that stands for a result within an equation, at the moment of the read."""
        if x.time is not None and not x.time.base:
            return replace(self, at=x.time.offset).piece(self.inner[x.name])
        return self.piece(shift(self.inner[x.name], x.time.offset if x.time else 0))

    def numbers(self, x: Expr) -> Array | None:
        """The numbers to put in for a read."""
        if self.values is None or not isinstance(x, Read) or x.name in CLOCK:
            return None
        return self.values(self.moved(x))

    def named(self, x: Read) -> MathBox:
        """A symbol with its moment; an adjoint as the gradient, or for a scalar the derivative, by it."""
        if x.name.startswith(NABLA):
            variable = Read(x.name.removeprefix(NABLA), x.time)
            inner = replace(self, values=None).written_out(variable) if variable.name in self.inner else None
            if self.rank_of(x.name):
                below = inner.signed if inner else self.named(variable)
                return row(Scripts(Sign(NABLA), below), self.objective())
            below = inner.within(ATOM) if inner else self.named(variable)
            return Fraction(row(PARTIAL, self.objective()), row(PARTIAL, below))
        if x.name in self.inner:
            return self.written_out(x).signed
        it = self.notation.symbol(x.name)
        base = self.notation.letters(it, self.rank_of(x.name))
        moment = self.moment(x.time) if x.time else None
        return self.notation.at_moment(base, subscript(it.sub) if it.sub else None, moment)

    def objective(self) -> MathBox:
        """The variable that is differentiated: `loss`, or a node such as `L[3]`."""
        node, still = parse_node(self.of), replace(self, values=None)
        return still.named(Read(node.name, None if node.t is None else Time("", node.t)))

    def marked(self, x: Read, box: MathBox) -> MathBox:
        adjoint = x.name.startswith(NABLA)
        name, moved = x.name.removeprefix(NABLA), self.moved(x).time
        time = "" if x.time is None else str(x.time.offset) if x.time.base == "t" else f"={text(x.time)}"
        known = moved is None or not moved.base
        asked = self.at is not None or self.tau is not None
        node = text(Read(name, moved)) if known and asked else ""
        return Marked(box, name, time, node, adjoint)

    def moved(self, x: Read) -> Read:
        """The read with the step put in, as far as it is known."""
        return x if x.time is None else replace(x, time=self.step(x.time))

    def step(self, time: Time) -> Time:
        known = {"t": self.at, "tau": self.tau, "": 0}[time.base]
        return time if known is None else Time("", known + time.offset)

    def step_number(self, time: Time) -> Piece:
        """The number of the running step, of the one after it, …"""
        known = self.step(time)
        if not known.base and known.offset < 0:
            return Piece(whole_number(-known.offset), ATOM, minus=True)
        return Piece(self.moment(time), SUM if known.base and known.offset else ATOM)

    def moment(self, time: Time) -> MathBox:
        time = self.step(time)
        if not time.base:
            return whole_number(time.offset)
        base = Letters(self.notation.last_letter if time.base == "tau" else time.base)
        steps = Numeral(str(abs(time.offset)))
        return row(base, Sign(MINUS if time.offset < 0 else "+"), steps) if time.offset else base

    def bracket(self, x: Condition) -> Piece:
        """Iverson's bracket, or with numbers put in the 1 or 0 that it is."""
        now, then = self.step(x.at), self.step(x.time)
        if self.values and not now.base and not then.base:
            return Piece(Numeral(str(int(now == then))))
        holds = row(self.moment(x.at), Sign("=", "relation"), self.moment(x.time))
        return Piece(Marked(Fenced(holds, "[", "]"), term="[t = …]"))

    # sums and products

    def terms(self, x: Expr) -> list[Piece]:
        match x:
            case Apply("+", args):
                return [term for a in args for term in self.terms(a)]
            case Apply("-", (a, b)):
                return [*self.terms(a), Piece(self.piece(b).within(ENTRYWISE), ENTRYWISE, minus=True)]
            case _:
                return [self.piece(x)]

    def sum(self, args: tuple[Expr, ...], op: str = "+") -> Piece:
        return sum_of_pieces(self.terms(Apply(op, args)))

    def negative(self, args: tuple[Expr, ...]) -> Piece:
        inner = self.piece(args[0])
        if inner.minus or inner.level == SUM:
            return Piece(fence(inner.signed), PRODUCT, minus=True)
        return replace(inner, minus=True)

    def scaled(self, args: tuple[Expr, ...]) -> Piece:
        """A product entry by entry: with ⊙ where both have entries, else side by side."""
        a, b = args
        if self.one(a) or self.one(b):
            return self.piece(b if self.one(a) else a)
        if not (self.rank(a) and self.rank(b)):
            return side_by_side([*self.factors(a), *self.factors(b)])
        left, right = self.piece(a).times(ENTRYWISE), self.piece(b).within(ENTRYWISE)
        box = row(closed_gradient(left.box), Sign("⊙", "binary"), right)
        return Piece(box, ENTRYWISE, left.minus)

    def product(self, args: tuple[Expr, ...]) -> Piece:
        a, b = args
        return side_by_side(self.chain(a, b))

    def chain(self, a: Expr, b: Expr) -> list[Piece]:
        """The factors of `a @ b`: where a vector stands at the side of a matrix that is not its own, that is turned."""
        match self.rank(a), self.rank(b), self.notation.orientation:
            case 1, 2, "columns":
                return [Piece(self.turned(b)), *self.factors(a)]
            case 2, 1, "rows":
                return [*self.factors(b), Piece(self.turned(a))]
            case 1, 1, "columns":
                return [*self.laid_over(a), *self.factors(b)]
            case 1, 1, "rows":
                return [*self.factors(a), *self.laid_over(b)]
            case _:
                return [*self.factors(a), *self.factors(b)]

    def one(self, x: Expr) -> bool:
        """True for the derivative of the objective by itself, which is 1 and begins the backward pass."""
        return isinstance(x, Read) and text(x) == NABLA + self.of and not self.rank_of(self.of)

    def factors(self, x: Expr) -> list[Piece]:
        match x:
            case Apply("*", (a, b)) if self.one(a) or self.one(b):
                return self.factors(b if self.one(a) else a)
            case Apply("*", (a, b)) if not (self.rank(a) and self.rank(b)):
                return [*self.factors(a), *self.factors(b)]
            case Apply("@", (a, b)) if self.rank(x):
                return self.chain(a, b)
            case Apply("@"):
                return [Piece(fence(self.expression(x)))]
            case _:
                return [self.piece(x).times(PRODUCT)]

    def laid_over(self, x: Expr) -> list[Piece]:
        """The factors of a vector turned: of a column as a row, of a row as a column."""
        match x:
            case Apply("*", (a, b)) if self.rank(a) + self.rank(b) == 1:
                return [*(self.laid_over(a) if self.rank(a) else self.factors(a)),
                        *(self.laid_over(b) if self.rank(b) else self.factors(b))]  # fmt: skip
            case Apply("@", (a, b)) if (self.rank(a), self.rank(b)) == (1, 2) and not self.notation.across:
                return [*self.laid_over(a), *self.factors(b)]
            case Apply("@", (a, b)) if (self.rank(a), self.rank(b)) == (2, 1) and self.notation.across:
                return [*self.factors(a), *self.laid_over(b)]
            case _:
                return [Piece(self.turned(x))]

    def turned(self, x: Expr) -> MathBox:
        """The transpose of an expression."""
        return transposed(self.piece(x).within(ATOM))

    def transpose(self, args: tuple[Expr, ...]) -> Piece:
        return Piece(self.turned(args[0]))

    def outer(self, args: tuple[Expr, ...]) -> Piece:
        """The product of a column and a row."""
        column, of_row = args
        if self.notation.across:
            return side_by_side([*self.laid_over(column), *self.factors(of_row)])
        return side_by_side([*self.factors(column), *self.laid_over(of_row)])

    # other forms

    def applied(self, name: MathBox, args: tuple[Expr, ...]) -> Piece:
        return Piece(row(name, fence(separated(map(self.expression, args), ","))))

    def quotient(self, args: tuple[Expr, ...]) -> Piece:
        """A fraction; fractions in the numerator stand beside it as factors."""
        over, under = self.piece(args[0]), self.expression(args[1])
        factors = self.factors(args[0])
        tall = [f for f in factors if any(isinstance(b, Fraction) for b in boxes_on_line(f.box))]
        if not tall:
            return Piece(Fraction(over.box, under), PRODUCT, over.minus)
        low = side_by_side([f for f in factors if f not in tall] or [Piece(Numeral("1"))])
        first_one = Piece(Fraction(low.box, under), minus=over.minus)
        return side_by_side([first_one, *(replace(f, minus=False) for f in tall)])

    def power(self, args: tuple[Expr, ...]) -> Piece:
        base = self.piece(args[0])
        name = isinstance(args[0], Read) and not args[0].time and isinstance(leftmost(base.box), Letters)
        single = name or (isinstance(base.box, Numeral) and not base.minus)
        return Piece(Scripts(base.box if single else fence(base.signed), sup=self.expression(args[1])), POWER)

    # parts of vectors

    def stacked(self, args: Sequence[Expr]) -> Piece:
        """Vectors one after another, as one: [h; x]; matrices side by side, [H, X]."""
        boxes = [self.piece(a).box if self.numbers(a) is None else self.expression(a) for a in args]
        return Piece(squared(separated(boxes, self.one_after_another(args[0]))))

    def one_after_another(self, part: Expr) -> str:
        """What stands between the parts of a whole: [h; x] is a column; [h, x] is a row, and so is each of a matrix."""
        return "," if self.notation.across or self.rank(part) == 2 else ";"

    def part(self, args: tuple[Expr, ...]) -> Piece:
        """One of the equal parts of a vector, by its number."""
        return Piece(Scripts(squared(self.expression(args[0])), sub=self.expression(args[1])))

    def placed(self, args: tuple[Expr, ...]) -> Piece:
        """A vector as one of equal parts, the others 0."""
        part, *numbers = args
        which, count = (int(n.value) if isinstance(n, Number) else 1 for n in numbers)
        boxes: list[MathBox] = [Numeral("0")] * count
        boxes[which - 1] = self.expression(part)
        return Piece(squared(separated(boxes, self.one_after_another(part))))

    def slice(self, args: tuple[Expr, ...]) -> Piece:
        """The entries of a vector where another stands in a concatenation."""
        still = replace(self, values=None)
        return Piece(Scripts(squared(self.expression(args[0])), sub=still.expression(args[1])))

    # choices

    def compared(self, args: tuple[Expr, ...], sign: str) -> Piece:
        """Iverson's bracket: 1 where it holds, else 0."""
        return Piece(squared(self.relation(args, sign)))

    def relation(self, args: Sequence[Expr], sign: str) -> MathBox:
        return row(self.expression(args[0]), Sign(sign, "relation"), self.expression(args[1]))

    def chosen(self, args: tuple[Expr, ...]) -> Piece:
        """One of two, by cases."""
        condition, one, other = args
        match condition:
            case Apply(op, parts) if op in RELATIONS:
                holds = self.relation(parts, RELATIONS[op])
            case Condition():
                box = self.bracket(condition).box
                inner = box.body if isinstance(box, Marked) and box.term else box
                holds = inner.body if isinstance(inner, Fenced) else row(box, Sign("≠", "relation"), Numeral("0"))
            case _:
                holds = row(self.expression(condition), Sign("≠", "relation"), Numeral("0"))
        return Piece(Cases(((self.expression(one), holds), (self.expression(other), None))))

    def norm(self, args: tuple[Expr, ...]) -> Piece:
        inner = fence(self.expression(args[0]))
        return Piece(replace(inner, opening="‖", closing="‖"))

    def inverted(self, args: tuple[Expr, ...]) -> Piece:
        return Piece(raised(self.piece(args[0]).within(ATOM), row(MINUS_SIGN, Numeral("1"))))

    def solved(self, args: tuple[Expr, ...]) -> Piece:
        inverse, known = self.inverted(args[:1]), self.factors(args[1])
        if self.notation.across:
            return side_by_side([*known, Piece(transposed(inverse.box))])
        return side_by_side([inverse, *known])

    def extreme(self, args: tuple[Expr, ...], name: str) -> Piece:
        """The largest or smallest of all steps: with numbers put in, of them all."""
        operator = Operator(name, rf"\{name}")
        if self.values and self.tau is not None:
            boxes = [piece.signed for piece in self.each_step(args[0], self.tau)]
            return Piece(row(operator, fence(separated(boxes, ","))))
        body = replace(self, at=None).piece(args[0])
        gap = () if isinstance(body.box, Fenced) else (ThinSpace(given=True),)
        box = row(Scripts(operator, sub=Letters("t")), *gap, body.within(PRODUCT))
        return Piece(box, ENTRYWISE)

    def root(self, args: tuple[Expr, ...]) -> Piece:
        return Piece(Root(self.expression(args[0])))

    def absolute(self, args: tuple[Expr, ...]) -> Piece:
        inner = fence(self.expression(args[0]))
        return Piece(replace(inner, opening="|", closing="|"))

    def size(self, args: tuple[Expr, ...]) -> Piece:
        put = self.numbers(args[0])
        return Piece(Numeral(str(put.size))) if put is not None else self.applied(Operator("size"), args)

    def ones(self, args: tuple[Expr, ...]) -> Piece:
        style = self.notation.style(self.rank(args[0]))
        return Piece(Numeral("1") if style == "italic" else Letters("1", style))

    def pooled(self, args: tuple[Expr, ...]) -> Piece:
        """The sum over time: with numbers put in, term by term."""
        if self.values and self.tau is not None:
            return sum_of_pieces(self.each_step(args[0], self.tau))
        body = replace(self, at=None).piece(args[0])
        sign = SumSign(row(Letters("t"), Sign("="), Numeral("1")), self.moment(Time("tau")))
        return Piece(row(sign, body.box if body.level > SUM else fence(body.box)), ENTRYWISE, body.minus)

    def averaged(self, args: tuple[Expr, ...]) -> Piece:
        inner = self.pooled(args)
        body = inner.box if inner.level > SUM and not (self.values and self.tau) else fence(inner.box)
        gap = () if isinstance(body, Fenced) else (ThinSpace(given=True),)
        steps = Marked(self.moment(Time("tau")), term="τ")
        return Piece(row(Fraction(Numeral("1"), steps), *gap, body), ENTRYWISE, inner.minus)

    def each_step(self, x: Expr, tau: int) -> list[Piece]:
        dots = Piece(DOTS[0])
        shown = elided(range(1, tau + 1), self.limit)
        return [replace(self, at=t).piece(x) if t is not None else dots for t in shown]

    # sizes

    def space(self, x: Declaration) -> MathBox:
        """The space that a declared name is an element of: ℝ, or ℝ with its sizes above."""
        reals = Sign("ℝ")
        if not x.sizes:
            return reals
        letters = ("n",) if len(x.sizes) == 1 else ("m", "n")
        sizes = [self.size_box(x, size, letter) for size, letter in zip(x.sizes, letters, strict=True)]
        if len(sizes) == 1 and self.notation.across:
            sizes = [Numeral("1"), *sizes]
        return Scripts(reals, sup=row(*[box for size in sizes for box in (Sign("×", "binary"), size)][1:]))

    def size_box(self, x: Declaration, size: Size, letter: str) -> MathBox:
        """A size by its number or its name; one that a line leaves open is that of the name: n with it below."""
        if isinstance(size, int):
            return Numeral(str(size))
        it = self.notation.symbol(x.name if size is None else size)
        if size is None:
            return Scripts(Letters(letter), subscript(",".join(filter(None, (it.stem, it.sub)))))
        base = self.notation.letters(it, 0)
        return Scripts(base, subscript(it.sub)) if it.sub else base


PieceMaker = Callable[[Typesetter, tuple[Expr, ...]], Piece]

FORMS: Mapping[str, PieceMaker] = {
    "+": Typesetter.sum,
    "-": lambda self, args: self.sum(args, "-"),
    "neg": Typesetter.negative,
    "*": Typesetter.scaled,
    "@": Typesetter.product,
    "**": Typesetter.power,
    "power": Typesetter.power,
    "concat": Typesetter.stacked,
    "split": Typesetter.part,
    "place": Typesetter.placed,
    "slice": Typesetter.slice,
    "where": Typesetter.chosen,
    **{op: partial(Typesetter.compared, sign=sign) for op, sign in RELATIONS.items()},
    "norm": Typesetter.norm,
    "inverse": Typesetter.inverted,
    "solve": Typesetter.solved,
    "max_t": partial(Typesetter.extreme, name="max"),
    "min_t": partial(Typesetter.extreme, name="min"),
    r"\frac{%s}{%s}": Typesetter.quotient,
    r"\sqrt{%s}": Typesetter.root,
    r"\left|%s\right|": Typesetter.absolute,
    r"%s^{\top}": Typesetter.transpose,
    r"%s %s^{\top}": Typesetter.outer,
    r"\mathbf{1}": Typesetter.ones,
    r"\operatorname{size}": Typesetter.size,
    r"\sum": Typesetter.pooled,
    r"\sum %s %s^{\top}": lambda self, args: self.pooled((Apply("outer", args),)),
    r"\frac{1}{\tau}\sum": Typesetter.averaged,
}
"""The language's infix operators by name, the other forms by the template in the table of operations."""


def orientation_of(x: Recurrence) -> Orientation:
    """Rows where a text multiplies vectors from the left more often than from the right, as `x @ W` does."""
    setter = Typesetter(ranks_of(x))
    exprs = (*(e.expr for e in x.equations), *(s.expr for s in x.starts))
    products = [e.args for expr in exprs for e in walk(expr) if isinstance(e, Apply) and e.op == "@"]
    ranks = [(setter.rank(a), setter.rank(b)) for a, b in products]
    return "rows" if ranks.count((1, 2)) > ranks.count((2, 1)) else "columns"


def ranks_of(x: Recurrence) -> dict[str, int]:
    """The rank of every variable."""
    return {name: variable.rank for name, variable in x.variables.items()}


def relation_of(x: Definition) -> Sign:
    """What stands between the two sides of a line: what is declared is an element of a space."""
    return Sign("∈" if isinstance(x, Declaration) else "=", "relation")


def equated(left: MathBox, right: MathBox) -> MathBox:
    """Two sides with the sign of equality between them."""
    return row(left, Sign("=", "relation"), right)


def written_lines(x: Recurrence) -> list[Definition]:
    """Declarations, functions, starts and equations as they are written, for a reader."""
    return [*x.declarations, *x.functions, *x.starts, *written_together(x.equations)]


def term_of(op: str) -> str:
    """What the name of an operation is marked with in formulas; nothing where it is written as a sign."""
    if op in FORMS or OPS[op].tex in FORMS:
        return ""
    name = operator_name(OPS[op].tex, op)
    return name.term if isinstance(name, Marked) else name.text if isinstance(name, Operator) else ""
