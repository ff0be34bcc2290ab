import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One step, two brakes
#
# Column $j$ of `W` (D_in, D_out) holds the incoming weights of unit $j$; `g` is the gradient of the
# loss without any penalty. First take one step of gradient descent on the loss with an L2 penalty,
# $W - \eta\,(g + \lambda W)$ with $\eta$ = `lr` and $\lambda$ = `lam`. Then shorten every column of
# the result whose norm (the root of the sum of its squares) exceeds `r` > 0 to norm `r`, keeping
# its direction. Shorter columns stay as the step left them, be they zero. Return the new weights.

# %% [markdown] tags=["hint"]
# Print the norms of all columns after each of the two parts. With lr = 0 the first part should
# change nothing, with a very large r the second.


# %% tags=["solution"]
def regularized_step(W, g, lr, lam, r):
    """Return the weights after a step with weight decay, no column of them longer than `r`."""
    W = W - lr * (g + lam * W)
    norms = np.sqrt(np.sum(W**2, axis=0))
    return W * (r / np.maximum(norms, r))


# %% tags=["cases"]
promises = ["integer: W, g", "float32", "pure", "repeatable"]


def visible():
    W = np.array([[3.0, 0.3, 0.0], [4.0, -0.4, 0.0]])
    g = np.array([[1.0, -0.5, 0.0], [-2.0, 0.5, 0.0]])
    yield W, g, 0.1, 0.5, 2.0
    yield W, g, 0.1, 0.5, 50.0
    yield W, np.zeros((2, 3)), 0.0, 0.5, 1.0
    yield W, -10 * g, 0.2, 0.0, 4.5
    yield np.array([[3, 1], [-4, 2], [0, 5]]), np.array([[1, 0], [2, -1], [0, 3]]), 0.1, 0.5, 2.5


def hidden(rng):
    for shape in [(4, 3), (2, 6), (5, 5), (1, 4), (6, 1)]:
        lr, lam = (float(rng.uniform(0.05, 0.5)) for _ in range(2))
        W, g = rng.normal(size=shape), rng.normal(size=shape)
        W *= rng.uniform(0.3, 3.0, size=shape[1])
        lengths = np.sqrt(np.sum((W - lr * (g + lam * W)) ** 2, axis=0))
        yield W, g, lr, lam, float(np.median(lengths))
        yield W, g, lr, lam, float(0.5 * lengths.max())
        yield W, g, lr, lam, float(2 * lengths.max())
    W, g = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    W[:, 1] = g[:, 1] = 0.0
    yield W, g, 0.3, 0.2, 1.2
    yield W.T, rng.normal(size=(3, 4)).T, 0.3, 0.2, 0.8
    yield 0.1 * W, 0.1 * g, 0.5, 1.0, 0.1  # norms below 1, where a square is below its root
    yield W, g, 0.0, 0.7, 1.0
    yield W, g, 0.4, 0.0, 1.0
    yield 3 * W, 20 * g, 0.1, 0.2, 2.0  # the step makes columns long
    yield (*(rng.normal(size=(3, 2)).astype(np.float32) for _ in range(2)), 0.3, 0.2, 1.0)


# %% tags=["mistakes"]
def norms(W, axis=0):
    return np.sqrt(np.sum(W**2, axis=axis, keepdims=True))


def stepped(W, g, lr, lam):
    return W - lr * (g + lam * W)


def clipped(W, r, axis=0):
    return W * (r / np.maximum(norms(W, axis), r))


def with_step(step):
    """The solution with another step."""
    return lambda W, g, lr, lam, r: clipped(step(W, g, lr, lam), r)


def with_clip(clip):
    """The solution with another second half."""
    return lambda W, g, lr, lam, r: clip(stepped(W, g, lr, lam), r)


@mistake("Columns longer than r came out: they were shortened before the step. Which comes first?")
def clips_before_the_step(W, g, lr, lam, r):
    return stepped(clipped(W, r), g, lr, lam)


clips_rows = mistake("Rows were shortened: the incoming weights of a unit are a column.")(
    with_clip(lambda W, r: clipped(W, r, axis=1))
)
clips_the_whole = mistake("The whole matrix was shortened by one number: each column on its own.")(
    with_clip(lambda W, r: clipped(W, r, axis=None))
)
scales_every_column = mistake("Short columns were made longer: only those beyond r change.")(
    with_clip(lambda W, r: W * (r / np.where(norms(W) == 0, 1, norms(W))))
)
makes_zeros_nan = mistake("A column of zeros became nan: what is it divided by?")(
    with_clip(lambda W, r: np.divide(W, norms(W)) * np.minimum(norms(W), r))
)
scales_every_column_and_zeros = mistake(
    "Short columns were made longer, and zeros became nan: only columns beyond r change."
)(with_clip(lambda W, r: np.divide(W, norms(W)) * r))
never_clips = mistake("No column was shortened: what happens to those longer than r?")(
    with_clip(lambda W, r: W)
)
clips_numbers = mistake("Single weights were cut at r: a column keeps its direction.")(
    with_clip(lambda W, r: np.clip(W, -r, r))
)
compares_squares = mistake("A column was held against r by its square: a root is missing.")(
    with_clip(lambda W, r: W * (r / np.maximum(norms(W) ** 2, r)))
)
compares_squares_and_scales_well = mistake(
    "Columns were chosen by the square of their norm: a root is missing where you compare."
)(with_clip(lambda W, r: np.where(norms(W) ** 2 > r, W * r / np.where(norms(W), norms(W), 1), W)))
adds_magnitudes = mistake("A column's norm is the root of the sum of squares, not a sum of sizes.")(
    with_clip(lambda W, r: W * (r / np.maximum(np.sum(np.abs(W), axis=0), r)))
)
clips_to_one = mistake("Long columns came out with length 1: r is asked.")(
    with_clip(lambda W, r: np.where(norms(W) > r, W / np.where(norms(W) > r, norms(W), 1), W))
)
takes_r_off = mistake("Long columns were divided by r: what makes their norm r?")(
    with_clip(lambda W, r: np.where(norms(W) > r, W / r, W))
)
climbs = mistake("The step goes uphill along g: the gradient points to where the loss grows.")(
    with_step(lambda W, g, lr, lam: W - lr * (lam * W - g))
)
grows = mistake("Your penalty makes weights grow: which sign has its gradient?")(
    with_step(lambda W, g, lr, lam: W - lr * (g - lam * W))
)
climbs_and_grows = mistake("The step goes uphill: a gradient points to where the loss grows.")(
    with_step(lambda W, g, lr, lam: W + lr * (g + lam * W))
)
forgets_the_decay = mistake("lam makes no difference in your result.")(
    with_step(lambda W, g, lr, lam: W - lr * g)
)
doubles_the_decay = mistake("The decay is twice as large as asked: the gradient holds no 2.")(
    with_step(lambda W, g, lr, lam: W - lr * (g + 2 * lam * W))
)
halves_the_decay = mistake("The decay is half as large as asked: the gradient holds no 1/2.")(
    with_step(lambda W, g, lr, lam: W - lr * (g + lam / 2 * W))
)
decays_without_the_rate = mistake("The decay does not depend on lr: what does the rate multiply?")(
    with_step(lambda W, g, lr, lam: W - lr * g - lam * W)
)
decays_after_the_step = mistake(
    "The decay took the weights that the step had moved: in the formula both parts use the old W."
)(with_step(lambda W, g, lr, lam: (1 - lr * lam) * (W - lr * g)))
adds_the_strength = mistake("lam was added to the gradient: what does it multiply?")(
    with_step(lambda W, g, lr, lam: W - lr * (g + lam))
)
takes_signs = mistake("Small weights decay as much as large ones: that is another penalty.")(
    with_step(lambda W, g, lr, lam: W - lr * (g + lam * np.sign(W)))
)


@mistake("The columns of the gradient were shortened: r bounds the weights.")
def clips_the_gradient(W, g, lr, lam, r):
    return stepped(W, clipped(g, r), lr, lam)


@mistake("The lengths are those before the step: measure the columns that are to be shortened.")
def measures_before_the_step(W, g, lr, lam, r):
    return stepped(W, g, lr, lam) * (r / np.maximum(norms(W), r))


@mistake("The decay came after the columns were shortened: it is part of the step.")
def decays_last(W, g, lr, lam, r):
    new = clipped(W - lr * g, r)
    return new - lr * lam * new


@mistake("The step alone came back: where do the weights end up?")
def returns_the_change(W, g, lr, lam, r):
    return regularized_step(W, g, lr, lam, r) - W


@mistake("Whole weights stayed whole: which dtype has the array that you write into?")
def keeps_integers(W, g, lr, lam, r):
    return regularized_step(W, g, lr, lam, r).astype(W.dtype)


@mistake("The gradient with its penalty was shortened: r bounds the weights after the step.")
def clips_the_whole_gradient(W, g, lr, lam, r):
    return W - lr * clipped(g + lam * W, r)


forgets_the_rate = mistake("lr stands before the decay alone: it multiplies g, too.")(
    with_step(lambda W, g, lr, lam: W - g - lr * lam * W)
)
forgets_the_brackets = mistake(
    "The penalty makes weights grow, and lr does not reach it: what do the brackets hold together?"
)(with_step(lambda W, g, lr, lam: W - lr * g + lam * W))


fills_with_r = mistake("Every number of a long column became r: its norm is to be r.")(
    with_clip(lambda W, r: np.where(norms(W) > r, r, W))
)
