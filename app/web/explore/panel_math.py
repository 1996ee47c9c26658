"""Sets the mathematics of one step as MathML: its equation, the same with numbers, the terms of its gradient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from markupsafe import Markup

from app.arrays import Array
from app.engine import ByHand, Term, Trace
from app.engine.ir import Adjoint
from app.language import Apply, Equation, Expr, Read, Start, is_operation, parse_node
from app.language.typeset import (
    Marked,
    Notation,
    Piece,
    Typesetter,
    array_piece,
    equated,
    math_display,
    math_element,
    show,
    sum_of_pieces,
)
from app.ops import OPS
from app.web.core import read_of
from app.web.explore.long_arrays import LIMIT, NARROW

Line = Equation | Start


@dataclass(frozen=True)
class StepMath:
    """The mathematics of one step. `ranks` has every name, operations within equations among them."""

    trace: Trace
    ranks: Mapping[str, int]
    made: ByHand
    notation: Notation

    def typesetter(self, numbers: bool, limit: int = LIMIT) -> Typesetter:
        """Sets expressions at this step, in symbols or with numbers in their place."""
        values = (lambda read: self.trace.read(read, self.made.t)) if numbers else None
        return replace(self.plain, at=self.made.t, tau=self.trace.tau, values=values, limit=limit)

    @property
    def plain(self) -> Typesetter:
        """Sets expressions with t left open."""
        return Typesetter(self.ranks, self.trace.of, notation=self.notation, inner=self.made.inner)

    def symbol(self, expr: Expr) -> Markup:
        """An expression as the language writes it, with t left open."""
        return Markup(math_element(self.plain.expression(expr)))

    def read(self, node: str) -> Read:
        """A node as an expression; an operation of a start has a name of its own and no step."""
        name = self.made.begun.get(parse_node(node))
        return read_of(node) if name is None else Read(name)

    def node(self, node: str) -> Markup:
        return self.symbol(self.read(node))

    def gradient(self, node: str) -> Markup:
        read = self.read(node)
        return self.symbol(Read(Adjoint(read.name), read.time))

    def inline(self, expr: Expr) -> Markup:
        """An expression at this step, for a line of text."""
        return Markup(math_element(self.typesetter(numbers=False).expression(expr)))

    def equation(self, line: Line, numbers: bool) -> Markup:
        """The equation at this step, or with its numbers put in on both sides."""
        left, right = self.typesetter(numbers).line(line)
        alone = not numbers and is_operation(line.name)
        written = right if alone else equated(Marked(left, answer=numbers), right)
        return Markup(math_display(written))

    def given(self, node: str) -> Markup:
        """A given value: its symbol and its numbers."""
        at = parse_node(node).t
        left = replace(self.plain, at=at, tau=self.trace.tau)
        numbers = self.numbers(np.asarray(self.trace.value(node)), LIMIT).signed
        right = Marked(numbers, parse_node(node).name, node=node)
        return Markup(math_display(equated(left.expression(self.read(node)), right)))

    def adjoint(self, line: Line) -> Markup:
        """The equation of a gradient, each term marked with the arrow that it came along."""
        setter = self.typesetter(numbers=False)
        left, right = setter.line(line)
        terms = [(term_mark(term), setter.terms(term.expr)) for term in self.made.terms if term.expr is not None]
        pieces = [replace(piece, box=Marked(piece.box, edge=mark)) for mark, found in terms for piece in found]
        return Markup(math_display(equated(left, sum_of_pieces(pieces).signed if pieces else right)))

    def worked(self, line: Line) -> tuple[Markup, ...]:
        """The equation with its numbers; of several products of a matrix, each has a line of its own before it."""
        products = list(dict.fromkeys(_products_of_names(line.expr, self.ranks)))
        if len(products) < 2:
            return (self.equation(line, numbers=True),)
        known = {show(product): self._result(product) for product in products}
        setter = self.typesetter(numbers=True)
        values = setter.values
        setter = replace(
            setter,
            ranks={**setter.ranks, **dict.fromkeys(known, 1)},
            values=lambda read: known[read.name] if read.name in known else values and values(read),
        )
        left, right = setter.line(replace(line, expr=_with_results(line.expr, known)))
        last = math_display(equated(Marked(left, answer=True), right))
        one_line = not self.notation.across  # Rows beside each other are too wide for one.
        return (*(self.evaluated(p, known[show(p)], one_line) for p in products), Markup(last))

    def _result(self, product: Apply) -> Array:
        operands = [np.asarray(self.trace.read(a, self.made.t)) for a in product.args if isinstance(a, Read)]
        return np.asarray(OPS[product.op].forward(*operands))

    def evaluated(self, expr: Expr, result: Array, joined: bool = False) -> Markup:
        """A term in symbols, then with its numbers and their result, in one line or in two."""
        symbols = self.typesetter(numbers=False).expression(expr)
        numbers = self.typesetter(numbers=True, limit=NARROW).expression(expr)
        worked = equated(numbers, Marked(self.numbers(result, NARROW).signed, answer=True))
        lines = (equated(symbols, worked),) if joined else (symbols, worked)
        return Markup("".join(math_display(line) for line in lines))

    def gradient_sum(self, result: Array) -> tuple[Markup, ...]:
        """The gradient as the sum of its terms; a single term is its equation with numbers, if it has any."""
        made = self.made
        if len(made.terms) > 1 or made.equation is None:
            return (self.sum_of_terms(result, [(t.gradient, term_mark(t)) for t in made.terms] or [(result, "")]),)
        symbols, numbers = (self.typesetter(put).line(made.equation)[1] for put in (False, True))
        return () if symbols == numbers else (self.equation(made.equation, numbers=True),)

    def numbers(self, array: Array, limit: int) -> Piece:
        """Numbers, those of a vector as a column or as a row."""
        return array_piece(array, limit, self.notation.across)

    def sum_of_terms(self, result: Array, terms: Sequence[tuple[Array, str]]) -> Markup:
        """Numbers that add up to the result, each marked with its arrow."""
        pieces = [(self.numbers(array, LIMIT), mark) for array, mark in terms]
        right = sum_of_pieces([replace(piece, box=Marked(piece.box, edge=mark, answer=True)) for piece, mark in pieces])
        left = Marked(self.numbers(result, LIMIT).signed, answer=True)
        return Markup(math_display(equated(left, right.signed)))


def term_mark(term: Term) -> str:
    """The mark that a term has on the page: the edge that it came along, or the name that it came through."""
    return term.edge.id if term.edge else term.through


def _products_of_names(expr: Expr, ranks: Mapping[str, int]) -> Iterator[Apply]:
    """Every product of a matrix and a vector that both stand in an expression by name."""
    match expr:
        case Apply("@", (Read(left), Read(right))) if ranks.get(left) == 2 and ranks.get(right) == 1:
            yield expr
        case Apply(_, args):
            for inner in args:
                yield from _products_of_names(inner, ranks)


def _with_results(expr: Expr, known: Mapping[str, Array]) -> Expr:
    """The expression with a name in place of each product whose result is known."""
    if not isinstance(expr, Apply):
        return expr
    if show(expr) in known:
        return Read(show(expr))
    return replace(expr, args=tuple(_with_results(a, known) for a in expr.args))
