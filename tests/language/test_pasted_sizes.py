"""How large a program says its arrays are: what was read declares it, and it yields to what is given beside it."""

from __future__ import annotations

import pytest

from app.language import GivenShapes, Problems, parse
from app.language.pasted import read_pasted

LOOP = "for t in range(T):\n    h = np.tanh(W @ x[t] + U @ h)\n"
SIZES = {
    # functions that make arrays, however they are told how large
    f"W = np.random.randn(4, 3)\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.zeros((4, 3))\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.zeros(shape=(4, 3))\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.ones([4, 3], dtype=float) * 0.1\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.full((4, 3), 0.5)\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.random.normal(0, 0.1, (4, 3))\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.random.normal(size=(4, 3))\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.random.uniform(-1, 1, size=(4, 3))\n{LOOP}": {"x": 3, "h": 4},
    f"W = rng.standard_normal((4, 3)) / np.sqrt(3)\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.random.randn(3, 4).T\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.random.randn(12).reshape(4, 3)\n{LOOP}": {"x": 3, "h": 4},
    f"W = torch.randn(4, 3, requires_grad=True)\n{LOOP}": {"x": 3, "h": 4},
    f"W = nn.Parameter(torch.empty(4, 3))\n{LOOP}": {"x": 3, "h": 4},
    f"W = torch.Tensor(4, 3)\n{LOOP}": {"x": 3, "h": 4},
    f"W = jnp.zeros((4, 3))\n{LOOP}": {"x": 3, "h": 4},
    f"W = jax.random.normal(key, (4, 3)) * 0.1\n{LOOP}": {"x": 3, "h": 4},
    f"W = tf.Variable(tf.random.normal([4, 3]))\n{LOOP}": {"x": 3, "h": 4},
    f"W = np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6]])\n{LOOP}": {"x": 3, "h": 2},
    f"b = np.zeros((5, 1))\n{LOOP.replace('U @ h', 'U @ h + b')}": {"h": 5},
    f"params = {{'W': np.random.randn(4, 3)}}\n{LOOP.replace('W', 'params[' + repr('W') + ']')}": {"x": 3, "h": 4},
    # numbers with names
    f"n_h, n_x = 4, 3\nW = np.zeros((n_h, n_x))\n{LOOP}": {"x": 3, "h": 4},
    f"n = 2\nW = np.zeros((2 * n, n + 1))\n{LOOP}": {"x": 3, "h": 4},
    "class Cell:\n    def __init__(self, n_in, n_out=4):\n        self.W = np.random.randn(n_out, n_in)\n"
    "    def step(self, x, h):\n        h = np.tanh(self.W @ x + self.U @ h)\n        return h\ncell = Cell(3)": {
        "x": 3,
        "h": 4,
    },
    "def init(n_x, n_h):\n    W = np.random.randn(n_h, n_x)\n    return W\nW = init(3, n_h=4)\n" + LOOP: {
        "x": 3,
        "h": 4,
    },
    # attributes that are called as the arguments which say their sizes
    "class Net(nn.Module):\n    def __init__(self, vocab=30, emb=12, hid=16):\n"
    "        self.emb = nn.Embedding(vocab, emb)\n        self.rnn = nn.RNN(emb, hid)\n"
    "        self.out = nn.Linear(hid, vocab)\n    def forward(self, x, h):\n"
    "        e = self.emb(x)\n        y, h = self.rnn(e, h)\n        return self.out(y)": {"x_1": 12, "h": 16, "o": 30},
    "class Cell:\n    def __init__(self, n=3, h=4):\n        self.W = np.random.randn(h, n)\n"
    "        self.h = np.zeros(h)\n    def step(self, x):\n"
    "        self.h = np.tanh(self.W @ x + self.U @ self.h)\n        return self.h": {
        "x": 3,
        "h": 4,
    },
    "class Cell:\n    def __init__(self, n_x, width=6):\n        self.n = width\n        self.n_x = n_x\n"
    "        self.W = np.random.randn(self.n, self.n_x)\n    def step(self, h, x):\n"
    "        h = np.tanh(self.W @ x + self.U @ h)\n        return h\ncell = Cell(2)": {"x": 2, "h": 6},
    # starts and data
    f"h = np.zeros(4)\n{LOOP}": {"h": 4},
    f"n_h = 16\nh = np.zeros(n_h)\n{LOOP}": {"h": 16},
    f"h = torch.zeros(1, 4)\n{LOOP}": {"h": 4},
    f"x = np.random.randn(20, 3)\n{LOOP}": {"x": 3},
    f"x = np.random.randn(3, 20)\n{LOOP.replace('x[t]', 'x[:, t]')}": {"x": 3},
    "S = np.zeros((3, 5))\nfor t in range(T):\n    S = S + np.outer(k[t], v[t])": {"k": 3, "v": 5},
    # layers and cells of PyTorch
    "cell = nn.GRUCell(3, 4)\nfor t in range(T):\n    h = cell(x[t], h)": {"x": 3, "h": 4},
    "cell = nn.LSTMCell(input_size=3, hidden_size=4)\nfor t in range(T):\n    h, c = cell(x[t], (h, c))": {
        "x": 3,
        "c": 4,
    },
    "rnn = nn.RNN(5, 8)\nfc = nn.Linear(8, 2)\nout, h = rnn(x)\ny = fc(out)": {"x": 5, "h": 8, "y": 2},
    "l = nn.Linear(in_features=7, out_features=4)\nfor t in range(T):\n    h = torch.tanh(l(torch.cat((x[t], h))))": {
        "x": 3,
        "h": 4,
    },
    "net = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4))\nfor t in range(T):\n    h = net(x[t]) + U @ h": {
        "x": 3,
        "b_net_0": 5,
        "h": 4,
    },
    "rnn = nn.GRU(3, 4, num_layers=2, bidirectional=True)\nout, h = rnn(x)": {
        "x": 3,
        **dict.fromkeys(("h_l0", "h_l0_reverse", "h_l1", "h_l1_reverse"), 4),
        "out": 8,
    },
}
"""Programs, and sizes that they say."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("text", SIZES)
def test_what_was_read_has_the_sizes_that_the_program_says(text: str) -> None:
    found = read_pasted(text)
    assert not found.problems
    sizes = parse(found.text).sizes
    assert {name: sizes[name] for name in SIZES[text]} == SIZES[text], found.text


UNREAD_LINE = "import mystery\nif mystery.asks():\n    h = mystery.answer(h)\n"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("text", SIZES)
def test_a_line_that_is_not_read_leaves_the_sizes_that_others_say(text: str) -> None:
    found = read_pasted(f"{text}\n{UNREAD_LINE}")
    assert [it.line for it in found.problems] == [text.count("\n") + 3], found
    sizes = parse(found.text).sizes
    assert {name: sizes[name] for name in SIZES[text]} == SIZES[text], found.text


NOT_KEPT = {
    f"h = torch.zeros(32, 4)\n{LOOP.replace('U @ h', 'h @ U')}": "32 is the size of a batch",
    f"h = np.zeros((4, 32))\n{LOOP}": "32 is the size of a batch",
    f"x = np.random.randn(20, 3)\n{LOOP}": "20 is the number of steps",
    f"n = 4096\nh = np.zeros(n)\n{LOOP}": "4096 is not kept: the largest size here is 512",
    f"W = np.zeros((4, 3))\nb = np.zeros(5)\n{LOOP.replace('U @ h', 'U @ h + b')}": "5 of b is not kept",
    f"W = np.zeros((2, 4, 3))\nh = np.zeros(4)\n{LOOP}": "2 x 4 x 3 of W is not kept: here it is a matrix",
    f"h = np.zeros((n, m))\n{LOOP}": "an axis of h is that of a batch",
}


@pytest.mark.parametrize("text", NOT_KEPT)
def test_a_size_that_is_not_kept_is_said_at_its_line(text: str) -> None:
    notes = [line.note for line in read_pasted(text).lines]
    assert any(NOT_KEPT[text] in note for note in notes), notes


RANKS = {
    "w = np.random.randn(4, 3)\nfor t in range(T):\n    h = np.tanh(w @ x[t] + U @ h)": {"w": 2, "h": 1},
    "x = np.zeros(T)\nw = np.random.randn(4)\nfor t in range(T):\n    h = np.tanh(w * x[t] + U @ h)": {"x": 0, "h": 1},
    "X = np.random.randn(50, 3)\nfor t in range(50):\n    h = np.tanh(W @ X[t] + U @ h)": {"X": 1, "h": 1},
    "W = np.random.randn(4, 1)\nfor t in range(T):\n    h = np.tanh(W @ x[t] + U @ h)": {"W": 2, "x": 1, "h": 1},
    "rnn = nn.RNN(1, 3)\nfc = nn.Linear(3, 1)\nout, h = rnn(x)\ny = fc(out)": {"W_ih": 2, "W_fc": 2, "x": 1, "y": 1},
    "Q = np.ones(3)\nfor t in range(T):\n    h = np.tanh(Q * h + x[t])": {"Q": 1, "h": 1},
    "d, n = 3, 4\nS = np.zeros((d, n))\nfor t in range(T):\n    S = 0.9 * S + k[t]": {"S": 2, "k": 2},
    "S = np.zeros((d, n))\nfor t in range(T):\n    S = 0.9 * S + k[t]": {"S": 2, "k": 2},
}


@pytest.mark.parametrize("text", RANKS)
def test_an_array_has_as_many_axes_as_the_program_makes_it_with(text: str) -> None:
    found = read_pasted(text)
    variables = parse(found.text).variables
    assert not found.problems and {name: variables[name].rank for name in RANKS[text]} == RANKS[text], found.text


YIELDING = "x: 3 unless given\nh: 4 unless given\nh[t] = tanh(W @ h[t-1] + U @ x[t])"


@pytest.mark.parametrize(
    ("given", "sizes"),
    [
        ({}, {"x": 3, "h": 4}),
        ({"sizes": {"x": 5}}, {"x": 5, "h": 4}),
        ({"defaults": {"x": 7}}, {"x": 7, "h": 4}),
        ({"given": GivenShapes(inputs=(("x", (9, 6)),))}, {"x": 6, "h": 4}),
        ({"given": GivenShapes(params=(("W", (2, 2)),))}, {"x": 3, "h": 2}),
        ({"given": GivenShapes(params=(("U", (2, 5)),))}, {"x": 5, "h": 2}),
        ({"given": GivenShapes(initial=(("h", (6,)),))}, {"x": 3, "h": 6}),
    ],
)
def test_a_size_that_is_declared_unless_given_yields_to_all_that_is_given(
    given: dict[str, object], sizes: dict[str, int]
) -> None:
    assert parse(YIELDING, **given).sizes == sizes  # type: ignore[arg-type]
    firm = YIELDING.replace(" unless given", "")
    if given and "defaults" not in given:
        with pytest.raises(Problems):
            parse(firm, **given)  # type: ignore[arg-type]


def test_sizes_unless_given_that_make_a_sum_yield_with_it() -> None:
    text = "z: 12 unless given; a: 4 unless given; a[t], b[t], c[t] = split(z[t])"
    assert parse(text).sizes["z"] == 12 and parse(text, {"a": 5}).sizes["z"] == 15
    joined = "c: 7 unless given; x: 3 unless given; c[t] = concat(x[t], y[t])"
    assert parse(joined).sizes == {"c": 7, "x": 3, "y": 4} and parse(joined, {"y": 9}).sizes["c"] in (7, 12)
