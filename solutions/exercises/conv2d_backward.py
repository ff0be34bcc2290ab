import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A convolutional layer, backwards
#
# Forwards, with $x'$ for the images `x` (N, C, H, W) with `padding` $p$ rows and columns of zeros
# on each side, `w` (K, C, F, F), a bias $b_k$ for each filter and `stride` $s$:
#
# $$o_{n,k,i,j} = b_k + \sum_{c,u,v} w_{k,c,u,v}\; x'_{n,c,\,is+u,\,js+v}.$$
#
# The loss reaches the outputs as `dout` (N, K, H', W') $= \partial J/\partial o$. Return
# $(\partial J/\partial x,\ \partial J/\partial w,\ \partial J/\partial b)$, each in the shape of
# the array that it belongs to: `dx` has no pads. Whether $J$ is a mean over the batch is settled in
# `dout` already. Loops are welcome.
#
# Example: an image with the rows (1, 2, 3), (4, 5, 6), a filter with the rows (1, 0), (0, 2) and
# `dout` with the row (10, 1) give `dx` with the rows (10, 1, 0), (0, 20, 2), `dw` with the rows
# (12, 23), (45, 56), and `db` = (11).

# %% [markdown] tags=["hint"]
# Take one image of 2 x 3, one filter of 2 x 2 and gradients 10 and 1 for its two places. For each
# place write down which pixels its output read, with which weights: then a pixel, and a weight, of
# your choice.


# %% tags=["solution"] points=2 minutes=20 parts=["dx", "dw", "db"]
def conv2d_backward(dout, x, w, stride=1, padding=0):
    """Return (dx, dw, db), the gradients of a convolution, given `dout` (N, K, H', W')."""
    F, (H, W) = w.shape[2], x.shape[2:]
    pads = (padding, padding)
    x = np.pad(x, [(0, 0), (0, 0), pads, pads])
    dx, dw = (np.zeros(a.shape, np.result_type(dout, x, w)) for a in (x, w))
    for i, j in np.ndindex(dout.shape[2:]):
        window = np.s_[:, :, i * stride : i * stride + F, j * stride : j * stride + F]
        d = dout[:, :, i, j]  # (N, K)
        dx[window] += np.tensordot(d, w, axes=(1, 0))  # each filter's weights, back to what it read
        dw += np.tensordot(d, x[window], axes=(0, 0))  # every image has used the same weights
    return dx[:, :, padding : padding + H, padding : padding + W], dw, dout.sum(axis=(0, 2, 3))


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: dout, x", "pure", "repeatable"]


def numbers(*shape, step=7):
    """Numbers of both signs that no row, column or channel has in common with another."""
    n = int(np.prod(shape))
    return ((np.arange(n) * step) % 11 - 4.0 + np.arange(n) * 0.25).reshape(shape)


def visible():
    x, w = np.arange(1.0, 7).reshape(1, 1, 2, 3), np.array([[[[1.0, 0.0], [0.0, 2.0]]]])
    yield np.array([[[[10.0, 1.0]]]]), x, w
    two = numbers(3, 2, 2, 2, step=5)
    yield numbers(2, 3, 2, 1), numbers(2, 2, 3, 2), two
    yield numbers(1, 3, 1, 2), numbers(1, 2, 3, 4), two, 2
    yield numbers(1, 3, 2, 3), numbers(1, 2, 1, 2), two, 1, 1
    yield numbers(2, 2, 2, 2), numbers(2, 1, 3, 4), numbers(2, 1, 3, 3, step=5), 2, 1


def hidden(rng):
    sizes = [
        (2, 3, 5, 4, 4, 3, 1, 0),
        (3, 2, 5, 7, 4, 3, 2, 0),
        (1, 3, 8, 6, 2, 3, 3, 0),
        (2, 1, 4, 5, 3, 2, 1, 1),
        (2, 2, 5, 4, 3, 3, 2, 1),
        (1, 4, 3, 6, 2, 5, 3, 2),
        (3, 2, 4, 4, 5, 4, 1, 0),
        (2, 3, 6, 4, 2, 1, 2, 0),
    ]
    for N, C, H, W, K, F, stride, padding in sizes:
        height, width = ((n + 2 * padding - F) // stride + 1 for n in (H, W))
        x, w = rng.normal(size=(N, C, H, W)), rng.normal(size=(K, C, F, F))
        yield rng.normal(size=(N, K, height, width)), x, w, stride, padding
    dout, w = rng.normal(size=(2, 3, 2, 3)), rng.normal(size=(3, 3, 2, 2))
    yield dout, rng.normal(size=(2, 4, 5, 3)).transpose(0, 3, 1, 2), w.swapaxes(2, 3), 2
    yield dout, rng.integers(-5, 6, size=(2, 3, 4, 6)), w, 2
    yield tuple(a.astype(np.float32) for a in (dout, rng.normal(size=(2, 3, 3, 4)), w))


# %% tags=["mistakes"]
def changed(change):
    """The solution with its results changed: `change` gets dx, dw, db and all that came in."""

    def answer(dout, x, w, stride=1, padding=0):
        gradients = conv2d_backward(dout, x, w, stride, padding)
        return change(*gradients, dout, x, w, stride, padding)

    return answer


def dx_of(dout, x, w, stride=1, padding=0):
    return conv2d_backward(dout, x, w, stride, padding)[0]


def padded(x, padding):
    return np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])


turns_the_filter = mistake(
    "Your dx goes through the filter turned by half a turn: a weight leads back to its own pixel."
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx_of(d, x, w[:, :, ::-1, ::-1], s, p), dw, db)))
keeps_the_pads = mistake("Your dx holds the gradient of the pads, too: cut them off.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx_of(d, padded(x, p), w, s), dw, db))
)
averages_dw = mistake(
    "Only dw is N times too small: the loss has divided by N already, inside dout."
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw / max(len(x), 1), db)))
averages_db = mistake(
    "Your db is a mean over places or images: every one of them uses the same b."
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw, d.mean(axis=(0, 2, 3)) if d.size else db)))
sums_everything = mistake("Your db is one number for all filters: each has a bias of its own.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw, d.sum()))
)
keeps_the_places_of_db = mistake(
    "Your db still has an entry for each place: how many share one b?"
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw, d.sum(axis=0))))
keeps_the_images_of_db = mistake("Your db has a row for each image: all of them share one b.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw, d.sum(axis=(2, 3))))
)
swaps_dx_and_dw = mistake("dx and dw have changed places: they come in the order x, w, b.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dw, dx, db))
)


@mistake("Where windows overlap, a pixel of dx kept what one window gave: it stands in several.")
def overwrites_dx(dout, x, w, stride=1, padding=0):
    dx, (F, _) = np.zeros_like(padded(x, padding), dtype=float), w.shape[2:]
    for i, j in np.ndindex(dout.shape[2:]):
        rows, columns = slice(i * stride, i * stride + F), slice(j * stride, j * stride + F)
        dx[:, :, rows, columns] = np.tensordot(dout[:, :, i, j], w, axes=(1, 0))
    inside = dx[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return inside, *conv2d_backward(dout, x, w, stride, padding)[1:]


@mistake("Your dw comes from the last place alone: a weight is used at every place.")
def overwrites_dw(dout, x, w, stride=1, padding=0):
    last = np.zeros_like(dout)
    last[:, :, -1, -1] = dout[:, :, -1, -1]
    dx, _, db = conv2d_backward(dout, x, w, stride, padding)
    return dx, conv2d_backward(last, x, w, stride, padding)[1], db
