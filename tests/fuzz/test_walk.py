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
"""Fields that are one of few."""
RUNS = {"/figure.svg": ("3", "3 2..2", "14", "14 5..6", "14 1..tau"), "/figure.tex": ("3", "3 2..2", "14")}
"""By address, τ and the window: 3 steps are drawn all, of 14 both ends. TeX has a slide for every step."""
STRIDE = 601
"""A prime: the links of a sample differ in every field."""


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


def links(system: str) -> Iterator[tuple[Address, Case]]:
    """Every way to show a system; without a phase its structure alone is drawn."""
    choices = [(*options()[name].choices, *[""] * (name == "phase")) for name in SHOWN]
    for path, runs in RUNS.items():
        for run, *values in product(runs, *choices):
            tau, _, window = run.partition(" ")
            fields = {"system": system, "tau": tau, "window": window, **dict(zip(SHOWN, values, strict=True))}
            fields["frames"] = "true" if path == "/figure.tex" else ""
            yield Address(path), Case(None, {name: value for name, value in fields.items() if value})


def walk(service: Service, found: Iterator[tuple[Address, Case]]) -> list[str]:
    """The links that are not answered."""
    wrong = (service.fault(case, address, right=True) for address, case in found)
    return [
        f"{fault.address.path}?{fault.case.query}: {fault.kind}" for fault in wrong if fault and fault.kind not in KNOWN
    ]


@pytest.mark.one_in(4)
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_is_shown_in_some_of_the_ways(service: Service, system: str) -> None:
    start = 7 * list(SYSTEMS).index(system)
    assert not walk(service, islice(links(system), start, None, STRIDE))


@pytest.mark.long
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_is_shown_in_every_way(service: Service, system: str) -> None:
    assert not walk(service, links(system))
