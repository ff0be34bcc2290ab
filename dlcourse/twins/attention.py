"""Attention on tensors of any device; contracts as in `dlcourse.reference.attention`."""

import math

import torch

from dlcourse.twins.activations import softmax
from dlcourse.twins.arguments import in_float32


def attention_weights(q, k, mask=None):
    """Return softmax(q k^T / sqrt(D)), exactly 0 where the mask is False."""
    given = q.dtype
    q, k = in_float32(q, k)
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.bool(), -torch.inf)
    return softmax(scores).to(given)


def attention(q, k, v, mask=None):
    """Mix the values by `attention_weights`."""
    wide_q, wide_k, wide_v = in_float32(q, k, v)
    return (attention_weights(wide_q, wide_k, mask) @ wide_v).to(v.dtype)


def multi_head(x, Wq, Wk, Wv, Wo, heads, mask=None):
    """Let several attentions look at a sequence, each in its own D / heads numbers."""
    if mask is not None and mask.ndim == 3:
        mask = mask[:, None]

    def split(y):
        return y.unflatten(-1, (heads, -1)).transpose(1, 2)

    mixed = attention(split(x @ Wq), split(x @ Wk), split(x @ Wv), mask)
    return mixed.transpose(1, 2).flatten(2) @ Wo
