"""The first page: what it says of both networks is what the engine computes of the links that it leads to."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.engine.measure import instruments
from app.language.typeset import share_words
from app.link import parse, resolve
from app.web.service import create_app

client = TestClient(create_app(), headers={"Accept": "text/html"})


def text_of(path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.text


def machines(page: str) -> list[str]:
    """The links of “Open the machine”, the plain network's first."""
    return [unescape(href) for href in re.findall('class="machine" href="/[?]([^"]*)"', page)]


def counters(page: str) -> list[str]:
    return re.findall('data-counter="[a-z]+" data-own>([^<]*)<', page)


def sentences(page: str) -> str:
    found = re.search('id="sentences">([^<]*)<', page)
    assert found
    return unescape(found[1])


def test_without_a_field_there_is_the_question_and_with_one_the_page_of_the_link() -> None:
    assert text_of("/") == text_of("/?") == text_of("/far-back")
    assert "How far back" in text_of("/")
    for query in ("system=rnn", "tau=3", "system=", "seed=0"):
        assert 'id="transport"' in text_of(f"/?{query}")


FIELDS = ["", "radius=1.5&forget=0", "radius=2&forget=6&seed=1", "radius=0.9&forget=-1.5&seed=4"]


@pytest.mark.parametrize("fields", FIELDS)
def test_the_counters_are_the_shares_of_the_gradients_of_the_links_that_are_opened(fields: str) -> None:
    page = text_of(f"/far-back?{fields}")
    shares = []
    for link, state in zip(machines(page), ("h", "c"), strict=True):
        assert parse(link).of == "L[30]" and parse(link).phase == "backward"
        norms = instruments.gradient_norms(resolve(parse(link)).run.trace)[state]
        shares.append(norms[0] / norms[-1])
    assert counters(page) == [share_words(share) for share in shares]
    more = "LSTM keeps" if shares[1] > shares[0] else "plain network keeps"
    assert more in sentences(page)


@pytest.mark.parametrize("fields", ["", "forget=-1&radius=1.6", "forget=0", "forget=5"])
def test_the_gate_is_said_to_be_why_where_it_alone_leaves_about_as_much(fields: str) -> None:
    page = text_of(f"/far-back?{fields}")
    trace = resolve(parse(machines(page)[1])).run.trace
    along = trace.gradients["c"][-1]
    for gate in trace.values["f"][:0:-1]:
        along = along * gate
    alone, left = (
        float(np.linalg.norm(found) / np.linalg.norm(trace.gradients["c"][-1]))
        for found in (along, trace.gradients["c"][0])
    )
    far = left > 3 * alone
    assert far == ("forget=-1" in fields or fields == "forget=0")
    assert (f"only {share_words(alone)} is: the rest came through h and gates" in sentences(page)) == far
    assert ("along c it is only multiplied by f" in sentences(page)) != far


def test_both_are_fed_the_same_data_and_the_fields_are_those_of_their_links() -> None:
    plain, gated = (resolve(parse(link)).run for link in machines(text_of("/far-back?radius=1.3&forget=-2&seed=5")))
    for name, array in plain.bindings.inputs.items():
        np.testing.assert_array_equal(array, gated.bindings.inputs[name])
    radius = instruments.spectral_radii(plain.recurrence, plain.trace.parameters)["W"]
    assert radius == pytest.approx(1.3)
    assert {*gated.trace.parameters["b_f"].tolist()} == {-2.0}


def test_a_fading_network_is_said_to_fade_from_the_step_where_it_does() -> None:
    page = text_of("/")
    norms = instruments.gradient_norms(resolve(parse(machines(page)[0])).run.trace)["h"]
    weak = np.flatnonzero(norms < norms[-1] / 100) + 1
    assert f"below one hundredth from step {weak.max()} back" in sentences(page)


def test_wrong_fields_are_named_and_the_others_kept() -> None:
    page = text_of("/far-back?radius=x&forget=1&tau=3", 422)
    assert "“Spectral radius of W” is to be a number above 0" in page and "there is no field tau here" in page
    assert machines(page)[1].endswith("phase=backward&at=c%5B1%5D") and "set=b_f:1" in machines(page)[1]
    assert client.get("/far-back?radius=x", headers={"Accept": "application/json"}).json()["errors"]
