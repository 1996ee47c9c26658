"""What the page's scripts ask for where a browser without them asks for the page: the same, part by part."""

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from app.drawing.formats.page_svg import MARKS
from app.engine import Trace
from app.link import parse, resolve
from app.web.core.environment import worded
from app.web.explore.link_views import LinkViews
from app.web.explore.partial import FORMS, VIEWS
from app.web.service import create_app
from tests.browser.test_explore import check_table
from tests.browser.test_page import WAVE, WORD, forgive, opened
from tests.tiers import tiered

LINKS = [
    "system=rnn",
    WORD,
    f"{WAVE}&phase=backward&at=h[2]",
    "view=both&detail=operations&phase=forward&seed=4",
    "equations=s[t] = alpha * s[t-2]&tau=4&of=s[3]",
    "tau=1000",
]
EVERY_RUN = LINKS[:-1]
WRONG = ["tau=0&seed=5", "equations=h[t] = tahn(W @ h[t-1])", "colour=red", "truncate=x&view=both", "at=h[1]"]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


@pytest.mark.parametrize("link", tiered(LINKS, EVERY_RUN))
def test_the_parts_are_those_of_the_page(client: TestClient, link: str) -> None:
    page, parts = client.get(f"/?{link}").text, client.get(f"/api/page?{link}").json()
    assert parts["parts"].keys() == {*FORMS, *VIEWS}
    assert f"<title>{parts['title']} · Unfold</title>" in page
    assert parts["data"] == json.loads(re.findall(r'id="data">(.*)</script>', page)[0])
    for name, html in parts["parts"].items():
        if name not in ("everything", "panel"):
            assert (html.strip() in page) if name != "figure" else (told(html.strip()) in told(page)), name


def told(html: str) -> str:
    """What is drawn as scripts read it: titles as facts, nodes as groups that lead nowhere, without letters."""
    html = re.sub(r'<(use|path) [^>]*fill="#[^"]*"[^>]*/>\n?', "", html)
    html = re.sub(r"<defs>.*?</defs>\n?", "", html, flags=re.DOTALL)
    grouped = html.replace("<a ", "<g ").replace("</a>", "</g>")
    cursor = r' tabindex="-?\d" role="img"| href="[^"]*"| data-numbers=""| data-(phase|at)="[^"]*"(?=[^>]*data-of)'
    alike = re.sub(cursor, "", grouped)
    titled = re.sub(r"(<g [^>]*)><title>(.*?)</title>", r'\1 data-sentence="\2">', alike, flags=re.DOTALL)
    return re.sub(r"<g ([^>]*)>", _unmarked, titled)


def _unmarked(group: re.Match[str]) -> str:
    """A group before its cursor has been anywhere, its attributes in the order of their names."""
    attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', group[1]))
    if "data-sentence" in attributes:
        attributes["data-sentence"] = attributes["data-sentence"].partition("\n")[0]
    if "class" in attributes:
        attributes["class"] = " ".join(name for name in attributes["class"].split() if name not in MARKS)
    return f"<g {sorted(attributes.items())}>"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("link", [*EVERY_RUN, "system=lstm&phase=update&at=W_f", "tau=40&phase=backward&at=h[30]"])
def test_where_numbers_alone_are_others_a_figure_is_answered_by_them(client: TestClient, link: str) -> None:
    link = re.sub("&seed=.*", "", link)
    before = client.get(f"/api/page?{link}&seed=7").json()
    after = client.get(f"/api/page?{link}&seed=8").json()
    moved = client.get(f"/api/page?{link}&seed=8&shown={before['shape']}").json()
    assert "moved" not in before | after and moved["data"] == after["data"]
    assert moved["parts"] == {name: html for name, html in after["parts"].items() if name != "figure"}
    shown = figure_of(before["parts"]["figure"])
    places = [part for part in shown.iter() if "data-numbers" in part.attrib]
    for part, (facts, inside) in zip(places, moved["moved"], strict=True):
        part.attrib |= facts
        if inside is not None:
            part[:] = ElementTree.fromstring(f'<g xmlns="http://www.w3.org/2000/svg">{inside}</g>')
    assert as_drawn(shown) == as_drawn(figure_of(after["parts"]["figure"]))
    assert moved["moved"] != []


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "other", ["tau=4", "detail=operations", "view=both", "rows=h", "system=gru", "truncate=2", "colours=dusk", "of=h"]
)
def test_where_more_is_another_the_figure_is_answered_whole(client: TestClient, other: str) -> None:
    shape = client.get("/api/page?system=rnn").json()["shape"]
    answered = client.get(f"/api/page?{other}&shown={shape}").json()
    assert "figure" in answered["parts"] and "moved" not in answered and answered["shape"] != shape


def figure_of(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(html[html.index("<svg") : html.rindex("</svg>") + len("</svg>")])


def as_drawn(part: ElementTree.Element) -> tuple[str, dict[str, str], list[Any]]:
    """An element as it is shown, without the line breaks between elements."""
    return part.tag, part.attrib, [as_drawn(child) for child in part]


def test_the_table_of_all_numbers_is_left_to_be_asked_for(client: TestClient) -> None:
    for link in EVERY_RUN:
        assert "<td>" not in client.get(f"/api/page?{link}").json()["parts"]["everything"]


def test_a_panel_is_that_of_its_step(client: TestClient) -> None:
    link = f"{WAVE}&phase=backward&at=h[2]"
    found = client.get(f"/api/page?{link}").json()
    here = found["data"]["here"]
    assert found["parts"]["panel"] == client.get(f"/api/steps?{WAVE}&first={here}").json()["panels"][0]["html"]


@pytest.mark.parametrize("link", WRONG)
def test_with_a_problem_the_forms_say_it_as_the_page_does(client: TestClient, link: str) -> None:
    page, found = client.get(f"/?{link}"), client.get(f"/api/page?{link}")
    assert page.status_code == found.status_code == 422
    assert found.headers["Content-Type"] == "application/problem+json"
    assert found.json()["errors"] == client.get(f"/figure.svg?{link}").json()["errors"]
    assert found.json()["parts"].keys() == FORMS.keys()
    assert any("problem" in html for html in found.json()["parts"].values())
    for name, html in found.json()["parts"].items():
        assert html.strip() in page.text, name


def test_the_parts_may_be_kept(client: TestClient) -> None:
    first = client.get("/api/page?tau=4")
    again = client.get("/api/page?tau=4", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_the_table_of_another_link_comes_when_it_is_opened(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/numbers" in request.url else None)
    page.locator("#next-seed").click()
    expect(page.locator(".every td")).to_have_count(0)
    assert asked == []
    page.locator("#all-numbers summary").click()
    page.wait_for_selector(".every td")
    check_table(page, traced(page))
    before = page.locator(".every").text_content() or ""
    page.locator("#next-seed").click()
    expect(page.locator(".every")).not_to_have_text(before)
    check_table(page, traced(page))
    page.locator("#all-numbers summary").click()
    page.locator("#all-numbers summary").click()
    assert len(asked) == 2


def traced(page: Page) -> Trace:
    """What the engine computes of the link in the address bar."""
    return resolve(parse(page.url.partition("?")[2])).run.trace


def test_without_an_answer_the_table_is_asked_for_again(page: Page, server: str, script_errors: list[str]) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator("#next-seed").click()
    expect(page.locator(".every td")).to_have_count(0)
    page.route("**/numbers?**", lambda route: route.abort())
    page.locator("#all-numbers summary").click()
    expect(page.locator("#away")).to_contain_text("does not answer")
    page.unroute("**/numbers?**")
    page.wait_for_selector(".every td")
    expect(page.locator("#away")).to_be_hidden()
    check_table(page, traced(page))
    forgive(script_errors, "Failed to load resource")


@pytest.mark.parametrize("detail", ["states", "cells", "gates", "operations"])
def test_the_circuit_of_a_page_shows_the_values_of_the_step_that_the_cursor_is_at(detail: str) -> None:
    for t in (1, 2):
        told = {view: node_facts(view, detail, t) for view in ("folded", "unfolded")}
        circuit, run = told["folded"]["c"], told["unfolded"][f"c[{t}]"]
        assert {"current", "valued"} <= {*circuit["class"].split()}
        assert circuit["data-value"] == run["data-value"]


def node_facts(view: str, detail: str, t: int) -> dict[str, dict[str, str]]:
    """What the nodes of a page's figure are told by, at a step of the cell of an LSTM."""
    link = {"system": "lstm", "tau": "3", "view": view, "detail": detail, "phase": "forward", "at": f"c[{t}]"}
    figure = str(LinkViews(resolve(parse([*link.items()]))).figure)
    groups = (
        dict(re.findall(r'([\w-]+)="([^"]*)"', group)) for group in re.findall(r"<[ag] [^>]*data-node=[^>]*>", figure)
    )
    return {group["data-node"]: group for group in groups}


def test_numbers_stay_in_a_line_with_their_words() -> None:
    shown = [
        str(worded(words)).replace("\u00a0", "~") for words in ("after 9 steps in h, 14 in c", "b_f = 1: 7.6 % < 8 %")
    ]
    assert shown == ["after~9~steps in h,~14 in c", "b<sub>f</sub> =~1:~7.6~% &lt;~8~%"]
