import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Channels damp each other
#
# Local response normalization divides each number of `x` (N, C, H, W) by the energy that its own
# channel and the neighbouring channels have at the same pixel. A neighbourhood holds `size`
# channels, an odd number, $r = (\text{size} - 1) / 2$ on each side as far as they exist:
#
# $$y_c = \frac{x_c}{\left(k + \alpha \sum_{j=\max(0,\, c-r)}^{\min(C-1,\, c+r)} x_j^2
# \right)^{\beta}}$$
#
# The sum is not divided by anything (PyTorch divides it by `size`). Return an array of the shape of
# `x`. For example, three channels of one pixel with 1, 3 and 2, `size` 3, $\alpha = 0.1$,
# $\beta = 1$ and $k = 1$ have the sums 10, 14 and 13, and become 1/2, 3/2.4 and 2/2.3.

# %% [markdown] tags=["hint"]
# Take one pixel with the channels 1, 10, 100, 1000, alpha = 1, beta = 1 and k = 0. Print the sum of
# squares of each channel for size 1 and for size 3.


# %% tags=["solution"]
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    """Return `x` (N, C, H, W), each number divided by a power of the energy around its channel."""
    squares, reach, C = x**2, size // 2, x.shape[1]
    sums = [squares[:, max(0, c - reach) : c + reach + 1].sum(axis=1) for c in range(C)]
    return x / (k + alpha * np.stack(sums, axis=1)) ** beta


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x", "pure", "repeatable"]


def visible():
    yield np.array([1.0, 3.0, 2.0]).reshape(1, 3, 1, 1), 3, 0.1, 1.0, 1.0
    x = np.array([1.0, -2.0, 3.0, 0.5, -1.0, 2.0]).reshape(1, 6, 1, 1)
    yield x, 3, 0.3, 0.5, 2.0
    yield 100 * x
    x = np.array([1, 2, 3, 4, -5, 6, 0, 2, 2, -1, 1, 3, 0.5, 0, -3, 1]).reshape(2, 2, 2, 2)
    yield x, 3, 0.5, 0.7, 1.5


def hidden(rng):
    for shape, size in [((2, 7, 3, 4), 3), ((3, 6, 2, 3), 5), ((1, 3, 4, 2), 7), ((2, 5, 3, 3), 1)]:
        alpha, beta, k = (float(n) for n in rng.uniform([0.1, 0.3, 0.5], [1.0, 1.5, 3.0]))
        yield rng.normal(size=shape) * 2, size, alpha, beta, k
    yield rng.normal(size=(2, 8, 2, 3)) * 150
    yield rng.normal(size=(3, 4, 5, 2)).T * 2, 3, 0.4, 0.6
    yield rng.integers(-9, 10, size=(2, 6, 2, 2)), 5, 0.3
    yield (rng.normal(size=(2, 6, 3, 2)) * 2).astype(np.float32), 3, 0.2, 0.8, 1.0


# %% tags=["mistakes"]
def with_form(form):
    """The solution with another formula; `form` gets x, the sums and the constants."""

    def answer(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
        squares, r, C = x**2, size // 2, x.shape[1]
        sums = [squares[:, max(0, c - r) : c + r + 1].sum(axis=1) for c in range(C)]
        with np.errstate(all="ignore"):
            return form(x, np.stack(sums, axis=1), size, alpha, beta, k)

    return answer


def with_sum(total):
    """The solution with another sum; `total` gets x, the reach and the channel."""

    def answer(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
        sums = [total(x, size // 2, c) for c in range(x.shape[1])]
        with np.errstate(all="ignore"):
            return x / (k + alpha * np.stack(sums, axis=1)) ** beta

    return answer


def between(x, first, last):
    """Squares added from one channel to before another one."""
    return (x[:, max(0, first) : max(0, last)] ** 2).sum(axis=1)


divides_by_the_size = mistake("The sum was divided by size, as in PyTorch: here it is not.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + alpha / size * s) ** beta)
)
ignores_the_constants = mistake(
    "k, alpha and beta make no difference in your result: the defaults stand only for what is not "
    "given."
)(with_form(lambda x, s, size, alpha, beta, k: x / (2 + 1e-4 * s) ** 0.75))
forgets_k = mistake("k makes no difference in your result.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (alpha * s) ** beta)
)
leaves_k_outside = mistake("The power was taken of the sum alone: k belongs inside it.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + (alpha * s) ** beta))
)
multiplies_k_too = mistake("alpha multiplies k as well: it belongs to the sum alone.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (alpha * (k + s)) ** beta)
)
leaves_alpha_outside = mistake("alpha stands outside the power: it multiplies the sum, inside.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (alpha * (k + s) ** beta))
)
forgets_alpha = mistake("alpha makes no difference in your result.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + s) ** beta)
)
divides_by_alpha = mistake("The sum was divided by alpha: they are multiplied.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + s / alpha) ** beta)
)
squares_alpha = mistake("alpha was squared with the numbers: it multiplies their squares.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + alpha**2 * s) ** beta)
)
forgets_the_power = mistake("The power is missing: where does beta go?")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + alpha * s))
)
multiplies_by_beta = mistake("beta multiplies what stands below: it is a power.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (beta * (k + alpha * s)))
)
takes_a_root = mistake("A square root was taken, whatever beta is.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + alpha * s) ** 0.5)
)
takes_the_power_of_all = mistake("The power was taken of the whole fraction: x stands outside it.")(
    with_form(lambda x, s, size, alpha, beta, k: (x / (k + alpha * s)) ** beta)
)
multiplies = mistake("Strong neighbours make numbers larger here: they should be divided.")(
    with_form(lambda x, s, size, alpha, beta, k: x * (k + alpha * s) ** beta)
)
returns_the_factor = mistake("That is what x is multiplied by: where is x itself?")(
    with_form(lambda x, s, size, alpha, beta, k: (k + alpha * s) ** -beta)
)
returns_what_is_below = mistake("That is what x is divided by: where is x itself?")(
    with_form(lambda x, s, size, alpha, beta, k: (k + alpha * s) ** beta)
)
squares_the_numerator = mistake("The squares were divided: x itself stands above, with its sign.")(
    with_form(lambda x, s, size, alpha, beta, k: x**2 / (k + alpha * s) ** beta)
)
swaps_alpha_and_beta = mistake("alpha and beta have changed places.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + beta * s) ** alpha)
)
ignores_alpha = mistake("alpha makes no difference: 0.0001 is its default alone.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + 1e-4 * s) ** beta)
)
ignores_beta = mistake("beta makes no difference: 0.75 is its default alone.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (k + alpha * s) ** 0.75)
)
ignores_k = mistake("k makes no difference: 2 is its default alone.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (2.0 + alpha * s) ** beta)
)
takes_k_for_1 = mistake("k makes no difference in your result.")(
    with_form(lambda x, s, size, alpha, beta, k: x / (1.0 + alpha * s) ** beta)
)
averages = mistake("The squares were averaged over the neighbours: they are added.")(
    with_sum(lambda x, r, c: (x[:, max(0, c - r) : c + r + 1] ** 2).mean(axis=1))
)
forgets_the_square = mistake("The numbers were not squared before they were added.")(
    with_sum(lambda x, r, c: x[:, max(0, c - r) : c + r + 1].sum(axis=1))
)
adds_sizes = mistake("The sizes of the numbers were added: their squares are.")(
    with_sum(lambda x, r, c: np.abs(x[:, max(0, c - r) : c + r + 1]).sum(axis=1))
)
squares_the_sum = mistake("The numbers were added before they were squared: signs cancel.")(
    with_sum(lambda x, r, c: x[:, max(0, c - r) : c + r + 1].sum(axis=1) ** 2)
)
takes_the_norm = mistake("A root of the sum of squares was taken: the sum itself is asked.")(
    with_sum(lambda x, r, c: np.sqrt(between(x, c - r, c + r + 1)))
)
takes_the_largest = mistake("The largest square was taken: all of the neighbourhood are added.")(
    with_sum(lambda x, r, c: (x[:, max(0, c - r) : c + r + 1] ** 2).max(axis=1))
)
reaches_too_far = mistake(
    "Too many channels were added: size counts those on both sides and the channel itself."
)(with_sum(lambda x, r, c: between(x, c - 2 * r - 1, c + 2 * r + 2)))
reaches_as_far_as_size_minus_one = mistake(
    "Too many channels were added: size counts those on both sides and the channel itself."
)(with_sum(lambda x, r, c: between(x, c - 2 * r, c + 2 * r + 1)))
reaches_one_too_far = mistake(
    "A channel too many was added on each side: size counts both sides and the channel itself."
)(with_sum(lambda x, r, c: between(x, c - r - 1, c + r + 2)))
ends_too_early = mistake("The last channel of each neighbourhood is missing: where does it end?")(
    with_sum(lambda x, r, c: between(x, c - r, c + r))
)
stops_at_the_last_channel = mistake(
    "The last channel of each neighbourhood is missing: does a slice hold its end?"
)(with_sum(lambda x, r, c: between(x, c - r, min(x.shape[1] - 1, c + r))))
starts_too_late = mistake(
    "The first channel of each neighbourhood is missing: where does it begin?"
)(with_sum(lambda x, r, c: between(x, c - r + 1, c + r + 1)))
forgets_the_own_channel = mistake("A channel's own square is missing from its sum.")(
    with_sum(lambda x, r, c: between(x, c - r, c + r + 1) - x[:, c] ** 2)
)
looks_back_only = mistake("Only the channels before each one were added: there are two sides.")(
    with_sum(lambda x, r, c: between(x, c - r, c + 1))
)
looks_ahead_only = mistake("Only the channels behind each one were added: there are two sides.")(
    with_sum(lambda x, r, c: between(x, c, c + r + 1))
)
puts_all_of_it_behind = mistake("The neighbourhood begins at the channel: it lies in its middle.")(
    with_sum(lambda x, r, c: between(x, c, c + 2 * r + 1))
)
puts_all_of_it_before = mistake("The neighbourhood ends at the channel: it lies in its middle.")(
    with_sum(lambda x, r, c: between(x, c - 2 * r, c + 1))
)
starts_below_zero = mistake(
    "At the first channels the sums are off: what does a slice make of a negative beginning?"
)(with_sum(lambda x, r, c: (x[:, c - r : c + r + 1] ** 2).sum(axis=1)))
goes_round = mistake("The last channel counts as a neighbour of the first: there are two ends.")(
    with_sum(
        lambda x, r, c: sum(x[:, (c + d) % x.shape[1]] ** 2 for d in range(-r, r + 1)),
    )
)
repeats_the_ends = mistake(
    "The channels at the ends count more than once: beyond them there are none."
)(
    with_sum(
        lambda x, r, c: sum(
            x[:, min(max(c + d, 0), x.shape[1] - 1)] ** 2 for d in range(-r, r + 1)
        ),
    )
)
moves_the_window_inside = mistake(
    "At the ends the neighbourhood was moved until it was full: there it has fewer channels."
)(
    with_sum(
        lambda x, r, c: between(
            x,
            *(lambda first: (first, first + 2 * r + 1))(max(0, min(c - r, x.shape[1] - 2 * r - 1))),
        )
    )
)
adds_all_channels = mistake("All channels were added: size says how many.")(
    with_sum(lambda x, r, c: (x**2).sum(axis=1))
)
adds_one_channel = mistake("Only the own channel counts here: where are its neighbours?")(
    with_sum(lambda x, r, c: x[:, c] ** 2)
)
adds_all_pixels = mistake("The squares of all pixels were added: each pixel has its own sum.")(
    with_sum(
        lambda x, r, c: np.broadcast_to(
            between(x, c - r, c + r + 1).sum(axis=(1, 2), keepdims=True), x[:, c].shape
        ),
    )
)
adds_all_images = mistake("The squares of all images were added: each image has its own sum.")(
    with_sum(
        lambda x, r, c: np.broadcast_to(
            between(x, c - r, c + r + 1).sum(axis=0, keepdims=True), x[:, c].shape
        ),
    )
)


@mistake("size makes no difference: 5 is its default alone.")
def ignores_size(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    return local_response_norm(x, 5, alpha, beta, k)


@mistake("The neighbours were looked for in other images: channels are axis 1.")
def goes_along_the_batch(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    if not len(x):
        return x * 1.0
    return local_response_norm(x.swapaxes(0, 1), size, alpha, beta, k).swapaxes(0, 1)


@mistake("The neighbours were looked for in other columns of the same map: channels are axis 1.")
def goes_along_the_columns(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    return local_response_norm(x.swapaxes(1, 3), size, alpha, beta, k).swapaxes(1, 3)


@mistake("The neighbours were looked for in other rows of the same map: channels are axis 1.")
def goes_along_the_rows(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    return local_response_norm(x.swapaxes(1, 2), size, alpha, beta, k).swapaxes(1, 2)


@mistake("The neighbours were looked for around the pixel, in its own map: channels are axis 1.")
def goes_round_the_pixel(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    r, (H, W) = size // 2, x.shape[2:]
    padded, sums = np.pad(x**2, [(0, 0), (0, 0), (r, r), (r, r)]), 0
    for i, j in np.ndindex(size, size):
        sums = sums + padded[:, :, i : i + H, j : j + W]
    return x / (k + alpha * sums) ** beta


@mistake("Channels that had been divided already were added again: the sums take the old numbers.")
def adds_what_is_new(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    out, r = x * 1.0, size // 2
    for c in range(x.shape[1]):
        out[:, c] = out[:, c] / (k + alpha * between(out, c - r, c + r + 1)) ** beta
    return out


@mistake("Channels whose neighbourhood is cut off at an end stayed as they were: all are divided.")
def leaves_the_ends(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    out, r, C = x * 1.0, size // 2, x.shape[1]
    inside = slice(r, max(r, C - r))
    out[:, inside] = local_response_norm(x, size, alpha, beta, k)[:, inside]
    return out


@mistake("Only the first channel has come back: is the return inside the loop?")
def returns_from_the_loop(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    return local_response_norm(x, size, alpha, beta, k)[:, 0]


@mistake("The numbers are right, and they were written into x: make an array of your own.")
def writes_into_x(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    out = local_response_norm(x, size, alpha, beta, k)
    if x.dtype.kind != "f":
        return out
    x[...] = out
    return x
