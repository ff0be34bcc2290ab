"""Train a small network on the digits with known bugs and read its instruments, for lecture 17.

Run once by hand: ``python dlcourse/samples/make_clinic.py`` (two minutes). The sound script: 64
pixels, two hidden layers of 64 ReLU units with batch norm and dropout 0.3 behind the first, He's
weights (a tenth of them in the last layer), batches of 32, plain descent at rate 0.1, 6 epochs over
1,137 digits; 300 others validate. What is committed, each for ten starts:

- "readings": for the sound script and each of twelve bugs, every instrument of `INSTRUMENTS`;
- "one fix": validation percentages with eight bugs at once, and with one of them mended;
- "paths": the same along two orders of mending, from all eight bugs to none.

A reading that is no finite number is stored as null; training ends at the first such loss.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).parent
STARTS, TRAINING, BATCH, EPOCHS, RATE = 10, 1137, 32, 6, 0.1
BUGS = [
    "rows shuffled, labels not",
    "labels off by one",
    "weights all zero",
    "weights ten times too large",
    "softmax twice",
    "gradients never cleared",
    "rate a hundred times too large",
    "rows sorted by class",
    "no eval()",
    "validation rows in the training set",
    "validation rows scaled by their own statistics",
    "a layer left out of the optimizer",
]
EIGHT = [*BUGS[:2], *BUGS[3:6], *BUGS[8:11]]
PATHS = [
    [EIGHT[i] for i in (3, 4, 0, 1, 2, 5, 7, 6)],
    [EIGHT[i] for i in (6, 7, 5, 2, 4, 3, 0, 1)],
]
INSTRUMENTS = {
    "first loss": "the loss of the first batch, before any step",
    "one batch": "the loss of one batch after 100 steps on it alone",
    "training": "percentage of the training rows that the script counts as right",
    "validation": "the same of the validation rows",
    "smallest update": "smallest ratio of a step to its weight matrix, after the first batch",
    "largest update": "largest of these ratios",
    "twice": "largest difference of two scores of the same validation rows",
    "classes": "classes in a batch, mean of the first epoch",
    "duplicates": "validation rows that stand in the training set, too",
    "spread": "standard deviation of the scaled validation pixels",
    "next class": "percentage of the validation rows that are read as the next class",
}


def digits():
    """Pixels and labels of the 1,437 digits for training and validation."""
    with np.load(HERE / "digits.npz") as stored:
        X, y = stored["X_train"].reshape(-1, 64) / 16, stored["y_train"]
    return torch.tensor(X).float(), torch.tensor(y.astype(int))


class Script:
    """One training script with some bugs, at its start."""

    def __init__(self, bugs, seed):
        self.bugs, self.drawn = set(bugs), torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)
        X, y = digits()
        order = torch.randperm(len(X), generator=self.drawn)
        X, y = X[order], y[order]
        self.X_val, self.y_val = X[TRAINING:], y[TRAINING:]
        leaks = "validation rows in the training set" in self.bugs
        self.X, self.y = (X, y) if leaks else (X[:TRAINING], y[:TRAINING])
        self.raw = self.X, self.X_val
        mean, std = self.X.mean(0), self.X.std(0) + 0.05  # some pixels are the same in all digits
        self.X = (self.X - mean) / std
        if "validation rows scaled by their own statistics" in self.bugs:
            mean, std = self.X_val.mean(), self.X_val.std()
        self.X_val = (self.X_val - mean) / std
        if "rows sorted by class" in self.bugs:
            order = self.y.argsort()
            self.X, self.y = self.X[order], self.y[order]
        if "rows shuffled, labels not" in self.bugs:
            self.X = self.X[torch.randperm(len(self.X), generator=self.drawn)]
        self.targets = (self.y + 1) % 10 if "labels off by one" in self.bugs else self.y
        self._network()

    def _network(self):
        dense = [nn.Linear(64, n) for n in (64, 64, 10)]
        block = [dense[0], nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.3)]
        self.net = nn.Sequential(*block, dense[1], nn.ReLU(), dense[2])
        for layer in dense:
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
        dense[2].weight.data *= 0.1
        for layer in dense:
            factors = {"weights all zero": 0, "weights ten times too large": 10}
            layer.weight.data *= math.prod(f for bug, f in factors.items() if bug in self.bugs)
        out = "a layer left out of the optimizer" in self.bugs
        free = [p for layer in list(self.net)[1 if out else 0 :] for p in layer.parameters()]
        much = "rate a hundred times too large" in self.bugs
        self.optimizer = torch.optim.SGD(free, lr=RATE * (100 if much else 1))

    def loss(self, rows, targets):
        scores = self.net(rows)
        if "softmax twice" in self.bugs:
            scores = scores.softmax(1)
        return nn.functional.cross_entropy(scores, targets)

    def step(self, batch):
        """Take one step on some rows; return their loss before it."""
        self.net.train()
        if "gradients never cleared" not in self.bugs:
            self.optimizer.zero_grad()
        loss = self.loss(self.X[batch], self.targets[batch])
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def batches(self):
        """The rows of an epoch, by the batch."""
        if "rows sorted by class" in self.bugs:
            return torch.arange(len(self.X)).split(BATCH)
        return torch.randperm(len(self.X), generator=self.drawn).split(BATCH)

    def train(self):
        for _ in range(EPOCHS):
            for batch in self.batches():
                if len(batch) > 1 and not math.isfinite(self.step(batch)):
                    return self
        return self

    def scores(self, rows):
        self.net.train("no eval()" in self.bugs)
        with torch.no_grad():
            return self.net(rows)

    def share(self, rows, labels):
        """Percentage of rows read as their labels; scores that are no numbers read nothing."""
        scores = self.scores(rows)
        right = (scores.argmax(1) == labels) & scores.isfinite().all(1)
        return 100 * right.double().mean().item()


def updates(script):
    """The ratios of one step to each weight matrix; 0 where nothing moved."""
    matrices = [p for p in script.net.parameters() if p.ndim == 2]
    before = [W.detach().clone() for W in matrices]
    script.step(script.batches()[0])
    moved = [(W - old).norm().item() for W, old in zip(matrices, before, strict=True)]
    sizes = [old.norm().item() for old in before]
    return [m and (m / size if size else math.inf) for m, size in zip(moved, sizes, strict=True)]


def read(bugs, seed):
    """All instruments of a script: a fresh one for each that trains."""
    script = Script(bugs, seed)
    epoch = script.batches()
    with torch.no_grad():
        first = script.loss(script.X[epoch[0]], script.targets[epoch[0]]).item()
    memorized = Script(bugs, seed)
    for _ in range(101):
        last = memorized.step(epoch[0])
        if not math.isfinite(last):
            break
    ratios = updates(Script(bugs, seed))
    trained = Script(bugs, seed).train()
    rows, labels = trained.X_val, trained.y_val
    known = {row.numpy().tobytes() for row in trained.raw[0]}
    found = [
        first, last, trained.share(trained.X, trained.targets), trained.share(rows, labels),
        min(ratios), max(ratios), (trained.scores(rows) - trained.scores(rows)).abs().max().item(),
        float(np.mean([len(set(script.y[batch].tolist())) for batch in epoch])),
        sum(row.numpy().tobytes() in known for row in trained.raw[1]), rows.std().item(),
        trained.share(rows, (labels + 1) % 10),
    ]  # fmt: skip
    return dict(zip(INSTRUMENTS, found, strict=True))


def shortened(value):
    return float(f"{value:.4g}") if math.isfinite(value) else None


def validation(bugs):
    scripts = [Script(bugs, seed).train() for seed in range(STARTS)]
    return [shortened(script.share(script.X_val, script.y_val)) for script in scripts]


def main():
    torch.set_num_threads(1)
    readings = {}
    for bug in ("none", *BUGS):
        reports = [read({bug}, seed) for seed in range(STARTS)]
        readings[bug] = {k: [shortened(report[k]) for report in reports] for k in INSTRUMENTS}
        print(bug, {k: v[:3] for k, v in readings[bug].items()}, flush=True)
    mended = {"none": validation(EIGHT)}
    mended |= {bug: validation([b for b in EIGHT if b != bug]) for bug in EIGHT}
    paths = []
    for order in PATHS:
        left = [order[k + 1 :] for k in range(len(order))]
        paths.append({"order": order, "validation": [mended["none"], *map(validation, left)]})
    table = {"instruments": INSTRUMENTS, "eight": EIGHT, "readings": readings}
    table |= {"one fix": mended, "paths": paths}
    (HERE / "clinic.json").write_text(json.dumps(table) + "\n", "utf-8")


if __name__ == "__main__":
    main()
