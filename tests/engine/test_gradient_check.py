"""The gradient check tells right gradients from wrong ones at every scale, and names what has no derivative."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from app.cache import clear_caches
from app.engine import Bindings, Trace, bind, run
from app.engine.measure.gradient_check import gradient_check
from app.engine.measure.kinks import Kink
from app.language import Apply, Expr, Number, parse
from app.ops import OPS
from tests.tiers import tiered

rules_of_adjoints = importlib.import_module("app.engine.ir.adjoint")

SCALES = (1e-6, 1e-3, 1.0, 1e3, 1e8)
TAU = 6
PROGRAMS: Mapping[str, str] = {
    "a Kalman filter that begins with much doubt": """
        xi[0] = xi0; pi[0] = pi0; mu[t] = pi[t-1] + theta; kappa[t] = mu[t] / (mu[t] + rho)
        xi[t] = xi[t-1] + kappa[t] * (z[t] @ one - xi[t-1]); pi[t] = (1 - kappa[t]) * mu[t]
        L[t] = (xi[t] - z[t] @ one) ** 2 / rho + pi[t] / rho; loss = sum(L[t])
        xi0 ~ 60; pi0 ~ 10000; theta ~ 0.0001; rho ~ 0.01
    """,
    "a linear filter with a growing output": """
        y[t] = -(1 * x[t] + 10 * x[t-1] + 2 * x[t-2] - 3 * x[t-3] - 1 * x[t-4] - 2 * y[t-1] + 3 * y[t-2])
        loss = sum(v[t]); v[t] = sum(y[t]) / mu; mu ~ 1.3
    """,
    "a saturating state": """
        h[t] = mu * tanh((W @ h[t-1] + x[t]) / mu); v[t] = h[t] @ h[t] / mu; loss = sum(v[t]); mu ~ 1.3
    """,
    "gates": """
        g[t] = sigmoid(x[t] / mu + b); h[t] = (1 - g[t]) * h[t-1] + g[t] * x[t]; v[t] = mean(h[t])
        loss = sum(v[t]); mu ~ 1.3
    """,
    "roots, logarithms and powers of e": """
        h[t] = sqrt(h[t-1] ** 2 + x[t] ** 2 + mu ** 2); s[t] = mu * log(1 + exp(-h[t] / mu)) + mu * softplus(h[t] / mu)
        loss = sum(v[t]); v[t] = sum(s[t]); mu ~ 1.3
    """,
    "growth up to a bound": """
        h[0] = x0; h[t] = h[t-1] + alpha * h[t-1] * (1 - h[t-1] / mu); loss = sum(v[t]); v[t] = sum(h[t]) / mu
        given x0; alpha ~ 0.7; mu ~ 1.3
    """,
    "corners that are not reached": """
        h[t] = relu(x[t] + b) + abs(x[t-1]) + sign(x[t]) * h[t-1] / 2 + step(x[t]) * x[t]; loss = sum(v[t]) / mu
        v[t] = sum(h[t]); mu ~ 1.3
    """,
    "classes": """
        o[t] = V @ tanh(x[t] / mu); L[t] = cross_entropy(o[t], y[t]) + mse(x[t], mu * softmax(o[t])) / mu ** 2
        loss = mean(L[t]); mu ~ 1.3
    """,
    "a rounded sum": """
        h[t] = (x[t] + 100000000 * mu) - 100000000 * mu; loss = sum(v[t]) / mu; v[t] = sum(h[t]); mu ~ 1.3
    """,
    "all other curves": """
        a[t] = x[t] / mu; s[t] = leaky_relu(a[t]) + elu(a[t]) + selu(a[t]) + gelu(a[t]) + silu(a[t]) + softsign(a[t])
        r[t] = hard_tanh(a[t] / 8) + hard_sigmoid(a[t] / 8) + expm1(a[t]) + log1p(a[t] ** 2) + sin(a[t]) + cos(a[t])
        q[t] = tan(a[t] / 8) + arctan(a[t]) + sinh(a[t]) + cosh(a[t]) + erf(a[t]) + cumsum(a[t])
        v[t] = norm(s[t] + r[t]) + logsumexp(q[t]) + log_softmax(r[t]) @ s[t]; loss = sum(v[t]); mu ~ 1.3
    """,
    "choices": """
        u[t] = minimum(x[t], 3 * x[t-1]) / mu; r[t] = where(x[t] > y[t-1], x[t] * p, y[t-1])
        s[t] = r[t] + (1 + abs(u[t])) ** gamma * mu
        y[t] = clip(x[t], -mu, mu / 2) + x[t] / 7; v[t] = max(y[t] * p) + min(y[t] * p)
        w[t] = sum(s[t] + maximum(x[t], 2 * x[t-1]) * q); gamma ~ 1.7; mu ~ 1.3
        loss = (max(v[t]) + min(v[t]) + sum(v[t]) + sum(w[t])) / mu
    """,
    "parts and matrices": """
        a[t] = R @ concat(x[t] / mu, h[t-1]); i[t], f[t] = split(a[t]); h[t] = f[t] * h[t-1] + i[t]
        K[t] = outer(h[t], h[t]) + D; M = offdiagonal(P) + transpose(P); D ~ orthogonal; mu ~ 1.3
        s[t] = inverse(K[t]) @ h[t] + solve(K[t], x[t] / mu); v[t] = s[t] @ M @ s[t]; loss = sum(v[t])
    """,
    "vanishing": """
        h[t] = alpha * tanh(W @ h[t-1] / mu) * mu; h[0] = h0; loss = sum(h[tau]) / mu; alpha ~ 0.0001; mu ~ 1.3
    """,
}

UNITS = {"mu": 1, "xi0": 1, "pi0": 2, "theta": 2, "rho": 2}
"""The power of the scale that a parameter has."""


def scaled(text: str, scale: float, seed: int = 1) -> Trace:
    """The pass of a program whose data, starts and mu are of one scale."""
    recurrence = parse(text, {"x": 3} if "x[t]" in text else {})
    plain = bind(recurrence, TAU, seed=seed)
    parameters = {n: a * scale ** UNITS.get(n, 0) for n, a in plain.parameters.items()}
    one_hot = {"y"} & set(recurrence.names("given"))
    inputs = {n: a if n in one_hot else a * scale for n, a in plain.inputs.items()}
    return run(recurrence, TAU, Bindings(parameters, inputs))


@pytest.mark.one_in(6)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_right_gradients_pass_at_every_scale(name: str, scale: float) -> None:
    check = gradient_check(scaled(PROGRAMS[name], scale), None)
    assert check.ok and not check.not_differentiable, check


def mutations(text: str) -> Iterator[tuple[str, int]]:
    """Every rule of an adjoint that a program uses: the operation, and which of its arguments."""
    for op in {e.expr.op: None for e in scaled(text, 1.0).programs.system.equations if isinstance(e.expr, Apply)}:
        vjp = OPS[op].vjp
        for texts in [vjp] if isinstance(vjp, tuple) else vjp.values():
            yield from ((op, i) for i, rule in enumerate(texts) if rule != "0")


def missed(text: str, scale: float, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The rules that can be wrong by a thousandth, with another gradient, and pass."""
    right, found, tried = scaled(text, scale).gradients, [], 0
    for op, place in dict.fromkeys(mutations(text)):
        with monkeypatch.context() as patched:
            mutate(op, place, patched)
            wrong = scaled(text, scale)
            if any(np.any(np.abs(wrong.gradients[n] - a) > 1.5e-4 * np.abs(a)) for n, a in right.items()):
                tried += 1
                found += [(op, place)] * gradient_check(wrong, None).ok
        clear_caches("app.engine")
    assert tried > 4
    return found


def mutate(op: str, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the gradient of one argument of an operation wrong by a thousandth."""
    own = rules_of_adjoints._parsed_rules

    def rules(name: str, ranks: tuple[int, ...]) -> tuple[Expr, ...]:
        found = list(own(name, ranks))
        if name == op and OPS[op].arity is None:
            return tuple(map(off, found))
        if name == op and place < len(found):
            found[place] = off(found[place])
        return tuple(found)

    clear_caches("app.engine")
    monkeypatch.setattr(rules_of_adjoints, "_parsed_rules", rules)


def off(rule: Expr) -> Expr:
    if isinstance(rule, Apply) and rule.op == "like":
        return Apply("like", (off(rule.args[0]), rule.args[1]))
    return rule if rule == Number(0.0) else Apply("*", (Number(1.001, "1.001"), rule))


def test_every_rule_is_tried() -> None:
    tried = {op for text in PROGRAMS.values() for op, _ in mutations(text)}
    rules = {n: row.vjp for n, row in OPS.items() if n not in ("sum_b", "place")}
    assert {n for n, vjp in rules.items() if not isinstance(vjp, tuple) or {*vjp} - {"0"}} <= tried


@pytest.mark.dear
@pytest.mark.parametrize(("scale", "name"), tiered(product(SCALES, PROGRAMS), [(1e8, n) for n in list(PROGRAMS)[:1]]))
def test_a_rule_that_is_wrong_by_a_thousandth_is_found_at_every_scale(
    scale: float, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not missed(PROGRAMS[name], scale, monkeypatch)


def test_a_gradient_that_is_wrong_in_one_entry_is_found_there() -> None:
    trace = scaled(PROGRAMS["a saturating state"], 1.0)
    for name in ("W", "x", "h[0]"):
        gradients = {n: a.copy() for n, a in trace.gradients.items()}
        gradients[name].flat[-1] *= 1.001
        wrong = replace(trace)
        vars(wrong)["gradients"] = gradients
        found = gradient_check(wrong, None)
        assert not found.ok and found.by_name[name] == found.worst
        assert all(error < found.tolerance for other, error in found.by_name.items() if other != name)


# where there is no derivative


KINKS = (
    ("relu", "s = relu(alpha)", "relu has a kink at 0"),
    ("abs", "s = abs(alpha)", "abs has a kink at 0"),
    ("sign", "s = sign(alpha)", "sign jumps at 0"),
    ("step", "s = step(alpha)", "step jumps at 0"),
    ("sqrt", "s = sqrt(alpha)", "the slope of sqrt at 0 is infinite"),
    ("sqrt", "s = sqrt(alpha ** 2)", "the slope of sqrt at 0 is infinite"),
    ("**", "s = alpha ** 0.5", "the slope of a power below 1 is infinite at 0"),
    ("leaky_relu", "s = leaky_relu(alpha)", "leaky_relu has a kink at 0"),
    ("selu", "s = selu(alpha)", "selu has a kink at 0"),
    ("hard_tanh", "s = hard_tanh(1 - alpha)", "hard_tanh has kinks at -1 and 1"),
    ("hard_sigmoid", "s = hard_sigmoid(alpha - 3)", "hard_sigmoid has kinks at -3 and 3"),
    ("<", "s = alpha < 0", "< jumps where both are equal"),
    (">=", "s = 0 >= alpha", ">= jumps where both are equal"),
    ("maximum", "s = maximum(alpha, 0)", "maximum has a kink where both are equal"),
    ("minimum", "s = minimum(2 * alpha, alpha)", "minimum has a kink where both are equal"),
    ("clip", "s = clip(alpha, 0, 1)", "clip has kinks at its bounds"),
    ("max", "s = max(alpha * v)", "max has a kink where two entries are equal"),
    ("argmax", "s = argmax(alpha * v) @ v", "argmax jumps where two entries are equal"),
    ("norm", "s = norm(alpha * v)", "norm has a kink at 0"),
    ("where", "s = where(alpha, 2, 1)", "where jumps where its condition is 0"),
    (">", "s = 0 > alpha", "> jumps where both are equal"),
    ("<=", "s = alpha ** 2 <= 0", "<= jumps where both are equal"),
)


@pytest.mark.parametrize(("operation", "text", "words"), KINKS)
@pytest.mark.parametrize("steep", [1e-6, 1.0, 1e8])
def test_where_the_slopes_on_both_sides_differ_the_entry_is_not_differentiable_and_what_makes_it_so_is_named(
    operation: str, text: str, words: str, steep: float
) -> None:
    recurrence = parse(f"{text}; o = beta * s + gamma; loss = o * o", {"v": 2} if "v" in text else {})
    given = {"alpha": 0.0, "beta": steep, "gamma": 1.0} | ({"v": [1.0, -2.0]} if "v" in text else {})
    check = gradient_check(run(recurrence, 1, bind(recurrence, 1, params=given)))
    kinks = {found.name: found.kink for found in check.not_differentiable}
    assert kinks["alpha"] == Kink(operation, "s", words)
    assert check.ok and "alpha" not in check.by_name


def test_every_operation_with_a_kink_or_an_infinite_slope_is_tried() -> None:
    written = {row.written for row in OPS.values() if row.crease or row.no_slope}
    assert written - {operation for operation, *_ in KINKS} == {"min"}


def test_a_kink_is_told_by_its_step_and_entry() -> None:
    recurrence = parse("h[t] = relu(x[t] + W @ h[t-1]); loss = sum(h[tau])", {"x": 2})
    data = {"x": [[1.0, 1.0], [-1.0, 0.0], [2.0, 2.0]]}
    given = {"W": [[1.0, 0.0], [0.0, 0.0]]}
    check = gradient_check(run(recurrence, 3, bind(recurrence, 3, params=given, inputs=data)))
    at = {(found.name, found.entry): found.kink for found in check.not_differentiable}
    kink = Kink("relu", "h[2]", "relu has a kink at 0")
    assert check.ok
    assert at == dict.fromkeys([("W", (1, 1)), ("W", (1, 2)), ("x", (1, 1)), ("x", (2, 1)), ("h[0]", (1,))], kink)


@pytest.mark.parametrize(
    "text",
    [
        "s = abs(alpha) * abs(alpha)",
        "s = relu(alpha) ** 3",
        "s = relu(alpha + 0.000000001)",
        "s = abs(alpha - 0.0001) + abs(alpha + 0.0001)",
        "s = sigmoid(1000000 * alpha)",
        "s = tanh(alpha) ** 2",
    ],
)
def test_what_bends_is_no_kink(text: str) -> None:
    recurrence = parse(f"{text}; loss = s + beta")
    check = gradient_check(run(recurrence, 1, bind(recurrence, 1, params={"alpha": 0.0, "beta": 1.0})))
    assert check.ok and not check.not_differentiable


def test_where_nothing_around_an_entry_has_a_value_it_is_not_differentiable() -> None:
    recurrence = parse("s = beta ** alpha; loss = s * gamma")
    given = {"alpha": 2.0, "beta": -1.5, "gamma": 1.0}
    check = gradient_check(run(recurrence, 1, bind(recurrence, 1, params=given)))
    (found,) = check.not_differentiable
    assert check.ok and found.name == "alpha"
    assert found.kink == Kink("**", "s", "a negative number to a power that is not whole")


def test_kinks_that_cancel_are_named_and_the_gradient_that_they_spoil_is_not_called_wrong() -> None:
    for text in ("s = relu(alpha) - relu(-alpha)", "s = clip(alpha, 0, 0) + relu(alpha - 1)"):
        recurrence = parse(f"{text}; loss = s * beta")
        check = gradient_check(run(recurrence, 1, bind(recurrence, 1, params={"alpha": 0.0, "beta": 1.0})))
        assert check.ok and [found.name for found in check.not_differentiable] == ["alpha"]


def test_an_end_of_the_values_that_the_objective_survives_is_named() -> None:
    recurrence = parse("s = tanh(alpha ** -2); loss = s * beta")
    check = gradient_check(run(recurrence, 1, bind(recurrence, 1, params={"alpha": 0.0, "beta": 1.0})))
    assert all(found.kink == Kink("**", "s", "0 to a negative power") for found in check.not_differentiable)


def test_a_kink_hides_no_wrong_gradient_of_other_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    mutate("tanh", 0, monkeypatch)
    recurrence = parse("s = relu(alpha); o = tanh(beta); loss = s + o")
    check = gradient_check(run(recurrence, 1, bind(recurrence, 1, params={"alpha": 0.0, "beta": 0.3})))
    clear_caches("app.engine")
    assert [found.name for found in check.not_differentiable] == ["alpha"]
    assert not check.ok and check.by_name["beta"] == check.worst


def test_where_nothing_has_a_derivative_nothing_is_compared() -> None:
    recurrence = parse("s[t] = step(W @ s[t-1])", {"s": 4})
    given = {"W": np.eye(4)[::-1]}
    check = gradient_check(run(recurrence, 4, bind(recurrence, 4, params=given, initial={"s": [1.0, 1.0, 0.0, 0.0]})))
    kinks = {found.kink for found in check.not_differentiable}
    assert check.ok and {kink.operation for kink in kinks if kink} == {"step"}
    assert check.worst == 0.0


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize(
    ("text", "v"),
    [
        ("h[t] = tanh(x[t] / v); v: 3", [1.0, 2.0, 0.0]),
        ("h[t] = tanh(x[t] / v); v: scalar", 0.0),
    ],
)
def test_what_has_no_value_at_any_step_is_said_of_the_first(text: str, v: float | list[float], batch: int) -> None:
    recurrence = parse(f"{text}; loss = sum(h[tau])", {"x": 3})
    check = gradient_check(run(recurrence, 2, bind(recurrence, 2, params={"v": v}, batch=batch)))
    kinks = {found.kink for found in check.not_differentiable if found.name == "v"}
    assert kinks == {Kink("/", "h[1]", "division by 0")}
