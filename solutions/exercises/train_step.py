import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A whole training step
#
# The step with which large networks are trained, in three parts. `params`, `grads`, `m` and `v` are
# lists of arrays, one entry for each parameter (`v` holds Adam's means of squares, the $G$ of the
# lecture); `t` counts the steps from 1 to `total`.
#
# 1. **Clip.** One norm over all gradients together, the root of the sum of all squares. If it
#    exceeds `max_norm`, multiply every gradient by `max_norm` over the norm; otherwise, or if all
#    are 0, they stay.
# 2. **Rate.** $\eta$ = peak · t / warmup while `t` is below `warmup`, from there on
#    $\frac{\text{peak}}{2} \left(1 + \cos \frac{\pi\, (t - \text{warmup})}{\text{total} -
#    \text{warmup}}\right)$. `warmup` is below `total`, and 0 means that there is no rise.
# 3. **AdamW** for each array, with the clipped gradient $g$, $\beta_1 = 0.9$, $\beta_2 = 0.999$,
#    $\varepsilon = 10^{-8}$ and $\lambda$ = `weight_decay`:
#    $m' = \beta_1 m + (1 - \beta_1)\, g$, $v' = \beta_2 v + (1 - \beta_2)\, g^2$,
#    $w' = w - \eta \lambda w - \eta\, \hat m / (\sqrt{\hat v} + \varepsilon)$, where
#    $\hat m = m' / (1 - \beta_1^t)$ and $\hat v = v' / (1 - \beta_2^t)$. Every array decays, by the
#    rate of this step.
#
# Return `(params, m, v)`, three new lists, `m` and `v` uncorrected. Write it whole, with helpers of
# your own if you like, so that it does not depend on your other answers.

# %% [markdown] tags=["hint"]
# Print the norm, the factor and the rate of the first example and hold them against your own
# calculation by hand. If the three agree, look at the new m and v before you look at the
# parameters.


# %% tags=["solution"] points=2 minutes=20 parts=["params", "m", "v"]
def train_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    """Return (params, m, v) after step `t`: clipped gradients, scheduled rate, AdamW."""
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    factor = float(max_norm / max(norm, max_norm))
    if t < warmup:
        lr = peak * t / warmup
    else:
        lr = float(peak / 2 * (1 + np.cos(np.pi * (t - warmup) / (total - warmup))))
    steps = []
    for w, g, first, second in zip(params, grads, m, v, strict=True):
        g = factor * g
        first = 0.9 * first + (1 - 0.9) * g
        second = 0.999 * second + (1 - 0.999) * g**2
        step = first / (1 - 0.9**t) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
        steps.append((w - lr * weight_decay * w - lr * step, first, second))
    return tuple(list(part) for part in zip(*steps, strict=True))


# %% tags=["cases"]
promises = ["float32", "pure", "repeatable"]


def visible():
    params, grads = [np.array([10.0, -4.0]), np.array([[2.0]])], [[3.0, 4.0], [[-12.0]]]
    grads = [np.array(g) for g in grads]  # norm 13
    zeros = [np.zeros(2), np.zeros((1, 1))]
    yield params, grads, zeros, zeros, 1, 0.1, 2, 5, 3.25, 0.5
    m, v = [np.array([0.5, 0.0]), np.array([[-1.0]])], [np.array([0.25, 0.01]), np.array([[2.0]])]
    for t in [2, 3, 5]:  # end of the warm-up, beyond it, end of the training
        yield params, grads, m, v, t, 0.1, 2, 5, 3.25, 0.5
    yield params, grads, m, v, 3, 0.1, 0, 5, 20.0  # short enough, no rise, the default decay
    yield params, zeros, zeros, zeros, 1, 0.1, 2, 5, 3.25, 0.5  # the decay alone is left
    yield zeros, [1e-8 * g for g in grads], zeros, zeros, 1, 0.1, 0, 5, 3.25
    yield zeros, [1e-3 * g for g in grads], zeros, zeros, 1, 0.1, 0, 5, 0.00325  # 1e-6 would show


def hidden(rng):
    def drawn(shapes, scale=1.0):
        return [rng.normal(size=s) * scale for s in shapes]

    for shapes in [[(3, 4), (4,), (4, 2), (2,)], [(5,)], [(2, 3, 1), (2, 2)]]:
        params, m, v = drawn(shapes), *([np.zeros(s) for s in shapes] for _ in range(2))
        peak, decay = float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.1, 1.0))
        for t in range(1, 8):
            grads = drawn(shapes, 0.3 * t)
            limit = float(rng.uniform(0.2, 0.8) * norm_of(grads))
            yield params, grads, m, v, t, peak, 3, 7, limit, decay
            params, m, v = train_step(params, grads, m, v, t, peak, 3, 7, limit, decay)
        yield params, drawn(shapes), m, v, 5, peak, 0, 9, 1e3
        yield params, [0 * w for w in params], m, v, 2, peak, 3, 9, 1.0, decay
    shapes = [(2, 3), (3,)]
    params, m = drawn(shapes, 5.0), drawn(shapes)
    v = [array**2 for array in drawn(shapes)]
    yield params, drawn(shapes), m, v, 40, 0.2, 10, 100, 0.5, 0.3
    yield (
        params,
        drawn(shapes, 1e-8),
        *([np.zeros(s) for s in shapes] for _ in range(2)),
        1,
        0.1,
        0,
        3,
        1.0,
    )
    still = [np.zeros(shape) for shape in shapes]
    yield params, drawn(shapes, 1e-3), still, still, 1, 0.1, 0, 3, 1e-3  # 1e-6 would show
    yield (
        *([array.astype(np.float32) for array in x] for x in (params, drawn(shapes), m, v)),
        *(3, 0.2, 10, 100, 0.5, 0.3),
    )


# %% tags=["mistakes"]
def norm_of(arrays):
    return float(np.sqrt(sum(np.sum(a**2) for a in arrays)))


def clipped(grads, limit):
    return [g * (limit / max(norm_of(grads), limit)) for g in grads]


def rate(t, peak, warmup, total):
    if t < warmup:
        return peak * t / warmup
    return peak / 2 * (1 + float(np.cos(np.pi * (t - warmup) / (total - warmup))))


def adamw(w, g, m, v, t, lr, decay):
    m, v = 0.9 * m + (1 - 0.9) * g, 0.999 * v + (1 - 0.999) * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - lr * decay * w - lr * step, m, v


def assembled(clip=clipped, rate=rate, step=adamw):
    """The solution from its three parts, each of which may be another."""

    def answer(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
        with np.errstate(all="ignore"):
            grads, lr = clip(grads, max_norm), rate(t, peak, warmup, total)
            steps = [
                step(*arrays, t, lr, weight_decay)
                for arrays in zip(params, grads, m, v, strict=True)
            ]
        return tuple(list(part) for part in zip(*steps, strict=True))

    return answer


forgets_to_clip = mistake("Nothing was clipped: m and v hold the gradients as they came.")(
    assembled(clip=lambda grads, limit: grads)
)
clips_each_alone = mistake("Each array was clipped by its own norm: one norm serves all of them.")(
    assembled(clip=lambda grads, limit: [clipped([g], limit)[0] for g in grads])
)
clips_numbers = mistake("Single numbers were cut at max_norm: one factor serves all of them.")(
    assembled(clip=lambda grads, limit: [np.clip(g, -limit, limit) for g in grads])
)
forgets_the_root = mistake(
    "The gradients were clipped by the square of their norm: a root is missing."
)(
    assembled(
        clip=lambda grads, limit: [g * (limit / max(norm_of(grads) ** 2, limit)) for g in grads]
    )
)
scales_always = mistake("Short gradients were made longer: only a norm beyond max_norm changes.")(
    assembled(clip=lambda grads, limit: [g * (limit / (norm_of(grads) or 1.0)) for g in grads])
)
scales_always_and_zeros = mistake("Short gradients were made longer, and zeros became nan.")(
    assembled(clip=lambda grads, limit: [g * (limit / np.float64(norm_of(grads))) for g in grads])
)
makes_zeros_nan = mistake("Where all gradients are 0, the results are nan: what is divided by 0?")(
    assembled(
        clip=lambda grads, limit: [
            g * (min(norm_of(grads), limit) / np.float64(norm_of(grads))) for g in grads
        ]
    )
)
scales_to_one = mistake("Long gradients were given the norm 1: max_norm is asked.")(
    assembled(
        clip=lambda grads, limit: [
            g / (norm_of(grads) if norm_of(grads) > limit else 1.0) for g in grads
        ]
    )
)
adds_a_little = mistake(
    "The gradients are a millionth too small, as in PyTorch: nothing is added."
)(
    assembled(
        clip=lambda grads, limit: [g * min(limit / (norm_of(grads) + 1e-6), 1.0) for g in grads]
    )
)
forgets_the_schedule = mistake("m and v are right, and the rate is peak at every step.")(
    assembled(rate=lambda t, peak, warmup, total: peak)
)
forgets_the_warmup = mistake(
    "m and v are right, but the rate does not rise while t is below warmup."
)(assembled(rate=lambda t, peak, warmup, total: rate(t, peak, 0, total)))
starts_at_the_peak = mistake("m and v are right, but the rate is peak during the warm-up.")(
    assembled(rate=lambda t, peak, warmup, total: rate(max(t, warmup), peak, warmup, total))
)
falls_on_both_sides = mistake("m and v are right, but below warmup the rate is that of a fall.")(
    assembled(
        rate=lambda t, peak, warmup, total: (
            peak / 2 * (1 + float(np.cos(np.pi * (t - warmup) / (total - warmup))))
        )
    )
)
never_falls = mistake("m and v are right, but the rate stays at peak after the warm-up.")(
    assembled(rate=lambda t, peak, warmup, total: peak * t / warmup if t < warmup else peak)
)
counts_from_zero = mistake("m and v are right, and the rate is that of the step before.")(
    assembled(rate=lambda t, peak, warmup, total: rate(t - 1, peak, warmup, total))
)
counts_one_more = mistake("m and v are right, and the rate is that of the next step.")(
    assembled(rate=lambda t, peak, warmup, total: rate(t + 1, peak, warmup, total))
)
jumps_at_the_warmup = mistake("m and v are right, but the fall does not begin at peak.")(
    assembled(rate=lambda t, peak, warmup, total: rate(t, peak, warmup if t < warmup else 0, total))
)
does_not_reach_zero = mistake("m and v are right, but at t = total the rate is not 0.")(
    assembled(rate=lambda t, peak, warmup, total: rate(t, peak, warmup, total + warmup))
)
forgets_the_half = mistake("m and v are right, but the fall begins at twice peak.")(
    assembled(
        rate=lambda t, peak, warmup, total: rate(t, peak * (1 + (t >= warmup)), warmup, total)
    )
)
forgets_the_peak = mistake("m and v are right, but the fall does not depend on peak.")(
    assembled(
        rate=lambda t, peak, warmup, total: rate(t, peak if t < warmup else 1.0, warmup, total)
    )
)
forgets_to_lift = mistake("m and v are right, but the rate falls below 0.")(
    assembled(
        rate=lambda t, peak, warmup, total: (
            rate(t, peak, warmup, total) * (1 + (t >= warmup)) - peak * (t >= warmup)
        )
    )
)


def as_adam(step):
    """AdamW from its parts: `step` gets w, the means, the corrected means, t, rate and decay."""

    def answer(w, g, m, v, t, lr, decay):
        m, v = 0.9 * m + (1 - 0.9) * g, 0.999 * v + (1 - 0.999) * g**2
        return step(w, m, v, t, lr, decay), m, v

    return answer


def hat(m, v, t):
    return m / (1 - 0.9**t), np.sqrt(v / (1 - 0.999**t)) + 1e-8


forgets_the_decay = mistake("m and v are right, and nothing decays.")(
    assembled(step=lambda w, g, m, v, t, lr, decay: adamw(w, g, m, v, t, lr, 0))
)
decays_without_the_rate = mistake("m and v are right, and the decay does not depend on the rate.")(
    assembled(
        step=lambda w, g, m, v, t, lr, decay: (
            adamw(w, g, m, v, t, lr, 0)[0] - decay * w,
            *adamw(w, g, m, v, t, lr, 0)[1:],
        )
    )
)
decays_after_the_step = mistake("m and v are right, and the decay took what the step had moved.")(
    assembled(
        step=lambda w, g, m, v, t, lr, decay: (
            (1 - lr * decay) * adamw(w, g, m, v, t, lr, 0)[0],
            *adamw(w, g, m, v, t, lr, 0)[1:],
        )
    )
)
adds_it_to_the_gradient = mistake("The decay went into the gradient: m and v should not hold it.")(
    assembled(step=lambda w, g, m, v, t, lr, decay: adamw(w, g + decay * w, m, v, t, lr, 0))
)
decays_both_ways = mistake("The decay came twice: it went into the gradient as well.")(
    assembled(step=lambda w, g, m, v, t, lr, decay: adamw(w, g + decay * w, m, v, t, lr, decay))
)
grows = mistake("m and v are right, and the decay makes the parameters grow.")(
    assembled(step=lambda w, g, m, v, t, lr, decay: adamw(w, g, m, v, t, lr, -decay))
)
spares_the_biases = mistake(
    "m and v are right, but arrays with one axis did not decay: every array does here."
)(assembled(step=lambda w, g, m, v, t, lr, decay: adamw(w, g, m, v, t, lr, decay * (w.ndim > 1))))
ignores_the_strength = mistake("m and v are right; weight_decay makes no difference.")(
    assembled(step=lambda w, g, m, v, t, lr, decay: adamw(w, g, m, v, t, lr, 0.01))
)
climbs = mistake("m and v are right, but the step climbs.")(
    assembled(
        step=as_adam(
            lambda w, m, v, t, lr, decay: (
                w - lr * decay * w + lr * hat(m, v, t)[0] / hat(m, v, t)[1]
            )
        )
    )
)
forgets_the_correction = mistake("m and v are right, but they were not corrected for the step.")(
    assembled(
        step=as_adam(lambda w, m, v, t, lr, decay: w - lr * decay * w - lr * m / (v**0.5 + 1e-8))
    )
)
corrects_the_second_only = mistake("m and v are right, but m was not corrected for the step.")(
    assembled(
        step=as_adam(lambda w, m, v, t, lr, decay: w - lr * decay * w - lr * m / hat(m, v, t)[1])
    )
)
corrects_the_first_only = mistake("m and v are right, but v was not corrected for the step.")(
    assembled(
        step=as_adam(
            lambda w, m, v, t, lr, decay: (
                w - lr * decay * w - lr * hat(m, v, t)[0] / (np.sqrt(v) + 1e-8)
            )
        )
    )
)
leaves_t_out = mistake("m and v are right, but the correction is the same at every step.")(
    assembled(
        step=as_adam(
            lambda w, m, v, t, lr, decay: (
                w - lr * decay * w - lr * hat(m, v, 1)[0] / hat(m, v, 1)[1]
            )
        )
    )
)
multiplies_by_t = mistake("m and v are right, but the correction takes beta times t, no power.")(
    assembled(
        step=as_adam(
            lambda w, m, v, t, lr, decay: (
                w
                - lr * decay * w
                - lr * m / (1 - 0.9 * np.float64(t)) / (np.sqrt(v / (1 - 0.999 * t)) + 1e-8)
            )
        )
    )
)
eps_inside = mistake("m and v are right, but eps stands inside the root.")(
    assembled(
        step=as_adam(
            lambda w, m, v, t, lr, decay: (
                w - lr * decay * w - lr * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t) + 1e-8)
            )
        )
    )
)
forgets_eps = mistake("Where all gradients were 0, parameters became nan: what of eps?")(
    assembled(
        step=as_adam(
            lambda w, m, v, t, lr, decay: (
                w - lr * decay * w - lr * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t))
            )
        )
    )
)
forgets_the_root = mistake("m and v are right, but the step lacks the root.")(
    assembled(
        step=as_adam(
            lambda w, m, v, t, lr, decay: (
                w - lr * decay * w - lr * m / (1 - 0.9**t) / (v / (1 - 0.999**t) + 1e-8)
            )
        )
    )
)


@mistake("The parameters are right, but the means came back corrected.")
def keeps_the_corrected(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    new, m, v = train_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay)
    return new, [a / (1 - 0.9**t) for a in m], [a / (1 - 0.999**t) for a in v]


@mistake("The parameters are right, and the old means came back: the next step needs the new ones.")
def returns_the_old_means(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    arguments = params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay
    return train_step(*arguments)[0], m, v


@mistake("The step was clipped, not the gradients: what the means hold is clipped first.")
def clips_the_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    arguments = params, grads, m, v, t, 1.0, 0, 1e30, np.inf, 0.0
    there, m, v = train_step(*arguments)
    lr = rate(t, peak, warmup, total)
    steps = clipped([a - b for a, b in zip(params, there, strict=True)], max_norm)
    return [w - lr * weight_decay * w - lr * s for w, s in zip(params, steps, strict=True)], m, v


@mistake("Only the first array of each list came back: is the return inside the loop?")
def returns_from_the_loop(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    arguments = params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay
    return tuple(part[:1] for part in train_step(*arguments))


@mistake("beta1 and beta2 have changed places: m and v show it.")
def swaps_the_betas(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    lr, new = rate(t, peak, warmup, total), []
    for w, g, a, b in zip(params, clipped(grads, max_norm), m, v, strict=True):
        a, b = 0.999 * a + (1 - 0.999) * g, 0.9 * b + (1 - 0.9) * g**2
        step = a / (1 - 0.999**t) / (np.sqrt(b / (1 - 0.9**t)) + 1e-8)
        new.append((w - lr * weight_decay * w - lr * step, a, b))
    return tuple(list(part) for part in zip(*new, strict=True))


@mistake("The decay takes peak in the place of this step's rate.")
def decays_by_the_peak(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    new, m, v = train_step(params, grads, m, v, t, peak, warmup, total, max_norm, 0)
    return [n - peak * weight_decay * w for n, w in zip(new, params, strict=True)], m, v


@mistake("m is right, and v holds the squares of gradients that were not clipped.")
def squares_before_the_clip(
    params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2
):
    lr, new = rate(t, peak, warmup, total), []
    short = clipped(grads, max_norm)
    for w, g, h, a, b in zip(params, grads, short, m, v, strict=True):
        a, b = 0.9 * a + (1 - 0.9) * h, 0.999 * b + (1 - 0.999) * g**2
        new.append((w - lr * weight_decay * w - lr * hat(a, b, t)[0] / hat(a, b, t)[1], a, b))
    return tuple(list(part) for part in zip(*new, strict=True))


@mistake("The three have another order: params, m, v.")
def swaps_the_means(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    new, m, v = train_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay)
    return new, v, m
