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
    yield np.array([1.0, -2.0, 3.0, 0.5, -1.0, 2.0]).reshape(1, 6, 1, 1), 5, 0.3, 0.5, 2.0
    yield np.array([1.0, 2.0, 3.0, 4.0, -5.0, 6.0, 0.0, 2.0]).reshape(2, 2, 1, 2), 3, 0.5, 0.7, 1.5
    yield 100 * np.array([1.0, -2.0, 3.0, 0.5, -1.0, 2.0]).reshape(1, 6, 1, 1)


def hidden(rng):
    for shape, size in [((2, 7, 3, 4), 3), ((3, 6, 2, 3), 5), ((1, 3, 4, 2), 7), ((2, 5, 3, 3), 1)]:
        alpha, beta, k = (float(n) for n in rng.uniform([0.1, 0.3, 0.5], [1.0, 1.5, 3.0]))
        yield rng.normal(size=shape) * 2, size, alpha, beta, k
    yield rng.normal(size=(2, 8, 2, 3)) * 150
    yield rng.normal(size=(3, 4, 5, 2)).T * 2, 3, 0.4, 0.6
    yield rng.integers(-9, 10, size=(2, 6, 2, 2)), 5, 0.3
    yield (rng.normal(size=(2, 6, 3, 2)) * 2).astype(np.float32), 3, 0.2, 0.8, 1.0


# %% tags=["mistakes"]
def spoiled(x, size, alpha, beta, k, first, last):
    """The solution with the ends of each neighbourhood open."""
    sums = [(x[:, max(0, first(c)) : max(0, last(c))] ** 2).sum(axis=1) for c in range(x.shape[1])]
    return x / (k + alpha * np.stack(sums, axis=1)) ** beta


@mistake("The sum was divided by size, as in PyTorch: here it is not.")
def divides_by_the_size(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    return local_response_norm(x, size, alpha / size, beta, k)


@mistake("Too many channels were added: size counts all of them, on both sides and the own one.")
def reaches_too_far(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    return local_response_norm(x, 2 * size + 1, alpha, beta, k)


@mistake("The numbers were not squared before they were added.")
def forgets_the_square(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    r, C = size // 2, x.shape[1]
    sums = [x[:, max(0, c - r) : c + r + 1].sum(axis=1) for c in range(C)]
    with np.errstate(all="ignore"):
        return x / (k + alpha * np.stack(sums, axis=1)) ** beta
