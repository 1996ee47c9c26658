"""Reads an expression of NumPy or PyTorch as one of the language; which moment a name means, its caller knows."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce

from app.language import rank_by_spelling
from app.language.elsewhere import DATA_NAMES, meaning_hint
from app.language.parse import DEEPEST
from app.language.pasted.lines import ALL_KEPT, ITS_LINES, ONE, WRITE_OUT, Unread, arguments_hint
from app.language.pasted.names_elsewhere import (
    SQUASHINGS,
    UNCHANGED,
    applied_here,
    expression_here,
    misspelt_hint,
    name_here,
    why_here,
)
from app.language.pasted.python_axes import (
    PRODUCTS,
    WITH_AXES,
    along_axis_hint,
    axis_of,
    einsum_read,
    over_matrix,
    stretched,
)
from app.language.pasted.python_losses import ROW_OF_LOGITS
from app.language.pasted.python_modules import KeptLayer, ModulePart
from app.language.pasted.python_pooling import Along, along_of, pools_of
from app.language.pasted.python_trees import (
    BOOKKEEPING,
    IDENTITY,
    MADE_ANEW,
    MATRICES_TOO,
    NORMAL,
    TRANSPOSES,
    called_name,
    entries_of,
    index_of,
    indexed_variable,
    is_first_column,
    is_module,
    literal_of,
    names_in,
    picking_index,
    picks_column,
    variable_name,
    whole_index,
)
from app.language.pasted.python_unread import Place, stands_at
from app.language.rewrite import plus
from app.language.syntax import NOW, Apply, Call, Condition, Expr, Number, Read, Span, Time, number_of, reads
from app.language.typeset import show
from app.ops import OPS

BINARY: Mapping[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**",
}  # fmt: skip
COMPARED: Mapping[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
SIGN = "sgn"
"""What the sign is called whose sign of 0 is 0, as NumPy and PyTorch have it: `sign` is +1 there."""
SIGN_OF_ZERO = "sgn is 0 at 0, as there; sign is +1 at 0 here"
LAYERS_HERE = {
    "Dense": "y[t] = {}",
    "SimpleRNN": "h[t] = tanh(U @ x[t] + W @ h[t-1] + b)",
    "LSTM": (
        "i[t], f[t], g[t], o[t] = split(U @ x[t] + W @ h[t-1] + b),"
        " c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t]) * tanh(g[t]) and h[t] = sigmoid(o[t]) * tanh(c[t])"
    ),
    "GRU": (
        "z[t] = sigmoid(U_z @ x[t] + W_z @ h[t-1]), r[t] = sigmoid(U_r @ x[t] + W_r @ h[t-1]) and"
        " h[t] = z[t] * h[t-1] + (1 - z[t]) * tanh(U @ x[t] + W @ (r[t] * h[t-1]))"
    ),
}
"""What to write for layers that have no equations in the text, by their names in Keras."""
WHOLE_MODELS = {
    "Input": "leave it out: what has an index and no equation is data, x[t]",
    "Model": "leave it out: its equations are the model, h[t] = tanh(W @ h[t-1] + U @ x[t])",
}
"""Calls of Keras that put layers together, and what to write for them."""
DROPPED = frozenset(("dropout", "alpha_dropout", "feature_alpha_dropout"))
SIZES_HERE = "the number of steps is tau, and size(x[t]) the number of entries of a vector: write that of one as long"
RUNNING = frozenset(("cond", "switch", "filter", "vectorize", "pmap"))
"""Functions that run others which they are given."""
ONE_STEP = "write the equation of one step, as s[t] = a[t] * s[t-1] + b[t]"
ALONG_AXES = frozenset(("sum", "mean", "max", "min"))
"""What goes along one axis of a matrix in programs, and over all its entries here."""
AXES = frozenset(("axis", "dim", "keepdims", "keepdim", "dtype", "device"))


@dataclass
class ExpressionReader:
    """Reads trees of Python. `meant` gives what a name is at the place where it is read."""

    meant: Callable[[str, ast.expr], Expr]
    at_index: Callable[[str, ast.expr, ast.Subscript], Expr]
    place: Callable[[ast.AST], Span]
    clock: str = ""
    first: int = 0
    modules: Mapping[str, tuple[ModulePart, ...] | None] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    """The functions that the text itself defines, and what they are called here."""
    notes: list[str] = field(default_factory=list)
    noises: Iterator[str] = field(default_factory=lambda: iter(()))
    """Names for what the steps draw at random, in its order."""
    numbers: list[str] = field(default_factory=list)
    """Those of them that are one number a step."""
    entry_names: set[str] = field(default_factory=set)
    """The names of the single entries of states."""
    entries: list[Expr] = field(default_factory=list)
    """The entries that data picked so far."""
    squashings: frozenset[str] = SQUASHINGS
    """The names that stand for some squashing, where the text does not say which."""
    assumed: list[str] = field(default_factory=list)
    """Those of them that the text has."""
    has_sign: bool = False
    """Whether the sign is read whose sign of 0 is 0."""
    has_one: bool = False
    """True where a 1 stands above a vector."""
    identity_names: Iterator[str] = field(default_factory=lambda: iter(("I",)))
    """Names for identity matrices that are made where they are needed."""
    identities: dict[str, str] = field(default_factory=dict)
    """The names of those that the text has, by their sizes as they are written."""
    ones_names: Iterator[str] = field(default_factory=lambda: iter(("ones_1",)))
    """Names for vectors of ones that are made where they are needed."""
    ones: dict[tuple[Expr, bool], str] = field(default_factory=dict)
    """The names of those that the text has, by the matrix which they sum up and whether it is over its rows."""
    in_step: Callable[[], bool] = lambda: False
    """True while a line of the steps is read."""
    unsaid: frozenset[str] = frozenset()
    """The functions that the text runs over a sequence, and whose lines it does not have."""
    defined: frozenset[str] = frozenset()
    """The functions that the text defines, whether they are read or not."""
    flat: frozenset[str] = frozenset()
    """The functions that are SciPy's, which go over all entries."""
    places: set[Place] = field(default_factory=set)
    """Where what has been read so far stands."""
    axes: dict[Expr, set[Along]] = field(default_factory=dict)
    """What the line that is read takes along axes, and along which."""
    axis_of_steps: Callable[[ast.expr], int | None] = lambda node: None
    """Which axis of a whole sequence has the steps."""
    unreduced: set[Expr] = field(default_factory=set)
    """The losses of a line that the program gives of each step by itself."""
    ranks: dict[str, int] = field(default_factory=dict)
    """How many axes arrays have by how they are read."""
    matrices: set[str] = field(default_factory=set)
    """The variables that are matrices by the lines above, whatever their letters say."""

    def read(self, node: ast.expr, depth: int = 0) -> Expr:
        """The expression in the language; raises Unread at what has no counterpart."""
        self.places.add(stands_at(node))
        if depth > DEEPEST:
            raise Unread(f"more than {DEEPEST} operations within one another", self.place(node), "name a part of it")
        match node:
            case ast.BinOp():
                return self.chain(node, depth)
            case ast.UnaryOp(ast.USub(), operand):
                return Apply("neg", (self.read(operand, depth + 1),))
            case ast.UnaryOp(ast.UAdd(), operand):
                return self.read(operand, depth + 1)
            case ast.Constant(value) if isinstance(value, bool | int | float):
                return self.number(node, value)
            case ast.Call():
                return self.call(node, depth + 1)
            case ast.Attribute(value, attr) if attr in TRANSPOSES:
                return Call("transpose", (self.read(value, depth + 1),))
            case ast.Attribute(_, "size") if not is_module(node.value):
                return self.bookkeeping(node)
            case ast.Attribute(value, "pi" | "e" as constant) if is_module(value):
                return Number(getattr(math, constant))
            case ast.Attribute(value, "inf" | "infty" | "Inf" | "nan" | "NaN" as constant) if is_module(value):
                raise Unread(f"{constant} is no finite number", self.place(node), "write a large one, as -1e9")
            case ast.Subscript():
                return self.subscript(node)
            case ast.Compare(left, [operator], [right]):
                return self.comparison(node, left, operator, right, depth)
            case ast.IfExp(test, body, orelse):
                truth = truth_of(test)
                if truth is not None:
                    return self.read(body if truth else orelse, depth + 1)
                return self.named("where", (test, body, orelse), node, depth)
            case ast.BoolOp(operator, values):
                return self.joined(operator, values, depth)
            case ast.UnaryOp(ast.Not(), operand):
                return Apply("-", (Number(1.0), self.read(operand, depth + 1)))
            case ast.Compare(left, [_, _, *_]):
                return self.joined(ast.And(), list(compared_by_two(node)), depth)
            case _ if (name := variable_name(node)) is not None:
                return self.moment_number() if name == self.clock else self.meant(name, node)
        raise Unread(f"{ast.unparse(node)[:40]!r} has no counterpart", self.place(node), WRITE_OUT)

    def joined(self, operator: ast.boolop, values: list[ast.expr], depth: int) -> Expr:
        """Conditions that all hold, or one of which does: 1 where they do, else 0."""
        conditions = [self.read(value, depth + 1) for value in values]
        if isinstance(operator, ast.And):
            return reduce(lambda one, other: Apply("*", (one, other)), conditions)
        return reduce(lambda one, other: Call("maximum", (one, other)), conditions)

    def moment_number(self) -> Expr:
        """The index of a loop as a number: it is `first` where the step is 1."""
        return number_of(Time("t", self.first - 1))

    def number(self, node: ast.expr, value: float) -> Number:
        if not abs(value) < 1e300:
            raise Unread("a number is too large", self.place(node), "write a power, 10 ** 12, or another unit")
        return Number(float(value))

    def chain(self, node: ast.BinOp, depth: int) -> Expr:
        """Operators as they group, from the left, without a call for each."""
        links: list[tuple[ast.operator, ast.expr]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            links.append((left.op, left.right))
            left = left.left
        expr = self.read(left, depth + 1)
        before: ast.expr = left
        for operator, right in reversed(links):
            name = BINARY.get(type(operator))
            if name is None:
                said = f"{ast.unparse(node)[:40]!r}: there is no such operator here"
                raise Unread(said, self.place(node), "there are + - * / @ **, comparisons, and where(condition, a, b)")
            spread = self.stretched_pair(name, before, expr, right, depth)
            value = self.read(right, depth + 1) if spread is None else spread
            if spread is not None:
                before, expr = right, spread
                continue
            if name in ("+", "-") and (_is_identity(before, expr, value) or _is_identity(right, value, expr)):
                self.identities["I"] = "I"
            before, expr = right, binary(name, expr, value)
        return expr

    def stretched_pair(self, op: str, before: ast.expr, left: Expr, right: ast.expr, depth: int) -> Expr | None:
        """Two operands of which one is a vector that the program stretches over the other; None for all others."""
        (_, one), (value, other) = stretched(before), stretched(right)
        if not (one or other) or op not in ("*", "+", "-", "/"):
            return None
        read = self.read(value, depth + 1)
        ranks = 1 if one else self.rank(left), 1 if other else self.rank(read)
        return over_matrix(op, (one, other), (left, read), ranks)

    def rank(self, expr: Expr) -> int:
        """The rank of what was read, as far as spellings and the lines above say it."""
        match expr:
            case Read(name):
                return 2 if name in self.matrices else rank_by_spelling(name)
            case Apply("@", (one, other)):
                return max(self.rank(one) + self.rank(other) - 2, 0)
            case Call("outer" | "inverse" | "offdiagonal"):
                return 2
            case Call(function, args) if function in OPS and OPS[function].shape in ("same", "elementwise"):
                return max(map(self.rank, args), default=0)
            case Call("transpose", (inner,)):
                return self.rank(inner)
            case Apply(_, args):
                return max(map(self.rank, args))
            case Call("concat"):
                return 1
        return 0

    def subscript(self, node: ast.Subscript) -> Expr:
        inner, side = stretched(node)
        if side:
            return self.read(inner)
        name = variable_name(node)
        if name is not None:
            return self.meant(name, node)
        if isinstance(node.value, ast.Attribute) and node.value.attr in BOOKKEEPING:
            return self.bookkeeping(node)
        if (index := picking_index(node)) is not None:
            return self.picked(node, index)
        base = indexed_variable(node) if isinstance(node.slice, ast.Slice) else variable_name(node.value)
        if base is None and isinstance(node.value, ast.Call) and is_first_column(node):
            return self.read(node.value)
        if base is None:
            raise Unread("this index is not read", self.place(node), "write the equation for whole vectors")
        return self.at_index(base, index_of(node), node)

    def picked(self, node: ast.Subscript, index: ast.expr) -> Expr:
        """An entry that data pick: the product with a one-hot vector; of a matrix that is a row or a column."""
        hot = self.read(index)
        if isinstance(node.value, ast.Call) and called_name(node.value) in IDENTITY:
            self.notes.append(f"{ast.unparse(index)} is one-hot here, as a row of the identity matrix is")
            return hot
        whole = self.read(node.value)
        self.notes.append(
            f"{ast.unparse(index)} picks an entry: {variable_name(getattr(index, 'value', index))} is one-hot here"
        )
        if isinstance(whole, Read) and whole.time is None and _has_whole_axis(node):
            self.ranks[whole.name] = 2
        if isinstance(whole, Read) and whole.time is None and self.ranks.get(whole.name, self.rank(whole)) == 2:
            return Apply("@", (whole, hot) if picks_column(node) else (hot, whole))
        entry = Call("sum", (Apply("*", (hot, whole)),))
        self.entries.append(entry)
        return entry

    def bookkeeping(self, node: ast.expr) -> Expr:
        """How long an array is along an axis: a sequence has as many steps as are run, a vector its own size."""
        match node:
            case ast.Subscript(ast.Attribute(whole, "shape"), axis) if (axis_number := whole_index(axis)) is not None:
                return self.length_along(whole, axis_number, node)
            case ast.Attribute(whole, "size"):
                return self.length_along(whole, -1, node)
        raise Unread("sizes are no part of the equations", self.place(node), SIZES_HERE)

    def length_along(self, whole: ast.expr, axis: int, node: ast.expr) -> Expr:
        """How long an array is along one of its axes."""
        of_steps = self.axis_of_steps(whole)
        if of_steps is not None and axis == of_steps:
            return Read("tau")
        with suppress(Unread):
            value = self.read(whole)
            if of_steps is not None and isinstance(value, Read):
                return Call("size", (Read(value.name, NOW),))
            known = not any(it.time is None and it.name in DATA_NAMES for it in reads(value))
            if self.rank(value) == 1 and axis in (0, -1) and known:
                return Call("size", (value,))
        raise Unread("sizes are no part of the equations", self.place(node), SIZES_HERE)

    def comparison(self, node: ast.expr, left: ast.expr, operator: ast.cmpop, right: ast.expr, depth: int) -> Expr:
        clocked = isinstance(left, ast.Name) and left.id == self.clock and isinstance(right, ast.Constant)
        if isinstance(operator, ast.Eq) and clocked and isinstance(right, ast.Constant) and type(right.value) is int:
            return Condition(Time("", right.value - self.first + 1))
        if isinstance(operator, ast.NotEq):
            return Apply("-", (Number(1.0), self.comparison(node, left, ast.Eq(), right, depth)))
        if isinstance(operator, ast.Eq):
            both = self.read(left, depth + 1), self.read(right, depth + 1)
            return Apply("*", (Apply("<=", both), Apply(">=", both)))
        name = COMPARED.get(type(operator), "")
        if name not in OPS:
            raise Unread("this comparison has no counterpart", self.place(node), "conditions on t are written [t = 1]")
        return Apply(name, (self.read(left, depth + 1), self.read(right, depth + 1)))

    # calls

    def call(self, node: ast.Call, depth: int) -> Expr:
        self.check_layer(node)
        name, args = self.called(node)
        self.check_is_said(name, node)
        if name in DROPPED and args:
            self.notes.append(ALL_KEPT)
            return self.read(args[0], depth)
        if name in NORMAL and (noise := next(self.noises, None)):
            return self.drawn(name, noise, node)
        self.check_keywords(node)
        if variable_name(node.func) == name and name in self.modules:
            return self.module(name, tuple(self.read(a, depth) for a in args), node)
        if name in self.functions:
            return Call(self.functions[name], tuple(self.read(a, depth) for a in args))
        if name == "len":
            return self.length(args, depth)
        if (
            name == "size"
            and isinstance(node.func, ast.Attribute)
            and len(args) == 2
            and whole_index(args[1]) is not None
        ):
            return self.length_along(args[0], whole_index(args[1]) or 0, node)
        if name == "einsum" and len(args) > 1 and isinstance(subscripts := literal_of(args[0]), str):
            found = einsum_read(subscripts, [self.read(a, depth) for a in args[1:]])
            if found is None:
                raise Unread(f"einsum of {subscripts!r} is not read", self.place(node), PRODUCTS)
            return found
        if name == "linear" and len(args) in (2, 3):
            return self.affine(*(self.read(a, depth) for a in args))
        if name in UNCHANGED and args and (entries := entries_of(args[0])) and self.are_entries(entries):
            return Call("concat", tuple(self.read(it, depth) for it in entries))
        if name in UNCHANGED and args:
            return self.unchanged(name, args[0], depth)
        if name in self.squashings and name_here(name) is None and len(args) == 1:
            return self.squashed(name, self.read(args[0], depth))
        if self.is_unsaid_layer(node.func) and len(args) == 1:
            self.notes.append(f"{name} is read as a linear layer, W_{name} @ … + b_{name}")
            return self.layer(KeptLayer(name, True), self.read(args[0], depth))
        return self.named(name, args, node, depth)

    def called(self, node: ast.Call) -> tuple[str, tuple[ast.expr, ...]]:
        """The name of what is called, and its arguments: of a method the object first."""
        args = tuple(node.args)
        match node.func:
            case ast.Name(name):
                return name, args
            case ast.Attribute(ast.Name(matrix) as value, "dot" | "matmul" | "mm" | "mv" as name) if (
                matrix in MATRICES_TOO and len(args) == 1
            ):
                return name, (value, *args)
            case ast.Attribute(value, name) if is_module(value):
                return name, args
            case ast.Attribute(ast.Name("self" | "cls"), name):
                return name, args
            case ast.Attribute(value, name):
                return name, (value, *args)
            case ast.Call(func=ast.Attribute(value, name), args=[]) if is_module(value):  # nn.Tanh()(x)
                return name, args
        raise Unread(f"{ast.unparse(node.func)[:40]!r} is no function that is known here", self.place(node), WRITE_OUT)

    def drawn(self, name: str, noise: str, node: ast.Call) -> Expr:
        """What a step draws at random is data with a name, around its mean and as wide as its deviation."""
        told = dict(zip(("loc", "scale", "size"), node.args, strict=False)) if name in ("normal", "gauss") else {}
        told |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        if "size" not in told and (told or not node.args):
            self.numbers.append(noise)
        self.notes.append(f"{noise} is what {name} draws at every step: data, which the seed draws")
        mean, deviation = (self.read(told[it]) if it in told else None for it in ("loc", "scale"))
        whole: Expr = Read(noise, NOW)
        whole = whole if deviation is None or deviation == Number(1.0) else Apply("*", (deviation, whole))
        return whole if mean is None or mean == Number(0.0) else plus(mean, whole)

    def check_layer(self, node: ast.Call) -> None:
        """A layer that is made where it stands, and perhaps called there, has equations to write instead."""
        made = node.func if isinstance(node.func, ast.Call) else node
        if called_name(made) in WHOLE_MODELS:
            raise Unread(f"{called_name(made)} of Keras is not read", self.place(node), WHOLE_MODELS[called_name(made)])
        if instead := LAYERS_HERE.get(called_name(made)):
            applied = next((k.value for k in made.keywords if k.arg == "activation"), None)
            squashed = name_here(str(literal_of(applied))) if applied else None
            written = instead.format(f"{squashed}(V @ h[t] + b)" if squashed else "V @ h[t] + b")
            raise Unread(
                f"the layer {called_name(made)} is not read here", self.place(node), f"write its equations: {written}"
            )

    def check_keywords(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg not in AXES:
                said = f"the argument {keyword.arg or '**'} is not read"
                raise Unread(said, self.place(node), "write what it changes as an operation of its own")
        if any(isinstance(a, ast.Starred) for a in node.args):
            raise Unread("arguments with a star are not read", self.place(node), "write the arguments one by one")

    def squashed(self, name: str, value: Expr) -> Expr:
        """A squashing that the text leaves open."""
        if name not in self.assumed:
            self.assumed.append(name)
        return Call(name, (value,))

    def length(self, args: tuple[ast.expr, ...], depth: int) -> Expr:
        """How long something is: a sequence has as many entries as steps, a vector that is no sequence its own size."""
        if len(args) == 1 and isinstance(args[0], ast.Name):
            with suppress(Unread):
                match self.read(args[0], depth):
                    case Read(name, None) as whole if name != "tau" and self.rank(whole) == 1:
                        return Call("size", (whole,))
        return Read("tau")

    def unchanged(self, name: str, value: ast.expr, depth: int) -> Expr:
        """What only keeps numbers in another way; an array of one entry is that entry."""
        while isinstance(value, ast.List | ast.Tuple) and len(value.elts) == 1:
            value = value.elts[0]
        if "shape" in name or "squeeze" in name or name in ("view", "flatten", "ravel", "expand_dims"):
            self.notes.append(f"{name} is left out: a vector has one axis")
        return self.read(value, depth)

    def are_entries(self, values: list[ast.expr]) -> bool:
        """True for values that entries of a state are computed with, so that each is one entry itself."""
        return all(not self.entry_names.isdisjoint(names_in(value)) for value in values)

    def affine(self, x: Expr, weights: Expr, bias: Expr | None = None) -> Expr:
        product = Apply("@", (weights, x))
        return product if bias is None else plus(product, bias)

    def module(self, name: str, args: tuple[Expr, ...], node: ast.Call) -> Expr:
        """What a module that is kept under a name applies to what it is called with."""
        parts = self.modules[name]
        if parts is None:
            raise Unread(f"it needs {name}, which is not read", self.place(node), WRITE_OUT, follows=True)
        for part in parts:
            found = applied_here(part, args) if isinstance(part, str) else self.layer(part, *args[:1])
            if found is None or (len(args) > 1 and not isinstance(part, str)):
                said = f"{name} is not read with {len(args)} argument{'s' * (len(args) > 1)}"
                raise Unread(said, self.place(node), WRITE_OUT)
            args = (found,)
        if len(args) != 1:
            raise Unread(f"{name} takes 1 argument", self.place(node), arguments_hint(name, 1))
        return args[0]

    def is_unsaid_layer(self, func: ast.expr) -> bool:
        """True for `self.i2h` where the text does not say what it is, and no function has this name."""
        own = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "self"
        return own and isinstance(func, ast.Attribute) and name_here(func.attr) is None and func.attr not in UNCHANGED

    def layer(self, layer: KeptLayer, x: Expr) -> Expr:
        """A linear layer: its weights and its bias have names of their own here."""
        return self.affine(x, Read(f"W_{layer.name}"), Read(f"b_{layer.name}") if layer.biased else None)

    def named(self, name: str, args: tuple[ast.expr, ...], node: ast.expr, depth: int) -> Expr:
        """A function by our name of it, else by the expression that stands for it here."""
        here, written = name_here(name), args
        axis = axis_of(node, args) if here in ALONG_AXES and not is_largest_of_several(node, here) else None
        within = self.read(args[0], depth) if here and axis is not None else None
        of_matrix = within is not None and self.rank(within) == 2 and (self.in_step() or not is_every_step(within))
        if here and axis is not None and within is not None and of_matrix:
            if here in ("sum", "mean") and -2 <= axis <= 1 and self.is_surely_matrix(within):
                return self.summed_along(within, axis % 2 == 0, here == "mean")
            hint = along_axis_hint(here, ast.unparse(args[0])[:40])
            raise Unread(f"{here} along an axis of a matrix is not read", self.place(node), hint)
        if not is_largest_of_several(node, here) and name != "append":
            args = without_axes(args, here or name)
        if here in ("max", "min") and len(args) == 2:
            here = f"{here}imum"
        if here == "concat" and len(args) == 1 and isinstance(args[0], ast.Tuple | ast.List):
            args = tuple(args[0].elts)
        if here == "concat" and len(args) == 1 and is_every_step(whole := self.read(args[0], depth)):
            return whole
        if name == ROW_OF_LOGITS:
            found = Call("cross_entropy", tuple(self.read(a, depth) for a in args))
            self.unreduced.add(found)
            return found
        if here is None:
            return self.instead(name, args, node, depth, written)
        if here == "concat" and any(map(_is_one, args)):
            self.has_one = True
            self.notes.append(f"{ONE} is a vector of one entry, 1: its column of weights is the bias")
            return Call(here, tuple(Read(ONE) if _is_one(a) else self.read(a, depth) for a in args))
        row = OPS[here]
        if here == "sign" and name == "sign" and len(args) == 1 and SIGN not in self.defined:
            self.notes.append(SIGN_OF_ZERO)
            self.has_sign = True
            return Call(SIGN, (self.read(args[0], depth),))
        if row.arity is not None and row.arity != len(args):
            self.check_defined(name, node)
            said = f"{here} takes {row.arity} argument{'s' * (row.arity > 1)}"
            raise Unread(said, self.place(node), arguments_hint(here, row.arity))
        values = tuple(self.read(a, depth) for a in args)
        if here in WITH_AXES:
            self.axes.setdefault(Call(here, values), set()).add(along_of(node, written, self.place(node), self.flat))
        return self.logarithm(values[0]) if here == "log" else Call(here, values)

    def is_surely_matrix(self, expr: Expr) -> bool:
        """True for what is a matrix by more than the letters of what steps compute."""
        computed = (it.name for it in reads(expr) if it.time is not None and rank_by_spelling(it.name) == 2)
        return self.matrices.issuperset(computed)

    def summed_along(self, matrix: Expr, rows: bool, mean: bool) -> Expr:
        """The sums of a matrix over its rows, or over its columns: a product, with a vector of ones if need be."""
        match matrix:
            case Apply("*", (left, right)) if not mean:
                for one, other in ((left, right), (right, left)):
                    match one:  # A vector that is stretched along the other axis, by itself or with ones.
                        case Call("outer", (vector, Call("ones"))) if rows and self.rank(other) == 2:
                            return Apply("@", (vector, other))
                        case Call("outer", (Call("ones"), vector)) if not rows and self.rank(other) == 2:
                            return Apply("@", (other, vector))
                    if not rows and self.rank(one) == 1 and self.rank(other) == 2:
                        return Apply("@", (other, one))
        if (key := (matrix, rows)) not in self.ones:
            self.ones[key] = next(self.ones_names)
        ones = Read(self.ones[key])
        self.notes.append(f"{ones.name} is a vector of ones: its product with a matrix is the sum along an axis")
        whole = Apply("@", (ones, matrix) if rows else (matrix, ones))
        return Apply("/", (whole, Call("size", (ones,)))) if mean else whole

    def logarithm(self, value: Expr) -> Expr:
        """A logarithm; of an entry that was picked it is that of the logarithms, as books write cross entropy."""
        match value:
            case Call("sum", (Apply("*", (hot, whole)),)) if value in self.entries:
                return Call("sum", (Apply("*", (hot, Call("log", (whole,)))),))
        return Call("log", (value,))

    def identity(self, size: str) -> Expr:
        """The identity matrix of a size, by its name."""
        if size not in self.identities:
            self.identities[size] = next(self.identity_names)
        self.notes.append(f"{self.identities[size]} is the identity matrix")
        return Read(self.identities[size])

    def check_defined(self, name: str, node: ast.expr) -> None:
        """A function of the text that is not read has been named where it stands."""
        if name in self.defined:
            raise Unread(f"it needs {name}, which is not read", self.place(node), WRITE_OUT, follows=True)

    def check_is_said(self, name: str, node: ast.expr) -> None:
        """What the text does not say, and what runs functions in an order of its own, gives no equation of a step."""
        if name in self.unsaid:
            raise Unread(f"the text does not say what {name} is", self.place(node), ITS_LINES.format(name))
        if name in RUNNING:
            raise Unread(f"{name} runs functions that it is given, which is not read", self.place(node), ONE_STEP)

    def instead(
        self, name: str, args: tuple[ast.expr, ...], node: ast.expr, depth: int, whole: tuple[ast.expr, ...]
    ) -> Expr:
        """The expression that stands for a function here; `whole` has its arguments with the number of an axis."""
        self.check_defined(name, node)
        if name in IDENTITY:
            return self.identity(", ".join(map(ast.unparse, args)))
        if name in MADE_ANEW:
            raise Unread(f"{name} makes an array of its own here", self.place(node), "write a name or a number")
        values = tuple(self.read(a, depth) for a in args)
        found = expression_here(name, values)
        for pool in pools_of(found, values) if found else ():
            self.axes.setdefault(pool, set()).add(along_of(node, whole, self.place(node), self.flat))
        if found is None:
            written = [ast.unparse(a) for a in args]
            called = f"the class {name} is not read" if name[:1].isupper() else f"there is no function {name} here"
            own = WRITE_OUT if name[:1].isupper() else ITS_LINES.format(name)
            raise Unread(called, self.place(node), meaning_hint(name, written) or misspelt_hint(name) or own)
        if why := why_here(name):
            self.notes.append(f"{name} is {show(found)}: {why}")
        return found


def compared_by_two(node: ast.Compare) -> Iterator[ast.expr]:
    """The comparisons of `0 < x < 1`, each of two values."""
    values = [node.left, *node.comparators]
    for left, operator, right in zip(values, node.ops, node.comparators, strict=False):
        yield ast.copy_location(ast.Compare(left, [operator], [right]), node)


def truth_of(test: ast.expr) -> bool | None:
    """What a condition is that compares constants alone, as a switch that is left as it was; None for any other."""
    match test:
        case ast.Constant(bool() | None as value):
            return bool(value)
        case ast.UnaryOp(ast.Not(), inner):
            return None if (truth := truth_of(inner)) is None else not truth
        case ast.Compare(ast.Constant(one), [ast.Eq() | ast.Is()], [ast.Constant(other)]):
            return bool(one == other)
        case ast.Compare(ast.Constant(one), [ast.NotEq() | ast.IsNot()], [ast.Constant(other)]):
            return bool(one != other)
    return None


def binary(op: str, left: Expr, right: Expr) -> Expr:
    """Two operands with an operator between them; a sum of sums is one sum."""
    if op == "+":
        return plus(left, right)
    return Apply(op, (left, right))


def _is_one(node: ast.expr) -> bool:
    """True for 1, `[1]`, `np.ones(1)` and `np.array([1.0])` as a part of a vector."""
    match node:
        case ast.Constant(value=1 | 1.0) | ast.List([ast.Constant(value=1 | 1.0)]):
            return True
        case ast.Call(args=[ast.List() as inner]) | ast.Call(args=[ast.Tuple([inner, *_])]) | ast.Call(args=[inner]):
            return called_name(node) in ("ones", "array", "tensor") and _is_one(inner)
    return False


def _has_whole_axis(node: ast.Subscript) -> bool:
    """True for `B[:, o]` and `B[o, :]`: one axis is read whole."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
    return len(parts) == 2 and any(isinstance(it, ast.Slice) and ast.unparse(it) == ":" for it in parts)


def _is_identity(node: ast.expr, expr: Expr, other: Expr) -> bool:
    """True for an I that the program does not say, beside a matrix."""
    return isinstance(node, ast.Name) and expr == Read("I") and _is_matrix(other)


def _is_matrix(expr: Expr) -> bool:
    """True for what is a matrix by the spelling of its names."""
    match expr:
        case Read(name):
            return rank_by_spelling(name) == 2
        case Apply("@" | "neg", args) | Call("transpose" | "inverse", args):
            return all(map(_is_matrix, args))
        case Apply("*" | "+" | "-", args):
            return any(map(_is_matrix, args))
        case Call(function):
            return function == "outer"
    return False


def without_axes(args: tuple[ast.expr, ...], here: str) -> tuple[ast.expr, ...]:
    """The arguments without the number of an axis behind them."""
    row = OPS.get(here)
    most = row.arity if row is not None and row.arity is not None else 1
    while len(args) > most and (isinstance(args[-1], ast.Constant) or whole_index(args[-1]) is not None):
        args = args[:-1]
    return args


def is_every_step(expr: Expr) -> bool:
    """True for a variable at the running step, as a list that the steps append to is behind them."""
    return isinstance(expr, Read) and expr.time == NOW


def is_largest_of_several(node: ast.expr, here: str | None) -> bool:
    """True for Python's own `max(x, 0)`: NumPy's has an axis there."""
    return here in ("max", "min") and isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
