"""Send a case to every address of the service, and say what was wrong with an answer.

The addresses are those that the service itself has: a new one is asked as soon as it is there.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

from httpx2 import Response
from pydantic import ValidationError
from starlette.routing import Route
from starlette.testclient import TestClient

import app
from app.limits import LIMITS
from app.link import FAR_BACK, FarBack, Graphing, Link, Training, TrainingBody, on_page
from app.outputs.plots import OUTPUTS, PLOTS
from app.web.core.problems import MEDIA_TYPE
from app.web.service import create_app
from tests.fuzz.links import Case

FIXED = (
    "/static",
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs",
    "/openapi.json",
    "/figure.css",
    "/gallery",
    "/language",
    "/api/language",
)
"""What no link decides."""
PICTURES = ("/train.png", "/train/anywhere.png", "/train/memory.png")
SLOW = ("/api/anywhere", "/api/recall", *PICTURES, *(row.path for row in PLOTS.values() if row.run))
"""What trains networks of its own or recalls patterns, for seconds: asked for a moment, and rarely."""
READ = "/api/read"
"""It takes a text alone."""
PAGES = ("text/html", "*/*")


@dataclass(frozen=True)
class Address:
    """A path of the service, and how it is asked."""

    path: str
    method: str = "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Request(NamedTuple):
    """What is sent: the address with its query, and a body where there is one."""

    method: str
    target: str
    body: str | None


@dataclass(frozen=True)
class Fault:
    """What is wrong with an answer: its kind, by which findings are told apart, and where it was found."""

    kind: str
    address: Address
    case: Case
    detail: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.kind}\n{self.address}\n{self.case}\n{self.detail}"


def addresses() -> tuple[Address, ...]:
    """Every address that answers to a link."""
    routes = [route for route in create_app().routes if isinstance(route, Route)]
    found = [Address(route.path, method) for route in routes for method in sorted(route.methods or ())]
    return tuple(a for a in found if not a.path.startswith(FIXED) and "{" not in a.path and a.method != "HEAD")


class Service:
    """The service in this process, with what it wrote down of its crashes."""

    def __init__(self) -> None:
        self.client = TestClient(create_app(), raise_server_exceptions=False)
        self.crashes: list[BaseException] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep what the service logs as its own mistakes, out of sight."""
        log, handler = logging.getLogger("unfold"), _Crashes(self.crashes)
        log.addHandler(handler)
        log.propagate = False
        try:
            yield
        finally:
            log.removeHandler(handler)
            log.propagate = True

    def send(self, case: Case, address: Address) -> Response:
        """The answer to a case at an address, with the fields that it takes."""
        return self.ask(request_of(case, address))

    def ask(self, request: Request) -> Response:
        """The answer to a request."""
        return self.client.request(request.method, request.target, content=request.body)

    def fault(self, case: Case, address: Address, right: bool = False) -> Fault | None:
        """What is wrong with the answer, if anything is; of a link that is `right` a refusal is wrong too.

        What is beyond a limit is refused rightly.
        """
        self.crashes.clear()
        with self.listening():
            try:
                response = self.send(case, address)
            except Exception as error:  # A stream that breaks off after it began is not turned into an answer.
                return _crash(error, address, case)
        if self.crashes:
            return _crash(self.crashes[0], address, case)
        refused = right and response.status_code >= 400 and not _too_large(response)
        wrong = "a right link is refused" if refused else _wrong(response)
        return Fault(f"{response.status_code} {wrong}", address, case, response.text[:500]) if wrong else None


class _Crashes(logging.Handler):
    def __init__(self, found: list[BaseException]) -> None:
        super().__init__()
        self.found = found

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            self.found.append(record.exc_info[1])


def request_of(case: Case, address: Address) -> Request:
    """A case as it is sent to an address, with the fields that it takes."""
    if address.method == "POST":
        return Request("POST", address.path, json.dumps(body_of(case, address.path)))
    return Request("GET", f"{address.path}?{urlencode(query_of(case, address.path))}", None)


def query_of(case: Case, path: str) -> dict[str, str]:
    """The fields that an address takes as its query."""
    pairs = case.pairs
    rng = Random(case.query)
    if path == "/compare":
        mine = urlencode(_of(pairs, Link))
        other = rng.choice(("tau=2", "system=lstm", "gru", "", mine))
        return {"a": mine, "b": other} | ({"step": str(rng.randint(0, 40))} if rng.random() < 0.5 else {})
    if path == READ:
        return {"text": pairs.get("equations", "")}
    if path.startswith("/far-back"):
        return {"forget": str(rng.randint(-20, 20))} | {n: pairs[n] for n in on_page(FarBack, FAR_BACK) if n in pairs}
    if path in ANSWERS_BY_PATH:
        return _of(pairs, ANSWERS_BY_PATH[path].asks)
    if path in ("/train", "/train/anywhere", "/train/memory", *SLOW):
        return _of(pairs, Training) | {"steps": str(rng.randint(1, 3))}
    extra = {"/api/steps": {"first": str(rng.choice((0, 0, 1, 16)))}, "/api/whole": {"name": _single(case, rng)}}
    return _of(pairs, Link) | extra.get(path, {})


ANSWERS_BY_PATH = {row.path: row for row in OUTPUTS.values()}


def _single(case: Case, rng: Random) -> str:
    """The name of something that has one value."""
    variables = case.recurrence.variables.values() if case.recurrence else ()
    return rng.choice([v.name for v in variables if not v.indexed] or ["W"])


def _of(pairs: Mapping[str, str], model: type[Link]) -> dict[str, str]:
    """The fields that a model has; a training is a short one, and is not asked for what comes after it."""
    found = {name: value for name, value in pairs.items() if name in model.model_fields}
    if issubclass(model, Training):
        found = {"steps": "2"} | {n: v for n, v in found.items() if n not in ("trained_tau", "forced", "signal")}
    return found


def body_of(case: Case, path: str) -> dict[str, Any]:
    """The same as a body, with numbers of one's own."""
    if path == READ:
        return query_of(case, path)
    row = ANSWERS_BY_PATH[path]
    fields = _of(case.pairs, row.asks)
    if case.numbers.get("inputs"):
        fields = {name: value for name, value in fields.items() if name not in ("trained_tau", "forced")}
    return {name: _typed(name, value) for name, value in fields.items()} | dict(case.numbers)


def _typed(name: str, value: str) -> Any:
    """A field's text as JSON has it."""
    for model in (Link, Training, Graphing, TrainingBody):
        if name in model.model_fields:
            try:
                found = model.__pydantic_validator__.validate_assignment(model.model_construct(), name, value)
            except ValidationError:
                return value
            typed = found[0][name] if isinstance(found, tuple) else getattr(found, name)
            return dict(typed) if name == "sizes" else typed
    return value


def _too_large(response: Response) -> bool:
    """Whether a refusal names nothing but limits."""
    errors = json.loads(response.content)["errors"]
    return all(isinstance(e.get("allowed"), dict) and e["allowed"].keys() <= LIMITS.keys() for e in errors)


def _crash(error: BaseException, address: Address, case: Case) -> Fault:
    """A crash by its type and by the deepest of our own lines that it passed."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    ours = Path(app.__file__).parent
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(ours)]
    told = [f"  {Path(f.filename).relative_to(ours)}:{f.lineno} {f.name}: {f.line}" for f in frames[-8:]]
    place = f" in {Path(frames[-1].filename).relative_to(ours)}:{frames[-1].name}" if frames else ""
    return Fault(
        f"{type(error).__name__}{place}", address, case, "\n".join((*told, f"{type(error).__name__}: {error}"))
    )


def _wrong(response: Response) -> str:
    """What an answer lacks: one below 400 is right, one above says what is wrong with the request."""
    if response.status_code < 400:
        return "" if response.content else "an answer without a word"
    if response.status_code >= 500:
        return "the service fails"
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        return "" if "<" in response.text else "a page without a word"
    if kind != MEDIA_TYPE:
        return f"a refusal that is {kind or 'nothing'}"
    said = json.loads(response.content)
    return "" if said["detail"] and said["errors"] and all(e["message"] for e in said["errors"]) else "nothing is said"
