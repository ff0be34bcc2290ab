"""Which device the twins compute on, whatever this machine has."""

import pytest
import torch

from dlcourse.twins import devices


@pytest.fixture
def machine(monkeypatch):
    """Pretend to be a machine with so many NVIDIA GPUs, and with Apple's or not."""

    def pretend(gpus=0, apple=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)

    monkeypatch.delenv("DLCOURSE_DEVICE", raising=False)
    return pretend


@pytest.mark.parametrize(
    ("gpus", "apple", "best"),
    [(0, False, "cpu"), (1, False, "cuda"), (0, True, "mps"), (2, True, "cuda")],
)
def test_best_device_is_cuda_then_mps_then_cpu(machine, gpus, apple, best):
    machine(gpus, apple)
    assert devices.device() == torch.device(best)
    assert devices.available_devices()[-1] == "cpu"


@pytest.mark.parametrize("wish", ["cpu", "cuda", "cuda:1"])
def test_environment_overrules_the_choice(machine, monkeypatch, wish):
    machine(gpus=2)
    monkeypatch.setenv("DLCOURSE_DEVICE", wish)
    assert devices.device() == torch.device(wish)


@pytest.mark.parametrize("wish", ["mps", "cuda:2", "gpu", "meta"])
def test_wish_that_does_not_exist_is_refused_with_what_there_is(machine, monkeypatch, wish):
    machine(gpus=2)
    monkeypatch.setenv("DLCOURSE_DEVICE", wish)
    with pytest.raises(ValueError, match=rf"'{wish}'.*\['cuda', 'cpu'\] \(2 NVIDIA"):
        devices.device()


def test_tensors_can_be_made_on_the_device_of_this_machine(monkeypatch):
    monkeypatch.delenv("DLCOURSE_DEVICE", raising=False)
    assert torch.ones(2, device=devices.device()).sum().item() == 2
