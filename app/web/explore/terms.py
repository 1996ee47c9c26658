"""Explains the terms of a link's formulas in plain words: signs, functions, letters that stand for several names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.language import Expr, Recurrence, reads
from app.language.typeset import Notation, term_of
from app.link import Resolved
from app.ops import OPS

SIGNS = {
    "⊙": "⊙: entry by entry. Each number of the one is multiplied by the number that stands at its place in the other.",
    "∑": "∑: the sum over all steps. One term for each t, from the first to the last, is added.",
    "g": "g is the whole past in one: a function of all inputs up to this step, another for each step. It is f, "
    "applied again and again.",
}
"""What signs say that are the same for every link."""
STEP = "f"
"""What a step of a recurrence is called where its text has no function of its own."""


def explained_terms(resolved: Resolved) -> Mapping[str, str]:
    """A sentence for every term that a page can explain, by what the formulas call it."""
    recurrence, said = resolved.run.recurrence, resolved.notation
    return {**_operations(), **SIGNS, **_shared(recurrence, said), **_functions(recurrence, said)}


def _operations() -> dict[str, str]:
    """Every operation by what its name is marked with, which means the same everywhere."""
    named = ((term_of(op.name) or op.name, op) for op in OPS.values())
    return {name: f"{op.sign or name}: {op.meaning}." for name, op in named}


def _shared(recurrence: Recurrence, said: Notation) -> dict[str, str]:
    """θ and the f of one step, which have all parameters that the states are made with."""
    bodies = (f.body for f in recurrence.functions)
    theta = _set_of((*(e.expr for e in recurrence.equations if e.indexed), *bodies), recurrence, said)
    return {
        "θ": f"{theta or 'θ'}: all parameters of f, the same numbers at every step.",
        STEP: f"f is one step: the same function at every step{f', with the parameters {theta}' if theta else ''}.",
    }


def _functions(recurrence: Recurrence, said: Notation) -> dict[str, str]:
    """The functions that the text defines, with the parameters that they read."""
    found = {}
    for function in recurrence.functions:
        theta = _set_of((function.body,), recurrence, said)
        its = f", with the parameters {theta}" if theta else ""
        found[function.name] = f"{said.plain(function.name)} is one function, the same at every step{its}."
    return found


def _set_of(read_by: Iterable[Expr], recurrence: Recurrence, said: Notation) -> str:
    """θ = {W, b}: the parameters that expressions read, matrices first; nothing where there is none."""
    names = {r.name for expr in read_by for r in reads(expr)}
    found = sorted(names.intersection(recurrence.names("parameter")), key=lambda n: (-recurrence.variables[n].rank, n))
    return f"θ = {{{', '.join(map(said.plain, found))}}}" if found else ""
