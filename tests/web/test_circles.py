"""What an answer leaves behind: nothing that refers to itself, so that it goes at once, with all that it holds, or as
soon as no cache keeps it.

What is in a circle stays until Python's collector looks, which a service has it do seldom: a training that was in one
kept its arrays, a page its panels, a streamed answer all its bytes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import pytest

from app.web.service import create_app
from tests.caches import forget_what_was_asked
from tests.loops import run_async
from tests.paths import ROOT

ASKED = (
    "/healthz",
    "/?system=lstm&tau=2&phase=update&seed={n}",
    "/api/steps?system=gru&tau=2&phase=backward&seed={n}",
    "/figure.svg?system=rnn&tau=2&detail=operations&phase=backward&seed={n}",
    "/figure.json?system=lstm&tau=2&detail=gates&view=unfolded&phase=update&seed={n}",
    "/figure.zip?system=rnn&tau=2&phase=backward&frames=true&seed={n}",
    "/api/trace?system=rnn-regression&tau=3&trained=30&seed={n}",
    "/api/trace?tau=0&seed={n}",
    "/api/gradient-check?equations=f(a)=stop(a)%0Ah[t]=f(h[t-1])*w%0Ah[0]=h0%0Ah0=2*w*w&tau=2&seed={n}",
    "/api/train?system=rnn-regression&tau=3&steps=40&seed={n}",
    "/train?system=rnn-regression&tau=3&seed={n}",
    "/train/hopfield?seed={n}",
)
STREAM = "text/event-stream"


async def ask(app: Any, address: str, accept: str) -> None:
    """Read an answer to its end, and leave."""
    path, _, query = address.partition("?")
    read = anyio.Event()

    async def receive() -> Any:
        await read.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            read.set()

    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
    await app({**scope, "headers": [(b"accept", accept.encode()), (b"accept-encoding", b"gzip")]}, receive, send)


async def ask_all(app: Any, n: int) -> None:
    for address in ASKED:
        await ask(app, address.format(n=n), "*/*")
    await ask(app, f"/api/train?system=rnn-regression&tau=3&steps=40&seed={n + 1}", STREAM)


@contextmanager
def left_in_circles() -> Iterator[list[object]]:
    """Everything that only the collector of the end finds."""
    found: list[object] = []
    gc.collect()
    gc.disable()
    try:
        yield found
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        found += gc.garbage
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


async def found_after_asking() -> list[str]:
    app = create_app()
    await ask_all(app, 1)  # What the first of its kind makes for all, such as a class, may be in a circle.
    forget_what_was_asked()
    with left_in_circles() as found:
        await ask_all(app, 5)
        forget_what_was_asked()
    return [f"{type(it).__module__}.{type(it).__qualname__} {getattr(it, '__qualname__', '')}" for it in found]


@pytest.mark.dear
def test_no_answer_leaves_a_circle_nor_what_is_kept_of_it() -> None:
    assert not run_async(found_after_asking)


def test_macros_stand_in_files_of_their_own() -> None:
    """One in a template that is filled in would be made anew each time, and refer to all that was filled in."""
    folder = ROOT / "templates"
    written = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    macros = {path.parent.name for path, text in written.items() if "{% macro " in text}
    assert macros == {"macros"}
