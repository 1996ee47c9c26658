"""Scripts and style sheets come without comments, a page's scripts in two files, and mean what is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
import tree_sitter_javascript
from starlette.testclient import TestClient
from tree_sitter import Language, Parser

from app.web.core.page_scripts import file_and_map, page_scripts
from app.web.core.static_address import static_version
from app.web.service import create_app
from tests.paths import ROOT
from tests.tiers import dear

STATIC = ROOT / "static"
SCRIPTS = sorted(path.relative_to(STATIC).as_posix() for path in (STATIC / "js").rglob("*.*js"))
SHEETS = sorted(path.relative_to(STATIC).as_posix() for path in (STATIC / "css").glob("*.css"))
PARSER = Parser(Language(tree_sitter_javascript.language()))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def script_tokens(source: bytes) -> list[tuple[str, int, bytes]]:
    """The words and signs of a script with their lines, without comments; a piece of a template is one word."""
    waiting, found = [PARSER.parse(source).root_node], []
    while waiting:
        node = waiting.pop()
        if not node.children and node.type != "comment":
            found.append((node.type, node.start_point.row, node.text or b""))
        waiting += reversed(node.children)
    return found


COMMENT = re.compile(r"^\s*(//|/\*.*\*/$)|^ ", re.MULTILINE)
"""A line that says nothing to a browser, or what was indented."""


def sheet_tokens(text: str) -> list[str]:
    return re.findall(r'"[^"]*"|[^\s"]+', re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL))


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_is_sent_has_the_words_and_lines_of_the_one_that_is_written(
    client: TestClient, name: str
) -> None:
    sent = client.get(f"/static/{name}")
    assert sent.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script_tokens(sent.content) == script_tokens((STATIC / name).read_bytes())
    assert not COMMENT.search(sent.text)


@pytest.mark.parametrize("name", SHEETS)
def test_no_rule_is_about_whatever_stands_after_something(name: str) -> None:
    """Such a rule, `* + *`, is tried on every element, and has a browser style all that follows what is put into a
    figure: that was a sixth of what a step costs. What stands after something else is named by its tag or a class."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    for selectors in re.findall(r"([^{};]+)\{", text):
        assert not re.search(r"[+~]\s*(\*|:(?!is\())[^\s>+~,]*\s*(,|$)", selectors.strip()), selectors


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_that_is_sent_says_what_is_written(client: TestClient, name: str) -> None:
    sent = client.get(f"/static/{name}")
    assert sent.headers["Content-Type"] == "text/css; charset=utf-8"
    assert sheet_tokens(sent.text) == sheet_tokens((STATIC / name).read_text(encoding="utf-8"))
    assert not COMMENT.search(sent.text)


@pytest.mark.parametrize("name", ["vendor/d3/d3.mjs", "favicon.svg", "fonts/STIXTwoMath-subset.woff2"])
def test_what_others_made_is_sent_as_it_is(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").content == (STATIC / name).read_bytes()


@pytest.mark.parametrize("name", [SCRIPTS[0], SHEETS[0], "vendor/d3/d3.mjs"])
def test_a_file_that_a_browser_has_is_not_sent_again(client: TestClient, name: str) -> None:
    first = client.get(f"/static/{name}")
    again = client.get(f"/static/{name}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "public, no-cache"


# The scripts of a page


def page_files(client: TestClient) -> list[str]:
    templates = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").glob("*.html")]
    named = {found for text in templates for found in re.findall(r"block script %}(js/[\w/-]+)\.mjs{%", text)}
    assert "js/explore/explore" in named
    return [f"/static/pages/{name}{kind}.mjs" for name in sorted(named) for kind in ("", ".later")]


@pytest.mark.dear
def test_the_files_of_a_page_say_line_by_line_what_its_modules_say(client: TestClient) -> None:
    written = dict[str, list[str]]()
    for address in page_files(client):
        file = client.get(address)
        assert not PARSER.parse(file.content).root_node.has_error, address
        sections = client.get(f"{address}.map").json()["sections"]
        lines = file.text.split("\n")
        for section in sections:
            (source,) = section["map"]["sources"]
            first, *here = lines[section["offset"]["line"] :][: section["map"]["mappings"].count(";") + 1]
            if source not in written:
                written[source] = client.get(source).text.rstrip().split("\n")
            wanted = written[source]
            assert re.fullmatch(r"const \w+ = \(\(\) => \{" + re.escape(wanted[0]), first) or "vendor" in source
            assert len(here) == len(wanted) - 1, (address, source)
            told = [one for one in zip(wanted[1:], here, strict=True) if one[0] != one[1]]
            assert all(re.search(r"^(import|export|\} from) |import\(", line) for line, _ in told), (address, source)
            assert all(line.removeprefix("export ") == one for line, one in told if line.startswith("export "))
        assert len(sections) == len({section["map"]["sources"][0] for section in sections})
    scripts = {f"/static/{name}" for name in SCRIPTS if name.endswith(".mjs")}
    assert scripts <= written.keys(), "every module is in the files of a page"


def test_no_module_runs_twice_on_a_page(client: TestClient) -> None:
    for address in page_files(client)[::2]:
        at_once, later = (client.get(f"{address[:-4]}{kind}.mjs.map").json()["sections"] for kind in ("", ".later"))
        sources = [section["map"]["sources"][0] for section in at_once + later]
        assert len(sources) == len(set(sources)), address


@pytest.mark.parametrize(
    "line",
    ["export default 1;", "export let count = 0;", 'import * as d3 from "./b.mjs";', 'export { a } from "./b.mjs";'],
)
def test_a_form_that_cannot_be_put_together_is_refused_by_name(tmp_path: Path, line: str) -> None:
    for name, text in {"site/site": "", "a": f"const a = 1;\n{line}\n", "b": "export const a = 1;\n"}.items():
        (tmp_path / "js" / "site").mkdir(parents=True, exist_ok=True)
        (tmp_path / "js" / f"{name}.mjs").write_text(text)
    with pytest.raises(ValueError, match=re.escape(f"js/a.mjs: {line!r}")):
        file_and_map(page_scripts("js/a.mjs", tmp_path), "a", later=False)


# Kept for ever


def test_what_a_page_asks_for_is_kept_for_ever_and_changes_its_address_with_any_change(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/?system=rnn").text)
    assert len(named) >= 6
    for address in named:
        assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable", address
    other = named[0].replace("/v-", "/v-0", 1)[: len(named[0])]
    old = re.sub(r"/v-\w+/", "/v-000000000000/", named[0])
    assert client.get(old).headers["Cache-Control"] == "public, no-cache"
    assert client.get(other.replace("favicon", "nothing")).status_code == 404
    monkeypatch.setattr("app.web.core.static_address.STATIC", tmp_path)
    seconds = iter(range(3))
    monkeypatch.setattr("app.web.core.static_address.monotonic", lambda: next(seconds))
    before = static_version()
    (tmp_path / "a").write_text("1")
    assert static_version() != before
    (tmp_path / "a").unlink()
    assert static_version() == before


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "address", ["/", "/?system=rnn", "/train", *dear("/gallery"), "/language", "/compare", "/numbers"]
)
def test_a_page_with_formulas_fetches_their_font_with_the_page(client: TestClient, address: str) -> None:
    """So that they do not move under a pointer as it comes; a page without formulas does not fetch it."""
    page = client.get(address).text
    named = re.search(r'rel="preload" href="(\S+)" as="font"', page)
    assert ("<math" in page) == bool(named)
    if named:
        sheet = re.search(r'href="(\S+/css/math.css)"', page)
        assert sheet
        font = re.search(r'"Unfold Math";\s*src: ?url\("(\S+?)"\)', client.get(sheet[1]).text)
        assert font
        assert urljoin(sheet[1], font[1]) == named[1]
        assert client.get(named[1]).headers["Content-Type"] == "font/woff2"
