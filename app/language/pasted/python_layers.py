"""Writes out loops over layers beside the loop over time: `h[l]` of `for l in range(2)` is `h_1` and `h_2`.

An index that counts layers is no moment: it is a part of a name. How many layers there are a text has to say.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass

from app.language.pasted.lines import Unread
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import assigned_pairs, called_name, literal_of, variable_name, whole_index
from app.language.syntax import Span

MOST_LAYERS = 16
LAYER = re.compile(r"l|ell|li|il|lay|(?:i_?)?layer(?:_?(?:i|id|idx|index|number))?")
"""What counts layers by custom."""
LAYERS = re.compile(r"L|(?:.*_)?(?:depth|n_?l|num_?l)|.*layers?(?:_.*)?|.*cells", re.IGNORECASE)
"""What says how many there are, or holds what belongs to each."""
NOT_SAID = "how many layers there are is not said"
SAY_IT = "write {} = 2 above the loops, or the lines of each layer: h_1[t] = …, h_2[t] = …"
Place = Callable[[ast.AST], Span]


def write_out_layers(tree: ast.Module, place: Place) -> list[Unread]:
    """Put the lines of each layer in place of loops over layers; those whose number is not said are told."""
    refused = list[Unread]()
    with suppress(RecursionError):  # What is too deep is named where it is read.
        writer = _LayerWriter(tree)
        for loop in _layer_loops(tree):
            if (number := writer.number_of(loop)) is not None:
                writer.found.append((loop, number))
            elif _is_named_so(loop):
                refused.append(Unread(NOT_SAID, place(loop.iter), SAY_IT.format(_counted_by(loop))))
        if writer.found and not refused:
            writer.write()
        elif refused:
            _take_out(tree, [it for it in tree.body if any(_is_named_so(n) for n in every_node(it))])
    return refused


@dataclass(frozen=True, slots=True)
class LayerNames:
    """One variable of which each layer has its own: at which index the layer stands."""

    place: int
    indices: int


def _layer_loops(tree: ast.AST) -> list[ast.For]:
    """The loops over layers: within one over time, or around one."""
    loops = [it for it in every_node(tree) if isinstance(it, ast.For)]
    nested = [(one, it) for one in loops for it in _within(one)]
    inner = [it for one, it in nested if _may_be(it) and not _is_named_so(one) and not _begins_anew(one, it)]
    outer = [one for one, it in nested if _is_named_so(one) and not _is_named_so(it)]
    return [it for it in loops if it in inner or it in outer]


def _within(loop: ast.For) -> list[ast.For]:
    return [it for s in loop.body for it in every_node(s) if isinstance(it, ast.For)]


def _begins_anew(around: ast.For, loop: ast.For) -> bool:
    """True for a loop over epochs around one over time: nothing reads its index, and the state begins anew."""
    counted_by = {it.id for it in every_node(around.target) if isinstance(it, ast.Name)}
    read = {it.id for s in around.body for it in every_node(s) if isinstance(it, ast.Name)}
    changed, begun = (
        {name for it in its for target, _ in assigned_pairs(it) if (name := variable_name(target))}
        for its in ([*every_node(loop)], [s for s in around.body if isinstance(s, ast.Assign)])
    )
    return counted_by.isdisjoint(read) and bool(changed & begun)


def _may_be(loop: ast.For) -> bool:
    """True for a loop whose index something has, and which says layers or a number of passes."""
    index = _index(loop)
    reads = (it for s in loop.body for it in every_node(s) if isinstance(it, ast.Subscript))
    return _is_named_so(loop) or (_is_range(loop.iter) and any(_at(it, index) is not None for it in reads))


def _is_named_so(node: ast.AST) -> bool:
    """True for a loop that says layers: by its index, or by what it runs over."""
    if not isinstance(node, ast.For):
        return False
    over = {name for it in every_node(node.iter) if isinstance(it, ast.expr) and (name := variable_name(it))}
    ranged = _is_range(node.iter) or called_name(node.iter) == "enumerate" if isinstance(node.iter, ast.Call) else True
    return bool(LAYER.fullmatch(_index(node) or "?")) or (ranged and any(map(LAYERS.fullmatch, over)))


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called_name(node) == "range"


def _index(loop: ast.For) -> str:
    match loop.target:
        case ast.Name(name) if _is_range(loop.iter):
            return name
        case ast.Tuple([ast.Name(name), *_]) if (
            isinstance(loop.iter, ast.Call) and called_name(loop.iter) == "enumerate"
        ):
            return name
    return ""


def _counted_by(loop: ast.For) -> str:
    """What says how many passes a loop has."""
    bound = loop.iter.args[-1] if isinstance(loop.iter, ast.Call) and loop.iter.args else loop.iter
    return (variable_name(bound) if _is_range(loop.iter) else None) or "for l in range(L), with L"


def _indices(node: ast.Subscript) -> tuple[ast.expr, list[ast.expr]]:
    """A variable and its indices, of `h[l][t]` and of `h[l, t]`."""
    own = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    if isinstance(node.value, ast.Subscript) and variable_name(node.value) is None:
        base, before = _indices(node.value)
        return base, [*before, *own]
    return node.value, own


def _at(node: ast.Subscript, index: str) -> int | None:
    """At which place of its indices a variable has the index of a loop."""
    base, several = _indices(node)
    if variable_name(base) is None or variable_name(node) is not None or not index:
        return None
    return next((k for k, it in enumerate(several) if _offset(it, index) is not None), None)


def _offset(node: ast.expr, index: str) -> int | None:
    """What is added to an index: -1 of `l - 1`."""
    match node:
        case ast.Name(name) if name == index:
            return 0
        case ast.BinOp(ast.Name(name), ast.Add() | ast.Sub() as sign, ast.Constant(int() as more)) if name == index:
            return more if isinstance(sign, ast.Add) else -more
    return None


class _LayerWriter:
    """One program, its loops over layers, and the variables of which each layer has its own."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.found: list[tuple[ast.For, range]] = []
        self.numbers = dict(_numbers(tree))
        self.names = dict[str, LayerNames]()

    def number_of(self, loop: ast.For) -> range | None:
        """What a loop over layers counts, where that is said."""
        over = loop.iter
        if isinstance(over, ast.Call) and _is_range(over):
            bounds = [self.value(it) for it in over.args]
            if not 0 < len(bounds) < 3 or None in bounds:
                return None
            counted = range(*(it for it in bounds if it is not None))
            return counted if 0 < len(counted) <= MOST_LAYERS else None
        inner = over.args[0] if isinstance(over, ast.Call) and called_name(over) == "enumerate" and over.args else over
        several = inner.args if isinstance(inner, ast.Call) and called_name(inner) == "zip" else [inner]
        sizes = [size for it in several if (size := self.size_of(it))]
        return range(sizes[0]) if sizes else None

    def value(self, node: ast.expr) -> int | None:
        """A whole number, or a name that has been assigned one."""
        match node:
            case ast.BinOp(left, ast.Add() | ast.Sub() as sign, ast.Constant(int() as more)):
                base = self.value(left)
                return base if base is None else base + (more if isinstance(sign, ast.Add) else -more)
            case ast.Call(ast.Name("len"), [inner]):
                return self.size_of(inner)
        whole = whole_index(node)
        return self.numbers.get(variable_name(node) or "") if whole is None else whole

    def size_of(self, node: ast.expr) -> int | None:
        """How many entries a list has that the program makes."""
        name = variable_name(node)
        values = [v for it in every_node(self.tree) for t, v in assigned_pairs(it) if name and variable_name(t) == name]
        entries = self.entries(values[0]) if len(values) == 1 else None
        return len(entries) if entries else None

    def write(self) -> None:
        for loop, _ in self.found:
            for node in (it for s in loop.body for it in every_node(s) if isinstance(it, ast.Subscript)):
                place, index = _at(node, _index(loop)), _index(loop)
                base, several = _indices(node)
                name = variable_name(base)
                known = self.names.get(name or "")
                deepest = known is None or len(several) >= known.indices
                if place is not None and name and deepest:
                    self.names[name] = LayerNames(
                        place, len(several) if _offset(several[place], index) is not None else 0
                    )
        whole = set(filter(self.is_read_whole, self.names))
        named_so = any(_is_named_so(loop) for loop, _ in self.found)
        if not named_so and (not self.names or any(self.is_set_by_layers(name) for name in whole)):
            return
        self.names = {name: it for name, it in self.names.items() if name not in whole}
        for loop, counted in reversed(self.found):
            block = _put(self.tree, loop, [s for k in counted for s in self.layer(loop, k)])
            if _within(loop):
                for name in _set_first(loop):
                    _Meant({name: ast.Name(self.called(name, counted[-1]), ast.Load())}).visit(self.tree)
                _put_sequences(block)
        self.begin()
        _Layered(self).visit(self.tree)

    @property
    def first(self) -> int:
        """The lowest number of a layer; where that is 0 the layers are numbered from 1 on."""
        return min(counted.start for _, counted in self.found)

    @property
    def last(self) -> int:
        return max(counted.stop for _, counted in self.found) - 1

    def called(self, name: str, number: int) -> str:
        number = self.last + 1 + number if number < 0 else number
        base, back = moment_of_name(name)
        return f"{base}_{number + (self.first == 0)}{'_prev' if back else ''}"

    def is_read_whole(self, name: str) -> bool:
        """True where a program computes with all layers of a variable as one array."""
        within = {id(it.value) for it in every_node(self.tree) if isinstance(it, ast.Subscript)}
        kept = [it for it in every_node(self.tree) if isinstance(it, ast.Return | ast.For) or _is_append(it)]
        kept += [it for it in every_node(self.tree) if self.is_another_name(it)]
        values = (part for it in kept for part in ([it.iter] if isinstance(it, ast.For) else [it]))
        within |= {id(it) for part in values for it in every_node(part)}
        reads = (it for it in every_node(self.tree) if isinstance(it, ast.Name | ast.Attribute))
        loads = (it for it in reads if isinstance(it.ctx, ast.Load) and variable_name(it) == name)
        return any(id(it) not in within for it in loads)

    def is_another_name(self, node: ast.AST) -> bool:
        """True for `h_prev = h`, of variables of which each layer has its own."""
        match node:
            case ast.Assign([target], value) if variable_name(target) in self.names:
                return variable_name(value) in self.names
        return False

    def is_set_by_layers(self, name: str) -> bool:
        """True where the layers compute a variable, one by one."""
        inner = (
            it for loop, _ in self.found for s in loop.body for it in every_node(s) if isinstance(it, ast.Subscript)
        )
        return any(isinstance(it.ctx, ast.Store) and variable_name(_indices(it)[0]) == name for it in inner)

    def layer(self, loop: ast.For, number: int) -> Iterator[ast.stmt]:
        """The lines of one layer."""
        own: dict[str, ast.expr] = {
            name: ast.Name(self.called(name, number)) for name in (_set_first(loop) if _within(loop) else ())
        }
        put = _OneLayer(self, _index(loop), number, dict(self.elements(loop, number)), own)
        for s in loop.body:
            found = put.visit(deepcopy(s))
            yield from found if isinstance(found, list) else [found]

    def elements(self, loop: ast.For, number: int) -> Iterator[tuple[str, ast.expr]]:
        """What the targets of a loop over lists are in one layer: W is W_1 for `for W, U in zip(Ws, Us)`."""
        if _is_range(loop.iter):
            return
        targets = loop.target
        if isinstance(targets, ast.Tuple) and _index(loop):
            targets = targets.elts[1]
        for target in targets.elts if isinstance(targets, ast.Tuple) else [targets]:
            if name := variable_name(target):
                yield name, ast.Name(self.called(name, number), ast.Load())

    # how the layers begin

    def begin(self) -> None:
        """Put what each layer begins with in place of the lists that hold it for all."""
        for node in list(every_node(self.tree)):
            block = getattr(node, "body", None)
            if isinstance(block, list):
                block[:] = [it for line in block for it in self.begun(line)]

    def begun(self, line: ast.AST) -> Iterator[ast.AST]:
        match line:
            case ast.Assign([target], value) if (name := variable_name(target)) in self.names:
                for k, entry in enumerate(self.entries(value) or self.parts(value)):
                    own = ast.Name(self.called(str(name), k), ast.Store())
                    yield ast.fix_missing_locations(ast.copy_location(ast.Assign([own], entry), line))
            case _:
                yield line

    def parts(self, value: ast.expr) -> list[ast.expr]:
        """The layers of what is one array: its rows, or a name for each."""
        count = self.last + 1
        match value:
            case ast.Call(func, [ast.Tuple([_, first, *others]), *more], keywords):
                sizes = ast.Tuple([first, *others], ast.Load()) if others else first
                return [ast.Call(func, [sizes, *more], keywords) for _ in range(count)]
            case ast.Call(func, [_, first, *others], keywords) if called_name(value) in (
                "randn",
                "rand",
                "zeros",
                "ones",
            ):
                return [ast.Call(func, [first, *others], keywords) for _ in range(count)]
        name = variable_name(value)
        return [ast.Name(self.called(name, k), ast.Load()) for k in range(count)] if name else []

    def entries(self, value: ast.expr) -> list[ast.expr] | None:
        """The entries of a list as a program makes it: `[a, b]`, `[a] * 2`, `[f() for _ in range(2)]`."""
        match value:
            case ast.List(entries) | ast.Tuple(entries) if entries:
                return list(entries)
            case ast.BinOp(ast.List([entry]), ast.Mult(), count) if number := self.value(count):
                return [deepcopy(entry) for _ in range(min(number, MOST_LAYERS))]
            case ast.ListComp(entry, [ast.comprehension(ast.Name(_), over, [])]) if _is_range(over):
                assert isinstance(over, ast.Call)
                number = self.value(over.args[-1]) if len(over.args) == 1 else None
                return [deepcopy(entry) for _ in range(min(number, MOST_LAYERS))] if number else None
            case ast.Call(args=[inner]) if called_name(value) in ("ModuleList", "ParameterList", "list"):
                return self.entries(inner)
        return None


class _OneLayer(ast.NodeTransformer):
    """The number of a layer in place of the index of a loop, and what that decides."""

    def __init__(
        self, writer: _LayerWriter, index: str, number: int, elements: dict[str, ast.expr], own: dict[str, ast.expr]
    ) -> None:
        self.writer, self.index, self.number, self.elements = writer, index, number, elements
        self.meant = elements | own

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == self.index and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Constant(self.number), node)
        if node.id not in self.meant:
            return node
        meant = deepcopy(self.meant[node.id])
        return ast.copy_location(ast.Name(meant.id, node.ctx) if isinstance(meant, ast.Name) else meant, node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`cell.W`, where a list has the cells."""
        return self.own(node, node.attr) or self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        name = literal_of(node.slice)
        own = self.own(node, name) if isinstance(name, str) else None
        return own or self.generic_visit(node)

    def own(self, node: ast.Attribute | ast.Subscript, name: str) -> ast.expr | None:
        if isinstance(node.value, ast.Name) and node.value.id in self.elements:
            return ast.copy_location(ast.Name(self.writer.called(name, self.number), node.ctx), node)
        return None

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.BinOp(ast.Constant(int() as left), ast.Add() | ast.Sub() as sign, ast.Constant(int() as right)):
                return ast.copy_location(
                    ast.Constant(left + right if isinstance(sign, ast.Add) else left - right), node
                )
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        truth = _truth(node.test)
        return node if truth is None else node.body if truth else node.orelse

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        truth = _truth(node.test)
        return node if truth is None else node.body if truth else node.orelse


class _Layered(ast.NodeTransformer):
    """A name for each layer in place of a variable with the number of one."""

    def __init__(self, writer: _LayerWriter) -> None:
        self.writer = writer

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        base, several = _indices(node)
        name = variable_name(base) if variable_name(node) is None else None
        known = self.writer.names.get(name or "")
        number = whole_index(several[known.place]) if known and known.place < len(several) else None
        if known is None or number is None or (len(several) < known.indices and known.place):
            return self.generic_visit(node)
        left = [it for k, it in enumerate(several) if k != known.place]
        own: ast.expr = ast.Name(self.writer.called(str(name), number), ast.Load() if left else node.ctx)
        if left:
            index = left[0] if len(left) == 1 else ast.Tuple(left, ast.Load())
            own = ast.Subscript(own, self.visit(index), node.ctx)
        return ast.fix_missing_locations(ast.copy_location(own, node))


def _set_first(loop: ast.For) -> list[str]:
    """The variables that each pass of a loop sets before it reads them, other than the targets of loops."""
    within = [it for s in loop.body for it in every_node(s)]
    targets = {
        it.id for one in within if isinstance(one, ast.For) for it in every_node(one.target) if isinstance(it, ast.Name)
    }
    set_first, read = dict[str, None](), set[str]()
    for s in loop.body:
        names = [it for it in every_node(s) if isinstance(it, ast.Name)]
        read |= {it.id for it in names if isinstance(it.ctx, ast.Load)} - set_first.keys()
        set_first |= dict.fromkeys(
            it.id for it in names if isinstance(it.ctx, ast.Store) and it.id not in read | targets
        )
    return list(set_first)


def _numbers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The names that a program assigns one whole number, and the arguments that have one when they are left out."""
    pairs = [(variable_name(t), v) for it in every_node(tree) for t, v in assigned_pairs(it)]
    for name, value in pairs:
        number = whole_index(value)
        if name and number is not None and sum(name == other for other, _ in pairs) == 1:
            yield name, number
    for function in (it for it in every_node(tree) if isinstance(it, ast.FunctionDef)):
        names = [it.arg for it in function.args.args]
        for name, default in zip(reversed(names), reversed(function.args.defaults), strict=False):
            if (number := whole_index(default)) is not None:
                yield name, number


def _truth(test: ast.expr) -> bool | None:
    """Whether a comparison of two numbers holds, as the number of a layer decides it; None for any other."""
    match test:
        case ast.Compare(ast.Constant(int() as left), [operator], [ast.Constant(int() as right)]):
            compared = {ast.Eq: left == right, ast.NotEq: left != right, ast.Gt: left > right, ast.GtE: left >= right}
            compared |= {ast.Lt: left < right, ast.LtE: left <= right}
            return compared.get(type(operator))
        case ast.Constant(int() as number):
            return bool(number)
        case ast.UnaryOp(ast.Not(), ast.Constant(int() as number)):
            return not number
    return None


def _is_append(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called_name(node) in ("append", "stack")


def _put(tree: ast.AST, line: ast.stmt, lines: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Put lines in place of one; the block that they stand in."""
    for node in every_node(tree):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list) and line in block:
                place = block.index(line)
                block[place : place + 1] = lines
                return block
    return []


def _put_sequences(block: list[ast.stmt]) -> None:
    """Have each layer read the sequence that `inp = h` behind the one below says, in place of inp."""
    found, meant = list[ast.stmt](), dict[str, ast.expr]()
    assigned = Counter(name for line in block for target, _ in assigned_pairs(line) if (name := variable_name(target)))
    put = _Meant(meant)
    for line in block:
        match line:
            case ast.Assign([ast.Name(name)], ast.Name() | ast.Subscript() as value) if assigned[name] > 1:
                meant[name] = put.visit(value)
            case _:
                found.append(put.visit(line))
    block[:] = found


class _Meant(ast.NodeTransformer):
    """Values in place of names that are read."""

    def __init__(self, meant: dict[str, ast.expr]) -> None:
        self.meant = meant

    def visit_Name(self, node: ast.Name) -> ast.expr:
        known = node.id in self.meant and isinstance(node.ctx, ast.Load)
        return ast.copy_location(deepcopy(self.meant[node.id]), node) if known else node


def _take_out(tree: ast.Module, lines: Sequence[ast.stmt]) -> None:
    tree.body[:] = (it for it in tree.body if it not in lines)
