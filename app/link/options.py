"""The fields of `Link` as rows, for whatever iterates them: controls, help, documentation, messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from types import MappingProxyType
from typing import Any

from pydantic.fields import FieldInfo

from app.cache import cached
from app.limits import LIMITS, limit
from app.link.fields import Link, Training
from app.link.rows import FieldRow, row_of


@dataclass(frozen=True)
class Option:
    """A field of `Link` as a control or a line of help shows it; `expects` says what is allowed, in words."""

    name: str
    meaning: str
    expects: str
    default: Any
    example: Any
    control: str
    choices: tuple[str, ...]
    schema: Mapping[str, Any]
    row: FieldRow
    words: Mapping[str, str] = field(default_factory=dict)
    """What a page calls some of the choices."""

    @property
    def is_flag(self) -> bool:
        """Whether its name alone says yes."""
        return isinstance(self.default, bool)

    def called(self, page: str) -> str:
        """What its control on a page is called."""
        place = self.row.on(page)
        return place.label if place and place.label else self.row.label or self.name.replace("_", " ").capitalize()


def labels(model: type[Link], page: str) -> dict[str, str]:
    """What a page calls fields, as their controls there are called; without a limit that stands behind a comma."""
    rows = {**(options(Link) if issubclass(model, Training) else {}), **options(model)}
    return {name: row.called(page).partition(",")[0] for name, row in rows.items()}


def options(model: type[Link] = Link) -> dict[str, Option]:
    """Every field by name, with the limits now in force."""
    return dict(_options(model, tuple(map(limit, LIMITS))))


@cached()
def whole_numbers(model: type[Link]) -> frozenset[str]:
    """The fields that are whole numbers, whatever limits are in force."""
    return frozenset(name for name, row in options(model).items() if row.schema.get("type") == "integer")


@cached(16, lasting=True)
def _options(model: type[Link], limits: tuple[int, ...]) -> Mapping[str, Option]:
    """The rows under these limits, which the model's schema reads by itself."""
    schemas = model.model_json_schema()["properties"]
    trains = issubclass(model, Training)
    fields = {n: info for n, info in model.model_fields.items() if not (trains and row_of(info).after_training)}
    return MappingProxyType({name: _option(name, info, schemas[name]) for name, info in fields.items()})


def _option(name: str, info: FieldInfo, row: Mapping[str, Any]) -> Option:
    schema = _plain(row)
    choices = tuple(row.get("x-choices", schema.get("enum", ())))
    expects = row.get("x-expects", "").format_map(_Limits()) or _expects(schema)
    examples = row.get("examples", [None])
    control = row.get("x-control", "")
    return Option(
        name,
        row["description"],
        expects,
        info.get_default(),
        examples[0],
        control,
        choices,
        schema,
        row_of(info),
        row.get("x-words", {}),
    )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema of a value, without null and without what describes the field."""
    branches = [branch for branch in row.get("anyOf", [row]) if branch.get("type") != "null"]
    found = branches[0] if len(branches) == 1 else {"anyOf": branches}
    words = ("description", "default", "title", "examples")
    return {k: v for k, v in found.items() if k not in words and not k.startswith("x-")}


class _Limits(dict[str, int]):
    def __missing__(self, name: str) -> int:
        return limit(name)


def _expects(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        *first, last = schema["enum"]
        return f"{', '.join(first)} or {last}" if first else str(last)
    return next(words.format_map(schema) for words in KINDS[schema["type"]] if _named(words) <= schema.keys())


def _named(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


KINDS = {
    "integer": ("a whole number from {minimum} to {maximum}",),
    "number": (
        "a number above {exclusiveMinimum}",
        "a number from {minimum} to below {exclusiveMaximum}",
        "a number from {minimum} to {maximum}",
    ),
    "boolean": ("true or false",),
    "string": ("a text of at most {maxLength} characters",),
    "object": ("an object of arrays of numbers",),
}
"""What a value of a JSON type is called: the first that its bounds can fill."""
