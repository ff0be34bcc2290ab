"""Measure for lecture 16 what reused layers are worth, and store it.

    python dlcourse/samples/make_transfer.py        (about 20 minutes on one core)

or with the names of parts. ``transfer.json`` keeps what every start reached, ``borrowed.npz`` one
trained source network. Each rival's rate is the one with the best mean on validation images over
other starts (three, or five in two parts with dense layers) than the ten that are judged on test
images.
Two budgets of steps are stored, each with its own rate. In all parts the source knows the digits 5
to 9 and the target asks for 0 to 4, unless a part says otherwise.
"""

import json
import sys
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from dlcourse.reference.sampling import same_pairs
from dlcourse.reference.unsupervised import autoencoder_gradients, rbm_cd1

HERE = Path(__file__).parent
SEEDS, CHOOSERS = range(10), range(100, 103)
DENSE_CHOOSERS = range(100, 105)  # of the parts with dense layers, which are cheap
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)  # of the parts with dense layers
WIDE_RATES = (0.0003, *RATES, 1.0)
VALID = 300  # the last training digits judge rates, and give no labels
with np.load(HERE / "digits.npz") as digits:
    X, X_TEST = (torch.tensor(digits[f"X_{p}"] / 16).float() for p in ("train", "test"))
    y, Y_TEST = (torch.tensor(digits[f"y_{p}"].astype(np.int64)) for p in ("train", "test"))


# ---- what is shared: training, the choice of a rate, the verdict ----


def he(net, draws):
    for m in net.modules():
        if isinstance(m, nn.Linear | nn.Conv2d):
            start = torch.randn(m.weight.shape, generator=draws)
            m.weight.data.copy_(start * (2 / m.weight[0].numel()) ** 0.5)
            nn.init.zeros_(m.bias)
    return net


def train(layers, images, labels, groups, looks, draws, judge, batch=32):
    """Adam on random batches; `groups` is (parameters, rate) pairs; `judge` at every look."""
    adam = torch.optim.Adam([{"params": list(p), "lr": r} for p, r in groups])
    found = []
    for t in range(1, max(looks) + 1):
        if batch is None:
            a, b = images, labels
        elif callable(images):
            a, b = images(batch)
        else:
            rows = torch.randint(len(images), (min(batch, len(images)),), generator=draws)
            a, b = images[rows], labels[rows]
        adam.zero_grad()
        cross_entropy(layers(a), b).backward()
        adam.step()
        if t in looks:
            with torch.no_grad():
                found.append(judge(layers))
    return found


def percent(net, images, labels):
    return 100 * (net(images).argmax(dim=1) == labels).float().mean().item()


def duel(run, looks, rates):
    """For each look: the rate of the best validation mean, and the test percentages of ten starts.

    `run(rate, seed, looks)` gives (validation, test) for each look.
    """
    tried = np.array([[run(r, s, looks) for s in CHOOSERS] for r in rates])[..., 0].mean(axis=1)
    kept, runs = [], {}
    for k, look in enumerate(looks):
        best = int(tried[:, k].argmax())
        if best not in runs:
            runs[best] = np.array([run(rates[best], s, looks) for s in SEEDS])
        test = runs[best][:, k, 1].round(1).tolist()
        row = {"steps": look, "rate": rates[best], "validation": tried[:, k].round(1).tolist()}
        kept.append({**row, "test": test})
    return kept


def few(labels, classes, count, draws):
    """The rows of `count` labelled images of each class, none of them for validation."""
    free = labels[:-VALID]
    rows = [torch.nonzero(free == c)[:, 0] for c in classes]
    return torch.cat([r[torch.randperm(len(r), generator=draws)[:count]] for r in rows])


# ---- canvases: a digit at a random place of a noisy 16x16 image, three convolutions ----

CANVAS_LABELS, CANVAS_LOOKS, CANVAS_BATCH = (2, 10, 50), (100, 200), 16
CANVAS_RATES = {
    "tuned": (0.001, 0.003, 0.01, 0.03),
    "frozen": (0.003, 0.01, 0.03, 0.1, 0.3),
    "head alone": (0.01, 0.03, 0.1, 0.3, 1.0),  # all three blocks are frozen
    "slower": (0.003, 0.01, 0.03, 0.1),
    "thawed": (0.003, 0.01, 0.03, 0.1, 0.3),
}


def place(digits, draws, noise=0.3):
    n = len(digits)
    canvas = noise * torch.rand(n, 1, 16, 16, generator=draws)
    top = torch.randint(0, 9, (n, 2), generator=draws)
    rows, near = torch.arange(n)[:, None, None], torch.arange(8)
    canvas[rows, 0, (top[:, :1] + near)[:, :, None], (top[:, 1:] + near)[:, None]] += digits[:, 0]
    return canvas


def convolutions():
    last = nn.Sequential(
        nn.Conv2d(24, 32, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten()
    )
    net = nn.ModuleList(
        [
            nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            nn.Sequential(nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            last,
            nn.Linear(32, 5),
        ]
    )
    return net.to(memory_format=torch.channels_last)  # faster on a CPU


def pixels_moved(digits):
    """The same pixels, in one fixed random order: edges and strokes are gone."""
    order = torch.randperm(64, generator=torch.Generator().manual_seed(1))
    return digits.flatten(1)[:, order].reshape(-1, 1, 8, 8)


@cache
def source(kind, seed):
    draws = torch.Generator().manual_seed(10_000 + seed)
    net = he(convolutions(), draws)
    if kind == "untrained":
        return net, 0.0
    change = pixels_moved if kind == "pixels moved" else (lambda digits: digits)
    known, tests = y >= 5, Y_TEST >= 5
    digits, labels = change(X[known]), y[known] - 5

    def fresh(batch):
        rows = torch.randint(len(digits), (batch,), generator=draws)
        return place(digits[rows], draws), labels[rows]

    layers = nn.Sequential(*net)
    judged = place(change(X_TEST[tests]), draws)
    read = train(
        layers, fresh, None, [(layers.parameters(), 3e-3)], (600,), draws,
        lambda own: percent(own, judged, Y_TEST[tests] - 5),
    )  # fmt: skip
    return net, read[0]


JUDGES = torch.Generator().manual_seed(999)
TARGET = Y_TEST < 5
CANVAS_TEST = torch.cat([place(X_TEST[TARGET], JUDGES) for _ in range(3)])
CANVAS_TEST_LABELS = Y_TEST[TARGET].repeat(3)
OTHERS = torch.nonzero(y[-VALID:] < 5)[:, 0] + len(y) - VALID
CANVAS_VALID, CANVAS_VALID_LABELS = place(X[OTHERS], JUDGES), y[OTHERS]


def canvas_run(kind, k, way, count):
    """A run of `duel`: the first `k` layers of the source, then frozen, tuned, slower or thawed."""

    def run(rate, seed, looks):
        draws = torch.Generator().manual_seed(seed)
        net = he(convolutions(), draws)
        rows = few(y, range(5), count, draws)
        images, labels = place(X[rows], draws), y[rows]
        for own, lent in zip(list(net)[:k], source(kind, seed)[0] if k else (), strict=False):
            own.load_state_dict(lent.state_dict())
        body, head = nn.Sequential(*net[:k]), nn.Sequential(*net[k:])
        valid, test = CANVAS_VALID, CANVAS_TEST
        if way in ("frozen", "thawed"):
            with torch.no_grad():  # what is frozen is computed once
                seen, valid, test = (body(a) for a in (images, valid, test))

        def judge(layers):
            return (
                percent(layers, valid, CANVAS_VALID_LABELS),
                percent(layers, test, CANVAS_TEST_LABELS),
            )

        small = {"batch": CANVAS_BATCH}
        if way == "frozen":
            groups = [(head.parameters(), rate)]
            return train(head, seen, labels, groups, looks, draws, judge, **small)
        whole = nn.Sequential(body, head)
        if way == "thawed":
            valid, test, found = CANVAS_VALID, CANVAS_TEST, []
            for look in looks:  # half of the steps frozen, half with all layers at a tenth
                kept = [
                    {k: v.clone() for k, v in part.state_dict().items()} for part in (body, head)
                ]
                half = (look // 2,)
                train(
                    head,
                    seen,
                    labels,
                    [(head.parameters(), rate)],
                    half,
                    draws,
                    lambda _: 0,
                    **small,
                )
                groups = [(whole.parameters(), rate / 10)]
                found += train(whole, images, labels, groups, half, draws, judge, **small)
                body.load_state_dict(kept[0])
                head.load_state_dict(kept[1])
            return found
        slower = rate / 10 if way == "slower" else rate
        groups = [(body.parameters(), slower), (head.parameters(), rate)]
        return train(whole, images, labels, groups, looks, draws, judge, **small)

    return run


def canvas_rates(kind, k, way):
    return CANVAS_RATES["head alone" if (k, way) == (3, "frozen") else way]


def canvas(count):
    rivals = {"scratch": ("", 0, "tuned")}
    kinds = ("other digits", "pixels moved", "untrained")
    for kind in kinds if count == 10 else kinds[:1]:
        for k in (1, 2, 3):
            rivals[f"{kind}, {k} frozen"] = (kind, k, "frozen")
            if kind != "untrained":  # tuned, untrained layers are scratch
                rivals[f"{kind}, {k} tuned"] = (kind, k, "tuned")
    if count == 10:
        for way in ("slower", "thawed"):
            rivals[f"other digits, 3 {way}"] = ("other digits", 3, way)
    found = {}
    for name, rival in rivals.items():
        found[name] = duel(canvas_run(*rival, count), CANVAS_LOOKS, canvas_rates(*rival))
        print(
            count, name, [(r["rate"], np.mean(r["test"]).round(1)) for r in found[name]], flush=True
        )
    return found


def sources():
    lent = dict(nn.Sequential(*source("other digits", 0)[0][:3]).named_parameters())
    lent = {name: p.detach().numpy().astype(np.float16) for name, p in lent.items()}
    np.savez_compressed(HERE / "borrowed.npz", **lent)
    return {
        kind: [round(source(kind, seed)[1], 1) for seed in SEEDS]
        for kind in ("other digits", "pixels moved")
    }


# ---- dense layers on the digits as they are: networks side by side, whole batches ----


def start(sizes, draws, gain=2.0):
    """Weights (in, out) and biases (1, out) of dense layers; He's deviation by default."""
    return [
        (torch.randn(a, b, generator=draws) * (gain / a) ** 0.5, torch.zeros(1, b))
        for a, b in pairwise(sizes)
    ]


def forward(layers, x, squash=torch.relu):
    for i, (W, b) in enumerate(layers):
        x = x @ W + b
        if i < len(layers) - 1:
            x = squash(x)
    return x


def descend(layers, images, labels, rates, looks, judge, squash=torch.relu):
    """Adam on all layers, each a pair of arrays (R, ...); `rates` has one tensor (R, 1, 1) each."""
    params = [p.clone().requires_grad_() for layer in layers for p in layer]
    rates = [rate for rate in rates for _ in range(2)]
    means, squares = ([torch.zeros_like(p) for p in params] for _ in range(2))
    found = []
    for t in range(1, max(looks) + 1):
        layers = list(zip(params[::2], params[1::2], strict=True))
        scores = forward(layers, images, squash)
        loss = cross_entropy(scores.flatten(0, 1), labels.flatten(), reduction="sum")
        grads = torch.autograd.grad(loss / labels.shape[1], params)  # no network hears of others
        with torch.no_grad():
            for p, g, m, v, rate in zip(params, grads, means, squares, rates, strict=True):
                m.mul_(0.9).add_(g, alpha=0.1)
                v.mul_(0.999).addcmul_(g, g, value=0.001)
                p -= rate * m / (1 - 0.9**t) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)
            if t in looks:
                found.append(judge(layers))
    return found


def judges(classes):
    """Validation and test digits of these classes, flat, with their labels."""
    picked = torch.isin(Y_TEST, torch.tensor(classes))
    valid = torch.nonzero(torch.isin(y[-VALID:], torch.tensor(classes)))[:, 0] + len(y) - VALID
    return (X[valid].flatten(1), y[valid]), (X_TEST[picked].flatten(1), Y_TEST[picked])


def flat_duel(
    begin, lent, way, count, classes, looks, squash=torch.relu, choosers=DENSE_CHOOSERS, tries=RATES
):
    """As `duel`, all seeds and rates side by side; `begin(seed, draws)` gives the layers."""
    seeds, drawn = [*choosers, *SEEDS], []
    for seed in seeds:
        draws = torch.Generator().manual_seed(seed)
        layers = begin(seed, draws)
        drawn.append((layers, few(y, classes, count, draws)))
    layers = [
        tuple(torch.stack([own[k][i] for own, _ in drawn]).repeat(len(tries), 1, 1) for i in (0, 1))
        for k in range(len(drawn[0][0]))
    ]
    rows = torch.stack([own for _, own in drawn]).repeat(len(tries), 1)
    rate = torch.tensor(tries).repeat_interleave(len(seeds))[:, None, None]
    images, labels = X[rows].flatten(2), y[rows]
    (valid, valid_labels), (tests, test_labels) = judges(classes)
    rates = [rate] * len(layers)
    if way == "frozen":  # what is frozen is computed once
        for W, b in layers[:lent]:
            images, valid, tests = (squash(a @ W + b) for a in (images, valid, tests))
        layers, rates = layers[lent:], rates[lent:]

    def judge(layers):
        pairs = (valid, valid_labels), (tests, test_labels)
        return [
            (forward(layers, a, squash).argmax(dim=2) == b).float().mean(dim=1) for a, b in pairs
        ]

    kept = []
    for look, found in zip(
        looks, descend(layers, images, labels, rates, looks, judge, squash), strict=True
    ):
        chosen, judged = (100 * part.double().reshape(len(tries), -1).numpy() for part in found)
        tried = chosen[:, : len(choosers)].mean(axis=1)
        best = int(tried.argmax())
        row = {"steps": look, "rate": tries[best], "validation": tried.round(1).tolist()}
        kept.append({**row, "test": judged[best, len(choosers) :].round(1).tolist()})
    return kept


# ---- the easy target: the same digits as they are ----

EASY_LABELS, EASY_LOOKS, EASY_SIZES = (1, 2), (150, 300), (64, 48, 48, 48, 5)


@cache
def easy_source(seed):
    draws = torch.Generator().manual_seed(20_000 + seed)
    digits, labels = X[y >= 5].flatten(1), y[y >= 5] - 5
    layers = [tuple(p[None] for p in layer) for layer in start(EASY_SIZES, draws)]
    rates = [torch.tensor(0.003)] * len(layers)
    [trained] = descend(layers, digits[None], labels[None], rates, (400,), lambda own: own)
    return [(W[0].detach(), b[0].detach()) for W, b in trained]


def easy():
    found = {}
    rivals = [("", 0, "tuned")]
    rivals += [("other digits", k, way) for k in (1, 2, 3) for way in ("frozen", "tuned")]
    rivals += [("untrained", k, "frozen") for k in (1, 2, 3)]
    for count in EASY_LABELS:
        for kind, k, way in rivals:

            def begin(seed, draws, kind=kind, k=k):
                own = start(EASY_SIZES, draws)
                return easy_source(seed)[:k] + own[k:] if kind == "other digits" else own

            name = f"{kind}, {k} {way}" if k else "scratch"
            rows = flat_duel(begin, k, way, count, range(5), EASY_LOOKS)
            found.setdefault(name, {})[str(count)] = rows
    return found


# ---- without labels: 64 sigmoid units from an RBM or an autoencoder ----

CODE_LABELS, CODE_LOOKS = (1, 3), (200, 400)
UNLABELLED = X[:-VALID].flatten(1).numpy()


@cache
def autoencoder(seed, steps=1500, units=64, lr=3e-3):
    """To the code, W1 and b1, by Adam on batches of 64 images."""
    rng = np.random.default_rng(30_000 + seed)
    params = [rng.normal(size=(64, units)) / 8, np.zeros(units)]
    params += [rng.normal(size=(units, 64)) / np.sqrt(units), np.zeros(64)]
    params = [p.astype(np.float32) for p in params]
    means, squares = ([np.zeros_like(p) for p in params] for _ in range(2))
    for t in range(1, steps + 1):
        rows = rng.integers(len(UNLABELLED), size=64)
        for i, g in enumerate(autoencoder_gradients(UNLABELLED[rows], *params)[1:]):
            means[i] = 0.9 * means[i] + 0.1 * g
            squares[i] = 0.999 * squares[i] + 0.001 * g**2
            step = means[i] / (1 - 0.9**t) / (np.sqrt(squares[i] / (1 - 0.999**t)) + 1e-8)
            params[i] = params[i] - lr * step
    return params


@cache
def boltzmann(seed, epochs=40, units=64, lr=0.1):
    rng = np.random.default_rng(40_000 + seed)
    data = UNLABELLED.astype(np.float64)
    mean = data.mean(axis=0)
    W = 0.05 * rng.normal(size=(64, units))
    b_visible, b_hidden = np.log((mean + 0.01) / (1.01 - mean)), np.zeros(units)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(len(data)), len(data) // 32):
            W, b_visible, b_hidden = rbm_cd1(data[rows], W, b_visible, b_hidden, lr, rng)
    return W, b_hidden


def unlabelled():
    found = {}
    rivals = [("scratch", "tuned"), ("untrained", "frozen")]
    rivals += [(k, w) for k in ("RBM", "autoencoder") for w in ("frozen", "tuned")]
    for count in CODE_LABELS:
        for kind, way in rivals:

            def begin(seed, draws, kind=kind):
                layers = start((64, 64, 10), draws, gain=1.0)
                if kind in ("RBM", "autoencoder"):
                    W, b = (boltzmann if kind == "RBM" else autoencoder)(seed)[:2]
                    tensors = (torch.tensor(np.array(a), dtype=torch.float32) for a in (W, b[None]))
                    layers[0] = tuple(tensors)
                return layers

            name = "scratch" if kind == "scratch" else f"{kind}, {way}"
            rows = flat_duel(begin, 1, way, count, range(10), CODE_LOOKS, torch.sigmoid)
            found.setdefault(name, {})[str(count)] = rows
    return found


def nearest():
    """The nearest labelled image, pixel by pixel, with the labels of the ten starts."""
    _, (images, labels) = judges(range(10))
    found = {}
    for count in CODE_LABELS:
        for seed in SEEDS:
            draws = torch.Generator().manual_seed(seed)
            start((64, 64, 10), draws)
            rows = few(y, range(10), count, draws)
            near = torch.cdist(images, X[rows].flatten(1)).argmin(dim=1)
            right = 100 * (y[rows][near] == labels).float().mean().item()
            found.setdefault(str(count), []).append(round(right, 1))
    return found


# ---- an auxiliary task: do two images show the same digit? ----

PAIR_LABELS, PAIR_LOOKS, PAIR_SIZES = (1, 3, 10), (150, 300), (64, 48, 24)


@cache
def pair_layers(kind, seed, steps=500):
    draws = torch.Generator().manual_seed(50_000 + seed)
    layers, head = start(PAIR_SIZES, draws), start((24, 1), draws)
    params = [p.requires_grad_() for layer in layers + head for p in layer]
    rng = np.random.default_rng(50_000 + seed)
    digits, labels = X[:-VALID].flatten(1), y[:-VALID]
    if kind == "pairs of 5 to 9":
        digits, labels = digits[labels >= 5], labels[labels >= 5]
    adam = torch.optim.Adam(params, 3e-3)
    for _ in range(steps):
        i, j, same = same_pairs(labels.numpy(), 64, rng)
        one, two = (torch.relu(forward(layers, digits[rows])) for rows in (i, j))
        score = forward(head, (one - two).abs())[:, 0]
        asked = torch.tensor(same, dtype=torch.float32)
        loss = nn.functional.binary_cross_entropy_with_logits(score, asked)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return [tuple(p.detach() for p in layer) for layer in layers]


def pairs():
    found = {}
    rivals = [("scratch", "tuned"), ("untrained", "frozen")]
    kinds = ("pairs of all digits", "pairs of 5 to 9")
    rivals += [(kind, way) for kind in kinds for way in ("frozen", "tuned")]
    for count in PAIR_LABELS:
        for kind, way in rivals:

            def begin(seed, draws, kind=kind):
                layers = start((*PAIR_SIZES, 5), draws)
                return (pair_layers(kind, seed) if kind in kinds else layers[:2]) + layers[2:]

            name = "scratch" if kind == "scratch" else f"{kind}, {way}"
            wide = {"choosers": CHOOSERS, "tries": WIDE_RATES}
            rows = flat_duel(begin, 2, way, count, range(5), PAIR_LOOKS, **wide)
            found.setdefault(name, {})[str(count)] = rows
    return found


def decoder():
    """The weights of an autoencoder with eight code units."""
    params = autoencoder(0, steps=6000, units=8)
    names = ("W1", "b1", "W2", "b2")
    return {
        name: np.round(p.astype(float), 4).tolist() for name, p in zip(names, params, strict=True)
    }


PARTS = {
    "pairs": pairs,
    "unlabelled": unlabelled,
    "nearest": nearest,
    "easy": easy,
    "decoder": decoder,
    "sources": sources,
    **{f"canvas, {count} labels": partial(canvas, count) for count in CANVAS_LABELS},
}


def main():
    torch.set_num_threads(1)
    path = HERE / "transfer.json"
    for part in sys.argv[1:] or PARTS:
        found = PARTS[part]()
        kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
        kept[part] = found
        path.write_text(json.dumps({p: kept[p] for p in PARTS if p in kept}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
