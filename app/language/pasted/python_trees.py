"""Small questions to Python's syntax trees: which variable, which index, what a statement assigns."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from copy import deepcopy

from app.language.elsewhere import DATA_NAMES
from app.language.pasted.moments_of_names import STATE_NAMES, moment_of_name
from app.language.pasted.names_elsewhere import UNCHANGED, name_here
from app.language.pasted.python_nodes import every_node

MODULES = frozenset((
    "np", "numpy", "torch", "F", "nn", "functional", "tf", "keras", "K", "math", "jnp", "jax", "lax", "special",
    "scipy", "linalg", "cp", "mx", "onp", "cupy", "npx", "ops", "layers", "tensorflow", "theano", "T", "tt", "pt",
))  # fmt: skip
TRANSPOSES = frozenset(("T", "mT", "H"))
SWAPS = frozenset(("transpose", "permute", "swapaxes", "moveaxis", "swapdims"))
"""What puts the axes of an array in another order."""
BOOKKEEPING = frozenset(("shape", "size", "ndim", "dtype", "device"))
FORGETTING = "bias_of_gates"
"""What makes the bias of an LSTM where a layer of Keras is written out: it begins at 1 for what is forgotten."""
MADE_ANEW = frozenset((
    "zeros", "zeros_like", "empty", "empty_like", "ones", "ones_like", "full", "full_like", "eye", "identity",
    "randn", "rand", "random", "normal", "uniform", "standard_normal", "randint", "xavier_uniform_",
    "kaiming_uniform_", "random_sample", "arange", "linspace", "new_zeros", "add_weight", FORGETTING,
))  # fmt: skip
"""Functions that make an array from its shape."""
NORMAL = frozenset(("randn", "standard_normal", "randn_like", "normal", "gauss"))
"""Functions that draw normal numbers; the last two are told their mean and deviation first."""
EMPTY = frozenset(("zeros", "zeros_like", "empty", "empty_like", "new_zeros"))
"""Those of them that make it for numbers that come later."""
TENSORS = frozenset(("Tensor", "FloatTensor", "DoubleTensor"))
"""Classes that make an array either from its sizes or from numbers."""
OF_SIZES = frozenset(("zeros", "empty", "ones", "randn", "rand", "standard_normal"))
"""Those of them whose arguments are sizes and nothing else."""
IDENTITY = frozenset(("eye", "identity"))


MATRICES_TOO = frozenset(("F", "K", "T"))
"""Modules by custom whose names are matrices in other texts: by themselves, transposed, or multiplied as a method."""


def is_module(node: ast.expr) -> bool:
    """True for `np`, `torch.nn.functional` and their like."""
    if isinstance(node, ast.Attribute):
        return is_module(node.value)
    return isinstance(node, ast.Name) and node.id in MODULES


def variable_name(node: ast.expr) -> str | None:
    """The name of a variable: `W`, `self.W`, `params["W"]`; None for anything else."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(ast.Name(base), name) if base not in MODULES and name not in TRANSPOSES | BOOKKEEPING:
            return name
        case ast.Attribute(ast.Attribute() as inner, "weight" | "bias" | "data" as part):
            layer = variable_name(inner)
            return layer if part == "data" or layer is None else f"{'W' if part == 'weight' else 'b'}_{layer}"
        case ast.Subscript(_, ast.Constant(str() as name)) if name.isidentifier():
            return name
    return None


def index_of(node: ast.Subscript) -> ast.expr:
    """What an index says of time: `t` of `x[t]`, `x[:, t]` and `x[t, :]`."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    kept = [p for p in parts if not _says_nothing(p)]
    return kept[0] if len(kept) == 1 else node.slice


def indexed_variable(node: ast.Subscript) -> str | None:
    """The variable that an index belongs to; of `a[t][0:4]` too, where another one says the moment."""
    inner = node.value
    if isinstance(inner, ast.Subscript) and clocked_index(index_of(inner)):
        inner = inner.value
    return variable_name(inner)


def picking_index(node: ast.Subscript) -> ast.expr | None:
    """What an index is that is data: `targets[t]` of `p[targets[t], 0]`, y of `p[range(n), y]`; None for any other."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    kept = [p for p in parts if not (_says_nothing(p) or literal_of(p) == 0 or _counts_up(p))]
    if len(kept) != 1:
        return None
    match kept[0]:
        case ast.Subscript(value) as inner if variable_name(value):
            at_number = whole_index(index_of(inner)) is not None
            return inner if at_number or clocked_index(index_of(inner)) else None
        case ast.Name(name) if moment_of_name(name, letters=True)[0].lower() in DATA_NAMES:
            return kept[0]
    return None


def is_first_column(node: ast.Subscript) -> bool:
    """True for `x[:, 0]`: of what is one column that is all of it."""
    return isinstance(node.slice, ast.Tuple) and _says_nothing(node.slice.elts[0]) and literal_of(index_of(node)) == 0


def picks_column(node: ast.Subscript) -> bool:
    """True for `E[:, x]`."""
    return isinstance(node.slice, ast.Tuple) and isinstance(node.slice.elts[0], ast.Slice)


def _counts_up(part: ast.expr) -> bool:
    """True for `range(n)` and `torch.arange(n)`."""
    return isinstance(part, ast.Call) and called_name(part) in ("range", "arange")


def _says_nothing(part: ast.expr) -> bool:
    whole = isinstance(part, ast.Slice) and part.lower is None and part.upper is None and part.step is None
    return whole or (isinstance(part, ast.Constant) and part.value in (None, ...))


def assigned_pairs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a statement assigns, and the value of each; several names for one value each have it."""
    match node:
        case ast.Assign([ast.Subscript(ast.Name() | ast.Attribute() as whole, ast.Compare() as test)], value):
            yield whole, ast.copy_location(ast.IfExp(test, value, whole), node)
        case ast.Assign(targets, value):
            for target in targets:
                yield from _unpacked(target, value)
        case ast.AnnAssign(target, _, value) if value is not None:
            yield target, value
        case ast.Expr(ast.Call(ast.Attribute(value, "append"), [item])):
            yield value, item
        case ast.AugAssign(target, op, value):
            yield target, ast.copy_location(ast.BinOp(target, op, value), node)
        case ast.If(test, body, orelse):
            yield from _chosen(node, test, body, orelse)


def kept_name(value: ast.expr) -> str | None:
    """The variable that a value is, also where calls change how its numbers are kept: `x.view(-1)`."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and (inner := kept_within(value)):
        value = inner
    return variable_name(value)


def kept_within(call: ast.Call) -> ast.expr | None:
    """What a call keeps in another way: x of `x.view(-1)` and of `nn.Parameter(x)`."""
    if called_name(call) not in UNCHANGED:
        return None
    if isinstance(call.func, ast.Attribute) and not is_module(call.func.value):
        return call.func.value
    return call.args[0] if call.args else None


def stacked_name(value: ast.expr) -> str | None:
    """The variable whose steps a call only puts together, as `np.stack(hs)` and `torch.tensor(hs)` do."""
    match value:
        case ast.Call(func=ast.Attribute(_, called) | ast.Name(called), args=[inner, *_]):
            return variable_name(inner) if called in UNCHANGED or name_here(called) == "concat" else None
    return None


def summed_name(node: ast.AST) -> str | None:
    """The variable that a statement adds to, as `loss += …`, `loss = loss + …` and `loss -= …` do."""
    match node:
        case ast.AugAssign(target, ast.Add() | ast.Sub()):
            return variable_name(target)
        case ast.Assign([target], ast.BinOp(left, ast.Add() | ast.Sub() as sign, right)):
            name = variable_name(target)
            swapped = isinstance(sign, ast.Add) and variable_name(right) == name
            return name if variable_name(left) == name or swapped else None
    return None


def added_value(node: ast.AST) -> ast.expr | None:
    """What a statement adds to a variable."""
    match node:
        case ast.AugAssign(_, op, value):
            added, sign = value, op
        case ast.Assign([target], ast.BinOp(left, op, right)):
            added, sign = (right if variable_name(left) == variable_name(target) else left), op
        case _:
            return None
    return ast.copy_location(ast.UnaryOp(ast.USub(), added), added) if isinstance(sign, ast.Sub) else added


def _chosen(
    node: ast.If, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]
) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is assigned only sometimes: by the condition the new value, else what it was before."""
    then, other = map(_assigned_by_branch, (body, orelse))
    for text in {**then, **other}:
        target = (then.get(text) or other[text])[0]
        values = (branch[text][1] if text in branch else target for branch in (then, other))
        yield target, ast.copy_location(ast.IfExp(test, *values), node)


def _assigned_by_branch(branch: list[ast.stmt]) -> dict[str, tuple[ast.expr, ast.expr]]:
    """What a branch assigns, by its name, in terms of what was there before the branch."""
    found = dict[str, tuple[ast.expr, ast.expr]]()
    for s in branch:
        values = {name: value for name, (_, value) in found.items()}
        pairs = [(t, _InPlaceOf(values).visit(deepcopy(v)) if values else v) for t, v in assigned_pairs(s)]
        found |= {ast.unparse(t): (t, v) for t, v in pairs}
    return found


class _InPlaceOf(ast.NodeTransformer):
    """Values in place of the variables that have them."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and (value := self.values.get(ast.unparse(node))):
            return deepcopy(value)
        return super().generic_visit(node)


def _is_place(target: ast.expr) -> bool:
    return isinstance(target, ast.Name | ast.Attribute | ast.Subscript)


def only_assigns(node: ast.stmt) -> bool:
    """True for a condition whose branches only assign, each to one variable."""
    if not isinstance(node, ast.If):
        single = isinstance(node, ast.Assign) and len(node.targets) == 1 and not is_unpacked(node)
        return isinstance(node, ast.AugAssign) or (single and all(_is_place(t) for t, _ in assigned_pairs(node)))
    return all(map(only_assigns, (*node.body, *node.orelse)))


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
    elif _is_one_name(target) and variable_name(value):
        yield target.elts[0], value
    elif isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _unpacked(one, its)
    else:
        yield from ((one, value) for one in target.elts)


def _is_one_name(target: ast.expr) -> bool:
    """True for `state, = …`, which takes the only entry of a tuple."""
    return isinstance(target, ast.Tuple | ast.List) and len(target.elts) == 1


def is_unpacked(node: ast.AST) -> bool:
    """True where several names stand for the parts of one value."""
    if not isinstance(node, ast.Assign) or isinstance(node.value, ast.Tuple | ast.List):
        return False
    several = (t for t in node.targets if isinstance(t, ast.Tuple | ast.List))
    return any(not (_is_one_name(t) and variable_name(node.value)) for t in several)


def indexed_name(target: ast.expr) -> str | None:
    """The variable of `h[t]` or `hs[-1]` on a left side."""
    if not isinstance(target, ast.Subscript):
        return None
    index = index_of(target)
    return variable_name(target.value) if clocked_index(index) or whole_index(index) is not None else None


def whole_name(target: ast.expr) -> str | None:
    """The variable of a left side, whatever of it is set."""
    while isinstance(target, ast.Subscript) and variable_name(target) is None:
        target = target.value
    return variable_name(target)


def target_name(target: ast.expr) -> str:
    """The variable of a left side, with or without an index."""
    return variable_name(target) or str(indexed_name(target))


def clocked_index(index: ast.expr) -> tuple[str, int] | None:
    """The name and the steps of an index such as `t`, `t-1`, `i + 2`."""
    match index:
        case ast.Name(name):
            return name, 0
        case ast.BinOp(ast.Name(name), ast.Add() | ast.Sub() as sign, ast.Constant(int() as steps)):
            return name, steps if isinstance(sign, ast.Add) else -steps
        case ast.Call(ast.Name("str"), [inner]):
            return clocked_index(inner)
    return None


def whole_index(index: ast.expr) -> int | None:
    """An index that is a whole number."""
    match index:
        case ast.Constant(int() as number):
            return int(number)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() as number)):
            return -int(number)
    return None


def counted(stop: ast.expr) -> tuple[str, int]:
    """What an end is counted from, and what is added to it: T and 1 of `T + 1`; of a number nothing and itself."""
    match stop:
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, ast.Constant(int() as more)):
            base, before = counted(left)
            return base, before + (more if isinstance(sign, ast.Add) else -more)
        case ast.Constant(int() as number):
            return "", number
    return variable_name(stop) or ast.unparse(stop), 0


def literal_of(node: ast.expr) -> object:
    """The value of a literal, None for anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def entries_of(value: ast.expr) -> list[ast.expr]:
    """What stands in a list or a tuple, where that is several values."""
    return list(value.elts) if isinstance(value, ast.List | ast.Tuple) and len(value.elts) > 1 else []


def names_in(node: ast.AST) -> Iterator[str]:
    """The variables that a tree names; neither the bounds of a part of an array nor the size of an identity."""
    within = list(every_node(node))
    sized = (arg for it in within if isinstance(it, ast.Call) and called_name(it) in IDENTITY for arg in it.args)
    left_out = (*(it for it in within if isinstance(it, ast.Slice)), *sized)
    bounds = {id(n) for inner in left_out for n in every_node(inner)}
    for inner in within:
        if id(inner) in bounds:
            continue
        if isinstance(inner, ast.Name | ast.Attribute | ast.Subscript):
            name = variable_name(inner)
            if name is not None and name not in UNCHANGED and (name in MATRICES_TOO or not is_module(inner)):
                yield name


def every_name(tree: ast.AST) -> Iterator[str]:
    """All names that a tree has, of variables, arguments and attributes, each with the variable it is a moment of."""
    for node in every_node(tree):
        for name in (getattr(node, field, None) for field in ("id", "arg", "attr")):
            if isinstance(name, str):
                yield from (name, moment_of_name(name, letters=True)[0])


def made_anew(value: ast.expr) -> str:
    """The function that makes an array from its shape, if that is what a value is, whatever scales it."""
    calls = [node for node in every_node(value) if isinstance(node, ast.Call)]
    if any(called_name(call) in TENSORS and _has_sizes(call) for call in calls):
        return "empty"
    return next((name for call in calls if (name := called_name(call)) in MADE_ANEW), "")


def _has_sizes(call: ast.Call) -> bool:
    """True for `torch.Tensor(n, 4 * m)`: sizes, no numbers that a tensor is made of."""
    sized = (ast.Name, ast.Attribute, ast.BinOp, ast.Constant)
    return bool(call.args) and all(isinstance(it, sized) for it in call.args) and _says_size(call)


def _says_size(call: ast.Call) -> bool:
    return len(call.args) > 1 or isinstance(call.args[0], ast.BinOp | ast.Constant) or "size" in ast.unparse(call)


def sizes_of(value: ast.expr) -> list[ast.expr]:
    """The sizes in the call that makes an array: of `np.zeros((n, 1))`, `np.random.randn(n, m) * 0.1`."""
    calls = (node for node in every_node(value) if isinstance(node, ast.Call) and called_name(node) in OF_SIZES)
    call = next(calls, None)
    args = call.args if call else []
    return list(args[0].elts) if args and isinstance(args[0], ast.Tuple | ast.List) else list(args)


def is_part_of_state(value: ast.expr) -> bool:
    """True for `states[0]`, a state among those that a cell was given."""
    named = isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name) and value.value.id.removesuffix("s")
    return isinstance(value, ast.Subscript) and whole_index(value.slice) is not None and named in STATE_NAMES


def called_name(call: ast.Call) -> str:
    """What is called, without the module or the object that has it."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
