import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Soft targets
#
# `labels` (N,) holds classes from 0 to `n_classes` - 1. Return (N, n_classes): $\epsilon/k$
# everywhere but at the true class, where $1 - \epsilon\,(k-1)/k$ makes the row sum to 1;
# $k$ = `n_classes`, $\epsilon$ = `epsilon`.

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
promises = ["labels", "empty", "pure", "repeatable"]


def visible():
    yield np.array([2, 0]), 4, 0.1
    yield np.array([1, 1, 0]), 3, 0.3
    yield np.array([2, 1], dtype=np.uint8), 3, 0.2


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


def too_much(at_the_truth):
    @mistake("Rows sum to more than 1: what the others get must be missing at the true class.")
    def takes_too_little_off(labels, n_classes, epsilon):
        share = epsilon / n_classes
        return filled(labels, n_classes, share, at_the_truth(epsilon, n_classes))

    return takes_too_little_off


takes_nothing_off = too_much(lambda epsilon, k: 1.0)
adds_to_one = too_much(lambda epsilon, k: 1 + epsilon / k)
takes_one_share_off = too_much(lambda epsilon, k: 1 - epsilon / k)


def undivided(at_the_truth):
    @mistake("Each other class gets all of epsilon: they share it.")
    def gives_all_of_epsilon(labels, n_classes, epsilon):
        return filled(labels, n_classes, epsilon, at_the_truth(epsilon, n_classes))

    return gives_all_of_epsilon


does_not_divide = undivided(lambda epsilon, k: 1 - epsilon * (k - 1))
does_not_divide_either = undivided(lambda epsilon, k: 1 - epsilon)
mixes_with_epsilon = undivided(lambda epsilon, k: 1.0)


@mistake("Every row marks the labels of all rows: has each row its own index, and its own array?")
def marks_all_labels_in_all_rows(labels, n_classes, epsilon):
    targets = np.full((len(labels), n_classes), epsilon / n_classes)
    targets[:, labels] = 1 - epsilon * (n_classes - 1) / n_classes
    return targets


@mistake("Only whole numbers are left: which dtype has the array that you fill?")
def cuts_to_integers(labels, n_classes, epsilon):
    return smooth_labels(labels, n_classes, epsilon).astype(int)


@mistake("The targets are hard, 0 and 1: epsilon makes no difference.")
def ignores_epsilon(labels, n_classes, epsilon):
    return filled(labels, n_classes, 0.0, 1.0)


@mistake("The table lies on its side: each label needs a row, and each class a column.")
def lies_on_its_side(labels, n_classes, epsilon):
    return smooth_labels(labels, n_classes, epsilon).T


@mistake("The table has as many columns as the labels suggest: n_classes says how many there are.")
def ignores_the_number_of_classes(labels, n_classes, epsilon):
    return smooth_labels(labels, int(labels.max(initial=0)) + 1, epsilon)


@mistake("The true class gets the small share, and the others the large one.")
def swaps_the_shares(labels, n_classes, epsilon):
    high = 1 - epsilon * (n_classes - 1) / n_classes
    return filled(labels, n_classes, high, epsilon / n_classes)
