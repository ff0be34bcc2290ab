"""Cross-entropy with weights and ignored rows; as in `dlcourse.reference.weighted_losses`."""

import torch

from dlcourse.twins.activations import log_softmax
from dlcourse.twins.arguments import class_labels, fit, in_float32, one_of


def weighted_cross_entropy(logits, labels, weight=None, ignore_index=-100, reduction="mean"):
    """Average the negative log-likelihood of the true class, each row by its class's weight."""
    fit("logits (N+, K), labels (N), weight (K)", logits, labels, weight)
    one_of(reduction, ("mean", "sum", "none"), "reduction")
    if weight is not None and weight.device.type == "cpu" and not (weight >= 0).all():
        raise ValueError(f"weight must be 0 or more, got {weight.tolist()!s:.60}")
    logits = in_float32(logits)
    counts = labels != ignore_index
    labels = class_labels(torch.where(counts, labels, 0), logits.shape[1], len(logits))
    logits = torch.where(counts[:, None], logits, 0)  # 0 * NaN would be NaN
    weights = counts.to(logits.dtype) if weight is None else torch.where(counts, weight[labels], 0)
    if reduction == "mean":
        if weights.device.type == "cpu" and not weights.any():
            raise ValueError(
                f"no row weighs anything: got {len(labels)} rows, {int(counts.sum())} counted"
            )
        weights = weights / weights.max()  # the same mean, and the sum of large weights fits
    weights = weights.to(logits.dtype)
    losses = 0 - log_softmax(logits).gather(1, labels[:, None])[:, 0]
    losses = torch.where((weights == 0) & (losses == torch.inf), 0, losses) * weights
    if reduction == "none":
        return losses
    return losses.sum() / (weights.sum() if reduction == "mean" else 1)
