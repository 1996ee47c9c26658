"""The figure before a camera: all of it and all beside it in one sight; closer to it the cursor stays in sight."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.engine import Step
from app.engine.graph import DETAILS
from app.language import parse_node
from app.link import parse
from app.systems import SYSTEMS
from tests.browser.test_page import WORD, at_rest, computed, opened
from tests.tiers import long

SIZES = [(1280, 720), (1366, 768), (1440, 900), (1920, 1080)]
FIGURES = [
    f"{WORD}&phase=backward&at=h[2]",
    "system=lstm&detail=operations&phase=backward",
    "tau=30&detail=states&phase=backward",
]
OTHERS = [
    "system=lstm",
    "system=gru&tau=8",
    "system=bidirectional&view=both",
    "system=hopfield",
    "system=lstm&view=both",
    "tau=12",
    "detail=operations&phase=backward",
    "system=deep&tau=8&detail=gates",
    "system=gru&detail=gates",
    "system=rnn&detail=operations",
    "system=hopfield-asynchronous&detail=operations",
]
ACTED_ON = (
    "#truncate",
    "#cut",
    "#through-state",
    "#compare",
    "#data-menu",
    "#training-menu",
    "#figure-menu",
    "#equations",
)
"""What changes what is seen."""
SHARE_IN_SIGHT = """
(part) => {
  const [it, card] = [part.getBoundingClientRect(), document.querySelector("#figure").getBoundingClientRect()];
  const inside = (low, high) => Math.max(0, Math.min(it[high], card[high]) - Math.max(it[low], card[low]));
  return inside("left", "right") * inside("top", "bottom") / (it.width * it.height);
}
"""
"""How much of a part lies within the figure's card."""
CUT = """
() => {
  const [frame, current] = ["#figure", ".unfolded .node.current"].map((css) => document.querySelector(css));
  const { top, bottom } = frame.getBoundingClientRect();
  const cuts = ({ top: high, bottom: low }) => [top, bottom].some((edge) => high < edge - 0.5 && low > edge + 0.5);
  const nodes = [...document.querySelectorAll(`.unfolded .node[data-t="${current?.dataset.t ?? 1}"]`)];
  const discs = (node) => [...node.querySelectorAll(".disc")].map((disc) => disc.getBoundingClientRect());
  const most = (of, side, boxes) => of(...boxes.map((box) => box[side]));
  const whole = (boxes) => ({ top: most(Math.min, "top", boxes), bottom: most(Math.max, "bottom", boxes) });
  return nodes.filter((node) => cuts(whole(discs(node)))).map((it) => it.dataset.node);
}
"""
"""The nodes of the cursor's step, of the first one before that, which the frame cuts in two above or below, with the
signs of what makes them."""
NAMES = "figure.getScreenCTM().a * figure.dataset.letters"
"""The em of the smallest names of a figure in pixels, as those of parameters at the parts of cells."""
FITTED_NAMES = """
(figure) => {
  const { width, height } = document.querySelector("#figure").getBoundingClientRect();
  const fit = Math.min(1, width / figure.getAttribute("width"), height / figure.getAttribute("height"));
  return figure.dataset.letters * fit * figure.getAttribute("width") / figure.viewBox.baseVal.width;
}
"""
"""The same where all of the figure is in sight."""


@pytest.mark.one_in(3)
@pytest.mark.parametrize("link", [*FIGURES, *long(*OTHERS)])
def test_all_of_the_figure_and_what_belongs_to_it_is_in_one_sight(page: Page, server: str, link: str) -> None:
    """Where it opens that is all; later the camera shows the step of the cursor of what cannot be read in the whole."""
    page.emulate_media(reduced_motion="reduce")
    opened(page, f"{server}/?{link}")
    expect(page.locator("#chart-norms svg .curve").first).to_be_attached()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.evaluate(DRAWN)
        figure = page.locator(".figure")
        whole = figure.evaluate(SHARE_IN_SIGHT) > 0.999
        if figure.evaluate(FITTED_NAMES) >= 7 or "phase" not in link:
            assert whole
            small = figure.evaluate(FITTED_NAMES) < 7 / 1.13
            assert small == (page.locator("#figure[data-small]").count() > 0), (
                "of what cannot be read it is said how to"
            )
        else:
            assert figure.evaluate(f"(figure) => {NAMES}") > 6.2
            assert not page.evaluate(CUT)
            # In one go: a figure that rests is put in anew.
            part = 'document.querySelector(".unfolded .node.current .disc")'
            assert page.evaluate(f"() => ({SHARE_IN_SIGHT})({part})") > 0.999
        for part in ("#figure", "#panel", "#transport", "#chart-norms svg", *ACTED_ON):
            expect(page.locator(part)).to_be_in_viewport(ratio=0.99)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("system", ["lstm", "gru"])
def test_gates_are_whole_and_can_be_read_where_they_open_and_as_large_to_the_end(
    page: Page, server: str, system: str
) -> None:
    """At every size of window, before the pass, in it and in the update, whose first step's nodes are cut in none;
    there an eighth smaller, where all is in sight so."""
    page.emulate_media(reduced_motion="reduce")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        opened(page, f"{server}/?system={system}")
        for phase in ("", "backward", "update"):
            if phase:
                opened(page, f"{server}/?system={system}&phase={phase}")
            page.evaluate(DRAWN)
            least = 6.2 if phase == "update" else 6.95
            assert page.locator(".figure").evaluate(f"(figure) => {NAMES}") > least
            if phase == "update":
                assert page.evaluate(CUT) == []
                assert page.locator(".last-act").evaluate(SHARE_IN_SIGHT) > 0.999
            else:
                assert page.locator(".figure").evaluate(SHARE_IN_SIGHT) > 0.999


NUMBERS = """
() => [...document.querySelectorAll('.unfolded [data-cells="0"].value > .number')].flatMap((number) => {
  const [it, node] = [number.getBoundingClientRect(), number.closest(".node")];
  const [disc, name] = [".disc", ".numbered"].map((css) => node.querySelector(css).getBoundingClientRect());
  const out = Math.max(disc.left - it.left, it.right - disc.right, it.bottom - disc.bottom);
  const digits = /\\d/.test(node.dataset.value);
  return it.height ? [[node.dataset.node, digits, it.height, out, name.bottom - it.top]] : [];
})
"""
"""Of each number or letter in a circle if it is a number, how high it is, how far it leaves the circle, and lies on the
name."""
GRADIENTS = """
() => [...document.querySelectorAll('.unfolded .graded > [data-cells="0"].gradient > .number')].flatMap((number) => {
  if (getComputedStyle(number).opacity === "0") return [];
  const [slot, node] = [number.parentElement, number.closest(".node")];
  const [it, disc] = [number, node.querySelector(".disc")].map((part) => part.getBoundingClientRect());
  const [x, y, r] = [disc.x + disc.width / 2, disc.y + disc.height / 2, disc.width / 2];
  const value = node.querySelector(".value .number").getBoundingClientRect();
  const em = slot.style.getPropertyValue("--em") * number.getScreenCTM().a;
  return [[node.dataset.node, em, r - Math.hypot(it.right - x, it.bottom - y), it.top - value.bottom]];
})
"""
"""Of each gradient that is printed in a circle its em in pixels, how far its end is from the circle, and its gap to the
value."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("link", "lowest", "least"),
    [
        ("phase=forward&at=L[3]", 6, 7),
        ("of=L[3]&phase=backward", 6, 7),
        ("system=lstm&phase=backward&at=c[1]", 4.5, 6.5),
        ("tau=30&phase=backward&at=h[20]", 6, 7),
    ],
)
def test_at_a_small_window_the_first_sight_and_the_numbers_in_circles_can_be_read(
    page: Page, server: str, link: str, lowest: float, least: float
) -> None:
    """Where the em has nine pixels no digit is lower than six, and no letter than four; cells of gates are so wide that
    in the whole of them it has seven, and circles have no room for more."""
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?{link}")
    page.evaluate(DRAWN)
    assert page.locator(".figure").evaluate(f"(figure) => {NAMES}") > 7
    numbers = page.evaluate(NUMBERS)
    assert numbers
    for node, digits, high, out, over in numbers:
        assert high > (lowest if digits else 4) and out < 0 and over < 0.5, node
    for node, em, within, between in page.evaluate(GRADIENTS):
        assert em > least and within > 0.3 and between > (1.5 if em > 9.5 else 0.5), node


PRINTED = """
() => [...document.querySelectorAll('.unfolded .node > [data-cells="0"]')].flatMap((slot) => {
  const [number, cell] = [".number", ".instead"].map((css) => slot.querySelector(`:scope > ${css}`));
  const shown = (part) => (part?.getClientRects().length ? Number(getComputedStyle(part).opacity) : 0);
  const em = slot.dataset.em * number.getScreenCTM().a;
  const node = slot.closest(".node");
  const stands = getComputedStyle(slot).display !== "none";
  return stands ? [[node.dataset.node, shown(number) > 0 ? em : null, shown(number) + (cell ? shown(cell) : 0)]] : [];
})
"""
"""Of each number or letter in a node the em in pixels in which it is printed, if it is, and how much is to be seen of
it and of the cell in its place."""


@pytest.mark.one_in(32)
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_printed_in_nodes_can_be_read_and_what_could_not_is_a_cell_until_one_comes_closer(
    page: Page, server: str, system: str, detail: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    for phase in ("forward", "backward"):
        opened(page, f"{server}/?system={system}&detail={detail}&phase={phase}")
        for width, height in ((1280, 720), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(DRAWN)
            for node, em, seen in page.evaluate(PRINTED):
                assert em is None or em > 6.49, (node, width)
                assert seen <= 1, "of number and cell one is seen"


def test_a_cell_is_the_number_again_as_one_comes_closer(page: Page, server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?system=lstm&phase=backward&at=p[2]")
    page.evaluate(DRAWN)
    slot = page.locator('.unfolded [data-node="p[2]"] > .gradient')
    parts = [slot.locator(f"> {css}") for css in (".number", ".instead")]
    for closer in (False, True):
        for part, seen in zip(parts, (closer, not closer), strict=True):
            expect(part).to_have_css("opacity", str(int(seen)))
        page.keyboard.press("+")


def test_at_a_small_window_all_that_a_state_is_made_of_is_in_sight(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?system=rnn&phase=forward&at=h[2]")
    low, end = page.evaluate(
        '() => [".panel .worked", ".panel"].map((css) => document.querySelector(css).getBoundingClientRect().bottom)'
    )
    assert low <= end


LEGEND = """
() => {
  const box = (part) => part.getBoundingClientRect();
  const [card, frame, drawn] = [".figure-card", "#figure", ".unfolded"].map((css) => box(document.querySelector(css)));
  const out = (it) => Math.max(card.left - it.left, card.top - it.top, it.right - card.right, it.bottom - card.bottom);
  const [left, top] = ["left", "top"].map((side) => Math.max(drawn[side], frame[side]));
  const [right, bottom] = ["right", "bottom"].map((side) => Math.min(drawn[side], frame[side]));
  const over = (it) => Math.min(it.right - left, right - it.left, it.bottom - top, bottom - it.top);
  const keys = [...document.querySelectorAll(".legend-part")].map(box);
  const figure = document.querySelector(".figure");
  const made = box(figure).width / figure.getAttribute("width");
  const fills = Math.max(made, drawn.width / frame.width, drawn.height / frame.height);
  const aside = Math.abs(drawn.left + drawn.right - card.left - card.right) / 2 / card.width;
  return [Math.max(...keys.map(out)), Math.max(...keys.map(over)), fills, aside, card.width, frame.toJSON()];
}
"""
"""How far the legend leaves its card, and how far it lies on what is seen of the graph; how much of its frame that
fills, or how large it is of what it was made; how far it is from its card's middle, of its width; how wide that is."""


@pytest.mark.one_in(6)
@pytest.mark.parametrize("system", ["rnn", "lstm", "dynamics", "bidirectional", "gru&detail=operations"])
@pytest.mark.parametrize("size", [*SIZES[::2], (390, 844)])
def test_the_legend_has_a_place_beside_the_figure_and_leaves_it_the_rest(
    page: Page, server: str, system: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    frames = []
    for phase in ("forward", "backward"):
        opened(page, f"{server}/?system={system}&tau=3&phase={phase}")
        out, over, fills, aside, width, frame = page.evaluate(LEGEND)
        assert out <= 0 and over <= 0
        if page.locator("[data-closer]").count():
            assert frame["width"] > 0.99 * width, "what is seen in part has the width"
        assert fills > 0.8
        assert aside < 0.1 or system != "rnn", "a slim graph is seen in the middle"
        frames.append(frame)
    assert frames[0] == frames[1], "nothing moves where the pass turns"
    page.keyboard.press("+")
    assert page.locator(".when-backward .legend-part").first.is_visible()


def test_close_up_the_figure_has_the_width_and_the_legend_lies_on_it(page: Page, server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?system=rnn&tau=4&phase=forward&at=h[1]")
    for _ in range(3):
        page.keyboard.press("+")
    assert page.evaluate(BEYOND) == [True], "what lies below the legend's place is seen and can be pressed"
    frame = page.locator("#figure")
    card = page.locator(".figure-card").evaluate("(card) => card.clientWidth")
    fade = "(frame) => parseFloat(getComputedStyle(frame, '::after').width)"
    for _ in range(2):
        assert "left" in (frame.get_attribute("data-beyond") or "")
        assert frame.evaluate(fade) == pytest.approx(card, abs=1), "the drawing fades at the card's edge, not within it"
        page.keyboard.press("-")
    assert "right" not in (frame.get_attribute("data-beyond") or ""), "it is in sight to its end beside the frame"


BEYOND = """
() => {
  const [card, frame] = [".figure-card", "#figure"].map((css) => document.querySelector(css).getBoundingClientRect());
  const middles = [...document.querySelectorAll(".unfolded .node")].map((node) => {
    const { left, top, width, height } = node.querySelector(".disc").getBoundingClientRect();
    return [node, left + width / 2, top + height / 2];
  });
  const beyond = middles.filter(([, x, y]) => x > frame.right && x < card.right && y > card.top && y < card.bottom);
  return [...new Set(beyond.map(([node, x, y]) => node.contains(document.elementFromPoint(x, y))))];
}
"""
"""Of the nodes in the card but beside the frame whether one that is pointed at there is met."""


@pytest.mark.fresh
def test_what_a_person_does_before_the_browser_tells_how_large_things_are_is_done(page: Page, server: str) -> None:
    page.add_init_script("window.ResizeObserver = class { observe() {} disconnect() {} }")
    opened(page, f"{server}/?system=lstm&tau=2&detail=operations")
    page.locator("#chart-norms svg[role=slider]").dispatch_event("click")
    page.keyboard.press("+")
    expect(page.locator(".figure")).to_have_attribute("style", re.compile(r"scale\(1\.5\)"))


def test_closer_to_the_figure_the_cursor_stays_in_sight(page: Page, server: str) -> None:
    """By the keys; two of the details are larger than any card, so both axes move."""
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 720})
    it = computed(server, "system=lstm&tau=2&detail=operations")
    opened(page, it.address(0))
    for _ in range(3):
        page.keyboard.press("+")
    moves = set()
    for here in range(1, len(it.steps) + 1, 6):
        page.locator("#scrubber").fill(str(here))
        at_rest(page, it, here)
        step = it.steps[here - 1]
        if step.at in it.resolved.run.graph.by_id:
            assert page.locator(".unfolded .node.current .disc").first.evaluate(SHARE_IN_SIGHT) > 0.95, step
        moves.add(page.locator(".figure").evaluate("(e) => e.style.transform"))
    assert len(moves) > 5
    page.keyboard.press("0")
    assert page.locator(".figure").evaluate(SHARE_IN_SIGHT) > 0.999


def test_wheel_drag_and_buttons_move_the_camera_and_a_press_is_still_a_press(page: Page, server: str) -> None:
    it = computed(server, f"{WORD}&detail=operations")
    page.emulate_media(reduced_motion="reduce")
    opened(page, it.address(0))
    node = page.locator('.unfolded [data-node="h[2]"] .disc').first
    before = node.bounding_box()
    assert before
    middle = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    page.mouse.move(*middle)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -250)
    page.keyboard.up("Control")
    after = node.bounding_box()
    assert after
    assert after["width"] > 1.5 * before["width"]
    assert after["x"] + after["width"] / 2 == pytest.approx(middle[0], abs=4), "what lies at the pointer stays there"
    page.mouse.down()
    page.mouse.move(middle[0] - 60, middle[1] - 20, steps=4)
    page.mouse.up()
    assert (node.bounding_box() or after)["x"] == pytest.approx(after["x"] - 60, abs=2)
    expect(page.locator("output")).to_have_text("0")
    node.click()
    at_rest(page, it, [step.at for step in it.steps].index("h[2]") + 1)
    page.get_by_role("button", name="Fit").click()
    assert page.locator(".figure").evaluate(SHARE_IN_SIGHT) > 0.999
    expect(page.get_by_role("button", name="Smaller")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Larger").click()
    assert page.locator(".figure").evaluate(SHARE_IN_SIGHT) < 0.9


def test_at_the_limits_of_the_scale_nothing_moves(page: Page, server: str) -> None:
    """What lies at the pointer stays there as far as one can come closer; no further turn or key moves it."""
    page.emulate_media(reduced_motion="reduce")
    opened(page, f"{server}/?system=rnn&tau=3")
    seen = "() => document.querySelector('.figure').style.transform"
    disc = page.locator('.unfolded [data-node="o[2]"] .disc').first
    before = disc.bounding_box()
    assert before
    pointer = round(before["x"] + before["width"] / 2), round(before["y"] + before["height"] / 2)
    page.mouse.move(*pointer)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -5000)
    expect(page.get_by_role("button", name="Larger")).to_have_attribute("aria-disabled", "true")
    after = disc.bounding_box()
    assert after
    places = [
        ((pointer[0] - box["x"]) / box["width"], (pointer[1] - box["y"]) / box["height"]) for box in (before, after)
    ]
    assert places[1] == pytest.approx(places[0], abs=0.01)
    closest = page.evaluate(seen)
    page.mouse.move(before["x"] + 90, before["y"] + 60)
    page.mouse.wheel(0, -150)
    page.keyboard.up("Control")
    page.keyboard.press("+")
    assert page.evaluate(seen) == closest
    page.keyboard.press("0")
    page.keyboard.press("-")
    assert page.evaluate(seen) == ""


ACT = """
() => {
  const box = (part) => part.getBoundingClientRect();
  const [card, frame, act] = [".figure-card", "#figure", ".last-act"].map((css) => box(document.querySelector(css)));
  const figure = document.querySelector(".figure");
  const across = act.left >= card.left && act.right <= card.right;
  const down = act.top >= frame.top && act.bottom <= frame.bottom;
  const meets = (it) => it.left < act.right && act.left < it.right && it.top < act.bottom && act.top < it.bottom;
  const nodes = [...document.querySelectorAll(".unfolded .node")].map((node) => [...node.querySelectorAll(".disc")]);
  const most = (of, side, discs) => of(...discs.map((disc) => box(disc)[side]));
  const spans = nodes.filter((discs) => discs.length).map((discs) => ({
    left: most(Math.min, "left", discs),
    right: most(Math.max, "right", discs),
    top: most(Math.min, "top", discs),
    bottom: most(Math.max, "bottom", discs),
  }));
  const near = spans.filter((it) => it.right > frame.left && it.left < frame.right);
  const isCut = (it) => [frame.top, frame.bottom].some((edge) => it.top < edge - 0.5 && it.bottom > edge + 0.5);
  const inSight = (it) => it.top > frame.top - 0.5 && it.bottom < frame.bottom + 0.5;
  const whole = spans.every((it) => inSight(it) && it.left > card.left && it.right < card.right);
  const scale = figure.getScreenCTM().a;
  return {
    seen: across && down && ![...document.querySelectorAll(".legend-part")].map(box).some(meets),
    cut: near.filter(isCut).length,
    whole,
    names: scale * figure.dataset.letters,
    numbers: scale * figure.dataset.ledger,
  };
}
"""
"""Of what comes of the pass whether it is in sight, under nothing; how many nodes are cut in two, if the graph is
whole, and how large names and the smallest numbers are."""


@pytest.mark.one_in(32)
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_all_that_comes_of_the_pass_is_in_sight_at_each_of_its_steps_and_nothing_is_cut(
    page: Page, server: str, system: str, detail: str
) -> None:
    """With the whole graph where all can be read so; else by itself, with as much of the graph as has room."""
    page.emulate_media(reduced_motion="reduce")
    opened(page, f"{server}/?system={system}&detail={detail}&phase=update")
    figure = page.locator(".figure")
    while place := figure.get_attribute("data-update"):
        for width, height in ((1280, 720), (1440, 900), (1920, 1080), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(DRAWN)
            it = page.evaluate(ACT)
            assert it["seen"] and not it["cut"], (place, width)
            assert not it["whole"] or it["names"] > 6.2, (place, width)
            assert it["numbers"] > 6.49, (place, width)
        page.keyboard.press("ArrowLeft")
        expect(figure).not_to_have_attribute("data-update", place)


@pytest.mark.parametrize("system", ["rnn", *long("deep", "bidirectional")])
def test_where_there_is_room_beside_it_the_graph_stands_still_as_the_pass_ends(
    page: Page, server: str, system: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?system={system}&phase=backward")
    places = [page.evaluate(ACT_NODE)]
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".figure")).not_to_have_attribute("data-update", "")
        page.evaluate(DRAWN)
        places.append(page.evaluate(ACT_NODE))
    assert places[1:] == [pytest.approx(places[0], abs=1)] * 2


ACT_NODE = """
() => {
  const legend = document.querySelector(".figure-legend .when-backward").getBoundingClientRect();
  const node = document.querySelector(".unfolded .node .disc").getBoundingClientRect();
  return [node.left, node.top, node.width, legend.left, legend.top];
}
"""
"""Where a node and the legend are, and how large the node is."""


def test_the_camera_is_eased_unless_no_motion_is_wanted(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    lasts = "getComputedStyle(document.querySelector('.figure')).transitionDuration"
    assert page.evaluate(lasts) != "0s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(lasts) == "0s"


def test_on_a_phone_the_figure_and_play_are_in_the_first_screen_and_touch_is_spoken_of(
    phone: Page, server: str
) -> None:
    for link in (*FIGURES, "system=bidirectional&view=both"):
        opened(phone, f"{server}/?{link}")
        assert phone.evaluate("[document.documentElement.scrollWidth, scrollY].join()") == "390,0"
        for part in ("#figure", "[data-go=play]", "#scrubber"):
            expect(phone.locator(part)).to_be_in_viewport(ratio=0.99)
    expect(phone.locator("#hints")).to_contain_text("Tap")
    expect(phone.locator("#hints kbd").first).to_be_hidden()


def test_on_a_phone_the_answer_stands_right_below_what_is_tapped(phone: Page, server: str) -> None:
    """A node's value, then its neighbour's by a step, then its gradient."""
    for link, node, words in (
        (WORD, "h[2]", "is computed"),
        ("system=lstm&phase=backward&at=L[3]", "c[3]", "gradient"),
    ):
        opened(phone, f"{server}/?{link}")
        phone.locator(f'.unfolded [data-node="{node}"] .disc').first.tap()
        expect(phone.locator("#panel h2")).to_contain_text(words)
        phone.wait_for_function(f"() => ({SHARE_IN_SIGHT})(document.querySelector('.unfolded .current .disc')) > 0.99")
        for part in ("#panel h2", "#panel .sums >> nth=0", "#panel .worked mtr >> nth=0"):
            expect(phone.locator(part)).to_be_in_viewport(ratio=0.99)
            assert phone.locator(part).evaluate(ON_TOP), part
        phone.locator("[data-go=forward]").tap()
        expect(phone.locator(f'.unfolded [data-node="{node}"].current')).to_have_count(0)
        expect(phone.locator("#panel h2")).to_be_in_viewport(ratio=0.99)
        phone.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        expect(phone.locator("[data-go=forward]")).to_be_in_viewport(ratio=0.99)
        assert phone.locator(".foot a").last.evaluate(ON_TOP)


@pytest.mark.parametrize("system", ["lstm", *long("gru")])
def test_on_a_phone_a_network_opens_where_it_starts_and_shows_where_it_goes_on(
    phone: Page, server: str, system: str
) -> None:
    phone.emulate_media(reduced_motion="reduce")
    opened(phone, f"{server}/?system={system}")
    phone.evaluate(DRAWN)
    first = '.unfolded .node:is([data-t="0"], [data-t="1"]) .disc'
    assert phone.evaluate(f"Math.min(...[...document.querySelectorAll('{first}')].map({SHARE_IN_SIGHT}))") > 0.99
    assert phone.locator(".figure").evaluate(f"(figure) => {NAMES}") >= 7
    assert phone.locator("#figure").get_attribute("data-beyond") == "right"
    phone.locator("#scrubber").fill("24")
    for beyond in ("left right", "left"):
        expect(phone.locator("#figure")).to_have_attribute("data-beyond", beyond)
        for _ in range(2 if beyond == "left right" else 0):
            phone.locator("[data-go=forward-time]").tap()


def test_two_fingers_come_closer_and_one_moves_what_is_close(phone: Page, server: str) -> None:
    """The page itself stays as large as it was, and where it was."""
    phone.emulate_media(reduced_motion="reduce")
    opened(phone, f"{server}/?system=lstm")
    phone.evaluate(DRAWN)
    wire = phone.context.new_cdp_session(phone)

    def touch(*fingers: list[tuple[int, int]]) -> None:
        for i, at in enumerate([*fingers, []]):
            kind = "touchEnd" if not at else "touchMove" if i else "touchStart"
            points = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(at)]
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def seen() -> list[float]:
        found: list[float] = phone.locator(".figure").evaluate("(it) => [it.getScreenCTM().a, it.getScreenCTM().e]")
        return found

    scale, _ = seen()
    touch(*([(180 - 8 * i, 300), (220 + 8 * i, 300)] for i in range(6)))
    closer, left = seen()
    assert 1.8 < closer / scale < 3.2
    touch(*([(300 - 20 * i, 300)] for i in range(6)))
    assert seen() == [closer, pytest.approx(left - 100, abs=21)]
    assert phone.evaluate("[scrollY, visualViewport.scale]") == [0, 1]


OPENED = f"""() => {{
  const figure = document.querySelector(".figure");
  const em = (number) => number.parentElement.dataset.em * number.getScreenCTM().a;
  const printed = (number) => getComputedStyle(number).opacity !== "0";
  const numbers = [...figure.querySelectorAll('.unfolded [data-cells="0"] > .number')].filter(printed).map(em);
  const times = [...figure.querySelectorAll(".unfolded .node:not(.start)")].map(({{ dataset }}) => Number(dataset.t));
  const first = Math.min(...times.filter((t) => t > 0));
  const discs = [...figure.querySelectorAll(`.unfolded .node:is(.start, [data-t="${{first}}"]) .disc`)];
  const seen = discs.filter((disc) => disc.closest(".node").dataset.t <= first).map({SHARE_IN_SIGHT});
  return [{NAMES}, Math.min(99, ...numbers), Math.min(...seen, 1)];
}}"""
"""The em of the smallest names and numbers in pixels, and how much is in sight of the least of the first step and its
starts."""


@pytest.mark.one_in(16)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("detail", ["", "cells", "gates", "operations"])
def test_on_a_phone_each_network_opens_with_letters_that_can_be_read(
    phone: Page, server: str, system: str, detail: str
) -> None:
    """And but for operations, which have no room, with its numbers, and all of its first step in sight."""
    phone.emulate_media(reduced_motion="reduce")
    opened(phone, f"{server}/?system={system}" + f"&detail={detail}" * bool(detail))
    phone.evaluate(DRAWN)
    names, numbers, seen = phone.evaluate(OPENED)
    assert names >= 6.99
    if detail != "operations":
        assert numbers >= 6.99 and seen > 0.99


LETTERS = "figure.getScreenCTM().a * 16"
"""How many pixels the em of a name in a circle has at least."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "link",
    [
        "system=lstm&tau=30",
        "system=gru",
        "system=bidirectional",
        "tau=30",
        *long("system=deep", "tau=30&detail=states", "system=rnn-regression&tau=5&phase=backward&at=o[5]"),
    ],
)
def test_on_a_phone_letters_can_be_read_and_the_step_of_the_cursor_is_in_sight(
    phone: Page, server: str, link: str
) -> None:
    phone.emulate_media(reduced_motion="reduce")
    opened(phone, f"{server}/?{link}")
    phone.evaluate(DRAWN)
    assert phone.locator(".figure").evaluate(f"(figure) => {NAMES}") > 6.9
    lines = phone.locator(".when-backward .legend-part").evaluate_all(
        "(parts) => new Set(parts.map((part) => Math.round(part.getBoundingClientRect().top))).size"
    )
    assert lines <= 2, "the legend leaves the figure its room"
    closer = phone.locator("[data-closer] .overview, :has(> [data-closer]) .legend-part:has([class^=legend-norm])")
    assert all(part.is_hidden() for part in closer.all()), "close up the strip of all steps would be a bar"
    for name in ("forward", "forward-time", "forward-time", "back"):
        phone.locator(f"[data-go={name}]").tap()
        current = phone.locator(".unfolded .node.current")
        expect(current).to_have_count(1)
        phone.wait_for_function(f"() => {{ const figure = document.querySelector('.figure'); return {NAMES} > 6.9; }}")
        phone.wait_for_function(
            f"() => [...document.querySelectorAll('.unfolded .node.current .disc')].slice(0, 1)"
            f".some((disc) => ({SHARE_IN_SIGHT})(disc) > 0.99)"
        )
        assert all(em > 7 for _, em, *_ in phone.evaluate(GRADIENTS)), "and the gradients in circles"
        if "gru" not in link:
            assert min(phone.evaluate(CELL, int(str(current.get_attribute("data-t"))))) > -1, "all of its step"


def test_the_whole_is_shown_from_where_it_was_asked_for_until_one_comes_closer(phone: Page, server: str) -> None:
    phone.emulate_media(reduced_motion="reduce")
    opened(phone, f"{server}/?system=lstm&phase=forward&at=h[2]")
    expect(phone.locator('[data-zoom="fit"]')).to_have_attribute("aria-disabled", "false")
    phone.locator('[data-zoom="fit"]').tap()
    assert phone.locator(".figure").evaluate(SHARE_IN_SIGHT) > 0.999
    phone.locator("[data-go=forward-time]").tap()
    phone.locator("#next-seed").tap()
    phone.wait_for_url("**seed=1**")
    assert phone.locator(".figure").evaluate(SHARE_IN_SIGHT) > 0.999
    phone.locator('[data-zoom="in"]').tap()
    assert phone.locator(".figure").evaluate(SHARE_IN_SIGHT) < 0.9


ON_TOP = """(part) => [...part.getClientRects()].every(({ left, top, width, height }) =>
  part.contains(document.elementFromPoint(left + width / 2, top + height / 2)))"""
"""Whether nothing lies on the middle of a part, or of any line of it."""


def test_the_card_of_a_letter_covers_neither_the_story_nor_what_leads_on(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    for name in ("W", "b"):
        page.locator(f"#panel .letter[data-name={name}]").hover()
        expect(page.locator("#peek")).to_be_visible()
        for link in page.locator("#story a").all():
            assert link.evaluate(ON_TOP)


def test_on_a_phone_nothing_lies_on_what_leads_on_through_the_story(phone: Page, server: str) -> None:
    opened(phone, f"{server}/?{WORD}&phase=forward&at=h[2]")
    for part in phone.locator("#story a, #blank").all():
        part.scroll_into_view_if_needed()
        assert part.evaluate(ON_TOP)


def test_a_tap_does_what_pointing_does_until_the_next_tap(phone: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(phone, it.address(0))
    phone.locator('.unfolded [data-node="h[2]"] .disc').first.tap()
    at_rest(phone, it, [step.at for step in it.steps].index("h[2]") + 1)
    expect(phone.locator("#tip")).to_contain_text("h at t = 2")
    phone.locator("#panel .letter[data-name=W]").tap()
    expect(phone.locator("#tip")).to_be_hidden()
    expect(phone.locator("#peek")).to_be_in_viewport(ratio=0.99)
    expect(phone.locator("#panel .letter[data-name=W]")).to_be_in_viewport(ratio=0.99)
    expect(phone.locator(".figure .tied")).not_to_have_count(0)
    phone.locator("#peek [data-entry]").first.tap()
    expect(phone.locator("#peek .number-field")).to_be_in_viewport(ratio=0.99)
    assert phone.locator("#peek .number-field").evaluate(ON_TOP)
    phone.locator("#peek .number-field").press("Escape")
    phone.locator("#transport .count").tap()
    expect(phone.locator("#peek")).to_be_hidden()
    expect(phone.locator(".figure .tied")).to_have_count(0)


TIP_LIES_ON = """() => {
  const tip = document.querySelector("#tip").getBoundingClientRect();
  const parts = ".figure :is(.node .disc, .edge[data-params] > .label), #panel .panel > *, #transport [data-go=play]";
  const within = "[data-node], #panel, #transport, .edge";
  return [...document.querySelectorAll(parts)].filter((part) => {
    const it = part.getBoundingClientRect();
    return tip.left < it.right && it.left < tip.right && tip.top < it.bottom && it.top < tip.bottom;
  }).map((part) => part.closest(within)).map(({ dataset, id }) => dataset.node ?? (id || "a letter"));
}"""


@pytest.mark.parametrize(
    ("link", "nodes"), [(WORD, ("h[2]", "L[1]", "o[3]")), *long(("system=lstm&tau=2", ("f[1]", "c[2]")))]
)
def test_what_a_tap_explains_is_as_it_is_after_the_tap_and_lies_on_no_other_node(
    phone: Page, server: str, link: str, nodes: tuple[str, ...]
) -> None:
    opened(phone, f"{server}/?{link}")
    phone.keyboard.press("0")
    for node in nodes:
        phone.locator(f'.unfolded [data-node="{node}"] .disc').first.tap()
        expect(phone.locator(f'.unfolded [data-node="{node}"].current')).to_have_count(1)
        expect(phone.locator("#tip")).to_be_visible()
        expect(phone.locator("#tip")).not_to_contain_text("No value yet")
        assert phone.evaluate(TIP_LIES_ON) == []
        phone.locator("#figure").tap(position={"x": 4, "y": 4})
        expect(phone.locator("#tip")).to_be_hidden()


def test_a_tap_tells_what_a_node_waited_for_until_the_tap_took_the_pass_there(phone: Page, server: str) -> None:
    opened(phone, f"{server}/?{WORD}&phase=backward&at=h[3]")
    phone.locator('.unfolded [data-node="h[1]"] .disc').first.tap()
    why = "Nothing before this tap: ∂L/∂h(1) is the sum of what comes through o(1) and h(2); the pass was at h(3)."
    expect(phone.locator("#tip")).to_contain_text(why)
    assert phone.evaluate(TIP_LIES_ON) == []
    phone.locator('.unfolded .edge[data-params="W"] > .label').first.tap()
    expect(phone.locator("#peek")).to_be_visible()
    phone.locator('.unfolded [data-node="x[2]"] .disc').first.tap()
    expect(phone.locator("#peek")).to_be_hidden()
    expect(phone.locator("#panel .panel h2")).to_contain_text("is given")
    expect(phone.locator("#node-card")).to_be_hidden()
    phone.locator('.unfolded [data-node="h[0]"] .disc').first.tap()
    expect(phone.locator("#tip")).to_contain_text("the recurrence starts here")
    assert phone.evaluate(TIP_LIES_ON) == []
    assert phone.evaluate(TIP_LIES_ON.replace("#tip", "#node-card").replace("#panel .panel > *", ".none")) == []


@pytest.mark.parametrize(("tapped", "whole"), [("#norms-title", ".chart"), (".panel .sums [data-term]", ".sums")])
def test_what_a_tap_explains_lies_on_nothing_that_it_explains(
    phone: Page, server: str, tapped: str, whole: str
) -> None:
    opened(phone, f"{server}/?{WORD}&phase=forward&at=h[2]")
    expect(phone.locator("#chart-norms svg .curve").first).to_be_attached()
    part = phone.locator(tapped).first
    part.evaluate(f"(part) => part.closest('{whole}').scrollIntoView({{ block: 'center', behavior: 'instant' }})")
    part.tap()
    expect(phone.locator("#tip")).to_be_visible()
    box = part.evaluate(f"(part) => part.closest('{whole}').getBoundingClientRect().toJSON()")
    tip = phone.locator("#tip").bounding_box()
    assert tip is not None
    assert tip["y"] + tip["height"] <= box["y"] or tip["y"] >= box["y"] + box["height"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("link", [WORD, "system=lstm&phase=backward", "detail=operations&phase=backward&at=h[2]"])
def test_what_a_pointer_explains_lies_on_no_node_and_no_letter(page: Page, server: str, link: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?{link}")
    for node in ("h[2]", "x[1]"):
        page.locator(f'.unfolded [data-node="{node}"] .disc').first.hover()
        expect(page.locator("#tip")).to_be_visible()
        assert page.evaluate(TIP_LIES_ON) == [], node
        page.keyboard.press("Escape")


def test_a_sentence_that_stays_says_what_is_true_at_the_step_that_is_shown(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    page.locator('.unfolded [data-node="h[1]"] .disc').first.hover()
    tip = page.locator("#tip")
    expect(tip).to_contain_text("No value yet")
    for _ in range([step.at for step in it.steps].index("h[1]") + 1):
        page.keyboard.press("ArrowRight")
    expect(tip).to_contain_text("h at t = 1")
    expect(tip).not_to_contain_text("No value yet")


@pytest.mark.parametrize("link", ["system=lstm&tau=2&detail=operations", *long(WORD)])
def test_what_is_pointed_at_is_explained_beside_the_player(page: Page, server: str, link: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?{link}")
    page.keyboard.press("0")
    lowest = page.locator(".unfolded .node").evaluate_all(
        "(all) => all.toSorted((a, b) => b.getBoundingClientRect().bottom - a.getBoundingClientRect().bottom)"
        ".slice(0, 3).map((it) => it.dataset.node)"
    )
    for node in lowest:
        page.locator(f'.unfolded [data-node="{node}"] .disc').first.hover()
        expect(page.locator("#tip")).to_be_visible()
        assert "transport" not in page.evaluate(TIP_LIES_ON)
        page.keyboard.press("Escape")


def middle(page: Page, node: str) -> tuple[float, float, float]:
    """Where a node is in the figure's card, and how wide it is."""
    box = page.locator(f'.unfolded [data-node="{node}"] .disc').first.bounding_box()
    card = page.locator("#figure").bounding_box()
    assert box is not None and card is not None
    return box["x"] + box["width"] / 2 - card["x"], box["y"] + box["height"] / 2 - card["y"], box["width"]


def pressed_twice(page: Page, node: str, **how: Any) -> None:
    page.locator(f'.unfolded [data-node="{node}"] .disc').first.dblclick(**how)


def test_a_double_press_opens_a_cell_while_its_neighbours_stay(page: Page, server: str) -> None:
    """To the next detail, and to the next; after the last it closes, with Shift it goes back as it came."""
    page.emulate_media(reduced_motion="reduce")
    opened(page, f"{server}/?system=lstm&tau=3&detail=cells")
    for detail, inner in (("gates", "c[2].0"), ("operations", "f[2].0")):
        pressed_twice(page, "c[2]")
        assert not page.evaluate("getSelection().toString()")
        page.wait_for_url(f"**open=2:{detail}**")
        expect(page.locator(f'.unfolded [data-node="{inner}"]')).to_be_attached()
        for other in ("1", "3"):
            assert page.locator(f'.unfolded [data-node^="c[{other}]"]').count() == 1
        assert page.locator('.unfolded [data-node^="W_i"]').count() == (detail == "operations")
    pressed_twice(page, "c[2]", modifiers=["Shift"])
    page.wait_for_url("**open=2:gates**")
    page.get_by_role("button", name="Larger").click()
    assert page.locator(".figure").evaluate(SHARE_IN_SIGHT) < 0.999
    page.locator("#figure").dblclick(position={"x": 5, "y": 5})
    assert page.locator(".figure").evaluate(SHARE_IN_SIGHT) > 0.999
    page.locator("#figure").dblclick(position={"x": 5, "y": 5})
    expect(page.locator('.unfolded [data-node="c[2].0"]')).to_have_count(0)
    assert "open" not in page.url and "detail=cells" in page.url
    pressed_twice(page, "h[1]")
    page.wait_for_url("**open=1:gates**")
    page.keyboard.press("4")
    expect(page.locator('.unfolded [data-node="f[3].0"]')).to_be_attached()
    expect(page.locator("#controls .problem")).to_have_count(0)


EDGES = """
(figure) => {
  const { a, e, f } = figure.getScreenCTM();
  const { x, y, width, height } = figure.viewBox.baseVal;
  const card = document.querySelector("#figure").getBoundingClientRect();
  const [left, top] = [e + x * a, f + y * a];
  const [right, bottom] = [left + width * a, top + height * a];
  return [left - card.left, top - card.top, card.right - right, card.bottom - bottom].map(Math.abs);
}
"""
"""How far the edges of the drawing are from those of its card."""

CELL = """
(t) => {
  const frame = document.querySelector("#figure").getBoundingClientRect();
  const its = [...document.querySelectorAll(".unfolded .node")].filter((node) => node.dataset.node.includes(`[${t}]`));
  const boxes = its.map((node) => (node.querySelector(".disc") ?? node).getBoundingClientRect());
  const most = (side, sign) => Math.min(...boxes.map((box) => sign * (box[side] - frame[side])));
  return [most("left", 1), most("top", 1), most("right", -1), most("bottom", -1)];
}
"""
"""How far the nodes of a step are from each edge of the figure's frame."""


DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
"""Until the browser has drawn the page as it is now, and told how large its parts are."""


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("link", "details"),
    [
        ("system=lstm&tau=3&detail=cells", ("gates",)),
        ("tau=12&detail=cells", ("gates", "operations")),
        ("tau=6&detail=states", ("cells", "gates", "operations")),
    ],
)
def test_what_is_pressed_keeps_its_size_and_its_place_as_its_cell_opens(
    page: Page, server: str, link: str, details: tuple[str, ...]
) -> None:
    """It leaves its place only where the figure would leave a frame that has room for it, or its cell the frame; it is
    larger only where it could not be read at ease."""
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, f"{server}/?{link}&phase=forward&at=h[2]")
    for detail in details:
        *before, wide = middle(page, "h[2]")
        pressed_twice(page, "h[2]")
        page.wait_for_url(f"**open=2:{detail}**")
        expect(page.locator(f'.unfolded [data-node="{"o" if "lstm" not in link else "p"}[2]"]')).to_be_attached()
        page.evaluate(DRAWN)
        *after, size = middle(page, "h[2]")
        cell = page.evaluate(CELL, 2)
        assert min(cell) > -2, "the opened cell is in sight"
        whole = page.locator(".figure").evaluate(SHARE_IN_SIGHT) > 0.999
        spans = whole or min(cell[0] + cell[2], cell[1] + cell[3]) < 28
        assert size == pytest.approx(wide, rel=0.03) or (size < wide and spans) or wide < size < 43 or whole
        left, top, right, bottom = page.locator(".figure").evaluate(EDGES)
        for i, (was, now, edges) in enumerate(zip(before, after, ((left, right), (top, bottom)), strict=True)):
            assert abs(now - was) < 3 or min(*edges, cell[i], cell[i + 2]) < 14 or spans, (detail, before, after, edges)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (390, 844)])
def test_an_opened_cell_can_be_read_whole_or_where_it_was_pressed(
    page: Page, server: str, size: tuple[int, int]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, f"{server}/?system=lstm&tau=3&detail=cells&phase=forward&at=h[2]")
    for detail, inner in (("gates", "c[2].0"), ("operations", "f[2].0")):
        pressed_twice(page, "h[2]")
        page.wait_for_url(f"**open=2:{detail}**")
        expect(page.locator(f'.unfolded [data-node="{inner}"]')).to_be_attached()
        page.evaluate(DRAWN)
        assert page.locator(".figure").evaluate(f"(figure) => {LETTERS}") > 6.4
        assert page.locator('.unfolded [data-node="h[2]"] .disc').first.evaluate(SHARE_IN_SIGHT) > 0.99
        near = page.locator(".unfolded .node .disc").evaluate_all(
            f"(all) => all.filter({SHARE_IN_SIGHT}).map((it) => it.closest('.node').dataset.t)"
        )
        assert detail == "operations" or size[0] < 400 or {"2"} < set(near), "its neighbours are in sight too"


def test_a_key_opens_the_cell_at_the_focus_or_at_the_cursor(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    page.keyboard.press("o")
    page.wait_for_url("**open=2:gates**")
    expect(page.locator(".figure")).to_have_attribute("data-at", "h[2]")
    page.locator('.unfolded [data-node="h[3]"]').focus()
    page.keyboard.press("o")
    page.wait_for_url("**open=2:gates,3:gates**")


@pytest.mark.parametrize(
    ("place", "seen"), [("&phase=backward&at=c[2]", "c[2]"), ("&phase=forward&at=c[1]", "c[1]"), *long(("", "x[2]"))]
)
def test_a_link_with_an_opened_cell_begins_close_to_it_unless_the_cursor_is_elsewhere(
    page: Page, server: str, place: str, seen: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server}/?system=lstm&open=2:operations{place}")
    page.wait_for_function("() => document.querySelector('.figure').getAnimations().length === 0")
    assert middle(page, seen)[2] > 25, "its names can be read"
    node = page.locator(f'.unfolded [data-node="{seen}"] .disc').first
    assert node.evaluate(SHARE_IN_SIGHT) > 0.95
    page.locator('[data-zoom="fit"]').click()
    page.locator("#next-seed").click()
    page.wait_for_url("**seed=1**")
    expect(page.locator('[data-zoom="fit"]')).to_have_attribute("aria-disabled", "true")


def test_an_opened_cell_is_walked_through_like_any_other(page: Page, server: str) -> None:
    it = computed(server, f"{WORD}&open=2:operations")
    opened(page, it.address(0))
    for here in (place for place, step in enumerate(it.steps, 1) if step.at in ("a[2].0", "h[2]", "V[2]", "o[2]")):
        page.locator("#scrubber").fill(str(here))
        at_rest(page, it, here)


def test_without_scripts_links_open_the_cell_of_the_cursor(plain: Page, server: str) -> None:
    plain.goto(f"{server}/?{WORD}&phase=forward&at=h[2]")
    plain.locator("#figure").get_by_role("link", name="operations").click()
    plain.wait_for_url("**open=2:operations**")
    assert plain.locator('.unfolded [data-node="h[2]"]').count() == 1
    assert plain.locator('.unfolded [data-node="a[2].0"]').count() == 1
    plain.locator("#figure").get_by_role("link", name="as the others").click()
    plain.wait_for_url(lambda url: "open" not in url)


def test_without_scripts_the_nodes_lead_to_their_steps(plain: Page, server: str) -> None:
    it = computed(server, f"{WORD}&phase=backward&at=h[3]")
    plain.goto(f"{server}/?{WORD}&phase=backward&at=h[3]")
    plain.locator('.unfolded a[data-node="h[2]"] .disc').first.click()
    plain.wait_for_url("**phase=backward&at=h%5B2%5D")
    plain.locator('.unfolded a[data-node="x[2]"] .disc').first.click()
    plain.wait_for_url("**phase=forward&at=x%5B2%5D")
    assert len(it.resolved.run.graph.nodes) > plain.locator(".unfolded a.node").count() > 10


@pytest.mark.one_in(3)
@pytest.mark.parametrize("link", ["system=last-output&tau=12", "system=lstm&tau=4", "system=bidirectional&tau=4"])
def test_the_strip_has_a_cell_for_each_time_step_as_strong_as_its_norms(plain: Page, server: str, link: str) -> None:
    """Of two time steps of a phase the one with the larger norm is the stronger; each cell leads to its end."""
    it = computed(server, f"{link}&phase=backward")
    plain.goto(it.address(len(it.steps)))
    cells = plain.locator(".ticks .cell")
    shown = cells.evaluate_all(
        "(all) => all.map((cell) => [cell, cell.querySelector('.size')])"
        ".map(([cell, size]) => [cell.getAttribute('href'), parseFloat(size.getAttribute('fill-opacity'))])"
    )
    links = [parse(href.removeprefix("/?")) for href, _ in shown]
    ends = [i for i, step in enumerate(it.steps, 1) if i == len(it.steps) or moment(it.steps[i]) != moment(step)]
    assert [(one.phase, one.at) for one in links] == [(it.steps[i - 1].phase, it.steps[i - 1].at) for i in ends]
    graph = it.resolved.run.graph
    read_later = {edge.source for edge in graph.edges if edge.lag}
    names = {node.var for node in graph.nodes if node.id in read_later}
    for phase, read in (("forward", it.resolved.run.trace.value), ("backward", it.resolved.run.trace.gradient)):
        largest = {
            t: max(np.linalg.norm(read(node.id)) for node in graph.nodes if node.var in names and node.t == t)
            for t in range(1, it.resolved.link.tau + 1)
        }
        strong = {
            parse_node(one.at or "").t: size for one, (_, size) in zip(links, shown, strict=True) if one.phase == phase
        }
        rising = sorted(largest, key=lambda t: largest[t])
        assert [strong[t] for t in rising] == sorted(strong[t] for t in rising)
    cells.nth(2).click()
    assert plain.url.endswith(shown[2][0])


def moment(step: Step) -> tuple[str, int | None]:
    return step.phase, parse_node(step.at).t
