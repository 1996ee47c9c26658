"""The examples of the README and of docs/: what they show is what is printed."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from app.cli import main
from app.drawing import FORMATS, Format
from tests.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FIGURES = (ROOT / "docs/figures.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", README + FIGURES, re.MULTILINE | re.DOTALL)
EXAMPLES = [e for block in BLOCKS for e in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)]
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def printed(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], str]:
    """What a command of the program prints, on either stream, run at the top of the tree."""
    monkeypatch.chdir(ROOT)

    def run(command: list[str]) -> str:
        with suppress(SystemExit):
            main(command)
        return "".join(capfd.readouterr())

    return run


def test_the_readme_has_examples_of_all_three_mouths() -> None:
    assert {shlex.split(command)[0] for command, _ in EXAMPLES} == {"unfold", "curl"}
    assert ">>> " in README


@pytest.mark.parametrize(
    ("command", "output"), [e for e in EXAMPLES if e[0].startswith("unfold") and "-o" not in shlex.split(e[0])]
)
def test_a_command_prints_what_the_readme_says(command: str, output: str, printed: Callable[[list[str]], str]) -> None:
    assert printed(shlex.split(command)[1:]).strip() == output.strip()


@pytest.mark.parametrize(("command", "output"), [e for e in EXAMPLES if e[0].startswith("curl")])
def test_a_request_is_answered_as_the_readme_says(command: str, output: str, server: str) -> None:
    address = shlex.split(command)[-1]
    assert address.startswith(ADDRESS)
    assert httpx.get(server + address.removeprefix(ADDRESS)).text.strip() == output.strip()


@pytest.mark.parametrize("picture", sorted(set(re.findall(r"!\[[^]]*\]\((?:docs/)?([^)/]+\.svg)\)", README + FIGURES))))
def test_a_picture_is_what_its_command_draws(picture: str, tmp_path: Path, printed: Callable[[list[str]], str]) -> None:
    [example] = [command for command, _ in EXAMPLES if command.endswith(f" -o {picture}")]
    printed([*shlex.split(example)[1:-1], str(tmp_path / picture)])
    assert (tmp_path / picture).read_bytes() == (ROOT / "docs" / picture).read_bytes()


@pytest.mark.parametrize("row", FORMATS.values(), ids=lambda row: row.name)
def test_it_is_said_how_to_use_every_format(row: Format) -> None:
    assert re.search(rf"^\| `\{row.suffix}` \| [^|]+ \| [^|]+ \|$", FIGURES, re.MULTILINE)


def test_the_python_example_is_true() -> None:
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried and not failed


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        *(f"docs/{it.name}" for it in sorted((ROOT / "docs").glob("*.md"))),
    ],
)
def test_every_file_that_a_document_shows_or_leads_to_is_there(page: str) -> None:
    document = ROOT / page
    named = [it for it in re.findall(r"\]\(([^)]+)\)", document.read_text(encoding="utf-8")) if "://" not in it]
    assert [it for it in named if not (document.parent / it.partition("#")[0]).is_file()] == []
