"""Rows of the table: lengths."""

import torch
from cases import fixed, normal, op


def by_torch(a, axis=None):
    return torch.linalg.vector_norm(a, dim=axis)


OPS = [
    op("lengths.euclidean_norm", normal((4, 3)), oracle=by_torch),
    op("lengths.euclidean_norm", normal((4, 3)), axis=0, case="of columns", oracle=by_torch),
    op("lengths.euclidean_norm", normal((2, 3, 4)), axis=-1, case="of rows", oracle=by_torch),
    op("lengths.euclidean_norm", fixed([0.0, 0.0]), case="zero", oracle=by_torch),
    op("lengths.euclidean_norm", normal((0, 3)), axis=0, case="of nothing", oracle=by_torch),
]
