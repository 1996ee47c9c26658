"""Every built-in system in every way that a figure of it can be shown: each of these links is answered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

import pytest

from app.link import options
from app.systems import SYSTEMS
from tests.fuzz.addresses import Address, Service
from tests.fuzz.examine import KNOWN
from tests.fuzz.links import Case

SHOWN = ("detail", "parameters", "view", "phase")
"""Fields that are one of few; each is left out as well."""
SPANS = {"3": ("", "2..2", "2..tau"), "14": ("", "5..6", "1..tau")}
"""Windows by τ: 3 steps are drawn all, of 14 both ends."""
FORMS = {"/figure.svg": "false", "/figure.tex": "true"}
"""A figure by itself, and one with its frames."""
STRIDE = 331
"""A prime: the links of a sample differ in every field."""


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


def links(system: str) -> Iterator[tuple[Address, Case]]:
    """Every way to show a system."""
    rows = options()
    choices = [dict.fromkeys(("", *rows[name].choices)) for name in SHOWN]
    spans = [(tau, window) for tau, windows in SPANS.items() for window in windows]
    for (tau, window), path, *values in product(spans, FORMS, *choices):
        fields = {
            "system": system,
            "tau": tau,
            "window": window,
            "frames": FORMS[path],
            **dict(zip(SHOWN, values, strict=True)),
        }
        if all(fields[name] != rows[name].default for name in SHOWN):
            yield Address(path), Case(None, {name: value for name, value in fields.items() if value})


def walk(service: Service, found: Iterator[tuple[Address, Case]]) -> list[str]:
    """The links that are not answered."""
    wrong = (service.fault(case, address, right=True) for address, case in found)
    return [
        f"{fault.address.path}?{fault.case.query}: {fault.kind}" for fault in wrong if fault and fault.kind not in KNOWN
    ]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_is_shown_in_some_of_the_ways(service: Service, system: str) -> None:
    start = 7 * list(SYSTEMS).index(system)
    assert not walk(service, islice(links(system), start, None, STRIDE))


@pytest.mark.long
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_is_shown_in_every_way(service: Service, system: str) -> None:
    assert not walk(service, links(system))
