"""The reference of the language says what the tables say: its examples run, its shapes and gradients hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.engine import bind, run, worst
from app.language import parse
from app.language.initials import INITIALS
from app.language.reference import tables as reference
from app.language.reference.guide import MISTAKES, SECTIONS, Example
from app.language.reference.tables import OperationForm
from app.language.typeset import show
from app.limits import LIMITS
from app.link import parse as read_link
from app.link import resolve
from app.ops import OPS, apply
from app.web import language

EXAMPLES = [e for s in SECTIONS for e in s.examples]
SIZES = {
    "1": (),
    "m": (2,),
    "n": (3,),
    "m + n": (5,),
    "m × n": (2, 3),
    "n × m": (3, 2),
    "m × m": (2, 2),
    "n × k": (3, 4),
    "m × k": (2, 4),
    "m × (n + k)": (2, 7),
}
ANY = ("1", "m", "m × n")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=language.ROUTES)) as client:
        yield client


# what it says holds


@pytest.mark.one_in(3)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.about)
def test_every_example_runs(example: Example) -> None:
    recurrence = parse(example.equations)
    assert worst(run(recurrence, 4, bind(recurrence, 4, seed=1))) < 1e-4


@pytest.mark.one_in(8)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.about)
def test_every_example_has_a_link_that_explores_it(example: Example, client: TestClient) -> None:
    rows = [e for s in client.get("/api/language").json()["syntax"] for e in s["examples"]]
    (row,) = [e for e in rows if e["about"] == example.about]
    link = read_link(parse_qsl(urlsplit(row["href"]).query, keep_blank_values=True))
    assert link.equations == example.equations == row["equations"]
    assert resolve(link).run.graph.nodes


def test_every_operation_that_people_can_write_is_there() -> None:
    written = [row.spelling or row.name for row in OPS.values() if not row.internal]
    assert [o.name for o in reference.operation_reference()] == written


def forms() -> Iterator[tuple[str, OperationForm]]:
    rows = [row.name for row in OPS.values() if not row.internal]
    for name, operation in zip(rows, reference.operation_reference(), strict=True):
        for form in operation.forms:
            yield name, form


@pytest.mark.parametrize(("name", "form"), list(forms()), ids=lambda x: x if isinstance(x, str) else x.formula.text)
def test_the_sizes_are_those_that_numpy_gives(name: str, form: OperationForm) -> None:
    row, rng = OPS[name], np.random.default_rng(0)
    if row.by_line:
        parts = [apply(row, (np.zeros(6), np.asarray(k), np.asarray(2.0)), (1, 0, 0)) for k in (1.0, 2.0)]
        assert form.shapes == ("2m → m, m",) and [part.shape for part in parts] == [(3,), (3,)]
        return
    for shape in form.shapes:
        for size in ANY if "s" in shape else ("",):
            left, right = shape.replace("s", size).split(" → ")
            shapes = [SIZES[part] for part in left.split(", ")]
            arrays = tuple(np.asarray(rng.uniform(0.5, 1.5, s)) for s in shapes)
            assert np.shape(apply(row, arrays, tuple(map(len, shapes)))) == SIZES[right]


def test_no_combination_of_shapes_is_left_out() -> None:
    """What `a + b` takes of scalars, vectors and matrices, the parser takes, and nothing else."""
    (form,) = next(o.forms for o in reference.operation_reference() if o.name == "+")
    told = {tuple(s.replace("s", size).split(" → ")[0].split(", ")) for s in form.shapes for size in ANY}
    for pair in product(ANY, repeat=2):
        ranks = tuple(map(len, (SIZES[p] for p in pair)))
        assert (pair in told) == (ranks[0] == ranks[1] or 0 in ranks)


@pytest.mark.parametrize(("name", "form"), list(forms()), ids=lambda x: x if isinstance(x, str) else x.formula.text)
def test_every_form_is_typeset_with_all_its_gradients(name: str, form: OperationForm) -> None:
    for formula in (form.formula, *form.vjp):
        assert formula.text and formula.tex and formula.mathml.startswith("<math>")
        assert "like" not in formula.text
    alone = OPS[name].arity is None or OPS[name].shape == "power" or OPS[name].by_line
    wanted = 1 if alone else len(form.shapes[0].split(", "))
    assert len(form.vjp) == len(form.arguments) == wanted


def test_gradients_are_the_rows_own() -> None:
    told = {o.name: [v.text for f in o.forms for v in f.vjp] for o in reversed(reference.operation_reference())}
    assert told["tanh"] == ["(1 - y ** 2) * g"]
    assert told["@"][:2] == ["outer(g, b)", "transpose(A) @ g"]
    assert told["**"] == ["g * n * a ** (n - 1)"]
    assert told["+"] == ["g"]


def test_every_beginning_can_be_written() -> None:
    rows = reference.beginning_reference()
    drawn, written = rows[: len(INITIALS)], rows[len(INITIALS) :]
    for row, rule in zip(drawn, INITIALS.values(), strict=True):
        assert parse(f"h[t] = W @ h[t-1] + b; {row.text}").initials[0].rule == rule.name
    assert written
    for row in written:
        assert show(parse(f"h[t] = W @ h[t-1] + b * x[t]; {row.text}").initials[0]) == row.text


def test_the_limits_are_those_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNFOLD_NESTING", "7")
    assert {b.name: b.value for b in reference.language_limits()}["nesting"] == 7
    assert {b.name for b in reference.language_limits()} - {"exponent"} <= LIMITS.keys()


def test_every_correction_is_right_and_says_why() -> None:
    for row in reference.corrections():
        assert reference.problems_of(row.wrong) and not reference.problems_of(row.right)
        assert row.message and row.hint
    assert len(reference.corrections()) > 100


def test_every_mistake_is_told_with_its_place() -> None:
    found = list(reference.mistake_examples())
    assert [m.equations for m in found] == list(MISTAKES)
    assert all(p.line for m in found for p in m.problems) and all(c for m in found for c in m.carets)
    assert len(found[0].problems) == 2


# the page


def test_the_page_and_its_twin_say_the_same(client: TestClient) -> None:
    page, data = client.get("/language").text, client.get("/api/language").json()
    assert client.get("/language").headers["Content-Type"].startswith("text/html")
    for operation in data["operations"]:
        for form in operation["forms"]:
            assert form["formula"]["mathml"] in page
            assert all(v["mathml"] in page for v in form["vjp"])
    for section in data["syntax"]:
        assert f">{section['title']}</h2>" in page
    for row in (*data["limits"], *data["beginnings"]):
        assert row["meaning"] in page


def test_the_contents_lead_to_every_part(client: TestClient) -> None:
    page = client.get("/language").text
    targets, ids = re.findall(r'href="#([^"]+)"', page), re.findall(r' id="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    assert set(targets) - {"main"} == {i for i in ids if i not in ("main", "theme")}


def test_nothing_is_shown_raw(client: TestClient) -> None:
    page = client.get("/language").text
    assert "`" not in page and "&lt;math" not in page and "style=" not in page


def test_the_same_page_has_the_same_tag(client: TestClient) -> None:
    tags: list[Any] = [client.get("/language").headers["ETag"] for _ in range(2)]
    assert tags[0] == tags[1]
    assert client.get("/language", headers={"If-None-Match": tags[0]}).status_code == 304
