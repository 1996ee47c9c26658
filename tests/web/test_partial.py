"""A part of a trace or of the instruments: what is asked for is as in the whole, and the rest is empty."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Event
from typing import Any

import anyio
import numpy as np
import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from app.cache import clear_caches
from app.language import variable_of
from app.limits import LIMITS, limit
from app.link import Link, Resolved, resolve
from app.outputs import schema
from app.outputs.measurements import BY_STEP, MEASURED
from app.outputs.table import TRACED
from app.systems import SYSTEMS, load
from app.web.service import create_app
from tests.dearest.measure import Asked, ask
from tests.loops import run_async

LINKS = ("system=rnn&tau=4", "system=bidirectional&tau=3", "system=lstm&tau=3&detail=operations&truncate=2")
MODELS: dict[str, type[BaseModel]] = {"trace": schema.TraceJson, "instruments": schema.InstrumentsJson}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def told(client: TestClient, name: str, query: str) -> dict[str, Any]:
    answer = client.get(f"/api/{name}?{query}")
    assert answer.status_code == 200, answer.text
    MODELS[name].model_validate_json(answer.content)
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.one_in(2)
@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize(("name", "fields"), [("trace", TRACED), ("instruments", MEASURED)], ids=["trace", "measured"])
def test_each_field_can_be_had_alone_and_all_together_are_the_whole(
    client: TestClient, link: str, name: str, fields: tuple[str, ...]
) -> None:
    whole = told(client, name, link)
    for field in fields:
        part = told(client, name, f"{link}&fields={field}")
        own = {*BY_STEP} if field == "parameters" and name == "instruments" else {field}
        for other in own:
            assert part[other] == whole[other], other
        others = {key for row in fields for key in (BY_STEP if row == "parameters" and name != "trace" else [row])}
        assert not any(part[other] for other in others - own), field
        assert all(part[key] == whole[key] for key in whole.keys() - others)


@pytest.mark.parametrize("link", LINKS)
def test_some_steps_of_a_trace_are_those_of_the_whole(client: TestClient, link: str) -> None:
    whole, part = told(client, "trace", link), told(client, "trace", f"{link}&window=2..3")
    assert (whole["window"], part["window"]) == ([1, whole["tau"]], [2, 3])
    sequences = {name for name, row in whole["variables"].items() if row["sequence"]}
    for field in ("values", "gradients"):
        for name, array in whole[field].items():
            if "[" in name:
                assert (name in part[field]) == (name.endswith(f"[{whole['tau'] + 1}]") and whole["tau"] == 3)
            else:
                timed = variable_of(name) in sequences
                assert part[field][name] == (array[1:3] if timed else array), name
    assert part["contributions"] and len(part["contributions"]) < len(whole["contributions"])
    assert all(found in whole["contributions"] for found in part["contributions"])
    steps = {end.split("]")[0].split("[")[1] for it in part["contributions"]
             for end in (it["source"], it["target"]) if "[" in end}  # fmt: skip
    assert steps <= {"2", "3"} | ({"4"} if whole["tau"] == 3 else set())


def test_some_variables_are_those_of_the_whole(client: TestClient) -> None:
    whole, part = (told(client, "trace", f"tau=3{more}") for more in ("", "&variables=h,W"))
    assert part["values"] == {"h": whole["values"]["h"]} and part["parameters"] == {"W": whole["parameters"]["W"]}
    assert part["gradients"].keys() == {"h", "W", "h[0]"} and part["variables"].keys() == whole["variables"].keys()
    assert {variable_of(it["source"]) for it in part["contributions"]} == {"h", "x"}
    measured, some = (told(client, "instruments", f"tau=3{more}") for more in ("", "&variables=h,W&window=2..3"))
    assert some["norms"] == {"h": measured["norms"]["h"][1:]} and some["radii"] == {"W": measured["radii"]["W"]}
    assert some["along"] == {"W": measured["along"]["W"][1:]} and some["strips"].keys() == {"h"}
    assert some["strips"]["h"]["values"] == [row[1:] for row in measured["strips"]["h"]["values"]]
    assert some["triangles"][0]["steps"] == [2, 3]
    assert some["triangles"][0]["norms"] == [row[1:] for row in measured["triangles"][0]["norms"][1:]]


def test_what_there_is_not_is_refused_with_what_there_is(client: TestClient) -> None:
    found = client.get("/api/trace?variables=h,hh&fields=valeus").json()["errors"]
    assert [(it["field"], it["hint"]) for it in found] == [
        ("variables", "did you mean h?"),
        ("fields", "did you mean values?"),
    ]
    assert found[1]["allowed"] == [*TRACED]
    posted = client.post("/api/instruments", json={"tau": 3, "fields": "values"}).json()["errors"]
    assert posted[0]["allowed"] == [*MEASURED]


@pytest.mark.parametrize("name", MODELS)
def test_the_arrays_of_a_file_are_the_numbers_of_the_answer(client: TestClient, name: str) -> None:
    query = "system=lstm&tau=3&window=2..3"
    whole, answer = told(client, name, query), client.get(f"/{name}.npz?{query}")
    assert answer.headers["Content-Disposition"] == 'inline; filename="lstm-tau3.npz"'
    with np.load(io.BytesIO(answer.content)) as arrays:
        found = {path: arrays[path] for path in arrays.files}
    fields = ("values", "gradients", "parameters", "initial") if name == "trace" else ("norms", "parameters", "along")
    for field in fields:
        assert {path.split("/")[1] for path in found if path.startswith(f"{field}/")} == whole[field].keys()
        for variable, numbers in whole[field].items():
            np.testing.assert_array_equal(found[f"{field}/{variable}"], np.array(numbers))
    if name == "trace":
        assert found["loss"] == whole["loss"] and found["tau"] == 3
        for edge in whole["contributions"]:
            path = f"contributions/{edge['source']}->{edge['target']}"
            np.testing.assert_array_equal(found[path], np.array(edge["gradient"]))
    else:
        np.testing.assert_array_equal(found["triangles/0/back"], np.array(whole["triangles"][0]["back"]))


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("trace.npy?variables=h", "values/h"),
        ("trace.npy?variables=W&detail=operations", "parameters/W"),
        ("trace.npy?variables=h&detail=operations&fields=gradients&window=2..3", "gradients/h"),
        ("instruments.npy?", "norms/h"),
    ],
)
def test_one_array_is_a_file_of_its_own(client: TestClient, asked: str, path: str) -> None:
    answer = client.get(f"/{asked}&tau=3")
    assert answer.headers["Content-Disposition"].endswith('.npy"')
    with np.load(io.BytesIO(client.get(f"/{asked.replace('.npy', '.npz')}&tau=3").content)) as arrays:
        np.testing.assert_array_equal(np.load(io.BytesIO(answer.content)), arrays[path])


def test_several_arrays_are_no_file_of_one(client: TestClient) -> None:
    for fields, said in (("variables=h,b", "2 arrays: parameters/b, values/h"), ("variables=h&fields=cut", "none")):
        (problem,) = client.get(f"/trace.npy?{fields}").json()["errors"]
        assert problem["field"] == "variables" and problem["message"].endswith(said)


def test_what_is_too_dear_is_left_out_and_the_rest_is_measured(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "system=rnn&sizes=h:40&tau=30"
    whole = told(client, "instruments", query)
    assert whole["left_out"] == {} and whole["parameters"] and whole["triangles"]
    clear_caches()
    monkeypatch.setenv(LIMITS["memory"].variable, "400000")
    some = told(client, "instruments", query)
    assert some["left_out"].keys() == {"parameters", "triangles"} and "400,000" in some["left_out"]["parameters"]
    assert "at most" in some["left_out"]["triangles"]
    assert not any(some[field] for field in (*BY_STEP, "triangles"))
    for field in ("norms", "radii", "strips", "scales"):
        assert some[field] == whole[field]


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_parameters_of_the_largest_network_that_is_allowed_can_be_read_and_sent(name: str) -> None:
    """Each number takes at most 24 characters, seldom more than 22 with its comma."""
    sizes = dict.fromkeys(SYSTEMS[name].recurrence.sizes, limit("size"))
    recurrence = load(name, sizes=sizes).recurrence
    numbers = sum(int(np.prod(recurrence.shape(it))) for it in recurrence.names("parameter"))
    assert numbers <= limit("numbers") and 23 * numbers <= limit("body")


def test_of_long_bodies_one_is_read_at_a_time_and_short_ones_wait_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("app.web.core.request_body"), "LONG", 100)
    begun, go_on, made = Event(), Event(), list[str]()

    def stuck(link: Link) -> Resolved:
        made.append(link.caption)
        if link.caption == "first":
            begun.set()
            assert go_on.wait(60)
        return resolve(link)

    monkeypatch.setattr("app.web.api.resolve_in_turn", stuck)
    long = {caption: f'{{"caption": "{caption}"}}'.encode() + b" " * 200 for caption in ("first", "second")}
    with TestClient(create_app()) as client, ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(client.post, "/api/graph", content=long["first"])]
        assert begun.wait(60)
        asked.append(pool.submit(client.post, "/api/graph", content=long["second"]))
        assert client.post("/api/graph", content=b'{"caption": "short"}').status_code == 200
        assert made == ["first", "short"]
        go_on.set()
        assert {answer.result().status_code for answer in asked} == {200}
    assert made == ["first", "short", "second"]


async def asked_beside_a_slow_one(app: Any) -> int:
    """The status of a long body that is sent while another one has become long and does not end."""
    long, waits = b'{"tau": 1}' + b" " * 200, anyio.Event()

    async def receive() -> Any:
        if waits.is_set():
            await anyio.sleep_forever()
        waits.set()
        return {"type": "http.request", "body": long, "more_body": True}

    async def send(message: Any) -> None:
        assert message.get("status", 503) == 503, "it is not all there"

    headers = [(b"content-length", b"1000")]
    scope = {"type": "http", "method": "POST", "path": "/api/graph", "query_string": b"", "headers": headers}
    async with anyio.create_task_group() as group:
        group.start_soon(app, scope, receive, send)
        await waits.wait()
        with anyio.fail_after(60):
            status, *_ = await ask(app, Asked("/api/graph", body=long))
        group.cancel_scope.cancel()
    return status


def test_who_sends_a_long_body_slowly_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("app.web.core.request_body"), "LONG", 100)
    assert run_async(asked_beside_a_slow_one, create_app()) == 200
