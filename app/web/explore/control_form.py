"""The form above the figure, with a control for each field of the link."""

from __future__ import annotations

from dataclasses import dataclass

from app.link import EXPLORE, OWN_PLACE, Link, on_page, options
from app.web.core import (
    CURSOR,
    Control,
    ControlMenu,
    FieldProblem,
    FilledForm,
    controls,
    hidden_fields,
    menus,
    page_address,
)
from app.web.explore.field_problems import problems_by_field, problems_elsewhere
from app.web.explore.system_choice import SystemGroup, system_groups
from app.web.explore.written_system import WrittenSystem, written_system


@dataclass(frozen=True)
class ControlForm:
    """The form as the template reads it."""

    carried: list[tuple[str, str]]
    """The hidden fields: those of the query that have no control here."""
    system: WrittenSystem
    groups: tuple[SystemGroup, ...]
    controls: dict[str, Control]
    menus: tuple[ControlMenu, ...]
    wrong_menu: str
    """The first menu that holds something wrong, which is open: all stand in one place."""
    next_seed: str
    elsewhere: list[FieldProblem]


def control_form(form: FilledForm, link: Link) -> ControlForm:
    """The controls of a query, each with what was written in it and what is wrong with that."""
    problems = problems_by_field(form)
    found = controls(options(), form.written, link, form.resolved, problems)
    all_menus = menus(found)
    return ControlForm(
        carried=hidden_fields(form, (*(problems.keys() - {*on_page(Link, EXPLORE, OWN_PLACE)}), *CURSOR)),
        system=written_system(form, link),
        groups=system_groups(link),
        controls=found,
        menus=all_menus,
        wrong_menu=next((menu.title for menu in all_menus if menu.wrong), ""),
        next_seed=page_address(link.model_copy(update={"seed": (link.seed + 1) % 2**31})),
        elsewhere=problems_elsewhere(form),
    )
