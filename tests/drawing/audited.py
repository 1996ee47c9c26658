"""The figures that are audited: of built-in systems, of what people wrote, of invented programs, and of far reach."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations, product
from typing import Any, NamedTuple, get_args

from app.drawing import View
from app.engine.graph.graph import Detail
from app.language import Problems
from app.link import read, resolve
from app.outputs import OUTPUTS
from app.systems import SYSTEMS
from tests.cases.test_cases import RUN as CASES
from tests.drawing.geometry_audit import Finding, findings
from tests.fuzz.grammar import invent
from tests.recurrences import ELMAN, HEAD, RECURRENCES

DETAILS: tuple[Detail, ...] = get_args(Detail)
VIEWS: tuple[View, ...] = ("folded", "unfolded", "both")
TAUS = (1, 2, 3, 6, 13)
CIRCUIT_TAU = 3
"""A circuit looks alike at every τ, and is drawn at this."""
JSON = OUTPUTS["figure.json"]

FAR = {f"lag {lag}": f"h[t] = tanh(W @ h[t-1] + S @ h[t-{lag}] + U @ x[t]); {HEAD}" for lag in range(3, 21)} | {
    "lag 3 alone": f"h[t] = tanh(W @ h[t-3] + U @ x[t]); {HEAD}",
    "lags 1 to 4": f"h[t] = tanh(W @ h[t-1] + S @ h[t-2] + R @ h[t-3] + Q @ h[t-4] + U @ x[t]); {HEAD}",
    "lags of another variable": f"h[t] = tanh(W @ h[t-1] + R @ x[t-2] + S @ x[t-5] + U @ x[t]); {HEAD}",
    "ahead by 2 and 5": f"g[t] = tanh(R @ g[t+2] + S @ g[t+5] + U @ x[t]); {HEAD.replace('h', 'g')}",
    "first and last": f"{ELMAN}; loss = sum(h[1] * h[tau])",
    "first read by all": "z[t] = tanh(W @ h[1] + U @ x[t]); h[t] = tanh(R @ h[t-1] + x[t]); loss = sum(z[tau])",
    "last read by all": f"{ELMAN}; z[t] = tanh(R @ z[t-1] + Q @ h[tau]); loss = mean(z[t] @ z[t])",
    "pooled over all steps": f"{ELMAN}; p = mean(h[t]); o = c + V @ p; loss = mse(o, y); given y",
    "pooled twice": f"{ELMAN}; p = mean(h[t]); q = max(x[t]); loss = sum(p * p) + sum(q * q)",
    "attention written out": f"{ELMAN}; q = Q @ h[tau]; e[t] = q @ h[t]; m = max(e[t]); a[t] = exp(e[t] - m); "
    "n = sum(a[t]); v = sum(a[t] * h[t]) / n; o = c + V @ v; loss = mse(o, y); given y",
    "attention at every step": f"{ELMAN}; m = mean(h[t]); s[0] = m; s[t] = tanh(R @ s[t-1] + Q @ m + P @ h[t]); "
    "L[t] = mse(V @ s[t], y[t]); loss = mean(L[t])",
    "encoder and decoder": f"{ELMAN}; k = h[tau]; s[0] = k; s[t] = tanh(R @ s[t-1] + P @ k + Q @ y[t-1]); "
    "o[t] = V @ s[t]; L[t] = cross_entropy(o[t], y[t]); loss = sum(L[t])",
    "far into cells above": "s[t] = tanh(s[t-3]); z[t] = y[t-3] * y[t-3]; y[t] = relu(y[t-3]) - e[t]",
    "last read by all, data pooled": "h[t], r[t] = split(G @ x[t]); y[t] = sigmoid(M @ concat(h[tau], x[t])); "
    "loss = arctan(sum(alpha[t]))",
    "starts in a row": "h[0] = a; h[-1] = b; h[-2] = c; h[t] = tanh(W @ h[t-1] + R @ h[t-2] + S @ h[t-3]); "
    "loss = sum(h[tau])",
    "starts of two": "h[0] = k; c[0] = tanh(B @ k); c[t] = beta * c[t-1] + W @ h[t-1]; "
    "h[t] = tanh(c[t]); loss = sum(h[tau])",
    "one value for every step": f"given k; h[t] = tanh(W @ h[t-1] + R @ k + U @ x[t]); {HEAD}",
    "two values for every step": "given k, l; h[t] = tanh(W @ h[t-1] + R @ k + Q @ l); "
    "o[t] = V @ h[t] + k; loss = sum(o[t] @ o[t])",
    "stacked three times": "h[t] = tanh(W @ h[t-1] + U @ x[t]); k[t] = tanh(R @ k[t-1] + Q @ h[t]); "
    f"z[t] = tanh(S @ z[t-1] + P @ k[t]); {HEAD.replace('h', 'z')}",
    "stacked both ways": "h[t] = tanh(W @ h[t-1] + U @ x[t]); g[t] = tanh(R @ g[t+1] + Q @ x[t]); "
    "k[t] = tanh(A @ k[t-1] + B @ h[t] + C @ g[t]); l[t] = tanh(D @ l[t+1] + E @ h[t] + F @ g[t]); "
    "o[t] = c + V @ k[t] + S @ l[t]; L[t] = cross_entropy(o[t], y[t]); loss = sum(L[t])",
    "stacked cells": "; ".join(
        f"f{n}[t] = sigmoid(W{n} @ h{n}[t-1] + U{n} @ {x}[t]); c{n}[t] = f{n}[t] * c{n}[t-1] + (1 - f{n}[t]) * {x}[t]; "
        f"h{n}[t] = tanh(c{n}[t])"
        for n, x in ((1, "x"), (2, "h1"))
    )
    + "; loss = sum(h2[tau])",
    "skips": "h[t] = tanh(W @ h[t-1] + U @ x[t]); k[t] = tanh(R @ k[t-1] + Q @ h[t] + P @ x[t]); "
    "o[t] = V @ k[t] + S @ h[t] + B @ x[t]; L[t] = mse(o[t], y[t]); loss = sum(L[t])",
}  # fmt: skip
"""Recurrences whose lines have far to go."""


class Asked(NamedTuple):
    """A figure to audit: the fields of its link, as JSON."""

    name: str
    fields: str

    @classmethod
    def of(cls, name: str, fields: Mapping[str, Any]) -> Asked:
        return cls(name, json.dumps(fields, ensure_ascii=False))


def figure(it: Asked) -> Mapping[str, Any]:
    """Its data."""
    return json.loads(JSON.make(resolve(JSON.meant(read(it.fields.encode(), JSON.body)))))  # type: ignore[no-any-return]


def audited(it: Asked) -> list[Finding]:
    return findings(figure(it))


def drawn(name: str, fields: Mapping[str, Any], taus: Iterable[int] = TAUS) -> Iterator[Asked]:
    """A recurrence at every detail and in every view; the circuit once, since it has no τ."""
    for detail, view, tau in product(DETAILS, VIEWS, taus):
        if view != "folded" or tau == CIRCUIT_TAU:
            about = {"detail": detail, "view": view, "tau": tau}
            yield Asked.of(f"{name}, {detail}, {view}, τ = {tau}", {**fields, **about})


def built_in() -> Iterator[Asked]:
    for system, tau in product(SYSTEMS, TAUS):
        yield from drawn(system, {"system": system}, (tau,))


def with_parameters() -> Iterator[Asked]:
    """Built-in systems with their parameters as nodes, unfolded, and with values and the circuit beside."""
    for system, tau, parameters, detail in product(SYSTEMS, TAUS, ("nodes", "copies"), ("cells", "gates")):
        fields = {"system": system, "tau": tau, "parameters": parameters, "detail": detail}
        yield Asked.of(f"{system}, {detail}, parameters as {parameters}, τ = {tau}", fields)
        if (parameters, detail) == ("copies", "gates"):
            about = {"view": "both", "direction": "up"}
            yield Asked.of(f"{system}, parameters as copies, up, τ = {tau}", {**fields, **about})
        for phase in ("forward", "backward") if tau == CIRCUIT_TAU else ():
            about = {"view": "both", "phase": phase}
            yield Asked.of(f"{system}, {detail}, parameters as {parameters}, {phase}, both", {**fields, **about})


def with_values() -> Iterator[Asked]:
    """Built-in systems at the end of the forward and of the backward pass, where arrows show what flows."""
    for system, detail, phase, tau in product(SYSTEMS, DETAILS, ("forward", "backward"), (1, 3, 6)):
        fields = {"system": system, "detail": detail, "phase": phase, "tau": tau, "view": "both"}
        yield Asked.of(f"{system}, {detail}, {phase}, τ = {tau}", fields)


def opened() -> Iterator[Asked]:
    """Built-in systems, and those whose lines have far to go, with a step opened further than the others."""
    texts = {name: {"equations": text} for name, text in (FAR | RECURRENCES).items()}
    systems = {system: {"system": system} for system in SYSTEMS}
    phases: dict[int, tuple[str | None, ...]] = {1: (None,), 3: (None, "forward", "backward"), 4: (None,)}
    for (name, fields), (detail, other), tau in product((systems | texts).items(), combinations(DETAILS, 2), phases):
        for step, phase in product(range(1, tau + 1), phases[tau] if name in systems else (None,)):
            about = {"detail": detail, "tau": tau, "open": f"{step}:{other}", "phase": phase}
            yield Asked.of(f"{name}, {detail}, {other} at {step} of {tau}, {phase}", {**fields, **about})
            if phase is None:
                yield Asked.of(
                    f"{name}, {detail}, {other} at {step} of {tau}, up", {**fields, **about, "direction": "up"}
                )


def far() -> Iterator[Asked]:
    for name, text in (FAR | RECURRENCES).items():
        yield from drawn(name, {"equations": text}, (*TAUS, 24) if name in FAR else TAUS)


def upwards() -> Iterator[Asked]:
    """Built-in systems and those whose lines have far to go where time runs up."""
    texts = {name: {"equations": text} for name, text in (FAR | RECURRENCES).items()}
    systems = {system: {"system": system} for system in SYSTEMS}
    for (name, fields), tau, detail in product((texts | systems).items(), TAUS, DETAILS):
        about = {"detail": detail, "tau": tau, "direction": "up", "view": "unfolded"}
        yield Asked.of(f"{name}, {detail}, up, τ = {tau}", {**fields, **about})
    for system, detail, phase in product(SYSTEMS, DETAILS, ("forward", "backward")):
        about = {"detail": detail, "tau": CIRCUIT_TAU, "direction": "up", "view": "unfolded", "phase": phase}
        yield Asked.of(f"{system}, {detail}, up, {phase}", {"system": system, **about})


def from_outside() -> Iterator[Asked]:
    """What people wrote, with their sizes and numbers, at as many steps as they have."""
    for case in CASES:
        if "equations" in case.body or "system" in case.body:
            kept = {k: v for k, v in case.body.items() if k in JSON.body.model_fields}
            for detail, view in product(DETAILS, VIEWS):
                yield Asked.of(f"{case.name}, {detail}, {view}", {**kept, "detail": detail, "view": view})


def invented(seeds: Iterable[int]) -> Iterator[Asked]:
    """Programs of a seed that are legal, each at one τ; with operations upwards too."""
    for seed in seeds:
        text, tau = invent(seed).text, TAUS[seed % len(TAUS)]
        if _is_legal(text, tau):
            yield from drawn(f"program {seed}", {"equations": text}, (tau,))
            about = {"detail": "operations", "view": "both", "tau": tau, "direction": "up"}
            yield Asked.of(f"program {seed}, operations, up, τ = {tau}", {"equations": text, **about})


@cache
def _is_legal(text: str, tau: int) -> bool:
    """True if it can be drawn over so many steps, and as a circuit over as many as that has."""
    try:
        for steps in {tau, CIRCUIT_TAU}:
            resolve(read(json.dumps({"equations": text, "tau": steps}).encode(), JSON.body))
    except Problems:
        return False
    return True
