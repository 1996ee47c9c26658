"""Numbers that a text writes out, `W ~ [[1, 0.5], [0, 1]]`: what they say, what they yield to, how they are printed."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine import bind, run
from app.language import GivenShapes, Problems, parse, steps_said
from app.language.typeset import show
from app.link import Link, resolve

TEXT = "h[t] = tanh(W @ h[t-1] + U @ x[t] + b)\nW ~ [[0.5, 0.1], [0.2, -0.3]]\nb ~ [1, -2]\nx ~ [[1, 2, 3], [4, 5, 6]]"


def test_they_are_the_numbers_and_the_sizes() -> None:
    recurrence = parse(TEXT)
    assert recurrence.sizes == {"x": 3, "h": 2}
    assert recurrence.size_evidence["x"].words == "x in line 4 has 3 entries a step"
    found = run(recurrence, 2, bind(recurrence, 2))
    weights, own = found.parameters, np.zeros(2)
    np.testing.assert_array_equal(weights["W"], [[0.5, 0.1], [0.2, -0.3]])
    for row in ([1, 2, 3], [4, 5, 6]):
        own = np.tanh(weights["W"] @ own + weights["U"] @ row + [1, -2])
    np.testing.assert_allclose(found.value("h[2]"), own, rtol=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "s[t] = alpha * s[t-1] + x[t]\nx ~ [1, 0.25, -3e-07]\nalpha ~ 0.5",
        "given y\nh[t] = W @ h[t-1] + y\nW ~ [[1]]\ny ~ [2]",
        "h[t] = W * h[t-1]\nW ~ [[1, 2]]\nfixed W",
    ],
)
def test_they_are_printed_as_they_are_read(text: str) -> None:
    recurrence = parse(text)
    assert show(recurrence) == text and parse(show(recurrence)).initials == recurrence.initials


def test_data_say_how_many_steps_are_run() -> None:
    assert steps_said(TEXT) == 2
    assert Link(equations=TEXT).tau == 2 and Link(equations=TEXT, tau=1).tau == 1
    assert steps_said("h[t] = W @ h[t-1]\nW ~ [[1, 2], [3, 4]]") is None
    assert steps_said(f"tau: 1 unless given\n{TEXT}") == 1
    assert len(resolve(Link(equations=TEXT, tau=1)).run.bindings.inputs["x"]) == 1


def test_more_steps_than_there_are_numbers_are_refused_with_the_way_out() -> None:
    with pytest.raises(Problems, match="x has 2 steps of numbers in the text, and tau is 3") as refused:
        resolve(Link(equations=TEXT, tau=3))
    assert "take 2 at most" in str(refused.value.problems[0].hint)


def test_several_that_are_too_short_are_one_problem() -> None:
    text = "s[t] = s[t-1] + x[t] * y[t] + z[t]\nx ~ [1, 2]\ny ~ [3, 4]\nz ~ [1, 2, 3]"
    with pytest.raises(Problems) as refused:
        resolve(Link(equations=text, tau=4))
    [problem] = refused.value.problems
    assert problem.message == "x and y have 2 steps of numbers in the text, and tau is 4"


def test_what_is_given_beside_the_text_is_used_in_their_place() -> None:
    params, inputs = {"W": [[1.0]], "b": [0.0]}, {"x": [[1.0], [2.0], [3.0]]}
    recurrence = parse(TEXT, given=GivenShapes.of(params=params, inputs=inputs))
    bound = bind(recurrence, 3, params=params, inputs=inputs)
    assert recurrence.sizes == {"x": 1, "h": 1}
    assert bound.parameters["W"].tolist() == [[1.0]] and bound.inputs["x"].ravel().tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        (TEXT, {"inputs": {"x": [[1.0, 2.0]]}, "params": {"U": [[1.0, 2.0, 3.0]] * 2}}, "params.U has 3 columns"),
        (f"{TEXT}\nU ~ [[1, 2], [3, 4]]", {}, "x in line 4 has 3 entries a step, U in line 5 has 2 columns"),
        (f"U: 2 x 2\n{TEXT}", {}, "x in line 5 has 3 entries a step, line 1 declares 2"),
        ("h[t] = b * x[t]\nb: matrix\nb ~ [1, 2]", {}, "b in line 3 has 2 entries, and b is a matrix"),
    ],
)
def test_two_that_disagree_are_one_problem_that_names_both(
    text: str, given: dict[str, dict[str, object]], said: str
) -> None:
    with pytest.raises(Problems) as refused:
        parse(text, given=GivenShapes.of(**given))
    assert len(refused.value.problems) == 1 and said in refused.value.problems[0].message


def test_a_batch_hears_the_same_numbers_in_each_sequence() -> None:
    recurrence = parse(TEXT)
    assert bind(recurrence, 2, batch=3).inputs["x"][:, :, 0].tolist() == [[1.0] * 3, [4.0] * 3]
