import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Rosenblatt's rule
#
# `X` (N, D) holds one point in each row, `y` (N,) the classes, 0 or 1, and `lr` is $\eta$. Start
# with `w` (D,) and `b` at zero. In each epoch go through the rows in order. For each row:
#
# - predict $\hat y$ with the current weights: 1 where $x \cdot w + b > 0$, else 0;
# - if $\hat y$ is wrong, count a mistake, add $\eta\,(y - \hat y)\,x$ to `w` and
#   $\eta\,(y - \hat y)$ to `b`, and go on with the new weights.
#
# Stop after the first epoch without a mistake, or after `max_epochs` epochs. Return
# `(w, b, mistakes)`, where the list `mistakes` holds one count for each epoch, the last one
# included.

# %% [markdown] tags=["hint"]
# Go through AND by hand: after the first epoch `w` is (1, 1), `b` is 1 and one row was wrong. Print
# `w` and `b` after every single row and find the first one that differs.


# %% tags=["solution"] minutes=12 results=["w", "b", "mistakes"]
def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    """Return (w, b, mistakes) of the perceptron rule; mistakes counts the errors of each epoch."""
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    while len(mistakes) < max_epochs:
        wrong = 0
        for x, target in zip(X, y, strict=True):
            error = int(target) - int(x @ w + b > 0)
            w, b = w + lr * error * x, b + lr * error
            wrong += abs(error)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes


# %% tags=["cases"]
promises = ["integer: X", "pure", "repeatable"]


CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def visible():
    yield CORNERS, np.array([0, 0, 0, 1])
    yield CORNERS.astype(int), np.array([1, 1, 1, 0]), 0.5
    yield CORNERS, np.array([0, 1, 1, 0]), 1.0, 4


def hidden(rng):
    for d, lr in [(2, 1.0), (3, 0.25), (4, 2.0)]:
        w = rng.choice([-1.0, 1.0], size=d) * rng.uniform(1, 2, size=d)
        X = rng.normal(size=(15, d))
        side = X @ w + 0.5
        X = X + np.sign(side)[:, None] * 0.3 * w / np.linalg.norm(w)
        yield X, (side > 0).astype(int), lr
    yield CORNERS.astype(int), np.array([0, 1, 1, 1])
    yield CORNERS, np.array([0, 1, 1, 0]), 0.5, 7
    yield CORNERS, np.array([0, 0, 0, 1]), 1.0, 2
    yield CORNERS, np.array([0, 1, 1, 0])  # no line: all of the epochs that are the default


# %% tags=["mistakes"]
def fit(X, y, lr, max_epochs, **changes):
    """The solution with its parts open."""
    w, b, mistakes = np.zeros(X.shape[1]) + changes.get("start", 0.0), 0.0, []
    while len(mistakes) < max_epochs:
        wrong = mistakes[-1] if changes.get("counts_on") and mistakes else 0
        old_w, old_b = w, b
        for x, target in zip(X, y, strict=True):
            by_w, by_b = (old_w, old_b) if changes.get("batch") else (w, b)
            score = x @ by_w + by_b
            fires = score >= 0 if changes.get("fires_at_zero") else score > 0
            error = int(target) - int(fires)
            moves = error > 0 or not changes.get("only_up")
            step = changes.get("sign", 1) * lr * error * moves
            w = w + step * (1.0 if changes.get("forgets_x") else x)
            bias_step = step / lr if changes.get("bias_without_rate") else step
            b = b + (0.0 if changes.get("no_bias") else bias_step)
            wrong += error if changes.get("signed") else abs(error)
        if changes.get("counts_after"):
            wrong = int(np.sum((X @ w + b > 0) != y))
        mistakes.append(wrong)
        if wrong == 0 and not changes.get("goes_on"):
            break
    return w, b, mistakes


@mistake("Each step makes the score of the row it was made for worse: check the sign of the step.")
def turns_the_sign(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, sign=-1)


@mistake(
    "All rows of an epoch were judged with the weights it began with: correct them after each row."
)
def corrects_after_the_epoch(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, batch=True)


@mistake("The bias never moves: it learns as the weights do, with an input of 1.")
def forgets_the_bias(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, no_bias=True)


@mistake("Several epochs in a row have no mistake: stop after the first of them.")
def does_not_stop(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, goes_on=True)


@mistake("A row on the line was taken as 1: with weights at zero that is every row.")
def fires_on_the_line(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, fires_at_zero=True)


@mistake("lr makes no difference in your weights.")
def ignores_the_rate(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, 1.0, max_epochs)


@mistake("At rate 1 all is right, at others the bias is not: which factors has its correction?")
def moves_the_bias_by_one(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, bias_without_rate=True)


@mistake("All weights move alike: each moves in proportion to its own input.")
def forgets_x(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, forgets_x=True)


@mistake("The weights do not start at zero.")
def starts_at_one(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, start=1.0)


@mistake("The last epoch is missing from the list: the one without a mistake belongs in it, too.")
def leaves_the_last_epoch_out(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes = fit(X, y, lr, max_epochs)
    return w, b, [count for count in mistakes if count]


@mistake("The counts only grow from epoch to epoch: each epoch counts from 0.")
def counts_on(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, counts_on=True)


@mistake(
    "A row that should be 1 and a row that should be 0 are two mistakes: in your count they cancel."
)
def adds_signed_errors(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, signed=True)


@mistake(
    "The mistakes are counted with the weights that an epoch ends with: count each row with the "
    "prediction that corrects the weights."
)
def counts_after_the_epoch(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, counts_after=True)


@mistake("Where a row of class 0 fires, your weights do not change: what is y − ŷ there?")
def learns_from_ones_alone(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, max_epochs, only_up=True)


@mistake("Only one epoch was run: does your `return` stand inside the loop?")
def runs_one_epoch(X, y, lr=1.0, max_epochs=100):
    return fit(X, y, lr, 1)
