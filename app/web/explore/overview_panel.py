"""Introduces a system before the first step: its title, its equations, and its last state written out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from app.cache import cached
from app.drawing.scene import node_in_words
from app.engine import Trace
from app.engine.graph import notated
from app.language import Recurrence, parse_node
from app.language.typeset import Notation, recurrence_mathml
from app.link import Resolved
from app.web.core import page_address
from app.web.explore.link_summary import described_data
from app.web.explore.written_out import written_out


@dataclass(frozen=True)
class WayToDraw:
    """Data by its name, and the node and the page at which it is drawn."""

    name: str
    node: str
    href: str


@dataclass(frozen=True)
class OverviewPanel:
    """The panel of step 0, as the template reads it."""

    title: str
    seen: str
    """What is seen, in a sentence."""
    about: str
    source: str
    equations: tuple[Markup, ...]
    nested: tuple[Markup, ...]
    drawn: tuple[WayToDraw, ...]
    """The data that can be drawn, step by step."""
    first: str
    """The node of the first step."""
    phase: str = "overview"


def overview_panel(resolved: Resolved) -> OverviewPanel:
    """The overview of a link's system; one's own equations have neither words about them nor a source."""
    run, system = resolved.run, resolved.run.system
    return OverviewPanel(
        title=shown_title(resolved),
        seen=_seen(resolved),
        about=system.about if system else "",
        source=system.source if system else "",
        equations=typeset_recurrence(run.recurrence, resolved.notation),
        nested=_last_state_written_out(run.trace, resolved.notation),
        drawn=tuple(_ways_to_draw(resolved)),
        first=node_in_words(notated(run.graph, resolved.notation), run.steps[0].at) if run.steps else "",
    )


def shown_title(resolved: Resolved) -> str:
    """The title of a link's system."""
    system = resolved.run.system
    return system.title if system else "Your own equations"


def _seen(resolved: Resolved) -> str:
    """How long the run is, what is given in it, and that all else waits to be computed."""
    run, said = resolved.run, resolved.notation
    run_of = "A single step" if run.tau == 1 else f"A run of {run.tau} steps, the same equations at each"
    given = dict.fromkeys(said.plain(node.var) for node in run.graph.nodes if node.kind in ("input", "target"))
    if not given:
        return f"{run_of}: nothing is fed in, and from the start on all is computed as you step."
    *others, last = given
    names = f"{', '.join(others)} and {last} are" if others else f"{last} is"
    return f"{run_of}: {names} given ({described_data(resolved)}), all else is computed as you step."


def _ways_to_draw(resolved: Resolved) -> Iterator[WayToDraw]:
    """The page at the first step of all that is given."""
    known = set[str]()
    for step in resolved.run.steps:
        name = parse_node(step.at).name
        if step.phase != "forward" or name in known or name not in resolved.run.recurrence.names("given"):
            continue
        known.add(name)
        at = resolved.link.model_copy(update={"phase": "forward", "at": step.at})
        yield WayToDraw(resolved.notation.plain(name), step.at, page_address(at))


@cached(64)
def typeset_recurrence(recurrence: Recurrence, notation: Notation) -> tuple[Markup, ...]:
    """Every line of a recurrence as a display."""
    return tuple(map(Markup, recurrence_mathml(recurrence, notation)))


def _last_state_written_out(trace: Trace, notation: Notation) -> tuple[Markup, ...]:
    """The state at τ as nested calls, where the recurrence has a single state."""
    lines = (
        written_out(trace, f"{n}[{trace.tau}]", notation) for n, v in trace.recurrence.variables.items() if v.indexed
    )
    return next(filter(None, lines), ())
