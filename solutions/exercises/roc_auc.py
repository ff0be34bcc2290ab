import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The area under the ROC curve
#
# `y_true` (N,) holds 0 and 1, both at least once; `scores` (N,) are higher where the model finds
# class 1 more likely. Return the area under the ROC curve: the share of pairs of a positive and a
# negative row in which the positive one has the higher score. A tie counts one half.

# %% [markdown] tags=["hint"]
# List the pairs of the first example: two positives and two negatives make four, and three of them
# are in order.


# %% tags=["solution"]
def roc_auc(y_true, scores):
    """Return the share of (positive, negative) pairs that the scores put in order; ties: 1/2."""
    above = scores[y_true == 1][:, None] - scores[y_true == 0][None, :]
    return np.mean((above > 0) + 0.5 * (above == 0))


# %% tags=["cases"]
promises = ["integer: scores", "float32", "labels: y_true", "pure", "repeatable"]


def visible():
    yield np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])
    # ties at the top and below, pairs and rows unequal in number: chosen to tell mistakes apart
    yield np.array([1, 0, 0, 1, 0, 0]), np.array([2.0, 2.0, 0.0, 0.0, 1.0, 2.0])
    yield np.array([1, 0, 0, 0]), np.array([4.0, 5.0, 3.0, 1.0])
    yield np.array([0, 1, 1, 0, 0], dtype=np.uint8), np.array([0.5, 2.0, 1.0, 1.5, 0.0])


def hidden(rng):
    for n in [7, 12, 25]:
        y = rng.integers(0, 2, size=n)
        y[:5] = 1, 0, 1, 0, 0
        scores = np.round(rng.normal(size=n) + 0.3 * y, 1)
        scores[:3] = 0.7, 0.7, -2.0
        yield y, scores
    yield np.array([0, 1, 1, 0, 0]), np.array([1, 2, 0, 2, -1])
    yield np.array([1, 0]), np.array([0.5, 0.5])
    yield np.array([1, 0, 0, 1, 0]), np.array([1, 1, 0, 0, -1])  # ties in both orders
    y = rng.permutation(np.arange(9) % 3 > 0).astype(int)
    yield y, rng.permutation(9) / 10 - 0.4
    yield np.arange(60) % 2, rng.normal(size=60)  # more pairs than a small counter holds


# %% tags=["mistakes"]
def pairs(y_true, scores):
    return scores[y_true == 1][:, None] - scores[y_true == 0][None, :]


@mistake("A tie counts nothing in your area: it should count one half.")
def ties_count_nothing(y_true, scores):
    return np.mean(pairs(y_true, scores) > 0)


@mistake("A tie counts as a whole pair in your area: it should count one half.")
def ties_count_as_won(y_true, scores):
    return np.mean(pairs(y_true, scores) >= 0)


@mistake("That is one minus the area: the positive one should have the higher score.")
def turns_the_order(y_true, scores):
    return 1 - roc_auc(y_true, scores)


@mistake("That is a share of right answers at one threshold: the area looks at all of them.")
def accuracy_at_one_half(y_true, scores):
    return np.mean((scores > 0.5) == y_true)


@mistake("Pairs of one class were counted, too: a pair is one positive and one negative row.")
def counts_all_pairs(y_true, scores):
    above = scores[:, None] - scores[None, :]
    right = (y_true[:, None] > y_true[None, :]) & (above > 0)
    return np.sum(right + 0.5 * (above == 0)) / len(scores) ** 2


@mistake("That is the difference of the mean scores: only the order of the scores matters.")
def difference_of_means(y_true, scores):
    return scores[y_true == 1].mean() - scores[y_true == 0].mean()


@mistake("That is a number of pairs: return a share of them.")
def counts_pairs(y_true, scores):
    return roc_auc(y_true, scores) * np.sum(y_true == 1) * np.sum(y_true == 0)


@mistake("The area was rescaled to 0 for chance: here chance is one half.")
def returns_gini(y_true, scores):
    return 2 * roc_auc(y_true, scores) - 1


def divided_by_rows(power):
    @mistake("The divisor is off: how many pairs of a positive and a negative row are there?")
    def divides_by_rows(y_true, scores):
        return counts_pairs(y_true, scores) / len(scores) ** power

    return divides_by_rows


divides_by_the_rows, divides_by_all_pairs = divided_by_rows(1), divided_by_rows(2)


@mistake("Each positive row met one negative row: it forms a pair with every one of them.")
def pairs_one_by_one(y_true, scores):
    above = scores[y_true == 1] - scores[y_true == 0]
    return np.mean((above > 0) + 0.5 * (above == 0))


def area(y_true, order):
    found, alarms = (np.cumsum(np.append(0, y[order])) for y in (y_true, 1 - y_true))
    return np.trapezoid(found / found[-1], alarms / alarms[-1])


def sorted_rows(reverse):
    @mistake("Tied rows were counted one after the other: which comes first must not matter.")
    def breaks_ties(y_true, scores):
        order = np.argsort(scores, kind="stable")[::-1]
        if not reverse:
            order = np.argsort(-scores, kind="stable")
        return area(y_true, order)

    return breaks_ties


breaks_ties, breaks_ties_in_reverse = sorted_rows(False), sorted_rows(True)


def headless(y_true, scores):
    """The area under the curve without its point (0, 0)."""
    found, alarms = (
        [np.mean(scores[y_true == label] >= t) for t in np.unique(scores)[::-1]] for label in (1, 0)
    )
    return np.trapezoid(found, alarms)


@mistake("Your curve does not begin at (0, 0): which threshold calls nobody positive?")
def leaves_out_the_origin(y_true, scores):
    return headless(y_true, scores)


def backwards(of):
    @mistake("The area is negative: the curve was walked from right to left.")
    def walks_backwards(y_true, scores):
        return -of(y_true, scores)

    return walks_backwards


walks_backwards, walks_backwards_without_origin = backwards(roc_auc), backwards(headless)
