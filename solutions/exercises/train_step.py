import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A whole training step
#
# The step with which large networks are trained, in three parts. `params`, `grads`, `m` and `v` are
# lists of arrays, one entry for each parameter; `t` counts the steps from 1 to `total`.
#
# 1. **Clip.** One norm over all gradients together, the root of the sum of all squares. If it
#    exceeds `max_norm`, multiply every gradient by `max_norm` over the norm; otherwise, or if all
#    are 0, they stay.
# 2. **Rate.** $\eta$ = peak · t / warmup while `t` is below `warmup`, from there on
#    $\frac{\text{peak}}{2} \left(1 + \cos \pi\, \frac{t - \text{warmup}}{\text{total} -
#    \text{warmup}}\right)$. `warmup` is below `total`; 0 means no warm-up.
# 3. **AdamW** for each array, with the clipped gradient $g$, $\beta_1 = 0.9$, $\beta_2 = 0.999$,
#    $\varepsilon = 10^{-8}$ and $\lambda$ = `weight_decay`:
#    $m' = \beta_1 m + (1 - \beta_1)\, g$, $v' = \beta_2 v + (1 - \beta_2)\, g^2$,
#    $w' = w - \eta \lambda w - \eta\, \hat m / (\sqrt{\hat v} + \varepsilon)$, where
#    $\hat m = m' / (1 - \beta_1^t)$ and $\hat v = v' / (1 - \beta_2^t)$. Every array decays, by the
#    rate of this step.
#
# Return `(params, m, v)`, three new lists, `m` and `v` uncorrected. Write it whole, with helpers of
# your own if you like: your other answers are not at hand when this one is graded.

# %% [markdown] tags=["hint"]
# Print the norm, the factor and the rate of the first example and compare them with your own
# calculation by hand. If the three agree, look at the new m and v before you look at w.


# %% tags=["solution"] points=2 minutes=20 parts=["params", "m", "v"]
def train_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    """Return (params, m, v) after step `t`: clipped gradients, scheduled rate, AdamW."""
    norm = np.sqrt(sum(float(np.sum(g * 1.0 * g)) for g in grads))
    factor = float(max_norm / norm) if norm > max_norm else 1.0
    if t < warmup:
        lr = peak * t / warmup
    else:
        lr = float(peak / 2 * (1 + np.cos(np.pi * (t - warmup) / (total - warmup))))
    new = [], [], []
    for w, g, m_old, v_old in zip(params, grads, m, v, strict=True):
        g = factor * g
        m_new = 0.9 * m_old + (1 - 0.9) * g
        v_new = 0.999 * v_old + (1 - 0.999) * g**2
        step = m_new / (1 - 0.9**t) / (np.sqrt(v_new / (1 - 0.999**t)) + 1e-8)
        new[0].append(w - lr * weight_decay * w - lr * step)
        new[1].append(m_new)
        new[2].append(v_new)
    return new


# %% tags=["cases"]
promises = ["float32", "pure", "repeatable"]


def visible():
    params, m, v = [np.array([10.0, -4.0]), np.array([[2.0]])], *zeros(2)
    for t in [1, 2, 3]:  # three in a row: warm-up, its end, beyond it
        grads = [np.array([3.0 * t, 0.0]), np.array([[-4.0]])]
        yield params, grads, m, v, t, 0.1, 2, 4, 1.0, 0.5
        params, m, v = train_step(params, grads, m, v, t, 0.1, 2, 4, 1.0, 0.5)


def zeros(n):
    return ([np.zeros(2), np.zeros((1, 1))] for _ in range(n))


def hidden(rng):
    for shapes in [[(3, 4), (4,), (4, 2), (2,)], [(5,)]]:
        params, m, v = (
            [rng.normal(size=s) for s in shapes],
            *([np.zeros(s) for s in shapes] for _ in range(2)),
        )
        for t in range(1, 6):
            grads = [rng.normal(size=s) for s in shapes]
            yield params, grads, m, v, t, 0.3, 2, 5, 1.5, 0.3
            params, m, v = train_step(params, grads, m, v, t, 0.3, 2, 5, 1.5, 0.3)


# %% tags=["mistakes"]
@mistake("Nothing was clipped.")
def forgets_to_clip(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    return train_step(params, grads, m, v, t, peak, warmup, total, np.inf, weight_decay)
