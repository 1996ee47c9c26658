"""Scripts and style sheets come without comments, and mean what is written."""

from __future__ import annotations

import re

import pytest
import tree_sitter_javascript
from starlette.testclient import TestClient
from tree_sitter import Language, Parser

from app.web.service import create_app
from tests.paths import ROOT

STATIC = ROOT / "static"
SCRIPTS = sorted(path.relative_to(STATIC).as_posix() for path in (STATIC / "js").rglob("*.*js"))
SHEETS = sorted(path.relative_to(STATIC).as_posix() for path in (STATIC / "css").glob("*.css"))
PARSER = Parser(Language(tree_sitter_javascript.language()))


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app())


def script_tokens(source: bytes) -> list[tuple[str, int, bytes]]:
    """The words and signs of a script with their lines, without comments; a piece of a template is one word."""
    waiting, found = [PARSER.parse(source).root_node], []
    while waiting:
        node = waiting.pop()
        if not node.children and node.type != "comment":
            found.append((node.type, node.start_point.row, node.text or b""))
        waiting += reversed(node.children)
    return found


def sheet_tokens(text: str) -> list[str]:
    return re.findall(r'"[^"]*"|[^\s"]+', re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL))


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_is_sent_has_the_words_and_lines_of_the_one_that_is_written(
    client: TestClient, name: str
) -> None:
    sent = client.get(f"/static/{name}")
    assert sent.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script_tokens(sent.content) == script_tokens((STATIC / name).read_bytes())


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_that_is_sent_says_what_is_written(client: TestClient, name: str) -> None:
    sent = client.get(f"/static/{name}")
    assert sent.headers["Content-Type"] == "text/css; charset=utf-8"
    assert sheet_tokens(sent.text) == sheet_tokens((STATIC / name).read_text(encoding="utf-8"))


def test_no_line_of_comment_is_sent(client: TestClient) -> None:
    for name in (*SCRIPTS, *SHEETS):
        assert not re.search(r"^\s*(//|/\*.*\*/$)|^ ", client.get(f"/static/{name}").text, re.MULTILINE), name


@pytest.mark.parametrize("name", ["vendor/d3/d3.mjs", "favicon.svg", "fonts/STIXTwoMath-subset.woff2"])
def test_what_others_made_is_sent_as_it_is(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").content == (STATIC / name).read_bytes()


@pytest.mark.parametrize("name", [SCRIPTS[0], SHEETS[0], "vendor/d3/d3.mjs"])
def test_a_file_that_a_browser_has_is_not_sent_again(client: TestClient, name: str) -> None:
    first = client.get(f"/static/{name}")
    again = client.get(f"/static/{name}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "public, no-cache"
