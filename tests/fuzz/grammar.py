"""Invent programs of the language from a seed: all operations, starts, moments, both directions, functions.

A program is kept as lines of terms, so that a finding can be made smaller piece by piece. Which ranks an operation
takes is asked of its own shape rule: a new row of the table is drawn from as soon as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from random import Random

from app.language.initials import INITIALS
from app.language.ranks import rank_by_spelling
from app.language.resolve import POOLS
from app.language.shapes import RULES, ShapeClash
from app.language.sums import Dimension
from app.ops import OPS, Op

LETTERS = "h s o a c d g e q z u v x y b p r n w k j l m A B E M P Q R S U V W X Z"
GREEK = "alpha beta eta lambda rho xi tau_m sigma omega Gamma Phi α ρ"
ENGINE = "keep gate inside free lag read kept held end of at node edge graph size sign ones Keep Gate Free Lag"
PYTHON = "file allow_pickle inf nan None step sum mean name title window __proto__ constructor toString W_rows"
WRITTEN = "x_1 h_0 W_hh b_f yhat hbar h_t x2h a_b_c _u größe y_hat я given_ t_1 tau1 x0 h1 long_long_long_long_name"
NAMES = " ".join((LETTERS, GREEK, ENGINE, PYTHON, WRITTEN)).split()
"""What a variable may be called: letters, and words that mean something inside the engine, in Python, in JavaScript."""
FUNCTIONS = ("f", "phi", "step_", "act", "F_1", "gate2")
ARGUMENTS = ("s", "x", "h", "u", "M", "beta", "keep", "y")
LITERALS = ("2", "0.5", "1/2", "1", "0.1", ".25", "3e-1", "0", "1.5")
EXPONENTS = ("2", "2", "3", "1", "0", "-1", "-2", "0.5", "-1.5")
STARTS_BACK = (("0",), ("0",), ("0",), ("1",), ("0", "-1"), ("0", "1"), ("1", "2"), ("2", "-1", "1", "0"))
STARTS_AHEAD = (("tau+1",), ("tau+1",), ("tau",), ("tau+2", "tau+1"), ("tau", "tau+1"), ("tau-1", "tau"))
"""The moments at which a variable may be set, that run from the beginning and that run from the end."""
MOMENTS = ("tau", "tau-1", "1", "0", "2", "tau-2", "tau+1", "3", "-1")


APART = ("**", "concat", "split")
"""Operations that are drawn otherwise than from their shape rules."""


@dataclass(frozen=True)
class Term:
    """A piece of a right side: `form` with its `parts` put in; `pools` where a sum over time stands inside."""

    form: str
    parts: tuple[Term, ...] = ()
    rank: int = 0
    pools: bool = False

    def __str__(self) -> str:
        return self.form.format(*self.parts)


@dataclass(frozen=True)
class Line:
    """A line: what stands left of its right side, and the right side."""

    left: str
    right: Term

    def __str__(self) -> str:
        return f"{self.left}{self.right}"


@dataclass(frozen=True)
class Program:
    """A whole text, line by line."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return "\n".join(map(str, self.lines))


@dataclass(frozen=True)
class Combination:
    """An operation applied to arguments of these ranks."""

    op: Op
    ranks: tuple[int, ...]
    rank: int

    @property
    def form(self) -> str:
        if self.op.infix:
            return "(" + f" {self.op.written} ".join("{}" for _ in self.ranks) + ")"
        spelling = self.op.written
        return f"({spelling}{{}})" if self.op.precedence else f"{spelling}({', '.join('{}' for _ in self.ranks)})"


@cache
def combinations() -> tuple[Combination, ...]:
    """Every operation that people can write, with all the ranks that its shape rule lets through.

    But for powers, whose exponents are numbers, biases of matrices, and what makes vectors of other sizes: these are
    drawn apart.
    """
    found = []
    for op in OPS.values():
        for ranks in product(range(3), repeat=op.arity or 2):
            if not op.internal and op.name not in APART and not (op.shape == "sum" and {1, 2} <= {*ranks}):
                try:
                    shape = RULES[op.shape].dims([tuple(Dimension() for _ in range(rank)) for rank in ranks])
                except ShapeClash:
                    continue
                found.append(Combination(op, ranks, len(shape)))
    return tuple(found)


@dataclass
class Scope:
    """What a right side may read: terms by rank, and functions with the ranks they take and give."""

    leaves: list[Term] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    sequences: Scope | None = None
    """What pooling over time may read, in an equation of one value."""


@dataclass(frozen=True)
class Function:
    """A function of the text: `form` is its call."""

    form: str
    ranks: tuple[int, ...]
    rank: int


def invent(seed: int) -> Program:
    """The program of a seed. Nearly all are legal; the others are to be refused with a message."""
    return _Inventor(Random(seed)).program()


class _Inventor:
    """Draws one program, remembering which names are taken."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.taken: set[str] = set()
        self.lines: list[Line] = []
        self.data: list[Term] = []
        """Parameters and single given values, as terms."""
        self.given: list[str] = []
        self.declarations: dict[str, str] = {}
        self.known: list[tuple[str, int, bool]] = []
        """Computed variables of earlier blocks: name, rank, indexed."""
        self.sequences: list[tuple[str, int]] = []
        """Given sequences."""

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def program(self) -> Program:
        self.knowns()
        functions = [self.function(name) for name in self.rng.sample(FUNCTIONS, self.rng.choice((0, 0, 0, 1, 2)))]
        for _ in range(self.rng.choice((1, 1, 1, 2, 2, 3))):
            self.block(functions)
        if self.chance(0.8):
            self.objective(functions)
        self.lines += self.beginnings()
        if given := [name for name in self.given if name in self.words()]:
            self.lines.insert(0, Line(f"given {', '.join(given)}", Term("")))
        self.lines += [Line(f"{n}: ", Term(said)) for n, said in self.declarations.items() if n in self.words()]
        return Program(tuple(self.lines))

    def name(self, rank: int | None = None) -> str:
        """A name that nothing has yet; of a rank by its spelling, as what is not computed needs."""
        free = [
            n for n in NAMES if n not in self.taken and n not in OPS and (rank is None or rank_by_spelling(n) == rank)
        ]
        usual = [n for n in free if len(n) == 1]
        found = self.rng.choice(usual if usual and self.chance(0.6) else free)
        self.taken.add(found)
        return found

    def computed(self, rank: int) -> str:
        """A computed variable may be called like an operation, and against the spelling of its rank."""
        words = [n for n in ("step", "sum", "mean", "size", "sign", "ones") if n not in self.taken]
        found = self.rng.choice(words) if words and self.chance(0.03) else self.name(rank if self.chance(0.9) else None)
        self.taken.add(found)
        return found

    def knowns(self) -> None:
        """Data and parameters: some of each rank."""
        for rank in range(3):
            for _ in range(self.rng.randint(1, 3)):
                name = self.declared(rank) if self.chance(0.08) else self.name(rank)
                self.data.append(Term(name, rank=rank))
                if self.chance(0.12):
                    self.given.append(name)
        for rank in (1, 1, 0, 2):
            if self.chance((0.5, 0.9, 0.15)[rank]):
                self.sequences.append((self.name(rank), rank))

    def declared(self, rank: int) -> str:
        """A name of any spelling, with a line that says its rank or its sizes."""
        name = self.name()
        sizes = " x ".join(self.rng.choice(("2", "3", "n_1")) for _ in range(rank))
        said = sizes if sizes and self.chance(0.4) else ("scalar", "vector", "matrix")[rank]
        self.declarations[name] = said + self.rng.choice(("", "", " unless given"))
        return name

    def function(self, name: str) -> Function:
        self.taken.add(name)
        arguments = self.rng.sample(ARGUMENTS, self.rng.randint(1, 3))
        ranks = tuple(self.rng.choice((1, 1, 1, 0, 2)) for _ in arguments)
        own = [Term(a, rank=r) for a, r in zip(arguments, ranks, strict=True)]
        others = [t for t in self.data if t.form not in arguments]
        scope = Scope(own * 3 + others)
        rank = self.rng.choice(ranks)
        body = self.term(scope, rank, self.rng.randint(1, 2))
        self.lines.append(Line(f"{name}({', '.join(arguments)}) = ", body))
        return Function(f"{name}({', '.join('{}' for _ in arguments)})", ranks, rank)

    def block(self, functions: list[Function]) -> None:
        kind = self.rng.choice(("loop", "loop", "loop", "plain", "single"))
        if kind == "single":
            rank = self.rng.choice((0, 1, 1, 2))
            name = self.computed(rank)
            self.lines.append(Line(f"{name} = ", self.term(self.single(functions), rank, self.rng.randint(1, 2))))
            self.known.append((name, rank, False))
            return
        if self.chance(0.12):
            self.parts(functions)
            return
        sign = self.rng.choice("---+") if kind == "loop" else ""
        names = [(self.computed(rank), rank) for rank in self.ranks()]
        for i, (name, rank) in enumerate(names):
            scope = self.running(functions)
            scope.leaves += [Term(f"{n}[t]", rank=r) for n, r in names[:i]] * 2
            if sign:
                lags = [self.rng.choice((1, 1, 1, 2, 3, 9)) for _ in range(2)]
                scope.leaves += [Term(f"{n}[t{sign}{k}]", rank=r) for n, r in names for k in lags] * 2
            self.lines.append(Line(f"{name}[t] = ", self.sequence(scope, rank)))
        for name, rank in names:
            if self.chance(0.4 if sign else 0.15):
                back = sign == "-" if sign and self.chance(0.9) else self.chance(0.5)
                scope = Scope(self.before_start() if self.chance(0.3) else list(self.data))
                for moment in self.rng.choice(STARTS_BACK if back else STARTS_AHEAD):
                    own = 0 if self.chance(0.2) else rank  # One number stands for every entry.
                    right = self.term(scope, own, self.rng.choice((0, 0, 0, 1)))
                    self.lines.append(Line(f"{name}[{moment}] = ", right))
        self.known += [(name, rank, True) for name, rank in names]

    def before_start(self) -> list[Term]:
        """What a start may be made of beside data and parameters: what is given or computed before, at a moment."""
        names = [*self.sequences, *((n, r) for n, r, indexed in self.known if indexed)]
        moments = [Term(f"{n}[{self.moment(n)}]", rank=r) for n, r in names for _ in range(2)]
        return [*self.data, *moments, *(Term(n, rank=r) for n, r, indexed in self.known if not indexed)]

    def parts(self, functions: list[Function]) -> None:
        """A line with several names on the left; a matrix of its own makes the whole of the size that it needs."""
        names = [self.computed(1) for _ in range(self.rng.choice((2, 2, 3, 4)))]
        scope = self.running(functions)
        back = [Term(f"{name}[t-1]", rank=1) for name in names if self.chance(0.5)]
        vector = self.term(replace(scope, leaves=[*scope.leaves, *back * 3]), 1, self.rng.randint(0, 1))
        whole = Term("{} @ {}", (Term(self.name(2), rank=2), vector), 1)
        self.lines.append(Line(f"{', '.join(f'{name}[t]' for name in names)} = ", Term("split({})", (whole,), 1)))
        self.known += [(name, 1, True) for name in names]

    def ranks(self) -> list[int]:
        return [self.rng.choice((1, 1, 1, 1, 0, 2)) for _ in range(self.rng.choice((1, 1, 1, 2, 3)))]

    def sequence(self, scope: Scope, rank: int) -> Term:
        """The right side of a sequence; mostly kept within bounds, so that the numbers stay finite."""
        inner = self.term(scope, rank, self.rng.choice((0, 1, 1, 2, 2, 3)))
        if self.chance(0.55):
            return Term(self.rng.choice(("tanh({})", "sigmoid({})", "sin({})")), (inner,), rank)
        return inner

    def moment(self, name: str) -> str:
        """A moment of a sequence; what is computed is read before h[0] only where a line sets it."""
        given = any(name == known for known, _ in self.sequences)
        anywhere = given or any(line.left == f"{name}[-1] = " for line in self.lines)
        return self.rng.choice(MOMENTS if anywhere else MOMENTS[:-1])

    def running(self, functions: list[Function]) -> Scope:
        """What an equation with a step of its own may read of what is there already."""
        leaves = [*self.data, Term("tau"), Term("t"), Term(f"[t = {self.rng.choice(MOMENTS)}]")]
        for name, rank in self.sequences:
            reads = (f"{name}[t]", f"{name}[t]", f"{name}[t{self.rng.choice('+-')}{self.rng.randint(1, 3)}]")
            leaves += [Term(read, rank=rank) for read in reads]
            leaves += [Term(f"{name}[{self.moment(name)}]", rank=rank)] * self.chance(0.3)
        for name, rank, indexed in self.known:
            times = ("t", "t", f"t{self.rng.choice('+-')}{self.rng.randint(1, 3)}", self.moment(name))
            leaves += [Term(f"{name}[{time}]", rank=rank) for time in times] if indexed else [Term(name, rank=rank)]
        return Scope(leaves, functions)

    def single(self, functions: list[Function]) -> Scope:
        """What an equation of one value may read: moments, and sequences pooled over time."""
        leaves = [*self.data, Term("tau")]
        leaves += [
            Term(f"{name}[{self.moment(name)}]", rank=rank)
            for name, rank in [*self.sequences, *((n, r) for n, r, indexed in self.known if indexed)]
            for _ in range(2)
        ]
        leaves += [Term(name, rank=rank) for name, rank, indexed in self.known if not indexed]
        return Scope(leaves, functions, self.running(functions))

    def objective(self, functions: list[Function]) -> None:
        """A loss: pooled over time, at a moment, or of single values."""
        names = [(n, r) for n, r, indexed in self.known if indexed]
        if names and self.chance(0.5):
            name, rank = names[-1]
            error = self.rng.choice(("sum({} ** 2)", "mean({})", "sum({})")) if rank else "{}"
            target = self.rng.choice([None, *(n for n, r in self.sequences if r == rank == 1)])
            if target and self.chance(0.7):
                error = f"{self.rng.choice(('mse', 'cross_entropy'))}({{}}, {target}[t])"
            inner = Term(error, (Term(f"{name}[t]", rank=rank),))
            if self.chance(0.5):
                loss = self.name(1)
                self.lines.append(Line(f"{loss}[t] = ", inner))
                inner = Term(f"{loss}[t]")
            pooled = Term(f"{self.rng.choice(list(POOLS))}({{}})", (inner,))
            self.lines.append(Line("loss = ", pooled))
            return
        right = self.term(self.single(functions), 0, self.rng.randint(1, 2))
        self.lines.append(Line("loss = ", right))

    def beginnings(self) -> Iterator[Line]:
        """How some parameters begin."""
        words = self.words()
        for term in self.data:
            if term.form not in self.given and term.form in words and self.chance(0.15):
                rule = self.rng.choice([*INITIALS, "number"])
                said = f"{rule}({self.rng.choice(('0.5', '1', '-2'))})" if self.chance(0.4) else rule
                number = self.rng.choice(("0.9", "-0.5", "1"))
                yield Line(f"{term.form} ~ ", Term(number if rule in ("number", "constant") else said))
            elif term.form not in self.given and term.form in words and self.chance(0.05):
                yield Line(f"fixed {term.form}", Term(""))

    def words(self) -> set[str]:
        """Every word of the right sides so far."""
        return {word for line in self.lines for word in re.findall(r"\w+", str(line.right))}

    # terms

    def term(self, scope: Scope, rank: int, depth: int) -> Term:
        """A term of this rank, operations so deep."""
        if scope.sequences and self.chance(0.3):
            return self.pooled(scope.sequences, rank, depth)
        if depth <= 0:
            return self.leaf(scope, rank)
        if self.chance(0.01):
            return self.long(scope, rank)
        if rank == 1 and self.chance(0.06):
            return self.concatenated(scope, depth)
        if rank == 2 and self.chance(0.08):
            inner, bias = self.term(scope, 2, depth - 1), self.rng.choice([t for t in self.data if t.rank == 1])
            return Term("({} @ {} + {})", (inner, Term(self.name(2), rank=2), bias), 2, inner.pools)
        if self.chance(0.12):
            inner = self.term(scope, rank, depth - 1)
            return Term(f"({{}}) ** {self.rng.choice(EXPONENTS)}", (inner,), rank, inner.pools)
        calls = [f for f in scope.functions if f.rank == rank]
        if calls and self.chance(0.25):
            f = self.rng.choice(calls)
            return self.made(scope, f.form, f.ranks, rank, depth)
        rows = [c for c in combinations() if c.rank == rank]
        names = list(dict.fromkeys(c.op.name for c in rows))
        weights = [3 if OPS[name].infix else 1 for name in names]
        name = self.rng.choices(names, weights)[0]
        c = self.rng.choice([c for c in rows if c.op.name == name])
        if scope.sequences and c.op.name in POOLS:
            # In an equation of one value a sum runs over time where t is free in it: there it is drawn as pooling.
            return self.leaf(scope, rank)
        return self.made(scope, c.form, c.ranks, rank, depth)

    def concatenated(self, scope: Scope, depth: int) -> Term:
        """Vectors one after another, multiplied by a matrix of their own."""
        parts = tuple(self.term(scope, 1, self.rng.randint(0, depth - 1)) for _ in range(self.rng.choice((2, 2, 3))))
        form = f"({{}} @ concat({', '.join('{}' for _ in parts)}))"
        return Term(form, (Term(self.name(2), rank=2), *parts), 1, any(p.pools for p in parts))

    def made(self, scope: Scope, form: str, ranks: Sequence[int], rank: int, depth: int) -> Term:
        parts = tuple(self.term(scope, r, self.rng.randint(0, depth - 1)) for r in ranks)
        return Term(form, parts, rank, any(p.pools for p in parts))

    def pooled(self, sequences: Scope, rank: int, depth: int) -> Term:
        """A sum or a mean over time, of something that has a value at each step."""
        timed = [t for t in sequences.leaves if t.rank == rank and "[t" in t.form]
        if not timed:
            return self.leaf(sequences, rank, timed=False)
        inner: Term = self.rng.choice(timed)
        if depth > 0 and self.chance(0.6):
            inner = Term("{} * {}", (inner, self.term(sequences, rank, depth - 1)), rank)
        return Term(f"{self.rng.choice(list(POOLS))}({{}})", (inner,), rank, pools=True)

    def long(self, scope: Scope, rank: int) -> Term:
        """A sum or a product of many terms, longer than anything may nest."""
        parts = tuple(self.leaf(scope, rank) for _ in range(self.rng.choice((30, 100, 400))))
        return Term("(" + self.rng.choice((" + ", " * ", " - ")).join("{}" for _ in parts) + ")", parts, rank)

    def leaf(self, scope: Scope, rank: int, timed: bool = True) -> Term:
        found = [t for t in scope.leaves if t.rank == rank and (timed or "[t" not in t.form)]
        if rank == 0 and (not found or self.chance(0.3)):
            return Term(self.rng.choice(LITERALS))
        if found:
            return self.rng.choice(found)
        if rank == 1:
            return Term(self.name(1), rank=1)
        return Term(self.name(2), rank=2)


def smaller(program: Program) -> Iterator[Program]:
    """The program with a piece left out: a line, or a part in the place of the term around it."""
    lines = program.lines
    for i in range(len(lines)):
        if len(lines) > 1:
            yield Program((*lines[:i], *lines[i + 1 :]))
    for i, line in enumerate(lines):
        for right in _smaller(line.right):
            yield Program((*lines[:i], replace(line, right=right), *lines[i + 1 :]))


def _smaller(term: Term) -> Iterator[Term]:
    yield from (part for part in term.parts)
    for i, part in enumerate(term.parts):
        for less in _smaller(part):
            yield replace(term, parts=(*term.parts[:i], less, *term.parts[i + 1 :]))
