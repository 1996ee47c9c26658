"""Writes a model of Keras out as lines: `Sequential([SimpleRNN(16), Dense(1)])`, layers that are called one on another,
and the `call` of a class.

A model is followed from its input on, layer by layer (keras_layers.py has what each computes). What it is compiled
with is its loss; the second thing that `fit` is given is what it is compared with.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial

from app.language.pasted.keras_layers import (
    CELLS,
    LAYERS,
    MERGING,
    RECURRENT,
    SQUASHED,
    KerasLayer,
    KerasValue,
    LayerWriter,
    UnreadLayer,
    WrittenLine,
    layer_of,
)
from app.language.pasted.lines import WRITE_OUT
from app.language.pasted.python_flax import put_keras_for_flax
from app.language.pasted.python_losses import ONE_HOT, compiled_loss
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_sizes import SizesReader
from app.language.pasted.python_targets import OF_LOSS
from app.language.pasted.python_trees import called_name, every_name, literal_of, variable_name

MODELS = frozenset(("Model", "Functional"))
ROUTINE = frozenset(
    ("compile", "build", "summary", "fit", "evaluate", "fit_generator", "train_on_batch", "reset_states")
)
"""Methods of a model that compute nothing of its equations."""
PREDICTING = frozenset(("predict", "predict_on_batch", "predict_step"))
RESULT = "yhat"
"""What a model gives is called, where the program has no name for it."""
MOST_LAYERS = 16
"""So many layers of a loop are written out."""
WHOLE_BATCH = frozenset(("training", "mask"))
FUNCTIONS_OF_LAYERS = {name.lower(): name for name in MERGING} | {"concat": "Concatenate"}
POOLS = {"reduce_mean": "GlobalAveragePooling1D", "reduce_max": "GlobalMaxPooling1D"}


@dataclass
class WrittenModels:
    """What is said of the lines of models, and what is written of sizes and of the number of steps."""

    said: list[tuple[ast.AST, str]] = field(default_factory=list)
    sizes: list[tuple[ast.AST, str, list[ast.expr]]] = field(default_factory=list)
    refused: list[UnreadLayer] = field(default_factory=list)
    steps: tuple[ast.AST, ast.expr] | None = None
    written: bool = False
    """True where a model is written out."""
    targets: set[str] = field(default_factory=set)
    vectors: set[str] = field(default_factory=set)
    """The inputs that are one vector, and no sequence."""


@dataclass(eq=False)
class KerasModel:
    """A model: its layers in a row, until it is written out, then what it gives."""

    place: ast.AST
    layers: list[KerasLayer] = field(default_factory=list)
    given: list[KerasValue] = field(default_factory=list)
    written: bool = False


def write_out_keras_models(tree: ast.Module) -> WrittenModels:
    """Put the lines of a model in place of those that make it, compile it and train it."""
    found = WrittenModels()
    found.said += put_keras_for_flax(tree)
    calls = [it for it in every_node(tree) if isinstance(it, ast.Call)]
    made = {called_name(it) for it in calls if layer_of(it)}
    runs_cell = any(called_name(it) == "RNN" and isinstance(it.args[0], ast.Name) for it in calls if len(it.args) == 1)
    if made.isdisjoint((*RECURRENT, "RNN", "CuDNNLSTM", "CuDNNGRU")) and not (runs_cell and made & CELLS.keys()):
        return found
    _bring_out_functions(tree)
    tried = _ModelReader(deepcopy(tree), WrittenModels(), set(every_name(tree)))
    tried.read()
    reader = _ModelReader(tree, found, tried.names)
    reader.read()
    found.written = bool(reader.inputs)
    tree.body[:] = map(ast.fix_missing_locations, (*reader.before, *reader.body))
    return found


def _bring_out_functions(tree: ast.Module) -> None:
    """Have the lines of a function that returns a model stand by themselves, in place of its calls too."""
    body = list[ast.stmt]()
    builders = {it.name for it in tree.body if isinstance(it, ast.FunctionDef) and _makes_model(it)}
    for line in tree.body:
        match line:
            case ast.FunctionDef(_, args, [*lines, ast.Return(ast.Name() | ast.Call() as value)]) if _makes_model(line):
                names = [it.arg for it in args.args]
                pairs = zip(names[len(names) - len(args.defaults) :], args.defaults, strict=True)
                body += (ast.copy_location(ast.Assign([ast.Name(n, ast.Store())], it), it) for n, it in pairs)
                if isinstance(value, ast.Call):
                    model = ast.Assign([ast.Name("model", ast.Store())], value)
                    lines = [*lines, ast.copy_location(model, value)]
                body += lines
            case ast.Assign([ast.Name()], ast.Call() as call) if called_name(call) in builders:
                pass
            case _:
                body.append(line)
    tree.body[:] = map(ast.fix_missing_locations, body)


def _makes_model(function: ast.FunctionDef) -> bool:
    within = [it for it in every_node(function) if isinstance(it, ast.Call)]
    return any(called_name(it) in MODELS or _is_sequential(it) for it in within)


def _is_sequential(value: ast.AST) -> bool:
    """True for Keras' class: it has a list of layers, or none yet."""
    return (
        isinstance(value, ast.Call)
        and called_name(value) == "Sequential"
        and (not value.args or isinstance(value.args[0], ast.List))
    )


class _ModelReader:
    """Goes through the lines of one program, and writes out its model."""

    def __init__(self, tree: ast.Module, found: WrittenModels, taken: set[str]) -> None:
        self.tree, self.found = tree, found
        self.known = dict[str, KerasLayer | KerasValue | KerasModel]()
        self.writer = LayerWriter(taken, _counts(tree))
        self.sized = SizesReader(tree)
        self.axes = {it.name: it.axes for it in self.sized.said(tree)}
        self.body, self.before = list[ast.stmt](), list[ast.stmt]()
        """The lines of the program as they become, and those that say how parameters begin."""
        self.names = set[str]()
        """The names of lines that stay those of the program itself."""
        self.inputs = list[str]()
        self.classes = set[str]()
        self.failed = False
        """True from a line on that is not read: what follows it in a model is not written out."""
        self.defaults = dict[str, object]()
        """What the arguments of a model's `call` are when they are left out."""
        self.fitted = next(_calls_of(tree, "fit"), [])
        """What `fit` is given."""
        inputs = list(_calls_of(tree, "Input"))
        self.several = len(inputs) > 1
        if self.several:
            self.writer.taken |= {name for it in every_node(tree) if (name := _name_of_input(it))}

    def read(self) -> None:
        for line in self.tree.body:
            names = set(every_name(line))
            try:
                kept = self.line(line)
            except UnreadLayer as wrong:
                self.found.refused.append(wrong)
                self.writer.lines.clear()
                self.failed, kept = True, []
            self.body += self.statements()
            self.body += kept
            self.names |= names if kept else set()
        for model in [it for it in self.known.values() if isinstance(it, KerasModel)]:
            self.finish(model)
        self.body += self.statements()
        self.found.said += self.writer.said
        self.found.sizes += self.writer.sizes

    def finish(self, model: KerasModel) -> None:
        """Write out a model that no line has called."""
        try:
            if model.layers and not model.written:
                self.called(model, [], RESULT)
        except UnreadLayer as wrong:
            self.found.refused.append(wrong)
            self.writer.lines.clear()
            model.written = True

    # lines

    def line(self, line: ast.stmt) -> list[ast.stmt]:
        """What is left of a line."""
        match line:
            case ast.ClassDef() if call := _call_of(line):
                self.of_class(line, call)
                return []
            case ast.FunctionDef(_, _, body) if any(self.calls_models(line)):
                return [it for one in map(partial(_kept_return, line.name), body) if one for it in self.line(one)]
            case ast.For() if self.has_layers(line):
                return self.repeated(line)
            case ast.Assign([target], value):
                return [] if self.assigned(target, value) else [self.reading(line)]
            case ast.Expr(ast.Call(ast.Attribute(owner, method), args) as call):
                model = self.known.get(variable_name(owner) or "")
                if method == "add" and isinstance(model, KerasModel) and args:
                    model.layers.append(self.layer(args[0]))
                    return []
                return [] if self.routine(call) else [self.reading(line)]
        if self.has_layers(line) and not isinstance(line, ast.FunctionDef | ast.ClassDef):
            raise UnreadLayer(f"{ast.unparse(line)[:40]!r} in a model is not read", line, WRITE_OUT)
        return [self.reading(line)]

    def has_layers(self, line: ast.stmt) -> bool:
        """True for a line with layers in it: that are added to a model, or called."""
        calls = (it for it in every_node(line) if isinstance(it, ast.Call))
        return any(
            layer_of(it, self.known) or isinstance(self.known.get(variable_name(it.func) or ""), KerasLayer)
            for it in calls
        )

    def repeated(self, loop: ast.For) -> list[ast.stmt]:
        """What is left of the lines of a loop over a number of layers."""
        over = loop.iter.args if isinstance(loop.iter, ast.Call) and called_name(loop.iter) == "range" else []
        number = self.sized.number(over[0]) if len(over) == 1 else None
        if number is None or number > MOST_LAYERS:
            raise UnreadLayer("layers in a loop are not read", loop, "write a line for each layer")
        return [it for _ in range(number) for line in loop.body for it in self.line(deepcopy(line))]

    def reading(self, line: ast.stmt) -> ast.stmt:
        """A line of the program's own in which what a model gives stands in place of its calls."""
        for call in list(self.calls_models(line)):
            model = self.called_model(call)
            assert isinstance(model, KerasModel)
            self.finish(model)
            if len(model.given) == 1:
                given = ast.parse(model.given[0].name, mode="eval").body
                _InPlace({id(call): ast.copy_location(given, call)}).visit(line)
        named = ((it, self.known.get(it.id)) for it in every_node(line) if isinstance(it, ast.Name))
        values = ((it, value.name) for it, value in named if isinstance(value, KerasValue) and value.name != it.id)
        meant = {id(it): ast.copy_location(ast.parse(name, mode="eval").body, it) for it, name in values}
        _InPlace(meant).visit(line)
        return line

    def calls_models(self, line: ast.stmt) -> Iterator[ast.Call]:
        """The calls of models in a line."""
        calls = (it for it in every_node(line) if isinstance(it, ast.Call))
        return (it for it in calls if isinstance(self.called_model(it), KerasModel))

    def called_model(self, call: ast.Call) -> object:
        """The model that a call runs, itself or as Flax does, `model.apply(params, x)`."""
        applied = isinstance(call.func, ast.Attribute) and call.func.attr == "apply"
        named = call.func.value if applied and isinstance(call.func, ast.Attribute) else call.func
        return self.known.get(variable_name(named) or "")

    def routine(self, call: ast.Call) -> bool:
        """True for a method of a model that computes none of its equations; its loss is a line where it is compiled."""
        model = self.model_of(call)
        if called_name(call) == "init" and model is not None:
            return True  # Flax draws the parameters of a model so.
        if called_name(call) in ROUTINE and self.failed:
            return True
        if called_name(call) not in ROUTINE or model is None:
            return False
        if called_name(call) == "compile":
            self.finish(model)
            self.compiled(model, call)
        return True

    def model_of(self, call: ast.Call) -> KerasModel | None:
        """The model that a method is of; where a program has one alone it is that, whatever it is called."""
        models = [it for it in self.known.values() if isinstance(it, KerasModel)]
        owner = variable_name(call.func.value) if isinstance(call.func, ast.Attribute) else None
        own = self.known.get(owner or "")
        return own if isinstance(own, KerasModel) else models[-1] if len(models) == 1 and owner else None

    def assigned(self, target: ast.expr, value: ast.expr) -> bool:
        """True for a line that makes layers or models, or calls them: it is written out."""
        name = variable_name(target)
        if self.failed and (
            self.is_read(value) or (isinstance(value, ast.Call) and called_name(value) in MODELS | PREDICTING)
        ):
            return True
        if isinstance(value, ast.Call) and self.routine(value):
            return True
        if isinstance(value, ast.Call) and called_name(value) == "apply" and self.called_model(value):
            model = self.called_model(value)
            assert isinstance(model, KerasModel)
            self.known |= {name: model.given[0]} if name and len(model.given) == 1 else {}
            return bool(name and len(model.given) == 1)
        if isinstance(value, ast.Call) and called_name(value) in PREDICTING and (model := self.model_of(value)):
            self.finish(model)
            self.known |= {name: model.given[0]} if name and model.given else {}
            return True
        if _is_sequential(value) and name and isinstance(value, ast.Call):
            listed = value.args[0].elts if value.args and isinstance(value.args[0], ast.List) else []
            self.known[name] = KerasModel(value, [self.layer(it) for it in listed])
            return True
        if isinstance(value, ast.Call) and called_name(value) in MODELS and name:
            self.known[name] = self.functional(value)
            return True
        if name and (layer := layer_of(value, self.known)):
            self.known[name] = self.data(name, layer) if layer.kind == "Input" else layer
            return True
        if isinstance(value, ast.Call) and called_name(value) in self.classes and name:
            self.known[name] = self.known[called_name(value)]
            return True
        if not self.is_read(value):
            return False
        names = [it.id for it in every_node(target) if isinstance(it, ast.Name)]
        lines = len(self.writer.lines)
        try:
            values = self.value(value, names[0] if len(names) == 1 else "")
        except UnreadLayer:
            if self.calls_layers(value):
                raise
            del self.writer.lines[lines:]  # It reads what a model gives, in a line of its own.
            return False
        if len(values) < len(names):
            hint = "with return_state=True a layer gives its states beside its own value"
            raise UnreadLayer("this call gives fewer values than there are names", value, hint)
        self.known |= dict(zip(names, values, strict=False))
        return True

    def is_read(self, node: ast.expr) -> bool:
        """True for what a layer, a model or another value of these is part of."""
        names = (it.id for it in every_node(node) if isinstance(it, ast.Name))
        return any(isinstance(self.known.get(it), KerasValue) for it in names) or self.calls_layers(node)

    def calls_layers(self, node: ast.expr) -> bool:
        calls = [it for it in every_node(node) if isinstance(it, ast.Call)]
        called = any(self.known.get(variable_name(it.func) or "") is not None for it in calls)
        return called or any(isinstance(it.func, ast.Call) and layer_of(it.func, self.known) for it in calls)

    def layer(self, value: ast.expr) -> KerasLayer:
        if isinstance(known := self.known.get(variable_name(value) or ""), KerasLayer):
            return known
        if (layer := layer_of(value, self.known)) is not None:
            return layer
        what = called_name(value) if isinstance(value, ast.Call) else ast.unparse(value)
        raise UnreadLayer(f"the layer {what} is not read", value, WRITE_OUT)

    # models

    def data(self, name: str, layer: KerasLayer | None, features: ast.expr | None = None) -> KerasValue:
        """A sequence that a model is given."""
        own = name
        name = name if self.several or (layer is None and name in self.writer.taken) else "x"
        self.writer.taken.add(name)
        features = features if features is not None else layer.features if layer else None
        known = self.axes.get(variable_name(self.fitted[0]) or "") if self.fitted else None
        features = features or (ast.Constant(known[-1]) if known and len(known) == 3 else None)
        steps = layer.steps if layer else None
        if layer:
            self.found.said.append((layer.call, f"{name} is data"))
        if steps is not None and self.sized.number(steps) is not None and layer and self.found.steps is None:
            self.found.steps = layer.call, steps
        if features is not None:
            self.writer.sizes.append((layer.call if layer else features, name, [features]))
        if layer and len(layer.shape) == 1 and layer.kind == "Input" and not self.is_embedded(own):
            self.found.vectors.add(name)
            return KerasValue(name, False, features)
        self.inputs.append(name)
        return KerasValue(name, True, features)

    def is_embedded(self, name: str) -> bool:
        """True for an input that an embedding is given: its one axis is that of the steps."""
        for node in every_node(self.tree):
            match node:
                case ast.Call(func, [ast.Name(given), *_]) if given == name:
                    layer = layer_of(func) if isinstance(func, ast.Call) else self.known.get(variable_name(func) or "")
                    if layer is None and isinstance(func, ast.Name):
                        layer = next(
                            (
                                layer_of(it.value)
                                for it in self.tree.body
                                if isinstance(it, ast.Assign) and _makes(it, func)
                            ),
                            None,
                        )
                    if isinstance(layer, KerasLayer) and layer.kind == "Embedding":
                        return True
        return False

    def functional(self, value: ast.Call) -> KerasModel:
        """`Model(inputs, outputs)`."""
        said = {str(it.arg): it.value for it in value.keywords} | dict(
            zip(("inputs", "outputs"), value.args, strict=False)
        )
        given = self.value(said["outputs"]) if "outputs" in said else []
        return KerasModel(value, given=self.named(given, RESULT, value), written=True)

    def named(self, values: Sequence[KerasValue], name: str, place: ast.AST) -> list[KerasValue]:
        """What a model gives, by the name that it is to have; a state of every step has its own."""
        found = []
        for value in values:
            if value.steps and not re.match(r"[azpmn](_\d+)?$|both", value.name):
                found.append(value)
                continue
            own = self.writer.free(name) if name == RESULT else name
            if "[" in value.name or value.repeated:
                self.writer.put(f"{own} = {value.name}", place)
            else:
                self.writer.rename(value.name, own)
                self.renamed(self.body, value.name, own)
            found.append(KerasValue(own, value.steps, value.size))
        return found

    def renamed(self, body: Sequence[ast.stmt], old: str, new: str) -> None:
        for node in (it for line in body for it in every_node(line)):
            if isinstance(node, ast.Name) and node.id == old:
                node.id = new

    def called(self, model: KerasModel, values: Sequence[KerasValue], name: str) -> list[KerasValue]:
        """What a model gives; it is written out where it is first called."""
        if model.written:
            return model.given
        first = next((it for it in model.layers if it.features is not None or it.steps is not None), None)
        value = values[0] if values else self.data("x", first or model.layers[0])
        if values and first and value.size is None and first.features is not None:
            self.writer.sizes.append((first.call, value.name, [first.features]))
            value = KerasValue(value.name, value.steps, first.features)
        for layer in model.layers:
            [value, *_] = self.writer.applied(layer, value)
        model.given, model.written = self.named([value], name or RESULT, model.layers[-1].call), True
        return model.given

    def of_class(self, node: ast.ClassDef, call: ast.FunctionDef) -> None:
        """The layers that a class makes, and what its `call` computes."""
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and method is not call:
                for line in method.body:
                    match line:
                        case ast.Assign([ast.Attribute(ast.Name("self"), name)], value) if layer := layer_of(value):
                            self.known[name] = layer
        arguments = [it.arg for it in call.args.args if it.arg not in ("self", *WHOLE_BATCH)]
        defaults = zip(reversed(arguments), reversed(call.args.defaults), strict=False)
        self.defaults = {name: literal_of(it) for name, it in defaults if isinstance(it, ast.Constant)}
        built = next((it[0] for it in _calls_of(self.tree, "build") if it), None)
        shape = ast.Call(ast.Name("Input", ast.Load()), [], [ast.keyword("batch_shape", built)]) if built else None
        layer = layer_of(ast.copy_location(shape, built)) if shape and built else None
        self.known |= {it: self.data(it, layer) for it in arguments[:1]}
        given = self.result(call.body)
        self.known[node.name] = KerasModel(node, given=self.named(given, RESULT, node), written=True)
        self.classes.add(node.name)

    def result(self, lines: Sequence[ast.stmt]) -> list[KerasValue]:
        """What lines of a model return, with what its switches are when they are left as they are."""
        given = list[KerasValue]()
        for line in lines:
            match line:
                case ast.Return(ast.expr() as value):
                    return self.value(value)
                case ast.Assign([target], value) if self.assigned(target, value):
                    pass
                case ast.Expr(ast.Constant()):
                    pass
                case ast.If(ast.Compare(ast.Name(name), [ast.Is()], [ast.Constant(None)])) if name in self.defaults:
                    pass
                case ast.If(ast.Name(name), body, orelse) if name in self.defaults:
                    given = self.result(body if self.defaults[name] else orelse)
                    if given:
                        return given
                case _:
                    raise UnreadLayer(f"{ast.unparse(line)[:40]!r} in a model is not read", line, WRITE_OUT)
        return given

    # values

    def value(self, node: ast.expr, name: str = "") -> list[KerasValue]:
        """The values of an expression of layers."""
        known = self.known.get(variable_name(node) or "")
        match node:
            case _ if isinstance(known, KerasValue):
                return [known]
            case ast.Tuple(several) | ast.List(several):
                return [it for one in several for it in self.value(one)]
            case ast.Call():
                return self.call(node, name)
            case ast.Subscript(inner, ast.Tuple([ast.Slice(), index, *_]) | (ast.UnaryOp() as index)):
                [value, *_] = self.value(inner)
                if value.steps and isinstance(index, ast.UnaryOp | ast.Constant):
                    return [KerasValue(f"{value.name}[{ast.unparse(index)}]", False, value.size)]
            case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() as sign, right):
                pair = [self.value(left)[0], self.value(right)[0]]
                how = {ast.Add: "Add", ast.Sub: "Subtract", ast.Mult: "Multiply"}[type(sign)]
                return [self.writer.merged(how, pair, node)]
            case ast.Name(data) if data not in self.known:
                return [self.data(data, None)]
        raise UnreadLayer(f"{ast.unparse(node)[:40]!r} in a model is not read", node, WRITE_OUT)

    def call(self, node: ast.Call, name: str) -> list[KerasValue]:
        """What a call of a layer, of a model, or of a function of TensorFlow gives."""
        own = (
            layer_of(node.func, self.known)
            if isinstance(node.func, ast.Call)
            else self.known.get(variable_name(node.func) or "")
        )
        called = called_name(node)
        if isinstance(node.func, ast.Attribute) and called in ("predict", "call"):
            own = self.known.get(variable_name(node.func.value) or "")
        given = [it for arg in node.args[:1] for it in self.value(arg)]
        if isinstance(own, KerasModel):
            return self.called(own, given, name)
        if isinstance(own, KerasLayer):
            if own.kind in MERGING:
                return [self.writer.merged(own.kind, given, node)]
            states = [it for k in node.keywords if k.arg == "initial_state" for it in self.states(k.value)]
            return self.writer.applied(own, given[0], states)
        if called.lower() in FUNCTIONS_OF_LAYERS and len(given) > 1:
            return [self.writer.merged(FUNCTIONS_OF_LAYERS[called.lower()], given, node)]
        layer = KerasLayer(POOLS.get(called, "Activation"), node, {"activation": ast.Constant(called)})
        if (called in SQUASHED or called in POOLS) and len(given) == 1:
            return self.writer.applied(layer, given[0])
        raise UnreadLayer(f"{ast.unparse(node)[:40]!r} in a model is not read", node, WRITE_OUT)

    def states(self, value: ast.expr) -> list[KerasValue]:
        """What a layer begins with; nothing where that is left out."""
        left_out = isinstance(value, ast.Name) and value.id in self.defaults and value.id not in self.known
        nothing = isinstance(value, ast.Constant) and value.value is None
        return [] if left_out or nothing else self.value(value)

    # losses

    def compiled(self, model: KerasModel, call: ast.Call) -> None:
        """The loss that a model is compiled with, of what it gives."""
        named = {str(it.arg): it.value for it in call.keywords}
        said = named.get("loss", call.args[1] if len(call.args) > 1 else None)
        if said is None or not model.given or literal_of(said) == "":
            return
        said = next((it.value for it in self.tree.body if isinstance(it, ast.Assign) and _makes(it, said)), said)
        several = said.elts if isinstance(said, ast.List | ast.Tuple) else [said] * len(model.given)
        stored = {it.id for it in every_node(self.tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
        written = list[str]()
        for k, (one, value) in enumerate(zip(several, model.given, strict=False)):
            target = next(it for it in ("y", "target", "wanted") if it not in stored)
            target = target if len(model.given) == 1 else f"{target}_{k + 1}"
            logits = self.writer.logits.get(value.name)
            loss = compiled_loss(one, value.name, logits, target)
            if loss is None:
                hint = "write what it computes as a line: loss = mse(yhat, y)"
                raise UnreadLayer(f"the loss {ast.unparse(one)} is not read", one, hint)
            written.append(ast.unparse(loss.expression))
            self.found.targets.add(target)
            self.found.said += [(call, f"{target} is data: what {value.name} is compared with{self.as_given()}")]
            self.found.said += [(call, ONE_HOT.format(target))] if loss.classes else []
        self.writer.lines.append(WrittenLine(f"loss = {' + '.join(written)}", call))

    def as_given(self) -> str:
        """What `fit` calls it."""
        args = self.fitted[1:2]
        told = ast.unparse(args[0]) if args and variable_name(args[0]) else ""
        return f", {told} in fit" if told else ""

    # statements

    def statements(self) -> Iterator[ast.stmt]:
        """The lines that were written, as statements; those along the steps in loops over them."""
        lines, self.writer.lines = self.writer.lines, []
        self.before += (it for line in lines if line.where == "before" for it in _placed(line.text, line.node))
        t, over = "t", self.inputs[0] if self.inputs else "x"
        loop: ast.For | None = None
        where = ""
        for line in [it for it in lines if it.where != "before"]:
            [statement] = _placed(line.text, line.node)
            if line.where not in ("up", "down"):
                yield from [loop] if loop else []
                loop = None
                yield statement
                continue
            if loop is None or line.where != where:
                yield from [loop] if loop else []
                passes = f"range(len({over}))"
                head = f"for {t} in {f'reversed({passes})' if line.where == 'down' else passes}:\n    pass"
                [made] = _placed(head, line.node)
                assert isinstance(made, ast.For)
                loop, where = made, line.where
                loop.body.clear()
            loop.body.append(statement)
        yield from [loop] if loop else []


def _kept_return(function: str, line: ast.stmt) -> ast.stmt | None:
    """A line of a function that is brought out; what it returns has a name where it is computed."""
    if not isinstance(line, ast.Return):
        return line
    if not isinstance(line.value, ast.Call | ast.BinOp):
        return None
    name = "loss" if OF_LOSS.search(function) else "result"
    return ast.fix_missing_locations(ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], line.value), line))


class _InPlace(ast.NodeTransformer):
    """Other expressions in place of some, by their identities."""

    def __init__(self, meant: Mapping[int, ast.expr]) -> None:
        self.meant = meant

    def visit(self, node: ast.AST) -> ast.AST:
        return self.meant[id(node)] if id(node) in self.meant else self.generic_visit(node)


def _call_of(node: ast.ClassDef) -> ast.FunctionDef | None:
    """The `call` of a model: a class that makes recurrent layers of Keras itself."""
    makes = any(isinstance(it, ast.Call) and layer_of(it) for it in every_node(node))
    calls = (it for it in node.body if isinstance(it, ast.FunctionDef) and it.name == "call")
    return next(calls, None) if makes else None


def _makes(line: ast.Assign, name: ast.expr) -> bool:
    """True for the line that makes what has a name."""
    return isinstance(name, ast.Name) and variable_name(line.targets[0]) == name.id


def _counts(tree: ast.Module) -> dict[str, int]:
    """How many layers a program makes of each kind; all recurrent ones are of one."""
    kinds = Counter[str]()
    looped = {id(it) for node in every_node(tree) if isinstance(node, ast.For) for it in every_node(node)}
    own = {it.name for it in tree.body if isinstance(it, ast.ClassDef)}
    for node in every_node(tree):
        if isinstance(node, ast.Call) and called_name(node) in LAYERS - own:
            layer, runs = layer_of(node), called_name(node) == "RNN"
            kind = "recurrent" if runs or (layer and layer.kind in RECURRENT) else layer.kind if layer else ""
            kinds[kind] += (called_name(node)[-4:] != "Cell") * (1 + (id(node) in looped))
    return dict(kinds)


def _calls_of(tree: ast.AST, name: str) -> Iterator[list[ast.expr]]:
    """What is given to the calls of a function or a method."""
    calls = (it for it in every_node(tree) if isinstance(it, ast.Call) and called_name(it) == name)
    return ([*it.args, *(k.value for k in it.keywords if k.arg in ("x", "y"))] for it in calls)


def _name_of_input(node: ast.AST) -> str:
    """The name of what a program makes with `Input`."""
    made = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called_name(node.value) == "Input"
    return variable_name(node.targets[0]) or "" if made and isinstance(node, ast.Assign) else ""


def _placed(text: str, place: ast.AST) -> list[ast.stmt]:
    """Lines in the place of a layer."""
    lines = ast.parse(text).body
    for node in (it for line in lines for it in every_node(line)):
        ast.copy_location(node, place)
    return lines
