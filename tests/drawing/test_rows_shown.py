"""A figure of some rows: the others are left out with their arrows, and the figure says so."""

from __future__ import annotations

import json

import pytest

from app.drawing.scene.scene import ItemGroup, Scene
from app.engine.graph.graph import Detail
from app.language import Problem, Problems
from app.link import parse, resolve
from app.outputs import table as answers
from app.outputs.table import ANSWERS, figure
from app.systems import SYSTEMS
from tests.lint import reasons


def scene(link: str) -> Scene:
    return answers.scene(resolve(parse(link)))


def drawn(link: str, fact: str = "var") -> set[str]:
    """The variables, or the edges, of the last graph."""
    return {g.fact(fact) for g in scene(link).parts[-1].items if isinstance(g, ItemGroup) and g.fact(fact)}


def refused(rows: str, rest: str = "tau=2") -> Problem:
    with pytest.raises(Problems) as found:
        resolve(parse(f"{rest}&rows={rows}"))
    return found.value.problems[0]


@pytest.mark.parametrize(
    ("rows", "variables"),
    [
        ("state,x", {"h", "x"}),
        ("h", {"h"}),
        ("-target,-loss", {"h", "x", "o"}),
        ("state,output,-o", {"h"}),
        ("x, o", {"x", "o"}),
    ],
)
def test_rows_are_named_by_variable_and_by_kind(rows: str, variables: set[str]) -> None:
    assert drawn(f"tau=2&rows={rows}") == variables


def test_the_arrows_of_what_is_left_out_are_left_out() -> None:
    assert drawn("tau=2&rows=h,x", "edge") == {"x[1]->h[1]", "x[2]->h[2]", "h[0]->h[1]", "h[1]->h[2]"}
    assert drawn("tau=2&rows=x,o", "edge") == set()


def test_what_is_left_takes_less_room() -> None:
    assert scene("tau=3&rows=h,x").height < scene("tau=3").height


def test_a_figure_says_what_it_leaves_out() -> None:
    said = scene("tau=3&rows=-target,-loss&names=y:z")
    assert said.title.endswith("without L and z") or said.title.endswith("without z and L")
    assert "z feeds" not in said.description
    assert "without operations" in scene("tau=2&detail=operations&rows=-operation").title


def test_a_sentence_still_says_what_feeds_a_node_drawn_or_not() -> None:
    svg = ANSWERS["figure.svg"].make(resolve(parse("tau=2&rows=h"))).decode()
    assert "fed by h(1)" in svg and "x(2)" in svg


def test_colours_and_widths_stay_those_of_the_whole_run() -> None:
    whole, part = (scene(f"tau=3&phase=backward{more}") for more in ("", "&rows=h,o"))

    def node(of: Scene, id: str) -> ItemGroup:
        return next(g for g in of.walk() if isinstance(g, ItemGroup) and g.fact("node") == id)

    def cells(group: ItemGroup) -> list[object]:
        return [
            getattr(i, "colours", None) for inner in group.items if isinstance(inner, ItemGroup) for i in inner.items
        ]

    assert cells(node(whole, "h[1]")) == cells(node(part, "h[1]"))


def test_the_graph_as_data_keeps_every_node_and_places_those_that_are_drawn() -> None:
    nodes = json.loads(ANSWERS["figure.json"].make(resolve(parse("tau=2&rows=h"))))["nodes"]
    assert {node["var"] for node in nodes} == {"x", "h", "o", "y", "L"}
    assert {node["var"] for node in nodes if "x" in node} == {"h"}


def test_the_strip_of_a_long_run_has_the_states_that_are_shown() -> None:
    roles = {i.role for i in scene("system=lstm&tau=40&rows=h&phase=forward").walk() if isinstance(i, ItemGroup)}
    assert "overview" in roles
    rest = {i.role for i in scene("tau=40&rows=x&phase=forward").walk() if isinstance(i, ItemGroup)}
    assert "overview" not in rest


def test_a_build_has_a_frame_for_each_node_that_is_drawn() -> None:
    assert len([*figure(resolve(parse("tau=2&rows=h,x&frames=true")), stepped=True).film()]) == 4


@pytest.mark.one_in(32)
@pytest.mark.parametrize("view", ["folded", "unfolded", "both"])
@pytest.mark.parametrize("detail", ["states", "cells", "gates", "operations"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_is_drawn_without_one_of_its_rows(system: str, detail: Detail, view: str) -> None:
    link = f"system={system}&detail={detail}&view={view}&tau=2"
    names = [*dict.fromkeys(node.kind for node in resolve(parse(link)).run.graph.nodes)]
    for name in names if len({*names} - {"parameter"}) > 1 else ():
        it = parse(f"{link}&rows=-{name}")
        assert not reasons(ANSWERS["figure.svg"].make(resolve(it)).decode())


def test_a_row_that_is_none_lists_those_that_are_near() -> None:
    problem = refused("statte,-targt")
    assert problem.about == "rows"
    assert "did you mean state?" in (problem.hint or "")
    assert {"h", "state"} <= {*problem.allowed} if isinstance(problem.allowed, list) else False
    assert "leaves nothing" in refused("h,-state").message
    assert "leaves nothing" in refused("parameter", "tau=2&detail=operations").message
    assert "leaves nothing" in refused("-loss", "equations=loss = xi[0]&view=both").message


@pytest.mark.parametrize("fit", ["", "&fit=column", "&fit=4:3"])
def test_rows_that_an_opened_step_alone_has_are_drawn_where_that_step_is_in_sight(fit: str) -> None:
    asked = "equations=a[t] = x[t]; s[t] = rho; loss = mean([t = 1])&tau=20&open=9:operations&rows=-loss"
    for window in ("", "&window=9..9", "&window=8..12"):
        assert ANSWERS["figure.svg"].make(resolve(parse(f"{asked}{fit}{window}")))
    for window in ("&window=1..2", "&window=10..tau"):
        with pytest.raises(Problems, match="rows leaves nothing to draw"):
            resolve(parse(f"{asked}{fit}{window}"))


@pytest.mark.parametrize("fit", ["", "&fit=16:9", "&fit=column", "&fit=preview"])
def test_rows_that_the_circuit_alone_has_are_drawn_in_it(fit: str) -> None:
    asked = f"equations=loss = α[tau%2B1]&tau=1&view=folded&rows=-loss{fit}"
    assert ANSWERS["figure.svg"].make(resolve(parse(asked)))
