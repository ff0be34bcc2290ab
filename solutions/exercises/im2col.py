import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Windows as columns
#
# Lay the pixels under each place of a filter out as one column: then a convolution is a product of
# matrices. `x` is (N, C, H, W); the window is square with side `kernel_size` $F$, moves by `stride`
# $s$, and `padding` $p$ rows and columns of zeros stand on each side. With $H' = \lfloor (H + 2p -
# F)/s \rfloor + 1$ and $W'$ from $W$ return (N, C F F, H' W').
#
# A column holds one window: channel by channel, each channel row by row, so that row $(c F + u) F +
# v$ holds pixel $(u, v)$ of channel $c$. Columns follow the windows' places row by row: column $i
# W' + j$ is the window that begins at row $i s$ and column $j s$ of the padded image.
#
# Example: one channel with the rows (0, 1, 2), (3, 4, 5) and a window of 2 give two columns,
# (0, 1, 3, 4) and (1, 2, 4, 5).

# %% [markdown] tags=["hint"]
# Take two channels of 2 x 3, numbered from 0 to 11, and a window of 2. Write both columns down by
# hand and print yours: which of the two orders differs, inside a column or from column to column?


# %% tags=["solution"] minutes=12
def im2col(x, kernel_size, stride=1, padding=0):
    """Return (N, C F F, H' W'): each window of `x` as a column."""
    pads = (padding, padding)
    x = np.pad(x, [(0, 0), (0, 0), pads, pads])
    N, _, H, W = x.shape
    columns = [
        x[:, :, i : i + kernel_size, j : j + kernel_size].reshape(N, -1)
        for i in range(0, H - kernel_size + 1, stride)
        for j in range(0, W - kernel_size + 1, stride)
    ]
    return np.stack(columns, axis=2)


# %% tags=["cases"]
promises = ["integer", "float32", "pure", "repeatable"]


def visible():
    yield np.arange(6.0).reshape(1, 1, 2, 3), 2
    yield np.arange(24.0).reshape(2, 2, 2, 3), 2
    yield np.arange(12.0).reshape(1, 1, 3, 4) + 1, 2, 1, 1
    yield np.arange(30.0).reshape(1, 2, 3, 5) + 1, 2, 2
    yield np.arange(40.0).reshape(1, 2, 4, 5) + 1, 3, 2, 1
    yield np.arange(8.0).reshape(1, 2, 2, 2) + 1, 2


def hidden(rng):
    sizes = [
        (2, 3, 5, 4, 3, 1, 0),
        (3, 2, 4, 7, 2, 2, 0),
        (1, 3, 8, 6, 3, 3, 0),
        (2, 1, 3, 5, 3, 1, 1),
        (2, 2, 5, 3, 3, 2, 1),
        (1, 4, 2, 6, 5, 3, 2),
        (2, 3, 4, 4, 4, 1, 0),
        (2, 3, 3, 4, 1, 2, 0),
    ]
    for N, C, H, W, kernel_size, stride, padding in sizes:
        yield rng.normal(size=(N, C, H, W)), kernel_size, stride, padding
    yield rng.normal(size=(2, 4, 5, 3)).transpose(0, 3, 1, 2), 2, 2, 1
    yield rng.normal(size=(2, 2, 4, 3)).astype(np.float32), 2, 1, 1


# %% tags=["mistakes"]
def windows_of(x, F, stride, padding):
    """The windows, (N, C, H', W', F, F)."""
    pads = (padding, padding)
    x = np.pad(x, [(0, 0), (0, 0), pads, pads])
    windows = np.lib.stride_tricks.sliding_window_view(x, (F, F), axis=(2, 3))
    return windows[:, :, ::stride, ::stride]


def in_order(order):
    """The solution with its axes in another order; rows of `order` are n, c, u, v, h, w."""

    def answer(x, kernel_size, stride=1, padding=0):
        windows = windows_of(x, kernel_size, stride, padding)
        rows, columns = (
            np.prod([windows.shape[i] for i in (1, 4, 5)]),
            windows[0, 0, ..., 0, 0].size,
        )
        axes = ["nchwuv".index(letter) for letter in order]
        return windows.transpose(axes).reshape(len(x), rows, columns)

    return answer


channels_last_in_a_column = mistake(
    "In a column the channels change fastest: it goes channel by channel."
)(in_order("nuvchw"))
columns_before_rows_of_a_window = mistake(
    "Inside a channel a column goes through the window column by column: row by row is asked."
)(in_order("ncvuhw"))
columns_before_rows_of_places = mistake(
    "The columns follow the places column by column: row by row is asked."
)(in_order("ncuvwh"))
reshapes_without_moving_axes = mistake(
    "The shape is right, but columns and windows are mixed up: a reshape alone moves no axis."
)(in_order("nchwuv"))


@mistake("Each window stands as a row: it is asked as a column.")
def windows_as_rows(x, kernel_size, stride=1, padding=0):
    return im2col(x, kernel_size, stride, padding).swapaxes(1, 2)


@mistake("The images were joined to one matrix: each image has a matrix of its own.")
def joins_the_images(x, kernel_size, stride=1, padding=0):
    return np.concatenate(list(im2col(x, kernel_size, stride, padding)), axis=1)


@mistake("The stride makes no difference in your result.")
def ignores_the_stride(x, kernel_size, stride=1, padding=0):
    return im2col(x, kernel_size, 1, padding)


@mistake("The padding makes no difference in your result.")
def ignores_the_padding(x, kernel_size, stride=1, padding=0):
    return im2col(x, kernel_size, stride)


@mistake("The windows are turned by half a turn: they keep the order of the image.")
def turns_the_windows(x, kernel_size, stride=1, padding=0):
    columns = im2col(x[:, ::-1], kernel_size, stride, padding)
    return columns[:, ::-1]


@mistake("The edge of the image was repeated around it: the statement asks for zeros.")
def repeats_the_edge(x, kernel_size, stride=1, padding=0):
    pads = (padding, padding)
    return im2col(np.pad(x, [(0, 0), (0, 0), pads, pads], mode="edge"), kernel_size, stride)


@mistake("The images were joined to one matrix, with the images alternating: each has its own.")
def alternates_the_images(x, kernel_size, stride=1, padding=0):
    columns = im2col(x, kernel_size, stride, padding).transpose(1, 2, 0)
    return columns.reshape(len(columns), -1)


@mistake("Channels and pixels of a window stand on two axes: a column holds them all.")
def keeps_the_channels_apart(x, kernel_size, stride=1, padding=0):
    columns = im2col(x, kernel_size, stride, padding)
    return columns.reshape(len(x), x.shape[1], kernel_size**2, -1)


@mistake("Rows and columns of places stand on two axes: a matrix has one column a place.")
def keeps_the_places_apart(x, kernel_size, stride=1, padding=0):
    height = (x.shape[2] + 2 * padding - kernel_size) // stride + 1
    columns = im2col(x, kernel_size, stride, padding)
    return columns.reshape(*columns.shape[:2], height, -1)


@mistake("The windows themselves came out, on six axes: lay each out as a column.")
def keeps_the_windows(x, kernel_size, stride=1, padding=0):
    return windows_of(x, kernel_size, stride, padding)


@mistake("With a stride the windows begin too close together: window i begins at row i times s.")
def forgets_the_stride_of_the_start(x, kernel_size, stride=1, padding=0):
    *_, height, width = windows_of(x, kernel_size, stride, padding).shape[:4]
    windows = windows_of(x, kernel_size, 1, padding)[:, :, :height, :width]
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, height * width)


@mistake("Windows at the end are missing: count the last place of each axis, too.")
def forgets_the_last_place(x, kernel_size, stride=1, padding=0):
    windows = windows_of(x, kernel_size, stride, padding)[:, :, :-1, :-1]
    N, C, height, width = windows.shape[:4]
    columns = windows.transpose(0, 1, 4, 5, 2, 3)
    return columns.reshape(N, C * kernel_size**2, height * width)


@mistake("The zeros all stand below and to the right: p belong on each side.")
def pads_the_end_alone(x, kernel_size, stride=1, padding=0):
    return im2col(
        np.pad(x, [(0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)]), kernel_size, stride
    )


@mistake("No zeros stand above and to the left: p belong on each side.")
def pads_below_and_right_only(x, kernel_size, stride=1, padding=0):
    return im2col(np.pad(x, [(0, 0), (0, 0), (0, padding), (0, padding)]), kernel_size, stride)


@mistake("The zeros went around images and channels, too: rows and columns alone are padded.")
def pads_every_axis(x, kernel_size, stride=1, padding=0):
    return im2col(np.pad(x, padding), kernel_size, stride)


cuts_windows_into_rows = mistake(
    "The shape is right, but the windows were written one behind the other and cut into rows."
)(in_order("nhwcuv"))


@mistake("The places stand on the first axis: the images come first.")
def puts_the_places_first(x, kernel_size, stride=1, padding=0):
    return im2col(x, kernel_size, stride, padding).transpose(2, 0, 1)


@mistake("Places at the edge are missing: the padding has made the image larger.")
def counts_places_without_padding(x, kernel_size, stride=1, padding=0):
    F, (height, width) = kernel_size, x.shape[2:]
    pads = (padding, padding)
    x = np.pad(x, [(0, 0), (0, 0), pads, pads])
    columns = [
        x[:, :, i : i + F, j : j + F].reshape(len(x), -1)
        for i in range(0, height - F + 1, stride)
        for j in range(0, width - F + 1, stride)
    ]
    return np.stack(columns, axis=2)


@mistake("Your loops end too soon: a window may begin at row H + 2p - F, too.")
def ends_too_soon(x, kernel_size, stride=1, padding=0):
    F, pads = kernel_size, (padding, padding)
    x = np.pad(x, [(0, 0), (0, 0), pads, pads])
    columns = [
        x[:, :, i : i + F, j : j + F].reshape(len(x), -1)
        for i in range(0, x.shape[2] - F, stride)
        for j in range(0, x.shape[3] - F, stride)
    ]
    return np.stack(columns, axis=2)


@mistake("Columns were written over one another, or past the end: how many places has a row?")
def counts_columns_by_the_height(x, kernel_size, stride=1, padding=0):
    windows = windows_of(x, kernel_size, stride, padding)
    height, width = windows.shape[2:4]
    out = np.zeros(im2col(x, kernel_size, stride, padding).shape, x.dtype)
    for i, j in np.ndindex(height, width):
        out[:, :, i * height + j] = windows[:, :, i, j].reshape(len(x), -1)
    return out


@mistake("The channels come in reverse order inside a column: channel 0 is first.")
def reverses_the_channels(x, kernel_size, stride=1, padding=0):
    return im2col(x[:, ::-1], kernel_size, stride, padding)


@mistake("The channels were added up: a column holds the pixels of all of them.")
def adds_the_channels(x, kernel_size, stride=1, padding=0):
    return im2col(x.sum(axis=1, keepdims=True), kernel_size, stride, padding)


@mistake("The windows move on by their own side: which step is asked?")
def steps_by_the_window(x, kernel_size, stride=1, padding=0):
    return im2col(x, kernel_size, kernel_size, padding)


@mistake("Above and to the left stand pixels of the other side: which row is x[-1]?")
def counts_from_the_end(x, kernel_size, stride=1, padding=0):
    pads = (padding, padding)
    around = np.pad(x, [(0, 0), (0, 0), pads, pads], mode="wrap")
    around[:, :, padding + x.shape[2] :] = 0
    around[:, :, :, padding + x.shape[3] :] = 0
    return im2col(around, kernel_size, stride)


@mistake("The image goes on behind its edge: the statement asks for zeros.")
def mirrors_the_image(x, kernel_size, stride=1, padding=0):
    pads = (padding, padding)
    return im2col(np.pad(x, [(0, 0), (0, 0), pads, pads], mode="reflect"), kernel_size, stride)


def by_places(begin):
    """An answer whose window (i, j) begins where `begin` says; gets i, j and the stride."""

    def answer(x, kernel_size, stride=1, padding=0):
        height, width = windows_of(x, kernel_size, stride, padding).shape[2:4]
        windows = windows_of(x, kernel_size, 1, padding)
        columns = [windows[:, :, *begin(i, j, stride)] for i, j in np.ndindex(height, width)]
        return np.stack([column.reshape(len(x), -1) for column in columns], axis=2)

    return answer


steps_down_only = mistake("The stride holds downwards alone: to the right the window moves by 1.")(
    by_places(lambda i, j, stride: (i * stride, j))
)
steps_right_only = mistake("The stride holds to the right alone: downwards the window moves by 1.")(
    by_places(lambda i, j, stride: (i, j * stride))
)


@mistake("The first image alone came through: each of the N has a matrix.")
def loses_the_batch(x, kernel_size, stride=1, padding=0):
    return im2col(x[:1], kernel_size, stride, padding)


@mistake("Each channel has a matrix of its own: a column holds the pixels of all channels.")
def takes_channels_for_images(x, kernel_size, stride=1, padding=0):
    columns = im2col(x, kernel_size, stride, padding)
    return columns.reshape(len(x) * x.shape[1], kernel_size**2, -1)
