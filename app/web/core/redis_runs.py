"""Checkpoints of trainings that processes and machines share, in Redis, which is asked on the run's thread.

So a run that one process has done, or was doing when it ended, another goes on with from near where it is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from app.web.core import redis_answers
from app.web.core.redis_answers import LASTS, LOG
from app.web.core.validators import machine, program

T = TypeVar("T")


class SharedRuns:
    """The checkpoints in one Redis, by what decides the run: its link, the program, the kind of machine."""

    def __init__(self, address: str) -> None:
        self.address, self.rests_until, self.lock = address, 0.0, Lock()
        self.client: Any = None

    def of(self, run: str) -> SharedRun:
        """Those of one run."""
        decided = blake2b(repr((program(), machine(), run)).encode(), digest_size=16).hexdigest()
        return SharedRun(self, f"{redis_answers.PREFIX}run:{decided}")

    def answer_to(self, ask: Callable[[Any], T]) -> T | None:
        """What Redis says; None while it rests, and where it does not answer."""
        if monotonic() < self.rests_until:
            return None
        try:
            return ask(self._client())
        except (OSError, redis_answers.redis_library().RedisError) as error:
            self.rests_until = monotonic() + redis_answers.REST
            LOG.warning("the shared checkpoints do not answer: %s", error or type(error).__name__)
            return None

    def _client(self) -> Any:
        """One for all threads, with a connection for each that asks."""
        with self.lock:
            if self.client is None:
                limits = {"socket_timeout": redis_answers.PATIENCE, "socket_connect_timeout": redis_answers.PATIENCE}
                self.client = redis_answers.redis_library().Redis.from_url(self.address, **limits)
            return self.client

    def close(self) -> None:
        """Leave."""
        with self.lock:
            if self.client is not None:
                self.client.close()
            self.client = None


@dataclass(frozen=True)
class SharedRun:
    """The checkpoints of one run."""

    shared: SharedRuns
    key: str

    def find(self) -> bytes | None:
        """What is kept of it."""
        return self.shared.answer_to(lambda redis: redis.get(self.key))

    def keep(self, packed: bytes) -> None:
        """Keep this of it."""
        self.shared.answer_to(lambda redis: redis.set(self.key, packed, ex=LASTS))
