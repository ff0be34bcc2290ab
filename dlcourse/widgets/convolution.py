"""Lecture 12: a 3x3 filter that slides over a small image, and what a stack sees of its input.

The browser computes what a move shows; here the reference computes it, for the static twins and
for the tests, which compare the two. `explore_receptive_field` stands in `receptive_field`.
"""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.patches import Rectangle

from dlcourse.plots.basic import INK, SOFT, new_axes, short
from dlcourse.reference.conv import conv2d
from dlcourse.reference.conv_shapes import conv_output_size
from dlcourse.widgets.receptive_field import explore_receptive_field
from dlcourse.widgets.shared import with_shared

__all__ = ["FilterExplorer", "explore_filter", "explore_receptive_field"]

# pixels from 0, black, to 9, white: a 6 of the bundled digits, brought from 8 x 8 to 12 x 12; a
# square; the roof of the bundled temple in blocks of 8 x 8 pixels
IMAGES = {
    "digit": """
        000046420000 001367310000 002687100000 013875100000 024875100000 025885311000
        025898753100 025887776200 014776578410 001478788630 000257887520 000036887310""",
    "square": """
        111111111111 111111111111 111111111111 111888888111 111888888111 111888888111
        111888888111 111888888111 111888888111 111111111111 111111111111 111111111111""",
    "photograph": """
        888888878888 888888838888 888888747888 888888544888 888876544378 776664444434
        623211112222 742222333333 883222223334 532222333333 322222333233 731111223222""",
}
PRESETS = {  # nine weights and what their sum is divided by
    "identity": (0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
    "box blur": (1, 1, 1, 1, 1, 1, 1, 1, 1, 9),
    "vertical lines": (-1, 2, -1, -1, 2, -1, -1, 2, -1, 1),
    "horizontal lines": (-1, -1, -1, 2, 2, 2, -1, -1, -1, 1),
    "diagonal": (2, -1, -1, -1, 2, -1, -1, -1, 2, 1),
    "corner": (-1, -1, -1, -1, 2, 1, -1, 1, 1, 1),
}
FIELD = 3  # the side of the filter
TASK = "Task: find a filter with strong positive answers at the left edge of the digit only."


def explore_filter(
    image=None, *, kernel="vertical lines", stride=1, padding=0, flip=False, filled=False,
    title="Slide a filter",
):  # fmt: skip
    """Let the learner slide a 3x3 filter over a small image and read the nine products.

    Parameters
    ----------
    image : ndarray, shape (n, n), optional
        Brightness from 0 to 1, n from 5 to 12; shown and computed in the ten steps 0 to 9. Without
        it the learner picks one of three images of 12 x 12: a digit, a square, a photograph.
    kernel : str or array-like, shape (3, 3)
        A name of `PRESETS`, or nine weights.
    stride : int
        From 1 to 3.
    padding : int
        Zeros on every side, from 0 to 2.
    flip : bool
        Whether the filter is turned by 180 degrees before it slides: mathematics' convolution.
        Otherwise it slides as it is, as in a layer: cross-correlation.
    filled : bool
        Whether the whole output map is shown at first, or only where the window has been.
    title : str

    Returns
    -------
    FilterExplorer
        Its traits can be set from Python too; ``output`` holds the map.

    Raises
    ------
    ValueError
        If the image is no square of 5 to 12 pixels a side with values from 0 to 1, or if the
        kernel is neither a known name nor nine numbers.
    """
    images = {name: [list(map(int, row)) for row in text.split()] for name, text in IMAGES.items()}
    task = TASK
    if image is not None:
        images, task = {"your image": _levels(image)}, ""
    if isinstance(kernel, str):
        if kernel not in PRESETS:
            raise ValueError(f"got the kernel {kernel!r}: give nine weights or one of {[*PRESETS]}")
        *weights, divisor = PRESETS[kernel]
    else:
        weights, divisor = np.asarray(kernel, float), 1
        if weights.shape != (FIELD, FIELD):
            raise ValueError(f"got a kernel of shape {weights.shape}: give (3, 3)")
        weights = weights.ravel().tolist()
    return FilterExplorer(
        images=images, image=next(iter(images)), weights=weights, divisor=divisor, stride=stride,
        padding=padding, flip=flip, filled=filled, task=task, title=title,
    )  # fmt: skip


def _levels(image):
    values = np.asarray(image, float)
    fits = values.ndim == 2 and values.shape[0] == values.shape[1] and 5 <= len(values) <= 12
    if not fits or not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(
            f"got an image of shape {values.shape}: give (n, n), n from 5 to 12, with values "
            "from 0 to 1"
        )
    return np.rint(9 * values).astype(int).tolist()


class FilterExplorer(anywidget.AnyWidget):
    """An image, nine weights, a window, and the map of their sums."""

    _esm = with_shared("filter.js")
    _css = with_shared("convolution.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Slide a filter").tag(sync=True)
    task = traitlets.Unicode(TASK).tag(sync=True)
    images = traitlets.Dict().tag(sync=True)
    image = traitlets.Unicode().tag(sync=True)
    presets = traitlets.Dict({name: list(nine) for name, nine in PRESETS.items()}).tag(sync=True)
    weights = traitlets.List().tag(sync=True)
    divisor = traitlets.Int(1, min=1).tag(sync=True)
    stride = traitlets.Int(1, min=1, max=3).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=2).tag(sync=True)
    flip = traitlets.Bool(False).tag(sync=True)
    filled = traitlets.Bool(False).tag(sync=True)
    position = traitlets.List([0, 0]).tag(sync=True)

    @property
    def pixels(self):
        """The padded image, shape (n + 2 P, n + 2 P)."""
        return np.pad(np.array(self.images[self.image]), self.padding)

    @property
    def kernel(self):
        """The filter as it slides, shape (3, 3): turned if `flip`, and divided."""
        w = np.reshape(self.weights, (FIELD, FIELD)) / self.divisor
        return w[::-1, ::-1] if self.flip else w

    @property
    def output(self):
        """The map, shape (O, O)."""
        x = np.array(self.images[self.image], float)[None, None]
        return conv2d(x, self.kernel[None, None], None, self.stride, self.padding)[0, 0]

    def products(self, i, j):
        """The nine products at a place of the map, shape (3, 3); their sum is its output."""
        rows, columns = (slice(k * self.stride, k * self.stride + FIELD) for k in (i, j))
        return self.pixels[rows, columns] * self.kernel

    @property
    def figure(self):
        """Three stops of the window: the image above, below it the map as far as it is filled."""
        size = conv_output_size(
            len(self.images[self.image]), FIELD, self.stride, *[self.padding] * 2
        )
        stops = [(0, 0), (size // 2, size // 3), (size - 1, size - 1)]
        figure, axes = plt.subplots(2, 3, figsize=(9.6, 6.6), layout="constrained")
        for place, (above, below) in zip(stops, axes.T, strict=True):
            self._stop(new_axes(above), new_axes(below), *place)
        figure.suptitle(f"{self.title}: stride {self.stride}, padding {self.padding}")
        return figure

    def _stop(self, above, below, i, j):
        output, products = self.output, self.products(i, j)
        _numbers(above, self.pixels, cmap="gray", vmin=0, vmax=9)
        corner = (j * self.stride - 0.5, i * self.stride - 0.5)
        for color, width in (("white", 5), (INK, 2.5)):
            above.add_patch(Rectangle(corner, FIELD, FIELD, fill=False, ec=color, lw=width))
        terms = [" ".join(f"{value:+.3g}" for value in row) for row in products + 0.0]  # no -0
        above.set_title(
            "\n".join(terms).replace("-", "−") + f" = {short(output[i, j])}", fontsize=9
        )
        seen = np.where(
            np.arange(output.size).reshape(output.shape) <= i * len(output) + j, output, np.nan
        )
        top = max(np.abs(output).max(), 1e-9)
        look = {"cmap": "PuOr_r", "vmin": -1.6 * top, "vmax": 1.6 * top}
        if min(self.weights) >= 0:
            look = {"cmap": "gray", "vmin": 0, "vmax": top}
        _numbers(below, seen, **look)
        below.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, ec=INK, lw=2.5))
        below.set_title(f"output, {i * len(output) + j + 1} of {output.size} places", fontsize=9)


def _numbers(ax, values, **look):
    """Draw numbers in boxes of their colour; what is not a number stays empty."""
    image = ax.imshow(values, **look)
    for (i, j), value in np.ndenumerate(values):
        if np.isnan(value):
            continue
        light = np.dot(image.to_rgba(value)[:3], (0.2126, 0.7152, 0.0722))
        ax.text(j, i, short(value), ha="center", va="center", fontsize=7,
                color=INK if light > 0.45 else "white")  # fmt: skip
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color=SOFT)
