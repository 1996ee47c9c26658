"""Python's collector of cycles waits while a figure is made: that makes many objects at once, and no cycles."""

from __future__ import annotations

import gc
from contextlib import ContextDecorator
from threading import Lock

_lock = Lock()
_waiting = 0


class Waiting(ContextDecorator):
    """The collector rests until the last of those that asked for it is done; nothing if it rested before."""

    def __enter__(self) -> None:
        global _waiting
        with _lock:
            if _waiting or gc.isenabled():
                _waiting += 1
                gc.disable()

    def __exit__(self, *_: object) -> None:
        global _waiting
        with _lock:
            if _waiting:
                _waiting -= 1
                if not _waiting:
                    gc.enable()
