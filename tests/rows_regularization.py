"""Rows of the table for regularization and augmentation."""

import math

import numpy as np
import torch
from cases import fixed, normal, op, several, uniform, value
from torch.nn import functional
from torch.nn.functional import affine_grid, grid_sample, normalize, pad, softshrink
from torch.nn.utils import prune

from dlcourse.reference import regularization

WEIGHTS = several(normal((4, 3)), normal((3, 2)))
WITH_ZEROS = several(fixed([[-2.0, 0.0, 0.5]]), fixed([[0.0], [1.0]]))
PICTURE = normal((2, 3, 5, 4))


def with_autograd(penalty):
    """The penalty as one expression; the gradients from autograd."""

    def oracle(weights, lam, **keywords):
        leaves = [W.detach().clone().requires_grad_() for W in weights]
        value = lam * penalty(leaves, **keywords)
        return value.detach(), list(torch.autograd.grad(value, leaves))

    return oracle


def squares(weights):
    return torch.nn.utils.parameters_to_vector(weights).square().sum() / 2


def sizes(weights):
    return torch.nn.utils.parameters_to_vector(weights).abs().sum()


def elastic(weights, l1_ratio):
    return l1_ratio * sizes(weights) + (1 - l1_ratio) * squares(weights)


def regularized_by_torch(W, g, lr, lam, r):
    return max_norm_of_torch(W - lr * torch.autograd.functional.jacobian(
        lambda w: (g * w).sum() + lam / 2 * (w**2).sum(), W), r)  # fmt: skip


def max_norm_of_torch(W, r):
    # torch.renorm divides by norm + 1e-7
    return normalize(W, dim=0) * torch.linalg.vector_norm(W, dim=0).clamp(max=r)


def pruned_by_torch(W, amount):
    layer = torch.nn.Module()
    layer.weight = torch.nn.Parameter(W.detach().clone())
    prune.l1_unstructured(layer, "weight", amount)
    return layer.weight.detach(), layer.weight_mask


def top_k_of_torch(delta, k):
    where = delta.abs().topk(k, dim=-1).indices
    return torch.zeros_like(delta).scatter(-1, where, delta.gather(-1, where))


def warped_by_torch(img, matrix):
    """grid_sample counts in halves of the image, x first; the matrix is in pixels."""
    rows, columns = img.shape[-2:]
    m = torch.tensor(matrix, dtype=img.dtype)
    m[0, 1] *= (rows - 1) / (columns - 1)
    m[1, 0] *= (columns - 1) / (rows - 1)
    theta = torch.cat([m, torch.zeros(2, 1, dtype=img.dtype)], dim=1)
    grid = affine_grid(theta.expand(len(img), 2, 3), img.shape, align_corners=True)
    return grid_sample(img, grid, align_corners=True)


def rotated_by_torch(img, degrees):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return warped_by_torch(img, [[c, -s], [s, c]])


def zoomed_by_torch(img, factor):
    return warped_by_torch(img, [[1 / factor, 0.0], [0.0, 1 / factor]])


def shifted_by_torch(img, dy, dx):
    rows, columns = img.shape[-2:]
    padded = pad(img, (columns, columns, rows, rows))
    if abs(dy) >= rows or abs(dx) >= columns:
        return torch.zeros_like(img)
    return padded[..., rows - dy : 2 * rows - dy, columns - dx : 2 * columns - dx]


def shift(dy, dx, shape=(2, 3, 5, 4)):
    return op("augmentation.shift_image", normal(shape), value(dy), value(dx),
              case=f"{dy} {dx} of {shape}", oracle=shifted_by_torch)  # fmt: skip


def dropout_at_test(x, p, rng, train):
    return functional.dropout(x, p, train), torch.ones_like(x)


def dense(x, W, b, p, rng, train):
    return functional.linear(x, W.T, b)


def with_a_mask_of_ones(dout, x):
    return regularization.dropout_backward(dout, np.ones_like(x))


OPS = [
    op("regularization.dropout", normal((4, 3)), value(0.3), value(None), train=False,
       oracle=dropout_at_test, backward=with_a_mask_of_ones, case="at test"),
    op("regularization.dropout", normal((0, 3)), value(0.3), value(None), train=False,
       oracle=dropout_at_test, backward=with_a_mask_of_ones, case="at test, no row"),
    op("regularization.dropconnect", normal((4, 3)), normal((3, 2)), normal(2), value(0.3),
       value(None), train=False, oracle=dense, case="at test"),
    op("regularization.l2_penalty", WEIGHTS, value(0.3), oracle=with_autograd(squares)),
    op("regularization.l1_penalty", WEIGHTS, value(0.3), oracle=with_autograd(sizes)),
    op("regularization.l1_penalty", WITH_ZEROS, value(0.3), case="zeros",
       oracle=with_autograd(sizes)),
    op("regularization.elastic_penalty", WEIGHTS, value(0.3), l1_ratio=0.2,
       oracle=with_autograd(elastic)),
    op("regularization.soft_threshold", normal((4, 3)), value(0.5), oracle=softshrink),
    op("regularization.soft_threshold", fixed([-0.5, 0.0, 0.5]), value(0.5), case="on the edge",
       oracle=softshrink),
    op("regularization.soft_threshold", normal((4, 3)), uniform((3,)), case="a threshold a column",
       oracle=None),
    op("regularization.max_norm", normal((4, 6)), value(1.5), oracle=max_norm_of_torch, half=False),
    op("regularization.regularized_step", normal((4, 6)), normal((4, 6)), lr=0.5, lam=0.1, r=1.5,
       oracle=regularized_by_torch, half=False),
    op("regularization.max_norm", fixed([[0.0, 3.0], [0.0, 4.0]]), value(1.0), case="zero column",
       oracle=max_norm_of_torch, half=False),
    op("regularization.top_k_gradient", normal((4, 6)), value(2), oracle=top_k_of_torch),
    op("regularization.top_k_gradient", normal((2, 3)), value(0), case="none",
       oracle=top_k_of_torch),
    op("regularization.top_k_gradient", normal((2, 3)), value(5), case="more than there are",
       oracle=None),
    op("regularization.top_k_gradient", fixed([[1.0, -1.0, 1.0, 0.0]]), value(2), case="ties",
       oracle=None),
    op("regularization.prune_smallest", normal((4, 6)), value(0.4), oracle=pruned_by_torch),
    op("regularization.prune_smallest", normal((4, 3, 2)), value(0.0), case="nothing",
       oracle=pruned_by_torch),
    op("regularization.prune_smallest", normal(5), value(1.0), case="everything",
       oracle=pruned_by_torch),
    op("regularization.prune_smallest", normal(5), value(0.5), case="half a weight rounds to even",
       oracle=pruned_by_torch),
    op("regularization.prune_smallest", fixed([[1.0, -1.0], [0.0, 1.0]]), value(0.5), case="ties"),
    op("regularization.prune_smallest", fixed([]), value(0.5), case="no weights"),
    op("regularization.bias_variance", normal((6, 5)), normal(5), half=False),
    shift(1, -2), shift(-1, 2), shift(0, 0), shift(9, 0), shift(0, -9), shift(2, 1, (1, 1)),
    op("augmentation.flip", normal((5, 4)), oracle=torch.fliplr),
    op("augmentation.flip", normal((5, 4)), value(-2), case="upside down",
       oracle=lambda img, axis: torch.flipud(img)),
    op("augmentation.crop", PICTURE, value(1), value(0), value(3), value(4),
       oracle=lambda img, *_: pad(img, (0, 0, -1, -1))),
    op("augmentation.rotate", PICTURE, value(30.0), oracle=rotated_by_torch, half=False),
    op("augmentation.rotate", PICTURE, value(-200.0), case="far", oracle=rotated_by_torch,
       half=False),
    op("augmentation.zoom", PICTURE, value(1.7), oracle=zoomed_by_torch, half=False),
    op("augmentation.zoom", PICTURE, value(0.4), case="shrink", oracle=zoomed_by_torch,
       half=False),
    op("augmentation.contrast", PICTURE, value(1.6)),
]  # fmt: skip

AT_RANDOM = "draws at random: test_regularization.py"
NO_ROW = {
    "regularization.mc_dropout": AT_RANDOM,
    "regularization.early_stopping": "a list of numbers in: test_regularization.py",
    "regularization.diagnose": "four numbers in: test_regularization.py",
    "augmentation.noise": "draws at random: test_augmentation.py",
    "augmentation.mixup": "draws partners at random: test_augmentation.py",
}
NO_TWIN = {
    "regularization.early_stopping": "numbers in, numbers out: one version serves both worlds",
    "regularization.diagnose": "numbers in, numbers out: one version serves both worlds",
}
