"""The service reads pasted text: by a query, by a body, and in the editor of a page without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from starlette.testclient import TestClient

from app.language import parse
from app.language.pasted import PASTED, PastedExample
from app.outputs import schema
from app.web import create_app

LATEX = r"h_t = \tanh(W h_{t-1} + U x_t)"
READ = "h[t] = tanh(W @ h[t-1] + U @ x[t])"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


@pytest.mark.parametrize("row", PASTED, ids=lambda row: row.source.split("\n")[0])
def test_a_text_is_read_alike_by_query_and_by_body(client: TestClient, row: PastedExample) -> None:
    got = client.get("/api/read", params={"text": row.source})
    posted = client.post("/api/read", json={"text": row.source})
    assert got.status_code == posted.status_code == 200 and got.content == posted.content
    found = schema.PastedReadingJson.model_validate_json(got.content)
    assert found.text == row.text and found.problems == []
    assert "ETag" in got.headers


def test_what_is_not_read_is_a_problem_at_its_place(client: TestClient) -> None:
    text = LATEX + "\n" + r"y_t = \int h_t"
    found = client.post("/api/read", json={"text": text}).json()
    (problem,) = found["problems"]
    assert problem["line"] == 2 and text[slice(*problem["span"])] == r"\int" and "integral" in problem["message"]
    assert found["lines"][0] == {"source": LATEX, "line": 1, "text": READ, "note": ""}


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"text": 3}', '{"text": "x", "tau": 3}', "\udcff"])
def test_a_body_that_is_no_text_is_refused(client: TestClient, body: str) -> None:
    refused = client.post("/api/read", content=body.encode(errors="surrogateescape"))
    assert refused.status_code == 422 and refused.json()["errors"]


@pytest.mark.parametrize("query", ["", "text=a&text=b", "text=a&tau=3", "tex=a"])
def test_a_query_that_is_no_text_is_refused(client: TestClient, query: str) -> None:
    refused = client.get(f"/api/read?{query}")
    assert refused.status_code == 422 and refused.json()["errors"]


def test_a_text_that_is_too_long_is_refused(client: TestClient) -> None:
    refused = client.post("/api/read", json={"text": "np." * 12_000})
    assert refused.status_code == 422 and "longer" in refused.json()["detail"]
    assert [error["field"] for error in refused.json()["errors"]] == ["text"]


def test_the_page_offers_what_foreign_equations_are_in_the_language(client: TestClient) -> None:
    page = client.get("/?" + urlencode({"equations": LATEX, "tau": 2}))
    (href,) = re.findall(r'<a class="button" href="([^"]+)">Use this</a>', page.text)
    asked = parse_qs(urlsplit(unescape(href)).query)
    assert asked == {"equations": [READ], "tau": ["2"]} and parse(READ).equations
    assert client.get(unescape(href)).status_code == 200


@pytest.mark.parametrize("equations", ["h[t] = thanh(h[t-1])", r"\int", "h[t] ="])
def test_the_page_offers_nothing_where_nothing_is_read(client: TestClient, equations: str) -> None:
    page = client.get("/?" + urlencode({"equations": equations}))
    assert "Use this" not in page.text and 'id="problem-equations"' in page.text
