"""The explore page alive: what a person can do on it, each held against the engine's numbers."""

import csv
import io
import re
from html import unescape
from typing import Any
from urllib.parse import quote

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.drawing import FORMATS
from app.drawing.layout.window import ShownGraph
from app.drawing.scene.alt_text import Sentences, said
from app.engine import Step, Trace, by_hand
from app.language.node_ids import parse_node
from app.language.typeset.mathml_writer import value_mathml
from app.language.typeset.numerals import numeral
from app.link import Link, options, parse, resolve
from app.link.rows import EXPLORE, OWN_PLACE, FieldStage, field_rows, on_page
from app.systems import SYSTEMS
from app.web.core.controls import HEADINGS, fields
from app.web.train.navigation import PAGES
from tests.accessibility import check_accessible
from tests.browser.test_page import (
    SHORT,
    WAVE,
    WORD,
    Pass,
    Silence,
    at_rest,
    check_panel,
    computed,
    forgive,
    opened,
    spoken,
    walked,
)
from tests.link.values import other, wrong
from tests.tiers import long

BACKWARD = f"{WORD}&phase=backward&at=h[2]"


# Stepping


def ends(it: Pass) -> list[int]:
    """Where the walk has come to the end of a time step, found by reading it from the other end."""
    found, after = [], None
    for i in range(len(it.steps), 0, -1):
        key = it.steps[i - 1].phase, parse_node(it.steps[i - 1].at).t
        found += [i] if key != after else []
        after = key
    return [0, *reversed(found)]


@pytest.mark.parametrize("link", [SHORT, *long(WORD, WAVE)])
def test_shift_and_an_arrow_go_a_whole_time_step(page: Page, server: str, link: str) -> None:
    it = computed(server, link)
    opened(page, it.address(0))
    for here in ends(it)[1:]:
        page.keyboard.press("Shift+ArrowRight")
        at_rest(page, it, here)
    check_panel(page, it, len(it.steps))
    for here in reversed(ends(it)[:-1]):
        page.keyboard.press("Shift+ArrowLeft")
        at_rest(page, it, here)


def test_the_buttons_of_a_time_step_lead_there_without_scripts(plain: Page, server: str) -> None:
    it = computed(server, WORD)
    plain.goto(it.address(0))
    for here in ends(it)[1:4]:
        plain.locator('[data-go="forward-time"]').click()
        assert plain.url == it.address(here)
    plain.locator('[data-go="back-time"]').click()
    assert plain.url == it.address(ends(it)[2])


def test_b_changes_the_pass_and_keeps_the_node(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(it.steps.index(Step("forward", "h[2]")) + 1))
    page.keyboard.press("b")
    at_rest(page, it, it.steps.index(Step("backward", "h[2]")) + 1)
    check_panel(page, it, it.steps.index(Step("backward", "h[2]")) + 1)
    page.keyboard.press("b")
    at_rest(page, it, it.steps.index(Step("forward", "h[2]")) + 1)
    for phase in ("backward", "forward"):
        page.locator("#panel .badge").press("Enter")
        at_rest(page, it, it.steps.index(Step(phase, "h[2]")) + 1)
        expect(page.locator("#panel .badge")).to_be_focused()


def test_u_folds_and_unfolds_and_the_digits_choose_the_detail(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.keyboard.press("u")
    expect(page.locator(".circuit .node")).to_have_count(5)
    expect(page.locator(".unfolded")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".unfolded .node")).to_have_count(16)
    page.keyboard.press("1")
    expect(page.locator(".unfolded .node")).to_have_count(7)
    page.keyboard.press("2")
    expect(page.locator(".unfolded .node")).to_have_count(16)


def test_the_keys_are_listed_on_demand(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("the same node in the other pass")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("output")).to_have_text("0")
    page.locator("#help").click()
    expect(dialog).to_be_visible()


def test_at_a_node_the_arrows_go_along_the_edges(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator("#panel .panel").focus()
    focused = "document.activeElement.dataset.node"
    for _ in ("Put away", "V", "W", "U", "h[0]"):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(focused):
            break
    walked = [page.evaluate(focused)]
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
        walked.append(page.evaluate(focused))
    assert walked == ["h[0]", "h[1]", "h[2]", "o[2]", "L[2]", "o[2]", "h[2]", "x[2]", "x[2]"]
    expect(page.locator("output")).to_have_text("0")
    page.keyboard.press("Enter")
    at_rest(page, computed(server, WORD), computed(server, WORD).steps.index(Step("forward", "x[2]")) + 1)


def test_after_a_click_on_a_node_the_arrows_step(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    here = it.steps.index(Step("forward", "o[2]")) + 1
    page.locator('.unfolded [data-node="o[2]"]').click()
    for more in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        at_rest(page, it, here + more)


def test_a_node_says_its_numbers_once_they_are_reached(page: Page, server: str) -> None:
    it = computed(server, WORD)
    graph, trace = it.resolved.run.graph, it.resolved.run.trace
    titles = Sentences(ShownGraph(graph, graph)).of_nodes
    node = page.locator('.unfolded [data-node="h[2]"]')
    value, gradient = said(trace.value("h[2]")), said(trace.gradient("h[2]"))
    assert [float(v) for v in value.replace("−", "-").split(", ")] == pytest.approx(trace.value("h[2]"), rel=5e-3)
    opened(page, it.address(it.steps.index(Step("forward", "h[2]"))))
    expect(node).to_have_attribute("aria-label", titles["h[2]"])
    page.keyboard.press("ArrowRight")
    expect(node).to_have_attribute("aria-label", f"{titles['h[2]']}; value {value}")
    page.keyboard.press("End")
    expect(node).to_have_attribute("aria-label", f"{titles['h[2]']}; value {value}; gradient {gradient}")
    page.keyboard.press("Home")
    expect(node).to_have_attribute("aria-label", titles["h[2]"])


# By hand


def entries(page: Page, name: str) -> list[float]:
    """The opened vector of the panel whose symbol reads so."""
    found = page.locator(".whole dt", has_text=re.compile(f"^{re.escape(name)}$")).locator("+ dd span")
    return [float(text.replace("−", "-")) for text in found.all_text_contents()]


def test_long_vectors_are_shown_in_part_and_can_be_opened(page: Page, server: str) -> None:
    it = computed(server, WAVE)
    here = it.steps.index(Step("forward", "h[2]")) + 1
    opened(page, it.address(here - 1))
    page.keyboard.press("ArrowRight")
    page.locator(".whole summary", has_text="All 32 entries").click()
    trace = it.resolved.run.trace
    assert entries(page, "𝐡(2)") == pytest.approx(trace.value("h[2]"), rel=1e-3)
    assert entries(page, "𝐡(1)") == pytest.approx(trace.value("h[1]"), rel=1e-3)
    assert entries(page, "𝐛") == pytest.approx(trace.parameters["b"], rel=1e-3)
    page.keyboard.press("b")
    expect(page.locator("#panel .badge")).to_have_text("Backward")
    expect(page.locator(".whole dd").first).to_be_visible()
    assert entries(page, "∇𝐡(2)L") == pytest.approx(trace.gradient("h[2]"), rel=1e-3)


def test_a_short_vector_is_there_already(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    expect(page.locator(".whole")).to_have_count(0)


@pytest.mark.parametrize("link", [SHORT, *long(WORD, WAVE)])
def test_blank_hides_what_is_worked_out_and_keeps_what_it_comes_from(page: Page, server: str, link: str) -> None:
    it = computed(server, link)
    opened(page, it.address(it.steps.index(Step("forward", "h[2]"))))
    page.locator("#blank").evaluate("(button) => button.click()")
    last = sum(step.phase != "update" for step in it.steps)
    for here in walked(page, it, "ArrowRight", range(it.steps.index(Step("forward", "h[2]")) + 1, last + 1)):
        expect(page.locator("#blank")).to_have_text("Show answers")
        expect(page.locator(".ticks .size").first).to_be_hidden()
        step, seen = it.steps[here - 1], page.evaluate(SEEN)
        assert seen["answers"] == [], step
        assert seen["others"] or step.at == "loss" or step.phase == "backward", step
    page.locator("#blank").click()
    check_panel(page, it, last)
    assert page.evaluate(SEEN)["answers"]


SEEN = """
() => {
  const style = (mn) => getComputedStyle(mn);
  const visible = (mn) => style(mn).visibility === "visible" && style(mn).color !== "rgba(0, 0, 0, 0)";
  const told = (all) => [...all].filter(visible).map((mn) => mn.textContent);
  const charts = "#through :is(.words, .as-table), #removed";
  const worked = `#panel .sums.numbers [data-answer] mn, #panel .norm, #panel .outcome, .figure .last-act *, ${charts}`;
  const answers = document.querySelectorAll(worked);
  const others = [...document.querySelectorAll("#panel .sums.numbers mn")].filter((mn) => !mn.closest("[data-answer]"));
  return { answers: told(answers), others: told(others) };
}
"""
"""What can be seen: what is worked out here, in words, below the graph and at the charts, and what it is made of."""


@pytest.mark.parametrize("link", [WORD, WAVE])
def test_what_is_copied_has_every_number_of_the_engine(page: Page, server: str, link: str) -> None:
    trace = computed(server, link).resolved.run.trace
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, f"{server}/?{link}")
    page.locator("#all-numbers summary").click()
    buttons = page.get_by_role("group", name="Copy all numbers").get_by_role("button")
    for place, check in enumerate((check_numpy, check_csv, check_latex)):
        buttons.nth(place).click()
        expect(buttons.nth(place)).to_have_text("Copied")
        check(page.evaluate("navigator.clipboard.readText()"), trace)


@pytest.mark.fresh
def test_a_button_that_has_copied_has_its_name_again_though_another_link_came_meanwhile(
    page: Page, server: str
) -> None:
    page.clock.install()
    opened(page, f"{server}/?{WORD}")
    page.locator("#all-numbers summary").click()
    button = page.get_by_role("group", name="Copy all numbers").get_by_role("button").first
    name = button.inner_text()
    button.click()
    expect(button).not_to_have_text(name)
    page.locator("#next-seed").click()
    page.wait_for_url("**seed=5**")
    page.clock.run_for(2000)
    expect(button).to_have_text(name)


def check_numpy(text: str, trace: Trace) -> None:
    """As a program it makes the engine's arrays again."""
    made: dict[str, Any] = {}
    exec(text, made)  # noqa: S102
    wanted = {
        "parameters": trace.parameters,
        "initial": trace.initial,
        "values": trace.values,
        "gradients": trace.gradients,
    }
    for part, arrays in wanted.items():
        assert made[part].keys() == arrays.keys()
        assert all(np.array_equal(made[part][name], array) for name, array in arrays.items())


def check_csv(text: str, trace: Trace) -> None:
    """It has a row for each number."""
    rows = list(csv.DictReader(io.StringIO(text)))
    found = {tuple(row[key] for key in ("kind", "name", "t", "row", "column")): float(row["number"]) for row in rows}
    variables = trace.recurrence.variables
    sizes = [2 * trace.value(n).size if n in trace.parameters else 2 * trace.values[n].size for n in variables]
    assert len(found) == len(rows) == sum(sizes) + 2 * sum(a.size for a in trace.initial.values())
    assert found["value", "h", "2", "1", ""] == trace.value("h[2]")[0]
    assert found["gradient", "h", "0", "2", ""] == trace.gradient("h[0]")[1]
    assert found["parameter", "W", "", "2", "3"] == trace.parameters["W"][1, 2]
    assert found["value", "loss", "", "", ""] == trace.loss


def check_latex(text: str, trace: Trace) -> None:
    """It has a line for every node."""
    line = next(line for line in text.splitlines() if r"{\boldsymbol{h}}^{(2)}" in line)
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", line.split("&", 1)[1])]
    assert numbers == pytest.approx([*trace.value("h[2]"), *trace.gradient("h[2]")], rel=1e-3)
    assert text.count("{bmatrix}") % 2 == 0 and text.rstrip().endswith(r"\end{tabular}")


@pytest.mark.one_in(3)
@pytest.mark.parametrize("link", [WORD, WAVE, "system=hopfield", "system=dense", "equations=s[t] = alpha * s[t-2]"])
def test_the_table_has_every_number_without_scripts(plain: Page, server: str, link: str) -> None:
    plain.goto(f"{server}/?{link}")
    plain.locator("#all-numbers summary").click()
    check_table(plain, computed(server, link).resolved.run.trace)


def check_table(page: Page, trace: Trace) -> None:
    """The table of all numbers holds the engine's: parameters, what there is once, starts, step by step."""
    found = [cell.replace("−", "-").split() for cell in page.locator(".every td").all_text_contents()]
    variables = trace.recurrence.variables.items()
    nodes = [n for n, v in variables if not v.indexed and n in trace.parameters]
    nodes += [n for n, v in variables if not v.indexed and n not in trace.parameters]
    nodes += [trace.key(start) for start in trace.starts]
    nodes += [f"{n}[{t}]" for t in range(1, trace.tau + 1) for n, v in variables if v.indexed]
    arrays = [np.ravel(a) for node in nodes for a in (trace.value(node), trace.gradient(node))]
    assert len(found) == len(arrays)
    for cell, array in zip(found, arrays, strict=True):
        assert [float(x) for x in cell] == pytest.approx(array, rel=1e-3)


def test_very_many_numbers_have_a_page_of_their_own(plain: Page, server: str) -> None:
    plain.goto(f"{server}/?{WAVE}&sizes=h:64")
    expect(plain.locator(".every")).to_have_count(0)
    plain.locator("#all-numbers summary").click()
    plain.get_by_role("link", name="The table on a page of its own").click()
    expect(plain.locator(".every td").nth(20)).to_be_attached()
    plain.get_by_role("link", name="Back to the figure").click()
    expect(plain.locator(".unfolded")).to_be_visible()


# Choosing


def test_the_gallery_chooses_a_system(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.locator("#systems summary").click()
    cards = page.locator("#systems [data-system]")
    assert cards.evaluate_all("(all) => all.map((a) => a.dataset.system)") == [*SYSTEMS]
    for nth in range(4):
        expect(page.locator("#systems img.on-light").nth(nth)).not_to_have_js_property("naturalWidth", 0)
    cards.filter(has_text="memory (LSTM)").click()
    page.wait_for_url("**system=lstm**")
    expect(page.locator("#systems")).not_to_have_attribute("open", "")
    expect(page.locator("#systems summary")).to_be_focused()
    expect(page.locator("#tau")).to_have_value("3")
    page.go_back()
    expect(page.locator("#systems summary")).to_have_text(SYSTEMS["rnn"].title)


HEADED = """
async (address) => {
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  document.querySelector("#systems summary").replaceWith(page.querySelector("#systems summary"));
}
"""
"""Shows the title of another page in the place of this page's."""


@pytest.mark.one_in(3)
@pytest.mark.parametrize("width", [390, 1280, 1440])
def test_no_systems_title_is_cut_and_it_stands_in_one_line_where_there_is_room(
    page: Page, server: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, f"{server}/?{WORD}")
    over = "(e) => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight].map((x) => x > 1)"
    for name, system in SYSTEMS.items():
        page.evaluate(HEADED, f"{server}/?system={name}&tau=2")
        expect(page.locator("#systems summary")).to_have_text(system.title)
        assert page.locator("#systems summary").evaluate(over) == [False, False], name
        high = page.locator("#systems summary span").evaluate("(e) => e.getBoundingClientRect().height")
        assert width < 1280 or high < 20, name


def test_every_field_of_the_link_has_a_control_or_is_about_how_an_answer_is_shown() -> None:
    shown = {name for name, row in field_rows(Link).items() if row.stage > FieldStage.PASS}
    assert {*options()} == {*fields(), *shown}
    assert shown & {*fields()} == {"view", *on_page(Link, EXPLORE, "Figure")} & shown


NEEDS: dict[str, dict[str, object]] = {
    "trained_tau": {"trained": 3},
    "momentum": {"optimizer": "momentum"},
    "forced": {"trained": 3, "feed": "x:o"},
    "signal": {"sizes": "x:1"},
}
"""What a control says something about."""
OWN = on_page(Link, EXPLORE, OWN_PLACE)
OTHERWISE = {
    "radius": "1.5", "set": "W[1,1]:2", "trained": "3", "trained_tau": "2", "lr": "0.5", "clip": "1.5",
    "forced": "true", "carry_state": "true",
}  # fmt: skip
"""What a control in a menu is set to where the other value that tests of the link have does not suit the page."""
IN_MENU = {name: title.lower() for title in HEADINGS for name in on_page(Link, EXPLORE, title)}
"""The menu that a control stands in."""


def chosen(name: str) -> str:
    """Another value for a control, one that rnn can have."""
    return OTHERWISE.get(name) or other(name)


FREE = [name for name in IN_MENU if name not in NEEDS]
TOGETHER = [
    *(
        [name for name in FREE if IN_MENU[name] == menu][first::3]
        for menu in dict.fromkeys(IN_MENU.values())
        for first in range(3)
    ),
    *([name] for name in NEEDS),
]
"""The controls that are set one after another on one page."""


@pytest.mark.one_in(8)
@pytest.mark.parametrize("names", TOGETHER, ids=",".join)
def test_a_control_in_a_menu_changes_the_link_and_the_numbers_follow(
    page: Page, server: str, names: list[str], subtests: pytest.Subtests
) -> None:
    needed = NEEDS.get(names[0], {})
    base = "".join(f"&{field}={value}" for field, value in needed.items())
    opened(page, f"{server}/?{WORD}{base}&phase=forward")
    menu = IN_MENU[names[0]]
    page.locator(f"#{menu}-menu > summary").click()
    for name in names:
        with subtests.test(name):
            check_control(page, name, f"{WORD}{base}", sum(IN_MENU.get(field) == menu for field in needed))


def check_control(page: Page, name: str, link: str, others: int) -> None:
    """A control is set, the numbers are those of its link, and the way back takes it away again."""
    choose(page, name)
    page.wait_for_url(re.compile(rf"[?&]{name}="))
    asked = parse(page.url.partition("?")[2])
    expected = parse(f"{link}&{name}={chosen(name)}")
    assert getattr(asked, name) == getattr(expected, name)
    trace = resolve(asked).run.trace
    expect(page.locator("#twins dd").first).to_have_text(numeral(trace.loss or 0))
    shown = page.locator('.unfolded [data-node="h[3]"]')
    expect(shown).to_have_attribute("data-value", said(trace.value("h[3]")))
    expect(shown).to_have_attribute("data-gradient", said(trace.gradient("h[3]")))
    menu = page.locator(f"#{IN_MENU[name]}-menu")
    expect(menu).to_have_attribute("open", "")
    expect(menu.locator(".tally")).to_have_text(f"{1 + others} changed")
    page.go_back()
    expect(menu.locator(".tally")).to_have_text([f"{others} changed"] if others else [])
    assert f"{name}=" not in page.url


def choose(page: Page, name: str) -> None:
    """Set a control to its other value, as a person does."""
    control = page.locator(f'#controls [name="{name}"]').first
    if control.evaluate("(e) => e.localName") == "select":
        control.select_option(chosen(name))
    elif control.get_attribute("type") == "checkbox":
        control.check()
    elif control.get_attribute("type") == "radio":
        page.locator(f'#controls label:has([value="{chosen(name)}"])').click()
    else:
        control.fill(chosen(name))
        control.press("Enter")


def test_without_scripts_the_controls_beside_the_figure_and_in_menus_are_a_form(plain: Page, server: str) -> None:
    plain.goto(f"{server}/?{WORD}")
    plain.locator('[name="radius"]').fill(chosen("radius"))
    plain.locator('[name="of"]').select_option("L[2]")
    plain.locator("#data-menu > summary").click()
    plain.locator('#data-menu [name="set"]').fill("W[1,1]:2")
    plain.locator("#data-menu").get_by_role("button", name="Draw").click()
    asked = parse(plain.url.partition("?")[2])
    assert (asked.radius, asked.of, asked.set) == (1.5, "L[2]", parse("set=W[1,1]:2").set)
    plain.locator("#systems summary").click()
    plain.locator('#systems [data-system="gru"]').click()
    assert parse(plain.url.partition("?")[2]).system == "gru"


@pytest.mark.fresh
def test_a_slider_drags_one_entry_into_the_history(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    before = page.evaluate("history.length")
    for radius in ("0.5", "0.9", "1.3"):
        page.locator("#radius-range").evaluate(
            "(range, to) => { range.value = to; range.dispatchEvent(new Event('input', { bubbles: true })); }", radius
        )
        page.wait_for_url(f"**radius={radius}**")
    assert page.evaluate("history.length") == before + 1
    expect(page.locator("#radius")).to_have_value("1.3")
    radii = resolve(parse(f"{WORD}&radius=1.3")).run.trace.parameters["W"]
    assert max(abs(np.linalg.eigvals(radii))) == pytest.approx(1.3)


@pytest.mark.one_in(8)
@pytest.mark.parametrize("name", [n for n in fields() if n not in OWN])
def test_what_is_wrong_is_told_at_its_control_and_the_rest_is_kept(
    plain: Page, server: str, script_errors: list[str], name: str
) -> None:
    rest = {"seed": "7", "tau": "2"} | {name: wrong(name)}
    answer = plain.goto(f"{server}/?" + "&".join(f"{n}={v}" for n, v in rest.items()))
    assert answer is not None and answer.status == 422
    expect(plain.locator(f"#problem-{name}")).to_be_visible()
    control = plain.locator(f'#controls [name="{name}"]').first
    expect(control).to_have_attribute("aria-describedby", f"problem-{name}")
    if control.get_attribute("type") in ("text", "number"):
        expect(control).to_have_value(wrong(name))
    for field, value in rest.items():
        if field != name:
            expect(plain.locator(f"#{field}")).to_have_value(value)
    expect(plain.locator(".unfolded")).to_be_visible()
    forgive(script_errors, "422")


def test_a_size_that_the_task_cannot_have_is_told_at_the_task(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}/?{WORD}&task=next-character")
    page.locator("#equations > summary").click()
    page.locator('[data-size="x"]').fill("7")
    page.locator('[data-size="x"]').press("Enter")
    expect(page.locator("#problem-task")).to_contain_text("needs x:4")
    expect(page.locator(".unfolded .node")).to_have_count(16)
    forgive(script_errors, "422")


# Taking it along


def pasted(page: Page, form: str) -> str:
    """The link of the page as it is copied in a form."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#export > summary").click()
    page.locator(f'#export [data-copy="{form}"]').click()
    expect(page.locator(f'#export [data-copy="{form}"] b')).to_have_text("Copied")
    page.keyboard.press("Escape")
    expect(page.locator("#export > summary")).to_be_focused()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_the_figure_of_the_step_is_pasted_as_an_image(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    at_rest(page, it, 2)
    src = unescape(re.findall(r'src="([^"]*)"', pasted(page, "image"))[0])
    wanted = httpx.get(it.address(2).replace("/?", "/figure.svg?"), trust_env=False)
    assert httpx.get(src, trust_env=False).text == wanted.text
    assert it.address(2) in pasted(page, "markdown")


def test_latex_names_the_file_that_is_downloaded_and_says_where_it_comes_from(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&detail=states&theme=print&phase=backward&at=h[2]")
    text = pasted(page, "latex")
    name, address = re.findall(r"curl -o (\S+) '([^']*)'", text)[0]
    assert "{" + name + "}" in text
    answer = httpx.get(address, trust_env=False)
    assert answer.status_code == 200
    assert f'filename="{name}"' in answer.headers["content-disposition"]


def test_every_format_can_be_downloaded_at_the_step_that_is_shown(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, it.address(0))
    page.locator("#export > summary").click()
    page.locator("#scrubber").fill("9")
    page.locator("#export > summary").click() if not page.locator("#export .menu").is_visible() else None
    for row in FORMATS.values():
        link = page.locator(f'#export [data-file="{row.suffix}"]')
        expect(link).to_contain_text(row.meaning)
        expect(link).to_have_attribute("href", it.address(9).replace("/?", f"/figure{row.suffix}?"))
    page.locator("#export").get_by_label("Made for").select_option("Slide, 16:9")
    expect(page.locator('#export [data-file=".pdf"]')).to_have_attribute("href", re.compile(r"&fit=16:9$"))
    expect(page.locator("#transport [data-file]")).to_have_attribute("href", re.compile(r"&fit=16:9$"))
    expect(page.locator("#export [data-notice]")).to_have_text("")
    page.locator("#export").get_by_label("Frames").check()
    for row in FORMATS.values():
        asked = re.compile(r"&frames=1$" if row.steps == "asked" else r"&fit=16:9$")
        expect(page.locator(f'#export [data-file="{row.suffix}"]')).to_have_attribute("href", asked)
    noticed = {"graph": {"notice": "It needs more."}}
    page.route(re.compile(r"/figure\.json\?.*&fit=column$"), lambda route: route.fulfill(json=noticed))
    page.locator("#export").get_by_label("Made for").select_option("Journal column")
    expect(page.locator("#export [data-notice]")).to_have_text("It needs more.")


def test_without_scripts_the_formats_are_links(plain: Page, server: str) -> None:
    plain.goto(f"{server}/?{WORD}&phase=forward&at=h[2]")
    plain.locator("#export > summary").click()
    expect(plain.locator("#export [data-copy]").first).to_be_hidden()
    hrefs = plain.locator("#export a").evaluate_all("(all) => all.map((a) => a.getAttribute('href'))")
    assert hrefs == [f"/figure{row.suffix}?seed=4&phase=forward&at=h%5B2%5D" for row in FORMATS.values()]


HOLD = """
() => {
  [window.send, window.held] = [window.fetch, []];
  const go = (...asked) => new Promise((answered) => held.push(() => answered(send(...asked))));
  window.fetch = (...asked) => (String(asked[0]).includes("/api/page?") ? go(...asked) : send(...asked));
}
"""
"""Holds back what a page asks the server for of another link: `held[0]()` sends the first."""


def test_a_drag_of_a_slider_is_one_step_of_undo_and_is_seen_on_the_way(page: Page, server: str) -> None:
    """However slowly the server answers: of the values that wait for an answer the latest is asked for."""
    opened(page, f"{server}/?{WORD}")
    page.evaluate(HOLD)
    slider = page.locator("#radius-range")
    for value in ("1.1", "1.2", "1.3", "1.4"):
        slider.evaluate("(it, value) => (it.value = value)", value)
        slider.dispatch_event("input")
    slider.dispatch_event("change")
    for nth, radius in enumerate(("1.1", "1.4")):
        page.wait_for_function("(nth) => held.length > nth", arg=nth)
        page.evaluate("(nth) => held[nth]()", nth)
        page.wait_for_url(f"**radius={radius}**")
    assert page.evaluate("held.length") == 2
    page.evaluate("() => void (window.fetch = send)")
    page.locator("#undo").click()
    page.wait_for_url(f"{server}/?{WORD}")
    expect(page.locator("#undo")).to_be_disabled()


def test_back_and_forward_undo_and_redo_every_kind_of_control(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    states = [page.url]
    tallies = page.locator("#training-menu .tally")
    for name, tally in (("radius", 0), ("optimizer", 1), ("carry_state", 2), ("of", 2)):
        if name == "optimizer":
            page.locator("#training-menu > summary").click()
        choose(page, name)
        page.wait_for_url(re.compile(rf"[?&]{name}="))
        expect(tallies).to_have_text([f"{tally} changed"] if tally else [])
        states.append(page.url)
    for i in reversed(range(len(states) - 1)):
        page.go_back()
        page.wait_for_url(states[i])
        expect(tallies).to_have_count(1 if i > 1 else 0)
    expect(page.locator("#carry-state")).not_to_be_checked()
    expect(page.locator("#radius")).to_have_value("")
    page.go_forward()
    expect(page.locator("#radius")).to_have_value("1.5")


def test_back_leads_to_where_the_cursor_was_however_soon_a_change_follows(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.evaluate("""() => {
      document.querySelector('.unfolded [data-node="h[2]"]').dispatchEvent(new MouseEvent("click", { bubbles: true }));
      document.getElementById("next-seed").click();
    }""")
    page.wait_for_url(re.compile(r"seed=5.*at=h%5B2%5D|seed=5.*at=h\[2\]"))
    page.locator("#undo").click()
    page.wait_for_url(re.compile(r"seed=4.*at=h%5B2%5D|seed=4.*at=h\[2\]"))
    expect(page.locator(".unfolded .node.current")).to_have_attribute("data-node", "h[2]")


def test_every_click_counts_however_fast_they_come(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.evaluate("for (let i = 0; i < 7; i += 1) document.getElementById('next-seed').click()")
    page.wait_for_url("**seed=11**")
    expect(page.locator("#seed")).to_have_value("11")


def test_changes_while_the_server_is_away_are_all_there_when_it_is_back(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}/?{WORD}")
    page.route("**/api/**", lambda route: route.abort())
    page.locator("#tau").fill("5")
    page.locator("#tau").press("Enter")
    expect(page.locator("#away")).to_be_visible()
    page.locator("#next-seed").click()
    page.locator("#truncate").fill("3|")
    page.locator("#truncate").press("Enter")
    expect(page.locator("#away")).to_be_in_viewport()
    page.unroute("**/api/**")
    page.wait_for_url(re.compile(r"(?=.*tau=5)(?=.*seed=5)(?=.*truncate=3)"))
    expect(page.locator("#away")).to_be_hidden()
    forgive(script_errors, "Failed to load resource")


def test_what_was_wrong_stays_where_it_was_typed_while_other_things_change(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}/?system=lstm&tau=3&seed=3")
    page.locator("#data-menu > summary").click()
    page.locator("#set").fill("W[9,9]:1")
    page.locator("#set").press("Enter")
    expect(page.locator("#problem-set")).to_be_visible()
    page.locator("#next-seed").click()
    page.wait_for_url("**seed=4**")
    expect(page.locator("#problem-set")).to_be_visible()
    expect(page.locator("#set")).to_have_value("W[9,9]:1")
    expect(page.locator("#data-menu > summary .wrong")).to_have_text("wrong")
    expect(page.locator("#seed")).to_have_value("4")
    page.locator("#set").fill("b_f[1]:1")
    page.locator("#set").press("Enter")
    page.wait_for_url(re.compile("(?=.*seed=4)(?=.*set=b_f%5B1%5D:1)"))
    expect(page.locator("#problem-set")).to_have_count(0)
    forgive(script_errors, "status of 422")


def test_a_link_with_something_wrong_goes_on_with_the_rest(page: Page, server: str, script_errors: list[str]) -> None:
    opened(page, f"{server}/?tau=4&radius=x&seed=6")
    page.locator("#next-seed").click()
    page.wait_for_url("**seed=7**")
    assert "tau=4" in page.url
    expect(page.locator("#problem-radius")).to_have_count(1)
    page.locator('#systems [data-system="lstm"]').evaluate("(link) => link.click()")
    page.wait_for_url("**system=lstm**")
    expect(page.locator("#problem-radius")).to_have_count(0)
    forgive(script_errors, "status of 422")


UNCLOSED = "h[t] = tanh(W @ h[t-1] + U @ x[t]"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("typed", [True, False])
def test_wrong_equations_are_kept_with_the_rest_of_their_link(
    page: Page, server: str, script_errors: list[str], typed: bool
) -> None:
    about = "tau=6&seed=4"
    opened(page, f"{server}/?{about}" + ("" if typed else f"&equations={quote(UNCLOSED)}"))
    if typed:
        page.locator("#equations > summary").click()
        page.locator("#text").fill(UNCLOSED)
        page.locator("#text").press("Control+Enter")
    else:
        expect(page).to_have_title("Own equations · Unfold")
        expect(page.locator("#figure .nothing")).to_be_visible()
        expect(page.locator("#check")).to_be_hidden()
        page.locator("#through").scroll_into_view_if_needed()
        expect(page.locator("#through-refused")).to_contain_text("nothing to measure")
    expect(page.locator("#problem-equations")).to_be_visible()
    page.locator("#tau").fill("5")
    page.locator("#tau").press("Tab")
    page.locator("#next-seed").evaluate("(button) => button.click()")
    expect(page.locator("#seed")).to_have_value("5")
    expect(page.locator("#text")).to_have_value(re.compile(re.escape(UNCLOSED)))
    expect(page.locator("#problem-equations")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#equations > summary .wrong")).to_have_text("wrong")
    page.locator("#equations > summary").click()
    page.locator("#text").fill(f"{UNCLOSED})")
    page.locator("#text").press("Control+Enter")
    page.wait_for_url(re.compile("(?=.*tau=5)(?=.*seed=5)(?=.*equations=)"))
    expect(page.locator("#problem-equations, #equations > summary .wrong")).to_have_count(0)
    expect(page.locator(".unfolded .node").first).to_be_visible()
    expect(page.locator("#check")).to_be_visible()
    forgive(script_errors, "status of 422")


@pytest.mark.fresh
def test_back_right_after_a_step_is_back(page: Page, server: str) -> None:
    page.clock.install()
    opened(page, f"{server}/?tau=4")
    page.locator("#next-seed").click()
    page.wait_for_url("**seed=1")
    page.keyboard.press("ArrowRight")
    page.evaluate("history.back()")
    expect(page.locator("#seed")).to_have_value("0")
    page.clock.run_for(400)
    assert page.url == f"{server}/?tau=4"


def test_that_the_server_is_away_is_said_until_it_answers(page: Page, server: str, script_errors: list[str]) -> None:
    with page.expect_response("**/api/steps?**"):
        opened(page, f"{server}/?tau=4")
    page.keyboard.press("ArrowRight")
    expect(page.locator("output")).to_have_text("1")
    page.route("**/api/**", lambda route: route.abort())
    page.locator("#tau").fill("6")
    page.locator("#tau").press("Tab")
    expect(page.locator("#away")).to_be_visible()
    page.locator('[data-go="forward"]').click()
    expect(page.locator("output")).to_have_text("2")
    expect(page.locator("#away")).to_be_visible()
    page.unroute("**/api/**")
    page.wait_for_url("**tau=6**")
    expect(page.locator("#away")).to_be_hidden()
    forgive(script_errors, "Failed to load resource")


@pytest.mark.parametrize("path", [f"/?{WORD}", *long("/compare?a=system%3Drnn&b=system%3Dlstm%26detail%3Dcells")])
@pytest.mark.fresh
def test_who_waits_too_long_is_told_and_goes_on_once_there_is_an_answer(page: Page, server: str, path: str) -> None:
    """Of a server that takes a question and is silent, as the cursor goes on: figures and panels are at one step."""
    page.clock.install()
    silence = Silence(page, "**/api/steps?**", kept=True)
    opened(page, f"{server}{path}")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        page.clock.run_for(3500)
    expect(page.locator("output")).to_have_text("0")
    expect(page.locator("#away")).to_contain_text("The server does not answer")
    expect(page.locator('.figure[data-at=""]')).to_have_count(page.locator(".panel").count())
    expect(page.locator('.panel[aria-busy="true"]')).to_have_count(0)
    silence.end()
    page.clock.run_for(2500)
    expect(page.locator("#away")).to_be_hidden()
    expect(page.locator("output")).to_have_text("3")


# Folding


ARRIVING = """
(id) => {
  const node = document.querySelector(`#figure [data-node="${id}"]`);
  const [animation] = node.getAnimations();
  if (!animation) return null;
  animation.currentTime = 0;
  const { left, top, width, height } = node.querySelector(".disc").getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}
"""


@pytest.mark.fresh
def test_the_circuit_opens_into_the_chain_from_where_its_nodes_are(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&view=folded")
    boxes = {v: page.locator(f'.circuit [data-node="{v}"] .disc').bounding_box() for v in "xhoy"}
    # Animations stand still, so that none is over before it is looked at.
    clock = page.context.new_cdp_session(page)
    clock.send("Animation.enable")
    clock.send("Animation.setPlaybackRate", {"playbackRate": 0})
    page.keyboard.press("u")
    page.wait_for_selector(".unfolded")
    for var, box in boxes.items():
        for t in (1, 3):
            at = page.evaluate(ARRIVING, f"{var}[{t}]")
            assert box is not None
            assert at == pytest.approx([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2], abs=1.5)


def test_the_chain_folds_without_movement_where_none_is_wanted(page: Page, server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    opened(page, f"{server}/?{WORD}")
    page.keyboard.press("u")
    page.wait_for_selector(".circuit")
    assert page.evaluate(ARRIVING, "h") is None


def test_a_nested_application_lights_the_node_it_makes(page: Page, server: str) -> None:
    opened(page, f"{server}/?system=driven&tau=4")
    for t in (1, 2, 3):
        page.locator(f'#panel .nested math:first-child mrow[data-node="h[{t}]"] > [data-term] > mi').first.hover()
        assert page.evaluate(LIT)["nodes"] == [f"h[{t}]"]
    page.locator('#figure [data-node="x[2]"] .disc').hover()
    assert page.locator("#panel .nested .tied").evaluate_all("(all) => all.map((e) => e.dataset.node)") == ["x[2]"] * 2


# Anatomy of a gradient

LIT = """
() => {
  const of = (selector, key) => [...document.querySelectorAll(selector)].map((e) => e.dataset[key]).sort();
  return { edges: of("#figure .edge.tied", "edge"), nodes: of("#figure .node.tied", "node"),
           rows: of("#panel tr.tied:not(.how)", "edge"), terms: of("#panel mrow[data-edge].tied", "edge") };
}
"""


def test_a_term_lights_its_arrow_and_its_row(page: Page, server: str) -> None:
    it = computed(server, WORD)
    opened(page, f"{server}/?{WORD}&phase=backward&at=h[2]")
    made = by_hand(it.resolved.run.trace, it.resolved.run.graph, "backward", "h[2]")
    edges = [term.edge.id for term in made.terms if term.edge]
    assert sorted(edges) == ["h[2]->h[3]", "h[2]->o[2]"]
    for edge in edges:
        page.locator(f'#panel .sums:not(.numbers) mrow[data-edge="{edge}"]').hover()
        lit = page.evaluate(LIT)
        assert (lit["rows"], set(lit["terms"])) == ([edge], {edge})
        assert edge in lit["edges"]
        page.locator(f'#panel tr[data-edge="{edge}"] th').hover(position={"x": 3, "y": 3})
        assert page.evaluate(LIT)["rows"] == [edge]
    page.locator("#panel h2").hover()
    assert page.evaluate(LIT) == {"edges": [], "nodes": [], "rows": [], "terms": []}


TERMS = """
(addresses) => Promise.all(addresses.map(async (address) => {
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  return [...page.querySelectorAll("#panel .sums:not(.numbers) mrow[data-edge]")].map((term) => term.dataset.edge);
}))
"""
"""The arrows whose terms the equations of other pages have, in their order."""


def test_the_terms_of_the_equation_are_what_arrived_in_the_same_order(page: Page, server: str) -> None:
    it = computed(server, "system=lstm&tau=2")
    backward = [here for here, step in enumerate(it.steps, 1) if step.phase == "backward"]
    page.goto(f"{server}/static/favicon.svg")
    marked = page.evaluate(TERMS, [it.address(here) for here in backward])
    for here, terms in zip(backward, marked, strict=True):
        made = by_hand(it.resolved.run.trace, it.resolved.run.graph, "backward", it.steps[here - 1].at)
        wanted = [t.edge.id if t.edge else t.through for t in made.terms if t.expr is not None]
        assert [*dict.fromkeys(terms)] == wanted


def test_a_part_of_a_formula_lights_its_node_and_the_other_way_round(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    page.locator('#panel [data-node="h[1]"]').first.hover()
    assert page.evaluate(LIT)["nodes"] == ["h[1]"]
    page.locator('#figure [data-node="x[2]"] .disc').hover()
    lit = page.locator("#panel .tied").evaluate_all("(all) => all.map((e) => e.dataset.node)")
    assert lit and set(lit) == {"x[2]"}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("way", ["panel", "focus", "figure"])
def test_a_shared_letter_lights_up_everywhere_with_its_matrix_and_gradient(page: Page, server: str, way: str) -> None:
    it = computed(server, WORD)
    trace, graph = it.resolved.run.trace, it.resolved.run.graph
    opened(page, f"{server}/?{WORD}&phase=backward&at=h[2]")
    if way == "panel":
        page.locator('#panel .sums:not(.numbers) [data-name="W"]').hover()
    elif way == "focus":
        page.locator("#panel .panel").focus()
        while page.evaluate("document.activeElement.dataset.name") != "W":
            page.keyboard.press("Tab")
    else:
        page.locator('#figure [data-edge="h[1]->h[2]"] > .label').hover()
    edges = sorted(e.id for e in graph.edges if "W" in e.params)
    assert len(edges) == 3
    page.wait_for_selector("#peek:not([hidden])")
    assert page.evaluate(LIT)["edges"] == edges
    assert said_in(page, "#peek h2") == "𝐖isused3times"
    first, second = page.locator("#peek .numbers").all_text_contents()
    assert spoken(value_mathml(trace.parameters["W"], 6)) == re.sub(r"\s", "", first)
    assert spoken(value_mathml(trace.gradient("W"), 6)) == re.sub(r"\s", "", second)
    page.keyboard.press("Escape")
    expect(page.locator("#peek")).to_be_hidden()


USES = {
    WORD: dict.fromkeys("bWUcV", 3),
    "system=dynamics&tau=3": {"b": 2, "W": 2, "s1": 1},
    "system=dense": {"b": 1, "W": 1},
    "system=last-output&tau=4": {"b": 4, "W": 4, "U": 4, "c": 1, "V": 1},
}
"""How often each parameter is used, counted by hand in the equations."""


@pytest.mark.parametrize("link", USES)
def test_every_parameter_says_how_often_it_is_used(server: str, link: str) -> None:
    cards = httpx.get(f"{server}/api/letters?{link}", trust_env=False).json()
    found = {name: re.findall(r"is used (\d+) times?<", card) for name, card in cards.items()}
    assert found == {name: [str(count)] for name, count in USES[link].items()}


def test_a_term_is_reached_by_the_keyboard_and_explains_itself(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=backward&at=h[2]")
    page.locator("#panel .panel").focus()
    for _ in range(20):  # The signs before it that explain themselves are on the way.
        page.keyboard.press("Tab")
        if page.locator(".term:focus").count():
            break
    expect(page.locator(".term").first).to_be_focused()
    assert page.evaluate(LIT)["rows"] == ["h[2]->o[2]"]
    expect(page.get_by_role("tooltip")).to_contain_text("along the arrow from h(2) to o(2)")
    expect(page.locator(".term").first).to_have_attribute("aria-describedby", "tip")
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()


def test_an_arrow_along_which_nothing_flows_says_so_and_others_do_not(page: Page, server: str) -> None:
    opened(page, f"{server}/?tau=4&of=L[2]&phase=backward")
    for edge, nothing in (("h[2]->h[3]", True), ("h[1]->h[2]", False)):
        box = page.locator(f'#figure .edge[data-edge="{edge}"] > .backward').bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.get_by_role("tooltip")).to_contain_text(edge[:4].replace("[", "(").replace("]", ")"))
        assert ("exactly nothing flows" in page.get_by_role("tooltip").inner_text()) == nothing


@pytest.mark.one_in(2)
@pytest.mark.fresh
@pytest.mark.parametrize(("part", "words"), [(".delay", "delay of one step"), ('[data-node="h[0]"]', "Dashed")])
def test_the_signs_of_the_figure_explain_themselves(page: Page, server: str, part: str, words: str) -> None:
    page.clock.install()
    opened(page, f"{server}/?{WORD}&view=both")
    sign = page.locator(f"#figure {part}").first
    sign.hover()
    expect(page.get_by_role("tooltip")).to_contain_text(words)
    page.get_by_role("tooltip").hover()
    page.clock.run_for(400)
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.mouse.move(1, 1)
    expect(page.locator("#tip")).to_be_hidden()
    page.keyboard.press("Tab")
    sign.focus()
    expect(page.get_by_role("tooltip")).to_contain_text(words)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("system=bidirectional&view=folded", ["a delay of one step", "a look ahead by one step"]),
        (
            "equations=h[t]%20%3D%20tanh(W%20%40%20h[t-2])&view=folded",
            ["a delay of 2 steps: what leaves it now came in 2"],
        ),
    ],
)
def test_a_delay_says_how_long_it_is(page: Page, server: str, link: str, words: list[str]) -> None:
    opened(page, f"{server}/?{link}")
    delays = page.locator("#figure .delay")
    expect(delays).to_have_count(len(words))
    for delay, word in zip(delays.all(), words, strict=True):
        delay.hover()
        expect(page.get_by_role("tooltip")).to_contain_text(word)
        assert word.startswith((delay.get_attribute("aria-label") or "").lower())
        page.keyboard.press("Escape")


def test_the_terms_of_a_formula_explain_themselves(page: Page, server: str) -> None:
    it = computed(server, WORD)
    titles = Sentences(ShownGraph(it.resolved.run.graph, it.resolved.run.graph)).of_nodes
    opened(page, f"{server}/?{WORD}&phase=forward&at=h[2]")
    term = page.locator('#panel .sums:not(.numbers) mrow[data-node="h[1]"]').first
    term.hover()
    expect(page.get_by_role("tooltip")).to_have_text(f"{titles['h[1]']}.")
    page.keyboard.press("Escape")
    page.locator("#panel .panel").focus()
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.node") == "x[2]":
            break
    expect(page.get_by_role("tooltip")).to_have_text(f"{titles['x[2]']}.")
    page.goto(f"{server}/?{WORD}&phase=backward&at=h[2]")
    page.wait_for_selector("html[data-ready]")
    page.locator('#panel .sums:not(.numbers) mrow[data-adjoint][data-node="o[2]"]').hover()
    expect(page.get_by_role("tooltip")).to_contain_text("The gradient at o(2)")
    opened(page, f"{server}/?system=dynamics&detail=states")
    page.locator('#panel .nested [data-term="θ"]').first.hover()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text("θ = {W, b}")
    page.locator("#panel .panel").evaluate("(panel) => panel.scrollBy(0, -40)")
    expect(page.locator("#tip")).to_be_hidden()
    page.locator("#figure .edge[data-function] > .label").first.hover()
    expect(tip).to_contain_text("f is one function")


COVERS = """() => {
  const tip = document.querySelector("#tip").getBoundingClientRect();
  const problems = [...document.querySelectorAll(".problem")].map((it) => it.getBoundingClientRect());
  const beside = (it) => tip.left < it.right && it.left < tip.right;
  return problems.some((it) => beside(it) && tip.top < it.bottom && it.top < tip.bottom);
}"""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("width", [1280, 390])
def test_no_tip_lies_on_what_is_wrong(page: Page, server: str, script_errors: list[str], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 760})
    wrong = f"sizes=q:3&equations={quote('h[t] = tahn(h[t-1])')}&seed=x&tau=0&radius=-1&task=nothing&lr=0"
    page.goto(f"{server}/?{wrong}")
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".problem").first).to_be_visible()
    shown = 0
    for popup in ("equations", "training-menu"):
        page.locator(f"#{popup}").evaluate("(popup) => (popup.open = true)")
        for part in page.locator("[data-tip]:visible").element_handles():
            page.keyboard.press("Shift")  # so that the focus is one of the keyboard's, which is explained at once
            part.evaluate("(part) => part.focus()")
            shown += page.locator("#tip").is_visible()
            assert not page.evaluate(COVERS), part.get_attribute("data-tip")
    assert shown > 3
    forgive(script_errors, "422")


def test_what_is_wrong_stays_in_sight_until_something_else_opens_in_its_place(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}/?lr=0&window=9..2")
    problem = page.locator("#training-menu .problem")
    expect(problem).to_be_visible()
    expect(page.locator("#figure-menu .problem")).to_be_hidden()
    page.mouse.click(4, 896)
    expect(problem).to_be_visible()
    page.locator("#equations > summary").click()
    expect(page.locator("#equations textarea")).to_be_visible()
    expect(problem).to_be_hidden()
    expect(page.locator(".menus .wrong")).to_have_text(["wrong", "wrong"])
    page.locator("#training-menu > summary").click()
    page.locator("#next-seed").click()
    page.wait_for_url("**seed=1**")
    expect(problem).to_be_visible()
    expect(page.locator("#figure-menu .problem")).to_be_hidden()
    page.locator("#lr").focus()
    page.keyboard.press("Escape")
    expect(problem).to_be_hidden()
    forgive(script_errors, "422")


def test_one_menu_is_open_at_a_time_and_is_left_by_keys(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    for menu in (f"{title.lower()}-menu" for title in HEADINGS):
        page.locator(f"#{menu} > summary").focus()
        page.keyboard.press("Enter")
        inside = page.locator(f"#{menu} :is(select, input:not([type=radio]), input:checked)")
        expect(inside.first).to_be_visible()
        assert page.locator("details.popup[open]").evaluate_all("(all) => all.map(({ id }) => id)") == [menu]
        for nth in range(inside.count()):
            page.keyboard.press("Tab")
            expect(inside.nth(nth)).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("details.popup[open]")).to_have_count(0)
    page.locator("#data-menu > summary").click()
    page.locator("#task").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#data-menu > summary")).to_be_focused()
    expect(page.locator("#task")).to_be_hidden()


def test_a_press_between_the_fields_of_what_has_opened_leaves_it_open(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    for popup in page.locator("details:is(.popup, .as-table)").filter(visible=True).all():
        popup.locator("> summary").click()
        popup.locator("> :not(summary)").first.click(position={"x": 3, "y": 3})
        for choices in popup.locator("fieldset").all():
            choices.dispatch_event("pointerdown")
        expect(popup).to_have_attribute("open", "")
        page.keyboard.press("Escape")


def test_a_tip_goes_where_what_it_explains_has_nothing_more_to_say(page: Page, server: str) -> None:
    opened(page, f"{server}/?tau=2")
    page.keyboard.press("Tab")
    page.locator("#seed").focus()
    tip = page.get_by_role("tooltip")
    expect(tip).to_be_visible()
    page.evaluate("""() => {
      document.querySelector("#seed").closest("[data-tip]").removeAttribute("data-tip");
      document.querySelector("main").append(document.createElement("p"));
    }""")
    expect(page.locator("#tip")).to_be_hidden()


def test_a_tip_gives_way_to_what_is_said_to_be_wrong_where_it_is(page: Page, server: str) -> None:
    opened(page, f"{server}/?tau=2")
    page.locator("#seed").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text("random numbers")
    page.evaluate("""() => {
      const { left, top, width, height } = document.querySelector("#tip").getBoundingClientRect();
      const problem = Object.assign(document.createElement("p"), { className: "problem", textContent: "wrong" });
      const place = { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
      Object.assign(problem.style, { position: "fixed", ...place });
      document.querySelector("main").append(problem);
    }""")
    page.wait_for_function(COVERS.replace("return ", "return !"))


@pytest.mark.fresh
def test_a_letter_with_a_card_has_no_tip_beside_it(page: Page, server: str) -> None:
    page.clock.install()
    opened(page, f"{server}/?{WORD}&phase=backward&at=h[2]")
    page.locator('#panel .arrived [data-name="W"]').first.hover()
    page.wait_for_selector("#peek:not([hidden])")
    page.clock.run_for(700)
    expect(page.locator("#tip")).to_be_hidden()


LAIN_ON = """
(parts) => {
  const tip = document.querySelector("#tip").getBoundingClientRect();
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const meets = (box) => tip.left < box.right && box.left < tip.right && tip.top < box.bottom && box.top < tip.bottom;
  return parts.filter((_, i) => meets(boxes[i])).map((part) => part.id || part.dataset.go);
}
"""
"""Which of some parts of the page its tip lies on."""


def test_a_tip_stands_in_no_ones_way(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=backward&at=h[2]")
    page.keyboard.press("Tab")
    page.locator("#tau").focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    check_accessible(page)


def test_the_tip_at_play_says_what_a_press_does_now_and_lies_on_nothing_that_is_pressed(
    page: Page, server: str
) -> None:
    opened(page, f"{server}/?{WORD}")
    play = page.locator('[data-go="play"]')
    tip = page.get_by_role("tooltip")
    for words, at in (("Play (Space)", 8), ("Pause (Space)", 9), ("Play (Space)", 9)):
        play.hover(position={"x": at, "y": 8})
        expect(tip).to_have_text(words)
        lain_on = page.locator(".transport :is(.button, select, input)").evaluate_all(LAIN_ON)
        assert not lain_on, words
        page.keyboard.press("Space")
        if words.startswith("Play"):
            expect(tip).to_be_hidden()


@pytest.mark.fresh
def test_during_a_play_no_tip_comes_under_a_pointer_that_rests(page: Page, server: str) -> None:
    """Nor does the one of the node where it rests as the play begins stay; as it moves there are tips again."""
    it = computed(server, "tau=30")
    page.clock.install()
    opened(page, it.address(40))
    tip, node = page.get_by_role("tooltip"), page.locator('.unfolded [data-node="h[1]"]')
    node.hover()
    page.clock.run_for(1000)
    expect(tip).to_be_visible()
    page.get_by_role("combobox", name="Speed").evaluate("(it) => { it.value = '0.5'; }")
    page.keyboard.press("Space")
    expect(tip).to_be_hidden()
    page.evaluate(TIPS_COUNTED)
    for _ in range(2):
        was = page.locator("output").inner_text()
        page.clock.run_for(2000)
        expect(page.locator("output")).not_to_have_text(was)
    assert page.evaluate("window.tips") == 0
    page.keyboard.press("Space")
    page.locator(".unfolded .node.origin").first.hover()
    page.clock.run_for(700)
    expect(tip).to_be_visible()


TIPS_COUNTED = """
() => {
  const tip = document.getElementById("tip");
  window.tips = 0;
  new MutationObserver(() => (window.tips += !tip.hidden)).observe(tip, { attributeFilter: ["hidden"] });
}
"""
"""From now on it is counted how often a tip comes."""


def test_a_control_says_what_it_is_for(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    page.keyboard.press("Tab")
    page.locator("#tau").focus()
    expect(page.get_by_role("tooltip")).to_have_text(f"{options()['tau'].meaning}.")


def test_hints_are_put_away_for_good(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}")
    hints = page.get_by_role("note", name="Hints")
    expect(hints.locator("p")).to_have_count(3)
    hints.get_by_role("button", name="Put away").click()
    expect(hints).to_be_hidden()
    page.reload()
    expect(page.locator("#hints")).to_be_hidden()
    page.locator("#next-seed").click()
    page.wait_for_url("**seed=5**")
    expect(page.locator("#hints")).to_be_hidden()


# For everyone

STATES = {
    "gallery": ("#systems > summary", "#systems"),
    "data": ("#data-menu > summary", "#data-menu"),
    "training": ("#training-menu > summary", "#training-menu"),
    "figure": ("#figure-menu > summary", "#figure-menu"),
    "compare": ("#compare > summary", "#compare"),
    "export": ("#export > summary", "#export"),
    "numbers": ("#all-numbers > summary", "#all-numbers"),
    "keys": ("#help", "dialog[open]"),
    "blank": ("#blank", "#panel"),
    "letter": (".letter", "#peek"),
}
"""What opens something, and what opens."""


@pytest.mark.one_in(8)
@pytest.mark.parametrize(
    ("state", "whole"), [*((state, False) for state in STATES), *long(*((s, True) for s in STATES))]
)
def test_nothing_that_opens_stands_in_anyones_way(page: Page, server: str, state: str, whole: bool) -> None:
    """What opens is looked at; the page around it is the same as without it, which the long tier looks at too."""
    page.emulate_media(reduced_motion="reduce")
    opened(page, f"{server}/?{WORD}&view=both&phase=backward&at=h[2]")
    opener, part = STATES[state]
    page.locator(opener).first.click()
    page.locator(opener).first.focus() if state == "letter" else None
    expect(page.locator(part)).to_be_visible()
    check_accessible(page, "html" if whole else part)


@pytest.mark.one_in(6)
@pytest.mark.parametrize("state", [*STATES, "none"])
def test_what_opens_is_large_enough_and_fits_a_narrow_page(page: Page, server: str, state: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, f"{server}/?{WORD}&radius=1.5&phase=backward&at=h[2]")
    opener, _ = STATES.get(state, ("html", ""))
    if state in STATES and page.locator(opener).first.is_visible():
        page.locator(opener).first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.locator("a:visible, button:visible, select:visible, input:visible, summary:visible").evaluate_all(
        "(all) => all.filter((e) => !e.matches('.skip') && Math.min(e.offsetWidth, e.offsetHeight) < 24)"
        ".map((e) => e.id || e.className || e.textContent.trim())"
    )
    assert small == []
    assert page.evaluate(OUTSIDE) == []


OUTSIDE = """
() => [...document.querySelectorAll("details[open] > *, .controls > *, .buttons > *")].filter((e) => {
  const { left, right, width } = e.getBoundingClientRect();
  return width && e.checkVisibility() && (left < 0 || right > innerWidth);
}).map((e) => e.className)
"""


RUN_INTO = """
() => {
  const boxes = [...document.querySelectorAll(".ticks text, .count")].map((text) => text.getBoundingClientRect());
  const lies = (a, b) => a.left < b.right + 2 && b.left < a.right + 2 && a.top < b.bottom && b.top < a.bottom;
  return boxes.some((a, i) => boxes.some((b, j) => i < j && lies(a, b)));
}
"""
"""Whether words or numbers of the strip of all steps run into each other."""


@pytest.mark.one_in(3)
@pytest.mark.parametrize("query", ["system=rnn", "system=last-output&tau=1000", "system=dynamics&tau=1"])
def test_at_every_width_the_two_phases_are_named_apart(page: Page, server: str, query: str) -> None:
    opened(page, f"{server}/?{query}")
    for width in (1440, 1100, 900, 760, 700, 640, 480, 390):
        page.set_viewport_size({"width": width, "height": 900})
        forward, backward = (page.locator(f".ticks text.{phase}").bounding_box() for phase in ("forward", "backward"))
        track = page.locator(".track").bounding_box()
        assert forward
        assert backward
        assert track
        assert forward["x"] + forward["width"] + 4 < backward["x"]
        assert track["x"] <= forward["x"]
        assert backward["x"] + backward["width"] <= track["x"] + track["width"]
        assert not page.evaluate(RUN_INTO)


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("width", "path"),
    [
        (390, f"/?{WORD}"),
        (1440, f"/?{WORD}&phase=backward&at=h[2]"),
        (1280, "/?system=teacher-forcing"),
        (1280, "/train?system=lstm"),
        (1280, "/train?lr=5&steps=1000"),
        (1280, "/docs"),
        *long(
            *((width, f"/train?{asked}") for width in (390, 1440) for asked in ("lr=5", "lr=1e9", "system=gru")),
            *((width, f"/?system={name}&phase=update") for name in SYSTEMS for width in (390, 1280)),
            *((1280, path) for path in ("/", "/compare", "/gallery", "/language", *PAGES.values())),
        ),
    ],
)
@pytest.mark.fresh
def test_a_page_is_small_and_nothing_moves_while_it_comes(page: Page, server: str, width: int, path: str) -> None:
    """Nor while a run is played."""
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(MOVED)
    page.goto(f"{server}{path}")
    assert 5_000 < page.evaluate(SENT) < 300_000
    page.wait_for_load_state("networkidle")
    painted_with = page.locator("link[rel=expect]").evaluate_all("(all) => all.map((it) => it.getAttribute('href'))")
    assert all(page.locator(its).count() == 1 for its in painted_with)
    moved = page.evaluate("window.moved")
    assert sum(it["far"] for it in moved) < 0.0005, moved


SENT = """
["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, { transferSize }) => sum + transferSize, 0)
"""
"""The bytes that were sent, packed as they are."""

MOVED = """
window.moved = [];
const named = ({ node }) => node?.id || node?.className?.baseVal || node?.className || node?.nodeName;
const noted = ({ value, sources }) => window.moved.push({ far: value, what: sources.map(named) });
new PerformanceObserver((list) => list.getEntries().forEach(noted)).observe({ type: "layout-shift", buffered: true });
"""


def test_the_panel_keeps_its_place_while_numbers_are_blank(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=backward&at=h[2]")
    heights = "[...document.querySelectorAll('#panel .sums')].map((e) => e.offsetHeight)"
    before = page.evaluate(heights)
    page.locator("#blank").click()
    assert page.evaluate(heights) == before


def test_on_paper_are_the_figure_the_sums_and_no_controls(page: Page, server: str) -> None:
    opened(page, f"{server}/?{WORD}&phase=backward&at=h[2]")
    page.emulate_media(media="print")
    for part in ("#controls", "#transport", "#export", "#blank", "#hints", ".twins nav >> nth=0"):
        assert not page.locator(part).is_visible(), part
    for part in (".figure", "#panel .sums >> nth=0", "tr.together"):
        assert page.locator(part).is_visible(), part


@pytest.mark.one_in(3)
@pytest.mark.parametrize("link", [WORD, f"{WORD}&tau=9&view=both", "system=lstm&tau=40&view=both"])
def test_the_whole_figure_is_on_the_paper(page: Page, server: str, link: str) -> None:
    page.set_viewport_size({"width": 720, "height": 1000})
    opened(page, f"{server}/?{link}")
    page.emulate_media(media="print")
    over = "() => { const e = document.querySelector('#figure'); return e.scrollWidth - e.clientWidth; }"
    assert page.evaluate(over) <= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 720


@pytest.mark.one_in(6)
@pytest.mark.parametrize("widths", [(900, 740, 720, 667, 320), *long(((800,),), ((720,),), ((667,),), ((320,),))])
@pytest.mark.parametrize(
    "path", ["/", "/?tau=6", "/train", "/gallery", "/language", "/through", "/compare?a=tau%3D3&b=tau%3D4"]
)
def test_nothing_is_out_of_sight_at_200_percent_nor_on_the_smallest_phone(
    page: Page, server: str, path: str, widths: tuple[int, ...]
) -> None:
    """The page is opened at the first width and made narrower."""
    page.set_viewport_size({"width": widths[0], "height": 700})
    page.goto(f"{server}{path}")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_an_answer_the_new_parts_say_so_and_try_again(
    page: Page, server: str, script_errors: list[str]
) -> None:
    opened(page, f"{server}/?{WORD}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.route("**/*?**", lambda route: route.abort())
    page.locator("#all-numbers summary").click()
    page.locator('[data-copy="csv"]').click()
    expect(page.locator('[data-copy="csv"]')).to_have_text("No answer")
    expect(page.locator("#away")).to_contain_text("does not answer")
    with page.expect_event("requestfailed", lambda request: "radius=1.5" in request.url):
        choose(page, "radius")
    expect(page.locator("#radius")).to_have_value("1.5")
    expect(page.locator(".unfolded .node")).to_have_count(16)
    page.unroute("**/*?**")
    page.wait_for_url("**radius=1.5**")
    expect(page.locator("#away")).to_be_hidden()
    page.locator('[data-copy="csv"]').click()
    expect(page.locator('[data-copy="csv"]')).to_have_text("Copied")
    forgive(script_errors, "Failed to load resource")


def said_in(page: Page, selector: str) -> str:
    return re.sub(r"\s", "", page.locator(selector).text_content() or "")


def test_the_form_keeps_the_cuts_without_scripts(plain: Page, server: str) -> None:
    plain.goto(f"{server}/?tau=4&truncate=2&parameters=nodes")
    plain.get_by_role("button", name="Draw").click()
    asked = parse(plain.url.partition("?")[2])
    assert (asked.truncate, asked.parameters) == ("2", "nodes")


@pytest.mark.parametrize("system", ["rnn", *long("lstm", "bidirectional", "hopfield")])
def test_controls_stand_in_two_rows_beside_a_scroll_bar_too(page: Page, server: str, system: str) -> None:
    """Which takes fifteen points of a window whose width is told with it."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/?system={system}")
    page.evaluate("document.documentElement.style.width = '1265px'")
    for row in (".toolbar", ".tools"):
        found = page.locator(f"{row} > *:visible").all()
        boxes = [box for it in found if (box := it.bounding_box())]
        assert max(box["y"] for box in boxes) - min(box["y"] for box in boxes) < 20, row
    units = page.locator(".tools .units").evaluate("(it) => it.scrollWidth - it.clientWidth")
    assert units <= 0
