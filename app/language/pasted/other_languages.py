"""Turns steps in MATLAB, Julia, R and JavaScript into lines that the reader of Python reads, one for one.

They differ in how a line is spelled, so each is a table of spellings, tried in order; nothing of them is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from app.language.elsewhere import WRITTEN
from app.language.pasted.lines import PastedLine, PastedReading
from app.language.pasted.python_reader import read_python
from app.language.pasted.python_source import LINE_IS_NO_PYTHON
from app.language.problems import Problem, problem_at

Spelling = tuple[str, str | Callable[[re.Match[str]], str]]
"""A pattern, and what Python has in its place."""


def _rows(match: re.Match[str]) -> str:
    """`[1 0.1; 0 1]` as Python has it: a row is a vector, unless a capital letter is what it is called by."""
    name, inside = match[1], match[2]
    rows = [
        re.split(r"\s*,\s*|(?<![-+*/^,\s])\s+(?![-+*/^]\s)", row.strip()) for row in inside.split(";") if row.strip()
    ]
    matrix = len(rows) > 1 or (name[:1].isupper() and "," not in inside)
    lists = ", ".join(f"[{', '.join(row)}]" for row in rows)
    return f"{name}np.array({f'[{lists}]' if matrix or not lists else lists})"


_ROWS: Spelling = (r"(\b\w+\s*=\s*|[-+*/(]\s*)\[([^\[\]=]+)\]", _rows)


def _from_zero(match: re.Match[str]) -> str:
    """Indices that are counted from 1 as Python counts them, `[t-1, :]` of `[t, :]`."""
    return f"[{', '.join(map(_less_by_one, match[1].split(',')))}]"


def _less_by_one(index: str) -> str:
    found = re.fullmatch(r"\s*([A-Za-z]\w*|)\s*([-+]?)\s*(\d*)\s*", index)
    if found is None or found[0].strip() in ("", "-1"):
        return index
    more = int(f"{found[2]}{found[3] or 0}") - 1
    return f"{found[1]}{more:+d}" if found[1] and more else found[1] or str(more)


_INDICES = re.compile(r"(?<=[\w)])\[([^\[\]]*)\]")
_TURNED: Spelling = (r"(\b[A-Za-z]\w*|\))'(?!\w)", r"\1.T")
_BY_INVERSE: Sequence[Spelling] = (
    (r"(?<!\.)/\s*(\((?:[^()]|\([^()]*\))*@(?:[^()]|\([^()]*\))*\))", r"@ np.linalg.inv\1"),
    (r"(?<!\.)/\s*([A-Z]\w*)\b(?![(.\[])", r"@ np.linalg.inv(\1)"),
    (r"(\w+)\s*\\\s*(\w+)", r"np.linalg.solve(\1, \2)"),
)
"""What is divided by a matrix is multiplied by its inverse."""
_ARRAYS: Sequence[Spelling] = (
    _TURNED,
    (r"\b([A-Z]\w*(?:\.T)?)\s*\*(?![*.])", r"\1 @ "),
    (r"(?<![*.])\*(?!\*)\s*([A-Z]\w*)\b(?!\()", r"@ \1"),
    *_BY_INVERSE,
    (r"\.([-+*/^])", r"\1"),
    (r"\^", "**"),
)
"""A product with a letter for a matrix is one of matrices; with a point before it a sign goes entry by entry."""
_NUMBER = re.compile(r"(?:^|[;,\n])\s*([A-Z]\w*)\s*=\s*[-+]?[\d.]+(?:e[-+]?\d+)?\s*(?=[;,\n]|$)", re.MULTILINE)
"""A capital letter that is one number."""
_CALLED = "eye|zeros|ones|rand|randn|length|numel|size|inv|det|diag|cumsum|linspace|floor|round"
_FUNCTION = (r"^function\s+(?:\[?[\w, ]*\]?\s*=\s*)?(\w+)\((.*)\)$", r"def \1(\2):")
_CHOICE = (r"^if\s+(.+?)$", r"if \1:")
_LOOP = (r"^for\s+(\w+)\s*(?:=|in|∈)\s*(\d+):(.+?)(?:\s+do)?\s*$", r"for \1 in range(\2, \3 + 1):")
_MATLAB: Sequence[Spelling] = (
    (r"%.*$|;\s*$", ""),
    (r"\b(zeros|ones|rand|randn)\(\s*1\s*,\s*([^(),]+|\w+\(\w+\))\)", r"\1(\2)"),
    _FUNCTION,
    _LOOP,
    _CHOICE,
    (r"^(\w+)\s*=\s*\[\s*\]$", r"\1 = []"),
    (r"^(\w+)\s*=\s*\[\1\s*[,;\s]\s*(.+)\]$", r"\1.append(\2)"),
    (r"^(\w+)\(end\s*\+\s*1\)\s*=\s*(.+)$", r"\1.append(\2)"),
    _ROWS,
    (r"\b(\w+)\(\s*:\s*,\s*end\s*\)", r"\1[:, -1]"),
    (r"\b(\w+)\(\s*:\s*,([^()]*)\)", r"\1[:,\2]"),
    (rf"\b(?!(?:{'|'.join(WRITTEN.values())}|{_CALLED})\()(\w+)\(([tnki]\s*(?:[-+]\s*\d+)?|\d+)\)", r"\1[\2]"),
    *_ARRAYS,
)
_JULIA: Sequence[Spelling] = (
    (r"^push!\((\w+),\s*(.+)\)$", r"\1.append(\2)"),
    (r"^(\w+)\s*=\s*(?:\w+(?:\{\w+\})?)?\[\s*\]$", r"\1 = []"),
    _ROWS,
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


def _matrix_of_r(match: re.Match[str]) -> str:
    """`matrix(c(1, 2, 3, 4), 2, 2)` as Python has it: R fills columns, unless it is told to fill rows."""
    numbers, said = match[1], match[2]
    named = dict(re.findall(r"(nrow|ncol|byrow)\s*=\s*(\w+)", said))
    plain = re.findall(r"(?<=,)\s*(\d+)\s*(?=,|$)", said)
    rows, columns = (named.get(it, plain[k] if k < len(plain) else "-1") for k, it in enumerate(("nrow", "ncol")))
    if named.get("byrow", "").startswith("T"):
        return f"np.array([{numbers}]).reshape({rows}, {columns})"
    return f"np.array([{numbers}]).reshape({columns}, {rows}).T"


_R: Sequence[Spelling] = (
    (r"\s*<-\s*", " = "),
    (r"\b([A-Za-z]\w*)\.(?=[A-Za-z])", r"\1_"),
    (r"^(\w+)\s*=\s*function\s*\((.*)\)\s*\{?$", r"def \1(\2):"),
    (r"\bseq_along\((\w+)\)", r"1:length(\1)"),
    (r"\bseq_len\((\w+)\)", r"1:\1"),
    (r"^for\s*\(\s*(\w+)\s+in\s+(\d+):(.+?)\)\s*\{$", r"for \1 in range(\2, \3 + 1):"),
    (r"^for\s*\(\s*(\w+)\s+in\s+(\d+):((?:[^()]|\([^()]*\))+)\)\s*([^{\s].*)$", r"for \1 in range(\2, \3 + 1): \4"),
    (r"^for\s*\(\s*(\w+)\s+in\s+(.+)\)\s*\{$", r"for \1 in \2:"),
    (r"^if\s*\((.+)\)\s*\{$", r"if \1:"),
    (r"^return\((.*)\)$", r"return \1"),
    (r"\bmatrix\(\s*c\(([^()]*)\)\s*((?:,[^()]*)?)\)", _matrix_of_r),
    (r"\bmatrix\(\s*0\s*,\s*(\w+)\s*,\s*(\w+)\s*\)", r"np.zeros((\1, \2))"),
    (r"^(\w+)\s*=\s*(?:c\(\s*\)|NULL|list\(\s*\))$", r"\1 = []"),
    (r"^(\w+)\s*=\s*c\(\1\s*,\s*(.+)\)$", r"\1.append(\2)"),
    (r"\bc\(([^()]*)\)", r"np.array([\1])"),
    (r"\bdiag\((\d+|[a-z]\w?)\)", r"np.eye(\1)"),
    (r"\b(?:numeric|rep\(0,|double)\s*\(?\s*([^(),]+|length\(\w+\))\)", r"np.zeros(\1)"),
    (r"\brep\(([^(),]+),\s*([^(),]+)\)", r"np.full(\2, \1)"),
    (r"\brnorm\(1\)", "np.random.randn()"),
    (r"\brnorm\(([^(),=]+)\)", r"np.random.randn(\1)"),
    (r"\bt\(([A-Za-z]\w*)\)", r"\1.T"),
    (r"\bsolve\(([^(),]+)\)", r"np.linalg.inv(\1)"),
    (r"\blength\(", "len("),
    (r"\[([^\[\],]+),\s*\]", r"[\1]"),
    (r"%\*%", "@"),
    (r"\^", "**"),
)
_OPENS = re.compile(r"(?:for|if|while|function)\b")
_CLOSES = re.compile(r"(?:end|\})\s*;?$")


@dataclass(frozen=True)
class OtherLanguage:
    """A language whose lines are turned into Python's: what it looks like, and its spellings."""

    name: str
    looks: str
    spellings: Sequence[Spelling]
    from_one: bool = True
    """Whether the first entry of an array has the index 1; without a loop an index is a moment."""

    def as_python(self, text: str) -> str:
        """The text with each line as Python spells it; every line stays where it is."""
        lines = list(self._lines(text))
        if self.from_one and any(line.lstrip().startswith("for ") for line in lines):
            lines = [_INDICES.sub(_from_zero, line) for line in lines]
        return "\n".join(lines)

    def _lines(self, text: str) -> Iterator[str]:
        blocks, numbers = list[bool](), frozenset(_NUMBER.findall(text))
        for line in _whole_lines(text):
            closes, depth = _CLOSES.match(line), sum(blocks)
            spelled = "" if closes else self._spelled(line, numbers)
            yield f"{'    ' * depth}{spelled}" if spelled else ""
            if _OPENS.match(line) or line.endswith("{"):
                blocks.append(spelled.endswith(":"))
            elif closes and blocks:
                blocks.pop()

    def _spelled(self, line: str, numbers: Collection[str]) -> str:
        """A line as Python has it; with one number a product goes entry by entry, whatever its letter."""
        line = re.sub(rf"\b({'|'.join(numbers)})\s*\*", r"\1 .*", line) if numbers else line
        line = re.sub(rf"(?<!\.)\*\s*({'|'.join(numbers)})\b", r".* \1", line) if numbers else line
        for pattern, instead in self.spellings:
            line = re.sub(pattern, instead, line).rstrip()
        return line


def _whole_lines(text: str) -> Iterator[str]:
    """The lines of a text, one that goes on below as a whole, and empty lines in place of where it does."""
    lines = [line.strip() for line in text.split("\n")]
    for place, below in _lengths(lines):
        whole = lines[place]
        for line in lines[place + 1 : place + below]:
            between = "; " if whole.count("[") > whole.count("]") else " "  # Within square brackets each is a row.
            whole = f"{whole.removesuffix('...').rstrip()}{between}{line}"
        yield whole
        yield from [""] * (below - 1)


def _lengths(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where each whole line begins, and over how many lines it goes."""
    place = 0
    while place < len(lines):
        open_ = (k for k in range(1, MOST_JOINED) if not _is_open(" ".join(lines[place : place + k])))
        below = next(open_, 1)
        yield place, below
        place += below


def _is_open(line: str) -> bool:
    """Whether a line has a bracket that it does not close."""
    return line.count("(") > line.count(")") or line.count("[") > line.count("]") or line.endswith("...")


MOST_JOINED = 24
"""Over so many lines one may go."""
OTHER_LANGUAGES = (
    OtherLanguage("R", r"^\s*[\w.\[\], +-]+<-\s*\S|%\*%|^\s*for\s*\(\s*\w+\s+in\s", _R),
    OtherLanguage(
        "JavaScript",
        r"\)\s*\{\s*$|\bfor\s*\([^)]*;[^)]*;|\bMath\.\w|^\s*(?:let|const|var)\s+\w+\s*=",
        _JAVASCRIPT,
        False,
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
    lengths = {place + 1: below for place, below in _lengths([line.strip() for line in written])}

    def said(line: PastedLine) -> PastedLine:
        below = max(line.source.count("\n") + 1, lengths.get(line.line, 1))
        source = written[line.line - 1 : line.line - 1 + below]
        return replace(line, source="\n".join(source).strip())

    def there(problem: Problem) -> Problem:
        number = (problem.line or 1) - 1
        start = sum(len(line) + 1 for line in written[:number])
        span = start + len(written[number]) - len(written[number].lstrip()), start + len(written[number].rstrip())
        said = "this line is not read" if problem.message.startswith(LINE_IS_NO_PYTHON) else problem.message
        return problem_at(text, span, f"this looks like {language.name}: {said}", problem.hint)

    lines, problems = tuple(map(said, found.lines)), tuple(map(there, found.problems))
    return PastedReading(language.name, found.text, lines, problems, found.sizes, found.steps)
