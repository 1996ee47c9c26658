"""A page's scripts as two files, since asking for seventy modules takes longer than running them.

The modules stay as they are written, and a browser that is given one of them runs it. In the files each is a function
that returns what it exports, called in the order in which a browser would run them: what a page needs at once, and what
its scripts import when they come to it. A source map leads from the files to the modules, line by line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import normpath

from app.web.core.comments import without_comments

SITE = "js/site/site.mjs"
"""The script of every page; a page's own comes after it."""
IMPORT = re.compile(r'^import (\{[^{}]*\}) from "([^"]+)";$', re.MULTILINE)
FOR_ITS_EFFECT = re.compile(r'^import "([^"]+)";$', re.MULTILINE)
LATER = re.compile(r'\bimport\("([^"]+)"\)')
EXPORT = re.compile(r"^export (?=(?:(?:async )?function|class|const) (\w+|\[[\w, ]+\]))", re.MULTILINE)
EXPORT_LIST = re.compile(r"\bexport\s*\{([^{}]*)\};?\s*\Z")
OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
"""What no rule above has read."""


@dataclass(frozen=True)
class Module:
    """A script of `static/`, what it imports at once and later, and its name in the files."""

    path: str
    text: str

    @property
    def name(self) -> str:
        return re.sub(r"\W", "_", self.path.removesuffix(".mjs"))

    @property
    def imports(self) -> list[str]:
        return [
            self.at(found) for found in re.findall(r'^import (?:\{[^{}]*\} from )?"([^"]+)";$', self.text, re.MULTILINE)
        ]

    @property
    def later(self) -> list[str]:
        return [self.at(found) for found in LATER.findall(self.text)]

    def at(self, source: str) -> str:
        """The path of what this module calls `source`."""
        return normpath(PurePosixPath(self.path).parent / source)


@dataclass(frozen=True)
class PageScripts:
    """The modules of a page, those it needs at once and those it imports later, each after those that it reads."""

    at_once: tuple[Module, ...]
    later: tuple[Module, ...]


def page_scripts(page: str, static: Path) -> PageScripts:
    """The modules of the page whose own script is at the path `page` under `static`."""
    modules: dict[str, Module] = {}

    def enter(path: str) -> None:
        if path in modules:
            return
        module = Module(path, without_comments((static / path).read_bytes()).decode())
        for other in module.imports:
            enter(other)
        modules[path] = module

    enter(SITE)
    enter(page)
    at_once = tuple(modules.values())
    waiting = list(at_once)
    for module in waiting:
        before = set(modules)
        for path in module.later:
            enter(path)
        waiting += [modules[path] for path in modules if path not in before]
    return PageScripts(at_once, tuple(waiting[len(at_once) :]))


def file_and_map(scripts: PageScripts, file: str, later: bool) -> tuple[str, str]:
    """One of the two files and its source map; `file` is the name without `.mjs`."""
    modules = scripts.later if later else scripts.at_once
    names = {module.path: module.name for module in (*scripts.at_once, *scripts.later)}
    there = {module.path: f"Promise.resolve({module.name})" for module in scripts.at_once}
    calls = there | {it.path: f'import("./{file}.later.mjs").then((all) => all.{it.name})' for it in scripts.later}
    head = f'import {{ {_names(scripts.at_once)} }} from "./{file}.mjs";\n' if later else "\n"
    bodies = [_as_function(module, names, calls) for module in modules]
    end = f"export {{ {_names(modules)} }};\n//# sourceMappingURL={file}{'.later' if later else ''}.mjs.map\n"
    return head + "".join(bodies) + end, _source_map(modules, bodies)


def _names(modules: Iterable[Module]) -> str:
    return ", ".join(module.name for module in modules)


def _as_function(module: Module, names: dict[str, str], calls: dict[str, str]) -> str:
    """The module as a function that returns what it exports, with the names of modules and the calls of later ones.

    Every line keeps its number within it.
    """
    text = LATER.sub(lambda it: calls[module.at(it[1])], module.text.rstrip())
    exported = {name: name for made in EXPORT.findall(text) for name in re.findall(r"\w+", made)}
    text = EXPORT.sub("", text)
    text = IMPORT.sub(lambda it: f"const {it[1].replace(' as ', ': ')} = {names[module.at(it[2])]};", text)
    text = FOR_ITS_EFFECT.sub("", text)
    if listed := EXPORT_LIST.search(text):
        pairs = [item.strip().partition(" as ") for item in listed[1].split(",")]
        exported |= {outside or inside: inside for inside, _, outside in pairs}
        text = text[: listed.start()]
    if other := OTHER.search(text):
        raise ValueError(f"{module.path}: {other[0]!r} is not a form of import or export that is read here")
    returned = ", ".join(f"{outside}: {inside}" for outside, inside in exported.items())
    return f"const {module.name} = (() => {{{text}\nreturn {{ {returned} }}; }})();\n"


def _source_map(modules: Iterable[Module], bodies: Iterable[str]) -> str:
    """Where each line of a file stands in its module, as ECMA-426's index map says it."""
    sections, begin = [], 1
    for module, body in zip(modules, bodies, strict=True):
        count = body.count("\n")
        lines = ";".join(["AAAA", *["AACA"] * (count - 2)])
        mapped = {"version": 3, "names": [], "sources": [f"/static/{module.path}"], "mappings": lines}
        sections.append({"offset": {"line": begin, "column": 0}, "map": mapped})
        begin += count
    return json.dumps({"version": 3, "sections": sections})
