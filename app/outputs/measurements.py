"""Measures the gradients of a link, as data for the API and the page: checks, sizes, reach, truncation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from app.drawing.formats import listed as _list
from app.drawing.scene import largest_entries, scales, symmetric_log
from app.engine.graph import folding
from app.engine.measure import instruments
from app.language import reads
from app.limits import limit
from app.link import Resolved, afford, afford_parts, effort

ENTRIES = 500
"""The most entries that one gradient check compares."""
DRAWN = 240
"""No triangle has more rows than this."""
SHARE = 0.01
"""A gradient that is below this share of what it was is as good as gone."""
NO_KINK = {"operation": None, "at": None, "why": None}
"""Of an entry without a derivative for which no operation can be told."""


def gradient_check_json(resolved: Resolved) -> dict[str, Any]:
    """Compare adjoints with finite differences, for as many entries as cost one pass at the limit of work."""
    run = resolved.run
    forward = max(effort(resolved.link, run.recurrence) // 3, 1)
    most = min(ENTRIES, max(limit("work") // (instruments.PASSES * forward), 1))
    check = instruments.gradient_check(run.trace, most)
    return {
        "of": run.of,
        "ok": check.ok,
        "worst": check.worst,
        "tolerance": check.tolerance,
        "names": dict(check.by_name),
        "checked": check.checked,
        "entries": check.entries,
        "rounded": check.rounded,
        "not_differentiable": [_entry_json(found) for found in check.not_differentiable],
    }


def _entry_json(found: instruments.NotDifferentiable) -> dict[str, Any]:
    kink = found.kink
    said = {"operation": kink.operation, "at": kink.at, "why": kink.words} if kink else NO_KINK
    return {"name": found.name, "entry": found.entry} | said


def instruments_json(resolved: Resolved) -> dict[str, Any]:
    """All measurements of a pass."""
    run, recurrence = resolved.run, resolved.run.recurrence
    shapes = {name: recurrence.shape(name) for name in recurrence.names("parameter")}
    afford_parts(resolved.link, recurrence)
    several = 1 + len(instruments.reached_back(recurrence))
    afford(resolved.link, "numbers", several * run.tau**2 + run.tau * len(recurrence.variables))
    triangles = [found for way in (1, -1) for found in instruments.state_jacobians(run.trace, direction=way)]
    return {
        "of": run.of,
        "tau": run.tau,
        "norms": lists(instruments.gradient_norms(run.trace)),
        **_by_step(resolved, shapes),
        "radii": instruments.spectral_radii(recurrence, run.trace.parameters),
        "triangles": [_triangle_json(found) for found in triangles if found.states],
        "truncation": _truncation_json(resolved) if run.cuts else None,
        **_through_time(resolved),
    }


def _by_step(resolved: Resolved, names: Iterable[str]) -> dict[str, Any]:
    """The share of each step in the gradient of each parameter, the sum up to it, and the nodes where it enters."""
    run = resolved.run
    found = {name: instruments.parts_by_step(run.trace, name) for name in names}
    equations = folding(run.recurrence, run.graph.detail, run.of)
    entering = {e.name: {r.name for r in reads(e.expr)} for e in (*equations.drawn, *equations.hidden)}
    return {
        "parameters": {name: _list(it.norms) for name, it in found.items()},
        "along": {name: _list(it.along) for name, it in found.items()},
        "together": {name: _list(it.together) for name, it in found.items()},
        "begins": {name: it.begins for name, it in found.items()},
        "enters": {name: [v for v, read in entering.items() if name in read] for name in found},
    }


def norms_json(resolved: Resolved) -> dict[str, Any]:
    """The size of the gradient of each drawn state at every step, to be compared with other systems."""
    found, states = instruments.gradient_norms(resolved.run.trace), _drawn_states(resolved)
    return {"states": states, "labels": _labels(resolved), "norms": lists({name: found[name] for name in states})}


def _drawn_states(resolved: Resolved) -> list[str]:
    """The drawn states, first those that a loop reaches back to."""
    run = resolved.run
    drawn, back = folding(run.recurrence, run.graph.detail, run.of), instruments.reached_back(run.recurrence)
    names = (e.name for e in drawn.drawn if e.indexed and e.name not in drawn.parts)
    timed = [name for name in names if name in run.recurrence.variables]
    states = [name for name in timed if name in back or drawn.kinds[name] == "state"] or timed
    return sorted(states, key=lambda name: name not in back)


def _labels(resolved: Resolved) -> dict[str, str]:
    run, said = resolved.run, resolved.notation
    return {name: said.plain(name) for name in run.recurrence.variables} | {run.of: said.node(run.of)}


def _through_time(resolved: Resolved) -> dict[str, Any]:
    """The drawn states as strips, on the scales of the figure; where it has none, on one of their own."""
    scale, trace = scales(resolved.run.graph, resolved.numbers), resolved.run.trace

    def peaks(arrays: Mapping[str, Any]) -> list[float]:
        return largest_entries(arrays[name] for name in _drawn_states(resolved))

    gradient = scale.gradient if scale.gradient.most else symmetric_log(peaks(trace.gradients))
    return {
        "strips": {name: _strip_json(resolved, name) for name in _drawn_states(resolved)},
        "labels": _labels(resolved),
        "scales": {
            "values": scale.value.most or max(peaks(trace.values), default=0.0),
            "gradients": gradient.most,
        },
        "decades": gradient.decades,
    }


def _strip_json(resolved: Resolved, name: str) -> dict[str, Any]:
    found = instruments.state_strip(resolved.run.trace, name)
    tables = {"values": _list(found.values), "gradients": _list(found.gradients)}
    return {**tables, "first": found.first, "units": found.units}


def _triangle_json(found: instruments.Triangle) -> dict[str, Any]:
    """The triangle thinned to a few steps, the last always among them, with the whole row of the last."""
    few = range(len(found.steps))[::-1][:: -(-len(found.steps) // DRAWN)][::-1]
    below = [instruments.first_below(found.norms[i, i::-1], SHARE, _distances_back(found.steps, i)) for i in few]
    return {
        "states": found.states,
        "steps": [found.steps[i] for i in few],
        "norms": _list(found.norms[np.ix_(few, few)]),
        "below": below,
        "sampled": found.sampled or len(few) < len(found.steps),
        "distances": found.distances,
        "back": _list(found.back),
        "first_below": below[-1],
    }


def _distances_back(steps: Sequence[int], i: int) -> list[int]:
    """How far each step is from one, itself first."""
    return [abs(steps[i] - k) for k in reversed(steps[: i + 1])]


def _truncation_json(resolved: Resolved) -> dict[str, Any]:
    run = resolved.run
    found = instruments.truncation_loss(run.recurrence, run.tau, run.bindings, run.of, run.cuts)
    parts = {"parameters": found.parameters, "states": found.states}
    lost = {
        part: {n: {"norm": _list(r.norm), "lost": _list(r.lost), "share": _list(r.share)} for n, r in of.items()}
        for part, of in parts.items()
    }
    return {"cuts": found.cuts} | lost


def lists(arrays: Mapping[str, ArrayLike]) -> dict[str, Any]:
    """Arrays by name as nested lists."""
    return {name: _list(array) for name, array in arrays.items()}
