"""What moves on the page: beads that tell what flows, a chain that slides under its cursor, the pace of a play."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.drawing.layout import spans, spelled
from app.engine import Step
from app.language import parse_node
from app.web.train.navigation import PAGES
from tests.browser.test_page import WORD, Pass, Silence, at_rest, computed, opened
from tests.tiers import long

HELD = """
() => {
  const { animate } = Element.prototype;
  window.held = [];
  Element.prototype.animate = function (...how) {
    const animation = animate.apply(this, how);
    animation.pause();
    held.push(animation);
    return animation;
  };
}
"""
"""From now on what is to move stands where it begins, until it is told where to be."""

BEADS = """
() => [...document.querySelectorAll(".beads > .bead")].map((bead) => {
  const framed = (part) => part.getAnimations()[0]?.effect.getKeyframes() ?? [part.style];
  const frames = (part, name) => framed(part).map((it) => it[name]);
  const sizes = frames(bead.firstChild, "transform").map((scale) => Number(/[\\d.]+/.exec(scale)[0]));
  const full = frames(bead.querySelector(".core"), "fillOpacity").at(-1);
  const [glow] = frames(bead.querySelector(".glow"), "opacity").slice(-1);
  const goes = frames(bead, "transform");
  const runs = goes[0] !== goes.at(-1);
  return { sizes, size: sizes.at(-1), glow: Number(glow), full: Number(full), runs, ends: goes.at(-1) };
})
"""
"""The beads of a move: how large all along, whether filled as they arrive, where, and whether they run or stand."""


def beads_at(page: Page, step: Step) -> list[dict[str, Any]]:
    page.locator(f'.beads[data-at="{step.at}"]').wait_for(state="attached")
    found: list[dict[str, Any]] = page.evaluate(BEADS)
    return found


def flowing(it: Pass, step: Step) -> list[float]:
    """The norms of what flows to a node through its edges, the least first, without what is exactly 0."""
    run = it.resolved.run
    its = [run.contributions[e.id] for e in run.graph.edges if e.source == step.at and not e.cut]
    norms = [float(np.linalg.norm(flow)) for flow in its]
    return sorted(norm for norm in norms if norm)


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    "link",
    [
        "system=last-output&tau=6&radius=0.1",
        "system=bidirectional&tau=2&truncate=1",
        *long("system=lstm&tau=2&detail=operations", "system=lstm&tau=2&detail=gates", f"{WORD}&truncate=2"),
    ],
)
@pytest.mark.fresh
def test_each_arrow_has_a_bead_as_large_as_what_flows_and_nothing_has_none(page: Page, server: str, link: str) -> None:
    """Of two the larger flow has the larger bead, and less than a hundredth of the largest is a ring."""
    it = computed(server, link)
    run = it.resolved.run
    moved = {n.id for n in run.graph.nodes if n.kind not in ("input", "target")}
    along = [run.contributions[e.id] for e in run.graph.edges if e.source in moved]
    gathered = [run.trace.gradient(n.id) for n in run.graph.nodes if n.kind == "parameter"]
    most = max(float(np.linalg.norm(flow)) for flow in (*along, *gathered))
    first = next(i for i, step in enumerate(it.steps) if step.phase == "backward")
    opened(page, it.address(first))
    page.evaluate(HELD)
    sizes: dict[float, float] = {}
    for here, step in enumerate(it.steps[first:], first + 1):
        page.keyboard.press("ArrowRight")
        if step.phase == "update":
            break
        at_rest(page, it, here)
        cut = [e for e in run.graph.edges if e.source == step.at and e.cut and np.any(run.trace.gradient(e.target))]
        beads = beads_at(page, step)
        runs = sorted((b for b in beads if b["runs"]), key=lambda bead: bead["size"])
        assert page.locator(".beads .snip").count() == len(cut)
        assert len(runs) == len(flowing(it, step)) + len(cut), step
        assert len(beads) - len(runs) == bool(np.any(run.trace.gradient(step.at))), "what arrives is one bead"
        if not cut:
            assert len({bead["ends"] for bead in beads}) <= 1, "where terms add the beads merge"
            assert all(seen_at_its_factor(bead["sizes"]) for bead in runs), step
            sizes |= zip(flowing(it, step), (b["size"] for b in runs), strict=True)
            assert all(b["glow"] == pytest.approx(b["size"] ** 2 * b["full"]) for b in runs)
            rings = [norm for norm, b in zip(flowing(it, step), runs, strict=True) if not b["full"]]
            assert rings == [norm for norm in flowing(it, step) if norm < most / 100]
            assert page.locator(".bead-trail").count() == len(rings)
    ranked = [sizes[norm] for norm in sorted(sizes)]
    assert ranked == sorted(ranked) and ranked[-1] <= 1
    strong = {np.log10(norm / most): size**2 for norm, size in sizes.items() if norm >= most / 100}
    lost = [(1 - area) / -decades for decades, area in strong.items() if decades < -0.5]
    assert lost == pytest.approx([(1 - 0.62**2) / 2] * len(lost), abs=0.02), "the area goes by the logarithm"


def seen_at_its_factor(sizes: list[float]) -> bool:
    """Whether a bead that arrives smaller, or larger, is clearly so right where a matrix or a gate makes it so."""
    first, last = sizes[0], sizes[-1]
    if abs(last / first - 1) < 0.02:
        return True
    most = (min if last < first else max)(sizes)
    return abs(most - first) > 1.5 * abs(last - first) or abs(most / first - 1) > 0.3


def test_forward_a_bead_runs_each_arrow_of_a_time_step_and_then_the_node_has_its_value(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    page.evaluate(HELD)
    page.keyboard.press("Shift+ArrowRight")
    ahead = [step.at for step in it.steps[:5]]
    into = [e for e in it.resolved.run.graph.edges if e.target in ahead]
    assert len(beads_at(page, it.steps[4])) == len(into)
    assert page.locator(".filling").count() == len(ahead)
    shown = "getComputedStyle(document.querySelector('[data-node=\"h[1]\"] .value')).opacity"
    assert page.evaluate(shown) == "0"
    page.evaluate("held.forEach((it) => it.finish())")
    assert page.evaluate(shown) == "1"
    expect(page.locator(".beads, .filling")).to_have_count(0)


def test_the_folded_circuit_and_lines_that_branch_have_a_bead_for_each_arrow_of_a_step(page: Page, server: str) -> None:
    """Three of the gates hear x along lines that are drawn once, for another."""
    for link, at, arrows in (
        (f"{WORD}&view=folded", Step("backward", "h[2]"), 2),
        (f"{WORD}&view=folded", Step("forward", "h[2]"), 2),
        ("system=lstm&tau=2", Step("forward", "f[2]"), 2),
        ("system=lstm&tau=2", Step("backward", "h[1]"), 5),
    ):
        it = computed(server, link)
        here = it.steps.index(at)
        opened(page, it.address(here))
        page.evaluate(HELD)
        page.keyboard.press("ArrowRight")
        page.locator(".beads > .bead").first.wait_for(state="attached")
        assert sum(bead["runs"] for bead in page.evaluate(BEADS)) == arrows, (link, at)


def test_where_no_motion_is_wanted_and_on_paper_there_are_no_beads(page: Page, server: str) -> None:
    it = computed(server, "tau=30&detail=states&phase=backward")
    here = it.steps.index(Step("backward", "h[12]")) + 1
    opened(page, it.address(here))
    page.evaluate(HELD)
    page.keyboard.press("ArrowRight")
    beads_at(page, it.steps[here])
    page.emulate_media(media="print")
    expect(page.locator(".beads")).to_be_hidden()
    page.emulate_media(media="screen", reduced_motion="reduce")
    page.evaluate("held.length = 0")
    for more in (2, 3):
        page.keyboard.press("ArrowRight")
        at_rest(page, it, here + more)
        expect(page.locator(".figure")).to_have_attribute("data-window", f"1..1,{10 - more}..{14 - more},30..30")
    expect(page.locator(".beads, .ghosts")).to_have_count(0)
    assert page.evaluate("held.length") == 0


MOVING = """
window.went = [];
const { animate } = Element.prototype;
Element.prototype.animate = function (...how) {
  window.went.push(`${this.getAttribute("class") ?? this.nodeName} runs`);
  return animate.apply(this, how);
};
const note = ({ target, type }) => window.went.push(`${target.getAttribute("class") ?? target.nodeName}: ${type}`);
for (const type of ["transitionrun", "animationstart"]) document.addEventListener(type, note, true);
"""


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/",
        "/?tau=30&phase=backward&at=h[15]",
        "/train",
        *long(
            *("/compare", "/gallery", "/language", "/?system=lstm&detail=gates", "/?system=rnn&view=folded"),
            *(path for path in PAGES.values() if path != "/train"),
        ),
    ],
)
@pytest.mark.fresh
def test_no_page_moves_where_no_motion_is_wanted(page: Page, server: str, path: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script(MOVING)
    page.goto(f"{server}{path}")
    page.wait_for_load_state("networkidle")
    for slider in page.locator("main input[type=range]").filter(visible=True).all()[:1]:
        slider.press("ArrowRight")
    for key in ("ArrowRight", "Shift+ArrowRight", "u", "u", "+", "0", "End"):
        page.keyboard.press(key)
    for button in page.locator("[data-go=play], #again, #toggle, #restart").filter(visible=True).all():
        button.click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.went") == []


FILMED = """
() => {
  const parts = (kind) => [...document.querySelectorAll(`.unfolded ${kind}`)];
  const seen = () => ({
    places: Object.fromEntries(parts(":is(.node, [data-beside])").map((part) => {
      const { left, top, width, height } = (part.querySelector(".disc") ?? part).getBoundingClientRect();
      const { node = `${part.getAttribute("class")} ${part.dataset.beside}` } = part.dataset;
      return [node, [left + width / 2, top + height / 2]];
    })),
    blank: parts(":is(.node, .edge)").filter((part) => getComputedStyle(part).opacity === "0").length,
    whole: parts(".node").filter((node) => getComputedStyle(node).opacity === "1").length,
    leaving: parts(".ghosts [data-var]").length,
    at: document.querySelector(".figure").dataset.at,
  });
  window.film = [];
  let before = seen();
  document.addEventListener("keydown", () => (before = seen()), { capture: true });
  new MutationObserver(() => {
    const slide = document.getAnimations().filter(({ effect }) => effect.target.closest(".figure"));
    const pieces = slide.filter(({ effect }) => !effect.target.closest(".beads, .node *, .edge *")).length;
    const frames = [{ ...before, pieces }];
    for (let time = 0; time <= 480; time += 16) {
      for (const it of slide) {
        it.pause();
        it.currentTime = time;
      }
      frames.push(seen());
    }
    for (const it of slide) {
      if (window.interrupted) it.currentTime = 208;
      else it.finish();
    }
    window.film.push(frames);
    before = seen();
  }).observe(document.getElementById("figure"), { subtree: true, attributeFilter: ["data-window", "data-update"] });
}
"""
"""Each time another part of the run takes the place of the one before: what was seen and in how many pieces it goes,
then frame by frame until all stands, or, where it is to be interrupted, until about the middle."""


SLIDING = [
    ("tau=30", "backward", 1280),
    *long(
        ("tau=30", "backward", 390),
        ("tau=30&detail=states", "backward", 1280),
        ("system=lstm&tau=20&detail=gates", "backward", 1280),
        ("system=lstm&tau=20&detail=gates", "forward", 390),
    ),
]


@pytest.mark.parametrize(("link", "phase", "width"), SLIDING)
@pytest.mark.fresh
def test_the_chain_slides_under_a_cursor_that_keeps_its_place(
    page: Page, server: str, link: str, phase: str, width: int
) -> None:
    """From frame to frame no node jumps, nor what is beside one, none that stays goes out, and none that leaves is gone
    at once; then the cursor is where it was."""
    page.set_viewport_size({"width": width, "height": 800})
    it = computed(server, f"{link}&phase={phase}")
    t = it.resolved.link.tau // 2
    here = max(i for i, step in enumerate(it.steps, 1) if step.phase == phase and parse_node(step.at).t == t)
    opened(page, it.address(here - 1))
    page.keyboard.press("ArrowRight")
    at_rest(page, it, here)
    shown = spelled(spans(it.resolved.link.tau, it.resolved.run.detail, t))
    expect(page.locator(".figure")).to_have_attribute("data-window", shown)
    expect(page.locator(".beads")).to_have_count(0)
    page.wait_for_function("() => document.querySelector('.figure').getAnimations().length === 0")
    page.evaluate(FILMED)
    for more in (1, 2, 3, 4):
        page.evaluate("(it) => { window.interrupted = it; }", more == 3)
        page.keyboard.press("Shift+ArrowRight")
        page.wait_for_function("(n) => film.length === n", arg=more)
    *whole, _, interrupting = page.evaluate("film")
    before, now, *_ = interrupting
    stays = before["places"].keys() & now["places"].keys()
    jumps = {n: np.hypot(*np.subtract(before["places"][n], now["places"][n])) for n in stays}
    assert {n: far for n, far in jumps.items() if far > 1.5} == {}, "it goes on from where the one before had come"
    for frames in whole:
        before, *moving = frames
        assert before["at"] != moving[-1]["at"]
        stays = before["places"].keys() & moving[0]["places"].keys()
        assert len(stays) > len(before["places"]) / 2
        assert before["pieces"] < len(stays), "neighbours go as one"
        left = [n for n in before["places"].keys() - stays if " " not in n]
        assert moving[0]["leaving"] >= len(left) > 0
        pitch = max(abs(moving[0]["places"][n][0] - moving[-1]["places"][n][0]) for n in stays)
        assert pitch > 20, "it slides by a column"
        for i, (one, next_one) in enumerate(zip(frames, moving, strict=False)):
            far = {n: np.hypot(*np.subtract(one["places"][n], next_one["places"][n])) for n in stays}
            assert max(far.values()) < (1.5 if i == 0 else pitch / 4), "no jump"
            assert next_one["whole"] >= len([n for n in stays if " " not in n]), "no flash"
        assert moving[-1]["blank"] == 0
        was, now = (frame["places"][frame["at"]] for frame in (before, moving[-1]))
        assert was == pytest.approx(now, abs=1.5), "the cursor keeps its place"


CHAIN = """
(steps) => steps.map((t) => {
  const { left, width } = document.querySelector(`.unfolded [data-node="h[${t}]"] .disc`).getBoundingClientRect();
  return left + width / 2;
})
"""
"""Where the circles of some steps are on the screen, from the left."""


@pytest.mark.fresh
def test_steps_that_come_with_the_cursor_come_beside_those_that_stay(page: Page, server: str) -> None:
    """The cursor goes further than was in sight, as in a play faster than the answers: no step lies on another."""
    it = computed(server, "tau=30")
    opened(page, it.address(it.steps.index(Step("forward", "h[10]")) + 1))
    expect(page.locator(".figure")).to_have_attribute("data-window", "1..1,8..12,30..30")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".beads")).to_have_count(0)
    page.evaluate(HELD)
    page.locator("#scrubber").fill(str(it.steps.index(Step("forward", "h[13]")) + 1))
    expect(page.locator(".figure")).to_have_attribute("data-window", "1..1,11..15,30..30")
    begins = np.diff(page.evaluate(CHAIN, [*range(11, 16)]))
    page.evaluate("held.forEach((it) => it.finish())")
    assert begins == pytest.approx(np.diff(page.evaluate(CHAIN, [*range(11, 16)])), abs=1.5)


UNDERWAY = """
() => {
  const figure = document.querySelector(".figure");
  const there = figure.style.transform;
  Object.assign(figure.style, { transition: "none", transform: "translate(24px, 12px) scale(1.2)" });
  figure.getBoundingClientRect();
  Object.assign(figure.style, { transition: "", transitionDelay: "60s", transform: there });
}
"""
"""The camera is on its way, and stays where it is, also on those that follow."""


@pytest.mark.parametrize(
    ("link", "width"),
    [
        (WORD, 1280),
        *long(
            ("system=lstm", 1280), ("tau=30", 1280), (f"{WORD}&view=both", 1280), ("tau=8", 390), ("system=lstm", 390)
        ),
    ],
)
@pytest.mark.fresh
def test_as_the_update_begins_all_of_the_drawing_makes_room_together(
    page: Page, server: str, link: str, width: int
) -> None:
    """From frame to frame no node jumps, and no line goes out while the drawing comes to its new scale, or back; where
    there is room beside it none moves at all.

    So it is too where the camera, or the drawing, was still on its way.
    """
    page.set_viewport_size({"width": width, "height": 800})
    it = computed(server, f"{link}&phase=backward")
    last = max(i for i, step in enumerate(it.steps, 1) if step.phase == "backward")
    opened(page, it.address(last - 1))
    page.keyboard.press("ArrowRight")
    at_rest(page, it, last)
    expect(page.locator(".beads")).to_have_count(0)
    page.evaluate(UNDERWAY)
    page.evaluate(FILMED)
    page.evaluate("() => { window.interrupted = true; }")
    for key, update in (("ArrowRight", re.compile(".")), ("ArrowLeft", "")):
        page.keyboard.press(key)
        expect(page.locator(".figure")).to_have_attribute("data-update", update)
    scales = 0
    for before, *moving in page.evaluate("film"):
        stays = before["places"].keys() & moving[0]["places"].keys()
        whole = max(np.hypot(*np.subtract(before["places"][n], moving[-1]["places"][n])) for n in stays)
        scales += whole > 2
        for i, (one, next_one) in enumerate(zip([before, *moving], moving, strict=False)):
            far = {n: np.hypot(*np.subtract(one["places"][n], next_one["places"][n])) for n in stays}
            assert max(far.values()) < (1.5 if i == 0 else max(1.5, whole / 4)), "no jump"
            assert next_one["blank"] == 0, "no line goes out"
    assert scales in (0, 2), "it stays, or comes to another scale, and back"


@pytest.mark.fresh
def test_play_goes_by_time_steps_or_by_nodes_as_fast_as_is_chosen(page: Page, server: str) -> None:
    it = computed(server, WORD)
    page.clock.install()
    opened(page, it.address(17))
    # What is shown has come, so that the play waits for nothing.
    page.keyboard.press("ArrowLeft")
    at_rest(page, it, 16)
    page.keyboard.press("Home")
    at_rest(page, it, 0)
    # From here time stands still but for what is said, however long a busy machine takes.
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 2)
    page.get_by_role("combobox", name="Speed").select_option("2")
    page.get_by_role("button", name="Play", exact=True).click()
    page.clock.run_for(650)
    expect(page.locator("output")).to_have_text("15")
    page.get_by_role("combobox", name="Play goes by").select_option("nodes")
    page.clock.run_for(700)
    expect(page.locator("output")).to_have_text("17")
    page.get_by_role("combobox", name="Speed").select_option("0.5")
    page.clock.run_for(1200)
    expect(page.locator("output")).to_have_text("18")
    page.clock.resume()
    page.keyboard.press("u")
    page.wait_for_url("**view=folded**")
    expect(page.get_by_role("combobox", name="Play goes by")).to_have_value("nodes")


@pytest.mark.parametrize(
    "path",
    [
        "/?tau=200&phase=forward&at=L[40]",
        *long(
            "/?system=lstm&detail=cells&tau=1000&phase=forward&at=h[500]",
            "/compare?a=system%3Drnn%26tau%3D200&b=system%3Dlstm%26detail%3Dcells%26tau%3D200&step=300",
        ),
    ],
)
@pytest.mark.fresh
def test_a_play_is_never_where_nothing_is_drawn(page: Page, server: str, path: str) -> None:
    """However late the drawings come of the steps that it goes to it waits; of a silent server it ends, as is said."""
    page.clock.install()
    silence = Silence(page, "**/api/figure?**")
    opened(page, f"{server}{path}")
    shown, figures = page.locator("output"), page.locator(".figure[data-window]")
    page.get_by_role("button", name="Play", exact=True).click()
    for waits in (3000, 3000, 11_000):
        silence.begin()
        was = shown.inner_text()
        page.clock.run_for(waits)
        expect(shown).to_have_text(was)
        assert figures.evaluate_all(CURSORS) == []
        expect(page.locator("#away")).to_be_visible(visible=waits > 10_000)
        silence.end()
        page.clock.run_for(3000)
        expect(shown).not_to_have_text(was)
        assert figures.evaluate_all(CURSORS) == []
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(page.locator("#away")).to_be_hidden()


CURSORS = """
(figures) => {
  const shown = (it) => !it.dataset.at.includes("[") || it.querySelector(".unfolded .node.current");
  return figures.filter((it) => !shown(it)).map((it) => it.dataset.at);
}
"""
"""The nodes of a step that the cursor is at in figures that do not show them."""
