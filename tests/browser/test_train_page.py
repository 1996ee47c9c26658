"""The page of a training, in a browser: what it draws and says is what the engine computes."""

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from app.arrays import Array
from app.drawing.scene.scene import Polyline
from app.engine import TrainingRun
from app.language.typeset.numerals import numeral
from app.link import Training, options, parse, query, resolve
from app.link.rows import TRAIN, on_page
from app.outputs.files import run_scene
from app.web.train.run_data import LENGTHS
from app.web.train.training_form import article_training
from tests.accessibility import check_accessible
from tests.browser.test_page import forgive
from tests.tiers import long

SMALL = "system=rnn-regression&sizes=h:4&tau=5&lr=0.05&carry_state=true&steps=12"

BELOW = "s[t] = tanh(w * s[t-1] + b)\nL[t] = -sum(s[t])\nloss = sum(L[t])"
"""Equations whose loss is below 0 as soon as s is above it."""
DIVERGES = "system=rnn-regression&sizes=h:2&optimizer=sgd&lr={}&tau=10"

POINTS = """
(path) => (path.getAttribute("d") ?? "").split(/(?=[ML])/).map((part) => part.slice(1).split(",").map(Number))
"""


def opened(page: Page, address: str, motion: Literal["reduce", "no-preference"] = "reduce") -> None:
    """A page on which nothing moves, unless motion is asked for: then a run is played back."""
    page.emulate_media(reduced_motion=motion)
    page.goto(address)
    page.wait_for_selector("html[data-ready]")


def ended(page: Page) -> None:
    """The run is told to its end and the weights of the step that is looked at are there."""
    page.wait_for_function(
        """() => document.querySelector("#run")?.dataset.phase === "done"
            && document.querySelector("#matrices").dataset.step === document.querySelector("#here").textContent""",
        timeout=120_000,
    )


def computed(asked: str) -> TrainingRun:
    return resolve(parse(asked, Training)).train()


def drawn(page: Page, curve: str) -> Array:
    """The points of a curve in pixels."""
    return np.array(page.locator(curve).evaluate(POINTS))


def check_curve(page: Page, curve: str, values: Array) -> None:
    """As many points as numbers, and their heights go with the numbers as a straight line."""
    page.wait_for_function(
        f"() => document.querySelector({curve!r})?.getAttribute('d')?.split(/[ML]/).length === {values.size + 1}"
    )
    points = drawn(page, curve)
    assert len(points) == values.size
    slope, start = np.polyfit(values.ravel(), points[:, 1], 1)
    assert slope < 0
    assert np.abs(points[:, 1] - (slope * values.ravel() + start)).max() < 0.15
    assert (np.diff(points[:, 0]) >= 0).all()


# The run


def test_the_page_opens_on_the_article_s_run(page: Page, server: str) -> None:
    opened(page, f"{server}/train")
    ended(page)
    run = computed(query(article_training(), Training))
    assert len(run.losses) == 60
    check_curve(page, "#curves path.said", run.predictions)
    check_curve(page, "#curves path.target", run.targets)
    check_curve(page, "#losses .curve.loss", np.log10(run.losses))
    for i, norms in enumerate(run.norms.values()):
        check_curve(page, f"#norms .curve.c{i}", np.log10(norms))
    expect(page.locator("#state")).to_contain_text("60 updates in")
    expect(page.locator("#state b").last).to_have_text(numeral(run.losses[-1], 4))


VEIL = "() => getComputedStyle(document.querySelector('#losses .veil')).opacity"


BESIDE = """() => [...document.querySelectorAll("#norms text.name:not([hidden])")]
  .map((name) => name.getAttribute("x") - document.querySelector("#norms .mark").getAttribute("x1"))"""


def test_a_run_grows_while_it_is_replayed_and_then_all_of_it_is_there(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL.replace('steps=12', 'steps=60')}", motion="no-preference")
    expect(page.locator("#state")).to_contain_text("replayed")
    assert page.evaluate(VEIL) == "1"
    # Names ride where their curves end by now.
    page.wait_for_function(f"() => (({BESIDE})()).filter((gap) => 0 < gap && gap < 12).length === 5")
    assert not page.locator("#curves text.name").count(), "target and prediction are named above"
    page.locator("#scrub").fill("4")
    expect(page.locator("#state")).not_to_contain_text("replayed")
    assert 0 < float(page.evaluate(VEIL)) < 1


def test_a_run_that_is_stopped_goes_on_as_if_it_had_not_been(page: Page, server: str) -> None:
    asked = SMALL.replace("steps=12", "steps=600")
    with slow_line(page):
        opened(page, f"{server}/train?{asked}")
        expect(page.locator("#state b").first).not_to_have_text("0")
        with page.expect_event("requestfailed", lambda request: "/api/train" in request.url):
            page.click("#toggle")
    expect(page.locator("#toggle")).to_have_text("Play")
    stopped = int(page.locator("#state b").first.inner_text())
    assert 0 < stopped < 600
    expect(page.locator("#state b").first).to_have_text(str(stopped))
    assert steps_of_files(page) == {str(stopped)}
    page.click("#toggle")
    ended(page)
    assert steps_of_files(page) == {"600"}
    losses = computed(asked).losses
    for k in (0, stopped - 1, stopped, stopped + 1, 599):
        page.locator("#scrub").fill(str(k))
        expect(page.locator("#step-loss")).to_have_text(f"loss {numeral(losses[k], 4)}")


@contextmanager
def slow_line(page: Page) -> Iterator[None]:
    """A run takes a fraction of a second; what it tells takes several on this line."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    line = {"offline": False, "latency": 0, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", line | {"downloadThroughput": 30_000})
    try:
        yield
    finally:
        wire.send("Network.emulateNetworkConditions", line | {"downloadThroughput": -1})
        wire.detach()


def steps_of_files(page: Page) -> set[str]:
    """How many steps the files are of: of a run so many, of weights after so many."""
    hrefs = [link.get_attribute("href") or "" for link in page.locator("#files a").all()]
    return {steps for href in hrefs for steps in re.findall(r"(?:steps|trained)=(\d+)", href)}


def test_the_step_that_was_looked_at_is_there_again_after_another_page(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    page.locator("#scrub").fill("7")
    expect(page.locator("#matrices")).to_have_attribute("data-step", "7")
    page.locator("#explore").click()
    page.wait_for_selector(".unfolded")
    page.go_back()
    ended(page)
    expect(page.locator("#here")).to_have_text("7")
    page.click("#restart")
    expect(page.locator("#here")).to_have_text("11")


def test_back_on_the_page_without_fields_the_article_s_run_is_there_again(page: Page, server: str) -> None:
    opened(page, f"{server}/train")
    ended(page)
    loss = page.locator("#state b").last.inner_text()
    page.locator("#lr").fill("0.05")
    page.locator("#lr").press("Tab")
    page.wait_for_url("**lr=0.05**")
    ended(page)
    page.go_back()
    expect(page.locator("#lr")).to_have_value("0.02")
    expect(page.locator("#state b").last).to_have_text(loss)
    expect(page.locator("#state")).to_contain_text("60 updates in")
    assert page.url == f"{server}/train"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("asked", ["system=gru&task=adding&tau=6&steps=2", "system=teacher-forcing&tau=4&steps=2"])
def test_only_what_the_trained_parameters_fit_is_read_from_the_output(page: Page, server: str, asked: str) -> None:
    opened(page, f"{server}/train?{asked}")
    ended(page)
    page.locator("#after").scroll_into_view_if_needed()
    count = page.locator("#tried figure").count
    expect(page.locator("#after")).to_have_attribute("data-filled", re.compile("[45]"))
    expect(page.locator("#tried .number")).to_have_text([re.compile(r"\bloss ")] * count())


def test_with_wrong_equations_nothing_is_there_to_be_pressed(page: Page, server: str, script_errors: list[str]) -> None:
    opened(page, f"{server}/train?equations=h[t]%20%3D%20tanh(")
    expect(page.locator("#nothing")).to_be_visible()
    for part in ("#run", "#step", "#after", "#files"):
        expect(page.locator(part)).to_be_hidden()
    page.locator("#text").fill(BELOW)
    page.locator("#equations .primary").click()
    page.wait_for_url("**loss**")
    ended(page)
    expect(page.locator("#nothing")).to_have_count(0)
    expect(page.locator("#losses")).to_be_visible()
    forgive(script_errors, "status of 422")


def test_an_empty_control_shows_what_its_field_comes_to(page: Page, server: str) -> None:
    opened(page, f"{server}/train")
    expect(page.locator("#sizes")).to_have_attribute("placeholder", "x:1,y:1,h:32")


def events(asked: str, steps: range) -> str:
    run = computed(asked)
    rows = [
        {
            "step": k,
            "loss": run.losses[k],
            "prediction": run.predictions[k].tolist(),
            "target": run.targets[k].tolist(),
            "norms": {name: norms[k] for name, norms in run.norms.items()},
        }
        for k in steps
    ]
    return "".join(f"id: {row['step']}\ndata: {json.dumps(row)}\n\n" for row in rows)


def broken(page: Page, body: str) -> Callable[[], None]:
    """The first connection ends after this much; those after it wait until what is returned is called."""
    told = {"body": f"retry: 100\n\n{body}", "content_type": "text/event-stream"}
    page.route("**/api/train?**", lambda route: None)
    page.route("**/api/train?**", lambda route: route.fulfill(**told), times=1)
    return lambda: page.unroute("**/api/train?**")


def test_a_connection_that_breaks_is_taken_up_where_it_was(page: Page, server: str) -> None:
    mend = broken(page, events(SMALL, range(5)))
    opened(page, f"{server}/train?{SMALL}")
    expect(page.locator("#away")).to_contain_text("goes on from here")
    expect(page.locator("#state b").first).to_have_text("5")
    mend()
    ended(page)
    expect(page.locator("#away")).to_be_hidden()
    check_curve(page, "#losses .curve.loss", np.log10(computed(SMALL).losses))


def test_who_waits_is_told_how_many_come_first(page: Page, server: str) -> None:
    mend = broken(page, 'event: waiting\ndata: {"before":2}\n\n')
    opened(page, f"{server}/train?{SMALL}")
    expect(page.locator("#state")).to_contain_text("waiting for a place, 2 before you")
    mend()
    ended(page)


@pytest.mark.parametrize("lr", ["1.7e308", *long("1e200")])
def test_a_run_that_diverges_says_where_and_keeps_its_plot(page: Page, server: str, lr: str) -> None:
    asked = DIVERGES.format(lr)
    opened(page, f"{server}/train?{asked}")
    ended(page)
    run = computed(asked)
    assert run.stopped is not None
    expect(page.locator("#state")).to_contain_text(f"the run diverges at update {run.stopped.step}")
    expect(page.locator("#state")).to_contain_text("no longer finite")
    assert len(drawn(page, "#losses .curve.loss")) == len(run.losses)
    for link in page.locator('#files a[href^="/weights."]').all():
        response = page.request.get(f"{server}{link.get_attribute('href')}")
        assert response.ok
    weights = np.load(io.BytesIO(page.request.get(f"{server}{weights_of(page)}").body()))
    assert all(np.isfinite(weights[name]).all() for name in weights.files)


def test_a_run_that_grows_is_said_to_diverge_and_keeps_its_network(page: Page, server: str) -> None:
    opened(page, f"{server}/train?lr=5")
    ended(page)
    run = computed(query(article_training().model_copy(update={"lr": 5.0}), Training))
    expect(page.locator("#system")).to_have_value("rnn-regression")
    words = f"from {numeral(run.losses[0], 4)} up to {numeral(max(run.losses), 4)}"
    expect(page.locator("#state.wrong")).to_contain_text(f"the run diverges: {words}")


def test_a_loss_below_zero_without_a_prediction_is_all_that_is_drawn(page: Page, server: str) -> None:
    about = urlencode({"equations": BELOW, "tau": 3, "lr": 0.1, "seed": 4})
    asked, tried = f"{about}&steps=40", resolve(parse(f"{about}&trained=40")).run.trace
    run = computed(asked)
    assert run.losses[0] > 0 > run.losses[-1]
    opened(page, f"{server}/train?{asked}")
    ended(page)
    expect(page.locator("#system option:checked")).to_have_text("Own equations")
    check_curve(page, "#losses .curve.loss", run.losses)
    for i, norms in enumerate(run.norms.values()):
        check_curve(page, f"#norms .curve.c{i}", np.log10(norms))
    svg = page.request.get(f"{server}/run.svg?{asked}").text()
    assert '<desc id="run-description">Loss and length' in svg
    drawn = run_scene(run, resolve(parse(asked, Training))).walk()
    heights = [[y for _, y in line.runs[0]] for line in drawn if isinstance(line, Polyline)]
    page.locator("#after").scroll_into_view_if_needed()
    expect(page.locator("#after")).to_have_attribute("data-filled", "4")
    assert tried.loss is not None
    expect(page.locator("#tried .number").first).to_have_text(f"loss {numeral(tried.loss)}")
    assert [page.locator(place).first.is_visible() for place in ("#curves", "#window", "#tried svg")] == [False] * 3
    losses = next(np.array(found) for found in heights if len(found) == len(run.losses))
    slope, start = np.polyfit(run.losses, losses, 1)
    assert slope < 0
    assert np.abs(losses - slope * run.losses - start).max() < 0.02


def weights_of(page: Page) -> str:
    return page.locator('#files a[href^="/weights.npz"]').get_attribute("href") or ""


def test_a_run_is_played_and_every_chart_leads_to_its_steps(page: Page, server: str) -> None:
    opened(page, f"{server}/train?system=lstm&tau=4&sizes=h:3&steps=15", motion="no-preference")
    run = computed("system=lstm&tau=4&sizes=h:3&steps=15")
    expect(page.locator("#run")).to_have_attribute("data-phase", "done")
    expect(page.locator("#here")).not_to_have_text("0")
    page.click("#toggle")
    here = int(page.locator("#here").inner_text())
    assert here < 14, "a run that is there at once is still played step by step"
    expect(page.locator("#toggle")).to_have_text("Play")
    expect(page.locator("#matrices")).to_have_attribute("data-step", str(here))
    point_at(page, "#losses", 9)
    expect(page.locator("figure:has(#losses) .read")).to_have_text(f"update 9: {numeral(run.losses[9], 4)}")
    page.mouse.down()
    page.mouse.up()
    expect(page.locator("#here")).to_have_text("9")
    expect(page.locator("#matrices")).to_have_attribute("data-step", "9")
    assert page.url.endswith("#9")
    page.locator("#norms").press("ArrowRight")
    expect(page.locator("#norms")).to_have_attribute("aria-valuenow", "10")
    assert page.locator("#norms .curve:not(.faint)").count() == 4, "a family of an LSTM's gradients at a time"
    point_at(page, "#norms", 9)
    named = page.locator("figure:has(#norms)").filter(has=page.locator(".read sub"))
    assert "_" not in named.inner_text()
    assert set(page.locator("#norms text.name:not([hidden]) .lowered").all_text_contents()) == {*"fgio"}
    page.locator("#families button").last.click()
    assert page.locator("#norms .curve:not(.faint)").count() == 1
    page.locator("#speed").select_option("4")
    page.click("#toggle")
    expect(page.locator("#here")).to_have_text("14")
    expect(page.locator("#toggle")).to_have_text("Play")


def point_at(page: Page, chart: str, step: int) -> None:
    """Move the pointer over a step's point of the first curve of a chart."""
    x, y = drawn(page, f"{chart} .curve >> nth=0")[step]
    box = page.locator(chart).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + x, box["y"] + y)


def test_of_a_long_run_the_stretch_that_is_looked_at_is_drawn(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL.replace('steps=12', 'steps=400')}")
    ended(page)
    page.locator("#scrub").fill("123")
    first, last = map(int, re.findall(r"\d+", page.locator("#stretch").inner_text()))
    assert first <= 123 <= last < first + 60
    run = computed(SMALL.replace("steps=12", "steps=400"))
    check_curve(page, "#curves path.said", run.predictions[first : last + 1])


@pytest.mark.fresh
def test_a_run_that_the_browser_never_tells_how_large_its_plots_are_is_drawn(page: Page, server: str) -> None:
    page.add_init_script("window.ResizeObserver = class { observe() {} }")
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    expect(page.locator("#stretch")).to_have_text("all windows")
    check_curve(page, "#curves path.said", computed(SMALL).predictions)


# One step


@pytest.mark.one_in(3)
@pytest.mark.parametrize("asked", [SMALL, "system=rnn&tau=4&steps=9&lr=0.05", "system=last-output&steps=6&batch=3"])
def test_any_step_of_the_run_is_shown_with_its_weights_and_opens_in_explore(
    page: Page, server: str, asked: str
) -> None:
    opened(page, f"{server}/train?{asked}")
    ended(page)
    losses = computed(asked).losses
    for k in (0, len(losses) // 2, len(losses) - 1):
        page.locator("#scrub").fill(str(k))
        expect(page.locator("#here")).to_have_text(str(k))
        expect(page.locator("#matrices")).to_have_attribute("data-step", str(k))
        expect(page.locator("#step-loss")).to_have_text(f"loss {numeral(losses[k], 4)}")
        check_weights(page, asked, k)
    page.locator("#scrub").fill("4")
    page.click("#explore")
    assert parse(page.url.partition("?")[2]).trained == 4
    expect(page.locator("#twins dd").first).to_have_text(numeral(losses[4]))
    expect(page.locator(".of-run")).to_contain_text("After 4 updates with Adam")
    page.locator(".of-run a").click()
    ended(page)
    expect(page.locator("#here")).to_have_text("4")
    expect(page.locator("#step-loss")).to_have_text(f"loss {numeral(losses[4], 4)}")


def check_weights(page: Page, asked: str, k: int) -> None:
    link = parse(asked, Training)
    trace = resolve(parse(query(link.model_copy(update={"trained": k})))).run.trace
    shown = page.locator("#matrices canvas").evaluate_all("(all) => all.map((one) => one.values)")
    wanted: list[Any] = [array[n] for n in trace.parameters for array in (trace.parameters, trace.gradients)]
    names = page.locator("#matrices figure").count()
    assert len(shown) == len(wanted) == 2 * names
    for found, array in zip(shown, wanted, strict=True):
        np.testing.assert_allclose(found, np.ravel(array), rtol=1e-12)


def test_a_dot_on_each_curve_marks_what_is_spoken_of_also_where_two_windows_meet(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    run, chart = computed(SMALL), page.locator("#curves")
    page.locator("#scrub").fill("3")
    places = "(all) => all.filter((one) => !one.hasAttribute('hidden')).map((one) => +one.getAttribute('cx'))"
    expect(page.locator("figure:has(#losses) .spot:not([hidden])")).to_have_count(1)
    mark = float(page.locator("#losses .mark").get_attribute("x1") or "")
    assert page.locator("#losses .spot").evaluate_all(places) == [pytest.approx(mark)]
    box = chart.bounding_box()
    assert box
    across = (box["width"] - 68) / len(run.losses)
    for k, place, t in ((2, 2.02, 0), (2, 2.98, -1), (3, 3.02, 0)):
        chart.hover(position={"x": 56 + place * across, "y": 80})
        steps = run.predictions.shape[1]
        words = f"update {k}, t = {t % steps + 1}: target {numeral(run.targets[k][t])}, "
        expect(page.locator("figure:has(#curves) .read")).to_have_text(
            f"{words}prediction {numeral(run.predictions[k][t])}"
        )
        spots = page.locator("#curves .spot").evaluate_all(places)
        assert spots == pytest.approx([56 + (k + (t < 0)) * across] * 2, abs=0.2)


ASIDE = """
() => [...document.querySelectorAll("#norms .name:not([hidden])")].map(
  (name) => name.getAttribute("x") - document.querySelector("#norms .mark").getAttribute("x1"))
"""
"""How far right of the place that a run has come to the names of its curves stand."""
DRAWN_ANEW = """
() => {
  const chart = document.querySelector("#norms");
  return chart.viewBox.baseVal.width === chart.clientWidth;
}
"""


def test_names_stay_at_what_has_been_played_as_the_window_changes(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}", motion="no-preference")
    page.locator("#speed").select_option("0.1")
    expect(page.locator("#toggle")).to_have_text("Pause")
    page.set_viewport_size({"width": 1000, "height": 800})
    page.wait_for_function(DRAWN_ANEW)
    assert page.evaluate(ASIDE) == pytest.approx([7] * len(computed(SMALL).norms))


def test_the_window_of_a_step_is_what_the_network_said_in_it(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    run = computed(SMALL)
    page.locator("#scrub").fill("3")
    check_curve(page, "#window path.said:not(.dots)", run.predictions[3])
    check_curve(page, "#window path.target:not(.dots)", run.targets[3])


def check_letters(place: Locator, run: TrainingRun, step: int) -> None:
    """The wanted letters stand above those that are likeliest, and the wrong ones are told apart."""
    wanted, said = (array[step].argmax(axis=-1) for array in (run.targets, run.predictions))
    assert place.locator(".spelled i").all_inner_texts() == ["helo"[i] for i in wanted]
    assert place.locator(".spelled b").all_inner_texts() == ["helo"[i] for i in said]
    assert place.locator(".spelled .wrong-letter").count() == (wanted != said).sum()


def test_letters_are_shown_as_letters_and_classes_by_their_probability(page: Page, server: str) -> None:
    asked = "system=rnn&tau=4&steps=9&lr=0.05"
    opened(page, f"{server}/train?{asked}")
    ended(page)
    run = computed(asked)
    shares = np.exp(run.predictions) / np.exp(run.predictions).sum(axis=-1, keepdims=True)
    names = page.locator("#entry option").all_inner_texts()
    assert names == ["letters", *(f"probability of {letter}" for letter in "helo")]
    check_letters(page.locator("#letters .line").nth(3), run, 3)
    page.locator("#letters .line").nth(3).click()
    expect(page.locator("#here")).to_have_text("3")
    check_letters(page.locator("#likelihoods"), run, 3)
    assert page.locator("#likelihoods .likelihoods span").count() == run.predictions[3].size
    for entry in (0, 2):
        page.locator("#entry").select_option(str(entry))
        check_curve(page, "#curves path.said", shares[:, :, entry])


# After training


def test_the_trained_network_is_tried_at_other_lengths_and_on_its_own_output(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    page.locator("#after").scroll_into_view_if_needed()
    expect(page.locator("#after")).to_have_attribute("data-filled", "5")
    base = SMALL.replace("steps=12", "trained=12").replace("tau=5", "trained_tau=5")
    rows = [f"tau={tau}" for tau in LENGTHS] + ["tau=40&feed=x:o&forced=true"]
    for i, row in enumerate(rows):
        trace = resolve(parse(f"{base}&{row}")).run.trace
        assert trace.loss is not None
        figure = page.locator("#tried figure").nth(i)
        aside = "τ = 40, " if "feed" in row else ""
        expect(figure.locator(".number")).to_have_text(f"{aside}loss {numeral(trace.loss)}")
        assert resolve(parse((figure.locator("a").get_attribute("href") or "")[2:])).run.trace.loss == trace.loss
        check_curve(page, f"#tried figure:nth-child({i + 1}) path.said:not(.dots)", trace.values["o"])


def test_a_signal_is_typed_or_drawn_and_heard(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    page.locator("#after").scroll_into_view_if_needed()
    expect(page.locator("#response")).to_have_attribute("data-heard", "40")
    expect(page.locator("#after")).to_have_attribute("data-filled", "5")
    page.locator("#signal").fill("0, 1 0.5,-1")
    page.locator("#signal").press("Enter")
    expect(page.locator("#response")).to_have_attribute("data-heard", "4")
    check_heard(page, "0,1,0.5,-1")
    page.locator("#signal").fill("0.123456, 1e-7, 2, 3")
    page.locator("#signal").press("Enter")
    expect(page.locator("#signal-explore")).to_have_attribute("href", re.compile("signal=0.123456,1e-7,2,3"))
    expect(page.locator("#problem-signal")).to_be_hidden()
    box = page.locator("#pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 40, steps=9)
    page.mouse.up()
    expect(page.locator("#response")).to_have_attribute("data-heard", "40")
    signal = page.locator("#signal").input_value().replace(" ", "").split(",")
    assert len(signal) == 40, "where a short one stood there is room to draw"
    assert len(set(signal[4:36])) == 1, "a level line"
    assert page.evaluate("getSelection().isCollapsed")
    for wrong in ("one", " "):
        page.locator("#signal").fill(wrong)
        page.locator("#signal").press("Enter")
        expect(page.locator("#problem-signal")).to_contain_text("numbers")
        page.locator("#signal").fill("1")
        page.locator("#signal").press("Enter")
        expect(page.locator("#problem-signal")).to_be_hidden()


def test_a_network_trained_on_single_steps_hears_a_signal_too(page: Page, server: str) -> None:
    opened(page, f"{server}/train?system=rnn-regression&tau=1&steps=3")
    ended(page)
    expect(page.locator("#state")).to_contain_text("3 updates in")
    page.locator("#after").scroll_into_view_if_needed()
    expect(page.locator("#response")).to_have_attribute("data-heard", "40")


def test_a_network_without_a_loss_is_not_said_to_have_one(page: Page, server: str) -> None:
    opened(page, f"{server}/train?system=driven&steps=3")
    ended(page)
    expect(page.locator("#compared")).to_have_text("Prediction, all windows")
    page.locator("#after").scroll_into_view_if_needed()
    expect(page.locator("#after")).to_have_attribute("data-filled", re.compile(r"\d"))
    expect(page.locator("#tried")).not_to_contain_text("∞")


def check_heard(page: Page, signal: str) -> None:
    asked = SMALL.replace("steps=12", "trained=12").replace("tau=5", f"tau=4&trained_tau=5&signal={signal}")
    trace = resolve(parse(asked)).run.trace
    assert trace.values["x"].ravel().tolist() == [float(part) for part in signal.split(",")]
    check_curve(page, "#response path.said", trace.values["o"])
    assert (
        resolve(parse((page.locator("#signal-explore").get_attribute("href") or "")[2:])).run.trace.loss == trace.loss
    )


# Controls


def test_every_control_is_a_field_and_a_change_is_another_run(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    assert {*on_page(Training, TRAIN)} <= options(Training).keys()
    changes = {"lr": "0.5", "tau": "7", "batch": "2", "clip": "0.1", "truncate": "3", "seed": "4", "steps": "5"}
    for name, value in changes.items():
        page.locator(f"#{name}").fill(value)
        page.locator(f"#{name}").press("Enter")
        page.wait_for_url(re.compile(rf"[?&]{name}={re.escape(value)}(&|$)"))
    page.locator("#carry_state").uncheck()
    page.wait_for_url(lambda url: "carry_state" not in url)
    page.locator("#optimizer").select_option("momentum")
    page.locator("#momentum").fill("0.3")
    page.locator("#momentum").press("Enter")
    page.wait_for_url(re.compile("momentum=0.3"))
    ended(page)
    run = computed(page.url.partition("?")[2])
    assert run.predictions.shape == (5, 7)
    check_curve(page, "#curves path.said", run.predictions)
    page.go_back()
    page.wait_for_url(lambda url: "momentum=0.3" not in url)
    expect(page.locator("#momentum")).to_have_value("0.9")


def test_what_is_changed_keeps_the_focus(page: Page, server: str) -> None:
    opened(page, f"{server}/train?steps=2")
    for field, key, link in (("seed", "ArrowUp", "seed=1"), ("system", "ArrowDown", "system=output-recurrence")):
        page.locator(f"#{field}").focus()
        page.keyboard.press(key)
        page.wait_for_url(f"**{link}**")
        expect(page.locator(f"#{field}")).to_be_focused()


def test_every_change_counts_however_fast_they_come(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    page.evaluate("for (let i = 0; i < 3; i += 1) document.getElementById('reseed').click()")
    page.locator("#batch").fill("2")
    page.locator("#clip").fill("0.5")
    page.locator("#clip").press("Tab")
    page.wait_for_url(re.compile(r"(?=.*seed=3)(?=.*batch=2)(?=.*clip=0.5)"))
    ended(page)
    check_curve(page, "#losses .curve.loss", np.log10(computed(page.url.partition("?")[2]).losses))


def test_while_the_server_is_away_the_run_stays_and_a_change_is_asked_for_again(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    page.route("**/train?**", lambda route: route.abort())
    page.locator("#seed").fill("6")
    page.locator("#seed").press("Tab")
    expect(page.locator("#away")).to_contain_text("The server does not answer")
    expect(page.locator("#state")).to_contain_text("12 updates")
    page.unroute("**/train?**")
    page.wait_for_url("**seed=6**")
    expect(page.locator("#away")).to_be_hidden()
    forgive(script_errors, "Failed to load resource")


def test_a_problem_stands_at_its_control_and_the_run_stays(page: Page, server: str, script_errors: list[str]) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    page.locator("#sizes").fill("h")
    page.locator("#sizes").press("Enter")
    expect(page.locator("#problem-sizes")).to_contain_text("numbers from 1 to")
    expect(page.locator("#sizes")).to_have_attribute("aria-invalid", "true")
    assert page.url.endswith(SMALL)
    expect(page.locator("#state")).to_contain_text("12 updates")
    script_errors.clear()


def test_equations_of_one_s_own_are_trained(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    page.locator("#equations > summary").click()
    text = "h[t] = tanh(alpha * h[t-1] + w * x[t])\nL[t] = mse(h[t], y[t])\nloss = mean(L[t])\nalpha ~ 0.5\n"
    page.locator("#text").fill(text)
    page.locator("#equations .primary").click()
    page.wait_for_url(re.compile("equations="))
    ended(page)
    assert len(drawn(page, "#losses .curve.loss")) == 12


def test_another_seed_is_another_run_and_restart_the_same(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    before = drawn(page, "#losses .curve.loss")
    page.click("#restart")
    ended(page)
    assert (drawn(page, "#losses .curve.loss") == before).all()
    page.click("#reseed")
    page.wait_for_url(re.compile("seed=1"))
    ended(page)
    assert (drawn(page, "#losses .curve.loss") != before).any()


# For everyone


@pytest.mark.one_in(2)
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_out_of_reach(page: Page, server: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_run_is_walked_by_keyboard(page: Page, server: str) -> None:
    opened(page, f"{server}/train?{SMALL}")
    ended(page)
    page.locator("#toggle").evaluate("(button) => button.parentElement.querySelector('#restart').focus()")
    page.keyboard.press("Enter")
    ended(page)
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "scrub":
            break
    page.keyboard.press("Home")
    expect(page.locator("#here")).to_have_text("0")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#here")).to_have_text("1")


def test_without_scripts_there_is_the_form_and_the_run_as_numbers(plain: Page, server: str) -> None:
    plain.goto(f"{server}/train?{SMALL}")
    plain.locator("#steps").fill("7")
    plain.get_by_role("button", name="Train").first.click()
    plain.wait_for_url(re.compile("steps=7"))
    href = plain.get_by_role("link", name="train.json").get_attribute("href") or ""
    assert len(plain.request.get(f"{server}{href}").json()["losses"]) == 7
    picture = plain.locator(".main img.on-light")
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 960


def test_a_finger_and_the_keyboard_are_told_what_a_control_is_too(phone: Page, page: Page, server: str) -> None:
    opened(phone, f"{server}/train?{SMALL}")
    about = str(phone.locator(".control:has(#optimizer)").get_attribute("title"))
    assert len(about) > 10
    phone.locator("label[for=optimizer]").tap()
    expect(phone.locator("#tip")).to_have_text(about)
    phone.locator("#stretch").tap()
    expect(phone.locator("#tip")).to_be_hidden()
    opened(page, f"{server}/train/memory")
    page.locator(".control #optimizer").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#tip")).to_have_text(about)
