"""Every chart of every page answers: a pointer, a press or a tap, and the keys say the numbers at a place of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

SMALL = "system=rnn-regression&sizes=h:2&tau=4&batch=2&steps=3"
PAGES = {
    "/": 1,
    "/compare": 1,
    "/?tau=4&phase=backward": 5,
    f"/train?{SMALL}&task=echo:2": 4,
    f"/train/anywhere?{SMALL}&task=detector:101": 2,
    f"/train/memory?{SMALL}&task=echo:2": 1,
    "/train/hopfield": 2,
}
"""The pages with charts by their addresses, and at least how many each has."""
CHARTS = """() => {
  const pictures = ".kept .figure, img[src*='/energy.svg'], img[src*='/recall.svg']";
  const drawn = `.plot svg:not(#pad, .places), svg.chart:not(#pad), ${pictures}`;
  const inSight = [...document.querySelectorAll(drawn)].filter((chart) => chart.checkVisibility());
  const over = (chart) => chart.closest(".plotted")?.querySelector(".places");
  const answering = inSight.map((chart) => (chart.matches("[role=slider]") ? chart : over(chart)));
  answering.forEach((chart, i) => chart?.setAttribute("data-nth", i));
  return answering.map((chart) => Boolean(chart));
}"""
"""Marks what answers for each chart in sight; what is drawn by hand is none."""
READ = """(chart) => chart.matches(".plot > *") && chart.closest(".plot").querySelector(".read")?.textContent
  || chart.closest("figure, .card, li")?.querySelector(".read, .feels")?.textContent || "" """
"""What is written beside a chart of the place that is looked at."""

TAP = """(chart) => {
  const { left, top, width, height } = chart.getBoundingClientRect();
  const place = { clientX: left + 0.35 * width, clientY: top + 0.5 * height };
  chart.dispatchEvent(new PointerEvent("click", { bubbles: true, pointerType: "touch", ...place }));
}"""


def named(chart: Locator) -> str:
    return chart.get_attribute("aria-valuetext") or ""


@pytest.mark.one_in(3)
@pytest.mark.parametrize("address", PAGES)
def test_every_chart_answers_a_pointer_a_finger_and_the_keys(page: Page, server: str, address: str) -> None:
    page.goto(f"{server}{address}")
    page.wait_for_selector("html[data-ready]")
    page.locator("svg[role=slider][aria-valuemax]:not([aria-valuemax='0'])").filter(visible=True).first.wait_for()
    answering = page.evaluate(CHARTS)
    assert all(answering), "a chart that does not answer"
    assert len(answering) >= PAGES[address]
    for nth in range(len(answering)):
        chart = page.locator(f"[data-nth='{nth}']")
        chart.scroll_into_view_if_needed()
        chart.focus()
        expect(chart).not_to_have_attribute("aria-valuemax", "0")
        box = chart.bounding_box()
        assert box
        heard = set[str]()
        for share in (0.35, 0.8):
            page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
            heard.add(chart.evaluate(READ))
        assert len(heard) == 2 and all(heard), f"{nth}: a pointer hears {heard}"
        page.mouse.move(0, 0)
        chart.evaluate(TAP)
        assert chart.evaluate(READ), f"{nth}: a finger is told nothing"
        tapped = named(chart)
        chart.press("End")
        expect(chart).not_to_have_attribute("aria-valuetext", tapped)
