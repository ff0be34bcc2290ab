import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Share of right answers
#
# `y_true` (N,) holds the true class of each of $N$ examples, `y_pred` (N,) the class that a program
# answered; classes are whole numbers. Return the share of examples where the two agree, a number
# from 0 to 1. For `np.array([3, 1, 2, 3, 0])` and `np.array([3, 1, 0, 3, 1])` it is $3/5 = 0.6$.

# %% [markdown] tags=["hint"]
# Write the two arrays of the statement under each other and tick the places that agree. Then let
# `==` compare two arrays, print what comes out, and ask which number sums it up.


# %% tags=["solution"]
def accuracy(y_true, y_pred):
    """Return the share of examples for which the answer is the true class."""
    return np.mean(y_true == y_pred)


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def visible():
    yield np.array([3, 1, 2, 3, 0]), np.array([3, 1, 0, 3, 1])
    yield np.array([2, 2, 2]), np.array([1, 2, 2])
    yield np.array([1, 0, 2]), np.array([1, 0, 2])


def hidden(rng):
    for n, classes in [(8, 2), (30, 3), (101, 10), (7, 4)]:
        y = rng.integers(classes, size=n)
        wrong = (y + rng.integers(1, classes, size=n)) % classes
        right = np.arange(n) < 1 + n // 3
        yield y, np.where(rng.permutation(right), y, wrong)
    yield np.array([0, 1, 1]), np.array([0, 1, 1])
    yield np.array([1, 0, 2, 0]), np.array([1, 0, 0, 2])  # first right, last wrong
    yield np.array([0, 1, 1]), np.array([1, 1, 1])  # first wrong, last right
    yield np.array([1, 0]), np.array([0, 1])
    yield np.array([4]), np.array([4])
    y = rng.integers(3, size=1000)  # more than a small counter holds
    yield y, np.where(np.arange(1000) % 10 < 7, y, (y + 1) % 3)


# %% tags=["mistakes"]
@mistake("This counts the right answers. A share says: of how many?")
def counts(y_true, y_pred):
    return np.sum(y_true == y_pred)


@mistake("This is the share of wrong answers: which rows do you want to count?")
def share_of_wrong(y_true, y_pred):
    return np.mean(y_true != y_pred)


@mistake("The share came out in percent. The statement asks for a number from 0 to 1.")
def in_percent(y_true, y_pred):
    return 100 * np.mean(y_true == y_pred)


@mistake("One answer for each example came back. What single number sums them up?")
def one_answer_a_row(y_true, y_pred):
    return y_true == y_pred


@mistake("Only 0 or 1 comes out: was all compared at once, or the share cut to a whole number?")
def all_or_nothing(y_true, y_pred):
    return float(np.array_equal(y_true, y_pred))


@mistake("This averages the difference of the classes. Are 3 and 0 more wrong than 1 and 0?")
def averages_the_difference(y_true, y_pred):
    return np.mean(y_true - y_pred)


def one_round(pick):
    @mistake("Only one example was counted: does each round restart the count, or return?")
    def counts_one_round(y_true, y_pred):
        return pick(y_true == y_pred) / len(y_true)

    return counts_one_round


returns_in_the_first_round = one_round(lambda right: right[0])
returns_at_the_first_right_one = one_round(np.any)
starts_again_in_each_round = one_round(lambda right: right[-1])


@mistake("The first example was left out: at which index do arrays begin?")
def leaves_out_the_first(y_true, y_pred):
    return np.sum(y_true[1:] == y_pred[1:]) / len(y_true)


@mistake("The last example was left out: where does your loop end?")
def leaves_out_the_last(y_true, y_pred):
    return np.sum(y_true[:-1] == y_pred[:-1]) / len(y_true)


def knows_two_classes(divisor):
    @mistake("Only examples of class 0 and 1 were counted: there may be other classes.")
    def counts_two_classes(y_true, y_pred):
        right = np.sum((y_true == y_pred) & (y_true < 2))
        return right / np.sum(divisor(y_true, y_pred))

    return counts_two_classes


counts_two_of_all = knows_two_classes(lambda y_true, y_pred: y_true > -1)
counts_two_of_two = knows_two_classes(lambda y_true, y_pred: (y_true < 2) & (y_pred < 2))
