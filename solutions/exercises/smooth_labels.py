import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Soft targets
#
# `labels` (N,) holds classes from 0 to `n_classes` - 1. Return (N, n_classes): $\epsilon/k$
# everywhere but at the true class, where $1 - \epsilon\,(k-1)/k$ makes the row sum to 1;
# $k$ = `n_classes`, $\epsilon$ = `epsilon`. There may be no labels at all.

# %% [markdown] tags=["hint"]
# Write down one row for 4 classes, true class 2 and epsilon = 0.1. It holds two different numbers
# only; add it up.


# %% tags=["solution"]
def smooth_labels(labels, n_classes, epsilon):
    """Return soft targets (N, n_classes): epsilon / k, and the rest of 1 at the true class."""
    targets = np.full((len(labels), n_classes), epsilon / n_classes)
    targets[np.arange(len(labels)), labels] = 1 - epsilon * (n_classes - 1) / n_classes
    return targets


# %% tags=["cases"]
def visible():
    yield np.array([2, 0]), 4, 0.1
    yield np.array([1, 1, 0]), 3, 0.3


def hidden(rng):
    for n, k in [(5, 3), (2, 6), (4, 4), (1, 2)]:
        yield rng.integers(0, k, size=n), k, float(rng.uniform(0.05, 0.4))
    yield np.array([0, 1]), 5, 0.2
    yield np.array([2, 0, 1], dtype=np.uint8), 3, 0.0
    yield np.zeros(0, dtype=int), 3, 0.1


# %% tags=["mistakes"]
def filled(labels, n_classes, elsewhere, at_the_truth):
    targets = np.full((len(labels), n_classes), elsewhere)
    targets[np.arange(len(labels)), labels] = at_the_truth
    return targets


@mistake("Rows sum to less than 1: the true class gets its own share of epsilon, too.")
def forgets_the_true_class_share(labels, n_classes, epsilon):
    return filled(labels, n_classes, epsilon / n_classes, 1 - epsilon)


@mistake("epsilon was shared among the other classes only: here all k classes get a part.")
def shares_among_the_others(labels, n_classes, epsilon):
    return filled(labels, n_classes, epsilon / (n_classes - 1), 1 - epsilon)


@mistake("Rows sum to more than 1: what is handed out must be taken from the true class.")
def takes_nothing_off(labels, n_classes, epsilon):
    return filled(labels, n_classes, epsilon / n_classes, 1.0)


@mistake("Each other class gets all of epsilon: they share it.")
def does_not_divide(labels, n_classes, epsilon):
    return filled(labels, n_classes, epsilon, 1 - epsilon * (n_classes - 1))


@mistake("The targets are hard, 0 and 1: epsilon makes no difference.")
def ignores_epsilon(labels, n_classes, epsilon):
    return filled(labels, n_classes, 0.0, 1.0)


@mistake("The table lies on its side: one row a label, one column a class.")
def lies_on_its_side(labels, n_classes, epsilon):
    return smooth_labels(labels, n_classes, epsilon).T


@mistake("The table has as many columns as the labels suggest: n_classes says how many there are.")
def ignores_the_number_of_classes(labels, n_classes, epsilon):
    return smooth_labels(labels, int(labels.max(initial=0)) + 1, epsilon)


@mistake("The true class gets the small share, and the others the large one.")
def swaps_the_shares(labels, n_classes, epsilon):
    high = 1 - epsilon * (n_classes - 1) / n_classes
    return filled(labels, n_classes, high, epsilon / n_classes)
