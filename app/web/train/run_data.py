"""The data that the scripts of the training page begin with: the link, and the shapes of what a run will send."""

from __future__ import annotations

from math import prod
from typing import Any

from app.engine.training import fed, predicted_variable, target_variable
from app.language import Problems, Recurrence
from app.link import Resolved, Training, options, query
from app.systems import SYSTEMS
from app.systems.tasks import data_slots, input_sequences
from app.web.core import rooted, usual
from app.web.train.navigation import PATH
from app.web.train.training_form import TrainingForm

LENGTHS = (3, 10, 40, 200)
"""The lengths at which a trained network is tried."""
FREE = 40
"""Over so many steps it is tried on its own output."""


def run_data(form: TrainingForm) -> dict[str, Any]:
    """The data of a form; of one that leaves no training without the shapes of its run."""
    link, resolved = form.link, form.resolved
    assert isinstance(link, Training)
    lengths = _lengths(resolved) if resolved else [*LENGTHS]
    known = options() | {"steps": options(Training)["steps"]}
    return {
        "query": query(link, Training),
        "system": "" if link.equations else link.system,
        "path": rooted(PATH),
        "fields": [(name, usual(row, link)) for name, row in known.items()],
        "first": link.trained,
        "steps": link.steps,
        "tau": link.tau,
        "lengths": lengths,
        "feeds": own_output_feeds(resolved) if resolved and FREE in lengths else [],
        "taus": {s.name: s.tau for s in SYSTEMS.values()},
        "run": _run_shapes(resolved) if resolved else None,
    }


def _lengths(resolved: Resolved) -> list[int]:
    """The lengths that the data allow: of those whose numbers the text has there are no more steps."""
    recurrence = resolved.run.recurrence
    data = {it for it in recurrence.names("given") if recurrence.variables[it].indexed}
    written = (len(it.entries) for it in recurrence.initials if it.entries is not None and it.name in data)
    most = min(written, default=LENGTHS[-1]) if resolved.run.loaded.task_name is None else LENGTHS[-1]
    return [length for length in LENGTHS if length <= most]


def own_output_feeds(resolved: Resolved) -> list[str]:
    """The inputs that the network's own output can replace, as `x:o`."""
    recurrence = resolved.run.recurrence
    output = predicted_variable(recurrence)
    return [f"{x}:{output}" for x in recurrence.names("given") if output and _can_be_fed(recurrence, x, output)]


def _can_be_fed(recurrence: Recurrence, name: str, output: str) -> bool:
    """True if the network still works with the parameters that it has, in their shapes."""
    try:
        found = fed(recurrence, f"{name}:{output}")
    except Problems:
        return False
    return all(found.shape(parameter) == recurrence.shape(parameter) for parameter in recurrence.names("parameter"))


def _run_shapes(resolved: Resolved) -> dict[str, Any]:
    """The shape of a step's prediction and target, and the parameters with theirs."""
    recurrence, link, said = resolved.run.recurrence, resolved.link, resolved.notation
    name, target = predicted_variable(recurrence), target_variable(recurrence)
    indexed = name is not None and recurrence.variables[name].indexed
    symbols = resolved.run.loaded.data(link.tau, link.seed).symbols.get(target or "", ())
    parameters = recurrence.names("parameter")
    return {
        "said": name,
        "plain": said.plain(name) if name else "",
        "target": target,
        "points": link.tau if indexed else 1,
        "indexed": indexed,
        "scored": "loss" in recurrence.variables,
        "size": prod(recurrence.shape(name)) if name else 0,
        "classes": any(slot.classes for slot in data_slots(recurrence, "target")),
        "symbols": list(symbols),
        "letters": bool(symbols) and all(len(symbol) == 1 for symbol in symbols),
        "parameters": [{"name": n, "plain": said.plain(n), "shape": list(recurrence.shape(n))} for n in parameters],
        "heard": [slot.name for slot in input_sequences(recurrence) if prod(slot.shape) == 1],
    }
