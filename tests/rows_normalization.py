"""Rows of the table for normalization."""

from cases import fixed, normal, op, uniform
from torch.nn.functional import batch_norm, layer_norm
from torch.nn.utils.fusion import fuse_linear_bn_weights

from dlcourse.reference.normalization_variants import frozen_batch_norm_backward

GAMMA, BETA, MEAN, VAR = normal(3), normal(3), normal(3), uniform(3, 0.5, 2.0)


def by_torch(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-5, train=True):
    mean, var = running_mean.detach().clone(), running_var.detach().clone()
    out = batch_norm(x, mean, var, gamma, beta, train, momentum, eps)
    return out, mean, var


def layer_by_torch(x, gamma, beta, eps=1e-5):
    return layer_norm(x, x.shape[-1:], gamma, beta, eps)


def folded_by_torch(W, b, gamma, beta, mean, var, eps=1e-5):
    W, b = fuse_linear_bn_weights(W.T, b, mean, var, eps, gamma, beta)
    return W.T, b


def batch(*shape, case="", **keywords):
    return op(
        "normalization.batch_norm", normal(shape, 2.0, 1.0), GAMMA, BETA, MEAN, VAR,
        case=case, oracle=by_torch, gradients=("x", "gamma", "beta"), **keywords,
    )  # fmt: skip


def at_test(*shape, case):
    return op(
        "normalization.batch_norm", normal(shape), GAMMA, BETA, MEAN, VAR,
        case=case, oracle=by_torch, backward=frozen_batch_norm_backward,
        gradients=("x", "gamma", "beta"), train=False,
    )  # fmt: skip


OPS = [
    batch(6, 3),
    batch(4, 3, 2, 5, case="images"),
    batch(2, 3, case="two rows", eps=0.1, momentum=0.3, half=False),
    batch(1, 3, 2, 2, case="one image"),
    op("normalization.batch_norm", fixed([[1.0, 2.0, 3.0]] * 4), GAMMA, BETA, MEAN, VAR,
       case="constant columns", oracle=by_torch, gradients=("x", "gamma", "beta"), kink=True),
    at_test(6, 3, case="test"),
    at_test(1, 3, case="test on one row"),
    at_test(2, 3, 2, 5, case="test on images"),
    at_test(0, 3, case="test on no row"),
    op("normalization.layer_norm", normal((4, 5), 2.0, 1.0), normal(5), normal(5),
       oracle=layer_by_torch),
    op("normalization.layer_norm", normal((1, 2, 5)), normal(5), normal(5), case="two axes of rows",
       oracle=layer_by_torch, eps=0.1),
    op("normalization.layer_norm", normal((0, 5)), normal(5), normal(5), case="no row",
       oracle=layer_by_torch),
    op("normalization.layer_norm", fixed([[2.0, 2.0, 2.0]]), normal(3), normal(3),
       case="constant row", oracle=layer_by_torch, kink=True),
    op("normalization.fold_batch_norm", normal((4, 3)), normal(3), GAMMA, BETA, MEAN, VAR,
       oracle=folded_by_torch),
    op("normalization.standardize", normal((6, 4), 3.0, 7.0), normal((3, 4))),
    op("normalization.standardize", fixed([[0.1, 1.0], [0.1, 2.0], [0.1, 4.0]]), normal((3, 2)),
       case="constant column", integers=False),
]  # fmt: skip

NO_ROW = {
    "normalization_variants.frozen_batch_norm_backward": (
        "the backward of batch_norm at test, in its rows: rows_normalization.py"
    )
}
