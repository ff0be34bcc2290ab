"""Threshold units, the perceptron's rule, Hebb's, and the two ways to fit a line."""

import numpy as np
import pytest
from cases import for_all
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, Perceptron

from dlcourse.reference.neurons import (
    hebb_step,
    linear_regression_descent,
    logic_gate,
    mcculloch_pitts,
    normal_equation,
    perceptron_fit,
    perceptron_predict,
    step,
    xor_network,
)

CASES = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
TRUTH = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "nand": [1, 1, 1, 0], "nor": [1, 0, 0, 0]}


@pytest.mark.parametrize("name", TRUTH)
def test_a_gate_computes_its_truth_table(name):
    np.testing.assert_array_equal(perceptron_predict(CASES, *logic_gate(name)), TRUTH[name])


def test_not_turns_its_input_round():
    np.testing.assert_array_equal(perceptron_predict([[0], [1]], *logic_gate("not")), [1, 0])


def test_a_gate_that_no_line_can_compute_is_refused():
    with pytest.raises(ValueError, match="'xor'"):
        logic_gate("xor")


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_two_layers_compute_xor_on_noisy_inputs(noise):
    W1, b1, W2, b2 = xor_network()
    X = np.repeat(CASES, 50, axis=0) + np.random.default_rng(0).uniform(-noise, noise, (200, 2))
    out = step(step(X @ W1 + b1) @ W2 + b2)[:, 0]
    np.testing.assert_array_equal(out, np.repeat([0, 1, 1, 0], 50))


def test_one_inhibiting_input_vetoes_all_others():
    x = [[1, 1, 0], [1, 0, 0], [1, 1, 1]]
    np.testing.assert_array_equal(mcculloch_pitts(x, [False, False, True], 2), [1, 0, 0])


@for_all(st.integers(0, 500), st.integers(1, 4), st.sampled_from([0.1, 1.0, 3.0]))
def test_the_perceptron_separates_whatever_a_line_separates(seed, features, lr):
    rng = np.random.default_rng(seed)
    X, line = rng.normal(size=(40, features)), rng.normal(size=features)
    X = X + 0.3 * np.sign(X @ line + 0.1)[:, None] * line / np.linalg.norm(line)  # leave a gap
    y = (X @ line + 0.1 > 0).astype(int)
    w, b, mistakes = perceptron_fit(X, y, lr=lr, max_epochs=5000)
    assert mistakes[-1] == 0
    assert 0 not in mistakes[:-1]
    np.testing.assert_array_equal(perceptron_predict(X, w, b), y)


def test_the_perceptron_gives_up_on_xor():
    _, _, mistakes = perceptron_fit(CASES, [0, 1, 1, 0], max_epochs=30)
    assert len(mistakes) == 30
    assert min(mistakes) > 0


def test_the_learning_rate_scales_the_weights_and_changes_no_decision():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(30, 2)), rng.integers(2, size=30)
    w1, b1, mistakes1 = perceptron_fit(X, y, lr=1.0, max_epochs=6)
    w2, b2, mistakes2 = perceptron_fit(X, y, lr=0.5, max_epochs=6)
    np.testing.assert_allclose(w1, 2 * w2, rtol=1e-12)
    assert (b1, mistakes1) == (2 * b2, mistakes2)


def test_the_perceptron_takes_the_steps_of_scikit_learns():
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(30, 2)), rng.integers(2, size=30)
    theirs = Perceptron(shuffle=False, tol=None, max_iter=7).fit(X, y)
    w, b, _ = perceptron_fit(X, y, max_epochs=7)
    np.testing.assert_allclose(w, theirs.coef_[0], rtol=1e-10)
    assert b == pytest.approx(float(theirs.intercept_[0]))


def test_hebbs_rule_recalls_patterns_for_orthonormal_cues():
    cues = np.linalg.qr(np.random.default_rng(3).normal(size=(4, 4)))[0]
    patterns = np.sign(np.random.default_rng(4).normal(size=(4, 6)))
    W = hebb_step(np.zeros((4, 6)), cues, patterns)
    np.testing.assert_allclose(cues @ W, patterns, atol=1e-12)


def test_the_normal_equation_agrees_with_scikit_learn_and_with_descent():
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(50, 3)), rng.normal(size=50)
    theta = normal_equation(X, y)
    theirs = LinearRegression().fit(X, y)
    np.testing.assert_allclose(theta, [theirs.intercept_, *theirs.coef_], rtol=1e-10)
    np.testing.assert_allclose(linear_regression_descent(X, y, 0.2, 2000), theta, rtol=1e-8)


def test_collinear_features_share_their_weight():
    x = np.linspace(-1, 1, 9)[:, None]
    theta = normal_equation(np.hstack([x, x]), 3 * x[:, 0] + 1)
    np.testing.assert_allclose(theta, [1, 1.5, 1.5], atol=1e-12)
