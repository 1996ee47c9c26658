"""`Trace` → how much the state at each step hangs on the states before it: ‖∂s(t)/∂s(k)‖₂ of the joint state.

The step Jacobians come from the engine's own adjoints, a unit vector for each sequence of a batch, all steps at once;
nothing is written per cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.arrays import Array
from app.engine.execution import Execution, Trace
from app.engine.ir import SEQUENCE, Adjoint, Delay, Flat, Inner, Program, Unit, adjoint, analyse, flat, schedule
from app.language import NOW, Equation, Problem, Problems, Read, Recurrence, Subject, Time, reachable, reads
from app.language.typeset import show
from app.limits import limit

MOST_WORK = 1_000_000_000
"""The multiply-adds that the norms of one triangle may take: about a second."""
COPIES = 4
"""So many times the Jacobians of all steps are in memory at once."""
CHUNK = 4_000_000
"""So many numbers of one variable's adjoint are held at once."""
NOTHING = 1e-200
"""What is smaller counts as 0 in a product: with numbers near the smallest there are, processors are slow."""


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
    fewer steps are measured, evenly spread. Raises Problems on the steps where even the step Jacobians are too many.
    """
    return state_jacobians(trace, most_work, direction)[0]


def state_jacobians(trace: Trace, most_work: int = MOST_WORK, direction: int = 0) -> tuple[Triangle, ...]:
    """The same, and after it that of each state alone where several are stacked: ‖∂h(t)/∂h(k)‖, with every way between.

    The others at step k are held fixed, so that a change of h(k) reaches h(t) through them too.
    """
    step = _step_of(trace.recurrence, trace.bindings.lengths is not None, direction)
    if not step.states:
        return (Triangle((), (), np.zeros((0, 0))),)
    _check_affordable(step.size, trace.tau)
    found = _along_the_loop(_step_jacobians(trace, step), step.direction)
    places = _grid(trace.tau, step.size, most_work)
    steps = tuple(i + 1 if step.direction > 0 else trace.tau - i for i in places)
    own = dict(zip(step.rows, step.labels, strict=True))
    alone = [((own[name, 0],), step.places[name, 0]) for name in step.states] if len(step.states) > 1 else []
    stacked = [(step.labels, slice(None)), *alone]
    norms = _products(found, places, [block for _, block in stacked])
    sampled = len(steps) < trace.tau
    return tuple(Triangle(labels, steps, one, sampled) for (labels, _), one in zip(stacked, norms, strict=True))


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


def _step_of(recurrence: Recurrence, ragged: bool, direction: int) -> _Step:
    """What lies between the states of one step and those of the next."""
    analysis = analyse(recurrence)
    system, directions = flat(analysis, ragged), [c.direction for c in analysis.components if c.direction]
    way = direction or max(directions, default=1)
    loops = {name for c in analysis.components if c.direction == way for name in c.names}
    others = analysis.loops.keys() - loops
    table = [e for e in system.equations if _variable(e.name) not in others and _belongs_to_step(system, e, way)]
    inside = _between(table, loops)
    delays = [e.name for e in table if e.name in inside and isinstance(e.name, Delay)]
    lags = [(delay.variable, abs(delay.lag)) for delay in delays]
    states = {n: max(k for v, k in lags if v == n) for n in recurrence.variables if n in dict(lags)}
    equations = tuple(e for e in table if e.name in inside and not isinstance(e.name, Delay))
    return _Step(system, way, equations, states, dict(zip(delays, lags, strict=True)))


def _variable(name: str) -> str:
    """The variable that a name of the flat system belongs to."""
    return name.owner if isinstance(name, Inner) else name.variable if isinstance(name, Delay) else name


def _belongs_to_step(system: Flat, e: Equation, way: int) -> bool:
    """Whether an equation belongs to a step: a sequence that reads nothing ahead of the loops' direction."""
    ahead = isinstance(e.name, Delay) and e.name.lag * way < 0
    return system.levels[e.name] == SEQUENCE and not ahead


def _between(table: list[Equation], loops: set[str]) -> set[str]:
    """The names that depend on the loops and that the loops depend on."""
    names = {e.name for e in table}
    sources = {e.name: [r.name for r in reads(e.expr) if r.name in names and _passes(r)] for e in table}
    readers: dict[str, list[str]] = {}
    for name, found in sources.items():
        for source in found:
            readers.setdefault(source, []).append(name)
    return reachable(loops, sources) & reachable(loops, readers)


def _passes(read: Read) -> bool:
    """Whether a read names each step's own, and not one moment or the whole."""
    return read.time is not None and read.time.base == "t"


def _check_affordable(size: int, tau: int) -> None:
    most = max(min(limit("work") // size**3, limit("memory") // (COPIES * 8 * size**2)), 1)
    if tau > most:
        message = f"the Jacobians of a state of {size} entries can be had for at most {most} steps"
        raise Problems(Problem(message, Subject.STEPS, {"minimum": 1, "maximum": most}))


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
    scope = step.system.extended("!")
    for name in step.states:
        scope.declare_like(Unit(name), name)
    wanted = {*(e.name for e in step.equations), *step.delays}
    pulled = adjoint(scope, step.equations, {name: Read(Unit(name), NOW) for name in step.states})
    return schedule(scope.flattened(e for name, e in pulled.items() if name in wanted))


def _pulled_back(
    trace: Trace, step: _Step, program: Program, name: str, units: Array
) -> Iterator[tuple[tuple[str, int], Array]]:
    """Rows of ∂s(t)/∂s(t-1) for some entries of one state: (what it reads, (tau, entries, size))."""
    equations = [e for stage in program.stages for e in stage.equations]
    names = {r.name for e in equations for r in reads(e.expr)} - {e.name for e in equations}
    known = _first_sequence_repeated(trace, program, names, len(units))
    for state in step.states:
        shape = (trace.tau, len(units), *step.system.shapes[state])
        unit = units.reshape(len(units), *step.system.shapes[state]) if state == name else np.zeros(())
        known[Unit(state)] = np.broadcast_to(unit, shape)
    arrays = Execution(program, known, trace.tau, len(units)).run()
    for delay, (variable, lag) in step.delays.items():
        if Adjoint(delay) in arrays:
            yield (variable, lag - 1), arrays[Adjoint(delay)].reshape(trace.tau, len(units), -1)


def _first_sequence_repeated(trace: Trace, program: Program, names: Iterable[str], count: int) -> dict[str, Array]:
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
    """The places along the loop to measure: all, or as many as can be paid for, the first and the last among them."""
    norm, product = 10 * size**3 + 3000, tau * size**3 / 20
    count = tau
    if tau * (tau + 1) / 2 * norm + tau * product > most_work:
        # count² norm / 2 + count product = most_work
        count = int((np.sqrt(product**2 + 2 * norm * most_work) - product) / norm)
    count = min(max(count, 2), tau)
    return list(dict.fromkeys(int(i) for i in np.rint(np.linspace(0, tau - 1, count))))


def _products(found: Array, places: list[int], blocks: list[slice]) -> Array:
    """The norms of some blocks of the products between every two places: (blocks, places, places).

    The products of all k grow together, a stack of small ones: one large product would be shared out to threads that
    wait longer than they work.
    """
    size, count = found.shape[1], len(places)
    norms = np.full((len(blocks), count, count), np.nan)
    products = np.zeros((count, size, size))
    begun = 0
    for i in range(places[-1] + 1):
        grown = found[i] @ products[:begun]
        grown[abs(grown) < NOTHING] = 0.0
        products[:begun] = grown
        if i == places[begun]:
            products[begun] = np.eye(size)
            begun += 1
            for norm, block in zip(norms, blocks, strict=True):
                norm[begun - 1, :begun] = _norms(products[:begun, block, block])
    return norms


def _norms(matrices: Array) -> Array:
    """Largest singular values; ∞ for what is no longer finite."""
    finite = np.isfinite(matrices).all(axis=(1, 2))
    norms = np.full(len(matrices), np.inf)
    if finite.any():
        norms[finite] = np.linalg.svd(matrices[finite], compute_uv=False).max(axis=-1)
    return norms
