"""Leaves the loop of an algorithm aside, `for t = 1 to T do`: a line with a moment holds at every step anyway."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from app.language.pasted.lines import FORMULAS, PastedLine, PastedReading

LOOP = re.compile(
    r"^[ \t]*for (?:(?:each|all|every) (?:time[ -]?step |step )?\w+|\w+ *(?:=|from|←|:=|∈)"
    r"(?: *\S+ +to +\S+|[^:\n]*(?:…|\.\.\.|\\l?dots)[^:\n]*))[ \t]*(?:do|:)?[ \t]*$",
    re.MULTILINE,
)
"""The head of a loop as algorithms have it; `for t in range(T):` is Python."""
REST = re.compile(r"^[ \t]*(?:end(?: ?for)?|done|return\b.*|begin)[ \t]*$", re.MULTILINE)
"""What closes it, or says what comes out."""
EACH = re.compile(r"^([ \t]*for )each( \w+ in )", re.MULTILINE)
"""A loop over data in words; without the word it is Python."""
AT_EVERY_STEP = "a line with a moment holds at every step"


def without_each(text: str) -> str:
    """A text in which `for each x in xs:` is a loop of Python, as long as before."""
    return EACH.sub(r"\1    \2", text)


def read_without_loop(text: str, read: Callable[[str], PastedReading]) -> PastedReading | None:
    """What stands in a loop of an algorithm, as equations; None for a text without one."""
    heads = list(LOOP.finditer(text))
    if not heads:
        return None
    bare = text
    for found in (*heads, *REST.finditer(text)):
        start, end = found.span()
        bare = f"{bare[:start]}{' ' * (end - start)}{bare[end:]}"
    inner = read(bare)
    passed = [PastedLine(it[0].strip(), text.count("\n", 0, it.start()) + 1, "", AT_EVERY_STEP) for it in heads]
    lines = sorted((*passed, *inner.lines), key=lambda line: line.line)
    if inner.foreign:
        return replace(inner, lines=tuple(lines))
    written = "\n".join(line.strip() for line in inner.text.split("\n") if line.strip())
    return PastedReading(FORMULAS, written, tuple(lines), inner.problems)
