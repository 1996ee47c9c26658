"""What a program calls a result within an equation is nothing that a reader sees: mathematics has the result itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from app.language import NodeId
from app.language.symbols import symbol
from app.link import parse, resolve
from app.web.service import create_app

SEEN = ["system=rnn", "system=dynamics", "system=leaky", "system=hopfield-asynchronous", "system=gru&detail=gates",
        "system=lstm&detail=gates"]  # fmt: skip
PASSES = ("forward", "backward")
INNER = re.compile(r"\w\.\s*\d")
"""As in h.0; numbers and ids of the page are taken out before."""


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def mathematics(page: str) -> str:
    """All that is typeset on a page, without its numbers, and the sentences of its parts."""
    typeset = re.findall(r"<math.*?</math>", page, re.DOTALL)
    typeset += re.findall(r'aria-label="[^"]*"|<title>.*?</title>|<h2.*?</h2>', page, re.DOTALL)
    letters = (re.sub(r"<mn>.*?</mn>|[-−]?\d+\.\d+", "", part) for part in typeset)
    return unescape(re.sub(r"<[^>]*>", "", " ".join(letters)))


@pytest.mark.one_in(6)
@pytest.mark.parametrize("query", SEEN)
def test_no_name_of_an_inner_result_is_written_at_any_step(client: TestClient, query: str) -> None:
    query = query if "detail" in query else f"{query}&detail=operations"
    graph = resolve(parse(f"{query}&tau=2")).run.graph
    inner = [n.id for n in graph.nodes if n.kind == "operation" and n.t in (None, 2)]
    assert inner
    for phase in PASSES:
        for at in (id for id in inner if "." in id):
            answer = ask(client, query, phase, at)
            found = INNER.findall(mathematics(answer))
            assert not found, f"{at}, {phase}: {found}"


@pytest.mark.one_in(3)
@pytest.mark.parametrize("query", [*SEEN, "system=teacher-forcing", "system=bidirectional"])
def test_a_long_run_has_rows_of_variables_alone(client: TestClient, query: str) -> None:
    query = query if "detail" in query else f"{query}&detail=operations"
    for phase in PASSES:
        assert client.get(f"/figure.svg?{query}&tau=14&phase={phase}").status_code == 200


def ask(client: TestClient, query: str, phase: str, at: str) -> str:
    answer = client.get(f"/?{query}&tau=2&phase={phase}&at={at}")
    assert answer.status_code in (200, 422), answer.text
    return answer.text


def test_the_name_of_an_inner_result_has_no_symbol() -> None:
    with pytest.raises(ValueError, match="has no symbol"):
        symbol(NodeId("h", None, 0).name)
