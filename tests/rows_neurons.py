"""Rows of the table: single neurons and linear models."""

import torch
from cases import binary, fixed, normal, op

CORNER = fixed([[-2, -0.5, -0.0, 0, 0.5, 2]])
GATE = fixed([[0, 0], [0, 1], [1, 0], [1, 1]])


def least_norm(X, y):
    A = torch.cat([torch.ones(len(X), 1, dtype=X.dtype), X], dim=1)
    return torch.linalg.lstsq(A, y[:, None], driver="gelsd").solution[:, 0]


def closed_form_descent(X, y, lr, steps):
    A = torch.cat([torch.ones(len(X), 1, dtype=X.dtype), X], dim=1)
    c, U = torch.linalg.eigh(2 / len(A) * A.T @ A)
    return U @ ((1 - (1 - lr * c) ** steps) / c * (U.T @ (2 / len(A) * A.T @ y)))


def collinear(rng):
    X = rng.normal(size=(8, 2))
    return X[:, [0, 1, 0]]


OPS = [
    op(f"neurons.{name}", z, case=case, oracle=oracle)
    for name, oracle in [
        ("step", lambda z: torch.heaviside(z, torch.zeros_like(z))),
        ("heaviside", lambda z: torch.heaviside(z, torch.full_like(z, 0.5))),
        ("sign", torch.sign),
        ("piecewise_linear", lambda z: torch.nn.functional.hardtanh(2 * z) / 2 + 0.5),
    ]
    for case, z in [("", normal((4, 3))), ("corner", CORNER), ("empty", normal((0, 3)))]
]

OPS += [
    op("neurons.mcculloch_pitts", binary((9, 4)), fixed([0, 0, 0, 1], bool), threshold=2),
    op("neurons.perceptron_predict", normal((5, 3)), normal(3), b=0.3),
    op("neurons.perceptron_predict", GATE, fixed([1, 1]), b=-1.0, case="on the line"),
    op("neurons.perceptron_fit", GATE, fixed([0, 0, 0, 1], int), lr=0.5, case="and"),
    op("neurons.perceptron_fit", GATE, fixed([0, 1, 1, 0], int), max_epochs=7, case="xor"),
    op("neurons.perceptron_fit", normal((20, 3)), binary(20), max_epochs=5, half=False),
    op("neurons.hebb_step", normal((3, 2)), normal((5, 3)), normal((5, 2)), lr=0.1),
    op("neurons.normal_equation", normal((8, 3)), normal(8), oracle=least_norm, half=False),
    op("neurons.normal_equation", collinear, normal(8), oracle=least_norm, half=False,
       integers=False, case="collinear"),
    op("neurons.normal_equation", normal((2, 4)), normal(2), oracle=least_norm, half=False,
       integers=False, case="more features than rows"),
    op("neurons.linear_regression_descent", normal((9, 2)), normal(9), lr=0.1, steps=20,
       oracle=closed_form_descent),
]  # fmt: skip

NO_ROW = {
    "neurons.logic_gate": "returns constants for a name; tested in test_neurons.py",
    "neurons.xor_network": "takes nothing, returns constants; tested in test_neurons.py",
}
NO_TWIN = {
    "neurons.logic_gate": "constants are the same in both worlds",
    "neurons.xor_network": "constants are the same in both worlds",
}
