"""The layers of Keras as lines of NumPy: one table of what each computes of a value at a step, or at the last one.

They have Keras' own conventions: data stand left of their weights, so that what `get_weights()` gives can be given as
it is; an LSTM has one bias, which begins at 1 for what it forgets, and gates in the order i, f, c, o; a GRU has two
and opens its reset gate behind the matrix product, unless it is told `reset_after=False`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from app.language.elsewhere import meaning_hint
from app.language.pasted.lines import ALL_KEPT, WRITE_OUT
from app.language.pasted.python_trees import FORGETTING, called_name, literal_of

RECURRENT = ("SimpleRNN", "LSTM", "GRU")
CELLS: Mapping[str, str] = {
    "CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU", "SimpleRNNCell": "SimpleRNN", "LSTMCell": "LSTM", "GRUCell": "GRU",
}  # fmt: skip
"""Other names of recurrent layers, and the cells that `RNN(LSTMCell(8))` runs."""
PASSED = frozenset((
    "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Masking", "Input", "InputLayer",
    "ActivityRegularization", "Identity",
))  # fmt: skip
"""Layers that change nothing when a network runs."""
WRAPPING = frozenset(("Bidirectional", "TimeDistributed", "RNN"))
SQUASHED: Mapping[str, str] = {
    "linear": "{}", "relu": "relu({})", "tanh": "np.tanh({})", "sigmoid": "sigmoid({})", "softmax": "softmax({})",
    "elu": "elu({})", "selu": "selu({})", "gelu": "gelu({})", "softplus": "softplus({})", "softsign": "softsign({})",
    "exponential": "np.exp({})", "swish": "silu({})", "silu": "silu({})", "hard_sigmoid": "hard_sigmoid({})",
    "log_softmax": "log_softmax({})", "mish": "mish({})",
}  # fmt: skip
"""Activations by the names that Keras has for them."""
SQUASHING_LAYERS: Mapping[str, str] = {"ReLU": "relu", "Softmax": "softmax", "ELU": "elu"}
MERGING: Mapping[str, str] = {"Add": " + ", "Subtract": " - ", "Multiply": " * ", "Average": " + ", "Concatenate": ", "}
MERGED: Mapping[str, str] = {"concat": "Concatenate", "sum": "Add", "mul": "Multiply", "ave": "Average"}
"""What a Bidirectional does with its two sides."""
POOLED: Mapping[str, str] = {
    "GlobalAveragePooling1D": "np.mean({}, axis=0)", "GlobalMaxPooling1D": "np.max({}, axis=0)",
    "GlobalAvgPool1D": "np.mean({}, axis=0)", "GlobalMaxPool1D": "np.max({}, axis=0)",
}  # fmt: skip
INSTEAD: Mapping[str, str] = {
    "Flatten": "of a sequence it makes one vector, as long as there are steps: write y = sum(V @ h[t]), or read h[tau]",
    "Conv1D": "a convolution over time is a sum of lags: write a[t] = K_0 @ x[t] + K_1 @ x[t-1]",
    "MaxPooling1D": "write maximum(x[t], x[t-1]) for neighbouring steps",
    "Attention": "write e[t] = exp(q @ k[t]), z = sum(e[t]) and c = sum(e[t] * v[t]) / z",
    "MultiHeadAttention": "write e[t] = exp(q @ k[t]), z = sum(e[t]) and c = sum(e[t] * v[t]) / z",
    "Lambda": "write what it computes as a line of its own: y[t] = 2 * h[t]",
}
"""What to write for layers that are not read."""
LAYERS = (
    frozenset(RECURRENT) | CELLS.keys() | PASSED | WRAPPING | SQUASHING_LAYERS.keys() | MERGING.keys() | POOLED.keys()
    | INSTEAD.keys()
    | {"Dense", "Embedding", "Activation", "LayerNormalization", "BatchNormalization", "RepeatVector", "Reshape"}
)  # fmt: skip
GATES = "zrg"
"""The gates of a GRU in Keras' order, with what comes of the third."""
ALL_STEPS = "the vector is read at every step; all sequences have tau steps here"
EPSILON = 0.001
"""What Keras adds to a variance."""
READ = frozenset((
    "units", "activation", "recurrent_activation", "use_bias", "unit_forget_bias", "reset_after", "return_sequences",
    "return_state", "go_backwards", "input_shape", "batch_input_shape", "input_dim", "input_length", "shape",
    "batch_shape", "name", "merge_mode", "output_dim", "layer", "n", "axis", "epsilon", "cell",
))  # fmt: skip
"""Arguments that are read."""
OF_COMPUTING = frozenset((
    "dtype", "implementation", "unroll", "time_major", "mask_zero", "batch_size", "seed", "rate", "use_cudnn", "ragged",
    "dropout", "recurrent_dropout", "noise_shape", "stddev", "mask_value",
))  # fmt: skip
"""Arguments that change nothing when one sequence is run."""
LEFT_OUT = "{} is left out"


class UnreadLayer(Exception):
    """Raised where a layer is not read: what is said, at which node, and what to write."""

    def __init__(self, message: str, node: ast.AST, hint: str) -> None:
        super().__init__(message)
        self.message, self.node, self.hint = message, node, hint


@dataclass(frozen=True, eq=False)
class KerasLayer:
    """A layer that a program makes: its class, what it is told, the layer that it wraps."""

    kind: str
    call: ast.Call
    said: Mapping[str, ast.expr]
    inner: KerasLayer | None = None

    @property
    def units(self) -> ast.expr | None:
        return self.said.get("units")

    def told(self, name: str, usual: object) -> object:
        return literal_of(self.said[name]) if name in self.said else usual

    def activation(self, name: str, usual: str) -> str:
        """The template of an activation, by a name or as a function."""
        said = self.said.get(name)
        if said is None:
            return SQUASHED[usual]
        value = literal_of(said)
        word = str(value) if isinstance(value, str) else ast.unparse(said).split(".")[-1].removesuffix("()")
        word = "linear" if isinstance(said, ast.Constant) and value is None else word
        if word not in SQUASHED:
            hint = meaning_hint(word, ["z[t]"]) or "write the equations of the layer with it"
            raise UnreadLayer(f"the activation {ast.unparse(said)} is not read", said, hint)
        return SQUASHED[word]

    @property
    def features(self) -> ast.expr | None:
        """The last size of the shape that it is told, that of each step."""
        shape = self.shape
        return shape[-1] if shape else self.said.get("input_dim")

    @property
    def steps(self) -> ast.expr | None:
        """How many steps its shape says, or how long what it reads is."""
        shape = self.shape
        return shape[-2] if len(shape) > 1 else self.said.get("input_length")

    @property
    def shape(self) -> Sequence[ast.expr]:
        names = ("input_shape", "shape", "batch_input_shape", "batch_shape")
        told = next((self.said[it] for it in names if it in self.said), None)
        return told.elts if isinstance(told, ast.Tuple | ast.List) else []


def layer_of(value: ast.expr, known: Mapping[str, object] = MappingProxyType({})) -> KerasLayer | None:
    """The layer that a call makes, which may wrap one that is known by a name; None for what is no layer of Keras."""
    if not isinstance(value, ast.Call) or called_name(value) not in LAYERS or _is_of_torch(value):
        return None
    kind = CELLS.get(called_name(value), called_name(value))
    said = {str(it.arg): it.value for it in value.keywords}
    first = {"Embedding": ("input_dim", "output_dim"), "Input": ("shape",), "InputLayer": ("shape",)}
    first |= {"Activation": ("activation",), "RepeatVector": ("n",)}
    said |= dict(zip(first.get(kind, ("units",)), value.args, strict=False))
    wrapped = value.args[0] if value.args else said.get("layer", said.get("cell", value.func))
    own = known.get(wrapped.id) if isinstance(wrapped, ast.Name) else None
    inner = own if isinstance(own, KerasLayer) else layer_of(wrapped)
    if kind in WRAPPING and inner is None:
        return None
    if kind == "RNN" and inner is not None:
        whole = {**inner.said, **{name: it for name, it in said.items() if name not in ("units", "cell")}}
        return KerasLayer(inner.kind, value, whole)
    if kind in RECURRENT and "units" not in said:
        return None
    return KerasLayer(kind, value, said, inner)


def _is_of_torch(call: ast.Call) -> bool:
    """True for `nn.LSTM(3, 4)` and for `LSTM(3, 4)`, whose arguments are the sizes of the input and of the state."""
    modules = set(ast.unparse(call.func).split(".")[:-1])
    several = called_name(call) in (*RECURRENT, *CELLS, "RNN") and len(call.args) > 1
    return not modules.isdisjoint(("nn", "torch")) or (several and not isinstance(call.args[0], ast.Call))


@dataclass(frozen=True, slots=True)
class KerasValue:
    """What a layer gives: a name at each step, or one value."""

    name: str
    steps: bool
    size: ast.expr | None = None
    repeated: bool = False
    """True for one value that every step reads."""

    def at(self, index: str) -> str:
        return f"{self.name}[{index}]" if self.steps and not self.repeated else self.name


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line, where it is done, and the layer that it stands for."""

    text: str
    node: ast.AST
    where: str = ""
    """Along the steps, "up" or "down"; beside them nothing."""


@dataclass
class LayerWriter:
    """Writes layers out, one after the other; each has names of its own."""

    taken: set[str]
    counts: Mapping[str, int]
    """How many layers of each kind the program has, so that one alone needs no number."""
    lines: list[WrittenLine] = field(default_factory=list)
    sizes: list[tuple[ast.AST, str, list[ast.expr]]] = field(default_factory=list)
    said: list[tuple[ast.AST, str]] = field(default_factory=list)
    numbered: dict[str, int] = field(default_factory=dict)
    named: dict[KerasLayer, str] = field(default_factory=dict)
    """What stands behind the names of each layer."""
    parameters: dict[tuple[KerasLayer, str], str] = field(default_factory=dict)
    """The names of parameters, each with its layer."""
    wrapping: ast.AST | None = None
    """The layer that wraps those which are written, where all of their lines stand."""
    logits: dict[str, str] = field(default_factory=dict)
    """What a softmax or a sigmoid is of, by the name of what it gives."""

    def rename(self, old: str, new: str) -> None:
        """Give a value another name in the lines that are not placed yet."""
        put = re.compile(rf"\b{re.escape(old)}\b")
        self.lines = [replace(it, text=put.sub(new, it.text)) for it in self.lines]
        self.logits = {(new if name == old else name): (new if it == old else it) for name, it in self.logits.items()}

    def own(self, layer: KerasLayer, name: str) -> tuple[str, bool]:
        """The name of a parameter of a layer, and whether it is new: a layer that is called again has the same ones."""
        known = self.parameters.get((layer, name))
        if known is None:
            known = self.parameters[layer, name] = self.free(name)
            return known, True
        return known, False

    def free(self, name: str) -> str:
        found = next(it for k in range(1, 999) if (it := name if k == 1 else f"{name}_{k}") not in self.taken)
        self.taken.add(found)
        return found

    def put(self, text: str, node: ast.AST, where: str = "") -> None:
        self.lines.append(WrittenLine(text, self.wrapping or node, where))

    def behind(self, layer: KerasLayer, group: str) -> str:
        """What tells the names of a layer from those of others of its kind: its own name, else its number."""
        if layer not in self.named:
            name = layer.told("name", None)
            self.numbered[group] = number = self.numbered.get(group, 0) + 1
            alone = self.counts.get(group, 1) < 2
            own = str(name) if isinstance(name, str) and name.isidentifier() else "" if alone else str(number)
            self.named[layer] = f"_{own}" if own else ""
        return self.named[layer]

    def write(self, layer: KerasLayer, value: KerasValue, name: str, text: str, size: ast.expr | None) -> KerasValue:
        """A line that computes a name of a value, at every step if that is a sequence; `{}` is the value in it."""
        name = self.free(name)
        steps = value.steps and not value.repeated
        left = f"{name}[t]" if steps else name
        self.put(f"{left} = {text.format(value.at('t'))}", layer.call, "up" if steps else "")
        return KerasValue(name, steps, size, value.repeated)

    def applied(self, layer: KerasLayer, value: KerasValue, starts: Sequence[KerasValue] = ()) -> list[KerasValue]:
        """What a layer gives of a value: its own, then the states that it hands on."""
        kind, left = layer.kind, [it for it in layer.said if it not in READ | OF_COMPUTING]
        self.said += [(self.wrapping or layer.call, LEFT_OUT.format(", ".join(left)))] if left else []
        dropping = {"dropout", "recurrent_dropout"} & layer.said.keys()
        self.said += [(self.wrapping or layer.call, ALL_KEPT)] if dropping else []
        if kind in RECURRENT:
            return self.recurrent(layer, value, starts)
        if kind == "Bidirectional":
            return [self.both_ways(layer, value)]
        if kind == "TimeDistributed" and layer.inner is not None:
            return self.applied(layer.inner, value)
        if kind in PASSED:
            self.said += [(layer.call, ALL_KEPT)] if "Drop" in kind or "Noise" in kind else []
            return [value]
        if kind == "Dense":
            return [self.dense(layer, value)]
        if kind == "Embedding":
            (table, new), size = self.own(layer, f"E{self.behind(layer, 'Embedding')}"), layer.said.get("output_dim")
            if size is not None and new:
                self.sizes.append((layer.call, table, [layer.said["input_dim"], size]))
            self.said.append((layer.call, f"{value.name} is one-hot here, where the program has the numbers of words"))
            return [self.write(layer, value, "e", f"{{}} @ {table}", size)]
        if kind == "Softmax" and value.steps and layer.told("axis", -1) == 1:
            return [self.shares(layer, value)]
        if kind == "Activation" or kind in SQUASHING_LAYERS:
            word = SQUASHING_LAYERS.get(kind, "linear")
            return [self.squashed(layer, value, layer.activation("activation", word))]
        if kind in ("LayerNormalization", "BatchNormalization"):
            return [self.normalised(layer, value)]
        if kind == "RepeatVector" and not value.steps:
            name = self.free("v")
            self.put(f"{name} = {value.name}", layer.call)
            self.said.append((layer.call, ALL_STEPS))
            return [KerasValue(name, True, value.size, repeated=True)]
        if kind == "Lambda" and value.steps and (pool := _pool_of(layer)):
            name = self.free("m")
            self.put(f"{name} = {pool.format(value.name)}", layer.call)
            return [KerasValue(name, False, value.size)]
        if kind in POOLED and value.steps:
            name = self.free("m")
            self.put(f"{name} = {POOLED[kind].format(value.name)}", layer.call)
            return [KerasValue(name, False, value.size)]
        if kind == "Flatten" and not value.steps:
            return [value]
        hint = INSTEAD.get(kind) or meaning_hint(kind, ["h[t]"]) or WRITE_OUT
        raise UnreadLayer(f"the layer {kind} is not read", layer.call, hint)

    def dense(self, layer: KerasLayer, value: KerasValue) -> KerasValue:
        behind, units = self.behind(layer, "Dense"), layer.units
        behind = behind if "name" in layer.said and behind else f"_dense{behind}"
        weights, new = self.own(layer, f"W{behind}")
        inner, biased = f"{{}} @ {weights}", layer.told("use_bias", True) is not False
        if new:
            self.size(layer, weights, value.size, units)
        if biased:
            bias, new = self.own(layer, f"b{behind}")
            inner = f"{inner} + {bias}"
            if new:
                self.begin(layer, bias, "np.zeros({})", units)
        activation = layer.activation("activation", "linear")
        return self.squashed(layer, value, activation, inner, units)

    def squashed(
        self, layer: KerasLayer, value: KerasValue, activation: str, inner: str = "{}", units: ast.expr | None = None
    ) -> KerasValue:
        """A value with an activation; what a softmax or sigmoid is of has a name, since losses are computed of that."""
        units = units if units is not None else value.size
        if activation not in (SQUASHED["softmax"], SQUASHED["sigmoid"]):
            return self.write(layer, value, "a", activation.format(inner), units)
        known = value if inner == "{}" else self.write(layer, value, "z", inner, units)
        found = self.write(layer, known, "p", activation, units)
        self.logits[found.name] = known.name
        return found

    def shares(self, layer: KerasLayer, value: KerasValue) -> KerasValue:
        """A softmax over the steps."""
        raised = self.write(layer, value, "w", "np.exp({})", value.size)
        whole = self.free("s")
        self.put(f"{whole} = np.sum({raised.name}, axis=0)", layer.call)
        return self.write(layer, raised, "p", f"{{}} / {whole}", value.size)

    def normalised(self, layer: KerasLayer, value: KerasValue) -> KerasValue:
        if layer.kind == "BatchNormalization":
            hint = meaning_hint("batch_norm", [value.at("t")]) or WRITE_OUT
            raise UnreadLayer("the layer BatchNormalization is not read", layer.call, hint)
        behind = self.behind(layer, layer.kind)
        centred = self.write(layer, value, "n", "{0} - np.mean({0})", value.size)
        (gamma, new), (beta, _) = self.own(layer, f"gamma{behind}"), self.own(layer, f"beta{behind}")
        if new:
            self.begin(layer, gamma, "np.ones({})", value.size)
            self.begin(layer, beta, "np.zeros({})", value.size)
        epsilon = ast.unparse(layer.said["epsilon"]) if "epsilon" in layer.said else EPSILON
        text = f"{gamma} * {{0}} / np.sqrt(np.mean({{0}} ** 2) + {epsilon}) + {beta}"
        return self.write(layer, centred, "n", text, value.size)

    def kept(self, value: KerasValue, node: ast.AST) -> KerasValue:
        """A value under a name: of the last step it has a line, since an index would be another within steps."""
        if "[" not in value.name:
            return value
        name = self.free("v")
        self.put(f"{name} = {value.name}", node)
        return replace(value, name=name)

    def merged(self, kind: str, values: Sequence[KerasValue], node: ast.AST, name: str = "m") -> KerasValue:
        """Several values as one: sum, product, mean, or one behind the other; one entry beside several is a number."""
        values = [self.kept(it, node) for it in values] if any(it.steps for it in values) else values
        sizes = [it.size for it in values]
        wide = next((it for it in sizes if it is not None and literal_of(it) != 1), sizes[0])
        is_wide = wide is not None and literal_of(wide) != 1
        single = [is_wide and it.size is not None and literal_of(it.size) == 1 for it in values]
        told = [f"np.sum({it.at('t')})" if one else it.at("t") for it, one in zip(values, single, strict=True)]
        if kind == "Concatenate":
            text, size = f"np.concatenate([{', '.join(it.at('t') for it in values)}])", _sum(sizes)
        else:
            text, size = MERGING[kind].join(told), wide
            text = f"({text}) / {len(values)}" if kind == "Average" else text
        steps = any(it.steps and not it.repeated for it in values)
        name = self.free(name)
        left = f"{name}[t]" if steps else name
        self.put(f"{left} = {text}", node, "up" if steps else "")
        return KerasValue(name, steps, size)

    def recurrent(
        self, layer: KerasLayer, value: KerasValue, starts: Sequence[KerasValue], side: str = "", back: bool = False
    ) -> list[KerasValue]:
        """The lines of a step, and what is left of them: every step or the last, then the states if it gives them."""
        if not value.steps:
            hint = "put return_sequences=True into the layer before it, or RepeatVector(10) between them"
            raise UnreadLayer(f"{layer.kind} is given one vector, and no sequence", layer.call, hint)
        back, whole = back != (layer.told("go_backwards", False) is True), layer.told("return_sequences", False) is True
        if back and whole and not side:
            hint = "it gives the last step first: write Bidirectional, or h[t] = tanh(x[t] @ W + h[t+1] @ U + b)"
            raise UnreadLayer("go_backwards=True with return_sequences=True is not read", layer.call, hint)
        behind = side + self.behind(layer, "recurrent")
        h, c = self.free(f"h{behind}"), self.free(f"c{behind}") if layer.kind == "LSTM" else ""
        before = "t+1" if back else "t-1"
        states = [it for it in (h, c) if it]
        for name, start in zip(states, starts, strict=False):
            self.put(f"{name}[-1] = {start.at('-1')}", layer.call)
        cell = self.cell(layer, value, behind)
        for line in cell.lines(value.at("t"), h, c, before):
            self.put(line, layer.call, "down" if back else "up")
        self.said.append((self.wrapping or layer.call, cell.words(layer.kind)))
        last = "0" if back else "-1"
        left = [KerasValue(h, True, layer.units)] if whole else [self.last(layer, h, last)]
        if layer.told("return_state", False) is True:
            left += [self.last(layer, it, last) for it in states]
        return left

    def last(self, layer: KerasLayer, name: str, index: str) -> KerasValue:
        """A state behind the last step."""
        return KerasValue(f"{name}[{index}]", False, layer.units)

    def both_ways(self, layer: KerasLayer, value: KerasValue) -> KerasValue:
        inner = layer.inner
        if inner is None or inner.kind not in RECURRENT:
            raise UnreadLayer("this Bidirectional is not read", layer.call, WRITE_OUT)
        how = MERGED.get(str(layer.told("merge_mode", "concat")), "")
        if not how:
            raise UnreadLayer("merge_mode=None is not read", layer.call, "leave it out: both sides stand in one vector")
        self.wrapping = layer.call
        [there, *_], [back, *_] = (self.recurrent(inner, value, (), side, side == "_bwd") for side in ("_fwd", "_bwd"))
        both = self.merged(how, [there, back], layer.call, "both")
        self.wrapping = None
        return both

    # parameters

    def size(self, layer: KerasLayer, name: str, *sizes: ast.expr | None) -> None:
        self.sizes.append((layer.call, name, [ast.Constant(None) if it is None else it for it in sizes]))

    def begin(self, layer: KerasLayer, name: str, made: str, size: ast.expr | None) -> None:
        """A line before the steps that says how a parameter begins."""
        written = ast.unparse(size) if size is not None else "n"
        self.put(f"{name} = {made.format(written)}", layer.call, "before")

    def cell(self, layer: KerasLayer, value: KerasValue, behind: str) -> CellLines:
        """The lines of a recurrent layer, its parameters named and begun as Keras begins them."""
        units, kind = layer.units, layer.kind
        parts = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[kind]
        biased = layer.told("use_bias", True) is not False
        after = kind == "GRU" and layer.told("reset_after", True) is not False
        (w, new), (u, _) = self.own(layer, f"W{behind}"), self.own(layer, f"U{behind}")
        biases = [self.own(layer, f"{it}{behind}")[0] for it in ("b", "d")[: biased * (1 + after)]]
        rows = _times(parts, units)
        squashed = layer.activation("activation", "tanh")
        gate = layer.activation("recurrent_activation", "sigmoid") if kind != "SimpleRNN" else ""
        names = [self.free(f"{it}{behind}") for it in INNER[kind][after]]
        made = CellLines(kind, w, u, biases, squashed, gate, names, after)
        if not new:
            return made
        self.size(layer, w, value.size, rows)
        for name in [f"{u}_{it}" for it in GATES] if kind == "GRU" and not after else [u]:
            self.size(layer, name, units, rows if name == u else units)
        for name in biases:
            forgets = kind == "LSTM" and layer.told("unit_forget_bias", True) is not False
            self.begin(layer, name, f"{FORGETTING}({{}})" if forgets else "np.zeros({})", rows)
        return made


INNER: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "SimpleRNN": ((), ()),
    "LSTM": (("i", "f", "g", "o"), ()),
    "GRU": (("z_x", "r_x", "g_x", "z", "r", "g"), ("z_x", "r_x", "g_x", "z_h", "r_h", "g_h", "z", "r", "g")),
}
"""What the lines of a step compute beside the states; of a GRU with its reset gate before and behind the product."""


@dataclass(frozen=True, slots=True)
class CellLines:
    """The equations of a recurrent layer, with the names of its parameters."""

    kind: str
    w: str
    u: str
    biases: Sequence[str]
    squashed: str
    gate: str
    names: Sequence[str]
    after: bool

    def lines(self, x: str, h: str, c: str, before: str) -> Iterator[str]:
        """The lines of a step t of which `before` is the one before."""
        bias = f" + {self.biases[0]}" if self.biases else ""
        old = f"{h}[{before}]"
        now = [f"{it}[t]" for it in self.names]
        both = f"{x} @ {self.w} + {old} @ {self.u}{bias}"
        if self.kind == "SimpleRNN":
            yield f"{h}[t] = {self.squashed.format(both)}"
        elif self.kind == "LSTM":
            i, f, g, o = now
            yield f"{', '.join(now)} = np.split({both}, 4)"
            yield (
                f"{c}[t] = {self.gate.format(f)} * {c}[{before}] + {self.gate.format(i)} * {self.squashed.format(g)}"
            )
            yield f"{h}[t] = {self.gate.format(o)} * {self.squashed.format(f'{c}[t]')}"
        else:
            yield from self.gated(x, h, old, bias, now)

    def gated(self, x: str, h: str, old: str, bias: str, now: Sequence[str]) -> Iterator[str]:
        """A GRU: Keras has the update gate z before the reset gate r, and keeps as much of the state as z is open."""
        *parts, z, r, g = now
        of_x, of_h = parts[:3], parts[3:]
        yield f"{', '.join(of_x)} = np.split({x} @ {self.w}{bias}, 3)"
        if self.after:
            second = f" + {self.biases[1]}" if len(self.biases) > 1 else ""
            yield f"{', '.join(of_h)} = np.split({old} @ {self.u}{second}, 3)"
            reset = f"{r} * {of_h[2]}"
        else:
            of_h = [f"{old} @ {self.u}_{it}" for it in GATES]
            reset = f"({r} * {old}) @ {self.u}_{GATES[2]}"
        yield f"{z} = {self.gate.format(f'{of_x[0]} + {of_h[0]}')}"
        yield f"{r} = {self.gate.format(f'{of_x[1]} + {of_h[1]}')}"
        yield f"{g} = {self.squashed.format(f'{of_x[2]} + {reset}')}"
        yield f"{h}[t] = {z} * {old} + (1 - {z}) * {g}"

    def words(self, kind: str) -> str:
        """What is said of its parameters: they are those that Keras gives out, in this order."""
        rows = " (two rows)" if len(self.biases) > 1 else ""
        third = [f"{self.u}_{it}" for it in GATES]
        u = self.u if self.after or kind != "GRU" else f"{', '.join(third)} side by side"
        names = [self.w, u, " and ".join(self.biases) + rows] if self.biases else [self.w, u]
        return f"{kind} is written out; its get_weights() are {', '.join(names)}"


def _pool_of(layer: KerasLayer) -> str:
    """What `Lambda(lambda z: K.sum(z, axis=1))` computes, which goes over the steps; nothing for any other."""
    match layer.call.args:
        case [ast.Lambda(ast.arguments(args=[one]), ast.Call(_, [ast.Name(name), *axes], keywords) as call)] if (
            one.arg == name
            and called_name(call) in ("sum", "mean", "max", "min", "reduce_sum", "reduce_mean", "reduce_max")
        ):
            told = [literal_of(it) for it in (*axes, *(k.value for k in keywords if k.arg == "axis"))]
            return f"np.{called_name(call).removeprefix('reduce_')}({{}}, axis=0)" if told == [1] else ""
    return ""


def _times(factor: int, size: ast.expr | None) -> ast.expr | None:
    if size is None or factor == 1:
        return size
    return ast.copy_location(ast.BinOp(ast.Constant(factor), ast.Mult(), size), size)


def _sum(sizes: Sequence[ast.expr | None]) -> ast.expr | None:
    found: ast.expr | None = sizes[0]
    for it in sizes[1:]:
        found = None if found is None or it is None else ast.BinOp(found, ast.Add(), it)
    return found
