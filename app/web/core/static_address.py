"""Where a page asks for the files of `static/`: the address names their version, so that a browser may keep them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from os import scandir
from pathlib import Path
from time import monotonic

from starlette.types import Scope

import app
from app.cache import cached
from app.web.core.root_path import route_path

STATIC = Path(app.__file__).parents[1] / "static"
TEMPLATES = STATIC.with_name("templates")


def is_static(scope: Scope) -> bool:
    """Whether a request is for one of these files."""
    return route_path(scope).startswith("/static/")


def static_addresses() -> Callable[[str], str]:
    """The address of each file of `static/`, as long as all of them are what they are now."""
    version = static_version()
    return lambda path: f"/static/{version}/{path}"


def static_version() -> str:
    """A name for all that stands under `static/`, another within a second of a change to any of its files."""
    return f"v-{contents_version(STATIC)}"


def contents_version(folder: Path) -> str:
    """A name for the contents of all files of a folder, the same wherever they stand."""
    return _version_in(folder, int(monotonic()))


@cached(8)
def _version_in(folder: Path, second: int) -> str:
    """The files are read again where one of them has another size or time."""
    return _version_of(folder, tuple(sorted(_files_in(folder))))


def _files_in(folder: Path | str) -> Iterator[tuple[str, int, int]]:
    """The path, the size and the time of each file: the folder is asked for them, since a page waits for that.

    What Python compiles is no contents: it comes and goes as processes begin.
    """
    with scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                yield from _files_in(entry.path)
            elif entry.is_file():
                yield entry.path, entry.stat().st_size, entry.stat().st_mtime_ns


@cached(8, lasting=True)
def _version_of(folder: Path, seen: tuple[tuple[str, int, int], ...]) -> str:
    digest = sha256()
    for path, size, _ in seen:
        digest.update(f"{Path(path).relative_to(folder)} {size}\n".encode() + Path(path).read_bytes())
    return digest.hexdigest()[:12]
