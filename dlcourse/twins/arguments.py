"""What the functions of this package accept: the sentences of `dlcourse.reference.arguments`.

Shapes, words and Python's numbers are looked at everywhere: what the reference refuses, a twin does
not broadcast. The numbers in a tensor are looked at on the CPU only: on a GPU that would make the
processor wait for every result so far; there, PyTorch's own indexing stops at a label out of range.
"""

import math
import operator
import re
from functools import cache
from numbers import Real

import torch
from torch import fx


@fx.wrap  # a step of its own in a traced network: a shape is a number only when it runs
def images(x, shape, network, advice=""):
    """Return images (N, C, H, W) as they are; refuse those of another `shape` (C, H, W)."""
    if tuple(x.shape[1:]) != shape:
        wanted = ", ".join(map(str, shape))
        raise ValueError(f"{network} takes images (N, {wanted}); got {tuple(x.shape)}{advice}")
    return x


def fit(shapes, *tensors):
    """Refuse tensors that have not the `shapes`, which read as a page has them.

    ``fit("x (N+, D), Wx (D, 4H), b (4H)", x, Wx, b)``: a letter is one size wherever it stands, at
    least 1 with a plus, 4H four times H, and ... any number of axes, the same in all. None fits.
    """
    sizes = {}
    for (_, wanted), tensor in zip(_parsed(shapes), tensors, strict=True):
        if tensor is not None and not _fits(wanted, tuple(tensor.shape), sizes):
            got = ", ".join("None" if t is None else str(tuple(t.shape)) for t in tensors)
            raise ValueError(f"{shapes} do not fit: got {got}")


@cache
def _parsed(shapes):
    return [(name, inside.split(", ")) for name, inside in re.findall(r"(\w+) \(([^)]*)\)", shapes)]


def _fits(wanted, shape, sizes):
    """Whether a shape is as wanted, its letters being those `sizes`, which grow by new ones."""
    if "..." in wanted:
        at, free = wanted.index("..."), len(shape) - len(wanted) + 1
        if free < 0 or sizes.setdefault("...", shape[at : at + free]) != shape[at : at + free]:
            return False
        wanted, shape = wanted[:at] + wanted[at + 1 :], shape[:at] + shape[at + free :]
    if len(wanted) != len(shape):
        return False
    for letter, size in zip(wanted, shape, strict=True):
        times, name, plus = re.fullmatch(r"(\d*)(\w+)(\+?)", letter).groups()
        times = int(times or 1)
        if size % times or sizes.setdefault(name, size // times) != size // times:
            return False
        if plus and size == 0:
            return False
    return True


def same_shape(**arrays):
    """Refuse tensors whose shapes differ; the keywords are the names that the caller knows."""
    shapes = {name: tuple(a.shape) for name, a in arrays.items()}
    if len(set(shapes.values())) > 1:
        listed = " and ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"these must have the same shape, got {listed}")


def whole_numbers(least=1, **numbers):
    """Read whole numbers of any integer type; the keywords are the names that the caller knows."""
    read = []
    for name, n in numbers.items():
        if not hasattr(n, "__index__") or operator.index(n) < least:
            raise ValueError(f"{name} must be a whole number from {least}; got {n!r:.80}")
        read.append(operator.index(n))
    return read


def real_numbers(least=-math.inf, **numbers):
    """Read real numbers that are at least `least`; the keywords are the names the caller knows."""
    read = []
    for name, n in numbers.items():
        read.append(n.item() if isinstance(n, torch.Tensor) and n.ndim == 0 else n)
        if not isinstance(read[-1], Real) or not read[-1] >= least:
            due = "a number" if least == -math.inf else f"{least} or more"
            raise ValueError(f"{name} must be {due}, got {n!r:.80}")
    return read


def to_compare(**both):
    """Return two tensors of one shape, with one row at least, in float32 if they are half."""
    same_shape(**both)
    first, second = in_float32(*both.values())
    if first.ndim == 0 or len(first) == 0:
        raise ValueError(f"a mean needs at least one row, got shape {tuple(first.shape)}")
    return first, second


def parameter_and_state(w, t=1, **state):
    """Refuse gradient and state that have not the shape of `w`, t below 1, and float16.

    A single number, such as the 0.0 that a state starts from, fits every parameter. Adam's eps of
    1e-8 is 0 in float16.
    """
    refuse_float16(w)
    for name, a in state.items():
        if isinstance(a, torch.Tensor) and a.shape not in (w.shape, ()):
            raise ValueError(
                f"{name} has shape {tuple(a.shape)} and the parameter w {tuple(w.shape)}: "
                f"give {name} the shape of w"
            )
    if not t >= 1:
        raise ValueError(f"t counts steps from 1, got t={t}: pass 1 for the first step")


def in_float32(*tensors):
    """Read half-precision tensors in float32, and integers as floats, in the same order.

    Sums, means and statistics need the range and the digits: 65,504 is float16's largest number,
    and bfloat16 counts to 256. PyTorch's own losses and norms compute so too.
    """
    half = (torch.float16, torch.bfloat16)
    tensors = [as_floats(*tensors)] if len(tensors) == 1 else as_floats(*tensors)
    tensors = [t.float() if t.dtype in half else t for t in tensors]
    return tensors[0] if len(tensors) == 1 else tensors


def finite(z, upwards=True):
    """Bring infinite scores to the largest number of their type; NaN stays, with its slope."""
    largest = torch.finfo(z.dtype).max
    near = z.clamp(-largest, largest if upwards else torch.inf)
    return torch.where(z.isinf(), near.detach(), z)


def as_floats(*tensors):
    """Read integers and truth values as floats; return the tensors in the same order.

    They take the type of the first floats beside them; alone they become float64.
    """
    kinds = [t.dtype for t in tensors if t.is_floating_point()]
    read = [t if t.is_floating_point() else t.to(kinds[0]) if kinds else wide(t) for t in tensors]
    return read[0] if len(read) == 1 else read


def wide(x):
    """Read a tensor in float64; on Apple's GPU, which has none, in float32."""
    return x.float() if x.device.type == "mps" else x.double()


def one_of(word, words, name):
    """Refuse a `word`, the argument called `name`, that is none of `words`."""
    if word not in words:
        raise ValueError(f"{name} must be one of {words}, got {word!r}")


def refuse_float16(w):
    """Refuse parameters in float16, in which Adam's eps of 1e-8 is 0."""
    _refuse_type(w, torch.float16)


def refuse_bfloat16(w):
    """Refuse parameters in bfloat16, with whose 8 bits 0.999 times a mean is that mean again."""
    _refuse_type(w, torch.bfloat16)


def _refuse_type(w, dtype):
    if isinstance(w, torch.Tensor) and w.dtype == dtype:
        kind = str(dtype).removeprefix("torch.")
        raise ValueError(
            f"got a parameter of type {kind}, shape {tuple(w.shape)}: keep weights in float32, "
            "as mixed precision does"
        )


def class_labels(labels, n_classes, n_rows=None):
    """Return `labels`, integers in 0 ... n_classes - 1, one for each of n_rows rows, as int64."""
    if labels.is_floating_point() or labels.is_complex() or labels.ndim != 1:
        raise ValueError(
            f"labels must be integers of shape (N,), got {labels.dtype} {tuple(labels.shape)}"
        )
    if n_rows is not None and len(labels) != n_rows:
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
