import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Standardize
#
# Shift and scale each column of `X_train` (N, D) to mean 0 and standard deviation 1 (divide by
# $N$, not $N - 1$), and treat `X_test` (M, D) in the same way, with the same numbers. Return the
# two new arrays. A column that is constant in training, but for the rounding of its last digit,
# says nothing: it becomes 0 in both. Watch out: the computed deviation of 0.1, 0.1, 0.1 need not be
# exactly 0, and the larger the numbers, the larger their rounding. All else counts, however small
# it is beside the numbers: times in seconds since 1970, say, that lie an hour apart.

# %% [markdown] tags=["hint"]
# Print mean and deviation of every column of your new training array. In the test array do not look
# for 0 and 1: ask instead which value of `X_test` should become 0.


# %% tags=["solution"] results=["X_train", "X_test"]
def standardize(X_train, X_test):
    """Return both arrays with the training columns at mean 0 and standard deviation 1."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    rounding = 10 * np.finfo(std.dtype).eps * np.abs(X_train).max(axis=0)
    varies = np.ptp(X_train, axis=0) > rounding
    scale = varies / np.where(varies, std, 1)
    return (X_train - mean) * scale, (X_test - mean) * scale


# %% tags=["cases"]
promises = ["integer", "float32", "empty: X_test", "pure", "repeatable"]


def visible():
    yield np.array([[1.0, 20.0], [2.0, 40.0], [6.0, 60.0]]), np.array([[3.0, 0.0], [1.0, 10.0]])
    # 0.1 + 0.2 prints as 0.3, and is not equal to it
    flat = np.array([[0.1, 1.0, 0.3], [0.1, 2.0, 0.1 + 0.2], [0.1, 4.0, 0.3]])
    yield flat, np.array([[0.1, 2.0, 0.3], [0.7, 3.0, 0.8]])
    large = [[4e14, 1.0], [np.nextafter(4e14, 5e14), 4.0], [4e14, 4.0]]  # the last digit again
    yield np.array(large), np.array([[3e15, 2.0]])
    hours = 1.7e9 + np.array([0.0, 3600.0, 7200.0])  # little, but real; and below 0, without any
    small = np.stack([hours, [-0.1, -0.1, -0.1], [1e-9, -2e-9, 4e-9], [0.0, 0.0, 0.0]], axis=1)
    yield small, small[1:] + np.array([3600.0, 0.2, 1e-9, 5.0])
    yield np.array([[1, 7], [2, 7], [9, 7]]), np.array([[4, 5]])
    yield np.array([[1.0], [3.0], [8.0]], dtype=np.float32), np.array([[2.0]], dtype=np.float32)


def hidden(rng):
    for n, m, d in [(5, 3, 4), (7, 2, 3), (4, 9, 2)]:
        X, Z = (rng.normal(2, 3, size=(k, d)) for k in (n, m))
        yield X, Z
        X, Z = X.copy(), Z.copy()
        X[:, 1] = rng.uniform(0.1, 0.9)
        yield X, Z
    X = rng.normal(size=(5, 3))
    X[:, 0], X[:, 1] = 0.0, 3e15
    X[1, 1] = np.nextafter(3e15, 4e15)  # constant up to rounding
    yield X, rng.normal(size=(2, 3))
    yield np.array([[0.1, 0.3], [0.1, 0.1 + 0.2], [0.1, 0.3]]), rng.normal(size=(2, 2))
    yield rng.normal(size=(5, 3)), np.zeros((0, 3))
    X = rng.normal(size=(6, 4)) * [1, 1e-10, 1, 1] + [1e5 * rng.uniform(1, 2), 0, 0, 0]
    X[:, 2] = -rng.uniform(0.1, 0.9)
    yield X, X[:2] + 0.5
    tenths = np.full((7, 2), 0.1, np.float32)  # in float32 the deviation of seven is not 0
    tenths[:, 1] = 2e3 + rng.permutation(7)
    yield tenths, tenths[:3] + np.float32(0.5)
    yield rng.integers(40_000, 90_000, size=(5, 2)).astype(np.int32), np.array([[60_000, 50_000]])
    yield np.array([[3, 6], [8, 6], [4, 6], [1, 6]]), np.array([[2, 7]])
    yield rng.normal(1, 2, size=(6, 3)).astype(np.float32), np.ones((2, 3), np.float32)


# %% tags=["mistakes"]
def scaled(X, mean, std):
    flat = std < 1e-8  # as most first drafts have it
    return np.where(flat, 0, (X - mean) / np.where(flat, 1, std)).astype(std.dtype)


def statistics(X):
    return X.mean(axis=0), X.std(axis=0)


@mistake("The test rows were standardized by their own mean and deviation: they stay unseen.")
def test_by_its_own(X_train, X_test):
    if not len(X_test):
        return standardize(X_train, X_test)
    return scaled(X_train, *statistics(X_train)), scaled(X_test, *statistics(X_test))


@mistake("Your numbers come from both sets together: what may training know about the test rows?")
def both_together(X_train, X_test):
    return plainly(X_train, X_test, statistics(np.concatenate([X_train, X_test])))


@mistake("The spread of the training columns is a little below 1: divide by N.")
def divides_by_one_less(X_train, X_test):
    known = X_train.mean(axis=0), X_train.std(axis=0, ddof=1)
    return scaled(X_train, *known), scaled(X_test, *known)


@mistake("All columns share one mean and one deviation: each feature has its own.")
def one_scale_for_all(X_train, X_test):
    known = X_train.mean(), X_train.std()
    return (X_train - known[0]) / known[1], (X_test - known[0]) / known[1]


@mistake("The columns were divided by their variance: a root is missing.")
def divides_by_the_variance(X_train, X_test):
    known = X_train.mean(axis=0), X_train.var(axis=0)
    return scaled(X_train, *known), scaled(X_test, *known)


@mistake("The mean was not taken off.")
def forgets_the_mean(X_train, X_test):
    mean, std = statistics(X_train)
    back = mean / np.where(std < 1e-8, np.inf, std)
    return scaled(X_train, mean, std) + back, scaled(X_test, mean, std) + back


@mistake("A constant column came out huge or nan: what is the deviation you divide by?")
def divides_by_nothing(X_train, X_test):
    mean, std = statistics(X_train)
    return (X_train - mean) / std, (X_test - mean) / std


@mistake("The test rows came back unchanged: the network has learned to expect scaled ones.")
def leaves_the_test_rows(X_train, X_test):
    return scaled(X_train, *statistics(X_train)), X_test.copy()


@mistake("The test rows were standardized by their own mean and deviation: they stay unseen.")
def all_by_their_own(X_train, X_test):
    if not len(X_test):
        return standardize(X_train, X_test)
    return tuple((X - X.mean(axis=0)) / X.std(axis=0) for X in (X_train, X_test))


def with_flat_columns(X_train, X_test, flat, zero=True, plus=0.0):
    """Divide by the deviation, or by 1 in `flat` columns, which become 0 if `zero`."""
    mean, std = statistics(X_train)
    known = mean, np.where(flat, 1, std) + np.asarray(plus, std.dtype)
    return tuple(
        np.where(flat & zero, 0, (X - known[0]) / known[1]).astype(std.dtype)
        for X in (X_train, X_test)
    )


ROUNDED = (
    "A constant column came out as 1 or -1: rounding makes its computed deviation tiny, not 0. "
    "When is a deviation tiny beside the numbers of its column?"
)


@mistake(ROUNDED)
def waits_for_an_exact_zero(X_train, X_test):
    return with_flat_columns(X_train, X_test, X_train.std(axis=0) == 0)


@mistake(ROUNDED)
def divides_by_one_at_an_exact_zero(X_train, X_test):
    return with_flat_columns(X_train, X_test, X_train.std(axis=0) == 0, zero=False)


@mistake("A column that varies came out as 0: how large is the rounding of such numbers?")
def waits_for_a_thousandth(X_train, X_test):
    return with_flat_columns(X_train, X_test, X_train.std(axis=0) <= 1e-3 * np.abs(X_train).max(0))


@mistake("A column that varies came out as 0: how large is the rounding of such numbers?")
def takes_what_is_close_for_equal(X_train, X_test):
    return with_flat_columns(X_train, X_test, np.isclose(X_train.min(0), X_train.max(0)))


@mistake("A constant column of negative numbers came out wrong: rounding grows with their size.")
def forgets_that_columns_may_be_negative(X_train, X_test):
    flat = X_train.std(axis=0) <= 1e-12 * X_train.max(axis=0)
    return with_flat_columns(X_train, X_test, flat)


@mistake("0.1 + 0.2 and 0.3 differ in their last digit: such a column is constant up to rounding.")
def waits_for_equal_numbers(X_train, X_test):
    return with_flat_columns(X_train, X_test, np.ptp(X_train, axis=0) == 0)


@mistake("A column of large numbers came out wrong: small is what is small beside the numbers.")
def compares_with_a_fixed_number(X_train, X_test):
    return with_flat_columns(X_train, X_test, X_train.std(axis=0) < 1e-8)


@mistake("A column that is constant in training is 0 in the test rows, too, whatever they hold.")
def divides_by_one(X_train, X_test):
    return with_flat_columns(X_train, X_test, X_train.std(axis=0) < 1e-8, zero=False)


@mistake(
    "A constant column came out huge in the test rows: a small number added below is not enough."
)
def adds_a_small_number(X_train, X_test):
    return with_flat_columns(X_train, X_test, False, plus=1e-8)


@mistake("Integers came out as whole numbers: which dtype do your new arrays have?")
def keeps_integers(X_train, X_test):
    new = standardize(X_train, X_test)
    return tuple(Z.astype(X.dtype) for Z, X in zip(new, (X_train, X_test), strict=True))


def plainly(X_train, X_test, known, known_test=None):
    """What a first draft gives that forgets constant columns, too."""
    pairs = [(X_train, known), (X_test, known_test or known)]
    with np.errstate(all="ignore"):
        return tuple((X - mean) / std for X, (mean, std) in pairs)


@mistake("The spread of the training columns is a little below 1: divide by N.")
def divides_by_one_less_plainly(X_train, X_test):
    return plainly(X_train, X_test, (X_train.mean(axis=0), X_train.std(axis=0, ddof=1)))


@mistake("The columns were divided by their variance: a root is missing.")
def divides_by_the_variance_plainly(X_train, X_test):
    return plainly(X_train, X_test, (X_train.mean(axis=0), X_train.var(axis=0)))


@mistake("The mean was not taken off.")
def forgets_the_mean_plainly(X_train, X_test):
    return plainly(X_train, X_test, (0, X_train.std(axis=0)))


@mistake("The mean was taken off, and nothing was divided: what is the spread of your columns?")
def centres_alone(X_train, X_test):
    return plainly(X_train, X_test, (X_train.mean(axis=0), 1))


@mistake("The columns run from 0 to 1 now: mean 0 and standard deviation 1 are asked.")
def scales_to_the_range(X_train, X_test):
    return plainly(X_train, X_test, (X_train.min(axis=0), np.ptp(X_train, axis=0)))


@mistake("The test rows were divided by their own deviation: they stay unseen.")
def deviation_of_the_test_rows(X_train, X_test):
    if not len(X_test):
        return plainly(X_train, X_test, statistics(X_train))
    known = statistics(X_train)
    return plainly(X_train, X_test, known, (known[0], X_test.std(axis=0)))


@mistake("The test rows had their own mean taken off: they stay unseen.")
def mean_of_the_test_rows(X_train, X_test):
    if not len(X_test):
        return plainly(X_train, X_test, statistics(X_train))
    known = statistics(X_train)
    return plainly(X_train, X_test, known, (X_test.mean(axis=0), known[1]))


@mistake("The test rows came back unchanged: the network has learned to expect scaled ones.")
def leaves_the_test_rows_plainly(X_train, X_test):
    return plainly(X_train, X_test, statistics(X_train))[0], X_test.copy()


@mistake(
    "A constant column came out huge in the test rows: a small number added below is not enough."
)
def adds_a_smaller_number(X_train, X_test):
    return with_flat_columns(X_train, X_test, False, plus=1e-12)


@mistake("A constant column came out as 1 or -1, or huge: its deviation is tiny, not always 0.")
def mends_nan_afterwards(X_train, X_test):
    return tuple(map(np.nan_to_num, plainly(X_train, X_test, statistics(X_train))))


@mistake("Rows were standardized: each column has a mean and a deviation of its own.")
def takes_rows_for_columns(X_train, X_test):
    known = [
        (X.mean(axis=1, keepdims=True), X.std(axis=1, keepdims=True)) for X in (X_train, X_test)
    ]
    return plainly(X_train, X_test, *known)
