"""Rows of the table: the bricks of universal approximation."""

import torch
from cases import fixed, normal, op, uniform

X = fixed([-1e6, -1, 0, 0.25, 0.3, 0.5, 0.6, 1, 1e6])


def step_by_tanh(x, position, steepness):
    return 0.5 + torch.tanh(steepness * (x - position) / 2) / 2


def bump_by_tanh(x, left, right, height, steepness=1000.0):
    rise, fall = (steepness / 2 * (x - edge) for edge in (left, right))
    return height / 2 * (torch.tanh(rise) - torch.tanh(fall))


def triangle_wave(x, depth):
    return torch.arccos(torch.cos(torch.pi * 2**depth * x)) / torch.pi


def from_exponentials(x, n_frequencies, period):
    k = torch.arange(1, n_frequencies + 1, dtype=torch.float64)
    z = torch.exp(2j * torch.pi / period * k * x[:, None])
    return torch.cat([torch.ones(len(x), 1), torch.view_as_real(z).flatten(1)], dim=1)


OPS = [
    op("approximation.sigmoid_step", X, position=0.3, steepness=50.0, oracle=step_by_tanh,
       half=False),
    op("approximation.sigmoid_step", normal((2, 3)), position=0.0, steepness=-2.0, case="down",
       oracle=step_by_tanh),
    op("approximation.bump", X, left=0.3, right=0.6, height=-0.6, oracle=bump_by_tanh,
       half=False),
    op("approximation.bump", uniform((3, 4)), left=0.2, right=0.7, height=2.0, steepness=10.0,
       case="soft", oracle=bump_by_tanh),
    op("approximation.tower", uniform(9), uniform(9), x_range=(0.2, 0.7), y_range=(0.1, 0.6),
       height=2.0, half=False, integers=False),
    op("approximation.tower", uniform((9, 1)), uniform(8), x_range=(0.2, 0.7), steepness=9.0,
       y_range=(0.1, 0.6), height=-1.0, case="broadcast", half=False, integers=False),
    op("approximation.fourier_features", uniform(7), n_frequencies=3, period=2.0,
       oracle=from_exponentials),
    op("approximation.fourier_features", uniform(3), n_frequencies=0, period=1.0,
       case="constant only"),
    op("approximation.sawtooth", uniform(20), depth=3, oracle=triangle_wave, half=False),
    op("approximation.sawtooth", fixed([0, 0.5, 1]), depth=10, case="corners", half=False),
    op("approximation.sawtooth", uniform((2, 3)), depth=0, case="no fold"),
]  # fmt: skip

_BUILDS = "builds a network from a function; tested in test_approximation.py"
NO_ROW = dict.fromkeys(
    ["approximation.approximate_1d", "approximation.approximate_2d", "approximation.network_1d"],
    _BUILDS,
) | {"approximation.random_features_fit": "draws at random; tested in test_approximation.py"}
NO_TWIN = dict.fromkeys(NO_ROW, "sets weights by hand once; nothing in it is trained by PyTorch")
