"""What comes of a pass stands below its graph at every detail, in every view and format; what waits says for what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import combinations
from typing import Any
from zipfile import ZipFile

import pytest

from app.drawing.geometry import Box
from app.drawing.scene import Cells, Ink, Item, ItemGroup, Scene
from app.drawing.scene.waiting import waiting_sentences
from app.engine import cursor, steps
from app.engine.graph import GIVEN
from app.language import MOVED, AfterUpdate
from app.link import Link, resolve
from app.outputs import output
from app.outputs.table import WORDS, scene
from app.systems import SYSTEMS
from tests.lint import reasons
from tests.snapshots import spelled


def drawn(at: str | None, **fields: Any) -> Scene:
    return scene(resolve(Link(phase="update", at=at, **fields)))


def ledger(it: Scene) -> ItemGroup:
    return next(i for i in it.items if isinstance(i, ItemGroup) and i.role == "last-act")


def key(it: Scene) -> ItemGroup:
    return next(i for i in it.items if isinstance(i, ItemGroup) and i.role == "legend")


def inks(group: Item) -> list[Ink]:
    if isinstance(group, ItemGroup):
        return [ink for item in group.items for ink in inks(item)]
    return [group] if isinstance(group, Ink) else []


def walked(group: ItemGroup) -> Iterator[Item]:
    """Every item in a group, but for the cells that a page has behind its numbers."""
    for item in group.items:
        if not isinstance(item, ItemGroup):
            yield item
        elif item.role != "instead":
            yield from walked(item)


def boxes(group: Item) -> list[Box]:
    """Where letters and numbers are."""
    if isinstance(group, ItemGroup):
        return [box for item in group.items for box in boxes(item)]
    if isinstance(group, Ink):
        x, y, it = group.x, group.y, group.outline
        return [Box(x + it.left, y - it.ascent, x + it.right, y + it.descent)]
    return [Box(group.x, group.y, group.x + group.width, group.y + group.height)] if isinstance(group, Cells) else []


def apart(a: Box, b: Box) -> bool:
    return a.right <= b.left or b.right <= a.left or a.bottom <= b.top or b.bottom <= a.top


DETAILS: list[Any] = ["states", "cells", "gates", "operations"]
PLACES = ["W", "theta'", "loss'"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("view", ["unfolded", "both", "folded"])
def test_every_place_has_its_ledger_below_the_graph_on_one_canvas(detail: Any, view: Any) -> None:
    scenes = [drawn(at, system="rnn", detail=detail, view=view) for at in PLACES]
    assert len({(it.width, it.height, it.left, it.top) for it in scenes}) == 1
    for it, at in zip(scenes, PLACES, strict=True):
        group = ledger(it)
        assert group.fact("place") == at
        lowest = max(box.bottom for part in it.parts for box in boxes(part))
        own = boxes(group)
        assert min(box.top for box in own) > lowest
        assert all(it.left <= box.left and box.right <= it.left + it.width for box in own)
        assert max(box.bottom for box in own) <= it.top + it.height
        assert all(apart(a, b) for a, b in combinations(own, 2)), at
        assert min(box.top for box in boxes(key(it))) > max(box.bottom for box in own)


@pytest.mark.one_in(6)
@pytest.mark.parametrize("system", ["rnn", "lstm"])
@pytest.mark.parametrize("fit", [None, "16:9", "column"])
@pytest.mark.parametrize("at", PLACES)
def test_a_figure_of_the_update_has_the_legend_of_the_way_back(system: str, fit: Any, at: str) -> None:
    it = drawn("W_f" if (system, at) == ("lstm", "W") else at, system=system, tau=3, fit=fit)
    roles = {part.role for part in key(it).items if isinstance(part, ItemGroup)}
    assert roles >= {"legend-value", "legend-gradient", "legend-arrows"}
    own = boxes(key(it))
    assert all(it.left <= box.left and box.right <= it.left + it.width for box in own)
    assert all(it.top <= box.top and box.bottom <= it.top + it.height for box in own)
    assert all(apart(a, b) for a in own for b in boxes(ledger(it)))


@pytest.mark.one_in(6)
@pytest.mark.parametrize(
    ("system", "at"),
    [
        ("rnn-regression", "c"),
        ("leaky", "alpha"),
        ("lstm", "U_f"),
        ("lstm", "theta'"),
        ("deep", "R"),
        ("bidirectional", "W"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"direction": "up", "detail": "cells"}, {"tau": 30}, {"truncate": "1"}])
def test_nothing_in_a_ledger_lies_on_anything(system: str, at: str, more: dict[str, Any]) -> None:
    own = boxes(ledger(drawn(at, system=system, **more)))
    assert all(apart(a, b) for a, b in combinations(own, 2))


def test_parts_stand_below_their_steps() -> None:
    it = drawn("W", system="rnn", tau=3)
    parts = [i for i in ledger(it).items if isinstance(i, ItemGroup) and i.role == "act-part"]
    middles = [sum((box.left + box.right) / 2 for box in boxes(part)[:1]) for part in parts]
    nodes = {n.fact("node"): n for part in it.parts for n in part.items if isinstance(n, ItemGroup)}
    for t, middle in enumerate(middles, 1):
        at = boxes(nodes[f"h[{t}]"])
        assert abs(middle - (min(b.left for b in at) + max(b.right for b in at)) / 2) < 8


def test_hidden_steps_are_one_part_of_the_sum() -> None:
    parts = [i for i in ledger(drawn("W", system="rnn", tau=40)).items if isinstance(i, ItemGroup)]
    assert sum(i.role == "act-part" for i in parts) == 9


def test_what_truncation_takes_is_told_as_lost() -> None:
    def words(**fields: Any) -> int:
        return len(inks(ledger(drawn("W", system="rnn", tau=3, **fields))))

    assert words(truncate="2") == words() + 1


def test_a_complete_update_shows_the_next_loss() -> None:
    assert ledger(drawn(None, system="rnn")).fact("place") == "loss'"


def told(it: Scene) -> tuple[Counter[str], Counter[tuple[str, ...]]]:
    """All that a ledger says: letters and numbers, but for signs and the word before norms, and its cells' colours."""
    every = [*walked(ledger(it))]
    words = (spelled(i.outline.box).removeprefix("norm ") for i in every if isinstance(i, Ink) and i.outline.glyphs)
    return Counter(w for w in words if w not in ("+", "=")), Counter(i.colours for i in every if isinstance(i, Cells))


@pytest.mark.one_in(4)
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize(
    "system", ["rnn", "lstm", "gru", "leaky", "deep", "bidirectional", "output-recurrence", "driven"]
)
def test_a_ledger_says_on_a_page_what_it_says_in_a_file_in_lines_as_below_its_steps(system: str, detail: Any) -> None:
    graph = resolve(Link(system=system, detail=detail)).run.graph
    for at in [*graph.gathering, *([MOVED, AfterUpdate(graph.of)] if graph.trained else [])]:
        found = resolve(Link(system=system, detail=detail, phase="update", at=at))
        assert told(scene(found, live=True, words=WORDS)) == told(scene(found)), at


@pytest.mark.parametrize("at", PLACES)
def test_a_ledger_is_fit_for_slides(at: str) -> None:
    assert not reasons(output("figure.svg", Link(phase="update", at=at, truncate="2")).decode())


def test_frames_walk_through_the_update() -> None:
    link = Link(system="rnn", tau=2, phase="update")
    with ZipFile(BytesIO(output("figure.zip", link))) as file:
        assert len(file.namelist()) == 7
    tex = output("figure.tex", Link(system="rnn", tau=2, phase="update", frames=True)).decode()
    assert r"\only<7>" in tex
    assert output("figure.pdf", link)[:5] == b"%PDF-"


def test_the_cursor_as_data_has_the_numbers_of_the_update() -> None:
    found = json.loads(output("cursor", Link(system="rnn", tau=3, phase="update")))
    assert [*found["gathered"]] == ["b", "W", "U", "c", "V"] == [*found["moved"]]
    assert found["losses"]["following"] < found["losses"]["before"]
    assert [len(it["parts"]) for it in found["gathered"].values()] == [3] * 5


def test_a_node_without_a_gradient_says_what_it_is_the_sum_of_and_where_the_pass_is() -> None:
    graph = resolve(Link(system="rnn", tau=3)).run.graph
    back = waiting_sentences(graph, cursor(graph, "backward", "h[3]"))
    assert back["h[1]"] == (
        "Nothing yet: ∂L/∂h(1) is the sum of what comes through o(1) and h(2); the pass is at h(3)."
    )
    assert back["L[1]"] == "Nothing yet: ∂L/∂L(1) comes from L itself; the pass is at h(3)."
    assert not back.keys() & {"h[3]", "o[3]", "x[1]", "y[1]"}
    there = waiting_sentences(graph, cursor(graph, "forward", "h[1]"))
    assert there["h[2]"] == "No value yet: h(2) is computed from h(1) and x(2); the pass is at h(1)."
    assert waiting_sentences(graph, cursor(graph, "update", "W")) == {}
    assert waiting_sentences(graph, cursor(graph, None, None)) == {}


@pytest.mark.one_in(8)
@pytest.mark.parametrize("system", SYSTEMS)
def test_at_each_step_what_waits_says_why_and_the_update_is_told_as_data(system: str) -> None:
    graph = resolve(Link(system=system)).run.graph
    fed, passed = {edge.target for edge in graph.edges}, list[str]()
    for step in steps(graph):
        if step.phase == "update":
            found = json.loads(output("cursor", Link(system=system, phase="update", at=step.at)))
            passed.append(step.at)
            assert found["at"] == step.at and {*found["gathered"]} == {*graph.gathering} & {*passed}
            continue
        here = cursor(graph, step.phase, step.at)
        late = {n.id for n in graph.nodes if n.id not in here.valued and n.id in fed}
        if step.phase == "backward":
            late = {n.id for n in graph.nodes if n.id not in here.graded and n.kind not in GIVEN}
        assert {*waiting_sentences(graph, here)} == late, step
