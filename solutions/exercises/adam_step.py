import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Adam
#
# Two running means, of the gradient and of its square, both 0 before the first step. The second is
# RMSProp's $G$, here with the letter of papers and of PyTorch, `v`; it is no velocity.
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
# element, in arrays of the same shape; $\eta$ = `lr`, $\varepsilon$ = `eps` outside the root,
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
        yield w, np.array(g), m, v, t, 0.1, 0.5, 0.9375
        _, m, v = adam_step(w, np.array(g), m, v, t, 0.1, 0.5, 0.9375)
    yield (
        np.array([0.0, 0.5]),
        np.array([3.0, -1.0]),
        np.array([1.0, -2.0]),
        np.array([4.0, 9.0]),
        5,
    )
    yield np.zeros(2), np.array([3.0, 0.0]), np.zeros(2), np.zeros(2), 1, 0.5, 0.5, 0.9375, 0.5
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
def means(g, m, v, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2


def with_means(gather):
    """The solution with other means."""

    def answer(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = gather(g, m, v, beta1, beta2)
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        with np.errstate(all="ignore"):
            return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v

    return answer


def with_correction(correct):
    """The solution with other corrected means; `correct` gets the new means."""

    def answer(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = means(g, m, v, beta1, beta2)
        with np.errstate(all="ignore"):
            m_hat, v_hat = correct(m, v, np.float64(t), beta1, beta2)
            return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v

    return answer


def with_step(step):
    """The solution with another step; `step` gets the gradient and the corrected means."""

    def answer(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = means(g, m, v, beta1, beta2)
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        with np.errstate(all="ignore"):
            return w - step(g, m_hat, v_hat, lr, eps), m, v

    return answer


def with_whole_step(step):
    """The solution with another step from the means as they are."""

    def answer(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = means(g, m, v, beta1, beta2)
        with np.errstate(all="ignore"):
            return w - lr * step(g, m, v, t, beta1, beta2, eps), m, v

    return answer


forgets_the_correction = mistake("The means were not corrected: at first steps are too large.")(
    with_correction(lambda m, v, t, beta1, beta2: (m, v))
)
corrects_the_first_only = mistake("Only m was corrected, and v starts at 0 as well.")(
    with_correction(lambda m, v, t, beta1, beta2: (m / (1 - beta1**t), v))
)
corrects_the_second_only = mistake("Only v was corrected, and m starts at 0 as well.")(
    with_correction(lambda m, v, t, beta1, beta2: (m, v / (1 - beta2**t)))
)
multiplies_by_t = mistake(
    "The correction takes beta times t: at t = 1 that is the same, not later."
)(with_correction(lambda m, v, t, beta1, beta2: (m / (1 - beta1 * t), v / (1 - beta2 * t))))
leaves_t_out = mistake("The correction is the same at every step: what becomes of it in time?")(
    with_correction(lambda m, v, t, beta1, beta2: (m / (1 - beta1), v / (1 - beta2)))
)
counts_one_more = mistake("The correction is that of the next step: t is 1 at the first already.")(
    with_correction(
        lambda m, v, t, beta1, beta2: (m / (1 - beta1 ** (t + 1)), v / (1 - beta2 ** (t + 1)))
    )
)
counts_from_zero = mistake("At t = 1 the correction divides by 0: t counts from 1, not from 0.")(
    with_correction(
        lambda m, v, t, beta1, beta2: (m / (1 - beta1 ** (t - 1)), v / (1 - beta2 ** (t - 1)))
    )
)
swaps_the_corrections = mistake(
    "The corrections have changed places: m has its own beta, as has v."
)(with_correction(lambda m, v, t, beta1, beta2: (m / (1 - beta2**t), v / (1 - beta1**t))))
corrects_both_by_the_second = mistake("Both means were corrected by beta2: m has its own beta.")(
    with_correction(lambda m, v, t, beta1, beta2: (m / (1 - beta2**t), v / (1 - beta2**t)))
)
corrects_both_by_the_first = mistake("Both means were corrected by beta1: v has its own beta.")(
    with_correction(lambda m, v, t, beta1, beta2: (m / (1 - beta1**t), v / (1 - beta1**t)))
)
multiplies_the_correction = mistake("The correction makes the means smaller: they are too small.")(
    with_correction(lambda m, v, t, beta1, beta2: (m * (1 - beta1**t), v * (1 - beta2**t)))
)
divides_by_the_power = mistake(
    "The means were divided by the power alone: the correction is 1 less it."
)(with_correction(lambda m, v, t, beta1, beta2: (m / beta1**t, v / beta2**t)))
takes_the_power_of_the_share = mistake(
    "The correction takes the power of 1 - beta: of beta it is."
)(with_correction(lambda m, v, t, beta1, beta2: (m / (1 - beta1) ** t, v / (1 - beta2) ** t)))
eps_inside = mistake("eps stands inside the root in your result: here it is added to the root.")(
    with_step(lambda g, m, v, lr, eps: lr * m / np.sqrt(v + eps))
)
forgets_eps = mistake("Where all gradients were 0, w became nan: what keeps the divisor from 0?")(
    with_step(lambda g, m, v, lr, eps: lr * m / np.sqrt(v))
)
eps_on_the_parameter = mistake("eps was added to w, not to the divisor: a bracket is missing.")(
    with_step(lambda g, m, v, lr, eps: lr * m / np.sqrt(v) - eps)
)
ignores_eps = mistake("eps makes no difference: use the one that is given.")(
    with_step(lambda g, m, v, lr, eps: lr * m / (np.sqrt(v) + 1e-8))
)
forgets_the_root = mistake("The step was divided by the mean square itself: a root is missing.")(
    with_step(lambda g, m, v, lr, eps: lr * m / (v + eps))
)
climbs = mistake("The step climbs: which sign has it?")(
    with_step(lambda g, m, v, lr, eps: -lr * m / (np.sqrt(v) + eps))
)
steps_along_the_gradient = mistake("The step takes g itself, as RMSProp does: where is m used?")(
    with_step(lambda g, m, v, lr, eps: lr * g / (np.sqrt(v) + eps))
)
corrects_the_gradient = mistake("The step corrects g itself: it is m that starts at 0.")(
    with_whole_step(
        lambda g, m, v, t, beta1, beta2, eps: (
            g / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        )
    )
)
uncorrected_with_eps_inside = mistake("The means were not corrected, and eps is inside the root.")(
    with_whole_step(lambda g, m, v, t, beta1, beta2, eps: m / np.sqrt(v + eps))
)
corrects_behind_the_root = mistake(
    "v was corrected behind its root: the correction belongs under it."
)(
    with_whole_step(
        lambda g, m, v, t, beta1, beta2, eps: (
            m / (1 - beta1**t) / (np.sqrt(v) / (1 - beta2**t) + eps)
        )
    )
)
adds_eps_first = mistake(
    "eps was added before the correction of v: the corrected root comes first."
)(
    with_whole_step(
        lambda g, m, v, t, beta1, beta2, eps: (
            m / (1 - beta1**t) / ((np.sqrt(v) + eps) / np.sqrt(1 - beta2**t))
        )
    )
)
ignores_the_rate = mistake("The step does not depend on lr.")(
    with_step(lambda g, m, v, lr, eps: m / (np.sqrt(v) + eps))
)
keeps_its_own_rate = mistake("The step does not depend on lr: 1e-3 is its default alone.")(
    with_step(lambda g, m, v, lr, eps: 1e-3 * m / (np.sqrt(v) + eps))
)
forgets_to_divide = mistake("v has no part in the step: what is m divided by?")(
    with_step(lambda g, m, v, lr, eps: lr * m)
)
forgets_the_square = mistake("v is a mean of the gradients: of their squares it should be.")(
    with_means(
        lambda g, m, v, beta1, beta2: (beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g)
    )
)
averages_magnitudes = mistake(
    "v is a mean of the gradients' sizes: of their squares it should be."
)(
    with_means(
        lambda g, m, v, beta1, beta2: (
            beta1 * m + (1 - beta1) * g,
            beta2 * v + (1 - beta2) * np.abs(g),
        )
    )
)
squares_the_mean = mistake("v gathers the squares of m: it is a mean of squared gradients.")(
    with_means(
        lambda g, m, v, beta1, beta2: (
            beta1 * m + (1 - beta1) * g,
            beta2 * v + (1 - beta2) * (beta1 * m + (1 - beta1) * g) ** 2,
        )
    )
)
squares_the_share = mistake("The share of v was squared with the gradient: which of them is?")(
    with_means(
        lambda g, m, v, beta1, beta2: (
            beta1 * m + (1 - beta1) * g,
            beta2 * v + ((1 - beta2) * g) ** 2,
        )
    )
)
adds_whole_gradients = mistake(
    "The gradient and its square count in full: the shares add up to 1."
)(with_means(lambda g, m, v, beta1, beta2: (beta1 * m + g, beta2 * v + g**2)))
swaps_the_shares = mistake("In both means the shares have changed places: which part is kept?")(
    with_means(
        lambda g, m, v, beta1, beta2: (
            (1 - beta1) * m + beta1 * g,
            (1 - beta2) * v + beta2 * g**2,
        )
    )
)
swaps_the_shares_of_the_first = mistake("In m the shares have changed places: which part is kept?")(
    with_means(
        lambda g, m, v, beta1, beta2: (
            (1 - beta1) * m + beta1 * g,
            beta2 * v + (1 - beta2) * g**2,
        )
    )
)
swaps_the_shares_of_the_second = mistake(
    "In v the shares have changed places: which part is kept?"
)(
    with_means(
        lambda g, m, v, beta1, beta2: (
            beta1 * m + (1 - beta1) * g,
            (1 - beta2) * v + beta2 * g**2,
        )
    )
)
forgets_the_old_means = mistake("The old means have no part in the new ones: which share is kept?")(
    with_means(lambda g, m, v, beta1, beta2: ((1 - beta1) * g, (1 - beta2) * g**2))
)
uses_the_first_for_both = mistake("Both means keep the share beta1: v has its own beta.")(
    with_means(lambda g, m, v, beta1, beta2: means(g, m, v, beta1, beta1))
)


@mistake("beta1 and beta2 have changed places: the gradient's mean is the quicker one.")
def swaps_the_betas(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(w, g, m, v, t, lr, beta2, beta1, eps)


@mistake("The step was taken with the old means: the gradient of now belongs to them.")
def takes_the_old_means(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    step = lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - step, *means(g, m, v, beta1, beta2)


@mistake("w is right, and the means came back corrected: the next step corrects them once more.")
def keeps_the_corrected(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    return w, m / (1 - beta1**t), v / (1 - beta2**t)


@mistake("w is right, and the old means came back: the next step needs the new ones.")
def returns_the_old_means(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(w, g, m, v, t, lr, beta1, beta2, eps)[0], m, v


@mistake("The first result is the step alone: where does the parameter end up?")
def returns_the_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    new, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    return w - new, m, v


@mistake("The three have another order: w comes first, then m and v.")
def returns_w_last(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    return m, v, w


@mistake(
    "The old means were corrected, and the new ones built on that: the correction is for a step."
)
def corrects_the_old_means(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = means(g, m / (1 - beta1**t), v / (1 - beta2**t), beta1, beta2)
    return w - lr * m / (np.sqrt(v) + eps), m, v


@mistake("The three have another order: m comes before v.")
def swaps_the_means(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    return w, v, m


@mistake("v only grows, as in AdaGrad: it is a mean of squared gradients.")
def keeps_the_sum(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, v + g**2
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v) + eps), m, v


@mistake("v is the square of now, without a mean: what was before counts as well.")
def takes_the_square_alone(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, 1.0 * g**2
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v) + eps), m, v


@mistake("w and v are right, and m came back corrected: the next step corrects it once more.")
def keeps_the_corrected_first(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    return w, m / (1 - beta1**t), v
