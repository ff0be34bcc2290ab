"""Train small networks on digits in the middle of a frame, and test them on moved ones.

For lecture 12; run once by hand: ``python dlcourse/samples/make_shifts.py`` (about 15 minutes).
Each network sees 1,437 digits of 8 x 8 in the middle of 14 x 14 pixels, for 12 epochs of Adam in
batches of 64, at four rates, from ten starts; then it reads 360 test digits, moved to the right by
0 to 3 pixels. The frame is a ring (circular pads), so that a border disturbs no comparison. Two
networks are also trained on digits that are moved at random. Max pool and blur pool are trained
three times as long as well, on 1,200 digits, so that 237 validation digits, in the middle, choose
the rate. The last table compares first layers: four filters that are set by hand, drawn at random,
or learned, on the plain digits, at the rate of each that is best on the validation digits.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

HERE = Path(__file__).parent
SEEDS, EPOCHS, BATCH, SIDE, SHIFTS = range(10), 12, 64, 14, range(4)
RATES = (0.001, 0.003, 0.01, 0.03)
MOVED = [("dense", rate, epochs) for epochs in (12, 48) for rate in (0.003, 0.01, 0.03)]
MOVED += [("global maximum", rate, 12) for rate in (0.003, 0.01)]
LONG = ("max pool", "blur pool"), 36  # networks, epochs
TRAINED = 1200  # of 1,437 digits, where the others choose the rate
FILTER_RATES, FILTER_EPOCHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3), 12


def convolution(channels, filters, size, stride=1):
    """Return a convolution on the ring, and its ReLU."""
    pads = {"padding": size // 2, "padding_mode": "circular"}
    return nn.Conv2d(channels, filters, size, stride=stride, **pads), nn.ReLU()


class BlurPool(nn.Module):
    """Max pooling; its maxima are blurred by 1 2 1, and every second one is kept (Zhang 2019)."""

    def forward(self, x):
        x = functional.max_pool2d(functional.pad(x, (0, 1, 0, 1), mode="circular"), 2, stride=1)
        taps = torch.tensor([1.0, 2, 1]) / 4
        w = torch.outer(taps, taps).expand(x.shape[1], 1, 3, 3)
        x = functional.pad(x, (1, 1, 1, 1), mode="circular")
        return functional.conv2d(x, w, stride=2, groups=x.shape[1])


def top(maps):
    """Return the largest number of each map, and a dense layer on them."""
    return nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(maps, 10)


NETWORKS = {
    "dense": lambda: (nn.Flatten(), nn.Linear(SIDE**2, 64), nn.ReLU(), nn.Linear(64, 10)),
    "flatten": lambda: (
        *convolution(1, 8, 3), nn.MaxPool2d(2), *convolution(8, 16, 3),
        nn.Flatten(), nn.Linear(16 * 49, 10),
    ),
    "global maximum": lambda: (*convolution(1, 8, 3), *convolution(8, 32, 5), *top(32)),
    "max pool": lambda: (
        *convolution(1, 8, 3), nn.MaxPool2d(2), *convolution(8, 32, 3), *top(32)
    ),
    "stride 2": lambda: (*convolution(1, 8, 3, stride=2), *convolution(8, 32, 3), *top(32)),
    "blur pool": lambda: (*convolution(1, 8, 3), BlurPool(), *convolution(8, 32, 3), *top(32)),
}  # fmt: skip


def framed(images, across, down):
    """Put images (N, 1, 8, 8) into a frame, moved from its middle by so many pixels each."""
    frames = torch.zeros(len(images), 1, SIDE, SIDE)
    margin = (SIDE - 8) // 2
    rows = margin + down[:, None] + torch.arange(8)  # (N, 8)
    columns = margin + across[:, None] + torch.arange(8)
    at = torch.arange(len(images))[:, None, None]
    frames[at, 0, rows[:, :, None], columns[:, None, :]] = images[:, 0]
    return frames


def digits():
    """Return the digits as tensors: training images and labels, test images and labels."""
    with np.load(HERE / "digits.npz") as arrays:
        X_train, y_train, X_test, y_test = (
            torch.tensor(arrays[name]) for name in ("X_train", "y_train", "X_test", "y_test")
        )
    return X_train / 16, y_train.long(), X_test / 16, y_test.long()


def train(name, rate, seed, *, moved=False, epochs=EPOCHS, first=None):
    """Train one network on (the first) digits, centred or moved at random by up to 3 pixels."""
    images, labels = (array[:first] for array in digits()[:2])
    torch.manual_seed(seed)
    net = nn.Sequential(*NETWORKS[name]())
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    still = torch.zeros(len(images), dtype=torch.int64)
    frames = framed(images, still, still)
    for _ in range(epochs):
        if moved:
            frames = framed(images, *torch.randint(-3, 4, (2, len(images))))
        for rows in torch.randperm(len(images)).split(BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(net(frames[rows]), labels[rows]).backward()
            optimizer.step()
    return net


def read_right(net):
    """Return the percentage of test digits that are classified correctly, for each shift."""
    images, labels = digits()[2:]
    still, found = torch.zeros(len(images), dtype=torch.int64), []
    for shift in SHIFTS:
        with torch.no_grad():
            right = net(framed(images, still + shift, still)).argmax(dim=1) == labels
        found.append(round(100 * right.double().mean().item(), 1))
    return found


def read_validation(net):
    """Return the percentage of centred validation digits that are classified correctly."""
    images, labels = (array[TRAINED:] for array in digits()[:2])
    still = torch.zeros(len(images), dtype=torch.int64)
    with torch.no_grad():
        right = net(framed(images, still, still)).argmax(dim=1) == labels
    return round(100 * right.double().mean().item(), 1)


def trained_long(name):
    """Return a network's percentages after long training, at each rate and from each start."""
    valid, test = {}, {}
    for rate in RATES:
        nets = [train(name, rate, seed, epochs=LONG[1], first=TRAINED) for seed in SEEDS]
        valid[str(rate)] = [read_validation(net) for net in nets]
        test[str(rate)] = [read_right(net) for net in nets]
    best = max(RATES, key=lambda rate: sum(valid[str(rate)]))
    assert best in RATES[1:-1], f"{name}: the best rate lies at the grid's edge"
    return {"rate": best, "valid": valid, "test": test}


LINES = torch.tensor([
    [[-1.0, 2, -1], [-1, 2, -1], [-1, 2, -1]],
    [[-1.0, -1, -1], [2, 2, 2], [-1, -1, -1]],
    [[2.0, -1, -1], [-1, 2, -1], [-1, -1, 2]],
    [[-1.0, -1, 2], [-1, 2, -1], [2, -1, -1]],
]) / 3  # fmt: skip


EDGES = torch.tensor([
    [[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    [[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]],
    [[-2.0, -1, 0], [-1, 0, 1], [0, 1, 2]],
    [[0.0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
])  # fmt: skip


def likeness(filters, patterns):
    """Return how like the nearest of some patterns filters are: the mean of their best |cosine|."""
    a, b = (
        f.reshape(-1, 9) - f.reshape(-1, 9).mean(dim=1, keepdim=True) for f in (filters, patterns)
    )
    cosines = functional.normalize(a) @ functional.normalize(b).T
    return round(cosines.abs().amax(dim=1).mean().item(), 3)


def first_layer(kind, rate, seed, epochs=FILTER_EPOCHS):
    """Train a dense layer on four pooled filter maps; return it."""
    images, labels = digits()[:2]
    torch.manual_seed(seed)
    layer = nn.Conv2d(1, 4, 3, padding=1)
    if kind != "learned":
        layer.requires_grad_(requires_grad=False)
        layer.bias.zero_()
        layer.weight[:, 0] = LINES if kind == "lines" else torch.randn(4, 3, 3) * LINES.std()
    net = nn.Sequential(layer, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 10))
    free = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(free, lr=rate)
    for _ in range(epochs):
        for rows in torch.randperm(TRAINED).split(BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(net(images[rows]), labels[rows]).backward()
            optimizer.step()
    return net


def read_plain(net):
    """Return the percentages of validation and of test digits that are classified correctly."""
    images, labels, test_images, test_labels = digits()
    with torch.no_grad():
        valid = net(images[TRAINED:]).argmax(dim=1) == labels[TRAINED:]
        test = net(test_images).argmax(dim=1) == test_labels
    return [100 * right.double().mean().item() for right in (valid, test)]


def best_filters(kind):
    """Return what a kind of first layer reaches at the rate that validation digits choose."""
    scores = torch.tensor([
        [read_plain(first_layer(kind, rate, seed)) for seed in SEEDS] for rate in FILTER_RATES
    ])  # fmt: skip
    best = int(scores[:, :, 0].mean(dim=1).argmax())
    assert 0 < best < len(FILTER_RATES) - 1, f"{kind}: the best rate lies at the grid's edge"
    return {
        "rate": FILTER_RATES[best],
        "test": [round(x, 1) for x in scores[best, :, 1].tolist()],
    }


def learned_filters(rate):
    """Return four filters as one training finds them, and how like lines and edges ten sets are."""
    found = {"start": {"lines": [], "edges": []}, "learned": {"lines": [], "edges": []}}
    for seed in SEEDS:
        for when, epochs in (("start", 0), ("learned", FILTER_EPOCHS)):
            filters = first_layer("learned", rate, seed, epochs)[0].weight.detach()
            found[when]["lines"].append(likeness(filters, LINES))
            found[when]["edges"].append(likeness(filters, EDGES))
            if seed == SEEDS[0]:
                found[when]["filters"] = (filters.double() * 1000).round().div(1000).tolist()
    return found


def main():
    torch.set_num_threads(1)
    table = {"centred": {}, "moved": {}, "filters": {}, "long": {}}
    for name in NETWORKS:
        table["centred"][name] = {
            str(rate): [read_right(train(name, rate, seed)) for seed in SEEDS] for rate in RATES
        }
        table["centred"][name]["untrained"] = [
            read_right(train(name, 0.0, seed, epochs=0)) for seed in SEEDS
        ]
    for name, rate, epochs in MOVED:
        nets = (train(name, rate, seed, moved=True, epochs=epochs) for seed in SEEDS)
        table["moved"][f"{name}, {epochs} epochs, {rate}"] = [read_right(net) for net in nets]
    for kind in ("lines", "random", "learned"):
        table["filters"][kind] = best_filters(kind)
    table["looks"] = learned_filters(table["filters"]["learned"]["rate"])
    for name in LONG[0]:
        table["long"][name] = trained_long(name)
    (HERE / "shifts.json").write_text(json.dumps(table) + "\n", "utf-8")


if __name__ == "__main__":
    main()
