"""Tells a person at a terminal how far long work has come, and lets Ctrl-C end a training early."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""The seconds after which the first line about long work is written, and between two lines."""


class TrainingWatch:
    """Counts the updates of a training, and ends it where a person presses Ctrl-C."""

    def __init__(self, steps: int) -> None:
        self.steps, self.done, self.loss, self.enough, self.began = steps, 0, 0.0, False, time.monotonic()

    def __call__(self, loss: float | None, steps: int = 1) -> bool:
        """Note that so many updates more are done, and the last one's loss; False ends the training."""
        self.done, self.loss = self.done + steps, float("nan") if loss is None else loss
        return not self.enough

    def __enter__(self) -> None:
        self.usual = signal.signal(signal.SIGINT, self.end)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self.usual)

    def end(self, *_: object) -> None:
        """End the training after its present update; a second Ctrl-C ends the program at once."""
        self.enough = True
        signal.signal(signal.SIGINT, self.usual)

    def status(self) -> str:
        """The update, its loss, and the time left."""
        if not self.done:
            return "training"
        left = (time.monotonic() - self.began) / self.done * (self.steps - self.done)
        rest = "" if self.enough or self.done == self.steps else f", {left:.0f} s left"
        return f"training, update {self.done} of {self.steps}, loss {self.loss:.4g}{rest}"


@contextmanager
def progress(what: Callable[[], str]) -> Iterator[None]:
    """Write a line to stderr once the work takes long, and at its end the time it took; on a terminal every second."""
    done, began = threading.Event(), time.monotonic()
    thread = threading.Thread(target=_tell_progress, args=(what, done, began), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _tell_progress(what: Callable[[], str], done: threading.Event, began: float) -> None:
    if done.wait(PATIENCE):
        return
    terminal = sys.stderr.isatty()
    start, end = ("\r", "") if terminal else ("", "\n")
    print(f"{what()} …", end=end, file=sys.stderr, flush=True)
    while not done.wait(PATIENCE):
        if terminal:
            print(f"{start}{what()} … {time.monotonic() - began:.0f} s", end="", file=sys.stderr, flush=True)
    print(f"{start}{what()}: {time.monotonic() - began:.1f} s   ", file=sys.stderr, flush=True)
