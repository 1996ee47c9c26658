"""Reads the query of a page as a form: every field as it was written, right or wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.language import Problem, Problems, parse, with_lines
from app.language.pasted import read_pasted
from app.limits import limit
from app.link import (
    FieldStage,
    LeftOut,
    Link,
    Resolved,
    at_stage,
    field_at_fault,
    mended,
    of_another_program,
    of_another_system,
    of_edited,
    query,
)
from app.web.core.admission import TRAININGS

CURSOR = at_stage(Link, FieldStage.CURSOR)
"""The fields that a form leaves out: its answer shows the whole pass."""
EDIT = "edit"
"""What the editor of the equations adds to its query: lines to be written into them, or nothing. A system in the query
is then the one whose equations they were."""
BEFORE = "before"
"""What it adds where the equations were one's own: the text that they were."""
CHOSEN = "chosen"
"""What a link to another system adds to the query of this one, so that what has no meaning there is left out; a program
that was pasted in place of all that stood in the editor adds it too."""


EMPTIED = LeftOut("equations", "without a line", "those of the system stand here again")
"""What is said where an editor was emptied: a link without equations is one of a system."""


@dataclass(frozen=True)
class FilledForm:
    """The fields of a query as they were written, the link that is left without the wrong ones, and their problems.

    `left` are fields that had a meaning before the equations were edited, `read_as` is what these were before they
    were read as the language.
    """

    written: Mapping[str, str]
    resolved: Resolved | None
    problems: tuple[Problem, ...]
    left: tuple[LeftOut, ...] = ()
    read_as: str = ""


def read_form(pairs: Iterable[tuple[str, str]]) -> FilledForm:
    """The form of a query. `resolved` is None where the equations are wrong, or a field that it leaves out."""
    written = dict(pairs)
    with TRAININGS.place() if written.get("trained") else nullcontext():
        return filled_form(written, Link)


def filled_form(asked: Mapping[str, str], model: type[Link]) -> FilledForm:
    """The form of a query's fields; after an edit, or with another system, without what has no meaning any more."""
    asked, read_as = _read_in_language(asked) if EDIT in asked else (asked, "")
    written, left = _fitting(asked, model)
    resolved, problems = mended(written.items(), model)
    wrong = {field_of(p) for p in problems}
    drawn = "equations" not in wrong and wrong <= written.keys()
    return FilledForm(written, resolved if drawn else None, problems, left, read_as)


def edited_query(asked: Mapping[str, str], form: FilledForm, model: type[Link] = Link) -> str | None:
    """The query of a link that was made of another one, where its page has nothing else to say of that."""
    told = form.resolved is None or form.problems or form.left or form.read_as
    if told or form.resolved is None or not asked.keys() & {EDIT, CHOSEN}:
        return None
    return query(form.resolved.link, model)


def _read_in_language(asked: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
    """The fields with equations that are run as they were pasted, if all of them can be read; and what they were.

    That such a text stands in place of all that was there scripts tell; where there are none the text itself does.
    """
    text = asked.get("equations", "").replace("\r\n", "\n")
    if asked[EDIT] or len(text) > limit("pasted") or _is_in_language(text):
        return asked, ""
    reading = read_pasted(text)
    if not reading.foreign or reading.problems:
        return asked, ""
    another = {CHOSEN: ""} if reading.another_program else {}
    return {**asked, **another, "equations": reading.text}, reading.kind


def _is_in_language(text: str) -> bool:
    try:
        return bool(parse(text).equations)
    except Problems:
        return False


def _fitting(asked: Mapping[str, str], model: type[Link]) -> tuple[Mapping[str, str], tuple[LeftOut, ...]]:
    if EDIT in asked:
        return _edited(asked, model)
    if CHOSEN in asked:
        return of_another_system({name: value for name, value in asked.items() if name != CHOSEN and value}, model), ()
    return asked, ()


def _edited(asked: Mapping[str, str], model: type[Link]) -> tuple[Mapping[str, str], tuple[LeftOut, ...]]:
    text = asked.get("equations", "").replace("\r\n", "\n")
    lines = asked[EDIT].replace("\r\n", "\n")
    rest = {name: value for name, value in asked.items() if name not in (EDIT, CHOSEN, BEFORE, "system") and value}
    rest["equations"] = with_lines(text, lines) if lines else text
    before, own = asked.get("system", ""), asked.get(BEFORE, "").replace("\r\n", "\n")
    if not rest["equations"]:
        kept, left = of_edited({**rest, "system": before}, "", model)
        return kept, (EMPTIED, *left)
    return of_another_program(rest, model) if CHOSEN in asked else of_edited(rest, before, model, own)


def field_of(problem: Problem) -> str:
    """The field that a problem is about."""
    return field_at_fault(problem).partition(".")[0]


def hidden_fields(asked: FilledForm, without: Iterable[str]) -> list[tuple[str, str]]:
    """The fields that a form carries along hidden, since it has no control for them; wrong ones are dropped."""
    wrong = {field_of(p) for p in asked.problems}
    return [(n, v) for n, v in asked.written.items() if v and n not in without and n not in wrong]


def rejected_fields(asked: FilledForm) -> dict[str, Any]:
    """Data that fills a rejected form again: the wrong fields, and without a link those that are right."""
    wrong = {name: asked.written[name] for name in map(field_of, asked.problems) if name in asked.written}
    right = {"query": urlencode(hidden_fields(asked, CURSOR)), "system": asked.written.get("system", "")}
    return {"wrong": wrong} | ({} if asked.resolved else right)
