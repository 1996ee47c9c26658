"""Climbs, at every address, to the request that costs most: what makes it dearer is kept, and goes on from there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import urlencode

from app.systems import SYSTEMS, TASKS
from tests.dearest.measure import Asked, Cost, cost
from tests.dearest.texts import FAMILIES
from tests.fuzz.addresses import READ, Address, addresses
from tests.fuzz.links import ROWS

SECONDS, MEGABYTES = 5.0, 300.0
"""No request may take more: processor seconds, and memory beside that of the service at rest."""
PATIENCE = 12
"""Processor seconds after which a request is given up."""
MOST_IN_A_HEAD = 64_000
"""Bytes of a query that a server reads; uvicorn refuses a longer head."""
PREFIXES = "", "b", "c"
"""What the names of a text's parts begin with."""
GROWTH = 4.0, 2.0, 1.4, 1.1, 0.8, 0.5
NUMBERS = {
    "tau": (1, 30, 100, 300, 1000), "batch": (1, 16, 64, 256), "trained": (1, 100, 2000, 5000),
    "trained_tau": (1, 100, 1000), "steps": (1, 60, 2000, 5000), "scale": (1, 4), "seed": (1, 2, 3),
}  # fmt: skip
SIZES = (1, 8, 64, 512)
GIVEN = {
    "window": ("1..tau", "1..12", "2..40"),
    "open": ("2:operations", "1:gates,3:operations", ",".join(f"{k}:operations" for k in range(1, 30))),
    "truncate": ("1", "3"),
    "set": ("W[1,1]:0.5", ",".join(f"W[{k},1]:1" for k in range(1, 400))),
    "signal": (",".join(["0.1"] * 500),),
    "names": (",".join(f"h{k}:s{k}" for k in range(300)),),
    "mark": ("h[1]->h[3]", ",".join(f"h[{k}]->h[{k + 1}]" for k in range(1, 200))),
    "rows": ("state", "-target", ",".join(f"v{k}" for k in range(200))),
    "caption": ("x" * 500, "word " * 100),
    "radius": ("1.1",),
    "of": ("h[1]", "h", "v0"),
    "at": ("h[2]",),
    "task": (*TASKS, "next-character:" + "abcdefghij" * 10, "memory:30", "copy:20"),
    "system": (*SYSTEMS,),
    "fit": ("16:9", "4:3", "preview", "column"),
    "feed": ("x:h",),
}


@dataclass(frozen=True)
class Request:
    """What is asked: an address, the parts of a text (a family and how large), the other fields."""

    address: Address
    parts: tuple[tuple[str, int], ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(FAMILIES[name](prefix, n) for prefix, (name, n) in zip(PREFIXES, self.parts, strict=False))

    @property
    def link(self) -> dict[str, str]:
        said = dict(self.fields)
        if self.parts:
            said.pop("system", None)
            said["equations"] = self.text
        return said

    @property
    def asked(self) -> Asked:
        """As it is sent."""
        path = self.address.path
        if path == READ:
            query = {"text": self.text}
        elif path == "/compare":
            query = {"a": urlencode(self.link), "b": urlencode({**self.link, "seed": "5"})}
        elif path == "/api/whole":
            query = self.link | {"name": "W"}
        else:
            query = self.link
        if self.address.method == "POST":
            return Asked(path, {}, json.dumps({n: _typed(v) for n, v in query.items()}).encode(), "application/json")
        return Asked(path, query, None, "text/html,*/*")

    def __str__(self) -> str:
        said = [f"{name}({n})" for name, n in self.parts]
        return " ".join([str(self.address), *said, *(f"{n}={v[:40]}" for n, v in self.fields.items())])


def _typed(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def weight(found: Cost) -> float:
    """How near a cost is to what is allowed: 1 is just that."""
    return max(found.seconds / SECONDS, found.megabytes / MEGABYTES)


def beginnings(address: Address, rng: Random) -> Iterator[Request]:
    """Requests to climb from: a system, and families at their first sizes."""
    yield Request(address, fields={"system": rng.choice([*SYSTEMS])})
    yield Request(address, ((rng.choice([*FAMILIES]), 12),))
    yield Request(address, ((rng.choice([*FAMILIES]), 5),), {"detail": rng.choice(("gates", "operations"))})


def changed(found: Request, rng: Random, names: list[str]) -> Request:
    """A request that differs in one thing, or in two."""
    made = _changed_once(found, rng, names)
    return _changed_once(made, rng, names) if rng.random() < 0.3 else made


def _changed_once(found: Request, rng: Random, names: list[str]) -> Request:
    what, parts = rng.random(), list(found.parts)
    if parts and what < 0.4:
        i = rng.randrange(len(parts))
        name, n = parts[i]
        parts[i] = (name, min(max(1, round(n * rng.choice(GROWTH)) + rng.choice((0, 0, 1))), 4000))
        return replace(found, parts=tuple(parts))
    if what < 0.55:
        part = (rng.choice([*FAMILIES]), rng.choice((3, 8, 20, 50)))
        kept = parts[:2] if rng.random() < 0.4 else []
        return replace(found, parts=(*kept, part))
    if what < 0.65 and found.fields:
        gone = rng.choice([*found.fields])
        return replace(found, fields={n: v for n, v in found.fields.items() if n != gone})
    name = rng.choice(names)
    fields = {**found.fields, name: value(name, rng, found)}
    if name == "system":
        return replace(found, parts=(), fields=fields)
    return replace(found, fields=fields)


def value(name: str, rng: Random, found: Request) -> str:
    """A value of a field, mostly one that costs."""
    if name in NUMBERS:
        return str(rng.choice(NUMBERS[name]))
    if name == "sizes":
        dims = rng.sample(("x", "h", "o", "v0", "y", "W", "c", "s"), k=rng.choice((1, 2, 4)))
        return ",".join(f"{d}:{rng.choice(SIZES)}" for d in dims)
    if name in GIVEN:
        return rng.choice(GIVEN[name])
    row = ROWS[name]
    if row.choices:
        return rng.choice(row.choices)
    if row.schema.get("type") == "boolean":
        return rng.choice(("true", "false"))
    return str(row.example)


def asked_addresses() -> list[Address]:
    """Every address that answers to a link, and those that answer to nothing."""
    return [*addresses(), *(Address(path) for path in ("/gallery", "/language", "/openapi.json", "/docs"))]


def is_read(asked: Asked) -> bool:
    """Whether a server reads the head of a request to its end, and does not refuse it before the service sees it."""
    return len(urlencode(asked.query)) < MOST_IN_A_HEAD


def climb(service: Any, address: Address, rng: Random, tries: int) -> tuple[Request, Cost]:
    """The dearest request that so many tries from each beginning lead to."""
    names = [name for name in ROWS if name != "equations"]
    found = list[tuple[Request, Cost]]()
    for begin in beginnings(address, rng):
        here, at = begin, cost(service, begin.asked, PATIENCE)
        for _ in range(tries):
            if weight(at) > 1:
                break
            other = changed(here, rng, names)
            if not is_read(other.asked):
                continue
            spent = cost(service, other.asked, PATIENCE)
            if weight(spent) >= weight(at):
                here, at = other, spent
        found.append((here, at))
    return max(found, key=lambda it: weight(it[1]))
