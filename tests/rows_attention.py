"""Rows of the table: attention. PyTorch's fused kernel and its module's function are the oracle."""

import torch
from cases import fixed, normal, op, value
from torch.nn.functional import multi_head_attention_forward, scaled_dot_product_attention

CAUSAL = fixed([[1, 0, 0], [1, 1, 0], [1, 1, 1]], bool)
LOOSE = fixed([[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1]], bool)
OWN = fixed([[[1, 0, 0], [1, 1, 0], [1, 1, 1]], [[1, 1, 0], [0, 1, 0], [1, 0, 1]]], bool)


def weights_by_torch(q, k, mask=None):
    own = torch.eye(k.shape[-2], dtype=k.dtype, device=k.device).expand(*k.shape[:-1], -1)
    return scaled_dot_product_attention(q, k, own, attn_mask=mask)


def attention_by_torch(q, k, v, mask=None):
    return scaled_dot_product_attention(q, k, v, attn_mask=mask)


def heads_by_torch(x, Wq, Wk, Wv, Wo, heads, mask=None):
    if mask is not None and mask.ndim == 3:
        mask = mask.repeat_interleave(heads, dim=0)
    steps = x.transpose(0, 1)  # torch's function counts positions first
    out, _ = multi_head_attention_forward(
        steps, steps, steps, x.shape[-1], heads, None, None, None, None, False, 0.0, Wo.T, None,
        use_separate_proj_weight=True, q_proj_weight=Wq.T, k_proj_weight=Wk.T, v_proj_weight=Wv.T,
            need_weights=False, attn_mask=None if mask is None else ~mask,
    )  # fmt: skip
    return out.transpose(0, 1)


def heads_row(x, *masks, heads, case):
    W = normal((4, 4), 0.7)
    return op("attention.multi_head", x, W, W, W, W, value(heads), *masks, case=case,
              oracle=heads_by_torch)  # fmt: skip


OPS = [
    op("attention.attention_weights", normal((2, 3, 5)), normal((2, 4, 5)),
       oracle=weights_by_torch),
    op("attention.attention_weights", normal((3, 5)), normal((4, 5)), LOOSE, case="masked",
       oracle=weights_by_torch),
    op("attention.attention_weights", normal((3, 2), 1000), normal((4, 2), 1000), case="far out",
       oracle=weights_by_torch, half=False, single=False),
    op("attention.attention", normal((2, 3, 5)), normal((2, 4, 5)), normal((2, 4, 6)),
       oracle=attention_by_torch),
    op("attention.attention", normal((3, 5)), normal((4, 5)), normal((4, 2)), LOOSE,
       case="masked", oracle=attention_by_torch),
    op("attention.attention", normal((2, 3, 2)), normal((2, 3, 2)), normal((2, 3, 1)), OWN,
       case="a mask for each sequence", oracle=attention_by_torch),
    op("attention.attention", normal((2, 2, 3, 2)), normal((2, 2, 3, 2)), normal((2, 2, 3, 2)),
       CAUSAL, case="heads, causal", oracle=attention_by_torch),
    op("attention.attention", normal((0, 3, 2)), normal((0, 3, 2)), normal((0, 3, 1)),
       case="no sequence", oracle=attention_by_torch),
    heads_row(normal((2, 3, 4)), heads=2, case="two heads"),
    heads_row(normal((2, 3, 4)), heads=1, case="one head"),
    heads_row(normal((2, 3, 4)), CAUSAL, heads=4, case="causal"),
    heads_row(normal((2, 3, 4)), OWN, heads=2, case="a mask for each sequence"),
    heads_row(normal((0, 3, 4)), heads=2, case="no sequence"),
]  # fmt: skip

A_TABLE = "no number goes in that a gradient could come back to: test_attention.py"
NO_ROW = {"attention.causal_mask": A_TABLE, "attention.positional_encoding": A_TABLE}
IN_BOTH = "a table of numbers: torch.from_numpy hands it to PyTorch"
NO_TWIN = {"attention.causal_mask": IN_BOTH, "attention.positional_encoding": IN_BOTH}
TWIN_ONLY = {"transformer.transformer_block": "of kind torch; tested in test_transformer.py"}
