"""The recall of a pattern as the page shows it: bitmaps to turn points in, the states from the start on, a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.arrays import Array
from app.drawing.plots import PlotPlaces
from app.engine import Trace
from app.language.typeset import numeral
from app.link import TASK, Link, Resolved, energies, query, recall_names, rests
from app.outputs import energy_places, recall_places
from app.systems.tasks import COLUMNS, LETTERS, MOST_PATTERNS, bitmap, bitmap_number, bitmap_pattern, parse_patterns

SEEN = 12
"""At most this many states of a run stand side by side."""


FITS = {"roomy": "16:9", "slim": "column"}
"""The box that the unfolded graph fills, by how wide the page is."""


@dataclass(frozen=True)
class BitmapPoint:
    """A point of a bitmap. `query` is that of the link in which the point is turned."""

    on: bool
    label: str
    query: str


@dataclass(frozen=True)
class EditableBitmap:
    """A pattern, or the start, whose points can be turned."""

    title: str
    spoken: str
    cells: list[BitmapPoint]


@dataclass(frozen=True)
class StateBitmap:
    """A state of the run."""

    title: str
    points: list[bool]


@dataclass(frozen=True)
class RecallView:
    """A run as the template reads it; the fields with a query in them name what its link changes."""

    start: EditableBitmap
    kept: list[EditableBitmap]
    most: int
    more: str | None
    fewer: str | None
    noise: str
    query: str
    explore: str
    figures: dict[str, str]
    """On a page with room beside it and on a narrow one, which it fits in lines with its legend."""
    states: str
    way: list[StateBitmap]
    places: dict[str, PlotPlaces]
    """Where the plots of the energy and of the recall answer."""
    said: str
    rests: bool


def recall_view(resolved: Resolved) -> RecallView:
    """The view of a link whose network keeps patterns."""
    link, trace, word = resolved.link, resolved.run.trace, resolved.run.loaded.word
    state = recall_names(trace.recurrence).state
    kept, drawn = parse_patterns((word.about if word else "") or "LTX")
    states = [np.asarray(trace.value(f"{state}[{t}]")) for t in range(link.tau + 1)]
    fresh = next((letter for letter in LETTERS if letter not in kept), "A")
    forward, said = link.model_copy(update={"phase": "forward"}), resolved.notation

    def with_pattern(i: int, points: Array) -> str:
        return _query_of(link, [*kept[:i], bitmap_pattern(points), *kept[i + 1 :]], drawn)

    def with_start(points: Array) -> str:
        return _query_of(link, kept, bitmap_number(points))

    return RecallView(
        start=_editable_bitmap("start", states[0], "The start", with_start),
        kept=[
            _editable_bitmap(name, bitmap(pattern), f"Kept: {name}", partial(with_pattern, i))
            for i, (name, pattern) in enumerate(zip(pattern_names(kept), kept, strict=True))
        ],
        most=MOST_PATTERNS,
        more=_query_of(link, [*kept, fresh], drawn) if len(kept) < MOST_PATTERNS else None,
        fewer=_query_of(link, kept[:-1], drawn) if len(kept) > 1 else None,
        noise=_query_of(link.model_copy(update={"seed": link.seed + 1}), kept, None),
        query=query(link),
        explore=query(forward),
        figures={name: query(forward.model_copy(update={"fit": fit})) for name, fit in FITS.items()},
        states=f"{said.plain(state, 0)} to {said.plain(state, link.tau)}",
        way=_distinct_states(states, lambda t: said.plain(state, t)),
        places={"energy": energy_places(resolved), "recall": recall_places()},
        said=recall_sentence(trace, states, energies(trace), pattern_names(kept)),
        rests=rests(trace),
    )


def _query_of(link: Link, kept: list[str], start: str | None) -> str:
    """The query of a link with other patterns, or another start."""
    about = "".join(kept) + (f"@{start}" if start else "")
    return query(link.model_copy(update={"task": f"{TASK}:{about}"}))


def _editable_bitmap(title: str, points: Array, spoken: str, turned: Callable[[Array], str]) -> EditableBitmap:
    """A bitmap with a link for each point; `turned` makes a query of other points."""
    cells = []
    for i, point in enumerate(points):
        other = points.copy()
        other[i] = -point
        label = f"{spoken}, row {i // COLUMNS + 1}, column {i % COLUMNS + 1}"
        cells.append(BitmapPoint(bool(point > 0), label, turned(other)))
    return EditableBitmap(title, spoken, cells)


def _distinct_states(states: list[Array], called: Callable[[int], str]) -> list[StateBitmap]:
    """The start and each state that differs from the one before; of more than `SEEN` the first ones and the last."""
    turned = [0, *(t for t in range(1, len(states)) if not np.array_equal(states[t], states[t - 1]))]
    shown = [*turned[: SEEN - 1], turned[-1]] if len(turned) > SEEN else turned
    return [StateBitmap(called(t), [bool(point > 0) for point in states[t]]) for t in shown]


def pattern_names(kept: Sequence[str]) -> list[str]:
    """What kept patterns are called: a letter by itself, one that is drawn by its place."""
    return [pattern if pattern in LETTERS else f"pattern {i}" for i, pattern in enumerate(kept, 1)]


def recall_sentence(trace: Trace, states: list[Array], energy: Array, names: Sequence[str]) -> str:
    """The outcome of a run in words: the pattern nearest to the last state, if the network rests there, the energy.

    `names` are those of the patterns.
    """
    kept, last = np.asarray(trace.value(recall_names(trace.recurrence).memory)), states[-1]
    about = f"{len(kept)} pattern{'s' * (len(kept) != 1)} in {len(last)} units"
    if not np.isfinite(last).all():
        return f"{about}: the last state is no numbers, so nothing is recalled."
    overlaps = kept @ last
    away = round((len(last) - overlaps.max()) / 2)
    best = [*dict.fromkeys(names[int(i)] for i in np.flatnonzero(overlaps == overlaps.max()))]
    off = f"{away} point{'s' * (away != 1)} away"
    nearest = best[0]
    if away:
        nearest = f"no pattern; nearest {'is' if len(best) == 1 else 'are'} {' and '.join(best)}, {off}"
    end = f"{'recalls' if not away else 'rests at'} {nearest}"
    if not rests(trace):
        end = f"after {len(states) - 1} steps it has not come to rest, at {nearest}. More steps show where it goes"
    fall = f"Energy from {numeral(float(energy[0]))} to {numeral(float(energy[-1]))}."
    return f"{about}: {end}. {fall}"
