"""Descent and momentum: one pure function a step, state in and state out (Lectures 5 and 10).

Every step takes the parameter `w`, its gradient `g` and its own state, and returns the new
parameter and the new state; nothing is changed in place. State starts at zero: the number 0.0 will
do, otherwise it has the shape of `w`. Lists are read as arrays. Steps that correct for this start
count them in `t`, from 1. Two flags that every optimizer of torch.optim has are a change of the
gradient: `decay_gradient`.
"""

import math

import numpy as np

from dlcourse.reference.arguments import (
    floats,
    parameter_and_state,
    plain,
    quoted,
    real_numbers,
    whole_numbers,
)
from dlcourse.reference.lengths import euclidean_norm


def gradient_descent(grad, x0, lr, steps):
    """Follow the negative gradient and keep every point on the way.

    Parameters
    ----------
    grad : callable
        Gradient of the objective: takes a point of shape (D,), returns the same shape.
    x0 : array_like, shape (D,)
    lr : float
    steps : int

    Returns
    -------
    path : ndarray, shape (steps + 1, D)
        The start is ``path[0]``.

    Raises
    ------
    ValueError
        If steps is no whole number from 0, or if a gradient has not the shape of its point.

    References
    ----------
    Lecture 5. Converges on a quadratic if `lr` is below `largest_stable_rate`.

    Examples
    --------
    >>> gradient_descent(lambda x: 2 * x, [1.0], lr=0.25, steps=2)
    array([[1.  ],
           [0.5 ],
           [0.25]])
    """
    [steps] = whole_numbers(least=0, steps=steps)
    path, lr = [floats(x0)], plain(lr)
    for _ in range(steps):
        x, g = parameter_and_state(path[-1], grad=grad(path[-1]))
        path.append(x - lr * g)
    return np.array(path)


def largest_stable_rate(H):
    """Return the rate at which gradient descent on x'Hx / 2 starts to diverge.

    Along an eigenvector with curvature c one step multiplies the error by 1 - lr c, which shrinks
    while lr < 2 / c: the steepest direction decides for all.

    Parameters
    ----------
    H : array_like, shape (D, D)
        Hessian, symmetric and positive definite.

    Returns
    -------
    float
        2 / (largest eigenvalue). Lecture 5.

    Raises
    ------
    ValueError
        If H is not a symmetric matrix, or not positive definite.

    Examples
    --------
    >>> largest_stable_rate([[1.0, 0.0], [0.0, 4.0]])
    0.5
    """
    H = floats(H)
    square = H.ndim == 2 and H.shape[0] == H.shape[1] and H.size
    scale = np.abs(H[np.isfinite(H)]).max(initial=0)
    if not square or not np.allclose(H, H.T, atol=1e-8 * scale):
        raise ValueError(f"H must be a symmetric matrix, got shape {H.shape}: {quoted(H)}")
    curvatures = np.linalg.eigvalsh(H)
    if curvatures[0] <= 0:
        raise ValueError(f"H must be positive definite, its smallest eigenvalue is {curvatures[0]}")
    return 2.0 / float(curvatures[-1])


def clip_by_norm(grads, max_norm):
    """Shorten a list of gradients, `grads`, to `max_norm`, measured over all of them at once.

    Raises
    ------
    ValueError
        If `max_norm` is negative or NaN, or the gradients hold NaN or an infinity.

    Notes
    -----
    One factor for the whole list, so the direction stays; a list that is short enough comes back
    unchanged. The norm is computed in float64. torch's ``clip_grad_norm_`` divides by norm + 1e-6.
    Lecture 10.

    Examples
    --------
    >>> clip_by_norm([[3.0], [4.0]], max_norm=1.0)
    [array([0.6]), array([0.8])]
    """
    (max_norm,), grads = real_numbers(0, max_norm=max_norm), [floats(g) for g in grads]
    norm = math.hypot(*(euclidean_norm(g.astype(np.float64)) for g in grads))
    if not math.isfinite(norm):
        raise ValueError(f"the gradients have norm {norm}: look for the layer that overflowed")
    if norm <= max_norm:
        return [g * 1.0 for g in grads]
    wide = (g.astype(np.float64) / norm * max_norm for g in grads)  # no factor loses its digits
    return [g.astype(old.dtype) for g, old in zip(wide, grads, strict=True)]


def decay_gradient(w, g, weight_decay=0.0, maximize=False):
    """Change a gradient as torch.optim's flags `weight_decay` and `maximize` do before the step.

    The penalty (weight_decay / 2) sum w^2 adds ``weight_decay * w``: coupled decay, which an
    adaptive step rescales like any gradient. `dlcourse.reference.adaptive.adamw_step` keeps the two
    apart.

    Raises
    ------
    ValueError
        If the gradient has not the shape of w.

    Examples
    --------
    >>> decay_gradient([10.0], [1.0], weight_decay=0.1)
    array([2.])
    """
    w, g = parameter_and_state(w, g=g)
    weight_decay = plain(weight_decay)
    return (-g if maximize else g) + weight_decay * w


def sgd_step(params, grads, lr):
    """Take one plain step, w - lr g, for every w in `params` and its g in `grads` (Lecture 5).

    Raises
    ------
    ValueError
        If there is not one gradient of its shape for each parameter.

    Examples
    --------
    >>> sgd_step([[1.0], [2.0]], [[10.0], [10.0]], lr=0.1)
    [array([0.]), array([1.])]
    """
    if len(params) != len(grads):
        raise ValueError(f"{len(params)} parameters but {len(grads)} gradients")
    lr, stepped = plain(lr), []
    for i, (w, g) in enumerate(zip(params, grads, strict=True)):
        w, g = parameter_and_state(w, **{f"grads[{i}]": g})
        stepped.append(w - lr * g)
    return stepped


def momentum_step(w, g, v, lr, mu=0.9):
    """Take one momentum step with the rate inside the velocity: v = mu v - lr g, then w + v.

    The velocity is a displacement. Under a constant gradient it tends to -lr g / (1 - mu), ten
    plain steps at mu = 0.9. With a constant `lr` the path is that of `momentum_outside_step`; if
    `lr` changes, the old velocity keeps the rate at which it was gathered (Lecture 10).

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w.

    Examples
    --------
    >>> momentum_step([1.0], [1.0], [0.5], lr=0.5, mu=0.5)
    (array([0.75]), array([-0.25]))
    """
    w, g, v = parameter_and_state(w, g=g, v=v)
    lr, mu = plain(lr, mu)
    v = mu * v - lr * g
    return w + v, v


def momentum_outside_step(w, g, v, lr, mu=0.9, dampening=0.0, nesterov=False):
    """Take one momentum step with the rate outside: v = mu v + g, then w - lr v (torch.optim.SGD).

    Parameters
    ----------
    v : ndarray or None
        The velocity, a sum of gradients; None before the first step, which torch does not dampen.
    dampening : float
        Scales the incoming gradient by 1 - dampening.
    nesterov : bool
        Step along g + mu v instead of v: Nesterov's method, with `w` standing for the look-ahead
        point of `nesterov_step`.

    Returns
    -------
    w, v

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, or if a Nesterov step is dampened.

    Examples
    --------
    >>> momentum_outside_step([1.0], [1.0], [0.5], lr=0.5, mu=0.5)
    (array([0.375]), array([1.25]))
    """
    lr, mu, dampening = plain(lr, mu, dampening)
    if nesterov and dampening != 0:
        raise ValueError(f"nesterov=True has no dampening, got {dampening}: leave it at 0")
    if v is None:
        w, g = parameter_and_state(w, g=g)
        v = g.copy()
    else:
        w, g, v = parameter_and_state(w, g=g, v=v)
        v = mu * v + (1 - dampening) * g
    return w - lr * (g + mu * v if nesterov else v), v


def nesterov_step(w, grad, v, lr, mu=0.9):
    """Take one Nesterov step: the gradient is taken where the velocity is about to lead.

    `grad` is a function. v = mu v - lr grad(w + mu v), then w + v (Lecture 10).

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w.

    Examples
    --------
    >>> nesterov_step([1.0], lambda w: w, [1.0], lr=0.5, mu=0.5)
    (array([0.75]), array([-0.25]))
    """
    w, v = parameter_and_state(w, v=v)
    lr, mu = plain(lr, mu)
    w, g = parameter_and_state(w, grad=grad(w + mu * v))
    v = mu * v - lr * g
    return w + v, v


def clip_by_value(grads, limit):
    """Cut every number of every gradient to [-limit, limit].

    Parameters
    ----------
    grads : sequence of array_like
    limit : float
        Above 0.

    Returns
    -------
    list of ndarray
        New arrays in the shapes given.

    Raises
    ------
    ValueError
        If `limit` is not above 0.

    Notes
    -----
    The direction changes, other than with `clip_by_norm`: where one number is cut, the others
    weigh more. Lecture 10; torch's ``clip_grad_value_``.

    Examples
    --------
    >>> clip_by_value([np.array([0.5, -3.0])], 1.0)
    [array([ 0.5, -1. ])]
    """
    if not limit > 0:
        raise ValueError(f"limit must be above 0, got {limit}")
    limit = float(limit)
    return [np.clip(floats(g), -limit, limit) for g in grads]
