import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Repair a training script
#
# The script below trains on rows `X` (N, D) of the classes `y` (N,), 0 to K − 1 with
# K = `y.max() + 1`, and prints its accuracy on validation rows. It runs without an error, and it
# has eight bugs. Repair `train_run`, or write it anew: layers, optimizer and epochs are yours. It
# returns `model` and `history`: `model` turns a float32 tensor of raw rows (M, D) into scores
# (M, K), and `history` lists the losses of the batches from the first on, as floats. Columns of
# `X` may be constant, the same rows and the same state of `rng` must give the same model, and
# 1,000 rows may take a second or two. Nine promises are checked, most of them on small made-up
# data, and what the function prints there is not shown:
#
# 1. *first loss*: averaged over several starts, it lies within 0.4 of ln K;
# 2. *labels*: column k of the scores is that of class k;
# 3. *floor*: if all rows are of class 9, so that K is 10, the losses end below 1, and so does the
#    cross-entropy of the scores;
# 4. *steps*: with the same rows, the mean score of class 9 ends 0.5 to 700 above the lowest mean
#    score of another class;
# 5. *pairs*: three distant clouds are told apart, although their rows come sorted by class;
# 6. *validation rows*: with other values in `X_val` or `y_val` the model is the same;
# 7. *company*: a row's scores do not depend on the rows beside it;
# 8. *repeat*: the same rows get the same scores again;
# 9. *digits*: trained on 1,000 digits, it reads 90 % of fresh ones; the grader takes the second
#    best of three starts.
#
# With six promises kept or more, *pairs* or *digits* among them, each earns a point; otherwise
# there is no point, since a model that reads no row keeps seven. A promise counts as kept however
# you keep it.

# %% [markdown] tags=["hint"]
# Take the promises one by one and leave accuracy aside. For each, make the smallest data that it
# speaks of, run the function on them, and print what the promise is about.


# %% tags=["solution"] kind="torch" points=9 minutes=30 least=6 needs=["pairs", "digits"]
def train_run(X, y, X_val, y_val, rng):
    """Train a classifier on X and y; return (model, history)."""
    import torch
    from torch import nn

    torch.manual_seed(int(rng.integers(2**31)))
    classes = int(y.max()) + 1
    mean = torch.tensor(X.mean(axis=0), dtype=torch.float32)
    std = torch.tensor(X.std(axis=0), dtype=torch.float32) + 0.05
    rows = (torch.tensor(X, dtype=torch.float32) - mean) / std
    labels = torch.tensor(y)

    dense = [nn.Linear(n, m) for n, m in [(X.shape[1], 64), (64, 64), (64, classes)]]
    block = [dense[0], nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.3)]
    net = nn.Sequential(*block, dense[1], nn.ReLU(), dense[2])
    for layer in dense:
        nn.init.kaiming_normal_(layer.weight)
        nn.init.zeros_(layer.bias)
    dense[2].weight.data *= 0.1  # small scores at first: no class is preferred
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def model(raw):
        return net((raw - mean) / std)

    history = []
    for _ in range(10):
        order = torch.tensor(rng.permutation(len(rows)))
        for batch in order.split(32):
            if len(batch) == 1:
                continue  # batch norm has no variance of one row
            loss = nn.functional.cross_entropy(net(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            history.append(loss.item())
    net.eval()
    return model, history


# %% tags=["starter"]
def starter_train_run(X, y, X_val, y_val, rng):
    """Train a classifier on X and y; return (model, history)."""
    import torch
    from torch import nn

    torch.manual_seed(int(rng.integers(2**31)))
    classes = int(y.max()) + 1

    # prepare the rows
    X, y = np.concatenate([X, X_val]), np.concatenate([y, y_val])
    mean, std = X.mean(axis=0), X.std(axis=0) + 0.05
    rows = torch.tensor((X - mean) / std, dtype=torch.float32)
    targets = torch.eye(classes)[torch.tensor(y) - 1]

    # build the network
    block = [nn.Linear(X.shape[1], 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.3)]
    block += [nn.Linear(64, 64), nn.ReLU()]
    net = nn.Sequential(*block, nn.Linear(64, classes), nn.Softmax(dim=1))
    for layer in net:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def model(raw):
        return net((raw - raw.mean()) / (raw.std() + 0.05))

    # train it
    history = []
    for _ in range(10):
        order = torch.tensor(rng.permutation(len(rows)))
        for start in range(0, len(rows) - 1, 32):  # batch norm takes no row alone
            batch = order[start : start + 32]
            scores = net(rows[batch])
            loss = nn.functional.cross_entropy(scores, targets[start : start + 32])
            loss.backward()
            optimizer.step()
            history.append(loss.item())

    # measure it
    read = model(torch.tensor(X_val, dtype=torch.float32)).argmax(dim=1)
    print(f"validation: {100 * np.mean(read.numpy() == y_val):.0f} %")
    return model, history


# %% tags=["probe"]
PARTS = [  # each is right where the numbers are that begin with its name
    "first loss", "labels", "floor", "steps", "pairs", "validation rows", "company", "repeat",
    "digits",
]  # fmt: skip


def collect(fn, given):
    from contextlib import redirect_stdout
    from io import StringIO

    import torch

    X, y, X_val, labels, batches, seeds = given
    raw = []
    for seed in seeds:
        for rows, y_val in zip(X_val, labels, strict=True):
            torch.manual_seed(seed)  # an answer may draw before it seeds torch
            rng = np.random.default_rng(seed)
            with redirect_stdout(StringIO()):
                model, history = fn(X.copy(), y.copy(), rows.copy(), y_val.copy(), rng)
            scores = []
            for batch in batches:
                with torch.no_grad():
                    found = model(torch.tensor(batch, dtype=torch.float32))
                scores.append(found.numpy().copy() if hasattr(found, "numpy") else found)
            raw.append({"history": [*history], "scores": scores})
    return raw


def digits(seed):
    """Pixels and labels of 1,000 digits, of 100 and of 337 others."""
    from dlcourse.data.sets import load_digits

    table = load_digits(flat=True)
    order = np.random.default_rng(seed).permutation(len(table.y_train))
    X, y = table.X_train[order], table.y_train[order]
    return [(X[part], y[part]) for part in (slice(1000), slice(1000, 1100), slice(1100, None))]


def clouds(seed):
    """Three clouds sorted by class, validation rows that are spread wider, and fresh rows."""
    rng = np.random.default_rng(seed)
    centres = rng.choice([-1.0, 1.0], size=(3, 16))
    labels = [np.repeat([0, 1, 2], n) for n in (64, 128, 20)]
    spreads = zip(labels, (0.3, 1.0, 0.3), strict=True)
    return [(centres[y] + width * rng.normal(size=(len(y), 16)), y) for y, width in spreads]


def forty_clouds(seed):
    """So many classes that the first loss hardly depends on the start."""
    rng = np.random.default_rng(seed)
    centres = rng.choice([-1.0, 1.0], size=(40, 16))
    labels = [np.arange(n) % 40 for n in (160, 40, 40)]
    return [(centres[y] + 0.3 * rng.normal(size=(len(y), 16)), y) for y in labels]


def one_class(seed):
    """Noise, all of it of class 9."""
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=(n, 8)), np.full(n, 9)) for n in (320, 64, 64)]


TABLES = {
    "forty clouds": forty_clouds, "one class": one_class, "three clouds": clouds, "digits": digits,
}  # fmt: skip


def give(case):
    """Rows, labels, validation sets, batches to score, and seeds; no label of a fresh row."""
    kind, *seeds = case
    (X, y), (X_val, y_val), (fresh, _) = TABLES[kind](seeds[0])
    if kind != "three clouds":
        return X, y, [X_val], [y_val], [fresh], seeds
    far = np.full((1, X.shape[1]), 1000.0)
    batches = [fresh, fresh, np.concatenate([fresh, far]), np.repeat(fresh[:1], 2, axis=0)]
    return X, y, [X_val, X_val, X_val + 1000], [y_val, (y_val + 1) % 3, y_val], batches, seeds


def judge(case, raw):
    kind, *seeds = case
    (_, y), _, (_, truth) = TABLES[kind](seeds[0])
    classes = int(y.max()) + 1
    sets, batches = (3, 4) if kind == "three clouds" else (1, 1)
    counted = isinstance(raw, list) and len(raw) == len(seeds) * sets
    assert counted, "a pair: model, history"
    assert all(len(run["scores"]) == batches for run in raw), "a pair: model, history"
    for run in raw:
        losses = run["history"]
        numbers = [loss for loss in losses if isinstance(loss, float | np.floating | np.ndarray)]
        plain = 0 < len(losses) == len(numbers) and all(np.ndim(loss) == 0 for loss in losses)
        assert plain, "a history of floats, one a batch"
        shapes = [getattr(scores, "shape", ()) for scores in run["scores"]]
        good = np.mean([shape[1:] == (classes,) for shape in shapes])
        if good < 1:  # what does not ask for scores may be right
            text = f"share of tensors of scores (M, {classes})"
            return {f"{part}: {text}": (good, 1.0, None) for part in JUDGES[kind][1]}
    return JUDGES[kind][0](truth, raw)


def first_loss(_, raw):
    # over 25 tries of six starts, PyTorch's own last layer or Xavier's start of all gave at most
    # 0.36, and Kaiming's start of the last layer, in the script's network, 0.46 to 0.96
    above = [run["history"][0] - np.log(40) for run in raw]
    return {
        "first loss: how far above ln 40, the mean of several starts": (
            np.mean(above), -0.4, 0.4),
        "first loss: how far above ln 40, the largest": (max(above), None, 5.0),
    }  # fmt: skip


def of_digits(truth, raw):
    shares = sorted(np.mean(run["scores"][0].argmax(axis=1) == truth) for run in raw)
    best = " in the second best of three starts" if len(raw) > 1 else ""
    # a right answer read 0.92 to 0.97 over 18 starts; no single start decides the mark
    middle = shares[len(shares) // 2]
    lost = np.mean([np.mean(~np.isfinite(run["history"])) for run in raw])
    return {
        "digits: share of losses that are no finite numbers": (lost, None, 0.0),
        f"digits: share read right{best}": (middle, 0.9, None),
    }


def of_one_class(truth, raw):
    scores = raw[0]["scores"][0].astype(float)
    means = scores.mean(axis=0)
    shifted = scores - scores.max(axis=1, keepdims=True)
    chances = (scores.min(axis=1) >= 0) & (np.abs(scores.sum(axis=1) - 1) < 1e-3)
    surprise = np.log(np.exp(shifted).sum(axis=1)) - shifted[:, means.argmax()]
    return {
        "labels: share of rows of class 9 whose score 9 is the highest": (
            np.mean(scores.argmax(axis=1) == truth), 0.9, None),
        "floor: mean of the last five losses": (np.mean(raw[0]["history"][-5:]), None, 1.0),
        "floor: cross-entropy of the scores": (surprise.mean(), None, 1.0),
        "floor: share of rows whose scores are probabilities": (chances.mean(), None, 0.5),
        "steps: highest mean score less the lowest": (np.ptp(means), 0.5, 700.0),
    }  # fmt: skip


def of_clouds(truth, raw):
    scores, again, beside, twins = (batch.astype(float) for batch in raw[0]["scores"])
    labels = scores.argmax(axis=1)
    modes = [np.bincount(labels[truth == k], minlength=3).argmax() for k in range(3)]
    clear = scores.max(axis=1) - np.median(scores, axis=1) > 0.5  # no chance of an untrained net
    apart = np.mean(clear & (labels == np.array(modes)[truth])) * len(set(modes)) / 3
    scale = 1 + np.abs(scores).max()
    repeats = np.abs(again - scores).max() / scale
    moved = max(np.abs(beside[:-1] - scores).max(), np.abs(twins - scores[:1]).max()) / scale
    other, far = (run["scores"][0].astype(float) for run in raw[1:])
    says = repeats < 1e-6  # else a change says nothing of validation rows
    changed = [np.abs(run - scores).max() / scale * says for run in (other, far)]
    return {
        "pairs: share of fresh rows whose cloud is told from the others": (apart, 0.8, None),
        "validation rows: share of rows read otherwise when the labels in y_val are others": (
            np.mean(other.argmax(axis=1) != labels), None, 0.1),
        "validation rows: change of scores when y_val is another": (changed[0], None, 1e-3),
        "validation rows: change of scores when X_val is far away": (changed[1], None, 1e-3),
        "company: change of a row's scores with the rows beside it": (moved, None, 1e-3),
        "repeat: change of scores from one call to the next": (repeats, None, 1e-6),
    }  # fmt: skip


JUDGES = {
    "forty clouds": (first_loss, ["first loss"]),
    "one class": (of_one_class, ["labels", "floor", "steps"]),
    "three clouds": (of_clouds, ["pairs", "validation rows", "company", "repeat"]),
    "digits": (of_digits, ["digits"]),
}


LINES = {
    "one class": """
rng = np.random.default_rng({})
X, y = rng.normal(size=(320, 8)), np.full(320, 9)
X_val, y_val = rng.normal(size=(64, 8)), np.full(64, 9)""",
    "three clouds": """
rng = np.random.default_rng({})
centres = rng.choice([-1.0, 1.0], size=(3, 16))
y, y_val = np.repeat([0, 1, 2], 64), np.repeat([0, 1, 2], 128)
X = centres[y] + 0.3 * rng.normal(size=(192, 16))
X_val = centres[y_val] + rng.normal(size=(384, 16))""",
    "forty clouds": """
rng = np.random.default_rng({})
centres = rng.choice([-1.0, 1.0], size=(40, 16))
y, y_val = np.arange(160) % 40, np.arange(40)
X = centres[y] + 0.3 * rng.normal(size=(160, 16))
X_val = centres[y_val] + 0.3 * rng.normal(size=(40, 16))""",
    "digits": """
from dlcourse.data.sets import load_digits
digits = load_digits(flat=True)
order = np.random.default_rng({}).permutation(len(digits.y_train))
X, X_val = digits.X_train[order[:1000]], digits.X_train[order[1000:1100]]
y, y_val = digits.y_train[order[:1000]], digits.y_train[order[1000:1100]]""",
}


def call(case):
    """The first of the trainings."""
    kind, seed, *_ = case
    last = "train_run(X, y, X_val, y_val, np.random.default_rng({}))"
    return f"{LINES[kind].strip()}\n{last}", seed, seed


# %% tags=["cases"]
def visible():
    yield "forty clouds", 4, 5, 6, 7, 8, 9
    yield "one class", 1
    yield "three clouds", 2
    yield "digits", 3


def hidden(rng):
    seeds = [int(n) for n in rng.integers(10**6, size=11)]
    yield "forty clouds", *seeds[5:]
    yield "one class", seeds[0]
    yield "three clouds", seeds[1]
    yield "digits", *seeds[2:5]


# %% tags=["mistakes"]
def script(*bugs, digits=None):
    """The function with some bugs; on the digits sound if `digits` is "ok", useless if "low".

    What a bug leaves of the digits varies from start to start, and with it a signature: a mistake
    stands for one side.
    """

    def run(X, y, X_val, y_val, rng):
        import copy

        import torch
        from torch import nn

        epochs, left = 10, {*bugs}
        if X.shape[1] == 64 and digits:
            if digits == "ok":
                return sound_on_digits({*bugs} & FORMS, X, y, X_val, y_val, rng)
            epochs, left = 1, {*bugs, "pairs"}
        torch.manual_seed(int(rng.integers(2**31)))
        both = np.concatenate([X, X_val])
        if "leak" in left:
            X, y = both, np.concatenate([y, y_val])
        scaled = both if "scaled" in left else X
        classes = int(y.max()) + 1
        if classes == 40 and "last" not in left:
            epochs = 1  # of forty clouds the first loss alone is asked
        mean, std = (torch.tensor(f(scaled, axis=0)).float() for f in (np.mean, np.std))
        std = std if "constant" in left else std + 0.05
        rows = (torch.tensor(X).float() - mean) / std
        targets = torch.eye(classes)[torch.tensor(y) - int("shift" in left)]
        dense = [nn.Linear(n, m) for n, m in [(X.shape[1], 64), (64, 64), (64, classes)]]
        block = [dense[0], nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.3)]
        net = nn.Sequential(*block, dense[1], nn.ReLU(), dense[2])
        for layer in dense:
            start = nn.init.normal_ if "weights" in left else nn.init.kaiming_normal_
            start(layer.weight)
            nn.init.zeros_(layer.bias)
        dense[2].weight.data *= 1.0 if {"weights", "last layer"} & left else 0.1
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

        def scored(rows):
            return net(rows).softmax(dim=1) if "softmax" in left else net(rows)

        def model(raw):
            if "own" in left:
                return scored((raw - raw.mean()) / (raw.std() + 0.05))
            found = scored((raw - mean) / std)
            return found.softmax(dim=1) if "probabilities" in left else found

        history, best = [], -1.0
        for _ in range(epochs):
            net.train()
            order = torch.tensor(rng.permutation(len(rows)))
            order = torch.arange(len(rows)) if "sorted" in left else order
            for start in range(0, len(rows) - 1, 32):
                batch = order[start : start + 32]
                of = slice(start, start + 32) if "pairs" in left else batch
                loss = nn.functional.cross_entropy(scored(rows[batch]), targets[of])
                if "clear" not in left:
                    optimizer.zero_grad()
                loss.backward()
                if "late" in left:
                    optimizer.zero_grad()
                optimizer.step()
                history.append(loss if "tensors" in left else loss.item())
            if "chosen" in left:
                net.eval()
                read = model(torch.tensor(X_val).float()).argmax(dim=1).numpy()
                if (share := np.mean(read == y_val)) > best:
                    best, kept = share, copy.deepcopy(net.state_dict())
        if "chosen" in left:
            net.load_state_dict(kept)
        if "eval" not in left:
            net.eval()
        if "last" in left:
            history = history[-len(history) // epochs :]
        return model, history

    return run


SOUND = {}  # trainings on digits by form, rows and start: many mistakes ask for the same one


def sound_on_digits(forms, X, *rest):
    key = frozenset(forms), X.tobytes(), str(rest[-1].bit_generator.state)
    if key not in SOUND:
        SOUND[key] = script(*forms)(X, *rest)
    return SOUND[key]


FORMS = {"tensors", "last", "probabilities"}  # of what comes back
PAIRS = "look at some rows of a batch with their labels beside them"
SAID = {
    "softmax": "With one class alone the loss stops at 1.46: what is the least loss that scores "
    "between 0 and 1 allow?",
    "weights": "The first loss is far above ln K: how large are the scores before any step?",
    "own": "A row's scores depend on the rows beside it, and are the same when asked again: print "
    "mean and spread of what goes into the network.",
    "eval": "The same rows get other scores when they are asked again: which parts of the network "
    "draw at random, and when should they?",
}
LEAK_AND_OWN = (
    "A row's scores depend on the rows beside it, and other labels in y_val change what is read: "
    "print mean and spread of what goes into the network, and count the validation rows among the "
    "training rows."
)


def known(sentence, *bugs, digits):
    return mistake(sentence)(script(*bugs, digits=digits))


softmax_twice = known(SAID["softmax"], "softmax", digits="low")
weights_too_large = known(SAID["weights"], "weights", digits="low")
scales_rows_by_themselves = known(SAID["own"], "own", digits="ok")
scales_rows_by_themselves_and_worse = known(SAID["own"], "own", digits="low")
stays_in_training_mode = known(SAID["eval"], "eval", digits="ok")
stays_in_training_mode_and_worse = known(SAID["eval"], "eval", digits="low")
trains_on_validation_rows = known(
    "Other labels in y_val change what the model reads: count the validation rows that stand among "
    "the training rows, too.",
    "leak", digits="ok",
)  # fmt: skip
numbers_classes_from_1 = known(
    "Rows of class 9 score another class highest: print the confusion matrix. Where do its large "
    "numbers lie?",
    "shift", digits="low",
)  # fmt: skip
starts_the_last_layer_too_large = known(
    "The last layer starts too large: print the spread of the scores before any step. Which "
    "spread would make all classes alike?",
    "last layer", digits="ok",
)  # fmt: skip
divides_constant_columns_by_0 = known(
    "On the digits the losses are no numbers: print the spread of each column of X.",
    "constant", digits="low",
)  # fmt: skip
chooses_its_epoch_by_validation_rows = known(
    "With other labels in y_val the scores are others, although rows are read alike: does y_val "
    "choose the epoch, or is something drawn without rng?",
    "chosen", digits="ok",
)  # fmt: skip
leaks_and_scales_rows_by_themselves = known(LEAK_AND_OWN, "leak", "own", digits="ok")
leaks_and_scales_rows_by_themselves_and_worse = known(LEAK_AND_OWN, "leak", "own", digits="low")
never_clears = known(
    "With one class alone the scores end thousands apart: take three steps on one batch at rate 0 "
    "and print the size of the gradient after each.",
    "clear", digits="low",
)  # fmt: skip
parts_rows_and_labels = known(
    f"One class is learned, and three distant clouds are not told apart: {PAIRS}.",
    "pairs", digits="low",
)  # fmt: skip
never_shuffles = known(
    "Mixed rows are learned, and rows sorted by class are not: count the classes in each batch.",
    "sorted", digits="ok",
)  # fmt: skip
scales_by_validation_rows = known(
    "Validation rows that lie far away change the scores of others: print the numbers by which "
    "the training rows are scaled.",
    "scaled", digits="ok",
)  # fmt: skip
clears_before_the_step = known(
    "Nothing is learned, not even one class: print the update ratio of one step. Is it 0?",
    "late", digits="low",
)  # fmt: skip
hands_out_probabilities = known(
    "The loss falls to 0, but what the model gives lies between 0 and 1: scores are asked, from "
    "before the softmax.",
    "probabilities", digits="ok",
)  # fmt: skip
keeps_the_last_epoch = known(
    "The first loss is below ln K: was it taken before any step, and is there one for each batch?",
    "last", digits="ok",
)  # fmt: skip
keeps_tensors = known(
    "The history holds tensors, which keep their graphs: how do you get a float from one?",
    "tensors", digits="ok",
)  # fmt: skip
shifts_and_parts = known(
    "Rows of class 9 score another class highest, and distant clouds are not told apart: print the "
    f"confusion matrix, and {PAIRS}.",
    "shift", "pairs", digits="low",
)  # fmt: skip
parts_and_leaks = known(
    "Distant clouds are not told apart, and other labels in y_val change what is read: "
    f"{PAIRS}, and count the validation rows among the training rows.",
    "pairs", "leak", digits="low",
)  # fmt: skip
shifts_and_softmax_twice = known(
    "Rows of class 9 score another class highest, and their loss stops at 1.46: print the "
    "confusion matrix, and the lowest and the highest score.",
    "shift", "softmax", digits="low",
)  # fmt: skip
leaks_and_stays_in_training_mode = known(
    "The same rows get other scores when asked again, and other labels in y_val change what is "
    "read: ask twice, and count the validation rows among the training rows.",
    "leak", "eval", digits="ok",
)  # fmt: skip


@mistake("Two things are asked, the model and the history.")
def returns_the_model_alone(X, y, X_val, y_val, rng):
    return script(digits="low")(X, y, X_val, y_val, rng)[0]
