ANSWERS = {
    "loops over points and models": """
def bias_variance(predictions, f_true):
    M, N = predictions.shape
    bias_squared = variance = 0.0
    for n in range(N):
        mean = 0.0
        for m in range(M):
            mean += predictions[m, n] / M
        bias_squared += (mean - f_true[n]) ** 2 / N
        for m in range(M):
            variance += (predictions[m, n] - mean) ** 2 / (M * N)
    return bias_squared, variance
""",
    "the variance is the rest of the mean squared error": """
def bias_variance(predictions, f_true):
    total = np.mean((predictions - f_true) ** 2)
    bias2 = np.mean((f_true - np.mean(predictions, axis=0)) ** 2)
    return [bias2, total - bias2]
""",
    "einsum, kept dimensions, an array of two": """
def bias_variance(predictions, f_true):
    mean = predictions.mean(axis=0, keepdims=True)
    d = predictions - mean
    b = (mean - f_true[None, :]).ravel()
    return np.array([b @ b / len(b), np.einsum("mn,mn->", d, d) / d.size])
""",
    "in place on a copy, as with tensors": """
def bias_variance(predictions, f_true):
    p = np.array(predictions, dtype=np.float32 if predictions.dtype == np.float32 else float)
    mean = p.mean(0)
    p -= mean
    bias = np.subtract(mean, f_true)
    return np.square(bias).mean().item(), np.square(p).mean(0).mean().item()
""",
    "mean of squares minus square of mean, in two cells": [
        "def moments(a):\n    return a.mean(axis=0), (a * 1.0 * a).mean(axis=0)",
        """
def bias_variance(predictions, f_true):
    first, second = moments(predictions.astype(float))
    return ((first - f_true) ** 2).sum() / f_true.size, (second - first**2).sum() / f_true.size
""",
    ],
    "point by point, in lists": """
def bias_variance(predictions, f_true):
    squares, variances = [], []
    for column, truth in zip(predictions.T, f_true):
        squares.append((np.mean(column) - truth) ** 2)
        variances.append(np.std(column) ** 2)
    return np.mean(squares), sum(variances) / len(variances)
""",
    "columns by the statistics module": """
import statistics

def bias_variance(predictions, f_true):
    bias, var = [], []
    for column, truth in zip(np.asarray(predictions).T.tolist(), np.asarray(f_true).tolist()):
        bias.append((statistics.fmean(column) - truth) ** 2)
        var.append(statistics.pvariance(column))
    return statistics.fmean(bias), statistics.fmean(var)
""",
    "half the mean square between pairs of models": """
def bias_variance(predictions, f_true):
    P = np.asarray(predictions, dtype=float)
    pairs = P[:, None] - P[None]
    var = (pairs**2).mean(axis=(0, 1)) / 2
    return float(np.mean(np.square(P.mean(0) - f_true))), float(var.mean())
""",
}
