"""Regularization where chance or lists are involved; the rest stands in rows_regularization.py.

Bands for random counts are exact quantiles of the binomial distribution, 4e-10 on each side: a
right implementation falls outside with probability below 1e-9.
"""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
import torch

from dlcourse.reference import regularization as reg
from dlcourse.twins import regularization as twin

EDGE = 4e-10
P = 0.3


def binomial_band(n, p):
    return scipy.stats.binom.ppf([EDGE, 1 - EDGE], n, p)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def drop(world, shape, p=P, seed=0, **options):
    """Dropout of ones in either world, as NumPy arrays."""
    if world == "reference":
        return reg.dropout(np.ones(shape), p, np.random.default_rng(seed), **options)
    out, mask = twin.dropout(torch.ones(shape).double(), p, generator(seed), **options)
    return out.numpy(), mask.numpy()


both_worlds = pytest.mark.parametrize("world", ["reference", "twin"])


@both_worlds
def test_dropout_drops_as_often_as_it_says_and_scales_up_the_rest(world):
    out, mask = drop(world, (300, 400))
    np.testing.assert_allclose(np.unique(mask), [0, 1 / (1 - P)], rtol=1e-15)
    assert np.array_equal(out, mask)
    low, high = binomial_band(mask.size, P)
    assert low <= np.sum(mask == 0) <= high


@both_worlds
def test_dropout_decides_for_each_element(world):
    _, mask = drop(world, (200, 200))
    # 400 counts, each outside its band with probability 8e-10 / 400
    low, high = scipy.stats.binom.ppf([EDGE / 400, 1 - EDGE / 400], 200, P)
    counts = np.concatenate([(mask == 0).sum(axis=0), (mask == 0).sum(axis=1)])
    assert np.all((low <= counts) & (counts <= high))


@both_worlds
def test_dropout_depends_on_the_seed_alone(world):
    assert np.array_equal(drop(world, (50, 50))[1], drop(world, (50, 50))[1])
    assert not np.array_equal(drop(world, (50, 50))[1], drop(world, (50, 50), seed=1)[1])


@both_worlds
@pytest.mark.parametrize(("p", "train"), [(0.0, True), (0.9, False)])
def test_dropout_does_nothing_at_test_or_at_p_0(world, p, train):
    out, mask = drop(world, (5, 4), p, train=train)
    assert np.array_equal(out, np.ones((5, 4)))
    assert np.array_equal(mask, np.ones((5, 4)))


def test_dropout_backward_is_autograd_through_the_same_mask():
    rng = np.random.default_rng(0)
    x, dout = rng.normal(size=(2, 6, 5))
    _, mask = reg.dropout(x, P, rng)
    tensor = torch.tensor(x, requires_grad=True)
    (tensor * torch.tensor(mask)).backward(torch.tensor(dout))
    np.testing.assert_allclose(reg.dropout_backward(dout, mask), tensor.grad.numpy(), rtol=1e-15)


def test_dropout_keeps_float32_and_leaves_its_input_alone():
    x = np.ones((3, 4), dtype=np.float32)
    x.flags.writeable = False
    for train in (True, False):
        out, mask = reg.dropout(x, P, np.random.default_rng(0), train)
        assert out.dtype == mask.dtype == np.float32
        assert not np.shares_memory(out, x)


@both_worlds
def test_dropconnect_drops_weights_and_not_the_bias(world):
    # with x = e_i and W of ones, row i of the output is the mask of the weights of input i, plus b
    n_in, n_out = 200, 150
    if world == "reference":
        rng = np.random.default_rng(0)
        out = reg.dropconnect(np.eye(n_in), np.ones((n_in, n_out)), 5 * np.ones(n_out), P, rng)
    else:
        x, W, b = torch.eye(n_in), torch.ones(n_in, n_out), 5 * torch.ones(n_out)
        out = twin.dropconnect(x.double(), W.double(), b.double(), P, generator()).numpy()
    np.testing.assert_allclose(np.unique(out), [5, 5 + 1 / (1 - P)], rtol=1e-15)
    low, high = binomial_band(out.size, P)
    assert low <= np.sum(out == 5) <= high


def test_dropconnect_at_test_is_the_dense_layer():
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    np.testing.assert_array_equal(reg.dropconnect(x, W, b, P, rng, train=False), x @ W + b)


def one_unit(world, p=P):
    """A linear unit whose inputs drop out; mean and spread of its output are known."""
    x, w = np.array([[1.0, 2.0, -3.0]]), np.array([[0.5], [1.0], [2.0]])
    mean, std = (x @ w).item(), math.sqrt(p / (1 - p) * ((x.T * w) ** 2).sum())
    if world == "reference":
        return lambda x, rng: reg.dropout(x, p, rng)[0] @ w, x, np.random.default_rng(0), mean, std
    W = torch.tensor(w)
    return lambda x, rng: twin.dropout(x, p, rng)[0] @ W, torch.tensor(x), generator(), mean, std


@both_worlds
def test_mc_dropout_has_the_mean_and_the_spread_that_theory_gives(world):
    predict, x, rng, mean, std = one_unit(world)
    module = reg if world == "reference" else twin
    n = 20_000
    passes_mean, passes_std = module.mc_dropout(predict, x, n, rng)
    assert passes_mean.shape == passes_std.shape == (1, 1)
    assert abs(passes_mean.item() - mean) < 7 * std / math.sqrt(n)  # 7 sigma: below 1e-11
    assert passes_std.item() == pytest.approx(std, rel=7 / math.sqrt(n))  # its own spread is less


@both_worlds
def test_mc_dropout_of_a_network_without_dropout_has_no_spread(world):
    predict, x, rng, mean, _ = one_unit(world, p=0.0)
    passes_mean, std = (reg if world == "reference" else twin).mc_dropout(predict, x, 3, rng)
    assert passes_mean.item() == mean
    assert std.item() == 0


def test_mc_dropout_keeps_float32_and_depends_on_the_seed_alone():
    x = np.ones((2, 50), np.float32)

    def spread(seed):
        rng = np.random.default_rng(seed)
        return reg.mc_dropout(lambda x, rng: reg.dropout(x, P, rng)[0], x, 4, rng)[1]

    assert spread(0).dtype == np.float32
    np.testing.assert_array_equal(spread(0), spread(0))
    assert not np.array_equal(spread(0), spread(1))


def test_pruning_keeps_the_largest_and_multiplying_by_the_mask_changes_nothing_more():
    W = np.random.default_rng(0).normal(size=(20, 30))
    pruned, mask = reg.prune_smallest(W, 0.9)
    assert mask.sum() == 60
    assert np.abs(W[mask == 0]).max() < np.abs(W[mask == 1]).min()
    np.testing.assert_array_equal(pruned, W * mask)


def test_pruning_never_takes_a_nan_for_small_nor_makes_one_of_infinity():
    pruned, mask = reg.prune_smallest([math.nan, math.inf, 1.0], 2 / 3)
    np.testing.assert_array_equal(mask, [1, 0, 0])
    np.testing.assert_array_equal(pruned, [math.nan, 0, 0])


# the sources' table of epochs: the best is 17; patience 1 stops at 18, patience 3 at 20
def test_early_stopping_of_the_source():
    losses = [*np.linspace(1.0, 0.2, 18), 0.3, 0.4, 0.5, 0.6]
    assert reg.early_stopping(losses, 1) == (17, 18)
    assert reg.early_stopping(losses, 3) == (17, 20)


@pytest.mark.parametrize(
    ("losses", "patience", "expected"),
    [
        ([3.0, 2.0, 1.0], 1, (2, 2)),
        ([1.0, 1.0, 1.0], 2, (0, 2)),
        ([1.0, 2.0, 0.5, 2.0, 2.0], 2, (2, 4)),
        ([math.nan, 2.0, math.nan, 1.0], 2, (3, 3)),
        ([math.nan, math.nan], 5, (0, 1)),
        ([7.0], 1, (0, 0)),
    ],
)
def test_early_stopping_on_ties_recoveries_and_nan(losses, patience, expected):
    assert reg.early_stopping(losses, patience) == expected


@pytest.mark.parametrize(
    ("train", "val", "verdict"),
    [
        (1, 11, (False, True)),
        (15, 16, (True, False)),
        (15, 30, (True, True)),
        (0.5, 1, (False,) * 2),
    ],
)
def test_diagnosis_of_the_four_columns_of_the_source(train, val, verdict):
    assert reg.diagnose(train, val, bayes_error=0, tolerance=2) == verdict


def test_a_high_training_error_is_no_bias_if_nobody_can_do_better():
    assert reg.diagnose(15, 16, bayes_error=14, tolerance=2) == (False, False)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", range(4))
def test_no_diagnosis_is_made_of_errors_that_are_not_finite(place, bad):
    errors = [15, 16, 14, 2]
    errors[place] = bad
    with pytest.raises(ValueError, match=f"finite numbers; got .*{bad}"):
        reg.diagnose(*errors)


def test_bias_and_variance_add_up_to_the_squared_error():
    rng = np.random.default_rng(0)
    predictions, truth = rng.normal(size=(7, 5)), rng.normal(size=5)
    assert sum(reg.bias_variance(predictions, truth)) == pytest.approx(
        np.mean((predictions - truth) ** 2), rel=1e-12
    )


def test_models_that_agree_have_no_variance_and_a_right_mean_has_no_bias():
    truth = np.array([1.0, -2.0, 0.5])
    assert reg.bias_variance([truth + 2] * 4, truth) == (4.0, 0.0)
    assert reg.bias_variance([truth + 3, truth - 3], truth) == (0.0, 9.0)


def test_soft_threshold_minimizes_what_it_says():
    for w in (-2.0, -0.3, 0.0, 0.4, 5.0):
        best = scipy.optimize.minimize_scalar(
            lambda u, w=w: (u - w) ** 2 / 2 + 0.5 * abs(u), bounds=(-9, 9), options={"xatol": 1e-10}
        )
        assert float(reg.soft_threshold(w, 0.5)) == pytest.approx(best.x, abs=1e-6)


def test_a_threshold_for_each_weight_takes_the_type_of_the_weights():
    w = np.array([-3.0, 0.5], np.float32)
    moved = reg.soft_threshold(w, [1, 2])
    assert moved.dtype == np.float32
    np.testing.assert_array_equal(moved, [-2, 0])


def test_a_diagnosis_is_two_truth_values_of_python_whatever_numbers_it_read():
    read = reg.diagnose(*np.float64([15, 30, 0, 5]))
    assert [type(part) for part in read] == [bool, bool]
    assert read == (True, True)


@pytest.mark.parametrize("penalty", [reg.l1_penalty, reg.l2_penalty, reg.elastic_penalty])
def test_a_strength_of_0_is_no_penalty(penalty):
    value, (slope,) = penalty([np.array([1.0, -2.0])], 0)
    assert value == 0
    assert np.all(slope == 0)


def test_elastic_penalty_is_that_of_scikit_learn():
    from sklearn.linear_model import ElasticNet

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 6)), rng.normal(size=40)
    model = ElasticNet(alpha=0.1, l1_ratio=0.3, fit_intercept=False, tol=1e-12).fit(X, y)
    (w,) = found = [model.coef_]
    _, (slope,) = reg.elastic_penalty(found, 0.1, l1_ratio=0.3)
    # at the minimum of |y - Xw|^2 / (2N) + penalty the slopes cancel wherever w is not 0
    total = X.T @ (X @ w - y) / len(y) + slope
    assert np.count_nonzero(w) >= 2
    np.testing.assert_allclose(total[w != 0], 0, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: reg.dropout(np.ones(3), 1.0, np.random.default_rng(0)), "got p=1.0"),
        (lambda: reg.dropout(np.ones(3), -0.1, np.random.default_rng(0)), "got p=-0.1"),
        (lambda: twin.dropout(torch.ones(3), 1.0, generator()), "got p=1.0"),
        (
            lambda: reg.dropout_backward(np.ones(3), np.ones((3, 1))),
            r"dout \(3,\) and mask \(3, 1\)",
        ),
        (
            lambda: reg.dropconnect(np.ones((2, 3)), np.ones((2, 3)), np.ones(3), 0.5, None),
            r"\(2, 3\), \(2, 3\), \(3,\)",
        ),
        (lambda: reg.l2_penalty([np.ones(2)], -1.0), "got -1.0"),
        (lambda: reg.l1_penalty([np.ones(2)], math.nan), "got nan"),
        (lambda: reg.elastic_penalty([np.ones(2)], 1.0, l1_ratio=2.0), "got 2.0"),
        (lambda: reg.elastic_penalty([np.ones(2)], -1.0), "lam must be 0 or more, got -1.0"),
        (lambda: twin.elastic_penalty([torch.ones(2)], -1.0), "lam must be 0 or more, got -1.0"),
        (lambda: reg.soft_threshold(np.ones(2), -0.5), "got -0.5"),
        (lambda: twin.soft_threshold(torch.ones(2), -0.5), "got -0.5"),
        (lambda: reg.soft_threshold(np.ones(2), np.ones((2, 1))), r"of w, \(2,\), got \(2, 1\)"),
        (
            lambda: twin.soft_threshold(torch.ones(2), torch.ones(2, 1)),
            r"of w, \(2,\), got \(2, 1\)",
        ),
        (lambda: reg.max_norm(np.ones((2, 2)), 0), "got 0"),
        (lambda: reg.max_norm(np.ones(2), 1), r"got \(2,\)"),
        (lambda: reg.top_k_gradient(np.ones((2, 2)), -1), "k must be .* got -1"),
        (lambda: reg.mc_dropout(None, np.ones(2), 1, None), "n_passes=1"),
        (lambda: reg.prune_smallest(np.ones(2), 30), "got 30"),
        (lambda: reg.early_stopping([], 3), "got 0 and 3"),
        (lambda: reg.early_stopping([1.0], 0), "got 1 and 0"),
        (lambda: reg.bias_variance(np.ones((3, 2)), np.ones(3)), r"\(3, 2\), \(3,\)"),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


def test_an_infinite_length_is_no_limit():
    W = np.array([[3.0, 0.3], [4.0, 0.4]])
    np.testing.assert_array_equal(reg.max_norm(W, math.inf), W)


def test_a_nan_is_not_hidden_among_the_entries_dropped():
    assert np.isnan(reg.top_k_gradient([[1.0, math.nan, 2.0]], k=1)[0, 1])


@pytest.mark.parametrize("array", [np.array, torch.tensor])
def test_max_norm_keeps_its_digits_below_the_smallest_normal_float32(array):
    world, kind = (reg, np.float32) if array is np.array else (twin, torch.float32)
    W = array([[3e10, 1e-42], [4e10, 0.0]], dtype=kind)
    out = np.asarray(world.max_norm(W, 1e-30), np.float64)
    np.testing.assert_allclose(out[:, 0], [0.6e-30, 0.8e-30], rtol=1e-6)
    assert out[0, 1] == np.float64(np.float32(1e-42))  # shorter, and as it was
    tiny = np.asarray(world.max_norm(array([[3.0], [4.0]], dtype=kind), 1e-44), np.float64)
    np.testing.assert_array_equal(tiny, np.array([[0.6e-44], [0.8e-44]], np.float32))


@pytest.mark.parametrize("r", ["1", None, float("nan")])
@pytest.mark.parametrize("array", [np.array, torch.tensor])
def test_a_length_that_is_no_number_is_quoted_back(array, r):
    with pytest.raises(ValueError, match=f"r must be a number, got {r!r}"):
        (reg if array is np.array else twin).max_norm(array([[3.0], [4.0]]), r)
