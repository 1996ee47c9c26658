"""What one request costs: processor seconds and the memory that it takes, of a process of its own.

A process that has loaded the service and answered a few small requests is forked for each; so nothing is known that an
earlier request left, and the time is that of the answer alone.
"""

from __future__ import annotations

import os
import pickle
import resource
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio

from tests.loops import run_async


@dataclass(frozen=True)
class Asked:
    """A request: its address, its query, its body, and the headers that matter."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    accept: str = "*/*"

    def __str__(self) -> str:
        said = urlencode(self.query, safe="[]()=,:+*/ \n@")
        return f"{self.path}{'?' * bool(said)}{said}" + (f" + {len(self.body):,} bytes" if self.body else "")


@dataclass(frozen=True)
class Cost:
    """What it cost, and how it was answered; 0 for one that was given up."""

    status: int
    seconds: float
    megabytes: float
    length: int
    head: bytes = b""


async def ask(app: Any, asked: Asked) -> tuple[int, int, bytes]:
    """The status, the length and the beginning of the answer of an ASGI application."""
    status, length, head = 0, 0, b""
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await anyio.sleep_forever()
        sent = True
        return {"type": "http.request", "body": asked.body or b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, length, head
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            length += len(message.get("body", b""))
            head = head or message.get("body", b"")[:2000]

    headers = [(b"host", b"localhost"), (b"accept", asked.accept.encode())]
    if asked.body is not None:
        headers.append((b"content-length", str(len(asked.body)).encode()))
    await app({
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
        "method": "GET" if asked.body is None else "POST", "path": asked.path, "raw_path": asked.path.encode(),
        "root_path": "", "query_string": urlencode(asked.query).encode(), "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }, receive, send)  # fmt: skip
    return status, length, head


WARM = (
    Asked("/api/trace"),
    Asked("/figure.svg"),
    Asked("/"),
    Asked("/", {"system": "lstm"}),
    Asked("/figure.svg", {"detail": "operations"}),
)


def ready() -> Any:
    """The service, as warm as it is after a few small requests."""
    from app.cli.serve import spare_collector, warm_compiler
    from app.web import create_app

    app = create_app()
    warm_compiler()

    async def warm() -> None:
        for asked in WARM:
            await ask(app, asked)

    run_async(warm)
    spare_collector()
    return app


def cost(app: Any, asked: Asked, patience: int) -> Cost:
    """What a request costs in a fork of this process."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(out)
            with os.fdopen(into, "wb") as file:
                pickle.dump(_spent(app, asked, patience), file)
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as file:
        said = file.read()
    _, _, usage = os.wait4(pid, 0)
    if said:
        found: Cost = pickle.loads(said)
        return found
    return Cost(0, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, 0)


def _spent(app: Any, asked: Asked, patience: int) -> Cost:
    resource.setrlimit(resource.RLIMIT_CPU, (patience, patience + 1))
    Path("/proc/self/clear_refs").write_text("5")
    before, idle = _processor(), _resident()
    status, length, head = run_async(ask, app, asked)
    return Cost(status, _processor() - before, (_highest() - idle) / 1024, length, head)


def _processor() -> float:
    mine, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + others.ru_utime + others.ru_stime


def _highest() -> int:
    return _of_status("VmHWM")


def _resident() -> int:
    return _of_status("VmRSS")


def _of_status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
