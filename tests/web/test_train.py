"""Training through a link: the article's run to the digit, told as it goes, ended in time, refused before it begins."""

import io
import json
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import urlencode

import anyio
import httpx2
import numpy as np
import pytest
import safetensors.numpy
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from httpx2 import Response
from starlette.testclient import TestClient

from app.drawing.scene import Ink, ItemGroup, Polyline
from app.engine import OPTIMIZERS, TrainingBlock
from app.engine.training.spectral_radius import spectral_radii
from app.engine.training.train import Trainer
from app.limits import LIMITS, limit
from app.link import Resolved, Training, TrainingBody, parse, read, resolve
from app.outputs import OUTPUTS, json_bytes, schema
from app.outputs.files import run_scene
from app.outputs.table import training_events
from app.systems import SYSTEMS
from app.web.core.admission import TRAININGS, Admission, Turn
from app.web.core.page_address import training_address
from app.web.core.problems import AGAIN
from app.web.core.query_form import hidden_fields
from app.web.explore.shown_run import shown_run
from app.web.service import create_app
from app.web.train import stream
from app.web.train.training_form import article_training, read_training_form
from tests.browsers import Service
from tests.caches import forget_what_was_asked
from tests.lint import reasons
from tests.loops import run_async
from tests.paths import GOLDEN
from tests.tiers import long
from tests.web.test_api import on_a_loop
from tests.web.test_problems import check_refused

with np.load(GOLDEN / "article_training.npz") as file:
    PYTORCH = dict(file)
PARAMETERS = ("U", "W", "b", "V", "c")
ARTICLE: dict[str, Any] = {
    "system": "rnn-regression",
    "sizes": {"h": 32},
    "tau": 10,
    "task": "sine-to-cosine",
    "steps": 60,
    "optimizer": "adam",
    "lr": 0.02,
    "carry_state": True,
    "params": {name: PYTORCH[name].tolist() for name in PARAMETERS},
}
"""The contract's example."""
UNASKED = 4021
"""The seed of a run of which nothing is known yet: it leaves a checkpoint at every step."""
SMALL = "system=rnn-regression&sizes=h:3&tau=4&carry_state=true&lr=0.05"
STREAM = {"Accept": "text/event-stream"}
WAYS = {"json": {"Accept": "application/json"}, "events": STREAM}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


def events(response: Response) -> list[dict[str, Any]]:
    """What was told: id, event and data."""
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/event-stream")
    blocks = [block for block in response.text.split("\n\n") if block]
    found: list[dict[str, Any]] = [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]
    return [event | {"data": json.loads(event["data"])} for event in found]


def check_close(found: Any, wanted: Any) -> None:
    np.testing.assert_allclose(np.array(found), wanted, rtol=0, atol=1e-6)


# The run itself


def test_the_article_s_run_is_had_to_the_digit(client: TestClient) -> None:
    found = client.post("/api/train", json=ARTICLE).json()
    check_close(found["losses"], PYTORCH["losses"])
    check_close(found["predictions"], PYTORCH["predictions"])
    for name in PARAMETERS:
        check_close(found["parameters"][name], PYTORCH[f"final_{name}"])
    check_close(found["final_state"]["h"], PYTORCH["final_h"])
    assert found["stopped"] is None


@pytest.mark.parametrize("k", [0, 1, 30, 59])
def test_a_link_of_the_article_s_run_shows_each_of_its_steps(client: TestClient, k: int) -> None:
    body = {name: value for name, value in ARTICLE.items() if name != "steps"} | {"trained": k}
    trace = client.post("/api/trace", json=body).json()
    assert abs(trace["loss"] - PYTORCH["losses"][k]) < 1e-6
    check_close(np.array(trace["values"]["o"])[:, 0], PYTORCH["predictions"][k])


@pytest.mark.one_in(3)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("how", ["", "carry_state=true", "batch=3", "clip=0.1&truncate=2", "task=random&seed=3"])
def test_the_loss_of_a_trained_link_is_that_of_its_training_step(client: TestClient, optimizer: str, how: str) -> None:
    query = f"system=rnn-regression&sizes=h:3&tau=4&lr=0.05&optimizer={optimizer}&{how}"
    losses = client.get(f"/api/train?steps=4&{query}").json()["losses"]
    traces = [client.get(f"/api/trace?trained={k}&{query}").json() for k in range(4)]
    assert [trace["loss"] for trace in traces] == losses
    assert len(set(losses)) == 4


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_with_parameters_can_be_trained(client: TestClient, name: str) -> None:
    response = client.get(f"/api/train?system={name}&tau=4&steps=3")
    if not SYSTEMS[name].recurrence.names("parameter"):
        check_refused(response, 422, "steps")
        check_refused(client.get(f"/api/trace?system={name}&trained=1"), 422, "trained")
        return
    found = response.json()
    schema.TrainingJson.model_validate(found)
    assert len(found["losses"]) == 3
    if "loss" in SYSTEMS[name].recurrence.variables:
        assert found["losses"][2] == client.get(f"/api/trace?system={name}&tau=4&trained=2").json()["loss"]


def test_a_training_goes_on_from_where_its_link_is(client: TestClient) -> None:
    whole = client.get(f"/api/train?{SMALL}&steps=5").json()
    later = client.get(f"/api/train?{SMALL}&steps=3&trained=2").json()
    assert later["losses"] == whole["losses"][2:]
    assert later["predictions"] == whole["predictions"][2:]
    assert later["norms"] == {name: norms[2:] for name, norms in whole["norms"].items()}
    assert (later["parameters"], later["final_state"]) == (whole["parameters"], whole["final_state"])


def test_what_is_given_is_the_data_of_every_window(client: TestClient) -> None:
    body = {"equations": "o[t] = alpha * x[t]\nL[t] = mse(o[t], y[t])\nloss = mean(L[t])", "sizes": {"x": 1}, "tau": 2}
    body |= {"params": {"alpha": 1.0}, "inputs": {"x": [[1.0], [1.0]], "y": [[0.0], [0.0]]}}
    found = client.post("/api/train", json=body | {"optimizer": "sgd", "lr": 0.25, "steps": 3}).json()
    assert found["losses"] == [1.0, 0.25, 0.0625]
    assert found["predictions"] == [[1.0, 1.0], [0.5, 0.5], [0.25, 0.25]]
    assert found["parameters"] == {"alpha": 0.125}
    assert found["norms"] == {"alpha": [2.0, 1.0, 0.5]}


def test_predictions_of_more_than_one_unit_keep_their_size(client: TestClient) -> None:
    found = client.get("/api/train?system=rnn&tau=3&steps=2&task=next-character").json()
    assert np.shape(found["predictions"]) == (2, 3, 4)


def test_a_training_that_diverges_says_where_and_keeps_what_it_had(client: TestClient) -> None:
    query = "system=rnn-regression&sizes=h:2&optimizer=sgd&lr=1e200"
    found = client.get(f"/api/train?{query}").json()
    k = found["stopped"]["step"]
    assert len(found["losses"]) == k < 60
    assert found["stopped"] == client.get(f"/api/trace?{query}&trained={k}").json()["stopped"] | {"step": k}
    error = check_refused(client.get(f"/api/trace?{query}&trained={k + 1}"), 422, "trained")["trained"]
    assert error["allowed"] == {"minimum": 0, "maximum": k}


# Told as it goes


@pytest.mark.parametrize("axes", [None, 0, 1, 2], ids=str)
def test_steps_that_are_done_at_once_are_written_as_each_would_be_alone(axes: int | None) -> None:
    numbers = np.random.default_rng(1).normal(size=(5, 4, 3)) * 10.0 ** np.array([-150, 0, 20])
    numbers[0, 0, 0], numbers[1], numbers[2, 0], numbers[3, :, 0] = np.nan, np.inf, 0, -7
    said = None if axes is None else (numbers[:, 0, 0], numbers[:, :, 0], numbers)[axes]
    block = TrainingBlock(7, ("W", "b", "λ"), numbers[:, 1, 2].copy(), said, None, numbers[:, 0].copy())
    alone = [
        {**vars(it), "prediction": None if it.prediction is None else it.prediction.tolist()} for it in block.steps()
    ]
    for first in (0, 9, 12):
        told = b"".join(b"%b;%d\n" % (json_bytes(it), it["step"]) for it in alone if it["step"] >= first)
        assert training_events(block, b"%b;%d\n", first) == told


def test_what_is_told_is_what_is_answered_at_the_end(client: TestClient) -> None:
    whole = client.get(f"/api/train?{SMALL}&steps=6").json()
    told = client.get(f"/api/train?{SMALL}&steps=6", headers=STREAM)
    *steps, done = events(told)
    assert [step["id"] for step in steps] == [str(k) for k in range(6)]
    alone = (format_sse_event(data_str=json_bytes(step["data"]).decode(), id=step["id"]) for step in steps)
    assert told.content.startswith(b"".join(alone))
    for k, step in enumerate(steps):
        schema.TrainingStepJson.model_validate(step["data"])
        norms = {name: values[k] for name, values in whole["norms"].items()}
        said = {"prediction": whole["predictions"][k], "target": whole["targets"][k]}
        assert step["data"] == {"step": k, "loss": whole["losses"][k], **said, "norms": norms}
    assert done == {"event": "done", "data": {n: whole[n] for n in ("parameters", "final_state", "stopped")}}


@pytest.mark.parametrize("last", [0, 2, 5, 9])
def test_a_reader_who_comes_back_is_told_the_rest(client: TestClient, last: int) -> None:
    whole = events(client.get(f"/api/train?{SMALL}&steps=6", headers=STREAM))
    rest = events(client.get(f"/api/train?{SMALL}&steps=6", headers=STREAM | {"Last-Event-ID": str(last)}))
    assert rest == [event for event in whole if int(event.get("id", 99)) > last]
    posted = client.post("/api/train", json=fields(SMALL, steps=6), headers=STREAM | {"Last-Event-ID": str(last)})
    assert events(posted) == rest


@pytest.mark.parametrize("last", [250, 396, 398, 399])
def test_what_is_told_again_begins_at_a_checkpoint(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    asked = f"/api/train?{SMALL}&steps=400"
    whole = events(client.get(asked, headers=STREAM))
    begun, begin = list[int](), Trainer.begin

    def counted(trainer: Trainer, k: int) -> None:
        begun.append(k)
        begin(trainer, k)

    monkeypatch.setattr(Trainer, "begin", counted)
    rest = events(client.get(asked, headers=STREAM | {"Last-Event-ID": str(last)}))
    assert rest == [event for event in whole if int(event.get("id", 999)) > last]
    assert len(begun) < 400


def test_a_reader_of_a_run_that_diverged_is_told_where_again(client: TestClient) -> None:
    asked = f"/api/train?{SMALL.replace('lr=0.05', 'lr=1e200')}&steps=400&optimizer=sgd"
    whole = events(client.get(asked, headers=STREAM))
    assert whole[-1]["data"]["stopped"]
    last = int(whole[-2]["id"])
    assert events(client.get(asked, headers=STREAM | {"Last-Event-ID": str(last)})) == whole[-1:]


def fields(query: str, **more: Any) -> dict[str, Any]:
    return parse(query).model_dump(mode="json", exclude_defaults=True) | more


@pytest.mark.parametrize("last", ["", "x", "-1", "-2", "٣", "1" * 10])
def test_a_last_event_that_is_no_step_is_refused(client: TestClient, last: str) -> None:
    for kind in (b"text/event-stream", b"application/json"):
        headers = {b"Accept": kind, b"Last-Event-ID": last.encode()}
        check_refused(client.get(f"/api/train?{SMALL}", headers=headers), 422, "Last-Event-ID")


@pytest.mark.parametrize("headers", WAYS.values(), ids=WAYS)
def test_what_is_wrong_is_refused_before_anything_is_told(client: TestClient, headers: dict[str, str]) -> None:
    check_refused(client.get("/api/train?steps=0&lr=-1&stebs=3", headers=headers), 422, "steps", "lr", "stebs")
    check_refused(client.post("/api/train", json={"params": {"W": "one"}}, headers=headers), 422, "params.W")


def test_a_cache_keeps_the_two_kinds_of_answer_apart(client: TestClient) -> None:
    for headers in WAYS.values():
        assert "Accept" in client.get(f"/api/train?{SMALL}&steps=1", headers=headers).headers["Vary"]
    assert client.get(f"/api/train?{SMALL}&steps=1", headers=STREAM).headers["Cache-Control"] == "no-store"


def test_the_description_tells_how_a_training_is_told(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    for operation in described["paths"]["/api/train"].values():
        told = operation["responses"]["200"]["content"]["text/event-stream"]
        assert all(name in told["schema"]["description"] for name in ("TrainingStep", "TrainingEnd", "done"))
        example = dict(line.split(": ", 1) for line in told["example"].strip().split("\n"))
        schema.TrainingStepJson.model_validate_json(example["data"])
        assert "503" in operation["responses"]
        assert {"$ref": "#/components/parameters/Last-Event-ID"} in operation["parameters"]
    assert described["components"]["parameters"]["Last-Event-ID"]["in"] == "header"
    assert {"TrainingStep", "TrainingEnd"} <= described["components"]["schemas"].keys()


# On a thread, and not for nobody


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """Every step that is done from now on, and whether it was done on an event loop."""
    seen: list[tuple[int, bool]] = []
    usual = Resolved.train

    def train(self: Resolved, told: Callable[[Any], Any] | None = None, keep: bool = True) -> Any:
        def tell(block: TrainingBlock) -> Any:
            seen.extend((block.first + i, on_a_loop()) for i in range(len(block)))
            return told(block) if told else None

        return usual(self, tell, keep)

    monkeypatch.setattr(Resolved, "train", train)
    return seen


@pytest.mark.parametrize("headers", WAYS.values(), ids=WAYS)
def test_a_training_is_never_on_the_event_loop(
    client: TestClient, watched: list[tuple[int, bool]], headers: dict[str, str]
) -> None:
    client.get(f"/api/train?{SMALL}&steps=3", headers=headers)
    assert watched == [(0, False), (1, False), (2, False)]


@pytest.mark.parametrize("headers", WAYS.values(), ids=WAYS)
def test_a_training_ends_when_its_reader_leaves(watched: list[tuple[int, bool]], headers: dict[str, str]) -> None:
    thread = threading.Thread(target=anyio.run, args=(_read_and_leave, watched, headers))
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert 0 < len(watched) < 5000
    assert nobody()


async def _read_and_leave(watched: list[tuple[int, bool]], headers: dict[str, str]) -> None:
    """Ask for a long training, and go as soon as it has begun."""
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if asked:
            return asked.pop()
        while not watched:
            await anyio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pass

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/train",
        "query_string": b"system=rnn-regression&sizes=h:64&tau=60&steps=5000",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await create_app()(scope, receive, send)


@contextmanager
def joined(client: TestClient) -> Iterator[Turn]:
    """A turn of another reader, who leaves at the end unless he has left before."""
    assert client.portal
    turn = client.portal.call(TRAININGS.join)
    try:
        yield turn
    finally:
        if turn in TRAININGS.line or turn in TRAININGS.running.statistics().borrowers:
            client.portal.call(TRAININGS.leave, turn)


def leave(client: TestClient, turn: Turn) -> None:
    assert client.portal
    client.portal.call(TRAININGS.leave, turn)


def until(condition: Callable[[], object]) -> None:
    """Wait for what happens on another thread; what never happens fails."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def nobody() -> bool:
    """Nobody trains and nobody waits."""
    return not TRAININGS.running.borrowed_tokens and not TRAININGS.line


def test_a_run_that_is_answered_whole_waits_in_line_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS["runs"].variable, "1")
    answered: list[Response] = []
    readers = [
        threading.Thread(target=lambda: answered.append(client.get(f"/api/train?{SMALL}&steps=1"))) for _ in range(3)
    ]
    with joined(client):
        for reader in readers:
            reader.start()
        until(lambda: len(TRAININGS.line) == 3)
        assert not answered
    for reader in readers:
        reader.join(20)
    assert [response.status_code for response in answered] == [200] * 3
    assert nobody()


def test_an_answer_that_is_kept_on_disk_while_it_is_sent_is_the_same(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "/api/train?system=rnn-regression&steps=400&sizes=h:2"
    held, known = client.get(asked), {"Accept-Encoding": "identity"}
    monkeypatch.setattr(stream, "HELD", 1000)
    rolled, roll = list[object](), SpooledTemporaryFile.rollover
    monkeypatch.setattr(SpooledTemporaryFile, "rollover", lambda file: rolled.append(roll(file)))
    stored = client.get(asked, headers=known)
    assert len(rolled) == 1 and len(stored.content) > 50_000
    assert stored.content == held.content
    assert stored.headers["Content-Length"] == str(len(stored.content))
    assert stored.headers["ETag"] == held.headers["ETag"].replace("-gzip", "")
    assert client.get(asked, headers=known | {"If-None-Match": stored.headers["ETag"]}).status_code == 304


LONG = [
    *((f"{row.path}?{row.example or SMALL}", WAYS["json"]) for row in OUTPUTS.values() if row.run),
    (f"/api/train?{SMALL}&steps=3", STREAM),
    (f"/api/anywhere?{OUTPUTS['anywhere.svg'].example}", WAYS["json"]),
    (f"/api/recall?{OUTPUTS['recall.svg'].example}", WAYS["json"]),
]
"""Every address whose answer is a training, or is measured for as long as one takes."""
ANNOUNCED = ("Content-Type", "Content-Disposition", "Cache-Control", "Content-Security-Policy")


@pytest.mark.one_in(4)
@pytest.mark.parametrize(("asked", "headers"), LONG)
def test_head_tells_of_a_training_without_training(
    asked: str, headers: dict[str, str], client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    join, joined = Admission.join, list[Admission]()

    def watched(admission: Admission) -> Turn:
        joined.append(admission)
        return join(admission)

    forget_what_was_asked()
    monkeypatch.setattr(Admission, "join", watched)
    head = client.head(asked, headers=headers)
    assert (head.status_code, head.content, joined) == (200, b"", [])
    get = client.get(asked, headers=headers)
    assert joined and nobody()
    assert {name: head.headers.get(name) for name in ANNOUNCED} == {name: get.headers.get(name) for name in ANNOUNCED}
    assert head.headers.get("ETag") == get.headers.get("ETag") and "Content-Length" not in head.headers


@pytest.mark.parametrize(
    "asked", ["/api/train?tau=0", "/run.svg?steps=0", "/anywhere.svg", "/recall.svg", "/api/anywhere", "/api/recall"]
)
def test_head_refuses_what_get_refuses(asked: str, client: TestClient) -> None:
    assert client.head(asked).status_code == client.get(asked).status_code == 422


def test_a_full_service_asks_to_try_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS["runs"].variable, "1")
    monkeypatch.setenv(LIMITS["line"].variable, "1")
    with joined(client), joined(client):
        for address in (f"/api/train?{SMALL}&steps=1", f"/api/trace?{SMALL}&trained=2", f"/?{SMALL}&trained=2"):
            response = client.get(address, headers={"Accept": "application/json"})
            check_refused(response, 503)
            assert response.headers["Retry-After"] == AGAIN["Retry-After"]
        check_refused(client.get(f"/api/train?{SMALL}&steps=1", headers=STREAM), 503)
        page = client.get(f"/api/train?{SMALL}", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["Retry-After"]) == (503, AGAIN["Retry-After"])
    for headers in 3 * [*WAYS.values()]:
        assert client.get(f"/api/train?{SMALL}&steps=1", headers=headers).status_code == 200
    assert nobody()


def test_a_page_of_a_trained_network_waits_for_a_moment_only(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIMITS["runs"].variable, "1")
    monkeypatch.setattr("app.web.core.admission.SHORTLY", 0.05)
    with joined(client):
        check_refused(client.get(f"/api/trace?{SMALL}&trained=2", headers=WAYS["json"]), 503)
        assert not TRAININGS.line
    assert client.get(f"/api/trace?{SMALL}&trained=2").status_code == 200
    assert nobody()


def test_a_reader_who_waits_is_told_how_many_come_first(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS["runs"].variable, "1")
    answered: list[Response] = []
    with joined(client) as inside, joined(client) as first:
        reader = threading.Thread(
            target=lambda: answered.append(client.get(f"/api/train?{SMALL}&steps=1", headers=STREAM))
        )
        reader.start()
        until(lambda: len(TRAININGS.line) == 2)
        leave(client, first)
        leave(client, inside)
        reader.join(20)
    *waiting, step, done = events(answered[0])
    assert [(event["event"], event["data"]["before"]) for event in waiting] == [("waiting", 1), ("waiting", 0)]
    assert (step["id"], done["event"]) == ("0", "done")
    assert nobody()


def test_those_who_wait_are_admitted_in_the_order_in_which_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS["runs"].variable, "2")

    async def served() -> list[int]:
        admission, admitted = Admission(), list[int]()

        async def come(number: int) -> None:
            with admission.turn() as turn:
                await admission.admitted(turn)
                admitted.append(number)
                assert admission.running.borrowed_tokens <= 2
                await anyio.lowlevel.checkpoint()

        async with anyio.create_task_group() as group:
            for number in range(12):
                group.start_soon(come, number)
        assert admission.running.borrowed_tokens == len(admission.line) == 0
        return admitted

    assert run_async(served) == [*range(12)]


def test_one_who_gives_up_in_line_lets_the_others_move_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS["runs"].variable, "1")

    async def seen() -> list[int]:
        admission = Admission()
        places = list[int]()
        with admission.turn():
            gone, last = admission.join(), admission.join()
            async for before in admission.waiting(last):
                places.append(before)
                if before == 0:
                    break
                admission.leave(gone)
            admission.leave(last)
        return places

    assert run_async(seen) == [1, 0]


# What is sent, and to whom


async def _read_by(send: Callable[[Any], Awaitable[None]], query: str, left: anyio.Event | None = None) -> None:
    """Ask for a training as server-sent events, which `send` reads until it has `left`."""
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if asked:
            return asked.pop()
        await (left or anyio.Event()).wait()
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/train",
        "query_string": query.encode(),
        "headers": [(b"accept", b"text/event-stream")],
    }
    await create_app()(scope, receive, send)


@pytest.mark.parametrize("late", [False, True], ids=["before a look", "after it"])
def test_a_reader_who_reads_nothing_any_more_is_let_go(
    late: bool, watched: list[tuple[int, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PATIENCE", 0.05)
    monkeypatch.setattr(stream, "TOGETHER", 0.0)
    looks, gone, usual = count(), threading.Event(), anyio.from_thread.check_cancelled

    def look() -> None:
        """The first one sees nothing yet; those after it end as the reader is gone, and the loop has been told."""
        if next(looks):
            gone.wait()
            for _ in range(20):
                anyio.from_thread.run_sync(lambda: None)
            if not late:
                usual()

    monkeypatch.setattr("app.web.train.stream.from_thread.check_cancelled", look)

    async def send(message: Any) -> None:
        if message.get("body"):
            try:
                await anyio.sleep_forever()
            finally:
                gone.set()

    run_async(_read_by, send, f"{SMALL}&steps=20000")
    assert 0 < len(watched) < 20000
    assert nobody()


def test_a_connection_without_events_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS["runs"].variable, "1")
    monkeypatch.setattr(stream, "SILENCE", 0.01)
    bodies: list[bytes] = []

    async def waited() -> None:
        left = anyio.Event()

        async def send(message: Any) -> None:
            bodies.append(message.get("body", b""))
            if bodies.count(KEEPALIVE_COMMENT) == 2:
                left.set()

        with TRAININGS.turn():
            await _read_by(send, f"{SMALL}&steps=1", left)

    run_async(waited)
    assert bodies[1:4] == [b'event: waiting\ndata: {"before":0}\n\n', KEEPALIVE_COMMENT, KEEPALIVE_COMMENT]
    assert nobody()


def test_events_that_follow_each_other_at_once_are_sent_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "TOGETHER", 1e9)
    bodies: list[bytes] = []

    async def send(message: Any) -> None:
        bodies.append(message.get("body", b""))

    run_async(_read_by, send, f"{SMALL}&steps=30&seed={UNASKED}")
    start, first, rest, end = bodies
    assert (start, first.count(b"\n\n"), rest.count(b"\n\n"), end) == (b"", 8, 23, b"")


@pytest.mark.parametrize("headers", WAYS.values(), ids=WAYS)
def test_a_crash_gives_the_place_back(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    forget_what_was_asked()
    monkeypatch.setattr("app.link.resolved.train", crash)
    response = client.get(f"/api/train?{SMALL}", headers=headers)
    assert "secret" not in response.text
    assert response.status_code == 500 or headers == STREAM
    assert "the secret of the house" in caplog.text
    assert nobody()


@pytest.mark.program
def test_a_service_that_is_told_to_stop_does_not_wait_for_a_training() -> None:
    with Service().running() as service:
        asked = f"{service.address}/api/train?{SMALL.replace('h:3&tau=4', 'h:200&tau=100')}&steps=1000"
        with httpx2.stream("GET", asked, headers=STREAM, timeout=60, trust_env=False) as told:
            pieces = told.iter_bytes()
            assert next(pieces).startswith(b"data: ")
            service.process.terminate()
            service.process.wait(20)
            with pytest.raises(httpx2.RemoteProtocolError):
                list(pieces)
        assert "Application shutdown complete" in Path(service.log).read_text()


# Too much


@pytest.mark.parametrize(
    ("name", "most", "query", "field"),
    [
        ("steps", 5, "steps=6", "steps"),
        ("steps", 5, "steps=3&trained=3", "steps"),
        ("batch", 2, "batch=3&steps=2", "batch"),
        ("training", 1_000_000, "steps=1000", "steps"),
        ("numbers", 1000, "steps=100", "steps"),
        ("work", 1000, "batch=200&steps=1", "tau"),
        ("memory", 1000, "batch=200&steps=1", "tau"),
    ],
)
def test_what_is_too_much_is_refused_before_it_is_begun(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, name: str, most: int, query: str, field: str
) -> None:
    monkeypatch.setenv(LIMITS[name].variable, str(most))
    monkeypatch.setattr("app.link.resolved.train", None)
    monkeypatch.setattr("app.link.training.state_at", None)
    for headers in WAYS.values():
        assert check_refused(client.get(f"/api/train?{query}", headers=headers), 422, field)[field]["allowed"]


def test_a_trained_link_is_refused_before_it_is_trained(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS["training"].variable, "1000000")
    monkeypatch.setattr("app.link.training.state_at", None)
    error = check_refused(client.get("/figure.svg?trained=999"), 422, "trained")["trained"]
    assert error["allowed"] == {"training": limit("training")}


# After a training

TRAINED = "system=rnn-regression&sizes=h:3&lr=0.05&carry_state=true&trained=5"


def test_a_trained_network_is_run_at_another_length_with_the_very_same_weights(client: TestClient) -> None:
    own, longer = (client.get(f"/api/trace?{TRAINED}&{how}").json() for how in ("tau=4", "tau=9&trained_tau=4"))
    assert longer["parameters"] == own["parameters"]
    assert longer["initial"] == own["initial"]
    assert np.shape(longer["values"]["o"]) == (9, 1)
    assert client.get(f"/api/trace?{TRAINED}&tau=4&trained_tau=4").json() == own
    trained_longer = client.get(f"/api/trace?{TRAINED}&tau=9").json()
    assert trained_longer["parameters"] != own["parameters"]


def test_a_signal_is_heard_and_then_nothing(client: TestClient) -> None:
    found = client.get(f"/api/trace?{TRAINED}&tau=4&signal=0.5,-1").json()
    assert found["values"]["x"] == [[0.5], [-1.0], [0.0], [0.0]]
    assert found["parameters"] == client.get(f"/api/trace?{TRAINED}&tau=4").json()["parameters"]
    scalar = client.get(
        "/api/trace", params={"equations": "s[t] = s[t-1] + xi[t]", "tau": 3, "signal": "0.5,-1"}
    ).json()
    assert scalar["values"] == {"s": [0.5, -0.5, -0.5], "xi": [0.5, -1.0, 0.0]}
    check_refused(client.get("/api/trace?signal=1"), 422, "signal")


def test_free_running_may_follow_teacher_forcing(client: TestClient) -> None:
    asked = "system=teacher-forcing&tau=4&trained=3"
    forced, free, both = (
        client.get(f"/api/trace?{asked}{how}").json() for how in ("", "&feed=y:o", "&feed=y:o&forced=true")
    )
    assert both["parameters"] == forced["parameters"] != free["parameters"]
    assert both["values"]["o"] != forced["values"]["o"]


@pytest.mark.parametrize(
    ("query", "field"),
    [("trained_tau=3", "trained_tau"), ("forced=true", "forced"), ("trained=2&forced=true", "forced")],
)
def test_what_comes_after_a_training_needs_one(client: TestClient, query: str, field: str) -> None:
    check_refused(client.get(f"/api/trace?{query}"), 422, field)


def test_a_training_has_nothing_of_what_comes_after(client: TestClient) -> None:
    query = "system=rnn-regression&signal=1&trained=2&trained_tau=3"
    check_refused(client.get(f"/api/train?{query}"), 422, "signal", "trained_tau")


# Files


def test_a_run_is_had_as_a_table(client: TestClient) -> None:
    whole = client.get(f"/api/train?{SMALL}&steps=4").json()
    head, *rows = client.get(f"/run.csv?{SMALL}&steps=4").text.splitlines()
    assert head == ",".join(["step", "loss", *(f"norm of the gradient of {name}" for name in whole["norms"])])
    for k, row in enumerate(rows):
        assert [float(cell) for cell in row.split(",")] == [
            k,
            whole["losses"][k],
            *(n[k] for n in whole["norms"].values()),
        ]


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_weights_are_had_as_other_programs_read_them(client: TestClient, suffix: str) -> None:
    wanted = client.get(f"/api/train?{SMALL}&steps=4").json()["parameters"]
    file = client.get(f"/weights{suffix}?{SMALL}&trained=4").content
    found = dict(np.load(io.BytesIO(file))) if suffix == ".npz" else safetensors.numpy.load(file)
    assert {name: array.tolist() for name, array in found.items()} == wanted
    assert client.get(f"/weights{suffix}?{SMALL}&trained=4").content == file


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "asked", [f"{SMALL}&steps=3", "steps=700", *long("steps=3&batch=2", "system=last-output&steps=3")]
)
@pytest.mark.parametrize("theme", ["print", *long("light", "dark")])
def test_the_plots_of_a_run_are_safe_to_put_on_a_slide(client: TestClient, asked: str, theme: str) -> None:
    svg = client.get(f"/run.svg?{asked}&theme={theme}").text
    assert reasons(svg, "run") == []
    assert client.get(f"/run.png?{asked}&theme={theme}").content.startswith(b"\x89PNG")


def test_the_plot_of_a_run_of_letters_spells_them_and_crosses_out_what_is_wrong() -> None:
    resolved = resolve(parse("system=rnn&tau=4&steps=40", Training))
    run = resolved.train()
    spelled = run_scene(run, resolved).items[0]
    assert isinstance(spelled, ItemGroup)
    wrong = [a.argmax() != b.argmax() for k in (0, 39) for a, b in zip(run.targets[k], run.predictions[k], strict=True)]
    assert sum(wrong) and not all(wrong)
    crossed = sum(isinstance(item, Polyline) for item in spelled.items)
    letters = sum(isinstance(item, Ink) for item in spelled.items) - 1
    assert sum(wrong) <= crossed < letters and letters % (1 + 2 * 4) == 0, "a number, and two words of four letters"


def test_after_the_end_of_a_shorter_word_no_letter_is_written(client: TestClient) -> None:
    resolved = resolve(parse("system=lstm&task=next-character:hello,hi,abc&tau=4&steps=3", Training))
    spelled = run_scene(resolved.train(), resolved).items[0]
    assert isinstance(spelled, ItemGroup)
    assert sum(isinstance(item, Ink) for item in spelled.items) - 1 == 3 + 2 * (4 + 1 + 2), "numbers and two words each"
    page = client.get("/", params={"system": "lstm", "task": "next-character:hi,hello", "tau": 4}).text
    assert "“h”" in page and "“hhhh”" not in page


# The fields that change what is trained


def test_the_radius_of_a_link_is_that_of_its_recurrent_matrices() -> None:
    for query in ("system=rnn&radius=1.5", "system=lstm&radius=0.5&tau=2"):
        run = resolve(parse(query)).run
        radii = spectral_radii(run.recurrence, run.trace.parameters)
        assert radii
        assert all(radius == pytest.approx(run.link.radius) for radius in radii.values())


def test_single_entries_are_set_after_the_radius() -> None:
    bare, changed = (resolve(parse(query)).run.trace for query in ("radius=2", "radius=2&set=W[2,1]:0.7,b[1]:0.1"))
    moved = {name: np.argwhere(bare.parameters[name] != value).tolist() for name, value in changed.parameters.items()}
    assert {name: places for name, places in moved.items() if places} == {"W": [[1, 0]], "b": [[0]]}
    assert (changed.parameters["W"][1, 0], changed.parameters["b"][0]) == (0.7, 0.1)


def test_what_is_given_is_not_changed_by_the_link(client: TestClient) -> None:
    given: dict[str, Any] = {"params": {"W": [[0.5, 0.0], [0.0, 0.25]]}, "sizes": {"h": 2}}
    for field, value in {"radius": 2.0, "set": "W[1,1]:3"}.items():
        check_refused(client.post("/api/trace", json=given | {field: value}), 422, field)
    found = client.post("/api/trace", json=given | {"set": "b[1]:3"}).json()
    assert found["parameters"]["W"] == given["params"]["W"]
    assert found["parameters"]["b"][0] == 3


def test_a_training_begins_with_what_the_link_sets(client: TestClient) -> None:
    first = client.get("/api/trace?radius=1.5&set=b[1]:0.3").json()
    assert client.get("/api/train?radius=1.5&set=b[1]:0.3&steps=1").json()["losses"] == [first["loss"]]


def test_an_output_that_is_fed_back_takes_the_place_of_what_was_given(client: TestClient) -> None:
    asked = "system=teacher-forcing&tau=3"
    forced, free = (client.get(f"/api/graph?{asked}{more}").json()["edges"] for more in ("", "&feed=y:o"))
    assert {"y[1]->h[2]", "y[1]->L[1]"} <= {edge["id"] for edge in forced}
    assert {"o[1]->h[2]", "y[1]->L[1]"} <= {edge["id"] for edge in free}
    assert "y[1]->h[2]" not in {edge["id"] for edge in free}


def test_a_batch_is_trained_on_its_mean(client: TestClient) -> None:
    batch = client.get("/api/trace?system=rnn-regression&batch=2").json()
    first = client.get("/api/trace?system=rnn-regression").json()
    assert batch["values"]["x"] == first["values"]["x"]
    assert batch["loss"] != first["loss"]


def test_a_body_of_a_training_is_read_and_written_alike() -> None:
    body = read(json.dumps(ARTICLE).encode(), TrainingBody)
    assert TrainingBody.model_validate(body.model_dump(mode="json")) == body
    assert body.link.model_dump(exclude_defaults=True).keys() == ARTICLE.keys() - {"params", "optimizer", "steps"}


def test_the_hidden_fields_of_a_form_stand_in_the_order_of_the_link() -> None:
    form = read_training_form([], article_training())
    names = [name for name, _ in hidden_fields(form, ())]
    assert names == [name for name in Training.model_fields if name in names]
    assert len(names) > 5


@pytest.mark.parametrize("page", ["/train", "/train/hopfield", "/train/memory", "/train/anywhere"])
def test_a_problem_that_no_control_shows_stands_below_them_with_its_field(client: TestClient, page: str) -> None:
    answer = client.get(page, params={"equations": "loss = c[t]", "tau": 1})
    assert answer.status_code == 422
    assert "t is free on the right" in answer.text


def test_a_query_that_names_no_network_is_about_the_one_that_the_page_opens_on(client: TestClient) -> None:
    opening = article_training()
    for asked, wanted in (
        ("lr=5", opening.model_copy(update={"lr": 5.0})),
        ("system=rnn&lr=5", parse("lr=5", Training)),
        ("system=lstm&tau=4", parse("system=lstm&tau=4", Training)),
    ):
        page = client.get(f"/train?{asked}").text
        data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])  # type: ignore[index]
        assert parse(data["query"], Training) == wanted
        address = training_address(wanted)
        again = client.get(address).text
        assert json.loads(re.search(r'id="data">(.*?)</script>', again)[1])["query"] == data["query"], address  # type: ignore[index]


@pytest.mark.parametrize(
    "query",
    [
        "trained=3&detail=states&phase=backward",
        "system=rnn-regression&tau=7&trained_tau=4&trained=2&carry_state=true&lr=0.05&seed=3&signal=1,2",
        "system=rnn-regression&tau=4&trained=70&feed=x:o&forced=true&optimizer=sgd",
    ],
)
def test_a_trained_link_leads_back_to_the_step_of_its_run(query: str) -> None:
    resolved = resolve(parse(query))
    shown = shown_run(resolved.link)
    assert shown is not None and f"After {resolved.link.trained} updates" in shown.said
    asked, _, step = shown.href.partition("?")[2].partition("#")
    run = resolve(parse(asked, Training)).train()
    before = re.sub(r"&?steps=\d+", "", asked)
    there = resolve(parse(f"{before}&trained={step}"))
    assert len(run.losses) > int(step) == resolved.link.trained
    assert run.losses[int(step)] == pytest.approx(there.run.trace.loss)
    for name, value in resolved.run.trace.parameters.items():
        np.testing.assert_allclose(there.run.trace.parameters[name], value)


def test_a_link_without_training_shows_no_run() -> None:
    assert shown_run(parse("tau=4")) is None


FIXED = {
    "equations": SYSTEMS["rnn-regression"].equations + "\nfixed W, U",
    "sizes": "x:1,h:3,y:1",
    "task": "sine-to-cosine",
}


def test_the_page_says_which_parameters_stay_as_they_are_and_the_weights_keep_them(client: TestClient) -> None:
    page = client.get("/train", params=FIXED)
    assert page.status_code == 200 and "W, U stay as they are" in page.text
    assert "fixed" not in client.get("/train", params={**FIXED, "equations": FIXED["equations"].split("fixed")[0]}).text
    before, after = (
        dict(np.load(io.BytesIO(client.get("/weights.npz", params={**FIXED, "trained": trained}).content)))
        for trained in (0, 5)
    )
    assert {name for name in before if np.array_equal(before[name], after[name])} == {"W", "U"}


def test_the_figures_page_says_it_in_the_mathematics_and_on_the_cards(client: TestClient) -> None:
    assert "<mi>fixed</mi>" in client.get("/", params={"equations": FIXED["equations"]}).text


def test_a_network_is_tried_at_no_more_steps_than_the_text_has_numbers_of(client: TestClient) -> None:
    def tried(text: str, **fields: str) -> list[int]:
        page = client.get("/train?" + urlencode({"equations": text, **fields})).text
        return json.loads(re.search(r'id="data">(.*?)</script>', page)[1])["lengths"]  # type: ignore[index, no-any-return]

    text = "h[t] = tanh(W @ h[t-1] + U @ x[t])\nloss = mean(mse(V @ h[t], y[t]))"
    assert tried(text) == [3, 10, 40, 200]
    assert tried(f"{text}\nx ~ {[0.5] * 12}") == [3, 10]
    assert tried(f"{text}\nW ~ [[0.5]]") == [3, 10, 40, 200]
