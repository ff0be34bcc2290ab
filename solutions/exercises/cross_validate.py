import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Cross-validation
#
# `folds` is a list of pairs `(train, validation)` of index arrays, one pair at least, as `k_fold`
# gives it. `fit(X, y)` trains on the rows that it gets and returns a function `predict`;
# `predict(X)` gives a prediction for each row; `error(y_true, y_pred)` gives one number, and the
# order of its two arguments matters. For each pair train on the rows `train`, and on no others,
# and measure the error of the predictions for the rows `validation`. Return `(mean, std)` of these
# errors: each fold counts the same, whatever its size, and the standard deviation is that of the
# population, $\sqrt{\frac{1}{k} \sum_i (e_i - \bar e)^2}$ for $k$ errors $e_i$ with mean $\bar e$.
#
# `X` is (N, D), `y` is (N,). A `train` need not hold all rows that are not in its `validation`.

# %% [markdown] tags=["hint"]
# Write a `fit` that prints `len(X)` and an `error` that prints both of its arguments, and try them
# on four rows in two folds. Which rows arrive where?


# %% tags=["solution"] results=["mean", "std"] minutes=10
def cross_validate(fit, error, X, y, folds):
    """Return (mean, population std) over `folds` of the error on each one's validation rows."""
    errors = []
    for train, validation in folds:
        predict = fit(X[train], y[train])
        errors.append(error(y[validation], predict(X[validation])))
    return np.mean(errors), np.std(errors)


# %% tags=["probe"]
def nearest(X, y):  # knows every row that it has seen by heart
    return lambda Z: y[np.abs(Z[:, None] - X).sum(axis=2).argmin(axis=1)]


def line(X, y):
    A = np.column_stack([X, np.ones(len(X))])
    v = np.linalg.solve(A.T @ A + 0.1 * np.eye(A.shape[1]), A.T @ y)
    return lambda Z: Z @ v[:-1] + v[-1]


def average(X, y):
    return lambda Z: np.full(len(Z), y.mean())


FITS = {"nearest": nearest, "line": line, "average": average}
ERRORS = {
    "squared": lambda t, p: np.mean((t - p) ** 2),
    "relative": lambda t, p: np.mean(np.abs(t - p) / np.abs(t)),
    "worst": lambda t, p: np.max(np.abs(t - p)),
    "wrong": lambda t, p: np.mean(t != p),
    "above": lambda t, p: np.mean(p > t),  # the share that is predicted too high
}


def collect(fn, case):
    fit, error, X, y, folds = case
    return fn(FITS[fit], ERRORS[error], X, y, folds)


def judge(case, raw):
    fit, error, X, y, folds = case
    pair = isinstance(raw, list | tuple | np.ndarray) and len(raw) == 2
    numbers = pair and all(np.ndim(a) == 0 and np.asarray(a).dtype.kind in "iuf" for a in raw)
    assert numbers, "two numbers (mean, std)"
    errors = []
    for train, validation in folds:
        predict = FITS[fit](X[train], y[train])
        errors.append(float(ERRORS[error](y[validation], predict(X[validation]))))
    mean = sum(errors) / len(errors)
    std = (sum((e - mean) ** 2 for e in errors) / len(errors)) ** 0.5
    return {"mean": (raw[0], mean), "std": (raw[1], std)}


TEXTS = {
    "nearest": "lambda Z: y[np.abs(Z[:, None] - X).sum(axis=2).argmin(axis=1)]",
    "average": "lambda Z: np.full(len(Z), y.mean())",
    "squared": "np.mean((t - p) ** 2)",
    "relative": "np.mean(np.abs(t - p) / np.abs(t))",
    "worst": "np.max(np.abs(t - p))",
    "wrong": "np.mean(t != p)",
    "above": "np.mean(p > t)",
}


def call(case):
    fit, error, *given = case
    lines = [f"fit = lambda X, y: {TEXTS.get(fit)}"]
    if fit == "line":
        lines = [
            "def fit(X, y):",
            "    A = np.column_stack([X, np.ones(len(X))])",
            "    v = np.linalg.solve(A.T @ A + 0.1 * np.eye(A.shape[1]), A.T @ y)",
            "    return lambda Z: Z @ v[:-1] + v[-1]",
        ]
    lines += [f"error = lambda t, p: {TEXTS[error]}", "cross_validate(fit, error, {}, {}, {})"]
    return "\n".join(lines), *given


# %% tags=["cases"]
promises = ["integer: X", "pure", "repeatable"]


def rows(*numbers):
    return np.array(numbers)


def visible():
    X, y = np.array([[0.0], [1.0], [2.5], [4.0], [6.5]]), np.array([1.0, 3.0, 2.0, 6.0, 4.0])
    thirds = [
        (rows(1, 2, 4), rows(0, 3)),
        (rows(0, 3, 4), rows(1, 2)),
        (rows(0, 1, 2, 3), rows(4)),
    ]
    yield "nearest", "squared", X, y, thirds
    yield "average", "relative", X, y, thirds
    yield "line", "worst", X, y, thirds
    ahead = [(rows(0, 1), rows(2)), (rows(0, 1, 2), rows(3, 4))]
    yield "line", "squared", X, y, ahead  # rows that are in no part of a pair
    labels = np.array([0, 1, 0, 1, 1])
    yield "nearest", "wrong", X, labels, [(rows(0, 1, 4), rows(2, 3))]


def hidden(rng):
    for fit, error, n, k in [
        ("nearest", "squared", 12, 3),
        ("average", "relative", 17, 5),
        ("line", "worst", 23, 4),
        ("line", "above", 31, 3),
        ("nearest", "relative", 9, 9),
        ("average", "squared", 14, 2),
    ]:
        D = int(rng.integers(1, 4))
        X = rng.normal(size=(n, D))
        y = 3 + np.abs(X @ rng.normal(size=D) + rng.normal(size=n))
        parts = np.array_split(rng.permutation(n), k)
        every = np.arange(n)
        yield fit, error, X, y, [(rng.permutation(np.setdiff1d(every, p)), p) for p in parts]
        some = [(rng.permutation(n)[: n // 2], p) for p in parts]
        yield fit, error, X, y, [(np.setdiff1d(t, p), p) for t, p in some]
    X, labels = rng.normal(size=(20, 2)), rng.integers(0, 3, size=20)
    yield "nearest", "wrong", X, labels, [(every[:12], np.arange(12, 15)), (every[2:9], every[:2])]
    yield "average", "relative", X, labels + 1.0, [(np.arange(15), np.arange(15, 20))]


def integer(rng):
    X, y = rng.integers(-9, 10, size=(11, 2)).astype(np.int32), rng.uniform(1, 5, size=11)
    order = rng.permutation(11)
    yield "line", "relative", X, y, [(order[:7], order[7:]), (order[4:], order[:4])]


# %% tags=["mistakes"]
def errors_of(fit, error, X, y, folds):
    return [error(y[v], fit(X[t], y[t])(X[v])) for t, v in folds]


def with_errors(make):
    """The solution with other errors."""

    def answer(fit, error, X, y, folds):
        errors = make(fit, error, X, y, folds)
        return np.mean(errors), np.std(errors)

    return answer


def with_results(give):
    """The solution with other results from the errors, and the sizes of the validation parts."""

    def answer(fit, error, X, y, folds):
        errors = errors_of(fit, error, X, y, folds)
        return give(np.array(errors), np.array([len(v) for _, v in folds]))

    return answer


def rows_without(X, rows):
    return np.setdiff1d(np.arange(len(X)), rows)


trains_on_all_rows = mistake("`fit` was given all rows, those of validation among them.")(
    with_errors(lambda fit, error, X, y, folds: [error(y[v], fit(X, y)(X[v])) for _, v in folds])
)
tests_on_training_rows = mistake(
    "The error was measured on the rows of training: the others were held back for it."
)(
    with_errors(
        lambda fit, error, X, y, folds: [error(y[t], fit(X[t], y[t])(X[t])) for t, _ in folds]
    )
)
tests_on_all_rows = mistake("The error was measured on all rows, those of training among them.")(
    with_errors(lambda fit, error, X, y, folds: [error(y, fit(X[t], y[t])(X)) for t, _ in folds])
)
trains_and_tests_on_validation_rows = mistake(
    "`fit` was given the validation rows, on which it is tested afterwards."
)(
    with_errors(
        lambda fit, error, X, y, folds: [error(y[v], fit(X[v], y[v])(X[v])) for _, v in folds]
    )
)
trains_and_tests_on_all_rows = mistake(
    "All rows train and all are tested: where do folds come in?"
)(with_errors(lambda fit, error, X, y, folds: [error(y, fit(X, y)(X)) for _ in folds]))
swaps_the_parts = mistake("The two parts are the other way round: which one is `fit` for?")(
    with_errors(
        lambda fit, error, X, y, folds: errors_of(fit, error, X, y, [(v, t) for t, v in folds])
    )
)
trains_on_the_complement = mistake(
    "You trained on all rows outside of validation: each pair says itself which rows train."
)(
    with_errors(
        lambda fit, error, X, y, folds: errors_of(
            fit, error, X, y, [(rows_without(X, v), v) for _, v in folds]
        )
    )
)
tests_on_the_complement = mistake(
    "You tested on all rows outside of training: each pair says itself which rows are tested."
)(
    with_errors(
        lambda fit, error, X, y, folds: errors_of(
            fit, error, X, y, [(t, rows_without(X, t)) for t, _ in folds]
        )
    )
)
fits_once = mistake("One model was tested in all folds: each fold trains one of its own.")(
    with_errors(
        lambda fit, error, X, y, folds: [
            error(y[v], fit(X[folds[0][0]], y[folds[0][0]])(X[v])) for _, v in folds
        ]
    )
)
tests_the_last_model = mistake(
    "One model was tested in all folds, the last one: test each before the next is trained."
)(
    with_errors(
        lambda fit, error, X, y, folds: [
            error(y[v], fit(X[folds[-1][0]], y[folds[-1][0]])(X[v])) for _, v in folds
        ]
    )
)
swaps_truth_and_prediction = mistake(
    "`error` got its arguments the other way round: the true values come first."
)(
    with_errors(
        lambda fit, error, X, y, folds: [error(fit(X[t], y[t])(X[v]), y[v]) for t, v in folds]
    )
)
measures_squares_itself = mistake(
    "The mean of squares was measured: `error` says what to measure."
)(
    with_errors(
        lambda fit, error, X, y, folds: errors_of(
            fit, lambda t, p: np.mean((t - p) ** 2), X, y, folds
        )
    )
)
ends_after_one_fold = mistake("Only the first fold counts: does the function return in its loop?")(
    with_errors(lambda fit, error, X, y, folds: errors_of(fit, error, X, y, folds[:1]))
)
keeps_the_last_fold = mistake("Only the last fold counts: are all errors kept?")(
    with_errors(lambda fit, error, X, y, folds: errors_of(fit, error, X, y, folds[-1:]))
)
misses_the_last_fold = mistake("The last fold is missing: where does a range end?")(
    with_errors(lambda fit, error, X, y, folds: errors_of(fit, error, X, y, folds[:-1] or folds))
)
pools_all_rows = mistake(
    "The error was measured once over the rows of all folds: measure it in each fold, then average."
)(
    with_errors(
        lambda fit, error, X, y, folds: [
            error(
                np.concatenate([y[v] for _, v in folds]),
                np.concatenate([fit(X[t], y[t])(X[v]) for t, v in folds]),
            )
        ]
    )
)
takes_all_labels = mistake(
    "`fit` was given the values of other rows in y: which rows of y belong to X?"
)(
    with_errors(
        lambda fit, error, X, y, folds: [
            error(y[v], fit(X[t], y[: len(t)])(X[v])) for t, v in folds
        ]
    )
)

sample_deviation = mistake(
    "The mean is right; the std divides by k - 1: that of the population is asked."
)(
    with_results(
        lambda e, sizes: (e.mean(), np.sqrt(np.sum((e - e.mean()) ** 2) / max(len(e) - 1, 1)))
    )
)
returns_the_variance = mistake(
    "The mean is right; the second number is the variance, without a root."
)(with_results(lambda e, sizes: (e.mean(), e.var())))
standard_error = mistake(
    "The mean is right; the std was divided by the root of k: that is its own error."
)(with_results(lambda e, sizes: (e.mean(), e.std() / np.sqrt(len(e)))))
mean_absolute_deviation = mistake(
    "The mean is right; the second number averages distances: the std averages their squares."
)(with_results(lambda e, sizes: (e.mean(), np.abs(e - e.mean()).mean())))
spread_of_the_errors = mistake(
    "The mean is right; the second number is largest less smallest error."
)(with_results(lambda e, sizes: (e.mean(), np.ptp(e))))
forgets_the_deviation = mistake("The mean is right; the second number is 0.")(
    with_results(lambda e, sizes: (e.mean(), 0.0))
)
sums_the_errors = mistake("The errors were summed up: their mean is asked.")(
    with_results(lambda e, sizes: (e.sum(), e.std()))
)
takes_the_median = mistake("The median came first: the mean is asked.")(
    with_results(lambda e, sizes: (np.median(e), e.std()))
)
takes_the_lowest = mistake(
    "The lowest error came first: no fold is the best, their mean is asked."
)(with_results(lambda e, sizes: (e.min(), e.std())))
weighs_by_size = mistake("Large folds count more than small ones: here each fold counts the same.")(
    with_results(
        lambda e, sizes: (
            np.average(e, weights=sizes),
            np.sqrt(np.average((e - np.average(e, weights=sizes)) ** 2, weights=sizes)),
        )
    )
)
weighs_the_mean_by_size = mistake(
    "Large folds count more than small ones in your mean: here each fold counts the same."
)(with_results(lambda e, sizes: (np.average(e, weights=sizes), e.std())))
divides_by_the_rows = mistake("The sum of the errors was divided by the rows: by what is it here?")(
    with_results(lambda e, sizes: (e.sum() / sizes.sum(), e.std()))
)
swaps_the_results = mistake("The two are the other way round: the mean comes first.")(
    with_results(lambda e, sizes: (e.std(), e.mean()))
)
returns_the_errors = mistake("The errors of all folds came back: their mean and std are asked.")(
    with_results(lambda e, sizes: [*e, 0.0, 0.0])
)
returns_the_mean_alone = mistake("One number came back: the std belongs to it.")(
    with_results(lambda e, sizes: e.mean())
)


@mistake("The mean is one error over the rows of all folds: each fold has an error of its own.")
def pools_the_predictions(fit, error, X, y, folds):
    pooled = [(y[v], fit(X[t], y[t])(X[v])) for t, v in folds]
    errors = errors_of(fit, error, X, y, folds)
    return error(*map(np.concatenate, zip(*pooled, strict=True))), np.std(errors)


@mistake(
    "`error` was called for one row at a time: it takes all validation rows of a fold at once."
)
def measures_row_by_row(fit, error, X, y, folds):
    errors = []
    for t, v in folds:
        predict = fit(X[t], y[t])
        errors.append(np.mean([error(y[[i]], predict(X[[i]])) for i in v]))
    return np.mean(errors), np.std(errors)


@mistake("The errors lost their fractions: of which dtype is the array that keeps them?")
def keeps_whole_errors(fit, error, X, y, folds):
    errors = np.array(errors_of(fit, error, X, y, folds)).astype(int)
    return np.mean(errors), np.std(errors)


@mistake("The predictions lost their fractions where X holds integers.")
def predicts_whole_numbers(fit, error, X, y, folds):
    errors = [error(y[v], fit(X[t], y[t])(X[v]).astype(X.dtype)) for t, v in folds]
    return np.mean(errors), np.std(errors)
