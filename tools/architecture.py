"""Draws docs/architecture.svg from the imports in app/, so that the map of the code is the code: `make architecture`.

An arrow leads from what is read to who reads it, the way that data takes. What follows from other arrows is left out.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app"
PICTURE = ROOT / "docs" / "architecture.svg"
ORDER: list[str] = (  # noqa: SIM905
    "log_lines arrays numerals limits readers cores cache ops "
    "language language.typeset language.pasted "
    "engine.jit engine.ir engine.graph engine.execution engine.training engine.measure engine.explain engine "
    "language.reference "
    "systems.tasks systems "
    "link "
    "drawing.geometry drawing.lettering drawing.layout drawing.scene drawing.plots drawing.formats drawing "
    "outputs "
    "client web.core web.train web.gallery web.explore web.far_back web.compare web.language web.pasted web "
    "cli __main__"
).split()
"""The places in the order of the data. A package stands after its folders where its face gathers them, else before."""

BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where a statement has others."""
FONT = 'fontname="Helvetica"'
FRAME = 'style="rounded,filled"; color="#c9d6e2"; fillcolor="#f3f7fb"'


def module(path: Path) -> str:
    """A file's module within app/; a package's own is the package."""
    return ".".join(path.relative_to(APP).with_suffix("").parts).removesuffix("__init__").rstrip(".")


def place(name: str) -> str:
    """The place of a module, or of a name in it: the longest row of `ORDER` that it lies in; the root is no place."""
    return max((p for p in ORDER if f"{name}.".startswith(f"{p}.")), key=len, default="")


@cache
def source(path: Path) -> ast.Module:
    """A file of Python, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def statements(block: ast.AST) -> Iterator[ast.AST]:
    """Every statement in a file, and what else has some; expressions have none, and are most of a file."""
    for name in BODIES:
        for inner in getattr(block, name, ()):
            yield inner
            yield from statements(inner)


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The full names that a file imports, wherever in the file that stands."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in statements(source(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def places_read(path: Path) -> set[str]:
    """The places of app/ that a file reads from."""
    return {place(name.removeprefix("app.")) for name in imported(path) if name.startswith("app.")} - {""}


def arrows() -> set[tuple[str, str]]:
    """(what is read, who reads it) between places; only what does not follow from other arrows."""
    reads: dict[str, set[str]] = {p: set() for p in ORDER}
    for path in APP.rglob("*.py"):
        own = place(module(path))
        if own:
            reads[own] |= places_read(path) - {own}
    behind: dict[str, set[str]] = {}
    kept = set()
    for own in ORDER:
        behind[own] = set().union(reads[own], *(behind[p] for p in reads[own]))
        kept |= {(p, own) for p in reads[own] if not any(p in behind[q] for q in reads[own] - {p})}
    return kept


def dot() -> str:
    """The map in Graphviz's language: a box for each place, a frame for each package."""
    lines = [
        "digraph app {",
        f'graph [rankdir=TB, nodesep=0.22, ranksep=0.26, {FONT}, fontsize=13, margin=0.1, bgcolor="#ffffff"]',
        f'node [shape=box, style="rounded,filled", fillcolor="#ffffff", color="#2b5c8a", {FONT}, fontsize=12]',
        'edge [color="#555555", arrowsize=0.6]',
    ]
    for package in dict.fromkeys(p.partition(".")[0] for p in ORDER):
        inside = [p for p in ORDER if p.partition(".")[0] == package]
        boxes = [f'"{p}" [label="{p.partition(".")[2] or p}"]' for p in inside]
        frame = f'label="{package}"; labeljust=l; margin=12; {FRAME}' if len(inside) > 1 else ""
        lines += [f"subgraph cluster_{package} {{ {frame}; {'; '.join(boxes)} }}"] if frame else boxes
    lines += [f'"{a}" -> "{b}"' for a, b in sorted(arrows())]
    return "\n".join([*lines, "}"])


def main() -> None:
    """Lay the map out with Graphviz and write it where the documentation shows it."""
    from pygraphviz import AGraph

    PICTURE.write_bytes(AGraph(dot()).draw(format="svg", prog="dot"))


if __name__ == "__main__":
    main()
