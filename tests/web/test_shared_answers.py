"""Answers that processes share: with a real Redis, with one that dies, and with none."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from app.engine.training.train import Trainer, TrainingBlock
from app.web.core import redis_answers as shared
from app.web.core.http import CommonHeaders
from app.web.core.known_answer import KnownAnswer
from app.web.core.known_answers import KNOWN
from app.web.service import create_app
from tests.browsers import free_port
from tests.caches import forget_what_was_asked
from tests.loops import run_async

ASKED = "/figure.svg?tau=2"
CODED = {"Accept-Encoding": "gzip"}


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    forget_what_was_asked()
    monkeypatch.setattr(shared, "PATIENCE", 20.0)
    yield
    forget_what_was_asked()


@contextmanager
def running(program: str, folder: Path, port: int) -> Iterator[str]:
    """The address of a Redis that keeps nothing on disk."""
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert any("Ready to accept connections" in line for line in process.stdout)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()


@pytest.fixture
def redis(redis_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pytest.importorskip("redis")
    with running(redis_server, tmp_path, free_port()) as address:
        monkeypatch.setenv(shared.VARIABLE, address)
        yield address


def within(app: Any, work: Callable[[httpx.AsyncClient], Coroutine[Any, Any, None]]) -> None:
    """Ask a service on an event loop of its own, from its beginning to its end."""

    async def asked() -> None:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://testserver") as client,
        ):
            await work(client)

    run_async(asked)


def test_what_one_process_was_asked_another_need_not_make(redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [ASKED, "/weights.npz?tau=2", "/api/train?system=rnn-regression&tau=2&steps=2", "/?tau=2"]
    first: dict[str, httpx.Response] = {}

    async def one(client: httpx.AsyncClient) -> None:
        for address in addresses:
            first[address] = await client.get(address, headers=CODED)

    async def other(client: httpx.AsyncClient) -> None:
        for address in addresses:
            again = await client.get(address, headers=CODED)
            assert (again.status_code, again.content) == (200, first[address].content)
            assert again.headers["ETag"] == first[address].headers["ETag"]

    within(create_app(), one)
    KNOWN.clear()
    monkeypatch.setattr(shared, "PREFIX", "another:")
    with pytest.raises(AssertionError), monkeypatch.context() as patched:
        patched.setattr(CommonHeaders, "__call__", not_asked)
        within(create_app(), other)
    monkeypatch.setattr(shared, "PREFIX", "unfold:")
    monkeypatch.setattr(CommonHeaders, "__call__", not_asked)
    within(create_app(), other)


def test_a_run_that_one_process_has_done_another_goes_on_with(redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run, steps = "system=rnn-regression&tau=2&trained=90", list[int]()
    usual = Trainer.block

    def counted(self: Trainer, k: int, most: int) -> TrainingBlock:
        made = usual(self, k, most)
        steps.append(len(made))
        return made

    monkeypatch.setattr(Trainer, "block", counted)
    asked = f"/api/trace?{run}", f"/api/graph?{run}", f"/api/cursor?{run}&phase=backward"
    answers = [b"", b"", b""]

    async def ask(client: httpx.AsyncClient, way: int) -> None:
        answer = await client.get(asked[way], headers=CODED)
        assert answer.status_code == 200
        answers[way] = answer.content

    done = []
    for way in range(3):
        if way == 2:
            monkeypatch.setattr(shared, "PREFIX", "another:")
        forget_what_was_asked()
        steps.clear()
        within(create_app(), lambda client, way=way: ask(client, way))  # type: ignore[misc]
        done.append(sum(steps))
    assert done[0] == done[2] == 90 and done[1] < 10
    forget_what_was_asked()
    monkeypatch.delenv(shared.VARIABLE)
    alone = TestClient(create_app()).get(asked[1], headers=CODED).content
    assert alone == answers[1], "to the bit"


def not_asked(*_: object) -> None:
    raise AssertionError("this is work")


def test_what_is_no_answer_for_all_is_not_shared(redis: str) -> None:
    async def ask(client: httpx.AsyncClient) -> None:
        for address in ("/figure.svg?tau=0", "/static/favicon.svg", "/healthz", "/nowhere"):
            await client.get(address, headers=CODED)
        assert await count(redis) == 0
        await client.get(ASKED, headers=CODED)

    within(create_app(), ask)
    assert run_async(count, redis) == 1


async def count(address: str) -> int:
    """How many answers a Redis has."""
    from redis.asyncio import from_url

    async with from_url(address) as client:
        found: int = await client.dbsize()
        return found


def test_a_redis_that_is_gone_costs_a_moment_once(
    redis_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("redis")
    now = iter(range(0, 1_000_000, 1))
    monkeypatch.setattr(shared, "monotonic", lambda: float(next(now)) / 100)
    port = free_port()
    monkeypatch.setenv(shared.VARIABLE, f"redis://127.0.0.1:{port}/0")
    tried: list[str] = []
    monkeypatch.setattr(shared.SharedAnswers, "_client", counted(shared.SharedAnswers._client, tried))

    async def ask(client: httpx.AsyncClient) -> None:
        for tau in range(1, 6):
            assert (await client.get(f"/api/graph?tau={tau}", headers=CODED)).status_code == 200

    app = create_app()
    within(app, ask)
    assert len(tried) == 1 and caplog.text.count("does not answer") == 1
    for _ in range(int(100 * shared.REST)):
        next(now)
    KNOWN.clear()
    with running(redis_server, tmp_path, port) as address:
        within(app, ask)
        assert run_async(count, address) == 5
    KNOWN.clear()
    within(app, ask)
    assert caplog.text.count("does not answer") == 2


def counted(function: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    def called(*arguments: Any) -> Any:
        calls.append("")
        return function(*arguments)

    return called


@pytest.mark.parametrize("body", [b"", b"a\nb", bytes(range(256))])
def test_an_answer_is_read_as_it_was_written_or_not_at_all(body: bytes) -> None:
    name = (b"content-disposition", 'inline; filename="ä"'.encode("latin-1"))
    known = KnownAnswer((name, (b"content-length", str(len(body)).encode())), body)
    kept = known.as_bytes()
    assert KnownAnswer.of_bytes(kept) == known
    for other in (kept[:-1], kept[1:], b"", b"null\n", b"[1]\n", b'[["a"]]\n', b"{}\n", kept + b"a"):
        assert KnownAnswer.of_bytes(other) is None


BROKEN = b"", b"nothing", b"PK\x03\x04broken", b"[]\nbody"


def test_what_others_write_into_a_redis_is_no_answer_and_no_run(redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a run of whose checkpoints none is small enough to be shared."""
    import redis as library

    run = "system=rnn-regression&sizes=h:200&tau=2&trained=9"
    addresses = (ASKED, f"/api/graph?{run}", f"/api/graph?{run}&detail=states")
    client = library.Redis.from_url(redis)
    with monkeypatch.context() as patched:
        patched.delenv(shared.VARIABLE)
        answers = [TestClient(create_app()).get(address, headers=CODED).content for address in addresses]

    async def ask(asking: httpx.AsyncClient) -> None:
        for address, answer in zip(addresses, answers, strict=True):
            found = await asking.get(address, headers=CODED)
            assert (found.status_code, found.content) == (200, answer)

    for written in (None, None, *BROKEN):
        for key in [*client.scan_iter()]:
            if written is not None:
                client.set(key, written)
            elif b":run:" not in key:
                client.delete(key)
        forget_what_was_asked()
        within(create_app(), ask)
    assert client.dbsize() == len(addresses) + 1
    client.close()


def test_without_an_address_nothing_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(shared.VARIABLE, raising=False)
    assert shared.shared_answers() is None


NO_ADDRESSES = (
    "redis://127.0.0.1:port/0",
    "redis://127.0.0.1:99999/0",
    "redis://127.0.0.1/0?nothing=1",
    "redis://[::1/0",
)


@pytest.mark.parametrize("address", ["memcached://127.0.0.1", "127.0.0.1:6379", *NO_ADDRESSES])
def test_an_address_that_is_of_no_redis_is_an_error_of_the_installation(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(shared.VARIABLE, address)
    with pytest.raises(ValueError, match=shared.VARIABLE):
        TestClient(create_app()).get("/healthz")
