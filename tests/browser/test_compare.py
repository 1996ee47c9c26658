"""Two links side by side: one cursor, each side what its own page shows there."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.engine import Step
from app.engine.measure import instruments
from app.link import parse, resolve
from app.systems import SYSTEMS
from app.web.compare.page import read_comparison
from app.web.compare.pairing import paired_steps
from tests.accessibility import check_accessible
from tests.browser.test_page import forgive
from tests.tiers import long

A, B = "tau=3&seed=4", "tau=3&seed=4&truncate=2|"
OTHER = "system=lstm&tau=2"


def address(server: str, a: str, b: str, step: int = 0) -> str:
    return f"{server}/compare?a={quote(a)}&b={quote(b)}" + (f"&step={step}" if step else "")


def walks(a: str, b: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    return resolve(parse(a)).run.steps, resolve(parse(b)).run.steps


@pytest.mark.parametrize(("a", "b"), [(A, B), (A, OTHER), (OTHER, A), (A, "tau=5"), ("system=bidirectional", A)])
def test_every_step_of_both_is_walked_once_and_what_both_have_together(a: str, b: str) -> None:
    mine, theirs = walks(a, b)
    pairs = paired_steps(mine, theirs)
    steps = [step for step, _, _ in pairs]
    assert len(set(steps)) == len(steps)
    assert set(steps) == {*mine, *theirs}
    for step, i, j in pairs:
        for walk, place in ((mine, i), (theirs, j)):
            assert step not in walk or walk[place - 1] == step
    phases = [step.phase for step in steps]
    assert phases == sorted(phases, key=["forward", "backward", "update"].index)
    both = set(mine) & set(theirs)
    alike = [step for step in mine if step in both] == [step for step in theirs if step in both]
    assert pairs[-1][1:] == (len(mine), len(theirs)) or not alike


def state(page: Page, side: str) -> tuple[str | None, str | None, str]:
    """Where the figure is, and what the panel is about."""
    figure = page.locator(f"#figure-{side} .figure")
    heading = page.locator(f"#panel-{side} h2").text_content() or ""
    return figure.get_attribute("data-phase"), figure.get_attribute("data-at"), re.sub(r"\s", "", heading)


@pytest.mark.parametrize(("a", "b"), [("tau=1&seed=4", "system=driven&tau=2"), *long((A, B), (A, OTHER))])
def test_scripts_and_links_go_through_the_same_pairs(page: Page, plain: Page, server: str, a: str, b: str) -> None:
    pairs = paired_steps(*walks(a, b))
    page.goto(address(server, a, b))
    page.wait_for_selector("html[data-ready]")
    plain.goto(address(server, a, b))
    top = page.evaluate("() => (document.querySelector('.pair').scrollIntoView({ behavior: 'instant' }), scrollY)")
    for here, (_, i, j) in enumerate(pairs, 1):
        page.keyboard.press("ArrowRight")
        if here % 5 and here != len(pairs):  # Without scripts each step is a page.
            continue
        plain.goto(f"{address(server, a, b)}&step={here - 1}")
        plain.locator('[data-go="forward"]').click()
        assert plain.url.endswith(f"step={here}")
        expect(page.locator("output")).to_have_text(str(here))
        assert page.evaluate("scrollY") == top, "the page stays where it is, whatever the panels say"
        for side, walk, place in zip("ab", walks(a, b), (i, j), strict=True):
            step = walk[place - 1] if place else None
            assert state(plain, side)[:2] == ((step.phase, step.at) if step else ("", ""))
            heading = plain.locator(f"#panel-{side} h2").text_content() or ""
            expect(page.locator(f"#panel-{side} h2")).to_have_text(heading)
            assert state(page, side) == state(plain, side)
    page.wait_for_url(lambda url: url.endswith(f"step={len(pairs)}"))


def test_a_click_in_one_figure_moves_both(page: Page, server: str) -> None:
    page.goto(address(server, A, B))
    page.wait_for_selector("html[data-ready]")
    page.locator('#figure-b .unfolded [data-node="h[2]"]').click()
    for side in "ab":
        expect(page.locator(f"#figure-{side} .figure")).to_have_attribute("data-at", "h[2]")
        expect(page.locator(f"#panel-{side} h2")).to_contain_text("is computed")


def test_both_panels_lead_to_their_nodes_in_the_other_pass_and_the_legends_follow(page: Page, server: str) -> None:
    page.goto(address(server, A, B))
    page.wait_for_selector("html[data-ready]")
    page.locator('#figure-b .unfolded [data-node="h[2]"]').click()
    for phase, side in (("backward", "a"), ("forward", "b")):
        page.locator(f"#panel-{side} .badge").click()
        for it in "ab":
            expect(page.locator(f"#panel-{it} .badge")).to_have_text(phase.capitalize())
            expect(page.locator(f"#figure-{it} .figure")).to_have_attribute("data-at", "h[2]")
            expect(page.locator(f"#legend-{it} .when-{phase}")).to_have_css("visibility", "visible")


def test_the_page_offers_what_a_link_may_be_compared_with(page: Page, server: str) -> None:
    page.goto(f"{server}/?{A}")
    page.wait_for_selector("html[data-ready]")
    page.locator("#compare > summary").click()
    page.locator("#other").select_option(label="cut after t = 1")
    page.get_by_role("button", name="Side by side").click()
    page.wait_for_url("**/compare?**")
    expect(page.locator("#figure-b .figure")).to_be_visible()
    expect(page.locator(".side-head b")).to_have_text(["Truncation none", "Truncation after t = 1"])


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("tau=4&seed=3", "lstm", "Both are fed the same data: next character, “hell”."),
        ("rnn", "lstm", "Both are fed the same data: next character, “hel”."),
        ("tau=4&seed=3", "seed=4&tau=3", "Both are fed the same data as long as both run: next character, “hell”."),
        ("tau=4&task=random", "task=random&tau=4&seed=1", "Both are fed random numbers, but each its own numbers."),
        ("tau=4", "hopfield", "Each is fed data of its own: next character, “hell” the first,"),
    ],
)
def test_the_page_says_what_data_either_is_fed(server: str, a: str, b: str, words: str) -> None:
    fields = {"a": a, "b": b}
    assert words in httpx.get(f"{server}/compare", params=fields, trust_env=False).text
    first, second = (resolve(link).run.bindings.inputs for link in read_comparison(fields).links)
    shorter = min(len(array) for array in [*first.values(), *second.values()])
    alike = first.keys() == second.keys() and all(
        np.array_equal(first[n][:shorter], second[n][:shorter]) for n in first
    )
    assert alike == words.startswith("Both are fed the same")


def test_both_gradients_are_chains_on_one_axis_with_a_sentence_of_where_a_hundredth_is_left(
    page: Page, server: str
) -> None:
    a = "system=rnn-regression&tau=24&task=adding&sizes=h:4"
    page.goto(address(server, a, "system=lstm&tau=30"))
    chains = page.locator(".chain:not(.kept) .wide svg")
    ends = [chain.locator('[data-t="24"].node').bounding_box() for chain in chains.all()]
    assert ends[0] and ends[1] and abs(ends[0]["x"] - ends[1]["x"]) < 1
    for width in (1920, 1280):
        page.set_viewport_size({"width": width, "height": 720})
        boxes = [
            page.locator(f".{part} .wide svg").first.bounding_box() for part in ("chain.a", "chain.b", "kept.both")
        ]
        assert len({(box["x"], box["width"]) for box in boxes if box}) == 1, "the plot stands below the chains"
    expect(chains.nth(1).locator(".node[data-t]")).to_have_count(30)
    sentence = page.locator(".chains .sentences").inner_text().replace("\u00a0", " ")
    for link, state, name in ((a, "h", "h of RNN for numbers"), ("system=lstm&tau=30", "c", "c of LSTM")):
        tau = parse(link).tau
        norms = instruments.gradient_norms(resolve(parse(f"{link}&of=h[{tau}]")).run.trace)[state]
        back = tau - int(np.flatnonzero(norms >= 0.01 * norms[-1])[0])
        assert re.search(rf"\b{back} (steps )?in {name}", sentence), sentence
    assert "LSTM keeps it longest: f lets" in sentence
    assert "measured at h in the first, c in the second; it is 1 where it sets out." in sentence
    page.wait_for_selector("html[data-ready]")
    expect(page.locator('.transport [data-go="play"]')).to_be_in_viewport(ratio=1)
    page.locator("#figure-b .unfolded .node .disc").first.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    chains.nth(1).locator('.node[data-t="20"]').click()
    expect(page.locator("#figure-b .figure")).to_have_attribute("data-at", "c[20]")
    expect(page.locator(".chain .wide .node.here")).to_have_count(2)


@pytest.mark.dear
def test_where_a_gate_is_started_half_shut_the_plain_network_is_said_to_keep_more_and_why(server: str) -> None:
    fields = {
        "a": "system=rnn-regression&tau=30&task=adding&sizes=h:4&radius=0.95",
        "b": "system=lstm&tau=30&set=b_f:0",
    }
    text = httpx.get(f"{server}/compare", params=fields, trust_env=False).text.replace("\u00a0", " ")
    assert "Here RNN for numbers, which has no gate, keeps it longest: in LSTM f lets 0.5" in text
    assert "with b<sub>f</sub> = 0, so that it forgets at every step" in text


def test_another_system_is_fed_the_same_sequence_and_seen_alike(page: Page, server: str) -> None:
    page.goto(f"{server}/?tau=4&seed=3&detail=states")
    page.wait_for_selector("html[data-ready]")
    page.locator("#compare > summary").click()
    page.locator("#other").select_option(label=SYSTEMS["gru"].listed)
    page.get_by_role("button", name="Side by side").click()
    page.wait_for_url("**/compare?**")
    expect(page.locator(".fed")).to_have_text("Both are fed the same data: next character, “hell”.")
    expect(page.locator(".side-head h2")).to_have_text([SYSTEMS["rnn"].title, SYSTEMS["gru"].title])
    expect(page.locator(".side-head b")).to_have_count(0)
    it = read_comparison({"a": "tau=4&seed=3&detail=states", "b": "gru"})
    assert it.links[1].detail == "states"
    x = [resolve(link).run.trace.values["x"] for link in it.links]
    np.testing.assert_array_equal(x[0], x[1])


def test_a_comparison_begins_where_the_cursor_is(page: Page, server: str) -> None:
    page.goto(f"{server}/?{A}&phase=backward&at=h[2]")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("ArrowRight")
    page.locator("#compare > summary").click()
    page.get_by_role("button", name="Side by side").click()
    page.wait_for_url("**/compare?**")
    after = resolve(parse(A)).run.steps
    step = after[after.index(Step("backward", "h[2]")) + 1]
    for side in page.locator(".figure-card .figure").all():
        expect(side).to_have_attribute("data-at", step.at)
    assert read_comparison({"a": A, "b": B}).here == 0
    assert read_comparison({"a": f"{A}&phase=backward&at=h[2]", "b": B, "step": "1"}).here == 1


@pytest.mark.parametrize(
    ("query", "field"), [("a=tau%3D0&b=", "a.tau"), ("a=&b=system%3Dx", "b.system"), ("c=1", "c"), ("step=x", "step")]
)
def test_what_is_wrong_with_either_link_is_said(server: str, query: str, field: str) -> None:
    answer = httpx.get(f"{server}/compare?{query}", headers={"Accept": "application/json"}, trust_env=False)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_wrong_field_is_said_and_the_rest_of_both_links_is_kept(
    page: Page, server: str, script_errors: list[str]
) -> None:
    answer = page.goto(f"{server}/compare?a=tau%3D2%26seed%3D3&b=tau%3Dabc%26seed%3D4")
    assert answer is not None and answer.status == 422
    expect(page.get_by_role("alert")).to_contain_text("“second link”: “τ” is to be")
    expect(page.get_by_role("alert").locator("p")).to_have_count(2)
    expect(page.locator(".side-head b")).to_have_text(["τ 2", "Seed 3", "τ 3", "Seed 4"])
    expect(page.locator("#figure-a .unfolded")).to_be_visible()
    forgive(script_errors, "status of 422")


def test_nothing_stands_in_anyones_way(page: Page, server: str) -> None:
    page.goto(address(server, A, B, 20))
    page.wait_for_selector("html[data-ready]")
    check_accessible(page)


def test_a_narrow_page_has_one_below_the_other(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address(server, A, OTHER, 5))
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator("[data-go=play]")).to_be_in_viewport(ratio=0.99)
    parts = [f"{part}-{side}" for side in "ab" for part in ("#figure", "#panel")]
    tops = [page.locator(part).evaluate("(part) => part.getBoundingClientRect().top") for part in parts]
    assert tops == sorted(tops), "each answer stands below its figure"
    heights = "['a', 'b'].map((side) => document.querySelector(`#panel-${side}`).offsetHeight)"
    before = page.evaluate(heights)
    page.locator("[data-go=forward-time]").click()
    expect(page.locator("#panel-a h2")).to_contain_text("is computed")
    assert page.evaluate(heights) == before, "nothing moves from step to step"


def test_how_one_comes_to_read_a_small_figure_is_said_below_it(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(address(server, "system=gru", "system=lstm"))
    expect(page.locator("#figure-a[data-small]")).to_be_visible()
    assert page.locator("#figure-a").evaluate(UNDER_THE_NOTE) == []


UNDER_THE_NOTE = """
(frame) => {
  const [box, note] = [frame.getBoundingClientRect(), getComputedStyle(frame, "::before")];
  const [left, bottom] = [box.left + parseFloat(note.left), box.bottom - parseFloat(note.bottom)];
  const [right, top] = [left + parseFloat(note.width), bottom - parseFloat(note.height)];
  const over = (it) => it.bottom > top && it.top < bottom && it.left < right && it.right > left;
  return [...frame.querySelectorAll(".node")].filter((node) => over(node.getBoundingClientRect())).map(({ id }) => id);
}
"""
"""The nodes of a figure on which its note lies."""
