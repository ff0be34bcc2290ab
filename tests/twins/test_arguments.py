"""Words and numbers that a twin refuses as its reference does."""

import pytest
import torch

from dlcourse.twins import (
    activation_variants,
    augmentation,
    averaging,
    evaluation,
    optimizers,
    weighted_losses,
)

ONES, ZEROS = torch.ones(2, 2), torch.zeros(2, dtype=torch.int64)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: evaluation.averaged_f1(ZEROS, ZEROS, 2, average="marco"), "average .*'marco'"),
        (
            lambda: weighted_losses.weighted_cross_entropy(ONES, ZEROS, reduction="men"),
            "reduction .*'men'",
        ),
        (lambda: activation_variants.gelu(ONES, approximate="tan"), "approximate .*'tan'"),
        (lambda: optimizers.clip_by_norm([ONES], -1), "max_norm must be 0 or more, got -1"),
        (lambda: optimizers.clip_by_norm([ONES], float("nan")), "got nan"),
        (lambda: augmentation.mixup(ONES, ONES, 2, None), r"lam must lie in \[0, 1\], got 2"),
        (lambda: averaging.exponential_average([ONES], [ONES], decay=2), "decay .* got 2"),
    ],
)
def test_a_wrong_word_or_number_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()
