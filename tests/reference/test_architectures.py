"""Parameter counts, shapes, costs and gradients of the famous networks."""

import re
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from dlcourse.data.sets import load_digits
from dlcourse.reference import lenet, lenet_layers
from dlcourse.reference.architectures import (
    ALEXNET_LAYERS,
    LENET5_LAYERS,
    VGG16_LAYERS,
    architecture_table,
    inception_parameters,
)
from dlcourse.reference.gradient_check import numerical_gradient
from dlcourse.reference.training import fit
from dlcourse.twins import architectures as measured
from dlcourse.twins import lenet as twin_lenet
from dlcourse.twins import lenet_layers as twin_lenet_layers
from dlcourse.twins.alexnet import AlexNet
from dlcourse.twins.googlenet import INCEPTIONS, GoogLeNet, googlenet_loss
from dlcourse.twins.resnet import RESNETS, ResidualBlock, ResNet, residual_module
from dlcourse.twins.vgg import VGG16

torch.set_num_threads(1)


def count(network):
    return sum(p.numel() for p in network.parameters())


def on_meta(build):
    with torch.device("meta"):
        return build()


def total(table, column):
    return sum(row[column] for row in table)


# --- parameter counts -----------------------------------------------------------------------------

# from the papers and from the published weights of each network
PUBLISHED = {
    "LeNet-5 of 1998": (twin_lenet.LeNet5, (1, 32, 32), 60_000),
    "LeNet-5 today": (twin_lenet.ModernLeNet5, (1, 32, 32), 61_706),
    "AlexNet": (AlexNet, (3, 227, 227), 62_378_344),
    "AlexNet, two towers": (lambda: AlexNet(towers=2), (3, 227, 227), 60_965_224),
    "VGG-16": (VGG16, (3, 224, 224), 138_357_544),
    "GoogLeNet": (GoogLeNet, (3, 224, 224), 13_378_280),
    "GoogLeNet, no heads": (lambda: GoogLeNet(auxiliary=False), (3, 224, 224), 6_998_552),
    "GoogLeNet, batch norm": (
        lambda: GoogLeNet(batch_norm=True, auxiliary=False),
        (3, 224, 224),
        6_624_904,
    ),
    "GoogLeNet, batch norm, heads": (
        lambda: GoogLeNet(batch_norm=True),
        (3, 224, 224),
        13_004_888,
    ),
    "ResNet-18": (lambda: ResNet(18), (3, 224, 224), 11_689_512),
    "ResNet-34": (lambda: ResNet(34), (3, 224, 224), 21_797_672),
    "ResNet-50": (lambda: ResNet(50), (3, 224, 224), 25_557_032),
    "ResNet-101": (lambda: ResNet(101), (3, 224, 224), 44_549_160),
    "ResNet-152": (lambda: ResNet(152), (3, 224, 224), 60_192_808),
}
every_network = pytest.mark.parametrize("name", PUBLISHED)
# deeper ResNets repeat the blocks of these two
every_kind = pytest.mark.parametrize(
    "name", [n for n in PUBLISHED if n not in ("ResNet-34", "ResNet-101", "ResNet-152")]
)


@every_network
def test_parameters_number_what_is_published(name):
    build, _, parameters = PUBLISHED[name]
    assert count(on_meta(build)) == parameters


@every_kind
def test_table_of_a_network_counts_every_parameter_and_every_flop(name):
    build, shape, parameters = PUBLISHED[name]
    network = on_meta(build).train()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:  # a batch of two
        network(torch.empty(2, *shape, device="meta"))
    table = measured.network_table(build, shape, train=True)
    assert total(table, "parameters") == parameters
    flops = {row["type"]: 0 for row in table}
    for row in table:
        flops[row["type"]] += 2 * row["flops"]
    if "PartialConv2d" in flops:  # torch multiplies by the zeros of the missing filters too
        flops["PartialConv2d"] = flops["PartialConv2d"] * 96 // 60
        flops["Subsample"] = 0  # and does not count element-wise products
    assert sum(flops.values()) == counter.get_total_flops()


@pytest.mark.parametrize("depth", RESNETS)
def test_resnet_count_follows_from_its_widths(depth):
    blocks, bottleneck = RESNETS[depth]

    def conv_and_norm(size, n_in, n_out):
        return size * size * n_in * n_out + 2 * n_out

    expected, channels = conv_and_norm(7, 3, 64), 64
    for stage, repeats in enumerate(blocks):
        width = 64 << stage
        out = 4 * width if bottleneck else width
        for _ in range(repeats):
            if bottleneck:
                path = [(1, channels, width), (3, width, width), (1, width, out)]
            else:
                path = [(3, channels, width), (3, width, out)]
            if channels != out:
                path.append((1, channels, out))
            expected += sum(conv_and_norm(*layer) for layer in path)
            channels = out
    expected += channels * 1000 + 1000
    assert count(on_meta(lambda: ResNet(depth))) == expected
    layers_with_weights = 2 + sum(blocks) * (3 if bottleneck else 2)
    assert layers_with_weights == depth


def test_googlenet_count_follows_from_inception_parameters():
    expected = 3 * 64 * 49 + 64 + 64 * 64 + 64 + 64 * 192 * 9 + 192 + 1024 * 1000 + 1000
    channels = 192
    for one, reduce3, three, reduce5, five, pooled in INCEPTIONS.values():
        branches = [
            [(1, one)],
            [(1, reduce3), (3, three)],
            [(1, reduce5), (5, five)],
            [(1, pooled)],
        ]
        expected += inception_parameters(channels, branches)
        channels = one + three + five + pooled
    assert channels == 1024
    assert expected == 6_998_552


def test_first_inception_module_has_163696_parameters():
    branches = [[(1, 64)], [(1, 96), (3, 128)], [(1, 16), (5, 32)], [(1, 32)]]
    assert inception_parameters(192, branches) == 163_696
    assert inception_parameters(7, []) == 0


def test_lenet_of_1998_has_the_papers_count_in_each_layer():
    network = lenet.LeNet5(np.random.default_rng(0))
    layers = {}
    for name, array in network.parameters.items():
        layers[name[:2]] = layers.get(name[:2], 0) + array.size
    assert layers == {"C1": 156, "S2": 12, "C3": 1516, "S4": 32, "C5": 48120, "F6": 10164}


def test_lenet_of_1998_has_the_papers_connections():
    table = measured.network_table(twin_lenet.LeNet5, (1, 32, 32))
    rows = {row["layer"]: row for row in table}
    # the paper counts a connection for each weight and bias at each position
    connections = {
        layer: rows[layer]["multiplications"] + np.prod(rows[layer]["shape"])
        for layer in ("C1", "C3", "C5", "F6")
    }
    assert connections == {"C1": 122_304, "C3": 151_600, "C5": 48_120, "F6": 10_164}


# --- the table of a chain -------------------------------------------------------------------------

KAV_LENET5 = [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120, 1, 1), (84,), (10,)]
KAV_ALEXNET = [
    *((96, 55, 55), (96, 27, 27), (256, 27, 27), (256, 13, 13)),
    *((384, 13, 13), (384, 13, 13), (256, 13, 13)),
    *((4096,), (4096,), (1000,)),
]


def test_lenet_shapes_are_those_of_the_sources_table():
    table = architecture_table(LENET5_LAYERS, (1, 32, 32))
    assert [row["shape"] for row in table] == KAV_LENET5
    assert [row["receptive_field"] for row in table] == [5, 6, 14, 16, 32, 32, 32]
    assert total(table, "parameters") == 61_706


def test_alexnet_shapes_are_the_sources_and_the_pooling_that_it_leaves_out():
    table = architecture_table(ALEXNET_LAYERS, (3, 227, 227))
    third_pool = table.pop(7)
    assert third_pool["shape"] == (256, 6, 6)
    assert [row["shape"] for row in table] == KAV_ALEXNET
    assert total(table, "parameters") == 62_378_344


def test_source_without_the_third_pooling_would_have_201_million_parameters():
    as_printed = [*ALEXNET_LAYERS[:7], *ALEXNET_LAYERS[8:]]
    table = architecture_table(as_printed, (3, 227, 227))
    assert round(total(table, "parameters") / 1e6, 1) == 201.8


def test_first_layer_with_224_pixels_and_same_gives_56_not_55():
    first = {**ALEXNET_LAYERS[0], "padding": "same"}
    assert architecture_table([first], (3, 224, 224))[0]["shape"] == (96, 56, 56)


def test_vgg_table_halves_five_times_and_sees_212_pixels():
    table = architecture_table(VGG16_LAYERS, (3, 224, 224))
    pools = [row for row, layer in zip(table, VGG16_LAYERS, strict=True) if layer["type"] == "pool"]
    assert [row["shape"] for row in pools] == [
        *((64, 112, 112), (128, 56, 56), (256, 28, 28), (512, 14, 14), (512, 7, 7))
    ]
    assert pools[-1]["receptive_field"] == 212
    assert total(table, "parameters") == 138_357_544
    assert table[0]["memory"] == 64 * 224 * 224 * 4


CHAINS = {
    "LeNet-5": (LENET5_LAYERS, (1, 32, 32)),
    "AlexNet": (ALEXNET_LAYERS, (3, 227, 227)),
    "VGG-16": (VGG16_LAYERS, (3, 224, 224)),
    "odd": (
        [
            {"type": "conv", "kernel_size": 3, "filters": 2, "stride": 2, "padding": 1},
            {"type": "pool", "kernel_size": 3},
            {"type": "conv", "kernel_size": 2, "filters": 5},
            {"type": "dense", "units": 7},
        ],
        (2, 13, 10),
    ),
    "dilated, grouped, without biases": (
        [
            {"type": "conv", "kernel_size": 3, "filters": 4, "dilation": 2, "bias": False},
            {"type": "conv", "kernel_size": 3, "filters": 6, "groups": 2, "padding": 1},
            {"type": "pool", "kernel_size": 2, "dilation": 2},
            {"type": "dense", "units": 3, "bias": False},
        ],
        (2, 13, 10),
    ),
    "axes that differ": (
        [
            {"type": "conv", "kernel_size": (3, 2), "filters": 4, "stride": (2, 1)},
            {"type": "pool", "kernel_size": (1, 3), "stride": (1, 2), "padding": (0, 1)},
            {"type": "conv", "kernel_size": 2, "filters": 3, "dilation": (1, 2)},
        ],
        (2, 13, 10),
    ),
    "one dense layer": ([{"type": "dense", "units": 3}], (1, 4, 4)),
    "ends in pooling": ([{"type": "pool", "kernel_size": 2, "stride": 2}], (3, 5, 5)),
}


@pytest.mark.parametrize("name", CHAINS)
def test_formulas_agree_with_the_network_that_they_describe(name):
    layers, shape = CHAINS[name]
    assert architecture_table(layers, shape) == measured.architecture_table(layers, shape)


def test_table_leaves_its_layers_unchanged():
    layers = [{"type": "conv", "kernel_size": 3, "filters": 2}, {"type": "dense", "units": 3}]
    copy = [dict(layer) for layer in layers]
    architecture_table(layers, (1, 8, 8))
    assert layers == copy


@pytest.mark.parametrize(
    ("layers", "shape", "says"),
    [
        ([{"type": "Conv2d"}], (1, 8, 8), "'Conv2d'; use conv, pool or dense"),
        ([{"type": "conv", "kernel_size": 3, "filters": 2}], (8, 8), r"got \(8, 8\)"),
        ([{"type": "pool", "kernel_size": 9}], (1, 8, 8), "does not fit"),
        ([{"type": "conv", "kernel_size": 3, "filters": 2, "strides": 2}], (1, 8, 8), "'strides'"),
        ([{"type": "dense", "units": 2, "padding": 1}], (1, 8, 8), "'padding'"),
        ([{"type": "conv", "kernel_size": 3, "filters": 2, "groups": 2}], (1, 8, 8), "groups=2"),
        ([{"type": "conv", "kernel_size": (3, 3, 3), "filters": 2}], (1, 8, 8), r"\(3, 3, 3\)"),
        ([{"type": "dense", "units": 2}, {"type": "pool", "kernel_size": 2}], (1, 8, 8), r"\(2,\)"),
    ],
)
def test_impossible_chain_is_refused_with_what_was_received(layers, shape, says):
    with pytest.raises(ValueError, match=says):
        architecture_table(layers, shape)


@pytest.mark.parametrize(
    ("layers", "shape", "says"),
    [
        (["conv"], (1, 8, 8), "a layer is a dictionary; got 'conv'"),
        ([{"type": ["conv"]}], (1, 8, 8), r"type \['conv'\]; use conv, pool or dense"),
        ([{"type": "dense", "units": 2}], (0, 4, 4), "channels must be a .* got 0"),
        ([{"type": "dense", "units": 2}], (3, 4), r"input_shape is \(channels, height, width\)"),
        ([{"type": "dense", "units": 2.0}], (1, 4, 4), "units must be a .* got 2.0"),
        ([{"type": "dense", "units": 2}, {"type": "pool", "kernel_size": 2}], (1, 8, 8),
         r"a pool layer needs maps \(C, H, W\)"),
    ],
)  # fmt: skip
def test_both_worlds_refuse_a_chain_in_the_same_words(layers, shape, says):
    for world in (architecture_table, measured.architecture_table):
        with pytest.raises(ValueError, match=says):
            world(layers, shape)


def test_both_worlds_have_a_table_of_no_layers_and_of_numpys_integers():
    for world in (architecture_table, measured.architecture_table):
        assert world([], (1, 8, 8)) == []
        (row,) = world([{"type": "dense", "units": np.int64(3)}], np.array([1, 2, 2]))
        assert (row["shape"], row["parameters"]) == ((3,), 15)


def test_a_network_that_is_built_and_a_shape_that_is_none_are_refused():
    with pytest.raises(ValueError, match="got a Conv2d that is built: give what builds it"):
        measured.network_table(nn.Conv2d(3, 4, 3), (3, 8, 8))
    with pytest.raises(ValueError, match=r"input_shape is .* got \(3, 224\)"):
        measured.network_table(lambda: nn.Conv2d(3, 4, 3), (3, 224))


def test_sequential_of_a_chain_is_its_network():
    network = measured.sequential(LENET5_LAYERS, (1, 32, 32))
    assert count(network) == 61_706
    assert network(torch.zeros(2, 1, 32, 32)).shape == (2, 10)
    assert [type(m) for m in network[:3]] == [nn.Conv2d, nn.ReLU, nn.MaxPool2d]
    assert isinstance(network[-1], nn.Linear)
    with pytest.raises(ValueError, match="'norm'"):
        measured.sequential([{"type": "norm"}], (1, 8, 8))


# --- tables of branched networks ------------------------------------------------------------------


# receptive fields of the last maps: 1 + sum of (F - 1) times the strides before, along the longest
# path; 435 and 427 are also what others have computed for these networks
@pytest.mark.parametrize(
    ("build", "shape", "field"),
    [
        (AlexNet, (3, 227, 227), 195),
        (VGG16, (3, 224, 224), 212),
        (GoogLeNet, (3, 224, 224), 715),
        (lambda: ResNet(18), (3, 224, 224), 435),
        (lambda: ResNet(50), (3, 224, 224), 427),
    ],
)
def test_receptive_field_follows_the_longest_path(build, shape, field):
    table = measured.network_table(build, shape)
    fields = [row["receptive_field"] for row in table if len(row["shape"]) == 3]
    assert max(fields) == field


def test_receptive_field_is_where_the_gradient_reaches():
    def build(pool):
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Conv2d(1, 2, 3, stride=2), ResidualBlock(2, 2), pool(3, 2), nn.Conv2d(2, 1, 2)
        )

    field = measured.network_table(lambda: build(nn.MaxPool2d), (1, 63, 63))[-1]["receptive_field"]
    network = build(nn.AvgPool2d).eval()  # a maximum would hide pixels
    for p in network.parameters():
        nn.init.constant_(p, 0.1)
    x = torch.rand(1, 1, 63, 63, requires_grad=True)
    network(x)[0, 0, 5, 5].backward()
    rows = x.grad[0, 0].abs().sum(dim=1).nonzero()
    assert rows.max() - rows.min() + 1 == field


def test_two_dilated_convolutions_see_13_pixels():
    chain = [
        {"type": "conv", "kernel_size": 3, "filters": 1, "dilation": dilation}
        for dilation in (2, 4)
    ]
    for table in (architecture_table, measured.architecture_table):
        assert table(chain, (1, 20, 20))[-1]["receptive_field"] == 13


def reached(network, shape, pixel):
    """Rows and columns between the first and the last input that one output's gradient reaches."""
    for p in network.parameters():
        nn.init.constant_(p, 0.1)
    x = torch.rand(1, *shape, requires_grad=True)
    network(x)[(0, 0, *pixel)].backward()
    seen = [x.grad[0].abs().sum(dim=(0, 2 - axis)).nonzero() for axis in (0, 1)]
    return tuple(int(where.max() - where.min()) + 1 for where in seen)


@pytest.mark.parametrize(
    "layers",
    [
        lambda: [nn.ConvTranspose2d(1, 2, 4, 2)],
        lambda: [nn.ConvTranspose2d(1, 2, 4, 2), nn.Conv2d(2, 1, 3)],
        lambda: [nn.Conv2d(1, 2, 3, 2), nn.ConvTranspose2d(2, 2, 3, 2), nn.Conv2d(2, 1, 2)],
        lambda: [nn.ConvTranspose2d(1, 1, (2, 5), (1, 3), dilation=(2, 1)), nn.AvgPool2d((3, 2))],
        lambda: [nn.Conv2d(1, 2, (3, 5), dilation=(2, 1)), nn.AvgPool2d(2), nn.Conv2d(2, 2, 2)],
    ],
)
def test_fields_of_each_axis_are_where_the_gradient_reaches_at_most(layers):
    field = measured.network_table(lambda: nn.Sequential(*layers()), (1, 23, 23))[-1]
    field = field["receptive_field"]
    field = field if isinstance(field, tuple) else (field, field)
    network = nn.Sequential(*layers())
    found = [reached(network, (1, 23, 23), (i, j)) for i in range(3, 6) for j in range(3, 7)]
    assert (max(rows for rows, _ in found), max(columns for _, columns in found)) == field


def test_each_weight_of_a_transposed_convolution_works_at_each_input():
    (row,) = measured.network_table(lambda: nn.ConvTranspose2d(3, 4, 4, 2), (3, 8, 8))
    assert row["shape"] == (4, 18, 18)
    assert row["multiplications"] == 12_288  # 64 pixels x 3 x 4 filters x 16 taps
    with FlopCounterMode(display=False) as counter:
        nn.ConvTranspose2d(3, 4, 4, 2, bias=False, device="meta")(
            torch.empty(1, 3, 8, 8, device="meta")
        )
    assert row["flops"] == counter.get_total_flops()


def test_a_layer_that_nobody_has_told_about_is_an_error():
    with pytest.raises(ValueError, match="Softmax2d"):
        measured.network_table(nn.Softmax2d, (1, 4, 4))


def test_a_function_or_a_decision_in_the_pass_is_an_error():
    class Pools(nn.Module):
        def forward(self, x):
            return nn.functional.max_pool2d(self.layer(x), 2)

        def __init__(self):
            super().__init__()
            self.layer = nn.ReLU()

    class Decides(Pools):
        def forward(self, x):
            return self.layer(x) if x.sum() > 0 else x

    with pytest.raises(ValueError, match=r"max_pool2d.*nn\.MaxPool2d"):
        measured.network_table(lambda: nn.Sequential(Pools(), nn.ReLU()), (1, 4, 4))
    with pytest.raises(ValueError, match=r"Decides.*no graph"):
        measured.network_table(Decides, (1, 4, 4))


class HeldByNoLayer(nn.Module):
    """What no row counts: a product with its own weights, a pooling at the end."""

    def __init__(self, end):
        super().__init__()
        self.c, self.end = nn.Conv2d(3, 4, 3), end
        self.g = nn.Parameter(torch.ones(1, 4, 1, 1))
        self.register_buffer("shift", torch.ones(1, 4, 1, 1))

    def forward(self, x):
        return self.end(self, self.c(x))


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (lambda _, x: nn.functional.max_pool2d(x, 2), "got the function max_pool2d"),
        (lambda _, x: x.mean(dim=(2, 3)), "got the function mean"),
        (lambda net, x: x * net.g, r"got the parameter g \(1, 4, 1, 1\) of a HeldByNoLayer"),
    ],
)
def test_a_table_leaves_nothing_out_behind_its_last_layer(end, says):
    with pytest.raises(ValueError, match=says):
        measured.network_table(lambda: HeldByNoLayer(end), (3, 8, 8))


def test_buffers_and_the_sizes_of_a_pass_belong_to_no_row():
    for end in (lambda net, x: x + net.shift, lambda _, x: x.view(x.size(0), -1)):
        table = measured.network_table(lambda end=end: HeldByNoLayer(end), (3, 8, 8))
        assert [(row["layer"], row["parameters"]) for row in table] == [("c", 112)]


def test_a_layer_that_works_twice_has_its_parameters_once():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Conv2d(1, 1, 3)

        def forward(self, x):
            return self.layer(self.layer(x))

    table = measured.network_table(Twice, (1, 8, 8))
    assert [row["parameters"] for row in table] == [10, 0]
    assert [row["multiplications"] for row in table] == [9 * 36, 9 * 16]


def test_tables_allocate_no_weights():
    resource = pytest.importorskip("resource", reason="Windows has none")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    measured.network_table(lambda: nn.Linear(200_000, 200_000), (1, 1, 200_000))  # 160 GB of them
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) * (1 if sys.platform == "darwin" else 1024) < 1e9


def test_table_in_training_includes_the_auxiliary_heads():
    parts = {
        train: total(measured.network_table(GoogLeNet, (3, 224, 224), train=train), "parameters")
        for train in (False, True)
    }
    assert parts == {False: 6_998_552, True: 13_378_280}


# --- the networks run -----------------------------------------------------------------------------


@every_kind
def test_scores_come_out_for_every_image(name):
    build, shape, _ = PUBLISHED[name]
    classes = 10 if shape[0] == 1 else 1000
    scores = on_meta(build).eval()(torch.empty(3, *shape, device="meta"))
    assert scores.shape == (3, classes)


@pytest.mark.parametrize("build", [AlexNet, VGG16, GoogLeNet])
def test_images_of_a_wrong_size_are_refused(build):
    with pytest.raises(ValueError, match=r"got \(1, 3, 32, 32\)"):
        on_meta(build)(torch.empty(1, 3, 32, 32, device="meta"))


def test_unknown_variants_are_refused():
    with pytest.raises(ValueError, match="depth=20"):
        ResNet(20)
    with pytest.raises(ValueError, match="towers=3"):
        AlexNet(towers=3)


def test_auxiliary_heads_count_a_third_in_training_only():
    rng = torch.Generator().manual_seed(0)
    main, first, second = torch.randn(3, 4, 10, generator=rng)
    labels = torch.tensor([1, 0, 9, 3])
    ce = nn.functional.cross_entropy
    expected = ce(main, labels) + 0.3 * (ce(first, labels) + ce(second, labels))
    torch.testing.assert_close(googlenet_loss([main, first, second], labels), expected)
    torch.testing.assert_close(googlenet_loss(main, labels), ce(main, labels))


def test_small_resnet_learns_two_images_by_heart():
    torch.manual_seed(0)
    network = ResNet(18, n_classes=2)
    x, labels = torch.randn(2, 3, 32, 32), torch.tensor([0, 1])
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    for _ in range(8):
        loss = nn.functional.cross_entropy(network(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1
    assert all(p.grad.abs().sum() > 0 for p in network.parameters())


def test_residual_module_adds_its_input_before_the_last_relu():
    torch.manual_seed(1)
    block = residual_module(5).eval()
    convolutions = [m for m in block.modules() if isinstance(m, nn.Conv2d)]
    assert count(block) == 2 * (9 * 5 * 5 + 2 * 5)
    assert [m.kernel_size for m in convolutions] == [(3, 3), (3, 3)]
    for conv in convolutions:
        nn.init.zeros_(conv.weight)
    x = torch.randn(2, 5, 7, 6, requires_grad=True)
    out = block(x)
    torch.testing.assert_close(out, x.relu())  # a path that adds nothing leaves the identity
    out.sum().backward()
    torch.testing.assert_close(x.grad, (x > 0).float())


def test_projection_takes_the_identitys_place_only_where_the_shape_changes():
    assert isinstance(ResidualBlock(64, 64).shortcut, nn.Identity)
    assert isinstance(ResidualBlock(256, 64, bottleneck=True).shortcut, nn.Identity)
    halved = ResidualBlock(64, 128, stride=2)
    assert halved(torch.zeros(2, 64, 9, 9)).shape == (2, 128, 5, 5)


# --- LeNet-5 in NumPy against PyTorch -------------------------------------------------------------


def pair(kind, **options):
    """The NumPy network in float64, and the PyTorch one with its parameters."""
    ours = getattr(lenet, kind)(np.random.default_rng(3), dtype=np.float64, **options)
    theirs = getattr(twin_lenet, kind)(**options).double()
    with torch.no_grad():
        for name, array in ours.parameters.items():
            layer, role = name.split(".")
            parameter = getattr(theirs, layer).get_parameter({"w": "weight", "b": "bias"}[role])
            parameter.copy_(torch.tensor(array.T if array.ndim == 2 else array))
    return ours, theirs


@pytest.mark.parametrize(
    ("kind", "options", "size"),
    [("LeNet5", {}, 32), ("ModernLeNet5", {}, 32), ("ModernLeNet5", {"padding": 2}, 28)],
)
def test_lenet_scores_and_gradients_are_pytorchs(kind, options, size):
    ours, theirs = pair(kind, **options)
    rng = np.random.default_rng(4)
    x, labels = rng.normal(size=(5, 1, size, size)), rng.integers(10, size=5)
    criterion = twin_lenet_layers.penalty_loss if kind == "LeNet5" else nn.functional.cross_entropy
    scores = theirs(torch.tensor(x))
    loss = criterion(scores, torch.tensor(labels))
    loss.backward()
    np.testing.assert_allclose(ours.forward(x), scores.detach().numpy(), rtol=1e-10, atol=1e-12)
    our_loss, gradients = ours.gradients(x, labels)
    np.testing.assert_allclose(our_loss, loss.item(), rtol=1e-12)
    assert list(gradients) == list(ours.parameters)
    for name, gradient in gradients.items():
        layer, role = name.split(".")
        g = getattr(theirs, layer).get_parameter({"w": "weight", "b": "bias"}[role]).grad.numpy()
        g = g.T if g.ndim == 2 else g
        assert np.abs(g).max() > 0, name
        np.testing.assert_allclose(
            gradient, g, rtol=1e-9, atol=1e-11 * np.abs(g).max(), err_msg=name
        )


def test_gradient_of_the_trained_weights_of_a_subsampling_is_the_slope_of_the_loss():
    network = lenet.LeNet5(np.random.default_rng(5), dtype=np.float64)
    rng = np.random.default_rng(6)
    x, labels = rng.normal(size=(2, 1, 32, 32)), np.array([3, 8])
    _, gradients = network.gradients(x, labels)

    def loss(w):
        other = lenet.LeNet5(np.random.default_rng(5), dtype=np.float64)
        other.parameters["S2.w"] = w
        return lenet_layers.penalty_loss(other.forward(x), labels)

    slope = numerical_gradient(loss, network.parameters["S2.w"])
    np.testing.assert_allclose(gradients["S2.w"], slope, rtol=1e-6, atol=1e-8)


def test_every_map_of_c3_sees_what_the_papers_table_says():
    assert lenet_layers.C3_TABLE.sum() == 60
    assert sorted(lenet_layers.C3_TABLE.sum(axis=1)) == [3] * 6 + [4] * 9 + [6]
    assert list(lenet_layers.C3_TABLE.sum(axis=0)) == [10] * 6  # every map of S2 is seen ten times


def test_answers_of_two_digits_differ_in_ten_units_at_least():
    codes = lenet_layers.DIGIT_CODES
    assert codes.shape == (10, 84)
    assert set(codes.ravel()) == {-1, 1}
    differ = (codes[:, None] != codes).sum(axis=2)
    assert differ[np.triu_indices(10, 1)].min() >= 10


def test_scaled_tanh_is_one_at_one():
    np.testing.assert_allclose(
        lenet_layers.scaled_tanh(np.array([1.0, -1.0, 0.0])), [1, -1, 0], atol=1e-4
    )


@pytest.mark.parametrize(
    ("kind", "batch_size", "lr"), [("LeNet5", 8, 0.005), ("ModernLeNet5", 32, 0.05)]
)
def test_lenet_learns_digits_in_one_pass_and_keeps_float32(kind, batch_size, lr):
    digits = load_digits()
    x = digits.X_train.repeat(4, axis=2).repeat(4, axis=3) * np.float32(1.275) - np.float32(0.1)
    network = getattr(lenet, kind)(np.random.default_rng(0))
    losses = []
    for start in range(0, 1200, batch_size):
        rows = slice(start, start + batch_size)
        loss, gradients = network.gradients(x[rows], digits.y_train[rows])
        network.parameters = {n: w - lr * gradients[n] for n, w in network.parameters.items()}
        losses.append(loss)
    assert np.mean(losses[-5:]) < 0.5 * losses[0]
    assert (network.predict(x[1200:]) == digits.y_train[1200:]).mean() > 0.6
    assert {w.dtype for w in network.parameters.values()} == {np.dtype(np.float32)}


def test_lenet_is_trained_by_the_training_loop_and_stays_as_it_was():
    digits = load_digits()
    x, labels = digits.X_train[:256].repeat(4, axis=2).repeat(4, axis=3), digits.y_train[:256]
    network = lenet.ModernLeNet5(np.random.default_rng(0))
    untrained = network.forward(x[:5])
    params, history = fit(
        *(network.params, network.gradients_at, x, labels),
        epochs=3,
        batch_size=32,
        rng=np.random.default_rng(1),
    )
    trained = network.with_params(params)
    assert history[-1]["loss"] < 0.7 * history[0]["loss"]
    assert (trained.predict(x) == labels).mean() > 0.5
    np.testing.assert_array_equal(network.forward(x[:5]), untrained)
    with pytest.raises(ValueError, match="zip"):
        network.with_params(params[:-1])


@pytest.mark.parametrize("kind", ["LeNet5", "ModernLeNet5"])
def test_lenet_gradients_change_nothing_and_an_empty_batch_has_no_rows(kind):
    network = getattr(lenet, kind)(np.random.default_rng(0))
    before = {name: w.copy() for name, w in network.parameters.items()}
    x = np.random.default_rng(1).normal(size=(2, 1, 32, 32))
    x.flags.writeable = False
    network.gradients(x, [3, 4])
    for name, w in network.parameters.items():
        np.testing.assert_array_equal(w, before[name])
    assert network.forward(x[:0]).shape == (0, 10)


@pytest.mark.parametrize("kind", ["LeNet5", "ModernLeNet5"])
def test_both_lenets_say_what_to_do_with_28_pixels(kind):
    says = "this LeNet-5 takes images (N, 1, 32, 32); got (1, 1, 28, 28): "
    says += "pad images of 28x28 by 2" if kind == "LeNet5" else "pass padding=2 for 28x28"
    with pytest.raises(ValueError, match=re.escape(says)):
        getattr(lenet, kind)(np.random.default_rng(0)).forward(np.zeros((1, 1, 28, 28)))
    with pytest.raises(ValueError, match=re.escape(says)):
        getattr(twin_lenet, kind)()(torch.zeros(1, 1, 28, 28))


def test_a_padding_that_leaves_no_pixel_is_refused():
    for build in (lambda p: lenet.ModernLeNet5(None, padding=p), twin_lenet.ModernLeNet5):
        with pytest.raises(ValueError, match="got 20"):
            build(20)


@pytest.mark.parametrize("kind", ["LeNet5", "ModernLeNet5"])
def test_lenet_refuses_images_of_a_wrong_size(kind):
    network = getattr(lenet, kind)(np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"\(N, 1, 32, 32\); got \(2, 1, 28, 28\)"):
        network.forward(np.zeros((2, 1, 28, 28)))


@pytest.mark.parametrize("branches", [5, [5], [(1, 64)], [[(1, 64, 2)]], [[1, 64]]])
def test_branches_that_are_no_sequences_of_pairs_are_quoted_back(branches):
    with pytest.raises(ValueError, match=re.escape(f"got {branches}")):
        inception_parameters(192, branches)


def test_a_count_of_maps_that_is_not_whole_is_quoted_back():
    with pytest.raises(ValueError, match=r"in_channels must be a whole number from 1; got 1\.5"):
        inception_parameters(1.5, [])
