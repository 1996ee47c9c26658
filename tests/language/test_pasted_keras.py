"""Models of Keras that put layers one behind the other are their equations, with the sizes that they say."""

import numpy as np
import pytest

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
        (SIMPLE, {"x": (3,), "h": (16,), "y": (2,)}),
        ("model = Sequential([SimpleRNN(16), Dense(1)])", {"h": (16,), "y": (1,)}),
        (STACKED, {"x": (2,), "h": (8,), "h_2": (6,), "y": (1,)}),
        (
            "m = tf.keras.Sequential([layers.Embedding(30, 8), layers.GRU(16), layers.Dense(5)])",
            {"h": (16,), "y": (5,)},
        ),
        ("m = Sequential([Input(shape=(None, 4)), LSTM(units=7, return_sequences=True)])", {"x": (4,), "h": (7,)}),
    ],
)
def test_layers_have_the_sizes_that_they_say(program: str, sizes: dict[str, tuple[int, ...]]) -> None:
    assert sizes_of(program, *sizes) == [*sizes.values()]


def test_what_a_simple_model_computes() -> None:
    text, rng = read_pasted(SIMPLE).text, np.random.default_rng(0)
    shapes = {name: parse(text).shape(name) for name in ("W_ih", "b_ih", "W_hh", "b_hh", "W_dense_2", "b_dense_2")}
    numbers = {name: rng.normal(size=shape) * 0.5 for name, shape in shapes.items()}
    x, h = rng.normal(size=(6, 3)), np.zeros(16)
    for step in x:
        h = np.tanh(numbers["W_ih"] @ step + numbers["b_ih"] + numbers["W_hh"] @ h + numbers["b_hh"])
    body = {"params": {name: its.tolist() for name, its in numbers.items()}, "inputs": {"x": x.tolist()}}
    trace = resolve(read(json_bytes({"equations": text, **body}))).run.trace
    np.testing.assert_allclose(trace.value("y"), numbers["W_dense_2"] @ h + numbers["b_dense_2"], rtol=1e-12)


def test_a_layer_that_returns_sequences_is_read_at_every_step() -> None:
    model = "m = Sequential([SimpleRNN(4, return_sequences=True), TimeDistributed(Dense(2, activation='softmax'))])"
    assert "y[t] = softmax(W_dense_2 @ out_1[t] + b_dense_2)" in read_pasted(model).text


@pytest.mark.parametrize(
    "layers",
    [
        "Bidirectional(LSTM(4)), Dense(1)",
        "LSTM(4, activation='relu'), Dense(1)",
        "SimpleRNN(4, go_backwards=True), Dense(1)",
        "SimpleRNN(4), Dense(1, activation='swish')",
    ],
)
def test_layers_that_are_not_known_are_named_and_none_is_guessed(layers: str) -> None:
    found = read_pasted(f"model = Sequential([{layers}])")
    assert found.problems and not lines_read(found.text)


def lines_read(text: str) -> list[str]:
    return [line for line in text.split("\n") if line and not line.startswith("#")]
