"""Steps that show more than the others: the same program, so every law of a graph holds of the mixed one too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest

from app.engine import Graph, Trace, bind, by_hand, contributions, cursor, run, seeds, steps, unfold
from app.engine.graph import DETAILS, GIVEN, Detail, Opened, Parameters, folding
from app.language import Recurrence, is_operation, parse
from app.link import parse as parse_link
from app.link import resolve
from app.systems import SYSTEMS
from tests.recurrences import RECURRENCES

TAU = 3
WAYS: tuple[Parameters | None, ...] = (None, "arrows", "nodes", "copies")
PASSES = ("", "&truncate=1", "&batch=2")


def pairs(recurrence: Recurrence) -> Iterator[tuple[Detail, Detail]]:
    """What most steps show, and what an opened one shows."""
    for detail, other in combinations(DETAILS, 2):
        if folding(recurrence, detail).detail == detail:
            yield detail, other


def same_sums(trace: Trace, graph: Graph) -> list[str]:
    """The nodes at which what arrives does not add up to the gradient."""
    arrived, flowing = dict(seeds(trace, graph)), contributions(trace, graph)
    for edge in graph.edges:
        arrived[edge.source] = arrived.get(edge.source, 0.0) + flowing[edge.id]
    return [
        node.id
        for node in graph.nodes
        if not np.allclose(arrived.get(node.id, 0.0), trace.gradient(node.id), rtol=1e-9, atol=1e-12)
    ]


@pytest.mark.parametrize("step", range(1, TAU + 1))
@pytest.mark.parametrize("passed", PASSES)
@pytest.mark.parametrize("parameters", WAYS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.one_in(48)
def test_what_arrives_at_every_node_is_its_gradient(
    system: str, parameters: Parameters | None, passed: str, step: int
) -> None:
    made = resolve(parse_link(f"system={system}&tau={TAU}{passed}")).run
    for detail, other in pairs(made.recurrence):
        graph = unfold(made.recurrence, TAU, detail, made.of, made.cuts, parameters, opened=((step, other),))
        assert not same_sums(made.trace, graph), (detail, other)


def test_what_arrives_is_the_gradient_of_one_loss_of_a_batch() -> None:
    made = resolve(parse_link(f"system=rnn&tau={TAU}&batch=2&of=L[2]")).run
    for step in range(1, TAU + 1):
        graph = unfold(made.recurrence, TAU, "states", made.of, made.cuts, opened=((step, "operations"),))
        assert not same_sums(made.trace, graph), step


@pytest.mark.dear
@pytest.mark.one_in(8)
@pytest.mark.parametrize("name", RECURRENCES)
def test_what_arrives_is_the_gradient_of_recurrences_of_every_kind(name: str) -> None:
    recurrence = parse(RECURRENCES[name])
    trace = run(recurrence, 4, bind(recurrence, 4))
    for detail, other in pairs(recurrence):
        for opened in (((1, other),), ((4, other),), ((2, other), (3, other)), ((2, other), (3, "operations"))):
            if not folding(recurrence, detail, opened=opened).unjoined:
                assert not same_sums(trace, unfold(recurrence, 4, detail, trace.of, opened=opened)), (detail, opened)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("system", SYSTEMS)
def test_each_step_is_as_it_is_at_its_own_detail(system: str) -> None:
    """Nodes have the ids, lines the ends, that they have where all steps are at that detail."""
    recurrence = resolve(parse_link(f"system={system}&tau={TAU}")).run.recurrence
    for detail, other in pairs(recurrence):
        mixed = unfold(recurrence, TAU, detail, opened=((2, other),))
        plain, whole = (unfold(recurrence, TAU, it, parameters="arrows") for it in (detail, other))
        own = {n.id for n in mixed.nodes if n.kind != "parameter"}
        variables = recurrence.variables
        assert {id for id in own if id.t != 2} == {n.id for n in plain.nodes if n.id.t != 2}
        assert {id for id in own if id.t == 2} == {
            n.id for n in whole.nodes if n.id.t == 2 and n.kind != "parameter" and variables[n.id.variable].indexed
        }
        assert Counter(n.id for n in mixed.nodes).most_common(1)[0][1] == 1
        far = {e.id for e in plain.edges if 2 not in (e.source.t, e.target.t)}
        assert far == {e.id for e in mixed.edges if 2 not in (e.source.t, e.target.t)}
        known = mixed.by_id
        assert all(e.source in known and e.target in known for e in mixed.edges)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_cursor_walks_an_opened_step_as_any_other(system: str) -> None:
    made = resolve(parse_link(f"system={system}&tau={TAU}")).run
    for detail, other in pairs(made.recurrence):
        graph = unfold(made.recurrence, TAU, detail, made.of, opened=((2, other),))
        walk = [step for step in steps(graph) if step.phase == "forward"]
        place = {step.at: i for i, step in enumerate(walk)}
        assert all(place[e.source] < place[e.target] for e in graph.edges if {e.source, e.target} <= place.keys())
        assert {n.id for n in graph.nodes if n.id.t == 2 and n.kind != "parameter"} <= place.keys()
        for at in (n.id for n in graph.nodes if n.id.t == 2 and n.kind not in GIVEN):
            assert cursor(graph, "forward", at).lit == {e.id for e in graph.edges if e.target == at}


@pytest.mark.parametrize("system", ["rnn", "lstm", "gru", "bidirectional"])
def test_every_node_of_an_opened_step_can_be_worked_out_by_hand(system: str) -> None:
    made = resolve(parse_link(f"system={system}&tau={TAU}")).run
    for detail, other in pairs(made.recurrence):
        graph = unfold(made.recurrence, TAU, detail, made.of, opened=((2, other),))
        for node in (n for n in graph.nodes if n.kind not in GIVEN and not n.start):
            forward = by_hand(made.trace, graph, "forward", node.id)
            assert forward.equation is not None and forward.result is not None
            back = by_hand(made.trace, graph, "backward", node.id)
            total = sum(term.gradient for term in back.terms)
            assert np.allclose(total, made.trace.gradient(node.id), atol=1e-12), (detail, other, node.id)


def test_what_has_no_steps_has_none_to_open() -> None:
    made = resolve(parse_link("system=dense&open=1:operations&detail=cells")).run
    assert not made.further and not made.graph.opened


def test_parameters_that_others_have_on_arrows_have_copies_at_an_opened_step() -> None:
    recurrence = parse(RECURRENCES["rnn"])
    opened: Opened = ((2, "operations"),)
    usual = unfold(recurrence, TAU, "cells", opened=opened)
    assert {n.id for n in usual.nodes if n.kind == "parameter"} == {"W[2]", "U[2]", "b[2]", "c[2]", "V[2]"}
    shared = unfold(recurrence, TAU, "cells", parameters="nodes", opened=opened)
    assert {n.id for n in shared.nodes if n.kind == "parameter"} == {"W", "U", "b", "c", "V"}
    arrows = unfold(recurrence, TAU, "cells", parameters="arrows", opened=opened)
    assert {n.id for n in arrows.nodes if n.kind == "parameter"} == {"b[2]", "c[2]"}
    assert any(is_operation(n.id) for n in arrows.nodes)
