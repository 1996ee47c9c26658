"""The page, in a browser: what it shows at every step is what the engine computes and what the server draws."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from app.drawing.formats.svg import svg
from app.drawing.layout.window import spans, spelled
from app.engine import Step, by_hand
from app.language import MOVED, AfterUpdate, parse_node
from app.language.typeset.mathml_writer import sum_mathml, value_mathml
from app.language.typeset.numerals import numeral
from app.link import Resolved, parse, resolve
from app.outputs.table import ANSWERS, WORDS, scene
from app.systems import SYSTEMS
from app.web.core import page_address
from tests.accessibility import check_accessible
from tests.tiers import long

WORD = "tau=3&seed=4"
WAVE = "system=rnn-regression&tau=2"
SHORT = "tau=2&seed=4"
DECODING = "tau=2&sizes=h:2,x:2&equations=" + quote(
    "h[t] = tanh(W @ h[t-1] + [t = 1] * U @ x[t]); s[0] = h[tau]; s[t] = tanh(R @ s[t-1]); loss = sum(s[tau])"
)
"""A decoder that begins with what an encoder has come to, and input at one step alone."""

SHAPES = """
(svg) => {
  const shown = (part) => getComputedStyle(part).display !== "none" && (part === svg || shown(part.parentElement));
  const place = (part, names) => names.map((name) => part.getAttribute(name));
  const moved = (part) => part.closest("[data-piece]")?.getAttribute("transform");
  const corner = (part) => (moved(part)?.match(/-?[\\d.]+/g) ?? [0, 0]).map(Number);
  const ways = (d, x, y) => {
    let [left, top] = [x, y];
    return d.split(/(?=M)/i).flatMap((way) => {
      const [, move, across, down, rest] = way.match(/^(M)(-?[\\d.]+) ?(-?[\\d.]+)(.*)$/i);
      [left, top] = [(move === "M" ? x : left) + Number(across), (move === "M" ? y : top) + Number(down)];
      return rest ? [[left, top, rest]] : [];
    });
  };
  const outline = (it, x = 0, y = 0) => {
    if (it.tagName === "path") return ways(it.getAttribute("d") || "M0 0", x, y);
    const parts = it.tagName === "use" ? [svg.querySelector(it.getAttribute("href"))] : [...it.children];
    const [across, down] = place(it, ["x", "y"]).map(Number);
    return parts.flatMap((part) => outline(part, x + across, y + down));
  };
  const own = ":not(defs *, .grip, .instead *, .last-act *):is(path, use, rect, circle)";
  const shapes = [...svg.querySelectorAll(own)].filter(shown);
  return shapes.flatMap((shape) => {
    const { fill, stroke, strokeWidth, strokeDasharray } = getComputedStyle(shape);
    const paint = [fill, ...(stroke === "none" ? [] : [stroke, strokeWidth, strokeDasharray])];
    if (shape.matches("path, use")) {
      return outline(shape, ...corner(shape)).map(([x, y, way]) => [x, y, [way, ...paint].join(" ")]);
    }
    const names = shape.matches("circle") ? ["cx", "cy", "r"] : ["x", "y", "width", "height"];
    const [[x, y], [left, top, ...size]] = [corner(shape), place(shape, names).map(Number)];
    return [[x + left, y + top, ...size, [shape.tagName, ...paint].join(" ")]];
  });
}
"""
"""Every visible shape of a drawing with its place and paint; of a path, or of an outline that is shown, each way.

Without its legend, which stands elsewhere on a page than in a file.
"""

AHEAD = "(veil) => ['x', 'width'].map((name) => parseFloat(veil.getAttribute(name)))"
"""Where on the strip what lies ahead begins, and how much that is, in per cent."""

FILE = (
    """
(file) => {
  const svg = new DOMParser().parseFromString(file, "image/svg+xml").documentElement;
  const place = document.body.appendChild(document.createElement("div"));
  place.append(svg);
  svg.querySelector("rect").remove();
  const shapes = ("""
    + SHAPES
    + """)(svg);
  place.remove();
  return shapes;
}
"""
)
"""The shapes of a file, without its paper."""

MARKS = """
async (address) => {
  const parsed = async () => new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  const figure = (address ? await parsed() : document).querySelector(".figure");
  const parts = [...figure.querySelectorAll(".unfolded .node, .unfolded .edge")];
  const marks = parts.map((part) => [part.dataset.node ?? part.dataset.edge, ...[...part.classList].sort()].join(" "));
  return [figure.dataset.phase, figure.dataset.at, ...marks];
}
"""
"""What marks the figure at its cursor, attributes and classes: on the page, or as the server sends it."""

PLACES = """
() => [".figure", "#transport", "#controls"].map((part) => {
  const { x, y, width, height } = document.querySelector(part).getBoundingClientRect();
  return [x + document.querySelector("#figure").scrollLeft, y + scrollY, width, height].map(Math.round).join(" ");
})
"""
"""Where the parts of the page are that no step may move."""


@dataclass(frozen=True)
class Pass:
    """A link, and the same computed here."""

    base: str
    resolved: Resolved

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.resolved.run.steps

    def address(self, here: int) -> str:
        """The link of a step; 0 is before the first one."""
        step = self.steps[here - 1] if here else None
        place = {"phase": step.phase, "at": step.at} if step else {}
        return self.base + page_address(self.resolved.link.model_copy(update=place))


def computed(server: str, link: str) -> Pass:
    return Pass(server, resolve(parse(link)))


def opened(page: Page, address: str) -> None:
    """Visit, and wait for the scripts, and for the fonts, which move what is pressed."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.evaluate("document.fonts.ready.then(() => true)")


class Silence:
    """A server that takes the questions at some addresses and, while it is kept, says nothing to them."""

    def __init__(self, page: Page, addresses: str, kept: bool = False) -> None:
        self.page, self.kept, self.held = page, kept, list[Route]()
        page.route(addresses, self._take)

    def _take(self, route: Route) -> None:
        if self.kept:
            self.held.append(route)
            self.page.evaluate("document.documentElement.dataset.held = ''")
        else:
            route.continue_()

    def begin(self) -> None:
        """Keep it from the next question on, and wait for that."""
        self.page.evaluate("delete document.documentElement.dataset.held")
        self.kept = True
        self.page.wait_for_selector("html[data-held]")

    def end(self) -> None:
        """Answer all that was asked, and all that will be."""
        self.kept = False
        while self.held:
            self.held.pop(0).continue_()


def check_shapes(page: Page, address: str) -> None:
    """The page shows what a file does whose words are as large as a page's.

    Its legend, the last in a file, stands beside it, in the update too, where a file has none. Cells instead of
    numbers are a page's alone, and what comes of a pass has another place there.
    """
    link = parse(address.partition("?")[2])
    update = link.at if link.phase == "update" else ""
    expect(page.locator(".figure")).to_have_attribute("data-update", update or "")
    shapes = page.locator(".figure").evaluate(SHAPES)
    file = page.evaluate(FILE, svg(scene(resolve(link), words=WORDS)))
    check_alike(shapes, file[: len(shapes)])
    if link.phase != "update":
        shown = "(all) => all.some((key) => getComputedStyle(key).visibility !== 'hidden')"
        assert (len(file) > len(shapes)) == page.locator(".figure-legend .legend-part").evaluate_all(shown)


def check_alike(shapes: list[list[Any]], file: list[list[Any]]) -> None:
    """The same shapes at the same places, to a hundredth; a page draws what leads to a step with it."""
    places: dict[str, list[list[float]]] = {}
    for *lengths, drawn in file:
        places.setdefault(drawn, []).append(lengths)
    for *lengths, drawn in shapes:
        there = [place for place in places.get(drawn, []) if place == pytest.approx(lengths, abs=0.011)]
        assert there, (lengths, drawn)
        places[drawn].remove(there[0])


def spoken(mathml: str) -> str:
    """A formula's characters without its markup and spaces."""
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]+>", "", mathml)))


Texts = Callable[[str], list[str]]
"""What all that a selector finds says."""


def said(texts: Texts, selector: str) -> str:
    """What the first that a selector finds says, without spaces."""
    return re.sub(r"\s", "", (texts(selector) or [""])[0])


def check_panel(page: Page, it: Pass, here: int) -> None:
    """The panel comes to this step, and says its numbers."""
    step = it.steps[here - 1]
    expect(page.locator("#panel .badge")).to_have_text(step.phase.capitalize())
    expect(page.locator("output")).to_have_text(str(here))
    if step.phase == "update":
        expect(page.locator(".last-act")).to_have_attribute("data-place", step.at)
    check_numbers(lambda selector: page.locator(selector).all_text_contents(), it, here)


def check_numbers(texts: Texts, it: Pass, here: int) -> None:
    """The panel says the engine's numbers for this step."""
    step, trace, graph = it.steps[here - 1], it.resolved.run.trace, it.resolved.run.graph
    if step.phase == "forward":
        numbers = spoken(value_mathml(trace.value(step.at)))
        line = said(texts, ".worked > :last-child")
        assert line.endswith(f"={numbers}") or line.startswith(f"{numbers}="), (step, line)
        return
    if step.phase == "update":
        check_update(texts, it, step)
        return
    made = by_hand(trace, graph, "backward", step.at)
    if len(made.terms) > 1:
        expected = spoken(sum_mathml(trace.gradient(step.at), [t.gradient for t in made.terms]))
        assert said(texts, ".worked") == expected
    elif line := said(texts, ".worked"):
        assert line.startswith(spoken(value_mathml(trace.gradient(step.at))) + "=")
    check_arrived(texts, it, step)


def check_update(texts: Texts, it: Pass, step: Step) -> None:
    """The gradient with its parts, the last step first, every parameter that moves, or the loss before and after."""
    act = it.resolved.run.last_act
    line = said(texts, ".worked")
    if step.at == MOVED:
        assert len(texts("#panel .worked")) == len(act.moving)
        assert line.startswith(spoken(value_mathml(act.update.moves[act.moving[0]].after)) + "=")
    elif isinstance(step.at, AfterUpdate):
        before, after = (numeral(value) for value in (act.update.before, act.update.again or 0.0))
        assert line.endswith(f":{before}→{after}")
    else:
        found = act.gathered(step.at)
        assert line == spoken(sum_mathml(found.whole, [*found.parts]))
        norms = texts(".arrived tr:not(.how) td:nth-child(2)")
        lengths = (a.item() if a.size == 1 else np.linalg.norm(a) for a in (*found.parts[::-1], found.whole))
        assert norms == [numeral(float(length)) for length in lengths]


def check_arrived(texts: Texts, it: Pass, step: Step) -> None:
    """Every contribution with its norm, and the sum of several."""
    made = by_hand(it.resolved.run.trace, it.resolved.run.graph, "backward", step.at)
    gradients = [t.gradient for t in made.terms]
    gradients += [it.resolved.run.trace.gradient(step.at)] if len(gradients) > 1 else []
    norms = texts(".arrived tr:not(.how) td:nth-child(2)")
    lengths = [g.item() if g.size == 1 else float((g**2).sum() ** 0.5) for g in gradients]
    assert norms == [numeral(length) for length in lengths]


def at_rest(page: Page, it: Pass, here: int) -> None:
    """The step is on the page, its panel and its address too."""
    expect(page.locator("output")).to_have_text(str(here))
    expect(page.locator("#panel .panel")).not_to_have_attribute("aria-busy", "true")
    step = it.steps[here - 1] if here else None
    expect(page.locator(".figure")).to_have_attribute("data-update", step.at if step and step.phase == "update" else "")
    page.wait_for_url(it.address(here))


def walked(page: Page, it: Pass, key: str, places: range) -> Iterator[int]:
    for here in places:
        page.keyboard.press(key)
        at_rest(page, it, here)
        yield here


# Stepping


@pytest.mark.parametrize("link", [SHORT, *long(WAVE, DECODING, WORD)])
def test_a_pass_is_walked_forward_and_back_with_the_engines_numbers_in_the_servers_figures(
    page: Page, server: str, link: str
) -> None:
    it = computed(server, link)
    opened(page, it.address(0))
    page.emulate_media(reduced_motion="reduce")
    still = page.evaluate(PLACES)
    total = len(it.steps)
    for here in walked(page, it, "ArrowRight", range(1, total + 1)):
        check_panel(page, it, here)
        held = slice(1 if it.steps[here - 1].phase == "update" else 0, None)  # Below the graph there is more then.
        assert page.evaluate(PLACES)[held] == still[held]
        address = it.address(here)
        check_shapes(page, address)
        if here % 3 == 0 or link != SHORT:  # A page is ten times as long as its figure.
            assert page.evaluate(MARKS) == page.evaluate(MARKS, address)
    least = total - 9 if link == SHORT else 0  # The long tier goes all the way back.
    for here in walked(page, it, "ArrowLeft", range(total - 1, least, -1)):
        check_panel(page, it, here)
        if here > total - 4:
            check_shapes(page, it.address(here))
    page.keyboard.press("Home")
    at_rest(page, it, 0)
    expect(page.locator("#panel h2")).to_have_text(page.locator("h1").text_content() or "")
    for here in (0, total // 3, total - 1):
        opened(page, it.address(here))
        assert page.evaluate(MARKS) == page.evaluate(MARKS, it.address(here)), "scripts leave what the server drew"


def test_the_figure_follows_the_cursor_through_a_long_run(page: Page, server: str) -> None:
    it = computed(server, "tau=30&seed=4&detail=states")
    times: dict[str, int | None] = {n.id: n.t for n in it.resolved.run.graph.nodes}

    def shown(step: int) -> str:
        return spelled(spans(30, "states", times.get(it.steps[step - 1].at) if step else None))

    page.emulate_media(reduced_motion="reduce")
    opened(page, it.address(0))
    expect(page.locator(".figure")).to_have_attribute("data-window", "1..4,27..30")
    here = it.steps.index(Step("forward", "h[11]")) + 1
    page.locator("#scrubber").fill(str(here))
    for step in (here, here + 1, here + 2, here + 3, 1, len(it.steps) - 20, len(it.steps)):
        page.locator("#scrubber").fill(str(step))
        at_rest(page, it, step)
        place = page.locator(".figure").get_attribute("data-at")
        if place in times and place != "loss":
            expect(page.locator(f'.unfolded [data-node="{place}"].current')).to_be_visible()
        expect(page.locator(".figure")).to_have_attribute("data-window", shown(step))
        check_shapes(page, it.address(step))
    page.locator("#scrubber").fill(str(here))
    page.locator('.unfolded [data-node="h[11]"]').click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".figure")).to_have_attribute("data-window", shown(here + 2))
    expect(page.locator(".unfolded .node:focus")).to_have_count(1)


def test_a_window_that_is_asked_for_stays(page: Page, server: str) -> None:
    it = computed(server, "tau=30&seed=4&window=5..8")
    opened(page, it.address(0))
    page.keyboard.press("End")
    at_rest(page, it, len(it.steps))
    expect(page.locator(".figure")).to_have_attribute("data-window", "5..8")
    expect(page.locator('.unfolded [data-node="h[5]"] .gradient')).to_be_visible()
    page.locator("#tau-range").fill("7")
    page.wait_for_url("**tau=7**")
    expect(page.locator(".figure")).to_have_attribute("data-window", "1..7")


AT = """
() => [document.querySelector("output").textContent,
  document.querySelector("#figure .figure, #figure-a .figure").dataset.at,
  document.querySelector("#panel h2, #panel-a h2").textContent]
"""
"""The step that the page counts, the node that its figure marks, and the head of its panel."""


def test_without_an_answer_no_part_goes_to_a_step_that_another_cannot_show(
    page: Page, server: str, script_errors: list[str]
) -> None:
    for link, asked in {
        "/?tau=30": r"/api/figure\?",
        "/compare?a=system%3Dlstm%26tau%3D12&b=system%3Dgru%26tau%3D12": r"/api/steps\?.*first=[1-9]",
    }.items():
        missing = re.compile(asked)
        page.route(missing, lambda route: route.abort())
        opened(page, server + link)
        page.keyboard.press("ArrowRight")
        panel = page.locator("#panel h2, #panel-a h2")
        expect(panel).to_contain_text("given")
        before = page.evaluate(AT)
        page.keyboard.press("End")
        expect(page.locator("#away")).to_contain_text("does not answer")
        assert page.evaluate(AT) == before
        page.unroute(missing)
        expect(page.locator("output")).not_to_have_text("1")
        expect(panel).not_to_contain_text("given")
        expect(page.locator("#away")).to_be_hidden()
        assert page.locator("output").text_content() == page.locator("#scrubber").get_attribute("max")
    forgive(script_errors, "Failed to load resource")


def test_before_the_first_step_what_is_given_alone_has_numbers(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    for part in (".gradient", ".blank-value", ".blank-gradient", ".backward"):
        assert not any(mark.is_visible() for mark in page.locator(f".figure {part}").all())
    numbers = [mark for mark in page.locator(".figure .node > .value").all() if mark.is_visible()]
    with_numbers = {mark.locator("..").get_attribute("data-node") for mark in numbers}
    assert with_numbers == {"h[0]", *(f"{name}[{t}]" for name in "xy" for t in (1, 2, 3))}
    expect(page.locator(".figure-legend .when-forward")).to_be_visible()
    expect(page.locator(".figure-legend .when-backward")).not_to_be_visible()


def test_what_is_not_reached_has_a_dash(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    node = page.locator('.unfolded [data-node="h[3]"]')
    expect(node.locator(".blank-value")).to_be_visible()
    expect(node.locator(".value")).to_be_hidden()
    expect(page.locator('.unfolded [data-node="h[2]"] .value')).to_be_visible()


def test_a_click_on_a_node_moves_the_cursor_there(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    page.locator('.unfolded [data-node="o[2]"]').click()
    here = it.steps.index(Step("forward", "o[2]")) + 1
    at_rest(page, it, here)
    check_panel(page, it, here)
    page.keyboard.press("End")
    page.locator('.unfolded [data-node="o[2]"]').click()
    at_rest(page, it, it.steps.index(Step("backward", "o[2]")) + 1)


def test_the_same_link_as_data_follows_the_cursor(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator('.unfolded [data-node="o[2]"]').click()
    for row in (row for row in ANSWERS.values() if row.model):
        link = page.locator("#twins").get_by_role("link", name=row.name + row.suffix, exact=True)
        expect(link).to_have_attribute("href", re.compile(rf"{row.path}\?seed=4&phase=forward&at=o%5B2%5D$"))


def test_the_scrubber_goes_to_any_step(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    page.locator("#scrubber").fill("17")
    at_rest(page, it, 17)
    check_panel(page, it, 17)
    page.locator("#scrubber").press("ArrowLeft")
    at_rest(page, it, 16)
    ahead = page.locator(".ticks .ahead").evaluate(AHEAD)
    assert (len(it.steps), ahead) == (32, [50, 50])
    page.goto(it.address(16))
    assert ahead == page.locator(".ticks .ahead").evaluate(AHEAD)


@pytest.mark.fresh
def test_play_goes_to_the_end_and_stops(page: Page, server: str) -> None:
    it = computed(server, WORD)
    page.clock.install()
    opened(page, it.address(len(it.steps) - 3))
    button = page.locator('[data-go="play"]')
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.clock.run_for(4000)
    expect(page.locator("output")).to_have_text(str(len(it.steps)))
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_step_by_hand_stops_the_player(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator('[data-go="play"]').click()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[data-go="play"]')).to_have_attribute("aria-pressed", "false")


def test_keys_type_where_text_is_typed(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator("#equations > summary").click()
    page.locator("textarea").press("ArrowRight")
    page.locator("textarea").press("Space")
    expect(page.locator("output")).to_have_text("0")


def test_a_reload_and_the_way_back_restore_the_view(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    page.locator("#scrubber").fill("9")
    at_rest(page, it, 9)
    page.locator("#next-seed").click()
    page.wait_for_url("**seed=5**")
    expect(page.locator("output")).to_have_text("9")
    page.reload()
    expect(page.locator("output")).to_have_text("9")
    page.go_back()
    at_rest(page, it, 9)
    expect(page.locator("#seed")).to_have_value("4")


def test_the_current_step_is_told_to_who_hears_the_page(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#said")).to_have_text("Node 1 of 32. Forward: x(1) is given")
    page.keyboard.press("End")
    expect(page.locator("#said")).to_have_text("Node 32 of 32. Update: L of the next forward pass")


def test_the_arrows_at_a_node_stand_out_under_the_pointer(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator('.unfolded [data-node="h[2]"] .disc').hover()
    near = page.locator(".edge.near").evaluate_all("(edges) => edges.map((e) => e.dataset.edge).sort()")
    assert near == ["h[1]->h[2]", "h[2]->h[3]", "h[2]->o[2]", "x[2]->h[2]"]
    page.mouse.move(1, 1)
    expect(page.locator(".edge.near")).to_have_count(0)


# Controls


def test_a_changed_control_shows_another_network(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator("#tau-range").fill("5")
    page.wait_for_url("**tau=5**")
    expect(page.locator(".unfolded .node")).to_have_count(26)
    page.get_by_role("radio", name="States").check()
    page.wait_for_url("**detail=states**")
    expect(page.locator(".unfolded .node")).to_have_count(11)
    page.get_by_role("radio", name="Both").check()
    page.wait_for_url("**view=both**")
    expect(page.locator(".circuit .node")).to_have_count(2)


def test_next_leads_through_the_story_of_the_systems_and_keeps_steps_and_cursor(page: Page, server: str) -> None:
    opened(page, f"{server}/?system=driven&tau=5&phase=forward&at=h[2]")
    ways = page.locator("#story .ways")
    ways.get_by_text("Next").click()
    page.wait_for_url("**system=dense**")
    ways.get_by_text("Back").click()
    page.wait_for_url("**system=driven**")
    ways.get_by_text("Back").click()
    page.wait_for_url("**system=dynamics**")
    asked = parse(page.url.partition("?")[2])
    assert (asked.tau, asked.phase, asked.at) == (5, "forward", "s[2]"), "a layer without steps is passed by"
    expect(ways.get_by_text("Back")).to_be_disabled()
    expect(page.locator("#story .idea")).to_have_text(SYSTEMS["dynamics"].idea)
    page.locator("#story [data-open]").click()
    page.wait_for_url("**radius=0.2**")


@pytest.mark.long
@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_next_leads_through_all_systems_at_one_step_of_time(page: Page, server: str, phase: str) -> None:
    first, *others = SYSTEMS
    story = page.locator("#story")
    opened(page, f"{server}/?system={first}&tau=5&seed=3&phase={phase}&at=s[3]")
    for nth, name in enumerate(others, 2):
        story.locator(".ways").get_by_text("Next").click()
        expect(story.locator(".soft")).to_contain_text(f"{nth} of {len(SYSTEMS)}")
        asked = parse(page.url.partition("?")[2])
        assert (asked.system, asked.tau, asked.seed, asked.phase) == (name, 5, 3, phase)
        at = parse_node(asked.at or "")
        assert at.t == 3 or name == "dense", (name, asked.at)


def test_another_system_keeps_the_length_and_comes_with_its_own_data(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator("#systems summary").click()
    page.locator('#systems [data-system="rnn-regression"]').click()
    page.wait_for_url("**system=rnn-regression**")
    expect(page.locator("#systems summary")).to_have_text("Recurrent network that predicts numbers")
    expect(page.locator("#tau")).to_have_value("3")
    expect(page.locator("#twins")).to_contain_text("sine to cosine")


def test_equations_survive_a_walk_through_the_other_pages(page: Page, server: str) -> None:
    """They are offered, and what the link says is shown, until they are put back or dropped."""
    opened(page, f"{server}/?equations=s[t] = tanh(A @ s[t-1])&seed=4")
    page.locator("#equations > summary").click()
    page.locator("textarea").fill("s[t] = tanh(A @ s[t-1] + x[t])")
    for place in ("Language", "Gallery"):
        page.locator(".bar nav").get_by_text(place).click()
    back = page.locator(".bar nav").get_by_text("Explore")
    expect(back).to_have_attribute("href", re.compile("seed=4"))
    back.click()
    page.wait_for_selector("html[data-ready]")
    assert "seed=4" in page.url
    for choice, text in (("Put it back", "s[t] = tanh(A @ s[t-1] + x[t])"), ("Drop it", "s[t] = tanh(A @ s[t-1])")):
        expect(page.locator("textarea")).to_be_hidden()
        page.locator("#equations > summary").click()
        expect(page.locator("#equations > summary .when-draft")).to_be_visible()
        expect(page.locator("textarea")).to_have_value("s[t] = tanh(A @ s[t-1])")
        page.get_by_role("button", name=choice).click()
        expect(page.locator("textarea")).to_have_value(text)
        expect(page.locator("#equations p.when-draft")).to_be_hidden()
        unrun = page.locator("#equations > summary .when-draft")
        expect(unrun).to_be_visible(visible=choice == "Put it back")
        page.reload()
        page.wait_for_selector("html[data-ready]")
    expect(page.locator("#equations")).not_to_have_attribute("data-draft", "")


def test_equations_that_were_refused_are_offered_after_a_reload_and_their_system_goes_on_feeding_them(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}/?system=lstm&tau=4")
    page.locator("#equations > summary").click()
    text = page.locator("textarea").input_value()
    page.locator("textarea").fill(text.replace("tanh", "tahn"))
    page.locator("textarea").press("Control+Enter")
    expect(page.locator("#problem-equations")).to_be_visible()
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.locator("#equations > summary").click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("textarea")).to_have_value(text.replace("tanh", "tahn"))
    page.locator("textarea").fill(text.replace("tanh", "sigmoid"))
    page.locator("textarea").press("Control+Enter")
    page.wait_for_url("**equations=**")
    assert resolve(parse(page.url.partition("?")[2])).run.loaded.task_name == "adding"
    forgive(script_errors, "422")


@pytest.mark.long
def test_equations_that_were_put_back_are_run_undone_and_done_again(page: Page, server: str) -> None:
    before, typed = "s[t] = tanh(A @ s[t-1])", "s[t] = tanh(A @ s[t-1] + x[t])"
    opened(page, f"{server}/?equations={before}&seed=4")
    page.locator("#equations > summary").click()
    page.locator("textarea").fill(typed)
    for place in ("Train", "Gallery", "Language", "API", "Explore"):
        page.locator(".bar nav").get_by_text(place).click()
    page.wait_for_selector("html[data-ready]")
    page.locator("#equations > summary").click()
    page.get_by_role("button", name="Put it back").click()
    page.get_by_role("button", name="Run").click()
    page.wait_for_function("() => decodeURIComponent(location.search).includes('x[t]')")
    page.keyboard.press("Escape")
    for press, text in (("Control+z", before), ("Control+Shift+z", typed)):
        page.locator("#main").focus()
        page.keyboard.press(press)
        page.wait_for_function("text => document.querySelector('textarea').value === text", arg=text)
        assert parse(page.url.partition("?")[2]).equations == text
        assert parse(page.url.partition("?")[2]).seed == 4


def test_of_two_changes_the_later_one_counts(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    for tau in ("4", "5", "6", "2"):
        page.locator("#tau-range").fill(tau)
    expect(page.locator(".unfolded .node")).to_have_count(11)
    page.wait_for_url("**tau=2**")


def test_an_edited_system_keeps_what_it_is_fed_and_the_step_one_is_at(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    inputs = page.locator('.unfolded [data-node^="x["], .unfolded [data-node^="y["]')
    letters = inputs.all_inner_texts()
    page.locator("#equations > summary").click()
    page.locator("textarea").fill(page.locator("textarea").input_value().replace("tanh", "sigmoid"))
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**equations=**")
    expect(page.locator("#systems summary")).to_have_text("Own equations")
    assert inputs.all_inner_texts() == letters
    page.wait_for_url(re.compile(r"at=h(\[|%5B)2"))


def test_ones_own_equations_are_run(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator("#equations > summary").click()
    page.locator("textarea").fill("s[t] = 0.5 * s[t-1] + x[t]\nloss = sum(s[t] @ s[t])")
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**equations=**")
    expect(page.locator('.unfolded [data-node="s[2]"]')).to_be_visible()
    expect(page.locator("#systems summary")).to_have_text("Own equations")
    page.keyboard.press("Escape")
    page.locator("#systems summary").click()
    page.locator('#systems [data-system="rnn"]').click()
    page.wait_for_url(re.compile(r"^[^=]*(\?(?!.*equations).*)?$"))
    expect(page.locator('.unfolded [data-node="o[2]"]')).to_be_visible()


def test_wrong_equations_are_told_where_they_stand_and_the_figure_stays(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator("#equations > summary").click()
    page.locator("textarea").fill("h[t] = tanh(W @ h[t-1]\n")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#problem-equations pre")).to_contain_text("^")
    expect(page.locator("textarea")).to_have_value("h[t] = tanh(W @ h[t-1]\n")
    expect(page.locator(".unfolded .node")).to_have_count(16)
    forgive(script_errors, "422")


def test_a_wrong_field_is_told_at_its_control_and_the_rest_is_kept(
    page: Page, server: str, script_errors: list[str]
) -> None:
    answer = page.goto(f"{server}/?system=rnn-regression&tau=0&seed=5&view=both")
    assert answer is not None and answer.status == 422
    expect(page.locator("#problem-tau")).to_contain_text("“τ” is to be a whole number from 1 to")
    expect(page.locator("#tau")).to_have_attribute("aria-describedby", "problem-tau")
    expect(page.locator("#tau")).to_have_value("0")
    expect(page.locator("#seed")).to_have_value("5")
    expect(page.locator("#system")).to_have_value("rnn-regression")
    expect(page.locator(".circuit")).to_be_visible()
    forgive(script_errors, "422")


def test_a_field_that_is_not_there_is_named(page: Page, server: str, script_errors: list[str]) -> None:
    page.goto(f"{server}/?colour=red&seed=5")
    expect(page.locator("#controls .problem")).to_contain_text("there is no field")
    expect(page.locator("#seed")).to_have_value("5")
    forgive(script_errors, "422")


def test_without_an_answer_the_page_keeps_what_it_has_and_asks_again(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}/?{WORD}")
    page.route("**/api/page?**", lambda route: route.abort())
    page.locator("#next-seed").click()
    expect(page.locator("#away")).to_contain_text("does not answer")
    expect(page.locator(".unfolded .node")).to_have_count(16)
    page.unroute("**/api/page?**")
    expect(page.locator("#away")).to_be_hidden()
    expect(page.locator("#seed")).to_have_value("5")
    forgive(script_errors, "Failed to load resource")


def forgive(errors: list[str], words: str) -> None:
    """The browser complains of what this test does on purpose."""
    assert all(words in error for error in errors), errors
    errors.clear()


# Without scripts


@pytest.mark.parametrize(
    ("link", "stretches"),
    [(SHORT, ((9, 13), (16, 19), (22, 24))), *long(*((link, ((0, None),)) for link in (SHORT, WORD, WAVE)))],
)
def test_without_scripts_the_same_numbers_and_links_for_the_steps(
    plain: Page, server: str, link: str, stretches: tuple[tuple[int, int | None], ...]
) -> None:
    """Where the forward pass ends, where the update begins and where it ends; the long tier walks it all."""
    it = computed(server, link)
    for begin, end in stretches:
        plain.goto(it.address(begin))
        for here in range(begin + 1, (end or len(it.steps)) + 1):
            plain.locator('[data-go="forward"]').click()
            assert plain.url == it.address(here)
            check_panel(plain, it, here)
    plain.locator('[data-go="back"]').click()
    assert plain.url == it.address(len(it.steps) - 1)
    plain.locator('[data-go="start"]').click()
    assert plain.url == it.address(0)


def test_without_scripts_the_controls_are_a_form(plain: Page, server: str) -> None:
    plain.goto(f"{server}/?{WORD}&sizes=h:6")
    expect(plain.locator('[data-go="play"]')).to_be_hidden()
    expect(plain.locator("#scrubber")).to_be_hidden()
    plain.locator("#tau").fill("2")
    plain.get_by_role("button", name="Draw").click()
    expect(plain.locator(".unfolded .node")).to_have_count(11)
    expect(plain.locator("#twins")).to_contain_text("h 6")
    expect(plain.locator("#seed")).to_have_value("4")


def test_without_scripts_ones_own_equations_are_run(plain: Page, server: str) -> None:
    plain.goto(f"{server}/?system=rnn")
    plain.locator("#equations > summary").click()
    plain.locator("textarea").fill("s[t] = 0.5 * s[t-1] + x[t]")
    plain.get_by_role("button", name="Run").click()
    expect(plain.locator('.unfolded [data-node="s[3]"]')).to_be_visible()
    expect(plain.locator("textarea")).to_have_value("s[t] = 0.5 * s[t-1] + x[t]")


# For everyone


@pytest.mark.one_in(2)
@pytest.mark.parametrize("size", [(1920, 1080), (1440, 900)])
def test_a_projector_shows_figure_panel_and_player_at_once(page: Page, server: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for detail in ("cells", "operations"):
        opened(page, f"{server}/?{WORD}&detail={detail}&phase=backward&at=h[2]")
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
        for part in ("#figure", "#panel .sums >> nth=0", "#transport .buttons", "#scrubber"):
            expect(page.locator(part)).to_be_in_viewport()
        box = page.locator("#transport").bounding_box()
        assert box and box["y"] + box["height"] <= size[1]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("link", "place"),
    [
        (WORD, "&view=both&phase=forward"),
        (WAVE, "&phase=backward&at=h[2]"),
        *long((WORD, ""), (WORD, "&phase=backward&at=h[2]"), (WAVE, ""), (WAVE, "&view=both&phase=forward")),
    ],
)
def test_a_narrow_page_does_not_scroll_sideways(page: Page, server: str, link: str, place: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, f"{server}/?{link}{place}")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


SMALL_LETTERS = """() => {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = {};
  while (texts.nextNode()) {
    const part = texts.currentNode.parentElement;
    const shown = part.checkVisibility({ visibilityProperty: true }) && part.getBoundingClientRect().width > 1;
    if (!texts.currentNode.data.trim() || !shown || part.closest("math, .away")) continue;
    const scale = part.ownerSVGElement ? part.getScreenCTM().a : 1;
    const high = parseFloat(getComputedStyle(part).fontSize) * scale;
    if (high && high < 9.99) found[texts.currentNode.data] = high;
  }
  return found;
}"""
"""The texts in letters below ten pixels, but for a long name of no size, which its short one stands for."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "place",
    ["/?system=lstm&phase=backward&at=c[2]", *long("/", "/compare", "/train", "/train/memory", "/train/hopfield")],
)
def test_on_a_phone_nothing_is_written_in_tiny_letters_or_goes_over_the_side(
    phone: Page, server: str, place: str
) -> None:
    opened(phone, server + place)
    if "system" in place:
        phone.locator("#through").scroll_into_view_if_needed()
        expect(phone.locator("#parts-said")).not_to_be_empty()
    assert phone.evaluate(SMALL_LETTERS) == {}
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("place", ["&phase=backward&at=h[2]", *long("", "&phase=forward&at=h[2]")])
def test_nothing_stands_in_anyones_way(page: Page, server: str, place: str) -> None:
    opened(page, f"{server}/?{WORD}{place}")
    page.locator("#equations > summary").click()
    check_accessible(page)


def test_what_can_be_pressed_is_large_enough(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    sizes = page.locator("a:visible, button:visible, select:visible, input:visible").evaluate_all(
        "(all) => all.filter((e) => !e.matches('.skip'))"
        ".map((e) => [e.id || e.textContent.trim(), Math.min(e.offsetWidth, e.offsetHeight)])"
    )
    assert [name for name, size in sizes if size < 24] == []


def test_the_theme_that_is_chosen_is_remembered(page: Page, server: str) -> None:
    page.emulate_media(color_scheme="light")
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[1]")
    ground = "getComputedStyle(document.body).backgroundColor"
    disc = "getComputedStyle(document.querySelector('.kind-input .disc')).fill"
    before = page.evaluate(ground), page.evaluate(disc)
    page.locator("#theme").click()
    after = page.evaluate(ground), page.evaluate(disc)
    assert before[0] != after[0] and before[1] != after[1]
    page.reload()
    assert (page.evaluate(ground), page.evaluate(disc)) == after


def test_the_link_is_copied(page: Page, server: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, f"{server}/?{WORD}")
    page.keyboard.press("ArrowRight")
    page.locator("#copy").click()
    expect(page.locator("#copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == computed(server, WORD).address(1)


def test_the_page_needs_nothing_from_elsewhere(page: Page, server: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, f"{server}/?{WORD}")
    assert all(url.startswith(server) for url in asked)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("link", ["system=rnn", "system=lstm&tau=10&phase=backward&at=c[5]"])
@pytest.mark.fresh
def test_the_first_view_is_small(page: Page, server: str, link: str) -> None:
    came: list[float] = []
    wire = page.context.new_cdp_session(page)
    wire.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto(f"{server}/?{link}", wait_until="networkidle")
    expect(page.locator("#chart-norms .curve").first).to_be_visible()
    assert 50_000 < sum(came) < 300_000
