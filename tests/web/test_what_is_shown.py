"""What a page says of its data, its sizes and what is differentiated, and the control that each message means."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from app.language.numbers_beside import BY_HAND
from app.link import Link, field_rows
from app.web import create_app
from tools.architecture import APP, source

SCALAR = "s[t] = 0.5 * s[t-1] + x[t]"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def shown(client: TestClient, **fields: str) -> str:
    page = client.get("/?" + urlencode(fields))
    assert page.status_code == 200
    return unescape(page.text)


def fact(page: str, name: str) -> str:
    found = re.search(rf"<div><dt>{re.escape(name)}</dt><dd>([^<]*)</dd></div>", page)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "random numbers"),
        ({"set": "x[1]:2"}, "random numbers, some set by hand"),
        ({"set": "x[1]:2,x[2]:3"}, "numbers set by hand"),
        ({"set": "x:1"}, "numbers set by hand"),
        ({"set": "s[0]:1"}, "random numbers"),
        ({"signal": "1,2"}, "numbers set by hand"),
    ],
)
def test_data_is_called_what_it_is(client: TestClient, fields: dict[str, str], said: str) -> None:
    page = shown(client, equations=SCALAR + "; x: scalar", tau="2", **fields)
    assert fact(page, "data") == said
    assert f"x is given ({said})" in page


def test_data_whose_numbers_the_equations_have_is_called_so(client: TestClient) -> None:
    own = SCALAR + "; x: scalar; x ~ [1, 2]"
    assert fact(shown(client, equations=own), "data") == "numbers of the equations"
    assert fact(shown(client, equations=own, set="x[1]:2"), "data") == "numbers of the equations, some set by hand"
    assert fact(shown(client, equations=own + "; y[t] = s[t] * z[t]"), "data") == "random numbers"


def test_some_of_several_data_and_a_task_with_a_number_of_ones_own(client: TestClient) -> None:
    two = shown(client, equations=SCALAR + "+ z[t]; x: scalar", tau="2", set="x:1")
    assert fact(two, "data") == "random numbers, some set by hand"
    assert fact(shown(client, system="rnn-regression", tau="2", set="x[1,1]:2"), "data").endswith(", some set by hand")


def test_without_data_none_is_told(client: TestClient) -> None:
    assert "<dt>data</dt>" not in shown(client, equations="s[t] = 0.5 * s[t-1]")


def test_no_number_of_the_table_has_a_sign_before_zero(client: TestClient) -> None:
    page = client.get("/numbers?" + urlencode({"equations": "s[t] = -1 * x[t]; x: scalar", "set": "x:0"})).text
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    assert cells and not [cell for cell in cells if re.search(r"[−-]0(?![.\d])", cell)]


def test_sizes_are_called_by_names_that_stand_in_the_text(client: TestClient) -> None:
    page = shown(client, equations="y[t] = H @ x[t] + 0 * y[t-1]; loss = sum((A @ B) ** 2) + sum(y[tau])")
    said = fact(page, "sizes")
    assert "rows of A" in said and "_rows" not in said
    assert "_rows" not in fact(page, "not said, so chosen")


def test_what_is_differentiated_says_that_it_is_a_sum_over_the_steps(client: TestClient) -> None:
    page = shown(client, equations=SCALAR)
    assert '<option value="" selected>sum of s over t</option>' in page
    of_node = shown(client, equations=SCALAR + "; r[t] = s[t] ** 2", of="s[2]")
    assert ">sum of s over t</option>" in of_node
    assert "sum of s" not in shown(client, equations="s = 2 * x; given x")


# Where numbers are given


def strings(path: Path) -> list[str]:
    """What a file says in words: its strings, each as it is written out."""
    tree = source(path)
    documented = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    ]


FIELD_ALONE = re.compile(
    r"\b(?:give|given|gives|set|numbers|among)\b[^.]*\b(?:as|among the|under) `?(?:params|inputs|initial)\b"
)


@pytest.mark.dear
def test_no_message_names_a_field_of_a_request_without_the_control_of_the_page() -> None:
    rooms = [path for room in ("language", "engine", "systems", "ops") for path in (APP / room).rglob("*.py")]
    told = [(path.name, text) for path in rooms for text in strings(path) if FIELD_ALONE.search(text)]
    assert not [row for row in told if row[0] not in ("numbers_beside.py", "guide.py", "tables.py")]


def test_such_a_message_would_be_found() -> None:
    assert FIELD_ALONE.search("x is data: it is given as inputs, entry by entry")
    assert FIELD_ALONE.search("a parameter: give its numbers as `params`")


def test_the_control_that_messages_name_is_on_the_page(client: TestClient) -> None:
    label = field_rows(Link)["set"].label
    assert f"“{label}”" in BY_HAND
    (menu,) = re.findall(r"under (\w+)", BY_HAND)
    inside = shown(client, system="rnn").partition(f'id="{menu.lower()}-menu"')[2].partition("</details>")[0]
    assert f">{label}</label>" in inside


def test_that_a_file_has_no_room_in_its_box_stands_beside_the_box(client: TestClient) -> None:
    page = shown(client, system="lstm", detail="operations", tau="1", fit="column", direction="up")
    assert re.search(r'<p class="made-for" data-notice>It needs \d+ points of width, ', page)


def test_the_task_that_is_chosen_is_called_by_its_title_however_it_is_written(client: TestClient) -> None:
    titles = {
        "": "Next character",
        "next-character": "Next character",
        "next-character:banana": "Next character, banana",
    }
    for task, called in titles.items():
        page = shown(client, system="rnn", **({"task": task} if task else {}))
        (chosen,) = re.findall(r'<select id="task".*?<option value="[^"]*" selected>([^<]*)', page, re.DOTALL)
        assert chosen == called
        assert f'<span class="within">{called}</span>' in page
