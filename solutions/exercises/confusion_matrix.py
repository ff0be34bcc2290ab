import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Who was taken for whom?
#
# `y_true` and `y_pred` (N,) hold classes from 0 to `n_classes` - 1. Return an array of integers
# (n_classes, n_classes): row $i$, column $j$ counts how often class $i$ was
# called $j$. Classes that do not occur keep their row and column of zeros.

# %% [markdown] tags=["hint"]
# Fill in the first example by hand, one pair of labels at a time. All counts add up to N, and row i
# to how often class i occurs in `y_true`.


# %% tags=["solution"]
def confusion_matrix(y_true, y_pred, n_classes):
    """Return the counts (n_classes, n_classes): rows are true classes, columns predicted ones."""
    counts = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts


# %% tags=["cases"]
promises = ["labels", "empty", "pure", "repeatable"]


def visible():
    yield np.array([0, 1, 2, 2, 1, 1]), np.array([0, 2, 2, 2, 1, 0]), 3
    yield np.array([0, 0, 1, 0]), np.array([0, 1, 1, 1]), 4
    # 20 * 20 - 1 is more than a uint8 holds
    yield np.array([19, 3, 19], dtype=np.uint8), np.array([4, 3, 19], dtype=np.uint8), 20


def hidden(rng):
    for n, k in [(30, 3), (12, 5), (40, 2)]:
        y_true = rng.integers(0, k, size=n)
        y_pred = rng.integers(0, k, size=n)
        y_true[:4], y_pred[:4] = [0, 0, 1, 1], [1, 1, 1, 0]
        yield y_true, y_pred, k
    yield rng.integers(0, 20, size=50).astype(np.uint8), np.full(50, 18, dtype=np.uint8), 20
    yield np.array([1, 0], dtype=np.int8), np.array([1, 1], dtype=np.int64), 3
    yield *rng.integers(0, 2, size=(2, 2000)), 2  # more than a small counter holds


# %% tags=["mistakes"]
@mistake("Rows and columns have changed places: the true class chooses the row.")
def lies_on_its_side(y_true, y_pred, n_classes):
    return confusion_matrix(y_pred, y_true, n_classes)


@mistake("No count is above 1: a pair that occurs again was not added.")
def counts_to_one(y_true, y_pred, n_classes):
    counts = np.zeros((n_classes, n_classes), dtype=int)
    counts[y_true, y_pred] += 1
    return counts


@mistake("The table is as large as the labels suggest: n_classes says how large it is.")
def ignores_the_number_of_classes(y_true, y_pred, n_classes):
    largest = max(y_true.max(initial=0), y_pred.max(initial=0))
    return confusion_matrix(y_true, y_pred, int(largest) + 1)


@mistake("The diagonal is empty: right answers are counted, too.")
def counts_errors_only(y_true, y_pred, n_classes):
    counts = confusion_matrix(y_true, y_pred, n_classes)
    np.fill_diagonal(counts, 0)
    return counts


def shares(axis):
    @mistake("These are shares of a row or of all examples: return counts.")
    def divides(y_true, y_pred, n_classes):
        counts = confusion_matrix(y_true, y_pred, n_classes)
        return counts / counts.sum(axis=axis, keepdims=True)

    return divides


divides_by_the_rows = shares(1)
divides_by_all = shares(None)


@mistake("All rows are the same, as if one row stood in every place: was each made anew?")
def repeats_one_row(y_true, y_pred, n_classes):
    return np.tile(np.bincount(y_pred, minlength=n_classes), (n_classes, 1))


@mistake("Every true label met every prediction: a row of the data is one pair.")
def pairs_everything(y_true, y_pred, n_classes):
    both = [np.bincount(y, minlength=n_classes) for y in (y_true, y_pred)]
    return np.outer(*both)


@mistake("Only the diagonal is filled: wrong answers have their places beside it.")
def counts_hits_only(y_true, y_pred, n_classes):
    return np.diag(np.diag(confusion_matrix(y_true, y_pred, n_classes)))


@mistake("The codes do not fit the labels' small type: a uint8 ends at 255 and begins again at 0.")
def codes_in_the_small_type(y_true, y_pred, n_classes):
    counts = np.bincount(y_true * n_classes + y_pred, minlength=n_classes**2)
    return counts.reshape(n_classes, n_classes)
