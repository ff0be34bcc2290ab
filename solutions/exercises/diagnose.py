from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Name the illness
#
# `train_error` and `val_error` are the errors on training and validation rows, `bayes_error` is the
# best that anyone could reach. Return `(high_bias, high_variance)`, each True or False: the bias is
# high if training leaves more than `tolerance` above the Bayes error, the variance is high if
# validation adds more than `tolerance` to the training error. A gap of `tolerance` exactly is not
# high, and by luck a gap can be below 0. All four come in the same unit, per cent or a share.

# %% [markdown] tags=["hint"]
# Put the three errors on a line, the smallest on the left. There are two gaps: write down which one
# training is to blame for, and which one comes with the new rows.


# %% tags=["solution"] results=["high_bias", "high_variance"]
def diagnose(train_error, val_error, bayes_error, tolerance):
    """Return (high_bias, high_variance): whether each of the two gaps exceeds the tolerance."""
    return train_error - bayes_error > tolerance, val_error - train_error > tolerance


# %% tags=["cases"]
promises = ["repeatable"]


def visible():
    yield 1, 11, 0, 5
    yield 15, 16, 0, 5
    yield 15, 30, 0, 5
    yield 0.5, 1, 0, 5
    yield 15, 16, 14, 5
    yield 20, 25, 15, 5  # both gaps are the tolerance
    yield 8, 20, 3, 4
    yield 20, 9, 19, 4  # lucky validation rows
    yield 3, 5, 12, 4  # better than the best: luck, too
    yield 0.25, 0.5, 0.125, 0.125


def hidden(rng):
    for _ in range(24):  # whole per cents: a tie is a tie however the terms are moved
        bayes, tolerance = (int(n) for n in rng.integers([0, 1], [12, 7]))
        train = bayes + int(rng.integers(-2, 12))
        yield max(train, 0), max(train + int(rng.integers(-10, 14)), 0), bayes, tolerance
    for _ in range(8):  # shares in 64ths
        train, val, bayes = (int(n) / 64 for n in rng.integers([4, 4, 0], [40, 40, 20]))
        yield train, val, bayes, int(rng.integers(1, 9)) / 64
    yield 12, 18, 6, 6
    yield 10, 30, 10, 3
    yield 30, 30, 10, 3
    yield 3, 3, 12, 4


# %% tags=["mistakes"]
def gaps(train_error, val_error, bayes_error):
    return train_error - bayes_error, val_error - train_error


@mistake("A gap as large as the tolerance was called high: high is what exceeds it.")
def counts_the_tolerance_itself(train_error, val_error, bayes_error, tolerance):
    bias, variance = gaps(train_error, val_error, bayes_error)
    return bias >= tolerance, variance >= tolerance


@mistake("The bias is right, but a gap between the errors as large as the tolerance is not high.")
def counts_the_tolerance_itself_in_variance(train_error, val_error, bayes_error, tolerance):
    bias, variance = gaps(train_error, val_error, bayes_error)
    return bias > tolerance, variance >= tolerance


@mistake("The Bayes error makes no difference in your answer: 15 % can be as good as it gets.")
def ignores_the_bayes_error(train_error, val_error, bayes_error, tolerance):
    return train_error > tolerance, val_error - train_error > tolerance


@mistake("The variance is measured from the Bayes error: what does validation add to training?")
def measures_variance_from_bayes(train_error, val_error, bayes_error, tolerance):
    return train_error - bayes_error > tolerance, val_error - bayes_error > tolerance


@mistake("A high validation error alone is no variance: what does it add to the training error?")
def calls_every_validation_error_variance(train_error, val_error, bayes_error, tolerance):
    return train_error - bayes_error > tolerance, val_error > tolerance


@mistake("Each error alone is held against the tolerance: a gap is between two of them.")
def holds_errors_against_the_tolerance(train_error, val_error, bayes_error, tolerance):
    return train_error > tolerance, val_error > tolerance


@mistake("Your bias looks at the validation error: what is left where the model has trained?")
def measures_bias_in_validation(train_error, val_error, bayes_error, tolerance):
    return val_error - bayes_error > tolerance, val_error - train_error > tolerance


@mistake("The two are the other way round: bias comes first.")
def swaps_the_results(train_error, val_error, bayes_error, tolerance):
    return diagnose(train_error, val_error, bayes_error, tolerance)[::-1]


@mistake("That is True where all is well: high is asked.")
def says_what_is_well(train_error, val_error, bayes_error, tolerance):
    return tuple(not high for high in diagnose(train_error, val_error, bayes_error, tolerance))


@mistake("A gap below 0 was called high: an error that is lower than expected is no illness.")
def takes_magnitudes(train_error, val_error, bayes_error, tolerance):
    bias, variance = gaps(train_error, val_error, bayes_error)
    return abs(bias) > tolerance, abs(variance) > tolerance


@mistake("Where the bias is high, nothing was said of the variance: a model can have both.")
def stops_at_the_first(train_error, val_error, bayes_error, tolerance):
    bias, variance = diagnose(train_error, val_error, bayes_error, tolerance)
    return (True, False) if bias else (False, variance)


@mistake("Your variance is always the opposite of your bias: a model can have both, or neither.")
def one_or_the_other(train_error, val_error, bayes_error, tolerance):
    bias, _ = diagnose(train_error, val_error, bayes_error, tolerance)
    return bias, not bias


@mistake("The gaps are the other way round: which of two errors is usually the larger one?")
def turns_the_gaps(train_error, val_error, bayes_error, tolerance):
    bias, variance = gaps(train_error, val_error, bayes_error)
    return -bias > tolerance, -variance > tolerance


@mistake("The tolerance makes no difference in your answer: every gap above 0 counts.")
def ignores_the_tolerance(train_error, val_error, bayes_error, tolerance):
    bias, variance = gaps(train_error, val_error, bayes_error)
    return bias > 0, variance > 0


@mistake("Your tolerance is always 5: take the one that is given.")
def always_five(train_error, val_error, bayes_error, tolerance):
    return diagnose(train_error, val_error, bayes_error, 5)


@mistake("These are the two gaps: say of each whether it is high, with True or False.")
def returns_the_gaps(train_error, val_error, bayes_error, tolerance):
    return gaps(train_error, val_error, bayes_error)


@mistake("The smaller of two gaps is never called high: each is held against the tolerance alone.")
def names_the_larger_gap(train_error, val_error, bayes_error, tolerance):
    bias, variance = gaps(train_error, val_error, bayes_error)
    return bias > tolerance and bias >= variance, variance > tolerance and variance > bias


@mistake(
    "The gaps were measured as shares of the errors: how large is each of them, in their unit?"
)
def measures_shares(train_error, val_error, bayes_error, tolerance):
    return train_error > bayes_error * (1 + tolerance), val_error > train_error * (1 + tolerance)


@mistake(
    "The variance is right, but a gap above the Bayes error as large as the tolerance is not high."
)
def counts_the_tolerance_itself_in_bias(train_error, val_error, bayes_error, tolerance):
    bias, variance = gaps(train_error, val_error, bayes_error)
    return bias >= tolerance, variance > tolerance


@mistake("A validation error below the training error was called variance: it is luck.")
def takes_the_magnitude_of_variance(train_error, val_error, bayes_error, tolerance):
    bias, variance = gaps(train_error, val_error, bayes_error)
    return bias > tolerance, abs(variance) > tolerance
