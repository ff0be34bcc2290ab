import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The slope that the generator gets
#
# `fake_logits`, shape (M,) or (M, 1), are the discriminator's logits $s$ at $M$ fakes,
# $D = \sigma(s)$. The generator minimizes the mean over the batch of $-\ln D$, or, with
# `saturating=True`, of $\ln(1 - D)$. Return the gradient of that mean with respect to each logit,
# in the shape of `fake_logits`. Work it out on paper first: $\sigma'(s) = D(1 - D)$ cancels
# something. Logits may be as far out as $\pm 1000$.

# %% [markdown] tags=["hint"]
# Nudge one logit by 0.001 and see how much the mean loss changes, divided by 0.001. Do that at the
# logits -2, 0 and 2, in both forms, and compare with what you return.


# %% tags=["solution"] stable=true
def generator_logit_gradient(fake_logits, saturating=False):
    """Return the gradient of the generator's mean loss with respect to `fake_logits`."""
    z = fake_logits if saturating else -fake_logits
    return -np.exp(-np.logaddexp(0, -z)) / z.size


# %% tags=["cases"]
promises = ["integer", "float32", "extreme64", "extreme32", "pure", "repeatable"]


def visible():
    yield np.array([0.5, -2.0])
    yield np.array([0.5, -2.0]), True
    yield np.array([[-1.0], [3.0], [0.0]])
    yield np.array([[-1.0], [3.0], [0.0]]), True
    yield np.array([-1000.0, 1000.0, 1.0])
    yield np.array([-1000.0, 1000.0, 1.0]), True


def hidden(rng):
    for shape in [(4,), (1,), (5, 1)]:
        yield (rng.normal(scale=2.0, size=shape),)
        yield rng.normal(scale=2.0, size=shape), True
    far = rng.uniform(700, 1000, size=3) * [1, -1, -1]
    yield (far,)
    yield far, True
    yield (rng.permutation([-2, 0, 3]),)
    yield rng.normal(size=4).astype(np.float32), True


# %% tags=["mistakes"]
def judge(z):
    """The sigmoid, without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z > 0, 1, e) / (1 + e)


def naive(z):
    return 1 / (1 + np.exp(-z))


def of_forms(by_default, saturated, count=np.size):
    """Another slope for each of the two forms, divided by `count`."""

    def answer(fake_logits, saturating=False):
        return (saturated if saturating else by_default)(fake_logits) / count(fake_logits)

    return answer


forgets_the_mean = mistake("Every slope is M times too large: the loss is a mean over the batch.")(
    of_forms(lambda z: -judge(-z), lambda z: -judge(z), count=lambda z: 1)
)
turns_the_signs = mistake("All signs are wrong: a larger logit must lower the loss.")(
    of_forms(lambda z: judge(-z), judge)
)
turns_one_sign = mistake("The default's slope is positive: a larger logit must lower the loss.")(
    of_forms(lambda z: judge(-z), lambda z: -judge(z))
)
turns_the_other_sign = mistake(
    "The saturating slope is positive: a larger logit must lower the loss."
)(of_forms(lambda z: -judge(-z), judge))
swaps_the_forms = mistake("The two forms have changed places: which is steep where D is near 0?")(
    of_forms(lambda z: -judge(z), lambda z: -judge(-z))
)
ignores_the_form = mistake("`saturating` makes no difference.")(
    of_forms(lambda z: -judge(-z), lambda z: -judge(-z))
)
always_saturates = mistake("The default saturates, too: its loss is -ln D.")(
    of_forms(lambda z: -judge(z), lambda z: -judge(z))
)
keeps_the_slope = mistake("A factor D (1 - D) is left over: it should have cancelled.")(
    of_forms(
        lambda z: -judge(-z) * judge(z) * judge(-z), lambda z: -judge(z) * judge(z) * judge(-z)
    )
)
only_the_slope = mistake("This is the slope of the sigmoid alone: where is that of the logarithm?")(
    of_forms(lambda z: -judge(z) * judge(-z), lambda z: -judge(z) * judge(-z))
)
squares_it = mistake("The default slope holds D once too often: what does 1 / D cancel?")(
    of_forms(lambda z: -judge(-z) * judge(z), lambda z: -judge(z))
)
squares_the_other = mistake("The saturating slope holds 1 - D once too often: what cancels it?")(
    of_forms(lambda z: -judge(-z), lambda z: -judge(z) * judge(-z))
)
as_discriminator = mistake(
    "The default's slope is D's own on fakes: what does the generator want?"
)(of_forms(judge, lambda z: -judge(z)))
differentiates_the_wrong_one = mistake(
    "The saturating slope shrinks as D grows, and it is positive: differentiate ln(1 - D) anew."
)(of_forms(lambda z: -judge(-z), lambda z: judge(-z)))
overflows = mistake("Far-out logits overflow: which power of e is it, and can you do without?")(
    of_forms(lambda z: naive(z) - 1, lambda z: -naive(z))
)


@mistake(
    "That is the slope with respect to D. Go on to the logit; far out nothing divides by 0 then."
)
def stops_at_d(fake_logits, saturating=False):
    p = judge(fake_logits)
    return (-1 / (1 - p) if saturating else -1 / p) / fake_logits.size


def clipped_at(eps):
    @mistake("That is the slope with respect to D, with D clipped: go on to the logit.")
    def stops_at_clipped_d(fake_logits, saturating=False):
        p = np.clip(judge(fake_logits), eps, 1 - eps)
        return (-1 / (1 - p) if saturating else -1 / p) / fake_logits.size

    return stops_at_clipped_d


stops_at_1e7, stops_at_1e8, stops_at_1e12 = clipped_at(1e-7), clipped_at(1e-8), clipped_at(1e-12)
stops_at_1e9 = clipped_at(1e-9)


def cancelled_by(eps):
    @mistake("D(1 - D) is divided by D or 1 - D plus a small number: cancel it on paper first.")
    def cancels_by_a_guard(fake_logits, saturating=False):
        p = judge(fake_logits)
        return -p * (1 - p) / ((1 - p if saturating else p) + eps) / fake_logits.size

    return cancels_by_a_guard


cancelled_by_1e8, cancelled_by_1e12 = cancelled_by(1e-8), cancelled_by(1e-12)


@mistake("Far-out logits give 0 / 0: D(1 - D) is divided by D or 1 - D. Cancel it on paper first.")
def cancels_nothing(fake_logits, saturating=False):
    p = judge(fake_logits)
    return -p * (1 - p) / (1 - p if saturating else p) / fake_logits.size


@mistake("A far-out logit gives 0 / 0 in the saturating form: cancel D(1 - D) on paper first.")
def cancels_nothing_of_clipped_logits(fake_logits, saturating=False):
    p = naive(np.clip(fake_logits, -700, 700))
    return -p * (1 - p) / (1 - p if saturating else p) / fake_logits.size


@mistake("One number came back: there is a slope for each logit.")
def averages(fake_logits, saturating=False):
    return np.mean(-judge(fake_logits) if saturating else -judge(-fake_logits))


@mistake("That is the loss of each fake, not its slope.")
def returns_the_loss(fake_logits, saturating=False):
    loss = -np.logaddexp(0, fake_logits) if saturating else np.logaddexp(0, -fake_logits)
    return loss / fake_logits.size


@mistake("The logits were taken for probabilities: where is the sigmoid?")
def forgets_the_sigmoid(fake_logits, saturating=False):
    return (-fake_logits if saturating else fake_logits - 1) / fake_logits.size


@mistake("A column of logits came back as a row: keep the shape of `fake_logits`.")
def flattens(fake_logits, saturating=False):
    z = fake_logits.ravel()
    return -judge(z if saturating else -z) / z.size
