"""A known link costs nothing: its tag is known before anything is computed, its bytes are kept as they were sent."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run
from typing import NoReturn

import pytest
from starlette.testclient import TestClient

from app.cache import ByteStore
from app.limits import LIMITS
from app.outputs import ANSWERS, OUTPUTS
from app.web.core import static_address, validators
from app.web.core.codings import CODINGS, Coding, negotiated
from app.web.core.environment import ENVIRONMENT
from app.web.core.http import CommonHeaders
from app.web.core.known_answers import KNOWN, SHARE
from app.web.service import create_app
from tests.caches import forget_what_was_asked
from tests.paths import ROOT

SMALL = "system=rnn-regression&sizes=h:2&tau=2&steps=2"
ADDRESSES = [
    *(f"{row.path}?{row.example or (SMALL if row.run else 'tau=2')}" for row in OUTPUTS.values()),
    *("/?tau=2", "/", "/far-back?radius=1.5", "/far-back.png", "/compare?a=tau%3D2", "/train", "/train/memory"),
    *(
        "/train/anywhere",
        "/gallery",
        "/language",
        "/api/language",
        "/docs",
        "/docs/try",
        "/openapi.json",
        "/api/systems",
    ),
    *("/docs/try", "/api/systems/rnn", "/figure.css", "/api/figure?tau=2"),
]
"""Every address of an answer, and those of pages."""
CODED = {"Accept-Encoding": "gzip"}


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    forget_what_was_asked()
    yield
    forget_what_was_asked()


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def no_work(*_: object, **__: object) -> NoReturn:
    raise AssertionError("this is work")


@pytest.mark.one_in(8)
@pytest.mark.usefixtures("small_pictures")
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_known_here_or_to_who_asks_is_answered_without_any_work(
    client: TestClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(address, headers=CODED)
    assert first.status_code == 200
    monkeypatch.setattr(CommonHeaders, "__call__", no_work)
    again, head = client.get(address, headers=CODED), client.head(address, headers=CODED)
    assert (again.status_code, again.content) == (200, first.content)
    own = {"content-length": "", "x-request-id": ""}
    assert {**again.headers, **own} == {**first.headers, **own} == {**head.headers, **own}
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == again.headers["Content-Length"]
    for kept in (True, False):
        told = client.get(address, headers=CODED | {"If-None-Match": f'"other", {first.headers["ETag"]}'})
        assert (told.status_code, told.content) == (304, b"")
        for name in ("ETag", "Cache-Control", *(["Vary"] if kept else [])):
            assert told.headers.get(name) == first.headers.get(name)
        forget_what_was_asked()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", ANSWERS)
def test_a_head_draws_and_trains_nothing(client: TestClient, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for patched in ("app.outputs.table.scene", "app.link.resolved.run", "app.link.resolved.train"):
        monkeypatch.setattr(patched, no_work)
    row = ANSWERS[name]
    head = client.head(f"{row.path}?{SMALL if row.run else 'tau=2'}", headers=CODED)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] and head.headers["Content-Type"] == row.media_type


@pytest.mark.parametrize("address", ["/?tau=2", "/train", "/compare?a=tau%3D2", "/far-back", "/docs", "/language"])
def test_a_head_of_a_page_fills_in_nothing(client: TestClient, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ENVIRONMENT, "get_template", no_work)
    head = client.head(address, headers=CODED)
    assert (head.status_code, head.content, head.headers["Content-Type"]) == (200, b"", "text/html; charset=utf-8")


def test_an_answer_is_kept_for_one_address_one_coding_and_one_host(client: TestClient) -> None:
    pages = {
        (host, query, coding): client.get(f"/?{query}", headers={"Host": host, "Accept-Encoding": coding})
        for host in ("one.example", "other.example")
        for query in ("tau=2", "tau=3")
        for coding in ("identity", *CODINGS)
    }
    assert len({page.headers["ETag"] for page in pages.values()}) == len(pages)
    for (host, _, coding), page in pages.items():
        body = page.content
        if coding not in ("identity", "gzip"):  # The client of the tests has a library of its own for these, or none.
            body = body if body.startswith(b"<!") else unpacked(CODINGS[coding], body)
        assert page.status_code == 200 and f"http://{host}/figure.png".encode() in body
    for (host, query, coding), page in pages.items():
        again = client.get(f"/?{query}", headers={"Host": host, "Accept-Encoding": coding})
        assert again.content == page.content and again.headers["ETag"] == page.headers["ETag"]


def test_what_does_not_become_smaller_is_kept_once(client: TestClient) -> None:
    first = client.get("/weights.npz?tau=2", headers=CODED)
    kept = len(KNOWN.values)
    assert client.get("/weights.npz?tau=2", headers={"Accept-Encoding": "identity"}).content == first.content
    assert kept == len(KNOWN.values) == 1 and "Content-Encoding" not in first.headers


@pytest.mark.parametrize(
    ("method", "address", "headers"),
    [
        ("GET", "/figure.svg?tau=0", {}),
        ("GET", "/?tau=0", {"Accept": "text/html"}),
        ("GET", "/nowhere", {}),
        ("GET", "/healthz", {}),
        ("GET", "/train?edit=x", {}),
        ("HEAD", "/figure.svg", {}),
        ("POST", "/api/graph", {}),
        ("GET", f"/api/train?{SMALL}", {"Accept": "text/event-stream"}),
    ],
)
def test_only_what_every_reader_gets_alike_is_kept(
    client: TestClient, method: str, address: str, headers: dict[str, str]
) -> None:
    client.request(method, address, headers=headers, content=b"{}" if method == "POST" else None)
    assert not KNOWN.values


def test_events_are_told_beside_a_known_answer(client: TestClient) -> None:
    known = client.get(f"/api/train?{SMALL}")
    stream = {"Accept": "text/event-stream", "If-None-Match": known.headers["ETag"]}
    events = client.get(f"/api/train?{SMALL}", headers=stream)
    assert events.status_code == 200 and "event: done" in events.text


# The tag


def test_a_tag_names_the_program_its_files_its_limits_and_the_machine(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tag() -> str:
        return client.get("/api/systems/rnn", headers=CODED).headers["ETag"]

    tags = [tag(), tag()]
    assert len({*tags}) == 1
    for name in ("program", "machine", "static_version"):
        with monkeypatch.context() as patched:
            patched.setattr(validators, name, lambda: "another")
            tags.append(tag())
    with monkeypatch.context() as patched:
        patched.setenv(LIMITS["tau"].variable, "7")
        tags.append(tag())
    assert len({*tags}) == 5 and tag() == tags[0]


def test_what_the_program_is_called_follows_from_what_stands_in_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_address, "monotonic", iter(range(9)).__next__)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text("1")
    compiled = tmp_path / "other" / "__pycache__"
    compiled.mkdir()
    (compiled / "a.cpython-313.pyc.140161981778272").write_text("half written")
    one, other = (static_address.contents_version(tmp_path / name) for name in ("one", "other"))
    (tmp_path / "other" / "a.py").write_text("2")
    assert one == other != static_address.contents_version(tmp_path / "other")


@pytest.mark.program
def test_another_process_has_the_same_tags() -> None:
    said = "from app.web.core.validators import *; print(program(), machine())"
    found = run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert found == [validators.program(), validators.machine()]


# Room


def test_what_is_unused_longest_makes_room_for_bytes() -> None:
    kept: ByteStore[str, bytes] = ByteStore("tests.bytes", lambda: 10, len)
    kept.keep("a", b"1234")
    kept.keep("b", b"1234")
    assert kept.get("a") == b"1234"
    kept.keep("c", b"123")
    assert (kept.get("a"), kept.get("b"), kept.get("c"), kept.taken) == (b"1234", None, b"123", 7)
    kept.keep("a", b"1")
    assert (kept.get("a"), kept.taken) == (b"1", 4)
    kept.keep("d", bytes(11))
    assert not kept.values and kept.taken == 0


def test_known_answers_take_no_more_room_than_they_are_given(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = 60_000
    monkeypatch.setenv(LIMITS["answers"].variable, str(room))
    for tau in range(1, 40):
        assert client.get(f"/api/graph?tau={tau}", headers={"Accept-Encoding": "identity"}).status_code == 200
        assert KNOWN.taken <= room
    sizes = [len(known.body) for known in KNOWN.values.values()]
    assert len(sizes) > 3 and max(sizes) <= room // SHARE


# Codings

BODIES = (b"", b"a", b"h(t) = tanh(W h(t-1))" * 5_000, bytes(range(256)) * 3_000)


@pytest.mark.parametrize("body", BODIES, ids=len)
@pytest.mark.parametrize("coding", CODINGS.values(), ids=lambda coding: coding.name)
def test_a_coding_gives_the_same_bytes_whole_and_in_pieces(coding: Coding, body: bytes) -> None:
    packed = coding.packed(body)
    assert packed == coding.packed(body)
    assert unpacked(coding, packed) == unpacked(coding, b"".join(coding.pieces(pieces(body)))) == body


def pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 1000):
        yield body[start : start + 1000]


def unpacked(coding: Coding, packed: bytes) -> bytes:
    if coding.name == "gzip":
        return gzip.decompress(packed)
    from zstandard import ZstdDecompressor

    return bytes(ZstdDecompressor().decompressobj().decompress(packed))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("GZip ; q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.0, identity", None),
        ("deflate, br", None),
        ("gzip, identity;q=0.5", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("*;q=0", None),
        ("gzip;q=0, *;q=0", None),
        ("gzip;q=many", None),
        ("gzip;q=0.9, zstd;q=0.1", "gzip"),
        ("zstd;q=0, *", "gzip"),
        ("*", next(iter(CODINGS))),
        ("gzip, deflate, br, zstd", next(iter(CODINGS))),
    ],
)
def test_a_request_is_answered_in_the_coding_that_it_prefers(header: str, name: str | None) -> None:
    found = negotiated(header)
    assert (found.name if found else None) == name
