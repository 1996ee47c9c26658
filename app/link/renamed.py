"""The names that an edit of equations calls otherwise, so that what was said of them is said of them still."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

WORDS = re.compile(r"\w+|[^\w\s]")
NAME = re.compile(r"[^\W\d]\w*")


def renamed(before: str, after: str) -> Mapping[str, str]:
    """The names that are gone from a text, each with the new one that stands wherever it stood."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    called = dict[str, set[str]]()
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "replace" and b - a == d - c:
            for was, now in zip(old[a:b], new[c:d], strict=True):
                called.setdefault(was, set()).add(now)
    pairs = {was: min(names) for was, names in called.items() if len(names) == 1}
    return {
        was: now
        for was, now in pairs.items()
        if NAME.fullmatch(was) and NAME.fullmatch(now) and was not in new and now not in old
    }


def with_other_names(text: str, names: Mapping[str, str]) -> str:
    """A text on nodes or sizes, `h[2]` or `h:3`, with names called otherwise; W_rows is a size called after W."""
    said = "|".join(map(re.escape, names))
    return re.sub(rf"\b({said})(?=\b|_rows|_columns)", lambda it: names[it[1]], text) if names else text
