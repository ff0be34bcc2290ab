"""Rows of the table: recurrent networks.

PyTorch's own cells are the oracles of Elman's network and of the LSTM; its GRU is another one than
the source's, so that one meets finite differences here and ONNX in test_recurrent.py.
"""

import numpy as np
import torch
from cases import normal, op

from dlcourse.reference import gated, recurrent


def parameters(D, H, gates, scale=1.0):
    return normal((D, gates * H), scale), normal((H, gates * H), scale), normal(gates * H, scale)


def rnn_cell(x, h, Wx, Wh, b):
    return torch.rnn_tanh_cell(x, h, Wx.T, Wh.T, b, torch.zeros_like(b))


def rnn_by_torch(xs, h0, Wx, Wh, b):
    weights = [Wx.T, Wh.T, b, torch.zeros_like(b)]
    hs, _ = torch.rnn_tanh(xs, h0[None], weights, True, 1, 0.0, False, False, False)
    return torch.cat([h0[None], hs])


def lstm_cell(x, h, c, Wx, Wh, b):
    return torch.lstm_cell(x, (h, c), Wx.T, Wh.T, b, torch.zeros_like(b))


def lstm_by_torch(xs, h0, c0, Wx, Wh, b):
    """torch.lstm returns all states but the last cell only: one step at a time."""
    hs, cs = [h0], [c0]
    for x in xs:
        h, c = lstm_cell(x, hs[-1], cs[-1], Wx, Wh, b)
        hs, cs = [*hs, h], [*cs, c]
    scores = torch.stack([x @ Wx + h @ Wh + b for x, h in zip(xs, hs, strict=False)])
    gates = scores.sigmoid()
    H = h0.shape[1]
    candidate = scores[..., 2 * H : 3 * H].tanh()
    gates = torch.cat([gates[..., : 2 * H], candidate, gates[..., 3 * H :]], dim=-1)
    return torch.stack(hs), torch.stack(cs), gates


def jacobian_norms(hs, Wh):
    """Norms by autograd: the scores that give these states are what a layer would have had."""
    norms = []
    for t in range(len(hs)):
        start = hs[t].detach().clone()

        def last_state(h, t=t):
            for after in hs[t + 1 :].detach():
                s = h @ Wh.detach()
                h = torch.tanh(s + (torch.atanh(after) - s.detach()))
            return h

        norms.append(torch.autograd.functional.jacobian(last_state, start).norm().item())
    return norms


def rnn_backward(dhs, xs, h0, Wx, Wh, b):
    """The upstream of the table includes h0, which is an output here."""
    dWx, dWh, db, dh0 = recurrent.rnn_backward(
        dhs[1:], xs, recurrent.rnn_forward(xs, h0, Wx, Wh, b), Wx, Wh
    )
    return dWx, dWh, db, dh0 + dhs[0]


def lstm_backward(dhs, dcs, xs, h0, c0, Wx, Wh, b):
    hs, cs, gates = gated.lstm_forward(xs, h0, c0, Wx, Wh, b)
    grads = gated.lstm_backward(dhs[1:], dcs[1:], xs, hs, cs, gates, Wx, Wh)
    return grads[0], grads[1] + dhs[0], grads[2] + dcs[0], *grads[3:]


def gru_backward(dhs, xs, h0, Wx, Wh, b):
    hs, gates = gated.gru_forward(xs, h0, Wx, Wh, b)
    grads = gated.gru_backward(dhs[1:], xs, hs, gates, Wx, Wh)
    return grads[0], grads[1] + dhs[0], *grads[2:]


def states(shape):
    return lambda rng: np.tanh(rng.normal(size=shape))


RNN = {"oracle": rnn_by_torch, "backward": rnn_backward, "gradients": ("Wx", "Wh", "b", "h0")}
LSTM = {"oracle": lstm_by_torch, "backward": lstm_backward}
GRU = {"oracle": None, "backward": gru_backward}

OPS = [
    op("recurrent.rnn_step", normal((4, 3)), normal((4, 5)), *parameters(3, 5, 1), oracle=rnn_cell),
    op("recurrent.rnn_step", normal((4, 3)), normal((4, 5)), *parameters(3, 5, 1, 300.0),
       case="saturated", oracle=rnn_cell),
    op("recurrent.rnn_step", normal((0, 3)), normal((0, 5)), *parameters(3, 5, 1), case="no rows",
       oracle=rnn_cell),
    op("recurrent.rnn_forward", normal((6, 4, 3)), normal((4, 5)), *parameters(3, 5, 1), **RNN),
    op("recurrent.rnn_forward", normal((1, 1, 1)), normal((1, 1)), *parameters(1, 1, 1),
       case="all axes of size 1", **RNN),
    op("recurrent.rnn_forward", normal((0, 4, 3)), normal((4, 5)), *parameters(3, 5, 1),
       case="no step", **RNN | {"oracle": None}),
    op("recurrent.gradient_through_time", states((7, 4)), normal((4, 4)), oracle=jacobian_norms,
       integers=False),
    op("recurrent.gradient_through_time", states((1, 4)), normal((4, 4)), case="no step",
       oracle=jacobian_norms, integers=False),
    op("gated.lstm_step", normal((4, 3)), normal((4, 5)), normal((4, 5)), *parameters(3, 5, 4),
       oracle=lstm_cell),
    op("gated.lstm_step", normal((4, 3)), normal((4, 5)), normal((4, 5)),
       *parameters(3, 5, 4, 800.0), case="saturated", oracle=lstm_cell),
    op("gated.lstm_forward", normal((6, 4, 3)), normal((4, 5)), normal((4, 5)),
       *parameters(3, 5, 4), **LSTM),
    op("gated.lstm_forward", normal((1, 1, 1)), normal((1, 1)), normal((1, 1)),
       *parameters(1, 1, 4), case="all axes of size 1", **LSTM),
    op("gated.lstm_forward", normal((3, 0, 3)), normal((0, 5)), normal((0, 5)),
       *parameters(3, 5, 4), case="no rows", **LSTM | {"oracle": None}),
    op("gated.gru_step", normal((4, 3)), normal((4, 5)), *parameters(3, 5, 3), oracle=None),
    op("gated.gru_step", normal((4, 3)), normal((4, 5)), *parameters(3, 5, 3, 800.0),
       case="saturated", oracle=None),
    op("gated.gru_forward", normal((6, 4, 3)), normal((4, 5)), *parameters(3, 5, 3), **GRU),
    op("gated.gru_forward", normal((1, 1, 1)), normal((1, 1)), *parameters(1, 1, 3),
       case="all axes of size 1", **GRU),
]  # fmt: skip

IN_FORWARD_ROWS = "takes the states of its forward, in whose rows it stands: rows_recurrent.py"
FOR_THE_OTHERS = (
    "for recurrent and gated, through `lstm_forward` and `lstm_backward`: test_recurrent.py"
)
SHARED = {
    f"sequences.{name}": FOR_THE_OTHERS
    for name in (
        "make_states",
        "multiply_steps",
        "weight_gradients",
        "check_step",
        "check_sequence",
        "check_states",
        "tanh_slope",
    )
}
NO_ROW = SHARED | {
    "recurrent.rnn_backward": IN_FORWARD_ROWS,
    "gated.lstm_backward": IN_FORWARD_ROWS,
    "gated.gru_backward": IN_FORWARD_ROWS,
}
NO_TWIN = SHARED
