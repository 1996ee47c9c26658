"""nginx in front of the service: what it keeps, what it does not, and that streams come through as they are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import httpx
import pytest

from app.cache import clear_caches
from app.engine import TrainingBlock
from app.limits import limit
from app.web.core.http import CommonHeaders
from app.web.service import create_app
from app.web.train.stream import TrainingEvents
from tests.browsers import served
from tests.deploy.proxy import proxied

BROWSERS = ("gzip, deflate, br, zstd", "gzip, deflate, br", "gzip", "identity", "zstd;q=0, gzip", "gzip;q=0")
KEPT = ("zstd", "gzip", "gzip", "", "gzip", "")
"""In which coding each gets an answer."""


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with served(create_app()) as address:
        yield address


@pytest.fixture
def asked() -> Counter[tuple[str, str]]:
    """What reached the service, by method and path."""
    return Counter()


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch, asked: Counter[tuple[str, str]]) -> None:
    clear_caches()
    inner = CommonHeaders.__call__

    async def call(self: CommonHeaders, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        if scope["type"] == "http":
            asked[scope["method"], scope["path"]] += 1
        await inner(self, scope, receive, send)

    monkeypatch.setattr(CommonHeaders, "__call__", call)


def test_what_was_answered_once_is_answered_from_the_cache(
    nginx: str, service: str, tmp_path: Path, asked: Counter[tuple[str, str]]
) -> None:
    with (
        proxied(nginx, tmp_path, service) as address,
        httpx.Client(base_url=address, trust_env=False, verify=False) as client,
    ):
        codings, said = [], list[str]()
        for takes in BROWSERS * 5:
            answer = client.get("/figure.svg?tau=2", headers={"Accept-Encoding": takes})
            assert answer.text.startswith("<svg")
            codings.append(answer.headers.get("Content-Encoding", ""))
            said.append(answer.headers["X-Cache-Status"])
        assert tuple(codings) == KEPT * 5
        # One a coding is made; the rest, nine of ten, is known.
        assert Counter(said) == {"HIT": 27, "MISS": 3} and asked["GET", "/figure.svg"] == 3
        tag = client.get("/figure.svg?tau=2").headers["ETag"]
        assert client.get("/figure.svg?tau=2", headers={"If-None-Match": tag}).status_code == 304
        part = client.get("/figure.svg?tau=2", headers={"Accept-Encoding": "identity", "Range": "bytes=0-3"})
        assert (part.status_code, part.text) == (206, "<svg")
        assert asked["GET", "/figure.svg"] == 3
        for _ in range(2):
            assert client.head("/api/graph?tau=2").content == b""
            assert client.get("/figure.svg?tau=0").status_code == 422
            assert client.get("/healthz").headers["X-Cache-Status"] == "MISS"
            assert client.get("/metrics").status_code == 404
            posted = client.post("/api/graph", json={"tau": 2}, headers={"X-Forwarded-For": "192.0.2.1"})
            assert posted.status_code == 200
    assert asked["HEAD", "/api/graph"] == 1
    assert asked["GET", "/figure.svg"] == 5 and asked["GET", "/healthz"] == 2 and asked["POST", "/api/graph"] == 2


def test_another_version_begins_with_an_empty_cache(nginx: str, service: str, tmp_path: Path) -> None:
    named, said = {"Host": "unfold.example"}, list[str]()
    with httpx.Client(trust_env=False, verify=False) as client:
        for version in ("1", "2", "1"):
            with proxied(nginx, tmp_path, service, version) as address:
                answer = client.get(f"{address}/api/graph?tau=1", headers=named)
                said.append(answer.headers["X-Cache-Status"])
    assert said == ["MISS", "MISS", "HIT"]


def test_a_training_is_told_through_it_as_it_goes_on(
    nginx: str, service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, told = Event(), TrainingEvents.told

    def waits(self: TrainingEvents, block: TrainingBlock) -> None:
        if block.first:
            assert heard.wait(60)
        told(self, block)

    monkeypatch.setattr(TrainingEvents, "told", waits)
    asks = {"Accept": "text/event-stream"}
    with (
        proxied(nginx, tmp_path, service) as address,
        httpx.Client(trust_env=False, verify=False, timeout=60) as client,
    ):
        path = f"{address}/api/train?system=rnn-regression&tau=2&steps=3"
        for _ in range(2):
            heard.clear()
            with client.stream("GET", path, headers=asks) as events:
                lines = events.iter_lines()
                assert any(line == "id: 0" for line in lines)
                heard.set()
                assert "event: done" in [*lines]
            assert events.headers["X-Cache-Status"] == "BYPASS"
        assert client.get(path).headers["Content-Type"] == "application/json"


def test_the_longest_link_that_the_service_reads_comes_through(nginx: str, service: str, tmp_path: Path) -> None:
    lines = [f"v{k}[t] = tanh(v{k}[t-1] + {'+'.join([f'a*v{k}[t-2]'] * 20)})" for k in range(30)]
    text = "\n".join(lines)
    asked = {"equations": text, "tau": "2"}
    assert len(text) < limit("equations_length") and len(urlencode(asked)) > 12_000
    with (
        proxied(nginx, tmp_path, service) as address,
        httpx.Client(trust_env=False, verify=False, timeout=60) as client,
    ):
        answers = [client.get(f"{at}/api/graph", params=asked) for at in (service, address)]
        long = [client.get(f"{at}/api/graph", params={"caption": "a" * 62_000}) for at in (service, address)]
    assert [it.status_code for it in (*answers, *long)] == [200, 200, 422, 422]
    assert answers[0].content == answers[1].content and long[0].content == long[1].content
