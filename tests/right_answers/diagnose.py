ANSWERS = {
    "terms moved to the other side": """
def diagnose(train_error, val_error, bayes_error, tolerance):
    return train_error > bayes_error + tolerance, val_error > train_error + tolerance
""",
    "if and else, a list": """
def diagnose(train_error, val_error, bayes_error, tolerance):
    high_bias = False
    if train_error - bayes_error > tolerance:
        high_bias = True
    if val_error - train_error > tolerance:
        high_variance = True
    else:
        high_variance = False
    return [high_bias, high_variance]
""",
    "arrays of NumPy": """
def diagnose(train_error, val_error, bayes_error, tolerance):
    return np.diff([bayes_error, train_error, val_error]) > tolerance
""",
    "not at most, in two cells": [
        "def small(gap, tolerance):\n    return gap <= tolerance",
        """
def diagnose(train_error, val_error, bayes_error, tolerance):
    avoidable = train_error - bayes_error
    return not small(avoidable, tolerance), not small(val_error - train_error, tolerance)
""",
    ],
    "0 and 1": """
def diagnose(train_error, val_error, bayes_error, tolerance):
    gaps = train_error - bayes_error, val_error - train_error
    return tuple(1 if max(gap, 0) > tolerance else 0 for gap in gaps)
""",
    "as np.bool": """
def diagnose(train_error, val_error, bayes_error, tolerance):
    excess = np.float64(train_error) - bayes_error
    return np.greater(excess, tolerance), np.greater(np.subtract(val_error, train_error), tolerance)
""",
    "exact fractions": """
from fractions import Fraction

def diagnose(train_error, val_error, bayes_error, tolerance):
    t, v, b, tol = (Fraction(str(a)) for a in (train_error, val_error, bayes_error, tolerance))
    return t - b > tol, v - t > tol
""",
    "gaps rounded to nine places": """
def diagnose(train_error, val_error, bayes_error, tolerance):
    return (
        bool(round(train_error - bayes_error, 9) > tolerance),
        bool(round(val_error - train_error, 9) > tolerance),
    )
""",
    "differences of an array": """
def diagnose(train_error, val_error, bayes_error, tolerance):
    gaps = np.diff([bayes_error, train_error, val_error])
    return gaps > tolerance
""",
}
