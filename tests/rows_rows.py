"""Rows of the table: statistics of rows."""

import torch
from cases import normal, op


def by_torch(x, eps):
    var = x.var(dim=-1, keepdim=True, correction=0)
    return torch.nn.functional.layer_norm(x, x.shape[-1:], eps=eps), torch.sqrt(var + eps)


OPS = [
    op("rows.normalize_rows", normal((4, 3)), eps=1e-5, oracle=by_torch),
    op("rows.normalize_rows", normal((2, 3, 5)), eps=0.1, case="3-D", oracle=by_torch),
]  # fmt: skip

NO_ROW = {
    "rows.has_its_digits": "tells rows apart for the others; tested in test_extremes.py",
    "rows.add_up": "adds for the others; tested in test_normalization.py",
    "rows.row_sum": "adds for the others; tested in test_normalization.py",
}

NO_TWIN = {
    "rows.add_up": "torch adds float32 in pairs: no type of its own is needed",
    "rows.row_sum": "torch adds float32 in pairs: no type of its own is needed",
}
