"""What a service answers, as the command line takes it: trainings, refusals, and what is neither."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from app.client import Failed, fetched, trained
from app.language import Problems
from app.link import Body
from app.outputs import ANSWERS

TRAIN = ANSWERS["train"]
ASKED = TRAIN.body.model_validate({"steps": 3})
Serve = Callable[[int, str], None]
STEPS = [{"loss": 1.0 / k, "prediction": None, "target": "a", "norms": {"W": 0.5 * k}} for k in (1, 2, 3)]
END = {"parameters": {"W": [1.0]}, "final_state": {}, "stopped": None}
EVENTS = (
    'event: waiting\ndata: {"before": 1}\n\n'
    + "".join(f"data: {json.dumps(step)}\n\n" for step in STEPS)
    + f"event: done\ndata: {json.dumps(END)}\n\n"
)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Answers whatever is asked with a status and a text."""

    def served(status: int, text: str) -> None:
        transport = httpx.MockTransport(lambda _: httpx.Response(status, text=text))
        monkeypatch.setattr(httpx, "stream", httpx.Client(transport=transport).stream)

    return served


def test_a_training_is_told_to_its_end(serve: Serve) -> None:
    serve(200, EVENTS)
    found = trained("http://far", TRAIN, ASKED, lambda _: True)
    assert found["losses"] == [1.0, 0.5, 1 / 3] and found["norms"] == {"W": [0.5, 1.0, 1.5]}
    assert (found["targets"], found["predictions"], found["parameters"]) == (["a"] * 3, [], {"W": [1.0]})


def test_a_training_ends_where_nobody_listens_any_more(serve: Serve) -> None:
    serve(200, EVENTS)
    found = trained("http://far", TRAIN, ASKED, lambda step: bool(step["loss"] > 0.5))
    assert found["losses"] == [1.0, 0.5] and found["parameters"] == {}


def test_of_a_training_that_ends_at_once_there_is_nothing(serve: Serve) -> None:
    serve(200, "")
    assert trained("http://far", TRAIN, ASKED, lambda _: True)["losses"] == []


def test_a_refusal_is_raised_as_if_it_had_been_found_here(serve: Serve) -> None:
    serve(422, json.dumps({"errors": [{"field": "tau", "message": "tau is too small", "span": [0, 1]}]}))
    with pytest.raises(Problems) as found:
        fetched("http://far", ANSWERS["graph"], Body())
    assert (found.value.problems[0].about, found.value.problems[0].span) == ("tau", (0, 1))


@pytest.mark.parametrize(
    ("status", "text"), [(502, "<html>Bad gateway"), (404, '{"errors": []}'), (500, '{"errors": [{"field": "tau"}]}')]
)
def test_a_server_that_is_no_such_service_fails(serve: Serve, status: int, text: str) -> None:
    serve(status, text)
    with pytest.raises(Failed, match=f"http://far answers {status}"):
        fetched("http://far", ANSWERS["graph"], Body())
