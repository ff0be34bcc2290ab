"""ResNet: each block learns what to add to its input (Lecture 13; He and others 2016)."""

from torch import nn

# blocks of each of the four stages, and whether they are bottlenecks
RESNETS = {
    18: ((2, 2, 2, 2), False),
    34: ((3, 4, 6, 3), False),
    50: ((3, 4, 6, 3), True),
    101: ((3, 4, 23, 3), True),
    152: ((3, 8, 36, 3), True),
}
EXPANSION = 4  # a bottleneck gives four times the maps that it works with


def residual_module(channels):
    """Build the simplest residual block: two 3x3 convolutions with batch norm, identity shortcut.

    Parameters
    ----------
    channels : int
        Maps of the input, and of the output.

    Returns
    -------
    torch.nn.Module
        Carries (N, channels, H, W) to the same shape: ``relu(x + bn(conv(relu(bn(conv(x))))))``.
    """
    return ResidualBlock(channels, channels)


class ResidualBlock(nn.Module):
    """Convolutions with batch norm on one path, the input on the other, ReLU after the sum.

    Parameters
    ----------
    in_channels, width : int
        Maps of the input, and of the block's inner convolutions.
    stride : int
        Of the first 3x3 convolution.
    bottleneck : bool
        False: two 3x3 convolutions, `width` output maps. True: 1x1, 3x3, 1x1 with ``4 * width``
        output maps.

    Notes
    -----
    Where the shape changes, a 1x1 convolution with batch norm (a projection) takes the identity's
    place. A bottleneck's stride sits on its 3x3 convolution, as in most published weights; the
    paper has it on the first 1x1, with as many parameters.
    """

    def __init__(self, in_channels, width, stride=1, bottleneck=False):
        super().__init__()
        if bottleneck:
            out_channels = EXPANSION * width
            self.path = nn.Sequential(
                *_conv(in_channels, width, 1),
                nn.ReLU(),
                *_conv(width, width, 3, stride),
                nn.ReLU(),
                *_conv(width, out_channels, 1),
            )
        else:
            out_channels = width
            self.path = nn.Sequential(
                *_conv(in_channels, width, 3, stride), nn.ReLU(), *_conv(width, width, 3)
            )
        self.shortcut = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(*_conv(in_channels, out_channels, 1, stride))
        self.relu = nn.ReLU()

    def forward(self, x):
        """Return the block's maps: add first, then ReLU."""
        return self.relu(self.path(x) + self.shortcut(x))


class ResNet(nn.Module):
    """ResNet-18, 34, 50, 101 or 152 for colour images, 224x224 as a rule.

    Parameters
    ----------
    depth : {18, 34, 50, 101, 152}
        Layers with weights; with 1,000 classes 11,689,512, 21,797,672, 25,557,032, 44,549,160 and
        60,192,808 parameters.
    n_classes : int

    Notes
    -----
    Convolutions have no bias: batch norm's beta does its work. Weights start from He's normal
    distribution over the outputs.
    """

    def __init__(self, depth, n_classes=1000):
        super().__init__()
        if depth not in RESNETS:
            raise ValueError(f"got depth={depth!r}; the paper has {sorted(RESNETS)}")
        blocks, bottleneck = RESNETS[depth]
        self.stem = nn.Sequential(*_conv(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        stages, channels = [], 64
        for stage, count in enumerate(blocks):
            width = 64 * 2**stage
            stride = 1 if stage == 0 else 2  # the stem's pooling has halved the first already
            layers = []
            for i in range(count):
                layers.append(ResidualBlock(channels, width, stride if i == 0 else 1, bottleneck))
                channels = EXPANSION * width if bottleneck else width
            stages.append(nn.Sequential(*layers))
        self.stages = nn.Sequential(*stages)
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, n_classes)
        )
        self.apply(_he)

    def forward(self, x):
        """Return the scores (N, n_classes) of images (N, 3, H, W)."""
        return self.head(self.stages(self.stem(x)))


def _conv(in_channels, out_channels, kernel_size, stride=1):
    conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, kernel_size // 2, bias=False)
    return conv, nn.BatchNorm2d(out_channels)


def _he(module):
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
