"""Rows of the table: convolution, response normalization, the residual block."""

import torch
from cases import normal, op, value
from torch.nn import functional as F  # noqa: N812 (the name that everybody knows it by)

from dlcourse.reference import conv
from dlcourse.reference.residual import residual_block_backward


def conv1d_by_torch(x, w, flip=False):
    w = w.flip(0) if flip else w
    return F.conv1d(x[None, None], w[None, None])[0, 0]


def conv2d_full(x, w, b, padding):
    """PyTorch has no 'full': two pads by hand."""
    return F.conv2d(F.pad(x, (w.shape[3] - 1,) * 2 + (w.shape[2] - 1,) * 2), w, b)


def unfold(x, kernel_size, stride=1, padding=0, dilation=1):
    return F.unfold(x, kernel_size, dilation, padding, stride)


def fold(columns, x_shape, kernel_size, stride=1, padding=0, dilation=1):
    return F.fold(columns, x_shape[2:], kernel_size, dilation, padding, stride)


def weight_gradient(dout, x, w_shape, **keywords):
    return torch.nn.grad.conv2d_weight(x, w_shape, dout, **keywords)


def input_gradient(dout, w, x_shape, **keywords):
    return torch.nn.grad.conv2d_input(x_shape, w, dout, **keywords)


def response_norm_by_torch(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    return F.local_response_norm(x, size, alpha * size, beta, k)


def conv_rows(case, x_shape, w_shape, **keywords):
    """One convolution on random numbers."""
    inputs = normal(x_shape), normal(w_shape), normal(w_shape[:1])
    return op("conv.conv2d", *inputs, case=case, **keywords)


def without_bias(dout, x, w, padding):
    return conv.conv2d_backward(dout, x, w, padding=padding)[:2]


def dense_block(x, w1, b1, w2, b2, shortcut=None):
    hidden = F.relu(F.linear(x, w1.T, b1))
    return F.relu(F.linear(hidden, w2.T, b2) + (x if shortcut is None else shortcut(x)))


def conv_block(x, w1, b1, w2, b2):
    hidden = F.relu(F.conv2d(x, w1, b1, padding="same"))
    return F.relu(F.conv2d(hidden, w2, b2, padding="same") + x)


def plain_backward(dout, x, w1, b1, w2, b2):
    return residual_block_backward(dout, x, w1, b1, w2, b2)


def doubling_backward(dout, x, w1, b1, w2, b2):
    double = {"shortcut": lambda x: 2 * x, "shortcut_backward": lambda dout, x: 2 * dout}
    return residual_block_backward(dout, x, w1, b1, w2, b2, **double)


DENSE_BLOCK = normal((5, 3)), normal((3, 4)), normal(4), normal((4, 3)), normal(3)
CONV_BLOCK = (
    normal((2, 3, 5, 6)), normal((4, 3, 3, 3)), normal(4), normal((3, 4, 3, 3)), normal(3)
)  # fmt: skip

OPS = [
    # a batch, its gradient, its filters: no two axes of the same length where that can be
    conv_rows("", (2, 3, 7, 6), (4, 3, 3, 2)),
    conv_rows("padded", (2, 3, 5, 6), (4, 3, 3, 3), padding=1),
    conv_rows("padded more than needed", (2, 1, 3, 4), (2, 1, 2, 2), padding=4),
    conv_rows("stride that does not divide", (2, 2, 8, 9), (3, 2, 3, 3), stride=2),
    conv_rows("stride beyond the filter", (2, 2, 8, 9), (3, 2, 2, 2), stride=3),
    conv_rows("stride and padding", (2, 2, 7, 6), (3, 2, 3, 3), stride=2, padding=1),
    conv_rows("one channel", (3, 1, 6, 5), (2, 1, 3, 3)),
    conv_rows("filter as large as the image", (2, 3, 4, 5), (3, 3, 4, 5)),
    conv_rows("1 x 1 filter", (2, 3, 4, 5), (4, 3, 1, 1)),
    conv_rows("1 x 1 filter with a stride", (2, 3, 4, 5), (4, 3, 1, 1), stride=2),
    conv_rows("1 x 1 image", (2, 3, 1, 1), (4, 3, 1, 1)),
    conv_rows("all axes of size 1", (1, 1, 1, 1), (1, 1, 1, 1)),
    conv_rows("an image one pixel high", (2, 2, 1, 7), (3, 2, 1, 3)),
    conv_rows("no image", (0, 3, 5, 6), (4, 3, 3, 3)),
    conv_rows("dilated", (2, 2, 9, 8), (3, 2, 3, 2), dilation=2),
    conv_rows("dilated, strided, padded", (2, 2, 9, 8), (3, 2, 3, 3), dilation=2, stride=2,
              padding=2),
    conv_rows("groups", (2, 4, 5, 6), (6, 2, 3, 3), groups=2),
    conv_rows("a group a channel", (2, 3, 5, 6), (6, 1, 3, 3), groups=3, padding=1, stride=2),
    conv_rows("valid", (2, 2, 5, 6), (3, 2, 3, 3), padding="valid"),
    conv_rows("same, odd filter", (2, 2, 5, 6), (3, 2, 3, 5), padding="same"),
    conv_rows("same, even filter", (2, 2, 5, 6), (3, 2, 2, 4), padding="same", dilation=2),
    conv_rows("full", (2, 2, 4, 5), (3, 2, 3, 2), padding="full", oracle=conv2d_full),
    conv_rows("pairs", (2, 2, 9, 11), (3, 2, 3, 2), stride=(2, 3), padding=(1, 0), dilation=(1, 2)),
    conv_rows("a pair of strides of 1", (2, 2, 5, 6), (3, 2, 3, 2), stride=(1, 1),
              padding=(2, 1), dilation=(1, 2)),
    conv_rows("pads before and after", (2, 2, 5, 6), (3, 2, 3, 2), padding=((0, 2), (1, 0)),
              oracle=lambda x, w, b, padding: F.conv2d(F.pad(x, (1, 0, 0, 2)), w, b)),
    conv_rows("same, the odd zero before", (2, 2, 5, 6), (3, 2, 2, 4), padding="same_lower",
              oracle=lambda x, w, b, padding: F.conv2d(F.pad(x, (2, 1, 1, 0)), w, b)),
    conv_rows("a mode an axis", (2, 2, 5, 6), (3, 2, 3, 3), padding=("same", "valid"),
              oracle=lambda x, w, b, padding: F.conv2d(x, w, b, padding=(1, 0))),
    op("conv.conv2d", normal((2, 2, 5, 6)), normal((3, 2, 3, 3)), value(None), case="no bias",
       padding=1, gradients=("x", "w"), backward=without_bias),
    conv_rows("more images than fit at once", (40, 8, 16, 16), (2, 8, 3, 3), padding=1),
    op("conv.conv2d_weight_gradient", normal((2, 4, 3, 3)), normal((2, 3, 7, 7)),
       value((4, 3, 3, 3)), stride=2, oracle=weight_gradient),
    op("conv.conv2d_input_gradient", normal((2, 4, 3, 3)), normal((4, 3, 3, 3)),
       value((2, 3, 7, 7)), stride=2, oracle=input_gradient),
    op("conv.conv2d_input_gradient", normal((2, 4, 5, 6)), normal((4, 3, 3, 3)),
       value((2, 3, 5, 6)), case="stride 1", padding=1, oracle=input_gradient),
    op("conv.conv2d_input_gradient", normal((2, 4, 5, 6)), normal((4, 3, 1, 1)),
       value((2, 3, 5, 6)), case="1 x 1 filter", oracle=input_gradient),
    op("conv.im2col", normal((2, 3, 7, 6)), 3, stride=2, padding=1, oracle=unfold),
    op("conv.im2col", normal((2, 3, 7, 6)), case="2 x 3 window, dilated", kernel_size=(2, 3),
       dilation=2, oracle=unfold),
    op("conv.im2col", normal((2, 3, 4, 5)), 1, case="1 x 1 window", oracle=unfold),
    op("conv.col2im", normal((2, 27, 12)), value((2, 3, 7, 6)), 3, stride=2, padding=1,
       oracle=fold),
    op("conv.col2im", normal((2, 18, 9)), value((2, 3, 4, 5)), value((2, 3)), oracle=fold,
       case="2 x 3 window"),
    op("conv.col2im", normal((2, 3, 20)), value((2, 3, 4, 5)), 1, oracle=fold,
       case="1 x 1 window"),
    op("conv.flip_kernel", normal((2, 3, 3, 4)), oracle=lambda w: torch.rot90(w, 2, (2, 3))),
    op("conv1d.conv1d", normal(9), normal(4), oracle=conv1d_by_torch),
    op("conv1d.conv1d", normal(9), normal(4), case="flipped", flip=True, oracle=conv1d_by_torch),
    op("conv1d.conv1d", normal(4), normal(4), case="as long as the signal", oracle=conv1d_by_torch),
    op("conv1d.conv1d", normal(1), normal(1), case="one sample", oracle=conv1d_by_torch),
    # ------------------------------------------------------------- normalization of responses
    op("response_norm.local_response_norm", normal((2, 7, 3, 4)), oracle=response_norm_by_torch),
    op("response_norm.local_response_norm", normal((2, 7, 3, 4), scale=30.0), case="strong",
       alpha=0.3, beta=0.6, k=1.0, oracle=response_norm_by_torch),
    op("response_norm.local_response_norm", normal((2, 7, 3, 4)), case="even size", size=4,
       alpha=0.5, oracle=response_norm_by_torch),
    op("response_norm.local_response_norm", normal((2, 2, 3, 4)), case="fewer channels than size",
       alpha=0.5, oracle=response_norm_by_torch),
    op("response_norm.local_response_norm", normal((2, 4, 3, 4)), case="size 1", size=1, alpha=0.5,
       oracle=response_norm_by_torch),
    op("response_norm.local_response_norm", normal((0, 4, 3, 4)), case="no image", oracle=None),
    # ------------------------------------------------------------------------- the residual block
    op("residual.residual_block", *DENSE_BLOCK, oracle=dense_block, backward=plain_backward),
    op("residual.residual_block", *CONV_BLOCK, case="convolutions", oracle=conv_block,
       backward=plain_backward),
    op("residual.residual_block", *DENSE_BLOCK, value(lambda x: 2 * x), case="shortcut",
       oracle=dense_block, backward=doubling_backward),
]  # fmt: skip

INTEGERS_ABOUT_SHAPES = "integers in, integers out: no tensor is involved; test_conv_shapes.py"
SHAPES = [
    "pair", "conv_output_size", "same_padding", "full_padding", "padding_amounts",
    "receptive_field",
]  # fmt: skip
COSTS = ["conv_parameters", "conv_multiplications", "conv_flops", "feature_map_bytes"]
SHAPES_OF_TWINS = {"pair", "conv_output_size", "padding_amounts"}
NO_ROW = {f"conv_shapes.{name}": INTEGERS_ABOUT_SHAPES for name in SHAPES}
NO_ROW |= {f"conv_costs.{name}": INTEGERS_ABOUT_SHAPES for name in COSTS}
NO_TWIN = {
    name: reason for name, reason in NO_ROW.items() if name.split(".")[1] not in SHAPES_OF_TWINS
}
