"""Rows of the table: the functions of LeNet-5, and what counts instead of computing."""

import torch
from cases import fixed, labels, normal, op, uniform

CENTRES = normal((3, 5))


def distances(x, centres):
    return torch.cdist(x, centres, compute_mode="donot_use_mm_for_euclid_dist") ** 2


def equation_9(penalties, labels, j=0.1):
    """The paper's loss is a softmax over one class more: torch's own cross-entropy."""
    with_rubbish = torch.nn.functional.pad(-penalties, (0, 1), value=-j)
    return torch.nn.functional.cross_entropy(with_rubbish, labels)


OPS = [
    op("lenet_layers.scaled_tanh", normal((4, 3)), oracle=lambda x: 1.7159 * torch.tanh(2 * x / 3)),
    op("lenet_layers.scaled_tanh", fixed([[-800, -1, 0, 1, 800]]), case="far out", oracle=None),
    op("lenet_layers.rbf", normal((4, 5)), CENTRES, oracle=distances, gradients=("x",)),
    op("lenet_layers.rbf", normal((1, 5)), CENTRES, case="one row", oracle=distances,
       gradients=("x",)),
    op("lenet_layers.rbf", normal((0, 5)), CENTRES, case="no row", oracle=distances,
       gradients=("x",)),
    op("lenet_layers.penalty_loss", uniform((6, 4), 0, 5), labels(6, 4), oracle=equation_9),
    op(
        "lenet_layers.penalty_loss", uniform((6, 4), 0, 300), labels(6, 4),
        case="far classes", oracle=equation_9, j=2.0,
    ),
]  # fmt: skip

NO_ROW = {
    "architectures.architecture_table": "counts from dictionaries; in test_architectures.py",
    "architectures.inception_parameters": "counts integers; in test_architectures.py",
}

NO_TWIN = {
    "architectures.inception_parameters": "the twin is the module Inception, which is counted",
}

TWIN_ONLY = {
    "architectures.network_table": "measures PyTorch modules",
    "architectures.sequential": "builds a PyTorch module",
    "geometry.geometry": "reads PyTorch modules",
    "devices.available_devices": "NumPy has one device",
    "devices.device": "NumPy has one device",
    "googlenet.googlenet_loss": "belongs to a network that is in PyTorch alone",
    "resnet.residual_module": "builds a PyTorch module; residual_block is the function",
}
