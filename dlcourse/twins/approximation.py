"""The bricks of universal approximation on tensors; as in `dlcourse.reference.approximation`."""

import math

import torch

from dlcourse.twins.activations import relu, sigmoid
from dlcourse.twins.arguments import fit, whole_numbers


def sigmoid_step(x, position, steepness):
    """Rise from 0 to 1 at `position`."""
    return sigmoid(steepness * (x - position))


def bump(x, left, right, height, steepness=1000.0):
    """Be about `height` between left and right and 0 elsewhere."""
    return height * (sigmoid_step(x, left, steepness) - sigmoid_step(x, right, steepness))


def tower(x, y, x_range, y_range, height, steepness=1000.0):
    """Be about `height` on a rectangle and 0 elsewhere."""
    both = bump(x, *x_range, 1.0, steepness) + bump(y, *y_range, 1.0, steepness)
    return height * sigmoid_step(both, 1.5, steepness)


def fourier_features(x, n_frequencies, period):
    """Return a constant, then cosine and sine of each frequency 2 pi k / period."""
    fit("x (N)", x)
    columns = [torch.ones_like(x)]
    (n_frequencies,) = whole_numbers(0, n_frequencies=n_frequencies)
    for k in range(1, n_frequencies + 1):
        angle = 2 * math.pi / period * k * x
        columns += [torch.cos(angle), torch.cos(angle - math.pi / 2)]
    return torch.stack(columns, dim=1)


def sawtooth(x, depth):
    """Fold [0, 1] `depth` times: 2^depth straight pieces from 2 ReLUs a layer."""
    for _ in range(*whole_numbers(0, depth=depth)):
        x = 2 * relu(x) - 4 * relu(x - 0.5)
    return x
