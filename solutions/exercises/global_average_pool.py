import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One number a map
#
# `x` (N, C, H, W) holds N images with C maps each. Replace each map by the mean of its H · W
# pixels, and return an array (N, C):
#
# $$y_{nc} = \frac{1}{HW} \sum_{i,j} x_{ncij}$$
#
# One image with the maps `[[1, 2], [3, 6]]` and `[[0, 4], [0, 0]]` gives `[[3, 1]]`. Every map has
# pixels, in any number of rows and columns.

# %% [markdown] tags=["hint"]
# Take two images with three maps of 4 rows and 5 columns, and print the shape of your result. Which
# of the four axes should be gone?


# %% tags=["solution"]
def global_average_pool(x):
    """Return the mean of each map of `x` (N, C, H, W), an array (N, C)."""
    return x.mean(axis=(2, 3))


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "pure", "repeatable"]


def visible():
    x = np.array([[[1.0, 2.0], [3.0, 6.0]], [[0.0, 4.0], [0.0, 0.0]]])
    yield x[None]
    yield np.arange(24.0).reshape(2, 2, 2, 3) ** 2 - 40
    yield np.arange(12.0).reshape(1, 3, 4, 1) ** 2


def hidden(rng):
    for shape in [(2, 3, 4, 5), (3, 2, 5, 3), (1, 4, 1, 3), (4, 1, 3, 2), (2, 2, 1, 1)]:
        yield rng.normal(1.0, 2.0, size=shape)
    yield rng.normal(size=(5, 4, 3, 2)).T
    yield rng.integers(-9, 10, size=(2, 3, 4, 3))
    yield rng.normal(size=(2, 3, 3, 4)).astype(np.float32)


# %% tags=["mistakes"]
@mistake("The pixels were added: divide by their number.")
def adds_the_pixels(x):
    return x.sum(axis=(2, 3))


@mistake("Each map became its largest pixel: the mean is asked.")
def takes_the_maximum(x):
    return x.max(axis=(2, 3))


@mistake("The two axes of length 1 are still there: (N, C) is asked.")
def keeps_the_axes(x):
    return x.mean(axis=(2, 3), keepdims=True)
