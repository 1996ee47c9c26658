"""How far apart nodes stand: the same figure closer and wider, in which nothing meets what it should not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.drawing.layout.route_edges import MOST_EFFORT, Route, Routing, roomiest
from app.link import parse, resolve
from app.outputs.table import ANSWERS
from app.systems import SYSTEMS
from tests.drawing.geometry_audit import findings

SPACINGS = ("compact", "normal", "wide")


def data(link: str) -> Any:
    return json.loads(ANSWERS["figure.json"].make(resolve(parse(link))))


@pytest.mark.one_in(2)
@pytest.mark.parametrize("detail", ["states", "cells", "gates", "operations"])
@pytest.mark.parametrize("view", ["folded", "unfolded", "both"])
def test_a_figure_is_the_larger_the_wider_it_is_spaced(detail: str, view: str) -> None:
    sizes = [data(f"detail={detail}&view={view}&tau=3&spacing={how}")["graph"] for how in SPACINGS]
    heights = [size["height"] for size in sizes]
    assert heights[0] <= heights[1] <= heights[2] and heights[0] < heights[2]
    assert sizes[0]["width"] <= sizes[1]["width"] <= sizes[2]["width"]


def test_fewer_layouts_are_tried_where_each_takes_long() -> None:
    def tried(effort: int) -> list[int]:
        seen: list[int] = []

        def routing(layout: int, _: float) -> Routing:
            seen.append(layout)
            return Routing((), 1.0, effort)

        roomiest(range(27), routing)
        return seen

    assert tried(0) == list(range(27))
    assert tried(MOST_EFFORT // 4) == [0, 7, 14, 21]
    assert tried(MOST_EFFORT * 100) == [0]


def test_a_layout_that_is_left_unfinished_is_never_the_one_that_is_drawn() -> None:
    """Sums of what is amiss and of sizes are rounded: 14.35 − 1.29 + 1.29 is less than 14.35."""
    sizes, amiss = (0.0, 1.29), (14.35, 14.35 - 1.29)
    assert sum(pair[1] for pair in (sizes, amiss)) < amiss[0]

    def routing(layout: int, enough: float) -> Routing:
        return Routing(() if amiss[layout] >= enough else (Route(None, {}),), amiss[layout], 0)

    assert roomiest((0, 1), routing, sizes.__getitem__)[1].routes


def test_the_circuit_and_the_unfolded_graph_keep_their_rows_level() -> None:
    for how in SPACINGS:
        found = data(f"view=both&tau=2&spacing={how}")
        circuit = {node["id"]: node["y"] for node in found["circuit"]["nodes"]}
        assert {(node["var"], node["y"]) for node in found["nodes"]} == set(circuit.items())


@pytest.mark.one_in(24)
@pytest.mark.parametrize("more", ["spacing=compact", "spacing=wide", "direction=up&spacing=compact", "direction=up"])
@pytest.mark.parametrize("detail", ["states", "cells", "gates"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_meets_what_it_should_not(system: str, detail: str, more: str) -> None:
    for tau in (1, 4):
        assert findings(data(f"system={system}&detail={detail}&tau={tau}&{more}")) == []


@pytest.mark.one_in(3)
@pytest.mark.parametrize("how", SPACINGS)
@pytest.mark.parametrize("system", ["rnn", "gru", "lstm", "bidirectional"])
def test_nor_among_operations(system: str, how: str) -> None:
    assert findings(data(f"system={system}&detail=operations&tau=2&spacing={how}")) == []
