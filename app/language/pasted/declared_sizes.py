"""Declares the sizes that a program writes for its arrays: `h: 4 unless given` of `np.zeros(4)`, of `nn.RNN(3, 4)`.

One line says each size, by the name that the equations call it by, and none where it follows. A program has axes that
equations do not: those of a batch and of the steps. What is not kept is said at its line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from app.language import Recurrence, Variable, parse, parse_or_none
from app.language.parse import parse_statements
from app.language.pasted.lines import Axes, PastedLine, PastedReading, SaidSizes
from app.language.syntax import Apply, Declaration, Equation, Read, walk
from app.language.typeset import show
from app.language.written_lines import declaration_edit
from app.limits import limit

OF_A_BATCH = "{} is the size of a batch: here each sequence is run by itself"
HAS_A_BATCH = "an axis of {} is that of a batch: here each sequence is run by itself"
OF_STEPS = "{} is the number of steps: tau says how many are run"
TOO_LARGE = "{} is not kept: the largest size here is {}"
NOT_ALIKE = "{} of {} is not kept: the equations make it {}"
OTHER_RANK = "{} of {} is not kept: here it is a {}"


def with_sizes(reading: PastedReading) -> PastedReading:
    """A reading whose text declares the sizes that its program says, and whose lines say which are not kept.

    Sizes are kept beside a line that is not read too: what can be run without it has them.
    """
    if not reading.sizes or (found := parse_or_none(reading.text)) is None:
        return reading
    fitting = _Fitting(found, reading.text)
    sure = [it for it in reading.sizes if len(fitting.options(it)) == 1]
    for said in (*sure, *(it for it in reading.sizes if it not in sure)):
        fitting.take(said)
    own = [it.name for it in reading.sizes]
    text = declaring(reading.text, fitting.known, own)
    lines = tuple(_told(line, fitting.notes) for line in reading.lines)
    return replace(reading, text=text, lines=lines, sizes=())


def in_words(axes: Iterable[int | None]) -> str:
    """Sizes as a person writes them: 4 x 3."""
    return " x ".join("any" if it is None else str(it) for it in axes)


def _told(line: PastedLine, notes: Sequence[tuple[int, str]]) -> PastedLine:
    here = dict.fromkeys(note for number, note in notes if number == line.line)
    return replace(line, note="; ".join(filter(None, (line.note, *here)))) if here else line


@dataclass
class _Fitting:
    """The sizes of one text as far as they are known, by the names of its dimensions, and what to say of the others."""

    recurrence: Recurrence
    text: str
    known: dict[str, int] = field(default_factory=dict)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def variable(self, said: SaidSizes) -> Variable | None:
        return self.recurrence.variables.get(said.name)

    def options(self, said: SaidSizes) -> list[Axes]:
        """The axes that may be those of a variable, where it has more in the program: the others are of a batch."""
        variable = self.variable(said)
        if variable is None:
            return []
        axes = self.own_axes(said)
        return [axes] if len(axes) == variable.rank else list(combinations(axes, variable.rank))

    def own_axes(self, said: SaidSizes) -> Axes:
        """The axes without that of the steps; of two or more one of a single entry says nothing."""
        variable, axes = self.variable(said), said.axes
        assert variable is not None
        if variable.indexed and said.steps is not None and said.steps < len(axes):
            axes = (*axes[: said.steps], *axes[said.steps + 1 :])
        while len(axes) > variable.rank and 1 in axes:
            axes = tuple(it for k, it in enumerate(axes) if k != axes.index(1))
        return axes

    def take(self, said: SaidSizes) -> None:
        """Keep what a line says, where the equations have room for it."""
        variable = self.variable(said)
        if variable is None:
            return
        options = self.options(said)
        if not options or (variable.kind == "parameter" and len(options) > 1):
            words = ("number", "vector", "matrix")[variable.rank]
            self.tell(said, OTHER_RANK.format(in_words(self.own_axes(said)), said.name, words))
            return
        fitting = [it for it in options if self.fits(variable, it)]
        chosen = (fitting if len(fitting) == 1 or not self.from_the_left(variable) else fitting[:1])[-1:]
        if not chosen:
            has = in_words(self.known.get(it) for it in variable.dims)
            self.tell(said, NOT_ALIKE.format(in_words(said.axes), said.name, has))
            return
        self.tell_other_axes(said, chosen[0])
        for dimension, size in zip(variable.dims, chosen[0], strict=True):
            if size is not None and size > limit("size"):
                self.tell(said, TOO_LARGE.format(size, limit("size")))
            elif size is not None and size > 0:
                self.known[dimension] = size

    def fits(self, variable: Variable, axes: Axes) -> bool:
        pairs = zip(variable.dims, axes, strict=True)
        own = dict[str, int]()
        alike = all(size is None or own.setdefault(name, size) == size for name, size in pairs)
        return alike and all(self.known.get(name, size) == size for name, size in own.items())

    def from_the_left(self, variable: Variable) -> bool:
        """True for a vector that a matrix stands before, `W @ h`: of an array the columns are those of a batch."""
        lines = (it for it in parse_statements(self.text)[0] if isinstance(it, Equation))
        products = (it.args for line in lines for it in walk(line.expr) if isinstance(it, Apply) and it.op == "@")
        return any(isinstance(right, Read) and right.name == variable.name for _, right in products)

    def tell(self, said: SaidSizes, note: str) -> None:
        self.notes.append((said.line, note))

    def tell_other_axes(self, said: SaidSizes, kept: Axes) -> None:
        """Say what the other axes are, where the text writes how long they are."""
        variable, axes = self.variable(said), list(said.axes)
        assert variable is not None
        if variable.indexed and said.steps is not None and said.steps < len(axes):
            steps = axes.pop(said.steps)
            if steps is not None:
                self.tell(said, OF_STEPS.format(steps))
        for size in kept:
            axes.remove(size)
        for size in axes:
            if size != 1:
                self.tell(said, OF_A_BATCH.format(size) if size else HAS_A_BATCH.format(said.name))


# lines


def declaring(text: str, known: Mapping[str, int], own: Collection[str]) -> str:
    """A text with a line for each size that does not follow from those above it, those of data first.

    `own` are the names of which the program says the sizes.
    """
    text = _with_sizes_for_ranks(text, known)
    found = parse_or_none(_with_lines_for(text, known, own))
    if found is None:
        return _with_lines_for(text, known, own)
    follows = {name for name, why in found.size_evidence.items() if why.source == "equation"}
    sizes = {name: size for name, size in found.sizes.items() if name in {*known, *follows}}
    return _with_lines_for(text, sizes, own)


def _with_sizes_for_ranks(text: str, known: Mapping[str, int]) -> str:
    """A text in which declarations of ranks say how long the axes are, where that is known."""
    found = parse(text)
    for it in found.declarations:
        sizes = tuple(known.get(axis) for axis in found.variables[it.name].dims)
        if it.unless_given and sizes and None not in sizes and not any(it.sizes):
            edit = declaration_edit(text, it.name, show(replace(it, sizes=sizes)))
            text = text.replace(edit.instead, edit.lines, 1)
    return text


def _with_lines_for(text: str, sizes: Mapping[str, int], own: Collection[str]) -> str:
    heads, rest = list[str](), text
    for dimension, size in sizes.items():
        found = parse_or_none("\n".join([*heads, rest]))
        if found is None or (found.sizes[dimension] == size and dimension not in found.unsaid):
            continue
        for said in _declarations(found, dimension, sizes, own):
            edit = declaration_edit(rest, said.name, show(said))
            its = None if edit.instead else parse_or_none("\n".join([*heads, edit.lines, rest]))
            if its is not None and its.sizes.get(dimension) == size:
                heads.append(edit.lines)
                break
    return "\n".join([*heads, rest])


def _declarations(
    found: Recurrence, dimension: str, known: Mapping[str, int], own: Collection[str]
) -> Iterator[Declaration]:
    """The declarations that say how long a dimension is: of a vector, else of a matrix.

    Best of one whose size the program says, then of what is computed, then of that which the dimension is called by.
    """
    vectors = [it for it in found.variables.values() if it.dims == (dimension,)]
    order = sorted(vectors, key=lambda it: (it.kind == "parameter", it.name not in own, it.kind != "computed"))
    for vector in order:
        yield Declaration(vector.name, (known[dimension],), unless_given=True)
    for name, its in found.variables.items():
        if dimension in its.dims and its.rank == 2:
            sizes = tuple(known.get(it, it if it in found.variables else None) for it in its.dims)
            if None not in sizes:
                yield Declaration(name, sizes, unless_given=True)
