"""Train networks with and without cures for overfitting on the digits, for lecture 09 (C6).

Run once by hand: ``python dlcourse/samples/make_cures.py`` (about a minute). Two hidden layers of
100 ReLU units, batches of 32, plain descent at rate 0.1; decay of the weights and dropout behind
both hidden layers. All strengths and starts of one experiment train side by side, each in a lane of
its own, and each start on digits of its own. "a fifth wrong": a fifth of the labels is drawn anew.
What is committed are the percentages classified correctly of (at most 300 of) the training digits,
of 237 validation digits and of 360 test digits, each (looks, strengths, starts); with 100 and with
1,200 digits the latter two at the end alone.
"""

import json
import sys
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
LAMS, PS = [0.01, 0.03, 0.1], [0.2, 0.5, 0.8]
JOBS = {  # digits, whether a fifth of the labels is wrong, and what `train` takes by name
    "a fifth wrong": (300, True, {"seeds": 10, "every": 20}),
    "a fifth wrong, decay": (300, True, {"lam": LAMS, "seeds": 10}),
    "a fifth wrong, dropout": (300, True, {"p": PS, "seeds": 10}),
    "decay": (300, False, {"lam": LAMS}),
    "dropout": (300, False, {"p": PS[:2]}),
    "100 digits": (100, False, {"p": [0, *PS[:2]], "seeds": 8, "every": 20, "steps": 300}),
    "1,200 digits": (1200, False, {"p": [0, *PS[:2]], "seeds": 8, "every": 30, "steps": 600}),
}
BRIEF = {"100 digits", "1,200 digits"}


def digits():
    """Pixels and labels of 1,200 training, 237 validation and 360 test digits."""
    with np.load(HERE / "digits.npz") as stored:
        X, X_test = (stored[f"X_{part}"].reshape(-1, 64) / 16 for part in ("train", "test"))
        y, y_test = (torch.tensor(stored[f"y_{part}"].astype(int)) for part in ("train", "test"))
    mean, std = X[:1200].mean(), X[:1200].std()
    return [torch.tensor((x - mean) / std).float() for x in (X, X_test)], [y, y_test]


def partly_wrong(y):
    """Labels, a fifth of which is drawn anew."""
    rng = np.random.default_rng(7)
    wrong = rng.random(len(y)) < 0.2
    return torch.where(torch.tensor(wrong), torch.tensor(rng.integers(10, size=len(y))), y)


def start(seeds, repeats):
    """Weights by He and biases of 0, a lane for each repeat and seed."""
    rngs = [np.random.default_rng(seed) for _ in range(repeats) for seed in range(seeds)]
    pairs = pairwise([64, 100, 100, 10])
    drawn = [np.stack([rng.normal(0, np.sqrt(2 / n), (n, m)) for rng in rngs]) for n, m in pairs]
    Ws = [torch.tensor(W).float() for W in drawn]
    return Ws, [torch.zeros(len(rngs), 1, W.shape[2]) for W in Ws]


def scores(x, net, p=None):
    for W, b in zip(net[0][:-1], net[1][:-1], strict=True):
        x = torch.relu(x @ W + b)
        if p is not None and p.any():
            x = x * (torch.rand(x.shape) >= p) / (1 - p)
    return x @ net[0][-1] + net[1][-1]


def descend(net, x, y, lam, p, lr=0.1):
    free = [q.requires_grad_() for q in (*net[0], *net[1])]
    z = torch.log_softmax(scores(x, net, p), dim=2)
    slopes = torch.autograd.grad(-z.gather(2, y[..., None]).sum() / y.shape[1], free)
    with torch.no_grad():
        Ws = [W - lr * (dW + lam * W) for W, dW in zip(free[:3], slopes[:3], strict=True)]
        return Ws, [b - lr * db for b, db in zip(free[3:], slopes[3:], strict=True)]


def right(net, X, y):
    with torch.no_grad():
        return 100 * (scores(X, net).argmax(2) == y).double().mean(1).numpy()


def train(images, wrong, *, p=(0,), lam=(0,), steps=400, every=400, seeds=5):
    """Percentages of training, validation and test digits, each (looks, strengths, starts)."""
    (X, X_test), (true, y_test) = digits()
    y = partly_wrong(true) if wrong else true
    settings = list(product(p, lam))
    net, looks = start(seeds, len(settings)), []
    p, lam = (
        torch.tensor(part).repeat_interleave(seeds)[:, None, None]
        for part in zip(*settings, strict=True)
    )
    orders = [np.random.default_rng(50 + k).permutation(1200)[:images] for k in range(seeds)]
    own = np.tile(orders, (len(settings), 1))
    rngs = [np.random.default_rng(100 + seed) for seed in range(seeds)]
    sets = [(X[own[:, :300]], y[own[:, :300]]), (X[1200:], true[1200:]), (X_test, y_test)]
    torch.manual_seed(7)
    for step in range(steps + 1):
        if step % every == 0:
            looks.append([right(net, *part).reshape(-1, seeds) for part in sets])
        drawn = np.tile([rng.integers(images, size=32) for rng in rngs], (len(settings), 1))
        rows = torch.tensor(np.take_along_axis(own, drawn, axis=1))
        net = descend(net, X[rows], y[rows], lam, p)
    return np.moveaxis(np.array(looks), 1, 0)


def in_pytorch(p, decay, seed):
    """Percentage of the test digits that a model of torch.nn reads, as lecture 09 trains it."""
    (X, X_test), (y, y_test) = digits()
    y = partly_wrong(y)
    torch.manual_seed(seed)
    layers = [torch.nn.Linear(n, m) for n, m in pairwise([64, 100, 100, 10])]
    blocks = [[dense, torch.nn.ReLU(), torch.nn.Dropout(p)] for dense in layers[:2]]
    model = torch.nn.Sequential(*blocks[0], *blocks[1], layers[2])
    groups = [{"params": [dense.weight for dense in layers], "weight_decay": decay}]
    groups += [{"params": [dense.bias for dense in layers], "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    for _ in range(400):
        picked = torch.randint(300, (32,))
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(X[picked]), y[picked]).backward()
        optimizer.step()
    model.eval()
    return 100 * (model(X_test).argmax(1) == y_test).double().mean().item()


def result(name):
    if name == "in PyTorch":  # without a cure, and with dropout 0.5 and decay 0.01
        cures = {"bare": (0, 0), "treated": (0.5, 0.01)}
        return {k: [round(in_pytorch(*cure, s), 2) for s in range(5)] for k, cure in cures.items()}
    images, wrong, more = JOBS[name]
    parts = dict(zip(("training", "validation", "test"), train(images, wrong, **more), strict=True))
    if name in BRIEF:
        parts |= {part: parts[part][-1:] for part in ("validation", "test")}
    return {part: shares.round(2).tolist() for part, shares in parts.items()}


def main(wanted):
    torch.set_num_threads(1)
    file = HERE / "cures.json"
    for name in (*JOBS, "in PyTorch"):
        if not wanted or any(word in name for word in wanted):
            found = result(name)
            table = json.loads(file.read_text("utf-8")) if file.exists() else {}
            file.write_text(json.dumps(table | {name: found}) + "\n", "utf-8")
            print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
