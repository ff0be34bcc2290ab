"""LSTM over a sequence, forward and backpropagation through time, float32, beside torch.nn.LSTM."""

from benchmarks.measure import compare, geometric_mean, report  # first: it sets the thread counts

import numpy as np  # isort: skip
import torch  # isort: skip

from dlcourse.reference.gated import lstm_backward, lstm_forward

SIZES = [(28, 64, 28, 64), (50, 32, 64, 128), (100, 16, 128, 256)]  # T, N, D, H


def row(T, N, D, H):
    """Time one size, all gradients included."""
    rng = np.random.default_rng(0)
    xs, dhs = (rng.normal(size=(T, N, n)).astype(np.float32) for n in (D, H))
    zeros, dcs = np.zeros((N, H), np.float32), np.zeros((T, N, H), np.float32)
    Wx, Wh = ((rng.normal(size=(n, 4 * H)) / n**0.5).astype(np.float32) for n in (D, H))
    b = np.zeros(4 * H, np.float32)
    module = torch.nn.LSTM(D, H)
    with torch.no_grad():
        for parameter, value in zip(module.parameters(), (Wx.T, Wh.T, b, b), strict=True):
            parameter.copy_(torch.tensor(value))
    tensors = [torch.tensor(xs, requires_grad=True), *module.parameters()]
    upstream = torch.tensor(dhs)

    def ours():
        hs, cs, gates = lstm_forward(xs, zeros, zeros, Wx, Wh, b)
        return lstm_backward(dhs, dcs, xs, hs, cs, gates, Wx, Wh)

    def theirs():
        return torch.autograd.grad(module(tensors[0])[0], tensors, upstream)

    np.testing.assert_allclose(ours()[0], theirs()[0].numpy(), rtol=1e-2, atol=1e-4)
    return compare(f"LSTM, T={T}, N={N}, D={D}, H={H}", ours, theirs)


if __name__ == "__main__":
    table = [row(*size) for size in SIZES]
    report("recurrent", table, summary={"geometric mean": geometric_mean(table)})
