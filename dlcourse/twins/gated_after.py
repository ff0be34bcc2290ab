"""The GRU as PyTorch computes it, spelled out; as in `dlcourse.reference.gated_after`."""

import torch

from dlcourse.twins.activations import sigmoid
from dlcourse.twins.arguments import fit


def gru_after_step(x, h, Wx, Wh, b, b_reset):
    """Take one step of a gated recurrent unit whose reset gate acts after the product."""
    fit(
        "x (N, D), h (N, H), Wx (D, 3H), Wh (H, 3H), b (3H), b_reset (H)",
        x, h, Wx, Wh, b, b_reset,
    )  # fmt: skip
    _, z, n = _gates(x, h, Wx, Wh, b, b_reset)
    return (1 - z) * n + z * h


def gru_after_forward(xs, h0, Wx, Wh, b, b_reset):
    """Run `gru_after_step` along a sequence; return hs (T + 1, N, H) and gates (T, N, 3H)."""
    fit(
        "xs (T, N, D), h0 (N, H), Wx (D, 3H), Wh (H, 3H), b (3H), b_reset (H)",
        xs, h0, Wx, Wh, b, b_reset,
    )  # fmt: skip
    hs = [h0]
    for x in xs:
        hs.append(gru_after_step(x, hs[-1], Wx, Wh, b, b_reset))
    hs = torch.stack(hs)
    return hs, torch.cat(_gates(xs, hs[:-1], Wx, Wh, b, b_reset), dim=-1)


def _gates(x, h, Wx, Wh, b, b_reset):
    x_r, x_z, x_n = (x @ Wx + b).chunk(3, dim=-1)
    h_r, h_z, h_n = (h @ Wh).chunk(3, dim=-1)
    r = sigmoid(x_r + h_r)
    return r, sigmoid(x_z + h_z), torch.tanh(x_n + r * (h_n + b_reset))
