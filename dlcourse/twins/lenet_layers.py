"""What LeNet-5 had in 1998 and later networks have not: functions and modules (Lecture 13).

The same names as in `dlcourse.reference.lenet_layers`.
"""

import torch
from torch import nn

from dlcourse.twins.arguments import class_labels, fit, in_float32
from dlcourse.twins.average_pooling import subsample


def scaled_tanh(x):
    """Squash with the paper's tanh, ``1.7159 tanh(2 x / 3)``."""
    return 1.7159 * torch.tanh(2 / 3 * x)


def rbf(x, centres):
    """Measure the squared distance of each row from each centre, (N, K)."""
    fit("x (N, D), centres (K, D)", x, centres)
    return (x[:, None] - centres).square().sum(dim=2)


def penalty_loss(penalties, labels, j=0.1):
    """Average the paper's loss: low for the true class, high for the others.

    Same contract as `dlcourse.reference.lenet_layers.penalty_loss`.
    """
    fit("penalties (N+, K+)", penalties)
    labels = class_labels(labels, penalties.shape[1], len(penalties))
    penalties = in_float32(penalties)
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
