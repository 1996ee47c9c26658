"""The names of nodes: `h[2]` is h at t = 2, `h[2].0` the operation `h.0` within its equation, `loss` has no step."""

from __future__ import annotations

import re

from app.cache import cached
from app.language.syntax import Recurrence

NODE = re.compile(r"^(.+?)\[(-?\d+)\](\.\d+)?$")
OPERATION = re.compile(r"\.\d+$")
AT_END = re.compile(r"\[tau([+-]\d+)\]")


@cached(65536)
def split(node: str) -> tuple[str, int | None]:
    """`h[2]` → ("h", 2); `h[2].0` → ("h.0", 2); `loss` → ("loss", None)."""
    match = NODE.match(node)
    return (match[1] + (match[3] or ""), int(match[2])) if match else (node, None)


def node_id(name: str, t: int | None) -> str:
    """The node of a variable or an operation at a step."""
    if t is None:
        return name
    variable, dot, number = name.partition(".")
    return f"{variable}[{t}]{dot}{number}"


@cached(65536)
def is_operation(name: str) -> bool:
    """Whether a name or a node is an operation within an equation, `h.0` or `h[2].0`."""
    return OPERATION.search(name) is not None


def owner(name: str) -> str:
    """The variable, the start or the node that an operation belongs to: `h.0` → h; others are their own."""
    return OPERATION.sub("", name)


def at_end(name: str, tau: int) -> str:
    """A name with τ put in: the start `g[tau+1]` is the node `g[4]` where τ = 3."""
    return AT_END.sub(lambda m: f"[{tau + int(m[1])}]", name) if "[tau" in name else name


def objective(recurrence: Recurrence) -> str:
    """What is differentiated unless a link says otherwise: the loss, else the last variable."""
    computed = [e.name for e in recurrence.equations]
    return "loss" if "loss" in computed else computed[-1]
