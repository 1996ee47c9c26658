"""What can be pressed in the figure and the charts is reached by the keyboard, and does the same there."""

import pytest
from playwright.sync_api import Locator, Page, expect

from app.engine import Step
from tests.test_page import WORD, Pass, at_rest, computed, opened

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


@pytest.mark.parametrize("way", ["click", "keys"])
def test_what_stands_for_hidden_steps_brings_them(page: Page, server: str, way: str) -> None:
    it = computed(server, LONG)
    opened(page, it.address(place(it, "h[11]")))
    stub = page.locator('[data-stub="h[15\u202629]"]')
    expect(stub).to_have_attribute("aria-label", "h(15) to h(29) are hidden: bring them")
    if way == "click":
        stub.click()
    else:
        stub.focus()
        page.keyboard.press("Enter")
    at_rest(page, it, place(it, "h[15]"))
    expect(page.locator(".figure")).to_have_attribute("data-window", "1..1,13..17,30..30")


def test_the_arrow_keys_come_to_what_stands_for_hidden_steps(page: Page, server: str) -> None:
    it = computed(server, LONG)
    opened(page, it.address(place(it, "h[11]")))
    tabbed(page, page.locator('.unfolded [data-node="h[11]"]'))
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute("data-stub", "h[15\u202629]")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(":focus")).to_have_attribute("data-node", "h[14]")


def test_a_place_in_the_strip_is_gone_to(page: Page, server: str) -> None:
    it = computed(server, LONG)
    opened(page, it.address(place(it, "h[11]", "backward")))
    strip = page.locator(".overview")
    whole, box = strip.bounding_box(), strip.locator(".frame").first.bounding_box()
    assert whole and box
    x, y = box["x"] - whole["x"] + box["width"] * 19.5 / 30, box["y"] - whole["y"] + box["height"] / 2
    strip.click(position={"x": x, "y": y})
    at_rest(page, it, place(it, "h[20]", "backward"))


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


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_walked_by_keys_as_it_is_by_clicks(page: Page, server: str, chart: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(place(it, "h[1]", CHARTS[chart])))
    page.locator("#through").scroll_into_view_if_needed()
    plot = page.locator(f"#chart-{chart} svg[role=slider]")
    expect(plot).to_have_attribute("aria-valuetext", "t = 1")
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
