"""What can be pressed in the figure and the charts is reached by the keyboard, and does the same there."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.engine import Step
from tests.browser.test_page import WORD, Pass, at_rest, computed, forgive, opened

LONG = "tau=30&seed=4&detail=states"


def place(it: Pass, at: str, phase: str = "forward") -> int:
    return it.steps.index(Step(phase, at)) + 1  # type: ignore[arg-type]


def tabbed(page: Page, part: Locator, most: int = 60) -> None:
    """Go with the Tab key until a part has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if part.evaluate("(e) => e === document.activeElement"):
            return
    pytest.fail("the Tab key does not come there")


@pytest.mark.one_in(2)
@pytest.mark.parametrize("way", ["click", "keys"])
def test_what_stands_for_hidden_steps_brings_them(page: Page, server: str, way: str) -> None:
    it = computed(server, LONG)
    opened(page, it.address(place(it, "h[11]")))
    stub = page.locator('[data-stub="h[14\u202629]"]')
    expect(stub).to_have_attribute("aria-label", "h(14) to h(29) are hidden: bring them")
    if way == "click":
        stub.click()
    else:
        stub.focus()
        page.keyboard.press("Enter")
    at_rest(page, it, place(it, "h[14]"))
    expect(page.locator(".figure")).to_have_attribute("data-window", "1..1,12..16,30..30")


def test_the_arrow_keys_come_to_what_stands_for_hidden_steps(page: Page, server: str) -> None:
    it = computed(server, LONG)
    opened(page, it.address(place(it, "h[11]")))
    tabbed(page, page.locator('.unfolded [data-node="h[11]"]'))
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute("data-stub", "h[14\u202629]")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(":focus")).to_have_attribute("data-node", "h[13]")


def test_a_place_in_the_strip_is_gone_to(page: Page, server: str) -> None:
    """The strip is thin: who misses it by a hair presses it all the same."""
    it = computed(server, LONG)
    opened(page, it.address(place(it, "h[11]", "backward")))
    strip = page.locator(".overview")
    box = strip.locator(".frame").first.bounding_box()
    assert box
    middle, half = box["y"] + box["height"] / 2, box["height"] / 2
    for t, height in {20: middle, 17: middle - half - 5, 24: middle + half + 5}.items():
        page.mouse.click(box["x"] + box["width"] * (t - 0.5) / 30, height)
        at_rest(page, it, place(it, f"h[{t}]", "backward"))


def test_the_strip_is_a_slider_that_keeps_the_focus(page: Page, server: str) -> None:
    it = computed(server, LONG)
    opened(page, it.address(place(it, "h[11]")))
    tabbed(page, page.locator(".overview"))
    expect(page.locator(".overview")).to_have_attribute("aria-valuetext", "t = 11")
    for key, t in (("ArrowRight", 12), ("ArrowRight", 13), ("PageUp", 16), ("End", 30), ("Home", 1)):
        page.keyboard.press(key)
        at_rest(page, it, place(it, f"h[{t}]"))
        expect(page.locator(".overview")).to_have_attribute("aria-valuenow", str(t))
        expect(page.locator(".overview")).to_be_focused()


def test_a_window_of_the_link_is_moved(page: Page, server: str) -> None:
    it = computed(server, f"{LONG}&window=5..8")
    opened(page, it.address(place(it, "h[6]")))
    page.locator('.stub[data-stub="h[9…30]"]').click()
    page.wait_for_url("**window=8..11**")
    expect(page.locator('.unfolded [data-node="h[9]"].current')).to_be_visible()


CHARTS = {"values": "forward", "gradients": "backward", "norms": "backward", "parts": "backward", "reach": "forward"}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_walked_by_keys_as_it_is_by_clicks(page: Page, server: str, chart: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(place(it, "h[1]", CHARTS[chart])))
    page.locator("#through").scroll_into_view_if_needed()
    plot = page.locator(f"#chart-{chart} svg[role=slider]")
    expect(plot).to_have_attribute("aria-valuetext", re.compile("^t = 1[:,]"))
    plot.focus()
    for key, t in (("ArrowRight", 2), ("End", 3), ("ArrowLeft", 2)):
        page.keyboard.press(key)
        at_rest(page, it, place(it, f"h[{t}]", CHARTS[chart]))
        expect(plot).to_have_attribute("aria-valuenow", str(t))
    expect(plot).to_be_focused()


def test_the_letters_of_the_figure_light_up_on_focus(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    letters = page.locator('.figure [aria-label^="Parameter"]')
    tabbed(page, letters.first)
    said = letters.evaluate_all("(all) => all.map((letter) => letter.getAttribute('aria-label'))")
    assert sorted(said) == ["Parameter U", "Parameter V", "Parameter W"]
    for name in [words[-1] for words in said]:
        expect(page.locator(":focus")).to_have_attribute("aria-label", f"Parameter {name}")
        expect(page.locator(f'.figure .edge.tied[data-params="{name}"]')).to_have_count(3)
        expect(page.locator("#peek")).to_have_attribute("data-letter", name)
        expect(page.locator("#peek h2")).to_contain_text("is used 3 times")
        page.keyboard.press("Tab")


def test_the_cursor_stays_at_its_node_at_another_detail(page: Page, server: str, script_errors: list[str]) -> None:
    opened(page, computed(server, f"{WORD}&phase=backward&at=h[2]").address(0) + "&phase=backward&at=h[2]")
    for key, detail in (("1", "states"), ("3", "gates"), ("4", "operations"), ("2", None)):
        page.keyboard.press(key)
        asked = f"{WORD}&detail={detail}" if detail else WORD
        at_rest(page, it := computed(server, asked), place(it, "h[2]", "backward"))
    operation = computed(server, f"{WORD}&detail=operations")
    opened(page, operation.address(next(i for i, s in enumerate(operation.steps, 1) if s.at == "a[2].0")))
    page.keyboard.press("2")
    expect(page.locator(".figure")).to_have_attribute("data-at", "")
    expect(page.locator("#controls .problem")).to_have_count(0)
    forgive(script_errors, "422")


def test_blank_numbers_are_not_said_either(page: Page, server: str) -> None:
    it = computed(server, f"{WORD}&phase=backward&at=h[2]")
    opened(page, it.address(place(it, "h[2]", "backward")))
    node = page.locator('.unfolded [data-node="h[2]"]')
    expect(node).to_have_attribute("aria-label", re.compile("; value .*; gradient"))
    page.locator("#blank").click()
    expect(node).not_to_have_attribute("aria-label", re.compile("value|gradient"))
    expect(page.locator('.unfolded [data-node="h[3]"]')).to_have_attribute("aria-label", re.compile("; gradient"))
    page.locator("#blank").click()
    expect(node).to_have_attribute("aria-label", re.compile("; value .*; gradient"))


def test_where_nothing_can_be_drawn_keys_and_controls_are_alive(
    page: Page, server: str, script_errors: list[str]
) -> None:
    page.goto(f"{server}/?equations=h[t]=tahn(W@h[t-1])")
    page.wait_for_selector("html[data-ready]")
    forgive(script_errors, "422")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#equations textarea").fill("h[t] = tanh(W @ h[t-1])")
    page.locator("#equations textarea").press("Control+Enter")
    expect(page.locator(".unfolded .node").first).to_be_visible()
    page.locator("#help").click()
    expect(page.locator("#keys")).to_be_visible()


def test_the_keys_are_shown_from_the_first_one_on(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 500, "height": 420})
    opened(page, f"{server}/?{WORD}")
    page.keyboard.press("?")
    expect(page.locator("#keys dt").first).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.locator("#keys dt").last.scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)


def test_a_tip_comes_wherever_the_pointer_comes_to_rest(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=backward&at=h[2]")
    for id in ("x[1]", "h[1]", "h[2]", "o[2]"):
        box = page.locator(f'.unfolded [data-node="{id}"] .disc').bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=12)
        expect(page.get_by_role("tooltip")).to_contain_text(f"{id[0]} at t = {id[2]}")


def test_a_control_that_was_used_leaves_the_keys_that_it_does_not_need(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    page.get_by_role("radio", name="States").check()
    page.wait_for_url("**detail=states**")
    page.keyboard.press("4")
    page.wait_for_url("**detail=operations**")
    page.keyboard.press("2")
    page.wait_for_url(it.address(0))
    page.locator("#scrubber").focus()
    page.keyboard.press("Shift+ArrowRight")
    first = timed(it, 1)
    at_rest(page, it, first)
    page.keyboard.press("ArrowRight")
    at_rest(page, it, first + 1)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def timed(it: Pass, t: int) -> int:
    """The place at which all of a step of time is computed."""
    return max(i for i, step in enumerate(it.steps, 1) if step.phase == "forward" and step.at.endswith(f"[{t}]"))
