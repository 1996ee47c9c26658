"""Figures drawn on several threads leave the interpreter as they found it: no thread holds a switch of the process."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.link import Link, resolve
from app.outputs.table import ANSWERS, inline

THREADS = 4


def drawn(seed: int) -> bool:
    """Draw a figure for a file and one for a page; was the collector on when each of them was done?"""
    resolved = resolve(Link(system="lstm", tau=3, seed=seed, detail="operations", phase="backward"))
    ANSWERS["figure.svg"].make(resolved)
    after_file = gc.isenabled()
    inline(resolved)
    return after_file and gc.isenabled()


@pytest.mark.dear
def test_garbage_is_collected_while_figures_are_drawn_on_several_threads() -> None:
    seen: list[bool] = []

    def collected(phase: str, info: Mapping[str, Any]) -> None:
        seen.append(gc.isenabled())

    assert gc.isenabled()
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # As often as Python looks; the tests do more seldom.
    gc.callbacks.append(collected)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            states = list(pool.map(drawn, range(THREADS)))
    finally:
        gc.callbacks.remove(collected)
        gc.set_threshold(*before)
    assert all(states)
    assert seen and all(seen), "no collection ran while figures were drawn"
