import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The gradients of an autoencoder
#
# For a batch `X` (N, D), the code is $c = \sigma(X W_1 + b_1)$ with the sigmoid $\sigma$ and H
# units, and the output $o = c\, W_2 + b_2$ has D linear units. The loss is the mean of
# $(o - X)^2$ over all $N D$ numbers, without a factor ½. Return `(loss, dW1, db1, dW2, db2)`, each
# gradient in the shape of its parameter. The scores $X W_1 + b_1$ stay between −20 and 20.

# %% [markdown] tags=["hint"]
# Compare your gradients with numerical ones in the order in which they arise: b2, W2, b1, W1. The
# first that disagrees tells you which step to look at.


# %% tags=["solution"] points=2 parts=["loss", "dW1", "db1", "dW2", "db2"]
def autoencoder_gradients(X, W1, b1, W2, b2):
    """Return (loss, dW1, db1, dW2, db2) of a network that must give back its input."""
    code = 1 / (1 + np.exp(-(X @ W1 + b1)))
    off = code @ W2 + b2 - X
    delta2 = 2 * off / X.size
    delta1 = delta2 @ W2.T * code * (1 - code)
    return np.mean(off**2), X.T @ delta1, delta1.sum(axis=0), code.T @ delta2, delta2.sum(axis=0)


# %% tags=["cases"]
promises = ["integer: X", "float32", "pure", "repeatable"]


def visible():
    one = np.array([[1.0]])
    yield one, np.array([[0.0]]), np.zeros(1), np.array([[0.5]]), np.zeros(1)
    X = np.array([[1.0, 0.5, -1.0], [-0.5, 2.0, 0.0]])
    W1, b1 = np.array([[0.5, -1.0], [1.0, 0.25], [-0.5, 0.75]]), np.array([0.1, -0.2])
    W2, b2 = np.array([[1.0, -1.0, 0.5], [0.5, 2.0, -0.5]]), np.array([0.0, 0.3, -0.1])
    yield X, W1, b1, W2, b2
    yield np.array([[1, 0, 2], [-2, 3, 0], [0, 1, 1]]), W1, b1, W2, b2


def hidden(rng):
    for n, d, h in [(5, 3, 2), (2, 4, 4), (1, 2, 5), (6, 5, 3), (3, 1, 2)]:
        shapes = [(n, d), (d, h), (h,), (h, d), (d,)]
        yield tuple(rng.normal(size=s) for s in shapes)
    X, *weights = (rng.normal(size=s) for s in [(3, 4), (4, 2), (2,), (2, 4), (4,)])
    yield np.asfortranarray(X), *(np.asfortranarray(w) for w in weights)
    yield X.astype(np.float32), *(w.astype(np.float32) for w in weights)


# %% tags=["mistakes"]
def spoiled(X, W1, b1, W2, b2, **changes):
    """The solution with one step replaced."""
    score = X @ W1 + b1
    code = changes.get("code", lambda s: 1 / (1 + np.exp(-s)))(score)
    raw = code @ W2 + b2
    output = changes.get("output", lambda o: o)(raw)
    off = output - changes.get("target", X)
    loss = changes.get("loss", lambda off: np.mean(off**2))(off)
    delta2 = changes.get("delta2", lambda off: 2 * off / off.size)(off)
    delta2 = delta2 * changes.get("slope2", lambda o: 1.0)(output)
    slope = changes.get("slope", lambda score, code: code * (1 - code))(score, code)
    delta1 = delta2 @ changes.get("behind", W2).T * slope
    db = changes.get("db", lambda d: d.sum(axis=0))
    into = {"score": score, "code": code}[changes.get("into", "code")]
    return loss, X.T @ delta1, db(delta1), into.T @ delta2, db(delta2)


def other(sentence, **changes):
    def answer(X, W1, b1, W2, b2):
        return spoiled(X, W1, b1, W2, b2, **changes)

    return mistake(sentence)(answer)


forgets_the_slope = other(
    "dW1 and db1 lack the slope of the sigmoid that the scores go through.",
    slope=lambda score, code: 1.0,
)
slope_of_tanh = other(
    "dW1 and db1 have the slope of a tanh, 1 - c²: the code comes from a sigmoid.",
    slope=lambda score, code: 1 - code**2,
)
half_a_slope = other(
    "The slope of the sigmoid has two factors, and one of them is missing in dW1 and db1.",
    slope=lambda score, code: 1 - code,
)
other_half_of_the_slope = other(
    "dW1 and db1 were multiplied by the code: that is one of the slope's two factors.",
    slope=lambda score, code: code,
)
slope_of_the_score = other(
    "The sigmoid's slope was written with the score where its output belongs.",
    slope=lambda score, code: score * (1 - score),
)
sigmoid_twice = other(
    "The slope took the sigmoid of numbers that had been through it already.",
    slope=lambda score, code: (lambda c: c * (1 - c))(1 / (1 + np.exp(-code))),
)
forgets_the_two = other(
    "All gradients are half as large as they should be: there is no ½ in this loss.",
    delta2=lambda off: off / off.size,
)
halves_the_loss = other(
    "Loss and gradients are half as large as they should be: this loss has no factor ½.",
    loss=lambda off: np.mean(off**2) / 2,
    delta2=lambda off: off / off.size,
)
halves_the_loss_alone = other(
    "The loss alone is half as large as it should be: it has no factor ½.",
    loss=lambda off: np.mean(off**2) / 2,
)
means_over_rows = other(
    "Loss and gradients are D times too large: the mean is over all N D numbers, not over N rows.",
    loss=lambda off: np.sum(off**2) / len(off),
    delta2=lambda off: 2 * off / len(off),
)
gradients_over_rows = other(
    "The loss is right, but the gradients are D times too large: what does the mean divide by?",
    delta2=lambda off: 2 * off / len(off),
)
sums = other(
    "Loss and gradients belong to the sum of squares: the mean over all N D numbers is asked.",
    loss=lambda off: np.sum(off**2),
    delta2=lambda off: 2 * off,
)
gradients_of_the_sum = other(
    "The loss is a mean, and the gradients are those of the sum of squares.",
    delta2=lambda off: 2 * off,
)
sums_the_loss = other(
    "The loss is a sum where the mean over all numbers is asked.", loss=lambda off: np.sum(off**2)
)
takes_magnitudes = other(
    "The loss is the mean of |o - X|: squares are asked.", loss=lambda off: np.mean(np.abs(off))
)
takes_the_root = other(
    "A root was taken of the mean of squares: the loss has none.",
    loss=lambda off: np.sqrt(np.mean(off**2)),
)
turns_the_signs = other(
    "All gradients have the wrong sign: a step against them would raise the loss.",
    delta2=lambda off: -2 * off / off.size,
)
does_not_sum_the_biases = other(
    "The bias gradients still have one row for each example: one b serves all rows.",
    db=lambda d: d,
)
averages_the_biases = other(
    "The bias gradients alone are N times too small: the mean has been divided out already.",
    db=lambda d: d.mean(axis=0),
)
multiplies_by_the_score = other(
    "dW2 was made with the scores. What does W2 multiply in the forward pass?", into="score"
)
squashes_the_output = other(
    "The output went through a sigmoid: its units are linear.",
    output=lambda o: 1 / (1 + np.exp(-o)),
    slope2=lambda o: o * (1 - o),
)
squashes_without_slope = other(
    "The output went through a sigmoid, and its slope is missing besides: its units are linear.",
    output=lambda o: 1 / (1 + np.exp(-o)),
)
linear_code = other(
    "The code is linear here: it goes through a sigmoid.",
    code=lambda s: s,
    slope=lambda score, code: 1.0,
)
tanh_code = other(
    "The code went through a tanh: a sigmoid is asked.",
    code=np.tanh,
    slope=lambda score, code: 1 - code**2,
)


@mistake("dW1 and db1 fit a W2 that has taken its step: use that of the forward pass.")
def updates_before_using(X, W1, b1, W2, b2):
    dW2 = spoiled(X, W1, b1, W2, b2)[3]
    return spoiled(X, W1, b1, W2, b2, behind=W2 - dW2)


@mistake("The decoder's gradients stand where the encoder's belong, and the other way round.")
def decoder_first(X, W1, b1, W2, b2):
    loss, *gradients = spoiled(X, W1, b1, W2, b2)
    return loss, *gradients[2:], *gradients[:2]


@mistake("The four gradients are there, the loss is not: it comes first.")
def forgets_the_loss(X, W1, b1, W2, b2):
    return spoiled(X, W1, b1, W2, b2)[1:]


@mistake("The output was compared with zeros: an autoencoder's target is its input.")
def aims_at_zero(X, W1, b1, W2, b2):
    return spoiled(X, W1, b1, W2, b2, target=0.0 * X)
