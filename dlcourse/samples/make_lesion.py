"""Train the 20-layer networks in which `dlcourse.widgets.lesion` switches blocks off.

Run once by hand, with PyTorch: ``python dlcourse/samples/make_lesion.py`` (two minutes). Plain and
residual networks of ten blocks, each two dense layers of 32 with batch norm, see the 1,437 training
digits for 60 epochs, in the same batches and at the same rates. Of ten starts it keeps how many of
the 360 test digits each network reads, whole and with one block left out; of start 0 the weights
too, with the batch norm folded into them, in eight bits.
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

HERE = Path(__file__).parent
SEEDS, BLOCKS, WIDTH = range(10), 10, 32
EPOCHS, BATCH, RATE, MOMENTUM = 60, 64, 0.05, 0.9


def digits():
    """Pixels in [0, 1] and labels: the course's training and test digits."""
    with np.load(HERE / "digits.npz") as stored:
        X, y = (
            [stored[f"{name}_{part}"] for part in ("train", "test")] for name in ("X", "y")
        )  # fmt: skip
    X = [torch.tensor(part.reshape(-1, 64) / np.float32(16)) for part in X]
    return X[0], torch.tensor(y[0]).long(), X[1], torch.tensor(y[1]).long()


class Network(nn.Module):
    """A layer of 32, ten blocks, and ten scores; a block on the list `off` passes its input on."""

    def __init__(self, residual):
        super().__init__()
        sizes = [(64, WIDTH), *[(WIDTH, WIDTH)] * 2 * BLOCKS]
        self.residual = residual
        self.layers = nn.ModuleList(nn.Linear(*size, bias=False) for size in sizes)
        self.norms = nn.ModuleList(nn.BatchNorm1d(WIDTH) for _ in sizes)
        self.head = nn.Linear(WIDTH, 10)
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight)

    def forward(self, x, off=()):
        sums = [
            lambda h, layer=layer, norm=norm: norm(layer(h))
            for layer, norm in zip(self.layers, self.norms, strict=True)
        ]
        h = torch.relu(sums[0](x))
        for k in range(BLOCKS):
            if k not in off:
                z = sums[2 * k + 2](torch.relu(sums[2 * k + 1](h)))
                h = torch.relu(z + h if self.residual else z)
        return self.head(h)


def train(residual, seed, epochs=EPOCHS):
    """One network, with a rate that falls in a straight line to zero."""
    X, y, *_ = digits()
    torch.manual_seed(seed)
    network = Network(residual)
    optimizer = torch.optim.SGD(network.parameters(), RATE, momentum=MOMENTUM)
    steps = epochs * -(-len(X) // BATCH)
    falling = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(BATCH):
            optimizer.zero_grad()
            cross_entropy(network(X[rows]), y[rows]).backward()
            optimizer.step()
            falling.step()
    return network.eval()


def right(network):
    """How many test digits are read by the whole network, and with each block left out."""
    *_, X, y = digits()
    with torch.no_grad():
        lesions = [(), *((k,) for k in range(BLOCKS))]
        return [int((network(X, off).argmax(1) == y).sum()) for off in lesions]


def folded(network):
    """Weights (out, in) and biases of all 22 layers, the batch norm within them."""
    for layer, norm in zip(network.layers, network.norms, strict=True):
        factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        W, b = layer.weight * factor[:, None], norm.bias - norm.running_mean * factor
        yield W.detach().numpy(), b.detach().numpy()
    yield network.head.weight.detach().numpy(), network.head.bias.detach().numpy()


def in_eight_bits(layers):
    """Weights as integers up to 127, a scale for each unit, and the biases; all layers in a row."""
    layers = list(layers)
    scales = [np.abs(W).max(axis=1) / 127 for W, _ in layers]
    weights = [np.rint(W / s[:, None]) for (W, _), s in zip(layers, scales, strict=True)]
    return {
        "weights": np.concatenate([W.ravel() for W in weights]).astype(np.int8),
        "scales": np.concatenate(scales).astype(np.float32),
        "biases": np.concatenate([b for _, b in layers]).astype(np.float32),
    }


def main():
    kinds = (False, True)  # plain, residual
    networks = [[train(residual, seed) for seed in SEEDS] for residual in kinds]
    stored = [in_eight_bits(folded(starts[0])) for starts in networks]
    np.savez_compressed(
        HERE / "lesion.npz",
        right=np.array([[right(one) for one in starts] for starts in networks], np.uint16),
        **{name: np.stack([part[name] for part in stored]) for name in stored[0]},
    )


if __name__ == "__main__":
    main()
