"""Reads what stands left of = as a function of values at a step: `Retention(X_n) = …`, `p(y_t | y_{<t}) = …`.

Where no equation calls it, it is a name for what is right of =. Where one does, `s_i = R(s_{i-1}, x_i)`, its values
are the arguments of a function, each by the letter that it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.language.pasted.formula_places import script_text
from app.language.pasted.formula_tokens import FormulaToken
from app.language.syntax import Span

Tokens = list[FormulaToken]
NAMED = "{} is a name for what is computed"
OPENING = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
OF_VALUES = frozenset("_^|:;<=")
"""What says that an argument is a value, and no letter for any."""


def with_values_named(found: Sequence[Tokens]) -> tuple[list[Tokens], list[tuple[Span, str]]]:
    """Statements without the arguments that values of theirs have left of =, and what is said of these."""
    heads = [_head(tokens) for tokens in found]
    called = {
        name for tokens, head in zip(found, heads, strict=True) for name in _calls(tokens, head[1] if head else 0)
    }
    written, said = list[Tokens](), list[tuple[Span, str]]()
    for tokens, head in zip(found, heads, strict=True):
        if head is None:
            written.append(tokens)
            continue
        opened, closed = head
        name = script_text(tokens[:opened])
        if name in called:
            written.append(_with_letters(tokens, opened, closed))
        else:
            written.append([*tokens[:opened], *tokens[closed + 1 :]])
            shown = "".join(token.text for token in tokens[opened : closed + 1])
            said.append(((tokens[0].span[0], tokens[-1].span[1]), NAMED.format(f"{name}{shown}")))
    return written, said


def _head(tokens: Tokens) -> tuple[int, int] | None:
    """Where the arguments of a function of values stand, right before the sign of equality."""
    end = _place_of_equality(tokens)
    if end < 3 or tokens[end - 1].text != ")":
        return None
    depth = 0
    for place in range(end - 1, 0, -1):
        depth -= OPENING.get(tokens[place].text, 0) if tokens[place].kind == "sign" else 0
        if depth == 0:
            inside = tokens[place + 1 : end - 1] or [tokens[place]]
            values = any(map(_says_value, inside, [*inside[1:], inside[-1]], [*inside[2:], *inside[-2:]]))
            before = tokens[:place]
            return (place, end - 1) if values and _is_name(before) and before[-1].text not in "_^" else None
    return None


def _says_value(token: FormulaToken, after: FormulaToken, then: FormulaToken) -> bool:
    """True for a sign of a value; what a number stands below is a letter, x_1."""
    script = then if after.text == "{" else after
    return token.kind == "sign" and token.text in OF_VALUES and not (token.text == "_" and script.kind == "number")


def _is_name(tokens: Tokens) -> bool:
    """True for a letter, a word or a letter with scripts, and nothing else."""
    signs = {token.text for token in tokens if token.kind == "sign"}
    letters = [token for token in tokens if token.kind in ("letter", "word", "command")]
    return bool(letters) and signs <= set("{}_") and tokens[0].text not in ("frac", "hat", "partial", "Delta", "nabla")


def _place_of_equality(tokens: Tokens) -> int:
    """Where the first sign of equality stands that no bracket holds; -1 for none."""
    depth = 0
    for place, token in enumerate(tokens):
        if token.kind == "sign":
            depth += OPENING.get(token.text, 0)
            if token.text == "=" and depth == 0:
                return place
    return -1


def _calls(tokens: Tokens, start: int) -> Iterator[str]:
    """The names that stand before a bracket behind a place of a statement."""
    for place in range(start, len(tokens) - 1):
        if tokens[place + 1].text == "(":
            yield script_text(tokens[place : place + 1])
        if tokens[place].text == "}" and tokens[place + 1].text == "(":
            opened = next((k for k in range(place, -1, -1) if tokens[k].text == "{"), place)
            yield script_text(tokens[max(opened - 1, 0) : place + 1])


def _with_letters(tokens: Tokens, opened: int, closed: int) -> Tokens:
    """A statement with a letter for each argument of its function, on both sides."""
    arguments = list(_arguments(tokens[opened + 1 : closed]))
    letters = {tuple(token.text for token in argument): argument[:1] for argument in arguments if len(argument) > 1}
    if len({letter[0].text for letter in letters.values()}) < len(letters):
        return tokens
    found, place = Tokens(), 0
    while place < len(tokens):
        texts = next((it for it in letters if tuple(t.text for t in tokens[place : place + len(it)]) == it), ())
        found += letters[texts] if texts else tokens[place : place + 1]
        place += len(texts) or 1
    return found


def _arguments(tokens: Tokens) -> Iterator[Tokens]:
    depth, current = 0, Tokens()
    for token in tokens:
        depth += OPENING.get(token.text, 0) if token.kind == "sign" else 0
        if token.text == "," and depth == 0:
            yield current
            current = []
        else:
            current.append(token)
    yield current
