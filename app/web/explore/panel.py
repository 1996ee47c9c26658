"""`Trace` + a step of the cursor → `Panel`: what is said beside the figure, its mathematics as MathML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from app.drawing.scene.themes import colour
from app.drawing.scene.values import peaks, scales
from app.engine import ByHand, Graph, Phase, Step, Term, Trace, by_hand, split
from app.engine.execution.contributions import folding_of
from app.language.symbols import NABLA, plain_symbol
from app.language.syntax import NOW, Apply, Equation, Expr, Read, Recurrence, Start, Time, reads
from app.language.typeset.boxes import Marked
from app.language.typeset.expressions import Typesetter, equated, ranks_of
from app.language.typeset.mathml import math_element, mathml
from app.language.typeset.numerals import array_piece, numeral
from app.language.typeset.pieces import sum_of_pieces
from app.language.typeset.text import show
from app.link import Resolved
from app.ops import OPS
from app.web.core.node_names import read_of
from app.web.explore.long_arrays import LIMIT, NARROW, Matrix, Whole, matrices, wholes
from app.web.explore.written_out import written_out

Array = NDArray[Any]

FINEST = 48
"""More cells than this are drawn as so many, each the entry of its share that is furthest from zero."""


@dataclass(frozen=True)
class Strip:
    """A vector as cells in a row: how many, and for each colour the path of its cells."""

    cells: int
    paths: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Arrival:
    """One thing that arrived at a node: what it came through, by which matrices, how much and with what sign."""

    through: Markup | None
    edge: str
    """The arrow that it came along, for a page to light; what came along none has a name of its own."""
    by: tuple[Markup, ...]
    numbers: Markup | None
    norm: str
    strip: Strip | None
    large: bool = False
    """Whether its numbers are shown in part, so that they are rather opened than met."""


@dataclass(frozen=True)
class Shared:
    """Parameters that serve at more than one step, and the steps whose part of their gradient is known."""

    names: tuple[tuple[str, str, Markup], ...]
    """Each as it is written, as it is spoken and as it is set."""
    uses: int
    steps: tuple[int, ...]

    @property
    def span(self) -> str:
        """The steps in a line: 4, 3, 2, or where there are many 10 … 3."""
        steps = self.steps
        return ", ".join(map(str, steps)) if len(steps) <= 4 else f"{steps[0]} … {steps[-1]}"


@dataclass(frozen=True)
class Panel:
    """A step in full: which it is, its equation, the same with numbers put in, and what the gradient is the sum of."""

    phase: Phase
    at: str
    node: Markup
    symbol: str
    equation: Markup | None
    numbers: tuple[Markup, ...]
    """One line, several where products are worked out first, none where the equation has nothing to put in."""
    arrived: tuple[Arrival, ...] = ()
    lost: tuple[Arrival, ...] = ()
    """What truncation keeps from arriving."""
    together: Arrival | None = None
    shared: tuple[Shared, ...] = ()
    whole: tuple[Whole, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    cited: str = ""
    """Which equations of the source these are."""
    nested: tuple[Markup, ...] = ()
    """The state written out, as f of f of f and as one function of all that came in."""


@dataclass(frozen=True)
class Walk:
    """What the panels of all steps of one link have in common."""

    trace: Trace
    graph: Graph
    steps: tuple[Step, ...]
    most: float
    """The end of the scale on which the figure colours gradients."""
    cited: Mapping[str, str]
    """By variable, which equations of the system's source give its gradient."""
    inline: bool = True
    """Whether matrices that are shown in part are written out besides; a page's scripts ask for them one by one."""

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """Of every name, operations within equations among them."""
        return {**ranks_of(self.trace.recurrence), **self.graph.ranks}


def walked(resolved: Resolved, inline: bool) -> Walk:
    """The way of a link's cursor. Equations of the source are those of its own loss, and of whole equations."""
    run, link = resolved.run, resolved.link
    cited = run.system.gradients if run.system and link.of is None and link.detail != "operations" else {}
    return Walk(run.trace, run.graph, run.steps, scales(run.graph, resolved.numbers).gradient, cited, inline)


def panel(it: Walk, index: int) -> Panel:
    """What is said at a step, counted from 0."""
    step = it.steps[index]
    made = by_hand(it.trace, it.graph, step.phase, step.at)
    return _forward(it, step, made) if step.phase == "forward" else _backward(it, index, step, made)


def _forward(it: Walk, step: Step, made: ByHand) -> Panel:
    return Panel(
        phase="forward",
        at=step.at,
        node=_symbol(it, step.at),
        symbol=_letter(it.trace, step.at),
        equation=None if made.equation is None else _line(it, made, made.equation, numbers=False),
        numbers=(_given(it, step.at),) if made.equation is None else _worked(it, made, made.equation),
        shared=_shared(it, made.equation, it.trace.tau),
        whole=wholes([(_symbol(it, step.at), it.trace.value(step.at)), *_operands(it, made)]),
        matrices=_matrices(it, made),
        nested=written_out(it.trace, step.at),
    )


def _backward(it: Walk, index: int, step: Step, made: ByHand) -> Panel:
    result = it.trace.gradient(step.at) if made.result is None else made.result
    forward = by_hand(it.trace, it.graph, "forward", step.at).equation
    name, _ = split(step.at)
    passed = [split(s.at)[1] for s in it.steps[: index + 1] if s.phase == "backward" and split(s.at)[0] == name]
    return Panel(
        phase="backward",
        at=step.at,
        node=_symbol(it, step.at),
        symbol="",
        equation=None if made.equation is None else _adjoint(it, made, made.equation),
        cited=it.cited.get(name, ""),
        numbers=_added(it, made, result),
        arrived=tuple(_arrival(it, made, term) for term in made.terms),
        lost=tuple(_arrival(it, made, term) for term in made.lost),
        together=Arrival(None, "", (), None, _size(result), _strip(it, result)),
        shared=_shared(it, forward, it.trace.tau, tuple(t for t in passed if t is not None)),
        whole=wholes([(_gradient(it, step.at), result), *_operands(it, made)]),
        matrices=_matrices(it, made),
    )


def _arrival(it: Walk, made: ByHand, term: Term) -> Arrival:
    by = tuple(_math(it, Read(name)) for name in (term.edge.matrices if term.edge else ()))
    through = None if term.expr is None else _symbol(it, term.through)
    alone = len(made.terms) == 1 and term is made.terms[0]
    numbers = None if term.expr is None or alone else _evaluated(it, made, term.expr, term.gradient)
    operands = () if term.expr is None else (it.trace.read(r, made.t) for r in reads(term.expr))
    large = any(n > NARROW for array in (term.gradient, *operands) for n in np.shape(array))
    return Arrival(through, _way(term), by, numbers, _size(term.gradient), _strip(it, term.gradient), large)


def _way(term: Term) -> str:
    """What a page calls a term: the arrow that it came along, or what it came through."""
    return term.edge.id if term.edge else term.through


def _operands(it: Walk, made: ByHand) -> list[tuple[Markup, Array]]:
    """Every variable that the equation of a step reads, as it is written there, with its numbers."""
    if made.equation is None:
        return []
    setter = _setter(it, made.t, numbers=False)
    known = [r for r in dict.fromkeys(reads(made.equation.expr)) if made.t is not None or r.time != NOW]
    return [(Markup(math_element(setter.expression(r))), np.asarray(it.trace.read(r, made.t))) for r in known]


def _matrices(it: Walk, made: ByHand) -> tuple[Matrix, ...]:
    """Of the matrices that the equation of a step reads by name those that are shown in part."""
    named = dict.fromkeys(r.name for r in reads(made.equation.expr) if r.time is None) if made.equation else {}
    arrays = {name: np.asarray(it.trace.value(name)) for name in named if it.ranks.get(name) == 2}
    return matrices({n: (_math(it, Read(n)), a) for n, a in arrays.items()}, it.inline)


# Mathematics


def _setter(it: Walk, t: int | None, numbers: bool, limit: int = LIMIT) -> Typesetter:
    trace = it.trace
    values = (lambda read: trace.read(read, t)) if numbers else None
    return Typesetter(it.ranks, trace.of, t, trace.tau, values, limit)


def _line(it: Walk, made: ByHand, line: Equation | Start, numbers: bool) -> Markup:
    """The equation at this step, or with its numbers put in on both sides."""
    left, right = _setter(it, made.t, numbers).line(line)
    return Markup(math_element(equated(Marked(left, answer=numbers), right), display=True))


def _adjoint(it: Walk, made: ByHand, line: Equation | Start) -> Markup:
    """The equation of a gradient, its terms marked by the arrows that they came along."""
    setter = _setter(it, made.t, numbers=False)
    left, right = setter.line(line)
    terms = [(_way(term), setter.terms(term.expr)) for term in made.terms if term.expr is not None]
    pieces = [replace(piece, box=Marked(piece.box, edge=way)) for way, found in terms for piece in found]
    return Markup(math_element(equated(left, sum_of_pieces(pieces).signed if pieces else right), display=True))


def _worked(it: Walk, made: ByHand, line: Equation | Start) -> tuple[Markup, ...]:
    """The equation with its numbers; where several matrices multiply, each product on a line of its own before it."""
    products = list(dict.fromkeys(_products(line.expr, it.ranks)))
    if len(products) < 2:
        return (_line(it, made, line, numbers=True),)
    known = {show(p): _multiplied(it, made.t, p) for p in products}
    setter = _setter(it, made.t, numbers=True)
    asked = setter.values
    setter = replace(
        setter,
        ranks={**setter.ranks, **dict.fromkeys(known, 1)},
        values=lambda read: known[read.name] if read.name in known else asked and asked(read),
    )
    left, right = setter.line(replace(line, expr=_named(line.expr, known)))
    last = math_element(equated(Marked(left, answer=True), right), display=True)
    return (*(_evaluated(it, made, p, known[show(p)], joined=True) for p in products), Markup(last))


def _products(expr: Expr, ranks: Mapping[str, int]) -> Iterator[Apply]:
    """Every product of a matrix and a vector that stand in an expression by name."""
    match expr:
        case Apply("@", (Read(left), Read(right))) if ranks.get(left) == 2 and ranks.get(right) == 1:
            yield expr
        case Apply(_, args):
            for inner in args:
                yield from _products(inner, ranks)


def _multiplied(it: Walk, t: int | None, product: Apply) -> Array:
    operands = [np.asarray(it.trace.read(a, t)) for a in product.args if isinstance(a, Read)]
    return np.asarray(OPS[product.op].forward(*operands))


def _named(expr: Expr, known: Mapping[str, Array]) -> Expr:
    """The expression with each known product as a name for its result."""
    if not isinstance(expr, Apply):
        return expr
    return Read(show(expr)) if show(expr) in known else replace(expr, args=tuple(_named(a, known) for a in expr.args))


def _added(it: Walk, made: ByHand, result: Array) -> tuple[Markup, ...]:
    """The gradient as the sum of what arrived; of one thing, its equation, unless there is nothing to put in."""
    if len(made.terms) > 1 or made.equation is None:
        return (_summed(result, [(t.gradient, _way(t)) for t in made.terms] or [(result, "")]),)
    symbols, numbers = (_setter(it, made.t, put).line(made.equation)[1] for put in (False, True))
    return () if symbols == numbers else (_line(it, made, made.equation, numbers=True),)


def _summed(result: Array, terms: Sequence[tuple[Array, str]]) -> Markup:
    """Numbers that add up: the result, and what it is the sum of, each by its arrow."""
    pieces = [(array_piece(array, LIMIT), way) for array, way in terms]
    right = sum_of_pieces([replace(piece, box=Marked(piece.box, edge=way, answer=True)) for piece, way in pieces])
    return Markup(
        math_element(equated(Marked(array_piece(result, LIMIT).signed, answer=True), right.signed), display=True)
    )


def _evaluated(it: Walk, made: ByHand, expr: Expr, result: Array, joined: bool = False) -> Markup:
    """A term in symbols, and the same with its numbers and what they come to, in one line or in two."""
    symbols = _setter(it, made.t, numbers=False).expression(expr)
    numbers = _setter(it, made.t, numbers=True, limit=NARROW).expression(expr)
    worked = equated(numbers, Marked(array_piece(result, NARROW).signed, answer=True))
    lines = (equated(symbols, worked),) if joined else (symbols, worked)
    return Markup("".join(math_element(line, display=True) for line in lines))


def _given(it: Walk, node: str) -> Markup:
    """A given value: its symbol and its numbers."""
    left = _setter(it, split(node)[1], numbers=False).expression(read_of(node))
    return Markup(
        math_element(equated(left, array_piece(np.asarray(it.trace.value(node)), LIMIT).signed), display=True)
    )


def _symbol(it: Walk, node: str) -> Markup:
    return _math(it, read_of(node))


def _gradient(it: Walk, node: str) -> Markup:
    name, t = split(node)
    return _math(it, Read(f"{NABLA}{name}", None if t is None else Time("", t)))


def _math(it: Walk, expr: Expr) -> Markup:
    return Markup(mathml(expr, it.ranks, of=it.trace.of))


@lru_cache(maxsize=64)
def typeset(recurrence: Recurrence) -> tuple[Markup, ...]:
    """All lines of a recurrence as displays."""
    ranks = ranks_of(recurrence)
    lines: Iterable[Any] = (*recurrence.functions, *recurrence.starts, *recurrence.equations)
    return tuple(Markup(mathml(line, ranks, display=True)) for line in lines)


# Words and pictures


def _letter(trace: Trace, node: str) -> str:
    """The letter that a one-hot value stands for, if it does."""
    letters = trace.symbols.get(split(node)[0], ())
    flat = np.ravel(trace.value(node))
    hot = flat.size == len(letters) and np.count_nonzero(flat) == 1 and flat.max() == 1
    return letters[int(flat.argmax())] if hot else ""


def _size(gradient: Array) -> str:
    """The norm of a vector; a single number keeps its sign."""
    return numeral(float(gradient.ravel()[0] if gradient.size == 1 else np.linalg.norm(gradient)))


def _strip(it: Walk, gradient: Array) -> Strip | None:
    """The entries of a vector on the figure's scale; none for a single number."""
    if gradient.size == 1:
        return None
    flat = peaks(gradient.reshape(1, -1), FINEST).ravel()
    paths: dict[str, str] = {}
    for i, v in enumerate(flat):
        shade = colour(float(v / it.most) if it.most else 0.0)
        paths[shade] = f"{paths.get(shade, '')}M{i} 0h1v1h-1z"
    return Strip(flat.size, tuple(paths.items()))


def _shared(it: Walk, line: Equation | Start | None, tau: int, steps: tuple[int, ...] = ()) -> tuple[Shared, ...]:
    """The parameters of an indexed equation that no other equation reads: each is used once a step."""
    if not isinstance(line, Equation) or not line.indexed or tau < 2:
        return ()
    parameters = it.trace.recurrence.names("parameter")
    names = dict.fromkeys(r.name for r in reads(line.expr) if r.name in parameters)
    alone = [n for n in names if sum(n in _names(e) for e in _equations(it)) == 1]
    uses = sum(n.var == line.name and not n.start for n in it.graph.nodes)
    return (
        (Shared(tuple((n, plain_symbol(n), _math(it, Read(n))) for n in alone), uses, steps),)
        if alone and uses > 1
        else ()
    )


def _equations(it: Walk) -> Sequence[Equation]:
    folded = folding_of(it.trace, it.graph)
    return (*folded.drawn, *folded.hidden)


def _names(e: Equation) -> set[str]:
    return {r.name for r in reads(e.expr)}


__all__ = ["Arrival", "Matrix", "Panel", "Shared", "Walk", "panel", "typeset"]
