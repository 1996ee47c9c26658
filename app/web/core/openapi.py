"""Describes the service as OpenAPI, from the tables of fields, answers and limits."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from app import __version__
from app.cache import cached
from app.limits import LIMITS, limit
from app.link import Link, Option, Resolved, Training, options, resolve
from app.outputs import JSON, OUTPUTS, Answer, json_bytes, schema
from app.web.core.http import API_VERSION, HEADERS
from app.web.core.problems import MEDIA_TYPE, as_json
from app.web.core.refusal_examples import OF_ALL, OF_BODIES, REFUSED, refusal_examples

MODELS: Mapping[type[BaseModel], None] = dict.fromkeys(
    [
        *(row.body for row in OUTPUTS.values()),
        *(schema.model_named(name) for row in OUTPUTS.values() for name in (row.model, row.event) if name),
        *(schema.TrainingEndJson, schema.SystemBriefJson, schema.SystemJson, schema.HealthJson, schema.ProblemJson),
        *(schema.AnywhereJson, schema.RecallJson, schema.LanguageJson, schema.PastedReadingJson, schema.PastedTextJson),
    ]
)
ABOUT = f"""\
Recurrent networks as unfolded computational graphs: drawn, run and differentiated from a few lines of equations.
The same link gives the same bytes. A GET takes the fields of a link as its query, a POST the same fields as JSON,
and numbers of your own.

`{API_VERSION}` says with every answer which version of the API it is of: {HEADERS[API_VERSION]}. Within a version
addresses, fields, ids and their meanings stay. Fields may be added, so clients pass over what they do not know. What
would break one of these is another version, at addresses of its own, and this one stays beside it for a year."""
LIMITS_FOLDED = "<details><summary>How much can be asked for at once</summary>"
"""Before the limits, which are read when one of them is met."""
EXAMPLE = {"equations": "h[t] = tanh(alpha * h[t-1] + x[t])", "sizes": {"h": 1}, "tau": 2}
"""The link whose answer is the example of each address; few are shorter."""
STREAM = "text/event-stream"
UNSAID = {"tau", "sizes", "names"}
"""Fields whose defaults are not told, since clients that generators make send those that are.

How many steps there are follows from equations and data where nothing is said; the others are a text or an object.
"""


@dataclass(frozen=True)
class DescribedAddress:
    """An address that is not in the table of answers: its model, whether it gives a list, how it may refuse.

    `asks` is the link that its query says, if it takes one; without a `model` it gives what `media_type` says.
    """

    path: str
    model: str
    meaning: str
    many: bool = False
    refused: tuple[int, ...] = ()
    parameters: tuple[Mapping[str, Any], ...] = ()
    tag: str = "systems"
    asks: type[Link] | None = None
    media_type: str = JSON
    body: type[BaseModel] | None = None
    """What a POST to the same address sends."""
    plain: bool = False
    """True where a POST may send plain text in its place."""


LAST = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "Of server-sent events the id of the last that was read: those after it are told again",
    "schema": {"type": "integer", "minimum": 0},
    "examples": {"1": {"value": 41}},
}
TOLD = 'data: {"step":0,"loss":0.5,"prediction":[0.1,0.2],"target":[0.0,0.3],"norms":{"W":0.3}}\nid: 0\n\n'
NAME = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "The name of a system",
    "schema": {"type": "string"},
    "examples": {"1": {"value": "rnn"}},
}
TEXT = {
    "name": "text",
    "in": "query",
    "required": True,
    "description": schema.PastedTextJson.model_fields["text"].description,
    "schema": {"type": "string"},
    "examples": {"1": {"value": "h = np.tanh(W @ h + b)"}},
}
SECONDS = {"description": "After how many seconds to try again", "schema": {"type": "integer", "minimum": 1}}
VERSIONED = {"description": "The version of the API", "schema": {"type": "string", "examples": [HEADERS[API_VERSION]]}}
PAGE: dict[str, Any] = {"refused": (422, 503), "tag": "pages"}
READINGS = (
    DescribedAddress("/api/systems", "SystemBrief", "Every system in brief", many=True),
    DescribedAddress(
        "/api/systems/{name}", "System", "One system with its equations", refused=(404,), parameters=(NAME,)
    ),
    DescribedAddress(
        "/api/anywhere",
        "Anywhere",
        "A pattern at every place: a recurrent and a fully connected network",
        refused=(422, 503),
        tag="numbers",
        asks=Training,
    ),
    DescribedAddress(
        "/api/recall",
        "Recall",
        "Recall of a Hopfield network by its load",
        refused=(422, 503),
        tag="numbers",
        asks=Link,
    ),
    DescribedAddress(
        "/api/read",
        "PastedReading",
        "NumPy, PyTorch or LaTeX as text in the language",
        refused=(422,),
        parameters=(TEXT,),
        body=schema.PastedTextJson,
        plain=True,
    ),
    DescribedAddress("/api/language", "Language", "The reference of the language"),
    DescribedAddress(
        "/api/page", "", "What changes of the page with its link, by the parts of the page", asks=Link, **PAGE
    ),
    DescribedAddress(
        "/api/steps", "", "What the page shows at a step of a link: panel, numbers, figure", asks=Link, **PAGE
    ),
    DescribedAddress("/api/figure", "", "What the page shows of the figure of a link", asks=Link, **PAGE),
    DescribedAddress("/api/letters", "", "The outlines of letters that the page draws with", asks=Link, **PAGE),
    DescribedAddress("/api/given", "", "The numbers of a node of a link that nothing computes", asks=Link, **PAGE),
    DescribedAddress("/api/sequence", "", "The data of a link at every step, by its name", asks=Link, **PAGE),
    DescribedAddress("/api/norms", "", "The size of the gradients of a link at every step", asks=Link, **PAGE),
    DescribedAddress(
        "/api/memory", "", "What networks remember of the task of a training, in sentences", asks=Training, **PAGE
    ),
    DescribedAddress("/api/whole", "", "All entries of one array of a link as text", asks=Link, **PAGE),
    DescribedAddress(
        "/api/beside", "", "The gradients of other networks that are fed the data of a link", asks=Link, **PAGE
    ),
    DescribedAddress("/healthz", "Health", "Whether the service is up", tag="service"),
)


@cached(8, lasting=True)
def document(root: str = "") -> bytes:
    """The whole description as JSON, of a service below a path."""
    paths: dict[str, Any] = {row.path: _methods(row) for row in READINGS}
    for answer in OUTPUTS.values():
        paths[answer.path] = {"get": _get(answer), "post": _post(answer)}
    licence = {"name": "MIT", "identifier": "MIT"}
    info = {"title": "Unfold", "version": __version__, "description": about(), "license": licence}
    refusals = {str(status): _refusal_response(status) for status in REFUSED}
    components = {"schemas": _schemas(), "parameters": _share_parameters(paths), "responses": refusals}
    components["headers"] = {API_VERSION: VERSIONED}
    open_to_all = {"servers": [{"url": root or "/"}], "security": list[dict[str, Any]]()}
    return json_bytes({"openapi": "3.1.0", "info": info, **open_to_all, "paths": paths, "components": components})


def _share_parameters(paths: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that several operations take, in whose place they now refer to them: most take every field.

    Written out at each operation they would be nine tenths of the description, which its readers work through whole.
    """
    lists = [operation.get("parameters", []) for methods in paths.values() for operation in methods.values()]
    often = Counter(json.dumps(parameter) for parameters in lists for parameter in parameters)
    of_name, references = Counter[str](), dict[str, Any]()
    shared = dict[str, Any]()
    for text, uses in often.items():
        if uses > 1:
            parameter = json.loads(text)
            of_name[parameter["name"]] += 1
            key = parameter["name"] + (f".{of_name[parameter['name']]}" if of_name[parameter["name"]] > 1 else "")
            shared[key], references[text] = parameter, _reference(key, "parameters")
    for parameters in lists:
        parameters[:] = [references.get(json.dumps(parameter), parameter) for parameter in parameters]
    return shared


def about() -> str:
    """The text about the service, with the limits now in force."""
    rows = [f"| {row.name} | {limit(row.name):,} | {row.meaning} |" for row in LIMITS.values()]
    table = ("| limit | at most | of what |", "|---|---|---|", *rows)
    return "\n".join((ABOUT, "", LIMITS_FOLDED, "", *table, "", "</details>"))


class _PublicNames(GenerateJsonSchema):
    """Calls the models as the description does."""

    def normalize_name(self, name: str) -> str:
        return super().normalize_name(name).removesuffix(schema.SUFFIX)


def _schemas() -> dict[str, Any]:
    """The models that operations refer to."""
    _, definitions = models_json_schema(
        [(model, "validation") for model in MODELS],
        ref_template=_reference("{model}")["$ref"],
        schema_generator=_PublicNames,
    )
    found: dict[str, Any] = definitions["$defs"]
    for model in (model for model in MODELS if issubclass(model, Link)):
        for name in UNSAID & model.model_fields.keys():
            found[schema.public_name(model)]["properties"][name].pop("default", None)
    return found


def _methods(row: DescribedAddress) -> dict[str, Any]:
    """A GET by a query, and where the address takes a body, a POST of it."""
    got = _described_address(row)
    if row.body is None:
        return {"get": got}
    content: dict[str, Any] = {JSON: {"schema": _reference(schema.public_name(row.body))}}
    if row.plain:
        content["text/plain"] = {"schema": {"type": "string"}}
    posted = got | {
        "operationId": _operation_id("post", row.path),
        "requestBody": {"required": True, "content": content},
    }
    posted["responses"] = got["responses"] | {str(status): _reference(str(status), "responses") for status in OF_BODIES}
    return {"get": got, "post": {**posted, "parameters": []}}


def _described_address(row: DescribedAddress) -> dict[str, Any]:
    alone = _reference(row.model) if row.model else _unmodelled(row.media_type)
    shape = {"type": "array", "items": alone} if row.many else alone
    found: dict[str, Any] = {"summary": row.meaning, "operationId": _operation_id("get", row.path), "tags": [row.tag]}
    asked = map(_parameter_of_field, options(row.asks).values()) if row.asks else ()
    found["parameters"] = [*row.parameters, *asked]
    return found | _responses(row.meaning, row.media_type, {"schema": shape}, *row.refused)


def _operation_id(method: str, name: str) -> str:
    """The name that generators give the function for an operation: get_figure_svg, post_train, get_systems_by_name."""
    words = re.findall("[a-z]+", name.removeprefix("/api").replace("{", "by "))
    return "_".join((method, *words))


def _get(answer: Answer) -> dict[str, Any]:
    """An answer by a link."""
    found = {"summary": answer.meaning, "operationId": _operation_id("get", answer.name), "tags": _tags(answer)}
    rows = [*map(_parameter_of_field, options(answer.asks).values()), *([LAST] if answer.event else [])]
    return found | _answered(answer) | {"parameters": rows}


def _post(answer: Answer) -> dict[str, Any]:
    """An answer by a body."""
    examples = {name: {"value": example} for name, example in answer.body.bodies.items()}
    content = {"schema": _reference(answer.body.__name__), "examples": examples}
    body = {"required": True, "content": {JSON: content}}
    found = {"summary": answer.meaning, "operationId": _operation_id("post", answer.name), "tags": _tags(answer)}
    return (
        found | {"requestBody": body} | _answered(answer, *OF_BODIES) | ({"parameters": [LAST]} if answer.event else {})
    )


def _answered(answer: Answer, *refused: int) -> dict[str, Any]:
    """The responses of an answer, which may be of a trained network; a training also has events as it goes on."""
    found = _responses(answer.meaning, answer.media_type, _content(answer), *refused, 422, 503)
    if answer.event:
        found["responses"]["200"]["content"][STREAM] = {"schema": _event_schema(answer.event), "example": TOLD}
    others = {row.media_type for row in answer.formats.values()} - {answer.media_type}
    found["responses"]["200"]["content"] |= {media_type: {"schema": _unmodelled(media_type)} for media_type in others}
    return found


def _event_schema(event: str) -> dict[str, Any]:
    words = f"Server-sent events, one an update, each with its number as its id: data as in {event}. "
    words += "While all places are taken, `waiting` says with `before` how many come first. "
    words += f"The last, `done`, has data as in {schema.public_name(schema.TrainingEndJson)}."
    return {"type": "string", "description": words}


def _tags(answer: Answer) -> list[str]:
    return ["numbers" if answer.model else "figures" if answer.media_type.startswith("image/") else "files"]


def _content(answer: Answer) -> dict[str, Any]:
    if answer.model is None:
        return {"schema": _unmodelled(answer.media_type)}
    return {
        "schema": _reference(answer.model),
        "example": json.loads(answer.make(_example_link(answer))),
    }


def _unmodelled(media_type: str) -> dict[str, Any]:
    """The schema of an answer without a model: an object, or bytes."""
    return {"type": "object"} if media_type == JSON else {"type": "string", "format": "binary"}


def _example_link(answer: Answer) -> Resolved:
    return resolve(answer.asks.model_validate(EXAMPLE | ({"steps": 2} if answer.event else {})))


def _responses(meaning: str, media_type: str, content: Mapping[str, Any], *refused: int) -> dict[str, Any]:
    """What an operation answers, and how it may refuse."""
    versioned = {API_VERSION: _reference(API_VERSION, "headers")}
    found = {"200": {"description": meaning, "headers": versioned, "content": {media_type: content}}}
    return {"responses": found | {str(status): _reference(str(status), "responses") for status in (*refused, *OF_ALL)}}


def _refusal_response(status: int) -> dict[str, Any]:
    """A refusal, with what some requests are told."""
    rows = [row for row in refusal_examples() if row.status == status]
    examples = {row.words: {"summary": row.line, "value": as_json(status, row.problems)} for row in rows}
    content: dict[str, Any] = {MEDIA_TYPE: {"schema": _reference("Problem"), "examples": examples}}
    said = {"description": REFUSED[status], "content": content}
    return said | ({"headers": {"Retry-After": SECONDS}} if status == 503 else {})


def _reference(name: str, kind: str = "schemas") -> dict[str, Any]:
    """What stands for a component: a model, a parameter that several operations take, a refusal."""
    return {"$ref": f"#/components/{kind}/{name}"}


def _parameter_of_field(option: Option) -> dict[str, Any]:
    """A field of the link as a query parameter; empty, as a form sends it, it is its default."""
    simple = option.schema.get("type") in ("integer", "number", "boolean", "string")
    shape = dict(option.schema) if simple else {"type": "string"}
    if option.default is not None and option.name not in UNSAID:
        shape["default"] = option.default
    words = f"{option.meaning} ({option.expects})."
    place = {"name": option.name, "in": "query", "required": False, "allowEmptyValue": True}
    return place | {"description": words, "schema": shape, "examples": {"1": {"value": option.example}}}
