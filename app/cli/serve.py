"""The command `serve`: starts the service."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from app.cli.loading import loading
from app.cli.memory import bound_allocator, give_back
from app.language import Problem, Problems

if TYPE_CHECKING:
    from fastapi import FastAPI

COMMAND = "serve"
OPTIONS = (
    ("host", "127.0.0.1", "the address to listen at"),
    ("port", "8000", "the port to listen at"),
    ("workers", "1", "how many processes answer"),
    ("root-path", "", "the path below which a proxy has the service, as /unfold"),
)
"""Each option with what it is where nothing is said, and what it means."""
MOST_WORKERS = 64
WORKERS, COUNTS, TURNS = "WORKERS", "PROMETHEUS_MULTIPROC_DIR", "UNFOLD_TURNS"
SHUTDOWN = 3
"""Seconds that answers under way are given when the service is told to stop; a training may take longer."""
STUCK = 60
"""Seconds without a sign of life after which one of several processes is replaced; a busy machine begins slowly."""
YOUNG, MIDDLE, OLD = 20_000, 20, 500
"""So many objects may be new before the collector looks at them; after so many looks it looks at what has stayed since
as well, and after so many of these at all."""
TURN = 0.001
"""Seconds after which a thread that computes lets another one have the interpreter."""


def add_serve_command(commands: Any) -> None:
    """Add the command; its options can come from the environment too."""
    about = "the service, for browsers and programs"
    parser = commands.add_parser(COMMAND, help=about, description=about, allow_abbrev=False)
    for name, usual, meaning in OPTIONS:
        variable = name.upper().replace("-", "_")
        now = os.environ.get(variable) or usual
        told = f"{meaning} ({variable} in the environment; now {now or 'none'})"
        parser.add_argument(f"--{name}", default=now, help=told)
    parser.set_defaults(run=_serve, known=[name for name, _, _ in OPTIONS])


def starts_service(words: Sequence[str]) -> bool:
    """Whether these words of a command line are this command, which needs nothing of what the other ones load."""
    return words[:1] == [COMMAND]


def _serve(args: argparse.Namespace) -> None:
    import uvicorn

    from app.cli.patient_protocol import PatientProtocol
    from app.log_lines import LOGGING

    workers = _whole("workers", args.workers, 1, MOST_WORKERS)
    with _several(workers):
        uvicorn.run(
            f"{__name__}:{made_ready.__name__}", factory=True, host=args.host, port=_whole("port", args.port, 0, 65535),
            workers=workers, root_path=_root(args.root_path), server_header=False, access_log=False, log_config=LOGGING,
            timeout_graceful_shutdown=SHUTDOWN, timeout_worker_healthcheck=STUCK, ws="none", http=PatientProtocol,
            **_fast_loop(),
        )  # fmt: skip


@contextmanager
def _several(workers: int) -> Iterator[None]:
    """What processes find in their environment: how many they are, and a folder in which they take turns on the cores
    and several leave what they count, from which any of them tells of all."""
    before = dict(os.environ)
    with TemporaryDirectory() as folder:
        said = {WORKERS: str(workers), TURNS: folder}
        said |= {COUNTS: folder} if workers > 1 and COUNTS not in before else {}
        os.environ |= said
        try:
            yield
        finally:
            for name in said.keys() - before.keys():
                os.environ.pop(name, None)
            os.environ |= {name: before[name] for name in said.keys() & before.keys()}


def made_ready() -> FastAPI:
    """One process of the service, which compiles while it answers already."""
    bound_allocator()
    with loading():
        from app.cores import PLACES
        from app.web import create_app

    spare_collector()
    turn_soon()
    PLACES.share_among(int(os.environ.get(WORKERS, "1")), os.environ.get(TURNS))
    service = create_app(after_many=give_back)
    service.state.warming = threading.Thread(target=warm_compiler)
    service.state.warming.start()
    return service


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise Problems(Problem(f"{name} is to be a whole number from {least} to {most}, not {text}", name))
    return int(text)


def _root(path: str) -> str:
    """The path below which a proxy has the service, without a slash at its end."""
    path = path.rstrip("/")
    if path and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", path):
        raise Problems(Problem(f"root-path is to be a path as in /unfold, not {path}", "root-path"))
    return path


def _fast_loop() -> dict[str, Any]:
    """The loop that is fast, where it is installed with the reader of HTTP, which uvicorn finds itself.

    Without them several workers answer each small request in 44 ms, since what is sent in two pieces waits for a reply.
    """
    try:
        import httptools  # noqa: F401
        import uvloop  # noqa: F401
    except ImportError:
        return {}
    return {"loop": "uvloop"}


def spare_collector() -> None:
    """Let Python's collector of cycles look less often, since a figure makes many objects at once and no cycles.

    What is loaded by now stays, so that the collector need not look at it: a figure of 300 steps takes 0.1 s, else
    0.3 s. It looks when 20,000 objects are new, instead of 700, and then for ten milliseconds, in which nothing else
    goes on, health neither; at 300,000 these were two hundred. At what has stayed since it looks every 400,000, at what
    is in caches nearly never: no answer leaves a circle (`tests/web/test_circles.py`).
    """
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def turn_soon() -> None:
    """Let the loop of the service have the interpreter as soon as it asks, beside threads that draw and compute.

    It asks at every message that it reads and writes, and waits for a turn each time. With Python's own 5 ms health is
    answered, beside new figures over 200 connections, half within 4 to 6 ms and 99 of 100 within 80 ms; with this half
    within 2 ms, 99 of 100 within 35 ms, and as many figures are drawn.
    """
    sys.setswitchinterval(TURN)


def warm_compiler() -> None:
    """Compile before the first run asks for it; without the compiler say that loops take several times as long."""
    from app.engine.jit import warm

    if not warm():
        print("unfold: llvmlite is not installed, so loops run in NumPy (unfold[jit] brings it)", file=sys.stderr)
