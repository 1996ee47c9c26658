"""The gallery: every system at every detail, and every picture leads to its page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from playwright.sync_api import Page
from starlette.testclient import TestClient

from app.drawing import svg
from app.link import Link, options, resolve
from app.outputs.table import scene
from app.systems import SYSTEMS
from app.web.gallery import WIDE, gallery_links
from app.web.service import create_app
from tests.accessibility import check_accessible
from tests.figures import EVERY_LOOK, VIEWS, looks
from tests.lint import reasons
from tests.tiers import long


@pytest.fixture(scope="module")
def html() -> str:
    return TestClient(create_app()).get("/gallery").text


@pytest.mark.dear
def test_every_system_is_shown_at_every_detail(html: str) -> None:
    details = options()["detail"].choices
    assert [(link.system, link.detail) for link in gallery_links()] == [(name, d) for name in SYSTEMS for d in details]
    hrefs = re.findall(r'<a href="/\?([^"]*)">\s*<img', html)
    assert len(hrefs) == len(set(hrefs)) == len(SYSTEMS) * len(details)
    assert re.findall('<a href="([^"]*)" aria-current="page">', html.partition("</nav>")[0]) == ["/gallery"]


@pytest.mark.dear
@pytest.mark.parametrize("one_of", [5, *long(1)])
def test_every_picture_is_there_in_the_proportions_that_the_page_says(html: str, one_of: int) -> None:
    client = TestClient(create_app())
    pictures = re.findall(r'src="(/figure.svg[^"]*)" width="(\d+)" height="(\d+)"', html)
    assert len(pictures) == 2 * len(gallery_links())
    for src, width, height in pictures[::one_of]:
        svg = client.get(unescape(src))
        assert svg.status_code == 200
        size = re.search(r'width="(\d+)" height="(\d+)"', svg.text)
        assert size is not None
        assert int(size[1]) / int(size[2]) == pytest.approx(int(width) / int(height), rel=0.02)


@pytest.mark.one_in(12)
@EVERY_LOOK
@pytest.mark.parametrize("link", gallery_links(), ids=lambda link: f"{link.system}-{link.detail}")
def test_every_system_is_slide_safe_at_every_detail(link: Link, every: bool) -> None:
    assert (*options()["view"].choices,) == VIEWS
    for view, phase, theme in [("both", "backward", "light"), *looks(every, link.system, link.detail)]:
        asked = link.model_copy(update={"view": view, "phase": phase, "theme": theme})
        assert reasons(svg(scene(resolve(asked)))) == [], (view, phase, theme)


def test_one_picture_of_each_pair_shows_and_nothing_is_out_of_reach(page: Page, server: str) -> None:
    page.goto(f"{server}/gallery")
    check_accessible(page)
    for scheme, other in (("light", "dark"), ("dark", "light")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert page.locator(f"img.on-{scheme}").first.is_visible()
        assert not page.locator(f"img.on-{other}").first.is_visible()
    for chosen in ("light", "dark"):
        page.click("#theme")
        assert page.locator(f"img.on-{chosen}").first.is_visible()


@pytest.mark.dear
def test_no_row_has_a_gap_and_what_is_wide_has_one_of_its_own(html: str) -> None:
    for figures in re.findall(r'<ul class="figures">(.*?)</ul>', html, re.DOTALL):
        alone = [bool(words) for words in re.findall(r'<li( class="alone")?>', figures)]
        widths = [int(width) for width in re.findall(r'on-light"[^>]* width="(\d+)"', figures)]
        assert len(alone) == len(widths)
        for at in range(0, len(alone), 2):
            assert {*alone[at : at + 2]} == {max(widths[at : at + 2]) > WIDE}
