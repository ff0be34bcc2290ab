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
}
