"""The engine and the drawing say what is wrong in their own words; the rows of the fields say which field that is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.language import Problem, Subject
from app.link import Body, TrainingBody, field_at_fault, field_rows
from tools.architecture import APP, module, place, source

ABOVE = ("link", "outputs", "client", "web", "cli", "__main__")
"""Those who know of links."""
BELOW = sorted(path for path in APP.rglob("*.py") if place(module(path)).partition(".")[0] not in ABOVE)


def said_to_be_wrong(path: Path) -> Iterator[str]:
    """What the problems of a file are about, as it is written there: a subject, or one that a function is given."""
    for node in ast.walk(source(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
            about = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "about")]
            yield from map(ast.unparse, about)


def test_what_knows_no_link_names_no_field_in_a_problem() -> None:
    said = {str(path): {*said_to_be_wrong(path)} - {"about"} for path in BELOW if "Problem(" in path.read_text("utf-8")}
    assert not {path: names for path, names in said.items() if any(not it.startswith("Subject.") for it in names)}


def test_such_a_name_would_be_found() -> None:
    assert {"'signal'", "field"} <= {*said_to_be_wrong(APP / "link" / "training.py")}


def test_every_subject_is_said_by_one_field() -> None:
    said = [row.about for row in field_rows(TrainingBody).values() if row.about]
    assert sorted(said, key=str) == sorted(Subject, key=str)


@pytest.mark.parametrize("field", [name for name, row in field_rows(Body).items() if row.about])
def test_a_problem_is_at_the_field_that_says_its_subject(field: str) -> None:
    about = field_rows(Body)[field].about
    assert about and field_at_fault(Problem("wrong", about)) == field
    assert field_at_fault(Problem("wrong", about, part="W")) == f"{field}.W"


def test_a_problem_that_names_a_field_is_at_that() -> None:
    assert field_at_fault(Problem("wrong", "trained")) == "trained"
