import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Adam
#
# Two running means, of the gradient and of its square, both 0 before the first step:
#
# $$m' = \beta_1 m + (1 - \beta_1)\, g, \qquad v' = \beta_2 v + (1 - \beta_2)\, g^2$$
#
# A mean that starts at 0 is too small at first. For the step, and for the step alone, both are
# corrected; $t$ counts the steps and is 1 at the first:
#
# $$\hat m = \frac{m'}{1 - \beta_1^t}, \qquad \hat v = \frac{v'}{1 - \beta_2^t}, \qquad
# w' = w - \eta \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# Return $(w', m', v')$: the means come back as they are, uncorrected. Everything is element by
# element, in arrays of one shape, whichever; $\eta$ = `lr`, $\varepsilon$ = `eps` outside the root,
# $\beta_1^t$ is a power. All defaults are PyTorch's.

# %% [markdown] tags=["hint"]
# At the first step, whatever g is, w moves by almost exactly lr, against the sign of g. Print the
# corrected means for g = 5, m = v = 0 and t = 1: which numbers should they be?


# %% tags=["solution"] points=2 parts=["w", "m", "v"]
def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return (w, m, v): the parameter and the two running means after step number `t`."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


# %% tags=["cases"]
promises = ["integer: w, g, m, v", "float32", "pure", "repeatable"]


def visible():
    w, m, v = np.array([1.0, -2.0]), np.zeros(2), np.zeros(2)
    for t, g in enumerate([[5.0, -0.5], [2.0, 0.0], [-6.0, 1.0]], start=1):  # three in a row
        yield w, np.array(g), m, v, t, 0.1, 0.5, 0.75
        w, m, v = adam_step(w, np.array(g), m, v, t, 0.1, 0.5, 0.75)
    yield (
        np.array([0.0, 0.5]),
        np.array([3.0, -1.0]),
        np.array([1.0, -2.0]),
        np.array([4.0, 9.0]),
        5,
    )
    yield np.zeros(2), np.array([3.0, 0.0]), np.zeros(2), np.zeros(2), 1, 0.5, 0.5, 0.75, 0.5
    yield np.zeros((1, 2)), np.array([[1e-8, -3e-8]]), *np.zeros((2, 1, 2)), 1


def hidden(rng):
    for shape in [(4,), (3, 2), (2, 1, 3)]:
        lr, eps = float(rng.uniform(0.01, 0.5)), float(rng.uniform(0.1, 0.5))
        beta1, beta2 = float(rng.uniform(0.6, 0.8)), float(rng.uniform(0.85, 0.95))
        w, m, v = rng.normal(size=shape), np.zeros(shape), np.zeros(shape)
        for t in range(1, 4):
            g = rng.normal(size=shape)
            yield w, g, m, v, t, lr, beta1, beta2, eps
            w, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
        yield w, rng.normal(size=shape), m, v, 7
    yield np.zeros(3), np.array([0.0, 1.0, -2.0]), *np.zeros((2, 3)), 1
    yield np.zeros(2), rng.normal(size=2) * 1e-8, *np.zeros((2, 2)), 1, 0.3
    w, g, m = (rng.normal(size=(2, 3)).T for _ in range(3))
    yield w, g, m, rng.uniform(size=(2, 3)).T, 4, 0.3
    w, g, m = (rng.normal(size=(2, 2)).astype(np.float32) for _ in range(3))
    yield w, g, m, rng.uniform(1, 3, size=(2, 2)).astype(np.float32), 2, 0.3


# %% tags=["mistakes"]
def stepped(w, m, v, t, lr, beta1, beta2, eps):
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)


@mistake(
    "The means were not corrected for their start at 0: what happens to m and v before the step?"
)
def forgets_the_correction(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (np.sqrt(v) + eps), m, v


@mistake("The means came back corrected: they will be corrected once more at the next step.")
def keeps_the_corrected(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    w = stepped(w, m, v, t, lr, beta1, beta2, eps)
    return w, m / (1 - beta1**t), v / (1 - beta2**t)


@mistake("eps stands inside the root: it is added to the root here.")
def eps_inside(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps), m, v


@mistake("The correction took beta times t: it is a power, which is the same at t = 1 alone.")
def multiplies_by_t(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    with np.errstate(all="ignore"):
        return w - lr * (m / (1 - beta1 * t)) / (np.sqrt(v / (1 - beta2 * t)) + eps), m, v


@mistake("The correction is one step late: t is 1 at the first step already.")
def counts_from_zero(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return stepped(w, m, v, t + 1, lr, beta1, beta2, eps), m, v


@mistake("The second mean gathers the gradients, not their squares.")
def forgets_the_square(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g
    with np.errstate(all="ignore"):
        return stepped(w, m, v, t, lr, beta1, beta2, eps), m, v
