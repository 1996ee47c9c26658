"""The explore page alive: what a person can do on it, each held against the engine's numbers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.drawing.titles import node_titles, said
from app.engine import Step, split
from tests.test_page import WAVE, WORD, Pass, at_rest, check_panel, computed, opened

LINKS = pytest.mark.parametrize("link", [WORD, WAVE])


# Stepping


def ends(it: Pass) -> list[int]:
    """Where the walk has come to the end of a time step, found by reading it from the other end."""
    found, after = [], None
    for i in range(len(it.steps), 0, -1):
        key = it.steps[i - 1].phase, split(it.steps[i - 1].at)[1]
        found += [i] if key != after else []
        after = key
    return [0, *reversed(found)]


@LINKS
def test_shift_and_an_arrow_go_a_whole_time_step(page: Page, server: str, link: str) -> None:
    it = computed(server, link)
    opened(page, it.address(0))
    for here in ends(it)[1:]:
        page.keyboard.press("Shift+ArrowRight")
        at_rest(page, it, here)
    check_panel(page, it, len(it.steps))
    for here in reversed(ends(it)[:-1]):
        page.keyboard.press("Shift+ArrowLeft")
        at_rest(page, it, here)


def test_the_buttons_of_a_time_step_lead_there_without_scripts(plain: Page, server: str) -> None:
    it = computed(server, WORD)
    plain.goto(it.address(0))
    for here in ends(it)[1:4]:
        plain.locator('[data-go="forward-time"]').click()
        assert plain.url == it.address(here)
    plain.locator('[data-go="back-time"]').click()
    assert plain.url == it.address(ends(it)[2])


def test_b_changes_the_pass_and_keeps_the_node(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(it.steps.index(Step("forward", "h[2]")) + 1))
    page.keyboard.press("b")
    at_rest(page, it, it.steps.index(Step("backward", "h[2]")) + 1)
    check_panel(page, it, it.steps.index(Step("backward", "h[2]")) + 1)
    page.keyboard.press("b")
    at_rest(page, it, it.steps.index(Step("forward", "h[2]")) + 1)


def test_u_folds_and_unfolds_and_the_digits_choose_the_detail(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.keyboard.press("u")
    expect(page.locator(".circuit .node")).to_have_count(5)
    expect(page.locator(".unfolded")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".unfolded .node")).to_have_count(16)
    page.keyboard.press("1")
    expect(page.locator(".unfolded .node")).to_have_count(7)
    page.keyboard.press("2")
    expect(page.locator(".unfolded .node")).to_have_count(16)


def test_the_player_goes_as_fast_as_is_chosen(page: Page, server: str) -> None:
    page.clock.install()
    opened(page, f"{server}/?{WORD}")
    page.locator("#speed").select_option("4")
    page.locator('[data-go="play"]').click()
    page.clock.run_for(1000)
    expect(page.locator("output")).to_have_text("5")
    page.locator("#speed").select_option("0.5")
    page.clock.run_for(1650)
    expect(page.locator("output")).to_have_text("6")


def test_the_keys_are_listed_on_demand(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("the same node in the other pass")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("output")).to_have_text("0")
    page.locator("#help").click()
    expect(dialog).to_be_visible()


def test_at_a_node_the_arrows_go_along_the_edges(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator("#panel .panel").focus()
    page.keyboard.press("Shift+Tab")
    focused = "document.activeElement.dataset.node"
    walked = [page.evaluate(focused)]
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
        walked.append(page.evaluate(focused))
    assert walked == ["h[0]", "h[1]", "h[2]", "o[2]", "L[2]", "o[2]", "h[2]", "x[2]", "x[2]"]
    expect(page.locator("output")).to_have_text("0")
    page.keyboard.press("Enter")
    at_rest(page, computed(server, WORD), computed(server, WORD).steps.index(Step("forward", "x[2]")) + 1)


def test_after_a_click_on_a_node_the_arrows_step(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    here = it.steps.index(Step("forward", "o[2]")) + 1
    page.locator('.unfolded [data-node="o[2]"]').click()
    for more in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        at_rest(page, it, here + more)


def test_a_node_says_its_numbers_once_they_are_reached(page: Page, server: str) -> None:
    it = computed(server, WORD)
    titles, trace = node_titles(it.resolved.run.graph), it.resolved.run.trace
    node = page.locator('.unfolded [data-node="h[2]"]')
    value, gradient = said(trace.value("h[2]")), said(trace.gradient("h[2]"))
    assert [float(v) for v in value.replace("−", "-").split(", ")] == pytest.approx(trace.value("h[2]"), rel=5e-3)
    opened(page, it.address(it.steps.index(Step("forward", "h[2]"))))
    expect(node).to_have_attribute("aria-label", titles["h[2]"])
    page.keyboard.press("ArrowRight")
    expect(node).to_have_attribute("aria-label", f"{titles['h[2]']}; value {value}")
    page.keyboard.press("End")
    expect(node).to_have_attribute("aria-label", f"{titles['h[2]']}; value {value}; gradient {gradient}")
    page.keyboard.press("Home")
    expect(node).to_have_attribute("aria-label", titles["h[2]"])


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page on which no script runs."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()
