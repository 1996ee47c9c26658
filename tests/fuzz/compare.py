"""Hold the numbers of a trace against a plain reading of the same equations, and against one another.

Values are read step by step. A gradient is held against the derivative of that reading along a random direction, by a
step of 10⁻¹⁰⁰ in the imaginary direction: nothing is subtracted, so the derivative is as exact as the values (Squire &
Trapp 1998). Where PyTorch is there, its derivatives are held against ours as well.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from app.arrays import Array
from app.engine import Bindings, target_of
from app.language import Recurrence
from app.language.node_ids import parse_node
from tests.plain import Plain

TINY = 1e-100
"""The step in the imaginary direction."""
ROUNDING = 1e-7
"""How far apart two ways of computing may be, beside the largest number in the array."""
OPERATION = re.compile(r"\.\d+$")
"""An operation within an equation, which no text names."""
STEP = re.compile(r"\[(?:tau)?([+-]?\d*)\]")
SHAKEN, MARGIN = 1e-12, 1e3
"""How far inputs are moved to see what rounding does to a result, and by how much more the ways may differ."""


@dataclass(frozen=True)
class Setting:
    """What a trace was made of."""

    recurrence: Recurrence
    tau: int
    bindings: Bindings
    of: str
    cuts: frozenset[int]

    def left_out(self, gradient: Array) -> bool:
        """Whether a gradient may be no number since an equation is at a step that the text sets.

        Other readings leave it out there, ours computes it and takes the text's value.
        """
        return any(not start.time.outside for start in self.recurrence.starts) and not bool(np.isfinite(gradient).all())


class Watched(Plain):
    """A plain reading that sees where a derivative does not exist, though the value does: √0, 1/(1 + 1/0)."""

    singular = False
    overflown = False
    """Whether something on the way was not finite, or too small for any digit: what is made of it is a convention."""

    summed = False
    """Whether something was added up: in another order, as a vector or as machine code, it is rounded otherwise."""

    undecided = False
    """Whether an operation chose between numbers that rounding alone tells apart: a nudge rounds them otherwise."""

    def applied(self, op: str, args: list[Any]) -> Any:
        smooth = op == "**" and np.real(args[1]) >= 0 and np.real(args[1]) % 1 == 0
        if op in BOUNDARY and np.any(np.real(args[BOUNDARY[op]]) == 0) and not smooth:
            self.singular = True
        if op == "power" and np.any(np.real(args[0]) <= 0):
            self.singular = True
        self.undecided = self.undecided or (op in CHOOSING and nearly_equal(args, self.summed))
        self.summed = self.summed or op in SUMMING
        found = super().applied(op, args)
        vanished = op in SHRINKING and np.any(
            (found == 0) & ~np.any([np.broadcast_to(a == 0, np.shape(found)) for a in args], 0)
        )
        self.overflown = self.overflown or not np.isfinite(found).all() or bool(vanished)
        return found


class Moved(Watched):
    """The same with what a curve gives moved a little as well: libraries round it otherwise, each in its last digit."""

    def applied(self, op: str, args: list[Any]) -> Any:
        found = super().applied(op, args)
        return found * (1 + SHAKEN) if op in CURVES else found


CURVES = (
    *("tanh", "sigmoid", "elu", "selu", "gelu", "silu", "softplus", "erf", "exp", "expm1", "log", "log1p"),
    *("sin", "cos", "tan", "arctan", "sinh", "cosh", "**", "power"),
)
"""Operations that a library computes to its last digit, or nearly."""
SHRINKING = ("*", "/", "**")
"""Operations that make 0 of what is too small; in another order it is none, and has a sign and a side."""
CHOOSING = ("<", "<=", ">", ">=", "maximum", "minimum", "clip", "max", "min")
"""Operations that choose by which of several numbers is larger."""
SUMMING = ("sum", "mean", "norm", "@")
"""Operations that add up entries."""
BOUNDARY = {"sqrt": 0, "log": 0, "**": 0, "/": 1}
"""Operations that have no derivative where this argument is 0."""


def nearly_equal(args: list[Any], summed: bool) -> bool:
    """Whether some of the numbers that are compared differ, but by no more than rounding.

    Sums that are the same may differ where they are added up otherwise.
    """
    several = args if len(args) > 1 else list(np.ravel(args[0]))
    for a, b in combinations((np.real(it) for it in several), 2):
        apart, most = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
        if np.any((apart <= SHAKEN * most) & ((apart > 0) | (summed & (most > 0)))):
            return True
    return False


@contextmanager
def deep() -> Iterator[None]:
    """A plain reading follows the whole run by calls within calls."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        sys.setrecursionlimit(before)


class Reading:
    """The plain reading of a setting, and a second one whose numbers are moved a little: what differs is rounding."""

    def __init__(self, setting: Setting, seed: int = 0) -> None:
        self.setting, self.rng = setting, np.random.default_rng(seed)
        self.recurrence, self.tau = setting.recurrence, setting.tau
        moved = replace(
            setting.bindings,
            parameters=self.shaken(setting.bindings.parameters),
            inputs=self.shaken(setting.bindings.inputs),
            initial=self.shaken(setting.bindings.initial),
        )
        self.beside = replace(setting, bindings=moved)
        batch = range(setting.bindings.batch)
        self.plain, self.moved = (
            [reading(self.recurrence, self.tau, bindings, i, cuts=setting.cuts) for i in batch]
            for reading, bindings in ((Watched, setting.bindings), (Moved, moved))
        )

    def disagreements(self, trace: Mapping[str, Any]) -> Iterator[str]:
        """Every value and gradient of a trace, as JSON has it, that a plain reading has otherwise."""
        yield from self.values(trace["values"])
        if self.finite:
            yield from self.gradients(trace["gradients"])
            if self.setting.bindings.batch == 1:
                yield from self.arrivals(trace)

    def shaken(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {n: a * (1 + SHAKEN * self.rng.choice((-1.0, 1.0), np.shape(a))) for n, a in arrays.items()}

    def all_of(self, plain: Plain, name: str) -> Array:
        """A variable at every step, or its one value."""
        if not self.recurrence.variables[name].indexed:
            return np.asarray(plain.value(name, None))
        return np.stack([plain.value(name, t) for t in range(1, plain.tau + 1)])

    def values(self, found: Mapping[str, Any]) -> Iterator[str]:
        for name in self.recurrence.names("computed"):
            ours, theirs, moved = floats(found[name]), *(self.all_of(p[0], name) for p in (self.plain, self.moved))
            if self.plain[0].overflown:
                return
            ours = ours[: len(theirs)] if self.recurrence.variables[name].indexed else ours
            if not close(ours, theirs, moved):
                yield f"value of {name}: {ours.tolist()} is {theirs.tolist()} by a plain reading"

    @cached_property
    def finite(self) -> bool:
        """Whether every value of every sequence is a number and has a derivative."""
        names = self.recurrence.names("computed")
        numbers = all(np.isfinite(self.all_of(p, n)).all() for p in (*self.plain, *self.moved) for n in names)
        return numbers and not any(p.singular or p.overflown for p in self.plain)

    @property
    def decided(self) -> bool:
        """Whether no choice on the way to the objective hangs on rounding."""
        for one in self.plain:
            self.objective(one)
        return not any(one.undecided for one in self.plain)

    def gradients(self, found: Mapping[str, Any]) -> Iterator[str]:
        for name, listed in found.items():
            if OPERATION.search(name):
                continue
            ours = floats(listed)
            direction = self.rng.standard_normal(ours.shape)
            if self.setting.left_out(ours):
                continue
            if name in self.recurrence.variables and self.recurrence.variables[name].indexed:
                direction[self.plain[0].tau :] = 0.0
            theirs, moved = (self.derivative(plain, name, direction) for plain in (self.plain, self.moved))
            if not np.isfinite((theirs, moved)).all():
                continue
            along = np.asarray((ours * direction).sum())
            if not close(along, np.asarray(theirs), np.asarray(moved), float(np.abs(ours * direction).sum())):
                yield f"gradient of {name}: {along} is {theirs} by a plain reading (along {direction.tolist()})"

    def arrivals(self, trace: Mapping[str, Any]) -> Iterator[str]:
        """A node's gradient is the sum of what arrived along its edges and from what the graph leaves out."""
        arrived = {node: floats(gradient) for node, gradient in trace["seeds"].items()}
        single = {_at_step(name, trace["tau"]): name for name in trace["gradients"] if STEP.search(name)}
        for edge in trace["contributions"]:
            arrived[edge["source"]] = arrived.get(edge["source"], 0.0) + floats(edge["gradient"])
        for node, sum_ in arrived.items():
            name, t = parse_node(node).name, parse_node(node).t
            known = trace["gradients"].get(single.get(node, name))
            if known is None or name in trace["parameters"]:
                continue
            ours = floats(known) if t is None or node in single else floats(known)[t - 1]
            if not close(ours, sum_, sum_, float(np.max(np.abs(ours), initial=0.0))):
                yield f"arrivals at {node}: {sum_.tolist()} is {ours.tolist()} by its gradient"

    def derivative(self, plain: list[Watched], name: str, direction: Array) -> float:
        """How the objective changes along a direction, as the trace shows it: of the first sequence, shared by all.

        No number where a choice hangs on rounding.
        """
        whole = plain[0].shared(name)
        share = 1 if plain[0].shared(parse_node(self.setting.of).variable) else len(plain)
        nudges = {name: 1j * TINY * direction}
        readings = [one.nudged(nudges) for one in (plain if whole else plain[:1])]
        moved = [self.objective(one).imag / TINY for one in readings][: share if whole else 1]
        return np.nan if any(one.undecided for one in readings) else float(np.sum(moved)) / share

    def objective(self, plain: Plain) -> Any:
        """What is differentiated, summed over its entries and steps."""
        name, t = parse_node(self.setting.of).name, parse_node(self.setting.of).t
        if t is not None:
            return np.sum(plain.value(name, t))
        return np.sum(self.all_of(plain, name))


def _at_step(name: str, tau: int) -> str:
    """A start, or an operation of one, by the step that it is at: `c[tau-1].0` of a run of two steps is `c[1].0`."""
    return STEP.sub(lambda moment: f"[{int(moment[1] or 0) + ('tau' in moment[0]) * tau}]", name)


def strays(part: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[str]:
    """What a part of a trace has otherwise than the whole, at the steps that are asked for."""
    first, last = part["window"]
    timed = {name for name, variable in whole["variables"].items() if variable["sequence"]}

    def here(node: str) -> bool:
        step = STEP.search(node)
        if step is None:
            return True
        moment = int(step[1] or 0) + ("tau" in step[0]) * whole["tau"]
        return bool(first <= min(max(moment, 1), whole["tau"]) <= last)

    for field in ("parameters", "initial", "values", "gradients", "seeds", "symbols"):
        for name, ours in part[field].items():
            theirs = whole[field][name]
            listed = field in ("values", "gradients") and not STEP.search(name) and OPERATION.sub("", name) in timed
            if not here(name) or ours != (theirs[first - 1 : last] if listed else theirs):
                yield f"{field} of {name} from step {first} to {last}: {ours} is of {theirs}"
    flows = [e for e in whole["contributions"] if here(e["source"]) and here(e["target"])]
    if any(flow not in flows for flow in part["contributions"]):
        yield f"contributions from step {first} to {last}: {part['contributions']} is of {flows}"


def floats(listed: Any) -> Array:
    """Numbers as JSON has them; null is none."""
    return np.asarray(listed, dtype=np.float64)


def close(ours: Array, theirs: Array, moved: Array, scale: float = 0.0) -> bool:
    """Whether two results differ by rounding alone, as far as a small move of the inputs can tell.

    Where a step aside there is no number, as of a negative number to the power of nearly 1, it can tell nothing.
    """
    if ours.shape != theirs.shape:
        return False
    if np.isfinite(theirs).all() and not np.isfinite(moved).all():
        return True
    largest = max(scale, float(np.max(np.abs(theirs), initial=0.0)))
    rounding = MARGIN * float(np.max(np.abs(theirs - moved), initial=0.0))
    return bool(np.all(np.abs(ours - theirs) <= ROUNDING * largest + rounding + 1e-9))


def setting_of(run: Any) -> Setting:
    """What a resolved pass is made of."""
    of = target_of(run.recurrence, run.tau, run.of)
    return Setting(run.recurrence, run.tau, run.bindings, of, run.cuts)
