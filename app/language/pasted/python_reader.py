"""Reads pasted Python as equations: a loop over time, a cell, or single lines of NumPy and PyTorch.

What a loop computes is a variable at every step. A name that is read before the loop assigns it still holds what it
held one step earlier, so it is read at t-1; what is assigned several times in a step has a name for each.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from app.language import Problem
from app.language.pasted.lines import PYTHON, PastedLine, PastedReading, Unread
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.names_elsewhere import HERE, UNCHANGED, own_name
from app.language.pasted.python_expressions import (
    GATES,
    MADE_ANEW,
    NO_ENTRIES,
    ExpressionReader,
    index_of,
    is_module,
    variable_name,
)
from app.language.pasted.python_parts import equal_parts
from app.language.pasted.python_source import ProgramReader, PythonStatement
from app.language.problems import problem_at
from app.language.resolve import has_free_t
from app.language.syntax import NOW, Apply, Call, Equation, Expr, Function, Read, Span, Start, Time
from app.language.typeset import show

DATA_NAMES = frozenset(
    "x u y inp input inputs target targets label labels obs signal".split()  # noqa: SIM905
)
"""Bare names that are data by custom."""
STATE_NAMES = frozenset("h s state hidden prev_h h_prev".split())  # noqa: SIM905
RANDOM = frozenset(("randn", "standard_normal", "normal"))
ZERO = frozenset(("zeros", "zeros_like", "empty", "empty_like"))
KEPT = "every step is kept anyway"
BY_ITSELF = "a start that no line sets is 0"


def read_python(text: str) -> PastedReading:
    """The equations of a text in Python."""
    reader = PythonReader(text)
    return reader.reading()


class PythonReader:
    """One text: which names its steps assign, and the lines read so far."""

    def __init__(self, text: str) -> None:
        source = ProgramReader(text)
        self.text, self.program, self.place = text, source.program, source.places.span
        self.lines: list[tuple[Span, str, str]] = [(span, "", note) for span, note in self.program.skipped]
        self.problems: list[Problem] = list(self.program.problems)
        self.given: list[str] = []
        self.region = "before"
        self.find_layers()
        self.find_clock()
        self.letters = any(moment_of_name(n)[1] == 1 for s in self.program.statements for n in _names(s.node))
        self.total: Counter[str] = Counter()
        self.ahead: dict[str, int] = {}
        self.sequences: set[str] = set()
        self.entrywise: set[str] = set()
        self.named_here: set[str] = set()
        """The variables that the text assigns anywhere."""
        self.find_assigned()
        self.parts_of = equal_parts(s.node for s in self.program.statements)
        self.done: Counter[str] = Counter()
        self.timed = self.says_time()
        if not self.timed:
            self.total = Counter()
        self.used = {self.base(n)[0] for s in self.program.statements for n in self.names_read(s)}
        self.notes: list[str] = []
        helpers = ((name, own_name(name, len(arguments))) for name, arguments, *_ in self.program.helpers)
        self.expressions = ExpressionReader(
            self.meant, self.at_index, self.place, self.program.clock, self.program.first, self.program.linear,
            {name: here for name, here in helpers if here}, self.notes,
        )  # fmt: skip

    # what the text says as a whole

    def find_layers(self) -> None:
        """Linear layers, from where the text makes them."""
        kept = []
        for s in self.program.statements:
            match s.node:
                case ast.Assign([target], ast.Call(func=ast.Attribute(_, "Linear") | ast.Name("Linear")) as made):
                    name = variable_name(target)
                    no_bias = any(k.arg == "bias" and _constant(k.value) is False for k in made.keywords)
                    if name is not None:
                        self.program.linear[name] = not no_bias
                        bias = "" if no_bias else f" + b_{name}"
                        self.lines.append((s.span, "", f"{name}(z) is W_{name} @ z{bias}"))
                        continue
            kept.append(s)
        self.program.statements = kept

    def find_clock(self) -> None:
        """Without a loop, the name of the running step is the one that indices are made of."""
        if self.program.clock:
            return
        found = Counter[str]()
        for s in self.program.statements:
            for node in ast.walk(s.node):
                if isinstance(node, ast.Subscript) and (clocked := _clocked(index_of(node))):
                    found[clocked[0]] += 1
        self.program.first = 1
        self.program.clock = next((n for n in ("t", "k", "n", "i") if n in found), "")

    def find_assigned(self) -> None:
        """How often a step assigns each variable, and which are written with an index."""
        for s in self.program.statements:
            for node in ast.walk(s.node):
                if isinstance(node, ast.Subscript) and (clocked := _clocked(index_of(node))):
                    name = variable_name(node.value)
                    if clocked[0] == self.program.clock and name is not None:
                        self.sequences.add(self.base(name)[0])
            for target, value in _assigned(s.node):
                name = _target_name(target)
                if isinstance(s.node, ast.Expr):
                    self.sequences.add(self.base(name)[0])
                if name == variable_name(value):
                    continue
                self.named_here.add(self.base(name)[0])
                if s.region == "step":
                    self.note_target(target)

    def note_target(self, target: ast.expr) -> None:
        name = variable_name(target)
        if name is not None:
            self.total[self.base(name)[0]] += 1
        elif isinstance(target, ast.Subscript):
            base, clocked = variable_name(target.value), _clocked(index_of(target))
            if base is None:
                inner = target.value.value if isinstance(target.value, ast.Subscript) else target.value
                self.entrywise |= {name} if (name := variable_name(inner)) else set()
            elif clocked and clocked[0] == self.program.clock:
                self.total[self.base(base)[0]] += 1
                self.ahead[self.base(base)[0]] = clocked[1]

    def base(self, name: str) -> tuple[str, int | None]:
        """The variable that a name means, and how many steps back."""
        stem, back = moment_of_name(name, self.letters)
        if back is None or name == self.program.clock:
            return name, None
        return stem, back

    def says_time(self) -> bool:
        """True if anything in the text has a moment; else every line defines one value."""
        if self.program.clock or self.program.data or self.sequences:
            return True
        seen = set[str]()
        for s in self.program.statements:
            if any(self.base(n)[1] is not None for n in (*_names(s.node),)):
                return True
            if s.region == "step":
                if any(n in self.total and n not in seen for n in self.names_read(s)):
                    return True
                seen |= {n for target, _ in _assigned(s.node) if (n := variable_name(target))}
        return False

    def names_read(self, s: PythonStatement) -> Iterator[str]:
        """The names on the right sides of a statement."""
        values = [value for _, value in _assigned(s.node)]
        if not values:
            values = [s.node.value] if isinstance(s.node, ast.AugAssign | ast.Expr) else []
        return (name for value in values for name in _names(value))

    # what a name means where it is read

    def meant(self, name: str, node: ast.expr) -> Expr:
        base, back = self.base(name)
        if name in self.program.data:
            return Read(self.base(self.program.data[name])[0], NOW)
        if back is not None and self.region == "before":
            return Read(name)
        if back is not None:
            return Read(base, Time("t", -back) if self.region != "after" else Time("tau", -back))
        if base in self.total and base not in self.entrywise:
            return self.assigned(base)
        if base in self.sequences:
            return Read(base, NOW)
        if base in DATA_NAMES and base not in self.named_here:
            if self.timed and self.region == "step" and not self.program.clock:
                return Read(base, NOW)
            if self.region == "after" and self.sequences:
                return Read(base, NOW)
            if base not in self.given:
                self.given.append(base)
        return Read(base)

    def assigned(self, base: str) -> Expr:
        """A variable that the steps assign: before it is assigned, as it was one step earlier."""
        if self.region == "before":
            return Read(base)
        if self.region == "after":
            return Read(base, NOW if base in self.sequences else Time("tau"))
        if self.done[base] == 0:
            return Read(base, Time("t", -1))
        return Read(self.version(base, self.done[base]), NOW)

    def version(self, base: str, times: int) -> str:
        """The name of a variable that a step assigns several times, after so many of them; the last keeps the name."""
        return base if times >= self.total[base] else f"{base}_{times}"

    def at_index(self, name: str, index: ast.expr, node: ast.Subscript) -> Expr:
        base, _ = self.base(name)
        clocked = _clocked(index)
        if clocked and clocked[0] == self.program.clock:
            return Read(base, Time("t", clocked[1] - self.ahead.get(base, 0)))
        number = _whole(index)
        if number is not None and (base in self.sequences or base in self.total):
            return self.at_number(base, number)
        if isinstance(index, ast.Slice):
            number = self.parts_of.get(name, {}).get(ast.unparse(index))
            whole = self.meant(name, node)
            if number is not None and base in self.total and isinstance(whole, Read):
                return Read(f"{whole.name}_{number + 1}", whole.time)
            raise Unread("a part of a vector is not read by its indices", self.place(node), GATES)
        raise Unread(NO_ENTRIES, self.place(node))

    def at_number(self, base: str, number: int) -> Expr:
        if number < 0 and self.region == "after":
            return Read(base, Time("tau", number + 1))
        if number == -1 and self.region == "step" and base not in self.ahead:
            return self.assigned(base)
        return Read(base, self.moment(base, number))

    def moment(self, base: str, number: int) -> Time:
        return Time("", number - self.program.first + 1 - self.ahead.get(base, 0))

    # lines

    def reading(self) -> PastedReading:
        for s in self.program.statements:
            self.region = s.region if self.timed else "after"
            try:
                self.statement(s)
            except Unread as wrong:
                self.unread(s, wrong)
        self.read_helpers()
        self.lines.sort(key=lambda line: line[0])
        lines = tuple(self.pasted_lines())
        written = [text for _, text, _ in self.lines if text]
        if self.given:
            written.insert(0, f"given {', '.join(self.given)}")
        problems = sorted(self.problems, key=lambda p: p.span or (0, 0))
        return PastedReading(PYTHON, "\n".join(written), lines, tuple(problems))

    def pasted_lines(self) -> Iterator[PastedLine]:
        """What was read, statement by statement."""
        for span, lines in groupby(self.lines, key=lambda line: line[0]):
            _, texts, notes = zip(*lines, strict=True)
            note = "; ".join(dict.fromkeys(filter(None, notes)))
            yield self.pasted(span, "\n".join(filter(None, texts)), note)

    def pasted(self, span: Span, text: str, note: str) -> PastedLine:
        return PastedLine(self.text[slice(*span)], self.text.count("\n", 0, span[0]) + 1, text, note)

    def write(self, s: PythonStatement, text: str, note: str = "") -> None:
        self.lines.append((s.span, text, "; ".join(dict.fromkeys(filter(None, (note, *self.notes))))))
        self.notes.clear()

    def unread(self, s: PythonStatement, wrong: Unread) -> None:
        """What cannot be read is a problem, unless nothing that is read needs it."""
        self.notes.clear()
        targets = [self.base(name)[0] for target, _ in _assigned(s.node) if (name := variable_name(target))]
        self.done.update(targets)
        if targets and not self.used & set(targets) and self.region != "after":
            self.write(s, "", "nothing reads it")
            return
        self.problems.append(problem_at(self.text, wrong.span, wrong.message, wrong.hint))
        first = self.text[slice(*s.span)].split("\n")[0]
        self.write(s, f"# not read: {first}")

    def statement(self, s: PythonStatement) -> None:
        match s.node:
            case ast.AugAssign():
                self.refuse_running_sum(s.node)
            case ast.Expr(ast.Call(ast.Attribute(_, "append"), [_])):
                self.append(s)
            case ast.Expr(value) if len(self.program.statements) == 1:
                self.write(s, show(self.expressions.read(value)))
            case ast.Expr():
                self.write(s, "", "nothing keeps its value")
            case ast.Assign() | ast.AnnAssign():
                self.assignment(s)
            case node:
                raise Unread(f"{type(node).__name__.lower()} is not read", s.span)

    def refuse_running_sum(self, node: ast.AugAssign) -> None:
        name, sign = variable_name(node.target) or "L", {ast.Add: "+", ast.Sub: "-"}.get(type(node.op), "")
        hint = f"write {name} = {name} {sign or '…'} … with the moment it had"
        if sign == "+" and name not in self.used:
            hint = "give each step's part a name, L[t] = …, and write loss = sum(L[t])"
        raise Unread("a running sum, +=, is not read", self.place(node), hint)

    def append(self, s: PythonStatement) -> None:
        """A list that each step is added to is a sequence, if something reads it; else it is there anyway."""
        [(target, value)] = list(_assigned(s.node))
        name = variable_name(target) or ""
        if name in self.used or not (variable_name(value) or isinstance(value, ast.Subscript)):
            self.write(s, self.equation(name, self.expressions.read(value)))
        else:
            self.write(s, "", KEPT)

    def assignment(self, s: PythonStatement) -> None:
        pairs = list(_assigned(s.node))
        if not pairs:
            raise Unread("this assigns nothing", s.span)
        if any(t is None for t in (variable_name(target) or _indexed_name(target) for target, _ in pairs)):
            self.entry_of_data(s, pairs)
        elif len({id(value) for _, value in pairs}) == 1 and len(pairs) > 1 and not isinstance(s.node, ast.Assign):
            raise Unread("this assignment is not read", s.span)
        elif len(pairs) > 1 and _is_unpacked(s.node):
            self.parts(s, pairs)
        elif self.region == "before":
            for target, value in pairs:
                self.beginning(s, target, value)
        else:
            self.equations(s, pairs)

    def entry_of_data(self, s: PythonStatement, pairs: list[tuple[ast.expr, ast.expr]]) -> None:
        target = pairs[0][0]
        inner = (
            target.value.value
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Subscript)
            else None
        )
        name = variable_name(inner) if inner is not None else None
        if name is None:
            raise Unread(NO_ENTRIES, s.span)
        self.write(s, "", f"{name} is data: it is given as inputs, entry by entry")

    def parts(self, s: PythonStatement, pairs: list[tuple[ast.expr, ast.expr]]) -> None:
        """`i, f, o, g = np.split(a, 4)`: equal parts, in order."""
        value = pairs[0][1]
        if not isinstance(value, ast.Call):
            raise Unread("several names for one value are not read", s.span)
        name, args = self.expressions.called(value)
        if HERE.get(name, name) != "split" or not args:
            if all(variable_name(t) and self.base(str(variable_name(t)))[0] not in self.used for t, _ in pairs):
                raise Unread("nothing reads it", s.span)
            hint = "write the equations of the cell; `unfold systems lstm` and `unfold systems gru` have them"
            raise Unread("a call with several results is not read", s.span, hint)
        whole = show(self.expressions.read(args[0]))
        names = [str(variable_name(target)) for target, _ in pairs]
        for n in names:
            self.done[self.base(n)[0]] += 1
        lefts = ", ".join(self.left(self.base(n)[0]) for n in names)
        self.write(s, f"{lefts} = split({whole})")

    def equations(self, s: PythonStatement, pairs: list[tuple[ast.expr, ast.expr]]) -> None:
        """The equations of a step; all right sides are read before any left side is assigned."""
        written, notes, known = list[tuple[ast.expr, Expr]](), list[str](), dict[int, Expr]()
        for target, value in pairs:
            if note := self.not_needed(target, value):
                notes.append(note)
            else:
                known[id(value)] = known[id(value)] if id(value) in known else self.expressions.read(value)
                written.append((target, known[id(value)]))
        texts = [self.equation(_target_name(target), expr) for target, expr in written]
        self.write(s, "\n".join(texts), "; ".join(notes))

    def equation(self, name: str, expr: Expr) -> str:
        base, _ = self.base(name)
        self.done[base] += 1
        if base == "loss" and self.region == "step":
            return f"L[t] = {show(expr)}\nloss = sum(L[t])"
        if self.region != "step":
            expr = pooled_whole(expr)
        if self.region != "step" and has_free_t(expr) and not _pools(expr):
            return f"{base}[t] = {show(expr)}"
        line = f"{self.left(base)} = {show(expr)}"
        return f"{line}\n{self.cut(name, base)}" if name in self.parts_of and self.region == "step" else line

    def cut(self, name: str, base: str) -> str:
        """The line that cuts a vector into the parts that the program reads by their indices."""
        whole = self.version(base, self.done[base])
        parts = (show(Read(f"{whole}_{k + 1}", NOW)) for k in range(len(self.parts_of[name])))
        return f"{', '.join(parts)} = split({show(Read(whole, NOW))})"

    def left(self, base: str) -> str:
        if self.region != "step":
            return base
        return show(Read(self.version(base, self.done[base]), NOW))

    def not_needed(self, target: ast.expr, value: ast.expr) -> str:
        """Why an assignment of a step says nothing new; empty if it does."""
        name, other = _target_name(target), variable_name(value)
        base, back = self.base(name)
        if base in self.entrywise:
            return f"{base} is data: it is given as inputs"
        if other is not None and self.base(other)[0] == base:
            self.done[base] += 1
            return f"{name} is {base} one step back" if back else f"{name} is {other}"
        if other is not None and other in self.program.arguments and variable_name(target) is None:
            return ""
        return ""

    # before the first step

    def beginning(self, s: PythonStatement, target: ast.expr, value: ast.expr) -> None:
        """What stands before the loop: a start, a parameter's beginning, a number, or nothing that matters."""
        name = variable_name(target) or str(_indexed_name(target))
        base, _ = self.base(name)
        made = self.made(value)
        if isinstance(value, ast.Dict | ast.List | ast.ListComp | ast.DictComp) or (
            made in ZERO and base in self.sequences
        ):
            self.write(s, "", KEPT if base in self.total else "nothing is computed here")
        elif base in self.total and not isinstance(s.node, ast.AugAssign):
            self.start(s, base, target, value)
        elif other := variable_name(value):
            self.same_name(s, base, other)
        elif base not in self.used:
            self.write(s, "", "nothing reads it")
        elif any(
            isinstance(o.node, ast.AugAssign) and variable_name(o.node.target) == name for o in self.program.statements
        ):
            self.write(s, "", "the beginning of a running sum")
        elif made:
            self.parameter(s, base, value, made)
        else:
            self.write(s, f"{base} = {show(self.expressions.read(value))}")

    def start(self, s: PythonStatement, base: str, target: ast.expr, value: ast.expr) -> None:
        number = (
            _whole(index_of(target)) if isinstance(target, ast.Subscript) and variable_name(target) is None else None
        )
        moment = Time("", 0) if number is None else self.moment(base, number)
        made = self.made(value)
        if made in ZERO or _constant(value) in (0, 0.0):
            self.write(s, "" if moment == Time("", 0) else f"{base}[{moment}] = 0", BY_ITSELF)
        elif made or variable_name(value) == base:
            self.write(s, f"{base}[{moment}] = {base}0", f"{base}0 is a parameter; `initial` gives it in a request")
        else:
            expr = self.expressions.read(value)
            if isinstance(expr, Read) and self.base(expr.name)[0] == base:
                expr = Read(f"{base}0")
            self.write(s, show(Start(base, moment, expr)))

    def same_name(self, s: PythonStatement, base: str, other: str) -> None:
        if other == base or base not in self.used:
            self.write(s, "", f"{base} is a name of the equations already" if base in self.used else "nothing reads it")
        else:
            self.write(s, f"{base} = {show(self.meant(other, s.node.value))}" if isinstance(s.node, ast.Assign) else "")

    def made(self, value: ast.expr) -> str:
        """The function that makes an array from its shape, if that is what a value is, whatever scales it."""
        for node in ast.walk(value):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in MADE_ANEW:
                    return name
        return ""

    def parameter(self, s: PythonStatement, base: str, value: ast.expr, made: str) -> None:
        """A parameter that the text fills with numbers."""
        scale = next(
            (c for n in ast.walk(value) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mult)
             for side in (n.left, n.right) if isinstance(c := _constant(side), float | int)), None,
        )  # fmt: skip
        if made in ZERO:
            self.write(s, f"{base} ~ 0")
        elif made in ("ones", "ones_like"):
            self.write(s, f"{base} ~ {1 if scale is None else scale:g}")
        elif made in RANDOM:
            self.write(s, f"{base} ~ normal{'' if scale is None else f'({scale:g})'}")
        else:
            self.write(s, "", f"{base} is a parameter; the seed draws its numbers")

    # functions of one expression

    def read_helpers(self) -> None:
        equations = any(text and not text.startswith("#") for _, text, _ in self.lines)
        for name, arguments, body, span in self.program.helpers:
            if name not in self.expressions.functions:
                self.lines.append((span, "", f"{name} is there already"))
                continue
            try:
                here = self.expressions.functions[name]
                text = show(Function(here, arguments, self.body(arguments, body)))
            except Unread as wrong:
                self.problems.append(problem_at(self.text, wrong.span, wrong.message, wrong.hint))
                continue
            if not equations and (line := self.stepped(here, arguments)):
                text = f"{text}\n{line}"
            self.lines.append((span, text, ""))

    def body(self, arguments: tuple[str, ...], body: ast.expr) -> Expr:
        def meant(name: str, node: ast.expr) -> Expr:
            return Read(name) if name in arguments else self.meant(name, node)

        self.region = "before"
        inner = ExpressionReader(
            meant, self.at_index, self.place, "", 1, self.program.linear, self.expressions.functions
        )
        return inner.read(body)

    def stepped(self, name: str, arguments: tuple[str, ...]) -> str:
        """The recurrence of a function that takes a state, where the text says nothing else."""
        state = next((a for a in arguments if a in STATE_NAMES or moment_of_name(a)[1] == 1), None)
        if state is None:
            return ""
        bases = [moment_of_name(a, letters=True)[0] for a in arguments]
        own = moment_of_name(state)[0]
        args = tuple(Read(b, Time("t", -1) if b == own else NOW) for b in bases)
        return show(Equation(own, True, Call(name, args)))


def pooled_whole(expr: Expr) -> Expr:
    """A sum or a mean of whole arrays, which is one over the steps and over the entries of each."""
    if isinstance(expr, Call) and expr.args and has_free_t(expr):
        if expr.function in ("sum", "mean"):
            inner = expr.args[0]
            return expr if isinstance(inner, Read) else Call(expr.function, (Call(expr.function, (inner,)),))
        if expr.function in ("mse", "cross_entropy"):
            return Call("mean", (expr,))
    return replace(expr, args=tuple(map(pooled_whole, expr.args))) if isinstance(expr, Apply | Call) else expr


def _pools(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.function in ("sum", "mean")


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a statement assigns, and the value of each; several names for one value each have it."""
    match node:
        case ast.Assign(targets, value):
            for target in targets:
                yield from _unpacked(target, value)
        case ast.AnnAssign(target, _, value) if value is not None:
            yield target, value
        case ast.Expr(ast.Call(ast.Attribute(value, "append"), [item])):
            yield value, item


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
    elif isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _unpacked(one, its)
    else:
        yield from ((one, value) for one in target.elts)


def _is_unpacked(node: ast.AST) -> bool:
    """True where several names stand for the parts of one value."""
    return isinstance(node, ast.Assign) and any(
        isinstance(t, ast.Tuple | ast.List) and not isinstance(node.value, ast.Tuple | ast.List) for t in node.targets
    )


def _indexed_name(target: ast.expr) -> str | None:
    """The variable of `h[t]` or `hs[-1]` on a left side."""
    if not isinstance(target, ast.Subscript):
        return None
    index = index_of(target)
    return variable_name(target.value) if _clocked(index) or _whole(index) is not None else None


def _target_name(target: ast.expr) -> str:
    return variable_name(target) or str(_indexed_name(target))


def _clocked(index: ast.expr) -> tuple[str, int] | None:
    """The name and the steps of an index such as `t`, `t-1`, `i + 2`."""
    match index:
        case ast.Name(name):
            return name, 0
        case ast.BinOp(ast.Name(name), ast.Add() | ast.Sub() as sign, ast.Constant(int() as steps)):
            return name, steps if isinstance(sign, ast.Add) else -steps
        case ast.Call(ast.Name("str"), [inner]):
            return _clocked(inner)
    return None


def _whole(index: ast.expr) -> int | None:
    match index:
        case ast.Constant(int() as number):
            return int(number)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() as number)):
            return -int(number)
    return None


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _names(node: ast.AST) -> Iterator[str]:
    """The variables that a tree names; the bounds of a part of an array are none of them."""
    bounds = {id(n) for inner in ast.walk(node) if isinstance(inner, ast.Slice) for n in ast.walk(inner)}
    for inner in ast.walk(node):
        if id(inner) in bounds:
            continue
        if isinstance(inner, ast.Name | ast.Attribute | ast.Subscript) and not is_module(inner):
            name = variable_name(inner)
            if name is not None and name not in UNCHANGED:
                yield name
