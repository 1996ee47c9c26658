"""Programs that nobody wrote, sent to every address; their numbers held against a plain reading."""

from __future__ import annotations

import os
from datetime import date

import pytest

from app.link import Link
from app.ops import OPS
from tests.fuzz import compare
from tests.fuzz.__main__ import asked, search
from tests.fuzz.addresses import Service, addresses
from tests.fuzz.examine import KNOWN, faults
from tests.fuzz.grammar import APART, combinations, invent
from tests.fuzz.links import ROWS, case
from tests.tiers import long

pytestmark = pytest.mark.usefixtures("small_pictures")

PROGRAMS, TOGETHER = 40, 5
"""How many programs the short run has, and how many of them are one test."""
MINUTES = float(os.environ.get("UNFOLD_FUZZ_MINUTES", "10"))
SEED = int(os.environ.get("UNFOLD_FUZZ_SEED", f"{date.today():%Y%m%d}000"))
"""How long the long run looks."""


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


@pytest.mark.parametrize("first", [0, *long(*range(TOGETHER, PROGRAMS, TOGETHER))])
def test_an_invented_program_is_answered_everywhere_with_the_numbers_of_a_plain_reading(
    service: Service, first: int
) -> None:
    every = addresses()
    for seed in range(first, first + TOGETHER):
        found = faults(service, case(seed), asked(every, seed))
        wrong = [str(fault) for fault in found if fault.kind not in KNOWN]
        assert not wrong, wrong[0]


@pytest.mark.long
def test_many_programs_are_answered_everywhere_with_the_numbers_of_a_plain_reading() -> None:
    """Other ones every day, unless a seed is named: then a run can be repeated."""
    wrong = [str(fault) for fault in search(MINUTES, SEED, known=KNOWN)]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.dear
def test_every_operation_that_people_can_write_is_drawn() -> None:
    drawn = {c.op.name for c in combinations()}
    assert drawn == {op.name for op in OPS.values() if not op.internal} - {*APART}
    texts = "\n".join(invent(seed).text for seed in range(400))
    assert "** " in texts and "concat(" in texts and "] = split(" in texts
    assert all(f"{name}(" in texts for name in drawn if OPS[name].precedence == 0)


def test_a_part_of_a_trace_with_a_number_of_another_step_is_found(service: Service) -> None:
    whole, part = (service.client.get(f"/api/trace?tau=5{window}").json() for window in ("", "&window=2..3"))
    assert not [*compare.strays(part, whole)]
    part["values"]["h"].reverse()
    part["gradients"]["h[0]"] = whole["gradients"]["h[0]"]
    part["contributions"] += whole["contributions"][:1]
    assert len([*compare.strays(part, whole)]) == 3


def test_every_field_of_a_link_is_drawn() -> None:
    drawn = set[str]()
    for seed in range(250):
        drawn |= case(seed).pairs.keys()
        if drawn == ROWS.keys():
            break
    assert drawn == ROWS.keys() >= Link.model_fields.keys()


def test_most_invented_programs_are_legal() -> None:
    assert sum(case(seed).recurrence is not None for seed in range(50)) > 40
