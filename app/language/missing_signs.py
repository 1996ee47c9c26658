"""Finds where a line lacks the sign of a product, and writes the line with it: @ or *, by the ranks of the spelling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.language.broken_lines import BrokenLine
from app.language.parse import Token, reads_as_line, value_at
from app.language.problems import Problem, problem_at
from app.language.ranks import rank_by_spelling
from app.language.shapes import rank_of_result
from app.language.syntax import Apply, Call, Expr, Read
from app.ops import OPS

PRODUCTS = "@ is the product of matrices, * goes entry by entry"
NOT_OPERANDS = ("and", "or", "not", "if", "else", "in", "for", "is", "lambda")


def missing_operator(line: BrokenLine) -> Problem | None:
    """The line with every product sign that is missing, if it can be read with them."""
    places = list(_gaps(line.tokens))
    if not places:
        return None
    signs = {i: _product(line, i) for i in places}
    tokens = [
        piece
        for i, token in enumerate(line.tokens)
        for piece in (*([Token("symbol", signs[i], token.span)] if i in signs else []), token)
    ]
    if not reads_as_line(line.text, tokens):
        return None
    first = places[0]
    right = line.tokens[first]
    value = line.written(line.value_start(first), first)
    message = f"expected an operator between {value} and {right.text}"
    return problem_at(line.text, right.span, message, f"write {line.edited(signs)}: {PRODUCTS}")


def _gaps(tokens: Sequence[Token]) -> Iterable[int]:
    """The pieces that begin a value right after another value, right of the sign of equality."""
    equality = next((i for i, token in enumerate(tokens) if token.text == "="), len(tokens))
    inside = 0
    for i in range(equality + 1, len(tokens)):
        token, before = tokens[i], tokens[i - 1]
        inside += (token.text == "[") - (before.text == "]")
        ends = before.kind in ("name", "number") or before.text in (")", "]")
        begins = token.kind in ("name", "number") or (token.text == "(" and before.kind != "name")
        moment = token.text == "[" and before.text in (")", "]") and inside == 1
        condition = moment and [piece.text for piece in tokens[i + 1 : i + 3]] == ["t", "="]
        word = token.text in NOT_OPERANDS or before.text in NOT_OPERANDS
        if ends and (condition or (begins and inside == 0)) and not word:
            yield i


def _product(line: BrokenLine, i: int) -> str:
    """@ or * between two values, by the ranks that their spelling gives them."""
    left = value_at(line.text, line.tokens[line.value_start(i) : i])
    right = value_at(line.text, line.tokens[i:])
    ranks = _spelled_rank(left), _spelled_rank(right)
    return "@" if 2 in ranks and 0 not in ranks else "*"


def _spelled_rank(x: Expr | None) -> int:
    """The rank of an expression whose names have the rank of their spelling."""
    match x:
        case None:
            return 1
        case Read(name):
            return 0 if name in ("t", "tau") else rank_by_spelling(name)
        case Apply(op, args) | Call(op, args):
            ranks = tuple(map(_spelled_rank, args))
            fits = op in OPS and OPS[op].arity in (None, len(ranks))
            known = rank_of_result(op, ranks) if fits else None
            return max(ranks) if known is None else known
        case _:
            return 0
