"""What app/ imports is declared, what is declared is imported, and the licence of everything locked is known."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.licences import licence_of
from tests.paths import ROOT
from tests.test_setup import LOCKS, PROJECT, pins
from tools.architecture import source, statements

OWN = ("app", "unfold", "tests", "benchmarks", "tools", "unfold_client")
"""What is not installed from elsewhere; the last is made by a test (`tests/clients`)."""
LICENCES = (ROOT / "docs" / "LICENCES.md").read_text(encoding="utf-8")
ROWS = {name: (licence, use) for name, licence, use in re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \|", LICENCES, re.M)}
PERMITTED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "MIT",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Zlib",
}
"""The licences that the project's own allows beside it, for what is installed and not changed."""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    """What pyproject.toml names for the service, and in some extras."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    return {canonical(Requirement(line).name) for line in lines}


def imported(*folders: str) -> set[str]:
    """The packages that the sources of some folders import directly, wherever in a file that stands."""
    found = set[str]()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in statements(source(path)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    packages = packages_distributions()
    return {canonical(packages.get(root, [root])[0]) for root in found - sys.stdlib_module_names - {*OWN}}


def installed() -> dict[str, Distribution]:
    """The locked packages that this platform and this Python install."""
    found = {}
    for name in pins("requirements-dev.lock"):
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            lock = Path(ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
            assert re.search(rf"^{name}==[^\n]+;", lock, re.M), f"{name} is locked and not installed"
    return found


@pytest.mark.dear
def test_what_is_imported_directly_is_declared_and_nothing_else() -> None:
    assert imported("app", "unfold") == declared("jit", "serve")


@pytest.mark.dear
def test_what_tests_and_benchmarks_import_is_declared_too() -> None:
    assert imported("tests", "benchmarks") <= declared("jit", "serve", "test", "bench")


def test_the_licences_of_all_that_is_locked_are_listed_and_of_nothing_else() -> None:
    assert ROWS.keys() == pins("requirements-dev.lock").keys()


def test_a_package_states_the_licence_that_is_listed() -> None:
    packages = installed()
    for name, (listed, _) in ROWS.items():
        if name in packages:
            licence, stated = licence_of(packages[name])
            assert listed == licence + " (its text)" * (stated == "text"), name


def test_a_licence_is_one_that_the_project_may_be_given_with() -> None:
    for name, (listed, _) in ROWS.items():
        licence = listed.removesuffix(" (its text)").replace("WITH LLVM-exception", "")
        assert {*re.findall(r"[A-Za-z0-9.-]+", licence)} - {"AND", "OR"} <= PERMITTED, name


def test_the_list_says_for_what_a_package_is_there() -> None:
    assert {name for name, (_, use) in ROWS.items() if use == "service"} == {*ROWS} & {*pins(LOCKS[0])}


@pytest.mark.parametrize(
    "text",
    [
        "static/vendor/d3/LICENSE",
        "static/vendor/swagger-ui/LICENSE",
        "static/fonts/OFL.txt",
        "app/drawing/lettering/fonts/OFL.txt",
    ],
)
def test_what_is_shipped_in_the_tree_comes_with_its_licence(text: str) -> None:
    assert (ROOT / text).is_file()
    assert f"]({Path('..') / text})" in LICENCES
