"""What is perhaps not as it was meant is noted, and nothing else is."""

from __future__ import annotations

import pytest

from app.language import notes, parse, with_lines
from app.systems import SYSTEMS, System

STATE = "h[t] = tanh(W @ h[t-1] + U @ x[t])"


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", ["y", "d", "target", "targets", "label", "y_true", "ytrue", "y_target", "desired"])
@pytest.mark.parametrize(
    "loss",
    ["norm(h[tau] - {})", "sum(({} - V @ h[tau]) ** 2)", "mse(h[tau], {})", "cross_entropy({}, softmax(h[tau]))"],
)
def test_a_bare_target_beside_what_is_computed_is_said_to_be_a_parameter(name: str, loss: str) -> None:
    text = f"{STATE}\nloss = {loss.format(name)}"
    (note,) = notes(parse(text))
    assert note.message.startswith(f"{name} is a parameter") and note.line == 2
    assert note.span is not None and text[slice(*note.span)] == name
    assert note.hint == f"for data add the line given {name}, or write {name}[t] for a value at every step"
    mended = parse(with_lines(text, *note.mendings))
    assert mended.variables[name].kind == "given" and not notes(mended)


@pytest.mark.parametrize(
    "loss",
    [
        "loss = norm(h[tau] - z)",
        "loss = norm(h[tau] + y)",
        "loss = norm(c - y)",
        "y = c\nloss = norm(h[tau] - y)",
        "given y\nloss = norm(h[tau] - y)",
        "loss = sum(mse(h[t], y[t]))",
        "loss = norm(h[tau] - W @ y)",
        "fixed y\nloss = norm(h[tau] - y)",
    ],
)
def test_other_names_and_places_are_not_noted(loss: str) -> None:
    assert not notes(parse(f"{STATE}\n{loss}"))


def test_a_line_that_was_not_read_is_noted_where_it_stands() -> None:
    found = notes(parse(f"# a remark\n# not read: c = cell(x)\n{STATE}\n# not read: y = out(h)"))
    assert [(note.line, note.message) for note in found] == [
        (2, "c = cell(x) was not read"),
        (4, "y = out(h) was not read"),
    ]


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
def test_nothing_is_noted_of_the_gallery(system: System) -> None:
    assert not notes(parse(system.equations))


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("h[t] = tanh(W * h[t-1] + b)", "h[t] = tanh(W @ h[t-1] + b)"),
        ("h[t] = W ⊙ h[t-1]", "h[t] = W @ h[t-1]"),
        ("h[t] = tanh(h[t-1] * W)", "h[t] = tanh(h[t-1] @ W)"),
    ],
)
def test_a_state_that_a_product_by_entries_makes_a_matrix_is_noted(text: str, mended: str) -> None:
    recurrence = parse(text)
    (note,) = notes(recurrence)
    assert recurrence.variables["h"].rank == 2 and note.message.startswith("h is a matrix, since ")
    assert note.mendings == (mended,)
    assert parse(mended).variables["h"].rank == 1 and not notes(parse(mended))


@pytest.mark.parametrize(
    "text",
    [
        "H[t] = W * H[t-1]",
        "h: matrix; h[t] = W * h[t-1]",
        "W: scalar; h[t] = W * h[t-1]",
        "h[t] = w * h[t-1]",
    ],
)
def test_products_by_entries_that_are_meant_are_not_noted(text: str) -> None:
    assert not notes(parse(text))


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("y[t] = V @ hh[t]", "y[t] = V @ h[t]"),
        ("y[t] = V @ hh[t] + hh[t-1]", "y[t] = V @ h[t] + h[t-1]"),
        ("hidden[t] = tanh(h[t])\no = sum(hiden[tau])", "o = sum(hidden[tau])"),
        ("hidden[t] = tanh(h[t])\no[t] = hiddne[t]", "o[t] = hidden[t]"),
        ("total = sum(h[t])\no = 2 * totall", "o = 2 * total"),
        ("total = sum(h[t])\no = 2 * ttal", "o = 2 * total"),
    ],
)
def test_a_name_that_is_nearly_one_that_a_line_defines_is_noted_with_the_line_that_is_meant(
    line: str, mended: str
) -> None:
    text = f"{STATE}\n{line}"
    (note,) = notes(parse(text))
    assert "as no line defines it" in note.message and note.hint and note.hint.startswith("did you mean ")
    assert note.mendings == (mended,)
    assert not notes(parse(with_lines(text, mended)))


@pytest.mark.parametrize(
    "line",
    [
        "y[t] = V @ g[t]",
        "y[t] = bh + h[t]",
        "y[t] = h[t] + xh[t]",
        "given hh\ny[t] = V @ hh[t]",
        "hh: 3\ny[t] = V @ hh[t]",
        "fixed hh\ny[t] = h[t] * hh",
        "h_1[t] = h[t]\ny[t] = h_2[t]",
        "yhat[t] = h[t]\ny[t] = xhat[t]",
    ],
)
def test_other_names_near_those_of_lines_are_not_noted(line: str) -> None:
    assert not notes(parse(f"{STATE}\n{line}"))


def test_an_i_beside_a_matrix_that_is_no_identity_is_noted_with_the_lines_that_make_it_one() -> None:
    text = "P[t] = (I - K[t] @ H) @ P[t-1]"
    (note,) = notes(parse(text))
    mended = with_lines(text, note.mendings[0])
    assert "I is a parameter" in note.message and not notes(parse(mended))
    assert parse(mended).fixed == ("I",) and not notes(parse("v[t] = v[t-1] + I[t]"))


@pytest.mark.parametrize("line", ["y[t] = V @ h[t] + xx[t]", "y[t] = h[t] * xx"])
def test_a_name_that_is_nearly_that_of_data_is_noted(line: str) -> None:
    (note,) = notes(parse(f"{STATE}\n{line}"))
    assert note.hint == "did you mean x?"


@pytest.mark.parametrize(
    ("text", "said", "mended"),
    [
        (
            "s[t] = phi[0] * s[t-1] + phi[1] * s[t-2] + x[t]",
            "phi[0] is data at the moment 0, which is 0 before the first step; no line has phi at t",
            "s[t] = phi_0 * s[t-1] + phi_1 * s[t-2] + x[t]",
        ),
        ("s[t] = w[1] * s[t-1] + w[2] * x[t]", "w[1] is data at the moment 1", "s[t] = w_1 * s[t-1] + w_2 * x[t]"),
        ("s[t] = alpha[1] * s[t-1] + x[t]", "alpha[1] is data at the moment 1", "s[t] = alpha_1 * s[t-1] + x[t]"),
    ],
)
def test_an_entry_of_coefficients_is_noted_to_be_a_moment(text: str, said: str, mended: str) -> None:
    (note,) = notes(parse(text))
    assert note.message.startswith(said) and note.mendings == (mended,)
    assert not notes(parse(mended)) and "given" not in {v.kind for n, v in parse(mended).variables.items() if n != "x"}


@pytest.mark.parametrize(
    "text",
    [
        "h[t] = tanh(W @ h[t-1] + U @ x[1])",
        "h[0] = x[0]\nh[t] = tanh(W @ h[t-1])",
        "h[t] = tanh(W @ h[t-1] + x[t] - x[0])",
        "s[t] = 0.5 * s[t-1] + [t = 1] * x[1]",
        "loss = sum((x[1] - x[2]) ** 2)",
        "h[t] = tanh(W @ h[t-1] + U @ x[tau])",
    ],
)
def test_moments_that_are_meant_are_not_noted(text: str) -> None:
    assert not notes(parse(text))
