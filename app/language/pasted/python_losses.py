"""Writes out the losses of PyTorch, Keras, optax and TensorFlow where a program calls them, by what they compute.

Each library has its own order of arguments and its own name for a loss, and says apart from it whether losses are
summed or averaged: `nn.MSELoss(reduction="sum")(a, b)` is `np.sum((a - b) ** 2)`. What is compared with is data.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.language.pasted.lines import Unread
from app.language.pasted.python_functions import Place
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name, every_name, kept_name, literal_of, names_in, variable_name

ROW_OF_LOGITS = "cross_entropy_of_each"
"""The cross entropy of each row by itself, which no library has summed or averaged yet."""
ONE_HOT = "{} is one-hot here, where the program has the numbers of classes"
WRITTEN_OUT = "{} is written out where it is called"
LEFT_OUT = frozenset(("ignore_index", "size_average", "reduce", "name", "dtype", "axis", "dim", "log_input", "full"))
"""Arguments that change nothing where one sequence is run whose classes are one-hot."""
REDUCTIONS: Mapping[object, str] = {
    "mean": "mean", "sum_over_batch_size": "mean", "auto": "mean", "sum": "sum", "batchmean": "batchmean",
    "none": "", None: "",
}  # fmt: skip


class LossRow(NamedTuple):
    """A loss: its names, and what it is of a result a and of b, which the result should be."""

    names: str
    each: str
    """What it is of each entry, or with `rows` of each row."""
    rows: bool = False
    mean: str = ""
    """Another spelling of its mean."""
    classes: bool = False
    """True where programs give the numbers of classes as b."""
    numbers: Mapping[str, float] = {}
    """The numbers that it may be told, each with the one that is taken where it is not."""
    from_logits: LossRow | None = None
    """What it is where it is told that a is given as logits."""

    def called(self, names: str, classes: bool = False) -> LossRow:
        return self._replace(names=names, classes=classes)


SQUARES = LossRow("mse mse_loss mean_squared_error squared_error", "(a - b) ** 2", mean="mse(a, b)")
DISTANCES = LossRow("mae l1 l1_loss mean_absolute_error absolute_error", "np.abs(a - b)")
OF_LOGITS = LossRow("", f"{ROW_OF_LOGITS}(a, b)", rows=True, mean="cross_entropy(a, b)")
OF_SHARES = LossRow("", "-np.sum(b * np.log(a), axis=-1)", rows=True, from_logits=OF_LOGITS)
OF_LOGIT = LossRow("", "softplus(a) - a * b")
OF_SHARE = LossRow("", "-(b * np.log(a) + (1 - b) * np.log(1 - a))", from_logits=OF_LOGIT)
HUBER = LossRow(
    "huber huber_loss",
    "np.where(np.abs(a - b) < delta, (a - b) ** 2 / 2, delta * (np.abs(a - b) - delta / 2))",
    numbers={"delta": 1.0},
)
HINGE = LossRow("hinge hinge_loss", "relu(1 - a * b)")
LOG_COSH = LossRow("log_cosh logcosh", "np.log(np.cosh(a - b))")
TORCH = (
    SQUARES, DISTANCES, HUBER,
    OF_LOGITS.called("cross_entropy cross_entropy_loss", classes=True),
    LossRow("nll nll_loss", "-np.sum(b * a, axis=-1)", rows=True, classes=True),
    OF_SHARE.called("bce bce_loss binary_cross_entropy"),
    OF_LOGIT.called("bce_with_logits bce_with_logits_loss binary_cross_entropy_with_logits"),
    LossRow(
        "smooth_l1 smooth_l1_loss",
        "np.where(np.abs(a - b) < beta, (a - b) ** 2 / (2 * beta), np.abs(a - b) - beta / 2)",
        numbers={"beta": 1.0},
    ),
    LossRow("kl_div kl_div_loss", "b * (np.log(b) - a)"),
    LossRow("soft_margin soft_margin_loss", "softplus(-a * b)"),
)  # fmt: skip
KERAS = (
    SQUARES, DISTANCES, HUBER, HINGE, LOG_COSH,
    OF_SHARES.called("categorical_crossentropy"),
    OF_SHARES.called("sparse_categorical_crossentropy", classes=True),
    OF_SHARE.called("binary_crossentropy log_loss"),
    LossRow("mape mean_absolute_percentage_error", "100 * np.abs((b - a) / b)"),
    LossRow("msle mean_squared_logarithmic_error", "(np.log1p(a) - np.log1p(b)) ** 2"),
    LossRow("kld kl_divergence", "np.sum(b * (np.log(b) - np.log(a)), axis=-1)", rows=True),
    LossRow("squared_hinge", "relu(1 - a * b) ** 2"),
    LossRow("poisson", "a - b * np.log(a)"),
)  # fmt: skip
OPTAX = (
    SQUARES, HUBER, HINGE, LOG_COSH,
    LossRow("l2_loss", "(a - b) ** 2 / 2"),
    OF_LOGITS.called("softmax_cross_entropy safe_softmax_cross_entropy"),
    OF_LOGITS.called("softmax_cross_entropy_with_integer_labels", classes=True),
    OF_LOGIT.called("sigmoid_binary_cross_entropy"),
)  # fmt: skip
TENSORFLOW = (
    OF_LOGITS.called("softmax_cross_entropy_with_logits softmax_cross_entropy_with_logits_v2"),
    OF_LOGITS.called("sparse_softmax_cross_entropy_with_logits", classes=True),
    OF_LOGIT.called("sigmoid_cross_entropy_with_logits"),
)
RESULTS = ("y_pred", "input", "logits", "predictions", "y_score", "pred", "output")
WANTED = ("y_true", "target", "labels", "targets", "label")
"""What libraries call the result, and what it is compared with, where they are given by name."""


class LossLibrary(NamedTuple):
    """The losses of a library and how its functions give them; its classes give the mean."""

    rows: Sequence[LossRow]
    wanted_first: bool = False
    """True where what is wanted stands before the result."""
    functions: str = "mean"
    """What functions give: the mean, of each row the mean of its entries, or nothing that is put together."""


OF_TORCH = LossLibrary(TORCH)
OF_KERAS = LossLibrary(KERAS, wanted_first=True, functions="rows")
OF_SKLEARN = LossLibrary(KERAS, wanted_first=True)
OF_OPTAX = LossLibrary(OPTAX, functions="")
OF_TENSORFLOW = LossLibrary(TENSORFLOW, wanted_first=True, functions="")


@dataclass
class WrittenLosses:
    """What is said of the losses of a program, which of its names they compare with, and what of them is not read."""

    said: list[tuple[ast.AST, str]] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)
    refused: list[Unread] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ToldLoss:
    """A loss as a program tells it: how it is put together, its numbers, and an argument that is not read."""

    row: LossRow
    library: LossLibrary
    reduction: str
    numbers: Mapping[str, ast.expr]
    unread: str = ""

    def of(self, result: ast.expr, wanted: ast.expr) -> ast.expr:
        """The expression of the loss."""
        each = self.row.each
        of_row = each if self.row.rows else f"np.mean({each}, axis=-1)"
        template = {
            "mean": self.row.mean or f"np.mean({each})",
            "sum": f"np.sum({of_row if self.library is OF_KERAS else each})",
            "batchmean": f"np.mean(np.sum({each}, axis=-1))",
            "rows": of_row,
        }.get(self.reduction, each)
        return _put(template, {"a": result, "b": wanted, **self.numbers})

    @property
    def reads_twice(self) -> bool:
        """True where the result stands in the expression several times."""
        return self.row.mean == "" and len(re.findall(r"\ba\b", self.row.each)) > 1

    def pair(self, call: ast.Call) -> tuple[ast.expr, ast.expr] | None:
        """The result, and what it is compared with, in a call."""
        named = {str(it.arg): it.value for it in call.keywords}
        order = (WANTED, RESULTS) if self.library.wanted_first else (RESULTS, WANTED)
        one, other = (next((named[it] for it in names if it in named), None) for names in order)
        rest = iter(call.args)
        one, other = one or next(rest, None), other or next(rest, None)
        if one is None or other is None or next(rest, None) is not None or isinstance(one, ast.Starred):
            return None
        return (other, one) if self.library.wanted_first else (one, other)


def told_loss(func: ast.expr, keywords: Sequence[ast.keyword] = ()) -> ToldLoss | None:
    """The loss that a function or a class of a library is, with what its arguments tell; None for anything else."""
    called, modules = _called(func)
    library = _library_of(called, modules)
    if library is None or (row := _row_of(library, called)) is None:
        return None
    reduction, unread = "mean" if called[:1].isupper() else library.functions, ""
    numbers: dict[str, ast.expr] = {name: ast.Constant(value) for name, value in row.numbers.items()}
    for keyword in keywords:
        name, value = str(keyword.arg), literal_of(keyword.value)
        says_nothing = isinstance(keyword.value, ast.Constant) and value in (None, False, 0)
        if name == "reduction" and (value in REDUCTIONS or "NONE" in ast.unparse(keyword.value)):
            put = REDUCTIONS.get(value, "")
            reduction = put or ("rows" if library is OF_KERAS else "")
        elif name == "from_logits" and row.from_logits:
            row = row.from_logits.called(row.names, row.classes) if value is True else row
        elif name in numbers:
            numbers[name] = keyword.value
        elif name not in (*LEFT_OUT, *RESULTS, *WANTED) and not says_nothing:
            unread = name
    return ToldLoss(row, library, reduction, numbers, unread)


class CompiledLoss(NamedTuple):
    """The loss of a model, and whether it is given the numbers of classes."""

    expression: ast.expr
    classes: bool


def compiled_loss(said: ast.expr, result: str, logits: str | None, wanted: str) -> CompiledLoss | None:
    """The loss that a model of Keras is compiled with, by its name or as it is made; None where that is not read.

    `logits` is what the softmax or the sigmoid is of that gives the result.
    """
    name = said.id if isinstance(said, ast.Name) else literal_of(said)
    func = ast.parse(f"keras.losses.{name}", mode="eval").body if str(name).isidentifier() and name else said
    pair = [ast.Name(it, ast.Load()) for it in (wanted, result)]
    if isinstance(said, ast.Name) and told_loss(func) is None:
        return CompiledLoss(ast.parse(f"np.mean({name}({wanted}, {result}))", mode="eval").body, False)
    told = told_loss(func.func, func.keywords) if isinstance(func, ast.Call) else told_loss(func)
    if told is None or told.unread:
        return None
    row = told.row
    if logits and row.from_logits:
        row, pair[1] = row.from_logits.called(row.names, row.classes), ast.Name(logits, ast.Load())
    whole = replace(told, row=row, reduction="sum" if told.reduction == "sum" else "mean")
    return CompiledLoss(whole.of(pair[1], pair[0]), row.classes)


def _called(func: ast.expr) -> tuple[str, set[str]]:
    """The last of dotted names, and those before it."""
    names = ast.unparse(func).split(".") if isinstance(func, ast.Attribute | ast.Name) else [""]
    return names[-1], set(names[:-1])


def _library_of(called: str, modules: Collection[str]) -> LossLibrary | None:
    """The library that has a loss, by the modules before its name, else by how it is spelled."""
    if "optax" in modules:
        return OF_OPTAX
    if not {"tf", "tensorflow"}.isdisjoint(modules):
        return OF_TENSORFLOW if "nn" in modules else OF_KERAS
    if not {"keras", "losses", "metrics"}.isdisjoint(modules):
        return OF_KERAS
    if not {"F", "nn", "torch", "functional"}.isdisjoint(modules):
        return OF_TORCH
    if modules:
        return None
    if called[:1].isupper():
        return OF_TORCH if called.endswith("Loss") else OF_KERAS
    if called in ("log_loss", "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"):
        return OF_SKLEARN
    return OF_TORCH if called.endswith(("_loss", "_logits")) else None


def _row_of(library: LossLibrary, called: str) -> LossRow | None:
    rows = {_plain(name): row for row in library.rows for name in row.names.split()}
    return rows.get(_plain(called)) or rows.get(_plain(called).removesuffix("loss"))


def _plain(name: str) -> str:
    """A name as it is compared: MeanSquaredError and mean_squared_error are one."""
    return name.replace("_", "").lower()


def write_out_losses(tree: ast.Module, place: Place) -> WrittenLosses:
    """Put what losses compute in place of their calls, and take out the lines that make them."""
    found = WrittenLosses()
    defined = {it.name for it in every_node(tree) if isinstance(it, ast.FunctionDef | ast.ClassDef)}
    made = dict(_made(tree, defined))
    writer = _LossWriter(tree, made, defined, place, found)
    looped = {id(node.body) for node in every_node(tree) if isinstance(node, ast.For)}
    for block in _blocks(tree):
        writer.alone = id(block) not in looped
        block[:] = [written for line in block for written in writer.line(line)]
    for block in _blocks(tree):
        gone = [it for it in block if _is_made(it, defined) and _name_made(it) in writer.called - writer.kept]
        found.said += ((it, WRITTEN_OUT.format(_name_made(it))) for it in gone)
        block[:] = [it for it in block if it not in gone] or [ast.copy_location(ast.Pass(), block[0])]
    return found


def _blocks(tree: ast.Module) -> list[list[ast.stmt]]:
    blocks = (getattr(node, name, None) for node in every_node(tree) for name in ("body", "orelse"))
    return [it for it in blocks if isinstance(it, list) and it]


def _made(tree: ast.Module, defined: Collection[str]) -> Iterator[tuple[str, ToldLoss]]:
    """The losses that a program makes: `criterion = nn.NLLLoss()`, `loss_func = F.cross_entropy`."""
    for node in every_node(tree):
        name = _name_made(node)
        if name and isinstance(node, ast.Assign) and (told := _told(node.value, defined)):
            yield name, told


def _name_made(node: ast.AST) -> str:
    return variable_name(node.targets[0]) or "" if isinstance(node, ast.Assign) and len(node.targets) == 1 else ""


def _is_made(node: ast.AST, defined: Collection[str]) -> bool:
    return isinstance(node, ast.Assign) and _told(node.value, defined) is not None


def _told(value: ast.expr, defined: Collection[str]) -> ToldLoss | None:
    """The loss that a value is: of a class an object, of a function itself."""
    if isinstance(value, ast.Call):
        known = called_name(value)[:1].isupper() and called_name(value) not in defined and not value.args
        return told_loss(value.func, value.keywords) if known else None
    return told_loss(value) if isinstance(value, ast.Attribute) else None


class _LossWriter(ast.NodeTransformer):
    """The expressions of losses in place of their calls; a result that stands in one several times has a line."""

    def __init__(
        self,
        tree: ast.Module,
        made: Mapping[str, ToldLoss],
        defined: Collection[str],
        place: Place,
        found: WrittenLosses,
    ) -> None:
        self.made, self.defined, self.place, self.found = made, defined, place, found
        self.taken = set(every_name(tree))
        self.stored = {it.id for it in every_node(tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
        self.alone = True
        """True beside loops, where a loss that stands among other terms has a line of its own."""
        self.called, self.kept = set[str](), set[str]()
        """The losses that are written out, and those of which a call is not."""
        self.written: ast.stmt = ast.Pass()
        self.before: list[ast.stmt] = []
        """The line that is written now, and those that it needs before it."""

    def line(self, line: ast.stmt) -> list[ast.stmt]:
        """A line as it is written, and those that it needs before it."""
        if not isinstance(line, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr):
            return [line]
        self.before, self.written = [], line
        written = self.visit(line)
        return [*self.before, written]

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name, told = variable_name(node.func) or "", self.told(node)
        pair = told.pair(node) if told else None
        (self.kept if pair is None else self.called).add(name)
        if told is None or pair is None:
            return node
        result, wanted = pair
        if told.unread:
            instead = ast.unparse(told.of(result, wanted)).replace(ROW_OF_LOGITS, "cross_entropy")
            hint = f"write the loss out; without it, it is loss = {instead}"
            self.found.refused.append(
                Unread(f"the argument {told.unread} of a loss is not read", self.place(node), hint)
            )
        if told.reads_twice and not isinstance(result, ast.Name | ast.Subscript | ast.Attribute):
            free = next(it for k in range(1, 999) if (it := "yhat" if k == 1 else f"yhat_{k}") not in self.taken)
            self.taken.add(free)
            line = ast.Assign([ast.Name(free, ast.Store())], result)
            self.before.append(ast.fix_missing_locations(ast.copy_location(line, self.written)))
            result = ast.copy_location(ast.Name(free, ast.Load()), result)
        self.found.targets |= {target} - self.stored if (target := kept_name(wanted)) else set()
        if told.row.classes:
            self.found.said.append((self.written, ONE_HOT.format(target or ast.unparse(wanted)[:40])))
        written = ast.copy_location(told.of(result, wanted), node)
        whole = getattr(self.written, "value", None)
        among = isinstance(whole, ast.BinOp) and bool(set(names_in(whole)) - set(names_in(node)))
        if not (self.alone and among):
            return written
        own = self.free(_plain(_called(node.func)[0]) or "part")
        self.before.append(
            ast.fix_missing_locations(
                ast.copy_location(ast.Assign([ast.Name(own, ast.Store())], written), self.written)
            )
        )
        return ast.copy_location(ast.Name(own, ast.Load()), node)

    def free(self, apt: str) -> str:
        found = next(it for k in range(1, 999) if (it := f"{apt}_{k}") not in self.taken)
        self.taken.add(found)
        return found

    def told(self, node: ast.Call) -> ToldLoss | None:
        """The loss that a call computes."""
        if (name := variable_name(node.func)) in self.made:
            return self.made[str(name)]
        if isinstance(node.func, ast.Call):
            return _told(node.func, self.defined)
        known = called_name(node) in self.defined or called_name(node)[:1].isupper()
        return None if known else told_loss(node.func, node.keywords)


def _put(template: str, meant: Mapping[str, ast.expr]) -> ast.expr:
    """A template with values in place of its names; the values stay where they stand in the text."""
    return _Values(meant).visit(ast.parse(template, mode="eval").body)  # type: ignore[no-any-return]


class _Values(ast.NodeTransformer):
    """Values in place of names."""

    def __init__(self, meant: Mapping[str, ast.expr]) -> None:
        self.meant = meant

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        once = isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Constant) and node.left.value == 1
        return node.right if once else node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return deepcopy(self.meant[node.id]) if node.id in self.meant else node
