"""The course's data sets: small ones bundled and offline, large ones downloaded once and verified.

Images are (N, C, H, W) with values in [0, 1]; labels are integers (N,). Every classification set
is a `Dataset`, so one line serves them all::

    X_train, y_train, X_test, y_test = load_digits()

Where the bundled samples come from is told in ``samples/LICENSES.md``.
"""

import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dlcourse.data import downloads
from dlcourse.data.formats import read_cifar10, read_idx

SAMPLES = Path(__file__).parents[1] / "samples"

CLASS_NAMES = {
    "digits": tuple("0123456789"),
    "iris": ("setosa", "versicolor", "virginica"),
    "mnist": tuple("0123456789"),
    "fashion_mnist": (
        *("T-shirt/top", "trouser", "pullover", "dress", "coat"),
        *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
    ),
    "cifar10": (
        *("airplane", "automobile", "bird", "cat", "deer"),
        *("dog", "frog", "horse", "ship", "truck"),
    ),
}


class Dataset(NamedTuple):
    """Training and test part of a classification set, in the order of the usual unpacking."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def load_digits(*, flat=False, dtype=np.float32):
    """Load the 1,797 bundled handwritten digits of 8x8 pixels, shuffled and split.

    Parameters
    ----------
    flat : bool
        Give each image as a row of 64 numbers instead of (1, 8, 8).
    dtype
        Float type of the images.

    Returns
    -------
    Dataset
        1,437 training and 360 test images in [0, 1]; labels 0 to 9. Each class has the same share
        in both parts.

    Notes
    -----
    The split is by image, not by writer: the same 13 hands wrote both parts, so a test error here
    is lower than on a stranger's digits.
    """
    with np.load(SAMPLES / "digits.npz") as arrays:
        return _as_images(Dataset(*(arrays[name] for name in Dataset._fields)), 16, flat, dtype)


def load_iris(*, dtype=np.float64):
    """Load Fisher's 150 irises: 4 lengths in cm (sepal length and width, petal length and width).

    Returns
    -------
    Dataset
        120 training and 30 test rows (N, 4), shuffled, a third of each species in both parts; the
        lengths are not scaled. Labels 0 to 2 are named in ``CLASS_NAMES["iris"]``.
    """
    with np.load(SAMPLES / "iris.npz") as arrays:
        types = (dtype, np.int64, dtype, np.int64)
        return Dataset(
            *(arrays[name].astype(t) for name, t in zip(Dataset._fields, types, strict=True))
        )


def load_photographs(*, dtype=np.float32):
    """Load two colour photographs, a Chinese temple and a flower, as (2, 3, 213, 320) in [0, 1].

    Notes
    -----
    Channels come first, as `conv2d` wants them; matplotlib wants them last:
    ``ax.imshow(photographs[0].transpose(1, 2, 0))``.
    """
    with np.load(SAMPLES / "photographs.npz") as arrays:
        return (arrays["photographs"] / np.float32(255)).astype(dtype)


def load_text():
    """Load the beginning of *Alice's Adventures in Wonderland* (Carroll 1865) as one string.

    7,135 characters, 58 different ones, all ASCII; each paragraph is one line, and an empty
    line follows it.
    """
    return (SAMPLES / "alice.txt").read_text(encoding="ascii")


def load_mnist(*, flat=False, dtype=np.float32, fallback=None, mirrors=None, cache=None):
    """Load MNIST: 60,000 training and 10,000 test images (N, 1, 28, 28) of handwritten digits.

    Parameters
    ----------
    flat : bool
        Give each image as one row of numbers instead of (1, 28, 28).
    dtype
        Float type of the images.
    fallback : {None, "digits"}
        What to give, with a warning, if the data set cannot be had: the bundled 8x8 digits. By
        default nothing replaces it.
    mirrors : sequence of str, optional
        Base addresses to download from, in place of the public hosts.
    cache : path, optional
        Where downloads are kept; see `dlcourse.data.downloads`.

    Returns
    -------
    Dataset

    Raises
    ------
    dlcourse.data.downloads.DownloadFailed
        If no mirror gave the verified files; says what each one gave.
    """
    return _load("mnist", _read_idx_files, flat, dtype, fallback, mirrors, cache)


def load_fashion_mnist(*, flat=False, dtype=np.float32, fallback=None, mirrors=None, cache=None):
    """Load Fashion-MNIST: pictures of clothes in MNIST's sizes and formats.

    Arguments, result and errors are those of `load_mnist`.
    """
    return _load("fashion_mnist", _read_idx_files, flat, dtype, fallback, mirrors, cache)


def load_cifar10(*, flat=False, dtype=np.float32, fallback=None, mirrors=None, cache=None):
    """Load CIFAR-10: 50,000 training and 10,000 test colour images (N, 3, 32, 32), ten classes.

    Arguments, result and errors are those of `load_mnist`. The download has 170 MB; as float32 the
    images take 0.7 GB.
    """
    return _load("cifar10", _read_cifar10_file, flat, dtype, fallback, mirrors, cache)


def _load(name, read, flat, dtype, fallback, mirrors, cache):
    if fallback not in (None, "digits"):
        raise ValueError(f'got fallback={fallback!r}; use "digits", or None for no replacement')

    def get(filename):
        return downloads.fetch(name, filename, mirrors=mirrors, cache=cache)

    try:
        dataset = read(get)
    except downloads.DownloadFailed as error:
        if fallback is None:
            raise
        warnings.warn(f"these are the bundled 8x8 digits, not {name}: {error}", stacklevel=3)
        return load_digits(flat=flat, dtype=dtype)
    return _as_images(dataset, 255, flat, dtype)


def _read_idx_files(get):
    parts = []
    for part in ("train", "t10k"):
        parts.append(read_idx(get(f"{part}-images-idx3-ubyte.gz"))[:, None])
        parts.append(read_idx(get(f"{part}-labels-idx1-ubyte.gz")))
    return Dataset(*parts)


def _read_cifar10_file(get):
    return Dataset(*read_cifar10(get("cifar-10-binary.tar.gz")))


def _as_images(dataset, top, flat, dtype):
    """Scale integer pixels 0..top to [0, 1] and labels to int64."""
    X_train, y_train, X_test, y_test = dataset
    scale = np.dtype(dtype).type(top)
    X_train, X_test = X_train.astype(dtype) / scale, X_test.astype(dtype) / scale
    if flat:
        X_train, X_test = X_train.reshape(len(X_train), -1), X_test.reshape(len(X_test), -1)
    return Dataset(X_train, y_train.astype(np.int64), X_test, y_test.astype(np.int64))


def make_blobs(n, rng, *, centers=((-2.0, -1.0), (2.0, 1.0)), std=0.5):
    """Draw `n` points round the `centers`, one class a centre.

    Parameters
    ----------
    n : int
        Number of points over all classes, as even as it goes; the rows come in random order.
    rng : numpy.random.Generator
    centers : sequence of points
    std : float
        Standard deviation along each axis.

    Returns
    -------
    X : ndarray, shape (n, D)
    y : ndarray of int, shape (n,)
    """
    y = _shuffled_labels(n, len(centers), rng)
    X = np.asarray(centers, dtype=float)[y]
    return X + rng.normal(scale=std, size=X.shape), y


def make_moons(n, rng, *, noise=0.1):
    """Draw two interleaving half circles of radius 1: X (n, 2) and y (n,) in {0, 1}."""
    y = _shuffled_labels(n, 2, rng)
    angle = rng.uniform(0, np.pi, size=n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return np.where(y[:, None] == 0, upper, lower) + rng.normal(scale=noise, size=(n, 2)), y


def make_circles(n, rng, *, noise=0.1, inner=0.5):
    """Draw a circle of radius 1 (class 0) round one of radius `inner` (class 1): X (n, 2), y (n,).

    No line separates the classes, but one threshold on the radius does.
    """
    y = _shuffled_labels(n, 2, rng)
    angle = rng.uniform(0, 2 * np.pi, size=n)
    radius = np.where(y == 0, 1.0, inner)
    circle = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return circle + rng.normal(scale=noise, size=(n, 2)), y


def make_spirals(n, rng, *, noise=0.05, n_classes=3, turns=0.75):
    """Draw `n_classes` spiral arms from the origin out to radius 1: X (n, 2), y (n,)."""
    y = _shuffled_labels(n, n_classes, rng)
    radius = np.sqrt(rng.uniform(0, 1, size=n))  # the root keeps the outer turns as dense
    angle = 2 * np.pi * (turns * radius + y / n_classes)
    arms = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return arms + rng.normal(scale=noise, size=(n, 2)), y


def make_xor(n, rng, *, noise=0.1):
    """Draw points round the corners of the unit square: X (n, 2), y (n,) = exclusive or."""
    corner = _shuffled_labels(n, 4, rng)
    bits = np.stack([corner // 2, corner % 2], axis=1)
    return bits + rng.normal(scale=noise, size=(n, 2)), bits[:, 0] ^ bits[:, 1]


def _shuffled_labels(n, n_classes, rng):
    if n < 0 or n_classes < 1:
        raise ValueError(
            f"got n={n} and {n_classes} classes: draw n >= 0 points of at least one class"
        )
    return rng.permutation(np.arange(n) % n_classes)
