"""Pasting into the editor of equations, in a browser: what was read stands there, and one action undoes it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility import check_accessible
from tests.browser.test_page import opened

LATEX = "\\begin{aligned}\nh_t &= \\tanh(W h_{t-1} + U x_t + b) \\\\\no_t^l &= V h_t\n\\end{aligned}"
READ = "h[t] = tanh(W @ h[t-1] + U @ x[t] + b)\n# not read: o_t^l &= V h_t"


def paste(page: Page, text: str) -> None:
    """Put a text in place of what the editor holds, as a person does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.locator("#text").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")


def in_editor(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#equations > summary").click()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("path", ["/?tau=2", "/train"])
def test_what_is_pasted_is_read_and_one_button_brings_it_back(page: Page, server: str, path: str) -> None:
    if path == "/train":
        page.goto(f"{server}{path}")
        page.locator("#equations > summary").click()
    else:
        in_editor(page, f"{server}{path}")
    paste(page, LATEX)
    expect(page.locator("#text")).to_have_value(READ)
    notice = page.locator("#equations .reading")
    expect(notice).to_contain_text("Read as LaTeX")
    expect(notice.locator("dt").first).to_have_text("h_t &= \\tanh(W h_{t-1} + U x_t + b)")
    expect(notice.locator("dd").first).to_have_text("h[t] = tanh(W @ h[t-1] + U @ x[t] + b)")
    expect(notice.locator(".problem")).to_contain_text("Line 3: layers")
    notice.get_by_role("button", name="Undo").click()
    expect(page.locator("#text")).to_have_value(LATEX)
    expect(notice).to_be_hidden()


def test_the_keys_of_undo_bring_back_what_was_pasted(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?tau=2")
    paste(page, LATEX)
    expect(page.locator("#text")).to_have_value(READ)
    page.keyboard.press("Control+z")
    expect(page.locator("#text")).to_have_value(LATEX)


def test_what_was_read_and_mended_by_a_press_runs(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?tau=2")
    paste(page, "h = np.tahn(W @ h + U @ x + b)")
    page.locator("#equations .reading").get_by_role("button", name="Write h = np.tanh(W @ h + U @ x + b)").click()
    expect(page.locator("#text")).to_have_value("h[t] = tanh(W @ h[t-1] + U @ x[t] + b)")
    expect(page.locator("#equations .ran-last")).to_have_text(
        "These are the names of the equations drawn now; Run reads the text above."
    )
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".unfolded .node")).to_have_count(5)
    expect(page.locator("#equations .ran-last")).to_be_hidden()
    expect(page.locator("#equations .reading")).to_be_hidden()


HOLD = """
() => {
  [window.send, window.held] = [window.fetch, []];
  const go = (...asked) => new Promise((answered) => held.push(() => answered(send(...asked))));
  window.fetch = (...asked) => (String(asked[0]).includes("edit=") ? go(...asked) : send(...asked));
}
"""
"""Holds back the answer to a run: `held[0]()` lets the first go."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("path", ["/?tau=2&sizes=h:5", "/train?sizes=h:5"])
def test_what_is_pasted_while_an_answer_is_on_its_way_keeps_its_notes_and_runs_as_a_program_of_its_own(
    page: Page, server: str, path: str
) -> None:
    page.goto(f"{server}{path}")
    page.locator("#equations > summary").click()
    page.evaluate(HOLD)
    page.locator("#text").press("Control+End")
    page.locator("#text").press_sequentially("\n# mine")
    page.locator("#text").press("Control+Enter")
    page.wait_for_function("() => held.length > 0")
    paste(page, LATEX)
    expect(page.locator("#text")).to_have_value(READ)
    with page.expect_response("**edit=*"):
        page.evaluate("held[0]()")
    page.wait_for_function("() => document.querySelector('#text').defaultValue.includes('# mine')")
    notice = page.locator("#equations .reading")
    expect(notice).to_contain_text("Read as LaTeX")
    expect(page.locator("#text")).to_have_value(READ)
    expect(page.locator("#equations .ran-last")).to_be_visible()
    page.evaluate("() => void (window.fetch = send)")
    page.locator("#text").press("Control+Enter")
    expect(page.locator("#equations .left-out")).to_contain_text(
        re.compile("sizes h:5.* left out: said of the equations before")
    )
    expect(notice).to_be_hidden()
    expect(page.locator("#equations .ran-last")).to_be_hidden()


def test_what_a_line_that_is_not_read_needs_is_said_after_a_run_too(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?tau=2")
    paste(page, LATEX)
    expect(page.locator("#text")).to_have_value(READ)
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#equations .notes")).to_contain_text("write a line for each layer")


def test_the_language_is_pasted_as_it_is(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?tau=2")
    text = "h[t]  =  tanh(W @ h[t-1])  # mine"
    with page.expect_response("**/api/read"):
        paste(page, text)
    expect(page.locator("#text")).to_have_value(text)
    expect(page.locator("#equations .reading")).to_be_hidden()


def test_a_part_that_is_pasted_is_read_where_it_stands(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?tau=2")
    page.locator("#text").fill("h[t] = tanh(W @ h[t-1])\n")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('o_t = V h_t \\\\\\\\ p_t = \\\\text{softmax}(o_t)')")
    page.locator("#text").press("Control+End")
    page.keyboard.press("Control+v")
    expect(page.locator("#text")).to_have_value("h[t] = tanh(W @ h[t-1])\no[t] = V @ h[t]\np[t] = softmax(o[t])")


def test_the_notice_is_accessible(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?tau=2")
    paste(page, LATEX)
    expect(page.locator("#equations .reading")).to_be_visible()
    check_accessible(page, "#equations")
