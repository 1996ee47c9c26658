"""The panel of a step, and two links side by side, as the service writes them before any script runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import quote
from xml.etree import ElementTree

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.engine import Step, by_hand
from app.language.typeset import numeral
from app.link import parse, resolve
from app.systems import SYSTEMS
from app.web.explore.link_views import LinkViews
from app.web.explore.terms import explained_names, explained_rule, explained_terms
from app.web.explore.update_panel import update_math, update_panel
from app.web.service import create_app


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("system", "phase", "at"),
    [
        ("rnn", "forward", "x[2]"),
        *(
            (system, phase, at)
            for phase in ("forward", "backward")
            for system, at in (
                ("rnn", "h[1]"),
                ("rnn", "o[2]"),
                ("lstm", "c[2]"),
                ("lstm", "h[1]"),
                ("bidirectional", "g[1]"),
            )
        ),
    ],
)
def test_the_equation_of_a_step_is_there_in_symbols_and_in_numbers(
    client: TestClient, system: str, phase: str, at: str
) -> None:
    answer = client.get(f"/?system={system}&tau=2&sizes=h:2&phase={phase}&at={at}")
    assert answer.status_code == 200
    formulas = [ElementTree.fromstring(math) for math in re.findall("<math.*?</math>", answer.text, re.DOTALL)]
    assert len(formulas) > 1
    assert any(element.tag.endswith("mn") for formula in formulas for element in formula.iter())


def test_two_links_side_by_side_are_told_by_what_differs(client: TestClient) -> None:
    page = client.get("/compare", params={"a": "system=rnn&tau=3", "b": "lstm", "step": 4}).text
    assert page.count("<svg") >= 2 and "fed" in page
    apart = client.get(
        "/compare", params={"a": "tau=3&task=random&seed=1", "b": "tau=4&task=random&seed=2", "step": 30}
    ).text
    assert "Both are fed random numbers, but each its own numbers." in apart
    longer = client.get("/compare", params={"a": "tau=3", "b": "tau=4"}).text
    assert "Both are fed the same data" in longer and "RNN (τ 3) <span>h" in longer
    far = {"a": "tau=3", "b": "tau=4&seed=1&sizes=h:7&radius=1.5"}
    assert "the first <span>h" in client.get("/compare", params=far).text, "too much for a name"


def test_where_nothing_is_asked_a_plain_network_and_an_lstm_stand_side_by_side(client: TestClient) -> None:
    text = client.get("/compare", headers={"Accept": "text/html"}).text
    assert "LSTM keeps it longest" in text and "RNN for numbers" in text
    wrong = client.get("/compare?step=x", headers={"Accept": "text/html"})
    assert wrong.status_code == 422 and "RNN for numbers" in wrong.text


@pytest.mark.parametrize("query", ["a=system%3Drnn", "a=system%3Dlstm%26seed%3D3", "a=tau%3D2&step=3"])
def test_a_link_that_nothing_is_put_beside_is_compared_with_another_start(client: TestClient, query: str) -> None:
    page = client.get(f"/compare?{query}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    first, second = (
        parse(unescape(href).removeprefix("/?")) for href in re.findall('href="([^"]*)">open alone', page.text)
    )
    assert (second.system, second.tau, second.seed) == (first.system, first.tau, first.seed + 1)


def test_a_wrong_side_is_told_and_the_rest_is_kept(client: TestClient) -> None:
    answer = client.get("/compare", params={"a": "tau=0&seed=3", "b": "system=rnm"}, headers={"Accept": "text/html"})
    assert answer.status_code == 422 and "seed=3" in answer.text


def test_the_panels_of_some_steps_are_answered_from_the_first_that_is_asked(client: TestClient) -> None:
    every = client.get("/api/steps", params={"tau": "2"}).json()["panels"]
    some = client.get("/api/steps", params={"tau": "2", "first": "3"}).json()
    assert some["first"] == 3 and some["panels"][: len(every) - 3] == every[3:]
    wrong = client.get("/api/steps", params={"first": "-1"})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "first"


def test_the_figure_of_a_page_and_the_cards_of_its_parameters_are_answered_alone(client: TestClient) -> None:
    link = {"system": "rnn", "tau": "2", "phase": "backward", "at": "h[1]"}
    page = client.get("/", params=link, headers={"Accept": "text/html"}).text
    figure = client.get("/api/figure", params=link).json()
    assert f">{figure['title']}</title>" in page and f'viewBox="{figure["attributes"]["viewBox"]}"' in page
    drawn = {key: place for layer in figure["layers"] for key, place, _ in layer["pieces"]}
    assert all(f'data-piece="{key}"' in page and place in page for key, place in drawn.items())
    assert {"W", "U", "V", "b", "c"} <= client.get("/api/letters", params=link).json().keys()


@pytest.mark.parametrize(
    "more", [{}, {"detail": "gates", "system": "lstm"}, {"direction": "up", "mark": "h[20]->h[21]"}]
)
def test_what_stays_in_sight_as_the_window_goes_on_is_written_alike(client: TestClient, more: dict[str, str]) -> None:
    """Wherever the cursor is a piece says the same; those that stay stand elsewhere. At `gates` one becomes a start."""
    link = {"system": "rnn", "tau": "40", "phase": "forward"} | more

    def unfolded(at: str) -> dict[str, tuple[str, str]]:
        layers = client.get("/api/figure", params=link | {"at": at}).json()["layers"]
        found = next(layer["pieces"] for layer in layers if layer["role"] == "unfolded")
        return {key: (place, text) for key, place, text in found}

    before, after = unfolded("h[20]"), unfolded("h[21]")
    stay = [key for key in before.keys() & after.keys() if key.startswith("nodes")]
    alike = [key for key in stay if before[key][1] == after[key][1]]
    assert len(alike) >= len(stay) - ("detail" in more) >= 4
    assert any(before[key][0] != after[key][0] for key in stay)
    over = [key.startswith("edges") for key in after if key.startswith(("nodes", "edges"))]
    assert over == sorted(over), "arrows are drawn over nodes"


def test_a_circuit_beside_its_run_shows_the_numbers_of_the_cursors_step(client: TestClient) -> None:
    link = {"system": "rnn", "tau": "3", "view": "both"}
    answers = [client.get("/api/steps", params=link | {"first": first}).json() for first in ("0", "16")]
    windows = [panel["window"] for answer in answers for panel in answer["panels"]]
    for phase, at in (("forward", "h[2]"), ("backward", "h[1]")):
        figure = client.get("/api/figure", params=link | {"phase": phase, "at": at}).json()
        texts = {layer["role"]: "".join(text for *_, text in layer["pieces"]) for layer in figure["layers"]}
        told = r'data-node="{}" .*?data-value="([^"]+)" data-gradient="([^"]+)"'
        shown = [re.findall(told.format(re.escape(i)), texts[role]) for i, role in (("h", "circuit"), (at, "unfolded"))]
        assert shown[0] and shown[0] == shown[1]
        assert figure["attributes"]["data-window"] in windows


def test_what_is_given_is_answered_node_by_node_and_as_a_sequence(client: TestClient) -> None:
    link = {"system": "rnn", "tau": "2"}
    assert "the letter <b>h</b>" in client.get("/api/given", params=link | {"node": "x[1]"}).text
    assert "is where the recurrence starts" in client.get("/api/given", params=link | {"node": "h[0]"}).text
    found = client.get("/api/sequence", params=link | {"name": "y", "set": "y[2,3]:0.5"}).json()
    assert found["shape"] == [4] and found["steps"][1][2] == 0.5
    for address, wrong in (("given", {"node": "h[1]"}), ("given", {"node": "x[3]"}), ("sequence", {"name": "h"})):
        assert client.get(f"/api/{address}", params=link | wrong).status_code == 422


def test_what_has_no_slope_is_named_and_the_norms_of_drawn_states_are_told(client: TestClient) -> None:
    body = {"equations": "s[t] = relu(b) + s[t-1]; loss = sum(s[t])", "params": {"b": 0}, "tau": 1}
    found = client.post("/api/gradient-check", json=body).json()["not_differentiable"]
    assert [(entry["name"], entry["operation"]) for entry in found] == [("b", "relu")]
    norms = client.get("/api/norms", params={"system": "lstm", "tau": "2"}).json()
    assert norms["norms"].keys() == {*norms["states"]} and {"c", "h"} <= {*norms["states"]}


def test_lengths_that_do_not_add_up_are_called_lengths(client: TestClient) -> None:
    link = "system=rnn&tau=3&phase=backward&at="
    page = client.get(f"/?{link}h[2]", headers={"Accept": "text/html"}).text
    run = resolve(parse(f"{link}h[2]")).run
    terms = by_hand(run.trace, run.graph, "backward", "h[2]").terms
    one, other = (numeral(float(np.linalg.norm(term.gradient))) for term in terms)
    whole = numeral(float(np.linalg.norm(run.trace.gradient("h[2]"))))
    assert f"These are lengths. {one} and {other} do not add up to {whole}" in page
    for alone in (f"{link}h[3]", "equations=s[t]=alpha*s[t-1]%2Bx[t];loss=sum(s[t])&tau=3&phase=backward&at=s[2]"):
        assert "These are lengths" not in client.get(f"/?{alone}", headers={"Accept": "text/html"}).text


EXPLAINED = {"∑", "⊙", "⊤", "∇", "∂", "→", "⋯", "⋮", "⋱"}
"""The signs that explain themselves, beside every letter; those of arithmetic need not."""


def unexplained(part: ElementTree.Element, known: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The letters and signs of a formula that no mark of what is around them explains."""
    if "data-adjoint" in part.attrib or any(part.get(f"data-{kind}", "") in words for kind, words in known.items()):
        return
    text = (part.text or "").strip()
    if text in EXPLAINED or (part.tag == "mi" and text):
        yield text
    for inner in part:
        yield from unexplained(inner, known)


@pytest.mark.one_in(5)
@pytest.mark.parametrize("name", SYSTEMS)
def test_every_letter_and_every_sign_of_a_formula_is_explained(name: str) -> None:
    resolved = resolve(parse([("system", name), ("tau", "3"), ("phase", "forward")]))
    terms, names, rule = explained_terms(resolved), explained_names(resolved), explained_rule(resolved)
    views = LinkViews(resolved)
    for index in range(views.walk.total + 1):
        before, _, after = views.panel_html(index).partition("data-rule>")
        of_rule, heading, rest = after.partition("<h3")
        for part, known in ((before, names), (of_rule, rule), (heading + rest, names)):
            for math in re.findall("<math.*?</math>", part, re.DOTALL):
                found = unexplained(ElementTree.fromstring(math), {"term": terms, "name": known})
                assert not [*found], (name, index, math)


def test_a_term_names_what_it_stands_for_and_a_letter_what_it_is() -> None:
    thetas = {"dynamics": "θ = {W, b}", "rnn": "θ = {U, W, b}", "leaky": "θ = {U, W, b, α}"}
    for name, theta in thetas.items():
        assert explained_terms(resolve(parse([("system", name)])))["θ"].startswith(f"{theta}:")
    names = explained_names(resolve(parse("system=lstm&tau=4")))
    assert names["c"] == "c: a state, handed on from step to step, 4 numbers at every step."
    assert names["f"] == "f: a gate, between 0 and 1, 4 numbers at every step."
    assert names["W_i"] == "W_i: a parameter, 4 × 4 numbers."
    assert names["tau"] == "τ: how many steps there are, here 4."


@pytest.mark.one_in(5)
@pytest.mark.parametrize("name", SYSTEMS)
def test_every_panel_leads_to_its_node_in_the_other_pass_where_that_has_it(name: str) -> None:
    views = LinkViews(resolve(parse([("system", name), ("tau", "2")])))
    steps = [(step.phase, step.at) for step in views.walk.steps]
    others = {"forward": "backward", "backward": "forward"}
    for index, (phase, at) in enumerate(steps, 1):
        leads = re.findall('data-go="pass" href="(.+?)"', views.panel_html(index))
        found = [(link.phase, link.at) for link in (parse(unescape(href).removeprefix("/?")) for href in leads)]
        assert found == [step for step in steps if step == (others.get(phase), at)], (name, phase, at)


OTHER_START = "h[0] = W @ z\nh[t] = tanh(W @ h[t-1] + x[t])\nL[t] = mse(h[t], y[t])"


@pytest.mark.parametrize("query", [f"equations={quote(OTHER_START)}", *(f"system={name}" for name in SYSTEMS)])
def test_what_a_step_adds_is_written_for_any_step_where_all_are_alike_else_for_one(query: str) -> None:
    """No formula has ∇W(t) on one side and h(3) on the other."""
    math = update_math(resolve(parse(query)))
    for name in math.trace.recurrence.names("parameter"):
        if len(math.act.gathered(name).steps) > 1:
            *_, line = update_panel(math, Step("update", name)).equations
            text = re.sub(r"<[^>]*>|\s", "", line)
            assert ("(t)" in text) == query.startswith("system") != bool(re.search(r"\(\d+\)", text)), text
