import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Two layers, one batch
#
# The forward pass is $a_1 = \tanh(X W_1 + b_1)$, $s_2 = a_1 W_2 + b_2$ and a softmax along each row
# of $s_2$. The loss is the mean over the batch of $-\ln p_{n, y_n}$, with the true classes in
# `labels` (N,). Return `(loss, dW1, db1, dW2, db2)`, each gradient in the shape of its parameter.

# %% [markdown] tags=["hint"]
# Compare your gradients with numerical ones in the order in which they arise: b2, W2, b1, W1. The
# first that disagrees tells you which step to look at.


# %% tags=["solution"] parts=["loss", "dW1", "db1", "dW2", "db2"]
def two_layer_gradients(X, labels, W1, b1, W2, b2):
    """Return (loss, dW1, db1, dW2, db2) of a tanh layer and a softmax output, mean over rows."""
    rows = np.arange(len(labels))
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    S = S - S.max(axis=1, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    loss = -log_p[rows, labels].mean()
    delta2 = np.exp(log_p)
    delta2[rows, labels] -= 1
    delta2 = delta2 / len(labels)
    delta1 = delta2 @ W2.T * (1 - H**2)
    return loss, X.T @ delta1, delta1.sum(axis=0), H.T @ delta2, delta2.sum(axis=0)


# %% tags=["cases"]
promises = ["integer: X", "float32", "pure", "repeatable"]


def visible():
    X = np.array([[1.0, 0.5], [-0.5, 2.0], [0.0, -1.0]])
    W1, b1 = np.array([[0.5, -1.0], [1.0, 0.25]]), np.array([0.1, -0.2])
    W2, b2 = np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([0.0, 0.3])
    yield X, np.array([0, 1, 1]), W1, b1, W2, b2
    yield (
        X[:2],
        np.array([2, 0]),
        W1,
        b1,
        np.array([[1.0, -1.0, 0.5], [0.5, 2.0, 0.0]]),
        np.zeros(3),
    )
    yield np.array([[1, 0], [-2, 3]]), np.array([1, 0]), W1, b1, W2, b2
    small = (a.astype(np.float32) for a in (W1, b1, W2, b2))
    yield X.astype(np.float32), np.array([0, 1, 1]), *small
    yield X[:1], np.array([1]), W1, b1, np.array([[10.0, -10.0], [0.0, 1.0]]), np.zeros(2)


def hidden(rng):
    for n, d, h, k in [(5, 3, 4, 2), (4, 4, 4, 4), (1, 2, 5, 3), (6, 2, 5, 2)]:
        shapes = [(d, h), (h,), (h, k), (k,)]
        yield draw(rng, n, d), rng.integers(0, k, size=n), *(draw(rng, *s) for s in shapes)
    sure = np.array([[rng.uniform(9, 11), -rng.uniform(9, 11)]])
    yield np.ones((1, 1)), np.array([1]), np.ones((1, 1)), np.zeros(1), sure, np.zeros(2)
    X, labels = rng.integers(-2, 3, size=(4, 3)), np.array([1, 0, 1, 1])
    weights = [draw(rng, *s) for s in [(3, 2), (2,), (2, 2), (2,)]]
    yield X, labels, *weights
    yield X.astype(np.float32), labels, *(a.astype(np.float32) for a in weights)


def draw(rng, *shape):
    return rng.normal(size=shape)


# %% tags=["mistakes"]
def spoiled(X, labels, W1, b1, W2, b2, **changes):
    """The solution with one step replaced: `slope` of the hidden layer, `delta2`, `delta1`, ..."""
    rows = np.arange(len(labels))
    Z = X @ W1 + b1
    H = np.tanh(Z)
    S = H @ W2 + b2
    p = np.exp(S - S.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    losses = -np.log(p[rows, labels] + changes.get("eps", 0.0))
    p[rows, labels] -= 1
    delta2 = changes.get("delta2", lambda d: d / len(d))(p)
    slope = changes.get("slope", lambda Z, H: 1 - H**2)(Z, H)
    behind = changes.get("behind", W2)
    delta1 = changes.get("delta1", lambda d: d)(delta2 @ behind.T * slope)
    db = changes.get("db", lambda d: d.sum(axis=0))
    loss = changes.get("loss", np.mean)(losses)
    hidden = Z if changes.get("raw") else H
    return loss, X.T @ delta1, db(delta1), hidden.T @ delta2, db(delta2)


@mistake("The first layer's gradients lack the slope of the tanh that its scores go through.")
def forgets_the_slope(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, slope=lambda Z, H: np.ones_like(H))


@mistake("The slope of the tanh was taken with its input where its output belongs.")
def squares_the_score(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, slope=lambda Z, H: 1 - Z**2)


@mistake(
    "The first layer's gradients have the slope of a sigmoid, a (1 - a). This layer is a tanh."
)
def slope_of_a_sigmoid(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, slope=lambda Z, H: H * (1 - H))


@mistake("A square is missing in the slope of the tanh: at the output -0.5 the slope is 0.75.")
def forgets_the_square(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, slope=lambda Z, H: 1 - H)


@mistake("All gradients are N times too large: the loss is a mean over the batch.")
def forgets_the_mean(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, delta2=lambda d: d)


@mistake("The first layer's gradients are N times too small: delta has been divided by N already.")
def divides_by_n_twice(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, delta1=lambda d: d / len(d))


@mistake("The loss is the sum over the batch where the mean is asked.")
def sums_the_loss(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, loss=np.sum)


@mistake("Your bias gradients still have one row for each example: one b serves all rows.")
def does_not_sum_the_biases(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, db=lambda d: d)


@mistake("The bias gradients alone are N times too small: delta has been divided by N already.")
def averages_the_biases(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, db=lambda d: d.mean(axis=0))


@mistake(
    "The first layer's gradients fit a W2 that has taken its step: use that of the forward pass."
)
def updates_before_using(X, labels, W1, b1, W2, b2):
    dW2 = spoiled(X, labels, W1, b1, W2, b2)[3]
    return spoiled(X, labels, W1, b1, W2, b2, behind=W2 - dW2)


@mistake("dW2 fits the scores that go into the tanh. What does the second layer multiply?")
def multiplies_by_the_score(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, raw=True)


@mistake("All gradients have the wrong sign: a step against them would raise the loss.")
def turns_the_signs(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, delta2=lambda d: -d / len(d))


@mistake("All gradients are N times too small: how often does the mean divide?")
def divides_everything_twice(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, delta2=lambda d: d / len(d) ** 2)


@mistake("Loss and gradients are N times too large: both belong to the mean over the batch.")
def sums_over_the_batch(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, delta2=lambda d: d, loss=np.sum)


@mistake("The bias gradients alone are N times too large: the mean divides them, too.")
def averages_all_but_the_biases(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, db=lambda d: d.sum(axis=0) * len(d))


@mistake("The second layer's gradients stand where the first layer's belong, and the other way.")
def second_layer_first(X, labels, W1, b1, W2, b2):
    loss, *gradients = spoiled(X, labels, W1, b1, W2, b2)
    return loss, *gradients[2:], *gradients[:2]


@mistake("Where the true class has a tiny p, the loss is too small: what stands in the logarithm?")
def adds_inside_the_logarithm(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, eps=1e-8)


@mistake("The slope took the tanh of numbers that had been through it: a1 is the output already.")
def applies_tanh_twice(X, labels, W1, b1, W2, b2):
    return spoiled(X, labels, W1, b1, W2, b2, slope=lambda Z, H: 1 - np.tanh(H) ** 2)
