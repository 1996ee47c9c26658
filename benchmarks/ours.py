"""The engine as a contestant: the equations, session once, run again and again."""

from __future__ import annotations

from collections.abc import Mapping

from app.arrays import Array
from app.engine import Bindings, Recipe, Session
from app.engine.training.train import Trainer
from benchmarks.race import Contestant, Problem, Windows

RATE = 0.02


class Steps:
    """The steps of a run one by one, though the trainer does many at once."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.blocks = trainer, trainer.blocks()
        self.block, self.place = next(self.blocks), -1

    def __call__(self) -> None:
        self.place += 1
        if self.place == len(self.block):
            self.block, self.place = next(self.blocks), 0

    def gradients(self) -> Mapping[str, Array]:
        """Those of the step that was told last; the run cannot go on after."""
        self.trainer.back_to(self.block, self.place)
        return self.trainer.session.gradients


def passes(p: Problem) -> Contestant:
    """Data put in place, forward, backward."""
    data = Bindings(p.parameters, {"x": p.x, "y": p.y}, batch=p.size.batch)
    session = Session(p.recurrence, p.size.tau, data, dtype=p.dtype, learning=True)

    def step() -> None:
        session.feed(data)
        session.run()

    return Contestant(step, lambda: session.gradients)


def training(p: Problem, windows: Windows, carry: bool = True) -> Contestant:
    """A step of the article's training: Adam, the state carried from window to window."""
    data = [Bindings(p.parameters, {"x": x, "y": y}) for x, y in windows]
    endless = Recipe(10**9, "adam", RATE, carry_state=carry)
    trainer = Trainer(p.recurrence, p.size.tau, endless, lambda k: data[k % len(data)], dtype=p.dtype)
    steps = Steps(trainer)
    return Contestant(steps, steps.gradients)
