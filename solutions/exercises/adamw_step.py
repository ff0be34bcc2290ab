import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### AdamW: the decay apart
#
# First shrink the weights that came in, $w_d = w - \eta \lambda w$, with $\eta$ = `lr` and
# $\lambda$ = `weight_decay`. Then take Adam's step from $w_d$ with the gradient `g` as it came: the
# decay has no part in the two means. (`v` is the mean of squares, the $G$ of the lecture.)
#
# $$m' = \beta_1 m + (1 - \beta_1)\, g, \quad v' = \beta_2 v + (1 - \beta_2)\, g^2, \quad
# w' = w_d - \eta \frac{m' / (1 - \beta_1^t)}{\sqrt{v' / (1 - \beta_2^t)} + \varepsilon}$$
#
# Return $(w', m', v')$, with $m'$ and $v'$ uncorrected. $t$ counts the steps from 1 and
# $\varepsilon$ = `eps`; everything is element by element, in arrays of the same shape. Write
# it whole, so that it does not depend on another answer. (PyTorch does the same, with the same
# defaults.)

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
    yield w, np.zeros(2), m, v, 1, 0.1, 0.5, 0.9375, 1e-8, 0.5
    for t, g in enumerate([[5.0, -0.5], [2.0, 0.0], [-6.0, 1.0]], start=1):  # three in a row
        yield w, np.array(g), m, v, t, 0.1, 0.5, 0.9375, 1e-8, 0.5
        _, m, v = adamw_step(w, np.array(g), m, v, t, 0.1, 0.5, 0.9375, 1e-8, 0.5)
    yield (
        np.array([0.0, 50.0]),
        np.array([3.0, -1.0]),
        np.array([1.0, -2.0]),
        np.array([4.0, 9.0]),
        5,
    )
    yield np.array([2.0]), np.array([3.0]), np.zeros(1), np.zeros(1), 1, 0.5, 0.5, 0.9375, 0.5, 0.25


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
def means(g, m, v, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2


def adam(w, g, m, v, t, lr, beta1, beta2, eps):
    m, v = means(g, m, v, beta1, beta2)
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def answered(step):
    """`step` gets all arguments in order, the five of Adam as one list."""

    def answer(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
        with np.errstate(all="ignore"):
            return step(w, g, m, v, (t, lr, beta1, beta2, eps), lr, weight_decay)

    return answer


def with_start(start):
    """The solution with another point from which Adam steps."""
    return answered(lambda w, g, m, v, rest, lr, decay: adam(start(w, lr, decay), g, m, v, *rest))


def with_step(step):
    """The solution with another step of Adam."""

    def decayed(w, g, m, v, rest, lr, decay):
        m, v = means(g, m, v, *rest[2:4])
        return w - lr * decay * w - lr * step(m, v, *rest), m, v

    return answered(decayed)


forgets_the_decay = mistake("Nothing decays: this is Adam's step alone.")(
    with_start(lambda w, lr, decay: w)
)
decays_without_the_rate = mistake("The decay does not depend on lr: which two numbers make it?")(
    with_start(lambda w, lr, decay: w - decay * w)
)
decays_by_the_rate = mistake(
    "The decay does not depend on weight_decay: which two numbers make it?"
)(with_start(lambda w, lr, decay: w - lr * w))
ignores_the_strength = mistake("weight_decay makes no difference: 0.01 is its default alone.")(
    with_start(lambda w, lr, decay: w - lr * 0.01 * w)
)
grows = mistake("The decay makes the weights grow: which sign has it?")(
    with_start(lambda w, lr, decay: w + lr * decay * w)
)
keeps_the_share_that_decays = mistake("What should be taken off w is all that was left of it.")(
    with_start(lambda w, lr, decay: lr * decay * w)
)
takes_a_constant_off = mistake("The decay takes the same off every weight: w has a part in it.")(
    with_start(lambda w, lr, decay: w - lr * decay)
)
takes_the_sign = mistake("Small weights decay as much as large ones: that is another penalty.")(
    with_start(lambda w, lr, decay: w - lr * decay * np.sign(w))
)
rate_twice = mistake("The decay holds lr twice.")(
    with_start(lambda w, lr, decay: w - lr**2 * decay * w)
)
grows_without_the_rate = mistake(
    "The weights grow, by weight_decay alone: which sign, and what of lr?"
)(with_start(lambda w, lr, decay: w + decay * w))
halves_the_decay = mistake("The decay is half as large as asked.")(
    with_start(lambda w, lr, decay: w - lr * decay / 2 * w)
)
doubles_the_decay = mistake("The decay is twice as large as asked.")(
    with_start(lambda w, lr, decay: w - 2 * lr * decay * w)
)
adds_it_to_the_gradient = mistake(
    "The decay went into the gradient, so that the means hold it: that is Adam with L2."
)(answered(lambda w, g, m, v, rest, lr, decay: adam(w, g + decay * w, m, v, *rest)))
adds_it_to_the_gradient_with_the_rate = mistake(
    "The decay went into the gradient, lr with it: it acts on w alone."
)(answered(lambda w, g, m, v, rest, lr, decay: adam(w, g + lr * decay * w, m, v, *rest)))
decays_both_ways = mistake("The decay came twice: it went into the gradient as well.")(
    answered(
        lambda w, g, m, v, rest, lr, decay: adam(w - lr * decay * w, g + decay * w, m, v, *rest)
    )
)


@mistake("The decay took the weights that the step had moved: it takes those that came in.")
def decays_after_the_step(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
):
    w, m, v = adam(w, g, m, v, t, lr, beta1, beta2, eps)
    return w - lr * weight_decay * w, m, v


@mistake("The decay was divided by the root with the step: it stands apart.")
def divides_the_decay(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    m, v = means(g, m, v, beta1, beta2)
    pulled = m / (1 - beta1**t) + weight_decay * w
    return w - lr * pulled / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@mistake("The gradient was taken for the decay's weight: what shrinks is w.")
def shrinks_the_gradient(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
):
    return adam(w, g * (1 - lr * weight_decay), m, v, t, lr, beta1, beta2, eps)


climbs = mistake("Adam's step climbs: which sign has it?")(
    with_step(
        lambda m, v, t, lr, beta1, beta2, eps: (
            -m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        )
    )
)
decays_only = mistake("The weights decay and take no step: where is Adam?")(
    with_step(lambda m, v, t, lr, beta1, beta2, eps: 0)
)
forgets_the_correction = mistake("The decay is right, but the means were not corrected.")(
    with_step(lambda m, v, t, lr, beta1, beta2, eps: m / (np.sqrt(v) + eps))
)
corrects_the_first_only = mistake("The decay is right, but v was not corrected.")(
    with_step(lambda m, v, t, lr, beta1, beta2, eps: m / (1 - beta1**t) / (np.sqrt(v) + eps))
)
corrects_the_second_only = mistake("The decay is right, but m was not corrected.")(
    with_step(lambda m, v, t, lr, beta1, beta2, eps: m / (np.sqrt(v / (1 - beta2**t)) + eps))
)
multiplies_by_t = mistake("The decay is right, but the correction takes beta times t, no power.")(
    with_step(
        lambda m, v, t, lr, beta1, beta2, eps: (
            m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps)
        )
    )
)
counts_one_more = mistake("The decay is right, but the correction is that of the next step.")(
    with_step(
        lambda m, v, t, lr, beta1, beta2, eps: (
            m / (1 - beta1 ** (t + 1)) / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps)
        )
    )
)
leaves_t_out = mistake("The decay is right, but the correction is the same at every step.")(
    with_step(
        lambda m, v, t, lr, beta1, beta2, eps: m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + eps)
    )
)
eps_inside = mistake(
    "The decay is right, but eps stands inside the root: it is added to the root."
)(
    with_step(
        lambda m, v, t, lr, beta1, beta2, eps: (
            m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps)
        )
    )
)
forgets_the_root = mistake("The decay is right, but Adam's step lacks the root.")(
    with_step(
        lambda m, v, t, lr, beta1, beta2, eps: m / (1 - beta1**t) / (v / (1 - beta2**t) + eps)
    )
)


@mistake("beta1 and beta2 have changed places: the gradient's mean is the quicker one.")
def swaps_the_betas(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    return adamw_step(w, g, m, v, t, lr, beta2, beta1, eps, weight_decay)


@mistake("w is right, and the means came back corrected: the next step corrects them once more.")
def keeps_the_corrected(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
):
    w, m, v = adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay)
    return w, m / (1 - beta1**t), v / (1 - beta2**t)


@mistake("w is right, and the old means came back: the next step needs the new ones.")
def returns_the_old_means(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
):
    return adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay)[0], m, v


@mistake("The decay came after the step and without lr: it takes lr, and the weights that came in.")
def decays_after_the_step_without_the_rate(
    w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
):
    w, m, v = adam(w, g, m, v, t, lr, beta1, beta2, eps)
    return (1 - weight_decay) * w, m, v


@mistake("The three have another order: w comes first, then m and v.")
def returns_w_last(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    w, m, v = adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay)
    return m, v, w
