"""A node's id as an expression to typeset."""

from __future__ import annotations

from app.language import Read, Time, parse_node


def read_of(node: str) -> Read:
    """`h[2]` as an expression: h at the moment 2."""
    it = parse_node(node)
    return Read(it.name, None if it.t is None else Time("", it.t))
