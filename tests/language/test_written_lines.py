"""Lines that are put into a text: a rank declared, a problem mended."""

import pytest

from app.language import Problems, line_edit, parse, rank_edit, with_lines

TEXT = "Kp, Ki: scalar; W: 3 x 4\nu[t] = Kp * e[t] + Ki * a\nv = sum(W)"


@pytest.mark.parametrize(
    ("name", "rank", "changed"),
    [
        ("a", 0, f"a: scalar\n{TEXT}"),
        ("W", 1, TEXT.replace("W: 3 x 4", "W: vector")),
        ("Kp", 1, TEXT.replace("Kp, Ki: scalar", "Ki: scalar\nKp: vector")),
    ],
)
def test_a_declared_rank_takes_the_place_of_the_line_that_declares_the_name(name: str, rank: int, changed: str) -> None:
    edit = rank_edit(TEXT, name, rank)
    assert with_lines(TEXT, edit.lines) == changed
    assert (TEXT.replace(edit.instead, edit.lines) if edit.instead else f"{edit.lines}\n{TEXT}") == changed
    assert parse(changed).variables[name].rank == rank


def test_an_equation_takes_the_place_of_the_one_for_the_same_name() -> None:
    assert with_lines(TEXT, "v = mean(W)") == TEXT.replace("sum", "mean")
    assert line_edit(TEXT, "v = mean(W)").instead == "v = sum(W)"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("u[t] = 0.5 * u[t-1] + Kp * e[t]", ["u[t] = 0.5 * u[t-1] + Kp @ e[t]", "Kp: scalar"]),
        ("h[t] = tanh(W * h[t-1] + x[t])", ["h[t] = tanh(W @ h[t-1] + x[t])", "W: scalar"]),
        ("h[t] = tanh(W ⊙ (h[t-1] + x[t]))", ["h[t] = tanh(W @ (h[t-1] + x[t]))", "W: scalar"]),
        ("h[t] = alpha * W * h[t-1] - x[t]", ["h[t] = alpha * W @ h[t-1] - x[t]"]),
        ("h[t] = x[t] * (W + V) + h[t-1]", ["h[t] = x[t] @ (W + V) + h[t-1]"]),
        ("u[t] = W + tanh(e[t])", ["W: vector"]),
        ("h[t] = tanh(W @ h[t-1])\nloss = h[tau]", ["loss = sum(h[tau])"]),
        ("h[t] = tanh(W @ h[t-1])\nloss = mean(h[t] ** 2)", ["loss = mean(sum(h[t] ** 2))"]),
        ("h[t] = tanh(W @ h[t-1])\nloss = 2 * mean(h[t]) + 1", ["loss = sum(2 * mean(h[t]) + 1)"]),
    ],
)
def test_a_problem_with_ranks_has_the_lines_that_mend_it(text: str, lines: list[str]) -> None:
    with pytest.raises(Problems) as found:
        parse(text)
    assert [problem.mendings for problem in found.value.problems] == [tuple(lines)]
    for line in lines:
        parse(with_lines(text, line))
