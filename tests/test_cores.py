"""No more is computed at once than there are cores: by threads and by processes, and whatever it is."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import numpy as np
import pytest
from anyio import from_thread
from starlette.testclient import TestClient

from app import cores
from app.cache import clear_caches
from app.cores import PLACES, CorePlaces, SharedCores
from app.engine.jit import helpers
from app.web.core import admission
from app.web.service import create_app
from tests.web.test_train import until

TRAIN = "/api/train?system=rnn-regression&tau=2&steps=3"
TRAINED = "/api/graph?system=rnn-regression&tau=2&trained={}"
EVENTS = {"Accept": "text/event-stream"}
ASKED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a figure": ("GET", "/figure.svg?tau=2", {}),
    "a page": ("GET", "/?tau=2", {}),
    "an answer to a body": ("POST", "/api/trace", {"json": {"tau": 2}}),
    "a training": ("GET", TRAIN, {}),
    "the events of one": ("GET", TRAIN, {"headers": EVENTS}),
    "a trained network": ("GET", TRAINED.format(3), {}),
}


@pytest.fixture
def one_place() -> Iterator[None]:
    """A service that computes on one core."""
    clear_caches()
    PLACES.share(1)
    yield
    assert PLACES.free == 1 and not PLACES.line, "every place is free again"
    PLACES.share(math.inf)


@pytest.mark.usefixtures("one_place")
@pytest.mark.parametrize("kind", ASKED)
def test_what_is_computed_waits_for_a_place_and_health_and_known_answers_do_not(kind: str) -> None:
    method, address, more = ASKED[kind]
    with TestClient(create_app()) as client, ThreadPoolExecutor(1) as pool:
        known = client.get("/api/systems/rnn").content
        with PLACES.place():
            asked = pool.submit(client.request, method, address, **more)
            until(lambda: PLACES.line)
            assert client.get("/healthz").status_code == 200 and client.get("/api/systems/rnn").content == known
            assert not asked.done()
        assert asked.result().status_code == 200


@pytest.mark.usefixtures("one_place")
def test_while_events_wait_for_a_slow_reader_others_compute(monkeypatch: pytest.MonkeyPatch) -> None:
    free, usual = list[float](), from_thread.run

    def run(*args: Any) -> Any:
        free.append(PLACES.free)
        return usual(*args)

    monkeypatch.setattr(from_thread, "run", run)
    with TestClient(create_app()) as client:
        assert "event: done" in client.get(f"{TRAIN}00", headers=EVENTS).text
    assert free and set(free) == {1}


@pytest.mark.usefixtures("one_place")
def test_who_waits_for_a_turn_to_train_has_no_place_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNFOLD_RUNS", "1")
    monkeypatch.setattr(admission, "SHORTLY", 600.0)
    with TestClient(create_app()) as client, ThreadPoolExecutor(1) as pool:
        assert client.portal
        turn: Any = client.portal.call(admission.TRAININGS.join)
        waiting = pool.submit(client.get, TRAINED.format(1))
        until(lambda: admission.TRAININGS.line)
        assert client.get("/figure.svg?tau=3").status_code == 200
        client.portal.call(admission.TRAININGS.leave, turn)
        assert waiting.result().status_code == 200


@pytest.mark.usefixtures("one_place")
@pytest.mark.parametrize("headers", [{}, EVENTS], ids=["whole", "events"])
def test_an_answer_does_not_wait_for_the_end_of_a_training(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training goes on only once the answer is there."""
    monkeypatch.setattr(cores, "LONG", -1.0)
    done, paused, usual = list[str](), list[float](), PLACES.pause

    def pause() -> None:
        paused.append(PLACES.free)
        until(lambda: done or PLACES.line)
        usual()
        until(lambda: done)

    with TestClient(create_app()) as client, ThreadPoolExecutor(2) as pool:
        with PLACES.place():
            training = pool.submit(client.get, TRAIN, headers=headers)
            training.add_done_callback(lambda _: done.append("training"))
            until(lambda: PLACES.line)
            monkeypatch.setattr(PLACES, "pause", pause)
        figure = pool.submit(client.get, "/figure.svg?tau=4")
        figure.add_done_callback(lambda _: done.append("figure"))
        assert figure.result().status_code == training.result().status_code == 200
    assert done == ["figure", "training"] and set(paused) == {0}


def computing(places: list[CorePlaces], threads: int) -> int:
    """How many threads computed at once, of so many that take turns, now and then with a pause or a wait; the first
    ones go on once all have asked for a place."""
    now, most, asked, lock, crowded = 0, 0, 0, Lock(), Event()

    def more(by: int) -> None:
        nonlocal now, most
        with lock:
            now += by
            most = max(most, now)

    def compute(k: int) -> None:
        nonlocal asked
        mine = places[k % len(places)]
        with lock:
            asked += 1
            if asked == threads:
                crowded.set()
        with mine.place():
            more(1)
            assert crowded.wait(60)
            more(-1)
            (mine.pause, lambda: None)[k % 2]()
            with mine.left() if k % 3 else ExitStack():
                pass
            more(1)
            more(-1)

    with ThreadPoolExecutor(threads) as pool:
        assert len([*pool.map(compute, range(100))]) == 100
    return most


def test_threads_of_a_process_compute_on_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "LONG", -1.0)
    places = CorePlaces()
    places.share(2)
    assert computing([places], 6) == 2 and places.free == 2


def test_places_are_given_in_the_order_in_which_they_are_asked_for() -> None:
    places, order, threads = CorePlaces(), list[int](), list[Thread]()
    places.share(1)

    def compute(k: int) -> None:
        with places.place():
            order.append(k)

    with places.place():
        for k in range(5):
            threads.append(Thread(target=compute, args=(k,)))
            threads[-1].start()
            until(lambda: len(places.line) == len(threads))
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("processes", "each"), [(1, 4), (2, 2), (3, 1), (4, 1), (9, 1)])
def test_processes_have_a_share_of_the_cores_and_turns_where_they_are_more(
    processes: int, each: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores, "cores", lambda: 4)
    places = CorePlaces()
    places.share_among(processes, str(tmp_path))
    assert places.free == each and (places.machine is not None) == (processes > 4 and sys.platform != "win32")
    if places.machine:
        places.machine.close()


UNIX = pytest.mark.skipif(sys.platform == "win32", reason="files are not locked there")


@UNIX
def test_processes_that_are_more_than_the_cores_compute_on_these(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores, "LONG", -1.0)
    monkeypatch.setattr(cores, "cores", lambda: 2)
    processes = [CorePlaces() for _ in range(4)]
    for places in processes:
        places.share_among(4, str(tmp_path))
    assert computing(processes, 8) == 2
    for places in processes:
        assert places.machine
        places.machine.close()


KILLED = "import sys; from app.cores import SharedCores; from pathlib import Path; "
KILLED += "SharedCores(Path(sys.argv[1]), 1).take(); print(flush=True); sys.stdin.read()"


@UNIX
def test_the_core_of_a_process_that_is_killed_is_free(tmp_path: Path) -> None:
    mine = SharedCores(tmp_path, 1)
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline()
        assert not cores._is_ours(mine.cores[0])
        process.kill()
        process.wait()
        mine.take()
    mine.close()


@pytest.mark.parametrize(("free", "hands"), [(0, 1), (1, 2), (5, 3), (math.inf, 3)])
def test_helpers_have_places_too(free: float, hands: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, submit = list[Any](), helpers.pool.submit

    def watched(*args: Any) -> Any:
        asked.append(args)
        return submit(*args)

    monkeypatch.setattr(helpers, "count", 3)
    monkeypatch.setattr(helpers.pool, "submit", watched)
    PLACES.share(free)
    helpers.make(*((np.add, (k, 1)) for k in range(4)))
    assert len(asked) == hands - 1
    with pytest.raises(ZeroDivisionError):
        helpers.make(*((divmod, (1, k - 1)) for k in range(4)))
    until(lambda: PLACES.free == free)
    PLACES.share(math.inf)
