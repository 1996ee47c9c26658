"""Measures the gradients of a link, as data for the API and the page: checks, sizes, reach, truncation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from app.drawing.formats import listed as _list
from app.drawing.scene import largest_entries, scales, symmetric_log
from app.engine.graph import folding
from app.engine.measure import instruments
from app.language import Problems, reads
from app.limits import limit
from app.link import Resolved, afford, afford_parts, effort
from app.outputs.partial import Wanted, all_of_it

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


MEASURED = ("norms", "parameters", "radii", "triangles", "truncation", "strips")
"""The fields of the instruments that can be left out; with `parameters` go those that belong to it."""
BY_STEP = ("parameters", "along", "together", "begins", "enters")


def instruments_json(resolved: Resolved, wanted: Wanted | None = None) -> dict[str, Any]:
    """All measurements of a pass, or some; those that would be too dear are left out, and it is said why."""
    wanted, run = wanted or all_of_it(resolved), resolved.run
    left_out = dict[str, str]()

    def affordable(field: str, make: Callable[[], Any], otherwise: Any) -> Any:
        if not wanted.has(field):
            return otherwise
        try:
            return make()
        except Problems as error:
            left_out[field] = "; ".join(problem.message for problem in error.problems)
            return otherwise

    norms = wanted.named("norms", lambda: instruments.gradient_norms(run.trace), run.recurrence.variables)
    return {
        "of": run.of,
        "tau": run.tau,
        "window": (wanted.first, wanted.last),
        "norms": lists(norms),
        **affordable("parameters", lambda: _by_step(resolved, wanted), {name: {} for name in BY_STEP}),
        "radii": wanted.named("radii", lambda: instruments.spectral_radii(run.recurrence, run.trace.parameters)),
        "triangles": affordable("triangles", lambda: _triangles(resolved, wanted), []),
        "truncation": affordable("truncation", lambda: _truncation_json(resolved, wanted), None) if run.cuts else None,
        **_through_time(resolved, wanted),
        "left_out": left_out,
    }


def measurable(resolved: Resolved) -> frozenset[str]:
    """The fields of the instruments in which something is, known before it is measured: a page leaves room for it."""
    it = resolved.run.recurrence
    what = {
        "strips": _drawn_states(resolved),
        "parameters": it.names("parameter"),
        "triangles": instruments.reached_back(it),
    }
    return frozenset(name for name, of in what.items() if of)


def _triangles(resolved: Resolved, wanted: Wanted) -> list[dict[str, Any]]:
    run = resolved.run
    several = 1 + len(instruments.reached_back(run.recurrence))
    afford(resolved.link, "numbers", several * run.tau**2)
    found = (it for way in (1, -1) for it in instruments.state_jacobians(run.trace, direction=way) if it.states)
    return [_triangle_json(it, wanted) for it in found if any(map(wanted.of, it.states))]


def _by_step(resolved: Resolved, wanted: Wanted) -> dict[str, Any]:
    """The share of each step in the gradient of each parameter, the sum up to it, and the nodes where it enters."""
    run = resolved.run
    afford_parts(resolved.link, run.recurrence)
    names = [name for name in run.recurrence.names("parameter") if wanted.of(name)]
    found = {name: instruments.parts_by_step(run.trace, name) for name in names}
    equations = folding(run.recurrence, run.graph.detail, run.of)
    entering = {e.name: {r.name for r in reads(e.expr)} for e in (*equations.drawn, *equations.hidden)}
    return {
        "parameters": {name: _list(wanted.steps(it.norms)) for name, it in found.items()},
        "along": {name: _list(wanted.steps(it.along)) for name, it in found.items()},
        "together": {name: _list(wanted.steps(it.together)) for name, it in found.items()},
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


def _through_time(resolved: Resolved, wanted: Wanted) -> dict[str, Any]:
    """The drawn states as strips, on the scales of the figure; where it has none, on one of their own."""
    scale, trace = scales(resolved.run.graph, resolved.numbers), resolved.run.trace

    def peaks(arrays: Mapping[str, Any]) -> list[float]:
        return largest_entries(arrays[name] for name in _drawn_states(resolved))

    gradient = scale.gradient if scale.gradient.most else symmetric_log(peaks(trace.gradients))
    shown = [name for name in _drawn_states(resolved) if wanted.has("strips") and wanted.of(name)]
    return {
        "strips": {name: _strip_json(resolved, name, wanted) for name in shown},
        "labels": _labels(resolved),
        "scales": {
            "values": max([scale.value.most, *peaks(trace.values)]),
            "gradients": gradient.most,
        },
        "decades": gradient.decades,
    }


def _strip_json(resolved: Resolved, name: str, wanted: Wanted) -> dict[str, Any]:
    """The columns that begin within the steps that are asked for."""
    found = instruments.state_strip(resolved.run.trace, name)
    columns = [i for i, first in enumerate(found.first) if wanted.first <= first <= wanted.last]
    tables = {"values": _list(found.values[:, columns]), "gradients": _list(found.gradients[:, columns])}
    return {**tables, "first": [found.first[i] for i in columns], "units": found.units}


def _triangle_json(found: instruments.Triangle, wanted: Wanted) -> dict[str, Any]:
    """The triangle thinned to a few steps, the last always among them, with the whole row of the last."""
    thinned = range(len(found.steps))[::-1][:: -(-len(found.steps) // DRAWN)][::-1]
    few = [i for i in thinned if wanted.first <= found.steps[i] <= wanted.last]
    below = [instruments.first_below(found.norms[i, i::-1], SHARE, _distances_back(found.steps, i)) for i in few]
    return {
        "states": found.states,
        "steps": [found.steps[i] for i in few],
        "norms": _list(found.norms[np.ix_(few, few)]),
        "below": below,
        "sampled": found.sampled or len(thinned) < len(found.steps),
        "distances": found.distances,
        "back": _list(found.back),
        "first_below": below[-1] if below else None,
    }


def _distances_back(steps: Sequence[int], i: int) -> list[int]:
    """How far each step is from one, itself first."""
    return [abs(steps[i] - k) for k in reversed(steps[: i + 1])]


def _truncation_json(resolved: Resolved, wanted: Wanted) -> dict[str, Any]:
    run = resolved.run
    found = instruments.truncation_loss(run.recurrence, run.tau, run.bindings, run.of, run.cuts)
    return {
        "cuts": found.cuts,
        "parameters": {name: _removed_json(it) for name, it in found.parameters.items() if wanted.of(name)},
        "states": {name: _removed_json(it, wanted.steps) for name, it in found.states.items() if wanted.of(name)},
    }


def _removed_json(it: instruments.Removed, steps: Callable[[Any], Any] = np.asarray) -> dict[str, Any]:
    return {"norm": _list(steps(it.norm)), "lost": _list(steps(it.lost)), "share": _list(steps(it.share))}


def lists(arrays: Mapping[str, ArrayLike]) -> dict[str, Any]:
    """Arrays by name as nested lists."""
    return {name: _list(array) for name, array in arrays.items()}
