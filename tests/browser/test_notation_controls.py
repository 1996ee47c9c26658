"""Notation on the page: figure, panel, equations and charts follow one control, and the cursor stays."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app.link import parse
from tests.accessibility import check_accessible
from tests.browser.test_page import forgive, opened

AT = "tau=4&phase=backward&at=h[2]"


def set_notation(page: Page, name: str, value: str) -> None:
    """Choose in the menu of the figure, and wait for the page of the link."""
    if page.locator("#figure-menu").get_attribute("open") is None:
        page.locator("#figure-menu > summary").click()
    control = page.locator(f'#figure-menu [name="{name}"]')
    if control.evaluate("(e) => e.localName") == "select":
        control.select_option(value)
    else:
        control.fill(value)
        control.press("Enter")
    page.wait_for_url(f"**{name}=**")


def test_everything_on_the_page_follows_the_notation(page: Page, server: str) -> None:
    opened(page, f"{server}/?{AT}")
    set_notation(page, "time", "subscript")
    set_notation(page, "names", "h:s")
    asked = parse(page.url.partition("?")[2])
    assert (asked.phase, asked.at, asked.time, asked.names) == ("backward", "h[2]", "subscript", (("h", "s"),))
    expect(page.locator('.unfolded [data-node="h[2]"]')).to_have_attribute(
        "data-sentence", "s at t = 2, 4 units; fed by s_1 through W and by x_2 through U; feeds o_2 and s_3"
    )
    expect(page.locator("#panel h2, #panel h3").first).to_contain_text("gradient at")
    expect(page.locator("#panel msub").first).to_be_attached()
    assert not page.locator("#panel .panel msup mtext").all()
    for title in ("norms-title", "values-name", "gradients-name"):
        expect(page.locator(f"#{title} sub").last).to_have_text("t")
    expect(page.locator('label[for="tau"]')).to_have_text("τ")
    set_notation(page, "last", "T")
    expect(page.locator('label[for="tau"]')).to_have_text("T")
    page.locator("#through").scroll_into_view_if_needed()
    expect(page.locator("#norms-title")).to_have_text("‖∂L/∂st‖")
    expect(page.locator("#reach-title")).to_have_text("‖∂st/∂sk‖")
    expect(page.locator("#reach-said")).to_contain_text("s2 still feels s1")


def test_the_notation_stays_with_another_system_and_names_do_not(page: Page, server: str) -> None:
    opened(page, f"{server}/?{AT}&time=angle&colours=tol&names=h:s&mark=h[2]")
    expect(page.locator("svg.figure.tol")).to_be_visible()
    page.locator("#systems summary").click()
    page.locator('#systems [data-system="gru"]').click()
    page.wait_for_url("**system=gru**")
    asked = parse(page.url.partition("?")[2])
    assert (asked.time, asked.colours, asked.names, asked.mark) == ("angle", "tol", (), None)


def test_a_name_that_is_nowhere_is_told_at_its_control(page: Page, server: str, script_errors: list[str]) -> None:
    opened(page, f"{server}/?{AT}")
    page.locator("#figure-menu > summary").click()
    page.locator('#figure-menu [name="names"]').fill("q:s")
    page.locator('#figure-menu [name="names"]').press("Enter")
    expect(page.locator("#problem-names")).to_contain_text("there is no q")
    check_accessible(page)
    forgive(script_errors, "422")
