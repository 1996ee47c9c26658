"""The pages of a service below a path: nothing that they ask for, or lead to, is beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from app.web.service import create_app
from tests.below import ROOT_PATH, Proxy
from tests.browsers import served
from tests.tiers import long

SMALL = "system=rnn-regression&sizes=h:2&tau=3&steps=8"


@pytest.fixture(scope="module")
def below() -> Iterator[str]:
    with served(Proxy(create_app())) as address:
        yield address + ROOT_PATH


@pytest.fixture
def answers(page: Page) -> Iterator[list[Response]]:
    """What the page is answered while a test runs, of which all is below the path, and there."""
    found: list[Response] = []

    def heard(response: Response) -> None:
        found.append(response)

    page.on("response", heard)
    yield found
    page.remove_listener("response", heard)
    assert len(found) > 5
    for response in found:
        path = urlsplit(response.url).path
        assert path.startswith(f"{ROOT_PATH}/") or response.url.startswith(("data:", "blob:")), response.url
        assert response.status < 400, f"{response.status} {response.url}"


def opened(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    page.wait_for_selector("html[data-ready]")


def test_a_link_is_stepped_through_and_changed(page: Page, below: str, answers: list[Response]) -> None:
    opened(page, f"{below}/?tau=3&seed=4")
    for key in ("ArrowRight", "ArrowRight", "End"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile(rf"{re.escape(below)}/\?.*phase="))
    page.locator("#tau").fill("4")
    page.locator("#tau").press("Enter")
    data = page.locator("#twins a").first
    expect(data).to_have_attribute("href", re.compile(rf"^{ROOT_PATH}/.*tau=4"))
    expect(page).to_have_url(re.compile(rf"{re.escape(below)}/\?.*tau=4"))
    page.locator("#check").scroll_into_view_if_needed()
    page.wait_for_selector("#chart-parts svg .layers .added", state="attached")
    page.go_back()
    expect(data).to_have_attribute("href", re.compile(rf"^{ROOT_PATH}/(?!.*tau=4)"))
    asked = {urlsplit(response.url).path.removeprefix(ROOT_PATH) for response in answers}
    assert {"/api/page", "/api/instruments"} <= asked


def test_a_run_leads_to_its_files_and_its_network(page: Page, below: str, answers: list[Response]) -> None:
    opened(page, f"{below}/train?{SMALL}")
    expect(page.locator("#run")).to_have_attribute("data-phase", "done", timeout=120_000)
    hrefs = [link.get_attribute("href") or "" for link in page.locator("#files a").all()]
    assert len(hrefs) > 4 and all(href.startswith(f"{ROOT_PATH}/") for href in hrefs)
    assert any(href.startswith(f"{ROOT_PATH}/weights.npz?trained=8") or "trained=8" in href for href in hrefs)
    page.locator("#explore").click()
    page.wait_for_selector("html[data-ready]")
    assert page.url.startswith(f"{below}/?") and "trained=" in page.url


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "path", ["/", "/compare?a=tau%3D2", "/train/memory", "/train/hopfield", "/gallery", *long("/docs")]
)
def test_other_pages_are_whole(page: Page, below: str, answers: list[Response], path: str) -> None:
    page.goto(below + path)
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Train", exact=True).first.click()
    page.wait_for_selector("html[data-ready]")
    assert page.url.startswith(f"{below}/train")
