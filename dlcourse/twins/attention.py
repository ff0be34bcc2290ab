"""Attention on tensors of any device; contracts as in `dlcourse.reference.attention`."""

import math

import torch

from dlcourse.twins.activations import softmax
from dlcourse.twins.arguments import as_floats, fit, in_float32, whole_numbers


def attention_weights(q, k, mask=None):
    """Return softmax(q k^T / sqrt(D)), exactly 0 where the mask is False."""
    fit("q (..., T, D+), k (..., S+, D)", q, k)
    q, k = as_floats(q, k)
    given = q.dtype
    q, k = in_float32(q, k)
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if mask is not None:
        if mask.shape not in (scores.shape[-2:], scores.shape, scores[:, :1].shape):
            raise ValueError(f"mask {tuple(mask.shape)} for scores {tuple(scores.shape)}")
        if mask.is_floating_point() or (
            mask.device.type == "cpu" and not ((mask == 0) | (mask == 1)).all()
        ):
            raise ValueError(
                "mask holds True or 1 where attention is allowed, False or 0 elsewhere: "
                f"got {mask.dtype}, {mask.min()} ... {mask.max()}"
            )
        if mask.device.type == "cpu" and not mask.bool().any(dim=-1).all():
            raise ValueError(
                f"mask {tuple(mask.shape)} has a row that allows nothing: a softmax needs one"
            )
        scores = scores.masked_fill(~mask.bool(), -torch.inf)
    return softmax(scores).to(given)


def attention(q, k, v, mask=None):
    """Mix the values by `attention_weights`."""
    fit("k (..., S, D), v (..., S, D_v)", k, v)
    q, k, v = as_floats(q, k, v)
    wide_q, wide_k, wide_v = in_float32(q, k, v)
    return (attention_weights(wide_q, wide_k, mask) @ wide_v).to(v.dtype)


def multi_head(x, Wq, Wk, Wv, Wo, heads, mask=None):
    """Let several attentions look at a sequence, each in its own D / heads numbers."""
    fit("x (N, T+, D+), Wq (D, D), Wk (D, D), Wv (D, D), Wo (D, D)", x, Wq, Wk, Wv, Wo)
    whole_numbers(heads=heads)
    if x.shape[-1] % heads:
        raise ValueError(f"heads must divide D: got {heads} for x {tuple(x.shape)}")
    if mask is not None:
        axes = "T, T" if mask.ndim == 2 else "N, T, T"
        fit(f"mask ({axes}), x (N, T, D)", mask, x)
    if mask is not None and mask.ndim == 3:
        mask = mask[:, None]

    x, Wq, Wk, Wv, Wo = as_floats(x, Wq, Wk, Wv, Wo)

    def split(y):
        return y.unflatten(-1, (heads, -1)).transpose(1, 2)

    mixed = attention(split(x @ Wq), split(x @ Wk), split(x @ Wv), mask)
    return mixed.transpose(1, 2).flatten(2) @ Wo
