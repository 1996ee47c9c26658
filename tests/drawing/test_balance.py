"""What makes a figure balanced: what belongs together stands level, what is shared in the middle, words say what is."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose

import pytest

from app.drawing.layout import Layout, columns_of, lay_out_gates, lay_out_wired_cells, window, wrapped
from app.drawing.scene.caption import caption
from app.drawing.scene.draw import fullness_of_lines
from app.drawing.scene.legend import LegendKey
from app.drawing.scene.options import USUAL
from app.drawing.scene.scales import Scales, scales
from app.drawing.scene.scene import Scene
from app.engine.graph import fold, unfold
from app.language import parse
from app.link import parse as parse_link
from app.link import resolve
from app.outputs.table import scene
from app.systems import SYSTEMS
from tests.recurrences import RECURRENCES

TWO_STATES = "h[t] = tanh(W @ h[t-1] + x[t]); z[t] = tanh(R @ z[t-1] + Q @ h[t])"


def places(layout: Layout) -> Mapping[str, tuple[float, float]]:
    return {spot.node.id: (spot.x, spot.y) for spot in layout.spots}


def operations(system: str, tau: int = 3) -> Mapping[str, tuple[float, float]]:
    return places(lay_out_wired_cells(unfold(SYSTEMS[system].recurrence, tau, "operations")))


def gates(text: str, tau: int = 3) -> Mapping[str, tuple[float, float]]:
    return places(lay_out_gates(unfold(parse(text), tau, "gates")))


def scales_of(query: str) -> Scales:
    resolved = resolve(parse_link(query))
    return scales(resolved.run.graph, resolved.numbers)


def drawn(query: str) -> Scene:
    return scene(resolve(parse_link(query)))


@pytest.mark.parametrize("system", ["rnn", "deep", "vector-to-sequence"])
def test_what_pools_all_steps_stands_in_the_row_of_what_it_pools(system: str) -> None:
    at = operations(system)
    assert isclose(at["loss"][1], at["L[3]"][1])
    assert at["loss"][0] > at["L[3]"][0]


def test_parameters_stand_below_the_middle_of_the_steps() -> None:
    at = operations("rnn", 4)
    row = [at[name][0] for name in ("U", "V", "W", "b", "c")]
    steps = [x for id, (x, _) in at.items() if "[" in id and not id.startswith("h[0]")]
    assert isclose((min(row) + max(row)) / 2, (min(steps) + max(steps)) / 2, abs_tol=20)


@pytest.mark.parametrize(("system", "start", "made_of"), [("dynamics", "s[1]", "s1"), ("hopfield", "s[0]", "s0")])
def test_what_a_start_is_made_of_stands_right_below_it(system: str, start: str, made_of: str) -> None:
    (x, y), (below, lower) = (operations(system)[id] for id in (start, made_of))
    assert isclose(x, below, abs_tol=1)
    assert lower > y


def test_layers_that_lead_from_a_state_to_itself_stand_in_its_row() -> None:
    at = gates(RECURRENCES["output-recurrence"])
    assert len({at[id][1] for id in ("o[0]", "h[1]", "o[1].1", "o[1]", "h[2]", "o[2]")}) == 1


def test_data_that_every_step_reads_stands_below_all_of_them_and_in_the_middle() -> None:
    at = gates(RECURRENCES["vector-to-sequence"])
    x, y = at["x"]
    assert y > max(low for id, (_, low) in at.items() if id != "x")
    assert at["h[1]"][0] - 100 < x < at["h[3]"][0]


def test_a_layer_has_the_letter_of_what_it_makes_alone() -> None:
    parts = {n.id: n.part.name for n in unfold(SYSTEMS["rnn"].recurrence, 1, "gates").nodes if n.part}
    assert parts == {"h[1].0": ""}, "a is what tanh is taken of"


def test_in_the_circuit_what_has_a_step_is_told_from_its_sum_of_the_same_letter() -> None:
    circuit = fold(SYSTEMS["rnn"].recurrence, "operations")
    written = {n.id: circuit.step_of(n) for n in circuit.nodes if n.kind in ("loss", "state")}
    assert written == {"L": "t", "loss": "", "h": "", "a": "", "yhat": ""}
    cells = fold(SYSTEMS["rnn"].recurrence, "cells")
    assert {cells.step_of(n) for n in cells.nodes} == {""}


def test_of_several_states_each_has_a_function_of_its_own() -> None:
    edges = unfold(parse(TWO_STATES), 2, "states").edges
    assert {e.target.name: e.function for e in edges if e.function} == {"h": "f_h", "z": "f_z"}


def test_a_bitmap_is_bright_beside_values_that_are_larger() -> None:
    found = scales_of("system=hopfield&tau=2&detail=operations")
    assert found.bitmaps is not None
    assert found.bitmaps.most == 1 < found.value.most
    assert scales_of("system=hopfield&tau=2").bitmaps is None


def test_entries_of_a_legend_below_each_other_begin_below_each_other() -> None:
    layers = frozenset({"value", "gradient", "arrows"})
    listed = LegendKey(scales_of("system=rnn&tau=2"), None, layers, USUAL, 0.0)
    assert listed.lead == max(line[0].lead for line in listed.lines)
    assert LegendKey(listed.scales, None, layers, USUAL, 2000.0).lead is None


def test_what_is_left_empty_of_the_last_line_counts_against_a_line_more() -> None:
    graph = unfold(SYSTEMS["rnn"].recurrence, 3)
    shown = window(graph, ((1, 3),))
    lines = wrapped(shown, 2)
    assert columns_of(shown) == 3
    assert lines is not None
    assert (fullness_of_lines(shown), fullness_of_lines(lines)) == (1.0, 0.75)


def test_steps_that_are_starts_alone_are_no_steps_of_a_line() -> None:
    graph = unfold(SYSTEMS["dynamics"].recurrence, 5, "gates")
    lines = wrapped(window(graph, ((1, 5),)), 2)
    assert lines is not None
    assert [len(part.graph.nodes) for part in lines.parts] == [len(lines.parts[0].graph.nodes)] * 2


def test_no_line_of_a_caption_is_a_word_alone() -> None:
    words = "The gradient runs from right to left, and each step multiplies it by W transposed"
    widths = [line.width for line in caption(words, 400.0).lines]
    assert len(widths) == 2
    assert min(widths) > 0.7 * max(widths)


def test_a_column_is_left_at_no_edge_where_smaller_letters_can_be_read() -> None:
    it = drawn("system=rnn&tau=4&fit=column&phase=backward")
    assert it.height * it.scale <= 648 + 1
    assert "h[2]" in str(it)
