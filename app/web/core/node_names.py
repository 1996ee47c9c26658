"""A node's id as text for a reader, and as an expression to typeset."""

from __future__ import annotations

from app.language import Read, Time, parse_node, plain_symbol


def printed_node(node: str) -> str:
    """`yhat[2]` is ŷ(2)."""
    it = parse_node(node)
    return plain_symbol(it.name) + ("" if it.t is None else f"({it.t})")


def read_of(node: str) -> Read:
    """`h[2]` as an expression: h at the moment 2."""
    it = parse_node(node)
    return Read(it.name, None if it.t is None else Time("", it.t))
