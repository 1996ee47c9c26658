"""Inputs from outside: notebooks, textbooks, the tests of other libraries, as people wrote them, with their numbers.

A file is one case, or a list of them with their names: where it is from, the request, and what is expected. The keys of
`expect` are paths into the answer (`values.h`, `values.yhat[:, 1]`, `losses`) and hold to its `tolerance`, the digits
that the source printed; without any, the request is answered. Where it is to be refused, `refused` lists the problems,
each with as much as is to be held of it: `field`, `line`, `column`, and words of its `message` and `hint`. `without`
names fields that the same numbers come out without, since the arrays that are given say the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.language import Problem, Problems
from app.link import field_at_fault, read, resolve
from app.outputs import OUTPUTS
from tests.drawing.geometry_audit import findings

HERE = Path(__file__).parent
ROWS = {row.path: row for row in OUTPUTS.values()}


@dataclass(frozen=True)
class Case:
    """A request with what is expected of it."""

    name: str
    path: str
    body: Mapping[str, Any]
    expect: Mapping[str, Any]

    def answer(self) -> Any:
        """The answer, as data if it is JSON."""
        row = ROWS[self.path]
        made = row.make(resolve(row.meant(read(json.dumps(self.body).encode(), row.body))))
        return json.loads(made) if row.path.startswith("/api/") or row.path.endswith(".json") else made


def cases() -> Iterator[Case]:
    """Every file, as it is and without each group of fields that it names."""
    for file in sorted(HERE.glob("*.json")):
        found = json.loads(file.read_text(encoding="utf-8"))
        for one in found if isinstance(found, list) else [found]:
            path, body = one["ask"]["path"], one["ask"]["body"]
            for missing in ([], *one.get("without", [])):
                name = " ".join([one.get("name", file.stem), *(f"without {field}" for field in missing)])
                yield Case(name, path, {k: v for k, v in body.items() if k not in missing}, one["expect"])


CASES = list(cases())
RUN = [case for case in CASES if "refused" not in case.expect]
REFUSED = [case for case in CASES if "refused" in case.expect]
FIGURES = [case for case in RUN if case.path == "/figure.json"]


@pytest.mark.one_in(5)
@pytest.mark.parametrize("case", RUN, ids=lambda case: case.name)
def test_what_people_wrote_gives_the_numbers_that_they_have(case: Case) -> None:
    answer = case.answer()
    for path, expected in case.expect.items():
        if path != "tolerance":
            found = part_of(answer, path)
            assert agree(found, expected, case.expect["tolerance"]), f"{path} is {found}, not {expected}"


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_is_refused_is_told_where_and_what_to_write(case: Case) -> None:
    with pytest.raises(Problems) as raised:
        case.answer()
    problems, expected = raised.value.problems, case.expect["refused"]
    assert len(problems) == len(expected), problems
    for problem, wanted in zip(problems, expected, strict=True):
        assert says(problem, wanted), f"{problem} is not {wanted}"


@pytest.mark.parametrize("case", FIGURES, ids=lambda case: case.name)
def test_no_line_or_label_lies_on_anything_or_leaves_its_node(case: Case) -> None:
    assert [str(found) for found in findings(case.answer())] == []


@pytest.mark.parametrize("case", FIGURES, ids=lambda case: case.name)
def test_labels_stand_alike_at_every_step(case: Case) -> None:
    figure = case.answer()
    places = {node["id"]: (node["x"], node["y"]) for node in figure["nodes"]}
    alike: dict[tuple[str, str, int], set[Any]] = {}
    for edge in figure["edges"]:
        x, y = places[edge["source"]]
        seen = tuple(
            (w["tex"], *(round(side - (x, y)[i % 2]) for i, side in enumerate(w["box"]))) for w in edge["labels"]
        )
        way = edge["source"].partition("[")[0], edge["target"].partition("[")[0], edge["lag"]
        alike.setdefault(way, set()).add(seen)
    assert all(len(seen) == 1 for seen in alike.values()), alike


def says(problem: Problem, wanted: Mapping[str, Any]) -> bool:
    """Whether a problem has the places and the words that are wanted of it."""
    has = {"field": field_at_fault(problem), "line": problem.line, "column": problem.column}
    places = all(has[key] == value for key, value in wanted.items() if key in has)
    words = all(word in (getattr(problem, key) or "") for key, word in wanted.items() if key not in has)
    return places and words


def part_of(answer: Any, path: str) -> Any:
    """The part of an answer at a path: names with points between them, then an index as NumPy has it.

    A name with a moment is one of the answer's own: `gradients.h[0]`.
    """
    for name in re.findall(r"[^.\[]+(?:\[[^\]]*\])?", path):
        stem, _, index = name.partition("[")
        answer = answer[name] if name in answer else answer[stem] if not index else indexed(answer[stem], index[:-1])
    return answer


def indexed(listed: Any, index: str) -> Any:
    """Entries of nested lists: `[:, 1]`, `[-1]`."""
    places = tuple(slice(None) if part.strip() == ":" else int(part) for part in index.split(","))
    return np.asarray(listed)[places]


def agree(found: Any, expected: Any, tolerance: float) -> bool:
    """Whether numbers of one shape agree to the tolerance; anything else is to be the same."""
    if not isinstance(expected, list | int | float) or isinstance(expected, bool):
        return bool(found == expected)
    ours, theirs = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return ours.shape == theirs.shape and bool(np.all(np.abs(ours - theirs) <= tolerance))


def test_a_case_that_is_wrong_would_be_found() -> None:
    assert not agree([1.0, 2.0], [1.0, 2.1], 0.05) and not agree([[1.0]], [1.0], 0.0)
    assert not says(Problem("no", "tau"), {"field": "tau", "message": "yes"})
