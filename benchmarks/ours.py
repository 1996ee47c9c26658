"""The engine as a contestant: the equations, session once, run again and again."""

from __future__ import annotations

from collections.abc import Iterator

from app.arrays import Array
from app.engine import Bindings, Recipe, Session
from app.engine.training.train import Trainer
from benchmarks.race import Contestant, Problem

RATE = 0.02


def _advance(steps: Iterator[object]) -> None:
    next(steps)


def passes(p: Problem) -> Contestant:
    """Data put in place, forward, backward."""
    data = Bindings(p.parameters, {"x": p.x, "y": p.y}, batch=p.size.batch)
    session = Session(p.recurrence, p.size.tau, data, dtype=p.dtype)

    def step() -> None:
        session.feed(data)
        session.run()

    return Contestant(step, lambda: session.gradients)


def training(p: Problem, windows: list[tuple[Array, Array]]) -> Contestant:
    """A step of the article's training: Adam, the state carried from window to window."""
    data = [Bindings(p.parameters, {"x": x, "y": y}) for x, y in windows]
    endless = Recipe(10**9, "adam", RATE, carry_state=True)
    trainer = Trainer(p.recurrence, p.size.tau, endless, lambda k: data[k % len(data)], dtype=p.dtype)
    steps = trainer.steps()
    return Contestant(lambda: _advance(steps), lambda: trainer.session.gradients)
