"""The registry of caches: every one is in it, counts its values and bytes, and is empty after a reset."""

from __future__ import annotations

import gc
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, MutableMapping, MutableSequence, MutableSet
from dataclasses import dataclass
from itertools import count
from time import process_time
from typing import Any, get_origin, get_type_hints

import numpy as np
import pytest

import app
from app import cache as caching
from app.arrays import Array, HoldsArrays, read_only
from app.cache import (
    CODE,
    RESTS,
    SPENDS,
    ByteStore,
    LruStore,
    Total,
    cached,
    cached_bytes,
    caches,
    clear_caches,
    registered,
)
from app.limits import LIMITS
from app.link import Training, parse, resolve, training
from app.outputs import ANSWERS, JSON, output
from tests.paths import ROOT

LINK = parse("tau=3&phase=backward&detail=operations")
FILLED = (MutableMapping, MutableSequence, MutableSet)
MUTABLE = (list, dict, set, bytearray, np.ndarray)


@pytest.fixture(autouse=True)
def emptied() -> Iterator[None]:
    clear_caches()
    yield
    clear_caches()


def everything() -> None:
    """Import all of app/, so that every cache is there."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_no_cache_is_beside_the_registry() -> None:
    for path in (ROOT / "app").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named = re.search(r"^\s*from functools import (?:\([^)]*|.*)\b(lru_)?cache\b", text, re.MULTILINE)
        assert path.name == "cache.py" or not named, f"{path}: app.cache has them"


def containers() -> dict[str, int]:
    """How many things are in whatever a module or a class of app/ has that could be filled; the registry is one."""
    found = dict[str, int]()
    for name, module in [*sys.modules.items()]:
        if name.partition(".")[0] == "app":
            classes = {f"{name}.{key}": it for key, it in vars(module).items() if inspect.isclass(it)}
            for owner, within in {name: module, **classes}.items():
                for key, value in vars(within).items():
                    if isinstance(value, FILLED) and value is not caching._registry:
                        found[f"{owner}.{key}"] = len(value)
    return found


def test_every_cache_says_how_many_values_it_keeps_and_a_reset_empties_all() -> None:
    everything()
    output("figure.svg", LINK)
    before = caches()
    assert before["app.language._parse"].count >= 1
    assert before["app.drawing.layout.arrows.draw_arrows"].count > 0
    assert before["app.link.training.checkpoints_of"].count == 1
    clear_caches()
    assert {name for name, state in caches().items() if state.count} == set()


@pytest.mark.dear
def test_the_bytes_of_all_caches_grow_with_what_is_kept_and_go_with_it() -> None:
    output("figure.svg", LINK)
    small = cached_bytes()
    output("figure.svg", LINK.model_copy(update={"tau": 12, "sizes": (("h", 60),)}))
    assert cached_bytes() > small + 10 * 60 * 60 * 8
    clear_caches()
    assert cached_bytes() < small


def test_what_is_made_again_after_a_reset_is_the_same_and_nothing_is_kept_beside_the_registry() -> None:
    output("figure.svg", LINK)
    before = containers()
    first = output("figure.svg", LINK.model_copy(update={"system": "lstm"})), output("trace", LINK)
    assert len(before) > 30 and {**before, **containers()} == before
    clear_caches()
    first = output("figure.svg", LINK), output("trace", LINK)
    clear_caches()
    assert (output("figure.svg", LINK), output("trace", LINK)) == first


def test_a_reset_may_be_of_some_modules_alone() -> None:
    resolve(LINK)
    clear_caches("app.language")
    kept = caches()
    assert kept["app.language._parse"].count == 0
    assert kept["app.link.resolved._kept"].count == 1


def test_no_cache_keeps_what_could_be_changed() -> None:
    everything()
    functions = 0
    for name in caches():
        module, _, function = name.rpartition(".")
        kept: Any = getattr(importlib.import_module(module), function, None)
        if hasattr(kept, "cache_info"):  # else a `LruStore`, whose values its module makes
            made = get_type_hints(kept.__wrapped__, vars(importlib.import_module(module)))["return"]
            assert (get_origin(made) or made) not in MUTABLE, name
            functions += 1
    assert functions > 40


def test_values_that_two_caches_share_are_counted_once() -> None:
    array = np.zeros(100_000)

    @cached(4)
    def one() -> tuple[object, ...]:
        return (array,)

    @cached(4)
    def other() -> tuple[object, ...]:
        return (array[10:],)

    one(), other()
    sizes = [state.bytes for name, state in caches().items() if "two_caches_share" in name]
    assert sum(sizes) == pytest.approx(array.nbytes, rel=0.01)


def test_all_caches_together_have_one_room_and_are_seldom_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = count()
    monkeypatch.setattr(caching, "caches", lambda: caches() if next(looks) >= 0 else {})
    monkeypatch.setenv(LIMITS["cache_mb"].variable, "8")
    monkeypatch.setattr(caching, "SELDOM", 4)
    monkeypatch.setattr(caching, "RESTS", 0)
    monkeypatch.setattr(caching, "TOTAL", Total())
    words = cached()(lambda n: bytes(40_000) + n.to_bytes(4))
    font = cached(lasting=True)(lambda: (bytes(3_000_000),))
    first = font()
    store: ByteStore[int, bytes] = ByteStore("tests.room", lambda: 10**9, len)
    for n in range(400):
        assert words(n)[-1] == n % 256 and store.keep(n, bytes(80_000))
        assert cached_bytes() < 8_100_000
    before = next(looks) + 1
    assert 5 < before - 400 < 40, "each time the room is filled it is looked at once or twice, and here each time"
    monkeypatch.setattr(caching, "RESTS", 10**12)
    for n in range(400, 800):
        words(n)
    assert next(looks) == before, "not before other work was done"
    assert store.get(399) and 5 < len(store.values) < 200, "a store keeps what was used last"
    assert font() is first, "no room is made of what follows from the program"


def test_values_that_took_the_place_of_others_do_not_put_off_the_next_look() -> None:
    total, room = Total(), 1_000_000 * LIMITS["cache_mb"].default
    total.each, total.new = 2000.0, 10**9
    total.looked = process_time() - 2 * RESTS * SPENDS * room
    assert total.may_look(), "what a look takes follows from what has room, not from all that was ever new"
    total.looked = process_time()
    assert not total.may_look()


def test_what_is_unused_longest_makes_room() -> None:
    kept: LruStore[str, int] = LruStore("tests.count", 2)
    kept.keep("a", 1), kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)


def test_room_may_be_measured_by_the_values_which_grow_meanwhile() -> None:
    kept: LruStore[str, list[int]] = LruStore("tests.measure", 5, len)
    first = kept.get_or_make("a", list)
    kept.keep("b", [1, 2])
    first += [1, 2, 3, 4]
    kept.keep("c", [1])
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (None, [1, 2], [1])
    kept.keep("c", [1, 2, 3])
    assert kept.get("b") == [1, 2], "what is kept anew counts once"
    kept.clear()
    kept.keep("d", [1, 2, 3, 4, 5])
    assert kept.get("d"), "what is gone takes no room"


def test_links_that_nobody_trains_do_not_pile_up_among_the_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training._RUNS, "most", 10 * training.EMPTY)
    for seed in range(20):
        training.checkpoints_of(LINK.model_copy(update={"seed": seed}))
    assert caches()["app.link.training.checkpoints_of"].count == 10


@dataclass(frozen=True)
class Held(HoldsArrays):
    """What a cache may take in: arrays at every depth."""

    array: Array
    table: dict[str, tuple[Array, ...]]
    word: str = "kept"


def test_arrays_are_read_only_from_when_a_cache_takes_them_in_and_stay_their_owners() -> None:
    array = np.zeros(2)
    make = cached(4)(lambda: Held(array, {"a": (array, array[:1])}))
    store: LruStore[str, Held] = LruStore("tests.arrays", 2)
    for held in (make(), store.keep("a", Held(array, {"a": (array, array[:1])}))):
        for found in (held.array, *held.table["a"]):
            with pytest.raises(ValueError, match="read-only"):
                found[...] = 1
        array += 1
        assert held.array[0] == array[0] and held.word == "kept"
    assert read_only(held.array) is held.array


def arrays_within(roots: Iterable[object]) -> Iterator[tuple[str, Array]]:
    """Every array that can be come to from the roots, with the types on the way there; not the owners of views."""
    seen: set[int] = set()
    waiting = [("", root) for root in roots]
    while waiting:
        path, value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, np.ndarray):
            yield path, value
        elif not isinstance(value, CODE):
            waiting += ((f"{path}.{type(value).__name__}", inner) for inner in gc.get_referents(value))
        waiting += ((f"{path}()", cell) for cell in getattr(value, "__closure__", None) or ())


@pytest.mark.dear
def test_nobody_can_write_to_an_array_that_any_cache_hands_out() -> None:
    everything()
    links = (LINK, parse("system=lstm&tau=6&trained=40&truncate=2&batch=2&carry_state=true"))
    for row in (row for row in ANSWERS.values() if row.media_type == JSON and row.asks is not Training):
        for link in links:
            output(row.name, row.asks.model_validate(link.model_dump()))
    for link in links:
        run = resolve(link).run
        run.window(0), run.trace.initial, run.contributions
    found = dict[str, int]()
    for cache in (cache for cache in registered() if cache.name.startswith("app.")):
        for path, array in arrays_within(cache.held()):
            assert not array.flags.writeable, f"{cache.name}: {path}"
            found[cache.name] = found.get(cache.name, 0) + 1
    assert found["app.link.resolved._kept"] > 200 and found["app.link.training.checkpoints_of"] > 20
