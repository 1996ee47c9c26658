"""Numbers of the panel changed where they stand: typed, by keys, dragged; the old ones beside them until undone."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, quote

from playwright.sync_api import Locator, Page, expect

from app.link import parse, resolve
from tests.accessibility import check_accessible
from tests.browser.test_page import WORD, check_shapes, opened


def number(page: Page, entry: str) -> Locator:
    return page.locator(f'.panel [data-entry="{entry}"]').first


def set_to(page: Page, entries: str) -> None:
    """The link sets these entries."""
    expect(page).to_have_url(re.compile(rf"[?&]set={re.escape(quote(entries, safe=':,'))}(&|$)"))


def test_a_number_is_typed_and_moved_by_keys_in_place_and_undone_as_one_change(page: Page, server: str) -> None:
    opened(page, f"{server}/?system=rnn&tau=4&phase=forward&at=h[2]")
    expect(page.locator("#undo")).to_be_disabled()
    for drawn in ("norms .series", "parts .layers path", "values .cells", "reach .cells"):
        expect(page.locator(f"#chart-{drawn}").first).to_be_attached()
    weight = number(page, "W[2,2]")
    expect(weight).to_have_attribute("aria-label", "W, row 2, column 2: −0.43")
    weight.click()
    field = page.locator(".number-field")
    expect(field).to_have_attribute("aria-label", "W, row 2, column 2")
    field.fill("much")
    page.keyboard.press("Enter")
    assert "set=" not in page.url
    weight.press("Enter")
    field.fill("1.2")
    page.keyboard.press("Enter")
    set_to(page, "W[2,2]:1.2")
    expect(weight).to_be_focused()
    expect(weight).to_have_text("−0.431.20")
    for ghost in ("norms .look-ghost", "parts .before", "values .ghosts-of-cells path", "reach .ghosts-of-cells path"):
        expect(page.locator(f"#chart-{ghost}").first).to_be_attached()
    check_accessible(page, "#panel")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    set_to(page, "W[2,2]:0.4")
    expect(weight).to_have_text("−0.430.40")
    page.keyboard.press("Control+z")
    expect(page).not_to_have_url(re.compile("set="))
    expect(weight).to_have_text("−0.43")
    page.keyboard.press("Control+Shift+z")
    set_to(page, "W[2,2]:0.4")
    page.locator("#undo").click()
    expect(page).not_to_have_url(re.compile("set="))
    expect(page.locator("#undo")).to_be_disabled()
    expect(page.locator("#redo")).to_be_enabled()


def test_an_input_is_dragged_in_one_change_and_a_start_and_a_target_have_their_numbers_too(
    page: Page, server: str
) -> None:
    opened(page, f"{server}/?system=rnn&tau=4&phase=forward&at=x[2]")
    box = number(page, "x[2,1]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for far in (20, 50):
        page.mouse.move(box["x"] + box["width"] / 2 + far, box["y"] + box["height"] / 2)
        set_to(page, f"x[2,1]:{far / 100:g}")
    page.mouse.up()
    expect(page.locator(".number-field")).to_have_count(0)
    page.locator("#undo").click()
    expect(page).not_to_have_url(re.compile("set="))
    for at, entry in {"h[1]": "h[0,3]", "L[2]": "y[2,1]"}.items():
        opened(page, f"{server}/?system=rnn&tau=4&phase=forward&at={at}")
        number(page, entry).press("ArrowUp")
        set_to(page, f"{entry}:0.1")


def test_every_number_that_can_be_changed_is_the_one_that_it_says(page: Page, server: str) -> None:
    """Of matrices that are shortened, and of those that the way back turns over."""
    for query in ("system=rnn&tau=2&sizes=h:12&phase=forward&at=h[1]", "system=rnn&tau=2&phase=backward&at=h[1]"):
        opened(page, f"{server}/?{query}")
        parameters = resolve(parse(parse_qsl(query))).run.trace.parameters
        found = page.locator(".panel [data-entry]").evaluate_all(
            "(all) => all.map((e) => [e.dataset.entry, e.textContent])"
        )
        weights = [(entry, shown) for entry, shown in found if entry[0] in "WUVbc"]
        assert len(weights) > 15
        for entry, shown in weights:
            name, place = entry[:-1].split("[")
            value = parameters[name][tuple(int(i) - 1 for i in place.split(","))]
            assert abs(float(shown.replace("−", "-")) - value) < 0.006, entry


def test_a_number_is_changed_on_the_card_of_its_node_in_the_figure(page: Page, server: str) -> None:
    opened(page, f"{server}/?system=lstm&phase=forward&at=c[1]")
    card = page.locator("#node-card")
    page.locator('.unfolded [data-node="x[2]"]').click()
    card.locator('[data-entry="x[2,1]"]').press("ArrowUp")
    expect(page).to_have_url(re.compile(r"set=x%5B2,1%5D:0\.\d+"))
    expect(card.locator(".was")).to_be_visible()
    expect(card.locator('[data-entry="x[2,1]"]')).to_be_focused()
    check_accessible(page, "#node-card")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator('.unfolded [data-node="x[2]"]')).to_be_focused()
    page.locator('.unfolded [data-node="h[0]"]').click()
    card.locator('[data-entry="h[0,2]"]').click()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("h%5B0,2%5D:2"))
    page.locator('.unfolded [data-node="h[1]"]').click()
    expect(card).to_be_hidden()
    opened(page, f"{server}/?system=rnn&detail=operations")
    page.locator('.unfolded [data-node="W"]').press("Enter")
    expect(card).to_contain_text("is used 3 times")
    page.keyboard.press("Enter")
    expect(card.locator('[data-entry="W[1,1]"]')).to_be_focused()
    for node, entry in {"h[1]": "W[1,1]", "y[2]": "y[2,1]"}.items():
        opened(page, f"{server}/?system=rnn")
        page.locator(f'.unfolded [data-node="{node}"]').press("Enter")
        expect(number(page, entry).or_(card.locator(f'[data-entry="{entry}"]')).first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator(f'[data-entry="{entry}"]:focus')).to_be_visible()


def test_data_is_drawn_at_every_step_in_one_change_and_typed_too(page: Page, server: str) -> None:
    opened(page, f"{server}/?system=rnn-regression&tau=6")
    page.get_by_role("link", name="draw x").click()
    expect(number(page, "x[1,1]")).to_be_visible()
    pad = page.locator("#sequence .pad")
    expect(pad.locator(".curve.signal").first).to_have_attribute("d", re.compile("M"))
    box = pad.bounding_box()
    assert box
    height = box["y"] + box["height"] / 3
    page.mouse.move(box["x"] + 0.2 * box["width"], height)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], height)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"set=x%5B[12],1%5D:([\d.]+),x%5B\d,1%5D:\1,"))
    expect(pad.locator(".curve.before").first).to_have_attribute("d", re.compile("M"))
    field = page.locator("#sequence input")
    drawn = field.input_value()
    page.keyboard.press("Control+z")
    expect(field).not_to_have_value(drawn)
    page.locator('.unfolded [data-node="y[3]"]').click()
    expect(page.locator("#sequence h3")).to_have_text("y at every step")
    page.keyboard.press("Escape")
    expect(field).to_have_value(re.compile(r"^1, 0\.\d+"))
    field.fill("1, 2, -0.5")
    field.press("Enter")
    set_to(page, "y[2,1]:2,y[3,1]:-0.5")
    check_accessible(page, "#panel")
    field.fill("1,1,1,1,1,1,1")
    field.press("Enter")
    expect(page.locator("#sequence .complaint")).to_have_text("There are 6 steps. Run 7 steps")
    page.get_by_role("button", name="Run 7 steps").click()
    expect(page).to_have_url(re.compile(r"tau=7&.*y%5B7,1%5D:1&"))
    field.fill("2")
    field.press("Enter")
    set_to(page, ",".join(f"y[{t},1]:1" for t in range(2, 8)) + ",y[1,1]:2")
    expect(field).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page).to_have_url(re.compile(r"tau=7&.*y%5B7,1%5D:1&"))
    page.keyboard.press("Control+z")
    expect(page).to_have_url(re.compile("tau=6"))
    expect(page.locator('.unfolded [data-node="h[7]"]')).to_have_count(0)
    page.locator('.unfolded [data-node="h[3]"]').click()
    expect(page.locator("#sequence")).to_be_hidden()


def test_a_field_whose_text_was_taken_is_undone_with_the_page_and_one_that_is_typed_into_by_itself(
    page: Page, server: str
) -> None:
    opened(page, f"{server}/?system=rnn&tau=4")
    for name, typed in {"tau": "5", "seed": "3", "radius": "1.4", "truncate": "2"}.items():
        field = page.locator(f"#controls [name={name}]:visible")
        before = field.input_value()
        field.fill(typed)
        page.keyboard.press("Control+z")
        expect(page.locator("#undo")).to_be_disabled()
        field.fill(typed)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{name}={typed}"))
        expect(page.locator("#undo")).to_be_enabled()
        page.keyboard.press("Control+z")
        expect(page).not_to_have_url(re.compile(f"{name}={typed}"))
        expect(field).to_have_value(before)


def test_what_comes_of_a_number_on_the_card_of_a_letter_is_in_sight_above_it(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    for part in ('.unfolded [aria-label="Parameter W"]', "#panel .letter[data-name=W]"):
        opened(page, f"{server}/?tau=3&phase=forward&at=h[1]")
        page.locator(part).hover()
        entry = page.locator("#peek [data-entry]").first
        entry.focus()
        with page.expect_response(re.compile("/api/letters")):
            entry.press("ArrowUp")
        expect(page.locator("#peek [data-changed]").first).to_be_visible()
        page.wait_for_function(
            "() => document.querySelector('#panel .worked > :last-child').getBoundingClientRect().bottom"
            " <= document.querySelector('#peek').getBoundingClientRect().top"
        )
        page.keyboard.press("Escape")


def test_a_figure_of_which_numbers_alone_are_others_stays_and_is_what_the_link_draws(page: Page, server: str) -> None:
    opened(page, f"{server}/?system=lstm&tau=2&phase=forward&at=p[1]")
    changed(page, lambda: page.locator(".panel [data-entry]").first.press("ArrowUp"))
    page.evaluate("() => { document.querySelector('#figure .figure').known = true; }")
    changed(page, lambda: page.locator(".panel [data-entry]").first.press("ArrowDown"))
    check_shapes(page, page.url)
    page.locator(".panel [data-go=pass]").click()
    changed(page, lambda: page.locator("#next-seed").click())
    check_shapes(page, page.url)
    node = page.locator('#figure .node[data-node="h[1]"]')
    value = str(node.get_attribute("data-value"))
    expect(node).to_have_attribute("aria-label", re.compile(re.escape(f"; value {value}")))
    assert page.evaluate("document.querySelector('#figure .figure').known"), "another figure was made"
    changed(page, lambda: page.locator("#tau-range").press("ArrowRight"))
    check_shapes(page, page.url)


def changed(page: Page, act: Callable[[], None]) -> None:
    """Act, and wait until another link is open, with its cursor in the address."""
    with page.expect_response("**/api/page?**"):
        before = page.url
        act()
    page.wait_for_function("before => location.href !== before", arg=before)


def test_a_finger_finds_each_number_and_nothing_lies_on_what_it_changes(phone: Page, server: str) -> None:
    """Also beside the last number, on the bracket."""
    opened(phone, f"{server}/?{WORD}&phase=forward&at=h[2]")
    numbers = phone.locator(".panel .worked [data-entry^='W[']")
    boxes = numbers.evaluate_all("(all) => all.map((it) => it.getBoundingClientRect().toJSON())")
    assert all(box["width"] >= 24 and box["height"] >= 23.9 for box in boxes)
    numbers.last.scroll_into_view_if_needed()
    at = numbers.last.bounding_box()
    assert at is not None
    phone.touchscreen.tap(at["x"] + at["width"] + 4, at["y"] + at["height"] / 2)
    field = phone.locator(".number-field")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-label", str(numbers.last.get_attribute("aria-label")).split(":")[0])
    field.fill("1")
    changed(phone, lambda: field.press("Enter"))
    expect(numbers.last).to_contain_text("1.00")
    expect(numbers.last).to_be_focused()
    expect(phone.locator("#peek")).to_be_hidden()


def test_nothing_lies_on_the_matrix_of_a_number_that_is_changed(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    letter, card = page.locator("#panel .letter[data-name=W]").first, page.locator("#peek")
    number = page.locator(".panel .worked [data-entry^='W[']").first
    letter.hover()
    expect(card).to_be_visible()
    number.hover()
    expect(card).to_be_hidden()
    number.click()
    letter.hover()
    expect(letter).to_have_class(re.compile("tied"))
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(card).to_be_hidden()
    page.locator(".number-field").press("Escape")
    number.hover()
    letter.hover()
    expect(card).to_be_visible()


def test_on_a_phone_undo_is_in_sight_once_something_is_changed_and_every_group_of_choices_has_its_name_in_a_line(
    phone: Page, server: str
) -> None:
    opened(phone, f"{server}/?{WORD}&phase=forward&at=h[2]")
    expect(phone.locator("#undo")).to_be_hidden()
    changed(phone, lambda: phone.locator(".panel [data-entry]").first.press("ArrowUp"))
    expect(phone.locator("#undo")).to_be_in_viewport(ratio=0.99)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.locator("#figure-menu > summary").click()
    for group in phone.locator("#figure-menu .segments").all():
        heights = group.locator("span").evaluate_all("(all) => all.map((it) => it.getBoundingClientRect().top)")
        assert len({*heights}) == 1
        legend = group.locator("legend").bounding_box()
        assert legend is not None
        assert legend["width"] > 30
        expect(group.locator("input:checked")).to_have_count(1)
    phone.locator("#figure-menu > summary").click()
    phone.locator("#undo").tap()
    expect(phone.locator("#undo")).to_be_disabled()
