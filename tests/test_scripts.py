"""The pages' scripts as a house: rooms that read one way, functions that do one thing, names that mean one thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from tests.paths import ROOT

SCRIPTS = ROOT / "static" / "js"
FILES = sorted(path for path in SCRIPTS.rglob("*") if path.suffix in (".mjs", ".js"))
ORDER = (
    "core",
    "cursor",
    "motion",
    "figure",
    "panel",
    "charts",
    "through-time",
    "explore",
    "compare",
    "train",
    "far-back",
    "site",
)
"""The rooms: each reads only from those before it."""
PAGES = ("explore", "compare", "train", "far-back", "site")
"""The rooms that wire pages: none of them reads from another."""
LONGEST = 40
FUNCTIONS = {
    "arrow_function",
    "function_declaration",
    "function_expression",
    "generator_function_declaration",
    "method_definition",
}
PARSER = Parser(Language(tree_sitter_javascript.language()))


def named(path: Path) -> str:
    return path.relative_to(SCRIPTS).as_posix()


def room(path: Path) -> str:
    return path.relative_to(SCRIPTS).parts[0]


def syntax(source: bytes) -> list[Node]:
    """Every node of a script's syntax tree."""
    found = [PARSER.parse(source).root_node]
    assert not found[0].has_error
    for node in found:
        found += node.children
    return found


def text(node: Node | None) -> str:
    return (node.text or b"").decode() if node else ""


def sources(path: Path) -> Iterator[str]:
    """What a script imports, at once or when it comes to it."""
    for node in syntax(path.read_bytes()):
        if node.type == "import_statement":
            yield text(node.child_by_field_name("source")).strip('"')
        elif node.type == "call_expression" and text(node.child_by_field_name("function")) == "import":
            yield text(node.child_by_field_name("arguments")).strip('()"')


def imported(path: Path) -> set[Path]:
    """The scripts of this project that a script imports."""
    paths = {(path.parent / source).resolve() for source in sources(path)}
    return {other for other in paths if other.is_relative_to(SCRIPTS)}


def exported(path: Path) -> Iterator[str]:
    for node in syntax(path.read_bytes()):
        if node.type == "export_statement" and (made := node.child_by_field_name("declaration")):
            yield text(made.child_by_field_name("name") or made.named_children[0].child_by_field_name("name"))


def long_functions(source: bytes) -> list[str]:
    """Where a script has functions of more than `LONGEST` lines, those within them included."""
    functions = [node for node in syntax(source) if node.type in FUNCTIONS]
    long = [node for node in functions if node.end_point.row - node.start_point.row >= LONGEST]
    return [f"line {node.start_point.row + 1} {text(node.child_by_field_name('name'))}".strip() for node in long]


def test_every_room_has_its_rank() -> None:
    assert {room(path) for path in FILES} == {*ORDER}


def test_a_room_reads_only_from_those_before_it() -> None:
    read = [(path, room(other)) for path in FILES for other in imported(path) if room(other) != room(path)]
    assert not [
        f"{named(path)} reads from {other}"
        for path, other in read
        if ORDER.index(other) > ORDER.index(room(path)) or other in PAGES
    ]


def test_no_scripts_import_each_other_in_a_circle() -> None:
    TopologicalSorter({path: imported(path) for path in FILES}).prepare()


def test_every_script_is_reached_from_a_page() -> None:
    templates = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    waiting = [SCRIPTS / name for name in re.findall(r"""(?:static\("|block script %})js/([\w/.-]+)""", templates)]
    reached = set[Path]()
    while waiting:
        path = waiting.pop()
        waiting += imported(path) - reached
        reached.add(path)
    assert reached == set(FILES)


def test_a_function_is_one_thing() -> None:
    found = {named(path): long_functions(path.read_bytes()) for path in FILES}
    assert not {name: functions for name, functions in found.items() if functions}


@pytest.mark.parametrize(
    "opening", ["const f = () => {", "function f() {", "const f = function () {", "class A { f() {", "function* f() {"]
)
def test_a_long_function_is_found_however_it_is_written(opening: str) -> None:
    closing = "}" * opening.count("{")
    body = "  g();\n" * (LONGEST - 2)
    assert not long_functions(f"{opening}\n{body}{closing}".encode())
    assert len(long_functions(f"{opening}\n  g();\n{body}{closing}".encode())) == 1


def test_an_exported_name_means_one_thing() -> None:
    count = Counter(name for path in FILES for name in exported(path))
    assert len(count) > 50
    assert not [name for name, times in count.items() if times > 1]


def test_a_script_first_says_what_it_is() -> None:
    assert not [named(path) for path in FILES if not re.match(r"// [A-Z]", path.read_text(encoding="utf-8"))]
