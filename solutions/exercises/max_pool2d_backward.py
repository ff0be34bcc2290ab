import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Max pooling, backwards
#
# Forwards, max pooling keeps the largest number of each window: $o_{n,c,i,j} = \max_{u,v}
# x_{n,c,\,is+u,\,js+v}$, $0 \le u, v < F$, with `kernel_size` $F$ and `stride` $s$, wherever the
# window fits wholly. The loss reaches the outputs as `dout` (N, C, H', W') $= \partial J/\partial
# o$. Return $\partial J/\partial x$, in the shape of `x` (N, C, H, W).
#
# The gradient of an output goes to the pixel that won its window, all of it. On a tie the first one
# wins, row by row. A pixel that wins several windows gets the sum of their gradients; one that wins
# none gets 0.
#
# Example: the rows (1, 5, 2), (0, 5, 3), a window of 2, stride 1 and the gradients (10, 4) give the
# rows (0, 14, 0), (0, 0, 0): the first 5 wins both windows.

# %% [markdown] tags=["hint"]
# Take the row of pixels 1, 9, 2 above a row of zeros, a window of 2, stride 1 and the gradients 10
# and 4. Which pixel decided on both outputs, and by how much does the loss move if it grows by 0.1?


# %% tags=["solution"] minutes=12
def max_pool2d_backward(dout, x, kernel_size=2, stride=2):
    """Carry the gradient `dout` (N, C, H', W') back to the pixels of `x` that won the windows."""
    dx = np.zeros(x.shape, np.result_type(dout, x))
    for n, c, i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + kernel_size, left : left + kernel_size]
        u, v = divmod(int(window.argmax()), kernel_size)  # argmax gives the first maximum
        dx[n, c, top + u, left + v] += dout[n, c, i, j]
    return dx


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: dout, x", "pure", "repeatable"]


def visible():
    yield np.array([[[[10.0, 4.0]]]]), np.array([[[[1.0, 5.0, 2.0], [0.0, 5.0, 3.0]]]]), 2, 1
    x = np.array([[1.0, 5.0, -2.0, 0.0], [3.0, 2.0, -1.0, -4.0]])
    yield np.array([[[[10.0, -20.0]]]]), x[None, None]
    y = np.array([[4.0, -1.0, 0.5], [-3.0, 6.0, 2.0], [-6.0, -5.0, -8.0], [1.0, 3.0, -2.0]])
    d = np.array([[1.0, -2.0], [3.0, 0.5], [-4.0, 2.5]])
    yield np.stack([[d, 2 * d], [d + 1, -d]]), np.stack([[y, -y], [y - 9, y[::-1]]]), 2, 1
    z = np.array([[-1.0, -2.0, -1.0, -3.0, -1.0], [-4.0, -1.0, -1.0, -5.0, -1.0]])
    z = np.vstack([z, [[-2.0, -9.0, -0.5, -7.0, -2.0]], z - 3])
    yield np.array([[[[1.0, -2.0], [3.0, 5.0]]]]), z[None, None], 3, 2
    yield np.array([[[[2.0, 3.0]]]]), np.full((1, 1, 2, 5), 7.0), 2, 3
    yield np.array([[[[0.5, -1.25]]]]), np.array([[[[1, 6, 2], [6, 3, -4]]]]), 2, 1


def hidden(rng):
    sizes = [
        (2, 3, 4, 6, 2, 2),
        (3, 2, 5, 4, 3, 1),
        (1, 3, 8, 5, 3, 2),
        (2, 2, 7, 10, 2, 3),
        (2, 4, 5, 5, 5, 1),
        (3, 2, 5, 7, 1, 2),
        (2, 2, 7, 6, 4, 2),
    ]
    for N, C, H, W, kernel_size, stride in sizes:
        height, width = ((n - kernel_size) // stride + 1 for n in (H, W))
        dout = rng.normal(size=(N, C, height, width))
        yield dout, rng.normal(size=(N, C, H, W)) - 0.5, kernel_size, stride
        yield dout, rng.integers(-2, 1, size=(N, C, H, W)).astype(float), kernel_size, stride
    x = rng.normal(size=(2, 4, 6, 3)).transpose(0, 3, 1, 2)
    yield rng.normal(size=(2, 3, 2, 4)), x, 3, 1
    yield rng.normal(size=(2, 2, 3, 2)), rng.integers(-9, 9, size=(2, 2, 6, 4))
    dout, x = (rng.normal(size=size).astype(np.float32) for size in [(1, 2, 4, 3), (1, 2, 5, 4)])
    yield dout, x, 2, 1


# %% tags=["mistakes"]
def with_share(share, put=np.add):
    """An answer that gives a window's pixels a share of its gradient; `put` joins it to dx."""

    def answer(dout, x, kernel_size=2, stride=2):
        dx = np.zeros(x.shape, np.result_type(dout, x, float))
        for n, c, i, j in np.ndindex(dout.shape):
            rows = slice(i * stride, i * stride + kernel_size)
            columns = slice(j * stride, j * stride + kernel_size)
            given = share(x[n, c, rows, columns]) * dout[n, c, i, j]
            dx[n, c, rows, columns] = put(dx[n, c, rows, columns], given)
        return dx

    return answer


def winner(window, place=None):
    """1 at the first maximum, or at `place`; 0 elsewhere."""
    mask = np.zeros(window.size)
    mask[window.argmax() if place is None else place] = 1
    return mask.reshape(window.shape)


overwrites = mistake(
    "Where windows overlap, a pixel kept the gradient of one window: it may win several."
)(with_share(winner, lambda old, new: np.where(new != 0, new, old)))
gives_to_every_maximum = mistake(
    "On a tie every winner got the whole gradient: the first one wins."
)(with_share(lambda window: (window == window.max()) * 1.0))
shares_on_a_tie = mistake("On a tie the winners shared the gradient: the first one takes all.")(
    with_share(lambda window: (window == window.max()) / (window == window.max()).sum())
)
gives_to_the_last_maximum = mistake("On a tie the last maximum won: the first one should.")(
    with_share(lambda window: winner(window, window.size - 1 - window.ravel()[::-1].argmax()))
)
spreads_evenly = mistake("Each pixel of a window got the same share, as behind a mean: one wins.")(
    with_share(lambda window: np.full(window.shape, 1 / window.size))
)
gives_to_all = mistake("Every pixel of a window got its whole gradient: only the winner moves it.")(
    with_share(lambda window: np.ones(window.shape))
)
gives_to_the_smallest = mistake("The smallest pixel of each window got the gradient.")(
    with_share(lambda window: winner(window, window.argmin()))
)
gives_to_the_largest_size = mistake(
    "The pixel of largest size won: signs count, and -3 is below 2."
)(with_share(lambda window: winner(window, np.abs(window).argmax())))
gives_to_the_corner = mistake("The first pixel of each window got the gradient, whoever won.")(
    with_share(lambda window: winner(window, 0))
)
multiplies_by_the_pixel = mistake(
    "The gradient was multiplied by the pixel: the slope of a winner is 1."
)(with_share(lambda window: winner(window) * window))
swaps_row_and_column = mistake(
    "Row and column of the winner in its window have changed places: what does argmax count?"
)(with_share(lambda window: winner(window).T))


@mistake("dout makes no difference: each winner got 1.")
def forgets_dout(dout, x, kernel_size=2, stride=2):
    return max_pool2d_backward(np.ones_like(dout), x, kernel_size, stride)


@mistake("With this stride the windows begin in the wrong place: window i begins at row i times s.")
def forgets_the_stride_of_the_start(dout, x, kernel_size=2, stride=2):
    return max_pool2d_backward(dout, x, kernel_size, 1)


overwrites_whole_windows = mistake(
    "Where windows overlap, the last one has overwritten all of its pixels: what came before stays."
)(with_share(winner, lambda old, new: new))
keeps_the_first = mistake("Where windows overlap, a pixel kept the first gradient: they add up.")(
    with_share(winner, lambda old, new: np.where(old != 0, old, new))
)
keeps_the_largest = mistake(
    "A pixel that won several windows kept the largest gradient: add them."
)(with_share(winner, lambda old, new: np.where(old * new != 0, np.maximum(old, new), old + new)))
takes_it_off = mistake("The gradient has the other sign.")(
    with_share(lambda window: -winner(window))
)
nothing_below_zero = mistake(
    "Where all of a window is below 0 nobody won: one of them is the largest all the same."
)(with_share(lambda window: winner(window) * (window.max() > 0)))
gives_to_positive_pixels = mistake("Every pixel above 0 got the gradient, as in a ReLU: one wins.")(
    with_share(lambda window: (window > 0) * 1.0)
)
shares_by_size = mistake("The whole gradient goes to the winner: it is not shared out by size.")(
    with_share(lambda window: np.exp(window) / np.exp(window).sum())
)


def with_places(rows_and_columns):
    """The solution with windows that begin elsewhere; gets i, j, kernel_size and stride."""

    def answer(dout, x, kernel_size=2, stride=2):
        dx = np.zeros(x.shape, np.result_type(dout, x, float))
        for n, c, i, j in np.ndindex(dout.shape):
            top, left = rows_and_columns(i, j, kernel_size, stride)
            window = x[n, c, top : top + kernel_size, left : left + kernel_size]
            u, v = divmod(int(window.argmax()), kernel_size)
            dx[n, c, top + u, left + v] += dout[n, c, i, j]
        return dx

    return answer


steps_by_the_window = mistake("The windows move by their own side: which step is asked?")(
    with_places(lambda i, j, kernel_size, stride: (i * kernel_size, j * kernel_size))
)
swaps_the_places = mistake("The windows' rows and columns have changed places.")(
    with_places(lambda i, j, kernel_size, stride: (j * stride, i * stride))
)


@mistake("The winners got their own numbers of x: it is the gradient that goes back to them.")
def gives_the_value_of_x(dout, x, kernel_size=2, stride=2):
    return (max_pool2d_backward(np.ones_like(dout), x, kernel_size, stride) > 0) * x


@mistake("All channels follow the winners of the first one: each has its own.")
def follows_the_first_channel(dout, x, kernel_size=2, stride=2):
    first = np.broadcast_to(x[:, :1], x.shape)
    return max_pool2d_backward(dout, first, kernel_size, stride)


@mistake("A pixel that won several windows got the mean of their gradients: they add up.")
def averages_the_windows(dout, x, kernel_size=2, stride=2):
    wins = max_pool2d_backward(np.ones_like(dout), x, kernel_size, stride)
    return max_pool2d_backward(dout, x, kernel_size, stride) / np.maximum(wins, 1)


@mistake("The gradient went to the row of the winner alone, at the window's first column.")
def forgets_the_column(dout, x, kernel_size=2, stride=2):
    dx = np.zeros(x.shape, np.result_type(dout, x, float))
    for n, c, i, j in np.ndindex(dout.shape):
        rows = slice(i * stride, i * stride + kernel_size)
        window = x[n, c, rows, j * stride : j * stride + kernel_size]
        dx[n, c, i * stride + window.argmax() // kernel_size, j * stride] += dout[n, c, i, j]
    return dx


overwrites_windows_of_ties = mistake(
    "Every maximum of a window got its gradient, and what came before it was overwritten."
)(with_share(lambda window: (window == window.max()) * 1.0, lambda old, new: new))


def with_targets(place):
    """The solution with the winner's gradient put elsewhere; gets i, j, u, v and the stride."""

    def answer(dout, x, kernel_size=2, stride=2):
        dx = np.zeros(x.shape, np.result_type(dout, x, float))
        for n, c, i, j in np.ndindex(dout.shape):
            top, left = i * stride, j * stride
            window = x[n, c, top : top + kernel_size, left : left + kernel_size]
            row, column = place(i, j, *divmod(int(window.argmax()), kernel_size), stride)
            dx[n, c, row, column] += dout[n, c, i, j]
        return dx

    return answer


puts_it_without_the_stride = mistake(
    "The winner was found, and its gradient put elsewhere: where does window i begin?"
)(with_targets(lambda i, j, u, v, s: (i + u, j + v)))
puts_it_into_the_first_window = mistake(
    "All gradients went into the first window: argmax counts from where its window begins."
)(with_targets(lambda i, j, u, v, s: (u, v)))
puts_it_where_the_output_stands = mistake(
    "The gradients stand where the outputs stood: the winner's place is in x."
)(with_targets(lambda i, j, u, v, s: (i, j)))


gives_to_the_first_by_columns = mistake(
    "On a tie the first maximum column by column won: row by row is asked."
)(
    with_share(
        lambda w: (
            winner(w, int(np.arange(w.size).reshape(w.shape).T.ravel()[w.T.argmax()]))
            if w.size
            else w
        )
    )
)


@mistake("The gradients have lost their decimals: what can an array of whole numbers hold?")
def keeps_the_type_of_x(dout, x, kernel_size=2, stride=2):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + kernel_size, left : left + kernel_size]
        u, v = divmod(int(window.argmax()), kernel_size)
        dx[n, c, top + u, left + v] += (dout[n, c, i, j]).astype(x.dtype)
    return dx


@mistake("The first pixel of that size in the whole channel got it: look inside the window alone.")
def looks_in_the_whole_channel(dout, x, kernel_size=2, stride=2):
    dx = np.zeros(x.shape, np.result_type(dout, x, float))
    for n, c, i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        largest = x[n, c, top : top + kernel_size, left : left + kernel_size].max()
        row, column = np.argwhere(x[n, c] == largest)[0]
        dx[n, c, row, column] += dout[n, c, i, j]
    return dx


@mistake("A pixel that had won once won no more: it may win several windows.")
def wins_only_once(dout, x, kernel_size=2, stride=2):
    dx, x = np.zeros(x.shape, np.result_type(dout, x, float)), x.astype(float)
    for n, c, i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + kernel_size, left : left + kernel_size]
        u, v = divmod(int(window.argmax()), kernel_size)
        dx[n, c, top + u, left + v] += dout[n, c, i, j]
        window[u, v] = -np.inf
    return dx


@mistake("It stops where windows overlap or pixels are left over: which images can be cut so?")
def cuts_into_tiles(dout, x, kernel_size=2, stride=2):
    (H, W), F = x.shape[2:], kernel_size
    x.reshape(*x.shape[:2], H // F, F, W // F, F)
    return max_pool2d_backward(dout, x, kernel_size, stride)


@mistake("The winner's place was counted in rows as long as the step: how long is one of a window?")
def counts_rows_by_the_step(dout, x, kernel_size=2, stride=2):
    dx = np.zeros(x.shape, np.result_type(dout, x, float))
    for n, c, i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + kernel_size, left : left + kernel_size]
        u, v = divmod(int(window.argmax()), stride)
        dx[n, c, top + u, left + v] += dout[n, c, i, j]
    return dx
