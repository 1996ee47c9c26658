"""The fields that two links set, side by side: what tells one from the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from app.link import EXPLORE, Link, Resolved, options, query


class SetField(NamedTuple):
    """What a field's control is called, its value here, and if the other link's is different."""

    called: str
    value: str
    differs: bool


def set_fields(mine: Resolved, other: Resolved) -> Iterator[SetField]:
    """The fields that either link sets, but for the cursor and the network, which a title names."""
    links = mine.link.bare, other.link.bare
    said = {name for link in links for name, _ in parse_qsl(query(link))} - {"system", "equations"}
    for name, row in options().items():
        if name in said:
            yield SetField(row.called(EXPLORE), *_set(name, mine, other))


def told_apart(mine: Resolved, other: Resolved) -> str:
    """What is different in the fields alone, as `seed 1, τ 4`; nothing where the networks are."""
    if mine.run.recurrence.text != other.run.recurrence.text:
        return ""
    return ", ".join(
        f"{it.called[0].lower()}{it.called[1:]} {it.value}" for it in set_fields(mine, other) if it.differs
    )


def _set(name: str, mine: Resolved, other: Resolved) -> tuple[str, bool]:
    """A field's value and if the other's is different; sizes and task count as they are, set or not."""
    if name == "sizes":
        a, b = mine.run.recurrence.sizes, other.run.recurrence.sizes
        return ",".join(f"{n}:{size}" for n, size in a.items()), any(a[n] != b[n] for n in a.keys() & b.keys())
    if name == "task":
        a_task, b_task = (it.run.loaded.task_name or "random" for it in (mine, other))
        return a_task, a_task != b_task
    return _field_text(mine.link.bare, name), getattr(mine.link.bare, name) != getattr(other.link.bare, name)


def _field_text(link: Link, name: str) -> str:
    """A field's value as the link writes it, or in words; its default where the link leaves it out."""
    default = Link.model_fields[name].get_default()
    said = dict(parse_qsl(query(link))).get(name)
    if said is None:
        return "none" if default in (None, ()) else str(default)
    return IN_WORDS[name](said) if name in IN_WORDS else said


def _cuts_in_words(cuts: str) -> str:
    """`2` cuts after every 2 steps, `3|` after step 3 alone, `3|5` after both."""
    *others, last = filter(None, cuts.split("|"))
    if "|" not in cuts:
        return f"after every {last} steps" if last != "1" else "after every step"
    return f"after t = {', '.join(others)}{' and ' * bool(others)}{last}"


IN_WORDS: Mapping[str, Callable[[str], str]] = {"truncate": _cuts_in_words}
"""What is said of a value that nobody would understand as a link writes it."""
