"""Reads pasted Python as equations: a loop over time, a cell, or single lines of NumPy and PyTorch.

What a step computes is a variable at every step; what it assigns several times has a name for each.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import chain, count, groupby

from app.language import Problem, rank_by_spelling
from app.language.elsewhere import meaning_hint
from app.language.hinted_lines import MEANT
from app.language.notes import NOT_READ, differ_by_a_letter
from app.language.numbers_beside import AS_DATA
from app.language.parse import parse_statements
from app.language.pasted.declared_classes import class_numbers, classes_told
from app.language.pasted.declared_ranks import (
    assumed_rank,
    can_be_read,
    declaration_lines,
    declared_ranks,
    goes_entry_by_entry,
    is_applied_to_weights,
    known_ranks,
    matrices_beside,
    matrices_in_small_letters,
    numbers_beside_products,
    numbers_by_custom,
    numbers_that_begin_so,
    numbers_that_divide,
    numbers_without_matrices,
    ranks_of_arrays,
    with_ranks_told,
)
from app.language.pasted.lines import (
    ITS_LINES,
    NO_COMPUTATION,
    ONE_ENTRY,
    ONE_LINES,
    PYTHON,
    WRITE_OUT,
    PastedLine,
    PastedReading,
    SaidSizes,
    Unread,
    identity_lines,
    lines_of_ones,
)
from app.language.pasted.moments_of_names import is_state_before, moment_of_name
from app.language.pasted.names_elsewhere import (
    SQUASHINGS,
    cuts_into_parts,
    name_here,
    own_name,
    said_of_squashings,
    squashings,
)
from app.language.pasted.python_changes import ASSIGN_IT, IN_PLACE, changed_in_place
from app.language.pasted.python_data import data_of
from app.language.pasted.python_defaults import is_number
from app.language.pasted.python_expressions import SIGN, ExpressionReader
from app.language.pasted.python_known_data import writes_numbers
from app.language.pasted.python_mirrored import BESIDE_OTHERS, FROM_THE_END, mirrored_moments
from app.language.pasted.python_modules import (
    ModulePart,
    layer_sizes,
    makes_module,
    module_parts,
    module_said,
)
from app.language.pasted.python_names import NO_ENTRIES, ProgramNames
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_pooling import PooledLine, layouts_of, without_empty_pools
from app.language.pasted.python_sizes import SizesReader
from app.language.pasted.python_source import HelperFunction, ProgramReader, PythonStatement, python_tree
from app.language.pasted.python_starts import KEPT, StartsReader, filled_with
from app.language.pasted.python_trees import (
    EMPTY,
    NORMAL,
    SWAPS,
    added_value,
    assigned_pairs,
    called_name,
    clocked_index,
    index_of,
    indexed_name,
    is_module,
    is_part_of_state,
    is_unpacked,
    kept_name,
    made_anew,
    names_in,
    picking_index,
    stacked_name,
    summed_name,
    target_name,
    variable_name,
    whole_name,
)
from app.language.pasted.python_unread import IN_NO_EQUATION, stands_at, unread_parts
from app.language.pasted.said_steps import steps_of_program
from app.language.pasted.same_functions import is_function_of_its_name
from app.language.problems import problem_at
from app.language.resolve import has_free_t
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
    reads,
)
from app.language.typeset import show
from app.ops import OPS

LOSS_OF_A_STEP = "L"
BEHIND_THE_LAST = "{0}[t+{1}] is 0 behind the last step, where the program has more of {0}"
NUMBER_ALONE = re.compile(r"(\w+) (?:= -?[\d.]+(?:e[+-]?\d+)?|~ [^\n]*)")


def read_python(text: str) -> PastedReading:
    """The equations of a text in Python."""
    reader = PythonReader(text)
    reading = reader.reading()
    if not reader.asks_early:
        return reading
    declared = [] if can_be_read(reading.text) else declared_ranks(reading.text)
    ranks = known_ranks("\n".join([*map(show, declared), reading.text]))
    return PythonReader(text, {name for name, rank in ranks.items() if rank == 0}).reading()


class PythonReader:
    """One text, and the lines of it that have been read so far."""

    def __init__(self, text: str, numbers: Collection[str] | None = None) -> None:
        self.numbers = numbers
        """The variables of one entry a step; None in a first reading, which finds them."""
        self.asks_early = False
        """True where a line before the steps needs to know them."""
        source = ProgramReader(text)
        self.text, self.program, self.place = text, source.program, source.places.span
        self.lines: list[tuple[Span, str, str]] = [(span, "", note) for span, note in self.program.skipped]
        self.problems: list[Problem] = list(self.program.problems)
        self.notes: list[str] = []
        self.begun_elsewhere = set[str]()
        """The running sums that do not begin at 0."""
        self.sizes_of_states = dict[str, int]()
        """How many entries the states have that a program takes apart."""
        self.unread_names = set[str]()
        """The variables that a line which was not read assigns."""
        self.uncomputed = set[str]()
        """Those that a step assigns."""
        self.dropped: list[Unread] = []
        """What is not read and nothing else needs."""
        self.following: list[Unread] = []
        """What is not read for a reason that another line was to have told."""
        self.run_along = {whole: self.program.data[it] for it, whole in source.run_along.items() if whole}
        """The sequences that loops run over, each with the name that its steps have."""
        self.alone = len(self.program.statements) == 1
        self.find_modules()
        self.names = ProgramNames(self.program, source.places, self.notes)
        helpers = ((helper.name, own_name(helper.name, len(helper.arguments))) for helper in self.program.helpers)
        self.expressions = ExpressionReader(
            self.names.meant, self.names.at_index, self.place, self.program.clock, self.names.indices.first,
            self.program.modules, {name: here for name, here in helpers if here}, self.notes,
            squashings=SQUASHINGS - self.program.called, noises=iter(names_of_noise(self.program.statements)),
            axis_of_steps=self.names.axis_of_steps,
            ranks=self.program.ranks, unsaid=self.program.unsaid, defined=frozenset(re.findall(r"\bdef\s+(\w+)", text)),
            flat=names_of_scipy(text),
            in_step=lambda: self.names.region == "step",
            ones_names=(it for it in map("ones_{}".format, count(1)) if it not in source.taken),
            identity_names=(it for it in chain(["I"], map("I_{}".format, count(1))) if it not in source.taken),
        )  # fmt: skip
        self.expressions.places |= {*map(stands_at, self.program.numbered)}
        self.expressions.matrices |= {self.names.base(it)[0] for it, rank in self.program.ranks.items() if rank == 2}
        self.starts = StartsReader(
            self.names,
            self.expressions,
            self.whole_before,
            self.known_number,
            lambda name: self.sized.steps_of(name),
            self.run_along,
        )
        self.taken = {*source.taken}
        self.layouts = layouts_of(python_tree(text)[0], self.program.clock, lambda name: self.names.base(name)[0])
        for helper in self.program.helpers:
            if self.is_another(helper):
                self.expressions.functions[helper.name] = f"{name_here(helper.name)}_1"

    @cached_property
    def sized(self) -> SizesReader:
        """How large the program says its arrays are."""
        return SizesReader(python_tree(self.text)[0])

    def known_number(self, node: ast.expr) -> float | None:
        """The number that a name has throughout a program: a size, or what a line before the steps says once."""
        with suppress(RecursionError):  # What is too deep is named where it is read.
            if (whole := self.sized.number(node)) is not None:
                return whole
        name, found = variable_name(node), set[float | None]()
        for s in self.program.statements:
            for target, value in assigned_pairs(s.node):
                if name and variable_name(target) == name and variable_name(value) != name:
                    found.add(filled_with(value) if is_number(value) else None)
        return next(iter(found)) if len(found) == 1 else None

    def is_another(self, helper: HelperFunction) -> bool:
        """True for a function that has the name of one here and gives other numbers."""
        here = None if helper.name in self.expressions.functions else name_here(helper.name)
        if here is None or OPS[here].arity != len(helper.arguments):
            return False
        region, self.names.region = self.names.region, "before"
        try:
            return not is_function_of_its_name(here, helper.arguments, self.body(helper))
        except Unread:
            return False
        finally:
            self.names.region = region
            self.notes.clear()

    def find_modules(self) -> None:
        """Layers and activations, from where the text makes them."""
        kept = []
        for s in self.program.statements:
            match s.node:
                case ast.Assign([target], made) if self.is_own_class(made):
                    self.lines.append((s.span, "", "the lines of its class are read"))
                case ast.Assign([target], made) if (name := variable_name(target)) and makes_module(made):
                    self.find_module(s, name, made)
                case ast.Expr(ast.Call(ast.Attribute(whole, "add"), [made])) if (
                    name := variable_name(whole)
                ) in self.program.modules and makes_module(made):
                    self.find_module(s, str(name), made, self.program.modules[str(name)] or ())
                case _:
                    kept.append(s)
        self.program.statements = kept

    def is_own_class(self, made: ast.expr) -> bool:
        """True for an object of a class that the text defines."""
        return isinstance(made, ast.Call) and bool(re.search(rf"^\s*class\s+{called_name(made)}\b", self.text, re.M))

    def find_module(self, s: PythonStatement, name: str, made: ast.expr, before: tuple[ModulePart, ...] = ()) -> None:
        """What a module that is kept under a name applies; one that is not read is named, if something calls it."""
        try:
            parts = (*before, *module_parts(name, made, self.place))
        except Unread as wrong:
            self.program.modules[name] = None
            if self.is_called(name) or not any(reads_anything(it.node, made) for it in self.program.statements):
                self.problems.append(problem_at(self.text, wrong.span, wrong.message, wrong.hint))
                self.lines.append((s.span, f"{NOT_READ}{self.text[slice(*s.span)].splitlines()[0]}", ""))
            else:
                self.lines.append((s.span, "", "nothing reads it"))
            return
        self.program.modules[name] = parts
        self.lines.append((s.span, "", module_said(name, parts, made)))

    def is_called(self, name: str) -> bool:
        trees = (*(s.node for s in self.program.statements), *(helper.body for helper in self.program.helpers))
        calls = (node for tree in trees for node in every_node(tree) if isinstance(node, ast.Call))
        return any(variable_name(call.func) == name for call in calls)

    # the whole

    def reading(self) -> PastedReading:
        """The program as lines of the language, and what of it could not be read."""
        self.read_statements()
        self.leave_out_followers()
        self.leave_out_constants()
        self.tell_unread_parts()
        self.lines.sort(key=lambda line: line[0])
        written = self.written_lines()
        sizes = tuple(dict.fromkeys(self.said_sizes()))
        heads, declared, made = self.with_declarations(self.heads("\n".join(written)), written, sizes)
        lines = with_ranks_told(with_ranks_told(tuple(self.pasted_lines()), declared), made, as_made=True)
        steps = steps_of_program(self.program, self.names.indices, self.sized)
        text = "\n".join([*heads, *written])
        classes = tuple(self.starts.classes.values())
        return PastedReading(PYTHON, text, lines, self.problems_once(), sizes, steps, classes)

    def read_statements(self) -> None:
        """Every statement and every helper, in order; what cannot be read leaves nothing behind but its problem."""
        for s in self.program.statements:
            self.names.region = "after" if s.region == "between" or not self.names.timed else s.region
            self.names.loop = s.loop
            given = len(self.names.given)
            self.expressions.axes.clear()
            self.expressions.unreduced.clear()
            try:
                self.check_mirror(s)
                self.statement(s)
            except Unread as wrong:
                del self.names.given[given:]
                self.unread(s, wrong)
        for helper in self.program.helpers:
            self.helper(helper)

    def written_lines(self) -> list[str]:
        """The lines of equations and starts, each once; of a program that runs backwards mirrored in time."""
        written = [text for _, text, _ in self.lines if text]
        written = [*self.starting_steps("\n".join(written)), *dict.fromkeys(written)]
        if self.program.mirrored:
            written = list(map(mirrored_moments, written))
            self.lines = [(span, mirrored_moments(said), note) for span, said, note in self.lines]
        return [*([f"given {', '.join(self.names.given)}"] if self.names.given else []), *written]

    def heads(self, text: str) -> list[str]:
        """The lines that say what the names in a text are, and what it calls."""
        small = [*matrices_in_small_letters(text), *numbers_that_divide(text), *self.ranks_by_entries(text)]
        return [
            *declaration_lines(small),
            *(ONE_LINES if self.expressions.has_one else ()),
            *identity_lines(self.expressions.identities.values()),
            *lines_of_ones(self.expressions.ones.values()),
            *(show(assumed_rank(name, 2)) for name in self.summed_matrices()),
            *(show(Declaration(name, (size,))) for name, size in self.sizes_of_states.items()),
            *self.vectors(text),
            *self.matrices(text),
            *(show(Declaration(name, ())) for name in self.expressions.numbers),
            *squashings(self.expressions.assumed),
            *([f"{SIGN}(a) = (a > 0) - (a < 0)"] if self.expressions.has_sign else []),
        ]

    def with_declarations(
        self, heads: Sequence[str], written: Sequence[str], sizes: Sequence[SaidSizes]
    ) -> tuple[list[str], list[Declaration], list[Declaration]]:
        """Heads with what has to be declared besides: what is a number, and the ranks of the arrays that are made."""
        whole, declared = "\n".join([*heads, *written]), list[Declaration]()
        made = ranks_of_arrays(whole, sizes)
        whole = "\n".join([*map(show, made), whole])
        for numbers_of in (numbers_by_custom, numbers_without_matrices, numbers_beside_products):
            declared = [*numbers_of("\n".join([*map(show, declared), whole])), *declared]
        whole = "\n".join([*map(show, declared), whole])
        declared = [*numbers_that_begin_so(whole, self.starts.numbers), *declared]
        return [*declaration_lines([*declared, *made]), *heads], declared, made

    def problems_once(self) -> tuple[Problem, ...]:
        """What is wrong, each once in the order of the text; else the first of what was left out without a word."""
        if not self.problems:
            unsaid = self.following or ([] if any(text for _, text, _ in self.lines) else self.dropped)
            self.problems += (problem_at(self.text, it.span, it.message, it.hint) for it in unsaid[:1])
        told = {(it.span, it.message): it for it in self.problems}
        return tuple(sorted(told.values(), key=lambda p: p.span or (0, 0)))

    def said_sizes(self) -> Iterator[SaidSizes]:
        """What the program says of how large its arrays are, each by its name here, once."""
        with suppress(RecursionError):  # What is too deep is named where it is read.
            yield from self.sizes_in(self.sized)

    def sizes_in(self, reader: SizesReader) -> Iterator[SaidSizes]:
        tree = reader.tree
        rewritten = ast.Module([s.node for s in self.program.statements if s.region in ("before", "between")], [])
        found = [*reader.said(tree), *reader.said(rewritten)]
        for node in every_node(tree):
            for target, made in assigned_pairs(node):
                if (name := variable_name(target)) in self.program.modules:
                    found += (reader.said_as(it, sizes, node) for it, sizes in layer_sizes(str(name), made))
        found += (reader.said_as(name, sizes, node) for node, name, sizes in self.program.sizes)
        first = 1 if self.program.batch_first else 0
        counted = {name for end in self.program.ends for name in names_in(end.over)}
        for it in found:
            along = self.run_along.get(it.name, it.name if first and len(it.axes) > 2 and it.name in counted else None)
            own = it if along is None or it.steps is not None else replace(it, name=along, steps=first)
            base = self.names.base(own.name)[0]
            if base not in self.starts.classes:
                yield replace(own, name=base)

    def check_mirror(self, s: PythonStatement) -> None:
        """A loop from the end is read beside one from the start where both count the steps alike."""
        if self.names.loop_in_mirror and not self.names.can_be_mirrored:
            told = any(it.message == BESIDE_OTHERS for it in self.problems)
            raise Unread(BESIDE_OTHERS, s.span, f"paste each loop by itself; {FROM_THE_END}", follows=told)

    def ranks_by_entries(self, text: str) -> list[Declaration]:
        """The ranks that loops over entries say of what no line computes, where its letter does not look so."""
        computed = {it.name for it in parse_statements(text)[0] if isinstance(it, Equation | Start)}
        ranks = ((self.names.base(name)[0], rank) for name, rank in self.program.ranks.items())
        read = set(re.findall(r"[^\W\d]\w*(?!\w*\[)", text)) - computed
        return [assumed_rank(name, rank) for name, rank in ranks if name in read and rank_by_spelling(name) != rank > 0]

    def summed_matrices(self) -> list[str]:
        """What steps compute and other lines sum along an axis: matrices, whatever else their equations allow."""
        read = (it for matrix, _ in self.expressions.ones for it in reads(matrix))
        return list(dict.fromkeys(it.name for it in read if it.time is not None and rank_by_spelling(it.name) == 2))

    def vectors(self, text: str) -> list[str]:
        """Declarations of the states that begin as vectors, where nothing else says that they are."""
        ranks = known_ranks(text)
        return [show(assumed_rank(name, 1)) for name in self.starts.vectors if ranks.get(name) == 0]

    def matrices(self, text: str) -> list[str]:
        """Declarations of the states that begin as matrices, where nothing else says so and they can be."""
        found = list[Declaration]()
        for name in self.starts.matrices:
            said = assumed_rank(name, 2)
            with_it = "\n".join([*map(show, found), show(said), text])
            if known_ranks(text).get(name) == 2 or is_applied_to_weights(name, text):
                continue
            found += [said] if can_be_read(with_it) else matrices_beside(name, "\n".join([*map(show, found), text]))
        return [show(it) for it in found]

    def starting_steps(self, text: str) -> list[str]:
        """The starts before a loop's first pass that the program leaves to arrays of zeros."""
        lines = parse_statements(text)[0]
        set_already = {(it.name, str(it.time)) for it in lines if isinstance(it, Start)}
        equations = [it for it in lines if isinstance(it, Equation) and it.name not in self.names.behind]
        begun = (
            (name, self.names.indices.steps_before(name)) for name in begun_by_zeros(equations, self.names.sequences)
        )
        moments = ((name, self.names.begins_at(name, Time("", k + 1))) for name, steps in begun for k in range(steps))
        starts = (Start(name, moment, Number(0.0)) for name, moment in moments)
        return [show(it) for it in starts if (it.name, str(it.time)) not in set_already]

    def pasted_lines(self) -> Iterator[PastedLine]:
        """What was read, statement by statement."""
        for span, lines in groupby(self.lines, key=lambda line: line[0]):
            _, texts, notes = zip(*lines, strict=True)
            text = "\n".join(filter(None, texts))
            said = (*notes, *said_of_squashings(self.expressions.assumed, text))
            note = "; ".join(dict.fromkeys(filter(None, (*said, *self.misspelt(text), *self.beyond(text)))))
            number = self.text.count("\n", 0, span[0]) + 1
            yield PastedLine(self.text[slice(*span)], number, text, note)

    def misspelt(self, text: str) -> Iterator[str]:
        """Names in a line that are nearly those of data, or of what the program begins with, which nothing reads."""
        before = (pair for s in self.program.statements if s.region == "before" for pair in assigned_pairs(s.node))
        made = {name for target, value in before if made_anew(value) and (name := variable_name(target))}
        known = {self.names.base(name)[0] for name in (*self.program.data, *self.program.arguments, *made)}
        unread = sorted(known - self.names.used - set(self.names.total))
        for name in dict.fromkeys(re.findall(r"[^\W\d]\w*", text)) if unread else ():
            if name in self.names.total:
                continue
            near = (it for it in unread if differ_by_a_letter(name, it) or name.casefold() == it.casefold())
            meant = next((it for it in near if it != name), "")
            if meant:
                yield f"nothing says what {name} is, and nothing reads {meant}: is it a slip of the pen?"

    def beyond(self, text: str) -> Iterator[str]:
        """Data that a line reads ahead of its step: what a program has of them behind the last step is not here."""
        for name, steps in dict.fromkeys(re.findall(r"\b([^\W\d]\w*)\[t\+(\d+)\]", text)):
            if name not in self.names.total:
                yield BEHIND_THE_LAST.format(name, steps)

    def write(self, s: PythonStatement, text: str, note: str = "") -> None:
        if not text and s.node in self.program.defaults:
            self.notes.clear()
            return
        text = mirrored_moments(text) if self.names.loop_in_mirror else text
        self.lines.append((s.span, text, "; ".join(dict.fromkeys(filter(None, (note, *self.notes))))))
        self.notes.clear()

    def unread(self, s: PythonStatement, wrong: Unread) -> None:
        """What cannot be read is a problem, unless nothing that is read needs it, and it is no slip of the pen."""
        self.notes.clear()
        assigned = (variable_name(it) or indexed_name(it) for it, _ in assigned_pairs(s.node))
        targets = [self.names.base(name)[0] for name in assigned if name]
        self.names.done.update(targets if self.names.region == "step" else ())
        needed = self.names.used | self.names.accumulated
        chosen = assigned_pairs(s.node) if isinstance(s.node, ast.If) else ()
        bare = {self.names.base(n)[0] for target, _ in assigned_pairs(s.node) if (n := variable_name(target))}
        set_here = {*bare, *(self.names.base(n)[0] for target, _ in chosen if (n := whole_name(target)))}
        slip = MEANT.search(wrong.hint)
        if self.names.region == "step":
            values = [it.value for it in every_node(s.node) if isinstance(it, ast.Assign | ast.AugAssign)]
            needed = needed | {self.names.base(name)[0] for value in values for name in names_in(value)}
        if self.names.region == "before" and self.program.looped:
            needed = needed & self.read_in_steps()
        if set_here and not needed & set_here and self.names.region != "after" and not slip:
            self.write(s, "", "nothing reads it")
            self.dropped.append(wrong)
            return
        follows = wrong.follows or self.needs_unread(s)
        self.unread_names.update(targets)
        self.uncomputed.update(targets if self.names.region == "step" else ())
        if follows:
            self.following.append(wrong)
        else:
            self.problems.append(problem_at(self.text, wrong.span, wrong.message, wrong.hint))
        said = f"{NOT_READ}{self.text[slice(*s.span)].splitlines()[0]}"
        if all((s.span, said) != line[:2] for line in self.lines):
            self.write(s, said)

    def read_in_steps(self) -> set[str]:
        """The variables that steps and what follows them read, and what these are made of before."""
        found, before = set[str](), list[tuple[set[str], set[str]]]()
        for s in self.program.statements:
            values = [value for _, value in assigned_pairs(s.node) if made_anew(value) not in EMPTY]
            read = {self.names.base(name)[0] for value in values for name in names_in(value)}
            if s.region == "before":
                targets = {n for target, _ in assigned_pairs(s.node) if (n := variable_name(target))}
                before.append((targets, set() if any(map(made_anew, values)) else read))
            else:
                found |= read
        for helper in self.program.helpers:
            found |= set(names_in(helper.body))
        for targets, read in reversed(before):
            found |= read if targets & found else set()
        return found

    def leave_out_constants(self) -> None:
        """Leave out numbers before the steps that no line reads, as how fast a training learns."""
        texts = [text for _, text, _ in self.lines if text and not text.startswith("#")]
        if not any("[t]" in text for text in texts):
            return
        for place, (span, text, _) in enumerate(self.lines):
            number = NUMBER_ALONE.fullmatch(text)
            if number and not any(re.search(rf"\b{number[1]}\b", it) for it in texts if it != text):
                self.lines[place] = (span, "", "nothing reads it")

    def tell_unread_parts(self) -> None:
        """Say of lines that are read which of their parts no reading has touched."""
        lines = [(k, span) for k, (span, text, _) in enumerate(self.lines) if text and not text.startswith("#")]
        tree, places, _ = python_tree(self.text)
        for node in unread_parts(tree, self.expressions.places, self.expressions.defined | self.program.called):
            first, end = places.span(node)
            place = next((k for k, span in lines if span[0] <= first and end <= span[1]), None)
            if place is not None:
                span, text, note = self.lines[place]
                said = IN_NO_EQUATION.format(self.text[first:end].split("\n")[0][:60])
                self.lines[place] = span, text, "; ".join(filter(None, (note, said)))

    def leave_out_followers(self) -> None:
        """Leave out lines that read what steps which are not read would have computed: it is no data."""
        while True:
            parsed = [parse_statements(text)[0] for _, text, _ in self.lines]
            equations = [[it for it in lines if isinstance(it, Equation)] for lines in parsed]
            missing = self.uncomputed - {it.name for lines in equations for it in lines}
            followers = [
                (place, lines)
                for place, lines in enumerate(equations)
                if any(read.name in missing for it in lines for read in reads(it.expr))
            ]
            if not followers:
                return
            for place, lines in followers:
                span, _, note = self.lines[place]
                self.uncomputed.update(it.name for it in lines)
                self.lines[place] = (span, f"{NOT_READ}{self.text[slice(*span)].splitlines()[0]}", note)

    def needs_unread(self, s: PythonStatement) -> bool:
        """True where a statement reads what another that was not read assigns, or calls a module that is not read."""
        calls = (variable_name(node.func) for node in every_node(s.node) if isinstance(node, ast.Call))
        unread = {name for name, parts in self.program.modules.items() if parts is None}
        read = (self.names.base(name)[0] for name in self.names.names_read(s))
        return not unread.isdisjoint(filter(None, calls)) or not self.unread_names.isdisjoint(read)

    # statements

    def statement(self, s: PythonStatement) -> None:
        match s.node:
            case node if self.names.region == "step" and (name := summed_name(node)) in self.names.accumulated:
                self.running_sum(s, str(name))
            case ast.Expr(ast.Call(ast.Attribute(_, "append"), [_])):
                self.append(s)
            case ast.Expr(value) if self.alone:
                self.write(s, show(self.expressions.read(value)))
            case ast.Expr(value) if (name := changed_in_place(value)) and self.names.base(name)[0] in self.names.used:
                raise Unread(IN_PLACE.format(name), s.span, ASSIGN_IT.format(name))
            case ast.Expr():
                self.write(s, "", "nothing keeps its value")
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.If():
                self.assignment(s, list(assigned_pairs(s.node)))
            case node:
                raise Unread(f"{type(node).__name__.lower()} is not read", s.span, WRITE_OUT)

    def running_sum(self, s: PythonStatement, name: str) -> None:
        """What each step adds to a loss is that step's loss; the whole is their sum, or what the text makes of it."""
        value = added_value(s.node)
        taken = LOSS_OF_A_STEP in self.names.named_here or bool(self.names.sums)
        if value is None or taken or name in self.begun_elsewhere:
            hint = f"give each step's part a name, {LOSS_OF_A_STEP}[t] = …, and write loss = sum({LOSS_OF_A_STEP}[t])"
            raise Unread("a running sum like this one is not read", self.place(s.node), hint)
        line = show(Equation(LOSS_OF_A_STEP, True, self.step_value(value)))
        self.names.sums[name] = Call("sum", (Read(LOSS_OF_A_STEP, NOW),))
        whole = "" if self.assigned_later(s, name) else f"\nloss = {show(self.names.sums[name])}"
        self.write(s, line + whole)

    def assigned_later(self, s: PythonStatement, name: str) -> bool:
        """True if a statement behind this one, after the steps, assigns the variable again."""
        behind = self.program.statements[self.program.statements.index(s) + 1 :]
        targets = (target for other in behind if other.region == "after" for target, _ in assigned_pairs(other.node))
        return any(variable_name(target) == name for target in targets)

    def whole_loss(self, s: PythonStatement, name: str, value: ast.expr) -> None:
        """What a text makes of the sum of its losses after the steps, as a mean."""
        above, whole, _ = self.pooled(self.expressions.read(value))
        self.names.sums[name] = mean_of_steps(whole, self.program.steps, self.names.steps_more_than_named)
        if self.assigned_later(s, name):
            self.write(s, "\n".join(above), f"{name} is assigned again")
        else:
            self.write(s, "\n".join([*above, f"loss = {show(self.names.sums[name])}"]))

    def append(self, s: PythonStatement) -> None:
        """A list that each step is added to is a sequence, if something reads it; else it is there anyway."""
        [(target, value)] = assigned_pairs(s.node)
        name = target_name(target)
        if self.names.is_written_list(name, value):
            self.write(s, self.equation(name, self.expressions.read(value)))
        else:
            self.write(s, "", KEPT)

    def assignment(self, s: PythonStatement, pairs: list[tuple[ast.expr, ast.expr]]) -> None:
        if not pairs:
            raise Unread("this assigns nothing", s.span, "write the name of what is computed left of =")
        name = variable_name(pairs[0][0])
        behind, before = self.names.region == "after" and s.region != "between", s.region == "before"
        if len(pairs) == 1 and name in self.names.accumulated and behind:
            self.whole_loss(s, str(name), pairs[0][1])
            return
        if not all(variable_name(target) or indexed_name(target) for target, _ in pairs):
            self.entry_of_data(s, pairs[0][0])
        elif is_unpacked(s.node):
            self.parts(s, pairs)
        elif self.makes_room(pairs):
            self.write(s, "", NO_COMPUTATION)
        elif self.names.region == "before" or s.region == "between" or (before and writes_numbers(s.node)):
            for target, value in pairs:
                self.write(s, *self.start(target, value))
        else:
            self.equations(s, pairs)

    def makes_room(self, pairs: list[tuple[ast.expr, ast.expr]]) -> bool:
        """True for what nothing reads: arrays behind the steps, as a backward pass has them, and switches."""
        if any(self.names.base(target_name(target))[0] in self.names.used for target, _ in pairs):
            return False
        literals = [value for _, value in pairs if isinstance(value, ast.Constant)]
        switches = len(literals) == len(pairs) and all(isinstance(it.value, bool | str) for it in literals)
        return switches or (self.names.region == "after" and all(made_anew(value) in EMPTY for _, value in pairs))

    def start(self, target: ast.expr, value: ast.expr) -> tuple[str, str]:
        if (name := target_name(target)) in self.names.accumulated:
            if filled_with(value) != 0:
                self.begun_elsewhere.add(name)
            return "", "the beginning of a running sum"
        said = self.starts.read(target, value)
        self.expressions.matrices |= self.starts.matrices.keys()
        return said

    def entry_of_data(self, s: PythonStatement, target: ast.expr) -> None:
        within = target.value if isinstance(target, ast.Subscript) else target
        name = variable_name(within.value if isinstance(within, ast.Subscript) else within)
        if name is None or self.names.base(name)[0] not in self.names.entrywise:
            raise Unread(NO_ENTRIES, s.span, table_hint(target) or ONE_ENTRY)
        self.write(
            s,
            "",
            self.classes_of(self.names.base(name)[0], s) or f"{name} is data: it is given entry by entry {AS_DATA}",
        )

    def classes_of(self, base: str, s: PythonStatement) -> str:
        """What is said of `xs[t][inputs[t]] = 1` with known numbers: one entry of each step's data is 1."""
        match s.node:
            case ast.Assign([ast.Subscript() as entry], ast.Constant(1)):
                index = picking_index(entry)
            case _:
                return ""
        if not isinstance(index, ast.Subscript) or clocked_index(index_of(index)) != (self.program.clock, 0):
            return ""
        array = self.starts.arrays.array(index.value)
        found = None if array is None else class_numbers(base, array[self.program.first_of(s.loop) :])
        if found is None:
            return ""
        self.starts.classes[base] = found
        return classes_told(base)

    def parts(self, s: PythonStatement, pairs: list[tuple[ast.expr, ast.expr]]) -> None:
        """`i, f, o, g = np.split(a, 4)`: equal parts, in order."""
        value, names = pairs[0][1], [target_name(target) for target, _ in pairs]
        name, args = self.expressions.called(value) if isinstance(value, ast.Call) else ("", ())
        if name in self.program.called:
            self.write(s, "", f"{name} is written out where it is defined")
            return
        if self.is_state(value):
            self.entries_of_state(s, names, value)
            return
        if not isinstance(value, ast.Call):
            hint = "equal parts of a vector are taken as a[t], b[t] = split(z[t])"
            raise Unread("several names for the parts of one value are not read", s.span, hint)
        if not cuts_into_parts(name) or not args:
            self.expressions.check_defined(name, value)
            self.expressions.check_is_said(name, value)
            instead = meaning_hint(name, [ast.unparse(a) for a in args])
            if instead and name_here(name) is None:
                raise Unread("several names for the results of one call are not read", s.span, instead)
            raise Unread(f"the text does not say what {name} is", s.span, ITS_LINES.format(name))
        whole = show(self.expressions.read(args[0]))
        self.names.done.update(self.names.base(n)[0] for n in names)
        self.write(s, f"{', '.join(self.left(self.names.base(n)[0]) for n in names)} = split({whole})")

    def is_state(self, value: ast.expr) -> bool:
        """True for a state of the steps, and for what is computed of one that has been taken apart."""
        if self.names.region != "step" or isinstance(value, ast.Call):
            return False
        if name := variable_name(value) or indexed_name(value):
            return self.names.base(name)[0] in self.names.total
        return isinstance(value, ast.BinOp) and not self.sizes_of_states.keys().isdisjoint(names_in(value))

    def entries_of_state(self, s: PythonStatement, names: list[str], value: ast.expr) -> None:
        """`x, y, z = state`: as many entries as names, each a vector of one entry."""
        whole = show(self.expressions.read(value))
        self.names.done.update(self.names.base(name)[0] for name in names)
        self.expressions.entry_names.update(names)
        if state := variable_name(value) or indexed_name(value):
            self.sizes_of_states[self.names.base(state)[0]] = len(names)
        self.write(s, f"{', '.join(self.left(self.names.base(n)[0]) for n in names)} = split({whole})")

    def equations(self, s: PythonStatement, pairs: list[tuple[ast.expr, ast.expr]]) -> None:
        """The equations of a step; all right sides are read before any left side is assigned."""
        values, notes = dict[int, Expr](), [self.not_needed(*pair) for pair in pairs]
        self.names.in_place = self.names.base(target_name(pairs[0][0]))[0] if isinstance(s.node, ast.AugAssign) else ""
        self.names.one_value = self.names.region == "after" and self.names.reads_one_value(s.node)
        for (_, value), note in zip(pairs, notes, strict=True):
            if not note and id(value) not in values:
                values[id(value)] = self.step_value(value)
        needed = [pair for pair, note in zip(pairs, notes, strict=True) if not note]
        self.note_entries(needed, values)
        texts = [self.equation(target_name(target), values[id(value)]) for target, value in needed]
        self.names.named_now |= {name for target, _ in pairs if (name := variable_name(target))}
        self.write(s, "\n".join(texts), "; ".join(filter(None, notes)))

    def note_entries(self, pairs: list[tuple[ast.expr, ast.expr]], values: Mapping[int, Expr]) -> None:
        """What is computed of single entries of a state, entry by entry, is one entry too."""
        for target, value in pairs:
            of_entries = not self.expressions.entry_names.isdisjoint(names_in(value))
            if (name := variable_name(target)) and of_entries and goes_entry_by_entry(values[id(value)]):
                self.expressions.entry_names.add(name)

    def step_value(self, value: ast.expr) -> Expr:
        if (stacked := self.stacked_sequence(value)) is not None:
            return Read(stacked, NOW)
        found = self.expressions.read(value)
        return without_empty_pools(found, at_a_step=True) if self.names.region == "step" else found

    def not_needed(self, target: ast.expr, value: ast.expr) -> str:
        """Why an assignment of a step says nothing new; empty if it does."""
        name, other = target_name(target), kept_name(value)
        base, back = self.names.base(name)
        if variable_name(target) in self.names.taken:
            return f"{name} is {base} at this step"
        stacked = self.stacked_sequence(value)
        if stacked is not None and (stacked == base or base not in self.names.used):
            return KEPT
        if base in self.names.entrywise:
            return f"{base} is data: it is given {AS_DATA}"
        if back == 1 and is_part_of_state(value):
            return f"{name} is {base} one step back"
        if other is None or self.names.base(other)[0] != base:
            return ""
        if name == other:
            return f"{name} is as the step before left it"
        return f"{name} is {base} one step back" if back else f"{name} is {other}"

    def stacked_sequence(self, value: ast.expr) -> str | None:
        """The variable whose steps are only put together after the loop, as it has them here."""
        base = self.names.base(stacked_name(without_swaps(value)) or "")[0] if self.names.region == "after" else ""
        return base if base in self.names.sequences else None

    def equation(self, name: str, expr: Expr) -> str:
        """A line, and with it the parts that a vector is cut into, or the whole loss of the losses of the steps."""
        base, _ = self.names.base(name)
        self.names.done[base] += 1
        self.expressions.matrices |= {base} if self.expressions.rank(expr) == 2 else set()
        if self.names.region != "step":
            return self.line_of_whole(base, expr)
        if base == "loss":
            return f"{LOSS_OF_A_STEP}[t] = {show(expr)}\nloss = sum({LOSS_OF_A_STEP}[t])"
        line = f"{self.left(base)} = {show(expr)}"
        return f"{line}\n{self.cut(name, base)}" if name in self.names.parts_of else line

    def line_of_whole(self, base: str, expr: Expr) -> str:
        """A line beside the steps: of a value at each of them where it reads the running one, else of one value."""
        above, expr, each = self.pooled(expr)
        if self.names.region != "before":
            (self.names.sequences if each else self.names.single).add(base)
        self.names.behind |= {base} if each else set()
        return "\n".join([*above, f"{base}{'[t]' if each else ''} = {show(expr)}"])

    def pooled(self, expr: Expr) -> tuple[list[str], Expr, bool]:
        """A line beside the steps whose sums and means go along the axes that it says, and the lines above it."""
        line = PooledLine(self.expressions.axes, self.layouts, self.is_one_entry, self.free_name)
        line.unreduced = self.expressions.unreduced
        return line.of(expr)

    def is_one_entry(self, name: str) -> bool:
        """True for a variable of one entry a step, by the lines so far; before the steps by a first reading."""
        if self.names.region == "before":
            self.asks_early = True
            return self.numbers is None or name in self.numbers
        known = known_ranks("\n".join(text for _, text, _ in self.lines if text and not text.startswith("#")))
        return known.get(name) == 0

    def free_name(self, apt: str) -> str:
        name = next(it for it in chain([apt], map(f"{apt}_{{}}".format, count(1))) if it not in self.taken)
        self.taken.add(name)
        return name

    def whole_before(self, base: str, value: ast.expr) -> str:
        """A line before the steps, as of data that are pooled; what a loop reads step by step is made of such data."""
        along = {self.names.base(it)[0] for it in self.program.data.values()}
        if base in self.names.sequences | along and (data := data_of(value, base)):
            self.names.sequences.add(self.names.base(data)[0])
        return self.line_of_whole(base, self.expressions.read(value))

    def cut(self, name: str, base: str) -> str:
        """The line that cuts a vector into the parts that the program reads by their indices."""
        whole = self.names.version(base)
        parts = (show(Read(f"{whole}_{k + 1}", NOW)) for k in range(len(self.names.parts_of[name])))
        return f"{', '.join(parts)} = split({show(Read(whole, NOW))})"

    def left(self, base: str) -> str:
        return show(Read(self.names.version(base), NOW)) if self.names.region == "step" else base

    # functions of one expression

    def helper(self, helper: HelperFunction) -> None:
        here = self.expressions.functions.get(helper.name)
        if here is None:
            self.lines.append((helper.span, "", f"{helper.name} is there already"))
            return
        try:
            text = show(Function(here, helper.arguments, self.body(helper)))
        except Unread as wrong:
            self.problems.append(problem_at(self.text, wrong.span, wrong.message, wrong.hint))
            return
        alone = not any(said and not said.startswith("#") for _, said, _ in self.lines)
        line = stepped(here, helper.arguments) if alone else ""
        self.lines.append((helper.span, "\n".join(filter(None, (text, line))), ""))

    def body(self, helper: HelperFunction) -> Expr:
        def meant(name: str, node: ast.expr) -> Expr:
            return Read(name) if name in helper.arguments else self.names.meant(name, node)

        self.names.region = "before"
        return replace(self.expressions, meant=meant, clock="").read(helper.body)


def table_hint(target: ast.expr) -> str:
    """What to write for an entry of a table that data pick, `Q[a[t]] += …`: the product with a one-hot vector."""
    index = picking_index(target) if isinstance(target, ast.Subscript) else None
    name = variable_name(target.value) if isinstance(target, ast.Subscript) else None
    if index is None or name is None:
        return ""
    picked = ast.unparse(index)
    return f"with {picked} one-hot write {name} = {name} + … * {picked}, and {name} @ {picked} for the entry"


def without_swaps(value: ast.expr) -> ast.expr:
    """A value without what swaps its axes, as `hs.transpose(0, 1)` puts the sequences of a batch first."""
    for call in every_node(value):
        if isinstance(call, ast.Call) and called_name(call) in SWAPS and isinstance(call.func, ast.Attribute):
            within = call.args[0] if is_module(call.func.value) and call.args else call.func.value
            return ast.Call(ast.Name("array", ast.Load()), [within], []) if variable_name(within) else within
    return value


def names_of_noise(statements: Sequence[PythonStatement]) -> list[str]:
    """Names for what the steps draw at random, one for each place that draws."""
    nodes = (node for s in statements if s.region == "step" for node in every_node(s.node))
    count = sum(isinstance(node, ast.Call) and called_name(node) in NORMAL for node in nodes)
    return ["noise"] if count == 1 else [f"noise_{number}" for number in range(1, count + 1)]


def names_of_scipy(text: str) -> frozenset[str]:
    """The names that a text has from SciPy."""
    lines = re.findall(r"^\s*from\s+scipy[\w.]*\s+import\s+(.+)$", text, re.MULTILINE)
    return frozenset(name for line in lines for name in re.findall(r"\w+", line))


def reads_anything(node: ast.stmt, made: ast.expr) -> bool:
    """True for a statement that computes something, other than the module that it makes."""
    values = [value for _, value in assigned_pairs(node)]
    return any(value is not made and not makes_module(value) for value in values)


def stepped(name: str, arguments: tuple[str, ...]) -> str:
    """The recurrence of a function that takes a state, where a text says nothing else."""
    state = next(filter(is_state_before, arguments), None)
    if state is None:
        return ""
    own = moment_of_name(state)[0]
    bases = (moment_of_name(a, letters=True)[0] for a in arguments)
    args = tuple(Read(b, Time("t", -1) if b == own else NOW) for b in bases)
    return show(Equation(own, True, Call(name, args)))


def begun_by_zeros(equations: Sequence[Equation], arrays: Collection[str]) -> Iterator[str]:
    """The variables whose first entries matter where a loop begins behind them: arrays, what is carried on, losses."""
    carried = {r.name for e in equations for r in reads(e.expr) if r.time and r.time.base == "t" and r.time.offset < 0}
    pooled = {r.name for e in equations if not e.indexed for r in reads(e.expr) if r.time == NOW}
    return (e.name for e in equations if e.indexed and e.name in carried | pooled | set(arrays))


def mean_of_steps(expr: Expr, steps: str, more: int) -> Expr:
    """A sum over the steps, divided by their number, is the mean.

    `steps` is a number that the text has a name for, and `more` by how much the number of steps here is above it.
    """
    match expr:
        case Apply("/", (Call("sum", args), Read(name, None))) if name in ("T", "tau", steps) and has_free_t(args[0]):
            if not more or name != steps:
                return Call("mean", args)
            count = Apply("-" if more > 0 else "+", (Read("tau"), Number(float(abs(more)))))
            return replace(expr, args=(expr.args[0], count))
        case Apply() | Call():
            return replace(expr, args=tuple(mean_of_steps(a, steps, more) for a in expr.args))
    return expr
