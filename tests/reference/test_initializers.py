"""Initial weights: their distributions, and the signals that they let through.

False-alarm rates: Kolmogorov-Smirnov tests at 1e-9 on fixed seeds.
"""

import numpy as np
import pytest
import torch
from scipy import stats

from dlcourse.reference import initializers
from dlcourse.reference.activations import relu, tanh
from dlcourse.twins import initializers as twins

VARIANCES = {
    "xavier_normal": lambda n_in, n_out: 2 / (n_in + n_out),
    "xavier_uniform": lambda n_in, n_out: 2 / (n_in + n_out),
    "he_normal": lambda n_in, n_out: 2 / n_in,
    "he_uniform": lambda n_in, n_out: 2 / n_in,
    "lecun_normal": lambda n_in, n_out: 1 / n_in,
    "lecun_uniform": lambda n_in, n_out: 1 / n_in,
}


def by_reference(name, *shape, seed=0, **keywords):
    return getattr(initializers, name)(*shape, np.random.default_rng(seed), **keywords)


def by_twin(name, *shape, seed=0, **keywords):
    generator = torch.Generator().manual_seed(seed)
    return getattr(twins, name)(*shape, generator, **keywords).double().numpy()


both_worlds = pytest.mark.parametrize("draw", [by_reference, by_twin])


@both_worlds
@pytest.mark.parametrize("name", VARIANCES)
def test_weights_have_the_shape_and_the_distribution_that_is_promised(name, draw):
    W = draw(name, 120, 400)
    std = np.sqrt(VARIANCES[name](120, 400))
    if name.endswith("normal"):
        expected = stats.norm(0, std)
    else:
        bound = np.sqrt(3) * std
        expected = stats.uniform(-bound, 2 * bound)
        assert np.abs(W).max() <= bound * (1 + 1e-6)
    assert W.shape == (120, 400)
    assert stats.kstest(W.ravel(), expected.cdf).pvalue > 1e-9


def test_the_distribution_test_catches_a_variance_off_by_a_fifth():
    W = by_reference("he_normal", 120, 400) * np.sqrt(1.2)
    assert stats.kstest(W.ravel(), stats.norm(0, np.sqrt(2 / 120)).cdf).pvalue < 1e-9


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("xavier_normal", torch.nn.init.xavier_normal_),
        ("xavier_uniform", torch.nn.init.xavier_uniform_),
        ("he_normal", torch.nn.init.kaiming_normal_),
        ("he_uniform", torch.nn.init.kaiming_uniform_),
    ],
)
def test_the_spread_is_that_of_pytorchs_own_scheme(name, theirs):
    W = theirs(torch.empty(400, 120, dtype=torch.float64), generator=torch.Generator())
    test = stats.ks_2samp(by_reference(name, 120, 400).ravel(), W.numpy().ravel())
    assert test.pvalue > 1e-9


@both_worlds
@pytest.mark.parametrize("name", [*VARIANCES, "orthogonal"])
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(name, draw):
    np.testing.assert_array_equal(draw(name, 5, 4), draw(name, 5, 4))
    assert not np.array_equal(draw(name, 5, 4), draw(name, 5, 4, seed=1))


@both_worlds
@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9), (1, 5)])
def test_orthogonal_weights_are_orthogonal_with_the_gain(shape, draw):
    W = draw("orthogonal", *shape, gain=1.5)
    small = W.T @ W if shape[0] >= shape[1] else W @ W.T
    np.testing.assert_allclose(small, 2.25 * np.eye(min(shape)), atol=1e-5)


def test_orthogonal_weights_favour_no_sign():
    corners = [by_reference("orthogonal", 3, 3, seed=seed)[0, 0] for seed in range(400)]
    assert stats.kstest(corners, stats.uniform(-1, 2).cdf).pvalue > 1e-9  # Archimedes


def test_250_unit_inputs_give_scores_of_std_15_811():
    W = np.random.default_rng(0).normal(size=(250, 40_000))
    assert np.std(np.ones(250) @ W) == pytest.approx(15.811, rel=0.02)


def test_he_keeps_the_signal_through_50_relu_layers_and_xavier_loses_it():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(64, 100))
    he = [initializers.he_normal(100, 100, rng) for _ in range(50)]
    xavier = [initializers.xavier_normal(100, 100, rng) for _ in range(50)]
    assert 0.05 < initializers.layer_stds(X, he, relu)[-1] < 5
    assert initializers.layer_stds(X, xavier, relu)[-1] < 1e-5  # sqrt(1/2) to the 50th: 3e-8


def test_rescaled_layers_have_std_one_at_depth_20_and_keep_their_directions():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(32, 30))
    weights = [rng.normal(size=(30, 30)) * 10.0 ** rng.integers(-3, 3) for _ in range(20)]
    rescaled = initializers.rescale_layers(X, weights, relu)
    np.testing.assert_allclose(initializers.layer_stds(X, rescaled, relu), 1, rtol=1e-10)
    for new, old in zip(rescaled, weights, strict=True):
        factor = new[0, 0] / old[0, 0]
        assert factor > 0
        np.testing.assert_allclose(new, factor * old, rtol=1e-12)


def test_lsuv_gives_scores_of_variance_one_for_an_activation_that_bends():
    rng = np.random.default_rng(3)
    X = rng.normal(3, 5, size=(200, 20))
    weights = [initializers.orthogonal(20, 20, rng) for _ in range(6)]
    for W in initializers.lsuv(X, weights, tanh):
        assert np.var(X @ W) == pytest.approx(1, rel=1e-10)
        X = tanh(X @ W)


@pytest.mark.parametrize("scale", [initializers.rescale_layers, initializers.lsuv])
def test_a_signal_that_is_gone_cannot_be_rescaled(scale):
    with pytest.raises(ValueError, match="after layer 2 has standard deviation 0"):
        scale(np.ones((2, 3)) * [[1], [2]], [np.ones((3, 3)), np.zeros((3, 3))], relu)


def test_a_layer_without_inputs_is_refused():
    with pytest.raises(ValueError, match="n_in must be a whole number from 1; got 0"):
        initializers.he_normal(0, 3, np.random.default_rng(0))
