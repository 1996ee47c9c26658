"""What people write in programs and formulas, a row each: the equations that it is read as, or what is named."""

from __future__ import annotations

import pytest

from app.language import parse
from app.language.numbers_beside import AS_DATA
from app.language.pasted import read_pasted

PROGRAMS = (
    # loops that count by hand, and those of algorithms
    (
        "t = 0\nwhile t < T:\n    h = np.tanh(W @ h + x[t])\n    t += 1",
        "h[t] = tanh(W @ h[t-1] + x[t])",
    ),
    (
        "h = 0\ni = 1\nwhile i <= T:\n    h = np.tanh(W @ h + x[i-1])\n    i = i + 1",
        "h[t] = tanh(W @ h[t-1] + x[t])",
    ),
    ("for t = 1 to T do\n  h_t = tanh(W h_{t-1} + x_t)\nend for", "h[t] = tanh(W @ h[t-1] + x[t])"),
    ("for t ← 1 to τ\n  h(t) = tanh(W h(t-1) + x(t))\nreturn h", "h[t] = tanh(W @ h[t-1] + x[t])"),
    ("for each time step t:\n    h[t] = tanh(W @ h[t-1] + x[t])", "h[t] = tanh(W @ h[t-1] + x[t])"),
    ("for each x in inputs:\n    h = np.tanh(W @ h + x)", "h[t] = tanh(W @ h[t-1] + x[t])"),
    ("In [1]: for t in range(T):\n   ...:     h = np.tanh(W @ h + x[t])\n   ...:", "h[t] = tanh(W @ h[t-1] + x[t])"),
    (
        "h = np.zeros(3)\nys = []\nfor t in range(T):\n    h = np.tanh(W @ h + x[t])\n    ys += [V @ h]",
        "h: 3 unless given\nh[t] = tanh(W @ h[t-1] + x[t])\nys[t] = V @ h[t]",
    ),
    (
        "H = np.zeros((T+1, n))\nfor t in range(T):\n    H[t+1] = np.tanh(W @ H[t] + X[t])\nY = H[1:] @ V.T",
        "H[t] = tanh(W @ H[t-1] + X[t])\nY[t] = H[t] @ transpose(V)",
    ),
    (
        "x = np.array([1.0, 2.0])\nh = 0.0\nfor t in range(2):\n    h = np.tanh(w * h + x[t])\nloss = (h - 1) ** 2",
        (
            "tau: 2 unless given\nw, x: scalar unless given\nx ~ [1, 2]\n"
            "h[t] = tanh(w * h[t-1] + x[t])\nloss = (h[tau] - 1) ** 2"
        ),
    ),
    # conditions on the last step of a loop from the end
    (
        (
            "for t in reversed(range(T)):\n    if t == T - 1:\n        v = b\n    else:\n        v = V[t + 1]\n"
            "    A = v + c * A"
        ),
        "V: scalar unless given\nv[t] = where([t = tau], b, V[t+1])\nA[t] = v[t] + c * A[t+1]",
    ),
    # a state in a tuple, if it is handed on
    (
        (
            "def f(x, h=None):\n    if h is None:\n        h = torch.zeros(3)\n    else:\n        h, = h\n"
            "    h = torch.tanh(W @ h + x)\n    return h"
        ),
        "h: 3 unless given\nh[t] = tanh(W @ h[t-1] + x[t])",
    ),
    (
        (
            "def deriv(y, t, k):\n    S, I = y\n    dS = -k * S * I\n    dI = k * S * I\n    return dS, dI\n"
            "y0 = S0, I0\nret = odeint(deriv, y0, t, args=(k,))\nS, I = ret.T"
        ),
        (
            "ret: 2\nS[t], I[t] = split(ret[t-1])\ndS[t] = -k * S[t] * I[t]\ndI[t] = k * S[t] * I[t]\ndt = 0.1\n"
            "ret[0] = ret0\nret[t] = ret[t-1] + dt * concat(dS[t], dI[t])"
        ),
    ),
    (
        "h, c = hidden\nc = c + torch.tanh(W @ x + U @ h)\nh = torch.tanh(c)",
        "c[t] = c[t-1] + tanh(W @ x[t] + U @ h[t-1])\nh[t] = tanh(c[t])",
    ),
    (
        (
            "class Cell:\n    def forward(self, x):\n        h, c = self.state\n"
            "        c = c + torch.tanh(self.W @ x + self.U @ h)\n        h = torch.tanh(c)\n"
            "        self.state = (h, c)\n        return h"
        ),
        "c[t] = c[t-1] + tanh(W @ x[t] + U @ h[t-1])\nh[t] = tanh(c[t])",
    ),
    (
        (
            "def lstm(x, state):\n    hx, cx = state\n    cy = cx + W @ x\n    hy = torch.tanh(cy + U @ hx)\n"
            "    return hy, (hy, cy)"
        ),
        "hx[t] = hy[t-1]\ncx[t] = cy[t-1]\ncy[t] = cx[t] + W @ x[t]\nhy[t] = tanh(cy[t] + U @ hx[t])",
    ),
    (
        "W, U, b = params\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t] + b)",
        "h[t] = tanh(W @ h[t-1] + U @ x[t] + b)",
    ),
    (
        (
            "def forward(x, state=None):\n    if state is None:\n        state = (torch.zeros(3), torch.zeros(3))\n"
            "    h, c = state\n    c = c + W @ x\n    h = torch.tanh(c + U @ h)\n    return h, (h, c)"
        ),
        "c[t] = c[t-1] + W @ x[t]\nh[t] = tanh(c[t] + U @ h[t-1])",
    ),
    (
        (
            "def cell(x, h=None):\n    if h is None:\n        h = torch.zeros(3)\n"
            "    h = torch.tanh(W @ x + U @ h)\n    return h"
        ),
        "h: 3 unless given\nh[t] = tanh(W @ x[t] + U @ h[t-1])",
    ),
    ("xs[t] = np.zeros((n, 1))\nh[t] = np.tanh(W @ h[t-1] + U @ xs[t])", "h[t] = tanh(W @ h[t-1] + U @ xs[t])"),
    (
        "for t in range(T):\n    xs[t] = np.zeros((n, 1))\n    h[t] = np.tanh(W @ h[t-1] + U @ xs[t])",
        "h[t] = tanh(W @ h[t-1] + U @ xs[t])",
    ),
    (
        "for t in range(T):\n    x = np.zeros((n, 1))\n    x[words[t]] = 1\n    h = np.tanh(W @ h + U @ x)",
        "h[t] = tanh(W @ h[t-1] + U @ x[t])",
    ),
    ("hs[-1] = np.copy(hprev)\nhs[t] = np.tanh(W @ hs[t-1])", "hs[0] = hprev\nhs[t] = tanh(W @ hs[t-1])"),
    ("y = +x + np.tanh(x)", "given x\ny = x + tanh(x)"),
    ("for t in range(1, T):\n    h = np.tanh(h + t * x[t])", "h[t] = tanh(h[t-1] + t * x[t])"),
    ("for t in range(T):\n    h = np.tanh(h) + t * x[t]", "h[t] = tanh(h[t-1]) + (t - 1) * x[t]"),
    ("for t in range(T):\n    h = np.where(t == 0, x[t], np.tanh(h))", "h[t] = where([t = 1], x[t], tanh(h[t-1]))"),
    (
        "def act(x):\n    return np.tanh(x)\nfor t in range(T):\n    h = act(W @ h + x[t])",
        "act(x) = tanh(x)\nh[t] = act(W @ h[t-1] + x[t])",
    ),
    ("y = F.linear(x, W, b)", "given x\ny = W @ x + b"),
    ("y = torch.nn.functional.linear(x, W)", "given x\ny = W @ x"),
    ("y = np.max(a, b) + torch.max(x, z)", "given x\ny = maximum(a, b) + maximum(x, z)"),
    ("y = np.concatenate((x, z), axis=0)", "given x\ny = concat(x, z)"),
    ("y = torch.softmax(x, 1) + np.sum(x, -1) + torch.max(x, 0)", "given x\ny = softmax(x) + sum(x) + max(x)"),
    ("h[t] = tanh(W @ h[t-1]) ** 2 if x[t] else 3", "h[t] = where(x[t], tanh(W @ h[t-1]) ** 2, 3)"),
    (
        "h[0] = 0\nfor t in range(1, T + 1):\n    x[t][k] = 1\n    h[t] = np.tanh(W @ h[t-1] + x[t])",
        "h[t] = tanh(W @ h[t-1] + x[t])",
    ),
    (
        (
            "for t in range(T):\n    xs[t] = np.zeros((V, 1))\n    xs[t][inputs[t]] = 1\n    hs[t] = np.tanh(Wxh @"
            " xs[t] + Whh @ hs[t-1] + bh)"
        ),
        "hs[t] = tanh(Wxh @ xs[t] + Whh @ hs[t-1] + bh)",
    ),
    ("for t in range(T):\n    hs.append(np.tanh(W @ hs[-1] + x[t]))", "hs[t] = tanh(W @ hs[t-1] + x[t])"),
    (
        "for t in range(T):\n    h = np.tanh(W @ h)\n    hs.append(np.tanh(V @ h))",
        "h[t] = tanh(W @ h[t-1])\nhs[t] = tanh(V @ h[t])",
    ),
    ("h: np.ndarray\nh = np.tanh(h)", "h[t] = tanh(h[t-1])"),
    ("act = nn.Dropout2d(3)\nlay = nn.Weird(3)\nfor t in range(T):\n    h = np.tanh(h)", "h[t] = tanh(h[t-1])"),
    (
        "for t in range(T):\n    h = np.tanh(W @ h)\n    outs.append(h)\nout = torch.stack(outs)",
        "h[t] = tanh(W @ h[t-1])\nouts[t] = h[t]",
    ),
    (
        "for t in range(T):\n    h = np.tanh(W @ h)\n    loss = F.mse_loss(h, y[t])",
        "h[t] = tanh(W @ h[t-1])\nL[t] = mse(h[t], y[t])\nloss = sum(L[t])",
    ),
    (
        "for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + x[t])\nloss = F.mse_loss(h, y)",
        "h[t] = tanh(W @ h[t-1] + x[t])\nloss = mean(mse(h[t], y[t]))",
    ),
    (
        "for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + x[t])\nloss = F.cross_entropy(h, y) * 2",
        "h[t] = tanh(W @ h[t-1] + x[t])\nloss = mean(cross_entropy(h[t], y[t])) * 2",
    ),
    ("with torch.no_grad():\n    h = np.tanh(W @ h)", "h[t] = tanh(W @ h[t-1])"),
    (
        '"""doc"""\nfor t in range(T):\n    print(h)\n    if verbose:\n        print(t)\n    h = np.tanh(W @ h)',
        "h[t] = tanh(W @ h[t-1])",
    ),
    (
        "for x_t, y_t in zip(xs, ys):\n    h = np.tanh(W @ h + x_t)\n    o = h - y_t",
        "h[t] = tanh(W @ h[t-1] + x[t])\no[t] = h[t] - y[t]",
    ),
    (
        "for t, (x_t, y_t) in enumerate(zip(xs, ys)):\n    h = np.tanh(W @ h + x_t)\n    o = h - y_t",
        "h[t] = tanh(W @ h[t-1] + x[t])\no[t] = h[t] - y[t]",
    ),
    ("for i, (x_t, y_t) in zip(a, zip(xs, ys)):\n    h = np.tanh(W @ h + x_t)", "h[t] = tanh(W @ h[t-1] + x[t])"),
    (
        "for t in range(T):\n    h = np.tanh(W @ h + x[t])\ndef backward(dh):\n    dh = dh * W\n    return dh",
        "h[t] = tanh(W @ h[t-1] + x[t])",
    ),
    (
        (
            "class R(nn.Module):\n    size = 3\n    def forward(self, x, h):\n        h = torch.tanh(self.W @ h +"
            " x)\n        return self.V @ h\n    def train_step(self, x):\n        self.W -= 1\n        return 3"
        ),
        "h[t] = tanh(W @ h[t-1] + x[t])\ny[t] = V @ h[t]",
    ),
    ("h = h0\nfor t in range(T):\n    h = np.tanh(h)", "h[0] = h0\nh[t] = tanh(h[t-1])"),
    ("h = self.h\nfor t in range(T):\n    h = np.tanh(h)", "h[0] = h0\nh[t] = tanh(h[t-1])"),
    (
        (
            "h = np.random.randn(3)\nW = np.random.randn(3, 3) * 0.01\nb = np.ones(3) * 2\nU ="
            " np.random.uniform(3)\nc = np.ones(3)\nV = np.random.randn(3,3)\nfor t in range(T):\n    h = np.tanh(W"
            " @ h + U @ x[t] + b * c + V @ h)"
        ),
        (
            "h: 3 unless given\n"
            "h[0] = h0\nW ~ normal(0.01)\nb ~ 2\nc ~ 1\nV ~ normal\nh[t] = tanh(W @ h[t-1] + U @ x[t] + b * c + V @"
            " h[t-1])"
        ),
    ),
    ("h = np.zeros(n) + 1\nfor t in range(T):\n    h = np.tanh(h)", "h[0] = 1\nh[t] = tanh(h[t-1])"),
    ("h = np.zeros()\nfor t in range(T):\n    h = np.tanh(h)", "h[t] = tanh(h[t-1])"),
    (
        "for t in range(T):\n    if t > 0:\n        h = np.tanh(W @ h)",
        "h[t] = where(t - 1 > 0, tanh(W @ h[t-1]), h[t-1])",
    ),
    ("h = 2 * np.ones(n) / 4\nfor t in range(T):\n    h = np.tanh(h)", "h[0] = 0.5\nh[t] = tanh(h[t-1])"),
    (
        (
            "h = torch.zeros(3).to(device)\nc = nn.Parameter(torch.full((3,), -0.5))\nfor t in range(T):\n    h ="
            " np.tanh(h + c)\n    c = h"
        ),
        "h: 3 unless given\nc: 3 unless given\nc[0] = -0.5\nh[t] = tanh(h[t-1] + c[t-1])\nc[t] = h[t]",
    ),
    (
        "h = np.zeros(3) + b\nfor t in range(T):\n    h = np.tanh(h)",
        "h: 3 unless given\nh[0] = h0\nh[t] = tanh(h[t-1])",
    ),
    (
        (
            "W = np.random.randn(3, 3) / 10\nV = np.random.randn(3, 3) / np.sqrt(3)\nb = np.ones(3) - 0.5\nc ="
            " np.full(3, 0.25)\nU = np.random.normal(0, 0.1, (3, 3))\nP = np.random.normal(1, 0.1, (3, 3))\nQ ="
            " np.random.normal(scale=0.3, size=3)\nR = nn.Parameter(0.1 * torch.randn(3, 3))\nS = np.random.rand(3,"
            " 3) * 2 - 1\nA = np.full((3,3), k)\nfor t in range(T):\n    h = np.tanh(W @ h + V @ h + b + c + U @ h"
            " + P @ h + Q * h + R @ h + S @ h + A @ h)"
        ),
        (
            "Q: 3 unless given\nW ~ normal(0.1)\n"
            "V ~ normal(0.57735)\nb ~ 0.5\nc ~ 0.25\nU ~ normal(0.1)\nQ ~ normal(0.3)\nR ~ normal(0.1)\n"
            "h[t] = tanh(W @ h[t-1] + V @"
            " h[t-1] + b + c + U @ h[t-1] + P @ h[t-1] + Q * h[t-1] + R @ h[t-1] + S @ h[t-1] + A @ h[t-1])"
        ),
    ),
    (
        (
            "for t in range(T):\n    h = np.max(x[t], 0) + max(x[t], 0) + torch.max(x[t], z[t]) + x[t].max(-1) +"
            " np.sum(h, -1, True)"
        ),
        "h[t] = max(x[t]) + maximum(x[t], 0) + maximum(x[t], z[t]) + max(x[t]) + sum(h[t-1])",
    ),
    ("y = np.pi * x + np.e", "given x\ny = 3.141592653589793 * x + 2.718281828459045"),
    ("y = np.permute_dims(W) @ x", "given x\ny = transpose(W) @ x"),
    (
        "for t in range(T):\n    h = np.tanh(lin.cell.weight @ h + lin.cell.bias)",
        "h[t] = tanh(W_cell @ h[t-1] + b_cell)",
    ),
    (
        "for t in range(T):\n    a[t] = W @ h[t-1] + x[t]\n    h[t] = np.tanh(a[t][0:4]) * a[t][4:8]",
        "a[t] = W @ h[t-1] + x[t]\na_1[t], a_2[t] = split(a[t])\nh[t] = tanh(a_1[t]) * a_2[t]",
    ),
    (
        "for t in range(T):\n    a = W @ h + x[t]\n    h = np.tanh(a[:n]) + np.exp(a[n:])",
        "a[t] = W @ h[t-1] + x[t]\na_1[t], a_2[t] = split(a[t])\nh[t] = tanh(a_1[t]) + exp(a_2[t])",
    ),
    ("h: float = 1\nfor t in range(T):\n    h = np.tanh(h)", "h[0] = 1\nh[t] = tanh(h[t-1])"),
    ("for t in range(T):\n    hs[str(t)] = np.tanh(W @ hs[str(t-1)])", "hs[t] = tanh(W @ hs[t-1])"),
    ("h = h_prev\nfor t in range(T):\n    h = np.tanh(h)", "h[0] = h0\nh[t] = tanh(h[t-1])"),
    (
        "h = np.zeros(3)\nc = h\nfor t in range(T):\n    h = np.tanh(c)\n    c = h",
        "h: 3 unless given\nc[0] = h[0]\nh[t] = tanh(c[t-1])\nc[t] = h[t]",
    ),
    ("for k in range(5):\n    s[k] = s[k-1] * 0.5 + x[k]", "tau: 5 unless given\ns[t] = s[t-1] * 0.5 + x[t]"),
    ("for t, x in zip(a, b):\n    h = np.tanh(h + x)", "h[t] = tanh(h[t-1] + x[t])"),
    ("loss = F.nll_loss(F.log_softmax(V @ x, dim=0), y)", "given y, x\nloss = -sum(y * log_softmax(V @ x))"),
    (
        "for t in range(T):\n    h[t] = np.tanh(W @ h[t-1])\nloss = np.mean((h - y) ** 2)",
        "h[t] = tanh(W @ h[t-1])\nloss = mean(mean((h[t] - y[t]) ** 2))",
    ),
)
"""Programs, with the equations that they are read as."""
GATES = (
    "a_i[t], a_f[t], a_o[t], a_g[t] = split(W @ concat(h[t-1], x[t]))\ni[t] = sigmoid(a_i[t])\nf[t] = sigmoid(a_f[t])\n"
    "o[t] = sigmoid(a_o[t])\ng[t] = tanh(a_g[t])"
)
"""What a column of functions is that is applied to a column of gates."""
LETTERS, STACKED = r" i \\ f \\ o \\ g ", r" h_{t-1} \\ x_t "
FORMULAS = (
    # layers and stars above
    (
        r"h_t^1 = \tanh(W^1 x_t + U^1 h_{t-1}^1) \\ h_t^2 = \tanh(W^2 h_t^1 + U^2 h_{t-1}^2)",
        "h_1[t] = tanh(W_1 @ x[t] + U_1 @ h_1[t-1])\nh_2[t] = tanh(W_2 @ h_1[t] + U_2 @ h_2[t-1])",
    ),
    ("h¹ₜ = tanh(W¹ xₜ + U¹ h¹ₜ₋₁)", "h_1[t] = tanh(W_1 @ x[t] + U_1 @ h_1[t-1])"),
    (r"\sigma_t^2 = \omega + \alpha \sigma_{t-1}^2", "sigma[t] = sqrt(omega + alpha * sigma[t-1] ** 2)"),
    (
        r"f_t = \sigma(W x_t), i_t = \sigma(U x_t), f'_t = \frac{f_t}{f_t + i_t}, h_t = f'_t \odot h_{t-1}",
        (
            "f[t] = sigmoid(W @ x[t])\ni[t] = sigmoid(U @ x[t])\nf_prime[t] = f[t] / (f[t] + i[t])\n"
            "h[t] = f_prime[t] * h[t-1]"
        ),
    ),
    (
        r"C_t = f_t C_{t-1} + i_t v_t k_t^\top \\ n_t = f_t n_{t-1} + i_t k_t \\ h_t = \frac{C_t q_t}{|n_t^\top q_t|}",
        (
            "i, f: scalar unless given\nC[t] = f[t] * C[t-1] + i[t] * outer(v[t], k[t])\n"
            "n[t] = f[t] * n[t-1] + i[t] * k[t]\nh[t] = C[t] @ q[t] / abs(n[t] @ q[t])"
        ),
    ),
    (r"b_t = \beta^* \ell_t + (1 - \beta^*) b_{t-1}", "b[t] = beta_star * l[t] + (1 - beta_star) * b[t-1]"),
    *(
        (f"{opening}{LETTERS}{closing} = {opening}{functions}{closing} {sign} W {opening}{STACKED}{closing}", GATES)
        for opening, closing in (
            (r"\begin{pmatrix}", r"\end{pmatrix}"),
            (r"\begin{bmatrix}", r"\\ \end{bmatrix}"),
            (r"\left(\begin{array}{c}", r"\end{array}\right)"),
            (r"\left[\begin{array}{c}", r"\end{array}\right]"),
        )
        for functions in (r"\sigma \\ \sigma \\ \sigma \\ \tanh", r"\text{sigm} \\ \mathrm{sigm} \\ σ \\ \mathrm{tanh}")
        for sign in ("", r"\odot", r"\circ")
    ),
    (
        r"\begin{pmatrix} z_t \\ r_t \end{pmatrix} = \begin{pmatrix} \sigma \\ \tanh \end{pmatrix} (W x_t + b)",
        "a_z[t], a_r[t] = split(W @ x[t] + b)\nz[t] = sigmoid(a_z[t])\nr[t] = tanh(a_r[t])",
    ),
    (r"z = W h_{t-1} + U x_t \\ h_t = \tanh(z)", "z[t] = W @ h[t-1] + U @ x[t]\nh[t] = tanh(z[t])"),
    (
        r"f = \sigma(U x_t) \\ g = f \odot x_t \\ c_t = g + c_{t-1}",
        "f[t] = sigmoid(U @ x[t])\ng[t] = f[t] * x[t]\nc[t] = g[t] + c[t-1]",
    ),
    (
        r"h_t = \tanh(W \left[\begin{array}{c} h_{t-1} \\ x_t \end{array}\right])",
        "h[t] = tanh(W @ concat(h[t-1], x[t]))",
    ),
    (
        r"h_t = \left\{ \begin{array}{ll} x_t & t = 1 \\ \tanh(h_{t-1}) & \text{otherwise} \end{array} \right.",
        "h[t] = where([t = 1], x[t], tanh(h[t-1]))",
    ),
    (
        r"h_t = \begin{cases} x_t, & x_t > 0 \\ 0, & \text{otherwise} \\ \end{cases}",
        (
            "h[t] = where(x[t] > 0,"
            r" x[t], 0)"
        ),
    ),
    (r"W \in , y_t = W x_t", "y[t] = W @ x[t]"),
    (r"f \in \mathcal{F} \\ y_t = x_t", "y[t] = x[t]"),
    (r"x_t \in \{0, 1\} \\ y_t = x_t", "y[t] = x[t]"),
    (r"W \in \mathbb{R}^{n^2} \\ y_t = W x_t", "y[t] = W @ x[t]"),
    (r"h^{\prime}_t = \tanh(h_{t-1})", "h_prime[t] = tanh(h[t-1])"),
    (r"h_t'' = \tanh(h_{t-1}')", "h_prime_prime[t] = tanh(h_prime[t-1])"),
    (r"h_{t,i} = \tanh(h_{t-1})", "h_i[t] = tanh(h[t-1])"),
    ("h_{t|t} = h_{t|t-1} + x_t", "h[t] = h_pred[t] + x[t]"),
    (r"h_{t|t-1} = \tanh(h_{t-1|t-1})", "h_pred[t] = tanh(h[t-1])"),
    (r"h_t^{[1]} = \tanh(h_{t-1}^{[1]})", "h_1[t] = tanh(h_1[t-1])"),
    (r"h_t = \tanh(h_{t-1}^{\mathrm{prev}})", "h[t] = tanh(h_prev[t-1])"),
    (r"h_t = \beta^t h_{t-1}", "h[t] = beta ** t * h[t-1]"),
    (
        r"\hat{m}_t = \frac{m_t}{1 - \beta^t} \\ m_t = \beta m_{t-1} + x_t",
        "mhat[t] = m[t] / (1 - beta ** t)\nm[t] = beta * m[t-1] + x[t]",
    ),
    (r"h_t = \sigma_g(W h_{t-1}) \\ c_t = \sigma_c(h_t)", "h[t] = sigmoid(W @ h[t-1])\nc[t] = sigmoid(h[t])"),
    (r"h_t = \phi(W h_{t-1} + x_t)", "phi(a) = tanh(a)\nh[t] = phi(W @ h[t-1] + x[t])"),
    ("h_t = g(W h_{t-1} + x_t)", "g(a) = tanh(a)\nh[t] = g(W @ h[t-1] + x[t])"),
    ("h_t = (W + V)^T h_{t-1}", "h[t] = transpose(W + V) @ h[t-1]"),
    ("h_t = {} h_{t-1}", "h[t] = h[t-1]"),
    ("h_t = 1/2 h_{t-1}", "h[t] = 1/2 * h[t-1]"),
    ("h_t = h_{t-1} / ‖x_t‖_2", "h[t] = h[t-1] / norm(x[t])"),
    (r"y_t = \|x_t\|^2", "y[t] = sum(x[t] ** 2)"),
    (r"y_t = \|x_t\|_F^2 + |x_t|^3 + |x_t|", "y[t] = sum(x[t] ** 2) + abs(x[t]) ** 3 + abs(x[t])"),
    (r"h_t = \tanh^2(x_t)", "h[t] = tanh(x[t]) ** 2"),
    (r"h_t = W_h^{\top} h_{t-1}", "h[t] = transpose(W_h) @ h[t-1]"),
    (r"h_t = \exp x_t + \tanh h_{t-1}", "h[t] = exp(x[t]) + tanh(h[t-1])"),
    (r"h_t = \frac12 h_{t-1} + \frac34 x_t", "h[t] = 1/2 * h[t-1] + 3/4 * x[t]"),
    (r"h_t = \tanh(\bf W h_{t-1})", "h[t] = tanh(W @ h[t-1])"),
    (r"h_t = W_\mathrm{hh} h_{t-1}", "h[t] = W_hh @ h[t-1]"),
    (r"h_t = W_\hat{h} h_{t-1}", "h[t] = W_hath @ h[t-1]"),
    (r"h_t = \tilde α_t + \hat α_t h_{t-1}", "h[t] = alphatilde[t] + alphahat[t] * h[t-1]"),
    ("h_t = α̃_t h_{t-1}", "h[t] = alphatilde[t] * h[t-1]"),
    (r"h_t = c_t = \tanh(x_t)", "h[t] = tanh(x[t])\nc[t] = tanh(x[t])"),
    ("h_t, c_t = x_t, y_t", "h[t] = x[t]\nc[t] = y[t]"),
    ("h_t = c_t, a_t = b_t, b_t = h_{t-1}", "h[t] = c[t]\na[t] = b[t]\nb[t] = h[t-1]"),
    (r"h⃗_t = \tanh(h⃗_{t-1})", "h[t] = tanh(h[t-1])"),
    (r"\begin{aligned} h_t &= \tanh(h_{t-1}) \\ c_t &= h_t \end{aligned}", "h[t] = tanh(h[t-1])\nc[t] = h[t]"),
    (r"h_t = \left\{ \begin{aligned} a_t = x_t \end{aligned} \right.", "a[t] = x[t]"),
    (r"h_t = \tanh`(h_{t-1})", "h[t] = tanh(h[t-1])"),
    (r"& h_t = \tanh(h_{t-1})", "h[t] = tanh(h[t-1])"),
    (r", h_t = \tanh(h_{t-1})", "h[t] = tanh(h[t-1])"),
    (
        r"h_t = \max(x_t, h_{t-1}) + \ReLU(x_t) + \arctan(x_t)",
        "h[t] = maximum(x[t], h[t-1]) + relu(x[t]) + arctan(x[t])",
    ),
    ("h_t = x_t^{h_{t-1}} + x_t^2", "x: scalar unless given\nh[t] = x[t] ** h[t-1] + x[t] ** 2"),
    (
        r"h_t = \begin{cases} x_t \text{ if } x_t > 0 \\ 0 \text{ otherwise} \end{cases}",
        "h[t] = where(x[t] > 0, x[t], 0)",
    ),
    (r"h_t = W^{T} h_{t-1}^{T} \\ y_t = (h_t)^T x_t", "h[t] = transpose(W) @ h[t-1]\ny[t] = h[t] @ x[t]"),
    ("h_t = ‖W^2‖^2 x_t", "h[t] = sum((W ** 2) ** 2) * x[t]"),
    (r"y_t = \alpha ‖x_t‖_2^2 + \beta ‖x_t‖", "y[t] = alpha * sum(x[t] ** 2) + beta * norm(x[t])"),
    (r"h_t = \alpha √x_t + h_{t-1}", "h[t] = alpha * sqrt(x[t]) + h[t-1]"),
    (r"h_t = 3/4 x_t + \frac{1/2}{3} h_{t-1}", "h[t] = 3/4 * x[t] + 1/2 / 3 * h[t-1]"),
    (r"h_t = \tanh{W h_{t-1}}", "h[t] = tanh(W @ h[t-1])"),
    (r"h_t = \operatorname{relu} (W h_{t-1})", "h[t] = relu(W @ h[t-1])"),
    (r"\operatorname{relu} = h_t", "relu[t] = h[t]"),
    (r"h{(t)} = \tanh(W h{(t - 1)})", "h[t] = tanh(W @ h[t-1])"),
    (r"h_t = x_t^{2^3} + h_{t-1}^{\alpha}", "h[t] = x[t] ** (2 ** 3) + h_alpha[t-1]"),
    (r"h_{t,} = \tanh(h_{t-1})", "h[t] = tanh(h[t-1])"),
    (r"h' = \tanh(W h) \\ y = V h'", "h[t] = tanh(W @ h[t-1])\ny[t] = V @ h[t]"),
    (r"x' = A x + B u \\ y = C x", "x[t] = A @ x[t-1] + B @ u[t]\ny[t] = C @ x[t-1]"),
    (r"h_0 = c_0 = 0 \\ h_t = \tanh(c_{t-1}) \\ c_t = h_t + c_{t-1}", "h[t] = tanh(c[t-1])\nc[t] = h[t] + c[t-1]"),
    (
        r"h_0, c_0 = 0, 1 \\ h_t = \tanh(c_{t-1}) \\ c_t = h_t + c_{t-1}",
        "c[0] = 1\nh[t] = tanh(c[t-1])\nc[t] = h[t] + c[t-1]",
    ),
    (
        r"\begin{array}{l} h_t = \tanh(h_{t-1}) \\ c_t = h_t + x_t \end{array}",
        "h[t] = tanh(h[t-1])\nc[t] = h[t] + x[t]",
    ),
    (
        r"\begin{array}{rcl} h_t &=& \tanh(h_{t-1}) \\ c_t &=& h_t + x_t \end{array}",
        "h[t] = tanh(h[t-1])\nc[t] = h[t] + x[t]",
    ),
    (r"h_t = x_t \\ \begin{array}{l} c_t = h_t + c_{t-1} \end{array}", "h[t] = x[t]\nc[t] = h[t] + c[t-1]"),
    (
        r"L = \frac{1}{2} \sum_t (\hat{y}_t - y_t)^2 \\ \hat{y}_t = V h_t \\ h_t = \tanh(W h_{t-1} + x_t)",
        "loss = 1/2 * sum(sum((yhat[t] - y[t]) ** 2))\nyhat[t] = V @ h[t]\nh[t] = tanh(W @ h[t-1] + x[t])",
    ),
    (
        r"L = - \sum_t y_t \log \hat{y}_t \\ \hat{y}_t = V h_t \\ h_t = \tanh(W h_{t-1} + x_t)",
        "loss = -sum(sum(y[t] * log(yhat[t])))\nyhat[t] = V @ h[t]\nh[t] = tanh(W @ h[t-1] + x[t])",
    ),
    (r"L = \alpha \\ h_t = \tanh(h_{t-1})", "loss = alpha\nh[t] = tanh(h[t-1])"),
    (r"f(x, y) = \tanh(x) + y \\ h_t = f(h_{t-1}, x_t)", "f(x, y) = tanh(x) + y\nh[t] = f(h[t-1], x[t])"),
    (
        r"W, U \in \mathbb{R}^{n \times n} \\ h_t = \tanh(W h_{t-1} + U x_t)",
        "W: n x n\nU: n x n\nh[t] = tanh(W @ h[t-1] + U @ x[t])",
    ),
    (r"W fixed in training \\ h_t = \tanh(W h_{t-1})", "fixed W\nh[t] = tanh(W @ h[t-1])"),
    (r"h_t = \begin{cases} 0 & t = 0 \\ W h_{t-1} & t \geq 1 \end{cases}", "h[t] = where([t = 0], 0, W @ h[t-1])"),
    (r"h_t = \mathbb{1}[x_t > 0] h_{t-1}", "h[t] = 1 * (x[t] > 0) * h[t-1]"),
    ("h_t = (x_t > 0) h_{t-1}", "h[t] = (x[t] > 0) * h[t-1]"),
    (r"\hat{y}_t = \softmax(V h_t) \\ h_t = \tanh(h_{t-1})", "yhat[t] = softmax(V @ h[t])\nh[t] = tanh(h[t-1])"),
    ("h_t = (W + V)⊤ h_{t-1}", "h[t] = transpose(W + V) @ h[t-1]"),
    ("h_t = W⊤ h_{t-1}", "h[t] = transpose(W) @ h[t-1]"),
    (r"h_T = c \\ h_t = \tanh(h_{t+1})", "h[tau] = c\nh[t] = tanh(h[t+1])"),
    (r"x' = A x \\ y = C x_{old}", "x[t] = A @ x[t-1]\ny[t] = C @ x[t-1]"),
    (r"f(x_1) = \tanh(x_1) \\ h_t = f(h_{t-1})", "f(x_1) = tanh(x_1)\nh[t] = f(h[t-1])"),
)
"""Formulas, with theirs."""
UNREAD = (
    (
        r"\begin{pmatrix} z_t \\ r_t \end{pmatrix} = \begin{pmatrix} \sigma \\ \tanh \end{pmatrix} W x_t + b",
        r"\begin{pmatrix} \sigma \\ \tanh \end{pmatrix} W x_t",
        "a column of functions is read where it is all that is right of =",
    ),
    (
        r"\begin{pmatrix} z_t \\ r_t \end{pmatrix} = \begin{pmatrix} \sigma \\ \sigma \\ \tanh \end{pmatrix} W x_t",
        r"\begin{pmatrix} \sigma \\ \sigma \\ \tanh \end{pmatrix} W x_t",
        "3 functions stand before 2 parts",
    ),
    ("y = np.tanh(x) * 1e999", "1e999", "a number is too large"),
    ("y = x.shape[0] * np.tanh(x)", "x.shape[0]", "sizes are no part of the equations"),
    ("for t in range(T):\n    h = np.tanh(h) * x.shape[0]", "x.shape[0]", "sizes are no part of the equations"),
    ("y = np.tanh((x + b)[0])", "(x + b)[0]", "this index is not read"),
    ("y = np.tanh(x) * (x in z)", "x in z", "this comparison has no counterpart"),
    ("y = fs[0](x) + np.tanh(x)", "fs[0](x)", "'fs[0]' is no function that is known here"),
    ("y = np.tanh(*x)", "np.tanh(*x)", "arguments with a star are not read"),
    (
        "self.act = nn.Tanh()\nfor t in range(T):\n    h = self.act(W @ h, x)",
        "self.act(W @ h, x)",
        "act is not read with 2 arguments",
    ),
    (
        "self.lin = nn.Linear(2, 3)\nfor t in range(T):\n    h = self.lin(h, x)",
        "self.lin(h, x)",
        "lin is not read with 2 arguments",
    ),
    (
        "self.mse = nn.MSELoss()\nfor t in range(T):\n    h = self.mse(h)",
        "self.mse(h)",
        "mse is not read with 1 argument",
    ),
    (
        "self.ident = nn.Identity()\nfor t in range(T):\n    h = self.ident(h, x[t])",
        "self.ident(h, x[t])",
        "ident takes 1 argument",
    ),
    ("y = np.tanh(x, z)", "np.tanh(x, z)", "tanh takes 1 argument"),
    (
        "for t in range(T):\n    h[k, t] = np.tanh(x[t])",
        "h[k, t] = np.tanh(x[t])",
        "entries are not read one by one: write the equation for whole vectors",
    ),
    ("y = x[-1] * np.tanh(W @ x[3])", "x[-1]", "entries are not read one by one: write the equation for whole vectors"),
    (
        "for t in range(T):\n    h = np.tanh(W @ h)\ny = V @ h[0] + x[2:5]",
        "h[0]",
        "entries are not read one by one: write the equation for whole vectors",
    ),
    ("for t in range(T):\n    h = np.tanh(h)\n    raise ValueError", "raise ValueError", "raise is not read"),
    ("for t in range(T):\n    h = np.tanh(h)\n    print(h); break", "break", "break is not read"),
    (
        "for t in range(T):\n    h = np.tanh(h)\nhs = np.stack(h)",
        "hs = np.stack(h)",
        "concat takes two arguments or more, not 1",
    ),
    (
        "def f(x):\n    return np.fft(x)\nfor t in range(T):\n    h = np.tanh(h)",
        "np.fft(x)",
        "there is no function fft here",
    ),
    ("def f(x):\n    return np.tanh(x)", "def f(x):", "there is no equation"),
    (
        "for t in range(T, 0, -2):\n    h = np.tanh(W @ h)",
        "range(T, 0, -2)",
        "only a loop that goes up or down by one is read",
    ),
    ("for (a, b) in pairs:\n    h = np.tanh(W @ h + a)", "(a, b)", "a loop's target is to be a name"),
    ("for x.y in z:\n    h = np.tanh(W @ h)", "x.y", "a loop's target is to be a name"),
    (
        "for t in range(T):\n    h = np.tanh(lin.weight @ h + lin.bias + x[t].data)",
        "x[t].data",
        "'x[t].data' has no counterpart",
    ),
    (
        "for t in range(T):\n    h = np.tanh(W @ h)\n    a[t][0][1] = 3",
        "a[t][0][1] = 3",
        "entries are not read one by one: write the equation for whole vectors",
    ),
    ("h = np.tanh(h)\nraise Late", "raise Late", "raise is not read"),
    (
        "for t in range(T):\n    h = np.tanh(W @ h[t-1+0] + x[2*t])",
        "h[t-1+0]",
        "entries are not read one by one: write the equation for whole vectors",
    ),
    ("if x > 0:\n    h = np.tanh(x)", "if x > 0:", "what happens only sometimes is not read"),
    ("for t in range(T):\n    h = max(x[t], h, 0)", "max(x[t], h, 0)", "max takes 1 argument"),
    ("() = x\nh = np.tanh(h)", "() = x", "this assigns nothing"),
    (r"h_t = \log_2(x_t) + h_{t-1}", r"\log_2(x_t)", "log with 2 below it is not read"),
    (r"h_t = \max_i(x_t) + h_{t-1}", r"\max_i(x_t)", "max with i below it is not read"),
    (r"h_t = \tanh_h(x_t)", r"\tanh_h(x_t)", "tanh with h below it is not read"),
    (
        r"h_t = \begin{cases} x_t & \text{otherwise} \\ y_t & t = 1 \end{cases}",
        "x_t",
        "a case without its condition is not read",
    ),
    (
        r"h_t = \begin{pmatrix} h_{t-1} \\ x_t \\ \end{pmatrix}",
        r"h_t = \begin{pmatrix} h_{t-1} \\ x_t \\ \end{pmatrix}",
        "concat: any + any entries do not make as many as here",
    ),
    (r"\alpha + \beta \in \mathbb{R}, y_t = x_t", r"\alpha + \beta", "names are expected here"),
    (r"h_t = \mathbb{1}[x_t \neq 0] h_{t-1}", r"\neq", r"\neq is not read"),
    (r"h_t = [x_t \ne y_t] h_{t-1}", r"\ne", r"\ne is not read"),
    (r"A_t = h_{t-1} \otimes x_t \\ h_t = A_t x_t", r"\otimes", r"\otimes is not read"),
    (r"y_t = x_t \pm z_t", r"\pm", r"\pm is not read"),
    (r"h_t = (W)^\top_{t} h_{t-1}", "_", "a subscript at a bracket is not read"),
    ("h_t = (W)_{ij} h_{t-1}", "_", "a subscript at a bracket is not read"),
    ("h_t = {W h_{t-1} +}", "}", "expected a value, found '}'"),
    (r"h_t = \tanh([h_{t-1}, x_t)", "[", "the bracket [ is not closed"),
    (r"h_t = \tanh", "", "tanh has no argument"),
    (r"h_t = \sqrt[3]{x_t}", "[", "only square roots are read"),
    (r"h_t = \hat{x + y}", "", r"\hat is read at a letter or a word alone"),
    (r"\tanh(W h_{t-1})", r"\tanh(W h_{t-1})", "the line says a value, and no name for it"),
    (r"L = \frac{1}{2} \sum_t -(h_t - y_t)^2 \\ h_t = \tanh(x_t)", "-", "expected a value, found '-'"),
    (r"f(x_t, 2) = \tanh(x_t) \\ h_t = f(h_{t-1}, x_t)", "2", "a function's arguments are names"),
    (
        r"ḧ_t = \tanh(ḧ_{t-1})",
        r"ḧ_t = \tanh(ḧ_{t-1})",
        "'ḧ' in the name ḧ is no letter that formulas are set with here",
    ),
    (r"h_t = \mathbf{W} \text{if} x_t", r"\text", "'text' is not read"),
    ("h_t = {h_{t-1}}^{} + x_t", "+", "an empty group is not read"),
    (r"h_t = \frac{a b)}{2} h_{t-1}", ")", "')' is not read"),
    (r"h_t = \hat{\mathbf{h} x}_t", r"\mathbf", "only a letter or a word has an accent or a style"),
    (r"y_t = \alpha ‖x_t‖_1", "", "only the length ‖x‖ is read"),
    (r"y_t = \alpha ‖x_t‖^3", "", "only the square of a length is read"),
    (r"h_t^l = \tanh(h_{t-1}^l)", "h_t^l", "layers are not counted here"),
    (r"h_t^i = \tanh(h_{t-1}^i)", "h_t^i", "an entry i is not read"),
    (r"h_{t}^{\%} = x_t", r"\%", r"\% is not read"),
    (
        r"h_0, c_0 = 0, 1, 2 \\ h_t = \tanh(c_{t-1}) \\ c_t = h_t + c_{t-1}",
        "h_0, c_0 = 0, 1, 2",
        "the sides have different numbers of parts",
    ),
    ("h_t, W h_{t-1}", "h_t, W h_{t-1}", "there is no sign of equality"),
    (r"f(x, 2) = \tanh(x) \\ h_t = f(h_{t-1}, x_t)", "2", "a function's arguments are names"),
    ("h_t = [k = 1] x_t + h_{t-1}", "[k = 1]", "this condition is not read"),
    (r"h_t = W_{\%} h_{t-1}", r"W_{\%}", "'%' at a letter is not read"),
    (r"h_t = \tanh(\Gamma_{h} h_{t-1} + \varGamma x_t)", r"\varGamma", r"\varGamma is not read"),
    ("h_{t} = W_{hh h_{t-1}", "", "a brace is not closed"),
    (r"h_t = \underbrace{W h_{t-1}}_{\text{rec}} + x_t", r"\underbrace", r"\underbrace is not read"),
    (r"h_t = \sum_{i=1}^{n} x_t", r"\sum_{i=1}^{n} x_t", "a sum over i is not read"),
    (r"h_t = \sum_{i} w_i x_{t} + h_{t-1}", r"\sum_{i} w_i x_{t}", "a sum over i is not read"),
    ("h_t = |h_{t-1}", "|", "the bar | is not closed"),
    (r"α̈_t = x_t + \ddot{x}_t", r"\ddot", "a second derivative is not read"),
    ("y_t = |h_t|_1 + h_{t-1}", "_", "a subscript at a bracket is not read"),
    ("y = np.sum(x, where=m)", "np.sum(x, where=m)", "the argument where is not read"),
    ("for t in range(T):\n    h = np.tanh(W @ a[2:5] + h)", "a[2:5]", "a part of a vector is not read by its indices"),
    (
        "loss = 0\nfor t in range(T):\n    h = np.tanh(h)\n    loss += h[0]\nmean = loss / T",
        "h[0]",
        "entries are not read one by one",
    ),
    ("while x:\n    pass\nfor t in range(T):\n    h = np.tanh(h)", "while x:", "a while loop is not read"),
    (r"h_t = \begin{vectors} h_{t-1} \end{vectors}", r"\begin", "the environment vectors is not read"),
    (
        r"h_t = \operatorname{clip}(x_t, h_{t-1}) + h_{t-1}",
        r"\operatorname{clip}(x_t, h_{t-1})",
        "clip takes 3 arguments",
    ),
    (r"h_t = x_t ± \tanh(h_{t-1})", "±", "± is not read"),
    (r"h_t = \alpha [t = 1 x_t", "[", "the bracket [ is not closed"),
    ("h_t = h_{t-1} + 1\n\\b=\\tanh", "\\b=\\tanh", r"\b is not read"),
    (r"f(x, 2 x) = \tanh(x) \\ h_t = f(h_{t-1}, x_t)", "2 x", "a function's arguments are names"),
)
"""Texts of which one thing is not read: its place, and how what is said of it begins."""
NOTED = (
    (r"\bar A = \exp(\Delta A) \\ h_t = \bar A h_{t-1}", "exp goes entry by entry"),
    ("x = np.array([1.0, 2.0])\nfor t in range(2):\n    h = h + x[t]", "x is data, unless other numbers are given"),
    ("for t in range(T):\n    if verbose:\n        print(t)\n    h = np.tanh(W @ h)", "nothing is computed here"),
    ("for t in range(T):\n    h = np.tanh(W @ h)\ndef backward(dh):\n    dh = dh * W", "it is not the forward pass"),
    (
        "for t in range(T):\n    x[t][k] = 1\n    h = np.tanh(W @ h + x[t])",
        f"x is data: it is given entry by entry {AS_DATA}",
    ),
    ("h = self.h\nfor t in range(T):\n    h = np.tanh(h)", "h0 is a parameter"),
    ("h = np.zeros(3) + b\nfor t in range(T):\n    h = np.tanh(h)", "h0 is a parameter"),
    (
        "W = np.random.randn(3, 3) / np.sqrt(k)\nfor t in range(T):\n    h = np.tanh(W @ h)",
        "the seed draws its numbers",
    ),
    ("W = np.random.normal(1, 0.1, (3, 3))\nfor t in range(T):\n    h = np.tanh(W @ h)", "the seed draws its numbers"),
    ("W = np.random.rand(3, 3) * 2 - 1\nfor t in range(T):\n    h = np.tanh(W @ h)", "the seed draws its numbers"),
    ("lay = nn.Weird(3)\nfor t in range(T):\n    h = np.tanh(h)", "nothing reads it"),
    (
        "for t in range(T):\n    h = np.tanh(W @ h)\n    hs.append(h)\nout = torch.stack(hs)",
        "every step is kept anyway",
    ),
    ("h = np.zeros(3)\nh = np.tanh(h)\nreshaped = h.reshape(1, 3)", "reshape is left out"),
    (r"h_t = \tanh(x_t), \quad x_t \in \{0, 1\}", "of sets ℝ and its powers are read"),
    (r"h_t = \sigma_c(h_{t-1})", "σ_c is read as sigmoid"),
    (r"h_t = \phi(W h_{t-1})", "tanh stands for it"),
    (
        "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\nfor t in range(T):\n    h = sigmoid(W @ h)",
        "sigmoid is there already",
    ),
)
"""Texts with a part of what is remarked on one of their lines."""


@pytest.mark.dear
def test_a_row_is_read_as_its_equations() -> None:
    found = {source: read_pasted(source) for source, _ in (*PROGRAMS, *FORMULAS)}
    wrong = {
        source: (found[source].text, found[source].problems)
        for source, text in (*PROGRAMS, *FORMULAS)
        if found[source].text != text or found[source].problems
    }
    assert not wrong
    assert all(parse(text).equations for _, text in (*PROGRAMS, *FORMULAS))


def test_what_a_row_has_that_is_not_read_is_named_at_its_place() -> None:
    wrong = {}
    for source, place, message in UNREAD:
        problem = read_pasted(source).problems[0]
        start, end = problem.span or (-1, -1)
        if source[start:end] != place or not problem.message.startswith(message):
            wrong[source] = source[start:end], problem.message
    assert not wrong


def test_what_a_row_says_that_no_equation_needs_is_remarked() -> None:
    notes = {source: [line.note for line in read_pasted(source).lines] for source, _ in NOTED}
    assert not {source: notes[source] for source, part in NOTED if not any(part in note for note in notes[source])}
