import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### AdamW: the decay apart
#
# First shrink the weights that came in, $w_d = w - \eta \lambda w$, with $\eta$ = `lr` and
# $\lambda$ = `weight_decay`. Then take Adam's step from $w_d$ with the gradient `g` as it came: the
# decay has no part in the two means.
#
# $$m' = \beta_1 m + (1 - \beta_1)\, g, \quad v' = \beta_2 v + (1 - \beta_2)\, g^2, \quad
# w' = w_d - \eta \frac{m' / (1 - \beta_1^t)}{\sqrt{v' / (1 - \beta_2^t)} + \varepsilon}$$
#
# Return $(w', m', v')$, with $m'$ and $v'$ uncorrected. $t$ counts the steps from 1 and
# $\varepsilon$ = `eps`; everything is element by element, in arrays of one shape, whichever. Write
# it whole: no other answer is at hand here. (PyTorch does the same with the same defaults.)

# %% [markdown] tags=["hint"]
# With g = 0 and m = v = 0 Adam's step is 0 and the decay alone remains. Which number should w = 10
# become then, with lr = 0.1 and weight_decay = 0.5, and which does yours become?


# %% tags=["solution"] results=["w", "m", "v"]
def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    """Return (w, m, v) after step number `t`: w shrunk by lr weight_decay, then Adam's step."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * weight_decay * w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


# %% tags=["cases"]
promises = ["integer: w, g, m, v", "float32", "pure", "repeatable"]


def visible():
    w, m, v = np.array([10.0, -4.0]), np.zeros(2), np.zeros(2)
    yield w, np.zeros(2), m, v, 1, 0.1, 0.5, 0.75, 1e-8, 0.5
    for t, g in enumerate([[5.0, -0.5], [2.0, 0.0], [-6.0, 1.0]], start=1):  # three in a row
        yield w, np.array(g), m, v, t, 0.1, 0.5, 0.75, 1e-8, 0.5
        w, m, v = adamw_step(w, np.array(g), m, v, t, 0.1, 0.5, 0.75, 1e-8, 0.5)
    yield (
        np.array([0.0, 50.0]),
        np.array([3.0, -1.0]),
        np.array([1.0, -2.0]),
        np.array([4.0, 9.0]),
        5,
    )
    yield np.array([2.0]), np.array([3.0]), np.zeros(1), np.zeros(1), 1, 0.5, 0.5, 0.75, 0.5, 0.25


def hidden(rng):
    for shape in [(4,), (3, 2), (2, 1, 3)]:
        lr, eps = float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.1, 0.5))
        beta1, beta2 = float(rng.uniform(0.6, 0.8)), float(rng.uniform(0.85, 0.95))
        decay = float(rng.uniform(0.2, 1.0))
        w, m, v = rng.normal(size=shape), np.zeros(shape), np.zeros(shape)
        for t in range(1, 4):
            g = rng.normal(size=shape)
            yield w, g, m, v, t, lr, beta1, beta2, eps, decay
            w, m, v = adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay)
        yield w, rng.normal(size=shape), m, v, 7
        yield w, rng.normal(size=shape), m, v, 4, lr, beta1, beta2, 1e-8, 0.0
    yield np.zeros(2), rng.normal(size=2) * 1e-8, *np.zeros((2, 2)), 1, 0.3
    w, g, m = (rng.normal(size=(2, 3)).T for _ in range(3))
    yield w, g, m, rng.uniform(size=(2, 3)).T, 4, 0.3
    w, g, m = (rng.normal(size=(2, 2)).astype(np.float32) for _ in range(3))
    yield w, g, m, rng.uniform(1, 3, size=(2, 2)).astype(np.float32), 2, 0.3


# %% tags=["mistakes"]
def adam(w, g, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@mistake("The decay was added to the gradient, so the means hold it: it acts on w alone.")
def adds_it_to_the_gradient(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
):
    return adam(w, g + weight_decay * w, m, v, t, lr, beta1, beta2, eps)


@mistake("The decay took the weights that the step had moved: it takes those that came in.")
def decays_after_the_step(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
):
    w, m, v = adam(w, g, m, v, t, lr, beta1, beta2, eps)
    return w - lr * weight_decay * w, m, v


@mistake("The decay does not depend on lr.")
def decays_without_the_rate(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
):
    return adam(w - weight_decay * w, g, m, v, t, lr, beta1, beta2, eps)


@mistake("Nothing decays: this is Adam's step alone.")
def forgets_the_decay(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    return adam(w, g, m, v, t, lr, beta1, beta2, eps)


@mistake("The decay makes the weights grow: which sign has it?")
def grows(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    return adam(w + lr * weight_decay * w, g, m, v, t, lr, beta1, beta2, eps)


@mistake(
    "w came out as the decayed weight alone, or the step was taken twice: one decay, one step."
)
def decays_only(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    return w - lr * weight_decay * w, *adam(w, g, m, v, t, lr, beta1, beta2, eps)[1:]
