"""The pages beside a training: a pattern anywhere, memory at growing delays, recall and its limit."""

from __future__ import annotations

import html
import json
import re
import subprocess
import tracemalloc
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, Route, expect
from starlette.testclient import TestClient

from app.drawing.plots.line_plot import compared
from app.drawing.plots.sheet import sheet
from app.drawing.plots.triangle_plot import BANDS
from app.drawing.scene.scene import Disc, Ink, Polygon, Polyline, Scene
from app.drawing.scene.themes import THEMES
from app.language.typeset import share_words
from app.link import Training, parse, resolve
from app.link.anywhere import anywhere
from app.link.recall import energies, keeps_patterns, recall, recall_names, rests
from app.outputs.files import run_scene
from app.outputs.plots import DELAYED, anywhere_sheet, remembers
from app.systems import SYSTEMS, TASKS, load
from app.systems.tasks.bitmaps import MOST_PATTERNS, bitmap, bitmap_pattern
from app.systems.tasks.signals import parse_pattern
from app.web.service import create_app
from app.web.train.anywhere import finds_patterns, opening_training
from app.web.train.navigation import PAGES
from app.web.train.recall_view import recall_sentence
from tests.accessibility import check_accessible
from tests.browser.test_page import forgive
from tests.lint import reasons
from tests.snapshots import spelled
from tests.web.test_problems import check_refused

SMALL = "system=rnn-regression&sizes=h:4&tau=6&task=detector:101@1-2&batch=8&steps=30&lr=0.02"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(), raise_server_exceptions=False)


# A pattern anywhere


def begins(bits: Any, wanted: list[int]) -> list[list[int]]:
    """Where the pattern begins in each sequence, told by looking, counted from 1."""
    n = len(wanted)
    return [[i + 1 for i in range(len(row) - n + 1) if list(row[i : i + n]) == wanted] for row in np.asarray(bits)]


@pytest.mark.parametrize(("where", "allowed"), [("", {1, 2, 3, 4}), ("@2-3", {2, 3}), ("@4", {4}), ("@3-99", {3, 4})])
def test_a_pattern_is_hidden_where_the_task_says(where: str, allowed: set[int]) -> None:
    data = load("rnn-regression", task=f"detector:0110{where}").data(7, seed=3, batch=64)
    found = begins(data.inputs["x"][:, :, 0].T.astype(int), [0, 1, 1, 0])
    assert all(places for places in found)
    # A pattern may overlap itself by its last bit: what was put there can make a second one that ends later.
    assert {places[0] for places in found} <= allowed | {p - 3 for p in allowed}
    assert allowed <= {place for places in found for place in places}


def test_a_window_of_one_value_has_the_very_same_bits() -> None:
    over_time = load("rnn-regression", task="detector:101@1-2").data(6, seed=1, batch=5, window=2).inputs
    text = "given x, y\no = c + V @ x\nloss = mse(o, y)"
    at_once = load(equations=text, sizes={"x": 6, "y": 6}, task="detector:101@1-2").data(1, 1, 5, 2).inputs
    for name in ("x", "y"):
        np.testing.assert_array_equal(at_once[name], over_time[name][:, :, 0].T)


@pytest.mark.parametrize("about", ["101@", "101@0", "101@2-", "12", "101@1-2-3"])
def test_a_place_that_is_none_is_refused(client: TestClient, about: str) -> None:
    check_refused(
        client.get("/api/trace", params={"system": "rnn-regression", "task": f"detector:{about}"}), 422, "task"
    )


def test_a_pattern_is_read_with_its_places() -> None:
    assert [
        (bits.tolist(), span)
        for bits, span in (parse_pattern("10@2-3", 5), parse_pattern("10", 5), parse_pattern("111", 2))
    ] == [
        ([1, 0], range(1, 3)),
        ([1, 0], range(4)),
        ([1, 1, 1], range(0)),
    ]


@pytest.mark.dear
def test_what_was_learned_at_one_place_is_known_at_all_by_shared_weights_alone() -> None:
    found = anywhere(resolve(opening_training()))
    assert found.seen == (True,) * 4 + (False,) * 4
    assert abs(found.network.parameters - found.dense.parameters) < 0.1 * found.network.parameters
    unseen = slice(4, None)
    assert min(found.network.accuracy) > 0.95
    assert max(found.dense.accuracy[unseen]) < 0.5
    assert min(found.dense.accuracy[:4]) > 0.6


SIDES = """
() => {
  const sides = (it) => it.getBoundingClientRect();
  const plot = (it) => [sides(it.firstElementChild).bottom, sides(it.querySelector("svg")).top];
  const [table, result] = ["table", "result"].map((id) => sides(document.getElementById(id)));
  return { plots: [...document.querySelectorAll("#result figure")].map(plot), table: table.top, foot: result.bottom };
}
"""
"""Where the captions of plots end and the plots begin, and the table and the end of all."""


def test_the_page_shows_what_the_api_says(page: Page, server: str, client: TestClient) -> None:
    said = client.get(f"/api/anywhere?{SMALL}").json()
    held: list[Route] = []
    page.route("**/api/anywhere?**", lambda route: held.append(route))
    page.goto(f"{server}/train/anywhere?{SMALL}")
    expect(page.locator("#table tbody tr td:nth-child(2)")).to_have_text(["yes"] * 2 + ["no"] * 2)
    expect(page.locator("#state")).to_have_text("Training both…")
    before = page.evaluate(SIDES)
    assert all(0 <= plot - caption < 10 for caption, plot in before["plots"]), before
    held.pop().continue_()
    expect(page.locator("#result")).to_have_attribute("data-shown", "101")
    assert page.evaluate(SIDES) == before, "what was trained comes where there was room for it"
    rows = page.locator("#table tbody tr").all()
    assert len(rows) == len(said["places"]) == 4
    for k, row in enumerate(rows):
        shares = [f"{int(100 * said[name]['accuracy'][k] + 0.5)} %" for name in ("network", "dense")]
        assert row.locator("td").all_inner_texts() == [str(k + 1), "yes" if k < 2 else "no", *shares]
        page.locator("#accuracy").press("ArrowRight")
        told = f"begins at {k + 1}: recurrent {shares[0]}, fully connected {shares[1]}"
        expect(page.locator("figure:has(#accuracy) .read")).to_have_text(told)


NOTHING_TOLD = "b[t] = g[t]; loss = min(mse(b[t], g[t])); a[t] = mse(q, e[t-1])"


@pytest.mark.parametrize(
    "query",
    [
        "system=rnn-regression",
        "system=last-output&tau=8",
        f"{SMALL}&tau=2",
        f"equations={quote(NOTHING_TOLD)}&tau=3&task=detector:101&steps=2",
    ],
)
def test_a_training_without_a_hidden_pattern_is_refused(client: TestClient, query: str) -> None:
    query = query.replace("&tau=6", "") if query.endswith("tau=2") else query
    assert client.get(f"/api/anywhere?{query}").status_code == 422


def test_a_training_that_diverges_is_said_with_the_place_and_keeps_its_losses(
    page: Page, server: str, client: TestClient
) -> None:
    asked = f"{SMALL.partition('&steps')[0]}&lr=1e9&optimizer=sgd&steps=60"
    found = client.get(f"/api/anywhere?{asked}").json()
    gone = [name for name in ("network", "dense") if found[name]["stopped"]]
    assert gone
    page.goto(f"{server}/train/anywhere?{asked}")
    expect(page.locator("#result")).to_have_attribute("data-shown", "101")
    for name in gone:
        stopped = found[name]["stopped"]
        words = f"diverges at update {stopped['step']}: {stopped['variable']}"
        expect(page.locator("#state")).to_contain_text(words)
        assert found[name]["accuracy"] == [None] * len(found["places"])
        assert stopped["step"] <= len(found[name]["losses"]) <= stopped["step"] + 1
    assert client.get(f"/anywhere.svg?{asked}").status_code == 200


def test_what_a_link_to_a_section_does_not_name_is_what_the_page_opens_on(client: TestClient) -> None:
    for link, words in (
        ("/train/hopfield?tau=30", "s(30)"),
        ("/train/anywhere?system=lstm", "detector:101"),
        ("/train/memory?steps=60", "h:12"),
    ):
        answer = client.get(link)
        assert answer.status_code == 200 and words in answer.text, link
        assert "Nothing can" not in answer.text


@pytest.mark.parametrize(
    ("link", "field"),
    [
        ("/train/anywhere?system=last-output", "task"),
        ("/train/anywhere?task=echo", "task"),
        ("/train/anywhere?tau=2", "tau"),
        ("/train/memory?task=random", "task"),
        ("/train/hopfield?task=random", "task"),
        ("/train/hopfield?system=rnn", "system"),
    ],
)
def test_a_training_that_a_section_cannot_show_is_told_at_its_control(
    client: TestClient, link: str, field: str
) -> None:
    answer = client.get(link)
    assert answer.status_code == 422
    assert f'id="problem-{field}"' in answer.text
    assert "Nothing can be" in answer.text


def test_recall_opens_on_a_network_that_has_the_steps_it_needs(client: TestClient) -> None:
    assert "recalls L." in client.get("/train/hopfield").text
    drawn = client.get("/train/hopfield", params={"task": "patterns:L000001fT@000001f", "tau": "25"}).text
    assert "recalls pattern 2." in drawn and "Kept: pattern 2, row 1" in drawn and "Kept: T, row 1" in drawn
    assert "the last state is no numbers" in client.get("/train/hopfield?tau=11&feed=u:s").text


# Memory


def test_a_run_of_memory_that_diverges_says_so_in_the_place_of_its_triangle(page: Page, server: str) -> None:
    page.goto(f"{server}/train/memory?task=adding&sizes=h:3&steps=40&batch=2&lr=1e200&optimizer=sgd")
    expect(page.locator("#state")).to_have_attribute("data-done", "", timeout=60_000)
    expect(page.locator(".triangle").first).to_contain_text("diverges at update")


def test_networks_are_compared_that_answer_with_a_number_at_every_step() -> None:
    chosen = [s for s in SYSTEMS.values() if remembers(s)]
    assert len(chosen) >= 3 and all(finds_patterns(s) for s in chosen)
    assert tuple(name for name, task in TASKS.items() if task.delays) == DELAYED


def runs(page: Page) -> list[dict[str, Any]]:
    """The runs of the first delay, as the page has them."""
    return list(json.loads(page.locator(".delay").first.get_attribute("data-runs") or ""))


def test_every_run_of_the_page_is_drawn_with_its_triangle(page: Page, server: str) -> None:
    page.goto(f"{server}/train/memory?task=adding&sizes=h:3&steps=4&batch=2")
    expect(page.locator("#state")).to_have_attribute("data-done", "", timeout=60_000)
    curves = page.locator(".delay .curve").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('d').split('L').length)"
    )
    assert curves == [4] * page.locator(".triangle").count()
    assert page.locator(".triangle svg .frame").count() == len(curves)
    said = page.locator(".remembered").last
    expect(said).to_contain_text("After 4 updates the loss on new sequences is")
    shares = page.locator(".delay").last.locator(".feels b").all_text_contents()
    for share in shares:
        expect(said).to_contain_text(share)
    assert page.locator(".delay").last.locator(".feels").all_text_contents() == [
        f"step 40 feels of step 2{share}" for share in shares
    ]
    first = page.locator(".triangles a").first.get_attribute("href") or ""
    assert parse(first.partition("?")[2], Training).task == "adding"


def test_a_triangle_of_memory_answers_to_pointer_and_keys_and_is_of_one_state_alone(page: Page, server: str) -> None:
    page.goto(f"{server}/train/memory?task=echo&sizes=h:2&steps=2&batch=2")
    expect(page.locator("#state")).to_have_attribute("data-done", "", timeout=60_000)
    lstm = page.locator(".delay").first.locator(".triangles li").last
    found = json.loads(page.request.get(f"{server}/api/instruments?{runs(page)[-1]['after']}").text())["triangles"]
    expect(lstm.locator("option")).to_have_text(["h and c", "h", "c"])
    for run, said in zip(runs(page), page.locator(".signs .key li").all(), strict=True):
        learned = page.request.get(f"{server}/api/trace?{run['after']}").json()["parameters"]
        expect(said).to_have_text(f"{run['name']}, {sum(map(np.size, learned.values()))} parameters")
    for states in found:
        lstm.locator("select").select_option(label=" and ".join(state[0] for state in states["states"]))
        expect(lstm.locator(".feels")).to_have_text(f"step 20 feels of step 18{share_words(states['norms'][19][17])}")
    chart = lstm.locator("svg")
    chart.focus()
    page.keyboard.press("Home")
    expect(lstm.locator(".feels")).to_have_text("step 1 feels of step 1100 %")
    chart.hover(position={"x": 24, "y": 138})
    expect(lstm.locator(".feels")).to_have_text(f"step 20 feels of step 1{share_words(found[2]['norms'][19][0])}")


def test_the_bands_of_triangles_and_the_words_of_shares_are_those_of_the_figures(node: str) -> None:
    """A page draws with scripts what a file of the service draws."""
    script = """
    import { BANDS } from "./static/js/charts/shades.mjs";
    import { shareWords } from "./static/js/core/numeral.mjs";
    console.log(JSON.stringify([BANDS, JSON.parse(process.argv[1]).map(shareWords)]));
    """
    shares = [0, 1e-300, 4.2e-16, 2.5e-8, 7e-7, 0.0099, 0.01, 0.312, 1, 1.004, 9.94, 9.96, 1234, 5e6, 1e40]
    found = subprocess.run(
        [node, "--input-type=module", "-e", script, json.dumps(shares)], capture_output=True, check=True, text=True
    )
    bands, words = json.loads(found.stdout)
    assert bands == list(BANDS) and words == [share_words(share) for share in shares]


# Recall


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", [s.name for s in SYSTEMS.values() if keeps_patterns(s)])
def test_recall_fails_beyond_about_a_seventh_of_the_units(name: str) -> None:
    found = recall(name, 0)
    low = [r for load, r in zip(found.load, found.recalled, strict=True) if load <= 0.1]
    high = [r for load, r in zip(found.load, found.recalled, strict=True) if load >= 0.24]
    assert min(low) > 0.9 and max(high) < 0.35
    assert recall(name, 0) == found


def test_the_parts_of_such_a_network_are_told_by_what_reads_what() -> None:
    found = [recall_names(s.recurrence) for s in SYSTEMS.values() if keeps_patterns(s)]
    assert {(p.memory, p.start, p.state, p.energy) for p in found} == {("P", "s0", "s", "E")}
    assert {p.turns for p in found} == {None, "u"}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", [n for n, s in SYSTEMS.items() if keeps_patterns(s)])
def test_recall_holds_a_few_trials_at_a_time_and_no_gradients(name: str) -> None:
    recall(name, 0)
    tracemalloc.start()
    recall(name, 2)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60e6


def test_only_what_keeps_patterns_recalls(client: TestClient) -> None:
    check_refused(client.get("/api/recall?system=rnn"), 422, "system")


def points(page: Page, place: str) -> list[float]:
    """A bitmap of the page as numbers."""
    classes = page.locator(f"{place} .map a").evaluate_all("(all) => all.map((one) => one.className)")
    return [1.0 if name == "on" else -1.0 for name in classes]


def test_points_are_turned_and_the_page_is_their_link(page: Page, server: str, client: TestClient) -> None:
    page.goto(f"{server}/train/hopfield?system=hopfield&tau=3")
    page.wait_for_selector("html[data-ready]")
    values = client.get("/api/trace?system=hopfield&tau=3").json()["values"]
    assert points(page, "#start") == values["s0"]
    assert points(page, "#kept li:nth-child(2)") == values["P"][1]
    page.locator("#start-8").click()
    page.locator("#kept-2-1").click()
    values["s0"][7] *= -1
    values["P"][1][0] *= -1
    expect(page.locator("#kept-2-1")).not_to_have_class("on")
    expect(page.locator("#kept-2-1")).to_be_focused()
    link = parse(page.url.partition("?")[2])
    trace = resolve(link).run.trace
    for name in ("P", "s0"):
        np.testing.assert_array_equal(trace.value(name), values[name])
    figure = page.locator(".roomy img.on-light").get_attribute("src") or ""
    assert parse(figure.partition("?")[2].replace("&theme=light", "")).task == link.task
    expect(page.locator("#state")).to_have_text(
        recall_sentence(trace, [values["s0"], *trace.values["s"]], energies(trace), ["L", "pattern 2", "X"])
    )
    page.reload()
    assert points(page, "#start") == values["s0"]
    page.go_back()
    page.go_back()
    expect(page.locator("#kept-2-1")).to_have_class("on")


def test_a_bitmap_is_gone_through_with_the_arrow_keys(page: Page, server: str) -> None:
    page.goto(f"{server}/train/hopfield?system=hopfield&tau=3")
    page.wait_for_selector("html[data-ready]")
    page.locator("#start-1").focus()
    for key, place in (("ArrowLeft", 1), ("ArrowRight", 2), ("ArrowDown", 7), ("ArrowUp", 2), ("ArrowUp", 2)):
        page.keyboard.press(key)
        expect(page.locator(f"#start-{place}")).to_be_focused()
    before = points(page, "#start")
    page.keyboard.press("Space")
    expect(page.locator("#start-2")).to_have_attribute("aria-label", re.compile("on$" if before[1] < 0 else "off$"))
    expect(page.locator("#start-2")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#more")).to_be_focused()


def test_as_many_patterns_are_kept_as_the_page_says(client: TestClient) -> None:
    page = client.get(f"/train/hopfield?task=patterns:{'1ffffff' * MOST_PATTERNS}@0000000&system=hopfield").text
    assert f"{MOST_PATTERNS} patterns are the most" in page and 'id="more"' not in page
    check_refused(client.get(f"/api/trace?system=hopfield&task=patterns:{'A' * (MOST_PATTERNS + 1)}"), 422, "task")
    for wrong in ("LT2f8421f", "L1f8421", "L@T", "@1f8421f", "L1F8421F"):
        check_refused(client.get(f"/api/trace?system=hopfield&task=patterns:{wrong}"), 422, "task")


@given(st.lists(st.sampled_from([-1.0, 1.0]), min_size=25, max_size=25))
def test_a_bitmap_is_written_and_read_again(drawn: list[float]) -> None:
    assert bitmap(bitmap_pattern(np.array(drawn))).tolist() == drawn


@pytest.mark.parametrize("name", [s.name for s in SYSTEMS.values() if keeps_patterns(s)])
@pytest.mark.parametrize("seed", range(4))
def test_the_energies_are_the_engine_s_and_begin_with_the_start_s(name: str, seed: int) -> None:
    trace = resolve(parse(f"system={name}&tau=9&seed={seed}&task=patterns:LTXAC")).run.trace
    found = energies(trace)
    np.testing.assert_allclose(found[1:], trace.values["E"], rtol=1e-12)
    again = resolve(parse(f"system={name}&tau=9&seed={seed}&task=patterns:LTXAC")).run.bindings
    s0, w = np.asarray(again.inputs["s0"]).ravel(), np.asarray(trace.value("W"))
    assert found[0] == pytest.approx(-sum(w[i, j] * s0[i] * s0[j] for i in range(25) for j in range(i)))
    if recall_names(trace.recurrence).turns:
        assert (np.diff(found) <= 1e-9).all()


@pytest.mark.parametrize("query", ["system=hopfield-asynchronous&tau=25", "system=hopfield&tau=3"])
def test_the_states_of_a_recall_stand_side_by_side(client: TestClient, query: str) -> None:
    trace = resolve(parse(f"{query}&task=patterns:LTX")).run.trace
    page = client.get(f"/train/hopfield?{query}&task=patterns:LTX").text
    found = re.findall('<div class="map still".*?</div>(.*?)</li>', page)
    states = [np.asarray(trace.value(f"s[{t}]")) for t in range(trace.tau + 1)]
    turned = [0, *(t for t in range(1, len(states)) if (states[t] != states[t - 1]).any())]
    assert found == [f"s({t})" for t in turned]
    last = re.findall('<div class="map still".*?</div>', page)[-1]
    assert ["on" in point for point in re.findall("<span.*?>", last)] == (states[-1] > 0).tolist()


@pytest.mark.parametrize(
    ("tau", "words"),
    [
        (
            25,
            "after 25 steps it has not come to rest, at no pattern; nearest is B, 2 points away",
        ),
        (50, "recalls B. Energy from −200 to −720."),
    ],
)
def test_a_network_rests_where_no_unit_would_change(client: TestClient, tau: int, words: str) -> None:
    asked = f"system=hopfield-asynchronous&tau={tau}&task=patterns:LTXABCDE&seed=1"
    trace = resolve(parse(asked)).run.trace
    p, s = trace.value("P"), trace.value(f"s[{tau}]")
    others = [sum((p[:, i] @ p[:, j]) * s[j] for j in range(25) if j != i) for i in range(25)]
    assert rests(trace) == np.array_equal([1 if x >= 0 else -1 for x in others], s) == (tau == 50)
    page = client.get(f"/train/hopfield?{asked}").text
    assert words in page
    assert ("From the start to rest" in page) == (tau == 50)


def test_what_is_remembered_is_told_of_data_of_no_task_too(client: TestClient) -> None:
    for address in ("/api/memory", "/memory.svg"):
        assert client.get(f"{address}?system=rnn-regression&steps=2&tau=4").status_code == 200


def test_patterns_that_are_as_near_are_all_named(client: TestClient) -> None:
    asked = "system=hopfield-asynchronous&tau=25&task=patterns:LTXABC%401687315"
    trace = resolve(parse(asked)).run.trace
    away = [int((p != trace.value("s[25]")).sum()) for p in np.asarray(trace.value("P"))]
    near = " and ".join(letter for letter, far in zip("LTXABC", away, strict=True) if far == min(away))
    assert "and" in near
    assert f"nearest are {near}, {min(away)} points away" in client.get(f"/train/hopfield?{asked}").text


def test_a_line_across_a_plot_says_where_it_is() -> None:
    curve = [("recalled", np.array([0.0, 0.2]), np.array([1.0, 0.0]))]

    def drawn(**more: Any) -> list[Any]:
        plot = compared("Recalled", curve, (52, 34, 300, 150), "light", decimal=True, **more)
        return [
            item for item in sheet([plot], "light", "Recalled", "by load").walk() if isinstance(item, Polyline | Ink)
        ]

    without, found = drawn(), drawn(at=0.138)
    line, number = (item for item in found if item not in without)
    assert isinstance(line, Polyline) and line.paint.dash
    assert isinstance(number, Ink) and spelled(number.outline.box) == "0.138"


# Without scripts


PICTURES = {
    "/train/anywhere": (f"{SMALL}", "/anywhere.svg"),
    "/train/memory": ("task=echo&sizes=h:2&steps=3&batch=2", "/memory.svg"),
    "/train/hopfield": ("system=hopfield&tau=3", "/recall.svg", "/energy.svg", "/figure.svg"),
    "/train": ("steps=3&system=rnn-regression", "/run.svg"),
}


@pytest.mark.parametrize("path", PICTURES)
def test_the_plots_are_there_without_scripts(client: TestClient, path: str) -> None:
    query, *wanted = PICTURES[path]
    text = client.get(f"{path}?{query}").text
    sources = [html.unescape(src) for src in re.findall(r'<img[^>]* src="([^"]+)"', text)]
    assert {src.partition("?")[0] for src in sources} == set(wanted)
    for src in sources:
        response = client.get(src)
        assert (response.status_code, response.headers["Content-Type"]) == (200, "image/svg+xml")
        assert reasons(response.text, "fig" if "figure" in src else "run") == []
        assert THEMES["dark" if src.endswith("dark") else "light"].paper in response.text


def lines(scene: Scene, *widths: float) -> list[Polyline]:
    """The curves of a sheet, by the widths that curves have."""
    return [item for item in scene.walk() if isinstance(item, Polyline) and item.paint.width in widths]


@pytest.mark.parametrize("theme", THEMES)
def test_curves_differ_without_their_colours(theme: str) -> None:
    scene = anywhere_sheet(resolve(parse(f"{SMALL}&theme={theme}", Training)))
    curves = lines(scene, 1.15)
    assert len(curves) == 4 and [curve.paint.dash for curve in curves].count(()) == 2
    assert {type(item) for item in scene.walk() if isinstance(item, Disc | Polygon)} == {Disc, Polygon}
    assert len({curve.paint.stroke for curve in curves}) == (1 if theme == "print" else 2)


@pytest.mark.parametrize("theme", THEMES)
def test_a_run_s_curves_differ_without_their_colours(theme: str) -> None:
    resolved = resolve(parse(f"system=lstm&tau=6&steps=9&theme={theme}", Training))
    target, prediction, loss, *norms = lines(run_scene(resolved.train(), resolved), 2.7, 1.15)
    assert target.paint.width == 2.7 and prediction.paint.width == 1.15 and not loss.paint.dash
    assert len(norms) == 14 and len({(it.paint.stroke, it.paint.dash) for it in norms}) == (
        6 if theme == "print" else 14
    )


# For everyone


CHANGED = {
    "/train/anywhere": (SMALL, "steps", "25", "#result[data-shown]"),
    "/train/memory": ("task=echo&sizes=h:2&steps=3&batch=2", "steps", "4", "#state[data-done]"),
    "/train/hopfield": ("system=hopfield&tau=3", "tau", "2", "#state"),
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("path", CHANGED)
def test_a_change_is_shown_in_place(page: Page, server: str, path: str, script_errors: list[str]) -> None:
    query, name, value, done = CHANGED[path]
    page.goto(f"{server}{path}?{query}")
    page.wait_for_selector(done, timeout=60_000)
    page.evaluate("window.stays = true")
    page.locator(f"#{name}").fill(value)
    page.locator(f"#{name}").press("Tab")
    page.wait_for_url(re.compile(f"{name}={value}"))
    page.wait_for_selector(done, timeout=60_000)
    assert page.evaluate("window.stays")
    page.locator("#seed").fill("-1")
    page.evaluate("document.querySelector('#seed').min = -5")
    page.locator("#seed").press("Tab")
    expect(page.locator("#problem-seed")).to_be_visible()
    assert f"{name}={value}" in page.url
    assert len(script_errors) == 1 and "422" in script_errors.pop()
    page.go_back()
    expect(page.locator(f"#{name}")).to_have_value(str(getattr(parse(query, Training), name)))


@pytest.mark.one_in(3)
@pytest.mark.parametrize("path", CHANGED)
def test_while_the_server_is_away_what_is_there_stays(
    page: Page, server: str, path: str, script_errors: list[str]
) -> None:
    query, name, value, done = CHANGED[path]
    page.goto(f"{server}{path}?{query}")
    page.wait_for_selector(done, timeout=60_000)
    page.route("**/train/**", lambda route: route.abort())
    page.locator(f"#{name}").fill(value)
    page.locator(f"#{name}").press("Tab")
    expect(page.locator("#away")).to_contain_text("The server does not answer")
    expect(page.locator(done)).to_be_visible()
    page.unroute("**/train/**")
    page.wait_for_url(re.compile(f"{name}={value}"))
    expect(page.locator("#away")).to_be_hidden()
    expect(page.locator(f"#{name}")).to_have_value(value)
    forgive(script_errors, "Failed to load resource")


QUESTIONS = {
    "the weights of a step": ("/train?steps=3", "trace", "#scrub", "1", '#matrices[data-step="1"]:not([aria-busy])'),
    "a try of the network": ("/train?steps=3", "trace", "", "", "#after[data-filled]"),
    "a signal": ("/train?steps=3", "trace", "#signal", "1, 0, 1", '#response[data-heard="3"]'),
    "a run": ("/train/memory?task=echo&sizes=h:2&steps=3&batch=2", "train", "", "", "#state[data-done]"),
    "a triangle": ("/train/memory?task=echo&sizes=h:2&steps=3&batch=2", "instruments", "", "", "#state[data-done]"),
    "what is seen": ("/train/memory?task=echo&sizes=h:2&steps=3&batch=2", "memory", "", "", "#state[data-done]"),
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("question", QUESTIONS)
def test_of_whatever_is_not_answered_the_page_says_so_until_it_is(
    page: Page, server: str, question: str, script_errors: list[str]
) -> None:
    path, asked, control, value, answered = QUESTIONS[question]
    page.route(f"**/api/{asked}?**", lambda route: route.abort())
    page.goto(f"{server}{path}")
    page.wait_for_selector("html[data-ready]")
    if path.startswith("/train?"):
        page.locator("#after").scroll_into_view_if_needed()
    if control:
        page.locator(control).fill(value)
        page.locator(control).press("Enter")
    expect(page.locator("#away")).to_contain_text("does not answer")
    expect(page.locator(answered)).to_have_count(0)
    page.unroute(f"**/api/{asked}?**")
    expect(page.locator(answered)).to_have_count(1)
    expect(page.locator("#away")).to_be_hidden()
    forgive(script_errors, "Failed to load resource")


def test_a_picture_that_did_not_come_is_asked_for_again(page: Page, server: str, script_errors: list[str]) -> None:
    page.route("**/recall.svg?**", lambda route: route.abort(), times=1)
    with page.expect_event("requestfailed"):
        page.goto(f"{server}/train/hopfield?tau=2")
        page.locator("img[src*=recall].on-light").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('img[src*=recall].on-light').naturalWidth > 0")
    forgive(script_errors, "Failed to load resource")


@pytest.mark.one_in(3)
@pytest.mark.parametrize("path", [path for path in PAGES.values() if path != "/train"])
def test_nothing_is_out_of_reach(page: Page, server: str, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}{path}{'?steps=2&sizes=h:2&task=echo' if path.endswith('memory') else ''}")
    page.wait_for_selector("html[data-ready]")
    page.wait_for_load_state("networkidle")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = [link.bounding_box() for link in page.locator(".sections a").all()]
    assert len(boxes) == len(PAGES) and all(box and box["y"] + box["height"] < 844 / 3 for box in boxes)


@pytest.mark.parametrize("path", PAGES.values())
def test_a_problem_stands_at_its_control(client: TestClient, path: str) -> None:
    response = client.get(f"{path}?seed=-1&sizes=h:3")
    assert response.status_code == 422
    assert re.search(r'id="seed"[^>]*aria-invalid="true"', response.text)
