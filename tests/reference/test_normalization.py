"""Normalization: running statistics over many batches, identities, second oracles, refusals."""

import re

import numpy as np
import pytest
import torch
from sklearn.preprocessing import StandardScaler

from dlcourse.reference import normalization as norm
from dlcourse.reference import normalization_variants as variants
from dlcourse.reference import rows
from dlcourse.twins import normalization as twin
from dlcourse.twins import normalization_variants as twin_variants


def test_running_statistics_follow_torch_over_many_batches():
    rng = np.random.default_rng(0)
    layer = torch.nn.BatchNorm1d(4, momentum=0.2, dtype=torch.float64)
    gamma, beta = np.ones(4), np.zeros(4)
    mean, var = np.zeros(4), np.ones(4)
    for n in (5, 2, 9, 31):
        x = rng.normal(3.0, 2.0, size=(n, 4))
        out, mean, var = norm.batch_norm(x, gamma, beta, mean, var, momentum=0.2)
        expected = layer(torch.tensor(x)).detach().numpy()
        np.testing.assert_allclose(out, expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(mean, layer.running_mean.numpy(), rtol=1e-12)
    np.testing.assert_allclose(var, layer.running_var.numpy(), rtol=1e-12)
    layer.eval()
    x = rng.normal(size=(1, 4))
    out, same_mean, same_var = norm.batch_norm(x, gamma, beta, mean, var, train=False)
    np.testing.assert_allclose(out, layer(torch.tensor(x)).detach().numpy(), rtol=1e-10)
    np.testing.assert_array_equal(same_mean, mean)
    np.testing.assert_array_equal(same_var, var)


def test_batch_norm_of_images_is_that_of_their_pixels_as_rows():
    rng = np.random.default_rng(1)
    x, gamma, beta = rng.normal(size=(3, 4, 5, 2)), rng.normal(size=4), rng.normal(size=4)
    images = norm.batch_norm(x, gamma, beta, np.zeros(4), np.ones(4))
    rows = norm.batch_norm(
        x.transpose(0, 2, 3, 1).reshape(-1, 4), gamma, beta, np.zeros(4), np.ones(4)
    )
    np.testing.assert_allclose(
        images[0].transpose(0, 2, 3, 1).reshape(-1, 4), rows[0], rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(images[1:], rows[1:], rtol=1e-12)


def test_the_gradient_of_a_batch_sums_to_zero_and_is_orthogonal_to_the_normalized_batch():
    rng = np.random.default_rng(2)
    x, dout, gamma = rng.normal(size=(8, 3)), rng.normal(size=(8, 3)), rng.normal(size=3)
    dx, _, _ = norm.batch_norm_backward(dout, x, gamma, eps=0.0)
    x_hat = (x - x.mean(axis=0)) / x.std(axis=0)
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((dx * x_hat).sum(axis=0), 0, atol=1e-12)


def test_small_integers_do_not_wrap_around():
    x = np.array([[200, 10], [250, 20], [240, 5]], dtype=np.uint8)
    state = np.ones(2), np.zeros(2), np.zeros(2), np.ones(2)
    small, large = norm.batch_norm(x, *state), norm.batch_norm(x.astype(float), *state)
    for a, b in zip(small, large, strict=True):
        np.testing.assert_array_equal(a, b)


def test_standardize_is_the_scaler_of_scikit_learn():
    rng = np.random.default_rng(3)
    train, test = rng.normal(5, 3, size=(20, 4)), rng.normal(5, 3, size=(6, 4))
    scaler = StandardScaler().fit(train)
    ours = norm.standardize(train, test)
    np.testing.assert_allclose(ours[0], scaler.transform(train), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours[1], scaler.transform(test), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e6 + 0.1, -1e-12])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_feature_that_is_constant_up_to_rounding_becomes_0(value, dtype):
    train = np.column_stack([np.full(1001, value), np.arange(1001.0)]).astype(dtype)
    out_train, out_test = norm.standardize(train, train[:3] + 5)
    assert np.all(out_train[:, 0] == 0)
    assert np.all(out_test[:, 0] == 0)
    assert out_train[:, 1].std() == pytest.approx(1, rel=1e-5)


def many_rows():
    """Return 300,000 years as float32: their sum, 6e8, is known to 64 only."""
    return np.random.default_rng(4).normal(2000.0, 10.0, size=(300_000, 2)).astype(np.float32)


def test_many_float32_rows_are_standardized():
    x = many_rows()
    z, same = norm.standardize(x, x[:3])
    assert z.dtype == same.dtype == np.float32
    np.testing.assert_allclose(z.mean(axis=0, dtype=np.float64), 0, atol=1e-5)
    np.testing.assert_allclose(z.std(axis=0, dtype=np.float64), 1, rtol=1e-5)
    np.testing.assert_array_equal(same, z[:3])


def test_statistics_of_many_float32_rows_are_those_of_float64():
    x, dout = many_rows(), np.full((300_000, 2), 2000.1, dtype=np.float32)
    one, none = np.ones(2, np.float32), np.zeros(2, np.float32)
    _, mean, var = norm.batch_norm(x, one, none, none, none, momentum=1.0)
    assert mean.dtype == var.dtype == np.float32
    np.testing.assert_allclose(mean, x.mean(axis=0, dtype=np.float64), rtol=1e-6)
    np.testing.assert_allclose(var, x.astype(float).var(axis=0, ddof=1), rtol=1e-5)
    for dbeta in (
        norm.batch_norm_backward(dout, x, one)[2],
        norm.layer_norm_backward(dout, x, one, none)[2],
    ):
        np.testing.assert_allclose(dbeta, 300_000 * float(dout[0, 0]), rtol=1e-6)


@pytest.mark.parametrize("order", ["C", "F"])
def test_layer_norm_of_many_float32_features_is_that_of_float64_in_any_order(order):
    x = np.array(many_rows()[:50_000].T, order=order)
    one, none = np.ones(50_000, np.float32), np.zeros(50_000, np.float32)
    z = norm.layer_norm(x, one, none)
    wide = x.astype(float)
    right = (wide - wide.mean(axis=1, keepdims=True)) / wide.std(axis=1, keepdims=True)
    assert z.dtype == np.float32
    np.testing.assert_allclose(z, right, atol=3e-5)  # the mean is a float32 too: 2000 +- 6e-5


@pytest.mark.parametrize(
    ("power", "dtype"),
    [(1e-23, "f4"), (1e20, "f4"), (1e-44, "f4"), (1e-200, "f8"), (1e200, "f8"), (1e-320, "f8")],
)
def test_the_unit_of_a_feature_does_not_matter_however_small_or_large(power, dtype):
    x = np.array([[1.0], [3.0]]) * power
    train, test = norm.standardize(x.astype(dtype), (2 * x).astype(dtype)[:1])
    np.testing.assert_allclose(train, [[-1], [1]], rtol=1e-6)
    np.testing.assert_allclose(test, 0, atol=0.2 if power < 1e-43 else 1e-6)  # 1e-44 has 3 bits
    if power < 1e-43:
        return  # of numbers this small the twin promises nothing
    train, test = twin.standardize(*(torch.tensor(a.astype(dtype)) for a in (x, 2 * x[:1])))
    np.testing.assert_allclose(train, [[-1], [1]], rtol=1e-6)
    np.testing.assert_allclose(test, [[0]], atol=1e-6)


def test_a_column_that_says_nothing_is_0_beside_a_huge_test_row():
    x = np.full((2, 1), 1e-20)
    np.testing.assert_array_equal(norm.standardize(x, np.array([[1e300]]))[1], 0)


@pytest.mark.parametrize("shift", [1e3, 1e6])
def test_a_large_mean_does_not_drown_the_variance(shift):
    x = np.random.default_rng(4).normal(size=(100, 2)) + shift
    out, *_ = norm.batch_norm(x, np.ones(2), np.zeros(2), np.zeros(2), np.ones(2), eps=0.0)
    np.testing.assert_allclose(out.std(axis=0), 1, rtol=1e-9)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda s: norm.batch_norm(np.ones(3), *s), r"got \(3,\)"),
        (lambda s: norm.batch_norm(np.ones((2, 4)), *s), r"gamma must have shape \(4,\)"),
        (lambda s: norm.batch_norm(np.ones((1, 3)), *s), r"2 values a channel.*\(1, 3\)"),
        (lambda s: norm.batch_norm(np.ones((0, 3)), *s), r"2 values a channel.*\(0, 3\)"),
        (
            lambda s: norm.batch_norm_backward(np.ones((3, 2)), np.ones((2, 3)), s[0]),
            r"dout \(3, 2\) and x \(2, 3\)",
        ),
        (lambda s: norm.layer_norm(np.ones((2, 4)), s[0], s[1]), r"x \(2, 4\); got \(3,\)"),
        (
            lambda s: norm.fold_batch_norm(np.ones((4, 3)), np.ones(4), *s),
            r"b \(D_out,\) do not fit: got \(4, 3\), \(4,\)",
        ),
        (lambda s: norm.standardize(np.ones((2, 3)), np.ones((2, 2))), r"\(2, 3\), \(2, 2\)"),
        (lambda s: norm.standardize(np.ones((0, 3)), np.ones((2, 3))), "needs a row"),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    state = np.ones(3), np.zeros(3), np.zeros(3), np.ones(3)
    with pytest.raises(ValueError, match=quoted):
        call(state)


def test_the_twin_refuses_a_batch_of_one_too():
    ones, zeros = torch.ones(3), torch.zeros(3)
    with pytest.raises(ValueError, match=r"got x \(1, 3\)"):
        twin.batch_norm(torch.ones(1, 3), ones, zeros, zeros, ones)


# ---------------------------------------------------------------------- squares that do not fit
def batch_of_twin(x, gamma, beta, eps):
    mean, var = torch.zeros(len(gamma)).to(x), torch.ones(len(gamma)).to(x)
    return twin.batch_norm(x, gamma, beta, mean, var, eps=eps)[0]


NORMS = {  # forward and backward in the reference, forward of the twin
    "batch": (
        lambda x, g, b, eps: norm.batch_norm(x, g, b, 0 * b, 0 * b + 1, eps=eps)[0],
        lambda d, x, g, b, eps: norm.batch_norm_backward(d, x, g, eps),
        batch_of_twin,
    ),
    "layer": (norm.layer_norm, norm.layer_norm_backward, twin.layer_norm),
    "group": (
        lambda x, g, b, eps: variants.group_norm(x, 2, g, b, eps),
        lambda d, x, g, b, eps: variants.group_norm_backward(d, x, 2, g, b, eps),
        lambda x, g, b, eps: twin_variants.group_norm(x, 2, g, b, eps),
    ),
    "rms": (
        lambda x, g, b, eps: variants.rms_norm(x, g, eps),
        lambda d, x, g, b, eps: variants.rms_norm_backward(d, x, g, eps),
        lambda x, g, b, eps: twin_variants.rms_norm(x, g, eps),
    ),
}


@pytest.mark.parametrize(
    ("dtype", "exponent"),
    [(np.float32, 100), (np.float64, 700), (np.float32, -85), (np.float64, -700)],
)
@pytest.mark.parametrize("name", NORMS)
def test_a_norm_of_numbers_whose_squares_do_not_fit_is_that_of_other_units(name, dtype, exponent):
    forward, backward, of_twin = NORMS[name]
    rng = np.random.default_rng(7)
    x, dout = rng.normal(size=(2, 6, 4)).astype(dtype)
    gamma, beta = rng.normal(size=(2, 4)).astype(dtype)
    large = np.ldexp(x, exponent)
    with np.errstate(over="ignore"):  # of the running variance, which does not fit
        out = forward(large, gamma, beta, 0.0)
    np.testing.assert_array_equal(out, forward(x, gamma, beta, 0.0))
    grads, expected = (backward(dout, z, gamma, beta, 0.0) for z in (large, x))
    np.testing.assert_allclose(np.ldexp(grads[0], exponent), expected[0], rtol=1e-3, atol=1e-5)
    for ours, theirs in zip(grads[1:], expected[1:], strict=True):
        np.testing.assert_array_equal(ours, theirs)
    tensors = [torch.tensor(a, requires_grad=True) for a in (large, gamma, beta)]
    result = of_twin(*tensors, 0.0)
    np.testing.assert_allclose(result.detach(), out, rtol=1e-4, atol=1e-5)
    result.backward(torch.tensor(dout))
    np.testing.assert_allclose(tensors[0].grad, grads[0], rtol=1e-3, atol=2.0**-exponent * 1e-4)


@pytest.mark.parametrize("name", NORMS)
def test_a_large_row_or_channel_does_not_disturb_a_small_one(name):
    forward = NORMS[name][0]
    x = np.random.default_rng(8).normal(size=(6, 4))
    ones, zeros = np.ones(4), np.zeros(4)
    expected = forward(x, ones, zeros, 1e-5)
    small = (slice(None), 0) if name == "batch" else (0, slice(None))
    x = np.where(x == np.broadcast_to(x[small].reshape((6, 1) if name == "batch" else (1, 4)),
                                      x.shape), x, x * 1e200)  # fmt: skip
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(forward(x, ones, zeros, 1e-5)[small], expected[small])


@pytest.mark.parametrize("name", ["group", "rms"])
def test_many_float32_gradients_are_added_up_in_float64(name):
    backward = NORMS[name][1]
    dout, ones = np.ones((2_000_000, 4), np.float32), np.ones(4, np.float32)
    x = np.tile(np.float32([[1.0, 3.0, 2.0, 7.0]]), (2_000_000, 1))
    dgamma = backward(dout, x, ones, 0 * ones, 1.0)[1]
    one = backward(dout[:1], x[:1], ones, 0 * ones, 1.0)[1]
    np.testing.assert_allclose(dgamma, 2e6 * one, rtol=1e-6)


def test_rows_add_up_in_the_type_of_their_numbers():
    a, b = np.random.default_rng(9).normal(size=(2, 3, 70_000)).astype(np.float32)
    for n in (10, 70_000):
        for factors in ((a[:, :n],), (a[:, :n], b[:, :n])):
            total = rows.row_sum(*factors)
            assert (total.dtype, total.shape) == (np.float32, (3, 1))
            expected = np.prod([f.astype(float) for f in factors], axis=0).sum(axis=1)
            np.testing.assert_allclose(total[:, 0], expected, rtol=0, atol=2e-5 * n**0.5)
    total = rows.add_up("nd->d", 2**25, np.ones((2**25, 1), np.float32))
    assert total[0] == 2**25


@pytest.mark.parametrize("eps", ["1e-5", None, -1.0, float("nan"), [1e-5]])
@pytest.mark.parametrize("array", [np.array, torch.tensor])
def test_an_eps_that_is_no_number_from_0_is_quoted_back(array, eps):
    world, others = (norm, variants) if array is np.array else (twin, twin_variants)
    x, one = array([[1.0, 2.0], [3.0, 5.0]]), array([1.0, 1.0])
    calls = [
        lambda: world.batch_norm(x, one, one, one, one, eps=eps),
        lambda: world.layer_norm(x, one, one, eps=eps),
        lambda: world.fold_batch_norm(x, one, one, one, one, one, eps=eps),
        lambda: others.group_norm(x, 1, one, one, eps=eps),
        lambda: others.rms_norm(x, one, eps=eps),
    ]
    if world is norm:
        calls += [
            lambda: norm.batch_norm_backward(x, x, one, eps=eps),
            lambda: norm.layer_norm_backward(x, x, one, one, eps=eps),
            lambda: variants.rms_norm_backward(x, x, one, eps=eps),
            lambda: variants.frozen_batch_norm_backward(x, x, one, one, one, eps=eps),
        ]
    for call in calls:
        with pytest.raises(ValueError, match=re.escape(f"eps must be 0 or more, got {eps!r}")):
            call()


@pytest.mark.parametrize("array", [np.array, torch.tensor])
def test_a_momentum_that_is_no_number_is_quoted_back(array):
    world, one = norm if array is np.array else twin, array([1.0])
    with pytest.raises(ValueError, match=r"momentum must be a number, got '0\.1'"):
        world.batch_norm(array([[1.0], [2.0]]), one, one, one, one, momentum="0.1")
