ANSWERS = {
    "a class of its own": """
import torch.nn as nn
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        identity = x
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return F.relu(out)


def residual_module(channels):
    return ResidualBlock(channels)
""",
    "with biases, norms first, padding by its name": """
def residual_module(channels):
    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.norms = torch.nn.ModuleList(torch.nn.BatchNorm2d(channels) for _ in range(2))
            self.convs = torch.nn.ModuleList(
                torch.nn.Conv2d(channels, channels, 3, padding="same") for _ in range(2)
            )

        def forward(self, x):
            out = self.norms[0](self.convs[0](x)).clamp(min=0)
            return torch.relu(self.norms[1](self.convs[1](out)) + x)

    return Block()
""",
    "the second half is made first, one bias": """
from torch import nn


def half(channels, bias):
    return nn.Sequential(
        nn.Conv2d(channels, channels, (3, 3), (1, 1), (1, 1), bias=bias), nn.BatchNorm2d(channels)
    )


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.second = half(channels, True)
        self.relu = nn.ReLU(inplace=True)
        self.first = half(channels, False)

    def forward(self, x):
        return self.relu(self.second(self.relu(self.first(x))) + x)


residual_module = lambda channels: Block(channels)
""",
    "norms in the other order than convolutions": """
def residual_module(channels):
    module = torch.nn.Module()
    conv = lambda: torch.nn.Conv2d(channels, channels, 3, padding=1)
    module.conv1, module.conv2 = conv(), conv()
    module.after2, module.after1 = [torch.nn.BatchNorm2d(channels) for _ in range(2)]

    def forward(x):
        hidden = module.after1(module.conv1(x)).relu()
        return (x + module.after2(module.conv2(hidden))).relu()

    module.forward = forward
    return module
""",
    "a wrapper that adds, last scale at 0, He's weights": [
        '''
from torch import nn


class Around(nn.Sequential):
    """What it holds, plus what comes in."""

    def forward(self, x):
        return x + super().forward(x)
''',
        """
def residual_module(channels):
    block = nn.Sequential(
        Around(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        ),
        nn.ReLU(),
    )
    for m in block.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight)
    nn.init.zeros_(block[0][4].weight)
    print(block)
    return block
""",
    ],
}
