"""Pages for tests: one tab serves all tests of a process and is as new for each, so that nothing is loaded twice.

Most of what a page costs is its first load: a context of its own takes three times the processor time of a tab that has
the scripts in its cache. A test that replaces the clock or adds scripts (which a context never loses), or measures
a first load, is marked `fresh`.

A test that passes by luck shows itself when what pages wait for comes late: UNFOLD_HOLD_BACK=sights=3000, then
answers=2000,timers=600,frames=300, as `hold_back` says; then every test is fresh.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest
from playwright.sync_api import Browser, CDPSession, Error, Page, ViewportSize

from tests.paths import ROOT

DESKTOP: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 844}
FORGETFUL = "addEventListener('pagehide', () => { localStorage.clear(); sessionStorage.clear() })"
"""A page stores what it wants to find again as it is left; this comes last, and nothing of it remains."""

SCRIPTS = ("add_init_script", "expose_function", "expose_binding")
CLOCKS = ("install", "fast_forward", "run_for", "pause_at", "set_fixed_time", "set_system_time")
"""What is never taken back: scripts of a page or a context, and a clock of one's own."""

AS_FOUND = ("media", "color_scheme", "reduced_motion", "forced_colors", "contrast")


class Tab:
    """A page that test after test uses, each as if it were the first; a `fresh` one is for one of them."""

    def __init__(self, browser: Browser, scripts: bool = True, phone: bool = False, fresh: bool = False) -> None:
        self.browser, self.scripts, self.phone, self.fresh = browser, scripts, phone, fresh
        self.size = PHONE if phone else DESKTOP
        self.page: Page | None = None
        self.wire: CDPSession | None = None
        self.undo: dict[str, Callable[[], object]] = {}
        """What takes back what this test did: most do nothing of it, and a call costs what each of theirs does."""
        self.complaints: list[str] = []
        """What the page throws or writes to console.error; each test has a list of its own."""

    def borrow(self) -> Page:
        """The page for a test; what a context keeps for ever is refused where others come after it."""
        if self.page is None or self.page.is_closed():
            self.page = self._open()
        return self.page

    def _open(self) -> Page:
        context = self.browser.new_context(
            viewport=self.size, java_script_enabled=self.scripts, has_touch=self.phone, is_mobile=self.phone
        )
        page = context.new_page()
        self.wire = context.new_cdp_session(page)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        if not self.fresh:
            self._refuse_what_lasts(page)
            media: dict[str, Any] = dict.fromkeys(AS_FOUND, "null")
            self._note(page, "route", partial(page.unroute_all, behavior="ignoreErrors"))
            self._note(page, "emulate_media", partial(page.emulate_media, **media))
            self._note(page, "set_viewport_size", partial(page.set_viewport_size, self.size))
            self._note(context, "grant_permissions", context.clear_permissions)
            self._note(context, "add_cookies", context.clear_cookies)
        elif kinds := os.environ.get("UNFOLD_HOLD_BACK"):
            hold_back(page, kinds)
        return page

    def _refuse_what_lasts(self, page: Page) -> None:
        for place, names in {page: SCRIPTS, page.context: SCRIPTS, page.clock: CLOCKS}.items():
            for name in names:
                refused = AssertionError(f"{name} stays for the tests that follow: mark the test fresh")
                setattr(place, name, Mock(side_effect=refused))

    def _note(self, place: Any, name: str, undo: Callable[[], object]) -> None:
        change = getattr(place, name)

        def noted(*given: Any, **named: Any) -> Any:
            self.undo[name] = undo
            return change(*given, **named)

        setattr(place, name, noted)

    def give_back(self) -> None:
        """Leaves nothing of a test but what was loaded."""
        assert self.page is not None
        try:
            self.close() if self.fresh else self._clean(self.page)
        except Error:  # Whatever state a failed test has left the tab in, the next test gets another.
            self.close()

    def _clean(self, page: Page) -> None:
        for other in page.context.pages:
            if other is not page:
                other.close()
        if self.scripts and page.url.startswith("http"):
            page.evaluate(FORGETFUL)
        page.goto("about:blank")
        if self.wire:
            self.wire.send("Page.resetNavigationHistory")
        for undo in self.undo.values():
            undo()
        self.undo.clear()
        if not self.phone:
            page.mouse.move(0, 0)

    def close(self) -> None:
        if self.page is not None:
            self.page.context.close()
            self.page = self.wire = None
        self.undo.clear()


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Iterator[Tab]:
    """The tab that all tests of a process share."""
    yield from kept(Tab(browser))


@pytest.fixture(scope="session")
def plain_tab(browser: Browser) -> Iterator[Tab]:
    """The same with scripts off."""
    yield from kept(Tab(browser, scripts=False))


@pytest.fixture(scope="session")
def phone_tab(browser: Browser) -> Iterator[Tab]:
    """The same on a phone."""
    yield from kept(Tab(browser, phone=True))


def kept(tab: Tab) -> Iterator[Tab]:
    yield tab
    tab.close()


@pytest.fixture
def script_errors() -> list[str]:
    """What the page complained of so far; a test that provokes complaints reads the list and clears it."""
    return []


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, tab: Tab, script_errors: list[str]) -> Iterator[Page]:
    """A page of 1280×720, as new; what a script throws or writes to console.error fails the test."""
    fresh = "UNFOLD_HOLD_BACK" in os.environ or request.node.get_closest_marker("fresh")
    yield from lent(Tab(browser, fresh=True) if fresh else tab, script_errors)


@pytest.fixture
def phone(phone_tab: Tab, script_errors: list[str]) -> Iterator[Page]:
    """A page of 390×844 on a phone, which is touched."""
    yield from lent(phone_tab, script_errors)


@pytest.fixture
def plain(plain_tab: Tab, script_errors: list[str]) -> Iterator[Page]:
    """A page on which no script runs."""
    yield from lent(plain_tab, script_errors)


def lent(tab: Tab, complaints: list[str]) -> Iterator[Page]:
    tab.complaints = complaints
    yield tab.borrow()
    tab.give_back()
    tab.complaints = []
    if complaints:
        pytest.fail("the page complained:\n" + "\n".join(complaints), pytrace=False)


def hold_back(page: Page, kinds: str) -> None:
    """What a page waits for comes later than it would, each by its own chance, up to so many milliseconds.

    `kinds` has `answers=1000,sights=500` and the like, of what `js/hold-back.js` knows.
    """
    late = {name: float(most) for name, most in (kind.split("=") for kind in kinds.split(","))}
    page.add_init_script(f"const LATE = {json.dumps(late)};\n{(ROOT / 'tests/js/hold-back.js').read_text()}")
