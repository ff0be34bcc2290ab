"""The transformer's block as a module: attention and a perceptron, both around a shortcut.

What it is made of stands in `dlcourse.twins.attention`. Lecture 18.
"""

import torch
from torch import nn

from dlcourse.twins.attention import multi_head


class Block(nn.Module):
    """One block of a decoder: each position may hear itself and those before it.

    Parameters
    ----------
    d : int
        Width: (N, T, d) in, (N, T, d) out.
    heads : int
        Divides d.

    Notes
    -----
    Each part reads a normalized copy and adds its answer to what it was given ("pre-norm"): with
    all parameters 0 nothing is added. The matrices have 12 d^2 numbers, 4 in the attention and 8 in
    the perceptron, whose hidden layer is 4 d wide.
    """

    def __init__(self, d, heads):
        super().__init__()
        if heads < 1 or d % heads:
            raise ValueError(f"heads must divide d, got d={d} and heads={heads}")
        self.heads = heads
        self.before_attention, self.before_perceptron = nn.LayerNorm(d), nn.LayerNorm(d)
        self.query, self.key, self.value, self.out = (
            nn.Parameter(torch.randn(d, d) / d**0.5) for _ in range(4)
        )
        self.perceptron = nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d))

    def forward(self, x):
        """Return sequences (N, T, d) of sequences (N, T, d)."""
        T = x.shape[1]
        mask = torch.ones(T, T, dtype=torch.bool, device=x.device).tril()
        matrices = self.query, self.key, self.value, self.out
        x = x + multi_head(self.before_attention(x), *matrices, self.heads, mask)
        return x + self.perceptron(self.before_perceptron(x))


def transformer_block(d, heads):
    """Return a `Block`: pre-norm causal self-attention, then a perceptron of width 4 d."""
    return Block(d, heads)
