"""The rows of the fields: what a field decides is what its row says, and whatever is kept of a link is kept by that."""

import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.drawing import FigureOptions
from app.engine import OPTIMIZERS
from app.language import Problems
from app.language.typeset import Notation
from app.link import FarBack, Link, Partial, Resolved, Training, options, parse, query, resolve
from app.link.resolved import _load
from app.link.rows import FieldRow, FieldStage, at_stage, field_rows, on_page
from app.link.training import checkpoints_of, link_before
from app.link.windows import windows
from app.outputs.table import ANSWERS, BINARY, picture
from app.web.core.controls import HEADINGS as EXPLORE_HEADINGS
from app.web.far_back import page as far_back
from app.web.service import create_app
from app.web.train import anywhere, hopfield, memory
from app.web.train import page as train_page
from tests.caches import forget_what_was_asked
from tests.link.values import NEEDED, other
from tests.paths import ROOT

ROWS = field_rows(Link)
client = TestClient(create_app())


def pair(name: str) -> tuple[Link, Link]:
    """Two links that differ in one field alone: of a run after two of its steps, of a picture with its numbers."""
    more = {FieldStage.RUN: [("trained", "2")], FieldStage.PICTURE: [("phase", "forward")]}
    rest = parse_qsl(NEEDED.get(name, "")) + more.get(ROWS[name].stage, [])
    return parse(rest), parse([*rest, (name, other(name))])


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """Every link is made from scratch."""
    forget_what_was_asked()
    yield
    forget_what_was_asked()


def numbers(arrays: Any) -> dict[str, list[float]]:
    """Arrays by name, as they compare."""
    return {name: np.asarray(array).tolist() for name, array in arrays.items()}


def loaded(it: Resolved) -> object:
    """The equations with their sizes, and what feeds them."""
    found = it.run.loaded
    return found.recurrence, found.task_name


def begins(it: Resolved) -> object:
    """The numbers that go in before any training."""
    found = windows(it.run.loaded, it.link, {})(0)
    return [numbers(part) for part in (found.parameters, found.inputs, found.initial)]


def moved(it: Resolved) -> object:
    """The parameters after two steps of training."""
    forget_what_was_asked()
    return numbers(resolve(it.link.model_copy(update={"trained": 2})).run.bindings.parameters)


def passes(it: Resolved) -> object:
    """Every number of the pass, and the graph that it is looked at as."""
    run = it.run
    traced = (run.trace.values, run.trace.gradients, run.contributions)
    graphs = [(graph.nodes, graph.edges) for graph in (run.graph, run.folded)]
    return graphs, [numbers(part) for part in traced]


def drawn(it: Resolved) -> object:
    """The figure and the graph, as they are written."""
    return [ANSWERS[name].make(it) for name in ("figure.svg", "figure.pdf", "graph", "adjoint")]


MADE: dict[FieldStage, Callable[[Resolved], object]] = {
    FieldStage.SYSTEM: loaded,
    FieldStage.DATA: begins,
    FieldStage.RUN: moved,
    FieldStage.PASS: passes,
    FieldStage.CURSOR: lambda it: it.cursor,
    FieldStage.PICTURE: drawn,
}
"""What is made of a link at each stage."""


def decided(name: str) -> FieldStage:
    """The first stage at which two links that differ in a field come apart."""
    found = list[Resolved]()
    for link in pair(name):
        forget_what_was_asked()
        found.append(resolve(link))
    return next(stage for stage, make in MADE.items() if make(found[0]) != make(found[1]))


@pytest.mark.one_in(4)
@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("name", ROWS)
def test_a_field_decides_first_what_its_row_says(name: str) -> None:
    assert decided(name) is ROWS[name].stage


@pytest.mark.long
@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("name", ROWS)
def test_a_field_with_another_stage_is_noticed(name: str) -> None:
    row, right = ROWS[name], ROWS[name].stage
    try:
        for stage in {*FieldStage} - {right}:
            object.__setattr__(row, "stage", stage)
            with suppress(StopIteration, Problems):
                assert decided(name) is not stage
    finally:
        object.__setattr__(row, "stage", right)


@pytest.mark.parametrize("name", ROWS)
def test_links_share_only_what_is_made_before_the_stage_of_the_field_they_differ_in(name: str) -> None:
    one, another = pair(name)
    stage = ROWS[name].stage
    assert (_load(one) is _load(another)) == (stage > FieldStage.SYSTEM)
    assert (checkpoints_of(link_before(one)) is checkpoints_of(link_before(another))) == (stage > FieldStage.RUN)
    assert (resolve(one).run is resolve(another).run) == (stage > FieldStage.PASS)


LINKED = [a for a in ANSWERS.values() if a.asks in (Link, Partial)]
ALL = [a.path for a in LINKED if not a.run and (a.model or a.media_type == BINARY)]
PARTIAL = [a.path for a in LINKED if a.asks is Partial]
"""Answers of which `window` chooses the steps."""
NUMBERS = [path for path in ALL if path != "/api/cursor"]


def test_the_answers_that_are_numbers_are_found() -> None:
    assert {"/api/trace", "/api/instruments", "/weights.npz"} <= {*NUMBERS}


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", ROWS)
def test_the_numbers_of_links_are_the_same_only_where_a_field_decides_no_pass(name: str) -> None:
    apart = PRINTED if name in NOTATION else PARTIAL if name == "window" else ()
    paths = [path for path in NUMBERS if path not in apart]
    one, another = map(query, pair(name))
    differ = any(client.get(f"{p}?{one}").content != client.get(f"{p}?{another}").content for p in paths)
    assert differ == (ROWS[name].stage <= FieldStage.PASS)


@pytest.mark.parametrize("name", ["phase", "at"])
def test_the_cursor_of_a_link_as_data_follows_from_its_cursor(name: str) -> None:
    one, another = (client.get(f"/api/cursor?{query(it)}") for it in pair(name))
    assert one.content != another.content


# The other columns


def test_what_needs_a_training_before_is_no_field_of_a_training() -> None:
    assert {name for name, row in ROWS.items() if row.after_training} == options().keys() - options(Training).keys()


def test_every_field_that_decides_a_pass_has_a_control_on_the_page() -> None:
    assert [n for n, row in ROWS.items() if row.stage <= FieldStage.PASS and not row.on("explore")] == []


HEADINGS = {
    "far back": {*far_back.HEADINGS},
    "explore": {*EXPLORE_HEADINGS, "first row", "own place"},
    "train": {*train_page.HEADINGS},
    "anywhere": {*anywhere.HEADINGS},
    "memory": {*memory.HEADINGS},
    "recall": {*hopfield.HEADINGS},
}


def test_a_control_stands_under_a_heading_that_its_page_has() -> None:
    placed: list[FieldRow] = [*field_rows(Training).values(), *field_rows(FarBack).values()]
    assert {(p.page, p.heading) for row in placed for p in row.placements} == {
        (page, heading) for page, headings in HEADINGS.items() for heading in headings
    }


def test_the_fields_that_an_optimizer_reads_are_fields_of_the_link() -> None:
    assert {name for row in OPTIMIZERS.values() for name in row.reads} <= ROWS.keys()


def test_a_page_shows_a_field_once() -> None:
    for page in HEADINGS:
        names = on_page(Training, page)
        assert len(names) == len({*names})
        assert all([p.page for p in row.placements].count(page) <= 1 for row in field_rows(Training).values())


NOTATION = {part.name for part in dataclasses.fields(Notation)} - {"operations"}
"""The fields that say how names are written, which are one option."""
PRINTED = ("/api/adjoint", "/api/instruments")
"""Answers of numbers that have names as they are printed, too."""


def test_what_decides_the_picture_is_an_option_of_the_figure_or_of_how_it_is_written() -> None:
    options_of_figure = {option.name: option for option in dataclasses.fields(FigureOptions)}
    own = {"prefix", "live", "notation", "least", "words", "tight"}
    assert {*at_stage(Link, FieldStage.PICTURE)} == options_of_figure.keys() - own | NOTATION | {"values", "frames"}
    usual = {name: Link.model_fields[name].default for name in options_of_figure.keys() & ROWS.keys()}
    assert {n: options_of_figure[n].default for n, value in usual.items() if value is not None} == {
        n: value for n, value in usual.items() if value is not None
    }


@pytest.mark.parametrize("name", at_stage(Link, FieldStage.PICTURE))
def test_what_a_link_says_of_its_picture_reaches_the_figure(name: str) -> None:
    usual, changed = (picture(resolve(link)) for link in pair(name))
    assert (usual != changed) == (hasattr(usual, name) or name in NOTATION)


# The scripts' copy

FILE = ROOT / "static" / "js" / "core" / "field-sets.mjs"


def field_sets() -> str:
    """What the page's scripts know of the fields, as a module of their own."""
    sets = {
        "CURSOR": ("The cursor.", [n for n, row in ROWS.items() if row.stage is FieldStage.CURSOR]),
        "KEEPS_CURSOR": (
            "Whatever their value, the steps of a pass are much the same.",
            [name for name, row in ROWS.items() if row.keeps_cursor],
        ),
        "OF_EQUATIONS": (
            "Without a meaning once the equations are others.",
            [name for name, row in ROWS.items() if "equations" in row.dropped_by],
        ),
        "OF_NETWORK": (
            "Without a meaning once another system is to be trained.",
            [name for name, row in ROWS.items() if "network" in row.dropped_by],
        ),
        "OF_ANY_SYSTEM": (
            "Kept when another system is chosen.",
            [n for n, row in ROWS.items() if "system" not in row.dropped_by and n != "system"],
        ),
    }
    head = "// Sets of the link's fields, written from their rows in app/link/fields.py by `make snapshots`.\n"
    return head + "".join(
        f"\n/** {about} */\nexport const {name} = {json.dumps(names)};\n" for name, (about, names) in sets.items()
    )


def test_the_scripts_know_the_rows() -> None:
    if os.environ.get("UNFOLD_WRITE_SNAPSHOTS"):
        FILE.write_text(field_sets(), encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == field_sets(), "`make snapshots` writes it anew"
