"""Writes a training and a trained network as files: losses as CSV, plots as pictures, weights for other programs."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from safetensors.numpy import save

from app.arrays import Array
from app.drawing import PICTURES, Format, Scene
from app.drawing.plots import SpelledWindow, TrainingCurves, training_sheet
from app.engine import TrainingRun
from app.engine.training import target_variable
from app.language import Problem, Problems
from app.link import Resolved, Training


def run_csv(run: TrainingRun, resolved: Resolved) -> bytes:
    """A line for each step: its number, its loss, the norm of each parameter's gradient."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["step", "loss", *(f"norm of the gradient of {name}" for name in run.norms)])
    first = resolved.link.trained
    norms = [column.tolist() for column in run.norms.values()]
    for k, loss in enumerate(run.losses.tolist()):
        table.writerow([first + k, loss, *(column[k] for column in norms)])
    return text.getvalue().encode()


def run_scene(run: TrainingRun, resolved: Resolved) -> Scene:
    """The plots of a run; of predictions with several entries the last one's, where these are no letters."""
    link, variables = resolved.link, resolved.run.recurrence.variables
    ranks = {name: variables[name].rank for name in run.norms}
    predictions, targets = (_points_by_step(array) for array in (run.predictions, run.targets))
    steps = link.steps if isinstance(link, Training) else None
    spelled = tuple(_spelled(run, resolved))
    curves = TrainingCurves(
        predictions, targets, run.losses, run.norms, ranks, link.trained, steps, resolved.notation, spelled
    )
    return training_sheet(curves, link.theme or "light")


def _spelled(run: TrainingRun, resolved: Resolved) -> Iterator[SpelledWindow]:
    """The windows of a run as words, each to its end, where each entry of what is predicted stands for a letter."""
    link, target = resolved.link, target_variable(resolved.run.recurrence)
    symbols = resolved.run.loaded.data(link.tau, link.seed).symbols.get(target or "", ())
    compared = run.predictions.size and run.targets.ndim > 2  # Targets may also be compared with data.
    if not symbols or not compared or any(len(symbol) != 1 for symbol in symbols):
        return
    for k, (wanted, said) in enumerate(zip(run.targets, run.predictions, strict=True)):
        points = int(np.flatnonzero(wanted.reshape(len(wanted), -1).any(axis=1)).max(initial=-1)) + 1
        one_by_one = (it[:points].reshape(points, len(symbols)).argmax(axis=1) for it in (wanted, said))
        yield SpelledWindow(link.trained + k, *("".join(symbols[i] for i in each) for each in one_by_one))


def _points_by_step(array: Array) -> Array:
    """(steps, points) of whatever was said: (steps), (steps, points), (steps, points, size…)."""
    if not array.size:
        return np.zeros((0, 1))
    return array.reshape(len(array), -1) if array.ndim < 3 else array.reshape(*array.shape[:2], -1)[:, :, -1]


def weights(resolved: Resolved) -> dict[str, Array]:
    """The parameters of a link, name by name."""
    return {name: np.ascontiguousarray(array) for name, array in resolved.run.bindings.parameters.items()}


def npz(arrays: Mapping[str, Array]) -> bytes:
    """Arrays by name as NumPy reads them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            # `numpy.savez` takes names as keywords, so that none may be called as one of its own.
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    return file.getvalue()


def safetensors(resolved: Resolved) -> bytes:
    """The parameters as `safetensors` reads them."""
    return save(weights(resolved))


@dataclass(frozen=True, slots=True)
class RunFile:
    """A kind of file that a training is written as; `shown` as a format has it."""

    media_type: str
    write: Callable[[TrainingRun, Resolved], bytes]
    meaning: str
    shown: bool = True


def npy(arrays: Mapping[str, Array]) -> bytes:
    """One array as NumPy reads it; Problems where there are others, or none."""
    if len(arrays) != 1:
        some = ", ".join([*arrays][:6]) + ", …" * (len(arrays) > 6)
        message = f"a .npy file is one array, and this is {f'{len(arrays)} arrays: {some}' if arrays else 'none'}"
        raise Problems(Problem(message, "variables", hint="name one, as in variables=h, or take the .npz file"))
    file = io.BytesIO()
    np.lib.format.write_array(file, next(iter(arrays.values())), allow_pickle=False)
    return file.getvalue()


def _pictured(row: Format) -> RunFile:
    def write(run: TrainingRun, resolved: Resolved) -> bytes:
        assert row.of_scene is not None
        return row.of_scene(run_scene(run, resolved))

    return RunFile(row.media_type, write, f"its plots as {row.look}", row.shown)


RUNS: Mapping[str, RunFile] = {
    ".csv": RunFile("text/csv; charset=utf-8", run_csv, "losses and lengths of the gradients, a line a step"),
    **{row.suffix: _pictured(row) for row in PICTURES.values()},
}
WEIGHTS: Mapping[str, tuple[Callable[[Resolved], bytes], str]] = {
    ".npz": (lambda resolved: npz(weights(resolved)), "as numpy.load reads them"),
    ".safetensors": (safetensors, "as safetensors.numpy.load reads them"),
}
