"""The systems as a page offers them: by what they are for, in the order of their story, and the way on from each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.cache import cached
from app.link import Link, field_rows, query
from app.systems import SYSTEMS, System
from app.web.core import CHOSEN, page_address

THEMES = ("light", "dark")
"""Both pictures are on the page; its style sheet shows one."""


@dataclass(frozen=True)
class OfferedSystem:
    """A system by its question and the picture of two steps; `pictures` has an address for each theme."""

    name: str
    title: str
    question: str
    href: str
    pictures: Mapping[str, str]


@dataclass(frozen=True)
class SystemGroup:
    """Systems that are for much the same."""

    title: str
    systems: tuple[OfferedSystem, ...]


@dataclass(frozen=True)
class StoryPlace:
    """Where in the story of all systems a page is: a sentence, a thing to try, the systems before and after."""

    number: int
    total: int
    group: str
    question: str
    idea: str
    to_try: str
    trying: str
    """The address of the page on which it is tried."""
    before: OfferedSystem | None
    after: OfferedSystem | None


def system_groups(link: Link) -> tuple[SystemGroup, ...]:
    """Every system by groups; its address keeps of a link what has a meaning with it."""
    groups = groupby(SYSTEMS.values(), lambda row: row.group)
    return tuple(SystemGroup(title, tuple(_offered(row, link) for row in rows)) for title, rows in groups)


def story_place(link: Link) -> StoryPlace | None:
    """The place of a link's system; None for equations of one's own."""
    if link.equations is not None:
        return None
    rows = [*SYSTEMS.values()]
    nth = [*SYSTEMS].index(link.system)
    row = rows[nth]
    before, after = (_offered(rows[i], link) if 0 <= i < len(rows) else None for i in (nth - 1, nth + 1))
    trying = page_address(_tried(row, link))
    return StoryPlace(nth + 1, len(rows), row.group, row.question, row.idea, row.to_try, trying, before, after)


def _tried(row: System, link: Link) -> Link:
    """The link on which is done what there is to try: from its beginning, or at the end of a pass."""
    instead = {"system": Link().system} if "equations" in row.trying else {}
    trying = {
        name: value.format(tau=link.tau) if isinstance(value, str) else value for name, value in row.trying.items()
    }
    return Link.model_validate({**link.model_dump(), **instead, "at": None, **trying})


def _offered(row: System, link: Link) -> OfferedSystem:
    return OfferedSystem(row.name, row.title, row.question, _address_of(row.name, link), _pictures(row.name))


def _address_of(name: str, link: Link) -> str:
    """The address at which another system takes the place of a link's."""
    kept = (field for field, row in field_rows(Link).items() if "system" not in row.dropped_by)
    return _address_with(name, tuple((field, getattr(link, field)) for field in kept))


@cached(512)
def _address_with(name: str, kept: tuple[tuple[str, Any], ...]) -> str:
    """The address of a system with what is kept of a link, which most changes leave as it was."""
    return f"/?{'&'.join(filter(None, (query(Link.model_construct(**dict([*kept, ('system', name)]))), f'{CHOSEN}=')))}"


@cached(lasting=True)
def _pictures(name: str) -> Mapping[str, str]:
    """Two steps with what they compute, without what they are judged by: so that they can be told apart when small."""
    rows = "&rows=-target,-loss" if SYSTEMS[name].trains else ""
    return {theme: f"/figure.svg?system={name}&tau=2&phase=forward&theme={theme}{rows}" for theme in THEMES}
