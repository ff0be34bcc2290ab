"""Convolution against SciPy and ONNX, its identities, and what it refuses."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx_operator import run_onnx

from dlcourse.reference import (
    average_pooling,
    conv,
    conv1d,
    pooling,
    residual,
    response_norm,
)

seeds = st.integers(0, 2**32 - 1)


# ------------------------------------------------------------------------ a second oracle
@pytest.mark.parametrize("mode", ["valid", "full"])
@pytest.mark.parametrize("kernel", [(3, 2), (1, 4), (3, 3)])
def test_one_channel_is_scipys_correlation(mode, kernel):
    rng = np.random.default_rng(3)
    x, w = rng.normal(size=(5, 7)), rng.normal(size=kernel)
    out = conv.conv2d(x[None, None], w[None, None], np.zeros(1), padding=mode)[0, 0]
    np.testing.assert_allclose(out, scipy.signal.correlate2d(x, w, mode=mode), rtol=1e-10)


def test_a_flipped_kernel_is_scipys_convolution():
    rng = np.random.default_rng(4)
    x, w = rng.normal(size=(5, 7)), rng.normal(size=(3, 2))
    out = conv.conv2d(x[None, None], conv.flip_kernel(w)[None, None], np.zeros(1))[0, 0]
    np.testing.assert_allclose(out, scipy.signal.convolve2d(x, w, mode="valid"), rtol=1e-10)
    signal, taps = rng.normal(size=9), rng.normal(size=4)
    np.testing.assert_allclose(
        conv1d.conv1d(signal, taps, flip=True), scipy.signal.convolve(signal, taps, mode="valid")
    )
    np.testing.assert_allclose(
        conv1d.conv1d(signal, taps), scipy.signal.correlate(signal, taps, mode="valid")
    )


@pytest.mark.parametrize(
    ("stride", "padding", "dilation", "groups"), [(1, 0, 1, 1), (2, 1, 1, 2), (3, 2, 2, 1)]
)
def test_conv2d_is_that_of_onnx(stride, padding, dilation, groups):
    rng = np.random.default_rng(5)
    x, b = rng.normal(size=(2, 4, 9, 8)), rng.normal(size=6)
    w = rng.normal(size=(6, 4 // groups, 3, 3))
    theirs = run_onnx(
        "Conv", x, w, b, strides=[stride] * 2, pads=[padding] * 4, dilations=[dilation] * 2,
        group=groups,
    )  # fmt: skip
    ours = conv.conv2d(x, w, b, stride, padding, dilation, groups)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_same_padding_with_a_stride_is_that_of_onnx():
    """PyTorch refuses 'same' with a stride; ONNX calls our side of the odd zero SAME_UPPER."""
    rng = np.random.default_rng(6)
    x, w, b = rng.normal(size=(2, 2, 13, 12)), rng.normal(size=(3, 2, 6, 6)), np.zeros(3)
    theirs = run_onnx("Conv", x, w, b, strides=[5, 5], auto_pad="SAME_UPPER")
    np.testing.assert_allclose(conv.conv2d(x, w, b, 5, "same"), theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("size", "stride", "padding"), [(2, 2, 0), (3, 2, 1), (3, 1, 0)])
def test_pooling_is_that_of_onnx(size, stride, padding):
    x = np.random.default_rng(7).normal(size=(2, 3, 7, 6)) - 2
    window = {"kernel_shape": [size] * 2, "strides": [stride] * 2, "pads": [padding] * 4}
    maxima = pooling.max_pool2d(x, size, stride, padding)
    np.testing.assert_allclose(maxima, run_onnx("MaxPool", x, **window), rtol=1e-12)
    means = average_pooling.avg_pool2d(x, size, stride, padding)
    theirs = run_onnx("AveragePool", x, count_include_pad=1, **window)
    np.testing.assert_allclose(means, theirs, rtol=1e-10)
    means = average_pooling.global_average_pool(x)
    np.testing.assert_allclose(means, run_onnx("GlobalAveragePool", x)[:, :, 0, 0], rtol=1e-12)


def test_response_norm_is_that_of_onnx_with_alpha_times_size():
    # as many images as channels: onnx's loop over channels counts images
    x = np.random.default_rng(8).normal(size=(7, 7, 3, 4))
    theirs = run_onnx("LRN", x, size=5, alpha=0.5 * 5, beta=0.75, bias=2.0)
    ours = response_norm.local_response_norm(x, size=5, alpha=0.5, beta=0.75, k=2.0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10)


def test_first_maximum_takes_the_gradient_and_overlaps_add_up():
    x = np.array([[1.0, 5, 5], [5, 5, 0], [0, 5, 5]])[None, None]
    dout = np.array([[1.0, 10], [100, 1000]])[None, None]
    dx = pooling.max_pool2d_backward(dout, x, kernel_size=2, stride=1)
    # windows row by row: their first 5 stands at (0, 1), (0, 1), (1, 0), (1, 1)
    expected = [[0, 11, 0], [100, 1000, 0], [0, 0, 0]]
    np.testing.assert_array_equal(dx[0, 0], expected)


# ------------------------------------------------------------------------ identities
@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(0, 6), st.integers(0, 6))
def test_convolution_commutes_with_shifts(seed, dy, dx):
    """f(g(x)) = g(f(x)), away from the border: there a wrapped shift is not a shift."""
    rng = np.random.default_rng(seed)
    x, w, b = rng.normal(size=(1, 2, 9, 8)), rng.normal(size=(3, 2, 3, 2)), rng.normal(size=3)
    canvas = np.zeros((1, 2, 24, 24))
    canvas[:, :, 6:15, 6:14] = x

    def shift(image):
        return np.roll(image, (dy, dx), axis=(2, 3))

    first = conv.conv2d(shift(canvas), w, b)
    np.testing.assert_allclose(first, shift(conv.conv2d(canvas, w, b)), rtol=1e-10, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(-3, 3), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))
def test_convolution_is_linear_in_image_and_filters(seed, factor, stride, padding, dilation):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 2, 2, 7, 6))
    v, w = rng.normal(size=(2, 3, 2, 3, 2))
    zero = np.zeros(3)

    def f(image, filters):
        return conv.conv2d(image, filters, zero, stride, padding, dilation)

    near = {"rtol": 1e-9, "atol": 1e-10}
    np.testing.assert_allclose(f(x + factor * y, w), f(x, w) + factor * f(y, w), **near)
    np.testing.assert_allclose(f(x, v + factor * w), f(x, v) + factor * f(x, w), **near)


@settings(max_examples=50, deadline=None)
@given(seeds, st.integers(1, 3), st.integers(0, 3), st.integers(1, 2), st.sampled_from([1, 2]))
def test_backward_is_the_transpose_of_forward(seed, stride, padding, dilation, groups):
    """<f(x), d> = <x, f_backward(d)>, whatever path the sums take."""
    rng = np.random.default_rng(seed)
    N, H, W = rng.integers(1, 4), *rng.integers(6, 12, size=2)
    x, w = rng.normal(size=(N, 2, H, W)), rng.normal(size=(4, 2 // groups, 3, 2))
    out = conv.conv2d(x, w, np.zeros(4), stride, padding, dilation, groups)
    d = rng.normal(size=out.shape)
    dx, dw, db = conv.conv2d_backward(d, x, w, stride, padding, dilation, groups)
    np.testing.assert_allclose((dx * x).sum(), (out * d).sum(), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose((dw * w).sum(), (out * d).sum(), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(db, d.sum(axis=(0, 2, 3)))


def test_small_and_large_parts_of_a_batch_give_the_same_results(monkeypatch):
    rng = np.random.default_rng(9)
    x, w, b = rng.normal(size=(5, 2, 6, 7)), rng.normal(size=(3, 2, 3, 2)), rng.normal(size=3)
    d = rng.normal(size=(5, 3, 4, 6))
    whole = conv.conv2d(x, w, b), *conv.conv2d_backward(d, x, w)
    pooled = pooling.max_pool2d_backward(d[:, :2, :3, :3], x)
    _, indices = pooling.max_pool2d(x, return_indices=True)
    monkeypatch.setattr(conv, "NUMBERS_AT_ONCE", 1)
    monkeypatch.setattr(pooling, "NUMBERS_AT_ONCE", 1)
    for ours, expected in zip(
        (conv.conv2d(x, w, b), *conv.conv2d_backward(d, x, w)), whole, strict=True
    ):
        np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(pooling.max_pool2d_backward(d[:, :2, :3, :3], x), pooled)
    np.testing.assert_array_equal(pooling.max_pool2d(x, return_indices=True)[1], indices)


def test_two_groups_are_two_convolutions_side_by_side():
    rng = np.random.default_rng(10)
    x, w, b = rng.normal(size=(2, 4, 5, 6)), rng.normal(size=(6, 2, 3, 3)), rng.normal(size=6)
    halves = [conv.conv2d(x[:, :2], w[:3], b[:3]), conv.conv2d(x[:, 2:], w[3:], b[3:])]
    np.testing.assert_allclose(conv.conv2d(x, w, b, groups=2), np.concatenate(halves, axis=1))


def test_columns_times_filters_are_the_convolution():
    rng = np.random.default_rng(11)
    x, w = rng.normal(size=(2, 3, 5, 6)), rng.normal(size=(4, 3, 3, 3))
    product = w.reshape(4, -1) @ conv.im2col(x, 3, stride=2, padding=1)
    out = conv.conv2d(x, w, np.zeros(4), stride=2, padding=1)
    np.testing.assert_allclose(product.reshape(out.shape), out, rtol=1e-12)


def test_col2im_brings_a_pixel_back_once_for_each_window():
    x = np.arange(1.0, 17).reshape(1, 1, 4, 4)
    back = conv.col2im(conv.im2col(x, 2), x.shape, 2)
    windows = np.outer([1, 2, 2, 1], [1, 2, 2, 1])
    np.testing.assert_array_equal(back[0, 0], x[0, 0] * windows)


@settings(deadline=None)
@given(seeds)
def test_flipping_twice_changes_nothing(seed):
    w = np.random.default_rng(seed).normal(size=(2, 3, 3, 4))
    np.testing.assert_array_equal(conv.flip_kernel(conv.flip_kernel(w)), w)


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 3), st.integers(1, 3))
def test_relu_and_max_pool_commute(seed, size, stride):
    x = np.random.default_rng(seed).normal(size=(2, 3, 7, 6))
    first = pooling.max_pool2d(np.maximum(x, 0), size, stride)
    np.testing.assert_array_equal(first, np.maximum(pooling.max_pool2d(x, size, stride), 0))


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 4), st.integers(1, 4), st.booleans())
def test_max_pool_hands_every_gradient_to_exactly_one_pixel(seed, size, stride, ties):
    rng = np.random.default_rng(seed)
    x = rng.integers(3, size=(2, 3, 9, 8)) if ties else rng.normal(size=(2, 3, 9, 8))
    dout = rng.integers(1, 100, size=pooling.max_pool2d(x, size, stride).shape)
    dx = pooling.max_pool2d_backward(dout, x, size, stride)
    np.testing.assert_array_equal(dx.sum(axis=(2, 3)), dout.sum(axis=(2, 3)))


def test_subsampling_is_average_pooling_up_to_its_two_numbers():
    x = np.random.default_rng(12).normal(size=(2, 3, 6, 4))
    quarter = average_pooling.subsample(x, np.full(3, 0.25), np.full(3, 7.0))
    np.testing.assert_allclose(quarter, average_pooling.avg_pool2d(x) + 7)


def test_a_pad_never_wins_against_negative_numbers():
    x = -np.ones((1, 1, 3, 3))
    np.testing.assert_array_equal(pooling.max_pool2d(x, 3, 2, padding=1), -np.ones((1, 1, 2, 2)))


def test_the_last_nan_of_a_window_is_its_maximum_and_gets_the_gradient():
    x = np.array([[np.nan, 9], [np.nan, 4], [5, 6], [7, 8]])[None, None]
    np.testing.assert_array_equal(pooling.max_pool2d(x)[0, 0, :, 0], [np.nan, 8])
    dx = pooling.max_pool2d_backward(np.array([[[[1.0], [np.inf]]]]), x)
    np.testing.assert_array_equal(dx[0, 0], [[0, 0], [1, 0], [0, 0], [0, np.inf]])


@settings(max_examples=50, deadline=None)
@given(seeds, st.integers(1, 4), st.integers(1, 4), st.integers(0, 2), st.booleans())
def test_indices_lead_to_the_maxima_and_save_the_search(seed, size, stride, padding, ties):
    rng = np.random.default_rng(seed)
    x = rng.integers(3, size=(2, 3, 9, 8)) if ties else rng.normal(size=(2, 3, 9, 8))
    window = size, stride, min(padding, size // 2)
    maxima, indices = pooling.max_pool2d(x, *window, return_indices=True)
    np.testing.assert_array_equal(maxima, pooling.max_pool2d(x, *window))
    found = np.take_along_axis(x.reshape(2, 3, -1), indices.reshape(2, 3, -1), axis=2)
    np.testing.assert_array_equal(found.reshape(maxima.shape), maxima)
    dout = rng.normal(size=maxima.shape)
    np.testing.assert_array_equal(
        pooling.max_pool2d_backward(dout, x, *window, indices=indices),
        pooling.max_pool2d_backward(dout, x, *window),
    )


@pytest.mark.parametrize("kind", [np.int64, np.uint64, np.int8])
def test_given_indices_are_believed(kind):
    """The backward does not look at the numbers of x again: that is what the indices are for."""
    x, indices = np.arange(4.0).reshape(1, 1, 2, 2), np.full((1, 1, 1, 1), 2, kind)
    dx = pooling.max_pool2d_backward(np.ones((1, 1, 1, 1)), x, indices=indices)
    np.testing.assert_array_equal(dx[0, 0], [[0, 0], [1, 0]])


def test_a_block_without_weights_passes_what_is_not_negative():
    x = np.abs(np.random.default_rng(13).normal(size=(4, 3)))
    out = residual.residual_block(x, np.zeros((3, 5)), np.zeros(5), np.zeros((5, 3)), np.zeros(3))
    np.testing.assert_array_equal(out, x)


# ------------------------------------------------------------------------ refusals
X, W, B = np.zeros((2, 3, 5, 6)), np.zeros((4, 3, 3, 3)), np.zeros(4)

REFUSED = {
    "channels": (lambda: conv.conv2d(X, np.zeros((4, 2, 3, 3)), B), r"w \(4, 2, 3, 3\)"),
    "one image": (lambda: conv.conv2d(X[0], W, B), r"x \(3, 5, 6\)"),
    "bias": (lambda: conv.conv2d(X, W, np.zeros(3)), r"b \(4,\); got b \(3,\)"),
    "groups": (lambda: conv.conv2d(X, np.zeros((4, 1, 3, 3)), B, groups=3), r"groups=3"),
    "filter too large": (lambda: conv.conv2d(X, np.zeros((4, 3, 6, 3)), B), "spans 6.*= 5 pixels"),
    "stride": (lambda: conv.conv2d(X, W, B, stride=0), "stride=0"),
    "padding": (lambda: conv.conv2d(X, W, B, padding="some"), "'some'"),
    "dout": (lambda: conv.conv2d_backward(X, X, W), r"\(2, 4, 3, 4\); got \(2, 3, 5, 6\)"),
    "columns": (lambda: conv.col2im(np.zeros((2, 9, 9)), (2, 3, 5, 6), 3), r"got \(2, 9, 9\)"),
    "im2col": (lambda: conv.im2col(X[0, 0], 3), r"\(5, 6\)"),
    "signal": (lambda: conv1d.conv1d(np.zeros(3), np.zeros(4)), r"x \(3,\), w \(4,\)"),
    "gradient of a signal": (
        lambda: conv1d.conv1d_backward(np.zeros(3), np.zeros(4), np.zeros(3)),
        r"\(2,\); got \(3,\)",
    ),
    "empty filter": (lambda: conv1d.conv1d(np.zeros(3), np.zeros(0)), r"w \(0,\)"),
    "pooled matrix": (lambda: pooling.max_pool2d(X[0, 0]), r"\(5, 6\)"),
    "window too large": (lambda: average_pooling.avg_pool2d(X, 7), "spans 7"),
    "window of pads": (
        lambda: pooling.max_pool2d(X, 3, 1, padding=3),
        r"pads \(3, 3\) on 5 pixels make windows of 3 .* see no pixel",
    ),
    "indices of another pooling": (
        lambda: pooling.max_pool2d_backward(
            X[:, :, :2, :3], X, indices=np.zeros((2, 3, 2, 2), int)
        ),
        r"\(2, 3, 2, 3\) .* got int64 \(2, 3, 2, 2\)",
    ),
    "indices that are no integers": (
        lambda: pooling.max_pool2d_backward(X[:, :, :2, :3], X, indices=np.zeros((2, 3, 2, 3))),
        r"integers \(2, 3, 2, 3\) .* got float64",
    ),
    "indices outside of the map": (
        lambda: pooling.max_pool2d_backward(X[:, :, :2, :3], X, indices=np.full((2, 3, 2, 3), 30)),
        "5 x 6 pixels, 0 to 29; got 30 to 30",
    ),
    "pooled dout": (lambda: pooling.max_pool2d_backward(X, X), r"\(2, 3, 2, 3\); got"),
    "averaged dout": (lambda: average_pooling.avg_pool2d_backward(X, X), r"\(2, 3, 2, 3\); got"),
    "empty map": (lambda: average_pooling.global_average_pool(X[:, :, :0]), r"\(2, 3, 0, 6\)"),
    "weights of maps": (lambda: average_pooling.subsample(X, B, B), r"3 channels; got \(4,\)"),
    "neighbourhood": (lambda: response_norm.local_response_norm(X, size=0), "size .*got 0"),
    "no channels": (lambda: response_norm.local_response_norm(B), r"\(4,\)"),
    "shortcut": (
        lambda: residual.residual_block(X, W, B, np.zeros((2, 4, 3, 3)), np.zeros(2)),
        r"\(2, 2, 5, 6\) and the shortcut \(2, 3, 5, 6\)",
    ),
    "no groups": (lambda: conv.conv2d(X[:, :0], W[:, :0], B, groups=0), "groups=0"),
    "no filters": (lambda: conv.conv2d(X, W[:0], B[:0]), r"none of them 0, .* w \(0, 3, "),
    "no channels of a filter": (lambda: conv.conv2d(X[:, :0], W[:, :0], B), r"x \(2, 0, 5, 6\)"),
    "text": (lambda: conv.conv2d(X, np.full(W.shape, "a"), B), "dtype"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_with_what_was_received(case):
    call, quoted = REFUSED[case]
    with pytest.raises(ValueError, match=quoted):
        call()
