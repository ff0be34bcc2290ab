"""Rows of the table: pooling, and convolution and pooling of sequences."""

import numpy as np
import torch
from cases import fixed, normal, op, value
from torch.nn import functional as F  # noqa: N812 (the name that everybody knows it by)

from dlcourse.reference import pooling, sequence_conv


def ties(shape):
    """Few different numbers, so that most windows hold their maximum more than once."""
    return lambda rng: rng.integers(3, size=shape).astype(float)


def negative(shape):
    return lambda rng: -1.0 - rng.random(shape)


def holes(shape):
    """NaN here and there among so much minus infinity that windows hold nothing else."""
    return lambda rng: rng.choice([np.nan, -np.inf, 1.0], size=shape, p=[0.1, 0.8, 0.1])


def backward_from_indices(dout, x, kernel_size, stride, padding, dilation, ceil_mode):
    window = kernel_size, stride, padding, dilation, ceil_mode
    _, indices = pooling.max_pool2d(x, *window, return_indices=True)
    return pooling.max_pool2d_backward(dout, x, *window, indices)


def backward_from_indices_1d(dout, x, kernel_size, stride, padding, dilation, ceil_mode):
    window = kernel_size, stride, padding, dilation, ceil_mode
    _, indices = sequence_conv.max_pool1d(x, *window, return_indices=True)
    return sequence_conv.max_pool1d_backward(dout, x, *window, indices)


def padded_max(pads, **window):
    """PyTorch's pads are the same on both sides: others by hand, (left, right, top, bottom)."""
    return lambda x, **_: F.max_pool2d(F.pad(x, pads, value=-torch.inf), **window)


def sums_by_torch(x, F_h, F_w, stride, dilation):
    """Sums of windows by a convolution with ones, map by map."""
    maps = x.reshape(-1, 1, *x.shape[2:])
    sums = F.conv2d(maps, x.new_ones(1, 1, F_h, F_w), stride=stride, dilation=dilation)
    return sums.reshape(*x.shape[:2], *sums.shape[2:])


def padded_mean(pads, count_include_pad=True, kernel_size=2, stride=2, dilation=1):
    """Means of padded windows; what is counted is a sum of ones."""
    window = kernel_size, kernel_size, stride, dilation

    def oracle(x, **_):
        ones = F.pad(torch.ones_like(x), pads, value=float(count_include_pad))
        return sums_by_torch(F.pad(x, pads), *window) / sums_by_torch(ones, *window)

    return oracle


def causal(x, w, b, padding, dilation):
    return F.conv1d(F.pad(x, padding), w, b, dilation=dilation)


def subsample_by_torch(x, w, b, kernel_size=2, stride=2):
    sums = F.avg_pool2d(x, kernel_size, stride) * kernel_size**2
    return torch.addcmul(b[:, None, None], sums, w[:, None, None])


SEQUENCES = normal((2, 3, 11)), normal((4, 3, 3)), normal(4)

OPS = [
    op("pooling.max_pool2d", normal((2, 3, 6, 4)), kernel_size=2),
    op("pooling.max_pool2d", normal((2, 3, 7, 6)), case="overlapping", kernel_size=3, stride=2),
    op("pooling.max_pool2d", ties((2, 3, 7, 6)), case="overlapping, with ties", kernel_size=3,
       stride=2, kink=True),
    op("pooling.max_pool2d", ties((2, 3, 6, 7)), case="ties, stride 1", kernel_size=3, stride=1,
       kink=True),
    op("pooling.max_pool2d", fixed(np.zeros((1, 1, 4, 4))), case="all equal",
       kernel_size=2, kink=True),
    op("pooling.max_pool2d", negative((2, 3, 5, 6)), case="all negative, padded", kernel_size=3,
       stride=2, padding=1),
    op("pooling.max_pool2d", normal((2, 3, 8, 7)), case="gaps between windows", kernel_size=2,
       stride=3),
    op("pooling.max_pool2d", ties((2, 3, 6, 4)), case="indices", kernel_size=2, kink=True,
       return_indices=True, backward=backward_from_indices),
    op("pooling.max_pool2d", ties((2, 3, 7, 6)), case="indices, overlapping and padded",
       kernel_size=3, stride=2, padding=1, return_indices=True, kink=True,
       backward=backward_from_indices),
    op("pooling.max_pool2d", holes((2, 3, 7, 6)), case="indices, NaN and minus infinity",
       kernel_size=3, stride=2, padding=1, return_indices=True, kink=True, integers=False,
       backward=backward_from_indices),
    op("pooling.max_pool2d", normal((1, 2, 20, 19)), case="indices, a large window",
       kernel_size=17, stride=1, return_indices=True, backward=backward_from_indices),
    op("pooling.max_pool2d", normal((0, 3, 4, 5)), case="indices, no image", kernel_size=2,
       return_indices=True, backward=backward_from_indices),
    op("pooling.max_pool2d", normal((2, 3, 4, 4)), case="one window", kernel_size=4, stride=4),
    op("pooling.max_pool2d", normal((2, 3, 4, 5)), case="1 x 1 window", kernel_size=1, stride=1),
    op("pooling.max_pool2d", normal((0, 3, 4, 5)), case="no image", kernel_size=2),
    op("pooling.max_pool2d", ties((2, 3, 8, 7)), case="pairs, ties", kernel_size=(2, 3),
       stride=(3, 2), padding=(1, 0), kink=True),
    op("pooling.max_pool2d", ties((2, 3, 8, 7)), case="pairs, indices", kernel_size=(3, 2),
       stride=(2, 1), padding=(0, 1), return_indices=True, kink=True,
       backward=backward_from_indices),
    op("pooling.max_pool2d", ties((2, 3, 8, 7)), case="ceil_mode", kernel_size=3, stride=2,
       ceil_mode=True, kink=True),
    op("pooling.max_pool2d", normal((2, 3, 5, 6)), case="ceil_mode, a window too far",
       kernel_size=2, stride=3, padding=1, ceil_mode=True),
    op("pooling.max_pool2d", normal((2, 3, 2, 2)), case="ceil_mode, a window beyond the map",
       kernel_size=3, stride=2, ceil_mode=True),
    op("pooling.max_pool2d", holes((2, 3, 8, 6)), case="ceil_mode, indices", kernel_size=3,
       stride=2, padding=1, ceil_mode=True, return_indices=True, kink=True, integers=False,
       backward=backward_from_indices),
    op("pooling.max_pool2d", ties((2, 3, 9, 8)), case="dilated", kernel_size=3, stride=2,
       dilation=2, kink=True),
    op("pooling.max_pool2d", holes((2, 3, 9, 8)), case="dilated, padded, indices", kernel_size=2,
       stride=1, padding=1, dilation=(2, 3), return_indices=True, kink=True, integers=False,
       backward=backward_from_indices),
    op("pooling.max_pool2d", ties((2, 3, 9, 8)), case="dilated, ceil_mode, pairs, indices",
       kernel_size=(3, 2), stride=(2, 3), padding=(1, 0), dilation=(2, 1), ceil_mode=True,
       return_indices=True, kink=True, backward=backward_from_indices),
    op("pooling.max_pool2d", negative((2, 3, 5, 6)), case="pads before and after", kernel_size=3,
       stride=2, padding=((0, 2), (1, 0)),
       oracle=padded_max((1, 0, 0, 2), kernel_size=3, stride=2)),
    op("pooling.max_pool2d", negative((2, 3, 5, 6)), case="pads beyond half a window",
       kernel_size=3, stride=1, padding="full",
       oracle=padded_max((2, 2, 2, 2), kernel_size=3, stride=1)),
    op("pooling.max_pool2d", negative((2, 3, 5, 6)), case="same", kernel_size=2, stride=1,
       padding="same", oracle=padded_max((0, 1, 0, 1), kernel_size=2, stride=1)),
    op("pooling.max_pool2d", negative((2, 3, 5, 6)), case="same_lower", kernel_size=2, stride=1,
       padding="same_lower", oracle=padded_max((1, 0, 1, 0), kernel_size=2, stride=1)),
    # ------------------------------------------------------------- means and sums
    op("average_pooling.avg_pool2d", normal((2, 3, 8, 7)), case="pairs", kernel_size=(2, 3),
       stride=(3, 2), padding=(1, 0)),
    op("average_pooling.avg_pool2d", normal((2, 3, 6, 4)), kernel_size=2),
    op("average_pooling.avg_pool2d", normal((2, 3, 7, 6)), case="overlapping", kernel_size=3,
       stride=2),
    op("average_pooling.avg_pool2d", normal((2, 3, 5, 6)), case="pads are counted", kernel_size=3,
       stride=2, padding=1),
    op("average_pooling.avg_pool2d", normal((2, 3, 8, 7)), case="gaps between windows",
       kernel_size=2, stride=3),
    op("average_pooling.avg_pool2d", normal((0, 3, 4, 5)), case="no image", kernel_size=2),
    op("average_pooling.avg_pool2d", normal((2, 3, 5, 6)), case="pads are left out", kernel_size=3,
       stride=2, padding=1, count_include_pad=False),
    op("average_pooling.avg_pool2d", normal((2, 3, 8, 7)), case="ceil_mode", kernel_size=3,
       stride=2, ceil_mode=True),
    op("average_pooling.avg_pool2d", normal((2, 3, 8, 6)), case="ceil_mode, pads are counted",
       kernel_size=3, stride=2, padding=1, ceil_mode=True),
    op("average_pooling.avg_pool2d", normal((2, 3, 8, 6)), case="ceil_mode, pads are left out",
       kernel_size=(3, 2), stride=(2, 3), padding=1, ceil_mode=True, count_include_pad=False),
    op("average_pooling.avg_pool2d", normal((2, 3, 2, 2)), case="ceil_mode, a window too far",
       kernel_size=3, stride=3, padding=1, ceil_mode=True),
    op("average_pooling.avg_pool2d", normal((2, 3, 2, 2)), case="ceil_mode, beyond the map",
       kernel_size=3, stride=2, ceil_mode=True),
    op("average_pooling.avg_pool2d", normal((2, 3, 8, 7)), case="dilated, pads are counted",
       kernel_size=3, stride=2, padding=1, dilation=2,
       oracle=padded_mean((1,) * 4, True, 3, 2, 2)),
    op("average_pooling.avg_pool2d", normal((2, 3, 8, 7)), case="dilated, pads are left out",
       kernel_size=3, stride=2, padding=2, dilation=2, count_include_pad=False,
       oracle=padded_mean((2,) * 4, False, 3, 2, 2)),
    op("average_pooling.avg_pool2d", normal((2, 3, 5, 6)), case="pads before and after",
       kernel_size=3, stride=1, padding=((0, 2), (1, 0)), count_include_pad=False,
       oracle=padded_mean((1, 0, 0, 2), False, 3, 1)),
    op("average_pooling.avg_pool2d", normal((2, 3, 5, 6)), case="same_lower", kernel_size=2,
       stride=1, padding="same_lower", oracle=padded_mean((1, 0, 1, 0), True, 2, 1)),
    op("average_pooling.global_average_pool", normal((2, 3, 4, 5)),
       oracle=lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1)),
    op("average_pooling.global_average_pool", normal((2, 3, 1, 1)), case="one pixel",
       oracle=lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1)),
    op("average_pooling.subsample", normal((2, 3, 6, 4)), normal(3), normal(3),
       oracle=subsample_by_torch),
    op("average_pooling.subsample", normal((2, 3, 7, 6)), normal(3), normal(3), case="overlapping",
       kernel_size=3, stride=2, oracle=subsample_by_torch),
    # ------------------------------------------------------------- sequences with channels
    op("sequence_conv.sequence_conv", *SEQUENCES, oracle=F.conv1d),
    op("sequence_conv.sequence_conv", *SEQUENCES, case="strided, padded, dilated", stride=2,
       padding=3, dilation=2, oracle=F.conv1d),
    op("sequence_conv.sequence_conv", *SEQUENCES, case="same", padding="same", dilation=2,
       oracle=F.conv1d),
    op("sequence_conv.sequence_conv", *SEQUENCES, case="causal", padding=(4, 0), dilation=2,
       oracle=causal),
    op("sequence_conv.sequence_conv", normal((2, 4, 9)), normal((6, 2, 2)), normal(6),
       case="groups", groups=2, oracle=F.conv1d),
    op("sequence_conv.sequence_conv", normal((2, 3, 9)), normal((4, 3, 3)), value(None),
       case="no bias", gradients=("x", "w"), oracle=F.conv1d,
       backward=lambda dout, x, w: sequence_conv.sequence_conv_backward(dout, x, w)[:2]),
    op("sequence_conv.sequence_conv", normal((0, 3, 9)), normal((4, 3, 3)), normal(4),
       case="no sequence", oracle=F.conv1d),
    op("sequence_conv.max_pool1d", normal((2, 3, 8)), kernel_size=2, stride=2),
    op("sequence_conv.max_pool1d", ties((2, 3, 9)), case="overlapping, with ties", kernel_size=3,
       stride=2, padding=1, kink=True),
    op("sequence_conv.max_pool1d", ties((2, 3, 10)), case="dilated, ceil_mode, indices",
       kernel_size=2, stride=3, padding=1, dilation=2, ceil_mode=True, return_indices=True,
       kink=True, backward=backward_from_indices_1d),
    op("sequence_conv.max_pool1d", negative((2, 3, 9)), case="pads before alone", kernel_size=3,
       stride=1, padding=(2, 0), oracle=lambda x, kernel_size, stride, padding: F.max_pool1d(
           F.pad(x, padding, value=-torch.inf), kernel_size, stride)),
    op("sequence_conv.avg_pool1d", normal((2, 3, 8)), kernel_size=2, stride=2),
    op("sequence_conv.avg_pool1d", normal((2, 3, 10)), case="ceil_mode, pads are left out",
       kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False),
    op("sequence_conv.avg_pool1d", normal((2, 3, 9)), case="dilated", kernel_size=2, stride=1,
       dilation=3, oracle=lambda x, dilation, **_: (x[..., :-3] + x[..., 3:]) / 2),
]  # fmt: skip
