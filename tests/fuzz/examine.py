"""Everything that is wrong with the answers to a case, and the smallest case at hand that is wrong in the same way."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Iterable, Iterator

from app.language.node_ids import parse_node
from app.link import Resolved, parse, read, resolve
from tests.fuzz import autograd, compare
from tests.fuzz.addresses import Address, Fault, Service, body_of, query_of
from tests.fuzz.links import Case, case, less

KNOWN = frozenset[str]()
"""Kinds of fault that are not mended yet."""
TRACES = (Address("/api/trace"), Address("/api/trace", "POST"))
"""Where the numbers are."""
PARTS = ("window", "variables", "fields")
"""The fields by which a part of the numbers is asked for."""


def faults(service: Service, found: Case, addresses: Iterable[Address]) -> Iterator[Fault]:
    """What is wrong at each of these addresses; of traces their numbers too."""
    for address in addresses:
        with warnings.catch_warnings():
            # What NumPy warns of is computed where nobody looks at it, or nobody thought of it.
            warnings.simplefilter("error", RuntimeWarning)
            fault = service.fault(found, address)
        if fault:
            yield fault
        elif address in TRACES:
            yield from _numbers(service, found, address)


def _numbers(service: Service, found: Case, address: Address) -> Iterator[Fault]:
    """Numbers of a trace that other ways of computing have otherwise; a part of one has those of the whole."""
    whole = found.without(*PARTS)
    answers = [service.send(case, address) for case in ([found] if whole == found else [whole, found])]
    if any(answer.status_code != 200 for answer in answers):
        return
    run, trace = _resolved(whole, address).run, answers[0].json()
    for part in answers[1:]:
        for message in compare.strays(part.json(), trace):
            yield Fault("a part has another number", address, found, message)
            return
    if run.bindings.lengths and parse_node(run.of).t is not None:
        return  # A step that some of the sequences do not have.
    with compare.deep():
        setting = compare.setting_of(run)
        reading = compare.Reading(setting)
        wrong = list(reading.disagreements(trace))
        if autograd.THERE and not wrong and reading.finite and reading.decided and setting.bindings.batch == 1:
            wrong += autograd.disagreements(setting, reading.beside, trace)
    for message in wrong[:1]:
        yield Fault(f"another {message.split()[0]}", address, found, "\n".join(wrong))


def _resolved(found: Case, address: Address) -> Resolved:
    if address.method == "POST":
        return resolve(read(json.dumps(body_of(found, address.path)).encode()))
    return resolve(parse(query_of(found, address.path).items()))


def shrunk(service: Service, fault: Fault, seconds: float = 60.0) -> Fault:
    """The smallest case found in this time that is wrong in the same way at the same address."""
    end = time.monotonic() + seconds

    def again(smaller: Case) -> Fault | None:
        return next((f for f in faults(service, smaller, [fault.address]) if f.kind == fault.kind), None)

    while time.monotonic() < end:
        smaller = (again(candidate) for candidate in less(fault.case) if time.monotonic() < end)
        better = next((f for f in smaller if f), None)
        if better is None:
            return fault
        fault = better
    return fault


def programs(first: int) -> Iterator[tuple[int, Case]]:
    """The cases of all seeds from the first on."""
    seed = first
    while True:
        yield seed, case(seed)
        seed += 1
