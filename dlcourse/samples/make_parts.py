"""Try single parts of old networks on the digits, for lecture 13: norms, heads, output layers.

Run once by hand: ``python dlcourse/samples/make_parts.py`` (about ten minutes). Each
variant meets the same digits with several rates of Adam and several starts; the rate with the
lowest mean validation loss is chosen for each budget, and the numbers of that rate are committed.

What is committed comes from two processors: the heads, with "none" and "batch norm" of the norms,
from one, LRN, "one factor" and the output layers from another. Where both ran, means agree within
1.3 points; single starts of averages with batch norm differ by up to 8.
"""

import json
import runpy
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

HERE = Path(__file__).parent
ROWS = 1200
SEEDS, RATES, EPOCHS = range(10), [0.001, 0.003, 0.01, 0.03, 0.1, 0.3], (4, 16)
CODES = runpy.run_path(str(HERE.parent / "lenet5.py"))["DIGIT_CODES"]


def digits():
    """Images (N, 1, 8, 8) and labels: 1,200 digits to train on, 237 for validation, 360 to test."""
    with np.load(HERE / "digits.npz") as stored:
        X = np.concatenate([stored["X_train"], stored["X_test"]]) / np.float32(16)
        y = np.concatenate([stored["y_train"], stored["y_test"]]).astype(int)
    X, y = torch.tensor(X, dtype=torch.float32).reshape(-1, 1, 8, 8), torch.tensor(y)
    return [(X[part], y[part]) for part in (slice(ROWS), slice(ROWS, 1437), slice(1437, None))]


class Distances(nn.Module):
    """LeNet-5's output: squared distances to fixed pictures of the digits, as negative scores."""

    def __init__(self):
        super().__init__()
        self.register_buffer("codes", torch.tensor(CODES))

    def forward(self, x):
        return -((x[:, None] - self.codes) ** 2).sum(dim=2)


class Squash(nn.Module):
    """The tanh of LeNet-5."""

    def forward(self, x):
        return 1.7159 * torch.tanh(x * 2 / 3)


def body(norm, pooled):
    """Two convolutions of 16 and 32 maps; the maps are flattened, or averaged each."""
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)]
    head = head if pooled else [nn.Flatten(), nn.Linear(512, 10)]
    first, second = nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)
    layers = [first, nn.ReLU(), *norm(16), nn.MaxPool2d(2), second, nn.ReLU(), *norm(32)]
    return nn.Sequential(*layers, *head)


def lrn(alpha):
    """Local response normalization as in the paper, which does not divide alpha by the size."""
    return lambda maps: [nn.LocalResponseNorm(5, alpha=5 * alpha, beta=0.75, k=2.0)]


def nothing(maps):
    return []


class Constant(nn.Module):
    """What LRN does to activations of size 1: it multiplies by 2 to the power -0.75."""

    def forward(self, x):
        return 0.595 * x


def constant(maps):
    return [Constant()]


def batch_norm(maps):
    return [nn.BatchNorm2d(maps)]


def lenet(output):
    """LeNet-5's layers, C3 seeing all maps, on digits enlarged threefold."""
    layers = [nn.Upsample(scale_factor=3), nn.ZeroPad2d(4)]
    for a, b in ((1, 6), (6, 16)):
        layers += [nn.Conv2d(a, b, 5), Squash(), nn.AvgPool2d(2)]
    layers += [nn.Conv2d(16, 120, 5), Squash(), nn.Flatten(), nn.Linear(120, 84), Squash()]
    return nn.Sequential(*layers, output())


def distance_loss(scores, y):
    """The mean squared distance to the right picture, which alone is asked for."""
    return -scores.gather(1, y[:, None]).mean()


def penalty_loss(scores, y):
    """The paper's second criterion: it pushes the wrong pictures away as well."""
    rubbish = torch.full((len(scores), 1), -0.1)
    return cross_entropy(torch.cat([scores, rubbish], dim=1), y)


NORMS = {
    "none": lambda: body(nothing, False),
    "LRN": lambda: body(lrn(1e-4), False),
    "one factor": lambda: body(constant, False),
    "LRN, α = 1": lambda: body(lrn(1.0), False),
    "batch norm": lambda: body(batch_norm, False),
}
HEADS = {
    "flatten": NORMS["none"],
    "average": lambda: body(nothing, True),
    "flatten, batch norm": NORMS["batch norm"],
    "average, batch norm": lambda: body(batch_norm, True),
}
OUTPUTS = {
    "distances": (lambda: lenet(Distances), distance_loss),
    "distances, penalty": (lambda: lenet(Distances), penalty_loss),
    "softmax": (lambda: lenet(lambda: nn.Linear(84, 10)), cross_entropy),
}


def shifted(X):
    """Every image one pixel to the right."""
    return nn.functional.pad(X, (1, 0))[..., :-1]


def alike(rows):
    """Mean absolute cosine of two different rows, each without its mean."""
    rows = rows - rows.mean(dim=1, keepdim=True)
    rows = nn.functional.normalize(rows, dim=1)
    cosines = (rows @ rows.T).abs()
    n = len(rows)
    return float((cosines.sum() - cosines.trace()) / (n * (n - 1)))


@torch.no_grad()
def look(network, loss, sets):
    """Validation loss; % right of test digits and shifted ones; how alike filters and maps are."""
    network.eval()
    (_, _), (X_val, y_val), (X, y) = sets
    share = [100 * float((network(x).argmax(1) == y).float().mean()) for x in (X, shifted(X))]
    filters = next(layer for layer in network if isinstance(layer, nn.Conv2d))
    maps = network[: list(network).index(filters) + 2](X)  # rectified or squashed
    variety = alike(filters.weight.flatten(1)), alike(maps.transpose(0, 1).flatten(1))
    return [float(loss(network(X_val), y_val)), *share, *variety]


def train(build, loss, rate, seed, looks, sets):
    """One network; what `look` finds at the start and at each look."""
    torch.manual_seed(seed)
    network = build()
    optimizer, found = torch.optim.Adam(network.parameters(), lr=rate), [look(network, loss, sets)]
    X, y = sets[0]
    for epoch in range(1, max(looks) + 1):
        network.train()
        for rows in torch.randperm(len(X)).split(64):
            optimizer.zero_grad()
            loss(network(X[rows]), y[rows]).backward()
            optimizer.step()
        if epoch in looks:
            found.append(look(network, loss, sets))
    return found


def chosen(build, loss=cross_entropy, seeds=SEEDS, looks=EPOCHS, rates=RATES):
    """Untrained, and for each look at the rate chosen on the validation digits."""
    sets = digits()
    runs = np.array([[train(build, loss, r, s, looks, sets) for s in seeds] for r in rates])
    rows = []
    for k, epochs in enumerate((0, *looks)):
        mean = np.nan_to_num(runs[:, :, k, 0], nan=99).mean(axis=1)
        best = 0 if epochs == 0 else int(mean.argmin())
        _, test, moved, filters, maps = np.round(runs[best, :, k].T, 3).tolist()
        rows.append(
            {
                "epochs": epochs,
                "rate": rates[best],
                "validation": [float(f"{v:.3g}") for v in mean],
                "test": [round(v, 1) for v in test],
                "shifted": [round(v, 1) for v in moved],
                "filters": filters,
                "maps": maps,
            }
        )
    return rows


def main():
    torch.set_num_threads(1)
    table = {"norms": {}, "heads": {}, "outputs": {}}
    for part, variants in (("norms", NORMS), ("heads", HEADS)):
        for name, build in variants.items():
            same = [n for n, other in NORMS.items() if other is build and part == "heads"]
            table[part][name] = table["norms"][same[0]] if same else chosen(build)
    for name, (build, loss) in OUTPUTS.items():
        table["outputs"][name] = chosen(build, loss, range(5), (1, 2, 4, 8))
    (HERE / "parts.json").write_text(json.dumps(table) + "\n", "utf-8")


if __name__ == "__main__":
    main()
