"""The plots of what networks learn and keep, a scene each: by place, at a delay, by load, step by step.

Unlike an answer, which every link has, a plot is of links of its own kind: each row names one as its example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from textwrap import wrap

import numpy as np

from app.arrays import Array
from app.drawing import PICTURES, Format, Scene, png, svg
from app.drawing.lettering import upright
from app.drawing.plots import (
    BandScale,
    LinePlot,
    PlotPlaces,
    Plotted,
    PlotWords,
    TrianglePlot,
    compared,
    plot_places,
    sheet,
)
from app.engine.measure import jacobians
from app.language import Problem, Problems, spelling_hint
from app.language.typeset import numeral
from app.link import (
    CRITICAL,
    LOADS,
    Body,
    Link,
    OnSteps,
    Resolved,
    Training,
    TrainingBody,
    anywhere,
    energies,
    hidden,
    keeps_patterns,
    recall,
    resolve,
)
from app.outputs.files import run_scene
from app.outputs.remembered import after_training, asked_step, remembered_sentences
from app.outputs.table import ANSWERS, Answer, at_once
from app.systems import SYSTEMS, TASKS, System
from app.systems.tasks import TaskFit, TaskWord

SMALL = (450, 219)
"""The sheet of a single plot."""
SMALL_BOX = (52, 34, 300, 150)
"""Where it stands there."""
LETTERS = 118
"""So many stand in a line of words below a plot."""
DELAYED = tuple(name for name, task in TASKS.items() if task.delays)
"""The tasks that can be asked for at several delays."""


@dataclass(frozen=True)
class PlotOutput:
    """A plot in every format of pictures. `example` is the query of a link that it is of; `meant` completes a link, and
    `check` raises Problems of one that has no such plot.

    `work`: whether it takes a place among the trainings, because it computes for seconds.
    """

    name: str
    meaning: str
    draw: Callable[[Resolved, OnSteps], Scene]
    asks: type[Link]
    example: str
    work: bool = True
    meant: Callable[[Link], Link] = lambda link: link
    check: Callable[[Resolved], object] = lambda resolved: None


# A pattern anywhere


def anywhere_sheet(resolved: Resolved, told: OnSteps = None) -> Scene:
    """How often a recurrent and a fully connected network are right by place, and their losses."""
    found, theme = anywhere(resolved, told), resolved.link.theme or "light"
    both = {"recurrent": found.network, "fully connected": found.dense}
    places = np.array(found.places, dtype=float)
    right = [(name, places, np.array(one.accuracy)) for name, one in both.items()]
    losses = [(name, np.arange(len(one.losses), dtype=float) + 0.5, one.losses) for name, one in both.items()]
    across, steps = (1.0, max(2.0, float(len(places)))), (0.0, float(len(found.network.losses)))
    title, loss = "Right at every step, by the place where the pattern begins", "Loss at each update of the training"
    plots = (
        compared(title, right, (48, 34, 566, 150), theme, marks=True, domain=across, span=(0.0, 1.0), unit="place"),
        compared(loss, losses, (48, 248, 566, 130), theme, log=True, domain=steps, unit="update"),
    )
    return sheet(plots, theme, f"The pattern {found.bits} at every place", title)


# Memory at a delay


def remembers(system: System) -> bool:
    """Whether a system can be asked for a number at every step, in each of the tasks with a delay."""
    fits = [TASKS[name].fit(system.recurrence, TaskWord(name)) for name in DELAYED]
    targets = [fit.target for fit in fits if isinstance(fit, TaskFit)]
    return system.trains and len(targets) == len(fits) and all(t and t.indexed and not t.classes for t in targets)


def remembering() -> list[System]:
    """The systems whose memory is compared."""
    return [system for system in SYSTEMS.values() if remembers(system)]


def memory_sheet(resolved: Resolved, told: OnSteps = None) -> Scene:
    """The losses of every network that can be asked for the task of a link, and the gradient triangle of each."""
    link, theme = resolved.link, resolved.link.theme or "light"
    assert isinstance(link, Training)
    curves, triangles = list[tuple[str, Array, Array]](), list[TrianglePlot]()
    cell = link.tau, asked_step(link)
    for i, system in enumerate(remembering()):
        run = link.model_copy(update={"system": system.name})
        losses = resolve(run).train(told).losses
        curves.append((system.called, np.arange(len(losses), dtype=float) + 0.5, losses))
        if (norms := _jacobian_norms(after_training(run))) is not None:
            triangles.append(TrianglePlot(upright(system.called), norms, (452 + 94.0 * i, 60), 74, cell))
    title, across = f"{link.task}, τ = {link.tau}", (0.0, float(link.steps))
    plot = compared(title, curves, (48, 34, 300, 130), theme, log=True, domain=across, unit="update")
    said = remembered_sentences(link, remembering())
    lines = wrap(" ".join(said), LETTERS)
    words = [PlotWords(upright(line), (48, 222 + 15.0 * i)) for i, line in enumerate(lines)]
    scale: list[Plotted] = [PlotWords(upright("felt, in %"), (378, 190)), BandScale((428, 182))] if triangles else []
    about = "The losses by update; the triangles, of the first new sequence: how much of step k is felt at step t."
    return sheet([plot, *triangles, *scale, *words], theme, title, " ".join((about, *said)), (720, 291))


def _jacobian_norms(link: Link) -> Array | None:
    """Of the Jacobians between the states of a trained network; none of one that diverged."""
    try:
        found = jacobians(resolve(link).run.trace)
    except Problems:
        return None
    return np.asarray(found.norms) if found.states else None


def _of_the_first(link: Link) -> Link:
    """A plot of memory is of all networks: whichever a link names, the first stands for them."""
    return link.model_copy(update={"system": remembering()[0].name})


# Patterns that a network keeps


def keeping() -> dict[str, str]:
    """The systems that keep patterns, with what they are called."""
    return {s.name: s.title for s in SYSTEMS.values() if keeps_patterns(s)}


def no_patterns(link: Link) -> Problem | None:
    """What is wrong with a link whose network keeps no patterns."""
    if link.equations is None and link.system in keeping():
        return None
    name = link.system if link.equations is None else "own equations"
    return Problem(f"no patterns are kept by {name}", "system", [*keeping()], spelling_hint(link.system, keeping()))


def _of_patterns(resolved: Resolved) -> Link:
    if problem := no_patterns(resolved.link):
        raise Problems(problem)
    return resolved.link


def recall_sheet(resolved: Resolved, told: OnSteps = None) -> Scene:
    """How well a network recalls, by its load."""
    link = _of_patterns(resolved)
    found, theme = recall(link.system, link.seed), link.theme or "light"
    title = "Recalled, by patterns kept for each unit"
    across, more = (0.0, LOADS[-1]), {"span": (0.0, 1.0), "at": CRITICAL, "decimal": True, "unit": "load"}
    load = np.array(LOADS)
    curves = [("recalled", load, np.array(found.recalled)), ("overlap", load, np.array(found.overlap))]
    plot = compared(title, curves, SMALL_BOX, theme, marks=True, domain=across, **more)
    about = f"The share of trials recalled and the mean overlap; the line is at {CRITICAL}"
    return sheet([plot], theme, title, about, SMALL)


def energy_sheet(resolved: Resolved, told: OnSteps = None) -> Scene:
    """The energy of the states of a run, that of the start first."""
    theme, plot = _of_patterns(resolved).theme or "light", _energy_plot(resolved)
    first, *_, last = plot.curves[0].y
    return sheet([plot], theme, plot.title, f"From {numeral(first)} to {numeral(last)}", SMALL)


def _energy_plot(resolved: Resolved) -> LinePlot:
    found, theme = energies(resolved.run.trace), resolved.link.theme or "light"
    curve = ("E", np.arange(len(found), dtype=float), found)
    return compared("Energy at each step", [curve], SMALL_BOX, theme, marks=True, unit="step")


def energy_places(resolved: Resolved) -> PlotPlaces:
    """Where the plot of the energy answers: at each step its energy."""
    plot = _energy_plot(resolved)
    words = [f"step {t}: energy {numeral(float(e))}" for t, e in enumerate(plot.curves[0].y)]
    return plot_places(plot, plot.curves, SMALL, words)


def recall_places() -> PlotPlaces:
    """Where the plot of the recall answers, without what is measured there: that takes a moment, and is asked for."""
    left, top, width, height = SMALL_BOX
    return PlotPlaces(SMALL, (top, top + height), [round(left + width * x / LOADS[-1], 1) for x in LOADS], [[], []], [])


# Beside an address


PREVIEW = (1200, 630)
"""Pixels of the picture that other programs show beside an address."""


def plot_preview(name: str, resolved: Resolved) -> bytes:
    """The plot of a training page as such a picture: what its network came to."""
    draw = {"run": _run_sheet, **{row.name: row.draw for row in _ROWS}}[name]
    return png(svg(_in_proportion(draw(resolved, None), *PREVIEW)), PREVIEW[0])


def _run_sheet(resolved: Resolved, told: OnSteps) -> Scene:
    return run_scene(resolved.train(told), resolved)


def _in_proportion(scene: Scene, wide: int, high: int) -> Scene:
    """The scene in the middle of a paper of these proportions."""
    width = max(scene.width, round(scene.height * wide / high))
    height = round(width * high / wide)
    left, top = (width - scene.width) / 2, (height - scene.height) / 2
    return replace(scene, width=width, height=height, left=scene.left - left, top=scene.top - top)


# The table


_ROWS = (
    PlotOutput(
        "anywhere", "A pattern at every place", anywhere_sheet, Training,
        "system=rnn-regression&sizes=h:2&tau=4&task=detector:101&steps=2&batch=2", check=hidden,
    ),
    PlotOutput(
        "memory", "A task at one delay, learned by every network that can", memory_sheet, Training,
        "task=echo:2&sizes=h:2&tau=4&steps=2&batch=2", meant=_of_the_first,
    ),
    PlotOutput(
        "recall", "Recall of a Hopfield network by its load", recall_sheet, Link, "system=hopfield&task=patterns:L",
        check=_of_patterns,
    ),
    PlotOutput(
        "energy", "The energy of a Hopfield network step by step", energy_sheet, Link,
        "system=hopfield&task=patterns:L&tau=3", work=False,
        check=_of_patterns,
    ),
)  # fmt: skip


def _answers(row: PlotOutput) -> Iterator[Answer]:
    for picture in PICTURES.values():
        yield _answer(row, picture)


def _answer(row: PlotOutput, picture: Format) -> Answer:
    """A plot in one format."""

    def run(resolved: Resolved, told: OnSteps = None) -> bytes:
        assert picture.of_scene is not None
        return picture.of_scene(row.draw(resolved, told))

    name, meaning = f"{row.name}{picture.suffix}", f"{row.meaning}: {picture.look}"
    body = TrainingBody if row.asks is Training else Body
    found = Answer(
        name, f"/{name}", picture.media_type, picture.suffix, run, meaning, asks=row.asks, body=body,
        shown=picture.shown, example=row.example, meant=row.meant, check=row.check,
    )  # fmt: skip
    return replace(found, run=at_once(run)) if row.work else found


PLOTS: Mapping[str, Answer] = {answer.name: answer for row in _ROWS for answer in _answers(row)}
"""Every plot in every format of pictures."""
PLOT_KINDS: Mapping[str, str] = {"run": "A training", **{row.name: row.meaning for row in _ROWS}}
"""What is plotted, by the name of the plot."""
OUTPUTS: Mapping[str, Answer] = {**ANSWERS, **PLOTS}
"""All that is served: what every link is answered with, and the plots of some."""
