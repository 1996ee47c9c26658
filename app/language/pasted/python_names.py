"""What the names of a program mean where they are read: a variable at a moment, a parameter, data.

A name that a step reads before it assigns it still holds what it held one step earlier.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator

from app.language.elsewhere import DATA_NAMES, is_data_by_custom
from app.language.pasted.lines import ENTRY_OF_ITS_OWN, ONE_ENTRY, TIME_CONSTANT, WRITE_OUT, Unread
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.python_indices import step_indices
from app.language.pasted.python_mirrored import mirrored_time
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_parts import equal_parts
from app.language.pasted.python_source import Places, PythonProgram, PythonStatement, Region
from app.language.pasted.python_targets import IS_TARGET
from app.language.pasted.python_trees import (
    EMPTY,
    IDENTITY,
    MADE_ANEW,
    added_value,
    assigned_pairs,
    called_name,
    clocked_index,
    counted,
    index_of,
    indexed_variable,
    is_first_column,
    is_part_of_state,
    kept_name,
    literal_of,
    made_anew,
    names_in,
    sizes_of,
    stacked_name,
    summed_name,
    target_name,
    variable_name,
    whole_index,
    whole_name,
)
from app.language.syntax import NOW, Expr, Number, Read, Time
from app.ops import OPS

LOSSES = frozenset(("loss", "total_loss", "cost", "J"))
"""Names of what the steps add up; any other variable that is added to is a state."""
GAIN, MEASURED = "K", frozenset(("z",))
"""The gain of a filter by custom, and what a text that computes one is given at each step."""
NO_ENTRIES = "entries are not read one by one: write the equation for whole vectors"
GATES = "write i[t], f[t], o[t], g[t] = split(a[t]) for parts of equal size"


class ProgramNames:
    """The names of one program. `region` and `done` say how far its reading has come."""

    def __init__(self, program: PythonProgram, places: Places, notes: list[str]) -> None:
        self.program, self.places, self.notes = program, places, notes
        self.region: Region = "before"
        self.given = list(program.tables)
        self.letters = any(moment_of_name(n)[1] == 1 for s in program.statements for n in names_in(s.node))
        """True where `xt` is x at t, since other names say a moment too."""
        self.apart = self._named_apart()
        """What is computed of data under their name with a moment, as `x_new = W @ x`: variables of their own."""
        self.named_later = self._named_later()
        """What a step computes under a name of its moment alone, h_new, while h is still that of the step before."""
        self.named_now = set[str]()
        """Those of them that the step has given their own name again so far, `h = h_new`."""
        self.total = Counter[str]()
        """How often a step assigns each variable."""
        self.done = Counter[str]()
        """How often it has been assigned so far."""
        self.ahead: dict[str, int] = {}
        """By how many steps the index that a variable is assigned at is ahead: 1 for `h[t+1] = …`."""
        self.loop = 0
        """The loop that the line which is read stands in."""
        self.loops_of = defaultdict[str, set[int]](set)
        """The loops that assign each variable."""
        self.list_starts: dict[str, list[ast.expr]] = {}
        """What the lists that the steps append to hold before the first of them."""
        self.sequences: set[str] = set()
        """The variables that are kept with an index, or in a list."""
        self.entrywise: set[str] = set()
        """The variables whose entries are set one by one: data."""
        self.named_here: set[str] = set()
        """The variables that the text assigns anywhere."""
        self.sizes = self._sizes()
        """The whole numbers that arrays are made with, before the steps."""
        self.taken: set[str] = set()
        """The names that a step's data have for a while: `x_t = x[t]`."""
        self._find_clock()
        self.accumulated = self._accumulated()
        """The losses that only add up what each step gives: running sums."""
        self.sums: dict[str, Expr] = {}
        """What each running sum that has been read is, as far as the text has come."""
        self._find_assigned()
        data = {name for name in self.sequences if not self.total[name]} | self.entrywise
        self.indices = step_indices(program, data, self.ahead, self.loops_of)
        self.parts_of = equal_parts(s.node for s in program.statements)
        self.backward = {name for name, loops in self.loops_of.items() if loops & program.mirrored_loops}
        """The variables of loops that run from the end beside others from the start."""
        self.behind = set[str]()
        """The variables that lines after the steps compute for all of them."""
        self.single = set[str]()
        """The variables of one value that have been read after the steps."""
        self.one_value = False
        """True in a line after the steps that is made of one value, so that bare data in it is one value too."""
        self.in_place = ""
        """The variable that the line which is read adds to in place, as `s[t] += x[t]` does."""
        self.begun = dict[str, Time]()
        """The variables whose starts have been read, and where these stand."""
        self.timed = self._says_time()
        if not self.timed:
            self.total.clear()
        self.used = self._find_used()

    def _find_clock(self) -> None:
        """Without a loop, the name of the running step is the one that indices are made of."""
        if self.program.clock:
            return
        indices = (index_of(node) for node in self._subscripts())
        found = {clocked[0] for index in indices if (clocked := clocked_index(index))}
        self.program.first = self._first_without_loop()
        self.program.clock = next((n for n in ("t", "k", "n", "i") if n in found), "")

    def _first_without_loop(self) -> int:
        """The index of step 1: 1, or where a start lies further back, the one behind it, 0 for `hs[-1] = h0`."""
        indexed = [
            (variable_name(target.value), index_of(target))
            for s in self.program.statements
            for target, _ in assigned_pairs(s.node)
            if isinstance(target, ast.Subscript)
        ]
        ahead = {name: clocked[1] for name, index in indexed if (clocked := clocked_index(index))}
        starts = ((name, whole_index(index)) for name, index in indexed if name in ahead)
        return min([number - ahead[name] + 1 for name, number in starts if number is not None], default=1)

    def _named_apart(self) -> set[str]:
        pairs = [pair for s in self._steps() for pair in assigned_pairs(s.node)]
        assigned = {whole_name(target) for target, _ in pairs}
        indexed = {variable_name(node.value) for node in self._subscripts() if clocked_index(index_of(node))}
        along = {moment_of_name(name, self.letters)[0] for name in self.program.data}
        data = (indexed | along) - assigned
        changed = {
            name
            for target, value in pairs
            if (name := variable_name(target)) and not self._is_of(kept_name(value), name)
        }
        found = set[str]()
        for target, value in pairs:
            name = variable_name(target) or ""
            stem = moment_of_name(name, self.letters)[0]
            whole = value.value if isinstance(value, ast.Subscript) else value
            later = moment_of_name(name, self.letters)[1] == 0 and stem in changed and kept_name(value) != stem
            if stem != name and (later or stem in data) and kept_name(whole) != stem:
                found.add(name)
        return found

    def _named_later(self) -> set[str]:
        pairs = [pair for s in self._steps() for pair in assigned_pairs(s.node)]
        names = [name for target, _ in pairs if (name := variable_name(target)) and name not in self.apart]
        moments = ((name, *moment_of_name(name, self.letters)) for name in names)
        later = {stem for name, stem, back in moments if back == 0 and stem != name}
        computed = {
            name
            for target, value in pairs
            if (name := variable_name(target)) and not self._is_of(kept_name(value), name)
        }
        return later - computed

    def _is_of(self, kept: str | None, name: str) -> bool:
        """True for a value that is a variable under another of its names: h_new of `h = h_new`."""
        return kept is not None and moment_of_name(kept, self.letters)[0] == name

    def _accumulated(self) -> set[str]:
        sums = {name for s in self._steps() if (name := summed_name(s.node)) in LOSSES}
        others = (s.node for s in self._steps() if summed_name(s.node) not in sums)
        added = (value for s in self._steps() if summed_name(s.node) in sums and (value := added_value(s.node)))
        return sums - {name for node in (*others, *added) for name in names_in(node)}

    def _steps(self) -> list[PythonStatement]:
        return [s for s in self.program.statements if s.region == "step"]

    def _subscripts(self) -> Iterator[ast.Subscript]:
        for s in self.program.statements:
            yield from (node for node in every_node(s.node) if isinstance(node, ast.Subscript))

    def _find_assigned(self) -> None:
        for node in self._subscripts():
            clocked, name = clocked_index(index_of(node)), variable_name(node.value)
            if clocked and clocked[0] == self.program.clock and name is not None:
                self.sequences.add(self.base(name)[0])
        self.taken = self._taken_from_data()
        self.entrywise |= self._left_empty()
        for s in self.program.statements:
            for target, value in assigned_pairs(s.node):
                name = target_name(target)
                if variable_name(target) in self.taken:
                    continue
                if isinstance(s.node, ast.Expr):
                    self._note_list(self.base(name)[0], self.program.first_of(s.loop))
                if name == kept_name(value) or name in self.accumulated or self._is_own_call(value):
                    continue
                self.named_here.add(self.base(name)[0])
                if self.base(name)[1] == 1 and is_part_of_state(value):
                    continue
                other = variable_name(value)
                if s.region == "step" and (other is None or self.base(other)[0] != self.base(name)[0]):
                    self._note_target(target)
                    self.loops_of[self.base(name)[0]].add(s.loop)

    def _sizes(self) -> dict[str, int]:
        before = [pair for s in self.program.statements if s.region == "before" for pair in assigned_pairs(s.node)]
        numbers = {variable_name(target): literal_of(value) for target, value in before}
        used = {variable_name(size) for _, value in before for size in sizes_of(value)}
        return {name: n for name, n in numbers.items() if name and name in used and isinstance(n, int) and n > 0}

    def _taken_from_data(self) -> set[str]:
        """The names for an entry of a sequence that they have the name of, where no step assigns that sequence."""
        found, assigned = dict[str, str](), set[str]()
        for s in self._steps():
            for target, value in assigned_pairs(s.node):
                name, base = variable_name(target), self.base(target_name(target))[0]
                whole = variable_name(value.value) if isinstance(value, ast.Subscript) else None
                if name is not None and whole == base != name:
                    found[name] = base
                else:
                    assigned.add(base)
        return {name for name, base in found.items() if base not in assigned}

    def _left_empty(self) -> set[str]:
        """The arrays that the steps make of zeros and never compute: places for data."""
        pairs = [pair for s in self._steps() for pair in assigned_pairs(s.node)]
        made = {self.base(target_name(target))[0] for target, value in pairs if made_anew(value) in EMPTY}
        computed = (target for target, value in pairs if made_anew(value) not in EMPTY)
        return made - {self.base(target_name(target))[0] for target in computed}

    def _note_list(self, base: str, first: int) -> None:
        """A list that the steps append to; each pass fills the place behind those that it begins with."""
        self.sequences.add(base)
        before = (pair for s in self.program.statements if s.region == "before" for pair in assigned_pairs(s.node))
        lists = (its.elts for target, its in before if isinstance(its, ast.List) and variable_name(target) == base)
        starts = next(lists, [])
        if self.program.looped:
            self.list_starts[base] = starts
            self.ahead[base] = len(starts) - first

    def _is_own_call(self, value: ast.expr) -> bool:
        """True for a call of a function whose lines the text has."""
        return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in self.program.called

    def _find_used(self) -> set[str]:
        """The variables that something reads; a list that nothing reads does not count as a reader."""
        kept = [s for s in self.program.statements if isinstance(s.node, ast.Expr)]
        readers = (s for s in self.program.statements if s not in kept and not self._puts_together(s))
        used = {base for s in readers for base in self._needed_by(s)}
        pairs = (
            (s, self.base(target_name(target))[0], value) for s in kept for target, value in assigned_pairs(s.node)
        )
        lists = (s for s, base, value in pairs if base in used or not _is_kept(value))
        helpers = (set(names_in(it.body)) - {*it.arguments} for it in self.program.helpers)
        used |= {self.base(name)[0] for its in helpers for name in its}
        return used | self.program.returned | {base for s in lists for base in self._needed_by(s)}

    def _needed_by(self, s: PythonStatement) -> set[str]:
        """The variables that a statement reads; one that it assigns only sometimes is not needed for that alone."""
        read = {self.base(self.program.data.get(name, name))[0] for name in self.names_read(s)}
        if not isinstance(s.node, ast.If):
            return read
        return read - {self.base(name)[0] for target, _ in assigned_pairs(s.node) if (name := whole_name(target))}

    def _puts_together(self, s: PythonStatement) -> bool:
        """True for `hs = np.stack(hs)` after the steps."""
        pairs = list(assigned_pairs(s.node)) if s.region == "after" else []
        return any(variable_name(target) == stacked_name(value) for target, value in pairs if variable_name(target))

    def _note_target(self, target: ast.expr) -> None:
        name = variable_name(target)
        if name is not None:
            self.total[self.base(name)[0]] += 1
        elif isinstance(target, ast.Subscript):
            base, clocked = variable_name(target.value), clocked_index(index_of(target))
            if base is None:
                inner = target.value.value if isinstance(target.value, ast.Subscript) else target.value
                self.entrywise |= {data} if (data := variable_name(inner)) else set()
            elif clocked and clocked[0] == self.program.clock:
                self.total[self.base(base)[0]] += 1
                self.ahead[self.base(base)[0]] = clocked[1]

    def _says_time(self) -> bool:
        """True if anything in the text has a moment; else every line defines one value."""
        if self.program.looped or self.program.clock or self.program.data or self.sequences:
            return True
        seen = set[str]()
        for s in self.program.statements:
            if any(self.base(n)[1] is not None for n in names_in(s.node)):
                return True
            if s.region == "step":
                if any(n in self.total and n not in seen for n in self.names_read(s)):
                    return True
                seen |= {n for target, _ in assigned_pairs(s.node) if (n := variable_name(target))}
        return False

    def names_read(self, s: PythonStatement) -> Iterator[str]:
        """The names on the right sides of a statement."""
        values = [value for _, value in assigned_pairs(s.node)]
        if s.region == "step" and summed_name(s.node) in self.accumulated:
            values = [value for value in (added_value(s.node),) if value]
        if not values and isinstance(s.node, ast.Expr):
            values = [s.node.value]
        if s.region == "before":
            values = [value for value in values if not made_anew(value) or made_anew(value) in IDENTITY]
        return (name for value in values if not _is_array_alone(value) for name in names_in(value))

    @property
    def steps_more_than_named(self) -> int:
        """By how many the steps are more than what the loop's range has a name for: -1 in `range(1, T)`."""
        return self.program.stop - self.indices.first

    def is_sequence(self, base: str) -> bool:
        """True for what has a value at each step: by an index, or as a loop goes along it, `for x_t in x`."""
        return base in self.sequences or any(self.base(name)[0] == base for name in self.program.data)

    def axis_of_steps(self, node: ast.expr) -> int | None:
        """Which axis of a whole sequence has the steps, as lines have it at their index; None for anything else."""
        name = variable_name(node)
        for within in (it for s in self._steps() for it in every_node(s.node) if isinstance(it, ast.Subscript)):
            if name and variable_name(within.value) == name:
                indices = within.slice.elts if isinstance(within.slice, ast.Tuple) else [within.slice]
                clocked = (clocked_index(it) for it in indices)
                places = [k for k, it in enumerate(clocked) if it and it[0] == self.program.clock]
                if places:
                    return places[0]
        return 0 if name and any(it.along and variable_name(it.over) == name for it in self.program.ends) else None

    def begins_with_entries(self, base: str) -> bool:
        """True for a list that holds something before the steps append to it, if anything is to be said of it."""
        appends = (s for s in self._steps() if isinstance(s.node, ast.Expr))
        pairs = (pair for s in appends for pair in assigned_pairs(s.node) if self.base(target_name(pair[0]))[0] == base)
        return bool(self.list_starts.get(base)) and any(self.is_written_list(base, value) for _, value in pairs)

    def is_written_list(self, base: str, value: ast.expr) -> bool:
        """True for a list that says more than that a variable is kept at every step."""
        return base in self.used or not _is_kept(value)

    # where a name is read

    def base(self, name: str) -> tuple[str, int | None]:
        """The variable that a name means, and how many steps back; None where it says nothing of time."""
        if name == "tau" != self.program.steps:
            return TIME_CONSTANT, None
        if name in self.apart:
            return name, None
        if name in OPS and name != self.program.clock:
            return f"{name}_1", None
        stem, back = moment_of_name(name, self.letters)
        return (name, None) if back is None or name == self.program.clock else (stem, back)

    def meant(self, name: str, node: ast.expr) -> Expr:
        """The variable of a name, at the moment that it has where it is read."""
        base, back = self.base(name)
        if name in self.accumulated and self.region == "after":
            if name not in self.sums:
                raise Unread(
                    "it needs a running sum, which is not read", self.places.span(node), WRITE_OUT, follows=True
                )
            return self.sums[name]
        if name in self.program.data:
            return Read(self.base(self.program.data[name])[0], NOW)
        if back == 0 and self.region == "step" and self.program.looped and base in self.total:
            return self.assigned(base)
        if back is not None:
            last = Time("tau", -back) if self.region == "after" else Time("t", -back)
            return Read(name) if self.region == "before" else Read(base, last)
        if base in self.total and base not in self.entrywise:
            if name in self.named_later and self.region == "step" and name not in self.named_now:
                return Read(base, Time("t", -1))
            return self.assigned(base)
        emptied = base in self.entrywise and self.region == "step"
        is_now, is_target = self._is_data_now(base), base in self.program.targets - DATA_NAMES
        if is_target and base not in self.named_here:
            self.notes.append(IS_TARGET.format(base))
        if emptied or base in self.sequences or is_now:
            return Read(base, NOW)
        read_by_steps = {name for name in self.sequences if not self.total[name]} | self.program.data.keys()
        by_custom = is_target or base in self.program.vectors or is_data_by_custom(base, read_by_steps)
        if by_custom and base not in (*self.named_here, *self.given):
            self.given.append(base)
        return Read(base)

    def reads_one_value(self, node: ast.AST) -> bool:
        """True for a line after the steps that reads what has one value, or a state after the last step."""
        values = [value for _, value in assigned_pairs(node)]
        bases = {self.base(name)[0] for value in values for name in names_in(value)}
        parts = (part for value in values for part in every_node(value) if isinstance(part, ast.Subscript))
        indexed = ((self.base(variable_name(part.value) or "")[0], index_of(part)) for part in parts)
        ends = {base for base, index in indexed if whole_index(index) is not None or self._end(base, index)}
        return bool(bases & (self.single | set(self.total) - self.sequences) or ends & self.sequences)

    def _is_data_now(self, base: str) -> bool:
        """True for data by custom where the text says no index: in a cell, or beside whole sequences."""
        measured = MEASURED if GAIN in self.named_here else frozenset()
        arguments = self.program.arguments | self.program.targets
        if base in self.named_here | self.program.vectors or base not in DATA_NAMES | measured | arguments:
            return False
        in_cell = self.timed and self.region == "step" and not self.program.clock
        return in_cell or (self.region == "after" and not self.one_value and bool(self.sequences & self.used))

    def assigned(self, base: str) -> Expr:
        """A variable that the steps assign: before it is assigned, as it was one step earlier."""
        if self.region == "before":
            begun = self.begun.get(base)
            return Read(base, begun) if begun and base not in self.sequences else Read(base)
        if self.region == "after":
            return Read(base, NOW if base in self.sequences else self.left_at(base))
        if base not in self.sequences and max(self.loops_of[base], default=self.loop) < self.loop:
            return Read(base, self.left_at(base))
        if self.done[base] == 0:
            return Read(base, Time("t", -1))
        return Read(self.version(base), NOW)

    @property
    def in_mirror(self) -> bool:
        """True where what is read is seen from the end: the whole program, or the loop that the line stands in."""
        return self.program.mirrored or self.loop_in_mirror

    @property
    def loop_in_mirror(self) -> bool:
        return self.region == "step" and self.loop in self.program.mirrored_loops

    @property
    def can_be_mirrored(self) -> bool:
        """True where loops from either end count the steps alike, so that an index is one step in all of them."""
        names = {*self.sequences, *self.ahead}
        alike = not any(map(self.indices.of_step_1, names)) and not any(map(self.ahead.get, self.backward))
        return alike or not self.program.clock

    def left_at(self, base: str) -> Time:
        """The moment at which the loop of a variable leaves it: its last step, of one from the end the first."""
        return Time("tau") if (base in self.backward) == self.loop_in_mirror else Time("", 1)

    def begins_at(self, base: str, moment: Time) -> Time:
        """The moment of a start that is counted from the first pass of the variable's loop."""
        return mirrored_time(moment) if base in self.backward else moment

    def version(self, base: str) -> str:
        """The name of a variable that a step assigns several times, as it is now; the last one keeps its name."""
        return base if self.done[base] >= self.total[base] else f"{base}_{self.done[base]}"

    def at_index(self, name: str, index: ast.expr, node: ast.Subscript) -> Expr:
        """What an index of a variable means: a moment, or one of the equal parts that it is cut into."""
        base, _ = self.base(name)
        clocked, number = clocked_index(index), whole_index(index)
        if clocked and clocked[0] == self.program.clock:
            steps = self.indices.lag(base, clocked[1])
            if steps or not self.total[base] or base in self.entrywise or self.region != "step":
                self._note_ends(base, steps)
                return Read(base, Time("t", steps))
            if self.done[base]:
                return Read(self.version(base), NOW)
            if self.program.looped:
                return Number(0.0, "0")
            return Read(base, Time("t", -1) if base == self.in_place else NOW)
        if (end := self._end(base, index)) is not None and (number is None or end == Time("tau")):
            return Read(base, end)
        if number is not None and (base in self.sequences or base in self.total or name in self.program.data):
            return self._at_number(base, number, node)
        if self.region == "after" and base in self.sequences and self._is_all_steps(base, index):
            return Read(base, NOW)
        if not isinstance(index, ast.Slice):
            of_parameter = number is not None and number >= 0 and base not in self.total
            own = ENTRY_OF_ITS_OWN.format(f"{base}_{number}") if of_parameter else ONE_ENTRY
            raise Unread(NO_ENTRIES, self.places.span(node), own)
        part = self.parts_of.get(name, {}).get(ast.unparse(index))
        whole = self.assigned(base) if base in self.total else self.meant(name, node)
        if part is None or base not in self.total or not isinstance(whole, Read):
            raise Unread(
                "a part of a vector is not read by its indices", self.places.span(node), self._part(base, index)
            )
        return Read(f"{whole.name}_{part + 1}", whole.time)

    def _part(self, base: str, index: ast.Slice) -> str:
        """What to write for a part: of a sequence with what it leaves out as 0, of a vector its equal parts."""
        if any(self._is_clocked(it) for it in (index.lower, index.upper)):
            if index.lower is None or whole_index(index.lower) == 0:
                return (
                    f"of all steps so far write a running sum: s[t] = s[t-1] + {base}[t], and s[t] / t for their mean"
                )
            return f"of the last few steps write the terms: {base}[t] + {base}[t-1] + {base}[t-2]"
        first = whole_index(index.lower) if index.lower else None
        if base not in self.sequences or self.region != "after" or first is None or first < 0 or index.upper:
            return GATES
        step = self.indices.moment(base, first).offset
        return f"write (t >= {step}) * {base}[t] for it in a sum over the steps, which is 0 before"

    def _is_clocked(self, bound: ast.expr | None) -> bool:
        """True for a bound that reads the index of the loop."""
        names = (it.id for it in every_node(bound) if isinstance(it, ast.Name)) if bound else ()
        return bool(self.program.clock) and self.program.clock in names

    def _is_all_steps(self, base: str, index: ast.expr) -> bool:
        """True for `h[1:]` of an array that has its start at 0."""
        match index:
            case ast.Slice(lower, None, None):
                first = whole_index(lower) if lower is not None else 0
                return first is not None and first == self.indices.of_step_1(base)
            case ast.Slice(None, upper, None) if upper and whole_index(upper) == -1:
                return self.indices.of_step_1(base) == 0 and self._has_a_row_more(base)
        return False

    def _has_a_row_more(self, base: str) -> bool:
        """True for an array that is made with a row more than there are steps: `np.zeros((T + 1, n))`."""
        before = (pair for s in self.program.statements if s.region == "before" for pair in assigned_pairs(s.node))
        sizes = (sizes_of(value) for target, value in before if variable_name(target) == base)
        return any(its and isinstance(its[0], ast.BinOp) and counted(its[0])[1] == 1 for its in sizes)

    def _end(self, base: str, index: ast.expr) -> Time | None:
        """The moment of an index that is counted from the end of the loop: tau for `h[T]` after `range(1, T + 1)`."""
        steps, more = counted(index)
        known = self.region == "after" and self.program.clock and base in {*self.sequences, *self.total}
        if not known or steps != self.program.steps or not (steps or self.program.stop):
            return None
        end = self.indices.last(base, more - self.program.stop + 1)
        return end if end.offset <= 0 else None

    def _note_ends(self, base: str, steps: int) -> None:
        """Say which entries of data no step reads, and where Python would have gone on at the end."""
        if not self.program.looped or (self.total[base] and base not in self.entrywise):
            return
        first, mirrored = self.indices.of_step_1(base), self.in_mirror
        if first > 0 and mirrored:
            self.notes.append(f"nothing behind {base}[{-1 - first}] is read: give {base} up to there")
        elif first > 0:
            self.notes.append(f"nothing before {base}[{first}] is read: give {base} from there on")
        begun = self.program.first_of(self.loop) - self.program.first if self.region == "step" else 0
        if self.indices.starting_steps + begun + steps < 0:
            end = "behind its last entry" if mirrored else "before its first entry, where Python counts from the end"
            self.notes.append(f"{base} is 0 {end}")

    def _at_number(self, base: str, number: int, node: ast.Subscript) -> Expr:
        if is_first_column(node) and base not in self.sequences:
            return self.assigned(base)
        if number >= 0 and base not in self.sequences and indexed_variable(node) in self.program.data:
            return Read(base, Time("", number + 1))
        if number >= 0 and self.program.looped and base not in self.sequences:
            raise Unread(NO_ENTRIES, self.places.span(node), ONE_ENTRY)
        if number < 0 and self.region == "after":
            return Read(base, Time("tau", number + 1))
        if number == -1 and self.region == "step" and (base in self.list_starts or base not in self.ahead):
            return self.assigned(base)
        return Read(base, self.indices.moment(base, number))


def _is_kept(value: ast.expr) -> bool:
    """True for a variable, as a list keeps it at every step."""
    return bool(variable_name(value)) or isinstance(value, ast.Subscript)


def _is_array_alone(value: ast.expr) -> bool:
    """True for an array that a function makes from its shape, as it stands."""
    return isinstance(value, ast.Call) and called_name(value) in MADE_ANEW
