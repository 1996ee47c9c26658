"""The benchmarks' table: every row runs, and all who take part in a race do the same work."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from benchmarks import browser, service
from benchmarks.__main__ import main, raced
from benchmarks.load import memory
from benchmarks.load.client import ask_for, fast_loop
from benchmarks.load.kinds import KINDS
from benchmarks.load.memory import MOST
from benchmarks.load.plan import HITS, Measured, plan, plan_table
from benchmarks.measure import Times
from benchmarks.race import Contestant, Party
from benchmarks.rows import LIMITS, NAMES, NUMPY, OURS, RACES, SCAN, TORCH, Limit, Race
from tests.paths import ROOT
from tests.tiers import tiered


def check_agreement(contestants: Mapping[Party, Contestant], steps: int, tolerance: float) -> None:
    """After so many steps everyone has the same gradients under the same names."""
    for c in contestants.values():
        c.ready()
    found = {party: c.gradients for party, c in contestants.items()}
    for c in {id(c.step): c for c in contestants.values()}.values():
        for _ in range(steps):
            c.step()
    expected = found.pop((NUMPY, 1))()
    for gradients in found.values():
        assert gradients().keys() == expected.keys()
        for name, gradient in gradients().items():
            np.testing.assert_allclose(gradient, expected[name], rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("row", RACES, ids=lambda row: row.name)
def test_everyone_in_a_race_finds_the_same_gradients(row: Race) -> None:
    check_agreement(row.enter(dtype=np.float64, tiny=True), 1, 1e-10)
    check_agreement(row.enter(tiny=True), 1, 1e-4)


@pytest.mark.parametrize("row", RACES[:2], ids=lambda row: row.name)
def test_ours_and_numpy_train_alike_for_more_than_a_step(row: Race) -> None:
    parties = row.enter(dtype=np.float64)
    check_agreement({party: c for party, c in parties.items() if party[0] != TORCH}, 70, 1e-9)


CHEAP = ("time of a step,", "parse and schedule LSTM, again", "figure.svg?tau=3&")
"""The limits that every run measures: one of the engine, one of the language, one of the drawing."""


@pytest.mark.parametrize(
    "row", tiered(LIMITS, [row for row in LIMITS if row.name.startswith(CHEAP)]), ids=lambda row: row.name
)
def test_every_limit_is_measured(row: Limit) -> None:
    if lacking := row.lacks():
        pytest.skip(lacking)
    found = np.atleast_1d(row.measure(0.0, tiny=True))
    assert all(0 <= value < np.inf for value in found)
    assert sorted(found) == list(found)


def test_what_a_row_lacks_is_said_in_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "find_spec", lambda name: None)
    assert main(["--quick", "--only", "a step forward"]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("not measured: needs Playwright: `make test` installs it")


def test_a_step_costs_what_the_pages_thread_does_from_its_key_to_the_next() -> None:
    def event(name: str, ts: int, thread: int, **more: object) -> dict[str, object]:
        return {
            "name": name,
            "ts": ts,
            "pid": 1,
            "tid": thread,
            "dur": 10,
            "args": {"data": {"type": "keydown"}},
            **more,
        }

    keys = [event("EventDispatch", ts, 1) for ts in (1000, 2000, 3000)]
    tasks = [
        event("RunTask", *row, tdur=4) for row in ((995, 1), (1500, 1), (1600, 2), (1995, 1), (2500, 1), (3500, 1))
    ]
    tasks[0]["tdur"] = 9
    assert browser.main_thread([*tasks, *keys]) == pytest.approx([13e-6, 8e-6])


def check_row(times: Mapping[Party, list[float]], row: Race, met: bool, said: str) -> None:
    cells, found = raced(row, Times(times))
    assert found == met
    assert said in " ".join(filter(None, cells))


def test_a_row_is_held_to_what_it_is_to_reach() -> None:
    row = Race("a race", dict, ahead=8.0, behind=1.5)
    ours, numpy = {(OURS, 1): [1e-4] * 3}, {(NUMPY, 1): [8e-5, 9e-5, 7e-5]}
    check_row(ours | numpy, row, True, "100.0 µs (1) 80.0 µs (1) 1.25")
    check_row(ours | {(NUMPY, 1): [6e-5] * 3}, row, False, "1.67")
    check_row(ours | numpy | {(TORCH, 1): [2e-3] * 3, (TORCH, 2): [1e-3] * 3}, row, True, "1.00 ms (2) 1.25 10.00")
    beside = Race("a race", dict, beside=1.0)
    check_row(ours | numpy | {(SCAN, 2): [1.1e-4] * 3}, beside, True, "110.0 µs (2) 1.25 1.10 ≤ 1 × JAX scan met")
    check_row(ours | numpy | {(SCAN, 2): [9e-5] * 3}, beside, False, "0.90 ≤ 1 × JAX scan MISSED")
    check_row(ours | numpy | {(TORCH, 1): [7e-4] * 3}, row, False, "7.00")


def test_a_row_is_not_held_to_who_is_not_there() -> None:
    cells, met = raced(Race("a race", dict, ahead=8.0), Times({(OURS, 1): [1e-4], (NUMPY, 1): [1e-4]}))
    assert met and cells[-2:] == ("", "")


def test_the_command_prints_the_rows_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", "--only", "again"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and lines[1].endswith("met")


def test_the_command_names_the_rows_where_it_finds_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "nowhere"])
    said = capsys.readouterr().err
    assert all(name in said for name in NAMES)


def test_a_service_is_asked_over_many_connections_and_what_it_does_not_answer_is_told(server: str) -> None:
    """On a thread of its own: a page may be open in that of the tests."""
    paths = ["/healthz", "/figure.svg?tau=0", "/healthz", "/healthz"]
    with ThreadPoolExecutor(1) as pool, fast_loop() as loop:
        asked = ask_for(server, paths.__getitem__, iter(range(len(paths))), 2, 120)
        tally = pool.submit(loop.run_until_complete, asked).result()
    assert tally.failed == tally.statuses[422] == 1 and tally.statuses[200] == 3 and tally.rate > 0
    assert 0 < tally.within(0) <= tally.within(0.5) <= tally.within(1) and tally.bytes > 0


@pytest.mark.long
def test_ten_minutes_of_new_links_leave_a_service_as_large_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(memory.main, ["--minutes", "10"]).result() == 0, capsys.readouterr().out


def test_the_readme_says_what_was_measured() -> None:
    readme, page = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/load.md"))
    said = re.search(
        r"Two cores answer ([\d,]+) known figures a second, or ([\d,]+) new .+\n([\d,]+) MB, ([\d.]+) times", readme
    )
    rates = [re.search(rf"\| {name} \| ([\d,]+)", page) for name in ("a figure that is known", "a new figure")]
    memory = re.search(r"takes ([\d,]+) MB at most, and in the last tenth of the time ([\d.]+) times", page)
    assert said and memory and said.groups() == (*(rate[1] for rate in rates if rate), *memory.groups())


MEASURED = re.compile(
    r"^\| (\w[^|]+?) \| ([\d,]+) \| (\d+) ms \| (\d+) ms \| ([\d.]+) ms \| ([\d.]+) kB \| (\d+) \|$", re.M
)


def test_the_plan_for_many_students_follows_from_what_was_measured() -> None:
    page = (ROOT / "docs" / "load.md").read_text(encoding="utf-8")
    found = [(name, *(float(it.replace(",", "")) for it in rest)) for name, *rest in MEASURED.findall(page)]
    measured = {
        name: Measured(rate, half / 1e3, late / 1e3, processor / 1e3, size, int(failed))
        for name, rate, half, late, processor, size, failed in found
    }
    assert measured.keys() == KINDS.keys() and not any(it.failed for it in measured.values())
    rows = [line for line in page.splitlines() if re.match(r"\| \d+% ", line)]
    planned = [*plan_table(measured, 10_000, MOST)][2:]
    assert len(rows) == len(planned) == len(HITS)
    for said, follows in zip(rows, planned, strict=True):
        numbers = [[float(it.replace(",", "")) for it in re.findall(r"[\d.,]+", line)] for line in (said, follows)]
        assert numbers[0] == pytest.approx(numbers[1], rel=0.03, abs=1)
    assert plan(measured, 20_000, 0.5, MOST).cores == pytest.approx(2 * plan(measured, 10_000, 0.5, MOST).cores)
    assert plan(measured, 10_000, 0.9, MOST).cores < plan(measured, 10_000, 0.5, MOST).cores
