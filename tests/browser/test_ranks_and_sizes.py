"""Ranks and sizes beside the equations: seen with their reasons, changed in place, and kept through an edit."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from app.link import parse
from tests.accessibility import check_accessible
from tests.browser.test_page import forgive, opened

TEXT = "u[t] = tanh(W @ u[t-1] + B @ e[t])\nloss = sum(u[tau] ** 2)"
UNDECLARED = "u[t] = 0.5 * u[t-1] + Kp * e[t]"
VECTOR_LOSS = "h[t] = tanh(W @ h[t-1])\nloss = h[tau]"


def link(text: str, more: str = "") -> str:
    return f"/?equations={quote(text)}{more}"


def edited(page: Page) -> Page:
    page.locator("#equations > summary").click()
    return page


def row(page: Page, name: str) -> Locator:
    return page.locator(f'.names tr:has(th:text-matches("^{name}\\\\b"))')


def sizes(page: Page) -> dict[str, int]:
    return dict(parse(page.url.partition("?")[2]).sizes)


def equations(page: Page) -> str:
    return parse(page.url.partition("?")[2]).equations or ""


# What is seen


def test_each_name_is_seen_with_its_rank_its_size_and_the_reason(page: Page, server: str) -> None:
    opened(page, f"{server}{link(f'e: 2{chr(10)}{TEXT}', '&sizes=u:3')}")
    edited(page)
    expect(row(page, "e")).to_contain_text("data")
    expect(row(page, "e").locator("summary")).to_have_text("vector")
    expect(row(page, "e").locator("td").nth(1)).to_have_text("2")
    expect(row(page, "e").locator("td").last).to_have_text("line 1 declares it")
    expect(row(page, "u").locator("td").last).to_have_text("sizes has u:3")
    expect(row(page, "B").locator("td").nth(1)).to_have_text("3 × 2 (u × e)")
    expect(row(page, "loss").locator("td").last).to_have_text("line 3 gives it")


@pytest.mark.one_in(3)
@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (390, 844)])
def test_ranks_and_sizes_fit_the_screen_beside_the_figure(page: Page, server: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, f"{server}/?system=lstm")
    before = page.locator("#figure").bounding_box()
    edited(page)
    assert page.locator("#figure").bounding_box() == before
    box = page.locator(".editor").bounding_box()
    assert box is not None and before is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
    assert page.locator(".editor").evaluate("(e) => e.scrollWidth <= e.clientWidth")
    assert size[0] < 1000 or box["x"] >= before["x"] + before["width"]
    expect(page.locator('[data-size="c"]')).to_be_in_viewport()
    row(page, "V").scroll_into_view_if_needed()
    expect(row(page, "V")).to_be_in_viewport()


def test_ranks_and_sizes_are_accessible(page: Page, server: str) -> None:
    opened(page, f"{server}{link(TEXT, '&sizes=u:3')}")
    edited(page)
    row(page, "W").locator("summary").click()
    check_accessible(page)


# Sizes


def test_every_open_size_has_a_control_and_an_empty_one_is_the_default(page: Page, server: str) -> None:
    opened(page, f"{server}{link(TEXT)}")
    edited(page)
    assert page.locator("[data-size]").evaluate_all("(all) => all.map((e) => e.dataset.size)") == ["e", "u"]
    expect(page.locator('[data-size="u"]')).to_have_attribute("max", "512")
    page.locator('[data-size="u"]').fill("6")
    page.locator('[data-size="u"]').press("Enter")
    page.wait_for_url("**sizes=u:6**")
    expect(row(page, "W").locator("td").nth(1)).to_have_text("6 × 6 (u × u)")
    assert equations(page) == TEXT
    expect(page.locator('[data-size="u"]')).not_to_have_attribute("required", "")
    page.locator('[data-size="u"]').fill("")
    page.locator('[data-size="u"]').press("Enter")
    expect(row(page, "W").locator("td").nth(1)).to_have_text("4 × 4 (u × u)")
    assert sizes(page) == {}


def test_a_size_that_a_line_says_unless_given_has_a_control_and_yields_to_it(page: Page, server: str) -> None:
    opened(page, f"{server}{link(f'e: 2 unless given{chr(10)}{TEXT}')}")
    edited(page)
    field = page.locator('[data-size="e"]')
    expect(field).to_have_value("2")
    expect(page.locator(".size", has=field)).to_contain_text("line 1 says so, unless it is given")
    field.fill("5")
    field.press("Enter")
    expect(row(page, "B").locator("td").nth(1)).to_have_text("4 × 5 (u × e)")
    assert sizes(page) == {"e": 5} and "e: 2 unless given" in equations(page)
    field.fill("")
    field.press("Enter")
    expect(row(page, "B").locator("td").nth(1)).to_have_text("4 × 2 (u × e)")
    assert sizes(page) == {}


def test_a_size_of_a_named_system_leaves_the_system(page: Page, server: str) -> None:
    opened(page, f"{server}/?tau=2")
    edited(page)
    page.locator('[data-size="h"]').fill("6")
    page.locator('[data-size="h"]').press("Enter")
    page.wait_for_url("**/?sizes=h:6&tau=2")
    expect(page.locator("#twins")).to_contain_text("h 6")


def test_a_size_that_was_set_survives_an_edit_and_one_without_a_meaning_is_left_out_with_a_word(
    page: Page, server: str
) -> None:
    opened(page, f"{server}{link(TEXT, '&sizes=e:2,u:3&tau=5&seed=9&of=u[2]&set=W[1,1]:0.5')}")
    edited(page)
    page.locator("#text").fill(TEXT.replace("tanh", "relu").replace("e[t]", "(x[t] + z[t])"))
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**relu**")
    asked = parse(page.url.partition("?")[2])
    assert (asked.sizes, asked.tau, asked.seed, asked.of, asked.set) == ((("u", 3),), 5, 9, "u[2]", "W[1,1]:0.5")
    expect(page.locator(".left-out")).to_have_text("sizes e:2 is left out: there is no dimension called e.")
    expect(page.locator('.unfolded [data-node="x[5]"]')).to_be_visible()


def test_a_size_waits_while_the_equations_are_wrong(page: Page, server: str, script_errors: list[str]) -> None:
    opened(page, f"{server}{link(TEXT, '&sizes=u:3')}")
    edited(page)
    page.locator("#text").fill(TEXT.replace("tanh", "tahn"))
    page.locator("#text").press("Control+Enter")
    expect(page.locator("#equations .problem")).to_have_count(1)
    page.locator("#text").fill(TEXT.replace("tanh", "sigmoid"))
    page.locator("#text").press("Control+Enter")
    page.wait_for_url("**sigmoid**")
    assert sizes(page) == {"u": 3}
    forgive(script_errors, "422")


def test_a_size_that_is_set_runs_the_text_as_it_stands(page: Page, server: str) -> None:
    opened(page, f"{server}{link(TEXT)}")
    edited(page)
    page.locator("#text").fill(TEXT.replace("tanh", "relu"))
    page.locator('[data-size="u"]').fill("2")
    page.locator('[data-size="u"]').press("Enter")
    page.wait_for_url("**relu**")
    assert sizes(page) == {"u": 2}
    expect(page.locator("#text")).to_have_value(TEXT.replace("tanh", "relu"))


# Ranks


def test_a_rank_is_changed_by_a_line_in_the_text_and_taken_back_by_editing(page: Page, server: str) -> None:
    opened(page, f"{server}{link(TEXT.replace('B @', 'k *'))}")
    edited(page)
    row(page, "k").locator("summary").click()
    row(page, "k").get_by_role("button", name="scalar").click()
    page.wait_for_url("**k:%20scalar**")
    assert equations(page) == f"k: scalar\n{TEXT.replace('B @', 'k *')}"
    expect(row(page, "k").locator("td").last).to_have_text("line 1 declares it")
    page.keyboard.press("Control+z")
    expect(page.locator("#text")).to_have_value(TEXT.replace("B @", "k *"))


def test_a_rank_is_changed_with_the_keyboard_alone_in_the_text_as_it_stands(page: Page, server: str) -> None:
    opened(page, f"{server}{link(TEXT.replace('B @', 'k *'))}")
    page.locator("#equations > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#text").fill(TEXT.replace("B @", "k *").replace("tanh", "relu"))
    row(page, "k").locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(row(page, "k").get_by_role("button", name="scalar")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**k:%20scalar**relu**")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#text")).to_have_value(TEXT.replace("B @", "k *").replace("tanh", "relu"))


def test_a_rank_that_does_not_fit_is_told_and_the_line_stands_in_the_text(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}{link(TEXT)}")
    edited(page)
    row(page, "B").locator("summary").click()
    row(page, "B").get_by_role("button", name="scalar").click()
    expect(page.locator("#problem-equations")).to_be_visible()
    expect(page.locator("#text")).to_have_value(f"B: scalar\n{TEXT}")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator(".unfolded")).to_be_visible()
    forgive(script_errors, "422")


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("text", "line", "mended"),
    [
        (UNDECLARED, "Kp: scalar", f"Kp: scalar\n{UNDECLARED}"),
        (VECTOR_LOSS, "loss = sum(h[tau])", VECTOR_LOSS.replace("h[tau]", "sum(h[tau])")),
    ],
)
def test_a_problem_with_ranks_is_mended_by_one_action(
    page: Page, server: str, script_errors: list[str], text: str, line: str, mended: str
) -> None:
    page.goto(f"{server}{link(text)}")
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name=f"Write {line}").click()
    page.wait_for_url(lambda url: parse(url.partition("?")[2]).equations == mended)
    expect(page.locator("#text")).to_have_value(mended)
    expect(page.locator("#equations .problem")).to_have_count(0)
    expect(page.locator(".unfolded")).to_be_visible()
    forgive(script_errors, "422")


# Without scripts


def test_without_scripts_ranks_and_sizes_are_a_form(plain: Page, server: str, script_errors: list[str]) -> None:
    plain.goto(f"{server}{link(UNDECLARED, '&tau=2')}")
    plain.get_by_role("button", name="Write Kp: scalar").click()
    assert equations(plain) == f"Kp: scalar\n{UNDECLARED}"
    edited(plain)
    plain.locator("#sizes").fill("e:3")
    plain.get_by_role("button", name="Run").click()
    assert (sizes(plain), plain.url.endswith("&tau=2")) == ({"e": 3}, True)
    edited(plain)
    row(plain, "Kp").locator("summary").click()
    row(plain, "Kp").get_by_role("button", name="vector").click()
    assert equations(plain) == f"Kp: vector\n{UNDECLARED}"
    edited(plain)
    expect(row(plain, "Kp").locator("td").nth(1)).to_have_text("3 (e)")
    plain.locator("#text").fill("s[t] = 0.9 * s[t-1] + x[t]")
    plain.get_by_role("button", name="Run").click()
    edited(plain)
    expect(plain.locator(".left-out")).to_have_text("sizes e:3 is left out: there is no dimension called e.")
    expect(plain.locator('.unfolded [data-node="x[2]"]')).to_be_visible()
    forgive(script_errors, "422")


def test_without_scripts_a_control_keeps_the_equations_and_the_sizes(plain: Page, server: str) -> None:
    plain.goto(f"{server}{link(TEXT, '&sizes=u:3')}")
    plain.locator("#seed").fill("4")
    plain.get_by_role("button", name="Draw").click()
    assert (equations(plain), sizes(plain)) == (TEXT, {"u": 3})


# Training


def test_a_training_keeps_the_sizes_that_still_mean_something(page: Page, server: str) -> None:
    opened(page, f"{server}/train?system=rnn-regression&sizes=h:4&tau=5&steps=3&task=sine-to-cosine")
    edited(page)
    page.locator('[data-size="h"]').fill("3")
    page.locator('[data-size="h"]').press("Enter")
    page.wait_for_url("**sizes=h:3**")
    expect(row(page, "W").locator("td").nth(1)).to_have_text("3 × 3 (h × h)")
    text = page.locator("#text").input_value()
    page.locator("#text").fill(text.replace("tanh", "relu"))
    page.locator("#equations .primary").click()
    page.wait_for_url("**relu**")
    assert "edit" not in page.url and "sizes=h:3" in page.url and "task=sine-to-cosine" in page.url
    page.locator("#text").fill("s[t] = relu(w * s[t-1] + x[t])\nL[t] = mse(s[t], y[t])\nloss = mean(L[t])")
    page.locator("#equations .primary").click()
    expect(page.locator(".left-out")).to_have_text("sizes h:3 is left out: there is no dimension called h.")
    page.wait_for_url("**s%5Bt%5D**")
    assert "edit" not in page.url and "sizes" not in page.url
