import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One step for a whole network
#
# `params` is a list of arrays of any shapes, `grads` the list of their gradients. Return a new
# list with $w - \eta\, g$ for each pair, $\eta$ = `lr`. The old weights may still be needed.

# %% [markdown] tags=["hint"]
# Try it on one pair: w = [1, 2], g = [0.5, -1] and lr = 0.1 give [0.95, 2.1]. Print w afterwards as
# well, and the type of what you return.


# %% tags=["solution"]
def sgd_step(params, grads, lr):
    """Return the list of w - lr g for each array of `params` and its gradient in `grads`."""
    return [w - lr * g for w, g in zip(params, grads, strict=True)]


# %% tags=["cases"]
promises = ["float32", "empty", "pure", "repeatable"]


def visible():
    yield (
        [np.array([1.0, 2.0]), np.array([[3.0]])],
        [np.array([0.5, -1.0]), np.array([[10.0]])],
        0.1,
    )
    yield [np.array([4.0, 2.0], np.float32)], [np.array([2.0, -8.0], np.float32)], 0.25


def hidden(rng):
    for shapes in [[(3, 4), (4,), (4, 2), (2,)], [(5,)], [(2, 3, 1), (2, 2)]]:
        params, grads = ([rng.normal(size=s) for s in shapes] for _ in range(2))
        yield params, grads, float(rng.uniform(0.01, 0.5))
    params, grads = ([rng.normal(size=3).astype(np.float32) for _ in range(2)] for _ in range(2))
    yield params, grads, 0.25


def empty(rng):
    params, grads = ([rng.normal(size=(2, 2)), np.zeros((0, 3))] for _ in range(2))
    yield params, grads, 0.25


# %% tags=["mistakes"]
@mistake("The numbers are right, but they were written into the arrays that you were given.")
def changes_the_arrays(params, grads, lr):
    for w, g in zip(params, grads, strict=True):
        w -= lr * g
    return params


@mistake("The step goes uphill: the gradient points to where the loss grows.")
def climbs(params, grads, lr):
    return sgd_step(params, grads, -lr)


@mistake("The step does not depend on lr.")
def ignores_the_rate(params, grads, lr):
    return sgd_step(params, grads, 1.0)


@mistake("These are the steps alone: where do the parameters end up?")
def returns_the_steps(params, grads, lr):
    return [-lr * g for g in grads]


@mistake("Only the first array has moved: go through the whole list.")
def moves_the_first_only(params, grads, lr):
    return sgd_step(params[:1], grads[:1], lr) + params[1:]


@mistake("Nothing has moved: does what you compute get into the list that you return?")
def moves_nothing(params, grads, lr):
    return [w.copy() for w in params]


@mistake("The parameters shrink with lr, not by the gradient: what does lr multiply?")
def rate_times_parameter(params, grads, lr):
    return [lr * w - g for w, g in zip(params, grads, strict=True)]


@mistake("Only the signs of the gradients are used: their sizes count, too.")
def follows_the_signs(params, grads, lr):
    return sgd_step(params, [np.sign(g) for g in grads], lr)


@mistake("These are the steps alone: where do the parameters end up?")
def returns_the_rate_times_the_gradients(params, grads, lr):
    return [lr * g for g in grads]


@mistake("Only the first array came back: is the return inside the loop?")
def returns_from_the_loop(params, grads, lr):
    return sgd_step(params[:1], grads[:1], lr)
