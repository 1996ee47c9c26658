"""The service as a whole: how much of it works at once, and what is answered meanwhile."""

from __future__ import annotations

import re
from asyncio import create_task
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any

import pytest
from anyio import sleep_forever, to_thread
from anyio.lowlevel import checkpoint
from starlette.testclient import TestClient

from app.cache import clear_caches
from app.cli import serve
from app.limits import LIMITS, limit
from app.web.core import redis_answers, seen
from app.web.core.admission import TRAININGS
from app.web.service import create_app
from tests.loops import run_async
from tests.paths import ROOT


def test_so_many_answers_are_made_at_once_and_health_and_known_answers_wait_for_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clear_caches()
    monkeypatch.setenv(LIMITS["threads"].variable, "2")
    begun, go_on, at_once = [Event() for _ in range(5)], Event(), list[str]()

    def stuck(name: str) -> dict[str, str]:
        at_once.append(name)
        begun[len(at_once) - 1].set()
        assert go_on.wait(60)
        return {}

    with TestClient(create_app()) as client, ThreadPoolExecutor(5) as pool:
        known = client.get("/figure.svg?tau=1").content
        monkeypatch.setattr("app.outputs.table.system_in_full", stuck)
        asked = [pool.submit(client.get, "/api/systems/rnn", params={"n": str(n)}) for n in range(5)]
        assert all(event.wait(60) for event in begun[:2])
        assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
        assert client.get("/figure.svg?tau=1").content == known
        assert not begun[2].is_set()
        go_on.set()
        assert {answer.result().status_code for answer in asked} == {200} and len(at_once) == 5


def test_who_waits_for_a_training_keeps_nobody_from_being_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_caches()
    monkeypatch.setenv(LIMITS["threads"].variable, "1")
    monkeypatch.setenv(LIMITS["runs"].variable, "1")
    monkeypatch.setattr("app.web.core.admission.SHORTLY", 600.0)
    with TestClient(create_app()) as client, ThreadPoolExecutor(3) as pool:
        assert client.portal
        turn = client.portal.call(TRAININGS.join)
        waiting = [pool.submit(client.get, f"/api/graph?system=rnn-regression&tau=2&trained={k}") for k in (1, 2)]
        while len(TRAININGS.line) < 2:
            client.portal.call(checkpoint)
        assert client.get("/api/systems/rnn").status_code == 200
        client.portal.call(TRAININGS.leave, turn)
        assert {answer.result().status_code for answer in waiting} == {200}
        assert client.portal.call(lambda: to_thread.current_default_thread_limiter().total_tokens) == limit("threads")


def test_one_reader_has_not_all_places(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_caches()
    monkeypatch.setenv(LIMITS["share"].variable, "2")
    monkeypatch.setenv(LIMITS["runs"].variable, "1")
    monkeypatch.setattr("app.web.core.admission.SHORTLY", 600.0)
    app = create_app()
    greedy, other = (TestClient(app, client=(host, 1)) for host in ("192.0.2.1", "192.0.2.2"))
    with greedy, ThreadPoolExecutor(3) as pool:
        assert greedy.portal
        other.portal = greedy.portal
        turn = greedy.portal.call(TRAININGS.join)
        trained = "/api/graph?system=rnn-regression&tau=2&trained="
        waiting = [pool.submit(greedy.get, f"{trained}{k}") for k in (1, 2)]
        while len(TRAININGS.line) < 2:
            greedy.portal.call(checkpoint)
        for asked in (f"{trained}3", "/api/train?system=rnn-regression&tau=2&steps=1"):
            refused = greedy.get(asked)
            assert refused.status_code == 503 and "of yours" in refused.text and refused.headers["Retry-After"]
        waiting.append(pool.submit(other.get, f"{trained}4"))
        while len(TRAININGS.line) < 3:
            greedy.portal.call(checkpoint)
        greedy.portal.call(TRAININGS.leave, turn)
        assert {answer.result().status_code for answer in waiting} == {200}
        assert greedy.get(f"{trained}3").status_code == 200 and not +TRAININGS.turns


def test_a_service_that_compiles_still_is_up_and_not_yet_ready() -> None:
    service, done = create_app(), Event()
    service.state.warming = Thread(target=done.wait)
    service.state.warming.start()
    with TestClient(service) as client:
        assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)
        done.set()
        service.state.warming.join()
        assert client.get("/readyz").json()["status"] == "ready"


def test_what_is_said_of_hosting_is_so() -> None:
    text = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    named = set(re.findall(r"UNFOLD_[A-Z_]+", text))
    others = {redis_answers.VARIABLE, seen.QUERIES}
    assert others < named and named - others <= {row.variable for row in LIMITS.values()}
    options = {option for option, *_ in serve.OPTIONS}
    assert set(re.findall(r"--([a-z][a-z-]+)", text)) <= options
    with TestClient(create_app()) as client:
        for path in re.findall(r"`(/[a-z]+)`", text):
            assert client.get(path).status_code == 200, path


def test_who_waits_while_the_service_stops_is_told_to_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """uvicorn cancels what is not answered in time."""
    clear_caches()
    begun, go_on = Event(), Event()

    def stuck(name: str) -> dict[str, str]:
        begun.set()
        assert go_on.wait(60)
        return {}

    monkeypatch.setattr("app.outputs.table.system_in_full", stuck)
    sent = run_async(_stopped, create_app(), begun, go_on)
    headers = dict(sent[0]["headers"])
    assert sent[0]["status"] == 503 and headers[b"retry-after"] == b"5" and headers[b"cache-control"] == b"no-store"
    assert b"the service is stopping" in sent[1]["body"]


async def _stopped(app: Any, begun: Event, go_on: Event) -> list[Any]:
    sent = list[Any]()

    async def receive() -> Any:
        await sleep_forever()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/api/systems/lstm", "query_string": b"", "headers": []}
    task = create_task(app(scope, receive, send))
    while not begun.is_set():
        await checkpoint()
    task.cancel()
    await task
    go_on.set()
    return sent
