"""Which rank and size each name of a text has and why, with the controls that change them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.language import RANK_WORDS, Evidence, LineEdit, Recurrence, Variable, rank_edit
from app.limits import limit
from app.link import Resolved

KINDS = {"given": "data", "computed": "computed", "parameter": "parameter"}
"""What each kind of name is called, in the order of the rows."""
OPEN_SIZES = ("default", "size")
"""What settles the size of a dimension that a person may set."""
OPEN_RANKS = ("spelling", "least", "declaration", "size")
"""What settles a rank that a declaration may change."""
SIZE_WORDS = {"default": "a default", "size": "set here", "declaration": "{} declares it"}
"""What settled a size, where its evidence says it in fewer words."""


@dataclass(frozen=True)
class SizeRow:
    """A dimension with its size: `open` has a control, `set` one that may be emptied again."""

    name: str
    label: str
    size: int
    why: str
    open: bool
    set: bool


@dataclass(frozen=True)
class NameRow:
    """A name with its rank and its sizes; `others` are the ranks that a line in the text may give it instead."""

    label: str
    kind: str
    rank: str
    size: str
    why: str
    others: tuple[tuple[str, LineEdit], ...]


@dataclass(frozen=True)
class NameShapes:
    """The rows as the template reads them; a size is from 1 to `most`."""

    sizes: tuple[SizeRow, ...]
    names: tuple[NameRow, ...]
    most: int


def name_shapes(resolved: Resolved, text: str) -> NameShapes:
    """All names of a link's equations, which stand in the text, and all their dimensions."""
    recurrence = resolved.run.recurrence
    variables = sorted(recurrence.variables.values(), key=lambda v: [*KINDS].index(v.kind))
    names = tuple(_name_row(recurrence, v, text) for v in variables)
    return NameShapes(tuple(_size_rows(recurrence)), names, limit("size"))


def _size_rows(recurrence: Recurrence) -> Iterator[SizeRow]:
    for name, why in recurrence.size_evidence.items():
        words = SIZE_WORDS.get(why.source, "{}") if name in recurrence.unsaid or why.source != "default" else "{}"
        label, size = dimension_label(recurrence, name), recurrence.sizes[name]
        yield SizeRow(name, label, size, words.format(why.words), why.source in OPEN_SIZES, why.source == "size")


def dimension_label(recurrence: Recurrence, name: str) -> str:
    """What a dimension is called where people read it: `rows of W` for W_rows, which is in no text."""
    owner, _, axis = name.rpartition("_")
    if name not in recurrence.variables and owner in recurrence.variables:
        return f"{axis} of {owner}"
    return name


def _name_row(recurrence: Recurrence, v: Variable, text: str) -> NameRow:
    why = v.why or Evidence("spelling", "")
    ranks = enumerate(RANK_WORDS) if why.source in OPEN_RANKS else ()
    return NameRow(
        label=f"{v.name}{'[t]' if v.indexed else ''}",
        kind=KINDS[v.kind],
        rank=RANK_WORDS[v.rank],
        size=_size_in_words(recurrence, v),
        why="; ".join([why.words, *(_sizes_set(recurrence, v) if why.source == "declaration" else ())]),
        others=tuple((word, rank_edit(text, v.name, rank)) for rank, word in ranks if rank != v.rank),
    )


def _sizes_set(recurrence: Recurrence, v: Variable) -> Iterator[str]:
    """The sizes of a declared name that a person set: its line leaves them open, or yields to what is given."""
    for name in dict.fromkeys(v.dims):
        why = recurrence.size_evidence.get(name)
        if why and why.source == "size":
            yield f"sizes has {why.words}"


def _size_in_words(recurrence: Recurrence, v: Variable) -> str:
    """`5 × 4 (h × x)`: the numbers, and whose sizes these are where they are another's."""
    numbers = " × ".join(str(recurrence.sizes[d]) for d in v.dims)
    if all(d == v.name or d not in recurrence.variables for d in v.dims):
        return numbers
    return f"{numbers} ({' × '.join(dimension_label(recurrence, d) for d in v.dims)})"
