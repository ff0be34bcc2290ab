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
# Everything is element by element, in arrays of one shape, whichever; $\eta$ = `lr` and
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
        w, G = rmsprop_step(w, np.array(g), G, 0.1, 0.75)
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
@mistake("The step was taken with the old G: the gradient of now belongs to it.")
def takes_the_old_mean(w, g, G, lr, beta=0.9, eps=1e-8):
    return w - lr * g / (np.sqrt(G) + eps), beta * G + (1 - beta) * g**2


@mistake("eps stands inside the root: it is added to the root here.")
def eps_inside(w, g, G, lr, beta=0.9, eps=1e-8):
    G = beta * G + (1 - beta) * g**2
    return w - lr * g / np.sqrt(G + eps), G


@mistake("The two shares are swapped: which part of the old mean does beta keep?")
def swaps_the_shares(w, g, G, lr, beta=0.9, eps=1e-8):
    G = (1 - beta) * G + beta * g**2
    return w - lr * g / (np.sqrt(G) + eps), G


@mistake("The new square counts in full: the two shares of a mean add up to 1.")
def adds_the_whole_square(w, g, G, lr, beta=0.9, eps=1e-8):
    G = beta * G + g**2
    return w - lr * g / (np.sqrt(G) + eps), G


@mistake("G only grows: that is AdaGrad, and beta has no part in it.")
def keeps_the_sum(w, g, G, lr, beta=0.9, eps=1e-8):
    G = G + g**2
    return w - lr * g / (np.sqrt(G) + eps), G


@mistake("The step climbs: which sign has it?")
def climbs(w, g, G, lr, beta=0.9, eps=1e-8):
    G = beta * G + (1 - beta) * g**2
    return w + lr * g / (np.sqrt(G) + eps), G
