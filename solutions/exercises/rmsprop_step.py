import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### RMSProp: forget old gradients
#
# AdaGrad's sum only grows. RMSProp puts a running mean of the squares in its place: it keeps a
# share $\beta$ = `beta` of what it was and takes the rest from the new square.
#
# $$G' = \beta G + (1 - \beta)\, g^2, \qquad w' = w - \eta \frac{g}{\sqrt{G'} + \varepsilon}$$
#
# Everything is element by element, in arrays of the same shape; $\eta$ = `lr` and
# $\varepsilon$ = `eps`, outside the root. `G` is 0 before the first step, and nothing corrects for
# that. Return $(w', G')$. (PyTorch has the same formula; it calls `beta` alpha, by default 0.99.)

# %% [markdown] tags=["hint"]
# Take one number: w = 1, g = 4, G = 0, lr = 0.1 and beta = 0.75. The new G is 4 and the divisor 2:
# print yours.


# %% tags=["solution"] parts=["w", "G"]
def rmsprop_step(w, g, G, lr, beta=0.9, eps=1e-8):
    """Return (w, G): the parameter and the running mean of squared gradients after one step."""
    G = beta * G + (1 - beta) * g**2
    return w - lr * g / (np.sqrt(G) + eps), G


# %% tags=["cases"]
promises = ["integer: w, g, G", "float32", "pure", "repeatable"]


def visible():
    w, G = np.array([1.0, -2.0]), np.zeros(2)
    for g in [[4.0, -0.5], [2.0, 0.0], [-6.0, 1.0]]:  # three steps in a row
        yield w, np.array(g), G, 0.1, 0.75
        G = rmsprop_step(w, np.array(g), G, 0.1, 0.75)[1]
    yield np.array([1.0, 2.0]), np.array([3.0, -1.0]), np.array([16.0, 4.0]), 0.5
    yield np.array([1.0, 2.0]), np.array([3.0, 0.0]), np.array([16.0, 0.0]), 0.5, 0.5, 0.5
    yield np.zeros((1, 2)), np.array([[1e-8, -3e-8]]), np.zeros((1, 2)), 0.1


def hidden(rng):
    for shape in [(4,), (3, 2), (2, 1, 3)]:
        lr, eps = float(rng.uniform(0.01, 0.5)), float(rng.uniform(0.1, 0.5))
        beta = float(rng.uniform(0.6, 0.95))
        w, G = rng.normal(size=shape), np.zeros(shape)
        for _ in range(3):
            g = rng.normal(size=shape)
            yield w, g, G, lr, beta, eps
            w, G = rmsprop_step(w, g, G, lr, beta, eps)
        yield w, rng.normal(size=shape), rng.uniform(1, 5, size=shape), lr
    yield rng.normal(size=3), np.array([0.0, 1.0, -2.0]), np.array([0.0, 0.0, 3.0]), 0.2
    yield np.zeros(2), rng.normal(size=2) * 1e-8, np.zeros(2), 0.3, 0.7
    yield rng.normal(size=(2, 3)).T, rng.normal(size=(2, 3)).T, rng.uniform(size=(2, 3)).T, 0.3
    w, g = (rng.normal(size=(2, 2)).astype(np.float32) for _ in range(2))
    yield w, g, rng.uniform(1, 3, size=(2, 2)).astype(np.float32), 0.3, 0.8


# %% tags=["mistakes"]
def with_mean(gather):
    """The solution with another G."""

    def answer(w, g, G, lr, beta=0.9, eps=1e-8):
        G = gather(g, G, beta)
        with np.errstate(all="ignore"):
            return w - lr * g / (np.sqrt(G) + eps), G

    return answer


def with_step(step):
    """The solution with another step, from the new G and the old one."""

    def answer(w, g, G, lr, beta=0.9, eps=1e-8):
        new = beta * G + (1 - beta) * g**2
        with np.errstate(all="ignore"):
            return w - step(g, new, G, lr, beta, eps), new

    return answer


takes_the_old_mean = mistake("The step was divided by the old G: the new one is asked.")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g / (np.sqrt(old) + eps))
)
eps_inside = mistake("eps stands inside the root in your result: here it is added to the root.")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g / np.sqrt(G + eps))
)
forgets_eps = mistake("Where all gradients were 0, w became nan: what keeps the divisor from 0?")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g / np.sqrt(G))
)
eps_on_the_parameter = mistake("eps was added to w, not to the divisor: a bracket is missing.")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g / np.sqrt(G) - eps)
)
ignores_eps = mistake("eps makes no difference: use the one that is given.")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g / (np.sqrt(G) + 1e-8))
)
lifts_to_eps = mistake("eps takes part where the root is smaller alone: it is added everywhere.")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g / np.maximum(np.sqrt(G), eps))
)
old_mean_and_eps_inside = mistake("The step was divided by the old G, and eps is inside the root.")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g / np.sqrt(old + eps))
)
forgets_the_root = mistake("The step is divided by G itself: a root is missing.")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g / (G + eps))
)
multiplies = mistake("Where gradients were large, your steps are large: the root should divide.")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g * (np.sqrt(G) + eps))
)
climbs = mistake("The step climbs: which sign has it?")(
    with_step(lambda g, G, old, lr, beta, eps: -lr * g / (np.sqrt(G) + eps))
)
forgets_the_gradient = mistake("Every step goes down, whatever the sign of g: what is divided?")(
    with_step(lambda g, G, old, lr, beta, eps: lr / (np.sqrt(G) + eps))
)
ignores_the_rate = mistake("The step does not depend on lr.")(
    with_step(lambda g, G, old, lr, beta, eps: g / (np.sqrt(G) + eps))
)
takes_the_plain_step = mistake("G has no part in the step: what is the gradient divided by?")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g)
)
corrects_for_the_start = mistake("The mean was corrected for its start at 0: RMSProp does not.")(
    with_step(lambda g, G, old, lr, beta, eps: lr * g / (np.sqrt(G / (1 - beta)) + eps))
)
swaps_the_shares = mistake("The shares have changed places: which part of the old mean is kept?")(
    with_mean(lambda g, G, beta: (1 - beta) * G + beta * g**2)
)
adds_the_whole_square = mistake("The new square counts in full: the shares of a mean add up to 1.")(
    with_mean(lambda g, G, beta: beta * G + g**2)
)
keeps_all_of_the_old = mistake("G has forgotten nothing: which share of the old mean is kept?")(
    with_mean(lambda g, G, beta: G + (1 - beta) * g**2)
)
keeps_the_sum = mistake("G only grows: that is AdaGrad. What does beta do?")(
    with_mean(lambda g, G, beta: G + g**2)
)
shrinks_the_new_square = mistake(
    "beta has made the new square smaller, too: what does it multiply?"
)(with_mean(lambda g, G, beta: beta * (G + (1 - beta) * g**2)))
squares_the_mean = mistake("The mean was squared as a whole: G is a mean of squares.")(
    with_mean(lambda g, G, beta: (beta * G + (1 - beta) * g) ** 2)
)
forgets_the_mean = mistake("The old mean has no part in G: every step starts anew.")(
    with_mean(lambda g, G, beta: (1 - beta) * g**2)
)
takes_the_square_alone = mistake("G is the square of now: it should be a running mean.")(
    with_mean(lambda g, G, beta: g**2)
)
forgets_the_square = mistake("G is a mean of the gradients: of their squares it should be.")(
    with_mean(lambda g, G, beta: beta * G + (1 - beta) * g)
)
averages_magnitudes = mistake(
    "G is a mean of the gradients' sizes: of their squares it should be."
)(with_mean(lambda g, G, beta: beta * G + (1 - beta) * np.abs(g)))
squares_the_share = mistake("The share was squared with the gradient: which of them is squared?")(
    with_mean(lambda g, G, beta: beta * G + ((1 - beta) * g) ** 2)
)
one_number_for_all = mistake("All weights share one mean: each has its own.")(
    with_mean(lambda g, G, beta: beta * G + (1 - beta) * np.mean(g**2))
)
ignores_beta = mistake("beta makes no difference: 0.9 is its default alone.")(
    with_mean(lambda g, G, beta: 0.9 * G + (1 - 0.9) * g**2)
)


@mistake("w is right, and the old G came back: the next step needs the new one.")
def returns_the_old_mean(w, g, G, lr, beta=0.9, eps=1e-8):
    return rmsprop_step(w, g, G, lr, beta, eps)[0], G


@mistake("The root of the mean came back: G itself is asked.")
def returns_the_root(w, g, G, lr, beta=0.9, eps=1e-8):
    w, G = rmsprop_step(w, g, G, lr, beta, eps)
    return w, np.sqrt(G)


@mistake("The first result is the step alone: where does the parameter end up?")
def returns_the_step(w, g, G, lr, beta=0.9, eps=1e-8):
    new, G = rmsprop_step(w, g, G, lr, beta, eps)
    return w - new, G


@mistake("The two are the other way round: w comes first.")
def swaps_the_results(w, g, G, lr, beta=0.9, eps=1e-8):
    return rmsprop_step(w, g, G, lr, beta, eps)[::-1]


@mistake("The shares have changed places, and eps stands inside the root.")
def swaps_the_shares_with_eps_inside(w, g, G, lr, beta=0.9, eps=1e-8):
    G = (1 - beta) * G + beta * g**2
    return w - lr * g / np.sqrt(G + eps), G
