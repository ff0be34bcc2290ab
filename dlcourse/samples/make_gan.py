"""Train the GANs of lecture 15 and store what became of them in ``gan.json``.

    python dlcourse/samples/make_gan.py        (about 10 minutes on one core)

or with a part, ``lead``, ``ring``, ``long`` or ``digits``: what an early lead of the discriminator
does to the generator's two losses; a ring of eight modes, with one to ten generator steps for each
discriminator step; the ring again, for four times as many rounds; the digits, likewise, with three
judges. Networks that differ in seed and rate alone are trained side by side, each row of a batch of
matrices on its own.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import leaky_relu, softplus

HERE = Path(__file__).parent
SEEDS = 10
MODES = 8
ROWS = 64  # of each batch
TARGET, BLOB = (4.0, 0.0), 0.1  # where the real points of the first part lie, and their deviation
AHEAD = (0, 500, 2000)  # steps that the discriminator trains alone
FORMS = ("saturating", "non-saturating")
RATES = {
    "plain steps": (0.001, 0.005, 0.02, 0.1, 0.5),
    "Adam": (0.0001, 0.0005, 0.002, 0.01, 0.05),
}
LOOKS = (50, 100, 200, 400, 800)
NEAR = 0.5  # a mean of fakes this close to the target has arrived
OTHER_STARTS = 8  # seeds the ten starts that choose a rate; the ten that judge it have 7
ROUNDS, EVERY = 600, 50
RING = {  # generator steps, discriminator steps, rate, saturating
    "1 : 1": (1, 1, 0.003, False),
    "10 : 1": (10, 1, 0.003, False),
    "5 : 1": (5, 1, 0.003, False),
    "1 : 5": (1, 5, 0.003, False),
    "1 : 1, saturating": (1, 1, 0.003, True),
    "1 : 1, rate 0.001": (1, 1, 0.001, False),
    "1 : 1, rate 0.01": (1, 1, 0.01, False),
    "10 : 1, rate 0.001": (10, 1, 0.001, False),
    "10 : 1, rate 0.01": (10, 1, 0.01, False),
}
LATER, LONG_ROUNDS = 300, 2400  # when a long run changes its steps, and how long it goes on
KEPT = (300, 600, LONG_ROUNDS)  # rounds whose fakes are kept
LONG = {  # generator and discriminator steps: up to round LATER, and from there on
    "1 : 1": ((1, 1), (1, 1)),
    "10 : 1": ((10, 1), (10, 1)),
    "10 : 1, then 1 : 5": ((10, 1), (1, 5)),
}
DIGITS = {  # generator steps, rounds, seeds, rounds whose fakes are kept
    "5 : 1": (5, 1000, 10, (500,)),
    "1 : 1": (1, 2500, 10, (2500,)),
}


def networks(count, sizes, draws):
    """`count` networks side by side: weights (count, D_in, D_out) and biases (count, 1, D_out)."""
    params = []
    for n, m in pairwise(sizes):
        params.append(torch.randn(count, n, m, generator=draws) * (2 / n) ** 0.5)
        params.append(torch.zeros(count, 1, m))
    return params


def forward(params, x):
    """Send x (count, N, D) through every network; leaky ReLU of slope 0.2 between the layers."""
    for i in range(0, len(params), 2):
        x = x @ params[i] + params[i + 1]
        if i < len(params) - 2:
            x = leaky_relu(x, 0.2)
    return x


class Steps:
    """Plain steps, or Adam's with beta1 = 0.5, with a rate for each network."""

    def __init__(self, params, rates, adam=True):
        self.params, self.adam, self.t = params, adam, 0
        self.rates = torch.as_tensor(rates, dtype=torch.float32).reshape(-1, 1, 1)
        self.m, self.v = ([torch.zeros_like(p) for p in params] for _ in range(2))
        for p in params:
            p.requires_grad_()

    def step(self, losses):
        """Descend `losses` (count,), one for each network."""
        self.t += 1
        gradients = torch.autograd.grad(losses.sum(), self.params)
        with torch.no_grad():
            for p, g, m, v in zip(self.params, gradients, self.m, self.v, strict=True):
                if self.adam:
                    m.mul_(0.5).add_(g, alpha=0.5)
                    v.mul_(0.999).addcmul_(g, g, value=0.001)
                    root = (v / (1 - 0.999**self.t)).sqrt() + 1e-8
                    g = m / (1 - 0.5**self.t) / root
                p -= self.rates * g
        return gradients


def inspector_loss(D, real, fake):
    judged = softplus(-forward(D, real)).mean((1, 2))
    return judged + softplus(forward(D, fake)).mean((1, 2))


def forger_loss(logits, saturating):
    """`saturating` (count,) of bool: which of the networks descend the mean of ln(1 - D)."""
    non = softplus(-logits).mean((1, 2))
    return torch.where(saturating, -softplus(logits).mean((1, 2)), non)


def lead(ahead, rates, adam, seeds=SEEDS, looks=LOOKS, first=7):
    """Train G after D has trained alone; a start for each of `seeds` at each rate and loss.

    `first` seeds all of them.

    Returns D at the fakes and the length of G's gradient at the start, (forms, seeds), and the
    distance of the fakes' mean from the target, (forms, rates, seeds, looks).
    """
    draws = torch.Generator().manual_seed(first)
    shape = len(FORMS), len(rates), seeds
    count = int(np.prod(shape))
    G, D = networks(seeds, (2, 32, 32, 2), draws), networks(seeds, (2, 32, 32, 1), draws)
    G[-2] *= 0.3
    G, D = ([p.repeat(shape[0] * shape[1], 1, 1) for p in net] for net in (G, D))
    saturating = torch.arange(count) < count // 2
    per_net = np.broadcast_to(np.reshape(rates, (1, -1, 1)), shape).ravel().copy()
    moves_g, moves_d = Steps(G, per_net, adam), Steps(D, np.full(count, 0.001))

    def noise():
        return torch.randn(seeds, ROWS, 2, generator=draws).repeat(shape[0] * shape[1], 1, 1)

    def inspect():
        real = BLOB * noise() + torch.tensor(TARGET)
        with torch.no_grad():
            fake = forward(G, noise())
        moves_d.step(inspector_loss(D, real, fake))

    for _ in range(ahead):
        inspect()
    start, away = None, []
    for t in range(1, looks[-1] + 1):
        inspect()
        logits = forward(D, forward(G, noise()))
        gradients = moves_g.step(forger_loss(logits, saturating))
        if start is None:
            length = sum((g**2).sum((1, 2)) for g in gradients).sqrt()
            start = torch.sigmoid(logits).mean((1, 2)).detach(), length
        if t in looks:
            with torch.no_grad():
                middle = forward(G, noise()).mean(1)
            away.append((middle - torch.tensor(TARGET)).norm(dim=1).reshape(shape))
    start = [s.reshape(shape)[:, 0].tolist() for s in start]
    return *start, torch.stack(away, -1).numpy()


def centres():
    angles = 2 * np.pi * np.arange(MODES) / MODES
    return torch.tensor(2 * np.c_[np.cos(angles), np.sin(angles)], dtype=torch.float32)


def ring(
    forger_steps, inspector_steps, rate, saturating,
    seeds=SEEDS, rounds=ROUNDS, keep=(), later=None,
):  # fmt: skip
    """Train on the ring; what became of it at every check, (checks, seeds), and fakes to draw.

    `later` holds the steps of both players after round LATER, if they change.
    """
    draws = torch.Generator().manual_seed(7)
    G, D = networks(seeds, (2, 32, 32, 2), draws), networks(seeds, (2, 32, 32, 1), draws)
    moves_g, moves_d = (Steps(net, np.full(seeds, rate)) for net in (G, D))
    form, middles = torch.full((seeds,), saturating), centres()
    found = {"share": [], "modes": [], "good": [], "filled": [], "D": [], "G": []}
    kept, losses = [], []

    def noise(n=ROWS):
        return torch.randn(seeds, n, 2, generator=draws)

    for t in range(1, rounds + 1):
        if later and t == LATER + 1:
            forger_steps, inspector_steps = later
        for _ in range(inspector_steps):
            which = torch.randint(MODES, (seeds, ROWS), generator=draws)
            real = middles[which] + 0.1 * noise()
            with torch.no_grad():
                fake = forward(G, noise())
            of_d = inspector_loss(D, real, fake)
            moves_d.step(of_d)
        for _ in range(forger_steps):
            logits = forward(D, forward(G, noise()))
            moves_g.step(forger_loss(logits, form))
        losses.append((of_d.detach(), softplus(-logits).mean((1, 2)).detach()))
        if t in keep or t % EVERY == 0:
            with torch.no_grad():
                fakes = forward(G, noise(500))
        if t in keep:
            kept.append(fakes[0, :150].numpy().round(2).tolist())
        if t % EVERY == 0:
            far = torch.cdist(fakes, middles)
            nearest = torch.nn.functional.one_hot(far.argmin(2), MODES).float()
            near, shares = (far < 0.3).float().mean(1), nearest.mean(1)
            found["share"].append(shares.max(1).values)
            found["modes"].append((shares > 0.02).sum(1))
            found["good"].append((far.min(2).values < 0.3).float().mean(1))
            found["filled"].append(near.clamp(max=1 / MODES).sum(1))
            for name, mean in zip("DG", zip(*losses, strict=True), strict=True):
                found[name].append(torch.stack(mean).mean(0))
            losses = []
    return {name: torch.stack(checks).numpy() for name, checks in found.items()}, kept


def digit_sets():
    """Pixels from 0 to 1 and labels of 1,437 training and 360 test digits."""
    with np.load(HERE / "digits.npz") as stored:
        X, X_test = (
            np.float32(stored[f"X_{part}"].reshape(-1, 64) / 16) for part in ("train", "test")
        )
        y, y_test = (stored[f"y_{part}"].astype(int) for part in ("train", "test"))
    return [torch.tensor(a) for a in (X, y, X_test, y_test)]


def digit_reader(X, y):
    """A classifier of real digits, the judge of what a fake shows."""
    torch.manual_seed(0)
    reader = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
    optimizer = torch.optim.Adam(reader.parameters(), 3e-3)
    for _ in range(1200):
        rows = torch.randint(len(X), (64,))
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(reader(X[rows]), y[rows]).backward()
        optimizer.step()
    return reader


def players():
    def layers(*sizes, drop):
        for n, m in pairwise(sizes):
            yield torch.nn.Linear(n, m)
            yield torch.nn.LeakyReLU(0.2)
            if drop:
                yield torch.nn.Dropout(0.3)

    G = torch.nn.Sequential(*layers(16, 128, 128, drop=False), torch.nn.Linear(128, 64))
    G.append(torch.nn.Sigmoid())
    D = torch.nn.Sequential(*layers(64, 128, 128, drop=True), torch.nn.Linear(128, 1))
    return G, D


def judged(fakes, reader, X_test):
    """Kinds of digit among the fakes, entropy of the kinds in bits, largest share, sure share,
    and how often the nearest neighbour tells fake from real."""
    with torch.no_grad():
        p = torch.softmax(reader(fakes), 1)
    shares = torch.bincount(p.argmax(1), minlength=10) / len(fakes)
    some = shares[shares > 0]
    n = len(X_test)
    both = torch.cat([X_test, fakes[:n]])
    real = torch.arange(2 * n) < n
    far = torch.cdist(both, both).fill_diagonal_(torch.inf)
    return {
        "kinds": int((shares > 0.02).sum()),
        "entropy": round(float(-(some * some.log2()).sum()), 3),
        "share": round(float(shares.max()), 3),
        "sure": round(float((p.max(1).values > 0.9).float().mean()), 3),
        "told": round(float((real[far.argmin(1)] == real).float().mean()), 3),
    }


def digits(seed, forger_steps, steps, keep=(), every=250):
    """Train on the digits; judgements every 250 steps with the mean losses since the last one."""
    X, y, X_test, _ = digit_sets()
    reader = digit_reader(X, y)
    torch.manual_seed(seed)
    G, D = players()
    moves = [torch.optim.Adam(net.parameters(), 5e-4, (0.5, 0.999)) for net in (G, D)]
    rows, kept, losses = [], {}, []
    for t in range(steps + 1):
        if t % every == 0:
            with torch.no_grad():
                fakes = G(torch.randn(500, 16))
            rows.append({"step": t, **judged(fakes, reader, X_test)})
            if losses:
                rows[-1]["D"], rows[-1]["G"] = np.mean(losses, axis=0).round(3).tolist()
            losses = []
            if t in keep:
                kept[str(t)] = (16 * fakes[:20]).round().int().tolist()
        real, z = X[torch.randint(len(X), (ROWS,))], torch.randn(ROWS, 16)
        moves[1].zero_grad()
        of_d = softplus(-D(real)).mean() + softplus(D(G(z).detach())).mean()
        of_d.backward()
        moves[1].step()
        for _ in range(forger_steps):
            moves[0].zero_grad()
            of_g = softplus(-D(G(torch.randn(ROWS, 16)))).mean()
            of_g.backward()
            moves[0].step()
        losses.append((of_d.item(), of_g.item()))
    return rows, kept


def rounded(array, digits=3):
    """Lists of numbers of so many digits; a training that has diverged left None."""
    plain = np.vectorize(lambda v: float(f"{v:.{digits}g}") if np.isfinite(v) else None, "O")
    return plain(array).tolist()


def lead_table():
    table = {}
    for how, rates in RATES.items():
        for ahead in AHEAD:
            d, length, away = lead(ahead, rates, how == "Adam")
            table.setdefault("D", {})[str(ahead)] = rounded(d[0])
            table.setdefault("length", {})[str(ahead)] = dict(
                zip(FORMS, rounded(length), strict=True)
            )
            table.setdefault(how, {})[str(ahead)] = dict(zip(FORMS, rounded(away), strict=True))
            others = lead(ahead, rates, how == "Adam", first=OTHER_STARTS)[2]
            near = (others[..., -2:] < NEAR).sum(axis=2).tolist()  # at the last two looks
            chosen = table.setdefault("near, other starts", {}).setdefault(how, {})
            chosen[str(ahead)] = dict(zip(FORMS, near, strict=True))
    return table


def ring_table():
    table, keep = {}, (100, 200, 300, 400, 500, 600)
    for name, setting in RING.items():
        found, kept = ring(*setting, keep=keep if name in ("1 : 1", "10 : 1") else ())
        table[name] = {what: rounded(found[what]) for what in ("share", "modes", "good", "D", "G")}
        if kept:
            table[name]["fakes"] = kept
    return table


def long_table():
    table = {}
    for name, (first, later) in LONG.items():
        found, [*kept] = ring(*first, 0.003, False, rounds=LONG_ROUNDS, keep=KEPT, later=later)
        table[name] = {what: rounded(found[what]) for what in ("share", "good", "filled")}
        table[name]["fakes"] = dict(zip(map(str, KEPT), kept, strict=True))
    return table


def digit_table():
    table = {}
    for name, (forger_steps, steps, seeds, keep) in DIGITS.items():
        runs = [
            digits(seed, forger_steps, steps, keep if seed == 0 else ()) for seed in range(seeds)
        ]
        table[name] = {"runs": [rows for rows, _ in runs], "fakes": runs[0][1]}
    X, y, X_test, y_test = digit_sets()
    reader = digit_reader(X, y)
    some = torch.randperm(len(X), generator=torch.Generator().manual_seed(7))[:500]
    with torch.no_grad():
        right = (reader(X_test).argmax(1) == y_test).float().mean()
    table["real"] = judged(X[some], reader, X_test) | {"reader": round(float(right), 3)}
    return table


PARTS = {"lead": lead_table, "ring": ring_table, "long": long_table, "digits": digit_table}


def main():
    torch.set_num_threads(1)
    path = HERE / "gan.json"
    table = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for part in sys.argv[1:] or PARTS:
        table[part] = PARTS[part]()
        path.write_text(json.dumps({p: table[p] for p in PARTS if p in table}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
