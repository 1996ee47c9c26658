"""The names that the engine makes beside those of the text: values that know what they stand for.

A variable is called by a word of the text. Everything derived from it has a name of a type of its own, so that nothing
is read out of a spelling and no word of the text can be taken for another's: `keep[t]` is a variable like any other.
Names are strings all the same, so that expressions, arrays and printers take them as they take a variable's; each is
spelled with a sign that no word has, and no two are spelled alike.
"""

from __future__ import annotations

from typing import Literal, Self

from app.language import NABLA, Name, NodeId, Time, node_id, node_of


class StartName(Name):
    """`h[0]`, `h[-1]`, `g[tau+1]`: what a variable is at a moment outside the run, or where the text sets its first."""

    __slots__ = ("time", "variable")
    whole = True
    variable: str
    time: Time

    def __new__(cls, variable: str, time: Time) -> Self:
        return cls._spelled(f"{variable}[{time}]", variable=variable, time=time)

    def node(self, tau: int) -> NodeId:
        """Its node once τ is known: `g[tau+1]` is `g[4]` where τ = 3."""
        return node_id(self.variable, self.time.at(0, tau))


class Inner(Name):
    """`h:1`: the result of an operation within an equation, `owner`'s; `mark` says which system made it."""

    __slots__ = ("owner",)
    owner: str

    def __new__(cls, owner: str, mark: str, number: int) -> Self:
        return cls._spelled(f"{_bracketed(owner)}{mark}{number}", owner=owner)


class Delay(Name):
    """`h:lag1`: what a variable was `lag` steps before (negative: will be after); `inside` the loop that it is in."""

    __slots__ = ("inside", "lag", "variable")
    variable: str
    lag: int
    inside: bool

    def __new__(cls, variable: str, mark: str, lag: int, inside: bool) -> Self:
        spelling = f"{_bracketed(variable)}{mark}{'lag' if inside else 'read'}{lag}"
        return cls._spelled(spelling, variable=variable, lag=lag, inside=inside)


class AtMoment(Name):
    """`h:at_tau-1`: a variable at a moment, one value."""

    __slots__ = ()

    def __new__(cls, variable: str, mark: str, time: Time) -> Self:
        return cls._spelled(f"{_bracketed(variable)}{mark}at_{time.base}{time.offset:+d}")


class Adjoint(Name):
    """`∇h`: the gradient of what is differentiated with respect to `of`, in its shape."""

    __slots__ = ("of",)
    of: str

    def __new__(cls, of: str) -> Self:
        return cls._spelled(NABLA + _bracketed(of), of=of)


class TruncationMask(Name):
    """What truncation keeps of the gradient that goes `lag` steps back: 0 at a step where it is cut, else 1."""

    __slots__ = ("lag",)
    lag: int

    def __new__(cls, lag: int) -> Self:
        return cls._spelled(f"[kept {lag}]", lag=lag)


class Masked(Name):
    """The share of a read that is kept at each step, or what is held in its place where it crosses a cut."""

    __slots__ = ()

    def __new__(cls, variable: str, lag: int, part: Literal["kept", "held"]) -> Self:
        return cls._spelled(f"[{part} {variable} {lag}]")


class HeldFast(Name):
    """What stands within `stop`, as a variable or as data: no gradient asks how it came about."""

    __slots__ = ()

    def __new__(cls, number: int) -> Self:
        return cls._spelled(f"[held {number}]")


class Free(Name):
    """The terms of a variable's sum that no loop changes, summed before it."""

    __slots__ = ()

    def __new__(cls, of: str) -> Self:
        return cls._spelled(f"{_bracketed(of)}:free")


class Occurrence(Name):
    """One read in one equation under a name of its own, so that what arrives through it alone can be seen."""

    __slots__ = ()

    def __new__(cls, read: str, number: int, equation: str) -> Self:
        return cls._spelled(f"{_bracketed(read)}~{number}~{_bracketed(equation)}")


class Rewritten(Name):
    """A variable whose equation is written anew, its reads under names of their own."""

    __slots__ = ()

    def __new__(cls, of: str) -> Self:
        return cls._spelled(f"{_bracketed(of)}~")


class Unit(Name):
    """The unit vectors that a step's Jacobian is pulled back from, for one state."""

    __slots__ = ()

    def __new__(cls, state: str) -> Self:
        return cls._spelled(f"[unit {state}]")


class Constant(Name):
    """The one of its kind, such as the mask of the steps that lie inside a sequence."""

    __slots__ = ()

    def __new__(cls, meaning: str) -> Self:
        return cls._spelled(f"[{meaning}]")


INSIDE = Constant("inside")
"""1 at every step of a sequence, 0 after its end."""


def node_at(name: str, tau: int) -> NodeId:
    """The node of what has no step, once τ is known: `loss`, the start `h[0]`, an operation in a start's equation."""
    if isinstance(name, StartName):
        return name.node(tau)
    if isinstance(name, NodeId) and isinstance(name.variable, StartName):
        return node_id(name.variable.variable, name.variable.time.at(0, tau), name.op)
    return node_of(name, None)


def _bracketed(name: str) -> str:
    """A name within another's spelling."""
    return f"({name})" if isinstance(name, Name) and not name.whole else name
