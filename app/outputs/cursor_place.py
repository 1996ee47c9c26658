"""Says as data where the cursor of a link is: what the pass has reached there, and in the update what came of it."""

from __future__ import annotations

from math import prod
from typing import Any

from app.drawing.formats import listed as _list
from app.engine.training import LastAct
from app.language import MOVED, AfterUpdate
from app.link import Resolved, afford, afford_parts


def cursor_json(resolved: Resolved) -> dict[str, Any]:
    """The steps of the pass, and the place of the cursor among them."""
    it, run = resolved.cursor, resolved.run
    if it.gathered:
        afford_parts(resolved.link, run.recurrence)
    afford(resolved.link, "numbers", _numbers_of_update(resolved))
    nodes, edges = [n.id for n in run.graph.nodes], [e.id for e in run.graph.edges]
    return {
        "steps": [step._asdict() for step in run.steps],
        "phase": it.phase,
        "at": it.at,
        "valued": [id for id in nodes if id in it.valued],
        "graded": [id for id in nodes if id in it.graded],
        "flowed": [id for id in edges if id in it.flowed],
        "lit": [id for id in edges if id in it.lit],
        **_update(resolved),
    }


def _numbers_of_update(resolved: Resolved) -> int:
    """How many numbers the place has of an update."""
    shapes, tau = resolved.run.recurrence.shape, resolved.run.tau
    gathered = sum(prod(shapes(name)) for name in resolved.cursor.gathered)
    return 2 * tau * gathered + 5 * gathered


def _update(resolved: Resolved) -> dict[str, Any]:
    """What the update has come to: gradients that are together, parameters that have moved, the losses."""
    reached = resolved.cursor.updated
    if not reached:
        return {"gathered": {}, "moved": {}, "losses": None}
    act = resolved.run.last_act
    names = [name for name in resolved.run.graph.gathering if name in resolved.cursor.gathered]
    return {
        "gathered": {name: _gathered(act, name) for name in names},
        "moved": _moved(act) if MOVED in reached else {},
        "losses": _losses(act) if AfterUpdate(resolved.run.of) in reached else None,
    }


def _gathered(act: LastAct, name: str) -> dict[str, Any]:
    it = act.gathered(name)
    arrays = {"parts": _list(it.parts), "lost": _list(it.lost), "gradient": _list(it.whole)}
    return {"steps": list(it.steps)} | arrays


def _moved(act: LastAct) -> dict[str, Any]:
    return {
        name: {part: _list(getattr(move, part)) for part in ("before", "gradient", "way", "after")}
        for name, move in act.update.moves.items()
    }


def _losses(act: LastAct) -> dict[str, Any]:
    it = act.update
    return {"before": it.before, "again": it.again, "following": it.following, "fed_anew": it.fed_anew}
