"""The page of recall: patterns that a network keeps, the way from a start to rest, and how many it can keep.

Everything on it is drawn here, and every point and button is a link: what is drawn is in the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.engine.execution.trace import Trace
from app.language import Problem, Problems
from app.language.symbols import plain_symbol
from app.language.typeset.numerals import numeral
from app.link import Link, Resolved, mended, options, parse, query
from app.link.recall import TASK, Array, Recall, energies, keeps, parts, recall, rests
from app.link.rows import RECALL, on_page
from app.outputs.plots import keeping, no_patterns
from app.outputs.table import JSON, written
from app.systems import SYSTEMS
from app.systems.tasks.bitmaps import (
    COLUMNS,
    LETTERS,
    MOST_PATTERNS,
    bitmap,
    bitmap_number,
    bitmap_pattern,
    parse_patterns,
)
from app.web.core.admission import TRAININGS
from app.web.core.http import answer
from app.web.core.query_form import field_of
from app.web.core.templates import render
from app.web.train.page import PAGES, Asked, control

router = APIRouter(include_in_schema=False)

PATH = "/train/hopfield"
HEADINGS = ("Network",)
FIELDS = on_page(Link, RECALL)
"""The fields that have a control."""
SEEN = 12
"""So many states of a run stand side by side."""


def _usual() -> dict[str, Any]:
    """What the page opens on: a network whose units take turns, so that its energy can only fall, each one once."""
    system = next(s for s in SYSTEMS.values() if keeps(s) and parts(s.recurrence).turns)
    return {"system": system.name, "tau": system.tau}


@router.get("/api/recall")
def data(request: Request) -> Response:
    """How well a system recalls, by its load."""
    return answer(request, written(asdict(recalled(_asked(request)))), JSON)


def _asked(request: Request) -> Link:
    """The link of a network that keeps patterns."""
    link = parse(request.query_params.multi_items())
    if problem := no_patterns(link):
        raise Problems(problem)
    return link


def recalled(link: Link) -> Recall:
    """How well the link's system recalls, which takes a moment the first time."""
    with TRAININGS.place():
        return recall(link.system, link.seed)


@router.get(PATH)
def page(request: Request) -> Response:
    """The page, with what is wrong with its query at the controls."""
    pairs = request.query_params.multi_items()
    said = {name for name, value in pairs if value}
    if not {"system", "equations"} & said:
        pairs = [(name, str(value)) for name, value in _usual().items() if name not in said] + pairs
    resolved, problems = mended(pairs)
    unkept = _unkept(resolved)
    problems += (unkept,) if unkept and not problems else ()
    found, rows = Asked(dict(pairs), resolved, problems), options()
    controls = [{**control(found, rows[name], RECALL), **OWN.get(name, {})} for name in FIELDS]
    if resolved.link.system not in keeping():
        controls[0]["choices"] = [("", ""), *controls[0]["choices"]]
    html = render(
        "hopfield.html",
        groups={HEADINGS[0]: controls},
        elsewhere=[p for p in problems if field_of(p) not in FIELDS],
        carried=[],
        shown=None if unkept else shown(resolved),
        taus={s.name: s.tau for s in SYSTEMS.values() if keeps(s)},
        pages=PAGES.items(),
        current=PATH,
    )
    if problems:
        return HTMLResponse(html, 422, {"Cache-Control": "no-store"})
    return answer(request, html.encode(), "text/html")


def _unkept(resolved: Resolved) -> Problem | None:
    """What is to be another for there to be patterns that a network keeps."""
    task = resolved.run.loaded.task
    kept = task is not None and task.keeps_patterns
    return no_patterns(resolved.link) or (
        None if kept else Problem(f"what is kept is said by {TASK}", "task", [f"{TASK}:LTX"])
    )


def shown(resolved: Resolved) -> dict[str, Any]:
    """What the page shows of a run: bitmaps with the links that turn their points, the figure, what came of it."""
    link, trace, word = resolved.link, resolved.run.trace, resolved.run.loaded.word
    named = parts(trace.recurrence)
    kept, drawn = parse_patterns((word.about if word else "") or "LTX")
    spoken = [f"Pattern {i + 1}" for i in range(len(kept))]

    def kept_as(i: int, points: Array) -> str:
        return _with(link, [*kept[:i], bitmap_pattern(points), *kept[i + 1 :]], drawn)

    turned = [_map(p, bitmap(p), spoken[i], partial(kept_as, i)) for i, p in enumerate(kept)]
    fresh = next((letter for letter in LETTERS if letter not in kept), "A")
    forward = link.model_copy(update={"phase": "forward"})
    states = [np.asarray(trace.value(f"{named.state}[{t}]")) for t in range(link.tau + 1)]
    noisy = _with(link.model_copy(update={"seed": link.seed + 1}), kept, None)
    return {
        "start": _map("start", states[0], "The start", lambda points: _with(link, kept, bitmap_number(points))),
        "kept": turned,
        "most": MOST_PATTERNS,
        "more": _with(link, [*kept, fresh], drawn) if len(kept) < MOST_PATTERNS else None,
        "fewer": _with(link, kept[:-1], drawn) if len(kept) > 1 else None,
        "noise": noisy,
        "query": query(link),
        "explore": query(forward),
        "figure": query(forward.model_copy(update={"window": "1..tau"})),
        "states": f"{plain_symbol(named.state)}(0) to {plain_symbol(named.state)}({link.tau})",
        "way": _way(states, plain_symbol(named.state)),
        "said": said(trace, states, energies(trace)),
        "rests": rests(trace),
    }


def _way(states: list[Array], name: str) -> list[dict[str, Any]]:
    """The start and each state that is another than the one before, as bitmaps; of very many the first and the last."""
    turned = [0, *(t for t in range(1, len(states)) if not np.array_equal(states[t], states[t - 1]))]
    rows = [*turned[: SEEN - 1], turned[-1]] if len(turned) > SEEN else turned
    return [{"title": f"{name}({t})", "points": [bool(point > 0) for point in states[t]]} for t in rows]


def _with(link: Link, kept: list[str], start: str | None) -> str:
    """The query of a link that keeps other patterns, or starts elsewhere."""
    about = "".join(kept) + (f"@{start}" if start else "")
    return query(link.model_copy(update={"task": f"{TASK}:{about}"}))


def _map(title: str, points: Array, spoken: str, turned: Callable[[Array], str]) -> dict[str, Any]:
    """A bitmap: each point with whether it is on, and the link that turns it."""
    cells = []
    for i, point in enumerate(points):
        other = points.copy()
        other[i] = -point
        where = f"{spoken}, row {i // COLUMNS + 1}, column {i % COLUMNS + 1}"
        cells.append({"on": bool(point > 0), "label": where, "query": turned(other)})
    return {"title": title, "spoken": spoken, "cells": cells}


def said(trace: Trace, states: list[Array], energy: Array) -> str:
    """What came of a run: whether the network rests, and how far from which pattern."""
    kept, last = np.asarray(trace.value(parts(trace.recurrence).memory)), states[-1]
    overlaps = kept @ last
    best, count = int(np.argmax(overlaps)), len(overlaps)
    away = round((len(last) - overlaps[best]) / 2)
    off = f"{away} point{'s' * (away != 1)} away"
    near = f"pattern {best + 1}" if not away else f"no pattern; nearest is pattern {best + 1}, {off}"
    end = f"{'recalls' if not away else 'rests at'} {near}"
    if not rests(trace):
        end = f"after {len(states) - 1} steps it has not come to rest, at {near}. More steps show where it goes"
    fall = f"Energy from {numeral(float(energy[0]))} to {numeral(float(energy[-1]))}."
    return f"{count} pattern{'s' * (count != 1)} in {len(last)} units: {end}. {fall}"


OWN: Mapping[str, Mapping[str, Any]] = {
    "system": {"choices": [*keeping().items()]},
    "task": {"kind": "text", "example": f"{TASK}:LTX", "wide": True},
}
"""Controls that are narrower here than elsewhere."""
