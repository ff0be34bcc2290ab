"""Rows of the table: PyTorch's GRU, and transposed convolution."""

import torch
from cases import normal, op, value
from torch.nn.functional import conv_transpose2d

from dlcourse.reference import gated_after
from dlcourse.reference.conv_transpose import conv_transpose2d_backward


def biases(b, b_reset):
    return b, torch.cat([torch.zeros_like(b[: 2 * b_reset.numel()]), b_reset])


def cell(x, h, Wx, Wh, b, b_reset):
    return torch.gru_cell(x, h, Wx.T, Wh.T, *biases(b, b_reset))


def by_torch(xs, h0, Wx, Wh, b, b_reset):
    """The states by torch.gru; its gates it keeps to itself."""
    weights = [Wx.T, Wh.T, *biases(b, b_reset)]
    hs, _ = torch.gru(xs, h0[None], weights, True, 1, 0.0, False, False, False)
    hs = torch.cat([h0[None], hs])
    scores, state = xs @ Wx + b, hs[:-1] @ Wh
    H = h0.shape[1]
    r, z = (scores + state)[..., : 2 * H].sigmoid().chunk(2, dim=-1)
    n = (scores[..., 2 * H :] + r * (state[..., 2 * H :] + b_reset)).tanh()
    return hs, torch.cat([r, z, n], dim=-1)


def backward(dhs, xs, h0, Wx, Wh, b, b_reset):
    """The upstream of the table includes h0, which is an output here."""
    hs, gates = gated_after.gru_after_forward(xs, h0, Wx, Wh, b, b_reset)
    dxs, dh0, *rest = gated_after.gru_after_backward(dhs[1:], xs, hs, gates, Wx, Wh, b_reset)
    return dxs, dh0 + dhs[0], *rest


def parameters(D, H, scale=1.0):
    shapes = (D, 3 * H), (H, 3 * H), (3 * H,), (H,)
    return [normal(shape, scale) for shape in shapes]


GRU = {"oracle": by_torch, "backward": backward}

OPS = [
    op("gated_after.gru_after_step", normal((4, 3)), normal((4, 5)), *parameters(3, 5),
       oracle=cell),
    op("gated_after.gru_after_step", normal((4, 3)), normal((4, 5)), *parameters(3, 5, 800.0),
       case="saturated", oracle=cell, single=False, half=False),
    op("gated_after.gru_after_step", normal((0, 3)), normal((0, 5)), *parameters(3, 5),
       case="no rows", oracle=cell),
    op("gated_after.gru_after_forward", normal((6, 4, 3)), normal((4, 5)), *parameters(3, 5),
       **GRU),
    op("gated_after.gru_after_forward", normal((1, 1, 1)), normal((1, 1)), *parameters(1, 1),
       case="all axes of size 1", **GRU),
    op("gated_after.gru_after_forward", normal((0, 4, 3)), normal((4, 5)), *parameters(3, 5),
       case="no step", **GRU | {"oracle": None}),
]  # fmt: skip


def without_db(dout, x, w, stride, padding):
    return conv_transpose2d_backward(dout, x, w, stride, padding)[:2]


def painted(x, w, K, case, **keywords):
    return op("conv_transpose.conv_transpose2d", normal(x), normal(w), normal(K), case=case,
              oracle=conv_transpose2d, **keywords)  # fmt: skip


OPS += [
    painted((2, 3, 4, 5), (3, 2, 3, 2), 2, ""),
    painted((2, 3, 4, 5), (3, 2, 4, 4), 2, "twice as large", stride=2, padding=1),
    painted((2, 1, 3, 3), (1, 2, 3, 3), 2, "checkerboard", stride=2),
    painted((1, 2, 2, 3), (2, 1, 2, 2), 1, "gaps between filters", stride=3),
    painted((0, 3, 4, 5), (3, 2, 3, 3), 2, "no image"),
    painted((2, 3, 4, 5), (3, 2, 1, 1), 2, "1 x 1 filter"),
    painted((2, 3, 4, 5), (3, 2, 3, 4), 2, "pairs", stride=(3, 2), padding=(0, 1)),
    painted((2, 3, 4, 5), (3, 2, 3, 4), 2, "a pair of pads", padding=(2, 0)),
    op("conv_transpose.conv_transpose2d", normal((2, 3, 4, 5)), normal((3, 2, 3, 2)), value(None),
       stride=(1, 2), case="no bias", oracle=conv_transpose2d, backward=without_db),
]  # fmt: skip

IN_FORWARD_ROWS = "takes the states of its forward, in whose rows it stands: rows_gated_after.py"
A_LOOP = "a loop over recurrent's rows, held against detach() in test_recurrent.py"
NO_ROW = {
    "gated_after.gru_after_backward": IN_FORWARD_ROWS,
    "recurrent_training.truncated_backward": A_LOOP,
    "recurrent_training.lstm_biases": "numbers in, zeros out: test_recurrent.py",
}
NO_TWIN = {
    "recurrent_training.truncated_backward": "in PyTorch h.detach() between windows does it",
    "recurrent_training.lstm_biases": "torch.from_numpy hands them to PyTorch",
}
