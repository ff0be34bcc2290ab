"""Adaptive optimizers: every weight gets its own rate, from its past gradients (Lecture 10).

Steps are as in `dlcourse.reference.optimizers`: parameter, gradient and state in, parameter and
state out; a state starts at zero, and `t` counts steps from 1. The letters: `w` is the parameter,
`g` its gradient, `lr` the rate; `G` and `v` gather squares of gradients, `m` gradients; `beta`,
`beta1`, `beta2` and `rho` are the shares that running means keep of what they were, `mu` that of a
velocity; `eps` keeps a divisor from 0.
"""

import math

import numpy as np

from dlcourse.reference.arguments import parameter_and_state, plain, quoted, whole_numbers
from dlcourse.reference.optimizers import clip_by_norm
from dlcourse.reference.regularization import soft_threshold
from dlcourse.reference.schedules import cosine_warmup


def adagrad_step(w, g, G, lr, eps=1e-8):
    """Take one AdaGrad step: divide by the root of all squared gradients so far, this one included.

    `G` only grows, so the steps only shrink (Duchi et al. 2011). eps is outside the root; torch's
    default is 1e-10, and its `lr_decay` is `schedules.power` with r = 1 / lr_decay.

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w.

    Examples
    --------
    >>> w, G = adagrad_step([1.0], [3.0], [16.0], lr=0.1)
    >>> w.round(6), G
    (array([0.94]), array([25.]))
    """
    w, g, G = parameter_and_state(w, g=g, G=G)
    lr, eps = plain(lr, eps)
    G = G + g**2
    return w - lr * g / (np.sqrt(G) + eps), G


def adadelta_step(w, g, G, D, lr=1.0, rho=0.9, eps=1e-6):
    """Take one AdaDelta step: a step in the units of `w`, with no rate to tune (Zeiler 2012).

    `G` and `D` are running means of the squared gradient and of the squared step before `lr`.
    eps is inside both roots: it is what makes the first step other than zero.

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, or if rho is not in [0, 1).

    Examples
    --------
    >>> w, G, D = adadelta_step([1.0], [2.0], 0.0, 0.0)
    >>> (w - 1).round(4)
    array([-0.0032])
    """
    w, g, G, D = parameter_and_state(w, g=g, G=G, D=D)
    lr, eps, rho = *plain(lr, eps), _below_1(rho=rho)
    G = rho * G + (1 - rho) * g**2
    step = np.sqrt(D + eps) / np.sqrt(G + eps) * g
    D = rho * D + (1 - rho) * step**2
    return w - lr * step, G, D


def rmsprop_step(w, g, G, lr, beta=0.9, eps=1e-8):
    """Take one RMSProp step: AdaGrad with a running mean in place of the sum, so it can go on.

    `beta` is torch's `alpha` (default 0.99 there); eps is outside the root (Lecture 10).

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, or if beta is not in [0, 1).

    Examples
    --------
    >>> w, G = rmsprop_step([1.0], [2.0], 0.0, lr=0.1, beta=0.75)
    >>> w.round(6), G
    (array([0.8]), array([1.]))
    """
    w, g, G = parameter_and_state(w, g=g, G=G)
    lr, eps, beta = *plain(lr, eps), _below_1(beta=beta)
    G = beta * G + (1 - beta) * g**2
    return w - lr * g / (np.sqrt(G) + eps), G


def rmsprop_centered_step(w, g, G, mean, v, lr, beta=0.9, eps=1e-8, mu=0.0, centered=True):
    """Take one RMSProp step with torch's flags: divide by the standard deviation, then momentum.

    `mean` is the running mean of the gradient, used if `centered`; `v` the velocity of the scaled
    gradients, rate outside. Returns (w, G, mean, v).

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, or if beta is not in [0, 1).

    Examples
    --------
    >>> w, G, mean, v = rmsprop_centered_step([1.0], [2.0], 0.0, 0.0, 0.0, lr=0.1, beta=0.5)
    >>> w.round(6), G, mean
    (array([0.8]), array([2.]), array([1.]))
    """
    w, g, G, mean, v = parameter_and_state(w, g=g, G=G, mean=mean, v=v)
    lr, eps, mu, beta = *plain(lr, eps, mu), _below_1(beta=beta)
    G = beta * G + (1 - beta) * g**2
    mean = beta * mean + (1 - beta) * g
    variance = np.maximum(G - mean**2, 0.0) if centered else G  # rounding may dip below 0
    variance = np.where(np.isinf(G), G, variance)  # infinity less infinity is no variance
    v = mu * v + g / (np.sqrt(variance) + eps)
    return w - lr * v, G, mean, v


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take one Adam step: the new parameter and moments (Kingma and Ba 2015, algorithm 1).

    `t` counts steps from 1; `m` and `v` are running means of the gradient and of its square, and
    come back uncorrected. eps is outside the root, added after the correction (Lecture 10).
    ``t=math.inf`` leaves the correction out, as some slides do.

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, or if t is below 1 or a beta not in
        [0, 1).

    Examples
    --------
    >>> w, m, v = adam_step([1.0, 1.0], [5.0, -0.001], 0.0, 0.0, t=1, lr=0.1)
    >>> w.round(4)
    array([0.9, 1.1])
    """
    w, g, m, v = parameter_and_state(w, t, g=g, m=m, v=v)
    t, lr, beta1, beta2, eps = plain(t, lr, *_below_1(beta1=beta1, beta2=beta2), eps)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)  # m and v start at 0: undo that pull
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_step_in_blocks(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, block=131_072, out=None
):
    """Take `adam_step` on a large array, one block after another, faster than in one piece.

    As for NumPy's own functions, `out` names the arrays that receive the result: ``out=(w, m, v)``
    steps in place. Same result as `adam_step` up to rounding (Lecture 10).

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, if t is below 1, if a beta is not
        in [0, 1), if block is no whole number from 1, or if an array of `out` is not C-contiguous.

    Notes
    -----
    `adam_step` makes a dozen arrays, and each goes through main memory. Here three arrays are read
    and three are written once, `block` numbers at a time, and what lies between them stays in one
    scratch block in the processor's cache.

    Examples
    --------
    >>> w, m, v = np.ones(3), np.zeros(3), np.zeros(3)
    >>> _ = adam_step_in_blocks(w, np.ones(3), m, v, t=1, lr=0.1, block=2, out=(w, m, v))
    >>> w.round(6)
    array([0.9, 0.9, 0.9])
    """
    w, g, m, v = parameter_and_state(w, t, g=g, m=m, v=v)
    [block], (beta1, beta2) = whole_numbers(block=block), _below_1(beta1=beta1, beta2=beta2)
    dtype, shape = w.dtype, w.shape
    new = [np.empty(shape, dtype) for _ in range(3)] if out is None else out
    if not all(array.flags.c_contiguous for array in new):
        raise ValueError(
            f"out must be C-contiguous arrays, got strides {[array.strides for array in new]}: "
            "make them with np.empty or np.copy"
        )
    old = [np.ravel(array) for array in np.broadcast_arrays(w, g, m, v)]
    rows = [array.reshape(-1) for array in new]  # views: what is written there is in `new`
    scratch = np.empty(min(block, w.size), dtype)
    for start in range(0, w.size, block):
        part = slice(start, start + block)
        _adam_in_place(
            [array[part] for array in old],
            [array[part] for array in rows],
            scratch[: len(old[0][part])],
            *plain(t, lr, beta1, beta2, eps),
        )
    return tuple(new)


def _adam_in_place(old, new, s, t, lr, beta1, beta2, eps):
    """Write Adam's step from `old` (w, g, m, v) into `new` (w, m, v) through the scratch block s.

    Each comment is the formula of the lines above it. In the last one, root2 is the square root of
    v's correction: lr m_hat / (sqrt(v_hat) + eps), numerator and denominator times root2.
    """
    w, g, m, v = old
    w_new, m_new, v_new = new
    root2 = math.sqrt(1 - beta2**t)
    np.multiply(g, 1 - beta1, out=s)
    np.multiply(m, beta1, out=m_new)
    m_new += s  # beta1 m + (1 - beta1) g
    np.multiply(g, g, out=s)
    s *= 1 - beta2
    np.multiply(v, beta2, out=v_new)
    v_new += s  # beta2 v + (1 - beta2) g^2
    np.sqrt(v_new, out=s)
    s += eps * root2
    np.divide(m_new, s, out=s)
    s *= lr * root2 / (1 - beta1**t)
    np.subtract(w, s, out=w_new)  # w - (lr root2 / (1 - beta1^t)) m / (sqrt(v) + eps root2)


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    """Take one AdamW step: shrink `w` by lr weight_decay, then Adam with the bare gradient.

    The decay never enters the moments, so weights with large gradients decay as fast as the others
    (Loshchilov and Hutter 2019). Every decoupled variant is this: shrink first, then step.

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, or if t is below 1 or a beta not in
        [0, 1).

    Examples
    --------
    >>> w, m, v = adamw_step([1.0], [0.0], 0.0, 0.0, t=1, lr=0.1, weight_decay=0.5)
    >>> w
    array([0.95])
    """
    w, g, m, v = parameter_and_state(w, t, g=g, m=m, v=v)
    lr, weight_decay = plain(lr, weight_decay)
    return adam_step(w - lr * weight_decay * w, g, m, v, t, lr, beta1, beta2, eps)


def amsgrad_step(w, g, m, v, v_max, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take one AMSGrad step: Adam that divides by the largest `v` seen (Reddi et al. 2018).

    The maximum is of the uncorrected `v`, as in torch. Returns (w, m, v, v_max).

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, or if t is below 1 or a beta not in
        [0, 1).

    Examples
    --------
    >>> w, m, v, v_max = amsgrad_step([1.0], [0.0], 0.0, 0.0, [4.0], t=1)
    >>> v_max
    array([4.])
    """
    w, g, m, v, v_max = parameter_and_state(w, t, g=g, m=m, v=v, v_max=v_max)
    t, lr, beta1, beta2, eps = plain(t, lr, *_below_1(beta1=beta1, beta2=beta2), eps)
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

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, or if t is below 1 or a beta not in
        [0, 1).

    Examples
    --------
    >>> w, m, u = adamax_step([1.0], [5.0], 0.0, 0.0, t=1, lr=0.1)
    >>> w.round(6)
    array([0.9])
    """
    w, g, m, u = parameter_and_state(w, t, g=g, m=m, u=u)
    t, lr, beta1, beta2, eps = plain(t, lr, *_below_1(beta1=beta1, beta2=beta2), eps)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    return w - lr / (1 - beta1**t) * m / u, m, u


def nadam_step(
    w, g, m, v, mu_product, t, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3
):
    """Take one Nadam step: Adam with Nesterov's look-ahead momentum (Dozat 2016, torch's form).

    The momentum warms up: mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2). `mu_product` is the
    product of all mu so far, a number that starts at 1. Returns (w, m, v, mu_product).

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w, or if t is below 1 or a beta not in
        [0, 1).

    Examples
    --------
    >>> w, m, v, mu_product = nadam_step([1.0], [5.0], 0.0, 0.0, 1.0, t=1, lr=0.1)
    >>> round(mu_product, 6)
    0.450073
    """
    w, g, m, v = parameter_and_state(w, t, g=g, m=m, v=v)
    beta1, beta2 = _below_1(beta1=beta1, beta2=beta2)
    mu_product, t, lr, beta1 = plain(mu_product, t, lr, beta1)
    beta2, eps, momentum_decay = plain(beta2, eps, momentum_decay)
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

    Raises
    ------
    ValueError
        If the gradient or a state has not the shape of w.

    Examples
    --------
    >>> w, z, n = ftrl_step([0.0, 0.0], [0.5, -2.0], 0.0, 0.0, l1=1.0)
    >>> w.round(4)
    array([-0.    ,  0.0333])
    """
    w, g, z, n = parameter_and_state(w, g=g, z=z, n=n)
    lr, l1, l2, beta = plain(lr, l1, l2, beta)
    n_old, n = n, n + g**2
    z = z + g - (np.sqrt(n) - np.sqrt(n_old)) / lr * w
    strength = (beta + np.sqrt(n)) / lr + l2
    return -soft_threshold(z, l1) / np.where(strength > 0, strength, 1.0), z, n


def dual_averaging_step(g, g_mean, t, gamma=1.0, l1=0.0):
    """Take one step of regularized dual averaging (Xiao 2010, the l1 case): (w, g_mean).

    `g_mean` is the plain mean of all gradients. The new `w` minimizes
    g_mean·w + l1 |w| + gamma / (2 sqrt(t)) w^2, whatever `w` was before: a coordinate whose mean
    gradient stays within l1 is exactly zero.

    Raises
    ------
    ValueError
        If g_mean has not the shape of g, if t is below 1, or if gamma is not above 0.

    Examples
    --------
    >>> w, g_mean = dual_averaging_step([0.5, -2.0], 0.0, t=1, l1=1.0)
    >>> w
    array([-0.,  1.])
    """
    g, g_mean = parameter_and_state(g, t, g_mean=g_mean)
    t, gamma, l1 = plain(t, gamma, l1)
    if not gamma > 0:
        raise ValueError(f"gamma must be above 0, got {gamma}")
    g_mean = g_mean + (g - g_mean) / t
    return -math.sqrt(t) / gamma * soft_threshold(g_mean, l1), g_mean


def train_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    """Take one step as large networks take it: clip, look up the rate, then AdamW.

    Parameters
    ----------
    params, grads, m, v : sequence of arrays, each as its parameter
        Parameters, gradients, and the running means of Adam, which start at 0.
    t : int
        The step, from 1 to `total`.
    peak, warmup, total
        Of `dlcourse.reference.schedules.cosine_warmup`.
    max_norm : float
        Of `dlcourse.reference.optimizers.clip_by_norm`: one norm over all gradients.
    weight_decay : float
        Decoupled, times the rate of this step; every array decays.

    Returns
    -------
    params, m, v : lists of ndarray

    Raises
    ------
    ValueError
        If the lists are of different lengths, or a shape differs.

    Notes
    -----
    The order matters: what is clipped is what Adam averages, and the decay takes the scheduled
    rate. At t = total the rate is 0, and only m and v move.

    Examples
    --------
    >>> w, zero = [np.array([1.0])], [np.array([0.0])]
    >>> train_step(w, [np.array([5.0])], zero, zero, 1, 0.1, 1, 10, 1.0, weight_decay=0.0)[0]
    [array([0.9])]
    """
    sizes = [len(params), len(grads), len(m), len(v)]
    if len(set(sizes)) > 1:
        raise ValueError(f"params, grads, m and v must be as many arrays, got {sizes}")
    lr = cosine_warmup(t, warmup, total, peak)
    steps = [
        adamw_step(*arrays, t, lr=lr, weight_decay=weight_decay)
        for arrays in zip(params, clip_by_norm(grads, max_norm), m, v, strict=True)
    ]
    return tuple(list(part) for part in zip(*steps, strict=True)) or ([], [], [])


def _below_1(**betas):
    """Read shares that running means keep: with 1 they never move, and Adam divides by 0."""
    for name, beta in betas.items():
        if not isinstance(plain(beta), int | float | np.floating) or not 0 <= plain(beta) < 1:
            raise ValueError(f"{name} must lie in [0, 1), got {quoted(beta)}")
    return plain(*betas.values())
