"""Ten questions that a newcomer asks, each answered in three actions from `/` at most, with the engine's numbers.

An action is a click, a press of a key, what is written into a field, or the pointer brought to something;
looking and scrolling are none.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from app.engine import Step
from app.language.node_ids import parse_node
from app.language.typeset import share_words
from app.language.typeset.numerals import numeral
from app.link import Resolved, parse, resolve
from app.outputs import output
from tests.browser.test_page import Pass, check_panel

MOST_ACTIONS = 3


class Newcomer:
    """Someone who has opened `/`, on a small screen, and is not to need a fourth action."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self.server, self.actions = page, server, 0
        page.set_viewport_size({"width": 1280, "height": 720})
        page.emulate_media(reduced_motion="reduce")
        page.goto(server)
        page.wait_for_selector("html[data-ready]")

    def act(self) -> None:
        self.actions += 1
        assert self.actions <= MOST_ACTIONS, "a fourth action"

    def click(self, what: Locator) -> None:
        self.act()
        what.click()

    def point(self, at: Locator) -> None:
        self.act()
        at.hover()

    def press(self, key: str) -> None:
        self.act()
        self.page.keyboard.press(key)

    def write(self, into: Locator, text: str) -> None:
        self.act()
        into.fill(text)

    def click_strip(self, phase: str, t: int) -> None:
        """On the strip of all steps, where a step of time is in a pass."""
        self.act()
        cell = self.page.locator(f".ticks .cell.{phase}").filter(has_text=re.compile(f"^{t}$")).bounding_box()
        assert cell
        self.page.mouse.click(cell["x"] + cell["width"] / 2, cell["y"] + cell["height"] / 3)

    def explore(self) -> Pass:
        self.click(self.page.get_by_role("link", name="Explore"))
        self.page.wait_for_selector("html[data-ready] #transport")
        return Pass(self.server, self.computed())

    def computed(self) -> Resolved:
        """The link that is open, computed here."""
        return resolve(parse(urlsplit(self.page.url).query))

    def node(self, name: str) -> Locator:
        return self.page.locator(f'.unfolded [data-node="{name}"]')


@pytest.fixture
def newcomer(page: Page, server: str) -> Newcomer:
    return Newcomer(page, server)


def lengths(array: Any) -> Any:
    """The length of what there is at each step."""
    return np.linalg.norm(array, axis=-1)


def test_where_it_falls_below_one_hundredth_and_which_network_keeps_it_longer(newcomer: Newcomer) -> None:
    page = newcomer.page
    links = [page.locator(f".{name} .machine").get_attribute("href") or "" for name in ("plain", "gated")]
    plain, gated = (resolve(parse(urlsplit(link).query)).run.trace.gradients for link in links)
    shares = {
        "plain": lengths(plain["h"]) / lengths(plain["h"])[-1],
        "gated": lengths(gated["c"]) / lengths(gated["c"])[-1],
    }
    for name, share in shares.items():
        expect(page.locator(f"[data-counter={name}]")).to_have_text(share_words(share[0]))
    below = np.flatnonzero(shares["plain"] < 0.01).max() + 1
    said = page.locator("#sentences")
    expect(said).to_contain_text(f"Plain: below one hundredth from step {below} back")
    longer = "The LSTM" if shares["gated"][0] > shares["plain"][0] else "Here the plain network"
    expect(said).to_contain_text(f"{longer} keeps")
    expect(said).to_be_in_viewport(ratio=1)


def test_which_step_adds_most_and_how_often_w_is_used(newcomer: Newcomer) -> None:
    it = newcomer.explore()
    trace, edges = it.resolved.run.trace, it.resolved.run.graph.edges
    states, before = trace.values["h"], np.vstack([trace.initial["h"], trace.values["h"][:-1]])
    parts = np.einsum("ti,tj->tij", (1 - states**2) * trace.gradients["h"], before)
    whole = parts.sum(axis=0)
    along = (parts * whole).sum(axis=(1, 2)) / np.linalg.norm(whole)
    most = along.argmax()
    said = newcomer.page.locator("#parts-said")
    expect(said).to_contain_text(f"t\u00a0=\u00a0{most + 1} adds most, {numeral(along[most])}.")
    expect(said).to_be_in_viewport(ratio=1)

    newcomer.point(newcomer.page.get_by_label("Parameter W", exact=True).first)
    uses = sum("W" in edge.params for edge in edges)
    expect(newcomer.page.locator("#peek")).to_contain_text(f"is used {uses} times")
    expect(newcomer.page.locator("#peek")).to_contain_text(numeral(float(np.linalg.norm(whole))))


def test_what_h2_is_made_of_and_which_two_terms_its_gradient_has(newcomer: Newcomer) -> None:
    it = newcomer.explore()
    newcomer.click(newcomer.node("h[2]"))
    check_panel(newcomer.page, it, it.steps.index(Step("forward", "h[2]")) + 1)
    nodes, edges = {node.id for node in it.resolved.run.graph.nodes}, it.resolved.run.graph.edges
    equation = newcomer.page.locator("#panel .sums:not(.numbers) >> nth=0").locator("[data-node]")
    named = {*equation.evaluate_all("(all) => all.map((one) => one.dataset.node)")}
    assert named & nodes == {"h[2]", *(edge.source for edge in edges if edge.target == "h[2]")}

    newcomer.press("b")
    check_panel(newcomer.page, it, it.steps.index(Step("backward", "h[2]")) + 1)
    terms = newcomer.page.locator("#panel .arrived tr:not(.how)[data-edge]")
    arrows = {edge.id for edge in edges if edge.source == "h[2]"}
    assert len(arrows) == 2
    assert arrows == {*terms.evaluate_all("(all) => all.map((one) => one.dataset.edge)")}


def test_why_nothing_is_at_h1_yet(newcomer: Newcomer) -> None:
    it = newcomer.explore()
    newcomer.click_strip("backward", 2)
    newcomer.page.wait_for_url("**phase=backward**")
    newcomer.point(newcomer.node("h[1]"))
    here = it.steps[int(newcomer.page.locator("output").text_content() or 0) - 1]
    through = " and ".join(e.target for e in it.resolved.run.graph.edges if e.source == "h[1]")
    assert it.steps.index(here) < it.steps.index(Step("backward", "h[1]"))
    why = f"Nothing yet: ∂L/∂h(1) is the sum of what comes through {through}; the pass is at {here.at}."
    expect(newcomer.page.locator("#tip")).to_contain_text(why.replace("[", "(").replace("]", ")"))
    newcomer.page.keyboard.press("ArrowRight")
    newcomer.page.keyboard.press("ArrowRight")
    said = newcomer.page.locator("#panel .waiting")
    expect(said).to_contain_text("— the sum of what comes through o(1) and h(2); o(1) is still to come.")


def test_what_truncation_2_changes(newcomer: Newcomer) -> None:
    whole = newcomer.explore().resolved.run.trace
    newcomer.write(newcomer.page.locator("#truncate"), "2")
    newcomer.press("Enter")
    newcomer.page.wait_for_url("**truncate=2**")
    cut = newcomer.computed().run
    (after,) = {parse_node(edge.source).t for edge in cut.graph.edges if edge.cut}
    lost = np.linalg.norm(whole.gradient("W") - cut.trace.gradient("W")) / np.linalg.norm(whole.gradient("W"))
    said = newcomer.page.locator("#removed")
    expect(said).to_contain_text(f"No gradient passes back over the cut after t = {after}.")
    expect(said).to_contain_text(f"{100 * lost:.0f} % of ∂L/∂W")
    expect(said).to_be_in_viewport(ratio=1)


def test_what_the_square_is(newcomer: Newcomer) -> None:
    it = newcomer.explore()
    newcomer.press("u")
    newcomer.point(newcomer.page.locator(".circuit .delay"))
    (lag,) = {edge.lag for edge in it.resolved.run.graph.edges if edge.lag}
    steps = "one step" if lag == 1 else f"{lag} steps"
    expect(newcomer.page.locator("#tip")).to_contain_text(f"a delay of {steps}: what leaves it now came in {steps} ago")


def test_step_3_is_had_as_a_file(newcomer: Newcomer) -> None:
    it = newcomer.explore()
    newcomer.click_strip("forward", 3)
    newcomer.page.wait_for_url("**phase=forward**")
    with newcomer.page.expect_download() as begun:
        newcomer.click(newcomer.page.get_by_role("link", name="This step as a file"))
    here = it.steps[int(newcomer.page.locator("output").text_content() or 0) - 1]
    assert (here.phase, parse_node(here.at).t) == ("forward", 3)
    link = it.resolved.link.model_copy(update={"phase": here.phase, "at": here.at})
    assert begun.value.path().read_bytes() == output("figure.svg", link)
    assert begun.value.suggested_filename.endswith("-forward-h3.svg")
