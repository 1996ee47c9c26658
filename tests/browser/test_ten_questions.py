"""Ten questions that a newcomer asks, each answered in three actions from `/` at most, with the engine's numbers.

In Chromium; the same paths are walked in Firefox and in WebKitGTK.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.engine import Step
from app.language.node_ids import parse_node
from app.language.typeset import share_words
from app.language.typeset.numerals import numeral
from app.link import parse, resolve
from app.outputs import output
from tests.browser.newcomer import MOST_ACTIONS, Newcomer, Part
from tests.browser.test_page import Pass, check_numbers
from tests.engines import BrowserEngine, Chromium, waited_for


@pytest.fixture
def newcomer(engine: BrowserEngine) -> Newcomer:
    someone = Newcomer(engine)
    someone.open()
    return someone


def explore(newcomer: Newcomer) -> Pass:
    newcomer.click(Part("nav a", "Explore"))
    newcomer.wait(Part("html[data-ready] #transport"))
    return Pass(newcomer.engine.server, newcomer.computed())


def node(name: str) -> Part:
    return Part(f'.unfolded [data-node="{name}"]')


def lengths(array: Any) -> Any:
    """The length of what there is at each step."""
    return np.linalg.norm(array, axis=-1)


def test_where_it_falls_below_one_hundredth_and_which_network_keeps_it_longer(newcomer: Newcomer) -> None:
    (link_of_plain,), (link_of_gated,) = (
        newcomer.attributes(f".{name} .machine", "href") for name in ("plain", "gated")
    )
    plain, gated = (resolve(parse(urlsplit(link).query)).run.trace.gradients for link in (link_of_plain, link_of_gated))
    shares = {
        "plain": lengths(plain["h"]) / lengths(plain["h"])[-1],
        "gated": lengths(gated["c"]) / lengths(gated["c"])[-1],
    }
    for name, share in shares.items():
        newcomer.reads(f"[data-counter={name}]", share_words(share[0]))
    below = np.flatnonzero(shares["plain"] < 0.01).max() + 1
    longer = "The LSTM" if shares["gated"][0] > shares["plain"][0] else "Here the plain network"
    newcomer.reads("#sentences", f"Plain: below one hundredth from step {below} back", f"{longer} keeps")
    newcomer.sees("#sentences")


def test_which_step_adds_most_and_how_often_w_is_used(newcomer: Newcomer) -> None:
    it = explore(newcomer)
    trace, edges = it.resolved.run.trace, it.resolved.run.graph.edges
    states, before = trace.values["h"], np.vstack([trace.initial["h"], trace.values["h"][:-1]])
    parts = np.einsum("ti,tj->tij", (1 - states**2) * trace.gradients["h"], before)
    whole = parts.sum(axis=0)
    along = (parts * whole).sum(axis=(1, 2)) / np.linalg.norm(whole)
    most = along.argmax()
    newcomer.reads("#parts-said", f"t = {most + 1} adds most: {numeral(along[most])} of ")
    newcomer.sees("#parts-said")

    newcomer.point(Part('.unfolded [aria-label="Parameter W"]'))
    uses = sum("W" in edge.params for edge in edges)
    newcomer.reads("#peek", f"is used {uses} times", numeral(float(np.linalg.norm(whole))))


def test_what_h2_is_made_of_and_which_two_terms_its_gradient_has(newcomer: Newcomer) -> None:
    it = explore(newcomer)
    newcomer.click(node("h[2]"))
    newcomer.stands_at(it.steps.index(Step("forward", "h[2]")) + 1)
    check_numbers(newcomer.texts, it, it.steps.index(Step("forward", "h[2]")) + 1)
    nodes, edges = {node.id for node in it.resolved.run.graph.nodes}, it.resolved.run.graph.edges
    named = {*newcomer.attributes("#panel .sums:not(.numbers):first-of-type [data-node]", "data-node")}
    assert named & nodes == {"h[2]", *(edge.source for edge in edges if edge.target == "h[2]")}

    newcomer.click(Part("#panel a.badge"))
    newcomer.stands_at(it.steps.index(Step("backward", "h[2]")) + 1)
    check_numbers(newcomer.texts, it, it.steps.index(Step("backward", "h[2]")) + 1)
    terms = newcomer.attributes("#panel .arrived tr:not(.how)[data-edge]", "data-edge")
    arrows = {edge.id for edge in edges if edge.source == "h[2]"}
    assert len(arrows) == 2
    assert arrows == {*terms}


def test_why_nothing_is_at_h1_yet(newcomer: Newcomer) -> None:
    it = explore(newcomer)
    newcomer.click_strip("backward", 2)
    newcomer.wait_for_address("phase=backward")
    newcomer.point(node("h[1]"))
    here = it.steps[newcomer.step - 1]
    through = " and ".join(e.target for e in it.resolved.run.graph.edges if e.source == "h[1]")
    assert it.steps.index(here) < it.steps.index(Step("backward", "h[1]"))
    why = f"Nothing yet: ∂L/∂h(1) is the sum of what comes through {through}; the pass is at {here.at}."
    newcomer.reads("#tip", why.replace("[", "(").replace("]", ")"))
    for _ in range(newcomer.step, it.steps.index(Step("backward", "h[2]")) + 1):
        newcomer.engine.press("ArrowRight")
    newcomer.reads("#panel .waiting", "— the sum of what comes through o(1) and h(2); o(1) is still to come.")


def test_what_truncation_2_changes(newcomer: Newcomer) -> None:
    whole = explore(newcomer).resolved.run.trace
    newcomer.write(Part("#truncate"), "2")
    newcomer.wait_for_address("truncate=2")
    cut = newcomer.computed().run
    (after,) = {parse_node(edge.source).t for edge in cut.graph.edges if edge.cut}
    lost = np.linalg.norm(whole.gradient("W") - cut.trace.gradient("W")) / np.linalg.norm(whole.gradient("W"))
    newcomer.reads(
        "#removed", f"No gradient passes back over the cut after t = {after}.", f"{100 * lost:.0f} % of ∂L/∂W"
    )
    newcomer.sees("#removed")


def test_what_the_square_is(newcomer: Newcomer) -> None:
    it = explore(newcomer)
    newcomer.click(Part("label", "Folded"))
    newcomer.point(Part(".circuit .delay"))
    (lag,) = {edge.lag for edge in it.resolved.run.graph.edges if edge.lag}
    steps = "one step" if lag == 1 else f"{lag} steps"
    newcomer.reads("#tip", f"a delay of {steps}: what leaves it now came in {steps} ago")


def test_step_3_is_had_as_a_file(newcomer: Newcomer) -> None:
    it = explore(newcomer)
    newcomer.click_strip("forward", 3)
    newcomer.wait_for_address("phase=forward")
    newcomer.click(Part(".save"))
    here = it.steps[newcomer.step - 1]
    assert (here.phase, parse_node(here.at).t) == ("forward", 3)
    link = it.resolved.link.model_copy(update={"phase": here.phase, "at": here.at})
    saved, expected = newcomer.engine.saved, output("figure.svg", link)
    waited_for(
        lambda: any(name.endswith("-forward-h3.svg") and file == expected for name, file in saved().items()), saved
    )


class Phone(Chromium):
    """A page that is touched by a finger, which does not come down on the middle of a letter."""

    def click(self, x: float, y: float) -> None:
        self.page.touchscreen.tap(x + 8, y - 8)

    point = click


def test_on_a_phone_all_ten_are_answered_by_taps(phone: Page, server: str) -> None:
    """The way from `/` to the machine is the first action of each; what is only looked for is scrolled to."""
    newcomer = Newcomer(touched := Phone(phone, server))
    newcomer.open()
    newcomer.reads("#sentences", "below one hundredth from step", "keeps")

    it = explore(newcomer)
    newcomer.reach(Part("#through select"))
    newcomer.reads("#parts-said", "adds most")

    def ask() -> None:
        newcomer.actions = 1

    ask()
    newcomer.point(Part('.unfolded [aria-label="Parameter W"]'))
    newcomer.reads("#peek", f"is used {it.resolved.link.tau} times")
    ask()
    newcomer.click(node("h[1]"))
    newcomer.reads("#panel .waiting", "— the sum of what comes through o(1) and h(2), on the way back.")
    ask()
    newcomer.click(node("h[2]"))
    newcomer.reads("#said", "h(2) is computed")
    check_numbers(newcomer.texts, it, newcomer.step)
    newcomer.click(Part("#panel a.badge"))
    newcomer.reads("#said", "gradient at h(2)")
    assert len(newcomer.attributes("#panel .arrived tr:not(.how)[data-edge]", "data-edge")) == 2
    ask()
    newcomer.click_strip("forward", 3)
    newcomer.wait_for_address("%5B3%5D")
    newcomer.click(Part(".save"))
    waited_for(touched.saved, touched.saved)
    ask()
    newcomer.write(Part("#truncate"), "2")
    newcomer.reads("#removed", "No gradient passes back over the cut after t = 2.")
    ask()
    newcomer.click(Part("label", "Folded"))
    newcomer.point(Part(".circuit .delay"))
    newcomer.reads("#tip", "a delay of one step")


IN_SIGHT = """(focused) => {
  const { top, left, bottom, right, width } = focused.getBoundingClientRect();
  const within = width > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  return within && focused.matches(":focus-visible");
}"""


class Keys:
    """Someone without a pointer: Tab and arrows bring the focus to a place, which is always seen; other keys act."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self.server = page, server
        self.open()

    def open(self) -> None:
        """As on a first visit."""
        self.actions = 0
        self.page.goto(f"{self.server}/")
        self.page.evaluate("sessionStorage.clear()")
        self.page.reload()
        self.page.wait_for_selector("html[data-ready]")

    def to(self, css: str, key: str = "Tab", most: int = 70) -> None:
        """Go there, and see at each place where one is."""
        for _ in range(most):
            self.page.keyboard.press(key)
            focused = self.page.locator(":focus")
            assert focused.evaluate(IN_SIGHT), focused.evaluate("(it) => it.outerHTML.slice(0, 200)")
            if focused.evaluate("(it, css) => it.matches(css)", css):
                return
        pytest.fail(f"{key} does not come to {css}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.actions += 1
        assert self.actions <= MOST_ACTIONS, "a fourth action"

    def explore(self) -> None:
        """The machine, and past what is above it the figure."""
        self.open()
        self.to("nav a:first-child")
        self.press("Enter")
        self.page.wait_for_selector("html[data-ready] #transport")

    def figure(self) -> None:
        self.explore()
        self.to("a[href='#figure']", most=2)
        self.press("Enter")
        self.to(".unfolded .node", most=1)


@pytest.mark.long
def test_by_keys_alone_all_ten_are_answered(page: Page, server: str) -> None:
    """Below one hundredth, and who keeps it longer, stand there; what adds most stands on the page one comes to."""
    page.emulate_media(reduced_motion="reduce")
    keys = Keys(page, server)
    expect(page.locator("#sentences")).to_contain_text("below one hundredth from step")
    expect(page.locator("#sentences")).to_contain_text("keeps")
    keys.figure()
    expect(page.locator("#parts-said")).to_contain_text("adds most")
    keys.to('[aria-label="Parameter W"]')
    expect(page.locator("#peek")).to_contain_text("is used 3 times")

    keys.figure()
    keys.to('[data-node="h[2]"]', "ArrowRight")
    keys.press("Enter")
    expect(page.locator("#said")).to_contain_text("h(2) is computed")
    keys.actions -= 1  # The next question is of the same node.
    keys.press("b")
    expect(page.locator("#said")).to_contain_text("gradient at h(2)")
    assert page.locator("#panel .arrived tr:not(.how)[data-edge]").count() == 2
    keys.to('[data-node="h[1]"]', "ArrowLeft")
    expect(page.locator("#tip")).to_contain_text("Nothing yet: ∂L/∂h(1) is the sum of what comes through o(1) and h(2)")

    keys.figure()
    keys.to('[data-node="h[3]"]', "ArrowRight")
    keys.press("Enter")
    page.wait_for_url("**at=h*3*")
    with page.expect_download() as saved:
        keys.to(".save")
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename.endswith("-forward-h3.svg")

    keys.explore()
    keys.to("#truncate")
    keys.press("2", "Enter")
    expect(page.locator("#removed")).to_contain_text("No gradient passes back over the cut after t = 2.")

    keys.explore()
    keys.press("u")
    keys.to(".circuit .delay")
    expect(page.locator("#tip")).to_contain_text("a delay of one step")


@pytest.mark.long
def test_without_scripts_all_ten_are_answered_by_links_and_a_field(plain: Page, server: str) -> None:
    """A page at a time: what one presses is seen, three times at most from `/`."""

    def explore() -> None:
        plain.goto(f"{server}/")
        plain.get_by_role("link", name="Explore", exact=True).click()

    plain.goto(f"{server}/")
    expect(plain.locator("#sentences")).to_contain_text(re.compile("below one hundredth from step.*keeps"))
    explore()
    plain.locator('.unfolded a[data-node="h[2]"]').click()
    expect(plain.locator("#panel h2")).to_contain_text("is computed")
    plain.locator("#panel a.badge").click()
    expect(plain.locator("#panel h2")).to_contain_text("gradient at")
    assert plain.locator("#panel .arrived tr:not(.how)[data-edge]").count() == 2
    expect(plain.locator("#panel")).to_contain_text("are used 3 times")
    explore()
    plain.locator('.unfolded a[data-node="h[1]"]').click()
    expect(plain.locator("#panel .waiting")).to_contain_text(
        "the sum of what comes through o(1) and h(2), on the way back"
    )
    explore()
    plain.locator('.unfolded a[data-node="h[3]"]').click()
    with plain.expect_download() as saved:
        plain.locator(".save").click()
    assert saved.value.suggested_filename.endswith("-forward-h3.svg")
    explore()
    plain.locator("#truncate").fill("2")
    plain.get_by_role("button", name="Draw").click()
    expect(plain.locator(".of-run").last).to_contain_text("No gradient passes back over the cut after t = 2")
    explore()
    plain.get_by_role("link", name="their numbers are tables").click()
    along = plain.get_by_role("table", name="What of it lies along the whole gradient")
    of_w = [*along.locator("th").all_text_contents()].index("∂L/∂W(t) along ∂L/∂W")
    adds = [float(text) for text in along.locator(f"td:nth-child({of_w + 1})").all_text_contents()]
    assert adds.index(max(adds)) + 1 == 2
    explore()
    plain.get_by_role("radio", name="Folded", exact=True).check(force=True)
    plain.get_by_role("button", name="Draw").click()
    expect(plain.locator(".of-run").last).to_contain_text("A square is a delay: what leaves it now came in 1 step ago.")
