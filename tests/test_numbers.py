"""Every link's numbers have a page of their own, which anyone can read."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from starlette.testclient import TestClient

from app.systems import SYSTEMS
from app.web.service import create_app


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_has_its_numbers_as_a_page(system: str) -> None:
    answer = TestClient(create_app()).get(f"/numbers?system={system}&tau=2&seed=11")
    assert answer.status_code == 200
    assert "t = 2" in answer.text or system == "dense"


def test_what_is_too_much_is_refused() -> None:
    answer = TestClient(create_app()).get("/numbers?tau=1000&sizes=h:500", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} <= {"tau", "sizes"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anyones_way(page: Page, server: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{server}/numbers?tau=3")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
