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
from unittest.mock import Mock

import pytest
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Error, Page, ViewportSize

from tests.paths import ROOT

DESKTOP: ViewportSize = {"width": 1280, "height": 720}
FORGETFUL = "addEventListener('pagehide', () => { localStorage.clear(); sessionStorage.clear() })"
"""A page stores what it wants to find again as it is left; this comes last, and nothing of it remains."""

SCRIPTS = ("add_init_script", "expose_function", "expose_binding")
CLOCKS = ("install", "fast_forward", "run_for", "pause_at", "set_fixed_time", "set_system_time")
"""What is never taken back: scripts of a page or a context, and a clock of one's own."""

AS_FOUND = ("media", "color_scheme", "reduced_motion", "forced_colors", "contrast")
CHANGES: dict[str, Callable[[Page], None]] = {
    "route": lambda page: page.unroute_all(behavior="ignoreErrors"),
    "emulate_media": lambda page: page.emulate_media(**dict.fromkeys(AS_FOUND, "null")),  # type: ignore[arg-type]
    "set_viewport_size": lambda page: page.set_viewport_size(DESKTOP),
    "grant_permissions": lambda page: page.context.clear_permissions(),
    "add_cookies": lambda page: page.context.clear_cookies(),
}
"""What takes back what some tests do, and most do not: each such call costs as much as one that a test is about."""


class Tab:
    """A page that test after test uses, each as if it were the first."""

    def __init__(self, browser: Browser, scripts: bool) -> None:
        self.browser, self.scripts = browser, scripts
        self.page: Page | None = None
        self.wire: CDPSession | None = None
        self.changed: set[str] = set()
        self.complaints: list[str] = []
        """What the page throws or writes to console.error; each test has a list of its own."""

    def borrow(self) -> Page:
        if self.page is None or self.page.is_closed():
            context = self.browser.new_context(viewport=DESKTOP, java_script_enabled=self.scripts)
            self.page = context.new_page()
            self.wire = context.new_cdp_session(self.page)
            self._listen(self.page)
            for name in CHANGES:
                self._note(self.page if hasattr(self.page, name) else context, name)
        return self.page

    def _listen(self, page: Page) -> None:
        def thrown(error: Error) -> None:
            self.complaints.append(str(error))

        def written(line: ConsoleMessage) -> None:
            if line.type == "error":
                self.complaints.append(line.text)

        page.on("pageerror", thrown)
        page.on("console", written)

    def _note(self, place: object, name: str) -> None:
        """Remembers that something is done, so that it is taken back."""
        change = getattr(place, name)

        def noted(*given: object, **named: object) -> object:
            self.changed.add(name)
            return change(*given, **named)

        setattr(place, name, noted)

    def share(self) -> Page:
        """The page for one of many tests: what a context keeps for ever is refused."""
        page = self.borrow()
        for place, names in {page: SCRIPTS, page.context: SCRIPTS, page.clock: CLOCKS}.items():
            for name in names:
                refused = AssertionError(f"{name} stays for the tests that follow: mark the test fresh")
                setattr(place, name, Mock(side_effect=refused))
        return page

    def give_back(self) -> None:
        """Leaves nothing of a test but what was loaded."""
        assert self.page is not None
        try:
            self._clean(self.page)
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
        for name in sorted(self.changed):
            CHANGES[name](page)
        self.changed.clear()
        page.mouse.move(0, 0)

    def close(self) -> None:
        if self.page is not None:
            self.page.context.close()
            self.page = self.wire = None


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Iterator[Tab]:
    """The tab that all tests of a process share."""
    tab = Tab(browser, scripts=True)
    yield tab
    tab.close()


@pytest.fixture(scope="session")
def plain_tab(browser: Browser) -> Iterator[Tab]:
    """The same with scripts off."""
    tab = Tab(browser, scripts=False)
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
    mine = fresh_tab(browser) if fresh else tab
    page = mine.borrow() if fresh else mine.share()
    mine.complaints = script_errors
    yield page
    if fresh:
        mine.close()
    else:
        mine.give_back()
    mine.complaints = []
    if script_errors:
        pytest.fail("the page complained:\n" + "\n".join(script_errors), pytrace=False)


def fresh_tab(browser: Browser) -> Tab:
    """A tab in a context of its own, in which what the page waits for comes late where that is asked for."""
    tab = Tab(browser, scripts=True)
    if kinds := os.environ.get("UNFOLD_HOLD_BACK"):
        hold_back(tab.borrow(), kinds)
    return tab


def hold_back(page: Page, kinds: str) -> None:
    """What a page waits for comes later than it would, each by its own chance, up to so many milliseconds.

    `kinds` has `answers=1000,sights=500` and the like, of what `js/hold-back.js` knows.
    """
    late = {name: float(most) for name, most in (kind.split("=") for kind in kinds.split(","))}
    page.add_init_script(f"const LATE = {json.dumps(late)};\n{(ROOT / 'tests/js/hold-back.js').read_text()}")


@pytest.fixture
def plain(plain_tab: Tab) -> Iterator[Page]:
    """A page on which no script runs."""
    yield plain_tab.share()
    plain_tab.give_back()
