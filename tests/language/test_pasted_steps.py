"""How many steps a program writes is kept, as sizes are: a line that yields to the link, to arrays and to data."""

from urllib.parse import urlencode

import numpy as np
import pytest

from app.language import Problems, parse
from app.language.pasted import read_pasted
from app.language.typeset import recurrence_mathml, show, tex
from app.link import Link, left_in_words, of_another_program, query, read, resolve
from app.link import parse as parse_query
from app.outputs import json_bytes

STEP = "    s = 0.9 * s + x[t]"
PROGRAMS = {
    f"for t in range(7):\n{STEP}": 7,
    f"T = 7\nfor t in range(T):\n{STEP}": 7,
    f"T = 6\nfor t in range(1, T + 2):\n{STEP}": 7,
    "for t in range(1, 8):\n    s[t] = 0.9 * s[t-1] + x[t]": 7,
    "T = 7\ns[0] = x[0]\nfor t in range(1, T):\n    s[t] = a * s[t-1] + (1 - a) * x[t]": 7,
    "y = np.zeros(20)\ny[0] = 1\nfor n in range(19):\n    y[n+1] = y[n] + 0.1 * (1 - y[n])": 19,
    "x = np.random.randn(20, 3)\nfor x_t in x:\n    h = np.tanh(W @ h + U @ x_t)": 20,
    f"x = np.random.randn(20)\nfor t in range(len(x)):\n{STEP}": 20,
    f"x = np.random.randn(20)\nfor t in range(x.shape[0]):\n{STEP}": 20,
    "x = torch.randn(9, 3)\nfor t in range(x.size(0)):\n    h = torch.tanh(W @ h + U @ x[t])": 9,
    "for i, x_t in enumerate(np.ones(6)):\n    s = s + x_t": 6,
    f"def run(x, T=5):\n    s = 0\n    for t in range(T):\n    {STEP}\n    return s": 5,
    "h = lax.fori_loop(0, 10, lambda i, h: jnp.tanh(W @ h + b), h0)": 10,
    "for epoch in range(100):\n    h = np.zeros(3)\n    for t in range(5):\n        h = np.tanh(W @ h + U @ x[t])": 5,
}


@pytest.mark.parametrize(("program", "steps"), PROGRAMS.items())
def test_how_many_steps_a_program_writes_is_kept_and_said(program: str, steps: int) -> None:
    found = read_pasted(program)
    assert not found.problems
    assert found.text.startswith(f"tau: {steps} unless given\n")
    assert any(f"{steps} steps, unless tau is given" in line.note for line in found.lines)
    assert parse(found.text).steps == steps


@pytest.mark.parametrize(
    "program",
    [
        f"for t in range(T):\n{STEP}",
        f"for t in range(len(x)):\n{STEP}",
        "for t in range(1, 4):\n    s = s + x[t]\nfor t in range(1, 6):\n    q = q + s * y[t]",
    ],
)
def test_a_program_that_says_no_number_of_steps_leaves_them_open(program: str) -> None:
    assert "tau:" not in read_pasted(program).text


def test_more_steps_than_can_be_run_are_not_kept_with_a_word() -> None:
    found = read_pasted(f"for t in range(5000):\n{STEP}")
    assert "tau" not in found.text
    assert any("its 5000 steps are not kept" in line.note for line in found.lines)


def test_the_number_of_a_program_is_that_of_its_passes() -> None:
    executed, y = 0, np.zeros(20)
    y[0] = 1
    for n in range(19):
        y[n + 1] = y[n] + 0.1 * (1 - y[n])
        executed += 1
    run = resolve(Link(equations=read_pasted([*PROGRAMS][5]).text)).run
    assert run.tau == executed
    np.testing.assert_allclose(run.trace.arrays["y"].ravel(), y[1:], rtol=1e-12)


SAID = "tau: 7 unless given\nx: scalar\ns[t] = 0.9 * s[t-1] + x[t]"


def test_what_is_given_says_first_how_many_steps_there_are() -> None:
    assert resolve(Link(equations=SAID)).run.tau == 7
    assert resolve(parse_query(urlencode({"equations": SAID, "tau": "3"}))).run.tau == 3
    body = {"equations": SAID, "inputs": {"x": [1.0, 2.0, 3.0, 4.0]}}
    assert resolve(read(json_bytes(body))).run.tau == 4
    assert resolve(Link(equations=SAID.partition("\n")[2])).run.tau == 3


@pytest.mark.parametrize("tau", [None, "3", "5", "7"])
def test_a_link_keeps_its_steps_however_they_are_said(tau: str | None) -> None:
    link = parse_query({"equations": SAID, **({"tau": tau} if tau else {})}.items())
    assert parse_query(query(link)) == link
    assert ("tau=" in query(link)) == (tau in ("3", "5"))
    assert resolve(link).link.tau == int(tau or 7)


def test_text_with_steps_round_trips() -> None:
    assert show(parse(SAID)) == SAID
    assert parse(show(parse(SAID))).steps == 7


@pytest.mark.parametrize("line", ["tau: 7", "tau: 0 unless given", "tau: n unless given", "tau: 5000 unless given"])
def test_other_lines_about_tau_lead_on(line: str) -> None:
    with pytest.raises(Problems) as raised:
        parse(f"{line}\ns[t] = s[t-1]")
    assert "tau: 7 unless given" in (raised.value.problems[0].hint or "")


def test_a_pasted_program_that_says_its_steps_leaves_those_of_another_out() -> None:
    kept, left = of_another_program({"equations": SAID, "tau": "5", "seed": "2"})
    assert kept == {"equations": SAID, "seed": "2"}
    assert left_in_words(left) == ("tau 5 is left out: said of the equations before.",)
    assert of_another_program({"equations": "s[t] = s[t-1]", "tau": "5"})[0]["tau"] == "5"


STEPS_IN_FORMULAS = {
    r"s_t = s_{t-1} + x_t, \quad t = 1, \ldots, 7": 7,
    r"\[ s_t = s_{t-1} + x_t \quad (t = 1, \dots, 7) \]": 7,
    "s_t = s_{t-1} + x_t, t = 0,...,9": 10,
    r"\[ s_t = s_{t-1} + x_t \] for $t = 0, \ldots, 4$ and nothing else": 5,
    r"We iterate $s_t = s_{t-1} + x_t$ for $t = 1, \ldots, 6$.": 6,
    "s_t = s_{t-1} + x_t, t = 1,...,T with T = 12": 12,
    r"s_t = s_{t-1} + x_t, \quad t = 1, \ldots, T": None,
    r"s_t = s_{t-1} + x_t, \quad t = 1, \ldots, 99999999999": None,
}
"""Formulas with the steps that they say there are."""


@pytest.mark.parametrize("text", STEPS_IN_FORMULAS)
def test_the_steps_that_formulas_say_are_kept(text: str) -> None:
    found = read_pasted(text)
    assert not found.problems and parse(found.text).steps == STEPS_IN_FORMULAS[text], found


@pytest.mark.parametrize("steps", [1, 2, 250])
def test_typeset_equations_say_how_many_steps_there_are_and_read_back_so(steps: int) -> None:
    text = f"tau: {steps} unless given\nh[t] = tanh(W @ h[t-1])\nfixed W"
    typeset = tex(parse(text))
    assert rf"t = 1, \ldots, {steps} \\" in typeset and read_pasted(typeset).text == text
    assert any("…" in line for line in recurrence_mathml(parse(text)))
