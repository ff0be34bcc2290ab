import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The strictest threshold that still finds enough
#
# `scores` (N,) are higher where the model finds class 1 more likely; `y` (N,) holds 0 and 1, with
# at least one 1. A row is called positive if its score is at least the threshold $t$. Return, as a
# float, the largest of the scores for which the recall is still `min_recall` or more: among $P$
# positives, at least `min_recall` $\cdot P$ have a score $\ge t$. Scores may be tied;
# $0 \le$ `min_recall` $\le 1$. Then the precision is usually, though not surely, as high as this
# recall allows.

# %% [markdown] tags=["hint"]
# Sort the scores of the first example, the highest first, and write the recall at each of them
# below. Where does it first reach `min_recall`?


# %% tags=["solution"] minutes=10
def choose_threshold(scores, y, min_recall):
    """Return the largest score t at which ``scores >= t`` has a recall of `min_recall` or more."""
    found = [np.mean(scores[y == 1] >= t) >= min_recall for t in scores]
    return float(scores[found].max())


# %% tags=["cases"]
promises = ["integer: scores", "labels: y", "float32: scores", "pure", "repeatable"]


def visible():
    yield np.array([0.9, 0.8, 0.6, 0.3, 0.1]), np.array([1, 0, 1, 1, 0]), 0.5
    yield np.array([0.2, 0.7, 0.4, 0.95, 0.5, 0.6]), np.array([1, 0, 1, 0, 1, 1]), 0.75
    yield np.array([2.0, 1.5, 1.5, 1.5, -1.0]), np.array([0, 1, 0, 1, 1]), 0.3  # tied scores
    yield np.array([0.9, 0.6, 0.2, 0.1]), np.array([0, 1, 1, 0]), 1.0
    yield np.array([0.8, 0.9, 0.7]), np.array([1, 0, 1]), 0.0  # nothing has to be found


def hidden(rng):
    for n, share in [(12, 0.5), (15, 0.25), (30, 0.8), (20, 0.6)]:
        y = rng.permutation(np.arange(n) % 3 == 0).astype(int)
        yield np.round(rng.normal(size=n) + y, 1), y, share
    y = np.array([1] * 10 + [0] * 5)
    yield rng.permutation(15) / 16 - 0.4, y, 0.7  # 0.7 * 10 is more than 7 in floating point
    yield rng.permutation(15) / 16, y, 0.3
    yield rng.normal(size=9), np.array([0, 1, 0, 0, 1, 1, 0, 1, 0]), 1.0
    yield np.array([3, -2, 5, 1, 1]), np.array([0, 0, 0, 1, 1]), 0.5
    yield np.array([0.25, 2.5, 0.75, 1.0]), np.array([1, 0, 1, 0]), 0.0
    y = (rng.permutation(400) < 300).astype(np.uint8)  # more positives than this type counts
    yield rng.permutation(400) / 64, y, 0.9


# %% tags=["mistakes"]
def recalls(scores, y, strictly=False):
    positive = scores[y == 1]
    return np.array([np.mean(positive > t if strictly else positive >= t) for t in scores])


@mistake(
    "That is the lowest score, which finds everybody: the largest one that finds enough is due."
)
def takes_the_smallest(scores, y, min_recall):
    return float(scores[recalls(scores, y) >= min_recall].min())


@mistake("A positive whose score equals the threshold was not counted as found: `>=` counts it.")
def finds_above_only(scores, y, min_recall):
    enough = recalls(scores, y, strictly=True) >= min_recall
    return float(scores[enough].max()) if enough.any() else float(scores.min())


@mistake("The recall asked for was exceeded where it was reached exactly: reaching it is enough.")
def asks_for_more(scores, y, min_recall):
    enough = recalls(scores, y) > min_recall
    return float(scores[enough].max()) if enough.any() else float(scores.min())


@mistake("That is a share of all rows: recall looks at the positive rows alone.")
def counts_all_rows(scores, y, min_recall):
    shares = np.array([np.mean(scores >= t) for t in scores])
    return float(scores[shares >= min_recall].max())


@mistake("Here the precision reaches the bound: recall is asked, the share of the positives found.")
def bounds_the_precision(scores, y, min_recall):
    precision = np.array([np.mean(y[scores >= t]) for t in scores])
    return float(scores[precision >= min_recall].min()) if (precision >= min_recall).any() else 0.0


@mistake("The recall of this threshold is below min_recall: one positive more has to be found.")
def finds_one_too_few(scores, y, min_recall):
    found = np.sort(scores[y == 1])[::-1]
    needed = int(np.ceil(min_recall * len(found) - 1e-9))
    return float(found[max(needed - 2, 0)]) if needed else float(scores.max())


@mistake("The threshold lies between two scores: one of the scores is due.")
def takes_a_quantile(scores, y, min_recall):
    return float(np.quantile(scores[y == 1], 1 - min_recall))


@mistake("That is the place of the score: return the score itself.")
def returns_the_place(scores, y, min_recall):
    return int(np.flatnonzero(scores == choose_threshold(scores, y, min_recall))[0])


@mistake("That is the recall at the threshold: return the threshold.")
def returns_the_recall(scores, y, min_recall):
    t = choose_threshold(scores, y, min_recall)
    return float(np.mean(scores[y == 1] >= t))


@mistake("The bound was taken as a threshold on the scores themselves: which recall does it have?")
def takes_the_bound_for_a_score(scores, y, min_recall):
    return float(min_recall)


@mistake("Where nothing has to be found, any score is high enough: the largest of all is due.")
def looks_at_positives_only(scores, y, min_recall):
    if min_recall > 0:
        return choose_threshold(scores, y, min_recall)
    return float(scores[y == 1].max())


@mistake("The negatives were counted as the rows to find: recall is about the rows with label 1.")
def finds_the_negatives(scores, y, min_recall):
    negative = scores[y == 0]
    shares = np.array([np.mean(negative >= t) for t in scores])
    return float(scores[shares >= min_recall].max())


@mistake("Rows with a score of at most the threshold were called positive: high scores are.")
def turns_the_scores(scores, y, min_recall):
    return -choose_threshold(-scores, y, min_recall)


@mistake("Too few are found: min_recall times P was rounded down, where it has to be rounded up.")
def rounds_down(scores, y, min_recall):
    found = np.sort(scores[y == 1])[::-1]
    needed = int(min_recall * len(found))
    return float(found[needed - 1]) if needed else float(scores.max())


@mistake("Here the precision reaches the bound: recall is asked, the share of the positives found.")
def bounds_the_precision_from_the_top(scores, y, min_recall):
    precision = np.array([np.mean(y[scores >= t]) for t in scores])
    return float(scores[precision >= min_recall].max()) if (precision >= min_recall).any() else 0.0
