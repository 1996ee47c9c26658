"""Models of Keras are their equations, with the sizes, steps, parameters and losses that its documentation says.

TensorFlow is not at hand: numbers are held against a plain reading of the documented equations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from app.arrays import Array
from app.language import parse
from app.language.pasted import read_pasted
from app.link import read, resolve
from app.outputs import json_bytes

SIMPLE = "model = keras.Sequential([layers.SimpleRNN(16, input_shape=(None, 3)), layers.Dense(2)])"
STACKED = (
    "model = Sequential()\nmodel.add(LSTM(8, input_shape=(10, 2), return_sequences=True))\nmodel.add(GRU(6))\n"
    "model.add(Dropout(0.2))\nmodel.add(Dense(1, activation='sigmoid'))\n"
    "model.compile(loss='mse', optimizer='adam')\nmodel.fit(X, Y, epochs=10)"
)


def sizes_of(program: str, *names: str) -> list[tuple[int, ...]]:
    found = read_pasted(program)
    assert not found.problems
    recurrence = parse(found.text)
    return [recurrence.shape(name) for name in names]


@pytest.mark.parametrize(
    ("program", "sizes"),
    [
        (SIMPLE, {"x": (3,), "h": (16,), "yhat": (2,)}),
        ("model = Sequential([SimpleRNN(16), Dense(1)])", {"h": (16,), "yhat": (1,)}),
        (STACKED, {"x": (2,), "h_1": (8,), "h_2": (6,), "yhat": (1,)}),
        (
            "m = tf.keras.Sequential([layers.Embedding(30, 8), layers.GRU(16), layers.Dense(5)])",
            {"x": (30,), "e": (8,), "h": (16,), "yhat": (5,)},
        ),
        ("m = Sequential([Input(shape=(None, 4)), LSTM(units=7, return_sequences=True)])", {"x": (4,), "h": (7,)}),
        ("n = 5\nm = Sequential([RNN(GRUCell(n), input_shape=(None, 4))])", {"x": (4,), "h": (5,), "yhat": (5,)}),
        ("X = np.zeros((90, 7, 3))\nm = Sequential([LSTM(4), Dense(1)])\nm.fit(X, y)", {"x": (3,), "h": (4,)}),
    ],
)
def test_layers_have_the_sizes_that_they_say(program: str, sizes: dict[str, tuple[int, ...]]) -> None:
    assert sizes_of(program, *sizes) == [*sizes.values()]


@pytest.mark.parametrize(
    "program",
    [
        "m = Sequential([LSTM(4, input_shape=(10, 3)), Dense(1)])",
        "m = Sequential([LSTM(4, batch_input_shape=(32, 10, 3)), Dense(1)])",
        "m = Sequential([Input(shape=(10, 3)), LSTM(4), Dense(1)])",
        "inp = keras.Input((10, 3))\nout = Dense(1)(LSTM(4)(inp))\nm = keras.Model(inp, out)",
        "steps, features = 10, 3\nm = Sequential()\nm.add(LSTM(4, input_shape=(steps, features)))\nm.add(Dense(1))",
    ],
)
def test_the_shape_of_the_input_says_the_steps_and_the_size_of_each(program: str) -> None:
    text = read_pasted(program).text
    assert text.startswith("tau: 10 unless given\nx: 3 unless given\n")


def sigmoid(a: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-a)))


def relu(a: Array) -> Array:
    return np.maximum(a, 0.0)


def hard_sigmoid(a: Array) -> Array:
    return np.asarray(np.clip(a / 6 + 0.5, 0, 1))


def softmax(a: Array) -> Array:
    e = np.exp(a)
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


Numbers = Mapping[str, Array]


def simple(x: Array, p: Numbers, n: str = "", act: Callable[[Array], Array] = np.tanh) -> Array:
    """Every state of a SimpleRNN: `output = activation(dot(x, kernel) + bias + dot(state, recurrent_kernel))`."""
    h, hs = np.zeros(len(p[f"U{n}"])), []
    for step in x:
        h = act(step @ p[f"W{n}"] + p.get(f"b{n}", np.zeros(())) + h @ p[f"U{n}"])
        hs.append(h)
    return np.array(hs)


def lstm(
    x: Array,
    p: Numbers,
    n: str = "",
    act: Callable[[Array], Array] = np.tanh,
    gate: Callable[[Array], Array] = sigmoid,
    state: tuple[Array, Array] | None = None,
) -> tuple[Array, Array]:
    """Every state of an LSTM and its last memory; z0, z1, z2, z3 are those of input, forget, cell and output."""
    units = len(p[f"U{n}"])
    h, c = state or (np.zeros(units), np.zeros(units))
    hs = []
    for step in x:
        z0, z1, z2, z3 = np.split(step @ p[f"W{n}"] + h @ p[f"U{n}"] + p.get(f"b{n}", np.zeros(())), 4)
        c = gate(z1) * c + gate(z0) * act(z2)
        h = gate(z3) * act(c)
        hs.append(h)
    return np.array(hs), c


def gru(x: Array, p: Numbers, n: str = "", reset_after: bool = True) -> Array:
    """Every state of a GRU: z, r and the candidate in this order; `h = z * h_tm1 + (1 - z) * hh`."""
    units = p[f"W{n}"].shape[1] // 3
    h, hs = np.zeros(units), []
    u = p[f"U{n}"] if reset_after else np.concatenate([p[f"U{n}_{it}"] for it in "zrg"], axis=1)
    for step in x:
        x_z, x_r, x_h = np.split(step @ p[f"W{n}"] + p.get(f"b{n}", np.zeros(())), 3)
        if reset_after:
            h_z, h_r, h_h = np.split(h @ u + p.get(f"d{n}", np.zeros(())), 3)
            z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
            hh = np.tanh(x_h + r * h_h)
        else:
            z = sigmoid(x_z + h @ u[:, :units])
            r = sigmoid(x_r + h @ u[:, units : 2 * units])
            hh = np.tanh(x_h + (r * h) @ u[:, 2 * units :])
        h = z * h + (1 - z) * hh
        hs.append(h)
    return np.array(hs)


def dense(a: Array, p: Numbers, n: str = "") -> Array:
    return np.asarray(a @ p[f"W_dense{n}"] + p.get(f"b_dense{n}", np.zeros(())))


def normalised(a: Array, p: Numbers) -> Array:
    mean, var = a.mean(axis=-1, keepdims=True), a.var(axis=-1, keepdims=True)
    return np.asarray(p["gamma"] * (a - mean) / np.sqrt(var + 1e-3) + p["beta"])


@dataclass(frozen=True)
class KerasRow:
    """A model, its result by the documented equations, and its loss of that and of what it is compared with."""

    program: str
    result: Callable[[Array, Numbers], Array]
    loss: Callable[[Array, Array], Array]
    twin: str = "yhat"


def mse(a: Array, b: Array) -> Array:
    return np.asarray(np.mean((a - b) ** 2))


def categorical(a: Array, b: Array) -> Array:
    return np.asarray(np.mean(-np.sum(b * np.log(a), axis=-1)))


def binary(a: Array, b: Array) -> Array:
    return np.asarray(np.mean(-(b * np.log(a) + (1 - b) * np.log(1 - a))))


def absolute(a: Array, b: Array) -> Array:
    return np.asarray(np.mean(np.abs(a - b)))


def sequential(layers: str, loss: str) -> str:
    return f"model = Sequential([Input((5, 3)), {layers}])\nmodel.compile(loss={loss!r}, optimizer='adam')"


SEQUENCES = "return_sequences=True"
MODELS = {
    "softmax classifier": KerasRow(
        sequential("SimpleRNN(4), Dense(3, activation='softmax')", "categorical_crossentropy"),
        lambda x, p: softmax(dense(simple(x, p)[-1], p)),
        categorical,
    ),
    "no bias, relu": KerasRow(
        sequential("SimpleRNN(4, use_bias=False, activation='relu'), Dense(2, use_bias=False)", "mae"),
        lambda x, p: dense(simple(x, p, act=relu)[-1], p),
        absolute,
    ),
    "lstm": KerasRow(
        sequential("LSTM(4), Dense(1, activation='sigmoid')", "binary_crossentropy"),
        lambda x, p: sigmoid(dense(lstm(x, p)[0][-1], p)),
        binary,
    ),
    "other activations": KerasRow(
        sequential("LSTM(4, activation='relu', recurrent_activation='hard_sigmoid'), Dense(1)", "mse"),
        lambda x, p: dense(lstm(x, p, act=relu, gate=hard_sigmoid)[0][-1], p),
        mse,
    ),
    "gru": KerasRow(sequential("GRU(4), Dense(2)", "mse"), lambda x, p: dense(gru(x, p)[-1], p), mse),
    "gru, reset before": KerasRow(
        sequential("GRU(4, reset_after=False), Dense(2)", "mse"),
        lambda x, p: dense(gru(x, p, reset_after=False)[-1], p),
        mse,
    ),
    "gru without bias": KerasRow(
        sequential("GRU(4, use_bias=False), Dense(2)", "mse"), lambda x, p: dense(gru(x, p)[-1], p), mse
    ),
    "many to many": KerasRow(
        sequential(f"GRU(4, {SEQUENCES}), TimeDistributed(Dense(3, activation='softmax'))", "categorical_crossentropy"),
        lambda x, p: softmax(dense(gru(x, p), p)),
        categorical,
    ),
    "stacked": KerasRow(
        sequential(f"LSTM(4, {SEQUENCES}), Dropout(0.2), SimpleRNN(3), Dense(2), Dense(1)", "mse"),
        lambda x, p: dense(dense(simple(lstm(x, p, "_1")[0], p, "_2")[-1], p, "_1"), p, "_2"),
        mse,
    ),
    "backwards": KerasRow(
        sequential("LSTM(4, go_backwards=True), Dense(1)", "mse"), lambda x, p: dense(lstm(x[::-1], p)[0][-1], p), mse
    ),
    "both ways": KerasRow(
        sequential("Bidirectional(LSTM(4)), Dense(1)", "mse"),
        lambda x, p: dense(np.concatenate([lstm(x, p, "_fwd")[0][-1], lstm(x[::-1], p, "_bwd")[0][-1]]), p),
        mse,
    ),
    "both ways, each step, summed": KerasRow(
        sequential(f"Bidirectional(GRU(4, {SEQUENCES}), merge_mode='sum'), Dense(2)", "mse"),
        lambda x, p: dense(gru(x, p, "_fwd") + gru(x[::-1], p, "_bwd")[::-1], p),
        mse,
    ),
    "to one vector and back": KerasRow(
        sequential(f"SimpleRNN(4), RepeatVector(5), SimpleRNN(3, {SEQUENCES}), TimeDistributed(Dense(1))", "mse"),
        lambda x, p: dense(simple(np.tile(simple(x, p, "_1")[-1], (5, 1)), p, "_2"), p),
        mse,
    ),
    "pooled": KerasRow(
        sequential(f"SimpleRNN(4, {SEQUENCES}), GlobalMaxPooling1D(), Dense(1)", "mse"),
        lambda x, p: dense(simple(x, p).max(axis=0), p),
        mse,
    ),
    "normalised, averaged": KerasRow(
        sequential(f"SimpleRNN(4, {SEQUENCES}), LayerNormalization(), GlobalAveragePooling1D(), Dense(2)", "mse"),
        lambda x, p: dense(normalised(simple(x, p), p).mean(axis=0), p),
        mse,
    ),
    "an embedding": KerasRow(
        "m = Sequential([Embedding(3, 6, input_length=5), GRU(4)])\nm.compile('adam', 'mse')",
        lambda x, p: gru(x @ p["E"], p)[-1],
        mse,
    ),
    "layers called one on another": KerasRow(
        "inputs = keras.Input(shape=(5, 3))\nx = layers.LSTM(8, name='first', return_sequences=True)(inputs)\n"
        "skip = layers.Dense(8)(inputs)\nx = layers.Add()([x, skip])\nx = layers.GRU(4)(x)\n"
        "out = layers.Dense(2, activation=tf.nn.softmax)(x)\nmodel = keras.Model(inputs, out)\n"
        "model.compile(loss=keras.losses.CategoricalCrossentropy())\nmodel.fit(x_train, y_train)",
        lambda x, p: softmax(dense(gru(lstm(x, p, "_first")[0] + dense(x, p, "_1"), p, "_2")[-1], p, "_2")),
        categorical,
    ),
    "encoder and decoder": KerasRow(
        "encoder_in = Input(shape=(5, 3))\nencoder = LSTM(4, return_state=True)\n_, s_h, s_c = encoder(encoder_in)\n"
        f"decoder_in = Input(shape=(5, 3))\ndecoder = LSTM(4, {SEQUENCES}, return_state=True)\n"
        "out, _, _ = decoder(decoder_in, initial_state=[s_h, s_c])\nout = Dense(3, activation='softmax')(out)\n"
        "model = Model([encoder_in, decoder_in], out)\nmodel.compile(loss='categorical_crossentropy')",
        lambda x, p: softmax(dense(lstm(x, p, "_2", state=last_of(lstm(x, p, "_1")))[0], p)),
        categorical,
    ),
    "a class": KerasRow(
        "class Net(tf.keras.Model):\n    def __init__(self, units=4):\n        super().__init__()\n"
        f"        self.rnn = tf.keras.layers.GRU(units, {SEQUENCES})\n        self.top = tf.keras.layers.Dense(2)\n"
        "    def call(self, inputs, training=False):\n        x = self.rnn(inputs, training=training)\n"
        "        x = tf.nn.relu(x)\n        return self.top(x[:, -1, :])\n"
        "model = Net(4)\nmodel.build((None, 5, 3))\nmodel.compile(loss='mse')",
        lambda x, p: dense(relu(gru(x, p)[-1]), p),
        mse,
    ),
    "a step of training": KerasRow(
        f"model = Sequential([SimpleRNN(4, input_shape=(5, 3), {SEQUENCES}), Dense(2)])\n"
        "loss_fn = keras.losses.MeanAbsoluteError()\n@tf.function\ndef train_step(x, y):\n"
        "    with tf.GradientTape() as tape:\n        out = model(x, training=True)\n        loss = loss_fn(y, out)\n"
        "    grads = tape.gradient(loss, model.trainable_variables)\n"
        "    optimizer.apply_gradients(zip(grads, model.trainable_variables))\n    return loss",
        lambda x, p: dense(simple(x, p), p),
        absolute,
        twin="out",
    ),
    "a function that builds it": KerasRow(
        "def build(units, loss='mse'):\n    model = Sequential()\n    model.add(SimpleRNN(units, input_shape=(5, 3)))\n"
        "    model.add(Dense(1))\n    model.compile(loss=loss)\n    return model\nmodel = build(4)\nmodel.fit(X, y)",
        lambda x, p: dense(simple(x, p)[-1], p),
        mse,
    ),
    "attention over the steps": KerasRow(
        "inputs = Input(shape=(5, 3))\nh = LSTM(4, return_sequences=True)(inputs)\ne = Dense(1, activation='tanh')(h)\n"
        "a = Softmax(axis=1)(e)\nc = Multiply()([h, a])\nc = Lambda(lambda z: K.sum(z, axis=1))(c)\nout = Dense(2)(c)\n"
        "model = Model(inputs, out)\nmodel.compile('adam', 'mse')",
        lambda x, p: dense(attended(lstm(x, p)[0], dense(lstm(x, p)[0], p, "_1")), p, "_2"),
        mse,
    ),
    "a layer that is called twice": KerasRow(
        "inp = Input((5, 3))\nshared = SimpleRNN(4, return_sequences=True)\nback = Dense(3)\n"
        "out = back(shared(back(shared(inp))))\nm = Model(inp, out)\nm.compile(loss='mse')",
        lambda x, p: dense(simple(dense(simple(x, p), p), p), p),
        mse,
    ),
    "layers in a loop, and one that runs a cell": KerasRow(
        "depth = 2\ncell = layers.GRUCell(4)\nmodel = keras.Sequential()\nmodel.add(layers.Input((5, 3)))\n"
        "for _ in range(depth):\n    model.add(layers.SimpleRNN(3, return_sequences=True))\n"
        "model.add(layers.RNN(cell))\nmodel.add(layers.Dense(1))\nmodel.compile(loss='mse')",
        lambda x, p: dense(gru(simple(simple(x, p, "_1"), p, "_2"), p, "_3")[-1], p),
        mse,
    ),
    "a loss of its own": KerasRow(
        "def rmse(y_true, y_pred):\n    return K.sqrt(K.mean(K.square(y_pred - y_true)))\n"
        "model = Sequential([SimpleRNN(4, input_shape=(5, 3)), Dense(2)])\nmodel.compile(loss=rmse)",
        lambda x, p: dense(simple(x, p)[-1], p),
        lambda a, b: np.sqrt(mse(a, b)),
    ),
}


def attended(hs: Array, scores: Array) -> Array:
    """The mean of the states, each as heavy as its score says."""
    shares = softmax(np.tanh(scores[:, 0]))
    return np.asarray(shares @ hs)


def last_of(states: tuple[Array, Array]) -> tuple[Array, Array]:
    return states[0][-1], states[1]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", MODELS)
def test_a_model_computes_what_its_documentation_says_and_so_do_its_gradients(name: str) -> None:
    row, rng = MODELS[name], np.random.default_rng(4)
    found = read_pasted(row.program)
    assert not found.problems, [problem.message for problem in found.problems]
    recurrence = parse(found.text)
    p = {it: rng.normal(size=recurrence.shape(it)) * 0.6 for it in recurrence.names("parameter")}
    x = rng.normal(size=(5, 3))
    result = row.result(x, p)
    target = rng.uniform(0.2, 0.8, size=result.shape)
    wanted = next(it for it in recurrence.names("given") if it.startswith("y"))
    inputs = {it: target.tolist() if it == wanted else x.tolist() for it in recurrence.names("given")}
    params = {it: its.tolist() for it, its in p.items()}
    trace = resolve(read(json_bytes({"equations": found.text, "params": params, "inputs": inputs}))).run.trace
    np.testing.assert_allclose(
        trace.value(row.twin if row.twin in recurrence.names("computed") else "h"), result, rtol=1e-9
    )
    np.testing.assert_allclose(trace.value("loss"), row.loss(result, target), rtol=1e-9)
    for parameter, numbers in p.items():
        place = tuple(rng.integers(0, size) for size in numbers.shape)
        sides = []
        for step in (1e-6, -1e-6):
            moved = numbers.copy()
            moved[place] += step
            sides.append(row.loss(row.result(x, {**p, parameter: moved}), target))
        slope = (sides[0] - sides[1]) / 2e-6
        np.testing.assert_allclose(trace.gradients[parameter][place], slope, rtol=1e-5, atol=1e-8, err_msg=parameter)


def test_biases_begin_as_in_keras() -> None:
    text = read_pasted(sequential("LSTM(4), Dense(1)", "mse")).text
    trace = resolve(read(json_bytes({"equations": text}))).run.trace
    assert trace.bindings.parameters["b"].tolist() == [0] * 4 + [1] * 4 + [0] * 8
    assert trace.bindings.parameters["b_dense"].tolist() == [0]
    without = read_pasted(sequential("LSTM(4, unit_forget_bias=False), Dense(1)", "mse")).text
    assert "b ~ 0" in without.split("\n")


def test_a_layer_of_several_has_its_number_or_the_name_that_it_is_given() -> None:
    layers = f"GRU(4, {SEQUENCES}), GRU(4, name='top'), Dense(3), Dense(1, name='out')"
    names = parse(read_pasted(sequential(layers, "mse")).text).names("parameter")
    assert {"W_1", "U_1", "b_1", "d_1", "W_top", "U_top", "W_dense_1", "b_dense_1", "W_out", "b_out"} <= {*names}


def test_what_is_compared_with_is_data_by_the_name_in_fit() -> None:
    found = read_pasted(f"{SIMPLE}\nmodel.compile(loss='sparse_categorical_crossentropy')\nmodel.fit(X_train, y_train)")
    notes = " ".join(line.note for line in found.lines)
    assert "given y" in found.text and "y_train in fit" in notes and "one-hot" in notes


UNREAD = {
    "Conv1D(8, 3), LSTM(4)": "sum of lags",
    "LSTM(4, activation='crelu'), Dense(1)": "equations of the layer",
    "LSTM(4), *more": "equations",
    f"SimpleRNN(4, go_backwards=True, {SEQUENCES})": "Bidirectional",
    f"LSTM(4, {SEQUENCES}), Flatten(), Dense(1)": "h[tau]",
    "LSTM(4), LSTM(4)": "return_sequences=True",
    "LSTM(4), Dense(1), Lambda(lambda a: 2 * a)": "line of its own",
    "Bidirectional(LSTM(4), merge_mode=None), Dense(1)": "leave it out",
    "Bidirectional(Dense(4)), LSTM(3)": "equations",
    "LSTM(4), BatchNormalization()": "m and v are given",
}
"""Layers that are not read, and a part of what is to be written in their place."""


@pytest.mark.parametrize("layers", UNREAD)
def test_layers_that_are_not_read_are_named_and_none_is_guessed(layers: str) -> None:
    found = read_pasted(f"model = Sequential([{layers}])\nmodel.compile(loss='mse')")
    [problem] = found.problems
    assert UNREAD[layers] in (problem.hint or "") and "loss" not in found.text


@pytest.mark.parametrize("text", ["x = keras.layers.LSTM(32)(inputs)", "h = LSTM(32)(x)"])
def test_a_layer_that_is_called_by_itself_is_its_equations(text: str) -> None:
    found = read_pasted(text)
    assert not found.problems and "h[t] = sigmoid(o[t]) * tanh(c[t])" in found.text and "h: 32" in found.text


def test_an_input_of_one_axis_is_a_vector_beside_sequences() -> None:
    found = read_pasted(
        "seq = Input((5, 3))\ninfo = Input((2,))\nh = SimpleRNN(4, return_sequences=True)(seq)\n"
        "z = Concatenate()([h, RepeatVector(5)(info)])\nz = Multiply()([Dense(6)(z), Dense(1)(h)])\n"
        "last = Concatenate()([SimpleRNN(4, name='top')(z), info])\n"
        "model = Model([seq, info], Dense(1)(last))\nmodel.compile('adam', 'mse')"
    )
    recurrence, rng = parse(found.text), np.random.default_rng(2)
    p = {it: rng.normal(size=recurrence.shape(it)) * 0.6 for it in recurrence.names("parameter")}
    x, info, y = rng.normal(size=(5, 3)), rng.normal(size=2), rng.normal(size=1)
    hs = simple(x, p, "_1")
    z = dense(np.concatenate([hs, np.tile(info, (5, 1))], axis=1), p, "_1") * dense(hs, p, "_2")
    wanted = dense(np.concatenate([simple(z, p, "_top")[-1], info]), p, "_3")
    given = {"seq": x.tolist(), "info": info.tolist(), "y": y.tolist()}
    body = {"equations": found.text, "params": {it: its.tolist() for it, its in p.items()}, "inputs": given}
    trace = resolve(read(json_bytes(body))).run.trace
    np.testing.assert_allclose(trace.value("yhat"), wanted, rtol=1e-12, err_msg=found.text)


def test_what_a_layer_is_told_and_no_equation_has_is_said() -> None:
    layers = (
        "GRU(4, kernel_regularizer=l2(0.01), dropout=0.1, stateful=True), LayerNormalization(center=False), Dense(1)"
    )
    notes = [line.note for line in read_pasted(sequential(layers, "mse")).lines]
    assert any("kernel_regularizer, stateful is left out" in it and "kept when a network runs" in it for it in notes)
    assert any("center is left out" in it for it in notes)


def test_behind_a_layer_that_is_not_read_nothing_is_guessed() -> None:
    found = read_pasted(
        "inp = Input((5, 3))\nh = LSTM(4, return_sequences=True)(inp)\nh = Conv1D(8, 3)(h)\nout = Dense(1)(h)\n"
        "model = Model(inp, out)\nmodel.compile(loss='mse')\npredicted = model.predict(X)"
    )
    assert len(found.problems) == 1 and "loss" not in found.text and "dense" not in found.text


def test_a_loss_that_is_not_known_is_named() -> None:
    [problem] = read_pasted(sequential("LSTM(4), Dense(1)", "ctc_magic")).problems
    assert "ctc_magic" in problem.message and "loss = " in (problem.hint or "")


FLAX: dict[str, tuple[Callable[[Array, Numbers], Array], Callable[[Array, Array], Array]]] = {
    "class CharRNN(nn.Module):\n    vocab: int\n    hidden: int = 4\n    @nn.compact\n    def __call__(self, x):\n"
    "        x = nn.Embed(self.vocab, 6)(x)\n        x = nn.RNN(nn.LSTMCell(self.hidden))(x)\n        x = nn.relu(x)\n"
    "        return nn.Dense(self.vocab)(x)\nmodel = CharRNN(vocab=3)\nparams = model.init(key, x)['params']\n"
    "def loss_fn(params, batch):\n    logits = model.apply({'params': params}, batch['x'])\n"
    "    return optax.softmax_cross_entropy(logits, batch['y']).mean()": (
        lambda x, p: dense(relu(lstm(x @ p["E"], p)[0]), p),
        lambda a, b: categorical(softmax(a), b),
    ),
    "class RNN(nn.Module):\n    def setup(self):\n        self.rnn = nn.RNN(nn.SimpleCell(features=4))\n"
    "        self.out = nn.Dense(features=2)\n    def __call__(self, x):\n        return self.out(self.rnn(x)[-1])\n"
    "model = RNN()\ndef loss_fn(params, x, y):\n    return jnp.mean((model.apply(params, x) - y) ** 2)": (
        lambda x, p: dense(simple(x, p)[-1], p),
        mse,
    ),
}
"""Modules of Flax, what they give and their losses."""


@pytest.mark.parametrize("program", FLAX)
def test_a_module_of_flax_is_its_layers(program: str) -> None:
    found, rng = read_pasted(program), np.random.default_rng(6)
    assert not found.problems, [problem.message for problem in found.problems]
    recurrence = parse(found.text)
    p = {it: rng.normal(size=recurrence.shape(it)) * 0.6 for it in recurrence.names("parameter")}
    x = rng.normal(size=(5, recurrence.shape("x")[0]))
    result, loss = FLAX[program][0](x, p), FLAX[program][1]
    y = rng.uniform(0.2, 0.8, size=result.shape)
    body = {"params": {it: its.tolist() for it, its in p.items()}, "inputs": {"x": x.tolist(), "y": y.tolist()}}
    trace = resolve(read(json_bytes({"equations": found.text, **body}))).run.trace
    np.testing.assert_allclose(trace.value("loss"), loss(result, y), rtol=1e-12, err_msg=found.text)
    assert "~ forget" not in found.text
