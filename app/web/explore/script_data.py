"""The data that the scripts of a page begin with: the link without its cursor, and the steps of its cursor."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from app.cache import cached
from app.engine.graph import PHASES
from app.engine.training import settable
from app.language import Read, Recurrence
from app.language.typeset import Notation, Typesetter, box_tex, ranks_of
from app.link import Link, Resolved, options, query
from app.outputs import NAMED, file_lead
from app.web.core import usual
from app.web.explore.stepped_link import SteppedLink
from app.web.explore.terms import explained_names, explained_rule, explained_terms

CHUNK = 16
"""The number of panels in one answer to the page's scripts."""


def script_data(link: Link, walk: SteppedLink | None) -> dict[str, Any]:
    """The data of a link; of one that cannot be drawn without steps and variables."""
    run = walk.resolved.run if walk else None
    return {
        "file": {"lead": file_lead(link), "words": NAMED},
        "terms": explained_terms(walk.resolved) if walk else {},
        "names": explained_names(walk.resolved) if walk else {},
        "rule": explained_rule(walk.resolved) if walk else {},
        "parameters": run.recurrence.names("parameter") if run else [],
        "variables": [asdict(row) for row in variables_as_tex(walk.resolved)] if walk else [],
        "settable": _settable_numbers(walk.resolved) if walk else {},
        "notation": _notation_for_scripts(walk.resolved.notation) if walk else {},
        "query": query(link.bare),
        "system": "" if link.equations else link.system,
        "further": list(run.further) if run else [],
        "here": walk.here if walk else 0,
        "chunk": CHUNK,
        "fields": [(name, usual(row, link)) for name, row in options().items()],
        **{phase: [s.at for s in (walk.steps if walk else ()) if s.phase == phase] for phase in PHASES},
    }


def _settable_numbers(resolved: Resolved) -> dict[str, dict[str, Any]]:
    """The arrays whose numbers the link sets as they stand; training moves parameters, and may carry starts along."""
    link, recurrence = resolved.link, resolved.run.recurrence
    found = settable(recurrence, link.tau)
    moved = {*recurrence.names("parameter")} if link.trained else set[str]()
    carried = {name for name, it in found.items() if it.step} if link.trained and link.carry_state else set[str]()
    return {name: asdict(it) for name, it in found.items() if name not in moved | carried}


def _notation_for_scripts(notation: Notation) -> dict[str, str | bool]:
    """What scripts have to know of a notation, to copy numbers in it."""
    return {"time": notation.time, "across": notation.across}


@dataclass(frozen=True)
class VariableTex:
    """A variable as scripts write it when they copy numbers as LaTeX; an indexed one has a value at each step."""

    name: str
    indexed: bool
    tex: str


def variables_as_tex(resolved: Resolved) -> tuple[VariableTex, ...]:
    """Every variable of a link in its notation."""
    return _variables_as_tex(resolved.run.recurrence, resolved.run.of, resolved.notation)


@cached(64)
def _variables_as_tex(recurrence: Recurrence, of: str, notation: Notation) -> tuple[VariableTex, ...]:
    setter = Typesetter(ranks_of(recurrence), of, notation=notation)
    rows = recurrence.variables.items()
    return tuple(VariableTex(n, v.indexed, box_tex(setter.expression(Read(n)))) for n, v in rows)
