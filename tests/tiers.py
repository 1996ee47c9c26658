"""The tiers of the suite, by what a test borrows: nobody has to mark a test that opens a page or runs LaTeX.

`browser` and `program` follow from the fixtures that a test asks for; `dear` is written at a test that takes as long
as a hundred others, which `make test-fast` leaves out; `long` at a test, or at some of its cases, that takes minutes or
wants a quiet machine. Of a test that says one thing of hundreds of cases, `one_in(n)`
keeps one in n of them in every run.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from zlib import crc32

import pytest
from _pytest.mark.structures import ParameterSet

BORROWED = {
    "browser": {"chromium"},
    "program": {"rsvg", "latex", "poppler", "node", "redis_server", "nginx", "readers"},
}
"""Each marker with the fixtures that give it, directly or through another fixture."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker a core; half as many again where pages are opened, whose tests wait for a part of their time.

    More keep the cores no busier, and each collects all tests and has a browser of its own.
    """
    cores = os.cpu_count() or 1
    return cores if "not browser" in config.option.markexpr else (3 * cores + 1) // 2


@pytest.hookimpl(wrapper=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> Iterator[None]:
    """Marks the cases that are not in every run, and makes none of them for a run that leaves them out.

    There are more of them than of all others, and every process makes all that it may be given.
    """
    yield
    cases = metafunc._calls
    lists = [mark.args[1] for mark in metafunc.definition.iter_markers("parametrize")]
    lengths = [sum(not is_long(case) for case in cases) for cases in lists]
    often = [case for case in cases if not marked_long(case.marks)]
    for mark in metafunc.definition.iter_markers("one_in"):
        begin = crc32(metafunc.definition.path.name.encode())
        for number, case in enumerate(often):
            if not has_its_turn(number, lengths, mark.args[0], begin):
                case.marks.append(pytest.mark.long.mark)
    if "not long" in metafunc.config.option.markexpr:
        metafunc._calls = [case for case in cases if not marked_long(case.marks)] or cases


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests before `-m` chooses among them.

    Their names are the same in every process, or processes could not share them out.
    """
    for item in items:
        assert " at 0x" not in item.nodeid, f"{item.nodeid}: the ids of the cases hold an address"
        for marker, fixtures in BORROWED.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(marker)


def has_its_turn(number: int, lengths: Sequence[int], one_in: int, begin: int = 0) -> bool:
    """Whether a case is in every run, by its number among the cases of its test, which combines lists of these lengths.

    Those written to be of the long tier do not count; of an empty list pytest makes one case, which says so.
    The places that it has in the lists add up to a multiple of `one_in`, so that each entry of each list has a turn.
    The tests of a file begin at one place, so what they share is made once; another file begins elsewhere.
    """
    places = [begin]
    for length in reversed(lengths):
        number, place = divmod(number, length or 1)
        places.append(place)
    return sum(places) % one_in == 0


def is_long(case: object) -> bool:
    """Whether an entry of a list of cases is written to be of the long tier."""
    return isinstance(case, ParameterSet) and marked_long(case.marks)


def marked_long(marks: Iterable[pytest.Mark | pytest.MarkDecorator]) -> bool:
    """Whether one of the marks says that what bears it takes minutes or wants a quiet machine."""
    return any(mark.name == "long" for mark in marks)


def long(*cases: object) -> list[ParameterSet]:
    """Cases of a test that the long tier alone runs; those beside them stand for their kind in every run."""
    return _marked(pytest.mark.long, cases)


def dear(*cases: object) -> list[ParameterSet]:
    """Cases of a test that each take as long as a hundred others: `make test-fast` leaves them out."""
    return _marked(pytest.mark.dear, cases)


def _marked(mark: pytest.MarkDecorator, cases: Iterable[object]) -> list[ParameterSet]:
    return [pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=mark) for case in cases]


def tiered(cases: Iterable[object], always: Collection[object]) -> list[object]:
    """Every case of a test, of which `always` are in every run and the others in the long tier."""
    listed = list(cases)
    assert set(always) <= set(listed), "a case that is always run is one of the cases"
    return [case if case in always else long(case)[0] for case in listed]
