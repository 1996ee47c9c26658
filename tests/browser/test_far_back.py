"""The first page, in a browser: the pulse that runs once, the sliders, and what stands there without either."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.accessibility import check_accessible

SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((shift) => shift.value)))
  .observe({ type: "layout-shift", buffered: true });
"""
COUNTED = """
window.counted = [];
addEventListener("DOMContentLoaded", () => new MutationObserver(() => window.counted.push([
  Number(document.querySelector("[data-step]").textContent),
  getComputedStyle(document.querySelector(".chain.plain .wide .node[data-t='1'] .arrived")).opacity,
])).observe(document.querySelector("[data-step]"), { childList: true }));
"""
"""The steps that the counter went through, each with how much of the first step's node was filled."""
BEADS = """
window.beads = [];
const keep = (node) => node.classList?.contains("bead") && beads.push(node.getBoundingClientRect().width);
const come = (all) => all.forEach((one) => one.addedNodes.forEach(keep));
new MutationObserver(come).observe(document, { childList: true, subtree: true });
"""
"""The beads that come, each with how wide it is seen as it comes."""


def counted(page: Page) -> list[str]:
    return page.locator("[data-counter]").all_text_contents()


@pytest.mark.fresh
def test_the_pulse_runs_once_and_ends_at_the_numbers(page: Page, plain: Page, server: str) -> None:
    plain.goto(server)
    wanted = counted(plain)
    expect(plain.locator(".chain.gated .wide .arrived").first).to_have_css("opacity", "1")
    came: list[float] = []
    wire = page.context.new_cdp_session(page)
    wire.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    page.emulate_media(reduced_motion="no-preference")
    page.add_init_script(SHIFTS + BEADS + COUNTED)
    page.goto(server)
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("[data-step]")).to_have_text("1")
    steps, filled = zip(*page.evaluate("window.counted"), strict=True)
    assert steps[-1] == 1 and (begin := steps.index(30)) >= 0
    assert filled[begin] == "0"
    assert list(steps[begin:]) == sorted(steps[begin:], reverse=True)
    assert counted(page) == wanted
    expect(page.locator(".bead")).to_have_count(0)
    expect(page.locator(".chain.plain .wide .node[data-t='1'] .arrived")).to_have_css("opacity", "1")
    assert page.evaluate("window.beads") == [0, 0], "until it leaves the loss it is not seen"
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator(".bead")).to_have_count(2)
    page.locator("#radius").press("ArrowRight")
    page.wait_for_url("**/far-back?radius=0.65&forget=3&seed=0")
    expect(page.locator(".bead")).to_have_count(0)
    assert sum(page.evaluate("window.shifts")) < 0.001
    assert sum(came) < 300_000


def test_a_slider_repaints_all_of_it_and_its_page_is_a_link(page: Page, plain: Page, server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(server)
    page.wait_for_selector("html[data-ready]")
    before = counted(page)
    page.locator("#radius").fill("1.5")
    page.locator("#forget").fill("0")
    page.wait_for_url("**/far-back?radius=1.5&forget=0&seed=0")
    expect(page.locator("#sentences")).to_contain_text("plain network keeps")
    assert counted(page) != before
    check_accessible(page)
    page.locator(".chain.gated .wide .node[data-t='12']").hover()
    expect(page.locator("[data-step]")).to_have_text("12")
    plain.goto(page.url)
    for part in ("#sentences", ".kept .wide", ".chain.plain .wide", ".chain.gated .narrow"):
        scripted, served = (re.sub(r"\s+", " ", tab.locator(part).inner_html()) for tab in (page, plain))
        assert scripted == served
    plain.get_by_role("button", name="Show").click()
    assert plain.url == page.url
    expect(plain.get_by_role("button", name="Send it again")).to_be_hidden()
    plain.get_by_role("link", name="Open the machine").first.click()
    expect(plain.locator("#transport")).to_be_visible()


@pytest.mark.fresh
def test_what_is_moved_before_an_answer_comes_stays_moved(page: Page, server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    page.goto(server)
    page.wait_for_selector("html[data-ready]")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 2)
    held: list[Route] = []
    page.route("**/far-back?radius=1.5&forget=3&*", lambda route: held.append(route))
    page.locator("#radius").fill("1.5")
    with page.expect_request("**/far-back?radius=1.5&*"):
        page.clock.run_for(100)
    page.locator("#forget").fill("0")
    with page.expect_event("requestfinished"):
        held[0].continue_()
    page.clock.run_for(100)
    page.wait_for_url("**/far-back?radius=1.5&forget=0&seed=0")


@pytest.mark.one_in(2)
@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_the_question_and_both_answers_are_in_one_sight(page: Page, server: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(server)
    wide = size[0] > 1000
    shown = "wide" if wide else "narrow"
    parts = ["h1", f".chain.plain .{shown} svg", f".chain.gated .{shown} svg", ".counter.gated"]
    for part in [*parts, "#sentences", "#again"] if wide else parts:
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    page.set_viewport_size({"width": 700, "height": size[1]})
    letters = page.locator(".chain.plain .label:visible, .kept .label:visible")
    tall = letters.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().height)")
    assert max(tall) < 24, "no drawing is stretched to several times its letters"
