ANSWERS = {
    "a loop over columns, lists": """
def standardize(X_train, X_test):
    train, test = [], []
    for column, other in zip(X_train.T, X_test.T):
        m = column.mean()
        s = column.std()
        if column.max() - column.min() <= 1e-6 * np.abs(column).max():
            train.append(0 * (column - m))
            test.append(0 * (other - m))
        else:
            train.append((column - m) / s)
            test.append((other - m) / s)
    return [np.stack(train, axis=1), np.stack(test, axis=1)]
""",
    "moments by einsum, flat columns by deviation": [
        """
def moments(X):
    mean = X.sum(axis=0) / len(X)
    return mean, np.sqrt(np.einsum("nd,nd->d", X - mean, X - mean) / len(X))
""",
        """
def standardize(X_train, X_test):
    mean, std = moments(X_train)
    flat = std <= 1e-6 * np.abs(mean)
    std[flat] = 1
    print("flat columns", flat.sum())
    return tuple(np.where(flat, 0, (X - mean) / std).astype(std.dtype) for X in (X_train, X_test))
""",
    ],
    "a class with fit and transform": """
class Scaler:
    def fit(self, X):
        self.mean = np.mean(X, axis=0)
        spread = np.abs(X - self.mean).max(axis=0)
        size = np.abs(X).max(axis=0)
        eps = np.finfo(X.dtype if X.dtype.kind == "f" else float).eps
        self.flat = spread <= 20 * eps * size
        self.std = np.std(X, axis=0)
        self.std[self.flat] = 1
        return self

    def transform(self, X):
        Z = (X - self.mean) / self.std
        Z[:, self.flat] = 0
        return Z


def standardize(X_train, X_test):
    scaler = Scaler().fit(X_train)
    return scaler.transform(X_train), scaler.transform(X_test)
""",
    "np.isclose to the first row, both sets stacked": """
def standardize(X_train, X_test):
    n = len(X_train)
    both = np.concatenate([X_train, X_test], axis=0)
    train = both[:n]
    mean = train.sum(axis=0) / n
    centred = both - mean
    std = np.sqrt((centred[:n] ** 2).sum(axis=0) / n)
    tiny = 1e-12 if std.dtype == float else 1e-5
    constant = np.isclose(train, train[0], rtol=tiny, atol=0).all(axis=0)
    std = np.where(constant, np.inf, std).astype(std.dtype)
    out = centred / std
    return [out[:n], out[n:]]
""",
    "an infinite deviation for columns that vary too little beside their mean": """
def standardize(X_train, X_test):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    flat = (std < 1e-6 * np.abs(mean)) | (std == 0)
    std[flat] = np.inf
    return (X_train - mean) / std, (X_test - mean) / std
""",
}
