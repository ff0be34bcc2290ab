"""Make the bundled arrays of this folder from the copies that scikit-learn ships.

Run once by hand: ``python dlcourse/samples/make_samples.py``. The arrays are committed, so that
the course itself needs neither scikit-learn nor a network to load them.
"""

from pathlib import Path

import numpy as np
from sklearn import datasets
from sklearn.model_selection import train_test_split

HERE = Path(__file__).parent
N_DIGITS_TEST, N_IRIS_TEST = 360, 30


def write_split(name, X, y, n_test):
    """Shuffle once, keep every class's share in both parts, and write the rows in that order."""
    parts = train_test_split(X, y, test_size=n_test, stratify=y, random_state=0)
    names = ("X_train", "X_test", "y_train", "y_test")
    np.savez_compressed(HERE / f"{name}.npz", **dict(zip(names, parts, strict=True)))


def halve(image):
    """Average each 2x2 block of an (H, W, 3) photograph; an odd last row or column is left out."""
    height, width = image.shape[0] // 2, image.shape[1] // 2
    blocks = image[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)


def main():
    digits = datasets.load_digits()
    pixels = digits.images.astype(np.uint8)[:, None]
    write_split("digits", pixels, digits.target.astype(np.uint8), N_DIGITS_TEST)

    iris = datasets.load_iris()
    write_split("iris", iris.data, iris.target.astype(np.uint8), N_IRIS_TEST)

    images = datasets.load_sample_images().images
    photographs = [halve(image).transpose(2, 0, 1) for image in images]
    np.savez_compressed(HERE / "photographs.npz", photographs=np.stack(photographs))


if __name__ == "__main__":
    main()
