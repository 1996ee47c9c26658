"""Every link's numbers have a page of their own, which anyone can read."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from app.engine.measure.instruments import gradient_norms, reached_back
from app.language.typeset.numerals import numeral
from app.link import parse, resolve
from app.systems import SYSTEMS
from app.web.service import create_app
from tests.accessibility import check_accessible


@pytest.mark.one_in(3)
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_has_its_numbers_as_a_page(system: str) -> None:
    answer = TestClient(create_app()).get(f"/numbers?system={system}&tau=2&seed=11")
    assert answer.status_code == 200
    assert "t = 2" in answer.text or system == "dense"


def test_what_is_too_much_is_refused() -> None:
    answer = TestClient(create_app()).get("/numbers?tau=1000&sizes=h:500", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} <= {"tau", "sizes"}


@pytest.mark.parametrize(
    "link", ["tau=4&seed=3", "tau=5&truncate=2", "system=lstm&tau=3", "system=bidirectional&tau=3"]
)
def test_the_numbers_of_the_charts_are_tables_without_scripts(link: str) -> None:
    resolved = resolve(parse(link))
    answer = TestClient(create_app()).get(f"/through?{link}")
    assert answer.status_code == 200
    norms = gradient_norms(resolved.run.trace)
    for name in reached_back(resolved.run.recurrence):
        for t, norm in enumerate(norms[name], 1):
            row = rf'<tr><th scope="row">{t}</th>.*<td>{re.escape(numeral(float(norm)))}</td>'
            assert re.search(row, answer.text), (name, t)
    for name in resolved.run.recurrence.names("parameter"):
        whole = float(np.linalg.norm(resolved.run.trace.gradients[name]))
        assert f"<td>{numeral(whole)}</td>" in answer.text, name
    assert ("What the cut after t = 2, 4 took" in answer.text) == ("truncate" in link)


def test_without_scripts_the_charts_lead_to_their_numbers(plain: Page, server: str) -> None:
    plain.goto(f"{server}/?tau=4&seed=3&phase=forward&at=h[2]")
    plain.get_by_role("link", name="their numbers are tables").click()
    expect(plain.get_by_role("table")).to_have_count(5)
    plain.get_by_role("link", name="Back to the figure").click()
    assert plain.url == f"{server}/?tau=4&seed=3"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("address", ["numbers?tau=3", "through?tau=3&truncate=1"])
def test_nothing_stands_in_anyones_way(page: Page, server: str, address: str) -> None:
    page.goto(f"{server}/{address}")
    check_accessible(page)
