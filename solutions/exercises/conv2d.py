import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A convolutional layer
#
# `x` holds $N$ images of $C$ channels, (N, C, H, W). `w` (K, C, F, F) holds $K$ square filters and
# `b` (K,) a bias for each. First `padding` $p$ rows and columns of zeros go around every channel,
# on all four sides; call the result $x'$. Then each filter lies on it as it is, not turned round,
# in steps of `stride` $s$, downwards and to the right, wherever it fits wholly. Index from 0:
#
# $$o_{n,k,i,j} = b_k + \sum_{c=0}^{C-1}\sum_{u=0}^{F-1}\sum_{v=0}^{F-1} w_{k,c,u,v}\;
# x'_{n,c,\,is+u,\,js+v}.$$
#
# Return (N, K, H', W') with $H' = \lfloor (H + 2p - F)/s \rfloor + 1$, and $W'$ from $W$. Loops are
# welcome. Example: the image with rows (0, 1, 2), (3, 4, 5), (6, 7, 8), one filter with rows
# (1, 0), (0, 2) and the bias 100 give the rows (108, 111), (117, 120).

# %% [markdown] tags=["hint"]
# Take one image with two channels of 3 x 3 and one filter of ones, print the output and work out
# its first number by hand. Then repeat it with stride 2, and with an image of 3 x 5.


# %% tags=["solution"] points=2
def conv2d(x, w, b, stride=1, padding=0):
    """Return (N, K, H', W'), the outputs of the filters `w` and their biases over images `x`."""
    pads = (padding, padding)
    x = np.pad(x, [(0, 0), (0, 0), pads, pads])
    N, _, H, W = x.shape
    K, _, F, _ = w.shape
    out = np.zeros((N, K, (H - F) // stride + 1, (W - F) // stride + 1), np.result_type(x, w, b))
    for i, j in np.ndindex(out.shape[2:]):
        top, left = i * stride, j * stride
        window = x[:, :, top : top + F, left : left + F]  # (N, C, F, F)
        out[:, :, i, j] = np.tensordot(window, w, axes=((1, 2, 3), (1, 2, 3))) + b
    return out


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x", "pure", "repeatable"]


def image(*shape):
    """Numbers of both signs that no row, column or channel has in common with another."""
    n = int(np.prod(shape))
    return ((np.arange(n) * 7) % 11 - 4.0 + np.arange(n) * 0.25).reshape(shape)


def visible():
    one = np.arange(9.0).reshape(1, 1, 3, 3)
    yield one, np.array([[[[1.0, 0.0], [0.0, 2.0]]]]), np.array([100.0])
    two = np.array([[[[1.0, 0.0], [0.0, 2.0]], [[0.0, -1.0], [3.0, 0.0]]]])
    yield image(1, 2, 3, 4), two, np.array([0.5])
    three = np.concatenate([two, image(2, 2, 2, 2)])
    yield image(2, 2, 3, 3), three, np.array([0.5, -1.0, 2.0])
    yield image(1, 2, 4, 5), three, np.array([0.5, -1.0, 2.0]), 2
    yield image(1, 2, 2, 3), three, np.array([0.5, -1.0, 2.0]), 1, 1
    yield image(1, 1, 7, 4), image(2, 1, 3, 3), np.array([1.0, 0.0]), 2, 1
    yield np.array([[[[1, 2, 4]]]]), np.array([[[[0.5]]]]), np.array([0.25])


def hidden(rng):
    sizes = [
        (2, 3, 6, 5, 4, 3, 1, 0),
        (3, 2, 5, 7, 4, 3, 2, 0),
        (1, 3, 8, 6, 2, 3, 3, 0),
        (2, 1, 4, 5, 3, 2, 1, 1),
        (2, 2, 5, 4, 3, 3, 2, 1),
        (1, 4, 3, 6, 2, 5, 3, 2),
        (3, 2, 4, 4, 5, 4, 1, 0),
        (2, 3, 3, 4, 2, 1, 1, 0),
        (2, 3, 7, 4, 2, 1, 3, 0),
    ]
    for N, C, H, W, K, F, stride, padding in sizes:
        x, w = rng.normal(size=(N, C, H, W)), rng.normal(size=(K, C, F, F))
        yield x, w, rng.normal(size=K), stride, padding
    x, w, b = rng.normal(size=(2, 4, 3, 5)), rng.normal(size=(3, 3, 2, 2)), rng.normal(size=3)
    yield x.transpose(0, 2, 3, 1), w.swapaxes(2, 3), b, 2, 1
    yield rng.integers(-5, 6, size=(2, 3, 4, 6)), w, b, 2
    yield tuple(a.astype(np.float32) for a in (rng.normal(size=(2, 3, 5, 4)), w, b))


# %% tags=["mistakes"]
def padded(x, padding):
    return np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])


def windows_of(x, F):
    """The windows at stride 1, (N, C, H', W', F, F)."""
    return np.lib.stride_tricks.sliding_window_view(x, (F, F), axis=(2, 3))


def with_windows(windows):
    """The solution with another choice of windows; `windows` gets x, F, stride and padding."""

    def answer(x, w, b, stride=1, padding=0):
        chosen = windows(x, w.shape[2], stride, padding)
        return np.einsum("nchwuv,kcuv->nkhw", chosen, w) + b[:, None, None]

    return answer


def with_outputs(change):
    """What `change` makes of the solution's outputs without biases."""
    return lambda x, w, b, stride=1, padding=0: change(
        conv2d(x, w, 0 * b, stride, padding), b[:, None, None], x, w
    )


def with_filters(change):
    """The solution with the filters changed first."""
    return lambda x, w, b, stride=1, padding=0: conv2d(x, change(w), b, stride, padding)


turns_the_filter = mistake(
    "The filter was turned by half a turn: here it lies on the image as it is."
)(with_filters(lambda w: w[:, :, ::-1, ::-1]))
swaps_rows_and_columns_of_the_filter = mistake(
    "Rows and columns of the filter have changed places."
)(with_filters(lambda w: w.swapaxes(2, 3)))
forgets_the_bias = mistake("The biases make no difference in your result.")(
    with_outputs(lambda out, b, x, w: out)
)
adds_the_bias_once_a_channel = mistake(
    "The bias was added once for every input channel: a filter has one bias for all of them."
)(with_outputs(lambda out, b, x, w: out + x.shape[1] * b))
adds_the_bias_to_every_product = mistake(
    "The bias was added to every product: it joins the sum once."
)(with_outputs(lambda out, b, x, w: out + w[0].size * b))
subtracts_the_bias = mistake("The bias was taken off: it is added.")(
    with_outputs(lambda out, b, x, w: out - b)
)
swaps_height_and_width = mistake("Height and width of your result have changed places.")(
    with_outputs(lambda out, b, x, w: (out + b).swapaxes(2, 3))
)
puts_the_filters_last = mistake("The filters stand along the last axis: (N, K, H', W') is asked.")(
    with_outputs(lambda out, b, x, w: np.moveaxis(out + b, 1, -1))
)
puts_the_filters_first = mistake("The filters stand before the images: (N, K, H', W') is asked.")(
    with_outputs(lambda out, b, x, w: (out + b).swapaxes(0, 1))
)
adds_a_relu = mistake("Numbers below 0 were set to 0: the layer itself has no ReLU.")(
    with_outputs(lambda out, b, x, w: np.maximum(out + b, 0))
)
averages_the_channels = mistake("The channels were averaged: their sums are added.")(
    with_outputs(lambda out, b, x, w: out / x.shape[1] + b)
)
averages_the_products = mistake("The products were averaged: they are added.")(
    with_outputs(lambda out, b, x, w: out / w[0].size + b)
)
ignores_the_padding = mistake("The padding makes no difference in your result.")(
    with_windows(lambda x, F, s, p: windows_of(x, F)[:, :, ::s, ::s])
)
ignores_the_stride = mistake("The stride makes no difference in your result.")(
    with_windows(lambda x, F, s, p: windows_of(padded(x, p), F))
)
pads_the_end_alone = mistake("The zeros all stand below and to the right: p belong on each side.")(
    with_windows(
        lambda x, F, s, p: windows_of(np.roll(padded(x, p), (-p, -p), (2, 3)), F)[:, :, ::s, ::s]
    )
)


@mistake("With a stride the windows begin too close together: window i begins at row i times s.")
def forgets_the_stride_of_the_start(x, w, b, stride=1, padding=0):
    _, _, height, width = conv2d(x, w, b, stride, padding).shape
    return conv2d(x, w, b, 1, padding)[:, :, :height, :width]


@mistake("Only one channel came through: a filter reads all of them, and the sums are added.")
def reads_one_channel(x, w, b, stride=1, padding=0):
    return conv2d(x[:, :1], w[:, :1], b, stride, padding)


@mistake("The channels came out apart: a filter adds them up to one map.")
def keeps_the_channels(x, w, b, stride=1, padding=0):
    windows = windows_of(padded(x, padding), w.shape[2])[:, :, ::stride, ::stride]
    return np.einsum("nchwuv,kcuv->nkchw", windows, w) + b[:, None, None, None]


@mistake("The edge of the image was repeated around it: the statement asks for zeros.")
def repeats_the_edge(x, w, b, stride=1, padding=0):
    pads = (padding, padding)
    return conv2d(np.pad(x, [(0, 0), (0, 0), pads, pads], mode="edge"), w, b, stride)


@mistake("One row and one column of outputs are missing: count the first place, too.")
def forgets_the_first_place(x, w, b, stride=1, padding=0):
    return conv2d(x, w, b, stride, padding)[:, :, :-1, :-1]


pads_the_start_alone = mistake("The zeros all stand above and to the left: p belong on each side.")(
    with_windows(
        lambda x, F, s, p: windows_of(np.roll(padded(x, p), (p, p), (2, 3)), F)[:, :, ::s, ::s]
    )
)
pads_below_and_right_only = mistake("No zeros stand above and to the left: p belong on each side.")(
    with_windows(lambda x, F, s, p: windows_of(padded(x, p)[:, :, p:, p:], F)[:, :, ::s, ::s])
)
pads_above_and_left_only = mistake("No zeros stand below and to the right: p belong on each side.")(
    with_windows(
        lambda x, F, s, p: windows_of(padded(x, p)[:, :, : p + x.shape[2], : p + x.shape[3]], F)[
            :, :, ::s, ::s
        ]
    )
)
steps_down_only = mistake("The stride holds downwards alone: to the right the filter moves by 1.")(
    with_windows(lambda x, F, s, p: windows_of(padded(x, p), F)[:, :, ::s])
)
steps_right_only = mistake("The stride holds to the right alone: downwards the filter moves by 1.")(
    with_windows(lambda x, F, s, p: windows_of(padded(x, p), F)[:, :, :, ::s])
)
steps_by_the_filter = mistake("The filter moves on by its own side: which step is asked?")(
    with_windows(lambda x, F, s, p: windows_of(padded(x, p), F)[:, :, ::F, ::F])
)
flips_the_rows = mistake("The filter is upside down: here it lies on the image as it is.")(
    with_filters(lambda w: w[:, :, ::-1])
)
flips_the_columns = mistake("Left and right of the filter are the wrong way round.")(
    with_filters(lambda w: w[:, :, :, ::-1])
)
adds_the_maps = mistake("The maps of all filters were added up: each filter has its own.")(
    with_outputs(lambda out, b, x, w: (out + b).sum(axis=1))
)
adds_the_maps_to_one = mistake("The maps of all filters were added up: each filter has its own.")(
    with_outputs(lambda out, b, x, w: (out + b).sum(axis=1, keepdims=True))
)
loses_the_batch = mistake("The first image alone came through: there is a map for each of N.")(
    with_outputs(lambda out, b, x, w: (out + b)[0])
)
adds_the_images = mistake("The images were added up: each has outputs of its own.")(
    with_outputs(lambda out, b, x, w: (out + b).sum(axis=0))
)
adds_one_bias = mistake("Every map has got the first bias: each filter has its own.")(
    with_outputs(lambda out, b, x, w: out + b[0])
)
adds_all_biases = mistake("Every map has got the sum of all biases: each filter has its own.")(
    with_outputs(lambda out, b, x, w: out + b.sum())
)
multiplies_by_the_bias = mistake("The bias multiplies: it is added.")(
    with_outputs(lambda out, b, x, w: out * b)
)


@mistake("The biases lie along the columns of your maps: each belongs to the map of its filter.")
def adds_the_biases_along_the_columns(x, w, b, stride=1, padding=0):
    return conv2d(x, w, 0 * b, stride, padding) + b


@mistake("Only the last channel came through: is the sum kept in your loop?")
def reads_the_last_channel(x, w, b, stride=1, padding=0):
    return conv2d(x[:, -1:], w[:, -1:], b, stride, padding)


@mistake("Only the last weight of a channel came through: is the sum kept in your loop?")
def reads_the_last_weight(x, w, b, stride=1, padding=0):
    last = np.zeros_like(w)
    last[:, :, -1, -1] = w[:, :, -1, -1]
    return conv2d(x, last, b, stride, padding)


def by_loops(x, w, b, stride, sizes, window):
    """An answer in four loops: `window` gives rows and columns of place (i, j)."""
    out = np.zeros((len(x), len(w), *sizes), np.result_type(x, w, b))
    for n, k, i, j in np.ndindex(out.shape):
        rows, columns = (slice(at * stride, at * stride + w.shape[2]) for at in window(i, j))
        out[n, k, i, j] = np.sum(x[n, :, rows, columns] * w[k]) + b[k]
    return out


def sizes_of(x, w, stride, padding):
    return tuple((n + 2 * padding - w.shape[2]) // stride + 1 for n in x.shape[2:])


@mistake("The zeros went around images and channels, too: rows and columns alone are padded.")
def pads_every_axis(x, w, b, stride=1, padding=0):
    sizes, wide = sizes_of(x, w, stride, padding), np.pad(x, padding)[: len(x)]
    return by_loops(wide, w, b, stride, sizes, lambda i, j: (i, j))


@mistake("It stops where padding is asked: print the shapes of the padded image and of a window.")
def stops_at_the_padding(x, w, b, stride=1, padding=0):
    if padding:
        raise ValueError("a window beyond the edge")
    return conv2d(x, w, b, stride)


@mistake("It stops where nothing is padded: which part of an array is [0:-0]?")
def stops_without_padding(x, w, b, stride=1, padding=0):
    if not padding:
        raise ValueError("an image does not fit into nothing")
    return conv2d(x, w, b, stride, padding)


@mistake("Zeros are left between your outputs: place (i, j) begins at the pixel (i s, j s).")
def steps_in_the_outputs(x, w, b, stride=1, padding=0):
    dense = conv2d(x, w, b, 1, padding)
    height, width = sizes_of(x, w, stride, padding)
    out = np.zeros((len(x), len(w), height, width), dense.dtype)
    out[:, :, ::stride, ::stride] = dense[:, :, :height:stride, :width:stride]
    return out


@mistake("The windows' rows and columns have changed places: i goes down and j to the right.")
def swaps_the_places(x, w, b, stride=1, padding=0):
    sizes = sizes_of(x, w, stride, padding)
    return by_loops(padded(x, padding), w, b, stride, sizes, lambda i, j: (j, i))


@mistake("The image goes on behind its edge from the other side: the statement asks for zeros.")
def wraps_around(x, w, b, stride=1, padding=0):
    pads = (padding, padding)
    return conv2d(np.pad(x, [(0, 0), (0, 0), pads, pads], mode="wrap"), w, b, stride)


@mistake("The number of columns was taken from the height: work it out from the width.")
def takes_the_height_for_both(x, w, b, stride=1, padding=0):
    out = conv2d(x, w, b, stride, padding)
    if out.shape[2] > out.shape[3]:
        raise ValueError("a window beyond the edge")
    return out[:, :, :, : out.shape[2]]


@mistake("A filter that hangs over the edge counts in your result: it must fit wholly.")
def rounds_up(x, w, b, stride=1, padding=0):
    more = [(0, -(n + 2 * padding - w.shape[2]) % stride) for n in x.shape[2:]]
    return conv2d(np.pad(padded(x, padding), [(0, 0), (0, 0), *more]), w, b, stride)


@mistake("The filters are right, but their weights are read as (C, K, F, F): K comes first in w.")
def reads_channels_first(x, w, b, stride=1, padding=0):
    return conv2d(
        x, w.reshape(w.shape[1], w.shape[0], *w.shape[2:]).swapaxes(0, 1), b, stride, padding
    )


@mistake("The number of rows was taken from the width: work it out from the height.")
def takes_the_width_for_both(x, w, b, stride=1, padding=0):
    out = conv2d(x, w, b, stride, padding)
    if out.shape[3] > out.shape[2]:
        raise ValueError("a window beyond the edge")
    return out[:, :, : out.shape[3]]


@mistake("The outputs have lost their decimals: what can an array of whole numbers hold?")
def keeps_the_type_of_x(x, w, b, stride=1, padding=0):
    return conv2d(x, w, b, stride, padding).astype(x.dtype)


@mistake("The weights have lost their decimals: an image of whole numbers leaves w as it is.")
def cuts_the_weights(x, w, b, stride=1, padding=0):
    return conv2d(x, w.astype(x.dtype), b, stride, padding)


@mistake("The loops end at the edge of x: with padding windows begin further down and right.")
def loops_without_the_padding(x, w, b, stride=1, padding=0):
    out, F = 0 * conv2d(x, w, b, stride, padding), w.shape[2]
    rows, columns = (len(range(0, n - F + 1, stride)) for n in x.shape[2:])
    out[:, :, :rows, :columns] = conv2d(x, w, b, stride, padding)[:, :, :rows, :columns]
    return out


@mistake("Your loops end too soon: a window may begin at row H + 2p - F, too.")
def ends_too_soon(x, w, b, stride=1, padding=0):
    rows, columns = (len(range(0, n + 2 * padding - w.shape[2], stride)) for n in x.shape[2:])
    return conv2d(x, w, b, stride, padding)[:, :, :rows, :columns]


reshapes_without_moving_axes = mistake(
    "The numbers are right, but their maps are mixed up: a reshape alone moves no axis."
)(with_outputs(lambda out, b, x, w: np.moveaxis(out + b, 1, -1).reshape(out.shape)))


@mistake("Window and filter were multiplied as matrices: each pixel meets the weight upon it.")
def multiplies_matrices(x, w, b, stride=1, padding=0):
    windows = windows_of(padded(x, padding), w.shape[2])[:, :, ::stride, ::stride]
    return np.einsum("nchwum,kcmv->nkhw", windows, w) + b[:, None, None]


@mistake("Every map comes from the first filter: map k belongs to filter k.")
def uses_the_first_filter(x, w, b, stride=1, padding=0):
    return conv2d(x, np.broadcast_to(w[:1], w.shape), b, stride, padding)
