import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Two losses for one generator
#
# `fake_logits`, shape (M,) or (M, 1), are the discriminator's logits at the generator's points,
# $D = \sigma(\text{logit})$. Return what the generator minimizes, one number:
#
# - by default the *non-saturating* loss, the mean of $-\ln D$;
# - with `saturating=True` its part of the value function, the mean of $\ln(1 - D)$: a negative
#   number.
#
# Logits may be as far out as $\pm 1000$: take no logarithm of a rounded 0.

# %% [markdown] tags=["hint"]
# Both losses must fall as a logit grows, because then the fake looks more real. Print yours at the
# logits -2, 0 and 2, in both forms: which one rises?


# %% tags=["solution"] stable=true
def generator_loss(fake_logits, saturating=False):
    """Return the mean of -ln D, or of ln(1 - D) if `saturating`."""
    if saturating:
        return -np.logaddexp(0, fake_logits).mean()
    return np.logaddexp(0, -fake_logits).mean()


# %% tags=["cases"]
promises = ["integer", "float32", "extreme64", "extreme32", "pure", "repeatable"]


def visible():
    yield np.array([0.5, -2.0, 1.0])
    yield np.array([0.5, -2.0, 1.0]), True
    yield np.array([[-1000.0], [3.0], [1000.0]])
    yield np.array([[-1000.0], [3.0], [1000.0]]), True
    yield np.array([-1.0]), False


def hidden(rng):
    for shape in [(4,), (1,), (5, 1)]:
        yield (rng.normal(scale=2.0, size=shape),)
        yield rng.normal(scale=2.0, size=shape), True
    far = rng.uniform(700, 1000, size=3) * [1, -1, -1]
    yield (far,)
    yield far, True
    yield rng.permutation([-2, 0, 3]), True
    yield (rng.normal(size=4).astype(np.float32),)


# %% tags=["mistakes"]
def real(logits):
    """-ln D."""
    return np.logaddexp(0, -logits)


def fake(logits):
    """-ln(1 - D)."""
    return np.logaddexp(0, logits)


def naive(logits):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-logits))


def of_forms(by_default, saturated):
    """Another mean for each of the two forms."""

    def answer(fake_logits, saturating=False):
        return (saturated if saturating else by_default)(fake_logits).mean()

    return answer


swaps_the_forms = mistake("The two forms have changed places: which is the default?")(
    of_forms(lambda z: -fake(z), real)
)
ignores_the_form = mistake("`saturating` makes no difference.")(of_forms(real, real))
always_saturates = mistake("The default saturates, too: it is the mean of -ln D.")(
    of_forms(lambda z: -fake(z), lambda z: -fake(z))
)
wrong_sign_saturating = mistake(
    "The saturating loss rises as fakes look more real: it is a negative number here."
)(of_forms(real, fake))
wrong_sign = mistake("The default falls where D sees through the fakes: look at its sign.")(
    of_forms(lambda z: -real(z), lambda z: -fake(z))
)
both_signs = mistake("Both forms have the wrong sign: each must fall as a logit grows.")(
    of_forms(lambda z: -real(z), fake)
)
takes_the_other_side = mistake(
    "The default is small where D sees through the fakes: that is D's own loss on them."
)(of_forms(fake, lambda z: -fake(z)))
takes_the_other_side_twice = mistake("Both forms are D's losses: what does the generator want?")(
    of_forms(fake, real)
)
logs_of_d = mistake("The saturating form is the default with its sign turned: where is 1 - D?")(
    of_forms(real, lambda z: -real(z))
)
averages_logits = mistake("There is no logarithm in this: it is a mean of logits.")(
    of_forms(lambda z: -z, lambda z: -z)
)
averages_probabilities = mistake("These are means of D itself: where is the logarithm?")(
    of_forms(lambda z: naive(-z), lambda z: -naive(z))
)
in_bits = mistake("The logarithm has the base 2: ln is the natural one.")(
    of_forms(lambda z: real(z) / np.log(2), lambda z: -fake(z) / np.log(2))
)
forgets_the_sigmoid = mistake("The logits were taken for probabilities: where is the sigmoid?")(
    of_forms(lambda z: -np.log(z * 1.0), lambda z: np.log(1.0 - z))
)
takes_the_log_of_zero = mistake(
    "Far-out logits give inf: which power of e, or which ln, does that at -1000 or 1000?"
)(of_forms(lambda z: -np.log(naive(z)), lambda z: np.log(1 - naive(z))))
overflows_saturating = mistake(
    "The default is right, but the saturating form is -inf for far-out logits: try it at 1000."
)(of_forms(real, lambda z: -np.log1p(np.exp(z))))
overflows_by_default = mistake(
    "The saturating form is right, but the default is inf for far-out logits: try it at -1000."
)(of_forms(lambda z: np.log1p(np.exp(-z)), lambda z: -fake(z)))


def clipped(eps):
    def keep(z):
        return np.clip(naive(z), eps, 1 - eps)

    return mistake(
        "At ±1000 the loss is far below 1000: was D clipped, or a small number added to it?"
    )(of_forms(lambda z: -np.log(keep(z)), lambda z: np.log(1 - keep(z))))


clips_at_1e7, clips_at_1e8, clips_at_1e10 = clipped(1e-7), clipped(1e-8), clipped(1e-10)
clips_at_1e12, clips_at_1e15 = clipped(1e-12), clipped(1e-15)


def clipped_logits(far):
    def keep(z):
        return naive(np.clip(z, -far, far))

    return mistake("Far-out logits were clipped: at -1000 the default is about 1000.")(
        of_forms(lambda z: -np.log(keep(z)), lambda z: np.log(1 - keep(z)))
    )


clips_logits_at_50, clips_logits_at_100 = clipped_logits(50), clipped_logits(100)
clips_logits_at_500, clips_logits_at_700 = clipped_logits(500), clipped_logits(700)


@mistake("The loss grows with the number of fakes: return their mean.")
def sums(fake_logits, saturating=False):
    return -fake(fake_logits).sum() if saturating else real(fake_logits).sum()


@mistake("There is one loss for each fake here: return their mean.")
def does_not_average(fake_logits, saturating=False):
    return -fake(fake_logits) if saturating else real(fake_logits)
