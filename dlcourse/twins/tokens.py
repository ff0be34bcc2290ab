"""Embeddings on tensors; contracts as in `dlcourse.reference.tokens`."""

from dlcourse.twins.arguments import fit


def embedding(tokens, weight):
    """Look up one row of `weight` for each token."""
    fit("weight (V, D)", weight)
    if weight.shape[0] == 0 and tokens.numel():
        raise ValueError(
            f"a weight of {tuple(weight.shape)} has no row for {tokens.numel()} tokens"
        )
    return weight[tokens.long()]
