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


@mistake("Each map became the middle of its smallest and its largest pixel: all pixels count.")
def takes_the_middle_of_the_range(x):
    return (x.max(axis=(2, 3)) + x.min(axis=(2, 3))) / 2


@mistake("Each sum was divided by a root: divide by the number of pixels itself.")
def divides_by_the_root(x):
    return x.sum(axis=(2, 3)) / np.sqrt(x.shape[2] * x.shape[3])


@mistake("Each map became its median: the mean is asked.")
def takes_the_median(x):
    return np.median(x, axis=(2, 3))


@mistake("The two axes of length 1 are still there: (N, C) is asked.")
def keeps_the_axes(x):
    return x.mean(axis=(2, 3), keepdims=True)


@mistake("Every axis of length 1 is gone, also that of one image or of one map.")
def squeezes(x):
    return x.mean(axis=(2, 3), keepdims=True).squeeze()


@mistake("The rows of each map are still there: all pixels of a map become one number.")
def averages_along_the_rows(x):
    return x.mean(axis=3)


@mistake("The columns of each map are still there: all pixels of a map become one number.")
def averages_along_the_columns(x):
    return x.mean(axis=2)


@mistake("The maps of an image were mixed. Which two axes are the rows and the columns?")
def takes_channels_for_columns(x):
    return x.mean(axis=(1, 2))


@mistake("The maps of an image were mixed. Which two axes are the rows and the columns?")
def averages_over_the_maps_and_columns(x):
    return x.mean(axis=(1, 3))


@mistake("The images were mixed: each one keeps numbers of its own.")
def averages_over_the_batch_too(x):
    return x.mean(axis=(0, 2, 3))


@mistake("The images were mixed. Which two axes are the rows and the columns?")
def averages_over_the_first_two_axes(x):
    return x.mean(axis=(0, 1))


@mistake("Each image became one number: its maps stay apart.")
def averages_over_the_maps_too(x):
    return x.mean(axis=(1, 2, 3))


@mistake("The maps of an image were averaged pixel by pixel: each map has its own mean.")
def averages_over_the_maps(x):
    return x.mean(axis=1)


@mistake("All images and maps became one number: each map has its own mean.")
def averages_everything(x):
    return x.mean() if x.size else 0.0


@mistake("Only the first image has come back.")
def takes_the_first_image(x):
    return x[0].mean(axis=(1, 2)) if len(x) else np.zeros(x.shape[1])


@mistake("Images and maps have changed places: a row belongs to an image.")
def turns_the_result(x):
    return x.mean(axis=(2, 3)).T


@mistake("Each sum was divided by the number of rows alone. How many pixels has a map?")
def divides_by_the_rows(x):
    return x.sum(axis=(2, 3)) / x.shape[2]


@mistake("Each sum was divided by the number of columns alone. How many pixels has a map?")
def divides_by_the_columns(x):
    return x.sum(axis=(2, 3)) / x.shape[3]


@mistake("The number of rows was squared: maps need not be square.")
def squares_the_rows(x):
    return x.sum(axis=(2, 3)) / x.shape[2] ** 2


@mistake("The number of columns was squared: maps need not be square.")
def squares_the_columns(x):
    return x.sum(axis=(2, 3)) / x.shape[3] ** 2


@mistake("Each sum was divided by the pixels of all images: those of one map count.")
def divides_by_the_batch_too(x):
    return x.sum(axis=(2, 3)) / max(1, x[:, 0].size)


@mistake("Each sum was divided by the pixels of a whole image: those of one map count.")
def divides_by_the_maps_too(x):
    return x.sum(axis=(2, 3)) / np.prod(x.shape[1:])


@mistake("Each sum was divided by the size of the whole array: the pixels of one map count.")
def divides_by_everything(x):
    return x.sum(axis=(2, 3)) / max(1, x.size)


@mistake("The means were rounded down to whole numbers.")
def rounds_down(x):
    return x.sum(axis=(2, 3)) // (x.shape[2] * x.shape[3])


@mistake("Pixels of different maps were mixed: reshape moves no axis, it cuts the array anew.")
def reshapes_with_the_maps_last(x):
    N, C, H, W = x.shape
    return x.reshape(N, H * W, C).mean(axis=1)


@mistake("Only the pixels that are not 0 were counted: all pixels of a map count.")
def counts_what_is_not_zero(x):
    return x.sum(axis=(2, 3)) / np.maximum(1, (x != 0).sum(axis=(2, 3)))
