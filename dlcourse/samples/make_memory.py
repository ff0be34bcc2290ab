"""Train recurrent networks to name the first of many symbols, for lecture 14.

Run once by hand: ``python dlcourse/samples/make_memory.py`` (about 20 minutes), or with the name of
a part. Every sequence is made of four symbols; a flag marks the first, which is asked for at the
end. State and cell have 32 numbers, batches 32 sequences, and every batch is fresh.
"""

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np

from dlcourse.reference.adaptive import adagrad_step, adam_step, rmsprop_step
from dlcourse.reference.gated import lstm_backward, lstm_forward
from dlcourse.reference.losses import cross_entropy, softmax_cross_entropy_backward
from dlcourse.reference.optimizers import clip_by_norm
from dlcourse.reference.recurrent import rnn_backward, rnn_forward

HERE = Path(__file__).parent
SYMBOLS, UNITS, BATCH, JUDGES = 4, 32, 32, 512
CELLS = {  # kind, and the bias of the forget gate
    "Elman": ("elman", 0.0),
    "LSTM, bias 0": ("lstm", 0.0),
    "LSTM, bias 1": ("lstm", 1.0),
    "LSTM, bias 3": ("lstm", 3.0),
}
GATES = {"elman": 1, "lstm": 4}
RATES, SEEDS, BUDGETS = (0.003, 0.01, 0.03, 0.1), range(10), (200, 400)
MANY_SEEDS = range(30)  # where two counts are compared
LONG_BUDGET = 1600
TRIED = {"LSTM, bias 0": (0.01,), "LSTM, bias 1": (0.01,)}  # with ten starts
PLAIN_RATES = (0.03, 0.1, 0.3, 1.0, 3.0)  # of plain gradient descent
OTHER_SEEDS = range(10, 15)  # other starts choose the rate
RATES_30 = {
    "gradient descent": PLAIN_RATES,
    "AdaGrad": (0.003, 0.01, 0.03, 0.1, 0.3),
    "RMSProp": (0.001, 0.003, 0.01, 0.03, 0.1),
    "Adam": (0.001, 0.003, 0.01, 0.03, 0.1),
}


def sequences(rng, n, T):
    """Inputs (T, n, 5), the symbols one-hot and the flag last; the first symbols (n,)."""
    symbols = rng.integers(SYMBOLS, size=(T, n))
    xs = np.zeros((T, n, SYMBOLS + 1), np.float32)
    xs[np.arange(T)[:, None], np.arange(n), symbols] = 1
    xs[0, :, SYMBOLS] = 1
    return xs, symbols[0]


def start(rng, kind, bias, gain=1.0):
    """Wx, Wh, b of the cell and W, b of the output; the blocks of Wh are orthogonal times gain."""
    n, d = GATES[kind], SYMBOLS + 1
    Wx = rng.normal(size=(d, n * UNITS)) / np.sqrt(d)
    blocks = [np.linalg.qr(rng.normal(size=(UNITS, UNITS)))[0] for _ in range(n)]
    b = np.zeros(n * UNITS)
    if kind == "lstm":
        b[UNITS : 2 * UNITS] = bias
    W = rng.normal(size=(UNITS, SYMBOLS)) / np.sqrt(UNITS)
    parts = Wx, gain * np.concatenate(blocks, axis=1), b, W, np.zeros(SYMBOLS)
    return [p.astype(np.float32) for p in parts]


def forward(kind, params, xs):
    """The states (T + 1, n, 32), and what the backward pass needs besides."""
    zero = np.zeros((xs.shape[1], UNITS), np.float32)
    if kind == "elman":
        return rnn_forward(xs, zero, *params[:3]), ()
    hs, cs, gates = lstm_forward(xs, zero, zero, *params[:3])
    return hs, (cs, gates)


def slopes(kind, params, xs, y):
    """The loss, and the gradients of all parameters."""
    hs, more = forward(kind, params, xs)
    logits = hs[-1] @ params[3] + params[4]
    delta = softmax_cross_entropy_backward(logits, y)
    dhs = np.zeros_like(hs[1:])
    dhs[-1] = delta @ params[3].T
    Wx, Wh = params[:2]
    if kind == "elman":
        grads = rnn_backward(dhs, xs, hs, Wx, Wh)[:3]
    else:
        grads = lstm_backward(dhs, np.zeros_like(dhs), xs, hs, *more, Wx, Wh)[3:]
    return cross_entropy(logits, y), [*grads, hs[-1].T @ delta, delta.sum(axis=0)]


def right(kind, params, T, seed):
    """The percentage of 512 fresh sequences whose first symbol is named."""
    xs, y = sequences(np.random.default_rng(seed), JUDGES, T)
    logits = forward(kind, params, xs)[0][-1] @ params[3] + params[4]
    return 100 * float((logits.argmax(axis=1) == y).mean())


def plain(w, g, state, t, lr):
    return w - lr * g, state


def adam(w, g, state, t, lr):
    w, *state = adam_step(w, g, *(state or (0 * w, 0 * w)), t, lr=lr)
    return w, state


def rmsprop(w, g, state, t, lr):
    return rmsprop_step(w, g, 0 * w if state is None else state, lr)


def adagrad(w, g, state, t, lr):
    return adagrad_step(w, g, 0 * w if state is None else state, lr)


OPTIMIZERS = {"gradient descent": plain, "AdaGrad": adagrad, "RMSProp": rmsprop, "Adam": adam}


def train(kind, bias, T, rate, seed, looks=BUDGETS, limit=1.0, step=adam, gain=1.0):
    """Validation and test percentages at each look, and the mean loss of the 30 steps before it."""
    rng = np.random.default_rng(seed)
    params, losses, found = start(rng, kind, bias, gain), [], []
    states = [None] * len(params)
    for t in range(1, max(looks) + 1):
        loss, grads = slopes(kind, params, *sequences(rng, BATCH, T))
        losses.append(float(loss))
        grads = grads if limit is None else clip_by_norm(grads, limit)
        moved = [step(*one, t, rate) for one in zip(params, grads, states, strict=True)]
        params, states = [list(part) for part in zip(*moved, strict=True)]
        if t in looks:
            judged = (right(kind, params, T, judge) for judge in (1000, 2000))
            found.append((*judged, np.mean(losses[-30:])))
    return np.array(found)


def table(rates, runs):
    """For each budget the rate that validates best, and what it reaches; `runs(rate, seed)`."""
    with np.errstate(all="ignore"):  # the largest rates explode
        found = np.array([[runs(rate, seed) for seed in SEEDS] for rate in rates])
    rows = []
    for k in range(found.shape[2]):
        valid = found[:, :, k, 0].mean(axis=1)
        best = int(valid.argmax())
        kept = {"validation": valid, "test": found[best, :, k, 1], "loss": found[best, :, k, 2]}
        kept = {name: np.round(values, 3).tolist() for name, values in kept.items()}
        rows.append({"rate": rates[best], **kept})
    return rows


def recall(T):
    """Each cell at its own best rate, at both budgets."""
    found = {}
    for name, cell in CELLS.items():
        rates = TRIED.get(name, RATES)
        found[name] = table(rates, lambda rate, seed, c=cell: train(*c, T, rate, seed))
    return found


def other_rates(T):
    """What three starts name after all batches at the rates that were not tried with ten."""
    found = {}
    for name, tried in TRIED.items():
        rest = [rate for rate in RATES if rate not in tried]
        runs = {rate: [train(*CELLS[name], T, rate, seed) for seed in SEEDS[:3]] for rate in rest}
        found[name] = {f"{rate:g}": [run[-1, 1] for run in own] for rate, own in runs.items()}
    return found


def untrained(T):
    """What each cell names before training."""
    return {
        name: [
            right(kind, start(np.random.default_rng(seed), kind, bias), T, 2000) for seed in SEEDS
        ]
        for name, (kind, bias) in CELLS.items()
    }


def clipping(T):
    """Plain gradient descent with and without clipping, Elman's network."""
    looks = (300, 600)
    return {
        name: table(
            PLAIN_RATES,
            lambda rate, seed, limit=limit: train(
                "elman", 0, T, rate, seed, looks, limit=limit, step=plain
            ),
        )
        for name, limit in {"without": None, "clipped": 1.0}.items()
    }


def optimizers():
    """Elman's network on ten symbols with three optimizers, all clipped."""
    ways = {"gradient descent": plain, "RMSProp": rmsprop, "Adam": adam}
    rates = {"gradient descent": PLAIN_RATES}
    return {
        name: table(
            rates.get(name, RATES),
            lambda rate, seed, step=step: train(
                "elman", 0, 10, rate, seed, looks=(200,), step=step
            ),
        )
        for name, step in ways.items()
    }


def optimizers_of(T):
    """What ten starts of Elman's network name with four optimizers, all clipped.

    For each of the budgets, a rate: the one with the highest mean on ten other starts, judged by
    other sequences. `others` (rates, budgets) has these means.
    """
    found = {}
    for name, step in OPTIMIZERS.items():
        run = partial(train, "elman", 0.0, T, looks=BUDGETS, step=step)
        with np.errstate(all="ignore"):  # the largest rates explode
            others = np.mean(
                [[run(r, s)[:, 0] for s in OTHER_SEEDS] for r in RATES_30[name]], axis=1
            )
            best = [RATES_30[name][k] for k in others.argmax(axis=0)]
            runs = {r: [run(r, s)[:, 1] for s in SEEDS] for r in set(best)}
        named = [np.array(runs[r])[:, k].round(1).tolist() for k, r in enumerate(best)]
        found[name] = {"others": others.round(1).tolist(), "rates": best, "named": named}
    return found


def starts(T):
    """What thirty starts name after 200 batches: Elman's network by gain, an LSTM by bias."""
    cells = {"Elman": ("elman", 0.0, 1.0)}
    cells |= {f"Elman, gain {gain:g}": ("elman", 0.0, gain) for gain in (1.2, 1.5)}
    cells |= {f"LSTM, bias {bias:g}": ("lstm", bias, 1.0) for bias in (3.0, 5.0)}
    return {
        name: [
            round(float(train(*cell, T, 0.01, seed, looks=(200,), gain=gain)[0, 1]), 1)
            for seed in MANY_SEEDS
        ]
        for name, (*cell, gain) in cells.items()
    }


def longer(T):
    """What five LSTMs of bias 0 name after four times as many batches."""
    cell = CELLS["LSTM, bias 0"]
    runs = (train(*cell, T, 0.01, seed, looks=(LONG_BUDGET,)) for seed in SEEDS[:5])
    return {"LSTM, bias 0": [round(float(run[0, 1]), 1) for run in runs]}


PARTS = {
    "recall 30": lambda: recall(30),
    "other rates": lambda: other_rates(30),
    "longer 30": lambda: longer(30),
    "starts 60": lambda: starts(60),
    "untrained": lambda: untrained(30),
    "clipping 10": lambda: clipping(10),
    "optimizers": optimizers,
    "optimizers 30": lambda: optimizers_of(30),
}


def main():
    path = HERE / "memory.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for part in sys.argv[1:] or PARTS:
        kept[part] = PARTS[part]()
        path.write_text(json.dumps({p: kept[p] for p in PARTS if p in kept}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
