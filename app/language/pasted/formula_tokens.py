"""Cuts LaTeX, or mathematics in Unicode, into tokens, statement by statement, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from app.language.parse import DEEPEST
from app.language.symbols import GREEK
from app.language.syntax import Span

_TOKEN = re.compile(
    r"(?P<remark>(?<!\\)[%#][^\n]*)|(?P<row>\\\\(?:\[[^\]\n]*\])?)|(?P<command>\\(?:[A-Za-z]+\*?|.))"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<word>[^\W\d_][\u0300-\u036f\u20d6\u20d7]*)|(?P<line>[\n\u2028\u2029])"
    r"|(?P<space>\\(?:left|right)\s*\.|(?:[^\S\n\u2028\u2029]|[~\ufeff\u200b-\u200f\u2060\u2061\xad])+)|(?P<sign>.)",
    re.DOTALL,
)
_BELOW = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₔₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-=()aeoxəhklmnpstijruv", strict=True))
_ABOVE = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵗᵀᵃᵇᵈʰⁱʲᵏᵐⁿᵖˣ", "0123456789+-=()tTabdhijkmnpx", strict=True))
_ARROWS_ABOVE = {"\u20d7": "vec", "\u20d6": "overleftarrow"}
DISPLAYED = re.compile(
    r"\$\$.*?\$\$|\\\[.*?\\\]|\\begin\{(?P<name>(?:align|equation|gather|multline|eqnarray)\w*\*?)\}.*?\\end\{(?P=name)\}",
    re.DOTALL,
)
_INLINE = re.compile(r"\$[^$\n]*=[^$\n]*\$|\\\([^\n]*?=[^\n]*?\\\)")
MEMBERS_IN_PROSE = re.compile(
    r"(?:\$|\\\()\s*(?![^$\n]{0,200}?dots)[A-Za-z\\{}_^,\s\d+-]{1,200}?(?:\\in\b|∈)\s*(?:\\mathbb\s*(?:R|\{\s*R\s*\})|\\R\b|ℝ)"
    r"(?:\s*\^\s*(?:\{[^{}$\n]*\}|\w))?\s*[.,;]?\s*(?:\$|\\\))"
)
"""Letters in a power of ℝ within a sentence: where $W \\in \\mathbb{R}^{3 \\times 4}$ is."""
_STEPWISE = re.compile(r"(?:\$|\\\()\s*\\?[A-Za-z{}\\]+\s*[_^(]\s*\{?[(<]?t\b")
_LETTER_OF_NUMBER = r"\\?[^\W\d_]+(?:_\{?\w+\}?)?"
_NUMBER_SAID = rf"{_LETTER_OF_NUMBER}\s*=\s*[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_NUMBERS_WITHIN = re.compile(rf"(?:\$|\\\()\s*({_NUMBER_SAID})\s*[.,;]?\s*(?:\$|\\\))")
"""A letter with its number within a sentence: with $\\beta = 0.4$."""
_NUMBERS_ALONE = re.compile(
    rf"^[ \t]*(?:(?:where|with|and)[ \t]+)?({_NUMBER_SAID}(?:\s*(?:,|;|\band\b|\\q?quad)\s*{_NUMBER_SAID})*)"
    r"[ \t]*(?:[.,;][ \t]*)?$",
    re.MULTILINE,
)
"""A line of letters with their numbers, beside formulas that are set apart."""
_WORDS_BEFORE = re.compile(
    r"^[ \t]*(?:[A-Z][A-Za-z]{2,}(?:[ -][A-Za-z()\d]+)*:(?=[^\n=:]*=)"
    r"|(?:The|A|An|Let|Consider|We|Suppose|Assume|Our|Given)\b[^=\n\\]*?\s(?=\S+\s*=))",
    re.MULTILINE,
)
"""What a sentence says before a formula: `Population model:`, `The AR(1) process`."""
_WORDS_BETWEEN = re.compile(rf"(?:[,;]|(?<![ \t,;]))[ \t]+(?:where|with|and)[ \t]+(?={_NUMBER_SAID})")
"""What joins formulas with the numbers of their letters."""
_STEPS_IN_BRACKETS = re.compile(
    r"\((\s*(?:\\text\{\s*for\s*\}|for\s)?\s*[A-Za-z]\s*(?:=|∈)\s*\d+\s*,[^()\n]{0,40}?(?:dots|…|\.\.\.)[^()\n]{0,20})\)"
)
"""The steps that there are, in brackets behind a formula: `(t = 1, …, T)`."""
_STEPS_WITHIN = re.compile(
    r"(?:\$|\\\()\s*[A-Za-z]\s*=\s*\d+\s*,[^$\n]{0,40}?(?:dots|…|\.\.\.)[^$\n]{0,20}?(?:\$|\\\))"
)
"""The steps that there are within a sentence: for $t = 1, \\ldots, 7$."""
_UNMARKED = re.compile(
    r"^(?![^=\n$]*[A-Za-z]{3,} [A-Za-z]{2,})[^=\n$]*=[^\n$]*?(?=\s(?:with|where|and|for)\b|\$|$)", re.MULTILINE
)
_CHANGES = frozenset(("Delta", "delta", "Δ", "δ"))
OPERATORS = frozenset("+-·⊙/=,⊗&")
JOINING = frozenset(("quad", "qquad", "pm", "mp", "oplus", "end", "left", "right", "big", "Big", "bigg", "Bigg"))
"""Commands that go on with what stands before them."""
STEP = "dt"
"""How long a step is."""
_DISTRIBUTION = (
    r"\s*(?:i\.?i\.?d\.?\s*)?(?:\\(?:mathcal|mathrm|text|operatorname)\s*\{?\s*)?"
    r"(?:N|U|WN|IID|Normal|normal|Uniform|Gaussian|Bernoulli|Poisson)\b"
)
_DRAWN = re.compile(rf"~(?={_DISTRIBUTION}\}}?\s*[({{])")
_WIKIPEDIA = re.compile(r"^(\s*)\{(\\displaystyle\b.*)\}(?=\s*$)", re.MULTILINE)
_WHERE = re.compile(
    r"(?:\\(?:text|mbox|textrm|mathrm|quad)\s*\{\s*)?(?<![\\A-Za-z])(?:where|with|and)\b\s*\}?"
    r"(?=[^=,;\n]{0,60}?(?:\N{TILDE OPERATOR}|\\sim\b))"
)
SIGNS = {
    **dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}", "-"),
    **dict.fromkeys("⋅∙×\N{INVISIBLE TIMES}∗*", "·"),
    **dict.fromkeys("∘◦⨀", "⊙"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("′’", "'"),
    **dict.fromkeys("⊺", "⊤"),
    **dict.fromkeys("≔≡≜←⟵", "="),
    "∥": "‖",
    "\N{TILDE OPERATOR}": "~",
    "［": "[",
    "］": "]",
}
COMMANDS = {
    "cdot": "·", "times": "·", "ast": "·", "cdotp": "·", "odot": "⊙", "circ": "⊙", "bullet": "⊙", "star": "⊙",
    "top": "⊤", "intercal": "⊤", "dagger": "⊤", "prime": "'", "langle": "<", "rangle": ">", "lt": "<", "gt": ">",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|", "|": "‖",
    "lVert": "‖", "rVert": "‖", "Vert": "‖", "lbrack": "[", "rbrack": "]", "{": "(", "}": ")", "lbrace": "(",
    "rbrace": ")", "leftarrow": "=", "gets": "=", "triangleq": "=", "equiv": "=", "coloneqq": "=", "colon": ":",
    "in": "∈", "sum": "∑", "div": "/", "semicolon": ";", "infty": "∞", "dots": "…",
    "ldots": "…", "cdots": "…", "sim": "~",
}  # fmt: skip
"""Commands that stand for a sign."""
SPACES = frozenset((
    ",", ";", ":", "!", ">", "quad", "qquad", "nonumber", "notag", "displaystyle", "textstyle", "limits",
    "nolimits", "left", "right", "middle", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr",
    "big", "Big", "bigg", "Bigg", "bigm", "mathopen", "mathclose", "mathbin", "mathrel", "mathord", "bf", "rm",
    "it", "mathstrut", "noindent", "hspace", "vspace", "phantom", "allowbreak", "par", "hfill", "medskip",
    "smallskip", "centering",
)) | {" ", "\n", "/"}  # fmt: skip
"""Commands that change nothing of what is said."""
CONCLUDING = frozenset((
    "Rightarrow", "Longrightarrow", "implies", "iff", "Leftrightarrow", "therefore", "because", "land", "wedge",
))  # fmt: skip
"""Commands between statements."""
WITH_ARGUMENT = frozenset(("label", "tag", "tag*", "hspace", "vspace", "phantom", "color", "intertext", "ref"))
"""Commands whose argument says nothing."""
SPLITTING = frozenset((
    "equation", "equation*", "align", "align*", "aligned", "gather", "gather*", "gathered", "split", "eqnarray",
    "eqnarray*", "multline", "multline*", "alignat", "alignat*", "flalign", "flalign*", "displaymath", "math",
    "document",
))  # fmt: skip
"""Environments whose rows are statements."""
BOLD = frozenset(("mathbf", "boldsymbol", "bm", "textbf", "pmb", "bold", "symbf"))
BRACED = frozenset(("array", "cases", "dcases"))
"""Environments whose rows are statements where no sign of equality stands before them."""


@dataclass(frozen=True, slots=True)
class FormulaToken:
    """`kind` is letter, word (several letters in running text), number, command or sign."""

    kind: str
    text: str
    span: Span


def formula_tokens(text: str) -> Iterator[FormulaToken]:
    """The tokens of a text; spaces are gone, `row` ends a row and `line` a line."""
    for match in _TOKEN.finditer(text):
        kind, piece, span = str(match.lastgroup), match.group(), match.span()
        if kind == "command":
            yield from _command(piece.removeprefix("\\"), span)
        elif kind == "word":
            yield from _letter(piece, span)
        elif kind == "sign":
            yield from _sign(piece, span)
        elif kind not in ("remark", "space"):
            yield FormulaToken(kind, piece, span)


def _command(name: str, span: Span) -> Iterator[FormulaToken]:
    if name == "_":
        yield FormulaToken("letter", "_", span)
    elif name in WITH_ARGUMENT:
        yield FormulaToken("dropped", name, span)
    elif name in CONCLUDING:
        yield FormulaToken("row", name, span)
    elif name in COMMANDS:
        yield FormulaToken("sign", COMMANDS[name], span)
    elif name not in SPACES:
        yield FormulaToken("command", name.rstrip("*") if name not in SPLITTING else name, span)
    elif name in ("quad", "qquad"):
        yield FormulaToken("quad", " ", span)


def _letter(piece: str, span: Span) -> Iterator[FormulaToken]:
    """A letter; the subscripts and superscripts of Unicode are groups below and above what they follow."""
    if piece in _BELOW or piece in _ABOVE or unicodedata.category(piece[0]) == "No":
        yield from _sign(piece[0], span)
    elif piece[-1] in _ARROWS_ABOVE:
        letter = FormulaToken("letter", unicodedata.normalize("NFKC", piece[:-1]), span)
        yield FormulaToken("command", _ARROWS_ABOVE[piece[-1]], span)
        yield from (FormulaToken("sign", "{", span), letter, FormulaToken("sign", "}", span))
    else:
        yield FormulaToken("letter", unicodedata.normalize("NFKC", piece), span)


def _sign(char: str, span: Span) -> Iterator[FormulaToken]:
    if char in _BELOW:
        yield FormulaToken("below", _BELOW[char], span)
    elif char in _ABOVE:
        yield FormulaToken("above", _ABOVE[char], span)
    elif unicodedata.category(char) == "No":
        ratio = unicodedata.normalize("NFKC", char).split("⁄")
        yield FormulaToken("number", "/".join(ratio), span)
    elif char == "$":
        yield FormulaToken("row", char, span)
    elif unicodedata.category(char) not in ("Cf", "Mn") and char != "`":
        plain = unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char
        yield FormulaToken("sign", SIGNS.get(plain, plain), span)


def only_formulas(text: str) -> str:
    """The text without the prose around its formulas, where it marks them; what is left out becomes spaces.

    Beside formulas that are set apart those within a sentence count if they say what is at a step, or how large.
    """
    apart = [m.span() for m in DISPLAYED.finditer(text)]
    inline = sorted((*_INLINE.finditer(text), *MEMBERS_IN_PROSE.finditer(text)), key=lambda m: m.start())
    within = [m for m in inline if not any(start <= m.start() < end for start, end in apart)]
    if apart:
        formulas = " ".join(text[start:end] for start, end in apart)
        shown = [*apart, *(m.span() for m in within if _STEPWISE.match(m[0]) or m.re is MEMBERS_IN_PROSE)]
        shown += (m.span() for m in _NUMBERS_WITHIN.finditer(text) if _has_letters(formulas, m[1]))
        shown += (m.span() for m in _STEPS_WITHIN.finditer(text))
        shown += (m.span(1) for m in _NUMBERS_ALONE.finditer(text) if _has_letters(formulas, m[1]))
    elif within:
        unmarked = (
            m.span()
            for m in _UNMARKED.finditer(text)
            if not any(m.start() < it.end() and it.start() < m.end() for it in within)
        )
        shown = [*(m.span() for m in within), *unmarked]
    else:
        return _WORDS_BETWEEN.sub(_comma_for, _WORDS_BEFORE.sub(lambda m: " " * len(m[0]), text))
    blank = re.sub(r"[^\n]", " ", text)
    for start, end in shown:
        blank = blank[:start] + text[start:end] + blank[end:]
    return _WORDS_BETWEEN.sub(_comma_for, blank)


def _comma_for(words: re.Match[str]) -> str:
    return f",{' ' * (len(words[0]) - 1)}"


def _has_letters(formulas: str, said: str) -> bool:
    """Whether formulas have all letters of which numbers are said, `S` of `S_0 = 1`."""
    letters = (it.split("_")[0] for it in re.findall(rf"({_LETTER_OF_NUMBER})\s*=", said))
    return all(re.search(rf"(?<![A-Za-z\\]){re.escape(it)}(?![A-Za-z])", formulas) for it in letters)


def statements(text: str) -> list[list[FormulaToken]]:
    """The statements of a text: rows of an environment, or lines that have a sign of equality of their own."""
    grouped = _scripts_grouped(list(_without_deep_braces(formula_tokens(_with_signs_of_draws(only_formulas(text))))))
    apart = _bold_letters_apart(_without_words_above(grouped))
    tokens = _with_time_steps(list(_without_environments(_with_sums(apart))))
    found: list[list[FormulaToken]] = []
    current: list[FormulaToken] = []
    depth = environments = 0
    for place, token in enumerate(tokens):
        depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(token.text, 0) if token.kind == "sign" else 0
        inside = {"begin": 1, "end": -1}.get(token.text, 0) if token.kind == "command" else 0
        depth, environments = depth + inside, environments + inside
        ends = token.kind in ("row", "line", "quad") or token.text == ";"
        said = depth == 0 and any(t.text in ("=", "∈", "~") for t in current)
        ends |= token.text == "," and said and not _beside_dots(tokens, place)
        if token.text == "&" and not environments:
            continue
        if not ends or (token.kind == "row" and depth > 0):
            current.append(token)
        elif (
            depth <= 0
            and not _goes_on_equal(current, tokens[place:])
            and (
                _says_equal(tokens, place + 1)
                or _row_is_fixed(tokens, place + 1)
                or _row_is_whole(current, tokens[place:])
            )
        ):
            found.append(current)
            current, depth = [], 0
        elif token.text in ",;":
            current.append(token)
    return [trimmed for one in (*found, current) if (trimmed := _trimmed(one))]


def _beside_dots(tokens: Sequence[FormulaToken], place: int) -> bool:
    """Whether a comma stands before or behind dots, as in 1, …, T."""
    return any(it.text in ("…", ".") for it in (*tokens[place - 1 : place], *tokens[place + 1 : place + 2]))


def _with_signs_of_draws(text: str) -> str:
    """The text with ∼ for what draws at random, which else is a space in LaTeX, and a comma for “where” before it."""
    text = _WIKIPEDIA.sub(_without_braces, text).replace(":=", " =")
    text = _STEPS_IN_BRACKETS.sub(r",\1 ", text)
    signed = _DRAWN.sub("\N{TILDE OPERATOR}", text)
    return _WHERE.sub(_as_comma, signed)


def _without_braces(found: re.Match[str]) -> str:
    """A line without the braces around it, as long as it."""
    return f"{found[1]} {found[2]} "


def _as_comma(found: re.Match[str]) -> str:
    """A comma in place of a word, as long as it."""
    return ",".ljust(len(found[0]))


def _without_words_above(tokens: list[FormulaToken]) -> list[FormulaToken]:
    """`\\stackrel{iid}{\\sim}` as the sign that the words stand above."""
    found, place = list[FormulaToken](), 0
    while place < len(tokens):
        token, end = tokens[place], place + 1
        if token.kind == "command" and token.text in ("stackrel", "overset"):
            words = _after_group(tokens, place + 1)
            end = _after_group(tokens, words)
            signs = [it for it in tokens[words:end] if it.text not in ("{", "}")]
            if [it.text for it in signs] == ["~"]:
                found.append(replace(signs[0], span=token.span))
                place = end
                continue
            end = place + 1
        found.append(token)
        place = end
    return found


def _bold_letters_apart(tokens: list[FormulaToken]) -> list[FormulaToken]:
    """`\\boldsymbol{W h}` as two letters, each bold: letters that touch, `\\mathbf{Wx}`, are one name."""
    found, place = list[FormulaToken](), 0
    while place < len(tokens):
        end = _after_group(tokens, place + 1) if tokens[place].kind == "command" else place
        inside = tokens[place + 2 : end - 1]
        if tokens[place].text in BOLD and len(inside) > 1 and _are_letters_apart(inside):
            for token in inside:
                braces = [replace(token, kind="sign", text=it) for it in "{}"]
                found += [replace(tokens[place], span=token.span), braces[0], token, braces[1]]
            place = end
        else:
            found.append(tokens[place])
            place += 1
    return found


def _are_letters_apart(tokens: list[FormulaToken]) -> bool:
    """True for letters alone, with a space between each two."""
    letters = all(token.kind == "letter" or (token.kind == "command" and token.text in GREEK) for token in tokens)
    return letters and all(one.span[1] < other.span[0] for one, other in pairwise(tokens))


def _with_time_steps(tokens: list[FormulaToken]) -> list[FormulaToken]:
    """Δt as one letter, dt: how long a step is."""
    found = list[FormulaToken]()
    for token in tokens:
        before = found[-1] if found else None
        step = token.kind == "letter" and token.text == "t" and before and before.text in _CHANGES
        if before and step:
            found[-1] = FormulaToken("letter", STEP, (before.span[0], token.span[1]))
        else:
            found.append(token)
    return found


def without_scripts(tokens: list[FormulaToken]) -> list[FormulaToken]:
    """The tokens of a statement that stand on its line, and the signs of scripts."""
    kept, place = list[FormulaToken](), 0
    while place < len(tokens):
        kept.append(tokens[place])
        script = tokens[place].kind == "sign" and tokens[place].text in ("_", "^")
        place = max(_after_group(tokens, place + 1), place + 2) if script else place + 1
    return kept


def without_words(tokens: list[FormulaToken]) -> list[FormulaToken]:
    """The tokens of a statement without words that a style sets: the letters of `\\text{softmax}` are no letters."""
    kept, place = list[FormulaToken](), 0
    while place < len(tokens):
        end = _after_group(tokens, place + 1) if tokens[place].kind == "command" else place + 1
        letters = [token for token in tokens[place + 1 : end] if token.kind == "letter"]
        if len(letters) < 2 or any(token.kind == "command" for token in tokens[place + 1 : end]):
            kept.append(tokens[place])
            end = place + 1
        place = max(end, place + 1)
    return kept


def _says_equal(tokens: list[FormulaToken], start: int) -> bool:
    """True if a statement of its own begins here: there is a sign of equality, of a set or of a draw before it ends."""
    depth = 0
    for token in (tokens[place] for place in range(start, len(tokens))):
        if token.kind in ("row", "line", "quad") and depth == 0:
            return False
        if token.kind == "sign":
            depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(token.text, 0)
            if token.text in "=∈~" and depth <= 0:
                return True
    return False


def _row_is_fixed(tokens: list[FormulaToken], start: int) -> bool:
    """True for a row that says of parameters that they are fixed in training."""
    behind = (tokens[place] for place in range(start, len(tokens)))
    row = takewhile(lambda t: t.kind not in ("row", "line"), behind)
    return "".join(t.text for t in row if t.kind == "letter").endswith("fixedintraining")


def _behind(rest: list[FormulaToken]) -> FormulaToken | None:
    """The first token of the next row that says something."""
    return next((t for t in rest if t.kind not in ("row", "line", "quad", "dropped") and t.text != "&"), None)


def _goes_on_equal(row: list[FormulaToken], rest: list[FormulaToken]) -> bool:
    """True where the next row begins with a sign of equality: it is one more side of this one."""
    behind = _behind(rest)
    return (
        bool(row) and behind is not None and behind.kind == "sign" and behind.text == "=" and rest[0].text not in ",;"
    )


def _row_is_whole(row: list[FormulaToken], rest: list[FormulaToken]) -> bool:
    """True for an equation that a row ends, where the next one neither goes on with a sign nor ends a group."""
    behind = _behind(rest)
    if rest[0].kind != "row" or behind is None or not row or not any(t.text == "=" for t in row):
        return False
    goes_on = behind.kind == "sign" and behind.text not in "([‖|…"
    return not (goes_on or behind.text in JOINING or row[-1].text in JOINING or row[-1].text in OPERATORS)


def _trimmed(tokens: list[FormulaToken]) -> list[FormulaToken]:
    """Without the signs that end a sentence."""
    while tokens and tokens[-1].kind == "sign" and tokens[-1].text in ",.;":
        tokens = tokens[:-1]
    while tokens and tokens[0].kind == "sign" and tokens[0].text in ",.;":
        tokens = tokens[1:]
    whole = len(tokens) > 2 and tokens[0].text == "{" and _after_group(tokens, 0) == len(tokens)
    return _trimmed(tokens[1:-1]) if whole else tokens


def _without_environments(tokens: list[FormulaToken]) -> Iterator[FormulaToken]:
    """Leave out the beginnings and ends of environments whose rows are statements, and what only looks."""
    place = open_arrays = 0
    while place < len(tokens):
        token = tokens[place]
        if token.kind == "dropped":
            place = _after_group(tokens, place + 1)
            continue
        if token.kind == "command" and token.text == "boxed":
            end = _after_group(tokens, place + 1)
            tokens = [*tokens[:place], *tokens[place + 2 : end - 1], *tokens[end:]]
            continue
        if token.kind == "command" and token.text in ("begin", "end"):
            end = _after_group(tokens, place + 1)
            name = "".join(t.text for t in tokens[place + 2 : end - 1])
            name = name.replace("·", "*")
            if name in BRACED and (open_arrays if token.text == "end" else _holds_equations(tokens, place, end)):
                open_arrays += 1 if token.text == "begin" else -1
                end = _after_group(tokens, end) if token.text == "begin" else end
                name = "aligned"
            if name in SPLITTING:
                yield replace(token, kind="row", text="\\\\")
                place = end
                continue
        if _is_empty_group(tokens, place):
            place += 2
            continue
        if token.text == "(" and _opens_equations(tokens, place + 1):
            place += 1
            continue
        if token.kind == "command" and token.text in "[]()":
            yield replace(token, kind="row", text="\\\\")
        else:
            yield token
        place += 1


def _opens_equations(tokens: list[FormulaToken], place: int) -> bool:
    """True where rows of equations begin: the brace before them, `\\left\\{`, says nothing."""
    end = _after_group(tokens, place + 1)
    name = "".join(t.text for t in tokens[place + 2 : end - 1])
    begins = place < len(tokens) and tokens[place].kind == "command" and tokens[place].text == "begin"
    return begins and name in BRACED and _holds_equations(tokens, place, end)


def _holds_equations(tokens: list[FormulaToken], place: int, start: int) -> bool:
    """True for an array whose rows are equations, as some manuals have it; within an equation it is something else."""
    for token in reversed(tokens[:place]):
        if token.kind in ("row", "line"):
            break
        if token.kind == "sign" and token.text == "=":
            return False
    inside = tokens[_after_group(tokens, start) :]
    end = next((k for k, t in enumerate(inside) if t.kind == "command" and t.text == "end"), len(inside))
    return any(t.kind == "sign" and t.text == "=" for t in inside[:end])


def _is_empty_group(tokens: list[FormulaToken], place: int) -> bool:
    """True for a pair of braces that holds nothing and is no script, as TeX takes it for its spaces."""
    pair = [t.text for t in tokens[place : place + 2] if t.kind == "sign"]
    return pair == ["{", "}"] and not (place and tokens[place - 1].text in ("^", "_"))


def _after_group(tokens: list[FormulaToken], place: int) -> int:
    """The place after a group in braces, if one begins here."""
    if place >= len(tokens) or tokens[place].text != "{":
        return place
    depth = 0
    for end in range(place, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[end].text, 0)
        if depth == 0:
            return end + 1
    return len(tokens)


def _without_deep_braces(tokens: Iterable[FormulaToken]) -> Iterator[FormulaToken]:
    """The tokens without braces that are nested deeper than is read: whose are, the parser says by those that are left.

    So looking for the end of each group takes no longer for a text that is braces alone.
    """
    depth = 0
    for token in tokens:
        opens, closes = (token.kind == "sign" and token.text == brace for brace in "{}")
        depth += opens
        if depth <= DEEPEST + 1 or not (opens or closes):
            yield token
        depth -= closes


def _scripts_grouped(tokens: list[FormulaToken]) -> list[FormulaToken]:
    """Runs of Unicode's subscripts and superscripts as groups in braces."""
    found: list[FormulaToken] = []
    for place, token in enumerate(tokens):
        if token.kind not in ("below", "above"):
            found.append(token)
            continue
        if place == 0 or tokens[place - 1].kind != token.kind:
            found += [
                FormulaToken("sign", "_" if token.kind == "below" else "^", token.span),
                FormulaToken("sign", "{", token.span),
            ]
        kind = "number" if token.text.isdigit() else "letter" if token.text.isalpha() else "sign"
        found.append(FormulaToken(kind, token.text, token.span))
        if place + 1 == len(tokens) or tokens[place + 1].kind != token.kind:
            found.append(FormulaToken("sign", "}", token.span))
    return found


def _with_sums(tokens: list[FormulaToken]) -> list[FormulaToken]:
    """Σ as the sign of a sum, if none of them can be anything else; the letter is also a matrix, a covariance."""
    places = [place for place, token in enumerate(tokens) if token.kind == "letter" and token.text == "Σ"]
    if not all(_sums(tokens, place) for place in places):
        return tokens
    return [replace(it, kind="sign", text="∑") if k in places else it for k, it in enumerate(tokens)]


def _sums(tokens: list[FormulaToken], place: int) -> bool:
    """True for a Σ with a term behind it, and an index or no factor before it."""
    end, scripts = place + 1, list[FormulaToken]()
    while end < len(tokens) and tokens[end].text in ("_", "^"):
        after = max(_after_group(tokens, end + 1), end + 2)
        scripts, end = [*scripts, *tokens[end:after]], after
    before, behind = tokens[place - 1] if place else None, tokens[end] if end < len(tokens) else None
    signs = [token.text for token in scripts if token.kind == "sign"]
    factor = before is not None and (before.kind == "letter" or before.text in (")", "]", "}"))
    if behind is None or "⊤" in signs or ("-" in signs and "=" not in signs) or (factor and "_" not in signs):
        return False
    return behind.kind in ("letter", "number", "command") or behind.text in ("(", "[", "|", "‖", "√")
