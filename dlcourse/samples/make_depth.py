"""Train plain and residual networks of growing depth on the digits, for lecture 13 (C13, C22).

Run once by hand: ``python dlcourse/samples/make_depth.py`` (about half an hour). Layers of 32 units
with batch norm, in blocks of two; "plain" and "residual" differ in one addition. Many networks
train side by side, each in a lane of its own: all rates and starts of one depth. After 6, 24 and,
for the deepest, 96 epochs the rate with the lowest mean validation loss is chosen, and the numbers
of that rate are committed. Networks without batch norm, of 30 and 40 plain layers, are trained as
well, and plain networks of 40 layers with batch norm whose weights begin near the identity. Both
kinds of 40 layers at their rates of 24 epochs are trained once more for the lengths of gradients.

On a second processor the networks of all depths, at the chosen rates, ten starts, ended within 0.1
points of what is committed after 6 and 24 epochs, start by start.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import batch_norm, cross_entropy

HERE = Path(__file__).parent
WIDTH, BATCH, ROWS = 32, 64, 1200
SEEDS, DEPTHS = range(10), (2, 6, 10, 20, 40)
RATES = {
    "momentum": [0.003, 0.01, 0.03, 0.1, 0.3, 1.0],
    "near identity": [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
    "equal": [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
    "no norm": [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
    "Adam": [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
}
EPOCHS = (6, 24)
UPDATES = 1, 2, 5, 10, 20, 50, 100, 200, 432  # at which gradients are measured; 18 are an epoch


def digits():
    """Pixels (N, 64) and labels: 1,200 digits to train on, 237 for validation, 360 for the test."""
    with np.load(HERE / "digits.npz") as stored:
        X = np.concatenate([stored["X_train"], stored["X_test"]]).reshape(-1, 64) / np.float32(16)
        y = np.concatenate([stored["y_train"], stored["y_test"]]).astype(int)
    return torch.tensor(X, dtype=torch.float32), torch.tensor(y)


def start(depth, seeds, norm=True):
    """Weights by He's rule, gains 1 and shifts 0, one lane for each seed; no gains, no norm."""
    lanes = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        shapes = [((WIDTH, 64), 64), ((depth, WIDTH, WIDTH), WIDTH), ((10, WIDTH), 2 * WIDTH)]
        lanes.append([rng.normal(size=shape) * np.sqrt(2 / n) for shape, n in shapes])
    first, inner, last = (
        torch.tensor(np.array(part), dtype=torch.float32) for part in zip(*lanes, strict=True)
    )
    n = len(seeds)
    p = {
        "first": first,  # (lanes, 32, 64)
        "inner": inner.transpose(0, 1).contiguous(),  # (depth, lanes, 32, 32)
        "gain": torch.ones(depth + 1, n, WIDTH),
        "shift": torch.zeros(depth + 1, n, WIDTH),
        "last": last,  # (lanes, 10, 32)
        "bias": torch.zeros(n, 10, 1),
    }
    return p if norm else {name: w for name, w in p.items() if name != "gain"}


def normalize(s, p, k, rows):
    """Batch norm k over the columns of s (lanes, units, N), with statistics of the first rows."""
    if "gain" not in p:
        return s + p["shift"][k][:, :, None]
    lanes, units, N = s.shape
    flat = s.reshape(1, lanes * units, N)
    gain, shift = p["gain"][k].reshape(-1), p["shift"][k].reshape(-1)
    if rows is None or rows == N:
        out = batch_norm(flat, None, None, gain, shift, training=True)
    else:
        var, mean = torch.var_mean(flat[0, :, :rows], dim=1, correction=0)
        out = batch_norm(flat, mean, var, gain, shift, training=False)
    return out.reshape(s.shape)


def scores(p, x, residual, rows=None):
    """Scores (lanes, 10, N) of images x (lanes, 64, N)."""
    h = torch.relu(normalize(p["first"] @ x, p, 0, rows))
    for k in range(0, len(p["inner"]), 2):
        z = h
        for j in (k, k + 1):
            z = normalize(p["inner"][j] @ z, p, j + 1, rows)
            z = torch.relu(z) if j == k else z
        h = torch.relu(z + h if residual else z)
    return p["last"] @ h + p["bias"]


def step(p, grads, state, lr, mode, t):
    """One update of every lane, in place; lr has one entry a lane."""
    for name, g in grads.items():
        w = p[name]
        lanes = 1 if name in ("inner", "gain", "shift") else 0
        rate = lr.reshape([-1 if axis == lanes else 1 for axis in range(w.ndim)])
        a, b = state.setdefault(name, (torch.zeros_like(w), torch.zeros_like(w)))
        if mode == "Adam":
            a.mul_(0.9).add_(g, alpha=0.1)
            b.mul_(0.999).addcmul_(g, g, value=0.001)
            w -= rate * (a / (1 - 0.9**t)) / ((b / (1 - 0.999**t)).sqrt() + 1e-8)
            continue
        if mode == "equal":  # every layer moves by the same share of its own size
            axes = tuple(range(lanes + 1, w.ndim))
            sizes = [v.square().sum(axes, keepdim=True).sqrt() for v in (w, g)]
            g = g * sizes[0].clamp(min=0.1) / (sizes[1] + 1e-12)
        a.mul_(0.9).add_(g)
        w -= rate * a


def train(depth, residual, rates, mode="momentum", seeds=SEEDS, looks=EPOCHS, note=None):
    """Train all rates and seeds; at each look (loss, share right), each (3 sets, R, S).

    `note` gets the gradients of each update before it is made.
    """
    X, y = digits()
    p = start(depth, seeds, mode != "no norm")
    if mode == "near identity":  # every inner layer: the identity, and 0.3 of He's weights
        p["inner"] = torch.eye(WIDTH) + 0.3 * p["inner"]
    for name, w in p.items():
        axis = 1 if name in ("inner", "gain", "shift") else 0
        p[name] = torch.cat([w] * len(rates), axis).requires_grad_()
    lr = torch.tensor(rates).repeat_interleave(len(seeds))
    rngs, state, t, found = [np.random.default_rng(100 + s) for s in seeds], {}, 0, []
    for epoch in range(1, max(looks) + 1):
        orders = np.stack([rng.permutation(ROWS) for rng in rngs])
        for cut in range(0, ROWS - ROWS % BATCH, BATCH):
            rows = torch.tensor(orders[:, cut : cut + BATCH])
            x = X[rows].transpose(1, 2).repeat(len(rates), 1, 1)
            z = scores(p, x, residual)
            loss = cross_entropy(z, y[rows].repeat(len(rates), 1), reduction="sum") / BATCH
            t += 1
            grads = dict(zip(p, torch.autograd.grad(loss, list(p.values())), strict=True))
            if note:
                note(grads)
            with torch.no_grad():
                step(p, grads, state, lr, mode, t)
        if epoch in looks:
            found.append(look(p, X, y, residual, len(rates)))
    return p, found


@torch.no_grad()
def look(p, X, y, residual, rates):
    """Loss and share right of training, validation and test digits, (3, R, S) each."""
    z = scores(p, X.T.expand(len(p["last"]), -1, -1), residual, ROWS)
    losses = cross_entropy(z, y.expand(len(z), -1), reduction="none").nan_to_num(99.0, 99.0)
    right = (z.argmax(dim=1) == y).float()
    parts = [slice(ROWS), slice(ROWS, 1437), slice(1437, None)]
    return [
        np.stack([v[:, part].mean(dim=1).numpy().reshape(rates, -1) for part in parts])
        for v in (losses, right)
    ]


def chosen(depth, residual, mode="momentum", seeds=SEEDS, looks=EPOCHS):
    """For each look the rate chosen on the validation digits, and what it reached."""
    rates, rows = RATES[mode], []
    for epochs, (losses, right) in zip(
        looks, train(depth, residual, rates, mode, seeds, looks)[1], strict=True
    ):
        best = int(losses[1].mean(axis=1).argmin())
        rows.append(
            {
                "epochs": epochs,
                "rate": rates[best],
                "validation": [float(f"{v:.3g}") for v in losses[1].mean(axis=1)],
                "training": [float(f"{v:.3g}") for v in losses[0][best]],
                "right": [round(100 * float(v), 1) for v in right[0][best]],
                "test": [round(100 * float(v), 1) for v in right[2][best]],
            }
        )
    return rows


def lengths(residual, rate, seeds=SEEDS, updates=UPDATES):
    """Lengths of the 40 layers' gradients before some updates: the first one's over the last's.

    One list for each update, with a number for each start.
    """
    ratios = []

    def note(grads):
        first, last = grads["inner"][[0, -1]].flatten(2).norm(dim=2)
        ratios.append([float(f"{ratio:.3g}") for ratio in first / last])

    train(40, residual, [rate], seeds=seeds, looks=(-(-max(updates) * BATCH // ROWS),), note=note)
    return [ratios[t - 1] for t in updates]


def save(table):
    (HERE / "depth.json").write_text(json.dumps(table) + "\n", "utf-8")


def main():
    torch.set_num_threads(1)
    kinds = {"plain": False, "residual": True}
    table = {"no norm": chosen(30, False, "no norm", looks=(*EPOCHS, 96))}
    table["no norm, 40"] = chosen(40, False, "no norm")
    table["near identity"] = chosen(40, False, "near identity")
    table |= {part: {} for part in ("depth", "causes")}
    for depth in DEPTHS:
        looks = (*EPOCHS, 96) if depth >= 20 else EPOCHS
        for kind, skip in kinds.items():
            rows = table["depth"].setdefault(kind, {})
            rows[str(depth)] = chosen(depth, skip, looks=looks)
            save(table)
    for mode in ("equal", "Adam"):
        table["causes"][mode] = {
            kind: chosen(40, skip, mode, range(5)) for kind, skip in kinds.items()
        }
        save(table)
    rates = {kind: rows["40"][1]["rate"] for kind, rows in table["depth"].items()}
    table["first over last"] = {"updates": UPDATES} | {
        kind: lengths(skip, rates[kind]) for kind, skip in kinds.items()
    }
    save(table)


if __name__ == "__main__":
    main()
