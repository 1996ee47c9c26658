"""`Recurrence` → the two programs of a pass, forward and backward, and what it is to be run on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from app.arrays import Array, HoldsArrays
from app.engine.ir import (
    INSIDE,
    Adjoint,
    Analysis,
    Delay,
    Derives,
    Flat,
    Program,
    TruncationMask,
    adjoint,
    analyse,
    flat,
    objective,
    once,
    schedule,
)
from app.language import (
    NOW,
    Apply,
    Condition,
    Expr,
    NodeId,
    Number,
    Problem,
    Problems,
    Read,
    Recurrence,
    Subject,
    Time,
    parse_node,
    reachable,
    reads,
    spelling_hint,
)


@dataclass(frozen=True)
class Bindings(HoldsArrays):
    """The numbers a recurrence is run on: parameters, data (tau, batch, size), starts by node name.

    `symbols` says what the entries of a one-hot vector stand for, `pictures` how many rows and columns of points a
    vector is to be shown as.
    """

    parameters: Mapping[str, Array]
    inputs: Mapping[str, Array]
    initial: Mapping[str, Array] = field(default_factory=dict)
    symbols: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    batch: int = 1
    lengths: tuple[int, ...] | None = None
    """The steps of each sequence of a batch, where they are not all alike."""
    pictures: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Pass(Derives):
    """The two programs of a recurrence for one objective, and what they are made from."""

    system: Flat
    backward: Flat
    forward_program: Program
    backward_program: Program
    lags: tuple[int, ...]
    """The lags inside loops: what truncation may cut."""
    ragged: bool
    """Whether the sequences of a batch may be of unequal length."""


@dataclass(frozen=True, eq=False)
class FinishedPass(HoldsArrays, Derives):
    """Programs that were run: every array of the forward and of the backward pass, by name, the batch in them."""

    recurrence: Recurrence
    tau: int
    of: NodeId
    bindings: Bindings
    cuts: frozenset[int]
    programs: Pass
    arrays: Mapping[str, Array]


def target_of(recurrence: Recurrence, tau: int, of: str | None) -> NodeId:
    """Check what is to be differentiated; raises Problems on it."""
    node = parse_node(of or objective(recurrence))
    name, t = node.name, node.t
    computed = [e.name for e in recurrence.equations]
    if name not in computed:
        allowed = [n if not recurrence.variables[n].indexed else f"{n}[1…{tau}]" for n in computed]
        raise Problems(
            Problem(
                f"{name} is not computed",
                Subject.OBJECTIVE,
                allowed,
                spelling_hint(name, computed),
            )
        )
    if t is not None and (not recurrence.variables[name].indexed or not 1 <= t <= tau):
        where = f"{name}[1] to {name}[{tau}]" if recurrence.variables[name].indexed else name
        raise Problems(Problem(f"there is no {node}", Subject.OBJECTIVE, where))
    return node


def _seed_of(recurrence: Recurrence, of: str, batch: int, ragged: bool) -> dict[str, Expr]:
    """The gradient with which the backward pass begins: ones at what is differentiated, shared out over a batch."""
    node = parse_node(of)
    name, t = node.name, node.t
    indexed = recurrence.variables[name].indexed
    ones: Expr = Apply("ones", (Read(name, NOW if indexed else None),))
    if batch > 1 and analyse(recurrence).levels[name]:
        ones = Apply("/", (ones, Number(float(batch), str(batch))))
    if t is not None:
        ones = Apply("*", (Condition(Time("", t)), ones))
    elif indexed and ragged:
        ones = Apply("*", (Read(INSIDE, NOW), ones))
    return {name: ones}


def programs(
    recurrence: Recurrence,
    of: str,
    cut: bool = False,
    batch: int = 1,
    ragged: bool = False,
    learning: bool = False,
) -> Pass:
    """The forward and the backward program of a recurrence; with `cut`, one in which truncation can cut.

    What is differentiated is the mean over the sequences of a batch; `ragged` allows them unequal lengths. `learning`
    asks for no gradient but those of parameters, and what these are made from.
    """
    return _pass_programs(analyse(recurrence), of, cut, batch, ragged, learning)


@once
def _pass_programs(analysis: Analysis, of: str, cut: bool, batch: int, ragged: bool, learning: bool) -> Pass:
    system = flat(analysis, ragged)
    scope = system.extended(";")
    adjoints = adjoint(scope, system.equations, _seed_of(analysis.recurrence, of, batch, ragged), cut)
    backward = scope.flattened(adjoints.values())
    forward_asked: Iterable[str] | None = None
    gradients: list[str] | None = None
    if learning:
        gradients = [Adjoint(name) for name in analysis.recurrence.names("parameter")]
        backward = _made_for(gradients, backward)
        forward_asked = {*analysis.recurrence.variables, *(r.name for e in backward.equations for r in reads(e.expr))}
    lags = {e.name.lag for e in system.equations if isinstance(e.name, Delay) and e.name.inside}
    forward_program, backward_program = schedule(system, forward_asked), schedule(backward, gradients)
    return Pass(system, backward, forward_program, backward_program, tuple(sorted(lags)), ragged)


def _made_for(names: Iterable[str], system: Flat) -> Flat:
    """The equations that these names are made with."""
    needed = reachable(names, {e.name: [read.name for read in reads(e.expr)] for e in system.equations})
    return replace(system, equations=tuple(e for e in system.equations if e.name in needed))


def keeps(steps: Iterable[int], cuts: frozenset[int], tau: int, batch: int) -> dict[str, Array]:
    """For each lag a scalar sequence: 0 where the way from t - lag to t crosses a cut, else 1."""
    found: dict[str, Array] = {}
    for k in steps:
        mask = np.ones((tau, batch))
        for t in range(1, tau + 1):
            low, high = sorted((t - k, t))
            if any(low <= c < high for c in cuts):
                mask[t - 1] = 0.0
        found[TruncationMask(k)] = mask
    return found
