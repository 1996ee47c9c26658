"""The page of the API, to be read: its addresses, fields and shapes as the description for programs has them.

Swagger UI, which asks them in place, is a page of its own, so that only who wants it loads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.limits import LIMITS, limit
from app.outputs import OUTPUTS
from app.web.core import answer, render, root

PATH = "/docs"
TRIED = f"{PATH}/try"
GROUPS = {
    "numbers": "Numbers",
    "figures": "Figures",
    "files": "Files",
    "systems": "Systems and the language",
    "pages": "What the pages ask for",
    "service": "The service",
}
"""The headings by the tags of the description, in their order."""
FIELDS = {"link": ("Fields of a link", "/figure.svg"), "training": ("Fields of a training", "/run.csv")}
"""What many addresses read alike: the heading, and an address that reads these and no others."""
LEAST, MOST = {"minimum": "from", "exclusiveMinimum": "above"}, {"maximum": "to", "exclusiveMaximum": "below"}
EXAMPLE = "system=rnn&tau=2"
"""The link that addresses are shown with which answer every link."""


@dataclass(frozen=True)
class DescribedField:
    """A field of a query, or of a shape: its type with the shapes that it names as links, and what it means."""

    name: str
    kind: Markup
    meaning: Markup
    usual: str = ""
    example: str = ""
    required: bool = False


@dataclass(frozen=True)
class DescribedGroup:
    """Addresses of one kind under a heading."""

    anchor: str
    title: str
    addresses: list[ShownAddress]


@dataclass(frozen=True)
class ShownAddress:
    """An address: `tried` is each method with the place where it is tried, `fields` the anchor of what it reads alike.

    `own` are the fields that it has beside those, `answers` each media type with what it is, `refused` the statuses.
    """

    path: str
    anchor: str
    meaning: str
    tried: list[tuple[str, str]]
    fields: str
    own: list[DescribedField]
    body: Markup | None
    answers: list[tuple[str, Markup]]
    refused: list[str]
    example: str


@dataclass(frozen=True)
class DescribedShape:
    """An object that is sent or answered, with its fields."""

    name: str
    about: Markup
    fields: list[DescribedField]


def docs_page(request: Request) -> Response:
    """The page, which needs no scripts."""
    from app.web.core import openapi

    def filled() -> bytes:
        about = [coded(text) for text in openapi.ABOUT.split("\n\n")]
        return render("docs.html", about=about, **_page_context(json.loads(openapi.document(root())))).encode()

    return answer(request, filled, "text/html")


def try_page(request: Request) -> Response:
    """The page on which the addresses are tried, with files of this server alone."""
    return answer(request, lambda: render("docs_try.html").encode(), "text/html")


def _page_context(document: Mapping[str, Any]) -> dict[str, Any]:
    """All that the page's template reads."""
    known, paths = document["components"], document["paths"]
    alike = {name: _references(paths[path]["get"]) for name, (_, path) in FIELDS.items()}
    said = {name: _field(row["name"], row["schema"], row) for name, row in known["parameters"].items()}
    shown = [_address(path, row, said, alike) for path, row in paths.items()]
    tags = {path: row["get"]["tags"][0] for path, row in paths.items()}
    return {
        "groups": [
            DescribedGroup(tag, title, [one for one in shown if tags[one.path] == tag]) for tag, title in GROUPS.items()
        ],
        "fields": [
            (name, title, [said[field] for field in alike[name] if name == "link" or field not in alike["link"]])
            for name, (title, _) in FIELDS.items()
        ],
        "shapes": [
            DescribedShape(name, coded(row.get("description", "")), _fields(row))
            for name, row in sorted(known["schemas"].items())
        ],
        "refusals": [(status, coded(row["description"])) for status, row in sorted(known["responses"].items())],
        "limits": [(name, f"{limit(name):,}", row.meaning) for name, row in LIMITS.items()],
        "tried": TRIED,
    }


def _address(
    path: str, row: Mapping[str, Any], said: Mapping[str, DescribedField], alike: Mapping[str, list[str]]
) -> ShownAddress:
    get, post = row["get"], row.get("post", {})
    own, reads = [*_own(get, said)], _references(get)
    fields = next((name for name in ("training", "link") if {*alike[name]} <= {*reads}), "")
    beside = [said[name] for name in reads if name not in alike.get(fields, [])]
    body = post.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    refused = sorted({status for it in (get, post) if it for status in it["responses"] if status != "200"})
    return ShownAddress(
        path,
        get["operationId"],
        get["summary"],
        [(name.upper(), f"{TRIED}#/{it['tags'][0]}/{it['operationId']}") for name, it in row.items()],
        fields,
        beside + own,
        kind_of(body) if body else None,
        [(media, kind_of(it.get("schema", {}))) for media, it in _content(get)],
        refused,
        _example(path, fields, {it.name: it.example for it in beside + own if it.required}),
    )


def _content(operation: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    found: Mapping[str, Mapping[str, Any]] = operation["responses"]["200"].get("content", {})
    return found.items()


def _example(path: str, fields: str, required: Mapping[str, str]) -> str:
    """The address with a link that it answers, and what it must be told; none where it wants more than that."""
    row = next((row for row in OUTPUTS.values() if row.path == path), None)
    if "{" in path or (row is None and fields):
        return ""
    link = (row.example or (EXAMPLE if fields == "link" else "steps=20")) if row else ""
    asked = "&".join(filter(None, (link, urlencode(required))))
    return f"{path}?{asked}" if asked else path


def _references(operation: Mapping[str, Any]) -> list[str]:
    """The fields of an operation that others have too, by their names in the description."""
    return [row["$ref"].rpartition("/")[2] for row in operation.get("parameters", ()) if "$ref" in row]


def _own(operation: Mapping[str, Any], said: Mapping[str, DescribedField]) -> Iterator[DescribedField]:
    for row in operation.get("parameters", ()):
        if "$ref" not in row:
            yield _field(row["name"], row["schema"], row)


def _fields(shape: Mapping[str, Any]) -> list[DescribedField]:
    return [_field(name, row, row) for name, row in shape.get("properties", {}).items()]


def _field(name: str, schema: Mapping[str, Any], row: Mapping[str, Any]) -> DescribedField:
    usual, examples = schema.get("default"), row.get("examples")
    example = next(iter(examples.values()))["value"] if isinstance(examples, dict) else ""
    told = "" if usual is None else _told(usual)
    return DescribedField(
        name, kind_of(schema), coded(row.get("description", "")), told, _told(example), bool(row.get("required"))
    )


def _told(value: object) -> str:
    """A value as a query has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def kind_of(schema: Mapping[str, Any]) -> Markup:
    """The type that a schema says, in words; a shape by its name, which leads to it."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#shape-{0}">{0}</a>').format(name)
    if "const" in schema:
        return escape(str(schema["const"]).lower())
    if "enum" in schema:
        return escape(" or ".join(map(str, schema["enum"])))
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return Markup(" or ").join(kind_of(choice) for choice in choices)
    if "prefixItems" in schema:
        return Markup("[{}]").format(Markup(", ").join(map(kind_of, schema["prefixItems"])))
    if schema.get("type") == "array":
        return Markup("list of {}").format(kind_of(schema.get("items", {})))
    if isinstance(inner := schema.get("additionalProperties"), dict):
        return Markup("{} by name").format(kind_of(inner))
    return escape(_plain_kind(schema))


def _plain_kind(schema: Mapping[str, Any]) -> str:
    names = {"integer": "whole number", "boolean": "true or false", "null": "nothing", "string": "text"}
    kind = schema.get("type", "anything")
    if schema.get("format") == "binary":
        return "file"
    words = " or ".join(names.get(one, one) for one in ([kind] if isinstance(kind, str) else kind))
    bounds = [f"{word} {schema[name]:,}" for name, word in (LEAST | MOST).items() if name in schema]
    return " ".join([words, *bounds])


def coded(text: str) -> Markup:
    """Text with what stands between backticks as code."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if i % 2 else escape(part) for i, part in enumerate(parts)
    )


ROUTES = [Route(PATH, docs_page), Route(TRIED, try_page)]
