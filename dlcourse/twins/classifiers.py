"""The networks of this package that classify images, by name: what each takes, and its loss."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import nn

from dlcourse.twins.alexnet import AlexNet
from dlcourse.twins.architectures import network_table
from dlcourse.twins.arguments import wide
from dlcourse.twins.googlenet import GoogLeNet, googlenet_loss
from dlcourse.twins.lenet import LeNet5, ModernLeNet5
from dlcourse.twins.lenet_layers import penalty_loss
from dlcourse.twins.losses import cross_entropy
from dlcourse.twins.resnet import RESNETS, ResNet
from dlcourse.twins.vgg import VGG16


class Classifier(NamedTuple):
    """How a network is built for so many classes, what images it takes, and how it is trained.

    `side` is None where any will do; `best` finds the answer among a row's outputs.
    """

    build: Callable
    channels: int
    side: int | None
    loss: Callable = cross_entropy
    best: Callable = torch.argmax

    def accuracy(self, outputs, labels):
        """Return the share of rows whose answer is their label."""
        return wide(self.best(outputs, dim=1) == labels).mean()

    def flops(self, classes, side):
        """Count a training step's operations for one image: the pass, and twice as many back.

        Of each layer the gradients of weights and of inputs take as many as the pass; the first
        layer's share of the latter, which nobody needs, is counted too.
        """
        shape = (self.channels, side, side)
        rows = network_table(lambda: self.build(classes), shape, train=True)
        return 3 * sum(row["flops"] for row in rows)


CLASSIFIERS = {
    "lenet5": Classifier(lambda classes: _ten(ModernLeNet5, classes), 1, 32),
    "lenet5-1998": Classifier(
        lambda classes: _ten(LeNet5, classes), 1, 32, penalty_loss, torch.argmin
    ),
    "alexnet": Classifier(AlexNet, 3, 227),
    "alexnet-towers": Classifier(partial(AlexNet, towers=2), 3, 227),
    "vgg16": Classifier(VGG16, 3, 224),
    "googlenet": Classifier(GoogLeNet, 3, 224, googlenet_loss),
    "googlenet-bn": Classifier(partial(GoogLeNet, batch_norm=True), 3, 224, googlenet_loss),
} | {f"resnet{depth}": Classifier(partial(ResNet, depth), 3, None) for depth in RESNETS}


def _ten(network, classes):
    if classes != 10:
        raise ValueError(f"a LeNet-5 has 10 outputs; got {classes} classes")
    return network()


class AsTaken(nn.Module):
    """Standardizes images and brings them to the channels and the side that a network takes.

    Parameters
    ----------
    mean, std : tensors (1, C, 1, 1)
        Of the training images.
    channels, side : int
        One channel is repeated, several are averaged into one; sizes change by bilinear
        interpolation.
    layout : torch.memory_format
    """

    def __init__(self, mean, std, channels, side, layout=torch.contiguous_format):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.channels, self.side, self.layout = channels, side, layout

    def forward(self, x):
        """Carry images (N, C, H, W) to (N, channels, side, side)."""
        size = (self.side, self.side)
        x = (x - self.mean) / self.std
        if x.shape[1] != self.channels:
            x = x.mean(1, keepdim=True)
        if len(x) == 0:  # which interpolation refuses
            x = x.new_empty(0, x.shape[1], *size)
        elif x.shape[2:] != size:
            x = nn.functional.interpolate(x, size, mode="bilinear", align_corners=False)
        return x.expand(-1, self.channels, *size).contiguous(memory_format=self.layout)
