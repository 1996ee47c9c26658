"""Writes out what runs a function over a sequence, `reduce(cell, xs, h0)` or `lax.scan(step, h0, xs)`, as a loop.

Libraries differ in where the function, the data and the start stand, in whether what is carried or what is read comes
first, and in what comes of it: the last state, all states, or both. Each is a row; the loop is one for all.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.python_functions import WRITTEN_OUT
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_records import FieldNamed, fields_of, name_fields_of_records, with_fields_named
from app.language.pasted.python_trees import (
    assigned_pairs,
    called_name,
    every_name,
    is_module,
    literal_of,
    variable_name,
)

Role = Literal["step", "data", "start", "others", "first", "length", "back", "ends"]
PlacedNode = TypeVar("PlacedNode", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class FoldConvention:
    """How one function runs another over a sequence: its arguments in order, and what comes of it."""

    spelled: str
    """As it is called with its library, and without one where its name alone tells it."""
    arguments: tuple[Role, ...]
    gives: Literal["last", "states", "both", "outputs"]
    """The last state, all states, the last state beside what each step gives out, or all that steps give out."""
    data_first: bool = False
    """True where a step is given what it reads before what is carried."""
    outputs_first: bool = False
    """True where a step gives out what it does before what it carries on, and the last of it comes first of all."""
    told_by: frozenset[str] = frozenset()
    """Names of arguments by which it is told from another of its name."""

    @property
    def counts(self) -> bool:
        """Whether a step reads the number of its pass."""
        return "first" in self.arguments

    @property
    def ends(self) -> bool:
        """Whether a condition says when it ends."""
        return "ends" in self.arguments

    def runs(self, call: ast.Call) -> bool:
        """Whether it is what a call calls."""
        *within, name = _path(call.func) or [""]
        ways = [spelled.split(".") for spelled in self.spelled.split()]
        libraries = [library for *library, last in ways if last == name]
        if not libraries:
            return False
        by_name = [] in libraries if not within else any({*within} & {*library} for library in libraries)
        return by_name or bool(self.told_by & {k.arg for k in call.keywords})


FOLDS = (
    FoldConvention(
        "functools.reduce ft.reduce reduce tf.foldl tf.foldr tensorflow.foldl tensorflow.foldr",
        ("step", "data", "start"),
        "last",
    ),
    FoldConvention("itertools.accumulate it.accumulate accumulate", ("data", "step", "start"), "states"),
    FoldConvention(
        "jax.lax.fori_loop torch.fori_loop fori_loop", ("first", "length", "step", "start"), "last", data_first=True
    ),
    FoldConvention(
        "jax.lax.while_loop torch.while_loop tf.while_loop tensorflow.while_loop while_loop",
        ("ends", "step", "start"),
        "last",
    ),
    FoldConvention("jax.lax.associative_scan torch.associative_scan associative_scan", ("step", "data"), "states"),
    FoldConvention("keras.backend.rnn K.rnn", ("step", "data", "start"), "both", data_first=True, outputs_first=True),
    FoldConvention(
        "tf.scan tensorflow.scan",
        ("step", "data", "start"),
        "states",
        told_by=frozenset(("initializer", "elems")),
    ),
    FoldConvention(
        "theano.scan pytensor.scan aesara.scan",
        ("step", "data", "start", "others", "length"),
        "outputs",
        data_first=True,
        told_by=frozenset(("sequences", "outputs_info", "non_sequences")),
    ),
    FoldConvention("jax.lax.scan torch.scan scan", ("step", "start", "data", "length"), "both"),
)
"""What runs a function over a sequence; of two of one name the first that a call is told to be."""
ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("f", "fn", "func", "function", "combine_fn", "body_fun"), "step"),
    **dict.fromkeys(("xs", "elems", "iterable", "sequences"), "data"),
    **dict.fromkeys(("init", "initial", "initializer", "init_val", "outputs_info"), "start"),
    **dict.fromkeys(("length", "n_steps", "upper"), "length"),
    **dict.fromkeys(("reverse", "go_backwards"), "back"),
    "initial_states": "start",
    "inputs": "data",
    "cond_fun": "ends",
    "non_sequences": "others",
    "lower": "first",
}
"""By the name of an argument what it is; what the others say, as `unroll`, changes no number."""
ENDS_EARLY = "when the loop ends is left out: the number of steps is set by tau"
OPERATORS: Mapping[str, ast.operator] = {"add": ast.Add(), "mul": ast.Mult(), "sub": ast.Sub(), "matmul": ast.MatMult()}
KEPT_AS = frozenset(("list", "tuple", "array", "asarray", "stack", "tensor"))
"""What only keeps a sequence in another way."""


@dataclass(frozen=True, slots=True)
class FoldedProgram:
    """What became of the functions that the folds of a program run."""

    left_out: Sequence[tuple[ast.stmt, str]] = ()
    """Those that are steps alone, each with a note."""
    unsaid: frozenset[str] = frozenset()
    """The names of those whose lines the text does not have."""


def write_out_folds(tree: ast.Module) -> FoldedProgram:
    """Put loops in place of the folds of a program."""
    if any(map(_fold_of, every_node(tree))):
        with suppress(RecursionError):  # What is too deep is named where it is read.
            name_fields_of_records(tree)
            return _FoldWriter(tree).written()
    return FoldedProgram()


@dataclass
class Fold:
    """One call that runs a function over a sequence, by what its arguments are."""

    call: ast.Call
    convention: FoldConvention
    given: dict[Role, ast.expr]

    @property
    def goes_back(self) -> bool:
        return literal_of(self.given.get("back", self.call)) is True

    @property
    def data(self) -> list[ast.expr]:
        """The sequences that steps read: none where it only counts."""
        data = self.given.get("data")
        several = _several(data) if data is not None and literal_of(data) is None and not _is_none(data) else []
        return [_within(it, "input") for it in several]

    @property
    def starts(self) -> list[ast.expr] | None:
        """What is carried into the first step; None where it is the first of the data."""
        start = self.given.get("start")
        if start is None:
            return None
        several = [start] if fields_of(start) else _several(start)
        return [_within(it, "initial") for it in several if not _is_none(it)]


@dataclass
class FoldStep:
    """A function that each step runs: its arguments, its lines, and what it returns."""

    arguments: list[str]
    lines: list[ast.stmt]
    result: ast.expr
    known: bool = True
    elsewhere: bool = False
    """True where its lines stand before the statement that runs it."""


def _fold_of(node: ast.AST) -> Fold | None:
    """The fold that a call is, of those with a function to run and something to run it over."""
    convention = next((it for it in FOLDS if it.runs(node)), None) if isinstance(node, ast.Call) else None
    if not isinstance(node, ast.Call) or convention is None:
        return None
    given = dict(zip(convention.arguments, node.args, strict=False))
    given |= {role: k.value for k in node.keywords if (role := ROLES.get(k.arg or ""))}
    over = given.keys() & {"data", "length", "ends"}
    return Fold(node, convention, given) if "step" in given and over else None


class _FoldWriter:
    """The folds of one program, and the names that it leaves free."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.functions = {node.name: node for node in every_node(tree) if isinstance(node, ast.FunctionDef)}
        self.taken = set(every_name(tree))
        self.used, self.unsaid = set[str](), set[str]()
        self.ended: list[tuple[ast.stmt, str]] = []
        """The lines of loops that end by a condition, and the conditions, each with a note."""

    def written(self) -> FoldedProgram:
        for node in list(every_node(self.tree)):
            block = getattr(node, "body", None)
            if isinstance(block, list):
                self.write_block(block)
        named = {it.id for it in every_node(self.tree) if isinstance(it, ast.Name)}
        named |= {it.attr for it in every_node(self.tree) if isinstance(it, ast.Attribute)}
        ends = [line for line, _ in self.ended]
        left_out = [self.functions[name] for name in sorted(self.used - named)]
        for node in every_node(self.tree):
            block = getattr(node, "body", None)
            if isinstance(block, list):
                block[:] = (it for it in block if it not in (*left_out, *ends))
        said = [*((it, WRITTEN_OUT.format(it.name)) for it in left_out), *self.ended]
        return FoldedProgram(said, frozenset(self.unsaid))

    def write_block(self, block: list[ast.stmt]) -> None:
        """Put the loop of each fold before the statement that has it."""
        found = list[ast.stmt]()
        for k, line in enumerate(block):
            if isinstance(line, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr):
                while fold := next(filter(None, map(_fold_of, _without_lambdas(line))), None):
                    found += self.loop(fold, line, found, block[k + 1 :])
            if not _says_nothing_new(line):
                found.append(line)
        block[:] = found

    def loop(self, fold: Fold, line: ast.stmt, before: list[ast.stmt], behind: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The lines in place of a fold, whose results then stand where it stood."""
        if fold.convention.outputs_first:
            self.without_last_output(line, behind)
        if ends := fold.given.get("ends"):
            named = self.functions.get(variable_name(ends) or "")
            place = ast.copy_location(ast.Pass(), line)
            self.ended.append((named or place, ENDS_EARLY))
        step = self.step(fold)
        states, data = self.arguments(fold, step)
        starts = fold.starts
        begun = [self.value_before(it, before) for it in starts or ()]
        fields = fields_of(begun[0]) if len(begun) == 1 else {}
        made = _Loop(fold, step, states, data, self.free, tuple(fields))
        for name in set(_targets_of(line, fold)) & set(made.names):
            whole = _Renamed(name, self.free(f"{name}s", f"{name}_list"))
            for other in (line, *behind):
                whole.visit(other)
        made.name_outputs(_targets_of(line, fold))
        begun = list(fields.values()) or (_several(begun[0]) if len(begun) == 1 < len(made.names) else begun)
        lines = made.lines(begun) if starts is not None else made.lines_from_first(self.free)
        self.name_fields(line, fold, made, behind)
        self.keep_results(line, fold, made)
        return [_placed(it, line) for it in lines]

    def without_last_output(self, line: ast.stmt, behind: Sequence[ast.stmt]) -> None:
        """Have a statement that gives three names, `last, outputs, states = K.rnn(…)`, give the last two."""
        match line:
            case ast.Assign([ast.Tuple([last, outputs, states])]):
                line.targets = [ast.Tuple([states, outputs], ast.Store())]
                if isinstance(last, ast.Name) and isinstance(outputs, ast.Name):
                    end = ast.Subscript(ast.Name(outputs.id, ast.Load()), ast.Constant(-1), ast.Load())
                    for other in behind:
                        _Meant({last.id: end}).visit(other)
                        ast.fix_missing_locations(other)

    def step(self, fold: Fold) -> FoldStep:
        found = self.step_of(fold.given["step"])
        if found is None:
            arguments = [self.free("h"), *(["x"] if fold.data else [])]
            names = [*reversed(arguments)] if fold.convention.data_first else arguments
            called = ast.Call(fold.given["step"], [_read(it) for it in names], [])
            self.unsaid.add(called_name(called))
            return FoldStep(names, [], called, known=False)
        others = fold.given.get("others")
        extra = _several(others) if others is not None else []
        if extra and len(found.arguments) > len(extra):
            found = _with_values(found, dict(zip(found.arguments[-len(extra) :], extra, strict=True)))
        return found

    def step_of(self, node: ast.expr) -> FoldStep | None:
        """What is run at every step, where the text says it; a copy, since several folds may run it."""
        match node:
            case ast.Lambda(args, body):
                return FoldStep([it.arg for it in args.args], [], _written_twice(deepcopy(body)))
            case ast.Call(args=[inner, *values], keywords=named) if called_name(node) == "partial":
                found = self.step_of(inner)
                if found is None:
                    return None
                given = dict(zip(found.arguments, values, strict=False))
                return _with_values(found, given | {k.arg: k.value for k in named if k.arg in found.arguments})
            case ast.Call(args=[inner], keywords=_) if called_name(node) in ("jit", "checkpoint", "remat", "function"):
                return self.step_of(inner)
            case ast.Attribute(ast.Name("operator"), name) if name in OPERATORS:
                return FoldStep(["a", "b"], [], ast.BinOp(_read("a"), OPERATORS[name], _read("b")))
            case ast.Attribute(module, _) if is_module(module):
                return FoldStep(["a", "b"], [], ast.Call(node, [_read("a"), _read("b")], []))
        function = self.functions.get(variable_name(node) or "")
        lines = [it for it in function.body if not _is_words(it)] if function else []
        returns = [it for s in lines for it in every_node(s) if isinstance(it, ast.Return)]
        if function is None or len(returns) != 1 or returns[0] is not lines[-1] or returns[0].value is None:
            return None
        self.used.add(function.name)
        arguments = [it.arg for it in function.args.args if it.arg not in ("self", "cls")]
        return FoldStep(arguments, deepcopy(lines[:-1]), _written_twice(deepcopy(returns[0].value)), elsewhere=True)

    def arguments(self, fold: Fold, step: FoldStep) -> tuple[list[str], list[str]]:
        """The arguments of a step that are carried, and those that are read."""
        if not fold.convention.data_first:
            return step.arguments[:1], step.arguments[1:]
        read = 1 if fold.convention.counts else len(fold.data)
        return step.arguments[read:], step.arguments[:read]

    def value_before(self, begun: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """What a name has been assigned that only says how a fold begins; the assignment is taken out."""
        name = variable_name(begun)
        reads = [it for it in every_node(self.tree) if isinstance(it, ast.Name) and it.id == name]
        for node in before:
            pairs = list(assigned_pairs(node))
            if name and len(pairs) == 1 and variable_name(pairs[0][0]) == name and len(reads) == 2:
                before.remove(node)
                return pairs[0][1]
        return begun

    def free(self, *names: str) -> str:
        """The first of some names that the program does not have, or one like the last."""
        likely = (*names, *(f"{names[-1]}_{k}" for k in range(2, 999)))
        found = next(it for it in likely if it not in self.taken)
        self.taken.add(found)
        return found

    def name_fields(self, line: ast.stmt, fold: Fold, made: _Loop, behind: Sequence[ast.stmt]) -> None:
        """Have the lines behind a fold read what it leaves under names by these."""
        target = line.targets[0] if isinstance(line, ast.Assign) and _within_kept(line.value) is fold.call else None
        several = _several(target) if fold.convention.gives == "both" and target is not None else [target]
        with_fields_named(behind, several[0], dict(zip(made.fields, made.names, strict=False)))
        if len(several) == 2:
            with_fields_named(behind, several[1], dict(zip(made.given_names, made.lists, strict=False)))

    def keep_results(self, line: ast.stmt, fold: Fold, made: _Loop) -> None:
        """Have a statement read what came of a fold; what nothing reads is not assigned."""
        _Replaced(fold.call, made.results()).visit(line)
        if isinstance(line, ast.Assign) and len(line.targets) == 1:
            steps = (self.functions[name] for name in self.used)
            own = {it for node in (line, *steps) for it in every_node(node)}
            others = (it for it in every_node(self.tree) if isinstance(it, ast.Name) and it not in own)
            reads = {it.id for it in others if not _is_stored(it)}
            pairs = list(_pairs(line.targets[0], _kept(line.value)))
            left = [(t, v) for t, v in pairs if not _alike(t, v) and variable_name(t) in reads and not _is_none(v)]
            if all(_is_none(it) or isinstance(it, ast.Name) for _, v in pairs for it in _several(v)):
                line.targets = [ast.Tuple([t for t, _ in left], ast.Store())]
                line.value = ast.Tuple([v for _, v in left], ast.Load())
        ast.fix_missing_locations(line)


@dataclass
class _Loop:
    """The loop of one fold: the states that it carries, what each step reads, and the sequences that it leaves."""

    fold: Fold
    step: FoldStep
    carried: list[str]
    data: list[str]
    free: Callable[..., str]
    fields: Sequence[str] = ()
    """The names of the states, where what is carried has one for each: of `{"h": h0, "c": c0}`."""
    names: list[str] = field(default_factory=list)
    """The variables that are carried, one for each state."""
    states: list[ast.expr] = field(default_factory=list)
    """What a step returns of each."""
    outputs: list[ast.expr] = field(default_factory=list)
    """What else a step gives out."""
    lists: list[str] = field(default_factory=list)
    """The names of the sequences that come of it."""
    given_names: Sequence[str] = ()
    """The names under which a step gives out what it does, where it has them."""
    by_moments: bool = False
    """True where each state is a sequence itself, whose last entry is the last state."""

    def __post_init__(self) -> None:
        self.states, self.outputs = self.returned()
        self.take_apart()
        self.read_data()

    @property
    def gives(self) -> str:
        return self.fold.convention.gives

    def returned(self) -> tuple[list[ast.expr], list[ast.expr]]:
        """What a step returns: the states that it carries on, and what it gives out beside them."""
        result = self.step.result
        if not self.step.known:
            return [result], [_read("y")] if self.gives == "both" else []
        if self.fold.convention.outputs_first and isinstance(result, ast.Tuple):
            result = ast.copy_location(ast.Tuple(result.elts[::-1], ast.Load()), result)
        if self.gives == "both" and isinstance(result, ast.Tuple) and len(result.elts) == 2:
            given_out = result.elts[1]
            self.given_names = list(fields_of(given_out))
            return self.carried_of(result.elts[0]), [] if _is_none(given_out) else _several(given_out)
        if self.gives == "outputs":
            several, count = _several(result), max(len(self.carried), 1)
            return several[:count], several[count:]
        return self.carried_of(result), []

    def carried_of(self, value: ast.expr) -> list[ast.expr]:
        """The states in what a step carries on; a field that it does not set stays as it was."""
        if not self.fields or not self.carried:
            return _several(value)
        whole = isinstance(value, ast.Name) and value.id == self.carried[0]
        set_here = {} if whole else fields_of(value)
        return [
            set_here.get(it, ast.Subscript(_read(self.carried[0]), ast.Constant(it), ast.Load())) for it in self.fields
        ]

    def take_apart(self) -> None:
        """Have each state stand for itself, and be called what a step computes of it, where that has a name."""
        if self.carried and (head := _taken_apart(self.step.lines, self.carried[0])):
            line, names = head
            self.step.lines.remove(line)
        elif self.fields:
            names = list(self.fields)
            self.put(FieldNamed(self.carried[0] if self.carried else "", dict(zip(names, names, strict=True))))
        elif len(self.states) == len(self.carried) and not self.has_entries():
            names = list(self.carried)
        else:
            names = [variable_name(it) or f"{''.join(self.carried)}_{k + 1}" for k, it in enumerate(self.states)]
            self.put(_EntryNamed(self.carried[0] if self.carried else "", names))
        stored = {it.id for s in self.step.lines for it in every_node(s) if isinstance(it, ast.Name) and _is_stored(it)}
        for old, value in zip(names, self.states, strict=False):
            new = variable_name(value) or ""
            state = moment_of_name(new)[0]
            if new in stored and old not in stored and moment_of_name(old)[0] != state:
                self.put(_Renamed(old, f"{state}_prev"))
                self.names.append(state)
            else:
                self.names.append(moment_of_name(old)[0])
        self.names += [moment_of_name(old)[0] for old in names[len(self.names) :]]

    def has_entries(self) -> bool:
        """True where a step reads what is carried by its entries, as `states[0]`."""
        within = (it for line in self.step.lines for it in every_node(line) if isinstance(it, ast.Subscript))
        return len(self.carried) == 1 and any(
            variable_name(it.value) == self.carried[0] and type(literal_of(it.slice)) is int for it in within
        )

    def read_data(self) -> None:
        """Have what a step is given as one, of several sequences, stand for each of them."""
        several = self.fold.data
        if len(self.data) != 1:
            return
        if fields := list(fields_of(self.fold.given.get("data", ast.Constant(None)))):
            self.put(FieldNamed(self.data[0], {name: f"{name}_t" for name in fields}))
            self.data = [f"{name}_t" for name in fields]
            return
        if head := _taken_apart(self.step.lines, self.data[0]):
            self.step.lines.remove(head[0])
            self.data = head[1]
        elif len(several) > 1:
            names = [f"{variable_name(it) or f'{self.data[0]}_{k + 1}'}_t" for k, it in enumerate(several)]
            self.put(_EntryNamed(self.data[0], names))
            self.data = names

    def put(self, changed: ast.NodeTransformer) -> None:
        """Change the names of a step everywhere."""
        self.step.lines = [changed.visit(it) for it in self.step.lines]
        self.states = [changed.visit(it) for it in self.states]
        self.outputs = [changed.visit(it) for it in self.outputs]

    def name_outputs(self, wanted: Sequence[str]) -> None:
        """Have the sequences the names that the statement gives them."""
        made = {"last": [], "states": self.states, "both": self.outputs, "outputs": [*self.states, *self.outputs]}
        of_this = made[self.gives]
        wanted = wanted if len(wanted) == len(of_this) else []
        for k, value in enumerate(of_this):
            own = self.names[k] if k < len(self.names) and self.gives != "both" else variable_name(value) or "y"
            self.lists.append(wanted[k] if k < len(wanted) and wanted[k] else self.free(f"{own}s", f"{own}_list"))

    def results(self) -> ast.expr:
        """What stands for the fold behind its loop."""
        last, sequences = _together(map(self.last, self.names)), _together(map(_read, self.lists))
        match self.gives:
            case "last":
                return last
            case "states":
                return sequences
            case "both":
                return ast.Tuple([last, sequences], ast.Load())
        return ast.Tuple([sequences, ast.Constant(None)], ast.Load())

    def last(self, name: str) -> ast.expr:
        read = _read(name)
        return ast.Subscript(read, ast.Constant(-1), ast.Load()) if self.by_moments else read

    # the lines

    def lines(self, begun: Sequence[ast.expr]) -> list[ast.stmt]:
        """The starts, and the loop."""
        starts = [ast.Assign([_stored(name)], value) for name, value in zip(self.names, begun, strict=False)]
        lists = [ast.Assign([_stored(name)], ast.List([], ast.Load())) for name in self.lists]
        body = [*self.step.lines, *self.given_out(), *self.carried_on(), *self.kept()]
        return [*starts, *lists, ast.For(self.target(), self.over(), body or [ast.Pass()], [])]

    def lines_from_first(self, free: Callable[..., str]) -> list[ast.stmt]:
        """The loop of a fold without a start, which begins with the first of its data: each state by its moment."""
        data, clock = self.fold.data or [_read("x")], free("t", "k")
        before, now = ast.BinOp(_read(clock), ast.Sub(), ast.Constant(1)), _read(clock)
        names = [it if it not in set(map(variable_name, data)) else self.free(f"{it}_all") for it in self.names]
        values: dict[str, ast.expr] = {
            old: ast.Subscript(_read(it), before, ast.Load()) for old, it in zip(self.names, names, strict=True)
        }
        values |= {it: ast.Subscript(its, now, ast.Load()) for it, its in zip(self.data, data, strict=False)}
        self.put(_Meant(values))
        starts = [
            ast.Assign([_item(it, ast.Constant(0))], ast.Subscript(its, ast.Constant(0), ast.Load()))
            for it, its in zip(names, data, strict=False)
        ]
        sets = [ast.Assign([_item(it, now)], value) for it, value in zip(names, self.states, strict=False)]
        length = ast.Call(_read("len"), [data[0]], [])
        over = ast.Call(_read("range"), [ast.Constant(1), length], [])
        self.names, self.lists, self.by_moments = names, [*names], True
        return [*starts, ast.For(_stored(clock), over, [*self.step.lines, *sets], [])]

    def given_out(self) -> Iterator[ast.stmt]:
        """Names for what a step gives out that has none: computed of the states as they were."""
        for k, value in enumerate(self.outputs):
            same = next((n for n, s in zip(self.names, self.states, strict=False) if _alike(value, s)), None)
            if same is None and not isinstance(value, ast.Name):
                own = self.lists[-len(self.outputs) + k].removesuffix("s") if self.lists else "y"
                same = self.free(own, "y", "o", "out", "out_1")
                yield self.at_its_return(ast.Assign([_stored(same)], value))
            self.outputs[k] = _read(same) if same is not None else value

    def carried_on(self) -> Iterator[ast.stmt]:
        """What a step leaves in each state, all at once, where it has not assigned it already."""
        if not self.step.known and self.gives == "both":
            yield ast.Assign([ast.Tuple([_stored(self.names[0]), _stored("y")], ast.Store())], self.states[0])
            return
        pairs = [
            (name, value)
            for name, value in zip(self.names, self.states, strict=False)
            if moment_of_name(variable_name(value) or "")[0] != name
        ]
        if len(pairs) == 1:
            yield self.at_its_return(ast.Assign([_stored(pairs[0][0])], pairs[0][1]))
        elif pairs:
            names, values = zip(*pairs, strict=True)
            left = ast.Tuple([_stored(it) for it in names], ast.Store())
            yield self.at_its_return(ast.Assign([left], ast.Tuple([*values], ast.Load())))

    def at_its_return(self, made: ast.stmt) -> ast.stmt:
        """What a function returns stands where it does."""
        return _placed(made, self.step.result) if self.step.elsewhere else made

    def kept(self) -> Iterator[ast.stmt]:
        """What each step adds to the sequences."""
        own = [_read(name) for name in self.names]
        made = {"states": own, "both": self.outputs, "outputs": [*own, *self.outputs]}.get(self.gives, [])
        for name, value in zip(self.lists, made, strict=False):
            yield ast.Expr(ast.Call(ast.Attribute(_read(name), "append", ast.Load()), [value], []))

    def target(self) -> ast.expr:
        names = self.data if self.fold.data or self.fold.convention.counts else []
        if not names:
            return _stored("_")
        return _stored(names[0]) if len(names) == 1 else ast.Tuple([_stored(it) for it in names], ast.Store())

    def over(self) -> ast.expr:
        """What the loop runs over."""
        data = self.fold.data
        if not data:
            if self.fold.convention.ends:
                return ast.Call(_read("range"), [_read("T")], [])
            bounds = [self.fold.given[role] for role in ("first", "length") if role in self.fold.given]
            kept = bounds[1:] if len(bounds) > 1 and literal_of(bounds[0]) == 0 else bounds
            return ast.Call(_read("range"), kept, [])
        if len(data) == 1 and len(self.data) > 1:
            data = [_read(it) for it in self.data]
        over = [_counted(it) for it in data]
        if self.fold.goes_back or called_name(self.fold.call) == "foldr":
            over = [ast.Call(_read("reversed"), [it], []) for it in over]
        return over[0] if len(over) == 1 else ast.Call(_read("zip"), over, [])


# what a statement makes of it


def _targets_of(line: ast.stmt, fold: Fold) -> list[str]:
    """The names that a statement gives the sequences which come of a fold; nothing for one that it does not name."""
    if not isinstance(line, ast.Assign) or len(line.targets) != 1:
        return []
    target, value = line.targets[0], _within_kept(line.value)
    place = {"both": 1, "outputs": 0}.get(fold.convention.gives)
    if isinstance(value, ast.Subscript) and value.value is fold.call and place is not None:
        number = literal_of(value.slice)
        return _names(target) if number == place else []
    if value is not fold.call or fold.convention.gives == "last":
        return []
    if place is None:
        return _names(target)
    several = _several(target)
    return _names(several[place]) if len(several) == 2 else []


def _names(target: ast.expr) -> list[str]:
    """The variables of a left side, nothing for those that say they are not read."""
    return [name if (name := variable_name(it) or "").strip("_") else "" for it in _several(target)]


def _kept(value: ast.expr) -> ast.expr:
    """What a value is without what only keeps it in another way, and an entry of a tuple that stands there."""
    value = _within_kept(value)
    match value:
        case ast.Subscript(ast.Tuple(several), ast.Constant(int() as k)) if 0 <= k < len(several):
            return _within_kept(several[k])
    return value


def _within_kept(value: ast.expr) -> ast.expr:
    while isinstance(value, ast.Call) and called_name(value) in KEPT_AS and len(value.args) == 1:
        value = value.args[0]
    return value


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What each name of a left side is of several results."""
    several, values = _several(target), _several(value)
    if isinstance(target, ast.Tuple | ast.List) and len(several) == len(values):
        for one, its in zip(several, values, strict=True):
            yield from _pairs(one, its)
    else:
        yield target, value


def _says_nothing_new(line: ast.stmt) -> bool:
    """True for what is left of a statement whose fold says all: no names, or names alone."""
    match line:
        case ast.Assign([ast.Tuple([])], ast.Tuple([])):
            return True
        case ast.Expr(ast.Name() | ast.Tuple()):
            return True
    return False


# small questions


def _several(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.Tuple(elts) | ast.List(elts):
            return list(elts)
        case ast.Call(ast.Name(name), [_, _, *_] as args, []) if name[:1].isupper():
            return list(args)
    return list(fields_of(node).values()) or [node]


def _within(node: ast.expr, name: str) -> ast.expr:
    """The sequence or the start of `dict(input=x, taps=[0])`."""
    if isinstance(node, ast.Call) and called_name(node) == "dict":
        return next((k.value for k in node.keywords if k.arg == name), node)
    return node


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_words(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _path(func: ast.expr) -> list[str]:
    """The names of `jax.lax.scan`, one by one."""
    if isinstance(func, ast.Attribute):
        return [*_path(func.value), func.attr]
    return [func.id] if isinstance(func, ast.Name) else ["?", "?"]


def _without_lambdas(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement, the outer ones first; what stands in a lambda is computed when that is called."""
    yield node
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, ast.Lambda):
            yield from _without_lambdas(inner)


def _taken_apart(lines: Sequence[ast.stmt], whole: str) -> tuple[ast.stmt, list[str]] | None:
    """The line that gives the parts of an argument their names, `h, c = carry`, and these."""
    for line in lines:
        match line:
            case ast.Assign([target], ast.Name(name)) if name == whole and all(map(variable_name, _several(target))):
                return line, [str(variable_name(it)) for it in _several(target)]
    return None


def _written_twice(value: ast.expr) -> ast.expr:
    """A pair in place of `(state,) * 2`."""
    match value:
        case ast.BinOp(ast.Tuple([state]), ast.Mult(), ast.Constant(2)):
            return ast.copy_location(ast.Tuple([state, deepcopy(state)], ast.Load()), value)
    return value


def _alike(one: ast.expr, other: ast.expr) -> bool:
    return ast.unparse(one) == ast.unparse(other)


def _counted(data: ast.expr) -> ast.expr:
    """`range` in place of an array of numbers that go up by one."""
    if isinstance(data, ast.Call) and called_name(data) == "arange":
        return ast.Call(_read("range"), data.args, [])
    return data


def _together(values: Iterator[ast.expr]) -> ast.expr:
    several = list(values)
    return several[0] if len(several) == 1 else ast.Tuple(several, ast.Load())


def _read(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _stored(name: str) -> ast.expr:
    return ast.Name(name, ast.Store())


def _item(name: str, index: ast.expr) -> ast.expr:
    return ast.Subscript(_read(name), index, ast.Store())


def _with_values(step: FoldStep, values: Mapping[str, ast.expr]) -> FoldStep:
    """A step some of whose arguments are given."""
    put = _Meant({name: value for name, value in values.items() if ast.unparse(value) != name})
    left = [it for it in step.arguments if it not in values]
    return replace(step, arguments=left, lines=[put.visit(it) for it in step.lines], result=put.visit(step.result))


class _Renamed(ast.NodeTransformer):
    """Another name for a variable."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.new, node.ctx), node) if node.id == self.old else node


class _EntryNamed(ast.NodeTransformer):
    """Names for the entries of what is carried as one: `carry[0]`."""

    def __init__(self, whole: str, names: Collection[str]) -> None:
        self.whole, self.names = whole, list(names)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match node:
            case ast.Subscript(ast.Name(name), ast.Constant(int() as k)) if name == self.whole and k < len(self.names):
                return ast.copy_location(ast.Name(self.names[k], ast.Load()), node)
        return self.generic_visit(node)


class _Meant(ast.NodeTransformer):
    """Values in place of names that are read."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return deepcopy(self.values[node.id]) if node.id in self.values and not _is_stored(node) else node


class _Replaced(ast.NodeTransformer):
    """What came of a fold in place of it."""

    def __init__(self, call: ast.Call, value: ast.expr) -> None:
        self.call, self.value = call, value

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return ast.copy_location(self.value, node) if node is self.call else self.generic_visit(node)


def _placed(node: PlacedNode, place: ast.AST) -> PlacedNode:
    """A node and what it is made of, where these have no place yet, at the place of another."""
    for part in every_node(node):
        if not hasattr(part, "lineno"):
            ast.copy_location(part, place)
    return node
