"""Freezing part of a network: what stays, what learns, and for how long."""

import copy
import pickle

import pytest
import torch
from torch import nn

from dlcourse.twins.transfer import torch_freeze


def network():
    body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
    return nn.ModuleDict({"body": body, "norm": nn.BatchNorm1d(4), "head": nn.Linear(4, 2)})


def step(model):
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    x = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    model["head"](model["norm"](model["body"](x))).square().sum().backward()
    optimizer.step()


@pytest.mark.parametrize("after", [lambda m: m, copy.deepcopy,
                                   lambda m: pickle.loads(pickle.dumps(m))])  # fmt: skip
def test_what_is_frozen_moves_neither_weights_nor_statistics_and_the_rest_learns(after):
    model = after(torch_freeze(network(), ["body"]))
    model.train()
    before = copy.deepcopy(model.state_dict())
    step(model)
    moved = {name for name, value in model.state_dict().items() if not before[name].equal(value)}
    assert {name.split(".")[0] for name in moved} == {"norm", "head"}
    assert "norm.running_mean" in moved
    assert not model["body"].training
    assert model["head"].training


def test_the_model_given_comes_back_and_a_wrong_name_is_quoted():
    model = network()
    assert torch_freeze(model, ["norm"]) is model
    with pytest.raises(ValueError, match=r"\['tail'\]: there are \['body', 'head', 'norm'\]"):
        torch_freeze(model, ["tail"])
