"""The arithmetic of convolution shapes, against the sources' numbers and against brute force."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.reference import conv_costs, conv_shapes

sizes, kernels, strides = st.integers(1, 40), st.integers(1, 9), st.integers(1, 6)


@settings(deadline=None)
@given(sizes, kernels, strides, st.integers(0, 9), st.integers(0, 9), st.integers(1, 3))
def test_output_size_counts_the_positions_that_fit(size, kernel, stride, start, end, dilation):
    span = dilation * (kernel - 1) + 1
    positions = [i for i in range(0, size + start + end, stride) if i + span <= size + start + end]
    arguments = size, kernel, stride, start, end, dilation
    if positions:
        assert conv_shapes.conv_output_size(*arguments) == len(positions)
    else:
        with pytest.raises(ValueError, match=f"spans {span} does not fit into {size}"):
            conv_shapes.conv_output_size(*arguments)


@settings(deadline=None)
@given(sizes, kernels, strides, st.integers(1, 3))
def test_same_padding_leaves_size_over_stride_outputs_with_no_zero_too_many(
    size, kernel, stride, dilation
):
    start, end = conv_shapes.same_padding(size, kernel, stride, dilation)
    assert 0 <= end - start <= 1
    if start + end:
        outputs = conv_shapes.conv_output_size(size, kernel, stride, start, end, dilation)
        assert outputs == -(-size // stride)
        span = dilation * (kernel - 1) + 1
        assert (outputs - 1) * stride + span == size + start + end  # the last zero is looked at


def test_source_example_of_13_pixels_filter_6_stride_5():
    assert conv_shapes.same_padding(13, 6, 5) == (1, 2)
    assert conv_shapes.conv_output_size(13, 6, 5, 1, 2) == 3
    assert conv_shapes.conv_output_size(13, 6, 5) == 2  # valid: columns 12 and 13 are dropped


@settings(deadline=None)
@given(sizes, kernels, st.integers(1, 3))
def test_full_padding_meets_every_pixel_at_every_tap(size, kernel, dilation):
    start, end = conv_shapes.full_padding(kernel, dilation)
    outputs = conv_shapes.conv_output_size(size, kernel, 1, start, end, dilation)
    met = {(i + tap * dilation - start, tap) for i in range(outputs) for tap in range(kernel)}
    assert {(pixel, tap) for pixel in range(size) for tap in range(kernel)} <= met


def test_paddings_by_name():
    assert conv_shapes.padding_amounts("valid", 13, 6, 5) == (0, 0)
    assert conv_shapes.padding_amounts("same", 13, 6, 5) == (1, 2)
    assert conv_shapes.padding_amounts("full", 13, 6) == (5, 5)
    assert conv_shapes.padding_amounts(2, 13, 6) == (2, 2)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), min_size=1, max_size=4))
def test_receptive_field_is_what_autograd_says_the_last_output_depends_on(layers):
    field = conv_shapes.receptive_field([F for F, _ in layers], [S for _, S in layers])
    x = torch.ones(1, 1, field, requires_grad=True)
    out = x
    for F, S in layers:
        out = torch.nn.functional.conv1d(out, torch.ones(1, 1, F), stride=S)
    assert out.shape[-1] == 1  # one output from exactly that many pixels
    out.sum().backward()
    assert bool(x.grad[0, 0, 0] > 0)
    assert bool(x.grad[0, 0, -1] > 0)


def test_source_numbers_of_parameters_multiplications_and_memory():
    assert conv_shapes.receptive_field([3, 3], [1, 1]) == 5
    assert conv_shapes.receptive_field([], []) == 1
    assert conv_costs.conv_parameters(5, 3, 200) == 15_200
    assert conv_costs.conv_parameters(5, 3, 200, bias=False) == 15_000
    assert conv_costs.conv_multiplications(5, 3, 200, 150, 100) == 225_000_000
    assert conv_costs.conv_flops(5, 3, 200, 150, 100) == 450_000_000
    assert conv_costs.feature_map_bytes(200, 150, 100) * 8 == 96_000_000
    assert round(conv_costs.feature_map_bytes(200, 150, 100) / 2**20, 1) == 11.4
    assert conv_costs.feature_map_bytes(2, 3, 4, batch_size=5, bytes_per_number=8) == 960


@pytest.mark.parametrize(
    "arguments", [(0, 3), (5, 0), (5, 3, 0), (5, 3, 1, -1, 0), (5, 3, 1, 0, 0, 0)]
)
def test_impossible_sizes_are_refused_and_quoted(arguments):
    with pytest.raises(ValueError, match=f"size={arguments[0]}, kernel_size={arguments[1]}"):
        conv_shapes.conv_output_size(*arguments)


@pytest.mark.parametrize("padding", ["some", -1])
def test_unknown_paddings_are_refused_and_quoted(padding):
    with pytest.raises(ValueError, match=repr(padding)):
        conv_shapes.padding_amounts(padding, 5, 3)


def test_a_stack_with_more_kernels_than_strides_is_refused():
    with pytest.raises(ValueError, match="2 kernels and 1 strides"):
        conv_shapes.receptive_field([3, 3], [1])


def test_receptive_field_counts_the_dilation():
    assert conv_shapes.receptive_field([3, 3], [1, 1], [2, 4]) == 13
    assert conv_shapes.receptive_field([3, 3], [2, 1], [1, 2]) == 1 + 2 + 2 * 2 * 2
    with pytest.raises(ValueError, match="2 kernels and 2 strides, 1 dilations"):
        conv_shapes.receptive_field([3, 3], [1, 1], [2])


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("kernel_size", [3, (3, 5)])
def test_parameters_and_multiplications_are_those_of_the_layer(kernel_size, groups, bias):
    layer = torch.nn.Conv2d(4, 6, kernel_size, groups=groups, bias=bias)
    parameters = conv_costs.conv_parameters(kernel_size, 4, 6, bias, groups)
    assert parameters == sum(p.numel() for p in layer.parameters())
    multiplications = conv_costs.conv_multiplications(kernel_size, 4, 6, 7, 8, groups)
    assert multiplications == layer.weight.numel() * 7 * 8
    assert conv_costs.conv_flops(kernel_size, 4, 6, 7, 8, groups) == 2 * multiplications


def test_a_number_is_for_both_axes_and_a_pair_for_one_each():
    assert conv_shapes.pair(3) == (3, 3)
    assert conv_shapes.pair("same") == ("same", "same")
    assert conv_shapes.pair([1, 2]) == (1, 2)
    with pytest.raises(ValueError, match=r"stride is .* got \(1, 2, 3\)"):
        conv_shapes.pair((1, 2, 3), "stride")


@pytest.mark.parametrize("bad", [2.0, (1, 2), "2", None])
def test_what_is_no_whole_number_is_refused(bad):
    with pytest.raises(ValueError, match="whole numbers"):
        conv_shapes.conv_output_size(9, 3, stride=bad)
    with pytest.raises(ValueError, match="whole numbers"):
        conv_shapes.receptive_field([3], [bad])


def test_pads_may_be_an_array_and_layers_must_be_lists():
    assert conv_shapes.padding_amounts(np.array([1, 2]), 5, 3) == (1, 2)
    with pytest.raises(ValueError, match="as lists: got 3, 1"):
        conv_shapes.receptive_field(3, 1)
