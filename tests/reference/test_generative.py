"""GAN losses and steps, the RBM and its twin: theory, second oracles, refusals."""

import itertools
import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
import torch

from dlcourse.reference import generative, unsupervised
from dlcourse.reference.gradient_check import numerical_gradient
from dlcourse.twins import generative as twin
from dlcourse.twins import unsupervised as twin_unsupervised

RNG = np.random.default_rng(0)


def test_losses_are_the_value_function_written_with_scipy():
    real, fake = RNG.normal(size=6), RNG.normal(size=4)
    value = np.log(scipy.special.expit(real)).mean() + np.log(1 - scipy.special.expit(fake)).mean()
    assert generative.discriminator_loss(real, fake) == pytest.approx(-value, rel=1e-12)
    assert generative.discriminator_loss(np.zeros(3), np.zeros(2)) == pytest.approx(2 * math.log(2))
    saturating = np.log(1 - scipy.special.expit(fake)).mean()
    assert generative.generator_loss(fake, saturating=True) == pytest.approx(saturating, rel=1e-12)


def test_the_saturating_gradient_vanishes_where_every_fake_is_rejected():
    logits = np.full(5, -20.0)
    assert np.abs(generative.generator_logit_gradient(logits, saturating=True)).max() < 1e-8
    np.testing.assert_allclose(generative.generator_logit_gradient(logits), -1 / 5, rtol=1e-8)


def test_both_generator_losses_pull_the_same_way():
    logits = RNG.normal(size=7)
    first = generative.generator_logit_gradient(logits)
    second = generative.generator_logit_gradient(logits, saturating=True)
    assert np.all((first < 0) & (second < 0))


def test_no_discriminator_beats_the_optimal_one():
    p_data, p_model = RNG.dirichlet(np.ones(6), size=2)

    def loss(d):
        return -(p_data @ np.log(d) + p_model @ np.log(1 - d))

    best = generative.optimal_discriminator(p_data, p_model)
    for _ in range(50):
        other = np.clip(best + RNG.normal(scale=0.05, size=6), 1e-6, 1 - 1e-6)
        assert loss(other) > loss(best)
    # Goodfellow et al. 2014: its loss is 2 log 2 minus twice the Jensen-Shannon divergence
    middle = (p_data + p_model) / 2
    shannon = sum(scipy.special.rel_entr(p, middle).sum() for p in (p_data, p_model)) / 2
    assert loss(best) == pytest.approx(2 * math.log(2) - 2 * shannon, rel=1e-12)


def test_a_gan_step_follows_both_gradients_at_the_old_values():
    theta, phi, lr = (1.5, -0.5), (0.7, 0.2), 0.1
    real, z = RNG.normal(size=6), RNG.normal(size=4)

    def for_theta(t):
        return generative.generator_loss(phi[0] * (t[0] * z + t[1]) + phi[1])

    def for_phi(p):
        fake = theta[0] * z + theta[1]
        return generative.discriminator_loss(p[0] * real + p[1], p[0] * fake + p[1])

    moved = generative.gan_step(theta, phi, real, z, lr)
    for old, new, loss in zip((theta, phi), moved, (for_theta, for_phi), strict=True):
        slope = numerical_gradient(loss, np.array(old))
        np.testing.assert_allclose(new, np.array(old) - lr * slope, rtol=1e-9)
        assert all(type(number) is float for number in new)


def exact_reconstruction(v0, W, b_visible, b_hidden):
    """The mean of the CD-1 negative phase over all states of the hidden units."""
    h0 = scipy.special.expit(v0 @ W + b_hidden)
    mean_v, mean_vh, mean_h = 0.0, 0.0, 0.0
    for state in itertools.product([0.0, 1.0], repeat=W.shape[1]):
        h = np.array(state)
        chance = np.prod(np.where(h == 1, h0, 1 - h0), axis=1)
        v1 = scipy.special.expit(h @ W.T + b_visible)
        h1 = scipy.special.expit(v1 @ W + b_hidden)
        mean_v = mean_v + chance.mean() * v1
        mean_h = mean_h + chance.mean() * h1
        mean_vh = mean_vh + chance.mean() * np.outer(v1, h1)
    return mean_vh, mean_v, mean_h, h0


@pytest.mark.parametrize("world", ["reference", "twin"])
def test_cd1_moves_by_its_expectation(world):
    """The samples of 20,000 rows average the negative phase over the hidden states.

    Each entry lies in [0, 1], so Hoeffding bounds the error of a mean of n by sqrt(L / (2 n)) with
    probability 1 - 2 exp(-2 n e^2); e = 0.027 gives 2 exp(-29) = 5e-13 an entry, 23 entries.
    """
    rng = np.random.default_rng(5)
    v = rng.integers(2, size=(4, 4)).astype(float)
    v0 = np.tile(v, (5000, 1))
    W, b_visible, b_hidden = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=3)
    if world == "reference":
        new = unsupervised.rbm_cd1(v0, W, b_visible, b_hidden, 1.0, np.random.default_rng(0))
    else:
        generator = torch.Generator().manual_seed(0)
        tensors = (torch.tensor(a) for a in (v0, W, b_visible, b_hidden))
        new = [t.numpy() for t in twin_unsupervised.rbm_cd1(*tensors, 1.0, generator)]
    mean_vh, mean_v, mean_h, h0 = exact_reconstruction(v, W, b_visible, b_hidden)
    expected = (
        W + v.T @ h0 / 4 - mean_vh,
        b_visible + v.mean(axis=0) - mean_v,
        b_hidden + h0.mean(axis=0) - mean_h,
    )
    for actual, wanted in zip(new, expected, strict=True):
        np.testing.assert_allclose(actual, wanted, atol=0.027)


def test_cd1_samples_hidden_units_and_follows_its_seed():
    v0, W = np.ones((1, 2)), np.zeros((2, 2))
    W[0] = [3.0, -3.0]
    start = (v0, W, np.zeros(2), np.zeros(2), 1.0)
    results = [unsupervised.rbm_cd1(*start, np.random.default_rng(s))[0] for s in range(40)]
    assert len({result.tobytes() for result in results}) > 1
    again = unsupervised.rbm_cd1(*start, np.random.default_rng(0))[0]
    assert np.array_equal(again, results[0])


def test_a_trained_rbm_reconstructs_its_two_patterns():
    patterns = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], dtype=float)
    rng = np.random.default_rng(1)
    W, b, c = 0.1 * rng.normal(size=(4, 3)), np.zeros(4), np.zeros(3)
    for _ in range(1500):
        W, b, c = unsupervised.rbm_cd1(patterns, W, b, c, 0.3, rng)
    hidden = scipy.special.expit(patterns @ W + c)
    back = scipy.special.expit(hidden @ W.T + b)
    assert np.abs(back - patterns).max() < 0.25


def test_autoencoder_gradients_pass_finite_differences():
    X = RNG.normal(size=(5, 4))
    parameters = [RNG.normal(size=s) for s in ((4, 3), (3,), (3, 4), (4,))]
    _, *slopes = unsupervised.autoencoder_gradients(X, *parameters)
    for i, slope in enumerate(slopes):

        def loss(p, i=i):
            return unsupervised.autoencoder_gradients(X, *parameters[:i], p, *parameters[i + 1 :])[
                0
            ]

        np.testing.assert_allclose(slope, numerical_gradient(loss, parameters[i]), atol=1e-8)


def test_frozen_layers_do_not_move():
    params, grads = [np.ones(2), np.ones(3)], [np.ones(2), np.ones(3)]
    new = unsupervised.frozen_sgd_step(params, grads, 0.5, {0})
    assert np.array_equal(new[0], np.ones(2))
    assert np.array_equal(new[1], np.full(3, 0.5))
    assert np.array_equal(params[1], np.ones(3))


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: generative.discriminator_loss([], np.ones(2)), r"real_logits has shape \(0,\)"),
        (lambda: generative.generator_loss([]), r"fake_logits has shape \(0,\)"),
        (lambda: generative.optimal_discriminator(np.ones(2), np.ones(3)), r"\(2,\)"),
        (lambda: generative.optimal_discriminator(-np.ones(2), np.ones(2)), "got -1.0"),
        (lambda: unsupervised.frozen_sgd_step([np.ones(2)], [], 0.1, set()), "1 parameters"),
        (lambda: unsupervised.frozen_sgd_step([1.0], [1.0], 0.1, {3}), r"\[3\]"),
        (
            lambda: unsupervised.rbm_cd1(np.ones((2, 3)), np.ones((2, 3)), np.ones(3), np.ones(3),
                                         0.1, RNG),
            r"\(2, 3\), \(2, 3\)",
        ),
        (
            lambda: unsupervised.rbm_cd1(np.ones((0, 3)), np.ones((3, 2)), np.ones(3), np.ones(2),
                                         0.1, RNG),
            "no rows",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


def test_twin_and_reference_agree_on_a_gan_step():
    real, z = RNG.normal(size=3), RNG.normal(size=5)
    ours = generative.gan_step((1.0, 0.5), (0.3, -0.2), real, z, 0.2)
    theirs = twin.gan_step((1.0, 0.5), (0.3, -0.2), torch.tensor(real), torch.tensor(z), 0.2)
    np.testing.assert_allclose(theirs, ours, rtol=1e-10)
