"""The table on a stand-in for Apple's GPU, which has no float64."""

import numpy as np
import parity
import pytest
import torch
from apple import REFUSAL, OnApple, apple_gpu
from cases import each_row, gather

from dlcourse.twins import gradient_check, losses
from dlcourse.twins.devices import device

OPS, *_ = gather()


def test_the_stand_in_refuses_float64_and_lets_go_on_the_cpu():
    with apple_gpu():
        assert device().type == "mps"
        x = torch.ones(3).to(device())
        assert isinstance(2 * x, OnApple)
        assert (2 * x).sum().device.type == "mps"
        for refused in (
            x.double,
            lambda: torch.tensor(np.ones(2), device=device()),
            lambda: x.new_zeros(2, dtype=torch.float64),
        ):
            with pytest.raises(TypeError, match="doesn't support float64"):
                refused()
        assert x.cpu().double().device.type == "cpu"
    assert "float32" in REFUSAL


def test_a_twin_that_asked_for_float64_would_be_caught():
    with apple_gpu(), pytest.raises(TypeError, match="float64"):
        losses.mse_loss(torch.ones(2).to("mps"), torch.zeros(2).to("mps")).double()


def test_the_referee_moves_to_the_cpu_and_its_answer_back():
    with apple_gpu():
        x = torch.tensor([1.0, 2.0]).to("mps")
        gradient = gradient_check.numerical_gradient(lambda v: (v**2).sum(), x)
        assert gradient.device.type == "mps"
        assert gradient.cpu().tolist() == pytest.approx([2, 4], rel=1e-6)


def test_a_layer_made_there_has_parameters_that_learn():
    with apple_gpu():
        layer = torch.nn.Linear(2, 3, device=device())
        optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
        before = layer.weight.detach().cpu().clone()
        layer(torch.ones(4, 2, device=device())).sum().backward()
        optimizer.step()
        torch.mps.synchronize()
        assert layer.weight.is_leaf
        assert layer.weight.device.type == "mps"
        assert torch.allclose(layer.weight.detach().cpu(), before - 0.4)
        with pytest.raises(TypeError, match="doesn't support float64"):
            torch.nn.Linear(2, 3, device=device(), dtype=torch.float64)


def test_a_tensor_made_there_that_asks_for_gradients_is_a_leaf_and_gets_them():
    with apple_gpu():
        made = torch.tensor([1.0, 2.0], device=device(), requires_grad=True)
        copy = torch.tensor([1.0, 2.0], requires_grad=True).to(device())
        (made**2).sum().backward()
        assert made.is_leaf
        assert not copy.is_leaf  # as on a real device: the leaf stayed behind
        assert made.grad.cpu().tolist() == [2, 4]


def on_apple(tree):
    """Inputs of a twin in float32, moved to the stand-in."""
    return parity.map_leaves(
        lambda leaf: leaf.to("mps") if isinstance(leaf, torch.Tensor) else leaf,
        parity.for_torch(tree, torch.float32),
    )


@pytest.mark.long
@each_row(OPS)
def test_the_twin_runs_on_apple_and_agrees(row):
    inputs = row.inputs()
    singles = parity.for_reference(inputs, np.float32)
    expected = row.reference(*parity.singles_up(singles), **row.keywords)
    with apple_gpu():
        found = row.twin(*on_apple(inputs), **row.keywords)
    found = parity.map_leaves(
        lambda leaf: leaf.as_subclass(torch.Tensor) if isinstance(leaf, OnApple) else leaf, found
    )
    parity.assert_close(found, expected, f"{row.id} on Apple's GPU", "float32")
