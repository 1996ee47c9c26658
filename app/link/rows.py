"""What a field of the link says of itself: how far it reaches, what it needs, where its control stands.

Whatever sorts the fields (keys of caches, pages, names of files, the scripts of the page) reads these rows, so that a
new field is one row. What a field means and which values it takes is in its description and its type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.cache import cached
from app.language import Problem, Subject


class FieldStage(IntEnum):
    """The first thing that a field decides on the way from a link to its figure; all that comes later follows it.

    Two links that agree in the fields up to a stage share everything that is made up to there.
    """

    SYSTEM = 1
    """The equations with their sizes, and the task that feeds them."""
    DATA = 2
    """The numbers that go in: how many steps, the data, the parameters before any training."""
    RUN = 3
    """How the parameters move while they are trained."""
    PASS = 4
    """Which pass is looked at, and as which graph."""
    CURSOR = 5
    """How far that pass has come."""
    PICTURE = 6
    """How it is drawn and written; no number depends on it."""


Change = Literal["system", "network", "equations", "beside"]
"""Another system is chosen to be looked at, or to be trained as the link says; the equations are edited; the same data
is fed to another system beside this one."""

Check = Callable[[BaseModel, str], Problem | None]
"""(link, name of the field) → what is wrong with the field beside the others."""

FIRST_ROW, OWN_PLACE = "first row", "own place"
"""On the page of a figure: always in sight; and the editor with the sizes."""
EXPLORE, TRAIN, ANYWHERE, MEMORY, RECALL, FAR_BACK = "explore", "train", "anywhere", "memory", "recall", "far back"
"""The pages that have controls."""


@dataclass(frozen=True)
class Placement:
    """Where a page has the control of a field: under which heading, what it is called and shows while it is empty.

    Controls of a heading stand in the order of the fields of the link; `order` moves one before or behind the others.
    `slider` is from, to and by how much; the number beside it goes on to the limit.
    """

    page: str
    heading: str
    order: int = 0
    label: str = ""
    empty: str = ""
    slider: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class FieldRow:
    """What is known of a field beside its type, its default and its meaning.

    `label` is what controls call it where that is not its name. `dropped_by` are the changes that leave its value
    without a meaning; an edit of the equations, and another system, leave what `fitting` keeps. `keeps_cursor`: its
    pass has much the same steps whatever its value, so the cursor stays where it is. `after_training`: it is about what
    comes after a training, and a training has none. `several`: it says several things, with commas between them.
    `of_names`: these, or all of it, are about names of the equations, and follow where an edit calls these otherwise.
    `file_word`: its place among the words of a file's name, 0 for none. `about`: what the engine and the drawing say is
    wrong where it is.
    """

    stage: FieldStage
    label: str = ""
    placements: tuple[Placement, ...] = ()
    checks: tuple[Check, ...] = ()
    dropped_by: tuple[Change, ...] = ("system",)
    keeps_cursor: bool = False
    after_training: bool = False
    several: bool = False
    of_names: bool = False
    file_word: int = 0
    about: Subject | None = None

    def on(self, page: str) -> Placement | None:
        """Its control on a page."""
        return next((place for place in self.placements if place.page == page), None)


def row_of(info: FieldInfo) -> FieldRow:
    """The row that a field of a model carries."""
    return next(part for part in info.metadata if isinstance(part, FieldRow))


@cached()
def field_rows(model: type[BaseModel]) -> Mapping[str, FieldRow]:
    """The rows of all fields, by name."""
    return MappingProxyType({name: row_of(info) for name, info in model.model_fields.items()})


@cached()
def defaults(model: type[BaseModel]) -> Mapping[str, Any]:
    """What every field is unless it is said."""
    return MappingProxyType({name: info.get_default() for name, info in model.model_fields.items()})


@cached()
def defaults_after(model: type[BaseModel], stage: FieldStage) -> Mapping[str, Any]:
    """The defaults of all fields later than a stage."""
    later = {name: defaults(model)[name] for name, row in field_rows(model).items() if row.stage > stage}
    return MappingProxyType(later)


@cached()
def checks_of(model: type[BaseModel]) -> tuple[tuple[str, Check], ...]:
    """Every check of the fields, with the field that it is about."""
    return tuple((name, check) for name, row in field_rows(model).items() for check in row.checks)


def at_stage(model: type[BaseModel], stage: FieldStage) -> tuple[str, ...]:
    """The fields of a stage."""
    return tuple(name for name, row in field_rows(model).items() if row.stage is stage)


def on_page(model: type[BaseModel], page: str, heading: str | None = None) -> tuple[str, ...]:
    """The fields that have a control on a page, or under one of its headings, as they stand there."""
    found = ((name, row.on(page)) for name, row in field_rows(model).items())
    placed = [(place.order, name) for name, place in found if place and heading in (None, place.heading)]
    return tuple(name for _, name in sorted(placed, key=lambda it: it[0]))


def explore(heading: str, **more: Any) -> Placement:
    """On the page of a figure."""
    return Placement(EXPLORE, heading, **more)


def training(heading: str, *beside: str, **more: Any) -> tuple[Placement, ...]:
    """On the page of a training, and alike on the pages `beside` it."""
    return tuple(Placement(page, heading, **more) for page in (TRAIN, *beside))
