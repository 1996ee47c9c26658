"""Writes out the cells of PyTorch where a program calls them: `h, c = lstm(x[t], (h, c))` is the lines of an LSTM.

A layer of a whole sequence, `out, h = rnn(xs)`, is a loop over its cell; of several layers each has its own lines in
it, and of two directions each its own loop, behind which what they give is put together. The parameters have PyTorch's
own names, so that its weights can be given as they are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.language.pasted.lines import ALL_KEPT, BY_ITSELF
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_sizes import SizesReader
from app.language.pasted.python_trees import (
    EMPTY,
    assigned_pairs,
    called_name,
    every_name,
    is_module,
    literal_of,
    made_anew,
    variable_name,
    whole_index,
)

WRITTEN_OUT = "{} is written out where it is called, with the parameters {}"
SUM = "W_ih @ x__ + b_ih + W_hh @ h__ + b_hh"
LINES: Mapping[str, Sequence[str]] = {
    "RNN": (f"h1__ = np.tanh({SUM})",),
    "LSTM": (
        f"i, f, g, o = np.split({SUM}, 4)",
        "c1__ = sigmoid(f) * c__ + sigmoid(i) * np.tanh(g)",
        "h1__ = sigmoid(o) * np.tanh(c1__)",
    ),
    "GRU": (
        "r_x, z_x, n_x = np.split(W_ih @ x__ + b_ih, 3)",
        "r_h, z_h, n_h = np.split(W_hh @ h__ + b_hh, 3)",
        "r = sigmoid(r_x + r_h)",
        "z = sigmoid(z_x + z_h)",
        "h1__ = (1 - z) * np.tanh(n_x + r * n_h) + z * h__",
    ),
}
"""The lines of a step, by the kind of the cell: of what it is given, x__, h__ and c__, they make h1__ and c1__."""
PARTS = {"RNN": 1, "LSTM": 4, "GRU": 3}
"""How many states the rows of its weights stand for."""
INNER = ("i", "f", "g", "o", "r", "z", "r_x", "z_x", "n_x", "r_h", "z_h", "n_h")
PARAMETERS = ("W_ih", "b_ih", "W_hh", "b_hh")
PASSED_OVER = frozenset(("batch_first", "device", "dtype"))
BEGINNING = re.compile(r"init|zero|begin", re.IGNORECASE)
"""Functions that begin states by their names."""
MOST_LAYERS = 8


@dataclass(frozen=True, slots=True)
class MadeCell:
    """A cell or a layer that a program makes: its name, its kind, and what its arguments say."""

    name: str
    kind: str
    whole: bool
    """True for a layer of a whole sequence."""
    biased: bool
    squashing: str
    made: ast.Assign
    sizes: tuple[ast.expr, ast.expr]
    """How large its input and its state are."""
    layers: int = 1
    both_ways: bool = False
    dropping: bool = False

    @property
    def plain(self) -> bool:
        return self.layers == 1 and not self.both_ways

    @property
    def parts(self) -> list[LayerCell]:
        """The cells that it has, layer by layer, as PyTorch keeps their states."""
        if self.plain:
            return [LayerCell(0, "", False)]
        ways = ("", "_reverse")[: 1 + self.both_ways]
        return [LayerCell(k, f"_l{k}{way}", bool(way)) for k in range(self.layers) for way in ways]


@dataclass(frozen=True, slots=True)
class LayerCell:
    """One cell of a layer, with what PyTorch puts behind the names of its parameters."""

    layer: int
    ending: str
    from_the_end: bool


@dataclass
class WrittenCells:
    """What is said of the lines that make cells, and what is written of the sizes of their parameters."""

    said: list[tuple[ast.AST, str]] = field(default_factory=list)
    sizes: list[tuple[ast.AST, str, list[ast.expr]]] = field(default_factory=list)


def write_out_cells(tree: ast.Module) -> WrittenCells:
    """Put the lines of cells in place of their calls."""
    made = [it for it in every_node(tree) if isinstance(it, ast.Assign)]
    cells = {cell.name: cell for it in made if (cell := _cell(it, tree))}
    found = WrittenCells()
    for name in dict.fromkeys(_pairs_of_states(tree, cells)):
        found.said += _spread(tree, name)
    for cell in cells.values():
        calls = [it for it in every_node(tree) if isinstance(it, ast.Call) and variable_name(it.func) == cell.name]
        lines = {id(call): found for call, found in _calls(tree, cell)}
        if not calls or any(id(it) not in lines for it in calls):
            continue
        writer = _CellWriter(tree, cell, several=len(cells) > 1)
        looped = {id(it) for node in every_node(tree) if isinstance(node, ast.For) for it in every_node(node)}
        if not cell.plain and any(id(line) in looped for _, line in lines.values()):
            continue
        for block, line in lines.values():
            _read_by_first_name(block, block.index(line), line)
            place = block.index(line)
            written = writer.written(line, id(line) in looped)
            if other := writer.renamed:
                later = _Meant({name: ast.Name(it, ast.Load()) for name, it in other.items()})
                block[place + 1 :] = (later.visit(it) for it in block[place + 1 :])
            block[place : place + 1] = written
            if not cell.plain:
                writer.put_states(tree, block[place:])
        _Weights(cell.name, writer.named).visit(tree)
        for block in _blocks(tree):
            if cell.made in block:
                block[:] = [it for it in block if it is not cell.made] or [ast.copy_location(ast.Pass(), cell.made)]
        said = WRITTEN_OUT.format(cell.name, writer.parameters())
        found.said.append((cell.made, f"{said}; {ALL_KEPT}" if cell.dropping else said))
        found.sizes += ((cell.made, name, sizes) for name, sizes in writer.sizes())
    return found


def _read_by_first_name(block: list[ast.stmt], place: int, line: ast.Assign) -> None:
    """Have a call be given what a line before it gives another name: `output = embedded`."""
    call = line.value
    again = {it.id for it in every_node(line.targets[0]) if isinstance(it, ast.Name)}
    for before in reversed(block[:place]):
        match before:
            case ast.Assign([ast.Name(name)], ast.Name() as first) if name in again:
                if isinstance(call, ast.Call) and isinstance(call.args[0], ast.Name) and call.args[0].id == name:
                    call.args[0] = first
                    block.remove(before)


def _pairs_of_states(tree: ast.Module, cells: Mapping[str, MadeCell]) -> Iterator[str]:
    """The names that stand for both states of an LSTM at once: `out, hidden = lstm(x, hidden)`."""
    for node in every_node(tree):
        match node:
            case ast.Assign([target], ast.Call(func) as call):
                cell = cells.get(variable_name(func) or "")
                whole = isinstance(target, ast.Tuple) and len(target.elts) == 2
                left = target.elts[1] if cell and cell.whole and whole and isinstance(target, ast.Tuple) else target
                known = cell is not None and cell.kind == "LSTM" and whole == cell.whole and len(call.args) < 3
                if known and isinstance(left, ast.Name) and left.id.strip("_"):
                    yield left.id


def _spread(tree: ast.Module, name: str) -> list[tuple[ast.AST, str]]:
    """Put two names for one that stands for a pair of states; what is said of the lines that only begin them."""
    taken = set(every_name(tree))
    pair = ("h", "c") if taken.isdisjoint(("h", "c")) else (f"{name}_h", f"{name}_c")
    said = list[tuple[ast.AST, str]]()
    for block in _blocks(tree):
        begun = [it for it in block if _begins_pair(it, name)]
        said += ((it, BY_ITSELF) for it in begun)
        block[:] = [it for it in block if it not in begun] or [ast.copy_location(ast.Pass(), block[0])]
    _Spread(name, pair).visit(tree)
    ast.fix_missing_locations(tree)
    return said


def _begins_pair(line: ast.stmt, name: str) -> bool:
    """True for a line that begins a pair of states as zeros, by a function that is called so, or with nothing."""
    match line:
        case ast.Assign([ast.Name(target)], value) if target == name:
            nothing = isinstance(value, ast.Constant) and value.value is None
            return nothing or (isinstance(value, ast.Call) and bool(BEGINNING.search(called_name(value))))
    return False


class _Spread(ast.NodeTransformer):
    """Two names in place of one for a pair, and one of them for its entries."""

    def __init__(self, name: str, pair: tuple[str, str]) -> None:
        self.name, self.pair = name, pair

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        number = whole_index(node.slice)
        if isinstance(node.value, ast.Name) and node.value.id == self.name and number in (0, 1):
            return ast.copy_location(ast.Name(self.pair[number], node.ctx), node)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id != self.name:
            return node
        return ast.copy_location(ast.Tuple([ast.Name(it, node.ctx) for it in self.pair], node.ctx), node)


def _cell(node: ast.Assign, tree: ast.Module) -> MadeCell | None:
    """The cell that a line makes, of those that are read."""
    name = variable_name(node.targets[0]) if len(node.targets) == 1 else None
    call = node.value
    if name is None or not isinstance(call, ast.Call):
        return None
    func = call.func
    kind = func.attr if isinstance(func, ast.Attribute) and is_module(func.value) else getattr(func, "id", "")
    whole = not kind.endswith("Cell")
    kind = kind.removesuffix("Cell")
    written = {it.arg: it.value for it in call.keywords}
    sizes = [it for it in call.args if not isinstance(it, ast.Starred)]
    own = [*sizes[:2], *(written.pop(it) for it in ("input_size", "hidden_size")[len(sizes) :] if it in written)]
    told = {name: literal_of(it) for name, it in written.items()}
    several = sizes[2] if len(sizes) > 2 else written.get("num_layers", ast.Constant(1))
    told.pop("num_layers", None)
    layers = literal_of(several)
    if layers is None and kind in LINES:
        layers = SizesReader(tree).number(several)
    biased, squashing = told.pop("bias", True) is not False, told.pop("nonlinearity", "tanh")
    both_ways, dropping = told.pop("bidirectional", False), told.pop("dropout", 0)
    known = isinstance(layers, int) and 0 < layers <= MOST_LAYERS and isinstance(both_ways, bool)
    plain = told.keys() <= PASSED_OVER and squashing in ("tanh", "relu") and len(sizes) <= 2 + whole
    if kind not in LINES or len(own) != 2 or not known or not plain:
        return None
    assert isinstance(layers, int)
    about = name, kind, whole, biased, str(squashing), node, (own[0], own[1])
    return MadeCell(*about, layers, bool(both_ways), dropping != 0)


def _calls(tree: ast.Module, cell: MadeCell) -> Iterator[tuple[ast.Call, tuple[list[ast.stmt], ast.Assign]]]:
    """The calls of a cell that are all of a line which gives their results names."""
    for block in _blocks(tree):
        for line in block:
            match line:
                case ast.Assign([target], ast.Call(func, args, []) as call) if variable_name(func) == cell.name:
                    if _fits(cell, target, args):
                        yield call, (block, line)


def _fits(cell: MadeCell, target: ast.expr, args: Sequence[ast.expr]) -> bool:
    """True for a call with the states that a cell has, which gives those that come of it names."""
    if not args or len(args) > 2 or (not cell.whole and len(args) != 2):
        return False
    left = target
    if cell.whole:
        if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
            return False
        left = target.elts[1]
    if cell.kind != "LSTM":
        return isinstance(left, ast.Name) and (len(args) == 1 or not isinstance(args[1], ast.Tuple))
    pair = isinstance(left, ast.Tuple) and len(left.elts) == 2 and all(isinstance(it, ast.Name) for it in left.elts)
    begun = len(args) == 1 or (isinstance(args[1], ast.Tuple) and len(args[1].elts) == 2)
    return begun and (pair or (cell.whole and isinstance(left, ast.Name) and left.id.startswith("_")))


class _CellWriter:
    """The lines of one cell, and the names that a program leaves free for what it computes."""

    def __init__(self, tree: ast.Module, cell: MadeCell, several: bool) -> None:
        self.cell, self.taken = cell, set(every_name(tree))
        self.named = dict[LayerCell, dict[str, str]]()
        for part in cell.parts:
            behind = f"{part.ending}_{cell.name}" if several else part.ending
            named = {name: f"{name}{behind}" for name in PARAMETERS}
            own = {it: it if not (several or part.ending) and it not in self.taken else "" for it in INNER}
            self.named[part] = named | {it: name or f"{it}{behind or f'_{cell.name}'}" for it, name in own.items()}
        self.taken |= {name for named in self.named.values() for name in named.values()}
        self.renamed: dict[str, str] = {}
        """What a call gives, where the program calls it as what is given to it."""
        self.left: tuple[list[str], dict[LayerCell, list[str]]] = ([], {})
        """The states under the names that the call gives them, and those of each part."""
        self.empty = {
            name
            for node in every_node(tree)
            for target, value in assigned_pairs(node)
            if made_anew(value) in EMPTY and (name := variable_name(target))
        }

    def parameters(self) -> str:
        kept = [it for it in PARAMETERS if self.cell.biased or it.startswith("W")]
        names = [self.named[part][it] for part in self.cell.parts for it in kept]
        return f"{', '.join(names[:-1])} and {names[-1]}"

    def sizes(self) -> Iterator[tuple[str, list[ast.expr]]]:
        """What is written of the sizes of the parameters."""
        given, own = self.cell.sizes
        rows = _times(PARTS[self.cell.kind], own)
        for part, named in self.named.items():
            inner = given if part.layer == 0 else _times(1 + self.cell.both_ways, own)
            yield named["W_ih"], [rows, inner]
            yield named["W_hh"], [rows, own]
            if self.cell.biased:
                yield from ((named[it], [rows]) for it in ("b_ih", "b_hh"))

    def free(self, name: str) -> str:
        found = next(it for k in range(1, 999) if (it := name if k == 1 else f"{name}_{k}") not in self.taken)
        self.taken.add(found)
        return found

    def written(self, line: ast.Assign, in_loop: bool) -> list[ast.stmt]:
        call, target = line.value, line.targets[0]
        assert isinstance(call, ast.Call)
        if not self.cell.whole or in_loop:
            return self.step(line, call, target)
        assert isinstance(target, ast.Tuple)
        every, last = target.elts
        outs = every.id if isinstance(every, ast.Name) and every.id.strip("_") else self.free("out")
        if variable_name(call.args[0]) == outs:  # `output, hidden = gru(output, hidden)`
            self.renamed = {outs: self.free(f"{outs}_{self.cell.name}")}
            outs = self.renamed[outs]
        begun = [ast.unparse(it) for it in _several(call.args[1])] if len(call.args) > 1 else []
        if self.cell.plain:
            names = self.states(last)
            starts = [f"{name} = {it}" for name, it in zip(names, begun, strict=False) if name != it]
            x = self.free("x_t")
            steps = [f"    {it}" for it in (*self.lines(x, names, names), f"{outs}.append({names[0]})")]
            return _placed([*starts, f"{outs} = []", f"for {x} in {ast.unparse(call.args[0])}:", *steps], line)
        given = self.states(last)
        states = {part: [self.free(f"{stem_of(it)}{part.ending}") for it in given] for part in self.cell.parts}
        self.left = given, states
        starts = [
            f"{name} = {self.begun_as(call.args[1], k)}{part.ending}"
            for part, names in states.items()
            for k, name in enumerate(names)
            if begun and self.begun_as(call.args[1], k) not in ("", *self.empty)
        ]
        over = self.free("x_in")
        lines = [f"{over} = {ast.unparse(call.args[0])}"] if variable_name(call.args[0]) is None else []
        over = over if lines else ast.unparse(call.args[0])
        steps = self.both_ways(over, outs, states) if self.cell.both_ways else self.one_way(over, outs, states)
        return _placed([*starts, *lines, *steps], line)

    def begun_as(self, starts: ast.expr, place: int) -> str:
        """What the states begin as in a call; nothing where that is zeros."""
        start = _several(starts)[place]
        return "" if made_anew(start) in EMPTY else variable_name(start) or f"{'hc'[place]}0"

    def one_way(self, over: str, outs: str, states: Mapping[LayerCell, list[str]]) -> list[str]:
        """One loop, in which each layer is given what the one below it computes."""
        x = self.free("x_t")
        lines, given = list[str](), x
        for part, names in states.items():
            lines += self.lines(given, names, names, part)
            given = names[0]
        return [f"{outs} = []", f"for {x} in {over}:", *(f"    {it}" for it in (*lines, f"{outs}.append({given})"))]

    def both_ways(self, over: str, outs: str, states: Mapping[LayerCell, list[str]]) -> list[str]:
        """For each layer a loop from the start and one from the end, and what they give, put together."""
        t, lines, given = self.free("t"), list[str](), over
        for layer in range(self.cell.layers):
            own = {part: names for part, names in states.items() if part.layer == layer}
            for part, names in own.items():
                passes = f"range(len({over}))"
                lines.append(f"for {t} in {f'reversed({passes})' if part.from_the_end else passes}:")
                after = [f"{name}[{t}]" for name in names]
                before = [f"{name}[{t}{'+' if part.from_the_end else '-'}1]" for name in names]
                lines += (f"    {it}" for it in self.lines(f"{given}[{t}]", before, after, part))
            given = outs if layer == self.cell.layers - 1 else self.free(f"{outs}_l{layer}")
            both = ", ".join(f"{names[0]}[{t}]" for names in own.values())
            lines += [f"for {t} in {passes}:", f"    {given}[{t}] = np.concatenate([{both}])"]
        return lines

    def put_states(self, tree: ast.AST, lines: Sequence[ast.stmt]) -> None:
        """Have what follows read the states by the names of the layer and the direction that an index says."""
        _PartOfStates(self.cell, *self.left).visit(tree)

    def states(self, last: ast.expr) -> list[str]:
        """The names of the states that a layer leaves."""
        told = [it.id.strip("_") and it.id if isinstance(it, ast.Name) else "" for it in _several(last)]
        usual = ("h", "c")[: 1 + (self.cell.kind == "LSTM")]
        told = told if len(told) == len(usual) else [""] * len(usual)
        return [name or self.free(it) for name, it in zip(told, usual, strict=True)]

    def step(self, line: ast.Assign, call: ast.Call, target: ast.expr) -> list[ast.stmt]:
        """The lines of one step; a layer that is called with one gives out its state beside it."""
        whole = self.cell.whole and isinstance(target, ast.Tuple)
        every, last = target.elts if whole and isinstance(target, ast.Tuple) else (None, target)
        after = self.states(last)
        before = [ast.unparse(it) for it in _several(call.args[1])] if len(call.args) > 1 else after
        lines = self.lines(ast.unparse(call.args[0]), before, after)
        named = isinstance(every, ast.Name) and every.id.strip("_")
        return _placed([*lines, *([f"{ast.unparse(every)} = {after[0]}"] if named and every else [])], line)

    def lines(self, x: str, before: Sequence[str], after: Sequence[str], part: LayerCell | None = None) -> list[str]:
        """The lines of a step."""
        values = dict(zip(("x__", "h__", "c__"), (x, *before), strict=False))
        values |= dict(zip(("h1__", "c1__"), after, strict=False))
        named = self.named[part or self.cell.parts[0]]
        meant = {name: ast.parse(it, mode="eval").body for name, it in (named | values).items()}
        found = list[str]()
        for line in LINES[self.cell.kind]:
            biases = line if self.cell.biased else line.replace(" + b_ih", "").replace(" + b_hh", "")
            squashed = biases.replace("np.tanh", "relu") if self.cell.squashing == "relu" else biases
            found.append(ast.unparse(_Meant(meant).visit(ast.parse(squashed))))
        return found


def stem_of(state: str) -> str:
    """A state without what says that it is the last one: h of h_n, hn, h_last."""
    return state[:1] if state.rstrip("_").removeprefix("_") in STATES_AT_THE_END else state


STATES_AT_THE_END = frozenset(f"{it}{end}" for it in "hc" for end in ("n", "_n", "_last", "_T", "t", "_t", "_out", "T"))


def _times(factor: int, size: ast.expr) -> ast.expr:
    return size if factor == 1 else ast.BinOp(ast.Constant(factor), ast.Mult(), size)


class _Weights(ast.NodeTransformer):
    """The names of a cell's parameters in place of `rnn.weight_hh_l0`."""

    def __init__(self, name: str, named: Mapping[LayerCell, Mapping[str, str]]) -> None:
        self.name = name
        self.own = {
            f"{'weight' if it.startswith('W') else 'bias'}_{it[2:]}{ending}": names[it]
            for part, names in named.items()
            for it in PARAMETERS
            for ending in {part.ending, part.ending or "_l0"}
        }

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        known = variable_name(node.value) == self.name and node.attr in self.own
        return ast.copy_location(ast.Name(self.own[node.attr], node.ctx), node) if known else node


class _PartOfStates(ast.NodeTransformer):
    """The states of one layer in one direction in place of `h_n[-1]`."""

    def __init__(self, cell: MadeCell, names: Sequence[str], states: Mapping[LayerCell, Sequence[str]]) -> None:
        self.cell, self.names, self.states = cell, names, states

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        index = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        number, name = whole_index(index), variable_name(node.value)
        parts = self.cell.parts
        if name not in self.names or number is None or not -len(parts) <= number < len(parts):
            self.generic_visit(node)
            return node
        own = self.states[parts[number]][self.names.index(name)]
        if not self.cell.both_ways:
            return ast.copy_location(ast.Name(own, ast.Load()), node)
        last = ast.Constant(0) if parts[number].from_the_end else ast.UnaryOp(ast.USub(), ast.Constant(1))
        return ast.fix_missing_locations(
            ast.copy_location(ast.Subscript(ast.Name(own, ast.Load()), last, ast.Load()), node)
        )


class _Meant(ast.NodeTransformer):
    """What the names in the lines of a cell mean in a program."""

    def __init__(self, meant: Mapping[str, ast.expr]) -> None:
        self.meant = meant

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.meant.get(node.id, node)


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """The lists of statements of a program."""
    for node in every_node(tree):
        block = getattr(node, "body", None)
        if isinstance(block, list):
            yield block


def _several(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def _placed(lines: Sequence[str], place: ast.stmt) -> list[ast.stmt]:
    """Lines as statements, all of them where the call stands."""
    found = ast.parse("\n".join(lines)).body
    for line in found:
        for node in every_node(line):
            ast.copy_location(node, place)
    return found
