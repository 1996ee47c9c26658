"""Writes out the cells of PyTorch where a program calls them: `h, c = lstm(x[t], (h, c))` is the lines of an LSTM.

A layer of a whole sequence, `out, h = rnn(xs)`, is a loop over its cell. The parameters have PyTorch's own names, so
that its weights can be given as they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.language.pasted.python_trees import every_name, is_module, literal_of, variable_name

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
INNER = ("i", "f", "g", "o", "r", "z", "r_x", "z_x", "n_x", "r_h", "z_h", "n_h")
PARAMETERS = ("W_ih", "b_ih", "W_hh", "b_hh")
PASSED_OVER = frozenset(("batch_first", "device", "dtype", "input_size", "hidden_size"))


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


def write_out_cells(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    """Put the lines of cells in place of their calls; the lines that make them, each with a note."""
    cells = {cell.name: cell for node in ast.walk(tree) if isinstance(node, ast.Assign) and (cell := _cell(node))}
    said = list[tuple[ast.AST, str]]()
    for cell in cells.values():
        calls = [it for it in ast.walk(tree) if isinstance(it, ast.Call) and variable_name(it.func) == cell.name]
        lines = {id(call): found for call, found in _calls(tree, cell)}
        if not calls or any(id(it) not in lines for it in calls):
            continue
        writer = _CellWriter(tree, cell, several=len(cells) > 1)
        looped = {id(it) for node in ast.walk(tree) if isinstance(node, ast.For) for it in ast.walk(node)}
        for block, line in lines.values():
            place = block.index(line)
            block[place : place + 1] = writer.written(line, id(line) in looped)
        for block in _blocks(tree):
            if cell.made in block:
                block[:] = [it for it in block if it is not cell.made] or [ast.copy_location(ast.Pass(), cell.made)]
        said.append((cell.made, WRITTEN_OUT.format(cell.name, writer.parameters())))
    return said


def _cell(node: ast.Assign) -> MadeCell | None:
    """The cell that a line makes, of those that are read: of one layer and one direction."""
    name = variable_name(node.targets[0]) if len(node.targets) == 1 else None
    call = node.value
    if name is None or not isinstance(call, ast.Call):
        return None
    func = call.func
    kind = func.attr if isinstance(func, ast.Attribute) and is_module(func.value) else getattr(func, "id", "")
    whole = not kind.endswith("Cell")
    kind = kind.removesuffix("Cell")
    told = {it.arg: literal_of(it.value) for it in call.keywords}
    sizes = [it for it in call.args if not isinstance(it, ast.Starred)]
    several = [literal_of(it) for it in sizes[2:]] + [told.pop("num_layers", 1)]
    biased, squashing = told.pop("bias", True) is not False, told.pop("nonlinearity", "tanh")
    known = len(sizes) >= 2 or "hidden_size" in told
    plain = told.keys() <= PASSED_OVER and all(it == 1 for it in several) and squashing in ("tanh", "relu")
    if kind not in LINES or not known or not plain or len(sizes) > 3 - (not whole):
        return None
    return MadeCell(name, kind, whole, biased, str(squashing), node)


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
        self.named = {name: f"{name}_{cell.name}" if several else name for name in PARAMETERS}
        self.named |= {it: it if not several and it not in self.taken else f"{it}_{cell.name}" for it in INNER}
        self.taken |= set(self.named.values())

    def parameters(self) -> str:
        names = [self.named[it] for it in PARAMETERS if self.cell.biased or it.startswith("W")]
        return f"{', '.join(names[:-1])} and {names[-1]}"

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
        names = self.states(last)
        outs = every.id if isinstance(every, ast.Name) and every.id.strip("_") else self.free("out")
        starts = [ast.unparse(it) for it in _several(call.args[1])] if len(call.args) > 1 else []
        begun = [f"{name} = {it}" for name, it in zip(names, starts, strict=False) if name != it]
        x = self.free("x_t")
        steps = [f"    {it}" for it in (*self.lines(x, names, names), f"{outs}.append({names[0]})")]
        return _placed([*begun, f"{outs} = []", f"for {x} in {ast.unparse(call.args[0])}:", *steps], line)

    def states(self, last: ast.expr) -> list[str]:
        """The names of the states that a layer leaves."""
        names = [it.id for it in _several(last) if isinstance(it, ast.Name) and it.id.strip("_")]
        return names or [self.free(it) for it in ("h", "c")[: 1 + (self.cell.kind == "LSTM")]]

    def step(self, line: ast.Assign, call: ast.Call, target: ast.expr) -> list[ast.stmt]:
        """The lines of one step; a layer that is called with one gives out its state beside it."""
        whole = self.cell.whole and isinstance(target, ast.Tuple)
        every, last = target.elts if whole and isinstance(target, ast.Tuple) else (None, target)
        after = self.states(last)
        before = [ast.unparse(it) for it in _several(call.args[1])] if len(call.args) > 1 else after
        lines = self.lines(ast.unparse(call.args[0]), before, after)
        named = isinstance(every, ast.Name) and every.id.strip("_")
        return _placed([*lines, *([f"{ast.unparse(every)} = {after[0]}"] if named and every else [])], line)

    def lines(self, x: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
        """The lines of a step."""
        values = dict(zip(("x__", "h__", "c__"), (x, *before), strict=False))
        values |= dict(zip(("h1__", "c1__"), after, strict=False))
        meant = {name: ast.parse(it, mode="eval").body for name, it in (self.named | values).items()}
        found = list[str]()
        for line in LINES[self.cell.kind]:
            biases = line if self.cell.biased else line.replace(" + b_ih", "").replace(" + b_hh", "")
            squashed = biases.replace("np.tanh", "relu") if self.cell.squashing == "relu" else biases
            found.append(ast.unparse(_Meant(meant).visit(ast.parse(squashed))))
        return found


class _Meant(ast.NodeTransformer):
    """What the names in the lines of a cell mean in a program."""

    def __init__(self, meant: Mapping[str, ast.expr]) -> None:
        self.meant = meant

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.meant.get(node.id, node)


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """The lists of statements of a program."""
    for node in ast.walk(tree):
        block = getattr(node, "body", None)
        if isinstance(block, list):
            yield block


def _several(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def _placed(lines: Sequence[str], place: ast.stmt) -> list[ast.stmt]:
    """Lines as statements, all of them where the call stands."""
    found = ast.parse("\n".join(lines)).body
    for line in found:
        for node in ast.walk(line):
            ast.copy_location(node, place)
    return found
