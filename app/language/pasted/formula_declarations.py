"""Reads what a text says of its letters beside its equations: x ∈ ℝⁿ, “W fixed in training”, which are bold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.language import rank_by_spelling
from app.language.pasted.declared_ranks import assumed_rank
from app.language.pasted.formula_letters import FormulaContext, LetterReader, walk_formula
from app.language.pasted.formula_parser import FormulaParser
from app.language.pasted.formula_parts import Applied, Formula, FormulaLine, Operation, WrittenLetter
from app.language.pasted.formula_places import STYLES, LettersOfText, script_text
from app.language.pasted.formula_tokens import STEP, FormulaToken
from app.language.pasted.lines import Unread
from app.language.syntax import Declaration

FIXED = "fixedintraining"
"""The words behind parameters that training leaves alone, without their spaces."""
REALS = frozenset(("R", "ℝ"))
STANDARD = re.compile(r"\(0,(?:1|I)\)$")
"""The standard normal distribution."""
GAINS = frozenset(("K_p", "K_i", "K_d", "K_P", "K_I", "K_D", "Kp", "Ki", "Kd"))
"""The gains of a controller, of which it has several: numbers."""
LEADING = re.compile(r"(?:where|with|here|let|and)(?=\w)")
"""The words before what is in a set."""
BOLD_ENOUGH = 2
"""So many small letters that are bold make a text in which a small letter that is not bold is a number."""


def is_membership(tokens: list[FormulaToken]) -> bool:
    """True for `x ∈ ℝⁿ`."""
    return any(_is_sign(token, "∈") for token in tokens)


def sentences(tokens: list[FormulaToken]) -> Iterator[list[FormulaToken]]:
    """The memberships of a line that full stops part: `W ∈ ℝ³ˣ³. U ∈ ℝ³ˣ².`"""
    part = list[FormulaToken]()
    for token in [*tokens, None]:
        if token is None or token.text == ".":
            if part:
                yield part[_leading_words(part) :]
            part = []
        else:
            part.append(token)


def _leading_words(tokens: list[FormulaToken]) -> int:
    """How many tokens are the word that leads a sentence, letter by letter: where W ∈ ℝ³ˣ³."""
    text = "".join(token.text if token.kind == "letter" else " " for token in tokens)
    found = LEADING.match(text) if all(len(token.text) == 1 for token in tokens[: text.find(" ")]) else None
    return found.end() if found else 0


def without_set(tokens: list[FormulaToken]) -> list[FormulaToken]:
    """An equation without the set that its value is in, y = W x ∈ ℝⁿ; a membership by itself stays."""
    place = next((k for k, token in enumerate(tokens) if _is_sign(token, "∈")), len(tokens))
    return tokens[:place] if any(_is_sign(token, "=") for token in tokens[:place]) else tokens


def place_of_draw(tokens: list[FormulaToken]) -> int:
    """The place of the sign in `ε_t ∼ N(0, 1)`; 0 where none stands."""
    return next((k for k, token in enumerate(tokens) if _is_sign(token, "~")), 0)


def said_of_draw(names: Sequence[str], drawn: list[FormulaToken]) -> str:
    """What is said of data that are drawn at random."""
    several, text = len(names) > 1, script_text([token for token in drawn if token.text != "cal"])
    said = f"{' and '.join(names)} {'are' if several else 'is'} data: the seed draws normal numbers of deviation 1"
    return said if STANDARD.search(text) else f"{said}; write what scales {'them' if several else 'it'} as a factor"


def _is_sign(token: FormulaToken, text: str) -> bool:
    return token.kind == "sign" and token.text == text


def fixed_words(tokens: list[FormulaToken]) -> int:
    """The place where the words begin that parameters are fixed, 0 where they do not stand."""
    place, left = len(tokens), FIXED
    while place and left.endswith(text := tokens[place - 1].text if tokens[place - 1].kind == "letter" else ""):
        place, left = place - 1, left.removesuffix(text)
        if not left:
            break
    else:
        return 0
    while place and (tokens[place - 1].text == "{" or tokens[place - 1].text in STYLES):
        place -= 1
    return place


def letters_of(tokens: list[FormulaToken], known: LettersOfText) -> list[WrittenLetter]:
    """The letters of a list such as `W, b`."""
    parser = FormulaParser(tokens, known)
    found = [part for part in parser.side() if isinstance(part, WrittenLetter)]
    if parser.token.kind != "end" or not found:
        span = tokens[0].span[0], tokens[-1].span[1]
        raise Unread("names are expected here", span, "names stand with commas between them: W, b ∈ ℝ")
    return found


def declarations(tokens: list[FormulaToken], known: LettersOfText, context: FormulaContext) -> Iterator[Declaration]:
    """What a membership says of each of its letters."""
    bar = next(k for k, t in enumerate(tokens) if t.kind == "sign" and t.text == "∈")
    span = tokens[0].span[0], tokens[-1].span[1]
    if not tokens[:bar]:
        raise Unread("what is in the set is missing", span, "write x ∈ ℝⁿ, or leave the line out")
    sizes = _sizes(tokens[bar + 1 :])
    if sizes is None:
        return
    for letter in letters_of(tokens[:bar], known):
        name, _ = LetterReader(context).named(letter)
        own = [size.endswith(f"_{name}") for size in sizes]
        yield Declaration(name, tuple(None if all(own) else int(s) if s.isdigit() else s for s in sizes))


def _sizes(tokens: list[FormulaToken]) -> list[str] | None:
    """The sizes in ℝ^{m × n}; none for ℝ, None for another set."""
    power = next((k for k, t in enumerate(tokens) if t.text == "^"), len(tokens))
    if script_text(tokens[:power]) not in REALS:
        return None
    if power == len(tokens):
        return []
    sizes = [size.replace("_", "", 1) if size.startswith("_") else size for size in _pieces(tokens[power + 1 :])]
    return sizes if len(sizes) <= 2 and all(size.isidentifier() or size.isdigit() for size in sizes) else None


def _pieces(tokens: list[FormulaToken]) -> list[str]:
    """What stands between the signs of multiplication, × or an x between two sizes: 3 × 4, 3x4, ⁿˣᵐ."""
    inner = [t for t in tokens if t.text not in ("(", ")")]
    between = [
        k > 1
        and k + 2 < len(inner)
        and t.text == "x"
        and all(it.text not in "_^·{}" for it in (inner[k - 1], inner[k + 1]))
        for k, t in enumerate(inner)
    ]
    if sum(between) == 1:
        inner = [replace(t, kind="sign", text="·") if it else t for t, it in zip(inner, between, strict=True)]
    pieces = script_text(inner).split("·")
    return [piece.strip() for piece in pieces if piece.strip()]


def told_by_writing(lines: Sequence[FormulaLine], context: FormulaContext) -> Iterator[Declaration]:
    """Ranks that letters have as they are written, against their spelling: a bold θ is a vector, an italic k a number.

    What is transposed is no number either, and nothing is divided by a matrix: the K of `1 - P / K` is one.
    """
    known: dict[str, bool] = {}
    printed = set[str]()
    """The small letters that are bold."""
    for part in (part for line in lines for part in parts_of(line)):
        letter = part.parts[0] if isinstance(part, Operation) and part.sign == "⊤" else part
        if not isinstance(letter, WrittenLetter):
            continue
        try:
            name, _ = LetterReader(context).named(letter)
        except Unread:
            continue
        known[name] = known.get(name, False) or letter.bold or letter is not part
        printed |= {name} if letter.bold and name[:1].islower() else set()
    scaling = {it for line in lines for it in numbers_before_outer_products(line)}
    divisors, gains = _divisors(lines), GAINS.intersection(known)
    gains = gains if len(gains) > 1 else frozenset()
    for name, bold in known.items():
        if name in context.defined or name in context.declared or name in ("t", "tau", "T", context.clock):
            continue
        spelled, stem = rank_by_spelling(name), name.split("_")[0]
        thin = spelled == 1 and len(printed) >= BOLD_ENOUGH and len(stem) == 1
        if bold and spelled == 0:
            yield Declaration(name, (None,) if stem[:1].islower() else (None, None))
        elif not bold and (
            thin or name in scaling or name in (STEP, "Delta") or name in gains or (spelled == 2 and stem in divisors)
        ):
            yield assumed_rank(name, 0)


def numbers_before_outer_products(line: FormulaLine) -> Iterator[str]:
    """Small letters that scale a matrix of outer products: i of `i v kᵀ`, and beside it f of C_t = f_t C_{t-1} + …."""
    left, outer = line.sides[0][0], False
    state = left.stem if isinstance(left, WrittenLetter) and left.stem[:1].isupper() else ""
    for part in parts_of(line):
        match part:
            case Operation("·", (before, Operation("⊤", (WrittenLetter(row),)))) if row[:1].islower():
                outer = True
                match before:
                    case Operation("·", (WrittenLetter(scale), WrittenLetter())) if scale[:1].islower():
                        yield scale
    for part in parts_of(line) if outer and state else ():
        match part:
            case Operation("·", (WrittenLetter(scale), WrittenLetter(stem))) if stem == state and scale[:1].islower():
                yield scale


def between_a_matrix_and_its_transpose(part: Formula) -> WrittenLetter | None:
    """P of `H P Hᵀ` and of `xᵀ P x`: a matrix, whatever else is known of it."""
    match part:
        case Operation(
            "·",
            (
                Operation("·", (WrittenLetter(first), WrittenLetter() as letter)),
                Operation("⊤", (WrittenLetter(last),)),
            ),
        ) if first == last and first[:1].isupper() and letter.stem[:1].isupper():
            return letter
        case Operation(
            "·",
            (
                Operation("·", (Operation("⊤", (WrittenLetter(first),)), WrittenLetter() as letter)),
                WrittenLetter(last),
            ),
        ) if first == last and letter.stem[:1].isupper():
            return letter
    return None


def parts_of(line: FormulaLine) -> Iterator[Formula]:
    """Everything in the formulas of a statement."""
    return (part for side in line.sides for formula in side for part in walk_formula(formula))


def _divisors(lines: Sequence[FormulaLine]) -> set[str]:
    """The letters that something is divided by, and all in the statements that say what these are."""
    found, grown = set[str](), -1
    for part in (part for line in lines for part in parts_of(line)):
        if isinstance(part, Operation) and part.sign == "/":
            found |= {it.stem for it in factors(part.parts[1])}
    while len(found) > grown:
        grown = len(found)
        for line in lines:
            left = line.sides[0][0]
            parts = list(parts_of(line))
            transposed = any(isinstance(part, Operation) and part.sign == "⊤" for part in parts)
            layer = any(isinstance(part, Applied) for part in parts)
            computed = isinstance(left, WrittenLetter) and left.stem in found and len(line.sides) > 1
            if isinstance(left, WrittenLetter) and computed and not (transposed or layer):
                found |= {part.stem for part in parts if isinstance(part, WrittenLetter)}
    return found


def factors(part: Formula) -> Iterator[WrittenLetter]:
    """The letters of a product, and those of a sum that are added as they are: R of `P + R`."""
    if isinstance(part, WrittenLetter):
        yield part
    elif isinstance(part, Operation) and part.sign == "·":
        yield from (letter for it in part.parts for letter in factors(it))
    elif isinstance(part, Operation) and part.sign == "+":
        yield from (it for it in part.parts if isinstance(it, WrittenLetter))
