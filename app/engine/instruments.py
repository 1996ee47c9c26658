"""`Trace` → measurements of its gradients: how large they are, how far they reach, what truncation took from them.

The step Jacobians come from the engine's own adjoints, a unit vector for each sequence of a batch; nothing is
written per cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.engine.adjoint import adjoint
from app.engine.contributions import parts
from app.engine.execute import Execution, is_delay
from app.engine.flat import SEQUENCE, SHARED, Flat, flat, flatten
from app.engine.fold import folding
from app.engine.schedule import Program, schedule
from app.engine.trace import Bindings, Trace, run
from app.engine.unfold import node_reads
from app.language.problems import Problem, Problems
from app.language.resolve import near
from app.language.syntax import NOW, Apply, Equation, Read, Recurrence, Time, reads
from app.language.text import show
from app.limits import limit

Array = NDArray[np.float64]
MOST_WORK = 1_000_000_000
"""The multiply-adds that the norms of one triangle may take: about a second."""
CHUNK = 4_000_000
"""So many numbers of one variable's adjoint are held at once."""


def gradient_norms(trace: Trace) -> dict[str, Array]:
    """variable → ‖∂of/∂v(t)‖₂ at every step, (tau), over all entries of v (Pascanu et al. 2013, section 2)."""
    timed = (name for name, v in trace.recurrence.variables.items() if v.indexed)
    return {name: lengths(trace.gradients[name]) for name in timed}


def lengths(array: Array) -> Array:
    """The 2-norm of what stands at each step, all its entries taken together: (tau, …) → (tau)."""
    return np.asarray(np.linalg.norm(array.reshape(len(array), -1), axis=1))


# a parameter's gradient by step


@dataclass(frozen=True)
class Parts:
    """A parameter's gradient by step: `parts` (tau, shape…) sum to ∂of/∂parameter, `norms` (tau) are their lengths."""

    parameter: str
    parts: Array
    norms: Array


def parts_by_step(trace: Trace, parameter: str) -> Parts:
    """What each step adds to a parameter's gradient (Goodfellow et al. 2016, equations 10.22 to 10.28).

    Raises Problems on `parameter`.
    """
    names = trace.recurrence.names("parameter")
    if parameter not in names:
        message = f"{parameter} is no parameter of these equations"
        raise Problems(Problem(message, "parameter", list(names), near(parameter, names)))
    found = parts(trace, parameter)
    return Parts(parameter, found, lengths(found))


# how far a state reaches


@dataclass(frozen=True)
class Triangle:
    """‖∂s(t)/∂s(k)‖₂ of the joint state s: every variable that the loops of one direction reach back to.

    `states` says what is stacked (`h[t]`, and `h[t-1]` where a step reads two back). `steps` are the steps t and k
    that were measured, in the order in which the loops run, so that the last comes first for loops from the end;
    `norms[i, j]` belongs to t = steps[i], k = steps[j] and is NaN where k comes after t, ∞ where a product leaves
    the finite numbers. `sampled` says that not every step is among them.
    """

    states: tuple[str, ...]
    steps: tuple[int, ...]
    norms: Array
    sampled: bool = False

    @property
    def distances(self) -> tuple[int, ...]:
        """How many steps the last of them is from each, itself first."""
        return tuple(abs(self.steps[-1] - k) for k in reversed(self.steps))

    @property
    def back(self) -> Array:
        """‖∂s(t)/∂s(k)‖₂ from the last step back, at `distances`."""
        return np.asarray(self.norms[-1, ::-1] if self.steps else np.zeros(0))


def jacobians(trace: Trace, most_work: int = MOST_WORK, direction: int = 0) -> Triangle:
    """How much the state at each step hangs on the state at every step before it (Pascanu et al. 2013, equation 5).

    ∂s(t)/∂s(k) is the product of the step Jacobians ∂s(i)/∂s(i-1), i = t … k+1, of the trace's first sequence.
    `direction` 1 asks for the loops that run from the first step, -1 for those from the last, 0 for the first kind
    there is. What flows through loops of the other direction, through reads ahead of the loops' own direction and
    through what is pooled over time is held fixed; truncation is not looked at. Beyond `most_work` multiply-adds
    fewer steps are measured, evenly spread. Raises Problems on `tau` where even the step Jacobians are too many.
    """
    step = _step(trace.recurrence, trace.bindings.lengths is not None, direction)
    if not step.states:
        return Triangle((), (), np.zeros((0, 0)))
    _affordable(step.size, trace.tau)
    found = _along_the_loop(_step_jacobians(trace, step), step.direction)
    places = _grid(trace.tau, step.size, most_work)
    steps = [i + 1 if step.direction > 0 else trace.tau - i for i in places]
    return Triangle(step.labels, tuple(steps), _products(found, places), len(steps) < trace.tau)


def first_below(norms: ArrayLike, share: float = 0.01, distances: Iterable[int] | None = None) -> int | None:
    """The number of steps after which ‖∂s(t)/∂s(k)‖ first falls below a share of what it is at t = k.

    `norms` are ordered by distance, the same step first; `distances` says how far apart where steps are left out.
    None where it never falls so low.
    """
    array = np.asarray(norms, dtype=np.float64)
    low = np.flatnonzero(array < share * array[0]) if array.size else array.astype(int)
    if not low.size:
        return None
    return int(low[0]) if distances is None else list(distances)[low[0]]


@dataclass(frozen=True)
class _Step:
    """One step of the loops of a direction: flat equations without a loop, from what a step reads back to its states.

    `states`: variable → the farthest lag at which it is read; `delays`: the name of a delay → its variable and lag.
    """

    system: Flat
    direction: int
    equations: tuple[Equation, ...]
    states: Mapping[str, int]
    delays: Mapping[str, tuple[str, int]]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(show(Read(name, Time("t", -self.direction * j))) for name, j in self.rows)

    @property
    def rows(self) -> list[tuple[str, int]]:
        """What is stacked: each state with as many steps back as are read."""
        return [(name, j) for name, most in self.states.items() for j in range(most)]

    @property
    def places(self) -> dict[tuple[str, int], slice]:
        """Where each of `rows` stands in the joint state."""
        sizes = [self.entries(name) for name, _ in self.rows]
        ends = np.cumsum([0, *sizes]).tolist()
        return {row: slice(ends[i], ends[i + 1]) for i, row in enumerate(self.rows)}

    @property
    def size(self) -> int:
        return sum(self.entries(name) for name, _ in self.rows)

    def entries(self, name: str) -> int:
        return int(np.prod(self.system.shapes[name]))


def _step(recurrence: Recurrence, ragged: bool, direction: int) -> _Step:
    """What lies between the states of one step and those of the next."""
    system = flat(recurrence, ragged)
    ways = _directions(system)
    way = direction or max(ways.values(), default=1)
    loops = {name for name, i in system.loops.items() if ways[i] == way}
    others = system.loops.keys() - loops
    table = [e for e in system.equations if system.owner.get(e.name, e.name) not in others and _runs(system, e, way)]
    inside = _between(table, loops)
    delays = {e.name: _reach(e) for e in table if e.name in inside and is_delay(e.expr)}
    lags = [(name, abs(k)) for name, k in delays.values()]
    states = {n: max(k for v, k in lags if v == n) for n in recurrence.variables if n in dict(lags)}
    equations = tuple(e for e in table if e.name in inside and e.name not in delays)
    return _Step(system, way, equations, states, {n: (v, abs(k)) for n, (v, k) in delays.items()})


def _directions(system: Flat) -> dict[int, int]:
    """The number of a loop → 1 if it runs from the first step, -1 from the last."""
    lags = [_reach(e) for e in system.equations if is_delay(e.expr) and ".lag" in e.name]
    return {system.loops[name]: 1 if k > 0 else -1 for name, k in lags}


def _reach(delay: Equation) -> tuple[str, int]:
    """The variable of a delay and how many steps back it reads it."""
    match delay.expr:
        case Apply("lag", (Read(name, Time(_, offset)), *_)):
            return name, -offset
    raise TypeError(f"no delay: {delay}")


def _runs(system: Flat, e: Equation, way: int) -> bool:
    """Whether an equation belongs to a step: a sequence that reads nothing ahead of the loops' direction."""
    ahead = is_delay(e.expr) and _reach(e)[1] * way < 0
    return system.levels[e.name] == SEQUENCE and not ahead


def _between(table: list[Equation], loops: set[str]) -> set[str]:
    """The names that depend on the loops and that the loops depend on."""
    names = {e.name for e in table}
    sources = {e.name: [r.name for r in reads(e.expr) if r.name in names and _passes(r)] for e in table}
    readers: dict[str, list[str]] = {}
    for name, found in sources.items():
        for source in found:
            readers.setdefault(source, []).append(name)
    return _reached(loops, sources) & _reached(loops, readers)


def _passes(read: Read) -> bool:
    """Whether a read names each step's own, and not one moment or the whole."""
    return read.time is not None and read.time.base == "t"


def _reached(names: Iterable[str], edges: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    work = list(names)
    while work:
        name = work.pop()
        if name not in found:
            found.add(name)
            work.extend(edges.get(name, ()))
    return found


def _affordable(size: int, tau: int) -> None:
    most = max(limit("work") // size**3, 1)
    if tau > most:
        message = f"the Jacobians of a state of {size} entries can be had for at most {most} steps"
        raise Problems(Problem(message, "tau", {"minimum": 1, "maximum": most}))


def _step_jacobians(trace: Trace, step: _Step) -> Array:
    """∂s(t)/∂s(t-1) for every t, (tau, size, size), counted along the loops' own direction."""
    program = _unit_program(step)
    found = np.zeros((trace.tau, step.size, step.size))
    places = step.places
    for (name, j), place in places.items():
        if j:
            found[:, place, places[name, j - 1]] = np.eye(step.entries(name))
    chunk = max(1, CHUNK // (trace.tau * step.size))
    for name in step.states:
        first = places[name, 0].start
        for low in range(0, step.entries(name), chunk):
            units = np.eye(step.entries(name))[low : low + chunk]
            rows = slice(first + low, first + low + len(units))
            for column, array in _pulled_back(trace, step, program, name, units):
                found[:, rows, places[column]] += array
    return found


def _unit_program(step: _Step) -> Program:
    """The adjoint of one step, its seeds given: all steps at once, for there is no loop in it."""
    system = Flat(dict(step.system.shapes), dict(step.system.levels), mark="!")
    system.starts = step.system.starts
    for name in step.states:
        system.shapes[_unit(name)], system.levels[_unit(name)] = system.shapes[name], SEQUENCE
    wanted = {*(e.name for e in step.equations), *step.delays}
    pulled = adjoint(system, step.equations, {name: Read(_unit(name), NOW) for name in step.states})
    return schedule(flatten([e for e in pulled if e.name[1:] in wanted], system))


def _unit(name: str) -> str:
    return f"unit.{name}"


def _pulled_back(
    trace: Trace, step: _Step, program: Program, name: str, units: Array
) -> Iterator[tuple[tuple[str, int], Array]]:
    """Rows of ∂s(t)/∂s(t-1) for some entries of one state: (what it reads, (tau, entries, size))."""
    equations = [e for stage in program.stages for e in stage.equations]
    names = {r.name for e in equations for r in reads(e.expr)} - {e.name for e in equations}
    known = _repeated(trace, program, names, len(units))
    for state in step.states:
        shape = (trace.tau, len(units), *step.system.shapes[state])
        unit = units.reshape(len(units), *step.system.shapes[state]) if state == name else np.zeros(())
        known[_unit(state)] = np.broadcast_to(unit, shape)
    arrays = Execution(program, known, trace.tau, len(units)).run()
    for delay, (variable, lag) in step.delays.items():
        if f"∇{delay}" in arrays:
            yield (variable, lag - 1), arrays[f"∇{delay}"].reshape(trace.tau, len(units), -1)


def _repeated(trace: Trace, program: Program, names: Iterable[str], count: int) -> dict[str, Array]:
    """The values of the first sequence, as a batch of so many that are alike."""
    found: dict[str, Array] = {}
    if trace.bindings.lengths is not None:
        found["tau"] = np.full(count, float(trace.bindings.lengths[0]))
    for name in names:
        if name != "tau" and name in trace.arrays:
            array, level = trace.arrays[name], program.levels[name]
            first = array[:, :1] if level == SEQUENCE else array[:1] if level else array
            lead = (len(first), count) if level == SEQUENCE else (count,) if level else ()
            found[name] = np.broadcast_to(first, (*lead, *program.shapes[name]))
    return found


def _along_the_loop(found: Array, direction: int) -> Array:
    return found if direction > 0 else found[::-1]


def _grid(tau: int, size: int, most_work: int) -> list[int]:
    """The places along the loop that are measured: all, or as many as can be paid for, the first and the last among them."""
    norm, product = 10 * size**3 + 3000, tau * size**3 / 20
    count = tau
    if tau * (tau + 1) / 2 * norm + tau * product > most_work:
        # count² norm / 2 + count product = most_work
        count = int((np.sqrt(product**2 + 2 * norm * most_work) - product) / norm)
    count = min(max(count, 2), tau)
    return list(dict.fromkeys(int(i) for i in np.rint(np.linspace(0, tau - 1, count))))


def _products(found: Array, places: list[int]) -> Array:
    """The norms of the products between every two places; one product of matrices a step."""
    size, count = found.shape[1], len(places)
    norms = np.full((count, count), np.nan)
    columns = np.zeros((size, count * size))
    begun = 0
    with np.errstate(all="ignore"):
        for i in range(places[-1] + 1):
            columns[:, : begun * size] = found[i] @ columns[:, : begun * size]
            if i == places[begun]:
                columns[:, begun * size : (begun + 1) * size] = np.eye(size)
                begun += 1
                blocks = columns[:, : begun * size].reshape(size, begun, size).swapaxes(0, 1)
                norms[begun - 1, :begun] = _norms(blocks)
    return norms


def _norms(matrices: Array) -> Array:
    """Largest singular values; ∞ for what is no longer finite."""
    finite = np.isfinite(matrices).all(axis=(1, 2))
    norms = np.full(len(matrices), np.inf)
    if finite.any():
        norms[finite] = np.linalg.svd(matrices[finite], compute_uv=False).max(axis=-1)
    return norms


# recurrent matrices


def recurrent_matrices(recurrence: Recurrence) -> tuple[str, ...]:
    """The square parameters that multiply along the way from a state to itself or another a step or more later."""
    folded = folding(recurrence, "states")
    found = [
        name
        for e in folded.drawn
        for read in node_reads(folded, e)
        if read.time and read.time.offset and folded.loops.get(read.name, -1) == folded.loops.get(e.name)
        for name in folded.factors(e, read)[1]
    ]
    return tuple(n for n in recurrence.names("parameter") if n in found and _is_square(recurrence, n))


def _is_square(recurrence: Recurrence, name: str) -> bool:
    """Square by meaning: both axes are one dimension, and not two that happen to be of a size."""
    return len(set(recurrence.variables[name].dims)) == 1


def spectral_radii(recurrence: Recurrence, parameters: Mapping[str, Array]) -> dict[str, float]:
    """recurrent matrix → the largest modulus of its eigenvalues (Goodfellow et al. 2016, section 10.7)."""
    return {name: _radius(parameters[name]) for name in recurrent_matrices(recurrence)}


def _radius(matrix: Array) -> float:
    return float(abs(np.linalg.eigvals(matrix)).max(initial=0.0))


def with_radius(recurrence: Recurrence, parameters: Mapping[str, Array], radius: float) -> dict[str, Array]:
    """The same parameters, each recurrent matrix times the number that gives it this spectral radius.

    Raises Problems on `radius` where there is no recurrent matrix, or one whose own radius is 0 (no factor changes it).
    """
    radii = spectral_radii(recurrence, parameters)
    if not radii:
        message = "these equations have no recurrent matrix whose radius could be set"
        raise Problems(Problem(message, "radius", hint="a square parameter that a state is multiplied with, as W @ h[t-1]"))
    still = [name for name, own in radii.items() if own <= 1e-12 * float(abs(parameters[name]).max(initial=1.0))]
    if radius and still:
        message = "the spectral radius of {} is 0, and no factor changes that"
        raise Problems(*(Problem(message.format(name), "radius") for name in still))
    scaled = {name: np.asarray(parameters[name] * (radius / own if radius else 0.0)) for name, own in radii.items()}
    return {**parameters, **scaled}


# what truncation removed


@dataclass(frozen=True)
class Removed:
    """A gradient in whole and as truncation leaves it; `lost` is the norm of the difference.

    `lost` is one number for a parameter and one a step for a state, (tau); `share` is `lost` beside the whole's norm.
    """

    whole: Array
    truncated: Array
    lost: Array

    @property
    def share(self) -> Array:
        """`lost` as a share of the norm of the whole; 0 where that is 0."""
        flat_whole = self.whole.reshape(*self.lost.shape, -1)
        norm = np.linalg.norm(flat_whole, axis=-1)
        return np.asarray(np.divide(self.lost, norm, out=np.zeros_like(self.lost), where=norm > 0))


@dataclass(frozen=True)
class Truncation:
    """What the cuts took from the gradient of each parameter and of each state at every step."""

    cuts: tuple[int, ...]
    parameters: Mapping[str, Removed]
    states: Mapping[str, Removed]


def truncation_loss(
    recurrence: Recurrence, tau: int, bindings: Bindings, of: str | None, cuts: frozenset[int]
) -> Truncation:
    """Run with and without the cuts and say what they removed (Williams & Peng 1990; Sutskever 2013, section 2.8.6)."""
    whole, cut = run(recurrence, tau, bindings, of), run(recurrence, tau, bindings, of, cuts)
    states = [n for n in recurrence.variables if n in _reached_back(recurrence)]
    return Truncation(
        tuple(sorted(cuts)),
        {name: _removed(whole.gradients[name], cut.gradients[name], ()) for name in bindings.parameters},
        {name: _removed(whole.gradients[name], cut.gradients[name], (tau,)) for name in states},
    )


def _reached_back(recurrence: Recurrence) -> set[str]:
    """Every variable that a loop reads at another step."""
    return {_reach(e)[0] for e in flat(recurrence).equations if is_delay(e.expr) and ".lag" in e.name}


def _removed(whole: Array, cut: Array, lead: tuple[int, ...]) -> Removed:
    return Removed(whole, cut, np.asarray(np.linalg.norm((whole - cut).reshape(*lead, -1), axis=-1)))


# the gradient check
