import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Softmax and cross-entropy, backwards
#
# `logits` (N, K) go through a softmax along each row; the loss is the mean over the batch of
# $-\ln p_{n, y_n}$, with the true classes in `labels` (N,). Return the gradient with respect to
# the logits $s$ (N, K): $\partial J/\partial s_n = (p_n - t_n)/N$, where $t_n$ is 1 at the true
# class and 0 elsewhere.

# %% [markdown] tags=["hint"]
# Look at the first row of the first example: its probabilities are 1/3 each, and its gradient is
# (-1/3, 1/6, 1/6). Say for each of the three numbers how it comes about.


# %% tags=["solution"]
def softmax_cross_entropy_backward(logits, labels):
    """Return dJ/dlogits (N, K) for the mean cross-entropy of softmax(logits) with `labels` (N,)."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    gradient = e / e.sum(axis=1, keepdims=True)
    gradient[np.arange(len(labels)), labels] -= 1
    return gradient / len(labels)


# %% tags=["cases"]
promises = [
    "integer: logits",
    "float32",
    "labels",
    "extreme64: logits",
    "extreme32: logits",
    "pure",
    "repeatable",
]


def visible():
    yield np.array([[0.0, 0.0, 0.0], [2.0, 1.0, 0.0]]), np.array([0, 2])
    yield np.array([[1000.0, 999.0], [-1000.0, -999.0], [3.0, 3.0]]), np.array([1, 1, 0])
    yield np.array([[1, 0, -2]]), np.array([1])
    yield np.array([[0.5, 1.0, -1.0], [2.0, 0.0, 0.5]]), np.array([2, 0], dtype=np.uint8)
    yield np.array([[0.5, -1.5], [0.0, 2.0]], dtype=np.float32), np.array([1, 0])


def hidden(rng):
    for n, k in [(1, 3), (4, 2), (5, 5), (3, 7)]:
        yield rng.normal(scale=2.0, size=(n, k)), rng.integers(0, k, size=n)
    yield rng.uniform(800, 1000, size=(3, 4)), np.array([3, 0, 0])
    yield np.array([[1000.0, 0.0, -1000.0], [-1000.0, -1000.0, 1000.0]]), np.array([1, 2])
    yield np.array([[990.0, 989.0], [-995.0, -1000.0], [2.0, 0.0]]), rng.integers(0, 2, size=3)
    yield rng.integers(-3, 4, size=(4, 3)), np.array([2, 2, 1, 0])
    yield rng.normal(size=(3, 5)).T, np.array([0, 1, 2, 0, 1])
    yield rng.normal(size=(4, 3)).astype(np.float32), np.array([1, 0, 2, 2])


# %% tags=["mistakes"]
def probabilities(logits, axis=1, shift=True):
    """Softmax with its axis and its shift open."""
    e = np.exp(logits - logits.max(axis=axis, keepdims=True) if shift else logits)
    return e / e.sum(axis=axis, keepdims=True)


def minus_truth(p, labels):
    """p with 1 taken off at each row's true class."""
    p = p.copy()
    p[np.arange(len(labels)), labels] -= 1
    return p


@mistake("Every entry is N times too large: the loss is a mean over the batch.")
def forgets_the_mean(logits, labels):
    return minus_truth(probabilities(logits), labels)


@mistake("Each row should sum to 0. Was 1 taken off at the true class alone?")
def subtracts_one_everywhere(logits, labels):
    return (probabilities(logits) - 1) / len(labels)


@mistake("The true class of one row was taken off in every row: pick one entry in each row.")
def subtracts_in_all_rows(logits, labels):
    p = probabilities(logits)
    p[:, labels] -= 1
    return p / len(labels)


@mistake("All signs are wrong: where p is too high, a descent step must lower the logit.")
def turns_the_signs(logits, labels):
    return -minus_truth(probabilities(logits), labels) / len(labels)


@mistake("These are the probabilities, divided by N. Where does the true class come in?")
def ignores_the_labels(logits, labels):
    return probabilities(logits) / len(labels)


@mistake("Every entry is K times too small: the mean runs over rows, not over all entries.")
def averages_over_classes_too(logits, labels):
    return minus_truth(probabilities(logits), labels) / logits.size


@mistake("The softmax ran down the columns: the classes of one example are one row.")
def softmax_over_the_batch(logits, labels):
    return minus_truth(probabilities(logits, axis=0), labels) / len(labels)


@mistake("The sums ran down the columns: the classes of one example are one row.")
def sums_over_the_batch(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return minus_truth(e / e.sum(axis=0), labels) / len(labels)


@mistake("Large logits overflow: which number can you take off a row without changing its softmax?")
def overflows(logits, labels):
    return minus_truth(probabilities(logits, shift=False), labels) / len(labels)


@mistake(
    "A slope p (1 - p) multiplies the difference: it belongs to another loss and drops out here."
)
def keeps_the_slope(logits, labels):
    p = probabilities(logits)
    return minus_truth(p, labels) * p * (1 - p) / len(labels)


@mistake("That is -1/p, the gradient with respect to the probabilities: go on through the softmax.")
def stops_at_the_probabilities(logits, labels):
    p = probabilities(logits)
    rows = np.arange(len(labels))
    gradient = np.zeros_like(p)
    gradient[rows, labels] = -1 / p[rows, labels] / len(labels)
    return gradient


@mistake("One maximum was taken off all rows: a row far below it is left with 0 / 0.")
def takes_one_maximum(logits, labels):
    e = np.exp(logits - logits.max())
    return minus_truth(e / e.sum(axis=1, keepdims=True), labels) / len(labels)


@mistake("One sum divides the whole batch: the probabilities of each row should sum to 1.")
def takes_one_sum(logits, labels):
    e = np.exp(logits - logits.max())
    return minus_truth(e / e.sum(), labels) / len(labels)


@mistake("This divides by the number of classes: the loss is a mean over the examples.")
def divides_by_the_classes(logits, labels):
    return minus_truth(probabilities(logits), labels) / logits.shape[1]


@mistake("These are logits minus truth: where did the softmax go?")
def forgets_the_softmax(logits, labels):
    return minus_truth(logits * 1.0, labels) / len(labels)


@mistake("The number of the class was subtracted: a label says where the 1 stands, not how much.")
def subtracts_the_labels(logits, labels):
    return ((probabilities(logits) - labels[:, None]) / len(labels)).astype((logits * 1.0).dtype)
