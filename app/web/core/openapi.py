"""Describes the service as OpenAPI, from the tables of fields, answers and limits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from app import __version__
from app.cache import cached
from app.language import Problem
from app.limits import LIMITS, limit
from app.link import Link, Option, Resolved, Training, options, resolve
from app.outputs import JSON, OUTPUTS, Answer, json_bytes, schema
from app.web.core.problems import MEANT, MEDIA_TYPE, as_json

MODELS: Mapping[type[BaseModel], None] = dict.fromkeys(
    [
        *(model for row in OUTPUTS.values() for model in (row.body, row.model, row.event) if model),
        *(schema.TrainingEndJson, schema.SystemBriefJson, schema.SystemJson, schema.HealthJson, schema.ProblemJson),
        *(schema.AnywhereJson, schema.RecallJson, schema.LanguageJson, schema.PastedReadingJson, schema.PastedTextJson),
    ]
)
REFUSED = {
    404: "There is nothing of that name",
    413: "The body is too large",
    422: "Something about the request is wrong; `errors` says what, and what is allowed",
    503: "As many trainings are under way as the service does at a time; `Retry-After` says when to try again",
}
WRONG = {
    404: Problem("there is no system rmn", "name", ["rnn", "rnn-regression"], "did you mean rnn?"),
    413: Problem("the body is longer than 8,000,000 bytes", "body", {"maximum": 8_000_000}),
    422: Problem('tau is to be a whole number from 1 to 1000, not "0"', "tau", {"minimum": 1, "maximum": 1000}),
    503: Problem(MEANT[503].format(runs=4), ""),
}
"""An example of each."""
ABOUT = """\
Recurrent networks as unfolded computational graphs: drawn, run and differentiated from a few lines of equations.
The same link gives the same bytes. A GET takes the fields of a link as its query, a POST the same fields as JSON,
and numbers of your own."""
EXAMPLE = {"equations": "h[t] = tanh(alpha * h[t-1] + x[t])", "sizes": {"h": 1}, "tau": 2}
"""The link whose answer is the example of each address; few are shorter."""
STREAM = "text/event-stream"


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
PAGE: dict[str, Any] = {"refused": (422,), "tag": "pages"}
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


@cached(8)
def document(root: str = "") -> bytes:
    """The whole description as JSON, of a service below a path."""
    paths: dict[str, Any] = {row.path: _methods(row) for row in READINGS}
    for answer in OUTPUTS.values():
        paths[answer.path] = {"get": _get(answer), "post": _post(answer)}
    info = {"title": "Unfold", "version": __version__, "description": about()}
    refusals = {str(status): _refusal_response(status) for status in REFUSED}
    components = {"schemas": _schemas(), "parameters": _share_parameters(paths), "responses": refusals}
    servers = {"servers": [{"url": root}]} if root else {}
    return json_bytes({"openapi": "3.1.0", "info": info, **servers, "paths": paths, "components": components})


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
    return "\n".join((ABOUT, "", "| limit | at most | of what |", "|---|---|---|", *rows))


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
    return found


def _methods(row: DescribedAddress) -> dict[str, Any]:
    """A GET by a query, and where the address takes a body, a POST of it."""
    got = _described_address(row)
    if row.body is None:
        return {"get": got}
    content: dict[str, Any] = {JSON: {"schema": _reference(schema.public_name(row.body))}}
    if row.plain:
        content["text/plain"] = {"schema": {"type": "string"}}
    posted = got | {"operationId": f"post {row.path}", "requestBody": {"required": True, "content": content}}
    posted["responses"] = got["responses"] | {"413": _reference("413", "responses")}
    return {"get": got, "post": {**posted, "parameters": []}}


def _described_address(row: DescribedAddress) -> dict[str, Any]:
    alone = _reference(row.model) if row.model else _unmodelled(row.media_type)
    shape = {"type": "array", "items": alone} if row.many else alone
    found: dict[str, Any] = {"summary": row.meaning, "operationId": f"get {row.path}", "tags": [row.tag]}
    asked = map(_parameter_of_field, options(row.asks).values()) if row.asks else ()
    found["parameters"] = [*row.parameters, *asked]
    return found | _responses(row.meaning, row.media_type, {"schema": shape}, *row.refused)


def _get(answer: Answer) -> dict[str, Any]:
    """An answer by a link."""
    found = {"summary": answer.meaning, "operationId": f"get {answer.name}", "tags": _tags(answer)}
    rows = [*map(_parameter_of_field, options(answer.asks).values()), *([LAST] if answer.event else [])]
    return found | _answered(answer, 422) | {"parameters": rows}


def _post(answer: Answer) -> dict[str, Any]:
    """An answer by a body."""
    examples = {name: {"value": example} for name, example in answer.body.bodies.items()}
    content = {"schema": _reference(answer.body.__name__), "examples": examples}
    body = {"required": True, "content": {JSON: content}}
    found = {"summary": answer.meaning, "operationId": f"post {answer.name}", "tags": _tags(answer)}
    return (
        found | {"requestBody": body} | _answered(answer, 413, 422) | ({"parameters": [LAST]} if answer.event else {})
    )


def _answered(answer: Answer, *refused: int) -> dict[str, Any]:
    """The responses of an answer; a training also has events as it goes on, and may find no room."""
    found = _responses(answer.meaning, answer.media_type, _content(answer), *refused, *([503] if answer.run else []))
    if answer.event:
        found["responses"]["200"]["content"][STREAM] = {"schema": _event_schema(answer.event), "example": TOLD}
    return found


def _event_schema(event: type[BaseModel]) -> dict[str, Any]:
    words = f"Server-sent events, one a step, each with its number as its id: data as in {schema.public_name(event)}. "
    words += "While all places are taken, `waiting` says with `before` how many come first. "
    words += f"The last, `done`, has data as in {schema.public_name(schema.TrainingEndJson)}."
    return {"type": "string", "description": words}


def _tags(answer: Answer) -> list[str]:
    return ["numbers" if answer.model else "figures" if answer.media_type.startswith("image/") else "files"]


def _content(answer: Answer) -> dict[str, Any]:
    if answer.model is None:
        return {"schema": _unmodelled(answer.media_type)}
    return {
        "schema": _reference(schema.public_name(answer.model)),
        "example": json.loads(answer.make(_example_link(answer))),
    }


def _unmodelled(media_type: str) -> dict[str, Any]:
    """The schema of an answer without a model: an object, or bytes."""
    return {"type": "object"} if media_type == JSON else {"type": "string", "format": "binary"}


def _example_link(answer: Answer) -> Resolved:
    return resolve(answer.asks.model_validate(EXAMPLE | ({"steps": 2} if answer.event else {})))


def _responses(meaning: str, media_type: str, content: Mapping[str, Any], *refused: int) -> dict[str, Any]:
    found = {"200": {"description": meaning, "content": {media_type: content}}}
    return {"responses": found | {str(status): _reference(str(status), "responses") for status in refused}}


def _refusal_response(status: int) -> dict[str, Any]:
    content = {"schema": _reference("Problem"), "example": as_json(status, (WRONG[status],))}
    return {"description": REFUSED[status], "content": {MEDIA_TYPE: content}}


def _reference(name: str, kind: str = "schemas") -> dict[str, Any]:
    """What stands for a component: a model, a parameter that several operations take, a refusal."""
    return {"$ref": f"#/components/{kind}/{name}"}


def _parameter_of_field(option: Option) -> dict[str, Any]:
    """A field of the link as a query parameter; in a query everything is text."""
    simple = option.schema.get("type") in ("integer", "boolean", "string")
    shape = dict(option.schema) if simple else {"type": "string"}
    if option.default not in (None, ()):
        shape["default"] = option.default
    words = f"{option.meaning} ({option.expects})."
    place = {"name": option.name, "in": "query", "required": False}
    return place | {"description": words, "schema": shape, "examples": {"1": {"value": option.example}}}
