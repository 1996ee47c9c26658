"""Asks a running service for an answer; its problems are raised as if they had been found here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.language import Problem, Problems
from app.link import Body
from app.outputs import Answer

if TYPE_CHECKING:
    import httpx

TIMEOUT = 120.0


class Failed(OSError):
    """A file or a server fails, which no change of the link would mend."""


def fetched(server: str, row: Answer, asked: Body) -> bytes:
    """The bytes of the service's answer."""
    with _response_of(server, row, asked, "*/*") as response:
        return response.read()


def trained(server: str, row: Answer, asked: Body, told: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
    """The outcome of a training by the service. `told` gets each step; where it returns False the training ends."""
    steps: list[dict[str, Any]] = []
    end: dict[str, Any] = {"parameters": {}, "final_state": {}, "stopped": None}
    with _response_of(server, row, asked, "text/event-stream") as response:
        for name, data in _read_events(response.iter_lines()):
            if name == "done":
                end = data
                break
            if name == "waiting":
                continue
            steps.append(data)
            if not told(data):
                break
    said = [step["prediction"] for step in steps if step["prediction"] is not None]
    asked_for = [step["target"] for step in steps if step["target"] is not None]
    norms = {name: [step["norms"][name] for step in steps] for name in (steps[0]["norms"] if steps else {})}
    return {
        "losses": [step["loss"] for step in steps],
        "predictions": said,
        "targets": asked_for,
        **end,
        "norms": norms,
    }


@contextmanager
def _response_of(server: str, row: Answer, asked: Body, accept: str) -> Iterator[httpx.Response]:
    """The response of the service, unless it refuses."""
    import httpx  # A fiftieth of all that a service loads, which asks no other.

    body = json.dumps(asked.model_dump(mode="json", exclude_unset=True))
    url, headers = f"{server.rstrip('/')}{row.path}", {"Accept": accept}
    try:
        with httpx.stream("POST", url, content=body, headers=headers, timeout=TIMEOUT) as response:
            if not response.is_success:
                response.read()
                raise _read_refusal(server, response)
            yield response
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Failed(f"{server} does not answer: {error}") from None


def _read_refusal(server: str, response: httpx.Response) -> Exception:
    try:
        problems = [_read_problem(error) for error in response.json()["errors"]]
    except (ValueError, KeyError, TypeError):
        problems = []
    if not problems or response.is_server_error:
        return Failed(f"{server} answers {response.status_code} {response.reason_phrase}")
    return Problems(*problems)


def _read_problem(error: Mapping[str, Any]) -> Problem:
    said = {name: value for name, value in error.items() if name not in ("field", "lines")}
    span, mendings = tuple(error["span"]) if "span" in error else None, tuple(error.get("mendings", ()))
    return Problem(**said | {"about": error["field"], "span": span, "mendings": mendings})


def _read_events(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and the data of each server-sent event; this service writes one line of data in each."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)
            name = ""
