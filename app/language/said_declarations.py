"""Reads what people say of names, W ∈ ℝ³ˣ⁴ or W is a 3x4 matrix, as the line of the language that declares it."""

from __future__ import annotations

import re
import unicodedata

from app.language.syntax import RANK_WORDS

LONGEST = 500
"""A line of more characters is not looked at: it says more than sizes, and looking takes long."""
_NAME = r"[^\W\d]\w*"
_NAMES = rf"(?P<names>{_NAME}(?:(?:\s*,\s*|\s+and\s+){_NAME})*)"
_SIZE = r"(?:\d+|[A-Za-z]\w*)"
_SIZES = rf"\d+(?:\s*(?:[x×*,]|by)\s*\d+)?|{_SIZE}\s*[×*]\s*{_SIZE}"
_TWO_SIZES = rf"\d+\s*(?:[x×*]|by)\s*\d+|{_SIZE}\s*[×*]\s*{_SIZE}"
_RANKS = {"number": "scalar", "matrices": "matrix"}
"""What other words for ranks mean."""
_RANK = r"(?P<rank>scalar|number|vector|matrix|matrices)s?"
_LENGTH = (
    r"(?:(?:of|with|has|have)\s+)?(?:(?:size|shape|length|dimension|dimensions|dim)\s+)?"
    rf"\(?\s*(?P<length>{_SIZES})\s*,?\s*\)?"
)
_ABOVE = "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᵈʰⁱʲᵏᵐⁿᵖˣ"
_SET = (
    r"(?:ℝ|R|\\(?:R|mathbb\s*(?:R|\{\s*R\s*\})|mathbf\s*\{\s*R\s*\})(?![A-Za-z]))\s*"
    rf"(?:\^\s*(?:\{{(?P<braced>[^{{}}]+)\}}|\((?P<round>[^()]+)\)|(?P<one>\w))|(?P<above>[{_ABOVE}]+))?"
)
MEMBERS = re.compile(rf"{_NAMES}(?:\s*\[t\])?\s*(?:∈|\\in\b)\s*{_SET}(?!\w)")
"""Names that are in a power of ℝ."""
_FORMS = (
    rf"{_NAMES}\s+in\s+{_SET}",
    rf"{_RANK}\s+{_NAMES}(?:\s+{_LENGTH})?",
    rf"{_NAMES}\s+(?:is|are)\s+(?:an?\s+)?(?:(?P<before>{_SIZES})[\s-]*(?:dimensional\s+)?)?{_RANK}(?:\s+{_LENGTH})?",
    rf"{_NAMES}\s+(?:is|are)\s+(?P<length>{_TWO_SIZES})",
    rf"{_NAMES}\s+(?=(?:is of|are of|of|has|have|with)\s+(?:size|shape|length|dim))(?:(?:is|are)\s+)?{_LENGTH}",
)
_LINES = tuple(re.compile(rf"(?:(?:where|with|and|let)\s+)?{form}\s*[.,;]?") for form in (MEMBERS.pattern, *_FORMS))
_AT_END = re.compile(
    rf"(?:^|[,;]|\s(?=(?:where|with|and|for)\s))\s*(?:(?:where|with|and|for)\s+)?{MEMBERS.pattern}\s*[.,;]?\s*$"
)
"""A set that ends a line, behind what begins a piece of it."""


def without_sets(line: str) -> tuple[str, list[str]]:
    """A line without the sets at its end, h[t] = tanh(W @ x[t]), W ∈ ℝ³ˣ⁴, U ∈ ℝ³ˣ³, and what declares each."""
    declared = list[str]()
    if len(line) > LONGEST or not re.search(r"∈|\\in\b", line):
        return line.strip(), declared
    while (found := _AT_END.search(line)) and (written := declaration_of(found)):
        line, declared = line[: found.start()].rstrip().rstrip(",;"), [written, *declared]
    return line.strip(), declared


def said_declaration(line: str) -> str | None:
    """The line of the language for one that says of names how large they are; None for any other."""
    if len(line) > LONGEST:
        return None
    rest, sets = without_sets(line)
    if sets and not rest:
        return "; ".join(sets)
    found = next((it for pattern in _LINES if (it := pattern.fullmatch(line.strip()))), None)
    return declaration_of(found) if found else None


def declaration_of(found: re.Match[str]) -> str | None:
    """What declares the names that were found, with their sizes or else their rank."""
    said = found.groupdict()
    names = ", ".join(re.split(r"\s*,\s*|\s+and\s+", said["names"]))
    if "rank" in said:
        rank = _RANKS.get(said["rank"], said["rank"])
        sizes = said.get("before") or said.get("length") or ""
    else:
        power = next((it for key in ("braced", "round", "one", "above") if (it := said.get(key))), None)
        sizes = said.get("length") or power or ""
        rank = "" if sizes else "scalar"
    axes = _axes(sizes)
    if axes is None or (rank and axes and RANK_WORDS[len(axes)] != rank):
        return None
    return f"{names}: {' x '.join(axes) or rank}"


def _axes(sizes: str) -> list[str] | None:
    """How long each axis is, as in `3 × 4`, `3x4`, `³ˣ⁴`, `n × m`; None for what is no size."""
    plain = unicodedata.normalize("NFKC", sizes).replace("\\times", "×").replace("\\cdot", "×")
    if not plain.strip():
        return []
    axes = [it.strip() for it in re.split(r"[×*,]|\bby\b|(?<=\w)\s*x\s*(?=\w)", plain)]
    fine = len(axes) <= 2 and all(re.fullmatch(r"[1-9]\d*|[A-Za-z]\w*", it) for it in axes)
    return axes if fine else None
