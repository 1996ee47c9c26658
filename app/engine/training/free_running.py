"""`Recurrence` + `y:o` → the recurrence that reads its own output o where it read the given y: free running.

Teacher forcing trains a network on what it should have said; run freely, it hears what it did say (Goodfellow et al.
2016, section 10.2.1, figure 10.6). The loss goes on reading y.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from app.engine.graph import folding
from app.engine.ir import analyse
from app.language import (
    Declaration,
    Equation,
    Expr,
    Problem,
    Problems,
    Read,
    Recurrence,
    Subject,
    Time,
    expand,
    parse,
    rank_by_spelling,
    reads,
    spelling_hint,
    substitute,
)
from app.language.typeset import show

PAIR = re.compile(r"\s*([^\W\d]\w*)\s*:\s*([^\W\d]\w*)\s*")


def fed(recurrence: Recurrence, feed: str) -> Recurrence:
    """The same equations with y read from the output o, for `y:o`: a read at lag k becomes o at lag max(k, 1).

    What only the loss reads as its target stays y; so do reads of one moment (`y[tau]`). Before the first step o is 0,
    unless o has a start. The result is read and checked anew, with the sizes that were set; a task that feeds y finds
    no y in it where nothing but these reads did. Raises Problems on the pair.
    """
    given, output = _pair(recurrence, feed)
    targets = _targets(recurrence, output)
    rewritten = tuple(e if e.name in targets else _rewritten(e, given, output) for e in recurrence.equations)
    if rewritten == recurrence.equations:
        raise Problems(
            Problem(f"nothing but the loss reads {given}, so there is nothing to feed", Subject.FREE_RUNNING)
        )
    try:
        found = _with_sizes(recurrence, show(_declared(replace(recurrence, equations=rewritten))))
    except Problems as error:
        raise Problems(*(Problem(p.message, Subject.FREE_RUNNING, p.allowed, p.hint) for p in error.problems)) from None
    _same_parameters(recurrence, found, given, output)
    return found


def _pair(recurrence: Recurrence, feed: str) -> tuple[str, str]:
    """The two names; both sequences, one given and one computed, of one rank."""
    match = PAIR.fullmatch(feed)
    if match is None:
        raise Problems(
            Problem(f"{feed} is no pair of names", Subject.FREE_RUNNING, "what is given and what it is read from: y:o")
        )
    variables = recurrence.variables
    for name, kind, word in ((match[1], "given", "given"), (match[2], "computed", "computed")):
        allowed = [n for n, v in variables.items() if v.kind == kind and v.indexed]
        if name not in allowed:
            message = f"{name} is no sequence that is {word}"
            raise Problems(Problem(message, Subject.FREE_RUNNING, allowed, spelling_hint(name, allowed)))
    if variables[match[1]].rank != variables[match[2]].rank:
        message = f"{match[1]} and {match[2]} have different ranks, so that one cannot be read for the other"
        raise Problems(Problem(message, Subject.FREE_RUNNING))
    return match[1], match[2]


def _targets(recurrence: Recurrence, output: str) -> set[str]:
    """The equations that read the given as what should have come out: the loss, or where none is, what o needs not."""
    names = set(recurrence.names("computed"))
    if "loss" in names:
        kinds = folding(recurrence).kinds
        return {n for n in names if n == "loss" or kinds.get(n) == "loss"}
    return names - analyse(recurrence).needed([output])


def _rewritten(e: Equation, given: str, output: str) -> Equation:
    def put(read: Read) -> Expr:
        if read.name != given or read.time is None or read.time.base != "t":
            return read
        return Read(output, Time("t", min(read.time.offset, -1)))

    return replace(e, expr=substitute(e.expr, put))


# the same ranks and sizes again


def _declared(recurrence: Recurrence) -> Recurrence:
    """The recurrence with a line for each rank that would be another without it, and none for what is not named now."""
    sides = [*(s.expr for s in recurrence.starts), *(e.expr for e in recurrence.equations)]
    written_out = [expand(side, recurrence.functions) for side in sides]  # An argument may be named and not read.
    read = {read.name for side in (*sides, *written_out) for read in reads(side)}
    named = {name: v for name, v in recurrence.variables.items() if name in read or v.kind == "computed"}
    kept = {line.name: line for line in recurrence.declarations if line.name in named}

    def with_lines_for(names: Iterable[str]) -> Recurrence:
        lines = {name: Declaration(name, (None,) * named[name].rank) for name in names}
        return replace(recurrence, declarations=tuple((lines | kept).values()))

    spelled = with_lines_for(n for n, v in named.items() if v.kind != "computed" and v.rank != rank_by_spelling(n))
    found = parse(show(spelled)).variables
    others = [name for name, v in named.items() if name in found and found[name].rank != v.rank]
    return with_lines_for([*(line.name for line in spelled.declarations), *others])


def _with_sizes(recurrence: Recurrence, text: str) -> Recurrence:
    """The text with the sizes that somebody set; those that took a default may take another name's.

    Where a given is not read any more, its dimension is called by another of its names.
    """
    read = parse(text)
    vectors = {n: recurrence.variables[n].dims for n in read.variables}
    names = {dims[0]: n for n, dims in reversed(vectors.items()) if len(dims) == 1}
    names |= {d: d for d in recurrence.sizes if d in vectors and len(vectors[d]) == 1}
    names |= {d: d for d in recurrence.sizes if d not in recurrence.variables and d in read.sizes}
    sizes = {names[d]: n for d, n in recurrence.sizes.items() if d in names and d not in recurrence.defaulted}
    defaults = {names[d]: recurrence.sizes[d] for d in recurrence.defaulted if d in names}
    return _with_evidence(recurrence, parse(text, sizes, defaults))


def _with_evidence(before: Recurrence, after: Recurrence) -> Recurrence:
    """The recurrence with what settled the ranks and sizes before it was rewritten, where they are the same."""
    variables = {
        name: replace(v, why=before.variables[name].why) if before.variables[name].rank == v.rank else v
        for name, v in after.variables.items()
    }
    evidence = {d: before.size_evidence.get(d, why) for d, why in after.size_evidence.items()}
    return replace(after, variables=variables, size_evidence=evidence)


def _same_parameters(before: Recurrence, after: Recurrence, given: str, output: str) -> None:
    """What multiplied the given is to fit the output: an axis whose size was set keeps it."""
    for name in before.names("parameter"):
        old, new = before.shape(name), after.shape(name)
        axes = zip(before.variables[name].dims, old, new, strict=True)
        if any(a != b for dim, a, b in axes if dim not in before.defaulted):
            message = f"{name} has shape {old} for {given} and would have {new} for {output}"
            raise Problems(Problem(message, Subject.FREE_RUNNING, hint=f"give {given} and {output} one size"))
