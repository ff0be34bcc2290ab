"""What the functions of this package accept: the sentences of `dlcourse.reference.arguments`.

Words and Python's numbers, such as a share or a decay, are looked at by the functions that call
`one_of` or compare them; the numbers in a tensor on the CPU only. On a GPU that would make the
processor wait for every result so far; there, PyTorch's own indexing stops at a label out of range.
What a twin does not look at, PyTorch may refuse or broadcast: the reference says what is allowed.
"""

import torch
from torch import fx


@fx.wrap  # a step of its own in a traced network: a shape is a number only when it runs
def images(x, shape, network):
    """Return images (N, C, H, W) as they are; refuse those of another `shape` (C, H, W)."""
    if tuple(x.shape[1:]) != shape:
        wanted = ", ".join(map(str, shape))
        raise ValueError(f"{network} takes images (N, {wanted}); got {tuple(x.shape)}")
    return x


def in_float32(*tensors):
    """Read half-precision tensors in float32; return them in the same order, others as they are.

    Sums, means and statistics need the range and the digits: 65,504 is float16's largest number,
    and bfloat16 counts to 256. PyTorch's own losses and norms compute so too.
    """
    half = (torch.float16, torch.bfloat16)
    tensors = [t.float() if t.dtype in half else t for t in tensors]
    return tensors[0] if len(tensors) == 1 else tensors


def wide(x):
    """Read a tensor in float64; on Apple's GPU, which has none, in float32."""
    return x.float() if x.device.type == "mps" else x.double()


def one_of(word, words, name):
    """Refuse a `word`, the argument called `name`, that is none of `words`."""
    if word not in words:
        raise ValueError(f"{name} must be one of {words}, got {word!r}")


def refuse_float16(w):
    """Refuse parameters in float16, in which Adam's eps of 1e-8 is 0."""
    if isinstance(w, torch.Tensor) and w.dtype == torch.float16:
        raise ValueError(
            f"got a parameter of type float16, shape {tuple(w.shape)}: keep weights in float32, "
            "as mixed precision does"
        )


def class_labels(labels, n_classes, n_rows=None):
    """Return `labels`, integers in 0 ... n_classes - 1, one for each of n_rows rows, as int64."""
    if labels.is_floating_point() or labels.is_complex():
        raise ValueError(f"labels must be integers of shape (N,), got {labels.dtype}")
    if n_rows is not None and tuple(labels.shape) != (n_rows,):
        raise ValueError(f"one label a row: got labels {tuple(labels.shape)} for {n_rows} rows")
    if labels.device.type == "cpu" and labels.numel():
        low, high = int(labels.min()), int(labels.max())
        if low < 0 or high >= n_classes:
            sides = n_classes == 2 and bool((labels.abs() == 1).all())
            raise ValueError(
                f"labels must lie in 0 ... {n_classes - 1}, got {low} ... {high}"
                + (": use (y + 1) / 2" if sides else "")
            )
    return labels.long()


def zero_or_one(y, shares=False):
    """Refuse targets `y` other than 0 and 1, or other than `shares` between them."""
    if y.device.type != "cpu":
        return
    fits = (y >= 0) & (y <= 1) if shares else (y == 0) | (y == 1)
    if not fits.all():
        allowed = "lie in [0, 1]" if shares else "are 0 or 1"
        sides = bool((y.abs() == 1).all())
        raise ValueError(
            f"targets {allowed}, got {y[~fits][0].item()}" + (": use (y + 1) / 2" if sides else "")
        )
