"""What a Python program imports: it is typed, it explains itself, and it leads only through the packages' own faces."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import numpy as np
import pytest

import app
import unfold
from app.outputs.table import ANSWERS, Answer
from tests.paths import ROOT
from unfold import GivenShapes, Link, Problems, Training, load, output, resolve, run, worst

pytestmark = pytest.mark.usefixtures("small_pictures")

FACES = {"app", "app.engine", "app.language", "app.link", "app.outputs", "app.systems"}


def test_a_network_of_ones_own_is_loaded_run_and_checked() -> None:
    network = load(equations="h[t] = tanh(W @ h[t-1] + x[t]); loss = sum(sum(h[t] ** 2))", sizes={"h": 3})
    trace = run(network.recurrence, 4, network.bind(4, seed=2))
    assert trace.gradients["W"].shape == (3, 3)
    assert worst(trace) < 1e-6


def test_ones_own_arrays_say_the_sizes() -> None:
    params = {"W": np.eye(3), "U": np.ones((3, 2))}
    network = load(equations="h[t] = tanh(W @ h[t-1] + U @ x[t])", given=GivenShapes.of(params=params))
    trace = run(network.recurrence, 4, network.bind(4, params=params))
    assert trace.values["h"].shape == (4, 3) and trace.values["x"].shape == (4, 2)


@pytest.mark.parametrize("row", ANSWERS.values(), ids=lambda row: row.name)
def test_every_answer_can_be_had_as_bytes(row: Answer) -> None:
    fields = {"steps": 2} if issubclass(row.asks, Training) else {}
    assert output(row.name, row.asks(system="rnn", tau=2, **fields))


def test_an_answer_and_the_objects_it_is_written_from_agree() -> None:
    link = Link(system="gru", tau=2, seed=4)
    told = json.loads(output("trace", link))
    assert np.array_equal(told["values"]["h"], resolve(link).run.trace.values["h"])


def test_an_output_that_there_is_not_is_a_problem_with_what_was_meant() -> None:
    with pytest.raises(Problems) as raised:
        output("figure.svgg", Link())
    assert "figure.svg" in (raised.value.problems[0].hint or "")


def test_a_training_is_asked_for_by_a_training() -> None:
    with pytest.raises(TypeError, match="Training"):
        output("train", Link())


def test_every_name_of_the_face_explains_itself() -> None:
    silent = [n for n in unfold.__all__ if callable(it := getattr(unfold, n)) and not it.__doc__]
    assert not silent


def test_the_face_reads_only_from_the_faces_of_the_packages() -> None:
    tree = ast.parse(Path(unfold.__file__).read_text(encoding="utf-8"))
    read = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} - {"__future__"}
    assert read <= FACES


@pytest.mark.parametrize("package", [app, unfold], ids=["app", "unfold"])
def test_a_type_checker_reads_the_types_of_an_installation(package: object) -> None:
    assert (Path(str(package.__file__)).parent / "py.typed").is_file()  # type: ignore[attr-defined]
    assert '"*" = ["**/*"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
