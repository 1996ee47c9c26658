"""What an answer's bytes follow from: its address, the program with its files and limits, and the kind of machine.

Together they are its ETag. It is known before anything is computed, and every machine of one kind has the same.
"""

from __future__ import annotations

import os
import platform
import sys
from hashlib import blake2b
from pathlib import Path

from starlette.requests import Request
from starlette.types import Scope

import app
from app.cache import cached
from app.limits import limits_in_force
from app.web.core.static_address import TEMPLATES, contents_version, static_version

TAG = "unfold.tag"
"""The key of a scope under which what was found out stays."""
CPU = Path("/proc/cpuinfo")
MODEL = ("model name", "flags", "Features", "CPU part")
"""What decides there which instructions are used."""
ROUNDED_BY = ("OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")
"""What of the environment decides how sums are rounded."""


def address_tag(scope: Scope) -> str:
    """The tag of what a GET of this address answers, without quotation marks."""
    if TAG not in scope:
        request = Request(scope)
        asked = request.base_url, scope["path"], scope["query_string"]
        made_by = program(), machine(), static_version(), contents_version(TEMPLATES), limits_in_force()
        scope[TAG] = blake2b(repr((made_by, *map(str, asked))).encode(), digest_size=16).hexdigest()
    found: str = scope[TAG]
    return found


@cached(lasting=True)
def program() -> str:
    """The source that runs, all of it."""
    return contents_version(Path(app.__file__).parent)


@cached(lasting=True)
def machine() -> str:
    """The kind of machine: what runs the source, and the processor that decides how sums are rounded."""
    parts = [platform.machine(), platform.python_version(), platform.python_implementation(), *platform.libc_ver()]
    parts += sorted(_installed())
    parts += [os.environ.get(name, "") for name in ROUNDED_BY]
    if CPU.exists():
        parts += sorted({line for line in CPU.read_text().splitlines() if line.startswith(MODEL)})
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _installed() -> set[str]:
    """The packages that are there, each with its version, as the folders say that tell of them."""
    kinds = ("*.dist-info", "*.egg-info")
    return {found.name for folder in sys.path for kind in kinds for found in Path(folder).glob(kind)}
