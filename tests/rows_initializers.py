"""Rows of the table: initializers that look at data. The random ones: test_initializers.py."""

import torch
from cases import function, normal, op, several, value

RELU, TANH = function("activations.relu"), function("activations.tanh")
WEIGHTS = several(normal((5, 7), 3), normal((7, 4), 0.1), normal((4, 6)))


def population_stds(X, weights, activation):
    stds = []
    for W in weights:
        X = activation(torch.einsum("nd,dm->nm", X, W))
        stds.append(float(torch.var(X, correction=0) ** 0.5))
    return stds


OPS = [
    op("initializers.layer_stds", normal((9, 5)), WEIGHTS, TANH, oracle=population_stds),
    op("initializers.layer_stds", normal((9, 5)), WEIGHTS, RELU, oracle=population_stds,
       case="relu"),
    op("initializers.layer_stds", normal((9, 5)), several(), TANH, case="no layer"),
    op("initializers.rescale_layers", normal((9, 5)), WEIGHTS, RELU, integers=False),
    op("initializers.rescale_layers", normal((9, 5)), WEIGHTS, value(abs), case="abs",
       integers=False),
    op("initializers.lsuv", normal((9, 5)), WEIGHTS, TANH, half=False, integers=False),
    op("initializers.lsuv", normal((9, 5)), several(), TANH, case="no layer"),
]  # fmt: skip

NO_ROW = {
    f"initializers.{name}": "draws at random; distributions are tested in test_initializers.py"
    for name in [
        "xavier_normal", "xavier_uniform", "he_normal", "he_uniform", "lecun_normal",
        "lecun_uniform", "orthogonal",
    ]
}  # fmt: skip
