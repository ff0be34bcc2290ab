"""The transformer's block against PyTorch's own layer, and what makes it one."""

import pytest
import torch
from torch import nn

from dlcourse.twins.transformer import transformer_block


def block(d=8, heads=2):
    torch.manual_seed(0)
    return transformer_block(d, heads).double()


X = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def test_it_is_pytorchs_encoder_layer_with_a_causal_mask():
    ours = block()
    theirs = nn.TransformerEncoderLayer(
        8, 2, 32, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    ).double()
    state = {
        "self_attn.in_proj_weight": torch.cat([ours.query.T, ours.key.T, ours.value.T]),
        "self_attn.in_proj_bias": torch.zeros(24),
        "self_attn.out_proj.weight": ours.out.T,
        "self_attn.out_proj.bias": torch.zeros(8),
    }
    parts = {"norm1": ours.before_attention, "norm2": ours.before_perceptron,
             "linear1": ours.perceptron[0], "linear2": ours.perceptron[2]}  # fmt: skip
    for name, module in parts.items():
        state |= {f"{name}.{key}": value for key, value in module.state_dict().items()}
    theirs.load_state_dict(state)
    expected = theirs(X, src_mask=nn.Transformer.generate_square_subsequent_mask(5).double())
    torch.testing.assert_close(ours(X), expected, rtol=1e-10, atol=1e-12)


def test_no_position_hears_a_later_one():
    network, later = block(), X.clone()
    later[:, 3:] += 1
    torch.testing.assert_close(network(later)[:, :3], network(X)[:, :3], rtol=0, atol=0)
    assert not torch.allclose(network(later)[:, 3:], network(X)[:, 3:])


@pytest.mark.parametrize("d", [8, 12])
def test_its_matrices_have_12_d_squared_numbers(d):
    assert sum(p.numel() for p in block(d).parameters() if p.ndim == 2) == 12 * d * d


def test_with_all_parameters_0_it_passes_its_input_on():
    network = block()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    assert torch.equal(network(X), X)


def test_the_gradient_reaches_the_input_and_every_parameter():
    network, x = block(), X.clone().requires_grad_()
    network(x).square().sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in (x, *network.parameters()))


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="d=8 and heads=3"):
        transformer_block(8, 3)
