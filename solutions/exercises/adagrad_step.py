import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### AdaGrad: a rate for each weight
#
# `G` holds, for each weight, the sum of its squared gradients so far; before the first step it is
# 0. Add the square of the gradient that has come now, then step with the new $G'$:
#
# $$G' = G + g^2, \qquad w' = w - \eta \frac{g}{\sqrt{G'} + \varepsilon}$$
#
# Everything is element by element, in arrays of the same shape; $\eta$ = `lr` and
# $\varepsilon$ = `eps`, which stands outside the root. Return $(w', G')$. Where all gradients were
# 0, $w$ stays. (PyTorch has the same formula with another `eps`, $10^{-10}$.)

# %% [markdown] tags=["hint"]
# Take one number: w = 1, g = 3, G = 16, lr = 0.1. With the new G, which is 25, the divisor is 5:
# print yours.


# %% tags=["solution"] parts=["w", "G"]
def adagrad_step(w, g, G, lr, eps=1e-8):
    """Return (w, G): the parameter and the sums of squared gradients after one step."""
    G = G + g**2
    return w - lr * g / (np.sqrt(G) + eps), G


# %% tags=["cases"]
promises = ["integer: w, g, G", "float32", "pure", "repeatable"]


def visible():
    w, G = np.array([1.0, -2.0]), np.zeros(2)
    for g in [[3.0, -0.5], [4.0, 0.0], [-12.0, 1.0]]:  # three steps in a row
        yield w, np.array(g), G, 0.1
        G = adagrad_step(w, np.array(g), G, 0.1)[1]
    yield np.array([1.0, 2.0]), np.array([3.0, 0.0]), np.array([16.0, 0.0]), 0.5, 0.5
    yield np.zeros((1, 2)), np.array([[1e-8, -3e-8]]), np.zeros((1, 2)), 0.1


def hidden(rng):
    for shape in [(4,), (3, 2), (2, 1, 3)]:
        lr, eps = float(rng.uniform(0.01, 0.5)), float(rng.uniform(0.1, 0.5))
        w, G = rng.normal(size=shape), np.zeros(shape)
        for _ in range(3):
            g = rng.normal(size=shape)
            yield w, g, G, lr, eps
            w, G = adagrad_step(w, g, G, lr, eps)
        yield w, rng.normal(size=shape), rng.uniform(1, 5, size=shape), lr
    yield rng.normal(size=3), np.array([0.0, 1.0, -2.0]), np.array([0.0, 0.0, 3.0]), 0.2
    yield np.zeros(2), rng.normal(size=2) * 1e-8, np.zeros(2), 0.3
    yield rng.normal(size=(2, 3)).T, rng.normal(size=(2, 3)).T, rng.uniform(size=(2, 3)).T, 0.3
    w, g = (rng.normal(size=(2, 2)).astype(np.float32) for _ in range(2))
    yield w, g, rng.uniform(1, 3, size=(2, 2)).astype(np.float32), 0.3


# %% tags=["mistakes"]
def with_sum(gather):
    """The solution with another G."""

    def answer(w, g, G, lr, eps=1e-8):
        G = gather(g, G)
        with np.errstate(all="ignore"):
            return w - lr * g / (np.sqrt(G) + eps), G

    return answer


def with_step(step):
    """The solution with another step, from the new G and the old one."""

    def answer(w, g, G, lr, eps=1e-8):
        new = G + g**2
        with np.errstate(all="ignore"):
            return w - step(g, new, G, lr, eps), new

    return answer


takes_the_old_sum = mistake(
    "The step was divided by the old G: the gradient of now belongs to it."
)(with_step(lambda g, G, old, lr, eps: lr * g / (np.sqrt(old) + eps)))
eps_inside = mistake("eps stands inside the root in your result: here it is added to the root.")(
    with_step(lambda g, G, old, lr, eps: lr * g / np.sqrt(G + eps))
)
forgets_eps = mistake("Where all gradients were 0, w became nan: what keeps the divisor from 0?")(
    with_step(lambda g, G, old, lr, eps: lr * g / np.sqrt(G))
)
eps_on_the_parameter = mistake("eps was added to w, not to the divisor: a bracket is missing.")(
    with_step(lambda g, G, old, lr, eps: lr * g / np.sqrt(G) - eps)
)
ignores_eps = mistake("eps makes no difference: use the one that is given.")(
    with_step(lambda g, G, old, lr, eps: lr * g / (np.sqrt(G) + 1e-8))
)
takes_another_eps = mistake("eps makes no difference: PyTorch's is not the one that is given.")(
    with_step(lambda g, G, old, lr, eps: lr * g / (np.sqrt(G) + 1e-10))
)
lifts_to_eps = mistake("eps takes part where the root is smaller alone: it is added everywhere.")(
    with_step(lambda g, G, old, lr, eps: lr * g / np.maximum(np.sqrt(G), eps))
)
forgets_the_brackets = mistake("Part of the divisor is not divided by: where do brackets belong?")(
    with_step(lambda g, G, old, lr, eps: lr / np.sqrt(G) - eps * g)
)
old_sum_and_eps_inside = mistake(
    "The step was divided by the old G, and eps stands inside the root."
)(with_step(lambda g, G, old, lr, eps: lr * g / np.sqrt(old + eps)))
forgets_the_root = mistake("The step is divided by G itself: a root is missing.")(
    with_step(lambda g, G, old, lr, eps: lr * g / (G + eps))
)
multiplies = mistake("Where gradients were large, your steps are large: the root should divide.")(
    with_step(lambda g, G, old, lr, eps: lr * g * (np.sqrt(G) + eps))
)
climbs = mistake("The step climbs: which sign has it?")(
    with_step(lambda g, G, old, lr, eps: -lr * g / (np.sqrt(G) + eps))
)
forgets_the_gradient = mistake("Every step goes down, whatever the sign of g: what is divided?")(
    with_step(lambda g, G, old, lr, eps: lr / (np.sqrt(G) + eps))
)
squares_in_the_step = mistake("The square of g was divided by the root: every step goes down.")(
    with_step(lambda g, G, old, lr, eps: lr * g**2 / (np.sqrt(G) + eps))
)
ignores_the_rate = mistake("The step does not depend on lr.")(
    with_step(lambda g, G, old, lr, eps: g / (np.sqrt(G) + eps))
)
takes_the_plain_step = mistake("G has no part in the step: what is the gradient divided by?")(
    with_step(lambda g, G, old, lr, eps: lr * g)
)
one_rate_for_all = mistake("All weights share one divisor: each has its own.")(
    with_step(lambda g, G, old, lr, eps: lr * g / (np.sqrt(np.sum(G)) + eps))
)
forgets_the_square = mistake("G gathers the gradients themselves: what of those below 0?")(
    with_sum(lambda g, G: G + g)
)
gathers_magnitudes = mistake("G gathers the sizes of the gradients: their squares are asked.")(
    with_sum(lambda g, G: G + np.abs(g))
)
squares_the_old_sum = mistake("The old G was squared: it holds squares already.")(
    with_sum(lambda g, G: G**2 + g**2)
)
forgets_the_sum = mistake("G holds the square of now alone: it is a sum over all steps.")(
    with_sum(lambda g, G: g**2)
)
one_number_for_all = mistake("Each number of G has gathered all the squares: each has its own.")(
    with_sum(lambda g, G: G + np.sum(g**2))
)
forgets_slowly = mistake("G has forgotten part of what it was: that is RMSProp. It is a sum here.")(
    with_sum(lambda g, G: 0.9 * G + (1 - 0.9) * g**2)
)
squares_the_sum = mistake("G was squared with the gradient: it holds squares already.")(
    with_sum(lambda g, G: (G + g) ** 2)
)


@mistake("w is right, and the old G came back: the next step needs the new one.")
def returns_the_old_sum(w, g, G, lr, eps=1e-8):
    return adagrad_step(w, g, G, lr, eps)[0], G


@mistake("The root of the sum came back: G itself is asked.")
def returns_the_root(w, g, G, lr, eps=1e-8):
    w, G = adagrad_step(w, g, G, lr, eps)
    return w, np.sqrt(G)


@mistake("The first result is the step alone: where does the parameter end up?")
def returns_the_step(w, g, G, lr, eps=1e-8):
    new, G = adagrad_step(w, g, G, lr, eps)
    return w - new, G


@mistake("The two are the other way round: w comes first.")
def swaps_the_results(w, g, G, lr, eps=1e-8):
    return adagrad_step(w, g, G, lr, eps)[::-1]


@mistake(
    "G gathers the sizes of the gradients, and no root is taken: squares and a root are asked."
)
def gathers_and_divides_by_magnitudes(w, g, G, lr, eps=1e-8):
    G = G + np.abs(g)
    return w - lr * g / (G + eps), G
