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


@pytest.mark.one_in(3)
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


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"text": 3}', '{"text": "x", "tau": 3}', '{"text": "x", "text": "y"}', "\udcff"]
)
def test_a_body_that_is_no_text_is_refused(client: TestClient, body: str) -> None:
    refused = client.post("/api/read", content=body.encode(errors="surrogateescape"))
    assert refused.status_code == 422 and refused.json()["errors"]


@pytest.mark.parametrize("kind", ["text/plain", "text/plain; charset=utf-8", "application/x-www-form-urlencoded"])
def test_a_body_of_plain_text_is_the_text(client: TestClient, kind: str) -> None:
    posted = client.post("/api/read", content=f"\ufeff{LATEX}\n".encode(), headers={"Content-Type": kind})
    assert posted.status_code == 200 and posted.json()["text"] == READ


def test_a_body_of_plain_text_that_is_no_text_is_refused(client: TestClient) -> None:
    refused = client.post("/api/read", content=b"\xff\xfe", headers={"Content-Type": "text/plain"})
    assert refused.status_code == 422 and refused.json()["errors"][0]["hint"]


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


def test_using_what_was_read_keeps_of_the_other_fields_what_has_a_meaning_then(client: TestClient) -> None:
    page = client.get("/?" + urlencode({"equations": LATEX, "tau": 2, "set": "Q[1,1]:0.5"}))
    (href,) = re.findall(r'<a class="button" href="([^"]+)">Use this</a>', page.text)
    used = client.get(unescape(href))
    assert used.status_code == 200 and "set Q[1,1]:0.5 is left out: Q[1,1] is no parameter" in used.text


@pytest.mark.parametrize("equations", ["h[t] = thanh(h[t-1])", "h[t] ="])
def test_the_page_offers_nothing_where_nothing_is_read(client: TestClient, equations: str) -> None:
    page = client.get("/?" + urlencode({"equations": equations}))
    assert "Use this" not in page.text and 'id="problem-equations"' in page.text


CLASS = """
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.cell = nn.Transformer(n, 3)
        self.out = nn.Linear(3, 1)

    def forward(self, x):
        z, h = self.cell(x)
        y = self.out(z[:, -1, :])
        return y
"""


def test_a_class_that_is_not_read_is_one_problem_on_the_page(client: TestClient) -> None:
    page = client.get("/?" + urlencode({"equations": CLASS})).text
    (problem,) = re.findall(r'<p class="problem">([^<]+)</p>', page)
    assert problem.startswith("Line 5: the class Transformer is not read; write the equations that it stands for")
    assert "nothing of it was read" in page and "Use this" not in page and 'id="problem-equations' not in page


def test_what_was_not_read_stays_in_sight_once_the_rest_runs(client: TestClient) -> None:
    text = "# not read: h = self.cell(x[t], h)\nouts[t] = W_out @ h[t] + b_out"
    for path in ("/", "/train"):
        page = client.get(f"{path}?" + urlencode({"equations": text + "; loss = sum(outs[tau])"}))
        assert page.status_code == 200
        assert "Line 1: h = self.cell(x[t], h) was not read; <span>paste the lines of cell too, or write " in unescape(
            page.text
        )
        assert re.search(r'id="equations"[^>]* open', page.text)


def test_a_target_that_is_a_parameter_is_noted_with_a_press_that_gives_it(client: TestClient) -> None:
    text = "h[t] = tanh(W @ h[t-1] + U @ x[t])\nloss = norm(h[tau] - y)"
    page = client.get("/?" + urlencode({"equations": text}))
    assert page.status_code == 200
    assert re.search(r'<div class="notes">\s*<p data-about-line="2">Line 2: y is a parameter', page.text)
    assert '<button class="button" name="edit" value="given y" data-instead="">' in page.text
    given = client.get("/?" + urlencode({"equations": text, "edit": "given y"}))
    assert given.status_code == 200 and 'class="notes"' not in given.text


@pytest.mark.parametrize("text", [LATEX, "for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])"])
def test_equations_that_are_in_another_notation_are_refused_with_the_address_that_reads_them(
    client: TestClient, text: str
) -> None:
    refused = client.post("/api/trace", json={"equations": text})
    hints = [error.get("hint", "") for error in refused.json()["errors"] if error["field"] == "equations"]
    assert refused.status_code == 422 and sum("/api/read" in hint for hint in hints) == 1


def test_equations_of_the_language_that_are_wrong_keep_their_hints(client: TestClient) -> None:
    refused = client.post("/api/trace", json={"equations": "h[t] = tanh(W @ h[t-1]) +"})
    assert refused.status_code == 422 and "/api/read" not in refused.text


WRITTEN_ELSEWHERE = {
    "NumPy": "for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])",
    "LaTeX": LATEX,
}


@pytest.mark.parametrize("text", WRITTEN_ELSEWHERE.values(), ids=WRITTEN_ELSEWHERE)
@pytest.mark.parametrize("path", ["/", "/train"])
def test_what_can_be_read_runs_as_it_was_pasted(client: TestClient, text: str, path: str) -> None:
    page = client.get(f"{path}?" + urlencode({"equations": text, "edit": ""}))
    assert "This was " in page.text and "np." not in page.text and 'id="problem-equations' not in page.text
    assert "h[t] = tanh(" in unescape(page.text)


SAID_BEFORE = "is left out: said of the equations before"


@pytest.mark.parametrize("path", ["/", "/train"])
def test_without_scripts_a_program_that_is_pasted_over_all_is_another_one(client: TestClient, path: str) -> None:
    for text in WRITTEN_ELSEWHERE.values():
        page = client.get(f"{path}?" + urlencode({"equations": text, "sizes": "h:5", "edit": ""}))
        assert f"sizes h:5 {SAID_BEFORE}" in unescape(page.text)


def test_lines_that_are_pasted_beside_those_of_the_language_are_an_edit(client: TestClient) -> None:
    text = "h[t] = tanh(W @ h[t-1] + U @ x[t])\no_t = np.tanh(V @ h_t)"
    page = client.get("/?" + urlencode({"equations": text, "sizes": "h:5", "edit": ""}))
    assert page.status_code == 200 and "This was " in page.text and SAID_BEFORE not in page.text


def test_what_can_be_read_in_part_alone_is_not_run(client: TestClient) -> None:
    page = client.get("/?" + urlencode({"equations": CLASS, "edit": ""}))
    assert page.status_code == 422 and "This was " not in page.text


def test_a_text_that_can_be_read_is_not_marked_as_wrong(client: TestClient) -> None:
    page = client.get("/?" + urlencode({"equations": LATEX}))
    assert "Use this" in page.text and not re.search(r'<textarea id="text"[^>]* aria-invalid', page.text)
