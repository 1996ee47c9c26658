"""The service below a path, as a proxy has it: every address that it gives leads back to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.outputs import OUTPUTS
from app.web.core.root_path import ADDRESS, below_root, rooted, rooted_html
from app.web.service import create_app
from tests.below import ROOT_PATH, Proxy
from tests.caches import forget_what_was_asked
from tests.tiers import dear

SMALL = "system=rnn-regression&sizes=h:2&tau=2&steps=2"
PAGES = (
    "/", "/?system=rnn", "/?tau=2&phase=backward&at=h[2]", "/?tau=0", "/far-back?radius=1.5", "/compare?a=tau%3D2",
    f"/train?{SMALL}", "/train/memory", "/train/anywhere", "/train/hopfield", *dear("/gallery"), "/language", "/docs",
    "/numbers?tau=2", "/through?tau=2", "/nowhere",
)  # fmt: skip
PARTS = ("/api/page?tau=2", "/api/page?tau=0", "/api/steps?tau=2&phase=forward&at=h[1]", "/api/given?tau=2&node=x[1]")
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    forget_what_was_asked()
    with TestClient(Proxy(create_app()), follow_redirects=False) as client:
        yield client


def addresses(html: str) -> set[str]:
    return {unescape(found[2]) for found in ADDRESS.finditer(html)}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("path", PAGES)
def test_every_address_on_a_page_is_below_the_path(client: TestClient, path: str) -> None:
    page = client.get(ROOT_PATH + path, headers=HTML).text
    found = addresses(page)
    assert len(found) > 8 and all(re.match(rf"{ROOT_PATH}[/?]", address) for address in found)
    assert not any(address.startswith(ROOT_PATH * 2) for address in found)
    assert f'data-root="{ROOT_PATH}"' in page
    assert f'content="http://testserver{ROOT_PATH}/' in page


def test_what_a_page_leads_to_is_there(client: TestClient) -> None:
    found = set[str]()
    for path in ("/", "/?system=rnn&tau=2", f"/train?{SMALL}", "/gallery"):
        found |= addresses(client.get(ROOT_PATH + path, headers=HTML).text)
    kinds: dict[str, str] = {}
    for address in sorted(found):
        kinds.setdefault(address.partition("?")[0].rpartition("=")[0] or address.partition("?")[0], address)
    assert len(kinds) > 20
    for address in kinds.values():
        assert client.head(address, headers=HTML).status_code in (200, 303, 405), address


@pytest.mark.parametrize("path", PARTS)
def test_so_is_what_scripts_put_into_a_page(client: TestClient, path: str) -> None:
    def texts(data: Any) -> Iterator[str]:
        if isinstance(data, str):
            yield data
        for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
            yield from texts(part)

    answer = client.get(ROOT_PATH + path)
    html = texts(answer.json()) if "json" in answer.headers["Content-Type"] else [answer.text]
    assert all(address.startswith(f"{ROOT_PATH}/") for text in html for address in addresses(text))


@pytest.mark.one_in(3)
@pytest.mark.usefixtures("small_pictures")
@pytest.mark.parametrize("row", OUTPUTS.values(), ids=lambda row: row.path)
def test_every_answer_is_the_same_below_a_path(client: TestClient, row: Any) -> None:
    asked = f"{row.path}?{row.example or (SMALL if row.run else 'tau=2')}"
    plain = TestClient(create_app()).get(asked)
    assert client.get(ROOT_PATH + asked).content == plain.content and plain.status_code == 200


def test_redirects_and_the_description_name_the_path(client: TestClient) -> None:
    edited = client.get(f"{ROOT_PATH}/?system=rnn&edit=h[t]%20=%20tanh(h[t-1])&equations=h[t]%20=%20tanh(x[t])")
    slash = client.get(f"{ROOT_PATH}/gallery/")
    for answer in (edited, slash):
        if answer.is_redirect:
            assert answer.headers["Location"].startswith(f"{ROOT_PATH}/")
            assert not answer.headers["Location"].startswith(ROOT_PATH * 2)
    assert slash.is_redirect
    assert client.get(f"{ROOT_PATH}/openapi.json").json()["servers"] == [{"url": ROOT_PATH}]
    assert TestClient(create_app()).get("/openapi.json").json()["servers"] == [{"url": "/"}]


def test_a_training_is_told_step_by_step_below_a_path(client: TestClient) -> None:
    told = client.get(f"{ROOT_PATH}/api/train?{SMALL}", headers={"Accept": "text/event-stream"})
    assert told.status_code == 200 and "event: done" in told.text


def test_files_are_asked_for_by_their_version_below_a_path(client: TestClient) -> None:
    page = client.get(f"{ROOT_PATH}/", headers=HTML).text
    files = {address for address in addresses(page) if address.startswith(f"{ROOT_PATH}/static/")}
    assert len(files) >= 6
    for address in files:
        if not address.endswith("/pages/"):
            assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("html", "below"),
    [
        ('<a href="/train">', '<a href="/unfold/train">'),
        ('<a class="x" href="/?a=b&amp;c=/d">', '<a class="x" href="/unfold/?a=b&amp;c=/d">'),
        ('<a xlink:href="/figure.svg">', '<a xlink:href="/unfold/figure.svg">'),
        ('<a href="//elsewhere.example/">', '<a href="//elsewhere.example/">'),
        ('<a href="#main"><a href="https://a.example/">', '<a href="#main"><a href="https://a.example/">'),
        ('<a href="/unfold/train">', '<a href="/unfold/train">'),
        ("<p>href=&#34;/train&#34;</p>", "<p>href=&#34;/train&#34;</p>"),
        ('<a href="/unfolded">', '<a href="/unfold/unfolded">'),
    ],
)
def test_an_address_in_an_attribute_is_put_below_the_path_once(html: str, below: str) -> None:
    assert rooted_html(html) == html and rooted("/train") == "/train"
    with below_root({"root_path": ROOT_PATH}):
        assert rooted_html(html) == rooted_html(rooted_html(html)) == below
