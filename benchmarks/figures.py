"""Fresh figures held to a bound: the whole path from a link to its bytes, with numbers drawn.

It is the work of one thread, so the processor's time is taken, which a busy machine troubles less.
"""

from __future__ import annotations

import re
import time
from statistics import median

from app.cache import clear_caches
from app.cli.serve import spare_collector
from app.link import parse, resolve
from app.outputs.table import ANSWERS

FEWEST, MOST = 3, 40
"""How many are drawn."""


def fresh(query: str, seconds: float, tiny: bool = False) -> float:
    """Seconds for a link that nobody has asked for: pass and layout are new, the system and the letters are known."""
    asked = re.sub(r"tau=\d+", "tau=2", query) if tiny else query
    _draw(asked)
    spare_collector()
    begun, taken = time.process_time(), list[float]()
    while len(taken) < FEWEST or (len(taken) < MOST and time.process_time() - begun < seconds):
        taken.append(_draw(asked))
    return median(taken)


def growth(query: str, seconds: float, tiny: bool = False) -> float:
    """The time of a figure of 1000 steps, over ten times that of 100."""
    short, long = (2, 20) if tiny else (100, 1000)
    return fresh(f"{query}&tau={long}", seconds) / fresh(f"{query}&tau={short}", seconds) / (long / short)


def _draw(query: str) -> float:
    clear_caches("app.link.resolved._kept", "app.drawing.layout.route_edges")
    begun = time.process_time()
    ANSWERS["figure.svg"].make(resolve(parse(query)))
    return time.process_time() - begun
