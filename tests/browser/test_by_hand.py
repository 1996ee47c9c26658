"""What stands beside a step: the nodes that it came from, and every entry of what is shown in part."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from app.engine import Step
from app.link import parse, resolve
from app.web.explore.long_arrays import INLINE, NARROW
from app.web.service import create_app
from tests.browser.test_page import WORD, Pass, at_rest, computed, opened

LARGE = "tau=3&sizes=h:9&seed=4"


def origins(it: Pass, step: Step) -> set[str]:
    """The nodes at the other ends of the arrows at a step's node, cut ones left out on the way back.

    In the update those that use the parameter: its gradient comes from them.
    """
    edges = it.resolved.run.graph.edges
    if step.phase == "update":
        return set(it.resolved.run.graph.uses.get(step.at, ()))
    if step.phase == "forward":
        return {e.source for e in edges if e.target == step.at}
    return {e.target for e in edges if e.source == step.at and not e.cut}


@pytest.mark.one_in(4)
@pytest.mark.parametrize("link", [WORD, f"{WORD}&truncate=2", f"{WORD}&detail=operations", "system=lstm&tau=2"])
def test_what_a_step_is_made_of_has_a_thin_ring(page: Page, server: str, link: str) -> None:
    it = computed(server, link)
    opened(page, it.address(0))
    rings = page.locator(".unfolded .node:has(> .ring)")
    seen = "(all) => all.filter((n) => getComputedStyle(n.querySelector('.ring')).display !== 'none')"
    phases = [step.phase for step in it.steps]
    back, update, end = phases.index("backward"), phases.index("update"), len(phases)
    for here in (2, 3, back, back + 1, update + 1, end - 2, end - 1, end, update - 1, update):
        page.locator("#scrubber").fill(str(here))
        at_rest(page, it, here)
        found = rings.evaluate_all(f"(all) => ({seen})(all).map((n) => n.dataset.node)")
        step = it.steps[here - 1]
        assert set(found) - {step.at} == origins(it, step)
    current, thin = (
        page.locator(f".unfolded .{kind} > .ring").first.evaluate("(r) => parseFloat(getComputedStyle(r).strokeWidth)")
        for kind in ("current", "origin")
    )
    assert thin < current / 2


def rows(text: str) -> np.ndarray:
    """The numbers of a matrix as it is written, a row a line."""
    return np.array([[float(entry.replace("−", "-")) for entry in line.split()] for line in text.splitlines()])


OPENED_IN_PASSING = """
(names) => {
  for (const name of names) document.querySelector(`[data-matrix="${name}"] summary`).click();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
}
"""
"""Matrices are opened, and a step is gone on before the browser tells what was opened."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("place", ["phase=forward&at=h[2]", "phase=backward&at=h[2]"])
def test_a_large_matrix_is_opened_and_stays_open(page: Page, plain: Page, server: str, place: str) -> None:
    it = computed(server, LARGE)
    names = ("W", "U") if "forward" in place else ("V", "W")
    opened(page, f"{server}/?{LARGE}&{place}")
    plain.goto(f"{server}/?{LARGE}&{place}")
    heading = page.locator(".panel h2").first
    was = heading.text_content() or ""
    page.keyboard.press("ArrowLeft")
    expect(heading).not_to_have_text(was)
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text(was)
    for name in names:
        array = it.resolved.run.trace.parameters[name]
        assert max(array.shape) > NARROW
        plain.locator(f'[data-matrix="{name}"] summary').click()
        assert np.allclose(rows(plain.locator(f'[data-matrix="{name}"] pre').inner_text()), array, rtol=1e-3)
    page.evaluate(OPENED_IN_PASSING, names)
    expect(heading).not_to_have_text(was)
    page.keyboard.press("ArrowRight")
    for name in names:
        expect(page.locator(f'[data-matrix="{name}"] pre')).not_to_be_empty()
        text = page.locator(f'[data-matrix="{name}"] pre').inner_text()
        assert np.allclose(rows(text), it.resolved.run.trace.parameters[name], rtol=1e-3)


def test_a_small_matrix_is_there_already(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    expect(page.locator("[data-matrix]")).to_have_count(0)


def test_a_very_large_matrix_is_asked_for_one_by_one(page: Page, plain: Page, server: str) -> None:
    link = "tau=2&sizes=h:60&phase=forward&at=h[2]"
    plain.goto(f"{server}/?{link}")
    expect(plain.locator('[data-matrix="W"] pre')).to_have_count(0)
    opened(page, f"{server}/?{link}")
    page.locator('[data-matrix="W"] summary').click()
    array = resolve(parse("tau=2&sizes=h:60")).run.trace.parameters["W"]
    assert array.size > INLINE
    expect(page.locator('[data-matrix="W"] pre')).not_to_be_empty()
    assert np.allclose(rows(page.locator('[data-matrix="W"] pre').inner_text()), array, rtol=1e-3)


@pytest.mark.dear
def test_the_equations_of_the_textbook_are_named_where_a_gradient_is_theirs() -> None:
    client = TestClient(create_app())
    said = {"L[2]": "equation 10.17", "o[2]": "equation 10.18", "h[2]": "equations 10.19 to 10.21"}
    for at, words in said.items():
        found = re.findall('class="cited">(.*?)<', client.get(f"/?phase=backward&at={at}").text)
        assert found == [words]
    for other in ("detail=operations", "of=o[3]", "system=gru"):
        assert "cited" not in client.get(f"/?{other}&phase=backward&at=h[2]").text


BREAKS = """
() => [...document.querySelectorAll("#panel .sums")].map((sums) => {
  const parts = [...sums.querySelectorAll("math")].map((part) => part.getBoundingClientRect().width);
  return [sums.scrollWidth - sums.clientWidth, Math.max(...parts) - sums.clientWidth];
})
"""


@pytest.mark.one_in(4)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "link",
    ["system=lstm&tau=4&phase=backward&at=h[2]", "system=gru&tau=4&phase=backward&at=h[2]", f"{WORD}&phase=update"],
)
def test_a_sum_that_has_no_room_in_one_line_goes_on_in_the_next(page: Page, server: str, width: int, link: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, f"{server}/?{link}")
    found = page.evaluate(BREAKS)
    assert found
    for over, widest in found:
        assert over <= 1 or widest > -24 - 1, "only what is one part, as a matrix, is wider than the panel"
