"""Reads pasted mathematics, LaTeX or Unicode, as equations in the language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from app.language import Problem, rank_by_spelling
from app.language.parse import parse_statements
from app.language.pasted.declared_ranks import (
    assumed_rank,
    can_be_read,
    computes_numbers_by_spelling,
    constants_of_a_series,
    declaration_lines,
    multiplies_small_letters,
    numbers_beside_a_capital_state,
    numbers_beside_products,
    numbers_of_greek_letters,
    numbers_throughout,
    numbers_without_matrices,
    with_ranks_told,
)
from app.language.pasted.formula_declarations import (
    between_a_matrix_and_its_transpose,
    declarations,
    fixed_words,
    is_membership,
    letters_of,
    parts_of,
    place_of_draw,
    said_of_draw,
    sentences,
    told_by_writing,
    without_set,
)
from app.language.pasted.formula_derivatives import EULER, WIDTH, DerivativeSide, with_eulers_steps
from app.language.pasted.formula_entries import EntriesOfText, goes_over_patterns, with_products_for_entries
from app.language.pasted.formula_factors import SIGMA, sigma_is_a_factor
from app.language.pasted.formula_functions import told_where_said, with_equations, without_said_functions
from app.language.pasted.formula_heads import with_values_named
from app.language.pasted.formula_letters import (
    LOSSES,
    FormulaContext,
    LetterReader,
    clock_of,
    context_of,
    walk_formula,
    written_name,
)
from app.language.pasted.formula_meaning import FormulaReader
from app.language.pasted.formula_memory import MemoryReader, given_memories, remembered_lines, said_of_memory
from app.language.pasted.formula_parser import DRAWN, FormulaParser
from app.language.pasted.formula_parts import (
    Applied,
    Formula,
    FormulaLine,
    FunctionColumn,
    Operation,
    WrittenLetter,
)
from app.language.pasted.formula_places import LettersOfText, script_text
from app.language.pasted.formula_rows import with_rows_beside_matrices
from app.language.pasted.formula_running import with_running_values
from app.language.pasted.formula_sides import is_square, solved_line
from app.language.pasted.formula_sums import with_sums_written_out
from app.language.pasted.formula_tokens import (
    MEMBERS_IN_PROSE,
    STEP,
    FormulaToken,
    statements,
    without_scripts,
    without_words,
)
from app.language.pasted.lines import (
    BY_ITSELF,
    FORMULAS,
    IN_PARTS,
    LATEX,
    ONE_LINES,
    PastedLine,
    PastedReading,
    SaidSteps,
    Unread,
    identity_lines,
)
from app.language.pasted.names_elsewhere import said_of_squashings, squashings
from app.language.problems import problem_at
from app.language.resolve import has_free_t
from app.language.rewrite import shift
from app.language.symbols import GREEK
from app.language.syntax import (
    NOW,
    Apply,
    Call,
    Declaration,
    Equation,
    Expr,
    Function,
    Number,
    Read,
    Span,
    Start,
    Time,
    walk,
)
from app.language.typeset import show
from app.ops import OPS

SETTLED = 4
"""So often the ranks of what is computed are found from those of what it is computed from."""
SIZES_LEFT_OUT = "it is left out, since the equations are not read with it"
DECLARED = re.compile(
    r"\s*[^\W\d]\w*(?:\s*,\s*\w+)*\s*:\s*(?:scalar|vector|matrix|\w+(?:\s*[x×]\s*\w+)?)\s*(?:unless\s+given\s*)?"
)
"""A line of the language that says what a letter is."""
STEPS_SAID = re.compile(
    r"(?:(?:text|mathrm|mbox)?\{?(?:forall|for|where|∀)\}?)?[A-Za-z](?:=|∈)\(?\d+,(?:\d+,)*(?:…|\.\.\.).*"
)
"""A statement of the steps that there are, `t = 1, …, T`."""
FIRST_AND_LAST = re.compile(r"[=∈]\D{0,2}(\d+),.*,(\w+)\W*$")
MOST_DIGITS = 9
CHOICE_IN_WORDS = re.compile(r"[)}\w](?:text|mbox|mathrm)\{(?:or|OR|Or)\}")
LAST_SIDE = "of several values the last one is read"
LAYER_WORD = re.compile(r"\blayers?\b", re.IGNORECASE)
WHOLE_SEQUENCE = re.compile(r"=[^\W\d]+_\{?1:\w\}?$")
"""A name for all steps, `y_{1:n}`, and nothing else right of =."""
ENTRYWISE_OR_BOLD = re.compile(
    r"[⊙∘⊗]|\\(?:odot|circ|otimes|bullet|mathbf|boldsymbol|bm|bold|pmb|vec)\b|[\U0001d400-\U0001d433]"
)
"""What says that letters are vectors: a product entry by entry has a sign of its own."""
ENTRIES_OF_VECTOR = r"write it for all entries at once: \alpha_t = (A^\top \alpha_{t-1}) \odot b_t"
LAYERS_IN_BRACKETS = r"solve the equation for it; the number of a layer stands in brackets: h_t^{(1)}"
VALUE_TABLE = (
    r"a table of values is a vector, and a state is one-hot: \delta_t = r_t + \gamma s_{t+1}^\top v_{t-1}"
    r" - s_t^\top v_{t-1} and v_t = v_{t-1} + \alpha \delta_t s_t"
)
CONDITION = "a condition is no equation: nothing is computed by it"
COMPARING = frozenset((
    *"<>≤≥≠≈→↦≪≫", "ne", "neq", "approx", "to", "rightarrow", "mapsto", "longmapsto", "succ", "succeq", "prec",
    "preceq", "ll", "gg",
))  # fmt: skip
"""Signs of statements that say what holds, or what is mapped to what."""
SQUARED = r"a 2 above is a square; the number of a layer stands in brackets: h_t^{(2)}"
SUM_OVER = re.compile(r"(?:\\sum\s*|\bsum|[Σ∑])_\{?\s*([a-z])(?![a-z])")
"""The letter below a sign of a sum."""
PAIR_IN_BRACKETS = re.compile(r"[\[(]\s*([a-z][+\-\d]*\s*,\s*[a-z][+\-\d]*)\s*[\])]")
TOO_DEEP = "this is nested too deep to be read"


def read_formulas(text: str) -> PastedReading:
    """The equations of a text in LaTeX or in mathematical notation; sizes in its sentences count where they fit."""
    found, sets = _with_functions(text), list(MEMBERS_IN_PROSE.finditer(text))
    if not sets or (not found.problems and can_be_read(found.text)):
        return found
    other = _with_functions(MEMBERS_IN_PROSE.sub(lambda it: " " * len(it[0]), text))
    left = [PastedLine(it[0], text.count("\n", 0, it.start()) + 1, "", SIZES_LEFT_OUT) for it in sets]
    return replace(other, lines=tuple(sorted((*other.lines, *left), key=lambda line: line.line)))


def _with_functions(text: str) -> PastedReading:
    """The equations of a text, with what it says of its functions in words."""
    rest, functions = without_said_functions(text)
    if not functions:
        return read_with_ranks(text)
    return told_where_said(read_with_ranks(with_equations(rest, functions)), functions, text)


def read_with_ranks(text: str, known: Sequence[Declaration] = ()) -> PastedReading:
    """The equations of a text, after the declarations that it may begin with.

    What the equations say of their letters is `known` when they are read again.
    """
    rest, stated = without_declarations(text)
    found = FormulaText(rest, [*stated, *known]).reading()
    if found.problems:
        return found
    numbers = scalars_of(found.text, text) if can_be_read(found.text) else capitals_as_numbers(found.text)
    settled = {it.name for it in (*stated, *known)}
    numbers = [it for it in numbers if it.name not in settled]
    other = read_with_ranks(text, [*known, *numbers]) if numbers else found
    return replace(other, lines=with_ranks_told(other.lines, numbers)) if can_be_read(other.text) else found


def scalars_of(read: str, text: str) -> list[Declaration]:
    """The letters that are numbers, since the equations are those of a series or multiply letters without a sign."""
    if (multiplies_small_letters(read) or computes_numbers_by_spelling(read)) and not ENTRYWISE_OR_BOLD.search(text):
        return numbers_throughout(read) or constants_of_a_series(read) or numbers_of_greek_letters(read)
    membranes = numbers_without_matrices(read) if STEP in read else []
    series = constants_of_a_series(read) or numbers_beside_a_capital_state(read) or membranes
    return series or numbers_beside_products(read)


def without_declarations(text: str) -> tuple[str, list[Declaration]]:
    """A text with its lines such as `R: scalar` made blank, and what they declare."""
    lines, stated = list[str](), list[Declaration]()
    for line in text.split("\n"):
        read = parse_statements(line)[0] if DECLARED.fullmatch(line) else []
        stated += [it for it in read if isinstance(it, Declaration)]
        lines.append(" " * len(line) if read else line)
    return "\n".join(lines), stated


class FormulaText:
    """One text: its statements as they are written, and the lines read so far."""

    def __init__(self, text: str, stated: Sequence[Declaration] = ()) -> None:
        self.text = text
        self.lines: list[tuple[Span, str, str]] = []
        self.problems: list[Problem] = []
        self.left_unread: list[str] = []
        """What stands left of = in the statements that were not read."""
        plain = "\\" not in text
        found = with_layers_in_brackets([without_set(tokens) for tokens in statements(text)], text)
        others = any(token.text == "=" for tokens in found for token in tokens)
        self.steps = next((it for tokens in found if (it := steps_in_words(tokens, found, text))), None)
        for tokens in found:
            if said := said_beside(tokens) or (said_of_condition(tokens) if others else ""):
                self.lines.append(((tokens[0].span[0], tokens[-1].span[1]), "", said))
        found = [it for it in found if not (said_beside(it) or (others and said_of_condition(it)))]
        found, self.named = with_values_named(found)
        found = [tokens for tokens in found if not self.chooses_in_words(tokens)]
        indices = indices_of_sums(text)
        defined = _functions_defined(found, indices)
        factors = frozenset([SIGMA] if SIGMA not in defined and sigma_is_a_factor(found) else [])
        single = _single_letters(found) if plain else frozenset[str]()
        self.known = LettersOfText(plain, defined, _values(found), single, factors, indices, _has_directions(found))
        beside = [tokens for tokens in found if is_membership(tokens) or fixed_words(tokens) or place_of_draw(tokens)]
        parsed = [line for tokens in found if tokens not in beside and (line := self.parsed(tokens))]
        parsed, rows = with_rows_beside_matrices(parsed, {it.name for it in stated})
        self.named += rows
        entries = self.by_entries(parsed)
        parsed = list(entries.lines)
        self.derivatives: Mapping[Span, DerivativeSide] = {}
        with suppress(RecursionError):  # What is too deep is named where it is written out.
            parsed, self.derivatives = with_eulers_steps(parsed)
        self.remembered = remembered_lines(parsed, clock_of(parsed))
        clock = self.remembered.clock
        parsed = list(self.remembered.lines)
        with suppress(RecursionError):
            parsed = with_running_values(parsed, clock, self.remembered.places)
        parsed = [written for line in parsed if (written := self.written_out(line, clock))]
        self.context = context_of((line.sides for line in parsed), clock)
        self.context.continuous, self.context.factors = bool(self.derivatives), factors
        self.context.declared |= dict.fromkeys([STEP] if self.derivatives else [], 0)
        self.context.declared |= {it.name: len(it.sizes) for it in stated}
        for tokens in beside:
            self.beside(tokens)
        self.told = [*stated, *told_by_writing(parsed, self.context)]
        by_entries = self.ranks_of_entries(entries)
        names = {it.name for it in by_entries}
        self.told = [*(it for it in self.told if it.name not in names), *by_entries]
        self.context.declared |= {told.name: len(told.sizes) for told in self.told}
        self.settle_ranks(parsed)
        for line in parsed:
            self.statement(line)

    def by_entries(self, lines: Sequence[FormulaLine]) -> EntriesOfText:
        """The lines of the text for whole vectors, where it writes them entry by entry."""
        try:
            remembers = remembered_lines(lines, clock_of(lines)).places and not goes_over_patterns(lines)
            found = EntriesOfText(lines) if remembers else with_products_for_entries(lines)
        except RecursionError:  # What is too deep is named where it is written out.
            return EntriesOfText(lines)
        self.named += found.said
        for span, wrong in found.refused:
            self.unread(span, wrong)
        return found

    def ranks_of_entries(self, entries: EntriesOfText) -> list[Declaration]:
        """The ranks that letters have by their indices of entries, where they do not look so."""
        found = dict[str, int]()
        for letter, rank in entries.ranks:
            with suppress(Unread):
                found[LetterReader(self.context).named(letter)[0]] = rank
        open_ = found.keys() - self.context.defined - self.context.declared.keys()
        return [assumed_rank(it, rank) for it, rank in found.items() if it in open_ and rank_by_spelling(it) != rank]

    def chooses_in_words(self, tokens: list[FormulaToken]) -> bool:
        """Name a value that is one of two: `\\sigma(f_t) \\text{ or } \\exp(f_t)`."""
        words = "".join(token.text for token in tokens)
        if not CHOICE_IN_WORDS.search(words):
            return False
        span = tokens[0].span[0], tokens[-1].span[1]
        self.unread(span, Unread("one of two values is not read", span, "write the one that is meant"))
        return True

    def beside(self, tokens: list[FormulaToken]) -> None:
        """A statement that is no equation: what a letter is made of, or that it is fixed in training."""
        span = tokens[0].span[0], tokens[-1].span[1]
        try:
            if place := fixed_words(tokens):
                names = (LetterReader(self.context).named(it)[0] for it in letters_of(tokens[:place], self.known))
                self.lines.append((span, f"fixed {', '.join(names)}", ""))
                return
            if place := place_of_draw(tokens):
                self.drawn(tokens, place)
                return
            found = [it for part in sentences(tokens) for it in declarations(part, self.known, self.context)]
        except Unread as wrong:
            self.unread(span, wrong)
            return
        self.context.declared |= {it.name: len(it.sizes) for it in found}
        needed = [it for it in found if it.name in self.context.names]
        note = "" if needed else "no equation has it" if found else "of sets ℝ and its powers are read"
        self.lines.append((span, "\n".join(map(show, needed)), note))

    def drawn(self, tokens: list[FormulaToken], place: int) -> None:
        """A statement of what is drawn at random: data, whose letters the equations have."""
        span = tokens[0].span[0], tokens[-1].span[1]
        if not self.context.names:
            raise Unread("a draw at random is no equation", tokens[place].span, DRAWN)
        letters = [LetterReader(self.context).named(it) for it in letters_of(tokens[:place], self.known)]
        bare = {name for name, time in letters if time is None and rank_by_spelling(name) < 2}
        self.context.stepwise |= bare - self.context.defined if self.context.clock else set()
        self.lines.append((span, "", said_of_draw([name for name, _ in letters], tokens[place + 1 :])))

    def parsed(self, tokens: list[FormulaToken]) -> FormulaLine | None:
        span = tokens[0].span[0], tokens[-1].span[1]
        try:
            line = FormulaParser(tokens, self.known).line()
            solved = solved_line(line)
            if solved != line and is_square(line.sides[0]):
                self.named.append((span, SQUARED))
            return solved
        except Unread as wrong:
            self.unread(span, without_dots(tokens, wrong))
        except RecursionError:
            self.unread(span, Unread(TOO_DEEP, span, IN_PARTS))
        return None

    def written_out(self, line: FormulaLine, clock: str) -> FormulaLine | None:
        """A statement with its sums written out; None where one is too long."""
        if line.span in self.remembered.places:
            return line
        try:
            return with_sums_written_out(line, clock)
        except Unread as wrong:
            self.unread(line.span, wrong)
        except RecursionError:
            self.unread(line.span, Unread(TOO_DEEP, line.span, IN_PARTS))
        return None

    def unread(self, span: Span, wrong: Unread) -> None:
        self.context_notes()
        self.problems.append(problem_at(self.text, wrong.span, wrong.message, wrong.hint))
        self.left_unread.append(self.text[slice(*span)].partition("=")[0])
        first = " ".join(self.text[slice(*span)].split())
        self.lines.append((span, f"# not read: {first}", ""))

    def context_notes(self) -> str:
        """What was taken for granted since the line before."""
        context = getattr(self, "context", None)
        if not isinstance(context, FormulaContext):
            return ""
        notes = "; ".join(dict.fromkeys(context.notes))
        context.notes.clear()
        return notes

    def settle_ranks(self, lines: list[FormulaLine]) -> None:
        """The rank of what is computed, from what it is computed from."""
        between = (it for line in lines for part in parts_of(line) if (it := between_a_matrix_and_its_transpose(part)))
        for letter in between:
            with suppress(Unread):
                self.context.ranks[LetterReader(self.context).named(letter)[0]] = 2
        for _ in range(SETTLED):
            for line in lines:
                try:
                    self.settle_rank(line)
                except (Unread, RecursionError):
                    continue
        self.context.notes.clear()
        self.context.given.clear()
        self.context.identities.clear()
        self.context.has_one = False
        self.context.assumed.clear()

    def settle_rank(self, line: FormulaLine) -> None:
        if len(line.sides) < 2:
            return
        left = self.left(line.sides[0])
        reader = FormulaReader(self.context, pooling=isinstance(left, Read) and left.time is None)
        rank = reader.known_rank(reader.right_side(line.sides[-1][0]))
        if isinstance(left, Read) and rank is not None:
            self.context.ranks[left.name] = max(rank, self.context.ranks.get(left.name, 0))

    def parts(self, side: tuple[Formula, ...]) -> list[Read] | None:
        """The variables of a left side that puts several in one vector, `[i; f; o] = …`, which are its equal parts."""
        if len(side) != 1 or not isinstance(side[0], Applied) or side[0].function != "concat":
            return None
        found = [self.left((argument,)) for argument in side[0].arguments]
        return [read for read in found if isinstance(read, Read)] if len(found) > 1 else None

    def left(self, side: tuple[Formula, ...]) -> Expr:
        if len(side) != 1 or not isinstance(side[0], WrittenLetter | Applied):
            span = side[0].span[0], side[-1].span[1]
            entries = re.search(r"\(\w\)\s*$", self.text[slice(*span)])
            layers = isinstance(side[0], Operation) and side[0].sign == "**"
            hint = ENTRIES_OF_VECTOR if entries else LAYERS_IN_BRACKETS if layers else change_hint(side)
            raise Unread("left of = there is to be one variable", span, hint)
        if isinstance(side[0], Applied):
            written = "_".join(filter(None, (side[0].function, side[0].below)))
            name = self.context.functions.get(written, written)
            return Call(name, tuple(map(self.argument, side[0].arguments)))
        name, time = LetterReader(self.context).named(side[0])
        if time is None and (self.context.cell or name in self.context.stepwise):
            time = NOW
        return Read(name, time)

    def argument(self, formula: Formula) -> Expr:
        if not isinstance(formula, WrittenLetter):
            raise Unread("a function's arguments are names", formula.span, "for example f(s, x) = …")
        return Read(written_name(formula))

    # statements

    def statement(self, line: FormulaLine) -> None:
        given = len(self.context.given)
        try:
            texts = list(self.texts(line))
        except Unread as wrong:
            del self.context.given[given:]
            self.unread(line.span, wrong)
            return
        except RecursionError:
            self.unread(line.span, Unread(TOO_DEEP, line.span, IN_PARTS))
            return
        remembered = line.span in self.remembered.places
        memory = said_of_memory(self.remembered, "\n".join(texts)) if remembered else ""
        named = "; ".join(said for span, said in self.named if span == line.span)
        notes = filter(None, (memory, named, EULER if line.span in self.derivatives else "", self.context_notes()))
        self.lines.append((line.span, "\n".join(filter(None, texts)), "; ".join(notes)))

    def texts(self, line: FormulaLine) -> Iterator[str]:
        """The lines of a statement: one for each side but the last, which is the value."""
        if len(line.sides) == 1:
            if len(line.sides[0]) > 1:
                raise Unread(
                    "there is no sign of equality", line.span, "a line is an equation, as h_t = \\tanh(W h_{t-1})"
                )
            yield show(FormulaReader(self.context).right_side(line.sides[0][0]))
            return
        if len(line.sides[-1]) != 1:
            yield from self.several(line)
            return
        value = line.sides[-1][0]
        self.refuse_table(line)
        for side in line.sides[:-1]:
            if len(line.sides) > 2 and _is_call_of_values(side):
                self.context.notes += [LAST_SIDE] if any(map(_computes_within, side)) else []
                continue
            parts = self.parts(side)
            if parts and isinstance(value, FunctionColumn):
                yield from self.applied_by_parts(parts, value)
            elif parts:
                yield f"{', '.join(map(show, parts))} = split({show(FormulaReader(self.context).right_side(value))})"
            else:
                yield self.equation(self.left(side), value, line.span in self.remembered.places)

    def refuse_table(self, line: FormulaLine) -> None:
        """Name a function that is made of itself, as `V(s_t) = V(s_t) + …`: it is a table that is changed."""
        for left in (it for side in line.sides[:-1] for it in side if isinstance(it, Applied)):
            parts = (part for formula in line.sides[-1] for part in walk_formula(formula))
            calls = {part.function for part in parts if isinstance(part, Applied)}
            if left.function in calls and left.function not in OPS:
                raise Unread(f"{left.function} is computed of itself", left.span, VALUE_TABLE)

    def applied_by_parts(self, parts: list[Read], column: FunctionColumn) -> Iterator[str]:
        """Each part by its own function: the parts before it have names of their own."""
        if len(parts) != len(column.functions):
            message = f"{len(column.functions)} functions stand before {len(parts)} parts"
            raise Unread(message, column.span, "a column of functions has one for each name left of =")
        reader = FormulaReader(self.context)
        letter = next(a for a in ("a", "z", "net") if not any(f"{a}_{it.name}" in self.context.names for it in parts))
        inner = [replace(part, name=f"{letter}_{part.name}") for part in parts]
        yield f"{', '.join(map(show, inner))} = split({show(reader.right_side(column.argument))})"
        for part, before, function in zip(parts, inner, column.functions, strict=True):
            applied = reader.applied_to(Applied(function, (), column.span), (before,))
            yield f"{show(part)} = {show(applied)}"

    def several(self, line: FormulaLine) -> Iterator[str]:
        """`h_0 = c_0 = 0, …`: lists on both sides are read one by one."""
        *lefts, values = line.sides
        if any(len(side) != len(values) for side in lefts):
            raise Unread(
                "the sides have different numbers of parts", line.span, "write a line for each: h_0 = 0, c_0 = 1"
            )
        for side in lefts:
            for left, value in zip(side, values, strict=True):
                yield self.equation(self.left((left,)), value)

    def equation(self, left: Expr, value: Formula, remembered: bool = False) -> str:
        if isinstance(left, Call):
            return self.function(left, value)
        assert isinstance(left, Read)
        reader = FormulaReader(self.context, pooling=left.time is None)
        memory = MemoryReader(reader, self.remembered) if remembered else None
        right = (memory or reader).right_side(value)
        if reader.rank(left) == 2 or reader.known_rank(right) == 2:
            reader.find_identity((value,))
        if memory and memory.helpers:
            return "\n".join([*memory.helpers, self.settled(left, right, reader)])
        return self.settled(left, right, reader)

    def settled(self, left: Read, right: Expr, reader: FormulaReader) -> str:
        """The line of a variable whose right side has been read, at the moment that its left side has."""
        time = left.time
        if time is None:
            return self.one_value(left.name, right, reader)
        if time.base == "t":
            right = shift(right, -time.offset)
            if left.name in LOSSES and reader.known_rank(right) == 1:
                right = Call("sum", (right,))
            return show(Equation(left.name, True, right))
        if right == Number(0.0) and time == Time("", 0):
            self.context.notes.append(BY_ITSELF)
            return ""
        return show(Start(left.name, time, right))

    def one_value(self, name: str, right: Expr, reader: FormulaReader) -> str:
        """A value without a moment; a loss without one is the whole loss."""
        if name in LOSSES:
            name, right = "loss", self.summed_over_entries(right) if reader.known_rank(right) == 1 else right
        elif self.context.clock and has_free_t(right) and not _over_time(right):
            return show(Equation(name, True, right))
        return show(Equation(name, False, right))

    def summed_over_entries(self, expr: Expr) -> Expr:
        """A loss of one number a step: where a book sums squares of numbers, a vector's entries are summed too."""
        if isinstance(expr, Call) and expr.function in ("sum", "mean") and has_free_t(expr.args[0]):
            return replace(expr, args=(Call("sum", expr.args),))
        if isinstance(expr, Apply):
            return replace(expr, args=tuple(map(self.summed_over_entries, expr.args)))
        return expr

    def function(self, left: Call, value: Formula) -> str:
        names = [a.name for a in left.args if isinstance(a, Read)]
        inner = FormulaReader(replace(self.context, bound=frozenset(names)))
        return show(Function(left.function, tuple(names), inner.right_side(value)))

    def reading(self) -> PastedReading:
        self.lines.sort(key=lambda line: line[0])
        written = [text for _, text, _ in self.lines if text]
        widths = [f"{STEP} = {WIDTH}"] if self.derivatives and STEP not in self.context.defined else []
        heads = [*declaration_lines(self.told), *widths]
        heads += ONE_LINES if self.context.has_one else ()
        heads += identity_lines(self.context.identities)
        heads += squashings(self.context.assumed)
        self.context.given += given_memories(self.remembered, self.context, "\n".join(written))
        if self.context.given:
            heads.insert(0, f"given {', '.join(self.context.given)}")
        unread = tuple(dict.fromkeys(self.names_unread()))
        lines = tuple(self.pasted(unread, *line) for line in self.lines)
        kind, whole = FORMULAS if self.known.plain else LATEX, "\n".join([*heads, *written])
        return PastedReading(kind, whole, lines, tuple(self.problems), steps=self.steps)

    def names_unread(self) -> Iterator[str]:
        """The variables that the statements which were not read would have computed."""
        for left in self.left_unread:
            with suppress(Unread, RecursionError):
                tokens = [token for one in statements(left) for token in one]
                letters = letters_of(tokens, self.known) if tokens else []
                yield from (LetterReader(self.context).named(it)[0] for it in letters)

    def pasted(self, unread: Iterable[str], span: Span, text: str, note: str) -> PastedLine:
        """A line as it was pasted and as it is read, with what is said of it; of `unread` names what it makes data."""
        read = "" if text.startswith("#") else text.partition("=")[2]
        words = {*re.findall(r"\w+", read)}
        told = [f"{it} is data here, since the line that computes it is not read" for it in unread if it in words]
        said = "; ".join(filter(None, (note, *told, *said_of_squashings(self.context.assumed, text))))
        return PastedLine(self.text[slice(*span)], self.text.count("\n", 0, span[0]) + 1, text, said)


def change_hint(side: tuple[Formula, ...]) -> str:
    """What to write for what stands left of =; of a change, Δw = …, the next value."""
    match side:
        case (Operation("·", (WrittenLetter(delta), WrittenLetter(stem))),) if delta in (STEP, "Delta", "Δ"):
            return f"write {stem}_t = {stem}_{{t-1}} + …, with what is right of ="
        case (Operation("·") as product,):
            letters = [it for it in walk_formula(product) if isinstance(it, WrittenLetter)]
            latin = all(len(it.stem) == 1 and it.stem.isascii() for it in letters)
            if latin and len(letters) > 1 and sum(bool(it.below or it.above) for it in letters) < 2:
                name = "".join(it.stem for it in sorted(letters, key=lambda it: it.span))
                return f"a name of several letters is written \\mathrm{{{name}}}"
    return "solve the equation for it"


def with_layers_in_brackets(found: list[list[FormulaToken]], text: str) -> list[list[FormulaToken]]:
    """Statements in which numbers of layers are no powers: beside h_t^1, or the word layer, 2 of h_t^2 is one."""
    ends = [next((k for k, it in enumerate(tokens) if it.text == "="), 0) for tokens in found]
    layers = {it.text for tokens, end in zip(found, ends, strict=True) for it in _numbers_above(tokens[:end])}
    all_above = {it.text for tokens in found for it in _numbers_above(tokens, of_letters=True)}
    if "1" not in all_above and not (layers and LAYER_WORD.search(text)):
        return found
    layers |= all_above & {"1"}
    return [_in_brackets(tokens, layers) for tokens in found]


def _numbers_above(tokens: Sequence[FormulaToken], of_letters: bool = False) -> Iterator[FormulaToken]:
    """The numbers that stand above something by themselves: 1 of `h^1` and of `h^{1}`; not of a sum, if of letters."""
    below = 0
    for place, token in enumerate(tokens):
        below = place if token.text == "_" else below
        if token.kind == "sign" and token.text == "^" and not (of_letters and _is_of_sum(tokens, below, place)):
            inner = [it for it in tokens[place + 1 : place + 4] if it.text not in "{}"]
            braced = tokens[place + 1 : place + 2] and tokens[place + 1].text == "{"
            alone = not braced or (place + 3 < len(tokens) and tokens[place + 3].text == "}")
            if inner and alone and inner[0].kind == "number" and inner[0].text.isdigit():
                yield inner[0]


def _is_of_sum(tokens: Sequence[FormulaToken], below: int, above: int) -> bool:
    """True where a sign of a sum stands before what is above, or before what is below it."""
    return any(tokens[sign - 1].text in ("∑", "prod", "int") for sign in (below, above) if sign)


def _in_brackets(tokens: list[FormulaToken], layers: Collection[str]) -> list[FormulaToken]:
    """A statement with brackets around the numbers of layers that stand above."""
    above = {it.span for it in _numbers_above(tokens) if it.text in layers}
    wrapped = list[FormulaToken]()
    for token in tokens:
        is_layer = token.kind == "number" and token.span in above
        signs = [FormulaToken("sign", sign, token.span) for sign in "{()}"] if is_layer else []
        wrapped += [*signs[:2], token, *signs[2:]]
    return wrapped


def capitals_as_numbers(text: str) -> list[Declaration]:
    """Capital letters that are added or multiplied with each other, as numbers: R and I_ext of `v + R I_ext`."""
    lines = [line for line in parse_statements(text)[0] if isinstance(line, Equation)]
    parts = [part for line in lines for part in walk(line.expr) if isinstance(part, Apply)]
    pairs = [part.args for part in parts if part.op in ("@", "*") and all(map(_is_capital, part.args))]
    pairs += [tuple(filter(_is_capital, part.args)) for part in parts if part.op in ("+", "-")]
    names = dict.fromkeys(arg.name for pair in pairs for arg in pair if isinstance(arg, Read) and arg.time is None)
    return [assumed_rank(name, 0) for name in names if name not in {line.name for line in lines}]


def _is_capital(expr: Expr) -> bool:
    return isinstance(expr, Read) and rank_by_spelling(expr.name) == 2


def said_beside(tokens: Sequence[FormulaToken]) -> str:
    """What is said of a statement that computes nothing; empty for any other."""
    written = "".join(token.text for token in tokens)
    if STEPS_SAID.fullmatch(written):
        return "it says which steps there are: their number is tau"
    if WHOLE_SEQUENCE.search(written):
        return "it names whole sequences: their steps are read"
    if written.endswith("=") and tokens[0].text in ("mathrm", "operatorname", "text"):
        return "it is the head of a function, whose lines are read"
    return ""


def steps_in_words(
    tokens: Sequence[FormulaToken], others: Sequence[Sequence[FormulaToken]], text: str
) -> SaidSteps | None:
    """How many steps there are by a statement of them, 7 by `t = 1, …, 7`, or by a letter whose number another says."""
    written = "".join(token.text for token in tokens)
    found = FIRST_AND_LAST.search(written) if STEPS_SAID.fullmatch(written) else None
    if found is None:
        return None
    numbers = {it[0].text: it[2].text for it in others if [t.text for t in it[1:2]] == ["="] and len(it) == 3}
    last = numbers.get(found[2], found[2])
    steps = int(last) - int(found[1]) + 1 if last.isdigit() and len(last) < MOST_DIGITS else 0
    return SaidSteps(steps, text.count("\n", 0, tokens[0].span[0]) + 1) if steps > 0 else None


def said_of_condition(tokens: Sequence[FormulaToken]) -> str:
    """What is said of a statement without a sign of equality that compares, maps or is dots; empty for any other."""
    if all(token.text in ("…", "vdots", ".") for token in tokens):
        return "dots stand for what is not written"
    signs = {token.text for token in without_scripts([*tokens])}
    return CONDITION if "=" not in signs and signs & COMPARING else ""


def without_dots(tokens: Sequence[FormulaToken], wrong: Unread) -> Unread:
    """What to write for dots that stand for values; a loss by the probability of data is that of what is computed."""
    if not any(token.text == "…" for token in tokens) or "…" not in wrong.message:
        return wrong
    loss = script_text(list(tokens[:1])) in LOSSES
    hint = (
        "write loss = sum(cross_entropy(o[t], y[t])), with o the logits"
        if loss
        else "write every part, or leave them out"
    )
    return Unread("dots stand for what is not written", wrong.span, hint)


def _functions_defined(found: list[list[FormulaToken]], indices: Collection[str]) -> frozenset[str]:
    """The letters that a statement defines as functions: `f(s, x) = …`, `F_1(u) = …`."""
    names = set[str]()
    for tokens in found:
        texts = [t.text for t in tokens]
        if "=" not in texts or "(" not in texts[: texts.index("=")]:
            continue
        head, inside = tokens[: texts.index("(")], texts[texts.index("(") + 1 : texts.index("=") - 1]
        if (
            head
            and script_text(head[:1]) not in LOSSES
            and texts[texts.index("=") - 1] == ")"
            and not (len(inside) <= 3 and inside and (inside[0] in "tnk" or inside[0] in indices))
        ):
            names.add(script_text(head))
    return frozenset(names)


def _values(found: list[list[FormulaToken]]) -> frozenset[str]:
    """The letters that stand somewhere without a bracket or a script behind them: they are no functions."""
    names = set[str]()
    for tokens in map(without_scripts, map(without_words, found)):
        for token, after in pairwise([*tokens, FormulaToken("end", "", (0, 0))]):
            if after.text not in ("(", "_", "^"):
                names.add(script_text([token]))
    return frozenset(names)


def _single_letters(found: list[list[FormulaToken]]) -> frozenset[str]:
    """The letters that stand by themselves somewhere in running text, unless a statement defines a word of them.

    A Greek letter ends what touches it, and in dx/dt it is x that stands by itself.
    """
    names, defined = set[str](), set[str]()
    for tokens in map(without_scripts, found):
        runs = list(_runs_of_letters(tokens))
        names |= {run.removeprefix("d") if after == "/" and len(run) == 2 else run for run, after in runs}
        defined |= {runs[0][0]} if runs and tokens[0].kind == "letter" and runs[0][1] != "/" else set()
    single = {name for name in names if len(name) == 1}
    return frozenset(single) if not any(len(it) > 1 and single.issuperset(it) for it in defined) else frozenset()


def _runs_of_letters(tokens: list[FormulaToken]) -> Iterator[tuple[str, str]]:
    """The letters of a statement, those that touch together, each with the sign behind it."""
    run = ""
    for token, after in pairwise([*tokens, FormulaToken("end", "", (-1, -1))]):
        if token.kind == "letter":
            run += token.text
            if after.kind != "letter" or after.span[0] != token.span[1] or script_text([token]) in GREEK:
                yield run, after.text
                run = ""


def _is_call_of_values(side: tuple[Formula, ...]) -> bool:
    """True for f(h_{t-1}, x_t) between two signs of equality: another name of the value."""
    call = side[0] if len(side) == 1 else None
    letters = call.arguments if isinstance(call, Applied) and call.function != "concat" else ()
    return any(not isinstance(it, WrittenLetter) or it.below or it.above for it in letters)


def _computes_within(formula: Formula) -> bool:
    """True for a function of what is computed, `\\tanh(W h + b)`, rather than of values alone."""
    return isinstance(formula, Applied) and any(isinstance(it, Operation) for it in formula.arguments)


def indices_of_sums(text: str) -> frozenset[str]:
    """The letters below the signs of sums of a text, and those beside them in brackets: i and j of `W[i, j]`."""
    over = set(SUM_OVER.findall(text)) - {"t"}
    pairs = (set(it.replace(" ", "").split(",")) for it in PAIR_IN_BRACKETS.findall(text))
    beside = {one for pair in pairs if pair & over for one in pair if one.isalpha()} - {"t"} if over else set[str]()
    return frozenset(over | beside)


def _has_directions(found: list[list[FormulaToken]]) -> bool:
    """True for a text with a letter that has an arrow to the left over it: an arrow is a direction there."""
    return any(token.text in ("overleftarrow", "cev") for tokens in found for token in tokens)


def _over_time(expr: Expr) -> bool:
    """True if a sum or a mean over time is in it."""
    if isinstance(expr, Call) and expr.function in ("sum", "mean"):
        return True
    return isinstance(expr, Apply | Call) and any(map(_over_time, expr.args))
