"""Measure the levers on unequal classes, for lecture 17.

Run once by hand: ``python dlcourse/samples/make_practice.py`` (about 15 minutes), or with the name
of a part. One row in twenty is the digit 8: every second 8 is left out, a fifth of the rest trains,
two fifths validate and two fifths test. All three parts have the same share of eights.
"""

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from dlcourse.reference.activations import sigmoid
from dlcourse.reference.evaluation import precision_recall_curve
from dlcourse.reference.metrics import precision_recall_f1, roc_auc
from dlcourse.reference.sampling import smote

HERE = Path(__file__).parent
SEEDS, DIGIT = range(10), 8
LEVERS = ("class weights", "oversampling", "SMOTE", "undersampling")
STRENGTHS = (0.25, 0.5, 0.75, 1.0, 1.25)  # 0 changes nothing, 1 makes both classes weigh the same
PENALTIES = (1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)  # of equals the largest is taken
NET_RATES, NET_STEPS = (0.001, 0.003, 0.01, 0.03, 0.1), (25, 50, 100, 200)


def split(seed, digit=DIGIT):
    """Train, validation and test rows with labels 1 for the digit; pixels from 0 to 1."""
    with np.load(HERE / "digits.npz") as stored:
        X = np.concatenate([stored["X_train"], stored["X_test"]]).reshape(-1, 64) / 16
        y = (np.concatenate([stored["y_train"], stored["y_test"]]) == digit).astype(int)
    rng = np.random.default_rng(seed)
    own, others = (rng.permutation(np.flatnonzero(y == label)) for label in (1, 0))
    own = own[: len(own) // 2]
    parts = []
    for begin, end in ((0, 1), (1, 3), (3, 5)):
        rows = [r[begin * len(r) // 5 : end * len(r) // 5] for r in (own, others)]
        rows = np.concatenate(rows)
        parts.append((X[rows], y[rows]))
    return parts


def pulled(lever, strength, X, y, rng):
    """The training set (X, y, weights) under a lever: the ratio of classes to the power 1 - s."""
    few, many = int(y.sum()), int((1 - y).sum())
    weights = np.ones(len(y))
    factor = (many / few) ** strength
    more = round(few * factor) - few
    if lever == "class weights":
        weights[y == 1] = factor
    elif lever == "undersampling":
        left = rng.permutation(np.flatnonzero(y == 0))[: round(many / factor)]
        rows = np.concatenate([np.flatnonzero(y == 1), left])
        return X[rows], y[rows], weights[rows]
    else:
        new = (
            smote(X[y == 1], more, 5, rng)
            if lever == "SMOTE"
            else X[y == 1][rng.integers(few, size=more)]
        )
        X, y = np.concatenate([X, new]), np.concatenate([y, np.ones(more, int)])
        weights = np.ones(len(y))
    return X, y, weights


def logistic(X, y, weights, penalty):
    """The scores' function of a logistic regression, at the optimum (Newton steps)."""
    A = np.hstack([X, np.ones((len(X), 1))])
    w, weights = np.zeros(A.shape[1]), weights / weights.sum()
    R = np.diag([penalty] * X.shape[1] + [1e-9])  # the bias is free
    for _ in range(200):
        p = sigmoid(A @ w)
        slope = A.T @ (weights * (p - y)) + R @ w
        step = np.linalg.solve((A.T * (weights * p * (1 - p))) @ A + R, slope)
        w = w - step * min(1, 5 / np.linalg.norm(step))
        if np.linalg.norm(step) < 1e-8:
            return lambda rows: rows @ w[:-1] + w[-1]
    raise ArithmeticError(f"no optimum after 200 steps: the last one had {np.linalg.norm(step)}")


def best_threshold(y, scores):
    """The threshold with the highest F1."""
    precision, recall, thresholds = precision_recall_curve(y, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return thresholds[f1[: len(thresholds)].argmax()]


def judged(score, valid, test):
    """AUC of validation and test; test precision, recall, F1 at the half; F1 at the best cut."""
    own = [score(X) for X, _ in (valid, test)]
    at_half = precision_recall_f1(test[1], (own[1] > 0).astype(int))
    moved = (own[1] >= best_threshold(valid[1], own[0])).astype(int)
    found = roc_auc(valid[1], own[0]), roc_auc(test[1], own[1])
    return [*found, *at_half, precision_recall_f1(test[1], moved)[2]]


def chosen(table):
    """Of all settings (..., 6) the row that validates best, and its place."""
    place = np.unravel_index(table[..., 0].argmax(), table.shape[:-1])
    return [round(float(v), 4) for v in table[place][1:]], [int(p) for p in place]


def one_start(train, valid, test, seed, strengths=STRENGTHS):
    """The row of each lever: at full strength, and at the strength that validates best."""

    def row(lever, strength):
        sets = pulled(lever, strength, *train, np.random.default_rng(seed))
        return [judged(logistic(*sets, penalty), valid, test) for penalty in PENALTIES]

    found = {"nothing": {"full": chosen(np.array(row("class weights", 0.0)))}}
    for lever in LEVERS:
        table = np.array([row(lever, s) for s in strengths])
        found[lever] = {
            "full": chosen(table[strengths.index(1.0)]),
            "chosen": chosen(table),
        }
    return found


def levers(digit):
    """One digit as the rare one, ten splits: rows of `one_start` for each lever."""
    found = {}
    for seed in SEEDS:
        for lever, rows in one_start(*split(seed, digit), seed).items():
            for how, (numbers, place) in rows.items():
                own = found.setdefault(lever, {}).setdefault(how, {"test": [], "place": []})
                own["test"].append(numbers)
                own["place"].append(place)
    return found


def net_table(X, y, weights, valid, test, seed):
    """Rows (rates, looks, 6) of a network with 32 hidden units, trained by Adam on all rows."""
    X, y, weights = (torch.tensor(np.asarray(a), dtype=torch.float32) for a in (X, y, weights))
    rows = []
    for rate in NET_RATES:
        torch.manual_seed(seed)
        net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
        moves = torch.optim.Adam(net.parameters(), rate)
        own = []

        def score(rows, net=net):
            with torch.no_grad():
                return net(torch.tensor(rows, dtype=torch.float32))[:, 0].double().numpy()

        for t in range(1, max(NET_STEPS) + 1):
            moves.zero_grad()
            losses = nn.functional.binary_cross_entropy_with_logits(
                net(X)[:, 0], y, weight=weights, reduction="sum"
            )
            (losses / weights.sum()).backward()
            moves.step()
            if t in NET_STEPS:
                own.append(judged(score, valid, test))
        rows.append(own)
    return np.array(rows)


def net(seed):
    """A small network instead of the logistic regression, digit 8, one split: as `one_start`."""
    train, valid, test = split(seed)
    found = {}
    for lever in ("nothing", *LEVERS):
        strengths = (0.0,) if lever == "nothing" else (0.5, 1.0)
        sets = [pulled(lever, s, *train, np.random.default_rng(seed)) for s in strengths]
        table = np.array([net_table(*one, valid, test, seed) for one in sets])
        found[lever] = {"full": chosen(table[-1]), "chosen": chosen(table)}
    return found


def scores(seed=0, penalty=1e-3):
    """One split's test labels and scores under each lever at five strengths, for the widget."""
    train, _, test = split(seed)
    found = {"y": test[1].tolist(), "strengths": [0.0, *STRENGTHS[:4]], "scores": {}}
    for lever in LEVERS:
        found["scores"][lever] = [
            np.round(
                logistic(*pulled(lever, s, *train, np.random.default_rng(seed)), penalty)(test[0]),
                3,
            ).tolist()
            for s in found["strengths"]
        ]
    return found


PARTS = {"scores": scores}
PARTS |= {f"digit {digit}": partial(levers, digit) for digit in range(10)}
PARTS |= {f"net {seed}": partial(net, seed) for seed in SEEDS}


def main():
    torch.set_num_threads(1)
    path = HERE / "practice.json"
    for part in sys.argv[1:] or PARTS:
        made = PARTS[part]()
        kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
        kept[part] = made
        path.write_text(json.dumps({p: kept[p] for p in PARTS if p in kept}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
