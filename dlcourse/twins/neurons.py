"""Single neurons and linear models on tensors; contracts as in `dlcourse.reference.neurons`."""

import torch

from dlcourse.twins.arguments import as_floats, class_labels, fit, in_float32, whole_numbers


def step(z):
    """Fire where the score is positive."""
    return (z > 0).to(z.dtype)


def heaviside(z, at_zero=0.5):
    """Return 0, `at_zero` or 1 as the score is negative, zero or positive."""
    fires = (z > 0).to(z.dtype) + at_zero * (z == 0).to(z.dtype)
    return torch.where(z.isnan(), z, fires)


def sign(z):
    """Return -1, 0 or 1 as the score is negative, zero or positive."""
    return torch.where(z.isnan(), z, torch.sign(z))


def piecewise_linear(z):
    """Return z + 1/2 between -1/2 and 1/2, 0 below and 1 above."""
    return torch.clamp(z + 0.5, 0, 1)


def mcculloch_pitts(x, inhibitory, threshold):
    """Run the unit of 1943: enough exciting inputs on, no inhibiting one."""
    fit("x (N, D), inhibitory (D)", x, inhibitory)
    inhibitory = inhibitory.bool()  # of an integer, ~0 is -1
    excited = (x * ~inhibitory).sum(dim=1) >= threshold
    return (excited & ~(x * inhibitory).bool().any(dim=1)).long()


def perceptron_predict(X, w, b):
    """Classify each row: 1 where X @ w + b > 0, else 0."""
    fit("X (N, D), w (D)", X, w)
    X, w = as_floats(X, w)
    return (X @ w + b > 0).long()


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    """Learn a separating line by correcting one mistake at a time."""
    fit("X (N, D), y (N)", X, y)
    X = as_floats(X)
    if X.device.type == "cpu" and not X.isfinite().all():
        raise ValueError(f"expected finite features X (N, D), got shape {tuple(X.shape)}")
    y = class_labels(y, 2, len(X))
    w, b, mistakes = X.new_zeros(X.shape[1]), 0.0, []
    for _ in range(*whole_numbers(0, max_epochs=max_epochs)):
        mistakes.append(0)
        for x, target in zip(X, y.tolist(), strict=True):
            error = target - int(x @ w + b > 0)
            w, b = w + lr * error * x, b + lr * error
            mistakes[-1] += error != 0
        if mistakes[-1] == 0:
            break
    return w, b, mistakes


def hebb_step(W, x, y, lr=1.0):
    """Strengthen what fires together: W + lr x.T @ y."""
    fit("W (D, M), x (N, D), y (N, M)", W, x, y)
    return W + lr * torch.einsum("nd,nm->dm", x, y)


def normal_equation(X, y):
    """Solve least squares at once, by the pseudo-inverse; bias first."""
    fit("X (N+, D), y (N)", X, y)
    if X.device.type == "cpu" and not (X.isfinite().all() and y.isfinite().all()):
        raise ValueError("least squares needs finite numbers, got NaN or infinity in X or y")
    X, y = in_float32(X, y)
    return torch.linalg.pinv(_with_ones(X)) @ y


def linear_regression_descent(X, y, lr, steps):
    """Approach least squares by gradient descent from zero; autograd supplies the gradient."""
    fit("X (N+, D), y (N)", X, y)
    X, y = as_floats(X, y)
    A = _with_ones(X)
    theta = torch.zeros_like(A[0])
    for _ in range(*whole_numbers(0, steps=steps)):
        theta.requires_grad_()
        (gradient,) = torch.autograd.grad(((A @ theta - y) ** 2).mean(), theta)
        theta = theta.detach() - lr * gradient
    return theta


def _with_ones(X):
    return torch.cat([X.new_ones(len(X), 1), X.detach()], dim=1)
