"""Train the digits network of lecture 05 with batches of many sizes (C16) and with more data (C21).

Run once by hand: ``python dlcourse/samples/make_batches.py`` (about fifteen minutes). The network
has 64 pixels, 30 tanh units and 10 classes, and learns by plain descent; all settings and ten seeds
of one experiment train side by side, each in a lane of its own. ``rows``: how many rows, in epochs,
a batch size needs until the loss on all training digits lies below a bar; a seed's rate is the best
one of the nine other seeds. ``jumps``: how far that loss moves in one step of a trained network.
``data``: the share of test digits read with 150 to 1,200 training digits and several tricks; rate,
decay, dropout and moment are chosen on 237 validation digits.
"""

import json
import sys
from itertools import product
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
SEEDS = 10
ROWS, VALIDATION = 1200, slice(1200, 1437)
BARS = (1.0, 0.5, 0.3, 0.2, 0.1)
LADDER = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
# batch size: the rates that are tried, and the most epochs
SIZES = {
    1: (LADDER[:6], 8),
    4: (LADDER[1:8], 30),
    16: (LADDER[2:], 40),
    64: (LADDER[3:], 100),
    256: (LADDER[4:], 200),
    1437: (LADDER[4:], 700),
}
COUNTS, BUDGETS = (150, 300, 600, 1200), (300, 600, 1200)
LOOKS = (25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 750, 900, 1050, 1200)
# share of wrong labels: the rates, decays and shares of dropped units that are tried
GRIDS = {
    0.0: ((0.1, 0.3, 1.0, 3.0), (3e-4, 1e-3, 3e-3, 1e-2), (0.1, 0.25, 0.5)),
    0.2: ((0.01, 0.03, 0.1, 0.3, 1.0), (1e-3, 3e-3, 1e-2, 3e-2, 1e-1), (0.25, 0.5, 0.7, 0.85)),
}
DATA = (*product((0.0,), COUNTS), (0.2, 300), (0.2, 600))  # share of wrong labels, digits


def digits():
    """Pixels and labels: 1,437 digits to train on, the rest for the test."""
    with np.load(HERE / "digits.npz") as stored:
        X = np.concatenate([stored["X_train"], stored["X_test"]]).reshape(-1, 64) / np.float32(16)
        y = np.concatenate([stored["y_train"], stored["y_test"]]).astype(int)
    return torch.tensor(X), torch.tensor(y)


def networks(repeats):
    """The four arrays of each seed's network, (seeds * repeats, in, out)."""
    nets = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        nets.append((rng.normal(size=(64, 30)) / 8, rng.normal(size=(30, 10)) / 30**0.5))
    weights = [
        torch.tensor(np.array(W)).float().repeat(repeats, 1, 1) for W in zip(*nets, strict=True)
    ]
    return *weights, *(torch.zeros(len(weights[0]), 1, n) for n in (30, 10))


def scores(net, x):
    W1, W2, b1, b2 = net
    return torch.baddbmm(b2, torch.tanh(torch.baddbmm(b1, x, W1)), W2)


def step(net, x, y, lr, decay=0.0, keep=None):
    """One update of every lane, in place; `keep` is a mask of hidden units, scaled."""
    W1, W2, b1, b2 = net
    h = torch.tanh(torch.baddbmm(b1, x, W1))
    kept = h if keep is None else h * keep
    delta = torch.softmax(torch.baddbmm(b2, kept, W2), dim=2)
    delta.scatter_add_(2, y[..., None], torch.full_like(delta[..., :1], -1.0))
    delta /= x.shape[1]
    back = delta @ W2.transpose(1, 2) * (1 - h**2)
    back = back if keep is None else back * keep
    for W, dW in ((W1, x.transpose(1, 2) @ back), (W2, kept.transpose(1, 2) @ delta)):
        W *= 1 - lr * decay  # no bias decays
        W -= lr * dW
    b1 -= lr * back.sum(dim=1, keepdim=True)
    b2 -= lr * delta.sum(dim=1, keepdim=True)


def losses(net, X, y):
    """The mean cross-entropy of each lane."""
    logs = torch.log_softmax(scores(net, X.expand(len(net[0]), -1, -1)), dim=2)
    return -logs[:, torch.arange(len(y)), y].mean(dim=1)


def orders(n, size, seed):
    """Batches of row numbers without end, a new shuffle for each epoch."""
    rng = np.random.default_rng(100 + seed)
    while True:
        order = rng.permutation(n)
        yield from np.split(order, range(size, n, size))


def rows_to_bars(size):
    """Epochs until each bar, (bars, rates, seeds); infinite where it is not reached."""
    (X, y), (rates, most) = digits(), SIZES[size]
    X, y = X[:1437], y[:1437]
    net, lr = networks(len(rates)), torch.tensor(rates).repeat_interleave(SEEDS)[:, None, None]
    batches = [orders(1437, size, seed) for seed in range(SEEDS)]
    found = np.full((len(BARS), len(rates) * SEEDS), np.inf)
    seen, due = 0, 20
    while seen < most * 1437 and np.isinf(found[-1]).any():
        rows = torch.tensor(np.array([next(batch) for batch in batches])).repeat(len(rates), 1)
        step(net, X[rows], y[rows], lr)
        seen += rows.shape[1]
        if seen >= due:
            due, now = max(seen + 1, 1.08 * seen), losses(net, X, y).numpy()
            for bar, first in zip(BARS, found, strict=True):
                first[(now < bar) & np.isinf(first)] = seen / 1437
    return found.reshape(len(BARS), len(rates), SEEDS)


def rows(size):
    """For each bar the epochs of each seed, at the rate that suits the nine others best."""
    rates, table = SIZES[size][0], []
    for bar, found in zip(BARS, rows_to_bars(size), strict=True):
        others = [np.delete(found, seed, axis=1).mean(axis=1) for seed in range(SEEDS)]
        best = [int(mean.argmin()) for mean in others]
        epochs = [float(found[b, seed]) for seed, b in enumerate(best)]
        table.append(
            {"bar": bar, "rates": [rates[b] for b in best], "epochs": np.round(epochs, 3).tolist()}
        )
    return table


def jumps():
    """For three rates and each batch size: the typical change of the loss in one of 60 steps."""
    (X, y), table = digits(), {}
    X, y = X[:1437], y[:1437]
    trained, batches = networks(1), [orders(1437, 32, seed) for seed in range(SEEDS)]
    for _ in range(4 * 45):
        chosen = torch.tensor(np.array([next(batch) for batch in batches]))
        step(trained, X[chosen], y[chosen], 0.3)
    for rate, size in product((0.03, 0.1, 0.3), SIZES):
        net, history = [part.clone() for part in trained], []
        batches = [orders(1437, size, 50 + seed) for seed in range(SEEDS)]
        for _ in range(60):
            chosen = torch.tensor(np.array([next(batch)[:size] for batch in batches]))
            step(net, X[chosen], y[chosen], rate)
            history.append(losses(net, X, y).numpy())
        typical = np.std(np.diff(history, axis=0), axis=0)
        table[f"{size} rows, rate {rate}"] = [float(f"{value:.3g}") for value in typical]
    return table


def trained_with(count, wrong):
    """Every setting on `count` digits, a share `wrong` of whose labels is drawn anew.

    Returns the settings, and loss and share right of the validation digits and share right of the
    test digits, each (settings, seeds, looks).
    """
    X, y = digits()
    rates, decays, dropouts = GRIDS[wrong]
    tricks = [(0.0, 0.0), *((d, 0.0) for d in decays), *((0.0, p) for p in dropouts)]
    settings = [(rate, *trick) for rate in rates for trick in tricks]
    net = networks(len(settings))
    lr, decay, drop = (
        torch.tensor(part).float().repeat_interleave(SEEDS)[:, None, None]
        for part in zip(*settings, strict=True)
    )
    coins, chosen, labels = torch.Generator().manual_seed(7), [], y[:ROWS].repeat(SEEDS, 1)
    for seed in range(SEEDS):
        rng = np.random.default_rng(200 + seed)
        chosen.append(rng.permutation(ROWS)[:count])
        spoiled = rng.random(ROWS) < wrong
        labels[seed, spoiled] = torch.tensor(rng.integers(10, size=spoiled.sum()))
    batches, seen = [orders(count, 30, seed) for seed in range(SEEDS)], []
    for k in range(1, max(LOOKS) + 1):
        local = np.array([c[next(batch)] for c, batch in zip(chosen, batches, strict=True)])
        rows = torch.tensor(local)
        x, t = X[rows].repeat(len(settings), 1, 1), labels.gather(1, rows).repeat(len(settings), 1)
        keep = (torch.rand(len(lr), 30, 30, generator=coins) >= drop) / (1 - drop)
        step(net, x, t, lr, decay, keep)
        if k in LOOKS:
            right = [
                (scores(net, X[part].expand(len(lr), -1, -1)).argmax(dim=2) == y[part])
                .float()
                .mean(dim=1)
                for part in (VALIDATION, slice(1437, None))
            ]
            seen.append(
                [
                    part.numpy().reshape(-1, SEEDS)
                    for part in (losses(net, X[VALIDATION], y[VALIDATION]), *right)
                ]
            )
    return settings, *np.moveaxis(np.array(seen), 0, -1)


def data(count, wrong):
    """For each budget and kind of trick: what validation chose, and the test digits right."""
    settings, loss, valid, test = trained_with(count, wrong)
    rate, decay, drop = np.array(settings).T
    kinds = {
        "no trick": ((decay == 0) & (drop == 0), False),
        "weight decay": (drop == 0, False),
        "dropout": (decay == 0, False),
        "early stopping": ((decay == 0) & (drop == 0), True),
        "all tricks": (rate > 0, True),
    }
    table = {}
    for budget in BUDGETS:
        last = LOOKS.index(budget)
        stop = loss[..., : last + 1].argmin(axis=2)[..., None]
        for kind, (allowed, stops) in kinds.items():
            moment = stop if stops else np.full_like(stop, last)
            v, t = (np.take_along_axis(part, moment, axis=2)[..., 0] for part in (valid, test))
            best = int(np.where(allowed, v.mean(axis=1), -1).argmax())
            table[f"{kind}, {budget} updates"] = {
                "setting": settings[best],
                "test": [round(100 * float(share), 1) for share in t[best]],
            }
    return table


def main(wanted):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    file = HERE / "batches.json"
    jobs = {f"rows: {size}": lambda size=size: rows(size) for size in SIZES}
    jobs |= {"jumps": jumps}
    for wrong, count in DATA:
        jobs[f"data: {count}, {wrong:.0%} wrong"] = lambda c=count, w=wrong: data(c, w)
    for name, job in jobs.items():
        if not wanted or any(word in name for word in wanted):
            with torch.no_grad():
                found = job()
            table = json.loads(file.read_text("utf-8")) if file.exists() else {}
            file.write_text(json.dumps(table | {name: found}) + "\n", "utf-8")
            print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
