"""The page of a training in a headless browser, and its service, held to bounds: seconds, tasks, memory.

The service runs in a process of its own on a free port.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.service import browsing, served

PATIENCE = 120.0
"""Seconds for which anything is waited for."""
TRIES = 3
"""The best of so many counts: a busy machine troubles some of them."""
LONG = "system=rnn-regression&sizes=h:32&tau=10&lr=0.02&carry_state=true&steps={steps}&seed={seed}"
AT_ONCE = 10
ENDED = "#run[data-phase=done]"
"""What the page is once the run's last step is drawn."""


def first_run(seconds: float, tiny: bool = False) -> float:
    """Seconds from the address to the article's 60 steps on screen, in a browser that has never been there."""

    def measure(page: Any) -> float:
        page.wait_for_selector(ENDED)
        return float(page.evaluate("performance.now()")) / 1000

    return _tried("", measure)


def longest_task(seconds: float, tiny: bool = False) -> float:
    """Seconds of the longest task of the page's own thread while 20,000 steps are told and drawn: no frame is longer.

    It is the work of one thread, so the processor's time is taken, which a busy machine troubles less.
    """

    def measure(page: Any) -> float:
        browser = page.context.browser
        browser.start_tracing(page=page, categories=["toplevel"])
        page.wait_for_selector(ENDED)
        return max(_tasks(json.loads(browser.stop_tracing())["traceEvents"])) / 1e6

    return _tried(LONG.format(steps=50 if tiny else 20_000, seed=0), measure)


def _tasks(events: list[dict[str, Any]]) -> Iterator[float]:
    """Microseconds of every task of the threads that pages are drawn on."""
    named = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    for event in events:
        if event["name"].endswith("RunTask") and named[event["pid"], event["tid"]] == "CrRendererMain":
            yield event.get("tdur", 0.0)


AGAIN = """() => new Promise((told) => {
  const [frames, seed] = [[], document.querySelector("[name=seed]")];
  let [began, last, running] = [performance.now(), null, false];
  function frame(now) {
    if (last !== null) frames.push(now - last);
    last = now;
    const { phase } = document.querySelector("#run").dataset;
    running ||= phase !== "done";
    if (running && phase === "done") told([performance.now() - began, frames]);
    else requestAnimationFrame(frame);
  }
  seed.value = Number(seed.value) + 1;
  seed.dispatchEvent(new Event("change", { bubbles: true }));
  requestAnimationFrame(frame);
})"""
"""Another seed is taken: milliseconds until the last step is drawn, and those between the frames meanwhile."""
LATE = 20.0
"""Milliseconds after which a frame is late."""


def run_again(seconds: float, tiny: bool = False) -> float:
    """Seconds from another seed to the last of 20,000 steps drawn."""
    return _again(lambda took, _: took / 1000, tiny)


def late_frames(seconds: float, tiny: bool = False) -> float:
    """The share of frames that are late meanwhile."""
    return _again(lambda _, frames: sum(it > LATE for it in frames) / len(frames), tiny)


def _again(found: Callable[[float, list[float]], float], tiny: bool) -> float:
    def measure(page: Any) -> float:
        page.wait_for_selector(ENDED)
        return found(*page.evaluate(AGAIN))

    return _tried(LONG.format(steps=50 if tiny else 20_000, seed=0), measure)


def memory(kind: str, seconds: float, tiny: bool = False) -> float:
    """Megabytes of the service at its most, while ten runs of 20,000 steps are asked for at once: told as they go, as
    server-sent events, or whole at their end, as JSON."""
    asked = [LONG.format(steps=50 if tiny else 20_000, seed=k) for k in range(AT_ONCE)]
    with served() as service, ThreadPoolExecutor(AT_ONCE) as readers:
        list(readers.map(lambda query: _read(f"{service.address}/api/train?{query}", kind), asked))
        status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def _read(address: str, kind: str) -> None:
    with urlopen(Request(address, headers={"Accept": kind}), timeout=10 * PATIENCE) as response:
        while response.read(1 << 16):
            pass


def _tried(query: str, measure: Callable[[Any], float]) -> float:
    """The least of what is measured of a page in new contexts of one browser."""
    with served() as service:
        _read(f"{service.address}/train", "text/html")
        # A thread of its own: Playwright runs a loop, of which a thread may have one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(_browsed, f"{service.address}/train?{query}", measure).result()


def _browsed(address: str, measure: Callable[[Any], float]) -> float:
    found = []
    with browsing() as browser:
        for _ in range(TRIES):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.set_default_timeout(1000 * PATIENCE)
            page.goto(address)
            found.append(measure(page))
            context.close()
    return min(found)
