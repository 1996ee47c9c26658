"""The page in a browser: what a step costs its main thread, and how long a changed control takes to be on screen.

The service itself answers, on a free port of this machine; Chromium is driven by Playwright, where both are there.
"""

from __future__ import annotations

import json
import time
from atexit import register
from bisect import bisect
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import count, pairwise
from statistics import median, quantiles
from typing import Any

from benchmarks.service import browsing, served

LONG, GATES, SHORT = "tau=50&sizes=h:32", "system=lstm&detail=gates&tau=50", "tau=4"
"""The links that are stepped through and played, and the one whose controls are changed."""
PACE, PAUSE, SETTLED = 100, 400, 400
"""Milliseconds from one key to the next, shorter than the address waits to follow; from one change to the next; and
until a page is at rest."""
FEWEST, MOST = 10, 60
"""How many steps, or changes, are measured."""
TRACED = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
SEEDS = count(time.time_ns() % 2**30)
"""A seed for each page that is opened, so that the service has never heard of it."""


@dataclass(frozen=True)
class Change:
    """A control: its field, and what a person does to it, given the page and the number of the change.

    `few`: it has few values, so that another seed is taken before each change and no link is asked for twice.
    `link`: of the page on which it is done.
    """

    field: str
    act: Callable[[Any, int], None]
    few: bool = False
    link: str = SHORT


def _slid(field: str, page: Any, i: int) -> None:
    page.locator(f"#{field}-range").press("ArrowRight")


def _chosen(field: str, values: tuple[str, ...], page: Any, i: int) -> None:
    page.locator(f'[name="{field}"][value="{values[i % len(values)]}"]').click()


def _written(selector: str, first: int, page: Any, i: int) -> None:
    page.locator(selector).fill(str(first + i))
    page.locator(selector).press("Enter")


def _moved(page: Any, i: int) -> None:
    page.locator(".panel [data-entry]").first.press("ArrowUp")


def _pressed(page: Any, i: int) -> None:
    page.locator("#next-seed").click()


def _cut(page: Any, i: int) -> None:
    page.locator("#truncate").fill(str(1 + i % 3))
    page.locator("#truncate").press("Enter")


def _listed(field: str, values: tuple[str, ...], page: Any, i: int) -> None:
    page.locator(f"#{field}").select_option(values[i % len(values)])


CHANGES = (
    Change("τ", partial(_slid, "tau")),
    Change("seed", _pressed),
    Change("size", partial(_written, '[data-units="h"]', 5)),
    Change("number", _moved, link="system=rnn&phase=forward&at=h[2]"),
    Change("number of an LSTM", _moved, link="system=lstm&phase=forward&at=p[2]"),
    Change("spectral radius", partial(_slid, "radius")),
    Change("detail", partial(_chosen, "detail", ("operations", "states", "")), few=True),
    Change("view", partial(_chosen, "view", ("both", "folded", "unfolded")), few=True),
    Change("differentiated", partial(_listed, "of", ("L[3]", "o", "L[2]", "h", "L[4]")), few=True),
    Change("truncation", _cut, few=True),
)
"""Each control that is timed; another one is another row."""

LATE = 20.0
"""Milliseconds from one frame to the next that are seen as a jerk, where there are sixty in a second."""
FRAMES = """
(lasts) => new Promise((done) => {
  const times = [];
  const frame = (time) => {
    times.push(time);
    if (time - times[0] < lasts) requestAnimationFrame(frame);
    else done(times);
  };
  requestAnimationFrame(frame);
})
"""
"""The times of the frames that the page paints for so many milliseconds."""

HEARD = """
() => {
  const found = (window.taken = []);
  let begun = null;
  const typing = ({ type, target }) => type === "input" && target.type !== "range";
  for (const type of ["keydown", "input", "change", "click"]) {
    addEventListener(type, (event) => typing(event) || (begun ??= event.timeStamp), { capture: true });
  }
  const shown = () => {
    if (begun === null) return;
    const from = begun;
    begun = null;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => found.push(performance.now() - from);
    requestAnimationFrame(() => channel.port2.postMessage(null));
  };
  new MutationObserver(shown).observe(document.getElementById("figure"), { childList: true, subtree: true });
}
"""
"""From the first event of a change, where one types from its entering, to the frame that shows the new figure."""
WAITED = """
() => new Promise((done, failed) => {
  const late = setTimeout(() => failed(new Error("the change is not on screen")), 10000);
  const look = () => (window.taken.length ? (clearTimeout(late), done()) : setTimeout(look, 5));
  look();
})
"""


def step(phase: str, seconds: float, tiny: bool = False) -> tuple[float, float]:
    """Seconds of the main thread's time for a step of a pass: script, style, layout and paint; the median and the 90th
    percentile. It is the processor's time, which a busy machine troubles less. No motion is wanted there: beads and
    what slides are painted frame by frame, which `late_frames` is about."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_stepped, phase, seconds, tiny).result()


def change(row: Change, seconds: float, tiny: bool = False) -> tuple[float, float]:
    """Seconds from a control's event to the frame that shows the answer, of links that nobody has asked for; the median
    and the 90th percentile."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_changed, row, seconds, tiny).result()


def late_frames(link: str, seconds: float, tiny: bool = False) -> float:
    """The share of frames that come late while a long run plays by time steps, both passes of it in turn."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_played, link, seconds, tiny).result()


def _played(link: str, seconds: float, tiny: bool) -> float:
    waits: list[float] = []
    for phase in ("forward", "backward"):
        at = f"phase={phase}&at=h[{3 if tiny else 25}]&seed={next(SEEDS)}"
        with _page(f"{SHORT if tiny else link}&{at}") as (_, page):
            page.keyboard.press("Space")
            times = page.evaluate(FRAMES, max(500 * seconds, PACE))
            waits += [after - before for before, after in pairwise(times)]
    return sum(wait > LATE for wait in waits) / len(waits)


def _stepped(phase: str, seconds: float, tiny: bool) -> tuple[float, float]:
    steps = FEWEST if tiny else max(FEWEST, min(MOST, round(seconds * 1000 / PACE)))
    # A pass is walked from its middle, where the window on a long run moves with the cursor.
    link = f"{SHORT if tiny else LONG}&phase={phase}&at=h[{3 if tiny else 25}]"
    with _page(f"{link}&seed={next(SEEDS)}") as (browser, page):
        page.emulate_media(reduced_motion="reduce")
        browser.start_tracing(page=page, categories=TRACED)
        for _ in range(steps):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(PACE)
        page.wait_for_timeout(SETTLED)
        return _spread(main_thread(json.loads(browser.stop_tracing())["traceEvents"]))


def main_thread(events: list[dict[str, Any]]) -> list[float]:
    """Seconds of the processor's time that the page's main thread spends from each key to the next."""
    keys = sorted((e for e in events if _keyed(e)), key=lambda e: float(e["ts"]))
    thread, times = (keys[0]["pid"], keys[0]["tid"]), [e["ts"] for e in keys]
    spent = [0.0] * len(keys)
    for e in events:
        # A key's own task begins before the key is told.
        if e["name"] != "RunTask" or (e["pid"], e["tid"]) != thread or "dur" not in e:
            continue
        if place := bisect(times, e["ts"] + e["dur"]):
            spent[place - 1] += e.get("tdur", e["dur"]) / 1e6
    return spent[:-1]


def _keyed(event: dict[str, Any]) -> bool:
    return bool(event["name"] == "EventDispatch" and event["args"]["data"]["type"] == "keydown")


def _changed(row: Change, seconds: float, tiny: bool) -> tuple[float, float]:
    with _page(f"{row.link}&seed={next(SEEDS)}") as (_, page):
        page.evaluate(HEARD)
        begun, times = time.monotonic(), []
        for i in range(MOST):
            if i >= (1 if tiny else FEWEST) and time.monotonic() - begun > seconds:
                break
            for act in (_pressed, row.act) if row.few else (row.act,):
                page.evaluate("document.querySelectorAll('#more').forEach((more) => (more.open = true))")
                act(page, i)
                page.evaluate(WAITED)
                page.wait_for_timeout(PAUSE)
                taken = page.evaluate("window.taken.pop()")
            times.append(taken / 1000)
    return _spread(times[not tiny :])


def _spread(times: list[float]) -> tuple[float, float]:
    return median(times), quantiles(times, n=10, method="inclusive")[-1] if len(times) > 1 else times[0]


@contextmanager
def _page(query: str) -> Iterator[tuple[Any, Any]]:
    """A browser of its own with the page of a link, at rest."""
    with browsing() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{_served()}/?{query}", wait_until="networkidle")
        page.wait_for_timeout(SETTLED)
        yield browser, page


@lru_cache(maxsize=1)
def _served() -> str:
    """The address of the service, which runs until this process ends."""
    running = ExitStack()
    register(running.close)
    address: str = running.enter_context(served()).address
    return address
