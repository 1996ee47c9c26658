"""Imports run one way: a place of the design reads from those before it, never from those after."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

APP = ROOT / "app"
ORDER = [
    "limits",
    "kernels",
    "ops",
    "language",
    "language.typeset",
    "engine.jit",
    "engine.ir",
    "engine.graph",
    "engine.execution",
    "engine.training",
    "engine.measure",
    "engine.explain",
    "engine",
    "language.reference",
    "systems.tasks",
    "systems",
    "link",
    "drawing.geometry",
    "drawing.lettering",
    "drawing.layout",
    "drawing.scene",
    "drawing.formats",
    "drawing",
    "outputs",
    "client",
    "web.core",
    "web.train",
    "web.gallery",
    "web.explore",
    "web.compare",
    "web.language",
    "web",
    "cli",
    "__main__",
]
"""The places in the order of the data. A package stands after its folders where its face gathers them, else before."""
FILES = sorted(APP.rglob("*.py"))
WEB = ("fastapi", "starlette", "uvicorn", "httpx", "jinja2")


def module(path: Path) -> str:
    """A file's module within app/; a package's own is the package."""
    return ".".join(path.relative_to(APP).with_suffix("").parts).removesuffix("__init__").rstrip(".")


def place(name: str) -> str:
    """The place of a module, or of a name in it: the longest row of `ORDER` that it lies in; the root is no place."""
    return max((p for p in ORDER if f"{name}.".startswith(f"{p}.")), key=len, default="")


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in the file that stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def places_read(path: Path) -> set[str]:
    """The places of app/ that a file reads from."""
    return {place(name.removeprefix("app.")) for name in imported(path) if name.startswith("app.")} - {""}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_a_place_reads_only_from_those_before_it(path: Path) -> None:
    own = place(module(path))
    late = [p for p in places_read(path) if not own or ORDER.index(p) > ORDER.index(own)]
    assert not late, f"{own or 'the root'} reads from {late}"


def test_every_place_has_its_rank() -> None:
    assert {place(module(path)) for path in FILES} == {*ORDER, ""}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_only_the_mouths_know_of_http(path: Path) -> None:
    known = {name.partition(".")[0] for name in imported(path)} & set(WEB)
    assert not known or place(module(path)).partition(".")[0] in ("client", "web", "cli"), known


def test_one_module_alone_talks_to_graphviz() -> None:
    named = {path.name: {name.partition(".")[0] for name in imported(path)} for path in FILES}
    assert [name for name, roots in named.items() if {"pygraphviz", "graphviz"} & roots] == ["graphviz.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_a_file_says_first_what_it_is(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith('"""')
