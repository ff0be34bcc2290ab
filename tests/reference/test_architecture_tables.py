"""Tables of layers on sizes that are easy to get wrong: odd, huge, and impossible ones."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse.reference.architectures import LENET5_LAYERS, architecture_table
from dlcourse.reference.conv_costs import conv_multiplications, conv_parameters, feature_map_bytes
from dlcourse.reference.conv_shapes import full_padding, receptive_field, same_padding
from dlcourse.twins import architectures as measured

CONV = {"type": "conv", "kernel_size": 3, "filters": 4}
POOL = {"type": "pool", "kernel_size": 2, "stride": 2}
DENSE = {"type": "dense", "units": 5}
both_worlds = pytest.mark.parametrize("table", [architecture_table, measured.architecture_table])


# a chain, an image, and words of the sentence that must refuse it in both worlds
REFUSED = {
    "no filters": ([{"type": "conv", "kernel_size": 3}], (1, 8, 8), r"needs \['filters'\]"),
    "no kernel_size": ([{"type": "pool"}], (1, 8, 8), r"needs \['kernel_size'\]"),
    "no units": ([{"type": "dense"}], (1, 8, 8), r"needs \['units'\]"),
    "no type": ([{"units": 3}], (1, 8, 8), "type None"),
    "strides": ([CONV | {"strides": 2}], (1, 8, 8), r"got \['strides'\]"),
    "ceil_mode of a convolution": ([CONV | {"ceil_mode": True}], (1, 8, 8), r"got \['ceil_mode'\]"),
    "filters below 1": ([CONV | {"filters": -4}], (1, 8, 8), "-4"),
    "half a filter": ([CONV | {"filters": 2.5}], (1, 8, 8), "2.5"),
    "units below 1": ([DENSE | {"units": 0}], (1, 8, 8), "0"),
    "half a unit": ([DENSE | {"units": 0.5}], (1, 8, 8), "0.5"),
    "a pair of units": ([DENSE | {"units": (2, 3)}], (1, 8, 8), "units"),
    "half a pixel": ([CONV | {"kernel_size": 1.5}], (1, 8, 8), "1.5"),
    "a stride of 0": ([CONV | {"stride": 0}], (1, 8, 8), "stride"),
    "half a group": ([CONV | {"groups": 0.5}], (4, 8, 8), "0.5"),
    "groups that do not divide": ([CONV | {"groups": 3}], (4, 8, 8), "group"),
    "a filter that does not fit": ([CONV | {"kernel_size": 9}], (1, 8, 8), "9"),
    "an image of negative height": ([DENSE], (1, -8, 8), "-8"),
    "an image of half a column": ([DENSE], (1, 8, 7.5), "7.5"),
}


@both_worlds
@pytest.mark.parametrize("name", REFUSED)
def test_layers_that_cannot_be_built_are_refused_with_what_was_received(table, name):
    layers, shape, quoted = REFUSED[name]
    with pytest.raises(ValueError, match=quoted):
        table(layers, shape)


def test_a_layer_that_is_no_dictionary_is_told():
    with pytest.raises(ValueError, match=r"a layer is a dictionary; got \('conv', 3\)"):
        architecture_table([("conv", 3)], (1, 8, 8))


@both_worlds
def test_a_pool_in_ceil_mode_has_one_place_more(table):
    rows = table([POOL | {"ceil_mode": True}, POOL, CONV], (3, 15, 14))
    by_torch = nn.Sequential(nn.MaxPool2d(2, ceil_mode=True), nn.MaxPool2d(2), nn.Conv2d(3, 4, 3))
    assert rows[-1]["shape"] == tuple(by_torch(torch.zeros(1, 3, 15, 14)).shape[1:])
    assert rows[0]["shape"] == (3, 8, 7)


@both_worlds
def test_a_dense_layer_has_the_larger_side_of_the_image_for_a_field(table):
    rows = table([CONV | {"kernel_size": (3, 2)}, DENSE, DENSE], (1, 8, 12))
    assert [row["receptive_field"] for row in rows] == [(3, 2), 12, 12]


def test_numpys_sizes_do_not_wrap_round():
    thousands = np.int32(200_000)
    layers = [{"type": "dense", "units": thousands}]
    (row,) = architecture_table(layers, (1, np.int32(1), thousands))
    assert row["multiplications"] == 40_000_000_000
    assert row["flops"] == 80_000_000_000
    assert row["parameters"] == 40_000_200_000
    assert type(row["parameters"]) is int
    assert conv_parameters(np.uint8(3), np.int32(60_000), np.int32(60_000)) == 32_400_060_000
    assert conv_multiplications(1, 1, 1, thousands, thousands) == 40_000_000_000
    assert feature_map_bytes(np.int16(300), np.int16(300), np.int16(300)) == 108_000_000
    assert receptive_field(np.int8([100, 100]), np.int8([100, 1])) == 10_000
    small = [{name: np.int64(v) if isinstance(v, int) else v for name, v in layer.items()}
             for layer in LENET5_LAYERS]  # fmt: skip
    assert architecture_table(small, [1, 32, 32]) == architecture_table(LENET5_LAYERS, (1, 32, 32))


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: conv_parameters(5, -3, 6), "in_channels .* got -3"),
        (lambda: conv_parameters(5, 3, 6.5), "out_channels .* got 6.5"),
        (lambda: conv_parameters(5, 3, 6, groups=1.5), "groups .* got 1.5"),
        (lambda: conv_multiplications(5, 3, 6, -28, 28), "height .* got -28"),
        (lambda: feature_map_bytes(6, 28, 28.5), "width .* got 28.5"),
        (lambda: same_padding(13, 6, 0), "stride .* got 0"),
        (lambda: same_padding(13.5, 6), "size .* got 13.5"),
        (lambda: full_padding(0), "kernel_size .* got 0"),
        (lambda: receptive_field([3, 0], [1, 1]), r"start at 1; got \[3, 0\]"),
        (lambda: receptive_field([3], [-1]), r"start at 1; got \[3\], \[-1\]"),
    ],
)
def test_sizes_below_1_and_fractions_are_refused(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


# ------------------------------------------------------------------------- where the gradient goes
def reached(layer, shape):
    """The most rows and columns that any one output's gradient reaches, by autograd."""
    most = [0, 0]
    x = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    out = layer.double()(x)
    for number in out.flatten():
        (gradient,) = torch.autograd.grad(number, x, retain_graph=True)
        for axis in (0, 1):
            seen = gradient[0].abs().sum(dim=(0, 2 - axis)).nonzero()
            most[axis] = max(most[axis], int(seen.max() - seen.min()) + 1)
    return tuple(most)


@pytest.mark.parametrize(
    "layer",
    [
        lambda: nn.AdaptiveAvgPool2d((4, 5)),
        lambda: nn.AdaptiveAvgPool2d((7, 3)),
        lambda: nn.AdaptiveAvgPool2d((1, 3)),
        lambda: nn.AdaptiveAvgPool2d((9, 20)),
        lambda: nn.Linear(13, 4),
        lambda: nn.LayerNorm(13),
        lambda: nn.LayerNorm((11, 13)),
        lambda: nn.Sequential(nn.Conv2d(2, 2, 3, stride=2), nn.AdaptiveAvgPool2d(3)),
        lambda: nn.Sequential(nn.AdaptiveAvgPool2d((6, 5)), nn.Conv2d(2, 1, 2)),
        lambda: nn.Sequential(nn.Linear(13, 6), nn.Conv2d(2, 1, 2)),
    ],
)
def test_fields_are_where_the_gradient_reaches_at_most(layer):
    torch.manual_seed(0)
    field = measured.network_table(layer, (2, 11, 13))[-1]["receptive_field"]
    field = field if isinstance(field, tuple) else (field, field)
    found = reached(layer(), (2, 11, 13))
    assert field == (found if found != (11, 13) else (13, 13))  # all of it: the larger side


def test_a_dense_layer_on_maps_works_once_a_row():
    (row,) = measured.network_table(lambda: nn.Linear(4, 3), (2, 3, 4))
    assert row["shape"] == (2, 3, 3)
    assert row["multiplications"] == 72  # 2 x 3 rows of 4 numbers, times 3 units
    assert row["parameters"] == 15


def test_adaptive_places_overlap_where_the_sizes_do_not_divide():
    (row,) = measured.network_table(lambda: nn.AdaptiveAvgPool2d(3), (1, 10, 10))
    starts = [math.floor(i * 10 / 3) for i in range(3)]
    ends = [math.ceil((i + 1) * 10 / 3) for i in range(3)]
    assert row["receptive_field"] == max(e - s for s, e in zip(starts, ends, strict=True)) == 4
