"""`python -m benchmarks`: every row of the table measured and printed, with what it is to reach."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.measure import Times, race
from benchmarks.rows import (
    JAX,
    LIMITS,
    NAMES,
    NUMPY,
    OURS,
    RACES,
    SCAN,
    TORCH,
    Limit,
    Race,
    jax_is_there,
    torch_is_there,
)

SECONDS, QUICK = 7.0, 0.8
"""How long a race lasts."""
PEERS = (NUMPY, TORCH, JAX, SCAN)
HEAD = ("", OURS, *PEERS, "ours/NumPy", *(f"{name}/ours" for name in PEERS[1:]), "to reach", "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a row is missed."""
    options = _options(arguments)
    print(_surroundings(), flush=True)
    met = [*_races(options), *_limits(options)]
    return 0 if all(met) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--only", metavar="NAME", default="", help="the rows whose name contains this")
    options = parser.parse_args(arguments)
    if not any(options.only in name for name in NAMES):
        parser.error(f"no row's name contains {options.only!r}; the rows are: {'; '.join(NAMES)}")
    return options


def _seconds(options: argparse.Namespace) -> float:
    return QUICK if options.quick else SECONDS


def _surroundings() -> str:
    said = [f"Python {sys.version.split()[0]}", f"NumPy {np.__version__}", f"{os.cpu_count()} cores"]
    if torch_is_there():
        import torch

        said.insert(2, f"PyTorch {torch.__version__}")
    if jax_is_there():
        import jax

        said.insert(2, f"JAX {jax.__version__}")
    return ", ".join(said) + "; sizes (τ, batch, hidden, input), float32; medians, in brackets the number of threads"


def _races(options: argparse.Namespace) -> Iterator[bool]:
    rows = [row for row in RACES if options.only in row.name]
    if rows:
        print(_line(HEAD))
    for row in rows:
        times = race(row.enter(), _seconds(options))
        said, met = raced(row, times)
        print(_line(said), flush=True)
        yield met


def raced(row: Race, times: Times) -> tuple[tuple[str, ...], bool]:
    """The cells of a row, and whether it reached all that there is somebody to measure by."""
    ours, numpy, *others = map(times.best, (OURS, *PEERS))
    assert ours and numpy
    slow = times.ratio(ours, numpy)
    torch, _, scan = ratios = [times.ratio(party, ours) if party else None for party in others]
    held = [] if torch is None else [(f"≥ {row.ahead:g} × {TORCH}", torch >= row.ahead)]
    held += [] if row.behind is None else [(f"≤ {row.behind:g} × {NUMPY}", slow <= row.behind)]
    held += [] if row.beside is None or scan is None else [(f"≤ {row.beside:g} × {SCAN}", row.beside * scan >= 1)]
    to_reach, met = ", ".join(said for said, _ in held), all(reached for _, reached in held)
    taken = [f"{_duration(times.median(p))} ({p[1]})" if p else "" for p in (ours, numpy, *others)]
    beside = [f"{slow:.2f}", *("" if it is None else f"{it:.2f}" for it in ratios)]
    return (row.name, *taken, *beside, to_reach, _said(met) if to_reach else ""), met


def _limits(options: argparse.Namespace) -> Iterator[bool]:
    for row in LIMITS:
        if options.only not in row.name:
            continue
        if lacking := row.lacks():
            print(f"{row.name:<50} not measured: {lacking}", flush=True)
            continue
        value, *rest = np.atleast_1d(row.measure(_seconds(options))).tolist()
        said = (_value(row, value), _value(row, row.most), _said(value <= row.most))
        print("{:<50} {:>9}  ≤ {}  {}{}".format(row.name, *said, _beside(row, value, rest)), flush=True)
        yield value <= row.most


def _beside(row: Limit, value: float, rest: list[float]) -> str:
    """The 90th percentile of what varies; how long torchviz takes, where it is there."""
    taken = row.peer()
    late = "".join(f"  nine in ten within {_value(row, it)}" for it in rest)
    return late + ("" if taken is None else f"  torchviz {_duration(taken)}, {taken / value:.1f} times as long")


def _said(met: bool) -> str:
    return "met" if met else "MISSED"


def _value(row: Limit, value: float) -> str:
    return _duration(value) if row.unit == "s" else f"{value:.2f}"


def _duration(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.1f} µs"


def _line(cells: Sequence[str]) -> str:
    first, *rest, target, met = cells
    return f"{first:<26}" + "".join(f"{cell:>14}" for cell in rest) + f"  {target:<48}{met}"


if __name__ == "__main__":
    sys.exit(main())
