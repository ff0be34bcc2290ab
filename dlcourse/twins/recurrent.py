"""Recurrent networks on tensors: the same names as `dlcourse.reference.recurrent` (Lecture 14).

Autograd supplies backpropagation through time.
"""

import torch

from dlcourse.twins.arguments import fit
from dlcourse.twins.lengths import euclidean_norm


def rnn_step(x, h, Wx, Wh, b):
    """Take one step of a simple recurrent network.

    Same contract as `dlcourse.reference.recurrent.rnn_step`, on tensors of any device.
    """
    fit("x (N, D), h (N, H), Wx (D, H), Wh (H, H), b (H)", x, h, Wx, Wh, b)
    return torch.tanh(x @ Wx + h @ Wh + b)


def rnn_forward(xs, h0, Wx, Wh, b):
    """Run `rnn_step` along a sequence; return hs (T + 1, N, H), h0 first."""
    fit("xs (T, N, D), h0 (N, H), Wx (D, H), Wh (H, H), b (H)", xs, h0, Wx, Wh, b)
    hs = [h0]
    for x in xs:
        hs.append(rnn_step(x, hs[-1], Wx, Wh, b))
    return torch.stack(hs)


def gradient_through_time(hs, Wh):
    """Measure how strongly the last state depends on each earlier one: T + 1 Frobenius norms."""
    fit("hs (T+, H), Wh (H, H)", hs, Wh)
    jacobian = torch.eye(len(Wh), dtype=Wh.dtype, device=Wh.device)
    norms = [float(euclidean_norm(jacobian))]
    for h in hs[1:].flip(0):
        jacobian = jacobian @ torch.diag(1 - h**2) @ Wh.T
        norms.append(float(euclidean_norm(jacobian)))
    return norms[::-1]
