"""The networks on an NVIDIA GPU: a step each, channels last, mixed precision.

Run by hand: pytest -m cuda.
"""

import parity
import pytest
import torch
from cases import NETWORK_TOLERANCES
from torch.nn.functional import cross_entropy

from dlcourse.twins import devices, lenet, lenet_layers
from dlcourse.twins.alexnet import AlexNet
from dlcourse.twins.googlenet import GoogLeNet, googlenet_loss
from dlcourse.twins.resnet import ResNet
from dlcourse.twins.vgg import VGG16

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch finds no NVIDIA GPU"),
    pytest.mark.filterwarnings("default"),  # those of a driver are no fault of the course
]

GPU = "cuda"
CLASSES = 10
NETWORKS = {
    "LeNet-5 of 1998": (lenet.LeNet5, (1, 32, 32), lenet_layers.penalty_loss),
    "LeNet-5 today": (lenet.ModernLeNet5, (1, 32, 32), cross_entropy),
    "AlexNet": (lambda: AlexNet(CLASSES), (3, 227, 227), cross_entropy),
    "AlexNet, two towers": (lambda: AlexNet(CLASSES, towers=2), (3, 227, 227), cross_entropy),
    "VGG-16": (lambda: VGG16(CLASSES), (3, 224, 224), cross_entropy),
    "GoogLeNet": (lambda: GoogLeNet(CLASSES), (3, 224, 224), googlenet_loss),
    "GoogLeNet, batch norm": (
        lambda: GoogLeNet(CLASSES, batch_norm=True),
        (3, 224, 224),
        googlenet_loss,
    ),
    "ResNet-18": (lambda: ResNet(18, CLASSES), (3, 224, 224), cross_entropy),
    "ResNet-50": (lambda: ResNet(50, CLASSES), (3, 224, 224), cross_entropy),
}
every_network = pytest.mark.parametrize("name", NETWORKS)


@pytest.fixture(autouse=True)
def _full_float32():
    with parity.full_float32():
        yield


def prepare(name):
    """The network on the CPU, four images, four labels, and the loss."""
    build, shape, criterion = NETWORKS[name]
    torch.manual_seed(0)
    return build(), torch.rand(4, *shape), torch.tensor([3, 1, 4, 9]), criterion


def gradients(network):
    return {name: p.grad for name, p in network.named_parameters()}


def assert_near(actual, expected, kind, what):
    """Compare by the norm of the difference: single small entries may round to anything."""
    tolerance = NETWORK_TOLERANCES[kind]
    actual, expected = actual.detach().double().cpu(), expected.detach().double().cpu()
    error = (actual - expected).norm() / expected.norm()
    assert error < tolerance, f"{what}: relative error {error:.2g}"


@every_network
def test_gpu_gives_the_scores_of_the_cpu(name):
    network, x, _, _ = prepare(name)
    network.eval()
    expected = network(x)
    assert_near(network.to(GPU)(x.to(GPU)), expected, "float32", name)


@every_network
def test_gradients_on_the_gpu_are_those_of_the_cpu(name):
    network, x, labels, criterion = prepare(name)
    network.eval()  # no dropout, and batch norm as a fixed map
    criterion(network(x), labels).backward()
    expected = {n: g.clone() for n, g in gradients(network).items() if g is not None}
    network.zero_grad()
    network.to(GPU)
    criterion(network(x.to(GPU)), labels.to(GPU)).backward()
    for parameter, gradient in expected.items():
        assert_near(
            gradients(network)[parameter], gradient, "float32 gradient", f"{name} {parameter}"
        )


@every_network
def test_channels_last_changes_the_layout_and_not_the_scores(name):
    network, x, _, _ = prepare(name)
    network.eval().to(GPU)
    expected = network(x.to(GPU))
    network.to(memory_format=torch.channels_last)
    images = x.to(GPU, memory_format=torch.channels_last)
    assert_near(network(images), expected, "float32", name)


@every_network
def test_training_step_in_bfloat16_keeps_float32_weights_and_finite_gradients(name):
    network, x, labels, criterion = prepare(name)
    network.train().to(GPU, memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4)
    before = {n: p.detach().clone() for n, p in network.named_parameters()}
    with torch.autocast("cuda", torch.bfloat16):
        loss = criterion(network(x.to(GPU)), labels.to(GPU))
    loss.backward()
    optimizer.step()
    assert torch.isfinite(loss)
    for parameter, gradient in gradients(network).items():
        assert torch.isfinite(gradient).all(), parameter
        assert gradient.dtype == torch.float32
    assert any(not torch.equal(p, before[n]) for n, p in network.named_parameters())


@every_network
def test_scores_in_bfloat16_are_near_those_in_float32(name):
    network, x, _, _ = prepare(name)
    network.eval().to(GPU)
    expected = network(x.to(GPU))
    with torch.autocast("cuda", torch.bfloat16):
        scores = network(x.to(GPU))
    assert_near(scores, expected, "bfloat16", name)


def test_device_chooses_the_gpu(monkeypatch):
    monkeypatch.delenv("DLCOURSE_DEVICE", raising=False)
    assert devices.device().type == "cuda"
