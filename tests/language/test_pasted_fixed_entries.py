"""Entries that a pasted program picks by fixed numbers: those of a parameter have names, those of data are moments."""

import pytest

from app.language import parse
from app.language.pasted import read_pasted

AR = "for t in range(2, T):\n    y[t] = phi[0]*y[t-1] + phi[1]*y[t-2] + e[t]"
EQUATION = "y[t] = phi_0 * y[t-1] + phi_1 * y[t-2] + e[t]"


@pytest.mark.parametrize("value", ["[0.6, -0.3]", "(0.6, -0.3)", "np.array([0.6, -0.3])"])
def test_numbers_that_are_picked_by_fixed_numbers_have_names(value: str) -> None:
    found = read_pasted(f"phi = {value}\ny = np.zeros(T)\n{AR}")
    assert not found.problems
    assert found.text.split("\n")[-3:] == ["phi_0 = 0.6", "phi_1 = -0.3", EQUATION]
    assert parse(found.text).variables["phi_0"].rank == 0
    assert next(it.note for it in found.lines if it.source.startswith("phi")).endswith("phi_0, phi_1")


@pytest.mark.parametrize(
    "text",
    [
        AR,
        f"def ar(phi, e):\n    y = np.zeros(len(e))\n    {AR.replace(chr(10), chr(10) + '    ')}\n    return y",
    ],
)
def test_entries_of_what_no_line_sets_are_parameters_of_their_own(text: str) -> None:
    found = read_pasted(text)
    assert not found.problems
    assert EQUATION in found.text.split("\n")
    assert {"phi_0", "phi_1"} <= {it.name for it in parse(found.text).variables.values() if it.kind == "parameter"}


@pytest.mark.parametrize(
    "text",
    [
        "phi_0 = 3\nphi = [0.6, -0.3]\nfor t in range(T):\n    h = phi[0]*h + phi[1]*x[t] + phi_0",
        "phi = [0.6, -0.3]\nfor t in range(T):\n    h = phi[0]*h + phi[3]*x[t]",
        "phi = [0.6, -0.3]\nfor t in range(T):\n    h = phi[0]*h + np.sum(phi)*x[t]",
    ],
)
def test_entries_that_cannot_have_names_are_told_with_what_to_write(text: str) -> None:
    problem = read_pasted(text).problems[0]
    assert problem.message.startswith("entries are not read one by one")
    assert problem.hint == "an entry that is always the same one has a name of its own: write phi_0"


@pytest.mark.parametrize("head", ["for p in prices:", "for i, p in enumerate(prices):"])
def test_a_start_from_the_first_data_that_a_loop_goes_over_is_their_first_moment(head: str) -> None:
    found = read_pasted(f"ema = prices[0]\n{head}\n    ema = a*p + (1-a)*ema")
    assert not found.problems
    assert found.text == "ema[0] = p[1]\nema[t] = a * p[t] + (1 - a) * ema[t-1]"


def test_a_start_from_data_before_those_of_the_loop_is_told_with_what_to_write() -> None:
    text = "ema = prices[0]\nfor p in prices[1:]:\n    ema = a*p + (1-a)*ema"
    problem = read_pasted(text).problems[0]
    assert (problem.hint or "").endswith("write prices_0")
    assert not read_pasted(text.replace("prices[0]", "prices_0")).problems
