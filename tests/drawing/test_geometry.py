"""No figure has a line, a head, a node or a label that meets what it does not belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import cache
from itertools import islice, product
from typing import Any

import pytest

from tests.drawing.audited import (
    Asked,
    audited,
    built_in,
    far,
    figure,
    from_outside,
    invented,
    opened,
    upwards,
    with_parameters,
    with_values,
)
from tests.drawing.geometry_audit import findings
from tests.tiers import dear, long

SAMPLE = 227
"""Every so many figures are audited in each run: a prime, so that the sample has every detail and view."""


QUASI_RECURRENT = (
    "".join(f"{gate}[t] = sigmoid(W_{gate} @ x[t] + V_{gate} @ x[t-1]); " for gate in "zfoi")
    + "c[t] = f[t] * c[t-1] + i[t] * z[t]; h[t] = o[t] * c[t]; loss = sum(h[tau])"
)


FOUND = 50239, 50382, 50437, 50883, 50966, 51409, 51796
"""Seeds of programs in which something was found once that small ones do not have."""


TWENTY = "abcdefgijkmnopqruvwy"
"""The names of twenty states."""


def own_states(names: str, read: str = "") -> str:
    """States by these names, each made of itself, and of what else they read."""
    return "".join(f"{x}[t] = tanh({x}[t-1]{read}); " for x in names)


def held(asked: Iterable[Asked]) -> None:
    """No figure has a finding."""
    found = [f"{it.name} | {finding}" for it in asked for finding in audited(it)]
    assert not found, "\n".join(found[:40])


def many(name: str, count: int) -> str:
    """A sum in which a variable has many weights."""
    return " + ".join(f"{n / 8} * {name}" for n in range(1, count))


@pytest.mark.dear
def test_a_sample_of_figures_is_as_an_art_editor_wants_it() -> None:
    held(islice(built_in(), 0, None, SAMPLE))
    held(islice(far(), 0, None, 8 * SAMPLE))
    held(islice(with_values(), 0, None, SAMPLE))
    held(islice(with_parameters(), 0, None, SAMPLE))
    held(islice(upwards(), 0, None, 2 * SAMPLE))
    held(islice(opened(), 0, None, SAMPLE))


@pytest.mark.long
@pytest.mark.parametrize(
    "asked",
    [
        built_in,
        with_values,
        far,
        with_parameters,
        upwards,
        opened,
        from_outside,
        lambda: invented((*range(120), *FOUND)),
    ],
    ids=[
        "built in",
        "with values",
        "far reach",
        "parameters as nodes",
        "upwards",
        "opened",
        "from outside",
        "invented",
    ],
)
def test_every_figure_is_as_an_art_editor_wants_it(asked: Callable[[], Iterable[Asked]]) -> None:
    held(asked())


@pytest.mark.one_in(8)
@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ("operations", "h[t] = tanh(w * h[t-1] + x[t]); loss = sum(h[t] @ h[t]) + h[tau] @ v + h[1] @ h[2]"),
        ("operations", "step_(x) = -x; h[t] = sigmoid(step_(W @ h[t-1]))"),
        ("operations", "A = m[tau-1] <= tau; loss = mse(min(m[t]), max(l[t-1]))"),
        ("operations", "p[t] = tanh(1.5 - t); loss = sum(p[t+2])"),
        ("operations", "d[t], e[t] = split(U); b[t] = d[3]"),
        (
            "operations",
            "s[t] = tanh(W @ s[t-1]); e[t] = s[t] @ q; a[t] = exp(e[t] - max(e[t])); c = sum(a[t] * s[t]); l = c @ c",
        ),
        (
            "operations",
            "B[t] = exp(B[t-1]); s[t] = o + a[t]; s[1] = o; n[t] = o; n[tau] = s[1] < s[3]; z[t] = sin(z[t+1])",
        ),
        ("operations", "v = mean(j[tau] * log1p(g)); e[t] = sqrt(g); U[t] = sin(M); U[1] = M"),
        ("operations", "h[t] = softmax(x[t] @ M); h[tau-1] = x[3] >= b; h[tau] = k + b; loss = sum(h[t] @ h[t])"),
        (
            "gates",
            "h[t] = tanh(W @ h[t-1] + R @ h[t-2] + S @ h[t-3]); h[0] = a; h[-1] = b; h[-2] = c; loss = sum(h[tau])",
        ),
        ("gates", "g(x) = where(x > 0, x, 0); h[t] = g(W @ h[t-1])"),
        ("gates", "n[t] = sigmoid((n[t-2] - n[t-1])); q[t], z[t] = split(E @ (n[t+3] @ R))"),
        ("gates", "h[t] = tanh(W @ x[t] + R @ h[t-1]); p[t] = softmax(V @ h[t]); loss = sum(-log(p[t]) @ d[t])"),
        ("gates", "size[t] = h[t]; v[t] = sin(size[t+1] >= v[t+3]); loss = mean(sum(v[t] ** 2))"),
        (
            "gates",
            "S[1] = y[1]; b[1] = y[2] - y[1]; S[t] = a * y[t] + S[t-1] + b[t-1]; b[t] = g * (S[t] - S[t-1]) + b[t-1]",
        ),
        ("gates", "g[t] = (r[tau-1] <= (g[t-1] - (j[t] >= 2))); Z[t] = sin(V)"),
        ("gates", "y[t] = where(t, y[t-9], [t = 1]); y[0] = w; q[t] = sum(y[t] ** 2); loss = sum(q[t])"),
        ("gates", "k[t] = sin(b / s[t-1] + cosh(k[t-1])); k[1] = 0.3; s[t] = sin(k[t]); s[0] = b; loss = sum(s[tau])"),
        ("gates", "v[t] = at[t] * v[t+1]; loss = sum(cross_entropy(v[t], at[t]))"),
        ("gates", "f[t] = p[t-2] - r[t]; e[t] = tanh(p[t]); e[tau+1] = m[tau-1]; S[t] = W <= S[t-1]"),
        ("operations", f"loss = sum(ξ[t] * (ω + ξ[t] + {' + '.join(f'{n / 8}' for n in range(400))}))"),
        ("operations", "h[t] = sin(f[t+1]); j[t] = sin(w[t-2]); j[tau] = B @ concat(u, u)"),
        ("operations", "n[t] = n[t+1]; n[tau] = B @ concat(u, u); b[t] = selu(ρ)"),
        (
            "operations",
            (
                "given k; y[t] = (0.1 < d[t]) ** 1; W[t] = W[t+1]; g[t] = y[t+1] ** 0; "
                "y[tau+1] = k; W[tau+1] = B; x = B @ gelu(sum(d[t]))"
            ),
        ),
        (
            "operations",
            (
                "gate2(x) = α * α < x; y[t] = gate2(d[t]); y[2] = k_1 + α; y[1] = k_1; y[0] = α; "
                "f[t] = sin(f[t-1]); f[0] = k_1"
            ),
        ),
        (
            "operations",
            (
                "act(u) = k + u; b[t] = (g[t] >= 0.25) ** 2; α[t] = maximum(act(E), α[t-1]); "
                "p = expm1(x[2] < a); E: scalar"
            ),
        ),
        (
            "gates",
            "α[t] = tanh(α[t-1] < sign(α[t-1] + r)); α[1] = r; p[t], z[t], s[t] = split(Z @ (α[t] * p[t-1]))",
        ),
        (
            "gates",
            (
                "given q; k[t] = tanh(k[t-1]); k[0] = r; s[t] = sigmoid(x ** 2); s[0] = q; n[t] = relu(s[t-3]); "
                "n[0] = q; a = mean(d[t])"
            ),
        ),
        ("gates", "P[t] = sqrt(B[t+3]); B[t] = sigmoid(P[t+3]); q[t] = sum(B[t] ** 2); loss = mean(q[t])"),
        (
            "gates",
            "given r; j[t], s[t] = split(R @ a[t-2]); p[t], k[t], m[t] = split(U @ p[t-1]); z[t] = sigmoid(sum(r))",
        ),
        (
            "gates",
            (
                "end[t], ones[t] = split(None @ (Gamma @ concat(o[t+2], ones[t-1], x[t]))); "
                "Gate[t] = maximum(hard_sigmoid(Gate[t-2]), 0.1 < M)"
            ),
        ),
        ("gates", "m[t], k[t] = split(R @ k[t-1]); loss = sum(m[1] * g + m[1] * l + m[1] * g * l + m[1] * p)"),
        ("gates", "e[t], k[t] = split(N @ (R @ concat(k[t-1], x[t]))); Gate[t] = tanh(Gate[t-1]) * Gate[t-2]"),
        ("gates", "m[t] = sin(w[t] + m[t-3] + m[t-9] + w[4] + w[t+2] + u[t+1] + u[t+3] + v[t-3])"),
        ("cells", "q[t] = tanh(h[t-9]); h[t] = sin(q[t-9]); loss = sum(h[tau])"),
        ("cells", f"h[t] = tanh(Z @ h[t-1] + {' + '.join(f'{m} @ x[t]' for m in 'ABCDEFGU')})"),
        (
            "cells",
            "given z; l[t] = tanh(l[t+9]); b[t] = tanh(h[t+2] * h[t] * m[t] * m[t-2] * z); M[t] = relu(r)",
        ),
        (
            "cells",
            (
                "b[t] = tanh(c); j[t] = tanh(M @ (j[t+2] + j[t+9] + u[t+3] + u[t] - v[t] - v[t-1] - b[t+2] + b[t+9])); "
                "e[t] = sigmoid(j[t-2] * b[t-2])"
            ),
        ),
        ("cells", "y[t] = -(x[t] + 2 * x[t-1] + 3 * x[t-2] - 4 * x[t-3] - 5 * x[t-4] - 2 * y[t-1] + 3 * y[t-2])"),
        ("cells", "z[t] = u[t]; v[t] = r[t] @ z[t]; x[t] = p[t] * u[tau-2]; a[t] = sin(u[t])"),
        ("cells", "h[t] = sigmoid(d); h[1] = x[2]; loss = r[tau-1] @ r[3]"),
        ("cells", "given y; n[t] = arctan(w[t-3]); x[t] = sigmoid(j[t]); u[t] = expm1(y); l[t] = tanh(l[t-1])"),
        *dear(
            (
                "cells",
                f"ξ[t] = {many('ξ[t-1]', 8)} + {many('ρ[t]', 9)} + {many('ρ[t-3]', 4)}; loss = max(ρ[t]) + ξ[tau]",
            )
        ),
        ("cells", "h[t] = tanh(W @ h[t-1] + U @ x[t]); o[t] = V @ h[t] + R @ x[t-3]"),
        ("cells", "end[t], ones[t] = split(None @ (Gamma @ concat(o[t+2], ones[t-1], x[t])))"),
        ("cells", "g[t] = sqrt(u); w[t] = tanh(g[t] + z[t] + z[t+3] + v[t] + v[t+1]); a[t] = sigmoid(v[t-2])"),
        ("cells", "r = min(p[t] * m); a[t] = (U @ concat(x[t], p[tau-1])) @ r; loss = sum(a[t] * a[t])"),
        ("cells", "h[t] = tanh(W @ h[t-1] + S @ h[t-2] + R @ h[t-3] + Q @ h[t-4] + x[t]); o[t] = V @ h[t]"),
        ("cells", "h[t] = tanh(W @ h[t-1] + R @ x[t-2] + S @ x[t-5] + U @ x[t]); loss = sum(h[tau])"),
        ("cells", "s[t] = a * y[t] + (1 - a) * (s[t-1] + b[t-1]); b[t] = g * (s[t] - s[t-1]) + (1 - g) * b[t-1]"),
        (
            "cells",
            f"h[t] = {' + '.join(f'{n / 8} * h[t-1] + u_{n} * x[t-1]' for n in range(1, 24))}; v[t] = h[t] + x[t-1]",
        ),
    ],
    ids=[
        "two sums of different steps",
        "a function's name beside the line through its box",
        "one step and the least of all steps",
        "what is summed beyond the end",
        "a parameter below a lane between two steps",
        "a softmax written out",
        "what comes in from both sides",
        "a last cell beside lower data",
        "tags that are narrower at the last steps",
        "one start with another label at each step",
        "a wide box beside a gate",
        "a label on a wire over the steps that has no room",
        "targets that the loss alone reads",
        "a wire that is longer than a step",
        "data that starts read where others do not",
        "more data in a row than a step is wide",
        "a wide box at the beginning of a line",
        "what reads a state before its circle where that is set",
        "a loss below beside data",
        "a delay of data among other data",
        "a sum of hundreds of numbers",
        "a wire from the step after past what is set before that",
        "the same where the reader has no tag",
        "what is summed over starts after the end",
        "a level piece where a wire comes in from the side",
        "a way up to a loop's reader, past lower nodes",
        "what begins on a wire that a step has not",
        "what comes down to a start past others that stand further out",
        "what comes up over a circle beside the steps",
        "a label between its wire and a stranger's",
        "a label beside that of the next step",
        "many labels at what is made of the steps",
        "a label before the square of a delay",
        "a moment that is also so many steps before",
        "lines of nine steps both ways between two rows",
        "eight parameters on an arrow to the row above",
        "five lines into one node past a node between two columns",
        "loops of three lanes into one node",
        "four delays into one node",
        "a lane beside arcs",
        "data of what is not drawn",
        "an arc past the square of a delay between rows",
        "ways past a row with a node in its middle",
        "delays past a row of nodes",
        "a label between an arc and a line from two steps on",
        "delays past many rows",
        "lanes of two fans",
        "labels between the tracks of several weights",
        "labels of arrows that others cross",
        "a label between a loop and another around it",
        "labels of many weights",
    ],
)
def test_what_meets_in_one_place_is_led_apart(detail: str, text: str) -> None:
    for tau in (3, 6):
        assert not audited(Asked.of("", {"equations": text, "detail": detail, "view": "both", "tau": tau}))


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("detail", "text", "tau"),
    [
        *dear(("states", "b[t] = y[t] + d[t-1] + f[tau-2] + f[t-2] + v[t-3] + u[t] + u[t-2] + u[1]", 6)),
        ("cells", QUASI_RECURRENT, 2),
        ("cells", QUASI_RECURRENT, 6),
        *long(
            (
                "states",
                own_states("abcdef")
                + f"h[t] = tanh({' + '.join(f'{x}[t-{lag}]' for x in 'abcdef' for lag in range(4))} + h[t-1])",
                13,
            ),
            ("states", own_states(TWENTY[:12], " + h[t]") + "h[t] = tanh(h[t-1] + x[t])", 2),
        ),
    ],
    ids=[
        "curves past rows of nodes into one",
        "labels of a crowded row",
        "straight lines of one node",
        "a wire that leaves among short pieces of others",
        "a wire that leaves among lines to a row above",
    ],
)
def test_lines_run_on_no_other_however_short_a_part_of_their_way(detail: str, text: str, tau: int) -> None:
    """Time running up, lines of one node, or into one, reach past rows of others."""
    fields = {"equations": text, "detail": detail, "view": "unfolded", "tau": tau, "direction": "up"}
    assert not audited(Asked.of("", fields))


@pytest.mark.parametrize(
    ("view", "direction", "tau", "states", "read"),
    [
        ("unfolded", "up", 3, "abcdefgijk", [f"W_{x} @ {x}[t]" for x in "abcdefgijk"]),
        *long(
            ("unfolded", "up", 3, "abcdefgijk", [f"{x}[t]" for x in "abcdefgijk"]),
            ("unfolded", "right", 3, TWENTY[:16], [f"W_{x} @ {x}[t]" for x in TWENTY[:16]]),
            ("unfolded", "right", 3, "abcdefgijkmn", [f"{x}[t]" for x in "abcdefgijkmn"]),
            ("folded", "right", 3, "", [f"{x}[t]" for x in "abcdefgijkmn"]),
            ("unfolded", "up", 6, "", [f"{x}[t]" for x in "abcdefgijkmn"]),
            ("both", "right", 6, "abcdefgijkmn", [f"{x}[t]" for x in "abcdefgijkmn"]),
            ("unfolded", "right", 6, "abcd", [f"{x}[t-{lag}]" for x in "abcd" for lag in range(3)]),
            ("unfolded", "up", 3, "abcdef", [f"{x}[t-{lag}]" for x in "abcdef" for lag in range(4)]),
            ("unfolded", "right", 13, "abcdef", [f"W_{x}{k} @ {x}[t-{k}]" for x in "abcdef" for k in range(4)]),
            ("folded", "right", 3, "abcdef", [f"{x}[t-{lag}]" for x in "abcdef" for lag in range(4)]),
            ("folded", "right", 3, "", [f"{x}[t-{lag}]" for x in "abcd" for lag in range(6)]),
            ("folded", "right", 3, TWENTY, [f"{x}[t-1]" for x in TWENTY]),
        ),
    ],
)
def test_more_lines_into_one_node_than_its_outline_has_room_for_are_wires(
    view: str, direction: str, tau: int, states: str, read: list[str]
) -> None:
    """From further rows; the same in the circuit. Figures say so, since wires branch, and time runs as is asked."""
    text = f"{own_states(states)}h[t] = tanh({' + '.join(read)} + h[t-1]); loss = sum(h[tau])"
    fields = {"equations": text, "detail": "cells", "view": view, "tau": tau, "direction": direction}
    data = figure(Asked.of("", fields))
    assert data["graph"]["crowded"]
    if view != "folded":
        (x, y), (u, v) = ((node(data, id)["x"], node(data, id)["y"]) for id in ("h[1]", "h[2]"))
        assert (x == u and y > v) if direction == "up" else (x < u and y == v)
    assert not findings(data)


FILTER = "y[t] = -(1 * x[t] + 10 * x[t-1] + 2 * x[t-2] - 3 * x[t-3] - 1 * x[t-4] - 2 * y[t-1] + 3 * y[t-2])"
"""A filter that feeds back, whose lines cross those of other steps."""


def lags(count: int, weight: str) -> str:
    """A filter with so many of them."""
    return f"h[t] = tanh({' + '.join(f'{weight.format(lag)} x[t-{lag}]' for lag in range(count))} + h[t-1])"


def weights(states: str, weight: str) -> str:
    """A variable that reads others in rows below it."""
    own = "".join(f"{x}[t] = tanh({x}[t-1]); " for x in states)
    read = " + ".join(f"{weight.format(x)} {x}[t]" for x in states)
    return f"{own}h[t] = tanh({read} + h[t-1]); loss = sum(h[tau])"


@pytest.mark.dear
@pytest.mark.parametrize(
    ("text", "tau", "direction"),
    [
        (FILTER, 6, "up"),
        *long(
            (lags(5, "W_{} @"), 6, "right"),
            (FILTER, 6, "right"),
            (FILTER, 13, "up"),
            *(
                (lags(6, weight), tau, way)
                for weight in ("W_{} @", "w_{} *")
                for tau in (6, 9)
                for way in ("right", "up")
            ),
            *((lags(5, "{}.5 *"), tau, way) for tau in (6, 9) for way in ("right", "up")),
            *((weights(TWENTY[:9], weight), 3, "right") for weight in ("W_{} @", "w_{} *", "W_{}h @")),
        ),
    ],
)
def test_labels_of_arrows_that_cross_are_read_as_their_own_and_straight_ones_cross_at_no_small_angle(
    text: str, tau: int, direction: str
) -> None:
    fields = {"equations": text, "detail": "cells", "view": "unfolded", "tau": tau, "direction": direction}
    data = figure(Asked.of("", fields))
    assert "crowded" not in data["graph"]
    assert not findings(data)


@pytest.mark.parametrize(
    ("count", "weight", "direction"),
    [
        (10, "w_{} @", "up"),
        *long(*product(range(7, 14), ("W_{} @", "w_{} @", "w_{} *", "1.5 *", "Win_{} @", ""), ("right", "up"))),
    ],
)
def test_wires_of_many_weighted_inputs_leave_along_no_other_and_through_no_label(
    count: int, weight: str, direction: str
) -> None:
    """Each input's own wire, to the next step, comes up between the lines from all of them into one variable."""
    fields = {"equations": weights("abcdefgijklmn"[:count], weight), "detail": "cells", "view": "unfolded", "tau": 2}
    data = figure(Asked.of("", {**fields, "direction": direction}))
    assert not findings(data)


@pytest.mark.dear
@pytest.mark.parametrize("direction", ["right", *long("up")])
def test_more_lines_out_of_one_node_than_its_outline_has_room_for_are_wires(direction: str) -> None:
    text = own_states(TWENTY[:13], " + h[t]") + "h[t] = tanh(h[t-1] + x[t])"
    fields = {"equations": text, "detail": "states", "view": "unfolded", "tau": 2}
    data = figure(Asked.of("", {**fields, "direction": direction}))
    assert data["graph"]["crowded"]
    assert not findings(data)


@pytest.mark.parametrize(
    ("states", "direction", "view"),
    [
        ("abcdef", "right", "folded"),
        *long(("abcdef", "right", "unfolded"), ("abcd", "up", "both"), (TWENTY[:12], "up", "unfolded")),
    ],
)
def test_states_of_more_cells_than_a_layer_has_room_for_come_to_it_together(
    states: str, direction: str, view: str
) -> None:
    text = own_states(states) + f"h[t] = tanh({' + '.join(f'W_{x} @ {x}[t]' for x in states)} + h[t-1]); o[t] = a[t]"
    data = figure(Asked.of("", {"equations": text, "detail": "gates", "view": view, "tau": 2, "direction": direction}))
    assert data["graph"]["frames"]
    assert not findings(data)


@pytest.mark.parametrize("e", ["sigmoid(j[t-2])", "sigmoid(b[t-2] * j[t-2])"])
def test_squares_of_delays_stand_on_no_way_back_that_passes_them(e: str) -> None:
    """In the circuit, time running up, what stands beside all cells leaves past the squares."""
    text = f"b[t] = tanh(abs(c)); j[t] = tanh(M @ (j[t+2] + u[t+3] - b[t+9] + u[t] - b[t+2] - v[t-1])); e[t] = {e}"
    fields = {"equations": text, "detail": "gates", "view": "folded", "tau": 3}
    for direction in ("right", "up"):
        assert not audited(Asked.of("", {**fields, "direction": direction}))


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("h[t] = tanh(h[t-1] + x[t]); s[0] = A @ h[tau]; s[t] = tanh(s[t-1]); loss = sum(s[tau])", "1..2"),
        ("g[tau+1] = k; g[t] = tanh(g[t+1]); h[0] = tanh(g[tau+1]); h[t] = tanh(h[t-1] + g[t])", None),
        ("h[0] = tanh(h[-2]); h[-1] = b; h[-2] = c; h[t] = tanh(h[t-1] + h[t-2]); loss = sum(h[tau])", None),
        ("g[t] = tanh(g[t+1]); g[tau+1] = s[1]; s[t] = tanh(s[t-1]); loss = sum(g[1])", "4..5"),
    ],
    ids=["a hidden last step", "the other end", "a start further out", "a hidden first step"],
)
def test_what_comes_to_a_start_from_far_runs_over_all_that_is_between(text: str, window: str | None) -> None:
    fields = {"equations": text, "detail": "gates", "view": "unfolded", "tau": 5, "window": window}
    for direction in ("right", "up"):
        assert not audited(Asked.of("", {**fields, "direction": direction}))


def test_a_wire_between_two_nodes_of_the_circuit_keeps_to_their_middle() -> None:
    text = own_states(TWENTY[:10], " + h[t]") + "h[t] = tanh(h[t-1])"
    fields = {"equations": text, "detail": "states", "view": "folded", "tau": 2}
    assert not audited(Asked.of("", fields))


@pytest.mark.parametrize("squashed", ["exp", "tanh", "softmax", "sqrt"])
def test_what_comes_from_the_step_after_meets_a_tag_away_from_its_corners(squashed: str) -> None:
    fields = {"equations": f"g[t] = {squashed}(g[t+1])", "detail": "operations", "view": "unfolded", "tau": 3}
    data = figure(Asked.of("", fields))
    _, top, right, bottom = node(data, "g[1]")["box"]
    x, y = max(edge(data, "g[2]->g[1]")["heads"][0], key=lambda point: -abs(point[0] - right))
    assert abs(x - right) < 3
    assert min(y - top, bottom - y) > 4


def test_a_line_along_which_nothing_flows_keeps_away_from_others_and_to_its_label() -> None:
    fields = {"system": "bidirectional", "detail": "cells", "phase": "backward", "tau": 3, "view": "unfolded"}
    assert any(it.get("flows") == ["nothing"] and it["labels"] for it in figure(Asked.of("", fields))["edges"])
    assert not audited(Asked.of("", fields))


@pytest.mark.parametrize("system", ["bidirectional", "hopfield"])
@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_a_circuit_has_the_numbers_of_a_step_and_its_loops_end_at_their_nodes(system: str, phase: str) -> None:
    """Both halves of a loop show what flows, and the picture of a state is a card, which is no circle."""
    asked = Asked.of("", {"system": system, "detail": "cells", "tau": 3, "view": "both", "phase": phase})
    circuit = {it["id"]: it for it in figure(asked)["circuit"]["nodes"]}
    assert any("cells" in it or "card" in it for it in circuit.values())
    assert not audited(asked)


# Each kind is found where a figure has it


RNN = Asked.of("", {"tau": 3, "view": "both"})
CIRCUIT = Asked.of("", {"view": "folded"})
OPERATIONS = Asked.of("", {"tau": 2, "detail": "operations", "system": "lstm"})
POOLED = Asked.of("", {"tau": 2, "detail": "operations"})
LEAKY = Asked.of("", {"tau": 2, "system": "leaky", "detail": "cells", "phase": "backward", "view": "unfolded"})
HOPFIELD = Asked.of("", {"tau": 2, "system": "hopfield", "detail": "operations", "phase": "backward"})
LSTM = Asked.of("", {"tau": 3, "system": "lstm", "detail": "cells", "phase": "backward", "view": "unfolded"})
kept_figure = cache(figure)
Data = dict[str, Any]


def edge(data: Mapping[str, Any], id: str) -> Data:
    return next(it for it in data["edges"] if it["id"] == id)


def node(data: Mapping[str, Any], id: str) -> Data:
    return next(it for it in data["nodes"] if it["id"] == id)


def moved(points: list[list[float]], x: float = 0.0, y: float = 0.0) -> None:
    for point in points:
        point[:] = point[0] + x, point[1] + y


def a_line_runs_through_a_node(data: Data) -> None:
    (x, y), (u, v) = ((node(data, id)["x"], node(data, id)["y"]) for id in ("h[1]", "h[3]"))
    edge(data, "h[1]->h[2]")["curves"].append([[x, y], [x, y], [u, v], [u, v]])


def a_line_runs_on_another(data: Data) -> None:
    edge(data, "o[2]->L[2]")["curves"] = deepcopy(edge(data, "h[1]->h[2]")["curves"])


def a_line_crosses_another_at_thirteen_degrees(data: Data) -> None:
    (x, y), *_, (u, _) = edge(data, "h[1]->h[2]")["curves"][0]
    rise = 0.115 * (u - x)
    edge(data, "o[2]->L[2]")["curves"] = [[[x, y - rise], [x, y - rise], [u, y + rise], [u, y + rise]]]


def a_line_begins_in_the_air(data: Data) -> None:
    edge(data, "h[1]->h[2]")["curves"][0][0][0] += 6


def a_head_floats(data: Data) -> None:
    moved(edge(data, "h[1]->h[2]")["heads"][0], x=-6)


def a_head_is_missing(data: Data) -> None:
    edge(data, "h[1]->h[2]")["heads"].clear()


def a_line_runs_under_a_square(data: Data) -> None:
    left, top, right, bottom = edge(data, "h->h")["square"]
    edge(data, "x->h")["curves"].append([[left, top], [left, top], [right, bottom], [right, bottom]])


def a_node_has_lost_its_lines(data: Data) -> None:
    data["edges"] = [it for it in data["edges"] if "x[1]" not in (it["source"], it["target"])]


def two_nodes_meet(data: Data) -> None:
    node(data, "x[1]")["x"] = node(data, "x[2]")["x"] - 50


def a_label_lies_on_a_node(data: Data) -> None:
    here = node(data, "h[2]")
    edge(data, "x[1]->h[1]")["labels"][0]["box"] = [here["x"], here["y"], here["x"] + 10, here["y"] + 10]


def a_label_lies_on_a_line(data: Data) -> None:
    x, y = edge(data, "h[1]->h[2]")["curves"][0][0]
    edge(data, "x[1]->h[1]")["labels"][0]["box"] = [x, y, x + 10, y + 10]


def a_label_lies_on_a_label(data: Data) -> None:
    edge(data, "x[1]->h[1]")["labels"][0]["box"] = edge(data, "x[2]->h[2]")["labels"][0]["box"]


def a_label_lies_beside_another_line(data: Data) -> None:
    """Below an arrow that has none, as if it were that one's."""
    (x, y), (u, _) = (edge(data, "c[1]->c[2]")["curves"][0][i] for i in (0, -1))
    middle = (x + u) / 2
    edge(data, "h[1]->c[2]")["labels"][0]["box"] = [middle - 3, y + 4, middle + 3, y + 8]


def labels_run_together(data: Data) -> None:
    left, top, right, bottom = edge(data, "x[2]->h[2]")["labels"][0]["box"]
    edge(data, "x[1]->h[1]")["labels"][0]["box"] = [right + 2, top, right + 2 + right - left, bottom]


def a_sign_is_near_the_edge_of_its_box(data: Data) -> None:
    sign = next(it for it in data["nodes"] if "box" in it and "radius" not in it)
    box = sign["labels"][0]["box"]
    box[1], box[3] = sign["box"][1] + 1, sign["box"][1] + 1 + box[3] - box[1]


def a_name_leaves_its_node(data: Data) -> None:
    node(data, "h[1]")["labels"][0]["box"][2] += 20


def a_head_is_where_nothing_flows(data: Data) -> None:
    edge(data, "h[1]->o[1]")["heads"] = edge(data, "h[2]->o[2]")["heads"]


def a_stub_hangs_in_the_air(data: Data) -> None:
    moved(edge(data, "h[1]->o[1]")["curves"][0], y=6)


def a_wire_stops_before_another(data: Data) -> None:
    edge(data, "L[1]->loss")["curves"][0][-1][0] -= 6


def rails_run_on_another_line(data: Data) -> None:
    hollow = edge(data, "h[2]->h[3]")
    edge(data, "p[1]->L[1]").update(curves=deepcopy(hollow["curves"]), flows=hollow["flows"])


def a_card_is_left_by_its_name(data: Data) -> None:
    node(data, "s[1]")["labels"][0]["box"][0] -= 20


def a_line_leaves_the_paper(data: Data) -> None:
    edge(data, "h[1]->h[2]")["curves"].append([[1.0, 1.0], [-9.0, 1.0], [-9.0, 1.0], [-9.0, 1.0]])


@pytest.mark.parametrize(
    ("spoil", "asked", "kind"),
    [
        (a_line_runs_through_a_node, RNN, "line near a node"),
        (a_line_runs_on_another, RNN, "line on a line"),
        (a_line_crosses_another_at_thirteen_degrees, RNN, "line on a line"),
        (a_line_begins_in_the_air, RNN, "line that begins nowhere"),
        (a_head_floats, RNN, "head off its node"),
        (a_head_is_missing, RNN, "line without a head"),
        (a_line_runs_under_a_square, CIRCUIT, "line under a square"),
        (a_node_has_lost_its_lines, RNN, "orphan"),
        (two_nodes_meet, RNN, "node on a node"),
        (a_label_lies_on_a_node, RNN, "label on a node"),
        (a_label_lies_on_a_line, RNN, "label on a line"),
        (a_label_lies_on_a_label, RNN, "label on a label"),
        (labels_run_together, RNN, "labels that run together"),
        (a_sign_is_near_the_edge_of_its_box, OPERATIONS, "label near the edge of its box"),
        (a_label_lies_beside_another_line, LSTM, "label nearer to another line than to its own"),
        (a_name_leaves_its_node, RNN, "label out of its node"),
        (a_head_is_where_nothing_flows, LEAKY, "head where nothing flows"),
        (a_stub_hangs_in_the_air, LEAKY, "line that ends nowhere"),
        (rails_run_on_another_line, LSTM, "line on a line"),
        (a_wire_stops_before_another, POOLED, "line that ends nowhere"),
        (a_card_is_left_by_its_name, HOPFIELD, "label out of its node"),
        (a_line_leaves_the_paper, RNN, "off the canvas"),
    ],
    ids=lambda it: it.__name__ if callable(it) else "",
)
def test_a_spoilt_figure_is_found(spoil: Callable[[Data], None], asked: Asked, kind: str) -> None:
    data = kept_figure(asked)
    spoilt = dict(deepcopy(data))
    assert kind not in {finding.kind for finding in findings(data)}
    spoil(spoilt)
    assert kind in {finding.kind for finding in findings(spoilt)}


@pytest.mark.parametrize("phase", [None, "forward", "backward"])
def test_long_names_and_tall_signs_have_room_in_their_boxes(phase: str | None) -> None:
    text = (
        "squash(x) = tanh(x)/2; logistic[t] = sigmoid(W @ x[t]); r[t] = sqrt(1 + x[t] ** 2); "
        "cell[t] = logistic[t] * cell[t-1] + (1 - logistic[t]) * squash(U @ r[t] + b); "
        "hidden_long[t] = softmax(sign(cell[t]))"
    )
    for detail, fit in (("gates", None), ("operations", "column" if phase == "backward" else None)):
        fields = {"equations": text, "detail": detail, "tau": 2, "view": "unfolded", "phase": phase, "fit": fit}
        assert not audited(Asked.of(detail, fields))


def test_a_circuit_beside_the_unfolded_graph_is_audited_too() -> None:
    spoilt = deepcopy(kept_figure(RNN))
    moved(edge(spoilt["circuit"], "x->h")["heads"][0], x=20)
    assert any(finding.kind == "head off its node" for finding in findings(spoilt))


def test_edges_on_one_wire_of_their_source_are_no_finding() -> None:
    data = kept_figure(OPERATIONS)
    ends = [it["source"] for it in data["edges"] if "curves" in it]
    assert len(ends) > len(set(ends))
    assert not [f for f in findings(data) if f.kind == "line on a line"]
