"""LSTM and GRU on tensors: the same names as `dlcourse.reference.gated` (Lecture 14).

Autograd supplies backpropagation through time.
"""

import torch

from dlcourse.twins.activations import sigmoid
from dlcourse.twins.arguments import fit


def lstm_step(x, h, c, Wx, Wh, b):
    """Take one step of a long short-term memory; return (h, c).

    Same contract as `dlcourse.reference.gated.lstm_step`, on tensors of any device.
    """
    fit("x (N, D), h (N, H), c (N, H), Wx (D, 4H), Wh (H, 4H), b (4H)", x, h, c, Wx, Wh, b)
    i, f, g, o = _lstm_gates(x, h, Wx, Wh, b)
    c = f * c + i * g
    return o * torch.tanh(c), c


def lstm_forward(xs, h0, c0, Wx, Wh, b):
    """Run `lstm_step` along a sequence; return hs, cs (h0 and c0 first) and gates (T, N, 4H)."""
    fit(
        "xs (T, N, D), h0 (N, H), c0 (N, H), Wx (D, 4H), Wh (H, 4H), b (4H)",
        xs, h0, c0, Wx, Wh, b,
    )  # fmt: skip
    hs, cs = [h0], [c0]
    for x in xs:
        h, c = lstm_step(x, hs[-1], cs[-1], Wx, Wh, b)
        hs.append(h)
        cs.append(c)
    hs = torch.stack(hs)
    return hs, torch.stack(cs), torch.cat(_lstm_gates(xs, hs[:-1], Wx, Wh, b), dim=-1)


def _lstm_gates(x, h, Wx, Wh, b):
    i, f, g, o = (x @ Wx + h @ Wh + b).chunk(4, dim=-1)
    return sigmoid(i), sigmoid(f), torch.tanh(g), sigmoid(o)


def gru_step(x, h, Wx, Wh, b):
    """Take one step of a gated recurrent unit.

    Same contract as `dlcourse.reference.gated.gru_step`, on tensors of any device; not the
    unit of `torch.nn.GRU`, which resets after the matrix product.
    """
    fit("x (N, D), h (N, H), Wx (D, 3H), Wh (H, 3H), b (3H)", x, h, Wx, Wh, b)
    _, z, n = _gru_gates(x, h, Wx, Wh, b)
    return (1 - z) * h + z * n


def gru_forward(xs, h0, Wx, Wh, b):
    """Run `gru_step` along a sequence; return hs (T + 1, N, H), h0 first, and gates (T, N, 3H)."""
    fit("xs (T, N, D), h0 (N, H), Wx (D, 3H), Wh (H, 3H), b (3H)", xs, h0, Wx, Wh, b)
    hs = [h0]
    for x in xs:
        hs.append(gru_step(x, hs[-1], Wx, Wh, b))
    hs = torch.stack(hs)
    return hs, torch.cat(_gru_gates(xs, hs[:-1], Wx, Wh, b), dim=-1)


def _gru_gates(x, h, Wx, Wh, b):
    x_r, x_z, x_n = (x @ Wx + b).chunk(3, dim=-1)
    Wh_r, Wh_z, Wh_n = Wh.chunk(3, dim=-1)
    r = sigmoid(x_r + h @ Wh_r)
    z = sigmoid(x_z + h @ Wh_z)
    return r, z, torch.tanh(x_n + (r * h) @ Wh_n)
