"""Optimizers: one pure function a step, state in and state out (Lecture 10; descent, Lecture 5).

Every step takes the parameter `w`, its gradient `g` and its own state, and returns the new
parameter and the new state; nothing is changed in place. State starts at zero: the number 0.0 will
do, otherwise it has the shape of `w`. Steps that correct for this start count them in `t`, from 1.
Two flags that every optimizer of torch.optim has are a change of the gradient: `decay_gradient`.
Rates are Python numbers: a NumPy float64 would turn a float32 parameter into float64.
"""

import math

import numpy as np

from dlcourse.reference.regularization import soft_threshold


def _check(w, t=1, **arrays):
    for name, array in arrays.items():
        if np.shape(array) not in (np.shape(w), ()):
            raise ValueError(
                f"{name} has shape {np.shape(array)} and the parameter w {np.shape(w)}: "
                f"give {name} the shape of w"
            )
    if t < 1:
        raise ValueError(f"t counts steps from 1, got t={t}: pass 1 for the first step")


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

    References
    ----------
    Lecture 5. Converges on a quadratic if `lr` is below `largest_stable_rate`.
    """
    if steps < 0:
        raise ValueError(f"steps must be 0 or more, got {steps}")
    path = [np.asarray(x0) + 0.0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
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
    """
    H = np.asarray(H)
    if H.ndim != 2 or H.shape[0] != H.shape[1] or not np.allclose(H, H.T):
        raise ValueError(f"H must be a symmetric matrix, got shape {H.shape} with values {H}")
    curvatures = np.linalg.eigvalsh(H)
    if curvatures[0] <= 0:
        raise ValueError(f"H must be positive definite, its smallest eigenvalue is {curvatures[0]}")
    return 2.0 / float(curvatures[-1])


def clip_by_norm(grads, max_norm):
    """Shorten a list of gradients to `max_norm`, measured over all of them at once.

    Notes
    -----
    One factor for the whole list, so the direction stays; a list that is short enough comes back
    unchanged. The norm is computed in float64. torch's ``clip_grad_norm_`` divides by norm + 1e-6.
    Lecture 10.
    """
    if max_norm < 0:
        raise ValueError(f"max_norm must be 0 or more, got {max_norm}")
    norm = math.hypot(*(np.linalg.norm(np.asarray(g, dtype=float).ravel()) for g in grads))
    if not math.isfinite(norm):
        raise ValueError(f"the gradients have norm {norm}: look for the layer that overflowed")
    factor = float(max_norm) / norm if norm > max_norm else 1.0
    return [np.asarray(g) * factor for g in grads]


def decay_gradient(w, g, weight_decay=0.0, maximize=False):
    """Change a gradient as torch.optim's flags `weight_decay` and `maximize` do before the step.

    The penalty (weight_decay / 2) sum w^2 adds ``weight_decay * w``: coupled decay, which an
    adaptive step rescales like any gradient. `adamw_step` keeps the two apart.
    """
    _check(w, g=g)
    return (-g if maximize else g) + weight_decay * w


def sgd_step(params, grads, lr):
    """Take one plain step, w - lr g, for every array of a list (Lecture 5)."""
    if len(params) != len(grads):
        raise ValueError(f"{len(params)} parameters but {len(grads)} gradients")
    for i, (w, g) in enumerate(zip(params, grads, strict=True)):
        _check(w, **{f"grads[{i}]": g})
    return [w - lr * g for w, g in zip(params, grads, strict=True)]


def momentum_step(w, g, v, lr, mu=0.9):
    """Take one momentum step with the rate inside the velocity: v = mu v - lr g, then w + v.

    The velocity is a displacement. Under a constant gradient it tends to -lr g / (1 - mu), ten
    plain steps at mu = 0.9. With a constant `lr` the path is that of `momentum_outside_step`; if
    `lr` changes, the old velocity keeps the rate at which it was gathered (Lecture 10).
    """
    _check(w, g=g, v=v)
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
    """
    _check(w, g=g, **({} if v is None else {"v": v}))
    v = 1.0 * g if v is None else mu * v + (1 - dampening) * g
    return w - lr * (g + mu * v if nesterov else v), v


def nesterov_step(w, grad, v, lr, mu=0.9):
    """Take one Nesterov step: the gradient is taken where the velocity is about to lead.

    `grad` is a function. v = mu v - lr grad(w + mu v), then w + v (Lecture 10).
    """
    _check(w, v=v)
    v = mu * v - lr * grad(w + mu * v)
    return w + v, v


def adagrad_step(w, g, G, lr, eps=1e-8):
    """Take one AdaGrad step: divide by the root of all squared gradients so far, this one included.

    `G` only grows, so the steps only shrink (Duchi et al. 2011). eps is outside the root; torch's
    default is 1e-10, and its `lr_decay` is `schedules.power` with r = 1 / lr_decay.
    """
    _check(w, g=g, G=G)
    G = G + g**2.0  # not 2: a sum of integers would stay one
    return w - lr * g / (np.sqrt(G) + eps), G


def adadelta_step(w, g, G, D, lr=1.0, rho=0.9, eps=1e-6):
    """Take one AdaDelta step: a step in the units of `w`, with no rate to tune (Zeiler 2012).

    `G` and `D` are running means of the squared gradient and of the squared step before `lr`.
    eps is inside both roots: it is what makes the first step other than zero.
    """
    _check(w, g=g, G=G, D=D)
    G = rho * G + (1 - rho) * g**2
    step = (D + eps) ** 0.5 / np.sqrt(G + eps) * g
    D = rho * D + (1 - rho) * step**2
    return w - lr * step, G, D


def rmsprop_step(w, g, G, lr, beta=0.9, eps=1e-8):
    """Take one RMSProp step: AdaGrad with a running mean in place of the sum, so it can go on.

    `beta` is torch's `alpha` (default 0.99 there); eps is outside the root (Lecture 10).
    """
    _check(w, g=g, G=G)
    G = beta * G + (1 - beta) * g**2
    return w - lr * g / (np.sqrt(G) + eps), G


def rmsprop_centered_step(w, g, G, mean, v, lr, beta=0.9, eps=1e-8, mu=0.0, centered=True):
    """Take one RMSProp step with torch's flags: divide by the standard deviation, then momentum.

    `mean` is the running mean of the gradient, used if `centered`; `v` the velocity of the scaled
    gradients, rate outside. Returns (w, G, mean, v).
    """
    _check(w, g=g, G=G, mean=mean, v=v)
    G = beta * G + (1 - beta) * g**2
    mean = beta * mean + (1 - beta) * g
    variance = np.maximum(G - mean**2, 0.0) if centered else G  # rounding may dip below 0
    v = mu * v + g / (np.sqrt(variance) + eps)
    return w - lr * v, G, mean, v


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take one Adam step: the new parameter and moments (Kingma and Ba 2015, algorithm 1).

    `t` counts steps from 1; `m` and `v` are running means of the gradient and of its square, and
    come back uncorrected. eps is outside the root, added after the correction (Lecture 10).
    ``t=math.inf`` leaves the correction out, as some slides do.
    """
    _check(w, t, g=g, m=m, v=v)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)  # m and v start at 0: undo that pull
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_step_in_blocks(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, block=131_072, out=None
):
    """Take `adam_step` on a large array, one block after another, faster than in one piece.

    `adam_step` makes a dozen arrays and fetches each from main memory; here one scratch block
    stays in the processor's cache, and both corrections fold into one factor. Same result up to
    rounding. As for NumPy's own functions, `out` names the arrays that receive the result:
    ``out=(w, m, v)`` steps in place.
    """
    _check(w, t, g=g, m=m, v=v)
    root2 = math.sqrt(1 - beta2**t)
    rate, small = lr * root2 / (1 - beta1**t), eps * root2
    old = [np.ravel(array) for array in np.broadcast_arrays(w, g, m, v)]
    dtype = np.result_type(w, g, 0.0)
    new = [np.empty(np.shape(w), dtype) for _ in range(3)] if out is None else out
    if not all(array.flags.c_contiguous for array in new):
        raise ValueError("out must be C-contiguous arrays: make them with np.empty or np.copy")
    scratch = np.empty(min(block, old[0].size), dtype)
    for start in range(0, old[0].size, block):
        part = slice(start, start + block)
        w_old, g_now, m_old, v_old = (array[part] for array in old)
        w_new, m_new, v_new = (array.reshape(-1)[part] for array in new)
        s = scratch[: len(w_old)]
        np.multiply(np.subtract(g_now, m_old, out=s), 1 - beta1, out=s)
        np.add(m_old, s, out=m_new)  # m + (1 - beta1) (g - m)
        np.subtract(np.multiply(g_now, g_now, out=s), v_old, out=s)
        np.add(v_old, np.multiply(s, 1 - beta2, out=s), out=v_new)
        np.add(np.sqrt(v_new, out=s), small, out=s)
        np.multiply(np.divide(m_new, s, out=s), rate, out=s)
        np.subtract(w_old, s, out=w_new)
    return tuple(new)


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    """Take one AdamW step: shrink `w` by lr weight_decay, then Adam with the bare gradient.

    The decay never enters the moments, so weights with large gradients decay as fast as the others
    (Loshchilov and Hutter 2019). Every decoupled variant is this: shrink first, then step.
    """
    return adam_step(w - lr * weight_decay * w, g, m, v, t, lr, beta1, beta2, eps)


def amsgrad_step(w, g, m, v, v_max, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take one AMSGrad step: Adam that divides by the largest `v` seen (Reddi et al. 2018).

    The maximum is of the uncorrected `v`, as in torch. Returns (w, m, v, v_max).
    """
    _check(w, t, g=g, m=m, v=v, v_max=v_max)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, v_max


def adamax_step(w, g, m, u, t, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take one AdaMax step: Adam with a decaying maximum in place of the root mean square.

    u = max(beta2 u, |g| + eps) needs no correction: eps is inside the maximum, as in torch
    (Kingma and Ba 2015, algorithm 2, has no eps). Returns (w, m, u).
    """
    _check(w, t, g=g, m=m, u=u)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    return w - lr / (1 - beta1**t) * m / u, m, u


def nadam_step(
    w, g, m, v, mu_product, t, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3
):
    """Take one Nadam step: Adam with Nesterov's look-ahead momentum (Dozat 2016, torch's form).

    The momentum warms up: mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2). `mu_product` is the
    product of all mu so far, a number that starts at 1. Returns (w, m, v, mu_product).
    """
    _check(w, t, g=g, m=m, v=v)
    mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (s * momentum_decay)) for s in (t, t + 1))
    mu_product = mu_product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    ahead = mu_next / (1 - mu_product * mu_next) * m + (1 - mu) / (1 - mu_product) * g
    return w - lr * ahead / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, mu_product


def ftrl_step(w, g, z, n, lr=0.1, l1=0.0, l2=0.0, beta=1.0):
    """Take one FTRL-Proximal step, coordinate by coordinate (McMahan et al. 2013, algorithm 1).

    `z` gathers the gradients, less what keeps the new point near the old ones; `n` their squares.
    The new `w` is the exact minimum of a quadratic plus l1 |w|: zero wherever \\|z\\| <= l1.

    Returns
    -------
    w, z, n
        With l1 = l2 = beta = 0, from w = 0, this is `adagrad_step`.
    """
    _check(w, g=g, z=z, n=n)
    n_old, n = n, n + g**2.0
    z = z + g - (np.sqrt(n) - n_old**0.5) / lr * w
    strength = (beta + np.sqrt(n)) / lr + l2
    return -soft_threshold(z, l1) / np.where(strength > 0, strength, 1.0), z, n


def dual_averaging_step(g, g_mean, t, gamma=1.0, l1=0.0):
    """Take one step of regularized dual averaging (Xiao 2010, the l1 case): (w, g_mean).

    `g_mean` is the plain mean of all gradients. The new `w` minimizes
    g_mean·w + l1 |w| + gamma / (2 sqrt(t)) w^2, whatever `w` was before: a coordinate whose mean
    gradient stays within l1 is exactly zero.
    """
    _check(g, t, g_mean=g_mean)
    g_mean = g_mean + (g - g_mean) / t
    return -math.sqrt(t) / gamma * soft_threshold(g_mean, l1), g_mean
