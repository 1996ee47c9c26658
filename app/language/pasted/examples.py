"""What is understood from elsewhere, line by line: the reference shows these rows, and a test tries each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PastedExample:
    """Lines in another notation, and what they are in the language."""

    notation: str
    source: str
    text: str


def _lines(*lines: str) -> str:
    return "\n".join(lines)


PASTED = (
    PastedExample("NumPy", "h = np.tanh(W.dot(h) + b)", "h[t] = tanh(W @ h[t-1] + b)"),
    PastedExample(
        "NumPy", "h[t] = np.tanh(h[t-1] @ W.T + x[t] @ U.T)", "h[t] = tanh(h[t-1] @ transpose(W) + x[t] @ transpose(U))"
    ),
    PastedExample(
        "NumPy",
        _lines(
            "alpha = 0.9",
            "h = np.zeros(n)",
            "for t in range(T):",
            "    h = alpha * h + (1 - alpha) * np.tanh(np.dot(W, h) + x[t])",
            "y = V @ h",
        ),
        _lines("alpha = 0.9", "h[t] = alpha * h[t-1] + (1 - alpha) * tanh(W @ h[t-1] + x[t])", "y = V @ h[tau]"),
    ),
    PastedExample(
        "NumPy",
        _lines(
            "hs[-1] = h0",
            "for t in range(len(xs)):",
            "    hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t-1] + bh)",
            "    ps[t] = np.exp(Why @ hs[t]) / np.sum(np.exp(Why @ hs[t]))",
        ),
        _lines(
            "hs[0] = h0",
            "hs[t] = tanh(Wxh @ xs[t] + Whh @ hs[t-1] + bh)",
            "ps[t] = exp(Why @ hs[t]) / sum(exp(Why @ hs[t]))",
        ),
    ),
    PastedExample(
        "NumPy",
        _lines("for t in range(1, T + 1):", "    h[t] = np.tanh(W @ h[t-1] + U @ x[t-1])"),
        "h[t] = tanh(W @ h[t-1] + U @ x[t])",
    ),
    PastedExample(
        "NumPy",
        _lines("S[0] = x[0]", "for t in range(1, len(x)):", "    S[t] = alpha * x[t] + (1 - alpha) * S[t-1]"),
        _lines("S[1] = x[1]", "S[t] = alpha * x[t] + (1 - alpha) * S[t-1]"),
    ),
    PastedExample(
        "NumPy",
        _lines("a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)", "yt_pred = softmax(Wya @ a_next + by)"),
        _lines("a[t] = tanh(Wax @ x[t] + Waa @ a[t-1] + ba)", "yt_pred[t] = softmax(Wya @ a[t] + by)"),
    ),
    PastedExample(
        "NumPy",
        _lines("def cell(x, h_prev):", "    z = sigmoid(Wz @ x + Uz @ h_prev)", "    return z * np.tanh(x) + h_prev"),
        _lines("z[t] = sigmoid(Wz @ x[t] + Uz @ h[t-1])", "h[t] = z[t] * tanh(x[t]) + h[t-1]"),
    ),
    PastedExample(
        "NumPy",
        _lines(
            "for t in range(len(inputs)):",
            "    ps[t] = softmax(Why @ hs[t] + by)",
            "    loss += -np.log(ps[t][targets[t], 0])",
        ),
        _lines("ps[t] = softmax(Why @ hs[t] + by)", "L[t] = -sum(targets[t] * log(ps[t]))", "loss = sum(L[t])"),
    ),
    PastedExample(
        "NumPy",
        _lines(
            "for t in range(T):",
            "    hf = np.tanh(Wf @ hf + Uf @ x[t])",
            "for t in reversed(range(T)):",
            "    hb = np.tanh(Wb @ hb + Ub @ x[t])",
        ),
        _lines("hf[t] = tanh(Wf @ hf[t-1] + Uf @ x[t])", "hb[t] = tanh(Wb @ hb[t+1] + Ub @ x[t])"),
    ),
    PastedExample(
        "NumPy",
        _lines("mem = beta * mem + W @ x[t]", "spk = (mem > 1.0).astype(float)", "mem = mem - spk"),
        _lines("mem_1[t] = beta * mem[t-1] + W @ x[t]", "spk[t] = mem_1[t] > 1", "mem[t] = mem_1[t] - spk[t]"),
    ),
    PastedExample(
        "NumPy",
        _lines("for t in range(1, T):", "    e = r[t] - y[t-1]", "    y[t] = 0.9 * y[t-1] + Kp * e"),
        _lines("Kp: scalar unless given", "e[t] = r[t] - y[t-1]", "y[t] = 0.9 * y[t-1] + Kp * e[t]"),
    ),
    PastedExample(
        "NumPy",
        _lines("for x in xs @ U.T:", "    h = np.tanh(W @ h + x)", "loss = np.sum((V @ h - target) ** 2)"),
        _lines(
            "given target",
            "x[t] = xs[t] @ transpose(U)",
            "h[t] = tanh(W @ h[t-1] + x[t])",
            "loss = sum((V @ h[tau] - target) ** 2)",
        ),
    ),
    PastedExample(
        "NumPy",
        _lines(
            "def run(xs):",
            "    h = np.zeros(4)",
            "    for x in xs:",
            "        h = np.tanh(W @ h + U @ x)",
            "    return h",
            "y = V @ run(xs)",
        ),
        _lines("h: 4 unless given", "h[t] = tanh(W @ h[t-1] + U @ x[t])", "y = V @ h[tau]"),
    ),
    PastedExample(
        "NumPy",
        _lines(
            "for i in range(n):",
            "    s = b[i]",
            "    for j in range(m):",
            "        s += U[i, j] * x[j]",
            "    h[i] = np.tanh(s)",
        ),
        _lines("given x", "s = b + U @ x", "h = tanh(s)"),
    ),
    PastedExample(
        "NumPy",
        _lines("for t in range(T):", "    for l in range(2):", "        h[l] = np.tanh(W[l] @ h[l] + U[l] @ x[t])"),
        _lines("h_1[t] = tanh(W_1 @ h_1[t-1] + U_1 @ x[t])", "h_2[t] = tanh(W_2 @ h_2[t-1] + U_2 @ x[t])"),
    ),
    PastedExample(
        "Python",
        "h = functools.reduce(lambda h, x: np.tanh(W @ h + U @ x), xs, h0)",
        _lines("h[0] = h0", "h[t] = tanh(W @ h[t-1] + U @ x[t])"),
    ),
    PastedExample(
        "JAX",
        _lines(
            "def step(carry, x):",
            "    h = jnp.tanh(W @ carry['h'] + U @ x)",
            "    return {'h': h}, V @ h",
            "_, ys = lax.scan(step, {'h': jnp.zeros(4)}, xs)",
            "loss = jnp.mean((ys - targets) ** 2)",
        ),
        _lines(
            "h: 4 unless given",
            "h[t] = tanh(W @ h[t-1] + U @ x[t])",
            "y[t] = V @ h[t]",
            "ys[t] = y[t]",
            "loss = mean(mean((ys[t] - targets[t]) ** 2))",
        ),
    ),
    PastedExample(
        "JAX",
        "h = lax.fori_loop(0, 10, lambda i, h: jnp.tanh(W @ h + b), h0)",
        _lines("tau: 10 unless given", "h[0] = h0", "h[t] = tanh(W @ h[t-1] + b)"),
    ),
    PastedExample(
        "JAX",
        "h = lax.while_loop(lambda h: jnp.sum(h) < 9, lambda h: jnp.tanh(W @ h), h0)",
        _lines("h[0] = h0", "h[t] = tanh(W @ h[t-1])"),
    ),
    PastedExample(
        "JAX",
        "sums = lax.associative_scan(jnp.add, xs)",
        _lines("a[1] = xs[1]", "a[t] = a[t-1] + xs[t]"),
    ),
    PastedExample(
        "Keras",
        _lines(
            "def step(x, states):",
            "    h = K.tanh(K.dot(x, U) + K.dot(states[0], W))",
            "    return h, [h]",
            "last, outputs, states = K.rnn(step, inputs, [h0])",
        ),
        _lines("h[t] = tanh(x[t] @ U + h[t-1] @ W)", "h[0] = h0"),
    ),
    PastedExample(
        "Keras",
        _lines(
            'model = Sequential([LSTM(8, input_shape=(10, 3)), Dense(2, activation="softmax")])',
            'model.compile(loss="categorical_crossentropy", optimizer="adam")',
            "model.fit(X, y)",
        ),
        _lines(
            "tau: 10 unless given",
            "x: 3 unless given",
            "z: 2 unless given",
            "h: 8 unless given",
            "given y",
            "b ~ forget",
            "i[t], f[t], g[t], o[t] = split(x[t] @ W + h[t-1] @ U + b)",
            "c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t]) * tanh(g[t])",
            "h[t] = sigmoid(o[t]) * tanh(c[t])",
            "b_dense ~ 0",
            "z = h[tau] @ W_dense + b_dense",
            "yhat = softmax(z)",
            "loss = cross_entropy(z, y)",
        ),
    ),
    PastedExample(
        "Keras",
        _lines(
            "inputs = Input((None, 3))", "x = Bidirectional(SimpleRNN(4))(inputs)", "m = Model(inputs, Dense(1)(x))"
        ),
        _lines(
            "x: 3 unless given",
            "h_bwd: 4 unless given",
            "h_fwd: 4 unless given",
            "yhat: 1 unless given",
            "b_fwd ~ 0",
            "b_bwd ~ 0",
            "h_fwd[t] = tanh(x[t] @ W_fwd + h_fwd[t-1] @ U_fwd + b_fwd)",
            "h_bwd[t] = tanh(x[t] @ W_bwd + h_bwd[t+1] @ U_bwd + b_bwd)",
            "both = concat(h_fwd[tau], h_bwd[1])",
            "b_dense ~ 0",
            "yhat = both @ W_dense + b_dense",
        ),
    ),
    PastedExample(
        "Flax",
        _lines(
            "class Net(nn.Module):",
            "    @nn.compact",
            "    def __call__(self, x):",
            "        x = nn.RNN(nn.SimpleCell(4))(x)",
            "        return nn.Dense(2)(x)",
            "model = Net()",
            "def loss_fn(params, x, y):",
            "    return optax.l2_loss(model.apply(params, x), y).mean()",
        ),
        _lines(
            "yhat: 2 unless given",
            "h: 4 unless given",
            "b ~ 0",
            "h[t] = tanh(x[t] @ W + h[t-1] @ U + b)",
            "b_dense ~ 0",
            "yhat[t] = h[t] @ W_dense + b_dense",
            "loss = mean(mean((yhat[t] - y[t]) ** 2 / 2))",
        ),
    ),
    PastedExample(
        "PyTorch",
        _lines(
            "rnn = nn.RNN(3, 4)",
            "criterion = nn.MSELoss(reduction='sum')",
            "for epoch in range(20):",
            "    for x, y in loader:",
            "        out, _ = rnn(x)",
            "        loss = criterion(out, y)",
            "        optimizer.zero_grad()",
            "        loss.backward()",
            "        optimizer.step()",
        ),
        _lines(
            "x: 3 unless given",
            "h: 4 unless given",
            "h[t] = tanh(W_ih @ x[t] + b_ih + W_hh @ h[t-1] + b_hh)",
            "out[t] = h[t]",
            "loss = sum(sum((out[t] - y[t]) ** 2))",
        ),
    ),
    PastedExample(
        "PyTorch",
        _lines("lstm = nn.LSTMCell(3, 4)", "for t in range(T):", "    h, c = lstm(x[t], (h, c))"),
        _lines(
            "x: 3 unless given",
            "h: 4 unless given",
            "i[t], f[t], g[t], o[t] = split(W_ih @ x[t] + b_ih + W_hh @ h[t-1] + b_hh)",
            "c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t]) * tanh(g[t])",
            "h[t] = sigmoid(o[t]) * tanh(c[t])",
        ),
    ),
    PastedExample(
        "PyTorch",
        _lines("self.rnn = nn.RNN(3, 4)", "out, h = self.rnn(x)", "y = self.fc(out[-1])"),
        _lines(
            "x: 3 unless given",
            "h: 4 unless given",
            "h[t] = tanh(W_ih @ x[t] + b_ih + W_hh @ h[t-1] + b_hh)",
            "out[t] = h[t]",
            "y = W_fc @ out[tau] + b_fc",
        ),
    ),
    PastedExample(
        "PyTorch",
        _lines(
            "rnn = nn.RNN(3, 4, bidirectional=True)", "out, h_n = rnn(x)", "y = torch.cat((h_n[-2], h_n[-1]), dim=1)"
        ),
        _lines(
            "x: 3 unless given",
            "h_l0_reverse: 4 unless given",
            "h_l0: 4 unless given",
            "h_l0[t] = tanh(W_ih_l0 @ x[t] + b_ih_l0 + W_hh_l0 @ h_l0[t-1] + b_hh_l0)",
            "h_l0_reverse[t] = tanh(W_ih_l0_reverse @ x[t] + b_ih_l0_reverse"
            " + W_hh_l0_reverse @ h_l0_reverse[t+1] + b_hh_l0_reverse)",
            "out[t] = concat(h_l0[t], h_l0_reverse[t])",
            "y = concat(h_l0[tau], h_l0_reverse[1])",
        ),
    ),
    PastedExample(
        "NumPy",
        _lines(
            "n = 4",
            "w = np.random.randn(n, 3)",
            "h = np.zeros(n)",
            "for t in range(T):",
            "    h = np.tanh(w @ x[t] + U @ h)",
        ),
        _lines(
            "w: 4 x 3 unless given",
            "w ~ normal",
            "h[t] = tanh(w @ x[t] + U @ h[t-1])",
        ),
    ),
    PastedExample("PyTorch", "h_t = torch.sigmoid(W @ h_prev + U @ x_t)", "h[t] = sigmoid(W @ h[t-1] + U @ x[t])"),
    PastedExample(
        "PyTorch",
        _lines("h = torch.relu(self.i2h(x) + self.h2h(h))", "o = F.log_softmax(self.h2o(h), dim=-1)"),
        _lines(
            "h[t] = relu(W_i2h @ x[t] + b_i2h + W_h2h @ h[t-1] + b_h2h)", "o[t] = log_softmax(W_h2o @ h[t] + b_h2o)"
        ),
    ),
    PastedExample(
        "PyTorch",
        _lines(
            "gates = W_ih @ x_t + W_hh @ h_prev",
            "i, f, g, o = gates.chunk(4)",
            "c_t = torch.sigmoid(f) * c_prev + torch.sigmoid(i) * torch.tanh(g)",
            "h_t = torch.sigmoid(o) * torch.tanh(c_t)",
        ),
        _lines(
            "gates[t] = W_ih @ x[t] + W_hh @ h[t-1]",
            "i[t], f[t], g[t], o[t] = split(gates[t])",
            "c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t]) * tanh(g[t])",
            "h[t] = sigmoid(o[t]) * tanh(c[t])",
        ),
    ),
    PastedExample(
        "PyTorch",
        _lines(
            "self.net = nn.Sequential(nn.Linear(n, m), nn.Tanh())",
            "loss = 0",
            "for t in range(T):",
            "    h = self.net(x[t]) + 0.9 * h",
            "    loss += F.mse_loss(h, y[t])",
            "loss = loss / T",
        ),
        _lines("h[t] = tanh(W_net @ x[t] + b_net) + 0.9 * h[t-1]", "L[t] = mse(h[t], y[t])", "loss = mean(L[t])"),
    ),
    PastedExample(
        "PyTorch",
        _lines(
            "def forward(self, x, h):",
            "    h = self.activation(self.W @ x + self.U @ h)",
            "    return F.log_softmax(self.fc(h), dim=-1), h",
        ),
        _lines(
            "activation(a) = tanh(a)",
            "h[t] = activation(W @ x[t] + U @ h[t-1])",
            "y[t] = log_softmax(W_fc @ h[t] + b_fc)",
        ),
    ),
    PastedExample(
        "MATLAB",
        _lines("for t = 2:T", "    h(:,t) = z.*h(:,t-1) + tanh(W*h(:,t-1) + U*x(:,t));", "end"),
        "h[t] = z * h[t-1] + tanh(W @ h[t-1] + U @ x[t])",
    ),
    PastedExample(
        "R",
        _lines("A <- matrix(c(0.9, 0.1, 0, 0.8), 2, 2)", "for (k in 1:n) {", "  x <- A %*% x + u[k]", "}"),
        _lines("A ~ [[0.9, 0], [0.1, 0.8]]", "x[t] = A @ x[t-1] + u[t]"),
    ),
    PastedExample(
        "numbers that are written out",
        _lines("W = np.array([[0.5, 0.1], [0, 1]])", "for x in [[1, 2], [3, 4]]:", "    h = np.tanh(W @ h + x)"),
        _lines(
            "tau: 2 unless given", "W ~ [[0.5, 0.1], [0, 1]]", "x ~ [[1, 2], [3, 4]]", "h[t] = tanh(W @ h[t-1] + x[t])"
        ),
    ),
    PastedExample("Julia", "h[t] .= tanh.(W * h[t-1] .+ U * x[t])", "h[t] = tanh(W @ h[t-1] + U @ x[t])"),
    PastedExample(
        "JavaScript",
        _lines("for (let t = 0; t < x.length; t++) {", "  h = Math.tanh(w * h + u * x[t]);", "}"),
        "h[t] = tanh(w * h[t-1] + u * x[t])",
    ),
    PastedExample(
        "LaTeX", r"h_t = \tanh(W_{hh} h_{t-1} + W_{xh} x_t + b_h)", "h[t] = tanh(W_hh @ h[t-1] + W_xh @ x[t] + b_h)"
    ),
    PastedExample(
        "LaTeX",
        _lines(
            r"\begin{aligned}",
            r"z_t &= \sigma\left(W_z x_t + U_z h_{t-1}\right) \\",
            r"\tilde{h}_t &= \tanh(W x_t + U (z_t \odot h_{t-1})) \\",
            r"h_t &= (1 - z_t) \circ h_{t-1} + z_t \circ \tilde{h}_t, \quad h_0 = 0",
            r"\end{aligned}",
        ),
        _lines(
            "z[t] = sigmoid(W_z @ x[t] + U_z @ h[t-1])",
            "htilde[t] = tanh(W @ x[t] + U @ (z[t] * h[t-1]))",
            "h[t] = (1 - z[t]) * h[t-1] + z[t] * htilde[t]",
        ),
    ),
    PastedExample(
        "LaTeX",
        r"\mathbf{h}^{(t)} = \tanh\bigl(\mathbf{b} + \mathbf{W} \mathbf{h}^{(t-1)} + \mathbf{U} \mathbf{x}^{(t)}\bigr)",
        "h[t] = tanh(b + W @ h[t-1] + U @ x[t])",
    ),
    PastedExample(
        "LaTeX",
        r"a^{\langle t \rangle} = \tanh(W_{aa} a^{\langle t-1 \rangle} + W_{ax} x^{\langle t \rangle} + b_a)",
        "a[t] = tanh(W_aa @ a[t-1] + W_ax @ x[t] + b_a)",
    ),
    PastedExample(
        "LaTeX",
        r"h_i(t) = \tanh\Bigl(\sum_j W_{ij} h_j(t-1) + \sum_k U_{ik} x_k(t)\Bigr)",
        "h[t] = tanh(W @ h[t-1] + U @ x[t])",
    ),
    PastedExample(
        "LaTeX",
        r"E = -\frac{1}{2} \sum_{i,j} W_{ij} s_i s_j",
        "E = -1/2 * (s @ (W @ s))",
    ),
    PastedExample(
        "LaTeX",
        r"h_t^{(2)} = \tanh(W^{(2)} h_{t-1}^{(2)} + U^{(2)} h_t^{(1)})",
        "h_2[t] = tanh(W_2 @ h_2[t-1] + U_2 @ h_1[t])",
    ),
    PastedExample(
        "LaTeX",
        _lines(
            r"h_t = \tanh(W h_{t-1}), \quad \hat{y}_t = V h_t",
            r"L = \frac{1}{T} \sum_{t=1}^{T} \lVert \hat{y}_t - y_t \rVert^2",
        ),
        _lines("h[t] = tanh(W @ h[t-1])", "yhat[t] = V @ h[t]", "loss = mean(sum((yhat[t] - y[t]) ** 2))"),
    ),
    PastedExample(
        "LaTeX",
        r"E_t = -\tfrac{1}{2} s_t^\top W s_t \\ s_t = \operatorname{sgn}(W s_{t-1})",
        _lines("E[t] = -1/2 * s[t] @ W @ s[t]", "s[t] = sign(W @ s[t-1])"),
    ),
    PastedExample(
        "LaTeX",
        r"c_t = f_t * c_{t-1}, \quad f_t = \sigma(W_f \cdot [h_{t-1}, x_t] + b_f), \quad h_t = \tanh(c_t)",
        _lines("c[t] = f[t] * c[t-1]", "f[t] = sigmoid(W_f @ concat(h[t-1], x[t]) + b_f)", "h[t] = tanh(c[t])"),
    ),
    PastedExample(
        "LaTeX",
        _lines(
            r"\begin{pmatrix} i_t \\ g_t \end{pmatrix} = \begin{pmatrix} \sigma \\ \tanh \end{pmatrix} W x_t, \quad "
            r"c_t = c_{t-1} + i_t \odot g_t",
        ),
        _lines(
            "a_i[t], a_g[t] = split(W @ x[t])",
            "i[t] = sigmoid(a_i[t])",
            "g[t] = tanh(a_g[t])",
            "c[t] = c[t-1] + i[t] * g[t]",
        ),
    ),
    PastedExample(
        "LaTeX",
        r"s_t = \begin{cases} 1 & \text{if } v_t > 1 \\ 0 & \text{otherwise} \end{cases} \\ v_t = \beta v_{t-1} + x_t",
        _lines("s[t] = where(v[t] > 1, 1, 0)", "v[t] = beta * v[t-1] + x[t]"),
    ),
    PastedExample(
        "LaTeX",
        _lines(
            r"\overrightarrow{h}_t = \tanh(W \overrightarrow{h}_{t-1} + U x_t)",
            r"\overleftarrow{h}_t = \tanh(W' \overleftarrow{h}_{t+1} + U' x_t)",
            r"y_t = V [\overrightarrow{h}_t; \overleftarrow{h}_t]",
        ),
        _lines(
            "h_f[t] = tanh(W @ h_f[t-1] + U @ x[t])",
            "h_b[t] = tanh(W_prime @ h_b[t+1] + U_prime @ x[t])",
            "y[t] = V @ concat(h_f[t], h_b[t])",
        ),
    ),
    PastedExample(
        "LaTeX",
        r"y_t = \sum_{k=1}^{2} a_k y_{t-k} + \sum_{i=0}^{1} b_i x_{t-i}",
        _lines(
            "a_1, a_2, b_0, x, b_1: scalar unless given",
            "y[t] = a_1 * y[t-1] + a_2 * y[t-2] + b_0 * x[t] + b_1 * x[t-1]",
        ),
    ),
    PastedExample(
        "LaTeX",
        r"\tau \dot{r} = -r + \tanh(W r + U x)",
        _lines("dt = 0.1", "r[t] = r[t-1] + dt / tau_r * (-r[t-1] + tanh(W @ r[t-1] + U @ x[t]))"),
    ),
    PastedExample(
        "LaTeX",
        r"P_t = (I - K_t H) P_{t-1}",
        _lines("fixed I", "I ~ identity", "P[t] = (I - K[t] @ H) @ P[t-1]"),
    ),
    PastedExample(
        "LaTeX",
        _lines(
            r"e_{ij} = s_{i-1}^\top W h_j",
            r"\alpha_{ij} = \frac{\exp(e_{ij})}{\sum_k \exp(e_{ik})}",
            r"c_i = \sum_j \alpha_{ij} h_j",
        ),
        _lines("given H", "e[t] = H @ (s[t-1] @ W)", "alpha[t] = exp(e[t]) / sum(exp(e[t]))", "c[t] = alpha[t] @ H"),
    ),
    PastedExample(
        "LaTeX",
        r"x_t = a x_{t-1} + \epsilon_t, \epsilon_t \sim N(0, 1)",
        _lines("a: scalar unless given", "x[t] = a * x[t-1] + epsilon[t]"),
    ),
    PastedExample("LaTeX", r"x_{k+1} = A x_k + B u_k", "x[t] = A @ x[t-1] + B @ u[t-1]"),
    PastedExample("Unicode", "hₜ = σ(W hₜ₋₁ + U xₜ) ⊙ ½", "h[t] = sigmoid(W @ h[t-1] + U @ x[t]) * (1/2)"),
    PastedExample("Unicode", "s_i(t+1) = sgn(Σ_j W_ij s_j(t))", "s[t] = sign(W @ s[t-1])"),
    PastedExample("Unicode", "h[t, i] = tanh(sum_j W[i, j] h[t-1, j] + b[i])", "h[t] = tanh(W @ h[t-1] + b)"),
    PastedExample("Unicode", "h<t> = tanh(W h<t-1> + U x<t>)", "h[t] = tanh(W @ h[t-1] + U @ x[t])"),
    PastedExample(
        "Unicode",
        _lines("ŷ_t = V x_t", "L = −Σ_t y_t log ŷ_t"),
        _lines("yhat[t] = V @ x[t]", "loss = -sum(sum(y[t] * log(yhat[t])))"),
    ),
    PastedExample(
        "Unicode", "dx/dt = −x + tanh(W x)", _lines("dt = 0.1", "x[t] = x[t-1] + dt * (-x[t-1] + tanh(W @ x[t-1]))")
    ),
    PastedExample(
        "Unicode",
        "y[n] = a y[n−1] + b x[n]",
        _lines("a, b, x: scalar unless given", "y[t] = a * y[t-1] + b * x[t]"),
    ),
)
