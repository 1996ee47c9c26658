"""The pictures that other programs show beside an address of a page."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.web.service import create_app
from tests.tiers import dear

client = TestClient(create_app())
SMALL = "system=rnn-regression&sizes=h:2&tau=4&batch=2&steps=3"
RESULTS = ("/train", "/train/anywhere", "/train/memory")
"""The pages that are about what a training comes to, and not about the network that it begins with."""
PREVIEWED = (
    "/",
    "/far-back?radius=1.5",
    "/?system=rnn&phase=backward",
    "/train",
    "/train/hopfield",
    f"/train/anywhere?{SMALL}&task=detector:101",
    f"/train/memory?{SMALL}&task=echo:2",
    *dear("/gallery"),
    "/docs",
    "/compare?a=tau%3D2&b=tau%3D4",
    "/nowhere",
)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("path", PREVIEWED)
def test_every_page_has_a_picture_where_its_address_is_shown(path: str) -> None:
    text = client.get(path, headers={"Accept": "text/html"}).text
    named = dict(re.findall(r'<meta (?:property|name)="([a-z:]+)" content="([^"]*)"', text))
    assert named["twitter:card"] == "summary_large_image"
    assert unescape(named["og:title"]) == unescape(text.partition("<title>")[2].partition("</title>")[0])
    address = unescape(named["og:image"])
    assert address.startswith(f"{client.base_url}/")
    page, drawn = path.partition("?")[0], urlsplit(address).path
    assert (drawn == f"{page}.png") == (page in (*RESULTS, "/far-back", "/compare"))
    with Image.open(BytesIO(client.get(address).content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))


def test_the_picture_is_of_the_pages_own_link_where_the_service_is_reached() -> None:
    page = client.get(
        "/?system=lstm&tau=2&phase=backward", headers={"Accept": "text/html", "Host": "nets.example"}
    ).text
    assert 'content="http://nets.example/figure.png?system=lstm&amp;tau=2&amp;phase=backward&amp;fit=preview' in page
