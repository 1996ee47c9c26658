"""What is told of what stands on a page: to a pointer, a finger, and the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.accessibility import check_accessible
from tests.browser.test_page import forgive


def held(page: Page, button: Locator) -> None:
    """A finger that stays on a button until it is told what it is."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    wire = page.context.new_cdp_session(page)
    at = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}]
    wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    expect(page.locator("#tip")).to_be_visible()
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_that_stays_on_a_button_is_told_what_it_is_and_presses_nothing(phone: Page, server: str) -> None:
    phone.goto(f"{server}/")
    phone.wait_for_selector("html[data-ready]")
    held(phone, phone.locator("#theme"))
    expect(phone.locator("#tip")).to_have_text("Light or dark")
    expect(phone.locator("html")).not_to_have_attribute("data-theme", "dark")
    phone.locator(".plain .factor").tap()
    expect(phone.locator("#tip")).to_contain_text("times W transposed")
    phone.locator("#tip").tap()
    expect(phone.locator("#tip")).to_be_hidden()
    phone.goto(f"{server}/?system=rnn&tau=2&phase=forward&at=h[1]")
    phone.wait_for_selector("html[data-ready]")
    held(phone, phone.locator("[data-go=play]"))
    expect(phone.locator("#tip")).to_have_text("Play")
    expect(phone.get_by_role("button", name="Play", exact=True)).to_be_visible()
    phone.locator("[data-go=forward]").tap()
    expect(phone.locator("#tip")).to_be_hidden()


TRAINED = {
    "train/anywhere?steps=20": "#result[data-shown]",
    "train/memory?task=echo&sizes=h:2&steps=3&batch=2": "#state[data-done]",
    "train/hopfield?tau=2": "#state",
}
"""Pages of trainings, and what is there once they are done."""


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("path", "part", "words"),
    [
        ("?system=rnn", '.panel [data-name="a"]', "a: computed, 4 numbers at every step."),
        ("?system=rnn", '.panel [data-name="h"][data-time="-1"]', "Here one step before t."),
        ("?system=gru&phase=backward&at=h[1]", ".panel [data-term=⊤]", "Rows become columns"),
        ("?system=rnn&tau=2&phase=update&at=theta'", "[data-rule] [data-name=mhat]", "because it begins at 0"),
        ("compare?a=system%3Dgru&b=system%3Drnn", '.panel-card.b [data-name="W"]', "W: a parameter, 4 × 4 numbers."),
    ],
)
def test_a_letter_and_a_sign_are_told_to_the_keyboard(
    page: Page, server: str, path: str, part: str, words: str
) -> None:
    page.goto(f"{server}/{path}")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("Shift")
    page.locator(part).first.evaluate("(part) => (part.setAttribute('tabindex', 0), part.focus())")
    expect(page.locator("#tip")).to_contain_text(words)


def test_a_label_and_a_slider_tell_what_their_field_is(page: Page, server: str) -> None:
    page.goto(f"{server}/?system=rnn&tau=2")
    page.wait_for_selector("html[data-ready]")
    for field, words in {"tau": "steps to unfold", "radius": "spectral radius", "of": "differentiated"}.items():
        for part in page.locator(f"label[for={field}], #{field}-range").all():
            part.hover()
            expect(page.locator("#tip")).to_contain_text(words)
            page.keyboard.press("Escape")
            page.mouse.move(640, 710)


COVERED = """() => {
  const at = (part) => {
    part.scrollIntoView({ block: "center" });
    const { left, top, width, height } = part.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2);
  };
  const own = (part, found) => [part, ...(part.labels ?? [])].some((one) => one.contains(found));
  const parts = [...document.querySelectorAll("main :is(a, button, summary, select, input):not(svg *)")];
  const seen = parts.filter((part) => part.checkVisibility());
  return seen.filter((part) => !own(part, at(part))).map((part) => part.textContent || part.name);
}"""
"""The controls that something else lies on."""

TOLD = """() => [...document.querySelectorAll("main :is(summary, select, svg[tabindex])")].map((part) => {
  part.focus();
  return document.querySelector("#tip:not([hidden])")?.textContent;
}).join("; ")"""
"""What is told of controls and charts to the keyboard."""


@pytest.mark.one_in(3)
@pytest.mark.parametrize("path", ["train?steps=3", *TRAINED, "compare?a=tau%3D2&b=tau%3D3"])
def test_a_press_meets_what_stands_there_and_outside_a_figure_nothing_is_told_of_its_parts(
    page: Page, server: str, path: str
) -> None:
    page.goto(f"{server}/{path}")
    page.wait_for_selector("html[data-ready]")
    if path in TRAINED:
        expect(page.locator(TRAINED[path])).to_have_count(1)
    assert page.evaluate(COVERED) == []
    page.keyboard.press("Shift")
    assert "The square" not in page.evaluate(TOLD)


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    [
        "?system=lstm&phase=backward&detail=gates",
        "?truncate=2&phase=backward",
        "?system=rnn&tau=2&phase=update",
        "?system=rnn&tau=2&phase=update&at=theta'",
        "far-back?radius=9",
        "through?system=rnn&truncate=2",
        "nowhere",
        "docs",
        "?lr=0&tau=0",
    ],
)
def test_nothing_is_in_anyones_way(page: Page, server: str, script_errors: list[str], path: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{server}/{path}")
    page.wait_for_load_state("networkidle")
    check_accessible(page)
    for menu in page.locator(".popup:visible, .picker:visible").all():
        menu.locator("> summary").click()
        check_accessible(page)
        page.keyboard.press("Escape")
    forgive(script_errors, "status of 4")
