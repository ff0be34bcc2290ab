import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Clip by the norm
#
# `grads` is a list of arrays of any shapes, the gradients of one network. Their norm is one number,
# over all of them together: $\lVert g \rVert = \sqrt{\sum g_i^2}$, with $i$ over all numbers of all
# arrays. If it exceeds `max_norm` > 0, multiply every array by `max_norm` $/ \lVert g \rVert$, so
# that the direction stays and the norm becomes `max_norm`. Otherwise all numbers remain, zeros too.
# Return a new list. (PyTorch adds $10^{-6}$ to the norm before it divides; here nothing is added.)

# %% [markdown] tags=["hint"]
# The list [3, 0], [[4]] has one norm, which is 5. Print the factor that you multiply by, for this
# list, with a limit of 1 and with a limit of 10.


# %% tags=["solution"]
def clip_by_norm(grads, max_norm):
    """Return the list of gradients, scaled so that their common norm is `max_norm` at most."""
    norm = np.sqrt(sum(float(np.sum(g.astype(float) ** 2)) for g in grads))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * float(factor) for g in grads]


# %% tags=["cases"]
promises = ["integer: grads", "float32: grads", "pure", "repeatable"]


def visible():
    yield [np.array([3.0, 0.0]), np.array([[4.0]])], 1.0
    yield [np.array([3.0, 0.0]), np.array([[4.0]])], 10.0
    yield [np.array([0.3, -0.4]), np.array([0.0])], 0.25
    yield [np.zeros(2), np.zeros((1, 2))], 0.5
    yield [np.array([6, -2]), np.array([[3]])], 3.5
    yield [np.array([2.0, -3.0], np.float32), np.array([6.0], np.float32)], 0.5


def hidden(rng):
    for shapes in [[(3, 4), (4,), (4, 2), (2,)], [(5,)], [(2, 3, 1), (2, 2)]]:
        grads = [rng.normal(size=s) * rng.uniform(0.3, 3) for s in shapes]
        norm = float(np.sqrt(sum(np.sum(g**2) for g in grads)))
        for share in [0.2, 0.9, 1.1, 5.0]:
            yield grads, share * norm
        yield [g * 0.1 for g in grads], 0.05 * norm
    yield [np.zeros(3), np.array([[0.0]])], 2.0
    yield [np.zeros(3), rng.normal(size=(2, 2))], 0.3
    yield [rng.normal(size=(2, 3)).T, rng.normal(size=2)], 1.0
    yield [rng.normal(size=(2, 2)).astype(np.float32) for _ in range(2)], 0.7


# %% tags=["mistakes"]
def norm_of(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads))


@mistake("Each array was shortened by its own norm: one norm and one factor serve the whole list.")
def clips_each_alone(grads, max_norm):
    return [g * (max_norm / max(norm_of([g]), max_norm)) for g in grads]


@mistake("Single numbers were cut at max_norm, so the direction has changed.")
def clips_numbers(grads, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in grads]


@mistake("Short gradients were made longer: only a norm beyond max_norm is changed.")
def scales_always(grads, max_norm):
    norm = norm_of(grads)
    return [g * (max_norm / (norm if norm else 1.0)) for g in grads]


@mistake("Short gradients were made longer, and zeros became nan.")
def scales_always_and_zeros(grads, max_norm):
    with np.errstate(all="ignore"):
        return [g * (max_norm / norm_of(grads)) for g in grads]


@mistake("The square of the norm was compared: a root is missing.")
def forgets_the_root(grads, max_norm):
    norm = norm_of(grads) ** 2
    return [g * (max_norm / max(norm, max_norm)) for g in grads]


@mistake("Long gradients came out with norm 1: max_norm is asked.")
def scales_to_one(grads, max_norm):
    norm = norm_of(grads)
    return [g / (norm if norm > max_norm else 1.0) for g in grads]
