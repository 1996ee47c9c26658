"""What is seen of the service: a line for each request, without what a person wrote, and counts of few names."""

from __future__ import annotations

import ctypes
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from subprocess import run
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.cli import memory
from app.log_lines import LOGGING, JsonLines
from app.web.core import seen
from app.web.core.seen import ACCESS, QUERIES
from app.web.service import create_app
from tests.caches import forget_what_was_asked

SECRET = "secretstate"
ASKED = f"/figure.svg?tau=1&equations={SECRET}[t] = tanh({SECRET}[t-1])"


@pytest.fixture
def client() -> TestClient:
    forget_what_was_asked()
    return TestClient(create_app(), raise_server_exceptions=False)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, Any]]]:
    """What is written while a test asks, as programs read it."""
    found: list[dict[str, Any]] = []

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(JsonLines().format(record)))

    reader, logger = Reader(), logging.getLogger("unfold")
    logger.addHandler(reader)
    caplog.set_level(logging.INFO, "unfold")
    yield found
    logger.removeHandler(reader)


def test_each_request_has_a_line_that_says_how_it_was_answered(client: TestClient, lines: list[dict[str, Any]]) -> None:
    first = client.get(ASKED)
    again = client.get(ASKED)
    refused = client.get("/figure.svg?tau=0")
    client.post("/api/graph", json={"equations": f"{SECRET}[t] = thanh({SECRET}[t-1])"})
    assert [line["status"] for line in lines] == [200, 200, 422, 422]
    assert [line["known"] for line in lines] == [False, True, False, False]
    assert [line["path"] for line in lines] == ["/figure.svg"] * 3 + ["/api/graph"]
    assert lines[0]["id"] == first.headers["X-Request-ID"] != lines[1]["id"] == again.headers["X-Request-ID"]
    assert lines[2]["bytes"] == len(refused.content) or "Content-Encoding" in refused.headers
    assert all(line["ms"] >= 0 and line["level"] == "info" and line["client"] for line in lines)
    assert SECRET not in json.dumps(lines) and not any("query" in line for line in lines)


def test_what_was_asked_is_written_where_that_is_asked_for(
    client: TestClient, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(QUERIES, "1")
    client.get(ASKED)
    assert SECRET in lines[0]["query"]


def test_a_crash_is_written_with_the_id_of_its_request(
    client: TestClient, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("app.outputs.table.scene", crash)
    answer = client.get("/figure.svg?tau=1", headers={"X-Request-ID": "from-the-proxy:1"})
    crashed, line = lines
    assert answer.headers["X-Request-ID"] == crashed["id"] == line["id"] == "from-the-proxy:1"
    assert "RuntimeError: broken" in crashed["trace"] and line["status"] == 500


@pytest.mark.parametrize("name", ["a b", "ä", "x" * 65, '{"id":1}'])
def test_an_id_that_is_none_is_replaced(client: TestClient, name: str) -> None:
    answer = client.get("/healthz", headers={b"X-Request-ID": name.encode()})
    assert answer.headers["X-Request-ID"] != name and answer.headers["X-Request-ID"].isalnum()


def test_the_lines_of_a_service_are_json() -> None:
    assert LOGGING["loggers"].keys() == {"unfold", "uvicorn"} and ACCESS.parent is logging.getLogger("unfold")
    record = logging.LogRecord("uvicorn.error", logging.WARNING, "", 0, "%s stops", ("it",), None)
    said = json.loads(JsonLines().format(record))
    assert (said["message"], said["level"], said["from"]) == ("it stops", "warning", "uvicorn.error")


def test_the_counts_have_few_names_whatever_is_asked(client: TestClient) -> None:
    pytest.importorskip("prometheus_client")
    nothing = ("/api/systems/nothing", "/wp-login.php", "/x/y/z")
    for path in (ASKED, ASKED, "/api/systems/rnn", "/static/favicon.svg", *nothing):
        client.get(path)
    client.request("BREW", "/figure.svg")
    text = client.get("/metrics").text
    assert 'unfold_requests_total{known="true",path="/figure.svg",status="200"} 1.0' in text
    assert 'unfold_requests_total{known="false",path="/figure.svg",status="405"} 1.0' in text
    assert 'unfold_requests_total{known="false",path="…",status="404"} 2.0' in text
    assert 'unfold_requests_total{known="false",path="/api/…",status="404"} 1.0' in text
    assert 'unfold_requests_total{known="false",path="/static/…",status="200"} 1.0' in text
    assert 'unfold_seconds_count{path="/figure.svg"} 2.0' in text
    for name in seen.GAUGES:
        assert f"\nunfold_{name} " in text
    assert SECRET not in text


KILLED = """
import os, shutil, subprocess, sys
from pathlib import Path
from app.web.core import seen
folder, me = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]), os.getpid()
gone = subprocess.Popen([sys.executable, "-c", ""])
gone.wait()
seen.measured = lambda: dict.fromkeys(seen.GAUGES, 1.0)
counts = seen.counts_of_prometheus()
counts.look()
shutil.copy(folder / f"gauge_livesum_{me}.db", folder / f"gauge_livesum_{gone.pid}.db")
print(counts.text().decode())
"""


def test_a_process_that_was_killed_takes_nothing(tmp_path: Path) -> None:
    pytest.importorskip("prometheus_client")
    several = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    text = run([sys.executable, "-c", KILLED], env=several, capture_output=True, text=True, check=True).stdout
    assert all(f"\nunfold_{name} 1.0\n" in text for name in seen.GAUGES)


def test_without_the_library_nothing_is_counted(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.service.counts_of_prometheus", lambda: None)
    bare = TestClient(create_app())
    assert bare.get("/healthz").status_code == 200
    assert "prometheus-client" in bare.get("/metrics").text and bare.get("/metrics").status_code == 404


def test_memory_is_given_back_after_many_answers_that_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MANY", 3)
    given = Queue[int]()
    with TestClient(create_app(after_many=lambda: given.put(1))) as client:
        for n in range(7):
            client.get(f"/api/nowhere?n={n}")
        assert [given.get(timeout=60) for _ in range(2)] == [1, 1]
        client.get(ASKED)
        for _ in range(9):
            client.get(ASKED)
    assert given.empty()


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="of glibc alone")
def test_the_allocator_of_the_c_library_is_bounded() -> None:
    bounded = "from app.cli.memory import bound_allocator, give_back; print(bound_allocator(), give_back() in (0, 1))"
    assert run([sys.executable, "-c", bounded], capture_output=True, text=True).stdout.split() == ["True", "True"]


def test_where_the_c_library_is_another_nothing_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cli.memory._function", lambda name: None)
    assert not memory.bound_allocator() and not memory.give_back()
