"""Says what to write instead of a line that cannot be read: a missing sign found, a limit told with the way around it.

A rule is a function that knows a mistake and says what would be right; the first that knows it is heard. What it says
to write is text that can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from app.language.broken_lines import BrokenLine, indented_below
from app.language.elsewhere import as_operand, function_here, meaning_hint
from app.language.hints import moved_in_time
from app.language.missing_signs import missing_operator
from app.language.numbers_beside import AS_DATA, AS_PARAMETERS, BY_HAND
from app.language.parse import Token, UnreadLine, parse_statements, reads_as_line
from app.language.problems import Problem
from app.language.said_declarations import said_declaration, without_sets
from app.language.syntax import Span
from app.ops import OPS


def mended_problem(text: str, line: UnreadLine) -> Problem:
    """The problem of a line, with what to write instead where a rule knows it."""
    broken, problem = BrokenLine.of(text, line), line.problem
    for rule in RULES_OF_MENDING:
        if hint := rule(broken):
            return replace(problem, hint=hint)
    return missing_operator(broken) or replace(problem, hint=problem.hint or _plainly(broken))


# words and signs of other languages


STATEMENTS: Mapping[str, str] = {
    **dict.fromkeys(
        ("for", "while", "repeat", "loop"),
        "a line with [t] is the loop: h[t] = tanh(W @ h[t-1]) holds at each. “read” reads loops of Python: unfold read",
    ),
    **dict.fromkeys(
        ("if", "elif", "else", "switch", "case"),
        "a choice is a value: h[t] = where(x[t] > 0, x[t], 0), or [t = 1] for one moment",
    ),
    **dict.fromkeys(
        ("def", "return", "function", "fn", "lambda"), "a function is one line: f(s, x) = tanh(W @ s + U @ x)"
    ),
    "class": "a cell is its equations: h[t] = tanh(W @ h[t-1] + U @ x[t]). “read” reads classes of Python: unfold read",
    **dict.fromkeys(("import", "from", "with", "using"), "nothing is imported: leave the line out"),
    **dict.fromkeys(("print", "assert", "plot", "pass"), "every value is shown anyway: leave the line out"),
    **dict.fromkeys(("let", "var", "const", "double", "auto", "local"), "leave the word out: h[t] = …"),
}
"""Words that begin a line elsewhere."""


def unread_blocks(text: str, unread: Sequence[UnreadLine]) -> list[Span]:
    """Where the lines stand that belong to a line of another language above them, as the lines of a class do."""
    heads = (line for line in unread if line.tokens[0].text in STATEMENTS and line.tokens[-1].text == ":")
    return [indented_below(text, line.tokens[0].span[0]) for line in heads]


def _statement(line: BrokenLine) -> str | None:
    first = line.tokens[0].text
    followed = line.tokens[1].text if len(line.tokens) > 1 else ""
    own = followed in ("[", "=", "~", ",", ":") and first not in ("else",)
    return None if own else STATEMENTS.get(first)


COMPARED = frozenset(("<", "<=", ">", ">="))
IS_A_VALUE = "a comparison is a value, 1 where it holds and 0 elsewhere"


def _comparisons(line: BrokenLine) -> str | None:
    """`a < b < c` is two comparisons, which both hold where their product is 1; one alone defines nothing."""
    words = [token.text for token in line.tokens]
    signs = [i for i, word in enumerate(words) if word in COMPARED]
    defines = any(word in words for word in ("=", "~", ":"))
    if not signs or (defines and not (line.said.startswith("comparisons") and line.wrong < len(words))):
        return None
    first, last = (_left_end(words, line.wrong), _right_end(words, line.wrong)) if defines else (0, len(words))
    places = [i for i in signs if first < i < last - 1 and _left_end(words, i) == first]
    ends = [first - 1, *places, last]
    values = [line.written(one + 1, other) for one, other in pairwise(ends)]
    pairs = [f"{one} {words[i]} {other}" for i, (one, other) in zip(places, pairwise(values), strict=True)]
    if not pairs or not all(values):
        return IS_A_VALUE if not defines else None
    written = " * ".join(f"({it})" for it in pairs) if len(pairs) > 1 else pairs[0]
    if defines:
        return line.with_put(first, last, written)
    return f"{IS_A_VALUE}: {line.line_to_write(f'y[t] = {written}') or 'write y[t] = a < b'}"


def _left_end(words: Sequence[str], place: int) -> int:
    """Where what stands in one bracket, or right of =, begins."""
    depth = 0
    for i in range(place - 1, -1, -1):
        depth += (words[i] in (")", "]")) - (words[i] in ("(", "["))
        if depth < 0 or (depth == 0 and words[i] in ("=", ",")):
            return i + 1
    return 0


def _right_end(words: Sequence[str], place: int) -> int:
    """Where it ends."""
    depth = 0
    for i in range(place, len(words)):
        depth += (words[i] in ("(", "[")) - (words[i] in (")", "]"))
        if depth < 0 or (depth == 0 and words[i] == ","):
            return i
    return len(words)


def _ternary(line: BrokenLine) -> str | None:
    """`x if c else y` is where(c, x, y)."""
    words = [token.text for token in line.tokens]
    if "if" not in words or "else" not in words or "=" not in words:
        return None
    opening, asked, other = words.index("=") + 1, words.index("if"), words.index("else")
    if not opening < asked < other:
        return None
    one, condition, rest = (
        line.written(opening, asked),
        line.written(asked + 1, other),
        line.written(other + 1, len(words)),
    )
    written = f"{line.written(0, opening)} where({condition}, {one}, {rest})"
    return line.line_to_write(written) or "a choice is where(condition, a, b)"


CONNECTIVES = {
    "and": "1 is true and 0 is false: a * b for a and b",
    "or": "1 is true and 0 is false: maximum(a, b) for a or b",
    "not": "1 is true and 0 is false: 1 - a for not a",
    "is": "(a <= b) * (a >= b) is 1 where a and b are equal",
    "=>": "a line is an equation: write =",
    "in": "(a <= x) * (x <= b) is 1 where x lies between a and b",
    "if": "a choice is where(condition, a, b)",
    "else": "a choice is where(condition, a, b)",
    "&": "1 is true and 0 is false: a * b for a and b",
    "|": "1 is true and 0 is false: maximum(a, b) for a or b; the magnitude is abs(a)",
    "!": "1 is true and 0 is false: 1 - a for not a",
    "?": "a choice is where(condition, a, b)",
    "%": "what comes again is data: m[t] * h[t-1], with m given as 1 and 0 step by step",
    "lambda": "a function is one line: f(s, x) = tanh(W @ s + U @ x)",
}
"""Signs and words between values elsewhere."""


def _connective(line: BrokenLine) -> str | None:
    near = [token.text for token in line.tokens[max(0, line.wrong - 1) : line.wrong + 2]]
    return next((CONNECTIVES[word] for word in near if word in CONNECTIVES), None)


def _assignment(line: BrokenLine) -> str | None:
    """`+=`, `:=`, `==` and `<-` after what a line defines."""
    name, end = line.tokens[0], 1
    if [token.text for token in line.tokens[1:2]] == ["["]:
        end = line.closing(1) + 1
    sign = " ".join(token.text for token in line.tokens[end : end + 2])
    rest = line.written(end + 2, len(line.tokens))
    if name.kind != "name" or sign not in ASSIGNMENTS:
        return None
    operator = sign[0] if sign[-1] == "=" and sign[0] in "+-*/@" else ""
    if not operator:
        return line.line_to_write(f"{line.written(0, end)} = {rest}") or EQUATION
    changed = rest if operator == "+" else as_operand(rest)
    return line.line_to_write(f"{name.text}[t] = {name.text}[t-1] {operator} {changed}") or EQUATION


ASSIGNMENTS = ("= =", ": =", "< -", "- >", "= >", "+ =", "- =", "* =", "/ =", "@ =")
EQUATION = "a line is an equation, as h[t] = tanh(W @ h[t-1] + U @ x[t])"


def _equals(line: BrokenLine) -> str | None:
    """`a == b`, `a != b`, and a line with two signs of equality."""
    if re.search(r"! ?=", line.joined):
        return "1 - (a <= b) * (a >= b) is 1 where a and b are not equal"
    if "= =" in line.joined:
        return "(a <= b) * (a >= b) is 1 where a and b are equal; a moment is [t = 1]"
    second = line.wrong < len(line.tokens) and line.tokens[line.wrong].text == "="
    if second and line.joined.count("=") > 1:
        return "a line has one sign of equality; what is equal too is a line of its own"
    return None


def _attribute(line: BrokenLine) -> str | None:
    """`W.T`, `torch.tanh(…)`, `h.dot(W)`, `self.W`."""
    if line.wrong >= len(line.tokens) or line.tokens[line.wrong].text != "." or line.wrong + 1 >= len(line.tokens):
        return None
    last = line.wrong + 1
    while [token.text for token in line.tokens[last + 1 : last + 2]] == ["."] and last + 2 < len(line.tokens):
        last += 2
    before, after = line.tokens[line.wrong - 1].text, line.tokens[last].text
    called = last + 1 < len(line.tokens) and line.tokens[last + 1].text == "("
    if after in ("T", "H", "mT") and not called:
        first = line.value_start(line.wrong)
        return line.with_put(first, last + 1, f"transpose({line.written(first, line.wrong)})")
    if called and after in ("dot", "matmul", "mm", "mv") and before not in ("np", "numpy", "torch", "jnp", "tf"):
        first, end = line.value_start(line.wrong), line.closing(last + 1)
        value, other = line.written(first, line.wrong), line.written(last + 2, end)
        return line.with_put(first, end + 1, f"{value} @ {as_operand(other)}")
    if called:
        arguments = _arguments(line, last + 1)
        own = [row.name for row in OPS.values() if not row.internal and not row.precedence]
        first, end = line.value_start(line.wrong), line.closing(last + 1)
        called_here = f"{after}({', '.join(arguments)})"
        plain = line.with_put(first, end + 1, called_here) if after in own else meaning_hint(after, arguments)
        return plain or f"nothing is imported: a function stands by itself, {after}(…), and is defined by a line"
    first = line.value_start(line.wrong)
    return f"a name stands by itself: {line.with_put(first, last + 1, after)}"


def _arguments(line: BrokenLine, opening: int) -> list[str]:
    """The arguments of a call as they stand in the text."""
    end, depth, start, found = line.closing(opening), 0, opening + 1, list[str]()
    for i in range(opening + 1, end):
        depth += (line.tokens[i].text in "([") - (line.tokens[i].text in ")]")
        if line.tokens[i].text == "," and not depth:
            found.append(line.written(start, i))
            start = i + 1
    return [*found, line.written(start, end)] if start < end else found


def _string(line: BrokenLine) -> str | None:
    """Text between quotation marks."""
    words = [token.text for token in line.tokens]
    if line.wrong >= len(words) or words[line.wrong] not in QUOTES or not QUOTES.intersection(words[line.wrong + 1 :]):
        return None
    return "the language has no quotation marks, and no text: what is chosen among is a number, or data, m[t]"


QUOTES = frozenset("\"'`“”‘’«»")


def _magnitude(line: BrokenLine) -> str | None:
    """`|x|` is abs(x), and `||x||` norm(x)."""
    found = line.near(r"(\| \|) (.+?) \| \||(\|) ([^|]+) \|")
    if found is None:
        return None
    first = line.joined[: found.start()].count(" ")
    last, width = first + found[0].count(" ") + 1, 2 if found[1] else 1
    return line.with_put(first, last, f"{'norm' if found[1] else 'abs'}({line.written(first + width, last - width)})")


def _remark(line: BrokenLine) -> str | None:
    """`// a remark`, `-- a remark`, and a quotient of whole numbers."""
    if line.near(r"/ /"):
        return "a quotient is a / b, without rounding; a remark begins with #"
    if line.wrong == 0 and line.tokens[0].text in ("-", "*", "/", "."):
        return "a remark begins with #"
    return None


def _numbers_in_brackets(line: BrokenLine) -> str | None:
    """`h[0] = [0, 0, 0]` and `given x = 3`: numbers stand beside the text."""
    if line.tokens[0].text == "given" and "=" in line.joined:
        return f"given says which names are data; their numbers are given {AS_DATA}; or write a line: x = 3"
    if line.near(r"= \[ -? ?[\d.]+ [,\]]"):
        return (
            f"the numbers of a vector are given beside the text, {BY_HAND}, or as params, inputs and initial "
            "in a request; one for all entries is 0"
        )
    return None


def _distribution(line: BrokenLine) -> str | None:
    """`W ~ N(0, 1)` is normal, with the deviation alone."""
    found = re.match(r"(\w+) ~ (\w+) \(", line.joined)
    if found is None or "," not in line.joined:
        return None
    rule = "uniform" if found[2].lower().startswith("u") else "normal"
    return f"write {found[1]} ~ {rule}(0.5): one number says how wide it is, around 0"


def _named_argument(line: BrokenLine) -> str | None:
    """`sum(x, axis=0)`: arguments go by their place."""
    found = line.near(r", (\w+) =(?! =)")
    if found is None or "(" not in line.joined[: found.start()]:
        return None
    return (
        f"arguments go by their place: leave out {found[1]}=…; sum, mean, max, min go over entries, or over the steps"
    )


def _round_moments(line: BrokenLine) -> str | None:
    """`h(t) = tanh(W h(t-1))`: moments stand in square brackets."""
    own = {row.name for row in OPS.values()}
    written = line.written(0, len(line.tokens))

    def squared(found: re.Match[str]) -> str:
        return found[0] if found[1] in own else f"{found[1]}[{found[2].replace(' ', '')}]"

    other = re.sub(r"\b(\w+) ?\(\s*(t(?:\s*[-+]\s*\d+)?)\s*\)", squared, written)
    if other == written:
        return None
    read, unread = parse_statements(other)
    hint = f"write {other}" if read and not unread else mended_problem(other, unread[0]).hint if unread else None
    told = "" if line.said.startswith("a moment stands") else "a moment stands in square brackets: "
    return told + hint if hint and hint.startswith("write ") else None


def _superscript(line: BrokenLine) -> str | None:
    """`h^1[t]` is a layer, `h^2` a power."""
    if line.wrong >= len(line.tokens) or line.tokens[line.wrong].text != "^":
        return None
    layer = re.search(r"(\w+) \^ (?:\( )?(\w+)(?: \))? \[", line.joined)
    if layer:
        return f"a layer is part of the name: write {layer[1]}_{layer[2]}[t]; powers are written **"
    return f"powers are written **: {line.with_put(line.wrong, line.wrong + 1, '**')}"


def _decimal_comma(line: BrokenLine) -> str | None:
    """`0,5` outside the arguments of a function."""
    comma = line.tokens[line.wrong] if line.wrong < len(line.tokens) else None
    if comma is None or comma.text != "," or not 0 < line.wrong < len(line.tokens) - 1:
        return None
    left, right = line.tokens[line.wrong - 1], line.tokens[line.wrong + 1]
    bare = line.tokens[max(0, line.wrong - 2)].text != "["
    close = bare and left.span[1] == comma.span[0] and comma.span[1] == right.span[0]
    if close and left.text.isdigit() and right.kind == "number" and right.text.isdigit():
        point = line.with_put(line.wrong - 1, line.wrong + 2, f"{left.text}.{right.text}")
        return f"decimals stand after a point: {point}"
    return None


def _rounded(line: BrokenLine) -> str | None:
    """A whole number that would become another one is the nearest that there is, with a point behind it."""
    if not line.said.startswith("the number is"):
        return None
    nearest = f"{int(float(line.tokens[line.wrong].text))}."
    return (
        f"a point stands behind the nearest number that there is: {line.with_put(line.wrong, line.wrong + 1, nearest)}"
    )


# moments and entries


def _parts(line: BrokenLine) -> str | None:
    """`a[t][0:4]`, `x[t, 0]`, `x[t][i]`: entries are not counted."""
    found = re.search(
        r"\b(\w+) \[ ([^\[\]]*) \] \[ (?!t =)([^\[\]]*) \]|\b(\w+) \[ (t) , ([^\[\]]*) \]"
        r"|\b(\w+) \[ ([^\[\]]* : [^\[\]]*) \]",
        line.joined,
    )
    if re.match(r"\w+ \[ \d+ , \d+ \] =", line.joined):
        return f"entries of a parameter are set beside the text, as W[1,2]:3, {AS_PARAMETERS}"
    if not found:
        return None
    name = found[1] or found[4] or found[7]
    inside = found[3] or found[6] or found[8]
    if ":" in inside or "," in inside:
        return f"the equal parts of a vector are taken in one line: i[t], f[t], o[t], g[t] = split({name}[t])"
    return f"one entry is the inner product with a one-hot vector: given e, and e @ {name}[t]"


def _shifted(line: BrokenLine) -> str | None:
    """`h[t+1] = …`: the same line one step earlier."""
    if not line.said.startswith("a line defines"):
        return None
    ahead = re.match(r"\w+ \[ t ([-+]) (\d+) \] =", line.joined)
    if not ahead:
        return None
    steps = int(ahead[1] + ahead[2])
    written = line.written(0, len(line.tokens))
    shifted = line.line_to_write(moved_in_time(written, -steps))
    return f"{shifted}: the line shifted to t" if shifted else None


def _moment(line: BrokenLine) -> str | None:
    """A moment that is not one: `h[t-k]`, `y[t-tau]`, `h[T]`, `h[i]`, `[t % 2 = 0]`."""
    if found := line.near(r"\b(\w+) \[ t - (tau|τ)\b"):
        return (
            "tau is the number of steps of the whole run, and a lag is a whole number: "
            f"write the delay as a number, {found[1]}[t-17] for 17 steps"
        )
    if found := line.near(r"\b(\w+) \[ t ([-+]) (?!\d+ )"):
        return f"a lag is a whole number of steps, as in {found[1]}[t{found[2]}2]; several lags are several reads"
    if found := line.near(r"\b(\w+) \[ (T|N|end|last) (?:- \d+ )?\]"):
        return f"the last step is tau: write {found[0].replace(' ', '').replace(found[2], 'tau')}"
    if found := line.near(r"\b(\w+) \[ (i|j|k|n|s|time|step) (?:[-+] \d+ )?\]"):
        return f"the running step is t: write {found[0].replace(' ', '').replace(f'[{found[2]}', '[t')}"
    if line.near(r"\[ t (% \d+|< =?|> =?|! =) "):
        return (
            "a condition is on one moment, [t = 1]; one that holds at several is data: "
            "m[t] * h[t-1], with m given as 1 and 0 step by step"
        )
    return None


def _cell(line: BrokenLine) -> str | None:
    """`h[t], c[t] = lstm(…)`: a cell in one call."""
    found = re.search(r"= (\w+) \(", line.joined)
    if found is None or "," not in line.joined[: found.start()] or function_here(found[1]):
        return None
    return meaning_hint(found[1], [])


def _several_names(line: BrokenLine) -> str | None:
    """`(h[t], c[t]) = …` and `2 * h[t] = …`: what stands left of the sign of equality."""
    if line.wrong != 0 or "=" not in (token.text for token in line.tokens):
        return None
    return "left of = stands a name alone: h[t] = …, or several for the parts of a vector: a[t], b[t] = split(…)"


def _no_equality(line: BrokenLine) -> str | None:
    if "=" in (token.text for token in line.tokens) or not line.said.startswith("expected '='"):
        return None
    return EQUATION


def _open_bracket(line: BrokenLine) -> str | None:
    """A bracket that is not closed, or closed once too often, at the end of the line."""
    for bracket in (")", "]"):
        if reads_as_line(line.text, [*line.tokens, Token("symbol", bracket, line.tokens[-1].span)]):
            return f"write {line.written(0, len(line.tokens))}{bracket}"
    last = line.tokens[-1]
    if last.text in ")]" and reads_as_line(line.text, line.tokens[:-1]):
        return f"write {line.written(0, len(line.tokens) - 1)}"
    return None


PLAINLY: Mapping[str, str] = {
    "expected a value": "a value is a number, a name, a moment as in x[t-1], a call, or brackets around one",
    "expected t,": "a bracket by itself is a condition on t: [t = 1]",
    "a bracket by itself": "[t = 1] is 1 at the first step and 0 at every other",
    "expected '=' in the condition": "[t = 1] is a condition; the number of the step is t, without brackets",
    "expected ']' after the moment": "a moment is t, t-1, t+1, tau or a number, in square brackets: x[t-1]",
    "expected a whole number of steps": "a lag is a whole number of steps: x[t-2]",
    "expected an argument's name": "the head of a function has names: f(s, x) = tanh(W @ s + U @ x)",
    "expected ')' after the arguments,": "the head of a function has names: f(s, x) = tanh(W @ s + U @ x)",
    "expected '=' after the function's head": "a function is one line: f(s, x) = tanh(W @ s + U @ x)",
    "expected a number": "a parameter begins as W ~ 0.5, or W ~ normal(0.5)",
    "expected '[' before a row": "a matrix has brackets around each row: W ~ [[1, 2], [3, 4]]",
    "the rows of a matrix are of one length": "each row has as many numbers as the first: W ~ [[1, 2], [3, 4]]",
    "expected ')' after the number": "a parameter begins as W ~ 0.5, or W ~ normal(0.5)",
    "expected a name at the start": "a line begins with the name that it defines, as h[t] = …; a remark begins with #",
    "expected a name": "names stand with commas between them: given x0, y",
    "a size is": "for example x: 2, or W: 3 x 4",
    "nested deeper": "write a part of it as a line of its own",
    "a number is too large": "write a power, 10 ** 12, or another unit",
    "a moment is at most": "what is kept for longer is a state: m[t] = m[t-1] + …",
    "several names on the left are all": "write a[t], b[t] = split(…)",
    "expected an operator": "an operator stands between two values, a comma between arguments",
    "expected '='": EQUATION,
    "expected ')'": "every bracket that is opened is closed, as in tanh(x[t])",
    "'": "the language has + - * / @ **, < <= > >=, brackets, = and ~",
}
"""What can be said of a problem by its message alone, where no rule knows more."""


def _plainly(line: BrokenLine) -> str | None:
    """What is right there, whatever was meant; a hint of the parser's own says more."""
    return next((hint for words, hint in PLAINLY.items() if line.said.startswith(words)), None)


def _declaration(line: BrokenLine) -> str | None:
    """`W is 3 x 4`, `scalar p`, `W ∈ ℝ³ˣ⁴`: what a line says of its names is declared with a colon."""
    written = line.written(0, len(line.tokens))
    rest, sets = without_sets(written)
    declared = "; ".join([rest, *sets]) if rest and sets else said_declaration(written)
    return line.line_to_write(declared) if declared else None


RULES_OF_MENDING: Sequence[Callable[[BrokenLine], str | None]] = (
    _declaration,
    _statement,
    _round_moments,
    _ternary,
    _numbers_in_brackets,
    _distribution,
    _named_argument,
    _remark,
    _magnitude,
    _shifted,
    _parts,
    _moment,
    _assignment,
    _equals,
    _comparisons,
    _connective,
    _attribute,
    _string,
    _superscript,
    _decimal_comma,
    _rounded,
    _cell,
    _several_names,
    _no_equality,
    _open_bracket,
)
