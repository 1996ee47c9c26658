"""The gradient check: central finite differences beside the adjoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from app.arrays import Array, any_numbers
from app.engine.execution import Session, Trace
from app.engine.ir import Adjoint
from app.engine.measure.differences import EPSILON, STEP, STEPS, Estimate, Moved
from app.engine.measure.held_fast import held_fast
from app.engine.measure.kinks import Kink, kink_between
from app.engine.measure.truncation import untruncated
from app.language import parse_node

TOLERANCE = 1e-4
SMALLEST = float(np.finfo(float).tiny)
LEAST = SMALLEST * 1e20
"""No number is moved by less than a share of this, or a step would be none."""
FINE = 0.01
"""Of the tolerance: what is farther off is looked at again."""
PASSES = 4
"""Forward passes for each entry, on the average; what needs more takes them from what is left over."""


@dataclass(frozen=True)
class NotDifferentiable:
    """An entry, counted from 1 in each direction, at which the objective has no derivative; `kink` says why.

    Where kinks of several operations cancel, the objective may have one; but then their slopes do not say which.
    """

    name: str
    entry: tuple[int, ...]
    kink: Kink | None


@dataclass(frozen=True)
class GradientCheck:
    """Adjoints beside finite differences.

    `worst` is the greatest relative error |adjoint - difference| / max(|adjoint|, |difference|, floor), where the floor
    is what rounding lets differences tell: the rounding of the objective over the step, over the tolerance. `by_name`
    has the greatest of each parameter, datum and start; `checked` says how many of the `entries` were moved (all,
    unless `sampled`), `not_differentiable` which of these have no derivative and
    are not compared, `rounded` how many of the others
    are too small for differences to tell to the tolerance. `ok` says that what was compared agrees.
    """

    worst: float
    by_name: Mapping[str, float]
    checked: int
    entries: int
    tolerance: float
    not_differentiable: tuple[NotDifferentiable, ...] = ()
    rounded: int = 0

    @property
    def sampled(self) -> bool:
        return self.checked < self.entries

    @property
    def ok(self) -> bool:
        return self.worst < self.tolerance


@any_numbers()
def gradient_check(trace: Trace, most: int | None = 500, seed: int = 0, tolerance: float = TOLERANCE) -> GradientCheck:
    """Move every parameter, datum and start and compare; of more than `most` entries a drawn sample.

    Two forward passes an entry, more where these leave a doubt, until `PASSES` have been made for each of `most`
    entries. Of a truncated pass the differences are of what truncation takes it for: what crosses a cut stays as it
    is. Of a batch the data and starts of the first sequence are moved. An objective that is not finite is infinitely
    wrong, and so is a gradient that is not where the objective has a slope.
    """
    recurrence, bindings = untruncated(trace) if trace.cuts else (trace.recurrence, trace.bindings)
    recurrence, bindings = held_fast(recurrence, bindings, trace.tau)
    session = Session(recurrence, trace.tau, bindings, trace.of)
    session.run()
    whole = session.trace()
    names = [n for n in _differentiable(trace) if n in whole.recurrence.variables or parse_node(n) in whole.start_of]
    adjoints = {name: trace.gradients[name] for name in names}
    entries = [_Entry(name, place) for name, array in adjoints.items() for place in np.ndindex(array.shape)]
    chosen = _sample(entries, most, seed)
    made = _Comparison(session, adjoints, tolerance, np.inf if most is None else PASSES * most)
    for entry in chosen:
        if made.passes > 0:
            made.compare(entry)
    return GradientCheck(
        max(made.errors.values(), default=0.0),
        {name: made.errors[name] for name in adjoints if name in made.errors},
        made.checked,
        len(entries),
        tolerance,
        tuple(made.not_differentiable),
        made.rounded,
    )


def worst(trace: Trace) -> float:
    """The worst relative error of all gradients against finite differences, where there is a derivative."""
    return gradient_check(trace, None, tolerance=TOLERANCE / 10).worst


def _differentiable(trace: Trace) -> Iterator[str]:
    """What can be moved: parameters, data, and starts that the text does not set."""
    set_by_text = {e.name for e in trace.programs.system.equations}
    yield from trace.bindings.parameters
    yield from trace.bindings.inputs
    yield from (trace.key(s) for s in trace.starts if s not in set_by_text)


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    place: tuple[int, ...]


def _sample(entries: list[_Entry], most: int | None, seed: int) -> list[_Entry]:
    """All entries, or so many drawn by lot: of each name one before any has a second, then as is its share."""
    if most is None or len(entries) <= most:
        return entries
    rng = np.random.default_rng(seed)
    shuffled = [entries[i] for i in rng.permutation(len(entries))]
    first = {e.name: e for e in reversed(shuffled)}
    return sorted(shuffled, key=lambda e: first[e.name] is not e)[:most]


@dataclass
class _Comparison:
    """Entries compared one by one, and what has been found so far."""

    session: Session
    adjoints: Mapping[str, Array]
    tolerance: float
    passes: float
    errors: dict[str, float] = field(default_factory=dict)
    not_differentiable: list[NotDifferentiable] = field(default_factory=list)
    checked: int = 0
    rounded: int = 0

    def __post_init__(self) -> None:
        whole = self.session.trace()
        self.value, self.rounding = self.session.loss, rounding_of(self.session)
        self.arrays = {name: _moved_array(self.session, whole, name) for name in self.adjoints}
        self.scales = {name: _scale(whole, name, array) for name, array in self.arrays.items()}

    def compare(self, entry: _Entry) -> None:
        """Move one entry, and put it back."""
        array, ours = self.arrays[entry.name], float(self.adjoints[entry.name][entry.place])
        own = float(array[entry.place])

        def objective(number: float) -> float:
            self.passes -= 1
            array[entry.place] = number
            self.session.forward.go()
            return self.session.loss

        self.checked += 1
        scale = max(abs(own), self.scales[entry.name], LEAST)
        if np.isfinite(self.value):
            self.judge(entry, Moved(objective, own, self.value, scale, self.rounding), ours)
        else:
            self.tell(entry, np.inf)
        array[entry.place] = own

    def judge(self, entry: _Entry, moved: Moved, ours: float) -> None:
        """One step, if that settles it; else a kink, or the best of many steps."""
        first = moved.difference(STEP)
        if not moved.bent(self.tolerance) and self.settled(entry, Estimate(first.central, first.noise), moved, ours):
            return
        kinked = moved.kinked(self.tolerance)
        if kinked is not None:
            self.tell_kink(entry, self.kink(moved, kinked.step))
        elif kink := self.cancelled_kink(moved, ours):
            self.tell_kink(entry, kink)
        else:
            self.tell_estimate(entry, moved.best, ours)

    def cancelled_kink(self, moved: Moved, ours: float) -> Kink | None:
        """An operation at its kink whose two slopes do not show, where the gradient is one that no difference has.

        In relu(a) - relu(-a) the kinks cancel; the adjoint, which takes one slope of each, knows nothing of that.
        """
        wrong = np.isfinite(ours) and not _relative_error(ours, moved.best, self.tolerance) < self.tolerance
        return self.kink(moved, moved.differences[-1].step) if wrong else None

    def kink(self, moved: Moved, step: float) -> Kink | None:
        return kink_between(self.session, moved.objective, moved.number, step)

    def settled(self, entry: _Entry, found: Estimate, moved: Moved, ours: float) -> bool:
        """Tell a difference that agrees, unless a wider step may tell more; whether there is nothing to add."""
        agrees = _relative_error(ours, found, self.tolerance) < FINE * self.tolerance
        if agrees and self.too_small(found, ours):
            wide = moved.difference(STEPS[0])
            agrees = self.too_small(Estimate(wide.central, wide.noise), ours)
        if agrees:
            self.tell_estimate(entry, found, ours)
        return agrees

    def tell_kink(self, entry: _Entry, kink: Kink | None) -> None:
        place = tuple(i + 1 for i in entry.place)
        self.not_differentiable.append(NotDifferentiable(entry.name, place, kink))

    def tell_estimate(self, entry: _Entry, found: Estimate, ours: float) -> None:
        self.rounded += self.too_small(found, ours)
        self.tell(entry, _relative_error(ours, found, self.tolerance))

    def tell(self, entry: _Entry, error: float) -> None:
        self.errors[entry.name] = max(self.errors.get(entry.name, 0.0), error)

    def too_small(self, found: Estimate, ours: float) -> bool:
        """Whether the slope is known less well than the tolerance asks for, and is not just 0."""
        most = max(abs(ours), abs(found.slope))
        return most > 0 and found.error > self.tolerance * most


def _relative_error(ours: float, found: Estimate, tolerance: float) -> float:
    error = abs(ours - found.slope) / max(abs(ours), abs(found.slope), found.error / tolerance, SMALLEST)
    return error if np.isfinite(error) else np.inf


def rounding_of(session: Session) -> float:
    """How far off the value of the objective may be, to first order, as every value that it is made of is rounded.

    Each is off by at most a unit in its last place, and its adjoint says what that makes of the objective (Wilkinson
    1963). Where large numbers cancel on the way, or in the sum of the objective, this is much more than the last place
    of the objective itself.
    """
    names = (e.name for e in session.programs.system.equations)
    shares = (np.abs(session.arrays[n] * session.arrays[Adjoint(n)]) for n in names if Adjoint(n) in session.arrays)
    total = sum(float(np.sum(share, where=np.isfinite(share))) for share in shares)
    return EPSILON * max(total, abs(session.loss))


def _moved_array(session: Session, whole: Trace, name: str) -> Array:
    """The array that a pass reads a name from; of data and starts the first sequence."""
    if name in session.parameters:
        return session.parameters[name]
    if name in whole.bindings.inputs:
        timed = whole.recurrence.variables[name].indexed
        return np.asarray(session.known[name][: whole.tau, 0] if timed else session.known[name][0, ...])
    return np.asarray(session.known[whole.start_of[parse_node(name)]][0, ...])


def _scale(whole: Trace, name: str, array: Array) -> float:
    """How large the numbers of a name are; where all are 0, those of its variable; else 1."""
    node = parse_node(name)
    found = (float(np.abs(a).max(initial=0.0)) for a in (array, whole.values.get(node.variable, array)))
    return next((scale for scale in found if 0 < scale < np.inf), 1.0)
