"""Networks that are constructed: how near they come, and what no construction can do."""

import numpy as np
import pytest

from dlcourse.reference.activations import sigmoid
from dlcourse.reference.approximation import (
    approximate_1d,
    approximate_2d,
    fourier_features,
    network_1d,
    random_features_fit,
    sawtooth,
    tower,
)

CURVES = {
    "cosine": lambda x: np.cos(2 * np.pi * x),
    "wiggly": lambda x: np.sin(25 * x) + x,
    "flat": lambda x: 0 * x + 3.0,
    "kink": lambda x: np.abs(x - 0.4),
    "root": np.sqrt,  # NaN outside [0, 1], infinitely steep at its end
}


def sup_error(g, f, low=0.0, high=1.0):
    x = np.linspace(low, high, 4001)
    return np.max(np.abs(g(x) - f(x)))


@pytest.mark.parametrize("f", CURVES.values(), ids=CURVES)
def test_more_bumps_come_nearer_and_the_ends_are_no_exception(f):
    errors = [sup_error(approximate_1d(f, n, 0.0, 1.0), f) for n in (4, 16, 64)]
    assert errors[2] <= errors[1] <= errors[0] + 1e-12
    assert errors[2] < 0.6 * max(errors[0], 1e-3)


def test_the_error_of_n_bumps_on_a_line_is_half_a_cell():
    g = approximate_1d(lambda x: x, 10, 0.0, 1.0)
    assert sup_error(g, lambda x: x) == pytest.approx(0.05, abs=1e-3)


@pytest.mark.parametrize("epsilon", [0.5, 0.02])
@pytest.mark.parametrize("f", CURVES.values(), ids=CURVES)
def test_the_constructed_network_stays_within_epsilon(f, epsilon):
    w, b, v = network_1d(f, epsilon, 0.0, 1.0)

    def network(x):
        return np.array([v @ sigmoid(w * number + b) for number in x])

    x = np.concatenate([np.linspace(0, 1, 1001), -b[:: 1 + len(b) // 300] / w[0]])  # and at steps
    x = x[(x >= 0) & (x <= 1)]
    assert np.max(np.abs(network(x) - f(x))) < epsilon


def test_the_network_never_asks_for_f_outside_its_interval():
    def guarded(x):
        assert np.all((x >= -2.0) & (x <= -0.7))
        return np.exp(x)

    network_1d(guarded, 0.01, -2.0, -0.7)


def test_a_jump_is_refused_by_a_continuous_construction():
    with pytest.raises(ValueError, match="continuous"):
        network_1d(lambda x: (x > 1 / 3) * 1.0, 0.1, 0.0, 1.0)


def test_a_tower_has_no_arms():
    heights = tower(np.array([0.5, 0.5, 0.9, 0.9]), np.array([0.5, 0.9, 0.5, 0.9]),
                    (0.3, 0.7), (0.3, 0.7), 4.0)  # fmt: skip
    np.testing.assert_allclose(heights, [4, 0, 0, 0], atol=1e-12)


def test_more_towers_come_nearer_up_to_the_border():
    def f(x, y):
        return np.sin(3 * x) * y

    x, y = np.meshgrid(np.linspace(1, 3, 101), np.linspace(-1, 1, 103), indexing="ij")
    errors = []
    for n in (3, 12):
        across, along = ((x - 1) / 2 * n, (y + 1) / 2 * n)
        inner = [(0.5 < c) & (c < n - 0.5) & (abs(c - c.round()) < 0.02) for c in (across, along)]
        off = np.abs(approximate_2d(f, n, (1.0, 3.0), (-1.0, 1.0))(x, y) - f(x, y))
        errors.append(off[~inner[0] & ~inner[1]].max())
    assert errors[1] < errors[0] / 3
    assert errors[1] < 0.5


def test_a_network_of_towers_takes_two_numbers():
    g = approximate_2d(lambda x, y: x + y, 8, (0.0, 1.0), (0.0, 1.0))
    assert float(g(0.3, 0.8)) == pytest.approx(1.1, abs=0.13)


def test_random_features_learn_and_more_of_them_learn_more():
    rng = np.random.default_rng(0)
    X = rng.uniform(-2, 2, size=(200, 2))
    y = np.sin(2 * X[:, 0]) * X[:, 1]
    fresh = rng.uniform(-2, 2, size=(200, 2))
    truth = np.sin(2 * fresh[:, 0]) * fresh[:, 1]
    errors = [
        np.mean((random_features_fit(X, y, n, 1e-3, np.random.default_rng(1))(fresh) - truth) ** 2)
        for n in (3, 300)
    ]
    assert errors[1] < 0.05 * np.var(truth) < errors[0]


def test_a_huge_ridge_leaves_the_mean_and_no_ridge_interpolates():
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(20, 3)), rng.normal(5, 1, size=20)
    np.testing.assert_allclose(random_features_fit(X, y, 10, 1e12, rng)(X), y.mean(), rtol=1e-6)
    np.testing.assert_allclose(random_features_fit(X, y, 200, 0.0, rng)(X), y, rtol=1e-8)


def test_random_features_agree_with_ridge_regression_of_scikit_learn():
    from sklearn.linear_model import Ridge

    X, y = np.random.default_rng(3).normal(size=(30, 2)), np.random.default_rng(4).normal(size=30)
    rng = np.random.default_rng(5)
    W, b = rng.normal(size=(2, 12)), rng.uniform(0, 2 * np.pi, 12)
    features = np.sqrt(2 / 12) * np.cos(X @ W + b)
    expected = Ridge(alpha=0.1).fit(features, y).predict(features)
    ours = random_features_fit(X, y, 12, 0.1, np.random.default_rng(5))(X)
    np.testing.assert_allclose(ours, expected, rtol=1e-9)


def test_random_features_keep_float32():
    X = np.random.default_rng(6).normal(size=(9, 2)).astype(np.float32)
    predict = random_features_fit(X, X[:, 0], 5, 0.1, np.random.default_rng(7))
    assert predict(X).dtype == np.float32


def test_fourier_features_are_orthogonal_over_a_period():
    x = np.arange(16) * (3.0 / 16)
    waves = fourier_features(x, 5, 3.0)
    np.testing.assert_allclose(waves.T @ waves, np.diag([16.0] + [8.0] * 10), atol=1e-12)


def test_sines_alone_cannot_draw_an_even_function():
    """Biases +-pi/2 (erratum E3): x^2 + 0.3 is missed by 1.3 at the ends."""
    x = np.linspace(-1, 1, 401)
    f = x**2 + 0.3
    waves = fourier_features(x, 12, 2.0)
    sines = waves[:, 2::2]
    only_sines = sines @ np.linalg.lstsq(sines, f)[0]
    both = waves @ np.linalg.lstsq(waves, f)[0]
    assert np.max(np.abs(only_sines - f)) == pytest.approx(1.3, abs=0.01)
    assert np.max(np.abs(both - f)) < 0.05


@pytest.mark.parametrize("depth", [1, 4, 10])
def test_the_sawtooth_has_two_to_the_depth_pieces(depth):
    x = np.linspace(0, 1, 2 ** (depth + 2) + 1)
    slopes = np.diff(sawtooth(x, depth)) / np.diff(x)
    assert 1 + np.count_nonzero(np.diff(np.sign(slopes))) == 2**depth
    np.testing.assert_allclose(np.abs(slopes), 2.0**depth)
