"""The controls of the explore page, one for each field of the link: label, value, choices and problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from app.cache import cached
from app.engine import objective
from app.engine.graph import usual_parameters
from app.engine.training import OPTIMIZERS, fed
from app.language import Problem, Problems, Recurrence
from app.language.typeset import Notation
from app.link import EXPLORE, Link, Option, Placement, Resolved, field_rows, on_page, query
from app.systems import TASKS
from app.systems.tasks import TaskWord
from app.web.core.problems import FieldProblem

HEADINGS = ("Data", "Training", "Figure")
"""The menus of the controls that are not always in sight, in their order."""
NODES = 8
"""Of longer runs only the first and the last step is offered to be differentiated."""

Choice = tuple[str, str]
Listed = tuple[tuple[str, tuple[Choice, ...]], ...]
"""Lists of values to choose from with their words, by heading; the first heading is empty."""


@dataclass(frozen=True)
class Control:
    """A field as a page shows it. `kind` is its row's; a text with `choices` is a list of them."""

    name: str
    label: str
    kind: str
    help: str
    value: str
    usual: str
    placeholder: str
    choices: Listed
    slider: tuple[float, float, float] | None
    least: Any
    most: Any
    step: str
    takes_number: bool
    """Whether a number alone is a value of it."""
    idle: str
    """Why it means nothing beside the other fields; empty where it does mean something."""
    problems: tuple[FieldProblem, ...]

    @property
    def id(self) -> str:
        return self.name.replace("_", "-")

    @property
    def chosen(self) -> str:
        """The words of the choice that is made."""
        return next((words for _, choices in self.choices for value, words in choices if value == self.value), "")


@dataclass(frozen=True)
class ControlMenu:
    """Controls that belong together, behind one button; it says how many are set, and whether one is wrong."""

    title: str
    controls: tuple[Control, ...]

    @property
    def within(self) -> str:
        """What its button has room to tell of it in a wide window: the task that feeds the network."""
        return next((c.chosen for c in self.controls if c.name == "task"), "")

    @property
    def changed(self) -> int:
        return sum(c.value != c.usual for c in self.controls)

    @property
    def wrong(self) -> bool:
        return any(c.problems for c in self.controls)


def fields() -> tuple[str, ...]:
    """The fields that have a control on the page; the others, which only choose how to show it, are hidden inputs."""
    return tuple(name for name, row in field_rows(Link).items() if row.on(EXPLORE))


def usual(row: Option, link: Link) -> str:
    """What a field of a link is where it is left out, as a query writes it; empty where it has no default."""
    default = link.usual(row.name)
    return "" if default in (None, ()) else str(default).lower()


def controls(
    known: Mapping[str, Option],
    written: Mapping[str, str],
    link: Link,
    resolved: Resolved | None,
    problems: Mapping[str, Iterable[FieldProblem]],
) -> dict[str, Control]:
    """Every control by its field. It keeps what was typed, right or wrong, and else has the link's value."""
    said = dict(parse_qsl(query(link)))
    usually = {name: usual(known[name], link) for name in fields()}
    return {
        name: _control(
            known[name], written.get(name) or said.get(name) or usually[name], usually[name], resolved, problems[name]
        )
        for name in fields()
    }


def menus(found: Mapping[str, Control]) -> tuple[ControlMenu, ...]:
    """The controls that are not always in sight."""
    return tuple(ControlMenu(title, tuple(found[name] for name in on_page(Link, EXPLORE, title))) for title in HEADINGS)


def _control(row: Option, value: str, usually: str, it: Resolved | None, problems: Iterable[FieldProblem]) -> Control:
    listed = (
        CHOICES[row.name](it) if row.name in CHOICES else (("", tuple((c, row.words.get(c, c)) for c in row.choices)),)
    )
    if row.name in USUALLY and it:
        value, listed = _usual_as_nothing(value, listed, USUALLY[row.name](it))
    if listed[0][1] and not any(value == choice for _, choices in listed for choice, _ in choices):
        listed = (*listed, ("", ((value, value),)))
    slider = _placement(row).slider
    if slider and row.name == "tau" and it:
        slider = (slider[0], max(slider[1], it.link.tau), slider[2])
    problems = tuple(problems)
    return Control(
        name=row.name,
        label=it.notation.last_letter if row.name == "tau" and it else row.called(EXPLORE),
        kind="select" if row.name in CHOICES else row.control,
        help=f"{row.meaning}.",
        value=value,
        usual=usually,
        placeholder=_empty(row, it),
        choices=listed,
        slider=slider,
        least=row.schema.get("minimum"),
        most=row.schema.get("maximum"),
        step="1" if row.schema.get("type") == "integer" else "any",
        takes_number=bool({"integer", "number"} & {*_types(row)}),
        idle="" if problems or it is None else IDLE.get(row.name, _never_idle)(it),
        problems=problems,
    )  # fmt: skip


def _types(row: Option) -> list[str]:
    """The types of JSON that a field takes."""
    types = row.schema.get("type", [])
    return [types] if isinstance(types, str) else types


def _usual_as_nothing(value: str, listed: Listed, own: str) -> tuple[str, Listed]:
    """The value and the choices, with what a link means that says nothing chosen by saying nothing.

    So another system, for which another choice is usual, is not held to this one's.
    """
    choices = tuple(("" if choice == own else choice, words) for choice, words in listed[0][1])
    return "" if value == own else value, ((listed[0][0], choices),)


def _empty(row: Option, it: Resolved | None) -> str:
    """The grey text in an empty control: the value that the field then has, or an example."""
    if row.name == "sizes" and it:
        return ",".join(f"{name}:{size}" for name, size in it.run.recurrence.sizes.items())
    return _placement(row).empty or ("" if row.example is None else str(row.example))


def _placement(row: Option) -> Placement:
    """Where the page has its control."""
    place = row.row.on(EXPLORE)
    assert place is not None, row.name
    return place


# What can be chosen


def task_choices(it: Resolved | None) -> tuple[Choice, ...]:
    """The tasks that fit these equations; the first is what feeds them unless another is chosen."""
    if it is None:
        return (("", "its own"),)
    recurrence = it.run.recurrence
    own = it.run.system.task if it.run.system else None
    first = TASKS[TaskWord.parse(own).name].title if own else TASKS["random"].title
    others = [(name, title) for name, title in _fitting_task_choices(recurrence) if title != first]
    said = it.link.task
    written = [(said, task_in_words(said))] if said and said not in dict(others) else []
    return (("", first), *others, *written)


def task_in_words(task: str) -> str:
    """The title of a task, with what it is about where a link says that."""
    word = TaskWord.parse(task)
    return f"{TASKS[word.name].title}, {word.about}" if word.about else TASKS[word.name].title


@cached(64)
def _fitting_task_choices(recurrence: Recurrence) -> tuple[Choice, ...]:
    """The tasks that can feed these equations, by name and title."""
    rows = TASKS.values()
    return tuple((t.name, t.title) for t in rows if not isinstance(t.fit(recurrence, TaskWord(t.name)), Problem))


def objective_choices(it: Resolved | None) -> Listed:
    """The objectives to choose from: the usual one, every computed variable, and its nodes."""
    if it is None:
        return (("", (("", "the loss"),)),)
    recurrence, tau, said = it.run.recurrence, it.run.tau, it.notation
    default = objective(recurrence)
    names = [e.name for e in recurrence.equations]
    steps = range(1, tau + 1) if tau <= NODES else (1, tau)
    indexed = [n for n in names if recurrence.variables[n].indexed]
    wholes = tuple((n, whole_in_words(recurrence, n, said)) for n in names if n != default)
    nodes = tuple((f"{n}[{t}]", said.plain(n, t)) for n in indexed for t in steps)
    usually = "the loss" if default == "loss" else whole_in_words(recurrence, default, said)
    return (("", (("", usually),)), ("Summed over all entries", wholes), ("One node", nodes))


def whole_in_words(recurrence: Recurrence, of: str, said: Notation) -> str:
    """What is differentiated: a sequence by its name alone is the sum over its steps; short, for a narrow list."""
    sequence = of in recurrence.variables and recurrence.variables[of].indexed
    return f"sum of {said.plain(of)} over t" if sequence else said.node(of)


def feed_choices(it: Resolved | None) -> tuple[Choice, ...]:
    """The inputs that can be read from an output instead."""
    if it is None or it.link.feed:
        return (("", "nothing"),)
    return (
        ("", "nothing"),
        *(
            (f"{y}:{o}", f"{it.notation.plain(y)} from {it.notation.plain(o)}")
            for y, o in _feed_pairs(it.run.recurrence)
        ),
    )


@cached(64)
def _feed_pairs(recurrence: Recurrence) -> tuple[tuple[str, str], ...]:
    rows = [(n, v) for n, v in recurrence.variables.items() if v.indexed]
    given = [(n, v) for n, v in rows if v.kind == "given"]
    pairs = [(y, o) for y, a in given for o, b in rows if b.kind == "computed" and b.rank == a.rank]
    return tuple(pair for pair in pairs if _can_feed(recurrence, *pair))


def _can_feed(recurrence: Recurrence, given: str, output: str) -> bool:
    try:
        fed(recurrence, f"{given}:{output}")
    except Problems:
        return False
    return True


CHOICES: Mapping[str, Callable[[Resolved | None], Listed]] = {
    "task": lambda it: (("", task_choices(it)),),
    "of": objective_choices,
    "feed": lambda it: (("", feed_choices(it)),),
}
"""The choices that depend on the equations; other fields offer what their row lists."""

USUALLY: Mapping[str, Callable[[Resolved], str]] = {
    "detail": lambda it: it.run.usual_detail,
    "parameters": lambda it: usual_parameters(it.run.detail),
}
"""What a field whose choices stand side by side is where a link says nothing."""


# What means nothing beside the rest


def _never_idle(it: Resolved) -> str:
    return ""


def _without_parameters(it: Resolved) -> str:
    return "" if it.run.recurrence.names("parameter") else "there are no parameters"


def _parameters_idle(it: Resolved) -> str:
    return _without_parameters(it) or ("within f at states" if it.run.detail == "states" and not it.link.open else "")


def _momentum_idle(it: Resolved) -> str:
    has = "momentum" in OPTIMIZERS[it.link.optimizer].reads
    return _without_parameters(it) or ("" if has else f"none with {it.link.optimizer}")


def _before_training(it: Resolved) -> str:
    return _without_parameters(it) or ("" if it.link.trained else "needs updates before")


IDLE: Mapping[str, Callable[[Resolved], str]] = {
    "trained": _without_parameters,
    "trained_tau": _before_training,
    "forced": lambda it: _before_training(it) or ("" if it.link.feed else "needs an output fed back"),
    "optimizer": _without_parameters,
    "lr": _without_parameters,
    "momentum": _momentum_idle,
    "clip": _without_parameters,
    "carry_state": _without_parameters,
    "open": lambda it: "" if it.run.further else f"at {it.run.detail} all are",
    "parameters": _parameters_idle,
}
"""When a field changes nothing, whatever it is set to, and why. Its control then says that in place of a value."""
