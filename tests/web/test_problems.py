"""What is refused is refused in one shape, before any work; a browser gets a page that keeps what was right."""

import gzip
import html
import json
import re
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import Any
from urllib.parse import quote, urlencode

import anyio
import pytest
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.testclient import TestClient

from app.cache import clear_caches
from app.engine import OPTIMIZERS
from app.limits import LIMITS
from app.link import (
    ANYWHERE,
    EXPLORE,
    FAR_BACK,
    MEMORY,
    RECALL,
    TRAIN,
    FarBack,
    Link,
    Training,
    TrainingBody,
    labels,
    on_page,
    options,
    resolve,
    text,
)
from app.outputs import schema
from app.outputs import table as answers
from app.outputs.table import ANSWERS
from app.web.core.http import prefers
from app.web.core.problems import as_json
from app.web.service import create_app
from tests.recurrences import RECURRENCES

PATHS = tuple(row.path for row in ANSWERS.values())
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}
TRACEBACK = re.compile(r"Traceback|File \"|\.py\b|line \d+, in ")


WRONG = {"lr": "{-1}", "momentum": "2", "batch": "0", "seed": "-1", "tau": "0", "clip": "-1"}
"""Numbers that no field takes, one with signs that messages are put together with."""


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


def check_refused(response: Response, status: int, *fields: str) -> dict[str, Any]:
    """The one shape, with exactly these fields to blame; the errors by field."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert not TRACEBACK.search(response.text)
    found = response.json()
    schema.ProblemJson.model_validate(found)
    assert found["status"] == status
    assert {error["field"] for error in found["errors"]} == set(fields)
    assert all(error["message"] in found["detail"] for error in found["errors"])
    return {error["field"]: error for error in found["errors"]}


# One shape


@pytest.mark.parametrize("path", PATHS)
def test_wrong_fields_are_refused_everywhere_alike(client: TestClient, path: str) -> None:
    got = client.get(f"{path}?tau=0&veiw=both")
    posted = client.post(path, json={"tau": 0, "veiw": "both"})
    errors = check_refused(got, 422, "tau", "veiw")
    assert errors["tau"]["allowed"] == {"minimum": 1, "maximum": 1000}
    assert "view" in errors["veiw"]["hint"]
    check_refused(posted, 422, "tau", "veiw")


def test_wrong_equations_say_where(client: TestClient) -> None:
    error = check_refused(client.get("/api/trace", params={"equations": "h[t] = tanh(h[t-1]"}), 422, "equations")
    assert (error["equations"]["line"], error["equations"]["column"]) == (1, 19)


def test_sizes_that_do_not_fit_a_system_are_told_without_a_line_of_its_equations(client: TestClient) -> None:
    check_refused(client.get("/api/trace?sizes=y:1,o:2"), 422, "equations")
    page = client.get("/figure.svg?sizes=y:1,o:2", headers=BROWSER)
    assert page.status_code == 422
    assert "a vector of 2" in page.text


def test_numbers_that_are_not_finite_are_refused_by_their_array(client: TestClient) -> None:
    body = b'{"equations": "h[t] = tanh(W @ h[t-1])", "sizes": {"h": 1}, "params": {"W": [[NaN]]}}'
    errors = check_refused(client.post("/api/trace", content=body), 422, "params.W")
    assert "finite" in errors["params.W"]["message"]


def test_a_body_that_is_no_json_is_refused(client: TestClient) -> None:
    error = check_refused(client.post("/api/trace", content=b'{"tau": 3'), 422, "body")["body"]
    assert (error["line"], error["column"]) == (1, 10)


def test_a_post_says_everything_in_its_body(client: TestClient) -> None:
    check_refused(client.post("/api/trace?tau=3", json={}), 422, "tau")


@pytest.mark.parametrize("path", ["/nowhere", "/api/nothing", "/static/no", "/static/%2e%2e/app/cli.py", "/static/"])
def test_an_unknown_address_is_refused_in_the_same_shape(client: TestClient, path: str) -> None:
    check_refused(client.get(path), 404)


def test_an_unknown_system_is_not_found(client: TestClient) -> None:
    error = check_refused(client.get("/api/systems/rnn-regresion"), 404, "name")["name"]
    assert "rnn-regression" in error["hint"]


@pytest.mark.parametrize("path", [*PATHS, "/", "/api/systems", "/healthz", "/static/js/site/api-docs.js"])
def test_an_address_says_which_methods_it_takes(client: TestClient, path: str) -> None:
    response = client.delete(path)
    check_refused(response, 405)
    if path in PATHS:
        assert {m.strip() for m in response.headers["Allow"].split(",")} == {"GET", "HEAD", "POST"}


def test_a_crash_is_logged_and_answered_in_the_same_shape(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    clear_caches()
    monkeypatch.setattr(answers, "draw_each", crash)
    for headers in ({}, BROWSER):
        response = client.get("/figure.svg", headers=headers)
        assert response.status_code == 500
        assert "secret" not in response.text
        assert not TRACEBACK.search(response.text)
        assert "Content-Security-Policy" in response.headers
    check_refused(client.get("/figure.svg"), 500)
    assert "the secret of the house" in caplog.text


# Too large


def test_a_body_is_refused_by_its_announced_length_and_by_what_comes(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIMITS["body"].variable, "100")
    check_refused(client.post("/api/trace", content=b" " * 101), 413, "body")
    parts = (b" " * 60 for _ in range(10))
    check_refused(client.post("/api/trace", content=parts), 413, "body")
    assert client.post("/api/trace", content=b"{}" + b" " * 98).status_code == 200


def test_a_packed_body_is_read_within_the_limit(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = {"Content-Encoding": "gzip"}
    plain = client.post("/api/trace", content=b'{"tau": 2}')
    assert client.post("/api/trace", content=gzip.compress(b'{"tau": 2}'), headers=packed).content == plain.content
    in_pieces = (gzip.compress(b'{"tau": 2}' + b" " * 5000)[i : i + 1] for i in range(200))
    assert client.post("/api/trace", content=in_pieces, headers=packed).content == plain.content
    monkeypatch.setenv(LIMITS["body"].variable, "10000")
    bomb = gzip.compress(b" " * 9_000_000)
    assert len(bomb) < 10_000
    check_refused(client.post("/api/trace", content=bomb, headers=packed), 413, "body")
    for broken in (b"{}", gzip.compress(b'{"tau": 2}')[:-9]):
        check_refused(client.post("/api/trace", content=broken, headers=packed), 400, "body")
    refused = client.post("/api/trace", content=b"{}", headers={"Content-Encoding": "br"})
    check_refused(refused, 415, "Content-Encoding")
    assert "gzip" in refused.headers["Accept-Encoding"]


@pytest.mark.parametrize("entry", ["[]", "{}", '""', "1.5", "[1.5]", '"é"', '"a": 1', '"a": {}'])
def test_what_a_body_says_is_read_where_there_is_room_for_it(
    entry: str, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ", ".join(entry.replace("a", f"a{k}") for k in range(500))
    body = (f'{{"params": {{{said}}}}}' if ":" in entry else f'{{"params": {{"W": [{said}]}}}}').encode()
    tracemalloc.start()
    assert json.loads(body.decode())["params"]
    _, taken = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    monkeypatch.setenv(LIMITS["read"].variable, str(taken))
    (error,) = check_refused(client.post("/api/trace", content=body), 422, "body").values()
    assert error["allowed"] == {"maximum": taken}


@pytest.mark.parametrize("field", ["truncate", "signal", "sizes", "equations", "caption"])
def test_a_field_of_a_body_has_no_more_than_an_address_has_room_for(client: TestClient, field: str) -> None:
    for value in ([1] * (text.LONGEST + 1), "1|" * text.LONGEST):
        check_refused(client.post("/api/trace", json={field: value}), 422, field)


def test_a_body_that_does_not_come_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("app.web.core.request_body"), "PATIENCE", 0.0)

    monkeypatch.setattr(Request, "stream", lambda self: stalled())
    check_refused(client.post("/api/trace", content=b"{}"), 408, "body")


async def stalled() -> AsyncIterator[bytes]:
    """A body of which nothing comes after its beginning."""
    yield b"{"
    await anyio.sleep_forever()


@pytest.mark.parametrize("path", ["/api/trace", "/api/graph?values=true"])
def test_an_answer_of_too_many_numbers_is_refused_before_the_work(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv(LIMITS["numbers"].variable, "100")
    monkeypatch.setattr("app.link.resolved.run", None)
    check_refused(client.get(path), 422, "tau")
    assert client.get("/api/graph").status_code == 200


def test_work_is_estimated_and_refused_before_it_is_done(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS["work"].variable, "1000")
    monkeypatch.setattr("app.link.resolved.run", None)
    error = check_refused(client.get("/api/trace?tau=9"), 422, "tau")["tau"]
    assert error["allowed"] == {"work": 1000}


# A page for a browser


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_gets_a_page_that_keeps_what_was_right(client: TestClient, path: str) -> None:
    response = client.get(f"{path}?tau=5&seed=x&veiw=both&system=rnn-regression", headers=BROWSER)
    assert response.status_code == 422
    assert response.headers["Content-Type"].startswith("text/html")
    assert 'href="/?system=rnn-regression&amp;tau=5"' in response.text
    assert "did you mean view?" in response.text


def test_a_page_keeps_nothing_that_is_wrong_only_in_the_whole(client: TestClient) -> None:
    response = client.get("/figure.svg?tau=5&seed=x&of=nothing&phase=forward&at=h[9]", headers=BROWSER)
    assert 'href="/?tau=5&amp;phase=forward"' in response.text


@pytest.mark.parametrize("path", [*PATHS, "/"])
def test_a_page_shows_the_place_in_the_equations(client: TestClient, path: str) -> None:
    text = "h[t] = tanh(h[t-1]"
    response = client.get(path, params={"equations": text}, headers=BROWSER)
    assert response.status_code == 422
    assert f"{text}\n{' ' * len(text)}^" in html.unescape(response.text)


@pytest.mark.parametrize("path", ["/nowhere", "/static/nothing.css"])
def test_a_browser_gets_a_page_at_an_unknown_address(client: TestClient, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


ANY_TEXT = {"caption"}
"""Fields of the link that take whatever a person writes."""
ATTACK = "<script>alert(1)</script>\"'&{{1234*1000}}"


@pytest.mark.one_in(9)
@pytest.mark.parametrize("name", [*Link.model_fields, ATTACK])
@pytest.mark.parametrize("path", ["/", "/figure.svg", "/api/trace"])
def test_what_a_person_sends_comes_back_escaped(client: TestClient, path: str, name: str) -> None:
    response = client.get(path, params={name: ATTACK}, headers=BROWSER)
    assert response.status_code == (200 if name in ANY_TEXT else 422)
    assert "<script>alert" not in response.text
    assert "1234000" not in response.text


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER["Accept"], True),
        ("text/html", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("text/html;q=0.5, application/json;q=0.4", True),
        ("text/html;q=0.4, application/problem+json", False),
        ("text/html;q=nonsense", False),
    ],
)
def test_a_page_is_for_those_who_would_rather_have_one(accept: str, page: bool) -> None:
    assert prefers(accept) is page


# Anything at all

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([*TrainingBody.model_fields]) | st.text(max_size=8)
SNIPPETS = st.sampled_from(
    ["h", "x", "W", "b", "[t]", "[t-1]", "[tau]", "[0]", "=", "~", "@", "*", "+", "-", "(", ")", ",", "\n", "given",
     "tanh", "sum", "loss", "1", "0.5", "/", "**", "2", "softmax", "L", "y", "f", "#", " ", "τ", "\x00"]
)  # fmt: skip
EQUATIONS = st.lists(SNIPPETS, max_size=25).map("".join) | st.sampled_from(list(RECURRENCES.values()))
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "equations": EQUATIONS,
    "tau": st.integers(-1, 6),
    "sizes": st.dictionaries(st.sampled_from("xyhoLabW"), st.integers(0, 4), max_size=3),
    "of": st.sampled_from(["loss", "L", "L[2]", "h[1]", "h[0]", "x", "W", "o[3]", "[", ""]),
    "at": st.sampled_from(["h[1]", "loss", "L[2]", "x[1]", "h[0]", "o"]),
    "phase": st.sampled_from(["forward", "backward"]),
    "detail": st.sampled_from(["states", "cells"]),
    "view": st.sampled_from(["folded", "unfolded", "both"]),
    "truncate": st.sampled_from([1, "2", "1|2", [3]]),
    "task": st.sampled_from(["random", "sine-to-cosine", "next-character", "next-character:é"]),
    "system": st.sampled_from(["rnn", "rnn-regression"]),
    "feed": st.sampled_from(["y:o", "y:h", "x:o", "q:o", "y"]),
    "radius": st.sampled_from([1, 0.5, 1e300, 1e-300]),
    "set": st.sampled_from(["W[1,1]:2", "b[9]:1", "alpha:1e308", "W"]),
    "trained": st.integers(-1, 4),
    "steps": st.integers(0, 4),
    "optimizer": st.sampled_from([*OPTIMIZERS, "adm"]),
    "lr": st.sampled_from([0.01, 1, 1e308, 1e-320]),
    "momentum": st.sampled_from([0, 0.5, 1]),
    "clip": st.sampled_from([1, 1e308, 1e-320]),
    "batch": st.integers(0, 3),
    "carry_state": st.booleans(),
    "values": st.booleans(),
    "theme": st.sampled_from(["dark", "print"]),
    "window": st.sampled_from(["2..3", "1..tau", "4..4", "0..2", "3..2", "..", [1, 2], 5]),
    "open": st.sampled_from(["2:operations", "1:gates,3:cells", "9:gates", {"2": "gates"}, "2:states", 5]),
    "params": st.dictionaries(st.sampled_from(["W", "b", "U", "h0"]), JSON, max_size=2),
    "inputs": st.dictionaries(st.sampled_from(["x", "y"]), JSON, max_size=2),
    "initial": st.dictionaries(st.sampled_from(["h", "o"]), JSON, max_size=2),
}
SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def check_answered(response: Response) -> None:
    """An answer, or a refusal in the one shape; never a crash."""
    assert response.status_code in (200, 404, 422), response.text
    if response.status_code != 200 and not response.headers["Content-Type"].startswith("text/html"):
        assert response.headers["Content-Type"] == "application/problem+json"
        schema.ProblemJson.model_validate(response.json())


@SETTINGS
@given(st.sampled_from(PATHS), st.fixed_dictionaries({}, optional=LIKELY))
def test_any_likely_body_is_answered_or_refused(client: TestClient, path: str, body: dict[str, Any]) -> None:
    check_answered(client.post(path, content=json.dumps(body)))


@SETTINGS
@given(st.sampled_from(PATHS), st.dictionaries(NAMES, JSON, max_size=4))
def test_any_body_is_answered_or_refused(client: TestClient, path: str, body: dict[str, Any]) -> None:
    check_answered(client.post(path, content=json.dumps(body)))


@SETTINGS
@given(st.sampled_from(PATHS), st.binary(max_size=40))
def test_any_bytes_are_answered_or_refused(client: TestClient, path: str, body: bytes) -> None:
    check_answered(client.post(path, content=body))


def test_where_nothing_is_allowed_no_list_of_it_is_begun(client: TestClient) -> None:
    """A Hopfield network has no parameter, so no update: there is no place to name."""
    page = client.get("/?system=hopfield&phase=update&at=W", headers=BROWSER).text
    assert "the update pass does not come to W: here it has no steps" in html.unescape(page)
    assert "known:" not in page


@SETTINGS
@given(st.sampled_from([*PATHS, "/"]), st.lists(st.tuples(NAMES, st.text(max_size=20)), max_size=4), st.booleans())
def test_any_query_is_answered_or_refused(
    client: TestClient, path: str, pairs: list[tuple[str, str]], browser: bool
) -> None:
    check_answered(client.get(f"{path}?{urlencode(pairs)}", headers=BROWSER if browser else {}))


@SETTINGS
@given(st.sampled_from([*PATHS, "/"]), st.fixed_dictionaries({}, optional=LIKELY), st.booleans())
def test_any_likely_query_is_answered_or_refused(
    client: TestClient, path: str, fields: dict[str, Any], browser: bool
) -> None:
    sizes = ",".join(f"{name}:{size}" for name, size in fields.get("sizes", {}).items())
    pairs = {name: sizes if name == "sizes" else str(value) for name, value in fields.items()}
    check_answered(client.get(path, params=pairs, headers=BROWSER if browser else {}))


@SETTINGS
@given(st.text(max_size=30))
def test_any_address_is_answered_or_refused(client: TestClient, path: str) -> None:
    check_answered(client.get("/api/systems/" + quote(path)))


def test_what_is_refused_is_not_kept() -> None:
    with pytest.raises(Exception, match="is not computed"):
        resolve(Link(of="nothing"))
    assert resolve(Link()).run.of == "loss"


@pytest.mark.parametrize(("status", "name"), [(413, "Request Entity Too Large"), (422, "Unprocessable Entity")])
def test_a_status_is_called_the_same_on_every_python(status: int, name: str) -> None:
    assert as_json(status, ())["title"] == name


def test_an_emptied_editor_says_whose_equations_stand_there(client: TestClient) -> None:
    emptied = client.get("/?edit=&equations=")
    assert emptied.status_code == 200 and "equations without a line is left out" in emptied.text
    written = client.get(f"/?edit=&equations={quote('h[t] = tanh(h[t-1] + x[t]); loss = sum(h[tau])')}")
    assert "without a line" not in written.text


def test_what_mends_a_problem_is_told_as_lines(client: TestClient) -> None:
    refused = client.get("/api/graph", params={"equations": "u[t] = 0.5 * u[t-1] + Kp * e[t]"}).json()["errors"][0]
    assert refused["lines"] == "u[t] = 0.5 * u[t-1] + Kp @ e[t]"
    assert refused["mendings"] == [refused["lines"], "Kp: scalar"]
    assert not {"lines", "mendings"} & client.get("/api/graph?tau=0").json()["errors"][0].keys()


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ({"equations": "h[t] = tanh(W @ h[t-1] + U @ x[t])", "sizes": "x:4"}, "x: 1"),
        ({"equations": "x: 4; h[t] = tanh(W @ h[t-1] + U @ x[t])"}, "x: 1"),
        ({"system": "rnn", "sizes": "x:4", "task": ""}, "x: 1"),
    ],
)
def test_a_signal_for_an_input_of_several_numbers_offers_to_make_it_one_of_one(
    client: TestClient, asked: dict[str, str], lines: str
) -> None:
    refused = client.get("/", params={**asked, "signal": "1,0.5"}).text
    assert "a signal is heard by one input of one number a step" in refused
    (href,) = re.findall(rf'href="([^"]+)">Write <code>{lines}</code>', refused)
    mended = client.get(html.unescape(href))
    assert mended.status_code == 200
    assert "a signal is heard by" not in mended.text and not re.search(r'class="problem"(?! hidden)', mended.text)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("h[t] = tahn(W @ h[t-1])", "h[t] = tanh(W @ h[t-1])"),
        ("h[t] = inv(W) @ h[t-1]", "h[t] = inverse(W) @ h[t-1]"),
        ("h[t] = tanh(W @ h[t-1]", "h[t] = tanh(W @ h[t-1])"),
        ("h[t+1] = tanh(W @ h[t])", "h[t] = tanh(W @ h[t-1])"),
        ("h[t] = tanh(W @ h[t-1]); y[t] = V @ hh[t]", "y[t] = V @ h[t]"),
    ],
)
def test_what_a_hint_says_to_write_is_one_press_on_the_page(client: TestClient, wrong: str, right: str) -> None:
    page = client.get("/", params={"equations": wrong}).text
    assert f'name="edit" value="{html.escape(right)}"' in page
    mended = client.get("/", params={"equations": wrong, "edit": right})
    assert mended.status_code == 200
    assert 'class="problem"' not in mended.text and f'name="edit" value="{html.escape(right)}"' not in mended.text


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("true", "holds true at [1]"),
        ('"0.5"', "holds the text '0.5' at [1]"),
        ("9007199254740993", "holds 9007199254740993, which would be rounded"),
        ("1" + 400 * "0", "holds a number that is too large at [1]"),
    ],
)
def test_what_only_looks_like_a_number_is_none(client: TestClient, entry: str, words: str) -> None:
    body = f'{{"system": "driven", "sizes": {{"h": 3}}, "params": {{"b": [0, {entry}, 9007199254740994]}}}}'
    errors = check_refused(client.post("/api/trace", content=body), 422, "params.b")
    assert words in errors["params.b"]["message"]
    assert client.post("/api/trace", content=body.replace(entry, "1", 1)).status_code == 200


@pytest.mark.parametrize("number", ["1_0", "٣", "3e0", "3.0", "0x3", "true"])
def test_a_whole_number_of_a_query_is_written_in_digits(client: TestClient, number: str) -> None:
    check_refused(client.get("/api/trace", params={"tau": number, "seed": "+3"}), 422, "tau")


NUMBER_FIELDS = sorted(name for name, row in options(Training).items() if row.schema.get("type") == "number")


@pytest.mark.parametrize("field", NUMBER_FIELDS)
@pytest.mark.parametrize("number", ["0_5", "٣", "３", "0x1", "1,5", "true", "1e400", "9007199254740993"])
def test_a_number_of_a_query_is_written_in_plain_digits_and_keeps_its_value(
    client: TestClient, field: str, number: str
) -> None:
    check_refused(client.get("/api/train", params={"steps": 1, field: number}), 422, field)


@pytest.mark.parametrize("field", NUMBER_FIELDS)
@pytest.mark.parametrize("number", ["true", '"0.5"', "null2", "[0.5]", "9007199254740993", "1" + 400 * "0"])
def test_a_number_of_a_body_is_a_number_and_keeps_its_value(client: TestClient, field: str, number: str) -> None:
    refused = client.post("/api/train", content=f'{{"steps": 1, "{field}": {number}}}')
    check_refused(refused, 422, "body" if number == "null2" else field)


def test_a_whole_number_that_would_be_rounded_is_said_to_be(client: TestClient) -> None:
    for answer in (
        client.get("/api/train", params={"lr": 2**53 + 1}),
        client.post("/api/train", json={"lr": 2**53 + 1}),
    ):
        assert "would be rounded" in answer.json()["errors"][0]["hint"]
    assert client.get("/api/trace", params={"lr": 2**53}).status_code == 200
    assert client.get("/api/trace", params={"lr": 2**53 + 2}).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("truncate", ["3"]),
        ("truncate", [True]),
        ("truncate", [1.0]),
        ("window", ["1", "2"]),
        ("window", [1.0, 2]),
        ("signal", ["1"]),
        ("signal", [True]),
        ("signal", [2**53 + 1]),
        ("signal", "1_0"),
        ("signal", "٣"),
        ("signal", "9007199254740993"),
        ("set", "b[1]:9007199254740993"),
        ("set", "b[1]:1_0"),
        ("sizes", {"h": "3"}),
        ("sizes", {"h": True}),
        ("sizes", "h:1_0"),
    ],
)
def test_lists_and_texts_of_numbers_hold_numbers(client: TestClient, field: str, value: object) -> None:
    said = {"equations": "h[t] = b * h[t-1] + x[t]; x: 1; h: 1", "tau": 4}
    check_refused(client.post("/api/trace", json=said | {field: value}), 422, field)


@pytest.mark.parametrize(
    ("body", "name"), [('{"tau": 2, "tau": 3}', "tau"), ('{"params": {"W": [[1]], "b": [1], "W": [[2]]}}', "W")]
)
def test_a_name_that_stands_twice_is_told_in_json_too(client: TestClient, body: str, name: str) -> None:
    errors = check_refused(client.post("/api/trace", content=body), 422, name)
    assert errors[name]["message"] == f"{name} is given more than once"


def test_of_thousands_of_fields_that_are_wrong_the_first_are_told(client: TestClient) -> None:
    names = [f"f{number}" for number in range(5_000)]
    answers = (
        client.post("/api/trace", json=dict.fromkeys(names, 1)),
        client.get("/api/trace", params=dict.fromkeys(names, 1)),
    )
    for answer in answers:
        *told, last = answer.json()["errors"]
        assert [error["field"] for error in told] == names[: len(told)]
        assert last["message"] == f"more is wrong than these {len(told)}"


PAGES = {
    "/": (Link, EXPLORE),
    "/compare": (Link, EXPLORE),
    "/numbers": (Link, EXPLORE),
    "/figure.svg": (Link, EXPLORE),
    "/train": (Training, TRAIN),
    "/train/anywhere": (Training, ANYWHERE),
    "/train/memory": (Training, MEMORY),
    "/train/hopfield": (Link, RECALL),
    "/far-back": (FarBack, FAR_BACK),
}
"""The pages that read fields, each with the model that it reads and whose labels it has."""
MISSED = {"rows": "bogus", "mark": "bogus", "names": "bogus:x", "tau": "2000000"}
"""What is wrong only with the network that is loaded, and names its field."""


def page_of(client: TestClient, path: str, fields: dict[str, str]) -> str:
    """What a page says of fields; of Compare, those of its first link."""
    asked = {"a": urlencode(fields), "b": "lstm"} if path == "/compare" else fields
    answer = client.get(path, params=asked, headers=BROWSER)
    assert answer.status_code == 422, path
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


@pytest.mark.parametrize("path", PAGES)
def test_pages_call_a_wrong_field_by_its_label(client: TestClient, path: str) -> None:
    model, page = PAGES[path]
    known = on_page(FarBack, FAR_BACK) if model is FarBack else options(model)
    numbers = [name for name in known if not isinstance(options(model)[name].default, str | None)]
    wrong = {name: WRONG.get(name, "{-1}") for name in numbers}
    said = page_of(client, path, wrong)
    called = labels(model, page)
    assert [name for name in wrong if f"“{called[name]}” is to be " not in said] == []
    assert [name for name in wrong if re.search(rf"(?<![“\w]){name}(: | is to be )", said)] == []
    if path == "/compare":
        assert "“first link”: “τ” is to be" in said
    for name, value in {} if model is FarBack else MISSED.items():
        said = page_of(client, path, {name: value})
        assert f"“{called[name]}”" in said, name


@pytest.mark.parametrize("value", ["-1", "5", "bogus"])
@pytest.mark.parametrize("name", sorted(options(Link).keys() - options(Training).keys()))
def test_what_comes_after_a_training_is_refused_in_one_sentence(client: TestClient, name: str, value: str) -> None:
    message = "is for what comes after a training: leave it out"
    errors = check_refused(client.get("/api/train", params={name: value}), 422, name)
    assert errors[name]["message"] == f"{name} {message}"
    said = page_of(client, "/train", {name: value})
    assert said.count(message) == 1 and f"“{labels(Link, EXPLORE)[name]}” {message}" in said


def test_a_hint_of_a_page_calls_fields_by_their_labels_too(client: TestClient) -> None:
    asked = {"system": "lstm", "detail": "operations", "tau": "1000"}
    assert "choose a smaller “τ” or smaller “Sizes”" in page_of(client, "/", asked)
    assert "choose a smaller tau or smaller sizes" in client.get("/api/graph", params=asked).text


def test_the_api_calls_a_wrong_field_by_its_name(client: TestClient) -> None:
    errors = client.get("/api/trace", params=WRONG).json()["errors"]
    assert {error["field"] for error in errors} == {*WRONG}
    assert all(error["message"].startswith(f"{error['field']} is to be ") for error in errors)
    needed = "forced is for a network that was trained: say with trained for how many updates"
    assert needed in client.get("/api/trace?feed=y:o&forced=true&task=next-character").text
    assert "say with “Updates before” for" in client.get("/?feed=y:o&forced=true", headers=BROWSER).text
