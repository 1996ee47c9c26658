"""The tab that tests share is as new for each of them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.tabs import DESKTOP, Tab

FOUND = """
async () => ({
  stored: localStorage.length + sessionStorage.length,
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  width: innerWidth,
  entries: history.length,
  reads: await navigator.permissions.query({ name: "clipboard-read" }).then(({ state }) => state),
})
"""


def test_nothing_of_a_test_is_left_in_the_tab_of_the_next(browser: Browser, server: str) -> None:
    tab = Tab(browser)
    page = tab.borrow()
    page.goto(f"{server}/language")
    new = page.evaluate(FOUND)
    page.evaluate("localStorage.setItem('theme', 'dark'); sessionStorage.setItem('a', 'b'); history.pushState({}, '')")
    page.evaluate("addEventListener('pagehide', () => sessionStorage.setItem('left', 'here'))")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.context.new_page()
    page.context.grant_permissions(["clipboard-read"])
    page.route("**/*", lambda route: route.abort())
    tab.give_back()
    assert tab.borrow() is page and page.context.pages == [page]
    page.goto(f"{server}/language")
    assert (
        page.evaluate(FOUND)
        == new
        == {"stored": 0, "dark": False, "width": DESKTOP["width"], "entries": 2, "reads": "prompt"}
    )
    tab.close()


@pytest.mark.parametrize(
    "lasting",
    [
        lambda page: page.add_init_script("window.asked = true"),
        lambda page: page.context.expose_function("asked", bool),
        lambda page: page.clock.install(),
        lambda page: page.clock.set_fixed_time(0),
    ],
)
def test_what_would_stay_in_a_shared_tab_is_refused(tab: Tab, lasting: Callable[[Page], None]) -> None:
    with pytest.raises(AssertionError, match="mark the test fresh"):
        lasting(tab.borrow())
