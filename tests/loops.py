"""Runs coroutines of tests on a thread of their own: a page that is open has its loop in the thread of the tests."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

T = TypeVar("T")


def run_async(work: Callable[..., Awaitable[T]], *arguments: object) -> T:
    """The result of a coroutine function, as `anyio.run` gives it where no loop runs."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, work, *arguments).result()
