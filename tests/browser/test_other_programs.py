"""A program that is pasted in place of all that stood in the editor, and what is said of text that has gone."""

import re
from urllib.parse import quote

from playwright.sync_api import Page, expect

from app.link import parse
from tests.browser.test_page import forgive
from tests.browser.test_pasting import LATEX, in_editor, paste

TEXT = "u[t] = tanh(W @ u[t-1] + B @ e[t])\nloss = sum(u[tau] ** 2)"
PROGRAM = "import numpy as np\nu = np.zeros(3)\nfor t in range(T):\n    u = np.tanh(W @ u + B @ e[t])"
SET = "&sizes=u:5&of=u[2]&open=2:operations&set=W[1,1]:0.5,W[1,2]:2&seed=9&tau=4"


def test_what_was_set_by_hand_goes_with_the_program_that_it_was_said_of(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?equations={quote(TEXT)}{SET}")
    paste(page, PROGRAM)
    expect(page.locator("#equations .reading")).to_be_visible()
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".left-out")).to_have_text(
        "sizes u:5 and of u[2] and set W[1,1]:0.5,W[1,2]:2 and open 2:operations are left out: "
        "said of the equations before."
    )
    asked = parse(page.url.partition("?")[2])
    assert (asked.sizes, asked.of, asked.set, asked.open, asked.seed) == ((), None, None, None, 9)
    expect(page.locator('[data-size="u"]')).to_have_value("3")
    page.locator('[data-size="u"]').fill("6")
    page.locator('[data-size="u"]').press("Enter")
    page.wait_for_url("**sizes=u:6**")
    page.locator("#text").fill("u[t] = relu(W @ u[t-1] + B @ e[t])")
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**relu**")
    assert parse(page.url.partition("?")[2]).sizes == (("u", 6),)


def test_a_part_that_is_pasted_is_an_edit_and_so_is_what_is_taken_back(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?equations={quote(TEXT)}&sizes=u:5")
    paste(page, PROGRAM)
    expect(page.locator("#equations .reading")).to_be_visible()
    page.locator("#text").fill(TEXT)
    page.locator("#text").press("Control+Home")
    page.evaluate("navigator.clipboard.writeText('e: 2\\n')")
    page.keyboard.press("Control+v")
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**e:%202**")
    assert parse(page.url.partition("?")[2]).sizes == (("u", 5),)


def test_a_program_that_is_mended_before_it_runs_is_still_another_one(
    page: Page, server: str, script_errors: list[str]
) -> None:
    in_editor(page, f"{server}/?equations={quote(TEXT)}&sizes=u:5")
    paste(page, TEXT.replace("tanh", "rellu"))
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Write").click()
    expect(page.locator("#equations .problem")).to_have_count(0)
    expect(page.locator(".left-out")).to_contain_text("sizes u:5 is left out")
    forgive(script_errors, "422")


def test_a_training_of_a_pasted_program_keeps_how_it_is_trained(page: Page, server: str) -> None:
    page.goto(f"{server}/train?system=rnn-regression&sizes=h:4&tau=5&steps=3&lr=0.02&task=sine-to-cosine")
    page.locator("#equations > summary").click()
    paste(page, "h[t] = relu(w * h[t-1] + x[t])\nL[t] = mse(h[t], y[t])\nloss = mean(L[t])")
    page.locator("#equations .primary").click()
    expect(page.locator(".left-out")).to_contain_text("sizes h:4 and task sine-to-cosine are left out")
    page.wait_for_url("**lr=0.02**")
    assert "sizes" not in page.url


WRONG = "s[t] = tahn(s[t-1])\nr[t] = relv(s[t])"


def test_what_is_wrong_with_a_line_goes_with_the_line(page: Page, server: str, script_errors: list[str]) -> None:
    page.goto(f"{server}/?equations={quote(WRONG)}")
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#equations .problem")).to_have_count(2)
    page.locator("#text").fill(WRONG.replace("tahn", "tanh"))
    expect(page.locator("#problem-equations")).to_be_hidden()
    expect(page.locator("#problem-equations2")).to_be_visible()
    expect(page.locator("#equations .row button:visible")).to_have_count(2)
    page.locator("#text").fill("s[t] = s[t-1]")
    expect(page.locator("#equations .problem:visible")).to_have_count(0)
    expect(page.locator("#text")).to_have_attribute("aria-invalid", "false")
    page.locator("#text").fill(WRONG)
    expect(page.locator("#equations .problem:visible")).to_have_count(2)
    forgive(script_errors, "422")


def test_what_was_not_read_is_not_said_above_another_paste(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?tau=2")
    for next_text in ("s[t] = 0.5 * s[t-1] + x[t]", "h = np.tanh(W @ h)"):
        paste(page, LATEX)
        expect(page.locator("#equations .reading .problem")).to_be_visible()
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#equations .notes")).to_contain_text("was not read")
        paste(page, next_text)
        expect(page.locator("#equations .notes p:visible")).to_have_count(0)
        expect(page.locator("#equations .reading .problem:visible")).to_have_count(0)


def test_what_was_not_read_goes_as_its_line_is_taken_away(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?tau=2")
    paste(page, LATEX)
    problem = page.locator("#equations .reading .problem")
    expect(problem).to_be_visible()
    page.locator("#text").fill("h[t] = tanh(W @ h[t-1] + U @ x[t])")
    expect(problem).to_be_hidden()
    page.locator("#text").fill("s[t] = s[t-1]")
    expect(page.locator("#equations .reading")).to_be_hidden()


def test_the_steps_that_a_program_writes_are_run_until_they_are_set(page: Page, server: str) -> None:
    in_editor(page, f"{server}/?equations={quote(TEXT)}&tau=5")
    paste(page, PROGRAM.replace("range(T)", "range(7)"))
    expect(page.locator("#text")).to_have_value(re.compile("^tau: 7 unless given\n"))
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".left-out")).to_contain_text("tau 5 is left out")
    expect(page.locator('.unfolded [data-node="u[7]"]')).to_be_visible()
    expect(page.locator("#tau")).to_have_value("7")
    assert "tau=" not in page.url
    for steps in ("3", "7"):
        page.locator("#tau").fill(steps)
        page.locator("#tau").press("Enter")
        expect(page.locator(f'.unfolded [data-node="u[{steps}]"]')).to_be_visible()
        page.wait_for_url(re.compile(r"tau=3" if steps == "3" else r"^(?!.*tau=)"))
    page.locator("#tau").fill("3")
    page.locator("#tau").press("Enter")
    page.wait_for_url("**tau=3**")
    page.reload()
    expect(page.locator("#tau")).to_have_value("3")
    page.locator("#equations > summary").click()
    page.locator("#text").fill("s[t] = 0.5 * s[t-1] + x[t]")
    page.get_by_role("button", name="Run").click()
    expect(page.locator('.unfolded [data-node="s[3]"]')).to_be_visible()
    page.wait_for_url(lambda url: "tau" not in url)
