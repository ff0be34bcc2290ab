"""Train small networks with and without normalization on the digits, for lecture 08 (C5).

Run once by hand: ``python dlcourse/samples/make_norms.py`` (about a minute). ReLU layers of 32
units, x <- relu(gamma norm(xW) + beta), plain descent in batches. Many networks train side by side,
each in a lane of its own: all rates, starts (He's weights times a scale) and seeds of one
experiment. What is committed of each are the shares classified correctly of 237 validation and 360
test digits, with the shape (looks, rates, scales, seeds); what is chosen by them, the lecture says.
"""

import json
import sys
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
STARTS = np.geomspace(0.03, 10, 20).tolist()
RATES, WIDE, SMALL = [0.03, 0.1, 0.3, 1.0, 3.0], [0.3, 1.0, 3.0, 10.0], [0.01, 0.03, 0.1, 0.3, 1.0]


def digits():
    """Pixels and labels of 1,437 training digits, the last 237 for validation, and of the test."""
    with np.load(HERE / "digits.npz") as stored:
        X, X_test = (stored[f"X_{part}"].reshape(-1, 64) / 16 for part in ("train", "test"))
        y, y_test = (torch.tensor(stored[f"y_{part}"].astype(int)) for part in ("train", "test"))
    X, X_test = (torch.tensor((x - X.mean()) / X.std()).float() for x in (X, X_test))
    return X, y, [(X[1200:], y[1200:]), (X_test, y_test)]


def plain(s, state, training):
    return s, state


def batch(s, state, training):
    mean, var = state
    if training:
        var, mean = torch.var_mean(s, 1, correction=0, keepdim=True)
        new = mean.detach(), var.detach() * s.shape[1] / (s.shape[1] - 1)
        state = [0.9 * old + 0.1 * now for old, now in zip(state, new, strict=True)]
    return (s - mean) * torch.rsqrt(var + 1e-5), state


def layer(s, state, training):
    var, mean = torch.var_mean(s, 2, correction=0, keepdim=True)
    return (s - mean) * torch.rsqrt(var + 1e-5), state


def shaken(s, state, training):
    """Batch norm, then factors from 2/3 to 3/2 and shifts from -1/2 to 1/2 for each unit."""
    s, state = batch(s, state, training)
    if training:
        size = s.shape[0], 1, s.shape[2]
        s = s * (2 / 3 + 5 / 6 * torch.rand(size)) + torch.rand(size) - 0.5
    return s, state


def scores(x, net, norm, *, unit=torch.relu, after=False, training=False):
    Ws, gammas, betas, state = net
    for k, W in enumerate(Ws[:-1]):
        s = unit(x @ W) if after else x @ W
        s, state[k] = norm(s, state[k], training)
        s = s + betas[k] if norm is plain else gammas[k] * s + betas[k]
        x = s if after else unit(s)
    return x @ Ws[-1] + betas[-1]


def share(net, X, y, norm, **more):
    with torch.no_grad():
        return (scores(X, net, norm, **more).argmax(2) == y).double().mean(1).numpy()


def start(lanes, depth):
    """He's weights times each lane's scale, gains 1, shifts 0, running statistics 0 and 1."""
    pairs = list(pairwise([64, *[32] * depth, 10]))
    drawn = [(scale, np.random.default_rng(seed)) for _, scale, seed in lanes]
    Ws = [
        np.stack([scale * rng.normal(0, np.sqrt(2 / n), size=(n, m)) for scale, rng in drawn])
        for n, m in pairs
    ]
    ones = [torch.ones(len(lanes), 1, m) for _, m in pairs]
    Ws = [torch.tensor(W).float() for W in Ws]
    return Ws, ones[:-1], [0 * one for one in ones], [(0 * one, one) for one in ones[:-1]]


def descend(net, lr, X, y, norm, **more):
    Ws, gammas, betas, state = net
    free = [p.requires_grad_() for p in (*Ws, *betas, *(() if norm is plain else gammas))]
    z = torch.log_softmax(scores(X, net, norm, training=True, **more), dim=2)
    slopes = torch.autograd.grad(-z.gather(2, y[..., None]).sum() / y.shape[1], free)
    free, n = [(p - lr * g).detach() for p, g in zip(free, slopes, strict=True)], len(Ws)
    return free[:n], free[2 * n :] or gammas, free[n : 2 * n], state


def train(
    norm,
    rates,
    scales=(1,),
    *,
    depth=8,
    steps=110,
    rows=64,
    every=110,
    seeds=3,
    images=1200,
    **more,
):
    """Shares of the validation and of the test digits, each (looks, rates, scales, seeds)."""
    pixels, labels, unseen = digits()
    lanes = list(product(rates, scales, range(seeds)))
    lr = torch.tensor([rate for rate, _, _ in lanes])[:, None, None]
    net, rngs, shares = start(lanes, depth), [np.random.default_rng(k) for k in range(seeds)], []
    torch.manual_seed(7)
    for step in range(1, steps + 1):  # all lanes of a seed see the same batches
        drawn = np.stack([rng.integers(images, size=rows) for rng in rngs])
        picked = torch.tensor(np.tile(drawn, (len(lanes) // seeds, 1)))
        net = descend(net, lr, pixels[picked], labels[picked], norm, **more)
        if step % every == 0:
            shares.append([share(net, X, y, norm, **more) for X, y in unseen])
    shares = np.array(shares).reshape(-1, 2, len(rates), len(scales), seeds)
    return shares[:, 0], shares[:, 1]


long = {"steps": 200, "every": 10}
sigmoid = {"depth": 4, "unit": torch.sigmoid, "every": 200}
small_set = {"depth": 2, "rows": 20, "images": 200, "steps": 300, "every": 100, "seeds": 8}
ten = {"steps": 200, "every": 200, "seeds": 10}
small = {"depth": 4, "steps": 150, "every": 150}
JOBS = {  # how each is trained: the norm, the rates, and what `train` takes by name
    "starts, plain": (plain, [0.1], {"scales": STARTS}),
    "starts, batch": (batch, [0.1], {"scales": STARTS}),
    "updates, plain": (plain, RATES, long),
    "updates, batch": (batch, RATES, long),
    "updates, shaken": (shaken, RATES[1:4], long),
    "sigmoid, plain": (plain, WIDE, sigmoid | {"steps": 600}),
    "sigmoid, batch": (batch, [0.1, *WIDE[:3]], sigmoid | {"steps": 200}),
    "200 digits, plain": (plain, RATES[:4], small_set),
    "200 digits, batch": (batch, RATES[:4], small_set),
    "before": (batch, RATES[1:4], ten),
    "after": (batch, RATES[1:4], ten | {"after": True}),
}
for name, norm in {"plain": plain, "batch norm": batch, "layer norm": layer}.items():
    JOBS |= {f"{name}, {n} rows": (norm, SMALL, small | {"rows": n}) for n in (2, 4, 16)}


def main(wanted):
    torch.set_num_threads(1)
    file = HERE / "norms.json"
    for name, (norm, rates, more) in JOBS.items():
        if not wanted or any(word in name for word in wanted):
            parts = zip(("validation", "test"), train(norm, rates, **more), strict=True)
            found = {part: shares.round(4).tolist() for part, shares in parts}
            table = json.loads(file.read_text("utf-8")) if file.exists() else {}
            file.write_text(json.dumps(table | {name: {"rates": rates} | found}) + "\n", "utf-8")
            print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
