import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One move of each player
#
# The generator makes $x = a z + c$ from noise $z$; `theta` is $(a, c)$, its scale and its shift.
# The discriminator's logit at $x$ is $s = w x + b$; `phi` is $(w, b)$, its weight and its bias.
# `real` (N,) and `z` (M,) are a batch of real points and of noise, perhaps of different lengths.
#
# Return `(theta, phi)`, two pairs of numbers, after one step of gradient descent with the rate `lr`
# for each player. The generator descends the mean of $-\ln D$ over its fakes; the discriminator
# the mean of $-\ln D$ over the real points plus the mean of $-\ln(1 - D)$ over the fakes. Both
# gradients are taken at the old values, before anybody moves.
#
# You need slopes at three sets of logits: $D - 1$ where the loss is $-\ln D$ (twice: once for each
# player) and $D$ where it is $-\ln(1 - D)$, each divided by the length of its batch. The rest is
# the chain rule of lecture 4.

# %% [markdown] tags=["hint"]
# For lr = 1, theta = (1, 0), phi = (1, 0), one real point 2 and one z of 0, the fake is 0, D at it
# 0.5 and at the real point 0.88; go on by hand. Which of the four numbers do you get otherwise?


# %% tags=["solution"] points=2 parts=["theta", "phi"]
def gan_step(theta, phi, real, z, lr):
    """Return (theta, phi) after one simultaneous step of generator and discriminator."""
    (a, c), (w, b) = theta, phi
    fake = a * z + c
    slope_real = -1 / (1 + np.exp(w * real + b)) / real.size
    slope_fake = 1 / (1 + np.exp(-w * fake - b)) / z.size
    slope_fooled = -1 / (1 + np.exp(w * fake + b)) / z.size
    da, dc = w * (slope_fooled @ z), w * slope_fooled.sum()
    dw, db = slope_real @ real + slope_fake @ fake, slope_real.sum() + slope_fake.sum()
    return (a - lr * da, c - lr * dc), (w - lr * dw, b - lr * db)


# %% tags=["cases"]
promises = ["integer: real, z", "pure", "repeatable"]


def visible():
    yield (1.0, 0.0), (1.0, 0.0), np.array([2.0]), np.array([0.0]), 1.0
    yield (1.0, 0.0), (0.0, 0.0), np.array([1.0, 3.0]), np.array([-1.0, 0.5, 2.0]), 0.5
    yield (0.5, 2.0), (-1.0, 0.5), np.array([3.0, 2.5, 4.0]), np.array([1.0, -0.5]), 0.1
    yield (2.0, -1.0), (0.5, -0.25), np.array([1.0]), np.array([1.0, 0.0, -2.0, 1.5]), 0.2


def hidden(rng):
    for n, m in [(1, 1), (4, 4), (2, 5), (6, 3)]:
        theta, phi = (tuple(map(float, rng.normal(size=2))) for _ in range(2))
        real, z = rng.normal(1.0, 1.0, size=n), rng.normal(size=m)
        yield theta, phi, real, z, float(rng.uniform(0.1, 1.0))
    yield (1.0, 0.5), (0.7, -0.2), rng.permutation([2, 3, 5]), rng.permutation([-1, 0, 2, 1]), 0.3
    yield (0.0, 1.0), (0.4, 0.1), rng.normal(size=3), rng.normal(size=2), 0.5
    yield (1.5, 0.0), (-0.3, 0.2), rng.normal(size=2), rng.normal(size=4), 0.0


# %% tags=["mistakes"]
def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def slopes(theta, phi, real, z):
    """Fakes; slopes of D's loss at real points and fakes, and of the generator's at fakes."""
    (a, c), (w, b) = theta, phi
    fake = a * z + c
    at_fake = sigmoid(w * fake + b)
    return fake, (sigmoid(w * real + b) - 1) / len(real), at_fake / len(z), (at_fake - 1) / len(z)


def generator_gradient(theta, phi, real, z):
    *_, fooled = slopes(theta, phi, real, z)
    return phi[0] * (fooled @ z), phi[0] * fooled.sum()


def discriminator_gradient(theta, phi, real, z):
    fake, true, false, _ = slopes(theta, phi, real, z)
    return true @ real + false @ fake, true.sum() + false.sum()


def step(values, gradient, lr):
    return tuple(value - lr * g for value, g in zip(values, gradient, strict=True))


def with_gradients(of_theta=generator_gradient, of_phi=discriminator_gradient):
    """The solution with another gradient for one of the players."""

    def answer(theta, phi, real, z, lr):
        moved = step(theta, of_theta(theta, phi, real, z), lr)
        return moved, step(phi, of_phi(theta, phi, real, z), lr)

    return answer


def other_theta(sentence, gradient):
    return mistake(sentence)(with_gradients(of_theta=gradient))


def other_phi(sentence, gradient):
    return mistake(sentence)(with_gradients(of_phi=gradient))


def negative(gradient):
    return lambda *values: tuple(-g for g in gradient(*values))


def without_chain(theta, phi, real, z):
    *_, fooled = slopes(theta, phi, real, z)
    return fooled @ z, fooled.sum()


def saturating(theta, phi, real, z):
    _, _, false, _ = slopes(theta, phi, real, z)
    return -phi[0] * (false @ z), -phi[0] * false.sum()


def as_inspector(theta, phi, real, z):
    _, _, false, _ = slopes(theta, phi, real, z)
    return phi[0] * (false @ z), phi[0] * false.sum()


def by_fakes(theta, phi, real, z):
    fake, _, _, fooled = slopes(theta, phi, real, z)
    return phi[0] * (fooled @ fake), phi[0] * fooled.sum()


def summed_fakes(theta, phi, real, z):
    return tuple(len(z) * g for g in generator_gradient(theta, phi, real, z))


def one_slope(theta, phi, real, z):
    slope = generator_gradient(theta, phi, real, z)[1]
    return slope, slope


def frozen_scale(theta, phi, real, z):
    return 0.0, generator_gradient(theta, phi, real, z)[1]


def with_slopes(change):
    """D's gradient with other slopes at the real points and at the fakes."""

    def gradient(theta, phi, real, z):
        fake, true, false, _ = slopes(theta, phi, real, z)
        true, false = change(true, false)
        return true @ real + false @ fake, true.sum() + false.sum()

    return gradient


def sees_noise(theta, phi, real, z):
    _, true, false, _ = slopes(theta, phi, real, z)
    return true @ real + false @ z, true.sum() + false.sum()


def frozen_bias(theta, phi, real, z):
    return discriminator_gradient(theta, phi, real, z)[0], 0.0


def half_chain(theta, phi, real, z):
    slope = generator_gradient(theta, phi, real, z)
    return slope[0], slope[1] / phi[0] if phi[0] else 0.0


climbs_theta = other_theta(
    "The generator climbs its loss: its fakes get easier to tell.", negative(generator_gradient)
)
climbs_phi = other_phi(
    "The discriminator climbs its loss: it unlearns.", negative(discriminator_gradient)
)
forgets_the_weight = other_theta(
    "The generator's slopes stop at the logit: which factor leads from the logit to x?",
    without_chain,
)
forgets_half_the_chain = other_theta(
    "The shift's slope stops at the logit: which factor leads from the logit to x?", half_chain
)
saturates = other_theta(
    "The generator descends the other loss, the mean of ln(1 - D): -ln D is asked.", saturating
)
helps_the_other = other_theta(
    "The generator descends the discriminator's loss on fakes: what does it want?", as_inspector
)
sums_both = mistake("All slopes grow with the batches: both losses are means.")(
    with_gradients(
        summed_fakes, with_slopes(lambda true, false: (true * len(true), false * len(false)))
    )
)
scale_by_fakes = other_theta("What multiplies the scale in x = a z + c? Not x itself.", by_fakes)
sums_the_generator = other_theta(
    "The generator's slopes grow with the number of fakes: its loss is a mean.", summed_fakes
)
one_slope_for_both = other_theta(
    "Scale and shift get the same slope: how does x change with the scale?", one_slope
)
never_scales = other_theta("The scale stays what it was: how does x change with it?", frozen_scale)
ignores_fakes = other_phi(
    "The discriminator learns from real points alone: its loss has a second term.",
    with_slopes(lambda true, false: (true, 0 * false)),
)
ignores_real = other_phi(
    "The discriminator learns from fakes alone: its loss has a first term.",
    with_slopes(lambda true, false: (0 * true, false)),
)
calls_fakes_real = other_phi(
    "The discriminator learns to call fakes real: which slope belongs to -ln(1 - D)?",
    with_slopes(lambda true, false: (true, false - 1 / len(false))),
)
calls_real_fake = other_phi(
    "The discriminator learns to call real points fakes: which slope belongs to -ln D?",
    with_slopes(lambda true, false: (true + 1 / len(true), false)),
)
turns_the_fakes = other_phi(
    "The sign of the slopes at the fakes is wrong in D's gradient.",
    with_slopes(lambda true, false: (true, -false)),
)
turns_the_fakes_of_the_weight = other_phi(
    "The sign of the slopes at the fakes is wrong in w's gradient; in b's it is right.",
    lambda theta, phi, real, z: (
        with_slopes(lambda true, false: (true, -false))(theta, phi, real, z)[0],
        discriminator_gradient(theta, phi, real, z)[1],
    ),
)
pools_the_batches = other_phi(
    "D's slopes are divided by N + M: each batch has a mean of its own.",
    with_slopes(
        lambda true, false: (
            true * len(true) / (len(true) + len(false)),
            false * len(false) / (len(true) + len(false)),
        )
    ),
)
divides_by_real = other_phi(
    "D's slopes at the fakes are divided by N: there are M of them.",
    with_slopes(lambda true, false: (true, false * len(false) / len(true))),
)
sums_the_discriminator = other_phi(
    "D's slopes grow with the length of the batches: its loss has means.",
    with_slopes(lambda true, false: (true * len(true), false * len(false))),
)
halves_the_discriminator = other_phi(
    "D's step is half as long as it should be: its loss is the sum of two means.",
    with_slopes(lambda true, false: (true / 2, false / 2)),
)
judges_noise = other_phi("D is shown the noise z: it judges fakes, x = a z + c.", sees_noise)
never_shifts = other_phi(
    "The bias stays what it was: how does the logit change with it?", frozen_bias
)


@mistake("The generator answers the discriminator's new values: both move from the old ones.")
def discriminator_first(theta, phi, real, z, lr):
    phi = step(phi, discriminator_gradient(theta, phi, real, z), lr)
    return step(theta, generator_gradient(theta, phi, real, z), lr), phi


@mistake(
    "The generator's slopes hold the new w of the discriminator: all start from the old values."
)
def meets_the_new_weight(theta, phi, real, z, lr):
    w, b = step(phi, discriminator_gradient(theta, phi, real, z), lr)
    *_, fooled = slopes(theta, phi, real, z)
    return step(theta, (w * (fooled @ z), w * fooled.sum()), lr), (w, b)


@mistake("The discriminator sees the new generator's fakes: both move from the old values.")
def generator_first(theta, phi, real, z, lr):
    theta = step(theta, generator_gradient(theta, phi, real, z), lr)
    return theta, step(phi, discriminator_gradient(theta, phi, real, z), lr)


@mistake("The two players came back in the wrong order: theta comes first.")
def swaps_the_players(theta, phi, real, z, lr):
    theta, phi = gan_step(theta, phi, real, z, lr)
    return phi, theta


@mistake("The rate plays no part.")
def ignores_the_rate(theta, phi, real, z, lr):
    return gan_step(theta, phi, real, z, 1.0)


@mistake("These are the gradients: take a step along them from the old values.")
def returns_gradients(theta, phi, real, z, lr):
    return (
        generator_gradient(theta, phi, real, z),
        discriminator_gradient(theta, phi, real, z),
    )


@mistake("Only the generator has moved.")
def moves_theta_only(theta, phi, real, z, lr):
    return step(theta, generator_gradient(theta, phi, real, z), lr), phi


@mistake("Only the discriminator has moved.")
def moves_phi_only(theta, phi, real, z, lr):
    return theta, step(phi, discriminator_gradient(theta, phi, real, z), lr)
