"""A link in, the engine's objects out: the one place where what a person asks for becomes a recurrence with numbers.

What is too large is refused before it is computed; graphs, trace and cursor are computed when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import Any, TypeVar

from app.arrays import Array, HoldsArrays, any_numbers, read_only
from app.cache import cached
from app.engine import (
    Bindings,
    Checkpoints,
    Cursor,
    Graph,
    Step,
    Trace,
    TrainingBlock,
    TrainingRun,
    contributions,
    cursor,
    fold,
    run,
    seeds,
    steps,
    target_of,
    train,
    unfold,
)
from app.engine.explain import WithoutGradient, without_gradient
from app.engine.graph import DETAILS, Detail, Folded, Node, folding, usual_detail
from app.engine.measure import bytes_of
from app.engine.training import LastAct, Window, fed
from app.language import GivenShapes, Problem, Problems, Recurrence, Subject, spelling_hint
from app.language.typeset import Notation, orientation_of
from app.limits import limit
from app.link.clear_names import unclear_names
from app.link.costs import afford, afford_parts, afford_pass, afford_told, afford_training
from app.link.fields import Body, Link, Training
from app.link.marks import marked_ids
from app.link.problem_fields import field_at_fault
from app.link.rows import FieldStage, checks_of, field_rows
from app.link.shown_rows import rows_shown
from app.link.text import parse
from app.link.ties import is_set, of_a_later_pass
from app.link.training import (
    bindings_after,
    bindings_at_step,
    checkpoints_of,
    hearing,
    link_before,
    optimizer_at_step,
    recipe,
    trainable,
    window_after,
)
from app.link.values import opened_steps, steps_shown
from app.link.windows import windows
from app.systems import SYSTEMS, Loaded, System, load

T = TypeVar("T")

KEPT, SMALL = 32, 4_000_000
"""So many passes are kept for the next request, each of at most so many bytes."""


@dataclass(frozen=True)
class ResolvedPass(HoldsArrays):
    """A recurrence with numbers for τ steps: its graphs, its trace, and what flows along every edge.

    `link` has the defaults of the fields later than a pass: passes that differ in those alone are one.
    """

    link: Link
    loaded: Loaded
    window: Window
    bindings: Bindings
    of: str
    checkpoints: Checkpoints | None
    taught: Recurrence
    """What was trained before: the recurrence as it was given its data then."""

    @property
    def system(self) -> System | None:
        """The row of the table; None for a person's own equations."""
        return None if self.link.equations is not None else SYSTEMS[self.link.system]

    @property
    def recurrence(self) -> Recurrence:
        return self.loaded.recurrence

    @property
    def tau(self) -> int:
        return self.link.tau

    @property
    def cuts(self) -> frozenset[int]:
        """The steps after which no gradient passes back."""
        return truncation_cuts(self.link.truncate, self.tau)

    @property
    def detail(self) -> Detail:
        """How much is drawn: what the link says, else what suits the recurrence."""
        return self.link.detail or self.usual_detail

    @property
    def usual_detail(self) -> Detail:
        """How much is drawn where the link says nothing."""
        return usual_detail(self.recurrence, self.link.parameters)

    @cached_property
    def graph(self) -> Graph:
        shown = self.bindings.lengths[0] if self.bindings.lengths else None
        parameters, opened = self.link.parameters, tuple(opened_steps(self.link.open))
        return unfold(self.recurrence, self.tau, self.detail, self.of, self.cuts, parameters, shown, opened)

    @cached_property
    def further(self) -> tuple[Detail, ...]:
        """The details to which a step can be opened while the others stay, the next one first."""
        folded = folding(self.recurrence, self.detail, self.of, self.link.parameters)
        more = DETAILS[DETAILS.index(folded.detail) + 1 :]
        return tuple(it for it in more if (found := self._opened_to(it)).opened and not found.unjoined)

    def _opened_to(self, detail: Detail) -> Folded:
        return folding(self.recurrence, self.detail, self.of, self.link.parameters, opened=((1, detail),))

    @cached_property
    def folded(self) -> Graph:
        return fold(self.recurrence, self.detail, self.of, self.link.parameters)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return steps(self.graph)

    @cached_property
    def trace(self) -> Trace:
        return read_only(run(self.recurrence, self.tau, self.bindings, self.of, self.cuts))

    @property
    def without_gradient(self) -> WithoutGradient | None:
        """Why all gradients are 0 by the equations, and what to write; None where one flows."""
        return without_gradient(self.recurrence, self.of)

    @cached_property
    def contributions(self) -> Mapping[str, Array]:
        """edge id → the gradient that passes along it."""
        if self.graph.parameters != "arrows":
            afford_parts(self.link, self.recurrence)
        return read_only(contributions(self.trace, self.graph))

    @cached_property
    def seeds(self) -> Mapping[str, Array]:
        """node id → the gradient that arrives from what the graph leaves out."""
        return seeds(self.trace, self.graph)

    @cached_property
    def last_act(self) -> LastAct:
        """What comes of the pass: gradients gathered, parameters moved as the link trains, the next loss."""
        link, run = self.link, link_before(self.link)
        before = truncation_cuts(run.truncate, run.tau)
        return LastAct(
            self.trace,
            recipe(link, link.trained + 1, self.cuts),
            partial(window_after, link, self.window),
            partial(optimizer_at_step, self.taught, run, self.window, before, self.checkpoints),
        )


@dataclass(frozen=True)
class Resolved:
    """A link with its pass and the place of its cursor."""

    link: Link
    run: ResolvedPass
    cursor: Cursor

    @property
    def numbers(self) -> PassNumbers:
        """What drawing reads; computed when it is read."""
        return PassNumbers(self.run)

    @cached_property
    def notation(self) -> Notation:
        """How names are written in all that is shown."""
        said = {part.name: getattr(self.link, part.name) for part in fields(Notation)}
        if said["orientation"] == "written":
            said["orientation"] = orientation_of(self.run.recurrence)
        return Notation(**said)

    @cached_property
    def marked(self) -> frozenset[str]:
        """The nodes and arrows that are marked in the figure."""
        return marked_ids(self.link.mark, self._drawn_graphs) if self.link.mark else frozenset()

    @cached_property
    def rows(self) -> frozenset[str] | None:
        """The variables and operations whose nodes the figure shows; None for all."""
        return None if self.link.rows is None else rows_shown(self.link.rows, self._drawn_graphs, self.window)

    @property
    def _drawn_graphs(self) -> tuple[Graph, ...]:
        view, run = self.link.view, self.run
        return (*((run.graph,) if view != "folded" else ()), *((run.folded,) if view != "unfolded" else ()))

    @property
    def window(self) -> tuple[int, int] | None:
        """The steps that the link asks the figure for."""
        window = self.link.window
        return None if window is None else steps_shown(window, self.link.tau)

    def train(self, told: Callable[[TrainingBlock], bool | None] | None = None, keep: bool = True) -> TrainingRun:
        """Train on from where the link is, for the steps it says.

        `told` hears of as many as are done at once, and ends the training with False.
        Without `keep` the run has no steps, only what it comes to.
        """
        link, run = self.link, self.run
        assert isinstance(link, Training)
        how = recipe(link, link.trained + link.steps, run.cuts)
        window, checkpoints = run.window, run.checkpoints
        return train(
            run.recurrence, run.tau, how, window, told=told, checkpoints=checkpoints, first=link.trained, keep=keep
        )


@dataclass(frozen=True)
class PassNumbers:
    """What drawing reads of a pass."""

    run: ResolvedPass

    @cached_property
    def symbols(self) -> Mapping[str, tuple[str, ...]]:
        return self.run.trace.symbols

    @cached_property
    def pictures(self) -> Mapping[str, tuple[int, int]]:
        return self.run.trace.pictures

    def value(self, node: str) -> Array:
        return self.run.trace.value(node)

    def gradient(self, node: str) -> Array:
        return self.run.trace.gradient(node)

    def contributions(self, graph: Graph) -> Mapping[str, Array]:
        return self.run.contributions if graph.edges is self.run.graph.edges else contributions(self.run.trace, graph)


@any_numbers()
def resolve(link: Link) -> Resolved:
    """A link, or a body with numbers of its own, as the engine's objects; raises `Problems`."""
    given = {name: getattr(link, name) for name in ARRAYS} if isinstance(link, Body) else {}
    shapes = GivenShapes.of(**given)
    link = _with_steps_of_data(link, shapes)
    _consistent(link)
    plain = _without_arrays(link)
    key = _key(plain)
    loaded = _load(key, shapes)
    if isinstance(plain, Training):
        _affordable(plain, loaded)
    large = bytes_of(loaded.recurrence, key.tau, key.batch) > SMALL
    made = _pass(key, shapes, **given) if large or any(given.values()) else _kept(key)
    resolved = Resolved(plain, made, _cursor_of_link(made, link))
    if problems := unclear_names(resolved.notation, made.recurrence):
        raise Problems(*problems)
    _check_picture(resolved)
    return resolved


def _check_picture(resolved: Resolved) -> None:
    """Raise what is wrong with what the link says of nodes and rows of its figure."""
    problems: list[Problem] = []
    if resolved.link.mark:
        _result_or_problems(problems, lambda: resolved.marked)
    if resolved.link.rows:
        _result_or_problems(problems, lambda: resolved.rows)
    if problems:
        raise Problems(*problems)


def _with_steps_of_data(link: Link, shapes: GivenShapes) -> Link:
    """The link with as many steps as the given data has, where it says none."""
    if "tau" in link.model_fields_set or not shapes.inputs:
        return link
    try:
        variables = _load(_key(_without_arrays(link)), shapes).recurrence.variables
    except Problems:
        return link  # What is wrong with the equations is told when they are read for the pass.
    sequences = {name for name, v in variables.items() if v.kind == "given" and v.indexed}
    steps = {name: shape[0] for name, shape in shapes.inputs if shape and name in sequences}
    if not steps:
        return link
    first, tau = next(iter(steps.items()))
    for name, other in steps.items():
        if other != tau or not 1 <= other <= limit("tau"):
            rest = f"inputs.{first} has {tau}" if other != tau else f"a run has from 1 to {limit('tau')}"
            raise Problems(Problem(f"inputs.{name} has {_steps(other)}, {rest}", Subject.DATA, part=name))
    return link.model_copy(update={"tau": tau})


def _steps(count: int) -> str:
    return f"{count} step{'s' * (count != 1)}"


def _affordable(link: Training, loaded: Loaded) -> None:
    steps = link.trained + link.steps
    trainable(loaded.recurrence, steps, "steps")
    afford_training(link, loaded, steps, "steps")
    afford_told(link, loaded.recurrence, steps)


def _key(link: Link) -> Link:
    """What a pass is made of: a training begins with the untrained one."""
    made = link.up_to(FieldStage.PASS)
    return made.model_copy(update={"trained": 0}) if isinstance(link, Training) else made


def mend(pairs: Iterable[tuple[str, str]], model: type[Link] = Link) -> tuple[Link, tuple[Problem, ...]]:
    """The link that is left of a query without its wrong fields, and everything that was wrong with them."""
    resolved, found = mended(pairs, model)
    return resolved.link, found


def mended(pairs: Iterable[tuple[str, str]], model: type[Link] = Link) -> tuple[Resolved, tuple[Problem, ...]]:
    """The same as the engine's objects."""
    kept, found = list(pairs), list[Problem]()
    while True:
        try:
            return resolve(parse(kept, model)), tuple(found)
        except Problems as error:
            found += error.problems
            wrong = {field_at_fault(problem).partition(".")[0] for problem in error.problems}
            if "equations" in wrong:  # What is said of equations that cannot be read is right or wrong with others.
                wrong |= {name for name, row in field_rows(model).items() if "equations" in row.dropped_by}
            kept = [(name, value) for name, value in kept if name not in wrong] if wrong & dict(kept).keys() else []


ARRAYS = tuple(name for name in Body.model_fields if name not in Link.model_fields)


def truncation_cuts(truncate: str | None, tau: int) -> frozenset[int]:
    """`k` → k, 2k, …; `3|5` → the steps themselves; none without truncation."""
    if truncate is None:
        return frozenset()
    if truncate.isdigit():
        return frozenset(range(int(truncate), tau, int(truncate)))
    return frozenset(int(part) for part in truncate.split("|") if part)


def _without_arrays(link: Link) -> Link:
    return link.link if isinstance(link, Body) else link


def _consistent(link: Link) -> None:
    """Refuse fields that exclude or need each other."""
    found = [check(link, name) for name, check in checks_of(type(link))]
    if isinstance(link, Training):
        after = [name for name, row in field_rows(Training).items() if row.after_training and is_set(link, name)]
        found = [problem for problem in found if problem and problem.about not in after]
        found += map(of_a_later_pass, after)
    if problems := [problem for problem in found if problem]:
        raise Problems(*problems)


NO_ARRAYS = GivenShapes()


def _load(link: Link, shapes: GivenShapes = NO_ARRAYS) -> Loaded:
    return _loaded(link.up_to(FieldStage.SYSTEM), shapes)


@cached(KEPT)
def _loaded(link: Link, shapes: GivenShapes) -> Loaded:
    loaded = load(link.system, link.equations, dict(link.sizes), link.task, shapes)
    return loaded if link.feed is None else replace(loaded, recurrence=fed(loaded.recurrence, link.feed))


@cached(KEPT)
def _kept(link: Link) -> ResolvedPass:
    return _pass(link, NO_ARRAYS)


def _pass(link: Link, shapes: GivenShapes, **given: Mapping[str, Any]) -> ResolvedPass:
    """Limits first, then all that is wrong with the numbers and the objective at once."""
    loaded, run = _load(link, shapes), link_before(link)
    recurrence = loaded.recurrence
    taught = loaded if run == link else _load(run, shapes)
    afford_pass(link, recurrence)
    if link.trained and run.tau != link.tau:
        afford_pass(run, taught.recurrence, "trained_tau")
    trainable(recurrence, link.trained, "trained")
    afford_training(run, taught, link.trained, "trained")
    problems: list[Problem] = []
    window = _result_or_problems(problems, lambda: windows(taught, run, given))
    of = _result_or_problems(problems, lambda: target_of(recurrence, link.tau, link.of))
    if window is None or of is None:
        raise Problems(*problems)
    _check_graph(link, recurrence, of)
    checkpoints = None if any(given.values()) else checkpoints_of(run)
    there = bindings_at_step(taught.recurrence, run, window, truncation_cuts(run.truncate, run.tau), checkpoints)
    elsewhere = (run.tau, run.feed) != (link.tau, link.feed)
    heard = hearing(recurrence, link, bindings_after(loaded, link, there) if elsewhere else there)
    return ResolvedPass(link, loaded, window, heard, of, checkpoints, taught.recurrence)


def _check_graph(link: Link, recurrence: Recurrence, of: str) -> None:
    """Refuse a graph that is too large, and steps that cannot be opened."""
    detail, opened = link.detail or usual_detail(recurrence, link.parameters), tuple(opened_steps(link.open))
    folded = folding(recurrence, detail, of, link.parameters, opened=opened)
    parts = [(here, len(steps)) for here, steps in folded.by_steps(link.tau)]
    afford(link, "nodes", sum(len(here.rows) * steps for here, steps in parts))
    afford(link, "lines", sum(here.lines(steps) for here, steps in parts))
    if folded.unjoined:
        names = ", ".join(folded.unjoined)
        message = f"at {detail} no step can be opened: steps read {names} of others, which these do not draw"
        raise Problems(Problem(message, "open", [], "choose another detail, which draws it"))


def _result_or_problems(problems: list[Problem], make: Callable[[], T]) -> T | None:
    """The result, or None with its problems added to the others."""
    try:
        return make()
    except Problems as found:
        problems += found.problems
        return None


def _cursor_of_link(made: ResolvedPass, link: Link) -> Cursor:
    """The place of the cursor; a problem if the pass does not come by there."""
    if link.at is not None:
        places = [step.at for step in made.steps if step.phase == link.phase]
        if link.at not in places:
            message = f"the {link.phase} pass does not come to {link.at}{'' if places else ': here it has no steps'}"
            raise Problems(Problem(message, "at", _places_by_variable(made, places), spelling_hint(link.at, places)))
    return cursor(made.graph, link.phase, link.at)


def _places_by_variable(made: ResolvedPass, places: list[str]) -> list[str]:
    """The places by variable: h[1…3], loss."""
    drawn: dict[str, Node] = {node.id: node for node in made.graph.nodes}
    timed = {node.var: [p for p in places if p in drawn and drawn[p].var == node.var] for node in drawn.values()}
    spans = [ids[0] if len(ids) == 1 else f"{ids[0]} to {ids[-1]}" for ids in timed.values() if ids]
    return spans + [place for place in places if place not in drawn]
