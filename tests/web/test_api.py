"""The service: every answer at its address, described as it is, the same bytes for the same link."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from html import unescape
from importlib import import_module
from pkgutil import walk_packages
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import networkx
import numpy as np
import pytest
from playwright.sync_api import Page, expect
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from app import __version__, web
from app.cache import clear_caches
from app.drawing import FORMATS, PICTURES, Format
from app.engine.measure import instruments
from app.language import parse as parse_equations
from app.limits import LIMITS, limit
from app.link import Link, Resolved, Training, options, parse, resolve
from app.outputs import output, schema
from app.outputs.plots import OUTPUTS, PLOTS
from app.outputs.table import ANSWERS, Answer
from app.systems import SYSTEMS
from app.web.core.http import API_VERSION
from app.web.core.openapi import READINGS, DescribedAddress
from app.web.core.refusal_examples import REFUSED, refusal_examples
from app.web.service import create_app
from tests.tiers import long

pytestmark = pytest.mark.usefixtures("small_pictures")

ROWS = tuple(ANSWERS.values())
PATHS = {row.path for row in OUTPUTS.values()}
DATA = tuple(row for row in ROWS if row.model)
OWN = ("content-length", "content-encoding", "x-request-id")
"""Headers that a HEAD of what is not known yet does not share with the GET."""
LINKS = (
    "",
    "tau=4&phase=backward&at=h[2]&view=both&truncate=2",
    "system=rnn-regression&tau=5&phase=forward&detail=states",
    "equations=h[t] = tanh(W %40 h[t-1] %2B x[t])&sizes=h:2&of=h[3]&values=true",
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


@pytest.fixture(scope="module")
def another_client() -> Iterator[TestClient]:
    """Of the same service, made a second time."""
    with TestClient(create_app()) as client:
        yield client


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    """The service's own OpenAPI."""
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def parameters_of(described: Mapping[str, Any], operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an operation takes, with those that several take looked up."""
    shared = described["components"]["parameters"]
    return [shared[row["$ref"].rpartition("/")[2]] if "$ref" in row else row for row in operation["parameters"]]


def each(row: Answer) -> str:
    return row.name


def fields(query: str) -> dict[str, Any]:
    """A link's fields as a body says them."""
    return parse(query).model_dump(mode="json", exclude_defaults=True)


# Answers


@pytest.mark.one_in(4)
@pytest.mark.parametrize("query", [LINKS[-1], *long(*LINKS[:-1])])
@pytest.mark.parametrize("row", ROWS, ids=each)
def test_an_answer_is_the_same_by_query_and_by_body(client: TestClient, row: Answer, query: str) -> None:
    got, posted = client.get(f"{row.path}?{query}"), client.post(row.path, json=fields(query))
    assert got.status_code == posted.status_code == 200
    assert got.headers["Content-Type"] == posted.headers["Content-Type"] == row.media_type
    assert got.content == posted.content == row.make(resolve(parse(query, row.asks)))


@pytest.mark.parametrize("query", [*LINKS[1:3], *long(LINKS[0], LINKS[3])])
@pytest.mark.parametrize("row", DATA, ids=each)
def test_an_answer_is_as_its_model_says(client: TestClient, row: Answer, query: str) -> None:
    assert row.model
    found = schema.model_named(row.model).model_validate_json(client.get(f"{row.path}?{query}").content)
    assert found.model_dump(mode="json", exclude_unset=True) == client.get(f"{row.path}?{query}").json()


def test_every_address_is_described_but_those_of_pages(described: dict[str, Any]) -> None:
    modules = [import_module(module.name) for module in walk_packages(web.__path__, "app.web.")]
    served = {route.path for module in modules for route in getattr(module, "ROUTES", ())}
    apart = {"/openapi.json", "/figure.css", "/far-back.png", "/compare.png"}
    apart |= {"/train.png", "/train/anywhere.png", "/train/memory.png"}
    answers = {path for path in served if path.startswith("/api/") or "." in path} - apart
    assert len(answers) > len(ROWS) and described["paths"].keys() == answers | {"/healthz"}
    assert all(described["paths"][row.path].keys() == {"get", "post"} for row in OUTPUTS.values())


SMALLEST = {
    "/api/anywhere": "system=rnn-regression&sizes=h:2&tau=4&task=detector:101&steps=2&batch=2",
    "/api/recall": "system=hopfield",
    "/api/read": "text=h_t = \\tanh(W h_{t-1})",
}


@pytest.mark.parametrize(
    "row", [row for row in READINGS if row.model and "{" not in row.path], ids=lambda row: row.path
)
def test_what_is_beside_the_table_is_as_its_model_says(client: TestClient, row: DescribedAddress) -> None:
    found = client.get(f"{row.path}?{SMALLEST.get(row.path, '')}").json()
    for one in found if row.many else [found]:
        schema.model_named(row.model).model_validate(one)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("row", PLOTS.values(), ids=each)
def test_a_plot_is_the_same_by_query_and_by_body(client: TestClient, row: Answer) -> None:
    got, posted = client.get(f"{row.path}?{row.example}"), client.post(row.path, json=posted_fields(row))
    assert got.status_code == posted.status_code == 200
    assert got.headers["Content-Type"] == posted.headers["Content-Type"] == row.media_type
    assert got.content == posted.content == output(row.name, parse(row.example, row.asks))
    kept = "inline" if row.shown else "attachment"
    assert got.headers["Content-Disposition"].startswith(kept) and row.shown == row.media_type.startswith(
        SHOWN_BY_BROWSERS
    )


def posted_fields(row: Answer) -> dict[str, Any]:
    return parse(row.example, row.asks).model_dump(mode="json", exclude_defaults=True)


def test_there_is_a_figure_and_a_plot_of_every_format_of_pictures() -> None:
    assert {row.path for row in ROWS} >= {f"/run{row.suffix}" for row in PICTURES.values()}
    plots = {row.path.rpartition(".")[0] for row in PLOTS.values()}
    assert {row.path for row in PLOTS.values()} == {
        f"{plot}{row.suffix}" for plot in plots for row in PICTURES.values()
    }


@pytest.mark.parametrize(
    ("query", "said"), [("system=lstm", "no patterns are kept by lstm"), ("tau=0", "tau is to be")]
)
def test_a_plot_of_a_link_that_is_not_of_its_kind_is_refused(client: TestClient, query: str, said: str) -> None:
    for path in (row.path for row in PLOTS.values() if row.name.startswith(("recall", "energy"))):
        refused = client.get(f"{path}?{query}")
        assert refused.status_code == 422 and said in refused.json()["detail"]


def test_there_is_a_figure_of_every_format() -> None:
    assert {row.path for row in ROWS} >= {f"/figure{row.suffix}" for row in FORMATS.values()}


SHOWN_BY_BROWSERS = ("image/", "application/pdf", "application/json")
"""Kinds of files that a browser shows in its window."""


@pytest.mark.parametrize("row", FORMATS.values(), ids=lambda row: row.name)
def test_a_format_is_shown_in_the_window_where_browsers_know_it(row: Format) -> None:
    assert row.shown == row.media_type.startswith(SHOWN_BY_BROWSERS)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.model], ids=each)
def test_a_figure_is_shown_and_has_a_name_to_keep_it_by(client: TestClient, row: Answer) -> None:
    kept = "inline" if row.shown else "attachment"
    header = client.get(f"{row.path}?tau=4").headers["Content-Disposition"]
    assert header == f'{kept}; filename="rnn-tau4{row.suffix}"'


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("tau=3&phase=backward", "rnn-tau3-backward"),
        ("tau=3&phase=backward&at=h[2]&view=both&theme=print", "rnn-tau3-both-print-backward-h2"),
        ("system=lstm&detail=states&frames=true", "lstm-tau3-states-frames"),
        ("equations=я[t] = tanh(я[t-1])&phase=forward&at=я[1]", "equations-tau3-forward-1"),
    ],
)
def test_a_file_is_called_what_it_shows(client: TestClient, query: str, name: str) -> None:
    assert f'"{name}.svg"' in client.get(f"/figure.svg?{query}").headers["Content-Disposition"]


def test_the_graph_comes_in_other_formats(client: TestClient) -> None:
    got, posted = client.get("/api/graph?tau=2&format=dot"), client.post("/api/graph", json={"tau": 2, "format": "dot"})
    assert got.content == posted.content == client.get("/figure.dot?tau=2").content
    assert got.headers["Content-Type"] == FORMATS["dot"].media_type
    assert client.get("/api/graph?tau=2&format=json").content == client.get("/api/graph?tau=2").content


def test_every_system_is_listed_and_told(client: TestClient) -> None:
    listed = client.get("/api/systems").json()
    TypeAdapter(list[schema.SystemBriefJson]).validate_python(listed)
    assert [row["name"] for row in listed] == list(SYSTEMS)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_is_told_with_its_equations(client: TestClient, name: str) -> None:
    found = client.get(f"/api/systems/{name}").json()
    schema.SystemJson.model_validate(found)
    recurrence = parse_equations(found["equations"], found["sizes"])
    assert found["parameters"] == {n: list(recurrence.shape(n)) for n in recurrence.names("parameter")}
    assert found["tex"].startswith("\\begin{aligned}")
    own = SYSTEMS[name].task
    assert own is None or own.partition(":")[0] in [task["name"] for task in found["tasks"]]


@pytest.mark.one_in(9)
@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("first", range(3))
def test_a_task_that_a_system_offers_feeds_it(client: TestClient, first: int, name: str) -> None:
    for task in client.get(f"/api/systems/{name}").json()["tasks"][first::3]:
        trace = client.get(f"/api/trace?system={name}&task={task['name']}").json()
        assert trace["task"] == task["name"]


# The contract


def test_the_graph_is_one_that_networkx_reads(client: TestClient) -> None:
    found = networkx.node_link_graph(client.get("/api/graph?tau=3&values=true").json(), edges="edges")
    assert isinstance(found, networkx.MultiDiGraph)
    assert networkx.is_directed_acyclic_graph(found)
    assert found.nodes["h[2]"]["kind"] == "state"
    assert found.edges["h[1]", "h[2]", "h[1]->h[2]"]["params"] == ["W"]
    assert len(found.nodes["h[2]"]["gradient"]) == 4


def test_the_circuit_reaches_back_by_its_lag(client: TestClient) -> None:
    found = client.get("/api/graph?view=folded").json()
    loop = next(edge for edge in found["edges"] if edge["source"] == edge["target"])
    assert (loop["id"], loop["lag"]) == ("h->h", 1)
    assert all(node["t"] is None for node in found["nodes"])


def test_cut_edges_are_marked_in_the_graph_and_listed_in_the_trace(client: TestClient) -> None:
    edges = client.get("/api/graph?tau=5&truncate=2").json()["edges"]
    marked = [edge["id"] for edge in edges if edge.get("cut")]
    assert marked == client.get("/api/trace?tau=5&truncate=2").json()["cut"] == ["h[2]->h[3]", "h[4]->h[5]"]
    assert all("cut" not in edge for edge in edges if edge["id"] not in marked)


def test_a_trace_is_as_the_contract_has_it(client: TestClient) -> None:
    rng = np.random.default_rng(1)
    shapes = {"U": (5, 4), "W": (5, 5), "b": (5,), "V": (2, 5), "c": (2,)}
    params = {name: rng.standard_normal(shape).tolist() for name, shape in shapes.items()}
    inputs = {"x": rng.standard_normal((7, 4)).tolist(), "y": np.eye(2)[[0, 1, 0, 1, 1, 0, 0]].tolist()}
    initial = {"h": rng.standard_normal(5).tolist()}
    body = {"system": "rnn", "sizes": {"x": 4, "h": 5, "y": 2}, "tau": 7}
    found = client.post("/api/trace", json=body | {"params": params, "inputs": inputs, "initial": initial}).json()
    assert (found["tau"], found["of"], found["cut"], found["stopped"], found["task"]) == (7, "loss", [], None, None)
    assert found["parameters"] == params
    assert found["initial"] == initial
    assert {name: found["values"][name] for name in inputs} == inputs
    assert np.shape(found["values"]["h"]) == np.shape(found["gradients"]["h"]) == (7, 5)
    assert np.shape(found["values"]["L"]) == (7,)
    assert found["loss"] == found["values"]["loss"] == pytest.approx(sum(found["values"]["L"]))
    assert np.shape(found["gradients"]["h[0]"]) == (5,)
    assert all(np.shape(found["gradients"][name]) == shape for name, shape in shapes.items())


@pytest.mark.parametrize("query", ["tau=5", "truncate=1&system=rnn-regression", "tau=4&of=L[3]", "detail=states"])
def test_what_arrives_at_a_node_adds_up_to_its_gradient(client: TestClient, query: str) -> None:
    trace, graph = client.get(f"/api/trace?{query}").json(), client.get(f"/api/graph?values=true&{query}").json()
    total = {node["id"]: np.zeros(node["shape"]) for node in graph["nodes"]}
    for id, seed in trace["seeds"].items():
        total[id] += seed
    for part in trace["contributions"]:
        total[part["source"]] += part["gradient"]
    for node in graph["nodes"]:
        np.testing.assert_allclose(total[node["id"]], node["gradient"], atol=1e-12)


def test_without_a_loss_there_is_none(client: TestClient) -> None:
    found = client.get("/api/trace", params={"equations": "h[t] = tanh(alpha * h[t-1])"}).json()
    assert (found["loss"], found["of"]) == (None, "h")


def test_a_run_that_diverges_gives_its_finite_part(client: TestClient) -> None:
    body = {
        "equations": "h[t] = alpha * h[t-1]",
        "sizes": {"h": 1},
        "tau": 4,
        "params": {"alpha": 1e200},
        "initial": {"h": [1.0]},
    }
    found = client.post("/api/trace", json=body).json()
    assert found["stopped"] == {
        "t": 2,
        "variable": "h",
        "phase": "forward",
        "operation": "*",
        "within": "h[2]",
        "why": "* overflows beyond 1.8e308, the largest number",
        "write": "",
    }
    assert found["values"]["h"] == [[1e200], [None], [None], [None]]


@pytest.mark.parametrize(
    ("equations", "signal", "sentence"),
    [
        (
            "s[t] = sqrt(alpha * x[t])",
            "1,1,0",
            "The gradients stop being finite at x(3): the slope of sqrt at 0 is infinite, in s(3).",
        ),
        ("s[t] = exp(alpha * x[t])", "1,900,0", "The values stop being finite at s(2): exp overflows above 709."),
        ("s[t] = 1 / (alpha * x[t])", "1,0,1", "The values stop being finite at s(2): division by 0."),
    ],
)
def test_the_page_says_where_and_why_numbers_stop_being_finite(
    client: TestClient, equations: str, signal: str, sentence: str
) -> None:
    text = f"{equations}; v[t] = sum(s[t]); loss = sum(v[t]); alpha ~ 1"
    page = client.get("/", params={"equations": text, "sizes": "x:1", "signal": signal}).text
    assert sentence in page


def test_one_hot_vectors_say_what_they_stand_for(client: TestClient) -> None:
    symbols = client.get("/api/trace?task=next-character:abba").json()["symbols"]
    assert symbols == {"x": ["a", "b"], "y": ["a", "b"]}


# Instruments

MEASURED = ("", "tau=6&truncate=2", "system=lstm&tau=4&radius=1.2", "system=bidirectional&batch=2", "trained=3&of=L[2]")


@pytest.mark.parametrize("query", MEASURED)
def test_the_gradients_agree_with_finite_differences(client: TestClient, query: str) -> None:
    found, trace = (client.get(f"/api/{name}?{query}").json() for name in ("gradient-check", "trace"))
    assert found["ok"]
    assert found["worst"] == max(found["names"].values()) < 1e-5
    assert {*trace["parameters"], "h[0]"} <= {*found["names"]} <= {*trace["gradients"]}
    assert found["checked"] == found["entries"] == sum(np.size(trace["gradients"][name]) for name in found["names"])


def test_of_many_gradients_so_many_are_compared_as_there_is_work_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIMITS["work"].variable, "1000000")
    found = client.get("/api/gradient-check?sizes=h:9").json()
    assert found["checked"] < found["entries"]
    assert found["ok"]


@pytest.mark.parametrize("query", MEASURED)
def test_the_instruments_measure_the_trace(client: TestClient, query: str) -> None:
    found, trace = (client.get(f"/api/{name}?{query}").json() for name in ("instruments", "trace"))
    for name, norms in found["norms"].items():
        np.testing.assert_allclose(
            norms, np.linalg.norm(np.reshape(trace["gradients"][name], (len(norms), -1)), axis=1)
        )
    assert found["parameters"].keys() == trace["parameters"].keys()
    for name, matrix in trace["parameters"].items():
        if name in found["radii"]:
            assert found["radii"][name] == pytest.approx(abs(np.linalg.eigvals(matrix)).max())


@pytest.mark.parametrize("query", ["", "tau=6&truncate=2", "system=lstm&tau=4", "system=bidirectional", "trained=3"])
def test_a_parameter_s_gradient_comes_together_step_by_step(client: TestClient, query: str) -> None:
    """When the backward pass is through, what has come together is the gradient itself."""
    found, trace = (client.get(f"/api/{name}?{query}").json() for name in ("instruments", "trace"))
    from_the_end = ("d", "R", "Q") if "bidirectional" in query else ()
    for name, together in found["together"].items():
        whole = pytest.approx(float(np.linalg.norm(trace["gradients"][name])))
        assert sum(found["along"][name]) == whole
        assert together[-1 if name in from_the_end else 0] == whole
        assert found["begins"][name] == (1 if name in from_the_end else found["tau"])
        assert found["enters"][name]


def test_the_strips_are_the_trace_on_the_figure_s_scales(client: TestClient) -> None:
    found, trace = (client.get(f"/api/{name}?system=lstm&tau=4").json() for name in ("instruments", "trace"))
    assert [*found["strips"]] == ["c", "h"]
    for name, strip in found["strips"].items():
        for part in ("values", "gradients"):
            np.testing.assert_allclose(strip[part], np.transpose(trace[part][name]))
            assert float(np.abs(strip[part]).max()) <= found["scales"][part]
    columns = np.hstack([strip["gradients"] for strip in found["strips"].values()])
    least = float(np.abs(columns).max(axis=0).min())
    assert 10.0 ** -found["decades"] <= least / found["scales"]["gradients"]


@pytest.mark.dear
def test_a_long_strip_has_the_means_of_neighbours(client: TestClient) -> None:
    query = "tau=300&sizes=h:70"
    strip = client.get(f"/api/instruments?{query}").json()["strips"]["h"]
    whole = np.transpose(client.get(f"/api/trace?{query}").json()["values"]["h"])
    assert (np.shape(strip["values"]), strip["units"], strip["first"][:3]) == ((35, 150), 70, [1, 3, 5])
    assert strip["values"][0][0] == pytest.approx(float(whole[:2, :2].mean()))
    assert strip["values"][-1][-1] == pytest.approx(float(whole[-2:, -2:].mean()))


def test_a_long_triangle_has_some_of_its_rows_and_all_behind_the_last(client: TestClient) -> None:
    query = "system=rnn-regression&tau=300&radius=0.7&sizes=h:4"
    found, whole = client.get(f"/api/instruments?{query}").json()["triangles"][0], resolve(parse(query)).run.trace
    every = instruments.jacobians(whole)
    assert (found["sampled"], found["steps"][-1], len(found["back"])) == (True, 300, 300)
    for i, t in enumerate(found["steps"]):
        row = every.norms[t - 1]
        np.testing.assert_allclose(found["norms"][i][: i + 1], row[np.array(found["steps"][: i + 1]) - 1])
        assert found["below"][i] == instruments.first_below(row[t - 1 :: -1])


def test_a_state_s_reach_is_the_product_of_its_steps(client: TestClient) -> None:
    body = {"equations": "h[t] = alpha * h[t-1]", "sizes": {"h": 2}, "tau": 4, "params": {"alpha": 0.05}}
    found = client.post("/api/instruments", json=body).json()["triangles"][0]
    assert (found["states"], found["steps"], found["sampled"]) == (["h[t]"], [1, 2, 3, 4], False)
    np.testing.assert_allclose(found["back"], [1, 0.05, 0.05**2, 0.05**3])
    assert found["norms"][1][2:] == [None, None]
    assert (found["distances"], found["first_below"]) == ([0, 1, 2, 3], 2)


def test_a_network_both_ways_reaches_both_ways(client: TestClient) -> None:
    found = client.get("/api/instruments?system=bidirectional&tau=3").json()["triangles"]
    assert [(triangle["states"], triangle["steps"]) for triangle in found] == [
        (["h[t]"], [1, 2, 3]),
        (["g[t]"], [3, 2, 1]),
    ]


def test_what_truncation_removed_is_what_the_traces_differ_by(client: TestClient) -> None:
    found = client.get("/api/instruments?tau=6&truncate=2").json()["truncation"]
    whole, cut = (client.get(f"/api/trace?tau=6{more}").json()["gradients"] for more in ("", "&truncate=2"))
    assert found["cuts"] == [2, 4]
    for name, removed in {**found["parameters"], **found["states"]}.items():
        axis = -1 if name in found["states"] else None
        lost = np.linalg.norm(np.subtract(whole[name], cut[name]), axis=axis)
        np.testing.assert_allclose(removed["lost"], lost, atol=1e-15)
    assert client.get("/api/instruments").json()["truncation"] is None


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", SYSTEMS)
def test_the_backward_recurrence_is_told_in_every_notation(client: TestClient, name: str) -> None:
    found = client.get(f"/api/adjoint?system={name}").json()
    lines = found["text"].split("\n")
    assert lines[0].startswith("∇")
    assert found["tex"].count(" &= ") == len(lines) == len(found["mathml"])
    for element in found["mathml"]:
        ElementTree.fromstring(element)


# HTTP


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    "path", [*(row.path for row in ROWS), "/api/systems", "/", "/?tau=2", "/docs", "/openapi.json"]
)
def test_the_same_link_is_the_same_bytes_under_the_same_tag(
    client: TestClient, another_client: TestClient, path: str
) -> None:
    first, second = client.get(path), another_client.get(path)
    assert first.status_code == 200
    assert first.content == second.content
    assert first.headers["ETag"] == second.headers["ETag"]
    assert not first.headers["ETag"].startswith("W/")
    assert first.headers["Cache-Control"].startswith("public, max-age=")


@pytest.mark.one_in(8)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("path", [*(row.path for row in ROWS), "/", "/static/js/site/api-docs.js"])
def test_what_a_cache_has_is_not_sent_again(client: TestClient, path: str, encoding: str) -> None:
    first = client.get(path, headers={"Accept-Encoding": encoding})
    known = {"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
    again = client.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(path, headers=known | {"If-None-Match": '"another"'}).status_code == 200


def test_compressed_bytes_have_a_tag_of_their_own(client: TestClient) -> None:
    plain = client.get("/figure.svg", headers={"Accept-Encoding": "identity"})
    zipped = client.get("/figure.svg", headers={"Accept-Encoding": "gzip"})
    assert (plain.headers.get("Content-Encoding"), zipped.headers["Content-Encoding"]) == (None, "gzip")
    assert plain.content == zipped.content
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    assert "Accept-Encoding" in zipped.headers["Vary"]
    for refused in ("gzip;q=0", "gzip; q=0.0, identity", "br"):
        asked = client.get("/figure.svg", headers={"Accept-Encoding": refused})
        assert "Content-Encoding" not in asked.headers and asked.content == plain.content


def test_a_redirect_stays_on_the_host_whatever_the_request_calls_it(client: TestClient) -> None:
    led = client.get("/gallery/?x=1", headers={"Host": "elsewhere.example"}, follow_redirects=False)
    assert (led.status_code, led.headers["Location"]) == (307, "/gallery?x=1")


@pytest.mark.parametrize(
    "path", [*(row.path for row in ROWS if not row.run), "/", "/healthz", "/static/js/site/api-docs.js"]
)
def test_head_tells_what_get_would_without_the_bytes(client: TestClient, path: str) -> None:
    head, get, again = client.head(path), client.get(path), client.head(path)
    assert (head.status_code, head.content) == (again.status_code, again.content) == (200, b"")
    said = {name: value for name, value in get.headers.items() if name not in OWN}
    assert said.items() <= head.headers.items()
    assert {**again.headers, "x-request-id": ""} == {**get.headers, "x-request-id": ""}


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "path", [*(row.path for row in ROWS), "/", "/nowhere", "/static/js/site/api-docs.js", "/?tau=0"]
)
def test_every_response_keeps_a_browser_from_guessing(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]


@pytest.mark.dear
def test_the_work_is_done_on_a_thread_and_not_on_the_loop(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    loops: list[bool] = []
    clear_caches()

    def watched(link: Link) -> Resolved:
        loops.append(on_a_loop())
        return resolve(link)

    monkeypatch.setattr("app.web.api.resolve", watched)
    monkeypatch.setattr("app.web.core.admission.resolve", watched)
    for row in ROWS:
        assert client.get(row.path).status_code == client.post(row.path, json={}).status_code == 200
    assert loops == [False] * 2 * len(ROWS)


def on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def test_the_service_says_that_it_is_up(client: TestClient) -> None:
    assert schema.HealthJson.model_validate(client.get("/healthz").json()).version == __version__


# Other sites, other ways to ask


@pytest.mark.parametrize("path", [*(row.path for row in ROWS), "/", "/api/systems", "/static/favicon.svg", "/api/read"])
def test_options_tells_which_methods_an_address_takes_and_lets_other_sites_ask(client: TestClient, path: str) -> None:
    asked = {"Origin": "https://teacher.example", "Access-Control-Request-Method": "POST"}
    told = client.options(path, headers=asked | {"Access-Control-Request-Headers": "content-type"})
    methods = {"GET", "HEAD", "OPTIONS"} | ({"POST"} if path in {*PATHS, "/api/read"} else set())
    assert (told.status_code, told.content) == (204, b"")
    for name in ("Allow", "Access-Control-Allow-Methods"):
        assert {method.strip() for method in told.headers[name].split(",")} == methods
    assert "Content-Type" in told.headers["Access-Control-Allow-Headers"]
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert client.options("/nowhere", headers=asked).status_code == 404


@pytest.mark.parametrize("path", ["/figure.svg?tau=2", "/?tau=2", "/api/trace?tau=0", "/nowhere", "/healthz"])
def test_other_sites_may_read_show_and_frame_what_is_answered(client: TestClient, path: str) -> None:
    for _ in range(2):  # The second is known.
        headers = client.get(path, headers={"Origin": "https://teacher.example"}).headers
        assert headers["Access-Control-Allow-Origin"] == "*" and "Access-Control-Allow-Credentials" not in headers
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "frame-ancestors *" in headers["Content-Security-Policy"] and "X-Frame-Options" not in headers
        assert "camera=()" in headers["Permissions-Policy"]


def test_an_answer_is_sent_in_parts_known_or_not(client: TestClient) -> None:
    for coding in ("identity", "gzip"):
        asked = {"Accept-Encoding": coding}
        path = f"/weights.npz?tau=2&seed={len(coding)}"
        first = client.get(path, headers=asked | {"Range": "bytes=0-99"})
        whole = client.get(path, headers=asked)
        body, tag, size = whole.content, whole.headers["ETag"], len(whole.content)
        assert (first.status_code, first.content, first.headers["ETag"]) == (206, body[:100], tag)
        parts = {
            "bytes=0-99": body[:100],
            "bytes=100-": body[100:],
            "bytes=-7": body[-7:],
            f"bytes=5-{size + 9}": body[5:],
        }
        for wanted, part in parts.items():
            got = client.get(path, headers=asked | {"Range": wanted, "If-Range": tag})
            begin = body.index(part) if wanted != "bytes=-7" else size - 7
            assert (got.status_code, got.content) == (206, part)
            assert got.headers["Content-Range"] == f"bytes {begin}-{begin + len(part) - 1}/{size}"
            assert got.headers["Content-Length"] == str(len(part)) and got.headers["ETag"] == tag
        for wanted in (f"bytes={size}-", "bytes=-0", "bytes=9-3"):
            got = client.get(path, headers=asked | {"Range": wanted})
            assert (got.status_code, got.headers["Content-Range"], got.content) == (416, f"bytes */{size}", b"")
        for wanted in ("bytes=0-1,4-5", "bytes=-", "lines=1-2", "bytes=a-b"):
            assert client.get(path, headers=asked | {"Range": wanted}).content == body
        changed = client.get(path, headers=asked | {"Range": "bytes=0-9", "If-Range": '"another"'})
        assert (changed.status_code, changed.content) == (200, body)
    assert client.get("/weights.npz?tau=0", headers={"Range": "bytes=0-9"}).status_code == 422


class Pieces:
    """An application around another one, which notes how long what is sent is."""

    def __init__(self, app: Any) -> None:
        self.app, self.lengths = app, list[int]()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            self.lengths.append(len(message.get("body", b"")))
            await send(message)

        await self.app(scope, receive, noted)


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_long_answer_is_sent_as_it_is_taken(coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a reader is in a file."""
    most = 4000
    monkeypatch.setattr("app.web.core.http.PIECE", most)
    clear_caches()
    pieces = Pieces(create_app())
    got = TestClient(pieces).get("/api/trace?system=lstm&tau=9&seed=7", headers={"Accept-Encoding": coding})
    assert got.json()["tau"] == 9 and got.headers.get("Content-Encoding", "identity") == coding
    assert got.headers["Content-Length"] == str(sum(pieces.lengths))
    assert len(pieces.lengths) > 3 and max(pieces.lengths) <= most


# The description


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "$ref")
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    components = described["components"]
    for reference in references(described):
        kind, name = reference.removeprefix("#/components/").split("/")
        assert name in components[kind]


def test_a_model_is_called_as_what_it_describes(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    assert {"Trace", "Graph", "Node", "Problem"} <= schemas.keys()
    assert not [name for name in schemas if name.endswith(schema.SUFFIX)]
    assert [name for name, shape in schemas.items() if shape["title"] != name] == []


def test_every_operation_has_a_name_of_its_own(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("(get|post)(_[a-z]+)+", name) for name in names)
    assert {"get_figure_svg", "post_train", "get_systems_by_name"} <= {*names}


NUMBERS = {
    "lr": {"type": "number", "exclusiveMinimum": 0, "default": 0.01},
    "momentum": {"type": "number", "minimum": 0, "exclusiveMaximum": 1, "default": 0.9},
    "scale": {"type": "number", "minimum": 0.1, "maximum": 8, "default": 1.0},
    "font_size": {"type": "number", "minimum": 0.5, "maximum": 3, "default": 1.0},
    "radius": {"type": "number", "exclusiveMinimum": 0},
    "tau": {"type": "integer", "minimum": 1, "maximum": 1000},
    "seed": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1, "default": 0},
}


def test_a_number_of_a_query_is_described_as_one_with_its_bounds(described: dict[str, Any]) -> None:
    asked = parameters_of(described, described["paths"]["/api/trace"]["get"])
    assert {row["name"]: row["schema"] for row in asked if row["name"] in NUMBERS} == NUMBERS


def test_every_refusal_has_examples_and_each_is_what_is_answered(client: TestClient, described: dict[str, Any]) -> None:
    refusals = described["components"]["responses"]
    assert {int(status) for status in refusals} == {row.status for row in refusal_examples()} == {*REFUSED}
    for row in refusal_examples():
        told = refusals[str(row.status)]["content"]["application/problem+json"]["examples"][row.words]
        assert told["summary"] == row.line and told["value"]["detail"]
        if row.at_any_time:
            answer = client.request(row.method, row.path, content=row.body, headers={**row.headers})
            assert (answer.status_code, answer.json()) == (row.status, told["value"]), row.words
    assert {row.status for row in refusal_examples() if not row.at_any_time} == {408, 500, 503}


@pytest.mark.parametrize("path", ["/api/graph", "/figure.svg?tau=2", "/api/graph?tau=0", "/healthz", "/nowhere"])
def test_an_answer_says_of_which_version_of_the_api_it_is(
    client: TestClient, described: dict[str, Any], path: str
) -> None:
    for _ in range(2):  # The second is known.
        assert client.get(path).headers[API_VERSION] == "1"
    assert API_VERSION in described["components"]["headers"] and "another version" in described["info"]["description"]


def test_every_property_of_every_model_is_described_with_an_example(described: dict[str, Any]) -> None:
    lacking = [
        f"{model}.{name}"
        for model, shape in described["components"]["schemas"].items()
        for name, row in shape.get("properties", {}).items()
        if "description" not in row or ("examples" not in row and not list(references(row)) and model[-4:] != "Body")
    ]
    assert not lacking


def test_a_query_is_described_field_by_field(described: dict[str, Any]) -> None:
    for row in ROWS:
        asked = parameters_of(described, described["paths"][row.path]["get"])
        parameters = {p["name"]: p for p in asked if p["in"] == "query"}
        assert list(parameters) == list(options(row.asks))
        assert all(options(row.asks)[name].meaning in p["description"] for name, p in parameters.items())


COMPANY = {
    "at": {"phase": "forward"},
    "feed": {"system": "teacher-forcing"},
    "trained_tau": {"trained": "2"},
    "forced": {"trained": "2", "system": "teacher-forcing", "feed": "y:o"},
    "signal": {"system": "rnn-regression"},
}
"""What a field needs beside it."""


def asked_about(name: str, every: bool) -> list[Answer]:
    """The answers that a field is asked of: all that have it, or one for each set of fields, another for each field."""
    having = [row for row in ROWS if name in options(row.asks)]
    alike = [[row for row in having if row.asks is asks] for asks in dict.fromkeys(row.asks for row in having)]
    turn = list(Training.model_fields).index(name)
    return having if every else [rows[turn % len(rows)] for rows in alike]


def test_every_answer_has_its_turn_to_be_asked_about_a_field() -> None:
    turns = [row.name for name in Training.model_fields for row in asked_about(name, every=False)]
    assert {*turns} == {row.name for row in ROWS}


@pytest.mark.one_in(4)
@pytest.mark.parametrize("every", [False, *long(True)], ids=["in turn", "every answer"])
@pytest.mark.parametrize("name", Training.model_fields)
def test_the_example_of_a_field_can_be_asked(
    client: TestClient, described: dict[str, Any], name: str, every: bool
) -> None:
    for row in asked_about(name, every):
        asked = parameters_of(described, described["paths"][row.path]["get"])
        parameter = next(p for p in asked if p["name"] == name)
        for example in parameter["examples"].values():
            value = str(example["value"]).lower() if isinstance(example["value"], bool) else example["value"]
            query = urlencode({name: value} | COMPANY.get(name, {}))
            assert client.get(f"{row.path}?{query}").status_code == 200, query


@pytest.mark.one_in(3)
@pytest.mark.parametrize("row", ROWS, ids=each)
def test_the_example_of_a_body_can_be_posted(client: TestClient, described: dict[str, Any], row: Answer) -> None:
    examples = described["paths"][row.path]["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert {name: example["value"] for name, example in examples.items()} == row.body.bodies
    for example in examples.values():
        assert client.post(row.path, json=example["value"]).status_code == 200


@pytest.mark.parametrize("row", DATA, ids=each)
def test_the_example_of_an_answer_is_one(described: dict[str, Any], row: Answer) -> None:
    assert row.model
    for operation in described["paths"][row.path].values():
        schema.model_named(row.model).model_validate(
            operation["responses"]["200"]["content"]["application/json"]["example"]
        )


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_is_told(described: dict[str, Any], name: str) -> None:
    assert f"| {name} | {limit(name):,} | {LIMITS[name].meaning} |" in described["info"]["description"]


def test_the_page_of_the_api_has_all_of_its_description_without_scripts(
    client: TestClient, described: dict[str, Any]
) -> None:
    text = client.get("/docs", headers={"Accept": "text/html"}).text
    ids, words = set(re.findall(r' id="([^"]*)"', text)), unescape(re.sub("<[^>]+>", "", text))
    operations = {it["operationId"]: it for row in described["paths"].values() for it in row.values()}
    meanings = [it["summary"] for it in operations.values()]
    fields = [*described["components"]["parameters"].values()]
    shapes = described["components"]["schemas"]
    rows = [
        (name, row["description"]) for shape in shapes.values() for name, row in shape.get("properties", {}).items()
    ]
    told = [row["description"] for row in (*fields, *described["components"]["responses"].values())]
    said = [*described["paths"], *meanings, *shapes, *told, *(part for row in rows for part in row)]
    assert [one for one in said if one.replace("`", "") not in words] == []
    links = {unescape(href) for href in re.findall(r'href="([^"]*)"', text)}
    assert {href[1:] for href in links if href.startswith("#")} <= ids
    tried = {href.rpartition("/")[2] for href in links if href.startswith("/docs/try#")}
    assert tried == {*operations}
    ours = [href for href in links if not href.startswith(("#", "/docs/try#", "data:", "/static"))]
    assert [href for href in ours if client.head(href).status_code != 200] == []


def open_operation(page: Page, path: str) -> None:
    """Swagger UI reads the whole description as the first operation opens: seconds of work, many on a busy machine."""
    page.locator(".opblock-get", has_text=path).first.click(timeout=120_000)
    page.get_by_text("How many steps to unfold").first.wait_for()


@pytest.mark.parametrize("asked", [["/api/trace", "/figure.svg"], *long([])], ids=["two addresses", "all"])
def test_the_description_stands_on_a_page_of_the_site_and_reaches_nothing_else(
    server: str, page: Page, described: dict[str, Any], asked: list[str]
) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    shown = described | {"paths": {path: at for path, at in described["paths"].items() if not asked or path in asked}}
    page.route("**/openapi.json", lambda route: route.fulfill(json=shown) if asked else route.continue_())
    page.emulate_media(color_scheme="dark")
    page.goto(f"{server}/docs/try")
    page.locator(".opblock").first.wait_for()
    assert page.locator(".opblock").count() == sum(map(len, shown["paths"].values()))
    open_operation(page, "/api/trace")
    assert all(address.startswith((server, "data:")) for address in addresses), addresses
    assert page.locator(".errors-wrapper, .failed-config").count() == 0
    for width, height in ((1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    title = page.locator(".info .title")
    dark = title.evaluate("it => getComputedStyle(it).color")
    page.get_by_role("button", name="Dark theme").click()
    expect(page.locator("html")).not_to_have_class("dark-mode")
    assert title.evaluate("it => getComputedStyle(it).color") != dark
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Gallery").click()
    page.wait_for_url(f"{server}/gallery")


@pytest.mark.parametrize("path", ["/?system=rnn", "/train", "/language", "/docs"])
def test_every_page_of_the_bar_has_the_bar_and_is_marked_in_it(client: TestClient, path: str) -> None:
    text = client.get(path, headers={"Accept": "text/html"}).text
    assert re.findall('<a href="([^"]*)" aria-current="page">', text.partition("</nav>")[0]) == [path]


def test_no_page_calls_on_another_server(client: TestClient) -> None:
    for path in ("/", "/?system=rnn", "/docs", "/docs/try", "/nowhere"):
        text = client.get(path, headers={"Accept": "text/html"}).text
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


@pytest.mark.parametrize(("path", "ways"), [("/docs", "first"), ("/nowhere", "ways")])
def test_where_a_page_leads_to_begin_with_is_there(client: TestClient, path: str, ways: str) -> None:
    text = client.get(path, headers={"Accept": "text/html"}).text
    hrefs = re.findall('href="([^"]*)"', text.partition(f'class="{ways}"')[2].partition("</ul>")[0])
    assert len(hrefs) > 4
    assert [href for href in hrefs if client.head(unescape(href)).status_code != 200] == []


def test_a_body_and_a_link_have_the_same_fields(described: dict[str, Any]) -> None:
    for row in ROWS:
        named = described["components"]["schemas"][row.body.__name__]["properties"]
        assert {*named} == {*row.asks.model_fields, "params", "inputs", "initial"}
