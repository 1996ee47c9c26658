"""What of a link stays with other equations, edited or of another system: each part that still has a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.language import Problem, Problems, parse_node, steps_said
from app.link.fields import Link
from app.link.problem_fields import field_at_fault
from app.link.renamed import renamed, with_other_names
from app.link.resolved import resolve
from app.link.rows import Change, FieldStage, field_rows
from app.link.text import parse
from app.systems import SYSTEMS, load
from app.systems.tasks import TaskFit


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A field, or one of several things that it says, that has no meaning with other equations, and why."""

    field: str
    value: str
    why: str


SAID_OF_OTHERS = "said of the equations before"
"""Why what was set for other equations goes with them, whether or not it would have a meaning with these."""


def of_another_system(fields: Mapping[str, str], model: type[Link] = Link) -> dict[str, str]:
    """What of a query has a meaning with the system that it names, once another one was chosen: steps, data, cursor.

    A cursor at a node that is not there goes on to where its time step is complete.
    """
    asked = {name: fields[name] for name in fields if name == "system" or _goes_along(name, model)}
    return _with_cursor(asked, *fitting(asked, model, "system"), model)[0]


def of_edited(
    fields: Mapping[str, str], system: str = "", model: type[Link] = Link, before: str = ""
) -> tuple[dict[str, str], tuple[LeftOut, ...]]:
    """What of a query goes with its equations, which were those of a `system` or a text `before`, and what is left out.

    The sizes and the data that the system has of itself stay as if they had been asked for, as long as they mean
    something; nothing is said of them where they do not. What is said of a name follows it where the text calls it
    otherwise, unless that leaves out what would stay: then the text is another one, with other names.
    """
    own = _said_by_system(system, fields)
    sizes = ",".join(filter(None, (own.get("sizes"), fields.get("sizes"))))
    asked = {**own, **fields} | ({"sizes": sizes} if sizes else {})
    others = renamed(SYSTEMS[system].equations if system in SYSTEMS else before, fields["equations"])
    as_said = _kept_of(asked, own, model)
    if not others:
        return as_said
    followed = _kept_of(_followed(asked, others, model), _followed(own, others, model), model)
    return followed if {it.field for it in followed[1]} <= {it.field for it in as_said[1]} else as_said


def _followed(fields: Mapping[str, str], others: Mapping[str, str], model: type[Link]) -> dict[str, str]:
    """The fields with names called otherwise."""
    rows = field_rows(model)
    return {n: with_other_names(value, others) if rows[n].of_names else value for n, value in fields.items()}


def _kept_of(
    asked: Mapping[str, str], own: Mapping[str, str], model: type[Link]
) -> tuple[dict[str, str], tuple[LeftOut, ...]]:
    """What stays of fields, and what is left out of those that are not a system's `own`."""
    kept, left = _with_cursor(asked, *fitting(asked, model), model)
    said = {(name, piece) for name, piece in _pieces(own, own, model)}
    return kept, tuple(it for it in left if (it.field, it.value) not in said)


def _said_by_system(system: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The sizes and the task that a system has where a query says none, as fields of its equations."""
    try:
        link = parse((name, fields[name]) for name in ("sizes", "task") if name in fields)
        loaded = load(system, sizes=dict(link.sizes), task=link.task)
        feeds = loaded.fit is not None and loaded.fit != TaskFit()
        task = loaded.task_name if feeds else None
        plain = load(equations=SYSTEMS[system].equations, sizes=dict(link.sizes), task=task)
    except Problems:
        return {}
    sizes = loaded.recurrence.sizes.items() - plain.recurrence.sizes.items()
    said = {"sizes": ",".join(f"{name}:{size}" for name, size in sorted(sizes)), "task": task}
    return {name: value for name, value in said.items() if value}


def of_another_program(
    fields: Mapping[str, str], model: type[Link] = Link
) -> tuple[dict[str, str], tuple[LeftOut, ...]]:
    """What of a query goes with equations that were pasted in place of all that stood there, and what was left out.

    They are another system, even where they call something alike: what was set by hand would contradict what they say.
    """
    steps = {"tau"} if steps_said(fields["equations"]) else set[str]()
    asked = {
        name: fields[name] for name in fields if name == "equations" or (name not in steps and _goes_along(name, model))
    }
    gone = (name for name in fields if name in field_rows(model) and name not in {*asked, "system"})
    kept, left = fitting(asked, model)
    return kept, (*(LeftOut(name, fields[name], SAID_OF_OTHERS) for name in gone), *left)


def left_in_words(left: Iterable[LeftOut]) -> tuple[str, ...]:
    """What was left out, a sentence for all that was left out for one reason."""
    alike: dict[str, list[LeftOut]] = {}
    for it in left:
        name = re.escape(it.value.partition(":")[0])
        alike.setdefault(re.sub(rf"(?<!\w){name}(?!\w)", "{}", it.why), []).append(it)
    return tuple(_in_words(its) for its in alike.values())


def _in_words(its: list[LeftOut]) -> str:
    """`sizes h:3 and set b:1, W[1,1]:2 are left out: …`; a reason that names one of several holds for the others."""
    values: dict[str, list[str]] = {}
    for it in its:
        values.setdefault(it.field, []).append(it.value)
    said = " and ".join(f"{field} {', '.join(all_of_it)}" for field, all_of_it in values.items())
    others = "" if all(it.why == its[0].why for it in its) else "; it is the same with the others"
    return f"{said} {'is' if len(its) == 1 else 'are'} left out: {its[0].why}{others}."


def _with_cursor(
    asked: Mapping[str, str], kept: dict[str, str], left: tuple[LeftOut, ...], model: type[Link]
) -> tuple[dict[str, str], tuple[LeftOut, ...]]:
    """The same, the cursor at the end of its time step where its node is not there; a page shows where it is."""
    gone = {part.field for part in left}
    if "phase" in kept and "at" in gone and (at := _end_of_step(kept, asked["at"], model)):
        kept = {**kept, "at": at}
    rows = field_rows(model)
    return kept, tuple(part for part in left if rows[part.field].stage is not FieldStage.CURSOR)


def _goes_along(name: str, model: type[Link]) -> bool:
    """Whether a field still has a meaning once another system, or another program, is there."""
    rows = field_rows(model)
    return name in rows and model.chosen not in rows[name].dropped_by


def _end_of_step(fields: Mapping[str, str], at: str, model: type[Link]) -> str | None:
    """Where the pass of a query has computed all of the time step of a node that it does not come to."""
    steps = resolve(parse(fields.items(), model)).run.steps
    t = parse_node(at).t
    its = [step.at for step in steps if step.phase == fields["phase"] and parse_node(step.at).t == t]
    return its[-1] if its and t is not None else None


def fitting(
    fields: Mapping[str, str], model: type[Link] = Link, change: Change = "equations"
) -> tuple[dict[str, str], tuple[LeftOut, ...]]:
    """The fields of a query that go with its equations, or with its system, and what was left out so that they do.

    Where something else is wrong nothing is left out: it has to be put right first, and then all may go together.
    """
    asked = dict(fields)
    if not _problems(asked, model):
        return asked, ()
    rows = field_rows(model)
    doubtful = [name for name in asked if name in rows and change in rows[name].dropped_by and name != "system"]
    while wrong := _problems({name: asked[name] for name in asked if name not in doubtful}, model):
        more = {_field(problem) for problem in wrong}
        if not more <= asked.keys() - {change, *doubtful} or not _read(asked, model):
            return asked, ()
        doubtful += sorted(more)
    return _added(asked, doubtful, model)


def _added(asked: dict[str, str], doubtful: list[str], model: type[Link]) -> tuple[dict[str, str], tuple[LeftOut, ...]]:
    """The fields that are right, and of the doubtful ones piece by piece what goes with those before it."""
    kept, left = {name: value for name, value in asked.items() if name not in doubtful}, []
    for name, piece in _pieces(asked, doubtful, model):
        more = {**kept, name: f"{kept[name]},{piece}" if name in kept else piece}
        if wrong := _problems(more, model):
            left.append(LeftOut(name, piece, wrong[0].message))
        else:
            kept = more
    return kept, tuple(left)


def _pieces(asked: Mapping[str, str], names: Iterable[str], model: type[Link]) -> Iterator[tuple[str, str]]:
    rows = field_rows(model)
    for name in names:
        pieces = _entries(asked[name]) if name in rows and rows[name].several else [asked[name]]
        yield from ((name, piece.strip()) for piece in pieces if piece.strip())


def _entries(text: str) -> list[str]:
    """`W[2,1]:0.7,b[1]:0.1` in its parts: a comma within brackets parts none."""
    found, depth = [""], 0
    for sign in text:
        depth += (sign == "[") - (sign == "]")
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found


def _problems(fields: Mapping[str, str], model: type[Link]) -> tuple[Problem, ...]:
    try:
        resolve(parse(fields.items(), model))
    except Problems as error:
        return error.problems
    return ()


def _read(fields: Mapping[str, str], model: type[Link]) -> bool:
    """Whether every field can be read as it is written."""
    try:
        parse(fields.items(), model)
    except Problems:
        return False
    return True


def _field(problem: Problem) -> str:
    return field_at_fault(problem).partition(".")[0]
