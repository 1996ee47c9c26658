"""Imports run one way: a place of the design reads from those before it, never from those after."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

APP = ROOT / "app"
ORDER = ("limits", "kernels", "ops", "language", "engine", "systems", "link", "drawing", "web", "cli", "__main__")
"""The places in the order of the data."""
FILES = sorted(APP.rglob("*.py"))
WEB = ("fastapi", "starlette", "uvicorn", "httpx", "jinja2")


def place(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


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
    parts = [name.split(".") for name in imported(path)]
    return {p[1] for p in parts if p[0] == "app" and len(p) > 1 and p[1] != "__version__"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_a_place_reads_only_from_those_before_it(path: Path) -> None:
    own = place(path)
    if own == "__init__":
        assert not places_read(path)
    else:
        late = [p for p in places_read(path) if ORDER.index(p) > ORDER.index(own)]
        assert not late, f"{own} reads from {late}"


def test_every_place_has_its_rank() -> None:
    assert {place(path) for path in FILES} == {*ORDER, "__init__"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_only_the_mouths_know_of_http(path: Path) -> None:
    known = {name.partition(".")[0] for name in imported(path)} & set(WEB)
    assert not known or place(path) in ("web", "cli"), known


def test_one_module_alone_talks_to_graphviz() -> None:
    named = {path.name: {name.partition(".")[0] for name in imported(path)} for path in FILES}
    assert [name for name, roots in named.items() if {"pygraphviz", "graphviz"} & roots] == ["graphviz.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_a_file_reads_in_one_sitting(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 400
    assert not lines or lines[0].startswith('"""'), "a module's first line says what it is"
