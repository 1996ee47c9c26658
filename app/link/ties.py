"""Fields that need, exclude or bound each other: checks that a field's row names, one for each kind of tie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from app.language import Problem
from app.link.named_fields import naming
from app.link.rows import Check, defaults
from app.link.values import opened_steps, steps_shown


def is_set(link: BaseModel, name: str) -> bool:
    """Whether a field has another value than its default."""
    return bool(getattr(link, name) != defaults(type(link))[name])


def _of(message: str, name: str) -> str:
    """A row's message with the field that the row is of in the place of `{name}`."""
    return message.replace("{name}", f"{{{name}}}")


def of_a_later_pass(name: str) -> Problem:
    """A field of what comes after a training, said of the training itself."""
    return naming(f"{{{name}}} is for what comes after a training: leave it out", name, [])


def needs(other: str, message: str) -> Check:
    """A field that means something only where another is said too."""

    def check(link: BaseModel, name: str) -> Problem | None:
        missing = is_set(link, name) and not is_set(link, other)
        return naming(_of(message, name), name, [other]) if missing else None

    return check


def excludes(others: Sequence[str], message: str, allowed: Sequence[str], value: Any = None) -> Check:
    """A field that cannot be said, or not with this value, where one of some others is."""

    def check(link: BaseModel, name: str) -> Problem | None:
        here = is_set(link, name) if value is None else getattr(link, name) == value
        both = here and any(is_set(link, other) for other in others)
        return naming(_of(message, name), name, [*allowed]) if both else None

    return check


def within_the_run(link: BaseModel, name: str) -> Problem | None:
    """Steps that a run of τ steps has."""
    fields = dict(link)
    window, tau = fields[name], fields["tau"]
    if window is None or max(steps_shown(window, tau)) <= tau:
        return None
    message = f"{{{name}}} is {window}, beyond the run, whose last step is {tau}"
    return naming(message, name, {"minimum": 1, "maximum": tau})


def opened_within_the_run(link: BaseModel, name: str) -> Problem | None:
    """Single steps that a run of τ steps has."""
    fields = dict(link)
    last, tau = max((step for step, _ in opened_steps(fields[name])), default=1), fields["tau"]
    if last <= tau:
        return None
    return Problem(f"step {last} is beyond the run, whose last step is {tau}", name, {"minimum": 1, "maximum": tau})
