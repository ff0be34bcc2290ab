import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A step with frozen layers
#
# `params` is a list of arrays of any shapes, `grads` the list of their gradients, and `frozen` a
# list of indices, counted from 0, in any order, perhaps empty. Return a new list as long as
# `params`: $w - \eta\, g$ with $\eta$ = `lr` where the index is not frozen, and the array as it is
# where it is. Nobody needs the gradient of a frozen array, so it may hold anything, even `nan`.

# %% [markdown] tags=["hint"]
# Try three arrays [1], [2], [3] whose gradients are all [10], with lr = 0.1 and frozen = [1]. Print
# the three arrays that you return, and then how many arrays you return when two are frozen.


# %% tags=["solution"] minutes=8
def frozen_sgd_step(params, grads, lr, frozen):
    """Return the list of w - lr g, but of w itself for each index in `frozen`."""
    pairs = enumerate(zip(params, grads, strict=True))
    return [w if i in frozen else w - lr * g for i, (w, g) in pairs]


# %% tags=["cases"]
promises = ["float32", "pure", "repeatable"]


def visible():
    params = [np.array([1.0]), np.array([2.0, -2.0]), np.array([[3.0, 0.5]])]
    grads = [np.array([10.0]), np.array([-10.0, 5.0]), np.array([[20.0, 1.0]])]
    yield params, grads, 0.1, [1]
    yield params, grads, 0.5, [2, 0]
    yield params, grads, 0.1, []
    yield params, [np.array([np.nan]), grads[1], grads[2]], 0.2, [0]


def hidden(rng):
    shapes = [(3, 4), (4,), (4, 2), (2,), (2, 3)]
    for frozen in [[0, 1], [3], [4, 2, 0], [], [0, 1, 2, 3, 4], [1, 4]]:
        params, grads = ([rng.normal(size=s) for s in shapes] for _ in range(2))
        yield params, grads, float(rng.uniform(0.05, 0.5)), frozen
    params, grads = ([rng.normal(size=(2, 2)).T for _ in range(3)] for _ in range(2))
    yield params, [grads[0], np.full((2, 2), np.nan), grads[2]], 0.3, [1]
    params, grads = ([rng.normal(size=3).astype(np.float32) for _ in range(2)] for _ in range(2))
    yield params, grads, 0.25, [1]


# %% tags=["mistakes"]
def with_frozen(change):
    """The solution with another list of frozen indices."""

    def answer(params, grads, lr, frozen):
        return frozen_sgd_step(params, grads, lr, change(frozen, len(params)))

    return answer


freezes_the_others = mistake(
    "The frozen arrays have moved and the others have not: turn the condition round."
)(with_frozen(lambda frozen, n: [i for i in range(n) if i not in frozen]))
freezes_nothing = mistake("Every array has moved: where do you look at `frozen`?")(
    with_frozen(lambda frozen, n: [])
)
freezes_everything = mistake("Nothing has moved, although some arrays are not frozen.")(
    with_frozen(lambda frozen, n: range(n))
)
counts_from_one = mistake("The wrong arrays are frozen: indices count from 0.")(
    with_frozen(lambda frozen, n: [i - 1 for i in frozen])
)
freezes_the_next = mistake("The array behind each frozen one is frozen in its place.")(
    with_frozen(lambda frozen, n: [i + 1 for i in frozen])
)
freezes_the_first_few = mistake(
    "The first arrays are frozen, as many as `frozen` is long: its numbers say which ones."
)(with_frozen(lambda frozen, n: range(len(frozen))))
freezes_all_below = mistake(
    "All arrays up to the largest frozen index stayed: only those that are listed stay."
)(with_frozen(lambda frozen, n: range(max(frozen, default=-1) + 1)))
freezes_one = mistake("One array alone is frozen: `frozen` may list several.")(
    with_frozen(lambda frozen, n: list(frozen)[:1])
)
freezes_the_last = mistake("Of those listed, the last alone is frozen: all of them stay.")(
    with_frozen(lambda frozen, n: list(frozen)[-1:])
)


@mistake(
    "Where a gradient holds nan, the frozen array became nan: 0 times nan is nan. Leave it out."
)
def multiplies_by_zero(params, grads, lr, frozen):
    pairs = enumerate(zip(params, grads, strict=True))
    return [w - lr * g * (i not in frozen) for i, (w, g) in pairs]


@mistake("The frozen arrays are missing from the list: they come back as they are.")
def drops_the_frozen(params, grads, lr, frozen):
    pairs = enumerate(zip(params, grads, strict=True))
    return [w - lr * g for i, (w, g) in pairs if i not in frozen]


@mistake("The frozen arrays came back as zeros: they keep their numbers.")
def empties_the_frozen(params, grads, lr, frozen):
    moved = frozen_sgd_step(params, grads, lr, frozen)
    return [0 * w if i in frozen else w for i, w in enumerate(moved)]


@mistake("Frozen arrays stand first and the others behind them: the order of `params` stays.")
def sorts_the_frozen_first(params, grads, lr, frozen):
    moved = frozen_sgd_step(params, grads, lr, frozen)
    return [moved[i] for i in frozen] + [w for i, w in enumerate(moved) if i not in frozen]


@mistake("The frozen arrays moved by a part of their step: they do not move at all.")
def slows_the_frozen(params, grads, lr, frozen):
    pairs = enumerate(zip(params, grads, strict=True))
    return [w - (0.1 * lr if i in frozen else lr) * g for i, (w, g) in pairs]


@mistake("The frozen arrays have their gradients in their place.")
def returns_their_gradients(params, grads, lr, frozen):
    pairs = enumerate(zip(params, grads, strict=True))
    return [g if i in frozen else w - lr * g for i, (w, g) in pairs]


@mistake("The step goes uphill: the gradient points to where the loss grows.")
def climbs(params, grads, lr, frozen):
    return frozen_sgd_step(params, grads, -lr, frozen)


@mistake("The step does not depend on lr.")
def ignores_the_rate(params, grads, lr, frozen):
    return frozen_sgd_step(params, grads, 1.0, frozen)


@mistake("Arrays that are not frozen are given as steps: where do they end up?")
def returns_the_steps(params, grads, lr, frozen):
    pairs = enumerate(zip(params, grads, strict=True))
    return [w if i in frozen else -lr * g for i, (w, g) in pairs]


@mistake("The numbers are right, but they were written into the arrays that you were given.")
def changes_the_arrays(params, grads, lr, frozen):
    for i, (w, g) in enumerate(zip(params, grads, strict=True)):
        if i not in frozen:
            w -= lr * g
    return params


@mistake("The list stops at the first frozen array: go on with the next one.")
def stops_at_the_first(params, grads, lr, frozen):
    moved = frozen_sgd_step(params, grads, lr, frozen)
    return moved[: min(frozen, default=len(moved))]
