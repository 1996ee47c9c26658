"""The systems, one TOML file each, and the tasks that feed them; `load` makes a checked `Recurrence` of either."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from importlib.resources import files

import numpy as np

from app.arrays import Array
from app.engine import Bindings, bind
from app.engine.execution import Arrays
from app.language import GivenShapes, Problem, Problems, Recurrence, Subject, parse, spelling_hint
from app.systems.tasks import TASKS, DataRequest, Task, TaskData, TaskFit, TaskWord

__all__ = ["SYSTEMS", "TASKS", "DataRequest", "Loaded", "System", "Task", "TaskData", "load"]


@dataclass(frozen=True)
class System:
    """A row of the table of systems, as its file has it.

    `order` is its place in the story of recurrent networks, in which pages offer them, in steps of ten, so that another
    fits between; `group` is the chapter. `trying` are the fields of a link that do what is `to_try`, `{tau}` its number
    of steps. `gradients` says by variable which equations of the source give its gradient.
    """

    name: str
    title: str
    order: int
    group: str
    question: str
    """What it is an answer to."""
    idea: str
    """The answer, in a sentence."""
    to_try: str
    trying: Mapping[str, str | float]
    source: str
    about: str
    equations: str
    sizes: Mapping[str, int] = field(default_factory=dict)
    task: str | None = None
    tau: int = 3
    gradients: Mapping[str, str] = field(default_factory=dict)
    short: str = ""
    """What it is called in a sentence, where that is not its name in words."""

    @property
    def called(self) -> str:
        return self.short or self.name.replace("-", " ")

    @property
    def listed(self) -> str:
        """Its title in a list to choose from, where typing finds what it begins with: a short name stands first."""
        title = self.title.removesuffix(f" ({self.short})")
        return f"{self.short}: {title[0].lower()}{title[1:]}" if self.short else title

    @cached_property
    def recurrence(self) -> Recurrence:
        return load(self.name).recurrence

    @property
    def trains(self) -> bool:
        """True if the system has parameters and a loss."""
        return "loss" in self.recurrence.variables and bool(self.recurrence.names("parameter"))


@dataclass(frozen=True)
class Loaded:
    """A recurrence with the task that feeds it, if one does."""

    recurrence: Recurrence
    task: Task | None
    fit: TaskFit | None
    word: TaskWord | None = field(default=None)

    @property
    def task_name(self) -> str | None:
        return str(self.word) if self.word else None

    def data(self, tau: int, seed: int = 0, batch: int = 1, window: int = 0) -> TaskData:
        """The task's data: `batch` sequences of τ steps, the k-th `window` of a training run.

        A recurrence that was fed its own output may no longer read all of it.
        """
        if self.task is None or self.fit is None or self.word is None:
            return TaskData({})
        data = self.task.data(self.fit, DataRequest(tau, self.word, seed, batch, window))
        read = self.recurrence.variables
        inputs = {name: array for name, array in data.inputs.items() if name in read}
        symbols = {name: letters for name, letters in data.symbols.items() if name in read}
        return replace(data, inputs=inputs, symbols=symbols)

    def data_of_windows(self, tau: int, seed: int, batch: int, first: int, count: int) -> dict[str, Array]:
        """The task's data of so many windows of a training run, (count, …) by name; `tau` the lengths, if these change.

        What draws nothing says the same of sequence i of window k as of sequence 0 of window k + i: one longer batch
        has all windows.
        """
        if self.task is None or self.fit is None or self.word is None:
            return {}
        if self.task.drawn:
            asked = DataRequest(tau, self.word, seed, batch, first, count)
        else:
            asked = DataRequest(tau, self.word, seed, count + batch - 1, first)
        data = self.task.data(self.fit, asked)
        own = {name: array for name, array in data.inputs.items() if name in self.recurrence.variables}
        cut = self._apart if self.task.drawn else self._windows
        found = {name: cut(array, batch, int(self.recurrence.variables[name].indexed)) for name, array in own.items()}
        lengths = {} if data.lengths is None else {"tau": cut(np.array(data.lengths, dtype=np.float64), batch, 0)}
        return found | lengths

    def _apart(self, array: Array, batch: int, axis: int) -> Array:
        """Data of a long batch as windows, each with sequences of its own."""
        parts = array.reshape(*array.shape[:axis], -1, batch, *array.shape[axis + 1 :])
        return np.ascontiguousarray(np.moveaxis(parts, axis, 0))

    def _windows(self, array: Array, batch: int, axis: int) -> Array:
        """Data of a long batch as windows of a short one, each a sequence further on."""
        views = np.lib.stride_tricks.sliding_window_view(array, batch, axis)
        return np.ascontiguousarray(np.moveaxis(np.moveaxis(views, axis, 0), -1, axis + 1))

    def bind(
        self,
        tau: int,
        seed: int = 0,
        params: Arrays | None = None,
        inputs: Arrays | None = None,
        initial: Arrays | None = None,
        batch: int = 1,
        window: int = 0,
    ) -> Bindings:
        """Numbers for everything that the equations do not compute; raises Problems.

        Sequences are as long as the task makes them, unless a person gives all the data that the task would.
        """
        data = self.data(tau, seed, batch, window)
        lengths = None if data.inputs.keys() <= (inputs or {}).keys() else data.lengths
        given = params, inputs, initial
        shown = data.symbols, data.pictures
        return bind(self.recurrence, tau, seed, data.inputs, *shown, *given, batch=batch, lengths=lengths)


def load(
    system: str = "rnn",
    equations: str | None = None,
    sizes: Mapping[str, int] | None = None,
    task: str | None = None,
    given: GivenShapes | None = None,
) -> Loaded:
    """The recurrence of a named system, or of one's own equations, with sizes that arrays or a task may fix.

    The system's own task feeds it unless the sizes set otherwise do not fit it; `task="random"` asks for noise.
    Raises Problems on the system, the equations, the sizes or the task.
    """
    row = _system_row(system) if equations is None else None
    text = row.equations if row else equations or ""
    defaults = dict(row.sizes) if row else {}
    chosen = TaskWord.parse(task) if task else TaskWord.parse(row.task) if row and row.task else None
    plain = parse(text, sizes, defaults, given)
    if chosen is None:
        return Loaded(plain, None, None)
    if chosen.name not in TASKS:
        raise Problems(
            Problem(f"there is no task {chosen.name}", Subject.TASK, list(TASKS), spelling_hint(chosen.name, TASKS))
        )
    read = partial(parse, text, sizes, given=given)
    found = _load_with_task(TASKS[chosen.name], chosen, read, defaults, plain)
    if isinstance(found, Loaded):
        return found
    if task:
        raise Problems(found if found.allowed is not None else replace(found, allowed=_fitting_tasks(plain)))
    return Loaded(plain, None, None)


def _fitting_tasks(recurrence: Recurrence) -> list[str]:
    """The tasks that can feed a recurrence."""
    return [task.name for task in TASKS.values() if isinstance(task.fit(recurrence, TaskWord(task.name)), TaskFit)]


def _load_with_task(
    task: Task,
    word: TaskWord,
    read: Callable[..., Recurrence],
    defaults: Mapping[str, int],
    plain: Recurrence,
) -> Loaded | Problem:
    """The recurrence, `read` with the sizes that the task fixes as its defaults, or why it does not fit."""
    fit = task.fit(plain, word)
    if isinstance(fit, Problem):
        return fit
    needed = fit.sizes
    if clash := fit.clash:
        return Problem(f"the task {word} needs {clash} of two sizes, and these equations make them one", Subject.TASK)
    recurrence = read(defaults=needed | {name: size for name, size in defaults.items() if name not in needed})
    for name, size in needed.items():
        if recurrence.sizes[name] != size:
            settled = recurrence.size_evidence[name]
            if settled.source == "array":
                hint = "leave out the array, or choose random"
                return Problem(f"the task {word} needs {name}:{size}, and {settled.words}", Subject.TASK, None, hint)
            message = f"the task {word} needs {name}:{size}, but the sizes make it {recurrence.sizes[name]}"
            return Problem(message, Subject.TASK, {"sizes": needed}, f"leave out {name} in sizes, or choose random")
    return Loaded(recurrence, task, fit, word)


def _system_row(name: str) -> System:
    if name not in SYSTEMS:
        raise Problems(
            Problem(f"there is no system {name}", Subject.SYSTEM, list(SYSTEMS), spelling_hint(name, SYSTEMS))
        )
    return SYSTEMS[name]


def _parse_system_file(name: str, text: str) -> System:
    """A file as a row; its longer texts may be broken into lines anywhere."""
    head = tomllib.loads(text)
    return System(name, **head | {field: " ".join(head[field].split()) for field in ("source", "about")})


def _load_systems() -> dict[str, System]:
    found = [f for f in files(__package__).iterdir() if f.name.endswith(".toml")]
    rows = [_parse_system_file(f.name.removesuffix(".toml"), f.read_text(encoding="utf-8")) for f in found]
    return {row.name: row for row in sorted(rows, key=lambda row: (row.order, row.name))}


SYSTEMS: Mapping[str, System] = _load_systems()
