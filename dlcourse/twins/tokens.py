"""Embeddings on tensors; contracts as in `dlcourse.reference.tokens`."""


def embedding(tokens, weight):
    """Look up one row of `weight` for each token."""
    return weight[tokens.long()]
