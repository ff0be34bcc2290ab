"""Other right answers to cross_validate."""

ANSWERS = {
    "a comprehension": """
def cross_validate(fit, error, X, y, folds):
    e = np.array([error(y[v], fit(X[t], y[t])(X[v])) for t, v in folds])
    return e.mean(), e.std()
""",
    "sums": """
def cross_validate(fit, error, X, y, folds):
    total, squares = 0.0, []
    errors = []
    for pair in folds:
        train, validation = pair[0], pair[1]
        model = fit(X[train], y[train])
        prediction = model(X[validation])
        errors.append(float(error(y[validation], prediction)))
        total += errors[-1]
    mean = total / len(folds)
    variance = sum((e - mean) ** 2 for e in errors) / len(folds)
    return mean, variance**0.5
""",
    "statistics": """
import statistics

def cross_validate(fit, error, X, y, folds):
    errors = [float(error(y[v], fit(X[t, :], y[t])(X[v, :]))) for (t, v) in folds]
    return statistics.fmean(errors), statistics.pstdev(errors)
""",
    "a generator": """
def scores(fit, error, X, y, folds):
    for train, validation in folds:
        yield error(y[validation], fit(X[train], y[train])(X[validation]))

def cross_validate(fit, error, X, y, folds):
    values = list(scores(fit, error, X, y, folds))
    return [np.mean(values), np.sqrt(np.var(values))]
""",
    "predicts all, keeps the held out": """
def cross_validate(fit, error, X, y, folds):
    errors = []
    for train, validation in folds:
        everything = fit(X[train], y[train])(X)
        errors.append(error(y[validation], everything[validation]))
    return np.average(errors), np.std(errors, ddof=0)
""",
    "take": """
def cross_validate(fit, error, X, y, folds):
    out = np.zeros(len(folds))
    for i in range(len(folds)):
        tr, va = folds[i]
        predict = fit(np.take(X, tr, axis=0), np.take(y, tr))
        out[i] = error(np.take(y, va), predict(np.take(X, va, axis=0)))
    return np.array([out.mean(), out.std()])
""",
    "map and a helper": """
def cross_validate(fit, error, X, y, folds):
    def one(fold):
        train, held_out = fold
        return error(y[held_out], fit(X[train].copy(), y[train].copy())(X[held_out].copy()))

    values = np.fromiter(map(one, folds), dtype=float)
    return float(values.mean()), float(np.sqrt(np.mean((values - values.mean()) ** 2)))
""",
    "rows one by one": """
def cross_validate(fit, error, X, y, folds):
    errors = []
    for train, validation in folds:
        train_X = np.array([X[i] for i in train])
        train_y = np.array([y[i] for i in train])
        predict = fit(train_X, train_y)
        truth = np.array([y[i] for i in validation])
        guess = predict(np.array([X[i] for i in validation]))
        errors.append(error(truth, guess))
    print(errors)
    return np.mean(errors), np.std(errors)
""",
    "running mean": """
def cross_validate(fit, error, X, y, folds):
    mean, spread = 0.0, 0.0
    for n, (t, v) in enumerate(folds, start=1):
        e = error(y[v], fit(X[t], y[t])(X[v]))
        old = mean
        mean = mean + (e - mean) / n
        spread = spread + (e - old) * (e - mean)
    return mean, (spread / n) ** 0.5
""",
    "fit all first, then measure": """
def cross_validate(fit, error, X, y, folds):
    predictors = [fit(X[t], y[t]) for t, _ in folds]
    errors = [error(y[v], p(X[v])) for p, (_, v) in zip(predictors, folds)]
    return float(np.mean(errors)), float(np.std(errors))
""",
    "Welford": """
def cross_validate(fit, error, X, y, folds):
    n, mean, m2 = 0, 0.0, 0.0
    for train, val in folds:
        e = error(y[val], fit(X[train], y[train])(X[val]))
        n += 1
        d = e - mean
        mean += d / n
        m2 += d * (e - mean)
    return mean, (m2 / n) ** 0.5
""",
    "row by row gathering": """
def cross_validate(fit, error, X, y, folds):
    errors = []
    for train, val in folds:
        Xt = np.stack([X[i] for i in train])
        yt = np.array([y[i] for i in train])
        Xv = np.stack([X[i] for i in val])
        yv = np.array([y[i] for i in val])
        errors.append(error(yv, fit(Xt, yt)(Xv)))
    mean = np.sum(errors) / len(errors)
    return mean, np.linalg.norm(np.array(errors) - mean) / np.sqrt(len(errors))
""",
}
