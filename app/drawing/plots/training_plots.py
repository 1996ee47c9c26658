"""A training as plots: predictions beside their targets window after window, the losses, the gradients' lengths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.arrays import Array
from app.drawing.lettering import upright, variable
from app.drawing.plots.letters_plot import LettersPlot, SpelledWindow
from app.drawing.plots.line_plot import THICK, THIN, LinePlot, PlotCurve, series
from app.drawing.plots.sheet import sheet
from app.drawing.scene import THEMES, Scene, ThemeName
from app.language.typeset import USUAL_NOTATION, Notation

TARGET = {"light": "#c62828", "dark": "#ff7b72", "print": "#9a9a9a"}
PREDICTED = {"light": "#1d5fbf", "dark": "#79b8ff", "print": "#000000"}


@dataclass(frozen=True)
class TrainingCurves:
    """The curves of a training: predictions and targets (steps, points), losses (steps), norms by parameter.

    `ranks` are those of the parameters; `first` is the number of the first step, `steps` how many were asked for.
    """

    predictions: Array
    targets: Array
    losses: Array
    norms: Mapping[str, Array]
    ranks: Mapping[str, int]
    first: int = 0
    steps: int | None = None
    notation: Notation = USUAL_NOTATION
    spelled: tuple[SpelledWindow, ...] = ()
    """The windows in letters, where what is predicted is one of several; they take the place of curves."""

    @property
    def domain(self) -> tuple[float, float]:
        return float(self.first), float(self.first + (self.steps or max(len(self.losses), 1)))


def training_sheet(run: TrainingCurves, theme: ThemeName = "light") -> Scene:
    """The plots of a run; those of its windows where it has a number to predict."""
    windows, at = list(_windows(run, theme)), np.arange(len(run.losses), dtype=np.float64) + run.first + 0.5
    top, height = (248, 130) if windows else (34, 344)
    loss = LinePlot(
        "Loss", [PlotCurve(at, run.losses, THEMES[theme].ink)], (48, top, 270, height), run.domain, True, unit="update"
    )
    lengths = list(_lengths(run, at, theme))
    gradients = LinePlot(
        "Length of the gradients", lengths, (394, top, 270, height), run.domain, log=True, unit="update"
    )
    place = (48.0, 34.0, 596.0, 150.0)
    curves = LinePlot("Target and prediction, window after window", windows, place, run.domain, unit="update")
    letters = LettersPlot(
        "Wanted and said, window after window", run.spelled, (48.0, 34.0, 596.0, 180.0), TARGET[theme]
    )
    about = f"{'Target and prediction, loss, and' if windows else 'Loss and'} length of the gradients by update"
    pairs = (letters if run.spelled else curves,) if windows else ()
    plots = (*pairs, loss, gradients)
    return sheet(plots, theme, f"A training of {len(run.losses)} updates", about)


def _windows(run: TrainingCurves, theme: ThemeName) -> Iterator[PlotCurve]:
    for array, colours, name, width in (
        (run.targets, TARGET, "target", THICK),
        (run.predictions, PREDICTED, "prediction", THIN),
    ):
        if array.size:
            yield PlotCurve(*_window_after_window(array, run.first), colours[theme], upright(name), width=width)


def _lengths(run: TrainingCurves, at: Array, theme: ThemeName) -> Iterator[PlotCurve]:
    for i, (name, norms) in enumerate(run.norms.items()):
        colour, dash = series(i, theme)
        yield PlotCurve(at, norms, colour, variable(name, run.ranks[name], notation=run.notation), dash)


def _window_after_window(array: Array, first: int) -> tuple[Array, Array]:
    """The points of all windows, window k from k to k + 1, with a break after each."""
    steps, points = array.shape
    at = np.linspace(0, 1, points) if points > 1 else np.array([0.5])
    x = np.arange(steps, dtype=np.float64)[:, None] + first + at
    if points == 1:
        return x[:, 0], array[:, 0]
    gap = np.full((steps, 1), np.nan)
    return np.hstack([x, gap]).ravel(), np.hstack([array, gap]).ravel()
