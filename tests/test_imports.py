"""Imports run one way: a place of the design reads from those before it, never from those after."""

import ast
import re
from collections.abc import Collection, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tools.architecture import APP, ORDER, PICTURE, arrows, imported, module, place, places_read, source

FILES = sorted(APP.rglob("*.py"))
PACKAGES = {module(path) for path in FILES if path.name == "__init__.py"}
WEB = ("fastapi", "starlette", "uvicorn", "httpx", "jinja2")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_a_place_reads_only_from_those_before_it(path: Path) -> None:
    own = place(module(path))
    late = [p for p in places_read(path) if not own or ORDER.index(p) > ORDER.index(own)]
    assert not late, f"{own or 'the root'} reads from {late}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_a_package_is_entered_by_its_face(path: Path) -> None:
    own = place(module(path))
    rooms = [m for m in entered(path) if m not in PACKAGES and place(m) in PACKAGES]
    past = [m for m in rooms if not f"{own}.".startswith(f"{place(m)}.")]
    assert not past, f"{own} reads {past} past what their packages show"


def entered(path: Path) -> Iterator[str]:
    """The modules of app/ from which a file imports names."""
    for node in ast.walk(source(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app."):
            yield str(node.module).removeprefix("app.")


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


def test_the_map_of_the_code_shows_its_imports() -> None:
    drawn = re.findall(r"<title>([\w.]+)&#45;&gt;([\w.]+)</title>", PICTURE.read_text(encoding="utf-8"))
    assert set(drawn) == arrows(), "`make architecture` draws it anew"


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {module(path): path for path in FILES}
    graph = {
        name: {m for read in imported(path) if (m := nearest(read, modules))} - {name} for name, path in modules.items()
    }
    TopologicalSorter(graph).prepare()


def nearest(name: str, modules: Collection[str]) -> str:
    """The module of app/ that a full name lies in."""
    parts = name.removeprefix("app.").split(".") if name.startswith("app.") else []
    return next((m for k in range(len(parts), 0, -1) if (m := ".".join(parts[:k])) in modules), "")
