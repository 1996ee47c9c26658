"""The table: what is raced, and what is held to a bound. A new comparison is a new row."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks import answers, bounds, browser, figures, ours, peers_numpy, service, threads, training_page
from benchmarks.race import Contestant, Party, Size, article, one_answer, problem
from tests.recurrences import GRU, LSTM, RECURRENCES, REGRESSION

TOLD, WHOLE = "text/event-stream", "application/json"
"""How a training is answered: step by step, or at its end."""
BOTH = (1, 2)
"""The numbers of threads, of which each contestant's better one counts."""
OURS, NUMPY, TORCH, JAX, SCAN = "ours", "NumPy", "PyTorch", "JAX", "JAX scan"
"""JAX does a step a call, or, by `scan`, a whole run."""
TINY = Size(4, 2, 3, 2)
SMALL = (Size(10, 1, 32, 1), Size(100, 1, 32, 8), Size(1000, 1, 32, 8))
LARGE = (Size(100, 32, 128, 32), Size(100, 32, 512, 64))


@dataclass(frozen=True)
class Kind:
    """A network: its equations, and what each peer calls it; JAX's has PyTorch's name."""

    text: str
    numpy: Callable[..., Contestant]
    torch: str


KINDS = {
    "RNN": Kind(REGRESSION, peers_numpy.rnn, "RNN"),
    "LSTM": Kind(LSTM, peers_numpy.lstm, "LSTM"),
    "GRU": Kind(GRU, peers_numpy.gru, "GRU"),
}


WAVES = {"sizes": "x:1,h:32,y:1", "task": "sine-to-cosine", "carry_state": "true"}
RUNS = {
    "the article's run": {"equations": REGRESSION, **WAVES},
    "a run of LSTM": {"equations": LSTM, **WAVES},
    "a run of GRU": {"equations": GRU, **WAVES},
    "a run of one answer": {"system": "last-output", "sizes": "h:32"},
}
"""Trainings with 32 units, as links: what answers them is held to the engine."""


@dataclass(frozen=True)
class Race:
    """A row of contestants.

    `enter` makes them for a type of number, as they are or tiny. PyTorch is to take at least `ahead` times as long
    as ours, and ours at most `behind` times as long as NumPy, and `beside` times as long as JAX with `scan`.
    """

    name: str
    enter: Callable[..., Mapping[Party, Contestant]]
    ahead: float = 1.0
    behind: float | None = None
    beside: float | None = None


def _nobody() -> None:
    return None


def _nothing() -> str:
    return ""


@dataclass(frozen=True)
class Limit:
    """A row of one number, at most `most`; `measure` takes the seconds that it may last, and whether to be tiny.

    Of what varies it brings the median, which counts, and the 90th percentile. `peer` tells how long torchviz takes for
    the same, where it is there and finishes; `lacks` what this machine has not that the row needs.
    """

    name: str
    measure: Callable[..., float | tuple[float, float]]
    most: float
    unit: str = ""
    peer: Callable[[], float | None] = _nobody
    lacks: Callable[[], str] = _nothing


def torch_is_there() -> bool:
    """Whether the rows can show PyTorch."""
    return find_spec("torch") is not None


def jax_is_there() -> bool:
    """Whether the rows can show JAX."""
    return find_spec("jax") is not None


def enter_passes(
    kind: Kind, size: Size, counts: tuple[int, ...] = (1,), dtype: Any = np.float32, tiny: bool = False
) -> dict[Party, Contestant]:
    """Forward and backward; NumPy's products are too small for a second thread where the batch is one."""
    p = problem(kind.text, TINY if tiny else size, dtype)
    found = _in_numpy(ours.passes(p), kind.numpy(p), counts)
    return found | _in_torch("passes", kind.torch, p) | _in_jax(JAX, "passes", kind.torch, p)


def enter_training(dtype: Any = np.float32, tiny: bool = False) -> dict[Party, Contestant]:
    """A step of the article's training, which is tiny as it is."""
    p, windows = article(REGRESSION, dtype=dtype)
    found = _in_numpy(ours.training(p, windows), peers_numpy.training(p, windows)) | _in_torch("training", p, windows)
    return found | _in_jax(JAX, "training", p, windows) | _in_jax(SCAN, "run", p, windows)


def enter_answers(dtype: Any = np.float32, tiny: bool = False) -> dict[Party, Contestant]:
    """A step of the training of a network that answers once, from its last state."""
    p, windows = one_answer(RECURRENCES["last-output"], dtype=dtype)
    found = _in_numpy(ours.training(p, windows, False), peers_numpy.training(p, windows, False))
    return found | _in_jax(JAX, "training", p, windows, False) | _in_jax(SCAN, "run", p, windows, False)


def _in_numpy(engine: Contestant, peer: Contestant, counts: tuple[int, ...] = (1,)) -> dict[Party, Contestant]:
    who = (OURS, engine, threads.ours), (NUMPY, peer, threads.blas)
    return {(name, n): c.on(n, set_threads) for name, c, set_threads in who for n in counts}


def _in_torch(work: str, *arguments: Any) -> dict[Party, Contestant]:
    if not torch_is_there():
        return {}
    from benchmarks import peers_torch

    contestant: Contestant = getattr(peers_torch, work)(*arguments)
    return {(TORCH, n): contestant.on(n, peers_torch.set_threads) for n in BOTH}


def _in_jax(name: str, work: str, *arguments: Any) -> dict[Party, Contestant]:
    """It takes all cores, whatever it is told once it is there."""
    if not jax_is_there():
        return {}
    from benchmarks import peers_jax

    contestant: Contestant = getattr(peers_jax, work)(*arguments)
    return {(name, os.cpu_count() or 1): contestant}


def _passes(name: str, sizes: tuple[Size, ...], counts: tuple[int, ...] = (1,)) -> tuple[Race, ...]:
    return tuple(Race(f"{name} {size}", partial(enter_passes, KINDS[name], size, counts)) for size in sizes)


def torchviz(tau: int) -> float | None:
    """Seconds that torchviz takes."""
    if not torch_is_there() or find_spec("torchviz") is None:
        return None
    from benchmarks import peers_torchviz

    return peers_torchviz.seconds(tau)


def _figure(query: str, most: float, peer: Callable[[], float | None] = _nobody) -> Limit:
    return Limit(f"figure.svg?{query}", partial(figures.fresh, query), most, "s", peer)


def _on_screen(row: browser.Change) -> Limit:
    name = f"page: {row.field} changed, on screen"
    return Limit(name, partial(browser.change, row), 100e-3, "s", lacks=service.missing)


RACES = (
    Race("article's training step", enter_training, ahead=8.0, behind=1.5, beside=1.0),
    Race("step with one answer at the end", enter_answers, behind=1.5, beside=1.0),
    *_passes("RNN", SMALL),
    *_passes("RNN", LARGE, BOTH),
    *_passes("LSTM", SMALL),
    *_passes("LSTM", LARGE, BOTH),
    *_passes("GRU", SMALL),
    *_passes("GRU", LARGE, BOTH),
)

LIMITS = (
    Limit("time of a step, τ 10,000 to 1,000", partial(bounds.time_growth, REGRESSION), 1.25),
    Limit("time of binding a step, τ 10,000 to 1,000", partial(bounds.binding_growth, REGRESSION), 1.25),
    Limit("memory of a step, τ 10,000 to 1,000", partial(bounds.memory_growth, REGRESSION), 1.1),
    Limit("memory to the trace's arrays, (100, 32, 128, 32)", partial(bounds.memory_share, REGRESSION), 1.25),
    Limit("parse and schedule LSTM, first time", partial(bounds.preparation, LSTM), 10e-3, "s"),
    Limit("parse and schedule LSTM, again", partial(bounds.preparation_again, LSTM), 100e-6, "s"),
    *(
        Limit(f"first pass of {name}, τ 100, its code kept", partial(bounds.first_pass, kind.text), 30e-3, "s")
        for name, kind in KINDS.items()
    ),
    Limit("first pass of LSTM, τ 100, no code kept", partial(bounds.first_pass, LSTM, kept=False), 100e-3, "s"),
    _figure("tau=3&phase=backward", 10e-3, partial(torchviz, 3)),
    _figure("tau=10&phase=backward", 40e-3, partial(torchviz, 10)),
    _figure("tau=30&window=1..tau&phase=backward", 40e-3, partial(torchviz, 30)),
    _figure("tau=100&window=1..tau&phase=backward", 120e-3),
    _figure("tau=1000&window=1..tau&phase=backward", 2.0),
    _figure("system=lstm&tau=50&detail=operations&window=1..tau", 300e-3),
    _figure("system=lstm&tau=50&detail=gates&window=1..tau", 200e-3),
    Limit("a known figure, to an empty route of as many bytes", answers.known_to_empty, 1 / 0.6),
    *(
        Limit(f"{name}, {how}, to the engine", partial(answers.run_to_engine, fields, kind), 1.3)
        for name, fields in RUNS.items()
        for how, kind in (("told", TOLD), ("whole", WHOLE))
    ),
    Limit("a run on words of three lengths, to one word", partial(answers.words_to_one, "hello,hi,abc"), 1.5),
    Limit("a run of 60 steps on screen, page and all", training_page.first_run, 1.0, "s", lacks=service.missing),
    Limit("longest task while 20,000 steps are drawn", training_page.longest_task, 50e-3, "s", lacks=service.missing),
    Limit("20,000 steps on screen, from another seed", training_page.run_again, 1.0, "s", lacks=service.missing),
    Limit("share of frames over 20 ms meanwhile", training_page.late_frames, 0.1, lacks=service.missing),
    Limit("MB of the service, ten runs told", partial(training_page.memory, TOLD), 250.0, lacks=service.uncounted),
    Limit("MB of the service, ten runs whole", partial(training_page.memory, WHOLE), 250.0, lacks=service.uncounted),
    Limit("time of a step's figure, τ 1,000 to 100", partial(figures.growth, "window=1..tau&phase=backward"), 1.25),
    Limit("page: a step forward, τ 50, h 32", partial(browser.step, "forward"), 16e-3, "s", lacks=service.missing),
    Limit("page: a step backward, τ 50, h 32", partial(browser.step, "backward"), 16e-3, "s", lacks=service.missing),
    *(
        Limit(
            f"page: share of frames over 20 ms, {name} playing",
            partial(browser.late_frames, link),
            0.1,
            lacks=service.missing,
        )
        for name, link in {"τ 50": browser.LONG, "gates of τ 50": browser.GATES}.items()
    ),
    *map(_on_screen, browser.CHANGES),
)

NAMES = [*(row.name for row in RACES), *(row.name for row in LIMITS)]
