"""Rows of the table: lengths."""

import torch
from cases import fixed, normal, op


def by_torch(a, axis=None):
    return torch.linalg.vector_norm(a, dim=axis)


def by_hand(a, axis):
    return torch.exp2(torch.floor(torch.log2(a.abs().amax(dim=axis, keepdim=True))))


OPS = [
    op("lengths.power_of_two", normal((4, 3)), axis=1, oracle=by_hand, integers=False),
    op(
        "lengths.power_of_two",
        fixed([[8.0, -4.0], [0.3, 0.0]]),
        axis=0,
        case="of columns",
        oracle=by_hand,
        integers=False,
    ),
    op("lengths.euclidean_norm", normal((4, 3)), oracle=by_torch),
    op("lengths.euclidean_norm", normal((4, 3)), axis=0, case="of columns", oracle=by_torch),
    op("lengths.euclidean_norm", normal((2, 3, 4)), axis=-1, case="of rows", oracle=by_torch),
    op("lengths.euclidean_norm", fixed([0.0, 0.0]), case="zero", oracle=by_torch),
    op("lengths.euclidean_norm", normal((0, 3)), axis=0, case="of nothing", oracle=by_torch),
]
