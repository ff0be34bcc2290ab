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


# %% tags=["solution"] points=2 minutes=20
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
    x = np.array([[[[1.0, -2.0, 3.0], [0.0, 4.0, -1.0]]]])
    w1 = np.array([[[[1.0, 0.0, 2.0], [0.0, -1.0, 0.0], [3.0, 0.0, 0.0]]]])
    yield x, w1, np.array([0.5]), np.array([[[[-0.5]]]]), np.array([1.0]), None


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
@mistake("ReLU came before the sum: add what comes around first, then rectify.")
def rectifies_before_the_sum(x, w1, b1, w2, b2, shortcut=None):
    inner = residual_block(x, w1, b1, w2, b2, lambda x: 0.0)
    return inner + (x if shortcut is None else shortcut(x))


@mistake("The last ReLU is missing: negative numbers came out.")
def forgets_the_last_relu(x, w1, b1, w2, b2, shortcut=None):
    up, down = (
        residual_block(
            x, w1, b1, s * w2, s * b2, lambda x, s=s: s * (x if shortcut is None else shortcut(x))
        )
        for s in (1, -1)
    )
    return up - down


@mistake("Nothing came around the layers: where is the input added?")
def forgets_the_shortcut(x, w1, b1, w2, b2, shortcut=None):
    return residual_block(x, w1, b1, w2, b2, lambda x: 0.0)
