"""The kinds of requests that a service is asked with: what is known to it, and what nobody has asked before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.systems import SYSTEMS

USUAL = ("rnn", "lstm", "gru", "rnn-regression")
TAUS = range(2, 7)


def fresh(path: str, more: str = "") -> Callable[[int], str]:
    """An address whose answer no number before had: systems and lengths take turns, the seed is the number's own."""
    return lambda n: f"{path}?system={USUAL[n % len(USUAL)]}&tau={TAUS[n // len(USUAL) % len(TAUS)]}&seed={n}{more}"


@dataclass(frozen=True)
class Kind:
    """A kind of request: its address by a number; how often a student who works asks for it, in a minute."""

    path: Callable[[int], str]
    uses: float = 0.0


WAYS = (
    *("/", "/api/steps", "/figure.svg", "/figure.png", "/figure.pdf", "/figure.tex", "/figure.zip", "/figure.json"),
    *("/api/trace", "/api/instruments", "/api/adjoint", "/api/gradient-check", "/api/graph", "/through", "/numbers"),
)
DETAILS = ("cells", "gates", "operations", "states")


def mixed(n: int) -> str:
    """Each page, format and answer of every system in turn, with numbers that nobody had before."""
    way, turn = WAYS[n % len(WAYS)], n // len(WAYS)
    system, detail = [*SYSTEMS][turn % len(SYSTEMS)], DETAILS[turn // len(SYSTEMS) % len(DETAILS)]
    return f"{way}?system={system}&detail={detail}&tau={2 + n % 5}&phase=backward&seed={n}"


KNOWN, HEALTH = "a figure that is known", "health"
KINDS: Mapping[str, Kind] = {
    HEALTH: Kind(lambda n: "/healthz"),
    KNOWN: Kind(lambda n: "/figure.svg?system=lstm&tau=3"),
    "a page that is known": Kind(lambda n: "/?system=lstm&tau=3"),
    "a new figure": Kind(fresh("/figure.svg", "&phase=backward"), 0.5),
    "a new page": Kind(fresh("/", "&phase=forward"), 0.5),
    "a step on a new page": Kind(fresh("/api/steps", "&phase=backward"), 4),
    "a new trace": Kind(fresh("/api/trace"), 0.2),
    "the instruments of a new pass": Kind(fresh("/api/instruments"), 0.5),
    "a new training of 60 updates": Kind(lambda n: f"/api/train?system=rnn-regression&tau=10&seed={n}", 0.1),
}
