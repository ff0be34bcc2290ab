import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Max pooling
#
# A square window with side `kernel_size` $F$ moves over every channel of `x` (N, C, H, W) in steps
# of `stride` $s$, downwards and to the right, wherever it fits wholly. Keep its largest number:
#
# $$o_{n,c,i,j} = \max_{0 \le u, v < F}\; x_{n,c,\,is+u,\,js+v}.$$
#
# Return (N, C, H', W') with $H' = \lfloor (H - F)/s \rfloor + 1$, and $W'$ from $W$. Nothing is
# padded; rows and columns behind the last window are left out; windows overlap where $s < F$.
#
# Example: the rows (1, 5, -2, 0), (3, 2, -1, -4), a window of 2 and stride 2 give one row, (5, 0).

# %% [markdown] tags=["hint"]
# Number the pixels of one channel of 3 x 5 from 0 and take a window of 2 with stride 1, then with
# stride 2. Which corner of a window holds its largest number, and what do you print?


# %% tags=["solution"]
def max_pool2d(x, kernel_size=2, stride=2):
    """Return (N, C, H', W'), the largest number of each window of each channel."""
    N, C, H, W = x.shape
    out = np.zeros(
        (N, C, (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1), x.dtype
    )
    for i, j in np.ndindex(out.shape[2:]):
        top, left = i * stride, j * stride
        window = x[:, :, top : top + kernel_size, left : left + kernel_size]
        out[:, :, i, j] = window.max(axis=(2, 3))
    return out


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "pure", "repeatable"]


def visible():
    one = np.array([[1.0, 5.0, -2.0, 0.0], [3.0, 2.0, -1.0, -4.0]])
    yield one[None, None]
    two = np.array([[4.0, -1.0, 0.5], [-3.0, 2.0, 7.0], [-6.0, -5.0, -8.0], [1.0, 3.0, -2.0]])
    yield np.stack([[two[:3], -two[:3]], [two[1:] - 5, 2 * two[1:]]]), 2, 1
    yield np.stack([[two, -two - 9]])
    wide = np.array([[3.0, -7.0, 1.0, 0.0, -2.0, 6.0, 2.0], [-1.0, 2.0, 8.0, -5.0, 4.0, -9.0, 1.0]])
    yield np.stack([[np.vstack([wide, wide[::-1] - 3, wide[:1] + 0.5])]]), 3, 2
    yield -np.arange(1.0, 13).reshape(1, 1, 3, 4), 2, 3
    yield np.stack([[wide[:, :2], wide[:, 2:4] - 9]]), 2, 1


def hidden(rng):
    sizes = [
        (2, 3, 4, 6, 2, 2),
        (3, 2, 5, 4, 3, 1),
        (1, 3, 8, 5, 3, 2),
        (2, 2, 7, 10, 2, 3),
        (2, 1, 6, 9, 3, 3),
        (2, 4, 5, 5, 5, 1),
        (1, 2, 3, 4, 1, 1),
        (3, 2, 5, 7, 1, 2),
        (2, 2, 7, 6, 4, 2),
    ]
    for N, C, H, W, kernel_size, stride in sizes:
        yield rng.normal(size=(N, C, H, W)) - 0.5, kernel_size, stride
    yield rng.normal(size=(2, 4, 6, 3)).transpose(0, 3, 1, 2), 3, 1
    yield rng.integers(-9, 9, size=(2, 2, 6, 4)).astype(float)
    yield rng.normal(size=(2, 2, 5, 4)).astype(np.float32), 2, 1
    yield -rng.random(size=(1, 2, 4, 4))


# %% tags=["mistakes"]
def windows_of(x, F, stride):
    """The windows, (N, C, H', W', F, F)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (F, F), axis=(2, 3))
    return windows[:, :, ::stride, ::stride]


def with_windows(reduce):
    """An answer that makes one number of each window by `reduce`."""
    return lambda x, kernel_size=2, stride=2: reduce(windows_of(x, kernel_size, stride))


def with_sizes(change):
    """The solution with its two sizes changed first."""
    return lambda x, kernel_size=2, stride=2: max_pool2d(x, *change(kernel_size, stride))


takes_the_mean = mistake("The mean of each window was taken: the largest number is asked.")(
    with_windows(lambda windows: windows.mean(axis=(4, 5)))
)
takes_the_smallest = mistake("The smallest number of each window was kept.")(
    with_windows(lambda windows: windows.min(axis=(4, 5)))
)
starts_at_zero = mistake(
    "Where all of a window is below 0 your maximum is 0, a number that does not stand there."
)(with_windows(lambda windows: windows.max(axis=(4, 5), initial=0)))
takes_the_largest_size = mistake("The number of largest size was kept: -3 is below 2.")(
    with_windows(lambda w: np.where(w.max((4, 5)) >= -w.min((4, 5)), w.max((4, 5)), w.min((4, 5))))
)
drops_the_signs = mistake("The signs are gone: the largest number is asked, not the largest size.")(
    with_windows(lambda windows: np.abs(windows).max(axis=(4, 5)))
)
adds_the_window = mistake("The numbers of each window were added.")(
    with_windows(lambda windows: windows.sum(axis=(4, 5)))
)
says_where = mistake("That is where the largest number stands: the number itself is asked.")(
    with_windows(lambda w: w.reshape(*w.shape[:4], -1).argmax(axis=-1))
)
takes_the_corner = mistake("The first pixel of each window was kept, whatever stands beside it.")(
    with_windows(lambda windows: windows[..., 0, 0])
)
pools_rows_only = mistake("The maximum goes along one row of the window: all of it counts.")(
    with_windows(lambda windows: windows[..., 0, :].max(axis=4))
)
pools_columns_only = mistake("The maximum goes down one column of the window: all of it counts.")(
    with_windows(lambda windows: windows[..., 0].max(axis=4))
)
pools_the_channels = mistake("The maximum was taken over the channels, too: each keeps its own.")(
    with_windows(lambda windows: windows.max(axis=(1, 4, 5)))
)
steps_by_the_window = mistake("The windows move by their own side: which step is asked?")(
    with_sizes(lambda kernel_size, stride: (kernel_size, kernel_size))
)
steps_by_one = mistake("The windows move by one pixel: which step is asked?")(
    with_sizes(lambda kernel_size, stride: (kernel_size, 1))
)
swaps_the_sizes = mistake("Window and step have changed places.")(
    with_sizes(lambda kernel_size, stride: (stride, kernel_size))
)
always_two = mistake("Window and step are 2 whatever is asked for.")(
    with_sizes(lambda kernel_size, stride: (2, 2))
)
swaps_height_and_width = mistake("Height and width of your result have changed places.")(
    with_windows(lambda windows: windows.max(axis=(4, 5)).swapaxes(2, 3))
)


@mistake("With this stride the windows begin too close together: window i begins at row i times s.")
def forgets_the_stride_of_the_start(x, kernel_size=2, stride=2):
    _, _, height, width = max_pool2d(x, kernel_size, stride).shape
    return max_pool2d(x, kernel_size, 1)[:, :, :height, :width]


@mistake("One row and one column of outputs are missing: count the first place, too.")
def forgets_the_first_place(x, kernel_size=2, stride=2):
    return max_pool2d(x, kernel_size, stride)[:, :, :-1, :-1]


@mistake("Windows that hang over the edge count in your result: each must fit wholly.")
def hangs_over_the_edge(x, kernel_size=2, stride=2):
    pads = (0, kernel_size - 1)
    wide = np.pad(x.astype(float), [(0, 0), (0, 0), pads, pads], constant_values=-np.inf)
    return max_pool2d(wide, kernel_size, stride)


steps_down_only = mistake("The stride holds downwards alone: to the right the window moves by 1.")(
    lambda x, kernel_size=2, stride=2: windows_of(x, kernel_size, 1)[:, :, ::stride].max((4, 5))
)
steps_right_only = mistake("The stride holds to the right alone: downwards the window moves by 1.")(
    lambda x, kernel_size=2, stride=2: windows_of(x, kernel_size, 1)[:, :, :, ::stride].max((4, 5))
)
windows_by_the_step = mistake("The windows are as wide as the step: which side is asked?")(
    with_sizes(lambda kernel_size, stride: (stride, stride))
)
takes_the_median = mistake("A number in the middle of each window was kept: the largest is asked.")(
    with_windows(lambda windows: np.median(windows, axis=(4, 5)))
)
takes_the_last_corner = mistake(
    "The last pixel of each window was kept: is the maximum kept, too?"
)(with_windows(lambda windows: windows[..., -1, -1]))
keeps_the_row_maxima = mistake(
    "Each window still has a number for each of its rows: one is asked."
)(with_windows(lambda windows: windows.max(axis=5)))
mixes_the_images = mistake("The maximum was taken over the images, too: each keeps its own.")(
    with_windows(lambda windows: windows.max(axis=(0, 4, 5)))
)
takes_the_whole_map = mistake(
    "That is the largest number of the whole map: each window has its own."
)(
    lambda x, kernel_size=2, stride=2: (
        0 * max_pool2d(x, kernel_size, stride) + x.max(axis=(2, 3), keepdims=True)
    )
)


@mistake("A last window has been filled up with zeros: it must fit wholly, nothing is padded.")
def fills_up_with_zeros(x, kernel_size=2, stride=2):
    more = [(0, -(n - kernel_size) % stride) for n in x.shape[2:]]
    return max_pool2d(np.pad(x, [(0, 0), (0, 0), *more]), kernel_size, stride)


def with_places(sizes, window):
    """An answer by slices: its sizes, and rows and columns of window (i, j)."""

    def answer(x, kernel_size=2, stride=2):
        count = [sizes(n, kernel_size, stride) for n in x.shape[2:]]
        out = np.zeros((*x.shape[:2], *count), x.dtype)
        for i, j in np.ndindex(*count):
            rows, columns = (window(at, kernel_size, stride) for at in (i, j))
            out[:, :, i, j] = x[:, :, slice(*rows), slice(*columns)].max(axis=(2, 3))
        return out

    return answer


def fitting(n, kernel_size, stride):
    return (n - kernel_size) // stride + 1


def usual(at, kernel_size, stride):
    return at * stride, at * stride + kernel_size


divides_the_size = mistake(
    "The size was divided by the step alone: how often does the window fit?"
)(with_places(lambda n, kernel_size, stride: n // stride, usual))
rounds_up = mistake(
    "One window too many hangs over the edge where the step leaves a rest: round down."
)(with_places(lambda n, kernel_size, stride: -(-(n - kernel_size) // stride) + 1, usual))
narrow_windows = mistake("The windows begin where they should, and are as wide as the step.")(
    with_places(fitting, lambda at, kernel_size, stride: (at * stride, at * stride + stride))
)
begins_by_the_window = mistake("Window i begins at i times its own side: it moves by the step.")(
    with_places(
        fitting,
        lambda at, kernel_size, stride: (at * kernel_size, at * kernel_size + kernel_size),
    )
)


@mistake("The number of columns was taken from the height: work it out from the width.")
def takes_the_height_for_both(x, kernel_size=2, stride=2):
    places = with_places(lambda n, *sizes: fitting(x.shape[2], *sizes), usual)
    return places(x, kernel_size, stride)


@mistake("Each output is the largest number of all images and channels: each keeps its own.")
def one_maximum_for_all(x, kernel_size=2, stride=2):
    out = max_pool2d(x, kernel_size, stride)
    if not out.size:
        raise ValueError("no number to take the maximum of")
    return np.broadcast_to(out.max(axis=(0, 1)), out.shape)


@mistake("All channels have got the largest number of them all: each keeps its own.")
def one_maximum_for_the_channels(x, kernel_size=2, stride=2):
    out = max_pool2d(x, kernel_size, stride)
    return np.broadcast_to(out.max(axis=1, keepdims=True), out.shape)


@mistake("Zeros are left between your outputs: window (i, j) begins at the pixel (i s, j s).")
def steps_in_the_outputs(x, kernel_size=2, stride=2):
    dense, out = max_pool2d(x, kernel_size, 1), max_pool2d(x, kernel_size, stride) * 0
    height, width = out.shape[2:]
    out[:, :, ::stride, ::stride] = dense[:, :, :height:stride, :width:stride]
    return out


@mistake("It stops where windows overlap or pixels are left over: which images can be cut so?")
def cuts_into_tiles(x, kernel_size=2, stride=2):
    (H, W), F = x.shape[2:], kernel_size
    return x.reshape(*x.shape[:2], H // F, F, W // F, F).max(axis=(3, 5))


takes_the_smallest_of_the_maxima = mistake(
    "Of the maxima of a window's rows the smallest was kept: the largest is asked."
)(with_windows(lambda windows: windows.max(axis=5).min(axis=4)))


@mistake("The maximum starts at the first pixel of the channel, which not every window holds.")
def starts_at_the_first_pixel(x, kernel_size=2, stride=2):
    return np.maximum(max_pool2d(x, kernel_size, stride), x[:, :, :1, :1])


@mistake("The maximum of the windows before goes on: each window begins anew.")
def never_begins_anew(x, kernel_size=2, stride=2):
    out = max_pool2d(x, kernel_size, stride)
    along = out.reshape(*x.shape[:2], out.shape[2] * out.shape[3])
    return np.maximum.accumulate(along, axis=2).reshape(out.shape)


always_two_wide = mistake("The window is 2 wide whatever is asked for.")(
    with_sizes(lambda kernel_size, stride: (2, stride))
)
