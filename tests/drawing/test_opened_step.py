"""A step that is opened while its neighbours stay, as one would draw it by hand: rows, lines and frames stay too."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from app.systems import SYSTEMS
from tests.drawing.audited import FAR, Asked, audited, figure
from tests.drawing.test_gates import CELLS
from tests.recurrences import RECURRENCES

DIRECTIONS = ("right", "up")
STANDING = {"right": "y", "up": "x"}
"""The side of a place that stays the same along time."""


def asked(name: str, detail: str, opened: str | None, direction: str, tau: int = 4) -> Asked:
    about = {"detail": detail, "open": opened, "direction": direction, "tau": tau, "view": "unfolded"}
    return Asked.of(name, {"equations": CELLS[name], **about})


def nodes(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {node["id"]: node for node in data["nodes"]}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("detail", ["states", "cells"])
@pytest.mark.parametrize("name", CELLS)
@pytest.mark.one_in(10)
def test_the_line_of_a_state_runs_straight_through_an_opened_step_and_its_neighbours(
    name: str, detail: str, direction: str
) -> None:
    data = figure(asked(name, detail, "2:gates", direction))
    lines = {node["part"]["line"] for node in data["nodes"] if node.get("part")} - {""}
    assert lines
    for line in lines:
        on = [n for n in data["nodes"] if n["var"] == line or (n.get("part") or {}).get("line") == line]
        assert {n["t"] for n in on} >= {0, 1, 2, 3, 4}
        assert len({round(n[STANDING[direction]], 1) for n in on}) == 1


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", CELLS)
@pytest.mark.one_in(4)
def test_an_opened_step_has_its_frame_and_the_others_none(name: str, direction: str) -> None:
    """And the frame is the one that it has where all steps are opened."""
    (box,) = (it["box"] for it in figure(asked(name, "cells", "2:gates", direction))["graph"]["frames"])
    whole = figure(asked(name, "gates", None, direction))["graph"]["frames"]
    assert (round(box[2] - box[0]), round(box[3] - box[1])) in {
        (round(it["box"][2] - it["box"][0]), round(it["box"][3] - it["box"][1])) for it in whole
    }


@pytest.mark.dear
@pytest.mark.one_in(3)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("detail", "opened"), [("cells", "1:gates"), ("states", "4:gates"), ("states", "1:cells")])
def test_neighbours_of_one_detail_are_drawn_alike(detail: str, opened: str | None, direction: str) -> None:
    for name in CELLS:
        at = nodes(figure(asked(name, detail, opened, direction)))
        steps = [{n["var"]: (n["x"], n["y"]) for n in at.values() if n["t"] == t} for t in (2, 3)]
        assert steps[0].keys() == steps[1].keys()
        by = {(round(steps[1][v][0] - x, 1), round(steps[1][v][1] - y, 1)) for v, (x, y) in steps[0].items()}
        assert len(by) == 1


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", CELLS)
@pytest.mark.one_in(4)
def test_a_step_opened_to_its_cells_stays_in_rows_and_columns(name: str, direction: str) -> None:
    along, across = ("x", "y") if direction == "right" else ("y", "x")
    drawn = nodes(figure(asked(name, "states", "2:cells", direction)))
    for key, places in (("t", along), ("var", across)):
        found = {value: {round(n[places], 1) for n in drawn.values() if n[key] == value} for value in (
            {n[key] for n in drawn.values()} - {None}
        )}  # fmt: skip
        assert all(len(them) == 1 for value, them in found.items() if value != "L"), found


@pytest.mark.dear
@pytest.mark.one_in(6)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", CELLS)
def test_nothing_meets_what_it_does_not_belong_to_around_an_opened_step(name: str, direction: str) -> None:
    for detail, opened in product(("states", "cells"), ("1:gates", "3:gates", "2:gates,3:cells", "2:gates,3:gates")):
        it = asked(name, detail, opened, direction)
        assert not audited(it), it


@pytest.mark.dear
@pytest.mark.one_in(3)
@pytest.mark.parametrize("opened", ["3:gates", "9:gates", "5:cells"])
def test_lines_of_a_wrapped_run_begin_below_each_other_opened_or_not(opened: str) -> None:
    about = {"detail": "states" if "cells" in opened else "cells", "open": opened, "tau": 12, "fit": "4:3"}
    it = Asked.of("", {"system": "lstm", "view": "unfolded", **about})
    data = figure(it)
    begins = {n["id"]: round(n["x"]) for n in [*data["nodes"], *data["graph"]["repeats"]] if "x" in n}
    repeated = [n["id"] for n in data["graph"]["repeats"] if n["id"].startswith("h")]
    assert repeated
    assert len({begins[id] for id in (*repeated, "h[0]")}) == 1
    assert not audited(it)


FAR_REACHING = (
    "lag 5", "lag 3 alone", "ahead by 2 and 5", "first and last", "first read by all", "last read by all",
    "pooled over all steps", "pooled twice", "attention at every step", "encoder and decoder", "starts in a row",
    "one value for every step", "two values for every step", "embedding", "narx", "computed matrix",
)  # fmt: skip


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("name", "detail"),
    [
        *((name, "cells") for name in (*FAR_REACHING, "output-recurrence", "vector-to-sequence", "hopfield")),
        *((name, "states") for name in ("vector-to-sequence", "encoder and decoder", "narx", "starts in a row")),
    ],
)
def test_a_step_opened_among_far_reaches_has_its_frames_and_the_lines_of_its_states(name: str, detail: str) -> None:
    """What comes from far, from all steps or from what has no step comes over all or from below, as among gates."""
    text = {"system": name} if name in SYSTEMS else {"equations": (FAR | RECURRENCES)[name]}
    it = Asked.of(name, {**text, "detail": detail, "open": "2:gates", "tau": 4, "view": "unfolded"})
    data = figure(it)
    at = nodes(data)
    framed = [frame["box"] for frame in data["graph"]["frames"]]
    parts = [n for n in at.values() if n.get("part")]
    assert parts
    for n in parts:
        assert any(left < n["x"] < right and top < n["y"] < bottom for left, top, right, bottom in framed), n["id"]
    for n in parts:
        if line := n["part"]["line"]:
            assert {round(n["y"], 1)} == {round(at[f"{line}[{t}]"]["y"], 1) for t in (1, 2, 3, 4)}
    assert not audited(it)
