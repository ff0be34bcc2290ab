"""VGG-16: depth from 3x3 filters alone (Lecture 13; Simonyan and Zisserman 2015)."""

from torch import nn

from dlcourse.twins import arguments

# maps of each convolution; after each group the size is halved (configuration D of the paper)
VGG16_GROUPS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))


class VGG16(nn.Module):
    """VGG-16 for images (N, 3, 224, 224): 138,357,544 parameters with 1,000 classes.

    Notes
    -----
    Two 3x3 convolutions see 5x5 pixels and three see 7x7, with fewer weights and more
    nonlinearities than one large filter. Nine tenths of the parameters sit in the dense layers.
    """

    def __init__(self, n_classes=1000):
        super().__init__()
        layers, channels = [], 3
        for group in VGG16_GROUPS:
            for maps in group:
                layers += [nn.Conv2d(channels, maps, 3, padding=1), nn.ReLU()]
                channels = maps
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, n_classes),
        )

    def forward(self, x):
        """Return the scores (N, n_classes) of images (N, 3, 224, 224)."""
        x = arguments.images(x, (3, 224, 224), "VGG-16")
        return self.classifier(self.features(x))
