"""`python -m benchmarks`: every row of the table measured and printed, with what it is to reach."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.measure import Times, race
from benchmarks.rows import LIMITS, NAMES, NUMPY, OURS, RACES, TORCH, Limit, Race, torch_is_there

SECONDS, QUICK = 7.0, 0.8
"""How long a race lasts."""
HEAD = ("", OURS, NUMPY, TORCH, "ours/NumPy", "PyTorch/ours", "to reach", "")


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
    ours, numpy, torch = map(times.best, (OURS, NUMPY, TORCH))
    assert ours and numpy
    slow, fast = times.ratio(ours, numpy), times.ratio(torch, ours) if torch else None
    ahead = [] if fast is None else [(f"≥ {row.ahead:g} × {TORCH}", fast >= row.ahead)]
    behind = [] if row.behind is None else [(f"≤ {row.behind:g} × {NUMPY}", slow <= row.behind)]
    to_reach, met = ", ".join(said for said, _ in ahead + behind), all(reached for _, reached in ahead + behind)
    taken = [f"{_duration(times.median(p))} ({p[1]})" if p else "" for p in (ours, numpy, torch)]
    ratios = [f"{slow:.2f}", "" if fast is None else f"{fast:.2f}"]
    return (row.name, *taken, *ratios, to_reach, _said(met) if to_reach else ""), met


def _limits(options: argparse.Namespace) -> Iterator[bool]:
    for row in LIMITS:
        if options.only in row.name:
            value = row.measure(_seconds(options))
            if value is None:
                print(f"{row.name:<50} not measured: there is no browser, or no /proc, here", flush=True)
                continue
            said = (_value(row, value), _value(row, row.most), _said(value <= row.most))
            print("{:<50} {:>9}  ≤ {}  {}{}".format(row.name, *said, _beside(row, value)), flush=True)
            yield value <= row.most


def _beside(row: Limit, value: float) -> str:
    """How long torchviz takes, where it is there."""
    taken = row.peer()
    return "" if taken is None else f"  torchviz {_duration(taken)}, {taken / value:.1f} times as long"


def _said(met: bool) -> str:
    return "met" if met else "MISSED"


def _value(row: Limit, value: float) -> str:
    return _duration(value) if row.unit == "s" else f"{value:.2f}"


def _duration(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.1f} µs"


def _line(cells: Sequence[str]) -> str:
    first, *rest, target, met = cells
    return f"{first:<26}" + "".join(f"{cell:>14}" for cell in rest) + f"  {target:<30}{met}"


if __name__ == "__main__":
    sys.exit(main())
