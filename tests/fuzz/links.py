"""Invent every other field of a link, and numbers of one's own, for a program: what the model of the link allows.

A field is drawn by the schema of its row, so that a new one is drawn as soon as it is there; those that name something
of the program, a variable, a node, an entry, are drawn from what the program has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import Any
from urllib.parse import urlencode

from app.engine.graph import PHASES
from app.language import Problems, Recurrence, parse, plain_symbol
from app.link import Graphing, Link, Partial, Training, options, resolve
from app.link import parse as parse_link
from app.outputs.measurements import MEASURED
from app.outputs.table import TRACED
from app.systems import SYSTEMS, TASKS
from tests.fuzz.grammar import Line, Program, Term, invent, smaller

TAUS = (*(1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10), *(11, 12, 13, 14, 15, 17, 20, 25, 30))
MOST = {"lr": 2.0, "radius": 2.0, "clip": 3.0, "scale": 1.5}
"""What a number without an upper bound is drawn below; of `scale`, so that a picture does not take its time."""
ROWS = {**options(Link), **options(Training), **options(Graphing), **options(Partial)}
"""Every field of every model that a query is read into."""


@dataclass(frozen=True)
class Case:
    """A link as it is sent: a program or a system's name, the other fields as text, numbers of one's own."""

    program: Program | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def pairs(self) -> dict[str, str]:
        """Its query, field by field."""
        return ({} if self.program is None else {"equations": self.program.text}) | dict(self.fields)

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    def without(self, *names: str) -> Case:
        """The same link without some of its fields."""
        return replace(self, fields={name: value for name, value in self.fields.items() if name not in names})

    @cached_property
    def recurrence(self) -> Recurrence | None:
        """The program as it is read; None where there is something wrong with it."""
        system = self.fields.get("system", "rnn")
        try:
            if self.program is None:
                return SYSTEMS[system].recurrence if system in SYSTEMS else None
            return parse(self.program.text)
        except Problems:
            return None

    def __str__(self) -> str:
        said = [f"{name}={value}" for name, value in self.fields.items()]
        said += [f"{name}={value}" for name, value in self.numbers.items()]
        return "\n".join(([self.program.text] if self.program else []) + ["&".join(said)])


def case(seed: int) -> Case:
    """The case of a seed: mostly a program of its own, sometimes a built-in system."""
    rng = Random(seed)
    made = Case(None, {"system": rng.choice([*SYSTEMS])}) if rng.random() < 0.1 else Case(invent(seed))
    tau = rng.choice(TAUS)
    made = replace(made, fields={**made.fields, "tau": str(tau)})
    if made.recurrence is None:
        return made
    drawn = _Fields(rng, made.recurrence, tau)
    made = replace(made, fields={**made.fields, **drawn.fields()})
    if rng.random() < 0.7:
        made = replace(made, fields={**made.fields, **drawn.cursor(made)})
    if rng.random() < 0.2:
        made = replace(made, numbers=drawn.numbers())
    return mangled(made, rng) if rng.random() < 0.08 else made


ODD = (
    *("0", "-1", "nan", "1e999", "t", "[", "h[1", "h[999]", "∞", "2..1", "x:0", ":", ",", "|", "٣", "null", "true"),
    *(
        "%00",
        "h:h",
        "W[1,1]:",
        "W[0,0]:1",
        "é" * 90,
        "x" * 150,
        "<b>",
        "99999999999",
        "1,2",
        "1|2|",
        " ",
        "tau",
        "loss[1]",
    ),
)
"""Values that no field is meant to have, or not this one."""
ODD_NUMBERS: tuple[Any, ...] = (
    [],
    {},
    "one",
    None,
    [[1.0], [2.0, 3.0]],
    [1e308] * 4,
    True,
    [[[0.5]]],
    float("1e400"),
    ["a"],
)
"""What is no array of the right shape."""


def mangled(made: Case, rng: Random) -> Case:
    """A case with something wrong: a letter more or less in the text, a field's value, an array."""
    what = rng.choice(("text", "field", "number"))
    if what == "text" and made.program is not None:
        lines = list(made.program.lines)
        i = rng.randrange(len(lines))
        text = str(lines[i]).replace("{", "").replace("}", "")
        place = rng.randrange(len(text) + 1)
        put = rng.choice(
            ("", "(", ")", "[", "]", "=", "~", "@", "*", "**", ",", "t", "0", ".", "#", "\n", "ä", "$", " x")
        )
        lines[i] = Line("", Term(text[:place] + put + text[place + rng.randint(0, 2) :]))
        return replace(made, program=Program(tuple(lines)))
    if what == "number":
        kind = rng.choice(("params", "inputs", "initial"))
        name = rng.choice(["W", "x", "h", *(made.recurrence.variables if made.recurrence else ())])
        return replace(made, numbers={**made.numbers, kind: {name: rng.choice(ODD_NUMBERS)}})
    return replace(made, fields={**made.fields, rng.choice([*ROWS]): rng.choice(ODD)})


@dataclass(frozen=True)
class _Fields:
    """Draws the fields of a link on one recurrence."""

    rng: Random
    recurrence: Recurrence
    tau: int

    def fields(self) -> dict[str, str]:
        """Some fields, each as a query says it; of those that need each other, both."""
        rare = ("trained", "trained_tau", "forced", "task", "feed", "set", "radius", "signal", "carry_state", "steps")
        found: dict[str, str] = {}
        for name in ROWS:
            if name not in ("system", "equations", "tau", "phase", "at") and self.chance(0.07 if name in rare else 0.2):
                found |= {name: self.value(name)}
        if found.keys() & {"trained_tau", "forced"}:
            found.setdefault("trained", "2")
        if found.get("forced") == "true":
            found.setdefault("feed", self.value("feed"))
        if found.get("view") == "folded" and found.get("values") == "true":
            del found["values"]
        if "signal" in found and (heard := self.sequences()):
            found["sizes"] = ",".join(f"{name}:1" for name in self.recurrence.variables[heard[0]].dims)
        return {name: value for name, value in found.items() if value}

    def value(self, name: str) -> str:
        return OWN[name](self) if name in OWN else self.by_row(name)

    def by_row(self, name: str) -> str:
        """A value that the row of a field allows."""
        row, schema = ROWS[name], ROWS[name].schema
        if row.choices:
            return self.rng.choice(row.choices)
        if schema.get("type") == "boolean":
            return self.rng.choice(("true", "false"))
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        high = MOST.get(name, schema.get("maximum", schema.get("exclusiveMaximum", 9)))
        if schema.get("type") == "integer":
            return str(self.rng.randint(low, min(high, low + 4)))
        if schema.get("type") == "number":
            return f"{self.rng.uniform(low, high):.3g}"
        return str(row.example)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def sizes(self) -> str:
        names = [name for name in self.recurrence.sizes if self.chance(0.6)]
        return ",".join(f"{name}:{self.rng.choice((1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9))}" for name in names)

    def of(self) -> str:
        name = self.rng.choice([e.name for e in self.recurrence.equations])
        indexed = self.recurrence.variables[name].indexed
        return f"{name}[{self.rng.randint(1, self.tau)}]" if indexed and self.chance(0.7) else name

    def task(self) -> str:
        if self.chance(0.2):
            return "next-character:hello,hi,abc"
        row = TASKS[self.rng.choice([*TASKS])]
        return f"{row.name}:{row.option.default}" if row.option and self.chance(0.3) else row.name

    def truncate(self) -> str:
        if self.chance(0.6):
            return str(self.rng.randint(1, self.tau))
        return "|".join(str(self.rng.randint(1, self.tau)) for _ in range(self.rng.randint(1, 3))) + "|"

    def feed(self) -> str:
        given, variables = self.sequences(), self.recurrence.variables.values()
        said = [v.name for v in variables if v.kind == "computed" and v.indexed]
        return f"{self.rng.choice(given)}:{self.rng.choice(said)}" if given and said else ""

    def sequences(self) -> list[str]:
        """The sequences that are given."""
        return [v.name for v in self.recurrence.variables.values() if v.kind == "given" and v.indexed]

    def radius(self) -> str:
        """Only where a matrix multiplies something; the others have nothing that could be scaled."""
        return self.by_row("radius") if any(v.rank == 2 for v in self.recurrence.variables.values()) else ""

    def set(self) -> str:
        names = [name for name in self.recurrence.names("parameter") if self.chance(0.6)]
        places = {name: ",".join("1" for _ in self.recurrence.shape(name)) for name in names}
        written = ((f"{name}[{place}]" if place else name) for name, place in places.items())
        return ",".join(f"{entry}:{self.rng.choice((0, 0.7, -1, 2))}" for entry in written)

    def signal(self) -> str:
        if len(self.sequences()) != 1 and self.chance(0.9):
            return ""
        return ",".join(f"{self.rng.gauss(0, 1):.2g}" for _ in range(self.rng.randint(1, self.tau)))

    def window(self) -> str:
        first = self.rng.randint(1, self.tau)
        return f"{first}..{self.rng.choice(('tau', self.rng.randint(first, self.tau)))}"

    def variables(self) -> str:
        return ",".join(name for name in self.recurrence.variables if self.chance(0.5))

    def fields_of_an_answer(self) -> str:
        """Those of a trace or of the instruments, which are refused at the other."""
        return ",".join(name for name in self.rng.choice((TRACED, MEASURED)) if self.chance(0.7))

    def open(self) -> str:
        steps = self.rng.sample(range(1, self.tau + 1), k=min(self.tau, self.rng.choice((1, 1, 2))))
        return ",".join(f"{step}:{self.rng.choice(('cells', 'gates', 'operations'))}" for step in sorted(steps))

    def batch(self) -> str:
        return self.rng.choice(("1", "2", "3", "4"))

    def last(self) -> str:
        letters = {plain_symbol(name) for name in self.recurrence.variables}
        return self.rng.choice([name for name in ("tau", "T", "n") if name not in letters])

    def names(self) -> str:
        """Some variables under symbols that no other has."""
        renamed = self.rng.sample([*self.recurrence.variables], k=min(2, len(self.recurrence.variables)))
        return ",".join(f"{name}:{symbol}" for name, symbol in zip(renamed, ("omega_new", "Q_z"), strict=False))

    def mark(self) -> str:
        """A node that most pictures have."""
        timed = [e.name for e in self.recurrence.equations if e.indexed]
        return f"{timed[-1]}[{self.rng.randint(1, self.tau)}]" if timed else ""

    def rows(self) -> str:
        return self.rng.choice(("-target", "-loss", "-input", "-parameter", "state,operation,output"))

    def trained_tau(self) -> str:
        return str(self.rng.randint(1, 6))

    def cursor(self, made: Case) -> dict[str, str]:
        """A phase, and mostly a place that its pass comes to."""
        phase = self.rng.choice(PHASES)
        try:
            drawn = {name: value for name, value in made.pairs.items() if name in options(Link)}
            link = parse_link((drawn | {"phase": phase}).items(), Link)
            places = [step.at for step in resolve(link).run.steps if step.phase == phase]
        except Exception:  # What is wrong with the link shows where it is sent.
            return {"phase": phase}
        return {"phase": phase} | ({"at": self.rng.choice(places)} if places and self.chance(0.7) else {})

    def numbers(self) -> dict[str, dict[str, Any]]:
        """Some parameters, data and starts, as a body gives them; or all, of sizes that nothing else says."""
        recurrence, tau, share = self.recurrence, self.tau, 0.4
        if self.chance(0.3):
            sizes = {name: self.rng.randint(1, 5) for name in recurrence.sizes}
            share = 1.0
            try:
                recurrence = parse(recurrence.text, sizes)
            except Problems:  # A line may declare another size.
                share = 0.4
        shapes: dict[str, tuple[str, tuple[int, ...]]] = {
            name: (
                "params" if v.kind == "parameter" else "inputs",
                ((tau,) if v.indexed else ()) + recurrence.shape(name),
            )
            for name, v in recurrence.variables.items()
            if v.kind != "computed"
        }
        found: dict[str, dict[str, Any]] = {}
        for name, (kind, shape) in shapes.items():
            if self.chance(share):
                found.setdefault(kind, {})[name] = self.array(shape)
        return found

    def array(self, shape: tuple[int, ...]) -> Any:
        if not shape:
            return round(self.rng.gauss(0, 1), 3)
        return [self.array(shape[1:]) for _ in range(shape[0])]


OWN: Mapping[str, Callable[[_Fields], str]] = {
    name: getattr(_Fields, name)
    for name in (
        "sizes",
        "of",
        "task",
        "truncate",
        "feed",
        "radius",
        "set",
        "signal",
        "window",
        "variables",
        "open",
        "trained_tau",
        "batch",
        "last",
        "names",
        "mark",
        "rows",
    )
} | {"fields": _Fields.fields_of_an_answer}
"""The fields that name something of the program or of its run."""


def less(found: Case) -> Iterator[Case]:
    """The case with a piece left out: a field, a line, a part of a line, some of its steps."""
    if found.numbers:
        yield replace(found, numbers={})
    for name in found.fields:
        if name != "tau":
            yield found.without(name)
    tau = int(found.fields.get("tau", "3"))
    for fewer in (1, 2, 3, tau // 2, tau - 1):
        if 0 < fewer < tau:
            yield replace(found, fields={**found.fields, "tau": str(fewer)})
    if found.program is not None:
        for program in smaller(found.program):
            yield replace(found, program=program)
