"""No figure has a line, a head, a node or a label that meets what it does not belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from itertools import islice
from typing import Any

import pytest

from tests.drawing.audited import Asked, audited, built_in, far, figure, from_outside, invented, with_parameters
from tests.drawing.geometry_audit import findings

OPEN = frozenset(
    {
        "head at a corner", "head off its node", "label on a label", "label on a line", "label on a node",
        "label out of its node", "line in its own node", "line near a node", "line on a line",
        "line that begins nowhere", "node on a node", "orphan",
    }
)  # fmt: skip
"""Kinds that are not mended yet where hundreds of lines meet, and in programs that nobody drew before."""
SAMPLE = 37
"""Every so many figures are audited in each run: a prime, so that the sample has every detail and view."""


def held(asked: Iterable[Asked], kinds: frozenset[str] = frozenset()) -> None:
    found = [f"{it.name} | {finding}" for it in asked for finding in audited(it) if finding.kind not in kinds]
    assert not found, "\n".join(found[:20])


def textbook(asked: Iterable[Asked]) -> Iterator[Asked]:
    """The figures at the details that are laid out by rows and by whole cells of operations."""
    return (it for it in asked if ", gates," not in it.name)


def gated(asked: Iterable[Asked]) -> Iterator[Asked]:
    return (it for it in asked if ", gates," in it.name)


def test_a_sample_of_figures_is_as_an_art_editor_wants_it() -> None:
    held(islice(textbook(built_in()), 0, None, SAMPLE))
    held(islice(textbook(far()), 0, None, 8 * SAMPLE))


@pytest.mark.long
def test_every_figure_of_a_built_in_system_is_as_an_art_editor_wants_it() -> None:
    held(built_in())


@pytest.mark.long
def test_every_figure_of_far_reach_is_as_an_art_editor_wants_it() -> None:
    held(textbook(far()), frozenset({"line on a line"}))


@pytest.mark.long
@pytest.mark.parametrize(
    "asked",
    [lambda: gated(far()), with_parameters, from_outside, lambda: invented(range(120))],
    ids=["gates of far reach", "parameters as nodes", "from outside", "invented"],
)
def test_other_figures_have_no_fault_but_of_known_kinds(asked: Callable[[], Iterable[Asked]]) -> None:
    held(asked(), OPEN)


# Each kind is found where a figure has it


RNN = Asked.of("", {"tau": 3, "view": "both"})
CIRCUIT = Asked.of("", {"view": "folded"})
OPERATIONS = Asked.of("", {"tau": 2, "detail": "operations", "system": "lstm"})
kept_figure = cache(figure)
Data = dict[str, Any]


def edge(data: Mapping[str, Any], id: str) -> Data:
    return next(it for it in data["edges"] if it["id"] == id)


def node(data: Mapping[str, Any], id: str) -> Data:
    return next(it for it in data["nodes"] if it["id"] == id)


def moved(points: list[list[float]], x: float = 0.0, y: float = 0.0) -> None:
    for point in points:
        point[:] = point[0] + x, point[1] + y


def a_line_runs_through_a_node(data: Data) -> None:
    (x, y), (u, v) = ((node(data, id)["x"], node(data, id)["y"]) for id in ("h[1]", "h[3]"))
    edge(data, "h[1]->h[2]")["curves"].append([[x, y], [x, y], [u, v], [u, v]])


def a_line_runs_on_another(data: Data) -> None:
    edge(data, "o[2]->L[2]")["curves"] = deepcopy(edge(data, "h[1]->h[2]")["curves"])


def a_line_begins_in_the_air(data: Data) -> None:
    edge(data, "h[1]->h[2]")["curves"][0][0][0] += 6


def a_head_floats(data: Data) -> None:
    moved(edge(data, "h[1]->h[2]")["heads"][0], x=-6)


def a_head_is_missing(data: Data) -> None:
    edge(data, "h[1]->h[2]")["heads"].clear()


def a_line_runs_under_a_square(data: Data) -> None:
    left, top, right, bottom = edge(data, "h->h")["square"]
    edge(data, "x->h")["curves"].append([[left, top], [left, top], [right, bottom], [right, bottom]])


def a_node_has_lost_its_lines(data: Data) -> None:
    data["edges"] = [it for it in data["edges"] if "x[1]" not in (it["source"], it["target"])]


def two_nodes_meet(data: Data) -> None:
    node(data, "x[1]")["x"] = node(data, "x[2]")["x"] - 50


def a_label_lies_on_a_node(data: Data) -> None:
    here = node(data, "h[2]")
    edge(data, "x[1]->h[1]")["labels"][0]["box"] = [here["x"], here["y"], here["x"] + 10, here["y"] + 10]


def a_label_lies_on_a_line(data: Data) -> None:
    x, y = edge(data, "h[1]->h[2]")["curves"][0][0]
    edge(data, "x[1]->h[1]")["labels"][0]["box"] = [x, y, x + 10, y + 10]


def a_label_lies_on_a_label(data: Data) -> None:
    edge(data, "x[1]->h[1]")["labels"][0]["box"] = edge(data, "x[2]->h[2]")["labels"][0]["box"]


def a_name_leaves_its_node(data: Data) -> None:
    node(data, "h[1]")["labels"][0]["box"][2] += 20


def a_line_leaves_the_paper(data: Data) -> None:
    edge(data, "h[1]->h[2]")["curves"].append([[1.0, 1.0], [-9.0, 1.0], [-9.0, 1.0], [-9.0, 1.0]])


@pytest.mark.parametrize(
    ("spoil", "asked", "kind"),
    [
        (a_line_runs_through_a_node, RNN, "line near a node"),
        (a_line_runs_on_another, RNN, "line on a line"),
        (a_line_begins_in_the_air, RNN, "line that begins nowhere"),
        (a_head_floats, RNN, "head off its node"),
        (a_head_is_missing, RNN, "line without a head"),
        (a_line_runs_under_a_square, CIRCUIT, "line under a square"),
        (a_node_has_lost_its_lines, RNN, "orphan"),
        (two_nodes_meet, RNN, "node on a node"),
        (a_label_lies_on_a_node, RNN, "label on a node"),
        (a_label_lies_on_a_line, RNN, "label on a line"),
        (a_label_lies_on_a_label, RNN, "label on a label"),
        (a_name_leaves_its_node, RNN, "label out of its node"),
        (a_line_leaves_the_paper, RNN, "off the canvas"),
    ],
    ids=lambda it: it.__name__ if callable(it) else "",
)
def test_a_spoilt_figure_is_found(spoil: Callable[[Data], None], asked: Asked, kind: str) -> None:
    data = kept_figure(asked)
    spoilt = dict(deepcopy(data))
    assert kind not in {finding.kind for finding in findings(data)}
    spoil(spoilt)
    assert kind in {finding.kind for finding in findings(spoilt)}


def test_a_circuit_beside_the_unfolded_graph_is_audited_too() -> None:
    spoilt = deepcopy(kept_figure(RNN))
    moved(edge(spoilt["circuit"], "x->h")["heads"][0], x=20)
    assert any(finding.kind == "head off its node" for finding in findings(spoilt))


def test_edges_on_one_wire_of_their_source_are_no_finding() -> None:
    data = kept_figure(OPERATIONS)
    ends = [it["source"] for it in data["edges"] if "curves" in it]
    assert len(ends) > len(set(ends))
    assert not [f for f in findings(data) if f.kind == "line on a line"]
