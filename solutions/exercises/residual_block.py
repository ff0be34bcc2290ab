import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Around two layers
#
# A residual block adds what comes in to what two layers make of it:
#
# $$y = \mathrm{relu}\bigl(\ell_2(\mathrm{relu}(\ell_1(x))) + \text{shortcut}(x)\bigr)$$
#
# `shortcut` is a function of one array; `None` stands for the identity. The layer $\ell_1$ has the
# weights `w1` and the biases `b1`, $\ell_2$ has `w2` and `b2`. There are two kinds:
#
# - `x` (N, D) and weights with two axes: dense layers, $\ell_1(x)$ = `x @ w1 + b1`, with `w1`
#   (D, M) and `b1` (M,).
# - `x` (N, C, H, W) and weights with four axes: convolutions of stride 1, with `w1` (M, C, F, F),
#   $F$ odd, and `b1` (M,), one number a filter. Zeros around each map, $(F - 1)/2$ on every side,
#   keep H and W. The filters are not flipped, as in all deep-learning libraries. The two layers may
#   have filters of different sides.
#
# For example, `x = [[2, 1]]`, `w1 = [[1], [1]]`, `w2 = [[-1, 2]]` and no biases: the layers give
# 3, then (-3, 6), the sum is (-1, 7) and the result `[[0, 7]]`.

# %% [markdown] tags=["hint"]
# Take the example with two numbers and print all that lies between `x` and the result: after the
# first layer, after the second one, after the sum. For images begin with a filter of side 1.


# %% tags=["solution"] points=2 minutes=14
def residual_block(x, w1, b1, w2, b2, shortcut=None):
    """Return relu(layer_2(relu(layer_1(x))) + shortcut(x)), with dense layers or convolutions."""

    def layer(x, w, b):
        if w.ndim == 2:
            return x @ w + b
        pad, (H, W) = w.shape[2] // 2, x.shape[2:]
        x, out = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)]), b[:, None, None]
        for i, j in np.ndindex(w.shape[2:]):
            out = out + np.einsum("kc,nchw->nkhw", w[:, :, i, j], x[:, :, i : i + H, j : j + W])
        return out

    inner = layer(np.maximum(layer(x, w1, b1), 0), w2, b2)
    return np.maximum(inner + (x if shortcut is None else shortcut(x)), 0)


# %% tags=["probe"]
def collect(fn, case):
    x, w1, b1, w2, b2, P = case
    if P is None:
        return fn(x, w1, b1, w2, b2)

    def shortcut(x):  # P (D, D') on rows, a convolution of side 1 with P (K, C) on images
        return x @ P if x.ndim == 2 else np.einsum("kc,nchw->nkhw", P, x)

    return fn(x, w1, b1, w2, b2, shortcut)


def layer_of(x, w, b):
    """A layer's output in float64, by one product with all patches."""
    x, w, b = (np.asarray(a, np.float64) for a in (x, w, b))
    if w.ndim == 2:
        return np.einsum("nd,dm->nm", x, w) + b
    (F, _), (H, W) = w.shape[2:], x.shape[2:]
    padded = np.zeros((*x.shape[:2], H + F - 1, W + F - 1))
    padded[:, :, F // 2 : F // 2 + H, F // 2 : F // 2 + W] = x
    rows, columns = np.arange(H)[:, None] + np.arange(F), np.arange(W)[:, None] + np.arange(F)
    patches = padded[:, :, rows[:, None, :, None], columns[None, :, None, :]]
    return np.tensordot(patches, w, [(1, 4, 5), (1, 2, 3)]).transpose(0, 3, 1, 2) + b[:, None, None]


def judge(case, raw):
    x, w1, b1, w2, b2, P = case
    due = layer_of(np.maximum(layer_of(x, w1, b1), 0), w2, b2)
    if P is None:
        due = due + x
    else:
        due = due + (
            np.einsum("kc,nchw->nkhw", P, x) if x.ndim > 2 else np.einsum("nd,dm->nm", x, P)
        )
    due = np.maximum(due, 0)
    return {"result": (raw, due.astype(w1.dtype))}


def call(case):
    *arrays, P = case
    braces = ", ".join(["{}"] * len(arrays))
    if P is None:
        return f"residual_block({braces})", *arrays
    way = "x @ {}" if case[0].ndim == 2 else 'np.einsum("kc,nchw->nkhw", {}, x)'
    return f"residual_block({braces}, lambda x: {way})", *arrays, P


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x", "pure", "repeatable"]


def visible():
    w1, w2 = np.array([[1.0], [1.0]]), np.array([[-1.0, 2.0]])
    yield np.array([[2.0, 1.0]]), w1, np.zeros(1), w2, np.zeros(2), None
    w1, w2 = (
        np.array([[1.0, -1.0, 0.5], [2.0, 1.0, -2.0]]),
        np.array([[1.0, 2.0], [-1.0, 0.5], [3.0, -2.0]]),
    )
    x, b1, b2 = (
        np.array([[1.0, -2.0], [-3.0, 0.5]]),
        np.array([0.5, 1.0, -1.0]),
        np.array([1.0, -0.5]),
    )
    yield x, w1, b1, w2, b2, None
    yield x, w1, b1, w2, b2, np.array([[0.5, -1.0], [2.0, 1.0]])
    x = np.array([[[[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]]]])
    first = [[1.0, 0.0, 2.0], [0.0, -1.0, 0.0], [3.0, 0.0, 0.5]]
    w1 = np.array([[first], [[[0.0, 1.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, -1.0]]]])
    w2 = np.array([[[[0.5]], [[-1.0]]]])
    yield x, w1, np.array([0.5, -1.0]), w2, np.array([1.0]), None


def hidden(rng):
    for N, D, M, K in [(4, 3, 5, 3), (3, 4, 4, 4), (2, 3, 4, 5), (1, 2, 3, 2)]:
        P = rng.normal(size=(D, K))
        for shortcut in [P] if K != D else [None, P]:
            yield (
                *(rng.normal(size=(N, D)), rng.normal(size=(D, M)), rng.normal(size=M)),
                *(rng.normal(size=(M, K)), rng.normal(size=K), shortcut),
            )
    for (N, C, M, K), (F, G), sides in [
        ((2, 2, 3, 2), (3, 3), (4, 5)),
        ((1, 3, 2, 3), (5, 3), (3, 6)),
        ((3, 2, 2, 2), (1, 5), (6, 4)),
        ((2, 2, 3, 4), (3, 1), (5, 3)),
    ]:
        P = rng.normal(size=(K, C))
        for shortcut in [P] if K != C else [None, P]:
            yield (
                *(rng.normal(size=(N, C, *sides)), rng.normal(size=(M, C, F, F))),
                *(rng.normal(size=M), rng.normal(size=(K, M, G, G)), rng.normal(size=K), shortcut),
            )


# %% tags=["mistakes"]
def relu(s):
    return np.maximum(s, 0)


def around_of(x, shortcut):
    return x if shortcut is None else shortcut(x)


def with_end(end):
    """The solution with another end; `end` gets what the layers and what the way around give."""

    def answer(x, w1, b1, w2, b2, shortcut=None):
        inner = layered(relu(layered(x, w1, b1)), w2, b2)
        return end(inner, around_of(x, shortcut))

    return answer


def with_layers(run):
    """The solution with other layers; `run` gets x and the parameters."""

    def answer(x, w1, b1, w2, b2, shortcut=None):
        return relu(run(x, w1, b1, w2, b2) + around_of(x, shortcut))

    return answer


def with_taps(change=lambda w: w, place=lambda F: F // 2, mode="constant", bias=1):
    """The solution with other convolutions: filters, zeros before a map, padding, bias."""

    def layer(x, w, b):
        return layered(x, w, b) if w.ndim == 2 else layered(x, change(w), bias * b, place, mode)

    return with_layers(lambda x, w1, b1, w2, b2: layer(relu(layer(x, w1, b1)), w2, b2))


def layered(x, w, b, place=lambda F: F // 2, mode="constant"):
    """A dense layer, or a convolution with its padding open."""
    if w.ndim == 2:
        return x @ w + b
    F, (H, W) = w.shape[2], x.shape[2:]
    ends = (place(F), F - 1 - place(F))
    if 0 in x.shape:
        return np.zeros((len(x), len(w), H, W))
    padded, out = np.pad(x, [(0, 0), (0, 0), ends, ends], mode), b[:, None, None]
    for i, j in np.ndindex(F, F):
        out = out + np.einsum("kc,nchw->nkhw", w[:, :, i, j], padded[:, :, i : i + H, j : j + W])
    return out


rectifies_before_the_sum = mistake(
    "ReLU came before the sum: add what comes around, then rectify."
)(with_end(lambda inner, around: relu(inner) + around))
rectifies_before_and_after_the_sum = mistake(
    "There is one ReLU too many: the second layer's output goes into the sum as it is."
)(with_end(lambda inner, around: relu(relu(inner) + around)))
rectifies_what_comes_around = mistake("What comes around was rectified before it was added.")(
    with_end(lambda inner, around: relu(inner + relu(around)))
)
rectifies_both_ways = mistake("Both ways were rectified before the sum: the sum is, behind it.")(
    with_end(lambda inner, around: relu(inner) + relu(around))
)
forgets_the_last_relu = mistake("The last ReLU is missing: negative numbers came out.")(
    with_end(lambda inner, around: inner + around)
)
forgets_the_shortcut = mistake("Nothing came around the layers: where is the input added?")(
    with_end(lambda inner, around: relu(inner))
)
forgets_the_layers = mistake("Only what comes around is there: where do the layers add to it?")(
    with_end(lambda inner, around: relu(around))
)
forgets_shortcut_and_relu = mistake("That is what the two layers give: what comes around them?")(
    with_end(lambda inner, around: inner)
)
subtracts_the_shortcut = mistake("What comes around was subtracted: it is added.")(
    with_end(lambda inner, around: relu(inner - around))
)
subtracts_the_layers = mistake("What the layers give was subtracted: it is added.")(
    with_end(lambda inner, around: relu(around - inner))
)
multiplies_the_ways = mistake("The two ways were multiplied: they are added.")(
    with_end(lambda inner, around: relu(inner * around))
)
averages_the_ways = mistake("The two ways were averaged: they are added.")(
    with_end(lambda inner, around: relu(inner + around) / 2)
)
adds_it_twice = mistake("What comes around was added twice.")(
    with_end(lambda inner, around: relu(inner + 2 * around))
)
takes_the_larger_way = mistake("The larger of the two ways was taken: they are added.")(
    with_end(lambda inner, around: relu(np.maximum(inner, around)))
)
joins_the_ways = mistake("The two ways stand side by side: they are added.")(
    with_end(lambda inner, around: relu(np.concatenate([inner, around], axis=1)))
)
takes_the_magnitude = mistake("At the end negative numbers became positive: ReLU makes them 0.")(
    with_end(lambda inner, around: np.abs(inner + around))
)
forgets_the_first_relu = mistake("There is no ReLU between the two layers.")(
    with_layers(lambda x, w1, b1, w2, b2: layered(layered(x, w1, b1), w2, b2))
)
rectifies_the_input = mistake("The layers got a rectified input: the first one takes x itself.")(
    with_layers(lambda x, w1, b1, w2, b2: layered(relu(layered(relu(x), w1, b1)), w2, b2))
)
rectifies_in_front_of_the_layers = mistake(
    "ReLU stands in front of each layer: it stands behind the first one and behind the sum."
)(
    lambda x, w1, b1, w2, b2, shortcut=None: (
        layered(relu(layered(relu(x), w1, b1)), w2, b2) + around_of(x, shortcut)
    )
)
forgets_the_first_bias = mistake("b1 makes no difference in your result.")(
    with_layers(lambda x, w1, b1, w2, b2: layered(relu(layered(x, w1, 0 * b1)), w2, b2))
)
forgets_the_second_bias = mistake("b2 makes no difference in your result.")(
    with_layers(lambda x, w1, b1, w2, b2: layered(relu(layered(x, w1, b1)), w2, 0 * b2))
)
forgets_the_biases = mistake("b1 and b2 make no difference in your result.")(
    with_layers(lambda x, w1, b1, w2, b2: layered(relu(layered(x, w1, 0 * b1)), w2, 0 * b2))
)
adds_the_bias_behind_relu = mistake("b1 was added behind the ReLU: it belongs to the layer.")(
    with_layers(
        lambda x, w1, b1, w2, b2: layered(
            relu(layered(x, w1, 0 * b1)) + (b1 if w1.ndim == 2 else b1[:, None, None]), w2, b2
        )
    )
)
subtracts_the_biases = mistake("The biases were subtracted: they are added.")(
    with_layers(lambda x, w1, b1, w2, b2: layered(relu(layered(x, w1, -b1)), w2, -b2))
)
adds_the_hidden_layer = mistake("What lies between the two layers was added: x comes around them.")(
    lambda x, w1, b1, w2, b2, shortcut=None: relu(
        layered(relu(layered(x, w1, b1)), w2, b2) + around_of(relu(layered(x, w1, b1)), shortcut)
    )
)
flips_the_filters = mistake("The filters were flipped: here they are laid on the map as they are.")(
    with_taps(change=lambda w: w[:, :, ::-1, ::-1])
)
turns_the_filters = mistake("Rows and columns of the filters have changed places.")(
    with_taps(change=lambda w: w.swapaxes(2, 3))
)
flips_the_rows = mistake("The rows of the filters are upside down.")(
    with_taps(change=lambda w: w[:, :, ::-1])
)
flips_the_columns = mistake("The columns of the filters are the wrong way round.")(
    with_taps(change=lambda w: w[:, :, :, ::-1])
)
repeats_the_edge = mistake(
    "The pixels at the edge were repeated around each map: zeros are asked."
)(with_taps(mode="edge"))
mirrors_the_edge = mistake("The map goes on in a mirror around its edge: zeros are asked.")(
    with_taps(mode="reflect")
)
goes_round = mistake("The map goes round at its edge to the other side: zeros are asked.")(
    with_taps(mode="wrap")
)
pads_at_the_end = mistake("All zeros stand behind the map: half of them belong before it.")(
    with_taps(place=lambda F: 0)
)
pads_at_the_start = mistake("All zeros stand before the map: half of them belong behind it.")(
    with_taps(place=lambda F: F - 1)
)
convolves_without_biases = mistake("The convolutions have no biases here: one number a filter.")(
    with_taps(bias=0)
)


@mistake("shortcut makes no difference: x itself was added.")
def ignores_the_shortcut(x, w1, b1, w2, b2, shortcut=None):
    return residual_block(x, w1, b1, w2, b2)


@mistake("Without a shortcut nothing came around: None stands for the identity.")
def takes_none_for_nothing(x, w1, b1, w2, b2, shortcut=None):
    return residual_block(x, w1, b1, w2, b2, shortcut or (lambda x: 0.0))


@mistake("The shortcut and x were both added: the shortcut takes the place of x.")
def adds_shortcut_and_x(x, w1, b1, w2, b2, shortcut=None):
    inner = layered(relu(layered(x, w1, b1)), w2, b2)
    return relu(inner + x + (shortcut(x) if shortcut else 0.0))


@mistake("The shortcut was taken of what the layers give: it takes x around them.")
def takes_the_shortcut_of_the_layers(x, w1, b1, w2, b2, shortcut=None):
    inner = layered(relu(layered(x, w1, b1)), w2, b2)
    return relu(shortcut(inner) + x if shortcut else inner + x)


@mistake("The shortcut was taken of the sum: it takes x alone.")
def takes_the_shortcut_of_the_sum(x, w1, b1, w2, b2, shortcut=None):
    inner = layered(relu(layered(x, w1, b1)), w2, b2)
    return relu(around_of(inner + x, shortcut))


@mistake("The layers got what the shortcut gives: they take x, and the shortcut goes around them.")
def sends_the_shortcut_through_the_layers(x, w1, b1, w2, b2, shortcut=None):
    return residual_block(around_of(x, shortcut), w1, b1, w2, b2)


@mistake(
    "The result is right, but x was changed: += writes into the array that came in, under whatever "
    "name. Make a new one."
)
def writes_into_x(x, w1, b1, w2, b2, shortcut=None):
    out = residual_block(x, w1, b1, w2, b2, shortcut)
    if shortcut is None and x.dtype.kind == "f":
        x += layered(relu(layered(x, w1, b1)), w2, b2)
    return out


@mistake(
    "The result is right, but x was changed, with a shortcut as well: work on an array of your own."
)
def writes_into_x_whatever_comes_around(x, w1, b1, w2, b2, shortcut=None):
    out = residual_block(x, w1, b1, w2, b2, shortcut)
    if x.dtype.kind == "f":
        np.maximum(x, 0, out=x)
        x += 1
    return out
