"""Convolution of a signal on tensors: the same name as in `dlcourse.reference.conv1d`."""

from dlcourse.twins.arguments import fit


def conv1d(x, w, flip=False):
    """Slide a filter along a signal, without padding."""
    fit("x (I), w (F+)", x, w)
    if len(w) > len(x):
        raise ValueError(f"a filter of {len(w)} is longer than a signal of {len(x)}")
    return x.unfold(0, len(w), 1) @ (w.flip(0) if flip else w)
