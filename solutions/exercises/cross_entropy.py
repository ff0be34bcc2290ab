import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Cross-entropy from scores
#
# `logits` (N, K), `labels` (N,) with the true classes. Return the mean over the batch of
# $-\ln p_{n, y_n}$, where $p_n$ is the softmax of row $n$: for one row that is
# $\ln \sum_k e^{s_k} - s_y$. At logits of $\pm 1000$ the loss may be as large as that.

# %% [markdown] tags=["hint"]
# A row of three equal scores costs ln 3 whatever its label, and still does if you add 1000 to all
# three. Check both with your function, then a batch of two such rows.


# %% tags=["solution"]
def cross_entropy(logits, labels):
    """Return the mean over rows of -ln softmax(logits) at the true class."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return np.mean(log_sums - shifted[np.arange(len(labels)), labels])


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
    yield np.array([[1.0, -1.0], [0.5, 2.0], [3.0, 0.0]]), np.array([1, 1, 0])
    yield np.array([[1000.0, 0.0], [0.0, 5.0]]), np.array([1, 1])
    yield np.array([[0.5, 1.0, -1.0], [2.0, 0.0, 0.5]]), np.array([2, 0], dtype=np.uint8)


def hidden(rng):
    for n, k in [(4, 3), (5, 2), (3, 3), (2, 6)]:
        yield rng.normal(scale=2.0, size=(n, k)), rng.integers(0, k, size=n)
    yield np.array([[1000.0, -1000.0, 0.0], [5.0, 3.0, 0.0]]), np.array([1, 0])
    yield rng.integers(-3, 4, size=(4, 3)), np.array([2, 0, 1, 1])
    yield rng.normal(size=(4, 3)).astype(np.float32), np.array([2, 0, 1, 1])


# %% tags=["mistakes"]
def log_softmax(s, axis=1):
    s = s - s.max(axis=axis, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=axis, keepdims=True))


@mistake("The loss is N times too large: is it a sum, or is there an (N, N) array on the way?")
def sums(logits, labels):
    return -log_softmax(logits)[np.arange(len(labels)), labels].sum()


def one_loss_a_row(far_out):
    @mistake("There is one loss for each row here: return their mean.")
    def averages_nothing(logits, labels):
        losses = -log_softmax(logits)[np.arange(len(labels)), labels]
        return np.where(losses < 700, losses, far_out(losses))

    return averages_nothing


averages_nothing = one_loss_a_row(lambda losses: losses)
averages_nothing_naively = one_loss_a_row(lambda losses: np.inf)


@mistake("The loss is K times too small: each row should count once, not once for each class.")
def averages_over_classes(logits, labels):
    return -log_softmax(logits)[np.arange(len(labels)), labels].sum() / logits.size


@mistake("Far-out logits give inf or nan: what do exp and ln make of the row (1000, 0)?")
def takes_the_log_of_zero(logits, labels):
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


def shifted_by_one_maximum(through_probabilities):
    @mistake("A row far below the others became ln 0 or nan: shift each row by its own maximum.")
    def shifts_by_one_maximum(logits, labels):
        s = logits - logits.max()
        sums = np.exp(s).sum(axis=1, keepdims=True)
        logs = np.log(np.exp(s) / sums) if through_probabilities else s - np.log(sums)
        return -np.mean(logs[np.arange(len(labels)), labels])

    return shifts_by_one_maximum


shifts_by_one_maximum = shifted_by_one_maximum(False)
divides_by_one_maximum = shifted_by_one_maximum(True)


@mistake("The shift by the maximum changed the loss: it must cancel, or come back outside the ln.")
def forgets_to_shift_back(logits, labels):
    return np.mean(-log_softmax(logits).max(axis=1) - logits[np.arange(len(labels)), labels])


@mistake("The ln was taken of the scores themselves: what makes probabilities of them first?")
def takes_logits_for_probabilities(logits, labels):
    return -np.mean(np.log(logits[np.arange(len(labels)), labels]))


def clipped(eps):
    @mistake("An answer that is off by 1000 costs far less: the probabilities were clipped.")
    def clips(logits, labels):
        p = np.exp(log_softmax(logits))[np.arange(len(labels)), labels]
        return -np.mean(np.log(np.clip(p, eps, 1.0)))

    return clips


clips_at_1e7, clips_at_1e8, clips_at_1e9 = clipped(1e-7), clipped(1e-8), clipped(1e-9)
clips_at_1e10, clips_at_1e12, clips_at_1e15 = clipped(1e-10), clipped(1e-12), clipped(1e-15)


@mistake("Every row was read at the labels of all rows: pick one entry a row.")
def reads_all_labels_in_all_rows(logits, labels):
    return -np.mean(log_softmax(logits)[:, labels])


@mistake("The loss is negative: check the sign.")
def turns_the_sign(logits, labels):
    return np.mean(log_softmax(logits)[np.arange(len(labels)), labels])


@mistake("The softmax ran down the columns: the classes of one example are one row.")
def softmax_over_the_batch(logits, labels):
    return -np.mean(log_softmax(logits, axis=0)[np.arange(len(labels)), labels])


@mistake("One sum served all rows: the probabilities of each row sum to 1.")
def softmax_over_everything(logits, labels):
    return -np.mean(log_softmax(logits, axis=None)[np.arange(len(labels)), labels])


@mistake("The labels make no difference: that is the loss if the largest logit were always right.")
def ignores_the_labels(logits, labels):
    return -np.mean(log_softmax(logits).max(axis=1))


@mistake("The score of the true class is missing: the log of the sum is the first part only.")
def forgets_the_true_class(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) + logits.max(axis=1))
