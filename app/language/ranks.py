"""Settles the rank of every name by the strongest evidence that there is, and keeps what it was.

Strongest first: a line that declares it or a size that is set for it, an array that is given, for what is not
computed its spelling, for what is computed its equation. Where a loop leaves a rank open it is the least with which
all equations can be read. So `s[t] = alpha * s[t-1] + xi[t]` is a scalar, and with `h0` for its start a vector.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeGuard

from app.language.given_shapes import GivenArray
from app.language.initials import INITIALS
from app.language.loops import Component
from app.language.problems import Problem, Subject
from app.language.resolve import Meaning
from app.language.rewrite import expand
from app.language.shapes import RANK_NAMES, is_entrywise, is_no_bias, rank_of_result
from app.language.symbols import GREEK, is_greek
from app.language.syntax import CLOCK, Apply, Equation, Evidence, Expr, Read, reads

MOST_TRIES = 5_000
"""So many ranks are tried for the open names of a text."""
OTHER_ARRAY = "give an array with as many axes, or change the lines that say what the name is"

RankOptions = Mapping[int, Evidence | None]
"""The ranks that a name may have, the best first, with the evidence for each; without any, its equation says it."""
EQUATION: RankOptions = {0: None, 1: None, 2: None}
SettledRanks = Mapping[str, tuple[int, Evidence]]
Names = frozenset[str]
NOBODY: Names = frozenset()
SPELLINGS = ("a small Greek letter", "a small letter", "a capital letter")
SPELLED: Sequence[RankOptions] = [
    {rank: Evidence("spelling", f"{spelling} is {RANK_NAMES[rank]}")} for rank, spelling in enumerate(SPELLINGS)
]
"""What the spelling of a name says, by the rank that it says."""
SPELLED_AS_NUMBER = dict.fromkeys(("pi", "π"), "3.141592653589793")
"""Names that are numbers elsewhere and parameters here; what they are as numbers, a line of their own says."""
GREEK_WORDS = {*map(str.casefold, GREEK), "eps", "lam", "lamb", "lamda", "lambd", "lmbda", "sig", "varepsilon", "ϵ"}
"""Greek letters in capitals and as programs write them: scalars where one number is what they begin as."""
BY_NATURE = dict.fromkeys(CLOCK, 0)
"""What nobody defines."""


def rank_by_spelling(name: str) -> int:
    """The rank that a name's spelling gives to what is not computed."""
    stem = name.lstrip("∇").split("_")[0]
    return 0 if is_greek(name) else 2 if stem[:1].isupper() else 1


def settle_ranks(
    meaning: Meaning,
    written: Sequence[Equation],
    components: Sequence[Component],
    sizes: Mapping[str, int],
    arrays: Sequence[GivenArray],
) -> SettledRanks:
    """The rank of every name and what settled it.

    `written` are the equations with their functions written out, `components` the order in which they are computed.
    Evidence that disagrees is added to `meaning.problems`; where the equations disagree with all of it, the ranks are
    those that make most of them right, and `shapes` finds the place.
    """
    options = _all_options(meaning, sizes, arrays)
    if meaning.problems:
        return {}
    options = {**options, **_of_their_loop(meaning, written, components, options)}
    steps = _steps(meaning, written, components, options)
    chosen = frozenset(step for step in steps if isinstance(step, str))
    try:
        for search in _searches(meaning, steps, options, sizes, arrays):
            if search.succeeds():
                return _told(meaning, search, chosen, arrays)
    except _TooManyWays:
        names = [step for step in steps if isinstance(step, str) and len(options[step]) > 1]
        message = f"the ranks of {', '.join(names)} can be chosen in too many ways"
        meaning.problem(meaning.equations[0].span, message, f"declare some of them, {names[0]}: vector for instance")
    return {}


def _searches(
    meaning: Meaning,
    steps: Sequence[Step],
    options: Mapping[str, RankOptions],
    sizes: Mapping[str, int],
    arrays: Sequence[GivenArray],
) -> Iterator[_Search]:
    """From the strictest on: all evidence is right; sizes say no rank; arrays say none; equations may be wrong."""
    search = partial(_Search, meaning.names("parameter"), steps)
    yield search(_scalar_loss(options))
    if sizes:
        options = _all_options(meaning, {}, arrays)
        yield search(_scalar_loss(options))
    if arrays:
        yield search(_scalar_loss(_all_options(meaning, {}, ())))
    spelled = {name: _spelled_first(name, found) for name, found in options.items()}
    yield search(spelled, lenient=True)
    yield search(spelled, lenient=True, checked=False)


def _told(meaning: Meaning, search: _Search, chosen: Names, arrays: Sequence[GivenArray]) -> SettledRanks:
    """The ranks that a search found; arrays that are of another are problems."""
    for array in arrays:
        rank = search.ranks.get(array.name)
        if rank is not None and rank not in array.ranks:
            message = f"{array.words}, and these equations make {array.name} {RANK_NAMES[rank]}"
            meaning.problems.append(array.problem(meaning.text, message, None, OTHER_ARRAY))
    lines = {e.name: meaning.line_number(e.span) for e in meaning.equations}
    return {name: _settled(name, search, lines.get(name), name in chosen) for name in meaning.kinds}


def _of_their_loop(
    meaning: Meaning, written: Sequence[Equation], components: Sequence[Component], options: Mapping[str, RankOptions]
) -> Mapping[str, RankOptions]:
    """Data with capital names that loops take entry by entry: they have the rank of the loop, not of a matrix.

    So `v[t] = v[t-1] + dt * (I[t] - v[t-1])` is not a loop of matrices for the capital letter alone.
    """
    spelled = [name for name, found in options.items() if found is SPELLED[2] and meaning.kinds[name] == "given"]
    if not spelled:
        return {}
    loops = {name for component in components if component.direction for name in component.names}
    readers = _readers_by_entries(written)
    data = {name: its for name in spelled if meaning.indexed[name] and loops.issuperset(its := readers.get(name, ()))}
    if not any(data.values()):
        return {}
    tried = {**options, **dict.fromkeys(data, EQUATION)}
    search = _Search(meaning.names("parameter"), _steps(meaning, written, components, tried), _scalar_loss(tried))
    try:
        found = search.succeeds()
    except _TooManyWays:
        return {}
    lines = {e.name: meaning.line_number(e.span) for e in meaning.equations}
    ranks = {name: max((search.ranks[it], it) for it in its) for name, its in data.items() if its} if found else {}
    return {
        name: {rank: Evidence("least", f"as {loop} in line {lines[loop]}, which takes it entry by entry", lines[loop])}
        for name, (rank, loop) in ranks.items()
    }


def _readers_by_entries(written: Iterable[Equation]) -> Mapping[str, set[str]]:
    """By each name the equations that read it, where all of them take it entry by entry."""
    readers, otherwise = defaultdict[str, set[str]](set), set[str]()
    for e in written:
        within = set(_reads_by_entries(e.expr))
        for name in {read.name for read in reads(e.expr)}:
            readers[name].add(e.name)
        otherwise |= {read.name for read in reads(e.expr) if read not in within}
    return {name: its for name, its in readers.items() if name not in otherwise}


def _reads_by_entries(expr: Expr) -> Iterator[Read]:
    """What an expression reads so that each of its entries goes into one entry of the result alone."""
    if isinstance(expr, Read):
        yield expr
    elif isinstance(expr, Apply) and is_entrywise(expr.op):
        for arg in expr.args:
            yield from _reads_by_entries(arg)


# evidence for one name


def _all_options(meaning: Meaning, sizes: Mapping[str, int], arrays: Sequence[GivenArray]) -> Mapping[str, RankOptions]:
    stated, of = _stated(meaning, sizes), {array.name: array for array in arrays}
    return {name: _options(meaning, name, stated.get(name), of.get(name)) for name in meaning.kinds}


def _options(meaning: Meaning, name: str, stated: tuple[int, Evidence] | None, array: GivenArray | None) -> RankOptions:
    spelled = rank_by_spelling(name)
    if stated and array:
        rank, why = stated
        if rank not in array.ranks:
            message = f"{array.words}, and {name} is {RANK_NAMES[rank]}: {why.words}"
            meaning.problems.append(array.problem(meaning.text, message, None, OTHER_ARRAY))
    if stated:
        return dict([stated])
    if array:
        return dict.fromkeys(_ranks_of_array(array, spelled), Evidence("array", array.words, array.line))
    if meaning.kinds[name] == "computed":
        return EQUATION
    begins = next((s.rule for s in meaning.initials if s.name == name), "")
    if begins == "constant" and name.split("_")[0].casefold() in GREEK_WORDS and spelled:
        return {0: Evidence("spelling", "a Greek letter that begins as one number is a scalar")}
    number = SPELLED_AS_NUMBER.get(name) if meaning.kinds[name] == "parameter" else None
    if number and not begins:
        words = f"{SPELLINGS[spelled]} is {RANK_NAMES[spelled]}; {name} is a parameter"
        return {spelled: Evidence("spelling", f"{words}, for the number write {name} = {number}")}
    return SPELLED[spelled]


def _stated(meaning: Meaning, sizes: Mapping[str, int]) -> Mapping[str, tuple[int, Evidence]]:
    """The ranks that somebody states: a line of the text, or a size that is set by the name."""
    found = {name: (1, Evidence("size", f"sizes has {name}:{size}")) for name, size in sizes.items()}
    for s in meaning.declarations:
        rank, line = len(s.sizes), meaning.line_number(s.span)
        if s.name in sizes and rank != 1:
            message = f"sizes has {s.name}:{sizes[s.name]}, and line {line} says that {s.name} is {RANK_NAMES[rank]}"
            meaning.problems.append(Problem(message, Subject.SIZES, hint="leave out one of the two"))
        found[s.name] = rank, Evidence("declaration", f"line {line} declares it", line)
    return {**found, **_begun(meaning, found)}


def _begun(meaning: Meaning, stated: Mapping[str, tuple[int, Evidence]]) -> Mapping[str, tuple[int, Evidence]]:
    """The ranks of parameters that begin as only one rank can, as the identity matrix does."""
    found = dict[str, tuple[int, Evidence]]()
    for s in meaning.initials:
        line, needed = meaning.line_number(s.span), INITIALS[s.rule].rank if s.entries is None else None
        rank, why = stated.get(s.name, (needed, None))
        if needed is not None and rank == needed:
            found[s.name] = needed, Evidence("declaration", f"line {line} begins it as {RANK_NAMES[needed]}", line)
        elif needed is not None and why:
            message = f"{s.name} begins as {RANK_NAMES[needed]}, and {why.words}"
            meaning.problem(s.span, message, f"begin it as one number, {s.name} ~ {s.value:g}, or leave the other out")
    return found


def _ranks_of_array(array: GivenArray, spelled: int) -> tuple[int, ...]:
    """The ranks that an array may have where nothing is stated.

    A parameter has its array's rank, and a single number for it is a scalar. A number for data or a start is a scalar
    where it can be one; data of one number a step are a scalar or a vector of one, as they are spelled. One column is
    a vector where a vector is spelled.
    """
    if array.column and spelled == 1:
        return (1, 2)
    if array.about is Subject.PARAMETERS:
        return array.ranks[:1]
    if array.own:
        return array.ranks
    return (1, 0) if array.sequence and spelled == 1 and not array.as_number else (0, 1)


def _settled(name: str, search: _Search, line: int | None, chosen: bool) -> tuple[int, Evidence]:
    """The rank of a name with its evidence: what allowed it, or the line that gives it."""
    options = search.options[name]
    rank = search.ranks.get(name, next(iter(options)))
    if why := options[rank]:
        return rank, why
    if chosen:
        return rank, Evidence("least", f"the least rank that line {line} allows", line)
    return rank, Evidence("equation", f"line {line} gives it", line)


# the search


@dataclass(frozen=True, slots=True)
class Rule:
    """A right side. Its name has its rank; or if that is `given` already, the two are to be one."""

    name: str
    expr: Expr
    reads: tuple[str, ...]
    given: bool
    start: bool = False
    """A start may also be a scalar, for every entry."""


Step = str | Rule
"""A name whose rank is chosen, since no right side has given it yet; or a right side."""


class _TooManyWays(Exception):
    """The search has tried so many ranks that it had better ask."""


class _RankClash(Exception):
    """An operation takes no such ranks; carries the names whose choice may be to blame."""

    def __init__(self, names: Names) -> None:
        self.names = names


def _steps(
    meaning: Meaning,
    written: Sequence[Equation],
    components: Sequence[Component],
    options: Mapping[str, RankOptions],
) -> list[Step]:
    """Every right side, each name that it reads chosen or given before it, and each start after its variable.

    Arrays that may be of several ranks are chosen first: they keep theirs rather than that a loop gets the least.
    """
    table = {e.name: e for e in written}
    steps: list[Step] = [name for name, found in options.items() if len(found) > 1 and found is not EQUATION]
    known = {*BY_NATURE, *map(str, steps)}

    def add(name: str, expr: Expr, start: bool = False) -> None:
        names = tuple(dict.fromkeys(read.name for read in reads(expr)))
        chosen = [other for other in names if other not in known]
        known.update(chosen)
        steps.extend((*chosen, Rule(name, expr, names, name in known, start)))
        known.add(name)

    for name in (name for component in components for name in component.names):
        add(name, table[name].expr)
        for start in (s for s in meaning.starts if s.name == name):
            add(name, expand(start.expr, meaning.functions), True)
    return steps


def _scalar_loss(options: Mapping[str, RankOptions]) -> Mapping[str, RankOptions]:
    return {**options, "loss": {0: None}} if options.get("loss") is EQUATION else options


def _spelled_first(name: str, options: RankOptions) -> RankOptions:
    spelled = rank_by_spelling(name)
    return {spelled: options[spelled], **options} if spelled in options else options


def is_settled(ranks: tuple[int | None, ...]) -> TypeGuard[tuple[int, ...]]:
    """Whether all of them are known."""
    return None not in ranks


class _Search:
    """Chooses ranks one after another, the first of each name's that fits; goes back to a choice that is to blame.

    A dead end names the choices that it comes from, so that those in between, which have nothing to do with it, are not
    tried again (conflict-directed backjumping, Prosser 1993). `lenient` passes over operations that take no such ranks;
    not `checked`, right sides need not agree with what is chosen.
    """

    def __init__(
        self,
        parameters: Names,
        steps: Sequence[Step],
        options: Mapping[str, RankOptions],
        lenient: bool = False,
        checked: bool = True,
    ) -> None:
        self.parameters = parameters
        self.steps, self.options, self.lenient, self.checked = steps, options, lenient, checked
        self.ranks = dict(BY_NATURE)
        self.blamed: dict[str, Names] = dict.fromkeys(BY_NATURE, NOBODY)
        """The choices that the rank of each name follows from."""
        self.tries = 0

    def succeeds(self) -> bool:
        return self.dead_end(0) is None

    def dead_end(self, place: int) -> Names | None:
        """Go on from a step to the end: None; or the choices that are to blame that one cannot."""
        for i in range(place, len(self.steps)):
            step = self.steps[i]
            if isinstance(step, Rule):
                if (conflict := self.conflict(step)) is not None:
                    return conflict
            elif len(self.options[step]) > 1:
                return self.choose(step, i + 1)
            else:
                self.ranks[step], self.blamed[step] = next(iter(self.options[step])), NOBODY
        return None

    def choose(self, name: str, place: int) -> Names | None:
        blamed = NOBODY
        for rank in self.options[name]:
            self.tries += 1
            if self.tries > MOST_TRIES:
                raise _TooManyWays
            self.ranks[name], self.blamed[name] = rank, frozenset([name])
            conflict = self.dead_end(place)
            if conflict is None or name not in conflict:
                return conflict
            blamed |= conflict
        return blamed - {name}

    def conflict(self, rule: Rule) -> Names | None:
        """Give the rule's name its rank, or hold the two together: None, or the choices that are to blame."""
        try:
            rank = self.rank(rule.expr)
        except _RankClash as clash:
            return clash.names
        if not rule.given:
            options, name = self.options[rule.name], rule.name
            self.blamed[name] = self.choices(rule.reads)
            fits = rank in options
            self.ranks[name] = rank if fits and rank is not None else next(iter(options))
            return None if fits or self.lenient else self.blamed[name]
        fits = rank in (None, self.ranks[rule.name]) or (rule.start and rank == 0)
        return None if fits or not self.checked else self.choices(rule.reads) | self.blamed[rule.name]

    def choices(self, names: Iterable[str]) -> Names:
        """The choices that the ranks of some names follow from."""
        return NOBODY.union(*map(self.blamed.__getitem__, names))

    def rank(self, expr: Expr) -> int | None:
        """The rank of an expression; None where an operation in it takes no such ranks and that is passed over."""
        if isinstance(expr, Read):
            return self.ranks[expr.name]
        if not isinstance(expr, Apply):
            return 0
        ranks = tuple([self.rank(arg) for arg in expr.args])
        if is_settled(ranks):
            found = None if is_no_bias(expr, ranks, self.parameters) else rank_of_result(expr.op, ranks)
            if found is None and not self.lenient:
                raise _RankClash(self.choices(read.name for read in reads(expr)))
            return found
        guesses = {rank_of_result(expr.op, tuple(guess if r is None else r for r in ranks)) for guess in range(3)}
        possible = guesses - {None}
        return possible.pop() if len(possible) == 1 else None
