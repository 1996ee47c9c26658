"""The fields beside the figure and in the menus: what is typed counts as it stands, all is undone, all has room."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.link import options, parse
from app.link.fields import Link
from app.link.rows import EXPLORE, FIRST_ROW, on_page
from app.systems import SYSTEMS
from app.web.core.controls import HEADINGS
from tests.browser.test_explore import IN_MENU, NEEDS, OTHERWISE, choose
from tests.browser.test_page import WORD, opened
from tests.tiers import long

SIZES = [(1280, 720), (1366, 768), (1440, 900), (390, 844)]
BESIDE = [name for name in on_page(Link, EXPLORE, FIRST_ROW) if name != "system"]
GROUPS = [BESIDE, *([name for name in IN_MENU if IN_MENU[name] == menu.lower()] for menu in HEADINGS)]


def read(address: str) -> Link:
    return parse(address.partition("?")[2])


def linked(page: Page) -> Link:
    return read(page.url)


def wait_for(page: Page, link: Link) -> None:
    """Until the page is that of a link, wherever its cursor is."""
    page.wait_for_url(lambda address: read(address).bare == link.bare)


def of_size(page: Page, phone: Page, size: tuple[int, int]) -> Page:
    """The page in a window of a size: below 600 pixels of width that of a phone."""
    where = phone if size[0] < 600 else page
    where.set_viewport_size({"width": size[0], "height": size[1]})
    return where


def open_menu_of(page: Page, name: str) -> None:
    menu = page.locator(f"#{IN_MENU.get(name)}-menu")
    if name in IN_MENU and menu.get_attribute("open") is None:
        menu.locator("summary").click()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("names", GROUPS, ids=",".join)
def test_every_field_is_undone_and_redone_by_keys(page: Page, server: str, names: list[str]) -> None:
    for name in names:
        base = "".join(f"&{field}={value}" for field, value in NEEDS.get(name, {}).items())
        opened(page, f"{server}/?{WORD}{base}")
        before = linked(page)
        open_menu_of(page, name)
        choose(page, name)
        expect(page.locator("#undo")).to_be_enabled()
        after = linked(page)
        assert getattr(after, name) != getattr(before, name), name
        for key, link in (("Control+z", before), ("Control+Shift+z", after), ("Control+z", before)):
            page.keyboard.press(key)
            wait_for(page, link)
        expect(page.locator("#undo")).to_be_disabled()


NUMBERS = [
    name for name in [*BESIDE, *IN_MENU] if options()[name].control in ("number", "range") or name in ("truncate",)
]
TYPED = {"tau": "5", "seed": "12", "truncate": "2", "momentum": "0.5", "batch": "2"} | OTHERWISE


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", [*NUMBERS, "sizes"])
def test_a_number_counts_as_soon_as_it_stands_in_its_field(page: Page, server: str, name: str) -> None:
    base = "".join(f"&{field}={value}" for field, value in NEEDS.get(name, {}).items())
    opened(page, f"{server}/?{WORD}{base}&phase=forward&at=h[2]")
    before = linked(page)
    open_menu_of(page, name)
    field = page.locator("[data-units=h]" if name == "sizes" else f"#controls [name={name}]")
    field.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(typed := TYPED.get(name, "6"))
    expect(page.locator("#undo")).to_be_enabled()
    asked = linked(page)
    assert str(dict(asked.sizes)["h"] if name == "sizes" else getattr(asked, name)) in (typed, f"{typed}.0")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    wait_for(page, before)
    expect(page.locator("#undo")).to_be_disabled()


def test_on_the_way_through_another_number_nothing_is_lost(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[3]&open=3:operations&window=2..3")
    page.locator("#tau").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("1")
    page.wait_for_url("**tau=1&**")
    page.keyboard.type("2")
    page.wait_for_url("**tau=12&**")
    asked = linked(page)
    assert (asked.at, asked.open, asked.window) == ("h[3]", "3:operations", "2..3")
    expect(page.locator("#tau")).to_have_value("12")


ROOM = """
() => {
  const menu = document.querySelector("details.popup[open] > .settings");
  const boxes = (parts) => [...parts].map((part) => part.getBoundingClientRect());
  const [it, beside] = boxes([menu, document.querySelector(".figure-card")]);
  const fields = boxes(menu.querySelectorAll("input, select, .segments span"));
  return {
    scrolls: menu.scrollHeight > menu.clientHeight || menu.scrollWidth > menu.clientWidth,
    within: it.left >= 0 && it.right <= innerWidth && it.top >= 0 && it.bottom <= innerHeight,
    holds: fields.every(({ left, right, bottom }) => left >= it.left && right <= it.right && bottom <= it.bottom),
    covers: it.left >= beside.right ? 0 : Math.max(0, beside.bottom - it.top) / beside.height,
  };
}
"""


@pytest.mark.parametrize("size", [*SIZES, (768, 1024)], ids=str)
def test_each_menu_has_room_for_all_of_it_beside_what_it_changes(
    page: Page, phone: Page, server: str, size: tuple[int, int]
) -> None:
    where = of_size(page, phone, size)
    opened(where, f"{server}/?{WORD}&feed=x:o&trained=2")
    for menu in HEADINGS:
        button = where.locator(f"#{menu.lower()}-menu > summary")
        expect(button).to_be_in_viewport(ratio=0.99)
        button.click()
        room = where.evaluate(ROOM)
        assert room.pop("covers") < (0.4 if where is phone else 0.01), menu
        assert room == {"scrolls": False, "within": True, "holds": True}, menu


ROWS = """
() => [".toolbar", ".tools"].map((row) => {
  const boxes = (parts) => [...parts].map((part) => part.getBoundingClientRect());
  const parts = boxes(document.querySelector(row).children).filter(({ width }) => width);
  const [menus, figure] = boxes(document.querySelectorAll(".menus, .figure-card"));
  const end = row === ".toolbar" ? menus.left : figure.right;
  return new Set(parts.map(({ top }) => top)).size === 1 && parts.every(({ right }) => right <= end + 0.5);
})
"""


@pytest.mark.one_in(6)
@pytest.mark.parametrize("system", [*SYSTEMS])
def test_the_controls_beside_the_figure_stand_in_two_rows_at_a_desk(page: Page, server: str, system: str) -> None:
    opened(page, f"{server}/?system={system}&tau=12")
    for width, height in [*SIZES[:3], (1920, 1080)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(ROWS) == [True, True], width


@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]], ids=str)
def test_what_a_cut_takes_is_said_in_sight_of_the_figure_by_one_press_in_the_chart(
    page: Page, phone: Page, server: str, size: tuple[int, int]
) -> None:
    where = of_size(page, phone, size)
    opened(where, f"{server}/?{WORD}")
    where.locator("#chart-norms").scroll_into_view_if_needed()
    wide = "() => document.querySelector('#chart-norms .scissors rect')?.getBoundingClientRect().width"
    step = (where.wait_for_function(wide).json_value() - 56) / 3
    where.locator("#chart-norms .scissors rect").click(position={"x": 28 + 2 * step, "y": 12})
    where.wait_for_url("**truncate=2%7C")
    where.evaluate("scrollTo(0, 0)")
    expect(where.locator("#removed")).to_contain_text("No gradient passes back over the cut after t = 2.")
    expect(where.locator("#removed")).to_be_in_viewport(ratio=0.99)
    expect(where.locator("#figure")).to_be_in_viewport(ratio=0.99)


REACHED = """(field) => {
  field.scrollIntoView({ inline: "nearest", block: "nearest" });
  const { x, y, width, height } = field.getBoundingClientRect();
  const there = document.elementFromPoint(x + width / 2, y + height / 2);
  return there === field || field.contains(there) || there?.closest("label")?.control === field;
}"""
"""Whether a finger that presses a field of a row that is swiped meets the field."""


@pytest.mark.parametrize("system", ["lstm", *long(*(name for name in SYSTEMS if name != "lstm"))])
def test_a_swipe_brings_every_field_of_the_row_under_a_finger(phone: Page, server: str, system: str) -> None:
    opened(phone, f"{server}/?system={system}")
    fields = phone.locator(".controls :is(input:not([type=radio]), select, button)")
    covered = [
        field.get_attribute("aria-label") or field.inner_text()
        for field in fields.all()
        if field.is_visible() and field.is_enabled() and not field.evaluate(REACHED)
    ]
    assert covered == []


CUT = """() => {
  const [of, units] = ["#of", ".units"].map((part) => document.querySelector(part));
  const shown = of.offsetWidth;
  Object.assign(of.style, { width: "max-content", maxWidth: "none" });
  return [of.offsetWidth - shown, units.scrollWidth - units.clientWidth];
}"""
"""How much of the choice that is made is out of sight, and how much of the sizes beside it."""


def test_what_is_differentiated_is_read_whole_and_so_are_the_sizes_beside_it(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?system=bidirectional&of=h")
    expect(page.locator("#of option:checked")).to_have_text("sum of h over t")
    assert page.evaluate(CUT) == [0, 0]
