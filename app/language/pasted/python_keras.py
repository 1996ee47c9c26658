"""Writes a model of Keras as calls of its layers, one behind the other: `Sequential([SimpleRNN(16), Dense(1)])`.

The layers are those of PyTorch, which python_cells.py writes out: they compute the same, `units` being the size of the
state. A layer that returns no sequences gives its last step to the next. What is not known stays, to be named.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name, literal_of, variable_name

RECURRENT = {"SimpleRNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}
PASSED = frozenset(("Dropout", "Input", "InputLayer", "SpatialDropout1D"))
"""Layers that change nothing when a network runs."""
SQUASHED = {
    "linear": "{}", "relu": "torch.relu({})", "tanh": "torch.tanh({})", "sigmoid": "torch.sigmoid({})",
    "softmax": "torch.softmax({}, dim=-1)",
}  # fmt: skip
USUAL = {"activation": ("tanh",), "recurrent_activation": ("sigmoid",), "go_backwards": (False,)}
"""What arguments of a recurrent layer may say that would change its equations."""
SHAPES = ("input_shape", "shape", "batch_input_shape")
UNTOLD = "features"
"""What an input is called whose size a program does not say."""


class KerasLayer(NamedTuple):
    """A layer: its class, its arguments by name, its call."""

    kind: str
    units: ast.expr | None
    said: dict[str, ast.expr]
    call: ast.Call

    def literal(self, name: str, usual: object) -> object:
        return literal_of(self.said[name]) if name in self.said else usual


def write_out_keras_models(tree: ast.Module) -> None:
    """Put calls of layers in place of the first model that a program puts together, if all of its layers are known."""
    for block in [it.body for it in every_node(tree) if isinstance(it, ast.Module | ast.FunctionDef)]:
        for line in block:
            if isinstance(line, ast.Assign) and _is_sequential(line.value):
                name = variable_name(line.targets[0])
                added = [it for it in block if _method_of(it, name) == "add"]
                layers = [*_listed(line.value), *(_layer(it) for it in map(_added, added))]
                lines = None if None in layers else _lines([it for it in layers if it is not None])
                if name and lines:
                    gone = [it for it in block if _method_of(it, name) in ("add", "build", "compile", "summary", "fit")]
                    place = block.index(line)
                    block[:] = [*block[:place], *lines, *(it for it in block[place + 1 :] if it not in gone)]
                return


def _is_sequential(value: ast.expr) -> bool:
    """True for Keras' class: it has a list of layers, or none yet."""
    return (
        isinstance(value, ast.Call)
        and called_name(value) == "Sequential"
        and (not value.args or isinstance(value.args[0], ast.List))
    )


def _method_of(line: ast.stmt, name: str | None) -> str:
    match line:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(owner), method))) | ast.Assign(
            _, ast.Call(ast.Attribute(ast.Name(owner), method))
        ) if owner == name:
            return method
    return ""


def _added(line: ast.stmt) -> ast.expr | None:
    assert isinstance(line, ast.Expr) and isinstance(line.value, ast.Call)
    return line.value.args[0] if line.value.args else None


def _listed(value: ast.expr) -> Iterator[KerasLayer | None]:
    if isinstance(value, ast.Call) and value.args and isinstance(value.args[0], ast.List):
        yield from map(_layer, value.args[0].elts)


def _layer(value: ast.expr | None) -> KerasLayer | None:
    """A layer that is known; what is written at every step alike is that layer."""
    if not isinstance(value, ast.Call):
        return None
    kind = called_name(value)
    if kind == "TimeDistributed" and len(value.args) == 1:
        return _layer(value.args[0])
    said = {str(it.arg): it.value for it in value.keywords}
    units = value.args[0] if value.args else said.get("units")
    layer = KerasLayer(kind, units, said, value)
    if kind in RECURRENT:
        usual = {
            **USUAL,
            "activation": ("tanh", "relu") if kind == "SimpleRNN" else ("tanh",),
            "use_bias": (True, False),
        }
        told = all(layer.literal(name, its[0]) in its for name, its in usual.items())
        return layer if units is not None and told else None
    if kind == "Dense":
        squashed = layer.literal("activation", "linear")
        return layer if units is not None and squashed in SQUASHED else None
    if kind == "Embedding":
        return layer if len(value.args) > 1 else None
    return layer if kind in PASSED else None


def _lines(layers: Sequence[KerasLayer]) -> list[ast.stmt] | None:
    """The calls of the layers, each of what the one before gives; None where none of them is recurrent."""
    if not any(it.kind in RECURRENT for it in layers):
        return None
    made, calls = list[tuple[str, KerasLayer]](), list[tuple[str, KerasLayer]]()
    value, size, counted = "x", _features(layers), 0
    for k, layer in enumerate(layers, 1):
        units = ast.unparse(layer.units) if layer.units is not None else ""
        if layer.kind in RECURRENT:
            counted += 1
            more = "" if layer.literal("use_bias", True) else ", bias=False"
            more += ", nonlinearity='relu'" if layer.literal("activation", "tanh") == "relu" else ""
            made.append((f"rnn_{counted} = nn.{RECURRENT[layer.kind]}({size}, {units}{more})", layer))
            calls.append((f"out_{counted}, _ = rnn_{counted}({value})", layer))
            whole = layer.literal("return_sequences", False) is True
            value, size = f"out_{counted}" if whole else f"out_{counted}[-1]", units
        elif layer.kind == "Dense":
            made.append((f"dense_{k} = nn.Linear({size}, {units})", layer))
            squashed = str(layer.literal("activation", "linear"))
            value, size = SQUASHED[squashed].format(f"dense_{k}({value})"), units
        elif layer.kind == "Embedding":
            words, size = map(ast.unparse, layer.call.args[:2])
            made.append((f"emb_{k} = nn.Embedding({words}, {size})", layer))
            value = f"emb_{k}({value})"
    if layers[-1].kind not in RECURRENT or value.endswith("[-1]"):
        calls.append((f"y = {value}", layers[-1]))
    return [line for text, layer in (*made, *calls) for line in _at(text, layer.call)]


def _features(layers: Sequence[KerasLayer]) -> str:
    """How many entries the input has, the last size of its shape."""
    for layer in layers:
        told = next((layer.said[it] for it in ("input_shape", "shape", "batch_input_shape") if it in layer.said), None)
        told = (
            layer.call.args[0] if told is None and layer.kind in ("Input", "InputLayer") and layer.call.args else told
        )
        if isinstance(told, ast.Tuple | ast.List) and told.elts:
            return ast.unparse(told.elts[-1])
    return UNTOLD


def _at(text: str, place: ast.expr) -> list[ast.stmt]:
    """A line in the place of a layer."""
    lines = ast.parse(text).body
    for node in (it for line in lines for it in every_node(line)):
        ast.copy_location(node, place)
    return lines
