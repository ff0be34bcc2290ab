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
    yield np.array([[[[0.5, -1.25]]]]), np.array([[[[1, 2]]]]), np.array([[[[1.5]]]])


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
    yield dout, rng.normal(size=(2, 4, 6, 3)).transpose(0, 3, 1, 2), w.swapaxes(2, 3), 2
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


def as_at_stride_one(dout, x, w, padding):
    """Gradients that begin window i at row and column i, whatever the stride."""
    height, width = (n + 2 * padding - w.shape[2] + 1 for n in x.shape[2:])
    wide = np.zeros((*dout.shape[:2], height, width), dout.dtype)
    wide[:, :, : dout.shape[2], : dout.shape[3]] = dout
    return conv2d_backward(wide, x, w, 1, padding)


transposes_the_filter = mistake(
    "In your dx rows and columns of the filter have changed places: follow one weight back."
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx_of(d, x, w.swapaxes(2, 3), s, p), dw, db)))
forgets_w = mistake("Your dx lacks w: how much does an output move when a pixel moves?")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx_of(d, x, np.ones_like(w), s, p), dw, db))
)
reads_the_last_filter = mistake(
    "Your dx comes from the last filter alone: every filter has read this pixel."
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx_of(d[:, -1:], x, w[-1:], s, p), dw, db)))
begins_dx_without_the_stride = mistake(
    "Your dx puts the windows too close together: window i begins at row i times s."
)(changed(lambda dx, dw, db, d, x, w, s, p: (as_at_stride_one(d, x, w, p)[0], dw, db)))
begins_dw_without_the_stride = mistake(
    "Your dw reads the windows too close together: window i begins at row i times s."
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx, as_at_stride_one(d, x, w, p)[1], db)))
ignores_the_stride = mistake(
    "dx and dw take the windows too close together: window i begins at row i times s."
)(changed(lambda dx, dw, db, d, x, w, s, p: as_at_stride_one(d, x, w, p)))
cuts_the_end_alone = mistake(
    "Your dx was cut to the shape of x from its first row on: where do the pads of x' stand?"
)(
    changed(
        lambda dx, dw, db, d, x, w, s, p: (
            dx_of(d, padded(x, p), w, s)[:, :, : x.shape[2], : x.shape[3]],
            dw,
            db,
        )
    )
)
empties_dx_without_padding = mistake(
    "Where nothing is padded your dx is empty: which part of an array is [0:-0]?"
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx if p else dx[:, :, :0, :0], dw, db)))
turns_dw = mistake("Your dw is turned by half a turn: the filter lay on the image as it is.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw[:, :, ::-1, ::-1], db))
)
swaps_rows_and_columns_of_dw = mistake("Rows and columns of your dw have changed places.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw.swapaxes(2, 3), db))
)
puts_channels_first = mistake("In your dw the channels come before the filters: dw is as w.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw.swapaxes(0, 1), db))
)
reads_the_last_image = mistake(
    "Your dw comes from the last image alone: all of them use the same weights."
)(
    changed(
        lambda dx, dw, db, d, x, w, s, p: (
            dx,
            conv2d_backward(d[-1:], x[-1:], w, s, p)[1],
            db,
        )
    )
)
keeps_the_images_of_dw = mistake("Your dw has an entry for each image: all of them share w.")(
    changed(
        lambda dx, dw, db, d, x, w, s, p: (
            dx,
            np.array([conv2d_backward(d[n:][:1], x[n:][:1], w, s, p)[1] for n in range(len(x))]),
            db,
        )
    )
)
averages_dw_over_places = mistake("Your dw is a mean over the places: their gradients add up.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw / d[0, 0].size if d.size else dw, db))
)
averages_db_over_images = mistake("Only db is N times too small: dout has been divided already.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw, db / max(len(x), 1)))
)
averages_dw_and_db = mistake(
    "dw and db are N times too small: the loss has divided by N already, inside dout."
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw / max(len(x), 1), db / max(len(x), 1))))
averages_everything = mistake(
    "All three are N times too small: the loss has divided by N already, inside dout."
)(changed(lambda dx, dw, db, d, x, w, s, p: tuple(a / max(len(x), 1) for a in (dx, dw, db))))
sums_db_over_the_filters = mistake(
    "Your db has an entry for each image: sum over them, not over k."
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw, d.sum(axis=(1, 2, 3)))))
keeps_the_axes_of_db = mistake("Your db keeps axes of length 1 that b does not have.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw, d.sum(axis=(0, 2, 3), keepdims=True)))
)
counts_the_last_image_in_db = mistake(
    "Your db comes from the last image alone: all use the same b."
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw, d[-1:].sum(axis=(0, 2, 3)))))
gives_dx_last = mistake("Every gradient has another's place: they come in the order x, w, b.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dw, db, dx))
)


@mistake("In dw the image stands without its pads: the outputs at the edge read zeros.")
def forgets_the_pads_in_dw(dout, x, w, stride=1, padding=0):
    dx, _, db = conv2d_backward(dout, x, w, stride, padding)
    moved = np.roll(padded(x, padding), (-padding, -padding), (2, 3))
    return dx, conv2d_backward(dout, moved, w, stride)[1], db


def padded_like(x, padding):
    """Zeros in the shape of the padded images, and the part that is x."""
    wide = np.zeros_like(padded(x, padding), dtype=float)
    return wide, wide[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]


@mistake("A pixel of dx kept what one window of one filter gave: all of them add up.")
def overwrites_dx_by_filters(dout, x, w, stride=1, padding=0):
    _, dw, db = conv2d_backward(dout, x, w, stride, padding)
    (wide, dx), F = padded_like(x, padding), w.shape[2]
    for n, k, i, j in np.ndindex(dout.shape):
        rows, columns = slice(i * stride, i * stride + F), slice(j * stride, j * stride + F)
        wide[n, :, rows, columns] = dout[n, k, i, j] * w[k]
    return dx, dw, db


last_of_dw = mistake(
    "Your dw comes from one place of one image: all of them use the same weights."
)(
    changed(
        lambda dx, dw, db, d, x, w, s, p: (
            dx,
            overwrites_dw(d[-1:], x[-1:], w, s, p)[1] if len(d) else dw,
            db,
        )
    )
)
last_of_db = mistake("Your db comes from one place of one image: all of them use the same b.")(
    changed(lambda dx, dw, db, d, x, w, s, p: (dx, dw, d[-1, :, -1, -1] if len(d) else db))
)


@mistake("It stops where padding is asked: print the shapes of the padded image and of a window.")
def stops_at_the_padding(dout, x, w, stride=1, padding=0):
    if padding:
        raise ValueError("a window beyond the edge")
    return conv2d_backward(dout, x, w, stride)


keeps_the_type_of_x = mistake(
    "Your dx has lost its decimals: what can an array of whole numbers hold?"
)(changed(lambda dx, dw, db, d, x, w, s, p: (dx.astype(x.dtype), dw, db)))
reaches_the_last_window = mistake(
    "Your dx ends where the last window ends: it has the shape of x, with zeros behind."
)(
    changed(
        lambda dx, dw, db, d, x, w, s, p: (
            dx[
                :,
                :,
                : (d.shape[2] - 1) * s + w.shape[2] - 2 * p,
                : (d.shape[3] - 1) * s + w.shape[3] - 2 * p,
            ],
            dw,
            db,
        )
    )
)


@mistake("Of the gradients that meet in a pixel of dx one is left: += by lists of places adds one.")
def adds_one_to_a_pixel(dout, x, w, stride=1, padding=0):
    _, dw, db = conv2d_backward(dout, x, w, stride, padding)
    (wide, dx), F = padded_like(x, padding), w.shape[2]
    for u, v, i, j in np.ndindex(F, F, *dout.shape[2:]):
        given = np.einsum("nk,kc->nc", dout[:, :, i, j], w[:, :, u, v])
        wide[:, :, i * stride + u, j * stride + v] = given
    return dx, dw, db
