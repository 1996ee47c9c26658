"""Machine code on disk, so that only the first process of a machine waits for the compiler.

A file is known by all that its code follows from: the sources that write it, the compiler, the processor. It is put in
place whole, so that processes need not wait for each other; a file that is not what was written is made anew.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

MOST = {".code": 8, ".loop": 256}
"""So many files of each kind are kept, those used last: libraries, and functions of single recurrences."""


def folder() -> Path:
    """Where a person's programs keep what they can make again."""
    if own := os.environ.get("UNFOLD_CODE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "unfold"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "unfold"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unfold"


def _digest_of_sources() -> bytes:
    here = Path(__file__).parent
    sources = (*sorted(here.glob("*.py")), *sorted((here.parents[1] / "ops").glob("*.py")))
    return sha256(b"\0".join(source.read_bytes() for source in sources)).digest()


SOURCES = _digest_of_sources()
"""Of what writes the code, as it was when it was loaded: sources may be edited while a process runs."""


def key(*said: str) -> str:
    """A name for code: its sources, and what else is said of it."""
    return sha256(b"\0".join((SOURCES, *(word.encode() for word in said)))).hexdigest()


def kept(name: str, kind: str, make: Callable[[], tuple[list[str], bytes]]) -> tuple[list[str], bytes]:
    """The names of functions and their code; made, and kept where there is room for files."""
    path = _path(name + kind)
    found = _read(path) if path else None
    if found is None:
        found = make()
        if path:
            with suppress(OSError):
                _write(path, *found)
    return found


def _path(name: str) -> Path | None:
    try:
        return folder() / name
    except (OSError, RuntimeError):  # Somebody without a home.
        return None


def _read(path: Path) -> tuple[list[str], bytes] | None:
    """What was written there; None where nothing was, or something else."""
    try:
        digest, names, code = path.read_bytes().split(b"\n", 2)
        if digest.decode() != sha256(names + code).hexdigest():
            return None
        os.utime(path)
        return json.loads(names), code
    except (OSError, ValueError):
        return None


def _write(path: Path, names: list[str], code: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    head = json.dumps(names).encode()
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(b"\n".join((sha256(head + code).hexdigest().encode(), head, code)))
    Path(file.name).replace(path)
    others = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda it: it.stat().st_mtime, reverse=True)
    for old in others[MOST[path.suffix] :]:
        old.unlink(missing_ok=True)
