"""Where a page asks for the files of `static/`: the address names their version, so that a browser may keep them."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from time import monotonic

import app
from app.cache import cached

STATIC = Path(app.__file__).parents[1] / "static"


def static_addresses() -> Callable[[str], str]:
    """The address of each file of `static/`, as long as all of them are what they are now."""
    version = static_version()
    return lambda path: f"/static/{version}/{path}"


def static_version() -> str:
    """A name for all that stands under `static/`, another within a second of a change to any of its files."""
    return _version_in(int(monotonic()))


@cached(1)
def _version_in(second: int) -> str:
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    seen = [(str(path), (it := path.stat()).st_size, it.st_mtime_ns) for path in files]
    return f"v-{sha256(repr(seen).encode()).hexdigest()[:12]}"
