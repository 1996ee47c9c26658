"""A node's id as text for a reader, and as an expression to typeset."""

from __future__ import annotations

from app.engine import split
from app.language.symbols import plain_symbol
from app.language.syntax import Read, Time


def printed_node(node: str) -> str:
    """`yhat[2]` is ŷ(2)."""
    name, t = split(node)
    return plain_symbol(name) + ("" if t is None else f"({t})")


def read_of(node: str) -> Read:
    """`h[2]` as an expression: h at the moment 2."""
    name, t = split(node)
    return Read(name, None if t is None else Time("", t))
