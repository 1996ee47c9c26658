"""What a link marks in its figure: a node, an arrow, all ways between two nodes; and what is in no figure."""

from __future__ import annotations

import pytest

from app.language import Problem, Problems
from app.link import parse, resolve


def marked(mark: str, rest: str = "tau=3") -> set[str]:
    return {*resolve(parse([*parse_pairs(rest), ("mark", mark)])).marked}


def parse_pairs(text: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (pair.partition("=") for pair in text.split("&"))]


def refused(mark: str, rest: str = "tau=3") -> Problem:
    with pytest.raises(Problems) as found:
        marked(mark, rest)
    return found.value.problems[0]


@pytest.mark.parametrize(
    ("mark", "ids"),
    [
        ("h[2]", {"h[2]"}),
        ("h[2]->h[3]", {"h[2]->h[3]"}),
        ("h[2] → h[3], x[1]", {"h[2]->h[3]", "x[1]"}),
        ("h[1]->h[3]", {"h[1]", "h[1]->h[2]", "h[2]", "h[2]->h[3]", "h[3]"}),
        ("h[1]->h[2]->h[3]", {"h[1]", "h[1]->h[2]", "h[2]", "h[2]->h[3]", "h[3]"}),
        ("x[2]->o[3]", {"x[2]", "x[2]->h[2]", "h[2]", "h[2]->h[3]", "h[3]", "h[3]->o[3]", "o[3]"}),
    ],
)
def test_a_mark_is_of_a_node_an_arrow_or_a_way(mark: str, ids: set[str]) -> None:
    assert marked(mark) == ids


def test_all_ways_between_two_nodes_are_marked() -> None:
    ids = marked("c[1]->h[3]", "system=lstm&detail=cells&tau=3")
    assert {"c[2]", "h[2]", "c[1]->c[2]", "h[1]->c[2]"} <= ids
    assert not {"x[2]", "p[1]", "c[3]->p[3]"} & ids


def test_a_circuit_has_ids_of_its_own() -> None:
    assert marked("h,h->h", "view=folded") == {"h", "h->h"}
    assert marked("h,h[2]", "view=both") == {"h", "h[2]"}
    assert "h[1]" in (refused("h", "view=unfolded").hint or "")


def test_a_node_that_is_nowhere_lists_those_that_are_near() -> None:
    problem = refused("h[9]")
    assert problem.about == "mark"
    assert "h[9]" in problem.message
    assert "h[0] to h[3]" in str(problem.allowed)
    assert problem.hint == "did you mean h[1] or h[2] or h[3]?"


def test_a_way_against_the_arrows_says_how_they_lead() -> None:
    problem = refused("h[3]->h[1]")
    assert "no way leads from h[3] to h[1]" in problem.message
    assert "h[1]->h[3]" in (problem.hint or "")
    assert refused("x[1]->x[2]").hint is None


def test_every_wrong_piece_is_named_at_once() -> None:
    with pytest.raises(Problems) as found:
        marked("h[9],h[2],q[1]")
    assert len(found.value.problems) == 2
