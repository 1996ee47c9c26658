"""What the values of a link may be: what people write in, what is kept out, with the bounds of the table of limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import core_schema

from app.engine.graph import DETAILS, Detail
from app.language import plain_characters, unknown_letter
from app.limits import limit
from app.numerals import plain_number, rounding


@dataclass(frozen=True)
class AtMost:
    """A bound from the table of limits: on a whole number, or on the length of a text."""

    name: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        found: dict[str, Any] = handler(schema)
        key = "maxLength" if found["type"] == "string" else "maximum"
        return found | {key: limit(self.name)}

    def check(self, value: Any) -> Any:
        if (len(value) if isinstance(value, str) else value) > limit(self.name):
            raise ValueError(f"more than {limit(self.name)}")
        return value


def _sizes(value: object) -> object:
    """`x:4,h:5`, an object or pairs → pairs sorted by name."""
    if isinstance(value, str):
        value = dict(_read_size(part) for part in value.replace(" ", "").split(",") if part)
    if isinstance(value, tuple):
        value = dict(value)
    if not isinstance(value, Mapping) or not all(map(_is_size, value, value.values())):
        raise ValueError("no sizes")
    return tuple(sorted(value.items()))


def _read_size(text: str) -> tuple[str, int | None]:
    name, _, size = text.partition(":")
    return name, int(size) if re.fullmatch(r"[0-9]{1,9}", size) else None


def _is_size(name: object, size: object) -> bool:
    return isinstance(name, str) and name.isidentifier() and type(size) is int and 1 <= size <= limit("size")


def _names(value: object) -> object:
    """`h:s,W:W_hh`, an object or pairs → pairs sorted by name; what stands for a name may be written as in LaTeX."""
    if isinstance(value, str):
        parts = [part.partition(":") for part in _without_braces(value).replace(" ", "").split(",") if part]
        value = {name: shown for name, _, shown in parts}
    if isinstance(value, tuple):
        value = dict(value)
    if not isinstance(value, Mapping) or not all(isinstance(part, str) for pair in value.items() for part in pair):
        raise ValueError("no names")
    plain = {name: _plain(_without_braces(shown)) for name, shown in value.items()}
    if not all(map(_is_name, [*plain, *plain.values()])):
        raise ValueError("no names")
    return tuple(sorted(plain.items()))


def _without_braces(text: str) -> str:
    r"""A symbol of LaTeX as a name: `W_{hh}` is W_hh, `\hat{y}` yhat, `\sigma` sigma."""
    text = re.sub(r"\\(hat|bar|tilde|dot)\s*\{?(\\?\w+)\}?", r"\2\1", text)
    text = re.sub(r"_\{([^{}]*)\}", lambda found: "_" + found[1].replace(",", "_"), text)
    return text.replace("\\", "")


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name.isidentifier() and len(name) <= 40 and unknown_letter(name) is None


def _check_truncation(value: object) -> object:
    """A period k or the steps themselves, as text: `5`, `3|5`; a single step is `3|`."""
    if isinstance(value, list | tuple):
        value = (
            "|".join(map(str, value)) + "|" * (len(value) == 1) if all(type(step) is int for step in value) else None
        )
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,9}(\|[0-9]{1,9})*\|?", text):
        raise ValueError("no steps")
    steps = sorted({int(part) for part in text.split("|") if part})
    if not all(1 <= step <= limit("tau") for step in steps):
        raise ValueError("no steps")
    return "|".join(map(str, steps)) + "|" * ("|" in text and len(steps) == 1)


def _window(value: object) -> object:
    """The first and the last step to show: `2..4`, `2..tau`."""
    if isinstance(value, list | tuple):
        value = "..".join(map(str, value)) if all(type(step) is int or step == "tau" for step in value) else None
    found = (
        re.fullmatch(r"([0-9]{1,9})\.\.([0-9]{1,9}|tau)", value.replace(" ", "")) if isinstance(value, str) else None
    )
    if found is None:
        raise ValueError("no steps")
    first, last = int(found[1]), limit("tau") if found[2] == "tau" else int(found[2])
    if not 1 <= first <= last <= limit("tau"):
        raise ValueError("no steps")
    return f"{first}..{found[2] if found[2] == 'tau' else last}"


def steps_shown(window: str, tau: int) -> tuple[int, int]:
    """The first and the last step of a window: `2..4`, `2..tau`."""
    first, _, last = window.partition("..")
    return int(first), tau if last == "tau" else int(last)


OPENED = re.compile(rf"([0-9]{{1,9}}):({'|'.join(DETAILS[1:])})")
"""A step and a detail that shows more than the least."""


def _opened(value: object) -> object:
    """Steps with their details, as a text or an object → `3:gates,5:operations`, by step."""
    if isinstance(value, Mapping):
        value = ",".join(f"{step}:{detail}" for step, detail in value.items())
    parts = value.replace(" ", "").strip(",").split(",") if isinstance(value, str) else []
    read = [OPENED.fullmatch(part) for part in parts]
    found = {int(it[1]): it[2] for it in read if it is not None}
    if not found or len(found) < len(parts) or not all(1 <= step <= limit("tau") for step in found):
        raise ValueError("no steps")
    return ",".join(f"{step}:{found[step]}" for step in sorted(found))


def opened_steps(opened: str | None) -> Iterator[tuple[int, Detail]]:
    """The steps of a field `open` with their details."""
    for step, _, detail in (part.partition(":") for part in (opened or "").split(",") if part):
        yield int(step), cast(Detail, detail)


def _signal(value: object) -> object:
    """Numbers with commas or spaces between them, or a list of them → the numbers with commas, as short as they are."""
    parts = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not 1 <= len(parts) <= limit("tau"):
        raise ValueError("no numbers")
    if not (isinstance(value, str) or all(type(part) in (int, float) for part in parts)):
        raise ValueError("no numbers")
    numbers = [plain_number(str(part)) for part in parts]
    if None in numbers:
        raise ValueError("no numbers")
    return ",".join(f"{number:g}" if float(f"{number:g}") == number else repr(number) for number in numbers)


def _number(value: object) -> object:
    """What is no number in plain digits, or would become another number, is none; all else is as the type takes it."""
    if (isinstance(value, str) and plain_number(value) is None) or rounding(value):
        raise ValueError("no number")
    return value


def _plain(value: object) -> object:
    """Names as the equations read them, in a text or as keys: ŷ is yhat, W₁ is W_1; what is plain stays as it is."""
    if isinstance(value, str):
        plain = plain_characters(value).text or value
        return plain if plain == value else _plain(plain)
    return {_plain(name): its for name, its in value.items()} if isinstance(value, Mapping) else value


def _lines(value: object) -> object:
    """Every line ends alike, whatever a browser's form sends."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def one_of(names: Iterable[str]) -> AfterValidator:
    """A name out of a table."""

    def check(name: str) -> str:
        if name not in names:
            raise ValueError("no such name")
        return name

    return AfterValidator(check)


Name = Annotated[str, Field(max_length=100), BeforeValidator(_plain)]
Entries = Annotated[str, Field(max_length=1000), BeforeValidator(_plain)]
AS_WRITTEN = BeforeValidator(_number)
"""Beside the bounds of a number; behind them, so that a schema still has these."""
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), AS_WRITTEN]
Equations = Annotated[str, AtMost("equations_length"), BeforeValidator(_lines)]
Sizes = Annotated[
    tuple[tuple[str, int], ...],
    BeforeValidator(_sizes),
    BeforeValidator(_plain),
    PlainSerializer(dict),
    WithJsonSchema({"type": ["string", "object"], "additionalProperties": {"type": "integer", "minimum": 1}}),
]
Names = Annotated[
    tuple[tuple[str, str], ...],
    BeforeValidator(_names),
    BeforeValidator(_plain),
    PlainSerializer(dict),
    WithJsonSchema({"type": ["string", "object"], "additionalProperties": {"type": "string"}}),
]
Window = Annotated[
    str,
    BeforeValidator(_window),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "integer"}}),
]
OpenedSteps = Annotated[
    str,
    Field(max_length=1000),
    BeforeValidator(_opened),
    WithJsonSchema({"type": ["string", "object"], "additionalProperties": {"type": "string"}}),
]
Truncation = Annotated[
    str,
    BeforeValidator(_check_truncation),
    WithJsonSchema({"type": ["string", "integer", "array"], "items": {"type": "integer"}}),
]


Signal = Annotated[
    str,
    BeforeValidator(_signal),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "number"}}),
]


def _nested(axes: int) -> dict[str, Any]:
    """The schema of a number, or of lists of numbers that have up to so many axes."""
    number: dict[str, Any] = {"type": "number"}
    lists, inner = list[dict[str, Any]](), number
    for _ in range(axes):
        inner = {"type": "array", "items": inner}
        lists.append(inner)
    return {"anyOf": [number, *lists]}


Arrays = Annotated[
    dict[str, Any],
    BeforeValidator(_plain),
    WithJsonSchema({"type": "object", "additionalProperties": _nested(3)}),
]
"""name → nested lists of numbers; their shapes are checked against the equations."""
