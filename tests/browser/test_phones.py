"""Every page on phones: nothing is wider than the page, and a figure's player is in the first screen."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from app.systems import SYSTEMS
from tests.browser.test_page import forgive

SIZES = ((390, 844), (360, 740), (320, 640))
PAGES = (
    "",
    "far-back?radius=1.5&forget=0",
    "train",
    "train/anywhere",
    "train/memory",
    "train/hopfield",
    "gallery",
    "language",
    "docs",
    f"compare?a={quote('system=rnn')}&b={quote('system=lstm')}",
    "numbers?system=rnn",
    "through?system=rnn&truncate=2",
    "nowhere",
    "train?lr=0",
    f"?equations={quote('h[t]=tahn(W@h[t-1])')}",
    *(f"?system={name}&phase={phase}" for name in SYSTEMS for phase in ("backward", "update")),
)
PLAIN = ("gallery", "language", "docs", "numbers", "through", "nowhere")
"""The pages whose scripts do not say that they are there."""
TOO_WIDE = """() => {
  const scrolled = (part) => { // What scrolls within the page may be wider, and what a closed part holds is not there.
    for (let it = part; it !== document.body; it = it.parentElement) {
      if (getComputedStyle(it).overflowX !== "visible" || it.matches("details:not([open])")) return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll("body > * *")].filter((part) => {
    const { left, right, width, height } = part.getBoundingClientRect();
    return width && height && (right > innerWidth + 1 || left < -1) && !part.closest("svg *, .away") && !scrolled(part);
  });
  const page = document.documentElement.scrollWidth;
  return [...(page > innerWidth ? [`the page: ${page}`] : []), ...out.map((part) => part.outerHTML.slice(0, 120))];
}"""
PLAYER = """() => {
  const [play] = document.querySelectorAll("#transport [data-go=play]");
  return !play || play.getBoundingClientRect().bottom <= innerHeight;
}"""


@pytest.mark.long
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone_and_play_is_in_the_first_screen(
    phone: Page, server: str, script_errors: list[str], path: str
) -> None:
    for width, height in SIZES:
        phone.set_viewport_size({"width": width, "height": height})
        phone.goto(f"{server}/{path}")
        if path.partition("?")[0] not in PLAIN:
            phone.wait_for_selector("html[data-ready]")
        assert phone.evaluate(TOO_WIDE) == [], width
        assert phone.evaluate(PLAYER), width
    forgive(script_errors, "status of 4")
