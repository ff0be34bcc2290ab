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
# Everything is element by element, in arrays of one shape, whichever; $\eta$ = `lr` and
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
        w, G = adagrad_step(w, np.array(g), G, 0.1)
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
@mistake("The step was taken with the old G: the gradient of now belongs to it.")
def takes_the_old_sum(w, g, G, lr, eps=1e-8):
    return w - lr * g / (np.sqrt(G) + eps), G + g**2


@mistake("eps stands inside the root: it is added to the root here.")
def eps_inside(w, g, G, lr, eps=1e-8):
    G = G + g**2
    return w - lr * g / np.sqrt(G + eps), G


@mistake("The step is divided by G itself: a root is missing.")
def forgets_the_root(w, g, G, lr, eps=1e-8):
    G = G + g**2
    return w - lr * g / (G + eps), G


@mistake("G gathers the gradients, not their squares.")
def forgets_the_square(w, g, G, lr, eps=1e-8):
    G = G + g
    with np.errstate(all="ignore"):
        return w - lr * g / (np.sqrt(G) + eps), G


@mistake("The step climbs: which sign has it?")
def climbs(w, g, G, lr, eps=1e-8):
    G = G + g**2
    return w + lr * g / (np.sqrt(G) + eps), G


@mistake("G holds the square of now alone: it is a sum over all steps.")
def forgets_the_sum(w, g, G, lr, eps=1e-8):
    G = g**2
    return w - lr * g / (np.sqrt(G) + eps), G
