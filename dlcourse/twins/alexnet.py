"""AlexNet, the network that won ILSVRC 2012 (Lecture 13; Krizhevsky, Sutskever, Hinton 2012).

Five convolutions and three dense layers, ReLU throughout, overlapping max pooling, local response
normalization after the first two convolutions, dropout before two dense layers.
"""

from torch import nn

from dlcourse.twins import arguments


class AlexNet(nn.Module):
    """AlexNet for images (N, 3, 227, 227).

    Parameters
    ----------
    n_classes : int
    towers : {1, 2}
        1: every filter sees every channel, 62,378,344 parameters. 2: the original, whose second,
        fourth and fifth convolution are cut in halves for two GPUs, 60,965,224 parameters.

    Notes
    -----
    The paper says 224 pixels; its 55x55 first maps need 227 (filter 11, stride 4, no padding).
    Torch's local response norm divides alpha by the window's size, the paper's does not; hence
    the factor 5.
    """

    def __init__(self, n_classes=1000, towers=1):
        super().__init__()
        if towers not in (1, 2):
            raise ValueError(f"got towers={towers!r}; AlexNet has 1 or 2")
        self.features = nn.Sequential(
            *_conv(3, 96, 11, stride=4),
            nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0),
            nn.MaxPool2d(3, 2),
            *_conv(96, 256, 5, padding=2, groups=towers),
            nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0),
            nn.MaxPool2d(3, 2),
            *_conv(256, 384, 3, padding=1),
            *_conv(384, 384, 3, padding=1, groups=towers),
            *_conv(384, 256, 3, padding=1, groups=towers),
            nn.MaxPool2d(3, 2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Linear(4096, n_classes),
        )

    def forward(self, x):
        """Return the scores (N, n_classes) of images (N, 3, 227, 227)."""
        x = arguments.images(x, (3, 227, 227), "AlexNet")
        return self.classifier(self.features(x))


def _conv(in_channels, out_channels, kernel_size, **options):
    return nn.Conv2d(in_channels, out_channels, kernel_size, **options), nn.ReLU()
