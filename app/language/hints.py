"""What to write instead of a name that has no meaning: by meaning, by where it stands, by spelling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

from app.language.elsewhere import as_operand, meaning_hint
from app.language.syntax import Call, Equation

LIKE, NEARLY = 0.5, 0.05
"""How much alike a name is that is meant, at least; others are named too that are hardly less so than the best."""


def spelling_hint(name: str, names: Iterable[str]) -> str | None:
    """A hint that lists the names most like this one, above all one with the same letters in another order."""
    scores, letters, best = dict[str, float](), Counter(name), 0.0
    for other in sorted(set(names)):
        if _most_alike(name, letters, other) >= max(LIKE, best - NEARLY):
            scores[other] = 1.0 if sorted(name) == sorted(other) else SequenceMatcher(None, name, other).ratio()
            best = max(best, scores[other])
    close = sorted(
        (n for n, s in scores.items() if s >= max(LIKE, best - NEARLY)), key=scores.__getitem__, reverse=True
    )
    return f"did you mean {' or '.join(close[:3])}?" if close else None


def _most_alike(name: str, letters: Counter[str], other: str) -> float:
    """No less than how much alike two names are: by how long they are, then by the letters that both have."""
    both = len(name) + len(other)
    bound = 2 * min(len(name), len(other)) / both if both else 1.0
    return bound if bound < LIKE or not both else 2 * (letters & Counter(other)).total() / both


def call_hint(text: str, call: Call, functions: Iterable[str]) -> str:
    """What to write in place of a call of something that is no function."""
    name, arguments = call.function, [_written(text, arg.span) for arg in call.args]
    if hint := meaning_hint(name, arguments):
        return hint
    if len(arguments) == 1 and re.fullmatch(r"(?:t|tau)(?:\s*[-+]\s*\d+)?", arguments[0]):
        return f"a moment stands in square brackets: write {name}[{arguments[0].replace(' ', '')}]"
    if len(arguments) == 1 and (name[:1].isupper() or re.search(rf"\b{re.escape(name)}\b(?!\s*\()", text)):
        sign = "@" if name[:1].isupper() else "*"
        return f"a product has its sign: write {name} {sign} {as_operand(arguments[0])}"
    defined = f"or define it by a line: {name}({', '.join('xyzuvw'[: len(arguments)])}) = …"
    found = spelling_hint(name, functions)
    return f"{found[:-1]}, {defined}?" if found and len(name) <= 3 else found or defined.removeprefix("or ")


def second_line_hint(text: str, line: Equation, taken: Iterable[str]) -> str:
    """What to do with a line for a name that has one already: often an update of it, as a reset in a spiking neuron."""
    name = next(f"{line.name}_{n}" for n in range(2, 1000) if f"{line.name}_{n}" not in taken)
    index = "[t]" if line.indexed else ""
    right = _written(text, line.expr.span)
    own = f"give this line a name of its own, {name}{index} = {right}"
    if not re.search(rf"\b{re.escape(line.name)}\s*\[\s*t\s*\]", right):
        return f"{own}, or leave out one of the two"
    before = as_operand(moved_in_time(right, -1))
    if before == f"{line.name}[t-1]":
        return "leave this line out: it says only that the name is itself"
    return f"{own}, and read {name}[t-1] for {line.name}[t-1]; or leave it out and write {before} for {line.name}[t-1]"


def moved_in_time(written: str, steps: int) -> str:
    """A piece of text as it is some steps later: all its moments that count from t."""

    def moment(found: re.Match[str]) -> str:
        offset = int(f"{found[1] or '+'}{found[2] or 0}") + steps
        return f"[t{offset:+d}]" if offset else "[t]"

    def condition(found: re.Match[str]) -> str:
        return f"[t = {int(found[1]) - steps}]"

    written = re.sub(r"\[\s*t\s*(?:([-+])\s*(\d+)\s*)?\]", moment, written)
    return re.sub(r"\[\s*t\s*=\s*(\d+)\s*\]", condition, written)


def _written(text: str, span: tuple[int, int] | None) -> str:
    return text[slice(*span)] if span else "…"


OVER_TIME = {
    "softmax": "{w}[t] = exp({a}), {z} = sum({w}[t]), and {w}[t] / {z} here",
    "log_softmax": "{w}[t] = exp({a}), {z} = sum({w}[t]), and {a} - log({z}) here",
    "cumsum": "{w}[t] = {w}[t-1] + {a}",
    "norm": "{z} = sqrt(sum({a} ** 2))",
    "logsumexp": "{z} = log(sum(exp({a})))",
    "max": "{z} = max({a})",
    "min": "{z} = min({a})",
}
"""What runs over the entries of a vector, written out over the steps: of a scalar sequence that is what is meant."""


def over_time_hint(op: str, argument: str, taken: Iterable[str]) -> str | None:
    """How to write over the steps what an operation does over entries, with lines by names that are free."""
    if op not in OVER_TIME:
        return None
    free = [name for name in ("w", "z", "u", "v", "s", *(f"w_{n}" for n in range(99))) if name not in taken]
    return "over the steps: " + OVER_TIME[op].format(w=free[0], z=free[1], a=argument)
