"""Answers that processes and machines share: in Redis, where `UNFOLD_CACHE=redis://…` names one.

A Redis that is slow or gone costs a moment once, and then nothing for a while: each process has its own answers still.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from app.web.core.known_answer import KnownAnswer

T = TypeVar("T")
LOG = logging.getLogger("unfold")
VARIABLE = "UNFOLD_CACHE"
PREFIX = "unfold:"
LASTS = 86_400
"""Seconds after which Redis lets go of an answer that nobody wrote again."""
PATIENCE = 0.25
"""Seconds that Redis is given for one question."""
REST = 5.0
"""Seconds for which it is not asked after it failed."""


class SharedAnswers:
    """The answers in one Redis, by their tags."""

    def __init__(self, address: str) -> None:
        self.address, self.rests_until = address, 0.0
        self.clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()
        self.writing = set[asyncio.Task[Any]]()

    async def find(self, *tags: str) -> tuple[str, KnownAnswer] | None:
        """The first of these that is there, with its tag."""
        found = await self._asked(lambda redis: redis.mget([PREFIX + tag for tag in tags])) or []
        for tag, kept in zip(tags, found, strict=False):
            if kept is not None and (known := KnownAnswer.of_bytes(kept)):
                return tag, known
        return None

    def keep(self, tag: str, known: KnownAnswer) -> None:
        """Keep an answer; nobody waits for it."""
        task = asyncio.ensure_future(self._asked(lambda redis: redis.set(PREFIX + tag, known.as_bytes(), ex=LASTS)))
        self.writing.add(task)
        task.add_done_callback(self.writing.discard)

    async def close(self) -> None:
        """Finish what is being written, and leave."""
        await asyncio.gather(*self.writing)
        if client := self.clients.pop(asyncio.get_running_loop(), None):
            await client.aclose()

    async def _asked(self, ask: Callable[[Any], Awaitable[T]]) -> T | None:
        """What Redis says; None while it rests, and where it does not answer."""
        if monotonic() < self.rests_until:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await ask(self._client())
        except (OSError, TimeoutError, redis_library().RedisError) as error:
            self.rests_until = monotonic() + REST
            LOG.warning("the shared cache does not answer: %s", error or type(error).__name__)
            return None

    def _client(self) -> Any:
        """A client belongs to the event loop that it was made on."""
        loop = asyncio.get_running_loop()
        if loop not in self.clients:
            self.clients[loop] = redis_library().asyncio.from_url(self.address)
        return self.clients[loop]


def shared_answers() -> SharedAnswers | None:
    """What the environment names, if it names any. Raises ValueError of an address that is of no Redis, before any
    request comes: a port that is none, an option that there is not."""
    address = os.environ.get(VARIABLE, "").strip()
    if not address:
        return None
    if not address.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError(f"{VARIABLE} is to be the address of a Redis, as redis://127.0.0.1:6379/0, not {address!r}")
    redis = redis_library()
    try:
        redis.ConnectionPool.from_url(address).make_connection()
    except (ValueError, TypeError) as error:
        raise ValueError(f"{VARIABLE} is no address of a Redis, {address!r}: {error}") from None
    return SharedAnswers(address)


def redis_library() -> Any:
    """Its library, which only a service that shares its answers needs. Raises ValueError where it is not installed."""
    try:
        import redis
        import redis.asyncio
    except ImportError:
        raise ValueError(f"{VARIABLE} needs the package redis: unfold[serve] brings it") from None
    return redis
