"""Losses of the libraries give the numbers that they are documented with; of a training one pass is read."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from app.arrays import Array
from app.language import parse
from app.language.pasted import read_pasted
from app.link import read, resolve
from app.outputs import json_bytes

HEAD = "rnn = nn.RNN(3, 4)\nfc = nn.Linear(4, 2)\nout, h = rnn(x)\n"
PAIRS = {"a = fc(out)": True, "a = fc(out[-1])": False}
"""What is compared: at every step, or at the last one."""
Formula = Callable[[Array, Array], Array]


def log_softmax(a: Array) -> Array:
    return np.asarray(a - np.log(np.sum(np.exp(a), axis=-1, keepdims=True)))


def sigmoid(a: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-a)))


def of_rows(a: Array, b: Array) -> Array:
    return np.asarray(-np.sum(b * log_softmax(a), axis=-1))


def of_share(a: Array, b: Array) -> Array:
    return np.asarray(-(b * np.log(a) + (1 - b) * np.log(1 - a)))


def huber(a: Array, b: Array, delta: float = 1.0) -> Array:
    d = np.abs(a - b)
    return np.asarray(np.where(d < delta, d**2 / 2, delta * (d - delta / 2)))


def smooth(a: Array, b: Array, beta: float) -> Array:
    d = np.abs(a - b)
    return np.asarray(np.where(d < beta, d**2 / (2 * beta), d - beta / 2))


LOSSES: dict[str, tuple[Formula, Callable[[Array], Array]]] = {
    # PyTorch: the result first; all are averaged, cross entropies over the rows alone
    "nn.MSELoss()(a, b)": (lambda a, b: (a - b) ** 2, np.mean),
    'nn.MSELoss(reduction="sum")(a, b)': (lambda a, b: (a - b) ** 2, np.sum),
    'F.mse_loss(a, b, reduction="none").sum()': (lambda a, b: (a - b) ** 2, np.sum),
    "torch.nn.functional.l1_loss(a, b)": (lambda a, b: np.abs(a - b), np.mean),
    "nn.CrossEntropyLoss()(a, b)": (of_rows, np.mean),
    'nn.CrossEntropyLoss(reduction="sum")(a, b)': (of_rows, np.sum),
    "F.cross_entropy(input=a, target=b.long())": (of_rows, np.mean),
    "nn.NLLLoss()(F.log_softmax(a, dim=-1), b)": (of_rows, np.mean),
    'F.nll_loss(F.log_softmax(a, dim=-1), b, reduction="sum")': (of_rows, np.sum),
    "nn.BCEWithLogitsLoss()(a, b)": (lambda a, b: of_share(sigmoid(a), b), np.mean),
    "nn.BCELoss()(torch.sigmoid(a), b)": (lambda a, b: of_share(sigmoid(a), b), np.mean),
    "nn.SmoothL1Loss(beta=0.5)(a, b)": (lambda a, b: smooth(a, b, 0.5), np.mean),
    "F.huber_loss(a, b, delta=0.3)": (lambda a, b: huber(a, b, 0.3), np.mean),
    'nn.KLDivLoss(reduction="batchmean")(F.log_softmax(a, dim=-1), b)': (
        lambda a, b: np.sum(b * (np.log(b) - log_softmax(a)), axis=-1),
        np.mean,
    ),
    # Keras: what is wanted first
    "tf.keras.losses.MeanAbsoluteError()(b, a)": (lambda a, b: np.abs(a - b), np.mean),
    "keras.losses.CategoricalCrossentropy(from_logits=True)(b, a)": (of_rows, np.mean),
    "keras.losses.CategoricalCrossentropy()(b, tf.nn.softmax(a))": (of_rows, np.mean),
    "tf.reduce_mean(tf.keras.losses.binary_crossentropy(b, tf.sigmoid(a)))": (
        lambda a, b: of_share(sigmoid(a), b),
        np.mean,
    ),
    "tf.reduce_sum(tf.keras.losses.mse(b, a))": (lambda a, b: np.mean((a - b) ** 2, axis=-1), np.sum),
    "keras.losses.Huber(delta=0.3)(y_true=b, y_pred=a)": (lambda a, b: huber(a, b, 0.3), np.mean),
    'keras.losses.LogCosh(reduction="sum")(b, a)': (lambda a, b: np.log(np.cosh(a - b)), lambda it: sum_of_means(it)),
    "keras.losses.KLDivergence()(b, tf.nn.softmax(a))": (
        lambda a, b: np.sum(b * (np.log(b) - log_softmax(a)), axis=-1),
        np.mean,
    ),
    # TensorFlow and optax give each row by itself
    "tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=b, logits=a))": (of_rows, np.mean),
    "tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=b, logits=a))": (
        lambda a, b: of_share(sigmoid(a), b),
        np.sum,
    ),
    "optax.softmax_cross_entropy(a, b).mean()": (of_rows, np.mean),
    "optax.softmax_cross_entropy(a, b).sum()": (of_rows, np.sum),
    "jnp.mean(optax.l2_loss(a, b))": (lambda a, b: (a - b) ** 2 / 2, np.mean),
    "optax.losses.sigmoid_binary_cross_entropy(a, b).mean()": (lambda a, b: of_share(sigmoid(a), b), np.mean),
    # scikit-learn
    "log_loss(b, torch.sigmoid(a))": (lambda a, b: of_share(sigmoid(a), b), np.mean),
}


def sum_of_means(values: Array) -> Array:
    """What Keras sums is the mean of each row."""
    return np.asarray(np.sum(np.mean(values, axis=-1)))


def numbers_of(text: str, x: Array) -> tuple[dict[str, Array], Array, Array]:
    """Numbers for the parameters of a text, the results that they give, and what these are compared with."""
    rng = np.random.default_rng(5)
    found = parse(text)
    params = {name: rng.normal(size=found.shape(name)) * 0.6 for name in found.names("parameter")}
    h, hs = np.zeros(4), []
    for step in x:
        h = np.tanh(params["W_ih"] @ step + params["b_ih"] + params["W_hh"] @ h + params["b_hh"])
        hs.append(h)
    a = np.array(hs) @ params["W_fc"].T + params["b_fc"]
    return params, a, rng.uniform(0.2, 0.8, size=a.shape)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("loss", "pair"), [*product(LOSSES, PAIRS)])
def test_a_loss_is_what_its_library_says(loss: str, pair: str) -> None:
    found = read_pasted(f"{HEAD}{pair}\nloss = {loss}")
    assert not found.problems, [problem.message for problem in found.problems]
    x = np.random.default_rng(1).normal(size=(5, 3))
    params, a, b = numbers_of(found.text, x)
    a, b = (a, b) if PAIRS[pair] else (a[-1], b[-1])
    given = {"x": x.tolist(), "b": b.tolist()}
    body = {"equations": found.text, "params": {name: it.tolist() for name, it in params.items()}, "inputs": given}
    trace = resolve(read(json_bytes(body))).run.trace
    each, put = LOSSES[loss]
    np.testing.assert_allclose(trace.value("loss"), put(each(a, b)), rtol=1e-12, err_msg=found.text)


@pytest.mark.parametrize(
    "made",
    ["nn.CrossEntropyLoss(weight=w)", "nn.BCEWithLogitsLoss(pos_weight=p)", "nn.CrossEntropyLoss(label_smoothing=0.1)"],
)
def test_an_argument_that_changes_a_loss_is_named_with_the_loss_without_it(made: str) -> None:
    found = read_pasted(f"{HEAD}a = fc(out)\ncriterion = {made}\nloss = criterion(a, b)")
    [problem] = found.problems
    assert "of a loss is not read" in problem.message and "loss = " in (problem.hint or "")


@pytest.mark.parametrize("target", ["b", "b.long()", "targets[0]"])
def test_of_numbers_of_classes_the_line_says_that_they_are_one_hot(target: str) -> None:
    found = read_pasted(f"{HEAD}criterion = nn.CrossEntropyLoss()\nloss = criterion(fc(out[-1]), {target})")
    assert any("one-hot" in line.note for line in found.lines)


def test_a_loss_that_the_text_defines_is_its_own() -> None:
    own = "def mse_loss(a, b):\n    return np.sum((a - b) ** 4)\n"
    text = read_pasted(f"{own}{HEAD}loss = mse_loss(fc(out[-1]), b)").text
    assert "** 4" in text and "** 2" not in text


TRAINING = {
    "for epoch in range(20):\n    total = 0\n    for x, y in loader:\n        optimizer.zero_grad()\n"
    "        out, hn = rnn(x)\n        loss = criterion(fc(out[-1]), y)\n        loss.backward()\n"
    "        optimizer.step()\n        total += loss.item()\n    print(total)": "loss = mse(W_fc @ out[tau] + b_fc, y)",
    "for epoch in range(20):\n    for i, (x, y) in enumerate(tqdm(loader)):\n        out, _ = rnn(x)\n"
    "        loss = criterion(fc(out), y)\n        loss.backward()\n        optimizer.step()": (
        "loss = mean(mse(W_fc @ out[t] + b_fc, y[t]))"
    ),
    "for step in range(900):\n    out, h0 = rnn(x, h0)\n    h0 = h0.detach()\n    loss = criterion(fc(out), y)\n"
    "    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()": (
        "loss = mean(mse(W_fc @ out[t] + b_fc, y[t]))"
    ),
    "out, h = rnn(x)\nloss = criterion(fc(out[-1]), y)\nmodel.zero_grad()\nloss.backward()\n"
    "for p in model.parameters():\n    p.data.add_(p.grad.data, alpha=-lr)": ("loss = mse(W_fc @ out[tau] + b_fc, y)"),
}


@pytest.mark.parametrize("program", TRAINING)
def test_of_a_training_the_lines_of_one_pass_are_read(program: str) -> None:
    found = read_pasted(f"rnn = nn.RNN(3, 4)\nfc = nn.Linear(4, 2)\ncriterion = nn.MSELoss()\n{program}")
    assert not found.problems, [problem.message for problem in found.problems]
    assert TRAINING[program] in found.text.split("\n") and "tau" not in found.text.split("\n")[0]
    assert any("where the network is trained" in line.note for line in found.lines)


def test_a_loop_over_time_that_moves_parameters_at_every_step_stays_one() -> None:
    text = read_pasted(
        "for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n    loss = np.sum((h - y[t]) ** 2)\n"
        "    loss.backward()\n    optimizer.step()"
    ).text
    assert "h[t] = tanh(W @ h[t-1] + U @ x[t])" in text and "L[t]" in text


MODULES = {
    # a cell whose name ends as what is one step back does, a loop in a method, and defaults of it
    "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.lstm1 = nn.LSTMCell(3, 4)\n        self.lstm2 = nn.LSTMCell(4, 4)\n"
    "        self.fc = nn.Linear(4, 2)\n"
    "    def forward(self, x, future=0):\n        outputs = []\n"
    "        h_t = torch.zeros(x.size(0), 4)\n        c_t = torch.zeros(x.size(0), 4)\n"
    "        for x_t in x.split(1, dim=1):\n            h_t, c_t = self.lstm1(x_t, (h_t, c_t))\n"
    "            h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))\n"
    "            outputs += [self.fc(h_t2)]\n        return torch.cat(outputs, dim=1)\n"
    "net = Net()\nout = net(x)\nloss = nn.MSELoss()(out, y)": (
        "W_ih_lstm1 @ x[t] + b_ih_lstm1 + W_hh_lstm1 @ h[t-1]|loss = mean(mse(",
        False,
    ),
    # dropout, and a model that a loop of training calls with data
    "class Net(nn.Module):\n    def __init__(self, n=4):\n        super().__init__()\n"
    "        self.rnn = nn.RNN(3, n, batch_first=True)\n        self.drop = nn.Dropout(0.5)\n"
    "        self.fc = nn.Linear(n, 1)\n    def forward(self, text):\n        out, _ = self.rnn(self.drop(text))\n"
    "        return self.fc(self.drop(out[:, -1]))\nmodel = Net()\ncriterion = nn.BCEWithLogitsLoss()\n"
    "for epoch in range(5):\n    for text, label in loader:\n        predictions = model(text)\n"
    "        loss = criterion(predictions, label.float())\n        loss.backward()\n        optimizer.step()": (
        "loss = mean(softplus(predictions) - predictions * label)|predictions = W_fc @ out",
        True,
    ),
    # a step of Lightning
    "class Lit(pl.LightningModule):\n    def __init__(self):\n        super().__init__()\n"
    "        self.rnn = nn.RNN(3, 4)\n        self.head = nn.Linear(4, 2)\n        self.loss = nn.CrossEntropyLoss()\n"
    "    def forward(self, x):\n        out, _ = self.rnn(x)\n        return self.head(out[-1])\n"
    "    def training_step(self, batch, batch_idx):\n"
    "        x, y = batch\n        logits = self(x)\n        loss = self.loss(logits, y)\n        self.log('loss', 1)\n"
    "        return loss\n    def configure_optimizers(self):\n        return optim.Adam(self.parameters(), lr=1e-3)": (
        "loss = cross_entropy(logits, y)|h[t] = tanh(W_ih @ x[t] + b_ih + W_hh @ h[t-1] + b_hh)",
        False,
    ),
    # an attribute that is called as the object is, and a state that goes through it
    "class RNN(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.rnn = nn.RNN(3, 4, batch_first=True)\n        self.out = nn.Linear(4, 1)\n"
    "    def forward(self, x, h_state):\n        r_out, h_state = self.rnn(x, h_state)\n        outs = []\n"
    "        for step in range(r_out.size(1)):\n            outs.append(self.out(r_out[:, step, :]))\n"
    "        return torch.stack(outs, dim=1), h_state\n"
    "rnn = RNN()\nprediction, h_state = rnn(x, h_state)\nloss = nn.MSELoss()(prediction, y)": (
        "outs[t] = W_out @ r_out[t] + b_out|h_state[t] = tanh(W_ih @ x[t] + b_ih + W_hh @ h_state[t-1]|mean(mse(",
        False,
    ),
    # both states of an LSTM under one name, a loss among other terms, weights by the names of PyTorch
    "class LM(nn.Module):\n    def __init__(self, n, d, h):\n        super().__init__()\n"
    "        self.encoder = nn.Embedding(n, d)\n        self.rnn = nn.LSTM(d, h)\n"
    "        self.decoder = nn.Linear(h, n)\n"
    "    def forward(self, input, hidden):\n        emb = self.encoder(input)\n"
    "        output, hidden = self.rnn(emb, hidden)\n        return self.decoder(output), hidden\n"
    "model = LM(9, 5, 4)\nhidden = model.init_hidden(20)\noutput, hidden = model(data, hidden)\n"
    "loss = 2 * F.cross_entropy(output, targets) + 1e-3 * (model.rnn.weight_hh_l0 ** 2).sum()": (
        "crossentropy_1 = mean(cross_entropy(output[t], targets[t]))|2 * crossentropy_1 + 0.001 * sum(W_hh ** 2)",
        False,
    ),
    # data and results under one name
    "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.emb = nn.Embedding(20, 5)\n        self.rnn = nn.LSTM(5, 7, 2, batch_first=True)\n"
    "        self.fc = nn.Linear(7, 2)\n"
    "    def forward(self, x):\n        x = self.emb(x)\n        x, (_, c_n) = self.rnn(x)\n        x = x[:, -1, :]\n"
    "        return self.fc(x)\nnet = Net()\nloss = F.cross_entropy(net(tokens), labels)": (
        "c_l0[t] = sigmoid(f_l0[t]) * c_l0[t-1]|x_rnn_1 = x_rnn[tau]|cross_entropy(W_fc @ x_rnn_1 + b_fc, labels)",
        False,
    ),
    # layers by a number that has a name, and data that are kept in another way
    "class Net(nn.Module):\n    def __init__(self, d, h, layers, k):\n        super().__init__()\n"
    "        self.lstm = nn.LSTM(d, h, layers, batch_first=True)\n        self.fc = nn.Linear(h, k)\n"
    "    def forward(self, x):\n        out, (hn, _) = self.lstm(x)\n        return self.fc(hn[-1])\n"
    "model = Net(28, 9, 2, 10)\ncriterion = nn.CrossEntropyLoss()\n"
    "for i, (images, labels) in enumerate(loader):\n    images = images.view(-1, 28, 28).to(device)\n"
    "    optimizer.zero_grad()\n    outputs = model(images)\n    loss = criterion(outputs, labels)\n"
    "    loss.backward()\n    optimizer.step()": ("x: 28 unless given|outputs = W_fc @ h_l1[tau] + b_fc", False),
    # functions that hand a state on as a tuple of one
    "def rnn(inputs, state, params):\n    W_xh, W_hh, b_h, W_hq, b_q = params\n    H, = state\n    outputs = []\n"
    "    for X in inputs:\n        H = torch.tanh(torch.mm(X, W_xh) + torch.mm(H, W_hh) + b_h)\n"
    "        outputs.append(torch.mm(H, W_hq) + b_q)\n    return torch.cat(outputs, dim=0), (H,)\n"
    "y_hat, state = rnn(X, state, params)\nloss = nn.CrossEntropyLoss()\nl = loss(y_hat, y.long()).mean()": (
        "l = mean(cross_entropy(y_hat[t], y[t]))|H[t] = tanh(X[t] @ W_xh + H[t-1] @ W_hh + b_h)",
        False,
    ),
    # JAX: gradients and updates by themselves
    "def loss_fn(params, xs, ys):\n    def step(h, x):\n        h = jnp.tanh(params['W'] @ h + params['U'] @ x)\n"
    "        return h, params['V'] @ h\n    _, out = jax.lax.scan(step, jnp.zeros(4), xs)\n"
    "    return optax.softmax_cross_entropy_with_integer_labels(out, ys).mean()\n"
    "@jax.jit\ndef update(params, state, xs, ys):\n    loss, grads = jax.value_and_grad(loss_fn)(params, xs, ys)\n"
    "    updates, state = optimizer.update(grads, state)\n    params = optax.apply_updates(params, updates)\n"
    "    return params, state, loss\nkey, sub = jax.random.split(key)": (
        "loss = mean(cross_entropy(out[t], ys[t]))",
        False,
    ),
}
"""Networks as tutorials have them, with what is read of them, and whether something is dropped in them."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("program", MODULES)
def test_networks_as_tutorials_have_them_are_read_to_their_loss(program: str) -> None:
    found, (written, drops) = read_pasted(program), MODULES[program]
    assert not found.problems, [problem.message for problem in found.problems]
    assert all(it in found.text for it in written.split("|")), found.text
    assert any("kept when a network runs" in line.note for line in found.lines) == drops


def test_data_that_would_make_matrices_of_states_are_vectors() -> None:
    found = read_pasted(
        "class Net:\n    def __init__(self, n_in, n):\n        self.W = np.random.randn(n, n) * 0.1\n"
        "        self.U = np.random.randn(n, n_in) * 0.1\n        self.b = np.zeros(n)\n    def forward(self, X):\n"
        "        T = X.shape[0]\n        h = np.zeros((T + 1, self.b.shape[0]))\n        for t in range(T):\n"
        "            h[t] = np.tanh(self.W @ h[t-1] + self.U @ X[t] + self.b)\n        return h[:-1]"
    )
    recurrence = parse(found.text)
    assert not found.problems and len(recurrence.shape("h")) == len(recurrence.shape("X")) == 1


@pytest.mark.parametrize(
    "program",
    [
        "x = torch.randn(7, 4, 5)\nrnn = nn.GRU(5, 6)\nout, h = rnn(x)",
        "steps, batch, n = 7, 4, 5\nx = torch.randn(steps, batch, n)\nrnn = nn.LSTM(n, 6)\nout, (h, c) = rnn(x)",
        "x = torch.randn(4, 7, 5)\nrnn = nn.RNN(5, 6, batch_first=True)\nout, h = rnn(x)\ny = out[:, -1]",
        "x = np.random.random((4, 7, 5))\nlstm = keras.layers.LSTM(6)\noutput = lstm(x)",
        "x = torch.randn(7, 5)\nh = torch.zeros(6)\nfor t in range(x.shape[0]):\n    h = torch.tanh(W @ h + U @ x[t])",
    ],
)
def test_the_array_that_is_given_says_the_steps_and_the_size_of_each(program: str) -> None:
    found = read_pasted(program)
    recurrence = parse(found.text)
    assert recurrence.steps == 7 and recurrence.shape("x") == (5,) and recurrence.shape("h") == (6,)
    assert any("4 is the size of a batch" in line.note for line in found.lines) == (
        ", 4," in program or "(4," in program
    )
