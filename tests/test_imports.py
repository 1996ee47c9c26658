"""Imports run one way: a place of the design reads from those before it, never from those after."""

import ast
import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tools.architecture import APP, ORDER, PICTURE, arrows, imported, module, place, places_read, source, statements

FILES = sorted(APP.rglob("*.py"))
PACKAGES = {module(path) for path in FILES if path.name == "__init__.py"}
WEB = ("fastapi", "starlette", "uvicorn", "httpx", "jinja2")


@pytest.mark.dear
def test_a_place_reads_only_from_those_before_it() -> None:
    owns = {path: place(module(path)) for path in FILES}
    late = {
        str(path): [p for p in places_read(path) if not own or ORDER.index(p) > ORDER.index(own)]
        for path, own in owns.items()
    }
    assert not {path: read for path, read in late.items() if read}


def test_a_package_is_entered_by_its_face() -> None:
    past = {
        str(path): room
        for path in FILES
        for room in entered(path)
        if room not in PACKAGES
        and place(room) in PACKAGES
        and not f"{place(module(path))}.".startswith(f"{place(room)}.")
    }
    assert not past, "these read past what the packages show"


def entered(path: Path) -> Iterator[str]:
    """The modules of app/ from which a file imports names."""
    for node in statements(source(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app."):
            yield str(node.module).removeprefix("app.")


def test_every_place_has_its_rank() -> None:
    assert {place(module(path)) for path in FILES} == {*ORDER, ""}


def test_only_the_mouths_know_of_http() -> None:
    inner = [path for path in FILES if place(module(path)).partition(".")[0] not in ("client", "web", "cli")]
    known = {str(path): {name.partition(".")[0] for name in imported(path)} & {*WEB} for path in inner}
    assert not {path: names for path, names in known.items() if names}


def test_one_module_alone_talks_to_graphviz() -> None:
    named = {path.name: {name.partition(".")[0] for name in imported(path)} for path in FILES}
    assert [name for name, roots in named.items() if {"pygraphviz", "graphviz"} & roots] == ["graphviz.py"]


def test_a_file_says_first_what_it_is() -> None:
    assert not [str(path) for path in FILES if not path.read_text(encoding="utf-8").startswith('"""')]


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


def test_the_command_line_starts_the_service_without_what_other_commands_load() -> None:
    asked = "import sys; from app.cli.commands import build_parser; build_parser(['serve']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    loaded = {place(name.removeprefix("app.")) for name in done.stdout.split() if name.startswith("app.")}
    assert loaded <= {*ORDER[: ORDER.index("language") + 1], "cli", ""}, (
        "answers, figures and their engine are for later"
    )


def test_what_starts_several_processes_loads_none_of_what_these_do() -> None:
    started = (APP / "cli" / "serve.py", "_serve")
    body = next(it for it in source(started[0]).body if isinstance(it, ast.FunctionDef) and it.name == started[1])
    read = {it.module or "" for it in ast.walk(body) if isinstance(it, ast.ImportFrom)}
    owns = {name: [*imported(APP / f"{name.removeprefix('app.').replace('.', '/')}.py")] for name in read}
    assert read == {"app.cli.patient_protocol", "app.log_lines"}
    assert not [it for names in owns.values() for it in names if it.startswith("app.")]
