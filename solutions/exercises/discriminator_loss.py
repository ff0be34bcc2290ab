import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### What the discriminator minimizes
#
# `real_logits` are the discriminator's logits at $N$ real points, `fake_logits` those at $M$ fakes;
# the two batches may differ in length. Their shapes are (N,) and (M,) or, as networks give them,
# (N, 1) and (M, 1). With $D = \sigma(\text{logit})$, return
#
# $$\frac1N \sum_{\text{real}} -\ln D \;+\; \frac1M \sum_{\text{fake}} -\ln(1 - D)$$
#
# as one number. A discriminator that is sure and wrong has logits such as $\pm 1000$; the loss is
# then about 1000, so take no logarithm of a rounded 0 on the way.

# %% [markdown] tags=["hint"]
# One real point with the logit 2 and one fake with the logit -1: both are judged right, and the two
# terms are 0.127 and 0.313. Which of them does your function get wrong?


# %% tags=["solution"] stable=true
def discriminator_loss(real_logits, fake_logits):
    """Return the mean of -ln D over the real rows plus the mean of -ln(1 - D) over the fakes."""
    return np.logaddexp(0, -real_logits).mean() + np.logaddexp(0, fake_logits).mean()


# %% tags=["cases"]
promises = ["integer", "float32", "extreme64", "extreme32", "pure", "repeatable"]


def visible():
    yield np.array([2.0]), np.array([-1.0])
    yield np.array([0.5, 3.0, -1.0]), np.array([1.0, -2.0])
    yield np.array([[1.0], [-0.5]]), np.array([[0.25], [2.0], [-3.0], [0.5]])
    yield np.array([-1000.0, 1000.0]), np.array([1000.0, -1000.0, 800.0])


def hidden(rng):
    for n, m in [(1, 4), (5, 2), (6, 3)]:
        yield rng.normal(scale=2.0, size=n), rng.normal(scale=2.0, size=m)
    yield rng.normal(size=(4, 1)), rng.normal(size=(3, 1))
    yield rng.uniform(700, 1000, size=3) * [1, -1, 1], rng.uniform(700, 1000, size=2) * [1, -1]
    yield rng.permutation([-2, 0, 3]), rng.permutation([1, -1, 2, 4])
    yield rng.normal(size=3).astype(np.float32), rng.normal(size=5).astype(np.float32)


# %% tags=["mistakes"]
def cost(logits, real):
    """-ln of the probability that the answer `real` has."""
    return np.logaddexp(0, -logits if real else logits)


def naive(logits):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-logits))


def with_parts(combine):
    """The solution with another way from the costs, of real points and of fakes, to the loss."""

    def answer(real_logits, fake_logits):
        return combine(cost(real_logits, True), cost(fake_logits, False))

    return answer


pools = mistake("One mean runs over both batches: each batch has a mean of its own.")(
    with_parts(lambda real, fake: (real.sum() + fake.sum()) / (real.size + fake.size))
)
divides_by_the_real = mistake("Fakes are divided by N: each batch has its own length.")(
    with_parts(lambda real, fake: (real.sum() + fake.sum()) / real.size)
)
divides_by_the_fakes = mistake("Real points are divided by M: each batch has its own length.")(
    with_parts(lambda real, fake: (real.sum() + fake.sum()) / fake.size)
)
halves = mistake("This is the mean of the two means: the formula adds them.")(
    with_parts(lambda real, fake: (real.mean() + fake.mean()) / 2)
)
sums = mistake("The loss grows with the length of the batches: where are the means?")(
    with_parts(lambda real, fake: real.sum() + fake.sum())
)
climbs = mistake("The loss is negative: that is what D maximizes. Look at the signs.")(
    with_parts(lambda real, fake: -real.mean() - fake.mean())
)
subtracts = mistake("Well judged fakes raise the loss: look at the sign of the second term.")(
    with_parts(lambda real, fake: real.mean() - fake.mean())
)
subtracts_the_real = mistake(
    "Well judged real points raise the loss: look at the sign of the first term."
)(with_parts(lambda real, fake: fake.mean() - real.mean()))
forgets_the_fakes = mistake("The fakes make no difference: a D of 1 everywhere would be best.")(
    with_parts(lambda real, fake: real.mean())
)
forgets_the_real = mistake("The real points make no difference: a D of 0 everywhere would win.")(
    with_parts(lambda real, fake: fake.mean())
)
returns_both = mistake("The two terms came back apart: return their sum.")(
    with_parts(lambda real, fake: (real.mean(), fake.mean()))
)
in_bits = mistake("The logarithm has the base 2: ln is the natural one.")(
    with_parts(lambda real, fake: (real.mean() + fake.mean()) / np.log(2))
)


@mistake("Whoever takes fakes for real pays nothing: which batch belongs to which term?")
def swaps_the_batches(real_logits, fake_logits):
    return cost(real_logits, False).mean() + cost(fake_logits, True).mean()


@mistake("Fakes are cheap where D takes them for real: that is the generator's wish, not D's.")
def pays_for_fooling(real_logits, fake_logits):
    return cost(real_logits, True).mean() + cost(fake_logits, True).mean()


@mistake("Real points are cheap where D takes them for fakes: look at the first term.")
def calls_all_fake(real_logits, fake_logits):
    return cost(real_logits, False).mean() + cost(fake_logits, False).mean()


@mistake("Far-out logits give inf: which power of e, or which ln, does that at -1000 or 1000?")
def takes_the_log_of_zero(real_logits, fake_logits):
    return -np.log(naive(real_logits)).mean() - np.log(1 - naive(fake_logits)).mean()


def clipped(eps):
    @mistake("A wrong answer at ±1000 costs far less than 1000: the probabilities were clipped.")
    def clips(real_logits, fake_logits):
        real, fake = (np.clip(naive(a), eps, 1 - eps) for a in (real_logits, fake_logits))
        return -np.log(real).mean() - np.log(1 - fake).mean()

    return clips


clips_at_1e7, clips_at_1e8, clips_at_1e10 = clipped(1e-7), clipped(1e-8), clipped(1e-10)
clips_at_1e12, clips_at_1e15 = clipped(1e-12), clipped(1e-15)


def added(eps):
    @mistake("A wrong answer at ±1000 costs far less than 1000: a small number was added.")
    def adds(real_logits, fake_logits):
        real, fake = naive(real_logits), naive(fake_logits)
        return -np.log(real + eps).mean() - np.log(1 - fake + eps).mean()

    return adds


adds_1e7, adds_1e8, adds_1e10, adds_1e12 = added(1e-7), added(1e-8), added(1e-10), added(1e-12)


@mistake("The logits were taken for probabilities: where is the sigmoid?")
def forgets_the_sigmoid(real_logits, fake_logits):
    return -np.log(real_logits * 1.0).mean() - np.log(1.0 - fake_logits).mean()


@mistake("These are squared errors: the formula has logarithms.")
def squares(real_logits, fake_logits):
    return (naive(-real_logits) ** 2).mean() + (naive(fake_logits) ** 2).mean()
