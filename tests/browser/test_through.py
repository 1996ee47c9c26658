"""The charts through time, the scissors and the badge: what they show is what the engine measures."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from app.drawing.plots.triangle_plot import BANDS
from app.drawing.scene.scales import PowerScale, Scale, SymmetricLogScale
from app.drawing.scene.themes import colour
from app.engine import by_hand
from app.engine.measure import instruments
from app.language.typeset.numerals import numeral
from app.link import Resolved, parse, resolve
from app.outputs.measurements import instruments_json
from app.systems import SYSTEMS
from app.web.explore.other_systems import other_systems
from app.web.service import create_app
from tests.accessibility import check_accessible

LINK = "tau=5&seed=4&sizes=h:3"
LINKS = pytest.mark.parametrize("link", [LINK, "system=lstm&tau=4", "system=bidirectional"])
WITHOUT_C = "h[t]=tanh(W@h[t-1]%2BU@x[t]);L[t]=mse(h[t]%2B0*c,y[t]);loss=sum(L[t])"
FAR = "system=rnn-regression&tau=30&radius=0.3"

CELLS = """
(place) => [...place.querySelectorAll("svg .cells path")].map((path) => {
  return [getComputedStyle(path).fill, path.getAttribute("d")];
})
"""

# In one look: other systems' curves may come at any moment, and move axis and points alike.
AXIS_AND_POINTS = """
(chart) => [
  [...chart.querySelectorAll(".heights text")].map((t) => [t.textContent, t.getAttribute("y") - 4]),
  [...chart.querySelectorAll(".look-0 .point")].map((p) => p.getAttribute("transform")),
]
"""


def computed(link: str) -> tuple[Resolved, dict[str, Any]]:
    resolved = resolve(parse(link))
    return resolved, instruments_json(resolved)


def opened(page: Page, server: str, link: str) -> None:
    """Visit, and wait until the charts are drawn and follow the cursor, which they do in sight."""
    page.goto(f"{server}/?{link}")
    page.locator("#check").scroll_into_view_if_needed()
    page.wait_for_selector("#chart-parts svg .layers .added", state="attached")
    expect(page.locator("#charts svg[aria-label='not drawn yet']").filter(visible=True)).to_have_count(0)
    expect(page.locator("#parts-said")).not_to_be_empty()


def read(page: Page, chart: str) -> list[list[str]]:
    """The rows of a chart's table, opened."""
    table = page.locator(f"{chart} details")
    if table.get_attribute("open") is None:
        table.locator("summary").click()
    table.locator("tbody tr").first.wait_for()
    rows = table.locator("tbody tr").all()
    return [row.locator("th, td").all_text_contents() for row in rows]


def known(values: Any) -> list[str]:
    """Numbers as the tables write them."""
    return [numeral(float(v)) for v in values]


@pytest.mark.fresh
def test_charts_that_the_browser_never_tells_how_large_they_are_ask(page: Page, server: str) -> None:
    page.add_init_script("window.ResizeObserver = class { observe() {} }")
    opened(page, server, "system=rnn&tau=4&phase=forward&at=h[2]")
    sides = page.locator("#charts .plot").filter(visible=True)
    widths = sides.evaluate_all("(all) => all.map((e) => [e.clientWidth, Number(e.firstChild.getAttribute('width'))])")
    assert len(widths) == 5
    assert all(room == drawing > 100 for room, drawing in widths)


# Each chart beside the engine


@pytest.mark.one_in(3)
@LINKS
def test_the_strips_and_the_curve_have_the_engines_numbers_in_the_figures_colours(
    page: Page, server: str, link: str
) -> None:
    resolved, found = computed(link)
    opened(page, server, link)
    name = next(iter(found["strips"]))
    assert page.locator("#through-state").input_value() == name
    trace, scales = resolved.run.trace, found["scales"]
    for chart, arrays, scale in (
        ("#chart-values", trace.values, PowerScale(scales["values"])),
        ("#chart-gradients", trace.gradients, SymmetricLogScale(scales["gradients"], found["decades"])),
    ):
        array = np.asarray(arrays[name]).reshape(trace.tau, -1)
        assert read(page, chart) == [[str(t), *known(row)] for t, row in enumerate(array, 1)]
        check_cells(page.locator(chart).evaluate(CELLS), array.T, scale)
    check_curve(page, found["norms"][name])


def check_cells(paths: list[tuple[str, str]], table: Any, scale: Scale) -> None:
    """Every entry has the colour that the figure would give it."""
    found = {}
    for fill, shape in paths:
        for x, y, width, height in re.findall(r"M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", shape):
            found[round((float(y) - 6) / float(height)), round((float(x) - 1) / float(width))] = fill
    assert len(found) == table.size
    for place, value in np.ndenumerate(table):
        red, green, blue = bytes.fromhex(colour(float(scale.places(value)))[1:])
        assert found[place] == f"rgb({red}, {green}, {blue})", (place, value)


def check_curve(page: Page, norms: list[float]) -> None:
    """Each point is as high as its number on the axis, or below it where it is exactly 0."""
    assert [row[1] for row in read(page, "#chart-norms")] == known(norms)
    heights, points = page.locator("#chart-norms").evaluate(AXIS_AND_POINTS)
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    powers = [(int(text[2:].translate(digits)), y) for text, y in heights if text.startswith("10")]
    (top, high), (bottom, low) = powers[0], powers[-1]
    shown = [float(re.search(r",([\d.]+)\)", point)[1]) for point in points]  # type: ignore[index]
    read_off = [10 ** (top + (y - high) / (low - high) * (bottom - top)) if y <= low else 0.0 for y in shown]
    np.testing.assert_allclose(read_off, norms, rtol=1e-3)


LAYERS = """
(chart) => [...chart.querySelectorAll(".layers .added")].flatMap((path) => {
  const numbers = path.getAttribute("d").split("z").filter(Boolean).map((d) => d.match(/-?[\\d.]+/g).map(Number));
  return numbers.map(([left, high, right, low]) => [left, high, low, path.matches(".taken")]);
})
"""


@pytest.mark.one_in(3)
@pytest.mark.parametrize("link", [LINK, "tau=10&sizes=h:8", "system=bidirectional", f"{LINK}&truncate=2|"])
def test_a_parameters_gradient_is_a_stack_of_what_its_steps_add(page: Page, server: str, link: str) -> None:
    resolved, found = computed(link)
    opened(page, server, link)
    for name in ("W", "R") if "R" in found["parameters"] else ("W", "V", "b"):
        page.locator("#through-parameter").select_option(name)
        along, together = found["along"][name], found["together"][name]
        rows = read(page, "#chart-parts")
        columns = found["parameters"][name], along, together
        assert [row[1:] for row in rows] == [list(cells) for cells in zip(*map(known, columns), strict=True)]
        layers = sorted(page.locator("#chart-parts").evaluate(LAYERS))
        sizes = np.array([(low - high) * (-1 if taken else 1) for _, high, low, taken in layers])
        np.testing.assert_allclose(sizes / max(sizes), np.array(along) / max(along), atol=1e-6)
        whole = float(np.linalg.norm(resolved.run.trace.gradients[name]))
        np.testing.assert_allclose(sum(along), whole)
        order = layers if found["begins"][name] == 1 else layers[::-1]
        added = [(high, low) for _, high, low, taken in order if not taken]
        for (high, _), (_, low) in pairwise(added):
            assert low == pytest.approx(high), "each layer lies on the one before"
        expect(page.locator("#parts-said")).to_contain_text(f" of the norm {numeral(whole)}.")


def test_what_stands_beside_is_the_gradient_of_the_same_node() -> None:
    resolved = resolve(parse("tau=6&of=h[4]"))
    beside = {row["name"]: resolve(parse(row["query"])) for row in other_systems(resolved)}
    assert {"lstm", "gru"} <= beside.keys() and "dense" not in beside
    for it in beside.values():
        assert it.run.of == "h[4]"
        assert not it.run.trace.gradients["h"][4:].any() and it.run.trace.gradients["h"][3].all()


def test_a_chart_says_what_it_is_where_it_is_pointed_at_and_where_the_focus_is(page: Page, server: str) -> None:
    opened(page, server, LINK)
    for title, words in (
        ("strips", "a column a step"),
        ("norms", "powers of ten"),
        ("parts", "layers add up"),
        ("reach", "Jacobian"),
    ):
        heading = page.locator(f"#{title}-title")
        heading.hover()
        expect(page.get_by_role("tooltip")).to_contain_text(words)
        page.keyboard.press("Escape")
        expect(page.locator("#tip")).to_be_hidden()
    page.keyboard.press("Tab")
    page.locator("#parts-title").focus()
    expect(page.get_by_role("tooltip")).to_contain_text("layers add up")


def test_the_stack_says_what_the_cursors_step_adds(page: Page, server: str) -> None:
    _, found = computed(LINK)
    opened(page, server, f"{LINK}&phase=backward&at=h[3]")
    along, together = found["along"]["W"], found["together"]["W"]
    said = page.locator("#parts-said")
    expect(said).to_have_text(
        f"t = 3 {'adds' if along[2] > 0 else 'takes'} {numeral(abs(along[2]))}{'' if along[2] > 0 else ' away'}; "
        f"so far {numeral(together[2])} of {numeral(together[0])}."
    )
    page.keyboard.press("Home")
    expect(said).to_contain_text(f" of the norm {numeral(together[0])}.")


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("at", "reached"), [("h[3]", 4), ("{}", 3)])
def test_the_charts_follow_the_cursor_through_operations(page: Page, server: str, at: str, reached: int) -> None:
    link = f"{LINK}&detail=operations"
    _, found = computed(link)
    product = found["enters"]["W"][0].replace(".", "[3].")
    opened(page, server, f"{link}&phase=backward&at={at.format(product)}")
    said = expect(page.locator("#parts-said"))
    said.to_have_text(re.compile(rf"^t\s=\s{reached}\s.*so far\s{numeral(found['together']['W'][reached - 1])}\sof\b"))
    expect(page.get_by_role("button", name="Cut the gradient after t = 3")).to_be_enabled()


@pytest.mark.one_in(3)
@pytest.mark.parametrize("link", [LINK, FAR, "system=bidirectional"])
def test_how_far_a_state_reaches_is_said_as_the_engine_finds_it(page: Page, server: str, link: str) -> None:
    _, found = computed(f"{link}&phase=forward")
    opened(page, server, f"{link}&phase=forward")
    triangle = found["triangles"][0]
    below = instruments.first_below(triangle["back"], 0.01, triangle["distances"])
    said = expect(page.locator("#reach-said"))
    if below is None:
        said.to_contain_text("never below 1\xa0%")
        said.to_contain_text(numeral(triangle["norms"][-1][0]))
    else:
        said.to_contain_text(f"after {below} step{'s' * (below > 1)} less than 1\xa0% is left")
    rows = read(page, "#chart-reach")
    for i, row in enumerate(rows):
        assert row[1 : i + 2] == known(triangle["norms"][i][: i + 1])


def test_a_triangle_can_be_of_one_state_alone_and_has_its_steps_at_its_sides(page: Page, server: str) -> None:
    _, found = computed("system=lstm&tau=12&phase=forward")
    opened(page, server, "system=lstm&tau=12&phase=forward")
    expect(page.locator("#reach-of option")).to_have_text(["s: h(t), c(t)", "h(t)", "c(t)"])
    page.locator("#reach-of").select_option(label="c(t)")
    expect(page.locator("#reach-title")).to_have_text("‖∂c(t)/∂c(k)‖")
    expect(page.locator("#reach-said")).to_contain_text("c(12)")
    assert read(page, "#chart-reach")[-1][1:] == known(found["triangles"][2]["norms"][-1])
    assert page.locator("#chart-reach .steps text").all_text_contents() == ["1", "1", "12", "12", "t", "k"]


BANDS_OF_CELLS = """
() => {
  const cells = [...document.querySelectorAll("#chart-reach .plot > svg > .cells path")];
  const scale = [...document.querySelectorAll("#chart-reach .bands-scale rect[class^=band]")];
  const seen = (part) => [part.getAttribute("class"), getComputedStyle(part).fill].join();
  const same = (path) => scale.some((one) => seen(one) === seen(path));
  return cells.map((path) => [path.getAttribute("class"), same(path)]);
}
"""


def test_the_colours_of_a_triangle_are_those_of_its_scale_which_lies_on_no_cell(page: Page, server: str) -> None:
    """0.6 does not look like 1, and what has grown like neither; where the empty half has no room there is no scale."""
    _, found = computed("system=lstm&tau=3&phase=backward")
    opened(page, server, "system=lstm&tau=3&phase=backward")
    norms = [norm for i, row in enumerate(found["triangles"][0]["norms"]) for norm in row[: i + 1]]
    drawn = page.evaluate(BANDS_OF_CELLS)
    wanted = {f"band-{bisect_right(BANDS, norm)}" for norm in norms}
    assert {name for name, _ in drawn} == wanted and len(wanted) > 1 and all(same for _, same in drawn)
    parts = [page.locator(f"#chart-reach .plot > svg > {part}") for part in (".bands-scale", ".cells")]
    scale, cells = (part.bounding_box() for part in parts)
    assert scale and cells and scale["y"] + scale["height"] < cells["y"] + cells["height"] * 2 / 3
    opened(page, server, "system=lstm&tau=1&phase=backward")
    expect(page.locator("#chart-reach .cells path")).to_have_count(1)
    expect(page.locator("#chart-reach .bands-scale")).to_have_count(0)


LISTS = ("#through-state", "#through-parameter", "#reach-of")
SHOWN = """
(lists) => [
  ...lists.map((list) => document.querySelector(list).value),
  ...["norms-title", "parts-title", "values-name", "reach-title"].map((id) => document.getElementById(id).textContent),
]
"""


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("first", "system"), [("rnn", "lstm"), ("lstm", "gru"), ("gru", "bidirectional")])
def test_what_the_charts_are_of_follows_from_the_link_not_from_the_way_there(
    page: Page, server: str, first: str, system: str
) -> None:
    opened(page, server, f"system={first}&tau=4&phase=update")
    for picked in LISTS:
        if last := page.locator(f"{picked} option").all()[-1:]:
            page.locator(picked).select_option(last[0].get_attribute("value"), force=True)
    page.locator(".systems > summary").click()
    with page.expect_response(re.compile(f"/api/instruments.*system={system}")):
        page.locator(f'.offered a[href*="system={system}&"]').first.click()
    expect(page.locator("#through")).not_to_have_attribute("aria-busy", "true")
    came = page.evaluate(SHOWN, LISTS)
    opened(page, server, page.url.split("?")[1])
    assert page.evaluate(SHOWN, LISTS) == came


def test_another_network_is_no_change_of_the_one_before(page: Page, server: str) -> None:
    opened(page, server, "system=rnn&tau=4&sizes=h:4")
    page.locator("#next-seed").click()
    expect(page.locator("#norms-legend")).to_contain_text("before the change")
    page.locator("#systems summary").click()
    page.locator('#systems [data-system="gru"]').click()
    expect(page.locator("#systems summary")).to_have_text("Gated recurrent unit (GRU)")
    expect(page.locator("#norms-title")).to_have_text("‖∂L/∂h(t)‖")
    expect(page.locator("#parts-title")).not_to_be_empty()
    expect(page.locator("#norms-legend")).not_to_contain_text("before the change")
    expect(page.locator("#chart-norms .look-ghost")).to_have_count(0)


def test_where_nothing_flows_the_chart_says_so_over_the_cursors_frame_and_has_no_scale(page: Page, server: str) -> None:
    opened(page, server, "system=deep&of=h[3]&phase=backward&at=h[2]")
    page.locator("#through-state").select_option("z")
    chart = page.locator("#chart-norms svg").first
    expect(chart.locator(".nothing")).to_have_text("0 at every step")
    expect(chart.locator(".heights")).to_have_count(0)
    assert chart.evaluate("(svg) => [...svg.children].at(-1).matches('.nothing')"), "above what marks the cursor"


OF_SENTENCES = """(all) => all.map((part) => {
  const lines = [];
  const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    for (const { index, 0: word } of text.data.matchAll(/[^ ]+/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const { top } = range.getClientRects()[0] ?? { top: 0 };
      if (!lines.length || top > lines.at(-1).top + 8) lines.push({ top, word });
    }
  }
  const over = Math.max(part.scrollHeight - part.clientHeight, part.scrollWidth - part.clientWidth);
  return [part.textContent, over, lines.slice(1).map(({ word }) => word)];
})"""
"""Of each sentence: its text, by how much it is cut off, and the words with which its lines begin."""


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    "link", ["system=lstm", "system=lstm&tau=12&of=L[12]", "system=gru&tau=30", "tau=50&truncate=20"]
)
@pytest.mark.parametrize("place", ["", "&phase=backward&at=h[2]", "&phase=update"])
def test_no_sentence_below_a_chart_is_cut_off_nor_has_a_line_that_begins_with_a_number(
    page: Page, server: str, link: str, place: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, server, f"{link}{place}")
    for text, over, begins in page.locator(".chart p.words, .chart .words p").evaluate_all(OF_SENTENCES):
        assert over <= 1, text
        assert not [word for word in begins if re.match(r"[−-]?\d|%|steps?\b", word)], (text, begins)


# The cursor


def veils(page: Page, chart: str) -> list[tuple[float, float]]:
    shapes = page.locator(f"{chart} .veil").evaluate_all(
        "(all) => all.map((v) => [v.getAttribute('x'), v.getAttribute('width')])"
    )
    return [(float(x), float(width)) for x, width in shapes]


def marked(page: Page, chart: str, tau: int, left: float, right: float) -> int:
    """The step whose middle the marker is at."""
    marker = f"{chart} .marker"
    x, width = page.locator(marker).evaluate("(m) => [+m.getAttribute('x'), +m.getAttribute('width')]")
    whole: float = page.locator(f"{chart} svg").evaluate("(svg) => svg.clientWidth")
    share: float = (x + width / 2 - left) / (whole - left - right)
    return math.ceil(share * tau)


def test_the_charts_follow_the_cursor_and_what_is_not_reached_is_pale(page: Page, server: str) -> None:
    opened(page, server, f"{LINK}&phase=backward&at=h[3]")
    whole = page.locator("#chart-norms svg").evaluate("(svg) => svg.clientWidth")
    share = (whole - 38 - 6) / 5
    (before, pale), (_, after) = veils(page, "#chart-norms")
    assert (before, after) == (38, 0)
    assert pale == pytest.approx(2 * share)
    assert marked(page, "#chart-norms", 5, 38, 6) == 3
    assert [width for _, width in veils(page, "#chart-values")] == [0, 0]
    page.keyboard.press("ArrowRight")
    assert marked(page, "#chart-norms", 5, 38, 6) == 2
    page.keyboard.press("End")
    assert [width for _, width in veils(page, "#chart-norms")] == [0, 0]
    page.keyboard.press("Home")
    expect(page.locator("#chart-norms .marker")).to_have_attribute("visibility", "hidden")


def test_forward_the_values_come_and_the_gradients_wait(page: Page, server: str) -> None:
    opened(page, server, f"{LINK}&phase=forward&at=h[2]")
    whole = page.locator("#chart-values svg").evaluate("(svg) => svg.clientWidth")
    (_, before), (_, after) = veils(page, "#chart-values")
    assert before == 0
    assert after == pytest.approx(3 * (whole - 2) / 5)
    assert sum(width for _, width in veils(page, "#chart-gradients")) == pytest.approx(whole - 2)
    assert sum(width for _, width in veils(page, "#chart-parts")) == pytest.approx(
        whole and page.locator("#chart-parts svg").evaluate("(svg) => svg.clientWidth") - 56
    )


def test_a_click_on_a_step_moves_the_cursor_there(page: Page, server: str) -> None:
    opened(page, server, LINK)
    for chart, left, phase in (("values", 1, "forward"), ("norms", 38, "backward")):
        box = page.locator(f"#chart-{chart} svg").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + left + 0.7 * (box["width"] - left), box["y"] + box["height"] / 2)
        page.wait_for_url(re.compile(rf"phase={phase}&at=h(\[|%5B)4(\]|%5D)$"))


def test_a_step_changes_markers_and_draws_nothing_anew(page: Page, server: str) -> None:
    opened(page, server, f"{LINK}&phase=backward")
    for part in ("norms .series", "parts .layers path", "values .cells", "reach .cells"):
        expect(page.locator(f"#chart-{part}").first).to_be_attached()
    drawn = "[...document.querySelectorAll('#charts svg .cells, #charts .series, #charts .layers path:not(.current)')]"
    page.evaluate(f"{drawn}.forEach((part) => (part.kept = true))")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert page.evaluate(f"{drawn}.every((part) => part.kept)")


# Other systems beside


@pytest.mark.parametrize(
    "link",
    [
        LINK,
        "system=lstm",
        "system=gru&task=echo:2&sizes=h:6",
        "equations=h[t]=tanh(W@h[t-1]%2BU@x[t])%0AL[t]=mse(h[t],y[t])%0Aloss=mean(L[t])",
    ],
)
def test_the_systems_beside_are_fed_the_same_data(link: str) -> None:
    resolved = resolve(parse(link))
    for row in other_systems(resolved):
        other = resolve(parse(row["query"]))
        assert other.run.system == SYSTEMS[row["name"]]
        assert (other.run.tau, other.link.seed) == (resolved.run.tau, resolved.link.seed)
        inputs, mine = other.run.bindings.inputs, resolved.run.bindings.inputs
        assert inputs.keys() == mine.keys()
        for name, array in inputs.items():
            np.testing.assert_array_equal(array, mine[name])
        assert other.run.recurrence.shape("h") == resolved.run.recurrence.shape("h")


def test_the_gated_ones_stand_beside_and_a_plain_one_beside_those() -> None:
    def chosen(link: str) -> list[str]:
        return [row["name"] for row in other_systems(resolve(parse(link))) if row["chosen"]]

    assert chosen(LINK) == ["gru", "lstm"]
    assert chosen("system=gru") == ["rnn-regression", "lstm"]
    assert chosen("system=hopfield") == []


def compared(link: str, beside: str) -> dict[str, Any]:
    found: dict[str, Any] = TestClient(create_app()).get(f"/api/beside?{link}&with={beside}").json()
    return found


def test_curves_beside_are_of_one_readout_and_each_is_1_where_it_sets_out() -> None:
    link = "seed=4&sizes=h:3&tau=20"
    found = compared(link, "gru,lstm")
    asked = {row["name"]: row["query"] for row in found["systems"]} | {"rnn": link}
    assert [curve["label"] for curve in found["curves"]] == ["RNN", "GRU", "LSTM, c"]
    assert found["of"] == "Σh(20)"
    for curve in found["curves"]:
        name, _, state = curve["label"].partition(", ")
        norms = instruments.gradient_norms(resolve(parse(f"{asked[name.lower()]}&of=h[20]")).run.trace)[state or "h"]
        np.testing.assert_allclose(curve["values"], norms / norms[-1])
    for name, counted in re.findall(r"([0-9]+)[a-z ]* [(]([\w ]+)[)]", found["said"]):
        values = next(c["values"] for c in found["curves"] if c["label"].startswith(counted))
        assert values[19 - int(name)] < 0.01 <= min(values[20 - int(name) :])


def test_what_a_link_differentiates_is_asked_of_all_and_nothing_without_others() -> None:
    assert compared(f"{LINK}&of=L[3]", "gru")["of"] == "L(3)"
    alone = compared(LINK, "")
    assert (alone["curves"], alone["said"]) == ([], "")
    assert [c["label"] for c in compared(f"{LINK}&truncate=2|", "gru")["curves"]] == ["RNN", "without the cut", "GRU"]


def test_the_same_sequence_through_other_systems_is_on_one_axis(page: Page, server: str) -> None:
    opened(page, server, LINK)
    expect(page.locator("#norms-title")).to_have_text("‖∂L/∂h(t)‖")
    page.locator("#beside summary").click()
    legend = expect(page.locator("#norms-legend li"))
    legend.to_have_text(["RNN", "GRU", "LSTM, c"])
    expect(page.locator("#norms-title")).to_have_text("What is left of ∂Σh(5)")
    found = compared(LINK, "gru,lstm")
    expect(page.locator("#norms-said")).to_have_text(found["said"].replace("_", ""))  # Subscripts stand below the line.
    table = np.array(read(page, "#chart-norms"))
    for column, curve in enumerate(found["curves"], 1):
        assert table[:, column].tolist() == known(curve["values"])
    dashes = page.locator("#chart-norms .curve").evaluate_all(
        "(all) => all.map((c) => getComputedStyle(c).strokeDasharray)"
    )
    shapes = page.locator("#chart-norms .series").evaluate_all(
        "(all) => all.map((s) => s.querySelector('.point').getAttribute('d'))"
    )
    assert len(set(dashes)) == len(set(shapes)) == 3
    page.get_by_label(SYSTEMS["gru"].title, exact=True).uncheck()
    page.get_by_label(SYSTEMS["leaky"].title, exact=True).check()
    legend.to_have_text(["RNN", "leaky", "LSTM, c"])
    for name in ("leaky", "lstm"):
        page.get_by_label(SYSTEMS[name].title, exact=True).uncheck()
    expect(page.locator("#norms-title")).to_have_text("‖∂L/∂h(t)‖")
    expect(page.locator("#norms-said")).to_have_text("")


# The scissors


def test_the_scissors_cut_at_the_cursor_and_mend(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, server, f"{LINK}&phase=backward&at=h[3]")
    page.get_by_role("button", name="Cut the gradient after t = 3").click()
    page.wait_for_url("**truncate=3%7C**")
    resolved, found = computed(f"{LINK}&phase=backward&at=h[3]&truncate=3|")
    lost, norm = (found["truncation"]["parameters"]["W"][it] for it in ("share", "norm"))
    left = float(np.linalg.norm(resolved.run.trace.gradients["W"]))
    expect(page.locator("#removed")).to_contain_text("No gradient passes back over the cut after t = 3.")
    expect(page.locator("#removed")).to_contain_text(f"{round(100 * lost)}\xa0% of ∂L/∂W")
    said = f"(its length is {left:.3f} in place of {norm:.3f})"
    expect(page.locator("#removed")).to_contain_text(said)
    expect(page.locator("#removed")).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0, "in the sight in which it was cut"
    expect(page.locator("#panel .lost s").first).to_contain_text("through")
    with_cut = [row[2] for row in read(page, "#chart-norms")]
    assert with_cut == known(found["truncation"]["states"]["h"]["norm"])
    expect(page.locator("#truncate")).to_have_value("3|")
    page.get_by_role("button", name="Mend the gradient after t = 3").click()
    page.wait_for_url(lambda url: "truncate" not in url)
    expect(page.locator("#removed")).to_be_hidden()
    assert not resolved.run.trace.stopped


def test_a_click_below_the_axis_where_scissors_lie_cuts_between_two_steps(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, server, LINK)
    expect(page.locator("#chart-norms .scissors .rest")).to_be_in_viewport(ratio=1)
    box = page.locator("#chart-norms svg").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 38 + 2.1 / 5 * (box["width"] - 44), box["y"] + box["height"] - 8)
    page.wait_for_url("**truncate=2%7C**")
    expect(page.locator("#chart-norms .cuts path")).to_have_count(1)


def test_a_wrong_cut_is_told_at_its_field(page: Page, server: str, script_errors: list[str]) -> None:
    page.goto(f"{server}/?{LINK}&truncate=x")
    expect(page.locator("#problem-truncate")).to_contain_text("“Truncation” is to be")
    expect(page.locator("#truncate")).to_have_value("x")
    expect(page.locator(".unfolded .node").first).to_be_visible()
    assert all("422" in error for error in script_errors)
    script_errors.clear()


def test_what_truncation_stops_is_what_the_whole_gradient_has_more() -> None:
    """With one cut, at the step before it: whole = what still arrives + what is struck out."""
    whole, cut = resolve(parse(LINK)), resolve(parse(f"{LINK}&truncate=3|"))
    made = by_hand(cut.run.trace, cut.run.graph, "backward", "h[3]")
    (lost,) = made.lost
    assert lost.edge is not None
    assert lost.edge.id == "h[3]->h[4]"
    assert made.result is not None
    np.testing.assert_allclose(made.result + lost.gradient, whole.run.trace.gradient("h[3]"))
    assert by_hand(cut.run.trace, cut.run.graph, "backward", "h[2]").lost == ()


def test_without_scripts_a_field_cuts_and_the_lost_terms_are_struck_out(plain: Page, server: str) -> None:
    plain.goto(f"{server}/?{LINK}")
    plain.locator("#truncate").fill("3|")
    plain.get_by_role("button", name="Draw").click()
    assert "truncate=3%7C" in plain.url
    assert "seed=4" in plain.url
    plain.goto(f"{plain.url}&phase=backward&at=h[3]")
    expect(plain.locator("#panel .lost s").first).to_contain_text("through")
    expect(plain.locator("#charts")).to_be_hidden()


# The badge


def test_the_badge_says_how_far_finite_differences_are_from_the_gradients(page: Page, server: str) -> None:
    opened(page, server, LINK)
    expect(page.locator("#check")).to_have_attribute("data-state", "ok")
    check = TestClient(create_app()).get(f"/api/gradient-check?{LINK}").json()
    expect(page.locator("#check-said")).to_have_text(f"Gradients agree to {numeral(check['worst'], 2)}")
    expect(page.locator("#check .sign")).to_have_text("✓")
    page.locator("#check summary").click()
    rows = page.locator("#check tbody tr").all()
    shown = [row.locator("th, td").all_text_contents() for row in rows]
    assert shown == [[name, numeral(worst)] for name, worst in check["names"].items()]
    page.keyboard.press("Escape")
    expect(page.locator("#check-more")).to_be_hidden()


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("query", "state", "sign", "badge", "words"),
    [
        (
            "equations=h[t] = relu(x[t] %2B W @ h[t-1])%3B loss = sum(h[tau])&sizes=x:1&signal=1,1,0&set=W[1,1]:0",
            "ok",
            "✓",
            ", 2 not differentiable",
            "the slopes on both sides differ: W[1,1], x[3,1] (relu has a kink at 0, in h(3)).",
        ),
        (
            "equations=s = step(alpha)%3B alpha ~ 0",
            "kinked",
            "∨",
            "Not differentiable here",
            "One entry is not differentiable here, as the slopes on both sides differ: alpha (step jumps at 0, in s).",
        ),
    ],
)
def test_the_badge_counts_entries_without_a_derivative_apart_and_never_as_wrong(
    page: Page, server: str, query: str, state: str, sign: str, badge: str, words: str
) -> None:
    page.goto(f"{server}/?{query}")
    page.locator("#check").scroll_into_view_if_needed()
    expect(page.locator("#check")).to_have_attribute("data-state", state)
    expect(page.locator("#check .sign")).to_have_text(sign)
    expect(page.locator("#check-said")).to_contain_text(badge)
    page.locator("#check summary").click()
    expect(page.locator("#check-more")).to_contain_text(words)


def test_what_is_too_large_to_check_says_so_with_the_reason(page: Page, server: str, script_errors: list[str]) -> None:
    body = '{"title": "Too much", "status": 422, "detail": "this is more than may be computed", "errors": []}'
    page.route(
        "**/api/gradient-check**", lambda route: route.fulfill(status=422, content_type="application/json", body=body)
    )
    opened(page, server, LINK)
    expect(page.locator("#check-said")).to_have_text("Not checked: too large")
    page.locator("#check summary").click()
    expect(page.locator("#check-more")).to_contain_text("this is more than may be computed")
    script_errors.clear()


def test_without_an_answer_the_charts_stay_and_are_asked_for_again(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, server, LINK)
    page.route("**/api/instruments**", lambda route: route.abort())
    page.locator("#next-seed").click()
    expect(page.locator("#away")).to_contain_text("does not answer")
    assert len(page.locator("#chart-parts").evaluate(LAYERS)) == 5
    page.unroute("**/api/instruments**")
    expect(page.locator("#away")).to_be_hidden()
    _, found = computed("tau=5&seed=5&sizes=h:3")
    expect(page.locator("#chart-norms svg")).to_have_attribute(
        "aria-label", re.compile(re.escape(numeral(found["norms"]["h"][0])))
    )
    some = found | {"triangles": [], "left_out": {"triangles": "the Jacobians are too many"}}
    page.route("**/api/instruments**", lambda route: route.fulfill(json=some))
    page.locator("#next-seed").click()
    expect(page.locator("#through-refused")).to_have_text("Not measured: the Jacobians are too many.")
    expect(page.locator("#chart-norms svg")).to_be_visible()
    page.unroute("**/api/instruments**")
    page.locator("#next-seed").click()
    expect(page.locator("#through-refused")).to_be_hidden()
    script_errors.clear()


# For everyone


def test_nothing_stands_in_anyones_way(page: Page, server: str) -> None:
    opened(page, server, f"{LINK}&truncate=2|&phase=backward&at=h[2]")
    expect(page.locator("#norms-legend li")).to_have_count(2)
    expect(page.locator("#check")).to_have_attribute("data-state", "ok")
    for summary in page.locator("#through .as-table summary").all():
        summary.click()
        expect(page.locator("#through .as-table[open]")).to_have_count(1)
    page.locator("#check").evaluate("(it) => { it.open = true; }")
    check_accessible(page)
    page.locator("#through .as-table[open] summary").press("Escape")
    expect(page.locator("#through .as-table[open]")).to_have_count(0)


def test_a_narrow_page_has_the_charts_below_each_other(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, server, "tau=24&sizes=h:12&phase=backward")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    lefts = page.locator(".chart").evaluate_all("(all) => all.map((c) => c.getBoundingClientRect().left)")
    assert len(set(lefts)) == 1


def test_every_chart_says_what_it_shows(page: Page, server: str) -> None:
    opened(page, server, LINK)
    charts = page.locator("#charts .plot svg")
    for role, label in charts.evaluate_all(
        "(all) => all.map((s) => [s.getAttribute('role'), s.getAttribute('aria-label')])"
    ):
        assert role == "slider"
        assert len(label) > 20
    assert charts.count() == 5


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("link", "cards"), [("system=hopfield", 3), ("system=deep", 4), ("system=dense", 0)])
def test_a_card_is_there_where_it_has_something_to_show(page: Page, server: str, link: str, cards: int) -> None:
    page.goto(f"{server}/?{link}")
    page.locator("#through").scroll_into_view_if_needed()
    if cards:
        page.wait_for_selector("#chart-reach svg .cells")
    else:
        expect(page.locator("#through-refused")).to_have_text("Nothing here runs through time.")
    expect(page.locator(".chart:visible")).to_have_count(cards)


@pytest.mark.parametrize(
    ("address", "chart", "drawn", "zeros"),
    [
        ("/?tau=5&of=L[3]", "#chart-norms", ".look-0 .point", 2),
        (f"/train?steps=9&equations={WITHOUT_C}", "#norms", ".zero[d]", 1),
    ],
)
def test_what_is_exactly_0_stands_below_all_powers_of_ten_and_is_said_to_be(
    page: Page, server: str, address: str, chart: str, drawn: str, zeros: int
) -> None:
    page.goto(f"{server}{address}")
    plot = page.locator(chart)
    said = plot.get_by_text("exactly 0", exact=True)
    said.wait_for(state="attached")
    above = said.bounding_box()
    boxes = [box for shape in plot.locator(drawn).all() if (box := shape.bounding_box())]
    assert above and sum(box["y"] >= above["y"] for box in boxes) == zeros
    ticks = {t.text_content() for t in plot.locator("text").all() if (b := t.bounding_box()) and b["y"] < above["y"]}
    assert "0" not in ticks and ticks
