"""What the functions of this package accept, and the sentences with which they refuse."""

import numpy as np


def floats(*arrays):
    """Read arrays, lists and numbers as floating-point arrays; return them in the same order.

    Floats keep their type. Integers and booleans take the type of the floats beside them, so that
    labels do not turn a float32 computation into float64; alone they become float64.
    """
    arrays = [numbers(a) for a in arrays]
    given = [a.dtype for a in arrays if a.dtype.kind == "f"]
    dtype = np.result_type(*given) if given else np.float64
    arrays = [a if a.dtype.kind == "f" else a.astype(dtype) for a in arrays]
    return arrays[0] if len(arrays) == 1 else arrays


def numbers(a, name="an array"):
    """Read `a`, an array, list or number; refuse what holds no real numbers, calling it `name`."""
    a = np.asarray(a)
    if a.dtype.kind not in "fiub":
        raise ValueError(f"expected {name} of numbers, got dtype {a.dtype}: {a!r:.80}")
    return a


def same_shape(**arrays):
    """Refuse arrays whose shapes differ; the keywords are the names that the caller knows."""
    shapes = {name: np.shape(a) for name, a in arrays.items()}
    if len(set(shapes.values())) > 1:
        listed = " and ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"these must have the same shape, got {listed}")


def output_gradient(dout, shape):
    """Read `dout`, the gradient of an output of that shape; refuse another, never broadcast it."""
    if np.shape(dout) != tuple(shape):
        raise ValueError(f"dout has the shape of the output, {tuple(shape)}; got {np.shape(dout)}")
    return floats(dout)


def class_labels(labels, n_classes, n_rows=None):
    """Read integer labels (N,) in 0 ... n_classes - 1; refuse any other, or N other than n_rows."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in ("iub" if labels.size else "iubf"):
        raise ValueError(
            f"labels must be integers of shape (N,), got {labels.dtype} {labels.shape}: "
            "a one-hot table becomes labels by .argmax(axis=1)"
        )
    labels = labels.astype(np.intp)
    if n_rows is not None and len(labels) != n_rows:
        raise ValueError(f"one label a row: got {len(labels)} labels for {n_rows} rows")
    if labels.size and not (labels.min() >= 0 and labels.max() < n_classes):
        raise ValueError(
            f"labels must lie in 0 ... {n_classes - 1}, got {labels.min()} ... {labels.max()}"
        )
    return labels


def like_parameter(w, t=1, **arrays):
    """Refuse gradients and state, `arrays` by name, that lack the shape of `w`, and t below 1."""
    numbers(w, "a parameter")
    for name, array in arrays.items():
        if numbers(array, name).shape not in (np.shape(w), ()):
            raise ValueError(
                f"{name} has shape {np.shape(array)} and the parameter w {np.shape(w)}: "
                f"give {name} the shape of w"
            )
    if t < 1:
        raise ValueError(f"t counts steps from 1, got t={t}: pass 1 for the first step")
