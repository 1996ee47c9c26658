"""What is seen of the service: a line of JSON for each request, and what Prometheus asks for, if its library is here.

The outermost middleware. What a person wrote, the query of an address or a body, is in no line unless
`UNFOLD_LOG_QUERIES` is set.
"""

from __future__ import annotations

import logging
import os
import re
from asyncio import get_running_loop
from collections.abc import Callable, Iterable
from itertools import filterfalse
from pathlib import Path
from time import perf_counter, time
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.log_lines import REQUEST_ID
from app.web.core.admission import ASKER, TRAININGS
from app.web.core.known_answers import ANSWERED_BEFORE, KNOWN
from app.web.core.root_path import route_path

ACCESS = logging.getLogger("unfold.access")
QUERIES = "UNFOLD_LOG_QUERIES"
ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
"""What a proxy may call a request."""
MANY = 10
"""Answers after which something is done about what they leave."""
MEMORY = Path("/proc/self/statm")


class Seen:
    """Middleware around all else: gives each request an id, and says and counts how it was answered."""

    def __init__(
        self,
        app: ASGIApp,
        paths: Iterable[str],
        counts: PrometheusCounts | None = None,
        after_many: Callable[[], object] | None = None,
    ) -> None:
        self.app, self.paths, self.counts = app, frozenset(paths), counts
        self.after_many, self.made = after_many, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("X-Request-ID", "")
        name = asked if ID.fullmatch(asked) else uuid4().hex
        tokens = REQUEST_ID.set(name), ASKER.set(_client(scope))
        begun, status, length = perf_counter(), 0, 0

        async def heard(message: Message) -> None:
            nonlocal status, length
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", name.encode())]}
            else:
                length += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, heard)
        finally:
            self.tell(scope, name, status, length, perf_counter() - begun)
            REQUEST_ID.reset(tokens[0])
            ASKER.reset(tokens[1])

    def tell(self, scope: Scope, name: str, status: int, length: int, seconds: float) -> None:
        """Write the line of a request, and count it. Status 0 is a reader who left before the answer."""
        known = bool(scope.get(ANSWERED_BEFORE))
        self.made += not known
        if self.after_many and not known and self.made % MANY == 0:
            get_running_loop().run_in_executor(None, self.after_many)
        if self.counts:
            self.counts.request(self.place(scope), status, known, seconds)
        if ACCESS.isEnabledFor(logging.INFO):
            about = {"id": name, "method": scope["method"], "path": scope["path"], "status": status, "bytes": length}
            about |= {"ms": round(1000 * seconds, 1), "known": known, "client": _client(scope)}
            if os.environ.get(QUERIES):
                about["query"] = scope["query_string"].decode("latin-1")
            ACCESS.info(about)

    def place(self, scope: Scope) -> str:
        """The address of a request as one of few: its route's, the first part of it, or none of ours."""
        path = route_path(scope)
        if path in self.paths:
            return path
        first = f"{path[: path.find('/', 1) + 1]}"
        return f"{first}…" if first == "/static/" or any(it.startswith(first) for it in self.paths if first) else "…"


def _client(scope: Scope) -> str:
    """The address of whoever asks; of a proxy's readers uvicorn puts their own there, where it trusts the proxy."""
    return str((scope.get("client") or [""])[0])


class PrometheusCounts:
    """What is counted, by the library of Prometheus."""

    def __init__(self, library: Any) -> None:
        self.library, self.registry = library, library.CollectorRegistry()
        made = {"registry": self.registry}
        self.requests = library.Counter("unfold_requests", "Requests", ["path", "status", "known"], **made)
        self.seconds = library.Histogram("unfold_seconds", "Seconds of an answer that was made", ["path"], **made)
        self.gauges = {
            name: library.Gauge(f"unfold_{name}", meaning, multiprocess_mode="livesum", **made)
            for name, meaning in GAUGES.items()
        }
        self.looked = 0.0

    def request(self, path: str, status: int, known: bool, seconds: float) -> None:
        self.requests.labels(path, status, str(known).lower()).inc()
        if not known:
            self.seconds.labels(path).observe(seconds)
        if time() - self.looked > 1:
            self.look()

    def look(self) -> None:
        """How this process is now."""
        self.looked = time()
        for name, value in measured().items():
            self.gauges[name].set(value)

    def text(self) -> bytes:
        """What Prometheus reads: of all processes where there are several."""
        self.look()
        registry = self.registry
        if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

            for process in filterfalse(_is_alive, _processes_in(folder)):
                mark_process_dead(process, folder)
            registry = self.library.CollectorRegistry()
            MultiProcessCollector(registry)
        text: bytes = self.library.generate_latest(registry)
        return text


def _processes_in(folder: str) -> set[int]:
    """Those that have left there how they were; what is killed takes nothing along."""
    return {int(path.stem.rpartition("_")[2]) for path in Path(folder).glob("gauge_live*.db")}


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


GAUGES = {
    "memory_bytes": "Memory of the processes",
    "known_bytes": "Bytes of the answers that are kept",
    "trainings_running": "Trainings that run",
    "trainings_waiting": "Trainings that wait for a place",
}


def measured() -> dict[str, float]:
    """The gauges of this process."""
    running, waiting = TRAININGS.running.borrowed_tokens, len(TRAININGS.line)
    return {
        "memory_bytes": _resident(), "known_bytes": KNOWN.taken,
        "trainings_running": running, "trainings_waiting": waiting,
    }  # fmt: skip


def _resident() -> float:
    """The memory of this process, where Linux tells it."""
    try:
        return float(MEMORY.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0.0


def counts_of_prometheus() -> PrometheusCounts | None:
    """The counts of one service; None where the library is not installed."""
    try:
        import prometheus_client
    except ImportError:
        return None
    return PrometheusCounts(prometheus_client)
