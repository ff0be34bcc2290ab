"""GoogLeNet: inception modules and a head without large dense layers (Lecture 13).

Szegedy and others, "Going deeper with convolutions", 2015; winner of ILSVRC 2014.
"""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from dlcourse.twins import arguments

# of each inception module: 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection (paper, table 1)
INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


class Inception(nn.Module):
    """Four branches side by side on the same maps, joined along the channels.

    Parameters
    ----------
    in_channels : int
    widths : six ints
        Maps of 1x1, 3x3's reduction, 3x3, 5x5's reduction, 5x5, and of the pool's projection.
    batch_norm : bool
        See `GoogLeNet`.
    """

    def __init__(self, in_channels, widths, batch_norm=False):
        super().__init__()
        one, reduce3, three, reduce5, five, pooled = widths
        large = 3 if batch_norm else 5
        self.branches = nn.ModuleList(
            [
                _conv(in_channels, one, 1, batch_norm),
                nn.Sequential(
                    _conv(in_channels, reduce3, 1, batch_norm),
                    _conv(reduce3, three, 3, batch_norm),
                ),
                nn.Sequential(
                    _conv(in_channels, reduce5, 1, batch_norm),
                    _conv(reduce5, five, large, batch_norm),
                ),
                nn.Sequential(nn.MaxPool2d(3, 1, 1), _conv(in_channels, pooled, 1, batch_norm)),
            ]
        )
        self.out_channels = one + three + five + pooled

    def forward(self, x):
        """Return maps (N, out_channels, H, W) of maps (N, in_channels, H, W)."""
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class AuxiliaryHead(nn.Module):
    """A small classifier half-way up, which feeds a gradient into the lower layers."""

    def __init__(self, in_channels, n_classes, batch_norm=False):
        super().__init__()
        self.layers = nn.Sequential(
            nn.AvgPool2d(5, 3),
            _conv(in_channels, 128, 1, batch_norm),
            nn.Flatten(),
            nn.Linear(128 * 4 * 4, 1024),
            nn.ReLU(),
            nn.Dropout(0.7),
            nn.Linear(1024, n_classes),
        )

    def forward(self, x):
        """Return the scores (N, n_classes) of maps (N, in_channels, 14, 14)."""
        return self.layers(x)


class GoogLeNet(nn.Module):
    """GoogLeNet for images (N, 3, 224, 224).

    Parameters
    ----------
    n_classes : int
    batch_norm : bool
        False: the network of the paper, with biases, 5x5 filters and local response
        normalization; 6,998,552 parameters, 13,378,280 with both heads. True: the form whose
        weights are published most often, with batch normalization in place of biases and 3x3
        filters where the paper has 5x5; 6,624,904 parameters, 13,004,888 with both heads.
    auxiliary : bool
        Whether to build the two auxiliary heads.
    """

    def __init__(self, n_classes=1000, batch_norm=False, auxiliary=True):
        super().__init__()
        # the paper gives no constants: AlexNet's
        norm = nn.Identity() if batch_norm else nn.LocalResponseNorm(5, 5e-4, 0.75, 2.0)
        self.stem = nn.Sequential(
            _conv(3, 64, 7, batch_norm, stride=2),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            norm,
            _conv(64, 64, 1, batch_norm),
            _conv(64, 192, 3, batch_norm),
            norm,
            nn.MaxPool2d(3, 2, ceil_mode=True),
        )
        self.inceptions = nn.ModuleDict()
        channels, entering = 192, {}
        for name, widths in INCEPTIONS.items():
            entering[name] = channels
            self.inceptions[name] = Inception(channels, widths, batch_norm)
            channels = self.inceptions[name].out_channels
        heads = {name: entering[name] for name in ("4b", "4e")} if auxiliary else {}
        self.heads = nn.ModuleDict(
            {name: AuxiliaryHead(width, n_classes, batch_norm) for name, width in heads.items()}
        )
        self.halve = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.classifier = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.4), nn.Linear(channels, n_classes)
        )

    def forward(self, x):
        """Return the scores (N, n_classes); in training mode a list, with those of the heads."""
        x = arguments.images(x, (3, 224, 224), "GoogLeNet")
        x = self.stem(x)
        extra = []
        for name, inception in self.inceptions.items():
            if self.training and name in self.heads:
                extra.append(self.heads[name](x))  # a head looks at what enters this module
            x = inception(x)
            if name in ("3b", "4e"):
                x = self.halve(x)
        scores = self.classifier(x)
        return [scores, *extra] if self.training else scores


def googlenet_loss(outputs, labels, weight=0.3):
    """Cross-entropy of the scores, plus `weight` times that of each auxiliary head (paper, 5)."""
    if isinstance(outputs, torch.Tensor):
        return cross_entropy(outputs, labels)
    main, *extra = [cross_entropy(scores, labels) for scores in outputs]
    return main + weight * sum(extra)


def _conv(in_channels, out_channels, kernel_size, batch_norm, stride=1):
    conv = nn.Conv2d(
        in_channels, out_channels, kernel_size, stride, kernel_size // 2, bias=not batch_norm
    )
    norm = [nn.BatchNorm2d(out_channels, eps=1e-3)] if batch_norm else []
    return nn.Sequential(conv, *norm, nn.ReLU())
