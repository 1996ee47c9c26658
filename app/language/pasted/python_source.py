"""Takes pasted Python apart: its statements in order, before, in and after the loop over time, with their places.

Nothing of it is run. A line that is no Python is left out and named, so that it hides no other.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Literal, NamedTuple

from app.language import Problem
from app.language.pasted.lines import BY_ITSELF, NO_COMPUTATION, Unread
from app.language.pasted.moments_of_names import is_state_before, moment_of_name
from app.language.pasted.python_alignment import align_loops
from app.language.pasted.python_called_loops import write_out_called_loops
from app.language.pasted.python_cells import write_out_cells
from app.language.pasted.python_changes import put_assignments_for_changes, put_choices_for_masks
from app.language.pasted.python_choices import put_choices_for_branches, without_records
from app.language.pasted.python_comprehensions import put_loops_for_lists
from app.language.pasted.python_counting import put_ranges_for_counting
from app.language.pasted.python_data import put_sequences_in_loops, put_steps_for_computed_data
from app.language.pasted.python_defaults import numbers_by_default
from app.language.pasted.python_entries import put_arrays_for_entries
from app.language.pasted.python_fixed_entries import put_names_for_fixed_entries, put_steps_for_first_entries
from app.language.pasted.python_fixed_loops import put_names_for_times, write_out_fixed_loops
from app.language.pasted.python_folds import write_out_folds
from app.language.pasted.python_functions import apply_to_all, define_lambdas, put_values_for_makers, write_out_calls
from app.language.pasted.python_gradients import without_gradients
from app.language.pasted.python_keras import write_out_keras_models
from app.language.pasted.python_known_data import names_of_classes, put_numbers_for_data, writes_numbers
from app.language.pasted.python_layers import write_out_layers
from app.language.pasted.python_lists import put_states_for_lists
from app.language.pasted.python_loop_names import (
    put_names_for_changed_data,
    put_names_for_changed_values,
    put_names_for_current_states,
    put_names_for_later_loops,
)
from app.language.pasted.python_losses import write_out_losses
from app.language.pasted.python_matrix_class import put_arrays_for_matrices
from app.language.pasted.python_mirrored import FROM_A_NUMBER, UP_BY_ONE, mirror_loops
from app.language.pasted.python_modules import ModulePart
from app.language.pasted.python_nodes import deeper_than, every_node
from app.language.pasted.python_objects import put_functions_for_methods
from app.language.pasted.python_radius import without_spectral_radius
from app.language.pasted.python_records import without_containers
from app.language.pasted.python_solvers import put_steps_for_solvers
from app.language.pasted.python_states import without_packed_states
from app.language.pasted.python_sums import AS_PRODUCT, NO_TIME, put_products_for_sums
from app.language.pasted.python_surroundings import without_surroundings
from app.language.pasted.python_targets import OF_LOSS, targets_of
from app.language.pasted.python_training import without_training
from app.language.pasted.python_trees import (
    EMPTY,
    assigned_pairs,
    called_name,
    clocked_index,
    counted,
    every_name,
    index_of,
    indexed_name,
    kept_name,
    made_anew,
    names_in,
    only_assigns,
    stacked_name,
    variable_name,
    whole_index,
)
from app.language.pasted.python_windows import write_out_windows
from app.language.pasted.python_written_out import write_out_sums_and_lists
from app.language.problems import problem_at
from app.language.syntax import Span

Region = Literal["before", "step", "between", "after"]
"""Where a statement stands; between two loops it sets how a state of the second one begins."""
LINE_IS_NO_PYTHON = "this line is no Python"
NO_PYTHON = "leave it out, put # before it, or write what it computes: h[t] = tanh(W @ h[t-1] + U @ x[t])"
TOUCHING = re.compile(r"(?<![\w.])([A-Z]\w*) +(?=[a-z_]\w*\b(?! *\())")
"""A matrix before the name of a vector, without a sign between them."""
QUIET = Lock()
DEEPEST_VALUE = 150
"""So many operations of a value may stand within one another: whoever reads it calls himself several times for each."""
MOST_BAD_LINES = 50
"""So many lines that are no Python are left out, each of which means to parse the others again."""
MOST_RETURNED = 1000
BATCH_FIRST = re.compile(r"batch_first\s*=\s*True")
PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.:?|In \[\d*\]:)(?= |$)", re.MULTILINE)
FENCE = re.compile(r"^[ \t]*(?:```.*|%.*|!.*)$", re.MULTILINE)
OTHER_WORK = re.compile(r"back|grad|bptt|sample|update|optim|train|main|test|loss_fun|generate|predict", re.IGNORECASE)
"""Functions whose names say that they are not the forward pass."""
SETTING_UP = frozenset(("__init__", "build", "setup", "reset_parameters"))
"""Functions that make what the forward pass reads."""
FREE_NAMES = ("y", "o", "out", "result", *(f"y_{number}" for number in range(1, MOST_RETURNED)))
"""Names for what is returned without one; the first that the text does not have."""
ONE_BY_ONE = "for x_t in x:"
OVER_LAYERS = "for x_t, y_t in zip(x, y): over data; of layers write the lines of each: h1 = np.tanh(W1 @ x + b1)"
PASSED_OVER = ast.Import | ast.ImportFrom | ast.Pass | ast.Return | ast.Global | ast.Nonlocal | ast.Assert | ast.Delete


REPEATING = ast.For | ast.While
SaidOfNode = tuple[ast.AST, str]
"""A line that is not kept as it stands, and what is said of it."""


@dataclass(frozen=True, slots=True)
class PythonStatement:
    """A statement, whether it stands before, in or after what happens at every step, and where."""

    node: ast.stmt
    region: Region
    span: Span
    loop: int = 0
    """The number of the loop over time that it stands in, or behind."""


@dataclass(frozen=True, slots=True)
class HelperFunction:
    """A function of one expression."""

    name: str
    arguments: tuple[str, ...]
    body: ast.expr
    span: Span


class LoopEnd(NamedTuple):
    """What a loop over the steps ends with: the end of its range, or the sequence that it goes along."""

    over: ast.expr
    along: bool
    line: int


@dataclass
class PythonProgram:
    """A text's statements and what its loop says: the index of time, where it begins, and what runs along with it."""

    text: str
    statements: list[PythonStatement] = field(default_factory=list)
    helpers: list[HelperFunction] = field(default_factory=list)
    clock: str = ""
    first: int = 0
    """The index of the first step: 0 in `range(T)`; of several loops the lowest."""
    firsts: dict[int, int] = field(default_factory=dict)
    """By the number of each loop that counts, the index of its first pass."""
    steps: str = ""
    """What the text counts the steps by: T in `range(T)` and `range(1, T + 1)`, `len(x)`; nothing for a number."""
    stop: int = 0
    """What is added to it where the loop ends: 1 in `range(1, T + 1)`."""
    length: tuple[ast.AST, ast.expr] | None = None
    """How many steps a model says that its input has, and where."""
    batch_first: bool = False
    """True where layers are given a batch of sequences, whose steps are along the second of three axes."""
    ends: list[LoopEnd] = field(default_factory=list)
    """Where the loops over the steps end, as the text writes it."""
    data: dict[str, str] = field(default_factory=dict)
    """The names that a loop gives to each step's data, and the sequence's own name."""
    problems: list[Problem] = field(default_factory=list)
    skipped: list[tuple[Span, str]] = field(default_factory=list)
    sizes: list[tuple[ast.AST, str, list[ast.expr]]] = field(default_factory=list)
    """What is written of the sizes of parameters that a line makes together: where, of which, how large."""
    mirrored: bool = False
    """True where the loop runs from the end: its indices are those in a mirror."""
    mirrored_loops: set[int] = field(default_factory=set)
    """The numbers of the loops that do so beside others from the start."""
    looped: bool = False
    """True if a loop runs over the steps, so that what stands first is done first."""
    called: set[str] = field(default_factory=set)
    """The functions of several lines that the text defines."""
    unsaid: frozenset[str] = frozenset()
    """The functions that the text runs over a sequence, and whose lines it does not have."""
    modules: dict[str, tuple[ModulePart, ...] | None] = field(default_factory=dict)
    """The modules that are kept under a name, each with what it applies in turn; None for what is not read."""

    numbered: list[ast.AST] = field(default_factory=list)
    """What has been read in numbers, before anything else."""
    of_classes: set[str] = field(default_factory=set)
    """The names of data that pick entries: one-hot vectors here."""
    arguments: set[str] = field(default_factory=set)
    """What the methods of a class are given: data, since its parameters are its own."""
    ranks: dict[str, int] = field(default_factory=dict)
    """How many indices of entries arrays have in loops over these."""
    vectors: set[str] = field(default_factory=set)
    """Data that are one value, whichever line reads them."""
    targets: set[str] = field(default_factory=set)
    """The arguments of functions that results are compared with: data."""
    tables: list[str] = field(default_factory=list)
    """The data of which the text adds something up over all rows."""
    defaults: list[ast.stmt] = field(default_factory=list)
    """The lines, among the statements, that stand for the numbers of arguments: `alpha = 0.1` of `alpha=0.1`."""
    returned: set[str] = field(default_factory=set)
    """The names of what functions return that has no name in the text."""

    def first_of(self, loop: int) -> int:
        """The index of a loop's first pass."""
        return self.firsts.get(loop, self.first)

    @property
    def loops(self) -> bool:
        return any(s.region == "step" for s in self.statements)


class Places:
    """Where the nodes of a tree stand in the text; Python counts bytes of a line, we count characters of the text."""

    def __init__(self, text: str, indent: int) -> None:
        self.lines, self.indent = text.split("\n"), indent
        self.offsets = [0]
        for line in self.lines:
            self.offsets.append(self.offsets[-1] + len(line) + 1)

    def span(self, node: ast.AST) -> Span:
        line, end = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
        return self._at(line, getattr(node, "col_offset", 0)), self._at(end, getattr(node, "end_col_offset", 0))

    def _at(self, line: int, column: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return self.offsets[min(line, len(self.lines)) - 1] + len(
            text.encode()[: column + self.indent].decode(errors="ignore")
        )


def python_tree(text: str) -> tuple[ast.Module, Places, list[Problem]]:
    """The tree of a text; lines that are no Python are left out, each a problem."""
    code = FENCE.sub(_blank, PROMPT.sub(_blank, text))
    filled = [line for line in code.split("\n") if line.strip()]
    indent = min((len(line) - len(line.lstrip(" \t")) for line in filled), default=0)
    lines = [line[indent:] for line in code.split("\n")]
    places, problems = Places(text, indent), list[Problem]()
    for _ in range(MOST_BAD_LINES):
        try:
            tree = _parsed("\n".join(lines))
            deep = deeper_than(tree, DEEPEST_VALUE)
            if deep is None:
                return _SingleSteps().visit(tree), places, problems
            said = f"more than {DEEPEST_VALUE} operations within one another"
            problems.append(problem_at(text, places.span(deep), said, "name a part of it"))
            last = deep.end_lineno or deep.lineno
            begun, ends = lines[deep.lineno - 1], lines[last - 1].rstrip()
            lines[deep.lineno - 1 : last] = [_in_place_of(begun.rstrip(":") + ends[-1:]), *[""] * (last - deep.lineno)]
        except SyntaxError as error:
            bad = min(max(error.lineno or 1, 1), len(lines)) - 1
            if not lines[bad].strip():
                bad = next((k for k in range(bad, -1, -1) if lines[k].strip()), bad)
            start = places.offsets[bad] + len(places.lines[bad]) - len(places.lines[bad].lstrip())
            end = places.offsets[bad] + len(places.lines[bad].rstrip())
            hint = _with_its_signs(text[start:end]) or NO_PYTHON
            problems.append(problem_at(text, (start, end), f"{LINE_IS_NO_PYTHON}: {error.msg}", hint))
            lines[bad] = _in_place_of(lines[bad])
        except (ValueError, MemoryError, RecursionError):
            break
    whole = problem_at(text, (0, 0), "this is no Python that can be read", NO_PYTHON)
    return ast.Module([], []), places, [*problems, whole]


def _with_its_signs(line: str) -> str:
    """What to write where a matrix stands before what it is applied to without a sign: W @ h for `W h`."""
    written = TOUCHING.sub(r"\1 @ ", line)
    try:
        _parsed(written)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ""
    return f"a product has its sign: write {written}" if written != line else ""


def _in_place_of(line: str) -> str:
    """A line of Python as far to the right, so that no other becomes wrong for the one that is left out."""
    return line[: len(line) - len(line.lstrip())] + ("with unread:" if line.rstrip().endswith(":") else "pass")


def _parsed(code: str) -> ast.Module:
    """The tree, without the warnings that Python has for its own users; the list of those is one for all threads."""
    with QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def _without_single_tuples(value: ast.expr | None) -> ast.expr | None:
    """A value whose parts are no tuples of one: `outputs, H` for `outputs, (H,)`, as states are handed on."""
    match value:
        case ast.Tuple([only]):
            return only
        case ast.Tuple(several):
            value.elts = [_without_single_tuples(it) or it for it in several]
    return value


class _SingleSteps(ast.NodeTransformer):
    """The index in place of a part that is one step long, `x[t]` for `x[t:t+1]`, and a value for a tuple of one."""

    def visit_Return(self, node: ast.Return) -> ast.Return:
        self.generic_visit(node)
        node.value = _without_single_tuples(node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        self.generic_visit(node)
        node.value = _without_single_tuples(node.value) or node.value
        return node

    def visit_Slice(self, node: ast.Slice) -> ast.expr:
        first = clocked_index(node.lower) if node.lower else None
        end = clocked_index(node.upper) if node.upper else None
        single = node.lower and first and end and (end[0], end[1] - 1) == first and node.step is None
        return node.lower if single and node.lower else node


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


class ProgramReader:
    """Walks over the statements of a text and sorts them."""

    def __init__(self, text: str) -> None:
        tree, self.places, problems = python_tree(text)
        self.program = PythonProgram(text, problems=problems)
        self.loops = 0
        self.function_read = ""
        """The function whose lines are read, or have been read last."""
        self.mirrored_nodes = set[int]()
        """The loops from the end beside others, by the identities of their nodes."""
        self.run_along: dict[str, str | None] = {}
        """What is run over under each name that loops give to it."""
        left_out = [
            *self.without_what_surrounds(tree),
            *self.with_libraries_written_out(tree),
            *self.with_plain_statements(tree),
            *self.with_cells_written_out(tree),
            *self.with_loops_written_out(tree),
            *self.with_a_name_for_each_value(tree),
            *self.with_moments_alone(tree),
        ]
        self.program.skipped += ((self.first_line(node), note) for node, note in left_out)
        self.program.skipped += ((self.places.span(node), note) for node, note in without_packed_states(tree))
        self.program.targets |= targets_of(tree)
        self.tree = tree
        """The tree as its statements are sorted."""
        self.block(tree.body, "before")
        self.program.statements = [_with_region(s, self.program.statements) for s in self.program.statements]
        if not self.program.loops and not self.program.looped:
            starts = _starts(self.program.statements)
            self.program.statements = [
                s if s.region != "before" or s in starts or writes_numbers(s.node) else replace(s, region="step")
                for s in self.program.statements
            ]

    def without_what_surrounds(self, tree: ast.Module) -> list[SaidOfNode]:
        """Leave out what is around a forward pass. This and those below answer with what is said of which line."""
        said = [*without_surroundings(tree), *without_training(tree)]
        self.taken = set(every_name(tree))
        return said

    def with_libraries_written_out(self, tree: ast.Module) -> list[SaidOfNode]:
        """Put what models and losses of the libraries compute in place of their names."""
        models = write_out_keras_models(tree)
        for unread in models.refused:
            self.refuse(unread.message, self.places.span(unread.node), unread.hint)
        losses = write_out_losses(tree, self.places.span)
        for wrong in losses.refused:
            self.refuse(wrong.message, wrong.span, wrong.hint)
        self.program.sizes += models.sizes
        self.program.length = models.steps
        self.program.batch_first = models.written or bool(BATCH_FIRST.search(self.program.text))
        self.program.vectors = models.vectors
        self.program.targets |= losses.targets | models.targets
        return [*models.said, *losses.said]

    def with_plain_statements(self, tree: ast.Module) -> list[SaidOfNode]:
        """Write objects, containers, entries, changes and functions without a name as plain assignments."""
        put_functions_for_methods(tree)
        without_containers(tree)
        put_arrays_for_matrices(tree)
        listed = write_out_sums_and_lists(tree)
        write_out_windows(tree)
        put_ranges_for_counting(tree)
        entries = put_arrays_for_entries(tree)
        self.program.ranks = entries.ranks
        gradients = without_gradients(tree)
        put_assignments_for_changes(tree)
        put_choices_for_masks(tree)
        define_lambdas(tree)
        put_values_for_makers(tree)
        apply_to_all(tree)
        return [*entries.said, *listed, *gradients]

    def with_cells_written_out(self, tree: ast.Module) -> list[SaidOfNode]:
        """Have a loop with the lines of a cell stand for cells, scans, solvers and layers."""
        cells = write_out_cells(tree)
        self.program.sizes += cells.sizes
        folded = write_out_folds(tree)
        self.program.unsaid = folded.unsaid
        records = without_records(tree)
        put_choices_for_branches(tree)
        solved = put_steps_for_solvers(tree)
        for wrong in write_out_layers(tree, self.places.span):
            self.refuse(wrong.message, wrong.span, wrong.hint)
            self.program.looped = True
        return [*cells.said, *folded.left_out, *records, *solved]

    def with_loops_written_out(self, tree: ast.Module) -> list[SaidOfNode]:
        """Write out loops that are not over time, and functions where they are called."""
        put_names_for_times(tree)
        put_names_for_current_states(tree)
        write_out_fixed_loops(tree)
        called = write_out_called_loops(tree)
        self.write_out(tree)
        return called

    def with_a_name_for_each_value(self, tree: ast.Module) -> list[SaidOfNode]:
        """Give entries picked by numbers, changed values and numbered data names of their own."""
        put_steps_for_first_entries(tree)
        picked = put_names_for_fixed_entries(tree, self.taken)
        radius = without_spectral_radius(tree)
        changed = put_names_for_changed_values(tree)
        put_loops_for_lists(tree)
        numbered = put_numbers_for_data(tree, self.taken)
        self.program.of_classes = names_of_classes(tree)
        self.program.numbered = numbered.read
        return [*numbered.said, *changed, *picked, *radius]

    def with_moments_alone(self, tree: ast.Module) -> list[SaidOfNode]:
        """Have every loop that is left run over the steps, and its lines be of their moments."""
        put_sequences_in_loops(tree)
        along = put_steps_for_computed_data(tree)
        renamed = [*put_names_for_later_loops(tree), *put_names_for_changed_data(tree)]
        align_loops(tree)
        self.mirror(tree)
        put_states_for_lists(tree)
        sums = put_products_for_sums(tree)
        self.program.tables = sums.tables
        for node in sums.refused:
            self.refuse(NO_TIME, self.places.span(node), AS_PRODUCT)
        return [*along, *renamed, *sums.said]

    def write_out(self, tree: ast.Module) -> None:
        """Have the lines of functions stand where these are called."""
        found = write_out_calls(tree, self.places.span)
        for wrong in found.refused:
            self.refuse(wrong.message, wrong.span, wrong.hint)
        self.program.skipped += ((self.first_line(node), note) for node, note in found.written_out)

    def mirror(self, tree: ast.Module) -> None:
        """Have loops that run from the end go up; those that cannot are told."""
        found = mirror_loops(tree, self.places.span)
        self.program.mirrored, self.mirrored_nodes = found.mirrored, found.beside_others
        for wrong in found.refused:
            self.refuse(wrong.message, wrong.span, wrong.hint)
        self.program.looped |= bool(found.refused)

    def block(self, body: list[ast.stmt], region: Region) -> None:
        """Sort the statements of one block; what follows the loop over time stands after it."""
        for node in body:
            self.statement(node, region)
            if region == "before" and isinstance(node, REPEATING | ast.ClassDef) and self.program.loops:
                region = "after"

    def statement(self, node: ast.stmt, region: Region) -> None:
        span = self.places.span(node)
        match node:
            case ast.For():
                self.loop(node)
            case ast.FunctionDef():
                self.function(node, region)
            case ast.ClassDef():
                self.methods(node)
            case ast.With():
                self.block(node.body, region)
            case ast.Expr(ast.Constant() | ast.Await() | ast.Yield()) | ast.Expr(ast.Call(ast.Name("print"))):
                pass
            case ast.AnnAssign(value=None):
                pass
            case ast.While(ast.Constant(value=True | 1), body):
                self.program.looped = True
                self.block(body, "step")
            case ast.While() | ast.AsyncFor():
                self.refuse("a while loop is not read", span, "write for t in range(…), or the equations of one step")
            case ast.If() if not any(isinstance(n, ast.Assign | ast.AugAssign | ast.For) for n in every_node(node)):
                self.skip(node, NO_COMPUTATION)
            case ast.If() if _begins_at_zero(node):
                self.skip(node, BY_ITSELF)
                self.block(node.orelse, region)
            case ast.If() if region == "step" and only_assigns(node):
                self.program.statements.append(PythonStatement(node, region, span, self.loops))
            case ast.If() | ast.Match() | ast.Try():
                hint = "write where(condition, a, b), or a factor such as [t = 1]"
                self.refuse("what happens only sometimes is not read", span, hint)
            case ast.Return(ast.expr() as value):
                self.returned(node, value, region)
            case _ if isinstance(node, PASSED_OVER):
                pass
            case _:
                self.program.statements.append(PythonStatement(node, region, span, self.loops))

    def returned(self, node: ast.Return, value: ast.expr, region: Region) -> None:
        """What is returned and has no name has a free one, as a line of its own."""
        for one in value.elts if isinstance(value, ast.Tuple) else [value]:
            if self.is_computed(one):
                names = ("loss", *FREE_NAMES) if OF_LOSS.search(self.function_read) else FREE_NAMES
                name = next(it for it in names if it not in self.taken or it == self.function_read)
                self.taken.add(name)
                self.program.returned.add(name)
                assigned = ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], one), node)
                self.program.statements.append(PythonStatement(assigned, region, self.places.span(node), self.loops))

    def is_computed(self, value: ast.expr) -> bool:
        """True for a value that no variable has, and that does not only put steps together."""
        if not isinstance(value, ast.BinOp | ast.UnaryOp | ast.Call | ast.Compare | ast.IfExp | ast.Subscript):
            return False
        own = isinstance(value, ast.Call) and called_name(value) in self.program.called
        return not own and stacked_name(value) is None and kept_name(value) is None and not made_anew(value)

    def refuse(self, message: str, span: Span, hint: str) -> None:
        end = self.program.text.find("\n", span[0], span[1])
        self.program.problems.append(
            problem_at(self.program.text, (span[0], span[1] if end < 0 else end), message, hint)
        )

    def loop(self, node: ast.For) -> None:
        if _only_repeats(node):
            self.block(node.body, "before")
            return
        try:
            self.clocked(node)
        except Unread as wrong:
            self.refuse(wrong.message, wrong.span, wrong.hint or "")
            return
        self.program.looped = True
        self.loops += 1
        if self.program.clock:
            self.program.firsts[self.loops] = self.program.first
            self.program.first = min(self.program.firsts.values())
        self.program.mirrored_loops |= {self.loops} if id(node) in self.mirrored_nodes else set()
        self.block(node.body, "step")

    def clocked(self, node: ast.For) -> None:
        """What a loop runs over: `range`, a sequence, several together, or a sequence with its index."""
        over, target = node.iter, node.target
        if isinstance(over, ast.Call) and isinstance(over.func, ast.Name):
            match over.func.id, target:
                case "range" | "xrange" | "trange", ast.Name(clock):
                    self.program.clock, self.program.first = clock, self.beginning(over)
                    self.program.steps, self.program.stop = counted(over.args[-1]) if over.args else ("", 0)
                    self.ends_with(node, over.args[-1:], along=False)
                    return
                case "enumerate", ast.Tuple([ast.Name(clock), inner]) if over.args:
                    started = [*over.args[1:], *(k.value for k in over.keywords)]
                    self.program.clock, self.program.first = clock, whole_index(started[0]) or 0 if started else 0
                    self.ends_with(node, over.args[:1], along=True)
                    self.runs_along(inner, over.args[0])
                    return
                case "zip", ast.Tuple(targets):
                    self.ends_with(node, over.args, along=True)
                    for one, sequence in zip(targets, over.args, strict=False):
                        self.runs_along(one, sequence)
                    return
        self.ends_with(node, [over], along=True)
        self.runs_along(target, over)

    def ends_with(self, node: ast.For, over: Sequence[ast.expr], along: bool) -> None:
        line = self.program.text.count("\n", 0, self.places.span(node)[0]) + 1
        self.program.ends += (LoopEnd(it, along, line) for it in over)

    def beginning(self, over: ast.Call) -> int:
        if len(over.args) < 2:
            return 0
        first = over.args[0]
        if not (isinstance(first, ast.Constant) and isinstance(first.value, int)) or len(over.args) > 2:
            raise Unread(UP_BY_ONE, self.places.span(over), FROM_A_NUMBER)
        return first.value

    def runs_along(self, target: ast.expr, sequence: ast.expr) -> None:
        match sequence, target:
            case ast.Call(func=ast.Name("zip"), args=inner), ast.Tuple(targets):
                for one, its in zip(targets, inner, strict=False):
                    self.runs_along(one, its)
                return
        if not isinstance(target, ast.Name):
            several = isinstance(target, ast.Tuple | ast.List)
            raise Unread(
                "a loop's target is to be a name", self.places.span(target), OVER_LAYERS if several else ONE_BY_ONE
            )
        whole = variable_name(sequence)
        computed = {name for s in self.program.statements if s.region == "step" for name in _targets(s)}
        of_whole = [name for name, its in self.run_along.items() if its == whole]
        several = any(moment_of_name(name)[0] != moment_of_name(target.id)[0] for name in of_whole)
        by_whole = whole and (whole in computed or target.id in ("t", "tau") or several)
        self.program.data[target.id] = str(whole) if by_whole else target.id
        if several and whole:
            self.program.data |= dict.fromkeys(of_whole, whole)
        self.run_along[target.id] = whole

    def function(self, node: ast.FunctionDef, region: Region, called: str = "") -> None:
        """Sort the lines of a function, which calls have another name for where it makes an object."""
        body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        names = tuple(a.arg for a in node.args.args if a.arg not in ("self", "cls"))
        if node.args.args and node.args.args[0].arg == "self" and node.name not in SETTING_UP:
            self.program.arguments |= {name for name in names if not is_state_before(name)}
        self.program.targets |= targets_of(node)
        if body and isinstance(body[-1], ast.Return) and _are_zeros(body[-1].value):
            self.skip(node, BY_ITSELF)
        elif len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value and not _is_step_of_class(node):
            self.program.helpers.append(HelperFunction(node.name, names, body[0].value, self.places.span(node)))
        elif OTHER_WORK.search(node.name) and any(s.region == "step" for s in self.program.statements):
            self.skip(node, f"{node.name} is not read: it is not the forward pass")
        else:
            self.program.called.add(node.name)
            self.function_read = node.name
            self.defaults(node, called or node.name)
            body = _state_named(body, names)
            setup = node.name in SETTING_UP or any(isinstance(s, ast.For) for s in every_node(node))
            self.block(body, "before" if setup and region == "before" else "step" if region == "before" else region)

    def methods(self, node: ast.ClassDef) -> None:
        """The methods of a class: what it begins with, then its forward pass."""
        methods = [it for it in node.body if isinstance(it, ast.FunctionDef)]
        computing = [it for it in methods if it.name not in SETTING_UP and _computes(it)]
        others = [it for it in computing if OTHER_WORK.search(it.name)]
        step = others[0] if others == computing and len(others) == 1 else None
        if others == computing and len(others) > 1:
            names = " and ".join(it.name for it in others)
            hint = "call the method of one step forward, and leave the others out"
            self.refuse(f"which of {names} is a step is not said", self.first_line(node), hint)
        for method in methods:
            if step and method not in computing and method.name not in SETTING_UP:
                self.skip(method, NO_COMPUTATION)
            elif OTHER_WORK.search(method.name) and method is not step:
                self.skip(method, f"{method.name} is not read: it is not the forward pass")
            else:
                self.function(method, "before", node.name if method.name == "__init__" else "")

    def defaults(self, node: ast.FunctionDef, called: str) -> None:
        """Have lines before the steps say the numbers of a function's arguments, unless other lines set these."""
        assigned = {
            name
            for it in every_node(self.tree)
            for target, value in assigned_pairs(it)
            if (name := variable_name(target)) and variable_name(value) != name
        }
        told = {variable_name(target) for it in self.program.defaults for target, _ in assigned_pairs(it)}
        for name, value in numbers_by_default(node, called, self.tree):
            if name not in assigned | told:
                line = ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], value), value)
                self.program.defaults.append(ast.fix_missing_locations(line))
                self.program.statements.append(PythonStatement(line, "before", self.places.span(value), self.loops))
                self.program.arguments.discard(name)

    def skip(self, node: ast.stmt, note: str) -> None:
        self.program.skipped.append((self.first_line(node), note))

    def first_line(self, node: ast.AST) -> Span:
        """Where the first line of a statement stands."""
        span = self.places.span(node)
        end = self.program.text.find("\n", *span)
        return span[0], span[1] if end < 0 else end


def _is_step_of_class(function: ast.FunctionDef) -> bool:
    """True for a method that is given a state, and for what a class computes when it is called."""
    arguments = [it.arg for it in function.args.args]
    return bool(arguments) and arguments[0] == "self" and any(map(is_state_before, arguments[1:]))


def _computes(method: ast.FunctionDef) -> bool:
    """True for a method that computes something, other than arrays of zeros."""
    if any(isinstance(it, ast.AugAssign) for it in every_node(method)):
        return True
    values = (s.value for s in every_node(method) if isinstance(s, ast.Assign | ast.Return))
    parts = [it for value in values if value is not None and not made_anew(value) for it in every_node(value)]
    return any(isinstance(it, ast.BinOp | ast.Call | ast.Compare) for it in parts)


def _only_repeats(node: ast.For) -> bool:
    """True for a loop over epochs or sequences around the one over time: nothing in it reads what it counts."""
    counted_by = {it.id for it in every_node(node.target) if isinstance(it, ast.Name)}
    within = (it for s in node.body if not isinstance(s, ast.Expr) for it in every_node(s))
    read = {it.id for it in within if isinstance(it, ast.Name)}
    return counted_by.isdisjoint(read) and any(isinstance(s, ast.For) for s in node.body)


def _with_region(s: PythonStatement, statements: Sequence[PythonStatement]) -> PythonStatement:
    """A statement; one between two loops that sets what the second one assigns, and the first does not, is a start."""
    if s.region != "after":
        return s
    place, names = statements.index(s), _targets(s)
    earlier, later = (
        set().union(*(_targets(it) for it in its if it.region == "step"))
        for its in (statements[:place], statements[place:])
    )
    return replace(s, region="between") if names and names <= later - earlier else s


def _targets(s: PythonStatement) -> set[str]:
    """The variables that a statement assigns."""
    found = (variable_name(target) or indexed_name(target) for target, _ in assigned_pairs(s.node))
    return {moment_of_name(name)[0] for name in found if name}


def _starts(statements: list[PythonStatement]) -> list[PythonStatement]:
    """Of lines without a loop those that set a sequence at a number, as `hs[-1] = h0` does before `hs[t] = …`."""
    indexed = [(s, t) for s in statements for t, _ in assigned_pairs(s.node) if isinstance(t, ast.Subscript)]
    stepped = {variable_name(target.value) for _, target in indexed if clocked_index(index_of(target))}
    numbered = ((s, target) for s, target in indexed if whole_index(index_of(target)) is not None)
    return [s for s, target in numbered if variable_name(target.value) in stepped]


def _begins_at_zero(node: ast.If) -> bool:
    """True for `if state is None:` and zeros for it, one array or several."""
    match node:
        case ast.If(ast.Compare(_, [ast.Is()], [ast.Constant(None)]), body):
            values = [value for s in body for _, value in assigned_pairs(s)]
            return bool(values) and all(map(_are_zeros, values))
    return False


def _are_zeros(value: ast.expr | None) -> bool:
    """True for an array of zeros, or several."""
    values = value.elts if isinstance(value, ast.Tuple) else [value] if value else []
    return bool(values) and all(made_anew(it) in EMPTY for it in values)


def _state_named(body: list[ast.stmt], arguments: tuple[str, ...]) -> list[ast.stmt]:
    """A cell's body in which what it returns and the states that it was given have one name each."""
    last = body[-1] if body else None
    states = [a for a in arguments if is_state_before(a)]
    if not isinstance(last, ast.Return) or len(states) != 1:
        return body
    match last.value:
        case ast.Name() as returned:
            return _renamed(body, {states[0]: returned.id})
        case ast.Tuple(elts=[ast.Name(), *_] as several):
            first, *others = zip(arguments[arguments.index(states[0]) :], several, strict=False)
            alike = [(old, new) for old, new in others if isinstance(new, ast.Name) and new.id.startswith(old)]
            return _renamed(body, {old: new.id for old, new in (first, *alike) if isinstance(new, ast.Name)})
        case ast.BinOp() | ast.Call() as value if moment_of_name(states[0])[0] not in _assigned_in(body):
            target = ast.copy_location(ast.Name(moment_of_name(states[0])[0], ast.Store()), last)
            return [*body[:-1], ast.copy_location(ast.Assign([target], value), last)]
    return body


def _renamed(body: list[ast.stmt], names: Mapping[str, str]) -> list[ast.stmt]:
    """A body in which arguments have the names of what is returned in their place, unless it or they say a moment."""
    assigned = _assigned_in(body)
    bare = {old: new for old, new in names.items() if old not in assigned and moment_of_name(old) == (old, None)}
    changed = {old: new for old, new in bare.items() if moment_of_name(new)[0] != old}
    return [_Renamed(changed).visit(s) for s in body]


def _assigned_in(body: list[ast.stmt]) -> set[str]:
    """The names that a body assigns, and the variables that they are moments of."""
    within = (node for s in body for node in every_node(s))
    names = {name for node in within for target, _ in assigned_pairs(node) for name in names_in(target)}
    return names | {moment_of_name(name)[0] for name in names}


class _Renamed(ast.NodeTransformer):
    """Other names for some variables."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)
