import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Precision, recall, F1
#
# `y_true` and `y_pred` (N,) hold 0 and 1; 1 is the positive class. Return three numbers: precision
# (how many of those called positive are), recall (how many of the positives are found), and
# $F_1 = 2PR/(P + R)$. A ratio whose divisor is 0 counts as 0.

# %% [markdown] tags=["hint"]
# Count the hits, the false alarms and the misses of the first example: they are 2, 1 and 2. Write
# each ratio with these three letters, then ask when its divisor is 0.


# %% tags=["solution"] parts=["precision", "recall", "F1"]
def precision_recall_f1(y_true, y_pred):
    """Return (precision, recall, F1) of class 1, each 0 where its divisor is 0."""
    hits = np.sum((y_true == 1) & (y_pred == 1))
    called, positives = np.sum(y_pred == 1), np.sum(y_true == 1)
    precision = float(hits / called) if called else 0.0
    recall = float(hits / positives) if positives else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return precision, recall, f1


# %% tags=["cases"]
promises = ["labels", "pure", "repeatable"]


def visible():
    yield np.array([1, 1, 1, 0, 0, 0, 0, 1]), np.array([1, 0, 0, 1, 0, 0, 0, 1])
    yield np.array([1, 1, 0]), np.array([1, 0, 0])
    yield np.array([1, 0, 1]), np.array([0, 0, 0])
    yield np.array([0, 0, 0]), np.array([0, 1, 0])
    yield np.array([1, 1, 1, 1, 0], dtype=np.uint8), np.array([1, 0, 1, 1, 1], dtype=np.uint8)


def hidden(rng):
    for hits, misses, alarms, rest in rng.integers([1, 10, 1, 21], [9, 18, 9, 29], size=(4, 4)):
        y_true = np.repeat([1, 1, 0, 0], [hits, misses, alarms, rest])
        y_pred = np.repeat([1, 0, 1, 0], [hits, misses, alarms, rest])
        order = rng.permutation(len(y_true))
        yield y_true[order], y_pred[order]
    yield np.array([1, 1, 0]), np.array([1, 1, 0])
    yield np.array([0, 1, 0]), np.array([0, 0, 0])
    yield np.array([0, 0]), np.array([0, 1])
    yield np.array([0, 0]), np.array([0, 0])
    yield np.array([1, 0]), np.array([0, 1])
    yield (*rng.integers(0, 2, size=(2, 2000)),)  # more than a small counter holds


# %% tags=["mistakes"]
def ratio(a, b, empty=0.0):
    return float(a / b) if b else empty


def counted(y_true, y_pred, positive=1):
    """Hits, false alarms, misses and the rest."""
    t, p = y_true == positive, y_pred == positive
    return [int(np.sum(cell)) for cell in (t & p, ~t & p, t & ~p, ~t & ~p)]


def scores(precision, recall):
    return precision, recall, ratio(2 * precision * recall, precision + recall)


@mistake("It goes wrong where the labels are uint8: what is 0 - 1 in a type that has no minus?")
def subtracts_small_labels(y_true, y_pred):
    hits = int(np.sum((y_true == 1) & (y_pred == 1)))
    alarms, misses = (int(np.sum(y_pred - y_true == step)) for step in (1, -1))
    return scores(ratio(hits, hits + alarms), ratio(hits, hits + misses))


def unguarded(recall_guarded, f1_of):
    @mistake(
        "Where nothing is called positive, or nothing is positive, nan comes out: a ratio is 0 "
        "there."
    )
    def divides_by_zero(y_true, y_pred):
        hits, alarms, misses, _ = np.array(counted(y_true, y_pred))
        guarded = recall_guarded and hits + misses == 0
        p, r = hits / (hits + alarms), 0.0 if guarded else hits / (hits + misses)
        return p, r, f1_of(hits, alarms, misses, p, r)

    return divides_by_zero


divides_by_zero = unguarded(False, lambda hits, alarms, misses, p, r: 2 * p * r / (p + r))
divides_but_f1_by_zero = unguarded(
    False, lambda hits, alarms, misses, p, r: 2 * hits / (2 * hits + alarms + misses)
)
divides_but_f1_and_recall_by_zero = unguarded(
    True, lambda hits, alarms, misses, p, r: 2 * p * r / (p + r) if p + r > 0 else 0.0
)


@mistake("Python stops at a division by 0: a ratio counts as 0 where its divisor is 0.")
def lets_python_divide_by_zero(y_true, y_pred):
    hits, alarms, misses, _ = counted(y_true, y_pred)
    p, r = hits / (hits + alarms), hits / (hits + misses)
    return p, r, 2 * p * r / (p + r)


@mistake("F1 is nan where precision and recall are both 0: what is its own divisor there?")
def guards_all_but_f1(y_true, y_pred):
    p, r, _ = np.array(precision_recall_f1(y_true, y_pred))
    return p, r, 2 * p * r / (p + r)


@mistake("Recall is nan where nothing is positive: each ratio has a divisor of its own.")
def guards_precision_only(y_true, y_pred):
    hits, alarms, misses, _ = np.array(counted(y_true, y_pred))
    if hits + alarms == 0:
        return 0.0, 0.0, 0.0
    p, r = hits / (hits + alarms), hits / (hits + misses)
    return p, r, 2 * p * r / (p + r)


@mistake("Precision and recall have changed places: who is counted in the divisor?")
def swaps_the_two(y_true, y_pred):
    hits, alarms, misses, _ = counted(y_true, y_pred)
    return scores(ratio(hits, hits + misses), ratio(hits, hits + alarms))


@mistake("The third number is the arithmetic mean of the two: F1 is below it where they differ.")
def averages_the_two(y_true, y_pred):
    hits, alarms, misses, _ = counted(y_true, y_pred)
    p, r = ratio(hits, hits + alarms), ratio(hits, hits + misses)
    return p, r, (p + r) / 2


@mistake("The first number is the accuracy: precision looks at those that were called positive.")
def accuracy_for_precision(y_true, y_pred):
    hits, _, misses, rest = counted(y_true, y_pred)
    return scores((hits + rest) / len(y_true), ratio(hits, hits + misses))


@mistake("These are the numbers of class 0: the positive class is 1.")
def looks_at_class_zero(y_true, y_pred):
    hits, alarms, misses, _ = counted(y_true, y_pred, positive=0)
    return scores(ratio(hits, hits + alarms), ratio(hits, hits + misses))


@mistake("A ratio whose divisor is 0 came out as 1: here it counts as 0.")
def empty_is_perfect(y_true, y_pred):
    hits, alarms, misses, _ = counted(y_true, y_pred)
    return scores(ratio(hits, hits + alarms, 1.0), ratio(hits, hits + misses, 1.0))


@mistake("F1 is never above 1: how far does the fraction reach, as Python reads it?")
def forgets_the_bracket(y_true, y_pred):
    p, r, _ = precision_recall_f1(y_true, y_pred)
    return p, r, 2 * p * r / p + r if p + r else 0.0


@mistake("F1 is half of what it should be: a 2 is missing.")
def forgets_the_two(y_true, y_pred):
    p, r, f1 = precision_recall_f1(y_true, y_pred)
    return p, r, f1 / 2


@mistake("The second number is that of class 0: recall counts the positives that are found.")
def specificity_for_recall(y_true, y_pred):
    hits, alarms, _, rest = counted(y_true, y_pred)
    return scores(ratio(hits, hits + alarms), ratio(rest, rest + alarms))
