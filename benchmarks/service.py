"""What the rows in a browser share: the service in a process of its own, and Chromium, driven by Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")


def missing() -> str:
    """What these rows lack here, and how to get it."""
    if any(find_spec(name) is None for name in ("playwright", "pytest", "httpx")):
        return "needs Playwright: `make test` installs it"
    return "" if chromium() else "needs Chromium: `make browsers` gets it"


def uncounted() -> str:
    """What a row of memory lacks."""
    return missing() if STATUS.exists() else "needs /proc, where Linux tells how large a process is"


@lru_cache(maxsize=1)
def chromium() -> str | None:
    """Where Chromium is. Playwright is asked on a thread of its own: it runs a loop, of which a thread may have one."""
    from tests.browsers import find_chromium

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(find_chromium).result()


@contextmanager
def browsing() -> Iterator[Any]:
    """A browser of its own."""
    from playwright.sync_api import sync_playwright

    from tests.browsers import BROWSER_FLAGS

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=BROWSER_FLAGS)
        yield browser
        browser.close()


@contextmanager
def served() -> Iterator[Any]:
    """The service for as long as it is needed: `tests.browsers.Service`, imported late, since it needs pytest."""
    from tests.browsers import Service

    with Service().running() as service:
        yield service
