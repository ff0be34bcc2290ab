"""Pooling with ceil_mode, dilation and uneven pads, and sequences: one by one and against ONNX."""

import numpy as np
import pytest
from cases import for_all
from hypothesis import strategies as st
from onnx_operator import run_onnx

from dlcourse.reference import average_pooling, conv, conv_shapes, pooling, sequence_conv
from dlcourse.twins import conv_shapes as twin_shapes

few, pads = st.integers(1, 4), st.integers(0, 3)
axes = {
    "size": st.integers(1, 12), "kernel_size": few, "stride": few, "start": pads, "end": pads,
    "dilation": st.integers(1, 3), "ceil_mode": st.booleans(),
}  # fmt: skip


def windows_one_by_one(size, kernel_size, stride, start, end, dilation, ceil_mode):
    """The pixels that each window sees: all windows that fit, and with ceil_mode one more if pixels
    or pads are left and it begins before the image ends."""
    windows, first, reach, last = [], -start, dilation * (kernel_size - 1), size + end - 1
    while first + reach <= last or (ceil_mode and first < size and first - stride + reach < last):
        taps = range(first, first + reach + 1, dilation)
        windows.append([pixel for pixel in taps if 0 <= pixel < size])
        first += stride
    return windows


@for_all(**axes)
def test_every_window_is_what_the_definition_says(size, start, end, **window):
    windows = windows_one_by_one(size, start=start, end=end, **window)
    x = np.random.default_rng(size).normal(size=(1, 1, size))
    window["padding"] = (start, end)
    if not all(windows) or not windows:
        with pytest.raises(ValueError, match=r"see no pixel|does not fit"):
            sequence_conv.max_pool1d(x, **window)
        return
    seen = [x[0, 0, pixels] for pixels in windows]
    maxima = sequence_conv.max_pool1d(x, **window)
    np.testing.assert_array_equal(maxima[0, 0], [pixels.max() for pixels in seen])
    means = sequence_conv.avg_pool1d(x, count_include_pad=False, **window)
    np.testing.assert_allclose(means[0, 0], [pixels.mean() for pixels in seen])


@for_all(**axes)
def test_both_worlds_count_the_same_windows(size, kernel_size, stride, start, end, **rest):
    arguments = size, kernel_size, stride, start, end
    try:
        ours = conv_shapes.conv_output_size(*arguments, **rest)
    except ValueError:
        with pytest.raises(ValueError, match="does not fit"):
            twin_shapes.conv_output_size(*arguments, **rest)
    else:
        assert twin_shapes.conv_output_size(*arguments, **rest) == ours


@pytest.mark.parametrize("world", [conv_shapes, twin_shapes])
def test_an_unknown_word_for_pads_is_refused_in_both_worlds(world):
    with pytest.raises(ValueError, match=r"padding .*'some'"):
        world.padding_amounts("some", 5, 3)


@for_all(st.integers(0, 99), few, few, st.integers(1, 2), st.booleans(), st.booleans())
def test_average_pooling_backward_is_the_transpose(seed, size, stride, dilation, ceil, count):
    """<f(x), d> = <x, f_backward(d)>."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, 3, 8, 9))
    window = size, stride, ((0, size // 2), size // 2), ceil, count, dilation
    out = average_pooling.avg_pool2d(x, *window)
    d = rng.normal(size=out.shape)
    dx = average_pooling.avg_pool2d_backward(d, x, *window)
    np.testing.assert_allclose((dx * x).sum(), (out * d).sum(), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER"])
def test_an_odd_zero_stands_where_onnx_has_it(mode):
    """MaxPool's side is in test_onnx_cases.py: onnx's evaluator pads it at the end for both."""
    rng = np.random.default_rng(14)
    x, w = rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 4, 4))
    window = {"kernel_shape": [4, 4], "strides": [2, 2], "auto_pad": mode}
    padding = {"SAME_UPPER": "same", "SAME_LOWER": "same_lower"}[mode]
    filtered = conv.conv2d(x, w, None, 2, padding)
    np.testing.assert_allclose(filtered, run_onnx("Conv", x, w, **window), rtol=1e-10, atol=1e-12)
    means = average_pooling.avg_pool2d(x, 4, 2, padding, count_include_pad=False)
    np.testing.assert_allclose(means, run_onnx("AveragePool", x, **window), rtol=1e-10)


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("ceil", [0, 1])
@pytest.mark.parametrize("pads", [[0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 2, 0]])
def test_dilated_and_uneven_pooling_is_that_of_onnx(pads, ceil, count):
    x = np.random.default_rng(15).normal(size=(2, 3, 9, 8)) - 2
    window = {
        "kernel_shape": [3, 2], "strides": [2, 2], "dilations": [1, 2], "pads": pads,
        "ceil_mode": ceil,
    }  # fmt: skip
    ours = {"padding": ((pads[0], pads[2]), (pads[1], pads[3])), "dilation": (1, 2)}
    ours |= {"kernel_size": (3, 2), "stride": 2, "ceil_mode": bool(ceil)}
    theirs = run_onnx("MaxPool", x, **window)
    np.testing.assert_allclose(pooling.max_pool2d(x, **ours), theirs, rtol=1e-12)
    theirs = run_onnx("AveragePool", x, count_include_pad=count, **window)
    means = average_pooling.avg_pool2d(x, count_include_pad=bool(count), **ours)
    np.testing.assert_allclose(means, theirs, rtol=1e-10)


def test_a_causal_convolution_sees_nothing_of_the_future():
    rng = np.random.default_rng(16)
    x, w = rng.normal(size=(1, 2, 12)), rng.normal(size=(3, 2, 3))
    dout = np.zeros((1, 3, 12))
    dout[:, :, 7] = 1
    dx, _, _ = sequence_conv.sequence_conv_backward(dout, x, w, padding=(4, 0), dilation=2)
    assert np.flatnonzero(dx.any(axis=(0, 1))).tolist() == [3, 5, 7]


def test_indices_of_sequences_save_the_search():
    x = np.random.default_rng(17).normal(size=(2, 3, 9))
    maxima, indices = sequence_conv.max_pool1d(x, 3, return_indices=True)
    np.testing.assert_array_equal(np.take_along_axis(x, indices, axis=2), maxima)
    np.testing.assert_array_equal(
        sequence_conv.max_pool1d_backward(maxima, x, 3, indices=indices),
        sequence_conv.max_pool1d_backward(maxima, x, 3),
    )


# ------------------------------------------------------------------------ refusals
X, W, B = np.zeros((2, 3, 5)), np.zeros((4, 3, 3)), np.zeros(4)

REFUSED = {
    "pads at the end alone": (
        lambda: average_pooling.avg_pool2d(X[:, :, None], (1, 2), 1, padding=(0, (0, 2))),
        r"pads \(0, 2\) on 5 pixels .* see no pixel; pad less",
    ),
    "taps around a single pixel": (
        lambda: sequence_conv.max_pool1d(X[:, :, :1], 2, 1, padding=1, dilation=2),
        "windows of 2 with dilation 2 that see no pixel",
    ),
    "images among sequences": (
        lambda: sequence_conv.max_pool1d(X[None]),
        r"a sequence has three axes .* \(1, 2, 3, 5\)",
    ),
    "filters of images": (
        lambda: sequence_conv.sequence_conv(X, W[None], B),
        r"a filter has .* \(1, 4, 3, 3\)",
    ),
    "filter too long": (
        lambda: sequence_conv.sequence_conv(X[..., :2], W, B),
        "spans 3.*= 2 pixels",
    ),
    "other channels": (lambda: sequence_conv.sequence_conv(X, W[:, :2], B), r"w \(4, 2, 1, 3\)"),
    "dout": (lambda: sequence_conv.avg_pool1d_backward(B, X), r"dout has three axes .* \(4,\)"),
    "a pair of strides": (
        lambda: sequence_conv.max_pool1d(X, stride=(1, 2)),
        r"whole numbers; got .*\(1, 2\)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_with_what_was_received(case):
    call, quoted = REFUSED[case]
    with pytest.raises(ValueError, match=quoted):
        call()
