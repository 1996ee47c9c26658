"""Explains what stands in a link's formulas in plain words: signs, functions, θ, and every letter.

A formula has letters alone; who does not know one points at it, taps it, or comes to it by the keyboard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.engine.graph import folding
from app.engine.training import OPTIMIZERS
from app.language import Call, Expr, Recurrence, Variable, reads, walk
from app.language.typeset import Notation, term_of
from app.link import Resolved
from app.ops import OPS

SIGNS = {
    "⊙": "⊙: entry by entry. Each number of the one is multiplied by the number that stands at its place in the other.",
    "⊤": "⊤: transposed. Rows become columns, and columns rows.",
    "∇": "∇: the gradient, all slopes in one. How much what follows it changes with each entry of what stands below.",
    "∂": "∂: the slope. How much what stands above changes with what stands below.",
    "[t = …]": "[t = …]: 1 at the step where this holds, 0 at all others.",
    "t": "t: the number of the step.",
    "→": "→: what it was before the update, then what it is after it.",
    "⋯": "⋯: columns that are left out, for want of room.",
    "⋮": "⋮: rows that are left out, for want of room.",
    "⋱": "⋱: rows and columns that are left out, for want of room.",
    "g": "g is the whole past in one: a function of all inputs up to this step, another for each step. It is f, "
    "applied again and again.",
}
"""What signs say that are the same for every link."""
STEP = "f"
"""What a step of a recurrence is called where its text has no function of its own."""
KINDS = {
    "input": "an input",
    "target": "a target, which the outputs are to meet",
    "output": "an output",
    "loss": "a loss",
}
"""What a variable is, by the kind of its nodes."""
OTHERS = {"parameter": "a parameter", "given": "given, as data are", "computed": "computed"}
"""What a variable is whose nodes do not say it."""
STATE = "a state, handed on from step to step"


def explained_terms(resolved: Resolved) -> Mapping[str, str]:
    """A sentence for every term that a page can explain, by what the formulas call it."""
    recurrence, said = resolved.run.recurrence, resolved.notation
    last, tau = said.last_letter, resolved.link.tau
    steps = {
        "τ": f"{last}: how many steps there are, here {tau}.",
        "∑": f"∑: the sum over all steps. One term for each t is added, from step 1 to the last, {last} = {tau}.",
    }
    return {**_operations(), **SIGNS, **steps, **_shared(recurrence, said), **_functions(recurrence, said)}


def explained_names(resolved: Resolved) -> Mapping[str, str]:
    """What every name of a link's formulas is and how many numbers it has, whatever the step."""
    recurrence, said = resolved.run.recurrence, resolved.notation
    kinds = {node.var: node.kind for node in resolved.run.graph.nodes}
    handed_on = {
        r.name for e in recurrence.equations for r in reads(e.expr) if r.time and r.time.base and r.time.offset
    }
    arguments = {name: "what f is given" for f in recurrence.functions for name in f.arguments}
    gates = {name for name, part in folding(recurrence, "gates").parts.items() if part.gate}

    def kind(v: Variable) -> str:
        if v.kind == "computed" and v.indexed and v.name in handed_on and kinds.get(v.name) != "output":
            return STATE
        return "a gate, between 0 and 1" if v.name in gates else KINDS.get(kinds.get(v.name, ""), OTHERS[v.kind])

    found = {
        name: f"{kind(v)}, {_size(recurrence, v)}{' at every step' * v.indexed}"
        for name, v in recurrence.variables.items()
    }
    steps = {"tau": f"how many steps there are, here {resolved.link.tau}"}
    whole = {"loss": "the whole loss, which training makes small, one number"} if "loss" in found else {}
    return {name: f"{said.plain(name)}: {words}." for name, words in (arguments | steps | found | whole).items()}


def explained_rule(resolved: Resolved) -> Mapping[str, str]:
    """What each letter is of the rule by which the parameters of a link move; they are none of its names."""
    letters = {"theta": "all parameters, as one long vector", "g": "their gradient"}
    said = resolved.notation
    found = letters | dict(OPTIMIZERS[resolved.link.optimizer].letters)
    return {name: f"{said.plain(name)}: {words}." for name, words in found.items()}


def _size(recurrence: Recurrence, v: Variable) -> str:
    sizes = [recurrence.sizes[d] for d in v.dims]
    return "one number" if {*sizes} <= {1} else f"{' × '.join(map(str, sizes))} numbers"


def _operations() -> dict[str, str]:
    """Every operation by what its name is marked with, which means the same everywhere."""
    named = ((term_of(op.name) or op.name, op) for op in OPS.values())
    return {name: f"{op.sign or name}: {op.meaning}." for name, op in named}


def _shared(recurrence: Recurrence, said: Notation) -> dict[str, str]:
    """θ and the f of one step, which have all parameters that the states are made with."""
    states = [e.expr for e in folding(recurrence, "states").drawn if e.indexed]
    called = {x.function for e in states for x in walk(e) if isinstance(x, Call)}
    theta = _set_of((*states, *(f.body for f in recurrence.functions if f.name in called)), recurrence, said)
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
