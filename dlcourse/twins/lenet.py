"""LeNet-5 in PyTorch, the network of 1998 and today's form (Lecture 13).

The same parameters as in `dlcourse.reference.lenet`; modules carry the paper's
layer names.
"""

from torch import nn

from dlcourse.lenet5 import C3_INPUTS, DIGIT_CODES
from dlcourse.twins import arguments
from dlcourse.twins.lenet_layers import RBF, PartialConv2d, ScaledTanh, Subsample


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

    def forward(self, x):
        """Return the penalties (N, 10) of images (N, 1, 32, 32)."""
        x = arguments.images(x, (1, 32, 32), "this LeNet-5", ": pad images of 28x28 by 2")
        return super().forward(x)


class ModernLeNet5(nn.Sequential):
    """LeNet-5 with today's parts: 61,706 parameters, images to scores (N, 10).

    Same network as `dlcourse.reference.lenet.ModernLeNet5`; `padding` is 2 for 28x28 images.
    """

    def __init__(self, padding=0):
        super().__init__()
        (self.padding,) = arguments.whole_numbers(0, padding=padding)
        if padding > 15:
            raise ValueError(f"padding must be 0 ... 15, to leave a pixel of 32; got {padding}")
        self.C1 = _he(nn.Conv2d(1, 6, 5, padding=padding))
        self.S2 = nn.Sequential(nn.MaxPool2d(2), nn.ReLU())
        self.C3 = _he(nn.Conv2d(6, 16, 5))
        self.S4 = nn.Sequential(nn.MaxPool2d(2), nn.ReLU(), nn.Flatten())
        self.F5 = _he(nn.Linear(400, 120))
        self.relu5 = nn.ReLU()
        self.F6 = _he(nn.Linear(120, 84))
        self.relu6 = nn.ReLU()
        self.F7 = _he(nn.Linear(84, 10))

    def forward(self, x):
        """Return the scores (N, 10) of images (N, 1, 32, 32), less by the padding on each side."""
        side = 32 - 2 * self.padding
        x = arguments.images(x, (1, side, side), "this LeNet-5", ": pass padding=2 for 28x28")
        return super().forward(x)


def _within_paper_bounds(layer):
    bound = 2.4 / layer.weight[0].numel()
    for parameter in layer.parameters():
        nn.init.uniform_(parameter, -bound, bound)
    return layer


def _he(layer):
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    nn.init.zeros_(layer.bias)
    return layer
