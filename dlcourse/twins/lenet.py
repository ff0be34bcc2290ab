"""LeNet-5 in PyTorch, the network of 1998 and today's form (lecture 13).

The same functions and parameters as in `dlcourse.reference.lenet`; modules carry the paper's
layer names.
"""

import torch
from torch import nn

from dlcourse.twins.pooling import subsample

# which of S2's six maps each of C3's sixteen maps sees (the paper's table 1)
C3_INPUTS = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)),
)

# the answers that the output layer compares F6 with: each digit as a picture of 12 x 7 units
PICTURES = """
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
..###.. ...##.. .#####. .#####. ....##. ####### ..####. ####### .#####. .#####.
.##.##. ..###.. ##...## ##...## ...###. ##..... .##.... #....## ##...## ##...##
##...## .####.. .....## .....## ..####. ##..... ##..... .....## ##...## ##...##
##...## ...##.. ....##. .....## .##.##. ######. ######. ....##. .##.##. ##...##
##...## ...##.. ...##.. ..####. ##..##. .....## ##...## ....##. ..###.. .######
##...## ...##.. ..##... .....## ####### .....## ##...## ...##.. .##.##. .....##
##...## ...##.. .##.... .....## ....##. .....## ##...## ...##.. ##...## .....##
.##.##. ...##.. ##..... ##...## ....##. ##...## ##...## ..##... ##...## ....##.
..###.. .###### ####### .#####. ....##. .#####. .#####. ..##... .#####. .####..
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
"""
_ROWS = [line.split() for line in PICTURES.strip().splitlines()]
DIGIT_CODES = [[1.0 if c == "#" else -1.0 for row in _ROWS for c in row[d]] for d in range(10)]


def scaled_tanh(x):
    """Squash with the paper's tanh, ``1.7159 tanh(2 x / 3)``."""
    return 1.7159 * torch.tanh(2 / 3 * x)


def rbf(x, centres):
    """Measure the squared distance of each row from each centre, (N, K)."""
    return (x[:, None] - centres).square().sum(dim=2)


def penalty_loss(penalties, labels, j=0.1):
    """Average the paper's loss: low for the true class, high for the others.

    Same contract as `dlcourse.reference.lenet.penalty_loss`.
    """
    rubbish = torch.full_like(penalties[:, :1], j)
    partition = torch.logsumexp(-torch.cat([penalties, rubbish], dim=1), dim=1)
    return (penalties.gather(1, labels[:, None])[:, 0] + partition).mean()


class ScaledTanh(nn.Module):
    """`scaled_tanh` as a module."""

    def forward(self, x):
        """Squash; shape of x."""
        return scaled_tanh(x)


class Subsample(nn.Module):
    """Sums of 2x2 pixels, with one trained weight and bias a map."""

    kernel_size = stride = 2

    def __init__(self, channels):
        super().__init__()
        bound = 2.4 / 4
        self.weight = nn.Parameter(torch.empty(channels).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(channels).uniform_(-bound, bound))

    def forward(self, x):
        """Carry (N, C, H, W) to (N, C, H // 2, W // 2)."""
        return subsample(x, self.weight, self.bias)


class PartialConv2d(nn.Module):
    """A convolution whose maps see some of the channels; only these filters exist.

    Parameters
    ----------
    inputs : sequence of sequences of int
        The channels that each output map sees.
    kernel_size : int
    """

    stride = 1

    def __init__(self, inputs, kernel_size):
        super().__init__()
        pairs = [(k, channel) for k, channels in enumerate(inputs) for channel in channels]
        self.kernel_size, self.maps = kernel_size, len(inputs)
        self.channels = 1 + max(channel for _, channel in pairs)
        self.register_buffer("pairs", torch.tensor(pairs).T, persistent=False)
        bound = 2.4 * self.maps / (len(pairs) * kernel_size**2)
        size = (len(pairs), kernel_size, kernel_size)
        self.weight = nn.Parameter(torch.empty(size).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(self.maps).uniform_(-bound, bound))

    def forward(self, x):
        """Carry (N, C, H, W) to (N, maps, H - F + 1, W - F + 1)."""
        w = self.weight.new_zeros(self.maps, self.channels, *self.weight.shape[1:])
        w = w.index_put(tuple(self.pairs), self.weight)
        return nn.functional.conv2d(x, w, self.bias)


class RBF(nn.Module):
    """Distances from fixed centres."""

    def __init__(self, centres):
        super().__init__()
        self.register_buffer("centres", torch.tensor(centres), persistent=False)

    def forward(self, x):
        """Return penalties (N, K)."""
        return rbf(x, self.centres)


class LeNet5(nn.Sequential):
    """LeNet-5 as published: 60,000 trainable parameters, images (N, 1, 32, 32) to penalties.

    Same network as `dlcourse.reference.lenet.LeNet5`; train it with `penalty_loss`.
    """

    def __init__(self):
        super().__init__()
        self.C1 = _within_paper_bounds(nn.Conv2d(1, 6, 5))
        self.squash1 = ScaledTanh()
        self.S2 = Subsample(6)
        self.squash2 = ScaledTanh()
        self.C3 = PartialConv2d(C3_INPUTS, 5)
        self.squash3 = ScaledTanh()
        self.S4 = Subsample(16)
        self.squash4 = ScaledTanh()
        self.C5 = _within_paper_bounds(nn.Conv2d(16, 120, 5))
        self.squash5 = ScaledTanh()
        self.flatten = nn.Flatten()
        self.F6 = _within_paper_bounds(nn.Linear(120, 84))
        self.squash6 = ScaledTanh()
        self.output = RBF(DIGIT_CODES)


class ModernLeNet5(nn.Sequential):
    """LeNet-5 with today's parts: 61,706 parameters, images to scores (N, 10).

    Same network as `dlcourse.reference.lenet.ModernLeNet5`; `padding` is 2 for 28x28 images.
    """

    def __init__(self, padding=0):
        super().__init__()
        self.C1 = _he(nn.Conv2d(1, 6, 5, padding=padding))
        self.S2 = nn.Sequential(nn.MaxPool2d(2), nn.ReLU())
        self.C3 = _he(nn.Conv2d(6, 16, 5))
        self.S4 = nn.Sequential(nn.MaxPool2d(2), nn.ReLU(), nn.Flatten())
        self.F5 = _he(nn.Linear(400, 120))
        self.relu5 = nn.ReLU()
        self.F6 = _he(nn.Linear(120, 84))
        self.relu6 = nn.ReLU()
        self.F7 = _he(nn.Linear(84, 10))


def _within_paper_bounds(layer):
    bound = 2.4 / layer.weight[0].numel()
    for parameter in layer.parameters():
        nn.init.uniform_(parameter, -bound, bound)
    return layer


def _he(layer):
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    nn.init.zeros_(layer.bias)
    return layer
