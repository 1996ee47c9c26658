"""The command `serve`: starts the service."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
from typing import Any

from app.language import Problem, Problems

HOST, PORT = "127.0.0.1", "8000"
SHUTDOWN = 3
"""Seconds that answers under way are given when the service is told to stop; a training may take longer."""
YOUNG = 50_000
"""So many objects may be new before the collector looks at them."""


def add_serve_command(commands: Any) -> None:
    """Add the command; its address can come from the environment too."""
    about = "the service, for browsers and programs"
    parser = commands.add_parser("serve", help=about, description=about, allow_abbrev=False)
    host, port = os.environ.get("HOST") or HOST, os.environ.get("PORT") or PORT
    parser.add_argument("--host", default=host, help=f"the address to listen at (HOST in the environment; now {host})")
    parser.add_argument("--port", default=port, help=f"the port to listen at (PORT in the environment; now {port})")
    parser.set_defaults(run=_serve)


def _serve(args: argparse.Namespace) -> None:
    import uvicorn

    from app.web import create_app

    if not (args.port.isascii() and args.port.isdigit() and int(args.port) < 65536):
        raise Problems(Problem(f"port is to be a whole number from 0 to 65535, not {args.port}", "port"))
    spare_collector()
    threading.Thread(target=warm_compiler).start()
    uvicorn.run(
        create_app, factory=True, host=args.host, port=int(args.port), server_header=False,
        timeout_graceful_shutdown=SHUTDOWN,
    )  # fmt: skip


def spare_collector() -> None:
    """Let Python's collector of cycles look less often, since a figure makes many objects at once and no cycles.

    What is loaded by now stays, so that the collector need not look at it: a figure of 300 steps takes 0.1 s, else
    0.3 s. It looks when 50,000 objects are new, some five megabytes, instead of 700: 1000 steps take a tenth less.
    """
    gc.freeze()
    gc.set_threshold(YOUNG)


def warm_compiler() -> None:
    """Compile before the first run asks for it; without the compiler say that loops take several times as long."""
    from app.engine.jit import warm

    if not warm():
        print("unfold: llvmlite is not installed, so loops run in NumPy (unfold[jit] brings it)", file=sys.stderr)
