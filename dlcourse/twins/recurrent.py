"""Recurrent networks on tensors: the same names as `dlcourse.reference.recurrent` (lecture 14).

Autograd supplies backpropagation through time.
"""

import torch


def rnn_step(x, h, Wx, Wh, b):
    """Take one step of a simple recurrent network.

    Same contract as `dlcourse.reference.recurrent.rnn_step`, on tensors of any device.
    """
    return torch.tanh(x @ Wx + h @ Wh + b)


def rnn_forward(xs, h0, Wx, Wh, b):
    """Run `rnn_step` along a sequence; return hs (T + 1, N, H), h0 first."""
    hs = [h0]
    for x in xs:
        hs.append(rnn_step(x, hs[-1], Wx, Wh, b))
    return torch.stack(hs)


def gradient_through_time(hs, Wh):
    """Measure how strongly the last state depends on each earlier one: T + 1 Frobenius norms."""
    jacobian = torch.eye(len(Wh), dtype=Wh.dtype, device=Wh.device)
    norms = [jacobian.norm().item()]
    for h in hs[1:].flip(0):
        jacobian = jacobian @ torch.diag(1 - h**2) @ Wh.T
        norms.append(jacobian.norm().item())
    return norms[::-1]


def lstm_step(x, h, c, Wx, Wh, b):
    """Take one step of a long short-term memory; return (h, c).

    Same contract as `dlcourse.reference.recurrent.lstm_step`, on tensors of any device.
    """
    i, f, g, o = (x @ Wx + h @ Wh + b).chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def lstm_forward(xs, h0, c0, Wx, Wh, b):
    """Run `lstm_step` along a sequence; return hs and cs (T + 1, N, H), h0 and c0 first."""
    hs, cs = [h0], [c0]
    for x in xs:
        h, c = lstm_step(x, hs[-1], cs[-1], Wx, Wh, b)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


def gru_step(x, h, Wx, Wh, b):
    """Take one step of a gated recurrent unit.

    Same contract as `dlcourse.reference.recurrent.gru_step`, on tensors of any device; not the
    unit of `torch.nn.GRU`, which resets after the matrix product.
    """
    x_r, x_z, x_n = (x @ Wx + b).chunk(3, dim=-1)
    Wh_r, Wh_z, Wh_n = Wh.chunk(3, dim=-1)
    r = torch.sigmoid(x_r + h @ Wh_r)
    z = torch.sigmoid(x_z + h @ Wh_z)
    n = torch.tanh(x_n + (r * h) @ Wh_n)
    return (1 - z) * h + z * n


def gru_forward(xs, h0, Wx, Wh, b):
    """Run `gru_step` along a sequence; return hs (T + 1, N, H), h0 first."""
    hs = [h0]
    for x in xs:
        hs.append(gru_step(x, hs[-1], Wx, Wh, b))
    return torch.stack(hs)
