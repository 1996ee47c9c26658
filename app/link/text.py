"""A query or a JSON body in, a checked link out; a link in, its query out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import chain, islice
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.cache import cached
from app.language import ARGUMENTS, Problem, Problems, spelling_hint
from app.limits import limit
from app.link.fields import Body, Link
from app.link.named_fields import naming, plainly
from app.link.options import Option, options, whole_numbers
from app.link.ties import of_a_later_pass
from app.numerals import rounding

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
WHOLE_NUMBER = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)
MOST_TOLD = 100
"""So much is told of what is wrong with the fields of one link."""
VALUE, LIST, NAMED, LETTER, WIDE_LETTER = 50, 150, 5000, 2, 10
"""Bytes that a body takes once it is read: for a number, a list, a text or an object, with what checks them, and for a
letter, where all are of ASCII, and else."""
LONGEST = 65_536
"""Characters, or entries of a list, that a field has at most, as an address that is read; arrays are no field."""
L = TypeVar("L", bound=Link)


def parse(query: str | Iterable[tuple[str, str]], model: type[Link] = Link) -> Link:
    """A query, as text or as pairs, → its link. An empty value is the default, as an empty control of a form sends it.

    Raises `Problems` with everything that is wrong.
    """
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True) if isinstance(query, str) else list(query)
    counts = Counter(name for name, _ in pairs)
    twice = (_given_twice(n, n in model.model_fields) for n, count in counts.items() if count > 1)
    given = {name: value for name, value in pairs if value or name not in model.model_fields}
    whole = whole_numbers(model)
    wrong = [name for name, value in given.items() if name in whole and not WHOLE_NUMBER.fullmatch(value)]
    found = [_wrong_value(options(model)[name], given.pop(name)) for name in wrong]
    return _checked(model, given, strict=False, found=chain(twice, found))


def read(raw: bytes, model: type[Body] = Body) -> Body:
    """A JSON body → its link and numbers; raises `Problems`, on the field `body` if it is no JSON object."""
    data, rows = json_object(raw), options(model)
    long = [n for n, value in data.items() if n in rows and isinstance(value, str | list) and len(value) > LONGEST]
    found = (Problem(f"{n} has more than {LONGEST:,} characters or entries", n, {"maximum": LONGEST}) for n in long)
    return _checked(model, {n: value for n, value in data.items() if n not in long}, strict=True, found=found)


def json_object(raw: bytes) -> dict[str, Any]:
    """A JSON object that somebody sent, in which each name stands once; raises `Problems` on the field `body`.

    A list of nothing is three bytes and takes a hundred, so what a body says is counted before it is read.
    """
    if _room(raw) > (most := limit("read")):
        message = (
            f"what the body says would take more than {most:,} bytes: numbers take the least, a text each the most"
        )
        raise Problems(Problem(message, "body", {"maximum": most}))
    try:
        data = json.loads(raw.decode(), object_pairs_hook=each_once)
    except json.JSONDecodeError as error:
        message = f"the body is no JSON: {error.msg}"
        raise Problems(Problem(message, "body", line=error.lineno, column=error.colno)) from None
    except (ValueError, RecursionError):
        raise Problems(Problem("the body is no JSON that can be read", "body")) from None
    if not isinstance(data, dict):
        raise Problems(Problem("the body is to be one JSON object", "body", "{…}", "send {} for every default"))
    return data


def _room(raw: bytes) -> int:
    """Bytes that a body takes at most once it is read; what stands in texts is counted too."""
    named, letter = raw.count(b'"') + raw.count(b"{"), LETTER if raw.isascii() else WIDE_LETTER
    return VALUE * raw.count(b",") + LIST * raw.count(b"[") + NAMED * named + letter * len(raw)


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; a name that stands in it twice is a problem, as it is in a query."""
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise Problems(Problem(f"{_printable(twice)[:60]} is given more than once", _printable(twice)))
    return found


def query(link: Link, model: type[Link] = Link) -> str:
    """The link as a query, in the order of its fields, without defaults: `parse(query(link)) == link`.

    Of a training, the link alone, unless its own `model` is asked for.
    """
    values, usual = vars(link), (*_defaults(type(link), model), ("tau", link.usual("tau")))
    given = {name: values[name] for name, default in dict(usual).items() if values[name] != default}
    pairs = {name: _written(value) for name, value in given.items()}
    return urlencode(pairs, safe=":,", quote_via=quote)


@cached(16)
def _defaults(own: type[Link], model: type[Link]) -> tuple[tuple[str, Any], ...]:
    """What the fields of a model are in a link where it leaves them out: a page writes many queries."""
    return tuple((name, own.model_fields[name].default) for name in model.model_fields)


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{name}:{size}" for name, size in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _checked(model: type[L], data: Mapping[str, Any], strict: bool, found: Iterable[Problem] = ()) -> L:
    wrong: Iterable[Problem] = ()
    try:
        link = model.model_validate(data, strict=strict)
    except ValidationError as error:
        rows = options(model)
        later = model.model_fields.keys() - rows.keys()
        wrong = (_validation_problem(detail, rows, later) for detail in error.errors(include_url=False))
    problems = [*islice(chain(found, wrong), MOST_TOLD + 1)]
    if len(problems) > MOST_TOLD:
        problems[MOST_TOLD:] = [Problem(f"more is wrong than these {MOST_TOLD}", "body")]
    if problems:
        raise Problems(*problems)
    return link


def _validation_problem(detail: ErrorDetails, rows: Mapping[str, Option], later: Collection[str]) -> Problem:
    """A complaint of the model in our words; the field is the one a person wrote."""
    if not detail["loc"]:
        return Problem("the body holds characters that are no text", "body")
    name = _printable(str(detail["loc"][0]))
    if name in later:
        return of_a_later_pass(name)
    if name not in rows:
        return Problem(f"there is no field {shown(name)}", name, tuple(rows), spelling_hint(name, rows))
    numbers = [other for other in rows if other in ARGUMENTS.values()] if isinstance(detail["input"], dict) else []
    return _wrong_value(rows[name], detail["input"], spelling_hint(name, numbers))


def _given_twice(name: str, known: bool) -> Problem:
    return naming(f"{f'{{{name}}}' if known else plainly(name)} is given more than once", name)


def _wrong_value(row: Option, value: Any, hint: str | None = None) -> Problem:
    """What a field is to be in place of a value."""
    allowed = row.choices or {k: v for k, v in row.schema.items() if k in BOUNDS} or row.expects
    hint = hint or _rounded(row, value) or spelling_hint(str(value)[:100], row.choices)
    message = f"{{{row.name}}} is to be {plainly(f'{row.expects}, not {shown(value)}')}"
    return naming(message, row.name, allowed, hint)


def _rounded(row: Option, value: Any) -> str | None:
    """What is wrong with a number that is within its bounds."""
    return f"it is {rounding(value)}" if row.schema.get("type") == "number" and rounding(value) else None


def shown(value: object) -> str:
    """A value that somebody sent, short enough to repeat."""
    text = _printable(json.dumps(value[:60] if isinstance(value, str) else value, ensure_ascii=False, default=str))
    return text if len(text) <= 60 else f"{text[:59]}…"


def _printable(text: str) -> str:
    """Without the halves of characters that JSON can spell and no encoding can write."""
    return text.encode(errors="replace").decode()
