"""`h[2]`, `h[2].0`, `loss`: what the nodes of a graph are called, read once and written once.

A node's name is a string, as it stands in links and in JSON, that knows what it stands for.
"""

from __future__ import annotations

import re
from typing import Any, Self

from app.cache import cached

_NODE = re.compile(r"(?P<variable>.+?)\[(?P<t>-?\d+)\](?:\.(?P<op>\d+))?")
_OPERATION = re.compile(r"(?P<variable>.+)\.(?P<op>\d+)")
_MOMENT = re.compile(r"\[(?P<from_end>tau)?(?P<t>[+-]?\d+)?\]")


class Name(str):
    """A name that knows what it stands for and cannot be changed. `whole` ones need no brackets within another."""

    __slots__ = ()
    whole = False

    @classmethod
    def _spelled(cls, spelling: str, **fields: Any) -> Self:
        made = str.__new__(cls, spelling)
        for field, value in fields.items():
            object.__setattr__(made, field, value)
        return made

    def __setattr__(self, field: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} {self} cannot be changed")

    def __deepcopy__(self, known: object) -> Self:
        """The name itself, since it cannot be changed."""
        return self


class NodeId(Name):
    """`h[2]`: `variable` at step `t`; `h[2].0`: the operation `op` within its equation there.

    What has no step is `loss`, and in the folded graph `h` and `h.0`; `h[2].f:1` is the box around a call of f.
    """

    __slots__ = ("op", "t", "variable")
    whole = True
    variable: str
    t: int | None
    op: int | str | None

    def __new__(cls, variable: str, t: int | None = None, op: int | str | None = None) -> Self:
        step, operation = "" if t is None else f"[{t}]", "" if op is None else f".{op}"
        return cls._spelled(f"{variable}{step}{operation}", variable=variable, t=t, op=op)

    @property
    def name(self) -> str:
        """Its name without the step: the variable, or the operation `h.0`."""
        return self.variable if self.op is None else node_id(self.variable, None, self.op)


class AfterUpdate(Name):
    """`loss'`: what `of` is once the parameters have moved; `theta'` stands for all of these."""

    __slots__ = ("of",)
    of: str

    def __new__(cls, of: str) -> Self:
        return cls._spelled(f"{of}'", of=of)


MOVED = AfterUpdate("theta")
"""All parameters after the update; a parameter that is called theta is `theta`."""


@cached(65536)
def node_id(variable: str, t: int | None, op: int | str | None = None) -> NodeId:
    """The node of a variable, or of an operation within its equation, at a step."""
    return NodeId(variable, t, op)


def node_of(name: str, t: int | None) -> NodeId:
    """The node at a step of what a picture has at every step: a variable or an operation."""
    return node_id(name.variable, t, name.op) if isinstance(name, NodeId) else node_id(name, t)


def parse_node(text: str) -> NodeId:
    """A node by what it is called in a link."""
    return text if isinstance(text, NodeId) else _parsed(text)


@cached(65536)
def _parsed(text: str) -> NodeId:
    match = _NODE.fullmatch(text)
    if match is not None:
        return NodeId(match["variable"], int(match["t"]), int(match["op"]) if match["op"] else None)
    match = _OPERATION.fullmatch(text)
    return NodeId(text) if match is None else NodeId(match["variable"], None, int(match["op"]))


def variable_of(name: str) -> str:
    """What a node, a start or an operation is of, as any of them is spelled: h of h[2], h[t-1], h[tau+1] and h[2].0."""
    return re.split(r"[.\[]", str(name), maxsplit=1)[0]


def step_of(name: str, tau: int) -> int | None:
    """The step that one of these is at; a start, and its operations, may count theirs from the end as the text does."""
    moment = _MOMENT.search(name)
    return None if moment is None else int(moment["t"] or 0) + (tau if moment["from_end"] else 0)


def is_operation(name: str) -> bool:
    """True for the name of an operation within an equation."""
    return isinstance(name, NodeId) and name.op is not None


def owner(name: str) -> str:
    """The variable, or the start, that an operation belongs to; all else is its own."""
    return name.variable if isinstance(name, NodeId) else name
