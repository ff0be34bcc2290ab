import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One unit a layer
#
# A number `x` runs through a chain of sigmoid units, one a layer: $s_l = w_l a_{l-1} + b_l$,
# $a_l = \sigma(s_l)$, $a_0 = x$. With the target `y`, $J = (a_L - y)^2/2$. Return `(dw, db)`, two
# lists: $\partial J/\partial w_l$ and $\partial J/\partial b_l$ for each layer, first layer first.
# Compute each $\delta_l = \partial J/\partial s_l$ from $\delta_{l+1}$.

# %% [markdown] tags=["hint"]
# Work through the first example by hand: the output is 0.6, so the slope of J there is -0.4, and
# the slope of the sigmoid is 0.24. Print your delta, and compare it with these two numbers.


# %% tags=["solution"] parts=["dw", "db"]
def chain_gradients(x, y, weights, biases):
    """Return (dw, db), lists of dJ/dw and dJ/db for a chain of single sigmoid units."""
    activations = [x]
    for w, b in zip(weights, biases, strict=True):
        activations.append(1 / (1 + np.exp(-(w * activations[-1] + b))))
    dw, db = [], []
    upstream = activations[-1] - y
    for layer in reversed(range(len(weights))):
        a = activations[layer + 1]
        delta = upstream * a * (1 - a)
        dw.insert(0, delta * activations[layer])
        db.insert(0, delta)
        upstream = delta * weights[layer]
    return dw, db


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def visible():
    yield 0.5, 1.0, [0.8109302162163288], [0.0]  # the output is 0.6, as in the lecture
    yield 2.0, 0.0, [0.5, -3.0], [-1.0, 1.0]
    yield -1, 1, [1, 2, -3], [1, 0, 1]


def hidden(rng):
    for depth in [1, 2, 3, 4, 5]:
        weights, biases = rng.uniform(0.5, 2.0, size=(2, depth))
        weights *= rng.choice([-1.0, 1.0], size=depth)
        x = float(rng.uniform(0.5, 2.0))
        yield x, float(rng.integers(0, 2)), weights.tolist(), biases.tolist()
    yield 2, 1, [1, -2, 1], [0, 1, -1]


# %% tags=["mistakes"]
def spoiled(x, y, weights, biases, **changes):
    """The solution with one step replaced: `first`, `last_slope`, `slope`, `input`, `back`, ..."""
    a, scores = [x], []
    for w, b in zip(weights, biases, strict=True):
        scores.append(w * a[-1] + b)
        a.append(1 / (1 + np.exp(-scores[-1])))
    slope = changes.get("slope", lambda a: a * (1 - a))
    dw, db = [], []
    upstream = changes.get("first", a[-1] - y)
    for layer in reversed(range(len(weights))):
        last = layer == len(weights) - 1
        at = scores[layer] if changes.get("at_the_score") else a[layer + 1]
        delta = upstream * (changes.get("last_slope", slope) if last else slope)(at)
        dw.insert(0, delta * changes.get("input", lambda before, after: before)(*a[layer:][:2]))
        db.insert(0, delta)
        upstream = delta * changes.get("back", lambda weights, layer: weights[layer])(
            weights, layer
        )
    return dw, db


@mistake("The lists run from the last layer to the first: they should go with weights and biases.")
def last_layer_first(x, y, weights, biases):
    return tuple(gradients[::-1] for gradients in spoiled(x, y, weights, biases))


@mistake("The slope of the last sigmoid is missing: this loss does not cancel it.")
def forgets_the_last_slope(x, y, weights, biases):
    return spoiled(x, y, weights, biases, last_slope=lambda a: 1.0)


@mistake("The last layer is right, the ones before lack the slopes of their sigmoids.")
def forgets_the_inner_slopes(x, y, weights, biases):
    return spoiled(x, y, weights, biases, slope=lambda a: 1.0, last_slope=lambda a: a * (1 - a))


@mistake("The sigmoid was applied to numbers that had been through it: a is an output already.")
def applies_the_sigmoid_again(x, y, weights, biases):
    def slope(a):
        return 1 / (1 + np.exp(-a)) * (1 - 1 / (1 + np.exp(-a)))

    return spoiled(x, y, weights, biases, slope=slope)


@mistake("The slope a (1 - a) was computed with the score of a unit: which number is its output?")
def slope_of_the_score(x, y, weights, biases):
    return spoiled(x, y, weights, biases, at_the_score=True)


@mistake("All gradients have the wrong sign: a step against them would raise the loss.")
def turns_the_signs(x, y, weights, biases):
    return tuple([-d for d in gradients] for gradients in spoiled(x, y, weights, biases))


@mistake("All gradients are twice as large as they should be: what does the half of J cancel?")
def forgets_the_half(x, y, weights, biases):
    return tuple([2 * d for d in gradients] for gradients in spoiled(x, y, weights, biases))


@mistake("Each dw has the output of its own unit as a factor. What does the weight multiply?")
def multiplies_by_the_output(x, y, weights, biases):
    return spoiled(x, y, weights, biases, input=lambda before, after: after)


@mistake("db repeats dw. A bias is added: what is the slope of w a + b when b moves?")
def gives_the_biases_an_input(x, y, weights, biases):
    dw, _ = spoiled(x, y, weights, biases)
    return dw, dw


@mistake("On its way back delta does not meet a weight: how much of a moves the next score?")
def forgets_the_weights(x, y, weights, biases):
    return spoiled(x, y, weights, biases, back=lambda weights, layer: 1.0)


@mistake("On its way back delta meets the wrong weight: which one joins the two units?")
def takes_the_weight_before(x, y, weights, biases):
    return spoiled(x, y, weights, biases, back=lambda weights, layer: weights[max(layer - 1, 0)])


@mistake("All gradients are half as large as they should be: what is the slope of (a - y)²/2?")
def halves(x, y, weights, biases):
    return tuple([d / 2 for d in gradients] for gradients in spoiled(x, y, weights, biases))


@mistake("dw and db have changed places.")
def swaps_the_order(x, y, weights, biases):
    return spoiled(x, y, weights, biases)[::-1]


@mistake(
    "The slopes of all sigmoids are missing: delta belongs to a unit's score, not to its output."
)
def forgets_all_slopes(x, y, weights, biases):
    return spoiled(x, y, weights, biases, slope=lambda a: 1.0)


@mistake("The last layer is right; on the way back delta meets the slope of the wrong sigmoid.")
def takes_the_slope_behind(x, y, weights, biases):
    a = [x]
    for w, b in zip(weights, biases, strict=True):
        a.append(1 / (1 + np.exp(-(w * a[-1] + b))))
    delta = (a[-1] - y) * a[-1] * (1 - a[-1])
    dw, db = [], []
    for layer in reversed(range(len(weights))):
        dw.insert(0, delta * a[layer])
        db.insert(0, delta)
        delta = delta * weights[layer] * a[layer + 1] * (1 - a[layer + 1])
    return dw, db


@mistake("For whole weights the gradients lost their decimals: can your array hold any?")
def keeps_whole_numbers(x, y, weights, biases):
    pairs = zip(spoiled(x, y, weights, biases), (weights, biases), strict=True)
    return tuple(np.array(d).astype(np.asarray(like).dtype).tolist() for d, like in pairs)
