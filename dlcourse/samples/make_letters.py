"""Train LSTMs to predict the next letter of four pages of Alice, for lecture 14.

Run once by hand: ``python dlcourse/samples/make_letters.py`` (about 25 minutes), or with the name
of a part. The text is in lower case and has 33 symbols; the first 80 % train, the next 10 % choose
(units, dropout, rate and the step at which training stops), and the last 10 % judge. Losses are in
bits a letter.
"""

import json
import sys
from itertools import product
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).parent
SYMBOLS = " !',-.?abcdefghijklmnopqrstuvwxyz"
DROPS, RATES = (0.0, 0.25, 0.5), (0.003, 0.01, 0.03, 0.1)
WIDE = (*DROPS, 0.7, 0.8, 0.9)
SETTINGS = (  # units, dropout, rate
    *product((48,), DROPS, RATES),
    *((48, drop, 0.3) for drop in (0.5, 0.7)),
    (48, 0.7, 0.1),
    (96, 0.25, 0.03),
    *product((96,), (0.5, 0.7), (0.03, 0.1)),
    *product((192,), WIDE, (0.01, 0.03)),
    *product((96,), WIDE, (0.01, 0.03, 0.1)),
    *product((48,), WIDE[3:], (0.03, 0.1)),
    *((384, 0.8, rate) for rate in (0.01, 0.03)),  # beyond the best, 192 units at 0.03
    (192, 0.8, 0.1),
)
SETTINGS = tuple(dict.fromkeys(SETTINGS))
STEPS, EVERY, LENGTH, LANES, BEFORE = 400, 20, 40, 16, 200
OTHER_SEEDS = range(10, 15)  # other starts; the rate is the best of all drops but 0
OTHER_SETTINGS = ((96, 0.0, 0.03), (96, 0.25, 0.03), (96, 0.5, 0.03), (96, 0.7, 0.03))


def letters():
    """The text as numbers, and where validation and test begin."""
    text = " ".join((HERE / "alice.txt").read_text("ascii").lower().split())
    codes = torch.tensor([SYMBOLS.index(c) for c in text if c in SYMBOLS])
    return codes, int(0.8 * len(codes)), int(0.9 * len(codes))


class Writer(nn.Module):
    """An LSTM that reads letters, with dropout before the output."""

    def __init__(self, units, drop):
        super().__init__()
        self.cell, self.drop = nn.LSTM(len(SYMBOLS), units), nn.Dropout(drop)
        self.out = nn.Linear(units, len(SYMBOLS))

    def forward(self, codes, state=None):
        hs, state = self.cell(nn.functional.one_hot(codes, len(SYMBOLS)).float(), state)
        return self.out(self.drop(hs)), state


def cross_entropy(scores, codes, reduction="mean"):
    scores, codes = scores.reshape(-1, len(SYMBOLS)), codes.reshape(-1)
    return nn.functional.cross_entropy(scores, codes, reduction=reduction)


@torch.no_grad()
def bits(writer, codes, start, end):
    """Bits of each letter from start to end, after some letters that warm the state up."""
    warm = codes[start - BEFORE : end]
    scores = writer(warm[:-1, None])[0]
    return cross_entropy(scores[BEFORE - 1 :], warm[BEFORE:], "none").numpy() / np.log(2)


def train(units, drop, rate, seed, steps=STEPS):
    """The lowest validation bits, each test letter's there, the step, and the weights there."""
    torch.manual_seed(seed)
    (codes, valid, test), writer = letters(), Writer(units, drop)
    optimizer = torch.optim.Adam(writer.parameters(), rate)
    lane = valid // LANES
    lanes, state, at, best = codes[: lane * LANES].view(LANES, lane).T, None, 0, (np.inf,)
    for t in range(1, steps + 1):
        if at + LENGTH + 1 > lane:
            at, state = int(torch.randint(0, LENGTH // 2, (1,))), None
        writer.train()
        scores, state = writer(lanes[at : at + LENGTH], state)
        state = tuple(s.detach() for s in state)
        optimizer.zero_grad()
        cross_entropy(scores, lanes[at + 1 : at + LENGTH + 1]).backward()
        nn.utils.clip_grad_norm_(writer.parameters(), 1.0)
        optimizer.step()
        at += LENGTH
        if t % EVERY == 0:
            writer.eval()
            loss = float(bits(writer, codes, valid, test).mean())
            if loss < best[0]:
                kept = {name: p.detach().clone() for name, p in writer.state_dict().items()}
                best = loss, bits(writer, codes, test, len(codes)), t, kept
    return best


def rounded(values):
    return np.round(values, 4).tolist()


def named(units, drop, rate):
    return f"{units} units, dropout {drop:g}, rate {rate:g}"


def chosen():
    """Test bits of both starts at the setting that validates best."""
    found = {s: [train(*s, seed) for seed in range(2)] for s in SETTINGS}
    grid = {s: float(np.mean([run[0] for run in runs])) for s, runs in found.items()}
    best = min(grid, key=grid.get)
    runs = found[best]
    return {
        "setting": best,
        "grid": {named(*setting): round(loss, 4) for setting, loss in grid.items()},
        "tests": {named(*s): rounded([run[1].mean() for run in both]) for s, both in found.items()},
        "valid": rounded([run[0] for run in runs]),
        "test": rounded([run[1].mean() for run in runs]),
        "bits": np.round([run[1] for run in runs], 2).tolist(),
        "step": [run[2] for run in runs],
    }


def small(seed=0):
    """The LSTM of the widget, 48 units, in this course's form: Wx, Wh, b, W, b of the output."""
    valid, test, step, kept = train(48, 0.25, 0.01, seed)
    parts = {
        "Wx": kept["cell.weight_ih_l0"].T,
        "Wh": kept["cell.weight_hh_l0"].T,
        "b": kept["cell.bias_ih_l0"] + kept["cell.bias_hh_l0"],
        "W": kept["out.weight"].T,
        "b_out": kept["out.bias"],
    }
    weights = {
        name: np.round(part.numpy().astype(float), 3).tolist() for name, part in parts.items()
    }
    return {"valid": round(valid, 4), "test": round(float(test.mean()), 4), "step": step, **weights}


def drops():
    """What five other starts reach with each dropout: their bits, and the mean of each letter's."""
    found = {}
    for units, drop, rate in OTHER_SETTINGS:
        runs = [train(units, drop, rate, seed) for seed in OTHER_SEEDS]
        found[f"{drop:g}"] = {
            "valid": rounded([run[0] for run in runs]),
            "test": rounded([run[1].mean() for run in runs]),
            "bits": np.mean([run[1] for run in runs], axis=0).round(3).tolist(),
        }
    return found


PARTS = {"LSTM": chosen, "small": small, "drops": drops}


def main():
    torch.set_num_threads(1)
    path = HERE / "letters.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for part in sys.argv[1:] or PARTS:
        kept[part] = PARTS[part]()
        path.write_text(json.dumps({p: kept[p] for p in PARTS if p in kept}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
