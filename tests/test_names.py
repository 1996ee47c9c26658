"""One name means one thing: a class is defined once in app/, and so is a function that other modules may import."""

import ast
from collections import defaultdict
from collections.abc import Mapping

from tests.paths import ROOT
from tools.architecture import source

APP = ROOT / "app"
SIBLINGS = {
    "opening_training": "the training that a page opens on",
    "parse": "a text read as what it says: equations by `app.language`, a query by `app.link`",
}
"""Functions that several modules define with one meaning."""
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def definitions(kind: type[Definition] | tuple[type[Definition], ...]) -> Mapping[str, set[str]]:
    """The modules that define each public name at their top."""
    found = defaultdict[str, set[str]](set)
    for path in sorted(APP.rglob("*.py")):
        for node in source(path).body:
            if isinstance(node, kind) and not node.name.startswith("_"):
                found[node.name].add(str(path.relative_to(APP)))
    return found


def shared(names: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The names that two modules or more define."""
    return {name: places for name, places in names.items() if len(places) > 1}


def test_a_class_is_defined_once() -> None:
    assert shared(definitions(ast.ClassDef)) == {}


def test_a_public_function_is_defined_once() -> None:
    functions = definitions((ast.FunctionDef, ast.AsyncFunctionDef))
    assert shared(functions).keys() == SIBLINGS.keys()
