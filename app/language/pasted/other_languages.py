"""Turns steps in MATLAB, Julia and JavaScript into lines that the reader of Python reads, one for one.

They differ in how a line is spelled, so each is a table of spellings, tried in order; nothing of them is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.language.elsewhere import WRITTEN
from app.language.pasted.lines import PastedLine, PastedReading
from app.language.pasted.python_reader import read_python
from app.language.pasted.python_source import LINE_IS_NO_PYTHON
from app.language.problems import Problem, problem_at

Spelling = tuple[str, str]
"""A pattern, and what Python has in its place."""

_ARRAYS: Sequence[Spelling] = (
    (r"\b([A-Za-z]\w*)'(?!\w)", r"\1.T"),
    (r"\b([A-Z]\w*(?:\.T)?)\s*\*(?![*.])", r"\1 @"),
    (r"(?<![*.])\*(?!\*)\s*([A-Z]\w*)\b(?!\()", r"@ \1"),
    (r"\.([-+*/^])", r"\1"),
    (r"\^", "**"),
)
"""A product with a letter for a matrix is one of matrices; with a point before it a sign goes entry by entry."""
_FUNCTION = (r"^function\s+(?:\[?[\w, ]*\]?\s*=\s*)?(\w+)\((.*)\)$", r"def \1(\2):")
_CHOICE = (r"^if\s+(.+?)$", r"if \1:")
_LOOP = (r"^for\s+(\w+)\s*(?:=|in|∈)\s*(\d+):(.+?)(?:\s+do)?\s*$", r"for \1 in range(\2, \3 + 1):")
_MATLAB: Sequence[Spelling] = (
    (r"%.*$|;\s*$", ""),
    _FUNCTION,
    _LOOP,
    _CHOICE,
    (r"\b(\w+)\(\s*:\s*,\s*end\s*\)", r"\1[:, -1]"),
    (r"\b(\w+)\(\s*:\s*,([^()]*)\)", r"\1[:,\2]"),
    (rf"\b(?!(?:{'|'.join(WRITTEN.values())})\()(\w+)\(([tnki]\s*(?:[-+]\s*\d+)?|\d+)\)", r"\1[\2]"),
    *_ARRAYS,
)
_JULIA: Sequence[Spelling] = (
    (r"\.=", "="),
    (r"(\w)\.\(", r"\1("),
    (r"^(\w+)\(([\w, ]*)\)\s*=(?!=)\s*(.+)$", r"def \1(\2): return \3"),
    _FUNCTION,
    _LOOP,
    _CHOICE,
    *_ARRAYS,
)
_JAVASCRIPT: Sequence[Spelling] = (
    (r"//.*$|;\s*$", ""),
    (r"^for\s*\(\s*\w*\s+(\w+)\s*=\s*(\d+)\s*;\s*\1\s*<=\s*(.+?)\s*;.*$", r"for \1 in range(\2, \3 + 1):"),
    (r"^for\s*\(\s*\w*\s+(\w+)\s*=\s*(\d+)\s*;\s*\1\s*<\s*(.+?)\s*;.*$", r"for \1 in range(\2, \3):"),
    (r"^function\s+(\w+)\((.*)\)\s*\{$", r"def \1(\2):"),
    (r"^if\s*\((.+)\)\s*\{$", r"if \1:"),
    (r"^(?:let|const|var)\s+", ""),
    (r"\bMath\.|\.length\b", ""),
    *_ARRAYS[1:3],
)
_OPENS = re.compile(r"(?:for|if|while|function)\b")
_CLOSES = re.compile(r"(?:end|\})\s*;?$")


@dataclass(frozen=True)
class OtherLanguage:
    """A language whose lines are turned into Python's: what it looks like, and its spellings."""

    name: str
    looks: str
    spellings: Sequence[Spelling]

    def as_python(self, text: str) -> str:
        """The text with each line as Python spells it; every line stays where it is."""
        return "\n".join(self._lines(text))

    def _lines(self, text: str) -> Iterator[str]:
        blocks = list[bool]()
        for line in map(str.strip, text.split("\n")):
            closes, depth = _CLOSES.match(line), sum(blocks)
            spelled = "" if closes else self._spelled(line)
            yield f"{'    ' * depth}{spelled}" if spelled else ""
            if _OPENS.match(line):
                blocks.append(spelled.endswith(":"))
            elif closes and blocks:
                blocks.pop()

    def _spelled(self, line: str) -> str:
        for pattern, instead in self.spellings:
            line = re.sub(pattern, instead, line).rstrip()
        return line


OTHER_LANGUAGES = (
    OtherLanguage(
        "JavaScript", r"\)\s*\{\s*$|\bfor\s*\([^)]*;[^)]*;|\bMath\.\w|^\s*(?:let|const|var)\s+\w+\s*=", _JAVASCRIPT
    ),
    OtherLanguage("Julia", r"\.=|\w\.\(|^\s*for\s+\w+\s+(?:in|∈)\s+\d+:\w", _JULIA),
    OtherLanguage(
        "MATLAB", r"^\s*function\s.*=|^\s*for\s+\w+\s*=\s*\d+:|\w\(\s*:\s*,|(?<=[\w)])(?<!\d)\.[*/^]", _MATLAB
    ),
)


def other_language(text: str) -> OtherLanguage | None:
    """The language that a text looks like, if it is one of these."""
    return next((it for it in OTHER_LANGUAGES if re.search(it.looks, text, re.MULTILINE)), None)


def read_other_language(language: OtherLanguage, text: str) -> PastedReading:
    """The equations of a text in another language; what is said of a line points at the whole of it."""
    found, written = read_python(language.as_python(text)), text.split("\n")

    def said(line: PastedLine) -> PastedLine:
        source = written[line.line - 1 : line.line + line.source.count("\n")]
        return replace(line, source="\n".join(source).strip())

    def there(problem: Problem) -> Problem:
        number = (problem.line or 1) - 1
        start = sum(len(line) + 1 for line in written[:number])
        span = start + len(written[number]) - len(written[number].lstrip()), start + len(written[number].rstrip())
        said = "this line is not read" if problem.message.startswith(LINE_IS_NO_PYTHON) else problem.message
        return problem_at(text, span, f"this looks like {language.name}: {said}", problem.hint)

    lines, problems = tuple(map(said, found.lines)), tuple(map(there, found.problems))
    return PastedReading(language.name, found.text, lines, problems, found.sizes)
